/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef NF_PACKET_H
#define NF_PACKET_H

/**
 * @file
 * Looking at frames, with every length checked, and changing them with their checksums.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <rte_byteorder.h>
#include <rte_ether.h>
#include <rte_icmp.h>
#include <rte_ip.h>
#include <rte_tcp.h>
#include <rte_udp.h>

#define NF_VLAN_TAGS  2

/* RFC 792; the names that DPDK gives them changed between versions. */
#define NF_ICMP_ECHO_REPLY    0
#define NF_ICMP_ECHO_REQUEST  8

/** An address in a packet, which behind an Ethernet header is on an odd multiple of 2. */
typedef rte_be32_t nf_be32_t __attribute__((aligned(2)));

static inline uint16_t
nf_get16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

/** Offset of what follows the Ethernet header and VLAN tags, and its type; 0 if there is none. */
static inline uint16_t
nf_l3(const uint8_t *packet, uint16_t length, uint16_t *type)
{
	uint16_t at = RTE_ETHER_HDR_LEN;
	unsigned int i;

	if (length < at)
		return 0;
	*type = nf_get16(packet + at - 2);
	for (i = 0; i < NF_VLAN_TAGS && (*type == RTE_ETHER_TYPE_VLAN ||
			*type == RTE_ETHER_TYPE_QINQ); i++) {
		at += RTE_VLAN_HLEN;
		if (length < at)
			return 0;
		*type = nf_get16(packet + at - 2);
	}
	return at;
}

/** An IPv4 packet of which header and length are sound. */
struct nf_ipv4 {
	struct rte_ipv4_hdr *ip;
	uint8_t *l4;
	uint16_t l4_length;    /**< Of this fragment, without padding of the frame. */
	bool fragment;         /**< One of several. */
	bool first;            /**< The one, or not a fragment. */
};

/** @return false if it is not a sound packet. */
static inline bool
nf_ipv4_parse(uint8_t *packet, uint16_t length, uint16_t at, struct nf_ipv4 *p)
{
	struct rte_ipv4_hdr *ip = (struct rte_ipv4_hdr *)(packet + at);
	uint16_t header, total, offset;

	if (length < at + sizeof(*ip))
		return false;
	header = (ip->version_ihl & 0xf) * 4;
	total = rte_be_to_cpu_16(ip->total_length);
	if (ip->version_ihl >> 4 != 4 || header < sizeof(*ip) || total < header ||
			total > length - at)
		return false;
	offset = rte_be_to_cpu_16(ip->fragment_offset);
	p->ip = ip;
	p->l4 = (uint8_t *)ip + header;
	p->l4_length = total - header;
	p->fragment = (offset & (RTE_IPV4_HDR_MF_FLAG | RTE_IPV4_HDR_OFFSET_MASK)) != 0;
	p->first = (offset & RTE_IPV4_HDR_OFFSET_MASK) == 0;
	return true;
}

/** A sum in which 16 bits changed, RFC 1624, equation 3. */
static inline void
nf_sum_change(rte_be16_t *sum, uint16_t from, uint16_t to)
{
	uint32_t s = (uint16_t)~*sum + (uint32_t)(uint16_t)~from + to;

	s = (s & 0xffff) + (s >> 16);
	s = (s & 0xffff) + (s >> 16);
	*sum = ~s;
}

static inline void
nf_sum_change32(rte_be16_t *sum, uint32_t from, uint32_t to)
{
	nf_sum_change(sum, from & 0xffff, to & 0xffff);
	nf_sum_change(sum, from >> 16, to >> 16);
}

/** What tells one flow from another; no padding, to be hashed. */
struct nf_flow_key {
	rte_be32_t src, dst;
	rte_be16_t sport, dport;
	uint32_t proto;
};

static inline struct nf_flow_key
nf_flow_reverse(const struct nf_flow_key *k)
{
	return (struct nf_flow_key){ .src = k->dst, .dst = k->src, .sport = k->dport,
		.dport = k->sport, .proto = k->proto };
}

/** How a flow's lifetime changes by a packet. */
enum nf_flow_phase {
	NF_FLOW_SHORT,   /**< UDP, ICMP, TCP while it opens. */
	NF_FLOW_OPEN,    /**< TCP with data. */
	NF_FLOW_END,     /**< TCP that closes. */
};

/** A packet of a flow. */
struct nf_flow_packet {
	struct nf_flow_key key;
	enum nf_flow_phase phase;
	rte_be16_t *sport, *dport;  /**< Of an echo both are its identifier. */
	rte_be16_t *sum;            /**< Of layer 4; NULL if it has none. */
	bool reply;                 /**< An echo reply. */
	bool opens;                 /**< May begin a flow. */
};

/** @return false if it is not TCP, UDP or ICMP echo, or not sound, or a fragment. */
static inline bool
nf_flow_parse(const struct nf_ipv4 *p, struct nf_flow_packet *f)
{
	struct rte_tcp_hdr *tcp = (struct rte_tcp_hdr *)p->l4;
	struct rte_udp_hdr *udp = (struct rte_udp_hdr *)p->l4;
	struct rte_icmp_hdr *icmp = (struct rte_icmp_hdr *)p->l4;

	if (p->fragment)
		return false;
	f->phase = NF_FLOW_SHORT;
	f->reply = false;
	f->opens = true;
	switch (p->ip->next_proto_id) {
	case IPPROTO_TCP:
		if (p->l4_length < sizeof(*tcp))
			return false;
		f->sport = &tcp->src_port;
		f->dport = &tcp->dst_port;
		f->sum = &tcp->cksum;
		if (tcp->tcp_flags & (RTE_TCP_FIN_FLAG | RTE_TCP_RST_FLAG))
			f->phase = NF_FLOW_END;
		else if (!(tcp->tcp_flags & RTE_TCP_SYN_FLAG))
			f->phase = NF_FLOW_OPEN;
		f->opens = !(tcp->tcp_flags & RTE_TCP_RST_FLAG);
		break;
	case IPPROTO_UDP:
		if (p->l4_length < sizeof(*udp))
			return false;
		f->sport = &udp->src_port;
		f->dport = &udp->dst_port;
		f->sum = udp->dgram_cksum != 0 ? &udp->dgram_cksum : NULL;
		break;
	case IPPROTO_ICMP:
		if (p->l4_length < sizeof(*icmp) || icmp->icmp_code != 0 ||
				(icmp->icmp_type != NF_ICMP_ECHO_REQUEST &&
				 icmp->icmp_type != NF_ICMP_ECHO_REPLY))
			return false;
		f->sport = &icmp->icmp_ident;
		f->dport = &icmp->icmp_ident;
		f->sum = &icmp->icmp_cksum;
		f->reply = icmp->icmp_type == NF_ICMP_ECHO_REPLY;
		f->opens = !f->reply;
		break;
	default:
		return false;
	}
	f->key = (struct nf_flow_key){ .src = p->ip->src_addr, .dst = p->ip->dst_addr,
		.sport = *f->sport, .dport = *f->dport, .proto = p->ip->next_proto_id };
	return true;
}

#endif /* NF_PACKET_H */
