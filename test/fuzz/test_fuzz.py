#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""A short run of each fuzzing target; scripts/fuzz runs them for longer."""

import os
import re
import shutil
import subprocess

import check

TOP = os.environ["TINYNF_SOURCE_ROOT"]
TARGETS = ("agent", "devargs", "frame", "model", "nf", "vfio_user")


def fuzz(target):
    if shutil.which("clang") is None:
        check.skip("there is no clang: scripts/setup --tests installs it")
    run = subprocess.run(
        [os.path.join(TOP, "scripts", "fuzz"), "--seconds", "2" if check.quick() else "10",
         "--directory", os.path.join(os.environ["TINYNF_BUILD_ROOT"], "fuzz"), target],
        capture_output=True, text=True, errors="replace")
    print(re.sub(r"^(PASS|FAIL)", r" \1", run.stdout, flags=re.M), flush=True)
    if run.returncode != 0:
        why = re.search(r"^FAIL \S+: (.*)", run.stdout, re.M)
        check.fail(why.group(1) if why else run.stderr[-300:])


for name in TARGETS:
    check.add("fuzz/" + name, fuzz, name)
check.main()
