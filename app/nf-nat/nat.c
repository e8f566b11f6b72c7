/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#include <errno.h>

#include <rte_malloc.h>

#include "nat.h"

int
nat_create(struct nf *nf, const struct nat_config *config)
{
	struct nat *n;
	int ret;

	if (config->first_port + (uint64_t)RTE_MAX(config->capacity, 8u) > UINT16_MAX + 1u) {
		fprintf(stderr, "%u flows from port %u on: there are 65536 ports, so at most %u\n",
			config->capacity, config->first_port, UINT16_MAX + 1u - config->first_port);
		return -EINVAL;
	}
	n = rte_zmalloc("nat", sizeof(*n), RTE_CACHE_LINE_SIZE);
	if (n == NULL)
		return -ENOMEM;
	n->config = *config;
	n->ask_period = nf->hz / 10;
	ret = nf_table_create(&n->table, "nat", config->capacity, sizeof(struct nf_flow_key),
			sizeof(*n->flow), config->expire * nf->hz, config->expire_tcp * nf->hz);
	if (ret != 0)
		goto fail_table;
	n->flow = n->table.values;
	nf->state = n;
	return 0;

fail_table:
	rte_free(n);
	return ret;
}

void
nat_destroy(struct nf *nf)
{
	struct nat *n = nf->state;

	nf_table_destroy(&n->table);
	rte_free(n);
}
