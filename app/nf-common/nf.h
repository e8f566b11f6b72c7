/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef NF_H
#define NF_H

/**
 * @file
 * What a network function tells the program around it, and what it gets.
 *
 * A function is a packet function and a description. The same packet function is inlined into
 * a loop on ethdev (any driver) and into one on the native interface of net_tinynf.
 */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <rte_ether.h>

#define NF_MAX_PORTS     16
#define NF_MAX_COUNTERS  24
#define NF_MAX_BURST     64
/** The counter that each program has first: packets that an output had no room for. */
#define NF_NOT_SENT      0

/** Where a packet goes: a bit for each port, in the order of the program's ports. */
typedef uint32_t nf_ports_t;

/** What hardware does about layer 4 checksums: nf_sum.h. */
struct nf_sums {
	nf_ports_t tcp, udp;    /**< Ports that fill them in. */
	bool good;              /**< The packet came with a good one. Before each packet. */
	bool wanted;            /**< Its sum is left to hardware. Told by the packet function. */
	bool is_tcp;
	uint8_t l2_len;
	uint16_t l3_len;
};

/** A running function. */
struct nf {
	void *state;                             /**< The function's own. */
	unsigned int nb_ports;
	uint16_t port[NF_MAX_PORTS];             /**< ethdev's numbers. */
	struct rte_ether_addr mac[NF_MAX_PORTS];
	uint64_t hz;                             /**< Of the time given to packet functions. */
	uint64_t now;                            /**< Time given to the last one. */
	struct nf_sums sums;
	uint64_t counters[NF_MAX_COUNTERS];
};

/** A time given to packet functions in microseconds; clocks need not tick in whole MHz. */
static inline uint64_t
nf_microseconds(const struct nf *nf, uint64_t time)
{
	return time / nf->hz * 1000000 + time % nf->hz * 1000000 / nf->hz;
}

/**
 * What is done with a packet.
 *
 * @param nf
 *   The function.
 * @param packet
 *   The frame without FCS, in a buffer of at least 64 bytes; to be changed in place.
 * @param length
 *   Its bytes; may be changed.
 * @param from
 *   Index of the port that it came from.
 * @param now
 *   Time stamp counter.
 * @return
 *   The ports that it goes to; 0 drops it.
 */
typedef nf_ports_t (*nf_packet_fn)(struct nf *nf, uint8_t *packet, uint16_t *length,
		unsigned int from, uint64_t now);

/** One option of the command line; all take a value. */
struct nf_option {
	const char *name;
	const char *value;    /**< How the usage names the value. */
	const char *help;
	/** @return false if the value is not valid; what is allowed is then printed from help. */
	bool (*parse)(const char *text, void *to);
	void *to;
	bool required;
};

/** A function's description. */
struct nf_program {
	const char *name;
	const char *summary;
	unsigned int min_ports, max_ports;
	bool promiscuous;
	bool replies;                            /**< Packets may leave where they came in. */
	bool sums;                               /**< Leaves checksums to hardware. */
	const struct nf_option *options;         /**< Ends with a name of NULL. */
	const char *const *counters;             /**< Names, ends with NULL; first NF_NOT_SENT's. */
	/** @return 0, or a negative errno with the reason printed. */
	int (*create)(struct nf *nf);
	void (*destroy)(struct nf *nf);
	/** Called often, with a little work at most: what is too old goes. */
	void (*tick)(struct nf *nf, uint64_t now);
	/** The loop: nf_run() of nf_front.h with the packet function. */
	int (*run)(struct nf *nf, const struct nf_program *program);
};

/** Set by SIGINT and SIGTERM. */
extern volatile bool nf_quit;
/** Packets received at once; option --burst. */
extern uint16_t nf_burst;

/** Checksums are never left to hardware. */
extern bool nf_software_sums;

/**
 * Run a function from the command line to the end.
 * @return the exit status.
 */
int nf_main(const struct nf_program *program, int argc, char **argv);

/* Parsers for options. */
bool nf_parse_u32(const char *text, void *to);       /**< From 1; suffixes k, M, G of 1000. */
bool nf_parse_u64(const char *text, void *to);
bool nf_parse_port(const char *text, void *to);      /**< 1 to 65535. */
bool nf_parse_ip(const char *text, void *to);        /**< uint32_t in network order. */

#endif /* NF_H */
