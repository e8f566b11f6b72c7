/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#include <stdio.h>
#include <string.h>

#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <rte_vect.h>

#include "bench.h"
#include "model_host.h"

/* As testpmd has it, which is what the drivers were tuned with. */
#define CACHE      250u
#define DATA_ROOM  2176u

/* 256 bits is the default of DPDK on x86. */
static const struct bench_path paths[] = {
	{ "tinynf", "net_tinynf", 256, 0, 0, 1 },
	{ "tinynf-scalar", "net_tinynf", 64, 0, 0, 1 },
	{ "vector", "net_ixgbe", 256, 0, 0, 4 },
	{ "bulk", "net_ixgbe", 64, 0, 0, 1 },
	{ "full", "net_ixgbe", 64, 16, RTE_ETH_TX_OFFLOAD_MULTI_SEGS, 1 },
	{ "null", "net_null", 256, 0, 0, 1 },
	{ "empty", "net_null", 256, 0, 0, 1 },
};

/* A driver that does nothing: what is left is the measurement and the application. */
static uint16_t
empty_burst(void *queue, struct rte_mbuf **pkts, uint16_t nb_pkts)
{
	RTE_SET_USED(queue);
	RTE_SET_USED(pkts);
	return nb_pkts;
}

static void
make_empty(uint16_t port)
{
	rte_eth_fp_ops[port].rx_pkt_burst = empty_burst;
	rte_eth_fp_ops[port].tx_pkt_burst = empty_burst;
}

const struct bench_path *
bench_path_find(const char *name)
{
	unsigned int i;

	for (i = 0; i < RTE_DIM(paths); i++)
		if (strcmp(paths[i].name, name) == 0)
			return &paths[i];
	return NULL;
}

bool
bench_has_device(const struct bench_subject *s)
{
	return strcmp(s->path->driver, "net_null") != 0;
}

static struct rte_mempool *
pool_create(const struct bench_subject *s, const struct bench_options *o)
{
	const unsigned int mbufs = o->queues * 2 * o->ring + 2 * CACHE + 128;
	char name[RTE_MEMPOOL_NAMESIZE];

	snprintf(name, sizeof(name), "%s", s->path->name);
	return rte_pktmbuf_pool_create(name, mbufs * (o->outputs > 1 ? o->outputs : 1), CACHE, 0,
			DATA_ROOM, SOCKET_ID_ANY);
}

static int
port_start(uint16_t port, const struct bench_path *path, const struct bench_options *o,
		struct rte_mempool *pool)
{
	struct rte_eth_conf conf = { .txmode.offloads = path->tx_offloads };
	struct rte_eth_dev_info info;
	struct rte_eth_rxconf rx;
	struct rte_eth_txconf tx;
	uint16_t q;
	int ret;

	ret = rte_eth_dev_info_get(port, &info);
	if (ret != 0)
		return ret;
	if (path->tx_offloads == 0)
		conf.txmode.offloads = info.tx_offload_capa & RTE_ETH_TX_OFFLOAD_MBUF_FAST_FREE;
	if (o->queues > 1 && info.flow_type_rss_offloads != 0) {
		conf.rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
		conf.rx_adv_conf.rss_conf.rss_hf = info.flow_type_rss_offloads & RTE_ETH_RSS_UDP;
	}
	ret = rte_eth_dev_configure(port, (uint16_t)o->queues, (uint16_t)o->queues, &conf);
	rx = info.default_rxconf;
	tx = info.default_txconf;
	tx.offloads = conf.txmode.offloads;
	if (path->rx_free_thresh != 0)
		rx.rx_free_thresh = path->rx_free_thresh;
	for (q = 0; ret == 0 && q < o->queues; q++)
		ret = rte_eth_rx_queue_setup(port, q, (uint16_t)o->ring, SOCKET_ID_ANY, &rx, pool);
	for (q = 0; ret == 0 && q < o->queues; q++)
		ret = rte_eth_tx_queue_setup(port, q, (uint16_t)o->ring, SOCKET_ID_ANY, &tx);
	return ret == 0 ? rte_eth_dev_start(port) : ret;
}

int
bench_subject_start(struct bench_subject *s, const struct bench_options *o)
{
	struct rte_mempool *pool = pool_create(s, o);
	char name[32];
	unsigned int i;
	int ret = pool != NULL ? 0 : -rte_errno;

	/* Forced by the command line otherwise: then every path has what was asked for. */
	rte_vect_set_max_simd_bitwidth(s->path->simd);
	for (i = 0; ret == 0 && i < o->outputs; i++) {
		if (bench_has_device(s))
			snprintf(name, sizeof(name), "model%u", s->device + i);
		else
			snprintf(name, sizeof(name), "net_null_%s%u", s->path->name, i);
		ret = rte_eth_dev_get_port_by_name(name, &s->ports[i]);
		if (ret == 0)
			ret = port_start(s->ports[i], s->path, o, pool);
		if (ret == 0 && strcmp(s->path->name, "empty") == 0)
			make_empty(s->ports[i]);
	}
	if (ret != 0)
		fprintf(stderr, "bench: %s: %s\n", s->path->name, rte_strerror(-ret));
	return ret != 0 ? -1 : 0;
}

void
bench_subject_stop(struct bench_subject *s, const struct bench_options *o)
{
	unsigned int i;

	for (i = 0; i < o->outputs; i++) {
		if (bench_has_device(s))
			model_host_open(model_host_find(s->device + i), false);
		rte_eth_dev_stop(s->ports[i]);
	}
}
