/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "wire/tinynf_cable.h"

/* Frames under way in one direction: enough to hide the turns of two devices. */
#define CABLE_FRAMES  256u
#define CABLE_ROOM    (TINYNF_MODEL_MAX_FRAME + 64u)

struct tinynf_cable {
	struct tinynf_wire wire;
	struct tinynf_cable *peer;
	/* Frames towards this end, a ring. */
	uint32_t head, tail;
	uint32_t len[CABLE_FRAMES];
	uint8_t *frames;
};

static bool
cable_send(struct tinynf_wire *wire, const uint8_t *frame, uint32_t len)
{
	struct tinynf_cable *to = ((struct tinynf_cable *)wire)->peer;
	uint32_t slot;

	if (to == NULL || len > CABLE_ROOM) {
		tinynf_wire_count(&wire->counters.arrived, 1);
		tinynf_wire_count(&wire->counters.overflow, 1);
		return true;
	}
	if (to->tail - to->head == CABLE_FRAMES)
		return false;
	tinynf_wire_count(&wire->counters.arrived, 1);
	slot = to->tail++ % CABLE_FRAMES;
	memcpy(to->frames + (size_t)slot * CABLE_ROOM, frame, len);
	to->len[slot] = len;
	return true;
}

static unsigned int
cable_poll(struct tinynf_wire *wire, uint64_t now_ns, unsigned int budget)
{
	struct tinynf_cable *cable = (struct tinynf_cable *)wire;
	unsigned int n;

	(void)now_ns;
	for (n = 0; n < budget && cable->head != cable->tail; n++) {
		const uint32_t slot = cable->head % CABLE_FRAMES;

		if (tinynf_wire_offer(wire, cable->frames + (size_t)slot * CABLE_ROOM,
				cable->len[slot], true) == TINYNF_RX_HELD)
			break;
		cable->head++;
	}
	return n;
}

static bool
cable_signal(const struct tinynf_wire *wire)
{
	const struct tinynf_cable *peer = ((const struct tinynf_cable *)wire)->peer;

	return peer != NULL && tinynf_model_laser_on(peer->wire.model);
}

static void
cable_close(struct tinynf_wire *wire)
{
	struct tinynf_cable *cable = (struct tinynf_cable *)wire;

	if (cable->peer != NULL)
		cable->peer->peer = NULL;
	free(cable->frames);
	free(cable);
}

static const struct tinynf_wire_ops cable_ops = {
	.kind = "cable",
	.send = cable_send,
	.poll = cable_poll,
	.signal = cable_signal,
	.close = cable_close,
};

struct tinynf_wire *
tinynf_cable_create(struct tinynf_model *model)
{
	struct tinynf_cable *cable = calloc(1, sizeof(*cable));

	if (cable == NULL)
		return NULL;
	/* Only pages that frames reach are ever touched. */
	cable->frames = malloc((size_t)CABLE_FRAMES * CABLE_ROOM);
	if (cable->frames == NULL) {
		free(cable);
		errno = ENOMEM;
		return NULL;
	}
	cable->wire.ops = &cable_ops;
	cable->wire.model = model;
	return &cable->wire;
}

int
tinynf_cable_join(struct tinynf_wire *a, struct tinynf_wire *b)
{
	struct tinynf_cable *ca = (struct tinynf_cable *)a;
	struct tinynf_cable *cb = (struct tinynf_cable *)b;

	if (a->ops != &cable_ops || b->ops != &cable_ops || a == b)
		return -EINVAL;
	if (ca->peer != NULL || cb->peer != NULL)
		return -EBUSY;
	ca->peer = cb;
	cb->peer = ca;
	return 0;
}
