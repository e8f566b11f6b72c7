/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* Bursts in groups of four packets, for any processor that DPDK runs on among x86's. */

#include <rte_config.h>

#if defined(RTE_ARCH_X86)

#include "tinynf_burst_x86.h"

#define TINYNF_BURST(name)  tinynf_ ## name ## _burst_sse
#define TINYNF_BURST_GROUP  4u

/** Packets without ol_flags: where they may have some, none is usual. */
static inline uint32_t
tinynf_rx_group(struct tinynf_rxq *rxq, uint32_t slot, struct rte_mbuf **pkts, uint32_t n)
{
	return tinynf_x86_rx(rxq, slot, pkts, n, rxq->rx_mask, false);
}

static inline uint32_t
tinynf_tx_group(struct tinynf_rxq *rxq, const struct tinynf_output *out, uint32_t slot,
		struct rte_mbuf **pkts, uint32_t n, uint32_t limit)
{
	return tinynf_x86_tx(rxq, out, slot, pkts, n, limit);
}

#include "tinynf_burst_template.h"

#endif /* RTE_ARCH_X86 */
