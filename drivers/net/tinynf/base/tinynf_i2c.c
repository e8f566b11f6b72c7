/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * I2C by hand over I2CCTL (8.2.3.1.5), to the module in the SFP+ cage. Standard mode,
 * 100 kHz: times are those of the I2C specification, rounded up.
 */

#include <errno.h>

#include "base/tinynf_base.h"
#include "base/tinynf_regs.h"

#define I2C_HALF_US   5u   /* low 4.7 us, high 4.0 us, set-up and hold of START and STOP */
#define I2C_SETUP_US  1u   /* data to clock, 250 ns */
#define I2C_TRIES     3u
#define I2C_RESET_CLOCKS 9u

/* Open-drain lines: the out bit is kept in the register, the in bit tells the level. */
static void
line_set(struct tinynf_hw *hw, uint32_t out, bool high)
{
	if (high)
		tinynf_hw_set(hw, TINYNF_REG_I2CCTL, out);
	else
		tinynf_hw_clear(hw, TINYNF_REG_I2CCTL, out);
}

static bool
line_get(struct tinynf_hw *hw, uint32_t in)
{
	return (tinynf_hw_read(hw, TINYNF_REG_I2CCTL) & in) != 0;
}

/* Clock up; the module may stretch the low phase. */
static bool
clock_high(struct tinynf_hw *hw)
{
	bool ok;

	line_set(hw, TINYNF_I2CCTL_CLK_OUT, true);
	ok = tinynf_hw_poll(hw, TINYNF_REG_I2CCTL, TINYNF_I2CCTL_CLK_IN,
			TINYNF_I2CCTL_CLK_IN, TINYNF_LIMIT_I2C_STRETCH_US);
	hw->ops->delay_us(hw, I2C_HALF_US);
	return ok;
}

static void
clock_low(struct tinynf_hw *hw)
{
	line_set(hw, TINYNF_I2CCTL_CLK_OUT, false);
	hw->ops->delay_us(hw, I2C_HALF_US);
}

static void
bus_start(struct tinynf_hw *hw)
{
	line_set(hw, TINYNF_I2CCTL_DATA_OUT, true);
	hw->ops->delay_us(hw, I2C_SETUP_US);
	(void)clock_high(hw);
	line_set(hw, TINYNF_I2CCTL_DATA_OUT, false);
	hw->ops->delay_us(hw, I2C_HALF_US);
	clock_low(hw);
}

static void
bus_stop(struct tinynf_hw *hw)
{
	line_set(hw, TINYNF_I2CCTL_DATA_OUT, false);
	hw->ops->delay_us(hw, I2C_SETUP_US);
	(void)clock_high(hw);
	line_set(hw, TINYNF_I2CCTL_DATA_OUT, true);
	hw->ops->delay_us(hw, I2C_HALF_US);
}

/* A module that was interrupted while it sent gives the data line back within 9 clocks. */
static void
bus_clear(struct tinynf_hw *hw)
{
	uint32_t n;

	line_set(hw, TINYNF_I2CCTL_DATA_OUT, true);
	for (n = 0; n < I2C_RESET_CLOCKS; n++) {
		(void)clock_high(hw);
		clock_low(hw);
	}
	bus_start(hw);
	bus_stop(hw);
}

static int
bit_write(struct tinynf_hw *hw, bool bit)
{
	line_set(hw, TINYNF_I2CCTL_DATA_OUT, bit);
	hw->ops->delay_us(hw, I2C_SETUP_US);
	if (!clock_high(hw))
		return -ETIMEDOUT;
	clock_low(hw);
	return 0;
}

static int
bit_read(struct tinynf_hw *hw, bool *bit)
{
	line_set(hw, TINYNF_I2CCTL_DATA_OUT, true);
	hw->ops->delay_us(hw, I2C_SETUP_US);
	if (!clock_high(hw))
		return -ETIMEDOUT;
	*bit = line_get(hw, TINYNF_I2CCTL_DATA_IN);
	clock_low(hw);
	return 0;
}

static int
byte_write(struct tinynf_hw *hw, uint8_t byte)
{
	bool nack;
	int n, ret;

	for (n = 7; n >= 0; n--) {
		ret = bit_write(hw, (byte >> n & 1) != 0);
		if (ret != 0)
			return ret;
	}
	ret = bit_read(hw, &nack);
	if (ret == 0 && nack)
		ret = -ENODEV;
	return ret;
}

static int
byte_read(struct tinynf_hw *hw, uint8_t *byte)
{
	bool bit;
	int n, ret;

	*byte = 0;
	for (n = 7; n >= 0; n--) {
		ret = bit_read(hw, &bit);
		if (ret != 0)
			return ret;
		*byte |= (uint8_t)((unsigned int)bit << n);
	}
	/* One byte a transaction: every module can do that. */
	return bit_write(hw, true);
}

/* SFF-8472: random read of one byte. */
static int
read_one(struct tinynf_hw *hw, uint8_t dev, uint8_t offset, uint8_t *data)
{
	int ret;

	bus_start(hw);
	ret = byte_write(hw, dev);
	if (ret == 0)
		ret = byte_write(hw, offset);
	if (ret == 0) {
		bus_start(hw);
		ret = byte_write(hw, dev | 1);
	}
	if (ret == 0)
		ret = byte_read(hw, data);
	bus_stop(hw);
	return ret;
}

int
tinynf_i2c_read(struct tinynf_hw *hw, uint8_t dev, uint8_t offset, uint8_t *data,
		uint32_t len)
{
	const uint32_t phy = hw->lan_id == 0 ? TINYNF_SYNC_PHY0 : TINYNF_SYNC_PHY1;
	uint32_t n, try;
	int ret;

	if (len > 256u - offset)
		return -EINVAL;
	ret = tinynf_hw_acquire(hw, phy);
	if (ret != 0)
		return ret;
	for (n = 0; n < len; n++) {
		for (try = 0; try < I2C_TRIES; try++) {
			ret = read_one(hw, dev, offset + n, &data[n]);
			if (ret == 0)
				break;
			bus_clear(hw);
		}
		if (ret != 0)
			break;
	}
	tinynf_hw_release(hw, phy);
	return ret;
}
