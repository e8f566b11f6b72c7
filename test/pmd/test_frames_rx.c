/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * What an application is told about each received frame, and which frames it receives, through
 * the ethdev API. That a frame is filtered shows by the frame behind it that comes first.
 */

#include <rte_thash.h>

#include "frames.h"

#define SUMS (RTE_ETH_RX_OFFLOAD_IPV4_CKSUM | RTE_ETH_RX_OFFLOAD_UDP_CKSUM | \
		RTE_ETH_RX_OFFLOAD_TCP_CKSUM)
#define IP_GOOD RTE_MBUF_F_RX_IP_CKSUM_GOOD
#define IP_BAD  RTE_MBUF_F_RX_IP_CKSUM_BAD
#define L4_GOOD RTE_MBUF_F_RX_L4_CKSUM_GOOD
#define L4_BAD  RTE_MBUF_F_RX_L4_CKSUM_BAD
#define IP4     RTE_PTYPE_L3_IPV4_EXT_UNKNOWN

static uint8_t data[FRAME_ROOM];

/* Frame, and what must be said of it; 0: nothing is known. */
struct told_case {
	const char *name;
	struct frame_spec frame;
	uint64_t sums;
	uint32_t ptype;   /* beside layer 2 */
};

static const struct told_case told_cases[] = {
	{ "told/udp", { .proto = IPPROTO_UDP, .payload = 100 }, IP_GOOD | L4_GOOD,
		IP4 | RTE_PTYPE_L4_UDP },
	{ "told/udp_odd_length", { .proto = IPPROTO_UDP, .payload = 101 }, IP_GOOD | L4_GOOD,
		IP4 | RTE_PTYPE_L4_UDP },
	{ "told/udp_padded", { .proto = IPPROTO_UDP, .payload = 1 }, IP_GOOD | L4_GOOD,
		IP4 | RTE_PTYPE_L4_UDP },
	{ "told/udp_bad", { .proto = IPPROTO_UDP, .payload = 100, .l4_bad = true },
		IP_GOOD | L4_BAD, IP4 | RTE_PTYPE_L4_UDP },
	{ "told/udp_without_checksum", { .proto = IPPROTO_UDP, .payload = 9, .l4_none = true },
		IP_GOOD, IP4 },
	{ "told/tcp", { .proto = IPPROTO_TCP, .payload = 1400 }, IP_GOOD | L4_GOOD,
		IP4 },
	{ "told/tcp_bad", { .proto = IPPROTO_TCP, .l4_bad = true }, IP_GOOD | L4_BAD,
		IP4 },
	{ "told/ip_bad", { .proto = IPPROTO_UDP, .payload = 30, .ip_bad = true },
		IP_BAD | L4_GOOD, IP4 | RTE_PTYPE_L4_UDP },
	{ "told/both_bad", { .proto = IPPROTO_TCP, .payload = 30, .ip_bad = true,
		.l4_bad = true }, IP_BAD | L4_BAD, IP4 },
	{ "told/options", { .proto = IPPROTO_TCP, .options = 10, .payload = 50 },
		IP_GOOD | L4_GOOD, IP4 },
	{ "told/icmp", { .proto = IPPROTO_ICMP, .payload = 50 }, IP_GOOD, IP4 },
	/* With a wrong CRC: the same bits as for TCP, so neither is told as a type. */
	{ "told/sctp", { .proto = IPPROTO_SCTP, .payload = 50 }, IP_GOOD | L4_BAD, IP4 },
	{ "told/first_fragment", { .proto = IPPROTO_UDP, .payload = 64, .fragment = 0x2000 },
		IP_GOOD, IP4 },
	{ "told/later_fragment", { .proto = IPPROTO_UDP, .payload = 64, .fragment = 0x0010,
		.l4_bad = true }, IP_GOOD, IP4 },
	{ "told/ipv6_udp", { .ip6 = true, .proto = IPPROTO_UDP, .payload = 90 }, L4_GOOD,
		RTE_PTYPE_L4_UDP },
	{ "told/ipv6_tcp_bad", { .ip6 = true, .proto = IPPROTO_TCP, .payload = 90,
		.l4_bad = true }, L4_BAD, 0 },
	{ "told/ipv6_icmp", { .ip6 = true, .proto = IPPROTO_ICMPV6, .payload = 90 }, 0, 0 },
	{ "told/tagged_udp", { .proto = IPPROTO_UDP, .payload = 90, .tagged = true, .tci = 77 },
		IP_GOOD | L4_GOOD, IP4 | RTE_PTYPE_L4_UDP },
	{ "told/tagged_tcp_bad", { .proto = IPPROTO_TCP, .payload = 90, .tagged = true,
		.tci = 0xe005, .l4_bad = true }, IP_GOOD | L4_BAD, IP4 },
	{ "told/arp", { .ether_type = RTE_ETHER_TYPE_ARP, .payload = 46 }, 0, 0 },
};

/* Whatever else differs, the bytes are those of the wire, less a stripped tag. */
static bool
same_bytes(const struct rte_mbuf *m, const struct frame_spec *s, uint32_t len)
{
	const bool stripped = m->ol_flags & RTE_MBUF_F_RX_VLAN_STRIPPED;
	const uint32_t tag = stripped ? RTE_VLAN_HLEN : 0;
	const uint8_t *got = rte_pktmbuf_mtod(m, const uint8_t *);

	CHECK_RET(!stripped || s->tagged, false);
	CHECK_RET(m->pkt_len == len - tag && m->data_len == len - tag, false);
	CHECK_RET(m->nb_segs == 1 && m->next == NULL, false);
	CHECK_RET(m->data_off == RTE_PKTMBUF_HEADROOM, false);
	CHECK_RET(memcmp(got, data, 12) == 0, false);
	CHECK_RET(memcmp(got + 12, data + 12 + tag, len - 12 - tag) == 0, false);
	return true;
}

static void
told_with(const struct told_case *c, uint64_t offloads)
{
	const struct rte_eth_conf conf = { .rxmode.offloads = offloads };
	const uint64_t rx = RTE_MBUF_F_RX_IP_CKSUM_MASK | RTE_MBUF_F_RX_L4_CKSUM_MASK;
	const uint64_t l4 = RTE_MBUF_F_RX_L4_CKSUM_MASK;
	const bool strip = offloads & RTE_ETH_RX_OFFLOAD_VLAN_STRIP && c->frame.tagged;
	uint64_t want = c->sums;
	struct rte_mbuf *m;
	uint32_t len;
	int port;

	if (!(offloads & RTE_ETH_RX_OFFLOAD_IPV4_CKSUM))
		want &= ~RTE_MBUF_F_RX_IP_CKSUM_MASK;
	if (c->frame.proto == IPPROTO_UDP && !(offloads & RTE_ETH_RX_OFFLOAD_UDP_CKSUM))
		want &= ~l4;
	if (c->frame.proto != IPPROTO_UDP && !(offloads & RTE_ETH_RX_OFFLOAD_TCP_CKSUM))
		want &= ~l4;
	port = script_open(1, &conf);
	CHECK(port >= 0);
	len = frame_build(port, &c->frame, data);
	m = through(port, data, len);
	CHECK(m != NULL);
	CHECK_EQ(m->ol_flags & rx, want);
	CHECK_EQ(m->ol_flags & ~rx, strip ? RTE_MBUF_F_RX_VLAN | RTE_MBUF_F_RX_VLAN_STRIPPED : 0);
	CHECK(!strip || m->vlan_tci == c->frame.tci);
	CHECK_EQ(m->packet_type, RTE_PTYPE_L2_ETHER | c->ptype);
	CHECK_EQ(m->port, port);
	CHECK(same_bytes(m, &c->frame, len));
	rte_pktmbuf_free(m);
	CHECK(script_close(port));
}

/* With all offloads, and each one left out in turn. */
static void
told(const void *arg)
{
	const struct told_case *c = arg;
	static const uint64_t without[] = { 0, RTE_ETH_RX_OFFLOAD_IPV4_CKSUM,
		RTE_ETH_RX_OFFLOAD_UDP_CKSUM, RTE_ETH_RX_OFFLOAD_TCP_CKSUM,
		RTE_ETH_RX_OFFLOAD_VLAN_STRIP };
	unsigned int i;

	for (i = 0; i < RTE_DIM(without) && check_ctx.state == CHECK_STATE_PASS; i++)
		told_with(c, (SUMS | RTE_ETH_RX_OFFLOAD_VLAN_STRIP) & ~without[i]);
}

/* Each one that is named is told of some frame above, and nothing else is. */
CHECK_CASE(packet_types_are_those_that_are_told)
{
	uint32_t ptypes[16];
	unsigned int i;
	int port, n;

	port = script_open(1, NULL);
	CHECK(port >= 0);
	n = rte_eth_dev_get_supported_ptypes(port, RTE_PTYPE_ALL_MASK, ptypes, RTE_DIM(ptypes));
	CHECK(n > 0 && n <= (int)RTE_DIM(ptypes));
	for (i = 0; i < (unsigned int)n; i++) {
		const uint32_t layer = ptypes[i] & RTE_PTYPE_L2_MASK ? RTE_PTYPE_L2_MASK :
			ptypes[i] & RTE_PTYPE_L3_MASK ? RTE_PTYPE_L3_MASK : RTE_PTYPE_L4_MASK;
		bool found = ptypes[i] == RTE_PTYPE_L2_ETHER;
		unsigned int j;

		for (j = 0; j < RTE_DIM(told_cases); j++)
			found |= (told_cases[j].ptype & layer) == ptypes[i];
		if (!found)
			CHECK_FAIL("packet type 0x%x is never told", ptypes[i]);
	}
	CHECK_EQ(n, 3);
	CHECK(script_close(port));
}

/* Every length that the MTU allows, to the byte, with and without a tag, and none beyond. */
static void
lengths(const void *arg)
{
	const uint16_t mtu = *(const uint16_t *)arg;
	const uint32_t most = mtu + RTE_ETHER_HDR_LEN;
	const struct rte_eth_conf conf = { .rxmode.mtu = mtu };
	static const uint32_t some[] = { 60, 61, 63, 64, 65, 127, 128, 1023, 1024, 1025 };
	struct frame_spec s = { .ether_type = 0x88b5 };
	struct rte_mempool *large;
	struct rte_mbuf *m;
	unsigned int i;
	int port;

	large = rte_pktmbuf_pool_create("large", 511, 0, 0, RTE_PKTMBUF_HEADROOM + 16384, 0);
	CHECK(large != NULL);
	port = script_open_pool(1, &conf, large);
	CHECK(port >= 0);
	for (i = 0; i < RTE_DIM(some) + 8; i++) {
		uint32_t len = i < RTE_DIM(some) ? some[i] :
			most - 3 + (i - RTE_DIM(some)) % 4;

		s.tagged = i >= RTE_DIM(some) + 4;
		s.tci = 3;
		len += s.tagged ? RTE_VLAN_HLEN : 0;
		if (len > most + (s.tagged ? RTE_VLAN_HLEN : 0))
			continue;
		s.payload = len - frame_l3_at(&s);
		frame_build(port, &s, data);
		memset(data + frame_l3_at(&s), len, s.payload);
		m = through(port, data, len);
		CHECK(m != NULL);
		CHECK_EQ(m->pkt_len, len);
		CHECK(same_bytes(m, &s, len));
		rte_pktmbuf_free(m);
	}
	for (i = 0; i < 2; i++) {
		s.tagged = i;
		s.payload = mtu + 1;
		frame_build(port, &s, data);
		wire_put(data, frame_l3_at(&s) + s.payload);
		s.payload = mtu;
		frame_build(port, &s, data);
		m = through(port, data, frame_l3_at(&s) + s.payload);
		CHECK(m != NULL);
		CHECK_EQ(m->pkt_len, frame_l3_at(&s) + mtu);
		rte_pktmbuf_free(m);
	}
	/* Beyond what any setting allows, the MAC has another name for it. */
	CHECK_EQ(xstat(port, "rx_oversize_errors") + xstat(port, "rx_jabber_errors"), 2);
	CHECK(script_close(port));
	CHECK_EQ(rte_mempool_avail_count(large), 511);
	rte_mempool_free(large);
}

/* Which frames are for this port. */

/* Put a frame to an address, and one that is surely received. @return whether the first came. */
static int
comes(uint16_t port, const uint8_t *dst, bool tagged, uint16_t tci)
{
	struct frame_spec s = { .dst = dst, .ether_type = 0x88b5, .payload = 46,
		.tagged = tagged, .tci = tci };
	const struct frame_spec mark = { .ether_type = 0x88b6, .payload = 46 };
	struct rte_mbuf *m;
	bool came;

	wire_put(data, frame_build(port, &s, data));
	wire_put(data, frame_build(port, &mark, data));
	m = next_packet(port, 0);
	CHECK_RET(m != NULL, -1);
	came = memcmp(rte_pktmbuf_mtod_offset(m, uint8_t *, tagged ? 16 : 12), "\x88\xb5", 2) == 0;
	rte_pktmbuf_free(m);
	if (came) {
		m = next_packet(port, 0);
		CHECK_RET(m != NULL, -1);
		rte_pktmbuf_free(m);
	}
	if (script.n_in > IN_MAX - 2)
		wire_clear();
	return came;
}

static const uint8_t broadcast[] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
static const uint8_t stranger[] = { 0x02, 0, 0, 0, 0x12, 0x34 };
static const uint8_t group[] = { 0x01, 0x00, 0x5e, 0x01, 0x02, 0x03 };
static const uint8_t group6[] = { 0x33, 0x33, 0, 0, 0, 0x16 };

CHECK_CASE(broadcast_comes_and_others_do_not)
{
	int port = script_open(1, NULL);

	CHECK(port >= 0);
	CHECK_EQ(comes(port, NULL, false, 0), 1);
	CHECK_EQ(comes(port, broadcast, false, 0), 1);
	CHECK_EQ(comes(port, stranger, false, 0), 0);
	CHECK_EQ(comes(port, group, false, 0), 0);
	CHECK_EQ(xstat(port, "wire_filtered"), 2);
	CHECK(script_close(port));
}

CHECK_CASE(promiscuous_and_allmulticast)
{
	int port = script_open(1, NULL);

	CHECK(port >= 0);
	CHECK_EQ(rte_eth_allmulticast_enable(port), 0);
	CHECK_EQ(rte_eth_allmulticast_get(port), 1);
	CHECK_EQ(comes(port, group, false, 0), 1);
	CHECK_EQ(comes(port, stranger, false, 0), 0);
	CHECK_EQ(rte_eth_promiscuous_enable(port), 0);
	CHECK_EQ(comes(port, stranger, false, 0), 1);
	CHECK_EQ(rte_eth_allmulticast_disable(port), 0);
	CHECK_EQ(comes(port, group, false, 0), 1);    /* promiscuous is for these too */
	CHECK_EQ(rte_eth_allmulticast_enable(port), 0);
	CHECK_EQ(rte_eth_promiscuous_disable(port), 0);
	CHECK_EQ(rte_eth_promiscuous_get(port), 0);
	CHECK_EQ(comes(port, group, false, 0), 1);
	CHECK_EQ(comes(port, stranger, false, 0), 0);
	CHECK_EQ(rte_eth_allmulticast_disable(port), 0);
	CHECK_EQ(comes(port, group, false, 0), 0);
	CHECK_EQ(comes(port, broadcast, false, 0), 1);
	CHECK(script_close(port));
}

/* All 128 addresses receive, and none once it is removed. */
CHECK_CASE(unicast_addresses)
{
	struct rte_ether_addr addr = { { 2, 0, 0, 0, 7, 0 } };
	int port = script_open(1, NULL);
	unsigned int n;

	CHECK(port >= 0);
	for (n = 1; n < 128; n++) {
		addr.addr_bytes[5] = n;
		CHECK_EQ(rte_eth_dev_mac_addr_add(port, &addr, 0), 0);
	}
	for (n = 1; n < 128; n++) {
		addr.addr_bytes[5] = n;
		CHECK_EQ(comes(port, addr.addr_bytes, false, 0), 1);
	}
	CHECK_EQ(comes(port, stranger, false, 0), 0);
	for (n = 1; n < 128; n += 2) {
		addr.addr_bytes[5] = n;
		CHECK_EQ(rte_eth_dev_mac_addr_remove(port, &addr), 0);
	}
	for (n = 1; n < 128; n++) {
		addr.addr_bytes[5] = n;
		CHECK_EQ(comes(port, addr.addr_bytes, false, 0), n % 2 == 0);
	}
	CHECK(script_close(port));
}

CHECK_CASE(multicast_addresses)
{
	struct rte_ether_addr list[2];
	int port = script_open(1, NULL);

	CHECK(port >= 0);
	memcpy(&list[0], group, 6);
	memcpy(&list[1], group6, 6);
	CHECK_EQ(rte_eth_dev_set_mc_addr_list(port, list, 2), 0);
	CHECK_EQ(comes(port, group, false, 0), 1);
	CHECK_EQ(comes(port, group6, false, 0), 1);
	CHECK_EQ(comes(port, (const uint8_t *)"\x01\x00\x5e\x7f\x02\x04", false, 0), 0);
	CHECK_EQ(rte_eth_dev_set_mc_addr_list(port, &list[1], 1), 0);
	CHECK_EQ(comes(port, group, false, 0), 0);
	CHECK_EQ(comes(port, group6, false, 0), 1);
	CHECK_EQ(rte_eth_dev_set_mc_addr_list(port, NULL, 0), 0);
	CHECK_EQ(comes(port, group6, false, 0), 0);
	CHECK(script_close(port));
}

/* Each of the 4096 for itself, untagged frames always. */
CHECK_CASE(vlan_filter)
{
	const struct rte_eth_conf conf = { .rxmode.offloads = RTE_ETH_RX_OFFLOAD_VLAN_FILTER };
	static const uint16_t ids[] = { 0, 1, 31, 32, 33, 1000, 2047, 4094, 4095 };
	unsigned int i, j;
	int port = script_open(1, &conf);

	CHECK(port >= 0);
	for (i = 0; i < RTE_DIM(ids); i++) {
		CHECK_EQ(rte_eth_dev_vlan_filter(port, ids[i], 1), 0);
		for (j = 0; j < RTE_DIM(ids); j++)
			CHECK_EQ(comes(port, NULL, true, ids[j] | 0xa000), i == j);
		CHECK_EQ(comes(port, NULL, false, 0), 1);
		CHECK_EQ(rte_eth_dev_vlan_filter(port, ids[i], 0), 0);
	}
	CHECK_EQ(rte_eth_dev_set_vlan_offload(port, 0), 0);
	CHECK_EQ(comes(port, NULL, true, 5), 1);
	CHECK_EQ(rte_eth_dev_set_vlan_offload(port, RTE_ETH_VLAN_FILTER_OFFLOAD), 0);
	CHECK_EQ(comes(port, NULL, true, 5), 0);
	CHECK(script_close(port));
}

/* What is set holds over a restart, whether it was set before or in between. */
CHECK_CASE(settings_survive_a_restart)
{
	const struct rte_eth_conf conf = { .rxmode.offloads = RTE_ETH_RX_OFFLOAD_VLAN_FILTER };
	const struct frame_spec longer = { .dst = stranger, .ether_type = 0x88b5,
		.payload = 1600 };
	struct rte_ether_addr list;
	struct rte_mbuf *m;
	uint16_t mtu;
	int port = script_open(1, &conf);
	unsigned int round;

	CHECK(port >= 0);
	for (round = 0; round < 2; round++) {
		if (round == 1)
			CHECK_EQ(rte_eth_dev_stop(port), 0);
		CHECK_EQ(rte_eth_promiscuous_enable(port), 0);
		CHECK_EQ(rte_eth_dev_vlan_filter(port, 10 + round, 1), 0);
		CHECK_EQ(rte_eth_dev_set_mtu(port, 1600 + round), 0);
		if (round == 0)
			CHECK_EQ(rte_eth_dev_stop(port), 0);
		CHECK_EQ(rte_eth_dev_start(port), 0);
		CHECK(link_wait(port, true));
		CHECK_EQ(rte_eth_promiscuous_get(port), 1);
		CHECK_EQ(comes(port, group, false, 0), 1);
		m = receive(port, &longer);
		CHECK(m != NULL);
		CHECK_EQ(m->pkt_len, 1614);
		rte_pktmbuf_free(m);
		CHECK_EQ(rte_eth_dev_get_mtu(port, &mtu), 0);
		CHECK_EQ(mtu, 1600 + round);
		CHECK_EQ(rte_eth_promiscuous_disable(port), 0);
		CHECK_EQ(comes(port, NULL, true, 10 + round), 1);
		CHECK_EQ(comes(port, NULL, true, 12), 0);
		CHECK_EQ(comes(port, stranger, false, 0), 0);
		wire_clear();
	}
	memcpy(&list, group, sizeof(list));
	CHECK_EQ(rte_eth_dev_stop(port), 0);
	CHECK_EQ(rte_eth_dev_set_mc_addr_list(port, &list, 1), 0);
	CHECK_EQ(rte_eth_dev_mac_addr_add(port, (struct rte_ether_addr *)(uintptr_t)stranger, 0),
		0);
	CHECK_EQ(rte_eth_dev_start(port), 0);
	CHECK(link_wait(port, true));
	CHECK_EQ(comes(port, group, false, 0), 1);
	CHECK_EQ(comes(port, stranger, false, 0), 1);
	CHECK_EQ(comes(port, group6, false, 0), 0);
	CHECK(script_close(port));
}

/* As many queues as told to strip, the others not. */
CHECK_CASE(vlan_strip_by_queue)
{
	const struct frame_spec s = { .proto = IPPROTO_UDP, .payload = 60, .tagged = true,
		.tci = 0x6123 };
	int port = script_open(1, NULL);
	struct rte_mbuf *m;
	unsigned int i;

	CHECK(port >= 0);
	for (i = 0; i < 4; i++) {
		CHECK_EQ(rte_eth_dev_set_vlan_strip_on_queue(port, 0, i & 1), 0);
		m = receive(port, &s);
		CHECK(m != NULL);
		CHECK_EQ(!!(m->ol_flags & RTE_MBUF_F_RX_VLAN_STRIPPED), i & 1);
		CHECK_EQ(m->pkt_len, 106 - 4 * (i & 1));
		if (i & 1)
			CHECK_EQ(m->vlan_tci, s.tci);
		rte_pktmbuf_free(m);
	}
	CHECK_EQ(rte_eth_dev_set_vlan_offload(port, RTE_ETH_VLAN_STRIP_OFFLOAD), 0);
	CHECK_EQ(rte_eth_dev_get_vlan_offload(port), RTE_ETH_VLAN_STRIP_OFFLOAD);
	m = receive(port, &s);
	CHECK(m != NULL);
	CHECK(m->ol_flags & RTE_MBUF_F_RX_VLAN_STRIPPED);
	rte_pktmbuf_free(m);
	CHECK(script_close(port));
}

/* Spreading: DPDK's own software hash says where each frame goes. */

struct rss_case {
	const char *name;
	uint64_t rss_hf;
	struct frame_spec frame;
	bool hashed, ports;
};

static const struct rss_case rss_cases[] = {
	{ "rss/ipv4_udp", RTE_ETH_RSS_NONFRAG_IPV4_UDP, { .proto = IPPROTO_UDP }, true, true },
	{ "rss/ipv4_tcp", RTE_ETH_RSS_NONFRAG_IPV4_TCP, { .proto = IPPROTO_TCP }, true, true },
	{ "rss/ipv4", RTE_ETH_RSS_IPV4, { .proto = IPPROTO_UDP }, true, false },
	{ "rss/ipv4_icmp", RTE_ETH_RSS_IPV4 | RTE_ETH_RSS_NONFRAG_IPV4_UDP,
		{ .proto = IPPROTO_ICMP }, true, false },
	{ "rss/ipv4_fragment", RTE_ETH_RSS_IPV4 | RTE_ETH_RSS_NONFRAG_IPV4_UDP,
		{ .proto = IPPROTO_UDP, .fragment = 0x2000 }, true, false },
	{ "rss/ipv4_tagged", RTE_ETH_RSS_NONFRAG_IPV4_UDP,
		{ .proto = IPPROTO_UDP, .tagged = true, .tci = 9 }, true, true },
	{ "rss/ipv4_options", RTE_ETH_RSS_NONFRAG_IPV4_TCP,
		{ .proto = IPPROTO_TCP, .options = 3 }, true, true },
	{ "rss/ipv6_udp", RTE_ETH_RSS_NONFRAG_IPV6_UDP,
		{ .ip6 = true, .proto = IPPROTO_UDP }, true, true },
	{ "rss/ipv6_tcp", RTE_ETH_RSS_NONFRAG_IPV6_TCP,
		{ .ip6 = true, .proto = IPPROTO_TCP }, true, true },
	{ "rss/ipv6", RTE_ETH_RSS_IPV6, { .ip6 = true, .proto = IPPROTO_TCP }, true, false },
	{ "rss/not_asked_for", RTE_ETH_RSS_NONFRAG_IPV4_TCP, { .proto = IPPROTO_UDP },
		false, false },
	{ "rss/no_ip", RTE_ETH_RSS_IPV4 | RTE_ETH_RSS_IPV6, { .ether_type = 0x88b5,
		.payload = 50 }, false, false },
};

#define RSS_FRAMES 64
#define RSS_QUEUES 16

static uint32_t
rss_hash(const struct rss_case *c, const struct frame_spec *s, const uint8_t *key)
{
	const uint8_t *ip = data + frame_l3_at(s);
	union rte_thash_tuple t;

	memset(&t, 0, sizeof(t));
	if (s->ip6) {
		rte_thash_load_v6_addrs((const struct rte_ipv6_hdr *)ip, &t);
		t.v6.dport = s->dport;
		t.v6.sport = s->sport;
		return rte_softrss((uint32_t *)&t, c->ports ? RTE_THASH_V6_L4_LEN :
				RTE_THASH_V6_L3_LEN, key);
	}
	t.v4.src_addr = rte_be_to_cpu_32(((const struct rte_ipv4_hdr *)ip)->src_addr);
	t.v4.dst_addr = rte_be_to_cpu_32(((const struct rte_ipv4_hdr *)ip)->dst_addr);
	t.v4.dport = s->dport;
	t.v4.sport = s->sport;
	return rte_softrss((uint32_t *)&t, c->ports ? RTE_THASH_V4_L4_LEN : RTE_THASH_V4_L3_LEN,
			key);
}

/* Send random flows; each is where hash and table say. */
static bool
rss_check(uint16_t port, const struct rss_case *c, const uint8_t *key, const uint8_t *table)
{
	struct frame_spec s = c->frame;
	unsigned int i, seen = 0;

	for (i = 0; i < RSS_FRAMES; i++) {
		uint16_t want;
		struct rte_mbuf *m;

		s.src = rand() & 0xffff;
		s.dst_ip = rand() & 0xffff;
		s.sport = rand();
		s.dport = rand();
		wire_put(data, frame_build(port, &s, data));
		/* 7.1.2.8: what is not hashed passes the table by. */
		want = c->hashed ? table[rss_hash(c, &s, key) % 128] : 0;
		m = next_packet(port, want);
		CHECK_RET(m != NULL, false);
		rte_pktmbuf_free(m);
		seen |= 1u << want;
	}
	/* It must spread if there is something to spread by. */
	CHECK_RET(!c->hashed || __builtin_popcount(seen) > 4, false);
	wire_clear();
	return true;
}

static void
rss(const void *arg)
{
	const struct rss_case *c = arg;
	uint8_t key[40], table[128];
	struct rte_eth_rss_conf asked = { .rss_key = key, .rss_key_len = sizeof(key) };
	const struct rte_eth_conf conf = {
		.rxmode.mq_mode = RTE_ETH_MQ_RX_RSS,
		.rx_adv_conf.rss_conf.rss_hf = c->rss_hf,
	};
	struct rte_eth_rss_reta_entry64 reta[2];
	int port = script_open(RSS_QUEUES, &conf);
	unsigned int i;

	CHECK(port >= 0);
	CHECK_EQ(rte_eth_dev_rss_hash_conf_get(port, &asked), 0);
	CHECK_EQ(asked.rss_hf, c->rss_hf);
	for (i = 0; i < 128; i++)
		table[i] = i % RSS_QUEUES;
	CHECK(rss_check(port, c, key, table));
	/* Another table. */
	memset(reta, 0, sizeof(reta));
	for (i = 0; i < 128; i++) {
		table[i] = rand() % RSS_QUEUES;
		reta[i / 64].mask |= RTE_BIT64(i % 64);
		reta[i / 64].reta[i % 64] = table[i];
	}
	CHECK_EQ(rte_eth_dev_rss_reta_update(port, reta, 128), 0);
	CHECK(rss_check(port, c, key, table));
	/* Another key, while started. */
	for (i = 0; i < sizeof(key); i++)
		key[i] = rand();
	asked.rss_key_len = sizeof(key);
	CHECK_EQ(rte_eth_dev_rss_hash_update(port, &asked), 0);
	CHECK(rss_check(port, c, key, table));
	/* A part of the table. */
	reta[0].mask = 0x0f0f;
	reta[1].mask = 0;
	for (i = 0; i < 16; i++)
		reta[0].reta[i] = 15 - i;
	for (i = 0; i < 16; i++)
		if (reta[0].mask >> i & 1)
			table[i] = 15 - i;
	CHECK_EQ(rte_eth_dev_rss_reta_update(port, reta, 128), 0);
	CHECK(rss_check(port, c, key, table));
	CHECK(script_close(port));
}

int
main(int argc, char **argv)
{
	static const uint16_t mtus[] = { 1500, 68, 1501, 9000, 9710, 15854 };
	char name[32];
	unsigned int i;

	if (!frames_init(argc, argv))
		return 1;
	CHECK_RUN_EACH("", told, told_cases);
	CHECK_RUN(packet_types_are_those_that_are_told);
	for (i = 0; i < RTE_DIM(mtus); i++) {
		snprintf(name, sizeof(name), "lengths/mtu_%u", mtus[i]);
		check_run(name, lengths, &mtus[i]);
	}
	CHECK_RUN(broadcast_comes_and_others_do_not);
	CHECK_RUN(promiscuous_and_allmulticast);
	CHECK_RUN(unicast_addresses);
	CHECK_RUN(multicast_addresses);
	CHECK_RUN(vlan_filter);
	CHECK_RUN(vlan_strip_by_queue);
	CHECK_RUN(settings_survive_a_restart);
	CHECK_RUN_EACH("", rss, rss_cases);
	return check_done();
}
