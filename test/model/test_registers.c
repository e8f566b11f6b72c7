/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* Side effects of the software 82599's registers, as bus accesses see them. */

#include "check.h"
#include "mini.h"

/** What stock drivers touch: first offset, stride, count. */
static const struct {
	uint32_t offset, stride, count;
} touched[] = {
	{ 0x0, 4, 3 }, { 0x18, 8, 3 }, { 0x200, 4, 1 }, { 0x800, 8, 3 }, { 0x820, 4, 24 },
	{ 0x880, 8, 4 }, { 0x900, 4, 64 }, { 0xa00, 4, 1 }, { 0xa90, 4, 2 }, { 0xaa0, 4, 2 },
	{ 0xab0, 4, 2 }, { 0xad0, 4, 2 }, { 0x1000, 64, 64 }, { 0x1004, 64, 64 },
	{ 0x1008, 64, 64 }, { 0x100c, 64, 64 }, { 0x1010, 64, 64 }, { 0x1014, 64, 64 },
	{ 0x1018, 64, 64 }, { 0x1028, 64, 64 }, { 0x1030, 64, 16 }, { 0x1034, 64, 16 },
	{ 0x1038, 64, 16 }, { 0x1430, 64, 16 }, { 0x2100, 4, 16 }, { 0x2200, 4, 16 },
	{ 0x2300, 4, 32 }, { 0x241c, 4, 1 }, { 0x2424, 4, 3 }, { 0x2f00, 4, 1 },
	{ 0x3000, 8, 2 }, { 0x3200, 4, 4 }, { 0x3220, 4, 8 }, { 0x3240, 4, 8 },
	{ 0x3260, 4, 8 }, { 0x32a0, 4, 1 }, { 0x3c00, 4, 8 }, { 0x3d00, 4, 1 },
	{ 0x3f00, 4, 16 }, { 0x3f60, 8, 2 }, { 0x3fa0, 4, 8 }, { 0x4000, 4, 3 },
	{ 0x4010, 4, 1 }, { 0x4034, 4, 2 }, { 0x4040, 4, 1 }, { 0x405c, 4, 10 },
	{ 0x4088, 4, 4 }, { 0x40a4, 4, 6 }, { 0x40c0, 4, 2 }, { 0x40d0, 4, 10 }, { 0x4120, 4, 1 },
	{ 0x4140, 4, 16 }, { 0x41a4, 4, 2 }, { 0x4208, 16, 2 }, { 0x4240, 4, 1 },
	{ 0x425c, 4, 2 }, { 0x4268, 4, 1 }, { 0x4294, 4, 1 }, { 0x42a0, 4, 3 },
	{ 0x42b0, 32, 2 }, { 0x4900, 4, 3 }, { 0x4950, 4, 8 }, { 0x4984, 4, 1 },
	{ 0x4a80, 4, 1 }, { 0x5000, 8, 2 }, { 0x5080, 8, 3 }, { 0x5118, 4, 1 },
	{ 0x5200, 4, 128 }, { 0x5400, 4, 32 }, { 0x5480, 4, 16 }, { 0x5818, 8, 2 },
	{ 0x5c00, 4, 42 }, { 0x6000, 64, 128 }, { 0x6004, 64, 128 }, { 0x6008, 64, 128 },
	{ 0x600c, 64, 128 }, { 0x6010, 64, 128 }, { 0x6018, 64, 128 }, { 0x6028, 64, 128 },
	{ 0x6030, 64, 16 }, { 0x6038, 64, 128 }, { 0x603c, 64, 128 }, { 0x8100, 32, 2 },
	{ 0x8220, 4, 1 }, { 0x8600, 4, 48 }, { 0x8700, 4, 32 }, { 0x8784, 4, 2 },
	{ 0x8a3c, 4, 5 }, { 0x8d00, 4, 2 }, { 0x8f40, 4, 17 }, { 0xa000, 4, 128 },
	{ 0xa200, 4, 256 }, { 0xa600, 4, 256 }, { 0xcc00, 4, 8 }, { 0xcf90, 4, 1 },
	{ 0xd000, 64, 64 }, { 0xd00c, 64, 64 }, { 0xd014, 64, 64 }, { 0xd028, 64, 64 },
	{ 0xe600, 4, 128 }, { 0xea00, 4, 64 }, { 0xeb00, 4, 42 }, { 0xec80, 4, 1 },
	{ 0xee50, 4, 4 }, { 0xf100, 4, 192 }, { 0xf400, 4, 128 }, { 0x10010, 4, 2 },
	{ 0x10140, 8, 3 }, { 0x10160, 4, 1 }, { 0x11050, 4, 1 }, { 0x14f00, 4, 1 },
};

CHECK_CASE(registers_of_stock_drivers_are_known)
{
	struct mini *mini = mini_create();
	unsigned int i, n;
	uint64_t value;

	for (i = 0; i < sizeof(touched) / sizeof(touched[0]); i++)
		for (n = 0; n < touched[i].count; n++) {
			const uint32_t at = touched[i].offset + touched[i].stride * n;

			if (tinynf_model_read(mini->model, at, 4, &value) != TINYNF_ACCESS_OK)
				CHECK_FAIL("no register at %#x", at);
		}
	mini_destroy(mini);
}

CHECK_CASE(accesses_are_told_apart)
{
	struct mini *mini = mini_create();
	const struct tinynf_model_counters *c = tinynf_model_counters(mini->model);
	const uint64_t unknown = c->access_unknown, ro = c->access_read_only;
	uint64_t value = 1;

	CHECK_EQ(tinynf_model_read(mini->model, 0x1fff0, 4, &value), TINYNF_ACCESS_UNKNOWN);
	CHECK_EQ(value, 0);
	CHECK_EQ(tinynf_model_write(mini->model, TINYNF_REG_FWSM, 4, 1), TINYNF_ACCESS_READ_ONLY);
	CHECK_EQ(tinynf_model_read(mini->model, 0, 2, &value), TINYNF_ACCESS_BAD_SIZE);
	CHECK_EQ(tinynf_model_read(mini->model, 2, 4, &value), TINYNF_ACCESS_BAD_SIZE);
	CHECK_EQ(tinynf_model_read(mini->model, UINT32_MAX, 4, &value), TINYNF_ACCESS_BAD_SIZE);
	CHECK_EQ(c->access_unknown, unknown + 1);
	CHECK_EQ(c->access_read_only, ro + 1);
	CHECK_EQ(c->access_bad_size, 3);
	mini_destroy(mini);
}

/* A 64-bit access is two of 32 bits, low half first: side effects and all. */
CHECK_CASE(wide_accesses_are_two)
{
	struct mini *mini = mini_create();
	const struct tinynf_model_counters *c = tinynf_model_counters(mini->model);
	const uint64_t unknown = c->access_unknown, bad = c->access_bad_size;
	uint64_t value;

	CHECK_EQ(tinynf_model_write(mini->model, TINYNF_REG(RDBAL, 5), 8,
			UINT64_C(0x123456789abcdeff)), TINYNF_ACCESS_OK);
	CHECK_EQ(mini_read(mini, TINYNF_REG(RDBAL, 5)), 0x9abcde80);
	CHECK_EQ(mini_read(mini, TINYNF_REG(RDBAH, 5)), 0x12345678);
	CHECK_EQ(tinynf_model_read(mini->model, TINYNF_REG(RDBAL, 5), 8, &value),
			TINYNF_ACCESS_OK);
	CHECK_EQ(value, UINT64_C(0x123456789abcde80));
	/* Linux gives the flow director's hash and command in one write. */
	tinynf_model_write(mini->model, TINYNF_REG_FDIRHASH, 8, UINT64_C(0x2100000042));
	CHECK_EQ(mini_read(mini, TINYNF_REG_FDIRHASH), 0x42);
	CHECK_EQ(mini_read(mini, TINYNF_REG_FDIRCMD), 0x20);
	CHECK_EQ(c->access_bad_size, bad);
	tinynf_model_read(mini->model, TINYNF_REG(RDBAH, 5), 8, &value); /* not aligned */
	CHECK_EQ(value, 0);
	tinynf_model_write(mini->model, TINYNF_MODEL_BAR_SIZE - 4, 8, 1); /* beyond the end */
	CHECK_EQ(c->access_bad_size, bad + 2);
	tinynf_model_read(mini->model, 0x1fff0, 8, &value); /* both halves unknown */
	CHECK_EQ(c->access_unknown, unknown + 2);
	mini_destroy(mini);
}

CHECK_CASE(semaphores_and_masks)
{
	struct mini *mini = mini_create();

	CHECK_EQ(mini_read(mini, TINYNF_REG_SWSM) & 1, 0);
	CHECK_EQ(mini_read(mini, TINYNF_REG_SWSM) & 1, 1);
	mini_write(mini, TINYNF_REG_SWSM, 2);
	CHECK_EQ(mini_read(mini, TINYNF_REG_SWSM) & 2, 2);
	mini_write(mini, TINYNF_REG_SWSM, 0);
	CHECK_EQ(mini_read(mini, TINYNF_REG_SWSM), 0);
	mini_write(mini, TINYNF_REG_EIMC, UINT32_MAX);
	mini_read(mini, TINYNF_REG_EICR);
	mini_write(mini, TINYNF_REG_EIMS, TINYNF_EICR_LSC);
	CHECK_EQ(mini_read(mini, TINYNF_REG_EIMS), TINYNF_EICR_LSC);
	mini_write(mini, TINYNF_REG_EICS, TINYNF_EICR_LSC);
	CHECK_EQ(mini->irqs, 1);
	CHECK_EQ(mini_read(mini, TINYNF_REG_EICR), TINYNF_EICR_LSC);
	CHECK_EQ(mini_read(mini, TINYNF_REG_EICR), 0);
	mini_write(mini, TINYNF_REG_EIMC, TINYNF_EICR_LSC);
	CHECK_EQ(mini_read(mini, TINYNF_REG_EIMS), 0);
	mini_destroy(mini);
}

static uint16_t
eerd(struct mini *mini, uint32_t word)
{
	mini_write(mini, TINYNF_REG_EERD, word << 2 | 1);
	return mini_read(mini, TINYNF_REG_EERD) & TINYNF_EERD_DONE ?
		(uint16_t)(mini_read(mini, TINYNF_REG_EERD) >> 16) : 0xdead;
}

/** One bit over the EEPROM's pins; returns what the part drives after it. */
static unsigned int
spi_bit(struct mini *mini, unsigned int bit)
{
	const uint32_t pins = TINYNF_EEC_REQ | (bit ? TINYNF_EEC_DI : 0);

	mini_write(mini, TINYNF_REG_EEC, pins | TINYNF_EEC_SK);
	mini_write(mini, TINYNF_REG_EEC, pins);
	return (mini_read(mini, TINYNF_REG_EEC) & TINYNF_EEC_DO) != 0;
}

CHECK_CASE(eeprom_by_pins_equals_eerd)
{
	struct mini *mini = mini_create();
	uint16_t sum = 0;
	unsigned int w, i;

	for (w = 0; w < 0x40; w++) {
		const uint32_t out = 0x03u << 16 | w * 2; /* READ, byte address */
		unsigned int got = 0, bit = 0;

		mini_write(mini, TINYNF_REG_EEC, TINYNF_EEC_REQ | TINYNF_EEC_CS);
		CHECK(mini_read(mini, TINYNF_REG_EEC) & TINYNF_EEC_GNT);
		mini_write(mini, TINYNF_REG_EEC, TINYNF_EEC_REQ);
		for (i = 0; i < 24; i++)
			bit = spi_bit(mini, (out >> (23 - i)) & 1);
		for (i = 0; i < 16; i++) {
			got = got << 1 | bit;
			bit = spi_bit(mini, 0);
		}
		mini_write(mini, TINYNF_REG_EEC, 0);
		got = (got >> 8 | got << 8) & 0xffff;
		if (got != eerd(mini, w))
			CHECK_FAIL("word %#x: %#x by pins, %#x by EERD", w, got, eerd(mini, w));
		sum = (uint16_t)(sum + got);
	}
	CHECK_EQ(sum, 0xbaba);
	mini_destroy(mini);
}

/** One bit over the module's two-wire bus; returns the level while the clock is high. */
static unsigned int
i2c_bit(struct mini *mini, unsigned int bit)
{
	const uint32_t data = bit ? TINYNF_I2CCTL_DATA_OUT : 0;
	unsigned int in;

	mini_write(mini, TINYNF_REG_I2CCTL, data);
	mini_write(mini, TINYNF_REG_I2CCTL, data | TINYNF_I2CCTL_CLK_OUT);
	in = (mini_read(mini, TINYNF_REG_I2CCTL) & TINYNF_I2CCTL_DATA_IN) != 0;
	mini_write(mini, TINYNF_REG_I2CCTL, data);
	return in;
}

static void
i2c_start(struct mini *mini)
{
	const uint32_t clock = TINYNF_I2CCTL_CLK_OUT, data = TINYNF_I2CCTL_DATA_OUT;

	mini_write(mini, TINYNF_REG_I2CCTL, data);
	mini_write(mini, TINYNF_REG_I2CCTL, data | clock);
	mini_write(mini, TINYNF_REG_I2CCTL, clock);
	mini_write(mini, TINYNF_REG_I2CCTL, 0);
}

/** @return true if the module acknowledged. */
static bool
i2c_send(struct mini *mini, uint8_t byte)
{
	int i;

	for (i = 7; i >= 0; i--)
		i2c_bit(mini, (byte >> i) & 1);
	return i2c_bit(mini, 1) == 0;
}

static int
i2c_read(struct mini *mini, uint8_t slave, uint8_t at)
{
	int i, byte = 0;

	i2c_start(mini);
	if (!i2c_send(mini, slave) || !i2c_send(mini, at))
		return -1;
	i2c_start(mini);
	if (!i2c_send(mini, slave | 1))
		return -1;
	for (i = 0; i < 8; i++)
		byte = byte << 1 | (int)i2c_bit(mini, 1);
	i2c_bit(mini, 1);
	mini_write(mini, TINYNF_REG_I2CCTL, 0);
	mini_write(mini, TINYNF_REG_I2CCTL, TINYNF_I2CCTL_CLK_OUT);
	mini_write(mini, TINYNF_REG_I2CCTL, TINYNF_I2CCTL_CLK_OUT | TINYNF_I2CCTL_DATA_OUT);
	return byte;
}

CHECK_CASE(module_pages_have_valid_checksums)
{
	struct mini *mini = mini_create();
	uint8_t sum = 0;
	int i;

	for (i = 0; i < 63; i++)
		sum = (uint8_t)(sum + i2c_read(mini, 0xa0, (uint8_t)i));
	CHECK_EQ(i2c_read(mini, 0xa0, 0), 3);
	CHECK_EQ(i2c_read(mini, 0xa0, 3), 0x10);
	CHECK_EQ(i2c_read(mini, 0xa0, 63), sum);
	for (sum = 0, i = 0; i < 95; i++)
		sum = (uint8_t)(sum + i2c_read(mini, 0xa2, (uint8_t)i));
	CHECK_EQ(i2c_read(mini, 0xa2, 95), sum);
	CHECK_EQ(i2c_read(mini, 0xb0, 0), -1);
	mini_destroy(mini);
}

CHECK_CASE(no_phy_answers)
{
	struct mini *mini = mini_create();
	uint32_t n;

	for (n = 0; n < 32; n++) {
		mini_write(mini, TINYNF_REG_MSCA, 0x4c010002 | n << 21);
		CHECK(!(mini_read(mini, TINYNF_REG_MSCA) & TINYNF_MSCA_MDICMD));
		CHECK_EQ(mini_read(mini, TINYNF_REG_MSRWD) >> 16, 0xffff);
	}
	mini_destroy(mini);
}

CHECK_CASE(reset_keeps_what_it_should)
{
	struct mini *mini = mini_create();
	uint32_t ral = mini_read(mini, 0x5400);

	CHECK_EQ(ral, mini_read(mini, 0xa200));
	mini_write(mini, TINYNF_REG_SW_FW_SYNC, 1);
	mini_write(mini, TINYNF_REG(MTA, 3), 5);
	mini_write(mini, 0x5400, 7);
	mini_write(mini, TINYNF_REG_CTRL, TINYNF_CTRL_GIO_DIS);
	CHECK(!(mini_read(mini, TINYNF_REG_STATUS) & TINYNF_STATUS_GIO));
	mini_write(mini, TINYNF_REG_CTRL, TINYNF_CTRL_RST);
	CHECK_EQ(mini_read(mini, TINYNF_REG_CTRL) & TINYNF_CTRL_RST, 0);
	CHECK(mini_read(mini, TINYNF_REG_STATUS) & TINYNF_STATUS_GIO);
	CHECK_EQ(mini_read(mini, TINYNF_REG(MTA, 3)), 0);
	CHECK_EQ(mini_read(mini, 0x5400), ral);
	CHECK_EQ(mini_read(mini, TINYNF_REG_SW_FW_SYNC), 1);
	mini_destroy(mini);
}

/* All ones written, reserved bits read as zero (the driver's read-modify-writes rely on it). */
CHECK_CASE(reserved_bits_read_as_zero)
{
	const struct { uint32_t reg, kept; } rows[] = {
		{ TINYNF_REG_CTRL, 0x00000004 }, { TINYNF_REG_CTRL_EXT, 0x14034000 },
		{ TINYNF_REG_GPIE, 0xc000ffff }, { TINYNF_REG(IVAR, 63), 0xbfbfbfbf },
		{ TINYNF_REG_IVAR_MISC, 0xbfbf }, { TINYNF_REG_FCTRL, 0x702 },
		{ TINYNF_REG_MCSTCTRL, 7 }, { TINYNF_REG_RXCSUM, 0x3000 },
		{ TINYNF_REG_VLNCTRL, 0x7000ffff }, { TINYNF_REG(RETA, 31), 0x0f0f0f0f },
		{ TINYNF_REG_MRQC, 0xffff000f }, { TINYNF_REG_MAXFRS, 0xffff0000 },
		{ TINYNF_REG(SRRCTL, 127), 0x1fc03f1f }, { TINYNF_REG(RDT, 64), 0xffff },
		{ TINYNF_REG(RAH, 127), 0x8000ffff }, { TINYNF_REG(TDWBAL, 127), 0xfffffffd },
		{ TINYNF_REG_MFLCN, 0xf }, { TINYNF_REG_FCCFG, 0x18 },
		{ TINYNF_REG(FTQF, 127), 0xfe003f1f }, { TINYNF_REG(RSSRK, 9), 0xffffffff },
		{ TINYNF_REG_PFCTOP, 0xffffffff }, { TINYNF_REG(VFTA, 127), 0xffffffff },
	};
	const struct { uint32_t reg, reset; } resets[] = {
		{ TINYNF_REG_PFCTOP, 0x01018808 }, { TINYNF_REG_MAXFRS, 0x05ee0000 },
		{ TINYNF_REG_HLREG0, 0x08012c0b }, { TINYNF_REG_VLNCTRL, 0x8100 },
		{ TINYNF_REG(RETA, 0), 0 }, { TINYNF_REG_MRQC, 0 }, { TINYNF_REG_MSCA, 0 },
	};
	struct mini *mini = mini_create();
	unsigned int i;

	mini_write(mini, TINYNF_REG_CTRL, TINYNF_CTRL_RST);
	for (i = 0; i < sizeof(resets) / sizeof(resets[0]); i++)
		if (mini_read(mini, resets[i].reg) != resets[i].reset)
			CHECK_FAIL("%#x is %#x after reset", resets[i].reg,
					mini_read(mini, resets[i].reg));
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		mini_write(mini, rows[i].reg, rows[i].reg == TINYNF_REG_CTRL ?
				~(TINYNF_CTRL_RST | TINYNF_CTRL_LNK_RST) : UINT32_MAX);
		if (mini_read(mini, rows[i].reg) != rows[i].kept)
			CHECK_FAIL("%#x keeps %#x", rows[i].reg, mini_read(mini, rows[i].reg));
	}
	mini_destroy(mini);
}

static void
spi_send(struct mini *mini, uint64_t out, unsigned int bits)
{
	while (bits-- > 0)
		spi_bit(mini, (out >> bits) & 1);
}

static void
spi_command(struct mini *mini, uint64_t out, unsigned int bits)
{
	mini_write(mini, TINYNF_REG_EEC, TINYNF_EEC_REQ | TINYNF_EEC_CS);
	mini_write(mini, TINYNF_REG_EEC, TINYNF_EEC_REQ);
	spi_send(mini, out, bits);
	mini_write(mini, TINYNF_REG_EEC, TINYNF_EEC_REQ | TINYNF_EEC_CS);
}

/* "ethtool -E" and checksum updates write the EEPROM by its pins: 06h, then 02h address data. */
CHECK_CASE(eeprom_writes_need_permission)
{
	struct mini *mini = mini_create();
	const uint16_t before = eerd(mini, 0x30);

	spi_command(mini, 0x0200600000 | 0x3412, 40);
	CHECK_EQ(eerd(mini, 0x30), before);
	spi_command(mini, 0x06, 8);
	spi_command(mini, 0x0200600000 | 0x3412, 40);
	CHECK_EQ(eerd(mini, 0x30), 0x1234);
	CHECK_EQ(eerd(mini, 0x2f), 0);
	CHECK_EQ(eerd(mini, 0x31), 0);
	spi_command(mini, 0x0200600000 | 0x7856, 40); /* once per permission */
	CHECK_EQ(eerd(mini, 0x30), 0x1234);
	mini_destroy(mini);
}

/* Drivers wait for the filter tables and for their commands even where they use none. */
CHECK_CASE(flow_director_commands_end)
{
	struct mini *mini = mini_create();

	mini_write(mini, TINYNF_REG_FDIRCTRL, 0x1);
	CHECK_EQ(mini_read(mini, TINYNF_REG_FDIRCTRL), 0x9);
	mini_write(mini, TINYNF_REG_FDIRCMD, 0x12);
	CHECK_EQ(mini_read(mini, TINYNF_REG_FDIRCMD), 0x10);
	mini_write(mini, TINYNF_REG_FDIRCTRL, 0);
	CHECK_EQ(mini_read(mini, TINYNF_REG_FDIRCTRL), 0);
	CHECK_EQ(mini_read(mini, TINYNF_REG_HICR), 0); /* no firmware to talk to */
	mini_destroy(mini);
}

/* Each exception that strict mode makes: counted under its name, no violation. */
CHECK_CASE(departures_are_counted_not_reported)
{
	static const struct { uint32_t reg, value; const char *name; } uses[] = {
		{ TINYNF_REG_EIMC, UINT32_MAX, "EIMC" },
		{ TINYNF_REG_FCTRL, 0x3400, "FCTRL" },
		{ TINYNF_REG_FCTRL, 0x700, "FCTRL" }, /* receiving, in mini_create() */
		{ TINYNF_REG_SW_FW_SYNC, 1u << 10, "SW_FW_SYNC" },
		{ TINYNF_REG_RXCTRL, 2, "RXCTRL" },
		{ 0xa204, 1u << 18, "RAH" },
		{ 0x5400, 1, "" },
		{ 0x5818, 1, "" },
		{ TINYNF_REG_RXCTRL, 1, "RDRXCTL" },
	};
	struct mini *mini = mini_create();
	const struct tinynf_model_counters *c = tinynf_model_counters(mini->model);
	uint64_t before, after;
	unsigned int i, k, n;
	const struct tinynf_model_departure *d = tinynf_model_departures(&n);

	CHECK_EQ(n, TINYNF_MODEL_DEPARTURES);
	for (i = 0; i < sizeof(uses) / sizeof(uses[0]) + 1; i++) {
		const bool read = i == sizeof(uses) / sizeof(uses[0]);
		const char *name = read ? "EICS" : uses[i].name;

		for (k = 0, before = 0, after = 0; k < n; k++)
			before += strcmp(d[k].reg, name) == 0 ? c->departures[k] : 0;
		if (read)
			mini_read(mini, TINYNF_REG_EICS);
		else
			mini_write(mini, uses[i].reg, uses[i].value);
		for (k = 0; k < n; k++)
			after += strcmp(d[k].reg, name) == 0 ? c->departures[k] : 0;
		if (after == before)
			CHECK_FAIL("%s: not counted", name);
	}
	for (k = 0; k < n; k++)
		CHECK(d[k].what != NULL && d[k].section[0] == '8' && d[k].drivers[0] != 0);
	CHECK_EQ(mini->violations, 0);
	mini_destroy(mini);
}

/** Any access at all: answers or refuses, never crashes (run it under ASan and UBSan). */
CHECK_CASE(random_accesses)
{
	struct mini *mini = mini_create();
	uint64_t seed = 82599, value, accesses = check_quick() ? 100000 : 1000000;

	while (accesses-- > 0) {
		seed ^= seed << 13;
		seed ^= seed >> 7;
		seed ^= seed << 17;
		const uint32_t at = (uint32_t)(seed >> 40) & (seed & 8 ? 0x1ffff : 0x1fffc);
		const unsigned int size = seed & 16 ? 4 : 1u << ((seed >> 5) & 3);

		if (seed & 1)
			tinynf_model_write(mini->model, at, size, seed * 0x9e3779b97f4a7c15);
		else
			tinynf_model_read(mini->model, at, size, &value);
		if ((accesses & 1023) == 0)
			tinynf_model_poll(mini->model, 64);
	}
	CHECK(tinynf_model_counters(mini->model)->access_unknown > 0);
	tinynf_model_reset(mini->model);
	CHECK_EQ(eerd(mini, 0x3f) != 0xdead, 1);
	mini_destroy(mini);
}

int
main(int argc, char **argv)
{
	check_init(argc, argv);
	CHECK_RUN(registers_of_stock_drivers_are_known);
	CHECK_RUN(accesses_are_told_apart);
	CHECK_RUN(wide_accesses_are_two);
	CHECK_RUN(semaphores_and_masks);
	CHECK_RUN(eeprom_by_pins_equals_eerd);
	CHECK_RUN(module_pages_have_valid_checksums);
	CHECK_RUN(no_phy_answers);
	CHECK_RUN(reset_keeps_what_it_should);
	CHECK_RUN(reserved_bits_read_as_zero);
	CHECK_RUN(eeprom_writes_need_permission);
	CHECK_RUN(flow_director_commands_end);
	CHECK_RUN(departures_are_counted_not_reported);
	CHECK_RUN(random_accesses);
	return check_done();
}
