/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef TINYNF_QUEUE_SETUP_H
#define TINYNF_QUEUE_SETUP_H

/**
 * @file
 * Queues and their memory: ethdev's operations, one thread at a time for one port.
 */

#include "tinynf_queue.h"

int tinynf_rx_queue_setup(struct rte_eth_dev *dev, uint16_t queue, uint16_t nb_desc,
		unsigned int socket, const struct rte_eth_rxconf *conf,
		struct rte_mempool *mp);
int tinynf_tx_queue_setup(struct rte_eth_dev *dev, uint16_t queue, uint16_t nb_desc,
		unsigned int socket, const struct rte_eth_txconf *conf);
void tinynf_rx_queue_release(struct rte_eth_dev *dev, uint16_t queue);
void tinynf_tx_queue_release(struct rte_eth_dev *dev, uint16_t queue);
/** Refuse at configure time what does not fit, with the arithmetic in the log. */
int tinynf_queues_check(struct rte_eth_dev *dev, uint16_t nb_rx, uint16_t nb_tx);
/** VLAN tags are (not) stripped from now on; RXDCTL.VME is the caller's if the queue runs. */
void tinynf_rxq_vlan_strip(struct rte_eth_dev *dev, uint16_t queue, bool strip);
void tinynf_rxq_info_get(struct rte_eth_dev *dev, uint16_t queue, struct rte_eth_rxq_info *info);
void tinynf_txq_info_get(struct rte_eth_dev *dev, uint16_t queue, struct rte_eth_txq_info *info);

/** How bursts tell usual packets and fill them in, by RTE_ETH_RX_OFFLOAD_*. */
void tinynf_rxq_describe(struct tinynf_rxq *rxq, uint16_t port_id, uint64_t offloads);

#endif /* TINYNF_QUEUE_SETUP_H */
