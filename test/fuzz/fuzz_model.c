/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * The software 82599 under a driver that does anything: register accesses of any size and
 * offset, rings and descriptors with any content and address, frames of any shape, time in
 * any steps. It must stay in the memory that it is given, and every call has to return.
 */

#include "fuzz.h"

#define MINI_MEMORY  0xa0000u /* enough for the rings and buffers of four queues */
#include "mini.h"

#define MAX_OPS  400u

enum op {
	OP_WRITE_KNOWN, OP_READ_KNOWN, OP_WRITE_ANY, OP_READ_ANY, OP_DOORBELL, OP_TICK, OP_POLL,
	OP_RECEIVE, OP_FRAME, OP_MEMORY, OP_TX_DESC, OP_RX_DESC, OP_START, OP_OTHER, OPS,
};

/** A register of the table, or a neighbour of it. */
static uint32_t
known_register(void)
{
	const struct tinynf_reg_row *table;
	const struct tinynf_reg_row *row;
	unsigned int n;

	table = tinynf_reg_table(&n);
	row = &table[fuzz_below(n)];
	return row->offset + row->stride * (row->count > 1 ? fuzz_below(row->count) : 0);
}

static uint32_t
any_offset(void)
{
	return (uint32_t)fuzz_take(3) % (TINYNF_MODEL_BAR_SIZE + 64);
}

/** Values that registers like: small, an address in memory or around its end, anything. */
static uint64_t
value(void)
{
	const uint64_t kind = fuzz_take(1);

	switch (kind % 6) {
	case 0:
		return fuzz_take(1);
	case 1:
		return (uint32_t)MINI_IOVA + (fuzz_take(3) & ~UINT64_C(127));
	case 2:
		return MINI_IOVA >> 32;
	case 3:
		return UINT64_C(1) << kind / 6;
	default:
		return fuzz_take(4);
	}
}

static uint64_t
address(void)
{
	const uint64_t where = fuzz_take(3);

	switch (where % 8) {
	case 0:
		return MINI_IOVA + MINI_MEMORY - where / 8 % 4096;
	case 1:
		return where << 40 | where;
	case 2:
		return UINT64_MAX - where % 4096;
	default:
		return mini_buffer(where % 64);
	}
}

static void
write_memory(struct mini *mini)
{
	uint32_t at = (uint32_t)fuzz_take(3) % 0x20000, n = fuzz_below(64);

	while (n-- > 0)
		mini->memory[at++] = (uint8_t)fuzz_take(1);
}

static void
receive(struct mini *mini, bool own)
{
	uint32_t len = fuzz_below(own ? 2048 : 256), i;
	uint8_t *frame;

	if (!own && fuzz_below(16) == 0)
		len = fuzz_below(TINYNF_MODEL_MAX_FRAME + 64);
	frame = malloc(len == 0 ? 1 : len);
	if (frame == NULL)
		return;
	for (i = 0; i < len; i++)
		frame[i] = own && i >= 64 ? (uint8_t)i : (uint8_t)fuzz_take(1);
	if (own && len >= 14)
		memcpy(frame, "\x02\0\0\0\0\x01", 6);
	tinynf_model_receive(mini->model, frame, len, fuzz_below(4) == 0);
	free(frame);
}

static void
other(struct mini *mini)
{
	switch (fuzz_below(8)) {
	case 0:
		tinynf_model_reset(mini->model);
		break;
	case 1:
		tinynf_model_set_signal(mini->model, fuzz_below(2));
		break;
	case 2:
		mini->wire_busy = fuzz_below(2);
		break;
	case 3:
		tinynf_model_pack(mini->model, fuzz_below(2));
		break;
	default:
		(void)tinynf_model_laser_on(mini->model);
		(void)tinynf_model_rx_enabled(mini->model);
		break;
	}
}

static void
start(struct mini *mini)
{
	const unsigned int n = fuzz_below(4);

	if (fuzz_below(2))
		mini_tx_start(mini, n, fuzz_below(2));
	else
		mini_rx_start(mini, n, (uint32_t)value());
}

static void
operate(struct mini *mini, uint64_t *now)
{
	struct tinynf_desc *desc;
	uint32_t *cell;
	uint64_t read;
	uint32_t reg;

	switch ((enum op)fuzz_below(OPS)) {
	case OP_WRITE_KNOWN:
		reg = known_register();
		tinynf_model_write(mini->model, reg, 4, value());
		break;
	case OP_READ_KNOWN:
		tinynf_model_read(mini->model, known_register(), 4, &read);
		break;
	case OP_WRITE_ANY:
		reg = any_offset();
		tinynf_model_write(mini->model, reg, fuzz_below(10), fuzz_take(8));
		break;
	case OP_READ_ANY:
		reg = any_offset();
		tinynf_model_read(mini->model, reg, fuzz_below(10), &read);
		break;
	case OP_DOORBELL:
		reg = fuzz_below(2) ? TINYNF_REG(TDT, fuzz_below(4)) : TINYNF_REG(RDT, fuzz_below(4));
		cell = tinynf_model_doorbell(mini->model, reg);
		FUZZ_MUST(cell != NULL);
		*cell = (uint32_t)fuzz_take(1);
		break;
	case OP_TICK:
		*now += fuzz_take(4);
		tinynf_model_tick(mini->model, *now);
		break;
	case OP_POLL:
		reg = fuzz_below(256);
		/* A large send may end within a descriptor: a few frames more. */
		FUZZ_MUST(tinynf_model_poll(mini->model, reg) <= reg + 128);
		break;
	case OP_RECEIVE:
		receive(mini, false);
		break;
	case OP_FRAME:
		receive(mini, true);
		break;
	case OP_MEMORY:
		write_memory(mini);
		break;
	case OP_TX_DESC:
		desc = mini_tx(mini, fuzz_below(4)) + fuzz_below(MINI_RING);
		desc->addr = address();
		desc->meta = fuzz_take(8);
		break;
	case OP_RX_DESC:
		desc = mini_rx(mini, fuzz_below(4)) + fuzz_below(MINI_RING);
		desc->addr = address();
		desc->meta = address();
		break;
	case OP_START:
		start(mini);
		break;
	default:
		other(mini);
		break;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mini *mini = mini_create();
	uint64_t now = 1000000000;
	unsigned int ops;

	if (mini == NULL || mini->model == NULL)
		return 0;
	fuzz_input(data, size);
	for (ops = 0; ops < MAX_OPS && fuzz_left != 0; ops++)
		operate(mini, &now);
	tinynf_model_poll(mini->model, 1000);
	mini_destroy(mini);
	return 0;
}
