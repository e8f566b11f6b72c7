/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* From arguments to figures: what all benchmarks have in common. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_cycles.h>
#include <rte_eal.h>

#include "bench_measure.h"
#include "bench_run.h"
#include "model_host.h"

#define EAL_ARGS  96u
#define LINK_MS   20000u

static char eal_text[EAL_ARGS][192];
static char *eal_argv[EAL_ARGS + 1];
static unsigned int eal_argc;

struct bench_options
bench_defaults(void)
{
	return (struct bench_options){ .mode = BENCH_CYCLES, .bursts = { 32 }, .n_bursts = 1,
		.ring = 512, .queues = 1, .outputs = 1, .rounds = 1000, .size = "64" };
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
parse_paths(struct bench_options *o, char *text, bench_find_fn find)
{
	char *save = NULL, *item;

	o->n_paths = 0;
	for (item = strtok_r(text, ",", &save); item != NULL; item = strtok_r(NULL, ",", &save)) {
		const struct bench_path *path = find(item);

		if (path == NULL || o->n_paths == BENCH_SUBJECTS)
			return -1;
		o->paths[o->n_paths++] = path;
	}
	return o->n_paths != 0 ? 0 : -1;
}

static int
parse_mode(struct bench_options *o, const char *text)
{
	static const char *const names[] = { [BENCH_CYCLES] = "cycles", [BENCH_COUNTS] = "counts",
		[BENCH_PROFILE] = "profile" };
	unsigned int mode;

	for (mode = 0; mode < RTE_DIM(names); mode++) {
		if (strcmp(text, names[mode]) != 0)
			continue;
		o->mode = (enum bench_mode)mode;
		return 0;
	}
	return -1;
}

static int
parse(struct bench_options *o, char *arg, bench_option_fn option, bench_find_fn find)
{
	char *value = strchr(arg, '=');

	if (value == NULL)
		return -1;
	*value++ = '\0';
	if (strcmp(arg, "bursts") == 0)
		return parse_bursts(o, value);
	if (strcmp(arg, "paths") == 0)
		return parse_paths(o, value, find);
	if (strcmp(arg, "mode") == 0)
		return parse_mode(o, value);
	if (strcmp(arg, "rounds") == 0)
		o->rounds = (unsigned int)atoi(value);
	else if (strcmp(arg, "flush") == 0)
		o->flush = atoi(value) != 0;
	else if (strcmp(arg, "huge") == 0)
		o->huge = atoi(value) != 0;
	else
		return option(o, arg, value);
	return 0;
}

int
bench_parse(struct bench_options *o, int argc, char **argv, bench_option_fn option,
		bench_find_fn find)
{
	int i;

	for (i = 1; i < argc; i++) {
		if (parse(o, argv[i], option, find) == 0)
			continue;
		fprintf(stderr, "bench: argument %d, %s, is not understood\n", i, argv[i]);
		return -1;
	}
	return 0;
}

void
bench_eal_add(const char *format, ...)
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
eal_common(const struct bench_options *o)
{
	bench_eal_add("bench");
	bench_eal_add("--no-pci");
	bench_eal_add("--no-telemetry");
	bench_eal_add("--log-level=4");
	bench_eal_add("-l0");
	bench_eal_add(o->huge ? "--in-memory" : "--no-huge");
	bench_eal_add("-m512");
	if (!o->huge)
		bench_eal_add("--no-shconf");
	if (o->plugin != NULL)
		bench_eal_add("-d%s", o->plugin);
}

static int
eal_start(void)
{
	if (rte_eal_init((int)eal_argc, eal_argv) >= 0)
		return 0;
	fprintf(stderr, "bench: EAL does not start: %s\n", rte_strerror(rte_errno));
	return -1;
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
measure(struct bench_subject *subjects, const struct bench_options *o)
{
	unsigned int b, i;
	int ret = 0;

	for (b = 0; ret == 0 && b < o->n_bursts; b++) {
		if (o->mode == BENCH_CYCLES) {
			ret = bench_cycles(subjects, o->n_paths, o, o->bursts[b]);
			continue;
		}
		for (i = 0; ret == 0 && i < o->n_paths; i++)
			ret = o->mode == BENCH_COUNTS ?
				bench_counts(&subjects[i], o, o->bursts[b]) :
				bench_profile(&subjects[i], o, o->bursts[b]);
	}
	return ret;
}

/* With EAL started. Returns 0, -1 with a message. */
static int
run(struct bench_subject *subjects, const struct bench_options *o, const struct bench_hooks *hooks)
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
	if (hooks != NULL)
		ret = hooks->begin(subjects, o);
	if (ret != 0)
		goto stop;
	model_host_manual(true);
	ret = measure(subjects, o);
	model_host_manual(false);
	if (hooks != NULL && hooks->end(subjects, o) != 0)
		ret = -1;
stop:
	while (started-- > 0)
		bench_subject_stop(&subjects[started], o);
	return ret;
}

int
bench_run(const struct bench_options *o, void (*devices)(struct bench_subject *subjects,
		const struct bench_options *o), const struct bench_hooks *hooks)
{
	struct bench_subject subjects[BENCH_SUBJECTS] = { 0 };
	unsigned int i;
	int ret;

	for (i = 0; i < o->n_paths; i++)
		subjects[i].path = o->paths[i];
	eal_common(o);
	devices(subjects, o);
	if (eal_start() != 0)
		return 1;
	ret = run(subjects, o, hooks);
	rte_eal_cleanup();
	return ret != 0;
}
