/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* Checksum insertion in transmission, 7.2.3.2.2 and 7.2.5, against frames made by hand. */

#include "check.h"
#include "advanced.h"

struct insertion {
	const char *name;
	struct ref_flow flow;
	uint32_t payload;
	uint16_t vlan;
};

static const struct insertion insertions[] = {
	{ "tcp4", { .protocol = REF_TCP, .tcp_flags = 0x18 }, 333, 0 },
	{ "tcp4_options_vlan", { .protocol = REF_TCP, .ip_options = 40, .tcp_options = 8 }, 50, 5 },
	{ "tcp6", { .ip6 = true, .protocol = REF_TCP }, 334, 0 },
	{ "udp4", { .protocol = REF_UDP }, 335, 0 },
	{ "udp6_vlan", { .ip6 = true, .protocol = REF_UDP }, 1000, 0xe123 },
	{ "sctp4", { .protocol = REF_SCTP }, 333, 0 },
	{ "sctp6", { .ip6 = true, .protocol = REF_SCTP }, 64, 0 },
};

static void
insertion(const void *arg)
{
	const struct insertion *c = arg;
	struct mini *mini = mini_create();
	uint8_t payload[2048], frame[2048];
	uint32_t len, i;

	for (i = 0; i < c->payload; i++)
		payload[i] = (uint8_t)(i * 13);
	mini_tx_start(mini, 0, false);
	adv_context(mini, 0, &c->flow, 0, c->vlan);
	len = ref_prototype(&c->flow, payload, c->payload, false, mini_at(mini, mini_buffer(0)));
	/* In two pieces that cut a 16-bit word in half. */
	adv_data(mini, 1, mini_buffer(0), 39, ADV_IFCS | ADV_PAYLEN(len) |
			adv_checksums(&c->flow) | (c->vlan ? ADV_VLE : 0));
	adv_data(mini, 2, mini_buffer(0) + 39, len - 39, ADV_IFCS | ADV_EOP | ADV_RS);
	adv_send(mini, 3);
	CHECK_EQ(mini->violations, 0);
	CHECK_EQ(mini->frames, 1);
	len = ref_frame(&c->flow, payload, c->payload, frame);
	if (c->vlan != 0) {
		CHECK_EQ(mini->len[0], len + 4);
		CHECK_MEM(mini->frame[0], frame, 12);
		CHECK_EQ(mini->frame[0][14] << 8 | mini->frame[0][15], c->vlan);
		CHECK_MEM(mini->frame[0] + 16, frame + 12, len - 12);
	} else {
		CHECK_EQ(mini->len[0], len);
		CHECK_MEM(mini->frame[0], frame, len);
	}
	mini_destroy(mini);
}

/** A payload whose last word makes the transport checksum come out as zero. */
static void
balance(const struct ref_flow *f, uint8_t *payload, uint32_t bytes)
{
	uint8_t frame[256];
	uint8_t *l4 = frame + REF_ETHERNET + ref_ip_len(f);
	const uint32_t at = f->protocol == REF_TCP ? 16 : 6;
	uint16_t sum;

	memset(payload, 0x11, bytes);
	ref_put(payload + bytes - 2, 2, 0);
	ref_frame(f, payload, bytes, frame);
	ref_put(l4 + at, 2, 0);
	sum = ref_sum(ref_pseudo(f, frame, ref_l4_len(f) + bytes), l4, ref_l4_len(f) + bytes);
	ref_put(payload + bytes - 2, 2, (uint16_t)~sum);
}

/* A sum of zero: all ones on the wire for UDP, for which zero means none; zero for TCP. */
CHECK_CASE(zero_sum_is_special_for_udp_only)
{
	const struct ref_flow udp = { .protocol = REF_UDP }, tcp = { .protocol = REF_TCP };
	struct mini *mini = mini_create();
	uint8_t payload[40];
	uint32_t len;

	mini_tx_start(mini, 0, false);
	balance(&udp, payload, sizeof(payload));
	adv_context(mini, 0, &udp, 0, 0);
	len = ref_prototype(&udp, payload, 40, false, mini_at(mini, mini_buffer(0)));
	adv_data(mini, 1, mini_buffer(0), len, ADV_IFCS | ADV_EOP | ADV_PAYLEN(len) |
			adv_checksums(&udp));
	balance(&tcp, payload, sizeof(payload));
	adv_context(mini, 2, &tcp, 0, 0);
	len = ref_prototype(&tcp, payload, 40, false, mini_at(mini, mini_buffer(1)));
	adv_data(mini, 3, mini_buffer(1), len, ADV_IFCS | ADV_EOP | ADV_PAYLEN(len) |
			adv_checksums(&tcp));
	/* The legacy format knows of no protocol: zero. */
	balance(&udp, payload, sizeof(payload));
	len = ref_prototype(&udp, payload, 40, false, mini_at(mini, mini_buffer(2)));
	mini_tx(mini, 0)[4].addr = mini_buffer(2);
	mini_tx(mini, 0)[4].meta = len | TINYNF_TXD_EOP | TINYNF_TXD_IFCS | TINYNF_TXD_IC |
		(uint64_t)40 << TINYNF_TXD_CSO_SHIFT | (uint64_t)34 << TINYNF_TXD_CSS_SHIFT;
	adv_send(mini, 5);
	CHECK_EQ(mini->violations, 0);
	CHECK_EQ(mini->frames, 3);
	CHECK_EQ(mini->frame[0][40] << 8 | mini->frame[0][41], 0xffff);
	CHECK_EQ(mini->frame[1][50] << 8 | mini->frame[1][51], 0);
	CHECK_EQ(mini->frame[2][40] << 8 | mini->frame[2][41], 0);
	mini_destroy(mini);
}

/* A checksum position outside the packet: reported, and the packet leaves without one. */
CHECK_CASE(legacy_positions_outside_the_packet)
{
	static const struct { unsigned int cso, css; } at[] = { { 59, 34 }, { 200, 34 }, { 40, 60 } };
	struct mini *mini = mini_create();
	unsigned int i;

	mini_tx_start(mini, 0, false);
	for (i = 0; i < 3; i++) {
		mini_fill(mini_at(mini, mini_buffer(i)), 60, (uint8_t)i);
		mini_tx(mini, 0)[i].addr = mini_buffer(i);
		mini_tx(mini, 0)[i].meta = 60 | TINYNF_TXD_EOP | TINYNF_TXD_IFCS | TINYNF_TXD_IC |
			(uint64_t)at[i].cso << TINYNF_TXD_CSO_SHIFT |
			(uint64_t)at[i].css << TINYNF_TXD_CSS_SHIFT;
	}
	adv_send(mini, 3);
	CHECK_EQ(mini->violations, 3);
	CHECK_STR(mini->last.reason, "CSS or CSO is beyond the end of the packet");
	CHECK_EQ(mini->frames, 3);
	for (i = 0; i < 3; i++)
		CHECK_MEM(mini->frame[i], mini_at(mini, mini_buffer(i)), 60);
	mini_destroy(mini);
}

/* Both contexts of a queue are kept, each until it is written again. */
CHECK_CASE(two_contexts)
{
	const struct ref_flow tcp = { .protocol = REF_TCP }, udp = { .ip6 = true, .protocol = REF_UDP };
	const uint64_t second = UINT64_C(1) << 36;
	struct mini *mini = mini_create();
	uint8_t payload[100] = { 1 }, frame[256];
	unsigned int i;
	uint32_t len;

	mini_tx_start(mini, 0, false);
	adv_context(mini, 0, &tcp, 0, 0);
	adv_context(mini, 1, &udp, 0, 0);
	mini_tx(mini, 0)[1].meta |= second;
	for (i = 0; i < 4; i++) {
		const struct ref_flow *f = i & 1 ? &udp : &tcp;

		len = ref_prototype(f, payload, 100, false, mini_at(mini, mini_buffer(i)));
		adv_data(mini, 2 + i, mini_buffer(i), len, ADV_IFCS | ADV_EOP | ADV_PAYLEN(len) |
				adv_checksums(f) | (i & 1 ? second : 0));
	}
	adv_send(mini, 6);
	CHECK_EQ(mini->frames, 4);
	for (i = 0; i < 4; i++) {
		len = ref_frame(i & 1 ? &udp : &tcp, payload, 100, frame);
		CHECK_EQ(mini->len[i], len);
		CHECK_MEM(mini->frame[i], frame, len);
	}
	CHECK_EQ(mini->violations, 0);
	mini_destroy(mini);
}

struct refusal {
	const char *name;
	uint64_t lens, cmd, meta; /* xor into context and data */
	unsigned int frames;
	const char *reason;
};

static const struct refusal refusals[] = {
	{ "ipsec", 0, 0, ADV_IPSEC, 0, "IPsec is not offered by this device" },
	{ "esp_context", 0, UINT64_C(1) << 13, 0, 0, "IPsec and FCoE are not offered by this device" },
	{ "fcoe_context", 0, UINT64_C(1) << 15, 0, 0, "IPsec and FCoE are not offered by this device" },
	{ "l4t_reserved", 0, CTX_L4T(2), 0, 0, "L4T is a reserved value" },
	{ "iplen_beyond", 20 ^ 500, 0, 0, 0, "MACLEN or IPLEN does not fit" },
	{ "maclen_beyond", (14 ^ 60) << 9, 0, ADV_IXSM, 0,
		"MACLEN or IPLEN leaves no room for a TCP header" },
	{ "paylen", 0, 0, ADV_PAYLEN(4), 1, "PAYLEN is not the length of the packet" },
	{ "dtyp", 0, 0, UINT64_C(4) << 20, 0, "descriptor of a packet that is not one for data" },
};

static void
refusal(const void *arg)
{
	const struct ref_flow f = { .protocol = REF_TCP };
	const struct refusal *r = arg;
	struct mini *mini = mini_create();
	uint8_t payload[40] = { 1 };
	uint32_t len;

	mini_tx_start(mini, 0, false);
	adv_context(mini, 0, &f, 0, 0);
	len = ref_prototype(&f, payload, 40, false, mini_at(mini, mini_buffer(0)));
	adv_data(mini, 1, mini_buffer(0), len, ADV_IFCS | ADV_EOP | ADV_RS | ADV_PAYLEN(len) |
			adv_checksums(&f));
	mini_tx(mini, 0)[0].addr ^= r->lens;
	mini_tx(mini, 0)[0].meta ^= r->cmd;
	mini_tx(mini, 0)[1].meta ^= r->meta;
	adv_send(mini, 2);
	CHECK_EQ(mini->violations, 1);
	CHECK_STR(mini->last.reason, r->reason);
	CHECK_EQ(mini->frames, r->frames);
	CHECK(mini_tx(mini, 0)[1].meta & ADV_DD);
	mini_destroy(mini);
}

/* 40 - WTHRESH - 2 descriptors at most, 7.2.1.1. */
CHECK_CASE(packet_of_too_many_descriptors)
{
	struct mini *mini = mini_create();
	unsigned int slot = 0, i;

	mini_tx_start(mini, 0, false);
	mini_fill(mini_at(mini, mini_buffer(0)), 390, 1);
	for (i = 0; i < 38; i++)
		adv_data(mini, slot++, mini_buffer(0) + 10 * i, 10, ADV_IFCS | ADV_PAYLEN(380) |
				(i == 37 ? ADV_EOP | ADV_RS : 0));
	adv_send(mini, slot);
	CHECK_EQ(mini->frames, 1);
	CHECK_EQ(mini->violations, 0);
	for (i = 0; i < 39; i++)
		adv_data(mini, slot++ % MINI_RING, mini_buffer(0) + 10 * i, 10, ADV_IFCS |
				ADV_PAYLEN(390) | (i == 38 ? ADV_EOP | ADV_RS : 0));
	adv_send(mini, slot);
	CHECK_EQ(mini->frames, 2);
	CHECK_EQ(mini->violations, 1);
	CHECK_STR(mini->last.reason, "packet has more than 40 - WTHRESH - 2 descriptors");
	mini_destroy(mini);
}

int
main(int argc, char **argv)
{
	check_init(argc, argv);
	CHECK_RUN_EACH("insert/", insertion, insertions);
	CHECK_RUN(zero_sum_is_special_for_udp_only);
	CHECK_RUN(legacy_positions_outside_the_packet);
	CHECK_RUN(two_contexts);
	CHECK_RUN(packet_of_too_many_descriptors);
	CHECK_RUN_EACH("refused/", refusal, refusals);
	return check_done();
}
