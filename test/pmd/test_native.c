/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * The native interface on software 82599s in strict mode: after each case every generated
 * frame is accounted for, and the application's pool is as full as before.
 */

#include <rte_pmd_tinynf.h>

#include "contract.h"

#define LONGER  5000

/* What a handler may want to know about its packets. */
struct sums {
	uint64_t packets, bytes, copies, dropped, refused;
};

static struct rte_pmd_tinynf_agent *agents[MAX_PORTS * 4];
static struct sums sums[MAX_PORTS * 4];
static unsigned int n_agents;

static inline void
count(void *state, uint16_t length)
{
	struct sums *s = state;

	s->packets++;
	s->bytes += length;
}

static inline void
on_forward(void *packet __rte_unused, uint16_t length, uint16_t *lengths, void *state)
{
	count(state, length);
	lengths[0] = length;
}

/* A third is dropped, as their sequence has it. */
static inline void
on_drop_some(void *packet __rte_unused, uint16_t length, uint16_t *lengths, void *state)
{
	struct sums *s = state;

	count(state, length);
	if (s->packets % 3 == 0)
		s->dropped++;
	else
		lengths[0] = length;
}

/* One output, the other, both, none: by flow, as two wires keep no order between them. */
static inline void
on_any(void *packet, uint16_t length, uint16_t *lengths, void *state)
{
	const uint8_t *addresses_and_ports = (uint8_t *)packet + 26;
	struct sums *s = state;
	unsigned int i, to = 0;

	for (i = 0; i < 12; i++)
		to ^= addresses_and_ports[i];
	to = (to ^ to >> 2 ^ to >> 4) & 3;

	count(state, length);
	lengths[0] = to & 1 ? length : 0;
	lengths[1] = to & 2 ? length : 0;
	s->dropped += to == 0;
	s->copies += to == 3;
}

static inline void
on_too_long(void *packet __rte_unused, uint16_t length, uint16_t *lengths, void *state)
{
	struct sums *s = state;

	count(state, length);
	lengths[0] = length;
	if (s->packets % 7 == 0) {
		lengths[0] = LONGER;
		s->refused++;
	}
}

/* Agents of a port's queues, all with these outputs (indices into the bench's ports). */
static bool
open_agents(struct bench *b, unsigned int from, const unsigned int *to, uint16_t n)
{
	uint16_t outputs[MAX_PORTS], i, q;

	for (i = 0; i < n; i++)
		outputs[i] = b->port[to[i]];
	for (q = 0; q < b->queues; q++) {
		memset(&sums[n_agents], 0, sizeof(sums[0]));
		CHECK_RET(rte_pmd_tinynf_agent_open(b->port[from], q, outputs, n,
				&sums[n_agents], &agents[n_agents]) == 0, false);
		n_agents++;
	}
	return true;
}

static bool
close_agents(void)
{
	while (n_agents != 0)
		CHECK_RET(rte_pmd_tinynf_agent_close(agents[--n_agents]) == 0, false);
	return true;
}

/* Sums by port from those by agent; agents were opened port by port. */
static void
take_sums(struct bench *b)
{
	unsigned int i, from;

	memset(b->got, 0, sizeof(b->got));
	memset(b->dropped, 0, sizeof(b->dropped));
	memset(b->copies, 0, sizeof(b->copies));
	for (i = 0; i < n_agents; i++) {
		from = i / b->queues;
		b->got[from] += sums[i].packets;
		b->dropped[from] += sums[i].dropped + sums[i].refused;
		b->copies[from] += sums[i].copies;
	}
}

/* Handle everything that the generators send. */
static __rte_always_inline bool
pump_native(struct bench *b, rte_pmd_tinynf_handler handler, const unsigned int outputs,
		const bool small)
{
	const uint64_t end = deadline();
	struct rte_pmd_tinynf_stats stats;
	unsigned int i;

	do {
		for (i = 0; i < n_agents; i++)
			CHECK_RET((small ? rte_pmd_tinynf_poll_small(agents[i], handler, outputs) :
					rte_pmd_tinynf_poll(agents[i], handler, outputs)) >= 0,
					false);
		take_sums(b);
		CHECK_RET(on_time(b, end), false);
	} while (!all_came(b));
	for (i = 0; i < n_agents; i++) {
		rte_pmd_tinynf_agent_stats(agents[i], &stats);
		CHECK_RET(stats.packets == sums[i].packets, false);
		CHECK_RET(stats.dropped == sums[i].dropped + sums[i].refused, false);
		CHECK_RET(stats.too_long == sums[i].refused, false);
		CHECK_RET(stats.bad == 0 && stats.bad_heads == 0, false);
	}
	return true;
}

/* The wire has everything back; ethdev isn't asked, as it is refused. */
static bool
settle_native(struct bench *b)
{
	const uint64_t end = deadline();
	unsigned int i;

	for (i = 0; i < b->n_ports; i++)
		while (xstat(b->port[i], "wire_returned") + b->dropped[i] < b->got[i] ||
				xstat(b->port[i], "wire_duplicated") < b->copies[i])
			CHECK_RET(on_time(b, end), false);
	return true;
}

static bool
finish(struct bench *b)
{
	return settle_native(b) && balance(b) && close_agents() && bench_leave();
}

static bool
open_pairs(unsigned int n_ports, uint64_t frames, uint16_t queues, const char *args)
{
	unsigned int i, to;

	n_agents = 0;
	if (!bench_open(n_ports, frames, queues, args))
		return false;
	for (i = 0; i < n_ports; i++) {
		to = n_ports == 1 ? 0 : i ^ 1;
		if (!open_agents(&bench, i, &to, 1))
			return false;
	}
	return true;
}

static const struct way {
	const char *name;
	unsigned int ports;
	uint16_t queues;
	const char *args;
} ways[] = {
	{ "between two ports", 2, 1, "" },
	{ "out of the same port", 1, 1, "" },
	{ "four queues with RSS", 2, 4, "flows=64" },
	{ "IMIX", 2, 1, "size=imix" },
	{ "1518 byte frames", 2, 1, "size=1518" },
	{ "with a tail write for each packet", 2, 1, "flush=1" },
	{ "with a tail write for 5 packets", 2, 1, "flush=5" },
	{ "with a tail write for 32 packets", 2, 1, "flush=32" },
	{ "what does not wait for room", 2, 1, "rate=2000000" },
};

static void
forwards(const void *arg)
{
	const struct way *way = arg;

	CHECK(open_pairs(way->ports, FRAMES, way->queues, way->args));
	CHECK(pump_native(&bench, on_forward, 1, false));
	CHECK(finish(&bench));
}

static void
forwards_small(const void *arg)
{
	const struct way *way = arg;

	CHECK(open_pairs(way->ports, FRAMES, way->queues, way->args));
	CHECK(pump_native(&bench, on_forward, 1, true));
	CHECK(finish(&bench));
}

CHECK_CASE(drops_a_third)
{
	CHECK(open_pairs(2, FRAMES, 1, ""));
	CHECK(pump_native(&bench, on_drop_some, 1, false));
	CHECK(finish(&bench));
}

CHECK_CASE(sends_to_any_of_two)
{
	static const unsigned int to[] = { 2, 1 };
	unsigned int i;

	n_agents = 0;
	CHECK(bench_open(3, FRAMES, 1, "flows=64"));
	for (i = 0; i < 3; i++)
		CHECK(open_agents(&bench, i, to, 2));
	CHECK(pump_native(&bench, on_any, 2, true));
	CHECK(finish(&bench));
}

/* Bytes that no buffer has, or that the MTU forbids, are not sent, but counted. */
CHECK_CASE(too_long_is_refused)
{
	CHECK(open_pairs(2, FRAMES, 1, ""));
	CHECK(pump_native(&bench, on_too_long, 1, true));
	CHECK(sums[0].refused != 0);
	CHECK(finish(&bench));
}

static bool
refused_to(int err, uint16_t port, uint16_t queue, const uint16_t *outputs, uint16_t n)
{
	struct rte_pmd_tinynf_agent *agent;

	CHECK_RET(rte_pmd_tinynf_agent_open(port, queue, outputs, n, NULL, &agent) == err, false);
	return true;
}

CHECK_CASE(bad_arguments_are_refused)
{
	uint16_t ok, twice[2], bad = 77;
	struct rte_pmd_tinynf_agent *agent;

	CHECK(bench_open(2, 1, 1, ""));
	ok = bench.port[1];
	twice[0] = twice[1] = ok;
	CHECK(refused_to(-EINVAL, bench.port[0], 0, &ok, 0));
	CHECK(refused_to(-EINVAL, bench.port[0], 0, &ok, RTE_PMD_TINYNF_MAX_OUTPUTS + 1));
	CHECK(refused_to(-EINVAL, bench.port[0], 0, twice, 2));
	CHECK(refused_to(-EINVAL, bench.port[0], 0, &bad, 1));
	CHECK(refused_to(-EINVAL, bad, 0, &ok, 1));
	CHECK(refused_to(-EINVAL, bench.port[0], 1, &ok, 1));
	CHECK(refused_to(-EINVAL, bench.port[0], 0, NULL, 1));
	CHECK_EQ(rte_pmd_tinynf_agent_open_layout(bench.port[0], 0, &ok, 1, NULL,
			RTE_PMD_TINYNF_LAYOUT + 1, &agent), -EPROTONOSUPPORT);
	CHECK(rte_eth_dev_set_vlan_offload(bench.port[0], RTE_ETH_VLAN_STRIP_OFFLOAD) == 0);
	CHECK(refused_to(-EINVAL, bench.port[0], 0, &ok, 1));
	CHECK(rte_eth_dev_set_vlan_offload(bench.port[0], 0) == 0);
	CHECK(rte_eth_dev_stop(bench.port[1]) == 0);
	CHECK(refused_to(-ENODEV, bench.port[0], 0, &ok, 1));
	CHECK(rte_eth_dev_start(bench.port[1]) == 0);
	CHECK(rte_eth_dev_rx_queue_stop(bench.port[0], 0) == 0);
	CHECK(refused_to(-ENODEV, bench.port[0], 0, &ok, 1));
	CHECK(rte_eth_dev_rx_queue_start(bench.port[0], 0) == 0);
	CHECK(rte_pmd_tinynf_agent_open(bench.port[0], 0, &ok, 1, NULL, &agent) == 0);
	CHECK(refused_to(-EBUSY, bench.port[0], 0, &ok, 1));
	CHECK(rte_pmd_tinynf_agent_close(agent) == 0);
	CHECK(rte_pmd_tinynf_agent_close(NULL) == 0);
	CHECK(bench_leave());
}

/* Ports 0 and 1 are native, port 2 is ethdev's. */
CHECK_CASE(ethdev_is_refused_on_a_native_port)
{
	static const unsigned int to = 1;
	struct rte_mbuf *m[32];

	n_agents = 0;
	CHECK(bench_open(3, FRAMES, 1, ""));
	CHECK(open_agents(&bench, 0, &to, 1));
	/* Port 1 only sends, and is native nevertheless. */
	rte_errno = 0;
	CHECK_EQ(rte_eth_rx_burst(bench.port[0], 0, m, 32), 0);
	CHECK_EQ(rte_errno, EBUSY);
	CHECK_EQ(rte_eth_rx_burst(bench.port[1], 0, m, 32), 0);
	CHECK_EQ(xstat(bench.port[0], "rx_refused_native"), 1);
	CHECK_EQ(xstat(bench.port[1], "rx_refused_native"), 1);
	CHECK(keep(&bench, 2, 4));
	rte_errno = 0;
	CHECK_EQ(rte_eth_tx_burst(bench.port[1], 0, bench.kept[2], 4), 0);
	CHECK_EQ(rte_errno, EBUSY);
	CHECK_EQ(rte_eth_tx_burst(bench.port[0], 0, bench.kept[2], 1), 0);
	CHECK_EQ(xstat(bench.port[0], "tx_refused_native"), 1);
	CHECK_EQ(xstat(bench.port[1], "tx_refused_native"), 1);
	CHECK(close_agents());
	/* Now they are ethdev's again; the closed queue after a start. */
	CHECK(send_all(bench.port[1], 0, bench.kept[2], 2));
	CHECK(send_all(bench.port[0], 0, &bench.kept[2][2], 2));
	bench.n_kept[2] = 0;
	CHECK_EQ(rte_eth_rx_burst(bench.port[0], 0, m, 32), 0);
	CHECK(rte_eth_dev_rx_queue_start(bench.port[0], 0) == 0);
	CHECK(keep(&bench, 0, 10));
	CHECK(keep(&bench, 1, 10));
	CHECK(bench_leave());
}

CHECK_CASE(native_is_refused_on_a_port_that_ethdev_used)
{
	struct rte_pmd_tinynf_agent *agent;
	uint16_t in, out, used;

	CHECK(bench_open(3, FRAMES, 1, ""));
	in = bench.port[0];
	used = bench.port[1];
	out = bench.port[2];
	CHECK(keep(&bench, 1, 1));
	CHECK(refused_to(-EBUSY, used, 0, &out, 1));
	CHECK(refused_to(-EBUSY, in, 0, &used, 1));
	/* Sent to: used as well. */
	CHECK(send_all(out, 0, bench.kept[1], 1));
	bench.n_kept[1] = 0;
	CHECK(refused_to(-EBUSY, in, 0, &out, 1));
	CHECK(rte_eth_dev_stop(used) == 0);
	CHECK(rte_eth_dev_start(used) == 0);
	CHECK(rte_pmd_tinynf_agent_open(used, 0, &out, 1, NULL, &agent) == 0);
	CHECK(rte_pmd_tinynf_agent_close(agent) == 0);
	CHECK(bench_leave());
}

static int run_ended;

static int
run_in_thread(void *quit)
{
	run_ended = rte_pmd_tinynf_run(agents, n_agents, on_forward, 1, quit);
	return 0;
}

static bool
wait_packets(unsigned int agent, uint64_t n)
{
	const uint64_t end = deadline();
	struct rte_pmd_tinynf_stats stats;

	do {
		CHECK_RET(!late(end), false);
		rte_pmd_tinynf_agent_stats(agents[agent], &stats);
	} while (stats.packets < n);
	return true;
}

/* The application says so, or a port's stop does. */
CHECK_CASE(run_ends_when_told_to)
{
	static volatile bool quit;

	quit = false;
	CHECK(open_pairs(2, FRAMES, 1, ""));
	CHECK(rte_eal_remote_launch(run_in_thread, (void *)(uintptr_t)&quit, 1) == 0);
	CHECK(wait_packets(0, FRAMES) && wait_packets(1, FRAMES));
	quit = true;
	rte_eal_wait_lcore(1);
	CHECK_EQ(run_ended, 0);
	take_sums(&bench);
	CHECK(finish(&bench));
}

static const struct end {
	const char *name;
	unsigned int stopped;
} ends[] = { { "the receiving port stops", 0 }, { "the sending port stops", 1 } };

static void
run_ends_when_a_port_stops(const void *arg)
{
	static const volatile bool never;
	const unsigned int stopped = ((const struct end *)arg)->stopped;
	static const unsigned int to = 1;

	n_agents = 0;
	CHECK(bench_open(2, UINT64_C(1) << 40, 1, ""));
	CHECK(open_agents(&bench, 0, &to, 1));
	CHECK(rte_eal_remote_launch(run_in_thread, (void *)(uintptr_t)&never, 1) == 0);
	CHECK(wait_packets(0, 100));
	CHECK(rte_eth_dev_stop(bench.port[stopped]) == 0);
	rte_eal_wait_lcore(1);
	CHECK_EQ(run_ended, -ENODEV);
	CHECK_EQ(rte_pmd_tinynf_poll(agents[0], on_forward, 1), -ENODEV);
	CHECK_EQ(xstat(bench.port[0], "wire_lost"), 0);
	CHECK_EQ(xstat(bench.port[0], "wire_violations"), 0);
	/* Opened again, it goes on. */
	if (stopped == 0) {
		CHECK(rte_eth_dev_start(bench.port[0]) == 0);
	} else {
		CHECK(rte_eth_dev_start(bench.port[1]) == 0);
		CHECK(rte_eth_dev_rx_queue_start(bench.port[0], 0) == 0);
	}
	CHECK(close_agents());
	CHECK(open_agents(&bench, 0, &to, 1));
	CHECK(rte_eal_remote_launch(run_in_thread, (void *)(uintptr_t)&never, 1) == 0);
	CHECK(wait_packets(0, 100));
	/* Closing the device is a stop, too. */
	CHECK(ports_unplug());
	rte_eal_wait_lcore(1);
	CHECK_EQ(run_ended, -ENODEV);
	CHECK(close_agents());
	CHECK(pool_full());
}

CHECK_CASE(other_numbers_of_outputs_are_refused)
{
	static const volatile bool never;

	CHECK(open_pairs(2, 1, 1, ""));
	CHECK_EQ(rte_pmd_tinynf_run(agents, 2, on_any, 2, &never), -EINVAL);
	CHECK_EQ(rte_pmd_tinynf_poll(agents[0], on_any, 2), -EINVAL);
	CHECK_EQ(rte_pmd_tinynf_poll_small(agents[0], on_any, 0), -EINVAL);
	CHECK_EQ(rte_pmd_tinynf_poll(agents[0], on_forward, RTE_PMD_TINYNF_MAX_OUTPUTS), -EINVAL);
	CHECK_EQ(sums[0].packets, 0);
	CHECK(close_agents());
	CHECK(bench_leave());
}

/*
 * What hardware may say of frames, and handlers of outputs: so many wait in the ring, and are told
 * of otherwise than they were.
 */

#define WAITING  100u
#define RXD_RXE  (UINT64_C(1) << 40)
#define RXD_EOP  (UINT64_C(1) << 33)
#define RXD_LEN  UINT64_C(0xffff)

static bool
open_waiting(const char *args)
{
	static const unsigned int to = 1;
	const uint64_t end = deadline();

	n_agents = 0;
	if (!bench_open(2, WAITING, 1, args) || !open_agents(&bench, 0, &to, 1))
		return false;
	while (xstat(bench.port[0], "wire_rx") != WAITING)
		CHECK_RET(on_time(&bench, end), false);
	return true;
}

static volatile uint64_t *
told_of(unsigned int n)
{
	return &agents[0]->ring[(agents[0]->pos + n) & agents[0]->mask].meta;
}

/* Handle all that waits, by polls that find nothing at the end. */
static __rte_always_inline bool
handle_waiting(rte_pmd_tinynf_handler handler, bool small, unsigned int descriptors)
{
	const uint64_t end = deadline();
	const uint32_t from = agents[0]->pos;
	int n;

	do {
		CHECK_RET(!late(end), false);
		n = small ? rte_pmd_tinynf_poll_small(agents[0], handler, 1) :
			rte_pmd_tinynf_poll(agents[0], handler, 1);
		CHECK_RET(n >= 0, false);
	} while (agents[0]->pos - from < descriptors || n != 0);
	CHECK_RET(agents[0]->pos - from == descriptors, false);
	return true;
}

/* The agent's statistics, and what became of the frames on the wire. */
static bool
told(uint64_t bad, uint64_t dropped, uint64_t too_long, uint64_t returned)
{
	const uint64_t end = deadline();
	struct rte_pmd_tinynf_stats stats;

	while (xstat(bench.port[0], "wire_returned") < returned)
		CHECK_RET(on_time(&bench, end), false);
	rte_pmd_tinynf_agent_stats(agents[0], &stats);
	CHECK_RET(stats.packets == sums[0].packets, false);
	CHECK_RET(stats.bad == bad, false);
	CHECK_RET(stats.dropped == dropped, false);
	CHECK_RET(stats.too_long == too_long, false);
	CHECK_RET(stats.bad_heads == 0, false);
	BALANCE(bench.port[0], "wire_returned", returned);
	BALANCE(bench.port[0], "wire_reordered", 0);
	BALANCE(bench.port[0], "wire_corrupted", 0);
	BALANCE(bench.port[0], "wire_duplicated", 0);
	BALANCE(bench.port[0], "wire_violations", 0);
	BALANCE(bench.port[1], "wire_violations", 0);
	return close_agents() && bench_leave();
}

static const struct kind {
	const char *name;
	bool small;
} kinds[] = { { "in a loop", false }, { "by a small handler", true } };

/* Frames with errors: the first, two in turn, at both sides of a group's end, the last. */
static void
errors_are_not_handled(const void *arg)
{
	static const unsigned int bad[] = { 0, 3, 4, 31, 32, 63, WAITING - 1 };
	const struct kind *kind = arg;
	unsigned int i;

	CHECK(open_waiting(""));
	for (i = 0; i < RTE_DIM(bad); i++)
		*told_of(bad[i]) |= RXD_RXE;
	CHECK(handle_waiting(on_forward, kind->small, WAITING));
	CHECK_EQ(sums[0].packets, WAITING - RTE_DIM(bad));
	CHECK(told(RTE_DIM(bad), 0, 0, WAITING - RTE_DIM(bad)));
}

/* Frames of two and three buffers, one of them with an error, one across a group's end. */
static void
frames_of_several_buffers_are_not_handled(const void *arg)
{
	static const unsigned int begun[] = { 1, 10, 11, 20, 31, WAITING - 2 };
	const struct kind *kind = arg;
	const unsigned int lost = 11, frames = 5;
	unsigned int i;

	CHECK(open_waiting(""));
	for (i = 0; i < RTE_DIM(begun); i++)
		*told_of(begun[i]) &= ~RXD_EOP;
	*told_of(21) |= RXD_RXE;
	CHECK(handle_waiting(on_forward, kind->small, WAITING));
	CHECK_EQ(sums[0].packets, WAITING - lost);
	CHECK(told(frames, 0, 0, WAITING - lost));
}

/* No bytes, and more than a buffer has. */
static void
impossible_lengths_are_not_sent(const void *arg)
{
	const struct kind *kind = arg;

	CHECK(open_waiting(""));
	*told_of(5) &= ~RXD_LEN;
	*told_of(6) &= ~RXD_LEN;
	*told_of(32) |= RXD_LEN;
	CHECK(handle_waiting(on_forward, kind->small, WAITING));
	CHECK_EQ(sums[0].packets, WAITING);
	CHECK(told(0, 3, 1, WAITING - 3));
}

/* One byte more than the MTU and two tags, the most that there is; and outputs that there are not. */
static inline void
on_beyond(void *packet __rte_unused, uint16_t length, uint16_t *lengths, void *state)
{
	static const uint16_t beyond[] = { 1500 + 14 + 8 + 1, UINT16_MAX };
	struct sums *s = state;
	unsigned int o;

	count(state, length);
	lengths[0] = s->packets % 5 < 2 ? beyond[s->packets % 5] : length;
	for (o = 1; o < RTE_PMD_TINYNF_MAX_OUTPUTS; o++)
		lengths[o] = length;
}

static void
handlers_cannot_go_beyond(const void *arg)
{
	const struct kind *kind = arg;
	const unsigned int refused = WAITING / 5 * 2;

	CHECK(open_waiting("size=1518"));
	CHECK(handle_waiting(on_beyond, kind->small, WAITING));
	CHECK(told(0, refused, refused, WAITING - refused));
}

static bool
pump_until(uint64_t packets)
{
	const uint64_t end = deadline();

	while (sums[0].packets < packets) {
		CHECK_RET(!late(end), false);
		CHECK_RET(rte_pmd_tinynf_poll(agents[0], on_forward, 1) >= 0, false);
	}
	return true;
}

/* That of the port that sends holds for an agent that is open. */
CHECK_CASE(the_mtu_may_change)
{
	static const unsigned int to = 1;
	struct rte_pmd_tinynf_stats stats;
	uint64_t before;

	n_agents = 0;
	CHECK(bench_open(2, FRAMES, 1, "size=1518"));
	CHECK(open_agents(&bench, 0, &to, 1));
	CHECK(pump_until(100));
	before = sums[0].packets;
	CHECK(rte_eth_dev_set_mtu(bench.port[1], 1000) == 0);
	CHECK(pump_until(before + 100));
	rte_pmd_tinynf_agent_stats(agents[0], &stats);
	CHECK_EQ(stats.too_long, stats.packets - before);
	CHECK(rte_eth_dev_set_mtu(bench.port[1], 1500) == 0);
	CHECK(pump_until(FRAMES));
	CHECK(told(0, stats.too_long, stats.too_long, FRAMES - stats.too_long));
}

int
main(int argc, char **argv)
{
	if (!bench_init(argc, argv))
		return 1;
	CHECK_RUN_EACH("forwards ", forwards, ways);
	CHECK_RUN_EACH("forwards by a small handler ", forwards_small, ways);
	CHECK_RUN(drops_a_third);
	CHECK_RUN(sends_to_any_of_two);
	CHECK_RUN(too_long_is_refused);
	CHECK_RUN(bad_arguments_are_refused);
	CHECK_RUN(ethdev_is_refused_on_a_native_port);
	CHECK_RUN(native_is_refused_on_a_port_that_ethdev_used);
	CHECK_RUN(run_ends_when_told_to);
	CHECK_RUN_EACH("run ends when ", run_ends_when_a_port_stops, ends);
	CHECK_RUN(other_numbers_of_outputs_are_refused);
	CHECK_RUN(the_mtu_may_change);
	CHECK_RUN_EACH("errors are not handled ", errors_are_not_handled, kinds);
	CHECK_RUN_EACH("frames of several buffers are not handled ",
			frames_of_several_buffers_are_not_handled, kinds);
	CHECK_RUN_EACH("impossible lengths are not sent ", impossible_lengths_are_not_sent, kinds);
	CHECK_RUN_EACH("handlers cannot go beyond ", handlers_cannot_go_beyond, kinds);
	return check_done();
}
