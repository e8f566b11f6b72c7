/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#include "nf_front.h"
#include "policer.h"

static struct policer_config config = { .burst = 65536, .capacity = 65536 };

static const struct nf_option options[] = {
	{ "rate", "BYTES", "a second, of IP packets, for each destination", nf_parse_u64,
		&config.rate, true },
	{ "burst", "BYTES", "that may come at once; default 65536", nf_parse_u64, &config.burst,
		false },
	{ "capacity", "N", "destinations at a time; default 65536", nf_parse_u32,
		&config.capacity, false },
	{ NULL, NULL, NULL, NULL, NULL, false },
};

static const char *const counters[] = { "not_sent", "passed", "conformed", "exceeded", "bad",
	"aged", "full", NULL };

static int
create(struct nf *nf)
{
	return policer_create(nf, &config);
}

NF_RUN(policer_packet)

static const struct nf_program program = {
	.name = "nf-policer",
	.summary = "Limits what each IP destination gets from the second port.",
	.min_ports = 2,
	.max_ports = 2,
	.promiscuous = true,
	.options = options,
	.counters = counters,
	.create = create,
	.destroy = policer_destroy,
	.tick = policer_tick,
	.run = nf_run,
};

int
main(int argc, char **argv)
{
	return nf_main(&program, argc, argv);
}
