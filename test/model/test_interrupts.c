/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* Interrupt causes, masks, vectors, moderation and timers, 7.3 and 8.2.3.5. */

#include "check.h"
#include "mini.h"

#define VALID     0x80u
#define LSC       TINYNF_EICR_LSC
#define MS        UINT64_C(1000000)
#define START     (2000 * MS) /* of the tests' time */
#define MSIX      TINYNF_GPIE_MULTIPLE_MSIX
#define EIAME     TINYNF_GPIE_EIAME

/** A model without pending causes, queues 0 and 1 ready. */
static struct mini *
quiet(uint32_t gpie)
{
	struct mini *mini = mini_create();

	mini_rx_start(mini, 0, 2);
	mini_rx_start(mini, 1, 2);
	mini_write(mini, TINYNF_REG_GPIE, gpie);
	mini_write(mini, TINYNF_REG_EIMC, UINT32_MAX);
	mini_write(mini, TINYNF_REG_EICR, UINT32_MAX);
	tinynf_model_tick(mini->model, START);
	mini->irqs = 0;
	memset(mini->fired, 0, sizeof(mini->fired));
	return mini;
}

static void
frame_arrives(struct mini *mini)
{
	uint8_t frame[60];

	mini_fill(frame, 60, 1);
	CHECK_EQ(tinynf_model_receive(mini->model, frame, 60, false), TINYNF_RX_TAKEN);
	tinynf_model_poll(mini->model, 64);
}

CHECK_CASE(line_follows_unmasked_causes)
{
	struct mini *mini = quiet(0);

	mini_write(mini, TINYNF_REG(IVAR, 0), VALID | 3);
	frame_arrives(mini);
	CHECK(!mini->line);
	CHECK_EQ(mini_read(mini, TINYNF_REG_EICS), 1u << 3); /* EICR without clearing */
	CHECK_EQ(mini_read(mini, TINYNF_REG_EICS), 1u << 3);
	mini_write(mini, TINYNF_REG_EIMS, 1u << 3 | LSC);
	CHECK(mini->line);
	mini_write(mini, TINYNF_REG_EIMC, 1u << 3);
	CHECK(!mini->line);
	mini_write(mini, TINYNF_REG_EIMS, 1u << 3);
	CHECK(mini->line);
	mini_write(mini, TINYNF_REG_EICR, 1u << 3); /* by write */
	CHECK(!mini->line);
	mini_write(mini, TINYNF_REG_EIAM, 1u << 3);
	frame_arrives(mini);
	CHECK(mini->line);
	CHECK_EQ(mini_read(mini, TINYNF_REG_EICR), 1u << 3); /* by reading, which masks */
	CHECK(!mini->line);
	CHECK_EQ(mini_read(mini, TINYNF_REG_EIMS), LSC);
	frame_arrives(mini);
	CHECK(!mini->line);
	mini_destroy(mini);
}

CHECK_CASE(link_change_raises_lsc)
{
	struct mini *mini = quiet(0);

	mini_write(mini, TINYNF_REG_EIMS, LSC);
	tinynf_model_set_signal(mini->model, false);
	CHECK(mini->line);
	CHECK_EQ(mini_read(mini, TINYNF_REG_EICR), LSC);
	tinynf_model_set_signal(mini->model, true);
	CHECK(!mini->line);
	tinynf_model_tick(mini->model, START + 100 * MS);
	CHECK(mini->line);
	mini_write(mini, TINYNF_REG_CTRL, TINYNF_CTRL_RST);
	CHECK(!mini->line);
	mini_destroy(mini);
}

/* Vectors by IVAR: any of 64 for each queue and direction. */
CHECK_CASE(vectors_by_queue)
{
	struct mini *mini = quiet(MSIX);
	unsigned int i;

	mini_tx_start(mini, 1, false);
	mini_write(mini, TINYNF_REG(IVAR, 0), VALID | 40 | (VALID | 63u) << 24);
	mini_write(mini, TINYNF_REG_EIMS_EX, UINT32_MAX);
	mini_write(mini, TINYNF_REG_EIMS_EX + 4, UINT32_MAX);
	frame_arrives(mini);
	CHECK_EQ(mini->fired[40], 1);
	for (i = 0; i < 3; i++) {
		mini_tx(mini, 1)[i].addr = mini_buffer(200);
		mini_tx(mini, 1)[i].meta = 60 | TINYNF_TXD_EOP | TINYNF_TXD_IFCS |
			(i == 2 ? TINYNF_TXD_RS : 0);
	}
	mini_write(mini, TINYNF_REG(TDT, 1), 2);
	tinynf_model_poll(mini->model, 64);
	CHECK_EQ(mini->fired[63], 0);
	mini_write(mini, TINYNF_REG(TDT, 1), 3);
	tinynf_model_poll(mini->model, 64);
	CHECK_EQ(mini->fired[63], 1);
	CHECK_EQ(mini->irqs, 2);
	CHECK_EQ(mini_read(mini, TINYNF_REG_EICR), 0); /* beyond its 16 bits */
	mini_destroy(mini);
}

/* What comes while a vector is masked is reported when it is not: polling drivers rely on it. */
static void
masked_event(const void *arg)
{
	const unsigned int vector = *(const unsigned int *)arg;
	const uint32_t ex = TINYNF_REG_EIMS_EX + 4 * (vector / 32), bit = 1u << (vector % 32);
	struct mini *mini = quiet(MSIX | EIAME);

	mini_write(mini, TINYNF_REG_EIAC, UINT32_MAX);
	mini_write(mini, TINYNF_REG_EIAM_EX, UINT32_MAX);
	mini_write(mini, TINYNF_REG_EIAM_EX + 4, UINT32_MAX);
	mini_write(mini, TINYNF_REG(IVAR, 0), VALID | vector);
	mini_write(mini, ex, bit);
	frame_arrives(mini);
	CHECK_EQ(mini->fired[vector], 1);
	CHECK_EQ(mini_read(mini, ex), 0); /* masked by its message */
	frame_arrives(mini);
	frame_arrives(mini);
	CHECK_EQ(mini->fired[vector], 1);
	mini_write(mini, ex, bit);
	CHECK_EQ(mini->fired[vector], 2);
	mini_write(mini, ex, bit);
	CHECK_EQ(mini->fired[vector], 2); /* nothing new */
	mini_destroy(mini);
}

CHECK_CASE(clearing_with_vectors)
{
	struct mini *mini = quiet(MSIX);

	mini_write(mini, TINYNF_REG(IVAR, 0), VALID | 2);
	mini_write(mini, TINYNF_REG_EIMS, 1u << 2);
	frame_arrives(mini);
	CHECK_EQ(mini->fired[2], 1);
	CHECK_EQ(mini_read(mini, TINYNF_REG_EIMS), 1u << 2); /* no EIAME, no auto-mask */
	CHECK_EQ(mini_read(mini, TINYNF_REG_EICR), 1u << 2); /* no EIAC, no auto-clear */
	CHECK_EQ(mini_read(mini, TINYNF_REG_EICR), 0);
	mini_write(mini, TINYNF_REG_EIAC, 1u << 2);
	frame_arrives(mini);
	CHECK_EQ(mini->fired[2], 2);
	CHECK_EQ(mini_read(mini, TINYNF_REG_EICR), 0);
	mini_write(mini, TINYNF_REG_EIAC, 0);
	mini_write(mini, TINYNF_REG_GPIE, MSIX | TINYNF_GPIE_OCD);
	mini_write(mini, TINYNF_REG_EICS, 1u << 2 | LSC);
	CHECK_EQ(mini_read(mini, TINYNF_REG_EICR), 1u << 2 | LSC);
	CHECK_EQ(mini_read(mini, TINYNF_REG_EICR), 1u << 2); /* only others by reading */
	/* Cleared before it could be reported: nothing to report. */
	mini_write(mini, TINYNF_REG_EIMC, 1u << 2);
	frame_arrives(mini);
	mini_write(mini, TINYNF_REG_EICR, 1u << 2);
	mini->fired[2] = 0;
	mini_write(mini, TINYNF_REG_EIMS, 1u << 2);
	CHECK_EQ(mini->fired[2], 0);
	mini_destroy(mini);
}

CHECK_CASE(other_causes_by_ivar_misc)
{
	struct mini *mini = quiet(MSIX);

	mini_write(mini, TINYNF_REG_EIMS, LSC);
	tinynf_model_set_signal(mini->model, false);
	CHECK_EQ(mini->irqs, 0); /* not allocated */
	mini_write(mini, TINYNF_REG_EICR, UINT32_MAX);
	mini_write(mini, TINYNF_REG_IVAR_MISC, (VALID | 17u) << 8);
	tinynf_model_set_signal(mini->model, true);
	tinynf_model_tick(mini->model, START + 100 * MS);
	CHECK_EQ(mini->fired[17], 1);
	CHECK_EQ(mini_read(mini, TINYNF_REG_EICS), LSC);
	mini_write(mini, TINYNF_REG_EICR, LSC);
	CHECK_EQ(mini_read(mini, TINYNF_REG_EICS), 0);
	/* Masked, then unmasked with the cause still there. */
	mini_write(mini, TINYNF_REG_EIMC, LSC);
	tinynf_model_set_signal(mini->model, false);
	CHECK_EQ(mini->fired[17], 1);
	mini_write(mini, TINYNF_REG_EIMS, LSC);
	CHECK_EQ(mini->fired[17], 2);
	mini_destroy(mini);
}

CHECK_CASE(missed_frames_raise_a_cause)
{
	struct mini *mini = quiet(0);
	uint8_t frame[1500];
	unsigned int i;

	mini_fill(frame, sizeof(frame), 1);
	for (i = 0; i < 1000; i++)
		tinynf_model_receive(mini->model, frame, sizeof(frame), false);
	CHECK(mini_read(mini, TINYNF_REG(RXMPC, 0)) > 0);
	CHECK(mini_read(mini, TINYNF_REG_EICR) & TINYNF_EICR_RX_MISS);
	mini_destroy(mini);
}

/* EITR: 2 microsecond units in bits 11:3; the second message waits. */
CHECK_CASE(moderation_of_vectors)
{
	struct mini *mini = quiet(MSIX);
	uint64_t now = START;
	unsigned int i;

	mini_write(mini, TINYNF_REG(IVAR, 0), VALID | 30);
	mini_write(mini, TINYNF_REG_EIMS_EX, UINT32_MAX);
	mini_write(mini, TINYNF_REG(EITR_HIGH, 30 - 24), 50 << 3 | 1u << 31); /* 100 us */
	CHECK_EQ(mini_read(mini, TINYNF_REG(EITR_HIGH, 30 - 24)), 50 << 3);
	frame_arrives(mini);
	CHECK_EQ(mini->fired[30], 1);
	for (i = 0; i < 10; i++) {
		frame_arrives(mini);
		now += 9000;
		tinynf_model_tick(mini->model, now);
		CHECK_EQ(mini->fired[30], 1);
	}
	now = START + 100000;
	tinynf_model_tick(mini->model, now);
	CHECK_EQ(mini->fired[30], 2);
	tinynf_model_tick(mini->model, now + 10 * MS);
	CHECK_EQ(mini->fired[30], 2);
	/* A write without CNT_WDIS restarts the counter at zero: no waiting. */
	frame_arrives(mini);
	CHECK_EQ(mini->fired[30], 3);
	frame_arrives(mini);
	CHECK_EQ(mini->fired[30], 3);
	mini_write(mini, TINYNF_REG(EITR_HIGH, 30 - 24), 50 << 3);
	CHECK_EQ(mini->fired[30], 4);
	mini_destroy(mini);
}

CHECK_CASE(moderation_of_the_line)
{
	struct mini *mini = quiet(0);

	mini_write(mini, TINYNF_REG(IVAR, 0), VALID);
	mini_write(mini, TINYNF_REG(EITR, 0), 100 << 3); /* 200 us */
	mini_write(mini, TINYNF_REG_EIMS, 1);
	frame_arrives(mini);
	CHECK(mini->line);
	mini_read(mini, TINYNF_REG_EICR);
	frame_arrives(mini);
	CHECK(!mini->line);
	tinynf_model_tick(mini->model, START + 199000);
	CHECK(!mini->line);
	tinynf_model_tick(mini->model, START + 200000);
	CHECK(mini->line);
	mini_destroy(mini);
}

/* GPIE.EIMEN: what software raises itself is not moderated. */
CHECK_CASE(software_interrupt_at_once)
{
	struct mini *mini = quiet(MSIX);

	mini_write(mini, TINYNF_REG(EITR, 5), 500 << 3);
	mini_write(mini, TINYNF_REG_EIMS, 1u << 5);
	mini_write(mini, TINYNF_REG_EICS, 1u << 5);
	mini_write(mini, TINYNF_REG_EICS, 1u << 5);
	CHECK_EQ(mini->fired[5], 1);
	mini_write(mini, TINYNF_REG_GPIE, MSIX | TINYNF_GPIE_EIMEN);
	mini_write(mini, TINYNF_REG_EICS, 1u << 5);
	CHECK_EQ(mini->fired[5], 2);
	mini_write(mini, TINYNF_REG_EICS_EX, 1u << 5);
	CHECK_EQ(mini->fired[5], 3);
	mini_destroy(mini);
}

CHECK_CASE(tcp_timer)
{
	struct mini *mini = quiet(MSIX);
	unsigned int ms;

	mini_write(mini, TINYNF_REG_IVAR_MISC, VALID | 9);
	mini_write(mini, TINYNF_REG_EIMS, TINYNF_EICR_TCP_TIMER);
	mini_write(mini, TINYNF_REG_EIAC, TINYNF_EICR_TCP_TIMER);
	mini_write(mini, TINYNF_REG_TCPTIMER, 5 | 1 << 8 | 1 << 9); /* once, after 5 ms */
	for (ms = 1; ms <= 20; ms++) {
		tinynf_model_tick(mini->model, START + ms * MS);
		CHECK_EQ(mini->fired[9], ms >= 5);
	}
	mini_write(mini, TINYNF_REG_TCPTIMER, 5 | 1 << 8 | 1 << 9 | 1 << 11); /* again and again */
	for (ms = 21; ms <= 40; ms++)
		tinynf_model_tick(mini->model, START + ms * MS);
	CHECK_EQ(mini->fired[9], 5);
	mini_write(mini, TINYNF_REG_TCPTIMER, 5); /* stopped */
	tinynf_model_tick(mini->model, START + 100 * MS);
	CHECK_EQ(mini->fired[9], 5);
	mini_write(mini, TINYNF_REG_TCPTIMER, 1 << 10); /* forced */
	CHECK_EQ(mini->fired[9], 6);
	CHECK_EQ(mini_read(mini, TINYNF_REG_EICR), 0);
	mini_destroy(mini);
}

CHECK_CASE(free_running_timer)
{
	struct mini *mini = quiet(0);
	uint32_t v;

	tinynf_model_tick(mini->model, 7 * 1000 * MS + 123 * MS + 456000);
	v = mini_read(mini, TINYNF_REG_FRTIMER);
	CHECK_EQ(v & 0x3ff, 456);
	CHECK_EQ((v >> 10) & 0x3ff, 123);
	CHECK_EQ(v >> 20, 7);
	mini_destroy(mini);
}

int
main(int argc, char **argv)
{
	static const unsigned int low = 2, high = 33;

	check_init(argc, argv);
	CHECK_RUN(line_follows_unmasked_causes);
	CHECK_RUN(link_change_raises_lsc);
	CHECK_RUN(vectors_by_queue);
	check_run("masked_event/vector_2", masked_event, &low);
	check_run("masked_event/vector_33", masked_event, &high);
	CHECK_RUN(clearing_with_vectors);
	CHECK_RUN(other_causes_by_ivar_misc);
	CHECK_RUN(missed_frames_raise_a_cause);
	CHECK_RUN(moderation_of_vectors);
	CHECK_RUN(moderation_of_the_line);
	CHECK_RUN(software_interrupt_at_once);
	CHECK_RUN(tcp_timer);
	CHECK_RUN(free_running_timer);
	return check_done();
}
