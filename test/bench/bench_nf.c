/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * Usage: bench-nf function=NAME [option=value ...]; scripts/bench --functions is what people run.
 */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_cycles.h>
#include <rte_eal.h>

#include "bench.h"
#include "bench_nf.h"
#include "bench_nf_wire.h"
#include "bench_run.h"
#include "model_host.h"

/* A driver's path and a front end. */
static const struct {
	struct bench_path path;
	const struct bench_nf_front *front;
} ways[] = {
	{ { "plugin", "net_tinynf", 256, 0, 0, 1 }, &bench_nf_ethdev },
	{ { "switch", "net_tinynf", 256, 0, 0, 1 }, &bench_nf_switch },
	{ { "native", "net_tinynf", 256, 0, 0, 1 }, &bench_nf_native },
	{ { "vector", "net_ixgbe", 256, 0, 0, 4 }, &bench_nf_ethdev },
	{ { "bulk", "net_ixgbe", 64, 0, 0, 1 }, &bench_nf_ethdev },
	{ { "full", "net_ixgbe", 64, 16, RTE_ETH_TX_OFFLOAD_MULTI_SEGS, 1 }, &bench_nf_ethdev },
};

static struct bench_nf running[BENCH_SUBJECTS];
static const struct bench_subject *first;
static uint64_t sent_before[BENCH_SUBJECTS];
static unsigned int function;

static inline unsigned int
handle(const struct bench_subject *s, unsigned int burst, unsigned int packets)
{
	struct bench_nf *b = &running[s - first];

	nf_burst = (uint16_t)burst;
	return b->front->run[function](b, packets);
}

__attribute__((noinline)) unsigned int
bench_region(const struct bench_subject *s, const struct bench_options *o, unsigned int burst,
		unsigned int packets)
{
	(void)o;
	return handle(s, burst, packets);
}

__attribute__((noinline)) unsigned int
bench_warm(const struct bench_subject *s, const struct bench_options *o, unsigned int burst,
		unsigned int packets)
{
	/* Not folded into one function with the other: it must have a name of its own. */
	__asm__ volatile("");
	(void)o;
	return handle(s, burst, packets);
}

__attribute__((noinline)) void
bench_mark(void)
{
	__asm__ volatile("");
}

static int
rewire(const struct bench_subject *s, struct bench_nf *b)
{
	struct tinynf_wire *in = bench_nf_wire(b), *out = bench_nf_wire(NULL);

	if (in == NULL || out == NULL) {
		free(in);
		free(out);
		return -1;
	}
	model_host_rewire(model_host_find(s->device), in);
	model_host_rewire(model_host_find(s->device + 1), out);
	return 0;
}

static int
function_start(const struct bench_subject *s, struct bench_nf *b,
		const struct bench_nf_front *front)
{
	const struct bench_nf_function *f = bench_nf_function(function);
	unsigned int i;

	b->function = function;
	b->from = f->from;
	b->front = front;
	b->nf.nb_ports = 2;
	b->nf.hz = rte_get_tsc_hz();
	for (i = 0; i < 2; i++) {
		const uint16_t port = s->ports[i];

		b->nf.port[b->from ^ i] = port;
		if (rte_eth_macaddr_get(port, &b->nf.mac[b->from ^ i]) != 0 ||
				(f->promiscuous && rte_eth_promiscuous_enable(port) != 0))
			return -1;
	}
	if (rewire(s, b) != 0 || bench_nf_create(b) != 0)
		return -1;
	sent_before[b - running] = b->nf.counters[f->sent];
	if (b->front->open(b, f->replies) == 0)
		return 0;
	fprintf(stderr, "bench: the native interface can't be used\n");
	bench_nf_destroy(b);
	return -1;
}

static void
functions_stop(unsigned int n)
{
	while (n-- > 0) {
		running[n].front->close(&running[n]);
		bench_nf_destroy(&running[n]);
	}
}

static int
functions_start(struct bench_subject *subjects, const struct bench_options *o)
{
	unsigned int i, w;

	first = subjects;
	for (i = 0; i < o->n_paths; i++) {
		for (w = 0; &ways[w].path != o->paths[i]; w++)
			;
		if (function_start(&subjects[i], &running[i], ways[w].front) != 0) {
			functions_stop(i);
			return -1;
		}
	}
	return 0;
}

/* Every packet must have been forwarded, but for those still in the rings. */
static int
functions_end(struct bench_subject *subjects, const struct bench_options *o)
{
	struct model_summary in, out;
	unsigned int i;
	int ret = 0;

	for (i = 0; i < o->n_paths; i++) {
		const struct bench_nf_function *f = bench_nf_function(function);
		const struct nf *nf = &running[i].nf;
		const uint64_t sent = nf->counters[f->sent] - sent_before[i];

		model_host_summary(model_host_find(subjects[i].device), &in);
		model_host_summary(model_host_find(subjects[i].device + 1), &out);
		if (in.wire.missed == 0 && in.wire.filtered == 0 && in.wire.arrived == 0 &&
				out.wire.arrived + 2 * o->ring >= in.wire.taken &&
				out.wire.arrived <= in.wire.taken && (f->create == NULL ||
				(sent + 2 * o->ring >= in.wire.taken && sent >= out.wire.arrived &&
				nf->counters[NF_NOT_SENT] == 0)))
			continue;
		fprintf(stderr, "bench: %s with %s: of %" PRIu64 " packets, %" PRIu64
			" missed, %" PRIu64 " filtered, %" PRIu64 " forwarded, %" PRIu64
			" not sent, %" PRIu64 " arrived, %" PRIu64 " came back\n", f->name,
			o->paths[i]->name, in.wire.sent, in.wire.missed, in.wire.filtered, sent,
			nf->counters[NF_NOT_SENT], out.wire.arrived, in.wire.arrived);
		ret = -1;
	}
	functions_stop(o->n_paths);
	return ret;
}

static int
parse_paths(struct bench_options *o, char *text)
{
	char *save = NULL, *item;
	unsigned int w;

	o->n_paths = 0;
	for (item = strtok_r(text, ",", &save); item != NULL; item = strtok_r(NULL, ",", &save)) {
		for (w = 0; w < RTE_DIM(ways) && strcmp(ways[w].path.name, item) != 0; w++)
			;
		if (w == RTE_DIM(ways) || o->n_paths == RTE_DIM(ways))
			return -1;
		o->paths[o->n_paths++] = &ways[w].path;
	}
	return o->n_paths != 0 ? 0 : -1;
}

static int
parse_function(const char *name)
{
	for (function = 0; bench_nf_function(function) != NULL; function++)
		if (strcmp(bench_nf_function(function)->name, name) == 0)
			return 0;
	return -1;
}

static int
parse(struct bench_options *o, enum bench_mode *mode, bool *huge, char *arg)
{
	char *value = strchr(arg, '=');

	if (value == NULL)
		return -1;
	*value++ = '\0';
	if (strcmp(arg, "function") == 0)
		return parse_function(value);
	if (strcmp(arg, "bursts") == 0)
		return bench_parse_bursts(o, value);
	if (strcmp(arg, "paths") == 0)
		return parse_paths(o, value);
	if (strcmp(arg, "rounds") == 0)
		o->rounds = (unsigned int)atoi(value);
	else if (strcmp(arg, "flush") == 0)
		o->flush = atoi(value) != 0;
	else if (strcmp(arg, "huge") == 0)
		*huge = atoi(value) != 0;
	else if (strcmp(arg, "mode") == 0)
		*mode = bench_parse_mode(value);
	else
		return -1;
	return 0;
}

static void
eal_arguments(struct bench_subject *subjects, const struct bench_options *o, bool huge)
{
	unsigned int i;

	bench_eal_common(o, huge);
	for (i = 0; i < o->n_paths; i++) {
		subjects[i].path = o->paths[i];
		subjects[i].device = 2 * i;
		bench_eal_add("-amodel%u,driver=%s", 2 * i, o->paths[i]->driver);
		bench_eal_add("-amodel%u,driver=%s", 2 * i + 1, o->paths[i]->driver);
	}
}

int
main(int argc, char **argv)
{
	static const struct bench_hooks hooks = { .begin = functions_start, .end = functions_end };
	struct bench_options o = { .bursts = { 32 }, .n_bursts = 1, .ring = 512, .queues = 1,
		.outputs = 2, .rounds = 1000, .size = "64" };
	struct bench_subject subjects[BENCH_SUBJECTS] = { 0 };
	enum bench_mode mode = BENCH_CYCLES;
	bool huge = false;
	int i, ret;

	o.paths[0] = &ways[0].path;
	o.n_paths = 1;
	for (i = 1; i < argc; i++) {
		if (parse(&o, &mode, &huge, argv[i]) != 0) {
			fprintf(stderr, "bench: argument %d, %s, is not understood\n", i, argv[i]);
			return 2;
		}
	}
	eal_arguments(subjects, &o, huge);
	if (bench_eal_start() != 0)
		return 1;
	ret = bench_run(subjects, &o, mode, &hooks);
	rte_eal_cleanup();
	return ret != 0;
}
