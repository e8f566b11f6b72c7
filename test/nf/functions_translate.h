/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* Cases of test_functions.c: functions that change addresses. */

#define LAN_IP   IP(10, 0, 0, 1)
#define WAN_IP   IP(198, 18, 0, 2)
#define GATEWAY  IP(198, 18, 0, 254)
#define VIP      IP(198, 18, 0, 100)

static bool
nat_open(uint32_t capacity)
{
	const struct nat_config config = { .lan_ip = LAN_IP, .wan_ip = WAN_IP,
		.gateway = GATEWAY, .capacity = capacity, .first_port = 5000, .expire = 10,
		.expire_tcp = 100 };
	struct rte_arp_hdr *arp = (struct rte_arp_hdr *)(frame + 14);

	nf_reset(2);
	CHECK_RET(nat_create(&nf, &config) == 0, false);
	/* The first packet becomes the question for the gateway, which answers. */
	ip_build(&nf.mac[0], IPPROTO_UDP, inside, 1000, outside, 80, 100);
	CHECK_RET(SEND(nat_packet, NAT_LAN, 0) == 2 && frame_len == 60, false);
	CHECK_RET(rte_is_broadcast_ether_addr((struct rte_ether_addr *)frame), false);
	CHECK_RET(arp->arp_opcode == RTE_BE16(RTE_ARP_OP_REQUEST), false);
	CHECK_RET(arp->arp_data.arp_tip == GATEWAY && arp->arp_data.arp_sip == WAN_IP, false);
	CHECK_RET(nf_arp_answer(frame, &frame_len, arp, GATEWAY, &mac_b), false);
	CHECK_RET(SEND(nat_packet, NAT_WAN, 0) == 0, false);
	return true;
}

static void
nat_translates(const void *arg)
{
	const uint8_t proto = *(const unsigned int *)arg;
	uint16_t bytes, port;
	unsigned int at;

	CHECK(nat_open(1000));
	at = proto == IPPROTO_ICMP ? 4 : 0;
	for (bytes = 0; bytes < 1400; bytes += 7) {
		ip_build(&nf.mac[0], proto, inside, 1000 + bytes, outside, 80, bytes);
		CHECK_EQ(SEND(nat_packet, NAT_LAN, 0), 2);
		CHECK(sums_good());
		CHECK(memcmp(frame, &mac_b, 6) == 0 && memcmp(frame + 6, &nf.mac[1], 6) == 0);
		CHECK_EQ(frame_ip()->src_addr, WAN_IP);
		CHECK_EQ(frame_ip()->dst_addr, outside);
		CHECK_EQ(frame_ip()->time_to_live, 63);
		port = nf_get16(frame_l4() + at);
		CHECK(port >= 5000 && port < 6000);
		turn_around(&nf.mac[1]);
		CHECK_EQ(SEND(nat_packet, NAT_WAN, 0), 1);
		CHECK(sums_good());
		CHECK_EQ(frame_ip()->dst_addr, inside);
		CHECK_EQ(frame_ip()->src_addr, outside);
		CHECK_EQ(nf_get16(frame_l4() + (proto == IPPROTO_ICMP ? 4 : 2)), 1000 + bytes);
		CHECK(memcmp(frame, &mac_a, 6) == 0 && memcmp(frame + 6, &nf.mac[0], 6) == 0);
	}
	/* Somebody else, and another port of the same. */
	ip_build(&nf.mac[1], proto, IP(1, 2, 3, 4), proto == IPPROTO_ICMP ? 5000 : 80, WAN_IP,
		5000, 10);
	CHECK_EQ(SEND(nat_packet, NAT_WAN, 0), 0);
	ip_build(&nf.mac[1], proto, outside, proto == IPPROTO_ICMP ? 5000 : 81, WAN_IP, 5000, 10);
	CHECK_EQ(SEND(nat_packet, NAT_WAN, 0), 0);
	CHECK_EQ(nf.counters[NAT_REFUSED], 2);
	CHECK_EQ(nf.counters[NAT_FLOWS], 200);
	nat_destroy(&nf);
}

/* As hardware does it: the field has the pseudo header's sum. */
static bool
hardware_sum(unsigned int proto)
{
	if (!nf.sums.wanted || nf.sums.is_tcp != (proto == IPPROTO_TCP) || nf.sums.l2_len != 14 ||
			nf.sums.l3_len != 20)
		return false;
	nf.sums.wanted = false;
	*l4_sum_field() = ~rte_raw_cksum(frame_l4(), frame_len - 34);
	if (proto == IPPROTO_UDP && *l4_sum_field() == 0)
		*l4_sum_field() = 0xffff;
	return true;
}

static void
nat_leaves_sums(const void *arg)
{
	const uint8_t proto = *(const unsigned int *)arg;
	uint16_t bytes;

	CHECK(nat_open(1000));
	for (bytes = 26; bytes < 1400; bytes += 7) {
		nf.sums.tcp = nf.sums.udp = 1u << NAT_LAN | 1u << NAT_WAN;
		nf.sums.good = true;
		ip_build(&nf.mac[0], proto, inside, 1000, outside, 80, bytes);
		CHECK_EQ(SEND(nat_packet, NAT_LAN, 0), 2);
		CHECK(hardware_sum(proto) && sums_good());
		turn_around(&nf.mac[1]);
		CHECK_EQ(SEND(nat_packet, NAT_WAN, 0), 1);
		CHECK(hardware_sum(proto) && sums_good());
		/* Not by the port that it goes to. */
		nf.sums.tcp = nf.sums.udp = 1u << NAT_LAN;
		ip_build(&nf.mac[0], proto, inside, 1000, outside, 80, bytes);
		CHECK_EQ(SEND(nat_packet, NAT_LAN, 0), 2);
		CHECK(!nf.sums.wanted && sums_good());
	}
	/* With padding, which might not be zero; hardware may sum to the frame's end. */
	nf.sums.tcp = nf.sums.udp = 1u << NAT_WAN;
	ip_build(&nf.mac[0], proto, inside, 1000, outside, 80, 0);
	frame[59] = 1;
	CHECK_EQ(SEND(nat_packet, NAT_LAN, 0), 2);
	CHECK(!nf.sums.wanted && sums_good());
	/* What came damaged, or unchecked, stays as it was. */
	nf.sums.good = false;
	ip_build(&nf.mac[0], proto, inside, 1000, outside, 80, 100);
	frame[100] ^= 1;
	CHECK_EQ(SEND(nat_packet, NAT_LAN, 0), 2);
	CHECK(!nf.sums.wanted && !sums_good());
	frame[100] ^= 1;
	CHECK(sums_good());
	nat_destroy(&nf);
}

static void
nat_translates_errors(const void *arg)
{
	const uint8_t proto = *(const unsigned int *)arg;
	struct rte_ipv4_hdr *about = (struct rte_ipv4_hdr *)(frame_l4() + 8);
	uint8_t sent[28];
	rte_be16_t sum;

	CHECK(nat_open(1000));
	ip_build(&nf.mac[0], proto, inside, 1000, outside, 80, 50);
	memcpy(sent, frame_ip(), sizeof(sent));
	CHECK_EQ(SEND(nat_packet, NAT_LAN, 0), 2);
	error_build(3);
	memcpy(frame, &nf.mac[1], 6);
	CHECK_EQ(SEND(nat_packet, NAT_WAN, 0), 1);
	CHECK(sums_good());
	CHECK_EQ(frame_ip()->dst_addr, inside);
	CHECK_EQ(about->src_addr, inside);
	CHECK_EQ(about->dst_addr, outside);
	sum = about->hdr_checksum;
	about->hdr_checksum = 0;
	CHECK_EQ(rte_ipv4_cksum(about), sum);
	CHECK_MEM(frame_l4() + 28 + (proto == IPPROTO_ICMP ? 4 : 0),
		sent + 20 + (proto == IPPROTO_ICMP ? 4 : 0), 2);
	/* About a flow that there is none of. */
	ip_build(&nf.mac[0], proto, WAN_IP, 5999, outside, 80, 50);
	error_build(3);
	memcpy(frame, &nf.mac[1], 6);
	CHECK_EQ(SEND(nat_packet, NAT_WAN, 0), 0);
	nat_destroy(&nf);
}

CHECK_CASE(nat_drops_when_full_and_too_old)
{
	const struct nat_config too_many = { .capacity = 60000, .first_port = 6000 };
	unsigned int i;

	nf_reset(2);
	CHECK_EQ(nat_create(&nf, &too_many), -EINVAL);
	CHECK(nat_open(8));
	for (i = 0; i < 10; i++) {
		ip_build(&nf.mac[0], IPPROTO_UDP, inside, 1000 + i, outside, 80, 10);
		CHECK_EQ(SEND(nat_packet, NAT_LAN, 0), i < 8 ? 2 : 0);
	}
	CHECK_EQ(nf.counters[NAT_FULL], 2);
	for (i = 5000; i < 5010; i++) {
		ip_build(&nf.mac[1], IPPROTO_UDP, outside, 80, WAN_IP, i, 10);
		CHECK_EQ(SEND(nat_packet, NAT_WAN, 9 * SECOND), i < 5008 ? 1 : 0);
		ip_build(&nf.mac[1], IPPROTO_UDP, outside, 80, WAN_IP, i, 10);
		CHECK_EQ(SEND(nat_packet, NAT_WAN, 30 * SECOND), 0);
	}
	ip_build(&nf.mac[0], IPPROTO_UDP, inside, 1000, outside, 80, 10);
	frame_ip()->time_to_live = 1;
	CHECK_EQ(SEND(nat_packet, NAT_LAN, 0), 0);
	CHECK_EQ(nf.counters[NAT_EXPIRED_TTL], 1);
	nat_destroy(&nf);
}

static bool
lb_open(uint32_t capacity, unsigned int backends)
{
	const struct lb_config config = { .vip = VIP, .heartbeat_port = 9, .backends = 16,
		.capacity = capacity, .expire = 100, .silence = 3 };
	unsigned int i;

	nf_reset(2);
	CHECK_RET(lb_create(&nf, &config) == 0, false);
	ip_build(&nf.mac[0], IPPROTO_UDP, IP(10, 0, 0, 1), 1, VIP, 80, 10);
	CHECK_RET(SEND(lb_packet, LB_CLIENTS, 0) == 0, false);
	CHECK_RET(nf.counters[LB_NO_BACKEND] == 1, false);
	for (i = 0; i < backends; i++) {
		ip_build(&nf.mac[1], IPPROTO_UDP, IP(10, 1, 0, i), 5, VIP, 9, 10);
		frame[11] = i;
		CHECK_RET(SEND(lb_packet, LB_BACKENDS, 0) == 0, false);
	}
	CHECK_RET(nf.counters[LB_JOINED] == backends, false);
	return true;
}

CHECK_CASE(balancer_is_even_and_moves_little)
{
	static uint16_t before[LB_PLACES];
	unsigned int i, moved = 0, share[7] = { 0 };
	struct lb *b;

	CHECK(lb_open(8, 7));
	b = nf.state;
	memcpy(before, b->place, sizeof(before));
	for (i = 0; i < LB_PLACES; i++)
		share[b->place[i]]++;
	for (i = 0; i < 7; i++)
		CHECK(share[i] >= LB_PLACES / 7 && share[i] <= LB_PLACES / 7 + 1);
	/* All but one go on beating. */
	for (i = 0; i < 6; i++) {
		ip_build(&nf.mac[1], IPPROTO_UDP, IP(10, 1, 0, i), 5, VIP, 9, 10);
		CHECK_EQ(SEND(lb_packet, LB_BACKENDS, 2 * SECOND), 0);
	}
	lb_tick(&nf, 4 * SECOND);
	CHECK_EQ(nf.counters[LB_DIED], 1);
	for (i = 0; i < LB_PLACES; i++) {
		CHECK(b->place[i] != 6);
		moved += before[i] != 6 && b->place[i] != before[i];
	}
	/* The paper has less than 2% for tables of 100 times the backends and more. */
	CHECK(moved < LB_PLACES / 50);
	lb_destroy(&nf);
}

CHECK_CASE(balancer_translates_both_ways)
{
	rte_be32_t with[100];
	unsigned int i, flow, moved = 0;

	CHECK(lb_open(64, 3));
	/* Backends' own connections are not touched. */
	for (i = 0; i < 30; i++) {
		ip_build(&mac_a, IPPROTO_TCP, IP(10, 1, 0, i % 3), 80, IP(10, 0, 0, 1), i, 10);
		CHECK_EQ(SEND(lb_packet, LB_BACKENDS, 0), 1);
		CHECK_EQ(frame_ip()->src_addr, IP(10, 1, 0, i % 3));
	}
	/* More flows than the table has room for. */
	for (i = 0; i < 300; i++) {
		flow = i % 100;
		ip_build(&nf.mac[0], flow & 1 ? IPPROTO_TCP : IPPROTO_UDP, IP(10, 0, 0, 1),
			1000 + flow, VIP, 80, flow);
		CHECK_EQ(SEND(lb_packet, LB_CLIENTS, 0), 2);
		CHECK(sums_good());
		if (i < 100)
			with[flow] = frame_ip()->dst_addr;
		CHECK_EQ(with[flow], frame_ip()->dst_addr);
		CHECK_EQ(frame[5], frame_ip()->dst_addr >> 24);
		turn_around(&mac_a);
		CHECK_EQ(SEND(lb_packet, LB_BACKENDS, 0), 1);
		CHECK(sums_good());
		CHECK_EQ(frame_ip()->src_addr, VIP);
	}
	CHECK_EQ(nf.counters[LB_FLOWS], 64);
	CHECK_EQ(nf.counters[LB_FULL], 3 * 36);
	/* Backends 1 and 2 stay. */
	for (i = 1; i < 3; i++) {
		ip_build(&nf.mac[1], IPPROTO_UDP, IP(10, 1, 0, i), 5, VIP, 9, 10);
		CHECK_EQ(SEND(lb_packet, LB_BACKENDS, 2 * SECOND), 0);
	}
	lb_tick(&nf, 4 * SECOND);
	for (flow = 0; flow < 64; flow++) {
		ip_build(&nf.mac[0], flow & 1 ? IPPROTO_TCP : IPPROTO_UDP, IP(10, 0, 0, 1),
			1000 + flow, VIP, 80, 0);
		CHECK_EQ(SEND(lb_packet, LB_CLIENTS, 4 * SECOND), 2);
		if (with[flow] == IP(10, 1, 0, 0))
			moved++;
		else
			CHECK_EQ(frame_ip()->dst_addr, with[flow]);
	}
	CHECK_EQ(nf.counters[LB_MOVED], moved);
	CHECK(moved > 5);
	lb_destroy(&nf);
}
