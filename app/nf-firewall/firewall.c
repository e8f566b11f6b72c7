/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#include <errno.h>

#include <rte_malloc.h>

#include "firewall.h"

int
firewall_create(struct nf *nf, const struct firewall_config *config)
{
	struct firewall *w = rte_zmalloc("firewall", sizeof(*w), RTE_CACHE_LINE_SIZE);
	int ret;

	if (w == NULL)
		return -ENOMEM;
	ret = nf_table_create(&w->table, "firewall", config->capacity,
			sizeof(struct nf_flow_key), sizeof(*w->ended), config->expire * nf->hz,
			config->expire_tcp * nf->hz);
	if (ret != 0)
		goto fail_table;
	w->ended = w->table.values;
	nf->state = w;
	return 0;

fail_table:
	rte_free(w);
	return ret;
}

void
firewall_destroy(struct nf *nf)
{
	struct firewall *w = nf->state;

	nf_table_destroy(&w->table);
	rte_free(w);
}
