/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * Interrupts while a port is started. Where a device has several (MSI-X), receive queues have
 * one each beside that of the link; where it has one, it serves either the link or the queues,
 * since the application waits for queues itself and would take the link's from EAL.
 */

#include <errno.h>
#include <string.h>

#include "tinynf_control.h"
#include "tinynf_queue.h"

#define VECTOR_LIST "tinynf_vectors"

static bool
has_many(const struct tinynf_adapter *adapter)
{
	return rte_intr_cap_multiple(adapter->bus.intr_handle) != 0;
}

int
tinynf_intr_check(struct rte_eth_dev *dev)
{
	const struct rte_eth_intr_conf *conf = &dev->data->dev_conf.intr_conf;
	const struct tinynf_adapter *adapter = tinynf_adapter(dev);
	const char *name = adapter->hw.name;

	if (conf->rmv != 0) {
		TINYNF_LOG(ERR, "%s: removal interrupts are not supported", name);
		return -ENOTSUP;
	}
	if (conf->rxq == 0)
		return 0;
	if (adapter->bus.intr_handle == NULL || rte_intr_fd_get(adapter->bus.intr_handle) < 0) {
		TINYNF_LOG(ERR, "%s: no receive queue interrupts: the bus has none", name);
		return -ENOTSUP;
	}
	if (conf->lsc != 0 && !has_many(adapter)) {
		TINYNF_LOG(ERR, "%s: one interrupt serves either the link or the receive queues, and both are wanted; MSI-X (vfio-pci) has enough",
				name);
		return -ENOTSUP;
	}
	return 0;
}

static int
queues_start(struct rte_eth_dev *dev)
{
	struct tinynf_adapter *adapter = tinynf_adapter(dev);
	struct rte_intr_handle *handle = adapter->bus.intr_handle;
	const uint16_t n = dev->data->nb_rx_queues;
	const bool many = has_many(adapter);
	uint16_t q;
	int ret;

	/* Alone, the link's handler would take what the application waits for. */
	if (!many)
		tinynf_lsc_unregister(dev);
	ret = adapter->bus.queue_intr_open != NULL ? adapter->bus.queue_intr_open(adapter, n) :
		rte_intr_efd_enable(handle, n);
	if (ret < 0)
		goto fail_open;
	ret = rte_intr_vec_list_alloc(handle, VECTOR_LIST, n);
	if (ret < 0)
		goto fail_list;
	for (q = 0; q < n; q++)
		rte_intr_vec_list_index_set(handle, q, many ? RTE_INTR_VEC_RXTX_OFFSET + q :
				RTE_INTR_VEC_ZERO_OFFSET);
	adapter->queue_intr = true;
	return 0;

fail_list:
	if (adapter->bus.queue_intr_close != NULL)
		adapter->bus.queue_intr_close(adapter);
	else
		rte_intr_efd_disable(handle);
fail_open:
	if (!many)
		tinynf_lsc_register(dev);
	return ret;
}

static void
queues_stop(struct rte_eth_dev *dev)
{
	struct tinynf_adapter *adapter = tinynf_adapter(dev);
	struct rte_intr_handle *handle = adapter->bus.intr_handle;

	if (!adapter->queue_intr)
		return;
	adapter->queue_intr = false;
	rte_intr_vec_list_free(handle);
	if (adapter->bus.queue_intr_close != NULL)
		adapter->bus.queue_intr_close(adapter);
	else
		rte_intr_efd_disable(handle);
	if (!has_many(adapter))
		tinynf_lsc_register(dev);
}

int
tinynf_intr_start(struct rte_eth_dev *dev)
{
	const struct rte_eth_intr_conf *conf = &dev->data->dev_conf.intr_conf;
	struct tinynf_adapter *adapter = tinynf_adapter(dev);
	int ret;

	if (conf->rxq == 0 && (conf->lsc == 0 || !adapter->lsc_registered))
		return 0;
	if (conf->rxq != 0) {
		ret = queues_start(dev);
		if (ret < 0)
			goto fail_queues;
	}
	ret = rte_intr_enable(adapter->bus.intr_handle);
	if (ret < 0)
		goto fail_enable;
	tinynf_irq_setup(&adapter->hw, adapter->queue_intr ? dev->data->nb_rx_queues : 0,
			adapter->queue_intr && has_many(adapter));
	adapter->intr_on = true;
	tinynf_lsc_start(dev);
	return 0;

fail_enable:
	queues_stop(dev);
fail_queues:
	TINYNF_LOG(ERR, "%s: interrupts can't be enabled: %s", adapter->hw.name, strerror(-ret));
	return ret;
}

void
tinynf_intr_stop(struct rte_eth_dev *dev)
{
	struct tinynf_adapter *adapter = tinynf_adapter(dev);

	if (!adapter->intr_on)
		return;
	adapter->intr_on = false;
	tinynf_lsc_stop(dev);
	tinynf_hw_mask_interrupts(&adapter->hw);
	rte_intr_disable(adapter->bus.intr_handle);
	queues_stop(dev);
}

static int
queue_check(const struct rte_eth_dev *dev, uint16_t queue)
{
	const struct tinynf_adapter *adapter = tinynf_adapter(dev);

	if (adapter->queue_intr)
		return 0;
	TINYNF_LOG(ERR, "%s: queue %u has no interrupt: the port is stopped or was configured without intr_conf.rxq",
			adapter->hw.name, queue);
	return -EINVAL;
}

/*
 * Is there something that no interrupt will tell of? Packets that came before, or, with nearly
 * no slot left to receive into, slots that come back by polling only.
 */
static bool
must_poll(const struct tinynf_rxq *rxq)
{
	const struct tinynf_agent *a = &rxq->agent;

	if (tinynf_rxq_gate(rxq) == TINYNF_GATE_NONE)
		return false;
	return tinynf_agent_rx_meta(a, a->received) & TINYNF_RXD_DD ||
		(tinynf_agent_receivable(a) < TINYNF_MIRROR_PERIOD &&
		 tinynf_agent_receivable(a) + tinynf_agent_held(a) < a->mask);
}

/* By the lcore that polls the queue, as it is about to wait. */
int
tinynf_rx_queue_intr_enable(struct rte_eth_dev *dev, uint16_t queue)
{
	struct tinynf_adapter *adapter = tinynf_adapter(dev);
	int ret = queue_check(dev, queue);
	bool many;

	if (ret < 0)
		return ret;
	many = has_many(adapter);
	tinynf_irq_queue_unmask(&adapter->hw, queue, many);
	if (must_poll(dev->data->rx_queues[queue]))
		tinynf_irq_queue_raise(&adapter->hw, queue, many);
	rte_intr_ack(adapter->bus.intr_handle);
	return 0;
}

int
tinynf_rx_queue_intr_disable(struct rte_eth_dev *dev, uint16_t queue)
{
	struct tinynf_adapter *adapter = tinynf_adapter(dev);
	int ret = queue_check(dev, queue);

	if (ret < 0)
		return ret;
	tinynf_irq_queue_mask(&adapter->hw, queue, has_many(adapter));
	return 0;
}
