/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#include <errno.h>

#include <rte_jhash.h>
#include <rte_malloc.h>

#include "lb.h"

#define SEED_OFFSET  0x6d61676cu
#define SEED_SKIP    0x65760000u

/*
 * Each backend goes through all places in an order of its own, and in turns takes the next one
 * that is free: section 3.4 of the paper.
 */
void
lb_populate(struct lb *b)
{
	uint32_t at[LB_MAX], skip[LB_MAX], i, taken = 0;

	b->nb_alive = 0;
	for (i = 0; i < b->nb_backends; i++) {
		b->nb_alive += b->backend[i].alive;
		at[i] = rte_jhash_1word(b->backend[i].ip, SEED_OFFSET) % LB_PLACES;
		skip[i] = rte_jhash_1word(b->backend[i].ip, SEED_SKIP) % (LB_PLACES - 1) + 1;
	}
	if (b->nb_alive == 0)
		return;
	for (i = 0; i < LB_PLACES; i++)
		b->place[i] = LB_NONE;
	for (i = 0; taken < LB_PLACES; i = i + 1 == b->nb_backends ? 0 : i + 1) {
		if (!b->backend[i].alive)
			continue;
		while (b->place[at[i]] != LB_NONE)
			at[i] = (at[i] + skip[i]) % LB_PLACES;
		b->place[at[i]] = i;
		taken++;
	}
}

static void
join(struct nf *nf, struct lb *b, struct lb_backend *backend)
{
	backend->alive = true;
	nf->counters[LB_JOINED]++;
	lb_populate(b);
}

void
lb_heartbeat(struct nf *nf, struct lb *b, rte_be32_t ip, const struct rte_ether_addr *mac,
		uint64_t now)
{
	struct lb_backend *backend;
	uint32_t i;

	if (!rte_is_valid_assigned_ether_addr(mac)) {
		nf->counters[LB_BAD]++;
		return;
	}
	nf->counters[LB_HEARTBEATS]++;
	for (i = 0; i < b->nb_backends && b->backend[i].ip != ip; i++)
		;
	/* A new one may take the place of a dead one, and its flows with it. */
	if (i == b->nb_backends && i == b->config.backends)
		for (i = 0; i < b->nb_backends && b->backend[i].alive; i++)
			;
	if (i == b->config.backends) {
		nf->counters[LB_TOO_MANY]++;
		return;
	}
	if (i == b->nb_backends)
		b->nb_backends++;
	backend = &b->backend[i];
	backend->ip = ip;
	backend->mac = *mac;
	backend->seen = now;
	if (!backend->alive)
		join(nf, b, backend);
}

void
lb_check(struct nf *nf, struct lb *b, uint64_t now)
{
	bool changed = false;
	uint32_t i;

	for (i = 0; i < b->nb_backends; i++) {
		struct lb_backend *backend = &b->backend[i];

		if (!backend->alive || (int64_t)(now - backend->seen - b->silence) <= 0)
			continue;
		backend->alive = false;
		nf->counters[LB_DIED]++;
		changed = true;
	}
	if (changed)
		lb_populate(b);
}

int
lb_create(struct nf *nf, const struct lb_config *config)
{
	struct lb *b;
	int ret;

	if (config->backends > LB_MAX) {
		fprintf(stderr, "%u backends are too many: at most %u\n", config->backends, LB_MAX);
		return -EINVAL;
	}
	b = rte_zmalloc("lb", sizeof(*b), RTE_CACHE_LINE_SIZE);
	if (b == NULL)
		return -ENOMEM;
	b->config = *config;
	b->silence = config->silence * nf->hz;
	b->check_period = nf->hz / 10;
	ret = nf_table_create(&b->table, "lb", config->capacity, sizeof(struct nf_flow_key),
			sizeof(*b->backend_of), config->expire * nf->hz, 0);
	if (ret != 0)
		goto fail_table;
	b->backend_of = b->table.values;
	nf->state = b;
	return 0;

fail_table:
	rte_free(b);
	return ret;
}

void
lb_destroy(struct nf *nf)
{
	struct lb *b = nf->state;

	nf_table_destroy(&b->table);
	rte_free(b);
}
