# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""Measure what a packet costs with net_tinynf and with DPDK's own drivers for the same card.

Everything runs on the software 82599: cycles and events are the driver's, the device's time is
not in them. Nothing else should run on the machine; instructions, lines and doorbells do not
care, cycles do, and figures of two cores are worthless then."""

import argparse
import json
import os
import platform
import subprocess
import sys
import time

import bench_functions
import bench_functions_report
import bench_pmd
import bench_report
import bench_run
import code_size

BURSTS = (1, 4, 8, 16, 32, 64)
PATHS = ("tinynf", "vector", "bulk", "full", "null")
# A driver that does nothing: what the measurement and its application take by themselves.
EMPTY = "empty"
MODES = ("io", "mac", "macswap", "csum")


def say(text):
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def arguments():
    parser = argparse.ArgumentParser(
        prog="scripts/bench", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true",
                        help="the main axis only, fewer rounds: some minutes")
    parser.add_argument("--json", metavar="FILE", help="write the figures as JSON")
    parser.add_argument("--plots", metavar="DIR", help="write plots as SVG")
    parser.add_argument("--report", metavar="FILE",
                        help="write the tables as a page of reStructuredText")
    parser.add_argument("--from-json", metavar="FILE",
                        help="don't measure, report figures that --json wrote")
    parser.add_argument("--realtime", action="store_true",
                        help="measure cycles with real-time priority (root), if other programs "
                        "cannot be stopped; they hardly run meanwhile")
    parser.add_argument("--functions", nargs="?", const="", metavar="NAME,NAME",
                        help="measure network functions (app/nf-*) instead, all or these: "
                        + ", ".join(bench_functions.FUNCTIONS))
    parser.add_argument("--skip-two-cores", action="store_true",
                        help="leave out testpmd with the device on a core of its own")
    args = parser.parse_args()
    if args.functions is not None:
        args.functions = args.functions.split(",") if args.functions else \
            list(bench_functions.FUNCTIONS)
        for name in args.functions:
            if name not in bench_functions.FUNCTIONS:
                parser.error(f"--functions: there is no '{name}'; there are "
                             f"{', '.join(bench_functions.FUNCTIONS)}")
    return args


def build():
    if not os.path.isfile(os.path.join(bench_run.BUILD, "build.ninja")):
        run = subprocess.run(["meson", "setup", bench_run.BUILD, bench_run.TOP],
                             capture_output=True, text=True)
        if run.returncode != 0:
            sys.exit(f"bench: meson failed\n{run.stdout[-3000:]}{run.stderr}")
    run = subprocess.run(["ninja", "-C", bench_run.BUILD], capture_output=True, text=True)
    if run.returncode != 0:
        sys.exit(f"bench: ninja failed\n{run.stdout[-3000:]}{run.stderr}")
    if not os.path.exists(bench_run.BENCH):
        sys.exit("bench: there is no benchmark on this machine: the model bus decodes x86-64 "
                 "instructions only")


def machine():
    """What the figures were measured on."""
    cpu = platform.processor() or platform.machine()
    flags = ""
    with open("/proc/cpuinfo") as f:
        for line in f:
            if line.startswith("model name"):
                cpu = line.split(":", 1)[1].strip()
            elif line.startswith("flags"):
                flags = line
    version = subprocess.run(["pkg-config", "--modversion", "libdpdk"], capture_output=True,
                             text=True).stdout.strip()
    return {"cpu": cpu, "cpus": os.cpu_count(), "dpdk": version,
            "hypervisor": " hypervisor" in flags, "movdiri": " movdiri" in flags,
            "load": os.getloadavg()[0], "date": time.strftime("%Y-%m-%d"),
            "hugepages": bench_run.hugepages(), "realtime": bool(bench_run.PRIORITY)}


class Figures:
    """Results by driver, path and burst, as the JSON has them."""

    def __init__(self):
        self.drivers = {}
        self.variants = []
        self.commands = []

    def at(self, one):
        return self.drivers.setdefault(one["driver"], {}).setdefault(one["path"], {}) \
            .setdefault(str(one["burst"]), {})

    def add(self, found, variant=None):
        for one in found:
            row = {k: v for k, v in one.items() if k not in (
                "kind", "driver", "path", "burst", "ring", "queues", "outputs", "size", "events",
                "packets", "mode")}
            if "events" in one:
                row.update(events_row(one["events"]))
            if variant is None:
                self.at(one).update(row)
            else:
                row.update(variant, driver=one["driver"], path=one["path"], burst=one["burst"])
                self.variants.append(row)


def events_row(events):
    row = {"instructions": events["Ir"]}
    if "D1mr" in events:
        row.update(lines=events["D1mr"] + events["D1mw"], data_refs=events["Dr"] + events["Dw"])
    return row


def main_axis(figures, quick):
    """Every path at every burst size; 64 bytes, 512 descriptors, one queue, one output."""
    rounds = 1000 if quick else 4000
    say("cycles ...")
    timed = PATHS + (EMPTY,)
    figures.commands.append(bench_run.command("cycles", timed, BURSTS, True, rounds=rounds))
    figures.add(bench_run.measure("cycles", timed, BURSTS, rounds=rounds))
    say("doorbells and descriptors ...")
    figures.add(bench_run.measure("counts", PATHS[:-1], BURSTS))
    if not bench_run.have_valgrind():
        say("no valgrind: no instructions, no cache lines")
        return
    say("instructions and cache lines ...")
    figures.add(bench_run.profile(PATHS, BURSTS, bench_run.LINES_CACHE, flush=1))
    if not quick:
        say("misses of a common first-level cache ...")
        for one in bench_run.profile(PATHS, BURSTS, bench_run.L1_CACHE):
            figures.at(one)["l1_misses"] = one["events"]["D1mr"] + one["events"]["D1mw"]


def other_axes(figures):
    """What changes with size, ring, queues and outputs; tinynf against the best of stock."""
    bursts = (1, 32)
    variants = [{"size": "imix"}, {"size": "1500"}, {"ring": 256}, {"ring": 1024}, {"flags": 1},
                {"queues": 2}, {"outputs": 2}, {"outputs": 4}, {"outputs": 8}]
    for variant in variants:
        name = " ".join(f"{k}={v}" for k, v in variant.items())
        # Eight outputs of two paths are all the devices there are.
        for paths in (("tinynf", "vector"), ("bulk",)):
            say(f"{name}: {', '.join(paths)} ...")
            found = bench_run.measure("cycles", paths, bursts, rounds=1000, **variant)
            found += bench_run.measure("counts", paths, bursts, **variant)
            if bench_run.have_valgrind():
                found += bench_run.profile(paths, bursts, bench_run.LINES_CACHE, flush=1,
                                           **variant)
            merged = {}
            for one in found:
                merged.setdefault((one["path"], one["burst"]), {}).update(one)
            figures.add(merged.values(), variant)


def two_cores(figures, quick):
    """testpmd on a core, the device on another."""
    paths = ("tinynf", "vector", "bulk") if quick else ("tinynf", "vector", "bulk", "full")
    found, commands = bench_pmd.two_cores(paths, MODES[:1] + MODES[2:3] if quick else MODES,
                                          (1, 8, 32), 3 if quick else 7, 0.5, say)
    figures.commands += commands.values()
    for one in found:
        figures.at(one).setdefault("two_cores", {})[one["mode"]] = {
            "cycles": one["cycles"], "mpps": one["mpps"], "cycles_all": one["cycles_all"]}


def collect_functions(args):
    result = {"machine": machine(), "quick": args.quick}
    begin = time.monotonic()
    result["functions"] = bench_functions.collect(say, args.functions, args.quick)
    result["seconds"] = round(time.monotonic() - begin)
    return result


def collect(args):
    build()
    if args.realtime:
        bench_run.PRIORITY[:] = ["chrt", "--rr", "20"]
    if args.functions is not None:
        return collect_functions(args)
    figures = Figures()
    result = {"machine": machine(), "quick": args.quick}
    begin = time.monotonic()
    main_axis(figures, args.quick)
    if not args.quick:
        other_axes(figures)
    if not args.skip_two_cores and (os.cpu_count() or 1) < 2:
        say("one CPU only: no figures of two cores")
    elif not args.skip_two_cores:
        try:
            two_cores(figures, args.quick)
        except bench_run.Error as error:
            # The other figures took long, too.
            say(f"no figures of two cores: {error}")
    if not args.quick:
        say("functions and lines of code ...")
        try:
            result["code"] = code_size.measure()
        except bench_run.Error as error:
            say(f"none: {error}")
    result.update(figures.drivers)
    result["variants"] = figures.variants
    result["seconds"] = round(time.monotonic() - begin)
    return result


def main():
    args = arguments()
    if args.from_json:
        with open(args.from_json) as f:
            result = json.load(f)
    else:
        try:
            result = collect(args)
        except bench_run.Error as error:
            sys.exit(f"bench: {error}")
    if args.json:
        with open(args.json, "w") as f:
            json.dump(result, f, indent=1)
            f.write("\n")
    report = bench_functions_report if "functions" in result else bench_report
    if args.plots:
        report.plots(result, args.plots)
    if args.report:
        report.page(result, args.report)
    print(report.summary(result))


os.environ["PATH"] = "/usr/bin:/usr/sbin:/sbin:" + os.environ.get("PATH", "")
if __name__ == "__main__":
    main()
