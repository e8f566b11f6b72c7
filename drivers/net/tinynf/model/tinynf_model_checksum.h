/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef TINYNF_MODEL_CHECKSUM_H
#define TINYNF_MODEL_CHECKSUM_H

/** @file Internet checksum (RFC 1071), Ethernet FCS (IEEE 802.3, 3.2.9), SCTP CRC32c (RFC 9260). */

#include <stddef.h>
#include <stdint.h>

/** Add bytes to a running sum of big-endian 16-bit words; an odd byte counts as high half. */
static inline uint64_t
tinynf_csum_add(uint64_t sum, const uint8_t *data, uint32_t len)
{
	uint32_t i;

	for (i = 0; i + 1 < len; i += 2)
		sum += (uint32_t)data[i] << 8 | data[i + 1];
	if (len & 1)
		sum += (uint32_t)data[len - 1] << 8;
	return sum;
}

/** Fold a sum to 16 bits; a region that includes its right checksum folds to 0xffff. */
static inline uint16_t
tinynf_csum_fold(uint64_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

/** FCS over a frame, as it follows on the wire in little-endian order. */
uint32_t tinynf_crc32(const uint8_t *data, uint32_t len);
/** The checksum of SCTP, whose field goes out in little-endian order. */
uint32_t tinynf_crc32c(const uint8_t *data, uint32_t len);
/** The same by parts: starts with all ones, ends with an inversion. */
uint32_t tinynf_crc32c_add(uint32_t crc, const uint8_t *data, uint32_t len);

#endif /* TINYNF_MODEL_CHECKSUM_H */
