# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""A virtual machine with software 82599s in it, driven by its serial line."""

import json
import os
import re
import select
import signal
import socket
import subprocess
import sys
import time

import check
from vm_qmp import Qmp

BOOT_LIMIT = 240      # seconds; a boot takes a few on an idle machine
COMMAND_LIMIT = 180


class Broken(Exception):
    """The machine or the device server does not do what it is there for."""


class Server:
    """The program that hosts the devices."""

    def __init__(self, program, folder, devices, trace=False, prefix=()):
        """devices: for each, the keys of --device except socket and name.

        prefix: a command that runs the program.
        """
        self.folder = folder
        self.report = os.path.join(folder, "devices.json")
        self.log = os.path.join(folder, "device.log")
        self.sockets = [os.path.join(folder, f"dev{n}.sock") for n in range(len(devices))]
        command = [*prefix, program, "--json", self.report]
        for n, keys in enumerate(devices):
            command += ["--device", f"socket={self.sockets[n]},name=dev{n}" +
                        ("," + keys if keys else "")]
        if trace:
            command += ["--trace", os.path.join(folder, "trace.txt")]
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log,
                                            stderr=log)
        self._until(lambda: all(os.path.exists(path) for path in self.sockets), "does not serve")

    def _until(self, condition, otherwise):
        """Wait for it. Broken with the other text if it never comes."""
        def come():
            value = condition()
            if not value and self.process.poll() is not None:
                raise Broken(f"tinynf-device {otherwise}, it has ended: {self.messages()}")
            return value
        try:
            check.until(come, "sign of it", pause=0.02)
        except check.Failed as why:
            raise Broken(f"tinynf-device {otherwise}: {why} {self.messages()}") from None

    def messages(self):
        with open(self.log, errors="replace") as log:
            return " | ".join(log.read().splitlines()[-8:])

    def generators(self, number):
        """Signal the generators and wait until they have heeded it."""
        def restarts():
            return [device["wire"]["restarts"] for device in self.status()]
        was = restarts()
        self.process.send_signal(number)
        self._until(lambda: restarts() != was, f"does not heed signal {number}")

    def status(self):
        """Statistics of all devices, at most a second old."""
        self._until(lambda: os.path.exists(self.report), "has no statistics")
        with open(self.report) as report:
            return json.load(report)["devices"]

    def next_report(self):
        """Wait for statistics that are newer than those that are there."""
        self.status()
        was = os.stat(self.report).st_mtime_ns
        self._until(lambda: os.stat(self.report).st_mtime_ns != was, "writes no statistics")

    def stop(self):
        """End it. @return its last statistics and its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise Broken("tinynf-device does not end on SIGTERM") from None
        return self.status() if os.path.exists(self.report) else [], status


def card(n, path):
    """A device on a socket, as QEMU takes it; it is the guest's 0000:0<n + 1>:00.0."""
    # By itself it gives a card up after five seconds without a reply, which a busy host may need.
    return {"driver": "vfio-user-pci", "bus": f"port{n}", "id": f"nic{n}", "x-msg-timeout": 60000,
            "socket": {"type": "unix", "path": path}}


class Guest:
    """QEMU and the shell in it."""

    def __init__(self, root, kernel, initramfs, sockets, folder, memory=1536, cpus=2,
                 hugepages=256, spare=1, more=(), append=""):
        """sockets: devices from the start; spare: slots for others later.

        more: options for QEMU; append: for the guest's kernel.
        """
        self.folder = folder
        self.sockets = sockets
        self.console = os.path.join(folder, "console.txt")
        path = os.path.join(folder, "serial.sock")
        if os.path.exists(path):
            os.unlink(path)
        share = os.path.join(root.path, "usr/share")
        command = root.loader("usr/bin/qemu-system-x86_64") + [
            "-L", f"{share}/qemu", "-L", f"{share}/seabios", "-nodefaults", "-nographic",
            "-machine", "q35,memory-backend=ram", "-cpu", "Nehalem",
            "-accel", "tcg,thread=multi", "-smp", str(cpus), "-m", f"{memory}M",
            "-object", f"memory-backend-memfd,id=ram,size={memory}M,share=on",
            "-kernel", kernel, "-initrd", initramfs, "-no-reboot",
            "-append", "console=ttyS0 quiet loglevel=3 panic=-1 mitigations=off nokaslr "
                       f"hugepages={hugepages} random.trust_cpu=on no_timer_check {append}",
            "-chardev", f"socket,id=serial,path={path},server=on,wait=off",
            "-serial", "chardev:serial", "-monitor", "none",
            "-qmp", f"unix:{folder}/qmp.sock,server=on,wait=off", *more]
        for n in range(len(sockets) + spare):
            command += ["-device", f"pcie-root-port,id=port{n},chassis={n + 1},slot={n + 1}"]
        for n, device in enumerate(sockets):
            command += ["-device", json.dumps(card(n, device))]
        self.log = os.path.join(folder, "qemu.log")
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log,
                                            stderr=log)
        self.line = socket.socket(socket.AF_UNIX)
        self.qmp = None
        self.buffer = ""
        self.count = 0
        try:
            self._connect(self.line, path)
            control = socket.socket(socket.AF_UNIX)
            self._connect(control, os.path.join(folder, "qmp.sock"))
            self.qmp = Qmp(control)
            self._read_until(r"guest-is-up", BOOT_LIMIT, "the boot")
            self.run("set +m")
        except BaseException:
            self.kill()
            raise

    def _why(self):
        with open(self.log, errors="replace") as log:
            said = " | ".join(log.read().splitlines()[-5:])
        return said or self.buffer[-400:].replace("\n", " | ")

    def _connect(self, line, path):
        """QEMU makes its sockets one after the other."""
        until = time.monotonic() + 60
        while True:
            try:
                line.connect(path)
                return
            except OSError as error:
                if self.process.poll() is not None or time.monotonic() > until:
                    raise Broken(f"QEMU does not start: {self._why()}") from error
                time.sleep(0.05)

    def _read_until(self, pattern, limit, what):
        """@return what came before the pattern, and the match."""
        until = time.monotonic() + limit
        while True:
            match = re.search(pattern, self.buffer)
            if match:
                before = self.buffer[:match.start()]
                self.buffer = self.buffer[match.end():]
                return before, match
            left = until - time.monotonic()
            if left <= 0:
                raise Broken(f"{what} is not done after {limit} s: "
                             f"{self.buffer[-300:]!r}")
            if self.process.poll() is not None:
                raise Broken(f"QEMU has ended in {what}: {self._why()}")
            if select.select([self.line], [], [], min(left, 1))[0]:
                data = self.line.recv(65536)
                if not data:
                    raise Broken(f"QEMU has closed the serial line: {self._why()}")
                text = data.decode(errors="replace").replace("\r", "")
                with open(self.console, "a") as console:
                    console.write(text)
                self.buffer += text

    def send(self, text):
        try:
            self.line.sendall(text.encode())
        except OSError as error:
            raise Broken(f"the guest takes no input: {self._why()}") from error

    def run(self, command, limit=COMMAND_LIMIT, check=True):
        """Run a shell command. @return its output; Broken if it fails and check is set."""
        self.count += 1
        mark = f"=={self.count}=="
        # The mark is not in the command's text, or its echo would be taken for it.
        self.send(f"{command}\necho =={self.count}'=='$?\n")
        output, match = self._read_until(re.escape(mark) + r"(\d+)\n", limit, repr(command))
        self.status = int(match.group(1))
        output = output.strip("\n")
        if check and self.status != 0:
            raise Broken(f"{command!r} ends with {self.status}: {output[-400:]}")
        return output

    def wait(self, command, pattern, limit=60):
        """Repeat a command until its output matches. @return the match."""
        def said():
            nonlocal output
            output = self.run(command, check=False)
            return re.search(pattern, output, re.MULTILINE)
        output = ""
        return check.until(said, f"{pattern!r} from {command!r}", limit, lambda: output[-300:])

    def type(self, text):
        """Input for a program that run() has not started."""
        self.send(text + "\n")

    def expect(self, pattern, limit=COMMAND_LIMIT, what="the program"):
        """Read until a pattern. @return everything up to and with it."""
        before, match = self._read_until(pattern, limit, what)
        return before + match.group(0)

    def interact(self):
        """Connect the serial line to this terminal until the guest or the user ends."""
        print("console of the guest; Ctrl-] ends it", flush=True)
        import termios
        import tty
        old = termios.tcgetattr(0) if sys.stdin.isatty() else None
        try:
            if old:
                tty.setraw(0)
            self.send("stty echo onlcr; PS1='guest# '\n")
            while self.process.poll() is None:
                for ready in select.select([0, self.line], [], [], 1)[0]:
                    data = os.read(0, 1024) if ready == 0 else self.line.recv(65536)
                    if not data or (ready == 0 and b"\x1d" in data):
                        return
                    if ready == 0:
                        self.line.sendall(data)
                    else:
                        os.write(1, data)
        finally:
            if old:
                termios.tcsetattr(0, termios.TCSADRAIN, old)

    def plug(self, n, path):
        """Put the device on a socket into a slot."""
        self.qmp.ask("device_add", **card(n, path))
        self.wait(f"lspci -n -s 0{n + 1}:00.0", r"8086:")

    def unplug(self, n):
        """Ask QEMU to take a device out; its driver is asked first, as by a slot's button."""
        self.qmp.ask("device_del", id=f"nic{n}")
        self.qmp.wait_deleted(f"nic{n}")

    def end(self, programs, patience=10):
        """End programs and wait until they are gone; after so many seconds they are killed."""
        self.run(f"killall -q {programs}; n=0; while pidof {programs} > /dev/null && "
                 f"[ $n -lt 300 ]; do sleep 0.2; n=$((n + 1)); "
                 f"[ $n -lt {patience * 5} ] || killall -q -9 {programs}; done", check=False)

    def kernel_log(self):
        """The last lines of the guest's kernel, for a failure's message."""
        if self.process.poll() is not None:
            return f"QEMU has ended: {self._why()}"
        try:
            # Ctrl-C, as a program may still have the line, and an empty answer to it.
            self.send("\x03\n")
            text = self.run("dmesg | tail -n 6", limit=60, check=False)
        except Broken as why:
            return f"no answer: {why}"
        return " | ".join(text.splitlines())

    def last_words(self):
        """What QEMU has said at its end; empty while it runs."""
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            return ""
        with open(self.log, errors="replace") as log:
            return " | ".join(log.read().splitlines()[-1:])

    def kill(self):
        self.line.close()
        if self.qmp is not None:
            self.qmp.close()
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
