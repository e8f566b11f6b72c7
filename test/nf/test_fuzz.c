/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * No packet makes a network function crash, read or write outside the frame, send it to a port
 * that there is none of, or make it longer than it may. At random; test/fuzz/fuzz_nf.c looks for
 * the same with choices that lead somewhere.
 *
 * TINYNF_SEED sets the seed, TINYNF_FUZZ_FRAMES the number of frames.
 */

#include "fuzz_frames.h"

static uint64_t frames = 300000;

static uint32_t
any(uint32_t n)
{
	return ((uint32_t)rand() << 8 ^ (uint32_t)rand()) % n;
}

static bool
more(uint64_t n)
{
	return n < frames;
}

static bool
fuzz_all(const struct fuzzed *f)
{
	nf_reset(f->ports);
	CHECK_RET(f->create() == 0, false);
	fuzz(f);
	return true;
}

CHECK_CASE(bridge)
{
	CHECK(fuzz_all(&fuzzed_bridge));
	bridge_destroy(&nf);
}

CHECK_CASE(policer)
{
	CHECK(fuzz_all(&fuzzed_policer));
	CHECK(nf.counters[POLICER_CONFORMED] != 0 && nf.counters[POLICER_BAD] != 0);
	policer_destroy(&nf);
}

/* What follows gets everywhere. */

CHECK_CASE(firewall)
{
	CHECK(fuzz_all(&fuzzed_firewall));
	CHECK(nf.counters[FIREWALL_IN] != 0 && nf.counters[FIREWALL_ERRORS] != 0);
	CHECK(nf.counters[FIREWALL_FULL] != 0 && nf.counters[FIREWALL_AGED] != 0);
	firewall_destroy(&nf);
}

CHECK_CASE(nat)
{
	CHECK(fuzz_all(&fuzzed_nat));
	CHECK(nf.counters[NAT_OUT] != 0 && nf.counters[NAT_IN] != 0);
	CHECK(nf.counters[NAT_ERRORS] != 0 && nf.counters[NAT_REPLIES] != 0);
	CHECK(nf.counters[NAT_FULL] != 0 && nf.counters[NAT_AGED] != 0);
	nat_destroy(&nf);
}

CHECK_CASE(balancer)
{
	CHECK(fuzz_all(&fuzzed_lb));
	CHECK(nf.counters[LB_TO_BACKENDS] != 0 && nf.counters[LB_FROM_BACKENDS] != 0);
	CHECK(nf.counters[LB_JOINED] != 0 && nf.counters[LB_DIED] != 0);
	lb_destroy(&nf);
}

int
main(int argc, char **argv)
{
	const char *seed = getenv("TINYNF_SEED"), *n = getenv("TINYNF_FUZZ_FRAMES");

	if (!nf_test_init(argc, argv))
		return 1;
	if (n != NULL)
		frames = strtoull(n, NULL, 10);
	else if (check_quick())
		frames /= 10;
	srand(seed != NULL ? atoi(seed) : 82599);
	CHECK_RUN(bridge);
	CHECK_RUN(policer);
	CHECK_RUN(firewall);
	CHECK_RUN(nat);
	CHECK_RUN(balancer);
	return check_done();
}
