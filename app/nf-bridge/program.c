/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#include "bridge.h"
#include "nf_front.h"

static struct bridge_config config = { .capacity = 65536, .age = 300 };

static const struct nf_option options[] = {
	{ "capacity", "N", "stations that can be known at a time; default 65536", nf_parse_u32,
		&config.capacity, false },
	{ "age", "SECONDS", "after which a silent station is forgotten; default 300",
		nf_parse_u32, &config.age, false },
	{ NULL, NULL, NULL, NULL, NULL, false },
};

static const char *const counters[] = { "not_sent", "forwarded", "flooded", "local", "reserved",
	"bad", "learnt", "moved", "aged", "full", NULL };

static int
create(struct nf *nf)
{
	return bridge_create(nf, &config);
}

NF_RUN(bridge_packet)

static const struct nf_program program = {
	.name = "nf-bridge",
	.summary = "Forwards frames to where their destination was last seen.",
	.min_ports = 2,
	.max_ports = 4,
	.promiscuous = true,
	.options = options,
	.counters = counters,
	.create = create,
	.destroy = bridge_destroy,
	.tick = bridge_tick,
	.run = nf_run,
};

int
main(int argc, char **argv)
{
	return nf_main(&program, argc, argv);
}
