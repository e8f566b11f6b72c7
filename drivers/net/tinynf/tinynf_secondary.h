/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef TINYNF_SECONDARY_H
#define TINYNF_SECONDARY_H

/**
 * @file
 * Secondary processes. They have no access to the device: who wants to know or to change
 * something asks the primary process, which leaves large answers in shared memory. They can't
 * poll: rings belong to lcores of the primary.
 */

#include <ethdev_driver.h>

struct tinynf_adapter;

/** Primary: room for answers about this port. @return 0 or -ENOMEM, logged. */
int tinynf_secondary_prepare(struct tinynf_adapter *adapter);
/** Primary: reverse of tinynf_secondary_prepare. */
void tinynf_secondary_forget(struct tinynf_adapter *adapter);
/** Secondary: operations of a port that was attached. Cannot fail. */
void tinynf_secondary_init(struct rte_eth_dev *dev);

#endif /* TINYNF_SECONDARY_H */
