# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""The distribution's Open vSwitch, with software 82599s as ports of its userspace datapath."""

import re

import check
from e2e import CLEAN
from vswitch import Vswitch

FRAMES = 2000 if check.quick() else 10000


def clean(reports, refused=False):
    for report in reports:
        for key in CLEAN + (() if refused else ("refused",)):
            check.equal(report.get(key), 0, f"{key} of {report}")


def forwards(switch):
    """Frames go on to come back to both."""
    for n in range(2):
        switch.wait(n, "returned", switch.report(n).get("returned", 0) + FRAMES)


@check.case("ovs/bridges two ports, by flows and by learning, with more queues and a larger MTU")
def bridge():
    with Vswitch() as switch:
        switch.flow("in_port=1,actions=output:2")
        switch.flow("in_port=2,actions=output:1")
        for n in range(2):
            switch.add(n, ",rate=20000,flows=16")
        forwards(switch)
        check.true("driver_name=net_tinynf" in switch.get(0, "status"), "driver's name")
        # It closes and opens a port for each of these.
        switch.vsctl("set", "Interface", "p0", "options:n_rxq=2", "options:n_rxq_desc=512")
        switch.vsctl("set", "Interface", "p1", "mtu_request=9000")
        check.until(lambda: switch.get(1, "mtu") == "9000", "MTU of 9000", state=switch.log)
        check.until(lambda: "queue-id:  1" in switch.appctl("dpif-netdev/pmd-rxq-show"), "second queue")
        check.equal([switch.get(n, "error") for n in range(2)], ["[]", "[]"], "errors")
        switch.run("ovs-ofctl", "del-flows", "br0")
        switch.flow("actions=NORMAL")
        forwards(switch)
        for name in ("rx_packets", "rx_bytes", "tx_packets", "tx_bytes"):
            check.until(lambda: switch.statistic(1, name) > 0, f"{name} of port 1")
        check.equal(switch.statistic(1, "ovs_tx_failure_drops"), 0, "failed to be sent")
        clean(switch.end())
        errors = [line for line in switch.log().splitlines() if "|ERR|" in line]
        check.equal(errors, [], "errors logged")


@check.case("ovs/packets of its own are refused and counted, others go on")
def own_packets():
    with Vswitch() as switch:
        switch.flow("in_port=1,actions=output:2")
        switch.flow("in_port=2,actions=output:1")
        for n in range(2):
            switch.add(n, ",rate=20000")
        forwards(switch)
        frame = "ffffffffffff020000000099" + "88b5" + "00" * 46
        switch.run("ovs-ofctl", "packet-out", "br0",
                   f"in_port=controller packet={frame} actions=output:1")
        check.until(lambda: re.search("net_tinynf: port . refuses: .*allocated", switch.log()),
                    "word of the refused packet", state=switch.log)
        check.until(lambda: switch.statistic(0, "ovs_tx_failure_drops") == 1, "dropped packet counted")
        forwards(switch)
        reports = switch.end()
        clean(reports, refused=True)
        check.true(sum(report["refused"] for report in reports) > 0, "no refusal was counted")


check.main()
