/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * The bursts as they begin: who is inside, and a single packet. Included once by each variant of
 * tinynf_burst.h and by programs that inline bursts. Both have defined TINYNF_BURST(),
 * tinynf_rx_put(), tinynf_tx_usual() and what goes on from here:
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

/* One usual packet. */
static inline bool
rx_one(struct tinynf_rxq *rxq, struct rte_mbuf *const *mbuf, size_t slot,
		struct rte_mbuf **pkts)
{
	struct tinynf_desc *d = &rxq->agent.rx_desc[slot];
	const uint32_t status = tinynf_rx_status(d);
	struct rte_mbuf *m;

	if (unlikely((status & rxq->rx_mask) != TINYNF_RXS_USUAL))
		return false;
	m = mbuf[slot];
	pkts[0] = m;
	tinynf_rx_put(rxq, m, d, status);
	d->meta = 0;
	return true;
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
		return tinynf_tx_duties(txq, rxq, out, n);
	tinynf_tx_leave(txq);
	return n;
}

uint16_t
TINYNF_BURST(rx)(void *queue, struct rte_mbuf **pkts, uint16_t nb_pkts)
{
	struct tinynf_rxq *rxq = (struct tinynf_rxq *)queue;
	struct tinynf_gate *gate = atomic_load_explicit(&rxq->door, memory_order_relaxed);
	struct rte_mbuf *const *mbuf;
	size_t slot;

	atomic_store_explicit(&gate->polling, 1, memory_order_relaxed);
	if (unlikely(!tinynf_gate_is_fast(gate)))
		return tinynf_rx_general(rxq, pkts, nb_pkts, gate);
	if (nb_pkts != 1) {
		if (nb_pkts >= 8)
			return rx_wide(rxq, pkts, nb_pkts);
		return nb_pkts >= 4 ? rx_four(rxq, pkts, nb_pkts) : rx_few(rxq, pkts, nb_pkts);
	}
	slot = rxq->agent.received & rxq->agent.mask;
	mbuf = rxq->mbuf;
	if (unlikely(!rx_one(rxq, mbuf, slot, pkts)))
		return rx_more(rxq, pkts, nb_pkts, 0);
	tinynf_prefetch_write(mbuf[slot + TINYNF_BURST_AHEAD]);
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
	uint32_t len;
	size_t slot;

	atomic_store_explicit(&txq->busy, gate, memory_order_relaxed);
	if (unlikely(!tinynf_gate_is_fast(gate)))
		return tinynf_tx_general(txq, pkts, nb_pkts);
	rxq = gate->rxq;
	if (nb_pkts != 1) {
		if (nb_pkts >= 8)
			return tx_wide(txq, rxq, pkts, nb_pkts);
		return nb_pkts >= 4 ? tx_four(txq, rxq, pkts, nb_pkts) :
			tx_few(txq, rxq, pkts, nb_pkts);
	}
	out = atomic_load_explicit(&txq->output, memory_order_relaxed);
	/* As tx_one(); compilers need one instruction more for it. */
	m = pkts[0];
	slot = rxq->agent.decided & rxq->agent.mask;
	len = m->data_len;
	if (unlikely(rxq->agent.received == rxq->agent.decided) ||
			unlikely(m != rxq->mbuf[slot]) || unlikely(!tinynf_tx_usual(rxq, m)) ||
			unlikely(m->pkt_len != len) || unlikely(len - 1 >= out->limit) ||
			unlikely(rxq->agent.stale[slot] != out->bit))
		return tx_more(txq, rxq, pkts, nb_pkts, 0);
	out->desc[slot].meta = len | TINYNF_TXD_EOP | TINYNF_TXD_IFCS;
	return tx_end(txq, rxq, out, 1);
}
