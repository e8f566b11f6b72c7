/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* The smallest program on the native interface: forwards everything between ports 0 and 1. */

#include <signal.h>

#include <rte_eal.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <rte_pmd_tinynf.h>

static volatile bool quit;

static void
on_signal(int number __rte_unused)
{
	quit = true;
}

static void
forward(void *packet __rte_unused, uint16_t length, uint16_t *lengths, void *state __rte_unused)
{
	lengths[0] = length;
}

int
main(int argc, char **argv)
{
	struct rte_pmd_tinynf_agent *agents[2];
	struct rte_eth_conf conf = { 0 };
	struct rte_mempool *pool;
	uint16_t port, other;
	int ret;

	if (rte_eal_init(argc, argv) < 0)
		return 1;
	signal(SIGINT, on_signal);
	signal(SIGTERM, on_signal);
	pool = rte_pktmbuf_pool_create("pool", 2048, 0, 0, RTE_MBUF_DEFAULT_BUF_SIZE, 0);
	for (port = 0; port < 2; port++)
		if (pool == NULL || rte_eth_dev_configure(port, 1, 1, &conf) != 0 ||
				rte_eth_rx_queue_setup(port, 0, 512, 0, NULL, pool) != 0 ||
				rte_eth_tx_queue_setup(port, 0, 512, 0, NULL) != 0 ||
				rte_eth_promiscuous_enable(port) != 0 ||
				rte_eth_dev_start(port) != 0)
			rte_exit(1, "port %u can't be set up: two ports are needed\n", port);
	for (port = 0; port < 2; port++) {
		other = !port;
		if (rte_pmd_tinynf_agent_open(port, 0, &other, 1, NULL, &agents[port]) != 0)
			rte_exit(1, "port %u can't be used natively\n", port);
	}
	ret = rte_pmd_tinynf_run_small(agents, 2, forward, 1, &quit);
	for (port = 0; port < 2; port++)
		rte_pmd_tinynf_agent_close(agents[port]);
	for (port = 0; port < 2; port++)
		rte_eth_dev_close(port);
	rte_eal_cleanup();
	return ret != 0;
}
