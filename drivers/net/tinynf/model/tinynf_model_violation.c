/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* What a driver did that the manual does not allow, told to whoever hosts the model. */

#include "model/tinynf_model_priv.h"

void
tinynf_model_violate(struct tinynf_model *m, uint32_t reg, int queue, int index, uint64_t value,
		const char *reason, const char *section)
{
	const struct tinynf_reg_row *row = reg < TINYNF_MODEL_BAR_SIZE ?
		tinynf_model_row(reg) : NULL;
	const struct tinynf_model_violation v = {
		.reg = reg,
		.reg_name = row != NULL ? row->name : "",
		.queue = queue,
		.index = index,
		.value = value,
		.reason = reason,
		.section = section,
	};

	m->counters.violations++;
	m->ops.violation(m->ctx, &v);
}
