/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#include <stdlib.h>

#include "bench_nf_wire.h"

struct nf_wire {
	struct tinynf_wire wire;   /* first */
	struct bench_nf *b;
};

static bool
wire_send(struct tinynf_wire *wire, const uint8_t *frame, uint32_t len)
{
	(void)frame;
	(void)len;
	tinynf_wire_count(&wire->counters.arrived, 1);
	return true;
}

static unsigned int
wire_poll(struct tinynf_wire *wire, uint64_t now_ns, unsigned int budget)
{
	struct bench_nf *b = ((struct nf_wire *)wire)->b;
	uint8_t frame[64];
	unsigned int i;

	(void)now_ns;
	for (i = 0; b != NULL && i < budget; i++) {
		const uint16_t length = bench_nf_function(b->function)->frame(b, b->next, frame);

		if (tinynf_wire_offer(wire, frame, length, true) != TINYNF_RX_TAKEN)
			break;
		b->next = b->next + 1 == b->flows ? 0 : b->next + 1;
	}
	return i;
}

static bool
wire_signal(const struct tinynf_wire *wire)
{
	(void)wire;
	return true;
}

static void
wire_close(struct tinynf_wire *wire)
{
	free(wire);
}

struct tinynf_wire *
bench_nf_wire(struct bench_nf *b)
{
	static const struct tinynf_wire_ops ops = { .kind = "flows", .send = wire_send,
		.poll = wire_poll, .signal = wire_signal, .close = wire_close };
	struct nf_wire *w = calloc(1, sizeof(*w));

	if (w == NULL)
		return NULL;
	w->wire.ops = &ops;
	w->b = b;
	return &w->wire;
}
