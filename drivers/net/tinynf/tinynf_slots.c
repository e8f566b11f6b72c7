/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include <rte_alarm.h>
#include <rte_errno.h>
#include <rte_malloc.h>
#include <rte_spinlock.h>

#include "tinynf_away.h"
#include "tinynf_events.h"
#include "tinynf_ports.h"
#include "tinynf_queue.h"
#include "tinynf_slots.h"

#define OPS_NAME       TINYNF_SLOT_OPS
#define GET_BATCH      32
#define REAP_DELAY_US  1000

/* The driver's mempool for one of the application's. */
struct tinynf_pool {
	TAILQ_ENTRY(tinynf_pool) next;
	struct rte_mempool *home;
	struct rte_mempool *mp;
	uint32_t refs;
	uint32_t demand;     /* mbufs that the queues which were set up will take */
	uint16_t port_id;    /* who counts refused allocations: the first port that used it */
};

static TAILQ_HEAD(, tinynf_pool) pools = TAILQ_HEAD_INITIALIZER(pools);

int tinynf_slot_dynfield = -1;
int32_t tinynf_slot_ops = -1;

/* Orders changes of the gates' slots with searches by threads without the control lock. */
static rte_spinlock_t slots_lock = RTE_SPINLOCK_INITIALIZER;

static void
reap_alarm(void *arg __rte_unused)
{
	pthread_mutex_lock(&tinynf_control);
	tinynf_slots_reap();
	pthread_mutex_unlock(&tinynf_control);
}

static void
slot_go_home(struct tinynf_slots *slots, uint32_t slot)
{
	struct rte_mempool *home = slots->pool->home;
	struct rte_mbuf *m = slots->mbuf[slot];

	slots->mbuf[slot] = NULL;
	m->pool = home;
	rte_mempool_put(home, m);
	/*
	 * Not freed here: the mempool library is still at work on the driver's pool. If no
	 * alarm can be set, the next control call does it.
	 */
	if (atomic_fetch_sub_explicit(&slots->held, 1, memory_order_acq_rel) == 1)
		rte_eal_alarm_set(REAP_DELAY_US, reap_alarm, NULL);
}

/* Inside the gate. Returns whether the packet is dropped, that is: was sent nowhere. */
static bool
slot_drop(struct tinynf_gate *gate, uint32_t slot)
{
	struct tinynf_agent *agent;
	bool dropped;

	if (gate->slots->orphan) {
		slot_go_home(gate->slots, slot);
		return false;
	}
	agent = &gate->rxq->agent;
	tinynf_gate_close(gate);
	tinynf_mbuf_restore(gate->rxq, gate->slots->mbuf[slot]);
	dropped = atomic_load_explicit(&agent->sent[slot], memory_order_relaxed) == 0;
	tinynf_agent_release(agent, slot);
	return dropped;
}

/* Consecutive mbufs of one gate share one passage. */
struct passage {
	uint32_t gate;
	unsigned int lcore;
	enum tinynf_pass pass;
	bool own;
	uint32_t dropped;
};

static void
passage_end(struct passage *p)
{
	struct tinynf_rxq *rxq;

	if (p->gate == TINYNF_GATE_NONE)
		return;
	rxq = tinynf_gates[p->gate].rxq;
	if (p->dropped != 0) {
		/* Counted here, so the agent is live: an orphan's packets aren't dropped. */
		if (p->own)
			rxq->nb_dropped += p->dropped;
		else
			tinynf_event_add(rxq->data->port_id, TINYNF_EV_DROPPED, p->dropped);
	}
	tinynf_gate_leave(p->gate, p->lcore, p->pass);
	p->gate = TINYNF_GATE_NONE;
}

static void
passage_begin(struct passage *p, uint32_t gate)
{
	p->dropped = 0;
	p->own = p->lcore < RTE_MAX_LCORE && tinynf_gate_try_own(gate, p->lcore);
	p->pass = p->own ? TINYNF_PASS_WORD : tinynf_gate_share(gate, p->lcore);
	/* Control keeps a gate for a second at most; a packet must not get lost meanwhile. */
	while (unlikely(p->pass == TINYNF_PASS_REFUSED))
		p->pass = tinynf_gate_share(gate, p->lcore);
	p->gate = gate;
}

static int
slots_enqueue(struct rte_mempool *mp, void * const *objs, unsigned int n)
{
	struct passage p = { .gate = TINYNF_GATE_NONE, .lcore = rte_lcore_id() };
	uint32_t gate, slot;
	unsigned int i;

	for (i = 0; i < n; i++) {
		struct rte_mbuf *m = objs[i];

		/* Whoever frees without looking at the mbuf brings others' as well. */
		if (unlikely(m->pool != mp && !tinynf_slot_is_ours(m))) {
			rte_mempool_put(m->pool, m);
			continue;
		}
		if (unlikely(!tinynf_slot_find(m, &gate, &slot))) {
			TINYNF_LOG(ERR, "mbuf %p was freed but belongs to no slot", (void *)m);
			continue;
		}
		if (gate != p.gate) {
			passage_end(&p);
			passage_begin(&p, gate);
		}
		p.dropped += slot_drop(&tinynf_gates[gate], slot);
	}
	passage_end(&p);
	return 0;
}

static int
slots_dequeue(struct rte_mempool *mp, void **objs __rte_unused, unsigned int n __rte_unused)
{
	const struct tinynf_pool *pool = mp->pool_data;

	tinynf_event_refuse(pool->port_id, TINYNF_EV_ALLOC_REFUSED, ENOBUFS);
	return -ENOBUFS;
}

static unsigned int
slots_count(const struct rte_mempool *mp __rte_unused)
{
	return 0;
}

/* The pool is never populated, so that this is never called, but it must exist. */
static int
slots_alloc(struct rte_mempool *mp __rte_unused)
{
	return 0;
}

static const struct rte_mempool_ops slots_ops = {
	.name = OPS_NAME,
	.alloc = slots_alloc,
	.enqueue = slots_enqueue,
	.dequeue = slots_dequeue,
	.get_count = slots_count,
};
RTE_MEMPOOL_REGISTER_OPS(slots_ops);

static int
dynfield_register(void)
{
	static const struct rte_mbuf_dynfield field = {
		.name = OPS_NAME,
		.size = sizeof(uint32_t),
		.align = __alignof__(uint32_t),
	};

	if (tinynf_slot_dynfield >= 0)
		return 0;
	tinynf_slot_dynfield = rte_mbuf_dynfield_register(&field);
	if (tinynf_slot_dynfield >= 0)
		return 0;
	TINYNF_LOG(ERR, "no room for a 4-byte field in mbufs: %s", rte_strerror(rte_errno));
	return -rte_errno;
}

static struct rte_mempool *
pool_create_mempool(struct rte_mempool *home)
{
	static unsigned int number;
	char name[RTE_MEMPOOL_NAMESIZE];
	struct rte_mempool *mp;
	unsigned int flags = home->flags & (RTE_MEMPOOL_F_NO_SPREAD |
			RTE_MEMPOOL_F_NO_CACHE_ALIGN | RTE_MEMPOOL_F_NO_IOVA_CONTIG);

	snprintf(name, sizeof(name), OPS_NAME "_%u", number++);
	mp = rte_mempool_create_empty(name, home->size, home->elt_size, 0,
			home->private_data_size, home->socket_id, flags);
	if (mp == NULL)
		return NULL;
	if (rte_mempool_set_ops_byname(mp, OPS_NAME, NULL) != 0) {
		rte_mempool_free(mp);
		return NULL;
	}
	/* Data room and private size of the mbufs are read from here. */
	memcpy(rte_mempool_get_priv(mp), rte_mempool_get_priv(home), home->private_data_size);
	tinynf_slot_ops = mp->ops_index;
	return mp;
}

static int
pool_create(struct rte_mempool *home, uint16_t port_id, struct tinynf_pool **pool)
{
	struct tinynf_pool *p;
	int ret = dynfield_register();

	if (ret < 0)
		return ret;
	if (home->private_data_size < sizeof(struct rte_pktmbuf_pool_private)) {
		TINYNF_LOG(ERR, "pool %s is not a pool of mbufs", home->name);
		return -EINVAL;
	}
	if (rte_pktmbuf_priv_flags(home) & RTE_PKTMBUF_POOL_F_PINNED_EXT_BUF) {
		TINYNF_LOG(ERR, "pool %s has pinned external buffers: only mbufs with their own "
				"buffers are supported", home->name);
		return -ENOTSUP;
	}
	p = calloc(1, sizeof(*p));
	if (p == NULL)
		return -ENOMEM;
	p->home = home;
	p->port_id = port_id;
	p->mp = pool_create_mempool(home);
	if (p->mp == NULL) {
		TINYNF_LOG(ERR, "can't make a slot pool for pool %s: %s", home->name,
				rte_strerror(rte_errno));
		free(p);
		return -ENOMEM;
	}
	p->mp->pool_data = p;
	tinynf_away_create(p->mp);
	TAILQ_INSERT_TAIL(&pools, p, next);
	*pool = p;
	return 0;
}

int
tinynf_pool_get(struct rte_mempool *home, uint32_t demand, uint16_t port_id,
		struct tinynf_pool **pool)
{
	struct tinynf_pool *p;
	int ret;

	TAILQ_FOREACH(p, &pools, next) {
		if (p->home == home)
			break;
	}
	if ((p == NULL ? 0 : p->demand) + demand > home->size) {
		TINYNF_LOG(ERR, "port %u: pool %s has %u mbufs, but %u descriptors of queues set "
				"up before and %u of this one need %u: every descriptor keeps "
				"one", port_id, home->name, home->size,
				p == NULL ? 0 : p->demand, demand,
				(p == NULL ? 0 : p->demand) + demand);
		return -ENOMEM;
	}
	if (p == NULL) {
		ret = pool_create(home, port_id, &p);
		if (ret < 0)
			return ret;
	}
	p->refs++;
	p->demand += demand;
	*pool = p;
	return 0;
}

void
tinynf_pool_put(struct tinynf_pool *pool, uint32_t demand)
{
	pool->demand -= demand;
	if (--pool->refs != 0)
		return;
	TAILQ_REMOVE(&pools, pool, next);
	tinynf_away_destroy(pool->mp);
	rte_mempool_free(pool->mp);
	free(pool);
}

struct rte_mempool *
tinynf_pool_home(const struct tinynf_pool *pool)
{
	return pool->home;
}

void
tinynf_slots_take_back(void)
{
	struct tinynf_pool *pool;

	TAILQ_FOREACH(pool, &pools, next)
		tinynf_away_take(pool->mp, slots_enqueue);
}

static uint32_t
gate_find_free(void)
{
	uint32_t gate;

	for (gate = TINYNF_GATE_NONE + 1; gate < TINYNF_MAX_GATES; gate++) {
		if (tinynf_gates[gate].slots == NULL)
			return gate;
	}
	return TINYNF_GATE_NONE;
}

static void
gate_set_slots(uint32_t gate, struct tinynf_slots *slots)
{
	rte_spinlock_lock(&slots_lock);
	tinynf_gates[gate].slots = slots;
	rte_spinlock_unlock(&slots_lock);
}

/* In batches first; the rest one by one, since a cache may have some where the ring has none. */
static uint32_t
mbufs_get(struct rte_mempool *home, struct rte_mbuf **mbuf, uint32_t n)
{
	uint32_t i = 0;

	while (i < n && n - i >= GET_BATCH &&
			rte_mempool_get_bulk(home, (void **)&mbuf[i], GET_BATCH) == 0)
		i += GET_BATCH;
	while (i < n && rte_mempool_get(home, (void **)&mbuf[i]) == 0)
		i++;
	return i;
}

static int
by_address(const void *a, const void *b)
{
	const uintptr_t x = (uintptr_t)*(struct rte_mbuf *const *)a;
	const uintptr_t y = (uintptr_t)*(struct rte_mbuf *const *)b;

	return (x > y) - (x < y);
}

int
tinynf_slots_take(struct tinynf_pool *pool, uint32_t size, uint16_t port_id,
		struct tinynf_slots **slots)
{
	struct tinynf_slots *s;
	uint32_t got, i;

	tinynf_slots_reap();
	s = rte_zmalloc("tinynf_slots", sizeof(*s) +
			size * sizeof(s->mbuf[0]),
			RTE_CACHE_LINE_SIZE);
	if (s == NULL)
		return -ENOMEM;
	s->gate = gate_find_free();
	if (s->gate == TINYNF_GATE_NONE) {
		TINYNF_LOG(ERR, "port %u: the application still holds packets of %u stopped "
				"queues: free some first", port_id, TINYNF_MAX_GATES - 1);
		rte_free(s);
		return -ENOSPC;
	}
	got = mbufs_get(pool->home, s->mbuf, size);
	if (got != size) {
		if (got != 0)
			rte_mempool_put_bulk(pool->home, (void **)s->mbuf, got);
		TINYNF_LOG(ERR, "port %u: pool %s gave %u of the %u mbufs that a ring of %u "
				"keeps (%u of its %u are available, caches included)", port_id,
				pool->home->name, got, size, size,
				rte_mempool_avail_count(pool->home), pool->home->size);
		rte_free(s);
		return -ENOMEM;
	}
	/* A pool that was in use has them in any order: no processor could fetch ahead. */
	qsort(s->mbuf, size, sizeof(s->mbuf[0]), by_address);
	s->size = size;
	s->pool = pool;
	pool->refs++;
	for (i = 0; i < size; i++) {
		s->mbuf[i]->pool = pool->mp;
		*RTE_MBUF_DYNFIELD(s->mbuf[i], tinynf_slot_dynfield, uint32_t *) =
			s->gate << 16 | i;
	}
	gate_set_slots(s->gate, s);
	*slots = s;
	return 0;
}

static void
slots_free(struct tinynf_slots *slots)
{
	gate_set_slots(slots->gate, NULL);
	tinynf_pool_put(slots->pool, 0);
	rte_free(slots);
}

void
tinynf_slots_give(struct tinynf_slots *slots, const bool *held)
{
	struct rte_mempool *home = slots->pool->home;
	struct rte_mbuf *batch[GET_BATCH];
	uint32_t i, n = 0, out = 0;

	for (i = 0; i < slots->size; i++) {
		if (held[i]) {
			out++;
			continue;
		}
		slots->mbuf[i]->pool = home;
		batch[n++] = slots->mbuf[i];
		slots->mbuf[i] = NULL;
		if (n == GET_BATCH) {
			rte_mempool_put_bulk(home, (void **)batch, n);
			n = 0;
		}
	}
	if (n != 0)
		rte_mempool_put_bulk(home, (void **)batch, n);
	slots->orphan = true;
	atomic_store_explicit(&slots->held, out, memory_order_release);
	if (out == 0)
		slots_free(slots);
}

void
tinynf_slots_reap(void)
{
	uint32_t gate;

	for (gate = TINYNF_GATE_NONE + 1; gate < TINYNF_MAX_GATES; gate++) {
		struct tinynf_slots *slots = tinynf_gates[gate].slots;

		if (slots != NULL && slots->orphan &&
				atomic_load_explicit(&slots->held, memory_order_acquire) == 0)
			slots_free(slots);
	}
}

bool
tinynf_slot_search(struct rte_mbuf *m, uint32_t *gate, uint32_t *slot)
{
	uint32_t g, i;

	rte_spinlock_lock(&slots_lock);
	for (g = TINYNF_GATE_NONE + 1; g < TINYNF_MAX_GATES; g++) {
		const struct tinynf_slots *slots = tinynf_gates[g].slots;

		for (i = 0; slots != NULL && i < slots->size; i++) {
			if (slots->mbuf[i] != m)
				continue;
			rte_spinlock_unlock(&slots_lock);
			*RTE_MBUF_DYNFIELD(m, tinynf_slot_dynfield, uint32_t *) = g << 16 | i;
			*gate = g;
			*slot = i;
			return true;
		}
	}
	rte_spinlock_unlock(&slots_lock);
	return false;
}
