# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""DPDK's tools beside a program in the guest, odd frames, and cards that vanish."""

import re

from vm_bench import CABLE, GENERATORS, PLUGIN, SPARE, SPARE_SLOT, case, check
from vm_dpdk import IXGBE, TINYNF, Program, eal, forwards, testpmd
from vm_guest import Broken
from vm_linux import PEER, pings
from vm_qmp import Refused

CAPTURED = 500


def captures(program, output):
    """Wait for enough frames, then end the capture, while the program pauses: see there."""
    guest = program.guest
    said = ""

    def enough():
        nonlocal said
        said = guest.run(f"cat {output}")
        check.true("ended with" not in said, f"dumpcap has ended: {said}")
        counts = re.findall(r"\d+", said.partition("Packets captured:")[2])
        return counts and int(counts[-1]) >= CAPTURED
    check.until(enough, f"{CAPTURED} frames captured", 120, lambda: said)
    guest.run("killall -USR1 dpdk-captured")
    program.wait("^paused")
    guest.run("killall -INT dpdk-dumpcap")
    status = guest.wait(f"cat {output}", r"ended with (\d+)", 60).group(1)
    check.equal(status, "0", f"exit status; it said {guest.run(f'cat {output}')[-300:]}")
    guest.run("killall -USR1 dpdk-captured")
    program.wait("^going on")


@case("dpdk/dpdk-dumpcap beside a program that forwards", quick=True)
def _(bench):
    guest = bench.userspace(GENERATORS)
    # Not testpmd: the distribution's has a mempool driver more than its dpdk-dumpcap, so that
    # the two do not agree on how a mempool is used (with any port).
    with Program(guest, f"dpdk-captured {eal(TINYNF, GENERATORS)}", r"forwarding") as program:
        # It has no -d: an installed plugin would be found.
        guest.run(f"(LD_PRELOAD={PLUGIN} dpdk-dumpcap -i {GENERATORS[0]} -P -w /tmp/captured "
                  "> /tmp/dumpcap 2>&1; echo ended with $? >> /tmp/dumpcap) &")
        guest.wait("cat /tmp/dumpcap", r"Packets captured: 0|ended with")
        bench.generators_again()
        captures(program, "/tmp/dumpcap")
        program.quit("")
    size = int(guest.run("stat -c %s /tmp/captured"))
    # The file's header, and each packet's.
    check.equal((size - 24) % (16 + 60), 0, "rest after whole packets of 60 bytes")
    check.true((size - 24) // (16 + 60) >= CAPTURED, f"{size} bytes captured")


def answers(program):
    """The program still does what it is told."""
    program.command("show port summary all", r"Number of available ports")


@case("dpdk/a card is removed from the guest under a program that forwards")
def _(bench):
    guest = bench.userspace(GENERATORS)
    bdf = GENERATORS[1]
    with testpmd(guest, TINYNF, GENERATORS, "--hot-plug") as program:
        program.command("start")
        bench.generators_again()
        guest.run(f"echo 1 > /sys/bus/pci/devices/{bdf}/remove")
        guest.wait(f"lspci -n -s {bdf}; echo gone", r"\A\s*gone$")
        # It detaches the card and goes on with the other.
        program.wait(r"Now total ports is 1")
        answers(program)
        program.command("stop")
        program.quit()
    guest.run("echo 1 > /sys/bus/pci/rescan")
    guest.wait(f"lspci -n -s {bdf}", r"8086:")
    # Nobody has stopped it: it would take frames for its last driver.
    guest.run(f"echo 1 > /sys/bus/pci/devices/{bdf}/reset")
    forwards(bench, TINYNF)


@case("dpdk/a card's server ends under a program that forwards")
def _(bench):
    try:
        guest = bench.plug("flows=32")
        bench.userspace((GENERATORS[0], SPARE))
        with testpmd(guest, TINYNF, (GENERATORS[0], SPARE)) as program:
            program.command("start")
            check.until(lambda: bench.visitor.status()[0]["wire"]["taken"], "frame from the card",
                        120)
            bench.visitor.stop()
            answers(program)
            program.command("stop", r"Done\.")
            program.command("port stop 1", r"Done|fail")
            answers(program)
            program.quit()
    except Broken:
        words = guest.last_words()
        if words:
            check.skip(f"QEMU ends, too: {words}")
        raise


@case("qemu/takes a card out")
def _(bench):
    guest = bench.plug("wire=none")
    try:
        guest.unplug(SPARE_SLOT)
    except Refused as why:
        check.skip(f"{why}; QEMU: {guest.last_words()}")
    guest.wait(f"lspci -n -s {SPARE}; echo gone", r"\A\s*gone$")


def odd_frames(bench, driver, options):
    """testpmd answers Linux's echoes: long ones, and in a VLAN that it lets in."""
    bench.linux()
    guest = bench.userspace(CABLE[:1])
    try:
        for vlan in (5, 6):
            guest.run(f"modprobe 8021q; {PEER}ip link add link eth1 name v{vlan} type vlan "
                      f"id {vlan}; {PEER}ip addr add 10.0.{vlan}.2/24 dev v{vlan}; "
                      f"{PEER}ip link set v{vlan} up")
        guest.run(f"{PEER}ip link set eth1 mtu 9000; {PEER}ip link set v5 mtu 9000")
        with testpmd(guest, driver, CABLE[:1],
                     f"--port-topology=loop --max-pkt-len=9022 {options}") as program:
            for command in ("set fwd icmpecho", "vlan set filter on 0", "rx_vlan add 5 0", "start"):
                program.command(command)
            for size in (56, 1473, 4000, 8972):
                pings(guest, 5, f"-M do -s {size}", "10.0.0.9", PEER)
                pings(guest, 5, f"-M do -s {size}", "10.0.5.9", PEER)
            output = guest.run(f"{PEER}ping -c 3 -i 0.1 -W 1 10.0.6.9", check=False)
            check.true(" 0 received" in output, "the other VLAN comes in")
            program.command("stop", r"Done\.")
            program.quit()
    finally:
        guest.run(f"{PEER}ip link del v5; {PEER}ip link del v6; {PEER}ip link set eth1 mtu 1500; "
                  "ip netns del peer", check=False)


@case("dpdk/net_ixgbe takes long frames into several buffers, and VLANs")
def _(bench):
    # Its faster transmit code takes packets of one buffer only: 8000h asks for the other.
    odd_frames(bench, IXGBE, "--enable-scatter --tx-offloads=0x8000")


@case("dpdk/net_ixgbe takes long frames into one buffer, and VLANs")
def _(bench):
    odd_frames(bench, IXGBE, "--mbuf-size=10240")


@case("dpdk/net_tinynf takes long frames and VLANs")
def _(bench):
    odd_frames(bench, TINYNF, "--mbuf-size=10240")
