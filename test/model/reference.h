/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * Frames as the standards have them (RFC 791, 8200, 9293, 768, 9260), for tests to compare
 * the software 82599 with. Shares nothing with it: sums are kept in one's complement as they
 * go, the CRC is computed bit by bit.
 */

#ifndef TINYNF_TEST_REFERENCE_H
#define TINYNF_TEST_REFERENCE_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define REF_ETHERNET 14u

enum { REF_TCP = 6, REF_UDP = 17, REF_SCTP = 132 };

/** A flow's headers. */
struct ref_flow {
	bool ip6;
	uint8_t protocol;
	uint8_t ip_options;    /* bytes, multiple of 4, IPv4 */
	uint8_t tcp_options;   /* bytes, multiple of 4 */
	uint16_t ip_id;
	uint32_t sequence;
	uint16_t tcp_flags;    /* 9 bits */
};

static inline void
ref_put(uint8_t *p, unsigned int bytes, uint64_t v)
{
	while (bytes-- > 0) {
		p[bytes] = (uint8_t)v;
		v >>= 8;
	}
}

/** One's complement sum of 16-bit words, with the carry brought around at each step. */
static inline uint16_t
ref_sum(uint16_t sum, const uint8_t *p, uint32_t len)
{
	uint32_t i;

	for (i = 0; i < len; i += 2) {
		const uint16_t word = (uint16_t)(p[i] << 8 | (i + 1 < len ? p[i + 1] : 0));

		sum = (uint16_t)(sum + word);
		if (sum < word)
			sum++;
	}
	return sum;
}

static inline uint32_t
ref_crc32c(const uint8_t *p, uint32_t len)
{
	uint32_t crc = 0xffffffff;
	uint32_t i;

	for (i = 0; i < 8 * len; i++) {
		const uint32_t bit = (p[i / 8] >> (i % 8)) & 1;

		crc = ((crc ^ bit) & 1) ? crc >> 1 ^ 0x82f63b78 : crc >> 1;
	}
	return ~crc;
}

static inline uint32_t
ref_ip_len(const struct ref_flow *f)
{
	return f->ip6 ? 40 : 20u + f->ip_options;
}

static inline uint32_t
ref_l4_len(const struct ref_flow *f)
{
	return f->protocol == REF_TCP ? 20u + f->tcp_options : f->protocol == REF_UDP ? 8 : 12;
}

static inline uint32_t
ref_header_len(const struct ref_flow *f)
{
	return REF_ETHERNET + ref_ip_len(f) + ref_l4_len(f);
}

/** Sum over addresses, protocol and @p l4_bytes. */
static inline uint16_t
ref_pseudo(const struct ref_flow *f, const uint8_t *frame, uint32_t l4_bytes)
{
	uint8_t rest[8] = { 0 };

	ref_put(rest, 4, l4_bytes);
	rest[7] = f->protocol;
	return ref_sum(ref_sum(0, rest, 8), frame + REF_ETHERNET + (f->ip6 ? 8 : 12),
			f->ip6 ? 32 : 8);
}

static inline void
ref_ip(const struct ref_flow *f, uint8_t *ip, uint32_t l4_bytes)
{
	const uint32_t len = ref_ip_len(f);

	memset(ip, 0, len);
	if (f->ip6) {
		ip[0] = 0x60;
		ref_put(ip + 4, 2, l4_bytes);
		ip[6] = f->protocol;
		ip[7] = 64;
		ref_put(ip + 8, 8, 0xfd00000000000001);
		ip[23] = 1;
		ref_put(ip + 24, 8, 0xfd00000000000002);
		ip[39] = 2;
		return;
	}
	ip[0] = (uint8_t)(0x40 | len / 4);
	ref_put(ip + 2, 2, len + l4_bytes);
	ref_put(ip + 4, 2, f->ip_id);
	ip[6] = 0x40;
	ip[8] = 64;
	ip[9] = f->protocol;
	ref_put(ip + 12, 4, 0x0a010203);
	ref_put(ip + 16, 4, 0x0a040506);
	memset(ip + 20, 1, f->ip_options); /* no operation */
	ref_put(ip + 10, 2, (uint16_t)~ref_sum(0, ip, len));
}

/** A whole right frame to the port's own address. @return its length */
static inline uint32_t
ref_frame(const struct ref_flow *f, const uint8_t *payload, uint32_t bytes, uint8_t *out)
{
	static const uint8_t ethernet[12] = { 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 9 };
	const uint32_t l4_bytes = ref_l4_len(f) + bytes;
	uint8_t *l4 = out + REF_ETHERNET + ref_ip_len(f);
	uint16_t sum;

	memcpy(out, ethernet, sizeof(ethernet));
	ref_put(out + 12, 2, f->ip6 ? 0x86dd : 0x0800);
	ref_ip(f, out + REF_ETHERNET, l4_bytes);
	memset(l4, 0, ref_l4_len(f));
	ref_put(l4, 2, 1234);
	ref_put(l4 + 2, 2, 80);
	memcpy(l4 + ref_l4_len(f), payload, bytes);
	if (f->protocol == REF_TCP) {
		ref_put(l4 + 4, 4, f->sequence);
		ref_put(l4 + 8, 4, 0x01020304);
		ref_put(l4 + 12, 2, ref_l4_len(f) / 4 << 12 | f->tcp_flags);
		ref_put(l4 + 14, 2, 0x2000);
		memset(l4 + 20, 1, f->tcp_options);
		sum = ref_sum(ref_pseudo(f, out, l4_bytes), l4, l4_bytes);
		ref_put(l4 + 16, 2, (uint16_t)~sum);
	} else if (f->protocol == REF_UDP) {
		ref_put(l4 + 4, 2, l4_bytes);
		sum = ref_sum(ref_pseudo(f, out, l4_bytes), l4, l4_bytes);
		ref_put(l4 + 6, 2, sum == 0xffff ? sum : (uint16_t)~sum);
	} else {
		const uint32_t crc = ref_crc32c(l4, l4_bytes);

		ref_put(l4 + 8, 4, __builtin_bswap32(crc));
	}
	return ref_header_len(f) + bytes;
}

/** The same as software hands it over: checksums zero but for the pseudo header's sum. */
static inline uint32_t
ref_prototype(const struct ref_flow *f, const uint8_t *payload, uint32_t bytes, bool large,
		uint8_t *out)
{
	const uint32_t len = ref_frame(f, payload, bytes, out);
	uint8_t *l4 = out + REF_ETHERNET + ref_ip_len(f);
	const uint16_t seed = ref_pseudo(f, out, large ? 0 : ref_l4_len(f) + bytes);

	if (!f->ip6)
		ref_put(out + REF_ETHERNET + 10, 2, 0);
	if (large) /* what segmentation fills in */
		ref_put(out + REF_ETHERNET + (f->ip6 ? 4 : 2), 2, 0);
	if (f->protocol == REF_SCTP)
		ref_put(l4 + 8, 4, 0);
	else
		ref_put(l4 + (f->protocol == REF_TCP ? 16 : 6), 2, seed);
	return len;
}

#endif /* TINYNF_TEST_REFERENCE_H */
