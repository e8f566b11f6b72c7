/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef NF_BRIDGE_H
#define NF_BRIDGE_H

/**
 * @file
 * A bridge that learns which station is at which port, IEEE 802.1D: frames to a known station
 * go to its port, others to all ports but the one they came from. When the table is full, new
 * stations are not learnt, so that frames to them go to all ports.
 */

#include <string.h>

#include "nf.h"
#include "nf_table.h"

enum bridge_counter {
	BRIDGE_NOT_SENT,
	BRIDGE_FORWARDED,   /* to one port */
	BRIDGE_FLOODED,
	BRIDGE_LOCAL,       /* the destination is where it came from */
	BRIDGE_RESERVED,    /* to addresses that bridges do not forward, 802.1D table 7-10 */
	BRIDGE_BAD,         /* too short, or a group's source address */
	BRIDGE_LEARNT,
	BRIDGE_MOVED,       /* stations that changed their port */
	BRIDGE_AGED,
	BRIDGE_FULL,        /* stations not learnt */
};

struct bridge {
	struct nf_table table;
	uint8_t *port;      /* by entry */
};

struct bridge_config {
	uint32_t capacity;
	uint32_t age;       /* seconds */
};

int bridge_create(struct nf *nf, const struct bridge_config *config);
void bridge_destroy(struct nf *nf);

static inline void
bridge_tick(struct nf *nf, uint64_t now)
{
	struct bridge *b = nf->state;

	nf->counters[BRIDGE_AGED] += nf_table_expire(&b->table, now);
}

/* Addresses are keys of 8 bytes. */
static inline uint64_t
bridge_key(const uint8_t *addr)
{
	uint64_t key = 0;

	memcpy(&key, addr, RTE_ETHER_ADDR_LEN);
	return key;
}

static inline void
bridge_learn(struct nf *nf, struct bridge *b, const uint8_t *addr, unsigned int from, uint64_t now)
{
	const uint64_t key = bridge_key(addr);
	uint32_t entry = nf_table_find(&b->table, &key, now);

	if (likely(entry != NF_TABLE_NONE)) {
		nf_table_touch(&b->table, entry, 0, now);
		if (unlikely(b->port[entry] != from)) {
			b->port[entry] = from;
			nf->counters[BRIDGE_MOVED]++;
		}
		return;
	}
	entry = nf_table_add(&b->table, &key, 0, now);
	if (entry == NF_TABLE_NONE) {
		nf->counters[BRIDGE_FULL]++;
		return;
	}
	b->port[entry] = from;
	nf->counters[BRIDGE_LEARNT]++;
}

static inline nf_ports_t
bridge_packet(struct nf *nf, uint8_t *packet, uint16_t *length, unsigned int from, uint64_t now)
{
	static const uint8_t reserved[] = { 0x01, 0x80, 0xc2, 0x00, 0x00 };
	struct bridge *b = nf->state;
	const uint8_t *dst = packet, *src = packet + RTE_ETHER_ADDR_LEN;
	uint32_t entry;
	uint64_t key;

	if (unlikely(*length < RTE_ETHER_HDR_LEN || (src[0] & 1) != 0)) {
		nf->counters[BRIDGE_BAD]++;
		return 0;
	}
	bridge_learn(nf, b, src, from, now);
	if (unlikely(memcmp(dst, reserved, sizeof(reserved)) == 0 && dst[5] <= 0x0f)) {
		nf->counters[BRIDGE_RESERVED]++;
		return 0;
	}
	key = bridge_key(dst);
	entry = dst[0] & 1 ? NF_TABLE_NONE : nf_table_find(&b->table, &key, now);
	if (entry == NF_TABLE_NONE) {
		nf->counters[BRIDGE_FLOODED]++;
		return ((1u << nf->nb_ports) - 1) & ~(1u << from);
	}
	if (b->port[entry] == from) {
		nf->counters[BRIDGE_LOCAL]++;
		return 0;
	}
	nf->counters[BRIDGE_FORWARDED]++;
	return 1u << b->port[entry];
}

#endif /* NF_BRIDGE_H */
