/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * Which frames are received: addresses, multicast, promiscuous modes, VLANs.
 *
 * While a port is stopped its device is in reset; wishes are kept by ethdev (dev->data) or the
 * adapter and go to hardware at start. While it is started they go there at once.
 */

#include <errno.h>
#include <string.h>

#include "tinynf_control.h"
#include "tinynf_queue_setup.h"

static int
modes_set(struct rte_eth_dev *dev, bool promiscuous, bool allmulticast)
{
	struct tinynf_adapter *adapter = tinynf_adapter(dev);

	if (!adapter->started)
		return 0;
	return tinynf_promiscuous_set(&adapter->hw, promiscuous, promiscuous || allmulticast);
}

int
tinynf_promiscuous_enable(struct rte_eth_dev *dev)
{
	return modes_set(dev, true, true);
}

int
tinynf_promiscuous_disable(struct rte_eth_dev *dev)
{
	return modes_set(dev, false, dev->data->all_multicast != 0);
}

int
tinynf_allmulticast_enable(struct rte_eth_dev *dev)
{
	return modes_set(dev, dev->data->promiscuous != 0, true);
}

int
tinynf_allmulticast_disable(struct rte_eth_dev *dev)
{
	return modes_set(dev, dev->data->promiscuous != 0, false);
}

/* An entry that is right already stays on: a rewrite would lose frames. */
static void
rar_write(struct tinynf_adapter *adapter, uint32_t index, const struct rte_ether_addr *addr)
{
	struct rte_ether_addr now;

	if (tinynf_rar_get(&adapter->hw, index, now.addr_bytes) &&
			rte_is_same_ether_addr(&now, addr))
		return;
	tinynf_rar_set(&adapter->hw, index, addr->addr_bytes);
}

int
tinynf_mac_addr_add(struct rte_eth_dev *dev, struct rte_ether_addr *addr, uint32_t index,
		uint32_t pool)
{
	struct tinynf_adapter *adapter = tinynf_adapter(dev);

	if (index >= TINYNF_RAR_COUNT) {
		TINYNF_LOG(ERR, "%s: MAC address number %u is not below %u", adapter->hw.name,
				index, TINYNF_RAR_COUNT);
		return -ENOSPC;
	}
	if (pool != 0) {
		TINYNF_LOG(ERR, "%s: there is no pool %u: virtualisation is not supported",
				adapter->hw.name, pool);
		return -EINVAL;
	}
	if (adapter->started)
		rar_write(adapter, index, addr);
	return 0;
}

void
tinynf_mac_addr_remove(struct rte_eth_dev *dev, uint32_t index)
{
	struct tinynf_adapter *adapter = tinynf_adapter(dev);

	if (adapter->started && index < TINYNF_RAR_COUNT)
		tinynf_rar_set(&adapter->hw, index, NULL);
}

int
tinynf_mac_addr_set(struct rte_eth_dev *dev, struct rte_ether_addr *addr)
{
	struct tinynf_adapter *adapter = tinynf_adapter(dev);

	if (adapter->started)
		rar_write(adapter, 0, addr);
	return 0;
}

int
tinynf_set_mc_addr_list(struct rte_eth_dev *dev, struct rte_ether_addr *addrs,
		uint32_t count)
{
	struct tinynf_adapter *adapter = tinynf_adapter(dev);
	uint32_t n;

	for (n = 0; n < count; n++) {
		if (!rte_is_multicast_ether_addr(&addrs[n])) {
			TINYNF_LOG(ERR, "%s: " RTE_ETHER_ADDR_PRT_FMT " is no multicast address",
					adapter->hw.name, RTE_ETHER_ADDR_BYTES(&addrs[n]));
			return -EINVAL;
		}
	}
	memset(adapter->multicast, 0, sizeof(adapter->multicast));
	for (n = 0; n < count; n++)
		tinynf_mta_add(adapter->multicast, addrs[n].addr_bytes);
	adapter->multicast_used = count != 0;
	if (adapter->started)
		tinynf_mta_set(&adapter->hw, adapter->multicast, adapter->multicast_used);
	return 0;
}

int
tinynf_vlan_filter_set(struct rte_eth_dev *dev, uint16_t vlan, int on)
{
	struct tinynf_adapter *adapter = tinynf_adapter(dev);

	if (adapter->started)
		tinynf_vlan_set(&adapter->hw, vlan, on != 0);
	return 0;
}

void
tinynf_vlan_strip_queue_set(struct rte_eth_dev *dev, uint16_t queue, int on)
{
	struct tinynf_adapter *adapter = tinynf_adapter(dev);

	if (queue >= dev->data->nb_rx_queues || dev->data->rx_queues[queue] == NULL)
		return;
	tinynf_rxq_vlan_strip(dev, queue, on != 0);
	if (adapter->started)
		tinynf_vlan_strip_set(&adapter->hw, queue, on != 0);
}

int
tinynf_vlan_offload_set(struct rte_eth_dev *dev, int mask)
{
	struct tinynf_adapter *adapter = tinynf_adapter(dev);
	uint64_t offloads = dev->data->dev_conf.rxmode.offloads;
	uint16_t q;

	/* ethdev has refused what is no capability. */
	if (mask & RTE_ETH_VLAN_STRIP_MASK)
		for (q = 0; q < dev->data->nb_rx_queues; q++)
			tinynf_vlan_strip_queue_set(dev, q,
					(offloads & RTE_ETH_RX_OFFLOAD_VLAN_STRIP) != 0);
	if ((mask & RTE_ETH_VLAN_FILTER_MASK) && adapter->started)
		tinynf_vlan_filter_enable(&adapter->hw,
				(offloads & RTE_ETH_RX_OFFLOAD_VLAN_FILTER) != 0);
	return 0;
}

static void
vlans_restore(struct rte_eth_dev *dev)
{
	struct tinynf_adapter *adapter = tinynf_adapter(dev);
	const struct rte_vlan_filter_conf *conf = &dev->data->vlan_filter_conf;
	uint16_t vlan;

	/* The table is clear. */
	for (vlan = 0; vlan <= RTE_ETHER_MAX_VLAN_ID; vlan++)
		if (conf->ids[vlan / 64] & UINT64_C(1) << vlan % 64)
			tinynf_vlan_set(&adapter->hw, vlan, true);
	tinynf_vlan_filter_enable(&adapter->hw, (dev->data->dev_conf.rxmode.offloads &
			RTE_ETH_RX_OFFLOAD_VLAN_FILTER) != 0);
}

int
tinynf_filters_restore(struct rte_eth_dev *dev)
{
	struct tinynf_adapter *adapter = tinynf_adapter(dev);
	uint32_t n;

	for (n = 0; n < TINYNF_RAR_COUNT; n++)
		if (!rte_is_zero_ether_addr(&dev->data->mac_addrs[n]))
			rar_write(adapter, n, &dev->data->mac_addrs[n]);
	tinynf_mta_set(&adapter->hw, adapter->multicast, adapter->multicast_used);
	vlans_restore(dev);
	return tinynf_promiscuous_set(&adapter->hw, dev->data->promiscuous != 0,
			dev->data->promiscuous != 0 || dev->data->all_multicast != 0);
}
