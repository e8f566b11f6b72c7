# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""Linux's own driver, unmodified, on two software 82599s with a cable between them."""

import re

from vm_bench import CABLE, case, check, kernel_complaints, log_lines

PEER = "ip netns exec peer "
PEER_ADDRESS = "10.0.0.2"
# Rules of the manual that Linux's driver breaks, each with the reason that it is no fault of
# the device: (register, reason).
DEPARTURES = {
    # The offline register test writes patterns to RXDCTL of queues that have no ring.
    ("RDLEN", "queue enabled with a ring of length 0"),
    # Going down, it disables the queues before the last polls end, and these refill rings.
    ("RDT", "tail moved before the queue was enabled"),
}


def statistics(guest, name="eth0", inside=""):
    found = re.findall(r"^\s+(\S+): (\d+)$", guest.run(f"{inside}ethtool -S {name}"), re.M)
    return {key: int(value) for key, value in found}


def pings(guest, count=5, options="", target=PEER_ADDRESS, inside=""):
    """Every echo comes back, once both ends know that there is a link."""
    guest.wait(f"{inside}ping -c 1 -W 2 {target}", r" 1 received")
    # It waits for the last echoes twice as long as for the slowest so far, and at least for an
    # interval. The guest may stand still for longer: then again, with more patience.
    for interval in (0.05, 3, 10):
        output = guest.run(f"{inside}ping -c {count if interval < 1 else 5} -i {interval} "
                           f"-W 20 {options} {target}", check=False)
        match = re.search(r"(\d+) packets transmitted, (\d+) received", output)
        check.true(match, f"ping says {output[-200:]!r}")
        if match.group(2) == match.group(1):
            return
    check.equal(match.group(2), match.group(1), f"echoes of ping {options} {target}")


def iperf_server(guest):
    """Start it behind the other card, unless it runs."""
    guest.run(PEER + "sh -c 'pidof iperf3 >/dev/null || iperf3 -s -D'")


def iperf_client(guest, options, target, server=lambda: None):
    """Run a client until something has come to the receiver; see to the server before each try.

    It may not listen yet, or may not be done with the client before.
    """
    output = ""

    def received():
        nonlocal output
        server()
        output = guest.run(f"iperf3 -c {target} -f m {options} 2>&1", check=False)
        match = re.search(r"([\d.]+) Mbits/sec.*receiver", output)
        return match and float(match.group(1)) > 0
    check.until(received, f"success of iperf3 {options}", 180, lambda: repr(output[-400:]))


def iperf(guest, options):
    """From one card to the other, or back."""
    iperf_client(guest, options, PEER_ADDRESS, lambda: iperf_server(guest))


@case("linux/ixgbe probes without a warning", quick=True)
def _(bench):
    guest = bench.need()
    guest.run("modprobe -r ixgbe; modprobe ixgbe")
    for bdf in CABLE:
        check.equal(guest.run(f"basename $(readlink /sys/bus/pci/devices/{bdf}/driver)"),
                    "ixgbe", f"driver of {bdf}")
    found = [line for line in kernel_complaints(guest) if "ixgbe" in line or
             any(bdf in line for bdf in CABLE)]
    check.equal(found, [], "complaints of the kernel")


@case("linux/link comes up at 10 Gb/s", quick=True)
def _(bench):
    guest = bench.linux()
    for inside, name in (("", "eth0"), (PEER, "eth1")):
        text = guest.run(f"{inside}ethtool {name}")
        for word in ("Speed: 10000Mb/s", "Duplex: Full", "Link detected: yes", "Port: FIBRE"):
            check.true(word in text, f"ethtool does not say {word!r} of {name}")


def shows(options, *patterns):
    def function(bench):
        text = bench.linux().run(f"ethtool {options}")
        for pattern in patterns:
            check.true(re.search(pattern, text, re.M), f"ethtool {options} has no {pattern!r}: "
                       f"{text[:200]!r}")
    return function


for OPTIONS, PATTERNS in (
        ("-i eth0", (r"^driver: ixgbe$", r"^firmware-version: 0x[0-9a-f]{8}",
                     rf"^bus-info: {CABLE[0]}$")),
        ("-d eth0", (r"LINKS .*0x7[0-9a-f]{7}", r"Link Status: +up", r"Link Speed: +10G",
                     r"RXCTRL .*0x00000001")),
        ("-m eth0", (r"10G Base-SR", r"Vendor OUI +: 00:1b:21", r"850nm", r"Module temperature")),
        ("-S eth0", (r"rx_packets: \d+", r"rx_crc_errors: 0", r"tx_timeout_count: 0")),
        ("-k eth0", (r"rx-checksumming: on", r"tcp-segmentation-offload: on",
                     r"rx-vlan-filter: on")),
        ("-g eth0", (r"RX:\s+4096", r"RX:\s+512")),
        ("-l eth0", (r"Combined:\s+2",)),
        ("-x eth0", (r"RX flow hash indirection table .* 2 RX ring", r"toeplitz: on")),
        ("-n eth0", (r"2 RX rings available",)),
        ("-c eth0", (r"rx-usecs:\s+\d+",)),
        ("-a eth0", (r"RX:\s+on", r"TX:\s+on")),
        ("-T eth0", (r"hardware-receive",))):
    case(f"linux/ethtool {OPTIONS.split()[0]}", quick=True)(shows(OPTIONS, *PATTERNS))


@case("linux/ethtool -e", quick=True)
def _(bench):
    guest = bench.linux()
    guest.run("ethtool -e eth0 raw on length 4096 > /tmp/eeprom")
    words = [int(word, 16) for word in guest.run("od -An -v -tx2 /tmp/eeprom").split()]
    check.equal(len(words), 2048, "words of EEPROM")
    total, blocks = sum(words[:0x3f]), words[3:0xf]
    for pointer in blocks:
        if pointer not in (0, 0xffff) and words[pointer] not in (0, 0xffff):
            total += sum(words[pointer + 1:pointer + 1 + words[pointer]])
    check.equal((total + words[0x3f]) & 0xffff, 0xbaba, "checksum")


def self_test(bench, guest):
    """The driver's offline tests pass."""
    expected = {"Register": "0", "Eeprom": "0", "Interrupt": "0", "Loopback": "0", "Link": "0"}
    # The driver gives an interrupt 10 ms and its loopback 0.2 s: a busy host may need more.
    for _ in range(5):
        text = guest.run("ethtool -t eth0 offline", check=False)
        print(text, flush=True)
        results = dict(re.findall(r"^(\w+) test\s+\(.*?\)\s+(\d+)$", text, re.M))
        bench.wait_link()
        if results == expected:
            return
    check.equal(results, expected, "results, five times")


@case("linux/ethtool -t offline", quick=True)
def _(bench):
    self_test(bench, bench.linux())


@case("linux/ethtool -t online")
def _(bench):
    guest = bench.linux()
    text = guest.wait("ethtool -t eth0 online", r"[\s\S]*The test result is \w+").group(0)
    check.true("The test result is PASS" in text, f"says {text!r}")


@case("linux/ping", quick=True)
def _(bench):
    guest = bench.linux()
    pings(guest, 20)
    for size in (0, 1, 17, 18, 19, 63, 64, 500, 1471, 1472):
        pings(guest, 2, f"-M do -s {size} -p a5")


@case("linux/iperf3 in both directions", quick=True)
def _(bench):
    guest = bench.linux()
    before = statistics(guest)
    iperf(guest, "-t 3")
    iperf(guest, "-t 3 -R")
    iperf(guest, "-t 3 -u -b 20M -l 1000")
    after = statistics(guest)
    for key in ("rx_csum_offload_errors", "rx_crc_errors", "rx_length_errors", "tx_errors",
                "rx_errors", "tx_timeout_count", "hw_rsc_flushed"):
        check.equal(after.get(key, 0) - before.get(key, 0), 0, key)


@case("linux/every offload off and on again")
def _(bench):
    guest = bench.linux()
    for feature in ("tx", "rx", "tso", "gro", "sg", "rxvlan", "txvlan", "rxhash", "lro"):
        for state in ("off", "on") if feature != "lro" else ("on", "off"):
            guest.run(f"ethtool -K eth0 {feature} {state}")
            bench.wait_link()
            pings(guest, 2)
            iperf(guest, "-n 2M")
    guest.run("ethtool -K eth0 tx on rx on tso on gro on sg on")


@case("linux/rings and channels of other sizes")
def _(bench):
    guest = bench.linux()
    for setting in ("-G eth0 rx 64 tx 64", "-G eth0 rx 4096 tx 4096", "-L eth0 combined 1",
                    "-L eth0 combined 2", "-G eth0 rx 512 tx 512"):
        guest.run(f"ethtool {setting}")
        bench.wait_link()
        pings(guest, 2)
        iperf(guest, "-n 4M")


@case("linux/VLANs are filtered, inserted and stripped", quick=True)
def _(bench):
    guest = bench.linux()
    guest.run("modprobe 8021q")
    try:
        for vlan in (5,) if bench.quick else (5, 4094):
            for inside, name, n in (("", "eth0", 1), (PEER, "eth1", 2)):
                guest.run(f"{inside}ip link add link {name} name v{vlan} type vlan id {vlan}; "
                          f"{inside}ip addr add 10.0.{vlan % 200}.{n}/24 dev v{vlan}; "
                          f"{inside}ip link set v{vlan} up")
            for stripping in ("off", "on"):
                guest.run(f"ethtool -K eth0 rxvlan {stripping}")
                bench.wait_link()
                pings(guest, 3, target=f"10.0.{vlan % 200}.2")
                pings(guest, 2, "-M do -s 1472", target=f"10.0.{vlan % 200}.2")
        # The other end does not know this one: it must not come in.
        guest.run("ip link add link eth0 name v77 type vlan id 77; ip link set v77 up; "
                  "ip addr add 10.0.77.1/24 dev v77; "
                  "ip neigh add 10.0.77.2 lladdr 02:74:6e:66:00:01 dev v77")
        before = statistics(guest, "eth1", PEER)["rx_packets"]
        guest.run("ping -c 20 -i 0.02 -W 1 10.0.77.2", check=False)
        pings(guest, 1)
        gained = statistics(guest, "eth1", PEER)["rx_packets"] - before
        check.true(gained < 15, f"{gained} packets, 20 of a VLAN that is filtered were sent")
    finally:
        for inside in ("", PEER):
            guest.run(f"for v in v5 v4094 v77; do {inside}ip link del $v; done 2>/dev/null",
                      check=False)
        guest.run("ethtool -K eth0 rxvlan on")


@case("linux/promiscuous mode", quick=True)
def _(bench):
    guest = bench.linux()
    guest.run("ip neigh replace 10.0.0.9 lladdr 02:aa:bb:cc:dd:ee dev eth0")
    for mode in ("off", "on", "off"):
        guest.run(f"{PEER}ip link set eth1 promisc {mode}")
        before = statistics(guest, "eth1", PEER)["rx_packets"]
        guest.run("ping -c 30 -i 0.02 -W 1 10.0.0.9", check=False)
        # What was sent last comes after all that was sent before it.
        pings(guest, 1)
        gained = statistics(guest, "eth1", PEER)["rx_packets"] - before
        if mode == "on":
            check.true(gained >= 30, f"{gained} of 30 in promiscuous mode")
        else:
            check.true(gained < 25, f"{gained} packets without it, 30 were sent to others")
    guest.run("ip neigh del 10.0.0.9 dev eth0")


@case("linux/multicast")
def _(bench):
    guest = bench.linux()
    before = statistics(guest, "eth1", PEER)["multicast"]
    guest.run(PEER + "ip maddr add 33:33:00:00:12:34 dev eth1")
    # An address is tentative for a while after the link has come up.
    guest.wait("ping -6 -c 3 -i 0.1 -W 20 ff02::1%eth0", r"3 packets transmitted, [1-9]", 120)
    check.until(lambda: statistics(guest, "eth1", PEER)["multicast"] > before,
                f"more than {before} frames counted")


@case("linux/MTU 9000", quick=True)
def _(bench):
    guest = bench.linux()
    try:
        for inside, name in (("", "eth0"), (PEER, "eth1")):
            guest.run(f"{inside}ip link set {name} mtu 9000")
        bench.wait_link()
        for size in (1473, 4000, 8971, 8972):
            pings(guest, 3, f"-M do -s {size}")
        iperf(guest, "-n 20M")
        iperf(guest, "-n 20M -R")
    finally:
        for inside, name in (("", "eth0"), (PEER, "eth1")):
            guest.run(f"{inside}ip link set {name} mtu 1500")
        bench.wait_link()


@case("linux/RSS spreads over queues and MSI-X vectors", quick=True)
def _(bench):
    guest = bench.linux()

    def vectors():
        lines = guest.run("grep eth1-TxRx /proc/interrupts").splitlines()
        return [sum(int(word) for word in line.split()[1:3]) for line in lines]
    irqs, before = vectors(), statistics(guest, "eth1", PEER)
    check.equal(len(irqs), 2, "vectors")
    fired = gained = None

    def spread():
        nonlocal fired, gained
        iperf(guest, "-t 3 -P 8")
        after = statistics(guest, "eth1", PEER)
        fired = [now - was for was, now in zip(irqs, vectors())]
        gained = [after[f"rx_queue_{n}_packets"] - before[f"rx_queue_{n}_packets"] for n in (0, 1)]
        return min(fired) > 5 and min(gained) > 50
    # Ports are random, so that all flows can be one queue's, but not again and again.
    check.until(spread, "use of both queues", 180, lambda: f"vectors have fired {fired} times, "
                f"queues received {gained} packets")
    # All onto one queue by the indirection table.
    guest.run(PEER + "ethtool -X eth1 equal 1")
    before = statistics(guest, "eth1", PEER)
    iperf(guest, "-n 5M -P 8")
    after = statistics(guest, "eth1", PEER)
    guest.run(PEER + "ethtool -X eth1 default", check=False)
    gained = after["rx_queue_1_packets"] - before["rx_queue_1_packets"]
    check.true(gained < 20, f"queue 1 has received {gained} packets that are queue 0's")


def interrupts(guest):
    """Of eth0's queues, so far."""
    return sum(int(word) for line in guest.run("grep eth0-TxRx /proc/interrupts").splitlines()
               for word in line.split()[1:3])


@case("linux/interrupt moderation")
def _(bench):
    guest = bench.linux()
    try:
        for usecs, register in ((0, 0), (10, 0x28), (1000, 0xfa0)):
            guest.run(f"ethtool -C eth0 rx-usecs {usecs}")
            bench.wait_link()
            value = re.search(r"EITR0 .*0x([0-9a-fA-F]{8})", guest.run("ethtool -d eth0"))
            check.true(value, "ethtool -d shows no EITR0")
            check.equal(int(value.group(1), 16) & 0xff8, register, f"interval of {usecs} us")
            pings(guest, 2)
        began, fired = float(guest.run("cut -d' ' -f1 /proc/uptime")), interrupts(guest)
        guest.run(f"ping -f -c 2000 -s 1000 {PEER_ADDRESS} & "
                  f"ping -f -c 2000 -s 10 {PEER_ADDRESS}; wait")
        fired = interrupts(guest) - fired
        rate = fired / (float(guest.run("cut -d' ' -f1 /proc/uptime")) - began)
    finally:
        guest.run("ethtool -C eth0 rx-usecs 1", check=False)
    # Two queues, and each at most once in a millisecond.
    check.true(fired > 10 and rate < 2100, f"{fired} interrupts, {rate:.0f} a second of 2000")


def link_comes_back(bench, guest):
    """The far end goes down and up."""
    for _ in range(3):
        guest.run(PEER + "ip link set eth1 down")
        guest.wait("ip -o link show eth0", r"NO-CARRIER")
        guest.run(PEER + "ip link set eth1 up")
        bench.wait_link()
        pings(guest, 2)


@case("linux/link down and up at the far end", quick=True)
def _(bench):
    link_comes_back(bench, bench.linux())


def only_resets_for_lost_links(guest, skip, counted):
    """Linux's driver resets a card that has lost its link while it has frames to send.

    It counts such a reset as a timeout, although its transmit watchdog did not fire.
    """
    complaints = kernel_complaints(guest, skip)
    found = [line for line in complaints
             if re.search(r"Tx Unit Hang|time[d ]*out|NETDEV WATCHDOG|BUG|Call Trace|DMA", line)]
    check.equal(found, [], "complaints of the kernel")
    for name in ("eth0", "eth1"):
        lost = sum(f"{name}: initiating reset to clear Tx work after link loss" in line
                   for line in complaints)
        resets = sum(f"{name}: Reset adapter" in line for line in complaints)
        check.true(resets <= lost, f"{resets} resets of {name}, but it lost its link with "
                   f"frames to send {lost} times: {complaints}")
        check.equal(counted[name], resets, f"tx_timeout_count of {name}")


def timeouts(guest):
    return {name: statistics(guest, name, inside)["tx_timeout_count"]
            for inside, name in (("", "eth0"), (PEER, "eth1"))}


@case("linux/interface down and up under traffic", quick=True)
def _(bench):
    guest = bench.linux()
    skip, before = log_lines(guest), timeouts(guest)
    iperf_server(guest)
    started = statistics(guest)["tx_packets"]
    guest.run("rm -f /tmp/enough; (while [ ! -e /tmp/enough ]; do "
              f"iperf3 -c {PEER_ADDRESS} -t 600 -P 2; iperf3 -c {PEER_ADDRESS} -t 600 -u -b 50M; "
              "sleep 0.3; done >/tmp/load 2>&1) &")
    try:
        check.until(lambda: statistics(guest)["tx_packets"] - started >= 100, "load",
                    state=lambda: guest.run("tail -5 /tmp/load"))
        for _ in range(5):
            guest.run("ip link set eth0 down; ip link set eth0 up; "
                      "ip addr replace 10.0.0.1/24 dev eth0")
            bench.wait_link()
        for _ in range(2):
            guest.run(f"{PEER}ip link set eth1 down; {PEER}ip link set eth1 up")
            bench.wait_link()
        # Not "ethtool -t offline": it frees rings, and the driver's own watchdog may let the
        # stack transmit on them if the link has just come up (the kernel then panics).
        for _ in range(3):
            guest.run("ethtool -r eth0")
            bench.wait_link()
    finally:
        guest.run("touch /tmp/enough")
        guest.end("iperf3", patience=0)
    pings(guest, 5)
    after = timeouts(guest)
    only_resets_for_lost_links(guest, skip, {name: after[name] - before[name] for name in after})


@case("linux/function-level reset")
def _(bench):
    guest = bench.linux()
    # The driver does not hear of a reset while it is up.
    for _ in range(3):
        guest.run("ip link set eth0 down")
        guest.run(f"echo 1 > /sys/bus/pci/devices/{CABLE[0]}/reset")
        guest.run("ip link set eth0 up; ip addr replace 10.0.0.1/24 dev eth0")
        bench.wait_link()
        pings(guest, 5)


def only_complains_of_lost_links(guest, skip):
    """Its reset of a card that has lost its link with frames to send is a warning."""
    found = [line for line in kernel_complaints(guest, skip) if "ixgbe" in line and
             not re.search(r"Tx work after link loss|Reset adapter", line)]
    check.equal(found, [], "complaints of the kernel")


@case("linux/module is loaded twenty times")
def _(bench):
    guest = bench.linux()
    skip = log_lines(guest)
    guest.run("ip netns del peer")
    for _ in range(20):
        guest.run("modprobe -r ixgbe && modprobe ixgbe")
    # The interface that stays loses its link when the other's namespace goes.
    only_complains_of_lost_links(guest, skip)
    bench.linux()
    pings(guest, 5)


@case("linux/nothing is lost on the wire")
def _(bench):
    guest = bench.linux()
    pings(guest, 100, "-f -s 1000")
    bench.server.next_report()
    for n in (0, 1):
        device = bench.device(n)
        for key in ("missed", "overflow"):
            check.equal(device["wire"][key], 0, f"{key} on wire {n}")
        for key in ("dma_errors", "access_bad_size"):
            check.equal(device["model"][key], 0, f"{key} of card {n}")
        check.equal(device["protocol"]["errors"], 0, f"protocol errors of card {n}")


def only_known_rules(bench):
    for n in (0, 1):
        unknown = {what: times for what, times in bench.violations(n).items()
                   if what not in DEPARTURES}
        check.equal(unknown, {}, f"rules broken on card {n}")


@case("linux/rules that the driver breaks are known", quick=True)
def _(bench):
    bench.linux()
    only_known_rules(bench)
