/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef BENCH_H
#define BENCH_H

/**
 * @file
 * What receiving and sending costs, driver by driver, on the same software
 * 82599: one thread calls the driver, and between the timed regions makes the
 * device's steps.
 */

#include <stdbool.h>
#include <stdint.h>

#include <rte_ethdev.h>

#define BENCH_OUTPUTS   8u
#define BENCH_SUBJECTS  8u
#define BENCH_BURSTS    8u
/** Packets of a region; a multiple of every burst size up to 64. */
#define BENCH_REGION    64u

/** A driver and one of its paths. */
struct bench_path {
	const char *name;     /**< On the command line and in results: "vector". */
	const char *driver;   /**< "net_ixgbe" */
	uint16_t simd;        /**< Widest vectors in bits while the port is set up. */
	uint16_t rx_free_thresh;
	uint64_t tx_offloads;
	uint16_t least_burst; /**< Smaller bursts get nothing. */
};

struct bench_subject {
	const struct bench_path *path;
	unsigned int device;              /**< First one on the model bus; unused by net_null. */
	uint16_t ports[BENCH_OUTPUTS];    /**< Receives on the first, sends on all, in turn. */
};

enum bench_mode { BENCH_CYCLES, BENCH_COUNTS, BENCH_PROFILE };

struct bench_options {
	enum bench_mode mode;
	unsigned int bursts[BENCH_BURSTS], n_bursts;
	const struct bench_path *paths[BENCH_SUBJECTS];
	unsigned int n_paths;
	unsigned int ring, queues, outputs, rounds;
	bool flags;            /* the application says which IP version packets are */
	char size[16];
	bool flush;      /**< Empty the caches before each region. */
	bool huge;       /**< Hugepages for EAL. */
	const char *plugin;
};

/** One region: forward @p packets in bursts. @return packets received. */
unsigned int bench_region(const struct bench_subject *s, const struct bench_options *o,
		unsigned int burst, unsigned int packets);
/** The same code, for warming up without being profiled. */
unsigned int bench_warm(const struct bench_subject *s, const struct bench_options *o,
		unsigned int burst, unsigned int packets);
/** Called between what a profiler shall separate. */
void bench_mark(void);

/** Configure and start a subject's ports. @return 0, -1 with a message. */
int bench_subject_start(struct bench_subject *s, const struct bench_options *o);
void bench_subject_stop(struct bench_subject *s, const struct bench_options *o);
const struct bench_path *bench_path_find(const char *name);
/** True for subjects with devices on the model bus. */
bool bench_has_device(const struct bench_subject *s);

#endif /* BENCH_H */
