/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#include "model/tinynf_model_checksum.h"

#define CRC32_POLYNOMIAL 0xedb88320u /* reflected */

uint32_t
tinynf_crc32(const uint8_t *data, uint32_t len)
{
	uint32_t crc = UINT32_MAX;
	unsigned int bit;
	uint32_t i;

	for (i = 0; i < len; i++) {
		crc ^= data[i];
		for (bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? CRC32_POLYNOMIAL : 0);
	}
	return ~crc;
}
