/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * A port's life: made, started, stopped, reset, closed.
 *
 * Between stop and start the device stays in reset: nothing is received, sent or signalled, and
 * no memory of the host is touched.
 */

#include <errno.h>
#include <string.h>

#include <rte_malloc.h>

#include "tinynf_control.h"
#include "tinynf_devargs.h"
#include "tinynf_ethdev.h"
#include "tinynf_events.h"
#include "tinynf_ports.h"
#include "tinynf_queue_setup.h"
#include "tinynf_queue_start.h"
#include "tinynf_queue_status.h"
#include "tinynf_secondary.h"
#include "tinynf_switch.h"
#include "tinynf_tx_check.h"

/* Bring-up, in 4.6.3's order; queues are not part of it. */
static int
hw_start(struct rte_eth_dev *dev)
{
	struct tinynf_adapter *adapter = tinynf_adapter(dev);
	struct tinynf_hw *hw = &adapter->hw;
	int ret;

	ret = tinynf_hw_reset(hw);
	if (ret != 0)
		return ret;
	tinynf_hw_set_driver_loaded(hw, true);
	ret = tinynf_hw_init(hw, dev->data->mtu + TINYNF_FRAME_OVERHEAD);
	if (ret != 0)
		return ret;
	tinynf_stats_discard(adapter);
	ret = tinynf_filters_restore(dev);
	if (ret != 0)
		return ret;
	tinynf_rss_restore(dev);
	tinynf_flow_control_set(hw, &adapter->flow_control);
	return 0;
}

/* Reset, and the little that holds between stop and start. */
static int
hw_stop(struct tinynf_adapter *adapter)
{
	int ret;

	ret = tinynf_hw_reset(&adapter->hw);
	tinynf_hw_set_driver_loaded(&adapter->hw, true);
	tinynf_laser_set(&adapter->hw, false);
	return ret;
}

static int
dev_start(struct rte_eth_dev *dev)
{
	struct tinynf_adapter *adapter = tinynf_adapter(dev);
	int ret;

	if (adapter->started)
		return 0;
	ret = tinynf_mtu_check(dev, dev->data->mtu, true);
	if (ret != 0)
		return ret;
	tinynf_burst_select(dev);
	ret = hw_start(dev);
	if (ret != 0)
		goto fail_hw_start;
	ret = tinynf_queues_start(dev);
	if (ret != 0)
		goto fail_queues_start;
	ret = tinynf_hw_rx_enable(&adapter->hw);
	if (ret != 0)
		goto fail_rx_enable;
	ret = tinynf_link_setup(&adapter->hw, &adapter->sfp);
	if (ret != 0)
		goto fail_link_setup;
	tinynf_laser_set(&adapter->hw, true);
	ret = tinynf_hw_check_present(&adapter->hw);
	if (ret != 0)
		goto fail_present;
	adapter->started = true;
	ret = tinynf_intr_start(dev);
	if (ret != 0)
		goto fail_intr_start;
	tinynf_stats_watch(adapter, true);
	tinynf_switch_on(dev);
	/* Nobody waits for link here; if there is one already, say so. */
	tinynf_link_update(dev, 0);
	return 0;

fail_intr_start:
	adapter->started = false;
fail_present:
fail_link_setup:
	tinynf_hw_rx_disable(&adapter->hw);
fail_rx_enable:
	tinynf_queues_stop(dev);
fail_queues_start:
fail_hw_start:
	hw_stop(adapter);
	TINYNF_LOG(ERR, "%s: not started: %s", adapter->hw.name, strerror(-ret));
	return ret;
}

static int
dev_stop(struct rte_eth_dev *dev)
{
	struct tinynf_adapter *adapter = tinynf_adapter(dev);

	if (!adapter->started)
		return 0;
	tinynf_switch_off(dev);
	tinynf_intr_stop(dev);
	tinynf_stats_watch(adapter, false);
	adapter->started = false;
	tinynf_hw_rx_disable(&adapter->hw);
	tinynf_queues_stop(dev);
	/* Reset clears the counters. */
	tinynf_stats_update(adapter);
	tinynf_led_release(dev);
	if (hw_stop(adapter) != 0)
		TINYNF_LOG(ERR, "%s: stopped, but the device did not come out of reset",
				adapter->hw.name);
	tinynf_link_forget(dev);
	return 0;
}

static void
queues_release(struct rte_eth_dev *dev)
{
	uint16_t q;

	for (q = 0; q < dev->data->nb_rx_queues; q++)
		tinynf_rx_queue_release(dev, q);
	for (q = 0; q < dev->data->nb_tx_queues; q++)
		tinynf_tx_queue_release(dev, q);
	dev->data->nb_rx_queues = 0;
	dev->data->nb_tx_queues = 0;
}

static int
dev_close(struct rte_eth_dev *dev)
{
	struct tinynf_adapter *adapter = tinynf_adapter(dev);

	dev_stop(dev);
	queues_release(dev);
	tinynf_ethdev_uninit(dev);
	if (adapter->bus.close != NULL)
		adapter->bus.close(adapter);
	return 0;
}

/* Settings of the application, none of which survives close or reset. */
static void
settings_default(struct rte_eth_dev *dev)
{
	struct tinynf_adapter *adapter = tinynf_adapter(dev);
	uint32_t n;

	memset(adapter->multicast, 0, sizeof(adapter->multicast));
	adapter->multicast_used = false;
	adapter->rss_fields = 0;
	adapter->led_taken = false;
	tinynf_flow_ctrl_default(adapter);
	for (n = 1; n < TINYNF_RAR_COUNT; n++)
		memset(&dev->data->mac_addrs[n], 0, sizeof(dev->data->mac_addrs[n]));
	rte_ether_addr_copy(&adapter->perm_addr, &dev->data->mac_addrs[0]);
}

/* Find out what device this is and leave it in reset. */
static int
hw_identify(struct tinynf_adapter *adapter)
{
	struct tinynf_hw *hw = &adapter->hw;
	int ret;

	ret = tinynf_hw_reset(hw);
	if (ret != 0)
		return ret;
	tinynf_hw_release_stale(hw);
	ret = tinynf_eeprom_check(hw);
	if (ret != 0)
		return ret;
	/* 4.6.10.1.3: address 0 comes from the EEPROM. */
	tinynf_rar_get(hw, 0, adapter->perm_addr.addr_bytes);
	if (!rte_is_valid_assigned_ether_addr(&adapter->perm_addr)) {
		TINYNF_LOG(ERR, "%s: the EEPROM's MAC address " RTE_ETHER_ADDR_PRT_FMT " is not valid",
				hw->name, RTE_ETHER_ADDR_BYTES(&adapter->perm_addr));
		return -EINVAL;
	}
	tinynf_sfp_identify(hw, &adapter->sfp);
	tinynf_hw_set_driver_loaded(hw, true);
	tinynf_laser_set(hw, false);
	return 0;
}

static int
dev_reset(struct rte_eth_dev *dev)
{
	struct tinynf_adapter *adapter = tinynf_adapter(dev);
	int ret;

	dev_stop(dev);
	queues_release(dev);
	ret = hw_identify(adapter);
	if (ret != 0) {
		TINYNF_LOG(ERR, "%s: reset failed: %s", adapter->hw.name, strerror(-ret));
		return ret;
	}
	settings_default(dev);
	tinynf_link_forget(dev);
	return 0;
}

static int
dev_is_removed(struct rte_eth_dev *dev)
{
	return tinynf_hw_removed(&tinynf_adapter(dev)->hw);
}

static const struct eth_dev_ops tinynf_dev_ops = {
	.dev_configure = tinynf_dev_configure,
	.dev_start = dev_start,
	.dev_stop = dev_stop,
	.dev_set_link_up = tinynf_set_link_up,
	.dev_set_link_down = tinynf_set_link_down,
	.dev_close = dev_close,
	.dev_reset = dev_reset,
	.link_update = tinynf_link_update,
	.is_removed = dev_is_removed,
	.promiscuous_enable = tinynf_promiscuous_enable,
	.promiscuous_disable = tinynf_promiscuous_disable,
	.allmulticast_enable = tinynf_allmulticast_enable,
	.allmulticast_disable = tinynf_allmulticast_disable,
	.mac_addr_remove = tinynf_mac_addr_remove,
	.mac_addr_add = tinynf_mac_addr_add,
	.mac_addr_set = tinynf_mac_addr_set,
	.set_mc_addr_list = tinynf_set_mc_addr_list,
	.mtu_set = tinynf_mtu_set,
	.stats_get = tinynf_stats_get,
	.stats_reset = tinynf_stats_reset,
	.xstats_get = tinynf_xstats_get,
	.xstats_reset = tinynf_xstats_reset,
	.xstats_get_names = tinynf_xstats_get_names,
	.dev_infos_get = tinynf_dev_infos_get,
	.rxq_info_get = tinynf_rxq_info_get,
	.txq_info_get = tinynf_txq_info_get,
	.rx_burst_mode_get = tinynf_rx_burst_mode_get,
	.tx_burst_mode_get = tinynf_tx_burst_mode_get,
	.fw_version_get = tinynf_fw_version_get,
	.dev_supported_ptypes_get = tinynf_supported_ptypes_get,
	.vlan_filter_set = tinynf_vlan_filter_set,
	.vlan_strip_queue_set = tinynf_vlan_strip_queue_set,
	.vlan_offload_set = tinynf_vlan_offload_set,
	.rx_queue_start = tinynf_rx_queue_start,
	.rx_queue_stop = tinynf_rx_queue_stop,
	.tx_queue_start = tinynf_tx_queue_start,
	.tx_queue_stop = tinynf_tx_queue_stop,
	.rx_queue_setup = tinynf_rx_queue_setup,
	.rx_queue_release = tinynf_rx_queue_release,
	.tx_queue_setup = tinynf_tx_queue_setup,
	.tx_queue_release = tinynf_tx_queue_release,
	.rx_queue_intr_enable = tinynf_rx_queue_intr_enable,
	.rx_queue_intr_disable = tinynf_rx_queue_intr_disable,
	.dev_led_on = tinynf_led_on,
	.dev_led_off = tinynf_led_off,
	.flow_ctrl_get = tinynf_flow_ctrl_get,
	.flow_ctrl_set = tinynf_flow_ctrl_set,
	.rss_hash_update = tinynf_rss_hash_update,
	.rss_hash_conf_get = tinynf_rss_hash_conf_get,
	.reta_update = tinynf_reta_update,
	.reta_query = tinynf_reta_query,
	.get_reg = tinynf_get_reg,
	.get_eeprom_length = tinynf_get_eeprom_length,
	.get_eeprom = tinynf_get_eeprom,
	.get_module_info = tinynf_get_module_info,
	.get_module_eeprom = tinynf_get_module_eeprom,
};

/*
 * Of a port that is being closed. ethdev believes in it until the last step, and serves
 * telemetry meanwhile, on another thread: it has to find that nothing is supported.
 */
static const struct eth_dev_ops tinynf_closed_ops;

static void
functions_set(struct rte_eth_dev *dev)
{
	tinynf_burst_select(dev);
	dev->tx_pkt_prepare = tinynf_tx_prepare;
	dev->rx_queue_count = tinynf_rx_queue_count;
	dev->rx_descriptor_status = tinynf_rx_descriptor_status;
	dev->tx_descriptor_status = tinynf_tx_descriptor_status;
}

int
tinynf_ethdev_init(struct rte_eth_dev *dev)
{
	struct tinynf_adapter *adapter = tinynf_adapter(dev);
	int ret;

	ret = tinynf_version_check();
	if (ret != 0)
		return ret;
	adapter->port_id = dev->data->port_id;
	tinynf_event_forget(adapter->port_id);
	rte_spinlock_init(&adapter->txq_lock);
	if (adapter->options.flush_period == 0)
		tinynf_options_default(&adapter->options);

	ret = hw_identify(adapter);
	if (ret != 0)
		goto fail_identify;
	dev->data->mac_addrs = rte_zmalloc("tinynf_mac",
			TINYNF_RAR_COUNT * sizeof(*dev->data->mac_addrs), 0);
	if (dev->data->mac_addrs == NULL) {
		TINYNF_LOG(ERR, "%s: no memory for %u MAC addresses", adapter->hw.name,
				TINYNF_RAR_COUNT);
		ret = -ENOMEM;
		goto fail_mac_addrs;
	}
	settings_default(dev);
	ret = tinynf_stats_init(adapter);
	if (ret != 0)
		goto fail_stats;
	tinynf_stats_discard(adapter);
	ret = tinynf_secondary_prepare(adapter);
	if (ret != 0)
		goto fail_secondary;
	ret = tinynf_lsc_register(dev);
	if (ret != 0)
		goto fail_lsc_register;

	dev->data->dev_flags |= RTE_ETH_DEV_AUTOFILL_QUEUE_XSTATS;
	if (adapter->lsc_registered)
		dev->data->dev_flags |= RTE_ETH_DEV_INTR_LSC;
	else
		dev->data->dev_flags &= ~RTE_ETH_DEV_INTR_LSC;
	functions_set(dev);
	dev->dev_ops = &tinynf_dev_ops;
	tinynf_ports_add(dev->data->port_id);
	tinynf_link_forget(dev);
	return 0;

fail_lsc_register:
	tinynf_secondary_forget(adapter);
fail_secondary:
	tinynf_stats_uninit(adapter);
fail_stats:
	rte_free(dev->data->mac_addrs);
	dev->data->mac_addrs = NULL;
fail_mac_addrs:
	tinynf_hw_set_driver_loaded(&adapter->hw, false);
fail_identify:
	TINYNF_LOG(ERR, "%s: not used: %s", adapter->hw.name, strerror(-ret));
	return ret;
}

int
tinynf_ethdev_uninit(struct rte_eth_dev *dev)
{
	struct tinynf_adapter *adapter = tinynf_adapter(dev);

	/* Nobody finds the port any more, and who has found it has finished. */
	pthread_mutex_lock(&tinynf_ports);
	tinynf_ports_remove(dev->data->port_id);
	dev->dev_ops = &tinynf_closed_ops;
	pthread_mutex_unlock(&tinynf_ports);
	/* ethdev frees the MAC addresses with the port. */
	tinynf_lsc_unregister(dev);
	hw_stop(adapter);
	tinynf_hw_set_driver_loaded(&adapter->hw, false);
	tinynf_secondary_forget(adapter);
	tinynf_stats_uninit(adapter);
	dev->rx_pkt_burst = NULL;
	dev->tx_pkt_burst = NULL;
	dev->tx_pkt_prepare = NULL;
	return 0;
}
