# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""Kernel TCP and ping between two network namespaces, through net_tap wires."""

import json
import os
import signal
import subprocess
import time

import check
from e2e import testpmd

SIDES = ("a", "b")


def sh(*words, ok=True, timeout=60):
    done = subprocess.run(words, capture_output=True, text=True, timeout=timeout)
    if ok and done.returncode != 0:
        check.fail(f"{' '.join(words)}: {(done.stderr or done.stdout).strip()[-200:]}")
    return done


class Hosts:
    """Two namespaces, each with one end of a software 82599's cable."""

    def __init__(self):
        if os.geteuid() != 0:
            check.skip("network namespaces need root")
        if not os.path.exists("/dev/net/tun"):
            check.skip("no /dev/net/tun")
        self.names = [f"tinynf{os.getpid()}{side}" for side in SIDES]

    def __enter__(self):
        for n, name in enumerate(self.names):
            side = SIDES[n]
            sh("ip", "netns", "add", name)
            sh("ip", "link", "add", f"tnfbr{side}", "type", "bridge")
            sh("ip", "link", "set", f"tnfbr{side}", "up")
            sh("ip", "link", "add", f"tnfv{side}", "type", "veth", "peer", "name", "eth0",
               "netns", name)
            sh("ip", "link", "set", f"tnfv{side}", "master", f"tnfbr{side}", "up")
            sh("ip", "-n", name, "address", "add", f"198.18.0.{n + 1}/24", "dev", "eth0")
            sh("ip", "-n", name, "link", "set", "eth0", "up")
            # The bridge hands checksums and segments on undone unless told not to.
            self.run(n, "ethtool", "-K", "eth0", "tx", "off", "tso", "off", "gso", "off")
        return self

    def __exit__(self, *_):
        for n, name in enumerate(self.names):
            sh("ip", "netns", "del", name, ok=False)
            sh("ip", "link", "del", f"tnfbr{SIDES[n]}", ok=False)

    def take(self):
        """Put the taps, made by the program, on the hosts' bridges."""
        for side in SIDES:
            sh("ip", "link", "set", f"tnf{side}", "master", f"tnfbr{side}", "up")

    def run(self, side, *words, ok=True, timeout=60):
        return sh("ip", "netns", "exec", self.names[side], *words, ok=ok, timeout=timeout)


def traffic(hosts):
    """Ping, then TCP in both directions; every byte has to arrive."""
    end = time.monotonic() + 20
    while hosts.run(0, "ping", "-c1", "-W1", "198.18.0.2", ok=False).returncode != 0:
        check.true(time.monotonic() < end, "no answer to ping within 20 s")
    done = hosts.run(0, "ping", "-c100", "-i0.01", "-s", "1000", "198.18.0.2")
    check.true(" 0% packet loss" in done.stdout, f"ping lost packets: {done.stdout[-120:]}")
    server = subprocess.Popen(["ip", "netns", "exec", hosts.names[1], "iperf3", "-s"],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        time.sleep(1)
        for way in ([], ["-R"]):
            done = hosts.run(0, "iperf3", "-J", "-t", "3", "-c", "198.18.0.2", *way)
            moved = json.loads(done.stdout)["end"]["sum_received"]["bytes"]
            check.true(moved > 1000000, f"only {moved} bytes in 3 s")
    finally:
        server.terminate()
        server.wait()


WIRES = [f"net_tinynf{n},wire(net_tap{n},iface=tnf{side})" for n, side in enumerate(SIDES)]


def through(make):
    with Hosts() as hosts, make() as app:
        app.wait(lambda: all(os.path.exists(f"/sys/class/net/tnf{s}") for s in SIDES), "taps")
        time.sleep(1)
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
          lambda: testpmd(WIRES, ["--forward-mode=io"], memory=1024))


@check.case("netns/TCP and ping through l2fwd")
def l2fwd():
    check.skip("l2fwd's portmask wants consecutive ports; each wire's own device takes the number "
               "behind its net_tinynf port")


check.main()
