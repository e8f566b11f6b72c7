/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* A received frame into a queue's buffers, and its descriptors: 7.1.5, 7.1.6, 7.1.10. */

#include "model/tinynf_model_checksum.h"
#include "model/tinynf_model_queue.h"

#define STATUS_DD       UINT64_C(1)
#define STATUS_EOP      UINT64_C(2)
#define STATUS_VP       0x08u
#define STATUS_UDPCS    0x10u
#define ADV_STATUS_UDPV (UINT64_C(1) << 10)
#define ADV_ERROR_HBO   (UINT64_C(1) << 23)
#define ADV_ERROR_RXE   (UINT64_C(1) << 29)
#define ADV_ERROR_SHIFT 24  /* legacy errors 7:6 (IPE, TCPE) to bits 31:30 */
#define ADV_HDR_LEN_SHIFT 21
#define ADV_HDR_LEN_MAX 0x3ffu
#define ADV_SPH         (UINT64_C(1) << 31)
#define ADV_LEN_SHIFT   32
#define ADV_VLAN_SHIFT  48
#define PROTO_TCP       6
#define PROTO_UDP       17
#define VLAN_AT         12u
#define VLAN_LEN        4u

/* SRRCTL.DESCTYPE, 8.2.3.8.7. */
enum { LEGACY = 0, SPLIT = 2, SPLIT_ALWAYS = 5 };
/* PSRTYPE: headers to split behind, 8.2.3.7.4. */
enum { SPLIT_TCP = 1 << 4, SPLIT_UDP = 1 << 5, SPLIT_IPV4 = 1 << 8, SPLIT_IPV6 = 1 << 9,
	SPLIT_L2 = 1 << 12 };

/** How a frame is laid out in a queue's buffers. */
struct layout {
	uint32_t len;       /* in memory: without a stripped tag, with the FCS if it stays */
	uint32_t in_header; /* bytes that go to the header buffer */
	uint32_t header;    /* HDR_LEN */
	bool split;         /* SPH: a header was found */
	bool overflow;      /* HBO: it is longer than the header buffer */
};

static bool
strips_tag(const struct tinynf_model_rxq *q, const struct tinynf_model_frame *f)
{
	return f->tagged && q->vlan_strip;
}

static inline bool
splits(const struct tinynf_model_rxq *q)
{
	return q->desc_type == SPLIT || q->desc_type == SPLIT_ALWAYS;
}

/** One buffer takes it all, whatever is stripped or not. */
static inline bool
is_plain(const struct tinynf_model_rxq *q, uint32_t len)
{
	return len + TINYNF_MODEL_FCS <= q->buffer && !splits(q);
}

/** Length of the highest header that is to be split off; 0 if there is none. */
static uint32_t
header_of(uint32_t types, const struct tinynf_model_frame *f)
{
	if (f->l4 && ((f->proto == PROTO_TCP && (types & SPLIT_TCP)) ||
			(f->proto == PROTO_UDP && (types & SPLIT_UDP))))
		return f->l4_off + (uint32_t)f->l4_len;
	if ((f->ip4 && (types & SPLIT_IPV4)) || (f->ip6 && (types & SPLIT_IPV6)))
		return f->l3_off + (uint32_t)f->l3_len;
	return types & SPLIT_L2 ? f->l3_off : 0;
}

/** Table of 7.1.10: what goes where with header splitting. */
static inline struct layout
layout(const struct tinynf_model *m, const struct tinynf_model_rxq *q,
		const struct tinynf_model_frame *f)
{
	const struct tinynf_model_rx_config *c = &m->queues->config;
	const uint32_t tag = strips_tag(q, f) ? VLAN_LEN : 0;
	struct layout l = { .len = f->len - tag + (c->crc_strip ? 0 : TINYNF_MODEL_FCS) };
	uint32_t header;

	if (!splits(q))
		return l;
	header = header_of(c->split_types, f);
	if (header != 0)
		header -= tag;
	l.split = header != 0;
	l.overflow = header > q->header;
	l.header = header > ADV_HDR_LEN_MAX ? ADV_HDR_LEN_MAX : header;
	if (l.split && !l.overflow)
		l.in_header = header;
	if (q->desc_type == SPLIT)
		return l;
	if (l.len <= q->header) {
		/* All of it fits: no header is told apart. */
		l.split = false;
		l.overflow = false;
		l.in_header = l.len;
		l.header = l.len;
	} else if (!l.split || l.overflow) {
		l.in_header = q->header;
		l.header = l.split ? l.header : q->header;
	}
	return l;
}

uint32_t
tinynf_model_rx_needs(const struct tinynf_model *m, unsigned int n,
		const struct tinynf_model_frame *f)
{
	const struct tinynf_model_rxq *q = &m->queues->rx[n];
	struct layout l;

	if (!tinynf_model_bit(m->queues->rx_enabled, n) || q->buffer == 0)
		return 0;
	if (is_plain(q, f->len))
		return 1;
	l = layout(m, q, f);
	return l.len <= l.in_header ? 1 : (l.len - l.in_header + q->buffer - 1) / q->buffer;
}

/** The frame's bytes as memory shall see them. */
static const uint8_t *
shape(struct tinynf_model *m, const struct tinynf_model_rxq *q,
		const struct tinynf_model_frame *f, const uint8_t *data)
{
	const bool strip = strips_tag(q, f);
	uint8_t *out = m->queues->received;
	uint8_t *end = out + f->len - (strip ? VLAN_LEN : 0);
	uint32_t fcs;
	unsigned int i;

	if (!strip && m->queues->config.crc_strip)
		return data;
	if (strip) {
		memcpy(out, data, VLAN_AT);
		memcpy(out + VLAN_AT, data + VLAN_AT + VLAN_LEN, f->len - VLAN_AT - VLAN_LEN);
	} else {
		memcpy(out, data, f->len);
	}
	if (!m->queues->config.crc_strip) {
		fcs = tinynf_crc32(data, f->len); /* of the frame on the wire */
		for (i = 0; i < TINYNF_MODEL_FCS; i++)
			end[i] = (uint8_t)(fcs >> (8 * i));
	}
	return out;
}

/** What a descriptor's write-back says of its part of the frame. */
struct part {
	uint32_t len;       /* in the packet buffer */
	bool first, last;
	bool failed;        /* some buffer was not in memory */
};

static uint64_t
legacy_meta(const struct tinynf_model_rxq *q, const struct tinynf_model_frame *f,
		const struct part *p)
{
	const bool vlan = p->last && strips_tag(q, f);
	uint64_t status = STATUS_DD;
	uint64_t errors = 0;

	if (p->last) {
		status |= STATUS_EOP | (f->status & ~(vlan ? 0u : STATUS_VP));
		errors = f->errors | (p->failed ? 1u : 0u);
	}
	return p->len | (uint64_t)f->csum << TINYNF_RXD_CSUM_SHIFT |
		status << TINYNF_RXD_STATUS_SHIFT | errors << TINYNF_RXD_ERRORS_SHIFT |
		(vlan ? (uint64_t)f->vlan << TINYNF_RXD_VLAN_SHIFT : 0);
}

static struct tinynf_desc
advanced(const struct tinynf_model *m, const struct tinynf_model_rxq *q,
		const struct tinynf_model_frame *f, const struct layout *l, const struct part *p)
{
	const bool vlan = p->last && strips_tag(q, f);
	uint64_t first = (uint64_t)f->rss_type | (uint64_t)f->ptype << 4;
	uint64_t status = STATUS_DD;

	if (p->first)
		first |= (uint64_t)l->header << ADV_HDR_LEN_SHIFT | (l->split ? ADV_SPH : 0);
	first |= m->queues->config.packet_csum_off ? (uint64_t)f->rss_hash << 32 :
		(uint64_t)f->ip_id << 32 | (uint64_t)f->csum << 48;
	if (p->last) {
		status |= STATUS_EOP | (f->status & ~(STATUS_UDPCS | (vlan ? 0u : STATUS_VP)));
		status |= (uint64_t)(f->errors & 0xc0) << ADV_ERROR_SHIFT;
		status |= f->errors & 1 || p->failed ? ADV_ERROR_RXE : 0;
		status |= l->overflow ? ADV_ERROR_HBO : 0;
		status |= f->udp_fragment ? ADV_STATUS_UDPV : 0;
	}
	return (struct tinynf_desc){
		.addr = first,
		.meta = status | (uint64_t)p->len << ADV_LEN_SHIFT |
			(vlan ? (uint64_t)f->vlan << ADV_VLAN_SHIFT : 0),
	};
}

/** @return false if the buffer is not in memory, which is reported. */
static bool
store(struct tinynf_model *m, unsigned int n, uint64_t addr, const uint8_t *data, uint32_t len)
{
	uint8_t *to;

	if (len == 0)
		return true;
	to = m->ops.dma(m->ctx, addr, len, true);
	if (to != NULL) {
		memcpy(to, data, len);
		return true;
	}
	m->counters.dma_errors++;
	tinynf_model_violate(m, TINYNF_REG(RDT, n), (int)n, (int)m->queues->rx[n].head, addr,
			"receive buffer is not in memory", "7.1.5");
	return false;
}

static struct tinynf_desc *
ring_map(struct tinynf_model *m, unsigned int n)
{
	struct tinynf_model_rxq *q = &m->queues->rx[n];
	struct tinynf_desc *ring = m->ops.dma(m->ctx, q->base,
			(size_t)q->size * TINYNF_MODEL_DESC_SIZE, true);

	if (ring == NULL) {
		q->broken = true;
		m->counters.dma_errors++;
		tinynf_model_violate(m, TINYNF_REG(RDBAL, n), (int)n, -1, q->base,
				"ring is not in memory", "8.2.3.8.1");
	}
	return ring;
}

/**
 * Write back what waits for it, up to @p end, which is behind it in the same line; in advanced
 * format both words are replaced. DD goes out last. @return how many.
 */
static inline unsigned int
flush(struct tinynf_model_rxq *q, struct tinynf_desc *ring, uint32_t end)
{
	const unsigned int n = q->n_written;
	struct tinynf_desc *d = &ring[end - n];
	unsigned int i;

	for (i = 0; i < n; i++) {
		if (q->desc_type != LEGACY)
			__atomic_store_n(&d[i].addr, q->written[i].addr, __ATOMIC_RELAXED);
		__atomic_store_n(&d[i].meta, q->written[i].meta, __ATOMIC_RELEASE);
	}
	q->n_written = 0;
	return n;
}

/** One descriptor's part of a frame is in memory. */
static inline void
part_done(struct tinynf_model *m, unsigned int n, struct tinynf_desc *ring,
		const struct tinynf_model_frame *f, const struct layout *l, const struct part *p)
{
	struct tinynf_model_queues *qs = m->queues;
	struct tinynf_model_rxq *q = &qs->rx[n];

	if (q->desc_type == LEGACY)
		q->written[q->n_written].meta = legacy_meta(q, f, p);
	else
		q->written[q->n_written] = advanced(m, q, f, l, p);
	q->n_written++;
	/* Rings begin at lines, and end with them: 8.2.3.8.1, 8.2.3.8.3. */
	if (!qs->packing || q->head % TINYNF_MODEL_LINE == TINYNF_MODEL_LINE - 1)
		m->counters.rx_desc_written += flush(q, ring, q->head + 1);
	else
		qs->rx_unwritten[n >> 6] |= UINT64_C(1) << (n & 63);
	q->head = q->head + 1 == q->size ? 0 : q->head + 1;
	m->counters.rx_desc_fetched++;
}

void
tinynf_model_rx_flush(struct tinynf_model *m)
{
	struct tinynf_model_queues *qs = m->queues;
	unsigned int w;

	for (w = 0; w < 2; w++) {
		while (qs->rx_unwritten[w] != 0) {
			const unsigned int n = w * 64 +
				(unsigned int)__builtin_ctzll(qs->rx_unwritten[w]);
			struct tinynf_model_rxq *q = &qs->rx[n];
			struct tinynf_desc *ring = NULL;

			/* A report may call back, and then there is nothing left to do. */
			qs->rx_unwritten[w] &= qs->rx_unwritten[w] - 1;
			if (q->n_written != 0 && !q->broken)
				ring = ring_map(m, n);
			if (ring != NULL)
				m->counters.rx_desc_written += flush(q, ring, q->head);
			q->n_written = 0;
		}
	}
}

void
tinynf_model_pack(struct tinynf_model *m, bool pack)
{
	if (m->queues == NULL)
		return;
	m->queues->packing = pack;
	if (!pack)
		tinynf_model_rx_flush(m);
}

/** @return false if the queue was reprogrammed from within a report. */
static bool
write_parts(struct tinynf_model *m, unsigned int n, struct tinynf_desc *ring,
		const struct tinynf_model_frame *f, const struct layout *layout,
		const uint8_t *data)
{
	struct tinynf_model_rxq *q = &m->queues->rx[n];
	const uint64_t epoch = m->queues->epoch;
	const struct layout l = *layout;
	struct part p = { .first = true };
	uint32_t at = l.in_header;

	do {
		const struct tinynf_desc copy = tinynf_model_fetch(&ring[q->head]);

		p.len = l.len - at < q->buffer ? l.len - at : q->buffer;
		/* The header buffer's address has bit 0 for a status that is not used. */
		if (p.first)
			p.failed = !store(m, n, copy.meta & ~UINT64_C(1), data, l.in_header);
		p.failed |= !store(m, n, copy.addr, data + at, p.len);
		if (epoch != m->queues->epoch)
			return false;
		at += p.len;
		p.last = at == l.len;
		part_done(m, n, ring, f, &l, &p);
		p.first = false;
	} while (at < l.len);
	return true;
}

void
tinynf_model_rx_write(struct tinynf_model *m, unsigned int n, const struct tinynf_model_frame *f,
		const uint8_t *data)
{
	struct tinynf_model_rxq *q = &m->queues->rx[n];
	struct tinynf_model_queue_stats *stat = &m->queues->stat[q->stat];
	struct tinynf_desc *ring = ring_map(m, n);
	uint8_t *to = NULL;
	struct layout l;

	if (ring == NULL)
		return;
	l = layout(m, q, f);
	data = shape(m, q, f, data);
	if (is_plain(q, f->len))
		to = m->ops.dma(m->ctx, __atomic_load_n(&ring[q->head].addr, __ATOMIC_RELAXED),
				l.len, true);
	if (to != NULL) {
		const struct part whole = { .len = l.len, .first = true, .last = true };

		memcpy(to, data, l.len);
		part_done(m, n, ring, f, &l, &whole);
	} else if (!write_parts(m, n, ring, f, &l, data)) {
		return;
	}
	stat->rx_packets++;
	stat->rx_bytes += l.len;
	m->counters.rx_frames++;
	m->queues->rx_cause[n >> 6] |= UINT64_C(1) << (n & 63);
	m->queues->sync_needed = true;
}
