# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""What a device does for its client: memory, interrupts, wires."""

import os
import random
import signal
import struct
import tempfile
import time

import check
from card import (BASE, EICR, EICS, EICS_EX, EIMC, EIMS, EIMS_EX, GPIE, RDH, RING, RX_RING, SIZE,
                  TDT, TX_RING, Card)
from client import CONFIG, INTX, LIMIT, MSI, MSIX, MSIX_BAR, Client, Memory, Server, event, fired

MULTIPLE = 1 << 4
PAGE = 4096
PEER = bytes.fromhex("02746e660001")
EVENTFD, NONE, BOOL, MASK, UNMASK, TRIGGER = 4, 1, 2, 8, 16, 32


def frame(n, size=100):
    return PEER + PEER + b"\x88\xb5" + bytes([n & 0xff]) * (size - 14)


def mapped(client):
    memory = Memory(SIZE)
    client.map(BASE, SIZE, memory.fd)
    return Card(client, memory.map), memory


def in_pages(client):
    """As behind an IOMMU: neighbours at the device are anywhere at the client."""
    memory = Memory(SIZE)
    pages = list(range(0, SIZE, PAGE))
    random.Random(1).shuffle(pages)
    for page in pages:
        client.map(BASE + page, PAGE, memory.fd, page)
    return Card(client, memory.map), memory


def by_messages(client):
    client.memory[BASE] = bytearray(SIZE)
    client.map(BASE, SIZE)
    return Card(client, client.memory[BASE]), None


def exchange(kind, capabilities):
    """Frames cross a cable between two cards, all in order."""
    with Server("wire=cable", "wire=cable,peer=dev0", options=["--strict"]) as server:
        clients = [Client(path, capabilities=capabilities) for path in server.paths]
        cards = [kind(client)[0] for client in clients]
        # Each serves the other's link.
        for card in cards:
            card.start()
        for n in range(3 * RING):
            size = 60 + 13 * n % 1400
            slot = cards[0].send(frame(n, size))
            until = time.monotonic() + LIMIT
            while True:
                for client in clients:
                    if kind is by_messages:
                        client.serve_for(0.01)
                got = cards[1].received()
                if got is not None:
                    break
                check.true(time.monotonic() < until, f"frame {n} does not come")
            check.equal(got, frame(n, size), f"frame {n}")
            if kind is by_messages:
                clients[0].serve_for(0.02)
            cards[0].wait(lambda s=slot: cards[0].sent(s), "write-back")
        if kind is by_messages:
            check.true(all(client.requests for client in clients), "no request for memory")
        server.alive()
        for client in clients:
            client.close()
        check.equal(server.stop()[0], 0, f"strict exit status: {server.messages()}")


check.add("frames cross a cable in mapped memory", exchange, mapped, None)
check.add("frames cross a cable in memory that is mapped by pages", exchange, in_pages, None)
check.add("frames cross a cable by messages", exchange, by_messages, None)
check.add("frames cross a cable by messages on a twin socket", exchange, by_messages,
          {"twin_socket": {"supported": True}})


@check.case("memory that is unmapped is not touched any more")
def _():
    with Server("rate=0,size=64") as server:
        client = Client(server.paths[0])
        card, memory = mapped(client)
        for _ in range(10):
            card.start()
            card.wait(lambda: card.received(False), "frame")
            client.unmap(BASE, SIZE)
            before = bytes(memory.map)
            check.equal(client.read(CONFIG, 0), 0x10fb8086, "ids")
            time.sleep(0.01)
            check.true(bytes(memory.map) == before, "memory was written after its unmapping")
            client.call(13)
            memory.map[:] = b"\0" * SIZE
            card.rx_next = card.tx_next = 0
            client.write(CONFIG, 4, 0x0006, 2)
            client.map(BASE, SIZE, memory.fd)
        server.alive()


@check.case("memory that vanishes costs the client its connection only")
def _():
    with Server("rate=0,size=64", "wire=none") as server:
        client, other = Client(server.paths[0]), Client(server.paths[1])
        card, memory = mapped(client)
        card.start()
        card.wait(lambda: card.received(False), "frame")
        os.ftruncate(memory.fd, 0)
        # The device wants to write as soon as there are descriptors for it.
        try:
            for n in range(RING):
                client.write(0, 0x1018, n)
                time.sleep(0.01)
            check.true(client.closed(), "connection open")
        except ConnectionError:
            pass
        check.equal(other.read(CONFIG, 0), 0x10fb8086, "another device")
        server.alive()
        Client(server.paths[0]).close()


@check.case("generators wait and start over by signals")
def _():
    with Server("rate=0,size=64") as server:
        client = Client(server.paths[0])
        card, _ = mapped(client)
        server.tell(signal.SIGUSR2)
        card.start()
        # The port takes frames now, and there are none, report after report.
        for n in range(3):
            wire = server.next_report()[0]["wire"]
            check.equal((wire["restarts"], wire["sent"]), (1, 0), f"restarts, sent in report {n}")
        server.tell(signal.SIGUSR1)
        card.wait(lambda: card.received(False), "frame")
        check.equal(server.next_report()[0]["wire"]["restarts"], 2, "restarts")
        server.tell(signal.SIGUSR2)
        check.equal(server.next_report()[0]["wire"]["sent"], 0, "sent when held again")
        server.alive()
        client.close()


@check.case("memory that may only be read is not written")
def _():
    with Server("rate=0") as server:
        client = Client(server.paths[0])
        memory = Memory(SIZE)
        client.map(BASE, SIZE, memory.fd, flags=1)
        card = Card(client, memory.map)
        card.start()
        before = bytes(memory.map)
        time.sleep(0.05)
        check.true(bytes(memory.map) == before, "memory was written")
        client.close()
        check.true(server.stop()[1][0]["model"]["dma_errors"] > 0, "no DMA error counted")


@check.case("a device that is no bus master leaves memory alone")
def _():
    with Server("rate=0") as server:
        client = Client(server.paths[0])
        card, memory = mapped(client)
        client.write(CONFIG, 4, 0x0002, 2)
        card.start()
        time.sleep(0.05)
        check.equal(card.received(False), None, "frame without bus mastering")
        client.write(CONFIG, 4, 0x0006, 2)
        card.wait(lambda: card.received(False), "frame with bus mastering")
        memory.close()


@check.case("rings and buffers at bad addresses do no harm")
def _():
    for base, size in ((0xfee00000, 1024), (BASE + SIZE - 512, 1024), (BASE + TX_RING, 1024),
                       (0xffffff80, 1024), (BASE, 0xffffff80)):
        with Server("rate=0") as server:
            client = Client(server.paths[0])
            card, memory = mapped(client)
            card.start()
            # A transmit ring over everything, whose buffers are the rings themselves.
            for n in range(RING):
                memory.map[TX_RING + 16 * n:TX_RING + 16 * n + 16] = struct.pack(
                    "<QHBBBBH", (BASE + RX_RING, 2**64 - 8, 0, BASE + SIZE - 4)[n % 4],
                    (16, 64, 9000, 0xffff)[n % 4], 0, 0x0b, 0, 0, 0)
            client.write(0, 0x6028, 0)
            client.write(0, 0x6000, base)
            client.write(0, 0x6008, size)
            client.write(0, 0x6028, 1 << 25)
            for tail in (RING - 1, 3, 0xffff, 0xffffffff, 0):
                card.write(TDT, tail)
                card.read(RDH)
            time.sleep(0.02)
            check.equal(client.read(CONFIG, 0), 0x10fb8086, "ids")
            server.alive()


def interrupts(index, fd_count=1):
    server = Server("wire=none")
    server.__enter__()
    client = Client(server.paths[0])
    client.write(CONFIG, 4, 0x0006, 2)
    fds = [event() for _ in range(fd_count)]
    client.set_irqs(index, EVENTFD | TRIGGER, 0, fd_count, fds)
    return server, client, fds


@check.case("INTx masks itself and fires again while its cause lasts")
def _():
    server, client, (fd,) = interrupts(INTX)
    with server:
        client.write(0, EIMS, 1 << 20)
        client.write(0, EICS, 1 << 20)
        check.equal(fired(fd), 1, "interrupts")
        check.true(client.read(CONFIG, 6, 2) & 8, "status does not show it")
        client.write(0, EICS, 1 << 20)
        check.equal(fired(fd, 0.1), 0, "interrupts while masked")
        client.set_irqs(INTX, NONE | UNMASK, 0, 1)
        check.equal(fired(fd), 1, "interrupts after unmasking with the cause there")
        client.read(0, EICR)
        check.true(not client.read(CONFIG, 6, 2) & 8, "status still shows it")
        client.set_irqs(INTX, NONE | UNMASK, 0, 1)
        check.equal(fired(fd, 0.1), 0, "interrupts without cause")


@check.case("INTx is unmasked by an event")
def _():
    server, client, (fd,) = interrupts(INTX)
    with server:
        again = event()
        client.set_irqs(INTX, EVENTFD | UNMASK, 0, 1, [again])
        client.write(0, EIMS, 1 << 20)
        client.write(0, EICS, 1 << 20)
        check.equal(fired(fd), 1, "interrupts")
        os.eventfd_write(again, 1)
        check.equal(fired(fd), 1, "interrupts after the event")


@check.case("MSI fires once for each rise")
def _():
    server, client, (fd,) = interrupts(MSI)
    with server:
        client.write(0, EIMS, 1 << 20)
        for _ in range(3):
            client.write(0, EICS, 1 << 20)
            check.equal(fired(fd), 1, "interrupts")
            check.equal(client.read(0, EICR) & 1 << 20, 1 << 20, "cause")
        client.write(0, EIMC, 1 << 20)
        client.write(0, EICS, 1 << 20)
        check.equal(fired(fd, 0.1), 0, "interrupts while masked by the device")


@check.case("MSI-X has 64 vectors, each with its mask")
def _():
    server, client, fds = interrupts(MSIX, 16)
    with server:
        more = [event() for _ in range(48)]
        for start in (16, 32, 48):
            client.set_irqs(MSIX, EVENTFD | TRIGGER, start, 16, more[start - 16:start])
        fds += more
        client.write(0, GPIE, MULTIPLE)
        for n in (0, 1, 15, 31, 32, 63):
            client.write(0, EIMS_EX + 4 * (n // 32), 1 << n % 32)
            client.write(0, EICS_EX + 4 * (n // 32), 1 << n % 32)
            check.equal(fired(fds[n]), 1, f"interrupts of vector {n}")
        check.equal([n for n in range(64) if fired(fds[n], 0)], [], "other vectors that fired")


@check.case("masked vectors are pending and fire later")
def _():
    server, client, fds = interrupts(MSIX, 4)
    with server:
        client.write(0, GPIE, MULTIPLE)
        client.write(0, EIMS_EX, 0xf)
        client.set_irqs(MSIX, NONE | MASK, 1, 2)
        client.write(0, EICS_EX, 0xf)
        check.equal([fired(fd, 0.1) for fd in fds], [1, 0, 0, 1], "interrupts with two masked")
        check.equal(client.read(MSIX_BAR, 0x2000, 8), 0b0110, "pending bits")
        client.set_irqs(MSIX, BOOL | UNMASK, 1, 2, data=b"\0\1")
        check.equal([fired(fd, 0.1) for fd in fds], [0, 0, 1, 0], "interrupts with one unmasked")
        client.set_irqs(MSIX, NONE | TRIGGER, 0, 0)
        check.equal(client.read(MSIX_BAR, 0x2000, 8), 0, "pending bits when all are off")


@check.case("the client fires interrupts itself")
def _():
    server, client, fds = interrupts(MSIX, 3)
    with server:
        client.set_irqs(MSIX, BOOL | TRIGGER, 0, 3, data=b"\1\0\1")
        check.equal([fired(fd, 0.1) for fd in fds], [1, 0, 1], "interrupts")


@check.case("an event that is full holds nobody up")
def _():
    server, client, (fd,) = interrupts(MSIX)
    with server:
        os.eventfd_write(fd, 2**64 - 2)
        os.set_blocking(fd, True)
        client.write(0, GPIE, MULTIPLE)
        client.write(0, EIMS_EX, 1)
        client.write(0, EICS_EX, 1)
        check.equal(client.read(CONFIG, 0), 0x10fb8086, "ids")


@check.case("wrong requests for interrupts are refused")
def _():
    server, client, (fd,) = interrupts(MSIX)
    with server:
        for what, args in (("no data", (MSIX, TRIGGER, 0, 1)), ("no action", (MSIX, NONE, 0, 1)),
                           ("two kinds of data", (MSIX, NONE | BOOL | TRIGGER, 0, 1)),
                           ("two actions", (MSIX, NONE | MASK | UNMASK, 0, 1)),
                           ("unknown flags", (MSIX, NONE | TRIGGER | 0x100, 0, 1)),
                           ("index 5", (5, NONE | TRIGGER, 0, 1)),
                           ("vector 64", (MSIX, NONE | TRIGGER, 64, 1)),
                           ("a wrap", (MSIX, NONE | TRIGGER, 2, 2**32 - 1)),
                           ("missing booleans", (MSIX, BOOL | TRIGGER, 0, 4))):
            check.equal(client.errno_of(client.set_irqs, *args), 22, what)
        check.equal(client.errno_of(client.set_irqs, MSIX, EVENTFD | TRIGGER, 0, 2, [fd]), 22,
                    "one descriptor for two vectors")
        check.equal(client.errno_of(client.set_irqs, MSIX, NONE | TRIGGER, 0, 1, [fd]), 22,
                    "a descriptor without use")


@check.case("a pcap wire replays and records")
def _():
    folder = tempfile.TemporaryDirectory(prefix="tinynf-vm-")
    rx, tx = os.path.join(folder.name, "rx"), os.path.join(folder.name, "tx")
    with open(rx, "wb") as file:
        file.write(struct.pack("<IHHIIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1))
        for n in range(10):
            file.write(struct.pack("<IIII", 0, n, 100, 100) + frame(n))
    with Server(f"wire=pcap,rx={rx},tx={tx}") as server:
        client = Client(server.paths[0])
        card, memory = mapped(client)
        card.start()
        for n in range(10):
            card.wait(lambda: card.received(False), f"frame {n}")
            check.equal(card.received(), frame(n), f"frame {n}")
        slot = card.send(frame(77))
        card.wait(lambda: card.sent(slot), "write-back")
        client.close()
        server.stop()
    with open(tx, "rb") as file:
        data = file.read()
    check.equal(data[24 + 8:24 + 16], struct.pack("<II", 100, 100), "lengths of the record")
    check.equal(data[40:], frame(77), "frame recorded")
    folder.cleanup()


check.main()
