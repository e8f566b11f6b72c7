/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * From any state to a quiet, freshly reset device: 4.6.3 and 5.2.5.3.2.
 */

#include <errno.h>

#include "base/tinynf_base.h"
#include "base/tinynf_regs.h"

#define TINYNF_HW_QUEUES 128u

void
tinynf_hw_mask_interrupts(struct tinynf_hw *hw)
{
	/* Bit 31 is reserved, 8.2.3.5.4. */
	tinynf_hw_write(hw, TINYNF_REG_EIMC, TINYNF_EIMC_ALL);
	/* 8.2.3.5.9: queue vectors in MSI-X mode. */
	tinynf_hw_write(hw, TINYNF_REG(EIMC_EX, 0), UINT32_MAX);
	tinynf_hw_write(hw, TINYNF_REG(EIMC_EX, 1), UINT32_MAX);
	/* What is pending is cleared by the read, 8.2.3.5.1. */
	(void)tinynf_hw_read(hw, TINYNF_REG_EICR);
}

void
tinynf_hw_set_driver_loaded(struct tinynf_hw *hw, bool loaded)
{
	/* 8.2.3.1.3 DRV_LOAD: firmware leaves the port to the driver while set. */
	if (loaded)
		tinynf_hw_set(hw, TINYNF_REG_CTRL_EXT, TINYNF_CTRL_EXT_DRV_LOAD);
	else
		tinynf_hw_clear(hw, TINYNF_REG_CTRL_EXT, TINYNF_CTRL_EXT_DRV_LOAD);
}

/* 4.6.7.1 and 4.6.8.1 say how to stop one queue with care; before a reset, off is enough. */
static void
queues_disable(struct tinynf_hw *hw)
{
	uint32_t n;

	tinynf_hw_rx_disable(hw);
	for (n = 0; n < TINYNF_HW_QUEUES; n++) {
		uint32_t rxdctl = TINYNF_REG(RXDCTL, n);
		uint32_t txdctl = TINYNF_REG(TXDCTL, n);

		if (tinynf_hw_read(hw, rxdctl) & TINYNF_RXDCTL_ENABLE)
			tinynf_hw_clear(hw, rxdctl, TINYNF_RXDCTL_ENABLE);
		if (tinynf_hw_read(hw, txdctl) & TINYNF_TXDCTL_ENABLE)
			tinynf_hw_clear(hw, txdctl, TINYNF_TXDCTL_ENABLE);
	}
}

/*
 * 5.2.5.3.2: quiet the bus, so that no completion of the old life meets the new one.
 * Returns true if the data path must be flushed and reset twice.
 */
static bool
master_disable(struct tinynf_hw *hw)
{
	tinynf_hw_set(hw, TINYNF_REG_CTRL, TINYNF_CTRL_GIO_DIS);
	if (tinynf_hw_poll(hw, TINYNF_REG_STATUS, TINYNF_STATUS_GIO, 0,
			TINYNF_LIMIT_MASTER_US))
		return false;
	tinynf_base_log(hw, TINYNF_BASE_WARNING,
			"PCIe master requests are still pending after %u us: flushing the data path",
			TINYNF_LIMIT_MASTER_US);
	return true;
}

/* 5.2.5.3.2: what hangs in the transmit path is looped back and thrown away. */
static void
data_path_flush(struct tinynf_hw *hw)
{
	uint32_t gcr_ext;

	tinynf_hw_set(hw, TINYNF_REG_HLREG0, TINYNF_HLREG0_LPBK);
	tinynf_hw_clear(hw, TINYNF_REG_RXCTRL, TINYNF_RXCTRL_RXEN);
	tinynf_hw_flush(hw);
	hw->ops->delay_us(hw, TINYNF_WAIT_FLUSH_US);
	gcr_ext = tinynf_hw_read(hw, TINYNF_REG_GCR_EXT);
	tinynf_hw_write(hw, TINYNF_REG_GCR_EXT, gcr_ext | TINYNF_GCR_EXT_BUFFERS_CLEAR);
	tinynf_hw_flush(hw);
	hw->ops->delay_us(hw, TINYNF_WAIT_FLUSH_US);
	tinynf_hw_write(hw, TINYNF_REG_GCR_EXT, gcr_ext & ~TINYNF_GCR_EXT_BUFFERS_CLEAR);
	tinynf_hw_clear(hw, TINYNF_REG_HLREG0, TINYNF_HLREG0_LPBK);
	tinynf_hw_flush(hw);
}

/*
 * 4.2.1.6 and 4.6.3.2. A link that is up may be in use by management firmware: a software
 * reset leaves it alone. Otherwise MAC and link are reset too (global reset).
 */
static int
reset_once(struct tinynf_hw *hw)
{
	uint32_t bits = TINYNF_CTRL_RST;

	if (!(tinynf_hw_read(hw, TINYNF_REG_LINKS) & TINYNF_LINKS_UP))
		bits |= TINYNF_CTRL_LNK_RST;
	tinynf_hw_set(hw, TINYNF_REG_CTRL, bits);
	/* Nothing may be read for a while: no flush here. */
	hw->ops->delay_us(hw, TINYNF_WAIT_RESET_US);
	if (!tinynf_hw_poll(hw, TINYNF_REG_CTRL, TINYNF_CTRL_RST | TINYNF_CTRL_LNK_RST, 0,
			TINYNF_LIMIT_RESET_US)) {
		tinynf_base_log(hw, TINYNF_BASE_ERROR, "reset not done after %u us",
				TINYNF_LIMIT_RESET_US);
		return -ETIMEDOUT;
	}
	hw->ops->delay_us(hw, TINYNF_WAIT_AFTER_RESET_US);
	return 0;
}

int
tinynf_hw_reset(struct tinynf_hw *hw)
{
	bool twice;
	uint32_t status;
	int ret;

	ret = tinynf_hw_check_present(hw);
	if (ret != 0)
		return ret;
	/* 4.6.3.1: interrupts are masked before and again after the reset. */
	tinynf_hw_mask_interrupts(hw);
	queues_disable(hw);
	twice = master_disable(hw);
	if (twice)
		data_path_flush(hw);
	ret = reset_once(hw);
	if (ret == 0 && twice)
		ret = reset_once(hw);
	if (ret != 0)
		return ret;
	tinynf_hw_mask_interrupts(hw);

	/* 4.6.3: wait for the EEPROM's automatic read. */
	if (!tinynf_hw_poll(hw, TINYNF_REG_EEC, TINYNF_EEC_AUTO_RD, TINYNF_EEC_AUTO_RD,
			TINYNF_LIMIT_AUTO_READ_US)) {
		tinynf_base_log(hw, TINYNF_BASE_ERROR,
				"EEPROM automatic read not done after %u us (EEC 0x%08x)",
				TINYNF_LIMIT_AUTO_READ_US, tinynf_hw_read(hw, TINYNF_REG_EEC));
		return -ETIMEDOUT;
	}
	/* 4.6.3: wait for DMA initialisation. */
	if (!tinynf_hw_poll(hw, TINYNF_REG_RDRXCTL, TINYNF_RDRXCTL_DMAIDONE,
			TINYNF_RDRXCTL_DMAIDONE, TINYNF_LIMIT_DMA_INIT_US)) {
		tinynf_base_log(hw, TINYNF_BASE_ERROR,
				"DMA initialisation not done after %u us (RDRXCTL 0x%08x)",
				TINYNF_LIMIT_DMA_INIT_US,
				tinynf_hw_read(hw, TINYNF_REG_RDRXCTL));
		return -ETIMEDOUT;
	}
	status = tinynf_hw_read(hw, TINYNF_REG_STATUS);
	hw->lan_id = (status & TINYNF_STATUS_LAN_ID) >> TINYNF_STATUS_LAN_ID_SHIFT;
	return 0;
}
