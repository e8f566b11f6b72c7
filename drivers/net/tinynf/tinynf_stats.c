/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * Statistics. Hardware counters clear when read and stick when full, so they are added up here
 * whenever somebody looks, and by an alarm if nobody does.
 */

#include <errno.h>

#include <rte_alarm.h>
#include <rte_malloc.h>

#include "base/tinynf_regs.h"
#include "tinynf_control.h"

#define STAT_QUEUES 16u
/* The shortest to fill are the 36 bits of bytes: 55 s at 10 Gb/s. */
#define WATCH_PERIOD_US (15u * 1000 * 1000)

/** A counter of the MAC. */
struct mac_counter {
	const char *name;
	uint32_t low, high;  /**< Registers; high is 0 if there is none. */
	uint8_t count;       /**< Instances that are one statistic together. */
	uint8_t stride;
	bool error;          /**< Counts frames that were lost for an error. */
};

#define MAC32(name_, reg) { .name = name_, .low = TINYNF_REG_ ## reg, .count = 1 }
#define MAC_ERROR(name_, reg) \
	{ .name = name_, .low = TINYNF_REG_ ## reg, .count = 1, .error = true }
#define MAC36(name_, reg) { .name = name_, .low = TINYNF_REG_ ## reg ## L, \
	.high = TINYNF_REG_ ## reg ## H, .count = 1 }
#define MAC_ARRAY(name_, reg) { .name = name_, .low = TINYNF_REG_ ## reg, \
	.count = TINYNF_COUNT_ ## reg, .stride = TINYNF_STRIDE_ ## reg }

/* Names as other drivers of this hardware have them, 8.2.3.23. The first is special. */
#define MAC_MISSED 0
static const struct mac_counter mac_counters[] = {
	MAC_ARRAY("rx_packet_buffer_missed", RXMPC),
	MAC_ERROR("rx_crc_errors", CRCERRS),
	MAC_ERROR("rx_illegal_byte_errors", ILLERRC),
	MAC_ERROR("rx_error_bytes", ERRBC),
	MAC_ERROR("rx_mac_short_packet_dropped", MSPDC),
	MAC32("mac_local_errors", MLFC),
	MAC32("mac_remote_errors", MRFC),
	MAC_ERROR("rx_length_errors", RLEC),
	MAC_ERROR("rx_undersize_errors", RUC),
	MAC_ERROR("rx_fragment_errors", RFC),
	MAC_ERROR("rx_oversize_errors", ROC),
	MAC_ERROR("rx_jabber_errors", RJC),
	MAC32("rx_l3_l4_xsum_error", XEC),
	MAC32("tx_xon_packets", LXONTXC),
	MAC32("rx_xon_packets", LXONRXCNT),
	MAC32("tx_xoff_packets", LXOFFTXC),
	MAC32("rx_xoff_packets", LXOFFRXCNT),
	MAC32("rx_size_64_packets", PRC64),
	MAC32("rx_size_65_to_127_packets", PRC127),
	MAC32("rx_size_128_to_255_packets", PRC255),
	MAC32("rx_size_256_to_511_packets", PRC511),
	MAC32("rx_size_512_to_1023_packets", PRC1023),
	MAC32("rx_size_1024_to_max_packets", PRC1522),
	MAC32("rx_broadcast_packets", BPRC),
	MAC32("rx_multicast_packets", MPRC),
	MAC32("rx_mac_good_packets", GPRC),
	MAC36("rx_mac_good_bytes", GORC),
	MAC32("tx_mac_good_packets", GPTC),
	MAC36("tx_mac_good_bytes", GOTC),
	MAC32("rx_management_packets", MNGPRC),
	MAC32("rx_management_dropped", MNGPDC),
	MAC32("tx_management_packets", MNGPTC),
	MAC32("rx_total_packets", TPR),
	MAC36("rx_total_bytes", TOR),
	MAC32("tx_total_packets", TPT),
	MAC32("tx_size_64_packets", PTC64),
	MAC32("tx_size_65_to_127_packets", PTC127),
	MAC32("tx_size_128_to_255_packets", PTC255),
	MAC32("tx_size_256_to_511_packets", PTC511),
	MAC32("tx_size_512_to_1023_packets", PTC1023),
	MAC32("tx_size_1024_to_max_packets", PTC1522),
	MAC32("tx_multicast_packets", MPTC),
	MAC32("tx_broadcast_packets", BPTC),
};

struct queue_stats {
	uint64_t rx_packets, rx_bytes, rx_dropped;
	uint64_t tx_packets, tx_bytes;
};

struct tinynf_hw_stats {
	uint64_t mac[RTE_DIM(mac_counters)];
	struct queue_stats queue[STAT_QUEUES];
	uint64_t event_base[TINYNF_EV_COUNT]; /* at the last reset */
	bool watched;
};

unsigned int
tinynf_stats_mac_count(void)
{
	return RTE_DIM(mac_counters);
}

const char *
tinynf_stats_mac_name(unsigned int n)
{
	return mac_counters[n].name;
}

uint64_t
tinynf_stats_mac_value(const struct tinynf_adapter *adapter, unsigned int n)
{
	return adapter->stats->mac[n];
}

/* Events go on for those who account for every packet; the application's view starts anew. */
uint64_t
tinynf_stats_event(struct rte_eth_dev *dev, enum tinynf_event event)
{
	return tinynf_event_get(dev, event) - tinynf_adapter(dev)->stats->event_base[event];
}

int
tinynf_stats_init(struct tinynf_adapter *adapter)
{
	rte_spinlock_init(&adapter->stats_lock);
	adapter->stats = rte_zmalloc("tinynf_stats", sizeof(*adapter->stats), 0);
	if (adapter->stats == NULL) {
		TINYNF_LOG(ERR, "%s: no memory for %zu bytes of statistics",
				adapter->hw.name, sizeof(*adapter->stats));
		return -ENOMEM;
	}
	return 0;
}

void
tinynf_stats_uninit(struct tinynf_adapter *adapter)
{
	rte_free(adapter->stats);
	adapter->stats = NULL;
}

/* The low half comes first: reading the high one clears both, 8.2.3.23.28. */
static uint64_t
read36(struct tinynf_hw *hw, uint32_t low, uint32_t high)
{
	uint64_t value = tinynf_hw_read(hw, low);

	return value | (uint64_t)(tinynf_hw_read(hw, high) & 0xF) << 32;
}

static void
update_locked(struct tinynf_adapter *adapter)
{
	struct tinynf_hw_stats *stats = adapter->stats;
	struct tinynf_hw *hw = &adapter->hw;
	unsigned int n, i;

	/* All ones are no counts. */
	if (tinynf_hw_removed(hw))
		return;
	for (n = 0; n < RTE_DIM(mac_counters); n++) {
		const struct mac_counter *c = &mac_counters[n];

		if (c->high != 0)
			stats->mac[n] += read36(hw, c->low, c->high);
		else
			for (i = 0; i < c->count; i++)
				stats->mac[n] += tinynf_hw_read(hw, c->low + i * c->stride);
	}
	for (n = 0; n < STAT_QUEUES; n++) {
		struct queue_stats *q = &stats->queue[n];

		q->rx_packets += tinynf_hw_read(hw, TINYNF_REG(QPRC, n));
		q->rx_bytes += read36(hw, TINYNF_REG(QBRC_L, n), TINYNF_REG(QBRC_H, n));
		q->rx_dropped += tinynf_hw_read(hw, TINYNF_REG(QPRDC, n));
		q->tx_packets += tinynf_hw_read(hw, TINYNF_REG(QPTC, n));
		q->tx_bytes += read36(hw, TINYNF_REG(QBTC_L, n), TINYNF_REG(QBTC_H, n));
	}
}

void
tinynf_stats_update(struct tinynf_adapter *adapter)
{
	rte_spinlock_lock(&adapter->stats_lock);
	update_locked(adapter);
	rte_spinlock_unlock(&adapter->stats_lock);
}

void
tinynf_stats_discard(struct tinynf_adapter *adapter)
{
	struct tinynf_hw_stats kept;

	rte_spinlock_lock(&adapter->stats_lock);
	kept = *adapter->stats;
	update_locked(adapter);
	*adapter->stats = kept;
	rte_spinlock_unlock(&adapter->stats_lock);
}

static void
watch_alarm(void *arg)
{
	struct tinynf_adapter *adapter = arg;

	tinynf_stats_update(adapter);
	if (__atomic_load_n(&adapter->stats->watched, __ATOMIC_ACQUIRE) &&
			rte_eal_alarm_set(WATCH_PERIOD_US, watch_alarm, adapter) != 0)
		TINYNF_LOG(WARNING, "%s: no alarm: read statistics at least every %u s",
				adapter->hw.name, WATCH_PERIOD_US / 1000000);
}

void
tinynf_stats_watch(struct tinynf_adapter *adapter, bool on)
{
	__atomic_store_n(&adapter->stats->watched, on, __ATOMIC_RELEASE);
	if (!on)
		/* Waits for the handler, unless this is it. */
		rte_eal_alarm_cancel(watch_alarm, adapter);
	else if (rte_eal_alarm_set(WATCH_PERIOD_US, watch_alarm, adapter) != 0)
		TINYNF_LOG(WARNING, "%s: no alarm: read statistics at least every %u s",
				adapter->hw.name, WATCH_PERIOD_US / 1000000);
}

TINYNF_STATS_GET(tinynf_stats_get)
{
	struct tinynf_adapter *adapter = tinynf_adapter(dev);
	const struct tinynf_hw_stats *s = adapter->stats;
	unsigned int n;

	rte_spinlock_lock(&adapter->stats_lock);
	update_locked(adapter);
	stats->imissed = s->mac[MAC_MISSED];
	for (n = 0; n < STAT_QUEUES; n++) {
		const struct queue_stats *q = &s->queue[n];

		stats->ipackets += q->rx_packets;
		stats->ibytes += q->rx_bytes;
		stats->opackets += q->tx_packets;
		stats->obytes += q->tx_bytes;
		stats->imissed += q->rx_dropped;
		if (n >= RTE_ETHDEV_QUEUE_STAT_CNTRS || TINYNF_QSTATS(stats) == NULL)
			continue;
		TINYNF_QSTATS(stats)->q_ipackets[n] = q->rx_packets;
		TINYNF_QSTATS(stats)->q_ibytes[n] = q->rx_bytes;
		TINYNF_QSTATS(stats)->q_opackets[n] = q->tx_packets;
		TINYNF_QSTATS(stats)->q_obytes[n] = q->tx_bytes;
		TINYNF_QSTATS(stats)->q_errors[n] = q->rx_dropped;
	}
	for (n = 0; n < RTE_DIM(mac_counters); n++)
		if (mac_counters[n].error)
			stats->ierrors += s->mac[n];
	rte_spinlock_unlock(&adapter->stats_lock);

	stats->ierrors += tinynf_stats_event(dev, TINYNF_EV_RX_BAD);
	stats->oerrors = tinynf_stats_event(dev, TINYNF_EV_STOP_DISCARD);
	/* Nothing is ever allocated: rx_nombuf stays 0. */
	return 0;
}

int
tinynf_stats_reset(struct rte_eth_dev *dev)
{
	struct tinynf_adapter *adapter = tinynf_adapter(dev);
	struct tinynf_hw_stats *s = adapter->stats;
	unsigned int n;

	rte_spinlock_lock(&adapter->stats_lock);
	update_locked(adapter);
	memset(s->mac, 0, sizeof(s->mac));
	memset(s->queue, 0, sizeof(s->queue));
	rte_spinlock_unlock(&adapter->stats_lock);
	for (n = 0; n < TINYNF_EV_COUNT; n++)
		s->event_base[n] = tinynf_event_get(dev, n);
	return 0;
}
