/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef TINYNF_GATE_H
#define TINYNF_GATE_H

/**
 * @file
 * Who may touch an agent: a lock that is biased towards the lcore that polls it.
 *
 * Each start of a receive queue has a gate, named by a number. An lcore enters by
 * storing that number in its own word and then looking at the gate's owner; whoever
 * wants others out changes the owner first and then looks at the words. One of the two
 * sees the other if both stores are ordered before the loads: membarrier() does that
 * for the lcores, whose side needs no fence and no atomic read-modify-write. Without
 * membarrier() every entry has a fence instead.
 *
 * Gates and words are static: a stale number never reads freed memory.
 *
 * Passes: the owner's (only one; may move the ring), shared (any number; may decide
 * slots that their holder has), exclusive (control; nobody else is inside).
 *
 * The fast pass is the owner's too, for bursts that are as usual. It is open only while no
 * packet was dropped or sent in an unusual way; so whoever has it needs no look at these.
 * It knows the owner by its thread and has words of its own: the gate's for receiving,
 * the transmit queue's for sending. ethdev lets no two threads use a queue at once.
 */

#ifndef __cplusplus
#include <stdatomic.h>
#endif
#include <stdbool.h>
#include <stdint.h>

#include <rte_common.h>
#include <rte_lcore.h>

#define TINYNF_MAX_GATES       4096  /* live agents and those whose packets are still out */
#define TINYNF_GATE_NONE       0u    /* number of no gate */
#define TINYNF_OWNER_NONE      (UINT32_MAX - 1)
#define TINYNF_OWNER_EXCLUDED  (UINT32_MAX - 2)

struct tinynf_rxq;
struct tinynf_slots;

/** One gate. What it guards is only valid inside, except where said. */
struct tinynf_gate {
	/** Thread of the owner while the fast pass is open, otherwise 0. */
	_Alignas(RTE_CACHE_LINE_SIZE) _Atomic uintptr_t fast;
	_Atomic uint32_t polling;    /**< A receive burst has the fast pass. */
	/** lcore that polls, or TINYNF_OWNER_*. */
	_Atomic uint32_t owner;
	_Atomic uint32_t lock;
	struct tinynf_rxq *rxq;      /**< NULL once the agent was stopped. */
	/** Valid outside for whoever holds one of its packets. */
	struct tinynf_slots *slots;
};

/** What an lcore tells the others. */
struct tinynf_lcore {
	/** Gate that it is inside of, TINYNF_GATE_NONE if none. */
	_Alignas(RTE_CACHE_LINE_SIZE) _Atomic uint32_t busy;
	uint32_t last;               /**< Gate of the agent that gave it packets last. */
};

/** How one is inside a gate. */
enum tinynf_pass {
	TINYNF_PASS_REFUSED,
	TINYNF_PASS_WORD,    /**< The lcore's word says so. */
	TINYNF_PASS_LOCK,    /**< The gate's lock is held. */
};

extern struct tinynf_gate tinynf_gates[TINYNF_MAX_GATES];
extern struct tinynf_lcore tinynf_lcores[RTE_MAX_LCORE];
extern bool tinynf_gate_needs_fence;

/** Find out how to exclude lcores; call once before any gate is used. Idempotent. */
void tinynf_gate_init(void);
/**
 * Let others run while waiting for them; @p end is 0 at first.
 * @return false once this has gone on for a second.
 */
bool tinynf_gate_wait(uint64_t *end);
/** Order this thread's stores before, and its loads after, what every other thread does. */
void tinynf_gate_barrier(void);
/**
 * Become the owner, or enter as one with the lock if this is not an lcore.
 * Never waits long: TINYNF_PASS_REFUSED if somebody else is inside.
 */
enum tinynf_pass tinynf_gate_own_slow(uint32_t id, unsigned int lcore);
/** Enter as a sharer with the lock; waits for control to finish, at most a second. */
enum tinynf_pass tinynf_gate_share_slow(uint32_t id);
void tinynf_gate_unlock(uint32_t id);
/** Open the fast pass. For the owner inside, when nobody holds any packet. */
void tinynf_gate_open(uint32_t id, unsigned int lcore);
/**
 * Keep everybody out.
 * @return 0, or -EBUSY if somebody stayed inside for a second.
 */
int tinynf_gate_exclude(uint32_t id);
/** Let others in again; nobody owns the agent. */
void tinynf_gate_include(uint32_t id);

static inline void
tinynf_gate_fence(void)
{
	if (unlikely(tinynf_gate_needs_fence))
		atomic_thread_fence(memory_order_seq_cst);
	else
		atomic_signal_fence(memory_order_seq_cst);
}

/** The thread, by what differs between threads and needs no memory access. */
static inline uintptr_t
tinynf_gate_self(void)
{
	uintptr_t self;

#if defined(RTE_ARCH_X86_64)
	__asm__ ("movq %%fs:0, %0" : "=r" (self));
#elif defined(RTE_ARCH_ARM64)
	__asm__ ("mrs %0, tpidr_el0" : "=r" (self));
#else
	self = (uintptr_t)&RTE_PER_LCORE(_lcore_id);
#endif
	return self;
}

/** Has this thread the fast pass? It has said in a word that it is inside. */
static inline bool
tinynf_gate_is_fast(const struct tinynf_gate *gate)
{
	uintptr_t fast;
	bool mine;

	/* Compiler only: where membarrier() isn't there, the fast pass is never open. */
	atomic_signal_fence(memory_order_seq_cst);
	fast = atomic_load_explicit(&gate->fast, memory_order_acquire);
#if defined(RTE_ARCH_X86_64)
	/* Compared where it lies, without a register for it. */
	__asm__ ("cmpq %%fs:0, %1" : "=@ccz" (mine) : "r" (fast));
#else
	mine = fast == tinynf_gate_self();
#endif
	return likely(mine);
}

/** For whoever is inside and does something unusual, before it does so. */
static inline void
tinynf_gate_close(struct tinynf_gate *gate)
{
	if (atomic_load_explicit(&gate->fast, memory_order_relaxed) != 0)
		atomic_store_explicit(&gate->fast, 0, memory_order_relaxed);
}

static inline void
tinynf_gate_leave_word(unsigned int lcore)
{
	/* Who has a word is an lcore; GCC 14 would warn of a store behind the array's end. */
	if (lcore >= RTE_MAX_LCORE)
		__builtin_unreachable();
	atomic_store_explicit(&tinynf_lcores[lcore].busy, TINYNF_GATE_NONE,
			memory_order_release);
}

/** Enter as the owner if this lcore is it: the fast path. */
static inline bool
tinynf_gate_try_own(uint32_t id, unsigned int lcore)
{
	struct tinynf_lcore *self = &tinynf_lcores[lcore];

	atomic_store_explicit(&self->busy, id, memory_order_relaxed);
	tinynf_gate_fence();
	if (likely(atomic_load_explicit(&tinynf_gates[id].owner, memory_order_acquire) == lcore))
		return true;
	tinynf_gate_leave_word(lcore);
	return false;
}

/** Enter to poll: as the owner, who one becomes. */
static inline enum tinynf_pass
tinynf_gate_own(uint32_t id, unsigned int lcore)
{
	if (likely(lcore < RTE_MAX_LCORE && tinynf_gate_try_own(id, lcore)))
		return TINYNF_PASS_WORD;
	return tinynf_gate_own_slow(id, lcore);
}

/** Enter to decide slots that one holds, from any thread. */
static inline enum tinynf_pass
tinynf_gate_share(uint32_t id, unsigned int lcore)
{
	if (likely(lcore < RTE_MAX_LCORE)) {
		atomic_store_explicit(&tinynf_lcores[lcore].busy, id, memory_order_relaxed);
		tinynf_gate_fence();
		if (likely(atomic_load_explicit(&tinynf_gates[id].owner,
				memory_order_acquire) != TINYNF_OWNER_EXCLUDED))
			return TINYNF_PASS_WORD;
		tinynf_gate_leave_word(lcore);
	}
	return tinynf_gate_share_slow(id);
}

static inline void
tinynf_gate_leave(uint32_t id, unsigned int lcore, enum tinynf_pass pass)
{
	if (likely(pass == TINYNF_PASS_WORD))
		tinynf_gate_leave_word(lcore);
	else if (pass == TINYNF_PASS_LOCK)
		tinynf_gate_unlock(id);
}

#endif /* TINYNF_GATE_H */
