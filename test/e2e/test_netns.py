# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""Kernel TCP and ping between two network namespaces, through net_tap wires."""

import json
import re
import signal
import subprocess

import check
from e2e import App, testpmd
from example_build import build
from net import Net

# What TCP moves each way. The receiver does not count what was under way at the end, which small
# socket buffers keep small.
BYTES = 4000000
UNDER_WAY = 1000000


def traffic(a, b):
    """Ping, then TCP in both directions; every byte has to arrive."""
    a.pings(b.address)
    # With -w until so many answers have come: ping takes late ones for lost.
    done = a.run("ping", "-c100", "-i0.01", "-w50", "-s", "1000", b.address, ok=False)
    answers = re.search(r"(\d+) received", done.stdout)
    check.true(answers and int(answers[1]) >= 100, f"ping lost packets: {done.stdout[-120:]}")
    for way in ([], ["-R"]):
        moved = tcp(a, b, way)
        check.true(moved >= BYTES - UNDER_WAY, f"only {moved} of {BYTES} bytes arrived")


def tcp(a, b, way):
    """Bytes that arrived. A server of its own for each run: one that is still closing the
    run before refuses the next."""
    server = b.start("iperf3", "-s", "-1", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        check.until(lambda: b.run("ss", "-Hltn", "sport = :5201").stdout, "server of iperf3")
        # So many bytes, however long it takes on a busy machine.
        done = a.run("iperf3", "-J", "-n", str(BYTES), "-w", "64K", "-c", b.address, *way, ok=False,
                     timeout=120)
        said = json.loads(done.stdout)
        if "error" in said:
            check.fail(f"iperf3 {' '.join(way)}: {said['error']}")
        return said["end"]["sum_received"]["bytes"]
    finally:
        server.terminate()
        server.wait()


def through(make):
    with Net([["198.18.0.1/24"], ["198.18.0.2/24"]]) as net, make(net.wires) as app:
        net.take(app)
        # Nothing is received before its port's link is up.
        for port in range(2):
            app.wait(lambda: (app.telemetry(f"/ethdev/link_status,{port}") or {}).get("status") ==
                     "UP",
                     f"link of port {port}", 60)
        traffic(*net.hosts())
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
