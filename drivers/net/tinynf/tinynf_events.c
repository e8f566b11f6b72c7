/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#include <stdatomic.h>

#include <rte_errno.h>

#include "tinynf_events.h"
#include "tinynf_queue.h"

static const struct {
	const char *name;
	const char *refusal;  /* what the log says; NULL if it is no refusal */
} events[TINYNF_EV_COUNT] = {
	[TINYNF_EV_TX_FOREIGN] = { "tx_refused_foreign",
		"packet was not received by this driver: only received packets can be sent, "
		"allocated ones can not" },
	[TINYNF_EV_TX_CLONED] = { "tx_refused_cloned",
		"packet is a clone or has an external buffer: send the received packet itself, "
		"with a reference for each port" },
	[TINYNF_EV_TX_CHAINED] = { "tx_refused_chained",
		"packet has several segments: only one is supported" },
	[TINYNF_EV_TX_LENGTH] = { "tx_refused_length",
		"packet is empty, longer than its buffer, or longer than the MTU allows" },
	[TINYNF_EV_TX_OFFLOAD] = { "tx_refused_offload",
		"packet asks for an offload other than VLAN insertion and TCP or UDP checksum, "
		"or for a checksum that is not within its first 255 bytes" },
	[TINYNF_EV_TX_TWICE] = { "tx_refused_twice",
		"packet was already sent to this port since it was received" },
	[TINYNF_EV_TX_STOPPED] = { "tx_refused_stopped",
		"packet was received by a queue that has been stopped, or the transmit queue is" },
	[TINYNF_EV_TX_NATIVE] = { "tx_refused_native",
		"the port is used by agents of the native interface: close them first" },
	[TINYNF_EV_TX_NO_QUEUE] = { "tx_refused_no_queue",
		"no hardware transmit queue for this receive queue's packets" },
	[TINYNF_EV_ALLOC_REFUSED] = { "alloc_refused",
		"allocation from the pool of received packets: allocate from your own pool" },
	[TINYNF_EV_DROPPED] = { "dropped", NULL },
	[TINYNF_EV_RX_BAD] = { "rx_bad", NULL },
	[TINYNF_EV_RING_HELD] = { "rx_ring_held", NULL },
	[TINYNF_EV_SLOW_PATH] = { "tx_slow_path", NULL },
	[TINYNF_EV_ATTACH] = { "tx_attached", NULL },
	[TINYNF_EV_STOP_DISCARD] = { "stop_discarded", NULL },
	[TINYNF_EV_STOP_UNREAD] = { "stop_unread", NULL },
	[TINYNF_EV_RX_NATIVE] = { "rx_refused_native",
		"receiving by ethdev, as the port is used by agents of the native interface" },
};

static struct {
	_Atomic uint64_t count[TINYNF_EV_COUNT];
	_Atomic uint32_t logged;
} ports[RTE_MAX_ETHPORTS];

void
tinynf_event_add(uint16_t port_id, enum tinynf_event event, uint64_t n)
{
	atomic_fetch_add_explicit(&ports[port_id].count[event], n, memory_order_relaxed);
}

void
tinynf_event_refuse(uint16_t port_id, enum tinynf_event event, int err)
{
	uint32_t bit = UINT32_C(1) << event;

	tinynf_event_add(port_id, event, 1);
	rte_errno = err;
	if (atomic_load_explicit(&ports[port_id].logged, memory_order_relaxed) & bit)
		return;
	if (atomic_fetch_or_explicit(&ports[port_id].logged, bit, memory_order_relaxed) & bit)
		return;
	TINYNF_LOG(WARNING, "port %u refuses: %s; counted in %s, not logged again",
			port_id, events[event].refusal, events[event].name);
}

const char *
tinynf_event_name(enum tinynf_event event)
{
	return events[event].name;
}

/* What the bursts count without atomics, in their own queue. */
static uint64_t
event_of_queues(struct rte_eth_dev *dev, enum tinynf_event event)
{
	uint64_t sum = 0;
	uint16_t i;

	for (i = 0; i < dev->data->nb_rx_queues; i++) {
		const struct tinynf_rxq *rxq = dev->data->rx_queues[i];

		if (rxq == NULL)
			continue;
		if (event == TINYNF_EV_DROPPED)
			sum += rxq->nb_dropped + rxq->native_before.dropped +
				rxq->native_stats.dropped;
		else if (event == TINYNF_EV_RX_BAD)
			sum += rxq->nb_bad + rxq->native_before.bad + rxq->native_stats.bad;
		else if (event == TINYNF_EV_RING_HELD)
			sum += rxq->nb_ring_held;
	}
	for (i = 0; i < dev->data->nb_tx_queues; i++) {
		const struct tinynf_txq *txq = dev->data->tx_queues[i];

		if (txq != NULL && event == TINYNF_EV_SLOW_PATH)
			sum += txq->nb_slow;
	}
	return sum;
}

uint64_t
tinynf_event_get(struct rte_eth_dev *dev, enum tinynf_event event)
{
	return event_of_queues(dev, event) + atomic_load_explicit(
			&ports[dev->data->port_id].count[event], memory_order_relaxed);
}

void
tinynf_event_reset(struct rte_eth_dev *dev)
{
	unsigned int event;

	/*
	 * The queues' own counters belong to the lcore that polls: they are not written
	 * here but taken back from the sum, which wraps around to the right value.
	 */
	for (event = 0; event < TINYNF_EV_COUNT; event++)
		atomic_store_explicit(&ports[dev->data->port_id].count[event],
				UINT64_C(0) - event_of_queues(dev, event),
				memory_order_relaxed);
}

void
tinynf_event_forget(uint16_t port_id)
{
	unsigned int event;

	for (event = 0; event < TINYNF_EV_COUNT; event++)
		atomic_store_explicit(&ports[port_id].count[event], 0, memory_order_relaxed);
	atomic_store_explicit(&ports[port_id].logged, 0, memory_order_relaxed);
}
