/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "wire/tinynf_check.h"
#include "wire/tinynf_frame.h"
#include "wire/tinynf_gen.h"

#define FCS_LEN       4u
#define CLASSES       3u
#define IMIX_PERIOD   12u
#define NS_PER_S      UINT64_C(1000000000)
/* An open loop that was kept from running catches up with at most this much time's frames. */
#define MAX_LAG_NS    UINT64_C(2000000)

static const uint32_t imix_sizes[CLASSES] = { 64, 594, 1518 };
static const uint8_t imix_order[IMIX_PERIOD] = { 0, 1, 0, 0, 1, 0, 2, 0, 1, 0, 1, 0 };

struct tinynf_gen {
	struct tinynf_wire wire;
	struct tinynf_check_source source;
	struct tinynf_gen_config config;
	unsigned int classes;
	uint32_t len[CLASSES];
	uint8_t *frame[CLASSES];
	struct tinynf_frame_head *heads;   /* [class][flow] */
	uint32_t flow;                     /* of the next frame */
	uint32_t turn;                     /* of the next frame, in the size pattern */
	/* Open loop. */
	bool running;
	uint64_t clock_ns;                 /* time up to which frames were sent */
};

static inline struct tinynf_gen *
gen_of(struct tinynf_wire *wire)
{
	return (struct tinynf_gen *)wire;
}

static bool
gen_send(struct tinynf_wire *wire, const uint8_t *frame, uint32_t len)
{
	tinynf_wire_count(&wire->counters.arrived, 1);
	tinynf_check_frame(&wire->counters, frame, len);
	return true;
}

/* Offer the next frame; false if the device has no room and it must wait. */
static inline bool
gen_next(struct tinynf_gen *gen, bool hold)
{
	const unsigned int c = gen->classes == 1 ? 0 : imix_order[gen->turn];
	struct tinynf_check_flow *flow = &gen->source.flows[gen->flow];
	enum tinynf_model_rx rx;

	tinynf_frame_stamp(&gen->heads[c * gen->config.flows + gen->flow], gen->frame[c],
		flow->sent);
	/* The device may send it back before the offer returns. */
	flow->sent++;
	rx = tinynf_wire_offer(&gen->wire, gen->frame[c], gen->len[c], hold);
	if (rx != TINYNF_RX_TAKEN)
		flow->sent--;
	if (rx == TINYNF_RX_HELD)
		return false;
	if (++gen->flow == gen->config.flows)
		gen->flow = 0;
	if (++gen->turn == IMIX_PERIOD)
		gen->turn = 0;
	return true;
}

/* Frames that an open loop owes by now. */
static uint64_t
gen_due(struct tinynf_gen *gen, uint64_t now_ns)
{
	const uint64_t period = NS_PER_S / gen->config.rate;
	const uint64_t lag = period > MAX_LAG_NS ? period : MAX_LAG_NS;

	if (!gen->running || now_ns < gen->clock_ns) {
		gen->running = true;
		gen->clock_ns = now_ns;
	}
	if (now_ns - gen->clock_ns > lag)
		gen->clock_ns = now_ns - lag;
	return (now_ns - gen->clock_ns) * gen->config.rate / NS_PER_S;
}

static unsigned int
gen_poll(struct tinynf_wire *wire, uint64_t now_ns, unsigned int budget)
{
	struct tinynf_gen *gen = gen_of(wire);
	const struct tinynf_gen_config *config = &gen->config;
	uint64_t n = budget;
	unsigned int i;

	if (!tinynf_model_rx_enabled(wire->model)) {
		gen->running = false;
		return 0;
	}
	if (config->rate != 0) {
		const uint64_t due = gen_due(gen, now_ns);

		n = due < n ? due : n;
	}
	if (config->count != 0 && config->count - wire->counters.sent < n)
		n = config->count - wire->counters.sent;
	for (i = 0; i < n; i++)
		if (!gen_next(gen, config->rate == 0))
			break;
	if (config->rate != 0)
		gen->clock_ns += (uint64_t)i * NS_PER_S / config->rate;
	return i;
}

static bool
gen_signal(const struct tinynf_wire *wire)
{
	(void)wire;
	return true;
}

static void
gen_free(struct tinynf_gen *gen)
{
	unsigned int c;

	for (c = 0; c < gen->classes; c++)
		free(gen->frame[c]);
	free(gen->heads);
	free(gen);
}

static void
gen_close(struct tinynf_wire *wire)
{
	struct tinynf_gen *gen = gen_of(wire);

	tinynf_check_remove(&gen->source);
	gen_free(gen);
}

static const struct tinynf_wire_ops gen_ops = {
	.kind = "generator",
	.send = gen_send,
	.poll = gen_poll,
	.signal = gen_signal,
	.close = gen_close,
};

static void
gen_prepare(struct tinynf_gen *gen, unsigned int c, uint32_t flow)
{
	const struct tinynf_gen_config *config = &gen->config;
	struct tinynf_frame_spec spec = {
		.ip_src = config->ip_src + (config->vary_ip_src ? flow % 250 : 0),
		.ip_dst = config->ip_dst,
		.sport = (uint16_t)(config->sport + flow),
		.dport = config->dport,
		.tcp = config->tcp,
		.tagged = config->tagged,
		.vlan = config->vlan,
		.len = gen->len[c],
		.generator = gen->source.id,
		.flow = (uint16_t)flow,
	};

	memcpy(spec.dst_mac, config->dst_mac, 6);
	memcpy(spec.src_mac, config->src_mac, 6);
	tinynf_frame_prepare(&gen->heads[c * config->flows + flow], &spec);
}

static int
gen_fill(struct tinynf_gen *gen)
{
	unsigned int c;
	uint32_t flow;

	gen->heads = calloc((size_t)gen->classes * gen->config.flows, sizeof(*gen->heads));
	if (gen->heads == NULL)
		return -ENOMEM;
	for (c = 0; c < gen->classes; c++) {
		const uint32_t space = gen->len[c] + TINYNF_FRAME_HEAD;

		gen->frame[c] = malloc(space);
		if (gen->frame[c] == NULL)
			return -ENOMEM;
		for (flow = 0; flow < gen->config.flows; flow++)
			gen_prepare(gen, c, flow);
		tinynf_frame_fill(&gen->heads[c * gen->config.flows], gen->frame[c], space);
	}
	return 0;
}

void
tinynf_gen_defaults(struct tinynf_gen_config *config, unsigned int number)
{
	/* RFC 2544, C.2.2: 198.18.0.0/15 is for tests of network devices. */
	const uint32_t net = 198u << 24 | 18u << 16;

	*config = (struct tinynf_gen_config){
		.size = 64,
		.flows = 64,
		.vary_ip_src = true,
		.ip_src = net | (number & 0xff) << 8 | 1,
		.ip_dst = net | ((number ^ 1) & 0xff) << 8 | 1,
		.sport = 10000,
		.dport = 20000,
	};
}

void
tinynf_gen_face(struct tinynf_gen_config *config, const uint8_t mac[6], bool keep_dst)
{
	if (!keep_dst)
		memcpy(config->dst_mac, mac, 6);
	memcpy(config->src_mac, mac, 6);
	config->src_mac[1] ^= 0x80;   /* somebody else, still unicast */
}

struct tinynf_wire *
tinynf_gen_create(const struct tinynf_gen_config *config, struct tinynf_model *model)
{
	struct tinynf_gen *gen;
	unsigned int c;
	int ret;

	if (config->flows == 0 || config->flows > TINYNF_GEN_MAX_FLOWS ||
			(config->size != TINYNF_GEN_IMIX && (config->size < TINYNF_GEN_MIN_SIZE ||
			config->size > TINYNF_GEN_MAX_SIZE)) || config->rate > NS_PER_S) {
		errno = EINVAL;
		return NULL;
	}
	gen = calloc(1, sizeof(*gen));
	if (gen == NULL)
		return NULL;
	tinynf_frame_init();
	gen->wire.ops = &gen_ops;
	gen->wire.model = model;
	gen->config = *config;
	gen->classes = config->size == TINYNF_GEN_IMIX ? CLASSES : 1;
	for (c = 0; c < gen->classes; c++)
		gen->len[c] = (gen->classes == 1 ? config->size : imix_sizes[c]) - FCS_LEN;
	gen->source.counters = &gen->wire.counters;
	gen->source.n_flows = config->flows;
	gen->source.tags = config->tagged;
	gen->source.tags_matter = config->tags_matter;
	ret = tinynf_check_add(&gen->source);
	if (ret != 0)
		goto fail_add;
	ret = gen_fill(gen);
	if (ret != 0)
		goto fail_fill;
	return &gen->wire;

fail_fill:
	tinynf_check_remove(&gen->source);
fail_add:
	gen_free(gen);
	errno = -ret;
	return NULL;
}

bool
tinynf_gen_is(const struct tinynf_wire *wire)
{
	/* Not by ops: a test may put its own send in front. */
	return wire->ops->kind == gen_ops.kind;
}

bool
tinynf_gen_done(const struct tinynf_wire *wire)
{
	const struct tinynf_gen *gen = (const struct tinynf_gen *)wire;

	return tinynf_gen_is(wire) && gen->config.count != 0 &&
		__atomic_load_n(&wire->counters.sent, __ATOMIC_RELAXED) >= gen->config.count;
}
