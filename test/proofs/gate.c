/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * Tries all interleavings of a few threads at a gate.
 */

#include "check.h"
#include "gate_cases.h"

static enum weave_order order;

static void
try_case(const void *arg)
{
	const struct weave_case *c = arg;
	const struct weave_result r = weave_run(c, order);

	printf("%" PRIu64 " states, %" PRIu64 " steps, at most %u in a row\n", r.states, r.steps,
			r.depth);
	if (r.broken[0] != '\0')
		check_note(CHECK_STATE_FAIL, "%s", r.broken);
	else if (r.reached != c->reaches)
		check_note(CHECK_STATE_FAIL, "it reaches %#x, not %#x", r.reached, c->reaches);
}

int
main(int argc, char **argv)
{
	static const char * const orders[] = {
		[WEAVE_SC] = "in order", [WEAVE_TSO] = "x86", [WEAVE_RELAXED] = "relaxed",
	};
	const struct weave_case *c;
	char name[128];

	check_init(argc, argv);
	for (c = gate_cases; c->name != NULL; c++) {
		for (order = WEAVE_SC; order <= WEAVE_RELAXED; order++) {
			snprintf(name, sizeof(name), "%s/%s", c->name, orders[order]);
			check_run(name, try_case, c);
		}
	}
	return check_done();
}
