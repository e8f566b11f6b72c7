# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""Linux's driver without message-signalled interrupts, and its way to D3 and back."""

from vm_bench import CABLE, case, check, log_lines
from vm_linux import (iperf, link_comes_back, only_complains_of_lost_links, only_known_rules,
                      pings, self_test)

INTX = "pci=nomsi"


def resets(bench):
    """Of each card; the way from D3 to D0 is one."""
    bench.server.next_report()
    return [bench.device(n)["protocol"]["resets"] for n in (0, 1)]


@case("linux/suspends to D3 and comes back")
def _(bench):
    guest = bench.linux()
    skip = log_lines(guest)
    # All devices are suspended, and resumed after five seconds: the kernel's own test of it.
    guest.run("echo platform > /sys/power/pm_test")
    before = resets(bench)
    try:
        for n in (1, 2):
            guest.run("echo freeze > /sys/power/state")
            check.equal(resets(bench), [count + n for count in before], "resets of the cards")
            bench.wait_link()
            pings(guest, 5)
            iperf(guest, "-n 5M")
    finally:
        guest.run("echo none > /sys/power/pm_test", check=False)
    only_complains_of_lost_links(guest, skip)
    only_known_rules(bench)


@case("linux/everything by INTx")
def _(bench):
    guest = bench.linux(append=INTX)
    for bdf in CABLE:
        said = guest.run(f"lspci -vv -s {bdf}")
        check.true("MSI-X: Enable-" in said and "MSI: Enable-" in said, f"{bdf} uses messages")

    def fired():
        line = guest.run("grep 'fasteoi.*eth0' /proc/interrupts")
        return sum(int(word) for word in line.split()[1:3])
    before = fired()
    pings(guest, 20)
    iperf(guest, "-t 3")
    iperf(guest, "-t 3 -R")
    check.true(fired() > before + 20, f"{fired() - before} interrupts")
    # With MSI-X it leaves its test of the interrupt out: here every cause is tried.
    self_test(bench, guest)
    link_comes_back(bench, guest)
    only_known_rules(bench)
