/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tinynf_dma_map.h"

static bool
valid(uint64_t start, uint64_t len)
{
	return len != 0 && start + len > start;
}

/* Index of the first range that ends at or after addr. */
static unsigned int
lower_bound(const struct tinynf_dma_map *map, uint64_t addr)
{
	unsigned int low = 0, high = map->n;

	while (low < high) {
		const unsigned int mid = low + (high - low) / 2;

		if (map->ranges[mid].end < addr)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* Replace n ranges at index i by k others. */
static int
splice(struct tinynf_dma_map *map, unsigned int i, unsigned int n,
		const struct tinynf_dma_range *with, unsigned int k)
{
	const unsigned int total = map->n - n + k;

	if (total > map->room) {
		const unsigned int room = total + 16;
		struct tinynf_dma_range *ranges = realloc(map->ranges, room * sizeof(*ranges));

		if (ranges == NULL)
			return -ENOMEM;
		map->ranges = ranges;
		map->room = room;
	}
	if (map->n != i + n)
		memmove(&map->ranges[i + k], &map->ranges[i + n],
			(map->n - i - n) * sizeof(*map->ranges));
	if (k != 0)
		memcpy(&map->ranges[i], with, k * sizeof(*with));
	map->n = total;
	memset(&map->last, 0, sizeof(map->last));
	return 0;
}

int
tinynf_dma_map_add(struct tinynf_dma_map *map, uint64_t start, uint64_t len)
{
	struct tinynf_dma_range range = { start, start + len };
	unsigned int first, i;

	if (!valid(start, len))
		return -EINVAL;
	first = lower_bound(map, start);
	for (i = first; i < map->n && map->ranges[i].start <= range.end; i++) {
		if (map->ranges[i].start < range.start)
			range.start = map->ranges[i].start;
		if (map->ranges[i].end > range.end)
			range.end = map->ranges[i].end;
	}
	return splice(map, first, i - first, &range, 1);
}

int
tinynf_dma_map_remove(struct tinynf_dma_map *map, uint64_t start, uint64_t len)
{
	struct tinynf_dma_range rest[2];
	unsigned int first, i, k = 0;

	if (!valid(start, len))
		return -EINVAL;
	/* A range that ends exactly at start only touches: it stays as it is. */
	first = lower_bound(map, start + 1);
	for (i = first; i < map->n && map->ranges[i].start < start + len; i++) {
		if (map->ranges[i].start < start) {
			rest[k].start = map->ranges[i].start;
			rest[k++].end = start;
		}
		if (map->ranges[i].end > start + len) {
			rest[k].start = start + len;
			rest[k++].end = map->ranges[i].end;
		}
	}
	return i == first ? 0 : splice(map, first, i - first, rest, k);
}

void
tinynf_dma_map_free(struct tinynf_dma_map *map)
{
	free(map->ranges);
	memset(map, 0, sizeof(*map));
}

bool
tinynf_dma_map_search(struct tinynf_dma_map *map, uint64_t addr, uint64_t len)
{
	unsigned int i;

	if (addr + 1 == 0)
		return false;
	i = lower_bound(map, addr + 1);
	if (i == map->n || map->ranges[i].start > addr || len > map->ranges[i].end - addr)
		return false;
	map->last = map->ranges[i];
	return true;
}
