#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""Break the agent one line at a time: the search has to find each."""

import os
import re
import shlex
import shutil
import subprocess

import check
from mutants import DRIVER, HERE, found_by

FILES = ("tinynf_agent.c", "tinynf_agent.h", "tinynf_ring.h")

# Name, which search finds it, what is replaced (once, in any of the files), by what.
MUTANTS = (
    ("the receive tail is the head", "2 outputs",
     "return (a->mirrored - 1) & a->mask;", "return a->mirrored & a->mask;"),
    ("a place is free one turn too early", "2 outputs",
     "tinynf_ring_distance(a->output[o].done, a->decided) <= a->mask;",
     "tinynf_ring_distance(a->output[o].done, a->decided) <= a->mask + 1;"),
    ("a stale descriptor does not stop the fast path", "2 outputs",
     "(a->stale[a->decided & a->mask] & ~bit) == 0", "true"),
    ("the fast path leaves no trace", "2 outputs",
     "a->stale[slot] = UINT32_C(1) << o;", ""),
    ("the fast path forgets its last packet", "2 outputs",
     "out->last = a->decided;\n}\n\n/** The last ref", "}\n\n/** The last ref"),
    ("a stale packet is not made null", "2 outputs",
     "make_null(a, out, slot);\n\t\tif (moved)", "if (moved)"),
    ("a moved packet is sent from the old address", "finest",
     "out->desc[slot].addr = out->wanted[slot].addr;", ";"),
    ("a moved packet's address stays for ever", "finest",
     "a->stale[slot] = sent;", "a->stale[slot] = sent & ~TINYNF_MOVED;"),
    ("the slow path forgets its last packet", "2 outputs",
     "out->last = a->decided + 1;", ""),
    ("an output that slept forgets where it is", "finest",
     "out->rung += turns;", ""),
    ("an output that slept reports an old head", "finest",
     "out->done += turns;", ""),
    ("whole turns are rounded up", "finest",
     "return distance & ~mask;", "return (distance + mask) & ~mask;"),
    ("a transmit tail may catch up with its head", "2 outputs",
     "tinynf_ring_earlier(decided, out->done + a->mask);", "decided;"),
    ("no report is asked for at the tail", "2 outputs",
     "out->desc[(tail - 1) & a->mask].meta |= TINYNF_TXD_RS;", ""),
    ("an output sleeps before its packets are sent", "2 outputs",
     "return tinynf_ring_reached(out->done, out->last) &&", "return out->done != out->first &&"),
    ("an output that is about to sleep holds nothing back", "2 outputs",
     "\t\t\tback = tinynf_ring_earlier(back, out->first);",
     "\t\t\tif (!tinynf_ring_reached(out->done, out->last))\n"
     "\t\t\t\tback = tinynf_ring_earlier(back, out->first);"),
    ("an output that sleeps late forgets that nulls are sent", "finest",
     "out->last = tinynf_ring_later(out->done, out->last);", ""),
    ("an output that is about to sleep does so in its own time", "2 outputs",
     "(idle || tinynf_ring_distance(out->done, a->decided) > nap)",
     "(tinynf_ring_distance(out->done, a->decided) > nap)"),
    ("the fastest output decides", "2 outputs",
     "back = tinynf_ring_earlier(back, out->first);",
     "back = tinynf_ring_later(tinynf_ring_earlier(back, out->first), out->done);"),
    ("an output has a limit before its first packet's turn", "2 outputs",
     "out->limit = a->active & out->bit && tinynf_ring_reached(out->done, out->first) ?",
     "out->limit = a->active & out->bit ?"),
    ("an output that sleeps keeps its limit", "2 outputs",
     "out->limit = a->active & out->bit && tinynf_ring_reached(out->done, out->first) ?",
     "out->limit = tinynf_ring_reached(out->done, out->first) ?"),
    ("usual packets leave stale ones elsewhere", "2 outputs",
     "if (other != out)\n\t\t\tmake_null(a, other, slot);", ""),
    ("an idle poll keeps incomplete groups", "2 outputs",
     "(idle ? 1 : a->mirror_period)", "a->mirror_period"),
    ("slots come back when they are decided", "2 outputs",
     "a->mirrored = back + size;", "a->mirrored = a->decided + size;"),
    ("packets do not wait for their place", "2 outputs",
     "if (!wake(a, sent))\n\t\t\tbreak;", "wake(a, sent);"),
    ("the fast path does not wait for its place", "2 outputs",
     "if (!wake(a, out->bit))\n\t\treturn false;",
     "wake(a, out->bit);"),
    ("what was sent counts in the next turn, too", "finest",
     "atomic_store_explicit(&a->sent[slot], 0, memory_order_relaxed);", ""),
    ("a slot once released stays so", "finest",
     "atomic_store_explicit(&a->state[slot], 0, memory_order_relaxed);", ""),
    ("the ring moves over packets that are held", "2 outputs",
     "if (atomic_load_explicit(&a->state[slot], memory_order_acquire) == 0)\n\t\t\tbreak;", ""),
    ("a second transmission is accepted", "finest",
     "if (atomic_load_explicit(&a->sent[slot], memory_order_relaxed) & bit)\n"
     "\t\treturn false;", ""),
    ("a detached output is still active", "1 output, comes",
     "a->active &= ~bit;", ""),
    ("a detached output leaves its traces", "1 output, comes",
     "a->stale[i] &= ~bit;", ""),
    ("a closing output skips a packet", "1 output, comes",
     "for (pos = a->decided; pos != a->received; pos++) {",
     "for (pos = a->decided + 1; pos < a->received; pos++) {"),
    ("positions compare as numbers", "finest",
     "return (int32_t)(b - a) >= 0;", "return b >= a;"),
    ("the NIC's buffer address is not restored", "finest",
     "if (moved)\n\t\t\tout->desc[slot].addr = a->addr[slot];", ""),
)


def build(directory):
    compiler = shlex.split(os.environ.get("CC") or "cc")
    for name in ("search.c", "world.h", "pack.h"):
        shutil.copy(os.path.join(HERE, name), directory)
    shutil.copytree(os.path.join(DRIVER, "base"), os.path.join(directory, "base"))
    yield subprocess.run(
        compiler + ["-std=gnu11", "-O2", "-w", "-I" + directory,
                    "-I" + os.path.join(HERE, "..", "common"),
                    "search.c", "tinynf_agent.c", "-o", "search"],
        cwd=directory, capture_output=True, text=True, errors="replace")


def judge(name, which, old, new):
    found = found_by(name, FILES, old, new, build, "search", which,
                     r"^FAIL .*?: \S*: (.*)")
    if found:
        states = re.search(r": (\d+) states", found.string)
        print(f"  {name}: {found.group(1)}, in {states.group(1)} states", flush=True)


for mutant in MUTANTS:
    check.add("mutant/" + mutant[0], judge, *mutant)
check.main()
