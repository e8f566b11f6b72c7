/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* Transmit segmentation of TCP and UDP, 7.2.4. */

#include "model/tinynf_model_checksum.h"
#include "model/tinynf_model_tx_offload.h"

#define ETHERNET_HEADER 14u
#define ETHERTYPE_VLAN  0x8100u
#define VLAN_LEN        4u
#define IPV6_HEADER     40u
#define L4LEN_MAX       64u  /* 7.2.3.2.3 */
#define HEADERS_MAX     512u
#define TCP_SEQUENCE    4u
#define TCP_FLAGS       12u
#define TCP_CHECKSUM    16u
#define UDP_LENGTH      4u
#define UDP_CHECKSUM    6u

/** What the context and the first data descriptor must say. @return the reason, or NULL. */
static const char *
request_wrong(const struct tinynf_model_context *c, const struct tinynf_desc *d)
{
	if (!c->valid)
		return "no context descriptor came before";
	if (CTX_SECURITY(c) != 0)
		return "IPsec and FCoE are not offered by this device";
	if (CTX_L4T(c) > TINYNF_L4T_TCP)
		return "segmentation of what is neither TCP nor UDP";
	if (!(d->meta & ADV_POPTS_TXSM))
		return "segmentation without TXSM";
	if (CTX_IPV4(c) != !!(d->meta & ADV_POPTS_IXSM))
		return "segmentation needs IXSM for IPv4 and forbids it for IPv6";
	if (CTX_MSS(c) == 0)
		return "MSS is 0";
	if (!(d->meta & TINYNF_TXD_IFCS))
		return "segmentation without IFCS";
	return NULL;
}

static const char *
lengths_wrong(const struct tinynf_model_context *c, const struct tinynf_desc *d, uint32_t len)
{
	const uint32_t l4 = CTX_L4LEN(c);
	const uint32_t header = CTX_MACLEN(c) + CTX_IPLEN(c) + l4;
	const uint32_t tag = d->meta & TINYNF_TXD_VLE ? VLAN_LEN : 0;

	if (CTX_MACLEN(c) < ETHERNET_HEADER)
		return "MACLEN is below 14";
	if (CTX_IPLEN(c) < (CTX_IPV4(c) ? 20u : IPV6_HEADER))
		return "IPLEN is below the smallest header";
	if (l4 < (CTX_L4T(c) == TINYNF_L4T_TCP ? 20u : 8u) || l4 > L4LEN_MAX)
		return "L4LEN is not 20 to 64 (TCP) or 8 to 64 (UDP)";
	if (header > HEADERS_MAX)
		return "headers are longer than 512 bytes";
	if (header + CTX_MSS(c) + tag + TINYNF_MODEL_FCS > TINYNF_MODEL_MAX_FRAME)
		return "headers and MSS are longer than a frame";
	if (header >= len)
		return "headers are longer than the data";
	if (ADV_PAYLEN(d->meta) != len - header)
		return "PAYLEN is not the payload behind the headers";
	return NULL;
}

bool
tinynf_model_tso_start(struct tinynf_model *m, unsigned int n, uint32_t index,
		const struct tinynf_desc *d, const uint8_t *data, uint32_t len,
		struct tinynf_model_tso *tso)
{
	const struct tinynf_model_context *c = &m->queues->tx[n].ctx[ADV_IDX(d->meta)];
	const char *why = request_wrong(c, d);

	if (why != NULL)
		return tinynf_model_tx_refuse(m, n, index, d->meta, why, "7.2.3.2.4");
	why = lengths_wrong(c, d, len);
	if (why != NULL)
		return tinynf_model_tx_refuse(m, n, index, c->lens, why, "7.2.3.2.3");
	tso->data = data;
	tso->ip = CTX_MACLEN(c);
	tso->l4 = tso->ip + CTX_IPLEN(c);
	tso->header = tso->l4 + CTX_L4LEN(c);
	tso->payload = len - tso->header;
	tso->mss = CTX_MSS(c);
	tso->segments = (tso->payload + tso->mss - 1) / tso->mss;
	tso->ip4 = CTX_IPV4(c);
	tso->tcp = CTX_L4T(c) == TINYNF_L4T_TCP;
	tso->snap = CTX_SNAP(c);
	tso->vlan = d->meta & TINYNF_TXD_VLE;
	tso->tag = CTX_VLAN(c);
	tso->seed = tinynf_model_be16(data + tso->l4 +
			(tso->tcp ? TCP_CHECKSUM : UDP_CHECKSUM));
	return true;
}

/** Length field of an 802.3 header, 7.2.4.7; behind a tag that is in the data. */
static void
header_mac(const struct tinynf_model_tso *tso, uint8_t *out, uint32_t len)
{
	const uint32_t tagged = tinynf_model_be16(out + 12) == ETHERTYPE_VLAN &&
		tso->ip >= ETHERNET_HEADER + VLAN_LEN ? VLAN_LEN : 0;

	if (tso->snap)
		tinynf_model_put16(out + 12 + tagged,
				(uint16_t)(len - ETHERNET_HEADER - tagged));
}

static void
header_ip(const struct tinynf_model_tso *tso, uint32_t i, uint8_t *out, uint32_t len)
{
	uint8_t *ip = out + tso->ip;

	if (!tso->ip4) {
		tinynf_model_put16(ip + 4, (uint16_t)(len - tso->ip - IPV6_HEADER));
		return;
	}
	tinynf_model_put16(ip + 2, (uint16_t)(len - tso->ip));
	tinynf_model_put16(ip + 4, (uint16_t)(tinynf_model_be16(ip + 4) + i));
	tinynf_model_put16(ip + 10, 0);
	tinynf_model_put16(ip + 10, (uint16_t)~tinynf_csum_fold(tinynf_csum_add(0, ip,
			tso->l4 - tso->ip)));
}

/** Flags that first, middle and last segments keep, 8.2.3.9.3 and 8.2.3.9.4. */
static uint16_t
flags_kept(const struct tinynf_model *m, const struct tinynf_model_tso *tso, uint32_t i)
{
	const uint32_t low = tinynf_model_get(m, TINYNF_REG_DTXTCPFLGL);

	/*
	 * INTERPRETATION-MISSING: which flags a sole segment keeps. It is both first and last:
	 * CWR, FIN and PSH are all its own.
	 */
	if (tso->segments == 1)
		return 0xfff;
	if (i == tso->segments - 1)
		return tinynf_model_get(m, TINYNF_REG_DTXTCPFLGH) & 0xfff;
	return (i == 0 ? low : low >> 16) & 0xfff;
}

static void
header_l4(const struct tinynf_model *m, const struct tinynf_model_tso *tso, uint32_t i,
		uint8_t *out, uint32_t len)
{
	uint8_t *l4 = out + tso->l4;
	const uint32_t bytes = len - tso->l4;
	uint8_t *at = l4 + (tso->tcp ? TCP_CHECKSUM : UDP_CHECKSUM);
	uint16_t sum;
	uint16_t flags;

	if (tso->tcp) {
		tinynf_model_put32(l4 + TCP_SEQUENCE,
				tinynf_model_be32(l4 + TCP_SEQUENCE) + i * tso->mss);
		flags = tinynf_model_be16(l4 + TCP_FLAGS);
		tinynf_model_put16(l4 + TCP_FLAGS,
				flags & (0xf000 | flags_kept(m, tso, i)));
	} else {
		tinynf_model_put16(l4 + UDP_LENGTH, (uint16_t)bytes);
	}
	/* The seed is the pseudo header's sum without a length, 7.2.4.6: it differs by frame. */
	tinynf_model_put16(at, tso->seed);
	sum = (uint16_t)~tinynf_csum_fold(tinynf_csum_add(bytes, l4, bytes));
	tinynf_model_put16(at, sum == 0 && !tso->tcp ? 0xffff : sum);
}

uint32_t
tinynf_model_tso_segment(const struct tinynf_model *m, const struct tinynf_model_tso *tso,
		uint32_t i, uint8_t *out)
{
	const uint32_t at = i * tso->mss;
	const uint32_t part = tso->payload - at < tso->mss ? tso->payload - at : tso->mss;
	uint32_t len = tso->header + part;

	memcpy(out, tso->data, tso->header);
	memcpy(out + tso->header, tso->data + tso->header + at, part);
	header_mac(tso, out, len);
	header_ip(tso, i, out, len);
	header_l4(m, tso, i, out, len);
	if (tso->vlan)
		tinynf_model_vlan_insert(m, out, &len, tso->tag);
	return len;
}
