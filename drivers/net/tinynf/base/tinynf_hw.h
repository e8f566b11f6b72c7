/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef TINYNF_HW_H
#define TINYNF_HW_H

/**
 * @file
 * How the driver reaches an 82599, whatever carries it.
 *
 * A probe (PCI, vdev, or a bus of somebody else's) fills in a struct tinynf_hw;
 * bring-up and control know nothing else about the device. Bursts do not use
 * these calls: they write tails through pointers obtained once from tail_addr.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tinynf_hw;

/** Access to one device. Every call may be made from any control thread. */
struct tinynf_hw_ops {
	/** Read the 32-bit register at BAR0 offset @p reg, side effects included. */
	uint32_t (*read)(struct tinynf_hw *hw, uint32_t reg);
	/** Write the 32-bit register at BAR0 offset @p reg. */
	void (*write)(struct tinynf_hw *hw, uint32_t reg, uint32_t value);
	/**
	 * Address for plain 32-bit stores to a tail register (RDT or TDT).
	 * Valid as long as the device.
	 */
	volatile uint32_t *(*tail_addr)(struct tinynf_hw *hw, uint32_t reg);
	/** Address by which the device reaches host memory; UINT64_MAX if it can't. */
	uint64_t (*dma_addr)(struct tinynf_hw *hw, const void *va, uint64_t iova);
	/** Wait at least @p us microseconds. */
	void (*delay_us)(struct tinynf_hw *hw, uint32_t us);
};

/** One 82599 port as its bus presents it. */
struct tinynf_hw {
	const struct tinynf_hw_ops *ops;
	void *ctx;            /**< Belongs to the bus: BAR address or vdev state. */
	const char *name;     /**< For messages; owned by the bus. */
	uint8_t lan_id;       /**< STATUS.LAN_ID, known after reset. */
	bool no_sfp;          /**< Backplane or fixed PHY: no SFP+ cage. Set by the bus. */
};

static inline uint32_t
tinynf_hw_read(struct tinynf_hw *hw, uint32_t reg)
{
	return hw->ops->read(hw, reg);
}

static inline void
tinynf_hw_write(struct tinynf_hw *hw, uint32_t reg, uint32_t value)
{
	hw->ops->write(hw, reg, value);
}

static inline void
tinynf_hw_set(struct tinynf_hw *hw, uint32_t reg, uint32_t bits)
{
	tinynf_hw_write(hw, reg, tinynf_hw_read(hw, reg) | bits);
}

static inline void
tinynf_hw_clear(struct tinynf_hw *hw, uint32_t reg, uint32_t bits)
{
	tinynf_hw_write(hw, reg, tinynf_hw_read(hw, reg) & ~bits);
}

#endif /* TINYNF_HW_H */
