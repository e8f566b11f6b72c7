/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "wire/tinynf_check.h"
#include "wire/tinynf_frame.h"

static struct tinynf_check_source *sources[TINYNF_CHECK_SOURCES];

static inline uint64_t
seen_bit(uint32_t sequence)
{
	return UINT64_C(1) << (sequence % 64);
}

static inline uint64_t *
seen_word(struct tinynf_check_flow *flow, uint32_t sequence)
{
	return &flow->seen[sequence % TINYNF_CHECK_WINDOW / 64];
}

/* Forget what the window held a turn ago, for [from, to). */
static void
forget(struct tinynf_check_flow *flow, uint32_t from, uint32_t to)
{
	if (to - from >= TINYNF_CHECK_WINDOW) {
		memset(flow->seen, 0, sizeof(flow->seen));
		return;
	}
	for (; from != to; from++)
		*seen_word(flow, from) &= ~seen_bit(from);
}

enum tinynf_check_order
tinynf_check_sequence(struct tinynf_check_flow *flow, uint32_t sequence, uint32_t *gap)
{
	const int32_t ahead = (int32_t)(sequence - flow->next);

	*gap = 0;
	if ((int32_t)(sequence - flow->sent) >= 0)
		return TINYNF_ORDER_NEVER_SENT;
	if (ahead >= 0) {
		forget(flow, flow->next, sequence);
		*seen_word(flow, sequence) |= seen_bit(sequence);
		flow->next = sequence + 1;
		*gap = (uint32_t)ahead;
		return TINYNF_ORDER_NEXT;
	}
	/* Older than the window: a second copy can't be told from a late first one. */
	if (flow->next - sequence > TINYNF_CHECK_WINDOW)
		return TINYNF_ORDER_TWICE;
	if (*seen_word(flow, sequence) & seen_bit(sequence))
		return TINYNF_ORDER_TWICE;
	*seen_word(flow, sequence) |= seen_bit(sequence);
	return TINYNF_ORDER_LATE;
}

int
tinynf_check_add(struct tinynf_check_source *source)
{
	unsigned int i;

	for (i = 0; i < TINYNF_CHECK_SOURCES; i++)
		if (sources[i] == NULL)
			break;
	if (i == TINYNF_CHECK_SOURCES)
		return -ENOSPC;
	source->flows = calloc(source->n_flows, sizeof(*source->flows));
	if (source->flows == NULL)
		return -ENOMEM;
	source->id = (uint8_t)i;
	sources[i] = source;
	return 0;
}

void
tinynf_check_remove(struct tinynf_check_source *source)
{
	sources[source->id] = NULL;
	free(source->flows);
	source->flows = NULL;
}

static void
credit(struct tinynf_check_source *source, const struct tinynf_frame_id *id,
		struct tinynf_wire_counters *here)
{
	struct tinynf_wire_counters *c = source->counters;
	uint32_t gap;

	switch (tinynf_check_sequence(&source->flows[id->flow], id->sequence, &gap)) {
	case TINYNF_ORDER_NEXT:
		tinynf_wire_count(&c->returned, 1);
		if (gap != 0)
			tinynf_wire_count(&c->gaps, gap);
		break;
	case TINYNF_ORDER_LATE:
		tinynf_wire_count(&c->returned, 1);
		tinynf_wire_count(&c->reordered, 1);
		tinynf_wire_count(&c->gaps, -UINT64_C(1));
		break;
	case TINYNF_ORDER_TWICE:
		tinynf_wire_count(&c->duplicated, 1);
		break;
	case TINYNF_ORDER_NEVER_SENT:
		tinynf_wire_count(&here->foreign, 1);
		break;
	}
}

void
tinynf_check_frame(struct tinynf_wire_counters *here, const uint8_t *frame, uint32_t len)
{
	struct tinynf_check_source *source;
	struct tinynf_frame_id id;
	enum tinynf_frame_verdict verdict;
	unsigned int tags = 0;

	verdict = tinynf_frame_verify(frame, len, &id, &tags);
	if (verdict == TINYNF_FRAME_FOREIGN) {
		tinynf_wire_count(&here->foreign, 1);
		return;
	}
	source = sources[id.generator];
	if (source == NULL) {
		tinynf_wire_count(&here->foreign, 1);
		return;
	}
	if (verdict == TINYNF_FRAME_CORRUPTED || id.flow >= source->n_flows ||
			(source->tags_matter && tags != source->tags)) {
		tinynf_wire_count(&source->counters->corrupted, 1);
		return;
	}
	credit(source, &id, here);
}
