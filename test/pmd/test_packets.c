/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * The datapath's contract for single packets: several ports for one, changed ones, other
 * drivers, what is refused, and what is held while a port stops, starts and goes.
 */

#include "contract.h"

/* To both other ports: each transmission gives a reference back. */
static bool
act_two_ports(struct bench *b, unsigned int from, struct rte_mbuf **m, uint16_t n)
{
	uint16_t i;

	for (i = 0; i < n; i++)
		rte_mbuf_refcnt_update(m[i], 1);
	if (!send_all(b->port[(from + 1) % 3], 0, m, n) ||
			!send_all(b->port[(from + 2) % 3], 0, m, n))
		return false;
	b->copies[from] += n;
	return true;
}

CHECK_CASE(one_packet_to_two_ports)
{
	CHECK(bench_open(3, FEW, 1, ""));
	CHECK(pump(&bench, 32, act_two_ports));
	CHECK(bench_close(&bench));
}

/* A slot is not received into again while one output still has it to send. */
CHECK_CASE(one_reference_kept_holds_the_slot)
{
	struct rte_mbuf *m;

	CHECK(bench_open(2, FEW, 1, ""));
	m = take_one(&bench, 0);
	CHECK(m != NULL);
	rte_mbuf_refcnt_update(m, 1);
	CHECK(send_all(bench.port[1], 0, &m, 1));
	CHECK_EQ(rte_mbuf_refcnt_read(m), 1);
	CHECK(keep(&bench, 0, RING - 2));
	CHECK(nothing_comes(bench.port[0]));
	/* Freeing the last reference takes nothing back: it was sent. */
	rte_pktmbuf_free(m);
	CHECK(send_kept(&bench, 0, 1));
	CHECK(pass_rest(&bench));
}

CHECK_CASE(twice_to_one_port_is_refused)
{
	struct rte_mbuf *m;

	CHECK(bench_open(2, FEW, 1, ""));
	m = take_one(&bench, 0);
	CHECK(m != NULL);
	rte_mbuf_refcnt_update(m, 1);
	CHECK(send_all(bench.port[1], 0, &m, 1));
	rte_errno = 0;
	CHECK_EQ(rte_eth_tx_burst(bench.port[1], 0, &m, 1), 0);
	CHECK_EQ(rte_errno, EALREADY);
	CHECK_EQ(xstat(bench.port[1], "tx_refused_twice"), 1);
	bench.refused[1] = 1;
	rte_pktmbuf_free(m);
	CHECK(pass_rest(&bench));
}

/* VLAN tags put in front by software: the generator takes its frames with a tag, too. */
static bool
act_prepend(struct bench *b, unsigned int from, struct rte_mbuf **m, uint16_t n)
{
	uint16_t i;

	for (i = 0; i < n; i++) {
		CHECK_RET(m[i]->data_off == RTE_PKTMBUF_HEADROOM, false);
		CHECK_RET(m[i]->data_len == 60 && m[i]->pkt_len == 60, false);
		m[i]->vlan_tci = 5;
		CHECK_RET(rte_vlan_insert(&m[i]) == 0, false);
		CHECK_RET(m[i]->data_off == RTE_PKTMBUF_HEADROOM - RTE_VLAN_HLEN, false);
	}
	return send_all(b->port[from ^ 1], 0, m, n);
}

static bool
act_trim(struct bench *b, unsigned int from, struct rte_mbuf **m, uint16_t n)
{
	uint16_t i;

	for (i = 0; i < n; i++) {
		CHECK_RET(m[i]->data_off == RTE_PKTMBUF_HEADROOM, false);
		CHECK_RET(m[i]->data_len == 64 && m[i]->pkt_len == 64, false);
		CHECK_RET(rte_vlan_strip(m[i]) == 0, false);
		CHECK_RET(m[i]->data_off == RTE_PKTMBUF_HEADROOM + RTE_VLAN_HLEN, false);
	}
	return send_all(b->port[from ^ 1], 0, m, n);
}

CHECK_CASE(prepended_and_undone)
{
	CHECK(bench_open(2, FEW, 1, ""));
	CHECK(pump(&bench, 32, act_prepend));
	CHECK(bench_close(&bench));
}

CHECK_CASE(trimmed_and_undone)
{
	CHECK(bench_open(2, FEW, 1, "vlan=7,size=68"));
	CHECK(pump(&bench, 32, act_trim));
	CHECK(bench_close(&bench));
}

/* What is refused: whatever it is, nothing leaks and the next packet is sent. */

enum odd { ODD_FOREIGN, ODD_CLONED, ODD_CHAINED, ODD_LONG, ODD_BEYOND, ODD_EMPTY, ODD_TSO };

struct odd_case {
	const char *name;
	enum odd odd;
	int err;
	const char *xstat;
};

static const struct odd_case odd_cases[] = {
	{ "refused/foreign", ODD_FOREIGN, ENOTSUP, "tx_refused_foreign" },
	{ "refused/cloned", ODD_CLONED, ENOTSUP, "tx_refused_cloned" },
	{ "refused/chained", ODD_CHAINED, ENOTSUP, "tx_refused_chained" },
	{ "refused/longer_than_the_MTU", ODD_LONG, EMSGSIZE, "tx_refused_length" },
	{ "refused/longer_than_its_buffer", ODD_BEYOND, EMSGSIZE, "tx_refused_length" },
	{ "refused/empty", ODD_EMPTY, EINVAL, "tx_refused_length" },
	{ "refused/segmentation", ODD_TSO, ENOTSUP, "tx_refused_offload" },
};

static struct rte_mbuf *
odd_make(enum odd odd, struct rte_mbuf *m)
{
	struct rte_mbuf *other;

	switch (odd) {
	case ODD_FOREIGN:
		other = rte_pktmbuf_alloc(pool);
		if (other != NULL)
			rte_pktmbuf_append(other, 60);
		return other;
	case ODD_CLONED:
		return rte_pktmbuf_clone(m, pool);
	case ODD_CHAINED:
		other = rte_pktmbuf_alloc(pool);
		if (other == NULL || rte_pktmbuf_chain(m, other) != 0)
			return NULL;
		return m;
	case ODD_LONG:
		m->data_len = m->pkt_len = 1700;
		return m;
	case ODD_BEYOND:
		m->data_len = m->pkt_len = 9000;
		return m;
	case ODD_EMPTY:
		m->data_len = m->pkt_len = 0;
		return m;
	case ODD_TSO:
		m->ol_flags |= RTE_MBUF_F_TX_TCP_SEG;
		return m;
	}
	return NULL;
}

static void
refused(const void *arg)
{
	const struct odd_case *c = arg;
	struct rte_mbuf *burst[3], *first, *mid, *last, *odd;

	CHECK(bench_open(2, FEW, 1, ""));
	CHECK(keep(&bench, 0, 3));
	first = bench.kept[0][0];
	mid = bench.kept[0][1];
	last = bench.kept[0][2];
	bench.n_kept[0] = 0;
	odd = odd_make(c->odd, mid);
	CHECK(odd != NULL);
	burst[0] = first;
	burst[1] = odd;
	burst[2] = last;
	rte_errno = 0;
	CHECK_EQ(rte_eth_tx_prepare(bench.port[1], 0, burst, 3), 1);
	CHECK_EQ(rte_errno, c->err);
	rte_errno = 0;
	CHECK_EQ(rte_eth_tx_burst(bench.port[1], 0, burst, 3), 1);
	CHECK_EQ(rte_errno, c->err);
	CHECK_EQ(xstat(bench.port[1], c->xstat), 1);
	bench.refused[1] = 1;
	/* The application still has it, and frees it as it is. */
	rte_pktmbuf_free(odd);
	if (odd != mid)
		rte_pktmbuf_free(mid);
	bench.dropped[0]++;
	CHECK(send_all(bench.port[1], 0, &last, 1));
	CHECK(pass_rest(&bench));
}

CHECK_CASE(pool_of_received_packets_gives_none)
{
	struct rte_mempool *slots;

	CHECK(bench_open(2, FEW, 1, ""));
	CHECK(keep(&bench, 0, 4));
	slots = bench.kept[0][0]->pool;
	CHECK(slots != pool);
	CHECK_EQ(rte_pktmbuf_data_room_size(slots), rte_pktmbuf_data_room_size(pool));
	CHECK_EQ(rte_pktmbuf_priv_size(slots), rte_pktmbuf_priv_size(pool));
	rte_errno = 0;
	CHECK(rte_pktmbuf_alloc(slots) == NULL);
	CHECK_EQ(xstat(bench.port[0], "alloc_refused"), 1);
	bench.refused[0] = 1;
	drop_kept(&bench, 0);
	CHECK(pass_rest(&bench));
}

/* Other drivers' ports. */

static bool
other_open(const char *name, uint16_t *port)
{
	CHECK_RET(rte_eal_hotplug_add("vdev", name, "") == 0, false);
	CHECK_RET(rte_eth_dev_get_port_by_name(name, port) == 0, false);
	CHECK_RET(port_setup(*port, 1), false);
	CHECK_RET(rte_eth_dev_start(*port) == 0, false);
	return true;
}

static bool
other_close(const char *name)
{
	if (!settle(&bench) || !balance(&bench) || !ports_unplug())
		return false;
	CHECK_RET(rte_eal_hotplug_remove("vdev", name) == 0, false);
	return pool_full();
}

static uint16_t other_port;

/* Frees what it is given. */
static bool
act_to_null(struct bench *b, unsigned int from, struct rte_mbuf **m, uint16_t n)
{
	b->dropped[from] += n;
	return send_all(other_port, 0, m, n);
}

/* Through another driver that passes mbufs on, and then out of one of our ports. */
static bool
act_through_ring(struct bench *b, unsigned int from, struct rte_mbuf **m, uint16_t n)
{
	struct rte_mbuf *back[MAX_BURST];
	uint16_t got;

	if (!send_all(other_port, 0, m, n))
		return false;
	got = rte_eth_rx_burst(other_port, 0, back, n);
	CHECK_RET(got == n, false);
	return send_all(b->port[from ^ 1], 0, back, n);
}

static const struct other_case {
	const char *name;
	const char *driver;
	bench_act act;
} other_cases[] = {
	{ "to_another_driver_that_frees", "net_null7", act_to_null },
	{ "through_another_driver", "net_ring7", act_through_ring },
};

static void
other_driver(const void *arg)
{
	const struct other_case *c = arg;

	CHECK(other_open(c->driver, &other_port));
	CHECK(bench_open(2, FEW, 1, ""));
	CHECK(pump(&bench, 32, c->act));
	CHECK(other_close(c->driver));
}

CHECK_CASE(from_another_driver_is_refused)
{
	struct rte_mbuf *m[8];

	CHECK(other_open("net_null7", &other_port));
	CHECK(bench_open(1, FEW, 1, ""));
	CHECK_EQ(rte_eth_rx_burst(other_port, 0, m, 8), 8);
	rte_errno = 0;
	CHECK_EQ(rte_eth_tx_burst(bench.port[0], 0, m, 8), 0);
	CHECK_EQ(rte_errno, ENOTSUP);
	CHECK_EQ(xstat(bench.port[0], "tx_refused_foreign"), 1);
	bench.refused[0] = 1;
	rte_pktmbuf_free_bulk(m, 8);
	CHECK(pump(&bench, 32, act_same_port));
	CHECK(other_close("net_null7"));
}

/* An output is fed from the first packet for it on, not before. */
CHECK_CASE(outputs_are_attached_lazily)
{
	CHECK(bench_open(2, FEW, 1, ""));
	CHECK_EQ(xstat(bench.port[0], "tx_attached") + xstat(bench.port[1], "tx_attached"), 0);
	CHECK(keep(&bench, 0, 1));
	CHECK_EQ(xstat(bench.port[0], "tx_attached") + xstat(bench.port[1], "tx_attached"), 0);
	CHECK(send_kept(&bench, 0, 1));
	CHECK_EQ(xstat(bench.port[1], "tx_attached"), 1);
	CHECK_EQ(xstat(bench.port[0], "tx_attached"), 0);
	CHECK(pump(&bench, 32, act_other_port));
	CHECK_EQ(xstat(bench.port[1], "tx_attached"), 1);
	CHECK_EQ(xstat(bench.port[0], "tx_attached"), 1);
	CHECK(bench_close(&bench));
}

/* Held while its port stops, starts again, or goes. */

#define HELD 100

CHECK_CASE(stop_with_packets_held)
{
	CHECK(bench_open(2, 0, 1, ""));
	CHECK(keep(&bench, 0, HELD));
	CHECK_EQ(rte_eth_dev_stop(bench.port[0]), 0);
	CHECK_EQ(rte_eth_dev_stop(bench.port[1]), 0);
	CHECK_EQ(rte_mempool_avail_count(pool), MBUFS - HELD);
	rte_pktmbuf_free_bulk(bench.kept[0], HELD);
	bench.n_kept[0] = 0;
	CHECK(pool_full());
	CHECK_EQ(xstat(bench.port[0], "wire_violations"), 0);
	CHECK(bench_leave());
}

CHECK_CASE(held_from_before_a_stop_are_refused)
{
	CHECK(bench_open(2, 0, 1, ""));
	CHECK(keep(&bench, 0, HELD));
	CHECK_EQ(rte_eth_dev_stop(bench.port[0]), 0);
	rte_errno = 0;
	CHECK_EQ(rte_eth_tx_burst(bench.port[1], 0, bench.kept[0], HELD), 0);
	CHECK_EQ(rte_errno, ENODEV);
	CHECK_EQ(xstat(bench.port[1], "tx_refused_stopped"), 1);
	CHECK_EQ(rte_eth_dev_start(bench.port[0]), 0);
	CHECK_EQ(rte_eth_tx_burst(bench.port[1], 0, bench.kept[0], HELD), 0);
	rte_pktmbuf_free_bulk(bench.kept[0], HELD);
	bench.n_kept[0] = 0;
	/* The new ring works. */
	CHECK(keep(&bench, 0, HELD));
	CHECK(send_kept(&bench, 0, 1));
	CHECK(clean(&bench));
	CHECK(bench_leave());
}

CHECK_CASE(close_with_packets_held)
{
	unsigned int i;

	CHECK(bench_open(2, 0, 1, ""));
	CHECK(keep(&bench, 0, HELD));
	CHECK_EQ(rte_eal_hotplug_remove("vdev", "net_tinynf0"), 0);
	CHECK_EQ(rte_mempool_avail_count(pool), MBUFS - HELD - RING);
	for (i = 0; i < HELD; i++)
		rte_pktmbuf_free(bench.kept[0][i]);
	bench.n_kept[0] = 0;
	CHECK_EQ(rte_mempool_avail_count(pool), MBUFS - RING);
	CHECK(bench_leave());
}

/* Traffic in between, one packet held each time. */
CHECK_CASE(restart_100_times_with_traffic)
{
	const unsigned int times = check_quick() ? 10 : 100;
	unsigned int i;

	CHECK(bench_open(2, 0, 1, ""));
	for (i = 0; i < times; i++) {
		CHECK(keep(&bench, 0, 40));
		CHECK(send_all(bench.port[1], 0, bench.kept[0], 39));
		bench.kept[0][0] = bench.kept[0][39];
		bench.n_kept[0] = 1;
		CHECK_EQ(rte_eth_dev_stop(bench.port[0]), 0);
		CHECK_EQ(rte_mempool_avail_count(pool), MBUFS - RING - 1);
		drop_kept(&bench, 0);
		CHECK_EQ(rte_mempool_avail_count(pool), MBUFS - RING);
		CHECK_EQ(rte_eth_dev_start(bench.port[0]), 0);
		CHECK(clean(&bench));
	}
	CHECK_EQ(xstat(bench.port[0], "wire_lost"), 0);
	CHECK_EQ(xstat(bench.port[0], "wire_corrupted"), 0);
	CHECK(bench_leave());
}

CHECK_CASE(deferred_queue_start)
{
	struct rte_eth_rxconf rx = { .rx_deferred_start = 1 };

	CHECK(bench_open(1, FEW, 1, ""));
	CHECK_EQ(rte_eth_dev_stop(bench.port[0]), 0);
	CHECK(pool_full());
	CHECK_EQ(rte_eth_rx_queue_setup(bench.port[0], 0, RING, 0, &rx, pool), 0);
	CHECK_EQ(rte_eth_dev_start(bench.port[0]), 0);
	CHECK(pool_full());
	CHECK(nothing_comes(bench.port[0]));
	CHECK_EQ(rte_eth_dev_rx_queue_start(bench.port[0], 0), 0);
	CHECK(keep(&bench, 0, 32));
	CHECK(send_kept(&bench, 0, 0));
	CHECK_EQ(xstat(bench.port[0], "wire_violations"), 0);
	CHECK(bench_leave());
}

int
main(int argc, char **argv)
{
	if (!bench_init(argc, argv))
		return 1;
	CHECK_RUN(one_packet_to_two_ports);
	CHECK_RUN(one_reference_kept_holds_the_slot);
	CHECK_RUN(twice_to_one_port_is_refused);
	CHECK_RUN(prepended_and_undone);
	CHECK_RUN(trimmed_and_undone);
	CHECK_RUN_EACH("", refused, odd_cases);
	CHECK_RUN(pool_of_received_packets_gives_none);
	CHECK_RUN_EACH("", other_driver, other_cases);
	CHECK_RUN(from_another_driver_is_refused);
	CHECK_RUN(outputs_are_attached_lazily);
	CHECK_RUN(stop_with_packets_held);
	CHECK_RUN(held_from_before_a_stop_are_refused);
	CHECK_RUN(close_with_packets_held);
	CHECK_RUN(restart_100_times_with_traffic);
	CHECK_RUN(deferred_queue_start);
	return check_done();
}
