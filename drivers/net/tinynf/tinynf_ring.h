/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef TINYNF_RING_H
#define TINYNF_RING_H

/**
 * @file
 * Ring arithmetic. Positions run freely through 32 bits and wrap there; a ring's
 * size is a power of two, so position & mask is its slot.
 */

#include <stdbool.h>
#include <stdint.h>

/** How far @p to is ahead of @p from; only meaningful when it is not behind. */
static inline uint32_t
tinynf_ring_distance(uint32_t from, uint32_t to)
{
	return to - from;
}

/** @p a is at or behind @p b; they are less than 2^31 apart. */
static inline bool
tinynf_ring_reached(uint32_t b, uint32_t a)
{
	return (int32_t)(b - a) >= 0;
}

static inline uint32_t
tinynf_ring_earlier(uint32_t a, uint32_t b)
{
	return tinynf_ring_reached(b, a) ? a : b;
}

static inline uint32_t
tinynf_ring_later(uint32_t a, uint32_t b)
{
	return tinynf_ring_reached(b, a) ? b : a;
}

/**
 * Free-running position of a head that hardware reports as an index. Less than a
 * ring is outstanding behind @p known, so the index is unambiguous.
 */
static inline uint32_t
tinynf_ring_unwrap(uint32_t known, uint32_t index, uint32_t mask)
{
	return known + ((index - known) & mask);
}

/** Largest multiple of the ring's size that is not above @p distance. */
static inline uint32_t
tinynf_ring_turns(uint32_t distance, uint32_t mask)
{
	return distance & ~mask;
}

/** Is @p slot the last one of its group of @p period (a power of two)? */
static inline bool
tinynf_ring_group_end(uint32_t slot, uint32_t period)
{
	return (slot & (period - 1)) == period - 1;
}

#endif /* TINYNF_RING_H */
