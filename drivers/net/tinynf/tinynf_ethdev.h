/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef TINYNF_ETHDEV_H
#define TINYNF_ETHDEV_H

/**
 * @file
 * Ports of ethdev's: what all probes have in common.
 */

#include "tinynf_adapter.h"

/**
 * Make a port of a device whose adapter's hw, bus and options are filled in:
 * reset and identify the hardware, read the MAC address, set the ops.
 * On failure nothing of it is left and the caller releases @p dev.
 * @return 0, or a negative errno with the reason logged.
 */
int tinynf_ethdev_init(struct rte_eth_dev *dev);
/** Reverse of tinynf_ethdev_init, used by close. */
int tinynf_ethdev_uninit(struct rte_eth_dev *dev);

#endif /* TINYNF_ETHDEV_H */
