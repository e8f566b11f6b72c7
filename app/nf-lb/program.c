/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#include "lb.h"
#include "nf_front.h"

static struct lb_config config = { .heartbeat_port = 8259, .backends = 32, .capacity = 65536,
	.expire = 300, .silence = 3 };

static const struct nf_option options[] = {
	{ "vip", "IPV4", "virtual address that clients talk to", nf_parse_ip, &config.vip, true },
	{ "heartbeat-port", "PORT", "UDP port of the virtual address that backends send "
		"heartbeats to; default 8259", nf_parse_port, &config.heartbeat_port, false },
	{ "silence", "SECONDS", "after which a backend counts as dead; default 3", nf_parse_u32,
		&config.silence, false },
	{ "backends", "N", "at a time, up to 256; default 32", nf_parse_u32, &config.backends,
		false },
	{ "capacity", "N", "flows at a time; default 65536", nf_parse_u32, &config.capacity,
		false },
	{ "expire", "SECONDS", "after which a silent flow is forgotten; default 300",
		nf_parse_u32, &config.expire, false },
	{ NULL, NULL, NULL, NULL, NULL, false },
};

static const char *const counters[] = { "not_sent", "to_backends", "from_backends", "passed",
	"heartbeats", "replies", "no_backend", "unsupported", "bad", "flows", "moved", "aged",
	"full", "joined", "died", "too_many", NULL };

static int
create(struct nf *nf)
{
	return lb_create(nf, &config);
}

NF_RUN(lb_packet)

static const struct nf_program program = {
	.name = "nf-lb",
	.summary = "Spreads flows to a virtual address over backends.",
	.min_ports = 2,
	.max_ports = 2,
	.promiscuous = true,
	.replies = true,
	.options = options,
	.counters = counters,
	.create = create,
	.destroy = lb_destroy,
	.tick = lb_tick,
	.run = nf_run,
};

int
main(int argc, char **argv)
{
	return nf_main(&program, argc, argv);
}
