# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""What the performance page says around its tables."""

PAGE_HEAD = """\
..  SPDX-License-Identifier: BSD-3-Clause
    Copyright(c) 2026 The net_tinynf developers

..  Written by scripts/bench --report; change scripts/lib/bench_text.py instead.

Performance
===========

What a packet costs in the driver, net_tinynf beside DPDK's own ixgbe driver. One command measures
everything and writes this page::

    scripts/bench --json bench.json --plots doc/plots --report doc/performance.rst

``--quick`` takes the main tables only, in some minutes; ``--from-json`` writes the page again from
figures that exist. These were taken on {date} on: {cpu}, {cpus} CPUs{guest}, {pages}, DPDK {dpdk}.

How
---

Nobody here has the card. Both drivers run, unmodified, on the same software 82599, which appears as
a PCI device of the process (``test/bus``); its register accesses trap, except for the doorbells
while something is measured. One thread (``test/bench``) lets the device receive and send, then
times 64 packets through ``rte_eth_rx_burst`` and ``rte_eth_tx_burst``, then lets the device go on;
drivers take turns. Counted is what the driver does, and nothing of the device's work.

This says what the processor has to do for a packet. It does not say what a card and its bus add:
there is no PCIe in it, and descriptors that the device has just written are in the same core's
cache. Figures are of 64-byte frames, rings of 512 descriptors, one queue and one output unless
something else is said.

Peers are at their best: ixgbe's vector path (which cannot do bursts below 4), its bulk-allocating
path with simple transmit, its full-featured path, each with a pool and a per-lcore cache as testpmd
makes them. The null driver, whose frames come from nowhere, is what allocating and freeing alone
costs. DPDK rings doorbells by MOVDIRI where the processor has it, which throws a line of ordinary
memory out of the cache; that is switched off for all, as a real doorbell is in no cache."""

NOTES = {
    "instructions": """\
Exact, by callgrind; the calling program's own are left out. ::

    valgrind --tool=callgrind --px-default=allregs-at-mem-access \\
        --px-file-backed=allregs-at-mem-access --dump-before=bench_mark \\
        --toggle-collect=bench_region build/test/bench/bench \\
        plugin=$PWD/build/librte_net_tinynf.so mode=profile \\
        paths=tinynf,vector,bulk,full,null bursts=1,4,8,16,32,64""",
    "cycles_median": """\
Of the time stamp counter: median over regions of 64 packets, the calling loop's included. The
measurement alone is the same region with a driver whose functions return at once: the loop and
ethdev's calls. A processor does some of it beside a driver's work, so what is left without it is
a little less than the drivers cost. ::

    build/test/bench/bench plugin=$PWD/build/librte_net_tinynf.so mode=cycles rounds=4000 huge=1 \\
        paths=tinynf,vector,bulk,full,null,empty bursts=1,4,8,16,32,64""",
    "cycles_p99": """\
From the same run, each burst timed by itself: steadiness. A driver that allocates in batches pays
for many packets at once, now and then.""",
    "lines": """\
Distinct lines of 64 bytes that the driver touches for a packet, counted as misses of a first-level
cache that holds everything and is empty before each region: the command for instructions with
``--cache-sim=yes --D1=1048576,16,64`` and ``flush=1``.""",
    "l1_misses": """\
Of a first-level cache of 32 KiB in 8 ways, which the device's own work has used in between: the
command for instructions with ``--cache-sim=yes --D1=32768,8,64``.""",
    "data_refs": "Reads and writes of memory, in the same run as cache lines.",
    "doorbells": """\
Writes to tail registers, counted by the device. ::

    build/test/bench/bench plugin=$PWD/build/librte_net_tinynf.so mode=counts \\
        paths=tinynf,vector,bulk,full bursts=1,4,8,16,32,64""",
}

BUS_BYTES = """\
Bytes on the bus
----------------

Descriptors that the device reads and writes, and an estimate of all that goes over PCIe for a
packet beside the frame itself: 24 bytes for each transaction, descriptors by fours, doorbells one
by one. From the same run as doorbells."""

TWO_CORES = """\
Two cores
---------

The distribution's testpmd with ``--record-core-cycles`` on one core, the software device on
another. Dominated by cache lines that go from core to core, and noisy: paths take turns, a ratio
is the median of what each turn says against the best of ixgbe's paths, and the figures beside it
are medians of their own."""

VARIANTS = """\
net_tinynf / the best of ixgbe's vector and bulk paths. With ``flags``, the application sets
``ol_flags`` that say which version of IP a packet is, and ask for nothing."""

PAPER = """\
Beside the paper
----------------

Table 4 of "A Simpler and Faster NIC Driver Model for Network Functions" (OSDI 2020) counts the
instructions of whole programs for a packet. The figures of net_tinynf are the driver's alone, but
through ethdev and with every feature of it in place."""

CODE = """\
Its Table 2 counts functions and lines of code. Ours are those that can be reached by direct calls
from a driver's entries, in plain C, as gcc's call graph without optimisation has them; lines are
not blank and no comments (``scripts/lib/code_size.py``). net_ixgbe is that of the installed DPDK's
source package, with the entries that the paper takes: the simplest ones, for packets without
offloads; its base code calls through pointers, which are not followed."""

CODE_NOTE = """\
net_tinynf's bursts have more: what tells whose packet it is, attaches outputs and lets lcores in
can be reached from them, though usual packets don't get there (:doc:`design/hot-path`).
:doc:`design/verification` says what is proved of it.

.. [#lists] Functions by ``experiments/code-metrics/data`` of the authors' repository (tag
   ``osdi20``), lines by the same count as ours."""

LOSSES = """\
Where ixgbe is better
---------------------

All of it, from the tables above:"""
