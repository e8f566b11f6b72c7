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
from example_build import PROGRAMS, compile_object, examples_source, link_program, run

FRAMES = 20000 if check.quick() else 100000
WRAPPER = os.path.join(BUILD_ROOT, "switch", "tinynf-pkg-config")
RUN = {
    "l2fwd": (2, ["-p", "0x3", "-q", "2", "-P", "-T", "0", "--no-mac-updating"]),
    "skeleton": (2, []),
    "l3fwd": (2, ["-p", "0x3", "-P", "--config=(0,0,0),(1,0,0)", "--parse-ptype"]),
}


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


def linked(program):
    """The driver is in it, and no burst is a function of its own."""
    symbols = run("nm", "-C", program)
    check.true("rte_pmd_tinynf_switch" in symbols, "the driver is not linked in")
    for function in ("tinynf_inline_rx", "tinynf_inline_tx", "tinynf_switch_rx_burst",
                     "tinynf_switch_tx_burst"):
        check.true(not re.search(rf"\b{function}(\(.*)?$", symbols, re.M), f"{function} is not inlined")


def inlined(program):
    """The code of a program or object fills transmit descriptors and compares threads, which
    ethdev's never does. @return functions that do the former."""
    code = run("objdump", "-d", "-C", "--no-show-raw-insn", program)
    # The transmit command of a plain packet, and the thread's address.
    check.true("$0x3000000," in code, "no transmit descriptor is filled")
    check.true("%fs:0x0," in code, "no burst asks which thread it is in")
    functions, function = set(), ""
    for line in code.splitlines():
        if line.endswith(">:"):
            function = line.split("<", 1)[1][:-2]
        elif "$0x3000000," in line:
            functions.add(function)
    return functions


def forwards(example, *how, **env):
    program = build(example, *how, env=env)
    linked(program)
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
    linked(_testpmd[0])
    functions = inlined(_testpmd[0])
    check.true("pkt_burst_io_forward" in functions and "pkt_burst_mac_swap" in functions,
               f"io and macswap fill no descriptor themselves, only {sorted(functions)}")
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


def own(compiler, *flags, second=None):
    """@return the program of switch_program.c, two objects with bursts in each."""
    compilers = (compiler, second or compiler)
    top = os.path.join(BUILD_ROOT, "switch-examples", "-".join(compilers) + "".join(flags))
    parts = [compile_object(by, "switch_program.c", os.path.join(top, name), WRAPPER, *flags, part)
             for by, name, part in zip(compilers, ("first.o", "second.o"), ("-DFIRST", "-DSECOND"))]
    return link_program(compilers[-1], parts, os.path.join(top, "program"), WRAPPER)


def forwards_both(program):
    with App(program, generators(2, FRAMES), [], lcores="0@0", plugin=None) as app:
        app.wait_all(2, FRAMES, 60)
        check.equal(app.stop(60), 0, "exit status")
        app.judge(sent=FRAMES)


def two_objects(first, second):
    program = own(first, second=second)
    linked(program)
    for name in ("first.o", "second.o"):
        inlined(os.path.join(os.path.dirname(program), name))
    forwards_both(program)


for pair in (("gcc", "gcc"), ("clang", "clang"), ("g++", "g++"), ("clang++", "clang++"),
             ("gcc", "g++"), ("clang", "g++"), ("gcc", "clang++")):
    check.add(f"switch/two objects with {' and '.join(dict.fromkeys(pair))}", two_objects, *pair)


def cxx(compiler, *flags):
    """An application in C++, with bursts in a member function."""
    top = os.path.join(BUILD_ROOT, "switch-examples", compiler + "".join(flags))
    made = compile_object(compiler, "cxx_program.cc", os.path.join(top, "cxx.o"), WRAPPER, *flags)
    if "-O0" not in flags:
        functions = inlined(made)
        check.true(any("tinynf_inline" not in name for name in functions),
                   f"the program fills no descriptor itself, only {sorted(functions)}")
    program = link_program(compiler, [made], os.path.join(top, "cxx"), WRAPPER)
    linked(program)
    forwards_both(program)


for compiler in ("g++", "clang++"):
    for standard in ("c++11", "c++17"):
        check.add(f"switch/C++ program with {compiler}, {standard}", cxx, compiler,
                  f"-std={standard}")
    check.add(f"switch/C++ program with {compiler}, not optimised for net_tinynf only", cxx, compiler,
              "-O0", "-DTINYNF_ONLY")


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
