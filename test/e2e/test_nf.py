# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""Network functions and other programs of app/: checked traffic, real protocols."""

import os
import subprocess
import time

import check
from e2e import BUILD_ROOT, PLUGIN, SOURCE_ROOT, App, generators
from example_build import compile_object, compile_quietly, link_program, run
from net import (PINGER, UDP_RECEIVER, UDP_SENDER, Net, UdpFlows, cannot_tcp, counters, program,
                 server, tcp, wait_counter)

FRAMES = 20000 if check.quick() else 200000
FRONTS = ("", "-native")
HEADERS = os.path.join(SOURCE_ROOT, "drivers", "net", "tinynf")


def own(name):
    """Arguments of App for a program that has the driver linked in, or has not."""
    return {"plugin": None} if name.endswith("-native") or name == "nf-nop" else {}


def generated(name, extra="", ports=2, options=()):
    """Every frame comes back once, in order, unharmed."""
    with App(program(name), generators(ports, FRAMES, extra), options, **own(name)) as app:
        app.wait_all(ports, FRAMES, 60)
        check.equal(app.stop(60), 0, "exit status")
        app.judge(sent=FRAMES)


for what, extra in (("64 byte frames", ""), ("IMIX", ",size=imix"),
                    ("1518 byte frames", ",size=1518")):
    check.add(f"nf-nop/{what}", generated, "nf-nop", extra)


def native_cxx(compiler, *flags):
    """A C++ application on the native interface, by DPDK's own pkg-config; its handler is a lambda."""
    top = os.path.join(BUILD_ROOT, "native-cxx", compiler + "".join(flags))
    made = compile_object(compiler, "cxx_program.cc", os.path.join(top, "cxx.o"), "pkg-config",
                          "-DNATIVE", "-I" + HEADERS, *flags)
    code = run("objdump", "-d", "--no-show-raw-insn", made)
    check.true("$0x3000000," in code, "the loop is not inlined")
    binary = link_program(compiler, [made], os.path.join(top, "cxx"), "pkg-config",
                          f"-Wl,--no-as-needed,-rpath,{os.path.dirname(PLUGIN)}", PLUGIN)
    with App(binary, generators(2, FRAMES), [], plugin=None) as app:
        app.wait_all(2, FRAMES, 60)
        check.equal(app.stop(60), 0, "exit status")
        for port in range(2):
            check.true(f"agent {port}: {FRAMES} packets, {60 * FRAMES} bytes" in app.log(),
                       f"statistics: {app.tail()}")
        app.judge(sent=FRAMES)


for compiler in ("g++", "clang++"):
    for standard in ("c++11", "c++17"):
        check.add(f"native/C++ program with {compiler}, {standard}", native_cxx, compiler,
                  f"-std={standard}")


def native_header(compiler, standard):
    """The header alone, DPDK's own warnings left aside."""
    includes = [word.replace("-I", "-isystem") for word in
                run("pkg-config", "--cflags", "libdpdk").split()]
    compile_quietly(compiler, "-", os.devnull, f"-std={standard}", *includes, "-I" + HEADERS,
                    "-Wshadow", input="""#include <rte_pmd_tinynf.h>
        static void on(void *p, uint16_t n, uint16_t *to, void *s) { (void)p; (void)s; to[1] = n; }
        int loop(struct rte_pmd_tinynf_agent *a, const volatile bool *quit);
        int loop(struct rte_pmd_tinynf_agent *a, const volatile bool *quit) {
        return rte_pmd_tinynf_run(&a, 1, on, 2, quit) + rte_pmd_tinynf_poll_small(a, on, 2); }
        """)


for compiler, standard in (("gcc", "gnu11"), ("clang", "gnu11"), ("g++", "c++11"), ("g++", "c++20"),
                           ("clang++", "c++11"), ("clang++", "c++20")):
    check.add(f"native/header with {compiler}, {standard}", native_header, compiler, standard)


@check.case("nf-nop/ends with the reason when there is one port")
def one_port():
    with App(program("nf-nop"), generators(1, 1), [], plugin=None) as app:
        check.equal(app.join(60), 1, "exit status")
        check.true("two ports are needed" in app.log(), f"no reason: {app.tail()}")


def command_line(name, options, ports, status, says):
    with App(program(name), generators(ports, 1), options, **own(name)) as app:
        check.equal(app.join(60), status, "exit status")
        check.true(says in app.log(), f"no '{says}': {app.tail()}")


for front in FRONTS:
    check.add(f"nf-bridge{front}/generators", generated, f"nf-bridge{front}")
    check.add(f"nf-policer{front}/generators", generated, f"nf-policer{front}", "", 2,
              ["--rate=10G", "--burst=1M"])
check.add("nf-bridge/too many ports are refused", command_line, "nf-bridge", [], 5, 1,
          "takes 4 ports")
check.add("nf-bridge/bad options are named", command_line, "nf-bridge", ["--age=x"], 2, 1,
          "--age: 'x' is not valid: after which")
check.add("nf-bridge/help", command_line, "nf-bridge", ["--help"], 2, 0, "usage: nf-bridge")
check.add("nf-nat/bad values are named", command_line, "nf-nat", ["--checksums=x"], 2, 1,
          "--checksums: 'x' is not valid: hardware: TCP's")
check.add("nf-policer/needed options are named", command_line, "nf-policer", [], 2, 1,
          "option --rate is needed")


def loses_none(host, address, app, count, size):
    """Each of many pings is answered, however long that takes."""
    lost = host.run("python3", "-c", PINGER, address, str(count), str(size), timeout=180).stdout
    check.equal(lost.split(), [], f"lost pings of {count}, {counters(app)} {app.wire(0)} "
                f"{app.wire(1)}")


def bridge(front):
    """Stations find each other, are learnt, and are forgotten when they are silent."""
    with Net([[f"198.18.0.{n}/24"] for n in (1, 2, 3)]) as net, \
            net.function(f"nf-bridge{front}", "--age=3") as app:
        hosts = net.hosts()
        for a in hosts:
            for b in hosts:
                if a != b:
                    a.pings(b.address)
        # Known stations: unicast goes to one port only.
        before = hosts[2].run("cat", "/sys/class/net/eth0/statistics/rx_packets").stdout
        loses_none(hosts[0], hosts[1].address, app, 200, 56)
        after = hosts[2].run("cat", "/sys/class/net/eth0/statistics/rx_packets").stdout
        check.true(int(after) - int(before) < 100, "known stations' frames go everywhere")
        check.true(counters(app)["forwarded"] >= 400, f"not forwarded: {counters(app)}")
        wait_counter(app, "aged", 3)
        hosts[0].pings(hosts[1].address)


class Moment:
    """Counters of the function's own time, and when that was by this program's clock."""

    def __init__(self, app):
        self.earliest = time.monotonic()
        self.counters = counters(app)
        self.latest = time.monotonic()

    def __getitem__(self, name):
        return self.counters.get(name, 0)


def empty_bucket(app, before):
    """A moment when a packet was just refused: nothing was left in the bucket."""
    seen = []

    def refused():
        seen[:] = [Moment(app)]
        for _ in range(1000):
            now = Moment(app)
            if now["time_us"] == seen[-1]["time_us"]:
                continue
            if not before(now):
                return None
            seen.append(now)
            if len(seen) > 2 and now["exceeded"] > seen[-2]["exceeded"]:
                # The function may wait between reading its clock and telling. But it read it after
                # it had told the time before, and that was not known two answers ago.
                now.earliest = seen[-3].earliest
                return now
        return None
    return app.wait(refused, "more packets than the rate allows", 120, lambda: seen[-1].counters)


def policer(front):
    """The rate that a destination gets is the configured one.

    Of the function's own clock and counters, from one moment with an empty bucket to another: what
    passed between is what flowed in, whoever had to wait for the processor. The bucket holds 3 s, so
    that it does not overflow while the sender has to."""
    rate, size = 1000000, 1000
    with Net([["198.18.0.1/24"], ["198.18.0.2/24"]]) as net, \
            net.function(f"nf-policer{front}", f"--rate={rate}", f"--burst={3 * rate}") as app:
        inside, outside = net.hosts()
        outside.pings(inside.address)
        receiver = inside.start("python3", "-c", UDP_RECEIVER, "5000", "3",
                                stdout=subprocess.PIPE)
        sender = None
        try:
            check.equal(receiver.stdout.readline(), "ready\n", "receiver")
            # For ever, and twice the rate, if the machine can.
            sender = outside.start("python3", "-c", UDP_SENDER, inside.address, "5000", str(size),
                                   "2000", "inf")
            first = empty_bucket(app, lambda now: now["exceeded"] > 500)
            seconds = 5 if check.quick() else 10
            last = empty_bucket(app, lambda now: now["time_us"] - first["time_us"] >=
                                seconds * 1000000)
        finally:
            if sender:
                sender.kill()
                sender.wait()
            got = int(receiver.communicate(timeout=60)[0])
        span = (last["time_us"] - first["time_us"]) / 1000000
        passed = (last["conformed"] - first["conformed"]) * (size + 28) / span
        check.true(abs(passed / rate - 1) < 0.02,
                   f"{passed:.0f} bytes a second instead of {rate}: {first.counters}, then "
                   f"{last.counters}")
        # Its seconds are everybody's, but for what DPDK rounds off the counter's frequency.
        low, high = last.earliest - first.latest, last.latest - first.earliest
        check.true(low * 0.995 <= span <= high * 1.005,
                   f"{span:.3f} s of the function are {low:.3f} to {high:.3f} s")
        # And what conformed comes out, but nothing else does; pings to the host are policed, too.
        check.true(last["conformed"] * 0.9 < got <= counters(app)["conformed"],
                   f"{got} packets arrived: {counters(app)}")
        check.equal(counters(app)["not_sent"], 0, "packets not sent")
        # The other direction is free.
        before = counters(app)
        # However many the kernel drops while the function waits for the processor.
        sender = inside.start("python3", "-c", UDP_SENDER, outside.address, "5000", str(size),
                              "3000", "inf")
        try:
            wait_counter(app, "passed", before["passed"] + 5000)
        finally:
            sender.kill()
            sender.wait()
        check.equal(counters(app)["exceeded"], before["exceeded"], "answers that were policed")


def both_ways(net, app, inside, outside, seen_as):
    """What a firewall and a NAT let through, and what not."""
    inside.pings(outside.address)
    loses_none(inside, outside.address, app, 50, 1000)
    with server(outside, "outside", 7000), server(inside, "inside", 7000):
        check.equal(tcp(inside, outside.address, 7000), ["outside", seen_as], "TCP")
        with UdpFlows(inside, outside.address, 7000, 20) as flows:
            check.equal(flows.ask("hello"), ["outside"] * 20, "UDP")
        # Nobody listens there: the error finds its way back.
        with UdpFlows(inside, outside.address, 7001, 1, 5) as flows:
            check.equal(flows.ask("hello"), ["refused"], "UDP to a closed port")
        check.true(counters(app)["errors"] > 0, f"no ICMP error passed: {counters(app)}")
        before = counters(app)["refused"]
        outside.cannot_ping(inside.address)
        cannot_tcp(outside, inside.address, 7000)
        if seen_as != inside.address:
            cannot_tcp(outside, seen_as, 7000)
        check.true(counters(app)["refused"] + counters(app).get("others", 0) > before,
                   f"nothing was refused: {counters(app)}")
    # Its table forgets, and goes on.
    wait_counter(app, "aged", 20)
    inside.pings(outside.address)


def firewall(front):
    with Net([["198.18.0.1/24"], ["198.18.0.2/24"]]) as net, \
            net.function(f"nf-firewall{front}", "--expire=6", "--expire-tcp=60") as app:
        inside, outside = net.hosts()
        both_ways(net, app, inside, outside, inside.address)


def nat(front, checksums="hardware"):
    """LAN hosts have the NAT as their gateway; the WAN host is the NAT's.

    Hosts check the sums of all that they get, and take no TCP with a bad one."""
    with Net([["10.0.0.2/24"], ["198.18.0.1/24"]]) as net, \
            net.function(f"nf-nat{front}", "--lan-ip=10.0.0.1", "--wan-ip=198.18.0.2",
                         "--gateway=198.18.0.1", "--expire=6", "--expire-tcp=60",
                         f"--checksums={checksums}") as app:
        inside, outside = net.hosts()
        inside.run("ip", "route", "add", "default", "via", "10.0.0.1")
        outside.run("ip", "route", "add", "10.0.0.0/24", "via", "198.18.0.2")
        inside.pings("10.0.0.1")
        outside.pings("198.18.0.2")
        both_ways(net, app, inside, outside, "198.18.0.2")
        # 300000 bytes were said and echoed; the native interface has no offloads.
        offloaded = counters(app)["offloaded"]
        check.equal(offloaded > 300, checksums == "hardware" and not front,
                    f"{offloaded} sums left to hardware, whether that is right")


def balancer(front):
    """Flows are spread, stay where they are, and move when their backend dies."""
    flows, vip = 150, "198.18.0.100"
    with Net([["198.18.0.1/24"], [f"198.18.0.{n}/24" for n in (11, 12, 13)]]) as net, \
            net.function(f"nf-lb{front}", f"--vip={vip}", "--silence=2") as app:
        client, *backends = net.hosts()
        beats = [vip, 8259]
        with server(backends[0], "b0", 7000, *beats), server(backends[1], "b1", 7000, *beats), \
                UdpFlows(client, vip, 7000, flows) as udp:
            with server(backends[2], "b2", 7000, *beats):
                wait_counter(app, "joined", 3)
                client.pings(vip)
                first = udp.ask("one")
                for name in ("b0", "b1", "b2"):
                    share = first.count(name) / flows
                    check.true(0.15 < share < 0.55, f"{name} gets {share:.0%} of the flows")
                check.equal(udp.ask("two"), first, "backends by flow when asked again")
                name, peer = tcp(client, vip, 7000)
                check.equal(peer, client.address, "the client that the backend sees")
                check.true(name in ("b0", "b1", "b2"), f"answer from {name}")
            wait_counter(app, "died", 1)
            second = udp.ask("three")
            for before, after in zip(first, second):
                check.true(after in ("b0", "b1"), f"a flow is with {after} after b2's death")
                check.true(before in ("b2", after), f"a flow moved from {before} to {after}")
            check.true(counters(app)["moved"] >= first.count("b2"), f"{counters(app)}")
            # Clients and backends see each other, too, past the virtual address.
            client.pings(backends[0].address)


for front in FRONTS:
    check.add(f"nf-firewall{front}/lets in what was asked for", firewall, front)
    check.add(f"nf-nat{front}/lets in what was asked for", nat, front)
    check.add(f"nf-nat{front}/lets in what was asked for, checksums by software", nat, front,
              "software")
    check.add(f"nf-lb{front}/spreads flows and keeps them", balancer, front)
for front in FRONTS:
    check.add(f"nf-bridge{front}/learns and forgets stations", bridge, front)
    check.add(f"nf-policer{front}/rate within 2%", policer, front)

check.main()
