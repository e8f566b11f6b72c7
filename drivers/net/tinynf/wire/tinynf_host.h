/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef TINYNF_HOST_H
#define TINYNF_HOST_H

/**
 * @file
 * What every program does that hosts models: serve a model and the wire it is on, turn by
 * turn, and remember which rules were broken.
 */

#include <stdbool.h>
#include <stdint.h>

#include "model/tinynf_model.h"
#include "wire/tinynf_wire.h"

/* Work of one turn of a device: small enough for caches and for who waits for the host. */
#define TINYNF_HOST_FRAMES       64u
#define TINYNF_HOST_DESCRIPTORS  256u
#define TINYNF_HOST_VIOLATIONS   64u

/** A kind of violation: register, queue and reason; index and value are the first one's. */
struct tinynf_violation {
	struct tinynf_model_violation first;
	uint64_t times;
};

/** The kinds that occurred, as many as there is room for. */
struct tinynf_violations {
	struct tinynf_violation kind[TINYNF_HOST_VIOLATIONS];
	unsigned int n;
};

/**
 * Let time pass for the device at the near end of @p wire, and tell it when the light comes
 * or goes. @p lit is what it was told last: true at first.
 */
void tinynf_host_tick(struct tinynf_wire *wire, bool *lit, uint64_t now_ns);
/**
 * Move at most @p frames of @p wire into the device at its near end, and let the device work.
 * @return work done; 0 means idle.
 */
unsigned int tinynf_host_work(struct tinynf_wire *wire, uint64_t now_ns, unsigned int frames);
/** Count a violation. @return whether it is the first of its kind, to be told. */
bool tinynf_host_violation(struct tinynf_violations *known,
		const struct tinynf_model_violation *v);

#endif /* TINYNF_HOST_H */
