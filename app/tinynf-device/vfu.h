/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef TINYNF_VFU_H
#define TINYNF_VFU_H

/**
 * @file
 * The vfio-user protocol as it is on the socket, version 0.1: QEMU's
 * docs/interop/vfio-user.rst. All in the byte order of the machine.
 */

#include <stdint.h>

#define VFU_MAJOR  0u
#define VFU_MINOR  1u

enum vfu_command {
	VFU_VERSION = 1,
	VFU_DMA_MAP = 2,
	VFU_DMA_UNMAP = 3,
	VFU_DEVICE_GET_INFO = 4,
	VFU_DEVICE_GET_REGION_INFO = 5,
	VFU_DEVICE_GET_REGION_IO_FDS = 6,
	VFU_DEVICE_GET_IRQ_INFO = 7,
	VFU_DEVICE_SET_IRQS = 8,
	VFU_REGION_READ = 9,
	VFU_REGION_WRITE = 10,
	VFU_DMA_READ = 11,          /* from us to the client */
	VFU_DMA_WRITE = 12,         /* from us to the client */
	VFU_DEVICE_RESET = 13,
	VFU_REGION_WRITE_MULTI = 15,
};

#define VFU_TYPE_MASK     0xfu
#define VFU_TYPE_COMMAND  0u
#define VFU_TYPE_REPLY    1u
#define VFU_NO_REPLY      0x10u
#define VFU_ERROR         0x20u

struct vfu_header {
	uint16_t id;
	uint16_t command;
	uint32_t size;              /* with this header */
	uint32_t flags;
	uint32_t error;
};

struct vfu_version {
	uint16_t major, minor;
	/* JSON with a terminating NUL follows; may be missing. */
};

#define VFU_DMA_READABLE  1u
#define VFU_DMA_WRITABLE  2u

struct vfu_dma_map {
	uint32_t argsz, flags;
	uint64_t offset, addr, size;
};

#define VFU_UNMAP_ALL  2u

struct vfu_dma_unmap {
	uint32_t argsz, flags;
	uint64_t addr, size;
};

#define VFU_DEVICE_RESETS  1u
#define VFU_DEVICE_PCI     2u

struct vfu_device_info {
	uint32_t argsz, flags, regions, irqs;
};

#define VFU_REGION_READABLE  1u
#define VFU_REGION_WRITABLE  2u

struct vfu_region_info {
	uint32_t argsz, flags, index, cap_offset;
	uint64_t size, offset;
};

#define VFU_IRQ_EVENTFD     1u
#define VFU_IRQ_MASKABLE    2u
#define VFU_IRQ_AUTOMASKED  4u
#define VFU_IRQ_NORESIZE    8u

struct vfu_irq_info {
	uint32_t argsz, flags, index, count;
};

#define VFU_SET_NONE       0x01u
#define VFU_SET_BOOL       0x02u
#define VFU_SET_EVENTFD    0x04u
#define VFU_SET_DATA       0x07u
#define VFU_SET_MASK       0x08u
#define VFU_SET_UNMASK     0x10u
#define VFU_SET_TRIGGER    0x20u
#define VFU_SET_ACTION     0x38u

struct vfu_set_irqs {
	uint32_t argsz, flags, index, start, count;
	/* Booleans may follow. */
};

struct vfu_region_access {
	uint64_t offset;
	uint32_t region, count;
	/* Data follow. */
};

struct vfu_dma_access {
	uint64_t addr, count;
	/* Data follow. */
};

/** Regions and interrupts of a PCI device, as <linux/vfio.h> numbers them. */
enum vfu_region {
	VFU_REGION_BAR0 = 0,
	VFU_REGION_IO = 2,
	VFU_REGION_MSIX = 4,
	VFU_REGION_ROM = 6,
	VFU_REGION_CONFIG = 7,
	VFU_REGION_VGA = 8,
	VFU_REGIONS = 9,
};

enum vfu_irq {
	VFU_IRQ_INTX,
	VFU_IRQ_MSI,
	VFU_IRQ_MSIX,
	VFU_IRQ_ERR,
	VFU_IRQ_REQ,
	VFU_IRQS,
};

#define VFU_PAGE          4096u
/** Data of one message at most; we say so in the negotiation. */
#define VFU_MAX_TRANSFER  65536u
#define VFU_MAX_MESSAGE   (sizeof(struct vfu_header) + sizeof(struct vfu_region_access) + \
		VFU_MAX_TRANSFER)
/** Descriptors in one message at most; QEMU takes no server that offers more. */
#define VFU_MAX_FDS       16u
#define VFU_MAX_DMA_MAPS  4096u

#endif /* TINYNF_VFU_H */
