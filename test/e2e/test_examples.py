# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""The distribution's examples, built as they are, forward checked traffic."""

import os
import re
import subprocess
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
    # A worker interrupted with a burst in its hands must not let the others fill the reorder
    # window with both rings: it is eight times as large, and would keep them for ever.
    frames = FRAMES // 5
    with App(build("packet_ordering"), generators(2, frames, ",rate=20000"), ["-p", "0x3"],
             lcores="0@0,1@1,2@0,3@1", memory=1024) as app:
        # It drains its reorder window only when more packets come, at most a burst each time:
        # how many stay in it for ever depends on how the workers were scheduled.
        ports = app.wait_still(2, frames)
        check.true(all(w["held"] < 1023 for w in ports), f"holds whole rings: {ports}")
        check.equal(app.stop(), 0, "exit status")
        # Its reorder window begins at the first packet a worker hands over. Those before it, if
        # their worker was interrupted, it sends with an mbuf where an array belongs; what comes
        # of that is refused, and it frees the packet.
        late = int(re.search(r"Pkts tx failed w/o reorder:\s+(\d+)", app.log()).group(1))
        check.equal(sum(w["arrived"] + w["held"] for w in ports) + late, 2 * frames,
                    "arrived at the other port, held, or before the reorder window")
        check.equal(sum(w["refused"] for w in app.verdicts()), late, "refused")
        app.judge(sent=frames, refused=late > 0)


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


check.add("l3fwd/four queues of each port", forwarded, "l3fwd", generators(2, FRAMES, ",flows=64"), [
    "-p", "0x3", "--parse-ptype", "-P", "--config=" +
    ",".join(f"({port},{queue},1)" for port in range(2) for queue in range(4))])
check.add("l3fwd/two queues on an lcore each", forwarded, "l3fwd",
          generators(2, FRAMES, ",flows=64"), ["-p", "0x3", "--parse-ptype", "-P",
                                               "--config=(0,0,0),(0,1,1),(1,0,0),(1,1,1)"])
check.add("l3fwd-graph/two ports", forwarded, "l3fwd-graph", generators(2, FRAMES),
          ["-p", "0x3", "--config=(0,0,1),(1,0,1)", "-P"])
check.add("l2fwd-event/polls", forwarded, "l2fwd-event", generators(2, FRAMES),
          ["-p", "0x3", "-q", "2", "--mode=poll"])
check.add("l2fwd-keepalive/two ports", forwarded, "l2fwd-keepalive", generators(2, FRAMES),
          ["-p", "0x3", "-q", "2", "-K", "10", "-T", "0"], held=31)


@check.case("qos_meter/meters and forwards one way")
def qos_meter():
    # The second generator's frames are nobody's: it only sends.
    vdevs = [f"net_tinynf0,count={FRAMES}", "net_tinynf1,rate=10"]
    with App(build("qos_meter"), vdevs, ["-p", "0x3"], lcores="0@1", memory=1024) as app:
        app.wait_all(1, FRAMES, held=31)
        live = [app.wire(0)] # it has no clean-up at its end
        app.stop()
        app.judge(sent=FRAMES, live=live)


@check.case("ethtool/what it asks for is told while it forwards")
def ethtool():
    program = build("ethtool")
    with App(program, generators(2, FRAMES), [], memory=1024, stdin=subprocess.PIPE,
             libraries=os.path.join(os.path.dirname(program), "../../lib/build")) as app:
        app.wait_all(2, FRAMES)
        before = app.log()
        for command in ("drvinfo", "link", "macaddr 1", "ringparam 0", "pause 0",
                        "mtu 0 1400", "portstats 0", "eeprom 0 /dev/null", "regs 0 /dev/null",
                        "module-eeprom 0 /dev/null", "rxmode 1", "stop 1", "open 1", "quit"):
            app.type(command)
        check.equal(app.join(), 0, "exit status")
        told = app.log()[len(before):]
        for text in ("Port 1 driver: net_tinynf", "firmware-version: ", "Port 0: Up",
                     "Total EEPROM length: ", "Total plugin module EEPROM length: 512",
                     "Port 0: MTU set to 1400", "Port 0 stats", "02:54:4e:46:00:01"):
            check.true(text.lower() in told.lower(), f"'{text}' is not in {told[-600:]!r}")
        for text in ("Error", "failed", "not supported", "Unsupported"):
            check.true(text not in told, f"'{text}' is in {told[-600:]!r}")


def refuses(folder, options, why):
    """A program that sends packets of its own making ends, or goes on, with the reason told."""
    with App(build(folder), generators(2, 0, ",rate=1000"), options, memory=1024) as app:
        app.join()
        check.true(re.search(why, app.log()), f"'{why}' is not in the output: {app.tail()}")
        check.true(app.process.returncode > 0, f"ended by signal {-app.process.returncode}")


# Both need packets in several segments, and ask for that.
check.add("ip_fragmentation/is refused for its segments", refuses, "ip_fragmentation",
          ["-p", "0x3", "-q", "2"], r"requested (R|T)x offloads 0x[0-9a-f]+ doesn't match")
check.add("ipv4_multicast/is refused for its segments", refuses, "ipv4_multicast",
          ["-p", "0x3", "-q", "2"], r"requested Tx offloads 0x8000 doesn't match")


@check.case("ip_reassembly/keeps fragments and is refused clearly")
def ip_reassembly():
    with App(build("ip_reassembly"), generators(2, 0, ",rate=1000"), ["-p", "0x3"],
             memory=1024) as app:
        app.wait_log("net_tinynf: .*(not supported|refused|power of two|not sent)|"
                     "Cannot configure|rte_exit|err=-", 60)
        app.stop(40)


check.main()
