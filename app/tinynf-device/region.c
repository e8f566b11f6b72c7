/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* The regions of the device as the client reads and writes them. */

#include <errno.h>
#include <string.h>

#include "device.h"

#define IO_ADDR    0u
#define IO_DATA    4u
#define MSIX_PBA   0x2000u

static uint64_t
get(const uint8_t *data, uint32_t count)
{
	uint64_t value = 0;

	memcpy(&value, data, count < sizeof(value) ? count : sizeof(value));
	return value;
}

static void
put(uint8_t *data, uint32_t count, uint64_t value)
{
	memcpy(data, &value, count < sizeof(value) ? count : sizeof(value));
}

/** Bytes of the next access to registers; what is no register's size is the model's to refuse. */
static uint32_t
piece(uint64_t offset, uint32_t left)
{
	if (left <= 8 && (left & (left - 1)) == 0)
		return left;
	return offset % 4 == 0 && left >= 4 ? 4 : 1;
}

static void
registers(struct device *dev, uint64_t offset, uint8_t *data, uint32_t count, bool write)
{
	tinynf_model_tick(dev->model, now_ns());
	while (count > 0) {
		const uint32_t part = piece(offset, count);
		uint64_t value = 0;

		if (write) {
			value = get(data, part);
			tinynf_model_write(dev->model, (uint32_t)offset, part, value);
		} else {
			tinynf_model_read(dev->model, (uint32_t)offset, part, &value);
			put(data, part, value);
		}
		if (trace_on())
			trace_access(dev, write, (uint32_t)offset, part, value);
		data += part;
		offset += part;
		count -= part;
	}
	dma_settle(dev);
}

/* Registers by I/O ports, manual section 8.1.1.6: an address, then its data. */
static void
io(struct device *dev, uint64_t offset, uint8_t *data, uint32_t count, bool write)
{
	if (offset == IO_ADDR && count == 4) {
		if (write)
			dev->pci.io_addr = (uint32_t)get(data, 4);
		else
			put(data, 4, dev->pci.io_addr);
	} else if (offset == IO_DATA && count == 4 &&
			dev->pci.io_addr <= TINYNF_MODEL_BAR_SIZE - 4) {
		registers(dev, dev->pci.io_addr, data, 4, write);
	} else if (!write) {
		memset(data, 0, count);
	}
}

/* The client has the table that counts; ours is for clients that only store one. */
static void
msix(struct device *dev, uint64_t offset, uint8_t *data, uint32_t count, bool write)
{
	const uint64_t pending = irq_pending(dev);

	memcpy(dev->pci.msix + MSIX_PBA, &pending, sizeof(pending));
	if (!write)
		memcpy(data, dev->pci.msix + offset, count);
	else if (offset + count <= TINYNF_MODEL_VECTORS * 16)
		memcpy(dev->pci.msix + offset, data, count);
}

int
region_access(struct device *dev, unsigned int region, uint64_t offset, uint8_t *data,
		uint32_t count, bool write)
{
	const uint64_t size = pci_region_size(region);

	if (size == 0 || count == 0 || offset >= size || count > size - offset)
		return -EINVAL;
	if (region == VFU_REGION_BAR0)
		registers(dev, offset, data, count, write);
	else if (region == VFU_REGION_IO)
		io(dev, offset, data, count, write);
	else if (region == VFU_REGION_MSIX)
		msix(dev, offset, data, count, write);
	else if (!write)
		pci_config_read(dev, (uint32_t)offset, data, count);
	else if (pci_config_write(dev, (uint32_t)offset, data, count))
		device_reset(dev);
	return 0;
}
