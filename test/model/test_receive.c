/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* Header splitting, queue filters, RSS types and what descriptors say of frames, 7.1. */

#include "check.h"
#include "mini.h"
#include "reference.h"

#define SRRCTL(packet, header, type) ((packet) | (header) / 64 << 8 | (uint32_t)(type) << 25)
#define SPH(d)      (((d).addr >> 31) & 1)
#define HDR_LEN(d)  (((d).addr >> 21) & 0x3ff)
#define PKT_LEN(d)  (((d).meta >> 32) & 0xffff)
#define HBO(d)      (((d).meta >> 23) & 1)
#define PTYPE(d)    (((d).addr >> 4) & 0x1fff)
#define RSS_TYPE(d) ((d).addr & 0xf)
#define SPLIT       2u
#define ALWAYS      5u
#define HEADERS     128u   /* buffer that header i uses: HEADERS + i */

enum { TCP = 1 << 4, UDP = 1 << 5, IPV4 = 1 << 8, IPV6 = 1 << 9, L2 = 1 << 12 };

static const struct ref_flow tcp4 = { .protocol = REF_TCP, .tcp_options = 12 };
static const struct ref_flow tcp6 = { .ip6 = true, .protocol = REF_TCP };
static const struct ref_flow udp4 = { .protocol = REF_UDP };
static const struct ref_flow udp6 = { .ip6 = true, .protocol = REF_UDP };
static const struct ref_flow sctp4 = { .protocol = REF_SCTP };

static uint32_t
build(const struct ref_flow *f, uint32_t bytes, uint8_t *frame)
{
	uint8_t payload[9000];
	uint32_t i;

	for (i = 0; i < bytes; i++)
		payload[i] = (uint8_t)(i * 11);
	return ref_frame(f, payload, bytes, frame);
}

struct split {
	const char *name;
	const struct ref_flow *flow;
	uint32_t payload, types, header_buffer, type;
	bool strip;
	uint32_t in_header;     /* expected */
	uint32_t header;        /* expected HDR_LEN */
	bool sph, hbo;
};

static const struct split splits[] = {
	{ "tcp4", &tcp4, 100, TCP, 128, SPLIT, false, 66, 66, true, false },
	{ "tcp4_over_buffers", &tcp4, 5000, TCP, 128, SPLIT, false, 66, 66, true, false },
	{ "tcp4_behind_ip", &tcp4, 100, IPV4, 128, SPLIT, false, 34, 34, true, false },
	{ "tcp4_highest_wins", &tcp4, 100, TCP | IPV4 | L2, 128, SPLIT, false, 66, 66, true, false },
	{ "tcp4_strip", &tcp4, 100, TCP, 128, SPLIT, true, 66, 66, true, false },
	{ "tcp4_header_too_long", &tcp4, 100, TCP, 64, SPLIT, false, 0, 66, true, true },
	{ "tcp4_other_type", &tcp4, 100, UDP | IPV6, 128, SPLIT, false, 0, 0, false, false },
	{ "tcp6", &tcp6, 100, TCP, 128, SPLIT, false, 74, 74, true, false },
	{ "udp4", &udp4, 100, UDP, 128, SPLIT, false, 42, 42, true, false },
	{ "udp6_behind_ip", &udp6, 100, IPV6 | TCP, 64, SPLIT, false, 54, 54, true, false },
	{ "l2", &udp4, 100, L2 | TCP, 64, SPLIT, false, 14, 14, true, false },
	{ "always_tcp4", &tcp4, 100, TCP, 128, ALWAYS, false, 66, 66, true, false },
	{ "always_short", &tcp4, 40, TCP, 128, ALWAYS, false, 106, 106, false, false },
	{ "always_unknown", &tcp4, 100, UDP, 128, ALWAYS, false, 128, 128, false, false },
	{ "always_header_too_long", &tcp4, 5000, TCP, 64, ALWAYS, false, 64, 66, true, true },
};

static void
split(const void *arg)
{
	const struct split *s = arg;
	struct mini *mini = mini_create();
	static uint8_t frame[16384], wire[16384];
	const uint32_t len = build(s->flow, s->payload, frame);
	const uint32_t rest = len - s->in_header;
	uint32_t wire_len = len, at, i;
	struct tinynf_desc d;

	memcpy(wire, frame, len);
	if (s->strip) {
		memcpy(wire + 12, "\x81\x00\x00\x05", 4);
		memcpy(wire + 16, frame + 12, len - 12);
		wire_len += 4;
	}
	mini_write(mini, TINYNF_REG_MAXFRS, 9216u << 16);
	mini_write(mini, TINYNF_REG_HLREG0,
			mini_read(mini, TINYNF_REG_HLREG0) | TINYNF_HLREG0_JUMBOEN);
	mini_write(mini, TINYNF_REG(PSRTYPE, 0), s->types);
	mini_rx_start(mini, 0, SRRCTL(2, s->header_buffer, s->type));
	if (s->strip)
		mini_write(mini, TINYNF_REG(RXDCTL, 0), TINYNF_RXDCTL_ENABLE | TINYNF_RXDCTL_VME);
	for (i = 0; i < MINI_RING; i++)
		mini_rx(mini, 0)[i].meta = mini_buffer(HEADERS + i);
	CHECK_EQ(tinynf_model_receive(mini->model, wire, wire_len, false), TINYNF_RX_TAKEN);
	CHECK_EQ(mini->violations, 0);
	CHECK_MEM(mini_at(mini, mini_buffer(HEADERS)), frame, s->in_header);
	d = mini_rx(mini, 0)[0];
	CHECK_EQ(SPH(d), s->sph);
	CHECK_EQ(HDR_LEN(d), s->header);
	for (i = 0, at = 0; i == 0 || at < rest; i++) {
		const uint32_t part = rest - at < 2048 ? rest - at : 2048;

		d = mini_rx(mini, 0)[i];
		CHECK_EQ(PKT_LEN(d), part);
		CHECK_MEM(mini_at(mini, mini_buffer(i)), frame + s->in_header + at, part);
		at += part;
		CHECK_EQ((d.meta >> 1) & 1, at == rest);
	}
	CHECK_EQ(HBO(d), s->hbo);
	CHECK_EQ(mini_read(mini, TINYNF_REG(RDH, 0)), i);
	mini_destroy(mini);
}

/** A model with four queues of one kind. */
static struct mini *
queues(void)
{
	struct mini *mini = mini_create();
	unsigned int n;

	for (n = 0; n < 4; n++)
		mini_rx_start(mini, n, SRRCTL(2, 0, 1));
	return mini;
}

/** @return the queue that took the frame, its descriptor in *d. */
static unsigned int
taken_by(struct mini *mini, const uint8_t *frame, uint32_t len, struct tinynf_desc *d)
{
	uint32_t head[4];
	unsigned int n;

	for (n = 0; n < 4; n++)
		head[n] = mini_read(mini, TINYNF_REG(RDH, n));
	tinynf_model_receive(mini->model, frame, len, false);
	for (n = 0; n < 4; n++)
		if (mini_read(mini, TINYNF_REG(RDH, n)) != head[n]) {
			*d = mini_rx(mini, n)[head[n]];
			return n;
		}
	return 99;
}

CHECK_CASE(ethertype_filters)
{
	struct mini *mini = queues();
	struct tinynf_desc d;
	uint8_t frame[64];

	mini_fill(frame, 64, 1); /* 88b5h */
	mini_write(mini, TINYNF_REG(ETQF, 3), TINYNF_ETQF_ENABLE | 0x88b5);
	CHECK_EQ(taken_by(mini, frame, 64, &d), 0); /* marked, but without a queue */
	CHECK_EQ(PTYPE(d), 0x800 | 3);
	mini_write(mini, TINYNF_REG(ETQS, 3), 1u << 31 | 2 << 16);
	CHECK_EQ(taken_by(mini, frame, 64, &d), 2);
	frame[13] = 0xb6;
	CHECK_EQ(taken_by(mini, frame, 64, &d), 0);
	CHECK_EQ(PTYPE(d), 0);
	/* With a priority: only tagged frames of it. */
	mini_write(mini, TINYNF_REG(ETQF, 3), TINYNF_ETQF_ENABLE | 1u << 19 | 5 << 16 | 0x0800);
	memcpy(frame + 12, "\x81\x00\xa0\x01\x08\x00", 6);
	CHECK_EQ(taken_by(mini, frame, 64, &d), 2);
	frame[14] = 0x80;
	CHECK_EQ(taken_by(mini, frame, 64, &d), 0);
	mini_destroy(mini);
}

CHECK_CASE(syn_and_tuple_filters)
{
	const struct ref_flow syn = { .protocol = REF_TCP, .tcp_flags = 0x002 };
	struct mini *mini = queues();
	uint8_t frame[128], fragment[128];
	struct tinynf_desc d;
	const uint32_t len = build(&syn, 20, frame);

	CHECK_EQ(taken_by(mini, frame, len, &d), 0);
	mini_write(mini, TINYNF_REG_SYNQF, TINYNF_SYNQF_ENABLE | 1 << 1);
	CHECK_EQ(taken_by(mini, frame, len, &d), 1);
	/* The whole 5-tuple, at queue 2: addresses and ports as their bytes are in memory. */
	mini_write(mini, TINYNF_REG(SAQF, 77), 0x0302010a);
	mini_write(mini, TINYNF_REG(DAQF, 77), 0x0605040a);
	mini_write(mini, TINYNF_REG(SDPQF, 77), 0x5000d204); /* 80, 1234 */
	mini_write(mini, TINYNF_REG(L34TIMIR, 77), 2u << 21 | 1u << 12);
	mini_write(mini, TINYNF_REG(FTQF, 77), TINYNF_FTQF_ENABLE | 1 << 2);
	CHECK_EQ(taken_by(mini, frame, len, &d), 2);
	mini_write(mini, TINYNF_REG_SYNQF, 1u << 31 | TINYNF_SYNQF_ENABLE | 1 << 1);
	CHECK_EQ(taken_by(mini, frame, len, &d), 1); /* the SYN filter goes first now */
	mini_write(mini, TINYNF_REG_SYNQF, 0);
	/* Priority beats order; equals go to the first one. */
	mini_write(mini, TINYNF_REG(L34TIMIR, 100), 3u << 21);
	mini_write(mini, TINYNF_REG(FTQF, 100), TINYNF_FTQF_ENABLE | 0x1fu << 25 | 1 << 2);
	CHECK_EQ(taken_by(mini, frame, len, &d), 2);
	mini_write(mini, TINYNF_REG(FTQF, 100), TINYNF_FTQF_ENABLE | 0x1fu << 25 | 2 << 2);
	CHECK_EQ(taken_by(mini, frame, len, &d), 3);
	mini_write(mini, TINYNF_REG(FTQF, 100), 0);
	/* Each field counts. */
	mini_write(mini, TINYNF_REG(SDPQF, 77), 0x5000d205);
	CHECK_EQ(taken_by(mini, frame, len, &d), 0);
	mini_write(mini, TINYNF_REG(FTQF, 77), TINYNF_FTQF_ENABLE | 1u << 27 | 1 << 2);
	CHECK_EQ(taken_by(mini, frame, len, &d), 2);
	mini_write(mini, TINYNF_REG(FTQF, 77), TINYNF_FTQF_ENABLE | 1u << 27 | 1 << 2 | 1);
	CHECK_EQ(taken_by(mini, frame, len, &d), 0); /* UDP */
	mini_write(mini, TINYNF_REG(FTQF, 77), TINYNF_FTQF_ENABLE | 1u << 27 | 1u << 29);
	CHECK_EQ(taken_by(mini, frame, len, &d), 2);
	memcpy(fragment, frame, len);
	fragment[20] = 0x20; /* more fragments */
	CHECK_EQ(taken_by(mini, fragment, len, &d), 0);
	mini_destroy(mini);
}

CHECK_CASE(rss_types)
{
	static const struct { const struct ref_flow *flow; uint32_t fields, type; } rows[] = {
		{ &tcp4, 1u << 16, 1 }, { &tcp4, 1u << 17, 2 }, { &tcp6, 1u << 21, 3 },
		{ &tcp6, 1u << 20, 5 }, { &udp4, 1u << 22, 7 }, { &udp6, 1u << 23, 8 },
		{ &udp4, 1u << 16 | 1u << 21, 0 }, { &sctp4, 1u << 17 | 1u << 16, 2 },
	};
	struct mini *mini = queues();
	struct tinynf_desc d;
	uint8_t frame[256];
	unsigned int i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const uint32_t len = build(rows[i].flow, 50, frame);

		mini_write(mini, TINYNF_REG_MRQC, 1 | rows[i].fields);
		CHECK_EQ(taken_by(mini, frame, len, &d), 0);
		CHECK_EQ(RSS_TYPE(d), rows[i].type);
	}
	mini_destroy(mini);
}

CHECK_CASE(packet_types_and_verdicts)
{
	static const struct { const struct ref_flow *flow; uint32_t ptype; } rows[] = {
		{ &tcp4, 0x11 }, { &tcp6, 0x14 }, { &udp4, 0x21 }, { &udp6, 0x24 },
		{ &sctp4, 0x41 },
	};
	struct mini *mini = queues();
	struct tinynf_desc d;
	uint8_t frame[256];
	unsigned int i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const uint32_t len = build(rows[i].flow, 51, frame);

		CHECK_EQ(taken_by(mini, frame, len, &d), 0);
		CHECK_EQ(PTYPE(d), rows[i].ptype);
		CHECK_EQ(d.meta & 0x60, rows[i].flow->ip6 ? 0x20 : 0x60);
		CHECK_EQ(d.meta & UINT64_C(0xc0000000), 0);
		frame[len - 1] ^= 1;
		CHECK_EQ(taken_by(mini, frame, len, &d), 0);
		CHECK_EQ(d.meta & UINT64_C(0xc0000000), 0x40000000);
	}
	mini_destroy(mini);
}

/* In the legacy format SCTP looks as TCP does: checked, and not UDP. */
CHECK_CASE(sctp_in_the_legacy_format)
{
	const uint64_t bits = TINYNF_RXD_IPCS | TINYNF_RXD_L4CS | TINYNF_RXD_UDPCS |
		TINYNF_RXD_TCPE;
	struct mini *mini = mini_create();
	uint8_t frame[256];
	const uint32_t len = build(&sctp4, 51, frame);

	mini_rx_start(mini, 0, 2);
	tinynf_model_receive(mini->model, frame, len, false);
	CHECK_EQ(mini_rx(mini, 0)[0].meta & bits, TINYNF_RXD_IPCS | TINYNF_RXD_L4CS);
	frame[len - 1] ^= 1;
	tinynf_model_receive(mini->model, frame, len, false);
	CHECK_EQ(mini_rx(mini, 0)[1].meta & bits,
			TINYNF_RXD_IPCS | TINYNF_RXD_L4CS | TINYNF_RXD_TCPE);
	CHECK_EQ(mini_read(mini, TINYNF_REG_XEC), 1);
	mini_destroy(mini);
}

/* RXCSUM.IPPCSE: the payload's sum of a UDP fragment, for software to add up. */
CHECK_CASE(udp_fragment_sum)
{
	struct mini *mini = queues();
	struct tinynf_desc d;
	uint8_t frame[256];
	const uint32_t len = build(&udp4, 51, frame);

	frame[20] = 0x20;
	mini_write(mini, TINYNF_REG_RXCSUM, TINYNF_RXCSUM_IPPCSE);
	taken_by(mini, frame, len, &d);
	CHECK_EQ((d.meta >> 10) & 1, 1);
	CHECK_EQ(d.addr >> 48, ref_sum(0, frame + 34, len - 34));
	mini_write(mini, TINYNF_REG_RXCSUM, TINYNF_RXCSUM_IPPCSE | TINYNF_RXCSUM_PCSD);
	taken_by(mini, frame, len, &d);
	CHECK_EQ((d.meta >> 10) & 1, 0);
	mini_destroy(mini);
}

/* The FCS stays in memory when neither register strips it; counters include it always. */
CHECK_CASE(fcs_kept_over_several_buffers)
{
	struct mini *mini = mini_create();
	static uint8_t frame[16384];
	const uint32_t len = build(&udp4, 4096 - 42, frame);
	const uint8_t *tail;

	mini_write(mini, TINYNF_REG_MAXFRS, 9216u << 16);
	mini_write(mini, TINYNF_REG_HLREG0, (mini_read(mini, TINYNF_REG_HLREG0) |
			TINYNF_HLREG0_JUMBOEN) & ~TINYNF_HLREG0_RXCRCSTRP);
	mini_write(mini, TINYNF_REG_RDRXCTL, mini_read(mini, TINYNF_REG_RDRXCTL) &
			~TINYNF_RDRXCTL_CRC_STRIP);
	mini_rx_start(mini, 0, 2);
	CHECK_EQ(len, 4096);
	CHECK_EQ(tinynf_model_receive(mini->model, frame, len, false), TINYNF_RX_TAKEN);
	CHECK(!(mini_rx(mini, 0)[1].meta & TINYNF_RXD_EOP));
	CHECK(mini_rx(mini, 0)[2].meta & TINYNF_RXD_EOP);
	CHECK_EQ(mini_rx(mini, 0)[2].meta & 0xffff, 4);
	/* What a CRC-32 leaves behind over a frame and its FCS is a constant, 802.3 3.2.9. */
	tail = mini_at(mini, mini_buffer(2));
	memcpy(frame + len, tail, 4);
	{
		uint32_t crc = UINT32_MAX;
		uint32_t i;

		for (i = 0; i < 8 * (len + 4); i++) {
			const uint32_t bit = (frame[i / 8] >> (i % 8)) & 1;

			crc = ((crc ^ bit) & 1) ? crc >> 1 ^ 0xedb88320 : crc >> 1;
		}
		CHECK_EQ(crc, 0xdebb20e3);
	}
	CHECK_EQ(mini_read(mini, TINYNF_REG_GORCL), 4100);
	CHECK_EQ(mini_read(mini, TINYNF_REG_TORL), 4100);
	CHECK_EQ(mini_read(mini, TINYNF_REG(QBRC_L, 0)), 4100);
	mini_destroy(mini);
}

/* Receive-side coalescing may be asked for: frames come one by one all the same. */
CHECK_CASE(coalescing_is_accepted)
{
	struct mini *mini = queues();
	struct tinynf_desc d;
	uint8_t frame[256];
	const uint32_t len = build(&tcp4, 51, frame);

	mini_write(mini, TINYNF_REG(RSCCTL, 0), 0xd);
	CHECK_EQ(mini_read(mini, TINYNF_REG(RSCCTL, 0)), 0xd);
	CHECK_EQ(taken_by(mini, frame, len, &d), 0);
	CHECK_EQ(taken_by(mini, frame, len, &d), 0);
	CHECK_EQ(PKT_LEN(d), len);
	CHECK_EQ((d.addr >> 17) & 0xf, 0); /* RSCCNT */
	CHECK_EQ(mini->violations, 0);
	mini_destroy(mini);
}

CHECK_CASE(header_buffer_size_is_checked)
{
	struct mini *mini = mini_create();

	mini_rx_start(mini, 0, SRRCTL(2, 0, SPLIT));
	CHECK_EQ(mini->violations, 1);
	CHECK_STR(mini->last.reason, "BSIZEHEADER must be 64 to 1024 with header splitting");
	mini_destroy(mini);
}

/** Frames arrive; @return descriptors that queue 0 wrote back, in order; 99 if not all came. */
static unsigned int
written_back(struct mini *mini, unsigned int frames, unsigned int from)
{
	const struct tinynf_desc *ring = mini_rx(mini, 0);
	uint8_t frame[60];
	unsigned int n;

	mini_fill(frame, sizeof(frame), 1);
	for (n = 0; n < frames; n++)
		if (tinynf_model_receive(mini->model, frame, 60, true) != TINYNF_RX_TAKEN)
			return 99;
	for (n = 0; ring[(from + n) % MINI_RING].meta & 1; n++)
		if (PKT_LEN(ring[(from + n) % MINI_RING]) != 60)
			return 99;
	return n;
}

/* Whole lines at once, wherever the head stands; what is left when packing ends. */
CHECK_CASE(write_backs_are_packed)
{
	struct mini *mini = mini_create();
	unsigned int i;

	mini_rx_start(mini, 0, SRRCTL(2, 0, 1));
	CHECK_EQ(written_back(mini, 1, 0), 1);
	tinynf_model_pack(mini->model, true);
	CHECK_EQ(written_back(mini, 2, 0), 1);
	CHECK_EQ(written_back(mini, 1, 0), 4);
	CHECK_EQ(written_back(mini, 5, 0), 8);
	CHECK_EQ(tinynf_model_counters(mini->model)->rx_desc_written, 8);
	tinynf_model_pack(mini->model, false);
	CHECK_EQ(written_back(mini, 0, 0), 9);
	CHECK_EQ(tinynf_model_counters(mini->model)->rx_desc_written, 9);
	/* Over the ring's end. */
	tinynf_model_pack(mini->model, true);
	CHECK_EQ(written_back(mini, 53, 0), 60);
	for (i = 0; i < 32; i++)
		mini_rx(mini, 0)[i] = (struct tinynf_desc){ .addr = mini_buffer(i) };
	mini_write(mini, TINYNF_REG(RDT, 0), 31);
	CHECK_EQ(written_back(mini, 4, 60), 4);
	tinynf_model_pack(mini->model, false);
	CHECK_EQ(written_back(mini, 0, 60), 6);
	CHECK_EQ(mini->violations, 0);
	mini_destroy(mini);
}

/* What the old rules took is written back before new ones hold. */
CHECK_CASE(write_backs_end_with_the_queue)
{
	struct mini *mini = mini_create();
	uint8_t frame[60];

	mini_fill(frame, sizeof(frame), 1);
	tinynf_model_pack(mini->model, true);
	mini_rx_start(mini, 0, SRRCTL(2, 0, 0));
	CHECK_EQ(tinynf_model_receive(mini->model, frame, 60, true), TINYNF_RX_TAKEN);
	CHECK_EQ(mini_rx(mini, 0)[0].meta, 0);
	mini_write(mini, TINYNF_REG(RXDCTL, 0), 0);
	CHECK(mini_rx(mini, 0)[0].meta & TINYNF_RXD_DD);
	CHECK_EQ(mini_rx(mini, 0)[0].addr, mini_buffer(0));
	/* Again, from the beginning: nothing of the first time is left. */
	mini_rx_start(mini, 0, SRRCTL(2, 0, 1));
	CHECK_EQ(tinynf_model_receive(mini->model, frame, 60, true), TINYNF_RX_TAKEN);
	tinynf_model_reset(mini->model);
	CHECK_EQ(mini_rx(mini, 0)[1].meta, 0);
	tinynf_model_pack(mini->model, false);
	CHECK_EQ(mini_rx(mini, 0)[1].meta, 0);
	CHECK_EQ(mini->violations, 0);
	mini_destroy(mini);
}

int
main(int argc, char **argv)
{
	check_init(argc, argv);
	CHECK_RUN_EACH("split/", split, splits);
	CHECK_RUN(ethertype_filters);
	CHECK_RUN(syn_and_tuple_filters);
	CHECK_RUN(rss_types);
	CHECK_RUN(packet_types_and_verdicts);
	CHECK_RUN(sctp_in_the_legacy_format);
	CHECK_RUN(udp_fragment_sum);
	CHECK_RUN(fcs_kept_over_several_buffers);
	CHECK_RUN(coalescing_is_accepted);
	CHECK_RUN(header_buffer_size_is_checked);
	CHECK_RUN(write_backs_are_packed);
	CHECK_RUN(write_backs_end_with_the_queue);
	return check_done();
}
