/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* What the fuzzing targets share: input as a stream of numbers, and broken promises. */

#ifndef TINYNF_FUZZ_H
#define TINYNF_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t *fuzz_data;
static size_t fuzz_left;

static inline void
fuzz_input(const uint8_t *data, size_t size)
{
	fuzz_data = data;
	fuzz_left = size;
}

/** The next bytes as a number; zeros when the input is used up. */
static inline uint64_t
fuzz_take(unsigned int bytes)
{
	uint64_t value = 0;

	if (bytes > fuzz_left)
		bytes = (unsigned int)fuzz_left;
	memcpy(&value, fuzz_data, bytes);
	fuzz_data += bytes;
	fuzz_left -= bytes;
	return value;
}

/** A number below @p limit. */
static inline uint32_t __attribute__((unused))
fuzz_below(uint32_t limit)
{
	return (uint32_t)fuzz_take(limit > 256 ? 2 : 1) % limit;
}

#define FUZZ_MUST(cond) do { \
	if (!(cond)) { \
		fprintf(stderr, "%s:%d: broken: %s\n", __FILE__, __LINE__, #cond); \
		abort(); \
	} \
} while (0)

#endif /* TINYNF_FUZZ_H */
