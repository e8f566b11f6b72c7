/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* Network functions as they are measured: configuration, traffic, a table that is nearly full. */

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <rte_common.h>
#include <rte_cycles.h>

#include "bridge.h"
#include "firewall.h"
#include "lb.h"
#include "nat.h"
#include "policer.h"

#include "bench_nf.h"

#define PLACES      65536u
#define FLOWS       (PLACES * BENCH_NF_PERCENT / 100)
/* External ports from 1 on: one place less. */
#define NAT_PLACES  (PLACES - 1)
#define FRAME       60u
#define BACKENDS    32u
#define FOR_EVER    1000000u

#define IP(a, b, c, d)  RTE_BE32((uint32_t)(a) << 24 | (b) << 16 | (c) << 8 | (d))

static const rte_be32_t client = IP(10, 0, 0, 2), server = IP(198, 51, 100, 1);
static const rte_be32_t lan_ip = IP(10, 0, 0, 1), wan_ip = IP(198, 18, 0, 2);
static const rte_be32_t gateway = IP(198, 18, 0, 1), vip = IP(198, 18, 0, 100);

uint16_t nf_burst = 32;
uint8_t bench_nf_lookup_table[1u << 16];

static void
ether_fill(uint8_t *frame, const uint8_t *dst, uint8_t side, uint32_t n, uint16_t type)
{
	struct rte_ether_hdr *ether = (struct rte_ether_hdr *)frame;

	memset(frame, 0, FRAME);
	memcpy(&ether->dst_addr, dst, RTE_ETHER_ADDR_LEN);
	ether->src_addr = (struct rte_ether_addr){ { 0x02, 0, side, n >> 16, n >> 8, n } };
	ether->ether_type = RTE_BE16(type);
}

static uint16_t
udp_fill(uint8_t *frame, rte_be32_t src, uint16_t sport, rte_be32_t dst, uint16_t dport)
{
	struct rte_ipv4_hdr *ip = (struct rte_ipv4_hdr *)(frame + RTE_ETHER_HDR_LEN);
	struct rte_udp_hdr *udp = (struct rte_udp_hdr *)(ip + 1);
	const uint16_t bytes = FRAME - RTE_ETHER_HDR_LEN;

	*ip = (struct rte_ipv4_hdr){ .version_ihl = 0x45, .total_length = RTE_BE16(bytes),
		.time_to_live = 64, .next_proto_id = IPPROTO_UDP, .src_addr = src,
		.dst_addr = dst };
	ip->hdr_checksum = rte_ipv4_cksum(ip);
	*udp = (struct rte_udp_hdr){ .src_port = rte_cpu_to_be_16(sport),
		.dst_port = rte_cpu_to_be_16(dport), .dgram_len = RTE_BE16(bytes - sizeof(*ip)) };
	udp->dgram_cksum = rte_ipv4_udptcp_cksum(ip, udp);
	return FRAME;
}

/* Flows of one host that differ in their port. */
static uint16_t
port_frame(const struct bench_nf *b, uint32_t n, uint8_t *frame)
{
	ether_fill(frame, b->nf.mac[b->from].addr_bytes, 1, 0, RTE_ETHER_TYPE_IPV4);
	return udp_fill(frame, client, n + 1, server, 53);
}

static int
policer_start(struct nf *nf)
{
	/* Buckets that neither empty nor are forgotten. */
	static const struct policer_config config = { .rate = 1000000,
		.burst = UINT64_C(1000000) * FOR_EVER, .capacity = PLACES };

	return policer_create(nf, &config);
}

static uint16_t
policer_frame(const struct bench_nf *b, uint32_t n, uint8_t *frame)
{
	ether_fill(frame, b->nf.mac[b->from].addr_bytes, 1, 0, RTE_ETHER_TYPE_IPV4);
	return udp_fill(frame, server, 53, IP(10, 0, 0, 0) | rte_cpu_to_be_32(n), 1000);
}

static int
bridge_start(struct nf *nf)
{
	static const struct bridge_config config = { .capacity = PLACES, .age = FOR_EVER };

	return bridge_create(nf, &config);
}

static uint16_t
bridge_frame(const struct bench_nf *b, uint32_t n, uint8_t *frame)
{
	const uint8_t dst[] = { 0x02, 0, 2, n >> 16, n >> 8, n };

	(void)b;
	ether_fill(frame, dst, 1, n, RTE_ETHER_TYPE_IPV4);
	return udp_fill(frame, client, 1000, server, 53);
}

/* The stations on the other side say something. */
static bool
bridge_prepare(struct bench_nf *b)
{
	static const uint8_t group[] = { 0x01, 0, 0x5e, 0, 0, 1 };
	uint8_t frame[FRAME];
	uint16_t length = FRAME;
	uint32_t n;

	for (n = 0; n < FLOWS / 2; n++) {
		ether_fill(frame, group, 2, n, RTE_ETHER_TYPE_IPV4);
		bridge_packet(&b->nf, frame, &length, b->from ^ 1, rte_rdtsc());
	}
	return b->nf.counters[BRIDGE_LEARNT] == FLOWS / 2;
}

static int
nat_start(struct nf *nf)
{
	const struct nat_config config = { .lan_ip = lan_ip, .wan_ip = wan_ip, .gateway = gateway,
		.first_port = 1, .capacity = NAT_PLACES, .expire = FOR_EVER,
		.expire_tcp = FOR_EVER };

	return nat_create(nf, &config);
}

/* The gateway tells its address. */
static bool
nat_prepare(struct bench_nf *b)
{
	uint8_t frame[FRAME];
	uint16_t length = FRAME;
	struct rte_arp_hdr *arp = (struct rte_arp_hdr *)(frame + RTE_ETHER_HDR_LEN);

	ether_fill(frame, b->nf.mac[NAT_WAN].addr_bytes, 3, 1, RTE_ETHER_TYPE_ARP);
	arp->arp_hardware = RTE_BE16(RTE_ARP_HRD_ETHER);
	arp->arp_protocol = RTE_BE16(RTE_ETHER_TYPE_IPV4);
	arp->arp_hlen = RTE_ETHER_ADDR_LEN;
	arp->arp_plen = sizeof(rte_be32_t);
	arp->arp_opcode = RTE_BE16(RTE_ARP_OP_REPLY);
	arp->arp_data.arp_sha = ((struct rte_ether_hdr *)frame)->src_addr;
	arp->arp_data.arp_sip = gateway;
	arp->arp_data.arp_tha = b->nf.mac[NAT_WAN];
	arp->arp_data.arp_tip = wan_ip;
	return nat_packet(&b->nf, frame, &length, NAT_WAN, rte_rdtsc()) == 0;
}

static int
lb_start(struct nf *nf)
{
	const struct lb_config config = { .vip = vip, .heartbeat_port = 8259, .backends = BACKENDS,
		.capacity = PLACES, .expire = FOR_EVER, .silence = FOR_EVER };

	return lb_create(nf, &config);
}

static bool
lb_prepare(struct bench_nf *b)
{
	uint8_t frame[FRAME];
	uint16_t length = FRAME;
	uint32_t n;

	for (n = 0; n < BACKENDS; n++) {
		ether_fill(frame, b->nf.mac[LB_BACKENDS].addr_bytes, 4, n, RTE_ETHER_TYPE_IPV4);
		udp_fill(frame, IP(198, 18, 1, 0) | rte_cpu_to_be_32(n), 1000, vip, 8259);
		lb_packet(&b->nf, frame, &length, LB_BACKENDS, rte_rdtsc());
	}
	return b->nf.counters[LB_JOINED] == BACKENDS;
}

static uint16_t
lb_frame(const struct bench_nf *b, uint32_t n, uint8_t *frame)
{
	ether_fill(frame, b->nf.mac[b->from].addr_bytes, 1, 0, RTE_ETHER_TYPE_IPV4);
	return udp_fill(frame, client, n + 1, vip, 53);
}

static int
firewall_start(struct nf *nf)
{
	static const struct firewall_config config = { .capacity = PLACES, .expire = FOR_EVER,
		.expire_tcp = FOR_EVER };

	return firewall_create(nf, &config);
}

static const struct bench_nf_function functions[] = {
	{ .name = "nop", .packet = bench_nf_nop, .frame = port_frame, .flows = FLOWS },
	{ .name = "write", .packet = bench_nf_write, .frame = port_frame, .flows = FLOWS },
	{ .name = "lookup", .packet = bench_nf_lookup, .frame = bridge_frame, .flows = FLOWS,
		.promiscuous = true },
	{ .name = "policer", .from = POLICER_POLICED_PORT, .packet = policer_packet,
		.create = policer_start, .destroy = policer_destroy, .frame = policer_frame,
		.flows = FLOWS, .sent = POLICER_CONFORMED },
	{ .name = "bridge", .promiscuous = true, .packet = bridge_packet, .create = bridge_start,
		.destroy = bridge_destroy, .prepare = bridge_prepare, .frame = bridge_frame,
		.flows = FLOWS / 2, .sent = BRIDGE_FORWARDED },
	{ .name = "nat", .from = NAT_LAN, .replies = true, .packet = nat_packet,
		.create = nat_start, .destroy = nat_destroy, .prepare = nat_prepare,
		.frame = port_frame, .flows = NAT_PLACES / 100 * BENCH_NF_PERCENT,
		.sent = NAT_OUT },
	{ .name = "lb", .from = LB_CLIENTS, .replies = true, .packet = lb_packet,
		.create = lb_start, .destroy = lb_destroy, .prepare = lb_prepare,
		.frame = lb_frame, .flows = FLOWS, .sent = LB_TO_BACKENDS },
	{ .name = "firewall", .from = FIREWALL_LAN, .packet = firewall_packet,
		.create = firewall_start, .destroy = firewall_destroy, .frame = port_frame,
		.flows = FLOWS, .sent = FIREWALL_OUT },
};

const struct bench_nf_function *
bench_nf_function(unsigned int n)
{
	return n < RTE_DIM(functions) ? &functions[n] : NULL;
}

int
bench_nf_create(struct bench_nf *b)
{
	const struct bench_nf_function *f = bench_nf_function(b->function);
	uint8_t frame[FRAME];
	uint32_t n;
	int ret;

	b->flows = f->flows;
	for (n = 0; n < RTE_DIM(bench_nf_lookup_table); n++)
		bench_nf_lookup_table[n] = (uint8_t)(n * 123);
	if (f->create == NULL)
		return 0;
	ret = f->create(&b->nf);
	if (ret != 0) {
		fprintf(stderr, "bench: %s can't be set up: %d\n", f->name, ret);
		return -1;
	}
	if (f->prepare != NULL && !f->prepare(b)) {
		fprintf(stderr, "bench: %s does not take what comes first\n", f->name);
		goto fail;
	}
	for (n = 0; n < b->flows; n++) {
		uint16_t length = f->frame(b, n, frame);

		if (f->packet(&b->nf, frame, &length, b->from, rte_rdtsc()) != 1u << (b->from ^ 1)) {
			fprintf(stderr, "bench: %s does not forward flow %u\n", f->name, n);
			goto fail;
		}
	}
	return 0;

fail:
	f->destroy(&b->nf);
	return -1;
}

void
bench_nf_destroy(struct bench_nf *b)
{
	const struct bench_nf_function *f = bench_nf_function(b->function);

	if (f->destroy != NULL)
		f->destroy(&b->nf);
}
