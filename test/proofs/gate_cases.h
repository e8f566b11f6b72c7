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

/** The last one has no name. */
extern const struct weave_case gate_cases[];

#endif /* TINYNF_TEST_GATE_CASES_H */
