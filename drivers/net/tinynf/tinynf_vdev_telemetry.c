/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include <rte_telemetry.h>

#include "tinynf_ports.h"
#include "tinynf_vdev.h"

/* An answer has room for so many. */
#define TEL_VIOLATIONS  32u

/* Port number of a telemetry parameter; -1 if it is none. */
static int
port_of(const char *params)
{
	char *end;
	unsigned long port;

	if (params == NULL || !isdigit((unsigned char)params[0]))
		return -1;
	port = strtoul(params, &end, 10);
	return *end == '\0' && port < RTE_MAX_ETHPORTS ? (int)port : -1;
}

/* Call with the device locked, so that it isn't closed meanwhile. */
static int
with_device(const char *params, struct rte_tel_data *data,
		int (*fn)(const struct tinynf_vdev *vdev, struct rte_tel_data *data))
{
	const int port = port_of(params);
	const struct tinynf_vdev *vdev;
	int ret = -ENODEV;

	if (port < 0)
		return -EINVAL;
	pthread_mutex_lock(&tinynf_ports);
	tinynf_vdev_host_lock();
	vdev = tinynf_vdev_host_find_port((uint16_t)port);
	if (vdev != NULL)
		ret = fn(vdev, data);
	tinynf_vdev_host_unlock();
	pthread_mutex_unlock(&tinynf_ports);
	return ret;
}

static int
wire_fill(const struct tinynf_vdev *vdev, struct rte_tel_data *data)
{
	struct tinynf_vdev_summary s;
	unsigned int i;

	tinynf_vdev_summary_get(vdev, false, &s);
	rte_tel_data_start_dict(data);
	rte_tel_data_add_dict_string(data, "name", vdev->name);
	rte_tel_data_add_dict_string(data, "wire", vdev->wire->ops->kind);
	rte_tel_data_add_dict_int(data, "signal", vdev->lit);
	for (i = 0; tinynf_vdev_summary_name(i) != NULL; i++)
		TINYNF_TEL_ADD_UINT(data, tinynf_vdev_summary_name(i),
			tinynf_vdev_summary_value(&s, i));
	return 0;
}

static struct rte_tel_data *
violation_fill(const struct tinynf_violation *v)
{
	struct rte_tel_data *data = rte_tel_data_alloc();

	if (data == NULL)
		return NULL;
	rte_tel_data_start_dict(data);
	rte_tel_data_add_dict_string(data, "register", v->first.reg_name);
	rte_tel_data_add_dict_int(data, "queue", v->first.queue);
	rte_tel_data_add_dict_int(data, "index", v->first.index);
	TINYNF_TEL_ADD_UINT(data, "value", v->first.value);
	rte_tel_data_add_dict_string(data, "reason", v->first.reason);
	rte_tel_data_add_dict_string(data, "section", v->first.section);
	TINYNF_TEL_ADD_UINT(data, "times", v->times);
	return data;
}

static int
model_fill(const struct tinynf_vdev *vdev, struct rte_tel_data *data)
{
	const struct tinynf_model_counters *c = tinynf_model_counters(vdev->model);
	struct rte_tel_data *list;
	char number[12];
	unsigned int i;

	rte_tel_data_start_dict(data);
	rte_tel_data_add_dict_string(data, "name", vdev->name);
#define ADD(counter) TINYNF_TEL_ADD_UINT(data, #counter, c->counter)
	ADD(violations);
	ADD(access_unknown);
	ADD(access_read_only);
	ADD(access_bad_size);
	ADD(dma_errors);
	ADD(rx_doorbells);
	ADD(tx_doorbells);
	ADD(rx_desc_fetched);
	ADD(rx_desc_written);
	ADD(tx_desc_fetched);
	ADD(tx_desc_written);
	ADD(tx_head_written);
	ADD(tx_nulls);
	ADD(rx_frames);
	ADD(tx_frames);
#undef ADD
	list = rte_tel_data_alloc();
	if (list == NULL)
		return -ENOMEM;
	/* Telemetry nests dictionaries only. */
	rte_tel_data_start_dict(list);
	for (i = 0; i < RTE_MIN(vdev->violations.n, TEL_VIOLATIONS); i++) {
		struct rte_tel_data *v = violation_fill(&vdev->violations.kind[i]);

		snprintf(number, sizeof(number), "%u", i);
		if (v != NULL)
			rte_tel_data_add_dict_container(list, number, v, 0);
	}
	return rte_tel_data_add_dict_container(data, "violation_list", list, 0);
}

static int
telemetry_wire(const char *cmd __rte_unused, const char *params, struct rte_tel_data *data)
{
	return with_device(params, data, wire_fill);
}

static int
telemetry_model(const char *cmd __rte_unused, const char *params, struct rte_tel_data *data)
{
	return with_device(params, data, model_fill);
}

RTE_INIT(tinynf_vdev_telemetry_init)
{
	rte_telemetry_register_cmd("/tinynf/wire", telemetry_wire,
		"What the wire of a software 82599 sent and got back. Parameter: port number");
	rte_telemetry_register_cmd("/tinynf/model", telemetry_model,
		"Counters and violations of a software 82599. Parameter: port number");
}
