/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * Receive filters (7.1.1), RSS (7.1.2.8) and the one interrupt cause in use (7.3).
 */

#include <errno.h>

#include "base/tinynf_base.h"
#include "base/tinynf_regs.h"

bool
tinynf_rar_get(struct tinynf_hw *hw, uint32_t index, uint8_t mac[TINYNF_MAC_LEN])
{
	uint32_t low = tinynf_hw_read(hw, TINYNF_REG(RAL, index));
	uint32_t high = tinynf_hw_read(hw, TINYNF_REG(RAH, index));
	uint32_t n;

	for (n = 0; n < TINYNF_MAC_LEN; n++)
		mac[n] = n < 4 ? low >> (8 * n) : high >> (8 * (n - 4));
	return (high & TINYNF_RAH_AV) != 0;
}

void
tinynf_rar_set(struct tinynf_hw *hw, uint32_t index, const uint8_t *mac)
{
	/* 8.2.3.7.8-9: the entry is off while its halves differ. */
	tinynf_hw_write(hw, TINYNF_REG(RAH, index), 0);
	if (mac == NULL) {
		tinynf_hw_write(hw, TINYNF_REG(RAL, index), 0);
		if (index != 0) {
			tinynf_hw_write(hw, TINYNF_REG(MPSAR_LO, index), 0);
			tinynf_hw_write(hw, TINYNF_REG(MPSAR_HI, index), 0);
		}
		return;
	}
	tinynf_hw_write(hw, TINYNF_REG(RAL, index), mac[0] | (uint32_t)mac[1] << 8 |
			(uint32_t)mac[2] << 16 | (uint32_t)mac[3] << 24);
	/* 8.2.3.7.10: pool 0 is the only one. */
	tinynf_hw_write(hw, TINYNF_REG(MPSAR_LO, index), 1);
	tinynf_hw_write(hw, TINYNF_REG(MPSAR_HI, index), 0);
	tinynf_hw_write(hw, TINYNF_REG(RAH, index),
			mac[4] | (uint32_t)mac[5] << 8 | TINYNF_RAH_AV);
}

void
tinynf_mta_add(uint32_t *table, const uint8_t mac[TINYNF_MAC_LEN])
{
	/* 7.1.1.1.3 with MO = 0: bits 47:36 of the address, the last byte being the highest. */
	uint32_t bit = ((uint32_t)mac[4] >> 4 | (uint32_t)mac[5] << 4) & 0xFFF;

	table[bit / 32] |= UINT32_C(1) << bit % 32;
}

void
tinynf_mta_set(struct tinynf_hw *hw, const uint32_t *table, bool enable)
{
	uint32_t n;

	for (n = 0; n < TINYNF_COUNT_MTA; n++)
		tinynf_hw_write(hw, TINYNF_REG(MTA, n), table[n]);
	/* 8.2.3.7.3 */
	tinynf_hw_write(hw, TINYNF_REG_MCSTCTRL, enable ? TINYNF_MCSTCTRL_MFE : 0);
}

int
tinynf_promiscuous_set(struct tinynf_hw *hw, bool unicast, bool multicast)
{
	uint32_t before = tinynf_hw_read(hw, TINYNF_REG_FCTRL);
	uint32_t fctrl = before & ~(TINYNF_FCTRL_UPE | TINYNF_FCTRL_MPE);
	bool receiving = tinynf_hw_read(hw, TINYNF_REG_RXCTRL) & TINYNF_RXCTRL_RXEN;

	fctrl |= TINYNF_FCTRL_BAM;
	if (unicast)
		fctrl |= TINYNF_FCTRL_UPE;
	if (multicast)
		fctrl |= TINYNF_FCTRL_MPE;
	if (fctrl == before)
		return 0;
	/* 8.2.3.7.1: RXEN must be off while the filters change. */
	if (receiving)
		tinynf_hw_rx_disable(hw);
	tinynf_hw_write(hw, TINYNF_REG_FCTRL, fctrl);
	return receiving ? tinynf_hw_rx_enable(hw) : 0;
}

void
tinynf_vlan_set(struct tinynf_hw *hw, uint16_t vlan, bool pass)
{
	uint32_t reg = TINYNF_REG(VFTA, vlan / 32 & 0x7F);

	/* 8.2.3.7.11 */
	if (pass)
		tinynf_hw_set(hw, reg, UINT32_C(1) << vlan % 32);
	else
		tinynf_hw_clear(hw, reg, UINT32_C(1) << vlan % 32);
}

void
tinynf_vlan_filter_enable(struct tinynf_hw *hw, bool enable)
{
	uint32_t vlnctrl = tinynf_hw_read(hw, TINYNF_REG_VLNCTRL);

	/* 8.2.3.7.2; the CFI (DEI) bit is no reason to drop. */
	vlnctrl &= ~(TINYNF_VLNCTRL_VFE | TINYNF_VLNCTRL_CFIEN);
	if (enable)
		vlnctrl |= TINYNF_VLNCTRL_VFE;
	tinynf_hw_write(hw, TINYNF_REG_VLNCTRL, vlnctrl);
}

void
tinynf_vlan_strip_set(struct tinynf_hw *hw, uint16_t queue, bool strip)
{
	if (strip)
		tinynf_hw_set(hw, TINYNF_REG(RXDCTL, queue), TINYNF_RXDCTL_VME);
	else
		tinynf_hw_clear(hw, TINYNF_REG(RXDCTL, queue), TINYNF_RXDCTL_VME);
}

void
tinynf_rss_set(struct tinynf_hw *hw, bool enable, uint32_t fields)
{
	static const uint32_t bits[] = {
		TINYNF_MRQC_TCP_IPV4, TINYNF_MRQC_IPV4, TINYNF_MRQC_IPV6,
		TINYNF_MRQC_TCP_IPV6, TINYNF_MRQC_UDP_IPV4, TINYNF_MRQC_UDP_IPV6,
	};
	uint32_t mrqc = 0;
	uint32_t n;

	/* 8.2.3.7.12 */
	if (enable) {
		mrqc = TINYNF_MRQC_MRQE_RSS;
		for (n = 0; n < sizeof(bits) / sizeof(bits[0]); n++)
			if (fields & UINT32_C(1) << n)
				mrqc |= bits[n];
	}
	tinynf_hw_write(hw, TINYNF_REG_MRQC, mrqc);
}

void
tinynf_rss_key_set(struct tinynf_hw *hw, const uint8_t key[TINYNF_RSS_KEY_LEN])
{
	uint32_t n;

	/* 8.2.3.7.14: the key's first byte is the lowest of the first register. */
	for (n = 0; n < TINYNF_COUNT_RSSRK; n++)
		tinynf_hw_write(hw, TINYNF_REG(RSSRK, n), key[4 * n] |
				(uint32_t)key[4 * n + 1] << 8 |
				(uint32_t)key[4 * n + 2] << 16 |
				(uint32_t)key[4 * n + 3] << 24);
}

void
tinynf_rss_table_set(struct tinynf_hw *hw, const uint8_t table[TINYNF_RETA_ENTRIES])
{
	uint32_t n;

	/* 8.2.3.7.13: four entries of four bits, a byte each. */
	for (n = 0; n < TINYNF_COUNT_RETA; n++)
		tinynf_hw_write(hw, TINYNF_REG(RETA, n), (table[4 * n] & 0xFu) |
				(table[4 * n + 1] & 0xFu) << 8 |
				(table[4 * n + 2] & 0xFu) << 16 |
				(table[4 * n + 3] & 0xFu) << 24);
}
