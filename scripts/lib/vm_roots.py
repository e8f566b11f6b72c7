# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""The two folders of packages that the virtual machine needs: an emulator and a kernel.

The emulator must know vfio-user, which QEMU does from 10.1 on: it is Debian 13's from its
backports. The kernel and its drivers are this machine's distribution's.
"""

import os

from debian_root import Root, Unavailable, archive, codename, own_suites

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CACHE = os.path.join(TOP, ".cache", "vm")
EMULATOR = ["qemu-system-x86", "seabios"]
KERNEL = ["linux-image-amd64", "busybox-static", "kmod", "pciutils", "ethtool", "iproute2",
          "iputils-ping", "iperf3", "dash"]


def host():
    """The folder with QEMU."""
    base = archive()
    return Root(os.path.join(CACHE, "host"), [f"{base} trixie", f"{base} trixie-backports"],
                EMULATOR, "trixie-backports").make()


def guest():
    """The folder with what the guest runs, except DPDK: that is this machine's."""
    if codename() != "bookworm":
        raise Unavailable(f"the guest is made of Debian 12's packages, this is {codename()}")
    return Root(os.path.join(CACHE, "guest"), own_suites(), KERNEL).make()
