# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""Run stock drivers and net_tinynf on software 82599s in a virtual machine.

The guest is Debian 12's kernel with its own ixgbe, and this machine's DPDK; QEMU emulates the
processor too, so no hardware virtualisation is needed. What it is made of is downloaded once
into .cache/vm. Each case prints a line; the last line counts them.
"""

import argparse
import os
import sys
import time
import traceback

import vm_bench
from debian_root import Unavailable
from vm_bench import check
from vm_guest import Broken
import vm_linux  # noqa: F401 (has cases)
import vm_power  # noqa: F401 (has cases)
import vm_dpdk  # noqa: F401 (has cases)
import vm_host  # noqa: F401 (has cases)
import vm_tools  # noqa: F401 (has cases)
import vm_vfio  # noqa: F401 (has cases)
import vm_versions  # noqa: F401 (has cases)


def run_case(bench, name, function):
    """@return PASS, FAIL or SKIP, and why."""
    kind, why = "PASS", ""
    try:
        try:
            function(bench)
        except check.Skipped as reason:
            kind, why = "SKIP", str(reason)
        # Not every guest survives a card that was plugged in.
        if bench.visitor is not None:
            bench.stop()
    except (check.Failed, Broken) as error:
        return "FAIL", f"{error} {give_up(bench)}"
    except Exception as error:  # a broken case is a failed case, the next ones still run
        traceback.print_exc()
        return "FAIL", f"{type(error).__name__}: {error} {give_up(bench)}"
    return kind, why


def give_up(bench):
    """Whatever a failed case has left behind is no place for the next one.

    @return what tells more about it.
    """
    said = ""
    try:
        said = bench.diagnosis()
        bench.stop()
    except (Broken, OSError, ValueError) as more:
        said += f" [then: {more}]"
    return said


def parse():
    parser = argparse.ArgumentParser(prog="vm-test", description=__doc__)
    parser.add_argument("--quick", action="store_true", default=check.quick(),
                        help="only the cases that matter most, for use at each change")
    parser.add_argument("--keep", action="store_true",
                        help="afterwards, connect this terminal to a shell in the guest")
    parser.add_argument("--trace", action="store_true",
                        help="record every register access; files stay")
    parser.add_argument("--versions", action="store_true",
                        help="download DPDK 24.11 and 25.11 if scripts/version-test has not; their "
                        "cases are skipped otherwise")
    parser.add_argument("--list", action="store_true", help="print the cases and exit")
    parser.add_argument("case", nargs="*", help="only cases whose names contain one of these")
    return parser.parse_args()


def chosen(args):
    return [(name, function) for name, quick, function in vm_bench.CASES
            if (not args.case or any(part in name for part in args.case)) and
            (quick or not args.quick)]


def main():
    args = parse()
    if args.list:
        print("\n".join(name for name, _ in chosen(args)))
        return
    counts = {"PASS": 0, "FAIL": 0, "SKIP": 0}
    bench = vm_bench.Bench(args.trace, args.quick, args.versions)
    start = time.monotonic()
    try:
        try:
            bench.prepare()
        except Unavailable as why:
            print(f"SKIP vm: the virtual machine cannot be made here: {why}", flush=True)
            sys.exit(0)
        print(f"prepared after {time.monotonic() - start:.0f} s", flush=True)
        for name, function in chosen(args):
            began = time.monotonic()
            kind, why = run_case(bench, name, function)
            counts[kind] += 1
            text = f": {' '.join(why.split())}" if why else ""
            print(f"{kind} {name}{text}", flush=True)
            print(f"  {time.monotonic() - began:.1f} s", flush=True)
        if args.keep:
            bench.need().interact()
    finally:
        bench.close(args.trace or counts["FAIL"] > 0)
    if args.trace or counts["FAIL"]:
        print(f"logs are in {bench.folder}")
    skipped = f", {counts['SKIP']} skipped" if counts["SKIP"] else ""
    print(f"{counts['PASS']} passed, {counts['FAIL']} failed{skipped}")
    sys.exit(1 if counts["FAIL"] or not counts["PASS"] + counts["SKIP"] else 0)


if __name__ == "__main__":
    os.environ.setdefault("LC_ALL", "C")
    main()
