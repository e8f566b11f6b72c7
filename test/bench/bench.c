/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * Usage: bench [option=value ...]; scripts/bench is what people run.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rte_cycles.h>
#include <rte_eal.h>

#include "bench.h"
#include "bench_measure.h"
#include "model_host.h"

#define EAL_ARGS  96u
#define LINK_MS   20000u

enum bench_mode { MODE_CYCLES, MODE_COUNTS, MODE_PROFILE };

static char eal_text[EAL_ARGS][192];
static char *eal_argv[EAL_ARGS + 1];
static unsigned int eal_argc;

static void __attribute__((format(printf, 1, 2)))
eal_add(const char *format, ...)
{
	__builtin_va_list args;

	if (eal_argc == EAL_ARGS)
		return;
	__builtin_va_start(args, format);
	vsnprintf(eal_text[eal_argc], sizeof(eal_text[0]), format, args);
	__builtin_va_end(args);
	eal_argv[eal_argc] = eal_text[eal_argc];
	eal_argc++;
}

static void
eal_arguments(struct bench_subject *subjects, const struct bench_options *o, bool huge)
{
	unsigned int i, k, device = 0;

	eal_add("bench");
	eal_add("--no-pci");
	eal_add("--no-telemetry");
	eal_add("--log-level=4");
	eal_add("-l0");
	eal_add(huge ? "--in-memory" : "--no-huge");
	eal_add("-m512");
	if (!huge)
		eal_add("--no-shconf");
	eal_add("-d%s", o->plugin);
	for (i = 0; i < o->n_paths; i++) {
		subjects[i].path = o->paths[i];
		subjects[i].device = device;
		for (k = 0; k < o->outputs; k++) {
			if (bench_has_device(&subjects[i]))
				eal_add("-amodel%u,driver=%s,flows=%u,ip_src=198.18.0.9,size=%s", device++,
						subjects[i].path->driver, 64 * o->queues, o->size);
			else
				eal_add("--vdev=net_null%u,size=60", k);
		}
	}
}

static int
parse_bursts(struct bench_options *o, char *text)
{
	char *save = NULL, *item;

	o->n_bursts = 0;
	for (item = strtok_r(text, ",", &save); item != NULL; item = strtok_r(NULL, ",", &save)) {
		const unsigned long burst = strtoul(item, NULL, 10);

		if (burst < 1 || burst > 64 || o->n_bursts == BENCH_BURSTS)
			return -1;
		o->bursts[o->n_bursts++] = (unsigned int)burst;
	}
	return o->n_bursts != 0 ? 0 : -1;
}

static int
parse_paths(struct bench_options *o, char *text)
{
	char *save = NULL, *item;

	o->n_paths = 0;
	for (item = strtok_r(text, ",", &save); item != NULL; item = strtok_r(NULL, ",", &save)) {
		const struct bench_path *path = bench_path_find(item);

		if (path == NULL || o->n_paths == BENCH_SUBJECTS)
			return -1;
		o->paths[o->n_paths++] = path;
	}
	return o->n_paths != 0 ? 0 : -1;
}

static int
parse(struct bench_options *o, enum bench_mode *mode, bool *huge, char *arg)
{
	char *value = strchr(arg, '=');

	if (value == NULL)
		return -1;
	*value++ = '\0';
	if (strcmp(arg, "plugin") == 0)
		o->plugin = value;
	else if (strcmp(arg, "bursts") == 0)
		return parse_bursts(o, value);
	else if (strcmp(arg, "paths") == 0)
		return parse_paths(o, value);
	else if (strcmp(arg, "ring") == 0)
		o->ring = (unsigned int)atoi(value);
	else if (strcmp(arg, "queues") == 0)
		o->queues = (unsigned int)atoi(value);
	else if (strcmp(arg, "outputs") == 0)
		o->outputs = (unsigned int)atoi(value);
	else if (strcmp(arg, "rounds") == 0)
		o->rounds = (unsigned int)atoi(value);
	else if (strcmp(arg, "size") == 0)
		snprintf(o->size, sizeof(o->size), "%s", value);
	else if (strcmp(arg, "flush") == 0)
		o->flush = atoi(value) != 0;
	else if (strcmp(arg, "huge") == 0)
		*huge = atoi(value) != 0;
	else if (strcmp(arg, "mode") == 0)
		*mode = strcmp(value, "cycles") == 0 ? MODE_CYCLES :
			strcmp(value, "counts") == 0 ? MODE_COUNTS : MODE_PROFILE;
	else
		return -1;
	return o->queues >= 1 && o->outputs >= 1 && o->outputs <= BENCH_OUTPUTS ? 0 : -1;
}

static int
wait_links(const struct bench_subject *subjects, const struct bench_options *o)
{
	struct rte_eth_link link;
	unsigned int i, k, ms = 0;

	for (i = 0; i < o->n_paths; i++) {
		for (k = 0; k < o->outputs; k++) {
			do {
				if (rte_eth_link_get_nowait(subjects[i].ports[k], &link) == 0 &&
						link.link_status == RTE_ETH_LINK_UP)
					break;
				rte_delay_us_sleep(1000);
			} while (++ms < LINK_MS);
		}
	}
	if (ms >= LINK_MS) {
		fprintf(stderr, "bench: a link does not come up\n");
		return -1;
	}
	return 0;
}

static int
measure(struct bench_subject *subjects, const struct bench_options *o, enum bench_mode mode)
{
	unsigned int b, i;
	int ret = 0;

	for (b = 0; ret == 0 && b < o->n_bursts; b++) {
		if (mode == MODE_CYCLES) {
			ret = bench_cycles(subjects, o->n_paths, o, o->bursts[b]);
			continue;
		}
		for (i = 0; ret == 0 && i < o->n_paths; i++)
			ret = mode == MODE_COUNTS ? bench_counts(&subjects[i], o, o->bursts[b]) :
				bench_profile(&subjects[i], o, o->bursts[b]);
	}
	return ret;
}

static int
run(struct bench_subject *subjects, const struct bench_options *o, enum bench_mode mode)
{
	unsigned int started;
	int ret = 0;

	model_host_quiet(true);
	for (started = 0; started < o->n_paths; started++) {
		ret = bench_subject_start(&subjects[started], o);
		if (ret != 0)
			goto stop;
	}
	ret = wait_links(subjects, o);
	if (ret != 0)
		goto stop;
	model_host_manual(true);
	ret = measure(subjects, o, mode);
	model_host_manual(false);
stop:
	while (started-- > 0)
		bench_subject_stop(&subjects[started], o);
	return ret;
}

int
main(int argc, char **argv)
{
	struct bench_options o = { .bursts = { 32 }, .n_bursts = 1, .ring = 512, .queues = 1,
		.outputs = 1, .rounds = 1000, .size = "64" };
	struct bench_subject subjects[BENCH_SUBJECTS] = { 0 };
	enum bench_mode mode = MODE_CYCLES;
	bool huge = false;
	int i, ret;

	o.paths[0] = bench_path_find("tinynf");
	o.n_paths = 1;
	for (i = 1; i < argc; i++) {
		if (parse(&o, &mode, &huge, argv[i]) != 0) {
			fprintf(stderr, "bench: argument %d, %s, is not understood\n", i, argv[i]);
			return 2;
		}
	}
	if (o.plugin == NULL) {
		fprintf(stderr, "bench: plugin= is missing\n");
		return 2;
	}
	eal_arguments(subjects, &o, huge);
	if (rte_eal_init((int)eal_argc, eal_argv) < 0) {
		fprintf(stderr, "bench: EAL does not start: %s\n", rte_strerror(rte_errno));
		return 1;
	}
	ret = run(subjects, &o, mode);
	rte_eal_cleanup();
	return ret != 0;
}
