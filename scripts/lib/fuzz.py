# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""Build the fuzzing targets with clang and run each for a while.

Inputs that were found are kept in build-fuzz/corpus/<target> and used again by the next run.
Inputs that broke something once are in test/fuzz/regress/<target>, in hexadecimal; they run first.
"""

import argparse
import glob
import os
import re
import shutil
import subprocess
import sys

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DRIVER = os.path.join(TOP, "drivers", "net", "tinynf")
FUZZ = os.path.join(TOP, "test", "fuzz")
SANITIZE = "fuzzer,address,undefined"
LINK = {"vfio_user": ("-Wl,--wrap=mmap", "-Wl,--wrap=munmap")}
FUNCTIONS = ("bridge", "firewall", "lb", "nat", "policer")
# What each target consists of beside its own file, below the driver's directory.
TARGETS = {
    "agent": ("tinynf_agent.c",),
    # Its defaults are the generator's, which sends to a model.
    "devargs": ("tinynf_vdev_args.c", "wire/*.c", "base/tinynf_regs.c", "model/*.c"),
    "frame": ("wire/tinynf_frame.c", "wire/tinynf_check.c"),
    "model": ("base/tinynf_regs.c", "model/*.c"),
    "nf": tuple(f"../../../app/nf-{name}/{name}.c" for name in FUNCTIONS) + tuple(
        f"../../../app/nf-common/nf_{name}.c" for name in ("options", "table")),
    # The server without its main loop, its command line, its clock and its trace.
    "vfio_user": tuple(f"../../../app/tinynf-device/{name}.c" for name in (
        "command", "conn", "device", "dma", "endpoint", "irq", "pcap", "pci", "region", "report",
        "server", "tap", "version", "wires")) + ("wire/*.c", "base/tinynf_regs.c", "model/*.c"),
}


def dpdk(what):
    """What DPDK's pkg-config says, its headers as the system's."""
    env = dict(os.environ, PATH="/usr/bin:" + os.environ["PATH"])
    said = subprocess.run(["pkg-config", what, "libdpdk"], capture_output=True, text=True, env=env)
    return [word.replace("-I", "-isystem") for word in said.stdout.split()]


def flags(target):
    """Arguments for one target only: for the compiler, for the linker."""
    if target != "nf":
        return [], list(LINK.get(target, ()))
    folders = ["test/nf", "app/nf-common"] + [f"app/nf-{name}" for name in FUNCTIONS]
    return ["-I" + os.path.join(TOP, folder) for folder in folders] + dpdk("--cflags") + \
        ["-Wno-address-of-packed-member"], dpdk("--libs")


def build(target, directory):
    """@return the program, or None after saying why."""
    program = os.path.join(directory, f"fuzz_{target}")
    sources = [os.path.join(FUZZ, f"fuzz_{target}.c")]
    for pattern in TARGETS[target]:
        sources += sorted(glob.glob(os.path.join(DRIVER, pattern)))
    compiler, linker = flags(target)
    done = subprocess.run(
        ["clang", "-std=gnu11", "-D_GNU_SOURCE", "-g", "-O1", "-Wall", "-Wextra", "-Werror",
         "-Wno-unused-function", "-fno-omit-frame-pointer", f"-fsanitize={SANITIZE}",
         "-fno-sanitize-recover=all", "-I" + DRIVER, "-I" + FUZZ,
         "-I" + os.path.join(TOP, "test", "common"), "-I" + os.path.join(TOP, "test", "model")] +
        compiler + sources + linker + ["-o", program], capture_output=True, text=True, errors="replace")
    if done.returncode != 0:
        print(done.stderr[-4000:])
        return None
    return program


def seeds(target, directory):
    """Start from what was found before, what once broke, and a few bytes of each sort."""
    corpus = os.path.join(directory, "corpus", target)
    os.makedirs(corpus, exist_ok=True)
    for suffix, content in ((".txt", str.encode), (".hex", bytes.fromhex)):
        path = os.path.join(FUZZ, target + suffix)
        if os.path.exists(path):
            with open(path) as lines:
                found = [content(line.rstrip("\n")) for line in lines if line[0] != "#"]
            break
    else:
        # Any sequence that visits all byte values soon will do; it has to be the same each time.
        found = [bytes((j * (37 + 2 * i) + (j >> 5)) & 255 for j in range(200 << i))
                 for i in range(4)]
    for i, content in enumerate(found):
        with open(os.path.join(corpus, f"seed{i}"), "wb") as seed:
            seed.write(content)
    return corpus


def regressions(target, directory):
    """Inputs that once broke the target, as files."""
    files = []
    for path in sorted(glob.glob(os.path.join(FUZZ, "regress", target, "*.hex"))):
        with open(path) as text:
            content = bytes.fromhex(text.read())
        name = f"regress-{target}-{os.path.basename(path)[:-4]}"
        files.append(os.path.join(directory, name))
        with open(files[-1], "wb") as file:
            file.write(content)
    return files


def run(target, program, directory, seconds):
    """@return None, or why it failed."""
    corpus = seeds(target, directory)
    found = os.path.join(directory, f"found-{target}-")
    command = [program, f"-artifact_prefix={found}", "-timeout=60", "-rss_limit_mb=1024",
               "-print_final_stats=1", "-verbosity=1"]
    once = regressions(target, directory)
    dictionary = os.path.join(FUZZ, f"{target}.dict")
    if os.path.exists(dictionary):
        command.append(f"-dict={dictionary}")
    env = dict(os.environ, UBSAN_OPTIONS="print_stacktrace=1:halt_on_error=1")
    steps = [command + once] if once else []
    steps.append(command + [f"-max_total_time={seconds}", "-max_len=4096", corpus])
    for step in steps:
        done = subprocess.run(step, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, errors="replace")
        if done.returncode != 0:
            print(done.stdout[-6000:])
            why = re.search(r"(SUMMARY: .*|.*broken: .*|ERROR: .*)", done.stdout)
            saved = re.search(r"Test unit written to (\S+)", done.stdout)
            return (why.group(1) if why else f"exit status {done.returncode}") + \
                (f"; input in {os.path.relpath(saved.group(1), TOP)}" if saved else "")
    runs = re.search(r"stat::number_of_executed_units:\s*(\d+)", done.stdout)
    cover = re.findall(r" cov: (\d+)", done.stdout)
    print(f"  {target}: {runs.group(1) if runs else '?'} inputs, "
          f"{cover[-1] if cover else '?'} edges covered", flush=True)
    return None


def main():
    parser = argparse.ArgumentParser(
        prog="scripts/fuzz", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="targets: " + ", ".join(TARGETS) + " (default: all)")
    parser.add_argument("--seconds", type=int, default=60, metavar="N", help="for each target")
    parser.add_argument("--directory", default=os.path.join(TOP, "build-fuzz"), metavar="DIR",
                        help="where programs and inputs are kept (default: build-fuzz)")
    parser.add_argument("target", nargs="*")
    args = parser.parse_args()
    for target in args.target:
        if target not in TARGETS:
            parser.error(f"no target '{target}'; there are: {', '.join(TARGETS)}")
    if shutil.which("clang") is None:
        sys.exit("scripts/fuzz: needs clang: run scripts/setup --tests")
    os.makedirs(args.directory, exist_ok=True)
    failed = False
    for target in args.target or TARGETS:
        program = build(target, args.directory)
        why = "does not compile" if program is None else \
            run(target, program, args.directory, args.seconds)
        print(f"FAIL fuzz/{target}: {why}" if why else f"PASS fuzz/{target}", flush=True)
        failed |= why is not None
    sys.exit(1 if failed else 0)


main()
