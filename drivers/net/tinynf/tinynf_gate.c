/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#include <errno.h>
#include <linux/membarrier.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <rte_cycles.h>
#include <rte_pause.h>

#include "tinynf_gate.h"
#include "tinynf_ports.h"
#include "tinynf_queue.h"

#define WAIT_LIMIT_MS       1000
/* Others where all interleavings are tried: test/proofs/gate_driver.h. */
#ifndef TAKE_OVER_SPINS
#define TAKE_OVER_SPINS     2000  /* an owner that runs leaves its section much earlier */
#define LOCK_SPINS          256
#define EXCLUDE_WAITS       (WAIT_LIMIT_MS * 10)
#endif

struct tinynf_gate tinynf_gates[TINYNF_MAX_GATES];
struct tinynf_lcore tinynf_lcores[RTE_MAX_LCORE];
bool tinynf_gate_needs_fence = true;

void
tinynf_gate_init(void)
{
	static bool done;

	if (done)
		return;
	done = true;
	if (syscall(__NR_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) == 0) {
		tinynf_gate_needs_fence = false;
		return;
	}
	TINYNF_LOG(NOTICE, "no membarrier(PRIVATE_EXPEDITED) here (%s): bursts use a memory "
			"fence each instead, which is a little slower", strerror(errno));
}

void
tinynf_gate_barrier(void)
{
	atomic_thread_fence(memory_order_seq_cst);
	if (!tinynf_gate_needs_fence)
		(void)syscall(__NR_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0);
}

static bool
gate_trylock(struct tinynf_gate *gate)
{
	uint32_t unlocked = 0;

	return atomic_compare_exchange_strong_explicit(&gate->lock, &unlocked, 1,
			memory_order_acquire, memory_order_relaxed);
}

bool
tinynf_gate_wait(uint64_t *end)
{
	uint64_t now;

	rte_pause();
	sched_yield();
	now = rte_get_timer_cycles();
	if (*end == 0)
		*end = now + rte_get_timer_hz() / 1000 * WAIT_LIMIT_MS;
	return now <= *end;
}

/* Threads that aren't lcores can be preempted while they hold the lock: yield to them. */
static bool
gate_lock(struct tinynf_gate *gate)
{
	uint64_t end = 0;
	unsigned int spins;

	for (spins = 1; !gate_trylock(gate); spins++) {
		if (spins % LOCK_SPINS != 0)
			rte_pause();
		else if (!tinynf_gate_wait(&end))
			return false;
	}
	return true;
}

void
tinynf_gate_unlock(uint32_t id)
{
	atomic_store_explicit(&tinynf_gates[id].lock, 0, memory_order_release);
}

static bool
lcore_inside(unsigned int lcore, uint32_t id)
{
	return atomic_load_explicit(&tinynf_lcores[lcore].busy, memory_order_acquire) == id;
}

/* Nothing new begins on the fast pass: it is closed, and barriers were passed. */
static bool
fast_inside(const struct tinynf_gate *gate)
{
	unsigned int port, queue, queues;

	if (atomic_load_explicit(&gate->polling, memory_order_acquire) != 0)
		return true;
	for (port = 0; port < RTE_MAX_ETHPORTS; port++) {
		queues = atomic_load_explicit(&tinynf_txq_count[port], memory_order_acquire);
		for (queue = 0; queue < queues; queue++) {
			if (atomic_load_explicit(&tinynf_txqs[port][queue].busy,
					memory_order_acquire) == gate)
				return true;
		}
	}
	return false;
}

void
tinynf_gate_open(uint32_t id, unsigned int lcore)
{
	struct tinynf_gate *gate = &tinynf_gates[id];

	/* Who wants others out holds the lock until they may come in again. */
	if (tinynf_gate_needs_fence || !gate_trylock(gate))
		return;
	if (atomic_load_explicit(&gate->owner, memory_order_relaxed) == lcore)
		atomic_store_explicit(&gate->fast, tinynf_gate_self(), memory_order_relaxed);
	tinynf_gate_unlock(id);
}

enum tinynf_pass
tinynf_gate_own_slow(uint32_t id, unsigned int lcore)
{
	struct tinynf_gate *gate = &tinynf_gates[id];
	unsigned int spins = 0;
	uint32_t old;

	if (!gate_trylock(gate))
		return TINYNF_PASS_REFUSED;
	old = atomic_load_explicit(&gate->owner, memory_order_relaxed);
	if (old < RTE_MAX_LCORE && old != lcore) {
		atomic_store_explicit(&gate->owner, TINYNF_OWNER_NONE, memory_order_relaxed);
		atomic_store_explicit(&gate->fast, 0, memory_order_relaxed);
		tinynf_gate_barrier();
		while (lcore_inside(old, id) || fast_inside(gate)) {
			if (++spins > TAKE_OVER_SPINS) {
				atomic_store_explicit(&gate->owner, old, memory_order_release);
				tinynf_gate_unlock(id);
				return TINYNF_PASS_REFUSED;
			}
			rte_pause();
		}
	}
	if (lcore >= RTE_MAX_LCORE) {
		atomic_store_explicit(&gate->owner, TINYNF_OWNER_NONE, memory_order_release);
		return TINYNF_PASS_LOCK;
	}
	/* Inside before the lock goes: whoever takes it next sees the word. */
	atomic_store_explicit(&tinynf_lcores[lcore].busy, id, memory_order_relaxed);
	atomic_store_explicit(&gate->owner, lcore, memory_order_release);
	tinynf_gate_unlock(id);
	return TINYNF_PASS_WORD;
}

enum tinynf_pass
tinynf_gate_share_slow(uint32_t id)
{
	return gate_lock(&tinynf_gates[id]) ? TINYNF_PASS_LOCK : TINYNF_PASS_REFUSED;
}

int
tinynf_gate_exclude(uint32_t id)
{
	struct tinynf_gate *gate = &tinynf_gates[id];
	unsigned int lcore, waits;
	uint32_t old;

	if (!gate_lock(gate))
		return -EBUSY;
	old = atomic_load_explicit(&gate->owner, memory_order_relaxed);
	atomic_store_explicit(&gate->owner, TINYNF_OWNER_EXCLUDED, memory_order_relaxed);
	atomic_store_explicit(&gate->fast, 0, memory_order_relaxed);
	tinynf_gate_barrier();
	for (lcore = 0, waits = 0; lcore <= RTE_MAX_LCORE; lcore++) {
		while (lcore == RTE_MAX_LCORE ? fast_inside(gate) : lcore_inside(lcore, id)) {
			if (waits++ >= EXCLUDE_WAITS) {
				TINYNF_LOG(ERR, "a thread stays in a burst for more than %u ms",
						WAIT_LIMIT_MS);
				/* Whoever is inside may be the owner: the next one waits. */
				atomic_store_explicit(&gate->owner, old, memory_order_release);
				tinynf_gate_unlock(id);
				return -EBUSY;
			}
			rte_delay_us_sleep(100);
		}
	}
	return 0;
}

void
tinynf_gate_include(uint32_t id)
{
	atomic_store_explicit(&tinynf_gates[id].owner, TINYNF_OWNER_NONE, memory_order_release);
	tinynf_gate_unlock(id);
}
