/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#include "bench.h"

/* The application: io forwarding, nothing else. Every packet of a burst goes to one output. */
static inline unsigned int
burst_once(const struct bench_subject *s, unsigned int queue, unsigned int output,
		unsigned int burst, const bool flags)
{
	struct rte_mbuf *m[64];
	uint16_t n, sent, i;

	n = rte_eth_rx_burst(s->ports[0], (uint16_t)queue, m, (uint16_t)burst);
	for (i = 0; flags && i < n; i++)
		m[i]->ol_flags = RTE_MBUF_F_TX_IPV4;
	sent = rte_eth_tx_burst(s->ports[output], (uint16_t)queue, m, n);
	if (unlikely(sent != n))
		rte_pktmbuf_free_bulk(m + sent, n - sent);
	return n;
}

static inline unsigned int
forward_simple(const struct bench_subject *s, unsigned int burst, unsigned int packets)
{
	unsigned int total = 0, n;

	do {
		n = burst_once(s, 0, 0, burst, false);
		total += n;
	} while (n != 0 && total < packets);
	return total;
}

static inline unsigned int
forward(const struct bench_subject *s, const struct bench_options *o, unsigned int burst,
		unsigned int packets)
{
	unsigned int total = 0, output = 0, queue = 0, empty = 0, n;

	if (o->outputs == 1 && o->queues == 1 && !o->flags)
		return forward_simple(s, burst, packets);
	while (total < packets && empty < 4 * o->queues) {
		n = burst_once(s, queue, output, burst, o->flags);
		total += n;
		empty = n == 0 ? empty + 1 : 0;
		output = output + 1 == o->outputs ? 0 : output + 1;
		queue = queue + 1 == o->queues ? 0 : queue + 1;
	}
	return total;
}

__attribute__((noinline)) unsigned int
bench_region(const struct bench_subject *s, const struct bench_options *o, unsigned int burst,
		unsigned int packets)
{
	return forward(s, o, burst, packets);
}

__attribute__((noinline)) unsigned int
bench_warm(const struct bench_subject *s, const struct bench_options *o, unsigned int burst,
		unsigned int packets)
{
	/* Not folded into one function with the other: it must have a name of its own. */
	__asm__ volatile("");
	return forward(s, o, burst, packets);
}

__attribute__((noinline)) void
bench_mark(void)
{
	__asm__ volatile("");
}
