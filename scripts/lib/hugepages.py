# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""Memory that EAL can have in 2 MB pages."""

import os

FREE = "/sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages"


def _mount(mounts):
    """Where EAL makes its files: on the first mount of such pages. None if there is none."""
    for line in mounts:
        _, place, kind, options = line.split()[:4]
        size = [o for o in options.split(",") if o.startswith("pagesize=")]
        if kind == "hugetlbfs" and size in ([], ["pagesize=2M"]):
            return place
    return None


def free(mounts="/proc/mounts", pages=FREE):
    """How many are free for this user: the mount may be root's alone."""
    try:
        with open(mounts) as f:
            place = _mount(f)
        if place is None or not os.access(place, os.W_OK | os.X_OK):
            return 0
        with open(pages) as f:
            return int(f.read())
    except OSError:
        return 0
