/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef NF_FRONT_H
#define NF_FRONT_H

/**
 * @file
 * The loops around a packet function: on ethdev, or, with NF_NATIVE, on the native interface of
 * net_tinynf. To be included where the packet function is known, so that it is inlined.
 */

#include <rte_cycles.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <rte_prefetch.h>

#include "nf.h"

#ifdef NF_NATIVE

#include <rte_pmd_tinynf.h>

/** One port's agent: its outputs are the other ports, and its own if the function replies. */
struct nf_agent {
	struct rte_pmd_tinynf_agent *agent;
	struct nf *nf;
	nf_packet_fn fn;
	uint64_t now;
	unsigned int from;
	uint8_t output[NF_MAX_PORTS];   /**< Index of the port, by output. */
};

static __rte_always_inline void
nf_on_packet(void *packet, uint16_t length, uint16_t *lengths, void *state, nf_packet_fn fn,
		const unsigned int nb_outputs)
{
	struct nf_agent *a = state;
	nf_ports_t to = fn(a->nf, packet, &length, a->from, a->now);
	unsigned int o;

	RTE_PMD_TINYNF_UNROLL_
	for (o = 0; o < nb_outputs; o++)
		lengths[o] = to >> a->output[o] & 1 ? length : 0;
}

static inline void
nf_agents_close(struct nf_agent *agents, unsigned int n)
{
	while (n > 0)
		rte_pmd_tinynf_agent_close(agents[--n].agent);
}

static inline int
nf_agents_open(struct nf *nf, struct nf_agent *agents, unsigned int nb_outputs)
{
	uint16_t ports[NF_MAX_PORTS];
	unsigned int i, o;
	int ret;

	for (i = 0; i < nf->nb_ports; i++) {
		agents[i].nf = nf;
		agents[i].from = i;
		for (o = 0; o < nb_outputs; o++) {
			agents[i].output[o] = (i + 1 + o) % nf->nb_ports;
			ports[o] = nf->port[agents[i].output[o]];
		}
		ret = rte_pmd_tinynf_agent_open(nf->port[i], 0, ports, nb_outputs, &agents[i],
				&agents[i].agent);
		if (ret < 0) {
			nf_agents_close(agents, i);
			return ret;
		}
	}
	return 0;
}

/* A loop for each number of outputs, so that it is a constant. */
#define NF_NATIVE_HANDLER(fn, n) \
	static __rte_always_inline void \
	nf_on_ ## n(void *packet, uint16_t length, uint16_t *lengths, void *state) \
	{ \
		nf_on_packet(packet, length, lengths, state, fn, n); \
	}

static __rte_always_inline int
nf_run_native(struct nf *nf, const struct nf_program *program, rte_pmd_tinynf_handler handler,
		const unsigned int nb_outputs)
{
	struct nf_agent agents[NF_MAX_PORTS];
	unsigned int i;
	int ret;

	ret = nf_agents_open(nf, agents, nb_outputs);
	if (ret < 0)
		return ret;
	while (!nf_quit) {
		for (i = 0; i < nf->nb_ports; i++) {
			agents[i].now = rte_rdtsc();
			nf->now = agents[i].now;
			ret = rte_pmd_tinynf_poll(agents[i].agent, handler, nb_outputs);
			if (unlikely(ret < 0))
				goto ended;
		}
		program->tick(nf, agents[0].now);
	}
	ret = 0;
ended:
	nf_agents_close(agents, nf->nb_ports);
	return ret;
}

/** Defines nf_run() for a packet function. */
#define NF_RUN(fn) \
	NF_NATIVE_HANDLER(fn, 1) \
	NF_NATIVE_HANDLER(fn, 2) \
	NF_NATIVE_HANDLER(fn, 3) \
	NF_NATIVE_HANDLER(fn, 4) \
	static int \
	nf_run(struct nf *nf, const struct nf_program *program) \
	{ \
		switch (nf->nb_ports - !program->replies) { \
		case 1: return nf_run_native(nf, program, nf_on_1, 1); \
		case 2: return nf_run_native(nf, program, nf_on_2, 2); \
		case 3: return nf_run_native(nf, program, nf_on_3, 3); \
		case 4: return nf_run_native(nf, program, nf_on_4, 4); \
		default: return -ENOTSUP; \
		} \
	}

/** The native interface leaves no checksums to hardware. */
#define NF_RUN_SUMS(fn)  NF_RUN(fn)

#else /* ethdev */

/** Packets on their way to one port. */
struct nf_out {
	uint16_t n;
	struct rte_mbuf *m[NF_MAX_BURST];
};

static __rte_always_inline void
nf_flush(struct nf *nf, unsigned int port, struct nf_out *out, const bool sums)
{
	uint16_t ready = out->n, sent;

	if (sums && (nf->sums.tcp | nf->sums.udp) != 0)
		ready = rte_eth_tx_prepare(nf->port[port], 0, out->m, out->n);
	sent = rte_eth_tx_burst(nf->port[port], 0, out->m, ready);
	if (unlikely(sent < out->n))
		rte_pktmbuf_free_bulk(&out->m[sent], out->n - sent);
	nf->counters[NF_NOT_SENT] += out->n - sent;
	out->n = 0;
}

/** Hand one packet to its outputs. */
static __rte_always_inline void
nf_send(struct nf_out *outs, struct rte_mbuf *m, nf_ports_t to)
{
	unsigned int port = __builtin_ctz(to);

	outs[port].m[outs[port].n++] = m;
	for (to &= to - 1; unlikely(to != 0); to &= to - 1) {
		port = __builtin_ctz(to);
		rte_pktmbuf_refcnt_update(m, 1);
		outs[port].m[outs[port].n++] = m;
	}
}

/** Tell hardware what the packet function left to it. */
static inline void
nf_sums_ask(struct nf *nf, struct rte_mbuf *m)
{
	nf->sums.wanted = false;
	m->l2_len = nf->sums.l2_len;
	m->l3_len = nf->sums.l3_len;
	m->ol_flags |= RTE_MBUF_F_TX_IPV4 | (nf->sums.is_tcp ? RTE_MBUF_F_TX_TCP_CKSUM :
			RTE_MBUF_F_TX_UDP_CKSUM);
}

/**
 * @param sums
 *   The packet function leaves checksums to hardware; a constant.
 * @return packets received.
 */
static __rte_always_inline uint16_t
nf_poll(struct nf *nf, nf_packet_fn fn, unsigned int from, struct nf_out *outs, const bool sums)
{
	const bool offloads = sums && (nf->sums.tcp | nf->sums.udp) != 0;
	struct rte_mbuf *m[NF_MAX_BURST], *dropped[NF_MAX_BURST];
	uint16_t n, i, n_dropped = 0;
	unsigned int port;
	uint64_t now;

	n = rte_eth_rx_burst(nf->port[from], 0, m, nf_burst);
	if (n == 0)
		return 0;
	now = rte_rdtsc();
	nf->now = now;
	for (i = 0; i < n; i++) {
		uint16_t length = m[i]->data_len;
		nf_ports_t to = 0;

		if (offloads)
			nf->sums.good = (m[i]->ol_flags & RTE_MBUF_F_RX_L4_CKSUM_MASK) ==
				RTE_MBUF_F_RX_L4_CKSUM_GOOD;
		if (likely(m[i]->nb_segs == 1))
			to = fn(nf, rte_pktmbuf_mtod(m[i], uint8_t *), &length, from, now);
		if (to == 0) {
			dropped[n_dropped++] = m[i];
			continue;
		}
		m[i]->data_len = length;
		m[i]->pkt_len = length;
		if (offloads && unlikely(nf->sums.wanted))
			nf_sums_ask(nf, m[i]);
		nf_send(outs, m[i], to);
	}
	if (n_dropped != 0)
		rte_pktmbuf_free_bulk(dropped, n_dropped);
	for (port = 0; port < nf->nb_ports; port++)
		if (outs[port].n != 0)
			nf_flush(nf, port, &outs[port], sums);
	return n;
}

static __rte_always_inline int
nf_run_ethdev(struct nf *nf, const struct nf_program *program, nf_packet_fn fn, const bool sums)
{
	static struct nf_out outs[NF_MAX_PORTS];
	unsigned int i;

	while (!nf_quit) {
		for (i = 0; i < nf->nb_ports; i++)
			nf_poll(nf, fn, i, outs, sums);
		program->tick(nf, rte_rdtsc());
	}
	return 0;
}

/** Defines nf_run() for a packet function. */
#define NF_RUN(fn) \
	static int \
	nf_run(struct nf *nf, const struct nf_program *program) \
	{ \
		return nf_run_ethdev(nf, program, fn, false); \
	}

/** The same for one that leaves checksums to hardware. */
#define NF_RUN_SUMS(fn) \
	static int \
	nf_run(struct nf *nf, const struct nf_program *program) \
	{ \
		return nf_run_ethdev(nf, program, fn, true); \
	}

#endif /* NF_NATIVE */

#endif /* NF_FRONT_H */
