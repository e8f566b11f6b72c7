# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""Tables and plots of what scripts/bench measured."""

import os
import statistics

import bench_plot
from bench_text import (BUS_BYTES, CODE, CODE_NOTE, LOSSES, NOTES, PAGE_HEAD, PAPER, TWO_CORES,
                        VARIANTS)

NONE = "n/a"
BURSTS = ("1", "4", "8", "16", "32", "64")
# How paths are called, best of net_ixgbe first.
NAMES = (("net_tinynf", "tinynf", "net_tinynf"), ("net_ixgbe", "vector", "ixgbe vector"),
         ("net_ixgbe", "bulk", "ixgbe bulk"), ("net_ixgbe", "full", "ixgbe full"),
         ("net_null", "null", "null"))
# What the measurement takes by itself.
EMPTY = ("net_null", "empty")


def cell(result, driver, path, burst, key):
    """A figure; None where a path has none."""
    return result.get(driver, {}).get(path, {}).get(burst, {}).get(key)


def best_stock(result, burst, key):
    """The least of net_ixgbe's paths."""
    found = [cell(result, d, p, burst, key) for d, p, _ in NAMES if d == "net_ixgbe"]
    found = [value for value in found if value is not None]
    return min(found) if found else None


def ratio(result, burst, key):
    ours, best = cell(result, "net_tinynf", "tinynf", burst, key), best_stock(result, burst, key)
    return ours / best if ours is not None and best else None


def ratio_of_drivers(result, burst, key):
    """The same without what the measurement takes by itself."""
    ours, best = cell(result, "net_tinynf", "tinynf", burst, key), best_stock(result, burst, key)
    empty = cell(result, *EMPTY, burst, key)
    if None in (ours, best, empty) or best <= empty:
        return None
    return (ours - empty) / (best - empty)


def text(value, digits=1):
    return "" if value is None else f"{value:.{digits}f}"


def grid(head, rows):
    """A simple table of reStructuredText; also good to read as it is."""
    widths = [max(len(row[i]) for row in [head] + rows) for i in range(len(head))]
    line = "  ".join("=" * width for width in widths)

    def one(row):
        return "  ".join([row[0].ljust(widths[0])] +
                         [c.rjust(w) for c, w in zip(row[1:], widths[1:])]).rstrip()
    # An empty first cell would continue the row before.
    return "\n".join([line, one(head), line] + [one(row) for row in rows] + [line])


def by_burst(result, key, digits=1, paths=NAMES):
    """One figure of each path by burst size, and how ours compares."""
    rows = []
    for driver, path, name in paths:
        values = [text(cell(result, driver, path, burst, key), digits) for burst in BURSTS]
        if any(values):
            rows.append([name] + [value or NONE for value in values])
    rows.append(["ratio to the best of ixgbe"] +
                [text(ratio(result, burst, key), 2) or NONE for burst in BURSTS])
    if key == "cycles_median" and cell(result, *EMPTY, "1", key) is not None:
        rows.insert(-1, ["measurement alone"] + [text(cell(result, *EMPTY, burst, key)) or NONE
                                                 for burst in BURSTS])
        rows.append(["ratio without it"] + [text(ratio_of_drivers(result, burst, key), 2) or NONE
                                            for burst in BURSTS])
    return grid(["burst"] + list(BURSTS), rows)


def two_cores_rows(result):
    """@return [(what, cycles by path, ratio to the best of ixgbe or None)]"""
    modes = sorted({mode for driver, path, _ in NAMES for burst in BURSTS
                    for mode in cell(result, driver, path, burst, "two_cores") or {}})
    found = []
    for mode in modes:
        for burst in ("1", "8", "32"):
            by_path, runs = {}, {}
            for driver, path, _ in NAMES[:4]:
                one = (cell(result, driver, path, burst, "two_cores") or {}).get(mode)
                if one:
                    by_path[path] = one["cycles"]
                    runs[path] = one["cycles_all"]
            found.append((f"{mode}, burst {burst}", by_path, ratio_of_turns(runs)))
    return found


def ratio_of_turns(runs):
    """
    Median of what a turn of all paths says. A machine may be twice as slow for seconds, in all
    of a turn then, but not in the same turns of each path's median.
    """
    stock = [values for path, values in runs.items() if path != "tinynf"]
    if "tinynf" not in runs or not stock:
        return None
    return statistics.median(ours / min(others) for ours, *others in zip(runs["tinynf"], *stock))


def two_cores(result):
    rows = [[name] + [text(by_path.get(path), 0) or NONE for _, path, _ in NAMES[:4]] +
            [text(value, 2) or NONE] for name, by_path, value in two_cores_rows(result)]
    return grid(["cycles a packet"] + [name for _, _, name in NAMES[:4]] + ["ratio"], rows) \
        if rows else ""


def variant_rows(result, burst):
    """@return [(variant, {figure: (ours, best of ixgbe)})]"""
    kinds, rows = [], result.get("variants", ())
    for row in rows:
        kind = next((k, row[k]) for k in ("size", "ring", "flags", "queues", "outputs") if k in row)
        if kind not in kinds:
            kinds.append(kind)
    found = []
    for key, value in kinds:
        by_path = {row["path"]: row for row in rows
                   if row.get(key) == value and row["burst"] == burst}
        figures = {}
        for figure, _, _ in FIGURES:
            stock = [row[figure] for path, row in by_path.items()
                     if path != "tinynf" and figure in row]
            if figure in by_path.get("tinynf", {}) and stock:
                figures[figure] = (by_path["tinynf"][figure], min(stock))
        found.append((f"{key} {value}", figures))
    return found


def variants(result, burst):
    rows = []
    for name, figures in variant_rows(result, burst):
        rows.append([name] + [" / ".join(text(v, digits) for v in figures[key])
                              if key in figures else NONE for key, _, digits in FIGURES])
    return grid(["variant", "instructions", "cycles", "99th percentile", "lines", "doorbells"],
                rows) if rows else ""


def bus_bytes(result):
    """What goes over PCIe beside frames."""
    columns = (("desc_fetched_bytes", "read"), ("desc_written_bytes", "written"),
               ("pcie_to_device", "to device"), ("pcie_to_host", "to host"))
    rows = [[f"{name}, burst {burst}"] +
            [text(cell(result, driver, path, burst, key)) or NONE for key, _ in columns]
            for burst in ("1", "32") for driver, path, name in NAMES
            if cell(result, driver, path, burst, columns[0][0]) is not None]
    return grid(["bytes a packet"] + [title for _, title in columns], rows) if rows else ""


FIGURES = (("instructions", "Instructions a packet", 1), ("cycles_median", "Cycles a packet", 1),
           ("cycles_p99", "Cycles a packet, 99th percentile of bursts", 1),
           ("lines", "Cache lines a packet", 2), ("doorbells", "Doorbells a packet", 3))
# What a quick run leaves out.
MORE_FIGURES = (("l1_misses", "First-level cache misses a packet", 2),
                ("data_refs", "Data references a packet", 1))
BUS_FIGURES = (("desc_fetched_bytes", "Bytes of descriptors read a packet", 1),
               ("desc_written_bytes", "Bytes of descriptors written a packet", 1),
               ("pcie_to_device", "Bytes to the device a packet", 1),
               ("pcie_to_host", "Bytes to the host a packet", 1))


def summary(result):
    parts = []
    for key, title, digits in FIGURES:
        parts.append(f"{title}\n{by_burst(result, key, digits)}")
    cores = two_cores(result)
    if cores:
        parts.append(f"Two cores, testpmd\n{cores}")
    return "\n\n".join(parts)


def plots(result, directory):
    """@return names of the files written."""
    os.makedirs(directory, exist_ok=True)
    written = []
    for key, title, _ in FIGURES:
        series = [(name, [cell(result, driver, path, burst, key) for burst in BURSTS])
                  for driver, path, name in NAMES]
        series = [one for one in series if any(value is not None for value in one[1])]
        if series:
            written.append(bench_plot.write(directory, f"bench-{key.replace('_', '-')}.svg",
                                            title, "packets a burst", BURSTS, series))
    for burst in ("1", "32"):
        at, series = distribution(result, burst)
        if series:
            written.append(bench_plot.write(directory, f"bench-distribution-{burst}.svg",
                                            f"Cycles a packet in bursts of {burst}", "percentile",
                                            at, series))
    outputs = variant_series(result, "outputs", ("2", "4", "8"))
    if outputs:
        written.append(bench_plot.write(directory, "bench-outputs.svg",
                                        "Cycles a packet by outputs, bursts of 32", "outputs",
                                        ("1", "2", "4", "8"), outputs))
    return written


def distribution(result, burst):
    """Cost a packet of a burst by percentile; the last of them would dwarf all others."""
    series, at = [], ()
    for driver, path, name in NAMES:
        found = cell(result, driver, path, burst, "distribution")
        if found:
            at = tuple(one for one in found if float(one) <= 99)
            series.append((name, [found[one] for one in at]))
    return at, series


def variant_series(result, key, values):
    """Cycles at burst 32 by a variant's value, the main axis first."""
    series = []
    for driver, path, name in NAMES[:3]:
        found = {str(row[key]): row["cycles_median"] for row in result.get("variants", ())
                 if key in row and row["path"] == path and row["burst"] == 32}
        if found:
            series.append((name, [cell(result, driver, path, "32", "cycles_median")] +
                           [found.get(value) for value in values]))
    return series


def losses(result):
    """Where net_ixgbe is better, in its own figures."""
    found = []
    for key, title, digits in FIGURES + MORE_FIGURES + BUS_FIGURES:
        for burst in BURSTS:
            value = ratio(result, burst, key)
            if value is not None and value > 1.005:
                found.append(f"* {title[0].lower() + title[1:]}, bursts of {burst}: "
                             f"{text(cell(result, 'net_tinynf', 'tinynf', burst, key), digits)} "
                             f"against {text(best_stock(result, burst, key), digits)}")
    for name, _, value in two_cores_rows(result):
        if value is not None and value > 1.005:
            found.append(f"* cycles a packet on two cores, {name}: {value:.2f} times as many")
    for burst in (1, 32):
        for name, figures in variant_rows(result, burst):
            found += [f"* {title[0].lower() + title[1:]}, {name}, bursts of {burst}: "
                      f"{text(figures[key][0], digits)} against {text(figures[key][1], digits)}"
                      for key, title, digits in FIGURES
                      if key in figures and figures[key][0] > figures[key][1] * 1.005]
    sizes = result.get("code", {})
    if "net_ixgbe" in sizes:
        found += [f"* lines of code, {part.upper()}: {ours} against {sizes['net_ixgbe'][part][1]}"
                  for part, (_, ours) in sizes["net_tinynf"].items()
                  if ours > sizes["net_ixgbe"][part][1]]
    return "\n".join(found) or "In none of the figures above."


def paper(result):
    """Rows of the paper's Table 4 beside ours: instructions a packet of a no-op."""
    rows = [["paper, batched, whole program", "99"],
            ["paper, one by one, whole program", "258"],
            ["paper, TinyNF's own interface, no-op", "35"]]
    for burst, name in (("32", "bursts of 32"), ("1", "one by one")):
        value = cell(result, "net_tinynf", "tinynf", burst, "instructions")
        rows.append([f"net_tinynf, driver only, {name}", text(value, 0) or NONE])
    return grid(["program", "instructions"], rows)


def code(result):
    """Rows of the paper's Table 2 beside ours: functions and lines of code."""
    rows = [["paper's TinyNF [#lists]_", "4", "245", "1", "20", "1", "28"]]
    native = result["code"].get("native")
    if native:
        rows.append(["net_tinynf, native"] + [NONE] * 2 +
                    [str(n) for n in native["rx and tx"]] + ["(with RX)", ""])
    for driver in ("net_tinynf", "net_ixgbe"):
        if driver in result["code"]:
            rows.append([driver] + [str(n) for part in ("init", "rx", "tx")
                                    for n in result["code"][driver][part]])
    return grid(["driver", "init functions", "lines", "RX functions", "lines", "TX functions",
                 "lines"], rows)


def heading(template, machine):
    """A page's first part: what was measured on."""
    return template.format(
        cpu=machine["cpu"], cpus=machine["cpus"], dpdk=machine["dpdk"], date=machine["date"],
        guest=", in a virtual machine" if machine["hypervisor"] else "",
        pages="2 MB pages" if machine["hugepages"] else "4 KB pages")


def page(result, path):
    """The performance page."""
    parts = [heading(PAGE_HEAD, result["machine"])]
    for key, title, digits in FIGURES:
        parts.append(f"{title}\n{'-' * len(title)}\n\n{NOTES[key]}\n\n"
                     f"{by_burst(result, key, digits)}")
        if key in PLOTTED:
            parts.append(f".. image:: plots/bench-{key.replace('_', '-')}.svg\n"
                         f"   :alt: {title} by burst size")
        for burst in ("1", "32"):
            if key == "cycles_p99" and distribution(result, burst)[1]:
                parts.append(f".. image:: plots/bench-distribution-{burst}.svg\n"
                             f"   :alt: Cycles a packet by percentile, bursts of {burst}")
    for key, title, digits in MORE_FIGURES:
        if cell(result, "net_tinynf", "tinynf", "32", key) is not None:
            parts.append(f"{title}\n{'-' * len(title)}\n\n{NOTES[key]}\n\n"
                         f"{by_burst(result, key, digits)}")
    if bus_bytes(result):
        parts.append(f"{BUS_BYTES}\n\n{bus_bytes(result)}")
    cores = two_cores(result)
    if cores:
        parts.append(f"{TWO_CORES}\n\n{cores}")
    for burst in (32, 1):
        table = variants(result, burst)
        if table:
            title = f"Other sizes, rings, flags, queues and outputs, bursts of {burst}"
            parts.append(f"{title}\n{'-' * len(title)}\n\n{VARIANTS}\n\n{table}")
    if variant_series(result, "outputs", ("2", "4", "8")):
        parts.append(".. image:: plots/bench-outputs.svg\n"
                     "   :alt: Cycles a packet by number of outputs")
    parts.append(f"{PAPER}\n\n{paper(result)}")
    if "code" in result:
        parts.append(f"{CODE}\n\n{code(result)}\n\n{CODE_NOTE}")
    parts.append(f"{LOSSES}\n\n{losses(result)}")
    with open(path, "w") as f:
        f.write("\n\n".join(parts) + "\n")


PLOTTED = ("instructions", "cycles_median")
