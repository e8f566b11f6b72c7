/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * What "ethtool -t <device> offline" does to a card under Linux ixgbe: which registers it
 * writes with which patterns and what must read back; forced interrupts; the sum of the
 * EEPROM; frames through the MAC's loopback.
 */

#include "check.h"
#include "advanced.h"

enum how { PATTERN, SET_READ, WRITE_ONLY, TABLE_32, TABLE_64, TABLE_64_HIGH };

static const struct probe {
	uint32_t reg;
	unsigned int count;
	enum how how;
	uint32_t mask, write;
} probes[] = {
	{ 0x03220, 1, PATTERN, 0x8007fff0, 0x8007fff0 },      /* FCRTL */
	{ 0x03260, 1, PATTERN, 0x8007fff0, 0x8007fff0 },      /* FCRTH */
	{ 0x03008, 1, PATTERN, 0xffffffff, 0xffffffff },      /* PFCTOP */
	{ 0x05088, 1, PATTERN, 0, 0 },                        /* VLNCTRL */
	{ 0x01000, 4, PATTERN, 0xffffff80, 0xffffff80 },      /* RDBAL */
	{ 0x01004, 4, PATTERN, 0xffffffff, 0xffffffff },      /* RDBAH */
	{ 0x01008, 4, PATTERN, 0x000fff80, 0x000fffff },      /* RDLEN */
	{ 0x01028, 4, WRITE_ONLY, 0, TINYNF_RXDCTL_ENABLE },  /* RXDCTL */
	{ 0x01018, 4, PATTERN, 0x0000ffff, 0x0000ffff },      /* RDT */
	{ 0x01028, 4, WRITE_ONLY, 0, 0 },
	{ 0x03260, 1, PATTERN, 0x8007fff0, 0x8007fff0 },
	{ 0x03200, 1, PATTERN, 0xffffffff, 0xffffffff },      /* FCTTV */
	{ 0x06000, 4, PATTERN, 0xffffff80, 0xffffffff },      /* TDBAL */
	{ 0x06004, 4, PATTERN, 0xffffffff, 0xffffffff },      /* TDBAH */
	{ 0x06008, 4, PATTERN, 0x000fff80, 0x000fff80 },      /* TDLEN */
	{ 0x03000, 1, SET_READ, 0x00000001, 0x00000001 },     /* RXCTRL */
	{ 0x05400, 16, TABLE_64, 0xffffffff, 0xffffffff },    /* RAL */
	{ 0x05400, 16, TABLE_64_HIGH, 0x8001ffff, 0x800cffff }, /* RAH */
	{ 0x05200, 128, TABLE_32, 0xffffffff, 0xffffffff },   /* MTA */
};

static void
pattern(struct mini *mini, uint32_t reg, uint32_t mask, uint32_t write)
{
	static const uint32_t patterns[] = { 0x5a5a5a5a, 0xa5a5a5a5, 0, 0xffffffff };
	unsigned int i;

	for (i = 0; i < 4; i++) {
		const uint32_t before = mini_read(mini, reg);
		uint32_t value;

		mini_write(mini, reg, patterns[i] & write);
		value = mini_read(mini, reg);
		if (value != (patterns[i] & write & mask))
			CHECK_FAIL("%#x: wrote %#x, read %#x", reg, patterns[i] & write, value);
		mini_write(mini, reg, before);
	}
}

static void
probe(struct mini *mini, const struct probe *p, uint32_t reg)
{
	const uint32_t before = mini_read(mini, reg);

	switch (p->how) {
	case WRITE_ONLY:
		mini_write(mini, reg, p->write);
		break;
	case SET_READ:
		mini_write(mini, reg, p->write & p->mask);
		CHECK_EQ(mini_read(mini, reg) & p->mask, p->write & p->mask);
		mini_write(mini, reg, before);
		break;
	default:
		pattern(mini, reg, p->mask, p->write);
		break;
	}
}

CHECK_CASE(registers)
{
	static const uint32_t strides[] = { 0x40, 0x40, 0x40, 4, 8, 8 };
	const uint32_t toggle = 0x7ffff30f;
	struct mini *mini = mini_create();
	unsigned int i, n;
	uint32_t status;

	mini_write(mini, TINYNF_REG_CTRL, TINYNF_CTRL_RST);
	status = mini_read(mini, TINYNF_REG_STATUS);
	mini_write(mini, TINYNF_REG_STATUS, toggle);
	CHECK_EQ(mini_read(mini, TINYNF_REG_STATUS) & toggle, status & toggle);
	mini_write(mini, TINYNF_REG_STATUS, status);
	for (i = 0; i < sizeof(probes) / sizeof(probes[0]); i++)
		for (n = 0; n < probes[i].count; n++)
			probe(mini, &probes[i], probes[i].reg + n * strides[probes[i].how] +
					(probes[i].how == TABLE_64_HIGH ? 4 : 0));
	CHECK_EQ(tinynf_model_counters(mini->model)->access_unknown, 0);
	mini_destroy(mini);
}

CHECK_CASE(eeprom)
{
	struct mini *mini = mini_create();
	uint16_t sum = 0;
	uint32_t word;

	for (word = 0; word < 0x40; word++) {
		mini_write(mini, TINYNF_REG_EERD, word << 2 | 1);
		CHECK(mini_read(mini, TINYNF_REG_EERD) & TINYNF_EERD_DONE);
		sum = (uint16_t)(sum + (mini_read(mini, TINYNF_REG_EERD) >> 16));
	}
	CHECK_EQ(sum, 0xbaba);
	mini_destroy(mini);
}

/** What the interrupt's handler would have read. */
static uint32_t
handle(struct mini *mini)
{
	return mini->line ? mini_read(mini, TINYNF_REG_EICR) : 0;
}

CHECK_CASE(interrupts)
{
	struct mini *mini = mini_create();
	unsigned int i;

	mini_write(mini, TINYNF_REG_EIAM, TINYNF_EICR_RTX);
	mini_write(mini, TINYNF_REG_EIMC, 0xffffffff);
	for (i = 0; i < 10; i++) {
		const uint32_t mask = TINYNF_BIT(i), others = ~mask & 0x7fff;

		mini_write(mini, TINYNF_REG_EIMC, others);
		mini_write(mini, TINYNF_REG_EICS, others);
		CHECK_EQ(handle(mini) & mask, 0);
		mini_write(mini, TINYNF_REG_EIMS, mask);
		handle(mini);
		mini_write(mini, TINYNF_REG_EIMS, mask);
		mini_write(mini, TINYNF_REG_EICS, mask);
		CHECK_EQ(handle(mini) & mask, mask);
		CHECK(!mini->line);
		mini_write(mini, TINYNF_REG_EIMC, others);
		mini_write(mini, TINYNF_REG_EICS, others);
		CHECK_EQ(handle(mini), 0);
	}
	mini_write(mini, TINYNF_REG_EIMC, 0xffffffff);
	CHECK_EQ(mini_read(mini, TINYNF_REG_EIMS), 0);
	mini_destroy(mini);
}

/** 64 frames from the transmit ring to the receive ring; nothing on the wire. */
static void
loop(struct mini *mini, unsigned int round)
{
	uint8_t *frame;
	unsigned int i;

	for (i = 0; i < 32; i++) {
		const unsigned int slot = (32 * round + i) % MINI_RING;

		frame = mini_at(mini, mini_buffer(512 + slot));
		memset(frame, 0xff, 1024);
		memset(frame + 512, 0xaa, 511);
		frame[522] = 0xbe;
		frame[524] = (uint8_t)i;
		adv_data(mini, slot, mini_buffer(512 + slot), 1024, ADV_EOP | ADV_IFCS | ADV_RS |
				ADV_PAYLEN(1024));
	}
	adv_send(mini, 32 * (round + 1));
	for (i = 0; i < 32; i++) {
		const unsigned int slot = (32 * round + i) % MINI_RING;
		const struct tinynf_desc d = mini_rx(mini, 0)[slot];

		CHECK_EQ(d.meta & 3, 3);
		CHECK_EQ((d.meta >> 32) & 0xffff, 1024);
		CHECK_EQ(d.meta & UINT64_C(0xfff00000), 0); /* errors */
		CHECK(mini_tx(mini, 0)[slot].meta & ADV_DD);
		frame = mini_at(mini, mini_buffer(slot));
		CHECK_EQ(frame[3], 0xff);
		CHECK_EQ(frame[522], 0xbe);
		CHECK_EQ(frame[524], i);
		mini_rx(mini, 0)[slot].addr = mini_buffer(slot);
		mini_rx(mini, 0)[slot].meta = 0;
	}
	mini_write(mini, TINYNF_REG(RDT, 0), (32 * (round + 1) + MINI_RING - 1) % MINI_RING);
}

CHECK_CASE(loopback)
{
	struct mini *mini = mini_create();
	const uint32_t autoc = mini_read(mini, TINYNF_REG_AUTOC);
	unsigned int i;

	/* No cable, no light: the loop is inside the MAC. */
	tinynf_model_set_signal(mini->model, false);
	CHECK(!(mini_read(mini, TINYNF_REG_LINKS) & TINYNF_LINKS_UP));
	mini_write(mini, TINYNF_REG_RXCTRL, 0);
	mini_write(mini, TINYNF_REG_DMATXCTL, mini_read(mini, TINYNF_REG_DMATXCTL) | 1);
	mini_tx_start(mini, 0, false);
	mini_rx_start(mini, 0, 2 | 1u << 25);
	mini_write(mini, TINYNF_REG_RXCTRL, TINYNF_RXCTRL_RXEN | 2); /* DMBYPS of older chips */
	CHECK_EQ(mini_read(mini, TINYNF_REG_RXCTRL), TINYNF_RXCTRL_RXEN);
	mini_write(mini, TINYNF_REG_HLREG0, mini_read(mini, TINYNF_REG_HLREG0) |
			TINYNF_HLREG0_LPBK);
	mini_write(mini, TINYNF_REG_FCTRL, mini_read(mini, TINYNF_REG_FCTRL) |
			TINYNF_FCTRL_BAM | TINYNF_FCTRL_SBP | TINYNF_FCTRL_MPE);
	mini_write(mini, TINYNF_REG_AUTOC, autoc | TINYNF_AUTOC_FLU);
	tinynf_model_tick(mini->model, 3000000000);
	CHECK(mini_read(mini, TINYNF_REG_LINKS) & TINYNF_LINKS_UP); /* forced */
	for (i = 0; i < 4; i++)
		loop(mini, i);
	CHECK_EQ(mini->frames, 0);
	CHECK_EQ(mini->violations, 0);
	CHECK_EQ(mini_read(mini, TINYNF_REG_GPRC), 128);
	mini_write(mini, TINYNF_REG_HLREG0, mini_read(mini, TINYNF_REG_HLREG0) &
			~TINYNF_HLREG0_LPBK);
	mini_write(mini, TINYNF_REG_AUTOC, autoc);
	CHECK(!(mini_read(mini, TINYNF_REG_LINKS) & TINYNF_LINKS_UP));
	tinynf_model_set_signal(mini->model, true);
	tinynf_model_tick(mini->model, 5000000000);
	CHECK(mini_read(mini, TINYNF_REG_LINKS) & TINYNF_LINKS_UP);
	mini_destroy(mini);
}

CHECK_CASE(link)
{
	struct mini *mini = mini_create();

	CHECK(mini_read(mini, TINYNF_REG_LINKS) & TINYNF_LINKS_UP);
	CHECK_EQ(mini_read(mini, TINYNF_REG_LINKS) & TINYNF_LINKS_SPEED, TINYNF_LINKS_SPEED_10G);
	mini_write(mini, TINYNF_REG_CTRL, TINYNF_CTRL_RST);
	CHECK(!(mini_read(mini, TINYNF_REG_LINKS) & TINYNF_LINKS_UP));
	tinynf_model_tick(mini->model, 3000000000);
	CHECK(mini_read(mini, TINYNF_REG_LINKS) & TINYNF_LINKS_UP);
	mini_destroy(mini);
}

int
main(int argc, char **argv)
{
	check_init(argc, argv);
	CHECK_RUN(link);
	CHECK_RUN(registers);
	CHECK_RUN(eeprom);
	CHECK_RUN(interrupts);
	CHECK_RUN(loopback);
	return check_done();
}
