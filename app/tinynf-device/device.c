/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* A model between a socket and a wire. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "device.h"

static void *
model_dma(void *ctx, uint64_t addr, size_t len, bool to_memory)
{
	return dma_reach(ctx, addr, len, to_memory);
}

static bool
model_wire_tx(void *ctx, const uint8_t *frame, uint32_t len)
{
	struct device *dev = ctx;

	return dev->wire->ops->send(dev->wire, frame, len);
}

static void
model_irq(void *ctx, uint32_t vector, bool level)
{
	irq_model(ctx, vector, level);
}

static void
model_violation(void *ctx, const struct tinynf_model_violation *v)
{
	report_violation(ctx, v);
}

static const struct tinynf_model_ops model_ops = {
	.dma = model_dma,
	.wire_tx = model_wire_tx,
	.irq = model_irq,
	.violation = model_violation,
};

void
device_init(struct device *dev)
{
	unsigned int i;

	dev->listen_fd = -1;
	conn_init(&dev->client, -1, 0);
	conn_init(&dev->twin, -1, 0);
	for (i = 0; i < DEVICE_REFUSED; i++)
		conn_init(&dev->refused[i], -1, 0);
	dma_init(&dev->dma);
	irq_init(&dev->irqs);
}

int
device_make(struct device *dev, struct device_list *all)
{
	struct tinynf_model_config config = { .sfp = dev->args.sfp };

	memcpy(config.mac, dev->args.mac, sizeof(config.mac));
	pci_init(dev);
	dev->model = tinynf_model_create(&config, &model_ops, dev);
	if (dev->model == NULL) {
		say(dev, "no software 82599: %s", strerror(errno));
		return -errno;
	}
	dev->wire = wires_create(dev, all);
	if (dev->wire == NULL)
		return -EINVAL;
	dev->lit = true;
	return 0;
}

void
device_destroy(struct device *dev)
{
	if (dev->wire != NULL)
		dev->wire->ops->close(dev->wire);
	if (dev->model != NULL)
		tinynf_model_destroy(dev->model);
	free(dev);
}

void
device_reset(struct device *dev)
{
	dev->resets++;
	trace_note(dev, "reset");
	tinynf_model_reset(dev->model);
	irq_reset(dev);
	pci_init(dev);
}

/* Reads and writes of memory wait for software to allow them; so does what needs them. */
static bool
may_reach_memory(const struct device *dev)
{
	return dev->client.fd >= 0 && dev->negotiated && pci_bus_master(dev);
}

unsigned int
device_turn(struct device *dev, uint64_t now)
{
	unsigned int work = 0;

	tinynf_host_tick(dev->wire, &dev->lit, now);
	if (may_reach_memory(dev))
		work = tinynf_host_work(dev->wire, now, dev->held ? 0 : TINYNF_HOST_FRAMES);
	else if (!tinynf_model_rx_enabled(dev->model))
		/* Frames are lost on a port that does not listen. */
		work = dev->wire->ops->poll(dev->wire, now, TINYNF_HOST_FRAMES);
	dma_settle(dev);
	return work;
}
