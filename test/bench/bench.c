/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * Usage: bench [option=value ...]; scripts/bench is what people run.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_eal.h>

#include "bench.h"
#include "bench_run.h"

static void
eal_arguments(struct bench_subject *subjects, const struct bench_options *o, bool huge)
{
	unsigned int i, k, device = 0;

	bench_eal_common(o, huge);
	for (i = 0; i < o->n_paths; i++) {
		subjects[i].path = o->paths[i];
		subjects[i].device = device;
		for (k = 0; k < o->outputs; k++) {
			if (bench_has_device(&subjects[i]))
				bench_eal_add("-amodel%u,driver=%s,flows=%u,ip_src=198.18.0.9,size=%s", device++,
						subjects[i].path->driver, 64 * o->queues, o->size);
			else
				bench_eal_add("--vdev=net_null%u,size=60", k);
		}
	}
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
		return bench_parse_bursts(o, value);
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
		*mode = bench_parse_mode(value);
	else
		return -1;
	return o->queues >= 1 && o->outputs >= 1 && o->outputs <= BENCH_OUTPUTS ? 0 : -1;
}

int
main(int argc, char **argv)
{
	struct bench_options o = { .bursts = { 32 }, .n_bursts = 1, .ring = 512, .queues = 1,
		.outputs = 1, .rounds = 1000, .size = "64" };
	struct bench_subject subjects[BENCH_SUBJECTS] = { 0 };
	enum bench_mode mode = BENCH_CYCLES;
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
	if (bench_eal_start() != 0)
		return 1;
	ret = bench_run(subjects, &o, mode, NULL);
	rte_eal_cleanup();
	return ret != 0;
}
