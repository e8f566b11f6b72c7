/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * The agent's real code between a NIC and an application, small enough to visit every state.
 * The specification beside it knows slots, owners and what is due where, and nothing of
 * rings, tails or mirrors. An operation that breaks it leaves a reason in `broken`.
 *
 * Between the agent's operations anything may happen. Within one nothing need happen: it reads
 * one word per output that the NIC writes, and it is checked that it writes no descriptor that
 * the NIC owns, so each step of the NIC could as well come before or after it.
 *
 * In coarse steps the NIC does what it may only when the driver looks at the result. This
 * loses nothing: what it was given does not change (that is checked in both cases), nobody
 * else takes its place, and each head that it could report can still be chosen.
 */

#ifndef TINYNF_PROOFS_WORLD_H
#define TINYNF_PROOFS_WORLD_H

#include <stdio.h>
#include <string.h>

#include "tinynf_agent.h"

#define SLOTS       8u  /* at most */
#define OUTPUTS     2u
#define ADDR(slot)  (UINT64_C(0x1000) + (uint64_t)(slot) * 64)
#define MOVED_BY    16u
#define LEN(slot)   (60u + (slot))
#define MAX_LEN     100u
#define FRAME(slot) (TINYNF_TXD_EOP | TINYNF_TXD_IFCS | LEN(slot))

enum owner { UNUSED, NIC_RX, APP, NIC_TX };

/** What is to be searched. */
struct config {
	const char *name;
	uint32_t size, flush, period;
	unsigned int outputs;
	bool moves;    /**< The application may move a packet's start. */
	bool detaches; /**< The last output may come and go. */
	bool wraps;    /**< Compare with positions at the 32-bit wrap. */
	bool fine;     /**< NIC and application do everything in the smallest steps. */
};

/** What ought to be true of a slot. */
struct slot {
	uint8_t owner;
	bool released;
	bool due[OUTPUTS];
	bool moved[OUTPUTS];
};

/** A NIC's queues, as indices like its registers. */
struct nic {
	uint32_t rdh, rdt;
	uint32_t tdh[OUTPUTS], tdt[OUTPUTS];
	volatile uint32_t report[OUTPUTS];
	bool on[OUTPUTS];
};

struct world {
	struct tinynf_desc rx[SLOTS];
	struct tinynf_desc tx[OUTPUTS][SLOTS];
	struct tinynf_desc wanted[OUTPUTS][SLOTS];
	_Atomic uint8_t state[SLOTS];
	_Atomic uint32_t sent[SLOTS];
	uint32_t stale[SLOTS];
	uint64_t addr[SLOTS];
	struct slot slot[SLOTS];
	struct nic nic;
	bool closing;  /* an output is given up: it need not wait for the application */
	struct tinynf_agent agent;  /* last: the outputs that aren't used are not copied */
};

#define WORLD_USED  offsetof(struct world, agent.output[OUTPUTS])

static struct world w;
static const struct config *cfg;
static const char *broken;

#define BREAK(why) do { if (broken == NULL) broken = (why); } while (0)

/* --- the NIC --- */

static bool
nic_receive(void)
{
	struct slot *s = &w.slot[w.nic.rdh];

	if (w.nic.rdh == w.nic.rdt)
		return false;
	if (s->owner != NIC_RX)
		BREAK("the NIC receives into a slot that somebody else owns");
	if (w.rx[w.nic.rdh].meta != 0 || w.rx[w.nic.rdh].addr != ADDR(w.nic.rdh))
		BREAK("the NIC gets a receive descriptor that is not ready");
	w.rx[w.nic.rdh].meta = LEN(w.nic.rdh) | TINYNF_RXD_DD | TINYNF_RXD_EOP;
	w.nic.rdh = (w.nic.rdh + 1) & (cfg->size - 1);
	return true;
}

/** How long ago was it received, in slots? */
static uint32_t
age(uint32_t slot)
{
	return (w.agent.received - 1 - slot) & (cfg->size - 1);
}

static void
nic_send(unsigned int o, uint32_t i, uint64_t addr)
{
	struct slot *s = &w.slot[i];
	uint32_t other;

	if (s->owner == NIC_RX || s->owner == UNUSED)
		BREAK("a slot is sent that the NIC may receive into");
	if (s->owner == APP && !w.closing)
		BREAK("a slot is sent that the application holds");
	if (!s->due[o])
		BREAK("a packet is sent that should not be sent there, or twice");
	if (addr != ADDR(i) + (s->moved[o] ? MOVED_BY : 0))
		BREAK("a packet is sent from a wrong address");
	for (other = 0; other < cfg->size; other++)
		if (other != i && w.slot[other].due[o] && age(other) > age(i))
			BREAK("packets are sent in another order than they came");
	s->due[o] = false;
}

/** One descriptor; its report, if any, is the caller's. */
static bool
nic_transmit(unsigned int o, bool *report)
{
	const uint32_t i = w.nic.tdh[o];
	const struct tinynf_desc d = w.tx[o][i];

	if (!w.nic.on[o] || i == w.nic.tdt[o])
		return false;
	if (!(d.meta & TINYNF_TXD_EOP))
		BREAK("a transmit descriptor has no EOP");
	if ((d.meta & 0xffff) == LEN(i))
		nic_send(o, i, d.addr);
	else if ((d.meta & 0xffff) != 0)
		BREAK("a packet is sent with a wrong length");
	else if (w.slot[i].due[o] && w.slot[i].owner == NIC_TX)
		BREAK("a null is sent instead of a packet");
	w.nic.tdh[o] = (i + 1) & (cfg->size - 1);
	*report |= (d.meta & TINYNF_TXD_RS) != 0;
	return true;
}

/** Up to @p max descriptors, then a report if one of them wanted it. */
static bool
nic_transmit_some(unsigned int o, uint32_t max)
{
	bool report = false;
	uint32_t n = 0;

	while (n < max && nic_transmit(o, &report))
		n++;
	if (report)
		w.nic.report[o] = w.nic.tdh[o];
	return n != 0;
}

/** Head write-back may come although nobody asked. */
static bool
nic_report(unsigned int o)
{
	if (!w.nic.on[o] || w.nic.report[o] == w.nic.tdh[o])
		return false;
	w.nic.report[o] = w.nic.tdh[o];
	return true;
}

/* --- the driver around the agent --- */

static void
write_rdt(void)
{
	const uint32_t to = tinynf_agent_rdt(&w.agent);

	for (; w.nic.rdt != to; w.nic.rdt = (w.nic.rdt + 1) & (cfg->size - 1)) {
		struct slot *s = &w.slot[w.nic.rdt];
		unsigned int o;

		if (s->owner == NIC_RX)
			BREAK("the receive tail passes the receive head");
		if (s->owner == APP)
			BREAK("the receive tail passes a slot that the application holds");
		for (o = 0; o < cfg->outputs; o++)
			if (s->due[o])
				BREAK("the receive tail passes a slot that is not sent yet");
		s->owner = NIC_RX;
	}
	if (w.slot[w.nic.rdt].owner == NIC_RX)
		BREAK("the receive tail is a slot of the NIC: its ring looks empty");
}

static bool
mirror(bool idle)
{
	if (!tinynf_agent_mirror(&w.agent, idle))
		return false;
	write_rdt();
	return true;
}

/** What the NIC gets to send, whenever it then does so. */
static void
check_given(unsigned int o, uint32_t i)
{
	const struct slot *s = &w.slot[i];
	const bool frame = (w.tx[o][i].meta & 0xffff) != 0;

	if (frame && (s->owner != NIC_TX || !s->due[o]))
		BREAK("a descriptor is given to the NIC that should be null");
	if (!frame && s->owner == NIC_TX && s->due[o])
		BREAK("a null is given to the NIC instead of a packet");
}

/** Outputs in @p set got a new tail. */
static bool
rung(uint32_t set)
{
	unsigned int o;
	uint32_t i;

	for (o = 0; o < OUTPUTS; o++) {
		if (!(set >> o & 1))
			continue;
		if (!w.nic.on[o])
			BREAK("a doorbell rings that is not there");
		for (i = w.nic.tdt[o]; i != tinynf_agent_tail(&w.agent, o); i = (i + 1) & w.agent.mask)
			check_given(o, i);
		w.nic.tdt[o] = i;
		if (w.nic.tdt[o] == w.nic.tdh[o])
			BREAK("a transmit tail catches up with its head: the ring looks empty");
	}
	return set != 0;
}

static bool
ring(bool idle)
{
	return rung(tinynf_agent_doorbells(&w.agent, idle));
}

/** The doorbell of the usual bursts. */
static bool
ring_one(unsigned int o)
{
	struct tinynf_agent *a = &w.agent;
	struct tinynf_output *out = &a->output[o];

	if (!w.nic.on[o] || out->limit == 0 ||
			tinynf_ring_distance(out->rung, a->decided) < a->flush_period ||
			tinynf_ring_distance(out->rung, a->decided) > a->mask + 1)
		return false;
	return rung(tinynf_agent_ring_one(a, out) ? out->bit :
			tinynf_agent_doorbells(a, false));
}

/** The agent moved on by @p n slots: they were the application's, and are given up. */
static void
note_decided(uint32_t from)
{
	for (; from != w.agent.decided; from++) {
		struct slot *s = &w.slot[from & w.agent.mask];

		if (s->owner != APP || !s->released)
			BREAK("a slot is passed that the application has not given up");
		s->owner = NIC_TX;
		s->released = false;
	}
}

static bool
advance(void)
{
	const uint32_t from = w.agent.decided;

	tinynf_agent_advance(&w.agent);
	note_decided(from);
	return true;
}

/* --- the application --- */

static bool
app_receive(void)
{
	const uint32_t slot = w.agent.received & w.agent.mask;

	/*
	 * In coarse steps a frame comes just before it is looked for. Nothing else reads what it
	 * writes, and nothing but the tail takes its place away, so it could have come earlier.
	 */
	if (!cfg->fine && w.nic.rdh == slot)
		nic_receive();
	if (!(tinynf_agent_rx_meta(&w.agent, w.agent.received) & TINYNF_RXD_DD))
		return false;
	if (w.slot[slot].owner != NIC_RX)
		BREAK("a slot is received that is not the NIC's");
	w.slot[slot].owner = APP;
	tinynf_agent_rx_clear(&w.agent, w.agent.received);
	tinynf_agent_receive(&w.agent, 1);
	return true;
}

static bool
holds(uint32_t slot)
{
	return w.slot[slot].owner == APP && !w.slot[slot].released;
}

/** The fast path of tx_burst, as far as it comes. */
static bool
app_send_next(unsigned int o)
{
	struct tinynf_agent *a = &w.agent;
	const uint32_t from = a->decided;
	const uint32_t slot = from & a->mask;

	if (!w.nic.on[o] || tinynf_agent_held(a) == 0 || !holds(slot) ||
			atomic_load(&a->sent[slot]) != 0)
		return false;
	if (!tinynf_agent_can_send_next(a, o))
		return true;
	w.slot[slot].due[o] = true;
	w.slot[slot].moved[o] = false;
	w.slot[slot].released = true;
	tinynf_agent_send_next(a, o, FRAME(slot));
	note_decided(from);
	return true;
}

/** The usual bursts: as long as the output has a limit, nothing else is asked. */
static bool
app_send_usual(unsigned int o)
{
	struct tinynf_agent *a = &w.agent;
	struct tinynf_output *out = &a->output[o];
	const uint32_t from = a->decided;
	const uint32_t slot = from & a->mask;

	if (!w.nic.on[o] || tinynf_agent_held(a) == 0 || !holds(slot) ||
			atomic_load(&a->sent[slot]) != 0 || LEN(slot) - 1 >= out->limit)
		return false;
	if (a->stale[slot] != out->bit)
		tinynf_agent_clear_others(a, out, slot);
	out->desc[slot].meta = FRAME(slot);
	a->decided = from + 1;
	out->last = from + 1;
	w.slot[slot].due[o] = true;
	w.slot[slot].moved[o] = false;
	w.slot[slot].released = true;
	note_decided(from);
	return true;
}

static bool
app_send(unsigned int o, uint32_t slot, bool moved)
{
	const uint64_t addr = ADDR(slot) + (moved ? MOVED_BY : 0);
	const uint64_t meta = FRAME(slot);

	if (!w.nic.on[o] || !holds(slot))
		return false;
	if (tinynf_agent_send(&w.agent, o, slot, addr, meta) == w.slot[slot].due[o])
		BREAK("sending twice is accepted, or sending once refused");
	if (w.slot[slot].due[o])
		return true;
	w.slot[slot].due[o] = true;
	w.slot[slot].moved[o] = moved;
	return true;
}

static bool
app_release(uint32_t slot)
{
	if (!holds(slot))
		return false;
	w.slot[slot].released = true;
	tinynf_agent_release(&w.agent, slot);
	return true;
}

/** What happens to a packet at once: it is sent to the outputs in the set, and given up. */
static bool
app_decide(uint32_t slot, unsigned int set, bool moved)
{
	unsigned int o;

	for (o = 0; o < OUTPUTS; o++)
		if (!holds(slot) || (set >> o & 1 && !w.nic.on[o]))
			return false;
	for (o = 0; o < OUTPUTS; o++)
		if (set >> o & 1)
			app_send(o, slot, moved);
	return app_release(slot);
}

#endif /* TINYNF_PROOFS_WORLD_H */
