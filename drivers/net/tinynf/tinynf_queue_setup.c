/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#include <ethdev_driver.h>
#include <rte_malloc.h>

#include "tinynf_events.h"
#include "tinynf_output.h"
#include "tinynf_ports.h"
#include "tinynf_queue.h"
#include "tinynf_queue_setup.h"
#include "tinynf_queue_start.h"
#include "tinynf_slots.h"
#include "tinynf_tx_check.h"

/* SRRCTL.BSIZEPACKET counts KiB, 1 to 16, 8.2.3.8.7. */
#define BUFFER_UNIT     1024
#define BUFFER_MAX_KIB  16


int
tinynf_queues_check(struct rte_eth_dev *dev, uint16_t nb_rx, uint16_t nb_tx)
{
	uint32_t others = 0, ports = 0;
	uint16_t port;

	if (nb_rx > TINYNF_MAX_RX_QUEUES || nb_tx > TINYNF_MAX_TX_QUEUES) {
		TINYNF_LOG(ERR, "port %u: %u receive and %u transmit queues; at most %u and %u",
				dev->data->port_id, nb_rx, nb_tx, TINYNF_MAX_RX_QUEUES,
				TINYNF_MAX_TX_QUEUES);
		return -EINVAL;
	}
	RTE_ETH_FOREACH_DEV(port) {
		struct rte_eth_dev *other = &rte_eth_devices[port];

		if (other == dev || !tinynf_ports_ours(port) ||
				!other->data->dev_configured)
			continue;
		others += other->data->nb_rx_queues;
		ports++;
	}
	if (others + nb_rx <= TINYNF_MAX_TX_QUEUES)
		return 0;
	TINYNF_LOG(ERR, "port %u: %u receive queues here + %u of %u other configured ports = %u, "
			"but each of them needs a hardware transmit queue on every port it sends "
			"to and a port has %u", dev->data->port_id, nb_rx, others, ports,
			others + nb_rx, TINYNF_MAX_TX_QUEUES);
	return -EINVAL;
}

static int
rx_check_desc(uint16_t port_id, uint16_t nb_desc)
{
	uint32_t below, above;

	if (nb_desc >= TINYNF_MIN_RING && nb_desc <= TINYNF_MAX_RING && rte_is_power_of_2(nb_desc))
		return 0;
	above = nb_desc <= TINYNF_MIN_RING ? TINYNF_MIN_RING : rte_align32pow2(nb_desc);
	below = above / 2;
	if (above <= TINYNF_MIN_RING || above > TINYNF_MAX_RING)
		TINYNF_LOG(ERR, "port %u: %u receive descriptors; allowed are powers of two from "
				"%u to %u, the nearest is %u", port_id, nb_desc, TINYNF_MIN_RING,
				TINYNF_MAX_RING, above > TINYNF_MAX_RING ? TINYNF_MAX_RING :
				TINYNF_MIN_RING);
	else
		TINYNF_LOG(ERR, "port %u: %u receive descriptors; allowed are powers of two from "
				"%u to %u, the nearest are %u and %u", port_id, nb_desc,
				TINYNF_MIN_RING, TINYNF_MAX_RING, below, above);
	return -EINVAL;
}

/* One packet, one buffer: what the MTU lets in must fit into whole KiB of a buffer. */
static int
rx_check_buffer(const struct rte_eth_dev *dev, struct rte_mempool *mp, uint8_t *kib)
{
	uint32_t room = rte_pktmbuf_data_room_size(mp);
	uint32_t units, frame = dev->data->mtu + TINYNF_L2_OVERHEAD;

	room = room > RTE_PKTMBUF_HEADROOM ? room - RTE_PKTMBUF_HEADROOM : 0;
	units = RTE_MIN(room / BUFFER_UNIT, (uint32_t)BUFFER_MAX_KIB);
	if (units == 0 || frame > units * BUFFER_UNIT) {
		TINYNF_LOG(ERR, "port %u: mbufs of pool %s have %u bytes behind the headroom, of "
				"which the hardware uses %u (whole KiB, at most %u); MTU %u needs "
				"%u", dev->data->port_id, mp->name, room, units * BUFFER_UNIT,
				BUFFER_MAX_KIB * BUFFER_UNIT, dev->data->mtu, frame);
		return -EINVAL;
	}
	*kib = units;
	return 0;
}

/* By UDPCS, L4CS, IPCS (bits 0 to 2), TCPE and IPE (3 and 4), 7.1.5. */
static void
rx_fill_tables(struct tinynf_rxq *rxq, uint64_t offloads)
{
	uint32_t i, rest;

	for (i = 0; i < TINYNF_RX_RESULTS; i++) {
		bool udp = i & 1, l4 = i & 2, ip = i & 4, l4_bad = i & 8, ip_bad = i & 16;
		uint32_t ptype = RTE_PTYPE_L2_ETHER;
		uint64_t flags = 0;

		if (ip)
			ptype |= RTE_PTYPE_L3_IPV4_EXT_UNKNOWN;
		/* L4CS alone is TCP, or SCTP, whose CRC is judged too, 7.1.12. */
		if (l4 && udp)
			ptype |= RTE_PTYPE_L4_UDP;
		if (ip && offloads & RTE_ETH_RX_OFFLOAD_IPV4_CKSUM)
			flags |= ip_bad ? RTE_MBUF_F_RX_IP_CKSUM_BAD :
				RTE_MBUF_F_RX_IP_CKSUM_GOOD;
		if (l4 && offloads & (udp ? RTE_ETH_RX_OFFLOAD_UDP_CKSUM :
				RTE_ETH_RX_OFFLOAD_TCP_CKSUM))
			flags |= l4_bad ? RTE_MBUF_F_RX_L4_CKSUM_BAD :
				RTE_MBUF_F_RX_L4_CKSUM_GOOD;
		rxq->ol_flags[i] = flags;
		rxq->any_flags |= flags != 0;
		if (i < 8) {
			for (rest = 0; rest < 32; rest++)
				rxq->ptype[(rest & 0x10) << 3 | i << 4 | (rest & 0xf)] = ptype;
			/* Shuffled out of a register, two bytes have to be enough. */
			RTE_BUILD_BUG_ON((RTE_PTYPE_L2_MASK | RTE_PTYPE_L3_MASK |
					RTE_PTYPE_L4_MASK) > UINT16_MAX);
			rxq->ptype_bytes[i] = ptype;
			rxq->ptype_bytes[i + 8] = ptype >> 8;
		}
	}
}

/* What bursts compare. */
static void
rx_fill_usual(struct tinynf_rxq *rxq, uint64_t rearm)
{
	unsigned int i;

	rxq->usual[0] = rearm;
	rxq->usual[1] = 0;
	rxq->usual_mask[0] = UINT64_MAX;
	/* Flags that reception writes anew each time may be what they are. */
	rxq->usual_mask[1] = rxq->any_flags ? TINYNF_TX_NOT_PLAIN : UINT64_MAX;
	rxq->rx_mask_flags = (TINYNF_RXD_DD | TINYNF_RXD_EOP | TINYNF_RXD_RXE |
			(rxq->any_flags ? 0 : TINYNF_RXD_VP)) >> TINYNF_RXD_STATUS_SHIFT;
	rxq->rx_mask = rxq->any_flags ? 0 : rxq->rx_mask_flags;
	rxq->rx_usual[0] = TINYNF_RXD_DD | TINYNF_RXD_EOP;
	rxq->rx_usual[1] = rxq->any_flags ? UINT64_MAX : 0;
	for (i = 0; i < RTE_DIM(rxq->rx_masks); i++) {
		rxq->rx_masks[i] = (uint64_t)rxq->rx_mask << TINYNF_RXD_STATUS_SHIFT;
		rxq->rx_masks_flags[i] = (uint64_t)rxq->rx_mask_flags <<
			TINYNF_RXD_STATUS_SHIFT;
	}
}

/* What each packet has when it is handed out, in one word. */
static uint64_t
rx_rearm(uint16_t port_id)
{
	struct rte_mbuf m;

	RTE_BUILD_BUG_ON(offsetof(struct rte_mbuf, refcnt) !=
			offsetof(struct rte_mbuf, data_off) + 2);
	RTE_BUILD_BUG_ON(offsetof(struct rte_mbuf, nb_segs) !=
			offsetof(struct rte_mbuf, data_off) + 4);
	RTE_BUILD_BUG_ON(offsetof(struct rte_mbuf, port) !=
			offsetof(struct rte_mbuf, data_off) + 6);
	RTE_BUILD_BUG_ON(offsetof(struct rte_mbuf, ol_flags) !=
			offsetof(struct rte_mbuf, data_off) + 8);
	memset(&m, 0, sizeof(m));
	m.data_off = RTE_PKTMBUF_HEADROOM;
	rte_mbuf_refcnt_set(&m, 1);
	m.nb_segs = 1;
	m.port = port_id;
	return tinynf_rearm_get(&m);
}

void
tinynf_rxq_vlan_strip(struct rte_eth_dev *dev, uint16_t queue, bool strip)
{
	struct tinynf_rxq *rxq = dev->data->rx_queues[queue];

	if (rxq == NULL)
		return;
	rxq->vlan_strip = strip;
	rxq->vlan_flags = RTE_MBUF_F_RX_VLAN | (strip ? RTE_MBUF_F_RX_VLAN_STRIPPED : 0);
}

void
tinynf_rxq_describe(struct tinynf_rxq *rxq, uint16_t port_id, uint64_t offloads)
{
	rxq->any_flags = !!(offloads & RTE_ETH_RX_OFFLOAD_VLAN_STRIP);
	rx_fill_tables(rxq, offloads);
	rx_fill_usual(rxq, rx_rearm(port_id));
	rxq->vlan_flags = RTE_MBUF_F_RX_VLAN |
		(offloads & RTE_ETH_RX_OFFLOAD_VLAN_STRIP ? RTE_MBUF_F_RX_VLAN_STRIPPED : 0);
}

static struct tinynf_rxq *
rxq_alloc(struct rte_eth_dev *dev, uint16_t queue, uint16_t nb_desc, int socket)
{
	struct tinynf_rxq *rxq;
	unsigned int i;

	rxq = rte_zmalloc_socket("tinynf_rxq", sizeof(*rxq), RTE_CACHE_LINE_SIZE, socket);
	if (rxq == NULL)
		return NULL;
	rxq->memory = tinynf_ring_reserve(nb_desc, 0, socket);
	if (rxq->memory == NULL) {
		rte_free(rxq);
		return NULL;
	}
	for (i = 0; i < RTE_DIM(rxq->output_of); i++)
		atomic_init(&rxq->output_of[i], TINYNF_NO_OUTPUT);
	rxq->door = &tinynf_gates[TINYNF_GATE_NONE];
	rxq->data = dev->data;
	rxq->adapter = tinynf_adapter(dev);
	rxq->queue = queue;
	rxq->size = nb_desc;
	rxq->socket = socket;
	return rxq;
}

int
tinynf_rx_queue_setup(struct rte_eth_dev *dev, uint16_t queue, uint16_t nb_desc,
		unsigned int socket, const struct rte_eth_rxconf *conf, struct rte_mempool *mp)
{
	struct tinynf_rxq *rxq;
	uint64_t offloads;
	uint8_t kib = 0;
	int ret;

	if (mp == NULL)
		return -EINVAL;
	ret = rx_check_desc(dev->data->port_id, nb_desc);
	if (ret < 0)
		return ret;
	ret = rx_check_buffer(dev, mp, &kib);
	if (ret < 0)
		return ret;
	rxq = rxq_alloc(dev, queue, nb_desc, (int)socket);
	if (rxq == NULL) {
		TINYNF_LOG(ERR, "port %u: no memory for a ring of %u", dev->data->port_id,
				nb_desc);
		return -ENOMEM;
	}
	pthread_mutex_lock(&tinynf_control);
	ret = tinynf_pool_get(mp, nb_desc, dev->data->port_id, &rxq->pool);
	pthread_mutex_unlock(&tinynf_control);
	if (ret < 0)
		goto fail_pool;
	rxq->conf = *conf;
	rxq->buffer_kib = kib;
	rxq->room = rte_pktmbuf_data_room_size(mp) - RTE_PKTMBUF_HEADROOM;
	/* ethdev names only what this queue has beyond the port's. */
	offloads = conf->offloads | dev->data->dev_conf.rxmode.offloads;
	tinynf_rxq_describe(rxq, dev->data->port_id, offloads);
	dev->data->rx_queues[queue] = rxq;
	tinynf_rxq_vlan_strip(dev, queue, offloads & RTE_ETH_RX_OFFLOAD_VLAN_STRIP);
	return 0;

fail_pool:
	rte_memzone_free(rxq->memory);
	rte_free(rxq);
	return ret;
}

void
tinynf_rx_queue_release(struct rte_eth_dev *dev, uint16_t queue)
{
	struct tinynf_rxq *rxq = dev->data->rx_queues[queue];

	if (rxq == NULL)
		return;
	if (tinynf_rx_queue_stop(dev, queue) < 0) {
		TINYNF_LOG(ERR, "port %u queue %u is released while in use: its memory is kept",
				dev->data->port_id, queue);
		dev->data->rx_queues[queue] = NULL;
		return;
	}
	pthread_mutex_lock(&tinynf_control);
	tinynf_pool_put(rxq->pool, rxq->size);
	tinynf_slots_reap();
	pthread_mutex_unlock(&tinynf_control);
	pthread_mutex_lock(&tinynf_ports);
	/* What was counted stays counted. */
	tinynf_event_add(dev->data->port_id, TINYNF_EV_DROPPED, rxq->nb_dropped +
			rxq->native_before.dropped);
	tinynf_event_add(dev->data->port_id, TINYNF_EV_RX_BAD, rxq->nb_bad +
			rxq->native_before.bad);
	tinynf_event_add(dev->data->port_id, TINYNF_EV_RING_HELD, rxq->nb_ring_held);
	dev->data->rx_queues[queue] = NULL;
	pthread_mutex_unlock(&tinynf_ports);
	rte_memzone_free(rxq->memory);
	rte_free(rxq);
}

int
tinynf_tx_queue_setup(struct rte_eth_dev *dev, uint16_t queue, uint16_t nb_desc,
		unsigned int socket __rte_unused, const struct rte_eth_txconf *conf)
{
	struct tinynf_txq *txq;

	if (nb_desc < TINYNF_MIN_RING || nb_desc > TINYNF_MAX_RING) {
		TINYNF_LOG(ERR, "port %u: %u transmit descriptors; allowed are %u to %u",
				dev->data->port_id, nb_desc, TINYNF_MIN_RING, TINYNF_MAX_RING);
		return -EINVAL;
	}
	txq = &tinynf_txqs[dev->data->port_id][queue];
	/* Not busy: nobody uses a queue that is being set up. */
	memset(txq, 0, sizeof(*txq));
	txq->gate = &tinynf_gates[TINYNF_GATE_NONE];
	atomic_init(&txq->output, &tinynf_no_output);
	txq->port_id = dev->data->port_id;
	txq->mtu = &dev->data->mtu;
	txq->adapter = tinynf_adapter(dev);
	txq->conf = *conf;
	txq->queue = queue;
	txq->size = nb_desc;
	atomic_init(&txq->stopped, true);
	if (tinynf_txq_count[txq->port_id] <= queue)
		atomic_store_explicit(&tinynf_txq_count[txq->port_id], queue + 1,
				memory_order_release);
	dev->data->tx_queues[queue] = txq;
	return 0;
}

void
tinynf_tx_queue_release(struct rte_eth_dev *dev, uint16_t queue)
{
	struct tinynf_txq *txq = dev->data->tx_queues[queue];

	if (txq == NULL)
		return;
	pthread_mutex_lock(&tinynf_ports);
	tinynf_event_add(dev->data->port_id, TINYNF_EV_SLOW_PATH, txq->nb_slow);
	txq->nb_slow = 0;
	dev->data->tx_queues[queue] = NULL;
	pthread_mutex_unlock(&tinynf_ports);
}

void
tinynf_rxq_info_get(struct rte_eth_dev *dev, uint16_t queue, struct rte_eth_rxq_info *info)
{
	const struct tinynf_rxq *rxq = dev->data->rx_queues[queue];

	info->mp = tinynf_pool_home(rxq->pool);
	info->conf = rxq->conf;
	info->scattered_rx = 0;
	info->nb_desc = rxq->size;
	info->rx_buf_size = rxq->buffer_kib * BUFFER_UNIT;
}

void
tinynf_txq_info_get(struct rte_eth_dev *dev, uint16_t queue, struct rte_eth_txq_info *info)
{
	const struct tinynf_txq *txq = dev->data->tx_queues[queue];

	info->conf = txq->conf;
	info->nb_desc = txq->size;
}
