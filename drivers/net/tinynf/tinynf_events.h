/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef TINYNF_EVENTS_H
#define TINYNF_EVENTS_H

/**
 * @file
 * Counters of slow events, by port. Static, so that a packet that comes back after its
 * port was closed counts without harm.
 */

#include <stdint.h>

#include "tinynf_adapter.h"

/** Software counters of the datapath (all slow events), summed over a port. */
enum tinynf_event {
	TINYNF_EV_TX_FOREIGN,      /**< mbuf allocated by the application */
	TINYNF_EV_TX_CLONED,       /**< indirect or external buffer */
	TINYNF_EV_TX_CHAINED,      /**< more than one segment */
	TINYNF_EV_TX_LENGTH,       /**< zero or longer than the slot or the MTU allows */
	TINYNF_EV_TX_OFFLOAD,      /**< ol_flags that legacy descriptors can't do */
	TINYNF_EV_TX_TWICE,        /**< already sent on this output in this turn */
	TINYNF_EV_TX_STOPPED,      /**< mbuf of an agent that was stopped */
	TINYNF_EV_TX_NATIVE,       /**< the port is used natively */
	TINYNF_EV_TX_NO_QUEUE,     /**< no hardware queue left for a new output */
	TINYNF_EV_ALLOC_REFUSED,   /**< allocation from a slot pool */
	TINYNF_EV_DROPPED,         /**< freed, or held at stop, without transmission */
	TINYNF_EV_RX_BAD,          /**< received with an error or without EOP, dropped by us */
	TINYNF_EV_RING_HELD,       /**< polls that found every slot held by the application */
	TINYNF_EV_SLOW_PATH,       /**< packets that took the slow transmit path */
	TINYNF_EV_ATTACH,          /**< outputs attached */
	TINYNF_EV_STOP_DISCARD,    /**< packets handed over but not transmitted at stop */
	TINYNF_EV_STOP_UNREAD,     /**< received by hardware but not polled before stop */
	TINYNF_EV_RX_NATIVE,       /**< polls of a queue whose port is used natively */
	TINYNF_EV_COUNT
};
/** xstat name of an event, e.g. "tx_refused_foreign". */
const char *tinynf_event_name(enum tinynf_event event);
/** Sum over the port's queues. rx-side events by the agent's port, tx-side by output's port. */
uint64_t tinynf_event_get(struct rte_eth_dev *dev, enum tinynf_event event);
void tinynf_event_reset(struct rte_eth_dev *dev);

/** Count @p n events of a port; any thread. */
void tinynf_event_add(uint16_t port_id, enum tinynf_event event, uint64_t n);
/**
 * Count a refused packet and log the first refusal of each kind of a port.
 * @p err becomes rte_errno.
 */
void tinynf_event_refuse(uint16_t port_id, enum tinynf_event event, int err);

/** A new port uses this number: nothing counted, nothing logged yet. */
void tinynf_event_forget(uint16_t port_id);

#endif /* TINYNF_EVENTS_H */
