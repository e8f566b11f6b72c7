# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""Cards behind an IOMMU: vfio-pci, message-signalled interrupts, a user without rights."""

from vm_bench import AMD, GENERATORS, INTEL, case, check
from vm_dpdk import IXGBE, TINYNF, both_queues, example, forwards, link_changes, wait_done

# One lcore: while an output is attached, which takes long in the guest, another lcore's first
# packets wait, and this program drops what it cannot send at once.
POWER = "-p 3 -P --config='(0,0,1),(1,0,1)' --parse-ptype --interrupt-only"
# Options come after "--", or this su would take those of the program for its own.
AS_USER = "XDG_RUNTIME_DIR=/tmp/user su -c 'exec \"$0\" \"$@\"' -- user"


def sleeps(bench, program):
    """Packets that come while it sleeps wake it by interrupt, and then it sleeps again."""
    def woken():
        if all(f"waked up from rx interrupt on port {port} queue 0" in program.output()
               for port in (0, 1)):
            return True
        # All that came is forwarded by now, so it sleeps.
        bench.generators_again()
        wait_done(bench)
        return False
    check.until(woken, "interrupt", 300, lambda: program.output()[-300:])
    program.wait(r"sleeps until interrupt triggers\s*\Z")


@case("dpdk/l3fwd-power on net_tinynf sleeps until packets come")
def _(bench):
    example(bench, "l3fwd-power", POWER, look=lambda program: sleeps(bench, program))


@case("vfio/net_tinynf forwards", quick=True)
def _(bench):
    forwards(bench, TINYNF, vfio=INTEL)


@case("vfio/net_tinynf spreads over two queues by RSS")
def _(bench):
    both_queues(forwards(bench, TINYNF, "--rxq=2 --txq=2 --rss-udp", vfio=INTEL))


@case("vfio/net_ixgbe forwards")
def _(bench):
    forwards(bench, IXGBE, vfio=INTEL)


@case("vfio/l3fwd-power on net_tinynf sleeps until packets come", quick=True)
def _(bench):
    example(bench, "l3fwd-power", POWER, vfio=INTEL, look=lambda program: sleeps(bench, program))


@case("vfio/net_tinynf reports link changes by interrupt")
def _(bench):
    link_changes(bench, TINYNF, vfio=INTEL)


def without_rights(bench, iommu):
    """All that a user needs are the group's device and hugepages."""
    guest = bench.userspace(GENERATORS, vfio=iommu)
    guest.run("mkdir -p /tmp/user/huge; chown user /tmp/user; "
              "grep -q /tmp/user/huge /proc/mounts || "
              "mount -t hugetlbfs -o uid=1000,mode=700 huge /tmp/user/huge; "
              "chown user /dev/vfio/[0-9]*; ulimit -l unlimited")
    check.equal(guest.run(f"{AS_USER} id -u"), "1000", "user")
    forwards(bench, TINYNF, more="--huge-dir /tmp/user/huge", vfio=iommu, environment=AS_USER)
    # They would be the next program's.
    guest.run("rm -f /tmp/user/huge/*")


@case("vfio/net_tinynf forwards for a user without rights", quick=True)
def _(bench):
    without_rights(bench, INTEL)


@case("vfio/net_tinynf forwards for a user without rights with an AMD IOMMU")
def _(bench):
    without_rights(bench, AMD)


@case("vfio/net_ixgbe forwards with an AMD IOMMU")
def _(bench):
    forwards(bench, IXGBE, vfio=AMD)


@case("vfio/net_tinynf reports link changes by interrupt with an AMD IOMMU")
def _(bench):
    link_changes(bench, TINYNF, vfio=AMD)
