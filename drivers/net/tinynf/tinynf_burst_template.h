/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * The bursts of a variant, see tinynf_burst.h. Included once by each variant's file, which has
 * defined TINYNF_BURST(), TINYNF_BURST_GROUP and the functions for groups.
 */

/* Where bursts of more than one packet go on; without groups, all to the same place. */
static uint16_t rx_more(struct tinynf_rxq *rxq, struct rte_mbuf **pkts, uint16_t nb_pkts,
		uint32_t n);
static uint16_t tx_more(struct tinynf_txq *txq, struct rte_mbuf **pkts, uint16_t nb_pkts,
		struct tinynf_rxq *rxq, uint32_t n);
static uint16_t rx_wide(struct tinynf_rxq *rxq, struct rte_mbuf **pkts, uint16_t nb_pkts);
static uint16_t tx_wide(struct tinynf_txq *txq, struct rte_mbuf **pkts, uint16_t nb_pkts,
		struct tinynf_rxq *rxq);
#ifdef TINYNF_BURST_GROUPS
static uint16_t rx_few(struct tinynf_rxq *rxq, struct rte_mbuf **pkts, uint16_t nb_pkts);
static uint16_t rx_four(struct tinynf_rxq *rxq, struct rte_mbuf **pkts, uint16_t nb_pkts);
static uint16_t tx_few(struct tinynf_txq *txq, struct rte_mbuf **pkts, uint16_t nb_pkts,
		struct tinynf_rxq *rxq);
static uint16_t tx_four(struct tinynf_txq *txq, struct rte_mbuf **pkts, uint16_t nb_pkts,
		struct tinynf_rxq *rxq);
#else
#define rx_few   rx_wide
#define rx_four  rx_wide
#define tx_few   tx_wide
#define tx_four  tx_wide
#endif

#include "tinynf_burst_inline.h"

/* Usual packets one by one. Returns how many. */
static inline uint32_t
rx_each(struct tinynf_rxq *rxq, uint32_t pos, struct rte_mbuf **pkts, uint32_t n)
{
	struct tinynf_desc *const ring = rxq->agent.rx_desc;
	struct rte_mbuf *const *const mbuf = rxq->mbuf;
	const uint32_t mask = rxq->agent.mask;
	uint32_t i;

	for (i = 0; i < n; i++) {
		const uint32_t slot = (pos + i) & mask;
		struct tinynf_desc *d = &ring[slot];
		const uint32_t status = tinynf_rx_status(d);
		struct rte_mbuf *m;

		if (unlikely((status & rxq->rx_mask_flags) != TINYNF_RXS_USUAL))
			break;
		m = mbuf[slot];
		pkts[i] = m;
		tinynf_rx_put(rxq, m, d, status);
		if (unlikely(rxq->any_flags))
			m->ol_flags = tinynf_rx_flags(rxq, d->meta);
		d->meta = 0;
	}
	return i;
}

/* Usual packets one by one, into the next slots' places. Returns how many. */
static inline uint32_t
tx_each(struct tinynf_rxq *rxq, struct tinynf_output *out, uint32_t pos,
		struct rte_mbuf **pkts, uint32_t n, uint32_t limit)
{
	struct rte_mbuf *const *const mbuf = rxq->mbuf;
	uint32_t *const stale = rxq->agent.stale;
	struct tinynf_desc *const ring = out->desc;
	const uint32_t mask = rxq->agent.mask;
	uint32_t i;

	for (i = 0; i < n; i++) {
		const uint32_t slot = (pos + i) & mask;
		const struct rte_mbuf *m = pkts[i];
		uint32_t len;

		if (unlikely(m != mbuf[slot]) || unlikely(!tinynf_tx_usual(rxq, m)))
			break;
		len = m->data_len;
		if (unlikely(m->pkt_len != len) || unlikely(len - 1 >= limit))
			break;
		if (unlikely(stale[slot] != out->bit))
			tinynf_agent_clear_others(&rxq->agent, out, slot);
		ring[slot].meta = len | TINYNF_TXD_EOP | TINYNF_TXD_IFCS;
	}
	return i;
}

/* Usual packets after the first n, in any number. Returns all. */
static inline uint32_t
rx_run(struct tinynf_rxq *rxq, struct rte_mbuf **pkts, uint32_t nb_pkts, uint32_t n)
{
	const uint32_t pos = rxq->agent.received, size = rxq->agent.mask + 1;
	uint32_t rest, got, slot;

	for (;;) {
		if (nb_pkts - n >= TINYNF_BURST_GROUP) {
			slot = (pos + n) & rxq->agent.mask;
			n += tinynf_rx_group(rxq, slot, &pkts[n],
					RTE_MIN(nb_pkts - n, size - slot));
		}
		rest = RTE_MIN(nb_pkts - n, TINYNF_BURST_GROUP - 1);
		got = rx_each(rxq, pos + n, &pkts[n], rest);
		n += got;
		if (got != rest || n == nb_pkts)
			break;
	}
	return n;
}

/* Fewer than a group, or what whole groups left: n packets are taken. */
static __rte_noinline uint16_t
rx_more(struct tinynf_rxq *rxq, struct rte_mbuf **pkts, uint16_t nb_pkts, uint32_t n)
{
	if (rxq->any_flags)
		n += tinynf_rx_group_flags(rxq, &pkts[n], nb_pkts - n);
	n = rx_run(rxq, pkts, nb_pkts, n);
	if (unlikely(n == 0))
		return tinynf_rx_unusual(rxq, pkts, nb_pkts);
	return rx_end(rxq, rxq->door, n);
}

#ifdef TINYNF_BURST_GROUPS
/*
 * After n packets in groups, up to three; mostly there are no more, or no more were asked for.
 * What comes after them is for the next burst, unless it's on the other side of the ring's end.
 */
static __rte_noinline uint16_t
rx_last(struct tinynf_rxq *rxq, struct rte_mbuf **pkts, uint16_t nb_pkts, uint32_t n)
{
	const uint32_t mask = rxq->agent.mask, pos = rxq->agent.received;
	const uint32_t slot = (pos + n) & mask;

	if (nb_pkts - n >= 2 && slot != mask && likely(tinynf_rx_two(rxq, slot, &pkts[n])))
		n += 2;
	if (n != nb_pkts && likely(tinynf_rx_one(rxq, (pos + n) & mask, &pkts[n])))
		n++;
	if (unlikely(n == 0) || (n != nb_pkts && tinynf_rx_status(
			&rxq->agent.rx_desc[(pos + n) & mask]) & TINYNF_RXS_DD))
		return rx_more(rxq, pkts, nb_pkts, n);
	return rx_end(rxq, rxq->door, n);
}

/* The third of three. */
static __rte_noinline uint16_t
rx_third(struct tinynf_rxq *rxq, struct rte_mbuf **pkts)
{
	if (unlikely(!tinynf_rx_one(rxq, (rxq->agent.received + 2) & rxq->agent.mask, &pkts[2])))
		return rx_last(rxq, pkts, 3, 2);
	return rx_end(rxq, rxq->door, 3);
}

/* Two or three, or none. */
static __rte_noinline uint16_t
rx_few(struct tinynf_rxq *rxq, struct rte_mbuf **pkts, uint16_t nb_pkts)
{
	const uint32_t slot = rxq->agent.received & rxq->agent.mask;

	if (unlikely(nb_pkts == 0 || slot == rxq->agent.mask || !tinynf_rx_two(rxq, slot, pkts)))
		return rx_last(rxq, pkts, nb_pkts, 0);
	if (nb_pkts != 2)
		return rx_third(rxq, pkts);
	return rx_end(rxq, rxq->door, 2);
}

static __rte_noinline uint16_t
rx_tail(struct tinynf_rxq *rxq, struct rte_mbuf **pkts, uint16_t nb_pkts, uint32_t n)
{
	const uint32_t mask = rxq->agent.mask, slot = (rxq->agent.received + n) & mask;

	if (nb_pkts - n >= 4 && slot + 4 <= mask + 1 && tinynf_rx_four(rxq, slot, &pkts[n])) {
		n += 4;
		if (n == nb_pkts)
			return rx_end(rxq, rxq->door, n);
	}
	return rx_last(rxq, pkts, nb_pkts, n);
}

/* A group of four, and perhaps a few more. */
static __rte_noinline uint16_t
rx_four(struct tinynf_rxq *rxq, struct rte_mbuf **pkts, uint16_t nb_pkts)
{
	const uint32_t mask = rxq->agent.mask, slot = rxq->agent.received & mask;
	const bool taken = slot + 4 <= mask + 1 && tinynf_rx_four(rxq, slot, pkts);

	if (unlikely(!taken || nb_pkts != 4))
		return rx_tail(rxq, pkts, nb_pkts, taken ? 4 : 0);
	return rx_end(rxq, rxq->door, 4);
}

/* Groups of eight. */
static __rte_noinline uint16_t
rx_wide(struct tinynf_rxq *rxq, struct rte_mbuf **pkts, uint16_t nb_pkts)
{
	const uint32_t mask = rxq->agent.mask, slot = rxq->agent.received & mask;
	uint32_t n;

#ifdef TINYNF_BURST_EIGHT
	if (nb_pkts == 8 && slot + 8 <= mask + 1) {
		if (unlikely(!tinynf_rx_eight(rxq, slot, pkts)))
			return rx_tail(rxq, pkts, nb_pkts, 0);
		return rx_end(rxq, rxq->door, 8);
	}
#endif
	n = tinynf_rx_eights(rxq, slot, pkts, RTE_MIN(nb_pkts, mask + 1 - slot));
	if (unlikely(n != nb_pkts))
		return rx_tail(rxq, pkts, nb_pkts, n);
	return rx_end(rxq, rxq->door, n);
}
#else
static uint16_t
rx_wide(struct tinynf_rxq *rxq, struct rte_mbuf **pkts, uint16_t nb_pkts)
{
	return rx_more(rxq, pkts, nb_pkts, 0);
}
#endif

/* Usual packets after the first n, in any number. Returns all. */
static inline uint32_t
tx_run(struct tinynf_rxq *rxq, struct tinynf_output *out, struct rte_mbuf **pkts,
		uint32_t nb_pkts, uint32_t n, uint32_t limit)
{
	const uint32_t pos = rxq->agent.decided, size = rxq->agent.mask + 1;
	uint32_t rest, sent, slot;

	for (;;) {
		if (nb_pkts - n >= TINYNF_BURST_GROUP) {
			slot = (pos + n) & rxq->agent.mask;
			n += tinynf_tx_group(rxq, out, slot, &pkts[n],
					RTE_MIN(nb_pkts - n, size - slot), limit);
		}
		rest = RTE_MIN(nb_pkts - n, TINYNF_BURST_GROUP - 1);
		sent = tx_each(rxq, out, pos + n, &pkts[n], rest, limit);
		n += sent;
		if (sent != rest || n == nb_pkts)
			break;
	}
	return n;
}

/* Not all were usual: what is left after the first n. Slots of these aren't decided yet. */
static __rte_noinline uint16_t
tx_rest(struct tinynf_txq *txq, struct tinynf_rxq *rxq, struct tinynf_output *out,
		struct rte_mbuf **pkts, uint16_t nb_pkts, uint32_t n)
{
	uint32_t limit = out->limit, max = RTE_MIN(nb_pkts, tinynf_agent_held(&rxq->agent));

	n += tinynf_tx_harmless(rxq, out, &pkts[n], n, max - n, limit);
	if (n == 0) {
		max = nb_pkts == 0 ? 0 : tinynf_tx_reconsider(txq, pkts[0], &limit);
		if (max == 0)
			return tinynf_tx_general(txq, pkts, nb_pkts);
		max = RTE_MIN(nb_pkts, max);
		rxq = txq->gate->rxq;
		out = atomic_load_explicit(&txq->output, memory_order_relaxed);
		n = tx_run(rxq, out, pkts, max, 0, limit);
		n += tinynf_tx_harmless(rxq, out, &pkts[n], n, max - n, limit);
		if (n == 0)
			return tinynf_tx_general(txq, pkts, nb_pkts);
	}
	tx_end(txq, rxq, out, n);
	if (n == nb_pkts)
		return n;
	return n + tinynf_tx_general(txq, &pkts[n], nb_pkts - n);
}

/* Fewer than a group, or what whole groups left: n packets are in the ring. */
static __rte_noinline uint16_t
tx_more(struct tinynf_txq *txq, struct rte_mbuf **pkts, uint16_t nb_pkts,
		struct tinynf_rxq *rxq, uint32_t n)
{
	struct tinynf_output *out = atomic_load_explicit(&txq->output, memory_order_relaxed);
	const uint32_t max = RTE_MIN(nb_pkts, tinynf_agent_held(&rxq->agent));

	if (n < max && likely(tinynf_tx_usual(rxq, pkts[n])))
		n = tx_run(rxq, out, pkts, max, n, out->limit);
	if (unlikely(n != nb_pkts || n == 0))
		return tx_rest(txq, rxq, out, pkts, nb_pkts, n);
	return tx_end(txq, rxq, out, n);
}

/* One usual packet, if it is the slot's. */
static inline bool
tx_one(const struct tinynf_rxq *rxq, const struct tinynf_output *out, size_t slot,
		const struct rte_mbuf *m)
{
	const uint16_t len = m->data_len;

	if (unlikely(m != rxq->mbuf[slot]) || unlikely(!tinynf_tx_usual(rxq, m)) ||
			unlikely(m->pkt_len != len) || unlikely(len - 1u >= out->limit) ||
			unlikely(rxq->agent.stale[slot] != out->bit))
		return false;
	out->desc[slot].meta = len | TINYNF_TXD_EOP | TINYNF_TXD_IFCS;
	return true;
}

#ifdef TINYNF_BURST_GROUPS
/* After n packets in groups, up to three. So many are held. */
static __rte_noinline uint16_t
tx_last(struct tinynf_txq *txq, struct rte_mbuf **pkts, uint16_t nb_pkts,
		struct tinynf_rxq *rxq, uint32_t n)
{
	struct tinynf_output *out = atomic_load_explicit(&txq->output, memory_order_relaxed);
	const uint32_t mask = rxq->agent.mask, pos = rxq->agent.decided;
	const uint32_t slot = (pos + n) & mask;

	if (nb_pkts - n >= 2 && slot != mask && likely(tinynf_tx_two(rxq, out, slot, &pkts[n])))
		n += 2;
	if (n != nb_pkts && likely(tx_one(rxq, out, (pos + n) & mask, pkts[n])))
		n++;
	if (unlikely(n != nb_pkts) || unlikely(n == 0))
		return tx_more(txq, pkts, nb_pkts, rxq, n);
	return tx_end(txq, rxq, out, n);
}

/* The third of three. */
static __rte_noinline uint16_t
tx_third(struct tinynf_txq *txq, struct rte_mbuf **pkts, struct tinynf_rxq *rxq)
{
	struct tinynf_output *out = atomic_load_explicit(&txq->output, memory_order_relaxed);

	if (unlikely(!tx_one(rxq, out, (rxq->agent.decided + 2) & rxq->agent.mask, pkts[2])))
		return tx_more(txq, pkts, 3, rxq, 2);
	return tx_end(txq, rxq, out, 3);
}

/* Two or three, or none. */
static __rte_noinline uint16_t
tx_few(struct tinynf_txq *txq, struct rte_mbuf **pkts, uint16_t nb_pkts,
		struct tinynf_rxq *rxq)
{
	struct tinynf_output *out = atomic_load_explicit(&txq->output, memory_order_relaxed);
	const uint32_t mask = rxq->agent.mask, slot = rxq->agent.decided & mask;

	if (unlikely(nb_pkts > tinynf_agent_held(&rxq->agent)))
		return tx_more(txq, pkts, nb_pkts, rxq, 0);
	if (unlikely(nb_pkts == 0 || slot == mask || !tinynf_tx_two(rxq, out, slot, pkts)))
		return tx_last(txq, pkts, nb_pkts, rxq, 0);
	if (nb_pkts != 2)
		return tx_third(txq, pkts, rxq);
	return tx_end(txq, rxq, out, 2);
}

/* So many are held. */
static __rte_noinline uint16_t
tx_tail(struct tinynf_txq *txq, struct rte_mbuf **pkts, uint16_t nb_pkts,
		struct tinynf_rxq *rxq, uint32_t n)
{
	struct tinynf_output *out = atomic_load_explicit(&txq->output, memory_order_relaxed);
	const uint32_t mask = rxq->agent.mask, slot = (rxq->agent.decided + n) & mask;

	if (nb_pkts - n >= 4) {
		if (unlikely(slot + 4 > mask + 1 || !tinynf_tx_four(rxq, out, slot, &pkts[n])))
			return tx_more(txq, pkts, nb_pkts, rxq, n);
		n += 4;
		if (n == nb_pkts)
			return tx_end(txq, rxq, out, n);
	}
	return tx_last(txq, pkts, nb_pkts, rxq, n);
}

/* A group of four, and perhaps a few more. */
static __rte_noinline uint16_t
tx_four(struct tinynf_txq *txq, struct rte_mbuf **pkts, uint16_t nb_pkts,
		struct tinynf_rxq *rxq)
{
	struct tinynf_output *out = atomic_load_explicit(&txq->output, memory_order_relaxed);
	const uint32_t mask = rxq->agent.mask, slot = rxq->agent.decided & mask;

	if (unlikely(nb_pkts > tinynf_agent_held(&rxq->agent) || slot + 4 > mask + 1 ||
			!tinynf_tx_four(rxq, out, slot, pkts)))
		return tx_more(txq, pkts, nb_pkts, rxq, 0);
	if (unlikely(nb_pkts != 4))
		return tx_tail(txq, pkts, nb_pkts, rxq, 4);
	return tx_end(txq, rxq, out, 4);
}

/* Groups of eight. */
static __rte_noinline uint16_t
tx_wide(struct tinynf_txq *txq, struct rte_mbuf **pkts, uint16_t nb_pkts,
		struct tinynf_rxq *rxq)
{
	struct tinynf_output *out = atomic_load_explicit(&txq->output, memory_order_relaxed);
	const uint32_t mask = rxq->agent.mask, slot = rxq->agent.decided & mask;
	uint32_t n;

	if (unlikely(nb_pkts > tinynf_agent_held(&rxq->agent)))
		return tx_more(txq, pkts, nb_pkts, rxq, 0);
#ifdef TINYNF_BURST_EIGHT
	if (nb_pkts == 8 && slot + 8 <= mask + 1) {
		if (unlikely(!tinynf_tx_eight(rxq, out, slot, pkts)))
			return tx_more(txq, pkts, nb_pkts, rxq, 0);
		return tx_end(txq, rxq, out, 8);
	}
#endif
	n = tinynf_tx_eights(rxq, out, slot, pkts, RTE_MIN(nb_pkts, mask + 1 - slot));
	if (unlikely(n != nb_pkts))
		return nb_pkts - n >= 8 ? tx_more(txq, pkts, nb_pkts, rxq, n) :
			tx_tail(txq, pkts, nb_pkts, rxq, n);
	return tx_end(txq, rxq, out, n);
}
#else
static uint16_t
tx_wide(struct tinynf_txq *txq, struct rte_mbuf **pkts, uint16_t nb_pkts,
		struct tinynf_rxq *rxq)
{
	return tx_more(txq, pkts, nb_pkts, rxq, 0);
}
#endif

const struct tinynf_burst_parts TINYNF_BURST(parts) = {
	rx_more, rx_few, rx_four, rx_wide, tx_more, tx_few, tx_four, tx_wide,
};
