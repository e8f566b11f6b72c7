/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* What memory software devices reach: what EAL has, page by page as it comes and goes. */

#include <errno.h>
#include <string.h>

#include <rte_errno.h>
#include <rte_memory.h>

#include "tinynf_dma_map.h"
#include "tinynf_vdev.h"

#define MEM_CALLBACK_NAME     "net_tinynf"

static struct tinynf_dma_map map;
static bool subscribed;

bool
tinynf_vdev_memory_has(uint64_t addr, size_t len)
{
	return tinynf_dma_map_has(&map, addr, len);
}

static int
dma_add_segment(const struct rte_memseg_list *msl, const struct rte_memseg *ms, size_t len,
		void *arg)
{
	int *result = arg;
	int ret;

	RTE_SET_USED(msl);
	ret = tinynf_dma_map_add(&map, ms->addr_64, len);
	if (ret != 0)
		*result = ret;
	return 0;
}

/*
 * The walk takes EAL's memory lock, which callbacks run under: never call it with the lock
 * held, or a thread that grows the heap and this one would wait for each other. Additions
 * may come twice, harmlessly.
 */
static int
dma_walk_segment(const struct rte_memseg_list *msl, const struct rte_memseg *ms, size_t len,
		void *arg)
{
	int ret;

	tinynf_vdev_host_lock();
	ret = dma_add_segment(msl, ms, len, arg);
	tinynf_vdev_host_unlock();
	return ret;
}

static int
dma_refresh(void)
{
	int result = 0;

	if (rte_memseg_contig_walk(dma_walk_segment, &result) < 0)
		return -EFAULT;
	return result;
}

/* Before memory is unmapped: once we have the lock, no model is in the middle of using it. */
static void
dma_event(enum rte_mem_event event, const void *addr, size_t len, void *arg)
{
	int ret;

	RTE_SET_USED(arg);
	tinynf_vdev_host_lock();
	if (event == RTE_MEM_EVENT_ALLOC)
		ret = tinynf_dma_map_add(&map, (uintptr_t)addr, len);
	else
		ret = tinynf_dma_map_remove(&map, (uintptr_t)addr, len);
	tinynf_vdev_host_unlock();
	if (ret != 0)
		TINYNF_LOG(ERR, "memory at %p, %zu bytes, can't be %s the map of software devices: %s",
			addr, len, event == RTE_MEM_EVENT_ALLOC ? "added to" : "removed from",
			strerror(-ret));
}

int
tinynf_vdev_memory_start(void)
{
	/* Without dynamic memory (--no-huge, --legacy-mem) there are no events to subscribe to. */
	subscribed = rte_mem_event_callback_register(MEM_CALLBACK_NAME, dma_event,
			NULL) == 0;
	if (!subscribed && rte_errno != ENOTSUP) {
		TINYNF_LOG(ERR, "no memory events: %s", rte_strerror(rte_errno));
		return -rte_errno;
	}
	return dma_refresh();
}

void
tinynf_vdev_memory_stop(void)
{
	if (subscribed)
		rte_mem_event_callback_unregister(MEM_CALLBACK_NAME, NULL);
	subscribed = false;
	tinynf_dma_map_free(&map);
}

bool
tinynf_vdev_memory_reachable(const void *va, size_t len)
{
	bool has;
	int try;

	for (try = 0; try < 2; try++) {
		tinynf_vdev_host_lock();
		has = tinynf_dma_map_has(&map, (uintptr_t)va, len);
		tinynf_vdev_host_unlock();
		if (has)
			return true;
		/* External memory comes without an event. */
		if (try == 0 && dma_refresh() != 0)
			return false;
	}
	return false;
}
