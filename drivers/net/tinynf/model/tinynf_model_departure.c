/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * What stock drivers do although the manual does not allow it, and cards bear. Strict mode
 * counts it instead of reporting a violation: this table is the whole list of exceptions.
 */

#include "model/tinynf_model_priv.h"

enum {
	EIMC_BIT_31,
	FCTRL_RESERVED,
	FCTRL_WHILE_RECEIVING,
	SW_FW_SYNC_BIT_10,
	RDRXCTL_RESERVED,
	CRC_STRIP_UNLIKE,
	RXCTRL_DMBYPS,
	RAH_VIND,
	EICS_READ,
	OLD_ADDRESS,
};

static const struct tinynf_model_departure table[TINYNF_MODEL_DEPARTURES] = {
	[EIMC_BIT_31] = { "EIMC", "reserved bit 31 written", "8.2.3.5.4",
		"Linux ixgbe, DPDK net_ixgbe" },
	[FCTRL_RESERVED] = { "FCTRL", "reserved bits 13:12 written (flow control on the 82598)",
		"8.2.3.7.1", "DPDK net_ixgbe" },
	[FCTRL_WHILE_RECEIVING] = { "FCTRL", "changed while RXCTRL.RXEN is set", "8.2.3.7.1",
		"Linux ixgbe, DPDK net_ixgbe, net_tinynf: promiscuous mode at run time" },
	[SW_FW_SYNC_BIT_10] = { "SW_FW_SYNC", "undocumented bit 10 taken", "8.2.3.4.12",
		"DPDK net_ixgbe" },
	[RDRXCTL_RESERVED] = { "RDRXCTL", "RSCACKC and FCOE_WRFIX left clear", "8.2.3.8.8",
		"DPDK net_ixgbe without coalescing" },
	[CRC_STRIP_UNLIKE] = { "RDRXCTL", "CRCSTRIP unlike HLREG0.RXCRCSTRP", "8.2.3.8.8",
		"any that keeps their reset values, which differ" },
	[RXCTRL_DMBYPS] = { "RXCTRL", "reserved bit 1 written (DMBYPS on the 82598)",
		"8.2.3.8.10", "Linux ixgbe, self-test" },
	[RAH_VIND] = { "RAH", "reserved bits 21:18 written (pool on the 82598)", "8.2.3.7.9",
		"Linux ixgbe, self-test" },
	[EICS_READ] = { "EICS", "write-only register read for EICR", "8.2.3.5.2",
		"Linux ixgbe with MSI-X" },
	[OLD_ADDRESS] = { "", "82598 address of a register used", "8.2.2",
		"Linux ixgbe, DPDK net_ixgbe: RAL, RAH, SRRCTL, DCA_RXCTRL, MRQC, RETA, RSSRK" },
};

const struct tinynf_model_departure *
tinynf_model_departures(unsigned int *n)
{
	*n = TINYNF_MODEL_DEPARTURES;
	return table;
}

static void
departed(struct tinynf_model *m, unsigned int i)
{
	m->counters.departures[i]++;
}

/** What must be right when reception is turned on. */
static void
receive_on(struct tinynf_model *m)
{
	const uint32_t must = TINYNF_RDRXCTL_RSCACKC | TINYNF_RDRXCTL_FCOE_WRFIX;
	const uint32_t rdrxctl = m->reg[TINYNF_REG_RDRXCTL / 4];
	const uint32_t hlreg0 = m->reg[TINYNF_REG_HLREG0 / 4];

	if ((rdrxctl & must) != must)
		departed(m, RDRXCTL_RESERVED);
	if (!(rdrxctl & TINYNF_RDRXCTL_CRC_STRIP) != !(hlreg0 & TINYNF_HLREG0_RXCRCSTRP))
		departed(m, CRC_STRIP_UNLIKE);
}

void
tinynf_model_departure_write(struct tinynf_model *m, uint32_t reg, uint32_t value, bool alias)
{
	const uint32_t rxctrl = m->reg[TINYNF_REG_RXCTRL / 4];

	if (alias)
		departed(m, OLD_ADDRESS);
	switch (reg) {
	case TINYNF_REG_EIMC:
		if (value & ~TINYNF_EIMC_ALL)
			departed(m, EIMC_BIT_31);
		break;
	case TINYNF_REG_FCTRL:
		if (value & (TINYNF_BIT(12) | TINYNF_BIT(13)))
			departed(m, FCTRL_RESERVED);
		if ((rxctrl & TINYNF_RXCTRL_RXEN) &&
				((value ^ m->reg[reg / 4]) & tinynf_model_mask(reg)))
			departed(m, FCTRL_WHILE_RECEIVING);
		break;
	case TINYNF_REG_SW_FW_SYNC:
		if (value & TINYNF_BIT(10))
			departed(m, SW_FW_SYNC_BIT_10);
		break;
	case TINYNF_REG_RXCTRL:
		if (value & TINYNF_BIT(1))
			departed(m, RXCTRL_DMBYPS);
		if (value & ~rxctrl & TINYNF_RXCTRL_RXEN)
			receive_on(m);
		break;
	default:
		if (reg >= TINYNF_REG(RAH, 0) && reg <= TINYNF_REG(RAH, 127) && (reg & 4) &&
				(value & UINT32_C(0x003c0000)))
			departed(m, RAH_VIND);
		break;
	}
}

void
tinynf_model_departure_read(struct tinynf_model *m, uint32_t reg, bool alias)
{
	if (reg == TINYNF_REG_EICS)
		departed(m, EICS_READ);
	if (alias)
		departed(m, OLD_ADDRESS);
}
