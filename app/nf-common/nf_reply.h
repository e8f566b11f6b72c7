/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef NF_REPLY_H
#define NF_REPLY_H

/**
 * @file
 * Packets of a function's own. There is nowhere to allocate them from, so they take the place of
 * a received one: an answer that of its question, a question that of the packet which needs
 * the answer (its sender sends it again).
 */

#include <string.h>

#include <rte_arp.h>

#include "nf_packet.h"

#define NF_MIN_FRAME  60  /* without FCS */

static inline struct rte_arp_hdr *
nf_arp_parse(uint8_t *packet, uint16_t length)
{
	struct rte_arp_hdr *arp = (struct rte_arp_hdr *)(packet + RTE_ETHER_HDR_LEN);

	if (length < RTE_ETHER_HDR_LEN + sizeof(*arp) ||
			arp->arp_hardware != RTE_BE16(RTE_ARP_HRD_ETHER) ||
			arp->arp_protocol != RTE_BE16(RTE_ETHER_TYPE_IPV4) ||
			arp->arp_hlen != RTE_ETHER_ADDR_LEN ||
			arp->arp_plen != sizeof(rte_be32_t))
		return NULL;
	return arp;
}

/** Padding, all zero, up to the shortest frame. */
static inline void
nf_pad(uint8_t *packet, uint16_t *length, uint16_t used)
{
	memset(packet + used, 0, NF_MIN_FRAME - used);
	*length = NF_MIN_FRAME;
}

/** If it asks for @p ip, make it the answer. @return whether it does. */
static inline bool
nf_arp_answer(uint8_t *packet, uint16_t *length, struct rte_arp_hdr *arp, rte_be32_t ip,
		const struct rte_ether_addr *mac)
{
	struct rte_ether_hdr *ether = (struct rte_ether_hdr *)packet;

	if (arp->arp_opcode != RTE_BE16(RTE_ARP_OP_REQUEST) || arp->arp_data.arp_tip != ip)
		return false;
	arp->arp_opcode = RTE_BE16(RTE_ARP_OP_REPLY);
	arp->arp_data.arp_tha = arp->arp_data.arp_sha;
	arp->arp_data.arp_tip = arp->arp_data.arp_sip;
	arp->arp_data.arp_sha = *mac;
	arp->arp_data.arp_sip = ip;
	ether->dst_addr = arp->arp_data.arp_tha;
	ether->src_addr = *mac;
	nf_pad(packet, length, RTE_ETHER_HDR_LEN + sizeof(*arp));
	return true;
}

/** Make any packet a question for the address of @p ip. */
static inline void
nf_arp_ask(uint8_t *packet, uint16_t *length, rte_be32_t ip, rte_be32_t own_ip,
		const struct rte_ether_addr *mac)
{
	struct rte_ether_hdr *ether = (struct rte_ether_hdr *)packet;
	struct rte_arp_hdr *arp = (struct rte_arp_hdr *)(packet + RTE_ETHER_HDR_LEN);

	memset(&ether->dst_addr, 0xff, sizeof(ether->dst_addr));
	ether->src_addr = *mac;
	ether->ether_type = RTE_BE16(RTE_ETHER_TYPE_ARP);
	memset(arp, 0, sizeof(*arp));
	arp->arp_hardware = RTE_BE16(RTE_ARP_HRD_ETHER);
	arp->arp_protocol = RTE_BE16(RTE_ETHER_TYPE_IPV4);
	arp->arp_hlen = RTE_ETHER_ADDR_LEN;
	arp->arp_plen = sizeof(rte_be32_t);
	arp->arp_opcode = RTE_BE16(RTE_ARP_OP_REQUEST);
	arp->arp_data.arp_sha = *mac;
	arp->arp_data.arp_sip = own_ip;
	arp->arp_data.arp_tip = ip;
	nf_pad(packet, length, RTE_ETHER_HDR_LEN + sizeof(*arp));
}

/** If it is an echo request, make it the answer. @return whether it is. */
static inline bool
nf_echo_answer(uint8_t *packet, const struct nf_ipv4 *p, const struct rte_ether_addr *mac)
{
	struct rte_ether_hdr *ether = (struct rte_ether_hdr *)packet;
	struct rte_icmp_hdr *icmp = (struct rte_icmp_hdr *)p->l4;
	rte_be32_t addr;

	if (p->fragment || p->ip->next_proto_id != IPPROTO_ICMP ||
			p->l4_length < sizeof(*icmp) || icmp->icmp_code != 0 ||
			icmp->icmp_type != NF_ICMP_ECHO_REQUEST)
		return false;
	icmp->icmp_type = NF_ICMP_ECHO_REPLY;
	nf_sum_change(&icmp->icmp_cksum, RTE_BE16(NF_ICMP_ECHO_REQUEST << 8),
			RTE_BE16(NF_ICMP_ECHO_REPLY << 8));
	addr = p->ip->src_addr;
	p->ip->src_addr = p->ip->dst_addr;
	p->ip->dst_addr = addr;
	ether->dst_addr = ether->src_addr;
	ether->src_addr = *mac;
	return true;
}

#endif /* NF_REPLY_H */
