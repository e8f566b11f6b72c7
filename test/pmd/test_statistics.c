/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* Statistics of frames that are known one by one, through the ethdev API. */

#include "frames.h"
#include "queue_stats.h"

#define NAMES 512

static uint8_t data[FRAME_ROOM];

/* A frame of this many bytes with its FCS. */
static void
put(uint16_t port, const uint8_t *dst, uint32_t size)
{
	const struct frame_spec s = { .dst = dst, .ether_type = 0x88b5, .payload = size - 18 };

	wire_put(data, frame_build(port, &s, data));
}

/* Receive so many and send them back out. */
static bool
echo(uint16_t port, unsigned int n)
{
	const uint64_t end = deadline();
	struct rte_mbuf *m;

	while (n-- > 0) {
		m = next_packet(port, 0);
		CHECK_RET(m != NULL, false);
		CHECK_RET(rte_eth_tx_burst(port, 0, &m, 1) == 1, false);
	}
	while (xstat(port, "wire_arrived") != xstat(port, "wire_taken")) {
		CHECK_RET(!late(end), false);
		CHECK_RET(rte_eth_rx_burst(port, 0, &m, 1) == 0, false);
	}
	return true;
}

static const struct {
	const char *name;
	uint32_t size;     /* of a frame, with FCS, that counts here */
	uint32_t last;     /* longest that does */
} classes[] = {
	{ "size_64_packets", 64, 64 },
	{ "size_65_to_127_packets", 65, 127 },
	{ "size_128_to_255_packets", 128, 255 },
	{ "size_256_to_511_packets", 256, 511 },
	{ "size_512_to_1023_packets", 512, 1023 },
	{ "size_1024_to_max_packets", 1024, 1518 },
};

/* Each counter counts its frames and no others, in both directions. */
CHECK_CASE(frames_by_size)
{
	uint64_t bytes = 0, packets = 0, by_size;
	struct rte_eth_stats stats;
	char name[RTE_ETH_XSTATS_NAME_SIZE];
	int port = script_open(1, NULL);
	unsigned int i, j;

	CHECK(port >= 0);
	for (i = 0; i < RTE_DIM(classes); i++) {
		for (j = 0; j <= i; j++) {
			put(port, NULL, classes[i].size);
			put(port, NULL, classes[i].last);
			bytes += classes[i].size + classes[i].last;
			packets += 2;
		}
	}
	CHECK(echo(port, packets));
	for (i = 0; i < RTE_DIM(classes); i++) {
		snprintf(name, sizeof(name), "rx_%s", classes[i].name);
		by_size = xstat(port, name);
		CHECK_EQ(by_size, 2 * (i + 1));
		snprintf(name, sizeof(name), "tx_%s", classes[i].name);
		by_size = xstat(port, name);
		CHECK_EQ(by_size, 2 * (i + 1));
	}
	CHECK_EQ(rte_eth_stats_get(port, &stats), 0);
	/* ethdev's bytes are without FCS, the MAC's with it. */
	CHECK_EQ(stats.ipackets, packets);
	CHECK_EQ(stats.opackets, packets);
	CHECK_EQ(stats.ibytes, bytes - 4 * packets);
	CHECK_EQ(stats.obytes, bytes - 4 * packets);
	CHECK_EQ(stats.imissed + stats.ierrors + stats.oerrors + stats.rx_nombuf, 0);
	CHECK_EQ(xstat(port, "rx_mac_good_packets"), packets);
	CHECK_EQ(xstat(port, "rx_mac_good_bytes"), bytes);
	CHECK_EQ(xstat(port, "tx_mac_good_packets"), packets);
	CHECK_EQ(xstat(port, "tx_mac_good_bytes"), bytes);
	CHECK_EQ(xstat(port, "rx_total_packets"), packets);
	CHECK_EQ(xstat(port, "rx_total_bytes"), bytes);
	CHECK_EQ(xstat(port, "tx_total_packets"), packets);
	CHECK(script_close(port));
}

CHECK_CASE(frames_by_kind)
{
	static const uint8_t broadcast[] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	static const uint8_t group[] = { 0x01, 0, 0x5e, 0, 0, 1 };
	static const uint8_t stranger[] = { 0x02, 9, 9, 9, 9, 9 };
	const struct frame_spec bad = { .proto = IPPROTO_UDP, .payload = 50, .l4_bad = true };
	struct rte_eth_stats stats;
	int port = script_open(1, NULL);

	CHECK(port >= 0);
	CHECK_EQ(rte_eth_allmulticast_enable(port), 0);
	put(port, NULL, 64);
	put(port, broadcast, 64);
	put(port, broadcast, 64);
	put(port, group, 64);
	put(port, group, 64);
	put(port, group, 64);
	put(port, stranger, 64);
	wire_put(data, frame_build(port, &bad, data));
	CHECK(echo(port, 7));
	CHECK_EQ(xstat(port, "rx_broadcast_packets"), 2);
	CHECK_EQ(xstat(port, "rx_multicast_packets"), 3);
	CHECK_EQ(xstat(port, "tx_broadcast_packets"), 2);
	CHECK_EQ(xstat(port, "tx_multicast_packets"), 3);
	CHECK_EQ(xstat(port, "rx_mac_good_packets"), 7);
	CHECK_EQ(xstat(port, "rx_total_packets"), 8);
	CHECK_EQ(xstat(port, "rx_l3_l4_xsum_error"), 1);
	/* Neither a frame for somebody else nor a bad sum is an error of this port. */
	CHECK_EQ(rte_eth_stats_get(port, &stats), 0);
	CHECK_EQ(stats.ipackets, 7);
	CHECK_EQ(stats.ierrors, 0);
	CHECK(script_close(port));
}

CHECK_CASE(oversized_frames_are_errors)
{
	struct rte_eth_stats stats;
	int port = script_open(1, NULL);

	CHECK(port >= 0);
	put(port, NULL, 1519);
	put(port, NULL, 9000);
	put(port, NULL, 1518);
	CHECK(echo(port, 1));
	CHECK_EQ(rte_eth_stats_get(port, &stats), 0);
	CHECK_EQ(stats.ipackets, 1);
	CHECK_EQ(stats.ierrors, 2);
	CHECK_EQ(xstat(port, "rx_oversize_errors"), 2);
	CHECK(script_close(port));
}

/* The names stand still, are unique, and every way to a value leads to the same one. */
CHECK_CASE(names_and_ids_agree)
{
	static struct rte_eth_xstat_name names[NAMES], by_id[NAMES];
	static struct rte_eth_xstat all[NAMES];
	static uint64_t ids[NAMES], values[NAMES];
	int port = script_open(2, NULL), n, i;
	uint64_t id;

	CHECK(port >= 0);
	put(port, NULL, 100);
	put(port, NULL, 200);
	CHECK(echo(port, 2));
	n = rte_eth_xstats_get_names(port, NULL, 0);
	CHECK(n > 60 && n <= NAMES);
	CHECK_EQ(rte_eth_xstats_get_names(port, names, n - 1), n);
	CHECK_EQ(rte_eth_xstats_get(port, all, n - 1), n);
	CHECK_EQ(rte_eth_xstats_get_names(port, names, n), n);
	CHECK_EQ(rte_eth_xstats_get(port, all, n), n);
	for (i = 0; i < n; i++)
		ids[i] = n - 1 - i;
	CHECK_EQ(rte_eth_xstats_get_by_id(port, ids, values, n), n);
	CHECK_EQ(rte_eth_xstats_get_names_by_id(port, by_id, n, ids), n);
	for (i = 0; i < n; i++) {
		CHECK_EQ(all[i].id, i);
		CHECK(names[i].name[0] != '\0');
		CHECK(memchr(names[i].name, '\0', sizeof(names[i].name)) != NULL);
		CHECK_EQ(rte_eth_xstats_get_id_by_name(port, names[i].name, &id), 0);
		if (id != (uint64_t)i)
			CHECK_FAIL("%s is both %d and %" PRIu64, names[i].name, i, id);
		CHECK_STR(by_id[n - 1 - i].name, names[i].name);
		/* Time goes on in the device's own counters only. */
		if (strncmp(names[i].name, "wire_", 5) != 0)
			CHECK_EQ(values[n - 1 - i], all[i].value);
	}
	ids[0] = n;
	CHECK(rte_eth_xstats_get_by_id(port, ids, values, 1) < 0);
	CHECK(rte_eth_xstats_get_id_by_name(port, "no_such_statistic", &id) < 0);
	CHECK(script_close(port));
}

/* Every counter but what the ring is now starts from 0 again, running or not. */
CHECK_CASE(reset_clears_all)
{
	static struct rte_eth_xstat_name names[NAMES];
	static struct rte_eth_xstat all[NAMES];
	struct rte_eth_stats stats;
	int port = script_open(1, NULL), n, i, round;

	CHECK(port >= 0);
	for (round = 0; round < 2; round++) {
		wire_clear();
		put(port, NULL, 100);
		put(port, NULL, 1519);
		put(port, NULL, 1000);
		CHECK(echo(port, 2));
		CHECK_EQ(rte_eth_stats_get(port, &stats), 0);
		CHECK_EQ(stats.ipackets, 2);
		CHECK_EQ(stats.opackets, 2);
		CHECK_EQ(stats.ierrors, 1);
		if (round == 1)
			CHECK_EQ(rte_eth_dev_stop(port), 0);
		CHECK_EQ(rte_eth_stats_reset(port), 0);
		CHECK_EQ(rte_eth_stats_get(port, &stats), 0);
		CHECK_EQ(stats.ipackets + stats.opackets + stats.ibytes + stats.obytes, 0);
		CHECK_EQ(stats.ierrors, 0);
		CHECK_EQ(queue_stat(port, "rx", 0, "packets") + queue_stat(port, "tx", 0, "packets"), 0);
		CHECK_EQ(rte_eth_xstats_reset(port), 0);
		n = rte_eth_xstats_get(port, all, NAMES);
		CHECK(n > 0 && n <= NAMES);
		CHECK_EQ(rte_eth_xstats_get_names(port, names, NAMES), n);
		for (i = 0; i < n; i++)
			if (all[i].value != 0 && strncmp(names[i].name, "wire_", 5) != 0)
				CHECK_FAIL("%s is %" PRIu64, names[i].name, all[i].value);
	}
	CHECK(script_close(port));
}

/* Counters of the hardware die with it at stop; what they had counts on. */
CHECK_CASE(counts_go_on_over_restarts)
{
	struct rte_eth_stats stats;
	int port = script_open(1, NULL);
	unsigned int round;

	CHECK(port >= 0);
	for (round = 1; round <= 5; round++) {
		wire_clear();
		put(port, NULL, 100);
		CHECK(echo(port, 1));
		CHECK_EQ(rte_eth_dev_stop(port), 0);
		CHECK_EQ(rte_eth_stats_get(port, &stats), 0);
		CHECK_EQ(stats.ipackets, round);
		CHECK_EQ(stats.opackets, round);
		CHECK_EQ(xstat(port, "rx_mac_good_packets"), round);
		CHECK_EQ(rte_eth_dev_start(port), 0);
		CHECK(link_wait(port, true));
	}
	CHECK(script_close(port));
}

/* Each queue counts its own, and together they are the port's. */
CHECK_CASE(queues_add_up)
{
	const struct rte_eth_conf conf = { .rxmode.mq_mode = RTE_ETH_MQ_RX_RSS,
		.rx_adv_conf.rss_conf.rss_hf = RTE_ETH_RSS_NONFRAG_IPV4_UDP };
	struct frame_spec s = { .proto = IPPROTO_UDP, .payload = 82 };
	uint64_t got[16] = { 0 }, packets = 0, bytes = 0;
	struct rte_eth_stats stats;
	struct rte_mbuf *m[32];
	int port = script_open(16, &conf);
	unsigned int i, n, q;

	CHECK(port >= 0);
	for (i = 0; i < 500; i++) {
		s.sport = i;
		wire_put(data, frame_build(port, &s, data));
	}
	CHECK(wire_wait(port));
	for (q = 0; q < 16; q++) {
		while ((n = rte_eth_rx_burst(port, q, m, 32)) != 0) {
			got[q] += n;
			rte_pktmbuf_free_bulk(m, n);
		}
	}
	CHECK_EQ(rte_eth_stats_get(port, &stats), 0);
	for (q = 0; q < 16; q++) {
		CHECK(got[q] > 0);
		CHECK_EQ(queue_stat(port, "rx", q, "packets"), got[q]);
		CHECK_EQ(queue_stat(port, "rx", q, "bytes"), got[q] * 124);
		CHECK_EQ(queue_stat(port, "rx", q, "errors"), 0);
		packets += queue_stat(port, "rx", q, "packets");
		bytes += queue_stat(port, "rx", q, "bytes");
	}
	CHECK_EQ(packets, 500);
	CHECK_EQ(stats.ipackets, packets);
	CHECK_EQ(stats.ibytes, bytes);
	CHECK_EQ(xstat(port, "dropped"), 500);
	CHECK(script_close(port));
}

/* Frames that a queue has no room for are missed: of the queue and of the port. */
CHECK_CASE(missed_frames_by_queue)
{
	const struct rte_eth_conf conf = { .rxmode.mq_mode = RTE_ETH_MQ_RX_RSS,
		.rx_adv_conf.rss_conf.rss_hf = RTE_ETH_RSS_NONFRAG_IPV4_UDP };
	const struct frame_spec s = { .proto = IPPROTO_UDP, .payload = 82, .sport = 5 };
	struct rte_eth_stats stats;
	struct rte_mbuf *m[32];
	unsigned int n, got = 0, q, home = 0;
	int port = script_open(2, &conf);

	CHECK(port >= 0);
	for (n = 0; n < RING + 44; n++)
		wire_put(data, frame_build(port, &s, data));
	/* The wire waits for room, as a generator does: open it. */
	tinynf_vdev_host_lock();
	script.hold = false;
	tinynf_vdev_host_unlock();
	CHECK(wire_wait(port));
	for (q = 0; q < 2; q++) {
		while ((n = rte_eth_rx_burst(port, q, m, 32)) != 0) {
			got += n;
			home = q;
			rte_pktmbuf_free_bulk(m, n);
		}
	}
	CHECK_EQ(rte_eth_stats_get(port, &stats), 0);
	CHECK_EQ(stats.ipackets, got);
	CHECK_EQ(stats.imissed, RING + 44 - got);
	CHECK(stats.imissed >= 44);
	CHECK_EQ(queue_stat(port, "rx", home, "errors"), stats.imissed);
	CHECK_EQ(queue_stat(port, "rx", home ^ 1, "errors"), 0);
	CHECK_EQ(stats.ierrors, 0);
	CHECK(script_close(port));
}

int
main(int argc, char **argv)
{
	if (!frames_init(argc, argv))
		return 1;
	CHECK_RUN(frames_by_size);
	CHECK_RUN(frames_by_kind);
	CHECK_RUN(oversized_frames_are_errors);
	CHECK_RUN(names_and_ids_agree);
	CHECK_RUN(reset_clears_all);
	CHECK_RUN(counts_go_on_over_restarts);
	CHECK_RUN(queues_add_up);
	CHECK_RUN(missed_frames_by_queue);
	return check_done();
}
