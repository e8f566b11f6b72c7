/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * Statistics of one queue as every version of DPDK gives them: by name. Up to 25.07 they are in
 * struct rte_eth_stats too, which later versions have without them.
 */

#ifndef TINYNF_TEST_QUEUE_STATS_H
#define TINYNF_TEST_QUEUE_STATS_H

#include <stdio.h>

#include "pmd.h"

/** @return e.g. rx_q3_packets, or UINT64_MAX if there is no such statistic. */
static inline uint64_t
queue_stat(uint16_t port, const char *direction, unsigned int queue, const char *what)
{
	char name[RTE_ETH_XSTATS_NAME_SIZE];

	snprintf(name, sizeof(name), "%s_q%u_%s", direction, queue, what);
	return xstat(port, name);
}

#endif /* TINYNF_TEST_QUEUE_STATS_H */
