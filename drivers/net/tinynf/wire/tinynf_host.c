/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#include <string.h>

#include "wire/tinynf_host.h"

void
tinynf_host_tick(struct tinynf_wire *wire, bool *lit, uint64_t now_ns)
{
	const bool light = wire->ops->signal(wire);

	tinynf_model_tick(wire->model, now_ns);
	if (light != *lit) {
		*lit = light;
		tinynf_model_set_signal(wire->model, light);
	}
}

unsigned int
tinynf_host_work(struct tinynf_wire *wire, uint64_t now_ns, unsigned int frames)
{
	unsigned int moved = 0;

	if (frames != 0) {
		tinynf_model_pack(wire->model, true);
		moved = wire->ops->poll(wire, now_ns, frames);
		tinynf_model_pack(wire->model, false);
	}
	return moved + tinynf_model_poll(wire->model, TINYNF_HOST_DESCRIPTORS);
}

static bool
same_kind(const struct tinynf_model_violation *a, const struct tinynf_model_violation *b)
{
	return a->reg == b->reg && a->queue == b->queue && strcmp(a->reason, b->reason) == 0;
}

bool
tinynf_host_violation(struct tinynf_violations *known, const struct tinynf_model_violation *v)
{
	unsigned int i;

	for (i = 0; i < known->n; i++) {
		if (same_kind(&known->kind[i].first, v)) {
			known->kind[i].times++;
			return false;
		}
	}
	if (i == TINYNF_HOST_VIOLATIONS)
		return false;
	known->kind[i] = (struct tinynf_violation){ .first = *v, .times = 1 };
	known->n = i + 1;
	return true;
}
