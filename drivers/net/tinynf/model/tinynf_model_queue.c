/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* Queue state, and how registers become it. */

#include <errno.h>
#include <stdlib.h>

#include "model/tinynf_model_queue.h"

/* Registers of one queue, relative to its 0x40 bytes, 8.2.3.8 and 8.2.3.9. */
enum {
	SUB_BASE_LOW = 0x00,
	SUB_BASE_HIGH = 0x04,
	SUB_LENGTH = 0x08,
	SUB_HEAD = 0x10,
	SUB_SRRCTL = 0x14,
	SUB_TAIL = 0x18,
	SUB_CONTROL = 0x28,
	SUB_WB_LOW = 0x38,
	SUB_WB_HIGH = 0x3c,
};

#define QUEUE_STRIDE 0x40u

int
tinynf_model_queues_create(struct tinynf_model *m)
{
	struct tinynf_model_queues *qs = calloc(1, sizeof(*qs));

	if (qs == NULL)
		return -ENOMEM;
	qs->fifo = malloc(TINYNF_MODEL_FIFO_MEMORY);
	if (qs->fifo == NULL)
		goto fail_fifo;
	qs->packet = malloc(TINYNF_MODEL_PACKET_MAX);
	if (qs->packet == NULL)
		goto fail_packet;
	qs->segment = malloc(TINYNF_MODEL_MAX_FRAME);
	if (qs->segment == NULL)
		goto fail_segment;
	qs->received = malloc(TINYNF_MODEL_MAX_FRAME + 2 * TINYNF_MODEL_FCS);
	if (qs->received == NULL)
		goto fail_received;
	m->queues = qs;
	tinynf_model_queues_reset(m);
	return 0;

fail_received:
	free(qs->segment);
fail_segment:
	free(qs->packet);
fail_packet:
	free(qs->fifo);
fail_fifo:
	free(qs);
	return -ENOMEM;
}

void
tinynf_model_queues_destroy(struct tinynf_model *m)
{
	struct tinynf_model_queues *qs = m->queues;

	if (qs == NULL)
		return;
	m->queues = NULL;
	free(qs->received);
	free(qs->segment);
	free(qs->packet);
	free(qs->fifo);
	free(qs);
}

void
tinynf_model_queues_reset(struct tinynf_model *m)
{
	struct tinynf_model_queues *qs = m->queues;

	/* The buffers, what callers up the stack hold (polling, receiving) and the epoch stay. */
	qs->epoch++;
	memset(qs->rx_enabled, 0, sizeof(qs->rx_enabled));
	memset(qs->tx_enabled, 0, sizeof(qs->tx_enabled));
	memset(qs->rx_cause, 0, sizeof(qs->rx_cause));
	memset(qs->tx_cause, 0, sizeof(qs->tx_cause));
	memset(qs->rx_unwritten, 0, sizeof(qs->rx_unwritten));
	memset(qs->tx, 0, sizeof(qs->tx));
	memset(qs->rx, 0, sizeof(qs->rx));
	memset(&qs->mac, 0, sizeof(qs->mac));
	memset(qs->stat, 0, sizeof(qs->stat));
	qs->fifo_head = 0;
	qs->fifo_tail = 0;
	qs->fifo_used = 0;
	qs->tx_next = 0;
	qs->tx_on = false;
	qs->tx_paused_until = 0;
	qs->sync_needed = false;
	qs->config_dirty = true;
	qs->map_dirty = true;
	qs->rss_stale = true;
}

static uint64_t
rx_offset(unsigned int n)
{
	return TINYNF_REG(RDBAL, n);
}

/** Where each queue counts, RQSMR (8.2.3.23.71) and TQSM (8.2.3.23.73). */
static void
map_build(struct tinynf_model *m)
{
	struct tinynf_model_queues *qs = m->queues;
	unsigned int n;

	for (n = 0; n < TINYNF_MODEL_QUEUES; n++) {
		const unsigned int shift = 8 * (n % 4);

		qs->rx[n].stat = (tinynf_model_get(m, TINYNF_REG(RQSMR, n / 4)) >> shift) & 0xf;
		qs->tx[n].stat = (tinynf_model_get(m, TINYNF_REG(TQSM, n / 4)) >> shift) & 0xf;
	}
	qs->map_dirty = false;
}

static void
sync_queues(struct tinynf_model *m)
{
	struct tinynf_model_queues *qs = m->queues;
	unsigned int i;

	for (i = 0; i < TINYNF_MODEL_STAT_QUEUES; i++) {
		struct tinynf_model_queue_stats *s = &qs->stat[i];

		if (s->rx_packets != 0) {
			tinynf_model_count(m, TINYNF_REG(QPRC, i), s->rx_packets);
			tinynf_model_count64(m, TINYNF_REG(QBRC_L, i), s->rx_bytes);
		}
		if (s->rx_drops != 0)
			tinynf_model_count(m, TINYNF_REG(QPRDC, i), s->rx_drops);
		if (s->tx_packets != 0) {
			tinynf_model_count(m, TINYNF_REG(QPTC, i), s->tx_packets);
			tinynf_model_count64(m, TINYNF_REG(QBTC_L, i), s->tx_bytes);
		}
	}
	memset(qs->stat, 0, sizeof(qs->stat));
}

static void
sync_mac(struct tinynf_model *m)
{
	static const uint32_t rx_size[TINYNF_MODEL_SIZES] = {
		TINYNF_REG_PRC64, TINYNF_REG_PRC127, TINYNF_REG_PRC255,
		TINYNF_REG_PRC511, TINYNF_REG_PRC1023, TINYNF_REG_PRC1522,
	};
	static const uint32_t tx_size[TINYNF_MODEL_SIZES] = {
		TINYNF_REG_PTC64, TINYNF_REG_PTC127, TINYNF_REG_PTC255,
		TINYNF_REG_PTC511, TINYNF_REG_PTC1023, TINYNF_REG_PTC1522,
	};
	struct tinynf_model_mac_stats *s = &m->queues->mac;
	const struct { uint32_t reg; uint64_t n; } counts[] = {
		{ TINYNF_REG_TPR, s->rx_total },
		{ TINYNF_REG_GPRC, s->rx_good },
		{ TINYNF_REG_BPRC, s->rx_bcast },
		{ TINYNF_REG_MPRC, s->rx_mcast },
		{ TINYNF_REG_GPTC, s->tx_good },
		{ TINYNF_REG_TPT, s->tx_good },
		{ TINYNF_REG_BPTC, s->tx_bcast },
		{ TINYNF_REG_MPTC, s->tx_mcast },
		{ TINYNF_REG_RUC, s->runts },
		{ TINYNF_REG_RFC, s->fragments },
		{ TINYNF_REG_ROC, s->oversize },
		{ TINYNF_REG_RJC, s->jabber },
		{ TINYNF_REG_CRCERRS, s->crc },
		{ TINYNF_REG_RLEC, s->length },
		{ TINYNF_REG(RXMPC, 0), s->missed },
		{ TINYNF_REG_XEC, s->csum_errors },
		{ TINYNF_REG_LXONRXCNT, s->xon },
		{ TINYNF_REG_LXOFFRXCNT, s->xoff },
	};
	unsigned int i;

	for (i = 0; i < TINYNF_MODEL_SIZES; i++) {
		if (s->rx_size[i] != 0)
			tinynf_model_count(m, rx_size[i], s->rx_size[i]);
		if (s->tx_size[i] != 0)
			tinynf_model_count(m, tx_size[i], s->tx_size[i]);
	}
	for (i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		if (counts[i].n != 0)
			tinynf_model_count(m, counts[i].reg, counts[i].n);
	if (s->rx_total_bytes != 0)
		tinynf_model_count64(m, TINYNF_REG_TORL, s->rx_total_bytes);
	if (s->rx_good_bytes != 0)
		tinynf_model_count64(m, TINYNF_REG_GORCL, s->rx_good_bytes);
	if (s->tx_good_bytes != 0)
		tinynf_model_count64(m, TINYNF_REG_GOTCL, s->tx_good_bytes);
	memset(s, 0, sizeof(*s));
}

/**
 * Heads share a cache line with the tails that software writes, so they are not
 * stored per frame but when somebody looks.
 */
static void
sync_heads(struct tinynf_model *m)
{
	struct tinynf_model_queues *qs = m->queues;
	unsigned int n;

	for (n = 0; n < TINYNF_MODEL_QUEUES; n++) {
		if (qs->rx[n].head != qs->rx[n].head_published) {
			qs->rx[n].head_published = qs->rx[n].head;
			tinynf_model_set(m, TINYNF_REG(RDH, n), qs->rx[n].head);
		}
		if (qs->tx[n].head != qs->tx[n].head_published) {
			qs->tx[n].head_published = qs->tx[n].head;
			tinynf_model_set(m, TINYNF_REG(TDH, n), qs->tx[n].head);
		}
	}
}

void
tinynf_model_queues_sync(struct tinynf_model *m)
{
	struct tinynf_model_queues *qs = m->queues;

	if (qs == NULL || !qs->sync_needed)
		return;
	qs->sync_needed = false;
	sync_heads(m);
	sync_mac(m);
	sync_queues(m);
}

/** Ring base and length may only change while the queue is off, 4.6.7.1 and 4.6.8.1. */
static void
ring_latch(struct tinynf_model *m, unsigned int n, uint32_t base_reg, uint64_t *base,
		uint32_t *size)
{
	const uint32_t low = tinynf_model_get(m, base_reg + SUB_BASE_LOW);
	const uint32_t length = tinynf_model_get(m, base_reg + SUB_LENGTH);

	*base = (uint64_t)tinynf_model_get(m, base_reg + SUB_BASE_HIGH) << 32 | (low & ~127u);
	*size = (length & 0xfff80) / TINYNF_MODEL_DESC_SIZE;
	if (*size == 0)
		tinynf_model_violate(m, base_reg + SUB_LENGTH, (int)n, -1, length,
				"queue enabled with a ring of length 0",
				base_reg >= 0x6000 && base_reg < 0x8000 ? "8.2.3.9.7" : "8.2.3.8.3");
}

static void
rx_srrctl(struct tinynf_model *m, unsigned int n)
{
	struct tinynf_model_rxq *q = &m->queues->rx[n];
	const uint32_t v = tinynf_model_get(m, TINYNF_REG(SRRCTL, n));
	const uint32_t kib = v & 0x1f;

	q->buffer = kib * 1024;
	q->header = (uint16_t)(((v >> 8) & 0x3f) * 64);
	q->desc_type = (uint8_t)((v >> 25) & 7);
	q->drop = (v >> 28) & 1;
	if (!tinynf_model_bit(m->queues->rx_enabled, n))
		return;
	if (kib == 0 || kib > 16)
		tinynf_model_violate(m, TINYNF_REG(SRRCTL, n), (int)n, -1, v,
				"BSIZEPACKET must be 1 to 16 KiB", "8.2.3.8.7");
	if ((q->desc_type == 2 || q->desc_type == 5) && (q->header == 0 || q->header > 1024))
		tinynf_model_violate(m, TINYNF_REG(SRRCTL, n), (int)n, -1, v,
				"BSIZEHEADER must be 64 to 1024 with header splitting",
				"8.2.3.8.7");
	if (q->desc_type != 0 && q->desc_type != 1 && q->desc_type != 2 && q->desc_type != 5)
		tinynf_model_violate(m, TINYNF_REG(SRRCTL, n), (int)n, -1, v,
				"DESCTYPE is a reserved value", "8.2.3.8.7");
}

static void
rx_start(struct tinynf_model *m, unsigned int n)
{
	struct tinynf_model_queues *qs = m->queues;
	struct tinynf_model_rxq *q = &qs->rx[n];
	const uint32_t reg = (uint32_t)rx_offset(n);

	qs->epoch++;
	qs->rx_enabled[n >> 6] |= UINT64_C(1) << (n & 63);
	ring_latch(m, n, reg, &q->base, &q->size);
	q->head = tinynf_model_get(m, reg + SUB_HEAD) & 0xffff;
	q->head_published = q->head;
	q->tail = q->head;
	q->broken = false;
	q->n_written = 0;
	rx_srrctl(m, n);
	if (q->head >= q->size && q->size != 0)
		tinynf_model_violate(m, reg + SUB_HEAD, (int)n, -1, q->head,
				"queue enabled with its head outside the ring", "8.2.3.8.4");
}

static void
tx_head_wb(struct tinynf_model *m, unsigned int n)
{
	struct tinynf_model_txq *q = &m->queues->tx[n];
	const uint32_t low = tinynf_model_get(m, TINYNF_REG(TDWBAL, n));

	q->wthresh = (tinynf_model_get(m, TINYNF_REG(TXDCTL, n)) >> 16) & 0x7f;
	q->head_wb = low & 1;
	q->head_wb_addr = (uint64_t)tinynf_model_get(m, TINYNF_REG(TDWBAH, n)) << 32 | (low & ~3u);
	if (!q->head_wb || !tinynf_model_bit(m->queues->tx_enabled, n))
		return;
	/*
	 * INTERPRETATION-CONTRADICTION: 7.2.3.5.2 speaks of four bytes, 8.2.3.9.11 of
	 * eight. Hardware is known to write nothing unless the address is aligned to 16.
	 */
	if (q->head_wb_addr & 15)
		tinynf_model_violate(m, TINYNF_REG(TDWBAL, n), (int)n, -1, q->head_wb_addr,
				"head write-back address is not aligned to 16 bytes", "8.2.3.9.11");
	if (q->wthresh != 0)
		tinynf_model_violate(m, TINYNF_REG(TXDCTL, n), (int)n, -1, q->wthresh,
				"WTHRESH must be 0 with head write-back", "7.2.3.5.2");
}

static void
tx_start(struct tinynf_model *m, unsigned int n)
{
	struct tinynf_model_queues *qs = m->queues;
	struct tinynf_model_txq *q = &qs->tx[n];
	const uint32_t reg = TINYNF_REG(TDBAL, n);

	qs->epoch++;
	qs->tx_enabled[n >> 6] |= UINT64_C(1) << (n & 63);
	ring_latch(m, n, reg, &q->base, &q->size);
	q->head = tinynf_model_get(m, reg + SUB_HEAD) & 0xffff;
	q->head_published = q->head;
	q->tail = q->head;
	q->broken = false;
	q->stuck = false;
	q->since_rs = 0;
	q->rs_reported = false;
	q->segments_sent = 0;
	memset(q->ctx, 0, sizeof(q->ctx));
	tx_head_wb(m, n);
	if (q->head >= q->size && q->size != 0)
		tinynf_model_violate(m, reg + SUB_HEAD, (int)n, -1, q->head,
				"queue enabled with its head outside the ring", "8.2.3.9.8");
}

/** Rules for base, length and tail that both directions share. */
static void
ring_written(struct tinynf_model *m, unsigned int n, bool tx, bool enabled, uint32_t offset,
		uint32_t sub, uint32_t old)
{
	const uint32_t value = tinynf_model_get(m, offset);
	const uint32_t head = tx ? m->queues->tx[n].head : m->queues->rx[n].head;

	switch (sub) {
	case SUB_BASE_LOW:
	case SUB_BASE_HIGH:
	case SUB_LENGTH:
		if (enabled && value != old)
			tinynf_model_violate(m, offset, (int)n, -1, value,
					"ring base or length written while the queue is enabled",
					tx ? "4.6.8.1" : "4.6.7.1");
		break;
	case SUB_TAIL:
		if (!enabled && (value & 0xffff) != (tinynf_model_get(m, offset - 8) & 0xffff))
			tinynf_model_violate(m, offset, (int)n, -1, value,
					"tail moved before the queue was enabled",
					tx ? "4.6.8.1" : "4.6.7.1");
		break;
	case SUB_HEAD:
		if (enabled && (value & 0xffff) != head)
			tinynf_model_violate(m, offset, (int)n, -1, value,
					"head written while the queue is enabled",
					tx ? "8.2.3.9.8" : "8.2.3.8.4");
		break;
	default:
		break;
	}
}

static void
rx_written(struct tinynf_model *m, unsigned int n, uint32_t offset, uint32_t sub, uint32_t old)
{
	struct tinynf_model_queues *qs = m->queues;
	struct tinynf_model_rxq *q = &qs->rx[n];
	const uint32_t value = tinynf_model_get(m, offset);
	const bool enabled = tinynf_model_bit(qs->rx_enabled, n);

	ring_written(m, n, false, enabled, offset, sub, old);
	switch (sub) {
	case SUB_BASE_LOW:
	case SUB_BASE_HIGH:
	case SUB_LENGTH:
		if (enabled && value != old)
			rx_start(m, n);
		break;
	case SUB_HEAD:
		q->head = value & 0xffff;
		q->head_published = q->head;
		qs->epoch++;
		break;
	case SUB_SRRCTL:
		rx_srrctl(m, n);
		break;
	case SUB_CONTROL:
		q->vlan_strip = (value >> 30) & 1;
		if ((value & TINYNF_RXDCTL_ENABLE) && !enabled) {
			rx_start(m, n);
		} else if (!(value & TINYNF_RXDCTL_ENABLE) && enabled) {
			qs->epoch++;
			qs->rx_enabled[n >> 6] &= ~(UINT64_C(1) << (n & 63));
		}
		break;
	default:
		break;
	}
}

static void
tx_written(struct tinynf_model *m, unsigned int n, uint32_t offset, uint32_t sub, uint32_t old)
{
	struct tinynf_model_queues *qs = m->queues;
	struct tinynf_model_txq *q = &qs->tx[n];
	const uint32_t value = tinynf_model_get(m, offset);
	const bool enabled = tinynf_model_bit(qs->tx_enabled, n);

	ring_written(m, n, true, enabled, offset, sub, old);
	switch (sub) {
	case SUB_BASE_LOW:
	case SUB_BASE_HIGH:
	case SUB_LENGTH:
		if (enabled && value != old)
			tx_start(m, n);
		break;
	case SUB_HEAD:
		q->head = value & 0xffff;
		q->head_published = q->head;
		q->segments_sent = 0;
		qs->epoch++;
		break;
	case SUB_CONTROL:
		if ((value & TINYNF_TXDCTL_ENABLE) && !enabled) {
			tx_start(m, n);
		} else if (!(value & TINYNF_TXDCTL_ENABLE) && enabled) {
			qs->epoch++;
			qs->tx_enabled[n >> 6] &= ~(UINT64_C(1) << (n & 63));
		} else {
			tx_head_wb(m, n);
		}
		break;
	case SUB_WB_LOW:
	case SUB_WB_HIGH:
		if (enabled && value != old)
			tinynf_model_violate(m, offset, (int)n, -1, value,
					"head write-back address written while the queue is enabled",
					"4.6.8.1");
		tx_head_wb(m, n);
		break;
	default:
		break;
	}
}

void
tinynf_model_queue_written(struct tinynf_model *m, uint32_t offset, uint32_t old)
{
	struct tinynf_model_queues *qs = m->queues;

	if (qs == NULL)
		return;
	/* What happened so far counts by the old rules. */
	tinynf_model_rx_flush(m);
	tinynf_model_queues_sync(m);
	if (offset >= 0x1000 && offset < 0x2000) {
		rx_written(m, (offset - 0x1000) / QUEUE_STRIDE, offset,
				offset % QUEUE_STRIDE, old);
	} else if (offset >= 0xd000 && offset < 0xe000) {
		rx_written(m, 64 + (offset - 0xd000) / QUEUE_STRIDE, offset,
				offset % QUEUE_STRIDE, old);
	} else if (offset >= 0x2100 && offset < 0x2140) {
		rx_written(m, (offset - 0x2100) / 4, TINYNF_REG(SRRCTL, (offset - 0x2100) / 4),
				SUB_SRRCTL, old);
	} else if (offset >= 0x6000 && offset < 0x8000) {
		tx_written(m, (offset - 0x6000) / QUEUE_STRIDE, offset,
				offset % QUEUE_STRIDE, old);
	} else {
		qs->config_dirty = true;
		qs->map_dirty = true;
		qs->tx_on = tinynf_model_get(m, TINYNF_REG_DMATXCTL) & TINYNF_DMATXCTL_TE;
		if (offset >= TINYNF_REG(RSSRK, 0) && offset <= TINYNF_REG(RSSRK, 9))
			qs->rss_stale = true;
	}
}

/** Raise what the batch earned; an interrupt handler may call back. */
static void
causes_raise(struct tinynf_model *m)
{
	struct tinynf_model_queues *qs = m->queues;
	unsigned int w;

	for (w = 0; w < 2; w++) {
		uint64_t rx = qs->rx_cause[w];
		uint64_t tx = qs->tx_cause[w];

		qs->rx_cause[w] = 0;
		qs->tx_cause[w] = 0;
		for (; rx != 0; rx &= rx - 1)
			tinynf_model_rx_cause(m, w * 64 + (unsigned int)__builtin_ctzll(rx));
		for (; tx != 0; tx &= tx - 1)
			tinynf_model_tx_cause(m, w * 64 + (unsigned int)__builtin_ctzll(tx));
	}
}

/** One round over the enabled transmit queues, from where the last one ended. */
static unsigned int
tx_round(struct tinynf_model *m, unsigned int budget)
{
	struct tinynf_model_queues *qs = m->queues;
	const unsigned int start = qs->tx_next;
	unsigned int done = 0;
	unsigned int i;

	for (i = 0; i < TINYNF_MODEL_QUEUES && done < budget; ) {
		const unsigned int n = (start + i) % TINYNF_MODEL_QUEUES;
		const uint64_t rest = qs->tx_enabled[n >> 6] >> (n & 63);
		const unsigned int left = budget - done;

		if (rest == 0) {
			i += 64 - (n & 63);
			continue;
		}
		if (!(rest & 1)) {
			i += (unsigned int)__builtin_ctzll(rest);
			continue;
		}
		qs->tx_next = (n + 1) % TINYNF_MODEL_QUEUES;
		done += tinynf_model_tx_serve(m, n,
				left < TINYNF_MODEL_BATCH ? left : TINYNF_MODEL_BATCH);
		i++;
	}
	return done;
}

static void
rx_tails(struct tinynf_model *m)
{
	struct tinynf_model_queues *qs = m->queues;
	unsigned int w;

	for (w = 0; w < 2; w++) {
		uint64_t map;

		for (map = qs->rx_enabled[w]; map != 0; map &= map - 1)
			tinynf_model_rx_look(m, w * 64 + (unsigned int)__builtin_ctzll(map));
	}
}

unsigned int
tinynf_model_queues_poll(struct tinynf_model *m, unsigned int budget)
{
	struct tinynf_model_queues *qs = m->queues;
	unsigned int done = 0;
	unsigned int some;

	/* From within a callback of ours: the outer poll goes on with it. */
	if (qs == NULL || qs->polling)
		return 0;
	qs->polling = true;
	if (qs->map_dirty)
		map_build(m);
	rx_tails(m);
	if (qs->fifo_head != qs->fifo_tail)
		done += tinynf_model_rx_drain(m, budget);
	while (qs->tx_on && done < budget && m->now >= qs->tx_paused_until) {
		some = tx_round(m, budget - done);
		if (some == 0)
			break;
		done += some;
	}
	if ((qs->rx_cause[0] | qs->rx_cause[1] | qs->tx_cause[0] | qs->tx_cause[1]) != 0)
		causes_raise(m);
	qs->polling = false;
	return done;
}

enum tinynf_model_rx
tinynf_model_queues_receive(struct tinynf_model *m, const uint8_t *frame, uint32_t len, bool hold)
{
	if (m->queues->map_dirty)
		map_build(m);
	return tinynf_model_rx_frame(m, frame, len, hold, false);
}
