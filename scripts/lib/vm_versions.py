# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""DPDK of later Debian releases in the guest: its own driver, and net_tinynf built with it."""

from version_root import RELEASES
from vm_bench import case
from vm_dpdk import IXGBE, LOG, TINYNF, both_queues, forwards, link_changes

VECTOR = "Vector tx enabled"


def cases(version):
    shown = rf"RTE Version: 'DPDK {version}[\s\S]*"

    @case(f"{version}/net_tinynf forwards")
    def _(bench):
        forwards(bench, TINYNF, more="-v", expect=shown, version=version)

    @case(f"{version}/net_tinynf spreads over two queues by RSS")
    def _(bench):
        both_queues(forwards(bench, TINYNF, "--rxq=2 --txq=2 --rss-udp", version=version))

    @case(f"{version}/net_tinynf reports link changes by interrupt")
    def _(bench):
        link_changes(bench, TINYNF, version=version)

    @case(f"{version}/net_ixgbe forwards with its vector code")
    def _(bench):
        forwards(bench, IXGBE, more=f"-v {LOG}", expect=shown + VECTOR, version=version)

    @case(f"{version}/net_ixgbe forwards with its scalar code")
    def _(bench):
        forwards(bench, IXGBE, more=f"{LOG} --force-max-simd-bitwidth=64",
                 expect=rf"^(?![\s\S]*{VECTOR})", version=version)


for VERSION in RELEASES:
    cases(VERSION)
