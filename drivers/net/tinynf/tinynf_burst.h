/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef TINYNF_BURST_H
#define TINYNF_BURST_H

/**
 * @file
 * The fast pass of bursts: packets as usual, in order, by the thread that polls. Everything
 * else is tinynf_rx.c's and tinynf_tx.c's. This is the code that all variants share; each
 * variant is a file that defines
 *   TINYNF_BURST(name)  the names of its functions,
 *   tinynf_rx_group()   takes received packets in groups,
 *   tinynf_tx_group()   puts packets into a transmit ring in groups,
 * and includes this file. Short bursts have code of their own: there, each instruction that
 * isn't a packet's counts.
 */

#include "tinynf_queue.h"
#include "tinynf_tx_check.h"

/** From so many packets on, a burst is worth grouping. */
#define TINYNF_BURST_MANY  4
/** Slots ahead whose mbufs a short burst fetches. */
#define TINYNF_BURST_AHEAD 4

/** Status bits of a received packet, in the upper half of the descriptor's second word. */
#define TINYNF_RXS_DD      ((uint32_t)(TINYNF_RXD_DD >> TINYNF_RXD_STATUS_SHIFT))
#define TINYNF_RXS_EOP     ((uint32_t)(TINYNF_RXD_EOP >> TINYNF_RXD_STATUS_SHIFT))
#define TINYNF_RXS_USUAL   (TINYNF_RXS_DD | TINYNF_RXS_EOP)

/* tinynf_rx.c, tinynf_tx.c: the rest of a burst. They leave the fast pass. */
uint16_t tinynf_rx_unusual(struct tinynf_rxq *rxq, struct rte_mbuf **pkts, uint16_t nb_pkts);
uint16_t tinynf_rx_general(struct tinynf_rxq *rxq, struct tinynf_gate *gate,
		struct rte_mbuf **pkts, uint16_t nb_pkts);
uint16_t tinynf_tx_general(struct tinynf_txq *txq, struct rte_mbuf **pkts, uint16_t nb_pkts);
/** Doorbells and mirror are due. @return @p n */
uint16_t tinynf_tx_duties(struct tinynf_txq *txq, struct tinynf_rxq *rxq, uint16_t n);
/**
 * None of a burst's packets was usual for the agent that sent here last. Perhaps they are for
 * another one (then txq->gate becomes its), or if the output is asked.
 * @return how many may be tried, with *@p limit; 0 if only tinynf_tx_general() can help.
 */
uint16_t tinynf_tx_reconsider(struct tinynf_txq *txq, struct rte_mbuf *m, uint32_t *limit);

/** The compiler's own means to load only, where the instruction set is an old one. */
static inline void
tinynf_prefetch_write(const void *p)
{
#if defined(RTE_ARCH_X86)
	__asm__ volatile ("prefetchw %0" : : "m" (*(const uint8_t *)p));
#else
	__builtin_prefetch(p, 1, 3);
#endif
}

/** Bits of the checksum results in a descriptor, as an index into the queue's tables. */
static inline uint32_t
tinynf_rx_result(uint64_t meta)
{
	return (meta >> 36 & 0x7) | (meta >> 46 & 0x3) << 3;
}

/** The fields of a received packet that differ each time: 16 bytes from packet_type on. */
static inline void
tinynf_rx_fill(const struct tinynf_rxq *rxq, struct rte_mbuf *m, uint64_t meta)
{
	const uint16_t len = meta >> TINYNF_RXD_LEN_SHIFT;
	uint64_t *fields = (uint64_t *)m->rx_descriptor_fields1;

	fields[0] = rxq->ptype[tinynf_rx_result(meta) & 0x7] | (uint64_t)len << 32;
	fields[1] = len | (uint32_t)(meta >> 32 & 0xffff0000);
}

static inline uint64_t
tinynf_rx_flags(const struct tinynf_rxq *rxq, uint64_t meta)
{
	return rxq->ol_flags[tinynf_rx_result(meta)] | (meta & TINYNF_RXD_VP ? rxq->vlan_flags : 0);
}

/** Usual packets one by one, at most @p n. @return how many. */
static inline uint32_t
tinynf_rx_each(struct tinynf_rxq *rxq, uint32_t pos, struct rte_mbuf **pkts, uint32_t n,
		bool ahead)
{
	const uint32_t mask = rxq->agent.mask;
	uint32_t i;

	for (i = 0; i < n; i++) {
		const uint32_t slot = (pos + i) & mask;
		struct tinynf_desc *d = &rxq->agent.rx_desc[slot];
		const uint64_t meta = __atomic_load_n(&d->meta, __ATOMIC_ACQUIRE);
		struct rte_mbuf *m;

		if (((uint32_t)(meta >> TINYNF_RXD_STATUS_SHIFT) &
				(TINYNF_RXS_USUAL | rxq->unusual_rx)) != TINYNF_RXS_USUAL)
			break;
		m = rxq->mbuf[slot];
		if (ahead)
			tinynf_prefetch_write(rxq->mbuf[(slot + TINYNF_BURST_AHEAD) & mask]);
		d->meta = 0;
		pkts[i] = m;
		tinynf_rx_fill(rxq, m, meta);
		if (rxq->any_flags)
			m->ol_flags = tinynf_rx_flags(rxq, meta);
	}
	return i;
}

static inline void
tinynf_rx_leave(struct tinynf_gate *gate)
{
	atomic_store_explicit(&gate->polling, 0, memory_order_release);
}

/** @return whether an mbuf is as it was received but for its data. */
static inline bool
tinynf_tx_usual(const struct tinynf_rxq *rxq, const struct rte_mbuf *m, uint32_t limit)
{
	const uint64_t differs = (tinynf_rearm_get(m) ^ rxq->usual[0]) |
		(m->ol_flags & rxq->usual_mask[1]) | (m->pkt_len ^ m->data_len);

	return likely(differs == 0) && likely(m->pkt_len - 1 < limit);
}

/** Usual packets one by one, at most @p n, the next slots'. @return how many. */
static inline uint32_t
tinynf_tx_each(struct tinynf_rxq *rxq, struct tinynf_output *out, uint32_t pos,
		struct rte_mbuf **pkts, uint32_t n, uint32_t limit)
{
	struct tinynf_agent *a = &rxq->agent;
	const uint32_t mask = a->mask;
	uint32_t i;

	for (i = 0; i < n; i++) {
		const uint32_t slot = (pos + i) & mask;
		const struct rte_mbuf *m = pkts[i];

		if (unlikely(m != rxq->mbuf[slot]) || unlikely(!tinynf_tx_usual(rxq, m, limit)))
			break;
		if (unlikely(a->stale[slot] != out->bit))
			tinynf_agent_clear_others(a, out, slot);
		out->desc[slot].meta = m->data_len | TINYNF_TXD_EOP | TINYNF_TXD_IFCS;
	}
	return i;
}

static inline void
tinynf_tx_leave(struct tinynf_txq *txq)
{
	atomic_store_explicit(&txq->busy, NULL, memory_order_release);
}

#endif /* TINYNF_BURST_H */
