/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef TINYNF_ETHDEV_H
#define TINYNF_ETHDEV_H

/**
 * @file
 * The driver's private structures, shared by its rooms.
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

	/* Link and module (tinynf_link.c, tinynf_module.c). */
	struct tinynf_sfp sfp;
	rte_spinlock_t lsc_lock;
	bool lsc_registered;       /**< Interrupt callback is in place. */
	bool lsc_enabled;          /**< Link changes may be reported. */
	bool intr_on;              /**< The bus delivers interrupts (tinynf_intr.c). */
	bool queue_intr;           /**< Receive queues have interrupts. */
	bool led_taken;
	uint32_t ledctl;           /**< As it was before LEDs were taken. */

	/* Hardware transmit queues of this port: who feeds them (tinynf_queue.c). */
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

/*
 * tinynf_ethdev.c: common to all probes.
 */

/**
 * Ports and their queues exist as long as this is held: for threads that are neither the
 * application's nor EAL's interrupt thread. Taken before the control lock.
 */
extern pthread_mutex_t tinynf_ports;

/**
 * Make a port of a device whose adapter's hw, bus and options are filled in:
 * reset and identify the hardware, read the MAC address, set the ops.
 * On failure nothing of it is left and the caller releases @p dev.
 * @return 0, or a negative errno with the reason logged.
 */
int tinynf_ethdev_init(struct rte_eth_dev *dev);
/** Reverse of tinynf_ethdev_init, used by close. */
int tinynf_ethdev_uninit(struct rte_eth_dev *dev);
/** Is this port one of ours (any bus)? */
bool tinynf_ethdev_is_ours(const struct rte_eth_dev *dev);

/*
 * tinynf_queue.c: queues, agents and their memory.
 */
int tinynf_rx_queue_setup(struct rte_eth_dev *dev, uint16_t queue, uint16_t nb_desc,
		unsigned int socket, const struct rte_eth_rxconf *conf,
		struct rte_mempool *mp);
int tinynf_tx_queue_setup(struct rte_eth_dev *dev, uint16_t queue, uint16_t nb_desc,
		unsigned int socket, const struct rte_eth_txconf *conf);
void tinynf_rx_queue_release(struct rte_eth_dev *dev, uint16_t queue);
void tinynf_tx_queue_release(struct rte_eth_dev *dev, uint16_t queue);
/** Fill the agent from the pool, program and enable the hardware queue. */
int tinynf_rx_queue_start(struct rte_eth_dev *dev, uint16_t queue);
int tinynf_rx_queue_stop(struct rte_eth_dev *dev, uint16_t queue);
int tinynf_tx_queue_start(struct rte_eth_dev *dev, uint16_t queue);
int tinynf_tx_queue_stop(struct rte_eth_dev *dev, uint16_t queue);
/** Start all queues that are not deferred; on failure none is left started. */
int tinynf_queues_start(struct rte_eth_dev *dev);
/** Drain and stop all queues; outputs that agents of other ports have here too. */
void tinynf_queues_stop(struct rte_eth_dev *dev);
/** Refuse at configure time what does not fit, with the arithmetic in the log. */
int tinynf_queues_check(struct rte_eth_dev *dev, uint16_t nb_rx, uint16_t nb_tx);
/** VLAN tags are (not) stripped from now on; RXDCTL.VME is the caller's if the queue runs. */
void tinynf_rxq_vlan_strip(struct rte_eth_dev *dev, uint16_t queue, bool strip);
void tinynf_rxq_info_get(struct rte_eth_dev *dev, uint16_t queue, struct rte_eth_rxq_info *info);
void tinynf_txq_info_get(struct rte_eth_dev *dev, uint16_t queue, struct rte_eth_txq_info *info);
tinynf_queue_count tinynf_rx_queue_count(void *rxq);
int tinynf_rx_descriptor_status(void *rxq, uint16_t offset);
int tinynf_tx_descriptor_status(void *txq, uint16_t offset);

/** Software counters of the datapath (all slow events), summed over a port. */
enum tinynf_event {
	TINYNF_EV_TX_FOREIGN,      /**< mbuf allocated by the application */
	TINYNF_EV_TX_CLONED,       /**< indirect or external buffer */
	TINYNF_EV_TX_CHAINED,      /**< more than one segment */
	TINYNF_EV_TX_LENGTH,       /**< zero or longer than the slot or the MTU allows */
	TINYNF_EV_TX_OFFLOAD,      /**< ol_flags that legacy descriptors can't do */
	TINYNF_EV_TX_TWICE,        /**< already sent on this output in this turn */
	TINYNF_EV_TX_STOPPED,      /**< mbuf of an agent that was stopped */
	TINYNF_EV_TX_NATIVE,       /**< the port is used natively */
	TINYNF_EV_TX_NO_QUEUE,     /**< no hardware queue left for a new output */
	TINYNF_EV_ALLOC_REFUSED,   /**< allocation from a slot pool */
	TINYNF_EV_DROPPED,         /**< freed, or held at stop, without transmission */
	TINYNF_EV_RX_BAD,          /**< received with an error or without EOP, dropped by us */
	TINYNF_EV_RING_HELD,       /**< polls that found every slot held by the application */
	TINYNF_EV_SLOW_PATH,       /**< packets that took the slow transmit path */
	TINYNF_EV_ATTACH,          /**< outputs attached */
	TINYNF_EV_STOP_DISCARD,    /**< packets handed over but not transmitted at stop */
	TINYNF_EV_STOP_UNREAD,     /**< received by hardware but not polled before stop */
	TINYNF_EV_RX_NATIVE,       /**< polls of a queue whose port is used natively */
	TINYNF_EV_COUNT
};
/** xstat name of an event, e.g. "tx_refused_foreign". */
const char *tinynf_event_name(enum tinynf_event event);
/** Sum over the port's queues. rx-side events by the agent's port, tx-side by output's port. */
uint64_t tinynf_event_get(struct rte_eth_dev *dev, enum tinynf_event event);
void tinynf_event_reset(struct rte_eth_dev *dev);
/** Packets of this port's agents by owner, for telemetry and verdicts. */
struct tinynf_owners {
	uint32_t size, nic_rx, app, nic_tx;
	uint64_t oldest_age_us;  /**< Of the oldest slot that the application holds; 0 if none. */
};
int tinynf_rxq_owners(struct rte_eth_dev *dev, uint16_t queue, struct tinynf_owners *owners);

/*
 * tinynf_burst_*.c: bursts.
 */
uint16_t tinynf_rx_burst_c(void *rxq, struct rte_mbuf **pkts, uint16_t nb_pkts);
uint16_t tinynf_tx_burst_c(void *txq, struct rte_mbuf **pkts, uint16_t nb_pkts);
uint16_t tinynf_rx_burst_sse(void *rxq, struct rte_mbuf **pkts, uint16_t nb_pkts);
uint16_t tinynf_tx_burst_sse(void *txq, struct rte_mbuf **pkts, uint16_t nb_pkts);
uint16_t tinynf_rx_burst_avx2(void *rxq, struct rte_mbuf **pkts, uint16_t nb_pkts);
uint16_t tinynf_tx_burst_avx2(void *txq, struct rte_mbuf **pkts, uint16_t nb_pkts);
/** Set the port's burst functions. */
void tinynf_burst_select(struct rte_eth_dev *dev);
uint16_t tinynf_tx_prepare(void *txq, struct rte_mbuf **pkts, uint16_t nb_pkts);

#endif /* TINYNF_ETHDEV_H */
