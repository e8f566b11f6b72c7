/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef TINYNF_GEN_H
#define TINYNF_GEN_H

/**
 * @file
 * A wire that generates load and checks what comes back.
 *
 * Deterministic: the n-th frame depends on the configuration and n alone; only
 * when it is sent depends on time. A sequence number belongs to a frame that
 * the device took, so a frame that the device missed leaves no gap.
 */

#include <stdbool.h>
#include <stdint.h>

#include "wire/tinynf_wire.h"

#define TINYNF_GEN_MAX_FLOWS   16384u
#define TINYNF_GEN_IMIX        0u      /**< As size: 64, 594 and 1518 bytes as 7:4:1. */
#define TINYNF_GEN_MIN_SIZE    64u
#define TINYNF_GEN_MAX_SIZE    9728u

struct tinynf_gen_config {
	uint8_t dst_mac[6], src_mac[6];
	uint32_t size;        /**< Bytes with FCS, or TINYNF_GEN_IMIX. */
	uint32_t flows;       /**< 1..TINYNF_GEN_MAX_FLOWS: source ports from sport up. */
	uint64_t rate;        /**< Frames per second; 0: as fast as nothing is missed. */
	uint64_t count;       /**< Frames to send in all; 0: endless. */
	bool tcp;
	bool tagged;
	bool tags_matter;     /**< Frames must come back with the tags they had. */
	bool vary_ip_src;     /**< Flow n has source address ip_src + n % 250. */
	uint16_t vlan;        /**< Tag control information, if tagged. */
	uint32_t ip_src, ip_dst;   /**< Host byte order. */
	uint16_t sport, dport;
};

/**
 * What programs that ask for nothing else get: 64 flows of 64-byte frames, endless, with the
 * addresses of RFC 2544 that l3fwd routes from port @p number to the other port of its pair.
 */
void tinynf_gen_defaults(struct tinynf_gen_config *config, unsigned int number);
/** MAC addresses of a station that sends to the port with @p mac, or to dst_mac if @p keep_dst. */
void tinynf_gen_face(struct tinynf_gen_config *config, const uint8_t mac[6], bool keep_dst);
/**
 * Build a generator for @p model (not touched yet).
 * @return the wire, NULL with errno set (EINVAL, ENOMEM, ENOSPC: 256 generators).
 */
struct tinynf_wire *tinynf_gen_create(const struct tinynf_gen_config *config,
		struct tinynf_model *model);
/** All of count frames were sent (never, if endless). */
bool tinynf_gen_done(const struct tinynf_wire *wire);
/** Is this wire a generator? */
bool tinynf_gen_is(const struct tinynf_wire *wire);

#endif /* TINYNF_GEN_H */
