/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#include <errno.h>

#include <rte_malloc.h>

#include "bridge.h"

int
bridge_create(struct nf *nf, const struct bridge_config *config)
{
	struct bridge *b = rte_zmalloc("bridge", sizeof(*b), RTE_CACHE_LINE_SIZE);
	int ret;

	if (b == NULL)
		return -ENOMEM;
	ret = nf_table_create(&b->table, "bridge", config->capacity, sizeof(uint64_t),
			sizeof(*b->port), config->age * nf->hz, 0);
	if (ret != 0)
		goto fail_table;
	b->port = b->table.values;
	nf->state = b;
	return 0;

fail_table:
	rte_free(b);
	return ret;
}

void
bridge_destroy(struct nf *nf)
{
	struct bridge *b = nf->state;

	nf_table_destroy(&b->table);
	rte_free(b);
}
