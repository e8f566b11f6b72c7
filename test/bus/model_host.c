/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <rte_pause.h>

#include "base/tinynf_regs.h"
#include "model_dma.h"
#include "model_host.h"
#include "model_mmio.h"
#include "model_report.h"

#define IDLE_YIELD            16
#define IDLE_SLEEP            4000
#define SLEEP_NS              50000
#define YIELDS_FOR_CONTROL    64
/* Drivers set addresses and modes last: frames that come at once are filtered. */
#define WARM_UP_NS            UINT64_C(300000000)
/* So many doorbells without any other access: the driver is up and running. */
#define DOORBELLS_TO_OPEN     1000

struct model_device {
	unsigned int index;
	struct tinynf_vdev_args args;
	struct tinynf_model *model;
	struct tinynf_wire *wire;
	struct model_mmio *mmio;
	bool lit;
	bool may_open, open;
	unsigned int doorbells;     /* in a row */
	uint64_t rung_rx, rung_tx;
	uint64_t receiving_since;   /* ns; 0: receive is off */
	int irq_fd[2];              /* the driver's end, the device's end */
	uint32_t irqs;
	struct tinynf_violations violations;
};

static struct {
	pthread_mutex_t lock;
	atomic_uint waiting;
	struct model_device *devices[MODEL_DEVICES];
	pthread_t thread;
	bool running, manual;
	atomic_bool quiet;
	atomic_bool stop;
} host = { .lock = PTHREAD_MUTEX_INITIALIZER };

void
model_host_lock(void)
{
	atomic_fetch_add(&host.waiting, 1);
	pthread_mutex_lock(&host.lock);
	atomic_fetch_sub(&host.waiting, 1);
}

void
model_host_unlock(void)
{
	pthread_mutex_unlock(&host.lock);
}

static uint64_t
now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/*
 * Registers.
 */

static bool
is_tail(struct model_device *dev, uint32_t offset)
{
	return offset < TINYNF_MODEL_BAR_SIZE && tinynf_model_doorbell(dev->model, offset) != NULL;
}

/* With the lock held. 8.2.3.8 and 8.2.3.9: tails are in four pages. */
static void
set_open(struct model_device *dev, bool open)
{
	static const uint32_t pages[] = { 0x1000, 0x6000, 0x7000, 0xD000 };
	unsigned int i;

	if (dev->open == open)
		return;
	dev->open = open;
	dev->doorbells = 0;
	for (i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		if (model_mmio_open_page(dev->mmio, pages[i], open) != 0) {
			perror("model bus: page rights");
			abort();
		}
	}
}

static uint64_t
mmio_read(void *ctx, uint32_t offset, unsigned int size)
{
	struct model_device *dev = ctx;
	uint64_t value;

	model_host_lock();
	set_open(dev, false);
	dev->doorbells = 0;
	tinynf_model_tick(dev->model, now_ns());
	tinynf_model_read(dev->model, offset, size, &value);
	model_host_unlock();
	return value;
}

static void
mmio_write(void *ctx, uint32_t offset, unsigned int size, uint64_t value)
{
	struct model_device *dev = ctx;

	model_host_lock();
	if (is_tail(dev, offset)) {
		/* Receive queues are below 0x2000 and above 0xD000, transmit queues between. */
		*(offset >= 0x6000 && offset < 0x8000 ? &dev->rung_tx : &dev->rung_rx) += 1;
	} else {
		set_open(dev, false);
		dev->doorbells = 0;
	}
	tinynf_model_tick(dev->model, now_ns());
	tinynf_model_write(dev->model, offset, size, value);
	if (is_tail(dev, offset) && dev->may_open && ++dev->doorbells == DOORBELLS_TO_OPEN)
		set_open(dev, true);
	model_host_unlock();
}

static const struct model_mmio_ops mmio_ops = { .read = mmio_read, .write = mmio_write };

/*
 * What the model needs.
 */

static void *
model_dma(void *ctx, uint64_t addr, size_t len, bool to_memory)
{
	(void)ctx;
	(void)to_memory;
	return model_dma_has(addr, len) ? (void *)(uintptr_t)addr : NULL;
}

static bool
model_wire_tx(void *ctx, const uint8_t *frame, uint32_t len)
{
	struct model_device *dev = ctx;

	return dev->wire->ops->send(dev->wire, frame, len);
}

/* A UIO device is read for the number of interrupts, and written to be unmasked. */
static void
model_irq(void *ctx, uint32_t vector, bool level)
{
	struct model_device *dev = ctx;
	uint32_t ignored;

	(void)vector;
	if (!level)
		return;
	while (recv(dev->irq_fd[1], &ignored, sizeof(ignored), MSG_DONTWAIT) > 0)
		;
	dev->irqs++;
	if (send(dev->irq_fd[1], &dev->irqs, sizeof(dev->irqs), MSG_DONTWAIT) < 0 &&
			errno != EAGAIN)
		perror("model bus: interrupt");
}

static void
model_violation(void *ctx, const struct tinynf_model_violation *v)
{
	struct model_device *dev = ctx;

	if (!tinynf_host_violation(&dev->violations, v))
		return;
	fprintf(stderr, "model bus: model%u: %s (0x%x) queue %d, index %d, value 0x%llx: %s (%s)\n",
			dev->index, v->reg_name, v->reg, v->queue, v->index,
			(unsigned long long)v->value, v->reason, v->section);
}

static const struct tinynf_model_ops model_ops = {
	.dma = model_dma,
	.wire_tx = model_wire_tx,
	.irq = model_irq,
	.violation = model_violation,
};

/*
 * The thread.
 */

static unsigned int
serve(struct model_device *dev, uint64_t now, unsigned int frames)
{
	tinynf_host_tick(dev->wire, &dev->lit, now);
	return tinynf_host_work(dev->wire, now, frames);
}

/* The far end begins some time after the driver could receive. */
static unsigned int
serve_awake(struct model_device *dev, uint64_t now)
{
	if (!tinynf_model_rx_enabled(dev->model))
		dev->receiving_since = 0;
	else if (dev->receiving_since == 0)
		dev->receiving_since = now;
	return serve(dev, now, !atomic_load(&host.quiet) && dev->receiving_since != 0 &&
			now - dev->receiving_since > WARM_UP_NS ? TINYNF_HOST_FRAMES : 0);
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

static void *
host_main(void *arg)
{
	unsigned int idle = 0, work, i;

	(void)arg;
	while (!atomic_load_explicit(&host.stop, memory_order_relaxed)) {
		for (i = 0; i < YIELDS_FOR_CONTROL && atomic_load(&host.waiting) != 0; i++)
			sched_yield();
		work = 0;
		pthread_mutex_lock(&host.lock);
		for (i = 0; i < MODEL_DEVICES; i++)
			if (host.devices[i] != NULL)
				work += serve_awake(host.devices[i], now_ns());
		pthread_mutex_unlock(&host.lock);
		if (work != 0)
			idle = 0;
		else
			rest(idle < IDLE_SLEEP ? idle++ : idle);
	}
	return NULL;
}

static void
pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (pthread_setaffinity_np(host.thread, sizeof(set), &set) != 0)
		fprintf(stderr, "model bus: cpu=%d: the device thread can't run there\n", cpu);
}

/* EAL's own lcore has bound the process to one CPU by now: start from all of them. */
static int
thread_start(int cpu)
{
	pthread_attr_t attr;
	cpu_set_t all;
	int i, ret;

	CPU_ZERO(&all);
	for (i = 0; i < (int)sysconf(_SC_NPROCESSORS_CONF) && i < CPU_SETSIZE; i++)
		CPU_SET(i, &all);
	pthread_attr_init(&attr);
	pthread_attr_setaffinity_np(&attr, sizeof(all), &all);
	atomic_store(&host.stop, false);
	ret = pthread_create(&host.thread, &attr, host_main, NULL);
	pthread_attr_destroy(&attr);
	if (ret != 0)
		return -ret;
	pthread_setname_np(host.thread, "model-bus");
	host.running = true;
	if (cpu >= 0)
		pin(cpu);
	return 0;
}

static void
thread_stop(void)
{
	if (!host.running)
		return;
	atomic_store(&host.stop, true);
	pthread_join(host.thread, NULL);
	host.running = false;
}

/*
 * Devices.
 */

static int
wire_create(struct model_device *dev)
{
	struct tinynf_gen_config config = dev->args.gen;

	tinynf_gen_face(&config, dev->args.mac, dev->args.dst_mac_given);
	dev->wire = tinynf_gen_create(&config, dev->model);
	return dev->wire != NULL ? 0 : -errno;
}

static int
model_create(struct model_device *dev)
{
	struct tinynf_model_config config = {
		.lan_id = 0,
		.sfp = dev->args.sfp,
		.sfp_third_party = dev->args.sfp_third_party,
		.bar = model_mmio_file(dev->mmio),
	};

	if (!dev->args.mac_given) {
		const uint8_t mac[6] = { 0x02, 0x82, 0x59, 0x90, 0x01, (uint8_t)dev->index };

		memcpy(dev->args.mac, mac, 6);
	}
	memcpy(config.mac, dev->args.mac, 6);
	dev->model = tinynf_model_create(&config, &model_ops, dev);
	return dev->model != NULL ? 0 : -errno;
}

struct model_device *
model_host_add(unsigned int index, const struct tinynf_vdev_args *args, bool open)
{
	struct model_device *dev;
	int ret;

	if (index >= MODEL_DEVICES || host.devices[index] != NULL) {
		errno = EEXIST;
		return NULL;
	}
	dev = calloc(1, sizeof(*dev));
	if (dev == NULL)
		return NULL;
	dev->index = index;
	dev->args = *args;
	dev->lit = true;
	dev->may_open = open;
	ret = socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, dev->irq_fd) == 0 ? 0 : -errno;
	if (ret != 0)
		goto fail_irq;
	dev->mmio = model_mmio_create(TINYNF_MODEL_BAR_SIZE, &mmio_ops, dev);
	if (dev->mmio == NULL) {
		ret = -errno;
		goto fail_mmio;
	}
	ret = model_create(dev);
	if (ret != 0)
		goto fail_model;
	model_host_lock();
	ret = wire_create(dev);
	if (ret == 0)
		host.devices[index] = dev;
	model_host_unlock();
	if (ret != 0)
		goto fail_wire;
	ret = model_dma_start();
	if (ret == 0 && !host.running && !host.manual)
		ret = thread_start(args->cpu);
	if (ret != 0)
		goto fail_start;
	return dev;

fail_start:
	host.devices[index] = NULL;
	dev->wire->ops->close(dev->wire);
fail_wire:
	tinynf_model_destroy(dev->model);
fail_model:
	model_mmio_destroy(dev->mmio);
fail_mmio:
	close(dev->irq_fd[0]);
	close(dev->irq_fd[1]);
fail_irq:
	free(dev);
	errno = -ret;
	return NULL;
}

void
model_host_remove(struct model_device *dev)
{
	unsigned int i;

	model_report_write(dev, dev->args.report);
	model_host_lock();
	host.devices[dev->index] = NULL;
	dev->wire->ops->close(dev->wire);
	model_host_unlock();
	for (i = 0; i < MODEL_DEVICES && host.devices[i] == NULL; i++)
		;
	if (i == MODEL_DEVICES) {
		thread_stop();
		model_dma_stop();
	}
	tinynf_model_destroy(dev->model);
	model_mmio_destroy(dev->mmio);
	close(dev->irq_fd[0]);
	close(dev->irq_fd[1]);
	free(dev);
}

struct model_device *
model_host_find(unsigned int index)
{
	return index < MODEL_DEVICES ? host.devices[index] : NULL;
}

void *
model_host_bar(const struct model_device *dev)
{
	return model_mmio_window(dev->mmio);
}

int
model_host_irq_fd(const struct model_device *dev)
{
	return dev->irq_fd[0];
}

void
model_host_summary(struct model_device *dev, struct model_summary *summary)
{
	model_host_lock();
	summary->wire = dev->wire->counters;
	summary->model = *tinynf_model_counters(dev->model);
	summary->traps = model_mmio_traps(dev->mmio);
	summary->rung_rx = dev->rung_rx;
	summary->rung_tx = dev->rung_tx;
	model_host_unlock();
}

void
model_host_violations(struct model_device *dev, struct tinynf_violations *violations)
{
	model_host_lock();
	*violations = dev->violations;
	model_host_unlock();
}

/*
 * Measurements.
 */

void
model_host_quiet(bool quiet)
{
	atomic_store(&host.quiet, quiet);
}

void
model_host_manual(bool manual)
{
	host.manual = manual;
	if (manual)
		thread_stop();
	else if (!host.running && thread_start(-1) != 0)
		perror("model bus: thread");
}

unsigned int
model_host_step(struct model_device *dev, unsigned int frames)
{
	unsigned int taken = 0;
	uint64_t before;

	model_host_lock();
	before = dev->wire->counters.taken;
	serve(dev, now_ns(), frames);
	while (serve(dev, now_ns(), 0) != 0)
		;
	taken = (unsigned int)(dev->wire->counters.taken - before);
	model_host_unlock();
	return taken;
}

void
model_host_rewire(struct model_device *dev, struct tinynf_wire *wire)
{
	model_host_lock();
	dev->wire->ops->close(dev->wire);
	wire->model = dev->model;
	dev->wire = wire;
	model_host_unlock();
}

void
model_host_open(struct model_device *dev, bool open)
{
	model_host_lock();
	set_open(dev, open);
	model_host_unlock();
}
