# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""The guest's file system: an archive in memory with just what the tests run."""

import glob
import os
import stat
import subprocess

TOOLS = ["usr/bin/dash", "usr/sbin/ethtool", "usr/bin/ip", "usr/bin/ping",
         "usr/bin/iperf3", "usr/bin/kmod", "usr/bin/lspci"]
# Kernel drivers that the guest can load, with what they need.
MODULES = ["ixgbe", "uio_pci_generic", "vfio-pci", "vfio_iommu_type1", "8021q", "veth", "bridge"]
DRIVERS = ["librte_net_ixgbe.so", "librte_mempool_ring.so", "librte_bus_pci.so",
           "librte_bus_vdev.so", "librte_net_ring.so"]
STDBUF = "/usr/libexec/coreutils/libstdbuf.so"
LIBRARIES = "usr/lib/x86_64-linux-gnu"
PROGRAMS = ["usr/bin/dpdk-testpmd", "usr/bin/dpdk-proc-info", "usr/bin/dpdk-dumpcap"]

PASSWD = """root:x:0:0:root:/root:/bin/sh
user:x:1000:1000:user:/tmp/user:/bin/sh
"""

# Commands come by the serial line, each followed by one that prints its status.
INIT = """#!/bin/busybox sh
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb
busybox chmod 755 /
busybox mkdir -p /proc /sys /dev /tmp /run /root /mnt/huge /var/run
busybox mount -t proc proc /proc
busybox mount -t sysfs sys /sys
busybox mount -t devtmpfs dev /dev
busybox mount -t tmpfs tmp /tmp
busybox --install -s /bin
ln -sf dash /bin/sh
mkdir -p /dev/shm /dev/hugepages
mount -t hugetlbfs huge /dev/hugepages
ln -sf /proc/self/fd /dev/fd
ip link set lo up
hostname guest
stty -F /dev/ttyS0 -echo -onlcr rows 50 cols 500
echo guest-is-up >/dev/ttyS0
while true; do
	PS1= PS2= setsid cttyhack dash -i </dev/ttyS0 >/dev/ttyS0 2>&1
done
"""


class Archive:
    """cpio in the format that the kernel unpacks ("newc")."""

    def __init__(self):
        self.parts = []
        self.names = set()
        self.count = 0

    def _entry(self, name, mode, data):
        self.count += 1
        path = name.encode() + b"\0"
        fields = (self.count, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(path), 0)
        head = b"070701" + b"".join(b"%08X" % field for field in fields) + path
        self.parts += [head, b"\0" * (-len(head) % 4), data, b"\0" * (-len(data) % 4)]

    def folder(self, name):
        if not name or name in self.names:
            return
        self.folder(os.path.dirname(name))
        self.names.add(name)
        self._entry(name, stat.S_IFDIR | 0o755, b"")

    def data(self, name, data, mode=0o755):
        name = name.lstrip("/")
        if name in self.names:
            return
        self.folder(os.path.dirname(name))
        self.names.add(name)
        self._entry(name, stat.S_IFREG | mode, data)

    def link(self, name, target):
        if name in self.names:
            return
        self.folder(os.path.dirname(name))
        self.names.add(name)
        self._entry(name, stat.S_IFLNK | 0o777, target.encode())

    def device(self, name, major, minor):
        self.folder(os.path.dirname(name))
        self.count += 1
        path = name.encode() + b"\0"
        fields = (self.count, stat.S_IFCHR | 0o600, 0, 0, 1, 0, 0, 0, 0, major, minor,
                  len(path), 0)
        head = b"070701" + b"".join(b"%08X" % field for field in fields) + path
        self.parts += [head, b"\0" * (-len(head) % 4)]

    def file(self, name, path):
        with open(path, "rb") as source:
            self.data(name, source.read())

    def write(self, path):
        self._entry("TRAILER!!!", 0, b"")
        with open(path + ".new", "wb") as out:
            out.writelines(self.parts)
        os.replace(path + ".new", path)


def _libraries(command):
    """Libraries that a program's loader would take, as (name for the guest, path here)."""
    listed = subprocess.run(command, capture_output=True, text=True)
    found = []
    for line in listed.stdout.splitlines():
        words = line.split()
        if len(words) >= 3 and words[1] == "=>" and words[2].startswith("/"):
            found.append((words[0], words[2]))
        elif "=> not found" in line:
            raise FileNotFoundError(f"{command[-1]} needs {words[0]}")
    return found


class Machine:
    """This machine, as if it were a folder of packages."""

    path = "/"

    @staticmethod
    def loader(program):
        return ["/lib64/ld-linux-x86-64.so.2", os.path.join("/", program)]


def _add(archive, root, path, name=None):
    """A program or library that runs with a folder of packages, with its libraries.

    path: in the folder, or a whole one; name: for the guest.
    """
    loader = root.loader(path)
    archive.file(name or path, loader[-1])
    for library, found in _libraries(loader[:-1] + ["--list", loader[-1]]):
        archive.file(f"{LIBRARIES}/{os.path.basename(library)}", found)


def _add_modules(archive, root, release):
    folder = f"lib/modules/{release}"
    base = os.path.join(root.path, "usr", folder)
    if not os.path.isdir(base):
        base = os.path.join(root.path, folder)
    # The package leaves this to its installation, which has not happened.
    if not os.path.exists(os.path.join(base, "modules.dep")):
        kmod = root.loader("usr/bin/kmod")
        subprocess.run(kmod[:1] + ["--argv0", "depmod"] + kmod[1:] +
                       ["-b", base[:-len(folder)], release], check=True)
    needs = {}
    with open(os.path.join(base, "modules.dep")) as dep:
        for line in dep:
            path, _, rest = line.partition(":")
            needs[os.path.basename(path).split(".")[0].replace("_", "-")] = \
                [path] + rest.split()
    for module in MODULES:
        for path in needs.get(module.replace("_", "-"), []):
            archive.file(f"{folder}/{path}", os.path.join(base, path))
    for name in ("modules.dep", "modules.alias", "modules.builtin", "modules.order",
                 "modules.symbols", "modules.softdep", "modules.dep.bin", "modules.alias.bin",
                 "modules.builtin.bin", "modules.symbols.bin"):
        if os.path.exists(os.path.join(base, name)):
            archive.file(f"{folder}/{name}", os.path.join(base, name))


def _add_dpdk(archive, root, extra):
    """DPDK's programs and drivers of a folder of packages, and what else runs with them."""
    folders = sorted(glob.glob(os.path.join(root.path, LIBRARIES, "dpdk", "pmds-*")))
    if folders:
        for program in PROGRAMS:
            if os.path.exists(os.path.join(root.path, program)):
                _add(archive, root, program)
        # One file each, however it is reached, or its constructors would run twice.
        for driver in DRIVERS:
            for found in glob.glob(os.path.join(folders[-1], f"{driver}.[0-9]*[0-9]")):
                name = os.path.basename(found)
                if name.count(".") != 2:
                    continue
                _add(archive, root, os.path.realpath(found), f"{LIBRARIES}/{name}")
                folder = os.path.relpath(folders[-1], root.path)
                archive.folder(folder)
                archive.link(f"{folder}/{driver}", f"../../{name}")
    # Programs whose output is read while they run must not keep it.
    stdbuf = os.path.join(root.path, STDBUF.lstrip("/"))
    if os.path.exists(stdbuf):
        archive.file(STDBUF, stdbuf)
    # Loaded by name when a thread is cancelled.
    _add(archive, root, f"{LIBRARIES}/libgcc_s.so.1")
    for name, found in extra:
        _add(archive, root, found, name)


def build(root, path, dpdk=Machine, extra=()):
    """Write the archive.

    root: folder with kernel and tools; dpdk: folder with DPDK; extra: (name in the guest, path
    here) of programs that run with that. @return the kernel's path.
    """
    kernel = sorted(glob.glob(os.path.join(root.path, "boot", "vmlinuz-*")))[-1]
    archive = Archive()
    for link in ("bin", "sbin", "lib", "lib64"):
        archive.folder(f"usr/{link}")
        archive.link(link, f"usr/{link}")
    archive.device("dev/console", 5, 1)
    archive.data("init", INIT.encode())
    archive.data("etc/passwd", PASSWD.encode(), 0o644)
    archive.file("usr/bin/busybox", os.path.join(root.path, "usr/bin/busybox"))
    archive.file("usr/lib64/ld-linux-x86-64.so.2", os.path.realpath(dpdk.loader("")[0]))
    # First, since what is there already stays: its libraries are as new or newer.
    _add_dpdk(archive, dpdk, extra)
    for tool in TOOLS:
        name = tool
        if not os.path.exists(os.path.join(root.path, name)):
            name = tool.replace("usr/", "", 1)
        _add(archive, root, name)
    for name in ("modprobe", "rmmod", "insmod", "lsmod", "depmod"):
        archive.link(f"usr/sbin/{name}", "../bin/kmod")
    release = os.path.basename(kernel).replace("vmlinuz-", "")
    _add_modules(archive, root, release)
    for data in ("usr/share/misc/pci.ids",):
        if os.path.exists(os.path.join(root.path, data)):
            archive.file(data, os.path.join(root.path, data))
    archive.write(path)
    return kernel
