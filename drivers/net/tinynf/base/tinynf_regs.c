/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#include "base/tinynf_regs.h"

static const struct tinynf_reg_row rows[] = {
#define R(n_, offset_, stride_, count_, high_, access_, reset_, section_) { \
	.name = #n_, .section = section_, .offset = offset_, .stride = stride_, \
	.count = count_, .high = high_, .reset = reset_, .access = TINYNF_REG_ ## access_, \
	},
	TINYNF_REGS(R)
#undef R
};

const struct tinynf_reg_row *
tinynf_reg_table(unsigned int *n)
{
	*n = sizeof(rows) / sizeof(rows[0]);
	return rows;
}
