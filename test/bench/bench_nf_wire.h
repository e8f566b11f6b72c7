/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef BENCH_NF_WIRE_H
#define BENCH_NF_WIRE_H

/** @file A wire from which the packets of a network function come, or into which they go. */

#include "bench_nf.h"
#include "wire/tinynf_wire.h"

/**
 * @param b
 *   Whose flows are sent, one packet each in turn; NULL: nothing is.
 * @return NULL if there is no memory.
 */
struct tinynf_wire *bench_nf_wire(struct bench_nf *b);

#endif /* BENCH_NF_WIRE_H */
