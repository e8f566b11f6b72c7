# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""Tables and plots of what scripts/bench --functions measured."""

import os

import bench_plot
from bench_functions_text import (CYCLES, FIGURE_NOTES, GOALS, HEAD, LOSSES, PAPER3, PAPER4,
                                  REASONS, SAME_BURST)
from bench_report import NONE, grid, heading, text

BURSTS = ("1", "4", "8", "16", "32", "64")
STOCK = ("vector", "bulk", "full")
TITLES = {"nop": "no-op", "write": "write", "lookup": "lookup", "policer": "policer",
          "bridge": "bridge", "nat": "NAT", "lb": "load balancer", "firewall": "firewall"}
FIGURES = (("instructions", "Instructions a packet", 0),
           ("cycles_median", "Cycles a packet", 0),
           ("lines", "Cache lines a packet", 1),
           ("l1_misses", "First-level cache misses a packet", 1),
           ("data_refs", "Data references a packet", 0))
# Where a lower figure is a win; cycles only decide if they differ by more than noise.
COMPARED = (("instructions", 1.0), ("cycles_median", 1.02), ("lines", 1.005))


def cell(rows, way, burst, key):
    return rows.get(way, {}).get(burst, {}).get(key)


def best(rows, burst, key):
    """net_ixgbe's least: at a burst size, or, with None, at any."""
    found = [cell(rows, way, at, key) for way in STOCK for at in BURSTS if burst in (None, at)]
    found = [value for value in found if value is not None]
    return min(found) if found else None


def native(rows, key, burst="32", way="native"):
    """Of the time when the others had this burst."""
    return cell(rows, way, burst, key) or cell(rows, way, "32", key)


def native_and_best(rows, key):
    """Native and net_ixgbe's best; of cycles what took turns."""
    return native(rows, key), best(rows, "32" if key.startswith("cycles") else None, key)


def columns(rows, key):
    """The ways of the table: ixgbe's best path, ixgbe one by one, ours."""
    return [best(rows, None, key), best(rows, "1", key)] + \
        [cell(rows, way, burst, key) for way in ("plugin", "switch") for burst in ("32", "1")] + \
        [native(rows, key), native(rows, key, way="callback")]


HEADINGS = ["", "ixgbe best", "ixgbe 1", "plugin 32", "plugin 1", "switch 32", "switch 1",
            "native", "callback"]


def main_table(functions, key, digits):
    rows = []
    for name, found in functions.items():
        values = columns(found, key)
        if any(value is not None for value in values):
            rows.append([TITLES[name]] + [text(v, digits) or NONE for v in values])
    return grid(["function"] + HEADINGS[1:], rows) if rows else ""


def ratios(functions, way, key):
    """A way of ours over the best of net_ixgbe at the same burst size; native over its best."""
    rows = []
    for name, found in functions.items():
        line = [TITLES[name]]
        for burst in BURSTS:
            ours, stock = cell(found, way, burst, key), best(found, burst, key)
            line.append(text(ours / stock, 2) if ours and stock else NONE)
        ours, stock = native_and_best(found, key)
        line.append(text(ours / stock, 2) if ours and stock else NONE)
        rows.append(line)
    return grid(["burst"] + list(BURSTS) + ["native"], rows)


def losses(functions):
    """Where net_ixgbe is better than what of ours is compared with it."""
    found = []
    for key, tolerance in COMPARED:
        title = next(t for k, t, _ in FIGURES if k == key).lower()
        for name, rows in functions.items():
            for way in ("plugin", "switch"):
                for burst in BURSTS:
                    ours, stock = cell(rows, way, burst, key), best(rows, burst, key)
                    if ours and stock and ours > stock * tolerance:
                        found.append(f"* {TITLES[name]}, {way}, bursts of {burst}, {title}: "
                                     f"{text(ours)} against {text(stock)}")
            ours, stock = native_and_best(rows, key)
            if ours and stock and ours > stock * tolerance:
                found.append(f"* {TITLES[name]}, native, {title}: {text(ours)} against "
                             f"{text(stock)} of its best path")
    return "\n".join(found) or "In none of the figures above."


def verdict(value, limit):
    return "" if value is None else "yes" if value <= limit else "**no**"


def goals(functions):
    """What was aimed at, and whether it holds."""
    nop = functions.get("nop", {})
    handler, plugin = native(nop, "instructions"), cell(nop, "plugin", "1", "instructions")
    switch = cell(nop, "switch", "1", "instructions")
    callback = native(nop, "instructions", way="callback")
    rows = [["native no-op, instructions", "15", text(handler), verdict(handler, 15)]]
    if callback:
        rows.append(["the same with a callback", "41", text(callback), verdict(callback, 41)])
    if plugin and switch:
        rows.append(["switch / plugin, no-op, burst 1", "0.90", text(switch / plugin, 2),
                     verdict(switch / plugin, 0.9)])
    for key in ("instructions", "cycles_median"):
        worst = [cell(rows_, way, burst, key) / best(rows_, burst, key)
                 for rows_ in functions.values() for way in ("plugin", "switch")
                 for burst in BURSTS if cell(rows_, way, burst, key) and best(rows_, burst, key)]
        if worst:
            rows.append([f"all / ixgbe, {'cycles' if key != 'instructions' else key}, worst",
                         "1.00", text(max(worst), 2), verdict(max(worst), 1)])
    return grid(["goal", "at most", "is", "holds"], rows)


def paper3(functions):
    """The functions of the paper's Table 3: what remains of a packet's cost with ixgbe, one by one."""
    rows = []
    for name in ("nat", "bridge", "lb", "policer", "firewall"):
        if name not in functions:
            continue
        found = functions[name]
        one, plugin = best(found, "1", "cycles_median"), cell(found, "plugin", "1", "cycles_median")
        nat = native(found, "cycles_median", "1")
        rows.append([TITLES[name], text(one), text(plugin), text(nat),
                     f"{one / nat - 1:+.0%}" if one and nat else NONE])
    return grid(["function", "ixgbe 1", "plugin 1", "native", "throughput"], rows) if rows else ""


# Instructions of the no-op that the paper's Table 4 gives: DPDK one by one, batched, TinyNF.
PAPER_NOP = {"DPDK-1": "258", "DPDK-32": "99", "TinyNF": "35"}


def paper4(functions):
    rows = []
    for driver, way, burst in (("DPDK-1", "ixgbe", "1"), ("DPDK-32", "ixgbe", "32"),
                               ("TinyNF", "native", "32")):
        for name in ("nop", "write", "lookup", "policer"):
            found = functions.get(name)
            if not found:
                continue

            def get(key):
                return native(found, key) if way == "native" else best(found, burst, key)
            hits = get("data_refs") - get("l1_misses") \
                if get("data_refs") is not None and get("l1_misses") is not None else None
            instructions, cycles = get("instructions"), get("cycles_median")
            rows.append([f"{driver} {TITLES[name]}",
                         PAPER_NOP[driver] if name == "nop" else "--", text(instructions, 0),
                         text(cycles, 0), text(get("cycles_p99"), 0),
                         text(instructions / cycles) if instructions and cycles else None,
                         text(hits, 0)])
    return grid(["row", "paper", "instructions", "cycles", "99th", "per cycle", "L1 hits"],
                [[c or NONE for c in row] for row in rows]) if rows else ""


def bars(functions, key):
    """The main table as a plot: functions along the axis, ways as lines."""
    names = [TITLES[name] for name in functions]
    series = []
    for n, way in ((6, "native"), (4, "switch, 32"), (2, "plugin, 32"), (3, "plugin, 1"),
                   (0, "ixgbe best"), (1, "ixgbe, 1")):
        values = [columns(rows, key)[n] for rows in functions.values()]
        if any(value is not None for value in values):
            series.append((way, values))
    return names, series


def summary(result):
    functions = result["functions"]
    return "\n\n".join(f"{title}\n{main_table(functions, key, digits)}"
                       for key, title, digits in FIGURES if main_table(functions, key, digits))


def plots(result, directory):
    """@return names of the files written."""
    os.makedirs(directory, exist_ok=True)
    written = []
    for key, title, _ in FIGURES[:3]:
        names, series = bars(result["functions"], key)
        if series:
            written.append(bench_plot.write(directory, f"functions-{key.replace('_', '-')}.svg",
                                            title, "function", names, series))
    return written


def page(result, path):
    machine, functions = result["machine"], result["functions"]
    parts = [heading(HEAD, machine)]
    for key, title, digits in FIGURES:
        table = main_table(functions, key, digits)
        if not table:
            continue
        note = CYCLES.format(load=machine["load"]) if key == "cycles_median" else FIGURE_NOTES[key]
        parts.append(f"{title}\n{'-' * len(title)}\n\n{note}\n\n{table}")
        if key in ("instructions", "cycles_median", "lines"):
            parts.append(f".. image:: plots/functions-{key.replace('_', '-')}.svg\n"
                         f"   :alt: {title} by function")
    parts.append(SAME_BURST)
    for way in ("plugin", "switch"):
        for key, title in (("instructions", "instructions"), ("cycles_median", "cycles")):
            parts.append(f"{way.capitalize()}, {title}:\n\n{ratios(functions, way, key)}")
    parts.append(f"{GOALS}\n\n{goals(functions)}\n\n{REASONS}")
    for note, table in ((PAPER3, paper3(functions)), (PAPER4, paper4(functions))):
        if table:
            parts.append(f"{note}\n\n{table}")
    parts.append(f"{LOSSES}\n\n{losses(functions)}")
    with open(path, "w") as f:
        f.write("\n\n".join(parts) + "\n")
