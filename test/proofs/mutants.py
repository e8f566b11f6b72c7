# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""What tests that break the driver one line at a time share."""

import os
import re
import subprocess
import tempfile

import check

HERE = os.path.dirname(os.path.abspath(__file__))
DRIVER = os.path.join(HERE, "..", "..", "drivers", "net", "tinynf")


def mutate(directory, files, old, new):
    """Apply a mutation to copies. @return in how many places it applied."""
    places = 0
    for name in files:
        with open(os.path.join(DRIVER, name)) as source:
            text = source.read()
        places += text.count(old)
        with open(os.path.join(directory, name), "w") as copy:
            copy.write(text.replace(old, new, 1))
    return places


def found_by(name, files, old, new, build, program, which, pattern):
    """Break a copy of the driver and run one of a program's cases on it.

    build: makes the program in a directory, where the copies of files are, too. @return its steps.
    pattern: how the case says what it found; a crash will do as well.
    @return the match; None after a crash, which was told.
    """
    with tempfile.TemporaryDirectory() as directory:
        places = mutate(directory, files, old, new)
        if places != 1:
            check.fail(f"its line is there {places} times: bring the mutant up to date")
        for done in build(directory):
            if done.returncode != 0:
                check.fail(f"does not compile: {done.stderr[-300:]}")
        run = subprocess.run([os.path.join(directory, program), which],
                             capture_output=True, text=True, errors="replace")
    if run.returncode < 0:
        print(f"  {name}: it crashes, signal {-run.returncode}", flush=True)
        return None
    match = re.search(pattern, run.stdout, re.M)
    if match is None:
        check.fail("survives: " + run.stdout[-200:] + run.stderr[-200:])
    return match
