/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef TINYNF_AGENT_H
#define TINYNF_AGENT_H

/**
 * @file
 * The mirrored ring: one receive ring and a transmit ring for each output, moving in
 * lockstep over the same slots. Plain C11, no I/O: the caller writes the tails.
 *
 * Positions run freely; of the last size positions
 *   [received, mirrored - 1)        belong to the NIC for receiving,
 *   [decided, received)             to the application,
 *   [mirrored - size, decided)      to the NIC for transmitting.
 *
 * One thread, the owner, receives and advances. Any thread that holds a slot's
 * packet may send it (tinynf_agent_send) and release it; nothing else is shared.
 */

#ifndef __cplusplus /* where switch/include/tinynf_cxx.h stands in for it */
#include <stdatomic.h>
#endif
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/tinynf_desc.h"
#include "tinynf_ring.h"

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "descriptors are little endian"
#endif

#define TINYNF_MAX_OUTPUTS    31u
#define TINYNF_MOVED          (UINT32_C(1) << 31) /* an address word was changed */
#define TINYNF_FLUSH_PERIOD   8u
/** Head reports and mirror; more than 40 breaks an erratum with WTHRESH = 0, 7.2.3.3. */
#define TINYNF_MIRROR_PERIOD  32u
/** Outputs without packets hold back so much of the ring at most, for a while: a quarter. */
#define TINYNF_NAP_PART       4u

/** A transmit ring of an agent: one port that it can send to. In one cache line. */
struct tinynf_output {
	_Alignas(64)
	struct tinynf_desc *desc;      /**< The NIC's; only the owner writes. */
	volatile uint32_t *tail;       /**< The caller's: where it tells the NIC the tail. */
	uint32_t bit;    /**< 1 << the output's number. */
	/**
	 * Longest frame that may be put into the ring at any slot that can be received before the
	 * next look at the heads, without asking; 0 if this has to be found out first.
	 */
	uint32_t limit;
	/**
	 * The doorbell is due once so much is decided: a due_period after the last one, or after
	 * the output became active or had nothing to ring for, if that was later.
	 */
	uint32_t due;
	uint32_t last;   /**< One past the last packet. */
	uint32_t rung;   /**< Tail that the NIC was told. */
	uint32_t done;   /**< Head that the NIC reported. */
	uint32_t first;  /**< First packet since the output became active. */
	uint32_t max;    /**< What limit is when it isn't 0. */
	struct tinynf_desc *wanted;    /**< By slot: what its sender asked for. */
	const volatile uint32_t *head; /**< Where the NIC reports its head. */
};

/** What each burst needs comes first. */
struct tinynf_agent {
	struct tinynf_desc *rx_desc;
	uint32_t mask;
	uint32_t twice_mask;      /**< Of positions times two, see tinynf_agent_twice(). */
	uint32_t received;
	uint32_t decided;
	/**
	 * Slots from a doorbell of an output to its next: flush_period for each active one, which
	 * is about that many packets of each. Never more than a mirror period.
	 */
	uint32_t due_period;
	uint32_t *stale;          /**< By slot: outputs with a descriptor that isn't null. */
	uint32_t mirrored;
	uint32_t mirror_period;
	uint32_t flush_period;
	uint32_t active;          /**< Outputs with packets not known to be sent. */
	_Atomic uint8_t *state;   /**< By slot: 1 if the last reference is gone. */
	_Atomic uint32_t *sent;   /**< By slot: outputs that got it this turn. */
	uint64_t *addr;           /**< By slot: device address of the packet by default. */
	uint64_t bad_heads;       /**< Reports outside what the NIC was given. */
	struct tinynf_output output[TINYNF_MAX_OUTPUTS];
};

/**
 * Make an agent over caller-owned arrays of @p size entries; addr is filled in.
 * Writes the receive descriptors. @p size and @p mirror_period are powers of two,
 * flush_period <= mirror_period < size. The NIC's first receive tail is tinynf_agent_rdt().
 */
void tinynf_agent_init(struct tinynf_agent *a, uint32_t size, uint32_t flush_period,
		uint32_t mirror_period, struct tinynf_desc *rx_desc, _Atomic uint8_t *state,
		_Atomic uint32_t *sent, uint32_t *stale, uint64_t *addr);

/**
 * Add an output whose transmit queue starts with head and tail 0. All descriptors
 * become null. @p wanted is as long as the ring; the NIC does not see it. May run beside
 * the owner: it looks at an output only once a packet was sent there.
 */
void tinynf_agent_attach(struct tinynf_agent *a, unsigned int o, struct tinynf_desc *desc,
		struct tinynf_desc *wanted, const volatile uint32_t *head);
/** Longest frame that an output takes on the fast path. Owner excluded by the caller. */
void tinynf_agent_set_max(struct tinynf_agent *a, unsigned int o, uint32_t max);
/**
 * Remove an output; owner excluded by the caller. Packets that were not reported
 * as sent count as gone. @return how many.
 */
uint32_t tinynf_agent_detach(struct tinynf_agent *a, unsigned int o);

/**
 * Before an output is detached: let it send what it got behind packets that the application
 * still holds. First tinynf_agent_wake(), then the NIC has to reach tinynf_agent_tail(),
 * then tinynf_agent_send_blocked() moves the tail once more. Owner excluded by the caller.
 */
void tinynf_agent_wake(struct tinynf_agent *a, unsigned int o);
void tinynf_agent_send_blocked(struct tinynf_agent *a, unsigned int o);

/**
 * Send a slot to output @p o, its packet at device address @p addr. For who holds
 * the packet; the slot is released apart. @return false if it was sent there already.
 *
 * Nothing is written to the NIC's ring yet: an output that slept may still have to pass
 * this slot's place of the turn before.
 */
bool tinynf_agent_send(struct tinynf_agent *a, unsigned int o, uint32_t slot, uint64_t addr,
		uint64_t meta);

/**
 * Advance over released slots, as far as their outputs have passed the turn before.
 * Owner only. @return slots.
 */
uint32_t tinynf_agent_advance(struct tinynf_agent *a);

/**
 * Outputs whose tail must be written now: flush_period behind, or behind at all if
 * @p idle. Counts as written; the value is tinynf_agent_tail(). Owner only.
 */
uint32_t tinynf_agent_doorbells(struct tinynf_agent *a, bool idle);

/** Up to @p tail the output is rung, and the NIC reports when it is there. */
static inline void
tinynf_agent_rung(const struct tinynf_agent *a, struct tinynf_output *out, uint32_t tail)
{
	out->desc[(tail - 1) & a->mask].meta |= TINYNF_TXD_RS;
	out->rung = tail;
	out->due = tail + a->due_period;
}

/**
 * The same as tinynf_agent_doorbells for one output that is flush_period behind.
 * @return false if this is not all: then call tinynf_agent_doorbells.
 */
static inline bool
tinynf_agent_ring_one(struct tinynf_agent *a, struct tinynf_output *out)
{
	const uint32_t tail = a->decided;

	if (a->active != out->bit || tinynf_ring_distance(out->done, tail) > a->mask ||
			tinynf_ring_distance(out->rung, tail) > a->mirror_period)
		return false;
	tinynf_agent_rung(a, out, tail);
	return true;
}

/** Did the NIC report anything of an output since its head was learnt? */
static inline bool
tinynf_agent_head_moved(const struct tinynf_agent *a, const struct tinynf_output *out)
{
	return *out->head != (out->done & a->mask);
}

/**
 * Learn heads and give slots back. @return true if the receive tail must be written:
 * mirror_period slots are back, or any if @p idle. Owner only.
 */
bool tinynf_agent_mirror(struct tinynf_agent *a, bool idle);

static inline uint32_t
tinynf_agent_tail(const struct tinynf_agent *a, unsigned int o)
{
	return a->output[o].rung & a->mask;
}

static inline uint32_t
tinynf_agent_rdt(const struct tinynf_agent *a)
{
	return (a->mirrored - 1) & a->mask;
}

/**
 * A position's slot times two. Processors multiply an index by up to 8 as they go, so this is
 * where a slot is in an array of 2, 4, 8 or 16 bytes each: without one more multiplication for
 * descriptors.
 */
static inline size_t
tinynf_agent_twice(const struct tinynf_agent *a, uint32_t pos)
{
	return 2 * pos & a->twice_mask;
}

/** Outputs with a descriptor of that slot that isn't null. */
static inline uint32_t
tinynf_twice_stale(const struct tinynf_agent *a, size_t twice)
{
	return *(const uint32_t *)((const uint8_t *)a->stale + twice * (sizeof(a->stale[0]) / 2));
}

/** The second word of that slot's descriptor. */
static inline uint64_t *
tinynf_twice_meta(struct tinynf_desc *ring, size_t twice)
{
	return (uint64_t *)ring + twice + 1;
}

/** Slots that the application holds. */
static inline uint32_t
tinynf_agent_held(const struct tinynf_agent *a)
{
	return tinynf_ring_distance(a->decided, a->received);
}

/** Slots that the NIC may still fill. */
static inline uint32_t
tinynf_agent_receivable(const struct tinynf_agent *a)
{
	return tinynf_ring_distance(a->received, a->mirrored - 1);
}

/** Receive descriptor's second word at a position; acquires the packet if DD is set. */
static inline uint64_t
tinynf_agent_rx_meta(const struct tinynf_agent *a, uint32_t pos)
{
	const volatile uint64_t *meta = &a->rx_desc[pos & a->mask].meta;
	const uint64_t value = *meta;

	atomic_thread_fence(memory_order_acquire);
	return value;
}

/** Make the slot empty again for the NIC, which gets it when it is mirrored. */
static inline void
tinynf_agent_rx_clear(struct tinynf_agent *a, uint32_t pos)
{
	a->rx_desc[pos & a->mask].meta = 0;
}

/** The next @p n slots belong to the application now. */
static inline void
tinynf_agent_receive(struct tinynf_agent *a, uint32_t n)
{
	a->received += n;
}

/** RS on the last slot of each group: the NIC reports its head there. */
static inline uint64_t
tinynf_agent_rs(const struct tinynf_agent *a, uint32_t slot)
{
	return tinynf_ring_group_end(slot, a->mirror_period) ? TINYNF_TXD_RS : 0;
}

/**
 * Wake an output and say how many of the next slots have a free place in its ring: those
 * that its NIC passed in the turn before. Owner only.
 */
uint32_t tinynf_agent_places(struct tinynf_agent *a, struct tinynf_output *out);

/** Did output @p o pass the next undecided slot's place of the turn before? */
static inline bool
tinynf_agent_place_free(const struct tinynf_agent *a, unsigned int o)
{
	return tinynf_ring_distance(a->output[o].done, a->decided) <= a->mask;
}

/**
 * Make room for the next undecided slot in output @p o: wake the output, and put nulls
 * where the slot went in an earlier turn. Owner only, and nobody sent the slot yet.
 * @return false if the output has to pass the turn before first.
 */
bool tinynf_agent_clear_next(struct tinynf_agent *a, unsigned int o);

/**
 * Put nulls where a slot went in an earlier turn, but for output @p out, which gets it now.
 * Owner only.
 */
void tinynf_agent_clear_others(struct tinynf_agent *a, struct tinynf_output *out, uint32_t slot);

/** Can the next undecided slot go to output @p o alone without touching other rings? */
static inline bool
tinynf_agent_can_send_next(struct tinynf_agent *a, unsigned int o)
{
	const uint32_t bit = UINT32_C(1) << o;

	if (__builtin_expect((a->active & bit) != 0 && tinynf_agent_place_free(a, o) &&
			(a->stale[a->decided & a->mask] & ~bit) == 0, 1))
		return true;
	return tinynf_agent_clear_next(a, o);
}

/**
 * The fast path: the next undecided slot goes to output @p o alone, from its default
 * address. Needs tinynf_agent_can_send_next. Owner only.
 */
static inline void
tinynf_agent_send_next(struct tinynf_agent *a, unsigned int o, uint64_t meta)
{
	const uint32_t slot = a->decided & a->mask;
	struct tinynf_output *out = &a->output[o];

	/* Whoever rings the doorbell sees to RS. */
	out->desc[slot].meta = meta;
	a->stale[slot] = UINT32_C(1) << o;
	a->decided++;
	out->last = a->decided;
}

/** The last reference to the slot's packet is gone: sent or dropped. Any thread. */
static inline void
tinynf_agent_release(struct tinynf_agent *a, uint32_t slot)
{
	atomic_store_explicit(&a->state[slot], 1, memory_order_release);
}

/** Would tinynf_agent_advance do something? Owner only. */
static inline bool
tinynf_agent_can_advance(const struct tinynf_agent *a)
{
	return a->decided != a->received &&
		atomic_load_explicit(&a->state[a->decided & a->mask], memory_order_relaxed) != 0;
}

/** Is a look at the heads due? */
static inline bool
tinynf_agent_mirror_due(const struct tinynf_agent *a)
{
	return a->decided + a->mask + 1 - a->mirrored >= a->mirror_period;
}

#endif /* TINYNF_AGENT_H */
