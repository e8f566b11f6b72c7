# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""testpmd as a host: each request that it should answer is answered, byte for byte."""

import os
import random
import struct
import tempfile

import check
import ipv4
from e2e import testpmd
from pcap_file import read, write

HOST = bytes.fromhex("020000000001")
PEER = bytes.fromhex("020000000002")
HOST_IP, PEER_IP = bytes((192, 0, 2, 1)), bytes((192, 0, 2, 2))
COUNT = 300


def tag(vlan):
    return b"" if vlan is None else struct.pack("!HH", 0x8100, vlan)


def arp(dst, src, operation, sender_ip, target, target_ip, vlan=None):
    frame = dst + src + tag(vlan) + b"\x08\x06" + struct.pack("!HHBBH", 1, 0x800, 6, 4, operation)
    return (frame + src + sender_ip + target + target_ip).ljust(60, b"\0")


def echo(dst, src, kind, src_ip, dst_ip, number, payload, vlan=None):
    body = struct.pack("!BBHHH", kind, 0, 0, 0x1234, number) + payload
    body = body[:2] + struct.pack("!H", ipv4.checksum(body)) + body[4:]
    head = ipv4.header(number, 1, src_ip, dst_ip, len(body))
    return (dst + src + tag(vlan) + b"\x08\x00" + head + body).ljust(60, b"\0")


def other(rng, number):
    """A frame that nobody answers: UDP, with some payload."""
    head = ipv4.header(number, 17, PEER_IP, HOST_IP, 26)
    return (HOST + PEER + b"\x08\x00" + head + rng.randbytes(26)).ljust(60, b"\0")


def exchange(rng):
    """Requests and what must come back for each."""
    requests, replies = [], []
    for n in range(COUNT):
        vlan = 7 if n % 5 == 4 else None
        payload = rng.randbytes(rng.choice((0, 18, 56, 57, 511, 1400)))
        if n % 10 == 0:
            requests.append(arp(b"\xff" * 6, PEER, 1, PEER_IP, b"\0" * 6, HOST_IP, vlan))
            replies.append(arp(PEER, HOST, 2, HOST_IP, PEER, PEER_IP, vlan))
        elif n % 10 == 1:
            requests.append(other(rng, n))
        elif n % 10 == 2:
            requests.append(echo(HOST, PEER, 0, PEER_IP, HOST_IP, n, payload, vlan))
        else:
            requests.append(echo(HOST, PEER, 8, PEER_IP, HOST_IP, n, payload, vlan))
            replies.append(echo(PEER, HOST, 0, HOST_IP, PEER_IP, n, payload, vlan))
    return requests, replies


@check.case("icmpecho/every ARP and echo request is answered and nothing else")
def icmpecho():
    requests, replies = exchange(random.Random(792))
    with tempfile.TemporaryDirectory() as folder:
        given, back = os.path.join(folder, "in.pcap"), os.path.join(folder, "out.pcap")
        write(given, requests)
        vdev = f"net_tinynf0,mac=02:00:00:00:00:01,wire(net_pcap0,rx_pcap={given},tx_pcap={back})"
        with testpmd([vdev], ["--forward-mode=icmpecho", "--no-flush-rx"]) as app:
            app.wait_wire(0, "arrived", len(replies), 60)
            # What is not answered is freed.
            app.wait_wire(0, "dropped", len(requests) - len(replies), 60)
            app.type("quit")
            check.equal(app.join(), 0, "exit status of testpmd")
            for v in app.judge(returned=False):
                check.equal(v["taken"], len(requests), "frames taken")
                check.equal(v["arrived"], len(replies), "replies")
        seen = read(back)
    check.equal(len(seen), len(replies), "replies")
    for n, (got, want) in enumerate(zip(seen, replies)):
        check.true(got == want, f"reply {n} is {got.hex()}, not {want.hex()}")


check.main()
