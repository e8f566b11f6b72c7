# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""The distribution's testpmd, unmodified: every forwarding mode with checked traffic."""

import threading

import check
from e2e import generators, testpmd

FRAMES = 20000 if check.quick() else 200000


def forward(mode, ports=2, queues=1, burst=32, extra="", frames=FRAMES, options=()):
    """Every frame that the generators send comes back once, in order, unharmed."""
    args = [f"--forward-mode={mode}", f"--rxq={queues}", f"--txq={queues}", f"--burst={burst}",
            "--total-num-mbufs=65536", "--nb-cores=1"] + list(options)
    with testpmd(generators(ports, frames, extra), args, memory=1024) as app:
        app.wait_all(ports, frames)
        app.type("quit")
        check.equal(app.join(), 0, "exit status of testpmd")
        app.judge(sent=frames)


for mode in ("io", "mac", "macswap", "5tswap", "csum"):
    check.add(f"testpmd/{mode}", forward, mode)
for burst in (1, 4, 64, 512):
    check.add(f"testpmd/burst {burst}", forward, "io", 2, 1, burst)
for queues in (2, 4):
    check.add(f"testpmd/{queues} queues with RSS", forward, "macswap", 2, queues, 32, ",flows=64")
for ports in (1, 3, 4, 8):
    check.add(f"testpmd/{ports} ports", forward, "io", ports, 1, 32, "", FRAMES // 4)
check.add("testpmd/IMIX", forward, "io", 2, 1, 32, ",size=imix")
check.add("testpmd/1518 byte frames", forward, "mac", 2, 1, 32, ",size=1518")
check.add("testpmd/TCP with checksum offload", forward, "csum", 2, 1, 32, ",proto=tcp", FRAMES,
          ["--tx-offloads=0x0"])
check.add("testpmd/64 descriptors", forward, "io", 2, 1, 32, "", FRAMES,
          ["--rxd=64", "--txd=64"])
check.add("testpmd/4096 descriptors", forward, "io", 2, 1, 32, "", FRAMES,
          ["--rxd=4096", "--txd=4096"])


@check.case("testpmd/rxonly drops everything and counts it")
def rxonly():
    with testpmd(generators(2, FRAMES), ["--forward-mode=rxonly", "--nb-cores=1"]) as app:
        app.wait_all(2, FRAMES)
        app.type("quit")
        check.equal(app.join(), 0, "exit status of testpmd")
        for v in app.judge(sent=FRAMES, returned=False):
            check.equal(v["dropped"], FRAMES, "frames dropped by testpmd")
            check.equal(v["returned"], 0, "frames sent on")


def refused(mode, first=False):
    """An allocating mode gets nothing out, says so, and testpmd goes on to forward."""
    with testpmd(generators(2, 0, ",rate=1000"), ["--nb-cores=1"], commands=True) as app:
        app.wait_log("testpmd>")
        app.type("set fwd io" if first else f"set fwd {mode}")
        app.type("start tx_first" if first else "start")
        app.wait_log("net_tinynf: .*(not sent|refused|allocated)")
        app.type("stop")
        app.type("set fwd io")
        app.type("start")
        before = app.wire(0).get("returned", 0)
        app.wait_wire(0, "returned", before + 500)
        app.type("stop")
        app.type("quit")
        check.equal(app.join(), 0, "exit status of testpmd")
        verdicts = app.judge(refused=True)
        check.true(sum(v["refused"] for v in verdicts) > 0, "no refusal was counted")


check.add("testpmd/txonly is refused visibly", refused, "txonly")
check.add("testpmd/flowgen is refused visibly", refused, "flowgen")
check.add("testpmd/tx_first is refused visibly", refused, "io", True)


@check.case("testpmd/stop, start, port stop, port start, reset, detach")
def lifecycle():
    with testpmd(generators(2, 0, ",rate=20000"), ["--nb-cores=1"], commands=True) as app:
        app.wait_log("testpmd>")
        for _ in range(3):
            app.type("start")
            before = app.wire(1).get("returned", 0)
            app.wait_wire(1, "returned", before + 1000)
            app.type("stop")
            app.type("port stop all")
            app.type("port start all")
        app.type("port stop all")
        app.type("port reset all")
        app.type("port start all")
        app.type("start")
        before = app.wire(0).get("returned", 0)
        app.wait_wire(0, "returned", before + 1000)
        app.type("stop")
        app.type("port stop 1")
        app.type("port detach 1")
        app.wait_log("Device is detached|is detached")
        app.type("quit")
        check.equal(app.join(), 0, "exit status of testpmd")
        app.judge()


@check.case("testpmd/telemetry while ports come and go")
def telemetry_beside():
    """Whoever asks about a port either gets an answer or is told that there is none."""
    turns = 4 if check.quick() else 10
    asked = {"answers": 0, "none": 0}
    done = threading.Event()

    def ask(app):
        while not done.is_set():
            for command in ("rings", "regs", "wire", "model"):
                known = app.telemetry(f"/tinynf/{command},1") is not None
                asked["answers" if known else "none"] += 1

    with testpmd(generators(2, 0, ",rate=20000"), ["--nb-cores=1"], commands=True) as app:
        app.wait_log("testpmd>")
        asker = threading.Thread(target=ask, args=(app,))
        asker.start()
        try:
            for turn in range(turns):
                app.type("port stop 1")
                app.type("port detach 1")
                app.wait(lambda: app.log().count("is detached") > turn, "detached port")
                app.type(f"port attach net_tinynf{turn + 2},rate=20000,strict=1")
                app.wait(lambda: app.log().count("is attached") > turn, "attached port")
                app.type("port start 1")
        finally:
            done.set()
            asker.join()
        app.type("quit")
        check.equal(app.join(), 0, "exit status of testpmd")
    check.true(min(asked.values()) > 0, f"the port was there, and not there: {asked}")


check.main()
