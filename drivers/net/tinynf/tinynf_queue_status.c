/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#include <ethdev_driver.h>
#include <rte_cycles.h>

#include "tinynf_native.h"
#include "tinynf_ports.h"
#include "tinynf_queue_status.h"

/*
 * Positions are read beside the lcore that moves them: each is right at some moment, and what
 * is computed from several is made to fit.
 */
static uint32_t
position(const uint32_t *pos)
{
	return *(const volatile uint32_t *)pos;
}

/* Packets ready to be polled, up to max. */
static uint32_t
rxq_ready(const struct tinynf_rxq *rxq, uint32_t max)
{
	const uint32_t received = position(&rxq->agent.received);
	uint32_t n;

	for (n = 0; n < max; n++) {
		if (!(tinynf_agent_rx_meta(&rxq->agent, received + n) & TINYNF_RXD_DD))
			break;
	}
	return n;
}

tinynf_queue_count
tinynf_rx_queue_count(void *queue)
{
	const struct tinynf_rxq *rxq = queue;

	if (tinynf_rxq_gate(rxq) == TINYNF_GATE_NONE)
		return 0;
	return rxq_ready(rxq, rxq->size - 1);
}

int
tinynf_rx_descriptor_status(void *queue, uint16_t offset)
{
	const struct tinynf_rxq *rxq = queue;
	uint32_t receivable;

	if (offset >= rxq->size)
		return -EINVAL;
	if (tinynf_rxq_gate(rxq) == TINYNF_GATE_NONE)
		return RTE_ETH_RX_DESC_UNAVAIL;
	receivable = position(&rxq->agent.mirrored) - 1 - position(&rxq->agent.received);
	if (offset >= receivable)
		return RTE_ETH_RX_DESC_UNAVAIL;
	if (tinynf_agent_rx_meta(&rxq->agent, position(&rxq->agent.received) + offset) &
			TINYNF_RXD_DD)
		return RTE_ETH_RX_DESC_DONE;
	return RTE_ETH_RX_DESC_AVAIL;
}

/*
 * A transmit queue has no ring of its own: it is as full as the fullest ring that sends to its
 * port. Counted from the next free place, the packets on their way are the last ones.
 */
int
tinynf_tx_descriptor_status(void *queue, uint16_t offset)
{
	const struct tinynf_txq *txq = queue;
	uint32_t gate, pending = 0;

	if (offset >= txq->size)
		return -EINVAL;
	/* Something starts or stops: nothing can be sent to a new output right now. */
	if (pthread_mutex_trylock(&tinynf_control) != 0)
		return RTE_ETH_TX_DESC_FULL;
	for (gate = TINYNF_GATE_NONE + 1; gate < TINYNF_MAX_GATES; gate++) {
		const struct tinynf_rxq *rxq = tinynf_gates[gate].rxq;
		uint32_t o, n;

		if (rxq == NULL)
			continue;
		o = rxq->output_of[txq->port_id];
		if (o == TINYNF_NO_OUTPUT || !(position(&rxq->agent.active) >> o & 1))
			continue;
		n = position(&rxq->agent.decided) - position(&rxq->agent.output[o].done);
		pending = RTE_MAX(pending, RTE_MIN(n, rxq->size));
	}
	pthread_mutex_unlock(&tinynf_control);
	return offset + pending < txq->size ? RTE_ETH_TX_DESC_DONE : RTE_ETH_TX_DESC_FULL;
}

uint64_t
tinynf_rxq_oldest_us(const struct tinynf_rxq *rxq)
{
	const uint32_t mask = rxq->agent.mask;
	const uint32_t decided = position(&rxq->agent.decided);
	uint32_t now = rte_rdtsc() >> TINYNF_STAMP_SHIFT;
	uint32_t i;

	/* Usual bursts have no stamp until the next poll that has nothing better to do. */
	if (decided == position(&rxq->agent.received) ||
			tinynf_ring_reached(decided, position(&rxq->stamped)))
		return 0;
	for (i = 0; i <= mask; i++) {
		const struct tinynf_stamp *stamp = &rxq->stamp[(decided - i) & mask];

		if (stamp->pos == decided - i)
			return ((uint64_t)(now - stamp->tsc) << TINYNF_STAMP_SHIFT) /
				RTE_MAX(rte_get_tsc_hz() / 1000000, UINT64_C(1));
	}
	return 0;
}

int
tinynf_rxq_owners(struct rte_eth_dev *dev, uint16_t queue, struct tinynf_owners *owners)
{
	const struct tinynf_rxq *rxq;
	uint32_t received, decided, mirrored;

	*owners = (struct tinynf_owners){ 0 };
	if (queue >= dev->data->nb_rx_queues || dev->data->rx_queues[queue] == NULL)
		return -EINVAL;
	rxq = dev->data->rx_queues[queue];
	owners->size = rxq->size;
	pthread_mutex_lock(&tinynf_control);
	if (rxq->native != NULL) {
		owners->nic_tx = tinynf_native_pending(rxq);
		owners->nic_rx = rxq->size - owners->nic_tx;
	} else if (tinynf_rxq_gate(rxq) != TINYNF_GATE_NONE) {
		mirrored = position(&rxq->agent.mirrored);
		decided = position(&rxq->agent.decided);
		received = position(&rxq->agent.received);
		owners->app = RTE_MIN(received - decided, rxq->size);
		owners->nic_tx = RTE_MIN(decided + rxq->size - mirrored,
				rxq->size - owners->app);
		owners->nic_rx = rxq->size - owners->app - owners->nic_tx;
		owners->oldest_age_us = tinynf_rxq_oldest_us(rxq);
	}
	pthread_mutex_unlock(&tinynf_control);
	return 0;
}
