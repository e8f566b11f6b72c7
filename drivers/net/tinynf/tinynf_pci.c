/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * The 82599 as a PCI device.
 */

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include <bus_pci_driver.h>
#include <ethdev_driver.h>
#include <ethdev_pci.h>
#include <rte_cycles.h>
#include <rte_io.h>
#include <rte_kvargs.h>
#include <rte_memory.h>

#include "tinynf_control.h"
#include "tinynf_devargs.h"
#include "tinynf_ethdev.h"
#include "tinynf_secondary.h"
#include "tinynf_vdev_args.h"

#define PCI_DRIVER_NAME "net_tinynf"
#define VENDOR_INTEL    0x8086
#define BAR_SIZE        0x20000u /* 9.3.6.1: at least this much of BAR0 are registers */

/* Physical functions, 9.3.3.2 and later specification updates. */
#define DEV_82599_KX4        0x10F7
#define DEV_82599_COMBO      0x10F8  /* combined backplane */
#define DEV_82599_CX4        0x10F9
#define DEV_82599_SFP        0x10FB
#define DEV_82599_XAUI_LOM   0x10FC
#define DEV_82599_SFP_EM     0x1507
#define DEV_82599_KX4_MEZZ   0x1514
#define DEV_82599_KR         0x1517
#define DEV_82599_T3_LOM     0x151C
#define DEV_82599_SFP_FCOE   0x1529
#define DEV_82599_BP_FCOE    0x152A  /* backplane */
#define DEV_82599_SFP_SF_QP  0x154A
#define DEV_82599_SFP_SF2    0x154D
#define DEV_82599EN_SFP      0x1557
#define DEV_82599_QSFP_SF_QP 0x1558
/* Virtual functions. */
#define DEV_82599_VF         0x10ED
#define DEV_82599_VF_HV      0x152E

static const struct rte_pci_id pci_ids[] = {
	{ RTE_PCI_DEVICE(VENDOR_INTEL, DEV_82599_KX4) },
	{ RTE_PCI_DEVICE(VENDOR_INTEL, DEV_82599_COMBO) },
	{ RTE_PCI_DEVICE(VENDOR_INTEL, DEV_82599_CX4) },
	{ RTE_PCI_DEVICE(VENDOR_INTEL, DEV_82599_SFP) },
	{ RTE_PCI_DEVICE(VENDOR_INTEL, DEV_82599_XAUI_LOM) },
	{ RTE_PCI_DEVICE(VENDOR_INTEL, DEV_82599_SFP_EM) },
	{ RTE_PCI_DEVICE(VENDOR_INTEL, DEV_82599_KX4_MEZZ) },
	{ RTE_PCI_DEVICE(VENDOR_INTEL, DEV_82599_KR) },
	{ RTE_PCI_DEVICE(VENDOR_INTEL, DEV_82599_T3_LOM) },
	{ RTE_PCI_DEVICE(VENDOR_INTEL, DEV_82599_SFP_FCOE) },
	{ RTE_PCI_DEVICE(VENDOR_INTEL, DEV_82599_BP_FCOE) },
	{ RTE_PCI_DEVICE(VENDOR_INTEL, DEV_82599_SFP_SF_QP) },
	{ RTE_PCI_DEVICE(VENDOR_INTEL, DEV_82599_SFP_SF2) },
	{ RTE_PCI_DEVICE(VENDOR_INTEL, DEV_82599EN_SFP) },
	{ RTE_PCI_DEVICE(VENDOR_INTEL, DEV_82599_QSFP_SF_QP) },
	/* To say that they are not supported, no more. */
	{ RTE_PCI_DEVICE(VENDOR_INTEL, DEV_82599_VF) },
	{ RTE_PCI_DEVICE(VENDOR_INTEL, DEV_82599_VF_HV) },
	{ .vendor_id = 0 },
};

static uint32_t
mmio_read(struct tinynf_hw *hw, uint32_t reg)
{
	return rte_le_to_cpu_32(rte_read32((uint8_t *)hw->ctx + reg));
}

static void
mmio_write(struct tinynf_hw *hw, uint32_t reg, uint32_t value)
{
	rte_write32(rte_cpu_to_le_32(value), (uint8_t *)hw->ctx + reg);
}

static volatile uint32_t *
mmio_tail_addr(struct tinynf_hw *hw, uint32_t reg)
{
	return (volatile uint32_t *)((uint8_t *)hw->ctx + reg);
}

static uint64_t
iova_addr(struct tinynf_hw *hw __rte_unused, const void *va, uint64_t iova)
{
	if (iova == RTE_BAD_IOVA || iova == 0)
		iova = rte_mem_virt2iova(va);
	return iova == RTE_BAD_IOVA ? UINT64_MAX : iova;
}

static void
delay_us(struct tinynf_hw *hw __rte_unused, uint32_t us)
{
	/* Short waits are polls; long ones leave the core to others. */
	if (us < 1000)
		rte_delay_us_block(us);
	else
		rte_delay_us_sleep(us);
}

static const struct tinynf_hw_ops mmio_ops = {
	.read = mmio_read,
	.write = mmio_write,
	.tail_addr = mmio_tail_addr,
	.dma_addr = iova_addr,
	.delay_us = delay_us,
};

static bool
has_no_sfp(uint16_t device_id)
{
	switch (device_id) {
	case DEV_82599_KX4:
	case DEV_82599_COMBO:
	case DEV_82599_CX4:
	case DEV_82599_XAUI_LOM:
	case DEV_82599_KX4_MEZZ:
	case DEV_82599_KR:
	case DEV_82599_T3_LOM:
	case DEV_82599_BP_FCOE:
		return true;
	default:
		return false;
	}
}

/* What the device's arguments say. */
struct pci_args {
	struct tinynf_options options;
	bool others;  /* another driver shall have the device */
};

static int
driver_parse(const char *key __rte_unused, const char *value, void *opaque)
{
	struct pci_args *args = opaque;

	args->others = value == NULL || (strcmp(value, PCI_DRIVER_NAME) != 0 &&
			strcmp(value, "tinynf") != 0);
	return 0;
}

/* "class" is ethdev's own. */
static const char *
unknown_key(const struct rte_kvargs *kvlist)
{
	static const char * const keys[] = { TINYNF_ARG_FLUSH, TINYNF_ARG_DRIVER, "class" };
	unsigned int n, k;

	for (n = 0; n < kvlist->count; n++) {
		for (k = 0; k < RTE_DIM(keys); k++)
			if (strcmp(kvlist->pairs[n].key, keys[k]) == 0)
				break;
		if (k == RTE_DIM(keys))
			return kvlist->pairs[n].key;
	}
	return NULL;
}

static int
args_parse(const struct rte_pci_device *pci_dev, struct pci_args *args)
{
	const struct rte_devargs *devargs = pci_dev->device.devargs;
	const char *name = pci_dev->device.name;
	struct rte_kvargs *kvlist;
	const char *unknown;
	int ret = 0;

	tinynf_options_default(&args->options);
	args->others = false;
	if (devargs == NULL || devargs->args == NULL || devargs->args[0] == '\0')
		return 0;
	kvlist = rte_kvargs_parse(devargs->args, NULL);
	if (kvlist == NULL) {
		TINYNF_LOG(ERR, "%s: arguments \"%s\" are not a list of key=value", name,
				devargs->args);
		return -EINVAL;
	}
	rte_kvargs_process(kvlist, TINYNF_ARG_DRIVER, driver_parse, args);
	/* What another driver's arguments may be is its business. */
	unknown = args->others ? NULL : unknown_key(kvlist);
	if (unknown != NULL) {
		TINYNF_LOG(ERR, "%s: unknown argument \"%s\"; there are " TINYNF_ARG_FLUSH
				" and " TINYNF_ARG_DRIVER, name, unknown);
		ret = -EINVAL;
	} else if (!args->others) {
		ret = tinynf_options_parse(name, kvlist, &args->options);
	}
	rte_kvargs_free(kvlist);
	return ret;
}

static int
pci_eth_init(struct rte_eth_dev *dev)
{
	struct rte_pci_device *pci_dev = RTE_ETH_DEV_TO_PCI(dev);
	struct tinynf_adapter *adapter = tinynf_adapter(dev);
	struct pci_args args;
	int ret;

	if (rte_eal_process_type() != RTE_PROC_PRIMARY) {
		tinynf_secondary_init(dev);
		return 0;
	}
	ret = args_parse(pci_dev, &args);
	if (ret != 0)
		return ret;
	if (pci_dev->mem_resource[0].addr == NULL || pci_dev->mem_resource[0].len < BAR_SIZE) {
		TINYNF_LOG(ERR, "%s: BAR 0 has %" PRIu64 " bytes at %p, not %u or more",
				pci_dev->device.name, pci_dev->mem_resource[0].len,
				pci_dev->mem_resource[0].addr, BAR_SIZE);
		return -ENODEV;
	}
	rte_eth_copy_pci_info(dev, pci_dev);
	adapter->hw.ops = &mmio_ops;
	adapter->hw.ctx = pci_dev->mem_resource[0].addr;
	adapter->hw.name = pci_dev->device.name;
	adapter->hw.no_sfp = has_no_sfp(pci_dev->id.device_id);
	adapter->bus.intr_handle = pci_dev->intr_handle;
	adapter->options = args.options;
	return tinynf_ethdev_init(dev);
}

static int
pci_eth_uninit(struct rte_eth_dev *dev)
{
	const struct eth_dev_ops *ops = dev->dev_ops;

	return ops != NULL && ops->dev_close != NULL ? ops->dev_close(dev) : 0;
}

static int
pci_probe(struct rte_pci_driver *driver __rte_unused, struct rte_pci_device *pci_dev)
{
	struct pci_args args;
	int ret;

	if (pci_dev->id.device_id == DEV_82599_VF || pci_dev->id.device_id == DEV_82599_VF_HV) {
		TINYNF_LOG(WARNING, "%s: virtual functions of the 82599 are not supported (no legacy descriptors, no head write-back): left to other drivers",
				pci_dev->device.name);
		return 1;
	}
	ret = args_parse(pci_dev, &args);
	if (ret != 0)
		return ret;
	if (args.others) {
		TINYNF_LOG(INFO, "%s: left to another driver as asked", pci_dev->device.name);
		return 1;
	}
	return rte_eth_dev_pci_generic_probe(pci_dev, sizeof(struct tinynf_adapter),
			pci_eth_init);
}

static int
pci_remove(struct rte_pci_device *pci_dev)
{
	return rte_eth_dev_pci_generic_remove(pci_dev, pci_eth_uninit);
}

static struct rte_pci_driver pci_driver = {
	.driver.name = PCI_DRIVER_NAME,
	.id_table = pci_ids,
	.drv_flags = RTE_PCI_DRV_NEED_MAPPING | RTE_PCI_DRV_INTR_LSC,
	.probe = pci_probe,
	.remove = pci_remove,
};

/*
 * The bus offers a device to drivers in the order of their registration, and programs can be
 * linked with another driver for it: testpmd is with net_ixgbe, which so registers before any
 * plugin is loaded. Who loads this one wants it, so it goes to the list's head. An entry has
 * the layout of a head (queue(3)), and the head is the one whose last element is ours.
 */
static void
register_first(struct rte_pci_driver *driver)
{
	RTE_TAILQ_HEAD(driver_list, rte_pci_driver) *list;

	rte_pci_register(driver);
	list = (void *)driver->next.tqe_prev;
	while (list->tqh_last != &driver->next.tqe_next)
		list = (void *)list->tqh_last;
	TAILQ_REMOVE(list, driver, next);
	TAILQ_INSERT_HEAD(list, driver, next);
}

/* As RTE_PMD_REGISTER_PCI does, but not into a DPDK that it wasn't built for. */
RTE_INIT(tinynf_pci_register)
{
	if (tinynf_version_check() == 0)
		register_first(&pci_driver);
}

TINYNF_PMD_EXPORT_NAME(net_tinynf);
RTE_PMD_REGISTER_PCI_TABLE(net_tinynf, pci_ids);
RTE_PMD_REGISTER_KMOD_DEP(net_tinynf, "* igb_uio | uio_pci_generic | vfio-pci");
RTE_PMD_REGISTER_PARAM_STRING(net_tinynf,
		TINYNF_VDEV_PARAMS " "
		TINYNF_ARG_DRIVER "=<name of the driver that shall have the device>");
