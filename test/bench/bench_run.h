/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef BENCH_RUN_H
#define BENCH_RUN_H

/** @file From arguments to figures: what all benchmarks have in common. */

#include "bench.h"

enum bench_mode { BENCH_CYCLES, BENCH_COUNTS, BENCH_PROFILE };

/** What is done between the start of ports and measurements, and after these. */
struct bench_hooks {
	/** @return 0, -1 with a message; then end is not called. */
	int (*begin)(struct bench_subject *subjects, const struct bench_options *o);
	/** @return 0, -1 with a message: the figures are worth nothing. */
	int (*end)(struct bench_subject *subjects, const struct bench_options *o);
};

/** One more argument for EAL. */
void bench_eal_add(const char *format, ...) __attribute__((format(printf, 1, 2)));
/** Those that all benchmarks have. */
void bench_eal_common(const struct bench_options *o, bool huge);
/** @return 0, -1 with a message. */
int bench_eal_start(void);

/** "1,8,32". @return 0, -1. */
int bench_parse_bursts(struct bench_options *o, char *text);
enum bench_mode bench_parse_mode(const char *text);

/** Start all ports, measure, stop. @return 0, -1 with a message. */
int bench_run(struct bench_subject *subjects, const struct bench_options *o, enum bench_mode mode,
		const struct bench_hooks *hooks);

#endif /* BENCH_RUN_H */
