/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#include <rte_version.h>

#include "tinynf_burst.h"
#include "tinynf_compat.h"
#include "tinynf_control.h"
#include "tinynf_switch.h"
#include "tinynf_tx_check.h"

#define ALL_QUEUES  0 ... RTE_MAX_QUEUES_PER_PORT - 1
#define ALL_PORTS   0 ... RTE_MAX_ETHPORTS - 1

/* Not called by anybody: who finds it asks ethdev. */
static void *const ask_ethdev[RTE_MAX_QUEUES_PER_PORT] = { [ALL_QUEUES] = (void *)1 };

RTE_EXPORT_EXPERIMENTAL_SYMBOL(rte_pmd_tinynf_switch, 26.11)
struct tinynf_switch rte_pmd_tinynf_switch = {
	.layout = TINYNF_SWITCH_LAYOUT,
	.tx_prepare = tinynf_tx_prepare,
	.rx_general = tinynf_rx_general,
	.tx_general = tinynf_tx_general,
	.tx_duties = tinynf_tx_duties,
	.rx_callbacks = { [ALL_PORTS] = ask_ethdev },
	.tx_callbacks = { [ALL_PORTS] = ask_ethdev },
};

void
tinynf_switch_on(const struct rte_eth_dev *dev)
{
	struct tinynf_switch *s = &rte_pmd_tinynf_switch;
	const uint16_t port = dev->data->port_id;

	s->rx_queues[port] = dev->data->rx_queues;
	s->tx_queues[port] = dev->data->tx_queues;
	/* Whoever finds a port's callbacks finds its queues. */
	rte_smp_wmb();
	s->rx_callbacks[port] = (void *const *)dev->post_rx_burst_cbs;
	s->tx_callbacks[port] = (void *const *)dev->pre_tx_burst_cbs;
}

void
tinynf_switch_off(const struct rte_eth_dev *dev)
{
	const uint16_t port = dev->data->port_id;

	rte_pmd_tinynf_switch.rx_callbacks[port] = ask_ethdev;
	rte_pmd_tinynf_switch.tx_callbacks[port] = ask_ethdev;
}
