#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""Weaken the gate one step at a time: trying all interleavings has to find each."""

import json
import os
import shlex
import shutil
import subprocess

import check
from mutants import DRIVER, HERE, found_by

BUILD = os.environ["TINYNF_BUILD_ROOT"]
FILES = ("tinynf_gate.c", "tinynf_gate.h", "tinynf_slots.c", "tinynf_rx.c", "tinynf_burst.h",
         "tinynf_burst_template.h", "tinynf_burst_inline.h", "tinynf_agent.c", "tinynf_agent.h")

# Name, which case finds it, what is replaced (once, in any of the files), by what.
#
# What is not here because nothing can depend on it:
# - tinynf_gate_is_fast() acquires what only the thread itself can have stored.
# - tinynf_gate_try_own() acquires: an lcore that finds itself the owner became it with the lock, or
#   finds what it stored restored by somebody who did nothing inside.
# - tinynf_gate_barrier() has a fence beside membarrier(), which is one for its caller as well.
# - tinynf_gate_open() looks again who is the owner: with the lock that is the one who is inside.
# - tinynf_gate_own_slow() skips a wait for the lcore itself, which is outside and would not wait.
MUTANTS = (
    # Who enters.
    ("no fence without membarrier()", "fences/polls and sends, control/x86",
     "if (unlikely(tinynf_gate_needs_fence))\n\t\tatomic_thread_fence(memory_order_seq_cst);\n\telse",
     ""),
    ("the owner does not say that it is inside", "polls and sends, control/in order",
     "	atomic_store_explicit(&self->busy, id, memory_order_relaxed);\n	tinynf_gate_fence();",
     "	(void)self;"),
    ("the owner looks before it says that it is inside", "polls and sends, control/in order",
     "	atomic_store_explicit(&self->busy, id, memory_order_relaxed);\n	tinynf_gate_fence();\n"
     "	if (likely(atomic_load_explicit(&tinynf_gates[id].owner, memory_order_acquire) == lcore))",
     "	bool mine = atomic_load_explicit(&tinynf_gates[id].owner, memory_order_acquire) == lcore;\n"
     "	atomic_store_explicit(&self->busy, id, memory_order_relaxed);\n	if (mine)"),
    ("who is not the owner stays inside", "polls, sends, control/in order",
     "		return true;\n	tinynf_gate_leave_word(lcore);", "		return true;"),
    ("who leaves does not release", "polls and sends, control/in order",
     "TINYNF_GATE_NONE,\n			memory_order_release);",
     "TINYNF_GATE_NONE,\n			memory_order_relaxed);"),
    ("a sharer does not say that it is inside", "drops, control twice/in order",
     "		atomic_store_explicit(&tinynf_lcores[lcore].busy, id, memory_order_relaxed);\n"
     "		tinynf_gate_fence();", ""),
    ("a sharer does not look for control", "drops, control twice/in order",
     "if (likely(atomic_load_explicit(&tinynf_gates[id].owner,\n"
     "				memory_order_acquire) != TINYNF_OWNER_EXCLUDED))", "if (1)"),
    ("a sharer looks before it says that it is inside", "drops, control twice/in order",
     "		atomic_store_explicit(&tinynf_lcores[lcore].busy, id, memory_order_relaxed);\n"
     "		tinynf_gate_fence();\n		if (likely(atomic_load_explicit(&tinynf_gates[id].owner,\n"
     "				memory_order_acquire) != TINYNF_OWNER_EXCLUDED))",
     "		uint32_t owner = atomic_load_explicit(&tinynf_gates[id].owner,\n"
     "				memory_order_acquire);\n"
     "		atomic_store_explicit(&tinynf_lcores[lcore].busy, id, memory_order_relaxed);\n"
     "		if (owner != TINYNF_OWNER_EXCLUDED)"),
    ("a sharer does not acquire", "drops, control twice/in order",
     "				memory_order_acquire) != TINYNF_OWNER_EXCLUDED",
     "				memory_order_relaxed) != TINYNF_OWNER_EXCLUDED"),
    ("a sharer waits for control inside", "drops, control twice/in order",
     "			return TINYNF_PASS_WORD;\n		tinynf_gate_leave_word(lcore);",
     "			return TINYNF_PASS_WORD;"),
    ("who entered by the lock keeps it", "thread drops, control/in order",
     "	else if (pass == TINYNF_PASS_LOCK)\n		tinynf_gate_unlock(id);", ""),
    # The lock.
    ("the lock does not acquire", "thread drops, control/in order",
     "&unlocked, 1,\n			memory_order_acquire,", "&unlocked, 1,\n			memory_order_relaxed,"),
    ("the lock does not release", "thread drops, control/in order",
     "lock, 0, memory_order_release);", "lock, 0, memory_order_relaxed);"),
    # Whether somebody is inside.
    ("who looks at a word does not acquire", "drops, control twice/in order",
     "busy, memory_order_acquire) == id;", "busy, memory_order_relaxed) == id;"),
    ("nobody looks for receive bursts", "polls, drops, control/in order",
     "if (atomic_load_explicit(&gate->polling, memory_order_acquire) != 0)", "if (0)"),
    ("who looks for receive bursts does not acquire", "polls, drops, control/in order",
     "&gate->polling, memory_order_acquire) != 0", "&gate->polling, memory_order_relaxed) != 0"),
    ("nobody looks for transmit bursts", "polls and sends, control/in order",
     "queue < queues; queue++) {", "queue < queues; queue = queues) {\n			continue;"),
    ("who looks for transmit bursts does not acquire", "polls and sends, control/in order",
     "busy,\n					memory_order_acquire) == gate", "busy,\n					memory_order_relaxed) == gate"),
    # The fast pass.
    ("the fast pass opens beside control", "polls and sends, control/in order",
     "if (tinynf_gate_needs_fence || !gate_trylock(gate))", "(void)!gate_trylock(gate);\n	if (0)"),
    ("the fast pass opens where nothing orders it", "fences/polls and sends, control/x86",
     "if (tinynf_gate_needs_fence || !gate_trylock(gate))", "if (!gate_trylock(gate))"),
    ("the fast pass stays open for a former owner", "sends, other polls/in order",
     "TINYNF_OWNER_NONE, memory_order_relaxed);\n"
     "		atomic_store_explicit(&gate->fast, 0, memory_order_relaxed);",
     "TINYNF_OWNER_NONE, memory_order_relaxed);"),
    # Who takes over.
    ("two take over at once", "sends, other polls, control/in order",
     "	if (!gate_trylock(gate))\n		return TINYNF_PASS_REFUSED;\n	old =",
     "	gate_trylock(gate);\n	old ="),
    ("the old owner may enter while one takes over", "sends, other polls/in order",
     "		atomic_store_explicit(&gate->owner, TINYNF_OWNER_NONE, memory_order_relaxed);\n", ""),
    ("no barrier before taking over", "sends, other polls/x86",
     "		tinynf_gate_barrier();\n		while", "		while"),
    ("no wait for the old owner", "sends, other polls/in order",
     "while (lcore_inside(old, id) || fast_inside(gate))", "while (fast_inside(gate))"),
    ("no wait for the old owner's fast pass", "sends, other polls/in order",
     "while (lcore_inside(old, id) || fast_inside(gate))", "while (lcore_inside(old, id))"),
    ("nobody is the owner once taking over failed", "impatient/sends, other polls twice/in order",
     "				atomic_store_explicit(&gate->owner, old, memory_order_release);\n"
     "				tinynf_gate_unlock(id);\n				return TINYNF_PASS_REFUSED;",
     "				tinynf_gate_unlock(id);\n				return TINYNF_PASS_REFUSED;"),
    ("the lock stays when taking over failed", "impatient/sends, other polls twice/in order",
     "				tinynf_gate_unlock(id);\n				return TINYNF_PASS_REFUSED;",
     "				return TINYNF_PASS_REFUSED;"),
    ("an lcore stays the owner beside a thread", "sends, thread polls/in order",
     "		atomic_store_explicit(&gate->owner, TINYNF_OWNER_NONE, memory_order_release);\n"
     "		return TINYNF_PASS_LOCK;",
     "		atomic_store_explicit(&gate->owner, old, memory_order_release);\n"
     "		return TINYNF_PASS_LOCK;"),
    ("a new owner says that it is inside after the lock is gone", "polls, drops, control/in order",
     "	atomic_store_explicit(&tinynf_lcores[lcore].busy, id, memory_order_relaxed);\n"
     "	atomic_store_explicit(&gate->owner, lcore, memory_order_release);\n"
     "	tinynf_gate_unlock(id);",
     "	atomic_store_explicit(&gate->owner, lcore, memory_order_release);\n"
     "	tinynf_gate_unlock(id);\n"
     "	atomic_store_explicit(&tinynf_lcores[lcore].busy, id, memory_order_relaxed);"),
    # Control.
    ("control takes no lock", "polls and sends, control/in order",
     "	if (!gate_lock(gate))\n		return -EBUSY;\n	old", "	(void)gate_lock;\n	old"),
    ("control lets sharers in", "drops, control twice/in order",
     "TINYNF_OWNER_EXCLUDED, memory_order_relaxed);", "TINYNF_OWNER_NONE, memory_order_relaxed);"),
    ("control does not close the fast pass", "polls and sends, control/in order",
     "TINYNF_OWNER_EXCLUDED, memory_order_relaxed);\n"
     "	atomic_store_explicit(&gate->fast, 0, memory_order_relaxed);",
     "TINYNF_OWNER_EXCLUDED, memory_order_relaxed);"),
    ("control passes no barrier", "drops, control twice/x86",
     "	tinynf_gate_barrier();\n	for (lcore = 0", "	for (lcore = 0"),
    ("control passes the barrier too early", "drops, control twice/x86",
     "	atomic_store_explicit(&gate->owner, TINYNF_OWNER_EXCLUDED, memory_order_relaxed);\n"
     "	atomic_store_explicit(&gate->fast, 0, memory_order_relaxed);\n	tinynf_gate_barrier();",
     "	tinynf_gate_barrier();\n"
     "	atomic_store_explicit(&gate->owner, TINYNF_OWNER_EXCLUDED, memory_order_relaxed);\n"
     "	atomic_store_explicit(&gate->fast, 0, memory_order_relaxed);"),
    ("membarrier() is not called", "drops, control twice/x86",
     "		(void)syscall(__NR_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0);", "		return;"),
    ("no fence of control's own without membarrier()", "fences/polls and sends, control/x86",
     "	atomic_thread_fence(memory_order_seq_cst);\n	if (!tinynf_gate_needs_fence)",
     "	if (!tinynf_gate_needs_fence)"),
    ("control looks at no word", "drops, control twice/in order",
     "fast_inside(gate) : lcore_inside(lcore, id)", "fast_inside(gate) : false"),
    ("control does not look for the fast pass", "polls and sends, control/in order",
     "fast_inside(gate) : lcore_inside(lcore, id)", "false : lcore_inside(lcore, id)"),
    ("nobody is the owner once control gave up", "impatient/sends, other polls, control/in order",
     "atomic_store_explicit(&gate->owner, old, memory_order_release);\n"
     "				tinynf_gate_unlock(id);\n				return -EBUSY;",
     "tinynf_gate_include(id);\n				return -EBUSY;"),
    ("the gate stays closed once control gave up", "impatient/drops, control twice/in order",
     "				atomic_store_explicit(&gate->owner, old, memory_order_release);\n"
     "				tinynf_gate_unlock(id);\n				return -EBUSY;",
     "				tinynf_gate_unlock(id);\n				return -EBUSY;"),
    ("the lock stays once control gave up", "impatient/drops, control twice/in order",
     "				tinynf_gate_unlock(id);\n				return -EBUSY;", "				return -EBUSY;"),
    ("control admits nobody", "drops, control twice/in order",
     "	atomic_store_explicit(&tinynf_gates[id].owner, TINYNF_OWNER_NONE, memory_order_release);\n", ""),
    ("control does not release what it did", "drops, control twice/in order",
     "&tinynf_gates[id].owner, TINYNF_OWNER_NONE, memory_order_release",
     "&tinynf_gates[id].owner, TINYNF_OWNER_NONE, memory_order_relaxed"),
    ("control keeps the lock", "drops, control twice/in order",
     "TINYNF_OWNER_NONE, memory_order_release);\n	tinynf_gate_unlock(id);\n}",
     "TINYNF_OWNER_NONE, memory_order_release);\n}"),
)


# The same with packets.
PACKET_MUTANTS = (
    ("a drop leaves the fast pass open", "one passes and drops, one drops/in order",
     "	tinynf_gate_close(gate);\n	tinynf_mbuf_restore", "	tinynf_mbuf_restore"),
    ("a drop closes nothing", "one passes and drops, one drops/in order",
     "		atomic_store_explicit(&gate->fast, 0, memory_order_relaxed);\n}\n\n"
     "static inline void\ntinynf_gate_leave_word", "		;\n}\n\n"
     "static inline void\ntinynf_gate_leave_word"),
    ("who drops does not release the packet", "one passes, two drop/in order",
     "&a->state[slot], 1, memory_order_release", "&a->state[slot], 1, memory_order_relaxed"),
    ("the owner does not acquire what was dropped", "one passes, two drop/in order",
     "if (atomic_load_explicit(&a->state[slot], memory_order_acquire) == 0)",
     "if (atomic_load_explicit(&a->state[slot], memory_order_relaxed) == 0)"),
    ("a sharer counts where the owner does", "one passes and drops, one drops/in order",
     "		if (p->own)\n", "		if (rxq != NULL)\n"),
    ("drops are counted outside", "one drops, control stops/in order",
     "	if (p->dropped != 0) {", "	tinynf_gate_leave(p->gate, p->lcore, p->pass);\n"
     "	p->pass = TINYNF_PASS_REFUSED;\n	if (p->dropped != 0) {"),
    ("a packet of a stopped queue goes to the ring", "one passes, one drops, control stops/in order",
     "	if (gate->slots->orphan) {", "	if (gate->slots == NULL) {"),
    ("nobody counts what went home", "one passes, one drops, control stops/in order",
     "if (atomic_fetch_sub_explicit(&slots->held, 1, memory_order_acq_rel) == 1)", "if (1)"),
    ("who brings a packet home does not release it",
     "one passes, one drops, control stops and starts/in order",
     "&slots->held, 1, memory_order_acq_rel", "&slots->held, 1, memory_order_relaxed"),
    ("who frees a stopped queue's memory does not acquire it",
     "one passes, one drops, control stops and starts/in order",
     "&slots->held, memory_order_acquire", "&slots->held, memory_order_relaxed"),
    ("a receive burst does not say that it is inside", "one drops, control stops/in order",
     "	atomic_store_explicit(&gate->polling, 1, memory_order_relaxed);", ""),
    ("a receive burst leaves without release", "one drops, control stops/in order",
     "&gate->polling, 0, memory_order_release", "&gate->polling, 0, memory_order_relaxed"),
    ("a receive burst does not look whose gate it is",
     "one passes, one drops, control stops/in order",
     "if (likely(tinynf_gates[gate].rxq == rxq))", "if (1)"),
    ("the fast pass opens while packets are held", "one passes and drops, one drops/in order",
     "!rxq->in_bad && a->decided == a->received &&", "!rxq->in_bad &&"),
)


def compile_command(program):
    """How the build compiles cases: compiler and options without file names."""
    with open(os.path.join(BUILD, "compile_commands.json")) as commands:
        for entry in json.load(commands):
            if os.path.basename(entry["file"]) == f"{program}_cases.c":
                words = shlex.split(entry["command"])
                return [w for w in words[:words.index("-MD")]
                        if w != "-Werror" and not w.endswith("drivers/net/tinynf")]
    return check.skip("this build has no such program: its sanitizer takes the place")


def compiled(directory, program):
    return subprocess.run(
        compile_command(program) + ["-w", "-I" + directory, "-o", os.path.join(directory, "cases.o"),
                             "-c", os.path.join(HERE, f"{program}_cases.c")],
        cwd=BUILD, capture_output=True, text=True, errors="replace")


def linked(directory, program):
    objects = os.path.join(BUILD, "test", "proofs", f"{program}.p")
    libraries = subprocess.run(["pkg-config", "--libs", "libdpdk"], capture_output=True, text=True,
                               check=True).stdout.split() if program == "packet" else []
    return subprocess.run(
        shlex.split(os.environ.get("CC") or "cc") +
        [os.path.join(objects, f"{name}.c.o") for name in ("gate", "weave", "weave_memory")] +
        [os.path.join(directory, "cases.o"), "-o", os.path.join(directory, "gate")] + libraries,
        capture_output=True, text=True, errors="replace")


def judge(program, name, which, old, new):
    def build(directory):
        # A file includes what is beside it: all have to be copies.
        for copied in os.listdir(DRIVER):
            if copied.endswith((".h", ".c")) and copied not in FILES:
                shutil.copy(os.path.join(DRIVER, copied), directory)
        shutil.copytree(os.path.join(DRIVER, "base"), os.path.join(directory, "base"))
        yield compiled(directory, program)
        yield linked(directory, program)
    found = found_by(name, FILES, old, new, build, "gate", which,
                     r"^(\d+) states.*\nFAIL (.*/[a-z0-9 ]*): (.*)")
    if found:
        print(f"  {name}: {found.group(3)}, in {found.group(1)} states of {found.group(2)}",
              flush=True)


for mutant in MUTANTS:
    check.add("gate/" + mutant[0], judge, "gate", *mutant)
for mutant in PACKET_MUTANTS:
    check.add("packet/" + mutant[0], judge, "packet", *mutant)
check.main()
