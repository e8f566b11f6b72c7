/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* Bursts in groups of four packets, for any processor that DPDK runs on among x86's. */

#include <rte_config.h>

#if defined(RTE_ARCH_X86)

#include "tinynf_burst_x86.h"

#define TINYNF_BURST(name)  tinynf_ ## name ## _burst_sse
#define TINYNF_BURST_GROUP  4u
#define TINYNF_BURST_GROUPS

static inline bool
tinynf_rx_four(struct tinynf_rxq *rxq, uint32_t slot, struct rte_mbuf **pkts)
{
	return tinynf_x86_rx4(rxq, &rxq->agent.rx_desc[slot], &rxq->mbuf[slot], pkts,
			rxq->rx_masks, false);
}

static inline uint32_t
tinynf_rx_eights(struct tinynf_rxq *rxq, uint32_t slot, struct rte_mbuf **pkts, uint32_t n)
{
	return tinynf_rx_group(rxq, slot, pkts, n);
}

static inline uint32_t
tinynf_tx_eights(struct tinynf_rxq *rxq, const struct tinynf_output *out, uint32_t slot,
		struct rte_mbuf **pkts, uint32_t n)
{
	return tinynf_tx_group(rxq, out, slot, pkts, n, out->limit);
}

#include "tinynf_burst_template.h"

#endif /* RTE_ARCH_X86 */
