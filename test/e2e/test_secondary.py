# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""Other processes beside the one that drives the ports: statistics and captures."""

import os
import re
import subprocess
import tempfile

import check
from e2e import App, BUILD_ROOT, PLUGIN, generators, hugepages, testpmd
from pcap_file import read

FRAMES = 20000
CAPTURED = 500


def need_shared_memory():
    if not hugepages():
        check.skip("processes share hugepages, and there are none")


def beside(app, program, *options, eal=(), seconds=60, **kwargs):
    """Run a secondary process to its end. @return what it printed."""
    done = subprocess.run([program, "--file-prefix", app.prefix, *eal, *options], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=seconds,
                          check=False, **kwargs)
    check.equal(done.returncode, 0, f"{program} ({done.stdout[-300:]})")
    return done.stdout


def proc_info(app, *options):
    return beside(app, "dpdk-proc-info", "--", *options, eal=("-d", PLUGIN, "--no-pci"))


def by_port(text):
    """Numbers by name, for each port."""
    ports = []
    for line in text.splitlines():
        if re.search(r"statistics for (NIC )?port \d+", line):
            ports.append({})
        found = re.match(r"\s*([\w-]+):\s+(\d+)", line)
        if found and ports:
            ports[-1][found.group(1)] = int(found.group(2))
            for name, value in re.findall(r"([\w-]+):\s+(\d+)", line):
                ports[-1][name] = int(value)
    return ports


def statistics():
    """dpdk-proc-info sees what the wires know, and resets it for all."""
    need_shared_memory()
    with testpmd(generators(2, FRAMES), ["--forward-mode=io"], commands=True) as app:
        app.type("start")
        app.wait_all(2, FRAMES)
        basic = by_port(proc_info(app, "--stats"))
        check.equal(len(basic), 2, "ports seen")
        for port, seen in enumerate(basic):
            wire = app.wire(port)
            check.equal(seen["RX-packets"], FRAMES, f"port {port} RX-packets")
            check.equal(seen["TX-packets"], wire["arrived"], f"port {port} TX-packets")
            check.equal(seen["RX-bytes"], FRAMES * 60, f"port {port} RX-bytes")
        extended = by_port(proc_info(app, "--xstats"))
        check.equal(len(extended), 2, "ports seen with extended statistics")
        for port, seen in enumerate(extended):
            check.equal(seen["rx_good_packets"], FRAMES, f"port {port} rx_good_packets")
            check.equal(seen["rx_mac_good_packets"], FRAMES, f"port {port} MAC's packets")
            check.equal(seen["wire_sent"], FRAMES, f"port {port} wire_sent")
            check.equal(seen["rx_q0_packets"], FRAMES, f"port {port} queue 0's packets")
        proc_info(app, "--xstats-reset")
        for port, seen in enumerate(by_port(proc_info(app, "--stats"))):
            check.equal(seen["RX-packets"], 0, f"port {port} RX-packets after reset")
        app.type("show port stats all")
        app.wait_log(r"RX-packets: 0 ")
        app.type("quit")
        check.equal(app.join(), 0, "exit status")
        app.judge(sent=FRAMES)


def capture():
    """dpdk-dumpcap takes frames from both directions, and none is missing on the wire."""
    need_shared_memory()
    program = os.path.join(BUILD_ROOT, "test", "e2e", "captured")
    with tempfile.TemporaryDirectory(prefix="tinynf-e2e-") as folder, \
            App(program, generators(2, 0, ",rate=5000,flows=4"), []) as app:
        app.wait_log("forwarding")
        path = os.path.join(folder, "captured.pcap")
        # It has no -d: an installed plugin would be found.
        beside(app, "dpdk-dumpcap", "-i", "net_tinynf0", "-c", str(CAPTURED), "-P", "-w", path,
               env=dict(os.environ, LD_PRELOAD=PLUGIN))
        frames = read(path)
        check.true(len(frames) >= CAPTURED, f"{len(frames)} frames captured of {CAPTURED}")
        for frame in frames:
            check.equal(len(frame), 60, "length of a captured frame")
            check.equal(frame[12:14], b"\x08\x00", "EtherType of a captured frame")
        macs = {frame[:6] for frame in frames}
        check.equal(len(macs), 2, f"directions captured, by destination ({macs})")
        check.equal(app.stop(), 0, "exit status")
        app.judge()


def shown():
    """Another process looks at the ports, and the primary goes on forwarding."""
    need_shared_memory()
    with testpmd(generators(2, 0, ",rate=5000"), ["--forward-mode=io"], commands=True) as app:
        app.type("start")
        app.wait_wire(0, "returned", 1000)
        out = proc_info(app, "--show-port")
        check.true("net_tinynf0" in out and "net_tinynf1" in out, f"ports not shown: {out[-300:]}")
        before = app.wire(0)["returned"]
        app.wait_wire(0, "returned", before + 1000)
        app.type("quit")
        check.equal(app.join(), 0, "exit status")
        app.judge()


check.add("secondary/statistics", statistics)
check.add("secondary/capture", capture)
check.add("secondary/ports are shown while the primary forwards", shown)

check.main()
