#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""Print the ABI version of a DPDK, e.g. 23.0: usage: dpdk-abi.py LIBDIR VERSION"""

import glob
import os
import re
import sys


def main():
    libdir, version = sys.argv[1:]
    # The libraries say it in their file names: librte_eal.so.23.0
    for path in glob.glob(os.path.join(libdir, "librte_eal.so.*")):
        found = re.search(r"\.so\.(\d+\.\d+)$", path)
        if found:
            print(found.group(1))
            return
    # DPDK's policy: the ABI changes with each November release, YY.11 -> YY + 1,
    # and the quarterly releases up to the next count its minor number up.
    year, month = (int(n) for n in version.split(".")[:2])
    if month >= 11:
        print(f"{year + 1}.0")
    else:
        print(f"{year}.{(month + 1) // 4}")


main()
