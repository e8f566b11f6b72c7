/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * Forwards between ports 0 and 1 and lets other processes capture. testpmd does so, too, but
 * the distribution's is linked with a mempool driver that its dpdk-dumpcap hasn't, so that the
 * two don't agree on how a mempool is used, whatever the ports' driver.
 *
 * SIGUSR1 makes it pause and go on. While a capture ends it must pause: before 25.11, rte_pdump
 * frees the pool and the ring of a capture without waiting for a burst that uses them, so that
 * any program, on any driver (seen with net_ixgbe, too), can crash then.
 */

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include <rte_eal.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <rte_pause.h>
#include <rte_pdump.h>

#define PORTS  2
#define BURST  32
#define RING   256

static volatile sig_atomic_t stopped;
static volatile sig_atomic_t paused;

static void
on_stop(int number)
{
	stopped = number;
}

static void
on_pause(int number __rte_unused)
{
	paused = !paused;
}

static void
say(const char *what)
{
	puts(what);
	fflush(stdout);
}

static void
port_start(uint16_t port, struct rte_mempool *pool)
{
	const struct rte_eth_conf conf = { 0 };

	if (rte_eth_dev_configure(port, 1, 1, &conf) != 0 ||
			rte_eth_rx_queue_setup(port, 0, RING, 0, NULL, pool) != 0 ||
			rte_eth_tx_queue_setup(port, 0, RING, 0, NULL) != 0 ||
			rte_eth_dev_start(port) != 0)
		rte_exit(EXIT_FAILURE, "port %u does not start\n", port);
}

static void
forward(uint16_t from, uint16_t to)
{
	struct rte_mbuf *pkts[BURST];
	uint16_t n, sent;

	n = rte_eth_rx_burst(from, 0, pkts, BURST);
	sent = n == 0 ? 0 : rte_eth_tx_burst(to, 0, pkts, n);
	while (sent < n)
		rte_pktmbuf_free(pkts[sent++]);
}

int
main(int argc, char **argv)
{
	struct rte_mempool *pool;
	bool was_paused = false;
	uint16_t port;

	if (rte_eal_init(argc, argv) < 0)
		return EXIT_FAILURE;
	signal(SIGINT, on_stop);
	signal(SIGTERM, on_stop);
	signal(SIGUSR1, on_pause);
	if (rte_pdump_init() != 0)
		rte_exit(EXIT_FAILURE, "no packet capture\n");
	pool = rte_pktmbuf_pool_create("pool", 4095, 64, 0, RTE_MBUF_DEFAULT_BUF_SIZE, 0);
	if (pool == NULL)
		rte_exit(EXIT_FAILURE, "no pool\n");
	for (port = 0; port < PORTS; port++)
		port_start(port, pool);
	say("forwarding");
	while (!stopped) {
		bool now = paused;

		if (now != was_paused)
			say(now ? "paused" : "going on");
		was_paused = now;
		if (now) {
			rte_pause();
			continue;
		}
		forward(0, 1);
		forward(1, 0);
	}
	rte_pdump_uninit();
	for (port = 0; port < PORTS; port++) {
		rte_eth_dev_stop(port);
		rte_eth_dev_close(port);
	}
	return rte_eal_cleanup() == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
