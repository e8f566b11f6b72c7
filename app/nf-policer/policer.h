/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef NF_POLICER_H
#define NF_POLICER_H

/**
 * @file
 * A policer: each IP destination that packets from the second port go to gets a rate, by
 * a token bucket of its own (rte_meter); what exceeds it is dropped. Everything else passes,
 * which is all traffic from the first port and what is not IP.
 *
 * Bytes are those of the IP packet. When the table is full, packets to new destinations are
 * dropped. A bucket that was full again by the time it is forgotten loses nothing.
 */

#include <string.h>

#include <rte_meter.h>

#include "nf.h"
#include "nf_packet.h"
#include "nf_table.h"

enum policer_counter {
	POLICER_NOT_SENT,
	POLICER_PASSED,     /* not policed */
	POLICER_CONFORMED,
	POLICER_EXCEEDED,
	POLICER_BAD,        /* no sound Ethernet or IP header */
	POLICER_AGED,
	POLICER_FULL,
};

#define POLICER_POLICED_PORT  1

struct policer {
	struct nf_table table;
	struct rte_meter_srtcm_profile profile;
	struct rte_meter_srtcm *bucket;   /* by entry */
};

struct policer_config {
	uint64_t rate;      /* bytes a second */
	uint64_t burst;     /* bytes */
	uint32_t capacity;
};

int policer_create(struct nf *nf, const struct policer_config *config);
void policer_destroy(struct nf *nf);

static inline void
policer_tick(struct nf *nf, uint64_t now)
{
	struct policer *p = nf->state;

	nf->counters[POLICER_AGED] += nf_table_expire(&p->table, now);
}

/** A destination; IPv4 as in RFC 4291's mapped addresses. */
struct policer_key {
	uint32_t word[4];
};

/** @return bytes of the IP packet, 0 if it is not one; -1 if it is not sound. */
static inline int
policer_parse(uint8_t *packet, uint16_t length, struct policer_key *key)
{
	const struct rte_ipv6_hdr *ip6;
	struct nf_ipv4 ip;
	uint16_t type = 0, at = nf_l3(packet, length, &type);
	uint32_t total;

	if (at == 0)
		return -1;
	if (type == RTE_ETHER_TYPE_IPV4) {
		if (!nf_ipv4_parse(packet, length, at, &ip))
			return -1;
		*key = (struct policer_key){ { 0, 0, RTE_BE32(0xffff), ip.ip->dst_addr } };
		return rte_be_to_cpu_16(ip.ip->total_length);
	}
	if (type != RTE_ETHER_TYPE_IPV6)
		return 0;
	ip6 = (const struct rte_ipv6_hdr *)(packet + at);
	if (length < at + sizeof(*ip6) || packet[at] >> 4 != 6)
		return -1;
	total = sizeof(*ip6) + rte_be_to_cpu_16(ip6->payload_len);
	if (total > (uint32_t)length - at)
		return -1;
	memcpy(key, packet + at + offsetof(struct rte_ipv6_hdr, dst_addr), sizeof(*key));
	return total;
}

static inline nf_ports_t
policer_packet(struct nf *nf, uint8_t *packet, uint16_t *length, unsigned int from, uint64_t now)
{
	struct policer *p = nf->state;
	const nf_ports_t other = 1u << (from ^ 1);
	struct policer_key key;
	uint32_t entry;
	int bytes;

	if (unlikely(*length < RTE_ETHER_HDR_LEN)) {
		nf->counters[POLICER_BAD]++;
		return 0;
	}
	if (from != POLICER_POLICED_PORT) {
		nf->counters[POLICER_PASSED]++;
		return other;
	}
	bytes = policer_parse(packet, *length, &key);
	if (unlikely(bytes <= 0)) {
		nf->counters[bytes < 0 ? POLICER_BAD : POLICER_PASSED]++;
		return bytes < 0 ? 0 : other;
	}
	entry = nf_table_find(&p->table, &key, now);
	if (likely(entry != NF_TABLE_NONE)) {
		nf_table_touch(&p->table, entry, 0, now);
	} else {
		entry = nf_table_add(&p->table, &key, 0, now);
		if (entry == NF_TABLE_NONE) {
			nf->counters[POLICER_FULL]++;
			return 0;
		}
		rte_meter_srtcm_config(&p->bucket[entry], &p->profile);
		p->bucket[entry].time = now;
	}
	if (rte_meter_srtcm_color_blind_check(&p->bucket[entry], &p->profile, now, bytes) !=
			RTE_COLOR_GREEN) {
		nf->counters[POLICER_EXCEEDED]++;
		return 0;
	}
	nf->counters[POLICER_CONFORMED]++;
	return other;
}

#endif /* NF_POLICER_H */
