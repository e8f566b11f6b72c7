# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""How much code initialisation, reception and transmission consist of, in plain C.

Counted are the driver's functions that can be reached from the entries below by direct calls, as
gcc's call graph without optimisation tells, and their lines but for blank ones and comments.
What DPDK provides does not count. ixgbe is that of the source tree of the installed DPDK. Calls
through pointers, which its base code is full of, are not followed.
"""

import glob
import json
import os
import re
import shlex
import subprocess
import tempfile

from bench_run import BUILD, TOP, Error

DRIVER = os.path.join(TOP, "drivers", "net", "tinynf")
ENTRIES = {
    "net_tinynf": {
        "init": ["pci_probe", "tinynf_dev_configure", "tinynf_rx_queue_setup",
                 "tinynf_tx_queue_setup", "dev_start"],
        "rx": ["tinynf_rx_burst_c"], "tx": ["tinynf_tx_burst_c"]},
    "native": {"rx and tx": ["rte_pmd_tinynf_poll_"]},
    "net_ixgbe": {
        "init": ["eth_ixgbe_pci_probe", "eth_ixgbe_dev_init", "ixgbe_dev_configure",
                 "ixgbe_dev_rx_queue_setup", "ixgbe_dev_tx_queue_setup", "ixgbe_dev_start"],
        "rx": ["ixgbe_recv_pkts"], "tx": ["ixgbe_xmit_pkts_simple"]},
}
NODE = re.compile(r'node: { title: "([^"]+)" label: "([^"\\]+)\\n([^"\\]+):(\d+):\d+[^"]*" }')
EDGE = re.compile(r'edge: { sourcename: "([^"]+)" targetname: "([^"]+)"')


class Graph:
    """Functions with their places, and who calls whom."""

    def __init__(self):
        self.places, self.calls = {}, {}

    def add(self, one, source, folders=()):
        """Compile a file as another one (or itself) was, for its calls only."""
        directory = one["directory"]
        with tempfile.TemporaryDirectory() as out:
            words = [f"-I{folder}" for folder in folders] + shlex.split(one["command"])[1:-2]
            for flag in ("-o", "-MF", "-MQ"):
                at = words.index(flag)
                del words[at:at + 2]
            words = [w for w in words if w not in ("-c", "-MD") and not w.startswith("-O")]
            # What is always inlined would not be in the graph.
            words += ["-w", "-O0", "-Dalways_inline=unused", "-fcallgraph-info", "-S", "-o",
                      os.path.join(out, "x.s"), source]
            done = subprocess.run(["gcc"] + words, cwd=directory, stderr=subprocess.PIPE, text=True)
            if done.returncode != 0:
                raise Error(f"{source}: {done.stderr.strip()[-500:]}")
            for path in glob.glob(os.path.join(out, "*.ci")):
                with open(path) as text:
                    self._read(text.read(), directory)

    def _read(self, text, directory):
        for title, _, path, line in NODE.findall(text):
            self.places[title] = (os.path.realpath(os.path.join(directory, path)), int(line))
        for source, target in EDGE.findall(text):
            self.calls.setdefault(source, set()).add(target)

    def reached(self, entries, folder):
        """@return places of functions in a folder that are called from entries, these included"""
        todo = [t for t in self.places if t.rpartition(":")[2] in entries]
        missing = set(entries) - {t.rpartition(":")[2] for t in todo}
        if missing:
            raise Error(f"no function {', '.join(sorted(missing))}")
        seen = set()
        while todo:
            title = todo.pop()
            if title in seen or not self.places.get(title, ("",))[0].startswith(folder):
                continue
            seen.add(title)
            todo += self.calls.get(title, ())
        return {self.places[title] for title in seen}


def lines_of(path, line):
    """Lines of code of the function that is defined at a line: to its closing brace."""
    with open(path) as text:
        rest = "".join(text.readlines()[line - 1:])
    body = rest[:re.search(r"^}", rest, re.M).end()]
    body = re.sub(r"/\*.*?\*/", "", body, flags=re.S)
    return sum(1 for one in body.splitlines() if one.split("//")[0].strip())


def commands(what):
    """@return how files were compiled whose objects' names below build/ begin so"""
    with open(os.path.join(BUILD, "compile_commands.json")) as text:
        return [one for one in json.load(text) if re.match(what, one["output"])]


def graph_of(what):
    """Of the plugin's or a program's files, see commands()."""
    graph = Graph()
    for one in commands(what):
        graph.add(one, one["file"])
    return graph, DRIVER + os.sep


def ixgbe(folder):
    """With the options of a driver's file of ours, but for folders."""
    one = commands(r"librte_net_tinynf\.a\.p/.*tinynf_rx\.c\.o")[0]
    graph = Graph()
    for path in sorted(glob.glob(os.path.join(folder, "*.c")) +
                       glob.glob(os.path.join(folder, "base", "*.c"))):
        if not re.search(r"_vec_|_testpmd|bypass", path):
            graph.add(one, path, (folder, os.path.join(folder, "base")))
    return graph, folder + os.sep


def measure():
    """@return {driver: {part: (functions, lines)}}"""
    graphs = {"net_tinynf": graph_of(
        r"librte_net_tinynf\.a\.p/drivers_net_tinynf_(?!model_|wire_|tinynf_vdev)"),
        "native": graph_of(r"app/nf-nop\.p/")}
    # In the source package that scripts/setup fetches, unless headers came from elsewhere.
    for folder in glob.glob(os.path.join(TOP, ".cache", "dpdk-*", "drivers", "net", "ixgbe")):
        graphs["net_ixgbe"] = ixgbe(os.path.realpath(folder))
    result = {}
    for driver, (graph, folder) in graphs.items():
        for part, entries in ENTRIES[driver].items():
            places = graph.reached(entries, folder)
            result.setdefault(driver, {})[part] = (
                len(places), sum(lines_of(*place) for place in places))
    return result
