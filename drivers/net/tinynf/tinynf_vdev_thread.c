/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* The thread that is all software devices of this process. */

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <rte_common.h>
#include <rte_lcore.h>
#include <rte_pause.h>
#include <rte_thread.h>

#include "tinynf_ports.h"
#include "tinynf_vdev.h"

/* Idle turns until the thread yields its CPU, and until it sleeps. */
#define IDLE_YIELD            16
#define IDLE_SLEEP            4000
#define SLEEP_NS              50000
#define REPORT_PERIOD_NS      UINT64_C(1000000000)

static struct {
	pthread_mutex_t lock;          /* start and end of the thread */
	TINYNF_THREAD id;
	bool running;
	atomic_int cpu;                /* -1: where EAL puts control threads */
	atomic_bool stop;
} thread = {
	.lock = PTHREAD_MUTEX_INITIALIZER,
	.cpu = -1,
};

static unsigned int
serve(struct tinynf_vdev *vdev, uint64_t now)
{
	tinynf_host_tick(vdev->wire, &vdev->lit, now);
	return tinynf_host_work(vdev->wire, now, TINYNF_HOST_FRAMES);
}

static void
rest(unsigned int idle)
{
	static const struct timespec nap = { .tv_nsec = SLEEP_NS };

	if (idle < IDLE_YIELD)
		rte_pause();
	else if (idle < IDLE_SLEEP)
		sched_yield();
	else
		nanosleep(&nap, NULL);
}

/* Reports are written while programs run, because some never come to their end. */
static void
report_all(void)
{
	struct tinynf_vdev *vdev;

	/* Counters are the queues', which may be going away; devices don't wait for that. */
	if (pthread_mutex_trylock(&tinynf_ports) != 0)
		return;
	tinynf_vdev_host_lock();
	TINYNF_VDEV_FOREACH(vdev)
		tinynf_vdev_report(vdev, false);
	tinynf_vdev_host_unlock();
	pthread_mutex_unlock(&tinynf_ports);
}

static void
pin(int cpu)
{
	cpu_set_t set;
	int ret;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	ret = pthread_setaffinity_np(pthread_self(), sizeof(set), &set);
	if (ret != 0)
		TINYNF_LOG(ERR, "cpu=%d: the device thread can't run there: %s", cpu, strerror(ret));
}

static
TINYNF_THREAD_MAIN(thread_main, arg)
{
	uint64_t next_report = tinynf_vdev_now_ns() + REPORT_PERIOD_NS;
	unsigned int idle = 0;
	struct tinynf_vdev *vdev;
	int cpu = -1;

	RTE_SET_USED(arg);
	while (!atomic_load_explicit(&thread.stop, memory_order_relaxed)) {
		const uint64_t now = tinynf_vdev_now_ns();
		unsigned int work = 0;

		if (cpu != atomic_load_explicit(&thread.cpu, memory_order_relaxed)) {
			cpu = atomic_load(&thread.cpu);
			pin(cpu);
		}
		tinynf_vdev_host_lock_politely();
		TINYNF_VDEV_FOREACH(vdev)
			work += serve(vdev, now);
		tinynf_vdev_host_unlock();
		if (now >= next_report) {
			next_report = now + REPORT_PERIOD_NS;
			report_all();
		}
		if (work != 0)
			idle = 0;
		else
			rest(idle < IDLE_SLEEP ? idle++ : idle);
	}
	TINYNF_THREAD_RETURN;
}

/* With the thread's lock held. */
static int
thread_start(const struct tinynf_vdev *vdev)
{
	int ret;

	atomic_store(&thread.cpu, vdev->args.cpu);
	ret = tinynf_vdev_memory_start();
	if (ret != 0)
		goto fail_memory;
	atomic_store(&thread.stop, false);
	ret = TINYNF_THREAD_CREATE(&thread.id, "tinynf-dev", thread_main);
	if (ret != 0) {
		TINYNF_LOG(ERR, "%s: no device thread: %s", vdev->name, strerror(abs(ret)));
		ret = -abs(ret);
		goto fail_thread;
	}
	thread.running = true;
	return 0;

fail_thread:
	tinynf_vdev_memory_stop();
fail_memory:
	return ret;
}

int
tinynf_vdev_thread_serve(struct tinynf_vdev *vdev)
{
	int ret = 0;

	pthread_mutex_lock(&thread.lock);
	if (!thread.running) {
		ret = thread_start(vdev);
	} else if (vdev->args.cpu >= 0 && thread.cpu < 0) {
		atomic_store(&thread.cpu, vdev->args.cpu);
	} else if (vdev->args.cpu >= 0 && vdev->args.cpu != thread.cpu) {
		TINYNF_LOG(ERR, "%s: argument cpu=%d: one thread serves all devices of a process, "
			"and another device has cpu=%d", vdev->name, vdev->args.cpu, thread.cpu);
		ret = -EINVAL;
	}
	if (ret == 0) {
		tinynf_vdev_host_lock();
		tinynf_vdev_host_insert(vdev);
		tinynf_vdev_host_unlock();
	}
	pthread_mutex_unlock(&thread.lock);
	return ret;
}

void
tinynf_vdev_thread_leave(struct tinynf_vdev *vdev)
{
	bool last;

	pthread_mutex_lock(&thread.lock);
	tinynf_vdev_host_lock();
	last = tinynf_vdev_host_take_out(vdev);
	tinynf_vdev_host_unlock();
	if (last) {
		atomic_store(&thread.stop, true);
		TINYNF_THREAD_JOIN(thread.id);
		thread.running = false;
		tinynf_vdev_memory_stop();
	}
	pthread_mutex_unlock(&thread.lock);
}

/* Programs that end without closing their ports get their verdict too. */
RTE_FINI(tinynf_vdev_fini)
{
	struct tinynf_vdev *vdev;

	if (!tinynf_vdev_host_lock_within(1))
		return;
	TINYNF_VDEV_FOREACH(vdev)
		tinynf_vdev_verdict(vdev, false);
	/* The thread must not touch what the process takes down from here on. */
}
