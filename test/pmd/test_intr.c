/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* Applications that wait for receive queues instead of polling them. */

#include <rte_bus.h>
#include <rte_eal.h>
#include <rte_interrupts.h>

#include "pmd.h"

#define NAME     "net_tinynf5"
#define QUEUES   2
#define RING     64
#define BURST    16
#define LIMIT_MS (1000 * LIMIT_S)

static bool
start(uint16_t *port, const char *args, const struct rte_eth_conf *conf)
{
	uint16_t q;

	CHECK_RET(rte_eal_hotplug_add("vdev", NAME, args) == 0, false);
	CHECK_RET(rte_eth_dev_get_port_by_name(NAME, port) == 0, false);
	CHECK_RET(rte_eth_dev_configure(*port, QUEUES, QUEUES, conf) == 0, false);
	for (q = 0; q < QUEUES; q++) {
		CHECK_RET(rte_eth_rx_queue_setup(*port, q, RING, 0, NULL, pool) == 0, false);
		CHECK_RET(rte_eth_tx_queue_setup(*port, q, RING, 0, NULL) == 0, false);
	}
	CHECK_RET(rte_eth_dev_start(*port) == 0, false);
	return true;
}

static void
stop(uint16_t port)
{
	CHECK_EQ(rte_eth_dev_stop(port), 0);
	CHECK_EQ(rte_eal_hotplug_remove("vdev", NAME), 0);
	CHECK_EQ(rte_mempool_avail_count(pool), pool->size);
}

static struct rte_eth_conf
both_queues(void)
{
	struct rte_eth_conf conf = {
		.rxmode.mq_mode = RTE_ETH_MQ_RX_RSS,
		.rx_adv_conf.rss_conf.rss_hf = RTE_ETH_RSS_NONFRAG_IPV4_UDP,
		.intr_conf.rxq = 1,
		.intr_conf.lsc = 1,
	};

	return conf;
}

static bool
add_all(uint16_t port, int op)
{
	uint16_t q;

	for (q = 0; q < QUEUES; q++)
		CHECK_RET(rte_eth_dev_rx_intr_ctl_q(port, q, RTE_EPOLL_PER_THREAD, op,
				(void *)(uintptr_t)q) == 0, false);
	return true;
}

/* Take everything and send it back. Returns packets. */
static unsigned int
serve(uint16_t port, uint16_t queue)
{
	struct rte_mbuf *pkts[BURST];
	unsigned int sum = 0;
	uint16_t n, sent;

	while ((n = rte_eth_rx_burst(port, queue, pkts, BURST)) != 0) {
		sum += n;
		sent = rte_eth_tx_burst(port, queue, pkts, n);
		if (sent < n)
			rte_pktmbuf_free_bulk(&pkts[sent], n - sent);
	}
	return sum;
}

/* Sleeps between frames that come one by one: each wakes the queue that gets it. */
CHECK_CASE(each_queue_wakes)
{
	struct rte_eth_conf conf = both_queues();
	unsigned int woken[QUEUES] = { 0 }, got[QUEUES] = { 0 };
	struct rte_epoll_event event;
	uint16_t port, q;

	if (!start(&port, "rate=500,flows=64,strict=1", &conf) || !add_all(port,
			RTE_INTR_EVENT_ADD))
		return;
	while (woken[0] < 50 || woken[1] < 50) {
		for (q = 0; q < QUEUES; q++)
			CHECK_EQ(rte_eth_dev_rx_intr_enable(port, q), 0);
		if (rte_epoll_wait(RTE_EPOLL_PER_THREAD, &event, 1, LIMIT_MS) != 1)
			CHECK_FAIL("nobody woke after %u and %u", woken[0], woken[1]);
		q = (uint16_t)(uintptr_t)event.epdata.data;
		woken[q]++;
		CHECK_EQ(rte_eth_dev_rx_intr_disable(port, q), 0);
		got[q] += serve(port, q);
	}
	CHECK(got[0] > 0 && got[1] > 0);
	CHECK(add_all(port, RTE_INTR_EVENT_DEL));
	stop(port);
}

/* What came while nobody could be woken is told as soon as somebody asks for it. */
CHECK_CASE(earlier_packets_wake)
{
	struct rte_eth_conf conf = both_queues();
	struct rte_epoll_event event;
	unsigned int turn, got = 0;
	uint16_t port, q;
	int ms;

	if (!start(&port, "count=20,flows=64,strict=1", &conf) || !add_all(port,
			RTE_INTR_EVENT_ADD))
		return;
	for (ms = 0; ms < LIMIT_MS && rte_eth_rx_queue_count(port, 0) +
			rte_eth_rx_queue_count(port, 1) < 20; ms++)
		rte_delay_ms(1);
	for (turn = 0; got < 20; turn++) {
		CHECK(turn < 100);
		for (q = 0; q < QUEUES; q++)
			CHECK_EQ(rte_eth_dev_rx_intr_enable(port, q), 0);
		if (rte_epoll_wait(RTE_EPOLL_PER_THREAD, &event, 1, LIMIT_MS) != 1)
			CHECK_FAIL("nobody woke after %u packets", got);
		got += serve(port, (uint16_t)(uintptr_t)event.epdata.data);
	}
	CHECK(add_all(port, RTE_INTR_EVENT_DEL));
	stop(port);
}

/* Without packets nobody is woken, and not while the queue's interrupt is off. */
CHECK_CASE(silence)
{
	struct rte_eth_conf conf = both_queues();
	struct rte_epoll_event event;
	uint16_t port;
	int ms;

	if (!start(&port, "count=8,rate=1000,strict=1", &conf) || !add_all(port,
			RTE_INTR_EVENT_ADD))
		return;
	for (ms = 0; ms < LIMIT_MS && rte_eth_rx_queue_count(port, 0) +
			rte_eth_rx_queue_count(port, 1) < 8; ms++)
		rte_delay_ms(1);
	CHECK_EQ(rte_epoll_wait(RTE_EPOLL_PER_THREAD, &event, 1, 100), 0);
	CHECK_EQ(serve(port, 0) + serve(port, 1), 8);
	/* A few slots stay with the device for transmission: they are no reason to wake. */
	CHECK_EQ(rte_eth_dev_rx_intr_enable(port, 0), 0);
	CHECK_EQ(rte_eth_dev_rx_intr_enable(port, 1), 0);
	CHECK_EQ(rte_epoll_wait(RTE_EPOLL_PER_THREAD, &event, 1, 100), 0);
	CHECK(add_all(port, RTE_INTR_EVENT_DEL));
	stop(port);
}

/* Interrupts come back with each start, and a port without them says so. */
CHECK_CASE(restart_and_refusal)
{
	struct rte_eth_conf conf = both_queues();
	struct rte_epoll_event event;
	uint16_t port, q;
	unsigned int turn;

	if (!start(&port, "rate=1000,flows=64,strict=1", &conf))
		return;
	for (turn = 0; turn < 3; turn++) {
		CHECK(add_all(port, RTE_INTR_EVENT_ADD));
		for (q = 0; q < QUEUES; q++)
			CHECK_EQ(rte_eth_dev_rx_intr_enable(port, q), 0);
		CHECK_EQ(rte_epoll_wait(RTE_EPOLL_PER_THREAD, &event, 1, LIMIT_MS), 1);
		CHECK(add_all(port, RTE_INTR_EVENT_DEL));
		CHECK_EQ(rte_eth_dev_stop(port), 0);
		CHECK(rte_eth_dev_rx_intr_enable(port, 0) < 0);
		CHECK_EQ(rte_eth_dev_start(port), 0);
	}
	CHECK_EQ(rte_eth_dev_stop(port), 0);
	conf.intr_conf.rxq = 0;
	CHECK_EQ(rte_eth_dev_configure(port, QUEUES, QUEUES, &conf), 0);
	for (q = 0; q < QUEUES; q++) {
		CHECK_EQ(rte_eth_rx_queue_setup(port, q, RING, 0, NULL, pool), 0);
		CHECK_EQ(rte_eth_tx_queue_setup(port, q, RING, 0, NULL), 0);
	}
	CHECK_EQ(rte_eth_dev_start(port), 0);
	CHECK(rte_eth_dev_rx_intr_enable(port, 0) < 0);
	stop(port);
}

/* What a failed case left. */
static void
unplug(void)
{
	port_leave(NAME);
}

int
main(int argc, char **argv)
{
	if (!pmd_init(argc, argv, "256", 1023))
		return 1;
	check_ctx.after = unplug;
	CHECK_RUN(each_queue_wakes);
	CHECK_RUN(earlier_packets_wake);
	CHECK_RUN(silence);
	CHECK_RUN(restart_and_refusal);
	return check_done();
}
