# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""The distribution's examples, compiled with the switch: the driver linked in, bursts inlined."""

import os
import re
import shutil
import subprocess

import check
from e2e import BUILD_ROOT, App, generators
import testpmd_build
from example_build import PROGRAMS, examples_source

FRAMES = 20000 if check.quick() else 100000
WRAPPER = os.path.join(BUILD_ROOT, "switch", "tinynf-pkg-config")
RUN = {
    "l2fwd": (2, ["-p", "0x3", "-q", "2", "-P", "-T", "0", "--no-mac-updating"]),
    "skeleton": (2, []),
    "l3fwd": (2, ["-p", "0x3", "-P", "--config=(0,0,0),(1,0,0)", "--parse-ptype"]),
}


def run(*words, **kwargs):
    done = subprocess.run(words, capture_output=True, text=True, timeout=600, **kwargs)
    check.equal(done.returncode, 0, f"{' '.join(words)[:200]}: {done.stderr[-400:]}")
    return done.stdout


def build(example, compiler="gcc", static=False, env=None):
    """@return the example's program, made by its own Makefile."""
    source = examples_source()
    if source is None:
        check.skip("no DPDK source: run scripts/setup")
    kind = "static" if static else "shared"
    extra = "-" + "-".join(env) if env else ""
    top = os.path.join(BUILD_ROOT, "switch-examples", f"{compiler}-{kind}{extra}")
    shutil.rmtree(os.path.join(top, example), ignore_errors=True)
    for name in (example, "common"):
        shutil.copytree(os.path.join(source, name), os.path.join(top, name), dirs_exist_ok=True)
    run("make", "-s", "-C", os.path.join(top, example), kind,
        env=dict(os.environ, PKGCONF=WRAPPER, CC=compiler, CFLAGS="-Werror=implicit", **(env or {})))
    return os.path.join(top, example, "build", f"{PROGRAMS[example]}-{kind}")


def inlined(program):
    """Its code fills transmit descriptors and compares threads, which ethdev's never does."""
    symbols = run("nm", program)
    check.true("rte_pmd_tinynf_switch" in symbols, "the driver is not linked in")
    for function in ("tinynf_inline_rx", "tinynf_inline_tx", "tinynf_switch_rx_burst",
                     "tinynf_switch_tx_burst"):
        check.true(not re.search(rf"\b{function}$", symbols, re.M), f"{function} is not inlined")
    code = run("objdump", "-d", "--no-show-raw-insn", program)
    # The transmit command of a plain packet, and the thread's address.
    check.true("$0x3000000," in code, "no transmit descriptor is filled")
    check.true("%fs:0x0," in code, "no burst asks which thread it is in")


def forwards(example, *how, **env):
    program = build(example, *how, env=env)
    inlined(program)
    ports, options = RUN[example]
    with App(program, generators(ports, FRAMES), options, lcores="0@0,1@1" if example == "l2fwd" else "0@0",
             plugin=None) as app:
        app.wait_all(ports, FRAMES, 60)
        live = [app.wire(port) for port in range(ports)]
        app.stop(60)
        for n, wire in enumerate(live):
            wire["name"] = f"port {n}"
            check.equal(wire.get("dropped"), 0, f"dropped (of {wire})")
        app.judge(sent=FRAMES, live=live)


for example in RUN:
    check.add(f"switch/{example} with gcc", forwards, example)
check.add("switch/l2fwd with clang", forwards, "l2fwd", "clang")
check.add("switch/l2fwd for net_tinynf only", forwards, "l2fwd", "gcc", TINYNF_ONLY="1")
check.add("switch/l2fwd linked statically", forwards, "l2fwd", "gcc", True)


_testpmd = []


def testpmd(mode, burst):
    """testpmd from source; every engine's bursts are inlined into the engine."""
    if not _testpmd:
        _testpmd.append(testpmd_build.build(WRAPPER, "gcc"))
    inlined(_testpmd[0])
    code = run("objdump", "-d", "--no-show-raw-insn", _testpmd[0])
    filled, function = set(), ""
    for line in code.splitlines():
        if line.endswith(">:"):
            function = line.split("<")[1][:-2]
        elif "$0x3000000," in line:
            filled.add(function)
    check.true("pkt_burst_io_forward" in filled and "pkt_burst_mac_swap" in filled,
               f"io and macswap fill no descriptor themselves, only {sorted(filled)}")
    options = [f"--forward-mode={mode}", f"--burst={burst}", "--total-num-mbufs=16384",
               "--nb-cores=1", "--port-topology=paired", "--auto-start"]
    with App(_testpmd[0], generators(2, FRAMES), options, plugin=None,
             stdin=subprocess.PIPE) as app:
        app.wait_all(2, FRAMES, 60)
        app.type("quit")
        check.equal(app.join(60), 0, "exit status of testpmd")
        app.judge(sent=FRAMES)


for mode in ("io", "mac", "macswap", "5tswap", "csum"):
    check.add(f"switch/testpmd from source, {mode}", testpmd, mode, 32)
check.add("switch/testpmd from source, bursts of 1", testpmd, "io", 1)


def own(compiler, *flags):
    """@return the program of switch_program.c, two objects with bursts in each."""
    language = "c++" if "++" in compiler else "c"
    top = os.path.join(BUILD_ROOT, "switch-examples", compiler + "".join(flags))
    os.makedirs(top, exist_ok=True)
    source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "switch_program.c")
    cflags = run(WRAPPER, "--cflags", "libdpdk").split() + ["-O2", "-Wall", "-Wextra", "-Werror"]
    objects = [os.path.join(top, name) for name in ("first.o", "second.o")]
    for made, part in zip(objects, ("-DFIRST", "-DSECOND")):
        run(compiler, "-x", language, *cflags, *flags, part, "-c", source, "-o", made)
    program = os.path.join(top, "program")
    run(compiler, *objects, "-o", program, *run(WRAPPER, "--libs", "libdpdk").split())
    return program


def two_objects(compiler):
    program = own(compiler)
    if "++" not in compiler:
        inlined(program)
    with App(program, generators(2, FRAMES), [], lcores="0@0", plugin=None) as app:
        app.wait_all(2, FRAMES, 60)
        check.equal(app.stop(60), 0, "exit status")
        app.judge(sent=FRAMES)


for compiler in ("gcc", "clang", "g++", "clang++"):
    check.add(f"switch/two objects with {compiler}", two_objects, compiler)


def other_driver(only):
    """A port of net_null beside: served by ethdev, or, with TINYNF_ONLY, refused."""
    program = own("gcc", *(["-DTINYNF_ONLY"] if only else []))
    # net_null drops what it is to send; it is port 1, as net_tinynf is created first.
    vdevs = [f"net_tinynf0,count={FRAMES}", "net_null0,no-rx=1"]
    with App(program, vdevs, [], lcores="0@0", plugin=None) as app:
        if only:
            app.wait_log("port 1 is not started or not of net_tinynf, and this program was", 60)
        else:
            app.wait(lambda: app.wire(0).get("dropped", 0) == FRAMES, "all frames dropped", 60,
                     lambda: app.wire(0))
        check.equal(app.stop(60), 0, "exit status")
        app.judge(returned=False)


check.add("switch/other drivers' ports are served", other_driver, False)
check.add("switch/other drivers' ports are refused for net_tinynf only", other_driver, True)


@check.case("switch/another version of the driver is refused at start")
def mismatch():
    program = own("gcc", "-DTINYNF_SWITCH_VERSION=UINT64_C(99)")
    done = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=60)
    check.equal(done.returncode, 1, "exit status")
    check.true("compiled for another version of the driver" in done.stderr,
               f"no reason: {done.stderr[-200:]}")


check.main()
