/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * What the driver can do, what it is asked for, and whether the two match.
 */

#include <errno.h>
#include <stdio.h>

#include "tinynf_control.h"
#include "tinynf_native.h"
#include "tinynf_output.h"
#include "tinynf_ports.h"
#include "tinynf_queue.h"
#include "tinynf_queue_setup.h"

#define DEFAULT_RING   512
#define DEFAULT_BURST  32
#define DEFAULT_QUEUES 1
/* RDLEN and TDLEN are multiples of 128 bytes, 8.2.3.8.3; powers of two are checked later. */
#define RING_ALIGN     64
#define MIN_BUFFER     1024

int
tinynf_dev_infos_get(struct rte_eth_dev *dev __rte_unused, struct rte_eth_dev_info *info)
{
	const struct rte_eth_desc_lim limits = {
		.nb_max = TINYNF_MAX_RING,
		.nb_min = TINYNF_MIN_RING,
		.nb_align = RING_ALIGN,
		.nb_seg_max = 1,
		.nb_mtu_seg_max = 1,
	};

	info->min_mtu = RTE_ETHER_MIN_MTU;
	info->max_mtu = TINYNF_MAX_MTU;
	info->min_rx_bufsize = MIN_BUFFER;
	info->max_rx_pktlen = TINYNF_MAX_FRAME_SIZE;
	info->max_rx_queues = TINYNF_MAX_RX_QUEUES;
	info->max_tx_queues = TINYNF_MAX_TX_QUEUES;
	info->max_mac_addrs = TINYNF_RAR_COUNT;
	info->rx_offload_capa = TINYNF_RX_OFFLOADS;
	info->rx_queue_offload_capa = RTE_ETH_RX_OFFLOAD_VLAN_STRIP;
	info->tx_offload_capa = TINYNF_TX_OFFLOADS;
	info->tx_queue_offload_capa = 0;
	info->reta_size = TINYNF_RETA_ENTRIES;
	info->hash_key_size = TINYNF_RSS_KEY_LEN;
	info->flow_type_rss_offloads = TINYNF_RSS_OFFLOADS;
	info->rx_desc_lim = limits;
	info->tx_desc_lim = limits;
	info->speed_capa = RTE_ETH_LINK_SPEED_10G;
	info->dev_capa = RTE_ETH_DEV_CAPA_RUNTIME_RX_QUEUE_SETUP |
			RTE_ETH_DEV_CAPA_RUNTIME_TX_QUEUE_SETUP;
	info->default_rxportconf.burst_size = DEFAULT_BURST;
	info->default_rxportconf.ring_size = DEFAULT_RING;
	info->default_rxportconf.nb_queues = DEFAULT_QUEUES;
	info->default_txportconf = info->default_rxportconf;
	return 0;
}

TINYNF_PTYPES_GET(tinynf_supported_ptypes_get)
{
	/* All that legacy descriptors tell, 7.1.5. */
	static const uint32_t ptypes[] = {
		RTE_PTYPE_L2_ETHER,
		RTE_PTYPE_L3_IPV4_EXT_UNKNOWN,
		RTE_PTYPE_L4_UDP,
		RTE_PTYPE_UNKNOWN,
	};

	RTE_SET_USED(dev);
	TINYNF_PTYPES_COUNT(RTE_DIM(ptypes) - 1);
	return ptypes;
}

/* ethdev has compared offloads, queue numbers and MTU with the capabilities. */
static int
modes_check(struct rte_eth_dev *dev)
{
	const struct rte_eth_conf *conf = &dev->data->dev_conf;
	const char *name = tinynf_adapter(dev)->hw.name;

	if ((conf->rxmode.mq_mode & ~RTE_ETH_MQ_RX_RSS_FLAG) != 0) {
		TINYNF_LOG(ERR, "%s: receive multi-queue mode 0x%x: only none and RSS (0x%x) work",
				name, conf->rxmode.mq_mode, RTE_ETH_MQ_RX_RSS);
		return -EINVAL;
	}
	if (conf->txmode.mq_mode != RTE_ETH_MQ_TX_NONE) {
		TINYNF_LOG(ERR, "%s: transmit multi-queue mode 0x%x: only none works", name,
				conf->txmode.mq_mode);
		return -EINVAL;
	}
	if (conf->lpbk_mode != 0) {
		TINYNF_LOG(ERR, "%s: loopback mode %u: only 0 (none) works", name,
				conf->lpbk_mode);
		return -EINVAL;
	}
	if (conf->dcb_capability_en != 0) {
		TINYNF_LOG(ERR, "%s: DCB is not supported", name);
		return -EINVAL;
	}
	if (conf->link_speeds != RTE_ETH_LINK_SPEED_AUTONEG &&
			!(conf->link_speeds & RTE_ETH_LINK_SPEED_10G)) {
		TINYNF_LOG(ERR, "%s: link speeds 0x%x don't include 10 Gb/s (0x%x), all there is",
				name, conf->link_speeds, RTE_ETH_LINK_SPEED_10G);
		return -EINVAL;
	}
	return 0;
}

int
tinynf_dev_configure(struct rte_eth_dev *dev)
{
	struct tinynf_rxq *rxq;
	uint16_t q;
	int ret;

	ret = modes_check(dev);
	if (ret != 0)
		return ret;
	ret = tinynf_intr_check(dev);
	if (ret != 0)
		return ret;
	ret = tinynf_queues_check(dev, dev->data->nb_rx_queues, dev->data->nb_tx_queues);
	if (ret != 0)
		return ret;
	ret = tinynf_rss_configure(dev);
	if (ret != 0)
		return ret;
	for (q = 0; q < dev->data->nb_rx_queues; q++) {
		rxq = dev->data->rx_queues[q];
		if (rxq != NULL)
			rxq->old = true;
	}
	return 0;
}

/*
 * Programs may set the MTU between configuring a port anew and setting up its queues (Open
 * vSwitch does): queues of before may be replaced, and are judged when the port starts.
 */
int
tinynf_mtu_check(struct rte_eth_dev *dev, uint16_t mtu, bool old_queues)
{
	const uint32_t need = mtu + TINYNF_L2_OVERHEAD;
	uint16_t q;

	for (q = 0; q < dev->data->nb_rx_queues; q++) {
		const struct tinynf_rxq *rxq = dev->data->rx_queues[q];
		struct rte_eth_rxq_info info;

		if (rxq == NULL || (rxq->old && !old_queues))
			continue;
		memset(&info, 0, sizeof(info));
		tinynf_rxq_info_get(dev, q, &info);
		if (need <= info.rx_buf_size)
			continue;
		TINYNF_LOG(ERR, "%s: MTU %u needs buffers of %u bytes, but those of queue %u (pool %s) have %u: at most %u",
				tinynf_adapter(dev)->hw.name, mtu, need, q,
				info.mp != NULL ? info.mp->name : "?", info.rx_buf_size,
				info.rx_buf_size - (uint32_t)TINYNF_L2_OVERHEAD);
		return -EINVAL;
	}
	return 0;
}

/* Who sends to the port may now send frames of that length. */
static void
senders_set_max(const struct tinynf_adapter *adapter, uint16_t mtu)
{
	uint32_t gate;

	pthread_mutex_lock(&tinynf_control);
	for (gate = TINYNF_GATE_NONE + 1; gate < TINYNF_MAX_GATES; gate++) {
		struct tinynf_rxq *rxq = tinynf_gates[gate].rxq;

		if (rxq != NULL && rxq->native != NULL)
			tinynf_native_set_max(rxq, adapter, mtu);
		else if (rxq != NULL)
			tinynf_output_set_max(gate, adapter, mtu);
	}
	pthread_mutex_unlock(&tinynf_control);
}

int
tinynf_mtu_set(struct rte_eth_dev *dev, uint16_t mtu)
{
	struct tinynf_adapter *adapter = tinynf_adapter(dev);
	int ret;

	if (mtu < RTE_ETHER_MIN_MTU || mtu > TINYNF_MAX_MTU) {
		TINYNF_LOG(ERR, "%s: MTU %u is outside %u..%u", adapter->hw.name, mtu,
				RTE_ETHER_MIN_MTU, TINYNF_MAX_MTU);
		return -EINVAL;
	}
	ret = tinynf_mtu_check(dev, mtu, adapter->started);
	if (ret == 0 && adapter->started) {
		tinynf_hw_set_max_frame(&adapter->hw, mtu + TINYNF_FRAME_OVERHEAD);
		senders_set_max(adapter, mtu);
	}
	return ret;
}
