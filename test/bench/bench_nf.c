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

#include "bench.h"
#include "bench_nf.h"
#include "bench_nf_wire.h"
#include "bench_run.h"
#include "model_host.h"

/* A driver's path and a front end. */
struct way {
	struct bench_path path;
	const struct bench_nf_front *front;
};

static const struct way ways[] = {
	{ { "plugin", "net_tinynf", 256, 0, 0, 1 }, &bench_nf_ethdev },
	{ { "switch", "net_tinynf", 256, 0, 0, 1 }, &bench_nf_switch },
	{ { "native", "net_tinynf", 256, 0, 0, 1 }, &bench_nf_native },
	{ { "callback", "net_tinynf", 256, 0, 0, 1 }, &bench_nf_callback },
	{ { "vector", "net_ixgbe", 256, 0, 0, 4 }, &bench_nf_ethdev },
	{ { "bulk", "net_ixgbe", 64, 0, 0, 1 }, &bench_nf_ethdev },
	{ { "full", "net_ixgbe", 64, 16, RTE_ETH_TX_OFFLOAD_MULTI_SEGS, 1 }, &bench_nf_ethdev },
};

/* Ways that were asked for once more, under another name. */
static struct {
	struct way way;
	char name[16];
} copies[BENCH_SUBJECTS];
static unsigned int n_copies;

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
	unsigned int i;

	first = subjects;
	for (i = 0; i < o->n_paths; i++) {
		const struct way *way = (const struct way *)o->paths[i];

		if (function_start(&subjects[i], &running[i], way->front) != 0) {
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

/* Paths are their ways' first members. A copy is called like its way, a dot, and anything. */
static const struct bench_path *
way_find(const char *name)
{
	const size_t len = strcspn(name, ".");
	unsigned int w;

	for (w = 0; w < RTE_DIM(ways); w++) {
		const char *known = ways[w].path.name;

		if (strlen(known) == len && strncmp(known, name, len) == 0)
			break;
	}
	if (w == RTE_DIM(ways))
		return NULL;
	if (name[len] == '\0')
		return &ways[w].path;
	if (n_copies == BENCH_SUBJECTS || strlen(name) >= sizeof(copies[0].name))
		return NULL;
	strcpy(copies[n_copies].name, name);
	copies[n_copies].way = ways[w];
	copies[n_copies].way.path.name = copies[n_copies].name;
	return &copies[n_copies++].way.path;
}

static int
option(struct bench_options *o, const char *name, char *value)
{
	(void)o;
	if (strcmp(name, "function") != 0)
		return -1;
	for (function = 0; bench_nf_function(function) != NULL; function++)
		if (strcmp(bench_nf_function(function)->name, value) == 0)
			return 0;
	return -1;
}

static void
devices(struct bench_subject *subjects, const struct bench_options *o)
{
	unsigned int i, device;

	for (i = 0; i < o->n_paths; i++) {
		subjects[i].device = 2 * i;
		for (device = 2 * i; device < 2 * i + 2; device++)
			bench_eal_add("-amodel%u,driver=%s", device, o->paths[i]->driver);
	}
}

int
main(int argc, char **argv)
{
	static const struct bench_hooks hooks = { .begin = functions_start, .end = functions_end };
	struct bench_options o = bench_defaults();

	o.outputs = 2;
	o.paths[o.n_paths++] = &ways[0].path;
	if (bench_parse(&o, argc, argv, option, way_find) != 0)
		return 2;
	return bench_run(&o, devices, &hooks);
}
