/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_common.h>
#include <rte_telemetry.h>

#include "model_host.h"
#include "model_report.h"
#include "tinynf_compat.h"

#define FIELD(name, at)  { name, offsetof(struct model_summary, at) }

static const struct {
	const char *name;
	size_t offset;
} fields[] = {
	FIELD("sent", wire.sent),
	FIELD("taken", wire.taken),
	FIELD("missed", wire.missed),
	FIELD("filtered", wire.filtered),
	FIELD("waits", wire.waits),
	FIELD("arrived", wire.arrived),
	FIELD("returned", wire.returned),
	FIELD("reordered", wire.reordered),
	FIELD("duplicated", wire.duplicated),
	FIELD("corrupted", wire.corrupted),
	FIELD("foreign", wire.foreign),
	FIELD("rx", model.rx_frames),
	FIELD("tx", model.tx_frames),
	FIELD("rx_doorbells", model.rx_doorbells),
	FIELD("tx_doorbells", model.tx_doorbells),
	FIELD("rx_desc_fetched", model.rx_desc_fetched),
	FIELD("rx_desc_written", model.rx_desc_written),
	FIELD("tx_desc_fetched", model.tx_desc_fetched),
	FIELD("tx_desc_written", model.tx_desc_written),
	FIELD("tx_head_written", model.tx_head_written),
	FIELD("tx_nulls", model.tx_nulls),
	FIELD("violations", model.violations),
	FIELD("dma_errors", model.dma_errors),
	FIELD("access_unknown", model.access_unknown),
	FIELD("access_read_only", model.access_read_only),
	FIELD("access_bad_size", model.access_bad_size),
	FIELD("traps", traps),
};

static uint64_t
value_of(const struct model_summary *s, unsigned int i)
{
	uint64_t value;

	memcpy(&value, (const char *)s + fields[i].offset, sizeof(value));
	return value;
}

void
model_report_write(struct model_device *dev, const char *path)
{
	struct tinynf_violations v;
	struct model_summary s;
	unsigned int i;
	FILE *f;

	if (path[0] == '\0')
		return;
	f = fopen(path, "w");
	if (f == NULL) {
		fprintf(stderr, "model bus: report=%s: %s\n", path, strerror(errno));
		return;
	}
	model_host_summary(dev, &s);
	fprintf(f, "{");
	for (i = 0; i < RTE_DIM(fields); i++)
		fprintf(f, "\"%s\": %" PRIu64 ", ", fields[i].name, value_of(&s, i));
	model_host_violations(dev, &v);
	fprintf(f, "\"violation_list\": [");
	for (i = 0; i < v.n; i++)
		fprintf(f, "%s{\"register\": \"%s\", \"queue\": %d, \"times\": %" PRIu64
				", \"reason\": \"%s\"}", i == 0 ? "" : ", ",
				v.kind[i].first.reg_name, v.kind[i].first.queue, v.kind[i].times,
				v.kind[i].first.reason);
	fprintf(f, "]}\n");
	if (fclose(f) != 0)
		fprintf(stderr, "model bus: report=%s: %s\n", path, strerror(errno));
}

static int
tel_device(const char *cmd, const char *params, struct rte_tel_data *data)
{
	struct model_device *dev;
	struct model_summary s;
	unsigned int i;

	RTE_SET_USED(cmd);
	if (params == NULL || params[0] < '0' || params[0] > '9')
		return -EINVAL;
	dev = model_host_find((unsigned int)atoi(params));
	if (dev == NULL)
		return -ENODEV;
	model_host_summary(dev, &s);
	rte_tel_data_start_dict(data);
	for (i = 0; i < RTE_DIM(fields); i++)
		TINYNF_TEL_ADD_UINT(data, fields[i].name, value_of(&s, i));
	return 0;
}

RTE_INIT(model_report_register)
{
	rte_telemetry_register_cmd("/model/device", tel_device,
			"What a device of the model bus counted. Parameter: its index");
}
