/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* Interrupt causes, masks and vectors, 7.3 and 8.2.3.5. */

#include "model/tinynf_model_priv.h"

#define QUEUE_CAUSES 16u  /* EICR.RTxQ without MSI-X */

static bool
msix(const struct tinynf_model *m)
{
	return m->reg[TINYNF_REG_GPIE / 4] & TINYNF_GPIE_MULTIPLE_MSIX;
}

/** EIMS as software sees it: causes above, the first 16 vectors below. */
static uint32_t
eims(const struct tinynf_model *m)
{
	return (m->reg[TINYNF_REG_EIMS / 4] & ~TINYNF_EICR_RTX) |
		((uint32_t)m->ims & TINYNF_EICR_RTX);
}

static void
mask_set(struct tinynf_model *m, uint32_t bits)
{
	m->reg[TINYNF_REG_EIMS / 4] |= bits & ~TINYNF_EICR_RTX & TINYNF_EIMC_ALL;
	m->ims |= bits & TINYNF_EICR_RTX;
}

static void
mask_clear(struct tinynf_model *m, uint32_t bits)
{
	m->reg[TINYNF_REG_EIMS / 4] &= ~(bits & ~TINYNF_EICR_RTX);
	m->ims &= ~(uint64_t)(bits & TINYNF_EICR_RTX);
}

/** Level of the line (INTx or MSI); the host makes an edge of it where it needs one. */
void
tinynf_model_irq_update(struct tinynf_model *m)
{
	const bool level = !msix(m) &&
		(m->reg[TINYNF_REG_EICR / 4] & eims(m) & TINYNF_EIMC_ALL) != 0;

	if (level == m->line)
		return;
	m->line = level;
	m->ops.irq(m->ctx, 0, level);
}

static void
vector_fire(struct tinynf_model *m, unsigned int vector)
{
	if (!((m->ims >> vector) & 1))
		return;
	/* Auto-mask of the vector when its message leaves, 8.2.3.5.10. */
	if (m->reg[TINYNF_REG_GPIE / 4] & TINYNF_GPIE_EIAME)
		m->ims &= ~(m->reg[TINYNF_REG(EIAM_EX, vector / 32) / 4] &
				TINYNF_BIT(vector % 32) ? UINT64_C(1) << vector : 0);
	if (vector < QUEUE_CAUSES)
		m->reg[TINYNF_REG_EICR / 4] &= ~(m->reg[TINYNF_REG_EIAC / 4] &
				TINYNF_BIT(vector));
	m->ops.irq(m->ctx, vector, true);
}

static void
allocation_raise(struct tinynf_model *m, uint8_t ivar)
{
	if (!(ivar & TINYNF_IVAR_VALID))
		return;
	ivar &= TINYNF_IVAR_ALLOC;
	if (!msix(m)) {
		m->reg[TINYNF_REG_EICR / 4] |= TINYNF_BIT(ivar % QUEUE_CAUSES);
		tinynf_model_irq_update(m);
		return;
	}
	if (ivar < QUEUE_CAUSES)
		m->reg[TINYNF_REG_EICR / 4] |= TINYNF_BIT(ivar);
	vector_fire(m, ivar);
}

void
tinynf_model_cause(struct tinynf_model *m, uint32_t bits)
{
	m->reg[TINYNF_REG_EICR / 4] |= bits;
	if (!msix(m)) {
		tinynf_model_irq_update(m);
	} else if (bits & eims(m) & ~TINYNF_EICR_RTX) {
		/* Other causes go by the second entry of IVAR_MISC, 8.2.3.5.17. */
		const uint8_t ivar = (uint8_t)(m->reg[TINYNF_REG_IVAR_MISC / 4] >> 8);

		if (ivar & TINYNF_IVAR_VALID)
			m->ops.irq(m->ctx, ivar & TINYNF_IVAR_ALLOC, true);
	}
}

/** IVAR(n) holds the causes of receive and transmit queues 2n and 2n+1, 8.2.3.5.16. */
static uint8_t
queue_ivar(const struct tinynf_model *m, unsigned int queue, unsigned int tx)
{
	return (uint8_t)(m->reg[TINYNF_REG(IVAR, queue / 2) / 4] >> (16 * (queue & 1) + 8 * tx));
}

void
tinynf_model_rx_cause(struct tinynf_model *m, unsigned int queue)
{
	allocation_raise(m, queue_ivar(m, queue, 0));
}

void
tinynf_model_tx_cause(struct tinynf_model *m, unsigned int queue)
{
	allocation_raise(m, queue_ivar(m, queue, 1));
}

static uint32_t
eicr_read(struct tinynf_model *m)
{
	const uint32_t v = m->reg[TINYNF_REG_EICR / 4];
	uint32_t clear = UINT32_MAX;

	if (msix(m)) {
		/* Cleared by reading only what EIAC does not clear, 7.3.1.4. */
		clear &= ~m->reg[TINYNF_REG_EIAC / 4];
		if (m->reg[TINYNF_REG_GPIE / 4] & TINYNF_GPIE_OCD)
			clear &= ~TINYNF_EICR_RTX;
	} else if (v != 0) {
		/* Reading with a cause pending masks what EIAM names, 7.3.1.5. */
		mask_clear(m, m->reg[TINYNF_REG_EIAM / 4]);
	}
	m->reg[TINYNF_REG_EICR / 4] = v & ~clear;
	tinynf_model_irq_update(m);
	return v;
}

uint32_t
tinynf_model_irq_read(struct tinynf_model *m, uint32_t reg)
{
	switch (reg) {
	case TINYNF_REG_EICR:
		return eicr_read(m);
	case TINYNF_REG_EIMS:
		return eims(m);
	default:
		return (uint32_t)(m->ims >> (reg == TINYNF_REG_EIMS_EX ? 0 : 32));
	}
}

/** Software raises causes itself, 8.2.3.5.2. */
static void
eics_write(struct tinynf_model *m, uint32_t bits)
{
	unsigned int v;

	for (v = 0; msix(m) && v < QUEUE_CAUSES; v++)
		if (bits & TINYNF_BIT(v))
			vector_fire(m, v);
	tinynf_model_cause(m, bits & TINYNF_EIMC_ALL);
}

bool
tinynf_model_irq_write(struct tinynf_model *m, uint32_t reg, uint32_t value)
{
	const unsigned int shift = reg & 4 ? 32 : 0; /* of the _EX pairs */
	unsigned int v;

	switch (reg) {
	case TINYNF_REG_EICR:
		m->reg[reg / 4] &= ~value;
		break;
	case TINYNF_REG_EICS:
		eics_write(m, value);
		break;
	case TINYNF_REG_EIMS:
		mask_set(m, value);
		break;
	case TINYNF_REG_EIMC:
		mask_clear(m, value);
		break;
	case TINYNF_REG_EIMS_EX:
	case TINYNF_REG_EIMS_EX + 4:
		m->ims |= (uint64_t)value << shift;
		break;
	case TINYNF_REG_EIMC_EX:
	case TINYNF_REG_EIMC_EX + 4:
		m->ims &= ~((uint64_t)value << shift);
		break;
	case TINYNF_REG_EICS_EX:
	case TINYNF_REG_EICS_EX + 4:
		for (v = 0; v < 32; v++)
			if (value & TINYNF_BIT(v))
				vector_fire(m, shift + v);
		break;
	default:
		return false;
	}
	tinynf_model_irq_update(m);
	return true;
}
