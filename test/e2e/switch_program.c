/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * Compiled with the switch as C and as C++, twice into one program: SECOND is the other half.
 * Each half moves packets from one of the first two ports to the other, by a transmit buffer.
 */

#include <signal.h>
#include <stdio.h>

#include <rte_eal.h>
#include <rte_ethdev.h>
#include <rte_malloc.h>
#include <rte_mbuf.h>

#define BURST  32

#ifdef __cplusplus
extern "C" {
#endif
void move0(struct rte_eth_dev_tx_buffer *buffer);
void move1(struct rte_eth_dev_tx_buffer *buffer);
#ifdef __cplusplus
}
#endif

#ifdef SECOND
#define MOVE  move1
#define FROM  1
#else
#define MOVE  move0
#define FROM  0
#endif

void
MOVE(struct rte_eth_dev_tx_buffer *buffer)
{
	struct rte_mbuf *m[BURST];
	uint16_t n, ready, i;

	n = rte_eth_rx_burst(FROM, 0, m, BURST);
	ready = rte_eth_tx_prepare(!FROM, 0, m, n);
	for (i = ready; i < n; i++)
		rte_pktmbuf_free(m[i]);
	for (i = 0; i < ready; i++)
		rte_eth_tx_buffer(!FROM, 0, buffer, m[i]);
	rte_eth_tx_buffer_flush(!FROM, 0, buffer);
}

#ifndef SECOND

static volatile sig_atomic_t quit;

static void
on_signal(int number)
{
	(void)number;
	quit = 1;
}

int
main(int argc, char **argv)
{
	struct rte_eth_dev_tx_buffer *buffer[2];
	struct rte_mempool *pool;
	struct rte_eth_conf conf;
	uint16_t port;

	if (rte_eal_init(argc, argv) < 0)
		return 1;
	signal(SIGINT, on_signal);
	memset(&conf, 0, sizeof(conf));
	pool = rte_pktmbuf_pool_create("pool", 4096, 0, 0, RTE_MBUF_DEFAULT_BUF_SIZE, 0);
	for (port = 0; port < 2; port++) {
		buffer[port] = (struct rte_eth_dev_tx_buffer *)rte_zmalloc("buffer",
				RTE_ETH_TX_BUFFER_SIZE(BURST), 0);
		if (pool == NULL || buffer[port] == NULL ||
				rte_eth_tx_buffer_init(buffer[port], BURST) != 0 ||
				rte_eth_dev_configure(port, 1, 1, &conf) != 0 ||
				rte_eth_rx_queue_setup(port, 0, 512, 0, NULL, pool) != 0 ||
				rte_eth_tx_queue_setup(port, 0, 512, 0, NULL) != 0 ||
				rte_eth_dev_start(port) != 0)
			return 2;
	}
	while (!quit) {
		move0(buffer[1]);
		move1(buffer[0]);
	}
	for (port = 0; port < 2; port++)
		rte_eth_dev_stop(port);
	for (port = 0; port < 2; port++)
		rte_eth_dev_close(port);
	rte_eal_cleanup();
	return 0;
}

#endif
