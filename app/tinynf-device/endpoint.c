/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* A device with its socket: what a virtual machine is connected to. */

#include "device.h"

int
endpoint_create(struct device *dev, struct device_list *all)
{
	const int ret = device_make(dev, all);

	return ret == 0 ? server_listen(dev) : ret;
}

void
endpoint_destroy(struct device *dev)
{
	server_close(dev);
	device_destroy(dev);
}

unsigned int
endpoint_serve(struct device *dev, uint64_t now)
{
	unsigned int work = server_turn(dev, now);

	if (dev->irqs.intx_unmask_fd >= 0)
		irq_unmask_event(dev);
	work += device_turn(dev, now);
	if (dma_faulted())
		server_disconnect(dev, "memory that it shared has vanished");
	return work;
}
