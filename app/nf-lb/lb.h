/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef NF_LB_H
#define NF_LB_H

/**
 * @file
 * A load balancer: clients on the first port talk TCP or UDP to a virtual address; their flows
 * are spread over the backends on the second port by Maglev's consistent hashing (Eisenbud et al.,
 * NSDI 2016). A flow stays with its backend as long as that is alive.
 *
 * Backends make themselves known by heartbeats: UDP packets to the virtual address and the
 * heartbeat port. One that is silent for too long is dead. Addresses are translated both ways;
 * all other traffic passes between the ports, as through a wire, so that backends see their
 * clients' addresses and reach them without a route.
 *
 * When the table of flows is full, new flows are sent by the hash alone, and so stay with their
 * backend until the set of backends changes; meanwhile a backend's own connection may be
 * taken for an answer of such a flow. Heartbeats of more backends than are allowed are
 * ignored.
 */

#include "nf.h"
#include "nf_flow.h"
#include "nf_reply.h"

enum lb_counter {
	LB_NOT_SENT,
	LB_TO_BACKENDS,
	LB_FROM_BACKENDS,
	LB_PASSED,
	LB_HEARTBEATS,
	LB_REPLIES,        /* to ARP and echo requests for the virtual address */
	LB_NO_BACKEND,
	LB_UNSUPPORTED,    /* for the virtual address, but neither TCP nor UDP */
	LB_BAD,
	LB_FLOWS,          /* that began */
	LB_MOVED,          /* flows of which the backend died */
	LB_AGED,
	LB_FULL,           /* packets of flows that the table has no room for */
	LB_JOINED,         /* backends */
	LB_DIED,
	LB_TOO_MANY,       /* heartbeats of one too many */
};

#define LB_CLIENTS    0u
#define LB_BACKENDS   1u
#define LB_MAX        256
#define LB_NONE       UINT16_MAX
/** Places of the hash table: a prime, 100 times the backends or more keep the spread even. */
#define LB_PLACES     65537u

struct lb_backend {
	rte_be32_t ip;
	struct rte_ether_addr mac;
	bool alive;
	uint64_t seen;
};

struct lb_config {
	rte_be32_t vip;
	uint16_t heartbeat_port;
	uint32_t backends;
	uint32_t capacity;
	uint32_t expire;            /* seconds, of flows */
	uint32_t silence;           /* seconds, of backends */
};

struct lb {
	struct nf_table table;
	uint16_t *backend_of;       /* by flow */
	struct lb_config config;
	uint64_t silence;
	uint64_t next_check;
	uint64_t check_period;
	uint32_t nb_backends, nb_alive;
	struct lb_backend backend[LB_MAX];
	uint16_t place[LB_PLACES];  /* backend, by hash of the flow */
};

int lb_create(struct nf *nf, const struct lb_config *config);
void lb_destroy(struct nf *nf);
/** The set of backends that are alive has changed. */
void lb_populate(struct lb *b);
/** A backend says that it is alive. */
void lb_heartbeat(struct nf *nf, struct lb *b, rte_be32_t ip, const struct rte_ether_addr *mac,
		uint64_t now);
/** Which backends are silent? */
void lb_check(struct nf *nf, struct lb *b, uint64_t now);

static inline void
lb_tick(struct nf *nf, uint64_t now)
{
	struct lb *b = nf->state;

	nf->counters[LB_AGED] += nf_table_expire(&b->table, now);
	if (unlikely((int64_t)(now - b->next_check) >= 0)) {
		b->next_check = now + b->check_period;
		lb_check(nf, b, now);
	}
}

static inline uint16_t
lb_by_hash(const struct lb *b, const struct nf_flow_key *key)
{
	if (b->nb_alive == 0)
		return LB_NONE;
	return b->place[rte_hash_hash(b->table.hash, key) % LB_PLACES];
}

/** The backend of a client's packet. */
static inline uint16_t
lb_choose(struct nf *nf, struct lb *b, const struct nf_flow_key *key, uint64_t now)
{
	uint32_t flow = nf_table_find(&b->table, key, now);
	uint16_t backend;

	if (likely(flow != NF_TABLE_NONE)) {
		backend = b->backend_of[flow];
		if (unlikely(!b->backend[backend].alive)) {
			backend = lb_by_hash(b, key);
			if (backend == LB_NONE)
				return LB_NONE;
			b->backend_of[flow] = backend;
			nf->counters[LB_MOVED]++;
		}
		nf_table_touch(&b->table, flow, 0, now);
		return backend;
	}
	backend = lb_by_hash(b, key);
	if (backend == LB_NONE)
		return LB_NONE;
	flow = nf_table_add(&b->table, key, 0, now);
	if (flow == NF_TABLE_NONE) {
		nf->counters[LB_FULL]++;
		return backend;
	}
	b->backend_of[flow] = backend;
	nf->counters[LB_FLOWS]++;
	return backend;
}

/** Another address in a packet and its sums. */
static inline void
lb_rewrite(struct nf_ipv4 *ip, const struct nf_flow_packet *f, nf_be32_t *addr, rte_be32_t to)
{
	nf_sum_change32(&ip->ip->hdr_checksum, *addr, to);
	if (f->sum != NULL) {
		nf_sum_change32(f->sum, *addr, to);
		if (f->key.proto == IPPROTO_UDP && *f->sum == 0)
			*f->sum = 0xffff;
	}
	*addr = to;
}

static inline nf_ports_t
lb_from_client(struct nf *nf, struct lb *b, uint8_t *packet, struct nf_ipv4 *ip, uint64_t now)
{
	struct rte_ether_hdr *ether = (struct rte_ether_hdr *)packet;
	struct nf_flow_packet f;
	uint16_t backend;

	if (ip->ip->dst_addr != b->config.vip) {
		nf->counters[LB_PASSED]++;
		return 1u << LB_BACKENDS;
	}
	if (nf_echo_answer(packet, ip, &nf->mac[LB_CLIENTS])) {
		nf->counters[LB_REPLIES]++;
		return 1u << LB_CLIENTS;
	}
	if (!nf_flow_parse(ip, &f) || f.key.proto == IPPROTO_ICMP) {
		nf->counters[LB_UNSUPPORTED]++;
		return 0;
	}
	backend = lb_choose(nf, b, &f.key, now);
	if (unlikely(backend == LB_NONE)) {
		nf->counters[LB_NO_BACKEND]++;
		return 0;
	}
	lb_rewrite(ip, &f, &ip->ip->dst_addr, b->backend[backend].ip);
	ether->dst_addr = b->backend[backend].mac;
	nf->counters[LB_TO_BACKENDS]++;
	return 1u << LB_BACKENDS;
}

/**
 * Is this the backend that a client's flow is with? One that the table had no room for is told by
 * the hash, which at other times would take a backend's own connections for flows.
 */
static inline bool
lb_is_with(struct lb *b, const struct nf_flow_key *key, rte_be32_t ip, uint64_t now)
{
	const uint32_t flow = nf_table_find(&b->table, key, now);
	uint16_t backend = LB_NONE;

	if (flow != NF_TABLE_NONE)
		backend = b->backend_of[flow];
	else if (b->table.count == b->table.capacity)
		backend = lb_by_hash(b, key);
	return backend != LB_NONE && b->backend[backend].ip == ip;
}

static inline nf_ports_t
lb_from_backend(struct nf *nf, struct lb *b, uint8_t *packet, struct nf_ipv4 *ip, uint64_t now)
{
	struct rte_ether_hdr *ether = (struct rte_ether_hdr *)packet;
	struct nf_flow_packet f;
	struct nf_flow_key key;

	if (ip->ip->dst_addr == b->config.vip) {
		if (nf_flow_parse(ip, &f) && f.key.proto == IPPROTO_UDP &&
				f.key.dport == rte_cpu_to_be_16(b->config.heartbeat_port)) {
			lb_heartbeat(nf, b, f.key.src, &ether->src_addr, now);
			return 0;
		}
		nf->counters[LB_UNSUPPORTED]++;
		return 0;
	}
	if (nf_flow_parse(ip, &f) && f.key.proto != IPPROTO_ICMP) {
		key = nf_flow_reverse(&f.key);
		key.dst = b->config.vip;
		if (lb_is_with(b, &key, f.key.src, now)) {
			lb_rewrite(ip, &f, &ip->ip->src_addr, b->config.vip);
			ether->src_addr = nf->mac[LB_CLIENTS];
			nf->counters[LB_FROM_BACKENDS]++;
			return 1u << LB_CLIENTS;
		}
	}
	nf->counters[LB_PASSED]++;
	return 1u << LB_CLIENTS;
}

static inline nf_ports_t
lb_packet(struct nf *nf, uint8_t *packet, uint16_t *length, unsigned int from, uint64_t now)
{
	struct lb *b = nf->state;
	struct rte_arp_hdr *arp;
	struct nf_ipv4 ip;
	uint16_t type;

	if (unlikely(*length < RTE_ETHER_HDR_LEN)) {
		nf->counters[LB_BAD]++;
		return 0;
	}
	type = nf_get16(packet + RTE_ETHER_HDR_LEN - 2);
	if (likely(type == RTE_ETHER_TYPE_IPV4)) {
		if (unlikely(!nf_ipv4_parse(packet, *length, RTE_ETHER_HDR_LEN, &ip))) {
			nf->counters[LB_BAD]++;
			return 0;
		}
		return from == LB_CLIENTS ? lb_from_client(nf, b, packet, &ip, now) :
			lb_from_backend(nf, b, packet, &ip, now);
	}
	if (type == RTE_ETHER_TYPE_ARP) {
		arp = nf_arp_parse(packet, *length);
		if (arp != NULL && nf_arp_answer(packet, length, arp, b->config.vip,
				&nf->mac[from])) {
			nf->counters[LB_REPLIES]++;
			return 1u << from;
		}
	}
	nf->counters[LB_PASSED]++;
	return 1u << (from ^ 1);
}

#endif /* NF_LB_H */
