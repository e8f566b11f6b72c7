# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""The benchmark works, and packets cost no more instructions than they did."""

import json
import os
import re
import subprocess
import sys
import tempfile

import check

sys.path.insert(0, os.path.join(os.environ["TINYNF_SOURCE_ROOT"], "scripts", "lib"))
import bench_functions  # noqa: E402 (needs the path)
import bench_functions_report  # noqa: E402 (needs the path)
import bench_report  # noqa: E402 (needs the path)
import bench_run  # noqa: E402
import code_size  # noqa: E402 (needs the path)

# Instructions of receive and transmit per packet by burst size. They are exact, but they are a
# compiler's and an instruction set's. Change them together with the code that changes them.
EXPECTED = {1: 77.4, 2: 77.9, 3: 71.3, 4: 48.4, 7: 59.3, 8: 35.5, 16: 29.7, 32: 24.4}
# With eight ports to send to, in turn.
EXPECTED_OF_EIGHT = {1: 92.4, 4: 63.4, 8: 51.3, 32: 29.7}
# With flags that ask for nothing, as an application sets them that says what it found.
EXPECTED_WITH_FLAGS = {1: 225.9, 4: 111.9, 8: 84.1, 32: 54.6}
# The same of a no-op on the native interface, the loop included.
NATIVE_NOP = 14.5
COMPILER = "12."
TOLERANCE = 1.02


def compiler():
    """Version of the gcc that built the plugin; empty for others and for other optimisation."""
    with open(bench_run.PLUGIN, "rb") as f:
        versions = re.findall(rb"(GCC|clang)[^\0]*? ([0-9.]+)\0", f.read())
    with open(os.path.join(os.environ["TINYNF_BUILD_ROOT"], "meson-info",
                           "intro-buildoptions.json")) as f:
        options = {o["name"]: o["value"] for o in json.load(f)}
    plain = options["b_sanitize"] == "none" and options["optimization"] == "3"
    if not plain or any(name != b"GCC" for name, _ in versions):
        return ""
    return versions[-1][1].decode() if versions else ""


def ready():
    if not os.path.exists(bench_run.BENCH):
        check.skip("there is no benchmark on this machine: the model bus is for x86-64")


def ready_to_count():
    ready()
    if not bench_run.have_valgrind():
        check.skip("valgrind is not installed")
    if not compiler().startswith(COMPILER):
        check.skip(f"the numbers are those of gcc {COMPILER}x, optimised, not instrumented")


@check.case("bench/instructions do not grow")
def _():
    ready_to_count()
    with open("/proc/cpuinfo") as f:
        if not re.search(r"^flags.* avx2\b", f.read(), re.M):
            check.skip("the numbers are those of a CPU with AVX2")
    for limits, options in ((EXPECTED, {}), (EXPECTED_OF_EIGHT, {"outputs": 8}),
                            (EXPECTED_WITH_FLAGS, {"flags": 1})):
        for one in bench_run.profile(["tinynf"], list(limits), **options):
            value, expected = one["events"]["Ir"], limits[one["burst"]]
            what = f"burst {one['burst']} {options}"
            print(f"{what}: {value:.1f} instructions, {expected} expected")
            check.true(value <= expected * TOLERANCE,
                       f"{what}: {value:.1f} instructions a packet, not {expected}: "
                       f"{one['functions']}")


@check.case("bench/device counts what goes over the bus")
def _():
    ready()
    paths = ["tinynf", "vector", "bulk", "full"]
    for one in bench_run.measure("counts", paths, [32]):
        # Each descriptor is read once; received ones are written, sent ones by groups.
        check.equal(one["desc_fetched_bytes"], 32.0, f"descriptor bytes read by {one['path']}")
        check.true(16 <= one["desc_written_bytes"] <= 32, f"descriptor bytes written: {one}")
        check.true(0 < one["doorbells"] < 0.2, f"doorbells: {one}")
        check.equal(one["nulls"], 0, f"null descriptors of {one['path']}")
    # One by one to eight ports: a doorbell for every four packets, and one for reception.
    for one in bench_run.measure("counts", ["tinynf"], [1], outputs=8):
        check.true(0 < one["doorbells"] < 0.3, f"doorbells of eight outputs: {one}")


def cycles(paths, bursts, **options):
    found = bench_run.measure("cycles", paths, bursts, rounds=50, **options)
    check.equal(len(found), len(paths) * len(bursts), "number of results")
    for one in found:
        check.true(one["cycles_median"] > 0, f"no time passed: {one}")


@check.case("bench/all drivers in one process")
def _():
    ready()
    cycles(["tinynf", "vector", "bulk", "full", "null", "empty"], [32])


@check.case("bench/eight outputs, two queues, IMIX")
def _():
    ready()
    cycles(["tinynf", "vector"], [8], outputs=8)
    cycles(["tinynf", "vector"], [8], queues=2, size="imix", ring=256)


@check.case("bench/bad arguments are refused")
def _():
    ready()
    for bad in ("paths=nonsense", "bursts=65", "outputs=9", "queues=0", "mode=slow", "what=1",
                "plain"):
        run = subprocess.run([bench_run.BENCH, f"plugin={bench_run.PLUGIN}", bad],
                             capture_output=True, text=True, timeout=60)
        check.equal(run.returncode, 2, f"exit status for {bad}")
        check.true(bad.split("=")[0] in run.stderr, f"message names {bad}: {run.stderr}")


def functions(function):
    """All ways forward every packet with a full table, or there are no figures."""
    ready()
    found = bench_functions.cycles(function, 20, (8, 32))
    check.equal(len(found), 2 * len(bench_functions.WAYS), "number of results")
    for one in found:
        check.true(one["cycles_median"] > 0, f"no time passed: {one}")


for name in bench_functions.FUNCTIONS:
    check.add(f"bench/function {name}", functions, name)


def native(way, limit):
    ready_to_count()
    one = bench_functions.profile("nop", bursts=(32,), ways=(way,))[0]
    check.true(one["events"]["Ir"] <= limit, f"{one['events']['Ir']:.1f} instructions a packet, not "
               f"{limit}: {one['functions']}")


check.add("bench/native no-op costs few instructions", native, "native", NATIVE_NOP * TOLERANCE)
check.add("bench/native no-op with a callback costs few instructions", native, "callback", 41)


@check.case("bench/the switch saves instructions")
def switch_saves():
    """A tenth with bursts of 1, and something with any."""
    ready_to_count()
    for burst, most in ((1, 0.9), (4, 1), (8, 1), (32, 1)):
        plugin, switch = [one["events"]["Ir"] for one in bench_functions.profile(
            "nop", bursts=(burst,), ways=("plugin", "switch"))]
        check.true(switch <= plugin * most, f"bursts of {burst}: {switch:.1f} instructions a packet, "
                   f"and {plugin:.1f} without the switch")


def report_page(report, result):
    """What a report module makes of figures. @return its page; each plot has lines"""
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, "page.rst")
        report.page(result, path)
        for name in report.plots(result, directory):
            with open(os.path.join(directory, name)) as f:
                check.true("<polyline" in f.read(), f"no line in {name}")
        with open(path) as f:
            return f.read()


@check.case("bench/functions' report and plots from figures")
def functions_report():
    row = {"instructions": 10.0, "cycles_median": 20.0, "cycles_p99": 30.0, "lines": 1.0,
           "l1_misses": 1.0, "data_refs": 9.0}
    worse = {key: value * 2 for key, value in row.items()}
    figures = {"plugin": {"32": row, "1": worse}, "switch": {"32": row, "1": row},
               "native": {"32": row}, "callback": {"32": worse}, "vector": {"32": worse}, "bulk": {"32": worse, "1": row}}
    result = {"machine": {"cpu": "a CPU", "cpus": 2, "dpdk": "22.11", "date": "2026-01-01",
                          "hypervisor": True, "hugepages": False, "load": 0.1},
              "functions": {name: figures for name in bench_functions.FUNCTIONS}}
    page = report_page(bench_functions_report, result)
    check.true("NAT, plugin, bursts of 1, instructions a packet: 20.0 against 10.0" in page,
               "a loss is missing on the page")
    check.true("bursts of 32" not in page.split("Where ixgbe is better")[1],
               "a win is listed as a loss")
    check.true(re.search(r"DPDK-1 no-op +258 +10 ", page), "the paper's row is missing")
    check.true(re.search(r"the same with a callback +41 +20.0 +yes", page), "a goal is missing")


@check.case("bench/functions and lines of code")
def _():
    if not compiler():
        check.skip("the build's options are another compiler's")
    with tempfile.NamedTemporaryFile("w", suffix=".c") as f:
        f.write("int x;\n\n/* f. */\nint\nf(int a)\n{\n\t/* Two\n\t * lines */\n\n"
                "\treturn a; /* this one */ // counts\n}\n\nint y;\n")
        f.flush()
        check.equal(code_size.lines_of(f.name, 5), 4, "lines of a function")
    graph, folder = code_size.graph_of(r"librte_net_tinynf\.a\.p/drivers_net_tinynf_tinynf_(agent|burst_c|rx|tx)")
    found = {part: graph.reached(entries, folder) for part, entries in
             code_size.ENTRIES["net_tinynf"].items() if part == "tx"}["tx"]
    names = {os.path.basename(path) for path, _ in found}
    check.true({"tinynf_agent.c", "tinynf_tx.c"} <= names, f"sending reaches {names}")
    check.true("tinynf_rx.c" not in names, "sending reaches reception")


@check.case("bench/report and plots from figures")
def _():
    row = {"instructions": 10.0, "cycles_median": 2.0, "cycles_p99": 3.0, "lines": 1.0,
           "doorbells": 0.1}
    worse = {key: value * 2 for key, value in row.items()}
    result = {
        "machine": {"cpu": "a CPU", "cpus": 2, "dpdk": "22.11", "date": "2026-01-01",
                    "hypervisor": True, "hugepages": False},
        "net_tinynf": {"tinynf": {"32": row, "1": worse}},
        "net_ixgbe": {"bulk": {"32": worse, "1": row}},
        "net_null": {"empty": {"32": {"cycles_median": 0.5}, "1": {"cycles_median": 1.0}}},
        "variants": [dict(row, driver="net_tinynf", path="tinynf", burst=32, outputs=8),
                     dict(worse, driver="net_ixgbe", path="bulk", burst=32, outputs=8)],
        "code": {"net_tinynf": {"init": (3, 40), "rx": (2, 30), "tx": (1, 20)}},
    }
    # The machine is slower in other turns for one than for the other.
    result["net_tinynf"]["tinynf"]["32"] = dict(row, two_cores={
        "io": {"cycles": 50, "mpps": 1, "cycles_all": [50, 90, 40]}})
    result["net_ixgbe"]["bulk"]["32"] = dict(worse, two_cores={
        "io": {"cycles": 60, "mpps": 1, "cycles_all": [100, 60, 50]}})
    page = report_page(bench_report, result)
    check.true(re.search(r"^io, burst 32 +50 .* 60 .* 0\.80$", page, re.M),
               "the ratio on two cores is not the median of the turns")
    check.true("bursts of 1: 20.0 against 10.0" in page, "a loss is missing on the page")
    check.true("bursts of 32: 10.0" not in page, "a win is listed as a loss")
    check.true(re.search(r"^net_tinynf +3 +40 +2 +30 +1 +20$", page, re.M),
               "functions and lines of code are missing on the page")
    check.true("outputs 8" in page, "the variants are missing on the page")
    check.true(re.search(r"^measurement alone +1\.0 .* 0\.5 ", page, re.M),
               "the measurement's own cost is missing on the page")
    check.true(re.search(r"^ratio without it +3\.00 .* 0\.43 ", page, re.M),
               "the ratio of the drivers alone is missing on the page, or wrong")


check.main()
