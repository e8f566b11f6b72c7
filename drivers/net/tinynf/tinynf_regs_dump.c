/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * Dump of the registers, in the order of the register table.
 */

#include <errno.h>
#include <string.h>

#include "base/tinynf_regs.h"
#include "tinynf_control.h"

#define DUMP_VERSION 1u

bool
tinynf_reg_dumpable(const struct tinynf_reg_row *row)
{
	/* Registers whose reading has an effect beside those of class RS that are harmless. */
	static const uint32_t harmful[] = {
		TINYNF_REG_EICR, TINYNF_REG_SWSM,
	};
	unsigned int n;

	if (row->access == TINYNF_REG_RC || row->access == TINYNF_REG_WO)
		return false;
	for (n = 0; n < RTE_DIM(harmful); n++)
		if (row->offset == harmful[n])
			return false;
	return true;
}

int
tinynf_get_reg(struct rte_eth_dev *dev, struct rte_dev_reg_info *info)
{
	struct tinynf_adapter *adapter = tinynf_adapter(dev);
	const struct tinynf_reg_row *rows;
	unsigned int nb_rows, r;
	uint32_t total = 0, n;
	uint32_t *data = info->data;

	rows = tinynf_reg_table(&nb_rows);
	for (r = 0; r < nb_rows; r++)
		total += rows[r].count;
	info->width = sizeof(uint32_t);
	info->version = DUMP_VERSION << 24 | adapter->hw.lan_id;
	if (data == NULL) {
		info->length = total;
		return 0;
	}
	if (info->offset != 0 || (info->length != 0 && info->length < total)) {
		TINYNF_LOG(ERR, "%s: registers are dumped as a whole: offset 0, length %u",
				adapter->hw.name, total);
		return -ENOTSUP;
	}
	info->length = total;
	for (r = 0; r < nb_rows; r++) {
		bool readable = tinynf_reg_dumpable(&rows[r]);

		/* Places of registers that must not be read are there, with 0. */
		for (n = 0; n < rows[r].count; n++)
			*data++ = !readable ? 0 : tinynf_hw_read(&adapter->hw,
					tinynf_reg_instance(rows[r].offset,
						rows[r].stride, rows[r].high, n));
	}
	return 0;
}
