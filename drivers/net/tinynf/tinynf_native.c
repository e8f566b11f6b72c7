/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * Agents of the native interface, and keeping ethdev apart from them. What moves packets is
 * inlined into programs from rte_pmd_tinynf.h.
 */

#include <errno.h>
#include <string.h>

#include <ethdev_driver.h>
#include <rte_cycles.h>
#include <rte_errno.h>
#include <rte_malloc.h>

#include "base/tinynf_regs.h"
#include "rte_pmd_tinynf.h"
#include "tinynf_compat.h"
#include "tinynf_events.h"
#include "tinynf_native.h"
#include "tinynf_output.h"
#include "tinynf_slots.h"

#define CLOSE_TIMEOUT_US 1000000

int
tinynf_native_refuse(int err, uint16_t port_id, const char *what)
{
	TINYNF_LOG(ERR, "port %u can't be used natively: %s", port_id, what);
	return err;
}

uint16_t
tinynf_native_refuse_rx(struct tinynf_rxq *rxq)
{
	if (rxq->hidden != TINYNF_GATE_NONE)
		tinynf_event_refuse(rxq->data->port_id, TINYNF_EV_RX_NATIVE, EBUSY);
	return 0;
}

uint32_t
tinynf_native_pending(const struct tinynf_rxq *rxq)
{
	const struct rte_pmd_tinynf_agent *a = &rxq->native->agent;
	const volatile uint32_t *pos = &a->pos, *mirrored = &a->mirrored;

	return RTE_MIN(*pos + a->mask + 1 - *mirrored, a->mask + 1);
}

void
tinynf_native_set_max(struct tinynf_rxq *rxq, const struct tinynf_adapter *adapter, uint16_t mtu)
{
	uint32_t outputs = tinynf_output_mask(rxq, NULL);
	uint32_t max = RTE_MIN(rxq->room, (uint32_t)UINT16_MAX);

	for (; outputs != 0; outputs &= outputs - 1) {
		const struct tinynf_adapter *to = rxq->hw[__builtin_ctz(outputs)].adapter;
		const uint32_t its = to == adapter ? mtu : rte_eth_devices[to->port_id].data->mtu;

		max = RTE_MIN(max, its + (uint32_t)TINYNF_L2_OVERHEAD);
	}
	__atomic_store_n(&rxq->native->agent.max_length, (uint16_t)max, __ATOMIC_RELAXED);
}

/*
 * Ports.
 */

/* Ethdev's way to the queue, which is its gate. */
static void
queue_hide(struct tinynf_rxq *rxq)
{
	rxq->hidden = tinynf_rxq_gate(rxq);
	tinynf_rxq_set_gate(rxq, TINYNF_GATE_NONE);
}

static void
queue_show(struct tinynf_rxq *rxq)
{
	tinynf_rxq_set_gate(rxq, rxq->hidden);
	rxq->hidden = TINYNF_GATE_NONE;
}

void
tinynf_native_queue_started(struct tinynf_rxq *rxq)
{
	if (rxq->adapter->nb_native != 0)
		queue_hide(rxq);
}

bool
tinynf_native_port_in_use(const struct rte_eth_dev_data *data)
{
	const struct tinynf_adapter *adapter = data->dev_private;
	uint32_t gate;
	uint16_t q;

	for (q = 0; q < data->nb_rx_queues; q++) {
		const struct tinynf_rxq *rxq = data->rx_queues[q];

		if (rxq != NULL && tinynf_rxq_gate(rxq) != TINYNF_GATE_NONE &&
				rxq->agent.received != 0)
			return true;
	}
	for (gate = TINYNF_GATE_NONE + 1; gate < TINYNF_MAX_GATES; gate++) {
		const struct tinynf_rxq *rxq = tinynf_gates[gate].rxq;

		if (rxq != NULL && rxq->native == NULL &&
				tinynf_output_mask(rxq, adapter) != 0)
			return true;
	}
	return false;
}

/* One agent more uses the port: the first one makes ethdev stay away. */
static int
port_take(struct rte_eth_dev_data *data)
{
	struct tinynf_adapter *adapter = data->dev_private;
	uint16_t q, taken;
	uint32_t gate;

	if (adapter->nb_native++ != 0)
		return 0;
	for (q = 0; q < data->nb_rx_queues; q++) {
		struct tinynf_rxq *rxq = data->rx_queues[q];

		gate = rxq == NULL ? TINYNF_GATE_NONE : tinynf_rxq_gate(rxq);
		if (gate == TINYNF_GATE_NONE)
			continue;
		if (tinynf_gate_exclude(gate) < 0)
			goto fail_exclude;
		queue_hide(rxq);
		tinynf_gate_include(gate);
	}
	/* Only now nobody begins any more. */
	for (q = 0; q < data->nb_rx_queues; q++) {
		const struct tinynf_rxq *rxq = data->rx_queues[q];

		if (rxq != NULL && rxq->hidden != TINYNF_GATE_NONE && rxq->agent.received != 0)
			goto fail_exclude;
	}
	return 0;

fail_exclude:
	for (taken = 0; taken < data->nb_rx_queues; taken++) {
		struct tinynf_rxq *rxq = data->rx_queues[taken];

		if (rxq != NULL && rxq->hidden != TINYNF_GATE_NONE)
			queue_show(rxq);
	}
	adapter->nb_native--;
	return tinynf_native_refuse(-EBUSY, data->port_id, "ethdev receives from it right now");
}

static void
port_give(struct tinynf_adapter *adapter)
{
	struct rte_eth_dev_data *data = rte_eth_devices[adapter->port_id].data;
	uint16_t q;

	if (--adapter->nb_native != 0)
		return;
	for (q = 0; q < data->nb_rx_queues; q++) {
		struct tinynf_rxq *rxq = data->rx_queues[q];

		if (rxq != NULL && rxq->hidden != TINYNF_GATE_NONE)
			queue_show(rxq);
	}
}

/*
 * Outputs.
 */

/* Nulls that the hardware only gets to see once the slots are handled. */
static void
ring_clear(struct tinynf_desc *ring, const struct tinynf_rxq *rxq)
{
	uint32_t i;

	for (i = 0; i < rxq->size; i++) {
		ring[i].addr = rxq->agent.addr[i];
		ring[i].meta = TINYNF_TXD_EOP;
	}
}

static int
output_refuse(int err, uint16_t port_id)
{
	switch (err) {
	case -ENOSPC:
		return tinynf_native_refuse(err, port_id, "all its transmit queues are in use");
	case -ENOMEM:
		return tinynf_native_refuse(err, port_id, "no memory for a ring");
	case -EXDEV:
		return tinynf_native_refuse(err, port_id,
			"it reaches memory by other addresses than the receiver");
	default:
		return tinynf_native_refuse(err, port_id, "a hardware transmit queue doesn't start");
	}
}

/* Output 0's ring is the receive ring; each has a line of memory for the head. */
static int
output_open(struct tinynf_native *native, unsigned int o, struct tinynf_adapter *adapter)
{
	struct tinynf_rxq *rxq = native->rxq;
	struct tinynf_output_hw out = { .adapter = adapter, .tx_queue = rxq->queue };
	const uint32_t size = o == 0 ? 0 : rxq->size;
	const size_t head_at = size * sizeof(struct tinynf_desc);
	const struct rte_memzone *ring = rxq->memory;
	struct tinynf_hw *hw = &adapter->hw;
	int ret;

	ret = tinynf_output_reserve(rxq, &out, size, RTE_CACHE_LINE_SIZE);
	if (ret < 0)
		return output_refuse(ret, adapter->port_id);
	if (o != 0) {
		ring = out.memory;
		ring_clear(ring->addr, rxq);
	}
	ret = tinynf_output_start(&out, rxq->size, ring, head_at);
	if (ret < 0)
		return output_refuse(ret, adapter->port_id);
	rxq->hw[o] = out;
	native->agent.output[o] = (struct rte_pmd_tinynf_output){
		.ring = ring->addr,
		.tail = hw->ops->tail_addr(hw, TINYNF_REG(TDT, out.hw_queue)),
		.head = RTE_PTR_ADD(out.memory->addr, head_at),
	};
	return 0;
}

static bool
output_idle(const struct tinynf_native *native, unsigned int o)
{
	const struct tinynf_output_hw *out = &native->rxq->hw[o];

	return tinynf_hw_read(&out->adapter->hw, TINYNF_REG(TDH, out->hw_queue)) ==
		(native->agent.pos & native->agent.mask);
}

/* Packets that the hardware was given and has not sent. */
static uint32_t
output_pending(const struct tinynf_native *native, unsigned int o)
{
	const struct rte_pmd_tinynf_agent *a = &native->agent;
	const struct tinynf_output_hw *out = &native->rxq->hw[o];
	const uint32_t end = a->pos & a->mask;
	uint32_t slot = tinynf_hw_read(&out->adapter->hw, TINYNF_REG(TDH, out->hw_queue));
	uint32_t n = 0;

	for (slot &= a->mask; slot != end; slot = (slot + 1) & a->mask)
		n += (a->output[o].ring[slot].meta & UINT16_MAX) != 0;
	return n;
}

static void
output_close(struct tinynf_native *native, unsigned int o, uint32_t *timeout_us)
{
	struct tinynf_adapter *adapter = native->rxq->hw[o].adapter;

	while (!output_idle(native, o) && tinynf_output_wait(&adapter->hw, timeout_us))
		;
	tinynf_event_add(adapter->port_id, TINYNF_EV_STOP_DISCARD, output_pending(native, o));
	tinynf_output_stop(&native->rxq->hw[o]);
}

/*
 * Agents.
 */

/* Keep polls out. */
static int
polls_end(struct rte_pmd_tinynf_agent *a)
{
	uint32_t waited;

	__atomic_store_n(&a->attend, a->attend | RTE_PMD_TINYNF_CLOSED_, __ATOMIC_RELAXED);
	tinynf_gate_barrier();
	for (waited = 0; __atomic_load_n(&a->inside, __ATOMIC_ACQUIRE) != 0; waited += 100) {
		if (waited >= CLOSE_TIMEOUT_US)
			return -EBUSY;
		rte_delay_us_sleep(100);
	}
	return 0;
}

/* No thread polls. What remains is the program's handle. */
static void
native_detach(struct tinynf_native *native, uint32_t *timeout_us)
{
	struct rte_pmd_tinynf_agent *a = &native->agent;
	struct tinynf_rxq *rxq = native->rxq;
	unsigned int o;

	for (o = 0; o < a->nb_outputs; o++) {
		struct tinynf_adapter *adapter = rxq->hw[o].adapter;

		if (adapter == NULL)
			break;
		output_close(native, o, timeout_us);
		port_give(adapter);
	}
	port_give(rxq->adapter);
	/* Whoever stops the queue counts what nobody read. */
	rxq->agent.received = a->pos;
	rxq->agent.decided = a->pos;
	rxq->agent.mirrored = a->mirrored;
	native->stats = rxq->native_stats;
	a->stats = &native->stats;
	rxq->native_before.dropped += rxq->native_stats.dropped;
	rxq->native_before.bad += rxq->native_stats.bad;
	memset(&rxq->native_stats, 0, sizeof(rxq->native_stats));
	rxq->native = NULL;
	native->rxq = NULL;
}

int
tinynf_native_queue_stopping(struct tinynf_rxq *rxq, uint32_t *timeout_us)
{
	if (rxq->native != NULL) {
		if (polls_end(&rxq->native->agent) < 0) {
			TINYNF_LOG(ERR, "port %u queue %u: a thread stays in a native poll for "
					"more than a second", rxq->data->port_id, rxq->queue);
			return -EBUSY;
		}
		native_detach(rxq->native, timeout_us);
	}
	if (rxq->hidden != TINYNF_GATE_NONE)
		queue_show(rxq);
	return 0;
}

static struct tinynf_native *
native_alloc(struct tinynf_rxq *rxq, uint16_t nb_outputs, void *state)
{
	struct rte_pmd_tinynf_agent *a;
	struct tinynf_native *native;
	uint32_t i;

	native = rte_zmalloc_socket("tinynf_native", sizeof(*native) +
			rxq->size * sizeof(native->packet[0]), RTE_CACHE_LINE_SIZE, rxq->socket);
	if (native == NULL)
		return NULL;
	for (i = 0; i < rxq->size; i++)
		native->packet[i] = RTE_PTR_ADD(rxq->mbuf[i]->buf_addr, RTE_PKTMBUF_HEADROOM);
	native->rxq = rxq;
	a = &native->agent;
	a->ring = rxq->memory->addr;
	a->packet = native->packet;
	a->state = state;
	a->expect = RTE_PMD_TINYNF_RX_GOOD_;
	a->mask = rxq->agent.mask;
	a->flush_mask = rte_align32prevpow2(rxq->agent.flush_period) *
		sizeof(struct tinynf_desc) - 1;
	a->group = rxq->agent.mirror_period;
	a->group_mask = a->group * sizeof(struct tinynf_desc) - 1;
	a->mirrored = a->mask + 1;
	a->attend = tinynf_gate_needs_fence ? RTE_PMD_TINYNF_FENCE_ : 0;
	a->nb_outputs = nb_outputs;
	a->rx_tail = rxq->rdt;
	a->stats = &rxq->native_stats;
	return native;
}

int
tinynf_native_open(struct tinynf_rxq *rxq, const uint16_t *outputs, uint16_t nb_outputs,
		void *state, struct rte_pmd_tinynf_agent **agent)
{
	struct tinynf_native *native;
	uint32_t timeout_us = 0;
	uint16_t o;
	int ret;

	native = native_alloc(rxq, nb_outputs, state);
	if (native == NULL)
		return tinynf_native_refuse(-ENOMEM, rxq->data->port_id, "no memory for an agent");
	ret = port_take(rxq->data);
	if (ret < 0)
		goto fail_port;
	for (o = 0; o < nb_outputs; o++) {
		const struct rte_eth_dev *dev = &rte_eth_devices[outputs[o]];

		ret = port_take(dev->data);
		if (ret < 0)
			goto fail_output;
		ret = output_open(native, o, tinynf_adapter(dev));
		if (ret < 0) {
			port_give(tinynf_adapter(dev));
			goto fail_output;
		}
	}
	rxq->native = native;
	tinynf_native_set_max(rxq, NULL, 0);
	*agent = &native->agent;
	return 0;

fail_output:
	native_detach(native, &timeout_us);
	rte_free(native);
	return ret;
fail_port:
	rte_free(native);
	return ret;
}
