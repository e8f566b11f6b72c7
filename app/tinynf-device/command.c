/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* What the client may ask of the device, and the replies. */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "device.h"

static void
reply(struct device *dev, const struct message *msg, const void *payload, size_t size,
		const void *more, size_t more_size, int fd)
{
	const struct vfu_header header = {
		.id = msg->header.id, .command = msg->header.command, .flags = VFU_TYPE_REPLY,
		.size = (uint32_t)(sizeof(header) + size + more_size),
	};

	if (!(msg->header.flags & VFU_NO_REPLY))
		conn_send(&dev->client, &header, payload, size, more, more_size, fd);
}

static void
reply_error(struct device *dev, const struct message *msg, int error)
{
	const struct vfu_header header = {
		.id = msg->header.id, .command = msg->header.command,
		.flags = VFU_TYPE_REPLY | VFU_ERROR, .size = sizeof(header),
		.error = (uint32_t)error,
	};

	dev->errors++;
	trace_note(dev, "command %u refused: %s", msg->header.command, strerror(error));
	if (!(msg->header.flags & VFU_NO_REPLY))
		conn_send(&dev->client, &header, NULL, 0, NULL, 0, -1);
}

/* A socket of its own for what we ask of the client, if it can do that. */
static int
twin_open(struct device *dev)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
		return -1;
	conn_init(&dev->twin, pair[0], now_ns());
	return pair[1];
}

static int
version(struct device *dev, const struct message *msg)
{
	const struct vfu_version *ask = (const struct vfu_version *)msg->payload;
	struct vfu_version answer = { .major = VFU_MAJOR };
	struct version_capabilities caps;
	char json[256];
	int fd = -1;
	int n;

	if (dev->negotiated)
		return -EINVAL;
	dev->client.bad = true;  /* unless it comes to a good end */
	if (msg->size < sizeof(*ask) || msg->n_fds != 0)
		return -EINVAL;
	if (ask->major != VFU_MAJOR) {
		say(dev, "the client speaks vfio-user %u.%u, we speak %u.%u",
			ask->major, ask->minor, VFU_MAJOR, VFU_MINOR);
		return -ENOTSUP;
	}
	if (version_parse((const char *)(ask + 1), msg->size - sizeof(*ask), &caps) != 0) {
		say(dev, "the client's capabilities are no JSON object");
		return -EINVAL;
	}
	answer.minor = ask->minor < VFU_MINOR ? ask->minor : VFU_MINOR;
	dev->client_max_transfer = caps.max_transfer < VFU_MAX_TRANSFER ?
		(uint32_t)caps.max_transfer : VFU_MAX_TRANSFER;
	if (caps.twin_socket)
		fd = twin_open(dev);
	n = snprintf(json, sizeof(json), "{\"capabilities\":{\"max_msg_fds\":%u,"
		"\"max_data_xfer_size\":%u,\"max_dma_maps\":%u,\"pgsizes\":%u%s}}",
		VFU_MAX_FDS, VFU_MAX_TRANSFER, VFU_MAX_DMA_MAPS, VFU_PAGE,
		fd < 0 ? "" : ",\"twin_socket\":{\"supported\":true,\"fd_index\":0}");
	dev->client.bad = false;
	dev->negotiated = true;
	reply(dev, msg, &answer, sizeof(answer), json, (size_t)n + 1, fd);
	if (fd >= 0)
		close(fd);
	return 0;
}

static int
map(struct device *dev, struct message *msg)
{
	const struct vfu_dma_map *ask = (const struct vfu_dma_map *)msg->payload;
	int fd, ret;

	if (msg->size != sizeof(*ask) || msg->n_fds > 1)
		return -EINVAL;
	fd = message_take_fd(msg, 0);
	ret = dma_map(dev, ask, fd);
	if (fd >= 0)
		close(fd);
	trace_note(dev, "map 0x%llx, %llu bytes%s%s", (unsigned long long)ask->addr,
		(unsigned long long)ask->size, fd < 0 ? ", by messages" : "",
		ret == 0 ? "" : ": refused");
	if (ret == 0)
		reply(dev, msg, NULL, 0, NULL, 0, -1);
	return ret;
}

static int
unmap(struct device *dev, const struct message *msg)
{
	const struct vfu_dma_unmap *ask = (const struct vfu_dma_unmap *)msg->payload;
	int ret;

	if (msg->size != sizeof(*ask) || (ask->flags & ~VFU_UNMAP_ALL) != 0)
		return -EINVAL;
	if (ask->flags & VFU_UNMAP_ALL) {
		if (ask->addr != 0 || ask->size != 0)
			return -EINVAL;
		dma_unmap_all(dev);
	} else {
		ret = dma_unmap(dev, ask->addr, ask->size);
		if (ret != 0)
			return ret;
	}
	trace_note(dev, "unmap 0x%llx, %llu bytes", (unsigned long long)ask->addr,
		(unsigned long long)ask->size);
	reply(dev, msg, ask, sizeof(*ask), NULL, 0, -1);
	return 0;
}

static int
device_info(struct device *dev, const struct message *msg)
{
	const struct vfu_device_info info = {
		.argsz = sizeof(info), .flags = VFU_DEVICE_RESETS | VFU_DEVICE_PCI,
		.regions = VFU_REGIONS, .irqs = VFU_IRQS,
	};
	uint32_t argsz;

	if (msg->size < sizeof(argsz))
		return -EINVAL;
	memcpy(&argsz, msg->payload, sizeof(argsz));
	if (argsz < sizeof(info))
		return -EINVAL;
	reply(dev, msg, &info, sizeof(info), NULL, 0, -1);
	return 0;
}

static int
region_info(struct device *dev, const struct message *msg)
{
	const struct vfu_region_info *ask = (const struct vfu_region_info *)msg->payload;
	struct vfu_region_info info = { .argsz = sizeof(info) };

	if (msg->size < sizeof(*ask) || ask->argsz < sizeof(info) || ask->index >= VFU_REGIONS)
		return -EINVAL;
	info.index = ask->index;
	info.size = pci_region_size(ask->index);
	if (info.size != 0)
		info.flags = VFU_REGION_READABLE | VFU_REGION_WRITABLE;
	reply(dev, msg, &info, sizeof(info), NULL, 0, -1);
	return 0;
}

static int
irq_info_reply(struct device *dev, const struct message *msg)
{
	const struct vfu_irq_info *ask = (const struct vfu_irq_info *)msg->payload;
	struct vfu_irq_info info;

	if (msg->size < sizeof(*ask) || ask->argsz < sizeof(info) || ask->index >= VFU_IRQS)
		return -EINVAL;
	irq_info(ask->index, &info);
	reply(dev, msg, &info, sizeof(info), NULL, 0, -1);
	return 0;
}

/* No descriptor may make us wait when we signal it. */
static int
events_check(const struct message *msg)
{
	unsigned int i;
	int flags;

	for (i = 0; i < msg->n_fds; i++) {
		flags = fcntl(msg->fds[i], F_GETFL);
		if (flags < 0 || fcntl(msg->fds[i], F_SETFL, flags | O_NONBLOCK) < 0)
			return -EINVAL;
	}
	return 0;
}

static int
set_irqs(struct device *dev, struct message *msg)
{
	const struct vfu_set_irqs *ask = (const struct vfu_set_irqs *)msg->payload;
	int ret;

	if (msg->size < sizeof(*ask))
		return -EINVAL;
	trace_note(dev, "set interrupts of kind %u, %u from %u, flags 0x%x, %u descriptors",
		ask->index, ask->count, ask->start, ask->flags, msg->n_fds);
	ret = events_check(msg);
	if (ret == 0)
		ret = irq_set(dev, ask, msg);
	if (ret == 0)
		reply(dev, msg, NULL, 0, NULL, 0, -1);
	return ret;
}

static int
read_region(struct device *dev, const struct message *msg)
{
	const struct vfu_region_access *ask = (const struct vfu_region_access *)msg->payload;
	uint8_t small[8], *data = small;
	int ret;

	if (msg->size != sizeof(*ask) || ask->count > VFU_MAX_TRANSFER)
		return -EINVAL;
	if (ask->count > sizeof(small) && (data = malloc(ask->count)) == NULL)
		return -ENOMEM;
	ret = region_access(dev, ask->region, ask->offset, data, ask->count, false);
	if (ret == 0)
		reply(dev, msg, ask, sizeof(*ask), data, ask->count, -1);
	if (data != small)
		free(data);
	return ret;
}

static int
write_region(struct device *dev, struct message *msg)
{
	const struct vfu_region_access *ask = (const struct vfu_region_access *)msg->payload;
	int ret;

	if (msg->size < sizeof(*ask) || ask->count != msg->size - sizeof(*ask))
		return -EINVAL;
	ret = region_access(dev, ask->region, ask->offset, msg->payload + sizeof(*ask),
			ask->count, true);
	if (ret == 0)
		reply(dev, msg, ask, sizeof(*ask), NULL, 0, -1);
	return ret;
}

static int
reset(struct device *dev, const struct message *msg)
{
	if (msg->size != 0)
		return -EINVAL;
	device_reset(dev);
	reply(dev, msg, NULL, 0, NULL, 0, -1);
	return 0;
}

static int
dispatch(struct device *dev, struct message *msg)
{
	if (msg->too_many_fds)
		return -EMFILE;
	if (msg->header.command == VFU_VERSION)
		return version(dev, msg);
	if (!dev->negotiated) {
		dev->client.bad = true;
		return -EINVAL;
	}
	if (msg->n_fds != 0 && msg->header.command != VFU_DMA_MAP &&
			msg->header.command != VFU_DEVICE_SET_IRQS)
		return -EINVAL;
	switch (msg->header.command) {
	case VFU_DMA_MAP:
		return map(dev, msg);
	case VFU_DMA_UNMAP:
		return unmap(dev, msg);
	case VFU_DEVICE_GET_INFO:
		return device_info(dev, msg);
	case VFU_DEVICE_GET_REGION_INFO:
		return region_info(dev, msg);
	case VFU_DEVICE_GET_IRQ_INFO:
		return irq_info_reply(dev, msg);
	case VFU_DEVICE_SET_IRQS:
		return set_irqs(dev, msg);
	case VFU_REGION_READ:
		return read_region(dev, msg);
	case VFU_REGION_WRITE:
		return write_region(dev, msg);
	case VFU_DEVICE_RESET:
		return reset(dev, msg);
	default:
		return -ENOTSUP;
	}
}

void
command_handle(struct device *dev, struct message *msg)
{
	const bool was_bad = dev->client.bad;
	int ret;

	/* Replies belong to requests of ours, and those are waited for where they are sent. */
	if ((msg->header.flags & VFU_TYPE_MASK) != VFU_TYPE_COMMAND) {
		dev->errors++;
		return;
	}
	dev->commands++;
	ret = dispatch(dev, msg);
	if (ret != 0) {
		const bool bad = dev->client.bad;

		dev->client.bad = was_bad;
		reply_error(dev, msg, -ret);
		dev->client.bad |= bad;
	}
}
