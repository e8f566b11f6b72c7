/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef MODEL_DMA_H
#define MODEL_DMA_H

/** @file Memory that software 82599s may reach: what EAL has. Addresses are virtual. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Follow EAL's memory from now on; again is harmless. @return 0, -errno. */
int model_dma_start(void);
void model_dma_stop(void);
/** With the host's lock held: is all of [addr, addr + len) memory of EAL's? */
bool model_dma_has(uint64_t addr, size_t len);

/** The lock that serialises calls on the models, model_host.c. */
void model_host_lock(void);
void model_host_unlock(void);

#endif /* MODEL_DMA_H */
