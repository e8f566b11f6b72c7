/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * The link as ethdev sees it, and the interrupt that tells of its changes.
 */

#include <errno.h>
#include <string.h>

#include <rte_cycles.h>

#include "tinynf_control.h"

/* What rte_eth_link_get() may wait for link: as long as other drivers do. */
#define LINK_WAIT_STEP_MS    100
#define LINK_WAIT_STEPS      90
/* A handler that runs in another thread while the port is closed. */
#define UNREGISTER_STEP_MS   1
#define UNREGISTER_STEPS     1000

static int
link_set(struct rte_eth_dev *dev, const struct tinynf_link *now)
{
	struct rte_eth_link link;

	memset(&link, 0, sizeof(link));
	link.link_autoneg = RTE_ETH_LINK_FIXED;
	link.link_duplex = RTE_ETH_LINK_FULL_DUPLEX;
	if (now->up) {
		link.link_status = RTE_ETH_LINK_UP;
		link.link_speed = now->speed_mbps != 0 ? now->speed_mbps :
				RTE_ETH_SPEED_NUM_UNKNOWN;
	} else {
		link.link_status = RTE_ETH_LINK_DOWN;
		link.link_speed = RTE_ETH_SPEED_NUM_NONE;
	}
	return rte_eth_linkstatus_set(dev, &link);
}

int
tinynf_link_update(struct rte_eth_dev *dev, int wait_to_complete)
{
	struct tinynf_adapter *adapter = tinynf_adapter(dev);
	struct tinynf_link now = { .up = false };
	unsigned int n;

	/* In reset, or about to be: there's no link. */
	for (n = 0; adapter->started; n++) {
		tinynf_link_get(&adapter->hw, &now);
		if (now.up || !wait_to_complete || n >= LINK_WAIT_STEPS)
			break;
		rte_delay_us_sleep(LINK_WAIT_STEP_MS * 1000);
	}
	return link_set(dev, &now);
}

void
tinynf_link_forget(struct rte_eth_dev *dev)
{
	const struct tinynf_link down = { .up = false };

	link_set(dev, &down);
}

static int
laser_switch(struct rte_eth_dev *dev, bool on)
{
	struct tinynf_adapter *adapter = tinynf_adapter(dev);

	if (adapter->hw.no_sfp) {
		TINYNF_LOG(ERR, "%s: this medium has no transmitter to switch %s",
				adapter->hw.name, on ? "on" : "off");
		return -ENOTSUP;
	}
	if (!adapter->started)
		return -EIO;
	tinynf_laser_set(&adapter->hw, on);
	tinynf_link_update(dev, 0);
	return 0;
}

int
tinynf_set_link_up(struct rte_eth_dev *dev)
{
	return laser_switch(dev, true);
}

int
tinynf_set_link_down(struct rte_eth_dev *dev)
{
	return laser_switch(dev, false);
}

/* In EAL's interrupt thread. */
static void
interrupt_handler(void *arg)
{
	struct rte_eth_dev *dev = arg;
	struct tinynf_adapter *adapter = tinynf_adapter(dev);
	bool changed = false;

	rte_spinlock_lock(&adapter->lsc_lock);
	if (adapter->lsc_enabled) {
		if (tinynf_lsc_fetch(&adapter->hw)) {
			struct tinynf_link now;

			tinynf_link_get(&adapter->hw, &now);
			changed = link_set(dev, &now) == 0;
		}
		/* 7.3.1: a change since the read above is in EICR and interrupts again. */
		rte_intr_ack(adapter->bus.intr_handle);
	}
	rte_spinlock_unlock(&adapter->lsc_lock);
	/* Unlocked: the application may stop the port in its callback. */
	if (changed)
		rte_eth_dev_callback_process(dev, RTE_ETH_EVENT_INTR_LSC, NULL);
}

int
tinynf_lsc_register(struct rte_eth_dev *dev)
{
	struct tinynf_adapter *adapter = tinynf_adapter(dev);
	int ret;

	rte_spinlock_init(&adapter->lsc_lock);
	/* Without a file descriptor the bus has no interrupts to offer. */
	if (adapter->bus.intr_handle == NULL || rte_intr_fd_get(adapter->bus.intr_handle) < 0)
		return 0;
	ret = rte_intr_callback_register(adapter->bus.intr_handle, interrupt_handler, dev);
	if (ret < 0) {
		TINYNF_LOG(ERR, "%s: no interrupt handler: %s", adapter->hw.name,
				strerror(-ret));
		return ret;
	}
	adapter->lsc_registered = true;
	return 0;
}

void
tinynf_lsc_unregister(struct rte_eth_dev *dev)
{
	struct tinynf_adapter *adapter = tinynf_adapter(dev);
	unsigned int n;
	int ret = 0;

	if (!adapter->lsc_registered)
		return;
	adapter->lsc_registered = false;
	if (rte_thread_is_intr() && rte_intr_callback_unregister_pending(
			adapter->bus.intr_handle, interrupt_handler, dev, NULL) >= 0)
		/* Closed by the application's own callback: gone as soon as that returns. */
		return;
	for (n = 0; n < UNREGISTER_STEPS; n++) {
		ret = rte_intr_callback_unregister(adapter->bus.intr_handle,
				interrupt_handler, dev);
		if (ret != -EAGAIN)
			break;
		rte_delay_us_sleep(UNREGISTER_STEP_MS * 1000);
	}
	if (ret < 0 && ret != -ENOENT)
		TINYNF_LOG(ERR, "%s: interrupt handler still there: %s", adapter->hw.name,
				strerror(-ret));
}

void
tinynf_lsc_start(struct rte_eth_dev *dev)
{
	struct tinynf_adapter *adapter = tinynf_adapter(dev);

	if (dev->data->dev_conf.intr_conf.lsc == 0 || !adapter->lsc_registered)
		return;
	rte_spinlock_lock(&adapter->lsc_lock);
	adapter->lsc_enabled = true;
	tinynf_lsc_enable(&adapter->hw);
	rte_spinlock_unlock(&adapter->lsc_lock);
}

void
tinynf_lsc_stop(struct rte_eth_dev *dev)
{
	struct tinynf_adapter *adapter = tinynf_adapter(dev);

	if (!adapter->lsc_enabled)
		return;
	rte_spinlock_lock(&adapter->lsc_lock);
	adapter->lsc_enabled = false;
	rte_spinlock_unlock(&adapter->lsc_lock);
}
