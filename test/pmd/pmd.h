/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* What the tests through ethdev share: EAL and a pool, waiting, counters. */

#ifndef TINYNF_TEST_PMD_H
#define TINYNF_TEST_PMD_H

#include <rte_cycles.h>
#include <rte_dev.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>

#include "check.h"
#include "eal.h"

/** Whatever is waited for comes within this time, also on a busy machine. */
#define LIMIT_S  60

static struct rte_mempool *pool;

static inline uint64_t
deadline(void)
{
	return rte_get_timer_cycles() + LIMIT_S * rte_get_timer_hz();
}

static inline bool
late(uint64_t end)
{
	return rte_get_timer_cycles() > end;
}

/** UINT64_MAX if there is none of this name. */
static inline uint64_t
xstat(uint16_t port, const char *name)
{
	uint64_t id, value = UINT64_MAX;

	if (rte_eth_xstats_get_id_by_name(port, name, &id) == 0)
		rte_eth_xstats_get_by_id(port, &id, &value, 1);
	return value;
}

static inline bool
link_wait(uint16_t port, bool up)
{
	const uint64_t end = deadline();
	struct rte_eth_link link;

	do {
		CHECK_RET(!late(end), false);
		rte_delay_us_sleep(1000);
		CHECK_RET(rte_eth_link_get_nowait(port, &link) == 0, false);
	} while (link.link_status != up);
	return true;
}

/** Forward from the first queue of a port to that of another until so many came. */
static inline bool
forward(uint16_t from, uint16_t to, unsigned int packets)
{
	const uint64_t end = deadline();
	struct rte_mbuf *m[32];
	unsigned int seen = 0;
	uint16_t n, sent;

	while (seen < packets) {
		CHECK_RET(!late(end), false);
		n = rte_eth_rx_burst(from, 0, m, 32);
		sent = rte_eth_tx_burst(to, 0, m, n);
		rte_pktmbuf_free_bulk(&m[sent], n - sent);
		seen += n;
	}
	return true;
}

/** Unplug what a failed case may have left. */
static inline bool
port_leave(const char *name)
{
	uint16_t port;

	return rte_eth_dev_get_port_by_name(name, &port) != 0 ||
		rte_eal_hotplug_remove("vdev", name) == 0;
}

/** The pool of most tests. */
static inline bool
pool_create(unsigned int mbufs)
{
	pool = rte_pktmbuf_pool_create("tests", mbufs, 0, 0, RTE_MBUF_DEFAULT_BUF_SIZE, 0);
	return pool != NULL;
}

/** Start EAL with one lcore and so many MB, and make the pool, unless cases are only listed. */
static inline bool
pmd_init(int argc, char **argv, const char *megabytes, unsigned int mbufs)
{
	const char *const eal[] = { "test_pmd", "-m", megabytes, "-l", "0" };

	check_init(argc, argv);
	return check_ctx.list || (test_eal_init(RTE_DIM(eal), eal) && pool_create(mbufs));
}

#endif /* TINYNF_TEST_PMD_H */
