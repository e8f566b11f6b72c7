/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#include <errno.h>

#include "base/tinynf_base.h"
#include "base/tinynf_queue_hw.h"
#include "base/tinynf_regs.h"

/*
 * INTERPRETATION-MISSING: 4.6.7.1 and 4.6.8.1 say to poll ENABLE but not for how long.
 * Microseconds are usual; 100 ms is far beyond anything a working device needs.
 */
#define LIMIT_US       100000
/* 4.6.7.1.2: after ENABLE reads 0, wait 100 us before memory is reused. */
#define SETTLE_US      100

/*
 * 8.2.3.9.10: without write-back bursts (WTHRESH 0) PTHRESH must be 32 or more and HTHRESH
 * 1 or more for line rate of small packets; fetching up to 60 ahead, 4 at a time, keeps
 * PCIe reads at whole cache lines.
 */
#define TX_PTHRESH     60
#define TX_HTHRESH     4

static int
poll_bit(struct tinynf_hw *hw, uint32_t reg, uint32_t bit, bool set)
{
	return tinynf_hw_poll(hw, reg, bit, set ? bit : 0, LIMIT_US) ? 0 : -ETIMEDOUT;
}

/* Queue q counts in counter: four 8-bit fields a register, 8.2.3.23.71 and 8.2.3.23.73. */
static void
map_counter(struct tinynf_hw *hw, uint32_t reg, uint32_t q, uint32_t counter)
{
	uint32_t shift = q % 4 * 8;
	uint32_t value = tinynf_hw_read(hw, reg);

	value &= ~(UINT32_C(0xf) << shift);
	tinynf_hw_write(hw, reg, value | counter << shift);
}

int
tinynf_hw_rxq_start(struct tinynf_hw *hw, uint32_t q, const struct tinynf_hw_rxq_conf *conf)
{
	uint32_t srrctl, rxdctl;
	int ret;

	if (conf->ring % 128 != 0 || conf->nb_desc == 0 || conf->nb_desc % 8 != 0 ||
			conf->buffer_kib < 1 || conf->buffer_kib > 16 ||
			conf->counter >= TINYNF_HW_COUNTERS)
		return -EINVAL;
	map_counter(hw, TINYNF_REG(RQSMR, q / 4), q, conf->counter);
	/* 4.6.7.1: ring, then buffers, then the enable bit, then the tail. */
	tinynf_hw_write(hw, TINYNF_REG(RDBAL, q), (uint32_t)conf->ring);
	tinynf_hw_write(hw, TINYNF_REG(RDBAH, q), (uint32_t)(conf->ring >> 32));
	tinynf_hw_write(hw, TINYNF_REG(RDLEN, q), conf->nb_desc * 16);
	tinynf_hw_write(hw, TINYNF_REG(RDH, q), 0);
	tinynf_hw_write(hw, TINYNF_REG(RDT, q), 0);
	/* 8.2.3.8.7: DESCTYPE 0 is the legacy format. */
	srrctl = tinynf_hw_read(hw, TINYNF_REG(SRRCTL, q));
	srrctl &= ~(TINYNF_SRRCTL_BSIZEPACKET | TINYNF_SRRCTL_DESCTYPE | TINYNF_SRRCTL_DROP_EN);
	srrctl |= conf->buffer_kib;
	if (conf->drop)
		srrctl |= TINYNF_SRRCTL_DROP_EN;
	tinynf_hw_write(hw, TINYNF_REG(SRRCTL, q), srrctl);
	/* 8.2.3.11.1: a reserved bit that resets to 1 and must be written as 0. */
	tinynf_hw_clear(hw, TINYNF_REG(DCA_RXCTRL, q), TINYNF_DCA_RXCTRL_RESERVED12);
	rxdctl = tinynf_hw_read(hw, TINYNF_REG(RXDCTL, q));
	rxdctl &= ~TINYNF_RXDCTL_VME;
	if (conf->vlan_strip)
		rxdctl |= TINYNF_RXDCTL_VME;
	tinynf_hw_write(hw, TINYNF_REG(RXDCTL, q), rxdctl | TINYNF_RXDCTL_ENABLE);
	ret = poll_bit(hw, TINYNF_REG(RXDCTL, q), TINYNF_RXDCTL_ENABLE, true);
	if (ret < 0) {
		tinynf_hw_clear(hw, TINYNF_REG(RXDCTL, q), TINYNF_RXDCTL_ENABLE);
		return ret;
	}
	/* RDT == RDH would mean that the hardware owns nothing, so one stays with software. */
	tinynf_hw_write(hw, TINYNF_REG(RDT, q), conf->nb_desc - 1);
	return 0;
}

int
tinynf_hw_rxq_stop(struct tinynf_hw *hw, uint32_t q)
{
	int ret;

	/* 4.6.7.1.2 */
	tinynf_hw_clear(hw, TINYNF_REG(RXDCTL, q), TINYNF_RXDCTL_ENABLE);
	ret = poll_bit(hw, TINYNF_REG(RXDCTL, q), TINYNF_RXDCTL_ENABLE, false);
	hw->ops->delay_us(hw, SETTLE_US);
	return ret;
}

int
tinynf_hw_txq_start(struct tinynf_hw *hw, uint32_t q, const struct tinynf_hw_txq_conf *conf)
{
	int ret;

	if (conf->ring % 128 != 0 || conf->nb_desc == 0 || conf->nb_desc % 8 != 0 ||
			conf->head % 16 != 0 || conf->counter >= TINYNF_HW_COUNTERS)
		return -EINVAL;
	map_counter(hw, TINYNF_REG(TQSM, q / 4), q, conf->counter);
	/* 4.6.8.1 */
	tinynf_hw_write(hw, TINYNF_REG(TDBAL, q), (uint32_t)conf->ring);
	tinynf_hw_write(hw, TINYNF_REG(TDBAH, q), (uint32_t)(conf->ring >> 32));
	tinynf_hw_write(hw, TINYNF_REG(TDLEN, q), conf->nb_desc * 16);
	tinynf_hw_write(hw, TINYNF_REG(TDH, q), 0);
	tinynf_hw_write(hw, TINYNF_REG(TDT, q), 0);
	/*
	 * 7.2.3.5.2, 8.2.3.9.11: head write-back instead of descriptor write-back.
	 * INTERPRETATION-INCORRECT: 8.2.3.9.11 asks for a Dword-aligned address, but its low
	 * bits beyond the enable bit are not kept: the hardware needs 16 bytes.
	 */
	tinynf_hw_write(hw, TINYNF_REG(TDWBAH, q), (uint32_t)(conf->head >> 32));
	tinynf_hw_write(hw, TINYNF_REG(TDWBAL, q),
			(uint32_t)conf->head | TINYNF_TDWBAL_HEAD_WB_EN);
	/* 8.2.3.11.2: a relaxed write-back could let an older head overtake a newer one. */
	tinynf_hw_clear(hw, TINYNF_REG(DCA_TXCTRL, q), TINYNF_DCA_TXCTRL_WB_RO);
	/* WTHRESH must be 0 with head write-back, 7.2.3.5.2. */
	tinynf_hw_write(hw, TINYNF_REG(TXDCTL, q), TINYNF_TXDCTL_ENABLE | TX_PTHRESH |
			TX_HTHRESH << TINYNF_TXDCTL_HTHRESH_SHIFT);
	ret = poll_bit(hw, TINYNF_REG(TXDCTL, q), TINYNF_TXDCTL_ENABLE, true);
	if (ret < 0)
		tinynf_hw_clear(hw, TINYNF_REG(TXDCTL, q), TINYNF_TXDCTL_ENABLE);
	return ret;
}

int
tinynf_hw_txq_stop(struct tinynf_hw *hw, uint32_t q)
{
	int ret;

	/* 4.6.8.2 */
	tinynf_hw_clear(hw, TINYNF_REG(TXDCTL, q), TINYNF_TXDCTL_ENABLE);
	ret = poll_bit(hw, TINYNF_REG(TXDCTL, q), TINYNF_TXDCTL_ENABLE, false);
	tinynf_hw_write(hw, TINYNF_REG(TDWBAL, q), 0);
	tinynf_hw_write(hw, TINYNF_REG(TDWBAH, q), 0);
	return ret;
}
