/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* The receive path as a whole, on and off: queues have switches of their own. */

#include <errno.h>

#include "base/tinynf_base.h"
#include "base/tinynf_regs.h"

/* 4.6.7: RXEN is set while the receive path is halted and empty. */
int
tinynf_hw_rx_enable(struct tinynf_hw *hw)
{
	tinynf_hw_set(hw, TINYNF_REG_SECRXCTRL, TINYNF_SECRXCTRL_RX_DIS);
	if (!tinynf_hw_poll(hw, TINYNF_REG_SECRXSTAT, TINYNF_SECRXSTAT_RDY,
			TINYNF_SECRXSTAT_RDY, TINYNF_LIMIT_SECRX_US)) {
		tinynf_base_log(hw, TINYNF_BASE_ERROR,
				"receive path not empty after %u us (SECRXSTAT 0x%08x)",
				TINYNF_LIMIT_SECRX_US,
				tinynf_hw_read(hw, TINYNF_REG_SECRXSTAT));
		tinynf_hw_clear(hw, TINYNF_REG_SECRXCTRL, TINYNF_SECRXCTRL_RX_DIS);
		return -ETIMEDOUT;
	}
	tinynf_hw_set(hw, TINYNF_REG_RXCTRL, TINYNF_RXCTRL_RXEN);
	tinynf_hw_clear(hw, TINYNF_REG_SECRXCTRL, TINYNF_SECRXCTRL_RX_DIS);
	return 0;
}

void
tinynf_hw_rx_disable(struct tinynf_hw *hw)
{
	/* 8.2.3.8.10: reception stops at the end of the frame that is coming in. */
	if (tinynf_hw_read(hw, TINYNF_REG_RXCTRL) & TINYNF_RXCTRL_RXEN) {
		tinynf_hw_clear(hw, TINYNF_REG_RXCTRL, TINYNF_RXCTRL_RXEN);
		tinynf_hw_flush(hw);
	}
}
