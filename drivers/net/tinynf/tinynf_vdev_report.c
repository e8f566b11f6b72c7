/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <rte_string_fns.h>

#include "tinynf_events.h"
#include "tinynf_vdev.h"
#include "wire/tinynf_gen.h"

static const struct {
	const char *name;
	size_t offset;
} fields[] = {
#define FIELD(name) { #name, offsetof(struct tinynf_vdev_summary, name) }
	FIELD(sent),
	FIELD(taken),
	FIELD(missed),
	FIELD(filtered),
	FIELD(rx),
	FIELD(tx),
	FIELD(arrived),
	FIELD(overflow),
	FIELD(waits),
	FIELD(returned),
	FIELD(dropped),
	FIELD(unread),
	FIELD(held),
	FIELD(lost),
	FIELD(reordered),
	FIELD(duplicated),
	FIELD(corrupted),
	FIELD(foreign),
	FIELD(refused),
	FIELD(violations),
	FIELD(dma_errors),
	FIELD(access_unknown),
	FIELD(access_read_only),
	FIELD(access_bad_size),
	FIELD(rx_doorbells),
	FIELD(tx_doorbells),
	FIELD(tx_nulls),
	FIELD(tx_head_written),
#undef FIELD
};

const char *
tinynf_vdev_summary_name(unsigned int i)
{
	return i < RTE_DIM(fields) ? fields[i].name : NULL;
}

uint64_t
tinynf_vdev_summary_value(const struct tinynf_vdev_summary *summary, unsigned int i)
{
	uint64_t value;

	memcpy(&value, (const char *)summary + fields[i].offset, sizeof(value));
	return value;
}

static inline uint64_t
minus(uint64_t a, uint64_t b)
{
	return a > b ? a - b : 0;
}

static void
summary_model(const struct tinynf_vdev *vdev, struct tinynf_vdev_summary *s)
{
	const struct tinynf_model_counters *c = tinynf_model_counters(vdev->model);

	s->rx = c->rx_frames;
	s->tx = c->tx_frames;
	s->violations = c->violations;
	s->dma_errors = c->dma_errors;
	s->access_unknown = c->access_unknown;
	s->access_read_only = c->access_read_only;
	s->access_bad_size = c->access_bad_size;
	s->rx_doorbells = c->rx_doorbells;
	s->tx_doorbells = c->tx_doorbells;
	s->tx_nulls = c->tx_nulls;
	s->tx_head_written = c->tx_head_written;
}

static void
summary_wire(const struct tinynf_vdev *vdev, struct tinynf_vdev_summary *s,
		struct tinynf_wire_counters *w)
{
	tinynf_wire_counters_get(vdev->wire, w);
	s->sent = w->sent;
	s->taken = w->taken;
	s->missed = w->missed;
	s->filtered = w->filtered;
	s->arrived = w->arrived;
	s->overflow = w->overflow;
	s->waits = w->waits;
	s->returned = w->returned;
	s->reordered = w->reordered;
	s->duplicated = w->duplicated;
	s->corrupted = w->corrupted;
	s->foreign = w->foreign;
}

/* Every refusal to send, in the order of enum tinynf_event. */
static uint64_t
refusals(struct rte_eth_dev *dev)
{
	uint64_t n = tinynf_event_get(dev, TINYNF_EV_ALLOC_REFUSED);
	int event;

	for (event = TINYNF_EV_TX_FOREIGN; event <= TINYNF_EV_TX_NO_QUEUE; event++)
		n += tinynf_event_get(dev, event);
	return n;
}

/*
 * A frame that the device took has returned, was dropped by the application, was under way
 * when the port stopped, is still under way, or is lost. While the port runs, what tells
 * the last two apart is order: a frame that a later one of its flow has overtaken,
 * and that nobody dropped, is not under way. The same holds at the end if frames
 * may have left for where nobody checks.
 */
void
tinynf_vdev_summary_get(const struct tinynf_vdev *vdev, bool final,
		struct tinynf_vdev_summary *s)
{
	struct rte_eth_dev *dev = &rte_eth_devices[vdev->port_id];
	struct tinynf_wire_counters w;
	uint64_t gone, open;

	memset(s, 0, sizeof(*s));
	summary_model(vdev, s);
	summary_wire(vdev, s, &w);
	s->refused = refusals(dev);
	s->dropped = tinynf_event_get(dev, TINYNF_EV_DROPPED) +
		tinynf_event_get(dev, TINYNF_EV_RX_BAD);
	s->unread = minus(s->taken, s->rx) + tinynf_event_get(dev, TINYNF_EV_STOP_UNREAD) +
		tinynf_event_get(dev, TINYNF_EV_STOP_DISCARD);
	if (!tinynf_gen_is(vdev->wire))
		return;
	gone = s->dropped + s->unread;
	open = minus(s->taken, s->returned + s->corrupted + gone);
	s->lost = final && tinynf_vdev_host_closed() ? open :
		RTE_MIN(open, minus(minus(w.gaps, s->corrupted), gone));
	s->held = open - s->lost;
}

static bool
summary_clean(const struct tinynf_vdev *vdev, const struct tinynf_vdev_summary *s)
{
	return s->lost == 0 && s->reordered == 0 && s->duplicated == 0 && s->corrupted == 0 &&
		(s->violations == 0 || !vdev->args.strict);
}

static void
report_text(FILE *f, const char *text)
{
	fputc('"', f);
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			fputc('\\', f);
		if ((unsigned char)*text >= ' ')
			fputc(*text, f);
	}
	fputc('"', f);
}

static void
report_violations(FILE *f, const struct tinynf_vdev *vdev)
{
	unsigned int i;

	fprintf(f, "  \"violation_list\": [");
	for (i = 0; i < vdev->violations.n; i++) {
		const struct tinynf_violation *v = &vdev->violations.kind[i];

		fprintf(f, "%s\n    {\"register\": ", i == 0 ? "" : ",");
		report_text(f, v->first.reg_name);
		fprintf(f, ", \"queue\": %d, \"index\": %d, \"value\": %" PRIu64 ", \"reason\": ",
			v->first.queue, v->first.index, v->first.value);
		report_text(f, v->first.reason);
		fprintf(f, ", \"section\": ");
		report_text(f, v->first.section);
		fprintf(f, ", \"times\": %" PRIu64 "}", v->times);
	}
	fprintf(f, "]\n");
}

/* Complete or not at all: readers never see half a report. */
void
tinynf_vdev_report(const struct tinynf_vdev *vdev, bool final)
{
	char path[TINYNF_VDEV_ARGS_LEN + 8];
	struct tinynf_vdev_summary s;
	unsigned int i;
	FILE *f;

	if (vdev->args.report[0] == '\0')
		return;
	tinynf_vdev_summary_get(vdev, final, &s);
	snprintf(path, sizeof(path), "%s.new", vdev->args.report);
	f = fopen(path, "w");
	if (f == NULL) {
		TINYNF_LOG(ERR, "%s: report=%s: can't be written: %s", vdev->name,
			vdev->args.report, strerror(errno));
		return;
	}
	fprintf(f, "{\n  \"name\": \"%s\",\n  \"port\": %u,\n  \"wire\": \"%s\",\n"
		"  \"final\": %s,\n  \"verdict\": \"%s\",\n", vdev->name, vdev->port_id,
		vdev->wire->ops->kind, final ? "true" : "false",
		summary_clean(vdev, &s) ? "PASS" : "FAIL");
	for (i = 0; i < RTE_DIM(fields); i++)
		fprintf(f, "  \"%s\": %" PRIu64 ",\n", fields[i].name,
			tinynf_vdev_summary_value(&s, i));
	report_violations(f, vdev);
	fprintf(f, "}\n");
	if (fclose(f) != 0 || rename(path, vdev->args.report) != 0)
		TINYNF_LOG(ERR, "%s: report=%s: can't be written: %s", vdev->name,
			vdev->args.report, strerror(errno));
}

void
tinynf_vdev_verdict(const struct tinynf_vdev *vdev, bool final)
{
	struct tinynf_vdev_summary s;

	tinynf_vdev_summary_get(vdev, final, &s);
	if (tinynf_gen_is(vdev->wire))
		TINYNF_LOG(NOTICE, "%s: %s: sent %" PRIu64 " = returned %" PRIu64 " + missed %" PRIu64
			" + filtered %" PRIu64 " + dropped %" PRIu64 " + unread at stop %" PRIu64
			" + under way %" PRIu64 " + corrupted %" PRIu64 " + lost %" PRIu64
			"; reordered %" PRIu64 ", duplicated %" PRIu64 ", foreign %" PRIu64
			", refused %" PRIu64 ", violations %" PRIu64, vdev->name,
			summary_clean(vdev, &s) ? "PASS" : "FAIL", s.sent, s.returned, s.missed,
			s.filtered, s.dropped, s.unread, s.held, s.corrupted, s.lost, s.reordered,
			s.duplicated, s.foreign, s.refused, s.violations);
	else
		TINYNF_LOG(NOTICE, "%s: %s: %s brought %" PRIu64 ", took %" PRIu64 " (%" PRIu64
			" without room); dropped %" PRIu64 ", refused %" PRIu64 ", violations %" PRIu64,
			vdev->name, summary_clean(vdev, &s) ? "PASS" : "FAIL", vdev->wire->ops->kind,
			s.sent, s.arrived, s.overflow, s.dropped, s.refused, s.violations);
	tinynf_vdev_report(vdev, final);
}

void
tinynf_vdev_violation_add(struct tinynf_vdev *vdev, const struct tinynf_model_violation *v)
{
	if (!tinynf_host_violation(&vdev->violations, v))
		return;
	rte_log(vdev->args.strict ? RTE_LOG_ERR : RTE_LOG_NOTICE, tinynf_logtype,
		"net_tinynf: %s: the driver broke a rule: %s, queue %d, index %d, value 0x%" PRIx64
		": %s (82599 datasheet %s)\n", vdev->name, v->reg_name, v->queue, v->index,
		v->value, v->reason, v->section);
}

unsigned int
tinynf_vdev_xstats_count(struct tinynf_adapter *adapter)
{
	RTE_SET_USED(adapter);
	return RTE_DIM(fields);
}

int
tinynf_vdev_xstats_names(struct tinynf_adapter *adapter, struct rte_eth_xstat_name *names,
		unsigned int n)
{
	unsigned int i;

	RTE_SET_USED(adapter);
	for (i = 0; i < RTE_DIM(fields) && i < n; i++)
		snprintf(names[i].name, sizeof(names[i].name), "wire_%s", fields[i].name);
	return (int)i;
}

int
tinynf_vdev_xstats_get(struct tinynf_adapter *adapter, uint64_t *values, unsigned int n)
{
	const struct tinynf_vdev *vdev = adapter->hw.ctx;
	struct tinynf_vdev_summary s;
	unsigned int i;

	tinynf_vdev_summary_get(vdev, false, &s);
	for (i = 0; i < RTE_DIM(fields) && i < n; i++) {
		const uint64_t value = tinynf_vdev_summary_value(&s, i);
		const uint64_t base = tinynf_vdev_summary_value(&vdev->base, i);

		values[i] = minus(value, base);
	}
	return (int)i;
}

int
tinynf_vdev_xstats_reset(struct tinynf_adapter *adapter)
{
	struct tinynf_vdev *vdev = adapter->hw.ctx;

	tinynf_vdev_summary_get(vdev, false, &vdev->base);
	vdev->base.held = 0;
	return 0;
}
