/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * The bursts of a variant, see tinynf_burst.h. Included once by each variant's file, which has
 * defined TINYNF_BURST(), TINYNF_BURST_GROUP and the two functions for groups.
 */

static inline uint32_t
rx_run(struct tinynf_rxq *rxq, struct rte_mbuf **pkts, uint32_t nb_pkts)
{
	const uint32_t pos = rxq->agent.received, size = rxq->agent.mask + 1;
	uint32_t n = 0, rest, got;

	do {
		const uint32_t slot = (pos + n) & rxq->agent.mask;

		n += tinynf_rx_group(rxq, slot, &pkts[n], RTE_MIN(nb_pkts - n, size - slot));
		rest = RTE_MIN(nb_pkts - n, TINYNF_BURST_GROUP - 1);
		got = tinynf_rx_each(rxq, pos + n, &pkts[n], rest, false);
		n += got;
	} while (got == rest && n != nb_pkts);
	return n;
}

static __rte_noinline uint16_t
rx_many(struct tinynf_rxq *rxq, struct rte_mbuf **pkts, uint16_t nb_pkts)
{
	const uint32_t n = rx_run(rxq, pkts, nb_pkts);

	if (unlikely(n == 0))
		return tinynf_rx_unusual(rxq, pkts, nb_pkts);
	rxq->agent.received += n;
	tinynf_rx_leave(rxq->door);
	return n;
}

uint16_t
TINYNF_BURST(rx)(void *queue, struct rte_mbuf **pkts, uint16_t nb_pkts)
{
	struct tinynf_rxq *rxq = queue;
	struct tinynf_gate *gate = atomic_load_explicit(&rxq->door, memory_order_relaxed);
	uint32_t n;

	atomic_store_explicit(&gate->polling, 1, memory_order_relaxed);
	if (unlikely(!tinynf_gate_is_fast(gate)))
		return tinynf_rx_general(rxq, gate, pkts, nb_pkts);
	if (nb_pkts >= TINYNF_BURST_MANY)
		return rx_many(rxq, pkts, nb_pkts);
	n = tinynf_rx_each(rxq, rxq->agent.received, pkts, nb_pkts, true);
	if (n == 0)
		return tinynf_rx_unusual(rxq, pkts, nb_pkts);
	rxq->agent.received += n;
	tinynf_rx_leave(gate);
	return n;
}

static inline uint32_t
tx_run(struct tinynf_rxq *rxq, struct tinynf_output *out, struct rte_mbuf **pkts,
		uint32_t nb_pkts, uint32_t limit)
{
	const uint32_t pos = rxq->agent.decided, size = rxq->agent.mask + 1;
	uint32_t n = 0, rest, sent;

	do {
		const uint32_t slot = (pos + n) & rxq->agent.mask;

		n += tinynf_tx_group(rxq, out, slot, &pkts[n],
				RTE_MIN(nb_pkts - n, size - slot), limit);
		rest = RTE_MIN(nb_pkts - n, TINYNF_BURST_GROUP - 1);
		sent = tinynf_tx_each(rxq, out, pos + n, &pkts[n], rest, limit);
		n += sent;
	} while (sent == rest && n != nb_pkts);
	return n;
}

/* The next n slots are decided. Returns n. */
static inline uint16_t
tx_end(struct tinynf_txq *txq, struct tinynf_rxq *rxq, struct tinynf_output *out, uint32_t n)
{
	struct tinynf_agent *a = &rxq->agent;
	const uint32_t decided = a->decided + n;

	a->decided = decided;
	out->last = decided;
	if (tinynf_ring_distance(out->rung, decided) >= a->flush_period)
		return tinynf_tx_duties(txq, rxq, n);
	tinynf_tx_leave(txq);
	return n;
}

/* Not all were usual: what is left after the first n. Slots of these aren't decided yet. */
static __rte_noinline uint16_t
tx_rest(struct tinynf_txq *txq, struct tinynf_rxq *rxq, struct tinynf_output *out,
		struct rte_mbuf **pkts, uint16_t nb_pkts, uint32_t n)
{
	uint32_t limit, max;

	if (n == 0) {
		max = nb_pkts == 0 ? 0 : tinynf_tx_reconsider(txq, pkts[0], &limit);
		if (max == 0)
			return tinynf_tx_general(txq, pkts, nb_pkts);
		rxq = txq->gate->rxq;
		out = atomic_load_explicit(&rxq->output[txq->output_at], memory_order_acquire);
		n = tx_run(rxq, out, pkts, RTE_MIN(nb_pkts, max), limit);
		if (n == 0)
			return tinynf_tx_general(txq, pkts, nb_pkts);
	}
	tx_end(txq, rxq, out, n);
	if (n == nb_pkts)
		return n;
	return n + tinynf_tx_general(txq, &pkts[n], nb_pkts - n);
}

static __rte_noinline uint16_t
tx_many(struct tinynf_txq *txq, struct tinynf_rxq *rxq, struct tinynf_output *out,
		struct rte_mbuf **pkts, uint16_t nb_pkts)
{
	const uint32_t held = tinynf_agent_held(&rxq->agent);
	const uint32_t n = tx_run(rxq, out, pkts, RTE_MIN(nb_pkts, held), out->limit);

	if (unlikely(n != nb_pkts))
		return tx_rest(txq, rxq, out, pkts, nb_pkts, n);
	return tx_end(txq, rxq, out, n);
}

uint16_t
TINYNF_BURST(tx)(void *queue, struct rte_mbuf **pkts, uint16_t nb_pkts)
{
	struct tinynf_txq *txq = queue;
	struct tinynf_gate *gate = txq->gate;
	struct tinynf_output *out;
	struct tinynf_rxq *rxq;
	uint32_t n, held;

	atomic_store_explicit(&txq->busy, gate, memory_order_relaxed);
	if (unlikely(!tinynf_gate_is_fast(gate)))
		return tinynf_tx_general(txq, pkts, nb_pkts);
	rxq = gate->rxq;
	out = atomic_load_explicit(&rxq->output[txq->output_at], memory_order_acquire);
	if (nb_pkts >= TINYNF_BURST_MANY)
		return tx_many(txq, rxq, out, pkts, nb_pkts);
	held = tinynf_agent_held(&rxq->agent);
	n = tinynf_tx_each(rxq, out, rxq->agent.decided, pkts, RTE_MIN(nb_pkts, held),
			out->limit);
	if (unlikely(n != nb_pkts || n == 0))
		return tx_rest(txq, rxq, out, pkts, nb_pkts, n);
	return tx_end(txq, rxq, out, n);
}
