/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* Messages to the user, and the trace of everything that software does to a device. */

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/tinynf_regs.h"
#include "device.h"

#define WORDS (TINYNF_MODEL_BAR_SIZE / 4)

struct reg_name {
	const char *name;
	uint32_t n;
	bool numbered;
};

static FILE *out;
static struct reg_name *names;
static uint64_t start;

void
say(const struct device *dev, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fprintf(stderr, "%s: ", dev == NULL ? "tinynf-device" : dev->args.name);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
}

static void
name(const char *text, uint32_t offset, uint32_t n, bool numbered)
{
	if (offset / 4 < WORDS && names[offset / 4].name == NULL)
		names[offset / 4] = (struct reg_name){ text, n, numbered };
}

static void
name_all(void)
{
	unsigned int rows, row;
	const struct tinynf_reg_row *table = tinynf_reg_table(&rows);
	uint32_t n;

	for (row = 0; row < rows; row++)
		for (n = 0; n < table[row].count; n++)
			name(table[row].name, tinynf_reg_instance(table[row].offset,
				table[row].stride, table[row].high, n), n, table[row].count > 1);
	/* Registers that drivers for the 82598 know by other addresses. */
#define A(of, offset, stride, count) \
	for (n = 0; n < (count); n++) \
		name(#of, (offset) + (stride) * n, n, (count) > 1);
	TINYNF_REGS_ALIASES(A)
#undef A
}

int
trace_open(const char *path)
{
	if (path[0] == '\0')
		return 0;
	out = strcmp(path, "-") == 0 ? stdout : fopen(path, "w");
	names = out == NULL ? NULL : calloc(WORDS, sizeof(*names));
	if (names == NULL)
		return -1;
	setvbuf(out, NULL, _IOLBF, 0);
	start = now_ns();
	name_all();
	return 0;
}

void
trace_close(void)
{
	if (out != NULL && out != stdout)
		fclose(out);
	free(names);
	out = NULL;
	names = NULL;
}

bool
trace_on(void)
{
	return out != NULL;
}

static void
stamp(const struct device *dev)
{
	const uint64_t us = (now_ns() - start) / 1000;

	fprintf(out, "%5llu.%06u %s ", (unsigned long long)(us / 1000000),
		(unsigned int)(us % 1000000), dev->args.name);
}

void
trace_access(const struct device *dev, bool write, uint32_t offset, unsigned int size,
		uint64_t value)
{
	const struct reg_name *reg = &names[offset / 4 < WORDS ? offset / 4 : 0];
	char number[16] = "";

	if (out == NULL)
		return;
	if (reg->numbered)
		snprintf(number, sizeof(number), "[%u]", reg->n);
	stamp(dev);
	fprintf(out, "%s %s%s (0x%05x) %s 0x%0*llx\n", write ? "write" : "read ",
		reg->name != NULL ? reg->name : "no register", number, offset,
		write ? "<-" : "->", (int)size * 2, (unsigned long long)value);
}

void
trace_note(const struct device *dev, const char *format, ...)
{
	va_list args;

	if (out == NULL)
		return;
	stamp(dev);
	va_start(args, format);
	vfprintf(out, format, args);
	va_end(args);
	fputc('\n', out);
}
