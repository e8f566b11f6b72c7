/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* The software devices of this process, and the lock of all of them. */

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

#include "tinynf_vdev.h"

/* Times that the device thread yields to a waiting control thread before it takes its turn. */
#define YIELDS_FOR_CONTROL    64

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static atomic_uint waiting;           /* control threads that want the lock */
static TAILQ_HEAD(, tinynf_vdev) devices = TAILQ_HEAD_INITIALIZER(devices);
static bool closed;                   /* only generators so far: frames stay in the process */

uint64_t
tinynf_vdev_now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

void
tinynf_vdev_host_lock(void)
{
	atomic_fetch_add(&waiting, 1);
	pthread_mutex_lock(&lock);
	atomic_fetch_sub(&waiting, 1);
}

void
tinynf_vdev_host_lock_politely(void)
{
	unsigned int i;

	for (i = 0; i < YIELDS_FOR_CONTROL && atomic_load(&waiting) != 0; i++)
		sched_yield();
	pthread_mutex_lock(&lock);
}

bool
tinynf_vdev_host_lock_within(unsigned int seconds)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += seconds;
	return pthread_mutex_timedlock(&lock, &until) == 0;
}

void
tinynf_vdev_host_unlock(void)
{
	pthread_mutex_unlock(&lock);
}

void
tinynf_vdev_host_insert(struct tinynf_vdev *vdev)
{
	closed = (closed || TAILQ_EMPTY(&devices)) && vdev->args.wire == TINYNF_VDEV_WIRE_GEN;
	TAILQ_INSERT_TAIL(&devices, vdev, next);
}

bool
tinynf_vdev_host_take_out(struct tinynf_vdev *vdev)
{
	TAILQ_REMOVE(&devices, vdev, next);
	return TAILQ_EMPTY(&devices);
}

struct tinynf_vdev *
tinynf_vdev_host_next(const struct tinynf_vdev *vdev)
{
	return vdev == NULL ? TAILQ_FIRST(&devices) : TAILQ_NEXT(vdev, next);
}

struct tinynf_vdev *
tinynf_vdev_host_find(const char *name)
{
	struct tinynf_vdev *vdev;

	TAILQ_FOREACH(vdev, &devices, next)
		if (strcmp(vdev->name, name) == 0)
			return vdev;
	return NULL;
}

struct tinynf_vdev *
tinynf_vdev_host_find_port(uint16_t port_id)
{
	struct tinynf_vdev *vdev;

	TAILQ_FOREACH(vdev, &devices, next)
		if (vdev->port_id == port_id)
			return vdev;
	return NULL;
}

struct tinynf_vdev *
tinynf_vdev_host_find_peer_of(const char *name)
{
	struct tinynf_vdev *vdev;

	TAILQ_FOREACH(vdev, &devices, next)
		if (strcmp(vdev->args.peer, name) == 0)
			return vdev;
	return NULL;
}

bool
tinynf_vdev_host_closed(void)
{
	return closed;
}
