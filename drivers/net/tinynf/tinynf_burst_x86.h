/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef TINYNF_BURST_X86_H
#define TINYNF_BURST_X86_H

/**
 * @file
 * Groups of four packets with SSE4.1, and what they have in common with groups of eight. Also
 * compiled for AVX2, where the same instructions have three operands and take unaligned memory.
 *
 * Ring vectors are loaded unaligned: a burst may start anywhere.
 */

#include <string.h>

#include <immintrin.h>

#include "tinynf_burst.h"

/** Bytes of an mbuf from packet_type on, out of a descriptor's second word at byte @p at. */
#define TINYNF_FIELDS_OF(at) \
	-1, -1, -1, -1, (at), (at) + 1, -1, -1, (at), (at) + 1, (at) + 6, (at) + 7, -1, -1, -1, -1
/** A byte of status in the lowest two of each group of four, for tinynf_x86_ptypes(). */
#define TINYNF_STATUS_OF(at)  (at), (at), -1, -1

/** Operands in memory: a compiler makes them anew with three instructions each. */
struct tinynf_x86_consts {
	_Alignas(32) int8_t even[32];     /**< Fields out of a register's lower half, */
	_Alignas(32) int8_t odd[32];      /**< out of its upper half. */
	_Alignas(32) int8_t status[32];   /**< Bytes that say the packet type. */
	_Alignas(32) uint32_t bits[8];    /**< Bits of them that do, */
	_Alignas(32) uint32_t tables[8];  /**< and the tables where they look. */
	_Alignas(32) uint64_t usual[4];
	_Alignas(32) uint32_t command[8];
};

static inline const struct tinynf_x86_consts *
tinynf_x86_consts(void)
{
	static const struct tinynf_x86_consts consts = {
		.even = { TINYNF_FIELDS_OF(0), TINYNF_FIELDS_OF(0) },
		.odd = { TINYNF_FIELDS_OF(8), TINYNF_FIELDS_OF(8) },
		.status = { TINYNF_STATUS_OF(0), TINYNF_STATUS_OF(4), TINYNF_STATUS_OF(8),
			TINYNF_STATUS_OF(12), TINYNF_STATUS_OF(0), TINYNF_STATUS_OF(4),
			TINYNF_STATUS_OF(8), TINYNF_STATUS_OF(12) },
#define TINYNF_FOUR(x)  (x), (x), (x), (x)
		.bits = { TINYNF_FOUR(0x7070), TINYNF_FOUR(0x7070) },
		.tables = { TINYNF_FOUR(0x0800), TINYNF_FOUR(0x0800) },
		.usual = { TINYNF_FOUR((uint64_t)TINYNF_RXS_USUAL << TINYNF_RXD_STATUS_SHIFT) },
		.command = { TINYNF_FOUR(TINYNF_TXD_EOP | TINYNF_TXD_IFCS),
			TINYNF_FOUR(TINYNF_TXD_EOP | TINYNF_TXD_IFCS) },
#undef TINYNF_FOUR
	};
	const struct tinynf_x86_consts *c = &consts;

	/* What it points to isn't known any more. */
	__asm__ ("" : "+r" (c));
	return c;
}

static inline __m128i
tinynf_x86_const(const void *p)
{
	return _mm_load_si128((const __m128i *)p);
}

/** Fill in a packet by a descriptor's second word. */
static inline void
tinynf_x86_put(const struct tinynf_rxq *rxq, struct rte_mbuf *m, __m128i meta, uint32_t status)
{
	const __m128i fields = _mm_shuffle_epi8(meta, _mm_setr_epi8(TINYNF_FIELDS_OF(0)));

	_mm_storeu_si128((__m128i *)m->rx_descriptor_fields1,
			_mm_insert_epi32(fields, (int)rxq->ptype[status & 0xff], 0));
}

static inline void
tinynf_rx_put(const struct tinynf_rxq *rxq, struct rte_mbuf *m, const struct tinynf_desc *d,
		uint32_t status)
{
	tinynf_x86_put(rxq, m, _mm_loadl_epi64((const __m128i *)&d->meta), status);
}

static inline bool
tinynf_rx_one(const struct tinynf_rxq *rxq, size_t slot, struct rte_mbuf **pkts)
{
	uint64_t *word = &rxq->agent.rx_desc[slot].meta;
	const __m128i meta = _mm_loadl_epi64((const __m128i *)word);
	/* The upper half of meta is 0, which isn't usual where nothing shall be. */
	const __m128i differs = _mm_xor_si128(meta, tinynf_x86_const(rxq->rx_usual));
	struct rte_mbuf *m;

	if (unlikely(!_mm_testz_si128(differs, tinynf_x86_const(rxq->rx_masks_flags))))
		return false;
	/* What the descriptor tells of was written before. */
	atomic_thread_fence(memory_order_acquire);
	m = rxq->mbuf[slot];
	pkts[0] = m;
	tinynf_x86_put(rxq, m, meta, ((const uint8_t *)word)[TINYNF_RXD_STATUS_SHIFT / 8]);
	*word = 0;
	return true;
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
	const __m128i differs = tinynf_x86_unusual(m, tinynf_x86_const(rxq->usual));

	return _mm_testz_si128(differs, tinynf_x86_const(rxq->usual_mask));
}

/** Packet types, of two bytes, by the bytes of @p x that @p status says. */
static inline __m128i
tinynf_x86_ptypes(const struct tinynf_x86_consts *c, const struct tinynf_rxq *rxq, __m128i x,
		__m128i status)
{
	/* Three bits are an index into the low bytes, eight further into the high ones. */
	const __m128i bits = _mm_and_si128(_mm_shuffle_epi8(x, status),
			tinynf_x86_const(c->bits));

	return _mm_shuffle_epi8(tinynf_x86_const(rxq->ptype_bytes),
			_mm_or_si128(_mm_srli_epi32(bits, 4), tinynf_x86_const(c->tables)));
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
			_mm_blend_epi16(fields, ptype, 0x01));
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

/** Take four packets, usual ones by @p masks; @p flags: they have ol_flags. */
static inline bool
tinynf_x86_rx4(const struct tinynf_rxq *rxq, struct tinynf_desc *d, struct rte_mbuf *const *m,
		struct rte_mbuf **pkts, const uint64_t *masks, const bool flags)
{
	const struct tinynf_x86_consts *c = tinynf_x86_consts();
	const __m128i m01 = tinynf_x86_pair(&d[0]), m23 = tinynf_x86_pair(&d[2]);
	const __m128i upper = _mm_castps_si128(_mm_shuffle_ps(_mm_castsi128_ps(m01),
			_mm_castsi128_ps(m23), _MM_SHUFFLE(3, 1, 3, 1)));
	const __m128i mask = tinynf_x86_const(masks), usual = tinynf_x86_const(c->usual);
	const __m128i differs = _mm_or_si128(_mm_xor_si128(_mm_and_si128(m01, mask), usual),
			_mm_xor_si128(_mm_and_si128(m23, mask), usual));
	const __m128i even = tinynf_x86_const(c->even), odd = tinynf_x86_const(c->odd);
	__m128i ptypes;
	unsigned int i;

	if (unlikely(!_mm_testz_si128(differs, differs)))
		return false;
	/* What the descriptors tell of was written before. */
	atomic_thread_fence(memory_order_acquire);
	ptypes = tinynf_x86_ptypes(c, rxq, upper, tinynf_x86_const(c->status));
	tinynf_x86_copy4(pkts, m);
	tinynf_x86_fill(m[0], _mm_shuffle_epi8(m01, even), ptypes);
	tinynf_x86_fill(m[1], _mm_shuffle_epi8(m01, odd), _mm_srli_si128(ptypes, 4));
	tinynf_x86_fill(m[2], _mm_shuffle_epi8(m23, even), _mm_srli_si128(ptypes, 8));
	tinynf_x86_fill(m[3], _mm_shuffle_epi8(m23, odd), _mm_srli_si128(ptypes, 12));
	for (i = 0; i < 4; i++) {
		if (flags)
			m[i]->ol_flags = tinynf_rx_flags(rxq, d[i].meta);
		d[i].meta = 0;
	}
	return true;
}

static inline bool
tinynf_rx_two(const struct tinynf_rxq *rxq, uint32_t slot, struct rte_mbuf **pkts)
{
	const struct tinynf_x86_consts *c = tinynf_x86_consts();
	struct tinynf_desc *d = &rxq->agent.rx_desc[slot];
	struct rte_mbuf *const *m = &rxq->mbuf[slot];
	const __m128i metas = tinynf_x86_pair(d);
	const __m128i differs = _mm_xor_si128(_mm_and_si128(metas,
			tinynf_x86_const(rxq->rx_masks)), tinynf_x86_const(c->usual));
	__m128i ptypes;

	if (unlikely(!_mm_testz_si128(differs, differs)))
		return false;
	/* What the descriptors tell of was written before. */
	atomic_thread_fence(memory_order_acquire);
	/* The upper halves of the second words are elements 1 and 3. */
	ptypes = tinynf_x86_ptypes(c, rxq, metas, tinynf_x86_const(c->status));
	_mm_storeu_si128((__m128i *)pkts, _mm_loadu_si128((const __m128i *)m));
	tinynf_x86_fill(m[0], _mm_shuffle_epi8(metas, tinynf_x86_const(c->even)),
			_mm_srli_si128(ptypes, 4));
	tinynf_x86_fill(m[1], _mm_shuffle_epi8(metas, tinynf_x86_const(c->odd)),
			_mm_srli_si128(ptypes, 12));
	d[0].meta = 0;
	d[1].meta = 0;
	return true;
}

static inline uint32_t
tinynf_x86_rx(struct tinynf_rxq *rxq, uint32_t slot, struct rte_mbuf **pkts, uint32_t n,
		const uint64_t *masks, const bool flags)
{
	struct tinynf_desc *d = &rxq->agent.rx_desc[slot];
	struct rte_mbuf *const *m = &rxq->mbuf[slot];
	struct rte_mbuf **at = pkts;
	struct rte_mbuf **const end = pkts + (n & ~3u);

	for (; at != end; at += 4, m += 4, d += 4)
		if (unlikely(!tinynf_x86_rx4(rxq, d, m, at, masks, flags)))
			break;
	return (uint32_t)(at - pkts);
}

/** Packets without ol_flags: where they may have some, none is usual. */
static inline uint32_t
tinynf_rx_group(struct tinynf_rxq *rxq, uint32_t slot, struct rte_mbuf **pkts, uint32_t n)
{
	return tinynf_x86_rx(rxq, slot, pkts, n, rxq->rx_masks, false);
}

/** Packets that may have ol_flags, up to the end of the ring. */
static inline uint32_t
tinynf_rx_group_flags(struct tinynf_rxq *rxq, struct rte_mbuf **pkts, uint32_t n)
{
	const uint32_t slot = rxq->agent.received & rxq->agent.mask;

	return tinynf_x86_rx(rxq, slot, pkts, RTE_MIN(n, rxq->agent.mask + 1 - slot),
			rxq->rx_masks_flags, true);
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

static inline __m128i
tinynf_x86_all(const uint32_t *p)
{
#ifdef TINYNF_X86_AVX2
	return _mm_castps_si128(_mm_broadcast_ss((const float *)p));
#else
	return _mm_set1_epi32((int)*p);
#endif
}

/** Not zero where pkt_len, which is @p len, isn't data_len, is 0 or above @p limit. */
static inline __m128i
tinynf_x86_bad_lens(__m128 l01, __m128 l23, __m128i len, const uint32_t *limit)
{
	const __m128i data_len = _mm_castps_si128(_mm_shuffle_ps(l01, l23,
			_MM_SHUFFLE(3, 1, 3, 1)));
	const __m128i less = _mm_add_epi32(len, _mm_set1_epi32(-1));

	/* Above data_len there is vlan_tci; no limit is above what data_len can be. */
	return _mm_or_si128(_mm_slli_epi32(_mm_xor_si128(data_len, len), 16),
			_mm_cmpeq_epi32(less, _mm_max_epu32(less, tinynf_x86_all(limit))));
}

static inline bool
tinynf_tx_two(const struct tinynf_rxq *rxq, const struct tinynf_output *out, uint32_t slot,
		struct rte_mbuf **pkts)
{
	const struct tinynf_x86_consts *c = tinynf_x86_consts();
	struct tinynf_desc *d = &out->desc[slot];
	__m128i differs = _mm_setzero_si128();
	const __m128 lens = tinynf_x86_two(pkts, tinynf_x86_const(rxq->usual), &differs);
	/* All twice. */
	const __m128i len = _mm_castps_si128(_mm_shuffle_ps(lens, lens, _MM_SHUFFLE(2, 0, 2, 0)));
	__m128i stale, meta;
	uint64_t two;

	/* One instruction; _mm_loaddup_pd() would be undefined at odd slots. */
	memcpy(&two, &rxq->agent.stale[slot], sizeof(two));
	stale = _mm_set1_epi64x(two);
	differs = _mm_and_si128(differs, tinynf_x86_const(rxq->usual_mask));
	differs = _mm_or_si128(differs, _mm_xor_si128(_mm_loadu_si128((const __m128i *)pkts),
			_mm_loadu_si128((const __m128i *)&rxq->mbuf[slot])));
	differs = _mm_or_si128(differs, _mm_xor_si128(tinynf_x86_all(&out->bit), stale));
	differs = _mm_or_si128(differs, tinynf_x86_bad_lens(lens, lens, len, &out->limit));
	if (unlikely(!_mm_testz_si128(differs, differs)))
		return false;
	meta = _mm_unpacklo_epi32(_mm_or_si128(len, tinynf_x86_const(c->command)),
			_mm_setzero_si128());
	_mm_storel_epi64((__m128i *)&d[0].meta, meta);
	_mm_storeh_pd((double *)&d[1].meta, _mm_castsi128_pd(meta));
	return true;
}

/** Put four usual packets into a ring. */
static inline bool
tinynf_x86_tx4(const struct tinynf_rxq *rxq, const struct tinynf_output *out,
		const uint32_t *limit, struct rte_mbuf *const *at, struct rte_mbuf *const *m,
		const uint32_t *stale, struct tinynf_desc *d)
{
	const struct tinynf_x86_consts *c = tinynf_x86_consts();
	const __m128i usual = tinynf_x86_const(rxq->usual);
	const __m128i zero = _mm_setzero_si128();
	__m128i differs = zero;
	const __m128 l01 = tinynf_x86_two(&at[0], usual, &differs);
	const __m128 l23 = tinynf_x86_two(&at[2], usual, &differs);
	const __m128i len = _mm_castps_si128(_mm_shuffle_ps(l01, l23, _MM_SHUFFLE(2, 0, 2, 0)));
	const __m128i meta = _mm_or_si128(len, tinynf_x86_const(c->command));
	__m128i m01, m23;

	differs = _mm_or_si128(_mm_and_si128(differs, tinynf_x86_const(rxq->usual_mask)),
			tinynf_x86_others(at, m));
	differs = _mm_or_si128(differs, _mm_xor_si128(tinynf_x86_all(&out->bit),
			_mm_loadu_si128((const __m128i *)stale)));
	differs = _mm_or_si128(differs, tinynf_x86_bad_lens(l01, l23, len, limit));
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
	const uint32_t *stale = &rxq->agent.stale[slot];
	struct rte_mbuf *const *m = &rxq->mbuf[slot];
	struct tinynf_desc *d = &out->desc[slot];
	struct rte_mbuf **at = pkts;
	struct rte_mbuf **const end = pkts + (n & ~3u);

	for (; at != end; at += 4, m += 4, d += 4, stale += 4)
		if (unlikely(!tinynf_x86_tx4(rxq, out, &limit, at, m, stale, d)))
			break;
	return (uint32_t)(at - pkts);
}

static inline bool
tinynf_tx_four(struct tinynf_rxq *rxq, const struct tinynf_output *out, uint32_t slot,
		struct rte_mbuf **pkts)
{
	return tinynf_x86_tx4(rxq, out, &out->limit, pkts, &rxq->mbuf[slot],
			&rxq->agent.stale[slot], &out->desc[slot]);
}

#endif /* TINYNF_BURST_X86_H */
