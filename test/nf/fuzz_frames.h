/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef TINYNF_TEST_FUZZ_FRAMES_H
#define TINYNF_TEST_FUZZ_FRAMES_H

/*
 * Frames for network functions that have seen everything: sound ones, sound ones with some bytes
 * changed, cut ones, noise, answers to what came out, each in a buffer of exactly the size that is
 * promised, so that the address sanitizer sees what is beyond it. Where choices come from is the
 * includer's.
 */

#include "nf_test.h"

#include "bridge.h"
#include "firewall.h"
#include "lb.h"
#include "nat.h"
#include "policer.h"

#define PROMISED  64   /* bytes that each buffer has at least */

/* A number below n. */
static uint32_t any(uint32_t n);
/* Are there to be more frames after the first n? */
static bool more(uint64_t n);

/* A function, with tables so small that they are full soon. */
struct fuzzed {
	unsigned int ports;
	int (*create)(void);
	nf_packet_fn packet;
	void (*tick)(struct nf *nf, uint64_t now);
	void (*destroy)(struct nf *nf);
};

static const rte_be32_t addrs[] = { IP(10, 0, 0, 1), IP(10, 0, 0, 2), IP(198, 18, 0, 1),
	IP(198, 18, 0, 2), IP(198, 18, 0, 254), IP(198, 18, 0, 100), 0, UINT32_MAX };

static inline void
arp_build(void)
{
	struct rte_arp_hdr *arp = (struct rte_arp_hdr *)(frame + 14);

	ether_build(&mac_b, &mac_a, RTE_ETHER_TYPE_ARP);
	arp->arp_hardware = RTE_BE16(1);
	arp->arp_protocol = RTE_BE16(RTE_ETHER_TYPE_IPV4);
	arp->arp_hlen = 6;
	arp->arp_plen = 4;
	arp->arp_opcode = rte_cpu_to_be_16(1 + any(2));
	arp->arp_data.arp_sha = any(2) != 0 ? mac_a : mac_b;
	arp->arp_data.arp_sip = addrs[any(RTE_DIM(addrs))];
	arp->arp_data.arp_tip = addrs[any(RTE_DIM(addrs))];
	frame_len = any(2) != 0 ? 60 : 42;
}

/* A tag, which moves the rest. */
static inline void
tag(void)
{
	memmove(frame + 16, frame + 12, FRAME - 16);
	frame[12] = any(2) != 0 ? 0x81 : 0x88;
	frame[13] = frame[12] == 0x81 ? 0 : 0xa8;
	frame_len = RTE_MIN(frame_len + 4, FRAME);
}

/* An ICMP error about what is in the frame, to its sender. */
static inline void
wrap(const struct rte_ether_addr *dst_mac)
{
	static const uint8_t types[] = { 3, 11, 12, 5 };
	uint8_t about[64];
	const uint16_t bytes = any(4) != 0 ? 28 + any(sizeof(about) - 28) : any(sizeof(about));

	memcpy(about, frame_ip(), sizeof(about));
	ip_build(dst_mac, IPPROTO_ICMP, addrs[any(RTE_DIM(addrs))], 0,
		((struct rte_ipv4_hdr *)about)->src_addr, 0, bytes);
	frame_l4()[0] = types[any(4)];
	memcpy(frame_l4() + 8, about, bytes);
	sums_set();
}

static inline void
sound(void)
{
	static const uint8_t protos[] = { IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ICMP, 47 };
	static const uint16_t ports[] = { 9, 80, 5000, 5001, 5007, 65535 };
	const uint8_t proto = protos[any(4)];

	if (any(8) == 0) {
		arp_build();
		return;
	}
	ip_build(any(4) != 0 ? &nf.mac[any(2)] : &mac_b, proto, addrs[any(RTE_DIM(addrs))],
		any(2) != 0 ? ports[any(6)] : any(4000), addrs[any(RTE_DIM(addrs))],
		ports[any(6)], any(3) != 0 ? any(30) : any(1400));
	if (proto == IPPROTO_TCP)
		tcp_flags(any(64));
	if (any(8) == 0)
		wrap(&nf.mac[any(2)]);
	if (any(16) == 0)
		tag();
	if (any(32) == 0) {
		frame[12] = 0x86;
		frame[13] = 0xdd;
		frame[14] = 0x60;
		frame[18] = 0;
		frame[19] = any(60);
	}
}

static inline void
spoil(void)
{
	unsigned int i;

	switch (any(4)) {
	case 0:
		for (i = any(8); i > 0; i--)
			frame[any(RTE_MIN(frame_len, 60))] = any(4) != 0 ? any(256) : 0xff;
		break;
	case 1:
		frame_len = any(frame_len + 1);
		break;
	case 2:
		if (any(8) == 0)
			for (i = 0; i < frame_len; i++)
				frame[i] = any(256);
		break;
	default:
		break;
	}
}

/* What came out is answered by who gets it, or an error about it comes back. */
static inline bool
answer(const uint8_t *buffer, uint16_t length, unsigned int port)
{
	const struct rte_ipv4_hdr *ip = (const struct rte_ipv4_hdr *)(buffer + 14);
	uint16_t total;

	if (length < 14 + 28 || nf_get16(buffer + 12) != RTE_ETHER_TYPE_IPV4)
		return false;
	total = rte_be_to_cpu_16(ip->total_length);
	if (ip->version_ihl != 0x45 || total > length - 14 ||
			total < (ip->next_proto_id == IPPROTO_TCP ? 40 : 28))
		return false;
	memset(frame, 0, sizeof(frame));
	memcpy(frame, buffer, length);
	frame_len = length;
	if (any(4) == 0)
		wrap(&nf.mac[port]);
	else
		turn_around(&nf.mac[port]);
	return true;
}

static inline void
fuzz(const struct fuzzed *f)
{
	uint64_t now = any(1000000), i;
	unsigned int from = 0;
	bool answered = false;
	nf_ports_t to;
	uint8_t *buffer;
	uint16_t length;

	for (i = 0; more(i); i++) {
		if (!answered) {
			sound();
			from = any(nf.nb_ports);
		}
		if (any(2) == 0)
			spoil();
		buffer = malloc(RTE_MAX(frame_len, PROMISED));
		CHECK(buffer != NULL);
		memset(buffer, 0xa5, RTE_MAX(frame_len, PROMISED));
		memcpy(buffer, frame, frame_len);
		length = frame_len;
		to = f->packet(&nf, buffer, &length, from, now);
		if (to >> nf.nb_ports != 0)
			CHECK_FAIL("frame %" PRIu64 " goes to ports 0x%x", i, to);
		if (length > RTE_MAX(frame_len, 60) || (to != 0 && length == 0))
			CHECK_FAIL("frame %" PRIu64 " of %u bytes has %u now", i, frame_len, length);
		answered = false;
		if (to != 0 && any(2) == 0) {
			from = __builtin_ctz(to);
			answered = answer(buffer, length, from);
		}
		free(buffer);
		now += any(100) != 0 ? any(1000) : any(5000) * (HZ / 1000);
		if (any(4) == 0)
			f->tick(&nf, now);
	}
}

static int
create_bridge(void)
{
	static const struct bridge_config config = { .capacity = 64, .age = 2 };

	return bridge_create(&nf, &config);
}

static int
create_policer(void)
{
	static const struct policer_config config = { .rate = 100000, .burst = 3000,
		.capacity = 16 };

	return policer_create(&nf, &config);
}

static int
create_firewall(void)
{
	static const struct firewall_config config = { .capacity = 32, .expire = 2,
		.expire_tcp = 20 };

	return firewall_create(&nf, &config);
}

static int
create_nat(void)
{
	const struct nat_config config = { .lan_ip = IP(10, 0, 0, 1), .wan_ip = IP(198, 18, 0, 2),
		.gateway = IP(198, 18, 0, 254), .capacity = 8, .first_port = 5000, .expire = 2,
		.expire_tcp = 20 };

	return nat_create(&nf, &config);
}

static int
create_lb(void)
{
	const struct lb_config config = { .vip = IP(198, 18, 0, 100), .heartbeat_port = 9,
		.backends = 4, .capacity = 64, .expire = 2, .silence = 1 };

	return lb_create(&nf, &config);
}

static const struct fuzzed fuzzed_bridge = { 4, create_bridge, bridge_packet, bridge_tick,
	bridge_destroy };
static const struct fuzzed fuzzed_policer = { 2, create_policer, policer_packet, policer_tick,
	policer_destroy };
static const struct fuzzed fuzzed_firewall = { 2, create_firewall, firewall_packet, firewall_tick,
	firewall_destroy };
static const struct fuzzed fuzzed_nat = { 2, create_nat, nat_packet, nat_tick, nat_destroy };
static const struct fuzzed fuzzed_lb = { 2, create_lb, lb_packet, lb_tick, lb_destroy };

#endif /* TINYNF_TEST_FUZZ_FRAMES_H */
