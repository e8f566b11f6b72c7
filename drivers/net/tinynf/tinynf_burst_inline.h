/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * The bursts as they begin: who is inside, and a single packet. Included once by each variant of
 * tinynf_burst.h and by programs that inline bursts. Both have defined TINYNF_BURST(),
 * tinynf_rx_one(), tinynf_tx_usual() and what goes on from here, where arguments that ethdev
 * passes stay in their registers:
 *   rx_few(), rx_four(), rx_wide()  up to 3 packets, up to 7, more; the same for sending
 *   rx_more(), tx_more()            any number, after the first n; with 0, they may be unusual
 */

static inline uint16_t
rx_end(struct tinynf_rxq *rxq, struct tinynf_gate *gate, uint32_t n)
{
	rxq->agent.received += n;
	tinynf_rx_leave(gate);
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
	if (tinynf_ring_reached(decided, out->due))
		return tinynf_tx_duties(txq, out, n, rxq);
	tinynf_tx_leave(txq);
	return n;
}

uint16_t
TINYNF_BURST(rx)(void *queue, struct rte_mbuf **pkts, uint16_t nb_pkts)
{
	struct tinynf_rxq *rxq = (struct tinynf_rxq *)queue;
	struct tinynf_gate *gate = atomic_load_explicit(&rxq->door, memory_order_relaxed);

	atomic_store_explicit(&gate->polling, 1, memory_order_relaxed);
	if (unlikely(!tinynf_gate_is_fast(gate)))
		return tinynf_rx_general(rxq, pkts, nb_pkts, gate);
	if (TINYNF_SELDOM(nb_pkts != 1)) {
		if (nb_pkts >= 8)
			return rx_wide(rxq, pkts, nb_pkts);
		return nb_pkts >= 4 ? rx_four(rxq, pkts, nb_pkts) : rx_few(rxq, pkts, nb_pkts);
	}
	if (unlikely(!tinynf_rx_one(rxq, rxq->agent.received & rxq->agent.mask, pkts)))
		return rx_more(rxq, pkts, nb_pkts, 0);
	return rx_end(rxq, gate, 1);
}

uint16_t
TINYNF_BURST(tx)(void *queue, struct rte_mbuf **pkts, uint16_t nb_pkts)
{
	struct tinynf_txq *txq = (struct tinynf_txq *)queue;
	struct tinynf_gate *gate = txq->gate;
	const struct rte_mbuf *m;
	struct tinynf_output *out;
	struct tinynf_rxq *rxq;
	size_t twice;
	uint32_t len;

	atomic_store_explicit(&txq->busy, gate, memory_order_relaxed);
	if (unlikely(!tinynf_gate_is_fast(gate)))
		return tinynf_tx_general(txq, pkts, nb_pkts);
	rxq = gate->rxq;
	if (TINYNF_SELDOM(nb_pkts != 1)) {
		if (nb_pkts >= 8)
			return tx_wide(txq, pkts, nb_pkts, rxq);
		return nb_pkts >= 4 ? tx_four(txq, pkts, nb_pkts, rxq) :
			tx_few(txq, pkts, nb_pkts, rxq);
	}
	out = atomic_load_explicit(&txq->output, memory_order_relaxed);
	/* As tx_one(), with fewer instructions. */
	m = pkts[0];
	twice = tinynf_agent_twice(&rxq->agent, rxq->agent.decided);
	len = tinynf_tx_len(m);
	if (unlikely(rxq->agent.received == rxq->agent.decided) ||
			unlikely(m != tinynf_twice_mbuf(rxq, twice)) ||
			unlikely(!tinynf_tx_usual(rxq, m)) ||
			unlikely(m->pkt_len != len) || unlikely(len - 1 >= out->limit) ||
			unlikely(tinynf_twice_stale(&rxq->agent, twice) != out->bit))
		return tx_more(txq, pkts, nb_pkts, rxq, 0);
	*tinynf_twice_meta(out->desc, twice) = len | TINYNF_TXD_EOP | TINYNF_TXD_IFCS;
	return tx_end(txq, rxq, out, 1);
}
