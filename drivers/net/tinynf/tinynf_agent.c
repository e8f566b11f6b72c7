/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#include <string.h>

#include "tinynf_agent.h"

void
tinynf_agent_init(struct tinynf_agent *a, uint32_t size, uint32_t flush_period,
		uint32_t mirror_period, struct tinynf_desc *rx_desc, _Atomic uint8_t *state,
		_Atomic uint32_t *sent, uint32_t *stale, uint64_t *addr)
{
	uint32_t i;

	memset(a, 0, sizeof(*a));
	a->mask = size - 1;
	a->twice_mask = 2 * a->mask;
	a->mirrored = size;
	a->flush_period = flush_period;
	a->due_period = flush_period;
	a->mirror_period = mirror_period;
	a->rx_desc = rx_desc;
	a->state = state;
	a->sent = sent;
	a->stale = stale;
	a->addr = addr;
	for (i = 0; i < size; i++) {
		rx_desc[i].addr = addr[i];
		rx_desc[i].meta = 0;
		atomic_init(&state[i], 0);
		atomic_init(&sent[i], 0);
		stale[i] = 0;
	}
}

/** A descriptor that the NIC consumes without sending anything, 7.2.3.2.2. */
static void
make_null(struct tinynf_agent *a, struct tinynf_output *out, uint32_t slot)
{
	out->desc[slot].meta = TINYNF_TXD_EOP | tinynf_agent_rs(a, slot);
}

void
tinynf_agent_attach(struct tinynf_agent *a, unsigned int o, struct tinynf_desc *desc,
		struct tinynf_desc *wanted, const volatile uint32_t *head)
{
	struct tinynf_output *out = &a->output[o];
	uint32_t i;

	out->desc = desc;
	out->bit = UINT32_C(1) << o;
	out->limit = 0;
	out->max = 0;
	out->wanted = wanted;
	out->head = head;
	out->rung = 0;
	out->due = 0;
	out->done = 0;
	out->first = 0;
	out->last = 0;
	for (i = 0; i <= a->mask; i++) {
		desc[i].addr = a->addr[i];
		make_null(a, out, i);
	}
}

void
tinynf_agent_set_max(struct tinynf_agent *a, unsigned int o, uint32_t max)
{
	struct tinynf_output *out = &a->output[o];

	out->max = max;
	if (out->limit != 0)
		out->limit = max;
}

/** After each change of what is active. */
static void
set_due(struct tinynf_agent *a)
{
	const uint32_t outputs = (uint32_t)__builtin_popcount(a->active);
	const uint32_t before = a->due_period;
	uint32_t rest;

	a->due_period = outputs <= 1 ? a->flush_period :
		tinynf_ring_earlier(outputs * a->flush_period, a->mirror_period);
	if (a->due_period == before)
		return;
	for (rest = a->active; rest != 0; rest &= rest - 1)
		a->output[__builtin_ctz(rest)].due += a->due_period - before;
}

uint32_t
tinynf_agent_detach(struct tinynf_agent *a, unsigned int o)
{
	const uint32_t bit = UINT32_C(1) << o;
	const uint32_t from = tinynf_ring_later(a->output[o].done, a->output[o].first);
	uint32_t lost = 0;
	uint32_t pos;
	uint32_t i;

	if (a->active & bit)
		for (pos = from; pos != a->output[o].last; pos++)
			lost += (a->stale[pos & a->mask] & bit) != 0;
	a->active &= ~bit;
	set_due(a);
	a->output[o].limit = 0;
	for (i = 0; i <= a->mask; i++) {
		a->stale[i] &= ~bit;
		atomic_fetch_and_explicit(&a->sent[i], ~bit, memory_order_relaxed);
	}
	a->output[o].desc = NULL;
	a->output[o].wanted = NULL;
	a->output[o].head = NULL;
	return lost;
}

/**
 * An active output holds back the mirror, so that what is received later has a place in its
 * ring; but only from its first packet on.
 */
static void
set_limit(const struct tinynf_agent *a, struct tinynf_output *out)
{
	out->limit = a->active & out->bit && tinynf_ring_reached(out->done, out->first) ?
		out->max : 0;
}

/** An output without pending packets gets one. */
static void
activate(struct tinynf_agent *a, unsigned int o)
{
	struct tinynf_output *out = &a->output[o];
	/*
	 * The output slept, perhaps for several turns. Its ring held only nulls since, so
	 * whole turns can be forgotten: what counts is where the NIC stands in the ring.
	 */
	const uint32_t turns = tinynf_ring_turns(tinynf_ring_distance(out->rung, a->decided),
			a->mask);

	out->rung += turns;
	out->done += turns;
	out->first = a->decided;
	out->last = a->decided;
	a->active |= out->bit;
	set_due(a);
	out->due = a->decided + a->due_period;
	set_limit(a, out);
}

uint32_t
tinynf_agent_places(struct tinynf_agent *a, struct tinynf_output *out)
{
	const uint32_t used = tinynf_ring_distance(out->done, a->decided);

	if (!(a->active & out->bit)) {
		activate(a, (unsigned int)__builtin_ctz(out->bit));
		return tinynf_agent_places(a, out);
	}
	return used > a->mask ? 0 : a->mask + 1 - used;
}

bool
tinynf_agent_send(struct tinynf_agent *a, unsigned int o, uint32_t slot, uint64_t addr,
		uint64_t meta)
{
	const uint32_t bit = UINT32_C(1) << o;
	struct tinynf_desc *d = &a->output[o].wanted[slot];

	if (atomic_load_explicit(&a->sent[slot], memory_order_relaxed) & bit)
		return false;
	d->addr = addr;
	d->meta = meta | tinynf_agent_rs(a, slot);
	/* Published by the release of the slot. */
	atomic_fetch_or_explicit(&a->sent[slot], bit | (addr != a->addr[slot] ? TINYNF_MOVED : 0),
			memory_order_relaxed);
	return true;
}

/** Wake the outputs that get a slot. False if one still has to pass the turn before. */
static bool
wake(struct tinynf_agent *a, uint32_t sent)
{
	uint32_t rest;
	bool ready = true;

	for (rest = sent & ~TINYNF_MOVED; rest != 0; rest &= rest - 1) {
		const unsigned int o = (unsigned int)__builtin_ctz(rest);

		if (!(a->active & (UINT32_C(1) << o)))
			activate(a, o);
		ready &= tinynf_agent_place_free(a, o);
	}
	return ready;
}

/** Put the slot's packet into the rings that get it and nulls where a stale one was. */
static void
fill(struct tinynf_agent *a, uint32_t slot, uint32_t sent)
{
	const uint32_t stale = a->stale[slot];
	const bool moved = (sent | stale) & TINYNF_MOVED;
	uint32_t rest;

	for (rest = stale & ~sent & ~TINYNF_MOVED; rest != 0; rest &= rest - 1) {
		struct tinynf_output *out = &a->output[__builtin_ctz(rest)];

		make_null(a, out, slot);
		if (moved)
			out->desc[slot].addr = a->addr[slot];
	}
	for (rest = sent & ~TINYNF_MOVED; rest != 0; rest &= rest - 1) {
		struct tinynf_output *out = &a->output[__builtin_ctz(rest)];

		if (moved)
			out->desc[slot].addr = out->wanted[slot].addr;
		out->desc[slot].meta = out->wanted[slot].meta;
		out->last = a->decided + 1;
	}
	a->stale[slot] = sent;
}

void
tinynf_agent_wake(struct tinynf_agent *a, unsigned int o)
{
	wake(a, UINT32_C(1) << o);
}

void
tinynf_agent_send_blocked(struct tinynf_agent *a, unsigned int o)
{
	struct tinynf_output *out = &a->output[o];
	uint32_t pos;

	/* The ring is given up, so it need not wait for the others any more. */
	for (pos = a->decided; pos != a->received; pos++) {
		const uint32_t slot = pos & a->mask;

		if (atomic_load_explicit(&a->sent[slot], memory_order_relaxed) >> o & 1)
			out->desc[slot] = out->wanted[slot];
		else
			make_null(a, out, slot);
	}
	out->rung = a->received;
	out->due = a->received + a->due_period;
}

void
tinynf_agent_clear_others(struct tinynf_agent *a, struct tinynf_output *out, uint32_t slot)
{
	uint32_t rest;

	for (rest = a->stale[slot] & ~TINYNF_MOVED; rest != 0; rest &= rest - 1) {
		struct tinynf_output *other = &a->output[__builtin_ctz(rest)];

		if (other != out)
			make_null(a, other, slot);
		if (a->stale[slot] & TINYNF_MOVED)
			other->desc[slot].addr = a->addr[slot];
	}
	a->stale[slot] = out->bit;
}

bool
tinynf_agent_clear_next(struct tinynf_agent *a, unsigned int o)
{
	const uint32_t slot = a->decided & a->mask;
	struct tinynf_output *out = &a->output[o];

	if (!wake(a, out->bit))
		return false;
	/* If it isn't sent after all, it is cleared once more. */
	tinynf_agent_clear_others(a, out, slot);
	return true;
}

uint32_t
tinynf_agent_advance(struct tinynf_agent *a)
{
	const uint32_t start = a->decided;

	while (a->decided != a->received) {
		const uint32_t slot = a->decided & a->mask;
		uint32_t sent;

		if (atomic_load_explicit(&a->state[slot], memory_order_acquire) == 0)
			break;
		sent = atomic_load_explicit(&a->sent[slot], memory_order_relaxed);
		if (!wake(a, sent))
			break;
		if ((sent | a->stale[slot]) != 0)
			fill(a, slot, sent);
		atomic_store_explicit(&a->sent[slot], 0, memory_order_relaxed);
		atomic_store_explicit(&a->state[slot], 0, memory_order_relaxed);
		a->decided++;
	}
	return a->decided - start;
}

/**
 * Tell the NIC a tail, with a head report there. What was rung can't be changed any more: if
 * only whole groups were reported, an application that then holds the rest of the ring would
 * never see the last slots of an incomplete group again. Long runs are reported between, too.
 */
static void
ring_up(const struct tinynf_agent *a, struct tinynf_output *out, uint32_t tail)
{
	uint32_t end;

	if (tinynf_ring_distance(out->rung, tail) > a->mirror_period) {
		end = (out->rung | (a->mirror_period - 1)) + 1;
		for (; tinynf_ring_reached(tail, end); end += a->mirror_period)
			out->desc[(end - 1) & a->mask].meta |= TINYNF_TXD_RS;
	}
	tinynf_agent_rung(a, out, tail);
}

uint32_t
tinynf_agent_doorbells(struct tinynf_agent *a, bool idle)
{
	const uint32_t least = idle ? 1 : a->flush_period;
	const uint32_t decided = a->decided;
	uint32_t ring = 0;
	uint32_t rest;

	for (rest = a->active; rest != 0; rest &= rest - 1) {
		struct tinynf_output *out = &a->output[__builtin_ctz(rest)];
		/* A tail may not catch up with the head: the ring would look empty. */
		const uint32_t tail = tinynf_ring_earlier(decided, out->done + a->mask);

		if (tinynf_ring_distance(out->rung, tail) < least)
			continue;
		/* Nothing but nulls since: what was rung before is reported as it is. */
		if (tinynf_ring_reached(out->rung, out->last)) {
			out->due = decided + a->due_period;
			continue;
		}
		ring_up(a, out, tail);
		ring |= out->bit;
	}
	return ring;
}

/** Take an output's head report into account; false if it is not a possible one. */
static bool
head_learn(struct tinynf_agent *a, struct tinynf_output *out)
{
	const uint32_t index = *out->head;
	uint32_t done;

	if (index > a->mask)
		return false;
	done = tinynf_ring_unwrap(out->done, index, a->mask);
	if (tinynf_ring_distance(out->done, done) > tinynf_ring_distance(out->done, out->rung))
		return false;
	out->done = done;
	return true;
}

/**
 * What got nothing lately sleeps. Not at once, as to wake costs more than a packet: until then,
 * what it could have got is held back from reception, a part of the ring at most.
 */
static bool
may_sleep(const struct tinynf_agent *a, const struct tinynf_output *out, bool idle)
{
	const uint32_t nap = (a->mask + 1) / TINYNF_NAP_PART;

	return tinynf_ring_reached(out->done, out->last) && out->last != a->decided &&
		(idle || tinynf_ring_distance(out->done, a->decided) > nap);
}

/** Heads of all active outputs. @return up to where all have sent. */
static __attribute__((noinline)) uint32_t
learn_all(struct tinynf_agent *a, bool idle)
{
	const uint32_t active = a->active;
	uint32_t back = a->decided;
	uint32_t rest;

	for (rest = active; rest != 0; rest &= rest - 1) {
		struct tinynf_output *out = &a->output[__builtin_ctz(rest)];

		if (!head_learn(a, out))
			a->bad_heads++;
		/* Never far behind: an output may stay active for longer than positions last. */
		out->first = tinynf_ring_later(out->done, out->first);
		if (may_sleep(a, out, idle)) {
			a->active &= ~out->bit;
		} else {
			back = tinynf_ring_earlier(back, out->first);
			/* Nulls are sent, too. */
			out->last = tinynf_ring_later(out->done, out->last);
		}
		set_limit(a, out);
	}
	if (a->active != active)
		set_due(a);
	return back;
}

/** The same with only one, which got the last packet and reports what is possible. */
static inline bool
learn_one(struct tinynf_agent *a, struct tinynf_output *out, uint32_t *back)
{
	const uint32_t index = *out->head;
	const uint32_t done = tinynf_ring_unwrap(out->done, index, a->mask);

	if (index > a->mask || out->last != a->decided ||
			tinynf_ring_distance(out->done, done) >
			tinynf_ring_distance(out->done, out->rung))
		return false;
	out->done = done;
	out->first = tinynf_ring_later(done, out->first);
	out->limit = done == out->first ? out->max : 0;
	/* Everything before was sent, or never was for this output. */
	*back = out->first;
	return true;
}

bool
tinynf_agent_mirror(struct tinynf_agent *a, bool idle)
{
	const uint32_t active = a->active;
	const uint32_t size = a->mask + 1;
	uint32_t back;

	if ((active & (active - 1)) != 0 || active == 0 ||
			!learn_one(a, &a->output[__builtin_ctz(active)], &back))
		back = learn_all(a, idle);
	/* Reads of heads come before whatever the NIC then does with the slots. */
	atomic_thread_fence(memory_order_acquire);
	if (back + size - a->mirrored < (idle ? 1 : a->mirror_period))
		return false;
	a->mirrored = back + size;
	return true;
}
