# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""IPv4 headers."""

import struct


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def header(number, protocol, src, dst, length):
    """Of a packet with so many bytes behind the header."""
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + length, number, 0, 64, protocol, 0, src, dst)
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:]
