/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * The datapath's contract with other drivers and libraries: who frees packets without looking,
 * who holds references, and a kernel device beside our ports.
 */

#include <unistd.h>

#include <rte_mempool.h>

#include "contract.h"

/* As drivers with MBUF_FAST_FREE do after transmission: all at once, to the first one's pool. */
static bool
act_fast_free(struct bench *b, unsigned int from, struct rte_mbuf **m, uint16_t n)
{
	if (n == 0)
		return true;
	rte_mempool_put_bulk(m[0]->pool, (void **)m, n);
	b->dropped[from] += n;
	return true;
}

/* The same by the cache of an lcore, as vector drivers look for one. */
static bool
act_fast_free_cached(struct bench *b, unsigned int from, struct rte_mbuf **m, uint16_t n)
{
	if (n == 0)
		return true;
	rte_mempool_generic_put(m[0]->pool, (void **)m, n,
			rte_mempool_default_cache(m[0]->pool, rte_lcore_id()));
	b->dropped[from] += n;
	return true;
}

/* Packets of both ports, and the application's behind them: each goes where it belongs. */
static bool
act_fast_free_mixed(struct bench *b, unsigned int from, struct rte_mbuf **m, uint16_t n)
{
	struct rte_mbuf *all[2 * MAX_BURST];
	unsigned int i;

	if (n == 0)
		return true;
	CHECK_RET(n <= 32, false);
	for (i = 0; i < n; i++) {
		all[2 * i] = m[i];
		all[2 * i + 1] = rte_pktmbuf_alloc(pool);
		CHECK_RET(all[2 * i + 1] != NULL, false);
	}
	rte_mempool_put_bulk(m[0]->pool, (void **)all, 2 * n);
	b->dropped[from] += n;
	return true;
}

struct free_case {
	const char *name;
	bench_act act;
};

static const struct free_case free_cases[] = {
	{ "fast_free/to_the_pool", act_fast_free },
	{ "fast_free/with_a_cache", act_fast_free_cached },
	{ "fast_free/mixed_with_the_application's", act_fast_free_mixed },
};

static void
fast_free(const void *arg)
{
	const struct free_case *c = arg;

	CHECK(bench_open(2, FEW, 1, ""));
	CHECK(pump(&bench, 32, c->act));
	CHECK(bench_close(&bench));
}

/* By another lcore, while this one goes on receiving. */
static struct {
	struct rte_mbuf *m[32];
	unsigned int n;
} to_free;

static int
free_run(void *arg __rte_unused)
{
	rte_mempool_put_bulk(to_free.m[0]->pool, (void **)to_free.m, to_free.n);
	return 0;
}

static bool
act_free_elsewhere(struct bench *b, unsigned int from, struct rte_mbuf **m, uint16_t n)
{
	rte_eal_wait_lcore(1);
	if (n == 0)
		return true;
	memcpy(to_free.m, m, n * sizeof(m[0]));
	to_free.n = n;
	b->dropped[from] += n;
	return rte_eal_remote_launch(free_run, NULL, 1) == 0;
}

CHECK_CASE(fast_free_on_another_lcore)
{
	CHECK(bench_open(2, FEW, 1, ""));
	CHECK(pump(&bench, 32, act_free_elsewhere));
	CHECK(bench_close(&bench));
}

/* A clone of a packet holds its slot, whoever has it, also when the packet itself was sent. */
CHECK_CASE(clone_holds_the_slot)
{
	struct rte_mbuf *m, *clone;

	CHECK(bench_open(2, FEW, 1, ""));
	m = take_one(&bench, 0);
	CHECK(m != NULL);
	clone = rte_pktmbuf_clone(m, pool);
	CHECK(clone != NULL);
	CHECK_EQ(rte_mbuf_refcnt_read(m), 2);
	CHECK(send_all(bench.port[1], 0, &m, 1));
	CHECK(keep(&bench, 0, RING - 2));
	CHECK(nothing_comes(bench.port[0]));
	CHECK_MEM(rte_pktmbuf_mtod(clone, uint8_t *), rte_pktmbuf_mtod(m, uint8_t *), 60);
	rte_pktmbuf_free(clone);
	CHECK(send_kept(&bench, 0, 1));
	CHECK(pass_rest(&bench));
}

/* The packet freed first: its clone is all there is, and drops it in the end. */
CHECK_CASE(clone_outlives_the_packet)
{
	struct rte_mbuf *clone;

	CHECK(bench_open(2, FEW, 1, ""));
	CHECK(keep(&bench, 0, 1));
	clone = rte_pktmbuf_clone(bench.kept[0][0], pool);
	CHECK(clone != NULL);
	rte_pktmbuf_free(bench.kept[0][0]);
	bench.n_kept[0] = 0;
	CHECK_EQ(xstat(bench.port[0], "dropped"), 0);
	rte_pktmbuf_free(clone);
	CHECK_EQ(xstat(bench.port[0], "dropped"), 1);
	bench.dropped[0] = 1;
	CHECK(pass_rest(&bench));
}

/* A copy is the application's, and refused like anything that it allocates. */
CHECK_CASE(copy_is_refused)
{
	struct rte_mbuf *copy;

	CHECK(bench_open(2, FEW, 1, ""));
	CHECK(keep(&bench, 0, 1));
	copy = rte_pktmbuf_copy(bench.kept[0][0], pool, 0, UINT32_MAX);
	CHECK(copy != NULL);
	rte_errno = 0;
	CHECK_EQ(rte_eth_tx_burst(bench.port[1], 0, &copy, 1), 0);
	CHECK_EQ(rte_errno, ENOTSUP);
	bench.refused[1] = 1;
	rte_pktmbuf_free(copy);
	drop_kept(&bench, 0);
	CHECK(pass_rest(&bench));
}

/* A kernel device beside ours: it copies and frees what it is sent. */
static uint16_t tap;

static bool
act_to_tap(struct bench *b, unsigned int from, struct rte_mbuf **m, uint16_t n)
{
	const uint64_t end = deadline();
	uint16_t sent = 0;

	if (from == 1)
		return send_all(b->port[0], 0, m, n);
	b->dropped[from] += n;
	while (sent < n) {
		sent += rte_eth_tx_burst(tap, 0, &m[sent], n - sent);
		CHECK_RET(!late(end), false);
	}
	return true;
}

CHECK_CASE(kernel_device_as_an_output)
{
	struct rte_eth_stats stats;

	if (access("/dev/net/tun", R_OK | W_OK) != 0)
		CHECK_SKIP("/dev/net/tun: %s", strerror(errno));
	if (rte_eal_hotplug_add("vdev", "net_tap7", "iface=tinynf_t7") != 0)
		CHECK_SKIP("no net_tap here: no driver, or no right to make devices");
	CHECK_EQ(rte_eth_dev_get_port_by_name("net_tap7", &tap), 0);
	CHECK(port_setup(tap, 1));
	CHECK_EQ(rte_eth_dev_start(tap), 0);
	CHECK(bench_open(2, FEW, 1, ""));
	CHECK(pump(&bench, 32, act_to_tap));
	CHECK(settle(&bench));
	CHECK_EQ(rte_eth_stats_get(tap, &stats), 0);
	CHECK_EQ(stats.opackets + stats.oerrors, FEW);
	CHECK_EQ(xstat(bench.port[0], "dropped"), FEW);
	CHECK_EQ(xstat(bench.port[1], "wire_returned"), FEW);
	CHECK_EQ(xstat(bench.port[0], "wire_violations"), 0);
	CHECK(ports_unplug());
	CHECK_EQ(rte_eal_hotplug_remove("vdev", "net_tap7"), 0);
	CHECK(pool_full());
}

int
main(int argc, char **argv)
{
	if (!bench_init(argc, argv))
		return 1;
	CHECK_RUN_EACH("", fast_free, free_cases);
	CHECK_RUN(fast_free_on_another_lcore);
	CHECK_RUN(clone_holds_the_slot);
	CHECK_RUN(clone_outlives_the_packet);
	CHECK_RUN(copy_is_refused);
	CHECK_RUN(kernel_device_as_an_output);
	return check_done();
}
