# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""Builds testpmd, unchanged, from the distribution's source with a pkg-config of our choice.

DPDK has no build of testpmd alone, so its files are compiled as DPDK's would be: with what
pkg-config says, and with the few headers beside it that are not installed."""

import concurrent.futures
import glob
import os
import shlex
import shutil
import subprocess

import check
from e2e import BUILD_ROOT
from example_build import examples_source


def said(wrapper, what):
    done = subprocess.run([wrapper, what, "libdpdk"], capture_output=True, text=True, timeout=60)
    check.equal(done.returncode, 0, f"{wrapper} {what}: {done.stderr[-300:]}")
    return shlex.split(done.stdout)


def compile_one(words):
    done = subprocess.run(words, capture_output=True, text=True, timeout=600)
    return "" if done.returncode == 0 else f"{words[-3]}: {done.stderr[:600]}"


def sources(tree, include):
    """Files to compile; headers that testpmd takes from beside it go to a folder of their own."""
    shutil.rmtree(include, ignore_errors=True)
    os.makedirs(include)
    beside = glob.glob(os.path.join(tree, "drivers", "net", "*", "*_testpmd.h"))
    for path in beside + [os.path.join(tree, "lib", "eal", "linux", "include", "rte_os_shim.h")]:
        if os.path.exists(path):
            shutil.copy(path, include)
    # Drivers' commands register themselves; only what others call is needed.
    called = [path[:-1] + "c" for path in beside]
    return glob.glob(os.path.join(tree, "app", "test-pmd", "*.c")) + \
        [path for path in called if os.path.exists(path)]


def build(wrapper, compiler):
    """@return testpmd's path."""
    examples = examples_source()
    tree = os.path.dirname(examples) if examples else None
    if tree is None or not os.path.isdir(os.path.join(tree, "app", "test-pmd")):
        check.skip("there is no source of testpmd: run scripts/setup")
    top = os.path.join(BUILD_ROOT, "switch-testpmd", compiler)
    shutil.rmtree(top, ignore_errors=True)
    os.makedirs(top)
    cflags, libs = said(wrapper, "--cflags"), said(wrapper, "--libs")
    include = os.path.join(top, "include")
    objects, commands = [], []
    for source in sources(tree, include):
        objects.append(os.path.join(top, os.path.basename(source)[:-1] + "o"))
        commands.append([compiler, "-O2", "-Wno-deprecated-declarations",
                         "-DALLOW_EXPERIMENTAL_API", *cflags, "-I", os.path.join(tree, "app",
                         "test-pmd"), "-I", include, "-c", source, "-o", objects[-1]])
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for failed in pool.map(compile_one, commands):
            check.equal(failed, "", "testpmd's source")
    # Some drivers have commands in testpmd.
    done = subprocess.run(["pkg-config", "--variable=libdir", "libdpdk"], capture_output=True,
                          text=True, timeout=60)
    drivers = glob.glob(os.path.join(done.stdout.strip(), "librte_net_*.so"))
    program = os.path.join(top, "testpmd")
    failed = compile_one([compiler, *objects, *libs, "-Wl,--as-needed", *drivers, "-lm",
                          "-ljansson", "-o", program])
    check.equal(failed, "", "linking testpmd")
    return program
