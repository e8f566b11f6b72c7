# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""A capture goes in through net_pcap wires and comes out frame-identical."""

import os
import random
import struct
import tempfile

import check
import ipv4
from e2e import testpmd
from pcap_file import read, write


def frame(n, rng):
    """A valid frame of changing kind and size: UDP, TCP, ICMP, IPv6, ARP, VLAN."""
    payload = rng.randbytes(rng.choice((18, 46, 200, 511, 1000, 1458)))
    kind = n % 6
    ether = bytes.fromhex("020000000001") + bytes.fromhex("020000000002")
    if kind == 4:
        return ether + b"\x08\x06" + rng.randbytes(46)
    if kind == 3:
        return ether + b"\x86\xdd" + struct.pack("!IHBB", 6 << 28, len(payload), 59, 64) + \
            rng.randbytes(32) + payload
    proto = {0: 17, 1: 6, 2: 1, 5: 17}[kind]
    l4 = struct.pack("!HHHH", 1000 + n % 7, 2000, 8 + len(payload), 0) + payload if proto == 17 \
        else struct.pack("!HHIIBBHHH", 80, 81, n, 0, 0x50, 0x10, 8192, 0, 0) + payload
    head = ipv4.header(n & 0xffff, proto, bytes((10, 0, 0, n % 250)), bytes((10, 1, 0, 1)), len(l4))
    tag = b"\x81\x00\x00\x2a" if kind == 5 else b""
    return (ether + tag + b"\x08\x00" + head + l4).ljust(60, b"\0")


def replay(queues):
    rng = random.Random(82599)
    frames = [frame(n, rng) for n in range(3000)]
    with tempfile.TemporaryDirectory() as folder:
        given, back = os.path.join(folder, "in.pcap"), os.path.join(folder, "out.pcap")
        write(given, frames)
        vdevs = [f"net_tinynf0,mac=02:00:00:00:00:01,wire(net_pcap0,rx_pcap={given},tx_pcap={folder}/unused.pcap)",
                 f"net_tinynf1,wire(net_pcap1,rx_pcap={folder}/none.pcap,tx_pcap={back})"]
        write(os.path.join(folder, "none.pcap"), [])
        with testpmd(vdevs, ["--forward-mode=io", "--no-flush-rx", f"--rxq={queues}",
                             f"--txq={queues}"],
                     memory=1024) as app:
            app.wait_wire(1, "arrived", len(frames), 60)
            app.type("quit")
            check.equal(app.join(), 0, "exit status of testpmd")
            for v in app.verdicts():
                check.equal(v["violations"], 0, "violations")
        seen = read(back)
    check.equal(len(seen), len(frames), "frames in the capture")
    if queues == 1:
        check.true(seen == frames, "frames differ or are out of order")
    else:
        check.true(sorted(seen) == sorted(frames), "frames differ")


check.add("pcap/identical and in order", replay, 1)
check.add("pcap/identical over two queues", replay, 2)
check.main()
