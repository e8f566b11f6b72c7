/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * Ports that stop, start, reset and go while packets are under way or held, and while another
 * lcore sends. Nothing hangs, nothing is lost without being counted, every mbuf goes home.
 */

#include <sched.h>

#include <ethdev_driver.h>

#include "contract.h"

#define HELD 100

/* Held while something happens to the port, then given back in the way of the case. */

enum happens { STOP, STOP_QUEUE, RESET, CLOSE };

struct held_case {
	const char *name;
	enum happens happens;
	bool send;     /* try to send them afterwards; else free at once */
};

static const struct held_case held_cases[] = {
	{ "held/stop_then_free", STOP, false },
	{ "held/stop_then_send", STOP, true },
	{ "held/queue_stop_then_free", STOP_QUEUE, false },
	{ "held/queue_stop_then_send", STOP_QUEUE, true },
	{ "held/reset_then_free", RESET, false },
	{ "held/reset_then_send", RESET, true },
	{ "held/close_then_free", CLOSE, false },
	{ "held/close_then_send", CLOSE, true },
};

static bool
happen(enum happens what, uint16_t port)
{
	switch (what) {
	case STOP:
		return rte_eth_dev_stop(port) == 0;
	case STOP_QUEUE:
		return rte_eth_dev_rx_queue_stop(port, 0) == 0;
	case RESET:
		return rte_eth_dev_reset(port) == 0;
	case CLOSE:
		return rte_eth_dev_stop(port) == 0 && rte_eth_dev_close(port) == 0;
	}
	return false;
}

static bool
happen_again(enum happens what, uint16_t *port)
{
	switch (what) {
	case STOP:
		break;
	case STOP_QUEUE:
		return rte_eth_dev_rx_queue_start(*port, 0) == 0;
	case CLOSE:
		/* The port is gone, its device not yet. */
		CHECK_RET(rte_eal_hotplug_remove("vdev", "net_tinynf0") == 0, false);
		CHECK_RET(port_plug(0, "", port), false);
		/* Fall through. */
	case RESET:
		CHECK_RET(port_setup(*port, 1), false);
		break;
	}
	return rte_eth_dev_start(*port) == 0;
}

static void
held(const void *arg)
{
	const struct held_case *c = arg;
	unsigned int round, sent;

	CHECK(bench_open(2, 0, 1, ""));
	for (round = 0; round < 5; round++) {
		/* Some are sent, in front of and behind those that are held. */
		CHECK(keep(&bench, 0, HELD + 20));
		CHECK(send_all(bench.port[1], 0, bench.kept[0], 10));
		CHECK(send_all(bench.port[1], 0, &bench.kept[0][HELD + 10], 10));
		memmove(bench.kept[0], &bench.kept[0][10], HELD * sizeof(bench.kept[0][0]));
		bench.n_kept[0] = HELD;
		CHECK(happen(c->happens, bench.port[0]));
		CHECK_EQ(rte_mempool_avail_count(pool), MBUFS - HELD - RING);
		if (c->send) {
			rte_errno = 0;
			sent = rte_eth_tx_burst(bench.port[1], 0, bench.kept[0], HELD);
			CHECK_EQ(sent, 0);
			CHECK_EQ(rte_errno, ENODEV);
		}
		rte_pktmbuf_free_bulk(bench.kept[0], HELD);
		bench.n_kept[0] = 0;
		CHECK_EQ(rte_mempool_avail_count(pool), MBUFS - RING);
		CHECK(happen_again(c->happens, &bench.port[0]));
		CHECK_EQ(xstat(bench.port[1], "wire_violations"), 0);
	}
	/* As new. */
	CHECK(keep(&bench, 0, HELD));
	CHECK(send_kept(&bench, 0, 1));
	CHECK(clean(&bench));
	CHECK_EQ(xstat(bench.port[0], "wire_corrupted"), 0);
	CHECK(bench_leave());
}

/* What was sent before a stop leaves, also what no doorbell was rung for. */
CHECK_CASE(stop_sends_what_is_under_way)
{
	unsigned int n;

	for (n = 1; n <= 70; n += 3) {
		CHECK(bench_open(2, 70, 1, ""));
		CHECK(keep(&bench, 0, n));
		CHECK(send_kept(&bench, 0, 1));
		CHECK_EQ(rte_eth_dev_stop(bench.port[n % 2]), 0);
		CHECK_EQ(xstat(bench.port[1], "wire_arrived"), n);
		CHECK_EQ(xstat(bench.port[0], "wire_returned"), n);
		CHECK_EQ(xstat(bench.port[1], "stop_discarded"), 0);
		CHECK_EQ(xstat(bench.port[0], "wire_violations"), 0);
	}
	CHECK(bench_leave());
}

/* Another lcore forwards from port 0 all the time, to where it is told. */
static struct {
	uint16_t from, to;
	bool stop, pause, paused;
	uint64_t got, freed;
} forwarder;

static int
forwarder_run(void *arg __rte_unused)
{
	struct rte_mbuf *m[32];
	uint16_t n, sent, to;

	while (!__atomic_load_n(&forwarder.stop, __ATOMIC_ACQUIRE)) {
		if (__atomic_load_n(&forwarder.pause, __ATOMIC_ACQUIRE)) {
			__atomic_store_n(&forwarder.paused, true, __ATOMIC_RELEASE);
			sched_yield();
			continue;
		}
		to = __atomic_load_n(&forwarder.to, __ATOMIC_ACQUIRE);
		n = rte_eth_rx_burst(forwarder.from, 0, m, 32);
		if (n == 0)
			sched_yield();
		sent = n != 0 ? rte_eth_tx_burst(to, 0, m, n) : 0;
		rte_pktmbuf_free_bulk(&m[sent], n - sent);
		forwarder.freed += n - sent;
		__atomic_store_n(&forwarder.got, forwarder.got + n, __ATOMIC_RELEASE);
	}
	return 0;
}

/* Some more packets come through. */
static bool
goes_on(void)
{
	const uint64_t end = deadline();
	const uint64_t before = __atomic_load_n(&forwarder.got, __ATOMIC_ACQUIRE);

	while (__atomic_load_n(&forwarder.got, __ATOMIC_ACQUIRE) < before + 500) {
		CHECK_RET(!late(end), false);
		rte_delay_us_sleep(100);
	}
	return true;
}

/* Until the forwarder has let go of what it was told before: quiescent, as RCU has it. */
static bool
redirect(uint16_t to)
{
	const uint64_t end = deadline();

	__atomic_store_n(&forwarder.to, to, __ATOMIC_RELEASE);
	__atomic_store_n(&forwarder.paused, false, __ATOMIC_RELEASE);
	__atomic_store_n(&forwarder.pause, true, __ATOMIC_RELEASE);
	while (!__atomic_load_n(&forwarder.paused, __ATOMIC_ACQUIRE)) {
		CHECK_RET(!late(end), false);
		sched_yield();
	}
	__atomic_store_n(&forwarder.pause, false, __ATOMIC_RELEASE);
	return true;
}

static bool
forwarder_start(void)
{
	memset(&forwarder, 0, sizeof(forwarder));
	forwarder.from = bench.port[0];
	forwarder.to = bench.port[1];
	return rte_eal_remote_launch(forwarder_run, NULL, 1) == 0;
}

static void
forwarder_stop(void)
{
	__atomic_store_n(&forwarder.stop, true, __ATOMIC_RELEASE);
	rte_eal_wait_lcore(1);
}

/* With both ports stopped, each packet has left, was freed by the forwarder, or was discarded. */
static bool
forwarder_balance(void)
{
	const uint16_t port = bench.port[0];
	uint64_t gone;

	CHECK_RET(rte_eth_dev_stop(port) == 0, false);
	CHECK_RET(rte_eth_dev_stop(bench.port[1]) == 0, false);
	gone = xstat(port, "wire_returned") + forwarder.freed +
		xstat(bench.port[1], "stop_discarded") + xstat(port, "stop_discarded");
	if (gone != forwarder.got) {
		check_note(CHECK_STATE_FAIL, "of %" PRIu64 " packets %" PRIu64 " are accounted for",
			forwarder.got, gone);
		return false;
	}
	CHECK_RET(xstat(port, "wire_held") == 0, false);
	CHECK_RET(clean(&bench), false);
	CHECK_RET(xstat(port, "wire_corrupted") + xstat(port, "wire_duplicated") == 0, false);
	CHECK_RET(xstat(port, "wire_reordered") == 0, false);
	return true;
}

/*
 * Stop and start as the driver knows them. ethdev's own also exchange the burst functions and
 * their queues, not in one step, so that beside bursts a function may meet another's queue.
 */
static bool
driver_stop(uint16_t port)
{
	return rte_eth_devices[port].dev_ops->dev_stop(&rte_eth_devices[port]) == 0;
}

static bool
driver_start(uint16_t port)
{
	return rte_eth_devices[port].dev_ops->dev_start(&rte_eth_devices[port]) == 0;
}

static bool
packets_are_home(void)
{
	return rte_mempool_avail_count(pool) >= MBUFS - RING - 32;
}

static const struct stop_case {
	const char *name;
	unsigned int port;
	bool (*meanwhile)(void);   /* what must hold before it starts again */
} stop_cases[] = {
	/* Another lcore sends to it, unaware. */
	{ "output_stops_beside_traffic", 1, goes_on },
	/* Another lcore polls it. */
	{ "input_stops_beside_polls", 0, packets_are_home },
};

static void
stops_beside_bursts(const void *arg)
{
	const unsigned int times = check_quick() ? 5 : 20;
	const struct stop_case *c = arg;
	unsigned int i;
	bool ok = true;

	CHECK(bench_open(2, 0, 1, ""));
	CHECK(forwarder_start());
	for (i = 0; i < times && ok; i++)
		ok = goes_on() && driver_stop(bench.port[c->port]) && c->meanwhile() &&
			driver_start(bench.port[c->port]);
	forwarder_stop();
	CHECK(ok);
	CHECK_EQ(i, times);
	CHECK(forwarder_balance());
	CHECK(bench_leave());
}

/* Unplugged while packets for it are under way, plugged in again, used again. */
CHECK_CASE(output_is_detached_beside_traffic)
{
	const unsigned int times = check_quick() ? 3 : 10;
	unsigned int i;
	bool ok = true;

	CHECK(bench_open(2, 0, 1, ""));
	CHECK(forwarder_start());
	for (i = 0; i < times && ok; i++) {
		ok = goes_on() && redirect(bench.port[0]) &&
			rte_eal_hotplug_remove("vdev", "net_tinynf1") == 0 && goes_on() &&
			port_plug(1, "", &bench.port[1]) && port_setup(bench.port[1], 1) &&
			rte_eth_dev_start(bench.port[1]) == 0 && redirect(bench.port[1]);
	}
	ok = ok && goes_on();
	forwarder_stop();
	CHECK(ok);
	CHECK_EQ(i, times);
	CHECK(clean(&bench));
	CHECK_EQ(xstat(bench.port[0], "wire_corrupted"), 0);
	CHECK(bench_leave());
}

int
main(int argc, char **argv)
{
	if (!bench_init(argc, argv))
		return 1;
	CHECK_RUN_EACH("", held, held_cases);
	CHECK_RUN(stop_sends_what_is_under_way);
	CHECK_RUN_EACH("", stops_beside_bursts, stop_cases);
	CHECK_RUN(output_is_detached_beside_traffic);
	return check_done();
}
