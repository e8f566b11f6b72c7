# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""DPDK programs of the distribution in the guest: with its own driver, and with net_tinynf."""

import re
import time

from vm_initramfs import STDBUF
from vm_bench import CABLE, FRAMES, GENERATORS, PLUGIN, case, check

IXGBE = "ixgbe"
TINYNF = "tinynf"
BOTH = "both"
PROGRAMS = "dpdk-testpmd dpdk-l2fwd dpdk-l3fwd dpdk-l3fwd-power dpdk-captured"
LOG = "--log-level=pmd.net.ixgbe.init,debug"
# Otherwise testpmd drops what does not fit into a ring soon.
RETRY = "set burst tx delay 50 retry 20000"
# What must not happen to a generator's frames.
CLEAN = ("missed", "gaps", "reordered", "duplicated", "corrupted", "foreign", "overflow")
# Rules of the manual that DPDK's own driver breaks, each with the reason that it is no fault of
# the device: (register, reason).
DEPARTURES = set()


class Program:
    """A program in the guest whose input is a pipe. Use with `with`: it never outlives a case."""

    def __init__(self, guest, command, ready, limit=120):
        self.guest = guest
        self.seen = 0            # bytes of output that are answers to what was said before
        guest.run("rm -f /tmp/in /tmp/out; mkfifo /tmp/in; : > /tmp/out")
        guest.run("sleep 100000 > /tmp/in & echo $! > /tmp/keeper")
        guest.run(f"(LD_PRELOAD={STDBUF} _STDBUF_O=L {command} < /tmp/in >> /tmp/out 2>&1; "
                  "echo ended with $? >> /tmp/out) &")
        try:
            self.wait(ready, limit)
        except BaseException:
            self.__exit__(None, None, None)
            raise

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        # Its cards and its memory are free when it is gone.
        self.guest.end(PROGRAMS)
        self.guest.run("kill $(cat /tmp/keeper); rm -f /dev/hugepages/*", check=False)

    def say(self, text):
        # For writing alone, nobody would open it if the program had ended.
        self.guest.run(f"echo '{text}' 1<> /tmp/in")

    def output(self, everything=False):
        return self.guest.run(f"tail -c +{1 if everything else self.seen + 1} /tmp/out")

    def begin(self):
        """What is waited for from here on must be new."""
        self.seen = int(self.guest.run("stat -c %s /tmp/out"))

    def wait(self, pattern, limit=60):
        """Wait for output. @return the match."""
        def said():
            output = self.output()
            match = re.search(pattern, output, re.M)
            if not match and re.search(r"^ended with \d+", output, re.M):
                check.fail(f"ended before {pattern!r}: {self.output(True)[-900:]}")
            return match
        return check.until(said, f"{pattern!r}", limit, lambda: self.output(True)[-900:])

    def ask(self, text, pattern):
        """Say something and wait for the answer to it. @return the match."""
        self.begin()
        self.say(text)
        return self.wait(pattern)

    def command(self, text, pattern=""):
        """Say something to testpmd and wait until it asks for more. @return what it said."""
        # The prompt for this one is there: what is waited for is the next.
        output = self.ask(text, r"[\s\S]*?testpmd> ").group(0)
        if not re.search(pattern, output):
            check.fail(f"to {text!r} it does not say {pattern!r} but {output[-900:]}")
        return output

    def quit(self, text="quit"):
        if text:
            self.say(text)
        else:
            self.guest.run(f"killall -q -INT {PROGRAMS}", check=False)
        status = self.wait(r"^ended with (\d+)", 120).group(1)
        check.equal(status, "0", f"exit status; it said {self.output()[-500:]}")


def eal(driver, bdfs, more=""):
    """Options of EAL that give cards to a driver."""
    words = ["-l 0,1", "-m 384", "--no-telemetry"]
    if driver in (TINYNF, BOTH):
        words.append(f"-d {PLUGIN}")
    for n, bdf in enumerate(bdfs):
        words.append(f"-a {bdf}" + (",driver=ixgbe" if driver == BOTH and n else ""))
    return " ".join(words + [more])


def testpmd(guest, driver, bdfs, options="", more="", environment=""):
    return Program(guest, f"{environment} dpdk-testpmd {eal(driver, bdfs, more)} -- -i "
                   f"--total-num-mbufs=16384 --nb-cores=1 --no-flush-rx {options}", r"testpmd> ")


def wait_done(bench, limit=300):
    """Until both generators have sent all and all that was taken is back."""
    last, since = None, time.monotonic()

    def done():
        nonlocal last, since
        wires = [device["wire"] for device in bench.server.status()[2:]]
        counts = [(wire["taken"], wire["returned"]) for wire in wires]
        if counts != last:
            last, since = counts, time.monotonic()
        if time.monotonic() - since > 90:
            check.fail(f"frames that the generators' cards took and got back stay at {counts}")
        return all(wire["done"] and wire["returned"] == wire["taken"] for wire in wires)
    check.until(done, "return of all frames", limit, lambda: f"taken and returned: {last}")


def judge(bench, before, driver):
    """Both generators' verdicts, and rules that were broken meanwhile."""
    for n, device in enumerate(bench.server.status()[2:]):
        wire = device["wire"]
        check.equal(wire["taken"], FRAMES, f"frames taken of generator {n}: {wire}; they")
        check.equal(wire["returned"], FRAMES, f"frames returned to generator {n}: {wire}; they")
        bad = {key: wire[key] for key in CLEAN if wire[key]}
        check.equal(bad, {}, f"verdict of generator {n}")
        check.equal(device["model"]["dma_errors"], 0, f"DMA errors of card {n}")
    rules(bench, before, driver)


def rules(bench, before, driver):
    """No rule of the manual was broken since, except those that are known of a driver."""
    for n in (2, 3):
        broken = {what for what, times in bench.violations(n).items()
                  if times != before[n - 2].get(what, 0)}
        if driver != TINYNF:
            broken -= DEPARTURES
        check.equal(broken, set(), f"rules broken on card {n}")


def forwards(bench, driver, options="", more="", expect="", commands=(), mode="io",
             bdfs=GENERATORS, vfio=None, environment="", version=None):
    """testpmd forwards all frames of two generators, and nothing else happens to them.

    @return the program's output.
    """
    guest = bench.userspace(bdfs, vfio, version)
    before = [bench.violations(n) for n in (2, 3)]
    with testpmd(guest, driver, bdfs, options, more, environment) as program:
        for port in (0, 1):
            program.command(f"show port info {port}", rf"Driver name: net_{driver}")
        said = program.output(True)
        check.true(re.search(expect, said), f"it does not say {expect!r} but {said[-900:]}")
        for command in (*commands, RETRY, f"set fwd {mode} retry", "start"):
            program.command(command)
        bench.generators_again()
        wait_done(bench)
        output = program.command("stop", r"Done\.")
        program.quit()
    bench.server.next_report()
    judge(bench, before, driver)
    return output


@case("dpdk/net_ixgbe forwards with its vector code", quick=True)
def _(bench):
    forwards(bench, IXGBE, more=LOG, expect="Vector rx enabled")


@case("dpdk/net_ixgbe forwards with its scalar code", quick=True)
def _(bench):
    forwards(bench, IXGBE, more=f"{LOG} --force-max-simd-bitwidth=64",
             expect="^(?![\\s\\S]*Vector rx enabled)")


def both_queues(output):
    """Two queues of each port have forwarded something."""
    for port in (0, 1):
        for queue in (0, 1):
            match = re.search(rf"RX Port= ?{port}/Queue= ?{queue} .*\n\s+RX-packets: (\d+)", output)
            check.true(match and int(match.group(1)) > 100,
                       f"queue {queue} of port {port} has hardly forwarded: {output[-500:]}")


@case("dpdk/net_ixgbe spreads over two queues by RSS", quick=True)
def _(bench):
    both_queues(forwards(bench, IXGBE, "--rxq=2 --txq=2 --rss-udp"))


@case("dpdk/net_ixgbe computes checksums")
def _(bench):
    forwards(bench, IXGBE, "--disable-device-start", mode="csum", commands=(
        "csum set ip hw 0", "csum set udp hw 0", "csum set ip hw 1", "csum set udp hw 1",
        "port start all"))


@case("dpdk/net_ixgbe starts and stops many times")
def _(bench):
    restarts(bench, IXGBE)


@case("dpdk/net_ixgbe reports link changes by interrupt")
def _(bench):
    link_changes(bench, IXGBE)


@case("dpdk/net_tinynf forwards", quick=True)
def _(bench):
    forwards(bench, TINYNF)


@case("dpdk/net_tinynf forwards and swaps addresses", quick=True)
def _(bench):
    forwards(bench, TINYNF, mode="macswap")


@case("dpdk/net_tinynf spreads over two queues by RSS", quick=True)
def _(bench):
    both_queues(forwards(bench, TINYNF, "--rxq=2 --txq=2 --rss-udp"))


@case("dpdk/net_tinynf without vector code")
def _(bench):
    forwards(bench, TINYNF, more="--force-max-simd-bitwidth=64")


@case("dpdk/net_tinynf in the other virtual address mode")
def _(bench):
    forwards(bench, TINYNF, more="--legacy-mem --iova-mode=pa")


@case("dpdk/net_tinynf starts and stops many times")
def _(bench):
    restarts(bench, TINYNF)


@case("dpdk/net_tinynf reports link changes by interrupt", quick=True)
def _(bench):
    link_changes(bench, TINYNF)


@case("dpdk/driver=ixgbe leaves a card to net_ixgbe", quick=True)
def _(bench):
    guest = bench.userspace(GENERATORS)
    with testpmd(guest, BOTH, GENERATORS) as program:
        for port, name in ((0, "net_tinynf"), (1, "net_ixgbe")):
            program.command(f"show port info {port}", rf"Driver name: {name}")
        program.quit()


@case("dpdk/net_tinynf receives and net_ixgbe transmits")
def _(bench):
    guest = bench.userspace(GENERATORS)
    with testpmd(guest, BOTH, GENERATORS) as program:
        # Net_ixgbe's own buffers, the other way round, are refused and dropped by testpmd.
        program.command("start")
        bench.generators_again()

        def enough():
            wire = bench.device(2)["wire"]
            # It drops what does not fit into a ring soon, too: then some more of them.
            if wire["returned"] < FRAMES // 4 and wire["done"]:
                bench.generators_again()
            return wire["returned"] >= FRAMES // 4
        check.until(enough, "frames that came back", 180, lambda: bench.device(2)["wire"])
        program.command("stop", r"Done\.")
        program.quit()
    bench.server.next_report()
    wire = bench.device(2)["wire"]
    bad = {key: wire[key] for key in CLEAN if key != "gaps" and wire[key]}
    check.equal(bad, {}, "verdict")


def restarts(bench, driver):
    """Ports that have started often, with frames in their rings, still forward."""
    guest = bench.userspace(GENERATORS)
    before = [bench.violations(n) for n in (2, 3)]
    with testpmd(guest, driver, GENERATORS) as program:
        bench.generators_again()
        for _ in range(5):
            program.command("port stop all", r"Done")
            program.command("port start all", r"Done")
        # What is left in rings would be of generators that are no more.
        bench.generators_wait()
        program.command("port stop all", r"Done")
        program.command("port start all", r"Done")
        for command in (RETRY, "set fwd io retry", "start"):
            program.command(command)
        bench.generators_again()
        wait_done(bench)
        program.command("stop", r"Done\.")
        program.quit()
    bench.server.next_report()
    judge(bench, before, driver)


def link_changes(bench, driver, vfio=None, version=None):
    """The card at the other end is Linux's: its laser goes off and on."""
    bench.linux(vfio, version)
    guest = bench.userspace(CABLE[:1], vfio, version)
    try:
        with testpmd(guest, driver, CABLE[:1], "--port-topology=loop") as program:
            guest.wait("cat /proc/interrupts", r"vfio-msi" if vfio else r"uio_pci_generic")
            # Nothing changes if it goes down before it has come up.
            wait_status(program, "up")
            for state in ("down", "up") * 2:
                program.begin()
                guest.run(f"ip netns exec peer ip link set eth1 {state}")
                program.wait(r"Port 0: link state change event")
                wait_status(program, state)
            program.quit()
    finally:
        guest.run("ip netns exec peer ip link set eth1 up; ip netns del peer", check=False)


def wait_status(program, word):
    """Until testpmd's port 0 has the link status."""
    said = f"Link status: {word}"
    check.until(lambda: said in program.command("show port info 0", "Link status"), said, 120)


def example(bench, name, options, bdfs=GENERATORS, vfio=None, look=None):
    """An example of DPDK's forwards all frames of both generators; then look() at it."""
    guest = bench.userspace(bdfs, vfio)
    if guest.run(f"which dpdk-{name}", check=False) == "":
        check.skip(f"{name} could not be built here")
    before = [bench.violations(n) for n in (2, 3)]
    with Program(guest, f"dpdk-{name} {eal(TINYNF, bdfs)} -- {options}",
                 r"entering main ") as program:
        bench.generators_again()
        wait_done(bench)
        if look is not None:
            look(program)
        program.quit("")
    bench.server.next_report()
    judge(bench, before, TINYNF)


@case("dpdk/l2fwd on net_tinynf", quick=True)
def _(bench):
    example(bench, "l2fwd", "-p 3 -T 0 -q 2")


@case("dpdk/l3fwd on net_tinynf")
def _(bench):
    example(bench, "l3fwd", "-p 3 -P --config='(0,0,0),(1,0,0)' --rx-queue-size=512 "
            "--tx-queue-size=512 --parse-ptype")


@case("dpdk/statistics from a second process")
def _(bench):
    guest = bench.userspace(GENERATORS)
    with testpmd(guest, TINYNF, GENERATORS) as program:
        for command in (RETRY, "set fwd io retry", "start"):
            program.command(command)
        bench.generators_again()
        wait_done(bench)
        text = guest.run(f"dpdk-proc-info -d {PLUGIN} -- --stats 2>&1", check=False)
        taken = bench.device(2)["wire"]["taken"]
        check.true(re.search(rf"RX-packets:\s+{taken}\b", text), f"says {text[-600:]}")
        program.command("stop", r"Done\.")
        program.quit()


@case("dpdk/a card is detached and attached again")
def _(bench):
    guest = bench.userspace(GENERATORS)
    with testpmd(guest, TINYNF, GENERATORS) as program:
        for _ in range(3):
            program.command("port stop 1", r"Done")
            program.command("port close 1", r"Done")
            program.command(f"device detach {GENERATORS[1]}", r"Done|detached")
            program.command(f"port attach {GENERATORS[1]}", r"Port \d is attached")
        program.quit()
