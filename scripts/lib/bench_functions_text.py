# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""What the page about network functions says around its tables."""

HEAD = """\
..  SPDX-License-Identifier: BSD-3-Clause
    Copyright(c) 2026 The net_tinynf developers

..  Written by scripts/bench --report; change scripts/lib/bench_functions_text.py instead.

Network functions
=================

What a packet costs in whole network functions, driver, loop and function together, with DPDK's own
ixgbe driver and with net_tinynf's three ways in. One command measures everything and writes this
page::

    scripts/bench --functions --json functions.json --plots doc/plots --report doc/functions.rst

``--functions=nat,lb`` takes some of them, ``--quick`` fewer rounds and burst sizes and no
first-level cache, ``--from-json`` writes the page again from figures that exist. These were taken
on {date} on: {cpu}, {cpus} CPUs{guest}, {pages}, DPDK {dpdk}.

How
---

Drivers and software 82599s are those of :doc:`performance`, and so is the method: the device works
between the timed regions of 64 packets, and ways take turns in one process
(``build/test/bench/bench-nf``). Packets of 64 bytes come in on one port and leave by the other. Each
is of the next flow in turn, and there are as many flows as fill 90 % of a table with 65536 places,
as in the paper's experiments [#flows]_: for a bridge, half of its stations are on either side. No
flow is new, none is too old, and none is refused; every packet must come out, or there are no
figures.

The five functions are ``app/nf-*``: the same packet function, and the loop of the programs. No-op,
write and lookup have no table of flows: they are the paper's, and leave packets alone, write a
destination address, and look up six bytes of one in 64 KiB. Their native handlers are those of
``app/nf-nop``.

================  =================================================================================
column            what
================  =================================================================================
ixgbe best        net_ixgbe on its vector, bulk or full path, at the burst size where it is best
ixgbe 1           net_ixgbe one by one, the better of the two paths that can do that
plugin 32, 1      net_tinynf through ethdev, an unmodified program, bursts of 32 and of 1
switch 32, 1      the same program, compiled with the switch
native            the native interface; polls of up to 32, a tail write for each 8
callback          the same with a handler that is chosen when the program runs, and not inlined
================  =================================================================================

.. [#flows] ``benchmarking/ReadMe.md`` of https://github.com/dslab-epfl/tinynf, branch ``osdi20``:
   a capacity of 65536 flows, of which 60000 are used."""

CYCLES = """\
Of the time stamp counter, median over regions of 64 packets, and of three processes the median.
Functions wait for their table's memory, which no driver can help: the driver's share is what
differs between columns. The load average of the machine was {load:.1f} when this was taken: well
above 0, only the ratios within a row mean anything. Runs at different burst sizes differ by up to
a factor of two for all front ends alike, so "ixgbe best" is also the luckiest run: compare at the
same burst size, below. ::

    build/test/bench/bench-nf function=nat mode=cycles rounds=400 huge=1 \\
        paths=plugin,switch,native,callback,vector,bulk,full bursts=1,4,8,16,32,64

Where a table lies in memory makes a difference by itself, also between ways that are the same:
``paths=plugin,plugin.2,plugin.3,vector,vector.2,vector.3`` shows how much. With a bridge that was
up to 6 % in one process, and the best of net_ixgbe is the luckiest of three."""

FIGURE_NOTES = {
    "instructions": """\
Exact, by callgrind, everything included. ::

    valgrind --tool=callgrind --px-default=allregs-at-mem-access \\
        --px-file-backed=allregs-at-mem-access --dump-before=bench_mark \\
        --toggle-collect=bench_region build/test/bench/bench-nf function=nat mode=profile \\
        paths=plugin,switch,native,callback,vector,bulk,full bursts=1,4,8,16,32,64""",
    "lines": """\
Distinct lines of 64 bytes that are touched for a packet: misses of a first-level cache that holds
everything and is empty before each region; the command for instructions with ``--cache-sim=yes
--D1=1048576,16,64`` and ``flush=1``.""",
    "l1_misses": """\
Of a first-level cache of 32 KiB in 8 ways; the command for instructions with ``--cache-sim=yes
--D1=32768,8,64``.""",
    "data_refs": "Reads and writes of memory, in the same run as cache lines.",
}

SAME_BURST = """\
At every burst size
-------------------

Ours over the best that net_ixgbe does with the same bursts; the last column is native over
net_ixgbe's best with any, for cycles with bursts of 32."""

GOALS = """\
Goals
-----

Of the project, before it was built: "all" are plugin and switch, every function, every burst size,
over the best of net_ixgbe with the same bursts."""

PAPER3 = """\
Beside the paper's Table 3
--------------------------

Table 3 of "A Simpler and Faster NIC Driver Model for Network Functions" (Pirelli and Candea, OSDI
2020) has throughput (Gb/s) and latency (median and 99th percentile, microseconds) of the five
verified functions on DPDK, one by one, and on TinyNF, on two machines with cards: on average 160 %
more throughput with TinyNF [#average]_. Neither throughput nor latency can be had without a card;
what can is the processor's time for a packet, which bounds throughput from above: cycles, and how
much more fits into the same time natively.
The difference is smaller here: the paper's DPDK is a subset that was verified with the functions,
ours the full driver at its best path; and rte_hash waits for more lines than the paper's
functions do, with any driver.

.. [#average] The authors' summary, https://dslab.epfl.ch/research/tinynf/. The table's single
   figures are not repeated here, as its text was not at hand; its rows are those of
   ``experiments/perf-endtoend/tabulate-verified-nf-perf.sh`` in the repository above."""

PAPER4 = """\
Beside the paper's Table 4
--------------------------

Its rows, and of its figures the instructions of no-ops; "--" where the figure was not at hand. The
paper has medians and 99th percentiles, by a processor's counters, of instructions, cycles and hits
in three levels of cache, and instructions per cycle [#columns]_. Ours are instructions on average,
which callgrind counts; cycles as median and, of bursts, 99th percentile; the one over the other,
which is less than what the processor does, as the time includes the measurement's own; and data
references that hit a first-level cache of 32 KiB. Hits in the second and third level are not there:
they are the processor's, and a virtual machine has no counters for them. DPDK is net_ixgbe, TinyNF
the native interface.

.. [#columns] ``experiments/perf-lowlevel/tabulate-stats.sh`` in the repository above."""

REASONS = """\
Where instructions go, and why goals are missed, where they are:

* A native no-op has 10 instructions for each packet: load and check its status (4), load and check
  its length against MTU and buffer (4), write the descriptor as one to send (2). Eight packets have
  17 more, among them the tail's, and a poll of 32 has some 65: whether a stop has closed the agent,
  where the group of head reports ends, heads, statistics. That is 15; the paper's has 35.
* With the switch, a program has the beginning of each burst and all that a single packet needs;
  longer bursts go on in the driver's code for the processor at hand. Mere inlining saved nothing,
  as each burst first compared the port's functions with the driver's and then looked for queue and
  callbacks, a dozen instructions. Now it takes five: the driver has ethdev's arrays at hand by
  port, and for ports that are stopped, or not its own, an array in which each queue has callbacks.
* A NAT and a load balancer answer on the port that asks, so their native agents have two outputs,
  and fill a descriptor for each, of which one is empty; programs on ethdev touch only the one that
  is used."""

LOSSES = """\
Where ixgbe is better
---------------------

All of it at the same burst size, of instructions, cycles (by more than 2 %) and lines:"""
