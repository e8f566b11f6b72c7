/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef TINYNF_BURST_X86_H
#define TINYNF_BURST_X86_H

/**
 * @file
 * Groups of four packets with SSE4.1. Also compiled for AVX2, where the same instructions have
 * three operands and take unaligned memory.
 *
 * Ring vectors are loaded unaligned: a burst may start anywhere.
 */

#include <immintrin.h>

#include "tinynf_burst.h"

/** Bytes of an mbuf from packet_type on, out of a descriptor's second word in a half of x. */
#define TINYNF_FIELDS_OF(at) \
	_mm_set_epi8(-1, -1, -1, -1, (at) + 7, (at) + 6, (at) + 1, (at), \
			-1, -1, (at) + 1, (at), -1, -1, -1, -1)

static inline void
tinynf_rx_put(const struct tinynf_rxq *rxq, struct rte_mbuf *m, const struct tinynf_desc *d,
		uint32_t status)
{
	const __m128i fields = _mm_shuffle_epi8(_mm_loadl_epi64((const __m128i *)&d->meta),
			TINYNF_FIELDS_OF(0));

	_mm_storeu_si128((__m128i *)m->rx_descriptor_fields1,
			_mm_insert_epi32(fields, (int)rxq->ptype[status >> 4 & 0x7], 0));
}

/** Bits of data_off to ol_flags that are not as usual. */
static inline __m128i
tinynf_x86_unusual(const struct rte_mbuf *m, __m128i usual)
{
	return _mm_xor_si128(usual, _mm_load_si128((const __m128i *)m->rearm_data));
}

static inline bool
tinynf_tx_usual(const struct tinynf_rxq *rxq, const struct rte_mbuf *m)
{
	const __m128i differs = tinynf_x86_unusual(m,
			_mm_load_si128((const __m128i *)rxq->usual));

	return _mm_testz_si128(differs, _mm_load_si128((const __m128i *)rxq->usual_mask));
}

/** Packet types of four packets by the upper halves of their descriptors' second words. */
static inline __m128i
tinynf_x86_ptypes(__m128i bytes, __m128i upper)
{
	/* Three bits are an index into the low bytes, eight further into the high ones. */
	const __m128i index = _mm_and_si128(_mm_srli_epi32(upper, 4), _mm_set1_epi32(0x7));
	const __m128i both = _mm_or_si128(index, _mm_slli_epi32(index, 8));

	return _mm_shuffle_epi8(bytes, _mm_or_si128(both, _mm_set1_epi32((int)0x80800800)));
}

static inline __m128i
tinynf_x86_pair(const struct tinynf_desc *d)
{
	const __m128i first = _mm_loadl_epi64((const __m128i *)&d[0].meta);

	return _mm_castps_si128(_mm_loadh_pi(_mm_castsi128_ps(first), (const __m64 *)&d[1].meta));
}

static inline void
tinynf_x86_fill(struct rte_mbuf *m, __m128i fields, __m128i ptype)
{
	_mm_storeu_si128((__m128i *)m->rx_descriptor_fields1,
			_mm_blend_epi16(fields, ptype, 0x03));
}

static inline void
tinynf_x86_copy4(struct rte_mbuf **to, struct rte_mbuf *const *from)
{
#ifdef TINYNF_X86_AVX2
	_mm256_storeu_si256((__m256i *)to, _mm256_loadu_si256((const __m256i *)from));
#else
	_mm_storeu_si128((__m128i *)&to[0], _mm_loadu_si128((const __m128i *)&from[0]));
	_mm_storeu_si128((__m128i *)&to[2], _mm_loadu_si128((const __m128i *)&from[2]));
#endif
}

/** Take four packets, usual ones by @p mask; @p flags: they have ol_flags. */
static inline bool
tinynf_x86_rx4(const struct tinynf_rxq *rxq, struct tinynf_desc *d, struct rte_mbuf *const *m,
		struct rte_mbuf **pkts, __m128i mask, const bool flags)
{
	const __m128i usual = _mm_set1_epi32(TINYNF_RXS_USUAL);
	const __m128i m01 = tinynf_x86_pair(&d[0]), m23 = tinynf_x86_pair(&d[2]);
	const __m128i upper = _mm_castps_si128(_mm_shuffle_ps(_mm_castsi128_ps(m01),
			_mm_castsi128_ps(m23), _MM_SHUFFLE(3, 1, 3, 1)));
	const __m128i is = _mm_cmpeq_epi32(_mm_and_si128(upper, mask), usual);
	__m128i ptypes;
	unsigned int i;

	if (unlikely(_mm_movemask_ps(_mm_castsi128_ps(is)) != 0xf))
		return false;
	/* What the descriptors tell of was written before. */
	atomic_thread_fence(memory_order_acquire);
	ptypes = tinynf_x86_ptypes(_mm_load_si128((const __m128i *)rxq->ptype_bytes), upper);
	tinynf_x86_copy4(pkts, m);
	tinynf_x86_fill(m[0], _mm_shuffle_epi8(m01, TINYNF_FIELDS_OF(0)), ptypes);
	tinynf_x86_fill(m[1], _mm_shuffle_epi8(m01, TINYNF_FIELDS_OF(8)),
			_mm_srli_si128(ptypes, 4));
	tinynf_x86_fill(m[2], _mm_shuffle_epi8(m23, TINYNF_FIELDS_OF(0)),
			_mm_srli_si128(ptypes, 8));
	tinynf_x86_fill(m[3], _mm_shuffle_epi8(m23, TINYNF_FIELDS_OF(8)),
			_mm_srli_si128(ptypes, 12));
	for (i = 0; i < 4; i++) {
		if (flags)
			m[i]->ol_flags = tinynf_rx_flags(rxq, d[i].meta);
		d[i].meta = 0;
	}
	return true;
}

static inline uint32_t
tinynf_x86_rx(struct tinynf_rxq *rxq, uint32_t slot, struct rte_mbuf **pkts, uint32_t n,
		uint32_t rx_mask, const bool flags)
{
	const __m128i mask = _mm_set1_epi32((int)rx_mask);
	struct tinynf_desc *d = &rxq->agent.rx_desc[slot];
	struct rte_mbuf *const *m = &rxq->mbuf[slot];
	struct rte_mbuf **at = pkts;
	struct rte_mbuf **const end = pkts + (n & ~3u);

	for (; at != end; at += 4, m += 4, d += 4)
		if (unlikely(!tinynf_x86_rx4(rxq, d, m, at, mask, flags)))
			break;
	return (uint32_t)(at - pkts);
}

/** Packets without ol_flags: where they may have some, none is usual. */
static inline uint32_t
tinynf_rx_group(struct tinynf_rxq *rxq, uint32_t slot, struct rte_mbuf **pkts, uint32_t n)
{
	return tinynf_x86_rx(rxq, slot, pkts, n, rxq->rx_mask, false);
}

static inline bool
tinynf_rx_four(struct tinynf_rxq *rxq, uint32_t slot, struct rte_mbuf **pkts)
{
	return tinynf_x86_rx4(rxq, &rxq->agent.rx_desc[slot], &rxq->mbuf[slot], pkts,
			_mm_set1_epi32((int)rxq->rx_mask), false);
}

/** Packets that may have ol_flags, up to the end of the ring. */
static inline uint32_t
tinynf_rx_group_flags(struct tinynf_rxq *rxq, struct rte_mbuf **pkts, uint32_t n)
{
	const uint32_t slot = rxq->agent.received & rxq->agent.mask;

	return tinynf_x86_rx(rxq, slot, pkts, RTE_MIN(n, rxq->agent.mask + 1 - slot),
			rxq->rx_mask_flags, true);
}

/** Bits that differ between the packets and those of the next slots. */
static inline __m128i
tinynf_x86_others(struct rte_mbuf *const *pkts, struct rte_mbuf *const *m)
{
#ifdef TINYNF_X86_AVX2
	const __m256i x = _mm256_xor_si256(_mm256_loadu_si256((const __m256i *)pkts),
			_mm256_loadu_si256((const __m256i *)m));

	return _mm_or_si128(_mm256_castsi256_si128(x), _mm256_extracti128_si256(x, 1));
#else
	return _mm_or_si128(_mm_xor_si128(_mm_loadu_si128((const __m128i *)&pkts[0]),
			_mm_loadu_si128((const __m128i *)&m[0])),
		_mm_xor_si128(_mm_loadu_si128((const __m128i *)&pkts[2]),
			_mm_loadu_si128((const __m128i *)&m[2])));
#endif
}

/**
 * pkt_len, data_len and vlan_tci of two mbufs, and in *@p differs the bits in which any is not
 * as usual. Both at once, so that no more addresses than these are in registers.
 */
static inline __m128
tinynf_x86_two(struct rte_mbuf *const *m, __m128i usual, __m128i *differs)
{
	const __m128i first = _mm_loadl_epi64((const __m128i *)&m[0]->pkt_len);
	const __m128i x = tinynf_x86_unusual(m[0], usual);
	const __m128 both = _mm_loadh_pi(_mm_castsi128_ps(first), (const __m64 *)&m[1]->pkt_len);

	*differs = _mm_or_si128(*differs, _mm_or_si128(x, tinynf_x86_unusual(m[1], usual)));
	return both;
}

/** What four packets are compared with. */
struct tinynf_x86_tx {
	__m128i usual, usual_mask, most, bit;
};

static inline struct tinynf_x86_tx
tinynf_x86_tx_begin(const struct tinynf_rxq *rxq, const struct tinynf_output *out, uint32_t limit)
{
	return (struct tinynf_x86_tx){
		.usual = _mm_load_si128((const __m128i *)rxq->usual),
		.usual_mask = _mm_load_si128((const __m128i *)rxq->usual_mask),
		.most = _mm_set1_epi32((int)(limit - 1)),
		.bit = _mm_set1_epi32((int)out->bit),
	};
}

/** Put four usual packets into a ring. */
static inline bool
tinynf_x86_tx4(const struct tinynf_x86_tx *x, struct rte_mbuf *const *at,
		struct rte_mbuf *const *m, const uint32_t *stale, struct tinynf_desc *d)
{
	const __m128i command = _mm_set1_epi32(TINYNF_TXD_EOP | TINYNF_TXD_IFCS);
	const __m128i zero = _mm_setzero_si128();
	__m128i differs = zero;
	const __m128 l01 = tinynf_x86_two(&at[0], x->usual, &differs);
	const __m128 l23 = tinynf_x86_two(&at[2], x->usual, &differs);
	const __m128i pkt_len = _mm_castps_si128(_mm_shuffle_ps(l01, l23,
			_MM_SHUFFLE(2, 0, 2, 0)));
	const __m128i len = _mm_blend_epi16(_mm_castps_si128(_mm_shuffle_ps(l01, l23,
			_MM_SHUFFLE(3, 1, 3, 1))), zero, 0xaa);
	const __m128i less = _mm_add_epi32(len, _mm_set1_epi32(-1));
	const __m128i meta = _mm_or_si128(len, command);
	__m128i m01, m23;

	differs = _mm_or_si128(_mm_and_si128(differs, x->usual_mask), tinynf_x86_others(at, m));
	differs = _mm_or_si128(differs, _mm_xor_si128(x->bit,
			_mm_loadu_si128((const __m128i *)stale)));
	differs = _mm_or_si128(differs, _mm_xor_si128(pkt_len, len));
	differs = _mm_or_si128(differs, _mm_xor_si128(less, _mm_min_epu32(less, x->most)));
	if (unlikely(!_mm_testz_si128(differs, differs)))
		return false;
	m01 = _mm_unpacklo_epi32(meta, zero);
	m23 = _mm_unpackhi_epi32(meta, zero);
	_mm_storel_epi64((__m128i *)&d[0].meta, m01);
	_mm_storeh_pd((double *)&d[1].meta, _mm_castsi128_pd(m01));
	_mm_storel_epi64((__m128i *)&d[2].meta, m23);
	_mm_storeh_pd((double *)&d[3].meta, _mm_castsi128_pd(m23));
	return true;
}

static inline uint32_t
tinynf_tx_group(struct tinynf_rxq *rxq, const struct tinynf_output *out, uint32_t slot,
		struct rte_mbuf **pkts, uint32_t n, uint32_t limit)
{
	const struct tinynf_x86_tx x = tinynf_x86_tx_begin(rxq, out, limit);
	const uint32_t *stale = &rxq->agent.stale[slot];
	struct rte_mbuf *const *m = &rxq->mbuf[slot];
	struct tinynf_desc *d = &out->desc[slot];
	struct rte_mbuf **at = pkts;
	struct rte_mbuf **const end = pkts + (limit == 0 ? 0 : n & ~3u);

	for (; at != end; at += 4, m += 4, d += 4, stale += 4)
		if (unlikely(!tinynf_x86_tx4(&x, at, m, stale, d)))
			break;
	return (uint32_t)(at - pkts);
}

static inline bool
tinynf_tx_four(struct tinynf_rxq *rxq, const struct tinynf_output *out, uint32_t slot,
		struct rte_mbuf **pkts)
{
	const uint32_t limit = out->limit;
	const struct tinynf_x86_tx x = tinynf_x86_tx_begin(rxq, out, limit);

	return limit != 0 && tinynf_x86_tx4(&x, pkts, &rxq->mbuf[slot],
			&rxq->agent.stale[slot], &out->desc[slot]);
}

#endif /* TINYNF_BURST_X86_H */
