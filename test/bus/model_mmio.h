/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef MODEL_MMIO_H
#define MODEL_MMIO_H

/**
 * @file
 * A register window as drivers see it: ordinary addresses that trap.
 *
 * The register file is mapped twice. The model uses one mapping; the other,
 * the driver's, has no access rights, and a SIGSEGV handler decodes what the
 * faulting instruction wanted and asks the owner. Pages of tail registers can
 * be opened: then tails are plain memory, which the model polls.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MODEL_MMIO_WINDOWS  32u

struct model_mmio;

/** Called in the signal handler of the thread that accesses: may lock, must not access windows. */
struct model_mmio_ops {
	uint64_t (*read)(void *ctx, uint32_t offset, unsigned int size);
	void (*write)(void *ctx, uint32_t offset, unsigned int size, uint64_t value);
};

/**
 * Make a window of @p size bytes (whole pages). The first one installs the handler.
 * @return NULL with errno set.
 */
struct model_mmio *model_mmio_create(size_t size, const struct model_mmio_ops *ops, void *ctx);
void model_mmio_destroy(struct model_mmio *mmio);
/** The register file's memory, for the model. */
void *model_mmio_file(const struct model_mmio *mmio);
/** The window, for the driver. */
void *model_mmio_window(const struct model_mmio *mmio);
/** Let accesses to the page at @p offset through, or trap them. @return 0, -errno. */
int model_mmio_open_page(struct model_mmio *mmio, uint32_t offset, bool open);
/** Accesses that trapped so far. */
uint64_t model_mmio_traps(const struct model_mmio *mmio);

#endif /* MODEL_MMIO_H */
