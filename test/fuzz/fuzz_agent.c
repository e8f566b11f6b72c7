/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * The mirrored ring under schedules that the fuzzer looks for: any order of what the NIC, the
 * application and the driver do, on rings of any size, against the bookkeeping.
 */

#include "fuzz.h"

#define MAX_SIZE           128u
#define WORLD_RND(below)   fuzz_below(below)
#include "agent_world.h"

#define MAX_STEPS  3000u

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint32_t starts[] = { 0, UINT32_MAX - 64, UINT32_MAX / 2 - 64 };
	uint32_t slots, flush, period, start;
	bool change;
	unsigned int i;

	fuzz_input(data, size);
	slots = 4u << fuzz_below(6);
	flush = 1u << fuzz_below(4);
	period = 2u << fuzz_below(5);
	while (period >= slots)
		period /= 2;
	start = starts[fuzz_below(3)] & ~(slots - 1);
	change = fuzz_below(2);
	world_init(slots, flush, period, start, 0);
	for (i = 0; i < MAX_STEPS && fuzz_left != 0 && w.broken == NULL; i++)
		step(change);
	drain();
	if (w.broken != NULL) {
		fprintf(stderr, "broken: %s\n", w.broken);
		abort();
	}
	return 0;
}
