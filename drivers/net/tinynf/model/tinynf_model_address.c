/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* What is at an address of the BAR. */

#include "model/tinynf_model_priv.h"

#define ROWS_MAX 512u

/** Index of each word of the BAR into the register table, plus one. */
static uint16_t row_index[TINYNF_MODEL_BAR_SIZE / 4];

/** Bits that each row's registers keep. */
static uint32_t row_mask[ROWS_MAX];

/** Alias addresses are one storage with the register they name. */
static uint32_t
canonical(uint32_t offset)
{
#define A(of, alias, stride, count) \
	if (offset >= (alias) && offset < (alias) + ((stride) ? (stride) * (count) : 4) && \
			((stride) == 0 || (offset - (alias)) % ((stride) ? (stride) : 4) == 0)) \
		return TINYNF_REG(of, \
			(stride) ? (offset - (alias)) / ((stride) ? (stride) : 4) : 0);
	TINYNF_REGS_ALIASES(A)
#undef A
	return offset;
}

/** Word index of the canonical register by word index of the address. */
static uint16_t alias_word[TINYNF_MODEL_BAR_SIZE / 4];

__attribute__((constructor)) static void
tables_build(void)
{
	unsigned int rows;
	const struct tinynf_reg_row *row = tinynf_reg_table(&rows);
	unsigned int i;
	uint32_t n;

	for (i = 0; i < rows && i < ROWS_MAX; i++) {
		row_mask[i] = tinynf_model_mask(row[i].offset);
		for (n = 0; n < row[i].count; n++)
			row_index[tinynf_reg_instance(row[i].offset, row[i].stride,
					row[i].high, n) / 4] = (uint16_t)(i + 1);
	}
	for (n = 0; n < TINYNF_MODEL_BAR_SIZE / 4; n++)
		alias_word[n] = (uint16_t)(canonical(n * 4) / 4);
}

const struct tinynf_reg_row *
tinynf_model_row(uint32_t offset)
{
	unsigned int rows;
	const struct tinynf_reg_row *row = tinynf_reg_table(&rows);
	const uint16_t i = row_index[offset / 4];

	return i == 0 ? NULL : &row[i - 1];
}

uint32_t
tinynf_model_alias(uint32_t offset)
{
	return alias_word[offset / 4] * 4u;
}

uint32_t
tinynf_model_kept(uint32_t offset)
{
	return row_mask[row_index[offset / 4] - 1];
}
