/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * The datapath's contract through the ethdev API: what an application may do with received
 * packets, in one lcore and in several. After each case every generated frame is
 * accounted for, in order and intact, and the application's pool is as full as before.
 */

#include <pthread.h>

#include <rte_ring.h>

#include "contract.h"

static bool
act_backwards(struct bench *b, unsigned int from, struct rte_mbuf **m, uint16_t n)
{
	uint16_t i;

	for (i = n; i > 0; i--)
		if (!send_all(b->port[from ^ 1], 0, &m[i - 1], 1))
			return false;
	return true;
}

/* Keep some bursts, shuffle, send in pieces of odd length. */
static bool
act_shuffled(struct bench *b, unsigned int from, struct rte_mbuf **m, uint16_t n)
{
	struct rte_mbuf **kept = b->kept[from], *swap;
	unsigned int i, j, at = 0, piece;

	memcpy(&kept[b->n_kept[from]], m, n * sizeof(*m));
	b->n_kept[from] += n;
	if (n != 0 && b->n_kept[from] < 100)
		return true;
	for (i = b->n_kept[from]; i > 1; i--) {
		j = (unsigned int)rand() % i;
		swap = kept[j];
		kept[j] = kept[i - 1];
		kept[i - 1] = swap;
	}
	while (at < b->n_kept[from]) {
		piece = RTE_MIN(b->n_kept[from] - at, 1 + (unsigned int)rand() % 7);
		if (!send_all(b->port[from ^ 1], 0, &kept[at], piece))
			return false;
		at += piece;
	}
	b->n_kept[from] = 0;
	return true;
}

static bool
act_send_half(struct bench *b, unsigned int from, struct rte_mbuf **m, uint16_t n)
{
	uint16_t i;

	for (i = 0; i < n; i++) {
		if (rand() & 1) {
			rte_pktmbuf_free(m[i]);
			b->dropped[from]++;
		} else if (!send_all(b->port[from ^ 1], 0, &m[i], 1)) {
			return false;
		}
	}
	return true;
}

static bool
act_free_all(struct bench *b, unsigned int from, struct rte_mbuf **m, uint16_t n)
{
	rte_pktmbuf_free_bulk(m, n);
	b->dropped[from] += n;
	return true;
}

/* An application may call with nothing, at any time. */
static bool
act_with_nothing(struct bench *b, unsigned int from, struct rte_mbuf **m, uint16_t n)
{
	CHECK_RET(rte_eth_rx_burst(b->port[from], 0, NULL, 0) == 0, false);
	CHECK_RET(rte_eth_tx_burst(b->port[from ^ 1], 0, NULL, 0) == 0, false);
	if (!send_all(b->port[from ^ 1], 0, m, n))
		return false;
	CHECK_RET(rte_eth_tx_burst(b->port[from ^ 1], 0, NULL, 0) == 0, false);
	return true;
}

/* Two outputs in turns by packet. */
static bool
act_any_port(struct bench *b, unsigned int from __rte_unused, struct rte_mbuf **m, uint16_t n)
{
	uint16_t i;

	for (i = 0; i < n; i++)
		if (!send_all(b->port[(unsigned int)rand() % b->n_ports], 0, &m[i], 1))
			return false;
	return true;
}

/* As l2fwd: a buffer for each port, sent when it is full. */
static bool
act_buffered(struct bench *b, unsigned int from, struct rte_mbuf **m, uint16_t n)
{
	unsigned int i;

	for (i = 0; i < n; i++) {
		b->kept[from][b->n_kept[from]++] = m[i];
		if (b->n_kept[from] == 32) {
			if (!send_all(b->port[from ^ 1], 0, b->kept[from], 32))
				return false;
			b->n_kept[from] = 0;
		}
	}
	if (n == 0) {
		if (!send_all(b->port[from ^ 1], 0, b->kept[from], b->n_kept[from]))
			return false;
		b->n_kept[from] = 0;
	}
	return true;
}

struct plain_case {
	const char *name;
	uint16_t burst;
	bench_act act;
	unsigned int ports;
	uint16_t queues;
	const char *args;
};

static const struct plain_case plain_cases[] = {
	{ "burst/0", 3, act_with_nothing, 2, 1, "" },
	{ "burst/1", 1, act_other_port, 2, 1, "" },
	{ "burst/4", 4, act_other_port, 2, 1, "" },
	{ "burst/8", 8, act_other_port, 2, 1, "" },
	{ "burst/31", 31, act_other_port, 2, 1, "" },
	{ "burst/32", 32, act_other_port, 2, 1, "" },
	{ "burst/33", 33, act_other_port, 2, 1, "" },
	{ "burst/64", 64, act_other_port, 2, 1, "" },
	{ "burst/512", 512, act_other_port, 2, 1, "" },
	{ "sizes/imix", 32, act_other_port, 2, 1, "size=imix" },
	{ "sizes/1518", 32, act_other_port, 2, 1, "size=1518" },
	{ "sizes/tcp", 32, act_other_port, 2, 1, "proto=tcp,flows=64" },
	{ "back_out_of_its_port", 32, act_same_port, 2, 1, "" },
	{ "one_port_alone", 32, act_same_port, 1, 1, "" },
	{ "four_queues", 32, act_other_port, 2, 4, "flows=64" },
	{ "order/backwards", 32, act_backwards, 2, 1, "" },
	{ "order/shuffled", 32, act_shuffled, 2, 1, "" },
	{ "order/shuffled_four_queues", 32, act_shuffled, 2, 4, "flows=64" },
	{ "drop/half", 32, act_send_half, 2, 1, "" },
	{ "drop/all", 32, act_free_all, 2, 1, "" },
	{ "keep/across_polls", 7, act_buffered, 2, 1, "" },
	{ "keep/across_polls_slowly", 32, act_buffered, 2, 1, "rate=100000" },
};

static void
plain(const void *arg)
{
	const struct plain_case *c = arg;

	CHECK(bench_open(c->ports, FRAMES, c->queues, c->args));
	CHECK(pump(&bench, c->burst, c->act));
	CHECK(bench_close(&bench));
}

/* One flow over several outputs: each output keeps its order, all together need not. */
CHECK_CASE(outputs_mixed_by_packet)
{
	unsigned int i;

	CHECK(bench_open(3, FRAMES, 1, ""));
	CHECK(pump(&bench, 32, act_any_port));
	CHECK(settle(&bench));
	for (i = 0; i < 3; i++) {
		CHECK_EQ(xstat(bench.port[i], "wire_returned"), FRAMES);
		CHECK_EQ(xstat(bench.port[i], "wire_duplicated"), 0);
		CHECK_EQ(xstat(bench.port[i], "wire_corrupted"), 0);
		CHECK_EQ(xstat(bench.port[i], "wire_violations"), 0);
		CHECK_EQ(xstat(bench.port[i], "wire_refused"), 0);
	}
	CHECK(bench_leave());
}

CHECK_CASE(whole_ring_held_recovers)
{
	const uint64_t end = deadline();
	struct rte_mbuf *more;
	unsigned int i;

	CHECK(bench_open(2, FRAMES, 1, ""));
	/* One slot stays with the NIC: equal head and tail would mean that it owns nothing. */
	CHECK(keep(&bench, 0, RING - 1));
	CHECK_EQ(xstat(bench.port[0], "rx_ring_held"), 0);
	while (xstat(bench.port[0], "rx_ring_held") < 10) {
		CHECK(!late(end));
		CHECK_EQ(rte_eth_rx_burst(bench.port[0], 0, &more, 1), 0);
	}
	/* The oldest is enough. */
	CHECK(send_all(bench.port[1], 0, bench.kept[0], 64));
	for (i = 64; i < RING - 1; i++)
		bench.kept[0][i - 64] = bench.kept[0][i];
	bench.n_kept[0] -= 64;
	CHECK(keep(&bench, 0, RING - 1));
	CHECK(send_kept(&bench, 0, 1));
	CHECK(pass_rest(&bench));
}

/* Letting go of all but the oldest brings nothing: the ring advances over a prefix. */
CHECK_CASE(oldest_holds_the_ring)
{
	CHECK(bench_open(2, FRAMES, 1, ""));
	CHECK(keep(&bench, 0, RING - 1));
	CHECK(send_all(bench.port[1], 0, &bench.kept[0][1], RING - 2));
	bench.n_kept[0] = 0;
	CHECK(nothing_comes(bench.port[0]));
	CHECK_EQ(xstat(bench.port[0], "wire_returned"), 0);
	rte_pktmbuf_free(bench.kept[0][0]);
	bench.dropped[0]++;
	CHECK(pass_rest(&bench));
}

/* Other threads. */

enum worker_job { WORKER_FREE, WORKER_SEND };

static struct {
	struct rte_ring *ring;
	enum worker_job job;
	uint16_t queue;
	bool stop;
	bool failed;
	uint64_t done;
} worker;

static int
worker_run(void *arg __rte_unused)
{
	struct rte_mbuf *m[32];
	unsigned int n;
	bool stop;

	do {
		stop = __atomic_load_n(&worker.stop, __ATOMIC_ACQUIRE);
		n = rte_ring_dequeue_burst(worker.ring, (void **)m, 32, NULL);
		if (n == 0) {
			sched_yield();
			continue;
		}
		if (worker.job == WORKER_FREE)
			rte_pktmbuf_free_bulk(m, n);
		else if (!send_all(bench.port[1], worker.queue, m, n))
			worker.failed = true;
		worker.done += n;
	} while (!stop || n != 0);
	return 0;
}

static void *
worker_thread(void *arg)
{
	worker_run(arg);
	return NULL;
}

static bool
act_to_worker(struct bench *b, unsigned int from, struct rte_mbuf **m, uint16_t n)
{
	const uint64_t end = deadline();
	unsigned int given = 0;

	if (from == 1)
		return send_all(b->port[0], 0, m, n);
	while (given < n) {
		given += rte_ring_enqueue_burst(worker.ring, (void **)&m[given], n - given, NULL);
		CHECK_RET(!late(end), false);
	}
	if (worker.job == WORKER_FREE)
		b->dropped[0] += n;
	return true;
}

struct worker_case {
	const char *name;
	enum worker_job job;
	bool eal;
	uint16_t queue;
};

static const struct worker_case worker_cases[] = {
	{ "threads/free_on_another_lcore", WORKER_FREE, true, 0 },
	{ "threads/free_outside_of_EAL", WORKER_FREE, false, 0 },
	{ "threads/send_on_another_lcore", WORKER_SEND, true, 0 },
	{ "threads/send_on_another_lcore_and_queue", WORKER_SEND, true, 1 },
	{ "threads/send_outside_of_EAL", WORKER_SEND, false, 0 },
};

static void
threads(const void *arg)
{
	const struct worker_case *c = arg;
	pthread_t thread;
	bool ok;

	memset(&worker, 0, sizeof(worker));
	worker.job = c->job;
	worker.queue = c->queue;
	worker.ring = rte_ring_create("pipeline", 128, 0, RING_F_SP_ENQ | RING_F_SC_DEQ);
	CHECK(worker.ring != NULL);
	ok = bench_open(2, FRAMES, c->queue + 1, "flows=16");
	if (ok && c->eal)
		ok = rte_eal_remote_launch(worker_run, NULL, 1) == 0;
	else if (ok)
		ok = pthread_create(&thread, NULL, worker_thread, NULL) == 0;
	if (ok) {
		ok = pump(&bench, 32, act_to_worker);
		__atomic_store_n(&worker.stop, true, __ATOMIC_RELEASE);
		if (c->eal)
			rte_eal_wait_lcore(1);
		else
			pthread_join(thread, NULL);
	}
	rte_ring_free(worker.ring);
	CHECK(ok);
	CHECK(!worker.failed);
	CHECK_EQ(worker.done, FRAMES);
	CHECK(bench_close(&bench));
}

/* Agents share nothing: an lcore for each queue. */

static struct {
	uint64_t got[2];
	uint64_t total;
	bool failed[2];
} parallel;

static int
parallel_run(void *arg)
{
	const uint16_t q = (uint16_t)(uintptr_t)arg;
	const uint64_t end = deadline();
	struct rte_mbuf *m[32];
	uint16_t n, i;

	while (__atomic_load_n(&parallel.total, __ATOMIC_RELAXED) < 2 * FRAMES) {
		for (i = 0; i < 2; i++) {
			n = rte_eth_rx_burst(bench.port[i], q, m, 32);
			if (n == 0)
				continue;
			if (!send_all(bench.port[i ^ 1], q, m, n))
				parallel.failed[q] = true;
			parallel.got[q] += n;
			__atomic_fetch_add(&bench.got[i], n, __ATOMIC_RELAXED);
			__atomic_fetch_add(&parallel.total, n, __ATOMIC_RELAXED);
		}
		if (late(end)) {
			parallel.failed[q] = true;
			break;
		}
	}
	return 0;
}

CHECK_CASE(an_lcore_for_each_queue)
{
	memset(&parallel, 0, sizeof(parallel));
	CHECK(bench_open(2, FRAMES, 2, "flows=64"));
	CHECK_EQ(rte_eal_remote_launch(parallel_run, (void *)(uintptr_t)1, 1), 0);
	parallel_run((void *)(uintptr_t)0);
	rte_eal_wait_lcore(1);
	CHECK(!parallel.failed[0] && !parallel.failed[1]);
	CHECK(parallel.got[0] != 0);
	CHECK(parallel.got[1] != 0);
	CHECK(bench_close(&bench));
}

/* Doorbells are for 8 packets, the receive tail for 32, or for a poll that finds nothing. */
CHECK_CASE(doorbells_are_few)
{
	CHECK(bench_open(1, FRAMES, 1, ""));
	CHECK(pump(&bench, 8, act_same_port));
	CHECK(settle(&bench));
	CHECK(xstat(bench.port[0], "wire_tx_doorbells") <= FRAMES / 8 + bench.empty + 8);
	CHECK(xstat(bench.port[0], "wire_rx_doorbells") <= FRAMES / 32 + bench.empty + 8);
	CHECK(xstat(bench.port[0], "tx_slow_path") <= 1);
	CHECK(bench_close(&bench));
}

static uint64_t seen[2];

static uint16_t
on_received(uint16_t port __rte_unused, uint16_t queue __rte_unused,
		struct rte_mbuf *pkts[] __rte_unused, uint16_t n, uint16_t max __rte_unused,
		void *count)
{
	*(uint64_t *)count += n;
	return n;
}

/* It passes no more than three on. */
static uint16_t
on_sending(uint16_t port __rte_unused, uint16_t queue __rte_unused,
		struct rte_mbuf *pkts[] __rte_unused, uint16_t n, void *count)
{
	n = RTE_MIN(n, 3);
	*(uint64_t *)count += n;
	return n;
}

/* ethdev's, however bursts are called: from when they are there, and until they are not. */
CHECK_CASE(callbacks_are_called)
{
	const struct rte_eth_rxtx_callback *rx, *tx;
	uint64_t kept;

	CHECK(bench_open(2, FEW, 1, ""));
	CHECK(keep(&bench, 0, 20));
	memset(seen, 0, sizeof(seen));
	rx = rte_eth_add_rx_callback(bench.port[0], 0, on_received, &seen[0]);
	tx = rte_eth_add_tx_callback(bench.port[1], 0, on_sending, &seen[1]);
	CHECK(rx != NULL && tx != NULL);
	CHECK_EQ(rte_eth_tx_burst(bench.port[1], 0, bench.kept[0], 1), 1);
	CHECK_EQ(rte_eth_tx_burst(bench.port[1], 0, &bench.kept[0][1], 16), 3);
	CHECK_EQ(seen[1], 4);
	CHECK(send_all(bench.port[1], 0, &bench.kept[0][4], 16));
	CHECK_EQ(seen[1], 20);
	bench.n_kept[0] = 0;
	kept = bench.got[0];
	CHECK(keep(&bench, 0, 20));
	CHECK_EQ(seen[0], bench.got[0] - kept);
	CHECK(rte_eth_remove_rx_callback(bench.port[0], 0, rx) == 0);
	CHECK(rte_eth_remove_tx_callback(bench.port[1], 0, tx) == 0);
	CHECK(send_all(bench.port[1], 0, bench.kept[0], 20));
	bench.n_kept[0] = 0;
	CHECK(pass_rest(&bench));
	CHECK_EQ(seen[0], 20);
	CHECK_EQ(seen[1], 20);
}

/* As ethdev has it for drivers that say nothing else: nothing is received, nothing taken. */
CHECK_CASE(bursts_do_nothing_while_a_port_is_stopped)
{
	struct rte_mbuf *m[4];
	uint16_t n;

	CHECK(bench_open(2, UINT64_C(1) << 40, 1, ""));
	CHECK(keep(&bench, 0, 4));
	CHECK(rte_eth_dev_stop(bench.port[1]) == 0);
	for (n = 1; n <= 4; n++) {
		CHECK_EQ(rte_eth_rx_burst(bench.port[1], 0, m, n), 0);
		CHECK_EQ(rte_eth_tx_burst(bench.port[1], 0, bench.kept[0], n), 0);
	}
	CHECK(rte_eth_dev_start(bench.port[1]) == 0);
	CHECK(send_all(bench.port[1], 0, bench.kept[0], 4));
	bench.n_kept[0] = 0;
	CHECK(keep(&bench, 1, 4));
	CHECK(bench_leave());
}

int
main(int argc, char **argv)
{
	if (!bench_init(argc, argv))
		return 1;
	CHECK_RUN_EACH("", plain, plain_cases);
	CHECK_RUN(outputs_mixed_by_packet);
	CHECK_RUN(whole_ring_held_recovers);
	CHECK_RUN(oldest_holds_the_ring);
	CHECK_RUN_EACH("", threads, worker_cases);
	CHECK_RUN(an_lcore_for_each_queue);
	CHECK_RUN(doorbells_are_few);
	CHECK_RUN(callbacks_are_called);
	CHECK_RUN(bursts_do_nothing_while_a_port_is_stopped);
	return check_done();
}
