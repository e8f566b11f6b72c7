/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * A software 82599's interrupts: an eventfd for each vector. EAL's interrupt thread doesn't read
 * the descriptors of virtual devices, so our callback, registered before the driver's, does.
 */

#include <errno.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <rte_cycles.h>
#include <rte_interrupts.h>

#include "tinynf_adapter.h"
#include "tinynf_vdev.h"

#define UNREGISTER_TRIES 1000

static void
interrupt_taken(void *arg)
{
	struct tinynf_vdev *vdev = arg;
	uint64_t count;

	if (read(vdev->event_fd, &count, sizeof(count)) < 0 && errno != EAGAIN)
		TINYNF_LOG(ERR, "%s: interrupt can't be read: %s", vdev->name, strerror(errno));
}

int
tinynf_vdev_intr_create(struct tinynf_vdev *vdev)
{
	unsigned int q;
	int ret;

	for (q = 0; q < TINYNF_MAX_RX_QUEUES; q++)
		vdev->queue_fd[q] = -1;
	vdev->event_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (vdev->event_fd < 0) {
		ret = -errno;
		goto fail_fd;
	}
	vdev->intr_handle = rte_intr_instance_alloc(RTE_INTR_INSTANCE_F_PRIVATE);
	if (vdev->intr_handle == NULL) {
		ret = -ENOMEM;
		goto fail_alloc;
	}
	rte_intr_fd_set(vdev->intr_handle, vdev->event_fd);
	rte_intr_type_set(vdev->intr_handle, RTE_INTR_HANDLE_VDEV);
	rte_intr_efd_counter_size_set(vdev->intr_handle, sizeof(uint64_t));
	ret = rte_intr_callback_register(vdev->intr_handle, interrupt_taken, vdev);
	if (ret != 0)
		goto fail_register;
	return 0;

fail_register:
	rte_intr_instance_free(vdev->intr_handle);
	vdev->intr_handle = NULL;
fail_alloc:
	close(vdev->event_fd);
	vdev->event_fd = -1;
fail_fd:
	TINYNF_LOG(ERR, "%s: no interrupt: %s", vdev->name, strerror(-ret));
	return ret;
}

void
tinynf_vdev_intr_destroy(struct tinynf_vdev *vdev)
{
	int tries, ret = -EAGAIN;

	if (vdev->intr_handle == NULL)
		return;
	/* -EAGAIN: the callback is running. */
	for (tries = 0; tries < UNREGISTER_TRIES && ret == -EAGAIN; tries++) {
		ret = rte_intr_callback_unregister(vdev->intr_handle, interrupt_taken, vdev);
		if (ret == -EAGAIN)
			rte_delay_us_sleep(100);
	}
	rte_intr_instance_free(vdev->intr_handle);
	close(vdev->event_fd);
	vdev->intr_handle = NULL;
	vdev->event_fd = -1;
}

void
tinynf_vdev_queue_intr_close(struct tinynf_adapter *adapter)
{
	struct tinynf_vdev *vdev = adapter->hw.ctx;
	unsigned int q;

	rte_intr_free_epoll_fd(vdev->intr_handle);
	rte_intr_nb_efd_set(vdev->intr_handle, 0);
	rte_intr_max_intr_set(vdev->intr_handle, 0);
	tinynf_vdev_host_lock();
	for (q = 0; q < TINYNF_MAX_RX_QUEUES; q++) {
		if (vdev->queue_fd[q] >= 0)
			close(vdev->queue_fd[q]);
		vdev->queue_fd[q] = -1;
	}
	tinynf_vdev_host_unlock();
}

int
tinynf_vdev_queue_intr_open(struct tinynf_adapter *adapter, unsigned int n)
{
	struct tinynf_vdev *vdev = adapter->hw.ctx;
	unsigned int q;
	int fd, ret = 0;

	for (q = 0; q < n && ret == 0; q++) {
		fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
		if (fd < 0) {
			ret = -errno;
			break;
		}
		tinynf_vdev_host_lock();
		vdev->queue_fd[q] = fd;
		tinynf_vdev_host_unlock();
		ret = rte_intr_efds_index_set(vdev->intr_handle, q, fd);
	}
	if (ret == 0)
		ret = rte_intr_nb_efd_set(vdev->intr_handle, n);
	if (ret == 0)
		ret = rte_intr_max_intr_set(vdev->intr_handle, n + 1);
	if (ret != 0)
		tinynf_vdev_queue_intr_close(adapter);
	return ret;
}

void
tinynf_vdev_intr_raise(struct tinynf_vdev *vdev, uint32_t vector)
{
	const uint64_t one = 1;
	int fd = vdev->event_fd;

	if (vector > 0)
		fd = vector <= TINYNF_MAX_RX_QUEUES ? vdev->queue_fd[vector - 1] : -1;
	/* Full already is as good as written. */
	if (fd >= 0 && write(fd, &one, sizeof(one)) < 0 && errno != EAGAIN)
		TINYNF_LOG(ERR, "%s: interrupt not delivered: %s", vdev->name, strerror(errno));
}
