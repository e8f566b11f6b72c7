/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef TINYNF_TX_CHECK_H
#define TINYNF_TX_CHECK_H

/**
 * @file
 * What may be transmitted, and how a packet becomes a legacy descriptor.
 */

#include <stdint.h>

#include "tinynf_events.h"

/** Offloads that legacy descriptors (and, for UDP, the driver) can do, by ol_flags. */
#define TINYNF_TX_FLAGS (RTE_MBUF_F_TX_VLAN | RTE_MBUF_F_TX_L4_MASK | \
		RTE_MBUF_F_TX_IPV4 | RTE_MBUF_F_TX_IPV6)
/** ol_flags that keep a packet off the fast path: the IP version alone asks for nothing. */
#define TINYNF_TX_NOT_PLAIN ((RTE_MBUF_F_TX_OFFLOAD_MASK & \
		~(RTE_MBUF_F_TX_IPV4 | RTE_MBUF_F_TX_IPV6)) | RTE_MBUF_F_INDIRECT | \
		RTE_MBUF_F_EXTERNAL)

/** Why a packet is refused. */
struct tinynf_tx_refusal {
	enum tinynf_event event;
	int err;             /**< Positive errno; 0: not refused. */
};

/**
 * May this packet be sent to a port that takes frames of up to @p max bytes? Doesn't look at
 * whose slot it is beyond its pool.
 */
struct tinynf_tx_refusal tinynf_tx_check(const struct rte_mbuf *m, uint32_t max);
/**
 * Second word of the legacy descriptor of a packet that was checked. Fills in a UDP checksum
 * in the packet if asked to.
 */
uint64_t tinynf_tx_meta(struct rte_mbuf *m);

/** ethdev's operation. */
uint16_t tinynf_tx_prepare(void *txq, struct rte_mbuf **pkts, uint16_t nb_pkts);

#endif /* TINYNF_TX_CHECK_H */
