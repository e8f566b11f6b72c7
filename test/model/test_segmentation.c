/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * Large sends, 7.2.4: each segment is compared with the frame that a stack without offloads
 * would have made.
 */

#include "check.h"
#include "advanced.h"

struct cut {
	const char *name;
	struct ref_flow flow;
	uint32_t payload, mss;
	uint16_t vlan;         /* 0: none */
	uint32_t piece;        /* bytes a descriptor holds */
};

#define SEQ 0xfffffc00 /* wraps within the send */
#define ID  0xfffe

static const struct cut cuts[] = {
	{ "tcp4", { .protocol = REF_TCP, .ip_id = ID, .sequence = SEQ, .tcp_flags = 0x10 },
		4000, 1460, 0, 65535 },
	{ "tcp4_flags", { .protocol = REF_TCP, .ip_id = 7, .sequence = 1, .tcp_flags = 0x1ff },
		5000, 1000, 0, 65535 },
	{ "tcp4_options", { .protocol = REF_TCP, .ip_options = 8, .tcp_options = 12, .ip_id = ID,
		.sequence = SEQ, .tcp_flags = 0x18 }, 7001, 1024, 0, 65535 },
	{ "tcp4_pieces", { .protocol = REF_TCP, .ip_id = ID, .sequence = SEQ, .tcp_flags = 0x18 },
		9999, 536, 0, 333 },
	{ "tcp4_vlan", { .protocol = REF_TCP, .ip_id = ID, .sequence = SEQ, .tcp_flags = 0x11 },
		3001, 1000, 0x602a, 65535 },
	{ "tcp4_mss_1", { .protocol = REF_TCP, .ip_id = ID, .sequence = SEQ, .tcp_flags = 0x10 },
		40, 1, 0, 65535 },
	{ "tcp4_whole_multiple", { .protocol = REF_TCP, .sequence = 5, .tcp_flags = 0x19 },
		4380, 1460, 0, 65535 },
	{ "tcp4_single", { .protocol = REF_TCP, .ip_id = 3, .sequence = 5, .tcp_flags = 0x99 },
		700, 1460, 0, 65535 },
	{ "tcp6", { .ip6 = true, .protocol = REF_TCP, .sequence = SEQ, .tcp_flags = 0x18 },
		8001, 1440, 0, 65535 },
	{ "tcp6_vlan_pieces", { .ip6 = true, .protocol = REF_TCP, .tcp_options = 40,
		.sequence = SEQ, .tcp_flags = 0x10 }, 8001, 1400, 9, 2000 },
	{ "udp4", { .protocol = REF_UDP, .ip_id = ID }, 5000, 1472, 0, 65535 },
	{ "udp6", { .ip6 = true, .protocol = REF_UDP }, 5000, 1452, 0, 65535 },
	{ "tcp4_64k", { .protocol = REF_TCP, .ip_id = ID, .sequence = SEQ, .tcp_flags = 0x18 },
		65000, 1460, 0, 16384 },
};

/** The part of a send that segment @p i carries, as a frame of its own. */
static uint32_t
expected(const struct cut *c, const uint8_t *payload, uint32_t i, uint8_t *out)
{
	const uint32_t segments = (c->payload + c->mss - 1) / c->mss;
	const uint32_t at = i * c->mss;
	const uint32_t bytes = c->payload - at < c->mss ? c->payload - at : c->mss;
	const bool first = i == 0, last = i == segments - 1;
	struct ref_flow f = c->flow;
	uint32_t len;

	f.ip_id = (uint16_t)(f.ip_id + i);
	f.sequence += at;
	if (!last)
		f.tcp_flags &= (uint16_t)~0x009; /* PSH, FIN */
	if (!first && last)
		f.tcp_flags &= (uint16_t)~0x080; /* CWR: the masks' reset values */
	len = ref_frame(&f, payload + at, bytes, out);
	if (c->vlan != 0) {
		memmove(out + 16, out + 12, len - 12);
		ref_put(out + 12, 4, UINT64_C(0x8100) << 16 | c->vlan);
		len += 4;
	}
	if (len < 60) {
		memset(out + len, 0, 60 - len);
		len = 60;
	}
	return len;
}

static void
fill(uint8_t *payload, uint32_t bytes)
{
	uint32_t i;

	for (i = 0; i < bytes; i++)
		payload[i] = (uint8_t)(i * 31 + (i >> 8));
}

/** Context in slot 0, the send behind it. @return the tail */
static unsigned int
queue_send(struct mini *mini, const struct cut *c, const uint8_t *payload)
{
	const uint64_t at = mini_buffer(0);
	const uint64_t flags = ADV_TSE | ADV_IFCS | ADV_PAYLEN(c->payload) |
		adv_checksums(&c->flow) | (c->vlan != 0 ? ADV_VLE : 0);
	const uint32_t len = ref_prototype(&c->flow, payload, c->payload, true,
			mini_at(mini, at));
	unsigned int slot = 1;
	uint32_t done;

	adv_context(mini, 0, &c->flow, c->mss, c->vlan);
	for (done = 0; done < len; done += c->piece) {
		const uint32_t piece = len - done < c->piece ? len - done : c->piece;

		adv_data(mini, slot++, at + done, piece,
				flags | (done + piece == len ? ADV_EOP | ADV_RS : 0));
	}
	return slot;
}

static void
cut(const void *arg)
{
	const struct cut *c = arg;
	const uint32_t segments = (c->payload + c->mss - 1) / c->mss;
	static uint8_t payload[65536], frame[65536];
	struct mini *mini = mini_create();
	uint64_t bytes = 0;
	unsigned int tail;
	uint32_t i;

	fill(payload, c->payload);
	mini_tx_start(mini, 0, false);
	tail = queue_send(mini, c, payload);
	adv_send(mini, tail);
	CHECK_EQ(mini->violations, 0);
	CHECK_EQ(mini->frames, segments);
	for (i = 0; i < segments; i++) {
		const uint32_t len = expected(c, payload, i, frame);

		CHECK_EQ(mini->len[i % MINI_KEPT], len);
		CHECK_MEM(mini->frame[i % MINI_KEPT], frame, len);
		bytes += len + 4;
	}
	/* Each segment is a frame to the statistics; status comes once, at the end. */
	CHECK_EQ(mini_read(mini, TINYNF_REG_GPTC), segments);
	CHECK_EQ(mini_read(mini, TINYNF_REG_GOTCL), bytes);
	CHECK_EQ(mini_read(mini, TINYNF_REG(QPTC, 0)), segments);
	CHECK_EQ(mini_read(mini, TINYNF_REG(TDH, 0)), tail);
	CHECK(mini_tx(mini, 0)[tail - 1].meta & ADV_DD);
	mini_destroy(mini);
}

CHECK_CASE(flag_masks_are_registers)
{
	const struct cut c = { "", { .protocol = REF_TCP, .tcp_flags = 0x1ff }, 3000, 1000, 0, 65535 };
	struct mini *mini = mini_create();
	static uint8_t payload[4096];

	mini_tx_start(mini, 0, false);
	CHECK_EQ(mini_read(mini, TINYNF_REG_DTXTCPFLGL), 0x0ff60ff6);
	CHECK_EQ(mini_read(mini, TINYNF_REG_DTXTCPFLGH), 0xf7f);
	mini_write(mini, TINYNF_REG_DTXTCPFLGL, 0x00020001);
	mini_write(mini, TINYNF_REG_DTXTCPFLGH, 0x104);
	adv_send(mini, queue_send(mini, &c, payload));
	CHECK_EQ(mini->frames, 3);
	CHECK_EQ(mini->frame[0][46] << 8 | mini->frame[0][47], 0x5001);
	CHECK_EQ(mini->frame[1][46] << 8 | mini->frame[1][47], 0x5002);
	CHECK_EQ(mini->frame[2][46] << 8 | mini->frame[2][47], 0x5104);
	mini_destroy(mini);
}

/* The budget of a poll counts segments; a busy wire keeps the rest of them. */
CHECK_CASE(budget_and_busy_wire_within_a_send)
{
	const struct cut *c = &cuts[3];
	const uint32_t segments = (c->payload + c->mss - 1) / c->mss;
	static uint8_t payload[65536], frame[65536];
	struct mini *mini = mini_create();
	unsigned int tail, i;

	fill(payload, c->payload);
	mini_tx_start(mini, 0, false);
	tail = queue_send(mini, c, payload);
	mini_write(mini, TINYNF_REG(TDT, 0), tail);
	for (i = 0; i < 100 && mini->frames < 5; i++)
		CHECK(tinynf_model_poll(mini->model, 2) <= 2);
	CHECK(mini->frames >= 5 && mini->frames <= 6);
	CHECK(!(mini_tx(mini, 0)[tail - 1].meta & ADV_DD));
	mini->wire_busy = true;
	for (i = 0; i < 10; i++)
		tinynf_model_poll(mini->model, 1024);
	CHECK(mini->frames <= 6);
	mini->wire_busy = false;
	tinynf_model_poll(mini->model, 1024);
	CHECK_EQ(mini->frames, segments);
	CHECK(mini_tx(mini, 0)[tail - 1].meta & ADV_DD);
	for (i = 0; i < segments; i++)
		CHECK_MEM(mini->frame[i], frame, expected(c, payload, i, frame));
	mini_destroy(mini);
}

struct wrong {
	const char *name;
	uint64_t lens, cmd;    /* xor into the context */
	uint64_t meta;         /* xor into the data descriptor */
	bool no_context;
	const char *reason;
};

static const struct wrong wrongs[] = {
	{ "no_context", 0, 0, 0, true, "no context descriptor came before" },
	{ "mss_0", 0, CTX_MSS(1000), 0, false, "MSS is 0" },
	{ "mss_beyond_a_frame", 0, CTX_MSS(0xffff ^ 1000), 0, false,
		"headers and MSS are longer than a frame" },
	{ "sctp", 0, CTX_L4T(3), 0, false, "segmentation of what is neither TCP nor UDP" },
	{ "no_txsm", 0, 0, ADV_TXSM, false, "segmentation without TXSM" },
	{ "ipv4_without_ixsm", 0, 0, ADV_IXSM, false,
		"segmentation needs IXSM for IPv4 and forbids it for IPv6" },
	{ "no_ifcs", 0, 0, ADV_IFCS, false, "segmentation without IFCS" },
	{ "maclen_0", 14 << 9, 0, 0, false, "MACLEN is below 14" },
	{ "iplen_4", 20 ^ 4, 0, 0, false, "IPLEN is below the smallest header" },
	{ "l4len_0", 0, CTX_L4LEN(20), 0, false,
		"L4LEN is not 20 to 64 (TCP) or 8 to 64 (UDP)" },
	{ "ipsec", 0, UINT64_C(1) << 14, 0, false, "IPsec and FCoE are not offered by this device" },
	{ "paylen", 0, 0, ADV_PAYLEN(1), false, "PAYLEN is not the payload behind the headers" },
};

static void
wrong(const void *arg)
{
	const struct cut c = { "", { .protocol = REF_TCP, .tcp_flags = 0x10 }, 3000, 1000, 0, 65535 };
	const struct wrong *w = arg;
	struct mini *mini = mini_create();
	static uint8_t payload[4096];
	unsigned int done = 0, i;

	mini_tx_start(mini, 0, false);
	queue_send(mini, &c, payload);
	mini_tx(mini, 0)[0].addr ^= w->lens;
	mini_tx(mini, 0)[0].meta ^= w->cmd;
	mini_tx(mini, 0)[1].meta ^= w->meta;
	if (w->no_context) /* an empty packet instead */
		mini_tx(mini, 0)[0].meta = ADV_DATA | ADV_EOP | ADV_IFCS;
	mini_write(mini, TINYNF_REG(TDT, 0), 2);
	for (i = 0; i < 10; i++)
		done += tinynf_model_poll(mini->model, 64);
	CHECK_EQ(done, 2);
	CHECK_EQ(mini->violations, 1);
	CHECK_STR(mini->last.reason, w->reason);
	CHECK_EQ(mini->last.index, 1);
	CHECK_EQ(mini->frames, 0);
	/* It was consumed, and the next one works. */
	CHECK(mini_tx(mini, 0)[1].meta & ADV_DD);
	mini_fill(mini_at(mini, mini_buffer(0)), 60, 1);
	adv_data(mini, 2, mini_buffer(0), 60, ADV_EOP | ADV_IFCS | ADV_PAYLEN(60));
	adv_send(mini, 3);
	CHECK_EQ(mini->frames, 1);
	mini_destroy(mini);
}

int
main(int argc, char **argv)
{
	check_init(argc, argv);
	CHECK_RUN_EACH("cut/", cut, cuts);
	CHECK_RUN(flag_masks_are_registers);
	CHECK_RUN(budget_and_busy_wire_within_a_send);
	CHECK_RUN_EACH("refused/", wrong, wrongs);
	return check_done();
}
