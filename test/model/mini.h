/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * A minimal driver and host for tests of the software 82599: guest memory at device
 * addresses that differ from host addresses, register access, rings of 64 descriptors.
 */

#ifndef TINYNF_TEST_MINI_H
#define TINYNF_TEST_MINI_H

#include <stdlib.h>
#include <string.h>

#include "base/tinynf_desc.h"
#include "base/tinynf_regs.h"
#include "model/tinynf_model.h"

#define MINI_IOVA     UINT64_C(0x7000000000)
#ifndef MINI_MEMORY
#define MINI_MEMORY   (4u << 20)
#endif
#define MINI_RING     64u
#define MINI_RX_RING  0x0u
#define MINI_TX_RING  0x8000u    /* one page a queue each */
#define MINI_HEAD     0x10000u
#define MINI_BUFFERS  0x20000u
#define MINI_BUFFER   2048u
#define MINI_KEPT     64u

struct mini {
	struct tinynf_model *model;
	uint8_t *memory;
	unsigned int violations;
	struct tinynf_model_violation last;
	unsigned int irqs, irq_vector;
	unsigned int fired[TINYNF_MODEL_VECTORS];
	bool line;              /* level last given, any vector */
	bool wire_busy;
	unsigned int frames;
	uint32_t len[MINI_KEPT];
	uint8_t frame[MINI_KEPT][2048];
	void (*on_wire)(struct mini *mini);
};

static inline void *
mini_dma(void *ctx, uint64_t addr, size_t len, bool to_memory)
{
	struct mini *mini = ctx;

	(void)to_memory;
	if (addr < MINI_IOVA || len > MINI_MEMORY || addr - MINI_IOVA > MINI_MEMORY - len)
		return NULL;
	return mini->memory + (addr - MINI_IOVA);
}

static inline bool
mini_wire_tx(void *ctx, const uint8_t *frame, uint32_t len)
{
	struct mini *mini = ctx;
	const unsigned int i = mini->frames % MINI_KEPT;

	if (mini->wire_busy)
		return false;
	mini->len[i] = len;
	memcpy(mini->frame[i], frame, len < 2048 ? len : 2048);
	mini->frames++;
	if (mini->on_wire != NULL)
		mini->on_wire(mini);
	return true;
}

static inline void
mini_irq(void *ctx, uint32_t vector, bool level)
{
	struct mini *mini = ctx;

	mini->irqs += level;
	mini->fired[vector % TINYNF_MODEL_VECTORS] += level;
	mini->line = level;
	mini->irq_vector = vector;
}

static inline void
mini_violation(void *ctx, const struct tinynf_model_violation *v)
{
	struct mini *mini = ctx;

	mini->violations++;
	mini->last = *v;
}

static inline void
mini_write(struct mini *mini, uint32_t reg, uint32_t value)
{
	tinynf_model_write(mini->model, reg, 4, value);
}

static inline uint32_t
mini_read(struct mini *mini, uint32_t reg)
{
	uint64_t value;

	tinynf_model_read(mini->model, reg, 4, &value);
	return (uint32_t)value;
}

static inline struct tinynf_desc *
mini_rx(struct mini *mini, unsigned int queue)
{
	return (struct tinynf_desc *)(mini->memory + MINI_RX_RING + queue * 4096);
}

static inline struct tinynf_desc *
mini_tx(struct mini *mini, unsigned int queue)
{
	return (struct tinynf_desc *)(mini->memory + MINI_TX_RING + queue * 4096);
}

static inline uint64_t
mini_buffer(unsigned int i)
{
	return MINI_IOVA + MINI_BUFFERS + (uint64_t)i * MINI_BUFFER;
}

static inline uint8_t *
mini_at(struct mini *mini, uint64_t addr)
{
	return mini->memory + (addr - MINI_IOVA);
}

/** Queue @p n ready: descriptor i has buffer 64 n + i; size - 1 are the device's. */
static inline void
mini_rx_start(struct mini *mini, unsigned int n, uint32_t srrctl)
{
	unsigned int i;

	for (i = 0; i < MINI_RING; i++) {
		mini_rx(mini, n)[i].addr = mini_buffer(MINI_RING * n + i);
		mini_rx(mini, n)[i].meta = 0;
	}
	mini_write(mini, TINYNF_REG(RDBAL, n), (uint32_t)(MINI_IOVA + MINI_RX_RING + n * 4096));
	mini_write(mini, TINYNF_REG(RDBAH, n), (uint32_t)(MINI_IOVA >> 32));
	mini_write(mini, TINYNF_REG(RDLEN, n), MINI_RING * 16);
	mini_write(mini, TINYNF_REG(SRRCTL, n), srrctl);
	mini_write(mini, TINYNF_REG(RXDCTL, n), TINYNF_RXDCTL_ENABLE);
	mini_write(mini, TINYNF_REG(RDT, n), MINI_RING - 1);
}

static inline void
mini_tx_start(struct mini *mini, unsigned int n, bool head_wb)
{
	const uint64_t head = MINI_IOVA + MINI_HEAD + n * 64;

	mini_write(mini, TINYNF_REG(TDBAL, n), (uint32_t)(MINI_IOVA + MINI_TX_RING + n * 4096));
	mini_write(mini, TINYNF_REG(TDBAH, n), (uint32_t)(MINI_IOVA >> 32));
	mini_write(mini, TINYNF_REG(TDLEN, n), MINI_RING * 16);
	mini_write(mini, TINYNF_REG(TDWBAH, n), (uint32_t)(head >> 32));
	mini_write(mini, TINYNF_REG(TDWBAL, n), (uint32_t)head | head_wb);
	mini_write(mini, TINYNF_REG_DMATXCTL,
			mini_read(mini, TINYNF_REG_DMATXCTL) | TINYNF_DMATXCTL_TE);
	mini_write(mini, TINYNF_REG(TXDCTL, n), TINYNF_TXDCTL_ENABLE | 4 << 8 | 32);
}

static inline uint32_t
mini_head(struct mini *mini, unsigned int n)
{
	return *(uint32_t *)(mini->memory + MINI_HEAD + n * 64);
}

/** A model with its link up; queues and RXEN are the test's. NULL if out of memory. */
static inline struct mini *
mini_create(void)
{
	const struct tinynf_model_config config = { .mac = { 2, 0, 0, 0, 0, 1 } };
	const struct tinynf_model_ops ops = {
		mini_dma, mini_wire_tx, mini_irq, mini_violation,
	};
	struct mini *mini = calloc(1, sizeof(*mini));

	mini->memory = aligned_alloc(4096, MINI_MEMORY);
	memset(mini->memory, 0, MINI_MEMORY);
	mini->model = tinynf_model_create(&config, &ops, mini);
	tinynf_model_tick(mini->model, 1);
	tinynf_model_tick(mini->model, 1000000000);
	mini_write(mini, TINYNF_REG_FCTRL, TINYNF_FCTRL_BAM);
	mini_write(mini, TINYNF_REG_RXCTRL, TINYNF_RXCTRL_RXEN);
	return mini;
}

static inline void
mini_destroy(struct mini *mini)
{
	tinynf_model_destroy(mini->model);
	free(mini->memory);
	free(mini);
}

/** A frame to the port's own address: header, then a pattern. */
static inline void
mini_fill(uint8_t *frame, uint32_t len, uint8_t seed)
{
	static const uint8_t header[14] = { 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 9, 0x88, 0xb5 };
	uint32_t i;

	memcpy(frame, header, sizeof(header));
	for (i = sizeof(header); i < len; i++)
		frame[i] = (uint8_t)(i * 7 + seed);
}

#endif /* TINYNF_TEST_MINI_H */
