/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef TINYNF_TEST_WEAVE_H
#define TINYNF_TEST_WEAVE_H

/**
 * @file
 * Runs a few actors, functions that share memory, in every order in which their atomic
 * operations may take effect.
 *
 * The code under test is compiled with -fsanitize=thread, but linked with weave.c instead of
 * the sanitizer's library: so each access that the compiled code makes comes here, and the
 * code is the driver's own. Before each atomic operation any actor may go on; stores wait in a
 * buffer of their actor's until they are chosen to take effect (enum weave_order). All states
 * are visited, depth first; a state is all of the shared memory, the buffers, and the live
 * part of the actors' stacks, and is told from others by a hash of 64 bits.
 *
 * Memory that was named with weave_plain() may not be raced for. What an actor did there must
 * be known to the next one, as C11's acquire and release tell it, whatever the order of time.
 *
 * An actor that waits says so with weave_pause() and goes on when something that it read since
 * its last store has changed: so turns of a loop that see nothing new are not tried, and if
 * all others come to rest too, the actor waits for ever, which is an error.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WEAVE_ACTORS  3

/** When a store takes effect for others. */
enum weave_order {
	WEAVE_SC,       /**< At once: C11's sequential consistency. */
	WEAVE_TSO,      /**< Later, in the order of the stores, as x86 and its store buffer do. */
	WEAVE_RELAXED,  /**< Later, in any order that C11's releases and fences permit. */
};

/** What is tried. Its functions are of the instrumented code. */
struct weave_case {
	const char *name;
	unsigned int variant;          /**< For the functions. */
	uint32_t reaches;              /**< What is reached in some order, a mask. */
	void (*init)(unsigned int variant);
	void (*actor[WEAVE_ACTORS])(void);
	void (*rest)(void);            /**< All are done, and nothing is on its way. */
};

/** What was found. */
struct weave_result {
	uint64_t states, steps;
	unsigned int depth;
	uint32_t reached;
	char broken[160];              /**< Empty if nothing was. */
};

/** Try everything. @return what was found; how it came about is printed if something broke. */
struct weave_result weave_run(const struct weave_case *c, enum weave_order order);

/*
 * For init().
 */

/** This memory is a part of the state. */
void weave_state(void *memory, size_t size);
/** What is there is guarded: atomic for others' sake or not at all. */
void weave_plain(const void *memory, size_t size, const char *name);
/** An atomic variable that actors share: operations on it are tried in all orders. */
void weave_name(volatile void *memory, size_t size, const char *name);

/*
 * For actors.
 */

/** Number of the actor that runs; outside of all, the first one's. */
unsigned int weave_self(void);
/** The requirements aren't met. Doesn't return. */
void weave_broken(const char *why);
/** One of what the case says that it reaches. */
void weave_reached(uint32_t what);
/** Wait for others. */
void weave_pause(void);
/** Something happens that the others don't see; they may go on before. */
void weave_moment(void);
/** membarrier(): what everybody stored takes effect, one actor after the other in any order. */
void weave_barrier(void);

#endif /* TINYNF_TEST_WEAVE_H */
