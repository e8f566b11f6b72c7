/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef TINYNF_TEST_STEPPED_H
#define TINYNF_TEST_STEPPED_H

/**
 * @file
 * Software 82599s that run only when told to: the caller holds the lock that serialises them
 * and takes the device thread's turns. Bursts touch no register, so that they need no lock;
 * everything else (set-up, the first packet to a port) happens while stepped_off.
 */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <rte_bus_vdev.h>
#include <rte_cycles.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>

#include "tinynf_vdev.h"

#define STEPPED_MAX_PORTS  8
#define STEPPED_WAIT_S     60

struct stepped {
	unsigned int n_ports;
	uint16_t port[STEPPED_MAX_PORTS];
	struct tinynf_vdev *vdev[STEPPED_MAX_PORTS];
	uint64_t now_ns;
};

static inline uint64_t
stepped_deadline(void)
{
	return rte_get_timer_cycles() + STEPPED_WAIT_S * rte_get_timer_hz();
}

/** Make, configure and start ports; they run freely. */
static inline bool
stepped_open(struct stepped *s, unsigned int n_ports, uint16_t ring, const char *args,
		const struct rte_eth_conf *conf, struct rte_mempool *pool)
{
	char name[32], all[192];
	unsigned int i;

	s->n_ports = n_ports;
	for (i = 0; i < n_ports; i++) {
		snprintf(name, sizeof(name), "net_tinynf%u", i);
		snprintf(all, sizeof(all), "strict=1%s%s", args[0] != '\0' ? "," : "", args);
		if (rte_eal_hotplug_add("vdev", name, all) != 0 ||
				rte_eth_dev_get_port_by_name(name, &s->port[i]) != 0 ||
				rte_eth_dev_configure(s->port[i], 1, 1, conf) != 0 ||
				rte_eth_rx_queue_setup(s->port[i], 0, ring, 0, NULL, pool) != 0 ||
				rte_eth_tx_queue_setup(s->port[i], 0, ring, 0, NULL) != 0)
			return false;
	}
	for (i = 0; i < n_ports; i++)
		if (rte_eth_dev_start(s->port[i]) != 0)
			return false;
	return true;
}

/** A packet from each port to each, so that all outputs exist. */
static inline bool
stepped_attach_all(struct stepped *s)
{
	const uint64_t end = stepped_deadline();
	struct rte_mbuf *m;
	unsigned int from, to;

	for (from = 0; from < s->n_ports; from++) {
		for (to = 0; to < s->n_ports; ) {
			if (rte_get_timer_cycles() > end)
				return false;
			if (rte_eth_rx_burst(s->port[from], 0, &m, 1) == 0)
				continue;
			while (rte_eth_tx_burst(s->port[to], 0, &m, 1) == 0)
				if (rte_get_timer_cycles() > end)
					return false;
			to++;
		}
	}
	return true;
}

/** From here on devices run in stepped_run() only. */
static inline void
stepped_on(struct stepped *s)
{
	unsigned int i;

	tinynf_vdev_host_lock();
	for (i = 0; i < s->n_ports; i++)
		s->vdev[i] = tinynf_vdev_host_find_port(s->port[i]);
	s->now_ns = rte_rdtsc() / (rte_get_tsc_hz() / 1000000000.0);
}

static inline void
stepped_off(void)
{
	tinynf_vdev_host_unlock();
}

/** One turn of device @p i: at most so many frames come, and descriptors are looked at. */
static inline void
stepped_run(struct stepped *s, unsigned int i, unsigned int frames, unsigned int descriptors)
{
	struct tinynf_vdev *vdev = s->vdev[i];

	s->now_ns += 1000;
	if (frames != 0)
		vdev->wire->ops->poll(vdev->wire, s->now_ns, frames);
	if (descriptors != 0)
		tinynf_model_poll(vdev->model, descriptors);
}

/** Stop and remove the ports. */
static inline void
stepped_close(struct stepped *s)
{
	char name[32];
	unsigned int i;

	for (i = 0; i < s->n_ports; i++) {
		snprintf(name, sizeof(name), "net_tinynf%u", i);
		rte_eal_hotplug_remove("vdev", name);
	}
	s->n_ports = 0;
}

#endif /* TINYNF_TEST_STEPPED_H */
