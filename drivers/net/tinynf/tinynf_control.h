/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef TINYNF_CONTROL_H
#define TINYNF_CONTROL_H

/**
 * @file
 * What the rooms of the control side know of each other. As ethdev operations, all of it is
 * called by one thread at a time for one port, unless said otherwise.
 */

#include <ethdev_driver.h>

#include "tinynf_adapter.h"
#include "tinynf_events.h"

/** Frame with CRC, without VLAN tag, for an MTU. */
#define TINYNF_FRAME_OVERHEAD (RTE_ETHER_HDR_LEN + RTE_ETHER_CRC_LEN)
#define TINYNF_MAX_MTU        (TINYNF_MAX_FRAME_SIZE - TINYNF_FRAME_OVERHEAD)

#define TINYNF_RX_OFFLOADS (RTE_ETH_RX_OFFLOAD_IPV4_CKSUM | RTE_ETH_RX_OFFLOAD_UDP_CKSUM | \
		RTE_ETH_RX_OFFLOAD_TCP_CKSUM | RTE_ETH_RX_OFFLOAD_VLAN_STRIP | \
		RTE_ETH_RX_OFFLOAD_VLAN_FILTER)
#define TINYNF_TX_OFFLOADS (RTE_ETH_TX_OFFLOAD_VLAN_INSERT | RTE_ETH_TX_OFFLOAD_UDP_CKSUM | \
		RTE_ETH_TX_OFFLOAD_TCP_CKSUM)
#define TINYNF_RSS_OFFLOADS (RTE_ETH_RSS_IPV4 | RTE_ETH_RSS_NONFRAG_IPV4_TCP | \
		RTE_ETH_RSS_NONFRAG_IPV4_UDP | RTE_ETH_RSS_IPV6 | \
		RTE_ETH_RSS_NONFRAG_IPV6_TCP | RTE_ETH_RSS_NONFRAG_IPV6_UDP)

/* tinynf_conf.c */
int tinynf_dev_configure(struct rte_eth_dev *dev);
int tinynf_dev_infos_get(struct rte_eth_dev *dev, struct rte_eth_dev_info *info);
/**
 * Refuse an MTU whose frames don't fit into a buffer of each receive queue; of queues that were
 * set up before the port was configured again only if @p old_queues.
 */
int tinynf_mtu_check(struct rte_eth_dev *dev, uint16_t mtu, bool old_queues);
int tinynf_mtu_set(struct rte_eth_dev *dev, uint16_t mtu);
TINYNF_PTYPES_GET(tinynf_supported_ptypes_get);

/* tinynf_burst.c */
/** Set the port's burst functions. */
void tinynf_burst_select(struct rte_eth_dev *dev);
int tinynf_rx_burst_mode_get(struct rte_eth_dev *dev, uint16_t queue,
		struct rte_eth_burst_mode *mode);
int tinynf_tx_burst_mode_get(struct rte_eth_dev *dev, uint16_t queue,
		struct rte_eth_burst_mode *mode);

/* tinynf_stats.c, tinynf_xstats.c */
int tinynf_stats_init(struct tinynf_adapter *adapter);
void tinynf_stats_uninit(struct tinynf_adapter *adapter);
/** Hardware was reset: what its counters hold is no statistics. */
void tinynf_stats_discard(struct tinynf_adapter *adapter);
/** Add up what hardware counted. Any thread. */
void tinynf_stats_update(struct tinynf_adapter *adapter);
/** Update from time to time, so that no counter wraps or sticks. */
void tinynf_stats_watch(struct tinynf_adapter *adapter, bool on);
TINYNF_STATS_GET(tinynf_stats_get);
int tinynf_stats_reset(struct rte_eth_dev *dev);
/** Number of MAC counters, and name and value of one of them. */
unsigned int tinynf_stats_mac_count(void);
const char *tinynf_stats_mac_name(unsigned int n);
uint64_t tinynf_stats_mac_value(const struct tinynf_adapter *adapter, unsigned int n);
/** Events since the statistics were reset. */
uint64_t tinynf_stats_event(struct rte_eth_dev *dev, enum tinynf_event event);
int tinynf_xstats_get(struct rte_eth_dev *dev, struct rte_eth_xstat *xstats, unsigned int n);
int tinynf_xstats_get_names(struct rte_eth_dev *dev, struct rte_eth_xstat_name *names,
		unsigned int n);
int tinynf_xstats_reset(struct rte_eth_dev *dev);

/* tinynf_filter.c */
/** Put all filters into hardware that was reset. */
int tinynf_filters_restore(struct rte_eth_dev *dev);
int tinynf_promiscuous_enable(struct rte_eth_dev *dev);
int tinynf_promiscuous_disable(struct rte_eth_dev *dev);
int tinynf_allmulticast_enable(struct rte_eth_dev *dev);
int tinynf_allmulticast_disable(struct rte_eth_dev *dev);
int tinynf_mac_addr_add(struct rte_eth_dev *dev, struct rte_ether_addr *addr, uint32_t index,
		uint32_t pool);
void tinynf_mac_addr_remove(struct rte_eth_dev *dev, uint32_t index);
int tinynf_mac_addr_set(struct rte_eth_dev *dev, struct rte_ether_addr *addr);
int tinynf_set_mc_addr_list(struct rte_eth_dev *dev, struct rte_ether_addr *addrs,
		uint32_t count);
int tinynf_vlan_filter_set(struct rte_eth_dev *dev, uint16_t vlan, int on);
int tinynf_vlan_offload_set(struct rte_eth_dev *dev, int mask);
void tinynf_vlan_strip_queue_set(struct rte_eth_dev *dev, uint16_t queue, int on);

/* tinynf_rss.c */
/** Take key, fields and table from the port's configuration. */
int tinynf_rss_configure(struct rte_eth_dev *dev);
void tinynf_rss_restore(struct rte_eth_dev *dev);
int tinynf_rss_hash_update(struct rte_eth_dev *dev, struct rte_eth_rss_conf *conf);
int tinynf_rss_hash_conf_get(struct rte_eth_dev *dev, struct rte_eth_rss_conf *conf);
int tinynf_reta_update(struct rte_eth_dev *dev, struct rte_eth_rss_reta_entry64 *reta,
		uint16_t size);
int tinynf_reta_query(struct rte_eth_dev *dev, struct rte_eth_rss_reta_entry64 *reta,
		uint16_t size);

/* tinynf_lsc.c */
int tinynf_link_update(struct rte_eth_dev *dev, int wait_to_complete);
int tinynf_set_link_up(struct rte_eth_dev *dev);
int tinynf_set_link_down(struct rte_eth_dev *dev);
/** Record that there is no link. */
void tinynf_link_forget(struct rte_eth_dev *dev);
int tinynf_lsc_register(struct rte_eth_dev *dev);
/** Waits for a handler that runs in another thread. */
void tinynf_lsc_unregister(struct rte_eth_dev *dev);
/** Report changes of the link from now on, if that is wanted and interrupts are on. */
void tinynf_lsc_start(struct rte_eth_dev *dev);
void tinynf_lsc_stop(struct rte_eth_dev *dev);

/* tinynf_intr.c */
/** Refuse interrupts that the bus doesn't have. */
int tinynf_intr_check(struct rte_eth_dev *dev);
/** Enable the interrupts that are configured, if any. */
int tinynf_intr_start(struct rte_eth_dev *dev);
void tinynf_intr_stop(struct rte_eth_dev *dev);
int tinynf_rx_queue_intr_enable(struct rte_eth_dev *dev, uint16_t queue);
int tinynf_rx_queue_intr_disable(struct rte_eth_dev *dev, uint16_t queue);

/* tinynf_module.c */
int tinynf_fw_version_get(struct rte_eth_dev *dev, char *version, size_t size);
int tinynf_get_eeprom_length(struct rte_eth_dev *dev);
int tinynf_get_eeprom(struct rte_eth_dev *dev, struct rte_dev_eeprom_info *info);
int tinynf_get_module_info(struct rte_eth_dev *dev, struct rte_eth_dev_module_info *info);
int tinynf_get_module_eeprom(struct rte_eth_dev *dev, struct rte_dev_eeprom_info *info);
int tinynf_led_on(struct rte_eth_dev *dev);
int tinynf_led_off(struct rte_eth_dev *dev);
/** Give the LEDs back if they were taken. */
void tinynf_led_release(struct rte_eth_dev *dev);

/* tinynf_regs_dump.c */
int tinynf_get_reg(struct rte_eth_dev *dev, struct rte_dev_reg_info *info);
/** Is this register (row, instance) safe to read at any time? */
struct tinynf_reg_row;
bool tinynf_reg_dumpable(const struct tinynf_reg_row *row);

/* tinynf_flow_ctrl.c */
/** Off, with watermarks that make sense when it is switched on. */
void tinynf_flow_ctrl_default(struct tinynf_adapter *adapter);
int tinynf_flow_ctrl_get(struct rte_eth_dev *dev, struct rte_eth_fc_conf *conf);
int tinynf_flow_ctrl_set(struct rte_eth_dev *dev, struct rte_eth_fc_conf *conf);

/* tinynf_log.c */
/** Is the running DPDK the one this was built for? @return 0, or -ENOTSUP with a log line. */
int tinynf_version_check(void);

#endif /* TINYNF_CONTROL_H */
