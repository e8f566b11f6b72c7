/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* Statistics registers, 8.2.3.23: cleared by reading, they stick at their maximum. */

#include "model/tinynf_model_priv.h"

#define COUNTER_HIGH_MASK 0xfu  /* pairs have 36 bits */

void
tinynf_model_count(struct tinynf_model *m, uint32_t reg, uint64_t n)
{
	const uint64_t sum = m->reg[reg / 4] + n;

	m->reg[reg / 4] = sum > UINT32_MAX ? UINT32_MAX : (uint32_t)sum;
}

void
tinynf_model_count64(struct tinynf_model *m, uint32_t low, uint64_t n)
{
	const uint32_t high = low + 4;
	const uint64_t max = (uint64_t)COUNTER_HIGH_MASK << 32 | UINT32_MAX;
	uint64_t sum = ((uint64_t)(m->reg[high / 4] & COUNTER_HIGH_MASK) << 32 |
		m->reg[low / 4]) + n;

	if (sum > max)
		sum = max;
	m->reg[low / 4] = (uint32_t)sum;
	m->reg[high / 4] = (uint32_t)(sum >> 32);
}
