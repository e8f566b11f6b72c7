/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* Configuration space of an 82599ES (X520), manual section 9.3. */

#include <string.h>

#include "device.h"

#define VENDOR_INTEL      0x8086
#define DEVICE_82599_SFP  0x10fb
#define SUBSYSTEM_X520    0x0003   /* Ethernet Server Adapter X520-2 */
#define REVISION          0x01

#define COMMAND           0x04
#define COMMAND_WRITABLE  0x0547   /* I/O, memory, master, parity, SERR, INTx off */
#define COMMAND_MASTER    0x04
#define COMMAND_INTX_OFF  0x0400
#define STATUS            0x06
#define STATUS_INTX       0x08
#define BAR0              0x10
#define INTERRUPT_LINE    0x3c

/* Where the capabilities are on the card, 9.3.1. */
#define CAP_PM            0x40
#define CAP_MSI           0x50
#define CAP_MSIX          0x70
#define CAP_PCIE          0xa0
#define CAP_AER           0x100
#define CAP_SERIAL        0x140

#define PMCSR             (CAP_PM + 4)
#define PM_STATE          0x03
#define PM_D3             0x03
#define PM_PME_STATUS     0x8000
#define MSIX_CONTROL      (CAP_MSIX + 2)
#define MSIX_ENABLE       0x8000
#define PCIE_DEVCTL       (CAP_PCIE + 8)
#define DEVCTL_FLR        0x8000
#define MSIX_PBA          0x2000

/* Bits that software may set, and bits that it clears by writing ones. */
static uint8_t writable[PCI_CONFIG_SIZE], clears[PCI_CONFIG_SIZE];

static void
put16(uint8_t *to, unsigned int at, unsigned int value)
{
	to[at] = (uint8_t)value;
	to[at + 1] = (uint8_t)(value >> 8);
}

static void
put32(uint8_t *to, unsigned int at, uint32_t value)
{
	put16(to, at, value & 0xffff);
	put16(to, at + 2, value >> 16);
}

static unsigned int
get16(const uint8_t *from, unsigned int at)
{
	return from[at] | (unsigned int)from[at + 1] << 8;
}

uint64_t
pci_region_size(unsigned int region)
{
	switch (region) {
	case VFU_REGION_BAR0:
		return TINYNF_MODEL_BAR_SIZE;
	case VFU_REGION_IO:
		return PCI_IO_BAR_SIZE;
	case VFU_REGION_MSIX:
		return PCI_MSIX_BAR_SIZE;
	case VFU_REGION_CONFIG:
		return PCI_CONFIG_SIZE;
	default:
		return 0;
	}
}

static void
bars(uint8_t *c)
{
	/* 64-bit and prefetchable as on the card; the size is in what sticks. */
	put32(c, BAR0, 0x0c);
	put32(writable, BAR0, ~(TINYNF_MODEL_BAR_SIZE - 1));
	put32(writable, BAR0 + 4, UINT32_MAX);
	put32(c, BAR0 + 8, 0x01);
	put32(writable, BAR0 + 8, ~(PCI_IO_BAR_SIZE - 1));
	put32(c, BAR0 + 16, 0x0c);
	put32(writable, BAR0 + 16, ~(PCI_MSIX_BAR_SIZE - 1));
	put32(writable, BAR0 + 20, UINT32_MAX);
}

static void
capabilities(uint8_t *c)
{
	/* Power management 1.2: PME from D0 and D3hot, reset on the way from D3 to D0. */
	put16(c, CAP_PM, CAP_MSI << 8 | 0x01);
	put16(c, CAP_PM + 2, 0x4823);
	put16(writable, PMCSR, 0x0103);
	put16(clears, PMCSR, PM_PME_STATUS);
	/* One message, 64-bit address, maskable. */
	put16(c, CAP_MSI, CAP_MSIX << 8 | 0x05);
	put16(c, CAP_MSI + 2, 0x0180);
	put16(writable, CAP_MSI + 2, 0x0071);
	put32(writable, CAP_MSI + 4, 0xfffffffc);
	put32(writable, CAP_MSI + 8, UINT32_MAX);
	put16(writable, CAP_MSI + 12, 0xffff);
	put32(writable, CAP_MSI + 16, 1);
	/* 64 vectors, table and pending bits in the region at BAR 4. */
	put16(c, CAP_MSIX, CAP_PCIE << 8 | 0x11);
	put16(c, MSIX_CONTROL, TINYNF_MODEL_VECTORS - 1);
	put16(writable, MSIX_CONTROL, 0xc000);
	put32(c, CAP_MSIX + 4, VFU_REGION_MSIX);
	put32(c, CAP_MSIX + 8, MSIX_PBA | VFU_REGION_MSIX);
	/* PCI Express 2.0 endpoint: 512 bytes of payload, FLR; 5 GT/s, 8 lanes. */
	put16(c, CAP_PCIE, 0x10);
	put16(c, CAP_PCIE + 2, 0x0002);
	put32(c, CAP_PCIE + 4, 0x10008cc2);
	put16(c, PCIE_DEVCTL, 0x2810);
	put16(writable, PCIE_DEVCTL, 0x7fff);
	put16(clears, PCIE_DEVCTL + 2, 0x000f);
	put32(c, CAP_PCIE + 12, 0x00027482);
	put16(writable, CAP_PCIE + 16, 0x01eb);
	put16(c, CAP_PCIE + 18, 0x1082);
	put32(c, CAP_PCIE + 36, 0x0000001f);
	put16(writable, CAP_PCIE + 40, 0x001f);
	put16(c, CAP_PCIE + 48, 0x0002);
	put16(writable, CAP_PCIE + 48, 0x003f);
}

static void
extended(uint8_t *c, const uint8_t *mac)
{
	/* Advanced error reporting, version 1. */
	put32(c, CAP_AER, CAP_SERIAL << 20 | 1 << 16 | 0x0001);
	put32(clears, CAP_AER + 4, 0x001ff010);
	put32(writable, CAP_AER + 8, 0x001ff010);
	put32(c, CAP_AER + 12, 0x00062010);
	put32(writable, CAP_AER + 12, 0x001ff010);
	put32(clears, CAP_AER + 16, 0x000031c1);
	put32(c, CAP_AER + 20, 0x00002000);
	put32(writable, CAP_AER + 20, 0x000031c1);
	/* Device serial number: the address of the port with FFFF in its middle. */
	put32(c, CAP_SERIAL, 1 << 16 | 0x0003);
	c[CAP_SERIAL + 4] = mac[5];
	c[CAP_SERIAL + 5] = mac[4];
	c[CAP_SERIAL + 6] = mac[3];
	c[CAP_SERIAL + 7] = 0xff;
	c[CAP_SERIAL + 8] = 0xff;
	c[CAP_SERIAL + 9] = mac[2];
	c[CAP_SERIAL + 10] = mac[1];
	c[CAP_SERIAL + 11] = mac[0];
}

void
pci_init(struct device *dev)
{
	uint8_t *c = dev->pci.config;
	unsigned int i;

	memset(&dev->pci, 0, sizeof(dev->pci));
	put16(c, 0x00, VENDOR_INTEL);
	put16(c, 0x02, DEVICE_82599_SFP);
	put16(writable, COMMAND, COMMAND_WRITABLE);
	put16(c, STATUS, 0x0010);               /* there is a list of capabilities */
	put16(clears, STATUS, 0xf900);
	c[0x08] = REVISION;
	c[0x0b] = 0x02;                         /* class: network, Ethernet */
	writable[0x0c] = 0xff;                  /* cache line size */
	put16(c, 0x2c, VENDOR_INTEL);
	put16(c, 0x2e, SUBSYSTEM_X520);
	c[0x34] = CAP_PM;
	writable[INTERRUPT_LINE] = 0xff;
	c[INTERRUPT_LINE + 1] = 1;              /* INTA */
	bars(c);
	capabilities(c);
	extended(c, dev->args.mac);
	/* Vectors are masked after a reset. */
	for (i = 0; i < TINYNF_MODEL_VECTORS; i++)
		dev->pci.msix[16 * i + 12] = 1;
}

bool
pci_bus_master(const struct device *dev)
{
	return dev->pci.config[COMMAND] & COMMAND_MASTER;
}

bool
pci_msix_enabled(const struct device *dev)
{
	return get16(dev->pci.config, MSIX_CONTROL) & MSIX_ENABLE;
}

void
pci_config_read(const struct device *dev, uint32_t offset, uint8_t *data, uint32_t count)
{
	memcpy(data, dev->pci.config + offset, count);
	if (dev->irqs.level && offset <= STATUS && offset + count > STATUS)
		data[STATUS - offset] |= STATUS_INTX;
}

bool
pci_config_write(struct device *dev, uint32_t offset, const uint8_t *data, uint32_t count)
{
	uint8_t *c = dev->pci.config;
	const unsigned int power = c[PMCSR] & PM_STATE;
	bool flr = false;
	uint32_t i;

	for (i = 0; i < count; i++) {
		const uint32_t at = offset + i;

		flr |= at == PCIE_DEVCTL + 1 && (data[i] & (DEVCTL_FLR >> 8));
		c[at] = (uint8_t)((c[at] & ~writable[at]) | (data[i] & writable[at]));
		c[at] &= (uint8_t)~(data[i] & clears[at]);
	}
	return flr || (power == PM_D3 && (c[PMCSR] & PM_STATE) == 0);
}
