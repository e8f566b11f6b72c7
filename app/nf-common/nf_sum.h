/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef NF_SUM_H
#define NF_SUM_H

/**
 * @file
 * Layer 4 checksums by hardware: a packet function leaves one to the port that the packet goes to,
 * if that port can fill it in and the port that the packet came from found it good. Otherwise it
 * changes the sum as it changes the packet, so that what came damaged stays damaged.
 */

#include "nf.h"
#include "nf_packet.h"

/** Will hardware fill in this packet's sum? Padding behind the packet is not for it to sum. */
static inline bool
nf_sum_offloads(const struct nf *nf, const uint8_t *packet, uint16_t length,
		const struct nf_ipv4 *p, const struct nf_flow_packet *f, unsigned int to)
{
	if (likely(!nf->sums.good))
		return false;
	return ((f->key.proto == IPPROTO_TCP ? nf->sums.tcp :
			f->key.proto == IPPROTO_UDP ? nf->sums.udp : 0) >> to & 1) != 0 &&
		f->sum != NULL && p->l4 + p->l4_length == packet + length;
}

/**
 * Leave the sum to hardware: after all other changes to the packet. Not inlined, as most packets
 * would have to make way for it.
 */
static __rte_noinline void
nf_sum_offload(struct nf *nf, const uint8_t *packet, struct rte_ipv4_hdr *ip, const uint8_t *l4,
		rte_be16_t *sum)
{
	nf->sums.l2_len = (const uint8_t *)ip - packet;
	nf->sums.l3_len = l4 - (const uint8_t *)ip;
	nf->sums.is_tcp = ip->next_proto_id == IPPROTO_TCP;
	nf->sums.wanted = true;
	*sum = rte_ipv4_phdr_cksum(ip, 0);
}

#endif /* NF_SUM_H */
