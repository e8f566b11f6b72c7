/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* One port on a software 82599 in strict mode, its pool and what it receives. */

#ifndef TINYNF_TEST_CONTROL_PORT_H
#define TINYNF_TEST_CONTROL_PORT_H

#include "pmd.h"

#define MBUFS      4096
#define RING       256
#define DEVICE     "net_tinynf5"
#define QUIET_MS   150
#define SLOWLY   "rate=100000,"

/** A port with queues, not started; closed by port_close. */
static inline int
port_open(const char *args, uint16_t queues, const struct rte_eth_conf *conf)
{
	static const struct rte_eth_conf plain;
	uint16_t port, q;

	port_leave(DEVICE);
	CHECK_RET(rte_eal_hotplug_add("vdev", DEVICE, args) == 0, -1);
	CHECK_RET(rte_eth_dev_get_port_by_name(DEVICE, &port) == 0, -1);
	CHECK_RET(rte_eth_dev_configure(port, queues, 1, conf != NULL ? conf : &plain) == 0, -1);
	for (q = 0; q < queues; q++)
		CHECK_RET(rte_eth_rx_queue_setup(port, q, RING, 0, NULL, pool) == 0, -1);
	CHECK_RET(rte_eth_tx_queue_setup(port, 0, RING, 0, NULL) == 0, -1);
	return port;
}

/** Nothing was done against the manual and no mbuf is missing. */
static inline bool
port_close(int port)
{
	uint64_t violations = xstat(port, "wire_violations");
	uint64_t unknown = xstat(port, "wire_access_unknown");

	CHECK_RET(violations == 0, false);
	CHECK_RET(unknown == 0, false);
	CHECK_RET(rte_eal_hotplug_remove("vdev", DEVICE) == 0, false);
	CHECK_RET(rte_mempool_avail_count(pool) == MBUFS, false);
	return true;
}

/** Throw away what comes; @return how many in some milliseconds. The last one is kept. */
static inline unsigned int
arrivals(uint16_t port, uint16_t queue, unsigned int ms, struct rte_mbuf *last)
{
	const uint64_t end = rte_get_timer_cycles() + ms * rte_get_timer_hz() / 1000;
	struct rte_mbuf *m[32];
	unsigned int seen = 0;
	uint16_t n;

	while (rte_get_timer_cycles() < end) {
		n = rte_eth_rx_burst(port, queue, m, 32);
		if (n != 0 && last != NULL)
			*last = *m[n - 1];
		rte_pktmbuf_free_bulk(m, n);
		seen += n;
	}
	return seen;
}

/** Does anything come? A busy machine may take its time. */
static inline bool
arrives(uint16_t port, uint16_t queue, struct rte_mbuf *last)
{
	unsigned int tries;

	for (tries = 0; tries < 60000 / QUIET_MS; tries++)
		if (arrivals(port, queue, QUIET_MS, last) > 0)
			return true;
	return false;
}

/**
 * What was in the ring when something was set is gone after this: no more came since, or more
 * than a ring holds.
 */
static inline void
drain(uint16_t port)
{
	unsigned int empty = 0, seen = 0, n;

	while (empty < 3 && seen < 2 * RING) {
		n = arrivals(port, 0, 10, NULL);
		empty = n == 0 ? empty + 1 : 0;
		seen += n;
		rte_delay_us_sleep(1000);
	}
}

#endif /* TINYNF_TEST_CONTROL_PORT_H */
