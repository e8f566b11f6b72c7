/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* Checksum and VLAN insertion, 7.2.3.2.2 (legacy) and 7.2.5 (advanced). */

#include "model/tinynf_model_checksum.h"
#include "model/tinynf_model_queue.h"

#define ADV_POPTS_IXSM (UINT64_C(1) << 40)
#define ADV_POPTS_TXSM (UINT64_C(1) << 41)
#define CTX_MACLEN(c)  (uint32_t)(((c)->lens >> 9) & 0x7f)
#define CTX_IPLEN(c)   (uint32_t)((c)->lens & 0x1ff)
#define CTX_VLAN(c)    (uint16_t)((c)->lens >> 16)
#define CTX_L4T(c)     (unsigned int)(((c)->cmd >> 11) & 3)
#define L4T_TCP 1u

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

static bool
refuse(struct tinynf_model *m, unsigned int n, uint32_t index, uint64_t value, const char *why,
		const char *section)
{
	tinynf_model_violate(m, TINYNF_REG(TDT, n), (int)n, (int)index, value, why, section);
	return false;
}

/** A sum from @p start to the end goes to @p at; zero stays all ones for UDP. */
static void
insert(uint8_t *data, uint32_t len, uint32_t start, uint32_t at)
{
	const uint16_t sum = (uint16_t)~tinynf_csum_fold(tinynf_csum_add(0, data + start,
			len - start));

	tinynf_model_put16(data + at, sum != 0 ? sum : 0xffff);
}

static bool
legacy(struct tinynf_model *m, unsigned int n, uint32_t index, const struct tinynf_desc *d,
		uint8_t *data, uint32_t *len)
{
	const uint32_t cso = (d->meta >> TINYNF_TXD_CSO_SHIFT) & 0xff;
	const uint32_t css = (d->meta >> TINYNF_TXD_CSS_SHIFT) & 0xff;

	if (d->meta & TINYNF_TXD_IC) {
		if (css >= *len || cso + 2 > *len)
			return refuse(m, n, index, d->meta,
					"CSS or CSO is beyond the end of the packet", "7.2.3.2.2");
		insert(data, *len, css, cso);
	}
	if (d->meta & TINYNF_TXD_VLE) {
		if (*len < 14)
			return refuse(m, n, index, *len, "VLE on a packet without header",
					"7.2.3.2.2");
		tinynf_model_vlan_insert(m, data, len,
				(uint16_t)(d->meta >> TINYNF_TXD_VLAN_SHIFT));
	}
	return true;
}

static bool
advanced(struct tinynf_model *m, unsigned int n, uint32_t index, const struct tinynf_desc *d,
		uint8_t *data, uint32_t *len)
{
	const struct tinynf_model_context *c = &m->queues->tx[n].ctx[(d->meta >> 36) & 1];
	const bool wants = (d->meta & (ADV_POPTS_IXSM | ADV_POPTS_TXSM | TINYNF_TXD_VLE)) != 0;
	const uint32_t l3 = CTX_MACLEN(c);
	const uint32_t l4 = l3 + CTX_IPLEN(c);
	uint32_t at;

	if (wants && !c->valid)
		return refuse(m, n, index, d->meta, "no context descriptor came before",
				"7.2.3.2.3");
	if (d->meta & ADV_POPTS_IXSM) {
		if (l4 > *len || l4 < l3 + 20)
			return refuse(m, n, index, c->lens, "MACLEN or IPLEN does not fit",
					"7.2.3.2.3");
		tinynf_model_put16(data + l3 + 10, 0);
		tinynf_model_put16(data + l3 + 10, (uint16_t)~tinynf_csum_fold(
				tinynf_csum_add(0, data + l3, l4 - l3)));
	}
	if (d->meta & ADV_POPTS_TXSM) {
		if (CTX_L4T(c) > L4T_TCP)
			return refuse(m, n, index, c->cmd, "L4T is neither TCP nor UDP",
					"7.2.3.2.3");
		at = l4 + (CTX_L4T(c) == L4T_TCP ? 16 : 6);
		if (at + 2 > *len)
			return refuse(m, n, index, c->lens, "MACLEN or IPLEN does not fit",
					"7.2.3.2.3");
		insert(data, *len, l4, at);
	}
	if (d->meta & TINYNF_TXD_VLE) {
		if (*len < 14)
			return refuse(m, n, index, *len, "VLE on a packet without header",
					"7.2.3.2.4");
		tinynf_model_vlan_insert(m, data, len, CTX_VLAN(c));
	}
	return true;
}

bool
tinynf_model_tx_offload(struct tinynf_model *m, unsigned int n, uint32_t index,
		const struct tinynf_desc *d, uint8_t *data, uint32_t *len, uint32_t room)
{
	if (*len + 4 > room)
		return refuse(m, n, index, *len, "packet is too long", "7.2.1.1");
	return d->meta & TINYNF_TXD_DEXT ? advanced(m, n, index, d, data, len) :
		legacy(m, n, index, d, data, len);
}
