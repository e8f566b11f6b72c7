/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef TINYNF_TEST_GATE_DRIVER_H
#define TINYNF_TEST_GATE_DRIVER_H

/**
 * @file
 * The driver's gate as it is, among few lcores, and with time that passes when actors wait.
 *
 * DPDK's headers come first and stay as they are; what the driver takes from them and what
 * would need a process with EAL is replaced behind them. Threads are told apart in the way
 * that isn't tied to an instruction set, as actors share a real thread.
 */

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <unistd.h>

#include <ethdev_driver.h>
#include <rte_cycles.h>
#include <rte_io.h>
#include <rte_lcore.h>
#include <rte_mbuf.h>
#include <rte_memzone.h>
#include <rte_pause.h>

#include "weave.h"

#define NAME(variable, name) weave_name(variable, sizeof(*(variable)), name)

#define LCORES     WEAVE_ACTORS
#define NO_LCORE   UINT32_MAX

#undef RTE_MAX_LCORE
#define RTE_MAX_LCORE LCORES
#undef RTE_MAX_ETHPORTS
#define RTE_MAX_ETHPORTS 1
#undef RTE_ARCH_X86_64
#undef RTE_ARCH_ARM64
#undef RTE_PER_LCORE
#define RTE_PER_LCORE(name) gate_threads[weave_self()]

static char gate_threads[WEAVE_ACTORS];
/** Others' waiting is waited for, or every wait is over at once. */
static bool gate_patient;

#include "tinynf_queue.h"

#undef TINYNF_LOG
#define TINYNF_LOG(level, ...) do { if (0) printf(__VA_ARGS__); } while (0)
#define rte_pause() gate_pause()
#define rte_delay_us_sleep(us) gate_pause()
#define sched_yield() ((void)0)
#define rte_get_timer_hz() 0
#define rte_get_timer_cycles() gate_time()
#define syscall(...) (weave_barrier(), 0)

static uint64_t gate_clock[WEAVE_ACTORS];  /* part of the state */

static inline uint64_t
gate_time(void)
{
	return gate_patient ? 1 : 1 + (gate_clock[weave_self()]++ & 1);
}

static inline void
gate_pause(void)
{
	if (gate_patient)
		weave_pause();
	else
		weave_moment();
}

/* As long as all that others may change meanwhile, or none. */
#define EXCLUDE_WAITS     (gate_patient ? 100u : 0u)
#define TAKE_OVER_SPINS   (gate_patient ? 100u : 0u)
#define LOCK_SPINS        1

#include "tinynf_gate.c"

struct tinynf_txq tinynf_txqs[RTE_MAX_ETHPORTS][TINYNF_MAX_TX_QUEUES];
_Atomic uint16_t tinynf_txq_count[RTE_MAX_ETHPORTS];
struct tinynf_output tinynf_no_output;

#endif /* TINYNF_TEST_GATE_DRIVER_H */
