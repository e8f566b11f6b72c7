/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef TINYNF_QUEUE_HW_H
#define TINYNF_QUEUE_HW_H

/**
 * @file
 * Starting and stopping one hardware queue of an 82599. Control threads only; the caller
 * serialises the calls for one device. The device-wide enables (RXEN, DMATXCTL.TE) are
 * none of this file's business: a queue may be started before or after RXEN.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/tinynf_hw.h"

#define TINYNF_HW_COUNTERS  16  /* per-queue statistics registers, 8.2.3.23.71-81 */

/** A receive queue with legacy descriptors. */
struct tinynf_hw_rxq_conf {
	uint64_t ring;        /**< Device address of the ring, 128-byte aligned, 4.6.7. */
	uint32_t nb_desc;     /**< A multiple of 8. */
	uint32_t buffer_kib;  /**< Size of each buffer in KiB: 1..16. */
	bool drop;            /**< Drop rather than block the port when no descriptor is left. */
	bool vlan_strip;
	uint32_t counter;     /**< Statistics counter, below TINYNF_HW_COUNTERS. */
};

/** A transmit queue with legacy descriptors and head write-back. */
struct tinynf_hw_txq_conf {
	uint64_t ring;
	uint32_t nb_desc;
	uint64_t head;        /**< Device address of the head's copy, 16-byte aligned. */
	uint32_t counter;
};

/**
 * Program and enable receive queue @p q and give it all descriptors but one.
 * @return 0, -EINVAL for a bad configuration, -ETIMEDOUT if the hardware doesn't enable it.
 */
int tinynf_hw_rxq_start(struct tinynf_hw *hw, uint32_t q, const struct tinynf_hw_rxq_conf *conf);
/** @return 0, or -ETIMEDOUT if the hardware doesn't let go of the queue. */
int tinynf_hw_rxq_stop(struct tinynf_hw *hw, uint32_t q);
/** Program and enable transmit queue @p q, empty. Returns as tinynf_hw_rxq_start does. */
int tinynf_hw_txq_start(struct tinynf_hw *hw, uint32_t q, const struct tinynf_hw_txq_conf *conf);
/** What was handed over must have been transmitted, or may be lost. */
int tinynf_hw_txq_stop(struct tinynf_hw *hw, uint32_t q);

#endif /* TINYNF_QUEUE_HW_H */
