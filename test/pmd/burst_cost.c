/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * What a packet costs: rx_burst and tx_burst alone, in one thread, between which the device is
 * stepped. Prints TSC cycles; under callgrind with --toggle-collect='cost_bursts*', counts
 * instructions (see doc/design/hot-path.rst).
 *
 * burst_cost [EAL options] -- BURST [OUTPUTS [RING [PACKETS [devargs]]]]
 */

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <rte_eal.h>

#include "stepped.h"

#define MAX_SAMPLES  200000
#define EMPTY_TURNS  64

struct cost {
	struct stepped dev;
	uint16_t burst;
	unsigned int outputs, ring;
	uint64_t packets, done;
	unsigned int n_samples;
	uint32_t sample[MAX_SAMPLES];
	struct rte_mbuf *pkts[512];
	uint16_t rx, tx;
	uint32_t clock;     /* what two readings of the time stamp counter take */
};

static struct cost cost;

/* What is measured; a function of its own for callgrind. */
static __rte_noinline void
cost_bursts(struct cost *c, uint16_t from, uint16_t to)
{
	c->rx = rte_eth_rx_burst(from, 0, c->pkts, c->burst);
	if (c->rx != 0)
		c->tx = rte_eth_tx_burst(to, 0, c->pkts, c->rx);
}

static inline uint64_t
now(void)
{
	uint64_t tsc;

	atomic_signal_fence(memory_order_seq_cst);
	tsc = rte_rdtsc_precise();
	atomic_signal_fence(memory_order_seq_cst);
	return tsc;
}

static uint32_t
clock_cost(void)
{
	uint64_t best = UINT32_MAX, start;
	unsigned int i;

	for (i = 0; i < 1000; i++) {
		start = now();
		best = RTE_MIN(best, now() - start);
	}
	return best;
}

static int
compare(const void *a, const void *b)
{
	const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static bool
cost_run(struct cost *c)
{
	const unsigned int batch = RTE_MIN(c->ring / 4, 128u) / c->burst * c->burst;
	unsigned int i, left, turn = 0, empty = 0;

	while (c->done < c->packets) {
		for (i = 0; i < c->outputs; i++)
			stepped_run(&c->dev, i, 0, 4096);
		stepped_run(&c->dev, 0, RTE_MAX(batch, c->burst), 4096);
		for (left = RTE_MAX(batch, c->burst); left >= c->burst; left -= c->burst) {
			const uint64_t start = now();

			cost_bursts(c, c->dev.port[0], c->dev.port[turn]);
			if (c->n_samples < MAX_SAMPLES && c->rx == c->burst)
				c->sample[c->n_samples++] = now() - start - c->clock;
			if (c->rx == 0 && ++empty > EMPTY_TURNS + c->packets)
				return false;
			if (c->rx != 0 && c->tx != c->rx)
				return false;
			c->done += c->rx;
			turn = turn + 1 == c->outputs ? 0 : turn + 1;
		}
	}
	return true;
}

static void
cost_report(struct cost *c)
{
	qsort(c->sample, c->n_samples, sizeof(c->sample[0]), compare);
	printf("burst %u outputs %u ring %u: %" PRIu64 " packets; cycles per packet: median %.1f, "
		"99th percentile of bursts %.1f\n", c->burst, c->outputs, c->ring, c->done,
		(double)c->sample[c->n_samples / 2] / c->burst,
		(double)c->sample[c->n_samples * 99ull / 100] / c->burst);
}

int
main(int argc, char **argv)
{
	const struct rte_eth_conf conf = { 0 };
	struct rte_mempool *pool;
	int ret = rte_eal_init(argc, argv);
	bool ok;

	if (ret < 0)
		return 1;
	argc -= ret;
	argv += ret;
	cost.burst = argc > 1 ? atoi(argv[1]) : 32;
	cost.outputs = argc > 2 ? atoi(argv[2]) : 1;
	cost.ring = argc > 3 ? atoi(argv[3]) : 512;
	cost.packets = argc > 4 ? strtoull(argv[4], NULL, 0) : 1000000;
	if (cost.burst == 0 || cost.burst > cost.ring / 4 || cost.outputs == 0 ||
			cost.outputs > STEPPED_MAX_PORTS) {
		fprintf(stderr, "burst is 1 to a quarter of the ring, outputs 1 to %u\n",
				STEPPED_MAX_PORTS);
		return 1;
	}
	pool = rte_pktmbuf_pool_create("cost", (STEPPED_MAX_PORTS + 1) * cost.ring, 0, 16,
			RTE_MBUF_DEFAULT_BUF_SIZE, SOCKET_ID_ANY);
	if (pool == NULL || !stepped_open(&cost.dev, cost.outputs, cost.ring,
			argc > 5 ? argv[5] : "", &conf, pool) || !stepped_attach_all(&cost.dev))
		return 1;
	cost.clock = clock_cost();
	stepped_on(&cost.dev);
	ok = cost_run(&cost);
	stepped_off();
	if (ok)
		cost_report(&cost);
	else
		fprintf(stderr, "nothing is received, or not everything could be sent\n");
	stepped_close(&cost.dev);
	return ok ? 0 : 1;
}
