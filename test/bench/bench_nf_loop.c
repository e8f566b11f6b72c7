/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * The programs' loop around each packet function. Compiled for ethdev, with the switch, and, with
 * NF_NATIVE, for the native interface, there with BENCH_CALLBACK for handlers that are not inlined:
 * BENCH_FRONT is which.
 */

#include <errno.h>
#include <stdlib.h>

#include "bridge.h"
#include "firewall.h"
#include "lb.h"
#include "nat.h"
#include "nf_front.h"
#include "policer.h"

#include "bench_nf.h"

#define PASTE(a, b)  a ## b
#define NAMED(a, b)  PASTE(a, b)
#define TEXT_OF(a)   #a
#define TEXT(a)      TEXT_OF(a)

#ifdef NF_NATIVE

/* A handler as a program has it that chooses one when it runs: compilers don't know which. */
static inline rte_pmd_tinynf_handler
chosen(rte_pmd_tinynf_handler handler)
{
#ifdef BENCH_CALLBACK
	__asm__ ("" : "+r" (handler));
#endif
	return handler;
}

/* One agent is polled, that of the port with traffic. */
#define LOOP(fn, tick_fn, nb_outputs, sums) \
	static __rte_always_inline void \
	on_ ## fn(void *packet, uint16_t length, uint16_t *lengths, void *state) \
	{ \
		nf_on_packet(packet, length, lengths, state, fn, nb_outputs); \
	} \
	static unsigned int \
	run_ ## fn(struct bench_nf *b, unsigned int packets) \
	{ \
		struct nf_agent *a = (struct nf_agent *)b->agents + b->from; \
		unsigned int total = 0; \
		int n; \
		do { \
			a->now = rte_rdtsc(); \
			b->nf.now = a->now; \
			n = rte_pmd_tinynf_poll(a->agent, chosen(on_ ## fn), nb_outputs); \
			tick_fn(&b->nf, a->now); \
			total += n > 0 ? n : 0; \
		} while (n > 0 && total < packets); \
		return total; \
	}

static int
front_open(struct bench_nf *b, bool replies)
{
	int ret;

	b->agents = calloc(NF_MAX_PORTS, sizeof(struct nf_agent));
	if (b->agents == NULL)
		return -ENOMEM;
	ret = nf_agents_open(&b->nf, b->agents, replies ? 2 : 1);
	if (ret != 0)
		free(b->agents);
	return ret;
}

static void
front_close(struct bench_nf *b)
{
	nf_agents_close(b->agents, b->nf.nb_ports);
	free(b->agents);
}

/* What has no state needs neither the time nor a choice of ports: a handler as app/nf-nop has. */
#define PLAIN(fn) \
	static __rte_always_inline void \
	on_ ## fn(void *packet, uint16_t length, uint16_t *lengths, void *state) \
	{ \
		(void)state; \
		fn(NULL, packet, &length, 0, 0); \
		lengths[0] = length; \
	} \
	static unsigned int \
	run_ ## fn(struct bench_nf *b, unsigned int packets) \
	{ \
		struct nf_agent *a = (struct nf_agent *)b->agents + b->from; \
		unsigned int total = 0; \
		int n; \
		do { \
			n = rte_pmd_tinynf_poll_small(a->agent, chosen(on_ ## fn), 1); \
			total += n > 0 ? n : 0; \
		} while (n > 0 && total < packets); \
		return total; \
	}

#else /* ethdev */

#define LOOP(fn, tick_fn, nb_outputs, sums) \
	static unsigned int \
	run_ ## fn(struct bench_nf *b, unsigned int packets) \
	{ \
		static struct nf_out outs[NF_MAX_PORTS]; \
		unsigned int total = 0, n; \
		do { \
			n = nf_poll(&b->nf, fn, b->from, outs, sums); \
			tick_fn(&b->nf, rte_rdtsc()); \
			total += n; \
		} while (n != 0 && total < packets); \
		return total; \
	}

static int
front_open(struct bench_nf *b, bool replies)
{
	(void)b;
	(void)replies;
	return 0;
}

static void
front_close(struct bench_nf *b)
{
	(void)b;
}

/* As the paper's program has it, and test/bench with all other figures: bursts go as they came. */
#define PLAIN(fn) \
	static unsigned int \
	run_ ## fn(struct bench_nf *b, unsigned int packets) \
	{ \
		struct rte_mbuf *m[NF_MAX_BURST]; \
		unsigned int total = 0; \
		uint16_t n, i, sent, length; \
		do { \
			n = rte_eth_rx_burst(b->nf.port[b->from], 0, m, nf_burst); \
			for (i = 0; i < n; i++) { \
				length = m[i]->data_len; \
				fn(&b->nf, rte_pktmbuf_mtod(m[i], uint8_t *), &length, 0, 0); \
			} \
			sent = rte_eth_tx_burst(b->nf.port[b->from ^ 1], 0, m, n); \
			if (unlikely(sent != n)) \
				rte_pktmbuf_free_bulk(m + sent, n - sent); \
			total += n; \
		} while (n != 0 && total < packets); \
		return total; \
	}

#endif

PLAIN(bench_nf_nop)
PLAIN(bench_nf_write)
PLAIN(bench_nf_lookup)
LOOP(policer_packet, policer_tick, 1, false)
LOOP(bridge_packet, bridge_tick, 1, false)
LOOP(nat_packet, nat_tick, 2, true)
LOOP(lb_packet, lb_tick, 2, false)
LOOP(firewall_packet, firewall_tick, 1, false)

/* In the order of bench_nf_function(). */
const struct bench_nf_front NAMED(bench_nf_, BENCH_FRONT) = {
	.name = TEXT(BENCH_FRONT),
	.open = front_open,
	.close = front_close,
	.run = { run_bench_nf_nop, run_bench_nf_write, run_bench_nf_lookup, run_policer_packet,
		run_bridge_packet, run_nat_packet, run_lb_packet, run_firewall_packet },
};
