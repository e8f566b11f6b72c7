/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * What all of the bring-up does with registers beside reading and writing them: wait, and say
 * what went wrong.
 */

#include <errno.h>
#include <stdio.h>

#include "base/tinynf_base.h"
#include "base/tinynf_regs.h"

void (*tinynf_base_log_hook)(const struct tinynf_hw *hw, enum tinynf_base_level level,
		const char *text);

void
tinynf_base_log(const struct tinynf_hw *hw, enum tinynf_base_level level,
		const char *format, ...)
{
	char text[256];
	va_list args;

	if (tinynf_base_log_hook == NULL)
		return;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	tinynf_base_log_hook(hw, level, text);
}

bool
tinynf_hw_poll(struct tinynf_hw *hw, uint32_t reg, uint32_t mask, uint32_t value,
		uint32_t limit_us)
{
	uint32_t waited, now;

	for (waited = 0; ; waited += TINYNF_POLL_US) {
		now = tinynf_hw_read(hw, reg);
		if ((now & mask) == value && (now != UINT32_MAX || !tinynf_hw_removed(hw)))
			return true;
		if (waited >= limit_us)
			return false;
		hw->ops->delay_us(hw, TINYNF_POLL_US);
	}
}

void
tinynf_hw_flush(struct tinynf_hw *hw)
{
	(void)tinynf_hw_read(hw, TINYNF_REG_STATUS);
}

bool
tinynf_hw_removed(struct tinynf_hw *hw)
{
	return tinynf_hw_read(hw, TINYNF_REG_STATUS) == UINT32_MAX;
}

int
tinynf_hw_check_present(struct tinynf_hw *hw)
{
	if (!tinynf_hw_removed(hw))
		return 0;
	tinynf_base_log(hw, TINYNF_BASE_ERROR,
			"registers read as all ones: the device is not on the bus");
	return -ENODEV;
}
