/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * Ways in which emulated NICs went wrong, each with what a guest does to get there. The
 * model must come back, within its budget, and say what was wrong.
 */

#include "check.h"
#include "advanced.h"

#define EOP  TINYNF_TXD_EOP
#define IFCS TINYNF_TXD_IFCS

/* e1000's loop in rx/tx processing with a head outside the ring did not end. */
CHECK_CASE(cve_2017_9310_head_outside_the_ring)
{
	struct mini *mini = mini_create();
	uint8_t frame[60];
	unsigned int i;

	mini_fill(frame, 60, 1);
	mini_write(mini, TINYNF_REG(TDH, 0), 1000);
	mini_tx_start(mini, 0, true);
	CHECK(mini->violations > 0);
	mini_write(mini, TINYNF_REG(TDT, 0), 5);
	for (i = 0; i < 100; i++)
		CHECK(tinynf_model_poll(mini->model, 64) <= 64);
	CHECK_EQ(mini->frames, 0);
	mini_write(mini, TINYNF_REG(RDH, 0), 1000);
	mini_rx_start(mini, 0, 2);
	CHECK(tinynf_model_receive(mini->model, frame, 60, false) != TINYNF_RX_HELD);
	CHECK_EQ(tinynf_model_counters(mini->model)->rx_frames, 0);
	mini_destroy(mini);
}

/* e1000e looped for ever over receive descriptors with a null address. */
CHECK_CASE(cve_2020_28916_null_receive_buffers)
{
	struct mini *mini = mini_create();
	uint8_t frame[1500];
	unsigned int i;

	mini_fill(frame, sizeof(frame), 1);
	mini_rx_start(mini, 0, 1);
	for (i = 0; i < MINI_RING; i++)
		mini_rx(mini, 0)[i].addr = 0;
	for (i = 0; i < 100; i++)
		tinynf_model_receive(mini->model, frame, sizeof(frame), false);
	CHECK(mini->violations > 0);
	CHECK_STR(mini->last.reason, "receive buffer is not in memory");
	CHECK(mini_rx(mini, 0)[0].meta & TINYNF_RXD_DD);
	mini_destroy(mini);
}

/* e1000 looped for ever in a large send whose headers or segments left nothing to progress by. */
CHECK_CASE(cve_2021_20257_large_send_without_progress)
{
	static const struct { uint32_t len, mss, l4len, payload; } sends[] = {
		{ 1000, 0, 20, 946 },     /* no bytes a segment */
		{ 54, 1000, 20, 0 },      /* headers only */
		{ 40, 1000, 20, 1000 },   /* headers beyond the data */
		{ 0, 1000, 20, 1000 },    /* nothing at all */
		{ 1000, 1000, 255, 711 }, /* more header than data can be cut behind */
		{ 1000, 65535, 0, 966 },
	};
	const struct ref_flow f = { .protocol = REF_TCP };
	struct mini *mini = mini_create();
	unsigned int done = 0;
	unsigned int i;

	mini_tx_start(mini, 0, true);
	for (i = 0; i < 6; i++) {
		adv_context(mini, 2 * i, &f, sends[i].mss, 0);
		mini_tx(mini, 0)[2 * i].meta &= ~CTX_L4LEN(0xff);
		mini_tx(mini, 0)[2 * i].meta |= CTX_L4LEN(sends[i].l4len);
		adv_data(mini, 2 * i + 1, mini_buffer(i), sends[i].len, ADV_TSE | ADV_IFCS |
				ADV_EOP | ADV_RS | adv_checksums(&f) | ADV_PAYLEN(sends[i].payload));
	}
	mini_write(mini, TINYNF_REG(TDT, 0), 12);
	for (i = 0; i < 100; i++)
		done += tinynf_model_poll(mini->model, 64);
	CHECK_EQ(done, 12);
	CHECK_EQ(mini->frames, 0);
	CHECK_EQ(mini->violations, 5); /* no bytes at all is a null descriptor */
	CHECK_EQ(mini_head(mini, 0), 12);
	mini_destroy(mini);
}

/* e1000 looped over a ring of transmit descriptors that never made a packet. */
CHECK_CASE(packet_that_never_ends)
{
	struct mini *mini = mini_create();
	unsigned int done = 0;
	unsigned int i;

	mini_tx_start(mini, 0, true);
	for (i = 0; i < MINI_RING; i++) {
		mini_tx(mini, 0)[i].addr = mini_buffer(i);
		mini_tx(mini, 0)[i].meta = TINYNF_TXD_RS; /* no EOP, no length */
	}
	mini_write(mini, TINYNF_REG(TDT, 0), MINI_RING - 1);
	for (i = 0; i < 100; i++)
		done += tinynf_model_poll(mini->model, 64);
	CHECK(done <= MINI_RING);
	CHECK_EQ(mini->frames, 0);
	CHECK_STR(mini->last.reason, "packet without EOP fills the ring");
	/* And another queue still works. */
	mini_tx_start(mini, 1, true);
	mini_fill(mini_at(mini, mini_buffer(0)), 60, 1);
	mini_tx(mini, 1)[0].addr = mini_buffer(0);
	mini_tx(mini, 1)[0].meta = 60 | EOP | IFCS;
	mini_write(mini, TINYNF_REG(TDT, 1), 1);
	tinynf_model_poll(mini->model, 64);
	CHECK_EQ(mini->frames, 1);
	mini_destroy(mini);
}

static void
reset_from_wire(struct mini *mini)
{
	mini_write(mini, TINYNF_REG_CTRL, TINYNF_CTRL_RST);
}

/* e1000e: a reset while a packet was being sent freed what the loop went on to use. */
CHECK_CASE(cve_2020_15859_reset_while_transmitting)
{
	struct mini *mini = mini_create();
	unsigned int i;

	mini_tx_start(mini, 0, true);
	for (i = 0; i < 10; i++) {
		mini_fill(mini_at(mini, mini_buffer(i)), 60, (uint8_t)i);
		mini_tx(mini, 0)[i].addr = mini_buffer(i);
		mini_tx(mini, 0)[i].meta = 60 | EOP | IFCS | TINYNF_TXD_RS;
	}
	mini->on_wire = reset_from_wire;
	mini_write(mini, TINYNF_REG(TDT, 0), 10);
	tinynf_model_poll(mini->model, 64);
	CHECK_EQ(mini->frames, 1);
	CHECK_EQ(mini_head(mini, 0), 0);
	CHECK(!(mini_read(mini, TINYNF_REG(TXDCTL, 0)) & TINYNF_TXDCTL_ENABLE));
	mini_destroy(mini);
}

static void
transmit_again(struct mini *mini)
{
	if (mini->frames < 5)
		tinynf_model_poll(mini->model, 64);
}

/* e1000e: DMA to the device's own registers entered the transmit loop again. */
CHECK_CASE(cve_2023_3019_transmit_from_within_transmit)
{
	struct mini *mini = mini_create();
	unsigned int i;

	mini_tx_start(mini, 0, true);
	for (i = 0; i < 10; i++) {
		mini_fill(mini_at(mini, mini_buffer(i)), 60, (uint8_t)i);
		mini_tx(mini, 0)[i].addr = mini_buffer(i);
		mini_tx(mini, 0)[i].meta = 60 | EOP | IFCS;
	}
	mini->on_wire = transmit_again;
	mini_write(mini, TINYNF_REG(TDT, 0), 10);
	for (i = 0; i < 5; i++)
		tinynf_model_poll(mini->model, 64);
	/* Each frame once, in order. */
	CHECK_EQ(mini->frames, 10);
	for (i = 0; i < 10; i++)
		CHECK_EQ(mini->frame[i][14], (uint8_t)(14 * 7 + i));
	/* A buffer that is not memory (the device's own BAR, say) is refused. */
	mini->on_wire = NULL;
	mini_tx(mini, 0)[10].addr = 0xfee00000;
	mini_tx(mini, 0)[10].meta = 60 | EOP | IFCS;
	mini_write(mini, TINYNF_REG(TDT, 0), 11);
	tinynf_model_poll(mini->model, 64);
	CHECK_EQ(mini->frames, 10);
	CHECK_STR(mini->last.reason, "transmit buffer is not in memory");
	mini_destroy(mini);
}

CHECK_CASE(rings_outside_memory)
{
	struct mini *mini = mini_create();
	uint8_t frame[60];
	unsigned int i;

	mini_fill(frame, 60, 1);
	mini_rx_start(mini, 0, 2);
	mini_tx_start(mini, 0, true);
	mini_write(mini, TINYNF_REG(RXDCTL, 0), 0);
	mini_write(mini, TINYNF_REG(TXDCTL, 0), 0);
	mini_write(mini, TINYNF_REG(RDBAH, 0), 1);
	mini_write(mini, TINYNF_REG(TDBAH, 0), 1);
	mini_write(mini, TINYNF_REG(RXDCTL, 0), TINYNF_RXDCTL_ENABLE);
	mini_write(mini, TINYNF_REG(TXDCTL, 0), TINYNF_TXDCTL_ENABLE);
	mini_write(mini, TINYNF_REG(TDT, 0), 5);
	for (i = 0; i < 10; i++) {
		tinynf_model_receive(mini->model, frame, 60, false);
		tinynf_model_poll(mini->model, 64);
	}
	CHECK(mini->violations >= 2);
	CHECK_EQ(tinynf_model_counters(mini->model)->dma_errors, 2);
	CHECK_EQ(mini->frames, 0);
	mini_destroy(mini);
}

/* A receive buffer that lies on the ring itself overwrites descriptors: no harm to us. */
CHECK_CASE(buffers_on_the_ring)
{
	struct mini *mini = mini_create();
	uint8_t frame[1500];
	unsigned int i;

	memset(frame, 0xff, sizeof(frame));
	mini_fill(frame, 14, 1);
	mini_rx_start(mini, 0, 2);
	mini_tx_start(mini, 0, true);
	for (i = 0; i < MINI_RING; i++) {
		mini_rx(mini, 0)[i].addr = MINI_IOVA + MINI_RX_RING;
		mini_tx(mini, 0)[i].addr = MINI_IOVA + MINI_TX_RING;
		mini_tx(mini, 0)[i].meta = 1024 | EOP | IFCS;
	}
	mini_write(mini, TINYNF_REG(TDT, 0), MINI_RING - 1);
	for (i = 0; i < 200; i++) {
		tinynf_model_receive(mini->model, frame, sizeof(frame), false);
		CHECK(tinynf_model_poll(mini->model, 64) <= 64);
	}
	mini_destroy(mini);
}

/* A frame limit beyond the device's, looped back into a packet buffer that must hold it. */
CHECK_CASE(frame_limit_beyond_the_device)
{
	struct mini *mini = mini_create();
	const uint32_t len = TINYNF_MODEL_MAX_FRAME;
	unsigned int i;

	mini_write(mini, TINYNF_REG_MAXFRS, 0xffff0000);
	mini_write(mini, TINYNF_REG_FCTRL, TINYNF_FCTRL_BAM | TINYNF_FCTRL_UPE | TINYNF_FCTRL_MPE);
	mini_write(mini, TINYNF_REG_HLREG0, mini_read(mini, TINYNF_REG_HLREG0) |
			TINYNF_HLREG0_JUMBOEN | TINYNF_HLREG0_LPBK);
	mini_rx_start(mini, 0, 2);
	mini_write(mini, TINYNF_REG(RDT, 0), 0);
	mini_tx_start(mini, 0, true);
	mini_fill(mini_at(mini, mini_buffer(100)), len, 1);
	mini_tx(mini, 0)[0].addr = mini_buffer(100);
	mini_tx(mini, 0)[0].meta = len | EOP | IFCS | TINYNF_TXD_VLE;
	mini_write(mini, TINYNF_REG(TDT, 0), 1);
	tinynf_model_poll(mini->model, 64);
	mini_write(mini, TINYNF_REG(RDT, 0), MINI_RING - 1);
	for (i = 0; i < 4; i++)
		tinynf_model_poll(mini->model, 64);
	CHECK_EQ(tinynf_model_counters(mini->model)->rx_frames, 0);
	CHECK_EQ(mini_read(mini, TINYNF_REG_ROC) + mini_read(mini, TINYNF_REG_RJC), 1);
	mini_destroy(mini);
}

static void
reset_from_violation(void *ctx, const struct tinynf_model_violation *v)
{
	struct mini *mini = ctx;

	(void)v;
	if (mini->violations++ < 4)
		mini_write(mini, TINYNF_REG_CTRL, TINYNF_CTRL_RST);
}

/* A host that resets the device because of what was reported, in the middle of a frame. */
CHECK_CASE(reset_while_receiving)
{
	const struct tinynf_model_config config = { .mac = { 2, 0, 0, 0, 0, 1 } };
	const struct tinynf_model_ops ops = {
		mini_dma, mini_wire_tx, mini_irq, reset_from_violation,
	};
	struct mini *mini = mini_create();
	uint8_t frame[1500];

	tinynf_model_destroy(mini->model);
	mini->model = tinynf_model_create(&config, &ops, mini);
	tinynf_model_tick(mini->model, 1);
	tinynf_model_tick(mini->model, 1000000000);
	mini_write(mini, TINYNF_REG_FCTRL, TINYNF_FCTRL_BAM);
	mini_write(mini, TINYNF_REG_RXCTRL, TINYNF_RXCTRL_RXEN);
	mini_fill(frame, sizeof(frame), 1);
	mini_rx_start(mini, 0, 1);
	mini_rx(mini, 0)[0].addr = 0;
	tinynf_model_receive(mini->model, frame, sizeof(frame), false);
	CHECK_EQ(mini->violations, 1);
	CHECK_EQ(tinynf_model_counters(mini->model)->rx_frames, 0);
	mini_destroy(mini);
}

int
main(int argc, char **argv)
{
	check_init(argc, argv);
	CHECK_RUN(cve_2017_9310_head_outside_the_ring);
	CHECK_RUN(cve_2020_28916_null_receive_buffers);
	CHECK_RUN(cve_2021_20257_large_send_without_progress);
	CHECK_RUN(cve_2020_15859_reset_while_transmitting);
	CHECK_RUN(cve_2023_3019_transmit_from_within_transmit);
	CHECK_RUN(packet_that_never_ends);
	CHECK_RUN(rings_outside_memory);
	CHECK_RUN(buffers_on_the_ring);
	CHECK_RUN(frame_limit_beyond_the_device);
	CHECK_RUN(reset_while_receiving);
	return check_done();
}
