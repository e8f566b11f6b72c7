/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* Creation, register access and time. */

#include <errno.h>
#include <stdlib.h>

#include "model/tinynf_model_priv.h"

/** FRTIMER, 8.2.3.24: microseconds, milliseconds and seconds since power-on. */
static uint32_t
free_timer(const struct tinynf_model *m)
{
	const uint64_t us = m->now / 1000;

	return (uint32_t)(us % 1000 | us / 1000 % 1000 << 10 | us / 1000000 % 4096 << 20);
}

/** Registers whose value is made when read, or that change by reading. */
static uint32_t
read_special(struct tinynf_model *m, uint32_t reg)
{
	uint32_t v = m->reg[reg / 4];

	switch (reg) {
	case TINYNF_REG_STATUS:
		v = (uint32_t)m->config.lan_id << TINYNF_STATUS_LAN_ID_SHIFT;
		if (!(m->reg[TINYNF_REG_CTRL / 4] & TINYNF_CTRL_GIO_DIS))
			v |= TINYNF_STATUS_GIO;
		if (m->link_up)
			v |= TINYNF_STATUS_LINK_UP;
		return v;
	case TINYNF_REG_SWSM:
		/* Reading takes the semaphore, 8.2.3.4.10. */
		m->reg[reg / 4] = v | TINYNF_SWSM_SMBI;
		return v;
	case TINYNF_REG_SECRXSTAT:
		return m->reg[TINYNF_REG_SECRXCTRL / 4] & TINYNF_SECRXCTRL_RX_DIS ?
			v | TINYNF_SECRXSTAT_RDY : v & ~TINYNF_SECRXSTAT_RDY;
	case TINYNF_REG_SECTXSTAT:
		return m->reg[TINYNF_REG_SECTXCTRL / 4] & TINYNF_SECTXCTRL_TX_DIS ?
			v | TINYNF_SECTXSTAT_RDY : v & ~TINYNF_SECTXSTAT_RDY;
	case TINYNF_REG_EICR:
	case TINYNF_REG_EICS:
	case TINYNF_REG_EIMS:
	case TINYNF_REG_EIMS_EX:
	case TINYNF_REG_EIMS_EX + 4:
		return tinynf_model_irq_read(m, reg);
	case TINYNF_REG_EIMC:
		return 0;
	case TINYNF_REG_FRTIMER:
		return free_timer(m);
	case TINYNF_REG_LINKS:
		tinynf_model_link_update(m);
		return m->reg[reg / 4];
	default:
		return v;
	}
}

enum tinynf_model_access
tinynf_model_read(struct tinynf_model *m, uint32_t offset, unsigned int size, uint64_t *value)
{
	const struct tinynf_reg_row *row;
	const uint32_t address = offset;
	uint64_t high = 0;

	*value = 0;
	if ((size != 4 && size != 8) || offset % size != 0 ||
			offset > TINYNF_MODEL_BAR_SIZE - size) {
		m->counters.access_bad_size++;
		return TINYNF_ACCESS_BAD_SIZE;
	}
	if (size == 8) {
		const enum tinynf_model_access a = tinynf_model_read(m, offset, 4, value);

		tinynf_model_read(m, offset + 4, 4, &high);
		*value |= high << 32;
		return a;
	}
	offset = tinynf_model_alias(offset);
	row = tinynf_model_row(offset);
	if (row == NULL) {
		m->counters.access_unknown++;
		return TINYNF_ACCESS_UNKNOWN;
	}
	if (m->queues != NULL)
		tinynf_model_queues_sync(m);
	tinynf_model_departure_read(m, offset, offset != address);
	switch (row->access) {
	case TINYNF_REG_RS:
		*value = read_special(m, offset);
		break;
	case TINYNF_REG_RC:
		*value = m->reg[offset / 4];
		m->reg[offset / 4] = 0;
		break;
	case TINYNF_REG_WO:
		break;
	default:
		*value = __atomic_load_n(&m->reg[offset / 4], __ATOMIC_RELAXED);
		break;
	}
	return TINYNF_ACCESS_OK;
}

static void
ctrl_write(struct tinynf_model *m, uint32_t value)
{
	uint32_t *ctrl = &m->reg[TINYNF_REG_CTRL / 4];

	*ctrl = value & TINYNF_CTRL_GIO_DIS; /* resets clear themselves, 8.2.3.1.1 */
	/* Both reset the data path; a link reset also retrains, 4.2.1.6. */
	if (value & (TINYNF_CTRL_RST | TINYNF_CTRL_LNK_RST))
		tinynf_model_software_reset(m);
}

/** @return true if the write was dealt with, false if the value is plainly stored. */
static bool
write_special(struct tinynf_model *m, uint32_t reg, uint32_t value)
{
	if (tinynf_model_irq_write(m, reg, value))
		return true;
	switch (reg) {
	case TINYNF_REG_CTRL:
		ctrl_write(m, value);
		return true;
	case TINYNF_REG_STATUS:
	case TINYNF_REG_LINKS:
	case TINYNF_REG_SECRXSTAT:
	case TINYNF_REG_SECTXSTAT:
	case TINYNF_REG_ANLP1:
	case TINYNF_REG_FRTIMER:
		m->counters.access_read_only++;
		return true;
	case TINYNF_REG_ESDP:
		tinynf_model_esdp_write(m, value);
		return true;
	case TINYNF_REG_I2CCTL:
		tinynf_model_i2c_write(m, value);
		return true;
	case TINYNF_REG_EEC:
		tinynf_model_eec_write(m, value);
		return true;
	case TINYNF_REG_EERD:
		tinynf_model_eerd_write(m, value);
		return true;
	case TINYNF_REG_MSCA:
		tinynf_model_msca_write(m, value);
		return true;
	case TINYNF_REG_MSRWD:
		/* Only the low half is software's, 8.2.3.22.12. */
		m->reg[reg / 4] = (m->reg[reg / 4] & 0xffff0000) | (value & 0xffff);
		return true;
	case TINYNF_REG_AUTOC:
		tinynf_model_autoc_write(m, value);
		return true;
	case TINYNF_REG_RDRXCTL:
		m->reg[reg / 4] = value | TINYNF_RDRXCTL_DMAIDONE;
		return true;
	case TINYNF_REG_FDIRCTRL:
		/* The filter tables are ready at once when memory is given to them, 7.1.2.7.2. */
		m->reg[reg / 4] = (value & ~TINYNF_FDIRCTRL_INIT_DONE) |
			(value & TINYNF_FDIRCTRL_PBALLOC ? TINYNF_FDIRCTRL_INIT_DONE : 0);
		return true;
	case TINYNF_REG_FDIRCMD:
		/* Commands are over at once, 8.2.3.7.33. */
		m->reg[reg / 4] = value & ~TINYNF_FDIRCMD_CMD;
		return true;
	default:
		return false;
	}
}

/** Writes in a state where the manual forbids them. */
static void
write_check(struct tinynf_model *m, uint32_t reg, uint32_t value)
{
	if (reg == TINYNF_REG_MTQC && value != m->reg[reg / 4] &&
			!(m->reg[TINYNF_REG_RTTDCS / 4] & TINYNF_RTTDCS_ARBDIS))
		tinynf_model_violate(m, reg, -1, -1, value,
				"MTQC changed while RTTDCS.ARBDIS is clear", "8.2.3.9.15");
	if (reg == TINYNF_REG_MAXFRS && (value >> TINYNF_MAXFRS_MFS_SHIFT) > TINYNF_MODEL_MAX_FRAME)
		tinynf_model_violate(m, reg, -1, -1, value,
				"MFS is beyond 15.5 KiB", "8.2.3.22.13");
}

static bool
is_datapath(uint32_t reg)
{
	return (reg >= 0x1000 && reg < 0x3d04) || (reg >= 0x4240 && reg < 0x4298) ||
		(reg >= 0x4a80 && reg < 0x4a90) || (reg >= 0x5000 && reg < 0x5800) ||
		(reg >= 0x6000 && reg < 0x8900) || (reg >= 0x8d00 && reg < 0x8d08) ||
		(reg >= 0xa000 && reg < 0xaa00) || reg >= 0xd000;
}

enum tinynf_model_access
tinynf_model_write(struct tinynf_model *m, uint32_t offset, unsigned int size, uint64_t value)
{
	const struct tinynf_reg_row *row;
	const uint32_t address = offset;
	uint32_t old;

	if ((size != 4 && size != 8) || offset % size != 0 ||
			offset > TINYNF_MODEL_BAR_SIZE - size) {
		m->counters.access_bad_size++;
		return TINYNF_ACCESS_BAD_SIZE;
	}
	if (size == 8) {
		const enum tinynf_model_access a =
			tinynf_model_write(m, offset, 4, value & UINT32_MAX);

		tinynf_model_write(m, offset + 4, 4, value >> 32);
		return a;
	}
	offset = tinynf_model_alias(offset);
	row = tinynf_model_row(offset);
	if (row == NULL) {
		m->counters.access_unknown++;
		return TINYNF_ACCESS_UNKNOWN;
	}
	if (row->access == TINYNF_REG_RO || row->access == TINYNF_REG_RC) {
		m->counters.access_read_only++;
		return TINYNF_ACCESS_READ_ONLY;
	}
	write_check(m, offset, (uint32_t)value);
	tinynf_model_departure_write(m, offset, (uint32_t)value, offset != address);
	if (row->access == TINYNF_REG_RS && write_special(m, offset, (uint32_t)value))
		return TINYNF_ACCESS_OK;
	if (m->queues != NULL && is_datapath(offset))
		tinynf_model_queues_sync(m);
	old = m->reg[offset / 4];
	__atomic_store_n(&m->reg[offset / 4],
			(uint32_t)value & tinynf_model_kept(offset),
			__ATOMIC_RELEASE);
	if (offset == TINYNF_REG_GPIE)
		tinynf_model_irq_update(m); /* the line is not used with MSI-X */
	if (is_datapath(offset) && offset < 0x10000)
		tinynf_model_queue_written(m, offset, old);
	return TINYNF_ACCESS_OK;
}

uint32_t *
tinynf_model_doorbell(struct tinynf_model *m, uint32_t offset)
{
	const struct tinynf_reg_row *row;

	if (offset >= TINYNF_MODEL_BAR_SIZE || offset % 4 != 0)
		return NULL;
	row = tinynf_model_row(offset);
	if (row == NULL || (row->offset != TINYNF_REG_RDT && row->offset != TINYNF_REG_TDT))
		return NULL;
	return &m->reg[offset / 4];
}

struct tinynf_model *
tinynf_model_create(const struct tinynf_model_config *config, const struct tinynf_model_ops *ops,
		void *ctx)
{
	struct tinynf_model *m;

	if (config->lan_id > 1 || ops->dma == NULL || ops->wire_tx == NULL || ops->irq == NULL ||
			ops->violation == NULL || (uintptr_t)config->bar % 4096 != 0) {
		errno = EINVAL;
		return NULL;
	}
	m = calloc(1, sizeof(*m));
	if (m == NULL)
		goto fail_alloc;
	m->config = *config;
	m->ops = *ops;
	m->ctx = ctx;
	m->own_bar = config->bar == NULL;
	m->reg = m->own_bar ? aligned_alloc(4096, TINYNF_MODEL_BAR_SIZE) : config->bar;
	if (m->reg == NULL)
		goto fail_bar;
	m->signal = true;
	tinynf_model_nvm_create(m);
	tinynf_model_sfp_create(m);
	if (tinynf_model_queues_create(m) != 0)
		goto fail_queues;
	tinynf_model_power_on(m);
	return m;

fail_queues:
	if (m->own_bar)
		free(m->reg);
fail_bar:
	free(m);
fail_alloc:
	errno = ENOMEM;
	return NULL;
}

void
tinynf_model_destroy(struct tinynf_model *m)
{
	if (m == NULL)
		return;
	tinynf_model_queues_destroy(m);
	if (m->own_bar)
		free(m->reg);
	free(m);
}

void
tinynf_model_tick(struct tinynf_model *m, uint64_t now_ns)
{
	if (!m->now_known || now_ns > m->now)
		m->now = now_ns;
	m->now_known = true;
	tinynf_model_link_update(m);
	tinynf_model_irq_tick(m);
}

unsigned int
tinynf_model_poll(struct tinynf_model *m, unsigned int budget)
{
	return tinynf_model_queues_poll(m, budget);
}

enum tinynf_model_rx
tinynf_model_receive(struct tinynf_model *m, const uint8_t *frame, uint32_t len, bool hold)
{
	return tinynf_model_queues_receive(m, frame, len, hold);
}

const struct tinynf_model_counters *
tinynf_model_counters(const struct tinynf_model *m)
{
	return &m->counters;
}
