/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* Reception: from the wire through the packet buffer into memory, 7.1. */

#include "model/tinynf_model_checksum.h"
#include "model/tinynf_model_queue.h"

#define STATUS_DD       UINT64_C(1)
#define STATUS_EOP      UINT64_C(2)
#define STATUS_UDPCS    0x10u
#define ADV_ERROR_RXE   (UINT64_C(1) << 29)
#define ADV_ERROR_SHIFT 24  /* legacy errors 7:6 (IPE, TCPE) to bits 31:30 */
#define ADV_LEN_SHIFT   32
#define ADV_VLAN_SHIFT  48
#define VLAN_AT         12u
#define VLAN_LEN        4u
#define JABBER_FRAME    TINYNF_MODEL_MAX_FRAME

uint32_t
tinynf_model_rx_look(struct tinynf_model *m, unsigned int n)
{
	struct tinynf_model_rxq *q = &m->queues->rx[n];
	const uint32_t tail = tinynf_model_tail(m, TINYNF_REG(RDT, n));
	uint32_t had;
	uint32_t has;

	if (!tinynf_model_bit(m->queues->rx_enabled, n) || q->size == 0 || q->broken ||
			q->head >= q->size)
		return 0;
	if (tail >= q->size) {
		if (tail != q->tail) {
			q->tail = tail;
			tinynf_model_violate(m, TINYNF_REG(RDT, n), (int)n, -1, tail,
					"tail is outside the ring", "8.2.3.8.5");
		}
		return 0;
	}
	has = (tail + q->size - q->head) % q->size;
	if (tail != q->tail) {
		had = q->tail < q->size ? (q->tail + q->size - q->head) % q->size : 0;
		m->counters.rx_doorbells++;
		q->tail = tail;
		if (has < had)
			tinynf_model_violate(m, TINYNF_REG(RDT, n), (int)n, -1, tail,
					"tail went back over descriptors that hardware owns",
					"8.2.3.8.5");
	}
	return has;
}

uint32_t
tinynf_model_rx_needs(const struct tinynf_model *m, unsigned int n,
		const struct tinynf_model_frame *f)
{
	const struct tinynf_model_rxq *q = &m->queues->rx[n];
	uint32_t len = f->len + (m->queues->config.crc_strip ? 0 : TINYNF_MODEL_FCS);

	if (!tinynf_model_bit(m->queues->rx_enabled, n) || q->buffer == 0)
		return 0;
	if (f->tagged && q->vlan_strip)
		len -= VLAN_LEN;
	return (len + q->buffer - 1) / q->buffer;
}

/** The frame's bytes as memory shall see them. */
static const uint8_t *
shape(struct tinynf_model *m, const struct tinynf_model_rxq *q,
		const struct tinynf_model_frame *f, const uint8_t *data, uint32_t *len)
{
	const bool strip = f->tagged && q->vlan_strip;
	uint8_t *out = m->queues->received;
	uint32_t fcs;

	*len = f->len;
	if (!strip && m->queues->config.crc_strip)
		return data;
	if (strip) {
		memcpy(out, data, VLAN_AT);
		memcpy(out + VLAN_AT, data + VLAN_AT + VLAN_LEN, f->len - VLAN_AT - VLAN_LEN);
		*len -= VLAN_LEN;
	} else {
		memcpy(out, data, f->len);
	}
	if (!m->queues->config.crc_strip) {
		fcs = tinynf_crc32(data, f->len); /* of the frame on the wire */
		out[(*len)++] = (uint8_t)fcs;
		out[(*len)++] = (uint8_t)(fcs >> 8);
		out[(*len)++] = (uint8_t)(fcs >> 16);
		out[(*len)++] = (uint8_t)(fcs >> 24);
	}
	return out;
}

/** Write-back of one descriptor; DD goes out last. */
static void
write_back(struct tinynf_model *m, const struct tinynf_model_rxq *q, struct tinynf_desc *d,
		const struct tinynf_model_frame *f, uint32_t len, bool last, bool failed)
{
	const bool vlan = last && f->tagged && q->vlan_strip;
	const uint64_t tag = vlan ? f->vlan : 0;
	uint64_t status = STATUS_DD;
	uint64_t errors = 0;

	if (last) {
		status |= STATUS_EOP | (f->status & ~(vlan ? 0u : 8u));
		errors = f->errors | (failed ? 1u : 0u);
	}
	m->counters.rx_desc_written++;
	if (q->desc_type == 0) {
		__atomic_store_n(&d->meta, len | (uint64_t)f->csum << TINYNF_RXD_CSUM_SHIFT |
				status << TINYNF_RXD_STATUS_SHIFT |
				errors << TINYNF_RXD_ERRORS_SHIFT |
				tag << TINYNF_RXD_VLAN_SHIFT, __ATOMIC_RELEASE);
		return;
	}
	status &= ~(uint64_t)STATUS_UDPCS;
	status |= (errors & 0xc0) << ADV_ERROR_SHIFT;
	if (errors & 1)
		status |= ADV_ERROR_RXE;
	__atomic_store_n(&d->addr, (uint64_t)f->rss_type | (uint64_t)f->ptype << 4 |
			(m->queues->config.packet_csum_off ? (uint64_t)f->rss_hash << 32 :
			(uint64_t)f->ip_id << 32 | (uint64_t)f->csum << 48), __ATOMIC_RELAXED);
	__atomic_store_n(&d->meta, status | (uint64_t)len << ADV_LEN_SHIFT |
			tag << ADV_VLAN_SHIFT, __ATOMIC_RELEASE);
}

void
tinynf_model_rx_write(struct tinynf_model *m, unsigned int n, const struct tinynf_model_frame *f,
		const uint8_t *data)
{
	struct tinynf_model_rxq *q = &m->queues->rx[n];
	struct tinynf_model_queue_stats *stat = &m->queues->stat[q->stat];
	struct tinynf_desc *ring = m->ops.dma(m->ctx, q->base,
			(size_t)q->size * TINYNF_MODEL_DESC_SIZE, true);
	const uint64_t epoch = m->queues->epoch;
	bool failed = false;
	uint32_t len;
	uint32_t at;

	if (ring == NULL) {
		q->broken = true;
		m->counters.dma_errors++;
		tinynf_model_violate(m, TINYNF_REG(RDBAL, n), (int)n, -1, q->base,
				"ring is not in memory", "8.2.3.8.1");
		return;
	}
	data = shape(m, q, f, data, &len);
	for (at = 0; at < len; ) {
		struct tinynf_desc *d = &ring[q->head];
		const uint64_t addr = __atomic_load_n(&d->addr, __ATOMIC_RELAXED);
		const uint32_t part = len - at < q->buffer ? len - at : q->buffer;
		uint8_t *to = m->ops.dma(m->ctx, addr, part, true);

		if (to != NULL) {
			memcpy(to, data + at, part);
		} else {
			failed = true;
			m->counters.dma_errors++;
			tinynf_model_violate(m, TINYNF_REG(RDT, n), (int)n, (int)q->head, addr,
					"receive buffer is not in memory", "7.1.5");
			if (epoch != m->queues->epoch)
				return; /* reprogrammed from within the report */
		}
		at += part;
		write_back(m, q, d, f, part, at == len, failed);
		q->head = q->head + 1 == q->size ? 0 : q->head + 1;
		m->counters.rx_desc_fetched++;
	}
	stat->rx_packets++;
	stat->rx_bytes += len;
	m->counters.rx_frames++;
	m->queues->rx_cause[n >> 6] |= UINT64_C(1) << (n & 63);
	m->queues->sync_needed = true;
}

static void
count_seen(struct tinynf_model *m, uint32_t len)
{
	m->queues->mac.rx_total++;
	m->queues->mac.rx_total_bytes += len + TINYNF_MODEL_FCS;
	m->queues->sync_needed = true;
}

static void
count_good(struct tinynf_model *m, const struct tinynf_model_frame *f)
{
	struct tinynf_model_mac_stats *s = &m->queues->mac;

	count_seen(m, f->len);
	s->rx_good++;
	s->rx_good_bytes += f->len + TINYNF_MODEL_FCS;
	s->rx_size[tinynf_model_size_class(f->len + TINYNF_MODEL_FCS)]++;
	s->rx_bcast += f->cast == TINYNF_CAST_BROADCAST;
	s->rx_mcast += f->cast == TINYNF_CAST_MULTICAST;
	s->csum_errors += (f->errors & 0xc0) != 0;
}

/** Length rules of the MAC, 8.2.3.22.13 and 8.2.3.23. @return false if it ends here. */
static bool
length_ok(struct tinynf_model *m, const struct tinynf_model_frame *f)
{
	struct tinynf_model_queues *qs = m->queues;
	const uint32_t wire = f->len + TINYNF_MODEL_FCS;
	/* INTERPRETATION-MISSING: a tag is not counted, as 8.2.3.22.13 has it for JUMBOEN. */
	const uint32_t max = qs->config.max_frame + (f->tagged ? VLAN_LEN : 0);

	if (wire < TINYNF_MODEL_MIN_FRAME) {
		qs->mac.runts++;
	} else if (wire > max) {
		if (wire > JABBER_FRAME)
			qs->mac.jabber++;
		else
			qs->mac.oversize++;
	} else {
		return true;
	}
	count_seen(m, f->len);
	return false;
}

/** Bytes at a position of the packet buffer before it wraps. */
static uint32_t
fifo_run(uint64_t at, uint32_t len)
{
	const uint32_t rest = TINYNF_MODEL_FIFO_SIZE - (uint32_t)(at % TINYNF_MODEL_FIFO_SIZE);

	return len < rest ? len : rest;
}

static void
fifo_write(struct tinynf_model_queues *qs, uint64_t at, const void *from, uint32_t len)
{
	const uint32_t first = fifo_run(at, len);

	memcpy(qs->fifo + at % TINYNF_MODEL_FIFO_SIZE, from, first);
	memcpy(qs->fifo, (const uint8_t *)from + first, len - first);
}

static void
fifo_read(const struct tinynf_model_queues *qs, uint64_t at, void *to, uint32_t len)
{
	const uint32_t first = fifo_run(at, len);

	memcpy(to, qs->fifo + at % TINYNF_MODEL_FIFO_SIZE, first);
	memcpy((uint8_t *)to + first, qs->fifo, len - first);
}

static bool
fifo_put(struct tinynf_model_queues *qs, const uint8_t *data, uint32_t len)
{
	const uint64_t used = qs->fifo_head - qs->fifo_tail;

	if (used + sizeof(len) + len > qs->config.fifo_size)
		return false;
	fifo_write(qs, qs->fifo_head, &len, sizeof(len));
	fifo_write(qs, qs->fifo_head + sizeof(len), data, len);
	qs->fifo_head += sizeof(len) + len;
	return true;
}

/** Filters, types, checksums, queue; layer 2 is parsed. @return false if the frame is not for us. */
static bool
classify(struct tinynf_model *m, const uint8_t *data, struct tinynf_model_frame *f)
{
	if (!tinynf_model_filter(m, data, f))
		return false;
	tinynf_model_parse(data, f);
	tinynf_model_assign(m, data, f);
	return true;
}

enum tinynf_model_rx
tinynf_model_rx_frame(struct tinynf_model *m, const uint8_t *data, uint32_t len, bool hold,
		bool loopback)
{
	struct tinynf_model_queues *qs = m->queues;
	struct tinynf_model_frame f = { .len = len, .loopback = loopback };
	uint32_t needs;

	if (qs->config_dirty)
		tinynf_model_config_build(m);
	if (!qs->config.on || (!m->link_up && !loopback) || len < 14)
		return TINYNF_RX_FILTERED;
	f.cast = (uint8_t)tinynf_model_cast_of(data);
	tinynf_model_parse_l2(data, qs->config.vet, &f);
	if (!length_ok(m, &f))
		return TINYNF_RX_FILTERED;
	if (!classify(m, data, &f)) {
		count_seen(m, len);
		return TINYNF_RX_FILTERED;
	}
	needs = tinynf_model_rx_needs(m, f.queue, &f);
	if (needs != 0 && qs->fifo_head == qs->fifo_tail &&
			tinynf_model_rx_look(m, f.queue) >= needs) {
		count_good(m, &f);
		tinynf_model_rx_write(m, f.queue, &f, data);
		return TINYNF_RX_TAKEN;
	}
	if (hold && needs != 0)
		return TINYNF_RX_HELD;
	if (needs == 0 || qs->rx[f.queue].drop) {
		qs->stat[qs->rx[f.queue].stat].rx_drops++;
		count_good(m, &f);
		return TINYNF_RX_MISSED;
	}
	if (fifo_put(qs, data, len)) {
		count_good(m, &f);
		return TINYNF_RX_TAKEN;
	}
	qs->mac.missed++;
	count_seen(m, len);
	return TINYNF_RX_MISSED;
}

unsigned int
tinynf_model_rx_drain(struct tinynf_model *m, unsigned int budget)
{
	struct tinynf_model_queues *qs = m->queues;
	unsigned int done;

	if (qs->config_dirty)
		tinynf_model_config_build(m);
	for (done = 0; done < budget && qs->fifo_head != qs->fifo_tail; done++) {
		struct tinynf_model_frame f = { 0 };
		uint32_t needs;

		fifo_read(qs, qs->fifo_tail, &f.len, sizeof(f.len));
		fifo_read(qs, qs->fifo_tail + sizeof(f.len), qs->segment, f.len);
		f.cast = (uint8_t)tinynf_model_cast_of(qs->segment);
		tinynf_model_parse_l2(qs->segment, qs->config.vet, &f);
		if (classify(m, qs->segment, &f)) {
			needs = tinynf_model_rx_needs(m, f.queue, &f);
			/* Without descriptors the first frame blocks those behind it. */
			if (needs != 0 && tinynf_model_rx_look(m, f.queue) < needs &&
					!qs->rx[f.queue].drop)
				break;
			if (needs != 0 && tinynf_model_rx_look(m, f.queue) >= needs)
				tinynf_model_rx_write(m, f.queue, &f, qs->segment);
			else
				qs->stat[qs->rx[f.queue].stat].rx_drops++;
		}
		qs->fifo_tail += sizeof(f.len) + f.len;
	}
	return done;
}

bool
tinynf_model_rx_enabled(const struct tinynf_model *m)
{
	const struct tinynf_model_queues *qs = m->queues;

	return (tinynf_model_get(m, TINYNF_REG_RXCTRL) & TINYNF_RXCTRL_RXEN) &&
		!(tinynf_model_get(m, TINYNF_REG_SECRXCTRL) & TINYNF_SECRXCTRL_RX_DIS) &&
		m->link_up && (qs->rx_enabled[0] | qs->rx_enabled[1]) != 0;
}
