/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* Jumps between stacks, which the checked longjmp() takes for an error. */
#undef _FORTIFY_SOURCE

#include <inttypes.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

#include "weave_state.h"

struct weave_machine weave;

static const struct weave_case *tried;
static struct weave_result result;
static struct weave_event event;   /* of the step that was done last */
static int self = -1;              /* actor that runs, -1 outside of all */
static jmp_buf explorer;
static ucontext_t outside;

_Alignas(64) static char stacks[WEAVE_ACTORS][STACK_SIZE];

static struct { char *memory; size_t size; } regions[MAX_REGIONS];
static unsigned int n_regions;

/* --- actors as coroutines --- */

/*
 * Give control back. All registers that matter lie in the buffer on the actor's own stack, so
 * that the bytes from there on say where the actor is. What is below is cleared: remains of
 * calls that have returned must not make two states out of one.
 */
static void __attribute__((noinline))
switch_out(void)
{
	jmp_buf here;

	memset(here, 0, sizeof(here));
	weave.actor[self].at = (char *)here;
	if (_setjmp(here) == 0)
		_longjmp(explorer, 1);
}

static void __attribute__((noinline))
resume(unsigned int i)
{
	self = i;
	if (_setjmp(explorer) == 0)
		_longjmp(*(jmp_buf *)(void *)weave.actor[i].at, 1);
	memset(stacks[self], 0, weave.actor[self].at - MARGIN - stacks[self]);
	self = -1;
}

static void
trampoline(void)
{
	switch_out();
	tried->actor[self]();
	weave.actor[self].done = true;
	for (;;)
		switch_out();
}

static void
start(unsigned int i)
{
	ucontext_t context;

	memset(stacks[i], 0, STACK_SIZE);
	getcontext(&context);
	context.uc_stack.ss_sp = stacks[i];
	context.uc_stack.ss_size = STACK_SIZE;
	context.uc_link = NULL;
	makecontext(&context, trampoline, 0);
	self = i;
	if (_setjmp(explorer) == 0)
		swapcontext(&outside, &context);
	self = -1;
}

unsigned int
weave_self(void)
{
	return self < 0 ? 0 : self;
}

void
weave_broken(const char *why)
{
	if (result.broken[0] == '\0')
		snprintf(result.broken, sizeof(result.broken), "%s", why);
	if (self < 0)
		return;
	for (;;)
		switch_out();
}

bool
weave_inside(void)
{
	return self >= 0;
}

void
weave_point(void)
{
	if (self >= 0)
		switch_out();
}

void
weave_note(enum weave_what what, unsigned int location, uint64_t value)
{
	event = (struct weave_event){ .actor = self, .what = what, .location = location,
			.value = value };
}

void
weave_reached(uint32_t what)
{
	result.reached |= what;
}

void
weave_moment(void)
{
	weave_point();
	weave_note(DID_NOTHING, 0, 0);
}

void
weave_pause(void)
{
	if (self < 0) {
		weave_broken("somebody is waited for at the end");
		return;
	}
	weave.actor[self].waits = true;
	weave_point();
	weave_note(DID_WAIT, 0, 0);
	weave.actor[self].waits = false;
	weave.actor[self].n_read = 0;
	memset(weave.actor[self].read, 0, sizeof(weave.actor[self].read));
}

void
weave_barrier(void)
{
	unsigned int i;

	weave.actor[self].drains = (1u << WEAVE_ACTORS) - 1;
	for (i = 0; i < WEAVE_ACTORS; i++)
		if (weave.actor[i].n_stores == 0)
			weave.actor[self].drains &= ~(1u << i);
	weave_point();
	weave_note(DID_BARRIER, 0, 0);
}

/* --- states --- */

void
weave_state(void *memory, size_t size)
{
	if (n_regions == MAX_REGIONS || size % 8 != 0)
		abort();
	regions[n_regions].memory = memory;
	regions[n_regions++].size = size;
}

/* Four at a time, so that none waits for the one before. */
static uint64_t
hash_bytes(uint64_t h, const char *p, size_t size)
{
	const uint64_t factor = UINT64_C(0x9e3779b97f4a7c15);
	uint64_t lane[4] = { h, h + 1, h + 2, h + 3 }, word;
	size_t i;

	for (i = 0; i < size / sizeof(word); i++) {
		memcpy(&word, p + i * sizeof(word), sizeof(word));
		word = (lane[i % 4] ^ word) * factor;
		lane[i % 4] = word ^ word >> 29;
	}
	for (i = 0; i < 4; i++) {
		h = (h ^ lane[i]) * factor;
		h ^= h >> 32;
	}
	return h;
}

static size_t
live(unsigned int i)
{
	return stacks[i] + STACK_SIZE - weave.actor[i].at;
}

static uint64_t
hash_state(void)
{
	uint64_t h = hash_bytes(1, (const char *)&weave, sizeof(weave));
	unsigned int i;

	for (i = 0; i < n_regions; i++)
		h = hash_bytes(h, regions[i].memory, regions[i].size);
	for (i = 0; i < WEAVE_ACTORS; i++)
		if (tried->actor[i] != NULL && !weave.actor[i].done)
			h = hash_bytes(h, weave.actor[i].at, live(i));
	return h == 0 ? 1 : h;
}

static char *
copy(char *to, const char *from, size_t size)
{
	memcpy(to, from, size);
	return to + size;
}

static void *
save(void)
{
	size_t size = sizeof(weave);
	unsigned int i;
	char *p, *all;

	for (i = 0; i < n_regions; i++)
		size += regions[i].size;
	for (i = 0; i < WEAVE_ACTORS; i++)
		size += tried->actor[i] == NULL ? 0 : live(i) + MARGIN;
	p = all = malloc(size);
	if (all == NULL)
		abort();
	p = copy(p, (const char *)&weave, sizeof(weave));
	for (i = 0; i < n_regions; i++)
		p = copy(p, regions[i].memory, regions[i].size);
	for (i = 0; i < WEAVE_ACTORS; i++)
		if (tried->actor[i] != NULL)
			p = copy(p, weave.actor[i].at - MARGIN, live(i) + MARGIN);
	return all;
}

static void
restore(const char *p)
{
	char *old[WEAVE_ACTORS];
	unsigned int i;

	for (i = 0; i < WEAVE_ACTORS; i++)
		old[i] = weave.actor[i].at;
	memcpy(&weave, p, sizeof(weave));
	p += sizeof(weave);
	for (i = 0; i < n_regions; p += regions[i++].size)
		memcpy(regions[i].memory, p, regions[i].size);
	for (i = 0; i < WEAVE_ACTORS; i++) {
		if (tried->actor[i] == NULL)
			continue;
		if (old[i] < weave.actor[i].at)
			memset(old[i] - MARGIN, 0, weave.actor[i].at - old[i]);
		memcpy(weave.actor[i].at - MARGIN, p, live(i) + MARGIN);
		p += live(i) + MARGIN;
	}
}

/* --- what may happen next --- */

static bool
may_go_on(unsigned int i)
{
	const struct weave_actor *a = &weave.actor[i];
	unsigned int r;

	if (tried->actor[i] == NULL || a->done || a->drains != 0 || a->n_stores == MAX_STORES)
		return false;
	if (!a->waits)
		return true;
	for (r = 0; r < a->n_read; r++)
		if (weave_visible(i, a->read[r].location) != a->read[r].value)
			return true;
	return false;
}

static unsigned int
list_choices(struct weave_choice *choices)
{
	unsigned int i, k, n = 0;

	for (i = 0; i < WEAVE_ACTORS; i++) {
		if (may_go_on(i))
			choices[n++] = (struct weave_choice){ .actor = i, .kind = GO_ON };
		for (k = 0; k < weave.actor[i].n_stores; k++)
			if (weave_may_take_effect(weave.order, i, k))
				choices[n++] = (struct weave_choice){ .actor = i,
						.kind = TAKE_EFFECT, .which = k };
		for (k = 0; k < WEAVE_ACTORS; k++)
			if (weave.actor[i].drains & 1u << k)
				choices[n++] = (struct weave_choice){ .actor = i,
						.kind = DRAIN, .which = k };
	}
	return n;
}

static void
perform(struct weave_choice choice)
{
	switch (choice.kind) {
	case GO_ON:
		resume(choice.actor);
		break;
	case TAKE_EFFECT:
		weave_take_effect(choice.actor, choice.which);
		break;
	case DRAIN:
		weave_drain(choice.which);
		weave.actor[choice.actor].drains &= ~(1u << choice.which);
		event = (struct weave_event){ .actor = choice.actor, .what = DID_DRAIN,
				.value = choice.which };
		break;
	}
	result.steps++;
}

static void
come_to_rest(void)
{
	unsigned int i;

	for (i = 0; i < WEAVE_ACTORS; i++)
		if (tried->actor[i] != NULL && !weave.actor[i].done) {
			snprintf(result.broken, sizeof(result.broken),
					"actor %u waits for ever", i);
			return;
		}
	if (tried->rest != NULL)
		tried->rest();
}

/* --- depth first --- */

struct frame {
	void *state;
	uint64_t hash;
	struct weave_choice choices[MAX_CHOICES];
	unsigned int n, next;
	struct weave_event event;
};

/* Hashes of visited states; bit 0 says that the state is on the path. */
static uint64_t *seen;
static uint64_t seen_size;
static struct frame path[MAX_DEPTH];

static void
seen_grow(void)
{
	uint64_t *old = seen, i, k, size = seen_size;

	seen_size = size == 0 ? 1 << 16 : 2 * size;
	seen = calloc(seen_size, sizeof(*seen));
	if (seen == NULL)
		abort();
	for (i = 0; i < size; i++) {
		if (old[i] == 0)
			continue;
		for (k = (old[i] >> 1) % seen_size; seen[k] != 0; k = (k + 1) % seen_size)
			;
		seen[k] = old[i];
	}
	free(old);
}

/* Where the mark of this state is. */
static uint64_t *
seen_find(uint64_t hash)
{
	uint64_t k;

	if (result.states * 2 >= seen_size)
		seen_grow();
	hash |= 1;
	for (k = (hash >> 1) % seen_size; seen[k] != 0; k = (k + 1) % seen_size)
		if ((seen[k] | 1) == hash)
			break;
	return &seen[k];
}

/* The state as it is now becomes the path's end, if it is a new one. */
static bool
push(unsigned int depth)
{
	const uint64_t hash = hash_state();
	struct frame *f = &path[depth];
	uint64_t *mark = seen_find(hash);

	if (*mark != 0) {
		if (*mark & 1)
			weave_broken("everybody goes round and round");
		return false;
	}
	*mark = hash | 1;
	result.states++;
	if (depth + 1 == MAX_DEPTH) {
		weave_broken("there is no end");
		return false;
	}
	f->hash = hash;
	f->event = event;
	f->next = 0;
	f->n = list_choices(f->choices);
	f->state = save();
	if (f->n == 0)
		come_to_rest();
	if (depth > result.depth)
		result.depth = depth;
	return true;
}

static void
pop(unsigned int depth)
{
	free(path[depth].state);
	path[depth].state = NULL;
	*seen_find(path[depth].hash) &= ~UINT64_C(1);
}

static void
explore(void)
{
	unsigned int depth = 0, d;
	bool pushed = true;

	push(0);
	for (;;) {
		struct frame *f = &path[depth];

		if (result.broken[0] != '\0')
			break;
		if (f->next == f->n) {
			pop(depth);
			if (depth-- == 0)
				return;
			continue;
		}
		restore(f->state);
		perform(f->choices[f->next++]);
		pushed = result.broken[0] == '\0' && push(depth + 1);
		depth += pushed;
	}
	for (d = depth > PRINTED ? depth - PRINTED : 1; d <= depth; d++)
		weave_print(&path[d].event);
	if (!pushed)
		weave_print(&event);
	for (d = 0; d <= depth; d++)
		pop(d);
}

struct weave_result
weave_run(const struct weave_case *c, enum weave_order order)
{
	unsigned int i;

	tried = c;
	memset(&result, 0, sizeof(result));
	memset(&weave, 0, sizeof(weave));
	weave.order = order;
	n_regions = 0;
	weave_forget();
	c->init(c->variant);
	for (i = 0; i < WEAVE_ACTORS; i++)
		if (c->actor[i] != NULL)
			start(i);
	explore();
	free(seen);
	seen = NULL;
	seen_size = 0;
	return result;
}
