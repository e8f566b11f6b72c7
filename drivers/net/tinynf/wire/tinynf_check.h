/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef TINYNF_CHECK_H
#define TINYNF_CHECK_H

/**
 * @file
 * What became of the frames that this process's generators sent: a frame is
 * credited to its source on whichever generator's wire it comes back. Calls
 * are serialised by the host of the wires.
 */

#include <stdbool.h>
#include <stdint.h>

#include "wire/tinynf_wire.h"

#define TINYNF_CHECK_SOURCES  256u
/** Frames of a flow that a late one may be behind; more than a ring and all queues hold. */
#define TINYNF_CHECK_WINDOW   8192u

/** Order of one flow: one bit for each of the last frames. */
struct tinynf_check_flow {
	uint32_t sent;      /**< Sequence number of the next frame to send. */
	uint32_t next;      /**< One past the highest that came back. */
	uint64_t seen[TINYNF_CHECK_WINDOW / 64];
};

/** A generator as the checkers see it. */
struct tinynf_check_source {
	struct tinynf_wire_counters *counters;  /**< Where its frames' fates are counted. */
	struct tinynf_check_flow *flows;
	uint32_t n_flows;
	unsigned int tags;      /**< VLAN tags its frames have. */
	bool tags_matter;       /**< Other tags are corruption. */
	uint8_t id;             /**< Set by tinynf_check_add. */
};

/** How a frame relates to those of its flow that came back before. */
enum tinynf_check_order {
	TINYNF_ORDER_NEXT,       /**< In order; *gap tells how many it overtook. */
	TINYNF_ORDER_LATE,       /**< After a later one. */
	TINYNF_ORDER_TWICE,
	TINYNF_ORDER_NEVER_SENT,
};

/** Judge one sequence number and remember it. */
enum tinynf_check_order tinynf_check_sequence(struct tinynf_check_flow *flow, uint32_t sequence,
		uint32_t *gap);

/** Make a source known; its flows are zeroed. @return 0, -ENOSPC, -ENOMEM. */
int tinynf_check_add(struct tinynf_check_source *source);
/** Forget a source; its late frames are foreign from now on. */
void tinynf_check_remove(struct tinynf_check_source *source);
/** A frame came back on a wire with these counters. */
void tinynf_check_frame(struct tinynf_wire_counters *here, const uint8_t *frame, uint32_t len);

#endif /* TINYNF_CHECK_H */
