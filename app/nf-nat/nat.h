/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef NF_NAT_H
#define NF_NAT_H

/**
 * @file
 * A router that translates addresses and ports (RFC 3022) between a LAN (first port), whose
 * hosts have it as their gateway, and a WAN (second port) with one gateway further on: IPv4
 * TCP, UDP and echo, and ICMP errors about them. A flow's external port is its place in the table.
 * Only the remote end that a flow is with may answer it. When the table is full, new flows
 * are dropped. Fragments are dropped. Checksums of TCP and UDP are left to hardware where that is
 * offered, and adjusted otherwise.
 */

#include "nf.h"
#include "nf_flow.h"
#include "nf_reply.h"
#include "nf_sum.h"

enum nat_counter {
	NAT_NOT_SENT,
	NAT_OUT,
	NAT_IN,
	NAT_REPLIES,      /* to ARP and echo requests */
	NAT_ASKED,        /* for the gateway's address, in the place of a packet */
	NAT_WAITED,       /* dropped, as the gateway has not answered */
	NAT_ERRORS,       /* ICMP errors that passed */
	NAT_REFUSED,      /* from the WAN, of no flow */
	NAT_OTHERS,       /* not for this router */
	NAT_UNSUPPORTED,
	NAT_EXPIRED_TTL,
	NAT_BAD,
	NAT_FLOWS,        /* that began */
	NAT_AGED,
	NAT_FULL,
	NAT_OFFLOADED,    /* checksums left to hardware */
};

#define NAT_LAN  0u
#define NAT_WAN  1u

struct nat_flow {
	struct nf_flow_key key;          /* as the LAN has it */
	struct rte_ether_addr mac;       /* of the host in the LAN */
	bool ended;
};

struct nat_config {
	rte_be32_t lan_ip, wan_ip, gateway;
	uint32_t capacity;
	uint16_t first_port;
	uint32_t expire, expire_tcp;     /* seconds */
};

struct nat {
	struct nf_table table;
	struct nat_flow *flow;
	struct nat_config config;
	struct rte_ether_addr gateway_mac;
	bool gateway_known;
	bool asked;
	uint64_t asked_at;
	uint64_t ask_period;
};

int nat_create(struct nf *nf, const struct nat_config *config);
void nat_destroy(struct nf *nf);

static inline void
nat_tick(struct nf *nf, uint64_t now)
{
	struct nat *n = nf->state;

	nf->counters[NAT_AGED] += nf_table_expire(&n->table, now);
}

/* Everything but IPv4. */
static inline nf_ports_t
nat_arp(struct nf *nf, struct nat *n, uint8_t *packet, uint16_t *length, unsigned int from)
{
	struct rte_arp_hdr *arp = nf_arp_parse(packet, *length);
	const rte_be32_t own = from == NAT_LAN ? n->config.lan_ip : n->config.wan_ip;

	if (arp == NULL) {
		nf->counters[NAT_BAD]++;
		return 0;
	}
	if (from == NAT_WAN && arp->arp_data.arp_sip == n->config.gateway &&
			rte_is_valid_assigned_ether_addr(&arp->arp_data.arp_sha)) {
		n->gateway_mac = arp->arp_data.arp_sha;
		n->gateway_known = true;
	}
	if (!nf_arp_answer(packet, length, arp, own, &nf->mac[from])) {
		nf->counters[NAT_OTHERS]++;
		return 0;
	}
	nf->counters[NAT_REPLIES]++;
	return 1u << from;
}

/* A new address and port in a packet and its sums. */
static inline void
nat_rewrite(rte_be16_t *ip_sum, rte_be16_t *l4_sum, nf_be32_t *addr, rte_be16_t *port,
		rte_be32_t new_addr, rte_be16_t new_port, bool pseudo)
{
	nf_sum_change32(ip_sum, *addr, new_addr);
	if (l4_sum != NULL) {
		if (pseudo)
			nf_sum_change32(l4_sum, *addr, new_addr);
		nf_sum_change(l4_sum, *port, new_port);
	}
	*addr = new_addr;
	*port = new_port;
}

/* UDP has no sum of 0: that means none. */
static inline void
nat_udp_sum(const struct nf_flow_packet *f)
{
	if (f->key.proto == IPPROTO_UDP && f->sum != NULL && *f->sum == 0)
		*f->sum = 0xffff;
}

/* The same for a packet that goes to @p to, with all sums. */
static inline void
nat_rewrite_packet(struct nf *nf, const uint8_t *packet, uint16_t length, struct nf_ipv4 *ip,
		const struct nf_flow_packet *f, nf_be32_t *addr, rte_be16_t *port,
		rte_be32_t new_addr, rte_be16_t new_port, unsigned int to)
{
	if (unlikely(nf_sum_offloads(nf, packet, length, ip, f, to))) {
		nat_rewrite(&ip->ip->hdr_checksum, NULL, addr, port, new_addr, new_port, false);
		nf_sum_offload(nf, packet, ip->ip, ip->l4, f->sum);
		nf->counters[NAT_OFFLOADED]++;
		return;
	}
	nat_rewrite(&ip->ip->hdr_checksum, f->sum, addr, port, new_addr, new_port,
			f->key.proto != IPPROTO_ICMP);
	nat_udp_sum(f);
}

static inline void
nat_forward(struct rte_ipv4_hdr *ip, uint8_t *packet, const struct rte_ether_addr *dst,
		const struct rte_ether_addr *src)
{
	struct rte_ether_hdr *ether = (struct rte_ether_hdr *)packet;
	const uint16_t word = RTE_BE16(ip->time_to_live << 8 | ip->next_proto_id);

	ip->time_to_live--;
	nf_sum_change(&ip->hdr_checksum, word,
			RTE_BE16(ip->time_to_live << 8 | ip->next_proto_id));
	ether->dst_addr = *dst;
	ether->src_addr = *src;
}

/* Nowhere to send to yet: the packet becomes the question, now and then. */
static inline nf_ports_t
nat_ask(struct nf *nf, struct nat *n, uint8_t *packet, uint16_t *length, uint64_t now)
{
	if (n->asked && now - n->asked_at < n->ask_period) {
		nf->counters[NAT_WAITED]++;
		return 0;
	}
	n->asked = true;
	n->asked_at = now;
	nf_arp_ask(packet, length, n->config.gateway, n->config.wan_ip, &nf->mac[NAT_WAN]);
	nf->counters[NAT_ASKED]++;
	return 1u << NAT_WAN;
}

static inline uint32_t
nat_flow_find(struct nf *nf, struct nat *n, const uint8_t *packet, const struct nf_flow_packet *f,
		uint64_t now)
{
	uint32_t flow = nf_table_find(&n->table, &f->key, now);

	if (likely(flow != NF_TABLE_NONE))
		return flow;
	if (!f->opens) {
		nf->counters[NAT_UNSUPPORTED]++;
		return NF_TABLE_NONE;
	}
	flow = nf_table_add(&n->table, &f->key, NF_FLOW_BRIEF, now);
	if (flow == NF_TABLE_NONE) {
		nf->counters[NAT_FULL]++;
		return NF_TABLE_NONE;
	}
	n->flow[flow].key = f->key;
	n->flow[flow].mac = ((const struct rte_ether_hdr *)packet)->src_addr;
	n->flow[flow].ended = false;
	nf->counters[NAT_FLOWS]++;
	return flow;
}

static inline nf_ports_t
nat_out(struct nf *nf, struct nat *n, uint8_t *packet, uint16_t *length, struct nf_ipv4 *ip,
		uint64_t now)
{
	struct nf_flow_packet f;
	uint32_t flow;

	if (unlikely(!nf_flow_parse(ip, &f))) {
		nf->counters[NAT_UNSUPPORTED]++;
		return 0;
	}
	if (unlikely(!n->gateway_known))
		return nat_ask(nf, n, packet, length, now);
	flow = nat_flow_find(nf, n, packet, &f, now);
	if (unlikely(flow == NF_TABLE_NONE))
		return 0;
	nf_flow_used(&n->table, flow, &f, &n->flow[flow].ended, false, now);
	nat_rewrite_packet(nf, packet, *length, ip, &f, &ip->ip->src_addr, f.sport,
			n->config.wan_ip, rte_cpu_to_be_16(n->config.first_port + flow), NAT_WAN);
	nat_forward(ip->ip, packet, &n->gateway_mac, &nf->mac[NAT_WAN]);
	nf->counters[NAT_OUT]++;
	return 1u << NAT_WAN;
}

/* The flow that has this external port, with this remote end. */
static inline uint32_t
nat_flow_of(const struct nat *n, rte_be16_t port, rte_be32_t remote, rte_be16_t remote_port,
		uint32_t proto, uint64_t now)
{
	const uint32_t flow = (uint32_t)rte_be_to_cpu_16(port) - n->config.first_port;
	const struct nf_flow_key *key;

	if (!nf_table_has(&n->table, flow) || nf_table_old(&n->table, flow, now))
		return NF_TABLE_NONE;
	key = &n->flow[flow].key;
	if (key->proto != proto || key->dst != remote)
		return NF_TABLE_NONE;
	/* Both ends of an echo have the same identifier, which is translated. */
	if (proto != IPPROTO_ICMP && key->dport != remote_port)
		return NF_TABLE_NONE;
	return flow;
}

/* An error about a packet that went out: both are translated. */
static inline nf_ports_t
nat_in_error(struct nf *nf, struct nat *n, uint8_t *packet, struct nf_ipv4 *ip, uint64_t now)
{
	const struct nat_flow *to;
	struct nf_flow_error e;
	rte_be16_t inner_sum;
	uint32_t flow;

	if (!nf_flow_error_parse(ip, &e)) {
		nf->counters[NAT_UNSUPPORTED]++;
		return 0;
	}
	flow = e.key.src != n->config.wan_ip ? NF_TABLE_NONE :
		nat_flow_of(n, e.key.sport, e.key.dst, e.key.dport, e.key.proto, now);
	if (flow == NF_TABLE_NONE) {
		nf->counters[NAT_REFUSED]++;
		return 0;
	}
	to = &n->flow[flow];
	/* The error's own sum covers what is within it: address, port, the header's sum. */
	inner_sum = e.ip->hdr_checksum;
	nf_sum_change32(&e.icmp->icmp_cksum, e.ip->src_addr, to->key.src);
	nat_rewrite(&e.ip->hdr_checksum, &e.icmp->icmp_cksum, &e.ip->src_addr, e.sport,
			to->key.src, to->key.sport, false);
	nf_sum_change(&e.icmp->icmp_cksum, inner_sum, e.ip->hdr_checksum);
	nf_sum_change32(&ip->ip->hdr_checksum, ip->ip->dst_addr, to->key.src);
	ip->ip->dst_addr = to->key.src;
	nat_forward(ip->ip, packet, &to->mac, &nf->mac[NAT_LAN]);
	nf->counters[NAT_ERRORS]++;
	return 1u << NAT_LAN;
}

static inline nf_ports_t
nat_in(struct nf *nf, struct nat *n, uint8_t *packet, uint16_t length, struct nf_ipv4 *ip,
		uint64_t now)
{
	struct nf_flow_packet f;
	struct nat_flow *to;
	uint32_t flow;

	if (unlikely(!nf_flow_parse(ip, &f)))
		return nat_in_error(nf, n, packet, ip, now);
	flow = nat_flow_of(n, f.key.dport, f.key.src, f.key.sport, f.key.proto, now);
	if (unlikely(flow == NF_TABLE_NONE || (f.key.proto == IPPROTO_ICMP && !f.reply))) {
		nf->counters[NAT_REFUSED]++;
		return 0;
	}
	to = &n->flow[flow];
	nf_flow_used(&n->table, flow, &f, &to->ended, true, now);
	nat_rewrite_packet(nf, packet, length, ip, &f, &ip->ip->dst_addr, f.dport, to->key.src,
			to->key.sport, NAT_LAN);
	nat_forward(ip->ip, packet, &to->mac, &nf->mac[NAT_LAN]);
	nf->counters[NAT_IN]++;
	return 1u << NAT_LAN;
}

static inline nf_ports_t
nat_packet(struct nf *nf, uint8_t *packet, uint16_t *length, unsigned int from, uint64_t now)
{
	struct nat *n = nf->state;
	const rte_be32_t own = from == NAT_LAN ? n->config.lan_ip : n->config.wan_ip;
	struct nf_ipv4 ip;
	uint16_t type;

	if (unlikely(*length < RTE_ETHER_HDR_LEN)) {
		nf->counters[NAT_BAD]++;
		return 0;
	}
	type = nf_get16(packet + RTE_ETHER_HDR_LEN - 2);
	if (unlikely(type == RTE_ETHER_TYPE_ARP))
		return nat_arp(nf, n, packet, length, from);
	if (unlikely(type != RTE_ETHER_TYPE_IPV4 ||
			memcmp(packet, &nf->mac[from], RTE_ETHER_ADDR_LEN) != 0)) {
		nf->counters[NAT_OTHERS]++;
		return 0;
	}
	if (unlikely(!nf_ipv4_parse(packet, *length, RTE_ETHER_HDR_LEN, &ip))) {
		nf->counters[NAT_BAD]++;
		return 0;
	}
	if (ip.ip->dst_addr == own && (from == NAT_LAN || ip.ip->src_addr == n->config.gateway) &&
			nf_echo_answer(packet, &ip, &nf->mac[from])) {
		nf->counters[NAT_REPLIES]++;
		return 1u << from;
	}
	if (unlikely((ip.ip->dst_addr == own) == (from == NAT_LAN))) {
		nf->counters[NAT_OTHERS]++;
		return 0;
	}
	if (unlikely(ip.ip->time_to_live <= 1)) {
		nf->counters[NAT_EXPIRED_TTL]++;
		return 0;
	}
	if (from == NAT_LAN)
		return nat_out(nf, n, packet, length, &ip, now);
	return nat_in(nf, n, packet, *length, &ip, now);
}

#endif /* NF_NAT_H */
