/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * The mirrored ring under random schedules, against a NIC and a bookkeeping that know
 * nothing of its tricks: who owns each slot, and what has to leave on which output.
 */

#include "agent_world.h"
#include "check.h"

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

/* With several outputs, each gets about as many packets for each doorbell. */
CHECK_CASE(due_by_outputs)
{
	const struct tinynf_agent *a = &w.agent;

	world_init(64, 8, 32, 0, 1);
	attach(1);
	attach(2);
	CHECK_EQ(a->due_period, 8);
	nic_receive(40);
	app_receive(40);
	app_send_fast(0, 1);
	CHECK_EQ(a->due_period, 8);
	app_send_fast(1, 1);
	CHECK_EQ(a->due_period, 16);
	app_send_fast(2, 1);
	CHECK_EQ(a->due_period, 24);
	/* Who is active already has as much more time as whoever wakes. */
	CHECK_EQ(a->output[0].due, a->decided - 3 + 24);
	CHECK_EQ(a->output[2].due, a->decided - 1 + 24);
	/* All are done, and two got nothing since. */
	doorbells(true);
	nic_transmit(0, 64);
	nic_transmit(1, 64);
	nic_transmit(2, 64);
	app_send_fast(2, 1);
	mirror(true);
	CHECK_EQ(a->due_period, 8);
	/* Who wakes counts from there. */
	app_send_fast(0, 1);
	CHECK_EQ(tinynf_ring_distance(a->decided, a->output[0].due), a->due_period - 1);
	CHECK(tinynf_ring_distance(a->output[0].rung, a->decided) > 1);
	detach(2);
	CHECK_EQ(a->due_period, 8);
	CHECK(w.broken == NULL);
}

CHECK_CASE(due_is_limited)
{
	static const uint32_t flush_periods[] = { 32, 24 };
	unsigned int i;

	for (i = 0; i < 2; i++) {
		world_init(64, flush_periods[i], 32, 0, 1);
		attach(1);
		nic_receive(2);
		app_receive(2);
		app_send_fast(0, 1);
		app_send_fast(1, 1);
		CHECK_EQ(w.agent.due_period, 32);
	}
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

/* Packets for two outputs in turn, which their NICs send at once. */
static void
in_turn(unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++) {
		nic_receive(8);
		app_receive(8);
		app_send_fast(i & 1, 8);
		doorbells(true);
		nic_transmit(0, 64);
		nic_transmit(1, 64);
		mirror(false);
	}
}

/* Who gets some again soon doesn't sleep meanwhile; whoever gets none holds back nothing. */
CHECK_CASE(outputs_sleep_late)
{
	const struct tinynf_agent *a = &w.agent;

	world_init(64, 8, 32, 0, 1);
	attach(1);
	in_turn(6);
	CHECK_EQ(a->active, 3);
	CHECK(a->output[0].limit != 0 && a->output[1].limit != 0);
	/* Nothing to ring for since: as if it had been rung. */
	CHECK_EQ(a->output[0].due, a->decided + a->due_period);
	/* It was the first one's turn. */
	nic_receive(8);
	app_receive(8);
	app_send_fast(1, 8);
	doorbells(true);
	nic_transmit(1, 64);
	mirror(false);
	CHECK_EQ(a->active, 3);
	CHECK(tinynf_ring_distance(a->mirrored - 64, a->decided) >= 16);
	/* More than a quarter of the ring behind. */
	nic_receive(1);
	app_receive(1);
	app_send_fast(1, 1);
	doorbells(true);
	nic_transmit(1, 64);
	mirror(false);
	CHECK_EQ(a->active, 2);
	CHECK_EQ(a->output[0].limit, 0);
	/* At once if nothing comes. */
	in_turn(2);
	CHECK_EQ(a->active, 3);
	mirror(true);
	CHECK_EQ(a->active, 2);
	CHECK_EQ(tinynf_agent_receivable(a), 63);
	CHECK(w.broken == NULL);
}

/* Sent behind the last packet of an output that doesn't sleep yet: nothing is lost there. */
CHECK_CASE(nulls_are_not_lost)
{
	world_init(64, 8, 32, 0, 1);
	attach(1);
	nic_receive(2);
	app_receive(2);
	app_send_fast(0, 1);
	app_send_fast(1, 1);
	doorbells(true);
	nic_transmit(0, 64);
	mirror(false);
	CHECK_EQ(w.agent.active, 3);
	CHECK_EQ(w.agent.output[0].done, 2);
	CHECK_EQ(tinynf_agent_detach(&w.agent, 0), 0);
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
	CHECK_RUN(due_by_outputs);
	CHECK_RUN(due_is_limited);
	CHECK_RUN(whole_ring_held_then_sent);
	CHECK_RUN(rest_of_ring_held);
	CHECK_RUN(sleeping_output_catches_up);
	CHECK_RUN(outputs_sleep_late);
	CHECK_RUN(nulls_are_not_lost);
	CHECK_RUN(output_that_never_rests);
	CHECK_RUN(impossible_head_is_ignored);
	for (i = 0; i < sizeof(schedules) / sizeof(schedules[0]); i++)
		check_run(schedules[i].name, random_schedule, &schedules[i].p);
	return check_done();
}
