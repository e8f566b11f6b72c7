/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "tinynf_devargs.h"

struct flush_arg {
	const char *name;
	struct tinynf_options *options;
};

void
tinynf_options_default(struct tinynf_options *options)
{
	options->flush_period = TINYNF_FLUSH_DEFAULT;
}

int
tinynf_arg_number(const char *name, const char *key, const char *value, uint64_t min,
		uint64_t max, uint64_t *number)
{
	uint64_t parsed = 0;
	char *end = NULL;

	errno = 0;
	if (value != NULL && isdigit((unsigned char)value[0]))
		parsed = strtoull(value, &end, 0);
	if (end == NULL || *end != '\0' || errno != 0 || parsed < min || parsed > max) {
		TINYNF_LOG(ERR, "%s: %s=%s: must be a number from %" PRIu64 " to %" PRIu64, name,
				key, value != NULL ? value : "", min, max);
		return -EINVAL;
	}
	*number = parsed;
	return 0;
}

static int
flush_parse(const char *key, const char *value, void *opaque)
{
	struct flush_arg *arg = opaque;
	uint64_t number;
	int ret;

	ret = tinynf_arg_number(arg->name, key, value, 1, TINYNF_FLUSH_MAX, &number);
	if (ret == 0)
		arg->options->flush_period = number;
	return ret;
}

int
tinynf_options_parse(const char *name, const struct rte_kvargs *kvlist,
		struct tinynf_options *options)
{
	struct flush_arg arg = { .name = name, .options = options };

	if (kvlist == NULL)
		return 0;
	return rte_kvargs_process(kvlist, TINYNF_ARG_FLUSH, flush_parse, &arg) != 0 ?
			-EINVAL : 0;
}
