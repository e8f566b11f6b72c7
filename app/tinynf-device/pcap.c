/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* A wire that replays one file and records into another, both in pcap's classic format. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "device.h"

#define MAGIC_US  0xa1b2c3d4u
#define MAGIC_NS  0xa1b23c4du
#define ETHERNET  1u

struct pcap_header {
	uint32_t magic;
	uint16_t major, minor;
	uint32_t zone, figures, snap, link;
};

struct pcap_record {
	uint32_t s, us, len, original;
};

struct pcap {
	struct tinynf_wire wire;
	FILE *rx, *tx;
	bool swapped;
	uint32_t len;
	uint8_t frame[TINYNF_MODEL_MAX_FRAME];
};

static uint32_t
order(const struct pcap *pcap, uint32_t value)
{
	return pcap->swapped ? __builtin_bswap32(value) : value;
}

static bool
pcap_send(struct tinynf_wire *wire, const uint8_t *frame, uint32_t len)
{
	const struct pcap *pcap = (const struct pcap *)wire;
	struct pcap_record record = { .len = len, .original = len };
	struct timespec t;

	tinynf_wire_count(&wire->counters.arrived, 1);
	if (pcap->tx == NULL) {
		tinynf_wire_count(&wire->counters.overflow, 1);
		return true;
	}
	clock_gettime(CLOCK_REALTIME, &t);
	record.s = (uint32_t)t.tv_sec;
	record.us = (uint32_t)(t.tv_nsec / 1000);
	if (fwrite(&record, sizeof(record), 1, pcap->tx) != 1 ||
			fwrite(frame, len, 1, pcap->tx) != 1)
		tinynf_wire_count(&wire->counters.overflow, 1);
	return true;
}

/* @return false at the end of the file, or where it makes no sense any more. */
static bool
next_frame(struct pcap *pcap)
{
	struct pcap_record record;

	if (pcap->rx == NULL || fread(&record, sizeof(record), 1, pcap->rx) != 1)
		return false;
	pcap->len = order(pcap, record.len);
	if (pcap->len == 0 || pcap->len > sizeof(pcap->frame) ||
			fread(pcap->frame, pcap->len, 1, pcap->rx) != 1) {
		pcap->len = 0;
		return false;
	}
	return true;
}

static unsigned int
pcap_poll(struct tinynf_wire *wire, uint64_t now, unsigned int budget)
{
	struct pcap *pcap = (struct pcap *)wire;
	unsigned int n;

	(void)now;
	/* The replay starts when somebody listens. */
	if (!tinynf_model_rx_enabled(wire->model))
		return 0;
	for (n = 0; n < budget; n++) {
		if (pcap->len == 0 && !next_frame(pcap))
			break;
		if (tinynf_wire_offer(wire, pcap->frame, pcap->len, true) == TINYNF_RX_HELD)
			break;
		pcap->len = 0;
	}
	if (n == 0 && pcap->tx != NULL)
		fflush(pcap->tx);
	return n;
}

static bool
pcap_signal(const struct tinynf_wire *wire)
{
	(void)wire;
	return true;
}

static void
pcap_close(struct tinynf_wire *wire)
{
	struct pcap *pcap = (struct pcap *)wire;

	if (pcap->rx != NULL)
		fclose(pcap->rx);
	if (pcap->tx != NULL)
		fclose(pcap->tx);
	free(pcap);
}

static const struct tinynf_wire_ops pcap_ops = {
	.kind = "pcap",
	.send = pcap_send,
	.poll = pcap_poll,
	.signal = pcap_signal,
	.close = pcap_close,
};

static bool
open_rx(struct pcap *pcap, const char *path)
{
	struct pcap_header header;

	pcap->rx = fopen(path, "rb");
	if (pcap->rx == NULL)
		return false;
	errno = EINVAL;
	if (fread(&header, sizeof(header), 1, pcap->rx) != 1)
		return false;
	pcap->swapped = header.magic == __builtin_bswap32(MAGIC_US) ||
		header.magic == __builtin_bswap32(MAGIC_NS);
	header.magic = order(pcap, header.magic);
	return (header.magic == MAGIC_US || header.magic == MAGIC_NS) &&
		(order(pcap, header.link) & 0xffff) == ETHERNET;
}

static bool
open_tx(struct pcap *pcap, const char *path)
{
	const struct pcap_header header = {
		.magic = MAGIC_US, .major = 2, .minor = 4,
		.snap = TINYNF_MODEL_MAX_FRAME, .link = ETHERNET,
	};

	pcap->tx = fopen(path, "wb");
	return pcap->tx != NULL && fwrite(&header, sizeof(header), 1, pcap->tx) == 1 &&
		fflush(pcap->tx) == 0;
}

struct tinynf_wire *
pcap_create(const char *rx, const char *tx, struct tinynf_model *model)
{
	struct pcap *pcap = calloc(1, sizeof(*pcap));
	int error;

	if (pcap == NULL)
		return NULL;
	pcap->wire.ops = &pcap_ops;
	pcap->wire.model = model;
	if ((rx[0] == '\0' || open_rx(pcap, rx)) && (tx[0] == '\0' || open_tx(pcap, tx)))
		return &pcap->wire;
	error = errno;
	pcap_close(&pcap->wire);
	errno = error;
	return NULL;
}
