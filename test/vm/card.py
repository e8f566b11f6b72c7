# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""A driver for the 82599 that knows just enough: one queue each way, legacy descriptors."""

import struct
import time

import check
from client import BAR0, CONFIG, LIMIT

RING = 64
BUFFER = 2048
BASE = 0x40000000
# All of them across the ends of pages.
RX_RING, TX_RING, RX_BUFFERS, TX_BUFFERS = 0xe00, 0x2e00, 0x10c00, 0x40c00
SIZE = 0x80000

LINKS, FCTRL, RXCTRL, DMATXCTL = 0x42a4, 0x5080, 0x3000, 0x4a80
RDBAL, RDLEN, RDH, RDT, RXDCTL, SRRCTL = 0x1000, 0x1008, 0x1010, 0x1018, 0x1028, 0x1014
TDBAL, TDLEN, TDH, TDT, TXDCTL = 0x6000, 0x6008, 0x6010, 0x6018, 0x6028
EICR, EICS, EIMS, EIMC, GPIE, IVAR_MISC, IVAR = 0x800, 0x808, 0x880, 0x888, 0x898, 0xa00, 0x900
EIMS_EX, EICS_EX = 0xaa0, 0xa90
ENABLE = 1 << 25
DONE = 1


class Card:
    """memory: anything that can be indexed, at device address BASE."""

    def __init__(self, client, memory):
        self.client = client
        self.memory = memory
        self.rx_next = self.tx_next = 0
        client.write(CONFIG, 4, 0x0006, 2)

    def read(self, reg):
        return self.client.read(BAR0, reg)

    def write(self, reg, value):
        self.client.write(BAR0, reg, value)

    def wait(self, condition, what):
        until = time.monotonic() + LIMIT
        while not condition():
            check.true(time.monotonic() < until, f"{what} does not come")
            time.sleep(0.002)

    def link(self):
        self.wait(lambda: self.read(LINKS) & 1 << 30, "link")

    def start(self):
        for n in range(RING):
            self.memory[RX_RING + 16 * n:RX_RING + 16 * n + 16] = struct.pack(
                "<QQ", BASE + RX_BUFFERS + BUFFER * n, 0)
        for base, ring in ((RDBAL, RX_RING), (TDBAL, TX_RING)):
            self.write(base, BASE + ring)
            self.write(base + 4, 0)
            self.write(base + 8, RING * 16)
        self.write(FCTRL, 0x700)
        self.write(SRRCTL, 2)
        self.write(RXDCTL, ENABLE)
        self.write(DMATXCTL, self.read(DMATXCTL) | 1)
        self.write(TXDCTL, ENABLE)
        for reg in (RXDCTL, TXDCTL):
            self.wait(lambda r=reg: self.read(r) & ENABLE, "enabled queue")
        self.write(RXCTRL, 1)
        self.write(RDT, RING - 1)
        self.link()

    def send(self, frame):
        n = self.tx_next
        at = TX_BUFFERS + BUFFER * n
        self.memory[at:at + len(frame)] = frame
        # EOP, IFCS, RS
        self.memory[TX_RING + 16 * n:TX_RING + 16 * n + 16] = struct.pack(
            "<QHBBBBH", BASE + at, len(frame), 0, 0x0b, 0, 0, 0)
        self.tx_next = (n + 1) % RING
        self.write(TDT, self.tx_next)
        return n

    def sent(self, n):
        return self.memory[TX_RING + 16 * n + 12] & DONE

    def received(self, remove=True):
        """The next frame, None if there is none."""
        n = self.rx_next
        _, length, _, status, _, _ = struct.unpack_from("<QHHBBH", bytes(
            self.memory[RX_RING + 16 * n:RX_RING + 16 * n + 16]))
        if not status & DONE:
            return None
        at = RX_BUFFERS + BUFFER * n
        frame = bytes(self.memory[at:at + length])
        if remove:
            self.memory[RX_RING + 16 * n + 8:RX_RING + 16 * n + 16] = b"\0" * 8
            self.write(RDT, n)
            self.rx_next = (n + 1) % RING
        return frame
