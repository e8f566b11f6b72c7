/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* Reception: from the wire through the packet buffer into memory, 7.1. */

#include "model/tinynf_model_queue.h"

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
	/* INTERPRETATION-MISSING: a tag adds to the longest frame, as with JUMBOEN, 8.2.3.22.13. */
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
	const uint32_t rest = TINYNF_MODEL_FIFO_MEMORY -
		(uint32_t)(at % TINYNF_MODEL_FIFO_MEMORY);

	return len < rest ? len : rest;
}

static void
fifo_write(struct tinynf_model_queues *qs, uint64_t at, const void *from, uint32_t len)
{
	const uint32_t first = fifo_run(at, len);

	memcpy(qs->fifo + at % TINYNF_MODEL_FIFO_MEMORY, from, first);
	memcpy(qs->fifo, (const uint8_t *)from + first, len - first);
}

static void
fifo_read(const struct tinynf_model_queues *qs, uint64_t at, void *to, uint32_t len)
{
	const uint32_t first = fifo_run(at, len);

	memcpy(to, qs->fifo + at % TINYNF_MODEL_FIFO_MEMORY, first);
	memcpy((uint8_t *)to + first, qs->fifo, len - first);
}

/** A frame waits for descriptors, with what is known of it: it is looked at once only. */
static bool
fifo_put(struct tinynf_model_queues *qs, const struct tinynf_model_frame *f, const uint8_t *data)
{
	if (qs->fifo_used + f->len + TINYNF_MODEL_FCS > qs->config.fifo_size)
		return false;
	fifo_write(qs, qs->fifo_head, f, sizeof(*f));
	fifo_write(qs, qs->fifo_head + sizeof(*f), data, f->len);
	qs->fifo_head += sizeof(*f) + f->len;
	qs->fifo_used += f->len + TINYNF_MODEL_FCS;
	return true;
}

/** Filters, types, checksums, queue; layer 2 is parsed. @return false if it is not for us. */
static bool
classify(struct tinynf_model *m, const uint8_t *data, struct tinynf_model_frame *f)
{
	if (!tinynf_model_filter(m, data, f))
		return false;
	tinynf_model_parse(&m->queues->config, data, f);
	if (m->queues->config.mode != 0 || m->queues->config.steered)
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
	f.generation = qs->config.generation;
	if (fifo_put(qs, &f, data)) {
		count_good(m, &f);
		return TINYNF_RX_TAKEN;
	}
	qs->mac.missed++;
	count_seen(m, len);
	tinynf_model_cause(m, TINYNF_EICR_RX_MISS);
	return TINYNF_RX_MISSED;
}

/** The frame that waits longest. @return false if it is not for us any more. */
static bool
fifo_first(struct tinynf_model *m, struct tinynf_model_frame *f)
{
	struct tinynf_model_queues *qs = m->queues;
	bool ours;

	fifo_read(qs, qs->fifo_tail, f, sizeof(*f));
	if (f->generation == qs->config.generation)
		return true;
	/* The rules have changed since it came. */
	fifo_read(qs, qs->fifo_tail + sizeof(*f), qs->segment, f->len);
	*f = (struct tinynf_model_frame){
		.len = f->len, .cast = f->cast, .loopback = f->loopback,
		.generation = qs->config.generation,
	};
	tinynf_model_parse_l2(qs->segment, qs->config.vet, f);
	ours = classify(m, qs->segment, f);
	if (ours)
		fifo_write(qs, qs->fifo_tail, f, sizeof(*f));
	return ours;
}

unsigned int
tinynf_model_rx_drain(struct tinynf_model *m, unsigned int budget)
{
	struct tinynf_model_queues *qs = m->queues;
	unsigned int done;

	if (qs->config_dirty)
		tinynf_model_config_build(m);
	for (done = 0; done < budget && qs->fifo_head != qs->fifo_tail; done++) {
		const uint64_t epoch = qs->epoch;
		struct tinynf_model_frame f;
		uint32_t needs;
		bool fits;

		if (fifo_first(m, &f)) {
			needs = tinynf_model_rx_needs(m, f.queue, &f);
			fits = needs != 0 && tinynf_model_rx_look(m, f.queue) >= needs;
			/* Without descriptors the first frame blocks those behind it. */
			if ((needs != 0 && !fits && !qs->rx[f.queue].drop) || qs->epoch != epoch)
				break;
			if (fits) {
				fifo_read(qs, qs->fifo_tail + sizeof(f), qs->segment, f.len);
				tinynf_model_rx_write(m, f.queue, &f, qs->segment);
			} else {
				qs->stat[qs->rx[f.queue].stat].rx_drops++;
			}
			if (qs->epoch != epoch)
				break; /* reset from within a report: the buffer may be empty */
		}
		qs->fifo_tail += sizeof(f) + f.len;
		qs->fifo_used -= f.len + TINYNF_MODEL_FCS;
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
