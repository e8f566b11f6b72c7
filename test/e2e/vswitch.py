# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""The distribution's Open vSwitch with DPDK, unpacked and not installed, with one bridge."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

import check
from e2e import PLUGIN, SOURCE_ROOT, hugepages

sys.path.insert(0, os.path.join(SOURCE_ROOT, "scripts", "lib"))
import debian_root  # noqa: E402 (needs the path)

PACKAGES = ["openvswitch-switch-dpdk", "openvswitch-switch", "openvswitch-common"]
BRIDGE = "br0"


def unpacked():
    """@return the folder with Open vSwitch and the libraries that this machine lacks."""
    try:
        return debian_root.Root(os.path.join(SOURCE_ROOT, ".cache", "openvswitch"),
                                debian_root.own_suites(), PACKAGES, beside_own=True).make().path
    except debian_root.Unavailable as reason:
        check.skip(f"no Open vSwitch: {reason}")


class Vswitch:
    """Its two daemons, in a network namespace and a folder of their own. Use with `with`."""

    def __init__(self):
        if os.geteuid() != 0:
            check.skip("Open vSwitch makes its interfaces as root")
        if not os.path.exists("/dev/net/tun"):
            check.skip("no /dev/net/tun")
        self.root = unpacked()
        self.dir = tempfile.mkdtemp(prefix="tinynf-ovs-")
        programs = [os.path.join(self.root, "usr", part) for part in ("bin", "sbin")]
        libraries = os.path.join(self.root, "usr/lib/x86_64-linux-gnu")
        self.env = dict(os.environ, PATH=":".join(programs + [os.environ["PATH"]]),
                        LD_LIBRARY_PATH=libraries, **{f"OVS_{name}DIR": self.dir for name in
                                                      ("RUN", "LOG", "DB", "SYSCONF")})
        self.daemons = []

    def path(self, name):
        return os.path.join(self.dir, name)

    def log(self):
        """What the switch said, and what the commands say of it."""
        try:
            with open(self.path("log"), errors="replace") as f:
                return f.read()
        except FileNotFoundError:
            return ""

    def run(self, *words, ok=True):
        done = subprocess.run(words, capture_output=True, text=True, timeout=120, env=self.env)
        if ok:
            check.equal(done.returncode, 0, f"{' '.join(words)}: {done.stderr.strip()[-200:]}: "
                        f"{' | '.join(self.log().splitlines()[-4:])}: status")
        return done.stdout

    def vsctl(self, *words, ok=True):
        return self.run("ovs-vsctl", f"--db=unix:{self.path('db.sock')}", "--timeout=90", *words,
                        ok=ok)

    def appctl(self, *words):
        return self.run("ovs-appctl", "-t", self.path("ctl"), *words)

    def flow(self, text):
        self.run("ovs-ofctl", "add-flow", BRIDGE, text)

    def start(self, *words):
        # Commands need no namespace: all talk is by sockets in the folder.
        with open(self.path("log"), "ab") as log:
            self.daemons.append(subprocess.Popen(
                ["unshare", "--net", *words], stdin=subprocess.DEVNULL, stdout=log,
                stderr=subprocess.STDOUT, env=self.env))

    def __enter__(self):
        try:
            self.begin()
        except BaseException:
            self.__exit__()
            raise
        return self

    def begin(self):
        schema = os.path.join(self.root, "usr/share/openvswitch/vswitch.ovsschema")
        self.run("ovsdb-tool", "create", self.path("conf.db"), schema)
        self.start("ovsdb-server", self.path("conf.db"), f"--remote=punix:{self.path('db.sock')}",
                   f"--unixctl={self.path('db.ctl')}")
        check.until(lambda: os.path.exists(self.path("db.sock")), "database", state=self.log)
        self.vsctl("--no-wait", "init")
        memory = "--socket-mem 512 --socket-limit 512" if hugepages() else "--no-huge -m 512"
        self.vsctl("--no-wait", "set", "Open_vSwitch", ".", "other_config:dpdk-init=true",
                   "other_config:per-port-memory=true", "other_config:dpdk-lcore-mask=0x1",
                   "other_config:pmd-cpu-mask=0x2",
                   f"other_config:dpdk-extra=--no-pci --no-telemetry {memory} -d {PLUGIN}")
        self.start(os.path.join(self.root, "usr/lib/openvswitch-switch-dpdk/ovs-vswitchd-dpdk"),
                   f"unix:{self.path('db.sock')}", f"--unixctl={self.path('ctl')}")
        self.vsctl("add-br", BRIDGE, "--", "set", "bridge", BRIDGE, "datapath_type=netdev",
                   "fail-mode=secure")

    def add(self, n, options="", *settings):
        """Add a net_tinynf port of number n + 1."""
        report = self.path(f"{n}.json")
        self.vsctl("add-port", BRIDGE, f"p{n}", "--", "set", "Interface", f"p{n}", "type=dpdk",
                   f"ofport_request={n + 1}", f"options:dpdk-devargs=net_tinynf{n},strict=1,"
                   f"report={report}{options}", *settings)
        check.equal(self.get(n, "error"), "[]", f"error of port {n}")

    def get(self, n, column):
        return self.vsctl("get", "Interface", f"p{n}", column).strip()

    def statistic(self, n, name):
        found = re.search(rf"\b{name}=(\d+)", self.get(n, "statistics"))
        check.true(found, f"no {name} in the statistics of port {n}")
        return int(found.group(1))

    def report(self, n):
        """What the software 82599 last wrote of itself."""
        try:
            with open(self.path(f"{n}.json")) as f:
                return json.load(f)
        except (OSError, ValueError):
            return {}

    def wait(self, n, counter, at_least):
        check.until(lambda: self.report(n).get(counter, 0) >= at_least,
                    f"{at_least} frames '{counter}' on port {n}",
                    state=lambda: f"{self.report(n)} {self.log()[-300:]}")

    def end(self):
        """Ask it to end as its service does. @return the last reports of two ports."""
        self.appctl("exit")
        check.equal(self.daemons.pop().wait(60), 0, f"exit status ({self.log()[-300:]})")
        return [self.report(n) for n in range(2)]

    def __exit__(self, *_):
        for daemon in reversed(self.daemons):
            if daemon.poll() is None:
                daemon.kill()
            daemon.wait()
        shutil.rmtree(self.dir)
