/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <immintrin.h>

#include "bench_measure.h"
#include "model_host.h"

/* Regions before anything counts: rings and pools have gone around several times. */
#define WARM_REGIONS     96u
#define PROFILE_REGIONS  32u
#define COUNT_REGIONS    512u
/* More than the last level of cache nearby holds; the profiler's is smaller. */
#define FLUSH_BYTES      (8u << 20)
/* 82599 datasheet 3.1.5: what a transaction costs on the link beside its data. */
#define TLP_BYTES        24u

static struct {
	double *regions, *bursts;
	size_t n_regions, n_bursts;
} samples[BENCH_SUBJECTS];

static inline uint64_t
stamp(void)
{
	uint64_t t;

	_mm_lfence();
	t = __builtin_ia32_rdtsc();
	_mm_lfence();
	return t;
}

static void
flush_caches(void)
{
	static uint8_t *junk;
	unsigned int i;

	if (junk == NULL) {
		junk = malloc(FLUSH_BYTES);
		/* Read only, it would all be one page. */
		if (junk != NULL)
			memset(junk, 1, FLUSH_BYTES);
	}
	for (i = 0; junk != NULL && i < FLUSH_BYTES; i += 64)
		*(volatile uint8_t *)(junk + i);
}

/* Let the subject's devices send what they have and receive a region's worth. */
static void
step(const struct bench_subject *s, const struct bench_options *o)
{
	unsigned int i;

	if (!bench_has_device(s))
		return;
	for (i = o->outputs; i-- > 0;)
		model_host_step(model_host_find(s->device + i), i == 0 ? BENCH_REGION : 0);
}

static void
open_doorbells(const struct bench_subject *s, const struct bench_options *o, bool open)
{
	unsigned int i;

	for (i = 0; i < o->outputs && bench_has_device(s); i++)
		model_host_open(model_host_find(s->device + i), open);
}

/* Drivers may still configure the device with the first packets: doorbells trap until then. */
static int
warm(const struct bench_subject *s, const struct bench_options *o, unsigned int burst)
{
	unsigned int i, got = 0;

	open_doorbells(s, o, false);
	for (i = 0; i < WARM_REGIONS; i++) {
		step(s, o);
		got += bench_warm(s, o, burst, BENCH_REGION);
	}
	open_doorbells(s, o, true);
	if (got >= BENCH_REGION * WARM_REGIONS / 2)
		return 0;
	fprintf(stderr, "bench: %s at burst %u receives %u of %u packets\n", s->path->name, burst,
			got, BENCH_REGION * WARM_REGIONS);
	return -1;
}

static int
compare(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double
percentile(const double *sorted, size_t n, double p)
{
	return n == 0 ? 0 : sorted[(size_t)((double)(n - 1) * p / 100)];
}

/* What two stamps cost by themselves. */
static double
stamp_cost(void)
{
	double v[1000];
	unsigned int i;

	for (i = 0; i < 1000; i++) {
		const uint64_t t = stamp();

		v[i] = (double)(stamp() - t);
	}
	qsort(v, 1000, sizeof(*v), compare);
	return percentile(v, 1000, 50);
}

static void
time_region(struct bench_subject *s, const struct bench_options *o, unsigned int burst,
		unsigned int subject, double overhead)
{
	unsigned int got;
	uint64_t t;

	step(s, o);
	if (o->flush)
		flush_caches();
	t = stamp();
	got = bench_region(s, o, burst, BENCH_REGION);
	t = stamp() - t;
	if (got != 0)
		samples[subject].regions[samples[subject].n_regions++] = ((double)t - overhead) / got;
}

static void
time_bursts(struct bench_subject *s, const struct bench_options *o, unsigned int burst,
		unsigned int subject, double overhead)
{
	unsigned int got, total = 0;
	uint64_t t;

	step(s, o);
	while (total < BENCH_REGION) {
		t = stamp();
		got = bench_region(s, o, burst, burst);
		t = stamp() - t;
		if (got == 0)
			break;
		total += got;
		samples[subject].bursts[samples[subject].n_bursts++] = ((double)t - overhead) / got;
	}
}

/* A burst's cost a packet at these percentiles. */
static void
distribution_print(const double *v, size_t n)
{
	static const double at[] = { 1, 10, 25, 50, 75, 90, 95, 99, 99.9 };
	unsigned int i;

	printf("\"distribution\": {");
	for (i = 0; i < sizeof(at) / sizeof(at[0]); i++)
		printf("%s\"%g\": %.2f", i == 0 ? "" : ", ", at[i], percentile(v, n, at[i]));
	printf("}");
}

static void
cycles_print(const struct bench_subject *s, const struct bench_options *o, unsigned int burst,
		unsigned int subject)
{
	double *v = samples[subject].regions, *b = samples[subject].bursts;
	const size_t n = samples[subject].n_regions, m = samples[subject].n_bursts;

	qsort(v, n, sizeof(*v), compare);
	qsort(b, m, sizeof(*b), compare);
	printf("{\"kind\": \"cycles\", \"driver\": \"%s\", \"path\": \"%s\", \"burst\": %u, "
			"\"ring\": %u, \"queues\": %u, \"outputs\": %u, \"size\": \"%s\", "
			"\"cycles_median\": %.2f, \"cycles_low\": %.2f, \"cycles_high\": %.2f, "
			"\"burst_p50\": %.2f, \"cycles_p99\": %.2f, ",
			s->path->driver, s->path->name, burst, o->ring, o->queues, o->outputs, o->size,
			percentile(v, n, 50), percentile(v, n, 25), percentile(v, n, 75),
			percentile(b, m, 50), percentile(b, m, 99));
	distribution_print(b, m);
	printf("}\n");
	fflush(stdout);
}

int
bench_cycles(struct bench_subject *subjects, unsigned int n, const struct bench_options *o,
		unsigned int burst)
{
	const double overhead = stamp_cost();
	unsigned int i, round;
	int ret = 0;

	for (i = 0; i < n; i++) {
		samples[i].regions = calloc(o->rounds, sizeof(double));
		samples[i].bursts = calloc((size_t)o->rounds * (BENCH_REGION + 1), sizeof(double));
		samples[i].n_regions = samples[i].n_bursts = 0;
		if (samples[i].regions == NULL || samples[i].bursts == NULL)
			ret = -1;
		else if (burst >= subjects[i].path->least_burst && warm(&subjects[i], o, burst) != 0)
			ret = -1;
	}
	for (round = 0; ret == 0 && round < o->rounds; round++) {
		for (i = 0; i < n; i++) {
			if (burst < subjects[i].path->least_burst)
				continue;
			time_region(&subjects[i], o, burst, i, overhead);
			time_bursts(&subjects[i], o, burst, i, overhead);
		}
	}
	for (i = 0; i < n; i++) {
		if (ret == 0 && samples[i].n_regions != 0)
			cycles_print(&subjects[i], o, burst, i);
		free(samples[i].regions);
		free(samples[i].bursts);
	}
	return ret;
}

static void
counters_add(const struct bench_subject *s, const struct bench_options *o,
		struct model_summary *sum)
{
	struct model_summary one;
	unsigned int i;

	memset(sum, 0, sizeof(*sum));
	for (i = 0; i < o->outputs; i++) {
		model_host_summary(model_host_find(s->device + i), &one);
		sum->rung_rx += one.rung_rx;
		sum->rung_tx += one.rung_tx;
		sum->model.rx_desc_fetched += one.model.rx_desc_fetched;
		sum->model.rx_desc_written += one.model.rx_desc_written;
		sum->model.tx_desc_fetched += one.model.tx_desc_fetched;
		sum->model.tx_desc_written += one.model.tx_desc_written;
		sum->model.tx_head_written += one.model.tx_head_written;
		sum->model.tx_nulls += one.model.tx_nulls;
		sum->model.tx_frames += one.model.tx_frames;
		sum->wire.corrupted += one.wire.corrupted + one.wire.foreign;
		sum->wire.reordered += one.wire.reordered + one.wire.duplicated;
	}
}

int
bench_counts(struct bench_subject *s, const struct bench_options *o, unsigned int burst)
{
	struct model_summary a, b;
	unsigned int i;
	double n;

	if (!bench_has_device(s) || burst < s->path->least_burst)
		return 0;
	if (warm(s, o, burst) != 0)
		return -1;
	open_doorbells(s, o, false);
	counters_add(s, o, &a);
	for (i = 0; i < COUNT_REGIONS; i++) {
		step(s, o);
		bench_warm(s, o, burst, BENCH_REGION);
	}
	step(s, o);
	counters_add(s, o, &b);
	/*
	 * Until polls find nothing, which rings what is pending: flows change ports with the size
	 * of bursts, and would be overtaken.
	 */
	bench_warm(s, o, burst, UINT_MAX);
	if (b.wire.corrupted != 0 || b.wire.reordered != 0) {
		fprintf(stderr, "bench: %s: %" PRIu64 " packets corrupted, %" PRIu64 " out of order\n",
				s->path->name, b.wire.corrupted, b.wire.reordered);
		return -1;
	}
	n = (double)(b.model.tx_frames - a.model.tx_frames);
#define PER(what) ((double)(b.what - a.what) / n)
	printf("{\"kind\": \"counts\", \"driver\": \"%s\", \"path\": \"%s\", \"burst\": %u, "
			"\"ring\": %u, \"queues\": %u, \"outputs\": %u, \"size\": \"%s\", "
			"\"doorbells\": %.4f, \"doorbells_rx\": %.4f, \"doorbells_tx\": %.4f, "
			"\"desc_fetched_bytes\": %.2f, \"desc_written_bytes\": %.2f, "
			"\"nulls\": %.4f, \"pcie_to_device\": %.1f, \"pcie_to_host\": %.1f}\n",
			s->path->driver, s->path->name, burst, o->ring, o->queues, o->outputs, o->size,
			PER(rung_rx) + PER(rung_tx), PER(rung_rx), PER(rung_tx),
			16 * (PER(model.rx_desc_fetched) + PER(model.tx_desc_fetched)),
			16 * (PER(model.rx_desc_written) + PER(model.tx_desc_written)) +
			4 * PER(model.tx_head_written), PER(model.tx_nulls),
			/* Completions carry descriptors by fours; frames go by themselves. */
			(PER(rung_rx) + PER(rung_tx)) * (4 + TLP_BYTES) +
			(PER(model.rx_desc_fetched) + PER(model.tx_desc_fetched)) * (16 + TLP_BYTES / 4.0),
			(PER(model.rx_desc_written) + PER(model.tx_desc_written)) * (16 + TLP_BYTES / 4.0) +
			PER(model.tx_head_written) * (4 + TLP_BYTES));
#undef PER
	fflush(stdout);
	return 0;
}

int
bench_profile(struct bench_subject *s, const struct bench_options *o, unsigned int burst)
{
	unsigned int i, got = 0;

	if (burst < s->path->least_burst)
		return 0;
	if (warm(s, o, burst) != 0)
		return -1;
	bench_mark();
	for (i = 0; i < PROFILE_REGIONS; i++) {
		step(s, o);
		if (o->flush)
			flush_caches();
		got += bench_region(s, o, burst, BENCH_REGION);
	}
	bench_mark();
	printf("{\"kind\": \"profile\", \"driver\": \"%s\", \"path\": \"%s\", \"burst\": %u, "
			"\"ring\": %u, \"queues\": %u, \"outputs\": %u, \"size\": \"%s\", "
			"\"packets\": %u}\n", s->path->driver, s->path->name, burst, o->ring,
			o->queues, o->outputs, o->size, got);
	fflush(stdout);
	return 0;
}
