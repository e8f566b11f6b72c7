/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef TINYNF_SWITCH_H
#define TINYNF_SWITCH_H

/**
 * @file
 * What programs that were compiled with the switch need of the driver: the bursts' way in and,
 * for what they inline, the rest of them.
 */

#include <stdint.h>

#include <rte_config.h>

struct rte_eth_dev;
struct rte_mbuf;
struct tinynf_agent;
struct tinynf_gate;
struct tinynf_output;
struct tinynf_rxq;
struct tinynf_txq;

/**
 * What a variant of the bursts does beyond tinynf_burst_inline.h: bursts of up to 3 packets, up
 * to 7, more, and what is left after the first @p n. The fast pass is the caller's.
 */
struct tinynf_burst_parts {
	uint16_t (*rx_more)(struct tinynf_rxq *rxq, struct rte_mbuf **pkts, uint16_t nb_pkts,
			uint32_t n);
	uint16_t (*rx_few)(struct tinynf_rxq *rxq, struct rte_mbuf **pkts, uint16_t nb_pkts);
	uint16_t (*rx_four)(struct tinynf_rxq *rxq, struct rte_mbuf **pkts, uint16_t nb_pkts);
	uint16_t (*rx_wide)(struct tinynf_rxq *rxq, struct rte_mbuf **pkts, uint16_t nb_pkts);
	uint16_t (*tx_more)(struct tinynf_txq *txq, struct rte_mbuf **pkts, uint16_t nb_pkts,
			struct tinynf_rxq *rxq, uint32_t n);
	uint16_t (*tx_few)(struct tinynf_txq *txq, struct rte_mbuf **pkts, uint16_t nb_pkts,
			struct tinynf_rxq *rxq);
	uint16_t (*tx_four)(struct tinynf_txq *txq, struct rte_mbuf **pkts, uint16_t nb_pkts,
			struct tinynf_rxq *rxq);
	uint16_t (*tx_wide)(struct tinynf_txq *txq, struct rte_mbuf **pkts, uint16_t nb_pkts,
			struct tinynf_rxq *rxq);
};

/** The one symbol that such programs use. */
struct tinynf_switch {
	/** Program or driver: equal if they agree about every structure. First, for ever. */
	uint64_t layout;
	/**
	 * ethdev's arrays of started ports, by queue. Ports that are none of the driver's, or not
	 * started, have callbacks on all queues: so one look at these finds out both.
	 */
	void *const *rx_callbacks[RTE_MAX_ETHPORTS];
	void *const *tx_callbacks[RTE_MAX_ETHPORTS];
	void *const *rx_queues[RTE_MAX_ETHPORTS];
	void *const *tx_queues[RTE_MAX_ETHPORTS];
	/** Of the variant that the processor is best at. */
	struct tinynf_burst_parts parts;
	uint16_t (*rx_general)(struct tinynf_rxq *rxq, struct rte_mbuf **pkts,
			uint16_t nb_pkts, struct tinynf_gate *gate);
	uint16_t (*tx_general)(struct tinynf_txq *txq, struct rte_mbuf **pkts, uint16_t nb_pkts);
	uint16_t (*tx_duties)(struct tinynf_txq *txq, struct tinynf_output *out, uint32_t n,
			struct tinynf_rxq *rxq);
	/** Those that ports of the driver have. */
	uint16_t (*rx_burst)(void *queue, struct rte_mbuf **pkts, uint16_t nb_pkts);
	uint16_t (*tx_burst)(void *queue, struct rte_mbuf **pkts, uint16_t nb_pkts);
	uint16_t (*tx_prepare)(void *queue, struct rte_mbuf **pkts, uint16_t nb_pkts);
};

#ifdef __cplusplus
extern "C" {
#endif
extern struct tinynf_switch rte_pmd_tinynf_switch;
#ifdef __cplusplus
}
#endif

/** Changes when what bursts do changes, though no structure does. */
#ifndef TINYNF_SWITCH_VERSION
#define TINYNF_SWITCH_VERSION  UINT64_C(5)
#endif

/** Of the structures that are known where this is used. */
#define TINYNF_SWITCH_LAYOUT \
	(TINYNF_SWITCH_VERSION << 56 ^ (uint64_t)RTE_VERSION << 24 ^ \
	(uint64_t)RTE_MAX_ETHPORTS << 20 ^ sizeof(struct tinynf_rxq) ^ \
	sizeof(struct tinynf_txq) << 5 ^ sizeof(struct tinynf_agent) << 9 ^ \
	sizeof(struct tinynf_gate) << 13 ^ sizeof(struct tinynf_output) << 15 ^ \
	offsetof(struct tinynf_rxq, rdt) << 17 ^ offsetof(struct tinynf_agent, output) << 19 ^ \
	offsetof(struct tinynf_rxq, usual) << 21)

/* tinynf_switch.c: from when to when bursts of a port may be inlined. */
void tinynf_switch_on(const struct rte_eth_dev *dev);
void tinynf_switch_off(const struct rte_eth_dev *dev);

#endif /* TINYNF_SWITCH_H */
