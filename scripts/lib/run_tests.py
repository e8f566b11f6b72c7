# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""Set up, build and run every layer of tests; the last line counts the cases."""

import argparse
import json
import os
import subprocess
import sys
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LAYERS = ("build", "unit", "model", "proofs", "fuzz", "sanitize", "pmd", "vm", "e2e", "install",
          "in-tree", "docs")
# Plain C layers that are run once more under ASan and UBSan.
SANITIZED = ("unit", "model")
# Layers whose tests are no part of the build; they print cases like all others.
SCRIPTS = (("install", "test/install/test_install.py"), ("in-tree", "scripts/build-in-tree"),
           ("docs", "scripts/check-style"), ("docs", "test/docs/test_docs.py"))


class Counts:
    def __init__(self):
        self.passed = 0
        self.failed = []
        self.skipped = []

    def line(self):
        text = f"{self.passed} passed, {len(self.failed)} failed"
        return text + (f", {len(self.skipped)} skipped" if self.skipped else "")


COUNTS = Counts()
START = time.monotonic()
# Debian's interpreter and meson come before any other; compilers and mounts are found as root's.
os.environ["PATH"] = "/usr/bin:/usr/sbin:/sbin:" + os.environ.get("PATH", "")


def log(text):
    print(f"[{time.monotonic() - START:5.0f} s] {text}", flush=True)


def record(layer, line):
    """Count one result line of a test program. @return True if it was one."""
    kind, _, rest = line.partition(" ")
    if kind == "PASS" and rest:
        COUNTS.passed += 1
    elif kind == "FAIL" and rest:
        COUNTS.failed.append(f"{layer}: {rest}")
    elif kind == "SKIP" and rest:
        COUNTS.skipped.append(f"{layer}: {rest}")
    else:
        return False
    print(f"  {line}", flush=True)
    return True


def case(layer, name, command, timeout=900, env=None):
    """A command that is a case of its own: it passes if it exits with 0."""
    log(f"{layer}: {name}")
    try:
        done = subprocess.run(command, cwd=TOP, env=env, timeout=timeout, text=True,
                              errors="replace", stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        ok, output = done.returncode == 0, done.stdout
    except subprocess.TimeoutExpired as expired:
        ok, output = False, f"{expired.stdout or ''}\nnot done after {timeout} s"
    if not ok:
        print("\n".join(str(output).splitlines()[-40:]), flush=True)
    record(layer, f"PASS {name}" if ok else
           f"FAIL {name}: {' '.join(' '.join(command).split()[:6])} failed")
    return ok


def program(layer, test, quick):
    """Run one registered test program and count its cases."""
    log(f"{layer}: {test['name']}")
    env = dict(os.environ, **test["env"])
    if quick:
        env["TINYNF_QUICK"] = "1"
    before = COUNTS.passed + len(COUNTS.failed) + len(COUNTS.skipped)
    failed = len(COUNTS.failed)
    path = os.path.join(TOP, "build", f"log-{layer}-{test['name'].replace(' ', '-')}")
    limit = test["timeout"] or 600
    with open(path, "w", errors="replace") as errors:
        run = subprocess.Popen(["timeout", "-k", "5", str(limit)] + test["cmd"], env=env,
                               cwd=test.get("workdir") or TOP, stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=errors, text=True,
                               errors="replace")
        for line in run.stdout:
            if not record(layer, line.rstrip("\n")):
                errors.write(line)
        status = run.wait()
    if status != 0:
        if len(COUNTS.failed) == failed:
            why = f"not done after {limit} s" if status in (124, 137) else f"exit status {status}"
            record(layer, f"FAIL {test['name']}: {why}; see {os.path.relpath(path, TOP)}")
        with open(path, errors="replace") as errors:
            print("".join(errors.readlines()[-15:]), flush=True)
    elif COUNTS.passed + len(COUNTS.failed) + len(COUNTS.skipped) == before:
        record(layer, f"FAIL {test['name']}: reported no case")


def tests_of(build):
    listed = subprocess.run(["meson", "introspect", "--tests", build], check=True, cwd=TOP,
                            capture_output=True, text=True)
    tests = json.loads(listed.stdout)
    for test in tests:
        # As meson does: arguments may be relative to the build directory.
        test["workdir"] = test["workdir"] or os.path.join(TOP, build)
    return tests


def suites(test):
    return {suite.split(":")[-1] for suite in test["suite"]}


def configure(build, compiler, *options):
    directory = os.path.join(TOP, build)
    env = dict(os.environ, CC=compiler)
    if os.path.isfile(os.path.join(directory, "build.ninja")):
        return ["true"], env
    return ["meson", "setup", directory, TOP] + list(options), env


def compile_in(name, build, compiler, *options):
    command, env = configure(build, compiler, *options)
    if not case("build", f"configure with {name}", command, env=env):
        return False
    return case("build", f"compile with {name}, no warnings",
                ["ninja", "-C", os.path.join(TOP, build)], 1200)


def run_layers(wanted, quick):
    if not case("build", "set-up of this machine", ["scripts/setup", "--tests"], 900):
        return
    if not compile_in("gcc", "build", "gcc"):
        return
    if "build" in wanted:
        compile_in("clang", "build-clang", "clang")
    tests = tests_of("build")
    for layer in ("unit", "model", "proofs", "fuzz", "pmd", "vm", "e2e"):
        if layer in wanted:
            mine = [test for test in tests if layer in suites(test)]
            if not mine:
                record(layer, f"SKIP {layer}: there are no such tests yet")
            for test in mine:
                program(layer, test, quick)
    if "sanitize" in wanted and compile_in("ASan and UBSan", "build-asan", "gcc",
                                            "-Db_sanitize=address,undefined",
                                            "-Db_lundef=false", "-Dbuildtype=debugoptimized"):
        for test in tests_of("build-asan"):
            if suites(test) & set(SANITIZED):
                test["env"]["ASAN_OPTIONS"] = "detect_leaks=1:abort_on_error=0"
                test["env"]["UBSAN_OPTIONS"] = "halt_on_error=1:print_stacktrace=1"
                program("sanitize", test, quick)
    for layer, script in SCRIPTS:
        if layer in wanted:
            program(layer, {"name": os.path.basename(script), "cmd": [os.path.join(TOP, script)],
                            "env": {}, "timeout": 1500}, quick)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="shorter runs of each case")
    parser.add_argument("layer", nargs="*", help=f"only these layers: {', '.join(LAYERS)}")
    args = parser.parse_args()
    for layer in args.layer:
        if layer not in LAYERS:
            parser.error(f"no layer '{layer}'; there are: {', '.join(LAYERS)}")
    run_layers(args.layer or LAYERS, args.quick)
    log("done")
    for name in COUNTS.skipped:
        print(f"skipped  {name}")
    for name in COUNTS.failed:
        print(f"FAILED   {name}")
    print(COUNTS.line(), flush=True)
    sys.exit(1 if COUNTS.failed or not COUNTS.passed else 0)


main()
