/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* Checksum and VLAN insertion, 7.2.3.2.2 (legacy) and 7.2.5 (advanced). */

#include "model/tinynf_model_checksum.h"
#include "model/tinynf_model_tx_offload.h"

#define SCTP_CRC_AT  8u
#define SCTP_HEADER  12u

bool
tinynf_model_tx_refuse(struct tinynf_model *m, unsigned int n, uint32_t index, uint64_t value,
		const char *why, const char *section)
{
	tinynf_model_violate(m, TINYNF_REG(TDT, n), (int)n, (int)index, value, why, section);
	return false;
}

void
tinynf_model_vlan_insert(const struct tinynf_model *m, uint8_t *data, uint32_t *len, uint16_t tag)
{
	const uint16_t type =
		(uint16_t)(tinynf_model_get(m, TINYNF_REG_DMATXCTL) >> TINYNF_DMATXCTL_VT_SHIFT);

	memmove(data + 16, data + 12, *len - 12);
	tinynf_model_put16(data + 12, type);
	tinynf_model_put16(data + 14, tag);
	*len += 4;
}

/** @return the sum of everything from @p start on, as it goes on the wire. */
static uint16_t
sum_from(const uint8_t *data, uint32_t len, uint32_t start)
{
	return (uint16_t)~tinynf_csum_fold(tinynf_csum_add(0, data + start, len - start));
}

static bool
legacy(struct tinynf_model *m, unsigned int n, uint32_t index, const struct tinynf_desc *d,
		uint8_t *data, uint32_t *len)
{
	const uint32_t cso = (d->meta >> TINYNF_TXD_CSO_SHIFT) & 0xff;
	const uint32_t css = (d->meta >> TINYNF_TXD_CSS_SHIFT) & 0xff;

	/*
	 * Out of range there is no checksum, but there is a packet. A sum of zero stays
	 * zero: hardware does not know that the packet is UDP.
	 */
	if ((d->meta & TINYNF_TXD_IC) && (css >= *len || cso + 2 > *len))
		tinynf_model_tx_refuse(m, n, index, d->meta,
				"CSS or CSO is beyond the end of the packet", "7.2.3.2.2");
	else if (d->meta & TINYNF_TXD_IC)
		tinynf_model_put16(data + cso, sum_from(data, *len, css));
	if (d->meta & TINYNF_TXD_VLE) {
		if (*len < 14)
			return tinynf_model_tx_refuse(m, n, index, *len,
					"VLE on a packet without header", "7.2.3.2.2");
		tinynf_model_vlan_insert(m, data, len,
				(uint16_t)(d->meta >> TINYNF_TXD_VLAN_SHIFT));
	}
	return true;
}

/** TCP, UDP or SCTP, 7.2.5.2 and 7.2.5.3. @return what is wrong, or NULL. */
static const char *
insert_l4(const struct tinynf_model_context *c, uint8_t *data, uint32_t len)
{
	const uint32_t l4 = CTX_MACLEN(c) + CTX_IPLEN(c);
	uint32_t crc;
	uint16_t sum;

	switch (CTX_L4T(c)) {
	case TINYNF_L4T_UDP:
		if (l4 + 8 > len)
			return "MACLEN or IPLEN leaves no room for a UDP header";
		sum = sum_from(data, len, l4);
		tinynf_model_put16(data + l4 + 6, sum != 0 ? sum : 0xffff);
		return NULL;
	case TINYNF_L4T_TCP:
		if (l4 + 20 > len)
			return "MACLEN or IPLEN leaves no room for a TCP header";
		tinynf_model_put16(data + l4 + 16, sum_from(data, len, l4));
		return NULL;
	case TINYNF_L4T_SCTP:
		if (l4 + SCTP_HEADER > len)
			return "MACLEN or IPLEN leaves no room for an SCTP header";
		memset(data + l4 + SCTP_CRC_AT, 0, 4);
		crc = tinynf_crc32c(data + l4, len - l4);
		tinynf_model_put32(data + l4 + SCTP_CRC_AT, __builtin_bswap32(crc));
		return NULL;
	default:
		return "L4T is a reserved value";
	}
}

/** What an advanced packet asks for cannot be given. @return the reason, or NULL. */
static const char *
request_wrong(const struct tinynf_model_context *c, const struct tinynf_desc *d, uint32_t len)
{
	const uint64_t offloads = ADV_POPTS_IXSM | ADV_POPTS_TXSM | TINYNF_TXD_VLE;
	const uint32_t l4 = CTX_MACLEN(c) + CTX_IPLEN(c);

	if (d->meta & ADV_POPTS_IPSEC)
		return "IPsec is not offered by this device";
	if (!(d->meta & offloads))
		return NULL;
	if (!c->valid)
		return "no context descriptor came before";
	if ((d->meta & (ADV_POPTS_IXSM | ADV_POPTS_TXSM)) && CTX_SECURITY(c) != 0)
		return "IPsec and FCoE are not offered by this device";
	if ((d->meta & ADV_POPTS_IXSM) && (l4 > len || CTX_IPLEN(c) < 20))
		return "MACLEN or IPLEN does not fit";
	if ((d->meta & TINYNF_TXD_VLE) && len < 14)
		return "VLE on a packet without header";
	return NULL;
}

static bool
advanced(struct tinynf_model *m, unsigned int n, uint32_t index, const struct tinynf_desc *d,
		uint8_t *data, uint32_t *len)
{
	const struct tinynf_model_context *c = &m->queues->tx[n].ctx[ADV_IDX(d->meta)];
	const uint32_t l3 = CTX_MACLEN(c);
	const char *why = request_wrong(c, d, *len);

	if (why != NULL)
		return tinynf_model_tx_refuse(m, n, index, d->meta, why, "7.2.3.2.4");
	if (d->meta & ADV_POPTS_IXSM) {
		tinynf_model_put16(data + l3 + 10, 0);
		tinynf_model_put16(data + l3 + 10, (uint16_t)~tinynf_csum_fold(
				tinynf_csum_add(0, data + l3, CTX_IPLEN(c))));
	}
	if (d->meta & ADV_POPTS_TXSM) {
		why = insert_l4(c, data, *len);
		if (why != NULL)
			return tinynf_model_tx_refuse(m, n, index, c->lens, why, "7.2.3.2.3");
	}
	if (d->meta & TINYNF_TXD_VLE)
		tinynf_model_vlan_insert(m, data, len, CTX_VLAN(c));
	return true;
}

bool
tinynf_model_tx_offload(struct tinynf_model *m, unsigned int n, uint32_t index,
		const struct tinynf_desc *d, uint8_t *data, uint32_t *len, uint32_t room)
{
	if (*len + 4 > room)
		return tinynf_model_tx_refuse(m, n, index, *len, "packet is too long", "7.2.1.1");
	return d->meta & TINYNF_TXD_DEXT ? advanced(m, n, index, d, data, len) :
		legacy(m, n, index, d, data, len);
}
