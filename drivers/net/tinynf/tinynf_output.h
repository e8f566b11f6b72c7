/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef TINYNF_OUTPUT_H
#define TINYNF_OUTPUT_H

/**
 * @file
 * Outputs of agents. All under the control lock, but attach; detach also with the agent excluded.
 */

#include "tinynf_queue.h"

/**
 * Give an agent an output on the port of @p txq. Called by bursts outside of gates: waits for
 * control, usually another lcore that does the same, for a second at most, and for the
 * hardware, microseconds when it works.
 * @return 0; -EAGAIN (control stays busy, try again), -ENOSPC (no queue left), -ENODEV (port or
 * agent is stopped), -ENOMEM, -EXDEV (the port reaches memory by other addresses),
 * -ETIMEDOUT (hardware).
 */
int tinynf_output_attach(uint32_t gate, struct tinynf_txq *txq);
/**
 * Ring and read heads until nothing is pending on @p outputs, a mask, for at most
 * *@p timeout_us, from which the time used is taken. @return whether nothing is pending.
 */
bool tinynf_output_drain(struct tinynf_rxq *rxq, uint32_t outputs, uint32_t *timeout_us);
/** Drain, stop and forget outputs; what wasn't transmitted is counted. */
void tinynf_output_detach(struct tinynf_rxq *rxq, uint32_t outputs, uint32_t *timeout_us);
/** Mask of an agent's attached outputs: of one port, or all if @p adapter is NULL. */
uint32_t tinynf_output_mask(const struct tinynf_rxq *rxq, const struct tinynf_adapter *adapter);
/**
 * Find a hardware transmit queue of @p out's port for what @p rxq has received, and memory for
 * @p size descriptors and @p extra bytes. Until it is started, the memory is the caller's.
 * @return 0, -ENOSPC (no queue left), -EXDEV (the port reaches memory by other addresses),
 * -ENOMEM.
 */
int tinynf_output_reserve(const struct tinynf_rxq *rxq, struct tinynf_output_hw *out, uint32_t size,
		uint32_t extra);
/**
 * Start what was reserved on the @p size descriptors in @p ring, with the head reported
 * @p head_at bytes into the reserved memory. On failure that is given back.
 * @return 0, -EXDEV, or as tinynf_hw_txq_start.
 */
int tinynf_output_start(const struct tinynf_output_hw *out, uint32_t size,
		const struct rte_memzone *ring, size_t head_at);
/** Stop the hardware queue and give everything back. What is pending is lost. */
void tinynf_output_stop(struct tinynf_output_hw *out);
/** Give the hardware a moment, taken from *@p timeout_us. @return false if that is used up. */
bool tinynf_output_wait(struct tinynf_hw *hw, uint32_t *timeout_us);

/** What the queue with this gate sends to the port of @p adapter may now be so long. */
void tinynf_output_set_max(uint32_t gate, const struct tinynf_adapter *adapter, uint16_t mtu);

/** Ring memory of @p size descriptors and @p extra bytes; NULL if there is none. */
const struct rte_memzone *tinynf_ring_reserve(uint32_t size, uint32_t extra, int socket);

#endif /* TINYNF_OUTPUT_H */
