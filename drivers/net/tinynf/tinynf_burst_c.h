/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef TINYNF_BURST_C_H
#define TINYNF_BURST_C_H

/** @file One packet in plain C. */

#include "tinynf_burst.h"

static inline void
tinynf_rx_put(const struct tinynf_rxq *rxq, struct rte_mbuf *m, const struct tinynf_desc *d,
		uint32_t status __rte_unused)
{
	tinynf_rx_fill(rxq, m, d->meta);
}

static inline bool
tinynf_rx_one(const struct tinynf_rxq *rxq, size_t slot, struct rte_mbuf **pkts)
{
	struct tinynf_desc *d = &rxq->agent.rx_desc[slot];
	struct rte_mbuf *m;

	if (unlikely((tinynf_rx_status(d) & rxq->rx_mask) != TINYNF_RXS_USUAL))
		return false;
	m = rxq->mbuf[slot];
	pkts[0] = m;
	tinynf_rx_fill(rxq, m, d->meta);
	d->meta = 0;
	return true;
}

static inline bool
tinynf_tx_usual(const struct tinynf_rxq *rxq, const struct rte_mbuf *m)
{
	return ((tinynf_rearm_get(m) ^ rxq->usual[0]) |
			(m->ol_flags & rxq->usual_mask[1])) == 0;
}

#endif /* TINYNF_BURST_C_H */
