/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * Packets that one lcore receives and others free, while control stops the queue: receive
 * bursts, the mempool operation and the agent as they are in the driver, behind the gate.
 * Instrumented as gate_cases.c is.
 */

#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include <rte_alarm.h>
#include <rte_errno.h>
#include <rte_malloc.h>
#include <rte_mempool.h>
#include <rte_spinlock.h>

#include "gate_cases.h"
#include "gate_driver.h"

#define SLOTS     4u
#define RECEIVED  2u
#define GATE      1u

#undef TINYNF_MAX_GATES
#define TINYNF_MAX_GATES 3u
#define rte_lcore_id() (weave_self())
#define rte_rdtsc() 0
#define rte_spinlock_lock(lock) ((void)(lock))
#define rte_spinlock_unlock(lock) ((void)(lock))
#define rte_mempool_put(mp, m) mbuf_goes_home(mp, m)
#define rte_mempool_put_bulk(mp, objs, n) mbufs_go_home(mp, objs, n)
#define rte_eal_alarm_set(us, function, arg) ((void)(function))
#define rte_free(memory) memory_freed(memory)

static void mbuf_goes_home(struct rte_mempool *mp, void *m);
static void mbufs_go_home(struct rte_mempool *mp, void * const *objs, unsigned int n);
static void memory_freed(void *memory);

#include "tinynf_agent.c"
#include "tinynf_rx.c"
#include "tinynf_burst_c.c"
#include "tinynf_slots.c"

/* There are no other processes. */
void
tinynf_away_create(struct rte_mempool *mp)
{
	(void)mp;
}

void
tinynf_away_destroy(struct rte_mempool *mp)
{
	(void)mp;
}

void
tinynf_away_take(struct rte_mempool *mp, tinynf_away_drop drop)
{
	(void)mp;
	(void)drop;
}

/* Part of the state. */
static struct {
	struct tinynf_rxq rxq;
	struct rte_mbuf mbuf[SLOTS];
	_Alignas(64) struct tinynf_desc desc[SLOTS];
	_Atomic uint32_t sent[SLOTS];
	uint32_t stale[SLOTS];
	uint64_t addr[SLOTS];
	struct tinynf_stamp stamp[SLOTS];
	_Atomic uint8_t state[SLOTS];
	bool held[SLOTS];
	volatile uint32_t rdt;
	struct tinynf_pool pool;
	struct rte_mempool home, mp;
	_Alignas(64) _Atomic uintptr_t passed[RECEIVED];
	uint32_t got, events;
	uint8_t home_times[SLOTS];
	uint32_t slots_freed;
	bool stopped;
	uint8_t unused[7];
} w;

static _Alignas(64) union {
	struct tinynf_slots slots;
	uint8_t bytes[sizeof(struct tinynf_slots) +
		SLOTS * sizeof(struct rte_mbuf *)];
} taken;

static struct tinynf_gate *const gate = &tinynf_gates[GATE];

/* --- what the driver calls --- */

pthread_mutex_t tinynf_control = PTHREAD_MUTEX_INITIALIZER;

static void
mbuf_goes_home(struct rte_mempool *mp, void *m)
{
	const uint32_t i = (struct rte_mbuf *)m - w.mbuf;

	if (mp != &w.home)
		weave_broken("an mbuf goes to another pool");
	if (w.home_times[i]++ != 0)
		weave_broken("an mbuf goes home twice");
	weave_reached(HOME);
}

static void
mbufs_go_home(struct rte_mempool *mp, void * const *objs, unsigned int n)
{
	while (n-- != 0)
		mbuf_goes_home(mp, objs[n]);
}

/* Whoever still uses it races with this. */
static void
memory_freed(void *memory)
{
	if (memory != &taken || w.slots_freed++ != 0)
		weave_broken("memory is freed twice");
	taken.slots.size = 0;
}

void
tinynf_event_add(uint16_t port_id, enum tinynf_event event, uint64_t n)
{
	(void)port_id;
	if (event == TINYNF_EV_DROPPED)
		w.events += n;
}

void
tinynf_event_refuse(uint16_t port_id, enum tinynf_event event, int err)
{
	(void)port_id;
	(void)event;
	(void)err;
}

uint16_t
tinynf_native_refuse_rx(struct tinynf_rxq *rxq)
{
	(void)rxq;
	return 0;
}

/* Nothing is sent here. */
uint16_t
tinynf_tx_general(struct tinynf_txq *txq, struct rte_mbuf **pkts, uint16_t nb_pkts)
{
	(void)txq;
	(void)pkts;
	(void)nb_pkts;
	return 0;
}

uint16_t
tinynf_tx_duties(struct tinynf_txq *txq, struct tinynf_output *out, uint32_t n,
		struct tinynf_rxq *rxq)
{
	(void)txq;
	(void)rxq;
	(void)out;
	return n;
}

uint16_t
tinynf_tx_reconsider(struct tinynf_txq *txq, struct rte_mbuf *m, uint32_t *limit)
{
	(void)txq;
	(void)m;
	(void)limit;
	return 0;
}

uint32_t
tinynf_tx_harmless(struct tinynf_rxq *rxq, struct tinynf_output *out, struct rte_mbuf **pkts,
		uint32_t pos, uint32_t n, uint32_t limit)
{
	(void)rxq;
	(void)out;
	(void)pkts;
	(void)pos;
	(void)n;
	(void)limit;
	return 0;
}

/* --- actors --- */

static struct rte_mbuf *
receive(void)
{
	struct rte_mbuf *m = NULL;

	if (tinynf_rx_burst_c(&w.rxq, &m, 1) == 0)
		return NULL;
	if (m != &w.mbuf[w.got])
		weave_broken("another packet is received than came");
	w.got++;
	weave_reached(GOT);
	return m;
}

static void
drop(struct rte_mbuf *m)
{
	void *obj = m;

	weave_reached(w.stopped ? FREED_LATE : FREED);
	slots_enqueue(&w.mp, &obj, 1);
}

static void
pass(unsigned int i, struct rte_mbuf *m)
{
	/* Not received since the queue is stopped: nobody waits for it. */
	atomic_store_explicit(&w.passed[i], m == NULL ? 1 : (uintptr_t)m, memory_order_release);
}

static void
drop_passed(unsigned int i)
{
	uintptr_t m;

	for (;;) {
		m = atomic_load_explicit(&w.passed[i], memory_order_acquire);
		if (m != 0)
			break;
		weave_pause();
	}
	if (m != 1)
		drop((struct rte_mbuf *)m);
}

static void
drop_first(void)
{
	drop_passed(0);
}

static void
drop_second(void)
{
	drop_passed(1);
}

static void
receive_and_pass(void)
{
	pass(0, receive());
}

static void
receive_and_pass_both(void)
{
	pass(0, receive());
	pass(1, receive());
}

/* Passes on the first one, frees the second one itself. */
static void
receive_and_drop(void)
{
	struct rte_mbuf *m;

	pass(0, receive());
	m = receive();
	if (m != NULL)
		drop(m);
	receive();
}

/* The second packet is received by the fast pass. */
static void
receive_and_drop_both(void)
{
	struct rte_mbuf *first = receive(), *second = receive();

	if (first != NULL)
		drop(first);
	if (second != NULL)
		drop(second);
}

/* As tinynf_rxq_stop() does, without hardware. */
static void
stop(void)
{
	struct tinynf_agent *a = &w.rxq.agent;
	uint32_t pos;

	if (tinynf_gate_exclude(GATE) < 0)
		weave_broken("control gives up");
	w.stopped = true;
	tinynf_rxq_set_gate(&w.rxq, TINYNF_GATE_NONE);
	for (pos = a->decided; pos != a->received; pos++) {
		w.held[pos & a->mask] = atomic_load_explicit(&a->state[pos & a->mask],
				memory_order_acquire) == 0;
		w.rxq.nb_dropped += w.held[pos & a->mask];
	}
	gate->rxq = NULL;
	tinynf_slots_give(&taken.slots, w.held);
	tinynf_gate_include(GATE);
	if (w.slots_freed != 0)
		weave_reached(ALL_HOME);
}

/* Then another queue starts and has the same gate, as rxq_start() does. */
static void
stop_and_reuse(void)
{
	static struct tinynf_rxq other;

	stop();
	while (w.slots_freed == 0) {
		tinynf_slots_reap();
		if (w.slots_freed == 0)
			weave_pause();
	}
	if (tinynf_gate_exclude(GATE) < 0)
		weave_broken("control gives up");
	gate->rxq = &other;
	tinynf_gate_include(GATE);
}

/* --- beginning and end --- */

static void
init_queue(void)
{
	static struct rte_eth_dev_data data;
	uint32_t i;

	for (i = 0; i < SLOTS; i++) {
		w.mbuf[i].pool = &w.mp;
		*RTE_MBUF_DYNFIELD(&w.mbuf[i], tinynf_slot_dynfield, uint32_t *) = GATE << 16 | i;
		taken.slots.mbuf[i] = &w.mbuf[i];
	}
	w.rxq.mbuf = taken.slots.mbuf;
	w.rxq.slots = &taken.slots;
	w.rxq.size = SLOTS;
	w.rxq.stamp = w.stamp;
	w.rxq.rdt = &w.rdt;
	w.rxq.held = w.held;
	/* Any usual packet. */
	w.rxq.rx_mask = w.rxq.rx_mask_flags = TINYNF_RXS_USUAL;
	w.rxq.data = &data;
	tinynf_agent_init(&w.rxq.agent, SLOTS, 1, 1, w.desc, w.state, w.sent, w.stale, w.addr);
	for (i = 0; i < RECEIVED; i++)
		w.desc[i].meta = TINYNF_RXD_DD | TINYNF_RXD_EOP | UINT64_C(64) <<
			TINYNF_RXD_LEN_SHIFT;
	tinynf_rxq_set_gate(&w.rxq, GATE);
}

static void
init_names(void)
{
	static const char * const words[] = { "word 0", "word 1", "word 2" };
	static const char * const states[] = { "state of slot 0", "state of slot 1",
		"state of slot 2", "state of slot 3" };
	unsigned int i;

	NAME(&gate->owner, "owner");
	NAME(&gate->lock, "lock");
	NAME(&gate->fast, "fast");
	NAME(&gate->polling, "polling");
	NAME(&tinynf_gates[TINYNF_GATE_NONE].fast, "fast of no gate");
	NAME(&tinynf_gates[TINYNF_GATE_NONE].polling, "polling of no gate");
	NAME(&tinynf_txq_count[0], "number of transmit queues");
	NAME(&w.rxq.door, "the queue's gate");
	NAME(&w.rxq.gate, "the queue's gate's number");
	NAME(&taken.slots.held, "packets that are not home");
	NAME(&w.passed[0], "packet 0");
	NAME(&w.passed[1], "packet 1");
	for (i = 0; i < LCORES; i++)
		NAME(&tinynf_lcores[i].busy, words[i]);
	for (i = 0; i < SLOTS; i++)
		NAME(&w.state[i], states[i]);
	weave_plain(&w.rxq.agent.received, 8, "what is received and decided");
	weave_plain(&w.rxq.in_bad, sizeof(w.rxq.in_bad), "the rest of a frame");
	weave_plain(&w.rxq.nb_bad, 3 * sizeof(uint64_t), "counters");
	weave_plain(&w.mbuf[0], sizeof(w.mbuf[0]), "mbuf 0");
	weave_plain(&w.mbuf[1], sizeof(w.mbuf[1]), "mbuf 1");
	weave_plain(w.desc, sizeof(w.desc), "descriptors");
	weave_plain(&taken.slots.size, sizeof(uint32_t), "the slots' memory");
	weave_plain(&taken.slots.orphan, sizeof(bool), "whether the queue is stopped");
	weave_plain(&taken.slots.mbuf[0], sizeof(void *), "slot 0");
	weave_plain(&taken.slots.mbuf[1], sizeof(void *), "slot 1");
	weave_plain(w.sent, sizeof(w.sent), "where packets were sent");
	weave_plain(&gate->rxq, sizeof(gate->rxq), "the gate's queue");
	weave_plain(&gate->slots, sizeof(gate->slots), "the gate's slots");
}

static void
init(unsigned int variant)
{
	(void)variant;
	memset(&w, 0, sizeof(w));
	memset(&taken, 0, sizeof(taken));
	memset(gate, 0, sizeof(*gate));
	memset(tinynf_lcores, 0, sizeof(tinynf_lcores));
	gate_patient = true;
	tinynf_gate_needs_fence = false;
	tinynf_txq_count[0] = 0;
	tinynf_slot_ops = w.mp.ops_index = 1;
	tinynf_slot_dynfield = offsetof(struct rte_mbuf, dynfield1);
	w.mp.pool_data = &w.pool;
	w.pool.home = &w.home;
	w.pool.mp = &w.mp;
	w.pool.refs = 2;
	taken.slots.gate = GATE;
	taken.slots.size = SLOTS;
	taken.slots.pool = &w.pool;
	gate->rxq = &w.rxq;
	gate->slots = &taken.slots;
	gate->owner = TINYNF_OWNER_NONE;
	init_queue();
	weave_state(&w, sizeof(w));
	weave_state(&taken, sizeof(taken));
	weave_state(tinynf_gates, 2 * sizeof(*tinynf_gates));
	weave_state(tinynf_lcores, sizeof(tinynf_lcores));
	init_names();
}

/* Each packet that was freed came back, to the ring or home. */
static void
rest(void)
{
	const struct tinynf_agent *a = &w.rxq.agent;
	struct rte_mbuf *m;
	unsigned int i;

	if (w.rxq.nb_dropped + w.events != w.got)
		weave_broken("drops are counted wrong");
	if (w.stopped) {
		for (i = 0; i < SLOTS; i++)
			if (w.home_times[i] != 1)
				weave_broken("an mbuf does not come home");
		tinynf_slots_reap();
		if (w.slots_freed != 1)
			weave_broken("what belongs to the stopped queue stays");
		return;
	}
	/* The next polls of the same lcore find what was freed. */
	for (i = 0; i < 3; i++)
		while (tinynf_rx_burst_c(&w.rxq, &m, 1) != 0)
			w.got++;
	if (w.got != RECEIVED || a->received != RECEIVED)
		weave_broken("a packet was not received");
	if (a->decided != RECEIVED || a->mirrored != RECEIVED + SLOTS)
		weave_broken("a slot does not come back");
}

const struct weave_case gate_cases[] = {
	{ "one passes and drops, one drops", 0, GOT | FREED,
		init, { receive_and_drop, drop_first }, rest },
	{ "one passes, two drop", 0, GOT | FREED,
		init, { receive_and_pass_both, drop_first, drop_second }, rest },
	{ "one drops, control stops", 0, GOT | FREED | FREED_LATE | HOME | ALL_HOME,
		init, { receive_and_drop_both, stop }, rest },
	{ "one passes, one drops, control stops", 0, GOT | FREED | FREED_LATE | HOME | ALL_HOME,
		init, { receive_and_pass, drop_first, stop }, rest },
	{ "one passes, one drops, control stops and starts", 0,
		GOT | FREED | FREED_LATE | HOME | ALL_HOME,
		init, { receive_and_pass, drop_first, stop_and_reuse }, rest },
	{ NULL },
};
