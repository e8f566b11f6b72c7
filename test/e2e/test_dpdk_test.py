# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""DPDK's own dpdk-test, as the distribution ships it, on software 82599s.

Of its autotests these have to do with ethdev ports and are not here:

  link_bonding_autotest, link_bonding_mode4_autotest, link_bonding_rssconf_autotest
                                      bond virtual ports and rings of their own, take no other
  ring_pmd_perf_autotest              measures net_ring ports of its own
  pmd_perf_autotest                   generates its packets from a pool; not in the program
  kni_autotest                        wants the rte_kni kernel module
  inline_ipsec_autotest, inline_ipsec_sg_autotest, event_inline_ipsec_autotest
                                      want security offload; not in the program
  event_timer_adapter_test            uses no port, only ethdev's headers

All others take no port.
"""

import re
import shutil
import subprocess

import check
from e2e import App

# Autotest: number of ports, memory in MB. The event adapter's makes a pool of 524288 mbufs for
# each port.
AUTOTESTS = {
    "ethdev_api": (2, 512),  # since DPDK 23.03
    "ethdev_link_status": (2, 512),
    "event_eth_rx_adapter_autotest": (1, 3000),
    "event_eth_rx_intr_adapter_autotest": (1, 3000),
    "event_eth_tx_adapter_autotest": (2, 512),
    "pcapng_autotest": (2, 512),
    # These put callbacks on all ports, or count them.
    "bitratestats_autotest": (2, 512),
    "latencystats_autotest": (2, 512),
    "pdump_autotest": (2, 512),
    "ring_pmd_autotest": (2, 512),
}
DUMPS = ("dump_physmem", "dump_memzone", "dump_struct_sizes", "dump_ring", "dump_mempool",
         "dump_malloc_stats", "dump_malloc_heaps", "dump_devargs", "dump_log_types")


def available():
    """Memory that programs can still have, in MB."""
    with open("/proc/meminfo") as f:
        return int(re.search(r"MemAvailable:\s+(\d+)", f.read())[1]) // 1024


def run(commands, ports, memory, after):
    """Type commands into dpdk-test. @return its output, each software 82599 being well."""
    # Far more than is used: without hugepages, so that it is only address space.
    vdevs = [f"net_tinynf{n},rate=10000" for n in range(ports)]
    eal = ["--no-huge", "--no-telemetry"] if memory > 1024 else ["--no-telemetry"]
    with App("dpdk-test", vdevs, [], lcores="0@0,1@1,2@0,3@1", memory=memory, eal=eal,
             stdin=subprocess.PIPE) as app:
        app.wait_log("RTE>>")
        for command in commands:
            app.type(command)
        app.wait_log(after, 120)
        app.type("quit")
        check.equal(app.join(), 0, "exit status of dpdk-test")
        app.judge(returned=False)
        return app.log()


def has(name):
    """Whether this release's dpdk-test knows an autotest. Asking it would start EAL."""
    with open(shutil.which("dpdk-test"), "rb") as f:
        return name.encode() + b"\0" in f.read()


def autotest(name, ports, memory):
    if not has(name):
        check.skip("the distribution's dpdk-test is older than this autotest")
    if memory > 1024 and available() < 2000:
        check.skip(f"its pools want 1300 MB; {available()} MB are free")
    log = run([name], ports, memory, r"Test (OK|Failed|Skipped)")
    failed = re.findall(r"(?:Test assert|TestCase).*failed.*", log)
    check.true("Test OK" in log, f"not OK: {' | '.join(failed)[:300] or log[-300:]}")
    passed = re.search(r"Tests Passed\s*:\s*(\d+)", log)
    check.true(passed is None or int(passed[1]) > 0, "no test of it passed")


for test, (count, size) in AUTOTESTS.items():
    check.add(f"dpdk-test/{test}", autotest, test, count, size)


@check.case("dpdk-test/dump commands")
def dumps():
    log = run(DUMPS, 2, 512, r"(?s)dump_log_types.*net\.tinynf|dump_log_types.*RTE>>")
    check.true("net_tinynf1" in log, "the devices are not in the dump of device arguments")


check.main()
