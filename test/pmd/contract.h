/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * A bench for the datapath's contract: software 82599s in strict mode whose generators send a
 * known number of frames, and the books that must balance when a case is over.
 */

#ifndef TINYNF_TEST_CONTRACT_H
#define TINYNF_TEST_CONTRACT_H

#include <errno.h>

#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_launch.h>
#include <rte_lcore.h>

#include "pmd.h"

#define MBUFS      8192
#define RING       256
#define FRAMES     20000
#define FEW        3000
#define MAX_PORTS  4
#define MAX_BURST  512

struct bench;

/** What a case does with a burst; n = 0 once at the end: let go of what is kept. */
typedef bool (*bench_act)(struct bench *b, unsigned int from, struct rte_mbuf **m, uint16_t n);

struct bench {
	unsigned int n_ports;
	uint16_t port[MAX_PORTS];
	uint64_t frames;                /* that each generator sends */
	uint16_t queues;
	bool open_loop;                 /* generators don't wait for room: some are missed */
	uint64_t got[MAX_PORTS];        /* received from this port */
	uint64_t dropped[MAX_PORTS];    /* of these, freed by the application */
	uint64_t copies[MAX_PORTS];     /* of these, extra copies sent */
	uint64_t refused[MAX_PORTS];    /* refusals that the case provokes at this port */
	uint64_t empty;                 /* polls that found nothing */
	struct rte_mbuf *kept[MAX_PORTS][MBUFS];
	unsigned int n_kept[MAX_PORTS];
};

static struct bench bench;

static inline bool
port_setup(uint16_t port, uint16_t queues)
{
	struct rte_eth_conf conf = { 0 };
	uint16_t q;

	if (queues > 1) {
		conf.rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
		conf.rx_adv_conf.rss_conf.rss_hf = RTE_ETH_RSS_IPV4 |
			RTE_ETH_RSS_NONFRAG_IPV4_UDP;
	}
	CHECK_RET(rte_eth_dev_configure(port, queues, queues, &conf) == 0, false);
	for (q = 0; q < queues; q++) {
		CHECK_RET(rte_eth_rx_queue_setup(port, q, RING, 0, NULL, pool) == 0, false);
		CHECK_RET(rte_eth_tx_queue_setup(port, q, RING, 0, NULL) == 0, false);
	}
	return true;
}

/** Plug in device number n; not configured. */
static inline bool
port_plug(unsigned int n, const char *args, uint16_t *port)
{
	char name[32], all[256];

	snprintf(name, sizeof(name), "net_tinynf%u", n);
	snprintf(all, sizeof(all), "strict=1%s%s", args[0] != '\0' ? "," : "", args);
	CHECK_RET(rte_eal_hotplug_add("vdev", name, all) == 0, false);
	CHECK_RET(rte_eth_dev_get_port_by_name(name, port) == 0, false);
	return true;
}

/** Take away what a case left: at its end, and what a failed one before it left. */
static inline bool
ports_unplug(void)
{
	char name[32];
	unsigned int n;

	for (n = 0; n < MAX_PORTS; n++) {
		rte_pktmbuf_free_bulk(bench.kept[n], bench.n_kept[n]);
		bench.n_kept[n] = 0;
		snprintf(name, sizeof(name), "net_tinynf%u", n);
		CHECK_RET(port_leave(name), false);
	}
	return true;
}

/** Ports with generators that send so many frames each, started. */
static inline bool
bench_open(unsigned int n_ports, uint64_t frames, uint16_t queues, const char *args)
{
	char all[192];
	unsigned int i;

	if (!ports_unplug())
		return false;
	memset(&bench, 0, sizeof(bench));
	bench.n_ports = n_ports;
	bench.frames = frames;
	bench.queues = queues;
	bench.open_loop = strstr(args, "rate=") != NULL;
	snprintf(all, sizeof(all), "count=%" PRIu64 "%s%s", frames, args[0] != '\0' ? "," : "",
			args);
	for (i = 0; i < n_ports; i++)
		if (!port_plug(i, all, &bench.port[i]) || !port_setup(bench.port[i], queues))
			return false;
	for (i = 0; i < n_ports; i++)
		CHECK_RET(rte_eth_dev_start(bench.port[i]) == 0, false);
	return true;
}

/** Send all of them: whoever is slow gets time. */
static inline bool
send_all(uint16_t port, uint16_t queue, struct rte_mbuf **m, unsigned int n)
{
	const uint64_t end = deadline();
	unsigned int sent = 0;

	while (sent < n) {
		sent += rte_eth_tx_burst(port, queue, &m[sent], n - sent);
		CHECK_RET(!late(end), false);
	}
	return true;
}

static inline bool
act_other_port(struct bench *b, unsigned int from, struct rte_mbuf **m, uint16_t n)
{
	return send_all(b->port[from ^ 1], 0, m, n);
}

static inline bool
act_same_port(struct bench *b, unsigned int from, struct rte_mbuf **m, uint16_t n)
{
	return send_all(b->port[from], 0, m, n);
}

static inline uint64_t
missed(const struct bench *b, unsigned int i)
{
	return b->open_loop ? xstat(b->port[i], "wire_missed") : 0;
}

static inline bool
all_came(const struct bench *b)
{
	unsigned int i;
	uint64_t sum = 0;

	for (i = 0; i < b->n_ports; i++)
		sum += b->got[i] + missed(b, i);
	return sum >= b->n_ports * b->frames;
}

/** Say what is missing when time is over. */
static inline bool
on_time(const struct bench *b, uint64_t end)
{
	unsigned int i;

	if (!late(end))
		return true;
	for (i = 0; i < b->n_ports; i++)
		fprintf(stderr, "port %u: got %" PRIu64 " of %" PRIu64 ", dropped %" PRIu64
			"; wire took %" PRIu64 ", missed %" PRIu64 ", got back %" PRIu64 "\n",
			b->port[i], b->got[i], xstat(b->port[i], "wire_sent"), b->dropped[i],
			xstat(b->port[i], "wire_taken"), xstat(b->port[i], "wire_missed"),
			xstat(b->port[i], "wire_returned"));
	return false;
}

/** Poll all ports and let the case act, until every frame has come. */
static inline bool
pump(struct bench *b, uint16_t burst, bench_act act)
{
	const uint64_t end = deadline();
	struct rte_mbuf *m[MAX_BURST];
	unsigned int i;
	uint16_t n, q;

	while (!all_came(b)) {
		CHECK_RET(on_time(b, end), false);
		for (i = 0; i < b->n_ports; i++) {
			for (q = 0; q < b->queues; q++) {
				n = rte_eth_rx_burst(b->port[i], q, m, burst);
				CHECK_RET(n <= burst, false);
				b->got[i] += n;
				b->empty += n == 0;
				if (n != 0 && !act(b, i, m, n))
					return false;
			}
		}
	}
	for (i = 0; i < b->n_ports; i++)
		if (!act(b, i, NULL, 0))
			return false;
	return true;
}

/** Poll until all that was sent is on the wire. */
static inline bool
settle(struct bench *b)
{
	const uint64_t end = deadline();
	struct rte_mbuf *m;
	unsigned int i;
	uint16_t q;

	for (i = 0; i < b->n_ports; i++) {
		while (xstat(b->port[i], "wire_returned") + b->dropped[i] < b->got[i] ||
				xstat(b->port[i], "wire_duplicated") < b->copies[i]) {
			CHECK_RET(on_time(b, end), false);
			for (q = 0; q < b->queues; q++)
				CHECK_RET(rte_eth_rx_burst(b->port[i], q, &m, 1) == 0, false);
		}
	}
	return true;
}

#define BALANCE(port, name, want) do { \
	const uint64_t got_ = xstat(port, name), want_ = (want); \
	if (got_ != want_) { \
		check_note(CHECK_STATE_FAIL, "%s:%d: port %u: %s is %" PRIu64 ", not %" PRIu64, \
			__FILE__, __LINE__, port, name, got_, want_); \
		return false; \
	} \
} while (0)

/** The driver broke no rule. */
static inline bool
clean(const struct bench *b)
{
	unsigned int i;

	for (i = 0; i < b->n_ports; i++)
		BALANCE(b->port[i], "wire_violations", 0);
	return true;
}

/** Every frame is accounted for; the driver broke no rule. */
static inline bool
balance(struct bench *b)
{
	uint64_t sent = 0, owed = 0;
	struct rte_eth_stats stats;
	unsigned int i;

	for (i = 0; i < b->n_ports; i++) {
		const uint16_t port = b->port[i];

		BALANCE(port, "wire_sent", b->frames);
		if (!b->open_loop)
			BALANCE(port, "wire_missed", 0);
		CHECK_RET(b->got[i] + missed(b, i) == b->frames, false);
		BALANCE(port, "wire_filtered", 0);
		BALANCE(port, "wire_taken", b->got[i]);
		BALANCE(port, "wire_returned", b->got[i] - b->dropped[i]);
		BALANCE(port, "wire_dropped", b->dropped[i]);
		BALANCE(port, "wire_duplicated", b->copies[i]);
		BALANCE(port, "wire_refused", b->refused[i]);
		BALANCE(port, "wire_lost", 0);
		BALANCE(port, "wire_reordered", 0);
		BALANCE(port, "wire_corrupted", 0);
		BALANCE(port, "wire_foreign", 0);
		BALANCE(port, "wire_violations", 0);
		BALANCE(port, "wire_dma_errors", 0);
		BALANCE(port, "wire_access_unknown", 0);
		CHECK_RET(rte_eth_stats_get(port, &stats) == 0, false);
		CHECK_RET(stats.ipackets == b->got[i], false);
		CHECK_RET(stats.imissed == missed(b, i) && stats.rx_nombuf == 0, false);
		sent += stats.opackets;
		owed += b->got[i] - b->dropped[i] + b->copies[i];
	}
	CHECK_RET(sent == owed, false);
	return true;
}

/** The application's pool is as full as at first. */
static inline bool
pool_full(void)
{
	CHECK_RET(rte_mempool_avail_count(pool) == MBUFS, false);
	return true;
}

/** No ports any more, and no mbuf missing. */
static inline bool
bench_leave(void)
{
	return ports_unplug() && pool_full();
}

/** The end of most cases. */
static inline bool
bench_close(struct bench *b)
{
	return settle(b) && balance(b) && bench_leave();
}

/** Two ports: the other's packets are forwarded, and that is it. */
static inline bool
pass_rest(struct bench *b)
{
	return pump(b, 32, act_other_port) && bench_close(b);
}

/** Wait until so many packets of a port are here: they are in kept. */
static inline bool
keep(struct bench *b, unsigned int from, unsigned int n)
{
	const uint64_t end = deadline();
	uint16_t got;

	while (b->n_kept[from] < n) {
		CHECK_RET(!late(end), false);
		got = rte_eth_rx_burst(b->port[from], 0, &b->kept[from][b->n_kept[from]],
				RTE_MIN(n - b->n_kept[from], 32u));
		b->n_kept[from] += got;
		b->got[from] += got;
	}
	return true;
}

/** The next packet of a port that nothing is kept of: the case's own. */
static inline struct rte_mbuf *
take_one(struct bench *b, unsigned int from)
{
	if (!keep(b, from, 1))
		return NULL;
	b->n_kept[from] = 0;
	return b->kept[from][0];
}

/** Send what is kept. */
static inline bool
send_kept(struct bench *b, unsigned int from, unsigned int to)
{
	const unsigned int n = b->n_kept[from];

	b->n_kept[from] = 0;
	return send_all(b->port[to], 0, b->kept[from], n);
}

/** A port's ring has no room, or does not run. */
static inline bool
nothing_comes(uint16_t port)
{
	struct rte_mbuf *m;
	unsigned int i;

	for (i = 0; i < 1000; i++)
		CHECK_RET(rte_eth_rx_burst(port, 0, &m, 1) == 0, false);
	return true;
}

/** Free what is kept. */
static inline void
drop_kept(struct bench *b, unsigned int from)
{
	rte_pktmbuf_free_bulk(b->kept[from], b->n_kept[from]);
	b->dropped[from] += b->n_kept[from];
	b->n_kept[from] = 0;
}

/** Start EAL with four lcores on two processors. */
static inline bool
bench_init(int argc, char **argv)
{
	static const char *const eal[] = { "test_contract", "-m", "256",
		"--lcores=0@0,1@1,2@0,3@1" };

	check_init(argc, argv);
	if (check_ctx.list)
		return true;
	if (!test_eal_init(RTE_DIM(eal), eal))
		return false;
	pool = rte_pktmbuf_pool_create("contract", MBUFS, 0, 16, RTE_MBUF_DEFAULT_BUF_SIZE, 0);
	return pool != NULL;
}

#endif /* TINYNF_TEST_CONTRACT_H */
