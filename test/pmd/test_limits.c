/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * Where it ends: hardware transmit queues, outputs, mbufs, slots. Everything up to the limit
 * works, and what is beyond is refused with a message that does the arithmetic.
 */

#include <errno.h>

#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_log.h>

#include "pmd.h"

#define MBUFS    16384
#define RING     64

static uint16_t ports[RTE_MAX_ETHPORTS];
static unsigned int n_ports;

/* What is logged meanwhile. */
static struct {
	FILE *stream;
	char *text;
	size_t len;
} logged;

static bool
log_begin(void)
{
	logged.stream = open_memstream(&logged.text, &logged.len);
	CHECK_RET(logged.stream != NULL, false);
	rte_openlog_stream(logged.stream);
	return true;
}

/* @return whether it has all these parts, in this order, in one line. */
static bool
log_end(const char *const *parts, unsigned int n)
{
	char *line, *rest = NULL;
	bool found = false;
	unsigned int i;

	rte_openlog_stream(NULL);
	fclose(logged.stream);
	fputs(logged.text, stderr);
	for (line = strtok_r(logged.text, "\n", &rest); line != NULL && !found;
			line = strtok_r(NULL, "\n", &rest)) {
		const char *at = line;

		for (i = 0; i < n && at != NULL; i++) {
			at = strstr(at, parts[i]);
			at = at != NULL ? at + strlen(parts[i]) : NULL;
		}
		found = at != NULL;
	}
	free(logged.text);
	return found;
}
#define LOG_END(...) log_end((const char *const []){ __VA_ARGS__ }, \
		RTE_DIM(((const char *const []){ __VA_ARGS__ })))

static bool
unplug_all(void)
{
	char name[32];
	unsigned int n;

	for (n = 0; n < RTE_MAX_ETHPORTS; n++) {
		snprintf(name, sizeof(name), "net_tinynf%u", n);
		CHECK_RET(port_leave(name), false);
	}
	n_ports = 0;
	CHECK_RET(rte_mempool_avail_count(pool) == MBUFS, false);
	return true;
}

static bool
plug(const char *args)
{
	char name[32], all[128];

	snprintf(name, sizeof(name), "net_tinynf%u", n_ports);
	snprintf(all, sizeof(all), "strict=1,%s", args);
	CHECK_RET(rte_eal_hotplug_add("vdev", name, all) == 0, false);
	CHECK_RET(rte_eth_dev_get_port_by_name(name, &ports[n_ports]) == 0, false);
	n_ports++;
	return true;
}

static int
configure(uint16_t port, uint16_t queues)
{
	struct rte_eth_conf conf = { 0 };

	if (queues > 1) {
		conf.rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
		conf.rx_adv_conf.rss_conf.rss_hf = RTE_ETH_RSS_NONFRAG_IPV4_UDP;
	}
	return rte_eth_dev_configure(port, queues, 1, &conf);
}

static bool
start(uint16_t port, uint16_t queues)
{
	uint16_t q;

	CHECK_RET(configure(port, queues) == 0, false);
	for (q = 0; q < queues; q++)
		CHECK_RET(rte_eth_rx_queue_setup(port, q, RING, 0, NULL, pool) == 0, false);
	CHECK_RET(rte_eth_tx_queue_setup(port, 0, RING, 0, NULL) == 0, false);
	CHECK_RET(rte_eth_dev_start(port) == 0, false);
	return true;
}

/* Nothing was done against the manual, nothing is missing. */
static bool
finish(void)
{
	unsigned int i;

	for (i = 0; i < n_ports; i++) {
		CHECK_RET(xstat(ports[i], "wire_violations") == 0, false);
		CHECK_RET(xstat(ports[i], "wire_corrupted") == 0, false);
		CHECK_RET(xstat(ports[i], "wire_lost") == 0, false);
	}
	return unplug_all();
}

/* Poll a queue until it brings something. @return how many, at most n. */
static uint16_t
some(uint16_t port, uint16_t queue, struct rte_mbuf **m, uint16_t n)
{
	const uint64_t end = deadline();
	uint16_t got;

	do {
		CHECK_RET(!late(end), 0);
		got = rte_eth_rx_burst(port, queue, m, n);
	} while (got == 0);
	return got;
}

/* All 64 receive queues send to one port, each by a hardware queue of its own. */
CHECK_CASE(all_hardware_transmit_queues_of_a_port)
{
	const uint64_t end = deadline();
	struct rte_eth_stats stats;
	struct rte_mbuf *m[32];
	uint64_t sent = 0;
	unsigned int i, q, n;

	CHECK(unplug_all());
	for (i = 0; i < 4; i++)
		CHECK(plug("flows=500") && start(ports[i], 16));
	for (i = 0; i < 4; i++) {
		for (q = 0; q < 16; q++) {
			n = some(ports[i], q, m, 32);
			CHECK(n != 0);
			CHECK_EQ(rte_eth_tx_burst(ports[0], 0, m, n), n);
			sent += n;
		}
	}
	CHECK_EQ(xstat(ports[0], "tx_attached"), 64);
	/* Polls that find nothing would flush; the generators bring more: drop that. */
	do {
		CHECK(!late(end));
		for (i = 0; i < 4; i++)
			for (q = 0; q < 16; q++)
				rte_pktmbuf_free_bulk(m, rte_eth_rx_burst(ports[i], q, m, 32));
		CHECK_EQ(rte_eth_stats_get(ports[0], &stats), 0);
	} while (stats.opackets < sent);
	CHECK_EQ(stats.opackets, sent);
	CHECK_EQ(xstat(ports[0], "wire_arrived"), sent);
	CHECK(finish());
}

/* One more is refused when it is configured, and fits once another needs one less. */
CHECK_CASE(receive_queues_beyond_64)
{
	unsigned int i;

	CHECK(unplug_all());
	for (i = 0; i < 5; i++)
		CHECK(plug("rate=100"));
	for (i = 0; i < 4; i++)
		CHECK_EQ(configure(ports[i], 16), 0);
	CHECK(log_begin());
	CHECK(configure(ports[4], 1) < 0);
	CHECK(LOG_END("1 receive queues here", "64 of 4 other", "= 65", "has 64"));
	CHECK_EQ(configure(ports[2], 15), 0);
	CHECK_EQ(configure(ports[4], 1), 0);
	CHECK(log_begin());
	CHECK(configure(ports[4], 2) < 0);
	CHECK(LOG_END("2 receive queues here", "63 of 4 other", "= 65", "has 64"));
	CHECK(finish());
}

/* One packet to as many ports as an agent has outputs for, and one port more. */
CHECK_CASE(one_packet_to_31_ports)
{
	const unsigned int most = 31;
	const uint64_t end = deadline();
	struct rte_mbuf *m, *more[32];
	unsigned int i;

	CHECK(unplug_all());
	for (i = 0; i < RTE_MAX_ETHPORTS; i++)
		CHECK(plug(i == 0 ? "count=100" : "count=1") && start(ports[i], 1));
	CHECK(some(ports[0], 0, &m, 1) == 1);
	rte_mbuf_refcnt_set(m, most + 1);
	for (i = 0; i < most; i++)
		CHECK_EQ(rte_eth_tx_burst(ports[i], 0, &m, 1), 1);
	CHECK(log_begin());
	rte_errno = 0;
	CHECK_EQ(rte_eth_tx_burst(ports[i], 0, &m, 1), 0);
	CHECK_EQ(rte_errno, ENOSPC);
	CHECK(LOG_END("port 0 queue 0 can't send to port 31", "sends to 31 ports already", "at most 31"));
	CHECK_EQ(xstat(ports[i], "tx_refused_no_queue"), 1);
	CHECK_EQ(rte_mbuf_refcnt_read(m), 1);
	rte_pktmbuf_free(m);
	for (i = 0; i < most; i++) {
		while (xstat(ports[i], "wire_arrived") < 1) {
			CHECK(!late(end));
			rte_pktmbuf_free_bulk(more, rte_eth_rx_burst(ports[0], 0, more, 32));
		}
		CHECK_EQ(xstat(ports[i], "wire_arrived"), 1);
	}
	CHECK_EQ(xstat(ports[0], "wire_duplicated"), most - 1);
	CHECK(finish());
}

/* Mbufs for every descriptor, or none of them. */
CHECK_CASE(pool_with_too_few_mbufs)
{
	struct rte_mempool *small = rte_pktmbuf_pool_create("small", RING + 10, 0, 0,
			RTE_MBUF_DEFAULT_BUF_SIZE, 0);
	struct rte_mbuf *taken[11];

	CHECK(small != NULL);
	CHECK(unplug_all());
	CHECK(plug("rate=100"));
	CHECK_EQ(configure(ports[0], 2), 0);
	CHECK(log_begin());
	CHECK(rte_eth_rx_queue_setup(ports[0], 0, 2 * RING, 0, NULL, small) < 0);
	CHECK(LOG_END("pool small has 74", "128 of this one need 128"));
	CHECK_EQ(rte_eth_rx_queue_setup(ports[0], 0, RING, 0, NULL, small), 0);
	CHECK(log_begin());
	CHECK(rte_eth_rx_queue_setup(ports[0], 1, RING, 0, NULL, small) < 0);
	CHECK(LOG_END("pool small has 74", "64 descriptors", "64 of this one need 128"));
	/* They were there at set-up, and the application took some before start. */
	CHECK_EQ(configure(ports[0], 1), 0);
	CHECK_EQ(rte_eth_rx_queue_setup(ports[0], 0, RING, 0, NULL, small), 0);
	CHECK_EQ(rte_eth_tx_queue_setup(ports[0], 0, RING, 0, NULL), 0);
	CHECK_EQ(rte_pktmbuf_alloc_bulk(small, taken, 11), 0);
	CHECK(log_begin());
	CHECK(rte_eth_dev_start(ports[0]) < 0);
	CHECK(LOG_END("pool small gave 63 of the 64"));
	CHECK_EQ(rte_mempool_avail_count(small), 63);
	rte_pktmbuf_free_bulk(taken, 11);
	CHECK_EQ(rte_eth_dev_start(ports[0]), 0);
	CHECK(finish());
	CHECK_EQ(rte_mempool_avail_count(small), RING + 10);
	rte_mempool_free(small);
}

/* However the application left its pool: processors fetch ahead what is in order. */
CHECK_CASE(mbufs_by_address)
{
	struct rte_mempool *mixed = rte_pktmbuf_pool_create("mixed", RING, 0, 0,
			RTE_MBUF_DEFAULT_BUF_SIZE, 0);
	struct rte_mbuf *m[RING];
	unsigned int i, n = 0;

	CHECK(mixed != NULL);
	CHECK_EQ(rte_pktmbuf_alloc_bulk(mixed, m, RING), 0);
	for (i = 0; i < RING; i++)
		rte_pktmbuf_free(m[i * 27 % RING]);
	CHECK(unplug_all());
	CHECK(plug("rate=100000"));
	CHECK_EQ(configure(ports[0], 1), 0);
	CHECK_EQ(rte_eth_rx_queue_setup(ports[0], 0, RING, 0, NULL, mixed), 0);
	CHECK_EQ(rte_eth_tx_queue_setup(ports[0], 0, RING, 0, NULL), 0);
	CHECK_EQ(rte_eth_dev_start(ports[0]), 0);
	CHECK(link_wait(ports[0], true));
	while (n < RING - 1) {
		const unsigned int got = some(ports[0], 0, &m[n], RING - 1 - n);

		CHECK(got != 0);
		n += got;
	}
	for (i = 1; i < n; i++)
		CHECK(m[i - 1] < m[i]);
	rte_pktmbuf_free_bulk(m, n);
	CHECK(finish());
	CHECK_EQ(rte_mempool_avail_count(mixed), RING);
	rte_mempool_free(mixed);
}

/* Packets that are kept for ever stop their own ring and no other, and it is said why. */
CHECK_CASE(kept_for_ever)
{
	const uint64_t end = deadline();
	struct rte_mbuf *kept[RING], *m[32];
	struct rte_eth_stats before, after;
	unsigned int n = 0, i;

	CHECK(unplug_all());
	CHECK(plug("rate=100000") && plug("rate=100000"));
	CHECK(start(ports[0], 1) && start(ports[1], 1));
	while (n < RING - 1)
		n += some(ports[0], 0, &kept[n], RING - 1 - n);
	CHECK(log_begin());
	for (i = 0; i < 100; i++)
		CHECK_EQ(rte_eth_rx_burst(ports[0], 0, m, 32), 0);
	CHECK(LOG_END("port 0 queue 0 can't receive", "holds all 63 packets", "oldest for"));
	CHECK_EQ(xstat(ports[0], "rx_ring_held"), 100);
	CHECK_EQ(xstat(ports[1], "rx_ring_held"), 0);
	/* What comes meanwhile is missed, and counted; the other port goes on. */
	CHECK_EQ(rte_eth_stats_get(ports[0], &before), 0);
	for (i = 0; i < 2000; ) {
		n = some(ports[1], 0, m, 32);
		CHECK(n != 0);
		CHECK_EQ(rte_eth_tx_burst(ports[0], 0, m, n), n);
		i += n;
	}
	do {
		CHECK(!late(end));
		CHECK_EQ(rte_eth_stats_get(ports[0], &after), 0);
	} while (after.imissed < before.imissed + 100);
	CHECK_EQ(after.ipackets, RING - 1);
	/* Once one goes, one comes. */
	rte_pktmbuf_free(kept[0]);
	n = some(ports[0], 0, m, 32);
	CHECK(n >= 1);
	rte_pktmbuf_free_bulk(m, n);
	rte_pktmbuf_free_bulk(&kept[1], RING - 2);
	CHECK(finish());
}

/* Logged once, not for each poll. */
CHECK_CASE(refusals_are_logged_once)
{
	struct rte_mbuf *mine, *m;
	const char *at;
	unsigned int i, lines = 0;

	CHECK(unplug_all());
	CHECK(plug("rate=1000") && start(ports[0], 1));
	mine = rte_pktmbuf_alloc(pool);
	CHECK(mine != NULL);
	rte_pktmbuf_append(mine, 60);
	CHECK(log_begin());
	for (i = 0; i < 1000; i++) {
		m = mine;
		CHECK_EQ(rte_eth_tx_burst(ports[0], 0, &m, 1), 0);
		CHECK_EQ(rte_errno, ENOTSUP);
	}
	fflush(logged.stream);
	for (at = logged.text; (at = strstr(at, "net_tinynf: ")) != NULL; at++)
		lines++;
	CHECK(LOG_END("port 0 refuses", "not received by this driver", "allocated",
		"tx_refused_foreign"));
	CHECK_EQ(lines, 1);
	CHECK_EQ(xstat(ports[0], "tx_refused_foreign"), 1000);
	rte_pktmbuf_free(mine);
	CHECK(finish());
}

int
main(int argc, char **argv)
{
	if (!pmd_init(argc, argv, "512", MBUFS))
		return 1;
	CHECK_RUN(all_hardware_transmit_queues_of_a_port);
	CHECK_RUN(receive_queues_beyond_64);
	CHECK_RUN(one_packet_to_31_ports);
	CHECK_RUN(pool_with_too_few_mbufs);
	CHECK_RUN(mbufs_by_address);
	CHECK_RUN(kept_for_ever);
	CHECK_RUN(refusals_are_logged_once);
	return check_done();
}
