/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef TINYNF_WIRE_H
#define TINYNF_WIRE_H

/**
 * @file
 * What is at the other end of a model's cable. Plain C: the vdev, the
 * vfio-user server and the benchmark put the same wires on their models.
 *
 * The host of the models serialises all calls on all wires of the process;
 * counters alone may be read by any thread at any time.
 */

#include <stdbool.h>
#include <stdint.h>

#include "model/tinynf_model.h"

struct tinynf_wire;

/** Counters of one wire, never reset. Written by the host's thread only. */
struct tinynf_wire_counters {
	uint64_t sent;       /**< Frames offered to the device, each counted once. */
	uint64_t taken;      /**< Of those, accepted by the device. */
	uint64_t missed;     /**< Of those, refused for want of room (MPC, QPRDC). */
	uint64_t filtered;   /**< Of those, not for this port, or with receive off. */
	uint64_t waits;      /**< Times that a frame was held back for want of room. */
	uint64_t arrived;    /**< Frames that came from the device. */
	uint64_t overflow;   /**< Frames from the device that the wire couldn't pass on. */
	/* Wires without a checker leave these at 0. */
	uint64_t returned;   /**< Own frames that came back, on whichever wire, once each. */
	uint64_t gaps;       /**< Own frames overtaken by a later one of their flow. */
	uint64_t reordered;  /**< Own frames that came back after a later one of their flow. */
	uint64_t duplicated; /**< Own frames that came back once more. */
	uint64_t corrupted;  /**< Own frames that came back wrong. */
	uint64_t foreign;    /**< Frames on this wire that no generator here has sent. */
};

/** One kind of wire. All pointers needed. */
struct tinynf_wire_ops {
	const char *kind;  /**< For messages: "generator", "cable", "device". */
	/** A frame comes from the device. False: busy, offer it again later. */
	bool (*send)(struct tinynf_wire *wire, const uint8_t *frame, uint32_t len);
	/**
	 * Offer at most @p budget frames to the device, and pass on what was sent.
	 * @return frames moved into the device; 0 means idle.
	 */
	unsigned int (*poll)(struct tinynf_wire *wire, uint64_t now_ns, unsigned int budget);
	/** Is there light from the far end? */
	bool (*signal)(const struct tinynf_wire *wire);
	/** Release everything. The wire is no more. */
	void (*close)(struct tinynf_wire *wire);
};

/** A wire, embedded as the first member of each kind's own structure. */
struct tinynf_wire {
	const struct tinynf_wire_ops *ops;
	struct tinynf_model *model;  /**< The device at the near end. */
	struct tinynf_wire_counters counters;
};

/** Count from the host's thread so that other threads read whole values. */
static inline void
tinynf_wire_count(uint64_t *counter, uint64_t n)
{
	__atomic_store_n(counter, *counter + n, __ATOMIC_RELAXED);
}

/** Offer a frame to the device and count what became of it. */
static inline enum tinynf_model_rx
tinynf_wire_offer(struct tinynf_wire *wire, const uint8_t *frame, uint32_t len, bool hold)
{
	const enum tinynf_model_rx rx = tinynf_model_receive(wire->model, frame, len, hold);
	struct tinynf_wire_counters *c = &wire->counters;

	if (rx == TINYNF_RX_HELD) {
		tinynf_wire_count(&c->waits, 1);
		return rx;
	}
	tinynf_wire_count(&c->sent, 1);
	if (rx == TINYNF_RX_TAKEN)
		tinynf_wire_count(&c->taken, 1);
	else if (rx == TINYNF_RX_MISSED)
		tinynf_wire_count(&c->missed, 1);
	else
		tinynf_wire_count(&c->filtered, 1);
	return rx;
}

/** Consistent copy of each counter, for any thread. */
static inline void
tinynf_wire_counters_get(const struct tinynf_wire *wire, struct tinynf_wire_counters *counters)
{
	const uint64_t *from = (const uint64_t *)&wire->counters;
	uint64_t *to = (uint64_t *)counters;
	unsigned int i;

	for (i = 0; i < sizeof(*counters) / sizeof(uint64_t); i++)
		to[i] = __atomic_load_n(&from[i], __ATOMIC_RELAXED);
}

#endif /* TINYNF_WIRE_H */
