# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""The distribution's own ixgbe driver on the software 82599, as a PCI device of the process.

It knows nothing of net_tinynf: where both agree on what an 82599 does, both have read the same
manual. net_tinynf runs on the same bus, by its PCI path."""

import json
import os
import platform
import re
import subprocess

import check
from e2e import App, plugin

FRAMES = 20000 if check.quick() else 50000
IXGBE_LOGS = ("--log-level=pmd.net.ixgbe.init:debug",)
CLEAN = ("lost", "reordered", "duplicated", "corrupted", "foreign", "violations", "dma_errors",
         "access_unknown", "access_read_only", "access_bad_size")


class Bus:
    """testpmd on devices of the model bus."""

    def __init__(self, driver, ports, arguments, options, eal=(), commands=False):
        if platform.machine() != "x86_64":
            check.skip("the model bus decodes x86-64 instructions only")
        self.ports = ports
        args = ["-d", plugin.loadable(os.environ["TINYNF_MODEL_BUS"])] + list(IXGBE_LOGS) + list(eal)
        for n in range(ports):
            args += ["-a", f"model{n},driver={driver},report={{dir}}/model{n}.json,{arguments}"]
        options = ["--no-flush-rx", "--total-num-mbufs=32768", "--nb-cores=1",
                   "--port-topology=paired" if ports == 2 else "--port-topology=loop",
                   "-i" if commands else "--auto-start"] + list(options)
        self.app = ReportApp("dpdk-testpmd", [], options, eal=args, stdin=subprocess.PIPE)

    def __enter__(self):
        self.app.__enter__()
        return self

    def __exit__(self, *args):
        self.app.__exit__(*args)

    def device(self, n):
        return self.app.telemetry(f"/model/device,{n}") or {}

    def wait(self, n, counter, at_least, seconds=60):
        self.app.wait(lambda: self.device(n).get(counter, 0) >= at_least,
                      f"{at_least} frames '{counter}' on device {n}", seconds,
                      lambda: self.device(n))

    def wait_all(self, n, frames):
        """All were sent and came back; those that came before the driver had set its address
        and promiscuous mode, the last of its start, are filtered."""
        def settled():
            d = self.device(n)
            return d.get("sent", 0) >= frames and d["returned"] + d["filtered"] >= frames
        self.app.wait(settled, f"end of {frames} frames of device {n}", 60,
                      lambda: self.device(n))

    def quit(self):
        self.app.type("quit")
        check.equal(self.app.join(60), 0, "exit status of testpmd")

    def judge(self, sent=None):
        for n in range(self.ports):
            path = os.path.join(self.app.dir, f"model{n}.json")
            try:
                with open(path) as f:
                    report = json.load(f)
            except (OSError, ValueError) as error:
                check.fail(f"no report from model{n} ({error}): {self.app.tail()}")
            report["lost"] = report["sent"] - report["returned"] - report["missed"] - \
                report["filtered"]
            if sent is None:
                report["lost"] = 0
            for key in CLEAN:
                check.equal(report[key], 0, f"model{n} {key} (of {report})")
            if sent is not None:
                check.equal(report["sent"], sent, f"model{n} sent (of {report})")
                check.true(report["returned"] > sent / 2, f"model{n} returned few: {report}")


class ReportApp(App):
    """An App whose directory appears in its arguments."""

    def __init__(self, program, vdevs, options, eal=(), **kwargs):
        super().__init__(program, vdevs, options, eal=Deferred(self, eal), **kwargs)


class Deferred:
    """EAL arguments with {dir} for the directory that the App makes."""

    def __init__(self, app, args):
        self.app, self.args = app, args

    def __iter__(self):
        return iter(arg.replace("{dir}", self.app.dir) for arg in self.args)


# Flows that differ in their source port only: with the default key of ixgbe the generator's
# default, which counts address and port up together, leaves the lowest bits of the hash alone.
FLOWS = "flows=256,ip_src=198.18.0.9"

# How to get each of ixgbe's paths, and what it logs then.
SCALAR = ["--force-max-simd-bitwidth=64"]
FULL = ["--rxfreet=16", "--tx-offloads=0x8000"]
PATHS = {
    "vector": ([], [], ("Vector rx enabled", "Vector tx enabled")),
    "bulk": (SCALAR, [], ("Rx Burst Bulk Alloc function will be used", "simple tx code path")),
    "full": (SCALAR, FULL, ("not satisfied|Rx Burst Bulk Alloc function are not",
                            "full-featured tx code path")),
}


def forward(driver, eal=(), options=(), logs=(), mode="io", arguments="", ports=2, queues=1):
    """Every frame comes back once, in order, unharmed, and no rule is broken."""
    args = [f"--forward-mode={mode}", f"--rxq={queues}", f"--txq={queues}", "--rxd=256",
            "--txd=1024"] + list(options)
    with Bus(driver, ports, f"count={FRAMES},{arguments}", args, eal) as bus:
        for n in range(ports):
            bus.wait_all(n, FRAMES)
        for text in logs:
            check.true(re.search(text, bus.app.log()), f"no '{text}' in the output")
        bus.quit()
        bus.judge(FRAMES)
        if queues > 1:
            # Streams that received nothing are not listed. The driver counts all in counter 0.
            used = set(re.findall(r"Forward Stats for RX Port= 0/Queue= *(\d+)", bus.app.log()))
            check.equal(len(used), queues, "number of queues that received")


for path, (eal, options, logs) in PATHS.items():
    check.add(f"ixgbe/{path} path", forward, "net_ixgbe", eal, options, logs)
    check.add(f"ixgbe/{path} path, 4 queues with RSS", forward, "net_ixgbe", eal,
              options + ["--rss-udp"], logs, "macswap", FLOWS, 2, 4)
check.add("ixgbe/IMIX", forward, "net_ixgbe", (), (), (), "mac", "size=imix")
check.add("ixgbe/TCP, csum mode", forward, "net_ixgbe", (), (), (), "csum", "proto=tcp")
check.add("ixgbe/jumbo frames over several buffers", forward, "net_ixgbe", (),
          ["--max-pkt-len=9018", "--mbuf-size=2176", "--tx-offloads=0x8000"], (), "io",
          "size=9018", 2, 1)
check.add("ixgbe/VLAN tags pass", forward, "net_ixgbe", (), (), (), "io",
          "vlan=7,check_vlan=1")
for mode in ("io", "macswap", "csum"):
    check.add(f"tinynf/{mode}", forward, "net_tinynf", (), (), (), mode)
check.add("tinynf/4 queues with RSS", forward, "net_tinynf", (), ["--rss-udp"], (), "macswap",
          FLOWS, 2, 4)


def received(arguments, options, expected):
    """What the driver says of received packets, by testpmd's verbose output."""
    with Bus("net_ixgbe", 1, f"count=64,rate=200,{arguments}", options, commands=True) as bus:
        bus.app.wait_log("testpmd>")
        bus.app.type("set fwd rxonly")
        bus.app.type("set verbose 1")
        bus.app.type("start")
        bus.wait(0, "rx", 64)
        for text in expected:
            bus.app.wait_log(text, 60)
        bus.app.type("stop")
        bus.quit()
        bus.judge()


CHECKED = "RTE_MBUF_F_RX_L4_CKSUM_GOOD.*RTE_MBUF_F_RX_IP_CKSUM_GOOD"
check.add("ixgbe/checksums are verified", received, "flows=8",
          ["--enable-rx-cksum", "--rx-offloads=0xe"], [CHECKED])
check.add("ixgbe/checksums of TCP are verified", received, "proto=tcp,flows=8",
          ["--enable-rx-cksum", "--rx-offloads=0xe"], [CHECKED])
check.add("ixgbe/RSS hash is reported", received, FLOWS,
          ["--rss-udp", "--rxq=2", "--txq=2"], ["RSS hash=0x[0-9a-f]+.*RSS queue=0x1",
                                                "RTE_MBUF_F_RX_RSS_HASH"])
check.add("ixgbe/VLAN tags are stripped", received, "vlan=7", ["--enable-hw-vlan-strip"],
          ["RTE_MBUF_F_RX_VLAN_STRIPPED", "VLAN tci=0x7"])
check.add("ixgbe/packet types are recognised", received, "proto=tcp", [],
          ["L2_ETHER L3_IPV4.* L4_TCP"])


def lifecycle(driver):
    """Start and stop, again and again, under traffic."""
    with Bus(driver, 2, "rate=20000", ["--rxd=256", "--txd=1024"], commands=True) as bus:
        bus.app.wait_log("testpmd>")
        for _ in range(3):
            bus.app.type("start")
            bus.wait(1, "returned", bus.device(1).get("returned", 0) + 500)
            bus.app.type("stop")
            bus.app.type("port stop all")
            bus.app.type("port start all")
        bus.app.type("start")
        bus.wait(0, "returned", bus.device(0).get("returned", 0) + 500)
        bus.app.type("stop")
        bus.quit()
        bus.judge()


check.add("ixgbe/stop and start", lifecycle, "net_ixgbe")
check.add("tinynf/stop and start", lifecycle, "net_tinynf")
check.main()
