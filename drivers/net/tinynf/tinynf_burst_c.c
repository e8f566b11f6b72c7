/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* Bursts in plain C: what the others are compared with. */

#include "tinynf_burst_c.h"

#define TINYNF_BURST(name)  tinynf_ ## name ## _burst_c
#define TINYNF_BURST_GROUP  UINT32_MAX

static inline uint32_t
tinynf_rx_group(struct tinynf_rxq *rxq __rte_unused, uint32_t slot __rte_unused,
		struct rte_mbuf **pkts __rte_unused, uint32_t n __rte_unused)
{
	return 0;
}

static inline uint32_t
tinynf_rx_group_flags(struct tinynf_rxq *rxq __rte_unused, struct rte_mbuf **pkts __rte_unused,
		uint32_t n __rte_unused)
{
	return 0;
}

static inline uint32_t
tinynf_tx_group(struct tinynf_rxq *rxq __rte_unused, struct tinynf_output *out __rte_unused,
		uint32_t slot __rte_unused, struct rte_mbuf **pkts __rte_unused,
		uint32_t n __rte_unused, uint32_t limit __rte_unused)
{
	return 0;
}

#include "tinynf_burst_template.h"
