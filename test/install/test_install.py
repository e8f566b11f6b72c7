#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""Install, find, load, describe and uninstall the plugin; refuse a DPDK that does not match."""

import glob
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
sys.path[:0] = [os.path.join(TOP, "test", "common"), os.path.join(TOP, "scripts", "lib")]
import check  # noqa: E402 (needs the path)
import plugin  # noqa: E402

BUILD = os.path.join(TOP, "build-install")
MISMATCH_C = os.path.join(HERE, "other_version.c")
# 82599 physical functions: manual 9.3.3.2 and its specification updates; virtual ones follow.
PHYSICAL = set("10f7 10f8 10f9 10fb 10fc 1507 1514 1517 151c 1529 152a 154a 154d 1557 1558".split())
VIRTUAL = {"10ed", "152e"}
PARAMETERS = ("flush", "driver", "wire", "peer", "strict", "mac", "size", "flows", "rate", "count",
              "report")

os.environ["PATH"] = "/usr/bin:/usr/sbin:/sbin:" + os.environ.get("PATH", "")
WORK = tempfile.mkdtemp(prefix="tinynf-install-")


def run(*command, env=None, limit=300):
    """Run to its end. @return exit status, all of its output"""
    done = subprocess.run(command, env=dict(os.environ, **(env or {})), timeout=limit, text=True,
                          errors="replace", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    return done.returncode, done.stdout


def must(*command, env=None, limit=300):
    status, output = run(*command, env=env, limit=limit)
    check.true(status == 0, f"'{' '.join(command)}' ended with {status}: {output[-600:]}")
    return output


def prefix():
    """A prefix that EAL takes plugins from: none of its parents may be world-writable."""
    return plugin.loadable_place(os.path.join(BUILD, "prefix"))


def below(root):
    """Every file, link and empty directory, relative to the root."""
    found = set()
    for folder, folders, files in os.walk(root):
        found |= {os.path.relpath(os.path.join(folder, f), root) for f in files}
        if not files and not folders:
            found.add(os.path.relpath(folder, root) + "/")
    return found


def pkg_config(*args):
    folders = glob.glob(f"{prefix()}/**/pkgconfig", recursive=True)
    check.equal(len(folders), 1, "number of pkgconfig directories")
    own = os.environ.get("PKG_CONFIG_PATH")
    path = folders[0] + (":" + own if own else "")
    return must("pkg-config", *args, "net_tinynf", env={"PKG_CONFIG_PATH": path}).strip()


def testpmd(*args, env=None, wrap=()):
    """Start testpmd and let it end at once: it reads the end of its standard input."""
    return run(*wrap, "dpdk-testpmd", "--lcores", "0@0,1@0", "--no-pci", "--no-huge", "-m", "512",
               "--no-telemetry", "--file-prefix", f"tinynf-install-{os.getpid()}", *args,
               "--vdev=net_tinynf0", "--", "--total-num-mbufs=8192", env=env)


def loaded(result):
    status, output = result
    check.true(status == 0 and "net_tinynf0: PASS" in output,
               f"testpmd ended with {status}: {output[-600:]}")


@check.case("install/configure and compile for a prefix")
def _():
    shutil.rmtree(prefix(), ignore_errors=True)
    again = ["--reconfigure"] if os.path.isfile(os.path.join(BUILD, "build.ninja")) else []
    must("meson", "setup", *again, BUILD, TOP, "-Dtests=false", f"--prefix={prefix()}")
    must("ninja", "-C", BUILD, limit=600)


@check.case("install/into a staging directory and a prefix puts the same files")
def _():
    stage = os.path.join(WORK, "stage")
    must("meson", "install", "-C", BUILD, "--no-rebuild", env={"DESTDIR": stage})
    staged = below(stage + prefix())
    check.equal(below(stage), {os.path.join(prefix(), f)[1:] for f in staged}, "staged files")
    check.true(not os.path.exists(prefix()), "the staged install touched the prefix")
    must("meson", "install", "-C", BUILD, "--no-rebuild")
    check.equal(below(prefix()), staged, "files in the prefix")
    names = {os.path.basename(f) for f in staged if not f.endswith(".h")}
    # The archive is for programs that are built with the switch and linked statically.
    check.true({"librte_net_tinynf.so", "librte_net_tinynf.a", "net_tinynf.pc"} <= names and
               not any(re.search(r"pmdinfo|^test_|^captured$", n) for n in names),
               f"what is installed is {sorted(names)}")


@check.case("install/pkg-config finds it and tells where the plugin is")
def _():
    pkg_config("--exists")
    check.true(os.path.isfile(pkg_config("--variable=plugin")), "plugin= names no file")
    check.equal(pkg_config("--variable=dpdk_version"), must("pkg-config", "--modversion",
                                                            "libdpdk").strip(), "dpdk_version")


@check.case("install/testpmd loads the plugin from where pkg-config says")
def _():
    loaded(testpmd("-d", pkg_config("--variable=plugin")))


@check.case("install/testpmd loads every plugin of the installed directory")
def _():
    ring = glob.glob(f"{dpdk_plugins()}/librte_mempool_ring.so*")
    check.true(ring, f"no librte_mempool_ring.so in {dpdk_plugins()}")
    loaded(testpmd("-d", ring[0], "-d", os.path.dirname(pkg_config("--variable=plugin"))))


@check.case("install/programs are compiled with the switch from what is installed")
def _():
    wrapper = os.path.join(prefix(), "bin", "tinynf-pkg-config")
    flags, libraries = (must(wrapper, what, "libdpdk").split() for what in ("--cflags", "--libs"))
    check.true(not any(word.startswith("-I" + TOP + os.sep) and BUILD not in word
                       for word in flags), f"headers of the source tree are used: {flags}")
    e2e = os.path.join(TOP, "test", "e2e")
    for compiler, sources in (("cc", {"switch_program.c": ("-DFIRST", "-DSECOND")}),
                              ("c++", {"cxx_program.cc": ("-DSWITCH",)})):
        if shutil.which(compiler) is None:
            continue
        objects = []
        for source, parts in sources.items():
            for part in parts:
                objects.append(os.path.join(WORK, f"{source}{part}.o"))
                must(compiler, *flags, "-O2", "-Wall", "-Wextra", "-Werror", part, "-c",
                     "-DALLOW_EXPERIMENTAL_API", os.path.join(e2e, source), "-o", objects[-1])
        program = os.path.join(WORK, f"switch-{compiler}")
        must(compiler, *objects, "-o", program, *libraries)
        # The driver in it is the one that it was compiled for, or it would not come so far.
        check.true("EAL common options" in must(program, "--help"), "no help of the program")


def dpdk_plugins():
    """The directory that EAL itself takes plugins from."""
    flags = must("pkg-config", "--cflags", "libdpdk").split()
    out = subprocess.run(["cc", *flags, "-E", "-dM", "-"], input="#include <rte_config.h>\n",
                         text=True, capture_output=True, check=True).stdout
    found = re.search(r'#define RTE_EAL_PMD_PATH "(.*)"', out)
    return found.group(1) if found else check.skip("this DPDK has no directory of plugins")


@check.case("install/with DPDK's own prefix no option is needed")
def _():
    ours, theirs = os.path.dirname(pkg_config("--variable=plugin")), dpdk_plugins()
    check.equal(os.path.basename(ours), os.path.basename(theirs), "name of the directory")
    # What the directory would be with that prefix, seen by one process only.
    script = 'mount -t overlay -o "lowerdir=$0:$1" none "$1" || exit 77; shift; exec "$@"'
    status, output = testpmd(wrap=("unshare", "-m", "sh", "-c", script, ours, theirs))
    if status == 77 or "unshare: " in output:
        check.skip("cannot mount here: " + output[-200:])
    loaded((status, output))


@check.case("install/dpdk-pmdinfo.py tells name, PCI ids, parameters and kernel modules")
def _():
    info = json.loads(must("dpdk-pmdinfo.py", pkg_config("--variable=plugin")))
    check.equal([pmd["name"] for pmd in info], ["net_tinynf"], "names of the drivers")
    ids = {pci["device"].lower() for pci in info[0]["pci_ids"]}
    check.equal({pci["vendor"] for pci in info[0]["pci_ids"]}, {"8086"}, "vendors")
    check.equal(ids - VIRTUAL, PHYSICAL, "ids of physical functions")
    missing = [p for p in PARAMETERS if not re.search(rf"\b{p}[=(]", info[0]["params"])]
    check.equal(missing, [], "parameters that are not told")
    check.true("vfio-pci" in info[0]["kmod"], f"kmod is {info[0]['kmod']}")


@check.case("install/every PCI id is one of the stock 82599 driver")
def _():
    stock = glob.glob(f"{dpdk_plugins()}/librte_net_ixgbe.so*")
    if not stock:
        check.skip("this DPDK has no librte_net_ixgbe.so to compare with")
    known = {pci["device"] for pmd in json.loads(must("dpdk-pmdinfo.py", stock[0]))
             for pci in pmd["pci_ids"]}
    check.equal(PHYSICAL - known, set(), "ids that it lacks")


def pretend(version, cflags=""):
    """A folder with a libdpdk.pc like the real one but for the version and more cflags."""
    folder = tempfile.mkdtemp(dir=WORK)
    for name in ("libdpdk", "libdpdk-libs"):
        source = os.path.join(must("pkg-config", "--variable=pcfiledir", name).strip(),
                              name + ".pc")
        with open(source) as old, open(os.path.join(folder, name + ".pc"), "w") as new:
            text = re.sub(r"(?m)^Version:.*", f"Version: {version}", old.read())
            new.write(re.sub(r"(?m)^Cflags:", f"Cflags: {cflags}", text))
    return folder


def first_in_path(folder):
    own = os.environ.get("PKG_CONFIG_PATH")
    return {"PKG_CONFIG_PATH": folder + (":" + own if own else "")}


def configure_with(folder, *options):
    """Configure with the DPDK of a folder. @return exit status, output"""
    return run("meson", "setup", os.path.join(folder, "build"), TOP, "-Dtests=false", *options,
               env=first_in_path(folder))


def real_version():
    return must("pkg-config", "--modversion", "libdpdk").strip()


def fetched_headers():
    """Skips where DPDK brings its driver headers: they cannot be of another version."""
    if not os.path.isfile(os.path.join(TOP, ".cache", "driver-sdk", "version")):
        check.skip("this DPDK brings its own driver headers")


@check.case("mismatch/configuring refuses headers of another version")
def _():
    fetched_headers()
    status, output = configure_with(pretend(re.sub(r"\d+$", "99", real_version())))
    check.true(status != 0, "configured with headers of another version")
    for word in ("VERSION MISMATCH", real_version(), ".99", "scripts/setup"):
        check.true(word in output, f"'{word}' is not in the message: {output[-500:]}")


@check.case("mismatch/configuring refuses a DPDK that is too old")
def _():
    status, output = configure_with(pretend("21.11.9"))
    check.true(status != 0, "configured with DPDK 21.11")
    check.true("No DPDK 22.11 or newer" in output, f"the message is: {output[-500:]}")


@check.case("mismatch/configuring says which driver headers are missing")
def _():
    fetched_headers()
    status, output = configure_with(pretend(real_version()), f"-Ddriver_sdk={WORK}")
    check.true(status != 0, "configured without driver headers")
    for word in ("without its driver headers", "ethdev_driver.h", "scripts/setup"):
        check.true(word in output, f"'{word}' is not in the message: {output[-500:]}")


@check.case("mismatch/configuring with the right version succeeds")
def _():
    status, output = configure_with(pretend(real_version()))
    check.equal(status, 0, f"exit status, with {output[-500:]}")


@check.case("own DPDK/one with driver headers is used through PKG_CONFIG_PATH")
def _():
    fetched_headers()
    sdk = os.path.join(TOP, ".cache", "driver-sdk", "include")
    # Even where what was fetched is another version's.
    folder = pretend(re.sub(r"\d+$", "99", real_version()), f"-I{sdk}")
    status, output = configure_with(folder)
    check.equal(status, 0, f"exit status, with {output[-500:]}")
    check.true(re.search(r"driver headers *: DPDK itself", output),
               f"where its headers are from: {output[-500:]}")
    output = must(os.path.join(TOP, "scripts", "setup"), env=first_in_path(folder))
    check.true(".99 with its own driver headers" in output, f"scripts/setup says: {output}")


@check.case("mismatch/loading into another version is refused")
def _():
    preload = os.path.join(WORK, "other.so")
    must("cc", "-shared", "-fPIC", "-o", preload, MISMATCH_C)
    status, output = testpmd("-d", pkg_config("--variable=plugin"),
                             env={"LD_PRELOAD": preload})
    check.true(0 < status < 128, f"testpmd ended with {status}: {output[-500:]}")
    for word in ("net_tinynf", real_version(), "22.11.99", "not used"):
        check.true(word in output, f"'{word}' is not in the message: {output[-500:]}")


@check.case("uninstall/leaves nothing")
def _():
    check.true(below(prefix()), "nothing is installed")
    must("ninja", "-C", BUILD, "uninstall")
    check.equal(below(prefix()) if os.path.exists(prefix()) else set(), set(), "what is left")


try:
    check.main()
finally:
    shutil.rmtree(WORK, ignore_errors=True)
