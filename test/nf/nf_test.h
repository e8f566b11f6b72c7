/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* Network functions without ports: frames are built here, time is what the test says. */

#ifndef TINYNF_TEST_NF_H
#define TINYNF_TEST_NF_H

#include <rte_cycles.h>
#include <rte_eal.h>
#include <rte_malloc.h>

#include "check.h"
#include "nf.h"
#include "nf_packet.h"

#define HZ      UINT64_C(1000000000)
#define FRAME   1514

#define IP(a, b, c, d)  RTE_BE32((uint32_t)(a) << 24 | (b) << 16 | (c) << 8 | (d))

static const struct rte_ether_addr mac_a = { { 0x02, 0, 0, 0, 0, 0xa } };
static const struct rte_ether_addr mac_b = { { 0x02, 0, 0, 0, 0, 0xb } };

static struct nf nf;
static uint8_t frame[FRAME];
static uint16_t frame_len;

static inline void
nf_reset(unsigned int nb_ports)
{
	unsigned int i;

	memset(&nf, 0, sizeof(nf));
	nf.nb_ports = nb_ports;
	nf.hz = HZ;
	for (i = 0; i < nb_ports; i++)
		nf.mac[i] = (struct rte_ether_addr){ { 0x02, 1, 0, 0, 0, i } };
}

static inline void
ether_build(const struct rte_ether_addr *dst, const struct rte_ether_addr *src, uint16_t type)
{
	struct rte_ether_hdr *ether = (struct rte_ether_hdr *)frame;

	memset(frame, 0, sizeof(frame));
	ether->dst_addr = *dst;
	ether->src_addr = *src;
	ether->ether_type = rte_cpu_to_be_16(type);
	frame_len = 60;
}

static inline struct rte_ipv4_hdr *
frame_ip(void)
{
	return (struct rte_ipv4_hdr *)(frame + RTE_ETHER_HDR_LEN);
}

static inline uint8_t *
frame_l4(void)
{
	return (uint8_t *)(frame_ip() + 1);
}

/* Sum over what is at @p data and, for TCP and UDP, the pseudo header. */
static inline uint16_t
l4_sum(void)
{
	struct rte_ipv4_hdr *ip = frame_ip();

	if (ip->next_proto_id == IPPROTO_ICMP)
		return ~rte_raw_cksum(frame_l4(), rte_be_to_cpu_16(ip->total_length) - 20);
	return rte_ipv4_udptcp_cksum(ip, frame_l4());
}

static inline rte_be16_t *
l4_sum_field(void)
{
	switch (frame_ip()->next_proto_id) {
	case IPPROTO_TCP: return (rte_be16_t *)(frame_l4() + 16);
	case IPPROTO_UDP: return (rte_be16_t *)(frame_l4() + 6);
	default: return (rte_be16_t *)(frame_l4() + 2);
	}
}

static inline void
sums_set(void)
{
	frame_ip()->hdr_checksum = 0;
	frame_ip()->hdr_checksum = rte_ipv4_cksum(frame_ip());
	*l4_sum_field() = 0;
	*l4_sum_field() = l4_sum();
}

static inline bool
sums_good(void)
{
	const rte_be16_t ip_sum = frame_ip()->hdr_checksum, sum = *l4_sum_field();
	bool good;

	frame_ip()->hdr_checksum = 0;
	*l4_sum_field() = 0;
	good = rte_ipv4_cksum(frame_ip()) == ip_sum && l4_sum() == sum;
	frame_ip()->hdr_checksum = ip_sum;
	*l4_sum_field() = sum;
	return good;
}

/* A packet with @p bytes of payload; ICMP is an echo request with identifier sport. */
static inline void
ip_build(const struct rte_ether_addr *dst_mac, uint8_t proto, rte_be32_t src, uint16_t sport,
		rte_be32_t dst, uint16_t dport, uint16_t bytes)
{
	const uint16_t header = proto == IPPROTO_TCP ? 20 : 8;
	struct rte_ipv4_hdr *ip = frame_ip();
	uint8_t *l4;
	uint16_t i;

	ether_build(dst_mac, &mac_a, RTE_ETHER_TYPE_IPV4);
	ip->version_ihl = 0x45;
	ip->total_length = rte_cpu_to_be_16(20 + header + bytes);
	ip->time_to_live = 64;
	ip->next_proto_id = proto;
	ip->src_addr = src;
	ip->dst_addr = dst;
	l4 = frame_l4();
	for (i = 0; i < bytes; i++)
		l4[header + i] = rand();
	l4[proto == IPPROTO_ICMP ? 4 : 0] = sport >> 8;
	l4[proto == IPPROTO_ICMP ? 5 : 1] = sport;
	if (proto == IPPROTO_ICMP) {
		l4[0] = NF_ICMP_ECHO_REQUEST;
	} else {
		l4[2] = dport >> 8;
		l4[3] = dport;
	}
	if (proto == IPPROTO_TCP) {
		l4[12] = 0x50;
		l4[13] = RTE_TCP_ACK_FLAG;
	} else if (proto == IPPROTO_UDP) {
		l4[4] = (8 + bytes) >> 8;
		l4[5] = 8 + bytes;
	}
	frame_len = RTE_MAX(60, 14 + 20 + header + bytes);
	sums_set();
}

static inline void
tcp_flags(uint8_t flags)
{
	frame_l4()[13] = flags;
	sums_set();
}

/* Make the frame its own answer. */
static inline void
turn_around(const struct rte_ether_addr *dst_mac)
{
	struct rte_ipv4_hdr *ip = frame_ip();
	rte_be32_t addr = ip->src_addr;
	uint8_t *l4 = frame_l4(), port[2];

	*(struct rte_ether_addr *)frame = *dst_mac;
	ip->src_addr = ip->dst_addr;
	ip->dst_addr = addr;
	if (ip->next_proto_id == IPPROTO_ICMP) {
		l4[0] = NF_ICMP_ECHO_REPLY;
	} else {
		memcpy(port, l4, 2);
		memcpy(l4, l4 + 2, 2);
		memcpy(l4 + 2, port, 2);
	}
	sums_set();
}

/* The frame through a function. */
#define SEND(fn, from, now)  fn(&nf, frame, &frame_len, (from), (now))

static inline bool
nf_test_init(int argc, char **argv)
{
	static char *eal[] = { "test_nf", "--no-huge", "-m", "128", "--no-pci", "--no-shconf",
		"--no-telemetry", "--log-level=lib.eal:4" };

	check_init(argc, argv);
	return check_ctx.list || rte_eal_init(RTE_DIM(eal), eal) >= 0;
}

#endif /* TINYNF_TEST_NF_H */
