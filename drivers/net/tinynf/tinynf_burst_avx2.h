/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef TINYNF_BURST_AVX2_H
#define TINYNF_BURST_AVX2_H

/**
 * @file
 * Groups of eight packets with AVX2. In two halves of a register there are always packets
 * that are four apart, so that nothing has to cross from one half to the other.
 */

#include "tinynf_burst_x86.h"

/** Second words of descriptors 0, 1 (lower half), 4 and 5. */
static inline __m256i
tinynf_avx2_pairs(const struct tinynf_desc *d)
{
	return _mm256_inserti128_si256(_mm256_castsi128_si256(tinynf_x86_pair(&d[0])),
			tinynf_x86_pair(&d[4]), 1);
}

static inline __m256i
tinynf_avx2_both(__m128i x)
{
	return _mm256_broadcastsi128_si256(x);
}

static inline __m256i
tinynf_avx2_ptypes(__m256i bytes, __m256i upper)
{
	const __m256i index = _mm256_and_si256(_mm256_srli_epi32(upper, 4),
			_mm256_set1_epi32(0x7));
	const __m256i both = _mm256_or_si256(index, _mm256_slli_epi32(index, 8));

	return _mm256_shuffle_epi8(bytes,
			_mm256_or_si256(both, _mm256_set1_epi32((int)0x80800800)));
}

/** Fill mbufs i and i + 4. */
static inline void
tinynf_avx2_fill(struct rte_mbuf *const *m, unsigned int i, __m256i fields, __m256i ptypes)
{
	const __m256i all = _mm256_blend_epi32(fields, ptypes, 0x11);

	_mm_storeu_si128((__m128i *)m[i]->rx_descriptor_fields1, _mm256_castsi256_si128(all));
	_mm_storeu_si128((__m128i *)m[i + 4]->rx_descriptor_fields1,
			_mm256_extracti128_si256(all, 1));
}

static inline uint32_t
tinynf_avx2_rx(struct tinynf_rxq *rxq, uint32_t slot, struct rte_mbuf **pkts, uint32_t n)
{
	const __m256i bytes = tinynf_avx2_both(_mm_load_si128((__m128i *)rxq->ptype_bytes));
	const __m256i even = tinynf_avx2_both(TINYNF_FIELDS_OF(0));
	const __m256i odd = tinynf_avx2_both(TINYNF_FIELDS_OF(8));
	const __m256i mask = _mm256_set1_epi32((int)rxq->rx_mask);
	const __m256i usual = _mm256_set1_epi32(TINYNF_RXS_USUAL);
	struct tinynf_desc *d = &rxq->agent.rx_desc[slot];
	struct rte_mbuf *const *m = &rxq->mbuf[slot];
	struct rte_mbuf **at = pkts;
	struct rte_mbuf **const end = pkts + (n & ~7u);
	unsigned int i;

	for (; at != end; at += 8, m += 8, d += 8) {
		const __m256i m0145 = tinynf_avx2_pairs(&d[0]), m2367 = tinynf_avx2_pairs(&d[2]);
		const __m256i upper = _mm256_castps_si256(_mm256_shuffle_ps(
				_mm256_castsi256_ps(m0145), _mm256_castsi256_ps(m2367),
				_MM_SHUFFLE(3, 1, 3, 1)));
		const __m256i is = _mm256_cmpeq_epi32(_mm256_and_si256(upper, mask), usual);
		__m256i ptypes;

		if (unlikely(_mm256_movemask_epi8(is) != -1))
			break;
		/* What the descriptors tell of was written before. */
		atomic_thread_fence(memory_order_acquire);
		ptypes = tinynf_avx2_ptypes(bytes, upper);
		tinynf_x86_copy4(&at[0], &m[0]);
		tinynf_x86_copy4(&at[4], &m[4]);
		tinynf_avx2_fill(m, 0, _mm256_shuffle_epi8(m0145, even), ptypes);
		tinynf_avx2_fill(m, 1, _mm256_shuffle_epi8(m0145, odd),
				_mm256_srli_epi64(ptypes, 32));
		tinynf_avx2_fill(m, 2, _mm256_shuffle_epi8(m2367, even),
				_mm256_srli_si256(ptypes, 8));
		tinynf_avx2_fill(m, 3, _mm256_shuffle_epi8(m2367, odd),
				_mm256_srli_si256(ptypes, 12));
		for (i = 0; i < 8; i++)
			d[i].meta = 0;
	}
	return (uint32_t)(at - pkts);
}

/** tinynf_x86_two() of packets 0, 1 (lower half), 4 and 5. */
static inline __m256
tinynf_avx2_four(struct rte_mbuf *const *m, __m128i usual, __m128i *differs)
{
	const __m128 low = tinynf_x86_two(&m[0], usual, differs);

	return _mm256_insertf128_ps(_mm256_castps128_ps256(low),
			tinynf_x86_two(&m[4], usual, differs), 1);
}

/** Bits in which eight packets differ from those of the next slots. */
static inline __m256i
tinynf_avx2_others(struct rte_mbuf *const *pkts, struct rte_mbuf *const *m)
{
	return _mm256_or_si256(
		_mm256_xor_si256(_mm256_loadu_si256((const __m256i *)&pkts[0]),
			_mm256_loadu_si256((const __m256i *)&m[0])),
		_mm256_xor_si256(_mm256_loadu_si256((const __m256i *)&pkts[4]),
			_mm256_loadu_si256((const __m256i *)&m[4])));
}

/** Second words of descriptors i, i + 1, i + 4 and i + 5. */
static inline void
tinynf_avx2_put(struct tinynf_desc *d, __m256i meta)
{
	const __m128i low = _mm256_castsi256_si128(meta), high = _mm256_extracti128_si256(meta, 1);

	_mm_storel_epi64((__m128i *)&d[0].meta, low);
	_mm_storeh_pd((double *)&d[1].meta, _mm_castsi128_pd(low));
	_mm_storel_epi64((__m128i *)&d[4].meta, high);
	_mm_storeh_pd((double *)&d[5].meta, _mm_castsi128_pd(high));
}

static inline uint32_t
tinynf_avx2_tx(struct tinynf_rxq *rxq, const struct tinynf_output *out, uint32_t slot,
		struct rte_mbuf **pkts, uint32_t n, uint32_t limit)
{
	const __m128i usual = _mm_load_si128((const __m128i *)rxq->usual);
	const __m128i usual_mask = _mm_load_si128((const __m128i *)rxq->usual_mask);
	const __m256i most = _mm256_set1_epi32((int)(limit - 1));
	const __m256i bit = _mm256_set1_epi32((int)out->bit);
	const __m256i zero = _mm256_setzero_si256();
	const uint32_t *stale = &rxq->agent.stale[slot];
	struct rte_mbuf *const *m = &rxq->mbuf[slot];
	struct tinynf_desc *d = &out->desc[slot];
	struct rte_mbuf **at = pkts;
	struct rte_mbuf **const end = pkts + (limit == 0 ? 0 : n & ~7u);

	for (; at != end; at += 8, m += 8, d += 8, stale += 8) {
		__m128i unusual = _mm_setzero_si128();
		const __m256 l0145 = tinynf_avx2_four(&at[0], usual, &unusual);
		const __m256 l2367 = tinynf_avx2_four(&at[2], usual, &unusual);
		const __m256i pkt_len = _mm256_castps_si256(_mm256_shuffle_ps(l0145, l2367,
				_MM_SHUFFLE(2, 0, 2, 0)));
		const __m256i len = _mm256_blend_epi16(_mm256_castps_si256(_mm256_shuffle_ps(
				l0145, l2367, _MM_SHUFFLE(3, 1, 3, 1))), zero, 0xaa);
		const __m256i less = _mm256_add_epi32(len, _mm256_set1_epi32(-1));
		const __m256i meta = _mm256_or_si256(len,
				_mm256_set1_epi32(TINYNF_TXD_EOP | TINYNF_TXD_IFCS));
		__m256i differs = _mm256_or_si256(tinynf_avx2_others(at, m),
				_mm256_inserti128_si256(zero,
					_mm_and_si128(unusual, usual_mask), 0));

		differs = _mm256_or_si256(differs, _mm256_xor_si256(bit,
				_mm256_loadu_si256((const __m256i *)stale)));
		differs = _mm256_or_si256(differs, _mm256_xor_si256(pkt_len, len));
		differs = _mm256_or_si256(differs,
				_mm256_xor_si256(less, _mm256_min_epu32(less, most)));
		if (unlikely(!_mm256_testz_si256(differs, differs)))
			break;
		tinynf_avx2_put(&d[0], _mm256_unpacklo_epi32(meta, zero));
		tinynf_avx2_put(&d[2], _mm256_unpackhi_epi32(meta, zero));
	}
	return (uint32_t)(at - pkts);
}

#endif /* TINYNF_BURST_AVX2_H */
