/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* Rings, offloads, filters and statistics of the software 82599, seen by a driver. */

#include "check.h"
#include "mini.h"

#define EOP   TINYNF_TXD_EOP
#define IFCS  TINYNF_TXD_IFCS
#define RS    TINYNF_TXD_RS
#define ADVANCED (1u << 25)
#define SRRCTL_2K 2u

static enum tinynf_model_rx
arrive(struct mini *mini, uint32_t len, uint8_t seed)
{
	uint8_t frame[16384];

	mini_fill(frame, len, seed);
	return tinynf_model_receive(mini->model, frame, len, false);
}

static void
send_one(struct mini *mini, unsigned int queue, unsigned int slot, uint64_t meta)
{
	mini_tx(mini, queue)[slot].addr = mini_buffer(slot);
	mini_tx(mini, queue)[slot].meta = meta;
	mini_write(mini, TINYNF_REG(TDT, queue), (slot + 1) % MINI_RING);
	tinynf_model_poll(mini->model, 256);
}

CHECK_CASE(rx_legacy_keeps_the_address)
{
	struct mini *mini = mini_create();
	uint8_t frame[100];
	struct tinynf_desc d;

	mini_fill(frame, 100, 5);
	mini_rx_start(mini, 0, SRRCTL_2K);
	CHECK_EQ(arrive(mini, 100, 5), TINYNF_RX_TAKEN);
	d = mini_rx(mini, 0)[0];
	CHECK_EQ(d.addr, mini_buffer(0));
	CHECK_EQ(d.meta & 0xffff, 100);
	CHECK_EQ(d.meta & (TINYNF_RXD_DD | TINYNF_RXD_EOP), TINYNF_RXD_DD | TINYNF_RXD_EOP);
	CHECK_MEM(mini_at(mini, mini_buffer(0)), frame, 100);
	CHECK_EQ(mini_read(mini, TINYNF_REG(RDH, 0)), 1);
	mini_destroy(mini);
}

CHECK_CASE(rx_advanced_replaces_both_words)
{
	struct mini *mini = mini_create();
	struct tinynf_desc d;

	mini_rx_start(mini, 0, SRRCTL_2K | ADVANCED);
	arrive(mini, 100, 5);
	d = mini_rx(mini, 0)[0];
	CHECK(d.addr != mini_buffer(0));
	CHECK_EQ((d.meta >> 32) & 0xffff, 100);
	CHECK_EQ(d.meta & 3, 3);
	mini_destroy(mini);
}

CHECK_CASE(rx_frame_over_several_buffers)
{
	struct mini *mini = mini_create();

	mini_write(mini, TINYNF_REG_MAXFRS, 9216u << 16);
	mini_write(mini, TINYNF_REG_HLREG0,
			mini_read(mini, TINYNF_REG_HLREG0) | TINYNF_HLREG0_JUMBOEN);
	mini_rx_start(mini, 0, SRRCTL_2K);
	CHECK_EQ(arrive(mini, 5000, 1), TINYNF_RX_TAKEN);
	CHECK(!(mini_rx(mini, 0)[0].meta & TINYNF_RXD_EOP));
	CHECK(!(mini_rx(mini, 0)[1].meta & TINYNF_RXD_EOP));
	CHECK(mini_rx(mini, 0)[2].meta & TINYNF_RXD_EOP);
	CHECK_EQ(mini_rx(mini, 0)[2].meta & 0xffff, 5000 - 4096);
	CHECK_EQ(arrive(mini, 9300, 1), TINYNF_RX_FILTERED);
	CHECK_EQ(mini_read(mini, TINYNF_REG_ROC), 1);
	CHECK_EQ(mini_read(mini, TINYNF_REG_ROC), 0);
	mini_destroy(mini);
}

CHECK_CASE(rx_tail_equal_head_means_nothing_owned)
{
	struct mini *mini = mini_create();
	unsigned int i;

	mini_rx_start(mini, 0, SRRCTL_2K | TINYNF_SRRCTL_DROP_EN);
	for (i = 0; i < MINI_RING - 1; i++)
		CHECK_EQ(arrive(mini, 60, 1), TINYNF_RX_TAKEN);
	CHECK_EQ(arrive(mini, 60, 1), TINYNF_RX_MISSED);
	CHECK_EQ(mini_read(mini, TINYNF_REG(QPRDC, 0)), 1);
	CHECK_EQ(mini_read(mini, TINYNF_REG(RXMPC, 0)), 0);
	CHECK_EQ(mini_read(mini, TINYNF_REG(QPRC, 0)), MINI_RING - 1);
	CHECK_EQ(mini_read(mini, TINYNF_REG(QBRC_L, 0)), 60 * (MINI_RING - 1));
	mini_destroy(mini);
}

CHECK_CASE(rx_without_drop_waits_in_the_packet_buffer)
{
	struct mini *mini = mini_create();
	unsigned int taken = 0;
	unsigned int i;

	mini_rx_start(mini, 0, SRRCTL_2K);
	while (arrive(mini, 1500, 1) == TINYNF_RX_TAKEN)
		taken++;
	/* 63 in memory, as many as 512 KiB hold in the device. */
	CHECK(taken > 63 + 300 && taken < 63 + 350);
	CHECK_EQ(mini_read(mini, TINYNF_REG(RXMPC, 0)), 1);
	for (i = 0; i < MINI_RING - 1; i++)
		mini_rx(mini, 0)[i].meta = 0;
	mini_write(mini, TINYNF_REG(RDT, 0), MINI_RING - 2);
	tinynf_model_poll(mini->model, 1000);
	CHECK_EQ(tinynf_model_counters(mini->model)->rx_frames, 63 + 63);
	CHECK_EQ(mini->violations, 0);
	mini_destroy(mini);
}

/* Filters that change while frames wait for descriptors apply to them. */
CHECK_CASE(rx_waiting_frames_follow_the_filters)
{
	struct mini *mini = mini_create();
	uint8_t frame[60];
	unsigned int i;

	mini_fill(frame, 60, 1);
	mini_rx_start(mini, 0, SRRCTL_2K);
	for (i = 0; i < MINI_RING - 1; i++)
		arrive(mini, 60, 1);
	for (i = 0; i < 4; i++) {
		mini_fill(frame, 60, (uint8_t)i);
		if (i & 1)
			memset(frame, 0xff, 6);
		CHECK_EQ(tinynf_model_receive(mini->model, frame, 60, false), TINYNF_RX_TAKEN);
	}
	mini_write(mini, TINYNF_REG_FCTRL, 0); /* no broadcasts any more */
	mini_write(mini, TINYNF_REG(RDT, 0), 10);
	tinynf_model_poll(mini->model, 64);
	CHECK_EQ(tinynf_model_counters(mini->model)->rx_frames, MINI_RING - 1 + 2);
	CHECK_EQ(mini_at(mini, mini_buffer(63))[14], (uint8_t)(14 * 7));
	CHECK_EQ(mini_at(mini, mini_buffer(0))[14], (uint8_t)(14 * 7 + 2));
	mini_destroy(mini);
}

CHECK_CASE(rx_hold_loses_and_counts_nothing)
{
	struct mini *mini = mini_create();
	uint8_t frame[60];
	unsigned int i;

	mini_fill(frame, 60, 1);
	mini_rx_start(mini, 0, SRRCTL_2K | TINYNF_SRRCTL_DROP_EN);
	for (i = 0; i < MINI_RING - 1; i++)
		CHECK_EQ(tinynf_model_receive(mini->model, frame, 60, true), TINYNF_RX_TAKEN);
	CHECK_EQ(tinynf_model_receive(mini->model, frame, 60, true), TINYNF_RX_HELD);
	CHECK_EQ(mini_read(mini, TINYNF_REG_TPR), MINI_RING - 1);
	CHECK_EQ(mini_read(mini, TINYNF_REG(QPRDC, 0)), 0);
	mini_destroy(mini);
}

CHECK_CASE(rx_filters)
{
	struct mini *mini = mini_create();
	uint8_t frame[64];

	mini_fill(frame, 64, 1);
	mini_rx_start(mini, 0, SRRCTL_2K);
	frame[5] = 77; /* somebody else's */
	CHECK_EQ(tinynf_model_receive(mini->model, frame, 64, false), TINYNF_RX_FILTERED);
	mini_write(mini, TINYNF_REG_FCTRL, TINYNF_FCTRL_BAM | TINYNF_FCTRL_UPE);
	CHECK_EQ(tinynf_model_receive(mini->model, frame, 64, false), TINYNF_RX_TAKEN);
	mini_write(mini, TINYNF_REG_FCTRL, 0);
	memset(frame, 0xff, 6);
	CHECK_EQ(tinynf_model_receive(mini->model, frame, 64, false), TINYNF_RX_FILTERED);
	mini_write(mini, TINYNF_REG_FCTRL, TINYNF_FCTRL_BAM);
	CHECK_EQ(tinynf_model_receive(mini->model, frame, 64, false), TINYNF_RX_TAKEN);
	/* 01:00:5e:00:01:02: bits 47:36 of the address are 0x020. */
	memcpy(frame, "\x01\x00\x5e\x00\x01\x02", 6);
	CHECK_EQ(tinynf_model_receive(mini->model, frame, 64, false), TINYNF_RX_FILTERED);
	mini_write(mini, TINYNF_REG_MCSTCTRL, TINYNF_MCSTCTRL_MFE);
	mini_write(mini, TINYNF_REG(MTA, 0x020 >> 5), 1u << (0x020 & 31));
	CHECK_EQ(tinynf_model_receive(mini->model, frame, 64, false), TINYNF_RX_TAKEN);
	CHECK(mini_rx(mini, 0)[2].meta & TINYNF_RXD_PIF);
	mini_write(mini, TINYNF_REG_RXCTRL, 0);
	CHECK_EQ(tinynf_model_receive(mini->model, frame, 64, false), TINYNF_RX_FILTERED);
	mini_destroy(mini);
}

CHECK_CASE(rx_vlan_filter_and_strip)
{
	struct mini *mini = mini_create();
	uint8_t frame[68];

	mini_fill(frame, 68, 1);
	memcpy(frame + 12, "\x81\x00\x60\x2a\x08\x00", 6); /* priority 3, VLAN 42 */
	mini_rx_start(mini, 0, SRRCTL_2K);
	mini_write(mini, TINYNF_REG_VLNCTRL, TINYNF_VLNCTRL_VFE | 0x8100);
	CHECK_EQ(tinynf_model_receive(mini->model, frame, 68, false), TINYNF_RX_FILTERED);
	mini_write(mini, TINYNF_REG(VFTA, 42 / 32), 1u << (42 % 32));
	CHECK_EQ(tinynf_model_receive(mini->model, frame, 68, false), TINYNF_RX_TAKEN);
	CHECK_EQ(mini_rx(mini, 0)[0].meta & 0xffff, 68);
	mini_write(mini, TINYNF_REG(RXDCTL, 0), TINYNF_RXDCTL_ENABLE | TINYNF_RXDCTL_VME);
	CHECK_EQ(tinynf_model_receive(mini->model, frame, 68, false), TINYNF_RX_TAKEN);
	CHECK_EQ(mini_rx(mini, 0)[1].meta & 0xffff, 64);
	CHECK_EQ(mini_rx(mini, 0)[1].meta >> 48, 0x602a);
	CHECK(mini_rx(mini, 0)[1].meta & TINYNF_RXD_VP);
	CHECK_EQ(mini_at(mini, mini_buffer(1))[12], 0x08);
	mini_destroy(mini);
}

/* An IPv4 UDP frame; checksums right unless broken. */
static void
udp_frame(uint8_t *frame, const uint8_t *src, const uint8_t *dst, uint16_t sport, uint16_t dport)
{
	static const uint8_t ip[] = { 0x45, 0, 0, 46, 0, 1, 0, 0, 64, 17, 0, 0 };
	uint32_t sum = 0;
	unsigned int i;

	mini_fill(frame, 60, 1);
	frame[12] = 0x08;
	frame[13] = 0x00;
	memcpy(frame + 14, ip, sizeof(ip));
	memcpy(frame + 26, src, 4);
	memcpy(frame + 30, dst, 4);
	frame[34] = (uint8_t)(sport >> 8);
	frame[35] = (uint8_t)sport;
	frame[36] = (uint8_t)(dport >> 8);
	frame[37] = (uint8_t)dport;
	memcpy(frame + 38, "\0\x1a\0\0", 4);
	for (i = 14; i < 34; i += 2)
		sum += (uint32_t)frame[i] << 8 | frame[i + 1];
	sum = (sum & 0xffff) + (sum >> 16);
	sum = ~((sum & 0xffff) + (sum >> 16)) & 0xffff;
	frame[24] = (uint8_t)(sum >> 8);
	frame[25] = (uint8_t)sum;
	sum = 17 + 26;
	for (i = 26; i < 60; i += 2)
		sum += (uint32_t)frame[i] << 8 | frame[i + 1];
	sum = (sum & 0xffff) + (sum >> 16);
	sum = ~((sum & 0xffff) + (sum >> 16)) & 0xffff;
	frame[40] = (uint8_t)(sum >> 8);
	frame[41] = (uint8_t)sum;
}

CHECK_CASE(rx_checksum_verdicts)
{
	const uint64_t checked = TINYNF_RXD_IPCS | TINYNF_RXD_L4CS | TINYNF_RXD_UDPCS;
	struct mini *mini = mini_create();
	uint8_t frame[60];
	uint64_t meta;

	udp_frame(frame, (const uint8_t *)"\x0a\0\0\1", (const uint8_t *)"\x0a\0\0\2", 1, 2);
	mini_rx_start(mini, 0, SRRCTL_2K);
	tinynf_model_receive(mini->model, frame, 60, false);
	meta = mini_rx(mini, 0)[0].meta;
	CHECK_EQ(meta & checked, checked);
	CHECK_EQ(meta & (TINYNF_RXD_IPE | TINYNF_RXD_TCPE), 0);
	frame[50] ^= 1;
	tinynf_model_receive(mini->model, frame, 60, false);
	meta = mini_rx(mini, 0)[1].meta;
	CHECK_EQ(meta & (TINYNF_RXD_IPE | TINYNF_RXD_TCPE), TINYNF_RXD_TCPE);
	frame[50] ^= 1;
	frame[22] ^= 1; /* TTL */
	tinynf_model_receive(mini->model, frame, 60, false);
	meta = mini_rx(mini, 0)[2].meta;
	CHECK_EQ(meta & (TINYNF_RXD_IPE | TINYNF_RXD_TCPE), TINYNF_RXD_IPE);
	frame[22] ^= 1;
	frame[40] = frame[41] = 0; /* no UDP checksum */
	tinynf_model_receive(mini->model, frame, 60, false);
	CHECK_EQ(mini_rx(mini, 0)[3].meta & checked, TINYNF_RXD_IPCS);
	CHECK_EQ(mini_read(mini, TINYNF_REG_XEC), 2);
	mini_destroy(mini);
}

/* The verification suite that Microsoft publishes for the hash, IPv4 with ports. */
CHECK_CASE(rss_published_vectors)
{
	static const uint8_t key[40] = {
		0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e, 0xc2, 0x41, 0x67, 0x25, 0x3d, 0x43, 0xa3,
		0x8f, 0xb0, 0xd0, 0xca, 0x2b, 0xcb, 0xae, 0x7b, 0x30, 0xb4, 0x77, 0xcb, 0x2d, 0xa3,
		0x80, 0x30, 0xf2, 0x0c, 0x6a, 0x42, 0xb7, 0x3b, 0xbe, 0xac, 0x01, 0xfa,
	};
	static const struct {
		uint8_t dst[4], src[4];
		uint16_t dport, sport;
		uint32_t with_ports, addresses;
	} v[] = {
		{ { 161, 142, 100, 80 }, { 66, 9, 149, 187 }, 1766, 2794, 0x51ccc178, 0x323e8fc2 },
		{ { 65, 69, 140, 83 }, { 199, 92, 111, 2 }, 4739, 14230, 0xc626b0ea, 0xd718262a },
		{ { 12, 22, 207, 184 }, { 24, 19, 198, 95 }, 38024, 12898, 0x5c2b394a, 0xd2d0a5de },
		{ { 209, 142, 163, 6 }, { 38, 27, 205, 30 }, 2217, 48228, 0xafc7327f, 0x82989176 },
		{ { 202, 188, 127, 2 }, { 153, 39, 163, 191 }, 1303, 44251, 0x10e828a2, 0x5d1809c5 },
	};
	struct mini *mini = mini_create();
	uint8_t frame[60];
	unsigned int ports;
	unsigned int i;

	for (i = 0; i < 10; i++)
		mini_write(mini, TINYNF_REG(RSSRK, i), (uint32_t)key[4 * i] |
				(uint32_t)key[4 * i + 1] << 8 | (uint32_t)key[4 * i + 2] << 16 |
				(uint32_t)key[4 * i + 3] << 24);
	for (i = 0; i < 32; i++)
		mini_write(mini, TINYNF_REG(RETA, i), 0x01000100);
	mini_write(mini, TINYNF_REG_RXCSUM, TINYNF_RXCSUM_PCSD);
	mini_rx_start(mini, 0, SRRCTL_2K | ADVANCED);
	mini_rx_start(mini, 1, SRRCTL_2K | ADVANCED);
	for (i = 0; i < 2 * sizeof(v) / sizeof(v[0]); i++) {
		const unsigned int n = i / 2;
		const uint32_t hash = i & 1 ? v[n].with_ports : v[n].addresses;
		const uint32_t head = mini_read(mini, TINYNF_REG(RDH, hash & 1));

		ports = i & 1 ? TINYNF_MRQC_UDP_IPV4 : 0;
		mini_write(mini, TINYNF_REG_MRQC, TINYNF_MRQC_MRQE_RSS | TINYNF_MRQC_IPV4 | ports);
		udp_frame(frame, v[n].src, v[n].dst, v[n].sport, v[n].dport);
		CHECK_EQ(tinynf_model_receive(mini->model, frame, 60, false), TINYNF_RX_TAKEN);
		CHECK_EQ(mini_rx(mini, hash & 1)[head].addr >> 32, hash);
	}
	mini_destroy(mini);
}

CHECK_CASE(tx_head_write_back_on_rs_only)
{
	struct mini *mini = mini_create();
	unsigned int i;

	mini_tx_start(mini, 0, true);
	for (i = 0; i < 10; i++) {
		mini_fill(mini_at(mini, mini_buffer(i)), 60, (uint8_t)i);
		send_one(mini, 0, i, 60 | EOP | IFCS | (i == 4 ? RS : 0));
		CHECK_EQ(mini_head(mini, 0), i < 4 ? 0 : 5);
		CHECK(!(mini_tx(mini, 0)[i].meta & TINYNF_TXD_DD));
	}
	CHECK_EQ(mini->frames, 10);
	CHECK_EQ(mini_read(mini, TINYNF_REG(TDH, 0)), 10);
	CHECK_EQ(mini->violations, 0);
	mini_destroy(mini);
}

CHECK_CASE(tx_dd_write_back_without_head)
{
	struct mini *mini = mini_create();

	mini_tx_start(mini, 0, false);
	mini_fill(mini_at(mini, mini_buffer(0)), 60, 0);
	send_one(mini, 0, 0, 60 | EOP | IFCS);
	send_one(mini, 0, 1, 60 | EOP | IFCS | RS);
	CHECK(!(mini_tx(mini, 0)[0].meta & TINYNF_TXD_DD));
	CHECK(mini_tx(mini, 0)[1].meta & TINYNF_TXD_DD);
	CHECK_EQ(mini_head(mini, 0), 0);
	mini_destroy(mini);
}

CHECK_CASE(tx_null_padding_and_own_fcs)
{
	struct mini *mini = mini_create();

	mini_tx_start(mini, 0, true);
	mini_fill(mini_at(mini, mini_buffer(1)), 64, 9);
	send_one(mini, 0, 0, EOP | RS); /* null: consumed, nothing sent */
	CHECK_EQ(mini->frames, 0);
	CHECK_EQ(mini_head(mini, 0), 1);
	mini_write(mini, TINYNF_REG_HLREG0,
			mini_read(mini, TINYNF_REG_HLREG0) | TINYNF_HLREG0_TXPADEN);
	send_one(mini, 0, 1, 20 | EOP | IFCS);
	CHECK_EQ(mini->len[0], 60);
	CHECK_EQ(mini->frame[0][20], 0);
	mini_fill(mini_at(mini, mini_buffer(2)), 68, 9);
	send_one(mini, 0, 2, 68 | EOP); /* brings four bytes of FCS */
	CHECK_EQ(mini->len[1], 64);
	mini_destroy(mini);
}

CHECK_CASE(tx_legacy_checksum_and_vlan)
{
	struct mini *mini = mini_create();
	uint8_t frame[60];
	uint8_t *buffer = mini_at(mini, mini_buffer(0));

	udp_frame(frame, (const uint8_t *)"\x0a\0\0\1", (const uint8_t *)"\x0a\0\0\2", 1, 2);
	memcpy(buffer, frame, 60);
	/* Software puts the pseudo header's sum where the checksum goes. */
	buffer[40] = 0x14;
	buffer[41] = 0x2e; /* 0a00 + 0001 + 0a00 + 0002 + 17 + 26 */
	mini_tx_start(mini, 0, true);
	send_one(mini, 0, 0, 60 | EOP | IFCS | TINYNF_TXD_IC |
			(uint64_t)40 << TINYNF_TXD_CSO_SHIFT | (uint64_t)34 << TINYNF_TXD_CSS_SHIFT);
	CHECK_EQ(mini->len[0], 60);
	CHECK_MEM(mini->frame[0], frame, 60);
	memcpy(mini_at(mini, mini_buffer(1)), frame, 60);
	send_one(mini, 0, 1, 60 | EOP | IFCS | TINYNF_TXD_VLE |
			(uint64_t)0x602a << TINYNF_TXD_VLAN_SHIFT);
	CHECK_EQ(mini->len[1], 64);
	CHECK_MEM(mini->frame[1] + 12, "\x81\x00\x60\x2a\x08\x00", 6);
	CHECK_MEM(mini->frame[1] + 18, frame + 14, 46);
	mini_destroy(mini);
}

CHECK_CASE(tx_packet_over_several_descriptors)
{
	struct mini *mini = mini_create();

	mini_tx_start(mini, 0, true);
	mini_fill(mini_at(mini, mini_buffer(0)), 100, 3);
	mini_tx(mini, 0)[0].addr = mini_buffer(0);
	mini_tx(mini, 0)[0].meta = 40 | IFCS;
	mini_tx(mini, 0)[1].addr = mini_buffer(0) + 40;
	mini_tx(mini, 0)[1].meta = 60 | EOP | IFCS;
	mini_write(mini, TINYNF_REG(TDT, 0), 1); /* only half of it */
	tinynf_model_poll(mini->model, 64);
	CHECK_EQ(mini->frames, 0);
	mini_write(mini, TINYNF_REG(TDT, 0), 2);
	tinynf_model_poll(mini->model, 64);
	CHECK_EQ(mini->frames, 1);
	CHECK_EQ(mini->len[0], 100);
	CHECK_MEM(mini->frame[0], mini_at(mini, mini_buffer(0)), 100);
	mini_destroy(mini);
}

CHECK_CASE(tx_busy_wire_keeps_the_frame)
{
	struct mini *mini = mini_create();

	mini_tx_start(mini, 0, true);
	mini_fill(mini_at(mini, mini_buffer(0)), 60, 3);
	mini->wire_busy = true;
	send_one(mini, 0, 0, 60 | EOP | IFCS | RS);
	CHECK_EQ(mini_head(mini, 0), 0);
	mini->wire_busy = false;
	tinynf_model_poll(mini->model, 64);
	CHECK_EQ(mini->frames, 1);
	CHECK_EQ(mini_head(mini, 0), 1);
	CHECK_EQ(mini_read(mini, TINYNF_REG_GPTC), 1);
	CHECK_EQ(mini_read(mini, TINYNF_REG_GOTCL), 64);
	CHECK_EQ(mini_read(mini, TINYNF_REG(QPTC, 0)), 1);
	mini_destroy(mini);
}

/** Plug the far end in or out, and wait for as long as a link takes to train. */
static void
plug(struct mini *mini, bool in, uint64_t now)
{
	tinynf_model_set_signal(mini->model, in);
	tinynf_model_tick(mini->model, now);
	tinynf_model_poll(mini->model, 256);
}

/* Linux's driver looks for descriptors that a lost link has left behind, and resets. */
CHECK_CASE(tx_waits_for_the_link)
{
	struct mini *mini = mini_create();
	unsigned int i;

	mini_tx_start(mini, 0, false);
	plug(mini, false, 2000000000);
	for (i = 0; i < 3; i++)
		send_one(mini, 0, i, EOP | IFCS | RS | 100);
	CHECK_EQ(mini->frames, 0);
	CHECK_EQ(mini_read(mini, TINYNF_REG(TDH, 0)), 0);
	CHECK(!(mini_tx(mini, 0)[0].meta & TINYNF_TXD_DD));
	plug(mini, true, 3000000000);
	CHECK_EQ(mini->frames, 3);
	CHECK_EQ(mini_read(mini, TINYNF_REG(TDH, 0)), 3);
	for (i = 0; i < 3; i++)
		CHECK(mini_tx(mini, 0)[i].meta & TINYNF_TXD_DD);
	CHECK_EQ(mini_read(mini, TINYNF_REG_GPTC), 3);
	mini_destroy(mini);
}

/* What waited when the queue was disabled is not sent when it is enabled again. */
CHECK_CASE(tx_waiting_frames_end_with_their_queue)
{
	struct mini *mini = mini_create();

	mini_tx_start(mini, 0, false);
	plug(mini, false, 2000000000);
	send_one(mini, 0, 0, EOP | IFCS | RS | 100);
	send_one(mini, 0, 1, EOP | IFCS | RS | 100);
	mini_write(mini, TINYNF_REG(TXDCTL, 0), 0);
	plug(mini, true, 3000000000);
	CHECK_EQ(mini->frames, 0);
	mini_write(mini, TINYNF_REG(TDH, 0), 0);
	mini_write(mini, TINYNF_REG(TDT, 0), 0);
	mini_tx_start(mini, 0, false);
	tinynf_model_poll(mini->model, 256);
	CHECK_EQ(mini->frames, 0);
	send_one(mini, 0, 0, EOP | IFCS | RS | 200);
	CHECK_EQ(mini->frames, 1);
	CHECK_EQ(mini->len[0], 200);
	CHECK_EQ(mini->violations, 0);
	mini_destroy(mini);
}

/** A PAUSE frame from the link partner. */
static void
pause_arrives(struct mini *mini, unsigned int quanta)
{
	uint8_t frame[60] = { 0x01, 0x80, 0xc2, 0, 0, 1, 2, 0, 0, 0, 0, 9, 0x88, 0x08, 0, 1 };

	frame[16] = (uint8_t)(quanta >> 8);
	frame[17] = (uint8_t)quanta;
	tinynf_model_receive(mini->model, frame, 60, false);
}

/* 1000 quanta of 512 bit times are 51.2 microseconds; the clock stood at 1 s. */
CHECK_CASE(tx_pauses_when_asked)
{
	struct mini *mini = mini_create();

	mini_rx_start(mini, 0, SRRCTL_2K);
	mini_tx_start(mini, 0, true);
	mini_fill(mini_at(mini, mini_buffer(0)), 60, 3);
	pause_arrives(mini, 1000); /* not with flow control off */
	send_one(mini, 0, 0, 60 | EOP | IFCS | RS);
	CHECK_EQ(mini->frames, 1);
	CHECK_EQ(mini_read(mini, TINYNF_REG_LXOFFRXCNT), 0);
	mini_write(mini, TINYNF_REG_MFLCN, TINYNF_MFLCN_RFCE);
	pause_arrives(mini, 1000);
	send_one(mini, 0, 1, 60 | EOP | IFCS | RS);
	tinynf_model_tick(mini->model, 1000051000);
	tinynf_model_poll(mini->model, 64);
	CHECK_EQ(mini->frames, 1);
	tinynf_model_tick(mini->model, 1000051200);
	tinynf_model_poll(mini->model, 64);
	CHECK_EQ(mini->frames, 2);
	pause_arrives(mini, 65535);
	send_one(mini, 0, 2, 60 | EOP | IFCS | RS);
	CHECK_EQ(mini->frames, 2);
	pause_arrives(mini, 0);
	tinynf_model_poll(mini->model, 64);
	CHECK_EQ(mini->frames, 3);
	CHECK_EQ(mini_read(mini, TINYNF_REG_LXOFFRXCNT), 2);
	CHECK_EQ(mini_read(mini, TINYNF_REG_LXONRXCNT), 1);
	CHECK_EQ(tinynf_model_counters(mini->model)->rx_frames, 0);
	mini_destroy(mini);
}

struct misuse {
	uint32_t reg, value;
	const char *reason;
};

static void
misuse(const void *arg)
{
	const struct misuse *u = arg;
	struct mini *mini = mini_create();

	mini_rx_start(mini, 0, SRRCTL_2K);
	mini_tx_start(mini, 0, true);
	tinynf_model_poll(mini->model, 64); /* the tail so far is known */
	CHECK_EQ(mini->violations, 0);
	mini_write(mini, u->reg, u->value);
	tinynf_model_poll(mini->model, 64);
	CHECK_EQ(mini->violations, 1);
	CHECK_STR(mini->last.reason, u->reason);
	CHECK_EQ(mini->last.queue, 0);
	mini_destroy(mini);
}

int
main(int argc, char **argv)
{
	static const struct misuse uses[] = {
		{ 0x01018, MINI_RING, "tail is outside the ring" },
		{ 0x06018, MINI_RING, "tail is outside the ring" },
		{ 0x01018, 5, "tail went back over descriptors that hardware owns" },
		{ 0x01000, 0x8000, "ring base or length written while the queue is enabled" },
		{ 0x06008, 128, "ring base or length written while the queue is enabled" },
		{ 0x06010, 7, "head written while the queue is enabled" },
		{ 0x06028, 1u << 25 | 1u << 16, "WTHRESH must be 0 with head write-back" },
	};
	char name[80];
	unsigned int i;

	check_init(argc, argv);
	CHECK_RUN(rx_legacy_keeps_the_address);
	CHECK_RUN(rx_advanced_replaces_both_words);
	CHECK_RUN(rx_frame_over_several_buffers);
	CHECK_RUN(rx_tail_equal_head_means_nothing_owned);
	CHECK_RUN(rx_without_drop_waits_in_the_packet_buffer);
	CHECK_RUN(rx_waiting_frames_follow_the_filters);
	CHECK_RUN(rx_hold_loses_and_counts_nothing);
	CHECK_RUN(rx_filters);
	CHECK_RUN(rx_vlan_filter_and_strip);
	CHECK_RUN(rx_checksum_verdicts);
	CHECK_RUN(rss_published_vectors);
	CHECK_RUN(tx_head_write_back_on_rs_only);
	CHECK_RUN(tx_dd_write_back_without_head);
	CHECK_RUN(tx_null_padding_and_own_fcs);
	CHECK_RUN(tx_legacy_checksum_and_vlan);
	CHECK_RUN(tx_packet_over_several_descriptors);
	CHECK_RUN(tx_busy_wire_keeps_the_frame);
	CHECK_RUN(tx_waits_for_the_link);
	CHECK_RUN(tx_waiting_frames_end_with_their_queue);
	CHECK_RUN(tx_pauses_when_asked);
	for (i = 0; i < sizeof(uses) / sizeof(uses[0]); i++) {
		snprintf(name, sizeof(name), "violation/%05xh = %xh", uses[i].reg, uses[i].value);
		check_run(name, misuse, &uses[i]);
	}
	return check_done();
}
