/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef TINYNF_QUEUE_STATUS_H
#define TINYNF_QUEUE_STATUS_H

/**
 * @file
 * Who has the slots of a queue. Beside bursts, any thread.
 */

#include "tinynf_queue.h"

tinynf_queue_count tinynf_rx_queue_count(void *rxq);
int tinynf_rx_descriptor_status(void *rxq, uint16_t offset);
int tinynf_tx_descriptor_status(void *txq, uint16_t offset);
/** Age of the oldest packet that the application holds, 0 if it holds none. */
uint64_t tinynf_rxq_oldest_us(const struct tinynf_rxq *rxq);

/** Packets of this port's agents by owner, for telemetry and verdicts. */
struct tinynf_owners {
	uint32_t size, nic_rx, app, nic_tx;
	uint64_t oldest_age_us;  /**< Of the oldest slot that the application holds; 0 if none. */
};
int tinynf_rxq_owners(struct rte_eth_dev *dev, uint16_t queue, struct tinynf_owners *owners);

#endif /* TINYNF_QUEUE_STATUS_H */
