/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * Interrupts, 7.3.1: of the link, and of receive queues. In MSI-X mode vector 0 is the link's
 * and vector 1 + n receive queue n's; otherwise all share one line.
 */

#include "base/tinynf_base.h"
#include "base/tinynf_regs.h"

#define QUEUE_VECTOR(queue) (1u + (queue))

/* 8.2.3.5.16: a byte for each cause; receive queue n's is number 2n. */
static void
ivar_set(struct tinynf_hw *hw, unsigned int queue, uint32_t vector)
{
	const uint32_t reg = TINYNF_REG(IVAR, queue / 2);
	const unsigned int shift = 16 * (queue & 1);

	tinynf_hw_write(hw, reg, (tinynf_hw_read(hw, reg) & ~(UINT32_C(0xFFFF) << shift)) |
			(TINYNF_IVAR_VALID | vector) << shift);
}

void
tinynf_irq_setup(struct tinynf_hw *hw, unsigned int nb_queues, bool msix)
{
	unsigned int q;

	if (!msix) {
		/*
		 * 8.2.3.5.18: one vector in every mode, EICR is cleared by reading, and causes
		 * beyond the queues' need no IVAR. Queue n's is bit n.
		 */
		tinynf_hw_write(hw, TINYNF_REG_GPIE, 0);
		for (q = 0; q < nb_queues; q++)
			ivar_set(hw, q, q);
	} else {
		/*
		 * A queue's cause is cleared (EIAC) and masked (EIAM) when its message leaves;
		 * OCD: reading EICR is for the other causes.
		 */
		tinynf_hw_write(hw, TINYNF_REG_GPIE, TINYNF_GPIE_MULTIPLE_MSIX |
				TINYNF_GPIE_OCD | TINYNF_GPIE_EIAME | TINYNF_GPIE_PBA_SUPPORT);
		tinynf_hw_write(hw, TINYNF_REG_IVAR_MISC, TINYNF_IVAR_VALID << 8);
		tinynf_hw_write(hw, TINYNF_REG_EIAC, TINYNF_EICR_RTX & ~UINT32_C(1));
		for (q = 0; q < nb_queues; q++)
			ivar_set(hw, q, QUEUE_VECTOR(q));
		tinynf_hw_write(hw, TINYNF_REG(EIAM_EX, 0),
				((UINT32_C(1) << nb_queues) - 1) << QUEUE_VECTOR(0));
	}
	(void)tinynf_hw_read(hw, TINYNF_REG_EICR);
}

void
tinynf_irq_queue_unmask(struct tinynf_hw *hw, unsigned int queue, bool msix)
{
	/* What has happened so far would interrupt now; it is seen by looking at the ring. */
	if (msix) {
		tinynf_hw_write(hw, TINYNF_REG_EICR, (UINT32_C(1) << QUEUE_VECTOR(queue)) &
				TINYNF_EICR_RTX);
		tinynf_hw_write(hw, TINYNF_REG(EIMS_EX, 0), UINT32_C(1) << QUEUE_VECTOR(queue));
	} else {
		(void)tinynf_hw_read(hw, TINYNF_REG_EICR);
		tinynf_hw_write(hw, TINYNF_REG_EIMS, UINT32_C(1) << queue);
	}
	tinynf_hw_flush(hw);
}

void
tinynf_irq_queue_mask(struct tinynf_hw *hw, unsigned int queue, bool msix)
{
	if (msix)
		tinynf_hw_write(hw, TINYNF_REG(EIMC_EX, 0), UINT32_C(1) << QUEUE_VECTOR(queue));
	else
		tinynf_hw_write(hw, TINYNF_REG_EIMC, UINT32_C(1) << queue);
	tinynf_hw_flush(hw);
}

void
tinynf_irq_queue_raise(struct tinynf_hw *hw, unsigned int queue, bool msix)
{
	/* 8.2.3.5.2 and 8.2.3.5.7: as if the queue had caused it. */
	if (msix)
		tinynf_hw_write(hw, TINYNF_REG(EICS_EX, 0), UINT32_C(1) << QUEUE_VECTOR(queue));
	else
		tinynf_hw_write(hw, TINYNF_REG_EICS, UINT32_C(1) << queue);
}

void
tinynf_lsc_enable(struct tinynf_hw *hw)
{
	tinynf_hw_write(hw, TINYNF_REG_EIMS, TINYNF_EICR_LSC);
	tinynf_hw_flush(hw);
}

bool
tinynf_lsc_fetch(struct tinynf_hw *hw)
{
	return (tinynf_hw_read(hw, TINYNF_REG_EICR) & TINYNF_EICR_LSC) != 0;
}
