/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * Extended statistics: the MAC's counters, the driver's events, then the bus's own.
 */

#include <errno.h>
#include <stdlib.h>

#include <rte_string_fns.h>

#include "tinynf_control.h"

static unsigned int
bus_count(struct tinynf_adapter *adapter)
{
	if (adapter->bus.xstats_count == NULL || adapter->bus.xstats_names == NULL ||
			adapter->bus.xstats_get == NULL)
		return 0;
	return adapter->bus.xstats_count(adapter);
}

static unsigned int
own_count(void)
{
	return tinynf_stats_mac_count() + TINYNF_EV_COUNT;
}

int
tinynf_xstats_get_names(struct rte_eth_dev *dev, struct rte_eth_xstat_name *names,
		unsigned int size)
{
	struct tinynf_adapter *adapter = tinynf_adapter(dev);
	unsigned int bus = bus_count(adapter);
	unsigned int total = own_count() + bus;
	unsigned int n, at = 0;
	int ret;

	if (names == NULL || size < total)
		return total;
	for (n = 0; n < tinynf_stats_mac_count(); n++)
		rte_strscpy(names[at++].name, tinynf_stats_mac_name(n),
				sizeof(names[0].name));
	for (n = 0; n < TINYNF_EV_COUNT; n++)
		rte_strscpy(names[at++].name, tinynf_event_name(n), sizeof(names[0].name));
	if (bus != 0) {
		ret = adapter->bus.xstats_names(adapter, &names[at], bus);
		if (ret < 0)
			return ret;
	}
	return total;
}

int
tinynf_xstats_get(struct rte_eth_dev *dev, struct rte_eth_xstat *xstats, unsigned int size)
{
	struct tinynf_adapter *adapter = tinynf_adapter(dev);
	unsigned int bus = bus_count(adapter);
	unsigned int total = own_count() + bus;
	unsigned int n, at = 0;
	uint64_t *values;
	int ret;

	if (xstats == NULL || size < total)
		return total;
	tinynf_stats_update(adapter);
	for (n = 0; n < tinynf_stats_mac_count(); n++)
		xstats[at++].value = tinynf_stats_mac_value(adapter, n);
	for (n = 0; n < TINYNF_EV_COUNT; n++)
		xstats[at++].value = tinynf_stats_event(dev, n);
	if (bus != 0) {
		values = calloc(bus, sizeof(*values));
		if (values == NULL)
			return -ENOMEM;
		ret = adapter->bus.xstats_get(adapter, values, bus);
		for (n = 0; n < bus && ret >= 0; n++)
			xstats[at++].value = values[n];
		free(values);
		if (ret < 0)
			return ret;
	}
	for (n = 0; n < total; n++)
		xstats[n].id = n;
	return total;
}

int
tinynf_xstats_reset(struct rte_eth_dev *dev)
{
	struct tinynf_adapter *adapter = tinynf_adapter(dev);
	int ret;

	ret = tinynf_stats_reset(dev);
	if (ret == 0 && adapter->bus.xstats_reset != NULL)
		ret = adapter->bus.xstats_reset(adapter);
	return ret;
}
