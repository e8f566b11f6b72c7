/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <bus_vdev_driver.h>
#include <ethdev_driver.h>
#include <ethdev_vdev.h>
#include <rte_errno.h>
#include <rte_string_fns.h>

#include "tinynf_control.h"
#include "tinynf_ethdev.h"
#include "tinynf_secondary.h"
#include "tinynf_vdev.h"
#include "wire/tinynf_cable.h"
#include "wire/tinynf_gen.h"

/* Locally administered; the last bytes name the device. */
static void
default_mac(const char *name, uint8_t mac[6])
{
	const unsigned int number = tinynf_vdev_number(name);

	mac[0] = 0x02;
	mac[1] = 'T';
	mac[2] = 'N';
	mac[3] = 'F';
	mac[4] = (uint8_t)(number >> 8);
	mac[5] = (uint8_t)number;
}

/*
 * Wires.
 */

static struct tinynf_wire *
gen_create(struct tinynf_vdev *vdev)
{
	struct tinynf_gen_config config = vdev->args.gen;
	struct tinynf_wire *wire;

	tinynf_gen_face(&config, vdev->args.mac, vdev->args.dst_mac_given);
	/* Sources are known to all wires of the process. */
	tinynf_vdev_host_lock();
	wire = tinynf_gen_create(&config, vdev->model);
	tinynf_vdev_host_unlock();
	if (wire == NULL)
		TINYNF_LOG(ERR, "%s: no generator: %s", vdev->name, strerror(errno));
	return wire;
}

/* The other end may come later: a cable leads nowhere until then. */
static struct tinynf_wire *
cable_create(struct tinynf_vdev *vdev)
{
	struct tinynf_wire *wire = tinynf_cable_create(vdev->model);

	if (wire == NULL)
		TINYNF_LOG(ERR, "%s: no memory for a cable", vdev->name);
	return wire;
}

/* With the lock held: find out who is, or will be, at the other end of our cable. */
static int
cable_check(struct tinynf_vdev *vdev)
{
	const struct tinynf_vdev *other;

	other = tinynf_vdev_host_find_peer_of(vdev->name);
	if (vdev->args.wire != TINYNF_VDEV_WIRE_PEER) {
		if (other == NULL)
			return 0;
		if (vdev->args.wire == TINYNF_VDEV_WIRE_SUB || vdev->args.gen_chosen) {
			TINYNF_LOG(ERR, "%s: %s has peer=%s, but arguments here ask for another wire",
				vdev->name, other->name, vdev->name);
			return -EBUSY;
		}
		rte_strscpy(vdev->args.peer, other->name, sizeof(vdev->args.peer));
		vdev->args.wire = TINYNF_VDEV_WIRE_PEER;
		return 0;
	}
	if (other != NULL && strcmp(other->name, vdev->args.peer) != 0) {
		TINYNF_LOG(ERR, "%s: argument peer=%s: but %s has peer=%s", vdev->name, vdev->args.peer,
			other->name, vdev->name);
		return -EBUSY;
	}
	other = tinynf_vdev_host_find_peer_of(vdev->args.peer);
	if (other != NULL) {
		TINYNF_LOG(ERR, "%s: argument peer=%s: that is the peer of %s already", vdev->name,
			vdev->args.peer, other->name);
		return -EBUSY;
	}
	other = tinynf_vdev_host_find(vdev->args.peer);
	if (other == NULL)
		return 0;
	if (other->args.wire == TINYNF_VDEV_WIRE_PEER ? strcmp(other->args.peer, vdev->name) != 0 :
			other->args.wire == TINYNF_VDEV_WIRE_SUB || other->args.gen_chosen) {
		TINYNF_LOG(ERR, "%s: argument peer=%s: %s has another wire", vdev->name,
			vdev->args.peer, vdev->args.peer);
		return -EBUSY;
	}
	return 0;
}

/* Plug the cable in at the other end, if that is there; a default generator gives way. */
static int
cable_plug(struct tinynf_vdev *vdev)
{
	struct tinynf_wire *old = NULL, *end = NULL;
	struct tinynf_vdev *other;
	int ret = 0;

	tinynf_vdev_host_lock();
	other = tinynf_vdev_host_find(vdev->args.peer);
	if (other == NULL)
		goto out;
	if (other->args.wire == TINYNF_VDEV_WIRE_GEN) {
		end = tinynf_cable_create(other->model);
		if (end == NULL) {
			ret = -ENOMEM;
			goto out;
		}
		old = other->wire;
		other->wire = end;
		other->args.wire = TINYNF_VDEV_WIRE_PEER;
		rte_strscpy(other->args.peer, vdev->name, sizeof(other->args.peer));
	}
	ret = tinynf_cable_join(vdev->wire, other->wire);
	if (old != NULL)
		old->ops->close(old);
out:
	tinynf_vdev_host_unlock();
	if (ret != 0)
		TINYNF_LOG(ERR, "%s: argument peer=%s: %s", vdev->name, vdev->args.peer, strerror(-ret));
	return ret;
}

static int
wire_create(struct tinynf_vdev *vdev)
{
	int ret;

	tinynf_vdev_host_lock();
	ret = cable_check(vdev);
	tinynf_vdev_host_unlock();
	if (ret != 0)
		return ret;
	switch (vdev->args.wire) {
	case TINYNF_VDEV_WIRE_GEN:
		vdev->wire = gen_create(vdev);
		break;
	case TINYNF_VDEV_WIRE_PEER:
		vdev->wire = cable_create(vdev);
		break;
	case TINYNF_VDEV_WIRE_SUB:
		vdev->wire = tinynf_subdev_create(vdev->args.sub, vdev);
		if (vdev->wire == NULL)
			return -rte_errno;
		break;
	}
	return vdev->wire != NULL ? 0 : -ENOMEM;
}

/* Ends of cables and generators are known to other wires; a sub-device takes EAL's locks. */
static void
wire_close(struct tinynf_vdev *vdev)
{
	const bool shared = vdev->args.wire != TINYNF_VDEV_WIRE_SUB;

	if (vdev->unplugging)
		tinynf_subdev_leave(vdev->wire);
	if (shared)
		tinynf_vdev_host_lock();
	vdev->wire->ops->close(vdev->wire);
	if (shared)
		tinynf_vdev_host_unlock();
	vdev->wire = NULL;
}

/*
 * Devices.
 */

static struct tinynf_vdev *
vdev_create(const char *name, const struct tinynf_vdev_args *args, uint16_t port_id)
{
	struct tinynf_model_config config = { 0 };
	struct tinynf_vdev *vdev;
	int ret;

	vdev = calloc(1, sizeof(*vdev));
	if (vdev == NULL) {
		ret = -ENOMEM;
		goto fail_alloc;
	}
	rte_strscpy(vdev->name, name, sizeof(vdev->name));
	vdev->args = *args;
	vdev->port_id = port_id;
	vdev->lit = true;
	if (!args->mac_given)
		default_mac(name, vdev->args.mac);
	memcpy(config.mac, vdev->args.mac, 6);
	config.lan_id = tinynf_vdev_number(name) & 1;
	config.sfp = args->sfp;
	config.sfp_third_party = args->sfp_third_party;
	vdev->model = tinynf_model_create(&config, &tinynf_vdev_model_ops, vdev);
	if (vdev->model == NULL) {
		ret = -errno;
		TINYNF_LOG(ERR, "%s: no software 82599: %s", name, strerror(errno));
		goto fail_model;
	}
	ret = tinynf_vdev_intr_create(vdev);
	if (ret != 0)
		goto fail_interrupt;
	ret = wire_create(vdev);
	if (ret != 0)
		goto fail_wire;
	ret = tinynf_vdev_thread_serve(vdev);
	if (ret != 0)
		goto fail_host;
	if (vdev->args.wire == TINYNF_VDEV_WIRE_PEER) {
		ret = cable_plug(vdev);
		if (ret != 0)
			goto fail_plug;
	}
	return vdev;

fail_plug:
	tinynf_vdev_thread_leave(vdev);
fail_host:
	wire_close(vdev);
fail_wire:
	tinynf_vdev_intr_destroy(vdev);
fail_interrupt:
	tinynf_model_destroy(vdev->model);
fail_model:
	free(vdev);
fail_alloc:
	rte_errno = -ret;
	return NULL;
}

static void
vdev_destroy(struct tinynf_vdev *vdev)
{
	tinynf_vdev_thread_leave(vdev);
	wire_close(vdev);
	tinynf_vdev_intr_destroy(vdev);
	tinynf_model_destroy(vdev->model);
	free(vdev);
}

/* The port is closed: count what has become of everything. */
static void
bus_close(struct tinynf_adapter *adapter)
{
	struct tinynf_vdev *vdev = adapter->hw.ctx;

	tinynf_vdev_verdict(vdev, true);
	vdev_destroy(vdev);
	adapter->hw.ctx = NULL;
}

static void
adapter_fill(struct tinynf_adapter *adapter, struct tinynf_vdev *vdev)
{
	adapter->hw.ops = &tinynf_vdev_hw_ops;
	adapter->hw.ctx = vdev;
	adapter->hw.name = vdev->name;
	adapter->bus.intr_handle = vdev->intr_handle;
	adapter->bus.queue_intr_open = tinynf_vdev_queue_intr_open;
	adapter->bus.queue_intr_close = tinynf_vdev_queue_intr_close;
	adapter->bus.close = bus_close;
	adapter->bus.xstats_count = tinynf_vdev_xstats_count;
	adapter->bus.xstats_names = tinynf_vdev_xstats_names;
	adapter->bus.xstats_get = tinynf_vdev_xstats_get;
	adapter->bus.xstats_reset = tinynf_vdev_xstats_reset;
	adapter->options.flush_period = vdev->args.flush;
	adapter->port_id = vdev->port_id;
}

static int
tinynf_vdev_probe(struct rte_vdev_device *bus_dev)
{
	const char *name = rte_vdev_device_name(bus_dev);
	char error[TINYNF_VDEV_ERROR_LEN];
	struct tinynf_vdev_args args;
	struct tinynf_vdev *vdev;
	struct rte_eth_dev *dev;
	int ret;

	if (rte_eal_process_type() != RTE_PROC_PRIMARY) {
		dev = rte_eth_dev_attach_secondary(name);
		if (dev == NULL) {
			TINYNF_LOG(ERR, "%s: the primary process has no such port", name);
			return -ENODEV;
		}
		dev->device = &bus_dev->device;
		tinynf_secondary_init(dev);
		rte_eth_dev_probing_finish(dev);
		return 0;
	}
	if (strlen(name) >= TINYNF_VDEV_NAME_LEN) {
		TINYNF_LOG(ERR, "%s: name longer than %u", name, TINYNF_VDEV_NAME_LEN - 1);
		return -EINVAL;
	}
	ret = tinynf_vdev_args_parse(&args, name, rte_vdev_device_args(bus_dev), error);
	if (ret != 0) {
		TINYNF_LOG(ERR, "%s", error);
		return ret;
	}
	dev = rte_eth_vdev_allocate(bus_dev, sizeof(struct tinynf_adapter));
	if (dev == NULL) {
		TINYNF_LOG(ERR, "%s: no port: %s", name, rte_strerror(rte_errno));
		return -ENOMEM;
	}
	vdev = vdev_create(name, &args, dev->data->port_id);
	if (vdev == NULL) {
		ret = -rte_errno;
		goto fail_create;
	}
	adapter_fill(dev->data->dev_private, vdev);
	dev->intr_handle = vdev->intr_handle;
	ret = tinynf_ethdev_init(dev);
	if (ret != 0)
		goto fail_init;
	rte_eth_dev_probing_finish(dev);
	return 0;

fail_init:
	vdev_destroy(vdev);
fail_create:
	rte_eth_dev_release_port(dev);
	return ret;
}

static int
tinynf_vdev_remove(struct rte_vdev_device *bus_dev)
{
	struct rte_eth_dev *dev = rte_eth_dev_allocated(rte_vdev_device_name(bus_dev));
	struct tinynf_vdev *vdev;
	int ret;

	if (dev == NULL)
		return 0;
	if (rte_eal_process_type() != RTE_PROC_PRIMARY)
		return rte_eth_dev_release_port(dev);
	vdev = tinynf_adapter(dev)->hw.ctx;
	vdev->unplugging = true;
	ret = dev->data->dev_started ? rte_eth_dev_stop(dev->data->port_id) : 0;
	if (ret != 0)
		TINYNF_LOG(ERR, "%s: didn't stop: %s", vdev->name, strerror(-ret));
	return rte_eth_dev_close(dev->data->port_id);
}

static struct rte_vdev_driver tinynf_vdev_driver = {
	.driver = { .name = "net_tinynf" },
	.probe = tinynf_vdev_probe,
	.remove = tinynf_vdev_remove,
};

/*
 * Not RTE_PMD_REGISTER_VDEV: the PCI driver of the same name exports it already.
 */
RTE_INIT(tinynf_vdev_register)
{
	if (tinynf_version_check() == 0)
		rte_vdev_register(&tinynf_vdev_driver);
}
