# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""Real DPDK programs on software 82599s: start, watch by telemetry, stop, judge."""

import glob
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time

import check

SOURCE_ROOT = os.environ["TINYNF_SOURCE_ROOT"]
BUILD_ROOT = os.environ["TINYNF_BUILD_ROOT"]
sys.path.insert(0, os.path.join(SOURCE_ROOT, "scripts", "lib"))
import plugin  # noqa: E402 (needs the path)
from hugepages import free as free_hugepages  # noqa: E402

PLUGIN = plugin.loadable(os.environ["TINYNF_PLUGIN"])

# What a verdict must say to be clean; refusals are judged by each case.
CLEAN = ("lost", "reordered", "duplicated", "corrupted", "foreign", "violations")

_count = 0


def hugepages():
    """True if there are enough free 2 MB pages for a small program."""
    return free_hugepages() >= 600


class App:
    """A running DPDK program. Use with `with`: it never outlives the case."""

    def __init__(self, program, vdevs, options, lcores="0@0,1@1", eal=(), memory=1024,
                 stdin=None, plugin=PLUGIN, libraries=None):
        global _count
        _count += 1
        self.dir = tempfile.mkdtemp(prefix="tinynf-e2e-")
        self.prefix = f"tinynf-e2e-{os.getpid()}-{_count}"
        self.reports = []
        args = ["stdbuf", "-oL", program, "--lcores", lcores, "--no-pci",
                "--file-prefix", self.prefix, "-m", str(memory)]
        if plugin:  # else the program is linked with the driver
            args += ["-d", plugin]
        if not hugepages():
            args.append("--no-huge")
        for vdev in vdevs:
            if vdev.startswith("net_tinynf"):
                report = os.path.join(self.dir, vdev.split(",")[0] + ".json")
                self.reports.append(report)
                vdev += f",strict=1,report={report}"
            args += ["--vdev", vdev]
        args += list(eal) + ["--"] + list(options)
        self.command = args
        self.log_path = os.path.join(self.dir, "log")
        self.log_file = open(self.log_path, "wb")
        env = dict(os.environ, LD_LIBRARY_PATH=libraries) if libraries else None
        self.process = subprocess.Popen(args, stdin=stdin or subprocess.DEVNULL,
                                        stdout=self.log_file, stderr=subprocess.STDOUT,
                                        start_new_session=True, env=env)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        # Programs that a signal ends leave theirs behind, and others find too few.
        for path in glob.glob(f"/dev/hugepages/{self.prefix}map_*"):
            try:
                os.unlink(path)
            except FileNotFoundError:
                pass  # a DPDK program that starts removes what nobody uses
        self.log_file.close()
        for name in os.listdir(self.dir):
            os.unlink(os.path.join(self.dir, name))
        os.rmdir(self.dir)

    def log(self):
        with open(self.log_path, errors="replace") as f:
            return f.read()

    def tail(self):
        return " | ".join(self.log().splitlines()[-6:])

    def type(self, text):
        """Give a line to an interactive program (stdin=subprocess.PIPE)."""
        try:
            self.process.stdin.write(text.encode() + b"\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            check.fail(f"program ended early: {self.tail()}")

    def telemetry(self, command):
        """Answer to a telemetry command; None if nobody listens yet."""
        base = os.environ.get("RUNTIME_DIRECTORY", "/var/run" if os.geteuid() == 0 else
                              os.environ.get("XDG_RUNTIME_DIR", "/tmp"))
        path = f"{base}/dpdk/{self.prefix}/dpdk_telemetry.v2"
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as s:
                s.settimeout(5)
                s.connect(path)
                s.recv(1024)
                s.send(command.encode())
                answer = json.loads(s.recv(65536))
        except (OSError, ValueError):
            return None
        return next(iter(answer.values()), None)

    def wait(self, condition, what, seconds=30, state=lambda: ""):
        """Poll until condition() is true; state() is for the message if it never is."""
        def come():
            value = condition()
            if not value and self.process.poll() is not None:
                check.fail(f"program ended with {self.process.returncode} before {what}: "
                           f"{self.tail()}")
            return value
        return check.until(come, what, seconds, lambda: f"{state()} {self.tail()}")

    def wait_log(self, text, seconds=30):
        self.wait(lambda: re.search(text, self.log()), f"'{text}' in the output", seconds)

    def wire(self, port):
        return self.telemetry(f"/tinynf/wire,{port}") or {}

    def wait_wire(self, port, counter, at_least, seconds=20):
        """Wait until a port's wire has counted so much."""
        self.wait(lambda: self.wire(port).get(counter, 0) >= at_least,
                  f"{at_least} frames '{counter}' on port {port}", seconds,
                  lambda: self.wire(port))

    def wait_all(self, ports, frames, seconds=30, held=0):
        """Wait until every port's generator has sent all and each frame met its end.

        testpmd's first act is to receive and free what waits: dropped is an end, too. Some
        programs keep the last incomplete batch for ever: at most held packets a port."""
        def settled(port):
            w = self.wire(port)
            return w.get("sent", 0) >= frames and \
                w["returned"] + w["dropped"] + w["missed"] + min(w["held"], held) >= w["sent"]
        for port in range(ports):
            self.wait(lambda: settled(port), f"end of {frames} frames of port {port}", seconds,
                      lambda: self.wire(port))

    def wait_still(self, ports, frames, seconds=60, quiet=1.5):
        """For programs that keep packets until more come, as many as they like (a reorder
        window): wait until all was sent and nothing moved for `quiet` seconds, then demand
        that each frame is accounted for, as the application's if as nobody else's."""
        last, since = None, 0

        def still():
            nonlocal last, since
            now = [self.wire(port) for port in range(ports)]
            if now != last or not all(w.get("sent", 0) >= frames for w in now):
                last, since = now, time.monotonic()
            return time.monotonic() - since > quiet
        self.wait(still, f"rest after {frames} frames a port", seconds, lambda: last)
        for w in last:
            check.equal(w["returned"] + w["dropped"] + w["missed"] + w["held"], w["sent"],
                        f"frames accounted for (of {w})")
        return last

    def stop(self, seconds=60):
        """End it as a user does, by SIGINT. @return its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.join(seconds)

    def join(self, seconds=60):
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            check.fail(f"does not end within {seconds} s: {self.tail()}")

    def verdicts(self):
        """What each software 82599 reported at its end."""
        found = []
        for path in self.reports:
            try:
                with open(path) as f:
                    found.append(json.load(f))
            except (OSError, ValueError) as error:
                check.fail(f"no report from {os.path.basename(path)} ({error}): {self.tail()}")
        return found

    def judge(self, sent=None, returned=True, refused=False, live=None):
        """Every frame accounted for, at the end or, for programs that a signal kills without
        clean-up, as telemetry had it before (live). @return the verdicts."""
        verdicts = live if live is not None else self.verdicts()
        for v in verdicts:
            name = v["name"]
            for key in CLEAN:
                check.equal(v[key], 0, f"{name} {key} (of {v})")
            if not refused:
                check.equal(v["refused"], 0, f"{name} refused")
            if sent is not None:
                check.equal(v["sent"], sent, f"{name} sent")
            if returned:
                check.true(v["returned"] > 0, f"{name}: nothing came back: {v}")
        return verdicts


def testpmd(vdevs, options, commands=None, **kwargs):
    """testpmd as the distribution ships it; with commands=True interactive."""
    args = ["--port-topology=paired" if len(vdevs) % 2 == 0 else "--port-topology=loop"]
    args += list(options)
    if not any(option.startswith("--total-num-mbufs") for option in options):
        args.append("--total-num-mbufs=16384")
    if commands:
        return App("dpdk-testpmd", vdevs, args + ["-i"], stdin=subprocess.PIPE, **kwargs)
    return App("dpdk-testpmd", vdevs, args + ["--auto-start"], stdin=subprocess.PIPE, **kwargs)


def generators(count, frames, options=""):
    """vdev arguments of ports with a generator each."""
    return [f"net_tinynf{n},count={frames}{options}" for n in range(count)]
