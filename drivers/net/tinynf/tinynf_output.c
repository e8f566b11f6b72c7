/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <rte_errno.h>

#include "base/tinynf_queue_hw.h"
#include "base/tinynf_regs.h"
#include "tinynf_events.h"
#include "tinynf_output.h"
#include "tinynf_ports.h"
#include "tinynf_queue.h"
#include "tinynf_slots.h"

#define DRAIN_STEP_US 10

const struct rte_memzone *
tinynf_ring_reserve(uint32_t size, uint32_t extra, int socket)
{
	static uint32_t number;
	char name[RTE_MEMZONE_NAMESIZE];
	const struct rte_memzone *memory;

	snprintf(name, sizeof(name), "tinynf_ring_%u", number++);
	/* 4.6.7: rings are 128-byte aligned; a page keeps them out of each other's way. */
	memory = rte_memzone_reserve_aligned(name, size * sizeof(struct tinynf_desc) + extra,
			socket, RTE_MEMZONE_IOVA_CONTIG | RTE_MEMZONE_SIZE_HINT_ONLY, 4096);
	if (memory != NULL)
		memset(memory->addr, 0, memory->len);
	return memory;
}

/* Slots' addresses were learnt from the port that receives; the sender must agree. */
static bool
same_addresses(const struct tinynf_rxq *rxq, struct tinynf_adapter *adapter)
{
	struct tinynf_hw *hw = &adapter->hw;
	uint32_t i;

	for (i = 0; i < rxq->size; i++) {
		const struct rte_mbuf *m = rxq->mbuf[i];

		if (hw->ops->dma_addr(hw, RTE_PTR_ADD(m->buf_addr, RTE_PKTMBUF_HEADROOM),
				rte_mbuf_iova_get(m) + RTE_PKTMBUF_HEADROOM) !=
				rxq->agent.addr[i])
			return false;
	}
	return true;
}

int
tinynf_output_reserve(const struct tinynf_rxq *rxq, struct tinynf_output_hw *out, uint32_t size,
		uint32_t extra)
{
	const uint64_t used = out->adapter->hw_txq_used;

	if (used == UINT64_MAX)
		return -ENOSPC;
	if (!same_addresses(rxq, out->adapter))
		return -EXDEV;
	out->hw_queue = __builtin_ctzll(~used);
	out->memory = tinynf_ring_reserve(size, extra, rxq->socket);
	return out->memory != NULL ? 0 : -ENOMEM;
}

int
tinynf_output_start(const struct tinynf_output_hw *out, uint32_t size,
		const struct rte_memzone *ring, size_t head_at)
{
	const struct rte_memzone *memory = out->memory;
	struct tinynf_hw *hw = &out->adapter->hw;
	const struct tinynf_hw_txq_conf conf = {
		.ring = hw->ops->dma_addr(hw, ring->addr, ring->iova),
		.nb_desc = size,
		.head = hw->ops->dma_addr(hw, RTE_PTR_ADD(memory->addr, head_at),
			memory->iova + head_at),
		.counter = out->tx_queue % TINYNF_HW_COUNTERS,
	};
	int ret = -EXDEV;

	if (conf.ring != UINT64_MAX && conf.head != UINT64_MAX) {
		rte_io_wmb();
		ret = tinynf_hw_txq_start(hw, out->hw_queue, &conf);
	}
	if (ret < 0)
		rte_memzone_free(memory);
	else
		out->adapter->hw_txq_used |= UINT64_C(1) << out->hw_queue;
	return ret;
}

void
tinynf_output_stop(struct tinynf_output_hw *out)
{
	struct tinynf_adapter *adapter = out->adapter;

	if (tinynf_hw_txq_stop(&adapter->hw, out->hw_queue) == 0) {
		adapter->hw_txq_used &= ~(UINT64_C(1) << out->hw_queue);
		rte_memzone_free(out->memory);
	} else {
		/* The hardware may still write there: neither is used again. */
		TINYNF_LOG(ERR, "port %u: hardware transmit queue %u does not stop",
				adapter->port_id, out->hw_queue);
	}
	memset(out, 0, sizeof(*out));
}

bool
tinynf_output_wait(struct tinynf_hw *hw, uint32_t *timeout_us)
{
	if (*timeout_us < DRAIN_STEP_US)
		return false;
	hw->ops->delay_us(hw, DRAIN_STEP_US);
	*timeout_us -= DRAIN_STEP_US;
	return true;
}

static void
output_set_max(struct tinynf_rxq *rxq, unsigned int o, uint16_t mtu)
{
	tinynf_agent_set_max(&rxq->agent, o, RTE_MIN(mtu + (uint32_t)TINYNF_L2_OVERHEAD,
			rxq->room));
}

void
tinynf_output_set_max(uint32_t gate, const struct tinynf_adapter *adapter, uint16_t mtu)
{
	struct tinynf_rxq *rxq = tinynf_gates[gate].rxq;
	uint32_t outputs = tinynf_output_mask(rxq, adapter);

	if (outputs == 0 || tinynf_gate_exclude(gate) < 0)
		return;
	for (; outputs != 0; outputs &= outputs - 1)
		output_set_max(rxq, __builtin_ctz(outputs), mtu);
	tinynf_gate_include(gate);
}

static int
output_attach(struct tinynf_rxq *rxq, struct tinynf_txq *txq)
{
	struct tinynf_output_hw out = { .adapter = txq->adapter, .tx_queue = txq->queue };
	const size_t head_at = rxq->size * sizeof(struct tinynf_desc);
	struct tinynf_hw *hw = &txq->adapter->hw;
	void *ring, *head;
	unsigned int o;
	int ret;

	for (o = 0; o < TINYNF_MAX_OUTPUTS && rxq->hw[o].adapter != NULL; o++)
		;
	if (o == TINYNF_MAX_OUTPUTS)
		return -ENOSPC;
	ret = tinynf_output_reserve(rxq, &out, rxq->size, RTE_CACHE_LINE_SIZE +
			rxq->size * sizeof(struct tinynf_desc));
	if (ret < 0)
		return ret;
	ring = out.memory->addr;
	head = RTE_PTR_ADD(ring, head_at);
	tinynf_agent_attach(&rxq->agent, o, ring, RTE_PTR_ADD(head, RTE_CACHE_LINE_SIZE), head);
	ret = tinynf_output_start(&out, rxq->size, out.memory, head_at);
	if (ret < 0)
		return ret;
	rxq->hw[o] = out;
	rxq->agent.output[o].tail = hw->ops->tail_addr(hw, TINYNF_REG(TDT, out.hw_queue));
	output_set_max(rxq, o, *txq->mtu);
	tinynf_event_add(txq->port_id, TINYNF_EV_ATTACH, 1);
	TINYNF_LOG(DEBUG, "port %u queue %u sends to port %u by hardware queue %u",
			rxq->data->port_id, rxq->queue, txq->port_id, out.hw_queue);
	/* Bursts on any lcore use the output from here on. */
	atomic_store_explicit(&rxq->output_of[txq->port_id], o, memory_order_release);
	return 0;
}

uint32_t
tinynf_output_mask(const struct tinynf_rxq *rxq, const struct tinynf_adapter *adapter)
{
	uint32_t mask = 0;
	unsigned int o;

	for (o = 0; o < TINYNF_MAX_OUTPUTS; o++) {
		if (rxq->hw[o].adapter != NULL &&
				(adapter == NULL || rxq->hw[o].adapter == adapter))
			mask |= UINT32_C(1) << o;
	}
	return mask;
}

/* Once for each transmit queue: bursts try again. */
static void
attach_log(const struct tinynf_rxq *rxq, struct tinynf_txq *txq, int err)
{
	const unsigned int outputs = __builtin_popcount(tinynf_output_mask(rxq, NULL));
	char why[96];

	if (txq->attach_logged)
		return;
	txq->attach_logged = true;
	if (err == EXDEV)
		snprintf(why, sizeof(why), "that port reaches memory by other addresses");
	else if (err == ENOSPC && outputs == TINYNF_MAX_OUTPUTS)
		snprintf(why, sizeof(why), "it sends to %u ports already, and at most %u work",
				outputs, TINYNF_MAX_OUTPUTS);
	else if (err == ENOSPC)
		snprintf(why, sizeof(why), "all %u hardware transmit queues of that port are used",
				TINYNF_MAX_TX_QUEUES);
	else
		snprintf(why, sizeof(why), "%s", rte_strerror(err));
	TINYNF_LOG(ERR, "port %u queue %u can't send to port %u: %s", rxq->data->port_id,
			rxq->queue, txq->port_id, why);
}

/*
 * For a burst, outside of all gates, so that nobody who has the lock waits for it. Several
 * lcores begin to send at once, and most applications drop what a burst doesn't take.
 */
static bool
control_lock(void)
{
	uint64_t end = 0;

	while (pthread_mutex_trylock(&tinynf_control) != 0)
		if (!tinynf_gate_wait(&end))
			return false;
	return true;
}

int
tinynf_output_attach(uint32_t gate, struct tinynf_txq *txq)
{
	struct tinynf_rxq *rxq;
	int ret = 0;

	if (!control_lock())
		return -EAGAIN;
	rxq = tinynf_gates[gate].rxq;
	if (rxq == NULL || !txq->adapter->tx_open)
		ret = -ENODEV;
	else if (txq->adapter->nb_native != 0)
		ret = -EBUSY;
	else if (rxq->output_of[txq->port_id] == TINYNF_NO_OUTPUT)
		ret = output_attach(rxq, txq);
	if (ret < 0 && ret != -ENODEV && ret != -EBUSY)
		attach_log(rxq, txq, -ret);
	pthread_mutex_unlock(&tinynf_control);
	return ret;
}

/*
 * What is rung while an output is given up is not reported any more: it shows in the head
 * register, which may be read here, outside of bursts.
 */
static bool
output_reached_tail(struct tinynf_rxq *rxq, unsigned int o)
{
	const struct tinynf_output_hw *out = &rxq->hw[o];

	return tinynf_hw_read(&out->adapter->hw, TINYNF_REG(TDH, out->hw_queue)) ==
		tinynf_agent_tail(&rxq->agent, o);
}

static bool
output_idle(struct tinynf_rxq *rxq, unsigned int o)
{
	const struct tinynf_output *out = &rxq->agent.output[o];

	return tinynf_ring_reached(out->rung, out->last) && output_reached_tail(rxq, o);
}

bool
tinynf_output_drain(struct tinynf_rxq *rxq, uint32_t outputs, uint32_t *timeout_us)
{
	uint32_t rest;

	for (;;) {
		tinynf_rxq_ring(rxq, true);
		if (tinynf_agent_mirror(&rxq->agent, true) &&
				tinynf_rxq_gate(rxq) != TINYNF_GATE_NONE)
			tinynf_tail_write(rxq->rdt, tinynf_agent_rdt(&rxq->agent));
		for (rest = rxq->agent.active & outputs; rest != 0; rest &= rest - 1) {
			if (!output_idle(rxq, __builtin_ctz(rest)))
				break;
		}
		if (rest == 0)
			return true;
		if (!tinynf_output_wait(&rxq->adapter->hw, timeout_us))
			return false;
	}
}

/* Packets handed over behind one that the application still holds: never rung. */
static uint32_t
output_blocked(const struct tinynf_rxq *rxq, unsigned int o)
{
	const struct tinynf_agent *a = &rxq->agent;
	uint32_t pos, n = 0;

	for (pos = a->decided; pos != a->received; pos++)
		n += atomic_load_explicit(&a->sent[pos & a->mask], memory_order_relaxed) >> o & 1;
	return n;
}

/* Send these too. Returns how many could not be. */
static uint32_t
output_send_blocked(struct tinynf_rxq *rxq, unsigned int o, uint32_t *timeout_us)
{
	const uint32_t blocked = output_blocked(rxq, o);

	if (blocked == 0)
		return 0;
	tinynf_agent_wake(&rxq->agent, o);
	if (!tinynf_output_drain(rxq, UINT32_C(1) << o, timeout_us))
		return blocked;
	tinynf_agent_send_blocked(&rxq->agent, o);
	tinynf_tail_write(rxq->agent.output[o].tail, tinynf_agent_tail(&rxq->agent, o));
	while (!output_reached_tail(rxq, o))
		if (!tinynf_output_wait(&rxq->adapter->hw, timeout_us))
			return blocked;
	return 0;
}

/* Transmit queues remember the output that they used last. Their gates are closed to them. */
static void
output_forget(struct tinynf_rxq *rxq, unsigned int o, uint16_t port_id)
{
	unsigned int queue;

	for (queue = 0; queue < tinynf_txq_count[port_id]; queue++) {
		struct tinynf_output *out = &rxq->agent.output[o];

		atomic_compare_exchange_strong(&tinynf_txqs[port_id][queue].output, &out,
				&tinynf_no_output);
	}
}

void
tinynf_output_detach(struct tinynf_rxq *rxq, uint32_t outputs, uint32_t *timeout_us)
{
	tinynf_output_drain(rxq, outputs, timeout_us);
	for (; outputs != 0; outputs &= outputs - 1) {
		const unsigned int o = __builtin_ctz(outputs);
		const uint16_t port_id = rxq->hw[o].adapter->port_id;
		bool idle = !(rxq->agent.active & UINT32_C(1) << o) || output_idle(rxq, o);
		uint32_t lost = output_send_blocked(rxq, o, timeout_us), pending;

		atomic_store_explicit(&rxq->output_of[port_id], TINYNF_NO_OUTPUT,
				memory_order_release);
		output_forget(rxq, o, port_id);
		pending = tinynf_agent_detach(&rxq->agent, o);
		tinynf_output_stop(&rxq->hw[o]);
		lost += idle ? 0 : pending;
		if (lost != 0)
			tinynf_event_add(port_id, TINYNF_EV_STOP_DISCARD, lost);
		rxq->agent.output[o].tail = NULL;
	}
}
