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

#include <stdbool.h>
#include <stdint.h>

#include "rte_pmd_tinynf.h"
#include "tinynf_queue.h"

/** A native agent: what programs see, and where it comes from. */
struct tinynf_native {
	struct rte_pmd_tinynf_agent agent;
	struct tinynf_rxq *rxq;             /**< NULL once a port of its was stopped. */
	struct rte_pmd_tinynf_stats stats;  /**< Once rxq is NULL. */
	void *packet[];
};

/** Log why a port can't be used natively. @return @p err. */
int tinynf_native_refuse(int err, uint16_t port_id, const char *what);
/** Has ethdev received from this port or sent to it since it was started? */
bool tinynf_native_port_in_use(const struct rte_eth_dev_data *data);
/**
 * Make an agent of a queue that has none, with these ports as outputs: all checked to be started
 * and not in use by ethdev.
 * @return 0, or a negative errno with the reason logged.
 */
int tinynf_native_open(struct tinynf_rxq *rxq, const uint16_t *outputs, uint16_t nb_outputs,
		void *state, struct rte_pmd_tinynf_agent **agent);
/** A receive queue that ethdev doesn't see at present was polled by it. @return 0. */
uint16_t tinynf_native_refuse_rx(struct tinynf_rxq *rxq);
/** The queue has started: hide it from ethdev if its port is used natively. */
void tinynf_native_queue_started(struct tinynf_rxq *rxq);
/**
 * The queue is to stop: end its native agent, show it to ethdev again.
 * @return 0, or -EBUSY if a thread stayed inside a native poll for a second.
 */
int tinynf_native_queue_stopping(struct tinynf_rxq *rxq, uint32_t *timeout_us);
/**
 * The MTU of @p adapter is to be @p mtu; NULL: all are as they are. For a native agent's queue,
 * whether it sends there or not.
 */
void tinynf_native_set_max(struct tinynf_rxq *rxq, const struct tinynf_adapter *adapter,
		uint16_t mtu);
/** Slots of a native agent that are the hardware's to transmit. */
uint32_t tinynf_native_pending(const struct tinynf_rxq *rxq);

#endif /* TINYNF_NATIVE_H */
