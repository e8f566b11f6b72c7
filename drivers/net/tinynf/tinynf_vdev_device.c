/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <rte_cycles.h>
#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_lcore.h>
#include <rte_memory.h>
#include <rte_pause.h>
#include <rte_string_fns.h>
#include <rte_thread.h>

#include "tinynf_dma_map.h"
#include "tinynf_vdev.h"

/* Idle turns until the thread yields its CPU, and until it sleeps. */
#define IDLE_YIELD            16
#define IDLE_SLEEP            4000
#define SLEEP_NS              50000
#define REPORT_PERIOD_NS      UINT64_C(1000000000)
/* Times that the thread yields to a waiting control thread before it takes its turn. */
#define YIELDS_FOR_CONTROL    64
#define SHORT_DELAY_US        20
#define MEM_CALLBACK_NAME     "net_tinynf"

static struct {
	pthread_mutex_t lock;
	atomic_uint waiting;           /* control threads that want the lock */
	TAILQ_HEAD(, tinynf_vdev) devices;
	struct tinynf_dma_map dma;
	bool mem_callback;
	pthread_mutex_t thread_lock;   /* start and end of the thread */
	TINYNF_THREAD thread;
	bool running;
	atomic_int cpu;                /* -1: where EAL puts control threads */
	atomic_bool stop;
	bool closed;                   /* only generators so far: frames stay in the process */
} host = {
	.lock = PTHREAD_MUTEX_INITIALIZER,
	.devices = TAILQ_HEAD_INITIALIZER(host.devices),
	.thread_lock = PTHREAD_MUTEX_INITIALIZER,
	.cpu = -1,
};

static uint64_t
now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

void
tinynf_vdev_host_lock(void)
{
	atomic_fetch_add(&host.waiting, 1);
	pthread_mutex_lock(&host.lock);
	atomic_fetch_sub(&host.waiting, 1);
}

void
tinynf_vdev_host_unlock(void)
{
	pthread_mutex_unlock(&host.lock);
}

struct tinynf_vdev *
tinynf_vdev_host_find(const char *name)
{
	struct tinynf_vdev *vdev;

	TAILQ_FOREACH(vdev, &host.devices, next)
		if (strcmp(vdev->name, name) == 0)
			return vdev;
	return NULL;
}

struct tinynf_vdev *
tinynf_vdev_host_find_port(uint16_t port_id)
{
	struct tinynf_vdev *vdev;

	TAILQ_FOREACH(vdev, &host.devices, next)
		if (vdev->port_id == port_id)
			return vdev;
	return NULL;
}

struct tinynf_vdev *
tinynf_vdev_host_find_peer_of(const char *name)
{
	struct tinynf_vdev *vdev;

	TAILQ_FOREACH(vdev, &host.devices, next)
		if (strcmp(vdev->args.peer, name) == 0)
			return vdev;
	return NULL;
}

bool
tinynf_vdev_host_closed(void)
{
	return host.closed;
}

/*
 * Memory: what EAL has, page by page as it comes and goes.
 */

static int
dma_add_segment(const struct rte_memseg_list *msl, const struct rte_memseg *ms, size_t len,
		void *arg)
{
	int *result = arg;
	int ret;

	RTE_SET_USED(msl);
	ret = tinynf_dma_map_add(&host.dma, ms->addr_64, len);
	if (ret != 0)
		*result = ret;
	return 0;
}

/*
 * The walk takes EAL's memory lock, which callbacks run under: never call it with host.lock
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
		ret = tinynf_dma_map_add(&host.dma, (uintptr_t)addr, len);
	else
		ret = tinynf_dma_map_remove(&host.dma, (uintptr_t)addr, len);
	tinynf_vdev_host_unlock();
	if (ret != 0)
		TINYNF_LOG(ERR, "memory at %p, %zu bytes, can't be %s the map of software devices: %s",
			addr, len, event == RTE_MEM_EVENT_ALLOC ? "added to" : "removed from",
			strerror(-ret));
}

static int
dma_start(void)
{
	/* Without dynamic memory (--no-huge, --legacy-mem) there are no events to subscribe to. */
	host.mem_callback = rte_mem_event_callback_register(MEM_CALLBACK_NAME, dma_event,
			NULL) == 0;
	if (!host.mem_callback && rte_errno != ENOTSUP) {
		TINYNF_LOG(ERR, "no memory events: %s", rte_strerror(rte_errno));
		return -rte_errno;
	}
	return dma_refresh();
}

static void
dma_stop(void)
{
	if (host.mem_callback)
		rte_mem_event_callback_unregister(MEM_CALLBACK_NAME, NULL);
	host.mem_callback = false;
	tinynf_dma_map_free(&host.dma);
}

bool
tinynf_vdev_host_reachable(const void *va, size_t len)
{
	bool has;
	int try;

	for (try = 0; try < 2; try++) {
		tinynf_vdev_host_lock();
		has = tinynf_dma_map_has(&host.dma, (uintptr_t)va, len);
		tinynf_vdev_host_unlock();
		if (has)
			return true;
		/* External memory comes without an event. */
		if (try == 0 && dma_refresh() != 0)
			return false;
	}
	return false;
}

/*
 * The thread.
 */

static unsigned int
serve(struct tinynf_vdev *vdev, uint64_t now)
{
	tinynf_host_tick(vdev->wire, &vdev->lit, now);
	return tinynf_host_work(vdev->wire, now, TINYNF_HOST_FRAMES);
}

static void
give_way(void)
{
	unsigned int i;

	for (i = 0; i < YIELDS_FOR_CONTROL && atomic_load(&host.waiting) != 0; i++)
		sched_yield();
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
	TAILQ_FOREACH(vdev, &host.devices, next)
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
TINYNF_THREAD_MAIN(host_main, arg)
{
	uint64_t next_report = now_ns() + REPORT_PERIOD_NS;
	unsigned int idle = 0;
	struct tinynf_vdev *vdev;
	int cpu = -1;

	RTE_SET_USED(arg);
	while (!atomic_load_explicit(&host.stop, memory_order_relaxed)) {
		const uint64_t now = now_ns();
		unsigned int work = 0;

		if (cpu != atomic_load_explicit(&host.cpu, memory_order_relaxed)) {
			cpu = atomic_load(&host.cpu);
			pin(cpu);
		}
		give_way();
		pthread_mutex_lock(&host.lock);
		TAILQ_FOREACH(vdev, &host.devices, next)
			work += serve(vdev, now);
		pthread_mutex_unlock(&host.lock);
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

/* With thread_lock held. */
static int
host_start(const struct tinynf_vdev *vdev)
{
	int ret;

	atomic_store(&host.cpu, vdev->args.cpu);
	host.closed = true;
	ret = dma_start();
	if (ret != 0)
		goto fail_dma;
	atomic_store(&host.stop, false);
	ret = TINYNF_THREAD_CREATE(&host.thread, "tinynf-dev", host_main);
	if (ret != 0) {
		TINYNF_LOG(ERR, "%s: no device thread: %s", vdev->name, strerror(abs(ret)));
		ret = -abs(ret);
		goto fail_thread;
	}
	host.running = true;
	return 0;

fail_thread:
	dma_stop();
fail_dma:
	return ret;
}

int
tinynf_vdev_host_add(struct tinynf_vdev *vdev)
{
	int ret = 0;

	pthread_mutex_lock(&host.thread_lock);
	if (!host.running) {
		ret = host_start(vdev);
	} else if (vdev->args.cpu >= 0 && host.cpu < 0) {
		atomic_store(&host.cpu, vdev->args.cpu);
	} else if (vdev->args.cpu >= 0 && vdev->args.cpu != host.cpu) {
		TINYNF_LOG(ERR, "%s: argument cpu=%d: one thread serves all devices of a process, "
			"and another device has cpu=%d", vdev->name, vdev->args.cpu, host.cpu);
		ret = -EINVAL;
	}
	if (ret == 0) {
		tinynf_vdev_host_lock();
		TAILQ_INSERT_TAIL(&host.devices, vdev, next);
		if (vdev->args.wire != TINYNF_VDEV_WIRE_GEN)
			host.closed = false;
		tinynf_vdev_host_unlock();
	}
	pthread_mutex_unlock(&host.thread_lock);
	return ret;
}

void
tinynf_vdev_host_remove(struct tinynf_vdev *vdev)
{
	bool last;

	pthread_mutex_lock(&host.thread_lock);
	tinynf_vdev_host_lock();
	TAILQ_REMOVE(&host.devices, vdev, next);
	last = TAILQ_EMPTY(&host.devices);
	tinynf_vdev_host_unlock();
	if (last) {
		atomic_store(&host.stop, true);
		TINYNF_THREAD_JOIN(host.thread);
		host.running = false;
		dma_stop();
	}
	pthread_mutex_unlock(&host.thread_lock);
}

/* Programs that end without closing their ports get their verdict too. */
RTE_FINI(tinynf_vdev_fini)
{
	struct timespec until;
	struct tinynf_vdev *vdev;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec++;
	if (pthread_mutex_timedlock(&host.lock, &until) != 0)
		return;
	TAILQ_FOREACH(vdev, &host.devices, next)
		tinynf_vdev_verdict(vdev, false);
	/* The thread must not touch what the process takes down from here on. */
}

/*
 * How the driver reaches the device.
 */

static uint32_t
hw_read(struct tinynf_hw *hw, uint32_t reg)
{
	struct tinynf_vdev *vdev = hw->ctx;
	uint64_t value;

	tinynf_vdev_host_lock();
	/* Time passes for the device also where its thread gets no CPU. */
	tinynf_model_tick(vdev->model, now_ns());
	tinynf_model_read(vdev->model, reg, sizeof(uint32_t), &value);
	tinynf_vdev_host_unlock();
	return (uint32_t)value;
}

static void
hw_write(struct tinynf_hw *hw, uint32_t reg, uint32_t value)
{
	struct tinynf_vdev *vdev = hw->ctx;

	tinynf_vdev_host_lock();
	tinynf_model_tick(vdev->model, now_ns());
	tinynf_model_write(vdev->model, reg, sizeof(value), value);
	tinynf_vdev_host_unlock();
}

static volatile uint32_t *
hw_tail_addr(struct tinynf_hw *hw, uint32_t reg)
{
	struct tinynf_vdev *vdev = hw->ctx;

	return tinynf_model_doorbell(vdev->model, reg);
}

static uint64_t
hw_dma_addr(struct tinynf_hw *hw, const void *va, uint64_t iova)
{
	struct tinynf_vdev *vdev = hw->ctx;

	RTE_SET_USED(iova);
	if (!tinynf_vdev_host_reachable(va, 1)) {
		TINYNF_LOG(ERR, "%s: %p is no memory that EAL knows of", vdev->name, va);
		return UINT64_MAX;
	}
	return (uintptr_t)va;
}

/* The device may be a thread on the same CPU: waiting for it means to let it run. */
static void
hw_delay_us(struct tinynf_hw *hw, uint32_t us)
{
	RTE_SET_USED(hw);
	/* A sleep takes several times this: too long for the many edges of bit-banged buses. */
	if (us < SHORT_DELAY_US)
		rte_delay_us_block(us);
	else
		rte_delay_us_sleep(us);
}

const struct tinynf_hw_ops tinynf_vdev_hw_ops = {
	.read = hw_read,
	.write = hw_write,
	.tail_addr = hw_tail_addr,
	.dma_addr = hw_dma_addr,
	.delay_us = hw_delay_us,
};

/*
 * What the device needs.
 */

static void *
model_dma(void *ctx, uint64_t addr, size_t len, bool to_memory)
{
	RTE_SET_USED(ctx);
	RTE_SET_USED(to_memory);
	if (unlikely(!tinynf_dma_map_has(&host.dma, addr, len)))
		return NULL;
	return (void *)(uintptr_t)addr;
}

static bool
model_wire_tx(void *ctx, const uint8_t *frame, uint32_t len)
{
	struct tinynf_vdev *vdev = ctx;

	return vdev->wire->ops->send(vdev->wire, frame, len);
}

static void
model_irq(void *ctx, uint32_t vector, bool level)
{
	if (level)
		tinynf_vdev_intr_raise(ctx, vector);
}

static void
model_violation(void *ctx, const struct tinynf_model_violation *v)
{
	tinynf_vdev_violation_add(ctx, v);
}

const struct tinynf_model_ops tinynf_vdev_model_ops = {
	.dma = model_dma,
	.wire_tx = model_wire_tx,
	.irq = model_irq,
	.violation = model_violation,
};
