/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * Every variant of the bursts against the one in plain C, on queues and a NIC made here: the
 * same random frames and the same random application, and after each step everything must be
 * the same - packets, their mbufs field by field, rings, positions and tails. Beside that, the
 * NIC knows what has to leave.
 */

#include <stdlib.h>
#include <string.h>

#include <rte_cpuflags.h>
#include <rte_mempool.h>

#include "check.h"
#include "tinynf_burst.h"
#include "tinynf_ports.h"
#include "tinynf_queue_setup.h"
#include "tinynf_slots.h"

#define SIZE      256u
#define OUTPUTS   2u
#define MTU       1500u
#define BURST     64u
#define BUFFER    2048u

/* One of the two that are compared. */
struct side {
	struct tinynf_rxq rxq;
	struct rte_mbuf mbuf[SIZE];
	struct rte_mbuf *by_slot[SIZE];
	struct tinynf_desc rx[SIZE], tx[OUTPUTS][SIZE], wanted[OUTPUTS][SIZE];
	struct tinynf_stamp stamp[SIZE];
	_Atomic uint8_t state[SIZE];
	_Atomic uint32_t sent[SIZE];
	uint32_t stale[SIZE];
	uint64_t addr[SIZE];
	volatile uint32_t head[OUTPUTS];
	volatile uint32_t rdt, tdt[OUTPUTS];
	struct tinynf_txq *txq[OUTPUTS];
	eth_rx_burst_t rx_burst;
	eth_tx_burst_t tx_burst;
	struct rte_mbuf *pkts[BURST];
};

/* tested and plain; then what is common to them. */
static struct side sides[2];
static struct {
	uint32_t rx_head, tx_head[OUTPUTS];
	uint32_t due[OUTPUTS][SIZE];   /* what must leave there, see expected() */
	uint16_t held[SIZE];           /* slots in the application's hands, in order */
	uint32_t n_held;
	uint64_t received, sent, unusual;
	uint64_t random;
	uint16_t mtu;
	struct rte_mempool pool;
	struct rte_eth_dev_data data;
	const char *broken;
} w;
static struct tinynf_slots *slots[2];

static uint32_t
rnd(uint32_t below)
{
	w.random = w.random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(w.random >> 33) % below;
}

static void
broken(const char *why)
{
	if (w.broken == NULL)
		w.broken = why;
}

static void
side_init(unsigned int n, eth_rx_burst_t rx, eth_tx_burst_t tx, uint64_t offloads, uint32_t start)
{
	struct side *s = &sides[n];
	struct tinynf_gate *gate = &tinynf_gates[n + 1];
	uint32_t i, o;

	memset(s, 0, sizeof(*s));
	s->rx_burst = rx;
	s->tx_burst = tx;
	tinynf_rxq_describe(&s->rxq, 0, offloads);
	if (slots[n] == NULL)
		slots[n] = calloc(1, sizeof(*slots[n]) + SIZE * sizeof(slots[n]->mbuf[0]));
	slots[n]->gate = n + 1;
	slots[n]->size = SIZE;
	for (i = 0; i < SIZE; i++) {
		struct rte_mbuf *m = &s->mbuf[i];

		s->by_slot[i] = m;
		slots[n]->mbuf[i] = m;
		tinynf_mbuf_restore(&s->rxq, m);
		m->pool = &w.pool;
		m->buf_len = BUFFER + RTE_PKTMBUF_HEADROOM;
		*RTE_MBUF_DYNFIELD(m, tinynf_slot_dynfield, uint32_t *) = (n + 1) << 16 | i;
		s->addr[i] = UINT64_C(0x10000) + i * BUFFER;
	}
	s->rxq.mbuf = s->by_slot;
	s->rxq.stamp = s->stamp;
	s->rxq.rdt = &s->rdt;
	s->rxq.room = BUFFER;
	s->rxq.size = SIZE;
	s->rxq.data = &w.data;
	for (o = 0; o < RTE_MAX_ETHPORTS; o++)
		s->rxq.output_of[o] = TINYNF_NO_OUTPUT;
	tinynf_agent_init(&s->rxq.agent, SIZE, 8, 32, s->rx, s->state, s->sent, s->stale, s->addr);
	s->rxq.agent.received = start;
	s->rxq.agent.decided = start;
	s->rxq.agent.mirrored = start + SIZE;
	s->rxq.stamped = start;
	s->rdt = tinynf_agent_rdt(&s->rxq.agent);
	gate->rxq = &s->rxq;
	gate->slots = slots[n];
	gate->owner = 0;
	gate->fast = 0;
	tinynf_rxq_set_gate(&s->rxq, n + 1);
	for (o = 0; o < OUTPUTS; o++) {
		tinynf_agent_attach(&s->rxq.agent, o, s->tx[o], s->wanted[o], &s->head[o]);
		tinynf_agent_set_max(&s->rxq.agent, o, MTU + TINYNF_L2_OVERHEAD);
		s->rxq.agent.output[o].tail = &s->tdt[o];
		s->rxq.output_of[o] = o;
		s->txq[o] = &tinynf_txqs[o][n];
		memset(s->txq[o], 0, sizeof(*s->txq[o]));
		s->txq[o]->gate = &tinynf_gates[TINYNF_GATE_NONE];
		s->txq[o]->output = &tinynf_no_output;
		s->txq[o]->port_id = o;
		s->txq[o]->mtu = &w.mtu;
	}
}

/* What the hardware may say of a frame; @p odd: one in so many is unusual. */
static uint64_t
random_meta(uint32_t odd)
{
	uint64_t meta = (60 + rnd(1400)) | (uint64_t)rnd(1 << 16) << TINYNF_RXD_CSUM_SHIFT |
		TINYNF_RXD_DD | TINYNF_RXD_EOP;

	meta |= (uint64_t)rnd(8) << 36 | (uint64_t)rnd(4) << 46;
	if (rnd(2) == 0)
		meta |= TINYNF_RXD_PIF;
	if (rnd(odd) == 0)
		meta |= TINYNF_RXD_VP | (uint64_t)rnd(1 << 16) << TINYNF_RXD_VLAN_SHIFT;
	if (rnd(4 * odd) == 0)
		meta |= TINYNF_RXD_RXE;
	if (rnd(4 * odd) == 0)
		meta &= ~TINYNF_RXD_EOP;
	return meta;
}

static void
nic_receive(uint32_t max, uint32_t odd)
{
	for (; max-- > 0 && w.rx_head != sides[0].rdt; w.rx_head = (w.rx_head + 1) % SIZE) {
		const uint64_t meta = random_meta(odd);

		if (sides[0].rx[w.rx_head].meta != 0)
			broken("a receive descriptor is not ready");
		sides[0].rx[w.rx_head].meta = meta;
		sides[1].rx[w.rx_head].meta = meta;
	}
}

/* Length of a packet, and whether it shall get a tag. */
static uint32_t
expected(const struct rte_mbuf *m)
{
	return m->data_len | (m->ol_flags & RTE_MBUF_F_TX_VLAN ? (uint32_t)m->vlan_tci << 16 : 0);
}

static uint32_t
told(uint64_t meta)
{
	return (meta & 0xffff) | (meta & TINYNF_TXD_VLE ?
			(uint32_t)(meta >> TINYNF_TXD_VLAN_SHIFT) << 16 : 0);
}

static void
nic_transmit(uint32_t o, uint32_t max)
{
	for (; max-- > 0 && w.tx_head[o] != sides[0].tdt[o];) {
		const uint32_t i = w.tx_head[o];
		const uint64_t meta = sides[0].tx[o][i].meta;

		if ((meta & 0xffff) != 0 && w.due[o][i] != told(meta))
			broken("a frame leaves that should not, or with another length or tag");
		if ((meta & 0xffff) != 0) {
			w.due[o][i] = 0;
			w.sent++;
		}
		w.tx_head[o] = (i + 1) % SIZE;
		if (meta & TINYNF_TXD_RS) {
			sides[0].head[o] = w.tx_head[o];
			sides[1].head[o] = w.tx_head[o];
		}
	}
}

/* Fields that an application sees, and what the driver relies on later. */
static void
compare_mbufs(const struct rte_mbuf *a, const struct rte_mbuf *b)
{
	if (a->data_off != b->data_off || rte_mbuf_refcnt_read(a) != rte_mbuf_refcnt_read(b) ||
			a->nb_segs != b->nb_segs || a->port != b->port)
		broken("mbufs differ in data_off, refcnt, nb_segs or port");
	if (a->ol_flags != b->ol_flags)
		broken("mbufs differ in ol_flags");
	if (a->packet_type != b->packet_type)
		broken("mbufs differ in packet_type");
	if (a->pkt_len != b->pkt_len || a->data_len != b->data_len)
		broken("mbufs differ in lengths");
	if (a->vlan_tci != b->vlan_tci || a->hash.rss != b->hash.rss)
		broken("mbufs differ in vlan_tci or hash");
}

static void
compare_sides(void)
{
	struct side *a = &sides[0], *b = &sides[1];
	uint32_t i, o;

	if (a->rxq.agent.received != b->rxq.agent.received ||
			a->rxq.agent.decided != b->rxq.agent.decided ||
			a->rxq.agent.mirrored != b->rxq.agent.mirrored ||
			a->rxq.agent.active != b->rxq.agent.active ||
			a->rxq.agent.due_period != b->rxq.agent.due_period)
		broken("positions differ");
	if (a->rdt != b->rdt || a->rxq.nb_bad != b->rxq.nb_bad ||
			a->rxq.nb_dropped != b->rxq.nb_dropped)
		broken("receive tails or counters differ");
	if (memcmp(a->rx, b->rx, sizeof(a->rx)) != 0 || memcmp(a->tx, b->tx, sizeof(a->tx)) != 0)
		broken("rings differ");
	if (memcmp(a->stale, b->stale, sizeof(a->stale)) != 0)
		broken("what is stale differs");
	for (o = 0; o < OUTPUTS; o++)
		if (a->tdt[o] != b->tdt[o])
			broken("transmit tails differ");
	for (i = 0; i < SIZE; i++)
		compare_mbufs(&a->mbuf[i], &b->mbuf[i]);
	if ((tinynf_gates[1].fast == 0) != (tinynf_gates[2].fast == 0))
		broken("one has the fast pass, the other has not");
}

static uint16_t
slot_of(const struct side *s, const struct rte_mbuf *m)
{
	return (uint16_t)(m - s->mbuf);
}

/* Nothing is left of what the application did to a slot's packet in an earlier turn. */
static void
check_fresh(const struct side *s, const struct rte_mbuf *m)
{
	if (tinynf_rearm_get(m) != s->rxq.usual[0])
		broken("data_off, refcnt, nb_segs or port of a received packet is an old one");
	if (m->ol_flags & (RTE_MBUF_F_TX_OFFLOAD_MASK | RTE_MBUF_F_RX_FDIR) ||
			(!s->rxq.any_flags && m->ol_flags & ~s->rxq.vlan_flags))
		broken("ol_flags of a received packet are old ones");
}

static void
app_receive(uint16_t n)
{
	const uint16_t got = sides[0].rx_burst(&sides[0].rxq, sides[0].pkts, n);
	uint16_t i, slot;

	if (sides[1].rx_burst(&sides[1].rxq, sides[1].pkts, n) != got || got > n) {
		broken("not as many packets are received");
		return;
	}
	for (i = 0; i < got; i++) {
		slot = slot_of(&sides[0], sides[0].pkts[i]);
		if (slot >= SIZE || slot != slot_of(&sides[1], sides[1].pkts[i])) {
			broken("other packets are received");
			return;
		}
		check_fresh(&sides[0], sides[0].pkts[i]);
		w.held[w.n_held++] = slot;
	}
	w.received += got;
}

static void
forget_held(uint32_t at, uint32_t n)
{
	w.n_held -= n;
	memmove(&w.held[at], &w.held[at + n], (w.n_held - at) * sizeof(w.held[0]));
}

/* Send held packets from @p at on to @p o. What isn't taken stays. */
static uint16_t
app_send(uint32_t o, uint32_t at, uint16_t n)
{
	uint32_t frames[BURST];
	uint16_t i, sent[2];
	unsigned int k;

	for (i = 0; i < n; i++)
		frames[i] = expected(&sides[0].mbuf[w.held[at + i]]);
	/* The NIC may see them from now on. */
	for (k = 0; k < 2; k++) {
		for (i = 0; i < n; i++)
			sides[k].pkts[i] = &sides[k].mbuf[w.held[at + i]];
		/* Both belong to one lcore, but neither is to know. */
		tinynf_lcores[0].last = k + 1;
		sent[k] = sides[k].tx_burst(sides[k].txq[o], sides[k].pkts, n);
	}
	if (sent[0] != sent[1]) {
		broken("not as many packets are sent");
		return 0;
	}
	for (i = 0; i < sent[0]; i++)
		w.due[o][w.held[at + i]] = frames[i];
	return sent[0];
}

/* Make one packet unusual, the same on both sides. Returns whether it must be refused. */
static bool
spoil(uint32_t at)
{
	const uint32_t how = rnd(7), bit = rnd(16);
	unsigned int k;

	for (k = 0; k < 2; k++) {
		struct rte_mbuf *m = &sides[k].mbuf[w.held[at]];

		switch (how) {
		case 0:
			m->port ^= 1u << bit;
			break;
		case 1:
			m->data_off += 2;
			break;
		case 2:
			m->ol_flags |= RTE_MBUF_F_RX_FDIR;
			break;
		case 3:
			m->ol_flags |= RTE_MBUF_F_TX_VLAN;
			break;
		case 4:
			m->pkt_len += UINT32_C(1) << (2 * bit);
			break;
		case 5:
			m->pkt_len = MTU + TINYNF_L2_OVERHEAD + 1;
			m->data_len = m->pkt_len;
			break;
		default:
			m->pkt_len = 0;
			m->data_len = 0;
			break;
		}
	}
	w.unusual++;
	return how >= 4;
}

static void
app_drop(uint32_t at)
{
	rte_pktmbuf_free(&sides[0].mbuf[w.held[at]]);
	rte_pktmbuf_free(&sides[1].mbuf[w.held[at]]);
	forget_held(at, 1);
}

static void
app_send_next(uint16_t n, bool unusual)
{
	const uint32_t at = unusual && n != 0 && rnd(8) == 0 ? rnd(n) : UINT32_MAX;
	uint16_t sent;
	bool refused;

	n = RTE_MIN(n, w.n_held);
	refused = at < n && spoil(at);
	sent = app_send(rnd(16) == 0, 0, n);
	if (refused && sent != at)
		broken("a packet is sent that must be refused, or one before it isn't");
	forget_held(0, sent);
	if (refused)
		app_drop(0);
}

/* Something that isn't as usual with one packet, and perhaps some after it. */
static void
app_unusual(void)
{
	const uint32_t at = w.n_held == 0 ? 0 : rnd(RTE_MIN(w.n_held, 16u));
	struct rte_mbuf *m[2];
	unsigned int k;
	uint16_t n;

	if (w.n_held == 0)
		return;
	n = 1 + rnd(RTE_MIN(w.n_held - at, 8u));
	m[0] = &sides[0].mbuf[w.held[at]];
	m[1] = &sides[1].mbuf[w.held[at]];
	w.unusual++;
	switch (rnd(9)) {
	case 0:
		app_drop(at);
		return;
	case 1: /* out of order */
		break;
	case 2:
		for (k = 0; k < 2; k++)
			m[k]->port = 7;
		break;
	case 3:
		for (k = 0; k < 2; k++)
			rte_pktmbuf_adj(m[k], 14);
		break;
	case 4:
		for (k = 0; k < 2; k++) {
			m[k]->ol_flags |= RTE_MBUF_F_TX_VLAN;
			m[k]->vlan_tci = 5;
		}
		break;
	case 5: /* to both outputs */
		for (k = 0; k < 2; k++)
			rte_mbuf_refcnt_update(m[k], 1);
		app_send(0, at, 1);
		forget_held(at, app_send(1, at, 1));
		return;
	case 6: /* refused: lengths don't agree */
		for (k = 0; k < 2; k++)
			m[k]->pkt_len++;
		if (app_send(0, at, n) != 0)
			broken("a packet with a wrong length is sent");
		app_drop(at);
		return;
	case 7: /* refused: too long, or empty */
		n = rnd(2) == 0 ? MTU + TINYNF_L2_OVERHEAD + 1 : 0;
		for (k = 0; k < 2; k++) {
			m[k]->pkt_len = n;
			m[k]->data_len = n;
		}
		if (app_send(0, at, 1) != 0)
			broken("a packet is sent that is too long or empty");
		app_drop(at);
		return;
	default: /* of a length that just passes */
		for (k = 0; k < 2; k++) {
			m[k]->pkt_len = MTU + TINYNF_L2_OVERHEAD;
			m[k]->data_len = MTU + TINYNF_L2_OVERHEAD;
		}
		break;
	}
	forget_held(at, app_send(rnd(2), at, n));
}

static const uint16_t bursts[] = { 0, 1, 1, 2, 3, 4, 5, 7, 8, 8, 9, 12, 16, 31, 32, 32, 33, 64 };

static void
step(bool quiet, bool unusual)
{
	const uint32_t odd = quiet ? 100000 : 20;
	const uint16_t burst = bursts[rnd(RTE_DIM(bursts))];

	switch (rnd(8)) {
	case 0:
	case 1:
		nic_receive(rnd(SIZE), odd);
		break;
	case 2:
		nic_transmit(rnd(OUTPUTS), rnd(SIZE));
		break;
	case 3:
	case 4:
		app_receive(burst);
		break;
	case 5:
	case 6:
		app_send_next(burst, unusual);
		break;
	default:
		if (!quiet && rnd(4) == 0)
			app_unusual();
		break;
	}
	compare_sides();
}

struct params {
	eth_rx_burst_t rx;
	eth_tx_burst_t tx;
	enum rte_cpu_flag_t flag;
	uint64_t offloads;
	uint32_t start;
	bool unusual;
};

static void
variant(const void *arg)
{
	const struct params *p = arg;
	const unsigned int seeds = check_quick() ? 10 : 60;
	unsigned int seed, i, fast = 0;

#if defined(RTE_ARCH_X86)
	if (rte_cpu_get_flag_enabled(p->flag) <= 0)
		CHECK_SKIP("this processor has no %s", rte_cpu_get_flag_name(p->flag));
#endif
	for (seed = 1; seed <= seeds; seed++) {
		memset(&w, 0, offsetof(typeof(w), pool));
		w.broken = NULL;
		w.random = seed * 104729;
		w.mtu = MTU;
		side_init(0, p->rx, p->tx, p->offloads, p->start);
		side_init(1, tinynf_rx_burst_c, tinynf_tx_burst_c, p->offloads, p->start);
		for (i = 0; i < 4000 && w.broken == NULL; i++) {
			/* In phases: what isn't as usual closes the fast pass for a while. */
			step(!p->unusual || i / 200 % 2 == 0, p->unusual);
			fast += tinynf_gates[1].fast != 0;
		}
		if (w.broken != NULL)
			CHECK_FAIL("%s (seed %u, step %u)", w.broken, seed, i);
		CHECK(w.received != 0 && w.sent != 0 && (w.unusual != 0) == p->unusual);
	}
	/* Or nothing was tested. */
	CHECK(fast > seeds * 4000 / 10);
}

/* What an application's process would have set up. */
static bool
environment(void)
{
	uint32_t i;

	RTE_PER_LCORE(_lcore_id) = 0;
	tinynf_gate_init();
	tinynf_slot_dynfield = offsetof(struct rte_mbuf, dynfield1);
	for (i = 0; i < rte_mempool_ops_table.num_ops; i++)
		if (strcmp(rte_mempool_ops_table.ops[i].name, "tinynf_slot") == 0)
			tinynf_slot_ops = (int32_t)i;
	w.pool.ops_index = tinynf_slot_ops;
	w.pool.size = SIZE;
	w.data.port_id = 0;
	for (i = 0; i < OUTPUTS; i++)
		tinynf_txq_count[i] = 2;
	return tinynf_slot_ops >= 0;
}

#define CSUM (RTE_ETH_RX_OFFLOAD_IPV4_CKSUM | RTE_ETH_RX_OFFLOAD_UDP_CKSUM | \
		RTE_ETH_RX_OFFLOAD_TCP_CKSUM)
#define SCHEDULES(name, rx, tx, flag) \
	{ name "/usual", { rx, tx, flag, 0, 0, false } }, \
	{ name "/usual at the 32-bit wrap", { rx, tx, flag, 0, UINT32_MAX & ~1023u, false } }, \
	{ name "/usual with flags", { rx, tx, flag, CSUM | RTE_ETH_RX_OFFLOAD_VLAN_STRIP, 0, \
		false } }, \
	{ name "/unusual", { rx, tx, flag, 0, 0, true } }, \
	{ name "/unusual with flags", { rx, tx, flag, CSUM, 0, true } }

int
main(int argc, char **argv)
{
	static const struct { const char *name; struct params p; } schedules[] = {
#if defined(RTE_ARCH_X86)
		SCHEDULES("SSE", tinynf_rx_burst_sse, tinynf_tx_burst_sse, RTE_CPUFLAG_SSE4_1),
		SCHEDULES("AVX2", tinynf_rx_burst_avx2, tinynf_tx_burst_avx2, RTE_CPUFLAG_AVX2),
#else
		SCHEDULES("plain C", tinynf_rx_burst_c, tinynf_tx_burst_c, 0),
#endif
	};
	unsigned int i;

	check_init(argc, argv);
	if (!environment()) {
		fprintf(stderr, "the driver's mempool operations are not there\n");
		return 1;
	}
	for (i = 0; i < RTE_DIM(schedules); i++)
		check_run(schedules[i].name, variant, &schedules[i].p);
	return check_done();
}
