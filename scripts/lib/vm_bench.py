# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""The guest that the cases share, and what they do with it again and again."""

import os
import re
import shutil
import signal
import sys
import tempfile

import check
import version_root
import vm_initramfs
import vm_roots
from debian_root import Unavailable
from vm_guest import Broken, Guest, Server

TOP = vm_roots.TOP
BUILD = os.environ.get("TINYNF_BUILD_ROOT", os.path.join(TOP, "build"))

# Two cards with a cable between them, two with a generator each.
CABLE = ("0000:01:00.0", "0000:02:00.0")
GENERATORS = ("0000:03:00.0", "0000:04:00.0")
FRAMES = 20000
DEVICES = ("wire=cable", "wire=cable,peer=dev0", f"count={FRAMES},flows=32",
           f"count={FRAMES},flows=32")
# A slot that is empty until a case plugs a card in.
SPARE = "0000:05:00.0"
SPARE_SLOT = 4
# The guest can then keep a card's DMA to what a user's driver maps; for its own drivers it does
# not ("iommu=pt").
INTEL, AMD = "intel", "amd"
IOMMU = {INTEL: "intel-iommu,caching-mode=on", AMD: "amd-iommu,dma-remap=on,intremap=on"}
PLUGIN = "/usr/lib/net_tinynf/librte_net_tinynf.so"

CASES = []


def case(name, quick=False):
    """Decorator: a case. quick: also part of the short run."""
    def decorate(function):
        CASES.append((name, quick, function))
        return function
    return decorate


class Bench:
    """Boots the guest when a case needs it, and again when the last one broke it."""

    def __init__(self, trace=False, quick=False, fetch=False):
        """fetch: download other releases' DPDK for cases that use it."""
        self.trace = trace
        self.quick = quick
        self.fetch = fetch
        self.guest = self.server = None
        self.machine = (None, None, "")      # as need() is asked for it
        self.images = {}         # by version: initramfs
        self.missing = {}        # by version: why there is none
        self.visitor = None      # the server of the card in the spare slot
        self.boots = 0
        self.folder = tempfile.mkdtemp(prefix="tinynf-vm-")
        self.host_root = self.guest_root = self.kernel = None

    def prepare(self):
        """Everything that may not be possible here. Unavailable tells why."""
        self.host_root = vm_roots.host()
        self.guest_root = guest_root = vm_roots.guest()
        extra = []
        plugin = os.path.join(BUILD, "librte_net_tinynf.so")
        if os.path.exists(plugin):
            extra.append((PLUGIN, os.path.realpath(plugin)))
        captured = os.path.join(BUILD, "test", "e2e", "captured")
        if os.path.exists(captured):
            extra.append(("/usr/bin/dpdk-captured", captured))
        for name, path in example_programs():
            extra.append((f"/usr/bin/{name}", path))
        self.images[None] = os.path.join(self.folder, "initramfs")
        self.kernel = vm_initramfs.build(guest_root, self.images[None], extra=extra)

    def _image(self, version):
        """@return the initramfs with a version of DPDK; skips the case if it cannot be made."""
        if version in self.missing:
            check.skip(self.missing[version])
        if version not in self.images:
            path = os.path.join(self.folder, f"initramfs-{version}")
            try:
                root, plugin = version_root.for_guest(version, self.fetch)
            except Unavailable as why:
                self.missing[version] = str(why)
                check.skip(self.missing[version])
            except version_root.PluginFailed as why:
                raise Broken(str(why)) from None
            vm_initramfs.build(self.guest_root, path, root, [(PLUGIN, plugin)])
            self.images[version] = path
        return self.images[version]

    def start(self):
        device, image = device_program(), self._image(self.machine[1])
        self.boots += 1
        folder = os.path.join(self.folder, f"boot{self.boots}")
        os.mkdir(folder)
        self.server = Server(device, folder, DEVICES, self.trace)
        self.generators_wait()
        iommu, _, append = self.machine
        more = []
        if iommu is not None:
            more = ["-machine", "kernel-irqchip=split", "-device", IOMMU[iommu]]
            append += " iommu=pt"
        self.guest = Guest(self.host_root, self.kernel, image, self.server.sockets, folder,
                           more=more, append=append)

    def need(self, iommu=None, version=None, append=""):
        """A running guest.

        iommu: one of the IOMMUs; version: of DPDK, if not this machine's; append: for the kernel.
        """
        if (iommu, version, append) != self.machine:
            self.stop()
            self.machine = (iommu, version, append)
        if self.guest is None:
            try:
                self.start()
            except BaseException:
                self.stop()
                raise
        return self.guest

    def stop(self):
        """@return the server's last statistics."""
        guest, visitor, server = self.guest, self.visitor, self.server
        # Whatever happens next, none of them is there for another case.
        self.guest = self.visitor = self.server = None
        devices = []
        if guest is not None:
            guest.kill()
        try:
            if visitor is not None:
                visitor.stop()
        finally:
            if server is not None:
                devices, status = server.stop()
                if status != 0:
                    raise Broken(f"tinynf-device ends with {status}: {server.messages()}")
        return devices

    def diagnosis(self):
        """What guest and devices have said last, for a failure's message."""
        said = []
        if self.guest is not None:
            said.append(f"[kernel: {self.guest.kernel_log()}]")
        for name, server in (("devices", self.server), ("plugged card", self.visitor)):
            if server is not None:
                said.append(f"[{name}: {server.messages()}]")
        if self.server is not None:
            wires = [{key: n for key, n in device["wire"].items() if n}
                     for device in self.server.status()]
            said.append(f"[wires: {wires}]")
        return " ".join(said)

    def close(self, keep):
        try:
            self.stop()
        finally:
            if not keep:
                shutil.rmtree(self.folder, ignore_errors=True)

    # What several cases do.

    def linux(self, iommu=None, version=None, append=""):
        """Bring Linux's driver onto the two cabled cards; one is in a namespace of its own."""
        guest = self.need(iommu, version, append)
        if guest.run("ip netns list").find("peer") >= 0 and \
                guest.run("ip -o link show eth0", check=False).find("UP") >= 0:
            self.wait_link()
            return guest
        self.release(CABLE)
        guest.run("modprobe ixgbe")
        for bdf, name, netns in zip(CABLE, ("eth0", "eth1"), (None, "peer")):
            self.bind(bdf, "ixgbe")
            self.interface(bdf, name, netns)
        self.wait_link()
        return guest

    def interface(self, bdf, name, netns):
        guest = self.guest
        n = 1 if netns is None else 2
        inside = "" if netns is None else f"ip netns exec {netns} "
        if netns is not None:
            guest.run(f"ip netns list | grep -q {netns} || ip netns add {netns}")
        # A namespace that is still there has kept the interface.
        if guest.run(f"{inside}ip link show {name} 2>/dev/null | wc -l") == "0":
            was = guest.wait(f"ls /sys/bus/pci/devices/{bdf}/net", r"^(\S+)$").group(1)
            if was != name:
                guest.run(f"ip link set {was} down; ip link set {was} name {name}")
            if netns is not None:
                guest.run(f"ip link set {name} netns {netns}")
        guest.run(f"{inside}ip addr flush dev {name}; "
                  f"{inside}ip addr add 10.0.0.{n}/24 dev {name}; "
                  f"{inside}ip link set {name} up")

    def wait_link(self):
        for inside, name in (("", "eth0"), ("ip netns exec peer ", "eth1")):
            self.guest.wait(f"{inside}ip -o link show {name}", r"LOWER_UP.* state UP")

    def bind(self, bdf, driver):
        """Give a card to a driver, whoever has it."""
        guest = self.guest
        path = f"/sys/bus/pci/devices/{bdf}"
        now = guest.run(f"basename $(readlink {path}/driver)", check=False).strip()
        if now == driver:
            return
        guest.run(f"[ ! -e {path}/driver ] || echo {bdf} > {path}/driver/unbind")
        guest.run(f"echo {driver} > {path}/driver_override")
        guest.run(f"echo {bdf} > /sys/bus/pci/drivers/{driver}/bind")

    def release(self, bdfs):
        for bdf in bdfs:
            path = f"/sys/bus/pci/devices/{bdf}"
            self.guest.run(f"[ ! -e {path}/driver ] || echo {bdf} > {path}/driver/unbind")

    def userspace(self, bdfs, vfio=None, version=None):
        """Give cards to DPDK. vfio: with this IOMMU between them and memory."""
        guest = self.need(vfio, version)
        # A port that is being brought up has no address for a while: what comes then is lost.
        self.generators_wait()
        driver = "vfio-pci" if vfio else "uio_pci_generic"
        guest.run("modprobe vfio_iommu_type1" if vfio else "true")
        guest.run(f"modprobe {driver}")
        for bdf in bdfs:
            self.bind(bdf, driver)
        return guest

    def plug(self, keys, prefix=()):
        """Plug a card into the spare slot, served by a program of its own.

        The guest goes with the case.

        keys: its device's; prefix: a command that runs the program.
        """
        guest = self.need()
        folder = tempfile.mkdtemp(prefix="plugged", dir=self.folder)
        self.visitor = Server(device_program(), folder, [keys], self.trace, prefix)
        guest.plug(SPARE_SLOT, self.visitor.sockets[0])
        return guest

    def device(self, n):
        return self.server.status()[n]

    def generators_again(self):
        """All generators start over."""
        self.server.generators(signal.SIGUSR1)

    def generators_wait(self):
        """They send nothing until they start over, and have sent nothing."""
        self.server.generators(signal.SIGUSR2)

    def violations(self, n):
        """(register, reason) of rules that were broken on a card."""
        return {(v["register"], v["reason"]): v["times"] for v in self.device(n)["violations"]}


def device_program():
    device = os.path.join(BUILD, "app", "tinynf-device", "tinynf-device")
    if not os.path.exists(device):
        raise Broken(f"there is no {device}: build the project first")
    return device


def example_programs():
    """DPDK's examples, built as the e2e tests do, as (name, path)."""
    os.environ.setdefault("TINYNF_SOURCE_ROOT", TOP)
    os.environ.setdefault("TINYNF_BUILD_ROOT", BUILD)
    os.environ.setdefault("TINYNF_PLUGIN", os.path.join(BUILD, "librte_net_tinynf.so"))
    sys.path.insert(0, os.path.join(TOP, "test", "e2e"))
    import example_build
    found = []
    for name in ("l2fwd", "l3fwd", "l3fwd-power"):
        try:
            found.append((f"dpdk-{name}", example_build.build(name)))
        except check.Failed as why:
            print(f"no {name}: {why}", flush=True)
    return found


def kernel_complaints(guest, skip=0):
    """Lines of the kernel's log that are warnings or worse, after the first `skip` lines."""
    lines = guest.run("dmesg -r").splitlines()[skip:]
    found = []
    for line in lines:
        match = re.match(r"<(\d+)>\[.*?\] (.*)", line)
        if match and int(match.group(1)) & 7 <= 4:
            found.append(match.group(2))
    return found


def log_lines(guest):
    return int(guest.run("dmesg -r | wc -l"))
