# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""Other processes beside the one that drives the ports: statistics and captures."""

import os
import re
import signal
import subprocess
import tempfile

import check
from e2e import App, BUILD_ROOT, PLUGIN, generators, hugepages, testpmd
from example_build import build
from pcap_file import read

FRAMES = 20000
CAPTURED = 500


def need_shared_memory():
    if not hugepages():
        check.skip("processes share hugepages, and there are none")


def proc_info(app, *options):
    """Run dpdk-proc-info beside it. @return what it printed."""
    done = subprocess.run(["dpdk-proc-info", "--file-prefix", app.prefix, "-d", PLUGIN, "--no-pci",
                           "--", *options], text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=60, check=False)
    check.equal(done.returncode, 0, f"dpdk-proc-info ({done.stdout[-300:]})")
    return done.stdout


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


def dumpcap(app, port, path):
    """Capture some frames. Meanwhile the program pauses where DPDK demands it (see there)."""
    with tempfile.NamedTemporaryFile() as output:
        # It has no -d: an installed plugin would be found.
        process = subprocess.Popen(["dpdk-dumpcap", "--file-prefix", app.prefix, "-i", port, "-P",
                                    "-w", path], stdout=output, stderr=output,
                                   env=dict(os.environ, LD_PRELOAD=PLUGIN))

        def said():
            # Opened anew: to read from the program's own open file moves where it writes.
            with open(output.name, errors="replace") as text:
                return text.read()

        def enough():
            counts = re.findall(r"\d+", said().partition("Packets captured:")[2])
            return process.poll() is not None or (counts and int(counts[-1]) >= CAPTURED)
        try:
            app.wait(enough, f"{CAPTURED} captured frames", 60, said)
            app.process.send_signal(signal.SIGUSR1)
            app.wait_log("paused")
            process.send_signal(signal.SIGINT)
            check.equal(process.wait(60), 0, f"dpdk-dumpcap ({said()[-300:]})")
        finally:
            process.kill()
            process.wait()
        app.process.send_signal(signal.SIGUSR1)
        app.wait_log("going on")


def capture():
    """dpdk-dumpcap takes frames from both directions, and none is missing on the wire."""
    need_shared_memory()
    program = os.path.join(BUILD_ROOT, "test", "e2e", "captured")
    with tempfile.TemporaryDirectory(prefix="tinynf-e2e-") as folder, \
            App(program, generators(2, 0, ",rate=5000,flows=4"), []) as app:
        app.wait_log("forwarding")
        path = os.path.join(folder, "captured.pcap")
        dumpcap(app, "net_tinynf0", path)
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


def freed():
    """Packets that reach another process, which can't send them and frees them, come back."""
    need_shared_memory()
    server = build("multi_process/client_server_mp")
    client = server.replace("mp_server", "mp_client")
    with App(server, generators(2, 0, ",rate=20000"), ["-p", "0x3", "-n", "1"],
             lcores="0@0,1@1") as app, tempfile.TemporaryFile("w+") as output:
        app.wait_wire(0, "sent", 100, 60)
        process = subprocess.Popen([client, "--file-prefix", app.prefix, "-d", PLUGIN, "--no-pci",
                                    "--proc-type=secondary", "--lcores", "2@1", "--", "-n", "0"],
                                   stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        try:
            for port in range(2):
                # Several times what the rings and the client's queue hold.
                app.wait_wire(port, "dropped", FRAMES, 60)
            check.equal(process.poll(), None, "exit status of the client")
        finally:
            process.kill()
            process.wait()
        output.seek(0)
        check.equal(re.findall(r"net_tinynf: .*", output.read()), [], "what the client logs")
        # It has no clean-up but by a signal in the midst of a burst.
        app.judge(live=[app.wire(port) for port in range(2)], returned=False)


check.add("secondary/packets that it frees come back", freed)
check.add("secondary/statistics", statistics)
check.add("secondary/capture", capture)
check.add("secondary/ports are shown while the primary forwards", shown)

check.main()
