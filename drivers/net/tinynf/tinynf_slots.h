/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef TINYNF_SLOTS_H
#define TINYNF_SLOTS_H

/**
 * @file
 * The mbufs of an agent's slots: taken from the application's pool, told apart from all
 * others, and brought home.
 *
 * While an mbuf belongs to a slot its pool is a mempool of the driver's, one for each pool of
 * the application. Freeing the mbuf to that mempool means "drop the packet"; allocating from
 * it is refused. After a stop, packets that the application still holds go back to its own
 * pool when they are freed.
 */

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <rte_mbuf.h>
#include <rte_mbuf_dyn.h>
#include <rte_mempool.h>

#include "tinynf_gate.h"

/** Name of the mempool operations of the driver's pools. */
#define TINYNF_SLOT_OPS  "tinynf_slot"

struct tinynf_pool;

/** The mbufs of one start of a receive queue. */
struct tinynf_slots {
	uint32_t gate;                /**< Number of its gate. */
	uint32_t size;
	struct tinynf_pool *pool;
	bool orphan;                  /**< Agent is gone; read inside the gate. */
	_Atomic uint32_t held;        /**< Of an orphan: mbufs that are not home yet. */
	struct rte_mbuf *mbuf[];      /**< By slot, in the order of addresses. */
};

/** Where an mbuf says whose slot it is: gate number << 16 | slot. */
extern int tinynf_slot_dynfield;
/** mempool operations of the driver's pools; -1 before the first was made. */
extern int32_t tinynf_slot_ops;

/*
 * Control, under the control lock.
 */

/**
 * The driver's pool for an application's pool, with room for @p demand more mbufs.
 * @return 0, or a negative errno with the reason logged.
 */
int tinynf_pool_get(struct rte_mempool *home, uint32_t demand, uint16_t port_id,
		struct tinynf_pool **pool);
void tinynf_pool_put(struct tinynf_pool *pool, uint32_t demand);
struct rte_mempool *tinynf_pool_home(const struct tinynf_pool *pool);
/**
 * Take mbufs for @p size slots.
 * @return 0, -ENOMEM or -ENOSPC with the reason logged; nothing is taken then.
 */
int tinynf_slots_take(struct tinynf_pool *pool, uint32_t size, uint16_t port_id,
		struct tinynf_slots **slots);
/**
 * Bring home all mbufs but those for which @p held (by slot) is true; these come when they
 * are freed. The agent is excluded. @p slots isn't the caller's any more.
 */
void tinynf_slots_give(struct tinynf_slots *slots, const bool *held);
/** Drop what other processes freed. */
void tinynf_slots_take_back(void);
/** Free what belongs to orphans whose mbufs are all home. */
void tinynf_slots_reap(void);

/*
 * Any thread that holds the mbuf.
 */

/** Is this mbuf a slot's? */
static inline bool
tinynf_slot_is_ours(const struct rte_mbuf *m)
{
	return m->pool != NULL && m->pool->ops_index == tinynf_slot_ops;
}

/** Search for one of our mbufs whose note was overwritten. */
bool tinynf_slot_search(struct rte_mbuf *m, uint32_t *gate, uint32_t *slot);

/** Whose slot is this mbuf, one of ours? */
static inline bool
tinynf_slot_find(struct rte_mbuf *m, uint32_t *gate, uint32_t *slot)
{
	uint32_t note = *RTE_MBUF_DYNFIELD(m, tinynf_slot_dynfield, const uint32_t *);
	const struct tinynf_slots *slots;

	*gate = note >> 16;
	*slot = note & UINT16_MAX;
	if (likely(*gate < TINYNF_MAX_GATES)) {
		slots = tinynf_gates[*gate].slots;
		if (likely(slots != NULL && *slot < slots->size && slots->mbuf[*slot] == m))
			return true;
	}
	/* Attaching the mbuf to another one copies the other's notes over it. */
	return tinynf_slot_search(m, gate, slot);
}

#endif /* TINYNF_SLOTS_H */
