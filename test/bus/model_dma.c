/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <rte_errno.h>
#include <rte_memory.h>

#include "model_dma.h"
#include "tinynf_dma_map.h"

#define CALLBACK  "model_bus"

static struct tinynf_dma_map map;
static bool started, following;

/* EAL holds its memory lock around this and around events: the models' lock comes second. */
static int
add_segment(const struct rte_memseg_list *msl, const struct rte_memseg *ms, size_t len, void *arg)
{
	int ret;

	(void)msl;
	model_host_lock();
	ret = tinynf_dma_map_add(&map, ms->addr_64, len);
	model_host_unlock();
	if (ret != 0)
		*(int *)arg = ret;
	return 0;
}

static void
memory_event(enum rte_mem_event event, const void *addr, size_t len, void *arg)
{
	int ret;

	(void)arg;
	model_host_lock();
	if (event == RTE_MEM_EVENT_ALLOC)
		ret = tinynf_dma_map_add(&map, (uintptr_t)addr, len);
	else
		ret = tinynf_dma_map_remove(&map, (uintptr_t)addr, len);
	model_host_unlock();
	if (ret != 0)
		fprintf(stderr, "model bus: memory map: %s\n", strerror(-ret));
}

int
model_dma_start(void)
{
	int result = 0;

	if (started)
		return 0;
	following = rte_mem_event_callback_register(CALLBACK, memory_event, NULL) == 0;
	/* With --no-huge memory is all there from the beginning. */
	if (!following && rte_errno != ENOTSUP)
		return -rte_errno;
	if (rte_memseg_contig_walk(add_segment, &result) < 0)
		result = -EFAULT;
	started = result == 0;
	return result;
}

void
model_dma_stop(void)
{
	if (following)
		rte_mem_event_callback_unregister(CALLBACK, NULL);
	following = started = false;
	tinynf_dma_map_free(&map);
}

bool
model_dma_has(uint64_t addr, size_t len)
{
	return tinynf_dma_map_has(&map, addr, len);
}
