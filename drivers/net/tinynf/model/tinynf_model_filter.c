/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* Which frames are received, 7.1.1. */

#include "model/tinynf_model_queue.h"

#define ETHERTYPE_FLOW_CONTROL 0x8808
#define OPCODE_PAUSE 1
#define PAUSE_QUANTUM_PS UINT64_C(51200) /* 512 bit times at 10 Gb/s */
#define STATUS_VP   0x08
#define STATUS_PIF  0x80
#define VLAN_CFI    0x1000
#define STANDARD_MAX_FRAME 1518u

static uint64_t
address(const uint8_t *mac)
{
	uint64_t v = 0;
	unsigned int i;

	for (i = 0; i < 6; i++)
		v |= (uint64_t)mac[i] << (8 * i);
	return v;
}

static void
addresses_build(struct tinynf_model *m, struct tinynf_model_rx_config *c)
{
	unsigned int n;

	c->rar_count = 0;
	for (n = 0; n < 128; n++) {
		const uint32_t high = tinynf_model_get(m, TINYNF_REG(RAH, n));
		const uint32_t low = tinynf_model_get(m, TINYNF_REG(RAL, n));

		if (!(high & TINYNF_RAH_AV))
			continue;
		c->rar[c->rar_count++] = (uint64_t)(high & 0xffff) << 32 | low;
	}
}

void
tinynf_model_config_build(struct tinynf_model *m)
{
	struct tinynf_model_rx_config *c = &m->queues->config;
	const uint32_t fctrl = tinynf_model_get(m, TINYNF_REG_FCTRL);
	const uint32_t vlnctrl = tinynf_model_get(m, TINYNF_REG_VLNCTRL);
	const uint32_t hlreg0 = tinynf_model_get(m, TINYNF_REG_HLREG0);
	const uint32_t rxcsum = tinynf_model_get(m, TINYNF_REG_RXCSUM);
	const uint32_t mrqc = tinynf_model_get(m, TINYNF_REG_MRQC);
	const uint32_t mcst = tinynf_model_get(m, TINYNF_REG_MCSTCTRL);
	const uint32_t mflcn = tinynf_model_get(m, TINYNF_REG_MFLCN);
	const uint32_t size = tinynf_model_get(m, TINYNF_REG(RXPBSIZE, 0)) & 0xffc00;
	unsigned int n;

	m->queues->config_dirty = false;
	c->generation++;
	c->halted = tinynf_model_get(m, TINYNF_REG_SECRXCTRL) & TINYNF_SECRXCTRL_RX_DIS;
	c->on = (tinynf_model_get(m, TINYNF_REG_RXCTRL) & TINYNF_RXCTRL_RXEN) && !c->halted;
	/*
	 * INTERPRETATION-CONTRADICTION: HLREG0.RXCRCSTRP and RDRXCTL.CRCSTRIP must be set
	 * alike (8.2.3.22.8, 8.2.3.8.8), yet stock drivers set one. Either one strips.
	 */
	c->crc_strip = (hlreg0 & TINYNF_HLREG0_RXCRCSTRP) ||
		(tinynf_model_get(m, TINYNF_REG_RDRXCTL) & TINYNF_RDRXCTL_CRC_STRIP);
	c->jumbo = hlreg0 & TINYNF_HLREG0_JUMBOEN;
	c->max_frame = c->jumbo ? tinynf_model_get(m, TINYNF_REG_MAXFRS) >>
		TINYNF_MAXFRS_MFS_SHIFT : STANDARD_MAX_FRAME;
	/* A driver that asks for more was told; the packet buffer's users have room for this. */
	if (c->max_frame > TINYNF_MODEL_MAX_FRAME)
		c->max_frame = TINYNF_MODEL_MAX_FRAME;
	c->upe = fctrl & TINYNF_FCTRL_UPE;
	c->mpe = fctrl & TINYNF_FCTRL_MPE;
	c->bam = fctrl & TINYNF_FCTRL_BAM;
	c->vet = (uint16_t)vlnctrl;
	c->vlan_filter = vlnctrl & TINYNF_VLNCTRL_VFE;
	c->cfi_filter = vlnctrl & TINYNF_VLNCTRL_CFIEN;
	c->cfi = vlnctrl & TINYNF_VLNCTRL_CFI;
	c->multicast_table = mcst & TINYNF_MCSTCTRL_MFE;
	c->mta_shift = mcst & TINYNF_MCSTCTRL_MO;
	c->pause = mflcn & TINYNF_MFLCN_RFCE;
	c->discard_pause = !(mflcn & TINYNF_MFLCN_PMCF);
	c->packet_csum_off = rxcsum & TINYNF_RXCSUM_PCSD;
	c->payload_csum = rxcsum & TINYNF_RXCSUM_IPPCSE;
	c->mode = mrqc & TINYNF_MRQC_MRQE;
	c->rss_fields = (uint16_t)(mrqc >> 16);
	c->fifo_size = size > 0 && size <= TINYNF_MODEL_FIFO_SIZE ? size : TINYNF_MODEL_FIFO_SIZE;
	for (n = 0; n < 128; n++)
		c->reta[n] = (tinynf_model_get(m, TINYNF_REG(RETA, n / 4)) >> (8 * (n % 4))) & 0xf;
	c->split_types = tinynf_model_get(m, TINYNF_REG(PSRTYPE, 0));
	addresses_build(m, c);
	tinynf_model_steer_build(m);
}

void
tinynf_model_parse_l2(const uint8_t *data, uint16_t vet, struct tinynf_model_frame *f)
{
	f->ethertype = tinynf_model_be16(data + 12);
	f->l3_off = 14;
	f->tagged = f->ethertype == vet && f->len >= 18;
	if (f->tagged) {
		f->vlan = tinynf_model_be16(data + 14);
		f->ethertype = tinynf_model_be16(data + 16);
		f->l3_off = 18;
		f->status |= STATUS_VP;
	}
	f->l2_len = f->l3_off;
}

static bool
exact_match(const struct tinynf_model_rx_config *c, uint64_t da)
{
	uint32_t n;

	for (n = 0; n < c->rar_count; n++)
		if (c->rar[n] == da)
			return true;
	return false;
}

/** Twelve bits of the address select a bit of MTA or PFUTA, 8.2.3.7.3. */
static bool
hash_match(struct tinynf_model *m, uint32_t table, const uint8_t *da)
{
	static const unsigned int shift[4] = { 4, 3, 2, 0 };
	const unsigned int s = shift[m->queues->config.mta_shift];
	const uint32_t v = (((uint32_t)da[5] << 8 | da[4]) >> s) & 0xfff;

	return (tinynf_model_get(m, table + 4 * (v >> 5)) >> (v & 31)) & 1;
}

static bool
address_match(struct tinynf_model *m, const uint8_t *data, struct tinynf_model_frame *f)
{
	const struct tinynf_model_rx_config *c = &m->queues->config;

	if (f->cast == TINYNF_CAST_BROADCAST)
		return c->bam || exact_match(c, address(data));
	if (exact_match(c, address(data)))
		return true;
	if (f->cast == TINYNF_CAST_MULTICAST) {
		if (c->multicast_table && hash_match(m, TINYNF_REG_MTA, data)) {
			f->status |= STATUS_PIF;
			return true;
		}
		return c->mpe;
	}
	if (hash_match(m, TINYNF_REG_PFUTA, data)) {
		f->status |= STATUS_PIF;
		return true;
	}
	return c->upe;
}

/** A MAC control frame, IEEE 802.3 annex 31B: PAUSE stops transmission for a time, 3.7.7.3. */
static void
pause_received(struct tinynf_model *m, const uint8_t *data)
{
	static const uint8_t address[6] = { 0x01, 0x80, 0xc2, 0, 0, 1 };
	const uint32_t quanta = tinynf_model_be16(data + 16);

	if (memcmp(data, address, 6) != 0 || tinynf_model_be16(data + 14) != OPCODE_PAUSE)
		return;
	m->queues->tx_paused_until = m->now + quanta * PAUSE_QUANTUM_PS / 1000;
	if (quanta != 0)
		m->queues->mac.xoff++;
	else
		m->queues->mac.xon++;
	m->queues->sync_needed = true;
}

bool
tinynf_model_filter(struct tinynf_model *m, const uint8_t *data, struct tinynf_model_frame *f)
{
	const struct tinynf_model_rx_config *c = &m->queues->config;
	const uint32_t vid = f->vlan & 0xfff;

	if (f->ethertype == ETHERTYPE_FLOW_CONTROL && f->cast == TINYNF_CAST_MULTICAST &&
			(c->pause || c->discard_pause) && !f->loopback) {
		if (c->pause && f->len >= 18)
			pause_received(m, data);
		return false;
	}
	if (!address_match(m, data, f))
		return false;
	if (!f->tagged)
		return true;
	if (c->vlan_filter && !((tinynf_model_get(m, TINYNF_REG(VFTA, vid >> 5)) >>
			(vid & 31)) & 1))
		return false;
	return !c->vlan_filter || !c->cfi_filter || !!(f->vlan & VLAN_CFI) == c->cfi;
}
