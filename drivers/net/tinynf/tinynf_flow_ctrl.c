/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * IEEE 802.3x flow control. There is no autonegotiation of it on SFI, so it is as set.
 */

#include <errno.h>
#include <string.h>

#include "tinynf_control.h"

/* In KiB: pause when 3/4 full, go on at half. */
#define DEFAULT_HIGH_KB     (TINYNF_RX_PACKET_BUFFER_KB * 3 / 4)
#define DEFAULT_LOW_KB      (TINYNF_RX_PACKET_BUFFER_KB / 2)
#define DEFAULT_PAUSE_TIME  0x680

void
tinynf_flow_ctrl_default(struct tinynf_adapter *adapter)
{
	memset(&adapter->flow_control, 0, sizeof(adapter->flow_control));
	adapter->flow_control.high_kb = DEFAULT_HIGH_KB;
	adapter->flow_control.low_kb = DEFAULT_LOW_KB;
	adapter->flow_control.pause_time = DEFAULT_PAUSE_TIME;
	adapter->flow_control.send_xon = true;
}

int
tinynf_flow_ctrl_get(struct rte_eth_dev *dev, struct rte_eth_fc_conf *conf)
{
	const struct tinynf_flow_control *fc = &tinynf_adapter(dev)->flow_control;

	conf->high_water = fc->high_kb;
	conf->low_water = fc->low_kb;
	conf->pause_time = fc->pause_time;
	conf->send_xon = fc->send_xon;
	conf->mac_ctrl_frame_fwd = fc->forward;
	conf->autoneg = 0;
	if (fc->rx)
		conf->mode = fc->tx ? RTE_ETH_FC_FULL : RTE_ETH_FC_RX_PAUSE;
	else
		conf->mode = fc->tx ? RTE_ETH_FC_TX_PAUSE : RTE_ETH_FC_NONE;
	return 0;
}

int
tinynf_flow_ctrl_set(struct rte_eth_dev *dev, struct rte_eth_fc_conf *conf)
{
	struct tinynf_adapter *adapter = tinynf_adapter(dev);
	struct tinynf_flow_control fc = {
		.high_kb = conf->high_water,
		.low_kb = conf->low_water,
		.pause_time = conf->pause_time,
		.rx = conf->mode == RTE_ETH_FC_RX_PAUSE || conf->mode == RTE_ETH_FC_FULL,
		.tx = conf->mode == RTE_ETH_FC_TX_PAUSE || conf->mode == RTE_ETH_FC_FULL,
		.send_xon = conf->send_xon != 0,
		.forward = conf->mac_ctrl_frame_fwd != 0,
	};
	int ret;

	if ((unsigned int)conf->mode > RTE_ETH_FC_FULL) {
		TINYNF_LOG(ERR, "%s: flow control mode %d is none of 0..%d", adapter->hw.name,
				conf->mode, RTE_ETH_FC_FULL);
		return -EINVAL;
	}
	if (conf->autoneg != 0) {
		TINYNF_LOG(ERR, "%s: flow control is not negotiated on this medium",
				adapter->hw.name);
		return -ENOTSUP;
	}
	ret = tinynf_flow_control_check(&adapter->hw, &fc);
	if (ret != 0)
		return ret;
	adapter->flow_control = fc;
	if (adapter->started)
		tinynf_flow_control_set(&adapter->hw, &fc);
	return 0;
}
