/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#include <rte_cycles.h>
#include <rte_prefetch.h>

#include "tinynf_native.h"

#define PREFETCH_AHEAD  4

/* Bits of the checksum results in a descriptor, as an index into the queue's tables. */
static inline uint32_t
rx_result(uint64_t meta)
{
	return (meta >> 36 & 0x7) | (meta >> 46 & 0x3) << 3;
}

static inline void
rx_fill(const struct tinynf_rxq *rxq, struct rte_mbuf *m, uint64_t meta)
{
	const uint32_t result = rx_result(meta);
	const uint16_t len = meta >> TINYNF_RXD_LEN_SHIFT;

	tinynf_rearm_set(m, rxq->rearm);
	m->ol_flags = rxq->ol_flags[result] | (meta & TINYNF_RXD_VP ? rxq->vlan_flags : 0);
	m->packet_type = rxq->ptype[result];
	m->pkt_len = len;
	m->data_len = len;
	m->vlan_tci = meta >> TINYNF_RXD_VLAN_SHIFT;
}

/* A frame with a MAC error, or longer than a buffer (in several, none of them complete). */
static void
rx_drop_bad(struct tinynf_rxq *rxq, uint32_t pos, uint64_t meta)
{
	rxq->in_bad = !(meta & TINYNF_RXD_EOP);
	if (!rxq->in_bad)
		rxq->nb_bad++;
	tinynf_agent_release(&rxq->agent, pos & rxq->agent.mask);
}

/* Take what was received. Returns packets; bad ones are taken too. */
static inline uint16_t
rx_harvest(struct tinynf_rxq *rxq, struct rte_mbuf **pkts, uint16_t nb_pkts)
{
	struct tinynf_agent *a = &rxq->agent;
	const uint32_t first = a->received;
	uint32_t pos = first;
	uint16_t n = 0;

	while (n < nb_pkts) {
		const uint64_t meta = tinynf_agent_rx_meta(a, pos);
		struct rte_mbuf *m;

		if (!(meta & TINYNF_RXD_DD))
			break;
		rte_prefetch0(rxq->mbuf[(pos + PREFETCH_AHEAD) & a->mask]);
		tinynf_agent_rx_clear(a, pos);
		if (unlikely((meta & (TINYNF_RXD_EOP | TINYNF_RXD_RXE)) != TINYNF_RXD_EOP ||
				rxq->in_bad)) {
			rx_drop_bad(rxq, pos++, meta);
			continue;
		}
		m = rxq->mbuf[pos++ & a->mask];
		rx_fill(rxq, m, meta);
		pkts[n++] = m;
	}
	if (pos != first) {
		struct tinynf_stamp *stamp = &rxq->stamp[first & a->mask];

		stamp->pos = first;
		stamp->tsc = rte_rdtsc() >> TINYNF_STAMP_SHIFT;
		tinynf_agent_receive(a, pos - first);
	}
	return n;
}

static inline void
rx_mirror(struct tinynf_rxq *rxq, bool idle)
{
	if (tinynf_agent_mirror(&rxq->agent, idle))
		tinynf_tail_write(rxq->rdt, tinynf_agent_rdt(&rxq->agent));
}

/* Nothing came: flush, and see whether nothing can come. */
static void
rx_idle(struct tinynf_rxq *rxq)
{
	const struct tinynf_agent *a = &rxq->agent;

	tinynf_rxq_ring(rxq, true);
	rx_mirror(rxq, true);
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
tinynf_rx_burst(void *queue, struct rte_mbuf **pkts, uint16_t nb_pkts)
{
	struct tinynf_rxq *rxq = queue;
	const unsigned int lcore = rte_lcore_id();
	const uint32_t gate = tinynf_rxq_gate(rxq);
	enum tinynf_pass pass;
	uint16_t n;

	if (unlikely(gate == TINYNF_GATE_NONE))
		return tinynf_native_refuse_rx(rxq);
	pass = tinynf_gate_own(gate, lcore);
	if (unlikely(pass == TINYNF_PASS_REFUSED))
		return 0;
	if (unlikely(tinynf_gates[gate].rxq != rxq)) {
		tinynf_gate_leave(gate, lcore, pass);
		return 0;
	}
	if (tinynf_agent_can_advance(&rxq->agent))
		tinynf_agent_advance(&rxq->agent);
	tinynf_rxq_ring(rxq, false);
	if (tinynf_agent_mirror_due(&rxq->agent))
		rx_mirror(rxq, false);
	n = rx_harvest(rxq, pkts, nb_pkts);
	if (n == 0)
		rx_idle(rxq);
	else if (likely(pass == TINYNF_PASS_WORD))
		tinynf_lcores[lcore].last = gate;
	tinynf_gate_leave(gate, lcore, pass);
	return n;
}
