/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <rte_errno.h>
#include <rte_hash_crc.h>
#include <rte_lcore.h>
#include <rte_malloc.h>

#include "nf_table.h"

/* Expiry shares the loop with packets: a little at a time. */
#define EXPIRE_AT_ONCE  8

int
nf_table_create(struct nf_table *t, const char *name, uint32_t capacity, uint32_t key_size,
		uint32_t value_size, uint64_t lifetime0, uint64_t lifetime1)
{
	static unsigned int tables;
	char unique[RTE_HASH_NAMESIZE];
	struct rte_hash_parameters params = {
		.name = unique,
		.entries = RTE_MAX(capacity, 8u),
		.key_len = key_size,
		.hash_func = rte_hash_crc,
		.socket_id = rte_socket_id(),
		/* Without it, a table may be full long before it is. */
		.extra_flag = RTE_HASH_EXTRA_FLAGS_EXT_TABLE,
	};
	uint32_t i;

	/* rte_hash refuses a name that it knows, even if that table is another function's. */
	snprintf(unique, sizeof(unique), "%s-%u", name, tables++);
	memset(t, 0, sizeof(*t));
	t->capacity = params.entries;
	t->lifetime[0] = lifetime0;
	t->lifetime[1] = lifetime1;
	t->hash = rte_hash_create(&params);
	if (t->hash == NULL)
		return rte_errno != 0 ? -rte_errno : -ENOMEM;
	t->links = rte_malloc(name, (t->capacity + NF_TABLE_LISTS) * sizeof(*t->links),
			RTE_CACHE_LINE_SIZE);
	t->values = rte_zmalloc(name, (size_t)t->capacity * value_size, RTE_CACHE_LINE_SIZE);
	if (t->links == NULL || t->values == NULL) {
		nf_table_destroy(t);
		return -ENOMEM;
	}
	for (i = 0; i < t->capacity; i++)
		t->links[i].next = NF_TABLE_NONE;
	for (i = t->capacity; i < t->capacity + NF_TABLE_LISTS; i++)
		t->links[i].prev = t->links[i].next = i;
	return 0;
}

void
nf_table_destroy(struct nf_table *t)
{
	rte_hash_free(t->hash);
	rte_free(t->links);
	rte_free(t->values);
	memset(t, 0, sizeof(*t));
}

uint32_t
nf_table_add(struct nf_table *t, const void *key, uint32_t list, uint64_t now)
{
	int32_t pos;

	if (t->count == t->capacity)
		return NF_TABLE_NONE;
	pos = rte_hash_add_key(t->hash, key);
	if (pos < 0 || (uint32_t)pos >= t->capacity)
		return NF_TABLE_NONE;
	nf_table_append(t, pos, list, now);
	t->count++;
	return pos;
}

void
nf_table_remove(struct nf_table *t, uint32_t entry)
{
	void *key;

	if (rte_hash_get_key_with_position(t->hash, entry, &key) != 0)
		return;
	rte_hash_del_key(t->hash, key);
	nf_table_unlink(t, entry);
	t->links[entry].next = NF_TABLE_NONE;
	t->count--;
}

unsigned int
nf_table_remove_old(struct nf_table *t, uint64_t now)
{
	unsigned int n = 0;
	uint32_t list;

	for (list = 0; list < NF_TABLE_LISTS; list++) {
		const uint32_t head = t->capacity + list;

		while (n < EXPIRE_AT_ONCE && t->links[head].next != head) {
			const uint32_t oldest = t->links[head].next;

			if (!nf_table_old(t, oldest, now))
				break;
			nf_table_remove(t, oldest);
			n++;
		}
	}
	return n;
}
