/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* Transmission in general: whatever the fast pass of the bursts doesn't take. */

#include <rte_errno.h>

#include "tinynf_burst.h"
#include "tinynf_events.h"
#include "tinynf_output.h"
#include "tinynf_ports.h"
#include "tinynf_slots.h"

/* How a run of packets of one agent ended. */
enum run_end {
	RUN_COMPLETE,
	RUN_OTHER,     /* the next packet is another agent's or nobody's */
	RUN_ATTACH,    /* the agent has no output to this port yet */
	RUN_REFUSED,   /* counted */
};

struct run {
	struct tinynf_txq *txq;
	struct tinynf_rxq *rxq;
	uint32_t gate;
	uint32_t max;      /* longest frame */
	uint8_t output;
	bool own;
};

/* May be sent as it is, from where it was received; port and ol_flags may be anything harmless. */
static inline bool
tx_plain(const struct rte_mbuf *m, uint64_t usual, uint32_t len, uint32_t max)
{
	/* All but the port, which comes last. */
	return (tinynf_rearm_get(m) ^ usual) << 16 == 0 &&
		(m->ol_flags & TINYNF_TX_NOT_PLAIN) == 0 &&
		len - 1 < max && m->pkt_len == len;
}

uint32_t
tinynf_tx_harmless(struct tinynf_rxq *rxq, struct tinynf_output *out, struct rte_mbuf **pkts,
		uint32_t pos, uint32_t n, uint32_t limit)
{
	struct rte_mbuf *const *const mbuf = rxq->mbuf;
	uint32_t *const stale = rxq->agent.stale;
	struct tinynf_desc *const ring = out->desc;
	const uint64_t usual = rxq->usual[0];
	const uint32_t mask = rxq->agent.mask;
	uint32_t i;

	pos += rxq->agent.decided;
	for (i = 0; i < n; i++) {
		const uint32_t slot = (pos + i) & mask;
		struct rte_mbuf *m = pkts[i];
		const uint32_t len = m->data_len;

		if (unlikely(m != mbuf[slot]) || unlikely(!tx_plain(m, usual, len, limit)))
			break;
		if (unlikely(stale[slot] != out->bit))
			tinynf_agent_clear_others(&rxq->agent, out, slot);
		ring[slot].meta = len | TINYNF_TXD_EOP | TINYNF_TXD_IFCS;
		/* tinynf_mbuf_restore(), which would read what is usual again each time. */
		tinynf_rearm_set(m, usual);
		m->ol_flags = 0;
	}
	return i;
}

/*
 * Packets that are exactly the next slots, for one port, while others may be on their way by
 * the slow path. Returns how many: the first that is anything else takes that path too.
 */
static inline uint16_t
tx_next(const struct run *run, struct rte_mbuf **pkts, uint16_t nb_pkts)
{
	struct tinynf_rxq *rxq = run->rxq;
	struct tinynf_agent *a = &rxq->agent;
	const uint32_t n = RTE_MIN((uint32_t)nb_pkts, tinynf_agent_held(a));
	const uint32_t max = RTE_MIN(run->max, rxq->room);
	uint32_t i;

	for (i = 0; i < n; i++) {
		const uint32_t slot = a->decided & a->mask;
		struct rte_mbuf *m = pkts[i];

		if (m != rxq->mbuf[slot] || !tx_plain(m, rxq->usual[0], m->data_len, max) ||
				atomic_load_explicit(&a->sent[slot], memory_order_relaxed) != 0 ||
				!tinynf_agent_can_send_next(a, run->output))
			break;
		tinynf_agent_send_next(a, run->output, TINYNF_TXD_EOP | TINYNF_TXD_IFCS |
				(uint64_t)m->data_len << TINYNF_TXD_LEN_SHIFT);
		tinynf_mbuf_restore(rxq, m);
	}
	return i;
}

/* Was this slot's packet given away already? Exact for the owner. */
static bool
tx_gone(const struct run *run, uint32_t slot)
{
	const struct tinynf_agent *a = &run->rxq->agent;

	if (atomic_load_explicit(&a->state[slot], memory_order_relaxed) != 0)
		return true;
	return run->own && ((slot - a->decided) & a->mask) >= tinynf_agent_held(a);
}

/* One packet, in whatever state and order. */
static enum run_end
tx_slow(struct run *run, struct rte_mbuf *m)
{
	const uint16_t port = run->txq->port_id;
	struct tinynf_agent *a = &run->rxq->agent;
	struct tinynf_tx_refusal no;
	uint32_t gate, slot;
	uint64_t addr;

	if (!tinynf_slot_is_ours(m) || !tinynf_slot_find(m, &gate, &slot) || gate != run->gate)
		return RUN_OTHER;
	no = tinynf_tx_check(m, run->max);
	if (no.err != 0) {
		tinynf_event_refuse(port, no.event, no.err);
		return RUN_REFUSED;
	}
	if (run->output == TINYNF_NO_OUTPUT)
		return RUN_ATTACH;
	addr = a->addr[slot] + m->data_off - RTE_PKTMBUF_HEADROOM;
	tinynf_gate_close(&tinynf_gates[gate]);
	if (tx_gone(run, slot) ||
			!tinynf_agent_send(a, run->output, slot, addr, tinynf_tx_meta(m))) {
		tinynf_event_refuse(port, TINYNF_EV_TX_TWICE, EALREADY);
		return RUN_REFUSED;
	}
	/* Each transmission gives back one reference; the last one decides the slot. */
	if (rte_mbuf_refcnt_read(m) == 1 || rte_mbuf_refcnt_update(m, -1) == 0) {
		tinynf_mbuf_restore(run->rxq, m);
		tinynf_agent_release(a, slot);
	}
	return RUN_COMPLETE;
}

/* Inside the agent's gate as its owner. */
static void
txq_remember(struct tinynf_txq *txq, uint32_t gate)
{
	struct tinynf_rxq *rxq = tinynf_gates[gate].rxq;
	const uint8_t o = atomic_load_explicit(&rxq->output_of[txq->port_id],
			memory_order_acquire);
	struct tinynf_output *out = &tinynf_no_output;

	if (o != TINYNF_NO_OUTPUT && !atomic_load_explicit(&txq->stopped, memory_order_relaxed))
		out = &rxq->agent.output[o];
	txq->gate = &tinynf_gates[gate];
	atomic_store_explicit(&txq->output, out, memory_order_relaxed);
}

/* Packets of one agent, inside its gate. */
static uint16_t
tx_run(struct run *run, struct rte_mbuf **pkts, uint16_t nb_pkts, enum run_end *end)
{
	struct tinynf_rxq *rxq = run->rxq;
	uint16_t i = 0, slow = 0;

	run->output = atomic_load_explicit(&rxq->output_of[run->txq->port_id],
			memory_order_acquire);
	*end = RUN_COMPLETE;
	while (i < nb_pkts) {
		if (likely(run->own && run->output != TINYNF_NO_OUTPUT)) {
			i += tx_next(run, &pkts[i], nb_pkts - i);
			if (likely(i == nb_pkts))
				break;
			/* Packets dropped meanwhile may be all that is in the way. */
			if (tinynf_agent_can_advance(&rxq->agent)) {
				tinynf_agent_advance(&rxq->agent);
				if (pkts[i] == rxq->mbuf[rxq->agent.decided & rxq->agent.mask])
					i += tx_next(run, &pkts[i], nb_pkts - i);
				if (i == nb_pkts)
					break;
			}
		}
		*end = tx_slow(run, pkts[i]);
		if (*end != RUN_COMPLETE)
			break;
		i++;
		slow++;
	}
	if (slow != 0) {
		run->txq->nb_slow += slow;
		if (run->own)
			tinynf_agent_advance(&rxq->agent);
	}
	if (run->own) {
		tinynf_rxq_ring(rxq, false);
		/* Most likely the next burst brings this agent's packets too. */
		if (i != 0)
			txq_remember(run->txq, run->gate);
	}
	return i;
}

/* Find and enter the gate of a packet's agent. Refusals are counted. */
static enum tinynf_pass
tx_enter(struct run *run, struct rte_mbuf *m, unsigned int lcore)
{
	const uint16_t port = run->txq->port_id;
	enum tinynf_pass pass;
	uint32_t slot;

	if (!tinynf_slot_is_ours(m)) {
		struct tinynf_tx_refusal no = tinynf_tx_check(m, run->max);

		tinynf_event_refuse(port, no.event, no.err);
		return TINYNF_PASS_REFUSED;
	}
	if (!tinynf_slot_find(m, &run->gate, &slot)) {
		tinynf_event_refuse(port, TINYNF_EV_TX_FOREIGN, ENOTSUP);
		return TINYNF_PASS_REFUSED;
	}
	run->own = lcore < RTE_MAX_LCORE && tinynf_gate_try_own(run->gate, lcore);
	pass = run->own ? TINYNF_PASS_WORD : tinynf_gate_share(run->gate, lcore);
	if (pass == TINYNF_PASS_REFUSED) {
		rte_errno = EAGAIN;
		return pass;
	}
	run->rxq = tinynf_gates[run->gate].rxq;
	if (run->rxq == NULL) {
		tinynf_gate_leave(run->gate, lcore, pass);
		tinynf_event_refuse(port, TINYNF_EV_TX_STOPPED, ENODEV);
		return TINYNF_PASS_REFUSED;
	}
	return pass;
}

/* A new output: outside the gate. Returns whether to go on. */
static bool
tx_attach(const struct run *run)
{
	const int ret = tinynf_output_attach(run->gate, run->txq);

	if (ret == 0)
		return true;
	if (ret == -EAGAIN)
		rte_errno = EAGAIN;
	else if (ret == -EBUSY)
		tinynf_event_refuse(run->txq->port_id, TINYNF_EV_TX_NATIVE, EBUSY);
	else if (ret == -ENODEV)
		tinynf_event_refuse(run->txq->port_id, TINYNF_EV_TX_STOPPED, ENODEV);
	else
		tinynf_event_refuse(run->txq->port_id, TINYNF_EV_TX_NO_QUEUE, ENOSPC);
	return false;
}

/* The only doorbell was rung; something left. All these have arguments in the same order. */
static __rte_noinline uint16_t
tx_duties_mirror(struct tinynf_txq *txq, struct tinynf_output *out __rte_unused, uint32_t n,
		struct tinynf_rxq *rxq)
{
	tinynf_rxq_mirror(rxq, false);
	tinynf_tx_leave(txq);
	return n;
}

static __rte_noinline uint16_t
tx_duties_all(struct tinynf_txq *txq, struct tinynf_output *out, uint32_t n,
		struct tinynf_rxq *rxq)
{
	tinynf_rxq_ring(rxq, false);
	/* As long as nothing left here, a look at all others is hardly worth it. */
	if (tinynf_agent_mirror_due(&rxq->agent) && tinynf_agent_head_moved(&rxq->agent, out))
		tinynf_rxq_mirror(rxq, false);
	tinynf_tx_leave(txq);
	return n;
}

uint16_t
tinynf_tx_duties(struct tinynf_txq *txq, struct tinynf_output *out, uint32_t n,
		struct tinynf_rxq *rxq)
{
	struct tinynf_agent *a = &rxq->agent;

	if (unlikely(!tinynf_agent_ring_one(a, out)))
		return tx_duties_all(txq, out, n, rxq);
	tinynf_tail_write(out->tail, out->rung & a->mask);
	if (tinynf_agent_mirror_due(a) && tinynf_agent_head_moved(a, out))
		return tx_duties_mirror(txq, out, n, rxq);
	tinynf_tx_leave(txq);
	return n;
}

uint16_t
tinynf_tx_reconsider(struct tinynf_txq *txq, struct rte_mbuf *m, uint32_t *limit)
{
	struct tinynf_rxq *rxq = txq->gate->rxq;
	uint32_t gate, slot, held;
	struct tinynf_output *out;

	if (m != rxq->mbuf[rxq->agent.decided & rxq->agent.mask]) {
		if (!tinynf_slot_is_ours(m) || !tinynf_slot_find(m, &gate, &slot) ||
				&tinynf_gates[gate] == txq->gate)
			return 0;
		atomic_store_explicit(&txq->busy, &tinynf_gates[gate], memory_order_relaxed);
		if (!tinynf_gate_is_fast(&tinynf_gates[gate]))
			return 0;
		txq_remember(txq, gate);
		rxq = txq->gate->rxq;
	}
	out = atomic_load_explicit(&txq->output, memory_order_relaxed);
	held = tinynf_agent_held(&rxq->agent);
	if (out == &tinynf_no_output || held == 0)
		return 0;
	*limit = out->max;
	return RTE_MIN(held, tinynf_agent_places(&rxq->agent, out));
}

uint16_t
tinynf_tx_general(struct tinynf_txq *txq, struct rte_mbuf **pkts, uint16_t nb_pkts)
{
	const unsigned int lcore = rte_lcore_id();
	struct run run = { .txq = txq };
	enum run_end end = RUN_OTHER;
	enum tinynf_pass pass;
	uint16_t sent = 0;

	tinynf_tx_leave(txq);
	if (unlikely(atomic_load_explicit(&run.txq->stopped, memory_order_relaxed))) {
		if (nb_pkts != 0)
			tinynf_event_refuse(run.txq->port_id, TINYNF_EV_TX_STOPPED, ENODEV);
		return 0;
	}
	run.max = *run.txq->mtu + TINYNF_L2_OVERHEAD;
	/* Most likely what is sent now is what this lcore just received. */
	if (likely(lcore < RTE_MAX_LCORE)) {
		run.gate = tinynf_lcores[lcore].last;
		if (run.gate != TINYNF_GATE_NONE && tinynf_gate_try_own(run.gate, lcore)) {
			run.own = true;
			run.rxq = tinynf_gates[run.gate].rxq;
			sent = tx_run(&run, pkts, nb_pkts, &end);
			tinynf_gate_leave_word(lcore);
		}
	}
	while (unlikely(sent < nb_pkts && end != RUN_REFUSED)) {
		if (end == RUN_ATTACH && !tx_attach(&run))
			break;
		pass = tx_enter(&run, pkts[sent], lcore);
		if (pass == TINYNF_PASS_REFUSED)
			break;
		sent += tx_run(&run, &pkts[sent], nb_pkts - sent, &end);
		tinynf_gate_leave(run.gate, lcore, pass);
	}
	return sent;
}
