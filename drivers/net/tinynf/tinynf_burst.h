/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef TINYNF_BURST_H
#define TINYNF_BURST_H

/**
 * @file
 * The fast pass of bursts: packets as usual, in order, by the thread that polls. Everything
 * else is tinynf_rx.c's and tinynf_tx.c's. This is what all variants share; each variant is a
 * file that defines
 *   TINYNF_BURST(name)       the names of its functions,
 *   TINYNF_BURST_GROUP       the smallest number of packets that it takes at once,
 *   tinynf_rx_one()          takes one received packet without ol_flags,
 *   tinynf_rx_put()          fills in one received packet,
 *   tinynf_rx_group()        takes received packets in groups,
 *   tinynf_rx_group_flags()  does it where packets may have ol_flags,
 *   tinynf_tx_usual()        looks at one packet,
 *   tinynf_tx_group()        puts packets into a transmit ring in groups
 * (and TINYNF_BURST_GROUPS, if it has tinynf_rx_four(), tinynf_tx_four() for four packets and
 * tinynf_rx_eights(), tinynf_tx_eights() for eight and more; TINYNF_BURST_EIGHT, if it has
 * tinynf_rx_eight(), tinynf_tx_eight() for exactly eight)
 * and includes tinynf_burst_template.h. Short bursts have code of their own: there, each
 * instruction that isn't a packet's counts.
 */

#include "tinynf_queue.h"
#include "tinynf_switch.h"
#include "tinynf_tx_check.h"

/** Status bits of a received packet, in the upper half of the descriptor's second word. */
#define TINYNF_RXS_DD      ((uint32_t)(TINYNF_RXD_DD >> TINYNF_RXD_STATUS_SHIFT))
#define TINYNF_RXS_EOP     ((uint32_t)(TINYNF_RXD_EOP >> TINYNF_RXD_STATUS_SHIFT))
#define TINYNF_RXS_USUAL   (TINYNF_RXS_DD | TINYNF_RXS_EOP)

/** A branch that may be taken often, but not where a jump costs most. */
#if defined(__has_builtin)
#if __has_builtin(__builtin_expect_with_probability)
#define TINYNF_SELDOM(x)   __builtin_expect_with_probability(!!(x), 0, 0.55)
#endif
#endif
#ifndef TINYNF_SELDOM
#define TINYNF_SELDOM(x)   unlikely(x)
#endif

/* tinynf_burst_*.c: ethdev's bursts. */
uint16_t tinynf_rx_burst_c(void *rxq, struct rte_mbuf **pkts, uint16_t nb_pkts);
uint16_t tinynf_tx_burst_c(void *txq, struct rte_mbuf **pkts, uint16_t nb_pkts);
uint16_t tinynf_rx_burst_sse(void *rxq, struct rte_mbuf **pkts, uint16_t nb_pkts);
uint16_t tinynf_tx_burst_sse(void *txq, struct rte_mbuf **pkts, uint16_t nb_pkts);
uint16_t tinynf_rx_burst_avx2(void *rxq, struct rte_mbuf **pkts, uint16_t nb_pkts);
uint16_t tinynf_tx_burst_avx2(void *txq, struct rte_mbuf **pkts, uint16_t nb_pkts);

/* tinynf_rx.c, tinynf_tx.c: the rest of a burst. They leave the fast pass. */
uint16_t tinynf_rx_unusual(struct tinynf_rxq *rxq, struct rte_mbuf **pkts, uint16_t nb_pkts);
uint16_t tinynf_rx_general(struct tinynf_rxq *rxq, struct rte_mbuf **pkts, uint16_t nb_pkts,
		struct tinynf_gate *gate);
uint16_t tinynf_tx_general(struct tinynf_txq *txq, struct rte_mbuf **pkts, uint16_t nb_pkts);
/** Packets were put into the ring of @p out; doorbells are due. @return @p n */
uint16_t tinynf_tx_duties(struct tinynf_txq *txq, struct tinynf_output *out, uint32_t n,
		struct tinynf_rxq *rxq);
/**
 * None of a burst's packets was usual for the agent that sent here last. Perhaps they are for
 * another one (then txq->gate becomes its), or if the output is asked.
 * @return how many may be tried, with *@p limit; 0 if only tinynf_tx_general() can help.
 */
uint16_t tinynf_tx_reconsider(struct tinynf_txq *txq, struct rte_mbuf *m, uint32_t *limit);

/**
 * The next packets, as usual but for flags that ask for nothing: applications say which IP
 * version a packet is, or forget where it came from. Slots before @p pos of these bursts aren't
 * decided yet. @return how many of @p n were put into the ring.
 */
uint32_t tinynf_tx_harmless(struct tinynf_rxq *rxq, struct tinynf_output *out,
		struct rte_mbuf **pkts, uint32_t pos, uint32_t n, uint32_t limit);

extern const struct tinynf_burst_parts tinynf_parts_burst_c;
extern const struct tinynf_burst_parts tinynf_parts_burst_sse;
extern const struct tinynf_burst_parts tinynf_parts_burst_avx2;

/** Bits of the checksum results in a descriptor, as an index into the queue's tables. */
static inline uint32_t
tinynf_rx_result(uint64_t meta)
{
	return (meta >> 36 & 0x7) | (meta >> 46 & 0x3) << 3;
}

/** Status, errors and VLAN tag of a descriptor; acquires the rest of it if DD is set. */
static inline uint32_t
tinynf_rx_status(const struct tinynf_desc *d)
{
	return __atomic_load_n((const uint32_t *)&d->meta + 1, __ATOMIC_ACQUIRE);
}

/** The fields of a received packet that differ each time: 16 bytes from packet_type on. */
static inline void
tinynf_rx_fill(const struct tinynf_rxq *rxq, struct rte_mbuf *m, uint64_t meta)
{
	const uint16_t len = meta >> TINYNF_RXD_LEN_SHIFT;
	uint64_t *fields = (uint64_t *)m->rx_descriptor_fields1;

	fields[0] = rxq->ptype[meta >> TINYNF_RXD_STATUS_SHIFT & 0xff] | (uint64_t)len << 32;
	fields[1] = len | (uint32_t)(meta >> 32 & 0xffff0000);
}

static inline uint64_t
tinynf_rx_flags(const struct tinynf_rxq *rxq, uint64_t meta)
{
	return rxq->ol_flags[tinynf_rx_result(meta)] | (meta & TINYNF_RXD_VP ? rxq->vlan_flags : 0);
}

/** data_len. A compiler that knows it to have 16 bits only extends it more than once. */
static inline uint32_t
tinynf_tx_len(const struct rte_mbuf *m)
{
	uint32_t len = m->data_len;

	__asm__ ("" : "+r" (len));
	return len;
}

/** The mbuf of a slot, by tinynf_agent_twice(). */
static inline struct rte_mbuf *
tinynf_twice_mbuf(const struct tinynf_rxq *rxq, size_t twice)
{
	return *(struct rte_mbuf *const *)((const uint8_t *)rxq->mbuf +
			twice * (sizeof(rxq->mbuf[0]) / 2));
}

static inline void
tinynf_rx_leave(struct tinynf_gate *gate)
{
	atomic_store_explicit(&gate->polling, 0, memory_order_release);
}

static inline void
tinynf_tx_leave(struct tinynf_txq *txq)
{
	atomic_store_explicit(&txq->busy, NULL, memory_order_release);
}

#endif /* TINYNF_BURST_H */
