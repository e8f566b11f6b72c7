/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef TINYNF_QUEUE_START_H
#define TINYNF_QUEUE_START_H

/**
 * @file
 * Starting and stopping queues: ethdev's operations, one thread at a time for one port.
 */

#include "tinynf_queue.h"

/** Fill the agent from the pool, program and enable the hardware queue. */
int tinynf_rx_queue_start(struct rte_eth_dev *dev, uint16_t queue);
int tinynf_rx_queue_stop(struct rte_eth_dev *dev, uint16_t queue);
int tinynf_tx_queue_start(struct rte_eth_dev *dev, uint16_t queue);
int tinynf_tx_queue_stop(struct rte_eth_dev *dev, uint16_t queue);
/** Start all queues that are not deferred; on failure none is left started. */
int tinynf_queues_start(struct rte_eth_dev *dev);
/** Drain and stop all queues; outputs that agents of other ports have here too. */
void tinynf_queues_stop(struct rte_eth_dev *dev);

/**
 * Stop a queue, under the control lock, waiting for at most *@p timeout_us for packets on their
 * way out, from which the time used is taken.
 * @return 0, -EBUSY if a thread stays inside, or -EIO if the hardware doesn't stop; then the
 * queue keeps its mbufs.
 */
int tinynf_rxq_stop(struct tinynf_rxq *rxq, uint32_t *timeout_us);

#endif /* TINYNF_QUEUE_START_H */
