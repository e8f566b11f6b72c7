/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* What each network function does with packets, and when its tables are full or forget. */

#include "nf_test.h"

#include "bridge.h"
#include "firewall.h"
#include "lb.h"
#include "nat.h"
#include "nf_options.h"
#include "policer.h"

#define SECOND  HZ

/* The table against an array that does the same slowly. */
CHECK_CASE(table_is_as_a_simple_one)
{
	enum { CAPACITY = 64, KEYS = 96, STEPS = 200000 };
	static const uint64_t lifetime[] = { 1000, 5000 };
	struct { bool there; uint64_t used; uint32_t list; } model[KEYS] = { 0 };
	uint64_t now = UINT64_MAX - 100000, step;
	uint32_t entry, count, i;
	struct nf_table t;

	CHECK_EQ(nf_table_create(&t, "model", CAPACITY, 8, 8, lifetime[0], lifetime[1]), 0);
	for (step = 0; step < STEPS; step++) {
		const uint64_t key = (uint64_t)rand() % KEYS;
		const uint32_t list = rand() & 1;

		now += (uint64_t)rand() % 100;
		while (nf_table_expire(&t, now) != 0)
			;
		for (i = 0, count = 0; i < KEYS; i++) {
			if (model[i].there && now - model[i].used > lifetime[model[i].list])
				model[i].there = false;
			count += model[i].there;
		}
		CHECK_EQ(t.count, count);
		entry = nf_table_find(&t, &key, now);
		CHECK((entry != NF_TABLE_NONE) == model[key].there);
		if (entry != NF_TABLE_NONE && rand() % 8 == 0) {
			nf_table_remove(&t, entry);
			CHECK(!nf_table_has(&t, entry));
			model[key].there = false;
			continue;
		}
		if (entry != NF_TABLE_NONE) {
			nf_table_touch(&t, entry, list, now);
		} else {
			entry = nf_table_add(&t, &key, list, now);
			CHECK((entry == NF_TABLE_NONE) == (count == CAPACITY));
			if (entry == NF_TABLE_NONE)
				continue;
			CHECK(nf_table_has(&t, entry));
		}
		model[key].there = true;
		model[key].used = now;
		model[key].list = list;
	}
	nf_table_destroy(&t);
}

CHECK_CASE(sums_change_as_recomputed)
{
	uint16_t words[30], i, n;
	rte_be16_t sum;

	for (n = 0; n < 20000; n++) {
		const uint16_t at = rand() % RTE_DIM(words), to = rand() % 3 == 0 ? 0 : rand();

		for (i = 0; i < RTE_DIM(words); i++)
			words[i] = rand() % 4 == 0 ? 0xffff : rand();
		sum = ~rte_raw_cksum(words, sizeof(words));
		nf_sum_change(&sum, words[at], to);
		words[at] = to;
		CHECK_EQ(sum, (uint16_t)~rte_raw_cksum(words, sizeof(words)));
	}
}

static nf_ports_t
bridge_send(unsigned int from, uint8_t dst, uint8_t src, uint64_t now)
{
	struct rte_ether_addr d = { { 0x02, 0, 0, 0, 0, dst } }, s = { { 0x02, 0, 0, 0, 0, src } };

	if (dst == 0xff)
		memset(&d, 0xff, sizeof(d));
	ether_build(&d, &s, 0x9000);
	return SEND(bridge_packet, from, now);
}

CHECK_CASE(bridge_learns_moves_and_forgets)
{
	const struct bridge_config config = { .capacity = 8, .age = 10 };
	static const struct rte_ether_addr stp = { { 1, 0x80, 0xc2, 0, 0, 0 } };
	uint8_t i;

	nf_reset(3);
	CHECK_EQ(bridge_create(&nf, &config), 0);
	CHECK_EQ(bridge_send(0, 2, 1, 0), 6);
	CHECK_EQ(bridge_send(1, 1, 2, 1), 1);
	CHECK_EQ(bridge_send(0, 2, 1, 2), 2);
	CHECK_EQ(bridge_send(0, 0xff, 1, 2), 6);
	CHECK_EQ(bridge_send(1, 2, 3, 2), 0);
	CHECK_EQ(nf.counters[BRIDGE_LOCAL], 1);
	/* Moved from port 1 to 2. */
	CHECK_EQ(bridge_send(2, 1, 2, 3), 1);
	CHECK_EQ(bridge_send(0, 2, 1, 3), 4);
	CHECK_EQ(nf.counters[BRIDGE_MOVED], 1);
	ether_build(&stp, &mac_a, 0x27);
	CHECK_EQ(SEND(bridge_packet, 0, 3), 0);
	ether_build(&mac_a, &stp, 0x27);
	CHECK_EQ(SEND(bridge_packet, 0, 3), 0);
	frame_len = 13;
	CHECK_EQ(SEND(bridge_packet, 0, 3), 0);
	CHECK_EQ(nf.counters[BRIDGE_BAD], 2);
	/* Full: not learnt, but served. */
	for (i = 20; i < 40; i++)
		CHECK_EQ(bridge_send(0, 2, i, 4), 4);
	CHECK_EQ(nf.counters[BRIDGE_FULL], 16);
	CHECK_EQ(bridge_send(1, 39, 2, 4), 5);
	/* Forgotten, also if nothing has cleaned up yet. */
	CHECK_EQ(bridge_send(0, 2, 1, 11 * SECOND + 5), 6);
	bridge_tick(&nf, 11 * SECOND + 5);
	CHECK_EQ(nf.counters[BRIDGE_AGED], 6);
	bridge_destroy(&nf);
}

static nf_ports_t
policer_send(uint8_t to, uint16_t bytes, uint64_t now)
{
	ip_build(&mac_b, IPPROTO_UDP, IP(10, 0, 0, 1), 1, IP(10, 0, 1, to), 2, bytes - 28);
	return SEND(policer_packet, POLICER_POLICED_PORT, now);
}

CHECK_CASE(policer_gives_each_destination_its_rate)
{
	const struct policer_config config = { .rate = 1000000, .burst = 10000, .capacity = 8 };
	const uint64_t hz = rte_get_tsc_hz();
	uint64_t passed[2] = { 0, 0 }, t;
	unsigned int i;

	nf_reset(2);
	nf.hz = hz;
	CHECK_EQ(policer_create(&nf, &config), 0);
	/* Ten seconds at about three times the rate. */
	for (t = 0; t < 30000; t++)
		for (i = 0; i < 2; i++)
			passed[i] += policer_send(i, 1000, t * hz / 3000) != 0 ? 1000 : 0;
	for (i = 0; i < 2; i++)
		if (passed[i] < 9900000 || passed[i] > 10110000)
			CHECK_FAIL("%" PRIu64 " bytes in 10 s", passed[i]);
	/* The burst, at once. */
	t = 20 * hz;
	for (i = 0; i < 20; i++)
		CHECK_EQ(policer_send(2, 1000, t), i < 10 ? 1 : 0);
	/* Others are not policed. */
	for (i = 0; i < 100; i++) {
		ip_build(&mac_b, IPPROTO_UDP, IP(10, 0, 1, 2), 1, IP(10, 0, 0, 1), 2, 972);
		CHECK_EQ(SEND(policer_packet, 0, t), 2);
		ether_build(&mac_b, &mac_a, RTE_ETHER_TYPE_ARP);
		CHECK_EQ(SEND(policer_packet, 1, t), 1);
	}
	policer_destroy(&nf);
}

CHECK_CASE(policer_drops_when_full)
{
	const struct policer_config config = { .rate = 1000, .burst = 1000, .capacity = 8 };
	const uint64_t hz = rte_get_tsc_hz();
	unsigned int i;

	nf_reset(2);
	nf.hz = hz;
	CHECK_EQ(policer_create(&nf, &config), 0);
	for (i = 0; i < 10; i++)
		CHECK_EQ(policer_send(i, 100, hz), i < 8 ? 1 : 0);
	CHECK_EQ(nf.counters[POLICER_FULL], 2);
	policer_tick(&nf, 4 * hz);
	CHECK_EQ(nf.counters[POLICER_AGED], 8);
	CHECK_EQ(policer_send(9, 100, 4 * hz), 1);
	/* A length that the frame does not have. */
	policer_send(9, 100, 4 * hz);
	frame_len -= 1;
	CHECK_EQ(SEND(policer_packet, 1, 4 * hz), 0);
	CHECK_EQ(nf.counters[POLICER_BAD], 1);
	policer_destroy(&nf);
}

static const rte_be32_t inside = IP(10, 0, 0, 2), outside = IP(198, 18, 0, 1);

static void
firewall_flow(const void *arg)
{
	const struct firewall_config config = { .capacity = 8, .expire = 10, .expire_tcp = 100 };
	const uint8_t proto = *(const unsigned int *)arg;

	nf_reset(2);
	CHECK_EQ(firewall_create(&nf, &config), 0);
	/* Not asked for. */
	ip_build(&mac_b, proto, outside, 80, inside, 1000, 10);
	CHECK_EQ(SEND(firewall_packet, FIREWALL_WAN, 0), 0);
	turn_around(&mac_b);
	CHECK_EQ(SEND(firewall_packet, FIREWALL_WAN, 0), 0);
	CHECK_EQ(nf.counters[FIREWALL_REFUSED], 2);
	ip_build(&mac_b, proto, inside, 1000, outside, 80, 10);
	CHECK_EQ(SEND(firewall_packet, FIREWALL_LAN, 0), 2);
	/* Neither the same flow nor its answer. */
	CHECK_EQ(SEND(firewall_packet, FIREWALL_WAN, 1), 0);
	turn_around(&mac_b);
	CHECK_EQ(SEND(firewall_packet, FIREWALL_WAN, 1), 1);
	frame_ip()->src_addr = IP(198, 18, 0, 2);
	CHECK_EQ(SEND(firewall_packet, FIREWALL_WAN, 1), 0);
	frame_ip()->src_addr = outside;
	/* Forgotten later if it is a connection. */
	CHECK_EQ(SEND(firewall_packet, FIREWALL_WAN, 11 * SECOND),
		proto == IPPROTO_TCP ? 1 : 0);
	if (proto == IPPROTO_TCP) {
		tcp_flags(RTE_TCP_RST_FLAG);
		CHECK_EQ(SEND(firewall_packet, FIREWALL_WAN, 12 * SECOND), 1);
		tcp_flags(RTE_TCP_ACK_FLAG);
		CHECK_EQ(SEND(firewall_packet, FIREWALL_WAN, 13 * SECOND), 1);
		CHECK_EQ(SEND(firewall_packet, FIREWALL_WAN, 24 * SECOND), 0);
	}
	firewall_destroy(&nf);
}

/* An ICMP error about the frame, as its receiver would send it. */
static void
error_build(uint8_t type)
{
	uint8_t about[28];
	struct rte_ipv4_hdr *ip = frame_ip();

	memcpy(about, ip, sizeof(about));
	ip_build(&mac_b, IPPROTO_ICMP, ((struct rte_ipv4_hdr *)about)->dst_addr, 0,
		((struct rte_ipv4_hdr *)about)->src_addr, 0, sizeof(about));
	frame_l4()[0] = type;
	memcpy(frame_l4() + 8, about, sizeof(about));
	sums_set();
}

CHECK_CASE(firewall_passes_errors_of_flows_only)
{
	const struct firewall_config config = { .capacity = 8, .expire = 10, .expire_tcp = 100 };
	unsigned int i;

	nf_reset(2);
	CHECK_EQ(firewall_create(&nf, &config), 0);
	ip_build(&mac_b, IPPROTO_UDP, inside, 1000, outside, 80, 10);
	error_build(3);
	CHECK_EQ(SEND(firewall_packet, FIREWALL_WAN, 0), 0);
	ip_build(&mac_b, IPPROTO_UDP, inside, 1000, outside, 80, 10);
	CHECK_EQ(SEND(firewall_packet, FIREWALL_LAN, 0), 2);
	error_build(3);
	CHECK_EQ(SEND(firewall_packet, FIREWALL_WAN, 0), 1);
	frame_l4()[0] = 5;
	CHECK_EQ(SEND(firewall_packet, FIREWALL_WAN, 0), 0);
	/* A fragment. */
	ip_build(&mac_b, IPPROTO_UDP, inside, 1000, outside, 80, 10);
	frame_ip()->fragment_offset = RTE_BE16(1);
	CHECK_EQ(SEND(firewall_packet, FIREWALL_LAN, 0), 0);
	/* Full. */
	for (i = 0; i < 10; i++) {
		ip_build(&mac_b, IPPROTO_UDP, inside, 2000 + i, outside, 80, 10);
		CHECK_EQ(SEND(firewall_packet, FIREWALL_LAN, 0), i < 7 ? 2 : 0);
	}
	CHECK_EQ(nf.counters[FIREWALL_FULL], 3);
	firewall_destroy(&nf);
}

#include "functions_translate.h"

static bool
options(int argc, const char *const *argv)
{
	static uint32_t n;
	static uint16_t port;
	static rte_be32_t ip;
	static const struct nf_option own[] = {
		{ "number", "N", "a number", nf_parse_u32, &n, true },
		{ "port", "N", "a port", nf_parse_port, &port, false },
		{ "ip", "IPV4", "an address", nf_parse_ip, &ip, false },
		{ NULL, NULL, NULL, NULL, NULL, false },
	};
	static const struct nf_option none[] = { { NULL, NULL, NULL, NULL, NULL, false } };
	static const struct nf_program program = { .name = "p", .summary = "", .options = own };
	char *copy[8];
	int i, ret;

	for (i = 0; i < argc; i++)
		copy[i] = strdup(argv[i]);
	ret = nf_options(&program, none, argc, copy);
	for (i = 0; i < argc; i++)
		free(copy[i]);
	return ret == 0;
}

CHECK_CASE(time_is_exact_with_any_clock)
{
	static const uint64_t clocks[] = { 32768, 24000000, 62500000, 2199998000 };
	const uint64_t seconds = 100000000; /* three years */
	unsigned int i;

	for (i = 0; i < RTE_DIM(clocks); i++) {
		const struct nf at = { .hz = clocks[i] };

		CHECK_EQ(nf_microseconds(&at, clocks[i] / 2), 500000);
		CHECK_EQ(nf_microseconds(&at, seconds * clocks[i]), seconds * 1000000);
	}
}

CHECK_CASE(options_are_checked)
{
	static const char *const good[][4] = {
		{ "p", "--number=5", NULL }, { "p", "--number", "5", NULL },
		{ "p", "--number=2k", "--ip=1.2.3.4", NULL },
		{ "p", "--number=4294967295", "--port=65535", NULL },
	};
	static const char *const bad[][4] = {
		{ "p", NULL }, { "p", "--number", NULL }, { "p", "--number=", NULL },
		{ "p", "--number=0", NULL }, { "p", "--number=-1", NULL },
		{ "p", "--number=5x", NULL }, { "p", "--number=5kk", NULL },
		{ "p", "--number=4294967296", NULL }, { "p", "--number=5G", NULL },
		{ "p", "--numb=5", NULL }, { "p", "--number=5", "x", NULL },
		{ "p", "--number=5", "--port=65536", NULL },
		{ "p", "--number=5", "--ip=1.2.3", NULL },
		{ "p", "--number=99999999999999999999999", NULL },
	};
	unsigned int i, n;

	for (i = 0; i < RTE_DIM(good); i++) {
		for (n = 0; good[i][n] != NULL; n++)
			;
		if (!options(n, good[i]))
			CHECK_FAIL("good line %u is refused", i);
	}
	for (i = 0; i < RTE_DIM(bad); i++) {
		for (n = 0; bad[i][n] != NULL; n++)
			;
		if (options(n, bad[i]))
			CHECK_FAIL("bad line %u is taken", i);
	}
}

int
main(int argc, char **argv)
{
	static const unsigned int protos[] = { IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ICMP };

	if (!nf_test_init(argc, argv))
		return 1;
	CHECK_RUN(table_is_as_a_simple_one);
	CHECK_RUN(sums_change_as_recomputed);
	CHECK_RUN(bridge_learns_moves_and_forgets);
	CHECK_RUN(policer_gives_each_destination_its_rate);
	CHECK_RUN(policer_drops_when_full);
	check_run("firewall lets TCP in that was asked for", firewall_flow, &protos[0]);
	check_run("firewall lets UDP in that was asked for", firewall_flow, &protos[1]);
	check_run("firewall lets echo in that was asked for", firewall_flow, &protos[2]);
	CHECK_RUN(firewall_passes_errors_of_flows_only);
	check_run("NAT translates TCP", nat_translates, &protos[0]);
	check_run("NAT translates UDP", nat_translates, &protos[1]);
	check_run("NAT translates echo", nat_translates, &protos[2]);
	check_run("NAT leaves TCP's sums to hardware", nat_leaves_sums, &protos[0]);
	check_run("NAT leaves UDP's sums to hardware", nat_leaves_sums, &protos[1]);
	check_run("NAT translates errors about TCP", nat_translates_errors, &protos[0]);
	check_run("NAT translates errors about UDP", nat_translates_errors, &protos[1]);
	check_run("NAT translates errors about echo", nat_translates_errors, &protos[2]);
	CHECK_RUN(nat_drops_when_full_and_too_old);
	CHECK_RUN(balancer_is_even_and_moves_little);
	CHECK_RUN(balancer_translates_both_ways);
	CHECK_RUN(time_is_exact_with_any_clock);
	CHECK_RUN(options_are_checked);
	return check_done();
}
