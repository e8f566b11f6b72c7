/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef BENCH_NF_H
#define BENCH_NF_H

/**
 * @file
 * What packets cost in network functions: app/nf-* with their tables filled, on each front end.
 */

#include <stdbool.h>
#include <stdint.h>

#include "nf.h"

#define BENCH_NF_FUNCTIONS  8u
/** Of a table's places, as the paper has it: about 60000 of 65536. */
#define BENCH_NF_PERCENT    90u

struct bench_nf_front;

/** A function that runs: state of its own, and two ports. */
struct bench_nf {
	struct nf nf;
	unsigned int function;               /**< Index of bench_nf_function(). */
	unsigned int from;                   /**< Port that receives. */
	uint32_t flows, next;
	const struct bench_nf_front *front;
	void *agents;                        /**< The native front end's. */
};

/** One way of running a packet function, compiled for each front end. */
struct bench_nf_front {
	const char *name;
	int (*open)(struct bench_nf *b, bool replies);
	void (*close)(struct bench_nf *b);
	/** By function: receive and handle @p packets. @return how many there were. */
	unsigned int (*run[BENCH_NF_FUNCTIONS])(struct bench_nf *b, unsigned int packets);
};

extern const struct bench_nf_front bench_nf_ethdev, bench_nf_switch, bench_nf_native,
		bench_nf_callback;

/** A function as it is measured. */
struct bench_nf_function {
	const char *name;
	unsigned int from;
	bool replies, promiscuous;
	nf_packet_fn packet;
	int (*create)(struct nf *nf);
	void (*destroy)(struct nf *nf);
	/** What comes before packets, after creation; NULL if nothing does. */
	bool (*prepare)(struct bench_nf *b);
	/** Fill a frame of flow @p n, below the number of flows. @return bytes. */
	uint16_t (*frame)(const struct bench_nf *b, uint32_t n, uint8_t *frame);
	uint32_t flows;
	unsigned int sent;                   /**< Counter of packets that were forwarded. */
};

/** @return NULL past the end. */
const struct bench_nf_function *bench_nf_function(unsigned int n);

/** Create the function's state and fill its table. @return 0, -1 with a message. */
int bench_nf_create(struct bench_nf *b);
void bench_nf_destroy(struct bench_nf *b);

/* The three that have no table; the paper's Table 4 has the same. */

static inline nf_ports_t
bench_nf_nop(struct nf *nf, uint8_t *packet, uint16_t *length, unsigned int from, uint64_t now)
{
	(void)nf;
	(void)packet;
	(void)length;
	(void)now;
	return 1u << (from ^ 1);
}

extern uint8_t bench_nf_lookup_table[1u << 16];

/* Another destination address, known beforehand. */
static inline nf_ports_t
bench_nf_write(struct nf *nf, uint8_t *packet, uint16_t *length, unsigned int from, uint64_t now)
{
	unsigned int i;

	(void)nf;
	(void)length;
	(void)now;
	for (i = 0; i < 6; i++)
		packet[i] = bench_nf_lookup_table[i];
	return 1u << (from ^ 1);
}

/* Another destination address, looked up by the source address. */
static inline nf_ports_t
bench_nf_lookup(struct nf *nf, uint8_t *packet, uint16_t *length, unsigned int from, uint64_t now)
{
	const uint8_t *src = packet + 6;
	unsigned int i;

	(void)nf;
	(void)length;
	(void)now;
	for (i = 0; i < 6; i += 2) {
		packet[i] = bench_nf_lookup_table[src[i] << 8 | src[i + 1]];
		packet[i + 1] = bench_nf_lookup_table[src[i + 1] << 8 | src[i]];
	}
	return 1u << (from ^ 1);
}

#endif /* BENCH_NF_H */
