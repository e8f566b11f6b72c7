/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "nf_options.h"

bool
nf_parse_u64(const char *text, void *to)
{
	unsigned long long n, unit = 1;
	char *end;

	if (!isdigit((unsigned char)text[0]))
		return false;
	errno = 0;
	n = strtoull(text, &end, 10);
	if (errno != 0 || n == 0)
		return false;
	switch (*end) {
	case 'G': unit *= 1000; /* fall through */
	case 'M': unit *= 1000; /* fall through */
	case 'k': unit *= 1000;
		end++;
		break;
	default:
		break;
	}
	if (*end != '\0' || n > UINT64_MAX / unit)
		return false;
	*(uint64_t *)to = n * unit;
	return true;
}

bool
nf_parse_u32(const char *text, void *to)
{
	uint64_t n;

	if (!nf_parse_u64(text, &n) || n > UINT32_MAX)
		return false;
	*(uint32_t *)to = n;
	return true;
}

bool
nf_parse_port(const char *text, void *to)
{
	uint32_t n;

	if (!nf_parse_u32(text, &n) || n > UINT16_MAX)
		return false;
	*(uint16_t *)to = n;
	return true;
}

bool
nf_parse_ip(const char *text, void *to)
{
	return inet_pton(AF_INET, text, to) == 1;
}

static void
usage(const struct nf_program *program, const struct nf_option *common)
{
	const struct nf_option *lists[] = { program->options, common }, *o;
	unsigned int i;

	printf("usage: %s [EAL options] -- [options]\n\n%s\n\n", program->name, program->summary);
	for (i = 0; i < 2; i++)
		for (o = lists[i]; o->name != NULL; o++)
			printf("  --%s=%s\n        %s%s\n", o->name, o->value, o->help,
				o->required ? "; needed" : "");
	printf("  --help\n");
}

static const struct nf_option *
find(const struct nf_option *list, const char *name, size_t len)
{
	for (; list->name != NULL; list++)
		if (strlen(list->name) == len && strncmp(list->name, name, len) == 0)
			return list;
	return NULL;
}

/* One of --name=value and --name value. @return arguments taken, or -EINVAL. */
static int
take(const struct nf_program *program, const struct nf_option *common, int argc, char **argv,
		const struct nf_option **found)
{
	const char *name = argv[0] + 2, *value = strchr(argv[0], '=');
	const size_t len = value != NULL ? (size_t)(value - name) : strlen(name);
	const struct nf_option *o = find(program->options, name, len);

	if (o == NULL)
		o = find(common, name, len);
	*found = o;
	if (o == NULL) {
		fprintf(stderr, "unknown option '%s'; see --help\n", argv[0]);
		return -EINVAL;
	}
	if (value == NULL && argc < 2) {
		fprintf(stderr, "option --%s needs a value: %s\n", o->name, o->help);
		return -EINVAL;
	}
	if (!o->parse(value != NULL ? value + 1 : argv[1], o->to)) {
		fprintf(stderr, "--%s: '%s' is not valid: %s\n", o->name,
			value != NULL ? value + 1 : argv[1], o->help);
		return -EINVAL;
	}
	return value != NULL ? 1 : 2;
}

int
nf_options(const struct nf_program *program, const struct nf_option *common, int argc, char **argv)
{
	const struct nf_option *o;
	uint64_t given = 0;
	int i, n;

	for (i = 1; i < argc; i += n) {
		if (strcmp(argv[i], "--help") == 0) {
			usage(program, common);
			return 1;
		}
		if (strncmp(argv[i], "--", 2) != 0) {
			fprintf(stderr, "unknown argument '%s'; see --help\n", argv[i]);
			return -EINVAL;
		}
		n = take(program, common, argc - i, &argv[i], &o);
		if (n < 0)
			return n;
		if (find(program->options, o->name, strlen(o->name)) == o)
			given |= UINT64_C(1) << (o - program->options);
	}
	for (o = program->options; o->name != NULL; o++) {
		if (o->required && !(given >> (o - program->options) & 1)) {
			fprintf(stderr, "option --%s is needed: %s\n", o->name, o->help);
			return -EINVAL;
		}
	}
	return 0;
}
