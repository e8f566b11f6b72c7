/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* Reception in general: whatever the fast pass of the bursts doesn't take. */

#include <rte_cycles.h>

#include "tinynf_burst.h"
#include "tinynf_native.h"
#include "tinynf_queue_status.h"

static inline uint32_t
rx_now(void)
{
	return rte_rdtsc() >> TINYNF_STAMP_SHIFT;
}

/* Packets of usual bursts, which take no time stamp, count from now. */
static void
rx_stamp_late(struct tinynf_rxq *rxq)
{
	const struct tinynf_agent *a = &rxq->agent;
	uint32_t from = rxq->stamped;

	if (from == a->received)
		return;
	if (tinynf_ring_distance(from, a->received) > a->mask)
		from = a->received - a->mask;
	rxq->stamp[from & a->mask] = (struct tinynf_stamp){ .pos = from, .tsc = rx_now() };
	rxq->stamped = a->received;
}

/* A frame with a MAC error, or longer than a buffer (in several, none of them complete). */
static void
rx_drop_bad(struct tinynf_rxq *rxq, uint32_t pos, uint64_t meta)
{
	rxq->in_bad = !(meta & TINYNF_RXD_EOP);
	if (!rxq->in_bad)
		rxq->nb_bad++;
	tinynf_gate_close(rxq->door);
	tinynf_agent_release(&rxq->agent, pos & rxq->agent.mask);
}

/* Take what was received. Returns packets; bad ones are taken too. */
static uint16_t
rx_harvest(struct tinynf_rxq *rxq, struct rte_mbuf **pkts, uint16_t nb_pkts)
{
	struct tinynf_agent *a = &rxq->agent;
	const uint32_t first = a->received;
	uint32_t pos = first;
	uint16_t n = 0;

	rx_stamp_late(rxq);
	while (n < nb_pkts) {
		const uint64_t meta = tinynf_agent_rx_meta(a, pos);
		struct rte_mbuf *m;

		if (!(meta & TINYNF_RXD_DD))
			break;
		tinynf_agent_rx_clear(a, pos);
		if (unlikely((meta & (TINYNF_RXD_EOP | TINYNF_RXD_RXE)) != TINYNF_RXD_EOP ||
				rxq->in_bad)) {
			rx_drop_bad(rxq, pos++, meta);
			continue;
		}
		m = rxq->mbuf[pos++ & a->mask];
		tinynf_rx_fill(rxq, m, meta);
		m->ol_flags = tinynf_rx_flags(rxq, meta);
		pkts[n++] = m;
	}
	if (pos != first) {
		rxq->stamp[first & a->mask] =
			(struct tinynf_stamp){ .pos = first, .tsc = rx_now() };
		rxq->stamped = pos;
		tinynf_agent_receive(a, pos - first);
	}
	return n;
}

/* Nothing came: flush, and see whether nothing can come. */
static void
rx_idle(struct tinynf_rxq *rxq)
{
	const struct tinynf_agent *a = &rxq->agent;

	rx_stamp_late(rxq);
	tinynf_rxq_ring(rxq, true);
	tinynf_rxq_mirror(rxq, true);
	if (likely(tinynf_agent_receivable(a) != 0 || tinynf_agent_held(a) != a->mask ||
			tinynf_agent_can_advance(a)))
		return;
	rxq->nb_ring_held++;
	if (!rxq->held_logged) {
		rxq->held_logged = true;
		TINYNF_LOG(WARNING, "port %u queue %u can't receive: the application holds all "
				"%u packets of its ring, the oldest for %" PRIu64 " us; not "
				"logged again", rxq->data->port_id, rxq->queue,
				tinynf_agent_held(a), tinynf_rxq_oldest_us(rxq));
	}
}

uint16_t
tinynf_rx_unusual(struct tinynf_rxq *rxq, struct rte_mbuf **pkts, uint16_t nb_pkts)
{
	const uint16_t n = rx_harvest(rxq, pkts, nb_pkts);

	if (n == 0)
		rx_idle(rxq);
	tinynf_rx_leave(rxq->door);
	return n;
}

/* Inside, with any pass of the owner. */
static uint16_t
rx_own(struct tinynf_rxq *rxq, uint32_t gate, unsigned int lcore, struct rte_mbuf **pkts,
		uint16_t nb_pkts)
{
	const struct tinynf_agent *a = &rxq->agent;
	uint16_t n;

	if (tinynf_agent_can_advance(a))
		tinynf_agent_advance(&rxq->agent);
	if (lcore < RTE_MAX_LCORE && !rxq->in_bad && a->decided == a->received &&
			tinynf_gates[gate].fast == 0)
		tinynf_gate_open(gate, lcore);
	tinynf_rxq_ring(rxq, false);
	if (tinynf_agent_mirror_due(a))
		tinynf_rxq_mirror(rxq, false);
	n = rx_harvest(rxq, pkts, nb_pkts);
	if (n == 0)
		rx_idle(rxq);
	return n;
}

uint16_t
tinynf_rx_general(struct tinynf_rxq *rxq, struct rte_mbuf **pkts, uint16_t nb_pkts,
		struct tinynf_gate *closed)
{
	const unsigned int lcore = rte_lcore_id();
	const uint32_t gate = tinynf_rxq_gate(rxq);
	enum tinynf_pass pass;
	uint16_t n = 0;

	tinynf_rx_leave(closed);
	if (unlikely(gate == TINYNF_GATE_NONE))
		return tinynf_native_refuse_rx(rxq);
	pass = tinynf_gate_own(gate, lcore);
	if (unlikely(pass == TINYNF_PASS_REFUSED))
		return 0;
	if (likely(tinynf_gates[gate].rxq == rxq))
		n = rx_own(rxq, gate, lcore, pkts, nb_pkts);
	if (likely(pass == TINYNF_PASS_WORD && n != 0))
		tinynf_lcores[lcore].last = gate;
	tinynf_gate_leave(gate, lcore, pass);
	return n;
}
