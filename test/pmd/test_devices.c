/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * Other 82599s than the software one, between it and the driver: slower, lazier, failing.
 */

#include <errno.h>

#include <rte_eal.h>

#include "base/tinynf_regs.h"
#include "control_port.h"
#include "tinynf_queue.h"

static const struct tinynf_hw_ops *real_ops;

/* Operations to put in front of the device's own; these are put back from real_ops. */
static struct tinynf_hw *
hw_of(int port, struct tinynf_hw_ops *ops)
{
	struct tinynf_hw *hw = &tinynf_adapter(&rte_eth_devices[port])->hw;

	real_ops = hw->ops;
	*ops = *real_ops;
	return hw;
}

static uint32_t
read_ones(struct tinynf_hw *hw, uint32_t reg)
{
	RTE_SET_USED(hw);
	RTE_SET_USED(reg);
	return UINT32_MAX;
}

CHECK_CASE(removed_device_counts_nothing)
{
	int port = port_open(SLOWLY, 1, NULL);
	struct rte_eth_stats before, after;
	struct tinynf_hw_ops gone;
	struct tinynf_hw *hw;
	int removed;

	CHECK(port >= 0);
	CHECK_EQ(rte_eth_dev_start(port), 0);
	CHECK(arrives(port, 0, NULL));
	hw = hw_of(port, &gone);
	gone.read = read_ones;
	CHECK_EQ(rte_eth_stats_get(port, &before), 0);
	hw->ops = &gone;
	removed = rte_eth_dev_is_removed(port);
	memset(&after, 0xff, sizeof(after));
	rte_eth_stats_get(port, &after);
	hw->ops = real_ops;
	CHECK_EQ(removed, 1);
	/* EAL's thread may have looked in between. */
	CHECK(after.ipackets - before.ipackets < UINT32_MAX / 2);
	CHECK(after.ibytes - before.ibytes < UINT32_MAX / 2);
	CHECK_EQ(after.opackets, 0);
	CHECK(after.imissed - before.imissed < UINT32_MAX / 2);
	CHECK_EQ(after.ierrors, before.ierrors);
	CHECK(port_close(port));
}

static unsigned int reads_left;

static uint32_t
read_then_ones(struct tinynf_hw *hw, uint32_t reg)
{
	if (reads_left == 0)
		return UINT32_MAX;
	reads_left--;
	return real_ops->read(hw, reg);
}

static void
write_unless_gone(struct tinynf_hw *hw, uint32_t reg, uint32_t value)
{
	if (reads_left != 0)
		real_ops->write(hw, reg, value);
}

/* A device that is pulled out during start isn't started, and no mbuf stays behind. */
CHECK_CASE(device_goes_during_start)
{
	int port = port_open(SLOWLY, 1, NULL);
	struct tinynf_hw_ops going;
	unsigned int reads;
	struct tinynf_hw *hw;
	int ret;

	CHECK(port >= 0);
	hw = hw_of(port, &going);
	going.read = read_then_ones;
	going.write = write_unless_gone;
	for (reads = 0; reads < 1200; reads += 157) {
		reads_left = reads;
		hw->ops = &going;
		ret = rte_eth_dev_start(port);
		hw->ops = real_ops;
		if (reads_left != 0)
			break;
		CHECK_EQ(ret, -EIO);
		CHECK_EQ(rte_mempool_avail_count(pool), MBUFS);
		/* What comes back has no locks from before. */
		tinynf_hw_write(hw, TINYNF_REG_SWSM, 0);
		tinynf_hw_write(hw, TINYNF_REG_SW_FW_SYNC, 0);
	}
	CHECK(reads > 200);
	CHECK_EQ(rte_eth_dev_start(port), 0);
	CHECK(arrives(port, 0, NULL));
	CHECK(port_close(port));
}

/* Queue 0 is enabled whatever is asked for. */
static uint32_t
read_enabled(struct tinynf_hw *hw, uint32_t reg)
{
	const uint32_t value = real_ops->read(hw, reg);

	return reg == TINYNF_REG(RXDCTL, 0) ? value | TINYNF_RXDCTL_ENABLE : value;
}

/* Hardware that still writes to its buffers: they don't go back to the pool. */
CHECK_CASE(queue_that_does_not_stop_keeps_its_mbufs)
{
	int port = port_open(SLOWLY, 1, NULL);
	struct tinynf_hw_ops busy;
	unsigned int avail;
	struct tinynf_hw *hw;
	int ret;

	CHECK(port >= 0);
	CHECK_EQ(rte_eth_dev_start(port), 0);
	hw = hw_of(port, &busy);
	busy.read = read_enabled;
	hw->ops = &busy;
	ret = rte_eth_dev_rx_queue_stop(port, 0);
	avail = rte_mempool_avail_count(pool);
	hw->ops = real_ops;
	CHECK_EQ(ret, -EIO);
	CHECK_EQ(avail, MBUFS - RING);
	CHECK_EQ(rte_eth_dev_rx_queue_stop(port, 0), 0);
	CHECK_EQ(rte_mempool_avail_count(pool), MBUFS);
	CHECK_EQ(rte_eth_dev_rx_queue_start(port, 0), 0);
	CHECK(arrives(port, 0, NULL));
	CHECK(port_close(port));
}

#define RXDCTL_0  0x1028u
#define TXDCTL_0  0x6028u

/* Bits that a device takes its time for, each from when something is written. */
static const struct slow_bit {
	uint32_t from, reg, bit;
	bool sets;                 /* else the bit reads 1 until it is over */
	unsigned int ms;
} slow_bits[] = {
	{ TINYNF_REG_CTRL, TINYNF_REG_CTRL, TINYNF_CTRL_RST, false, 20 },
	{ TINYNF_REG_CTRL, TINYNF_REG_STATUS, TINYNF_STATUS_GIO, false, 30 },
	{ TINYNF_REG_CTRL, TINYNF_REG_EEC, TINYNF_EEC_AUTO_RD, true, 200 },
	{ TINYNF_REG_CTRL, TINYNF_REG_RDRXCTL, TINYNF_RDRXCTL_DMAIDONE, true, 300 },
	{ TINYNF_REG_SECRXCTRL, TINYNF_REG_SECRXSTAT, TINYNF_SECRXSTAT_RDY, true, 100 },
	{ RXDCTL_0, RXDCTL_0, TINYNF_RXDCTL_ENABLE, true, 20 },
	{ TXDCTL_0, TXDCTL_0, TINYNF_TXDCTL_ENABLE, true, 20 },
	{ TINYNF_REG_EERD, TINYNF_REG_EERD, TINYNF_EERD_DONE, true, 1 },
	{ TINYNF_REG_AUTOC, TINYNF_REG_LINKS, TINYNF_LINKS_UP, true, 500 },
};
static uint64_t slow_until[RTE_DIM(slow_bits)];

static uint32_t
read_slowly(struct tinynf_hw *hw, uint32_t reg)
{
	uint32_t value = real_ops->read(hw, reg);
	unsigned int i;

	for (i = 0; i < RTE_DIM(slow_bits); i++) {
		if (reg != slow_bits[i].reg || rte_get_timer_cycles() >= slow_until[i])
			continue;
		if (slow_bits[i].sets)
			value &= ~slow_bits[i].bit;
		else
			value |= slow_bits[i].bit;
	}
	return value;
}

static void
write_slowly(struct tinynf_hw *hw, uint32_t reg, uint32_t value)
{
	const uint64_t now = rte_get_timer_cycles(), ms = rte_get_timer_hz() / 1000;
	unsigned int i;

	real_ops->write(hw, reg, value);
	for (i = 0; i < RTE_DIM(slow_bits); i++)
		if (reg == slow_bits[i].from)
			slow_until[i] = now + slow_bits[i].ms * ms;
}

/* Whatever a device may take its time for, it starts, links, receives, stops and starts again. */
CHECK_CASE(slow_device_works)
{
	int port = port_open(SLOWLY, 1, NULL);
	struct tinynf_hw_ops slow;
	struct tinynf_hw *hw;
	unsigned int turn;

	CHECK(port >= 0);
	hw = hw_of(port, &slow);
	slow.read = read_slowly;
	slow.write = write_slowly;
	hw->ops = &slow;
	for (turn = 0; turn < 2; turn++) {
		CHECK_EQ(rte_eth_dev_start(port), 0);
		CHECK(link_wait(port, true));
		CHECK(arrives(port, 0, NULL));
		CHECK_EQ(rte_eth_dev_stop(port), 0);
		CHECK_EQ(rte_mempool_avail_count(pool), MBUFS);
	}
	hw->ops = real_ops;
	CHECK(port_close(port));
}

int
main(int argc, char **argv)
{
	if (!pmd_init(argc, argv, "256", MBUFS))
		return 1;
	CHECK_RUN(removed_device_counts_nothing);
	CHECK_RUN(device_goes_during_start);
	CHECK_RUN(queue_that_does_not_stop_keeps_its_mbufs);
	CHECK_RUN(slow_device_works);
	return check_done();
}
