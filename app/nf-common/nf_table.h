/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef NF_TABLE_H
#define NF_TABLE_H

/**
 * @file
 * A bounded table whose entries age: rte_hash for the keys, and lists in the order in which entries
 * were last used, one for each lifetime, so that what is too old is always at the front.
 *
 * Entries are numbers below the capacity, to index the table's values with.
 */

#include <stdbool.h>
#include <stdint.h>

#include <rte_branch_prediction.h>
#include <rte_hash.h>

#define NF_TABLE_LISTS  2
#define NF_TABLE_NONE   UINT32_MAX

struct nf_table_link {
	uint32_t prev, next;
	uint64_t used;           /**< When. */
	uint32_t list;
};

struct nf_table {
	struct rte_hash *hash;
	struct nf_table_link *links;      /**< By entry; then the lists' heads. */
	void *values;                     /**< The program's own, by entry; at first 0. */
	uint64_t lifetime[NF_TABLE_LISTS];
	uint32_t capacity;
	uint32_t count;
};

/**
 * @param value_size
 *   Bytes that the program keeps with each entry.
 * @param lifetime
 *   Of entries of list 0 and 1, in time stamp counter cycles.
 * @return 0, or a negative errno.
 */
int nf_table_create(struct nf_table *t, const char *name, uint32_t capacity, uint32_t key_size,
		uint32_t value_size, uint64_t lifetime0, uint64_t lifetime1);
void nf_table_destroy(struct nf_table *t);

/** Remove some of the entries that are too old. @return how many. */
unsigned int nf_table_remove_old(struct nf_table *t, uint64_t now);

/** Remove an entry. */
void nf_table_remove(struct nf_table *t, uint32_t entry);

/** @internal */
static inline void
nf_table_unlink(struct nf_table *t, uint32_t entry)
{
	struct nf_table_link *l = &t->links[entry];

	t->links[l->prev].next = l->next;
	t->links[l->next].prev = l->prev;
}

/** @internal */
static inline void
nf_table_append(struct nf_table *t, uint32_t entry, uint32_t list, uint64_t now)
{
	const uint32_t head = t->capacity + list;
	struct nf_table_link *l = &t->links[entry];

	l->list = list;
	l->used = now;
	l->prev = t->links[head].prev;
	l->next = head;
	t->links[l->prev].next = entry;
	t->links[head].prev = entry;
}

/** Is this entry too old? It may be there still. */
static inline bool
nf_table_old(const struct nf_table *t, uint32_t entry, uint64_t now)
{
	const struct nf_table_link *l = &t->links[entry];

	return (int64_t)(now - l->used - t->lifetime[l->list]) > 0;
}

/**
 * Remove some of the entries that are too old: called for every burst, mostly for nothing, which is
 * told from when the oldest were last used.
 * @return how many.
 */
static inline unsigned int
nf_table_expire(struct nf_table *t, uint64_t now)
{
	uint32_t list;

	for (list = 0; list < NF_TABLE_LISTS; list++) {
		const uint32_t head = t->capacity + list, oldest = t->links[head].next;

		if (unlikely(oldest != head && nf_table_old(t, oldest, now)))
			return nf_table_remove_old(t, now);
	}
	return 0;
}

/** Which entry has a key? NF_TABLE_NONE if none; one that is too old counts as none. */
static inline uint32_t
nf_table_find(struct nf_table *t, const void *key, uint64_t now)
{
	const int32_t pos = rte_hash_lookup(t->hash, key);

	if (pos < 0)
		return NF_TABLE_NONE;
	if (unlikely(nf_table_old(t, pos, now))) {
		nf_table_remove(t, pos);
		return NF_TABLE_NONE;
	}
	return pos;
}

/** An entry was used: it becomes the youngest of a list. */
static inline void
nf_table_touch(struct nf_table *t, uint32_t entry, uint32_t list, uint64_t now)
{
	nf_table_unlink(t, entry);
	nf_table_append(t, entry, list, now);
}

/** Is this number an entry? */
static inline bool
nf_table_has(const struct nf_table *t, uint32_t entry)
{
	return entry < t->capacity && t->links[entry].next != NF_TABLE_NONE;
}

/** Add a key that the table does not have. @return its entry; NF_TABLE_NONE if it is full. */
uint32_t nf_table_add(struct nf_table *t, const void *key, uint32_t list, uint64_t now);

#endif /* NF_TABLE_H */
