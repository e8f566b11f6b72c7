# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""What packets cost in network functions, on each driver and front end: scripts/bench --functions.

One run of build/test/bench/bench-nf for each function: all ways take turns in one process."""

import collections
import os
import statistics
import tempfile

import bench_run

BENCH = os.path.join(bench_run.BUILD, "test", "bench", "bench-nf")
FUNCTIONS = ("nop", "write", "lookup", "policer", "bridge", "nat", "lb", "firewall")
WAYS = ("plugin", "switch", "native", "callback", "vector", "bulk", "full")
NATIVE = ("native", "callback")
BURSTS = (1, 4, 8, 16, 32, 64)
QUICK_BURSTS = (1, 8, 32)
# Native polls are as long as the driver's flush period, whatever the burst: counted once, and timed
# with each, as only what takes turns can be compared.
NATIVE_BURST = 32
# Processes to take the median of: tables lie elsewhere in each, and take other times.
RUNS = 3
# What the benchmark itself adds, once for 64 packets.
OWN = ("bench_region", "bench_warm")
SECONDS = 1200
TIMED = ("cycles_median", "cycles_low", "cycles_high", "burst_p50", "cycles_p99")


def command(mode, function, bursts=BURSTS, ways=WAYS, **options):
    return [BENCH, f"function={function}", f"mode={mode}", f"paths={','.join(ways)}",
            f"bursts={','.join(map(str, bursts))}"] + \
        [f"{key}={value}" for key, value in options.items()]


def wanted(one):
    return one["path"] not in NATIVE or one["burst"] == NATIVE_BURST


def cycles(function, rounds, bursts=BURSTS, ways=WAYS):
    options = {"huge": 1} if bench_run.hugepages() else {}
    return bench_run.results(bench_run.PRIORITY + command("cycles", function, bursts, ways,
                                                          rounds=rounds, **options), SECONDS)


def medians(runs):
    """One list of results from several: each figure is the median of its like."""
    found = []
    for alike in zip(*runs):
        one = dict(alike[0])
        one.update({key: statistics.median(other[key] for other in alike) for key in TIMED})
        found.append(one)
    return found


def profile(function, cache=(), bursts=BURSTS, ways=WAYS, **options):
    """Events a packet, the function's own included.

    @return a list of results with 'events' and 'functions' (instructions by C function)"""
    with tempfile.TemporaryDirectory(prefix="tinynf-bench-") as directory:
        out = os.path.join(directory, "out")
        found = bench_run.results(
            bench_run.VALGRIND + list(cache) + [f"--callgrind-out-file={out}"] +
            command("profile", function, bursts, ways, **options), SECONDS)
        for n, one in enumerate(found):
            # Parts end at marks: every other one is a measurement.
            by_name = bench_run.parse_profile(f"{out}.{2 * n + 2}")
            total, packets = collections.Counter(), one["packets"]
            for name, counts in by_name.items():
                if not name.startswith(OWN):
                    total.update(counts)
            if packets == 0:
                raise bench_run.Error(f"{function}, {one['path']}: nothing received")
            one["events"] = {event: total[event] / packets for event in bench_run.EVENTS
                             if cache or event == "Ir"}
            one["functions"] = {name: round(counts["Ir"] / packets, 1) for name, counts in
                                sorted(by_name.items(), key=lambda f: -f[1]["Ir"])[:6]}
    return [one for one in found if wanted(one)]


def collect(say, functions=FUNCTIONS, quick=False):
    """@return {function: {way: {burst: figures}}}"""
    rounds, bursts, runs = (200, QUICK_BURSTS, 1) if quick else (400, BURSTS, RUNS)
    result = {}
    for function in functions:
        rows = result.setdefault(function, {})

        def at(one):
            return rows.setdefault(one["path"], {}).setdefault(str(one["burst"]), {})
        say(f"{function}: cycles ...")
        for one in medians([cycles(function, rounds, bursts) for _ in range(runs)]):
            at(one).update({key: one[key] for key in TIMED})
        if not bench_run.have_valgrind():
            say("no valgrind: no instructions, no cache lines")
            continue
        say(f"{function}: instructions and cache lines ...")
        for one in profile(function, bench_run.LINES_CACHE, bursts, flush=1):
            events = one["events"]
            at(one).update(instructions=events["Ir"], lines=events["D1mr"] + events["D1mw"],
                           data_refs=events["Dr"] + events["Dw"])
        if quick:
            continue
        say(f"{function}: misses of a common first-level cache ...")
        for one in profile(function, bench_run.L1_CACHE, bursts):
            at(one)["l1_misses"] = one["events"]["D1mr"] + one["events"]["D1mw"]
    return result
