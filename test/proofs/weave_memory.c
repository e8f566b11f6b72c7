/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* Memory as actors see it, and what the compiler calls for each access to it. */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "weave_state.h"

struct region {
	const volatile char *at;
	size_t size;
	const char *name;
};

static struct region locations[MAX_LOCATIONS], plain[MAX_PLAIN];
static unsigned int n_locations, n_plain;

void
weave_forget(void)
{
	memset(locations, 0, sizeof(locations));
	n_locations = 0;
	n_plain = 0;
}

/* MAX_LOCATIONS if nobody named it. */
static unsigned int
locate(const volatile void *at)
{
	unsigned int i;

	for (i = 0; i < n_locations; i++)
		if (locations[i].at == at)
			return i;
	return MAX_LOCATIONS;
}

static void
watch(struct region *regions, unsigned int *n, unsigned int most, struct region region)
{
	if (*n == most)
		abort();
	regions[(*n)++] = region;
}

void
weave_name(volatile void *memory, size_t size, const char *name)
{
	watch(locations, &n_locations, MAX_LOCATIONS, (struct region){ memory, size, name });
}

void
weave_plain(const void *memory, size_t size, const char *name)
{
	watch(plain, &n_plain, MAX_PLAIN, (struct region){ memory, size, name });
}

/* --- values --- */

static uint64_t
get(const volatile void *at, unsigned int size)
{
	uint64_t value = 0;

	memcpy(&value, (const void *)(uintptr_t)at, size);
	return value;
}

static void
put(volatile void *at, unsigned int size, uint64_t value)
{
	memcpy((void *)(uintptr_t)at, &value, size);
}

static uint64_t
memory_get(unsigned int location)
{
	return get(locations[location].at, locations[location].size);
}

static void
memory_set(unsigned int location, uint64_t value)
{
	put((void *)(uintptr_t)locations[location].at, locations[location].size, value);
}

uint64_t
weave_visible(unsigned int actor, unsigned int location)
{
	const struct weave_actor *a = &weave.actor[actor];
	unsigned int k;

	for (k = a->n_stores; k-- != 0;)
		if (a->store[k].location == location)
			return a->store[k].value;
	return memory_get(location);
}

static bool
has_own(unsigned int actor, unsigned int location)
{
	const struct weave_actor *a = &weave.actor[actor];
	unsigned int k;

	for (k = 0; k < a->n_stores; k++)
		if (a->store[k].location == location)
			return true;
	return false;
}

bool
weave_may_take_effect(enum weave_order order, unsigned int actor, unsigned int which)
{
	const struct weave_store *s = weave.actor[actor].store;
	unsigned int k;

	if (order != WEAVE_RELAXED || s[which].releases)
		return which == 0;
	for (k = 0; k < which; k++)
		if (s[k].location == s[which].location)
			return false;
	return true;
}

static void
take_effect(unsigned int actor, unsigned int which)
{
	struct weave_actor *a = &weave.actor[actor];
	const struct weave_store s = a->store[which];

	memory_set(s.location, s.value);
	weave.told[s.location] = s.told;
	a->n_stores--;
	memmove(&a->store[which], &a->store[which + 1], (a->n_stores - which) * sizeof(s));
	memset(&a->store[a->n_stores], 0, sizeof(s));
}

void
weave_take_effect(unsigned int actor, unsigned int which)
{
	const struct weave_store s = weave.actor[actor].store[which];

	weave_note(DID_TAKE_EFFECT, s.location, s.value);
	take_effect(actor, which);
}

void
weave_drain(unsigned int actor)
{
	while (weave.actor[actor].n_stores != 0)
		take_effect(actor, 0);
}

/* --- what is known of guarded memory --- */

static bool
acquires(int order)
{
	return order == __ATOMIC_ACQUIRE || order == __ATOMIC_CONSUME ||
		order == __ATOMIC_ACQ_REL || order == __ATOMIC_SEQ_CST;
}

static bool
releases(int order)
{
	return order == __ATOMIC_RELEASE || order == __ATOMIC_ACQ_REL || order == __ATOMIC_SEQ_CST;
}

static void
learn(struct weave_actor *a, weave_known told, int order)
{
	a->to_acquire |= told;
	if (acquires(order))
		a->known |= told;
}

static weave_known
bit(unsigned int place, unsigned int actor, bool write)
{
	return (weave_known)1 << ((place * WEAVE_ACTORS + actor) * 2 + write);
}

/* Nobody knows of this access but who did it. */
static void
unknown(weave_known access)
{
	unsigned int i, k;

	for (i = 0; i < MAX_LOCATIONS; i++)
		weave.told[i] &= ~access;
	for (i = 0; i < WEAVE_ACTORS; i++) {
		struct weave_actor *a = &weave.actor[i];

		a->known &= ~access;
		a->to_acquire &= ~access;
		a->to_tell &= ~access;
		for (k = 0; k < a->n_stores; k++)
			a->store[k].told &= ~access;
	}
}

/* Returns whether this is guarded memory. */
static bool
plain_access(const volatile void *at, size_t size, bool write)
{
	const unsigned int self = weave_self();
	bool guarded = false;
	unsigned int p, i;
	char why[96];

	if (!weave_inside())
		return true;
	for (p = 0; p < n_plain; p++) {
		weave_known others = 0, mine = bit(p, self, write);

		if ((const volatile char *)at >= plain[p].at + plain[p].size ||
				(const volatile char *)at + size <= plain[p].at)
			continue;
		guarded = true;
		for (i = 0; i < WEAVE_ACTORS; i++)
			if (i != self)
				others |= bit(p, i, true) | (write ? bit(p, i, false) : 0);
		if (weave.done & others & ~weave.actor[self].known) {
			snprintf(why, sizeof(why), "actor %u races for %s", self, plain[p].name);
			weave_broken(why);
		}
		unknown(mine);
		weave.done |= mine;
		weave.actor[self].known |= mine;
	}
	return guarded;
}

/* --- atomic operations --- */

static void
forget_reads(struct weave_actor *a)
{
	a->n_read = 0;
	memset(a->read, 0, sizeof(a->read));
}

static void
remember_read(struct weave_actor *a, unsigned int location, uint64_t value)
{
	unsigned int i;

	for (i = 0; i < a->n_read && a->read[i].location != location; i++)
		;
	if (i == MAX_READS)
		abort();
	a->n_read += i == a->n_read;
	a->read[i].location = location;
	a->read[i].value = value;
}

/*
 * Is this to be tried in all orders? Otherwise it is atomic in the driver for another's sake,
 * such as the NIC's, and guarded here.
 */
static bool
is_shared(const volatile void *at, unsigned int size, bool write, unsigned int *location)
{
	*location = locate(at);
	if (!weave_inside())
		return false;
	if (*location != MAX_LOCATIONS)
		return true;
	if (!plain_access(at, size, write))
		weave_broken("an atomic variable has no name");
	return false;
}

static uint64_t
do_load(const volatile void *at, unsigned int size, int order)
{
	struct weave_actor *a;
	unsigned int location;
	uint64_t value;

	if (!is_shared(at, size, false, &location))
		return get(at, size);
	weave_point();
	a = &weave.actor[weave_self()];
	value = weave_visible(weave_self(), location);
	if (!has_own(weave_self(), location))
		learn(a, weave.told[location], order);
	remember_read(a, location, value);
	weave_note(DID_LOAD, location, value);
	return value;
}

static void
do_store(volatile void *at, unsigned int size, uint64_t value, int order)
{
	struct weave_actor *a;
	unsigned int location;

	if (!is_shared(at, size, true, &location)) {
		put(at, size, value);
		return;
	}
	weave_point();
	a = &weave.actor[weave_self()];
	if (a->n_stores == MAX_STORES)
		abort();
	a->store[a->n_stores++] = (struct weave_store){ .location = location, .size = size,
			.value = value, .releases = releases(order) || a->to_tell != 0,
			.told = releases(order) ? a->known : a->to_tell };
	forget_reads(a);
	weave_note(DID_STORE, location, value);
	if (weave.order == WEAVE_SC || order == __ATOMIC_SEQ_CST)
		weave_drain(weave_self());
}

static uint64_t
add(uint64_t old, uint64_t by)
{
	return old + by;
}

static uint64_t
sub(uint64_t old, uint64_t by)
{
	return old - by;
}

static uint64_t
set(uint64_t old, uint64_t by)
{
	return old | by;
}

static uint64_t
mask(uint64_t old, uint64_t by)
{
	return old & by;
}

static uint64_t
exchange(uint64_t old, uint64_t by)
{
	(void)old;
	return by;
}

/* Stores that are to be in memory before an operation that changes it. */
static void
drain_for(unsigned int location, int order)
{
	const unsigned int self = weave_self();
	struct weave_actor *a = &weave.actor[self];
	unsigned int k;

	if (weave.order != WEAVE_RELAXED || releases(order))
		weave_drain(self);
	while (has_own(self, location)) {
		for (k = 0; a->store[k].location != location; k++)
			;
		while (!weave_may_take_effect(weave.order, self, k))
			k--;
		take_effect(self, k);
	}
}

static uint64_t
do_change(volatile void *at, unsigned int size, uint64_t (*what)(uint64_t, uint64_t),
		uint64_t by, int order)
{
	struct weave_actor *a;
	unsigned int location;
	uint64_t old;

	if (!is_shared(at, size, true, &location)) {
		old = get(at, size);
		put(at, size, what(old, by));
		return old;
	}
	weave_point();
	drain_for(location, order);
	a = &weave.actor[weave_self()];
	old = memory_get(location);
	learn(a, weave.told[location], order);
	weave.told[location] |= releases(order) ? a->known : a->to_tell;
	memory_set(location, what(old, by));
	forget_reads(a);
	weave_note(DID_CHANGE, location, what(old, by));
	return old;
}

static bool
do_compare(volatile void *at, unsigned int size, uint64_t *expected, uint64_t value, int order,
		int failed)
{
	unsigned int location;
	bool shared = is_shared(at, size, true, &location);
	struct weave_actor *a;
	uint64_t old;

	if (shared) {
		weave_point();
		drain_for(location, order);
	}
	old = get(at, size);
	if (!shared) {
		if (old == *expected)
			put(at, size, value);
	} else if (a = &weave.actor[weave_self()], old == *expected) {
		learn(a, weave.told[location], order);
		weave.told[location] |= releases(order) ? a->known : a->to_tell;
		memory_set(location, value);
		forget_reads(a);
		weave_note(DID_CHANGE, location, value);
	} else {
		learn(a, weave.told[location], failed);
		remember_read(a, location, old);
		weave_note(DID_FAIL, location, old);
	}
	if (old == *expected)
		return true;
	*expected = old;
	return false;
}

/* --- what compilers call --- */

#define HOOK(result, name, ...) \
	result name(__VA_ARGS__); \
	result name(__VA_ARGS__)
#define HOOKS_PLAIN(size) \
	HOOK(void, __tsan_read##size, void *at) { plain_access(at, size, false); } \
	HOOK(void, __tsan_write##size, void *at) { plain_access(at, size, true); } \
	HOOK(void, __tsan_unaligned_read##size, void *at) { plain_access(at, size, false); } \
	HOOK(void, __tsan_unaligned_write##size, void *at) { plain_access(at, size, true); }
#define HOOK_CHANGE(type, bits, name, what) \
	HOOK(type, __tsan_atomic##bits##_##name, volatile type *at, type by, int order) \
	{ return do_change(at, sizeof(type), what, by, order); }
#define HOOKS_ATOMIC(type, bits) \
	HOOK(type, __tsan_atomic##bits##_load, const volatile type *at, int order) \
	{ return do_load(at, sizeof(type), order); } \
	HOOK(void, __tsan_atomic##bits##_store, volatile type *at, type value, int order) \
	{ do_store(at, sizeof(type), value, order); } \
	HOOK_CHANGE(type, bits, exchange, exchange) \
	HOOK_CHANGE(type, bits, fetch_add, add) \
	HOOK_CHANGE(type, bits, fetch_sub, sub) \
	HOOK_CHANGE(type, bits, fetch_or, set) \
	HOOK_CHANGE(type, bits, fetch_and, mask) \
	HOOK(int, __tsan_atomic##bits##_compare_exchange_strong, volatile type *at, \
			type *expected, type value, int order, int failed) \
	{ \
		uint64_t e = *expected; \
		bool done = do_compare(at, sizeof(type), &e, value, order, failed); \
		*expected = e; \
		return done; \
	} \
	/* clang's way to say it. */ \
	HOOK(type, __tsan_atomic##bits##_compare_exchange_val, volatile type *at, \
			type expected, type value, int order, int failed) \
	{ \
		uint64_t e = expected; \
		do_compare(at, sizeof(type), &e, value, order, failed); \
		return e; \
	}

HOOKS_PLAIN(1)
HOOKS_PLAIN(2)
HOOKS_PLAIN(4)
HOOKS_PLAIN(8)
HOOKS_PLAIN(16)
HOOKS_ATOMIC(uint8_t, 8)
HOOKS_ATOMIC(uint16_t, 16)
HOOKS_ATOMIC(uint32_t, 32)
HOOKS_ATOMIC(uint64_t, 64)

HOOK(void, __tsan_read_range, void *at, size_t size) { plain_access(at, size, false); }
HOOK(void, __tsan_write_range, void *at, size_t size) { plain_access(at, size, true); }
HOOK(void, __tsan_func_entry, void *caller) { (void)caller; }
HOOK(void, __tsan_func_exit, void) { }
HOOK(void, __tsan_init, void) { }
/* The compiler's business only: nothing is reordered within an actor here. */
HOOK(void, __tsan_atomic_signal_fence, int order) { (void)order; }

HOOK(void, __tsan_atomic_thread_fence, int order)
{
	struct weave_actor *a;

	if (!weave_inside())
		return;
	weave_point();
	a = &weave.actor[weave_self()];
	if (acquires(order))
		a->known |= a->to_acquire;
	if (releases(order))
		a->to_tell = a->known;
	if (order == __ATOMIC_SEQ_CST)
		weave_drain(weave_self());
	weave_note(DID_FENCE, 0, 0);
}

void
weave_print(const struct weave_event *event)
{
	static const char * const words[] = {
		[DID_NOTHING] = "goes on", [DID_START] = "starts", [DID_LOAD] = "loads",
		[DID_STORE] = "stores", [DID_CHANGE] = "changes atomically",
		[DID_FAIL] = "finds other than expected", [DID_FENCE] = "passes a fence",
		[DID_BARRIER] = "has made everybody pass a fence", [DID_WAIT] = "looks again",
		[DID_TAKE_EFFECT] = "what it stored takes effect:",
		[DID_DRAIN] = "membarrier() reaches actor",
	};
	const char *name = locations[event->location].name;
	const bool memory = event->what >= DID_LOAD && event->what <= DID_FAIL;

	printf("  ");
	if (event->actor >= 0)
		printf("actor %d ", event->actor);
	printf("%s", words[event->what]);
	if (memory || event->what == DID_TAKE_EFFECT)
		printf(" %s = %" PRId64, name == NULL ? "?" : name,
				locations[event->location].size == 4 ?
				(int32_t)event->value : (int64_t)event->value);
	else if (event->what == DID_DRAIN)
		printf(" %" PRIu64, event->value);
	printf("\n");
}
