/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* Bursts in plain C: what the others are compared with. */

#include "tinynf_burst.h"

#ifndef TINYNF_BURST /* a program that inlines them has names of its own */
#define TINYNF_BURST(name)  tinynf_ ## name ## _burst_c
#endif
#define TINYNF_BURST_GROUP  UINT32_MAX

static inline void
tinynf_rx_put(const struct tinynf_rxq *rxq, struct rte_mbuf *m, const struct tinynf_desc *d,
		uint32_t status __rte_unused)
{
	tinynf_rx_fill(rxq, m, d->meta);
}

static inline bool
tinynf_tx_usual(const struct tinynf_rxq *rxq, const struct rte_mbuf *m)
{
	return ((tinynf_rearm_get(m) ^ rxq->usual[0]) |
			(m->ol_flags & rxq->usual_mask[1])) == 0;
}

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
