/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* Resets and what survives them, 4.2. */

#include <string.h>

#include "model/tinynf_model_priv.h"

/** What only a power-on resets, 4.2.3: set by the EEPROM, pins, firmware, semaphores. */
static bool
survives(const struct tinynf_reg_row *row)
{
	switch (row->offset) {
	case TINYNF_REG_SWSM:
	case TINYNF_REG_SW_FW_SYNC:
	case TINYNF_REG_EEC:
	case TINYNF_REG_EERD:
	case TINYNF_REG_FLA:
	case TINYNF_REG_FWSM:
	case TINYNF_REG_FACTPS:
	case TINYNF_REG_GRC:
	case TINYNF_REG_GCR:
	case TINYNF_REG_GCR_EXT:
	case TINYNF_REG_ESDP:
	case TINYNF_REG_I2CCTL:
	case TINYNF_REG_WUC:
	case TINYNF_REG_WUFC:
	case TINYNF_REG_WUS:
		return true;
	default:
		/*
		 * INTERPRETATION-MISSING: 4.2.3 does not say whether the statistics are
		 * cleared by CTRL.RST. Drivers read them once after it to be sure, so keeping
		 * them is safe for all.
		 */
		return row->access == TINYNF_REG_RC;
	}
}

static void
table_reset(struct tinynf_model *m, bool all)
{
	unsigned int rows;
	const struct tinynf_reg_row *row = tinynf_reg_table(&rows);
	unsigned int i;
	uint32_t n;

	for (i = 0; i < rows; i++) {
		if (!all && survives(&row[i]))
			continue;
		for (n = 0; n < row[i].count; n++)
			__atomic_store_n(&m->reg[tinynf_reg_instance(row[i].offset, row[i].stride,
					row[i].high, n) / 4], row[i].reset, __ATOMIC_RELAXED);
	}
	/* Only the first buffer's threshold has a reset value, 8.2.3.9.16. */
	for (n = 1; n < TINYNF_COUNT_TXPBTHRESH; n++)
		m->reg[TINYNF_REG(TXPBTHRESH, n) / 4] = 0;
	/* One transmit packet buffer unless DCB is on, 8.2.3.9.13. */
	for (n = 1; n < TINYNF_COUNT_TXPBSIZE; n++)
		m->reg[TINYNF_REG(TXPBSIZE, n) / 4] = 0;
	for (n = 1; n < TINYNF_COUNT_RXPBSIZE; n++)
		m->reg[TINYNF_REG(RXPBSIZE, n) / 4] = 0;
}

/** What the EEPROM's sections load, 6.3. */
static void
eeprom_load(struct tinynf_model *m)
{
	const uint8_t *mac = m->config.mac;

	m->reg[TINYNF_REG(RAL, 0) / 4] = (uint32_t)mac[0] | (uint32_t)mac[1] << 8 |
		(uint32_t)mac[2] << 16 | (uint32_t)mac[3] << 24;
	m->reg[TINYNF_REG(RAH, 0) / 4] = TINYNF_RAH_AV | (uint32_t)mac[4] | (uint32_t)mac[5] << 8;
	/* The first address belongs to pool 0 from the start, 8.2.3.7.10. */
	m->reg[TINYNF_REG(MPSAR_LO, 0) / 4] = 1;
	/* An SFP+ card: LMS 3, 10 Gb/s serial, as the EEPROM's link section says. */
	m->reg[TINYNF_REG_AUTOC / 4] = (m->reg[TINYNF_REG_AUTOC / 4] & ~TINYNF_AUTOC_LMS) |
		TINYNF_AUTOC_LMS_10G_SERIAL;
	m->reg[TINYNF_REG_RDRXCTL / 4] |= TINYNF_RDRXCTL_DMAIDONE;
}

void
tinynf_model_software_reset(struct tinynf_model *m)
{
	tinynf_model_queues_sync(m);
	tinynf_model_queues_reset(m);
	table_reset(m, false);
	eeprom_load(m);
	tinynf_model_link_reset(m);
	tinynf_model_irq_reset(m);
}

void
tinynf_model_power_on(struct tinynf_model *m)
{
	memset(m->reg, 0, TINYNF_MODEL_BAR_SIZE);
	tinynf_model_queues_reset(m);
	table_reset(m, true);
	m->reg[TINYNF_REG_EEC / 4] = TINYNF_EEC_PRES | TINYNF_EEC_AUTO_RD |
		TINYNF_EEC_ADDR_SIZE | 5u << TINYNF_EEC_SIZE_SHIFT;
	m->reg[TINYNF_REG_MSRWD / 4] = 0xffff0000;
	memset(&m->spi, 0, sizeof(m->spi));
	memset(&m->i2c, 0, sizeof(m->i2c));
	m->i2c.scl = true;
	m->i2c.sda = true;
	eeprom_load(m);
	tinynf_model_esdp_write(m, 0);
	tinynf_model_link_reset(m);
	tinynf_model_irq_reset(m);
}

void
tinynf_model_reset(struct tinynf_model *m)
{
	tinynf_model_power_on(m);
}
