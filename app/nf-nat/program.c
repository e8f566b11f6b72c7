/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#include "nat.h"
#include "nf_front.h"

static struct nat_config config = { .capacity = 60000, .first_port = 4096,
	.expire = NF_FLOW_BRIEF_DEFAULT, .expire_tcp = NF_FLOW_LONG_DEFAULT };

static bool
parse_checksums(const char *text, void *to)
{
	*(bool *)to = strcmp(text, "software") == 0;
	return *(bool *)to || strcmp(text, "hardware") == 0;
}

static const struct nf_option options[] = {
	{ "lan-ip", "IPV4", "own address on the first port, its hosts' gateway", nf_parse_ip,
		&config.lan_ip, true },
	{ "wan-ip", "IPV4", "own address on the second port, which all flows get", nf_parse_ip,
		&config.wan_ip, true },
	{ "gateway", "IPV4", "where everything from the first port goes", nf_parse_ip,
		&config.gateway, true },
	{ "first-port", "PORT", "lowest external port or identifier; default 4096",
		nf_parse_port, &config.first_port, false },
	{ "capacity", "N", "flows at a time; default 60000", nf_parse_u32, &config.capacity,
		false },
	{ "expire", "SECONDS", "after which a silent flow is forgotten; default 300",
		nf_parse_u32, &config.expire, false },
	{ "expire-tcp", "SECONDS", "the same for open TCP connections; default 7440",
		nf_parse_u32, &config.expire_tcp, false },
	{ "checksums", "WHO", "hardware: TCP's and UDP's are left to ports that can fill them in; "
		"software: never; default hardware", parse_checksums, &nf_software_sums, false },
	{ NULL, NULL, NULL, NULL, NULL, false },
};

static const char *const counters[] = { "not_sent", "out", "in", "replies", "asked", "waited",
	"errors", "refused", "others", "unsupported", "expired_ttl", "bad", "flows", "aged", "full",
	"offloaded", NULL };

static int
create(struct nf *nf)
{
	return nat_create(nf, &config);
}

NF_RUN_SUMS(nat_packet)

static const struct nf_program program = {
	.name = "nf-nat",
	.summary = "Routes from the first port to the second one behind a single address.",
	.min_ports = 2,
	.max_ports = 2,
	.replies = true,
#ifndef NF_NATIVE
	.sums = true,
#endif
	.options = options,
	.counters = counters,
	.create = create,
	.destroy = nat_destroy,
	.tick = nat_tick,
	.run = nf_run,
};

int
main(int argc, char **argv)
{
	return nf_main(&program, argc, argv);
}
