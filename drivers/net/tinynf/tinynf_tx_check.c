/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#include <errno.h>

#include <rte_errno.h>
#include <rte_ip.h>
#include <rte_net.h>
#include <rte_tcp.h>
#include <rte_udp.h>

#include "base/tinynf_desc.h"
#include "tinynf_events.h"
#include "tinynf_queue.h"
#include "tinynf_slots.h"
#include "tinynf_tx_check.h"

#define REFUSE(reason, err) ((struct tinynf_tx_refusal){ TINYNF_EV_TX_ ## reason, (err) })
#define ACCEPT ((struct tinynf_tx_refusal){ TINYNF_EV_COUNT, 0 })

/* CSS and CSO are bytes from the packet's start in 8 bits, 7.2.3.2.2. */
#define CSUM_OFFSET_MAX  UINT8_MAX

static uint32_t
l4_csum_field(uint64_t ol_flags)
{
	return (ol_flags & RTE_MBUF_F_TX_L4_MASK) == RTE_MBUF_F_TX_TCP_CKSUM ?
		offsetof(struct rte_tcp_hdr, cksum) : offsetof(struct rte_udp_hdr, dgram_cksum);
}

static struct tinynf_tx_refusal
check_offload(const struct rte_mbuf *m, uint32_t max)
{
	const uint64_t l4 = m->ol_flags & RTE_MBUF_F_TX_L4_MASK;
	uint32_t start, field;

	if (m->ol_flags & RTE_MBUF_F_TX_OFFLOAD_MASK & ~TINYNF_TX_FLAGS)
		return REFUSE(OFFLOAD, ENOTSUP);
	if (m->ol_flags & RTE_MBUF_F_TX_VLAN && m->data_len + (uint32_t)RTE_VLAN_HLEN > max)
		return REFUSE(LENGTH, EMSGSIZE);
	if (l4 == RTE_MBUF_F_TX_L4_NO_CKSUM)
		return ACCEPT;
	if (l4 == RTE_MBUF_F_TX_SCTP_CKSUM)
		return REFUSE(OFFLOAD, ENOTSUP);
	/* The driver fills in UDP checksums: other holders must not see that happen. */
	if (l4 == RTE_MBUF_F_TX_UDP_CKSUM && rte_mbuf_refcnt_read(m) != 1)
		return REFUSE(OFFLOAD, ENOTSUP);
	start = m->l2_len + m->l3_len;
	field = start + l4_csum_field(m->ol_flags);
	if (start == 0 || field > CSUM_OFFSET_MAX || field + sizeof(uint16_t) > m->data_len)
		return REFUSE(OFFLOAD, ENOTSUP);
	return ACCEPT;
}

struct tinynf_tx_refusal
tinynf_tx_check(const struct rte_mbuf *m, uint32_t max)
{
	if (!RTE_MBUF_DIRECT(m))
		return REFUSE(CLONED, ENOTSUP);
	if (!tinynf_slot_is_ours(m))
		return REFUSE(FOREIGN, ENOTSUP);
	if (m->nb_segs != 1 || m->next != NULL)
		return REFUSE(CHAINED, ENOTSUP);
	if (m->data_len == 0 || m->pkt_len != m->data_len)
		return REFUSE(LENGTH, EINVAL);
	if (m->data_len > max || (uint32_t)m->data_off + m->data_len > m->buf_len)
		return REFUSE(LENGTH, EMSGSIZE);
	if (m->ol_flags & RTE_MBUF_F_TX_OFFLOAD_MASK)
		return check_offload(m, max);
	return ACCEPT;
}

/*
 * Legacy descriptors can't do UDP: a sum of 0 must be sent as 0xffff, since 0 means "none",
 * and they send the 0, 7.2.3.2.2. So software does it. The field has the pseudo header's sum.
 */
static void
udp_csum(struct rte_mbuf *m)
{
	const uint32_t start = m->l2_len + m->l3_len;
	struct rte_udp_hdr *udp = rte_pktmbuf_mtod_offset(m, struct rte_udp_hdr *, start);
	uint32_t len = m->data_len - start;
	uint16_t said = rte_be_to_cpu_16(udp->dgram_len);
	uint16_t sum;

	if (said >= sizeof(*udp) && said < len)
		len = said;
	sum = ~rte_raw_cksum(udp, len);
	udp->dgram_cksum = sum == 0 ? UINT16_MAX : sum;
}

uint64_t
tinynf_tx_meta(struct rte_mbuf *m)
{
	uint64_t meta = TINYNF_TXD_EOP | TINYNF_TXD_IFCS |
		(uint64_t)m->data_len << TINYNF_TXD_LEN_SHIFT;
	uint64_t start;

	if (m->ol_flags & RTE_MBUF_F_TX_VLAN)
		meta |= TINYNF_TXD_VLE | (uint64_t)m->vlan_tci << TINYNF_TXD_VLAN_SHIFT;
	switch (m->ol_flags & RTE_MBUF_F_TX_L4_MASK) {
	case RTE_MBUF_F_TX_TCP_CKSUM:
		/* Offsets don't count a VLAN tag that the hardware inserts, 7.2.3.2.2. */
		start = m->l2_len + m->l3_len;
		meta |= TINYNF_TXD_IC | start << TINYNF_TXD_CSS_SHIFT |
			(start + l4_csum_field(m->ol_flags)) << TINYNF_TXD_CSO_SHIFT;
		break;
	case RTE_MBUF_F_TX_UDP_CKSUM:
		udp_csum(m);
		break;
	default:
		break;
	}
	return meta;
}

uint16_t
tinynf_tx_prepare(void *queue, struct rte_mbuf **pkts, uint16_t nb_pkts)
{
	const struct tinynf_txq *txq = queue;
	const uint32_t max = *txq->mtu + TINYNF_L2_OVERHEAD;
	uint16_t i;

	for (i = 0; i < nb_pkts; i++) {
		struct tinynf_tx_refusal no = tinynf_tx_check(pkts[i], max);
		int ret;

		if (no.err != 0) {
			rte_errno = no.err;
			return i;
		}
		if (!(pkts[i]->ol_flags & RTE_MBUF_F_TX_L4_MASK))
			continue;
		ret = rte_net_intel_cksum_prepare(pkts[i]);
		if (ret != 0) {
			rte_errno = -ret;
			return i;
		}
	}
	return i;
}
