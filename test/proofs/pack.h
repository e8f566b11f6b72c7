/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * States of the world as bytes. Positions run freely, but nothing depends on whole turns of
 * the ring: they are kept relative to the turn that `decided` is in. What an output that
 * sleeps remembers is only where it stands in its ring. Both claims are checked while
 * searching: a state is run with positions at the 32-bit wrap and outputs that slept for more
 * turns, too, and what should not matter is unpacked as garbage.
 */

#ifndef TINYNF_PROOFS_PACK_H
#define TINYNF_PROOFS_PACK_H

#include "world.h"

/** How a state is renamed: see pack(). */
struct names {
	uint32_t first;                /**< The slot that comes first. */
	unsigned int output[OUTPUTS];  /**< The output by its new number. */
};

#define KEY_MAX  (5 + 7 * OUTPUTS + 3 * SLOTS)
#define BASE     (16u * SLOTS)
#define GARBAGE  UINT32_C(0x5a5a5a5a)

static uint32_t
key_length(void)
{
	return 5 + 7 * OUTPUTS + 3 * cfg->size;
}

static uint8_t
relative(uint32_t pos, uint32_t base)
{
	const int32_t d = (int32_t)(pos - base);

	if (d < -2 * (int32_t)SLOTS || d > 3 * (int32_t)SLOTS)
		BREAK("a position runs away from the others");
	return (uint8_t)d;
}

static uint32_t
absolute(uint8_t packed, uint32_t base)
{
	return base + (uint32_t)(int32_t)(int8_t)packed;
}

static uint8_t *
pack_output(uint8_t *k, unsigned int o, uint32_t base, uint32_t first)
{
	const uint32_t mask = cfg->size - 1;
	const struct tinynf_agent *a = &w.agent;
	const struct tinynf_output *out = &a->output[o];
	const bool active = a->active >> o & 1;
	uint32_t turns = 0;

	*k++ = (uint8_t)(active | w.nic.on[o] << 1 | (out->limit != 0) << 2);
	if (!w.nic.on[o]) {
		memset(k, 0, 6);
		return k + 6;
	}
	if (out->limit != 0 && (!active || out->limit != MAX_LEN))
		BREAK("an output has a limit that is not its own");
	if (!active)
		turns = tinynf_ring_turns(tinynf_ring_distance(out->rung, a->decided), a->mask);
	*k++ = relative(out->rung + turns, base);
	*k++ = relative(out->done + turns, base);
	*k++ = active ? relative(out->first, base) : 0;
	*k++ = active ? relative(out->last, base) : 0;
	*k++ = (uint8_t)(((w.nic.tdh[o] - first) & mask) | ((w.nic.tdt[o] - first) & mask) << 4);
	*k++ = (uint8_t)((w.nic.report[o] - first) & mask);
	return k;
}

/** Is the descriptor the NIC's to send? */
static bool
nic_owns(unsigned int o, uint32_t i)
{
	const uint32_t mask = cfg->size - 1;

	return ((i - w.nic.tdh[o]) & mask) < ((w.nic.tdt[o] - w.nic.tdh[o]) & mask);
}

/*
 * In coarse steps the NIC reports its head whenever it likes, so RS counts only where it is
 * a promise: in what the NIC owns. Elsewhere it is the driver's to set again.
 */
static uint8_t *
pack_slot(uint8_t *k, uint32_t i, const unsigned int *output)
{
	const uint32_t sent = atomic_load(&w.sent[i]);
	const struct slot *s = &w.slot[i];
	uint8_t desc = 0, want, is;
	unsigned int n;

	want = (sent & TINYNF_MOVED ? 16 : 0) | (w.stale[i] & TINYNF_MOVED ? 32 : 0);
	is = (uint8_t)(s->owner | s->released << 2 | (atomic_load(&w.state[i]) != 0) << 3);
	for (n = 0; n < OUTPUTS; n++) {
		const unsigned int o = output[n];
		const struct tinynf_desc *d = &w.tx[o][i];

		want |= (uint8_t)((sent >> o & 1) << (2 + n) | (w.stale[i] >> o & 1) << (6 + n));
		if (!w.nic.on[o])
			continue;
		if ((d->meta & ~TINYNF_TXD_RS) != TINYNF_TXD_EOP &&
				(d->meta & ~TINYNF_TXD_RS) != FRAME(i))
			BREAK("a descriptor is neither null nor its slot's packet");
		if (sent >> o & 1 && w.wanted[o][i].meta != (FRAME(i) | tinynf_agent_rs(&w.agent, i)))
			BREAK("the packet that is wanted is not what was sent");
		desc |= (uint8_t)(((d->meta & 0xffff) != 0) << 3 * n);
		if (cfg->fine || nic_owns(o, i))
			desc |= (uint8_t)(((d->meta & TINYNF_TXD_RS) != 0) << (3 * n + 1));
		desc |= (uint8_t)((d->addr != ADDR(i)) << (3 * n + 2));
		if (sent >> o & 1)
			want |= (uint8_t)((w.wanted[o][i].addr != ADDR(i)) << n);
		is |= (uint8_t)(s->due[o] << (4 + n) | (s->due[o] && s->moved[o]) << (6 + n));
	}
	*k++ = desc;
	*k++ = want;
	*k++ = is;
	return k;
}

static void
pack_as(uint8_t *key, const struct names *names)
{
	const struct tinynf_agent *a = &w.agent;
	const uint32_t base = (a->decided & ~a->mask) + names->first;
	uint8_t *k = key;
	unsigned int o;
	uint32_t i;

	*k++ = relative(a->decided, base);
	*k++ = relative(a->received, base);
	*k++ = relative(a->mirrored, base);
	*k++ = (uint8_t)((w.nic.rdh - names->first) & a->mask);
	*k++ = (uint8_t)((w.nic.rdt - names->first) & a->mask);
	for (o = 0; o < OUTPUTS; o++)
		k = pack_output(k, names->output[o], base, names->first);
	for (i = 0; i < cfg->size; i++)
		k = pack_slot(k, (i + names->first) & a->mask, names->output);
}

/*
 * All groups of slots are alike, and so are all outputs unless one of them comes and goes (it
 * then starts at slot 0): a state is kept once, with its slots counted from the group where
 * `decided` is and its outputs in one of the two orders.
 */
static void
pack(uint8_t *key)
{
	struct names names = { 0, { 0, 1 } };
	uint8_t other[KEY_MAX];

	if (!cfg->detaches)
		names.first = w.agent.decided & w.agent.mask & ~(cfg->period - 1);
	pack_as(key, &names);
	if (cfg->detaches || cfg->outputs < 2)
		return;
	names.output[0] = 1;
	names.output[1] = 0;
	pack_as(other, &names);
	if (memcmp(other, key, key_length()) < 0)
		memcpy(key, other, key_length());
}

static const uint8_t *
unpack_output(const uint8_t *k, unsigned int o, uint32_t base)
{
	struct tinynf_output *out = &w.agent.output[o];
	const bool active = *k & 1;
	const uint32_t slept = base != BASE && !active ? 3 * cfg->size : 0;

	w.agent.active |= (uint32_t)active << o;
	out->limit = *k & 4 ? MAX_LEN : 0;
	w.nic.on[o] = *k++ >> 1 & 1;
	out->rung = w.nic.on[o] ? absolute(*k, base) - slept : GARBAGE;
	out->done = w.nic.on[o] ? absolute(k[1], base) - slept : GARBAGE;
	out->first = active ? absolute(k[2], base) : GARBAGE;
	out->last = active ? absolute(k[3], base) : GARBAGE;
	w.nic.tdh[o] = k[4] & 15;
	w.nic.tdt[o] = k[4] >> 4;
	w.nic.report[o] = k[5];
	out->desc = w.nic.on[o] ? w.tx[o] : NULL;
	out->wanted = w.nic.on[o] ? w.wanted[o] : NULL;
	out->head = w.nic.on[o] ? &w.nic.report[o] : NULL;
	return k + 6;
}

static const uint8_t *
unpack_slot(const uint8_t *k, uint32_t i)
{
	struct slot *s = &w.slot[i];
	unsigned int o;

	for (o = 0; o < OUTPUTS; o++) {
		const uint8_t d = (uint8_t)(k[0] >> 3 * o);
		const uint64_t last = tinynf_agent_rs(&w.agent, i);

		w.tx[o][i].meta = (d & 1 ? FRAME(i) : TINYNF_TXD_EOP) | (d & 2 ? TINYNF_TXD_RS : 0);
		w.tx[o][i].addr = ADDR(i) + (d & 4 ? MOVED_BY : 0);
		w.wanted[o][i].addr = GARBAGE;
		w.wanted[o][i].meta = GARBAGE;
		if (k[1] >> (2 + o) & 1) {
			w.wanted[o][i].addr = ADDR(i) + (k[1] >> o & 1 ? MOVED_BY : 0);
			w.wanted[o][i].meta = FRAME(i) | last;
		}
		s->due[o] = k[2] >> (4 + o) & 1;
		s->moved[o] = k[2] >> (6 + o) & 1;
	}
	atomic_store(&w.sent[i], (k[1] >> 2 & 3u) | (k[1] & 16 ? TINYNF_MOVED : 0));
	w.stale[i] = k[1] >> 6 | (k[1] & 32 ? TINYNF_MOVED : 0);
	s->owner = k[2] & 3;
	s->released = k[2] >> 2 & 1;
	atomic_store(&w.state[i], k[2] >> 3 & 1);
	return k + 3;
}

static void
unpack(const uint8_t *key, uint32_t base)
{
	struct tinynf_agent *a = &w.agent;
	const uint8_t *k = key;
	unsigned int o;
	uint32_t i, pos;

	a->decided = absolute(*k++, base);
	a->received = absolute(*k++, base);
	a->mirrored = absolute(*k++, base);
	w.nic.rdh = *k++;
	w.nic.rdt = *k++;
	a->active = 0;
	for (o = 0; o < OUTPUTS; o++)
		k = unpack_output(k, o, base);
	for (i = 0; i < cfg->size; i++)
		k = unpack_slot(k, i);
	/* What the NIC filled lies between the application's place and the NIC's. */
	for (i = 0; i < cfg->size; i++) {
		w.rx[i].addr = ADDR(i);
		w.rx[i].meta = 0;
	}
	for (pos = a->received & a->mask; pos != w.nic.rdh; pos = (pos + 1) & a->mask)
		w.rx[pos].meta = LEN(pos) | TINYNF_RXD_DD | TINYNF_RXD_EOP;
}

/** The state after set-up. */
static void
world_init(void)
{
	uint32_t i;
	unsigned int o;

	memset(&w, 0, sizeof(w));
	for (i = 0; i < cfg->size; i++) {
		w.addr[i] = ADDR(i);
		w.slot[i].owner = i < cfg->size - 1 ? NIC_RX : UNUSED;
	}
	tinynf_agent_init(&w.agent, cfg->size, cfg->flush, cfg->period, w.rx, w.state, w.sent,
			w.stale, w.addr);
	w.nic.rdt = tinynf_agent_rdt(&w.agent);
	for (o = 0; o < cfg->outputs; o++) {
		w.nic.on[o] = true;
		tinynf_agent_attach(&w.agent, o, w.tx[o], w.wanted[o], &w.nic.report[o]);
		tinynf_agent_set_max(&w.agent, o, MAX_LEN);
	}
}

#endif /* TINYNF_PROOFS_PACK_H */
