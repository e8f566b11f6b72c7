/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * Telemetry: /tinynf/list, /tinynf/rings,<port>, /tinynf/regs,<port>. Called by telemetry's own
 * thread.
 */

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include <ethdev_driver.h>
#include <rte_telemetry.h>

#include "base/tinynf_regs.h"
#include "tinynf_control.h"
#include "tinynf_ports.h"
#include "tinynf_queue_status.h"

/* Port number in "12" or "12,..."; NULL if it's none of ours. */
static struct rte_eth_dev *
port_parse(const char *params)
{
	unsigned long port;
	char *end;

	if (params == NULL || !isdigit((unsigned char)params[0]))
		return NULL;
	port = strtoul(params, &end, 10);
	if ((*end != '\0' && *end != ',') || port >= RTE_MAX_ETHPORTS ||
			!rte_eth_dev_is_valid_port(port) ||
			!tinynf_ports_ours(port))
		return NULL;
	return &rte_eth_devices[port];
}

static int
handle_list(const char *cmd __rte_unused, const char *params __rte_unused,
		struct rte_tel_data *d)
{
	uint16_t port;

	rte_tel_data_start_array(d, RTE_TEL_INT_VAL);
	pthread_mutex_lock(&tinynf_ports);
	RTE_ETH_FOREACH_DEV(port)
		if (tinynf_ports_ours(port))
			rte_tel_data_add_array_int(d, port);
	pthread_mutex_unlock(&tinynf_ports);
	return 0;
}

static void
owners_add(struct rte_tel_data *d, uint16_t queue, const struct tinynf_owners *owners)
{
	char name[16];
	struct rte_tel_data *ring = rte_tel_data_alloc();

	if (ring == NULL)
		return;
	rte_tel_data_start_dict(ring);
	TINYNF_TEL_ADD_UINT(ring, "slots", owners->size);
	TINYNF_TEL_ADD_UINT(ring, "nic_rx", owners->nic_rx);
	TINYNF_TEL_ADD_UINT(ring, "app", owners->app);
	TINYNF_TEL_ADD_UINT(ring, "nic_tx", owners->nic_tx);
	TINYNF_TEL_ADD_UINT(ring, "oldest_app_age_us", owners->oldest_age_us);
	snprintf(name, sizeof(name), "rxq%u", queue);
	rte_tel_data_add_dict_container(d, name, ring, 0);
}

static void
rings_add(struct rte_eth_dev *dev, struct rte_tel_data *d)
{
	unsigned int n;
	uint16_t q;

	rte_tel_data_start_dict(d);
	for (q = 0; q < dev->data->nb_rx_queues; q++) {
		struct tinynf_owners owners;

		if (dev->data->rx_queues[q] != NULL &&
				tinynf_rxq_owners(dev, q, &owners) == 0)
			owners_add(d, q, &owners);
	}
	TINYNF_TEL_ADD_UINT(d, "hw_tx_queues_used",
			__builtin_popcountll(tinynf_adapter(dev)->hw_txq_used));
	for (n = 0; n < TINYNF_EV_COUNT; n++)
		TINYNF_TEL_ADD_UINT(d, tinynf_event_name(n), tinynf_event_get(dev, n));
}

/* The port exists until the handler returns. */
static int
handle_port(const char *params, struct rte_tel_data *d,
		void (*add)(struct rte_eth_dev *dev, struct rte_tel_data *d))
{
	struct rte_eth_dev *dev;

	pthread_mutex_lock(&tinynf_ports);
	dev = port_parse(params);
	if (dev != NULL)
		add(dev, d);
	pthread_mutex_unlock(&tinynf_ports);
	return dev != NULL ? 0 : -EINVAL;
}

static int
handle_rings(const char *cmd __rte_unused, const char *params, struct rte_tel_data *d)
{
	return handle_port(params, d, rings_add);
}

/* A dictionary holds 256 entries: what is as reset leaves it isn't worth one in an array. */
static void
regs_add(struct rte_eth_dev *dev, struct rte_tel_data *d)
{
	const struct tinynf_reg_row *rows;
	unsigned int nb_rows, r;
	struct tinynf_hw *hw = &tinynf_adapter(dev)->hw;
	uint32_t n;

	rows = tinynf_reg_table(&nb_rows);
	rte_tel_data_start_dict(d);
	for (r = 0; r < nb_rows; r++) {
		if (!tinynf_reg_dumpable(&rows[r]))
			continue;
		for (n = 0; n < rows[r].count; n++) {
			char name[RTE_TEL_MAX_STRING_LEN], value[16];
			uint32_t v = tinynf_hw_read(hw, tinynf_reg_instance(rows[r].offset,
					rows[r].stride, rows[r].high, n));

			if (v == 0 || (rows[r].count > 1 && v == rows[r].reset))
				continue;
			if (rows[r].count == 1)
				snprintf(name, sizeof(name), "%s", rows[r].name);
			else
				snprintf(name, sizeof(name), "%s_%u", rows[r].name, n);
			snprintf(value, sizeof(value), "0x%08x", v);
			if (rte_tel_data_add_dict_string(d, name, value) == -ENOSPC)
				return;
		}
	}
}

static int
handle_regs(const char *cmd __rte_unused, const char *params, struct rte_tel_data *d)
{
	return handle_port(params, d, regs_add);
}

RTE_INIT(tinynf_telemetry_register)
{
	rte_telemetry_register_cmd("/tinynf/list", handle_list,
			"Ports of net_tinynf. Takes no parameters");
	rte_telemetry_register_cmd("/tinynf/rings", handle_rings,
			"Slots of a port's rings by owner, and refused packets. Parameters: port");
	rte_telemetry_register_cmd("/tinynf/regs", handle_regs,
			"Registers of a port that are in use. Parameters: port");
}
