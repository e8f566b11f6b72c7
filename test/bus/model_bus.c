/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * A bus whose devices are software 82599s that look like PCI devices to unmodified PCI drivers.
 *
 *   -d <this plugin> -a model0,driver=net_ixgbe,size=64 -a model1,driver=net_tinynf,flush=8
 *
 * driver=     name of the PCI driver that gets the device (default: the first that matches)
 * doorbells=  trap: every register access traps (default); open: doorbells are plain memory as
 *             soon as nothing but doorbells has been rung for a while. For measurements with a
 *             queue or two, because other registers share their pages.
 * and the generator's arguments of a net_tinynf virtual device.
 */

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include <bus_driver.h>
#include <bus_pci_driver.h>
#include <dev_driver.h>
#include <rte_devargs.h>
#include <rte_errno.h>
#include <rte_interrupts.h>
#include <rte_kvargs.h>

#include "model_host.h"

#define PREFIX  "model"

/* What drivers/bus/pci keeps: the only way to the drivers that have registered. */
struct pci_bus {
	struct rte_bus bus;
	TAILQ_HEAD(, rte_pci_device) device_list;
	TAILQ_HEAD(, rte_pci_driver) driver_list;
};

struct bus_device {
	TAILQ_ENTRY(bus_device) next;
	struct rte_pci_device pci;
	struct rte_devargs devargs;    /* for the driver */
	char driver[64];
	struct model_device *dev;
};

/* What the arguments of a device say. */
struct bus_args {
	struct tinynf_vdev_args args;
	char driver[64];
	char for_driver[64];
	bool open;
};

TAILQ_HEAD(bus_list, bus_device);
static struct bus_list devices = TAILQ_HEAD_INITIALIZER(devices);
static struct rte_bus model_bus;

static int
device_index(const char *name, unsigned int *index)
{
	char *end;
	unsigned long n;

	if (strncmp(name, PREFIX, strlen(PREFIX)) != 0 ||
			!isdigit((unsigned char)name[strlen(PREFIX)]))
		return -EINVAL;
	n = strtoul(name + strlen(PREFIX), &end, 10);
	if (*end != '\0' || n >= MODEL_DEVICES)
		return -EINVAL;
	*index = (unsigned int)n;
	return 0;
}

static int
bus_parse(const char *name, void *addr)
{
	unsigned int index;
	int ret = device_index(name, &index);

	if (ret == 0 && addr != NULL)
		memcpy(addr, &index, sizeof(index));
	return ret;
}

/* Ours are driver= and doorbells=; flush= is net_tinynf's; the others are the software 82599's. */
static int
args_parse(const char *name, unsigned int index, const char *text, struct bus_args *out)
{
	char copy[TINYNF_VDEV_ARGS_LEN], rest[TINYNF_VDEV_ARGS_LEN] = "";
	char as_vdev[TINYNF_VDEV_NAME_LEN], error[TINYNF_VDEV_ERROR_LEN];
	char *item, *save = NULL;

	memset(out, 0, sizeof(*out));
	snprintf(copy, sizeof(copy), "%s", text != NULL ? text : "");
	for (item = strtok_r(copy, ",", &save); item != NULL; item = strtok_r(NULL, ",", &save)) {
		if (strncmp(item, "driver=", 7) == 0) {
			snprintf(out->driver, sizeof(out->driver), "%s", item + 7);
		} else if (strcmp(item, "doorbells=open") == 0) {
			out->open = true;
		} else if (strncmp(item, "flush=", 6) == 0) {
			snprintf(out->for_driver, sizeof(out->for_driver), "%s", item);
		} else if (strcmp(item, "doorbells=trap") != 0) {
			if (rest[0] != '\0')
				strncat(rest, ",", sizeof(rest) - strlen(rest) - 1);
			strncat(rest, item, sizeof(rest) - strlen(rest) - 1);
		}
	}
	snprintf(as_vdev, sizeof(as_vdev), "net_tinynf%u", index);
	if (tinynf_vdev_args_parse(&out->args, as_vdev, rest, error) != 0) {
		fprintf(stderr, "model bus: %s: %s\n", name, error);
		return -EINVAL;
	}
	if (out->args.wire != TINYNF_VDEV_WIRE_GEN) {
		fprintf(stderr, "model bus: %s: there are generators only\n", name);
		return -EINVAL;
	}
	return 0;
}

static void
pci_describe(struct bus_device *d, unsigned int index)
{
	struct rte_pci_device *pci = &d->pci;

	snprintf(pci->name, sizeof(pci->name), PREFIX "%u", index);
	pci->device.name = pci->name;
	pci->device.bus = &model_bus;
	pci->device.devargs = d->devargs.args != NULL ? &d->devargs : NULL;
	pci->addr.bus = (uint8_t)(index + 1);
	pci->id.class_id = 0x020000;
	pci->id.vendor_id = 0x8086;
	pci->id.device_id = 0x10FB;
	pci->id.subsystem_vendor_id = 0x8086;
	pci->id.subsystem_device_id = 0x0003;
	pci->kdrv = RTE_PCI_KDRV_UIO_GENERIC;
	pci->mem_resource[0].addr = model_host_bar(d->dev);
	pci->mem_resource[0].len = TINYNF_MODEL_BAR_SIZE;
}

static int
interrupt_describe(struct bus_device *d)
{
	d->pci.intr_handle = rte_intr_instance_alloc(RTE_INTR_INSTANCE_F_PRIVATE);
	d->pci.vfio_req_intr_handle = rte_intr_instance_alloc(RTE_INTR_INSTANCE_F_PRIVATE);
	if (d->pci.intr_handle == NULL || d->pci.vfio_req_intr_handle == NULL)
		return -ENOMEM;
	rte_intr_fd_set(d->pci.intr_handle, model_host_irq_fd(d->dev));
	rte_intr_type_set(d->pci.intr_handle, RTE_INTR_HANDLE_UIO);
	return 0;
}

static void
device_free(struct bus_device *d)
{
	rte_intr_instance_free(d->pci.intr_handle);
	rte_intr_instance_free(d->pci.vfio_req_intr_handle);
	if (d->dev != NULL)
		model_host_remove(d->dev);
	free(d->devargs.data);
	free(d);
}

static int
device_add(const struct rte_devargs *devargs)
{
	struct bus_args args;
	struct bus_device *d;
	unsigned int index;

	if (device_index(devargs->name, &index) != 0 ||
			args_parse(devargs->name, index, devargs->args, &args) != 0)
		return -EINVAL;
	d = calloc(1, sizeof(*d));
	if (d == NULL)
		return -ENOMEM;
	snprintf(d->driver, sizeof(d->driver), "%s", args.driver);
	if (args.for_driver[0] != '\0')
		d->devargs.args = d->devargs.data = strdup(args.for_driver);
	d->dev = model_host_add(index, &args.args, args.open);
	if (d->dev == NULL) {
		fprintf(stderr, "model bus: %s: %s\n", devargs->name, strerror(errno));
		device_free(d);
		return -ENODEV;
	}
	if (interrupt_describe(d) != 0) {
		device_free(d);
		return -ENOMEM;
	}
	pci_describe(d, index);
	TAILQ_INSERT_TAIL(&devices, d, next);
	return 0;
}

/* EAL has no memory yet: devices are built when they are probed. */
static int
bus_scan(void)
{
	return 0;
}

static bool
matches(const struct rte_pci_driver *driver, const struct bus_device *d)
{
	const struct rte_pci_id *id;

	if (d->driver[0] != '\0' && strcmp(driver->driver.name, d->driver) != 0)
		return false;
	for (id = driver->id_table; id->vendor_id != 0; id++)
		if (id->vendor_id == d->pci.id.vendor_id && id->device_id == d->pci.id.device_id)
			return true;
	return false;
}

static int
device_probe(struct bus_device *d)
{
	struct pci_bus *pci = (struct pci_bus *)rte_bus_find_by_name("pci");
	struct rte_pci_driver *driver;
	int ret;

	if (pci == NULL)
		return -ENODEV;
	TAILQ_FOREACH(driver, &pci->driver_list, next) {
		if (!matches(driver, d))
			continue;
		d->pci.driver = driver;
		ret = driver->probe(driver, &d->pci);
		if (ret == 0) {
			d->pci.device.driver = &driver->driver;
			return 0;
		}
		d->pci.driver = NULL;
		if (ret < 0)
			return ret;
	}
	fprintf(stderr, "model bus: %s: no driver \"%s\" for an 82599\n", d->pci.name, d->driver);
	return -ENODEV;
}

static int
bus_probe(void)
{
	struct rte_devargs *devargs;
	struct bus_device *d;
	int ret = 0;

	RTE_EAL_DEVARGS_FOREACH(PREFIX, devargs) {
		if (device_add(devargs) != 0) {
			ret = -1;
			continue;
		}
		d = TAILQ_LAST(&devices, bus_list);
		if (device_probe(d) != 0) {
			fprintf(stderr, "model bus: %s: not probed\n", d->pci.name);
			ret = -1;
		}
	}
	rte_errno = ret != 0 ? ENODEV : 0;
	return ret;
}

static void
device_remove(struct bus_device *d)
{
	TAILQ_REMOVE(&devices, d, next);
	device_free(d);
}

static int
bus_unplug(struct rte_device *device)
{
	struct bus_device *d = container_of(RTE_DEV_TO_PCI(device), struct bus_device, pci);
	int ret;

	if (d->pci.driver != NULL) {
		ret = d->pci.driver->remove(&d->pci);
		if (ret != 0)
			return ret;
	}
	device_remove(d);
	return 0;
}

static int
bus_cleanup(void)
{
	struct bus_device *d;
	int ret = 0;

	while ((d = TAILQ_FIRST(&devices)) != NULL) {
		if (d->pci.driver != NULL && d->pci.driver->remove(&d->pci) != 0)
			ret = -1;
		device_remove(d);
	}
	return ret;
}

static struct rte_device *
bus_find_device(const struct rte_device *start, rte_dev_cmp_t cmp, const void *data)
{
	struct bus_device *d;

	TAILQ_FOREACH(d, &devices, next) {
		if (start != NULL) {
			if (start == &d->pci.device)
				start = NULL;
			continue;
		}
		if (cmp(&d->pci.device, data) == 0)
			return &d->pci.device;
	}
	return NULL;
}

/* The devices reach this process's memory by its addresses. */
static enum rte_iova_mode
bus_iova(void)
{
	return RTE_IOVA_VA;
}

static struct rte_bus model_bus = {
	.scan = bus_scan,
	.probe = bus_probe,
	.find_device = bus_find_device,
	.unplug = bus_unplug,
	.parse = bus_parse,
	.get_iommu_class = bus_iova,
	.cleanup = bus_cleanup,
};

RTE_REGISTER_BUS(model, model_bus);
