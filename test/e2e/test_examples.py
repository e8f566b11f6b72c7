# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""The distribution's examples, built as they are, forward checked traffic."""

import os
import re
import time

import check
from e2e import App, generators
from example_build import build

FRAMES = 10000 if check.quick() else 100000


def forwarded(folder, vdevs, options, frames=FRAMES, ports=2, eal=(), status=(0,), lcores=None,
              ended_by_signal=False, held=0):
    with App(build(folder), vdevs, options, eal=eal, memory=1024,
             lcores=lcores or "0@0,1@1") as app:
        app.wait_all(ports, frames, held=held)
        live = [app.wire(port) for port in range(ports)] if ended_by_signal else None
        status_seen = app.stop()
        if not ended_by_signal:
            check.true(status_seen in status, f"exit status {status_seen}: {app.tail()}")
        app.judge(sent=frames, live=live)


check.add("l2fwd/two ports", forwarded, "l2fwd", generators(2, FRAMES), ["-p", "0x3", "-T", "0"])
check.add("l2fwd/one lcore for each port", forwarded, "l2fwd", generators(2, FRAMES),
          ["-p", "0x3", "-q", "1", "-T", "0"])
check.add("l2fwd/IMIX without MAC updating", forwarded, "l2fwd",
          generators(2, FRAMES, ",size=imix"), ["-p", "0x3", "--no-mac-updating", "-T", "0"])
check.add("l3fwd/LPM", forwarded, "l3fwd", generators(2, FRAMES),
          ["-p", "0x3", "--config=(0,0,1),(1,0,1)", "--parse-ptype", "-P"])
check.add("l3fwd/EM", forwarded, "l3fwd", [
    f"net_tinynf0,count={FRAMES},flows=1,ip_src=198.18.1.1,ip_dst=198.18.1.0,sport=9,dport=9",
    f"net_tinynf1,count={FRAMES},flows=1,ip_src=198.18.0.1,ip_dst=198.18.0.0,sport=9,dport=9"],
    ["-p", "0x3", "--config=(0,0,1),(1,0,1)", "--parse-ptype", "--lookup=em", "-P"])
check.add("skeleton/basicfwd", forwarded, "skeleton", generators(2, FRAMES), [],
          ended_by_signal=True)
check.add("rxtx_callbacks/forwards", forwarded, "rxtx_callbacks", generators(2, FRAMES), [],
          ended_by_signal=True)
check.add("l2fwd-jobstats/two ports", forwarded, "l2fwd-jobstats", generators(2, FRAMES),
          ["-p", "0x3"], ended_by_signal=True, held=31)

@check.case("packet_ordering/reorders across workers")
def packet_ordering():
    frames = FRAMES // 5
    with App(build("packet_ordering"), generators(2, frames), ["-p", "0x3"],
             lcores="0@0,1@1,2@0,3@1", memory=1024) as app:
        # It drains its reorder window only when more packets come, at most a burst each time:
        # how many stay in it for ever depends on how the workers were scheduled.
        ports = app.wait_still(2, frames)
        check.equal(sum(w["arrived"] + w["held"] for w in ports), 2 * frames,
                    "arrived at the other port or held")
        check.true(all(w["held"] < 1023 for w in ports), f"holds whole rings: {ports}")
        check.equal(app.stop(), 0, "exit status")
        app.judge(sent=frames)


def busy(app, lcore, seconds):
    """Share of one CPU that a worker's thread takes."""
    tasks = f"/proc/{app.process.pid}/task"
    for task in os.listdir(tasks):
        with open(f"{tasks}/{task}/stat") as f:
            # rte-worker-1, dpdk-worker1: versions differ.
            if re.search(rf"worker-?{lcore}\)", f.read()):
                break
    else:
        check.fail(f"no thread of lcore {lcore}")

    def ticks():
        with open(f"{tasks}/{task}/stat") as f:
            return sum(map(int, f.read().rsplit(")", 1)[1].split()[11:13]))
    before, begun = ticks(), time.monotonic()
    time.sleep(seconds)
    return (ticks() - before) / os.sysconf("SC_CLK_TCK") / (time.monotonic() - begun)


@check.case("l3fwd-power/sleeps until receive interrupts come")
def power():
    frames = FRAMES // 5
    wires = [f"net_tinynf{n},count={frames},rate=5000,flows=1,ip_dst={to}"
             for n, to in enumerate(("2.1.1.1", "1.1.1.1"))]
    with App(build("l3fwd-power"), wires, ["-p", "0x3", "--config=(0,0,1),(1,0,1)",
                                           "--parse-ptype", "-P", "--interrupt-only"]) as app:
        app.wait_all(2, frames, seconds=120)
        share = busy(app, 1, 2)
        check.true(share < 0.5, f"polls {share:.0%} of the time although nothing comes")
        check.equal(app.stop(), 0, "exit status")
        app.judge(sent=frames)


@check.case("link_status_interrupt/forwards with LSC interrupts on")
def link_status():
    with App(build("link_status_interrupt"), generators(2, FRAMES), ["-p", "0x3", "-q", "1"],
             memory=1024) as app:
        app.wait_all(2, FRAMES, held=31)
        live = [app.wire(port) for port in range(2)] # it has no clean-up at its end
        app.stop()
        check.true("lsc" not in app.log().lower() or "doesn't support" not in app.log(),
                   "the port was refused for want of LSC")
        app.judge(sent=FRAMES, live=live)


@check.case("distributor/forwards through workers")
def distributor():
    frames = FRAMES // 10
    with App(build("distributor"), generators(2, frames, ",rate=20000"), ["-p", "0x3"],
             lcores="0@0,1@1,2@0,3@1,4@0,5@1", memory=1024) as app:
        app.wait_all(2, frames, 40, held=63)
        # Its workers may wait for packets for ever when it ends: judged while it runs. They
        # reorder packets of different flows; each flow stays in order.
        app.judge(sent=frames, live=[app.wire(port) for port in range(2)])


@check.case("ip_reassembly/keeps fragments and is refused clearly")
def ip_reassembly():
    with App(build("ip_reassembly"), generators(2, 0, ",rate=1000"), ["-p", "0x3"],
             memory=1024) as app:
        app.wait_log("net_tinynf: .*(not supported|refused|power of two|not sent)|"
                     "Cannot configure|rte_exit|err=-", 60)
        app.stop(40)


check.main()
