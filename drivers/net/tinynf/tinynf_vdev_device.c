/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* What lies between a software device, the driver and the process: registers, memory, wire. */

#include <rte_cycles.h>

#include "tinynf_vdev.h"

#define SHORT_DELAY_US        20

/*
 * How the driver reaches the device.
 */

static uint32_t
hw_read(struct tinynf_hw *hw, uint32_t reg)
{
	struct tinynf_vdev *vdev = hw->ctx;
	uint64_t value;

	tinynf_vdev_host_lock();
	/* Time passes for the device also where its thread gets no CPU. */
	tinynf_model_tick(vdev->model, tinynf_vdev_now_ns());
	tinynf_model_read(vdev->model, reg, sizeof(uint32_t), &value);
	tinynf_vdev_host_unlock();
	return (uint32_t)value;
}

static void
hw_write(struct tinynf_hw *hw, uint32_t reg, uint32_t value)
{
	struct tinynf_vdev *vdev = hw->ctx;

	tinynf_vdev_host_lock();
	tinynf_model_tick(vdev->model, tinynf_vdev_now_ns());
	tinynf_model_write(vdev->model, reg, sizeof(value), value);
	tinynf_vdev_host_unlock();
}

static volatile uint32_t *
hw_tail_addr(struct tinynf_hw *hw, uint32_t reg)
{
	struct tinynf_vdev *vdev = hw->ctx;

	return tinynf_model_doorbell(vdev->model, reg);
}

static uint64_t
hw_dma_addr(struct tinynf_hw *hw, const void *va, uint64_t iova)
{
	struct tinynf_vdev *vdev = hw->ctx;

	RTE_SET_USED(iova);
	if (!tinynf_vdev_memory_reachable(va, 1)) {
		TINYNF_LOG(ERR, "%s: %p is no memory that EAL knows of", vdev->name, va);
		return UINT64_MAX;
	}
	return (uintptr_t)va;
}

/* The device may be a thread on the same CPU: waiting for it means to let it run. */
static void
hw_delay_us(struct tinynf_hw *hw, uint32_t us)
{
	RTE_SET_USED(hw);
	/* A sleep takes several times this: too long for the many edges of bit-banged buses. */
	if (us < SHORT_DELAY_US)
		rte_delay_us_block(us);
	else
		rte_delay_us_sleep(us);
}

const struct tinynf_hw_ops tinynf_vdev_hw_ops = {
	.read = hw_read,
	.write = hw_write,
	.tail_addr = hw_tail_addr,
	.dma_addr = hw_dma_addr,
	.delay_us = hw_delay_us,
};

/*
 * What the device needs.
 */

static void *
model_dma(void *ctx, uint64_t addr, size_t len, bool to_memory)
{
	RTE_SET_USED(ctx);
	RTE_SET_USED(to_memory);
	if (unlikely(!tinynf_vdev_memory_has(addr, len)))
		return NULL;
	return (void *)(uintptr_t)addr;
}

static bool
model_wire_tx(void *ctx, const uint8_t *frame, uint32_t len)
{
	struct tinynf_vdev *vdev = ctx;

	return vdev->wire->ops->send(vdev->wire, frame, len);
}

static void
model_irq(void *ctx, uint32_t vector, bool level)
{
	if (level)
		tinynf_vdev_intr_raise(ctx, vector);
}

static void
model_violation(void *ctx, const struct tinynf_model_violation *v)
{
	tinynf_vdev_violation_add(ctx, v);
}

const struct tinynf_model_ops tinynf_vdev_model_ops = {
	.dma = model_dma,
	.wire_tx = model_wire_tx,
	.irq = model_irq,
	.violation = model_violation,
};
