/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * Network functions of app/: the first byte says which, and the others are the choices of
 * test/nf/fuzz_frames.h. The functions must not crash, read or write outside the frame, send it to
 * a port that there is none of, or make it longer than it may.
 */

#include "fuzz.h"
#include "fuzz_frames.h"

static uint32_t
any(uint32_t n)
{
	return n > UINT16_MAX ? (uint32_t)fuzz_take(3) % n : fuzz_below(n);
}

static bool
more(uint64_t n)
{
	(void)n;
	return fuzz_left != 0;
}

int LLVMFuzzerInitialize(int *argc, char ***argv);

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static char name[] = "fuzz_nf";
	char *own[] = { name, NULL };

	(void)argc;
	(void)argv;
	FUZZ_MUST(nf_test_init(1, own));
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct fuzzed *const functions[] = { &fuzzed_bridge, &fuzzed_policer,
		&fuzzed_firewall, &fuzzed_nat, &fuzzed_lb };
	const struct fuzzed *f;

	fuzz_input(data, size);
	f = functions[fuzz_below(RTE_DIM(functions))];
	/* Payload is of no interest, but has to be the same each time. */
	srand(1);
	nf_reset(f->ports);
	FUZZ_MUST(f->create() == 0);
	fuzz(f);
	if (check_ctx.state != CHECK_STATE_PASS) {
		fprintf(stderr, "broken: %s\n", check_ctx.why);
		abort();
	}
	f->destroy(&nf);
	return 0;
}
