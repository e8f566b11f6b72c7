/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#include <errno.h>

#include <rte_malloc.h>

#include "policer.h"

int
policer_create(struct nf *nf, const struct policer_config *config)
{
	struct rte_meter_srtcm_params params = {
		.cir = config->rate,
		.cbs = config->burst,
	};
	struct policer *p = rte_zmalloc("policer", sizeof(*p), RTE_CACHE_LINE_SIZE);
	int ret;

	if (p == NULL)
		return -ENOMEM;
	ret = rte_meter_srtcm_profile_config(&p->profile, &params);
	if (ret != 0)
		goto fail_table;
	/* After burst / rate, a bucket is full, as a new one is. */
	ret = nf_table_create(&p->table, "policer", config->capacity, sizeof(struct policer_key),
			sizeof(*p->bucket), (config->burst / config->rate + 1) * nf->hz, 0);
	if (ret != 0)
		goto fail_table;
	p->bucket = p->table.values;
	nf->state = p;
	return 0;

fail_table:
	rte_free(p);
	return ret;
}

void
policer_destroy(struct nf *nf)
{
	struct policer *p = nf->state;

	nf_table_destroy(&p->table);
	rte_free(p);
}
