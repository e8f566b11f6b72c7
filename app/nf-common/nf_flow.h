/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef NF_FLOW_H
#define NF_FLOW_H

/**
 * @file
 * Flows that begin on one side and may be answered by the other: their lifetimes, and
 * the ICMP errors that belong to them.
 */

#include "nf_packet.h"
#include "nf_table.h"

#define NF_FLOW_BRIEF  0u  /* list of UDP, ICMP, and TCP that opens or closes */
#define NF_FLOW_LONG   1u  /* list of TCP connections that were answered */

/** Lifetimes in seconds, RFC 4787 REQ-5 and RFC 5382 REQ-5. */
#define NF_FLOW_BRIEF_DEFAULT  300
#define NF_FLOW_LONG_DEFAULT   7440

/**
 * A flow was used.
 *
 * @param ended
 *   Kept with the flow, false at first: TCP is closing.
 * @param answer
 *   The packet comes from the other side.
 */
static inline void
nf_flow_used(struct nf_table *t, uint32_t flow, const struct nf_flow_packet *f, bool *ended,
		bool answer, uint64_t now)
{
	uint32_t list = t->links[flow].list;

	if (f->phase == NF_FLOW_END) {
		*ended = true;
		list = NF_FLOW_BRIEF;
	} else if (f->phase == NF_FLOW_OPEN && answer && !*ended) {
		list = NF_FLOW_LONG;
	} else if (f->phase == NF_FLOW_SHORT && !answer) {
		/* A new connection of the same ports. */
		*ended = false;
	}
	nf_table_touch(t, flow, list, now);
}

/** The packet that an ICMP error is about, of which it holds the beginning. */
struct nf_flow_error {
	struct rte_icmp_hdr *icmp;
	struct rte_ipv4_hdr *ip;
	rte_be16_t *sport, *dport;  /**< Of an echo both are its identifier. */
	struct nf_flow_key key;
};

/** @return false if it is not such an error, or not about TCP, UDP or an echo request. */
static inline bool
nf_flow_error_parse(const struct nf_ipv4 *p, struct nf_flow_error *e)
{
	uint16_t header;
	uint8_t *l4;

	e->icmp = (struct rte_icmp_hdr *)p->l4;
	e->ip = (struct rte_ipv4_hdr *)(e->icmp + 1);
	if (p->fragment || p->ip->next_proto_id != IPPROTO_ICMP ||
			p->l4_length < sizeof(*e->icmp) + sizeof(*e->ip))
		return false;
	/* Unreachable, time exceeded, bad parameter. */
	if (e->icmp->icmp_type != 3 && e->icmp->icmp_type != 11 && e->icmp->icmp_type != 12)
		return false;
	header = (e->ip->version_ihl & 0xf) * 4;
	if (e->ip->version_ihl >> 4 != 4 || header < sizeof(*e->ip) ||
			p->l4_length < sizeof(*e->icmp) + header + 8 ||
			(e->ip->fragment_offset & RTE_BE16(RTE_IPV4_HDR_OFFSET_MASK)) != 0)
		return false;
	l4 = (uint8_t *)e->ip + header;
	switch (e->ip->next_proto_id) {
	case IPPROTO_TCP:
	case IPPROTO_UDP:
		e->sport = (rte_be16_t *)l4;
		e->dport = (rte_be16_t *)(l4 + 2);
		break;
	case IPPROTO_ICMP:
		if (l4[0] != NF_ICMP_ECHO_REQUEST)
			return false;
		e->sport = &((struct rte_icmp_hdr *)l4)->icmp_ident;
		e->dport = e->sport;
		break;
	default:
		return false;
	}
	e->key = (struct nf_flow_key){ .src = e->ip->src_addr, .dst = e->ip->dst_addr,
		.sport = *e->sport, .dport = *e->dport, .proto = e->ip->next_proto_id };
	return true;
}

#endif /* NF_FLOW_H */
