/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * Which queue takes a frame, 7.1.2.1 without pools: Ethertype filters, the SYN filter and
 * the 5-tuple filters in the order that SYNQF says, then RSS, then queue 0.
 */

#include "model/tinynf_model_queue.h"

#define MRQE_RSS      1u
#define PROTO_TCP     6
#define PROTO_UDP     17
#define PROTO_SCTP    132
#define TCP_SYN       0x02
#define PTYPE_L2      0x800 /* of bits 16:4 of the write-back: bit 15, 7.1.6.2 */

/* ETQF, 8.2.3.7.18; ETQS, 8.2.3.7.19. */
#define ETQF_UP(v)    (((v) >> 16) & 7)
#define ETQF_UPE      TINYNF_BIT(19)
#define ETQS_ENABLE   TINYNF_BIT(31)
#define ETQS_QUEUE(v) (((v) >> 16) & 0x7f)
/* SYNQF, 8.2.3.7.16. */
#define SYNQF_QUEUE(v) (((v) >> 1) & 0x7f)
#define SYNQF_FIRST   TINYNF_BIT(31)
/* FTQF, 8.2.3.7.15: what is not compared; L34TIMIR, 8.2.3.7.17. */
#define FTQF_PROTOCOL(v) ((v) & 3)
#define FTQF_PRIORITY(v) (((v) >> 2) & 7)
#define FTQF_ANY_SOURCE      TINYNF_BIT(25)
#define FTQF_ANY_DESTINATION TINYNF_BIT(26)
#define FTQF_ANY_SOURCE_PORT TINYNF_BIT(27)
#define FTQF_ANY_DESTINATION_PORT TINYNF_BIT(28)
#define FTQF_ANY_PROTOCOL    TINYNF_BIT(29)
#define L34TIMIR_QUEUE(v) (((v) >> 21) & 0x7f)

void
tinynf_model_steer_build(struct tinynf_model *m)
{
	struct tinynf_model_rx_config *c = &m->queues->config;
	unsigned int n;

	c->ethertypes = 0;
	for (n = 0; n < TINYNF_COUNT_ETQF; n++)
		if (tinynf_model_get(m, TINYNF_REG(ETQF, n)) & TINYNF_ETQF_ENABLE)
			c->ethertypes |= (uint8_t)(1u << n);
	c->syn = tinynf_model_get(m, TINYNF_REG_SYNQF);
	c->tuples[0] = 0;
	c->tuples[1] = 0;
	for (n = 0; n < TINYNF_COUNT_FTQF; n++)
		if (tinynf_model_get(m, TINYNF_REG(FTQF, n)) & TINYNF_FTQF_ENABLE)
			c->tuples[n >> 6] |= UINT64_C(1) << (n & 63);
	c->steered = c->ethertypes != 0 || (c->syn & TINYNF_SYNQF_ENABLE) ||
		(c->tuples[0] | c->tuples[1]) != 0;
}

/** @return true if a filter gives the frame a queue. Any match marks it as of layer 2. */
static bool
by_ethertype(struct tinynf_model *m, struct tinynf_model_frame *f)
{
	unsigned int map;

	for (map = m->queues->config.ethertypes; map != 0; map &= map - 1) {
		const unsigned int n = (unsigned int)__builtin_ctz(map);
		const uint32_t etqf = tinynf_model_get(m, TINYNF_REG(ETQF, n));
		const uint32_t etqs = tinynf_model_get(m, TINYNF_REG(ETQS, n));

		if ((etqf & 0xffff) != f->ethertype)
			continue;
		if ((etqf & ETQF_UPE) && (!f->tagged || ETQF_UP(etqf) != f->vlan >> 13))
			continue;
		f->ptype = (uint16_t)(PTYPE_L2 | n);
		if (!(etqs & ETQS_ENABLE))
			return false;
		f->queue = ETQS_QUEUE(etqs);
		return true;
	}
	return false;
}

static bool
by_syn(const struct tinynf_model_rx_config *c, const uint8_t *data, struct tinynf_model_frame *f)
{
	if (!(c->syn & TINYNF_SYNQF_ENABLE) || !f->l4 || f->proto != PROTO_TCP ||
			!(data[f->l4_off + 13] & TCP_SYN))
		return false;
	f->queue = SYNQF_QUEUE(c->syn);
	return true;
}

/** Registers hold addresses and ports as their bytes are in memory: the first one is low. */
static uint32_t
wire32(const uint8_t *p)
{
	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static bool
tuple_matches(const struct tinynf_model *m, unsigned int n, uint32_t ftqf, const uint8_t *data,
		const struct tinynf_model_frame *f)
{
	const uint32_t ports = f->l4 ? wire32(data + f->l4_off) : 0;
	const uint32_t sdpqf = tinynf_model_get(m, TINYNF_REG(SDPQF, n));
	const unsigned int protocol = f->proto == PROTO_TCP ? 0 : f->proto == PROTO_UDP ? 1 :
		f->proto == PROTO_SCTP ? 2 : 3;

	if (!(ftqf & FTQF_ANY_PROTOCOL) && FTQF_PROTOCOL(ftqf) != protocol)
		return false;
	if (!(ftqf & FTQF_ANY_SOURCE) && tinynf_model_get(m, TINYNF_REG(SAQF, n)) !=
			wire32(data + f->l3_off + 12))
		return false;
	if (!(ftqf & FTQF_ANY_DESTINATION) && tinynf_model_get(m, TINYNF_REG(DAQF, n)) !=
			wire32(data + f->l3_off + 16))
		return false;
	if (!(ftqf & FTQF_ANY_SOURCE_PORT) && (!f->l4 || (sdpqf ^ ports) & 0xffff))
		return false;
	return (ftqf & FTQF_ANY_DESTINATION_PORT) || (f->l4 && (sdpqf ^ ports) >> 16 == 0);
}

/** The filter of the highest priority; among equals the first one. IPv4 only, 7.1.2.5. */
static bool
by_tuple(const struct tinynf_model *m, const uint8_t *data, struct tinynf_model_frame *f)
{
	const struct tinynf_model_rx_config *c = &m->queues->config;
	unsigned int best = 0;
	bool found = false;
	unsigned int w;

	for (w = 0; w < 2 && f->ip4 && !f->fragment; w++) {
		uint64_t map;

		for (map = c->tuples[w]; map != 0; map &= map - 1) {
			const unsigned int n = w * 64 + (unsigned int)__builtin_ctzll(map);
			const uint32_t ftqf = tinynf_model_get(m, TINYNF_REG(FTQF, n));

			if ((found && FTQF_PRIORITY(ftqf) <= best) ||
					!tuple_matches(m, n, ftqf, data, f))
				continue;
			found = true;
			best = FTQF_PRIORITY(ftqf);
			f->queue = L34TIMIR_QUEUE(tinynf_model_get(m, TINYNF_REG(L34TIMIR, n)));
		}
	}
	return found;
}

void
tinynf_model_assign(struct tinynf_model *m, const uint8_t *data, struct tinynf_model_frame *f)
{
	const struct tinynf_model_rx_config *c = &m->queues->config;

	f->queue = 0;
	if (c->mode == MRQE_RSS) {
		tinynf_model_rss(m, data, f);
		/* Frames without a hash go to queue 0, 7.1.2.8. */
		if (f->rss_type != 0)
			f->queue = c->reta[f->rss_hash & 127];
	}
	if (!c->steered || by_ethertype(m, f))
		return;
	if ((c->syn & SYNQF_FIRST) && by_syn(c, data, f))
		return;
	if (!by_tuple(m, data, f) && !(c->syn & SYNQF_FIRST))
		by_syn(c, data, f);
}
