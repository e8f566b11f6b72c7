/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

/** @file The measurements themselves; results go to standard output, one JSON object a line. */

#include "bench.h"

/** Cycles by region and by burst, subjects taking turns. @return 0, -1 with a message. */
int bench_cycles(struct bench_subject *subjects, unsigned int n, const struct bench_options *o,
		unsigned int burst);
/** Doorbells, descriptors and bytes as the device counts them. */
int bench_counts(struct bench_subject *s, const struct bench_options *o, unsigned int burst);
/** Regions for a profiler, one subject after the other, with marks between them. */
int bench_profile(struct bench_subject *s, const struct bench_options *o, unsigned int burst);

#endif /* BENCH_MEASURE_H */
