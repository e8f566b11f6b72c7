/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef TINYNF_TEST_GATE_CASES_H
#define TINYNF_TEST_GATE_CASES_H

/** @file What gate.c tries. */

#include "weave.h"

enum {
	GATE_NO_LCORE = 1,       /**< Actor 0 is no lcore; << 1 for actor 1 etc. */
	GATE_IMPATIENT = 8,      /**< Whoever may give up waiting does so at once. */
	GATE_FENCES = 16,        /**< There is no membarrier(). */
};

/** What a case reaches. */
enum {
	FAST = 1,       /**< The fast pass. */
	OWN = 2,        /**< The owner's, alone. */
	SHARED = 4,     /**< A shared one, without owner. */
	BOTH = 8,       /**< Owner and sharer. */
	REFUSED = 16,   /**< A passage is refused. */
	CONTROL = 32,   /**< Control keeps the others out. */
	GIVEN_UP = 64,  /**< Control gives up. */
};

/** The same of the cases with packets. */
enum {
	GOT = 1,         /**< One is received. */
	FREED = 2,       /**< One is freed before the queue stops. */
	FREED_LATE = 4,  /**< One is freed afterwards. */
	HOME = 8,        /**< An mbuf goes home. */
	ALL_HOME = 16,   /**< All do so at once. */
};

/** The last one has no name. */
extern const struct weave_case gate_cases[];

#endif /* TINYNF_TEST_GATE_CASES_H */
