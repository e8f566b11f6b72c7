/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#include <stdatomic.h>
#include <string.h>

#include <rte_cycles.h>
#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_malloc.h>
#include <rte_mbuf.h>
#include <rte_ring.h>
#include <rte_string_fns.h>

#include "tinynf_adapter.h"
#include "tinynf_away.h"
#include "tinynf_ports.h"

#define ACTION_NAME  "net_tinynf_freed"
#define RING_MAX     16384u
#define BATCH        32u
#define WAIT_US      100u
#define WAIT_TRIES   10000u    /* a second */

/* Of a driver's pool, in shared memory. */
struct away {
	struct rte_ring *ring;
	_Atomic uint32_t told;    /* The primary has a message that it has not looked at yet. */
};

void
tinynf_away_create(struct rte_mempool *mp)
{
	struct away *away = rte_zmalloc("tinynf_away", sizeof(*away), 0);

	if (away == NULL)
		return;
	away->ring = rte_ring_create(mp->name, rte_align32pow2(RTE_MIN(mp->size, RING_MAX) + 1),
			mp->socket_id, RING_F_SC_DEQ);
	if (away->ring == NULL) {
		rte_free(away);
		return;
	}
	mp->pool_config = away;
}

void
tinynf_away_destroy(struct rte_mempool *mp)
{
	struct away *away = mp->pool_config;

	if (away == NULL)
		return;
	mp->pool_config = NULL;
	rte_ring_free(away->ring);
	rte_free(away);
}

void
tinynf_away_take(struct rte_mempool *mp, tinynf_away_drop drop)
{
	struct away *away = mp->pool_config;
	void *objs[BATCH];
	unsigned int n;

	if (away == NULL)
		return;
	/* First: who gives something that this doesn't see tells again. */
	atomic_store(&away->told, 0);
	while ((n = rte_ring_dequeue_burst(away->ring, objs, BATCH, NULL)) != 0)
		drop(mp, objs, n);
}

static void
tell(struct away *away)
{
	struct rte_mp_msg msg;

	if (atomic_exchange(&away->told, 1) != 0)
		return;
	memset(&msg, 0, sizeof(msg));
	rte_strscpy(msg.name, ACTION_NAME, sizeof(msg.name));
	if (rte_mp_sendmsg(&msg) != 0)
		atomic_store(&away->told, 0);
}

static void
give_one(struct away *away, void *m)
{
	static _Atomic bool logged;
	unsigned int tries;

	for (tries = 0; away != NULL && tries < WAIT_TRIES; tries++) {
		if (rte_ring_mp_enqueue(away->ring, m) == 0)
			return;
		tell(away);
		rte_delay_us_sleep(WAIT_US);
	}
	if (!atomic_exchange(&logged, true))
		TINYNF_LOG(ERR, "freed packets can't be given back to the primary process: %s",
				away == NULL ? "it has no memory for it" : "it doesn't take them");
}

static int
give(struct rte_mempool *mp, void * const *objs, unsigned int n)
{
	struct away *away = mp->pool_config;
	unsigned int i;

	for (i = 0; i < n; i++) {
		struct rte_mbuf *m = objs[i];

		/* Whoever frees without looking at the mbuf brings others' as well. */
		if (m->pool->ops_index != mp->ops_index)
			rte_mempool_put(m->pool, m);
		else
			give_one(away, m);
	}
	if (away != NULL)
		tell(away);
	return 0;
}

void
tinynf_away_here(const char *ops_name)
{
	unsigned int i;

	/* The table is this process's own. */
	for (i = 0; i < rte_mempool_ops_table.num_ops; i++)
		if (strcmp(rte_mempool_ops_table.ops[i].name, ops_name) == 0)
			rte_mempool_ops_table.ops[i].enqueue = give;
}

static void (*back)(void);

static int
freed(const struct rte_mp_msg *msg __rte_unused, const void *peer __rte_unused)
{
	pthread_mutex_lock(&tinynf_control);
	back();
	pthread_mutex_unlock(&tinynf_control);
	return 0;
}

int
tinynf_away_listen(void (*take_back)(void))
{
	back = take_back;
	return rte_mp_action_register(ACTION_NAME, freed);
}
