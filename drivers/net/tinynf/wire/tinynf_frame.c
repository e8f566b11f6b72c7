/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#include <string.h>

#include "wire/tinynf_frame.h"

#define ETH_LEN     14u
#define TAG_LEN     4u
#define IP_LEN      20u
#define UDP_LEN     8u
#define TCP_LEN     20u
#define SIG_LEN     12u   /* in a UDP payload */
#define MARK        0x82u
#define PROTO_TCP   6u
#define PROTO_UDP   17u
#define PATTERN_MAX (TINYNF_FRAME_MAX + 64u)

static uint8_t pattern[PATTERN_MAX];
/* Sum of the first 2n bytes of the pattern as big-endian words: spares checksums of long frames. */
static uint32_t pattern_sum[PATTERN_MAX / 2 + 1];
static bool pattern_ready;

static inline uint16_t
get16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t
get32(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return __builtin_bswap32(v);
}

static inline void
put16(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static inline void
put32(uint8_t *p, uint32_t v)
{
	v = __builtin_bswap32(v);
	memcpy(p, &v, sizeof(v));
}

static inline uint32_t
sum32(uint32_t v)
{
	return (v >> 16) + (v & 0xffff);
}

static inline uint16_t
fold(uint32_t sum)
{
	sum = (sum >> 16) + (sum & 0xffff);
	sum += sum >> 16;
	return (uint16_t)sum;
}

/* Sum of n 32-bit words as big-endian 16-bit words. */
static inline uint32_t
sum_words(const uint8_t *p, unsigned int n)
{
	uint32_t sum = 0;
	unsigned int i;

	for (i = 0; i < n; i++)
		sum += sum32(get32(p + 4 * i));
	return sum;
}

/* Sum of the first n bytes of the pattern. */
static inline uint32_t
sum_pattern(uint32_t n)
{
	uint32_t sum = pattern_sum[n / 2];

	if (n & 1)
		sum += (uint32_t)pattern[n - 1] << 8;
	return sum;
}

static inline uint32_t
signature_hash(uint32_t sequence, uint32_t origin, uint32_t ip_len, bool tcp)
{
	uint64_t h = ((uint64_t)origin << 32 | sequence) * UINT64_C(0x9e3779b97f4a7c15);

	h ^= h >> 32;
	h += (uint64_t)ip_len << 1 | tcp;
	h *= UINT64_C(0xd6e8feb86659fd93);
	return (uint32_t)(h >> 32);
}

void
tinynf_frame_init(void)
{
	uint32_t i, x = 0x54696e79;

	if (pattern_ready)
		return;
	for (i = 0; i < PATTERN_MAX; i++) {
		x ^= x << 13;
		x ^= x >> 17;
		x ^= x << 5;
		pattern[i] = (uint8_t)(x >> 8);
	}
	pattern[0] = 'T';
	pattern[1] = 'N';
	for (i = 0; i < PATTERN_MAX / 2; i++)
		pattern_sum[i + 1] = pattern_sum[i] + get16(&pattern[2 * i]);
	pattern_ready = true;
}

/* Where the pattern starts, from the transport header. */
static inline uint32_t
pattern_offset(bool tcp)
{
	return tcp ? TCP_LEN : UDP_LEN + SIG_LEN;
}

static void
prepare_ip(uint8_t *ip, const struct tinynf_frame_spec *spec, uint32_t ip_len)
{
	ip[0] = 0x45;
	put16(ip + 2, ip_len);
	ip[8] = 64;
	ip[9] = spec->tcp ? PROTO_TCP : PROTO_UDP;
	put32(ip + 12, spec->ip_src);
	put32(ip + 16, spec->ip_dst);
	put16(ip + 10, (uint16_t)~fold(sum_words(ip, IP_LEN / 4)));
}

void
tinynf_frame_prepare(struct tinynf_frame_head *head, const struct tinynf_frame_spec *spec)
{
	const uint32_t l3 = ETH_LEN + (spec->tagged ? TAG_LEN : 0);
	const uint32_t l4 = l3 + IP_LEN;
	const uint32_t ip_len = spec->len - l3;
	const uint32_t start = pattern_offset(spec->tcp);
	uint8_t *p = head->bytes;
	uint8_t *origin;

	memset(head, 0, sizeof(*head));
	memcpy(p, spec->dst_mac, 6);
	memcpy(p + 6, spec->src_mac, 6);
	if (spec->tagged) {
		put16(p + 12, 0x8100);
		put16(p + 14, spec->vlan);
	}
	put16(p + l3 - 2, 0x0800);
	prepare_ip(p + l3, spec, ip_len);
	put16(p + l4, spec->sport);
	put16(p + l4 + 2, spec->dport);
	if (spec->tcp) {
		p[l4 + 12] = TCP_LEN / 4 << 4;
		p[l4 + 13] = 0x10;  /* ACK */
		origin = p + l4 + 8;
	} else {
		put16(p + l4 + 4, ip_len - IP_LEN);
		origin = p + l4 + UDP_LEN + 4;
	}
	put16(origin, spec->flow);
	origin[2] = spec->generator;
	origin[3] = MARK;
	memcpy(p + l4 + start, pattern, TINYNF_FRAME_HEAD - l4 - start);

	head->l4 = (uint8_t)l4;
	head->ip_len = (uint16_t)ip_len;
	head->tcp = spec->tcp;
	/* Pseudo header, transport header and signature, pattern. */
	head->sum = sum_words(p + l3 + 12, 2) + (spec->tcp ? PROTO_TCP : PROTO_UDP) +
		(ip_len - IP_LEN) + sum_words(p + l4, start / 4) +
		sum_pattern(ip_len - IP_LEN - start);
}

void
tinynf_frame_fill(const struct tinynf_frame_head *head, uint8_t *frame, uint32_t len)
{
	const uint32_t start = head->l4 + pattern_offset(head->tcp);

	memset(frame, 0, start);
	if (len > start)
		memcpy(frame + start, pattern, len - start);
}

void
tinynf_frame_stamp(const struct tinynf_frame_head *head, uint8_t *frame, uint32_t sequence)
{
	uint8_t *l4 = frame + head->l4;
	uint32_t hash, sum;
	uint16_t checksum;

	memcpy(frame, head->bytes, TINYNF_FRAME_HEAD);
	if (head->tcp) {
		hash = signature_hash(sequence, get32(l4 + 8), head->ip_len, true);
		put32(l4 + 4, sequence);
		put16(l4 + 14, hash >> 16);
		put16(l4 + 18, hash);
	} else {
		hash = signature_hash(sequence, get32(l4 + UDP_LEN + 4), head->ip_len, false);
		put32(l4 + UDP_LEN, sequence);
		put32(l4 + UDP_LEN + 8, hash);
	}
	sum = head->sum + sum32(sequence) + sum32(hash);
	checksum = (uint16_t)~fold(sum);
	if (head->tcp)
		put16(l4 + 16, checksum);
	else
		put16(l4 + 6, checksum == 0 ? 0xffff : checksum);
}

/* Offset of the IP header; 0 if there is none. */
static inline uint32_t
find_ip(const uint8_t *frame, uint32_t len, unsigned int *tags)
{
	uint32_t l3 = ETH_LEN;
	uint16_t type = get16(frame + 12);

	*tags = 0;
	while (type == 0x8100 || type == 0x88a8) {
		if (*tags == 2 || len < l3 + TAG_LEN)
			return 0;
		l3 += TAG_LEN;
		(*tags)++;
		type = get16(frame + l3 - 2);
	}
	return type == 0x0800 && len >= l3 + IP_LEN ? l3 : 0;
}

/* The parts of a frame that are not in its signature. */
static bool
intact(const uint8_t *ip, const uint8_t *l4, uint32_t ip_len, bool tcp, uint32_t space, bool padded)
{
	const uint32_t start = pattern_offset(tcp);
	const uint32_t l4_len = ip_len - IP_LEN;
	uint32_t sum;

	/* Only frames that a tag's removal made too short are padded. */
	if (ip_len != space && !padded)
		return false;
	if (fold(sum_words(ip, IP_LEN / 4)) != 0xffff)
		return false;
	if (!tcp && (get16(l4 + 4) != l4_len || get16(l4 + 6) == 0))
		return false;
	if (memcmp(l4 + start, pattern, l4_len - start) != 0)
		return false;
	sum = sum_words(ip + 12, 2) + ip[9] + l4_len + sum_words(l4, start / 4) +
		sum_pattern(l4_len - start);
	return fold(sum) == 0xffff;
}

enum tinynf_frame_verdict
tinynf_frame_verify(const uint8_t *frame, uint32_t len, struct tinynf_frame_id *id,
		unsigned int *tags)
{
	const uint8_t *ip, *l4, *origin;
	uint32_t l3, ip_len, start, hash;
	unsigned int count;
	bool tcp, named;

	if (len < ETH_LEN + IP_LEN || len > TINYNF_FRAME_MAX + 2 * TAG_LEN)
		return TINYNF_FRAME_FOREIGN;
	l3 = find_ip(frame, len, tags != NULL ? tags : &count);
	if (l3 == 0)
		return TINYNF_FRAME_FOREIGN;
	ip = frame + l3;
	tcp = ip[9] == PROTO_TCP;
	start = pattern_offset(tcp);
	if ((!tcp && ip[9] != PROTO_UDP) || ip[0] != 0x45 || len < l3 + IP_LEN + start + 2)
		return TINYNF_FRAME_FOREIGN;
	ip_len = get16(ip + 2);
	l4 = ip + IP_LEN;
	origin = tcp ? l4 + 8 : l4 + UDP_LEN + 4;
	hash = tcp ? (uint32_t)get16(l4 + 14) << 16 | get16(l4 + 18) : get32(l4 + UDP_LEN + 8);
	id->sequence = get32(tcp ? l4 + 4 : l4 + UDP_LEN);
	id->flow = get16(origin);
	id->generator = origin[2];
	named = memcmp(l4 + start, pattern, 2) == 0;
	if (origin[3] != MARK && !named)
		return TINYNF_FRAME_FOREIGN;
	if (hash != signature_hash(id->sequence, get32(origin), ip_len, tcp))
		return named && origin[3] == MARK ? TINYNF_FRAME_CORRUPTED : TINYNF_FRAME_FOREIGN;
	if (ip_len > len - l3 || ip_len < IP_LEN + start + 2)
		return TINYNF_FRAME_CORRUPTED;
	if (origin[3] != MARK || !intact(ip, l4, ip_len, tcp, len - l3,
			len == TINYNF_FRAME_MIN && l3 + ip_len < len))
		return TINYNF_FRAME_CORRUPTED;
	return TINYNF_FRAME_OURS;
}
