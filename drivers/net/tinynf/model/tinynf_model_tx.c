/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* Transmit rings: from descriptors to frames on the wire, 7.2. */

#include "model/tinynf_model_tx_offload.h"

#define MAX_DESCS        256u /* of one packet; the manual allows 40, 7.2.1.1 */
#define MIN_UNPADDED     17u  /* 7.2.1.1: shorter ones need TXPADEN */

/** What became of the packet at the head. */
enum outcome {
	SENT,     /* or dropped for an error that was reported: its descriptors are done */
	WAIT,     /* for the rest of it, or for the wire */
};

struct packet {
	const uint8_t *data;    /* in guest memory or gathered */
	uint32_t len;
	uint32_t descs;
	struct tinynf_desc first;
	bool drop;
	bool null;
};

static uint32_t
tx_reg(unsigned int n)
{
	return TINYNF_REG(TDT, n);
}

static bool
is_advanced(const struct tinynf_desc *d)
{
	return d->meta & TINYNF_TXD_DEXT;
}

/** Look at the tail that software may have moved. @return descriptors to serve. */
static uint32_t
tx_look(struct tinynf_model *m, unsigned int n)
{
	struct tinynf_model_txq *q = &m->queues->tx[n];
	const uint32_t tail = tinynf_model_tail(m, TINYNF_REG(TDT, n));

	if (tail != q->tail) {
		m->counters.tx_doorbells++;
		q->stuck = false;
		q->tail = tail;
		if (tail >= q->size && q->size != 0)
			tinynf_model_violate(m, tx_reg(n), (int)n, -1, tail,
					"tail is outside the ring", "8.2.3.9.9");
	}
	if (q->size == 0 || q->tail >= q->size || q->head >= q->size || q->broken || q->stuck)
		return 0;
	return (q->tail + q->size - q->head) % q->size;
}

static struct tinynf_desc *
ring_map(struct tinynf_model *m, unsigned int n)
{
	struct tinynf_model_txq *q = &m->queues->tx[n];
	struct tinynf_desc *ring = m->ops.dma(m->ctx, q->base,
			(size_t)q->size * TINYNF_MODEL_DESC_SIZE, true);

	if (ring == NULL) {
		q->broken = true;
		m->counters.dma_errors++;
		tinynf_model_violate(m, TINYNF_REG(TDBAL, n), (int)n, -1, q->base,
				"ring is not in memory", "8.2.3.9.5");
	}
	return ring;
}

/** Bytes of one data descriptor; NULL and reported if they are not in memory. */
static const uint8_t *
buffer_map(struct tinynf_model *m, unsigned int n, uint32_t index, const struct tinynf_desc *d)
{
	const uint32_t len = d->meta & 0xffff;
	const uint8_t *data = m->ops.dma(m->ctx, d->addr, len, false);

	if (data == NULL) {
		m->counters.dma_errors++;
		tinynf_model_violate(m, tx_reg(n), (int)n, (int)index, d->addr,
				"transmit buffer is not in memory", "7.2.3.2");
	}
	return data;
}

static void
context_take(struct tinynf_model *m, unsigned int n, const struct tinynf_desc *d)
{
	struct tinynf_model_context *c = &m->queues->tx[n].ctx[ADV_IDX(d->meta)];

	c->lens = d->addr;
	c->cmd = d->meta;
	c->valid = true;
}

/** Collect a packet that is not a single plain descriptor. */
static enum outcome
gather(struct tinynf_model *m, unsigned int n, const struct tinynf_desc *ring, uint32_t avail,
		struct packet *p)
{
	struct tinynf_model_queues *qs = m->queues;
	struct tinynf_model_txq *q = &qs->tx[n];
	uint32_t limit = TINYNF_MODEL_MAX_FRAME;
	uint32_t i;

	p->data = qs->packet;
	p->len = 0;
	p->drop = false;
	p->null = false;
	for (i = 0; i < avail && i < MAX_DESCS; i++) {
		const uint32_t index = (q->head + i) % q->size;
		const struct tinynf_desc d = tinynf_model_fetch(&ring[index]);
		const uint32_t len = d.meta & 0xffff;
		const uint8_t *data;

		if (i == 0) {
			p->first = d;
			if (is_advanced(&d) && (d.meta & ADV_TSE))
				limit = TINYNF_MODEL_PACKET_MAX;
		}
		if (!p->drop && is_advanced(&d) != is_advanced(&p->first))
			p->drop = !tinynf_model_tx_refuse(m, n, index, d.meta,
					"legacy and advanced descriptors in one packet", "7.2.3.2");
		if (!p->drop && is_advanced(&d) && ADV_DTYP(d.meta) != ADV_DTYP_DATA)
			p->drop = !tinynf_model_tx_refuse(m, n, index, d.meta,
					"descriptor of a packet that is not one for data",
					"7.2.3.2.4");
		if (len != 0 && !p->drop) {
			data = buffer_map(m, n, index, &d);
			if (data == NULL || p->len + len > limit) {
				if (data != NULL)
					tinynf_model_violate(m, tx_reg(n), (int)n, (int)index,
							p->len + len, "packet is longer than a frame",
							"7.2.1.1");
				p->drop = true;
			} else {
				memcpy(qs->packet + p->len, data, len);
				p->len += len;
			}
		}
		if (d.meta & TINYNF_TXD_EOP) {
			p->descs = i + 1;
			p->null = p->len == 0 && !p->drop;
			return SENT;
		}
	}
	if (i >= MAX_DESCS || i >= q->size - 1) {
		tinynf_model_violate(m, tx_reg(n), (int)n, (int)q->head, i,
				"packet without EOP fills the ring", "7.2.3.2");
		p->descs = i;
		p->drop = true;
		return SENT;
	}
	/* The rest may come with another tail. */
	q->stuck = true;
	return WAIT;
}

/** One descriptor is done: report it where software looks. */
static void
desc_done(struct tinynf_model *m, unsigned int n, struct tinynf_desc *d, uint64_t meta)
{
	struct tinynf_model_txq *q = &m->queues->tx[n];

	q->since_rs++;
	if ((meta & TINYNF_TXD_RS) || q->wthresh != 0) {
		q->since_rs = 0;
		if (!q->head_wb) {
			/* Published last: software reuses the buffer when it sees DD. */
			__atomic_store_n(&d->meta, meta | TINYNF_TXD_DD, __ATOMIC_RELEASE);
			m->counters.tx_desc_written++;
		}
		if (meta & TINYNF_TXD_RS)
			m->queues->tx_cause[n >> 6] |= UINT64_C(1) << (n & 63);
	} else if (q->since_rs > TINYNF_MODEL_RS_LIMIT && !q->rs_reported) {
		q->rs_reported = true;
		tinynf_model_violate(m, TINYNF_REG(TXDCTL, n), (int)n, (int)q->head, q->since_rs,
				"more than 40 descriptors without RS while WTHRESH is 0", "7.2.3.3");
	}
}

static void
head_report(struct tinynf_model *m, unsigned int n)
{
	struct tinynf_model_txq *q = &m->queues->tx[n];
	uint32_t *to;

	/* A misaligned address was reported when it was written: nothing is stored. */
	if (q->head_wb_addr & 15)
		return;
	to = m->ops.dma(m->ctx, q->head_wb_addr, sizeof(*to), true);
	if (to == NULL) {
		m->counters.dma_errors++;
		tinynf_model_violate(m, TINYNF_REG(TDWBAL, n), (int)n, -1, q->head_wb_addr,
				"head write-back address is not in memory", "8.2.3.9.11");
		q->head_wb = false;
		return;
	}
	__atomic_store_n(to, q->head, __ATOMIC_RELEASE);
	m->counters.tx_head_written++;
}

/** The packet's descriptors are consumed. */
static void
retire(struct tinynf_model *m, unsigned int n, struct tinynf_desc *ring, uint32_t descs)
{
	struct tinynf_model_txq *q = &m->queues->tx[n];
	bool report = false;
	uint32_t i;

	for (i = 0; i < descs; i++) {
		const uint32_t index = q->head;
		const uint64_t meta = __atomic_load_n(&ring[index].meta, __ATOMIC_RELAXED);

		q->head = q->head + 1 == q->size ? 0 : q->head + 1;
		desc_done(m, n, &ring[index], meta);
		report |= (meta & TINYNF_TXD_RS) != 0;
	}
	m->counters.tx_desc_fetched += descs;
	m->queues->sync_needed = true;
	if (report && q->head_wb)
		head_report(m, n);
}

static void
count_sent(struct tinynf_model *m, unsigned int n, const uint8_t *data, uint32_t len)
{
	struct tinynf_model_queues *qs = m->queues;
	struct tinynf_model_mac_stats *s = &qs->mac;
	struct tinynf_model_queue_stats *stat = &qs->stat[qs->tx[n].stat];
	const enum tinynf_model_cast cast = tinynf_model_cast_of(data);

	s->tx_good++;
	s->tx_good_bytes += len + TINYNF_MODEL_FCS;
	s->tx_size[tinynf_model_size_class(len + TINYNF_MODEL_FCS)]++;
	s->tx_bcast += cast == TINYNF_CAST_BROADCAST;
	s->tx_mcast += cast == TINYNF_CAST_MULTICAST;
	stat->tx_packets++;
	/*
	 * INTERPRETATION-MISSING: 8.2.3.23.80 does not say whether QBTC counts the FCS.
	 * Its receive counterpart counts what is in memory, so this one does too.
	 */
	stat->tx_bytes += len;
	m->counters.tx_frames++;
}

/** FCS, padding, wire. @return false if the wire is busy. */
static bool
emit(struct tinynf_model *m, unsigned int n, const struct packet *p, const uint8_t *data,
		uint32_t len)
{
	const uint32_t hlreg0 = tinynf_model_get(m, TINYNF_REG_HLREG0);
	uint8_t *out = m->queues->segment;
	const uint32_t min = TINYNF_MODEL_MIN_FRAME - TINYNF_MODEL_FCS;

	if (!(p->first.meta & TINYNF_TXD_IFCS) && len > TINYNF_MODEL_FCS)
		len -= TINYNF_MODEL_FCS; /* the packet brings its own, 7.2.3.2.2 */
	if (len < min && (hlreg0 & TINYNF_HLREG0_TXPADEN)) {
		if (data != out)
			memcpy(out, data, len);
		memset(out + len, 0, min - len);
		data = out;
		len = min;
	}
	if (len < MIN_UNPADDED) {
		tinynf_model_violate(m, tx_reg(n), (int)n, (int)m->queues->tx[n].head, len,
				"frame without a whole header, and padding is off", "7.2.1.1");
		return true;
	}
	if (hlreg0 & TINYNF_HLREG0_LPBK) {
		tinynf_model_rx_frame(m, data, len, false, true);
	} else if (!m->link_up) {
		/*
		 * INTERPRETATION-MISSING: frames wait for the link, for ever if need be: stock
		 * drivers take it that DMA stops with the link, and reset the device.
		 */
		return false;
	} else if (!m->ops.wire_tx(m->ctx, data, len)) {
		return false;
	}
	count_sent(m, n, data, len);
	return true;
}

/**
 * Cut a large send and emit its segments, as many as the budget allows.
 * @param work segments sent by this call
 */
static enum outcome
segment(struct tinynf_model *m, unsigned int n, const struct packet *p, unsigned int budget,
		unsigned int *work)
{
	struct tinynf_model_queues *qs = m->queues;
	struct tinynf_model_txq *q = &qs->tx[n];
	const uint64_t epoch = qs->epoch;
	struct tinynf_model_tso tso;

	if (!tinynf_model_tso_start(m, n, q->head, &p->first, qs->packet, p->len, &tso))
		return SENT;
	while (q->segments_sent < tso.segments) {
		uint32_t len;

		if (*work >= budget)
			return WAIT;
		len = tinynf_model_tso_segment(m, &tso, q->segments_sent, qs->segment);
		if (!emit(m, n, p, qs->segment, len) || qs->epoch != epoch)
			return WAIT;
		q->segments_sent++;
		++*work;
	}
	q->segments_sent = 0;
	return SENT;
}

/** Rules of a packet that hardware can send all the same: reported, not refused. */
static void
packet_check(struct tinynf_model *m, unsigned int n, const struct packet *p)
{
	const struct tinynf_model_txq *q = &m->queues->tx[n];

	if (is_advanced(&p->first) && !(p->first.meta & ADV_TSE) &&
			ADV_PAYLEN(p->first.meta) != p->len)
		tinynf_model_violate(m, tx_reg(n), (int)n, (int)q->head, p->first.meta,
				"PAYLEN is not the length of the packet", "7.2.3.2.4");
	if (p->descs > 1 && p->descs + 2 + q->wthresh > TINYNF_MODEL_RS_LIMIT)
		tinynf_model_violate(m, tx_reg(n), (int)n, (int)q->head, p->descs,
				"packet has more than 40 - WTHRESH - 2 descriptors", "7.2.1.1");
}

/** Anything but one plain legacy descriptor. */
static enum outcome
serve_slow(struct tinynf_model *m, unsigned int n, struct tinynf_desc *ring, uint32_t avail,
		uint32_t *descs, unsigned int budget, unsigned int *work)
{
	struct tinynf_model_queues *qs = m->queues;
	struct tinynf_desc d = tinynf_model_fetch(&ring[qs->tx[n].head]);
	struct packet p;

	if (is_advanced(&d) && ADV_DTYP(d.meta) == ADV_DTYP_CONTEXT) {
		context_take(m, n, &d);
		*descs = 1;
		return SENT;
	}
	if (gather(m, n, ring, avail, &p) == WAIT)
		return WAIT;
	*descs = p.descs;
	if (p.null) {
		m->counters.tx_nulls++;
		return SENT;
	}
	if (p.drop)
		return SENT;
	packet_check(m, n, &p);
	if (is_advanced(&p.first) && (p.first.meta & ADV_TSE))
		return segment(m, n, &p, budget, work);
	if (!tinynf_model_tx_offload(m, n, qs->tx[n].head, &p.first, qs->packet, &p.len,
			TINYNF_MODEL_PACKET_MAX))
		return SENT;
	return emit(m, n, &p, qs->packet, p.len) ? SENT : WAIT;
}

/** The packet at the head. */
static enum outcome
serve_one(struct tinynf_model *m, unsigned int n, struct tinynf_desc *ring, uint32_t avail,
		uint32_t *descs, unsigned int budget, unsigned int *work)
{
	struct tinynf_model_txq *q = &m->queues->tx[n];
	struct packet p = { .first = tinynf_model_fetch(&ring[q->head]) };
	const uint64_t meta = p.first.meta;
	const uint32_t len = meta & 0xffff;
	const uint8_t *data;

	*descs = 1;
	if ((meta & (TINYNF_TXD_DEXT | TINYNF_TXD_IC | TINYNF_TXD_VLE | TINYNF_TXD_EOP)) !=
			TINYNF_TXD_EOP || len > TINYNF_MODEL_MAX_FRAME)
		return serve_slow(m, n, ring, avail, descs, budget, work);
	if (len == 0) {
		/* A null descriptor: consumed, nothing is sent, 7.2.3.2.2. */
		m->counters.tx_nulls++;
		return SENT;
	}
	data = buffer_map(m, n, q->head, &p.first);
	if (data == NULL)
		return SENT;
	return emit(m, n, &p, data, len) ? SENT : WAIT;
}

unsigned int
tinynf_model_tx_serve(struct tinynf_model *m, unsigned int n, unsigned int budget)
{
	struct tinynf_model_queues *qs = m->queues;
	const uint64_t epoch = qs->epoch;
	uint32_t avail = tx_look(m, n);
	struct tinynf_desc *ring;
	unsigned int done = 0;
	uint32_t descs;

	if (avail == 0)
		return 0;
	ring = ring_map(m, n);
	if (ring == NULL)
		return 0;
	while (avail > 0 && done < budget) {
		unsigned int segments = 0;
		const enum outcome outcome = serve_one(m, n, ring, avail, &descs, budget - done,
				&segments);

		done += segments;
		if (outcome == WAIT || qs->epoch != epoch)
			break;
		retire(m, n, ring, descs);
		avail -= descs;
		done += descs;
	}
	return done;
}
