/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* Receive-side scaling: the Toeplitz hash, 7.1.2.8.1, by tables made from the key. */

#include "model/tinynf_model_queue.h"

#define KEY_BYTES 40u

/* MRQC[31:16], 8.2.3.7.12. */
enum { TCP_IPV4 = 1 << 0, IPV4 = 1 << 1, IPV6 = 1 << 4, TCP_IPV6 = 1 << 5, UDP_IPV4 = 1 << 6,
	UDP_IPV6 = 1 << 7 };
/* RSS type of the write-back, table 7-16. */
enum { TYPE_NONE, TYPE_IPV4_TCP, TYPE_IPV4, TYPE_IPV6_TCP, TYPE_IPV6 = 5, TYPE_IPV4_UDP = 7,
	TYPE_IPV6_UDP };

static uint8_t
key_byte(const struct tinynf_model *m, unsigned int i)
{
	return (uint8_t)(tinynf_model_get(m, TINYNF_REG(RSSRK, i / 4)) >> (8 * (i % 4)));
}

/** The 32 key bits that start at bit @p at. */
static uint32_t
key_window(const uint8_t *key, unsigned int at)
{
	uint64_t v = 0;
	unsigned int i;

	for (i = 0; i < 5; i++)
		v = v << 8 | (at / 8 + i < KEY_BYTES ? key[at / 8 + i] : 0);
	return (uint32_t)(v >> (8 - at % 8));
}

void
tinynf_model_rss_build(struct tinynf_model *m)
{
	struct tinynf_model_queues *qs = m->queues;
	uint8_t key[KEY_BYTES];
	unsigned int p;
	unsigned int v;
	unsigned int b;

	for (p = 0; p < KEY_BYTES; p++)
		key[p] = key_byte(m, p);
	for (p = 0; p < TINYNF_MODEL_RSS_INPUT; p++) {
		qs->toeplitz[p][0] = 0;
		for (v = 1; v < 256; v++) {
			b = (unsigned int)__builtin_ctz(v);
			qs->toeplitz[p][v] = qs->toeplitz[p][v & (v - 1)] ^
				key_window(key, 8 * p + 7 - b);
		}
	}
	qs->rss_stale = false;
}

static uint32_t
hash(const struct tinynf_model_queues *qs, const uint8_t *data, unsigned int len,
		unsigned int from, uint32_t sum)
{
	unsigned int i;

	for (i = 0; i < len; i++)
		sum ^= qs->toeplitz[from + i][data[i]];
	return sum;
}

void
tinynf_model_rss(struct tinynf_model *m, const uint8_t *data, struct tinynf_model_frame *f)
{
	struct tinynf_model_queues *qs = m->queues;
	const uint16_t fields = qs->config.rss_fields;
	const bool tcp = f->l4 && f->proto == 6;
	const bool udp = f->l4 && f->proto == 17;
	const unsigned int from = f->ip4 ? 12 : 8; /* of the addresses */
	const unsigned int len = f->ip4 ? 8 : 32;
	bool ports = true;

	f->rss_type = TYPE_NONE;
	if (f->ip4 && tcp && (fields & TCP_IPV4)) {
		f->rss_type = TYPE_IPV4_TCP;
	} else if (f->ip4 && udp && (fields & UDP_IPV4)) {
		f->rss_type = TYPE_IPV4_UDP;
	} else if (f->ip6 && tcp && (fields & TCP_IPV6)) {
		f->rss_type = TYPE_IPV6_TCP;
	} else if (f->ip6 && udp && (fields & UDP_IPV6)) {
		f->rss_type = TYPE_IPV6_UDP;
	} else {
		ports = false;
		if (f->ip4 && (fields & IPV4))
			f->rss_type = TYPE_IPV4;
		else if (f->ip6 && (fields & IPV6))
			f->rss_type = TYPE_IPV6;
		else
			return;
	}
	if (qs->rss_stale)
		tinynf_model_rss_build(m);
	f->rss_hash = hash(qs, data + f->l3_off + from, len, 0, 0);
	if (ports)
		f->rss_hash = hash(qs, data + f->l4_off, 4, len, f->rss_hash);
}
