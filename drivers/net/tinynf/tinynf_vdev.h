/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef TINYNF_VDEV_H
#define TINYNF_VDEV_H

/**
 * @file
 * A software 82599 as a virtual device: what the vdev's rooms share.
 *
 * One thread of the process hosts all models (tinynf_vdev_thread.c). One lock
 * serialises the calls on them; control threads take it for each register
 * access and the device thread gives way to them.
 */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/queue.h>

#include "model/tinynf_model.h"
#include "tinynf_adapter.h"
#include "tinynf_vdev_args.h"
#include "wire/tinynf_host.h"
#include "wire/tinynf_wire.h"

/** What a device reports: counts of frames, from creation or the last reset of xstats on. */
struct tinynf_vdev_summary {
	uint64_t sent;         /**< By the wire, offered to the device. */
	uint64_t taken;        /**< Of those, accepted by the device. */
	uint64_t missed;
	uint64_t filtered;
	uint64_t rx;           /**< Into host memory. */
	uint64_t tx;           /**< Out of the device. */
	uint64_t arrived;      /**< On the wire, from the device. */
	uint64_t overflow;     /**< Of those, not passed on. */
	uint64_t waits;
	uint64_t returned;
	uint64_t dropped;      /**< By the application, or as bad by the driver. */
	uint64_t unread;       /**< In device or ring when the port stopped. */
	uint64_t held;         /**< Under way: in device, rings, application. */
	uint64_t lost;
	uint64_t reordered;
	uint64_t duplicated;
	uint64_t corrupted;
	uint64_t foreign;
	uint64_t refused;      /**< Packets that the driver refused to send. */
	uint64_t violations;
	uint64_t dma_errors;
	uint64_t access_unknown;
	uint64_t access_read_only;
	uint64_t access_bad_size;
	uint64_t rx_doorbells, tx_doorbells;
	uint64_t tx_nulls, tx_head_written;
};

struct tinynf_vdev {
	TAILQ_ENTRY(tinynf_vdev) next;
	char name[TINYNF_VDEV_NAME_LEN];
	struct tinynf_vdev_args args;
	uint16_t port_id;
	bool unplugging;            /**< Called from the bus: must not remove other devices. */
	struct tinynf_model *model;
	struct tinynf_wire *wire;
	bool lit;                   /**< Signal as the model was told last. */
	int event_fd;               /**< Vector 0. */
	int queue_fd[TINYNF_MAX_RX_QUEUES]; /**< Vectors from 1 on; -1 if not open. */
	struct rte_intr_handle *intr_handle;
	struct tinynf_violations violations;
	struct tinynf_vdev_summary base;   /**< At the last reset of xstats. */
};

/* tinynf_vdev_host.c: the devices of this process, and their lock. */

/** Nanoseconds of a clock that never goes back: the models' time. */
uint64_t tinynf_vdev_now_ns(void);
/** Exclude the device thread and all register accesses, shortly. */
void tinynf_vdev_host_lock(void);
void tinynf_vdev_host_unlock(void);
/** The device thread's way to the lock: whoever else wants it goes first. */
void tinynf_vdev_host_lock_politely(void);
/** @return false if the lock could not be had for so long. */
bool tinynf_vdev_host_lock_within(unsigned int seconds);
/** With the lock held: add a device. */
void tinynf_vdev_host_insert(struct tinynf_vdev *vdev);
/** With the lock held: take a device out. @return whether it was the last one. */
bool tinynf_vdev_host_take_out(struct tinynf_vdev *vdev);
/** With the lock held: the device after @p vdev, the first one after NULL; NULL at the end. */
struct tinynf_vdev *tinynf_vdev_host_next(const struct tinynf_vdev *vdev);
#define TINYNF_VDEV_FOREACH(vdev) \
	for ((vdev) = tinynf_vdev_host_next(NULL); (vdev) != NULL; \
			(vdev) = tinynf_vdev_host_next(vdev))
/** With the lock held: the served device of this name or port; NULL if none. */
struct tinynf_vdev *tinynf_vdev_host_find(const char *name);
struct tinynf_vdev *tinynf_vdev_host_find_port(uint16_t port_id);
/** With the lock held: the served device whose peer= is @p name. */
struct tinynf_vdev *tinynf_vdev_host_find_peer_of(const char *name);
/** Have all devices generators: does each frame that is sent leave at a port that checks? */
bool tinynf_vdev_host_closed(void);

/* tinynf_vdev_memory.c: what memory they reach. */

/** Learn what memory EAL has, from now on. @return 0 or a negative errno, logged. */
int tinynf_vdev_memory_start(void);
void tinynf_vdev_memory_stop(void);
/** With the lock held: is the address range known memory? */
bool tinynf_vdev_memory_has(uint64_t addr, size_t len);
/** Is the address range memory of this process that devices may reach? Looks again on a miss. */
bool tinynf_vdev_memory_reachable(const void *va, size_t len);

/* tinynf_vdev_thread.c: the device thread. */

/** Start serving a device; the thread starts with the first one. */
int tinynf_vdev_thread_serve(struct tinynf_vdev *vdev);
/** Stop serving a device; on return nobody touches it any more. */
void tinynf_vdev_thread_leave(struct tinynf_vdev *vdev);

/* tinynf_vdev_device.c: what connects a device with driver and process. */

/** How registers and memory are reached: hw.ctx is the struct tinynf_vdev. */
extern const struct tinynf_hw_ops tinynf_vdev_hw_ops;
/** What the model calls: ctx is the struct tinynf_vdev. */
extern const struct tinynf_model_ops tinynf_vdev_model_ops;

/* tinynf_vdev_intr.c: interrupts. */

/** Make the handle with vector 0. @return 0 or a negative errno, logged. */
int tinynf_vdev_intr_create(struct tinynf_vdev *vdev);
void tinynf_vdev_intr_destroy(struct tinynf_vdev *vdev);
/** Vectors of receive queues, for struct tinynf_bus. */
int tinynf_vdev_queue_intr_open(struct tinynf_adapter *adapter, unsigned int n);
void tinynf_vdev_queue_intr_close(struct tinynf_adapter *adapter);
/** From the model, with the lock held. */
void tinynf_vdev_intr_raise(struct tinynf_vdev *vdev, uint32_t vector);

/* tinynf_vdev_subdev.c: an ethdev at the far end. */

/**
 * Probe, own and start the vdev "name,arguments" as the wire of @p owner.
 * @return the wire; NULL with rte_errno set and the reason logged.
 */
struct tinynf_wire *tinynf_subdev_create(const char *text, const struct tinynf_vdev *owner);
/** At close, leave the emptied sub-device to the bus: we are called from its own list walk. */
void tinynf_subdev_leave(struct tinynf_wire *wire);

/* tinynf_vdev_report.c: verdicts. */

/** Count. @p final: the port is closed, nothing is under way any more. Any thread. */
void tinynf_vdev_summary_get(const struct tinynf_vdev *vdev, bool final,
		struct tinynf_vdev_summary *summary);
/** Log the verdict and write the report file, if one is wanted. */
void tinynf_vdev_verdict(const struct tinynf_vdev *vdev, bool final);
/** Write the report file. */
void tinynf_vdev_report(const struct tinynf_vdev *vdev, bool final);
/** Record a violation: from the model, with the lock held. */
void tinynf_vdev_violation_add(struct tinynf_vdev *vdev, const struct tinynf_model_violation *v);
/** Names and values of the summary, in order. @return NULL past the end. */
const char *tinynf_vdev_summary_name(unsigned int i);
uint64_t tinynf_vdev_summary_value(const struct tinynf_vdev_summary *summary, unsigned int i);
/** xstats of struct tinynf_bus. */
unsigned int tinynf_vdev_xstats_count(struct tinynf_adapter *adapter);
int tinynf_vdev_xstats_names(struct tinynf_adapter *adapter, struct rte_eth_xstat_name *names,
		unsigned int n);
int tinynf_vdev_xstats_get(struct tinynf_adapter *adapter, uint64_t *values, unsigned int n);
int tinynf_vdev_xstats_reset(struct tinynf_adapter *adapter);

#endif /* TINYNF_VDEV_H */
