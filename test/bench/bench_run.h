/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef BENCH_RUN_H
#define BENCH_RUN_H

/** @file From arguments to figures: what all benchmarks have in common. */

#include "bench.h"

/** What is done between the start of ports and measurements, and after these. */
struct bench_hooks {
	/** @return 0, -1 with a message; then end is not called. */
	int (*begin)(struct bench_subject *subjects, const struct bench_options *o);
	/** @return 0, -1 with a message: the figures are worth nothing. */
	int (*end)(struct bench_subject *subjects, const struct bench_options *o);
};

/** The option @p name that only this benchmark has. @return 0, -1 if it isn't understood. */
typedef int (*bench_option_fn)(struct bench_options *o, const char *name, char *value);
/** A path by its name. @return NULL if there is none. */
typedef const struct bench_path *(*bench_find_fn)(const char *name);

/** What all benchmarks understand when nothing is asked for. */
struct bench_options bench_defaults(void);
/** Arguments are name=value. @return 0, -1 with a message. */
int bench_parse(struct bench_options *o, int argc, char **argv, bench_option_fn option,
		bench_find_fn find);
/** One more argument for EAL. */
void bench_eal_add(const char *format, ...) __attribute__((format(printf, 1, 2)));
/**
 * Start EAL and all ports, measure, stop. @p devices gives each subject, which has its path,
 * its devices, and EAL the arguments for these. @return main()'s.
 */
int bench_run(const struct bench_options *o, void (*devices)(struct bench_subject *subjects,
		const struct bench_options *o), const struct bench_hooks *hooks);

#endif /* BENCH_RUN_H */
