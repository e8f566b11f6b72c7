# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""Kernel TCP and ping between two network namespaces, through net_tap wires."""

import json
import os
import re
import signal
import subprocess
import time

import check
from e2e import App, testpmd
from example_build import build

SIDES = ("a", "b")
# What TCP moves each way. The receiver does not count what was under way at the end, which small
# socket buffers keep small.
BYTES = 4000000
UNDER_WAY = 1000000


def sh(*words, ok=True, timeout=60):
    done = subprocess.run(words, capture_output=True, text=True, timeout=timeout)
    if ok and done.returncode != 0:
        check.fail(f"{' '.join(words)}: {(done.stderr or done.stdout).strip()[-200:]}")
    return done


class Hosts:
    """Two namespaces, each with one end of a software 82599's cable.

    Names are of this run and case: the kernel takes its time to remove interfaces."""

    count = 0

    def __init__(self):
        if os.geteuid() != 0:
            check.skip("network namespaces need root")
        if not os.path.exists("/dev/net/tun"):
            check.skip("no /dev/net/tun")
        Hosts.count += 1
        tag = f"{os.getpid() % 100000}{Hosts.count}"
        self.names = [f"tinynf{tag}{side}" for side in SIDES]
        self.bridges = [f"tnfbr{tag}{side}" for side in SIDES]
        self.veths = [f"tnfv{tag}{side}" for side in SIDES]
        self.taps = [f"tnft{tag}{side}" for side in SIDES]
        self.wires = [f"net_tinynf{n},wire(net_tap{n},iface={tap})"
                      for n, tap in enumerate(self.taps)]

    def __enter__(self):
        try:
            self.make()
        except BaseException:
            self.__exit__()
            raise
        return self

    def make(self):
        for n, name in enumerate(self.names):
            bridge, veth = self.bridges[n], self.veths[n]
            sh("ip", "netns", "add", name)
            sh("ip", "link", "add", bridge, "type", "bridge")
            sh("ip", "link", "set", bridge, "up")
            sh("ip", "link", "add", veth, "type", "veth", "peer", "name", "eth0",
               "netns", name)
            sh("ip", "link", "set", veth, "master", bridge, "up")
            sh("ip", "-n", name, "address", "add", f"198.18.0.{n + 1}/24", "dev", "eth0")
            sh("ip", "-n", name, "link", "set", "eth0", "up")
            # The bridge hands checksums and segments on undone unless told not to.
            self.run(n, "ethtool", "-K", "eth0", "tx", "off", "tso", "off", "gso", "off")

    def __exit__(self, *_):
        for n, name in enumerate(self.names):
            sh("ip", "netns", "del", name, ok=False)
            sh("ip", "link", "del", self.bridges[n], ok=False)

    def take(self):
        """Put the taps, made by the program, on the hosts' bridges."""
        for tap, bridge in zip(self.taps, self.bridges):
            sh("ip", "link", "set", tap, "master", bridge, "up")

    def run(self, side, *words, ok=True, timeout=60):
        return sh("ip", "netns", "exec", self.names[side], *words, ok=ok, timeout=timeout)


def traffic(hosts):
    """Ping, then TCP in both directions; every byte has to arrive."""
    end = time.monotonic() + 60
    while hosts.run(0, "ping", "-c1", "-W1", "198.18.0.2", ok=False).returncode != 0:
        check.true(time.monotonic() < end, "no answer to ping within 60 s")
    # With -w until so many answers have come: ping takes late ones for lost.
    done = hosts.run(0, "ping", "-c100", "-i0.01", "-w50", "-s", "1000", "198.18.0.2", ok=False)
    answers = re.search(r"(\d+) received", done.stdout)
    check.true(answers and int(answers[1]) >= 100, f"ping lost packets: {done.stdout[-120:]}")
    for way in ([], ["-R"]):
        moved = tcp(hosts, way)
        check.true(moved >= BYTES - UNDER_WAY, f"only {moved} of {BYTES} bytes arrived")


def tcp(hosts, way):
    """Bytes that arrived. A server of its own for each run: one that is still closing the
    run before refuses the next."""
    server = subprocess.Popen(["ip", "netns", "exec", hosts.names[1], "iperf3", "-s", "-1"],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        end = time.monotonic() + 60
        while not hosts.run(1, "ss", "-Hltn", "sport = :5201").stdout:
            check.true(time.monotonic() < end, "iperf3's server doesn't listen within 60 s")
            time.sleep(0.1)
        # So many bytes, however long it takes on a busy machine.
        done = hosts.run(0, "iperf3", "-J", "-n", str(BYTES), "-w", "64K", "-c", "198.18.0.2", *way,
                         ok=False, timeout=120)
        said = json.loads(done.stdout)
        if "error" in said:
            check.fail(f"iperf3 {' '.join(way)}: {said['error']}")
        return said["end"]["sum_received"]["bytes"]
    finally:
        server.terminate()
        server.wait()


def through(make):
    with Hosts() as hosts, make(hosts.wires) as app:
        app.wait(lambda: all(os.path.exists(f"/sys/class/net/{tap}") for tap in hosts.taps), "taps")
        # Nothing is received before its port's link is up.
        for port in range(2):
            app.wait(lambda: (app.telemetry(f"/ethdev/link_status,{port}") or {}).get("status") ==
                     "UP",
                     f"link of port {port}", 60)
        hosts.take()
        traffic(hosts)
        if app.process.stdin:
            app.type("quit")
        else:
            app.process.send_signal(signal.SIGINT)
        check.equal(app.join(), 0, "exit status")
        for v in app.verdicts():
            check.equal(v["violations"], 0, "violations")


check.add("netns/TCP and ping through testpmd", through,
          lambda wires: testpmd(wires, ["--forward-mode=io"], memory=1024))


check.add("netns/TCP and ping through l2fwd", through,
          lambda wires: App(build("l2fwd"), wires, ["-p", "0x3", "-q", "2", "-P", "-T", "0",
                                              "--no-mac-updating"]))


check.main()
