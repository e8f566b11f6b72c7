/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* What programs call of the native interface; the rest of it is inlined. */

#include <errno.h>

#include <ethdev_driver.h>
#include <rte_malloc.h>

#include "rte_pmd_tinynf.h"
#include "tinynf_compat.h"
#include "tinynf_native.h"
#include "tinynf_ports.h"
#include "tinynf_queue_start.h"

/* Which of our ports is this? NULL and logged if none that runs. */
static struct rte_eth_dev *
port_find(uint16_t port_id, int *err)
{
	*err = -EINVAL;
	if (!rte_eth_dev_is_valid_port(port_id) ||
			!tinynf_ports_ours(port_id)) {
		tinynf_native_refuse(*err, port_id, "it isn't a port of net_tinynf");
		return NULL;
	}
	if (!tinynf_adapter(&rte_eth_devices[port_id])->started) {
		*err = tinynf_native_refuse(-ENODEV, port_id, "it isn't started");
		return NULL;
	}
	return &rte_eth_devices[port_id];
}

static int
port_check(uint16_t port_id, struct rte_eth_dev **dev)
{
	int err;

	*dev = port_find(port_id, &err);
	if (*dev == NULL)
		return err;
	if (tinynf_adapter(*dev)->nb_native == 0 && tinynf_native_port_in_use((*dev)->data))
		return tinynf_native_refuse(-EBUSY, port_id, "ethdev has received from it or sent to it since it "
				"was started: stop and start it");
	return 0;
}

static int
open_check(uint16_t port_id, uint16_t queue_id, const uint16_t *outputs, uint16_t nb_outputs,
		struct tinynf_rxq **rxq)
{
	struct rte_eth_dev *dev;
	uint16_t i, j;
	int ret;

	if (nb_outputs == 0 || nb_outputs > RTE_PMD_TINYNF_MAX_OUTPUTS)
		return tinynf_native_refuse(-EINVAL, port_id, "an agent has 1 to 16 outputs");
	for (i = 0; i < nb_outputs; i++) {
		ret = port_check(outputs[i], &dev);
		if (ret < 0)
			return ret;
		for (j = 0; j < i; j++)
			if (outputs[j] == outputs[i])
				return tinynf_native_refuse(-EINVAL, outputs[i], "it is an output twice");
	}
	ret = port_check(port_id, &dev);
	if (ret < 0)
		return ret;
	if (queue_id >= dev->data->nb_rx_queues)
		return tinynf_native_refuse(-EINVAL, port_id, "there is no such receive queue");
	*rxq = dev->data->rx_queues[queue_id];
	if (*rxq == NULL || (*rxq)->slots == NULL)
		return tinynf_native_refuse(-ENODEV, port_id, "the receive queue isn't started");
	if ((*rxq)->native != NULL)
		return tinynf_native_refuse(-EBUSY, port_id, "the receive queue has an agent already");
	if ((*rxq)->vlan_strip)
		return tinynf_native_refuse(-EINVAL, port_id, "VLAN stripping is on, and the tags would be lost");
	return 0;
}

RTE_EXPORT_EXPERIMENTAL_SYMBOL(rte_pmd_tinynf_agent_open_layout, 26.11)
int
rte_pmd_tinynf_agent_open_layout(uint16_t port_id, uint16_t queue_id, const uint16_t *outputs,
		uint16_t nb_outputs, void *state, uint32_t layout,
		struct rte_pmd_tinynf_agent **agent)
{
	struct tinynf_rxq *rxq = NULL;
	int ret;

	if (layout != RTE_PMD_TINYNF_LAYOUT) {
		TINYNF_LOG(ERR, "the program was compiled with another version of rte_pmd_tinynf.h "
				"(layout %u, the driver has %u): compile it again", layout,
				RTE_PMD_TINYNF_LAYOUT);
		return -EPROTONOSUPPORT;
	}
	if (outputs == NULL || agent == NULL)
		return -EINVAL;
	pthread_mutex_lock(&tinynf_control);
	ret = open_check(port_id, queue_id, outputs, nb_outputs, &rxq);
	if (ret == 0)
		ret = tinynf_native_open(rxq, outputs, nb_outputs, state, agent);
	pthread_mutex_unlock(&tinynf_control);
	return ret;
}

RTE_EXPORT_EXPERIMENTAL_SYMBOL(rte_pmd_tinynf_agent_close, 26.11)
int
rte_pmd_tinynf_agent_close(struct rte_pmd_tinynf_agent *agent)
{
	struct tinynf_native *native = (struct tinynf_native *)agent;
	struct tinynf_rxq *rxq;
	uint32_t timeout_us = TINYNF_DRAIN_TIMEOUT_US;
	int ret = 0;

	if (agent == NULL)
		return 0;
	pthread_mutex_lock(&tinynf_control);
	rxq = native->rxq;
	if (rxq != NULL)
		ret = tinynf_rxq_stop(rxq, &timeout_us);
	pthread_mutex_unlock(&tinynf_control);
	if (ret == 0)
		rte_free(native);
	return ret;
}

RTE_EXPORT_EXPERIMENTAL_SYMBOL(rte_pmd_tinynf_agent_stats, 26.11)
void
rte_pmd_tinynf_agent_stats(const struct rte_pmd_tinynf_agent *agent,
		struct rte_pmd_tinynf_stats *stats)
{
	pthread_mutex_lock(&tinynf_control);
	*stats = *agent->stats;
	pthread_mutex_unlock(&tinynf_control);
}
