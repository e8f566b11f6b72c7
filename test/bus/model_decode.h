/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef MODEL_DECODE_H
#define MODEL_DECODE_H

/**
 * @file
 * What a machine instruction that faulted wanted from memory: the x86-64
 * instructions by which compilers access memory-mapped registers.
 */

#include <stdbool.h>
#include <stdint.h>

#define MODEL_DECODE_MAX  15   /**< Longest x86 instruction. */

/** Where the other operand is. */
enum model_operand {
	MODEL_OPERAND_REGISTER,
	MODEL_OPERAND_IMMEDIATE,
};

enum model_action {
	MODEL_LOAD,       /**< Memory to register: mov, movzx. */
	MODEL_LOAD_SIGN,  /**< Memory to register, sign-extended: movsx, movsxd. */
	MODEL_STORE,      /**< Register or immediate to memory: mov, movnti, movdiri. */
	MODEL_TEST,       /**< Memory and operand, flags only: test. */
	MODEL_COMPARE,    /**< Memory minus operand, flags only: cmp. */
};

struct model_instruction {
	enum model_action action;
	enum model_operand operand;
	unsigned int length;    /**< Bytes of code. */
	unsigned int size;      /**< Bytes of memory: 1, 2, 4, 8. */
	unsigned int extended;  /**< Loads: bytes of the register that are set; 4 means all 8. */
	unsigned int reg;       /**< Register number as encoded: 0 rax ... 15 r15. */
	bool high_byte;         /**< Registers 4..7 mean ah, ch, dh, bh. */
	int64_t immediate;
};

/**
 * Decode the instruction at @p code.
 * @return false if it isn't one that this file knows.
 */
bool model_decode(const uint8_t *code, struct model_instruction *in);

#endif /* MODEL_DECODE_H */
