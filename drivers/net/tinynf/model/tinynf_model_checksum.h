/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef TINYNF_MODEL_CHECKSUM_H
#define TINYNF_MODEL_CHECKSUM_H

/** @file Internet checksum (RFC 1071), Ethernet FCS (IEEE 802.3, 3.2.9), SCTP CRC32c (RFC 9260). */

#include <arpa/inet.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/** Fold a sum to 16 bits; a region that includes its right checksum folds to 0xffff. */
static inline uint16_t
tinynf_csum_fold(uint64_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

/** Add bytes to a running sum of big-endian 16-bit words; an odd byte counts as high half. */
static inline uint64_t
tinynf_csum_add(uint64_t sum, const uint8_t *data, uint32_t len)
{
	uint64_t native = 0; /* the sum does not care for byte order until it is folded */
	uint64_t v8;
	uint32_t v4 = 0;

	for (; len >= 8; len -= 8, data += 8) {
		memcpy(&v8, data, 8);
		native += (v8 & UINT32_MAX) + (v8 >> 32);
	}
	if (len & 4) {
		memcpy(&v4, data, 4);
		native += v4;
		data += 4;
	}
	if (len & 3) {
		v4 = 0;
		memcpy(&v4, data, len & 3);
		native += v4;
	}
	return sum + htons(tinynf_csum_fold(native));
}

/** FCS over a frame, as it follows on the wire in little-endian order. */
uint32_t tinynf_crc32(const uint8_t *data, uint32_t len);
/** The checksum of SCTP, whose field goes out in little-endian order. */
uint32_t tinynf_crc32c(const uint8_t *data, uint32_t len);
/** The same by parts: starts with all ones, ends with an inversion. */
uint32_t tinynf_crc32c_add(uint32_t crc, const uint8_t *data, uint32_t len);

#endif /* TINYNF_MODEL_CHECKSUM_H */
