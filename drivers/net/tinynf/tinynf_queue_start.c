/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#include <string.h>

#include <ethdev_driver.h>
#include <rte_errno.h>
#include <rte_malloc.h>

#include "base/tinynf_queue_hw.h"
#include "base/tinynf_regs.h"
#include "tinynf_events.h"
#include "tinynf_native.h"
#include "tinynf_output.h"
#include "tinynf_ports.h"
#include "tinynf_queue.h"
#include "tinynf_queue_start.h"
#include "tinynf_slots.h"

/* One block for all arrays by slot; each part is aligned because sizes are powers of two. */
static int
rxq_alloc_arrays(struct tinynf_rxq *rxq, uint64_t **addr, _Atomic uint32_t **sent,
		uint32_t **stale, _Atomic uint8_t **state)
{
	const size_t n = rxq->size;
	uint8_t *block;

	block = rte_zmalloc_socket("tinynf_arrays", n * (sizeof(**addr) + sizeof(*rxq->stamp) +
			sizeof(**sent) + sizeof(**stale) + sizeof(**state) + sizeof(*rxq->held)),
			RTE_CACHE_LINE_SIZE, rxq->socket);
	if (block == NULL)
		return -ENOMEM;
	rxq->arrays = block;
	*addr = (uint64_t *)block;
	block += n * sizeof(**addr);
	rxq->stamp = (struct tinynf_stamp *)block;
	block += n * sizeof(*rxq->stamp);
	*sent = (_Atomic uint32_t *)block;
	block += n * sizeof(**sent);
	*stale = (uint32_t *)block;
	block += n * sizeof(**stale);
	*state = (_Atomic uint8_t *)block;
	block += n * sizeof(**state);
	rxq->held = (bool *)block;
	return 0;
}

static int
rxq_fill_addresses(struct tinynf_rxq *rxq, uint64_t *addr)
{
	struct tinynf_hw *hw = &rxq->adapter->hw;
	uint32_t i;

	for (i = 0; i < rxq->size; i++) {
		struct rte_mbuf *m = rxq->mbuf[i];

		addr[i] = hw->ops->dma_addr(hw, RTE_PTR_ADD(m->buf_addr, RTE_PKTMBUF_HEADROOM),
				rte_mbuf_iova_get(m) + RTE_PKTMBUF_HEADROOM);
		if (addr[i] == UINT64_MAX) {
			TINYNF_LOG(ERR, "port %u: the device does not reach the memory of pool "
					"%s", rxq->data->port_id,
					tinynf_pool_home(rxq->pool)->name);
			return -EFAULT;
		}
	}
	return 0;
}

static int
rxq_init_agent(struct tinynf_rxq *rxq)
{
	uint32_t flush = rxq->adapter->options.flush_period;
	_Atomic uint8_t *state = NULL;
	_Atomic uint32_t *sent = NULL;
	uint32_t *stale = NULL;
	uint64_t *addr = NULL;
	uint32_t i;
	int ret;

	ret = rxq_alloc_arrays(rxq, &addr, &sent, &stale, &state);
	if (ret < 0)
		return ret;
	ret = rxq_fill_addresses(rxq, addr);
	if (ret < 0) {
		rte_free(rxq->arrays);
		rxq->arrays = NULL;
		return ret;
	}
	tinynf_agent_init(&rxq->agent, rxq->size, flush != 0 ? flush : TINYNF_FLUSH_PERIOD,
			TINYNF_MIRROR_PERIOD, rxq->memory->addr, state, sent, stale, addr);
	for (i = 0; i < rxq->size; i++)
		tinynf_mbuf_restore(rxq, rxq->mbuf[i]);
	rxq->stamped = 0;
	rxq->in_bad = false;
	rxq->held_logged = false;
	rxq->old = false;
	return 0;
}

static int
rxq_start_hw(struct tinynf_rxq *rxq)
{
	struct tinynf_hw *hw = &rxq->adapter->hw;
	struct tinynf_hw_rxq_conf conf = {
		.ring = hw->ops->dma_addr(hw, rxq->memory->addr, rxq->memory->iova),
		.nb_desc = rxq->size,
		.buffer_kib = rxq->buffer_kib,
		/* A queue that isn't polled must not block the others. */
		.drop = rxq->conf.rx_drop_en || rxq->data->nb_rx_queues > 1,
		.vlan_strip = rxq->vlan_strip,
		.counter = rxq->queue % TINYNF_HW_COUNTERS,
	};
	int ret;

	if (conf.ring == UINT64_MAX)
		return -EFAULT;
	rxq->rdt = hw->ops->tail_addr(hw, TINYNF_REG(RDT, rxq->queue));
	rte_io_wmb();
	ret = tinynf_hw_rxq_start(hw, rxq->queue, &conf);
	if (ret < 0)
		TINYNF_LOG(ERR, "port %u: hardware receive queue %u does not start: %s",
				rxq->data->port_id, rxq->queue, rte_strerror(-ret));
	return ret;
}

static int
rxq_start(struct tinynf_rxq *rxq)
{
	static const bool none_held[TINYNF_MAX_RING];
	uint32_t gate;
	int ret;

	if (rxq->slots != NULL)
		return 0;
	tinynf_gate_init();
	ret = tinynf_slots_take(rxq->pool, rxq->size, rxq->data->port_id, &rxq->slots);
	if (ret < 0)
		return ret;
	rxq->mbuf = rxq->slots->mbuf;
	/* Somebody may still be leaving the gate as that of a queue which has stopped. */
	gate = rxq->slots->gate;
	ret = tinynf_gate_exclude(gate);
	if (ret < 0)
		goto fail_exclude;
	ret = rxq_init_agent(rxq);
	if (ret < 0)
		goto fail_agent;
	ret = rxq_start_hw(rxq);
	if (ret < 0)
		goto fail_hw;
	tinynf_gates[gate].rxq = rxq;
	tinynf_rxq_set_gate(rxq, gate);
	tinynf_gate_include(gate);
	tinynf_native_queue_started(rxq);
	return 0;

fail_hw:
	rte_free(rxq->arrays);
	rxq->arrays = NULL;
fail_agent:
	tinynf_gate_include(gate);
fail_exclude:
	tinynf_slots_give(rxq->slots, none_held);
	rxq->slots = NULL;
	rxq->mbuf = NULL;
	return ret;
}

/* Received by the hardware but never polled. */
static uint32_t
rxq_unread(const struct tinynf_rxq *rxq)
{
	const struct tinynf_agent *a = &rxq->agent;
	const uint32_t max = tinynf_agent_receivable(a);
	uint32_t i, n = 0;

	for (i = 0; i < max; i++) {
		uint64_t meta = tinynf_agent_rx_meta(a, a->received + i);

		if (!(meta & TINYNF_RXD_DD))
			break;
		n += !!(meta & TINYNF_RXD_EOP);
	}
	return n;
}

/*
 * Let the ring run out: what the application holds no longer counts here, so that packets
 * which it sent after those are transmitted. What it holds and sent nowhere is dropped, since
 * it is refused from now on.
 */
static void
rxq_decide_all(struct tinynf_rxq *rxq)
{
	struct tinynf_agent *a = &rxq->agent;
	uint32_t pos;

	for (pos = a->decided; pos != a->received; pos++) {
		const uint32_t slot = pos & a->mask;

		rxq->held[slot] = atomic_load_explicit(&a->state[slot],
				memory_order_acquire) == 0;
		if (!rxq->held[slot])
			continue;
		rxq->nb_dropped += atomic_load_explicit(&a->sent[slot],
				memory_order_relaxed) == 0;
		tinynf_agent_release(a, slot);
	}
	tinynf_agent_advance(a);
}

int
tinynf_rxq_stop(struct tinynf_rxq *rxq, uint32_t *timeout_us)
{
	uint32_t gate, unread;
	int ret;

	ret = tinynf_native_queue_stopping(rxq, timeout_us);
	if (ret < 0)
		return ret;
	gate = tinynf_rxq_gate(rxq);
	if (gate == TINYNF_GATE_NONE)
		return 0;
	ret = tinynf_gate_exclude(gate);
	if (ret < 0)
		return ret;
	if (tinynf_hw_rxq_stop(&rxq->adapter->hw, rxq->queue) < 0) {
		TINYNF_LOG(ERR, "port %u: hardware receive queue %u does not stop",
				rxq->data->port_id, rxq->queue);
		/* It may still write to its buffers; when the port stops, reception is off. */
		if (rxq->adapter->started) {
			tinynf_gate_include(gate);
			return -EIO;
		}
	}
	tinynf_rxq_set_gate(rxq, TINYNF_GATE_NONE);
	unread = rxq_unread(rxq);
	if (unread != 0)
		tinynf_event_add(rxq->data->port_id, TINYNF_EV_STOP_UNREAD, unread);
	rxq_decide_all(rxq);
	tinynf_output_detach(rxq, tinynf_output_mask(rxq, NULL), timeout_us);
	tinynf_gates[gate].rxq = NULL;
	tinynf_slots_give(rxq->slots, rxq->held);
	rxq->slots = NULL;
	rxq->mbuf = NULL;
	rte_free(rxq->arrays);
	rxq->arrays = NULL;
	tinynf_gate_include(gate);
	rxq->data->rx_queue_state[rxq->queue] = RTE_ETH_QUEUE_STATE_STOPPED;
	return 0;
}

int
tinynf_rx_queue_start(struct rte_eth_dev *dev, uint16_t queue)
{
	int ret;

	pthread_mutex_lock(&tinynf_control);
	ret = rxq_start(dev->data->rx_queues[queue]);
	pthread_mutex_unlock(&tinynf_control);
	if (ret == 0)
		dev->data->rx_queue_state[queue] = RTE_ETH_QUEUE_STATE_STARTED;
	return ret;
}

int
tinynf_rx_queue_stop(struct rte_eth_dev *dev, uint16_t queue)
{
	uint32_t timeout_us = TINYNF_DRAIN_TIMEOUT_US;
	int ret;

	pthread_mutex_lock(&tinynf_control);
	ret = tinynf_rxq_stop(dev->data->rx_queues[queue], &timeout_us);
	pthread_mutex_unlock(&tinynf_control);
	return ret;
}

/* Packets go out by their agents' outputs: only the application's side starts and stops. */
int
tinynf_tx_queue_start(struct rte_eth_dev *dev, uint16_t queue)
{
	struct tinynf_txq *txq = dev->data->tx_queues[queue];

	atomic_store_explicit(&txq->stopped, false, memory_order_release);
	dev->data->tx_queue_state[queue] = RTE_ETH_QUEUE_STATE_STARTED;
	return 0;
}

int
tinynf_tx_queue_stop(struct rte_eth_dev *dev, uint16_t queue)
{
	struct tinynf_txq *txq = dev->data->tx_queues[queue];

	atomic_store_explicit(&txq->stopped, true, memory_order_release);
	atomic_store_explicit(&txq->output, &tinynf_no_output, memory_order_release);
	dev->data->tx_queue_state[queue] = RTE_ETH_QUEUE_STATE_STOPPED;
	return 0;
}

int
tinynf_queues_start(struct rte_eth_dev *dev)
{
	struct tinynf_adapter *adapter = tinynf_adapter(dev);
	uint16_t i;
	int ret;

	pthread_mutex_lock(&tinynf_control);
	adapter->hw_txq_used = 0;
	adapter->tx_open = true;
	pthread_mutex_unlock(&tinynf_control);
	for (i = 0; i < dev->data->nb_rx_queues; i++) {
		const struct tinynf_rxq *rxq = dev->data->rx_queues[i];

		if (rxq == NULL || rxq->conf.rx_deferred_start)
			continue;
		ret = tinynf_rx_queue_start(dev, i);
		if (ret < 0)
			goto fail_rxq;
	}
	for (i = 0; i < dev->data->nb_tx_queues; i++) {
		struct tinynf_txq *txq = dev->data->tx_queues[i];

		if (txq == NULL || txq->conf.tx_deferred_start)
			continue;
		txq->attach_logged = false;
		tinynf_tx_queue_start(dev, i);
	}
	return 0;

fail_rxq:
	tinynf_queues_stop(dev);
	return ret;
}

/* What agents of other ports have here. */
static void
queues_detach_others(struct tinynf_adapter *adapter, uint32_t *timeout_us)
{
	uint32_t gate, outputs;

	for (gate = TINYNF_GATE_NONE + 1; gate < TINYNF_MAX_GATES; gate++) {
		struct tinynf_rxq *rxq = tinynf_gates[gate].rxq;

		outputs = rxq == NULL ? 0 : tinynf_output_mask(rxq, adapter);
		if (outputs == 0)
			continue;
		if (tinynf_gate_exclude(gate) < 0) {
			TINYNF_LOG(ERR, "port %u queue %u still sends to port %u, which stops",
					rxq->data->port_id, rxq->queue, adapter->port_id);
			continue;
		}
		tinynf_output_detach(rxq, outputs, timeout_us);
		tinynf_gate_include(gate);
	}
}

/* Native agents of other ports that send to this one end with it. */
static void
natives_stop_others(struct tinynf_adapter *adapter, uint32_t *timeout_us)
{
	uint32_t gate;

	for (gate = TINYNF_GATE_NONE + 1; gate < TINYNF_MAX_GATES; gate++) {
		struct tinynf_rxq *rxq = tinynf_gates[gate].rxq;

		if (rxq == NULL || rxq->native == NULL || tinynf_output_mask(rxq, adapter) == 0)
			continue;
		TINYNF_LOG(NOTICE, "port %u queue %u: its native agent ends and it stops, as port "
				"%u, to which it sends, does", rxq->data->port_id, rxq->queue,
				adapter->port_id);
		tinynf_rxq_stop(rxq, timeout_us);
	}
}

void
tinynf_queues_stop(struct rte_eth_dev *dev)
{
	struct tinynf_adapter *adapter = tinynf_adapter(dev);
	uint32_t timeout_us = TINYNF_DRAIN_TIMEOUT_US;
	uint16_t i;

	pthread_mutex_lock(&tinynf_control);
	adapter->tx_open = false;
	for (i = 0; i < dev->data->nb_rx_queues; i++) {
		if (dev->data->rx_queues[i] == NULL)
			continue;
		tinynf_rxq_stop(dev->data->rx_queues[i], &timeout_us);
	}
	natives_stop_others(adapter, &timeout_us);
	queues_detach_others(adapter, &timeout_us);
	tinynf_slots_reap();
	pthread_mutex_unlock(&tinynf_control);
	for (i = 0; i < dev->data->nb_tx_queues; i++) {
		if (dev->data->tx_queues[i] != NULL)
			tinynf_tx_queue_stop(dev, i);
	}
}
