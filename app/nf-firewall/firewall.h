/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef NF_FIREWALL_H
#define NF_FIREWALL_H

/**
 * @file
 * A firewall between a LAN (first port) and a WAN (second): IPv4 TCP, UDP and echo pass from the
 * WAN if they belong to a flow that the LAN began, and so do ICMP errors about one. ARP
 * passes; all else is dropped, which includes fragments and IPv6. When the table is full, new
 * flows are dropped.
 */

#include "nf.h"
#include "nf_flow.h"

enum firewall_counter {
	FIREWALL_NOT_SENT,
	FIREWALL_OUT,
	FIREWALL_IN,
	FIREWALL_ARP,
	FIREWALL_ERRORS,       /* ICMP errors that passed */
	FIREWALL_REFUSED,      /* from the WAN, of no flow */
	FIREWALL_UNSUPPORTED,
	FIREWALL_BAD,
	FIREWALL_FLOWS,        /* that began */
	FIREWALL_AGED,
	FIREWALL_FULL,
};

#define FIREWALL_LAN  0u
#define FIREWALL_WAN  1u

struct firewall {
	struct nf_table table;
	bool *ended;           /* by flow */
};

struct firewall_config {
	uint32_t capacity;
	uint32_t expire, expire_tcp;  /* seconds */
};

int firewall_create(struct nf *nf, const struct firewall_config *config);
void firewall_destroy(struct nf *nf);

static inline void
firewall_tick(struct nf *nf, uint64_t now)
{
	struct firewall *w = nf->state;

	nf->counters[FIREWALL_AGED] += nf_table_expire(&w->table, now);
}

static inline bool
firewall_out(struct nf *nf, struct firewall *w, const struct nf_flow_packet *f, uint64_t now)
{
	uint32_t flow = nf_table_find(&w->table, &f->key, now);

	if (unlikely(flow == NF_TABLE_NONE)) {
		if (!f->opens) {
			nf->counters[FIREWALL_UNSUPPORTED]++;
			return false;
		}
		flow = nf_table_add(&w->table, &f->key, NF_FLOW_BRIEF, now);
		if (flow == NF_TABLE_NONE) {
			nf->counters[FIREWALL_FULL]++;
			return false;
		}
		w->ended[flow] = false;
		nf->counters[FIREWALL_FLOWS]++;
	}
	nf_flow_used(&w->table, flow, f, &w->ended[flow], false, now);
	nf->counters[FIREWALL_OUT]++;
	return true;
}

static inline bool
firewall_in(struct nf *nf, struct firewall *w, const struct nf_flow_packet *f, uint64_t now)
{
	const struct nf_flow_key key = nf_flow_reverse(&f->key);
	const uint32_t flow = nf_table_find(&w->table, &key, now);

	/* A question with the identifier of one of ours is no answer. */
	if (flow == NF_TABLE_NONE || (key.proto == IPPROTO_ICMP && !f->reply)) {
		nf->counters[FIREWALL_REFUSED]++;
		return false;
	}
	nf_flow_used(&w->table, flow, f, &w->ended[flow], true, now);
	nf->counters[FIREWALL_IN]++;
	return true;
}

/* ICMP errors are about packets that went the other way. */
static inline bool
firewall_error(struct nf *nf, struct firewall *w, const struct nf_ipv4 *ip, unsigned int from,
		uint64_t now)
{
	struct nf_flow_error e;
	struct nf_flow_key key;

	if (!nf_flow_error_parse(ip, &e)) {
		nf->counters[FIREWALL_UNSUPPORTED]++;
		return false;
	}
	key = from == FIREWALL_WAN ? e.key : nf_flow_reverse(&e.key);
	if (nf_table_find(&w->table, &key, now) == NF_TABLE_NONE) {
		nf->counters[FIREWALL_REFUSED]++;
		return false;
	}
	nf->counters[FIREWALL_ERRORS]++;
	return true;
}

static inline nf_ports_t
firewall_packet(struct nf *nf, uint8_t *packet, uint16_t *length, unsigned int from, uint64_t now)
{
	struct firewall *w = nf->state;
	const nf_ports_t other = 1u << (from ^ 1);
	uint16_t type = 0, at = nf_l3(packet, *length, &type);
	struct nf_flow_packet f;
	struct nf_ipv4 ip;

	if (unlikely(at == 0 || (type == RTE_ETHER_TYPE_IPV4 &&
			!nf_ipv4_parse(packet, *length, at, &ip)))) {
		nf->counters[FIREWALL_BAD]++;
		return 0;
	}
	if (unlikely(type != RTE_ETHER_TYPE_IPV4)) {
		nf->counters[type == RTE_ETHER_TYPE_ARP ? FIREWALL_ARP : FIREWALL_UNSUPPORTED]++;
		return type == RTE_ETHER_TYPE_ARP ? other : 0;
	}
	if (unlikely(!nf_flow_parse(&ip, &f)))
		return firewall_error(nf, w, &ip, from, now) ? other : 0;
	if (from == FIREWALL_LAN)
		return firewall_out(nf, w, &f, now) ? other : 0;
	return firewall_in(nf, w, &f, now) ? other : 0;
}

#endif /* NF_FIREWALL_H */
