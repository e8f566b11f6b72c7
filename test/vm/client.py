# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""A vfio-user client that can also do everything wrong, and the server it talks to."""

import array
import json
import mmap
import os
import select
import signal
import socket
import struct
import subprocess
import tempfile
import time

import check

DEVICE = os.environ["TINYNF_DEVICE"]
LIMIT = 60

(VERSION, DMA_MAP, DMA_UNMAP, GET_INFO, GET_REGION_INFO, GET_IO_FDS, GET_IRQ_INFO, SET_IRQS,
 REGION_READ, REGION_WRITE, DMA_READ, DMA_WRITE, RESET) = range(1, 14)
BAR0, IO_BAR, MSIX_BAR, CONFIG = 0, 2, 4, 7
INTX, MSI, MSIX, ERR, REQ = range(5)
REPLY, NO_REPLY, ERROR = 1, 0x10, 0x20
HEADER = struct.Struct("<HHIII")


class Refused(Exception):
    """The server replied with an errno."""

    def __init__(self, errno):
        super().__init__(f"errno {errno}")
        self.errno = errno


class Server:
    """tinynf-device with some devices, for the length of a `with`."""

    def __init__(self, *devices, options=()):
        self.directory = tempfile.TemporaryDirectory(prefix="tinynf-vm-")
        self.folder = self.directory.name
        self.report = os.path.join(self.folder, "report.json")
        self.paths = [os.path.join(self.folder, f"{n}.sock") for n in range(len(devices))]
        self.process = None
        self.command = [DEVICE, "--json", self.report, *options]
        for path, keys in zip(self.paths, devices):
            self.command += ["--device", f"socket={path}" + ("," + keys if keys else "")]

    def __enter__(self):
        if self.process is not None and self.process.poll() is None:
            return self
        self.errors = open(os.path.join(self.folder, "stderr"), "w+")
        self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL,
                                        stdout=self.errors, stderr=self.errors)
        until = time.monotonic() + LIMIT
        while not self.messages().count("serving"):
            if self.process.poll() is not None or time.monotonic() > until:
                check.fail(f"the server does not start: {self.messages()}")
            time.sleep(0.01)
        return self

    def messages(self):
        with open(self.errors.name, errors="replace") as text:
            return text.read()

    def statistics(self):
        with open(self.report) as report:
            return json.load(report)["devices"]

    def wait_report(self, done, what):
        """@return the first statistics that done() is true of."""
        until = time.monotonic() + LIMIT
        while True:
            devices = self.statistics() if os.path.exists(self.report) else []
            if devices and done(devices):
                return devices
            self.alive()
            if time.monotonic() > until:
                check.fail(f"{what} is not reported in {LIMIT} s: {devices}")
            time.sleep(0.01)

    def next_report(self):
        """@return statistics that are newer than those that are there."""
        self.wait_report(bool, "anything")
        was, until = os.stat(self.report).st_mtime_ns, time.monotonic() + LIMIT
        while os.stat(self.report).st_mtime_ns == was:
            self.alive()
            check.true(time.monotonic() < until, f"no statistics in {LIMIT} s")
            time.sleep(0.01)
        return self.statistics()

    def tell(self, *signals):
        """Send signals for the generators and wait until each was heeded."""
        for number in signals:
            was = self.wait_report(bool, "anything")[0]["wire"]["restarts"]
            self.process.send_signal(number)
            self.wait_report(lambda devices: devices[0]["wire"]["restarts"] > was, "the signal")

    def stop(self):
        """@return exit status and last statistics."""
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(LIMIT)
        return status, self.statistics()

    def alive(self):
        check.true(self.process.poll() is None,
                   f"the server has ended with {self.process.returncode}: {self.messages()}")

    def __exit__(self, kind, value, trace):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
            if kind is None:
                return
        elif kind is None and self.process.returncode not in (0, 3):
            check.fail(f"the server has ended with {self.process.returncode}: "
                       f"{self.messages()[-400:]}")
        self.errors.close()


class Client:
    """One connection. With serve_memory, requests for that memory are answered."""

    def __init__(self, path, negotiate=True, capabilities=None):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)
        self.socket.settimeout(LIMIT)
        self.id = 0
        self.memory = {}         # address: bytearray, for access by messages
        self.requests = 0
        self.twin = None
        self.fds = []
        if negotiate:
            self.negotiate(capabilities)

    def close(self):
        self.socket.close()
        if self.twin is not None:
            self.twin.close()
        for fd in self.fds:
            os.close(fd)
        self.fds = []

    def send(self, command, payload=b"", fds=(), flags=0, size=None):
        self.id = (self.id + 1) & 0xffff
        data = HEADER.pack(self.id, command, 16 + len(payload) if size is None else size,
                           flags, 0) + payload
        if fds:
            self.socket.sendmsg([data], [(socket.SOL_SOCKET, socket.SCM_RIGHTS,
                                          array.array("i", fds))])
        else:
            self.socket.sendall(data)
        return self.id

    def _exactly(self, count, sock):
        data = b""
        while len(data) < count:
            part, ancillary, _, _ = sock.recvmsg(count - len(data), 1024)
            for level, kind, content in ancillary:
                if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
                    fds = array.array("i")
                    fds.frombytes(content[:len(content) - len(content) % fds.itemsize])
                    self.fds += list(fds)
            if not part:
                raise ConnectionResetError("closed by the server")
            data += part
        return data

    def receive(self, sock=None):
        """One message: id, command, flags, errno, payload."""
        sock = sock or self.socket
        ident, command, size, flags, errno = HEADER.unpack(self._exactly(16, sock))
        return ident, command, flags, errno, self._exactly(size - 16, sock)

    def _serve(self, sock, ident, command, payload):
        """Answer a request of the server for our memory."""
        self.requests += 1
        addr, count = struct.unpack_from("<QQ", payload)
        for base, memory in self.memory.items():
            if base <= addr and addr + count <= base + len(memory):
                at = addr - base
                answer = struct.pack("<QQ", addr, count)
                if command == DMA_READ:
                    answer += bytes(memory[at:at + count])
                else:
                    memory[at:at + count] = payload[16:16 + count]
                sock.sendall(HEADER.pack(ident, command, 16 + len(answer), REPLY, 0) + answer)
                return
        sock.sendall(HEADER.pack(ident, command, 16, REPLY | ERROR, 14))

    def reply(self, ident):
        """The reply to a command; serves requests that come before it."""
        while True:
            sock = self.socket
            if self.twin is not None:
                sock = select.select([self.socket, self.twin], [], [], LIMIT)[0][0]
            got, command, flags, errno, payload = self.receive(sock)
            if flags & 0xf == 0:
                self._serve(sock, got, command, payload)
                continue
            check.equal(got, ident, "id of the reply")
            if flags & ERROR:
                check.equal(payload, b"", "payload of an error reply")
                raise Refused(errno)
            return payload

    def call(self, command, payload=b"", fds=(), size=None):
        return self.reply(self.send(command, payload, fds, size=size))

    def serve_for(self, seconds):
        """Answer requests for a while."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for sock in select.select([self.twin or self.socket], [], [], 0.01)[0]:
                ident, command, flags, _, payload = self.receive(sock)
                check.equal(flags & 0xf, 0, "type of a message that is no reply")
                self._serve(sock, ident, command, payload)

    def negotiate(self, capabilities=None):
        text = json.dumps({"capabilities": capabilities or {}}).encode() + b"\0"
        answer = self.call(VERSION, struct.pack("<HH", 0, 1) + text)
        self.server = json.loads(answer[4:-1])["capabilities"]
        if self.server.get("twin_socket", {}).get("supported"):
            self.twin = socket.socket(fileno=self.fds.pop(self.server["twin_socket"]["fd_index"]))
            self.twin.settimeout(LIMIT)
        return struct.unpack_from("<HH", answer)

    def read(self, region, offset, count=4):
        answer = self.call(REGION_READ, struct.pack("<QII", offset, region, count))
        check.equal(answer[:16], struct.pack("<QII", offset, region, count), "access read")
        return int.from_bytes(answer[16:], "little")

    def write(self, region, offset, value, count=4):
        self.call(REGION_WRITE, struct.pack("<QII", offset, region, count) +
                  value.to_bytes(count, "little"))

    def map(self, addr, size, fd=None, offset=0, flags=3):
        self.call(DMA_MAP, struct.pack("<IIQQQ", 32, flags, offset, addr, size),
                  [] if fd is None else [fd])

    def unmap(self, addr, size, flags=0):
        return self.call(DMA_UNMAP, struct.pack("<IIQQ", 24, flags, addr, size))

    def set_irqs(self, index, flags, start, count, fds=(), data=b""):
        self.call(SET_IRQS, struct.pack("<IIIII", 20 + len(data), flags, index, start, count) +
                  data, fds)

    def errno_of(self, function, *args, **kwargs):
        """errno of a call that must be refused, with the connection alive afterwards."""
        try:
            function(*args, **kwargs)
        except Refused as refused:
            check.equal(len(self.call(GET_INFO, struct.pack("<IIII", 16, 0, 0, 0))), 16,
                        "size of the next reply")
            return refused.errno
        return 0

    def closed(self):
        """The server closes the connection (after whatever it still has to say)."""
        try:
            while self.socket.recv(4096):
                pass
        except ConnectionResetError:
            pass
        return True


def event():
    """A non-blocking eventfd."""
    return os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)


def fired(fd, limit=LIMIT):
    """Wait for an event. @return how many there were."""
    if not select.select([fd], [], [], limit)[0]:
        return 0
    return os.eventfd_read(fd)


class Memory:
    """Memory that can be shared."""

    def __init__(self, size):
        self.fd = os.memfd_create("guest")
        os.ftruncate(self.fd, size)
        self.map = mmap.mmap(self.fd, size)

    def close(self):
        self.map.close()
        os.close(self.fd)
