/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * Frames as they come back from the wire: arbitrary bytes, and frames of our own that were
 * damaged. The checker must not read beyond them, and not take damage for an intact frame.
 */

#include "fuzz.h"
#include "wire/tinynf_check.h"
#include "wire/tinynf_frame.h"

#define MAX_LEN  2048u

static struct tinynf_check_flow flows[4];
static struct tinynf_wire_counters counters;
static struct tinynf_check_source source = {
	.counters = &counters, .flows = flows, .n_flows = 4,
};

static void
look(const uint8_t *bytes, uint32_t len)
{
	struct tinynf_frame_id id;
	unsigned int tags;
	/* Exactly as long as the frame, so that a byte more is noticed. */
	uint8_t *frame = malloc(len == 0 ? 1 : len);

	if (frame == NULL)
		return;
	memcpy(frame, bytes, len);
	(void)tinynf_frame_verify(frame, len, &id, &tags);
	(void)tinynf_frame_verify(frame, len, &id, NULL);
	tinynf_check_frame(&counters, frame, len);
	free(frame);
}

static void
build(uint8_t *frame, struct tinynf_frame_spec *spec, uint32_t sequence)
{
	struct tinynf_frame_head head;

	tinynf_frame_prepare(&head, spec);
	tinynf_frame_fill(&head, frame, spec->len);
	tinynf_frame_stamp(&head, frame, sequence);
}

static void
round_trip(void)
{
	static uint8_t frame[MAX_LEN];
	struct tinynf_frame_spec spec = { .generator = source.id };
	struct tinynf_frame_id id;
	const uint32_t sequence = (uint32_t)fuzz_take(4);
	unsigned int tags, bit;
	uint64_t kind;

	kind = fuzz_take(1);
	spec.tcp = kind & 1;
	spec.tagged = kind & 2;
	spec.vlan = (uint16_t)fuzz_take(2);
	spec.flow = (uint16_t)fuzz_take(2);
	spec.ip_src = (uint32_t)fuzz_take(4);
	spec.ip_dst = (uint32_t)fuzz_take(4);
	spec.sport = (uint16_t)fuzz_take(2);
	spec.dport = (uint16_t)fuzz_take(2);
	spec.len = 60 + fuzz_below(1500);
	build(frame, &spec, sequence);
	FUZZ_MUST(tinynf_frame_verify(frame, spec.len, &id, &tags) == TINYNF_FRAME_OURS);
	FUZZ_MUST(id.sequence == sequence && id.flow == spec.flow);
	FUZZ_MUST(id.generator == spec.generator && tags == spec.tagged);
	tinynf_check_frame(&counters, frame, spec.len);
	/* One wrong bit behind the Ethernet header is always noticed. */
	bit = (14 + 4 * spec.tagged) * 8;
	bit += (unsigned int)fuzz_take(2) % (spec.len * 8 - bit);
	frame[bit / 8] ^= (uint8_t)(1 << bit % 8);
	FUZZ_MUST(tinynf_frame_verify(frame, spec.len, &id, &tags) != TINYNF_FRAME_OURS);
	look(frame, (uint32_t)fuzz_below(spec.len + 1));
	look(frame, spec.len);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool ready;

	if (!ready) {
		tinynf_frame_init();
		FUZZ_MUST(tinynf_check_add(&source) == 0);
		ready = true;
	}
	if (size > MAX_LEN)
		return 0;
	look(data, (uint32_t)size);
	fuzz_input(data, size);
	round_trip();
	return 0;
}
