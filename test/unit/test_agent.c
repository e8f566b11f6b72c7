/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * The mirrored ring under random schedules, against a NIC and a bookkeeping that know
 * nothing of its tricks: who owns each slot, and what has to leave on which output.
 */

#include <string.h>

#include "check.h"
#include "tinynf_agent.h"

#define MAX_SIZE    4096u
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

static uint32_t
rnd(uint32_t below)
{
	w.random = w.random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(w.random >> 33) % below;
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

struct params {
	uint32_t size, flush, period, start;
	bool outputs_change;
};

static void
random_schedule(const void *arg)
{
	const struct params *p = arg;
	const unsigned int seeds = check_quick() ? 20 : 200;
	uint64_t fast = 0;
	unsigned int seed;
	unsigned int i;

	for (seed = 1; seed <= seeds; seed++) {
		world_init(p->size, p->flush, p->period, p->start & ~(p->size - 1), seed * 7919);
		for (i = 0; i < 5000 && w.broken == NULL; i++)
			step(p->outputs_change);
		drain();
		if (w.broken != NULL)
			CHECK_FAIL("%s (seed %u)", w.broken, seed);
		if (w.received == 0 || w.sent_frames == 0)
			CHECK_FAIL("nothing moved (seed %u)", seed);
		fast += w.fast_frames;
	}
	CHECK(fast != 0);
}

CHECK_CASE(ring_arithmetic)
{
	CHECK_EQ(tinynf_ring_distance(UINT32_MAX, 1), 2);
	CHECK(tinynf_ring_reached(5, 5));
	CHECK(tinynf_ring_reached(1, UINT32_MAX));
	CHECK(!tinynf_ring_reached(UINT32_MAX, 1));
	CHECK_EQ(tinynf_ring_earlier(UINT32_MAX, 1), UINT32_MAX);
	CHECK_EQ(tinynf_ring_later(UINT32_MAX, 1), 1);
	CHECK_EQ(tinynf_ring_unwrap(62, 1, 63), 65);
	CHECK_EQ(tinynf_ring_unwrap(62, 62, 63), 62);
	CHECK_EQ(tinynf_ring_turns(130, 63), 128);
	CHECK_EQ(tinynf_ring_turns(63, 63), 0);
	CHECK(tinynf_ring_group_end(31, 32) && tinynf_ring_group_end(63, 32));
	CHECK(!tinynf_ring_group_end(32, 32));
}

CHECK_CASE(fresh_agent)
{
	world_init(64, 8, 32, 0, 1);
	CHECK_EQ(tinynf_agent_rdt(&w.agent), 63);
	CHECK_EQ(tinynf_agent_receivable(&w.agent), 63);
	CHECK_EQ(tinynf_agent_held(&w.agent), 0);
	CHECK_EQ(tinynf_agent_doorbells(&w.agent, true), 0);
	CHECK(!tinynf_agent_mirror(&w.agent, true));
}

CHECK_CASE(doorbell_once_per_flush_period)
{
	world_init(64, 8, 32, 0, 1);
	nic_receive(16);
	app_receive(16);
	app_send_run(0, 7);
	CHECK_EQ(w.tdt[0], 0);
	app_send_run(0, 1);
	CHECK_EQ(w.tdt[0], 8);
	app_send_run(0, 3);
	CHECK_EQ(w.tdt[0], 8);
	app_receive(1); /* finds nothing */
	CHECK_EQ(w.tdt[0], 11);
	CHECK(w.broken == NULL);
}

CHECK_CASE(whole_ring_held_then_sent)
{
	world_init(64, 8, 32, 0, 1);
	nic_receive(1000);
	app_receive(1000);
	CHECK_EQ(tinynf_agent_held(&w.agent), 63);
	CHECK_EQ(tinynf_agent_receivable(&w.agent), 0);
	app_send_run(0, 63);
	nic_transmit(0, 64);
	app_receive(1);
	CHECK(tinynf_agent_receivable(&w.agent) >= 31);
	nic_receive(1000);
	app_receive(1000);
	CHECK(tinynf_agent_held(&w.agent) >= 31);
	CHECK(w.broken == NULL);
}

/* However few were sent before, all others may be held. */
CHECK_CASE(rest_of_ring_held)
{
	uint32_t sent;

	for (sent = 1; sent < 32; sent++) {
		world_init(64, 8, 32, 0, 1);
		nic_receive(sent);
		app_receive(sent);
		app_send_run(0, sent);
		app_receive(1); /* finds nothing */
		nic_receive(1000);
		app_receive(1000);
		CHECK_EQ(tinynf_agent_held(&w.agent), 63 - sent);
		nic_transmit(0, 64);
		app_receive(1);
		nic_receive(1000);
		app_receive(1000);
		CHECK_EQ(tinynf_agent_held(&w.agent), 63);
		if (w.broken != NULL)
			CHECK_FAIL("%s", w.broken);
	}
}

CHECK_CASE(sleeping_output_catches_up)
{
	unsigned int i;

	world_init(64, 8, 32, 0, 1);
	attach(1);
	/* Output 1 sleeps for nearly a turn, then gets one packet. */
	for (i = 0; i < 63; i++) {
		nic_receive(1);
		app_receive(1);
		app_send_run(0, 1);
		app_receive(1);
		nic_transmit(0, 64);
	}
	nic_receive(2);
	app_receive(2);
	app_send_run(1, 2);
	for (i = 0; i < 10; i++) {
		app_receive(1);
		nic_transmit(1, 64);
		app_send_run(1, 2);
	}
	drain();
	if (w.broken != NULL)
		CHECK_FAIL("%s", w.broken);
	CHECK_EQ(w.sent_frames, 65);
}

/* Positions compare over less than 2^31: what is remembered has to move on with them. */
CHECK_CASE(output_that_never_rests)
{
	const struct tinynf_output *out = &w.agent.output[0];
	unsigned int i;

	world_init(64, 8, 32, 0, 1);
	for (i = 0; i < 100; i++) {
		nic_receive(32);
		app_receive(32);
		app_send_run(0, 32);
		/* One is always left. */
		nic_transmit(0, ((w.tdt[0] - w.tx_head[0]) & 63) - 1);
		mirror(false);
		CHECK(w.agent.active == 1);
		CHECK(tinynf_ring_distance(out->first, w.agent.decided) <= 64);
	}
	CHECK(w.received > 2000);
	CHECK(w.broken == NULL);
}

CHECK_CASE(impossible_head_is_ignored)
{
	world_init(64, 8, 32, 0, 1);
	nic_receive(40);
	app_receive(40);
	app_send_run(0, 40);
	w.report[0] = 64;
	CHECK(!tinynf_agent_mirror(&w.agent, true));
	w.report[0] = 50;
	CHECK(!tinynf_agent_mirror(&w.agent, true));
	CHECK_EQ(w.agent.bad_heads, 2);
	w.report[0] = 32;
	CHECK(tinynf_agent_mirror(&w.agent, true));
	CHECK_EQ(tinynf_agent_rdt(&w.agent), 31);
}

int
main(int argc, char **argv)
{
	static const struct { const char *name; struct params p; } schedules[] = {
		{ "random/4 slots, groups of 2", { 4, 1, 2, 0, false } },
		{ "random/8 slots, groups of 4", { 8, 2, 4, 0, true } },
		{ "random/16 slots at the 32-bit wrap", { 16, 8, 4, UINT32_MAX - 500, true } },
		{ "random/64 slots", { 64, 8, 32, 0, true } },
		{ "random/64 slots at the 32-bit wrap", { 64, 8, 32, UINT32_MAX - 2000, true } },
		{ "random/256 slots, flush 32", { 256, 32, 32, 0, true } },
		{ "random/512 slots, flush 1", { 512, 1, 32, 0, false } },
		{ "random/4096 slots", { 4096, 8, 32, UINT32_MAX - 5000, true } },
	};
	unsigned int i;

	check_init(argc, argv);
	CHECK_RUN(ring_arithmetic);
	CHECK_RUN(fresh_agent);
	CHECK_RUN(doorbell_once_per_flush_period);
	CHECK_RUN(whole_ring_held_then_sent);
	CHECK_RUN(rest_of_ring_held);
	CHECK_RUN(sleeping_output_catches_up);
	CHECK_RUN(output_that_never_rests);
	CHECK_RUN(impossible_head_is_ignored);
	for (i = 0; i < sizeof(schedules) / sizeof(schedules[0]); i++)
		check_run(schedules[i].name, random_schedule, &schedules[i].p);
	return check_done();
}
