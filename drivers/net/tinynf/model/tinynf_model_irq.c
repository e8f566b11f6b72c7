/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * Interrupt causes, masks, vectors and moderation, 7.3 and 8.2.3.5.
 *
 * A vector has an event to report (waiting) from the moment a cause is raised, or unmasked
 * while it is set, until its message leaves or software clears the cause. Masks and the
 * interval of EITR only delay it.
 */

#include <string.h>

#include "model/tinynf_model_priv.h"

#define QUEUE_CAUSES  16u  /* EICR.RTxQ */
#define EITR_LOW      24u  /* vectors whose EITR is at 00820h */
#define EITR_UNIT_NS  UINT64_C(2000)
#define OTHER_CAUSES  (TINYNF_EIMC_ALL & ~TINYNF_EICR_RTX)

static bool
msix(const struct tinynf_model *m)
{
	return m->reg[TINYNF_REG_GPIE / 4] & TINYNF_GPIE_MULTIPLE_MSIX;
}

static uint32_t *
eicr(struct tinynf_model *m)
{
	return &m->reg[TINYNF_REG_EICR / 4];
}

/** EIMS as software sees it: causes above, the first 16 vectors below. */
static uint32_t
eims(const struct tinynf_model *m)
{
	return (m->reg[TINYNF_REG_EIMS / 4] & ~TINYNF_EICR_RTX) |
		((uint32_t)m->irq.enabled & TINYNF_EICR_RTX);
}

static uint32_t
eitr_reg(unsigned int vector)
{
	return vector < EITR_LOW ? TINYNF_REG(EITR, vector) :
		TINYNF_REG(EITR_HIGH, vector - EITR_LOW);
}

/** The interval before a vector's next message starts with this one, 7.3.2.1. */
static void
interval_start(struct tinynf_model *m, unsigned int vector)
{
	const uint32_t eitr = m->reg[eitr_reg(vector) / 4];

	m->irq.next[vector] = m->now + ((eitr >> 3) & 0x1ff) * EITR_UNIT_NS;
}

/** Level of the line (INTx or MSI); the host makes an edge of it where it needs one. */
void
tinynf_model_irq_update(struct tinynf_model *m)
{
	bool level = !msix(m) && (*eicr(m) & eims(m) & TINYNF_EIMC_ALL) != 0;

	if (level && !m->irq.line && m->now < m->irq.next[0])
		level = false; /* later, by tinynf_model_irq_tick */
	if (level == m->irq.line)
		return;
	m->irq.line = level;
	if (level)
		interval_start(m, 0);
	m->ops.irq(m->ctx, 0, level);
}

/** A vector's message leaves if it may. */
static void
vector_try(struct tinynf_model *m, unsigned int vector)
{
	const uint64_t bit = UINT64_C(1) << vector;
	const bool automask = m->reg[TINYNF_REG_GPIE / 4] & TINYNF_GPIE_EIAME;
	const uint32_t others = *eicr(m) & eims(m) & OTHER_CAUSES;
	const bool queue = m->irq.waiting & m->irq.enabled & bit;
	const bool other = (m->irq.waiting_other & bit) && others != 0;
	uint32_t clear = 0;

	if ((!queue && !other) || m->now < m->irq.next[vector])
		return;
	if (queue) {
		m->irq.waiting &= ~bit;
		clear = vector < QUEUE_CAUSES ? TINYNF_BIT(vector) : 0;
		/* Auto-mask when the message leaves, 8.2.3.5.10. */
		if (automask && (m->reg[TINYNF_REG(EIAM_EX, vector / 32) / 4] &
				TINYNF_BIT(vector % 32)))
			m->irq.enabled &= ~bit;
	}
	if (other) {
		m->irq.waiting_other &= ~bit;
		clear |= others;
		if (automask)
			m->reg[TINYNF_REG_EIMS / 4] &= ~(others & m->reg[TINYNF_REG_EIAM / 4]);
	}
	/* Auto-clear, 8.2.3.5.5. */
	*eicr(m) &= ~(clear & m->reg[TINYNF_REG_EIAC / 4]);
	interval_start(m, vector);
	m->ops.irq(m->ctx, vector, true);
}

static void
vectors_try(struct tinynf_model *m)
{
	uint64_t map;

	if (!msix(m))
		return;
	for (map = m->irq.waiting | m->irq.waiting_other; map != 0; map &= map - 1)
		vector_try(m, (unsigned int)__builtin_ctzll(map));
}

/** A queue's cause, by its byte of IVAR. */
static void
allocation_raise(struct tinynf_model *m, uint8_t ivar)
{
	const unsigned int vector = ivar & TINYNF_IVAR_ALLOC;

	if (!(ivar & TINYNF_IVAR_VALID))
		return;
	if (!msix(m)) {
		*eicr(m) |= TINYNF_BIT(vector % QUEUE_CAUSES);
		tinynf_model_irq_update(m);
		return;
	}
	if (vector < QUEUE_CAUSES)
		*eicr(m) |= TINYNF_BIT(vector);
	m->irq.waiting |= UINT64_C(1) << vector;
	vector_try(m, vector);
}

/** Causes beyond the queues' go by the two entries of IVAR_MISC. */
static void
others_wait(struct tinynf_model *m, uint32_t bits)
{
	const uint32_t misc = m->reg[TINYNF_REG_IVAR_MISC / 4];
	const uint8_t timer = (uint8_t)misc;
	const uint8_t other = (uint8_t)(misc >> 8);

	if ((bits & TINYNF_EICR_TCP_TIMER) && (timer & TINYNF_IVAR_VALID))
		m->irq.waiting_other |= UINT64_C(1) << (timer & TINYNF_IVAR_ALLOC);
	if ((bits & OTHER_CAUSES & ~TINYNF_EICR_TCP_TIMER) && (other & TINYNF_IVAR_VALID))
		m->irq.waiting_other |= UINT64_C(1) << (other & TINYNF_IVAR_ALLOC);
}

void
tinynf_model_cause(struct tinynf_model *m, uint32_t bits)
{
	*eicr(m) |= bits & TINYNF_EIMC_ALL;
	if (!msix(m)) {
		tinynf_model_irq_update(m);
		return;
	}
	m->irq.waiting |= bits & TINYNF_EICR_RTX;
	others_wait(m, bits);
	vectors_try(m);
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

static void
mask_clear(struct tinynf_model *m, uint32_t bits)
{
	m->reg[TINYNF_REG_EIMS / 4] &= ~(bits & ~TINYNF_EICR_RTX);
	m->irq.enabled &= ~(uint64_t)(bits & TINYNF_EICR_RTX);
}

/** Vectors are unmasked; a cause that is still set is reported again. */
static void
vectors_enable(struct tinynf_model *m, uint64_t bits)
{
	m->irq.waiting |= bits & ~m->irq.enabled & *eicr(m) & TINYNF_EICR_RTX;
	m->irq.enabled |= bits;
	vectors_try(m);
}

static void
mask_set(struct tinynf_model *m, uint32_t bits)
{
	const uint32_t fresh = bits & ~m->reg[TINYNF_REG_EIMS / 4] & OTHER_CAUSES & *eicr(m);

	m->reg[TINYNF_REG_EIMS / 4] |= bits & OTHER_CAUSES;
	others_wait(m, fresh);
	vectors_enable(m, bits & TINYNF_EICR_RTX);
}

static void
cause_clear(struct tinynf_model *m, uint32_t bits)
{
	*eicr(m) &= ~bits;
	m->irq.waiting &= ~(uint64_t)(bits & TINYNF_EICR_RTX);
}

static uint32_t
eicr_read(struct tinynf_model *m)
{
	const uint32_t v = *eicr(m);

	/* Reading with a cause pending masks what EIAM names, 7.3.1.5; with MSI-X messages do. */
	if (!msix(m) && v != 0)
		mask_clear(m, m->reg[TINYNF_REG_EIAM / 4]);
	/* GPIE.OCD leaves the queues' causes alone, 7.3.1.4. */
	cause_clear(m, msix(m) && (m->reg[TINYNF_REG_GPIE / 4] & TINYNF_GPIE_OCD) ?
			~TINYNF_EICR_RTX : UINT32_MAX);
	tinynf_model_irq_update(m);
	return v;
}

uint32_t
tinynf_model_irq_read(struct tinynf_model *m, uint32_t reg)
{
	switch (reg) {
	case TINYNF_REG_EICR:
		return eicr_read(m);
	case TINYNF_REG_EICS:
		/*
		 * INTERPRETATION-INCORRECT: 8.2.3.5.2 makes EICS write-only, but it reads as
		 * EICR without clearing it, which Linux relies on (with an erratum as its reason).
		 */
		return *eicr(m);
	case TINYNF_REG_EIMS:
		return eims(m);
	default:
		return (uint32_t)(m->irq.enabled >> (reg == TINYNF_REG_EIMS_EX ? 0 : 32));
	}
}

/** GPIE.EIMEN: what software raises itself does not wait for an interval, 8.2.3.5.18. */
static bool
immediate(const struct tinynf_model *m)
{
	return m->reg[TINYNF_REG_GPIE / 4] & TINYNF_GPIE_EIMEN;
}

/** Software raises causes itself, 8.2.3.5.2. */
static void
eics_write(struct tinynf_model *m, uint32_t bits)
{
	unsigned int v;

	for (v = 0; immediate(m) && v < QUEUE_CAUSES; v++)
		if (bits & TINYNF_BIT(v))
			m->irq.next[v] = 0;
	tinynf_model_cause(m, bits);
}

static void
eics_ex_write(struct tinynf_model *m, uint32_t bits, unsigned int shift)
{
	unsigned int v;

	for (v = 0; immediate(m) && v < 32; v++)
		if (bits & TINYNF_BIT(v))
			m->irq.next[shift + v] = 0;
	if (shift == 0)
		*eicr(m) |= bits & TINYNF_EICR_RTX;
	m->irq.waiting |= (uint64_t)bits << shift;
	vectors_try(m);
}

/** The interval, and the counter that runs it down unless CNT_WDIS protects it, 8.2.3.5.12. */
static void
eitr_write(struct tinynf_model *m, unsigned int vector, uint32_t value)
{
	const uint64_t interval = ((value >> 3) & 0x1ff) * EITR_UNIT_NS;

	m->reg[eitr_reg(vector) / 4] = value & TINYNF_EITR_KEPT;
	if (vector >= TINYNF_MODEL_VECTORS)
		return;
	if (!(value & TINYNF_EITR_CNT_WDIS))
		m->irq.next[vector] = 0;
	else if (m->irq.next[vector] > m->now + interval)
		m->irq.next[vector] = m->now + interval;
	vectors_try(m);
}

/** TCPTIMER, 8.2.3.24: a millisecond timer with an interrupt of its own. */
static void
tcp_timer_write(struct tinynf_model *m, uint32_t value)
{
	const uint64_t duration = (value & TINYNF_TCPTIMER_DURATION) * UINT64_C(1000000);

	if (value & TINYNF_TCPTIMER_KICK_START)
		m->irq.timer_left = duration;
	if (value & TINYNF_TCPTIMER_FINISH)
		m->irq.timer_left = duration;
	m->irq.timer_at = m->now;
	m->reg[TINYNF_REG_TCPTIMER / 4] = value & (TINYNF_TCPTIMER_DURATION |
			TINYNF_TCPTIMER_COUNT | TINYNF_TCPTIMER_LOOP);
	if (value & TINYNF_TCPTIMER_FINISH)
		tinynf_model_cause(m, TINYNF_EICR_TCP_TIMER);
}

static void
tcp_timer_run(struct tinynf_model *m)
{
	const uint32_t value = m->reg[TINYNF_REG_TCPTIMER / 4];
	const uint64_t passed = m->now - m->irq.timer_at;

	m->irq.timer_at = m->now;
	if (!(value & TINYNF_TCPTIMER_COUNT) || m->irq.timer_left == 0)
		return;
	if (passed < m->irq.timer_left) {
		m->irq.timer_left -= passed;
		return;
	}
	/* Periods that went by unseen are one interrupt, as they would be on a card. */
	m->irq.timer_left = value & TINYNF_TCPTIMER_LOOP ?
		(value & TINYNF_TCPTIMER_DURATION) * UINT64_C(1000000) : 0;
	tinynf_model_cause(m, TINYNF_EICR_TCP_TIMER);
}

void
tinynf_model_irq_tick(struct tinynf_model *m)
{
	tcp_timer_run(m);
	if ((m->irq.waiting | m->irq.waiting_other) != 0)
		vectors_try(m);
	tinynf_model_irq_update(m);
}

void
tinynf_model_irq_reset(struct tinynf_model *m)
{
	const bool line = m->irq.line;

	memset(&m->irq, 0, sizeof(m->irq));
	m->irq.line = line;
	tinynf_model_irq_update(m);
}

/** @return true if it was one of the masks and causes. */
static bool
cause_write(struct tinynf_model *m, uint32_t reg, uint32_t value)
{
	const unsigned int shift = reg & 4 ? 32 : 0; /* of the _EX pairs */

	switch (reg) {
	case TINYNF_REG_EICR:
		cause_clear(m, value);
		return true;
	case TINYNF_REG_EICS:
		eics_write(m, value);
		return true;
	case TINYNF_REG_EIMS:
		mask_set(m, value);
		return true;
	case TINYNF_REG_EIMC:
		mask_clear(m, value);
		return true;
	case TINYNF_REG_EIMS_EX:
	case TINYNF_REG_EIMS_EX + 4:
		vectors_enable(m, (uint64_t)value << shift);
		return true;
	case TINYNF_REG_EIMC_EX:
	case TINYNF_REG_EIMC_EX + 4:
		m->irq.enabled &= ~((uint64_t)value << shift);
		return true;
	case TINYNF_REG_EICS_EX:
	case TINYNF_REG_EICS_EX + 4:
		eics_ex_write(m, value, shift);
		return true;
	default:
		return false;
	}
}

bool
tinynf_model_irq_write(struct tinynf_model *m, uint32_t reg, uint32_t value)
{
	if (reg == TINYNF_REG_TCPTIMER)
		tcp_timer_write(m, value);
	else if (reg >= TINYNF_REG(EITR, 0) && reg <= TINYNF_REG(EITR, EITR_LOW - 1))
		eitr_write(m, (reg - TINYNF_REG(EITR, 0)) / 4, value);
	else if (reg >= TINYNF_REG_EITR_HIGH &&
			reg < TINYNF_REG_EITR_HIGH + 4 * TINYNF_COUNT_EITR_HIGH)
		eitr_write(m, EITR_LOW + (reg - TINYNF_REG_EITR_HIGH) / 4, value);
	else if (!cause_write(m, reg, value))
		return false;
	tinynf_model_irq_update(m);
	return true;
}
