/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#include <string.h>

#include "model_decode.h"

#define REX_W  8u
#define REX_R  4u

struct cursor {
	const uint8_t *code;
	unsigned int at;
	uint8_t rex;
	bool word;        /* 66: 16-bit operand */
	uint8_t modrm;
};

static int64_t
signed_bytes(const uint8_t *p, unsigned int n)
{
	int8_t b;
	int16_t w;
	int32_t d;
	int64_t q;

	switch (n) {
	case 1:
		memcpy(&b, p, 1);
		return b;
	case 2:
		memcpy(&w, p, 2);
		return w;
	case 4:
		memcpy(&d, p, 4);
		return d;
	default:
		memcpy(&q, p, 8);
		return q;
	}
}

static bool
prefixes(struct cursor *c)
{
	for (;; c->at++) {
		if (c->at > 4)
			return false;
		switch (c->code[c->at]) {
		case 0x66:
			c->word = true;
			continue;
		case 0x2E: case 0x36: case 0x3E: case 0x26: case 0x64: case 0x65:
			/* Segment overrides: the fault's address has them in already. */
			continue;
		default:
			break;
		}
		break;
	}
	if ((c->code[c->at] & 0xF0) == 0x40)
		c->rex = c->code[c->at++];
	return true;
}

/* ModRM, SIB and displacement; false if the operand is no memory. */
static bool
memory_operand(struct cursor *c)
{
	const uint8_t m = c->code[c->at++];
	const unsigned int mod = m >> 6, rm = m & 7;

	c->modrm = m;
	if (mod == 3)
		return false;
	if (rm == 4) {
		const uint8_t sib = c->code[c->at++];

		if (mod == 0 && (sib & 7) == 5)
			c->at += 4;
	} else if (mod == 0 && rm == 5) {
		c->at += 4;
	}
	if (mod == 1)
		c->at += 1;
	else if (mod == 2)
		c->at += 4;
	return true;
}

static unsigned int
operand_size(const struct cursor *c)
{
	return c->rex & REX_W ? 8 : c->word ? 2 : 4;
}

static bool
with_register(struct cursor *c, struct model_instruction *in, enum model_action action,
		unsigned int size)
{
	if (!memory_operand(c))
		return false;
	in->action = action;
	in->operand = MODEL_OPERAND_REGISTER;
	in->size = size;
	in->extended = size;
	in->reg = ((c->modrm >> 3) & 7) | (c->rex & REX_R ? 8 : 0);
	in->high_byte = size == 1 && c->rex == 0 && in->reg >= 4;
	return true;
}

/* The ModRM's register field selects the operation; the immediate has n bytes. */
static bool
with_immediate(struct cursor *c, struct model_instruction *in, enum model_action action,
		unsigned int field, unsigned int size, unsigned int n)
{
	if (!memory_operand(c) || ((c->modrm >> 3) & 7) != field)
		return false;
	in->action = action;
	in->operand = MODEL_OPERAND_IMMEDIATE;
	in->size = size;
	in->immediate = signed_bytes(c->code + c->at, n);
	c->at += n;
	return true;
}

static bool
widening(struct cursor *c, struct model_instruction *in, enum model_action action,
		unsigned int size)
{
	const unsigned int to = operand_size(c);

	if (!with_register(c, in, action, size))
		return false;
	in->extended = to;
	in->high_byte = false;
	return true;
}

static bool
two_byte(struct cursor *c, struct model_instruction *in)
{
	switch (c->code[c->at++]) {
	case 0xB6:
		return widening(c, in, MODEL_LOAD, 1);
	case 0xB7:
		return widening(c, in, MODEL_LOAD, 2);
	case 0xBE:
		return widening(c, in, MODEL_LOAD_SIGN, 1);
	case 0xBF:
		return widening(c, in, MODEL_LOAD_SIGN, 2);
	case 0xC3: /* movnti */
		return !c->word && with_register(c, in, MODEL_STORE, operand_size(c));
	case 0x38: /* movdiri is 0F 38 F9 */
		return c->code[c->at++] == 0xF9 && !c->word &&
			with_register(c, in, MODEL_STORE, operand_size(c));
	default:
		return false;
	}
}

/* mov between the accumulator and an absolute address. */
static bool
absolute(struct cursor *c, struct model_instruction *in, enum model_action action,
		unsigned int size)
{
	in->action = action;
	in->operand = MODEL_OPERAND_REGISTER;
	in->size = size;
	in->extended = size;
	in->reg = 0;
	c->at += 8;
	return true;
}

static bool
one_byte(struct cursor *c, struct model_instruction *in)
{
	const uint8_t opcode = c->code[c->at++];
	const unsigned int size = operand_size(c), imm = size == 8 ? 4 : size;

	switch (opcode) {
	case 0x0F:
		return two_byte(c, in);
	case 0x38:
		return with_register(c, in, MODEL_COMPARE, 1);
	case 0x39:
		return with_register(c, in, MODEL_COMPARE, size);
	case 0x63:
		return widening(c, in, MODEL_LOAD_SIGN, 4);
	case 0x80:
		return with_immediate(c, in, MODEL_COMPARE, 7, 1, 1);
	case 0x81:
		return with_immediate(c, in, MODEL_COMPARE, 7, size, imm);
	case 0x83:
		return with_immediate(c, in, MODEL_COMPARE, 7, size, 1);
	case 0x84:
		return with_register(c, in, MODEL_TEST, 1);
	case 0x85:
		return with_register(c, in, MODEL_TEST, size);
	case 0x88:
		return with_register(c, in, MODEL_STORE, 1);
	case 0x89:
		return with_register(c, in, MODEL_STORE, size);
	case 0x8A:
		return with_register(c, in, MODEL_LOAD, 1);
	case 0x8B:
		return with_register(c, in, MODEL_LOAD, size);
	case 0xA0:
		return absolute(c, in, MODEL_LOAD, 1);
	case 0xA1:
		return absolute(c, in, MODEL_LOAD, size);
	case 0xA2:
		return absolute(c, in, MODEL_STORE, 1);
	case 0xA3:
		return absolute(c, in, MODEL_STORE, size);
	case 0xC6:
		return with_immediate(c, in, MODEL_STORE, 0, 1, 1);
	case 0xC7:
		return with_immediate(c, in, MODEL_STORE, 0, size, imm);
	case 0xF6:
		return with_immediate(c, in, MODEL_TEST, 0, 1, 1);
	case 0xF7:
		return with_immediate(c, in, MODEL_TEST, 0, size, imm);
	default:
		return false;
	}
}

bool
model_decode(const uint8_t *code, struct model_instruction *in)
{
	struct cursor c = { .code = code };

	memset(in, 0, sizeof(*in));
	if (!prefixes(&c) || !one_byte(&c, in) || c.at > MODEL_DECODE_MAX)
		return false;
	in->length = c.at;
	return true;
}
