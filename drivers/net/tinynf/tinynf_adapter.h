/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef TINYNF_ADAPTER_H
#define TINYNF_ADAPTER_H

/**
 * @file
 * A port as the whole driver knows it, and how the driver logs.
 */

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#ifdef TINYNF_SWITCH /* in a program: DPDK may be without its driver headers */
#include <rte_ethdev.h>
struct rte_eth_dev;
struct rte_eth_dev_data;
#else
#include <ethdev_driver.h>
#endif
#include <rte_interrupts.h>
#include <rte_log.h>
#include <rte_spinlock.h>

#include "base/tinynf_base.h"
#include "base/tinynf_hw.h"
#include "tinynf_compat.h"

#define TINYNF_MAX_RX_QUEUES  16   /* RSS indexes 16 queues */
#define TINYNF_MAX_TX_QUEUES  64   /* usable without DCB and virtualisation, 7.2.1.2.1 */
#define TINYNF_MIN_RING       64
#define TINYNF_MAX_RING       4096

extern int tinynf_logtype;
#define TINYNF_LOG(level, fmt, ...) \
	rte_log(RTE_LOG_ ## level, tinynf_logtype, "net_tinynf: " fmt "\n", ## __VA_ARGS__)

struct tinynf_adapter;
struct tinynf_rxq;
struct tinynf_txq;

/** What a bus adds to a port beside register access. Any pointer may be NULL. */
struct tinynf_bus {
	/** Interrupt handle; NULL if the bus has no interrupts. */
	struct rte_intr_handle *intr_handle;
	/** Give receive queues 0..n-1 event descriptors, and take them; NULL: EAL does it. */
	int (*queue_intr_open)(struct tinynf_adapter *adapter, unsigned int n);
	void (*queue_intr_close)(struct tinynf_adapter *adapter);
	/** Called at ethdev close, after the device was reset. */
	void (*close)(struct tinynf_adapter *adapter);
	/** Extra xstats of the carrier (model, wire): names and values, same order. */
	unsigned int (*xstats_count)(struct tinynf_adapter *adapter);
	int (*xstats_names)(struct tinynf_adapter *adapter,
			struct rte_eth_xstat_name *names, unsigned int n);
	int (*xstats_get)(struct tinynf_adapter *adapter, uint64_t *values, unsigned int n);
	int (*xstats_reset)(struct tinynf_adapter *adapter);
};

/** Options every bus takes from devargs. */
struct tinynf_options {
	uint32_t flush_period;   /**< Packets per transmit tail write: 1..32, default 8. */
};

/** Statistics that hardware clears on read, accumulated (tinynf_stats.c). */
struct tinynf_hw_stats;

/** One port: dev->data->dev_private. */
struct tinynf_adapter {
	struct tinynf_hw hw;
	struct tinynf_bus bus;
	struct tinynf_options options;
	uint16_t port_id;
	struct rte_ether_addr perm_addr;
	bool started;

	rte_spinlock_t stats_lock;
	struct tinynf_hw_stats *stats;
	struct tinynf_answers *answers; /**< To secondary processes (tinynf_secondary.c). */

	/* Set by configuration, put into hardware at each start (tinynf_conf.c and others). */
	uint8_t rss_key[TINYNF_RSS_KEY_LEN];
	uint8_t rss_table[TINYNF_RETA_ENTRIES];
	uint32_t rss_fields;       /**< TINYNF_RSS_*; 0: one queue. */
	uint32_t multicast[128];   /**< Hash table of wanted addresses. */
	bool multicast_used;
	struct tinynf_flow_control flow_control;

	/* Link and module (tinynf_lsc.c, tinynf_module.c). */
	struct tinynf_sfp sfp;
	rte_spinlock_t lsc_lock;
	bool lsc_registered;       /**< Interrupt callback is in place. */
	bool lsc_enabled;          /**< Link changes may be reported. */
	bool intr_on;              /**< The bus delivers interrupts (tinynf_intr.c). */
	bool queue_intr;           /**< Receive queues have interrupts. */
	bool led_taken;
	uint32_t ledctl;           /**< As it was before LEDs were taken. */

	/* Hardware transmit queues of this port: who feeds them (tinynf_output.c). */
	rte_spinlock_t txq_lock;
	uint64_t hw_txq_used;      /**< Bit n: hardware queue n feeds from an agent. */
	bool tx_open;              /**< Agents may attach outputs. */
	uint32_t nb_native;        /**< Times that native agents use this port: ethdev must not. */
};

#ifndef TINYNF_SWITCH
static inline struct tinynf_adapter *
tinynf_adapter(const struct rte_eth_dev *dev)
{
	return dev->data->dev_private;
}
#endif

#endif /* TINYNF_ADAPTER_H */
