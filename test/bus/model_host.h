/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef MODEL_HOST_H
#define MODEL_HOST_H

/**
 * @file
 * Software 82599s that appear as PCI devices in this process: who runs them.
 *
 * One thread serves all devices, or, for measurements, whoever calls
 * model_host_step. One lock serialises all calls on the models.
 */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "model/tinynf_model.h"
#include "tinynf_vdev_args.h"
#include "wire/tinynf_host.h"
#include "wire/tinynf_wire.h"

#define MODEL_DEVICES  16u

struct model_device;

/** What a device counted; the wire's checker included. */
struct model_summary {
	struct tinynf_wire_counters wire;
	struct tinynf_model_counters model;
	uint64_t traps;
	uint64_t rung_rx, rung_tx;   /**< Tail writes that trapped: all, if doorbells aren't open. */
};

/**
 * Build device @p index and start to serve it.
 * @param open  after a while of nothing but doorbells, let them through untrapped
 * @return NULL with errno set.
 */
struct model_device *model_host_add(unsigned int index, const struct tinynf_vdev_args *args,
		bool open);
/** Stop serving and destroy. The report is written. */
void model_host_remove(struct model_device *dev);
/** The device of this index; NULL if there is none. */
struct model_device *model_host_find(unsigned int index);

/** BAR 0 as a driver sees it. */
void *model_host_bar(const struct model_device *dev);
/** File descriptor of the legacy interrupt as a UIO device has it. */
int model_host_irq_fd(const struct model_device *dev);
void model_host_summary(struct model_device *dev, struct model_summary *summary);
/** Violations so far. */
void model_host_violations(struct model_device *dev, struct tinynf_violations *violations);

/** True: wires offer nothing to devices, except in steps. */
void model_host_quiet(bool quiet);
/** True: the thread rests and the caller makes the steps. */
void model_host_manual(bool manual);
/**
 * Offer at most @p frames from the wire to a device and let it work until it is idle.
 * @return frames taken.
 */
unsigned int model_host_step(struct model_device *dev, unsigned int frames);
/** Put another wire on a device, closing the one that it has; its model becomes the device's. */
void model_host_rewire(struct model_device *dev, struct tinynf_wire *wire);
/** Let doorbells through, or trap them. For measurements with nothing else going on. */
void model_host_open(struct model_device *dev, bool open);

#endif /* MODEL_HOST_H */
