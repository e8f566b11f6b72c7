#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""Weaken the gate one step at a time: trying all interleavings has to find each."""

import json
import os
import re
import shlex
import shutil
import subprocess
import tempfile

import check

HERE = os.path.dirname(os.path.abspath(__file__))
DRIVER = os.path.join(HERE, "..", "..", "drivers", "net", "tinynf")
BUILD = os.environ["TINYNF_BUILD_ROOT"]
FILES = ("tinynf_gate.c", "tinynf_gate.h")

# Name, which case finds it, what is replaced (once, in any of the files), by what.
MUTANTS = (
    ("control takes no lock", "drops, control twice/in order",
     "	if (!gate_lock(gate))\n		return -EBUSY;\n", "	(void)gate_lock;\n"),
    ("control does not close the fast pass", "polls and sends, control/in order",
     "TINYNF_OWNER_EXCLUDED, memory_order_relaxed);\n"
     "	atomic_store_explicit(&gate->fast, 0, memory_order_relaxed);",
     "TINYNF_OWNER_EXCLUDED, memory_order_relaxed);"),
    ("control passes no barrier", "drops, control twice/x86",
     "	tinynf_gate_barrier();\n	for (lcore = 0", "	for (lcore = 0"),
    ("control looks at no word", "drops, control twice/in order",
     "fast_inside(gate) : lcore_inside(lcore, id)", "fast_inside(gate) : false"),
    ("control does not look for the fast pass", "polls and sends, control/in order",
     "fast_inside(gate) : lcore_inside(lcore, id)", "false : lcore_inside(lcore, id)"),
    ("nobody is the owner once control gave up", "impatient",
     "atomic_store_explicit(&gate->owner, old, memory_order_release);\n"
     "				tinynf_gate_unlock(id);\n				return -EBUSY;",
     "tinynf_gate_include(id);\n				return -EBUSY;"),
)


def mutate(directory, old, new):
    """Apply a mutation to copies. @return in how many places it applied."""
    places = 0
    for name in FILES:
        with open(os.path.join(DRIVER, name)) as source:
            text = source.read()
        places += text.count(old)
        with open(os.path.join(directory, name), "w") as copy:
            copy.write(text.replace(old, new, 1))
    return places


def compile_command():
    """How the build compiles the cases: compiler and options without file names."""
    with open(os.path.join(BUILD, "compile_commands.json")) as commands:
        for entry in json.load(commands):
            if os.path.basename(entry["file"]) == "gate_cases.c":
                words = shlex.split(entry["command"])
                return [w for w in words[:words.index("-MD")]
                        if w != "-Werror" and not w.endswith("drivers/net/tinynf")]
    return check.skip("this build has no gate_cases.c: its sanitizer takes the place")


def build(directory):
    return subprocess.run(
        compile_command() + ["-w", "-I" + directory, "-o", os.path.join(directory, "cases.o"),
                             "-c", os.path.join(HERE, "gate_cases.c")],
        cwd=BUILD, capture_output=True, text=True, errors="replace")


def link(directory):
    objects = os.path.join(BUILD, "test", "proofs", "gate.p")
    return subprocess.run(
        shlex.split(os.environ.get("CC") or "cc") +
        [os.path.join(objects, f"{name}.c.o") for name in ("gate", "weave", "weave_memory")] +
        [os.path.join(directory, "cases.o"), "-o", os.path.join(directory, "gate")],
        capture_output=True, text=True, errors="replace")


def judge(name, which, old, new):
    with tempfile.TemporaryDirectory() as directory:
        for header in os.listdir(DRIVER):
            if header.endswith(".h"):
                shutil.copy(os.path.join(DRIVER, header), directory)
        shutil.copytree(os.path.join(DRIVER, "base"), os.path.join(directory, "base"))
        places = mutate(directory, old, new)
        if places != 1:
            check.fail(f"its line is there {places} times: bring the mutant up to date")
        for step in (build, link):
            done = step(directory)
            if done.returncode != 0:
                check.fail(f"does not compile: {done.stderr[-300:]}")
        run = subprocess.run([os.path.join(directory, "gate"), which],
                             capture_output=True, text=True, errors="replace")
        found = re.search(r"^(\d+) states.*\nFAIL (.*?): (.*)", run.stdout, re.M)
        if found is None:
            check.fail("survives: " + run.stdout[-200:] + run.stderr[-200:])
        print(f"  {name}: {found.group(3)}, in {found.group(1)} states of {found.group(2)}",
              flush=True)


for mutant in MUTANTS:
    check.add("mutant/" + mutant[0], judge, *mutant)
check.main()
