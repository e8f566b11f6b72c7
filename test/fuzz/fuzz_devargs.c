/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* Any text as a vdev's arguments: taken with values in range, or refused with a reason. */

#include <errno.h>

#include "fuzz.h"
#include "tinynf_vdev_args.h"

static void
check_taken(const struct tinynf_vdev_args *args)
{
	FUZZ_MUST(args->wire <= TINYNF_VDEV_WIRE_PEER);
	FUZZ_MUST(args->cpu >= -1);
	FUZZ_MUST(args->flush >= 1 && args->flush <= 32);
	FUZZ_MUST(args->sfp <= TINYNF_SFP_NONE);
	FUZZ_MUST(memchr(args->sub, '\0', sizeof(args->sub)) != NULL);
	FUZZ_MUST(memchr(args->peer, '\0', sizeof(args->peer)) != NULL);
	FUZZ_MUST(memchr(args->report, '\0', sizeof(args->report)) != NULL);
	FUZZ_MUST((args->wire == TINYNF_VDEV_WIRE_SUB) == (args->sub[0] != '\0'));
	FUZZ_MUST((args->wire == TINYNF_VDEV_WIRE_PEER) == (args->peer[0] != '\0'));
	FUZZ_MUST(args->gen.flows >= 1 && args->gen.flows <= 16384);
	FUZZ_MUST(args->gen.rate <= 1000000000);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct tinynf_vdev_args args;
	char error[TINYNF_VDEV_ERROR_LEN];
	char *text = malloc(size + 1);
	int ret;

	if (text == NULL)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	memset(&args, 0xa5, sizeof(args));
	memset(error, 0x5a, sizeof(error));
	ret = tinynf_vdev_args_parse(&args, "net_tinynf1", text, error);
	FUZZ_MUST(ret == 0 || ret == -EINVAL);
	if (ret == 0) {
		check_taken(&args);
	} else {
		FUZZ_MUST(memchr(error, '\0', sizeof(error)) != NULL);
		FUZZ_MUST(error[0] != '\0');
	}
	(void)tinynf_vdev_number(text);
	free(text);
	return 0;
}
