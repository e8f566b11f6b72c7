/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * Usage: bench [option=value ...]; scripts/bench is what people run.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "bench_run.h"

static void
devices(struct bench_subject *subjects, const struct bench_options *o)
{
	unsigned int i, k, device = 0;

	for (i = 0; i < o->n_paths; i++) {
		subjects[i].device = device;
		for (k = 0; k < o->outputs; k++) {
			if (bench_has_device(&subjects[i]))
				bench_eal_add("-amodel%u,driver=%s,flows=%u,ip_src=198.18.0.9,size=%s", device++,
						subjects[i].path->driver, 64 * o->queues, o->size);
			else
				bench_eal_add("--vdev=net_null_%s%u,size=60",
						subjects[i].path->name, k);
		}
	}
}

static int
option(struct bench_options *o, const char *name, char *value)
{
	if (strcmp(name, "plugin") == 0)
		o->plugin = value;
	else if (strcmp(name, "ring") == 0)
		o->ring = (unsigned int)atoi(value);
	else if (strcmp(name, "queues") == 0)
		o->queues = (unsigned int)atoi(value);
	else if (strcmp(name, "outputs") == 0)
		o->outputs = (unsigned int)atoi(value);
	else if (strcmp(name, "flags") == 0)
		o->flags = atoi(value) != 0;
	else if (strcmp(name, "size") == 0)
		snprintf(o->size, sizeof(o->size), "%s", value);
	else
		return -1;
	return o->queues >= 1 && o->outputs >= 1 && o->outputs <= BENCH_OUTPUTS ? 0 : -1;
}

int
main(int argc, char **argv)
{
	struct bench_options o = bench_defaults();

	o.paths[o.n_paths++] = bench_path_find("tinynf");
	if (bench_parse(&o, argc, argv, option, bench_path_find) != 0)
		return 2;
	if (o.plugin == NULL) {
		fprintf(stderr, "bench: plugin= is missing\n");
		return 2;
	}
	return bench_run(&o, devices, NULL);
}
