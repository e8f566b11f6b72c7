/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef TINYNF_FRAME_H
#define TINYNF_FRAME_H

/**
 * @file
 * Test frames that tell their origin: Ethernet, optional VLAN tag, IPv4
 * without options, UDP or TCP, and a signature that fits a 64-byte frame in
 * each of these forms and that no forwarder has a reason to touch.
 *
 *   signature    UDP: payload bytes     TCP: header fields
 *   sequence     0..3                   sequence number
 *   flow         4..5                   acknowledgment number, high half
 *   generator    6                      acknowledgment number, third byte
 *   mark 0x82    7                      acknowledgment number, last byte
 *   hash         8..9, 10..11           window, urgent pointer
 *   pattern      12..                   payload
 *
 * The hash covers the signature, the IP length and the protocol; the pattern
 * is the same for all frames and starts with "TN". Addresses, ports, TTL and
 * tags are covered by the IP and transport checksums only, because a network
 * function may rewrite them, and then has to keep the checksums right.
 */

#include <stdbool.h>
#include <stdint.h>

#define TINYNF_FRAME_MIN       60u    /**< Without FCS. */
#define TINYNF_FRAME_MAX       9724u  /**< Without FCS. */
#define TINYNF_FRAME_HEAD      64u    /**< All that differs between frames is in here. */

/** What distinguishes one frame from another. */
struct tinynf_frame_id {
	uint32_t sequence;
	uint16_t flow;
	uint8_t generator;
};

/** How to build the frames of a flow. Addresses in host byte order. */
struct tinynf_frame_spec {
	uint8_t dst_mac[6], src_mac[6];
	uint32_t ip_src, ip_dst;
	uint16_t sport, dport;
	bool tcp;
	bool tagged;
	uint16_t vlan;        /**< Tag control information, if tagged. */
	uint32_t len;         /**< Without FCS. */
	uint8_t generator;
	uint16_t flow;
};

/** A flow's frame up to its first bytes of pattern; completed by each sequence number. */
struct tinynf_frame_head {
	uint8_t bytes[TINYNF_FRAME_HEAD];
	uint32_t sum;         /**< Of the transport checksum without sequence and hash. */
	uint16_t ip_len;
	uint8_t l4;           /**< Offset of the transport header. */
	bool tcp;
};

enum tinynf_frame_verdict {
	TINYNF_FRAME_OURS,      /**< Intact. */
	TINYNF_FRAME_CORRUPTED, /**< Ours by its looks, but something is wrong. */
	TINYNF_FRAME_FOREIGN,
};

/** Prepare the pattern. Call before any other function here; again is harmless. */
void tinynf_frame_init(void);
/** Build the constant part of a flow's frames of one length. */
void tinynf_frame_prepare(struct tinynf_frame_head *head, const struct tinynf_frame_spec *spec);
/**
 * Fill @p len bytes (TINYNF_FRAME_HEAD at least are writable) with the pattern
 * as it lies in frames of this head's form; heads of the same form share it.
 */
void tinynf_frame_fill(const struct tinynf_frame_head *head, uint8_t *frame, uint32_t len);
/** Complete a filled frame: write its head with this sequence number. */
void tinynf_frame_stamp(const struct tinynf_frame_head *head, uint8_t *frame, uint32_t sequence);
/**
 * Recognise and verify a frame.
 * @param tags  set to the number of VLAN tags; may be NULL
 * @return the verdict; @p id is valid unless foreign (but not to be trusted if corrupted).
 */
enum tinynf_frame_verdict tinynf_frame_verify(const uint8_t *frame, uint32_t len,
		struct tinynf_frame_id *id, unsigned int *tags);

#endif /* TINYNF_FRAME_H */
