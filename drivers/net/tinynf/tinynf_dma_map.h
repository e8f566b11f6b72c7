/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef TINYNF_DMA_MAP_H
#define TINYNF_DMA_MAP_H

/**
 * @file
 * Memory that a software device may reach, as a sorted list of disjoint
 * ranges. Neighbours are joined, so usually there are one or two. Not
 * thread-safe: the device's lock protects it.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tinynf_dma_range {
	uint64_t start, end;   /**< [start, end) */
};

/** Zero is an empty map. */
struct tinynf_dma_map {
	struct tinynf_dma_range *ranges;
	unsigned int n, room;
	struct tinynf_dma_range last;   /**< Range of the last hit. */
};

/** Add a range, joining what overlaps or touches. @return 0, -EINVAL (empty, wraps), -ENOMEM. */
int tinynf_dma_map_add(struct tinynf_dma_map *map, uint64_t start, uint64_t len);
/** Remove a range or parts of it. @return 0, -EINVAL, -ENOMEM (nothing removed). */
int tinynf_dma_map_remove(struct tinynf_dma_map *map, uint64_t start, uint64_t len);
/** Release the list; the map is empty then. */
void tinynf_dma_map_free(struct tinynf_dma_map *map);
/** Search for the range that holds all of [addr, addr + len). */
bool tinynf_dma_map_search(struct tinynf_dma_map *map, uint64_t addr, uint64_t len);

/** Is all of [addr, addr + len) mapped? Remembers the range. */
static inline bool
tinynf_dma_map_has(struct tinynf_dma_map *map, uint64_t addr, uint64_t len)
{
	if (addr >= map->last.start && addr < map->last.end && len <= map->last.end - addr)
		return true;
	return tinynf_dma_map_search(map, addr, len);
}

#endif /* TINYNF_DMA_MAP_H */
