/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#include "model/tinynf_model_checksum.h"

/* Reflected polynomials. */
#define POLYNOMIAL_ETHERNET   0xedb88320u
#define POLYNOMIAL_CASTAGNOLI 0x82f63b78u

static uint32_t ethernet[256], castagnoli[256];

static void
table_build(uint32_t *table, uint32_t polynomial)
{
	unsigned int bit;
	uint32_t crc;
	uint32_t i;

	for (i = 0; i < 256; i++) {
		crc = i;
		for (bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? polynomial : 0);
		table[i] = crc;
	}
}

__attribute__((constructor)) static void
tables_build(void)
{
	table_build(ethernet, POLYNOMIAL_ETHERNET);
	table_build(castagnoli, POLYNOMIAL_CASTAGNOLI);
}

static uint32_t
crc_add(const uint32_t *table, uint32_t crc, const uint8_t *data, uint32_t len)
{
	uint32_t i;

	for (i = 0; i < len; i++)
		crc = crc >> 8 ^ table[(crc ^ data[i]) & 0xff];
	return crc;
}

uint32_t
tinynf_crc32(const uint8_t *data, uint32_t len)
{
	return ~crc_add(ethernet, UINT32_MAX, data, len);
}

uint32_t
tinynf_crc32c(const uint8_t *data, uint32_t len)
{
	return ~crc_add(castagnoli, UINT32_MAX, data, len);
}

uint32_t
tinynf_crc32c_add(uint32_t crc, const uint8_t *data, uint32_t len)
{
	return crc_add(castagnoli, crc, data, len);
}
