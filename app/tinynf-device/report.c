/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* What happened on each device: broken rules as they occur, all counters as JSON. */

#include <string.h>
#include <unistd.h>

#include "device.h"

static void
tell(const struct device *dev, const struct tinynf_model_violation *v)
{
	char queue[24] = "", index[24] = "";

	if (v->queue >= 0)
		snprintf(queue, sizeof(queue), ", queue %d", v->queue);
	if (v->index >= 0)
		snprintf(index, sizeof(index), ", descriptor %d", v->index);
	say(dev, "violation: %s%s%s%s: %s (0x%llx), manual section %s",
		v->reg_name[0] != '\0' ? v->reg_name : "no register", queue, index,
		v->reg == UINT32_MAX ? "" : " register", v->reason,
		(unsigned long long)v->value, v->section);
}

void
report_violation(struct device *dev, const struct tinynf_model_violation *v)
{
	/* One of each kind is told, so nothing floods the log. */
	if (!tinynf_host_violation(&dev->violations, v))
		return;
	trace_note(dev, "violation: %s 0x%05x: %s", v->reg_name, v->reg, v->reason);
	tell(dev, v);
}

uint64_t
report_violations(const struct device *dev)
{
	return tinynf_model_counters(dev->model)->violations;
}

/* Names are the user's: what JSON cannot have as it is, is left out. */
static void
quoted(FILE *f, const char *text)
{
	fputc('"', f);
	for (; *text != '\0'; text++)
		if (*text != '"' && *text != '\\' && (unsigned char)*text >= 0x20)
			fputc(*text, f);
	fputc('"', f);
}

static void
number(FILE *f, const char *name, uint64_t value)
{
	fprintf(f, ", \"%s\": %llu", name, (unsigned long long)value);
}

static void
wire(FILE *f, const struct device *dev)
{
	const struct tinynf_wire *w = dev->wire;
	const struct tinynf_wire_counters *c = &w->counters;

	fprintf(f, "\"wire\": {\"kind\": \"%s\"", w->ops->kind);
	number(f, "restarts", dev->restarts);
	number(f, "sent", c->sent);
	number(f, "taken", c->taken);
	number(f, "missed", c->missed);
	number(f, "filtered", c->filtered);
	number(f, "waits", c->waits);
	number(f, "arrived", c->arrived);
	number(f, "overflow", c->overflow);
	number(f, "returned", c->returned);
	number(f, "gaps", c->gaps);
	number(f, "reordered", c->reordered);
	number(f, "duplicated", c->duplicated);
	number(f, "corrupted", c->corrupted);
	number(f, "foreign", c->foreign);
	fprintf(f, ", \"done\": %s}", tinynf_gen_is(w) && tinynf_gen_done(w) ? "true" : "false");
}

static void
model(FILE *f, const struct tinynf_model_counters *c)
{
	fprintf(f, "\"model\": {\"violations\": %llu", (unsigned long long)c->violations);
	number(f, "access_unknown", c->access_unknown);
	number(f, "access_read_only", c->access_read_only);
	number(f, "access_bad_size", c->access_bad_size);
	number(f, "dma_errors", c->dma_errors);
	number(f, "rx_doorbells", c->rx_doorbells);
	number(f, "tx_doorbells", c->tx_doorbells);
	number(f, "tx_nulls", c->tx_nulls);
	number(f, "tx_head_written", c->tx_head_written);
	number(f, "rx_frames", c->rx_frames);
	number(f, "tx_frames", c->tx_frames);
	fputc('}', f);
}

static void
violations(FILE *f, const struct device *dev)
{
	unsigned int i;

	fputs("\"violations\": [", f);
	for (i = 0; i < dev->violations.n; i++) {
		const struct tinynf_violation *known = &dev->violations.kind[i];
		const struct tinynf_model_violation *v = &known->first;

		fprintf(f, "%s{\"register\": \"%s\", \"queue\": %d, \"reason\": \"%s\", "
			"\"section\": \"%s\", \"times\": %llu}", i == 0 ? "" : ", ", v->reg_name,
			v->queue, v->reason, v->section,
			(unsigned long long)known->times);
	}
	fputc(']', f);
}

static void
device(FILE *f, const struct device *dev)
{
	fputs("  {\"name\": ", f);
	quoted(f, dev->args.name);
	fputs(", \"socket\": ", f);
	quoted(f, dev->args.socket);
	fprintf(f, ", \"connected\": %s,\n   \"protocol\": {\"commands\": %llu",
		dev->negotiated ? "true" : "false", (unsigned long long)dev->commands);
	number(f, "errors", dev->errors);
	number(f, "connections", dev->connections);
	number(f, "refused", dev->refusals);
	number(f, "resets", dev->resets);
	number(f, "interrupts", dev->irqs.sent);
	number(f, "interrupts_lost", dev->irqs.lost);
	number(f, "dma_maps", dev->dma.n);
	number(f, "dma_messages", dev->dma.messages);
	fputs("},\n   ", f);
	wire(f, dev);
	fputs(",\n   ", f);
	model(f, tinynf_model_counters(dev->model));
	fputs(",\n   ", f);
	violations(f, dev);
	fputc('}', f);
}

int
report_write(const struct device_list *devices, const char *path)
{
	const bool to_stdout = strcmp(path, "-") == 0;
	const struct device *dev;
	char temporary[270];
	bool ok;
	FILE *f;

	/* Readers never see half of it. */
	snprintf(temporary, sizeof(temporary), "%s.new", path);
	f = to_stdout ? stdout : fopen(temporary, "w");
	if (f == NULL)
		return -1;
	fputs("{\"devices\": [\n", f);
	TAILQ_FOREACH(dev, devices, next) {
		device(f, dev);
		fputs(TAILQ_NEXT(dev, next) == NULL ? "\n" : ",\n", f);
	}
	fputs("]}\n", f);
	if (to_stdout)
		return fflush(f);
	ok = !ferror(f);
	ok = fclose(f) == 0 && ok;
	if (!ok || rename(temporary, path) != 0) {
		unlink(temporary);
		return -1;
	}
	return 0;
}
