/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef TINYNF_TEST_WEAVE_STATE_H
#define TINYNF_TEST_WEAVE_STATE_H

/** @file What weave.c, which chooses, and weave_memory.c, which does, know of the actors. */

#include "weave.h"

#define MAX_LOCATIONS  32
#define MAX_PLAIN      20    /* as many as weave_known has bits for */
#define MAX_STORES     6     /* that wait in a buffer; an actor with more waits for one of them */
#define MAX_READS      12
#define MAX_REGIONS    8
#define MAX_DEPTH      2000
#define PRINTED        100   /* steps that led to what is wrong */
#define MAX_CHOICES    (WEAVE_ACTORS * (1 + MAX_STORES + WEAVE_ACTORS))
#define STACK_SIZE     8192
#define MARGIN         512   /* of frames below switch_out()'s buffer */

/**
 * Accesses to guarded memory that somebody knows of: for each place, actor and kind (read,
 * written) a bit, for the last one.
 */
__extension__ typedef unsigned __int128 weave_known;

struct weave_store {
	weave_known told;       /* who sees it by an acquire knows this, too */
	uint64_t value;
	uint8_t location;
	uint8_t size;
	bool releases;          /* not before those that came earlier */
	uint8_t unused[5];
};

struct weave_actor {
	weave_known known;
	weave_known to_acquire; /* by its next acquire fence */
	weave_known to_tell;    /* by relaxed stores after a release fence */
	struct weave_store store[MAX_STORES];
	struct { uint64_t value, location; } read[MAX_READS];
	char *at;               /* top of its stack, see switch_out() */
	uint32_t n_read, n_stores;
	uint32_t drains;        /* membarrier(): whose buffers are left */
	bool waits, done;
	uint8_t unused[10];
};

/** All but the memory itself. There is no padding: it is hashed as it lies. */
struct weave_machine {
	struct weave_actor actor[WEAVE_ACTORS];
	weave_known told[MAX_LOCATIONS];  /* with the value that is there */
	weave_known done;                 /* accesses ever */
	uint64_t order, unused;
};

extern struct weave_machine weave;
_Static_assert(sizeof(struct weave_actor) % 16 == 0 && sizeof(struct weave_store) == 32, "padding");

struct weave_choice {
	uint8_t actor;
	enum { GO_ON, TAKE_EFFECT, DRAIN } kind;
	unsigned int which;
};

enum weave_what { DID_NOTHING, DID_START, DID_LOAD, DID_STORE, DID_CHANGE, DID_FAIL, DID_FENCE,
	DID_BARRIER, DID_WAIT, DID_TAKE_EFFECT, DID_DRAIN };

struct weave_event {
	int actor;
	enum weave_what what;
	unsigned int location;
	uint64_t value;
};

/* weave.c */
bool weave_inside(void);
/** Others may go on here. */
void weave_point(void);
void weave_note(enum weave_what what, unsigned int location, uint64_t value);

/* weave_memory.c */
void weave_forget(void);
/** What an actor would load there. */
uint64_t weave_visible(unsigned int actor, unsigned int location);
bool weave_may_take_effect(enum weave_order order, unsigned int actor, unsigned int which);
void weave_take_effect(unsigned int actor, unsigned int which);
void weave_drain(unsigned int actor);
void weave_print(const struct weave_event *event);

#endif /* TINYNF_TEST_WEAVE_STATE_H */
