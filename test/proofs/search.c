/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * Visits every state that the agent's code can reach with a NIC and an application that do
 * whatever they may, in any order, and looks in each whether the specification holds and
 * whether the ring comes back to rest when the application gives up what it holds.
 */

#include <stdlib.h>

#include "check.h"
#include "pack.h"

#define MAX_DEPTH  400
#define SETS       (1u << OUTPUTS)

/* --- what can happen next --- */

enum act {
	NIC_RECEIVE,
	NIC_TRANSMIT_ONE,
	NIC_TRANSMIT_ALL = NIC_TRANSMIT_ONE + OUTPUTS,
	NIC_REPORT = NIC_TRANSMIT_ALL + OUTPUTS,
	APP_RECEIVE = NIC_REPORT + OUTPUTS,
	ADVANCE,
	RING, RING_IDLE,
	DETACH, CLOSE, ATTACH,
	SEND_NEXT,
	SEND_USUAL = SEND_NEXT + OUTPUTS,
	RING_ONE = SEND_USUAL + OUTPUTS,
	RELEASE = RING_ONE + OUTPUTS,
	SEND = RELEASE + SLOTS,
	SEND_MOVED = SEND + SLOTS * OUTPUTS,
	DECIDE = SEND_MOVED + SLOTS * OUTPUTS,
	MIRROR = DECIDE + SLOTS * SETS * 2,
	MIRROR_IDLE = MIRROR + SLOTS * SLOTS,
	ACTS = MIRROR_IDLE + SLOTS * SLOTS,
};

static void
act_name(unsigned int act, char *name, size_t len)
{
	static const struct { unsigned int first; const char *name; } names[] = {
		{ MIRROR_IDLE, "mirror, idle, NIC sent n+m*slots" },
		{ MIRROR, "mirror, NIC sent n+m*slots" },
		{ DECIDE, "sent and given up, slot*8+moved*4+outputs" },
		{ SEND_MOVED, "moved and sent, slot*outputs+output" },
		{ SEND, "sent, slot*outputs+output" }, { RELEASE, "given up, slot" },
		{ RING_ONE, "doorbell of" }, { SEND_USUAL, "next is usual, to" },
		{ SEND_NEXT, "next is sent to" }, { ATTACH, "attach" }, { CLOSE, "close" },
		{ DETACH, "detach" }, { RING_IDLE, "doorbells, idle" }, { RING, "doorbells" },
		{ ADVANCE, "advance" }, { APP_RECEIVE, "receive" },
		{ NIC_REPORT, "NIC reports head of" },
		{ NIC_TRANSMIT_ALL, "NIC transmits all of" },
		{ NIC_TRANSMIT_ONE, "NIC transmits one of" }, { NIC_RECEIVE, "NIC receives" },
	};
	unsigned int i;

	for (i = 0; act < names[i].first; i++)
		;
	snprintf(name, len, "%s %u", names[i].name, act - names[i].first);
}

/** One turn of a poll that finds nothing, as rx_burst does it, and a NIC that does its best. */
static void
settle(void)
{
	unsigned int o;

	advance();
	ring(false);
	if (tinynf_agent_mirror_due(&w.agent))
		mirror(false);
	ring(true);
	mirror(true);
	for (o = 0; o < cfg->outputs; o++)
		nic_transmit_some(o, cfg->size);
}

static void
detach(unsigned int o)
{
	uint32_t i, due = 0;

	w.nic.on[o] = false;
	for (i = 0; i < cfg->size; i++) {
		due += w.slot[i].due[o] && w.slot[i].owner == NIC_TX;
		w.slot[i].due[o] = false;
	}
	if (tinynf_agent_detach(&w.agent, o) < due)
		BREAK("a detached output reports too few lost packets");
}

/** The driver's poll until an output has sent all that it may send. */
static void
drain(unsigned int o)
{
	uint32_t i;

	for (i = 0; i < 4 * cfg->size; i++) {
		ring(true);
		mirror(true);
		if (!(w.agent.active >> o & 1) || (w.agent.output[o].rung == w.agent.decided &&
				w.nic.tdh[o] == w.nic.tdt[o]))
			return;
		nic_transmit_some(0, cfg->size);
		nic_transmit_some(o, cfg->size);
	}
	BREAK("an output that is closed does not drain");
}

/** Detach in good order: what was sent leaves, even behind packets that are still held. */
static void
close_output(unsigned int o)
{
	bool blocked = false;
	uint32_t i;

	drain(o);
	for (i = 0; i < cfg->size; i++)
		blocked |= atomic_load(&w.sent[i]) >> o & 1;
	if (blocked) {
		tinynf_agent_wake(&w.agent, o);
		drain(o);
		w.closing = true;
		tinynf_agent_send_blocked(&w.agent, o);
		w.nic.tdt[o] = tinynf_agent_tail(&w.agent, o);
		nic_transmit_some(o, cfg->size);
		w.closing = false;
	}
	for (i = 0; i < cfg->size; i++)
		if (w.slot[i].due[o])
			BREAK("a closed output did not send everything");
	detach(o);
}

static bool
act_outputs(unsigned int act)
{
	const unsigned int o = cfg->outputs - 1;

	if (!cfg->detaches || w.nic.on[o] != (act != ATTACH))
		return false;
	if (act == DETACH) {
		detach(o);
	} else if (act == CLOSE) {
		close_output(o);
	} else {
		w.nic.on[o] = true;
		w.nic.tdh[o] = w.nic.tdt[o] = w.nic.report[o] = 0;
		tinynf_agent_attach(&w.agent, o, w.tx[o], w.wanted[o], &w.nic.report[o]);
		tinynf_agent_set_max(&w.agent, o, MAX_LEN);
	}
	return true;
}

/** The driver looks at the heads; in coarse steps the NIC moves there only now. */
static bool
act_mirror(unsigned int n, bool idle)
{
	const uint32_t mask = cfg->size - 1;
	unsigned int o;

	if ((n != 0 && cfg->fine) || n % SLOTS > ((w.nic.tdt[0] - w.nic.tdh[0]) & mask) ||
			n / SLOTS > ((w.nic.tdt[1] - w.nic.tdh[1]) & mask))
		return false;
	for (o = 0; o < OUTPUTS; o++, n /= SLOTS)
		if (nic_transmit_some(o, n % SLOTS))
			nic_report(o);
	mirror(idle);
	return true;
}

/** @return false if it cannot happen now. */
static bool
perform(unsigned int act)
{
	unsigned int n;

	if (act >= MIRROR)
		return act_mirror((act - MIRROR) % (SLOTS * SLOTS), act >= MIRROR_IDLE);
	if (act >= DECIDE) {
		n = act - DECIDE;
		if (n / SETS % 2 != 0 && (!cfg->moves || n % SETS == 0))
			return false;
		return app_decide(n / SETS / 2, n % SETS, n / SETS % 2);
	}
	if (act >= SEND_MOVED) {
		n = act - SEND_MOVED;
		return cfg->moves && app_send(n % OUTPUTS, n / OUTPUTS, true);
	}
	if (act >= SEND) {
		n = act - SEND;
		return app_send(n % OUTPUTS, n / OUTPUTS, false);
	}
	if (act >= RELEASE)
		return app_release(act - RELEASE);
	if (act >= RING_ONE)
		return ring_one(act - RING_ONE);
	if (act >= SEND_USUAL)
		return app_send_usual(act - SEND_USUAL);
	if (act >= SEND_NEXT)
		return app_send_next(act - SEND_NEXT);
	if (act >= DETACH)
		return act_outputs(act);
	switch (act) {
	case NIC_RECEIVE:
		return cfg->fine && nic_receive();
	case APP_RECEIVE:
		return app_receive();
	case ADVANCE:
		return advance();
	case RING:
	case RING_IDLE:
		return ring(act == RING_IDLE);
	default:
		break;
	}
	if (!cfg->fine)
		return false;
	if (act >= NIC_REPORT)
		return nic_report(act - NIC_REPORT);
	if (act >= NIC_TRANSMIT_ALL)
		return nic_transmit_some(act - NIC_TRANSMIT_ALL, cfg->size);
	return nic_transmit_some(act - NIC_TRANSMIT_ONE, 1);
}

/* --- what must hold --- */

/** The agent's positions and the specification's owners say the same. */
static void
check_owners(void)
{
	const struct tinynf_agent *a = &w.agent;
	uint32_t i, held = 0, free = 0;

	for (i = 0; i < cfg->size; i++) {
		held += w.slot[i].owner == APP;
		free += w.slot[i].owner == NIC_RX;
	}
	if (held != tinynf_agent_held(a))
		BREAK("the agent is wrong about what the application holds");
	if (free != tinynf_agent_receivable(a))
		BREAK("the agent is wrong about what the NIC may fill");
	if (w.nic.rdt != tinynf_agent_rdt(a))
		BREAK("the receive tail was not written");
	if (a->bad_heads != 0)
		BREAK("a head report was not believed");
}

/** The application gives up what it holds: everything due leaves, the slots come back. */
static void
check_rest(void)
{
	uint32_t i;
	unsigned int o;

	for (i = 0; i < cfg->size; i++)
		app_release(i);
	for (i = 0; i < 4 * cfg->size; i++)
		settle();
	for (i = 0; i < cfg->size; i++)
		for (o = 0; o < cfg->outputs; o++)
			if (w.slot[i].due[o])
				BREAK("a packet is never sent");
	if (tinynf_agent_held(&w.agent) != 0)
		BREAK("slots stay undecided");
	if (tinynf_agent_receivable(&w.agent) + 1 != cfg->size)
		BREAK("the NIC does not get its slots back");
}

/* --- the search --- */

static struct {
	uint8_t *keys;       /* in the order in which they were found */
	uint32_t *parent;
	uint16_t *how;
	uint32_t *table;     /* by hash: place + 1 */
	uint32_t count, limit, buckets;
	uint64_t steps;
} found;

static uint64_t
hash(const uint8_t *key, uint32_t len)
{
	uint64_t h = len, part;
	uint32_t i;

	for (i = 0; i < len; i += 8) {
		part = 0;
		memcpy(&part, key + i, len - i < 8 ? len - i : 8);
		h = (h ^ part) * UINT64_C(0x9e3779b97f4a7c15);
		h ^= h >> 29;
	}
	return h;
}

/** Its place in the table, or where it should be. */
static uint32_t *
lookup(const uint8_t *key)
{
	const uint32_t len = key_length();
	uint64_t b;

	for (b = hash(key, len); found.table[b &= found.buckets - 1] != 0; b++)
		if (memcmp(found.keys + (uint64_t)(found.table[b] - 1) * len, key, len) == 0)
			break;
	return &found.table[b];
}

/** A table that is at most half full. */
static bool
make_room(void)
{
	uint32_t i;

	if (found.table != NULL && found.count < found.buckets / 2)
		return true;
	free(found.table);
	found.buckets = found.table != NULL ? found.buckets * 2 : 1u << 16;
	found.table = calloc(found.buckets, sizeof(*found.table));
	if (found.table == NULL)
		return false;
	for (i = 0; i < found.count; i++)
		*lookup(found.keys + (uint64_t)i * key_length()) = i + 1;
	return true;
}

static bool
remember(const uint8_t *key, uint32_t parent, unsigned int how)
{
	const uint32_t len = key_length();
	uint32_t *place;

	if (found.count == found.limit || !make_room())
		return false;
	place = lookup(key);
	if (*place != 0)
		return true;
	memcpy(found.keys + (uint64_t)found.count * len, key, len);
	found.parent[found.count] = parent;
	found.how[found.count] = (uint16_t)how;
	*place = ++found.count;
	return true;
}

/** NIC-owned transmit descriptors, which no step of the driver may write. */
static bool
untouched(const struct world *before, unsigned int act)
{
	unsigned int o;
	uint32_t i;

	if (act >= DETACH && act <= ATTACH)
		return true;
	for (o = 0; o < cfg->outputs; o++) {
		if (!before->nic.on[o])
			continue;
		for (i = before->nic.tdh[o]; i != before->nic.tdt[o]; i = (i + 1) & w.agent.mask)
			if (memcmp(&w.tx[o][i], &before->tx[o][i], sizeof(w.tx[o][i])) != 0)
				return false;
	}
	return true;
}

/** Could this happen in any state of the configuration? Saves time only. */
static bool
plausible(unsigned int act)
{
	const unsigned int n = (act - MIRROR) % (SLOTS * SLOTS);

	if (act >= MIRROR)
		return n % SLOTS < cfg->size && n / SLOTS < cfg->size &&
			(n / SLOTS == 0 || cfg->outputs > 1);
	if (act >= DECIDE)
		return !cfg->fine && (act - DECIDE) / (2 * SETS) < cfg->size;
	return cfg->fine || act < RELEASE;
}

/** The state after @p act in @p from, or false if it cannot happen: nothing is changed then. */
static bool
next(const struct world *from, unsigned int act, uint8_t *to, bool *dirty)
{
	if (*dirty)
		memcpy(&w, from, WORLD_USED);
	*dirty = false;
	if (!perform(act))
		return false;
	*dirty = true;
	if (!untouched(from, act))
		BREAK("a descriptor is written that the NIC owns");
	check_owners();
	pack(to);
	return true;
}

/** Where positions wrap, the same has to happen. */
static bool
same_at_wrap(const struct world *there, unsigned int act, const uint8_t *to)
{
	uint8_t wrapped[KEY_MAX];
	bool dirty = true;

	return next(&there[0], act, wrapped, &dirty) &&
		memcmp(to, wrapped, key_length()) == 0 &&
		next(&there[1], act, wrapped, &dirty) &&
		memcmp(to, wrapped, key_length()) == 0;
}

static void
expand(uint32_t place)
{
	static struct world here, there[2];
	const uint8_t *key = found.keys + (uint64_t)place * key_length();
	uint8_t to[KEY_MAX] = { 0 };
	bool dirty = true;
	unsigned int act;

	if (cfg->wraps) {
		unpack(key, 0);
		memcpy(&there[0], &w, WORLD_USED);
		unpack(key, -cfg->size);
		memcpy(&there[1], &w, WORLD_USED);
	}
	unpack(key, BASE);
	memcpy(&here, &w, WORLD_USED);
	for (act = 0; act < ACTS && broken == NULL; act++) {
		if (!plausible(act) || !next(&here, act, to, &dirty))
			continue;
		found.steps++;
		if (cfg->wraps && broken == NULL) {
			if (!same_at_wrap(there, act, to))
				BREAK("it behaves differently where positions wrap");
			dirty = true;
		}
		if (broken == NULL && !remember(to, place, act))
			BREAK("more states than there is room for");
		if (broken != NULL)
			found.how[found.count] = (uint16_t)act;
	}
	if (broken != NULL)
		return;
	memcpy(&w, &here, WORLD_USED);
	check_rest();
	found.how[found.count] = ACTS;
}

static void
print_trace(uint32_t place)
{
	unsigned int path[MAX_DEPTH], n = 0;
	char name[80];

	for (; place != 0 && n < MAX_DEPTH; place = found.parent[place])
		path[n++] = found.how[place];
	while (n-- > 0) {
		act_name(path[n], name, sizeof(name));
		printf("  %s\n", name);
	}
	if (found.how[found.count] == ACTS) {
		printf("  all is given up, and nothing more is received\n");
	} else {
		act_name(found.how[found.count], name, sizeof(name));
		printf("  %s\n", name);
	}
}

static void
search(const void *arg)
{
	uint8_t key[KEY_MAX] = { 0 };
	uint32_t place;

	cfg = arg;
	broken = NULL;
	found.limit = 40000000;
	found.table = NULL;
	found.count = 0;
	found.steps = 0;
	/* Untouched pages cost nothing; one place more than states, for the last step. */
	found.keys = malloc((uint64_t)found.limit * key_length());
	found.parent = malloc(sizeof(*found.parent) * found.limit);
	found.how = malloc(sizeof(*found.how) * (found.limit + 1));
	CHECK(found.keys != NULL && found.parent != NULL && found.how != NULL);
	world_init();
	check_owners();
	pack(key);
	remember(key, 0, 0);
	for (place = 0; place < found.count && broken == NULL; place++)
		expand(place);
	if (broken != NULL)
		print_trace(place - 1);
	printf("%s: %u states, %" PRIu64 " steps\n", cfg->name, found.count, found.steps);
	free(found.keys);
	free(found.parent);
	free(found.how);
	free(found.table);
	if (broken != NULL)
		CHECK_FAIL("%s", broken);
	CHECK(found.count > 100);
}

int
main(int argc, char **argv)
{
	static const struct config configs[] = {
		{ "4 slots, 1 output, finest steps", 4, 1, 2, 1, true, false, true, true },
		{ "4 slots, 1 output, comes and goes", 4, 1, 2, 1, false, true, false, true },
		{ "4 slots, 2 outputs", 4, 1, 2, 2, false, false, false, false },
	};
	/* Too long for each run of the tests: they run only if they are asked for by name. */
	static const struct config longer[] = {
		{ "long/4 slots, moved to 2", 4, 1, 2, 2, true, false, false, false },
		{ "long/4 slots, 2, one comes and goes", 4, 1, 2, 2, false, true, false, false },
		{ "long/4 slots, 2, flush 2", 4, 2, 2, 2, false, false, false, false },
		{ "long/8 slots", 8, 2, 4, 1, false, false, false, false },
	};

	check_init(argc, argv);
	CHECK_RUN_EACH("", search, configs);
	if (argc > 1)
		CHECK_RUN_EACH("", search, longer);
	return check_done();
}
