# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""The protocol of the device server, as friends and as foes speak it."""

import errno
import os
import socket
import stat
import struct
import subprocess
import time

import check
from client import (BAR0, CONFIG, DEVICE, DMA_MAP, DMA_UNMAP, ERR, ERROR, GET_INFO, GET_IO_FDS,
                    GET_IRQ_INFO, GET_REGION_INFO, HEADER, IO_BAR, LIMIT, MSIX, MSIX_BAR,
                    NO_REPLY, REGION_READ, REGION_WRITE, REPLY, RESET, SET_IRQS, VERSION,
                    Client, Memory, Refused, Server)

PAGE = 4096
INFO = struct.pack("<IIII", 16, 0, 0, 0)
STATUS, RAL, MTA, MTQC = 0x8, 0xa200, 0x5200, 0x8120


def one_device(name):
    """Decorator: a case with one device and a client on it."""
    def decorate(function):
        def run():
            with Server("wire=none") as server:
                client = Client(server.paths[0])
                function(server, client)
                server.alive()
                client.close()
        check.add(name, run)
        return function
    return decorate


@one_device("negotiation offers what the device can do")
def _(server, client):
    check.equal(client.server["max_msg_fds"], 16, "max_msg_fds")
    check.equal(client.server["max_data_xfer_size"], 65536, "max_data_xfer_size")
    check.equal(client.server["pgsizes"], PAGE, "pgsizes")
    check.true("twin_socket" not in client.server, "twin socket that nobody asked for")


@check.case("negotiation takes the lower minor version")
def _():
    with Server("wire=none") as server:
        client = Client(server.paths[0], negotiate=False)
        answer = client.call(VERSION, struct.pack("<HH", 0, 0))
        check.equal(struct.unpack_from("<HH", answer), (0, 0), "version")
        check.equal(client.errno_of(client.call, VERSION, struct.pack("<HH", 0, 1)),
                    errno.EINVAL, "second negotiation")


def refused_version(payload, expected):
    with Server("wire=none") as server:
        client = Client(server.paths[0], negotiate=False)
        try:
            client.call(VERSION, payload)
            check.fail("accepted")
        except Refused as refused:
            check.equal(refused.errno, expected, "errno")
        check.true(client.closed(), "connection open")
        Client(server.paths[0]).close()


for NAME, PAYLOAD, EXPECTED in (
        ("another major version", struct.pack("<HH", 1, 0), errno.ENOTSUP),
        ("half a version", b"\0\0", errno.EINVAL),
        ("JSON without its end", b"\0\0\1\0{\"capabilities\":{}}", errno.EINVAL),
        ("JSON with two ends", b"\0\0\1\0{}\0\0", errno.EINVAL),
        ("a JSON list", b"\0\0\1\0[]\0", errno.EINVAL),
        ("broken JSON", b"\0\0\1\0{\"capabilities\":{\"x\":}}\0", errno.EINVAL),
        ("deep JSON", b"\0\0\1\0" + b"{\"a\":" * 5000 + b"1" + b"}" * 5000 + b"\0",
         errno.EINVAL),
        ("capabilities of a wrong type", b"\0\0\1\0{\"capabilities\":3}\0", errno.EINVAL),
        ("a transfer size of nothing",
         b"\0\0\1\0{\"capabilities\":{\"max_data_xfer_size\":0}}\0", errno.EINVAL)):
    check.add(f"negotiation refuses {NAME}", refused_version, PAYLOAD, EXPECTED)


@check.case("negotiation takes unknown capabilities and values of any kind")
def _():
    with Server("wire=none") as server:
        client = Client(server.paths[0], negotiate=False)
        text = b'{"a":[1,{"b":null}],"capabilities":{"new\\"":-1.5e3,"c":"x","d":false}} \0'
        check.true(len(client.call(VERSION, b"\0\0\1\0" + text)) > 4, "no capabilities")


@check.case("any command before negotiation ends the connection")
def _():
    with Server("wire=none") as server:
        client = Client(server.paths[0], negotiate=False)
        try:
            client.call(GET_INFO, INFO)
            check.fail("accepted")
        except Refused as refused:
            check.equal(refused.errno, errno.EINVAL, "errno")
        check.true(client.closed(), "connection open")


@one_device("device, regions and interrupts are described")
def _(server, client):
    check.equal(struct.unpack("<IIII", client.call(GET_INFO, INFO)), (16, 3, 9, 5), "device")
    sizes = {BAR0: 0x20000, IO_BAR: 32, MSIX_BAR: 0x4000, CONFIG: PAGE}
    for index in range(9):
        answer = struct.unpack("<IIIIQQ", client.call(
            GET_REGION_INFO, struct.pack("<IIIIQQ", 32, 0, index, 0, 0, 0)))
        size = sizes.get(index, 0)
        check.equal(answer, (32, 3 if size else 0, index, 0, size, 0), f"region {index}")
    counts = [struct.unpack("<IIII", client.call(GET_IRQ_INFO, struct.pack("<IIII", 16, 0, n, 0)))
              for n in range(5)]
    check.equal([c[3] for c in counts], [1, 1, 64, 1, 1], "numbers of interrupts")
    check.equal(counts[0][1], 7, "flags of INTx")
    check.equal(client.errno_of(client.call, GET_REGION_INFO, struct.pack(
        "<IIIIQQ", 32, 0, 9, 0, 0, 0)), errno.EINVAL, "region 9")
    check.equal(client.errno_of(client.call, GET_IRQ_INFO, struct.pack("<IIII", 16, 0, 5, 0)),
                errno.EINVAL, "interrupt 5")


@one_device("configuration space is that of the card")
def _(server, client):
    check.equal(client.read(CONFIG, 0), 0x10fb8086, "ids")
    check.equal(client.read(CONFIG, 8) >> 8, 0x020000, "class")
    check.equal(client.read(CONFIG, 0x2c), 0x00038086, "subsystem")
    at, found = client.read(CONFIG, 0x34, 1), []
    while at:
        check.true(len(found) < 8, "capabilities in a circle")
        found.append(client.read(CONFIG, at, 1))
        at = client.read(CONFIG, at + 1, 1)
    check.equal(found, [1, 5, 0x11, 0x10], "capabilities")
    extended = client.read(CONFIG, 0x100)
    check.equal(extended & 0xffff, 1, "first extended capability")
    check.equal(client.read(CONFIG, extended >> 20) & 0xffff, 3, "second extended capability")


@one_device("base addresses tell their size")
def _(server, client):
    for at, expected in ((0x10, 0xfffe000c), (0x14, 0xffffffff), (0x18, 0xffffffe1),
                         (0x1c, 0), (0x20, 0xffffc00c), (0x24, 0xffffffff), (0x30, 0)):
        client.write(CONFIG, at, 0xffffffff)
        check.equal(client.read(CONFIG, at), expected, f"base address at {at:#x}")


@one_device("registers are read and written in their size")
def _(server, client):
    check.equal(client.read(BAR0, STATUS) & 0x80000, 0x80000, "STATUS.GIO")
    client.write(BAR0, MTA, 0xdeadbeef)
    client.write(BAR0, MTA + 4, 0x01234567)
    check.equal(client.read(BAR0, MTA, 8), 0x01234567deadbeef, "two registers")
    check.equal(client.read(BAR0, MTA, 2), 0, "half a register")
    client.write(BAR0, MTA, 0x11, 1)
    check.equal(client.read(BAR0, MTA), 0xdeadbeef, "after writing a quarter")
    client.write(IO_BAR, 0, MTA + 4)
    check.equal(client.read(IO_BAR, 4), 0x01234567, "by I/O ports")
    client.write(IO_BAR, 4, 5)
    check.equal(client.read(BAR0, MTA + 4), 5, "written by I/O ports")


@one_device("accesses outside of regions are refused")
def _(server, client):
    for region, offset, count in ((BAR0, 0x20000, 4), (BAR0, 0x1fffe, 4), (BAR0, 2**64 - 4, 8),
                                  (BAR0, 0, 0), (1, 0, 4), (6, 0, 4), (9, 0, 4),
                                  (CONFIG, 4094, 4), (0xffffffff, 0, 4), (BAR0, 0, 65537)):
        access = struct.pack("<QII", offset, region, count)
        check.equal(client.errno_of(client.call, REGION_READ, access), errno.EINVAL,
                    f"read of {count} at {offset:#x} in {region}")
        check.equal(client.errno_of(client.call, REGION_WRITE,
                                    access + b"\0" * min(count, 65536)),
                    errno.EINVAL, f"write of {count} at {offset:#x} in {region}")
    check.equal(client.errno_of(client.call, REGION_WRITE, struct.pack("<QII", 0, 0, 8) + b"\0" * 4),
                errno.EINVAL, "write with too little data")


@one_device("a large read brings whole regions")
def _(server, client):
    whole = client.call(REGION_READ, struct.pack("<QII", 0, CONFIG, PAGE))
    check.equal(struct.unpack_from("<I", whole, 16)[0], 0x10fb8086, "ids")
    check.equal(len(client.call(REGION_READ, struct.pack("<QII", 0, BAR0, 65536))), 65536 + 16,
                "half of the registers")


@one_device("resets bring the device to its first state")
def _(server, client):
    for reset in ("message", "function level", "power"):
        client.write(BAR0, MTA, 77)
        client.write(CONFIG, 4, 0x0006, 2)
        check.equal(client.read(BAR0, MTA), 77, "before the reset")
        if reset == "message":
            client.call(RESET)
        elif reset == "function level":
            client.write(CONFIG, 0xa8, 0x8000, 2)
        else:
            client.write(CONFIG, 0x44, 3, 2)
            client.write(CONFIG, 0x44, 0, 2)
        check.equal(client.read(BAR0, MTA), 0, f"register after {reset}")
        check.equal(client.read(CONFIG, 4, 2), 0, f"command after {reset}")


@one_device("memory is mapped once and unmapped as it was mapped")
def _(server, client):
    memory = Memory(16 * PAGE)
    client.map(0x100000, 8 * PAGE, memory.fd)
    for addr, size in ((0x100000, 8 * PAGE), (0x100000, PAGE), (0xff000, 2 * PAGE),
                       (0x107000, 2 * PAGE)):
        check.equal(client.errno_of(client.map, addr, size, memory.fd), errno.EEXIST,
                    f"mapping {addr:#x} twice")
    check.equal(client.errno_of(client.unmap, 0x100000, PAGE), errno.ENOENT, "unmapping a part")
    check.equal(len(client.unmap(0x100000, 8 * PAGE)), 24, "size of the reply")
    check.equal(client.errno_of(client.unmap, 0x100000, 8 * PAGE), errno.ENOENT,
                "unmapping twice")
    client.map(0, PAGE)
    client.map(2**64 - PAGE, PAGE)
    client.unmap(0, 0, flags=2)
    client.map(0, PAGE)
    memory.close()


@one_device("an address space is unmapped with all that is in it")
def _(server, client):
    memory = Memory(16 * PAGE)
    for addr in (0x100000, 0x101000, 0x104000, 0x200000):
        client.map(addr, PAGE, memory.fd)
    client.map(0x110000, 4 * PAGE, memory.fd)
    for what, addr, size, expected in (
            ("nothing there", 0x300000, 0x100000, errno.ENOENT),
            ("the last in part", 0x100000, 0x12000, errno.ENOENT),
            ("the first in part", 0x111000, 0x100000, errno.ENOENT),
            ("no size", 0x100000, 0, errno.EINVAL),
            ("past the end", 0x100000, 2**64 - 1, errno.EINVAL)):
        check.equal(client.errno_of(client.unmap, addr, size), expected, what)
    client.unmap(0x100000, 0x100000)
    for addr in (0x100000, 0x104000, 0x113000):
        client.map(addr, PAGE, memory.fd)
    check.equal(client.errno_of(client.map, 0x200000, PAGE, memory.fd), errno.EEXIST,
                "mapping what was not in it")
    memory.close()


@one_device("memory that cannot be is refused")
def _(server, client):
    memory = Memory(4 * PAGE)
    reader, writer = os.pipe()
    for name, addr, size, fd, offset, flags, expected in (
            ("nothing", 0, 0, memory.fd, 0, 3, errno.EINVAL),
            ("a wrap", 2**64 - PAGE, 2 * PAGE, memory.fd, 0, 3, errno.EINVAL),
            ("a wrapping offset", 0, 2 * PAGE, memory.fd, 2**64 - PAGE, 3, errno.EINVAL),
            ("more than the file", 0, 8 * PAGE, memory.fd, 0, 3, errno.EINVAL),
            ("an offset within a page", 0, PAGE, memory.fd, 8, 3, errno.EINVAL),
            ("half a page", 0, 100, memory.fd, 0, 3, errno.EINVAL),
            ("an odd address", 12, PAGE, memory.fd, 0, 3, errno.EINVAL),
            ("unknown flags", 0, PAGE, memory.fd, 0, 0x80, errno.EINVAL),
            ("a pipe", 0, PAGE, reader, 0, 3, errno.EINVAL)):
        check.equal(client.errno_of(client.map, addr, size, fd, offset, flags), expected, name)
    with open("/etc/passwd") as other:
        check.equal(client.errno_of(client.map, 0, PAGE, other.fileno()), errno.EINVAL,
                    "a small file")
    check.equal(client.errno_of(client.call, DMA_MAP, struct.pack("<IIQQQ", 32, 3, 0, 0, PAGE),
                                [memory.fd, memory.fd]), errno.EINVAL, "two descriptors")
    for fd in (reader, writer):
        os.close(fd)
    memory.close()


@one_device("the number of mappings is limited")
def _(server, client):
    for n in range(client.server["max_dma_maps"]):
        client.send(DMA_MAP, struct.pack("<IIQQQ", 32, 3, 0, 2 * n * PAGE, PAGE),
                    flags=NO_REPLY)
    check.equal(client.errno_of(client.map, 2**40, PAGE), errno.ENOSPC, "one more")


@one_device("payloads that are too short or too long are refused")
def _(server, client):
    for command, size in ((DMA_MAP, 32), (DMA_UNMAP, 24), (GET_INFO, 4), (GET_REGION_INFO, 32),
                          (GET_IRQ_INFO, 16), (SET_IRQS, 20), (REGION_READ, 16),
                          (REGION_WRITE, 16)):
        for n in (0, 1, size - 1):
            check.equal(client.errno_of(client.call, command, b"\0" * n), errno.EINVAL,
                        f"command {command} with {n} bytes")
    for command, size in ((DMA_MAP, 33), (DMA_UNMAP, 25), (REGION_READ, 17), (RESET, 1)):
        check.equal(client.errno_of(client.call, command, b"\0" * size), errno.EINVAL,
                    f"command {command} with {size} bytes")


@one_device("unknown commands are refused, the connection lives")
def _(server, client):
    for command in (0, GET_IO_FDS, 11, 12, 14, 15, 16, 17, 18, 19, 0xffff):
        check.equal(client.errno_of(client.call, command), errno.ENOTSUP, f"command {command}")


@one_device("commands without reply get none")
def _(server, client):
    client.send(REGION_WRITE, struct.pack("<QIII", MTA, BAR0, 4, 9), flags=NO_REPLY)
    client.send(0xffff, flags=NO_REPLY)
    check.equal(client.read(BAR0, MTA), 9, "register")


@one_device("commands in one piece are answered in order")
def _(server, client):
    ids = [client.send(REGION_WRITE, struct.pack("<QIII", MTA + 4 * n, BAR0, 4, n))
           for n in range(100)]
    ids += [client.send(REGION_READ, struct.pack("<QII", MTA + 4 * n, BAR0, 4))
            for n in range(100)]
    values = [client.reply(ident) for ident in ids][100:]
    check.equal([struct.unpack("<I", value[16:])[0] for value in values], list(range(100)),
                "values")


@one_device("replies that nobody waits for are ignored")
def _(server, client):
    client.socket.sendall(HEADER.pack(1, 11, 20, REPLY, 0) + b"abcd")
    client.socket.sendall(HEADER.pack(1, 11, 16, REPLY | ERROR, 5))
    client.socket.sendall(HEADER.pack(1, 11, 16, 7, 0))
    check.equal(len(client.call(GET_INFO, INFO)), 16, "size of the next reply")


def ends(data, expected):
    with Server("wire=none") as server:
        client = Client(server.paths[0])
        client.socket.sendall(data)
        if expected:
            _, _, flags, error, _ = client.receive()
            check.true(flags & ERROR, "no error")
            check.equal(error, expected, "errno")
        check.true(client.closed(), "connection open")
        Client(server.paths[0]).close()
        server.alive()


check.add("a message smaller than its header ends the connection", ends,
          HEADER.pack(1, GET_INFO, 15, 0, 0), errno.EINVAL)
check.add("a message of no size ends the connection", ends,
          HEADER.pack(1, GET_INFO, 0, 0, 0), errno.EINVAL)
check.add("a message larger than any ends the connection", ends,
          HEADER.pack(1, GET_INFO, 0xffffffff, 0, 0), errno.EMSGSIZE)


@check.case("a message that stops in its middle holds nobody up")
def _():
    with Server("wire=none", "wire=none") as server:
        slow, other = Client(server.paths[0]), Client(server.paths[1])
        slow.socket.sendall(HEADER.pack(1, REGION_WRITE, 40, 0, 0) + b"\0" * 5)
        check.equal(other.read(CONFIG, 0), 0x10fb8086, "another device")
        check.true(slow.closed(), "connection open for ever")
        Client(server.paths[0]).close()


@check.case("a message by single bytes is understood")
def _():
    with Server("wire=none") as server:
        client = Client(server.paths[0])
        for byte in HEADER.pack(7, REGION_READ, 32, 0, 0) + struct.pack("<QII", 0, CONFIG, 4):
            client.socket.sendall(bytes([byte]))
        check.equal(client.reply(7)[16:], struct.pack("<I", 0x10fb8086), "ids")


@check.case("a client that does not read is not served for ever")
def _():
    with Server("wire=none", "wire=none") as server:
        greedy, other = Client(server.paths[0]), Client(server.paths[1])
        greedy.socket.setblocking(False)
        ask = HEADER.pack(1, REGION_READ, 32, 0, 0) + struct.pack("<QII", 0, BAR0, 65536)
        until = time.monotonic() + LIMIT
        try:
            while time.monotonic() < until:
                greedy.socket.send(ask)
        except BlockingIOError:
            pass
        check.true(time.monotonic() < until, "the server takes commands without end")
        check.equal(other.read(CONFIG, 0), 0x10fb8086, "another device")


@one_device("descriptors where none belong are refused and closed")
def _(server, client):
    def descriptors():
        return len(os.listdir(f"/proc/{server.process.pid}/fd"))
    before = descriptors()
    memory = Memory(PAGE)
    for _ in range(20):
        check.equal(client.errno_of(client.call, GET_INFO, INFO, [memory.fd] * 16),
                    errno.EINVAL, "16 descriptors")
        check.equal(client.errno_of(client.call, GET_INFO, INFO, [memory.fd] * 17),
                    errno.EMFILE, "17 descriptors")
        check.equal(client.errno_of(client.call, DMA_MAP, struct.pack(
            "<IIQQQ", 32, 3, 0, 0, PAGE), [memory.fd] * 200), errno.EMFILE, "200 descriptors")
    check.equal(descriptors(), before, "open descriptors")
    memory.close()


@check.case("a second client is told that the device is busy")
def _():
    with Server("wire=none") as server:
        first = Client(server.paths[0])
        for _ in range(10):
            second = Client(server.paths[0], negotiate=False)
            try:
                second.negotiate()
                check.fail("accepted")
            except Refused as refused:
                check.equal(refused.errno, errno.EBUSY, "errno")
            check.true(second.closed(), "second connection open")
            second.close()
        check.equal(first.read(CONFIG, 0), 0x10fb8086, "first client")
        first.close()
        check.equal(server.stop()[1][0]["protocol"]["refused"], 10, "refusals counted")


@check.case("silent clients beside the first do no harm")
def _():
    with Server("wire=none") as server:
        first = Client(server.paths[0])
        silent = [Client(server.paths[0], negotiate=False) for _ in range(8)]
        check.equal(first.read(CONFIG, 0), 0x10fb8086, "first client")
        for client in silent:
            client.close()
        first.close()
        wait_free(server).close()


def wait_free(server):
    """A new client, as soon as the server has noticed that the last one is gone."""
    until = time.monotonic() + LIMIT
    while True:
        client = Client(server.paths[0], negotiate=False)
        try:
            client.negotiate()
            return client
        except (Refused, ConnectionError):
            check.true(time.monotonic() < until, "the device stays busy")
            time.sleep(0.02)


@check.case("a client that has gone is in nobody's way")
def _():
    with Server("wire=none") as server:
        for _ in range(100):
            # As who looks whether a server is there.
            with socket.socket(socket.AF_UNIX) as probe:
                probe.connect(server.paths[0])
            Client(server.paths[0]).close()
        server.alive()


@check.case("the device keeps its state for the next client, not its memory")
def _():
    with Server("wire=none") as server:
        for n in range(20):
            client = wait_free(server)
            memory = Memory(PAGE)
            check.equal(client.read(BAR0, MTA), n, "register of the client before")
            client.write(BAR0, MTA, n + 1)
            client.map(0, PAGE, memory.fd)
            client.close()
            memory.close()
        client = wait_free(server)
        client.map(0, PAGE)
        with open(f"/proc/{server.process.pid}/maps") as maps:
            check.true("memfd:guest" not in maps.read(), "memory still mapped")


@check.case("the socket is its owner's, and gone at the end")
def _():
    with Server("wire=none") as server:
        check.equal(stat.S_IMODE(os.stat(server.paths[0]).st_mode), 0o600, "mode")
        status, _ = server.stop()
        check.equal(status, 0, "exit status")
        check.true(not os.path.exists(server.paths[0]), "socket left behind")


@check.case("a socket left behind is taken over, one in use is not")
def _():
    with Server("wire=none") as server:
        again = subprocess.run([DEVICE, "--device", f"socket={server.paths[0]}"],
                               capture_output=True, text=True, timeout=LIMIT)
        check.equal(again.returncode, 1, "exit status beside another server")
        check.true("another server" in again.stderr, f"says {again.stderr!r}")
        Client(server.paths[0]).close()
    stale = socket.socket(socket.AF_UNIX)
    path = server.paths[0] + "2"
    stale.bind(path)
    stale.close()
    server.paths[0] = path
    server.command = [DEVICE, "--json", server.report, "--device", f"socket={path},wire=none"]
    with server:
        Client(path).close()
    with open(path + "3", "w") as file:
        refused = subprocess.run([DEVICE, "--device", f"socket={file.name}"],
                                 capture_output=True, text=True, timeout=LIMIT)
    check.equal(refused.returncode, 1, "exit status for a file")
    check.true(os.path.exists(path + "3"), "file removed")


def bad_arguments(arguments, words):
    done = subprocess.run([DEVICE] + arguments, capture_output=True, text=True, timeout=LIMIT)
    check.equal(done.returncode, 2, "exit status")
    check.true(words in done.stderr, f"says {done.stderr!r}, not {words!r}")


for NAME, ARGUMENTS, WORDS in (
        ("nothing", [], "no --device"),
        ("an unknown option", ["--frobnicate", "x"], "no option '--frobnicate'"),
        ("an option without value", ["--device"], "missing"),
        ("no socket", ["--device", "wire=gen"], "socket=PATH is missing"),
        ("an unknown key", ["--device", "socket=/x,colour=red"], "no such key"),
        ("a key without value", ["--device", "socket"], "must be KEY=VALUE"),
        ("a long socket", ["--device", "socket=/" + "x" * 108], "too long"),
        ("a wrong wire", ["--device", "socket=/x,wire=rope"], "one of gen tap cable pcap none"),
        ("a wrong number", ["--device", "socket=/x,rate=-1"], "number from 0"),
        ("a wrong size", ["--device", "socket=/x,size=63"], "number from 64 to 9728"),
        ("a multicast address", ["--device", "socket=/x,mac=01:00:00:00:00:00"], "unicast"),
        ("a short address", ["--device", "socket=/x,mac=02:00"], "like 02:00"),
        ("a cable to nowhere", ["--device", "socket=/x,wire=cable,peer=y"], "is its peer"),
        ("a peer without cable", ["--device", "socket=/x,peer=y"], "needs wire=cable"),
        ("a tap without name", ["--device", "socket=/x,wire=tap"], "needs tap=NAME"),
        ("a name twice", ["--device", "socket=/x,name=a", "--device", "socket=/y,name=a"],
         "another device has it")):
    check.add(f"arguments with {NAME} are refused", bad_arguments, ARGUMENTS, WORDS)


@check.case("help says how")
def _():
    done = subprocess.run([DEVICE, "--help"], capture_output=True, text=True, timeout=LIMIT)
    check.equal(done.returncode, 0, "exit status")
    for word in ("--device", "--json", "--trace", "--strict", "socket=PATH"):
        check.true(word in done.stdout, f"nothing about {word}")


@check.case("the trace names registers")
def _():
    path = os.path.join(os.environ.get("TMPDIR", "/tmp"), f"tinynf-trace-{os.getpid()}")
    try:
        with Server("wire=none,name=card", options=["--trace", path]) as server:
            client = Client(server.paths[0])
            client.read(BAR0, STATUS)
            client.write(BAR0, RAL + 8, 0x12)
            client.close()
            server.stop()
        with open(path) as trace:
            text = trace.read()
        check.true("card read  STATUS (0x00008) -> 0x" in text, "no read of STATUS")
        check.true("card write RAL[1] (0x0a208) <- 0x00000012" in text, "no write of RAL")
    finally:
        os.unlink(path)


@check.case("strict mode tells broken rules by the exit status")
def _():
    for options, expected in (([], 0), (["--strict"], 3)):
        with Server("wire=none", options=options) as server:
            client = Client(server.paths[0])
            client.write(BAR0, MTQC, 1)
            client.close()
            status, devices = server.stop()
            model = devices[0]["model"]
            check.equal(model["violations"], 1, "violations")
            check.true("RTTDCS.ARBDIS is clear" in server.messages(), "violation not told")
            check.equal(status, expected, f"exit status with {options}")


@one_device("error and request notifiers can be set and taken back")
def _(server, client):
    memory = Memory(PAGE)
    client.set_irqs(ERR, 0x24, 0, 1, [memory.fd])
    client.set_irqs(ERR, 0x24, 0, 1)
    check.equal(client.errno_of(client.set_irqs, ERR, 0x0c, 0, 1), errno.EINVAL, "masking")
    check.equal(client.errno_of(client.set_irqs, MSIX, 0x24, 60, 5), errno.EINVAL, "beyond")
    memory.close()


check.main()
