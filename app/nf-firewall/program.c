/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#include "firewall.h"
#include "nf_front.h"

static struct firewall_config config = { .capacity = 65536, .expire = NF_FLOW_BRIEF_DEFAULT,
	.expire_tcp = NF_FLOW_LONG_DEFAULT };

static const struct nf_option options[] = {
	{ "capacity", "N", "flows at a time; default 65536", nf_parse_u32, &config.capacity,
		false },
	{ "expire", "SECONDS", "after which a silent flow is forgotten; default 300",
		nf_parse_u32, &config.expire, false },
	{ "expire-tcp", "SECONDS", "the same for open TCP connections; default 7440",
		nf_parse_u32, &config.expire_tcp, false },
	{ NULL, NULL, NULL, NULL, NULL, false },
};

static const char *const counters[] = { "not_sent", "out", "in", "arp", "errors", "refused",
	"unsupported", "bad", "flows", "aged", "full", NULL };

static int
create(struct nf *nf)
{
	return firewall_create(nf, &config);
}

NF_RUN(firewall_packet)

static const struct nf_program program = {
	.name = "nf-firewall",
	.summary = "Lets packets in from the second port if the first one began their flow.",
	.min_ports = 2,
	.max_ports = 2,
	.promiscuous = true,
	.options = options,
	.counters = counters,
	.create = create,
	.destroy = firewall_destroy,
	.tick = firewall_tick,
	.run = nf_run,
};

int
main(int argc, char **argv)
{
	return nf_main(&program, argc, argv);
}
