/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * The datapath's contract with several lcores at once: queues for each, pipelines over rings,
 * queues that change hands, and control beside traffic.
 */

#include <sched.h>

#include <rte_ring.h>

#include "contract.h"

#define WORKERS  3
#define QUEUES   4
#define STAGE    256

/* What workers share; each case sets up its own. */
static struct {
	struct rte_ring *in[WORKERS], *out;
	bool stop;
	bool failed;
	uint64_t got[MAX_PORTS], dropped[MAX_PORTS];
	unsigned int turn;
} shared;

static bool
stopped(void)
{
	return __atomic_load_n(&shared.stop, __ATOMIC_ACQUIRE);
}

static void
add(uint64_t *counter, uint64_t n)
{
	__atomic_fetch_add(counter, n, __ATOMIC_RELAXED);
}

/* Frames of one flow go the same way: the generator's flows differ in address or port. */
static unsigned int
flow_of(const struct rte_mbuf *m)
{
	const uint8_t *ip = rte_pktmbuf_mtod_offset(m, const uint8_t *, 14);
	unsigned int i, sum = 0;

	for (i = 12; i < 24; i++)
		sum = sum * 31 + ip[i];
	return sum;
}

static bool
launch(lcore_function_t *fn)
{
	unsigned int i;

	for (i = 0; i < WORKERS; i++)
		CHECK_RET(rte_eal_remote_launch(fn, (void *)(uintptr_t)i, i + 1) == 0, false);
	return true;
}

static bool
join(void)
{
	__atomic_store_n(&shared.stop, true, __ATOMIC_RELEASE);
	rte_eal_mp_wait_lcore();
	CHECK_RET(!shared.failed, false);
	return true;
}

static bool
all_done(void)
{
	uint64_t sum = 0;
	unsigned int i;

	for (i = 0; i < bench.n_ports; i++)
		sum += __atomic_load_n(&shared.got[i], __ATOMIC_RELAXED);
	return sum >= bench.n_ports * bench.frames;
}

/* Wait until the workers have had all frames; take over their counts. */
static bool
collect(void)
{
	const uint64_t end = deadline();
	unsigned int i;
	bool ok = true;

	while (!all_done() && !__atomic_load_n(&shared.failed, __ATOMIC_RELAXED)) {
		if (late(end)) {
			on_time(&bench, end);
			ok = false;
			break;
		}
		rte_delay_us_sleep(1000);
	}
	if (!join() || !ok)
		return false;
	for (i = 0; i < bench.n_ports; i++) {
		bench.got[i] = shared.got[i];
		bench.dropped[i] = shared.dropped[i];
	}
	return true;
}

/* One queue of each port a worker; packets leave by ports of their choice, dropped now and then. */
static int
own_queue_run(void *arg)
{
	const uint16_t q = (uint16_t)(uintptr_t)arg;
	struct rte_mbuf *m[32];
	unsigned int i, k, seed = q + 1;
	uint16_t n;

	while (!stopped()) {
		for (i = 0; i < bench.n_ports; i++) {
			n = rte_eth_rx_burst(bench.port[i], q, m, 32);
			if (n == 0) {
				sched_yield();
				continue;
			}
			for (k = 0; k < n; k++) {
				if (rand_r(&seed) % 16 == 0) {
					rte_pktmbuf_free(m[k]);
					add(&shared.dropped[i], 1);
				} else if (!send_all(bench.port[flow_of(m[k]) % bench.n_ports], q,
						&m[k], 1)) {
					shared.failed = true;
				}
			}
			add(&shared.got[i], n);
		}
	}
	return 0;
}

CHECK_CASE(a_queue_of_each_port_an_lcore)
{
	memset(&shared, 0, sizeof(shared));
	CHECK(bench_open(3, FRAMES, WORKERS, "flows=64"));
	CHECK(launch(own_queue_run));
	CHECK(collect());
	CHECK(bench_close(&bench));
}

/* A queue changes hands: whoever's turn it is polls it, for some bursts. */
static int
in_turns_run(void *arg)
{
	const unsigned int me = (unsigned int)(uintptr_t)arg;
	struct rte_mbuf *m[8];
	unsigned int i, bursts;
	uint16_t n;

	while (!stopped()) {
		if (__atomic_load_n(&shared.turn, __ATOMIC_ACQUIRE) % WORKERS != me) {
			sched_yield();
			continue;
		}
		for (bursts = 0; bursts < 10; bursts++) {
			for (i = 0; i < bench.n_ports; i++) {
				n = rte_eth_rx_burst(bench.port[i], 0, m, 8);
				if (n != 0 && !send_all(bench.port[i ^ 1], 0, m, n))
					shared.failed = true;
				add(&shared.got[i], n);
			}
		}
		__atomic_store_n(&shared.turn, shared.turn + 1, __ATOMIC_RELEASE);
	}
	return 0;
}

CHECK_CASE(queues_change_hands)
{
	memset(&shared, 0, sizeof(shared));
	CHECK(bench_open(2, FRAMES, 1, ""));
	CHECK(launch(in_turns_run));
	CHECK(collect());
	CHECK(shared.turn > WORKERS);
	CHECK(bench_close(&bench));
}

/* Pipelines: this thread receives, workers decide by flow. */

static bool
stages_open(void)
{
	char name[32];
	unsigned int i;

	memset(&shared, 0, sizeof(shared));
	for (i = 0; i < WORKERS; i++) {
		snprintf(name, sizeof(name), "stage_%u", i);
		shared.in[i] = rte_ring_create(name, STAGE, 0, RING_F_SP_ENQ | RING_F_SC_DEQ);
		CHECK_RET(shared.in[i] != NULL, false);
	}
	shared.out = rte_ring_create("stage_out", 4 * STAGE, 0, RING_F_SC_DEQ);
	CHECK_RET(shared.out != NULL, false);
	return true;
}

static void
stages_close(void)
{
	unsigned int i;

	for (i = 0; i < WORKERS; i++)
		rte_ring_free(shared.in[i]);
	rte_ring_free(shared.out);
}

static bool
act_to_stages(struct bench *b, unsigned int from, struct rte_mbuf **m, uint16_t n)
{
	const uint64_t end = deadline();
	uint16_t i;

	if (from == 1)
		return send_all(b->port[0], 0, m, n);
	for (i = 0; i < n; i++) {
		while (rte_ring_enqueue(shared.in[flow_of(m[i]) % WORKERS], m[i]) != 0) {
			CHECK_RET(!late(end), false);
			sched_yield();
		}
	}
	return true;
}

/* Each sends by a transmit queue of its own, or frees, packets of the same receive queue. */
static int
stage_send_run(void *arg)
{
	const unsigned int me = (unsigned int)(uintptr_t)arg;
	unsigned int n, i, seed = me + 7;
	struct rte_mbuf *m[32];
	bool stop;

	do {
		stop = stopped();
		n = rte_ring_dequeue_burst(shared.in[me], (void **)m, 32, NULL);
		for (i = 0; i < n; i++) {
			if (rand_r(&seed) % 4 == 0) {
				rte_pktmbuf_free(m[i]);
				add(&shared.dropped[0], 1);
			} else if (!send_all(bench.port[1], me + 1, &m[i], 1)) {
				shared.failed = true;
			}
		}
		if (n == 0)
			sched_yield();
	} while (!stop || n != 0);
	return 0;
}

CHECK_CASE(pipeline_of_senders)
{
	bool ok;

	CHECK(stages_open());
	ok = bench_open(2, FRAMES, WORKERS + 1, "flows=64") && launch(stage_send_run) &&
		pump(&bench, 32, act_to_stages);
	ok = join() && ok;
	stages_close();
	CHECK(ok);
	bench.dropped[0] = shared.dropped[0];
	CHECK(bench_close(&bench));
}

/* Two workers change what goes through them, the third sends it all. */
static int
stage_work_run(void *arg)
{
	const unsigned int me = (unsigned int)(uintptr_t)arg;
	struct rte_ring *from = me == WORKERS - 1 ? shared.out : shared.in[me];
	struct rte_mbuf *m[32];
	unsigned int n, i;
	bool stop;

	do {
		stop = stopped();
		n = rte_ring_dequeue_burst(from, (void **)m, 32, NULL);
		if (n == 0) {
			sched_yield();
			continue;
		}
		if (me == WORKERS - 1) {
			if (!send_all(bench.port[1], 1, m, n))
				shared.failed = true;
			continue;
		}
		for (i = 0; i < n; i++) {
			m[i]->vlan_tci = 5;
			if (rte_vlan_insert(&m[i]) != 0)
				shared.failed = true;
			while (rte_ring_enqueue(shared.out, m[i]) != 0)
				sched_yield();
		}
	} while (!stop || n != 0 || rte_ring_count(from) != 0);
	return 0;
}

static bool
act_to_two_stages(struct bench *b, unsigned int from, struct rte_mbuf **m, uint16_t n)
{
	const uint64_t end = deadline();
	uint16_t i;

	if (from == 1)
		return send_all(b->port[0], 0, m, n);
	for (i = 0; i < n; i++) {
		while (rte_ring_enqueue(shared.in[flow_of(m[i]) % (WORKERS - 1)], m[i]) != 0) {
			CHECK_RET(!late(end), false);
			sched_yield();
		}
	}
	return true;
}

/* Every frame of the first port leaves while all lcores still run: nobody stops too early. */
static bool
wait_returned(uint64_t n)
{
	const uint64_t end = deadline();
	struct rte_mbuf *m;

	while (xstat(bench.port[0], "wire_returned") < n) {
		CHECK_RET(!late(end), false);
		CHECK_RET(rte_eth_rx_burst(bench.port[0], 0, &m, 1) == 0, false);
	}
	return true;
}

CHECK_CASE(pipeline_of_three_stages)
{
	bool ok;

	CHECK(stages_open());
	ok = bench_open(2, FRAMES, 2, "flows=1") && launch(stage_work_run) &&
		pump(&bench, 32, act_to_two_stages) && wait_returned(FRAMES);
	ok = join() && ok;
	stages_close();
	CHECK(ok);
	CHECK(bench_close(&bench));
}

/* Everything that only looks, and settings that change nothing for this traffic. */
static bool
control_all(uint16_t port)
{
	struct rte_ether_addr addr = { { 2, 0, 0, 0, 3, 4 } };
	struct rte_eth_xstat all[512];
	struct rte_dev_reg_info regs;
	struct rte_eth_stats stats;
	struct rte_eth_link link;
	uint32_t data[8192];

	CHECK_RET(rte_eth_stats_get(port, &stats) == 0, false);
	CHECK_RET(rte_eth_xstats_get(port, all, RTE_DIM(all)) > 0, false);
	CHECK_RET(rte_eth_link_get_nowait(port, &link) == 0, false);
	CHECK_RET(rte_eth_promiscuous_enable(port) == 0, false);
	CHECK_RET(rte_eth_promiscuous_disable(port) == 0, false);
	CHECK_RET(rte_eth_allmulticast_enable(port) == 0, false);
	CHECK_RET(rte_eth_allmulticast_disable(port) == 0, false);
	CHECK_RET(rte_eth_dev_mac_addr_add(port, &addr, 0) == 0, false);
	CHECK_RET(rte_eth_dev_mac_addr_remove(port, &addr) == 0, false);
	CHECK_RET(rte_eth_dev_set_mtu(port, 1400) == 0, false);
	CHECK_RET(rte_eth_dev_set_mtu(port, 1500) == 0, false);
	CHECK_RET(rte_eth_rx_queue_count(port, 0) >= 0, false);
	CHECK_RET(rte_eth_rx_descriptor_status(port, 0, 5) >= 0, false);
	CHECK_RET(rte_eth_tx_descriptor_status(port, 0, 5) >= 0, false);
	memset(&regs, 0, sizeof(regs));
	regs.data = data;
	CHECK_RET(rte_eth_dev_get_reg_info(port, &regs) == 0, false);
	return true;
}

CHECK_CASE(control_beside_traffic)
{
	unsigned int rounds = 0;
	bool ok = true;

	memset(&shared, 0, sizeof(shared));
	CHECK(bench_open(2, FRAMES, WORKERS, "flows=64"));
	CHECK(launch(own_queue_run));
	while (ok && !all_done()) {
		ok = control_all(bench.port[rounds % 2]);
		rounds++;
	}
	ok = collect() && ok;
	CHECK(ok);
	CHECK(rounds > 0);
	CHECK(bench_close(&bench));
}

int
main(int argc, char **argv)
{
	if (!bench_init(argc, argv))
		return 1;
	CHECK_RUN(a_queue_of_each_port_an_lcore);
	CHECK_RUN(queues_change_hands);
	CHECK_RUN(pipeline_of_senders);
	CHECK_RUN(pipeline_of_three_stages);
	CHECK_RUN(control_beside_traffic);
	return check_done();
}
