/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef TINYNF_BURST_AVX2_H
#define TINYNF_BURST_AVX2_H

/**
 * @file
 * Groups of eight packets with AVX2, and receiving four. What two halves of a register hold is
 * such that nothing has to cross from one to the other.
 */

#include "tinynf_burst_x86.h"

static inline __m256i
tinynf_avx2_const(const void *p)
{
	return _mm256_load_si256((const __m256i *)p);
}

static inline __m256i
tinynf_avx2_both(const void *p)
{
	return _mm256_broadcastsi128_si256(tinynf_x86_const(p));
}

/** Second words of descriptors 0, 2 (lower half), 1 and 3. */
static inline __m256i
tinynf_avx2_metas(const struct tinynf_desc *d)
{
	return _mm256_unpackhi_epi64(_mm256_loadu_si256((const __m256i *)&d[0]),
			_mm256_loadu_si256((const __m256i *)&d[2]));
}

/** Bits in which they are not as usual. */
static inline __m256i
tinynf_avx2_unusual(const struct tinynf_x86_consts *c, __m256i metas, __m256i masks)
{
	return _mm256_xor_si256(_mm256_and_si256(metas, masks), tinynf_avx2_const(c->usual));
}

/** tinynf_x86_ptypes() in both halves. */
static inline __m256i
tinynf_avx2_ptypes(const struct tinynf_x86_consts *c, const struct tinynf_rxq *rxq, __m256i x)
{
	const __m256i bits = _mm256_and_si256(_mm256_shuffle_epi8(x,
			tinynf_avx2_const(c->status)), tinynf_avx2_const(c->bits));

	return _mm256_shuffle_epi8(tinynf_avx2_both(rxq->ptype_bytes),
			_mm256_or_si256(_mm256_srli_epi32(bits, 4), tinynf_avx2_const(c->tables)));
}

/** Fill two mbufs. */
static inline void
tinynf_avx2_fill(struct rte_mbuf *const *m, __m256i fields, __m256i ptypes)
{
	const __m256i all = _mm256_blend_epi16(fields, ptypes, 0x01);

	_mm_storeu_si128((__m128i *)m[0]->rx_descriptor_fields1, _mm256_castsi256_si128(all));
	_mm_storeu_si128((__m128i *)m[1]->rx_descriptor_fields1,
			_mm256_extracti128_si256(all, 1));
}

static inline bool
tinynf_rx_four(const struct tinynf_rxq *rxq, uint32_t slot, struct rte_mbuf **pkts)
{
	const struct tinynf_x86_consts *c = tinynf_x86_consts();
	struct tinynf_desc *d = &rxq->agent.rx_desc[slot];
	struct rte_mbuf *const *m = &rxq->mbuf[slot];
	const __m256i metas = tinynf_avx2_metas(d);
	const __m256i differs = tinynf_avx2_unusual(c, metas, tinynf_avx2_const(rxq->rx_masks));
	__m256i ptypes;
	unsigned int i;

	if (unlikely(!_mm256_testz_si256(differs, differs)))
		return false;
	/* What the descriptors tell of was written before. */
	atomic_thread_fence(memory_order_acquire);
	/* In each half, the upper halves of the second words are elements 1 and 3. */
	ptypes = tinynf_avx2_ptypes(c, rxq, metas);
	tinynf_x86_copy4(pkts, m);
	tinynf_avx2_fill(&m[0], _mm256_shuffle_epi8(metas, tinynf_avx2_const(c->even)),
			_mm256_srli_si256(ptypes, 4));
	tinynf_avx2_fill(&m[2], _mm256_shuffle_epi8(metas, tinynf_avx2_const(c->odd)),
			_mm256_srli_si256(ptypes, 12));
	for (i = 0; i < 4; i++)
		d[i].meta = 0;
	return true;
}

/** Take eight packets, if all are usual. */
static inline bool
tinynf_avx2_rx8(const struct tinynf_rxq *rxq, struct tinynf_desc *d, struct rte_mbuf *const *m,
		struct rte_mbuf **pkts)
{
	const struct tinynf_x86_consts *c = tinynf_x86_consts();
	const __m256i masks = tinynf_avx2_const(rxq->rx_masks);
	const __m256i m0213 = tinynf_avx2_metas(&d[0]), m4657 = tinynf_avx2_metas(&d[4]);
	const __m256i differs = _mm256_or_si256(tinynf_avx2_unusual(c, m0213, masks),
			tinynf_avx2_unusual(c, m4657, masks));
	const __m256i even = tinynf_avx2_const(c->even), odd = tinynf_avx2_const(c->odd);
	__m256i ptypes;
	unsigned int i;

	if (unlikely(!_mm256_testz_si256(differs, differs)))
		return false;
	/* What the descriptors tell of was written before. */
	atomic_thread_fence(memory_order_acquire);
	ptypes = tinynf_avx2_ptypes(c, rxq, _mm256_castps_si256(_mm256_shuffle_ps(
			_mm256_castsi256_ps(m0213), _mm256_castsi256_ps(m4657),
			_MM_SHUFFLE(3, 1, 3, 1))));
	tinynf_x86_copy4(&pkts[0], &m[0]);
	tinynf_x86_copy4(&pkts[4], &m[4]);
	tinynf_avx2_fill(&m[0], _mm256_shuffle_epi8(m0213, even), ptypes);
	tinynf_avx2_fill(&m[2], _mm256_shuffle_epi8(m0213, odd), _mm256_srli_epi64(ptypes, 32));
	tinynf_avx2_fill(&m[4], _mm256_shuffle_epi8(m4657, even), _mm256_srli_si256(ptypes, 8));
	tinynf_avx2_fill(&m[6], _mm256_shuffle_epi8(m4657, odd), _mm256_srli_si256(ptypes, 12));
	for (i = 0; i < 8; i++)
		d[i].meta = 0;
	return true;
}

static inline bool
tinynf_rx_eight(const struct tinynf_rxq *rxq, uint32_t slot, struct rte_mbuf **pkts)
{
	return tinynf_avx2_rx8(rxq, &rxq->agent.rx_desc[slot], &rxq->mbuf[slot], pkts);
}

static inline uint32_t
tinynf_rx_eights(const struct tinynf_rxq *rxq, uint32_t slot, struct rte_mbuf **pkts, uint32_t n)
{
	struct tinynf_desc *d = &rxq->agent.rx_desc[slot];
	struct rte_mbuf *const *m = &rxq->mbuf[slot];
	struct rte_mbuf **at = pkts;
	struct rte_mbuf **const end = pkts + (n & ~7u);

	for (; at != end; at += 8, m += 8, d += 8)
		if (unlikely(!tinynf_avx2_rx8(rxq, d, m, at)))
			break;
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

static inline __m256i
tinynf_avx2_all(const uint32_t *p)
{
	return _mm256_castps_si256(_mm256_broadcast_ss((const float *)p));
}

/** Put eight usual packets into a ring. */
static inline bool
tinynf_avx2_tx8(const struct tinynf_rxq *rxq, const struct tinynf_output *out,
		const uint32_t *limit, struct rte_mbuf *const *at, struct rte_mbuf *const *m,
		const uint32_t *stale, struct tinynf_desc *d)
{
	const struct tinynf_x86_consts *c = tinynf_x86_consts();
	const __m128i usual = tinynf_x86_const(rxq->usual);
	const __m256i zero = _mm256_setzero_si256();
	__m128i unusual = _mm_setzero_si128();
	const __m256 l0145 = tinynf_avx2_four(&at[0], usual, &unusual);
	const __m256 l2367 = tinynf_avx2_four(&at[2], usual, &unusual);
	const __m256i len = _mm256_castps_si256(_mm256_shuffle_ps(l0145, l2367,
			_MM_SHUFFLE(2, 0, 2, 0)));
	const __m256i data_len = _mm256_castps_si256(_mm256_shuffle_ps(l0145, l2367,
			_MM_SHUFFLE(3, 1, 3, 1)));
	const __m256i less = _mm256_add_epi32(len, _mm256_set1_epi32(-1));
	const __m256i meta = _mm256_or_si256(len, tinynf_avx2_const(c->command));
	__m256i differs;

	unusual = _mm_and_si128(unusual, tinynf_x86_const(rxq->usual_mask));
	differs = _mm256_or_si256(tinynf_avx2_others(at, m),
			_mm256_inserti128_si256(zero, unusual, 0));
	differs = _mm256_or_si256(differs, _mm256_xor_si256(tinynf_avx2_all(&out->bit),
			_mm256_loadu_si256((const __m256i *)stale)));
	/* As with four packets. */
	differs = _mm256_or_si256(differs, _mm256_slli_epi32(_mm256_xor_si256(data_len, len), 16));
	differs = _mm256_or_si256(differs, _mm256_cmpeq_epi32(less,
			_mm256_max_epu32(less, tinynf_avx2_all(limit))));
	if (unlikely(!_mm256_testz_si256(differs, differs)))
		return false;
	tinynf_avx2_put(&d[0], _mm256_unpacklo_epi32(meta, zero));
	tinynf_avx2_put(&d[2], _mm256_unpackhi_epi32(meta, zero));
	return true;
}

static inline bool
tinynf_tx_eight(struct tinynf_rxq *rxq, const struct tinynf_output *out, uint32_t slot,
		struct rte_mbuf **pkts)
{
	return tinynf_avx2_tx8(rxq, out, &out->limit, pkts, &rxq->mbuf[slot],
			&rxq->agent.stale[slot], &out->desc[slot]);
}

static inline uint32_t
tinynf_tx_eights(struct tinynf_rxq *rxq, const struct tinynf_output *out, uint32_t slot,
		struct rte_mbuf **pkts, uint32_t n)
{
	const uint32_t *stale = &rxq->agent.stale[slot];
	struct rte_mbuf *const *m = &rxq->mbuf[slot];
	struct tinynf_desc *d = &out->desc[slot];
	struct rte_mbuf **at = pkts;
	struct rte_mbuf **const end = pkts + (n & ~7u);

	for (; at != end; at += 8, m += 8, d += 8, stale += 8)
		if (unlikely(!tinynf_avx2_tx8(rxq, out, &out->limit, at, m, stale, d)))
			break;
	return (uint32_t)(at - pkts);
}

#endif /* TINYNF_BURST_AVX2_H */
