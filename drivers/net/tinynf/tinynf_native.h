/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef TINYNF_NATIVE_H
#define TINYNF_NATIVE_H

/**
 * @file
 * Agents of the native interface, seen from the ethdev side. All under the control lock but the
 * refusal.
 */

#include <stdint.h>

#include "tinynf_queue.h"

/** A receive queue that ethdev doesn't see at present was polled by it. @return 0. */
uint16_t tinynf_native_refuse_rx(struct tinynf_rxq *rxq);
/** The queue has started: hide it from ethdev if its port is used natively. */
void tinynf_native_queue_started(struct tinynf_rxq *rxq);
/**
 * The queue is to stop: end its native agent, show it to ethdev again.
 * @return 0, or -EBUSY if a thread stayed inside a native poll for a second.
 */
int tinynf_native_queue_stopping(struct tinynf_rxq *rxq, uint32_t *timeout_us);
/** A port is to stop: end native agents of other ports that send to it. */
void tinynf_native_port_stopping(struct tinynf_adapter *adapter, uint32_t *timeout_us);
/** The MTU of @p adapter is to be @p mtu; NULL: all are as they are. For a native agent's queue. */
void tinynf_native_set_max(struct tinynf_rxq *rxq, const struct tinynf_adapter *adapter,
		uint16_t mtu);
/** Slots of a native agent that are the hardware's to transmit. */
uint32_t tinynf_native_pending(const struct tinynf_rxq *rxq);

#endif /* TINYNF_NATIVE_H */
