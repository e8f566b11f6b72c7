# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""A card whose wire ends at this machine, plugged into the running guest."""

import os
import subprocess

from vm_bench import SPARE, case, check
from vm_guest import Broken
from vm_linux import iperf_client, pings

TAP = "tinynfvm"
GUEST, HOST = "10.99.0.2", "10.99.0.1"


class Host:
    """A network namespace of this machine's, with the interface at the wire's end in it.

    The program that serves the card runs in it: it goes with the program.
    """

    def __init__(self, bench):
        self.root = bench.guest_root
        own = [] if os.geteuid() == 0 else ["-r"]
        tried = subprocess.run(["unshare", *own, "-n", "sh", "-c", ": <>/dev/net/tun"],
                               capture_output=True, text=True)
        if tried.returncode != 0:
            check.skip(f"no interface can be made here: {tried.stderr.strip()}")
        self.guest = bench.plug(f"wire=tap,tap={TAP}", ["unshare", *own, "-n"])
        self.enter = ["nsenter", "-t", str(bench.visitor.process.pid), "-n"] + \
            (["-U", "--preserve-credentials"] if own else [])
        self.run("ip", "link", "set", "lo", "up")
        self.run("ip", "addr", "add", f"{HOST}/24", "dev", TAP)

    def command(self, program, *args):
        """A program of the guest's packages, run by this machine."""
        for folder in ("usr/bin", "usr/sbin", "bin", "sbin"):
            if os.path.exists(os.path.join(self.root.path, folder, program)):
                return self.enter + self.root.loader(f"{folder}/{program}") + list(args)
        raise Broken(f"the guest's packages have no {program}")

    def run(self, program, *args):
        done = subprocess.run(self.command(program, *args), capture_output=True, text=True,
                              timeout=180)
        if done.returncode != 0:
            raise Broken(f"{program} {' '.join(args)}: {done.stderr.strip()}")
        return done.stdout


def interface(guest):
    """Bring up Linux's driver on the card in the spare slot. @return the interface's name."""
    guest.run("modprobe ixgbe")
    name = guest.wait(f"ls /sys/bus/pci/devices/{SPARE}/net", r"^(\S+)$").group(1)
    guest.run(f"ip addr add {GUEST}/24 dev {name}; ip link set {name} up")
    return name


@case("host/ping, iperf3 and the link of a card that is plugged in")
def _(bench):
    host = Host(bench)
    guest = host.guest
    name = interface(guest)
    # The interface here is still down: no light.
    guest.wait(f"ip -o link show {name}", r"NO-CARRIER")
    for _ in range(3):
        host.run("ip", "link", "set", TAP, "up")
        guest.wait(f"ip -o link show {name}", r"LOWER_UP.* state UP")
        pings(guest, 5, target=HOST)
        host.run("ip", "link", "set", TAP, "down")
        guest.wait(f"ip -o link show {name}", r"NO-CARRIER")
    host.run("ip", "link", "set", TAP, "mtu", "9000", "up")
    guest.run(f"ip link set {name} mtu 9000")
    guest.wait(f"ip -o link show {name}", r"LOWER_UP.* state UP")
    for size in (0, 1472, 8972):
        pings(guest, 5, f"-M do -s {size}", HOST)
    with subprocess.Popen(host.command("iperf3", "-s"), stdout=subprocess.DEVNULL,
                          stdin=subprocess.DEVNULL) as server:
        try:
            for options in ("-t 3", "-t 3 -R", "-t 3 -u -b 20M -l 1000"):
                iperf_client(guest, options, HOST)
        finally:
            server.terminate()
    bench.visitor.next_report()
    device = bench.visitor.status()[0]
    check.equal(device["model"]["dma_errors"], 0, "DMA errors")
    check.equal(device["violations"], [], "rules broken")
