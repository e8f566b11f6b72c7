/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * An agent between a NIC and an application that know nothing of its tricks, and a
 * bookkeeping of who owns each slot and what has to leave on which output. Unit tests and
 * fuzzing drive it, with numbers from RND(); one translation unit includes this header.
 */

#ifndef TINYNF_TEST_AGENT_WORLD_H
#define TINYNF_TEST_AGENT_WORLD_H

#include <string.h>

#include "tinynf_agent.h"

#ifndef MAX_SIZE
#define MAX_SIZE    4096u
#endif
#define OUTPUTS     3u
#define ADDR(slot)  (UINT64_C(0x100000) + (uint64_t)(slot) * 2048)
#define MOVED_BY    16u

enum owner { NIC_RX, APP, NIC_TX };

/** What ought to be true of a slot. */
struct slot {
	enum owner owner;
	uint32_t due[OUTPUTS];  /* length that must leave there, 0: nothing */
	uint64_t addr[OUTPUTS]; /* and from where */
	bool released;          /* by the application, perhaps not yet noticed */
};

struct world {
	struct tinynf_agent agent;
	struct tinynf_desc rx[MAX_SIZE];
	struct tinynf_desc tx[OUTPUTS][MAX_SIZE];
	struct tinynf_desc wanted[OUTPUTS][MAX_SIZE];
	_Atomic uint8_t state[MAX_SIZE];
	_Atomic uint32_t sent[MAX_SIZE];
	uint32_t stale[MAX_SIZE];
	uint64_t addr[MAX_SIZE];
	struct slot slot[MAX_SIZE];
	uint32_t size, period;
	uint32_t decided;       /* slots before it are the NIC's to send */
	/* the NIC */
	uint32_t rx_head, rdt;
	uint32_t tx_head[OUTPUTS], tdt[OUTPUTS];
	volatile uint32_t report[OUTPUTS];
	bool attached[OUTPUTS];
	bool odd;               /* something was decided out of turn */
	uint64_t fast_frames;
	uint64_t sent_frames, received;
	uint64_t random;
	const char *broken;
};

static struct world w;

/** A number below @p below: pseudo-random, unless the program brings its own. */
static uint32_t
rnd(uint32_t below)
{
#ifdef WORLD_RND
	return WORLD_RND(below);
#else
	w.random = w.random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(w.random >> 33) % below;
#endif
}

static void
broken(const char *why)
{
	if (w.broken == NULL)
		w.broken = why;
}

static void
attach(unsigned int o)
{
	w.attached[o] = true;
	w.tx_head[o] = 0;
	w.tdt[o] = 0;
	w.report[o] = 0;
	tinynf_agent_attach(&w.agent, o, w.tx[o], w.wanted[o], &w.report[o]);
	tinynf_agent_set_max(&w.agent, o, 9000);
}

static void
world_init(uint32_t size, uint32_t flush, uint32_t period, uint32_t start, uint64_t seed)
{
	uint32_t i;

	memset(&w, 0, sizeof(w));
	w.size = size;
	w.period = period;
	w.random = seed;
	for (i = 0; i < size; i++)
		w.addr[i] = ADDR(i);
	tinynf_agent_init(&w.agent, size, flush, period, w.rx, w.state, w.sent, w.stale, w.addr);
	/* Positions may start anywhere; near the 32-bit wrap finds bugs. */
	w.agent.received = start;
	w.agent.decided = start;
	w.decided = start;
	w.agent.mirrored = start + size;
	w.rdt = tinynf_agent_rdt(&w.agent);
	attach(0);
}

/** Frames arrive as long as the NIC owns descriptors. */
static void
nic_receive(uint32_t max)
{
	while (max-- > 0 && w.rx_head != w.rdt) {
		struct slot *s = &w.slot[w.rx_head];

		if (s->owner != NIC_RX)
			broken("the NIC receives into a slot that somebody else owns");
		if (w.rx[w.rx_head].addr != ADDR(w.rx_head) || w.rx[w.rx_head].meta != 0)
			broken("a receive descriptor is not ready");
		w.rx[w.rx_head].meta = 60 | TINYNF_RXD_DD | TINYNF_RXD_EOP;
		w.rx_head = (w.rx_head + 1) & (w.size - 1);
	}
}

static void
nic_transmit(unsigned int o, uint32_t max)
{
	while (max-- > 0 && w.tx_head[o] != w.tdt[o]) {
		const uint32_t i = w.tx_head[o];
		const struct tinynf_desc d = w.tx[o][i];
		struct slot *s = &w.slot[i];
		const uint32_t len = d.meta & 0xffff;

		if (!(d.meta & TINYNF_TXD_EOP))
			broken("a transmit descriptor without EOP");
		if (len != 0) {
			if (s->owner == NIC_RX)
				broken("a slot is sent that the NIC may receive into");
			/* An output that slept passes the slot's place of the turn before. */
			if (s->owner == APP)
				broken("a slot is sent before its turn");
			if (s->due[o] != len || s->addr[o] != d.addr)
				broken("something is sent that should not be, or from elsewhere");
			s->due[o] = 0;
			w.sent_frames++;
		} else if (s->due[o] != 0 && s->owner == NIC_TX) {
			broken("a null descriptor where a packet is due");
		}
		w.tx_head[o] = (i + 1) & (w.size - 1);
		if (d.meta & TINYNF_TXD_RS)
			w.report[o] = w.tx_head[o];
	}
}

static bool
sent_everywhere(const struct slot *s)
{
	unsigned int o;

	for (o = 0; o < OUTPUTS; o++)
		if (s->due[o] != 0)
			return false;
	return true;
}

/** The driver writes RDT: what the NIC gets must be free. */
static void
rdt_write(void)
{
	const uint32_t to = tinynf_agent_rdt(&w.agent);

	while (w.rdt != to) {
		struct slot *s = &w.slot[w.rdt];

		/* The slot at the tail is now the NIC's. The first turn starts with it free. */
		if (s->owner == APP)
			broken("the NIC gets a slot that the application holds");
		if (!sent_everywhere(s))
			broken("the NIC gets a slot that is not sent yet");
		s->owner = NIC_RX;
		w.rdt = (w.rdt + 1) & (w.size - 1);
	}
}

static void
mirror(bool idle)
{
	if (tinynf_agent_mirror(&w.agent, idle))
		rdt_write();
}

static void
doorbells(bool idle)
{
	uint32_t ring = tinynf_agent_doorbells(&w.agent, idle);

	for (; ring != 0; ring &= ring - 1) {
		const unsigned int o = (unsigned int)__builtin_ctz(ring);

		if (!w.attached[o])
			broken("a doorbell for an output that is not attached");
		w.tdt[o] = tinynf_agent_tail(&w.agent, o);
	}
}

/** Slots that the agent went over are the NIC's now. */
static void
note_decided(void)
{
	for (; w.decided != w.agent.decided; w.decided++) {
		struct slot *s = &w.slot[w.decided & w.agent.mask];

		if (s->owner != APP || !s->released)
			broken("a slot is decided that is not released");
		s->owner = NIC_TX;
	}
}

static void
advance(void)
{
	tinynf_agent_advance(&w.agent);
	note_decided();
}

static void
app_receive(uint32_t max)
{
	struct tinynf_agent *a = &w.agent;
	uint32_t n;

	for (n = 0; n < max; n++) {
		const uint32_t pos = a->received + n;

		if (!(tinynf_agent_rx_meta(a, pos) & TINYNF_RXD_DD))
			break;
		tinynf_agent_rx_clear(a, pos);
		if (w.slot[pos & a->mask].owner != NIC_RX)
			broken("a slot is received that is not the NIC's");
		w.slot[pos & a->mask].owner = APP;
		w.slot[pos & a->mask].released = false;
	}
	tinynf_agent_receive(a, n);
	w.received += n;
	if (n == 0) {
		advance();
		mirror(true);
		doorbells(true);
	}
}

static void
note_released(uint32_t slot)
{
	w.slot[slot].released = true;
}

/** The burst just received goes out in order: the fast path. */
static void
app_send_run(unsigned int o, uint32_t max)
{
	struct tinynf_agent *a = &w.agent;

	while (max-- > 0 && tinynf_agent_held(a) > 0 && !tinynf_agent_can_advance(a) &&
			tinynf_agent_can_send_next(a, o)) {
		const uint32_t slot = a->decided & a->mask;

		w.slot[slot].due[o] = 60 + slot % 1000;
		w.slot[slot].addr[o] = ADDR(slot);
		note_released(slot);
		tinynf_agent_send_next(a, o, (60 + slot % 1000) | TINYNF_TXD_EOP | TINYNF_TXD_IFCS);
	}
	advance();
	if (tinynf_agent_mirror_due(a))
		mirror(false);
	doorbells(false);
}

/** The same as the bursts do it while nothing is decided out of turn. */
static void
app_send_fast(unsigned int o, uint32_t max)
{
	struct tinynf_agent *a = &w.agent;
	struct tinynf_output *out = &a->output[o];
	uint32_t n = tinynf_agent_held(a) < max ? tinynf_agent_held(a) : max;
	uint32_t i;

	w.odd &= a->decided != a->received;
	if (w.odd)
		return;
	if (out->limit == 0) {
		const uint32_t places = tinynf_agent_places(a, out);

		n = n < places ? n : places;
	}
	for (i = 0; i < n; i++) {
		const uint32_t slot = (a->decided + i) & a->mask;

		w.slot[slot].due[o] = 60 + slot % 1000;
		w.slot[slot].addr[o] = ADDR(slot);
		note_released(slot);
		if (a->stale[slot] != out->bit)
			tinynf_agent_clear_others(a, out, slot);
		out->desc[slot].meta = (60 + slot % 1000) | TINYNF_TXD_EOP | TINYNF_TXD_IFCS;
	}
	if (n == 0)
		return;
	a->decided += n;
	out->last = a->decided;
	w.fast_frames += n;
	note_decided();
	if (tinynf_ring_distance(out->rung, a->decided) < a->flush_period)
		return;
	doorbells(false);
	if (tinynf_agent_mirror_due(a))
		mirror(false);
}

/** Any held packet, to any set of outputs (none: dropped), perhaps moved. */
static void
app_decide_one(void)
{
	struct tinynf_agent *a = &w.agent;
	const uint32_t held = tinynf_agent_held(a);
	uint32_t slot;
	unsigned int o;

	if (held == 0)
		return;
	slot = (a->decided + rnd(held)) & a->mask;
	if (w.slot[slot].released)
		return;
	w.odd = true;
	for (o = 0; o < OUTPUTS; o++) {
		const uint64_t addr = ADDR(slot) + (rnd(4) == 0 ? MOVED_BY : 0);

		if (!w.attached[o] || rnd(2) == 0)
			continue;
		w.slot[slot].due[o] = 100 + slot % 900;
		w.slot[slot].addr[o] = addr;
		if (!tinynf_agent_send(a, o, slot, addr, (100 + slot % 900) | TINYNF_TXD_EOP))
			broken("a first send to an output is refused");
		if (tinynf_agent_send(a, o, slot, addr, 1 | TINYNF_TXD_EOP))
			broken("a second send to an output is accepted");
	}
	note_released(slot);
	tinynf_agent_release(a, slot);
}

static void
detach(unsigned int o)
{
	uint32_t i;

	/* The NIC's queue is off: what it did not send is gone. */
	w.attached[o] = false;
	w.tdt[o] = w.tx_head[o];
	for (i = 0; i < w.size; i++)
		w.slot[i].due[o] = 0;
	tinynf_agent_detach(&w.agent, o);
}

static void
step(bool outputs_change)
{
	const unsigned int o = rnd(OUTPUTS);

	switch (rnd(10)) {
	case 0:
	case 1:
		nic_receive(rnd(w.size) + 1);
		break;
	case 2:
		nic_transmit(o, rnd(w.size) + 1);
		break;
	case 3:
	case 4:
		app_receive(rnd(40) + 1);
		break;
	case 5:
		if (w.attached[o])
			app_send_run(o, rnd(40) + 1);
		break;
	case 6:
		if (w.attached[o])
			app_send_fast(o, rnd(40) + 1);
		break;
	case 7:
		/* In phases, so that the fast path gets its turn. */
		if (w.received >> 9 & 1)
			app_decide_one();
		break;
	case 8:
		advance();
		mirror(rnd(4) == 0);
		doorbells(rnd(4) == 0);
		break;
	default:
		if (!outputs_change || rnd(50) != 0)
			break;
		if (!w.attached[o])
			attach(o);
		else if (o != 0)
			detach(o);
		break;
	}
}

/** Everything held is dropped, everything told is sent: nothing may be left behind. */
static void
drain(void)
{
	struct tinynf_agent *a = &w.agent;
	uint32_t i;
	unsigned int o;

	for (i = a->decided; i != a->received; i++)
		if (!w.slot[i & a->mask].released) {
			note_released(i & a->mask);
			tinynf_agent_release(a, i & a->mask);
		}
	for (i = 0; i < 8 * (w.size / w.period + 1); i++) {
		advance();
		mirror(true);
		doorbells(true);
		for (o = 0; o < OUTPUTS; o++)
			nic_transmit(o, w.size);
	}
	if (tinynf_agent_held(a) != 0)
		broken("slots are undecided although all were released");
	for (i = 0; i < w.size; i++)
		if (!sent_everywhere(&w.slot[i]))
			broken("a packet was never sent");
	if (((w.rdt - a->received) & a->mask) != w.size - 1)
		broken("the NIC does not get its slots back");
	if (a->bad_heads != 0)
		broken("a head report was not believed");
}

#endif /* TINYNF_TEST_AGENT_WORLD_H */
