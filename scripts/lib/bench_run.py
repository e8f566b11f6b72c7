# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""Runs of test/bench/bench, by itself and under valgrind."""

import collections
import json
import os
import re
import shutil
import subprocess
import tempfile

from plugin import loadable

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.join(TOP, "build")
PLUGIN = os.path.join(BUILD, "librte_net_tinynf.so")
BENCH = os.path.join(BUILD, "test", "bench", "bench")
BUS = os.path.join(BUILD, "test", "bus", "librte_bus_model.so")
PRELOAD = os.path.join(BUILD, "test", "bench", "libbench_movdiri.so")
EVENTS = ("Ir", "Dr", "Dw", "D1mr", "D1mw")
# Put before what is timed.
PRIORITY = []
# The application's own functions are not the driver's cost.
OWN = ("bench_region", "bench_warm", "burst_once", "forward")
# Handled faults need exact registers at each memory access.
VALGRIND = ["valgrind", "--tool=callgrind", "--px-default=allregs-at-mem-access",
            "--px-file-backed=allregs-at-mem-access", "--dump-before=bench_mark",
            "--toggle-collect=bench_region"]
# All that a region touches fits, and nothing is there before: misses are distinct lines.
LINES_CACHE = ["--cache-sim=yes", "--D1=1048576,16,64"]
# A common first level.
L1_CACHE = ["--cache-sim=yes", "--D1=32768,8,64"]


class Error(Exception):
    """A run failed; the text says why."""


def hugepages():
    """True if a run's memory fits into free 2 MB pages."""
    try:
        with open("/sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages") as f:
            return int(f.read()) >= 300
    except OSError:
        return False


def command(mode, paths, bursts, huge=False, **options):
    args = [BENCH, f"plugin={loadable(PLUGIN)}", f"mode={mode}", f"paths={','.join(paths)}",
            f"bursts={','.join(map(str, bursts))}"]
    if huge:
        args.append("huge=1")
    return args + [f"{key}={value}" for key, value in options.items()]


def results(args, seconds=600):
    """Run and parse one JSON object a line."""
    try:
        run = subprocess.run(args, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                             timeout=seconds)
    except subprocess.TimeoutExpired:
        raise Error(f"{' '.join(args)} takes more than {seconds} s")
    found = [json.loads(line) for line in run.stdout.splitlines() if line.startswith("{")]
    if run.returncode != 0 or not found:
        raise Error(f"{' '.join(args)} ended with {run.returncode}: "
                    f"{run.stderr.strip()[-600:]} {run.stdout.strip()[-200:]}")
    return found


def measure(mode, paths, bursts, **options):
    """Cycles or counts."""
    timed = mode == "cycles"
    return results((PRIORITY if timed else []) +
                   command(mode, paths, bursts, huge=timed and hugepages(), **options))


def parse_profile(path):
    """Events by function, without those called."""
    names, functions = {}, collections.defaultdict(collections.Counter)
    events, function, called = [], None, False
    with open(path, errors="replace") as f:
        for line in f:
            match = re.match(r"(c?)fn=\((\d+)\)(?: (.*))?$", line)
            if match:
                if match[3]:
                    names[match[2]] = match[3]
                if not match[1]:
                    function = match[2]
            elif line.startswith("events:"):
                events = line.split()[1:]
            elif line.startswith("calls="):
                called = True
            elif function and re.match(r"[-+*\d]", line):
                if not called:
                    for event, count in zip(events, line.split()[1:]):
                        functions[function][event] += int(count)
                called = False
    return {names.get(f, f): counts for f, counts in functions.items()}


def have_valgrind():
    return shutil.which("valgrind") is not None


def profile(paths, bursts, cache=(), **options):
    """Events per packet by subject; the application's own left out.

    @return a list like measure()'s, with 'events' and 'functions' (instructions by function)."""
    with tempfile.TemporaryDirectory(prefix="tinynf-bench-") as directory:
        out = os.path.join(directory, "out")
        found = results(VALGRIND + list(cache) + [f"--callgrind-out-file={out}"] +
                        command("profile", paths, bursts, **options))
        for n, one in enumerate(found):
            # Parts end at marks: every other one is a measurement.
            functions = parse_profile(f"{out}.{2 * n + 2}")
            total = collections.Counter()
            for name, counts in functions.items():
                if not name.startswith(OWN):
                    total.update(counts)
            packets = one["packets"]
            if packets == 0:
                raise Error(f"{one['path']} at burst {one['burst']} received nothing")
            # Counts of 0 at the ends of lines are left out.
            one["events"] = {event: total[event] / packets for event in EVENTS
                             if cache or event == "Ir"}
            one["functions"] = {name: counts["Ir"] / packets for name, counts in sorted(
                functions.items(), key=lambda f: -f[1]["Ir"])[:8] if not name.startswith(OWN)}
    return found
