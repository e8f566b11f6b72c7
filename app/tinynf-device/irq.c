/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* Interrupts: what the client has armed decides which kind is sent. */

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/tinynf_regs.h"
#include "device.h"

void
irq_init(struct irqs *irqs)
{
	unsigned int i;

	memset(irqs, 0, sizeof(*irqs));
	irqs->intx.fd = irqs->msi.fd = -1;
	for (i = 0; i < TINYNF_MODEL_VECTORS; i++)
		irqs->msix[i].fd = -1;
	irqs->err_fd = irqs->req_fd = irqs->intx_unmask_fd = -1;
}

void
irq_info(unsigned int index, struct vfu_irq_info *info)
{
	static const struct vfu_irq_info infos[VFU_IRQS] = {
		[VFU_IRQ_INTX] = { .count = 1,
			.flags = VFU_IRQ_EVENTFD | VFU_IRQ_MASKABLE | VFU_IRQ_AUTOMASKED },
		[VFU_IRQ_MSI] = { .count = 1,
			.flags = VFU_IRQ_EVENTFD | VFU_IRQ_MASKABLE | VFU_IRQ_NORESIZE },
		[VFU_IRQ_MSIX] = { .count = TINYNF_MODEL_VECTORS,
			.flags = VFU_IRQ_EVENTFD | VFU_IRQ_MASKABLE },
		[VFU_IRQ_ERR] = { .count = 1, .flags = VFU_IRQ_EVENTFD },
		[VFU_IRQ_REQ] = { .count = 1, .flags = VFU_IRQ_EVENTFD },
	};

	*info = infos[index];
	info->argsz = sizeof(*info);
	info->index = index;
}

static struct irq_line *
line_of(struct irqs *irqs, unsigned int index, unsigned int n)
{
	if (index == VFU_IRQ_INTX)
		return &irqs->intx;
	return index == VFU_IRQ_MSI ? &irqs->msi : &irqs->msix[n];
}

/* The client owns the other end: never wait for it. A counter that is full says it all. */
static bool
ready(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };

	return poll(&p, 1, 0) == 1 && (p.revents & POLLOUT);
}

static void
fire(struct device *dev, struct irq_line *line)
{
	const uint64_t one = 1;

	/* Without a descriptor the vector is masked at its source. */
	if (line->masked || line->fd < 0) {
		line->pending = true;
		return;
	}
	line->pending = false;
	if (line == &dev->irqs.intx)
		line->masked = true;
	if (!ready(line->fd) || write(line->fd, &one, sizeof(one)) == sizeof(one))
		dev->irqs.sent++;
	else
		dev->irqs.lost++;
}

static bool
msix_used(const struct device *dev)
{
	unsigned int i;

	if (pci_msix_enabled(dev))
		return true;
	for (i = 0; i < TINYNF_MODEL_VECTORS; i++)
		if (dev->irqs.msix[i].fd >= 0)
			return true;
	return false;
}

void
irq_model(struct device *dev, uint32_t vector, bool level)
{
	struct irqs *irqs = &dev->irqs;
	uint64_t gpie;

	/* In the one-line modes the model tells the line's level, else when a vector fires. */
	tinynf_model_read(dev->model, TINYNF_REG_GPIE, sizeof(uint32_t), &gpie);
	irqs->level = level && !(gpie & TINYNF_GPIE_MULTIPLE_MSIX);
	if (trace_on())
		trace_note(dev, "interrupt %u %s", vector, level ? "up" : "down");
	if (!level || vector >= TINYNF_MODEL_VECTORS || !pci_bus_master(dev))
		return;
	if (msix_used(dev))
		fire(dev, &irqs->msix[vector]);
	else if (irqs->msi.fd >= 0)
		fire(dev, &irqs->msi);
	else if (irqs->intx.fd >= 0 && !irqs->intx.masked)
		fire(dev, &irqs->intx);
}

static void
unmask(struct device *dev, unsigned int index, struct irq_line *line)
{
	if (!line->masked)
		return;
	line->masked = false;
	if (line->pending || (index == VFU_IRQ_INTX && dev->irqs.level))
		fire(dev, line);
}

static void
replace_fd(int *fd, int with)
{
	if (*fd >= 0)
		close(*fd);
	*fd = with;
}

static void
arm(struct device *dev, unsigned int index, struct irq_line *line, int fd)
{
	replace_fd(&line->fd, fd);
	if (fd < 0)
		return;
	if (index == VFU_IRQ_INTX)
		line->masked = false;
	if (line->pending || (index == VFU_IRQ_INTX && dev->irqs.level && pci_bus_master(dev)))
		fire(dev, line);
}

static void
disable(struct device *dev, unsigned int index)
{
	struct vfu_irq_info info;
	unsigned int i;

	irq_info(index, &info);
	for (i = 0; i < info.count; i++) {
		struct irq_line *line = line_of(&dev->irqs, index, i);

		replace_fd(&line->fd, -1);
		line->pending = line->masked = false;
	}
	if (index == VFU_IRQ_INTX)
		replace_fd(&dev->irqs.intx_unmask_fd, -1);
}

/* An event instead of a message: KVM unmasks so. */
void
irq_unmask_event(struct device *dev)
{
	uint64_t count;

	if (read(dev->irqs.intx_unmask_fd, &count, sizeof(count)) == sizeof(count))
		unmask(dev, VFU_IRQ_INTX, &dev->irqs.intx);
	else if (errno != EAGAIN)
		replace_fd(&dev->irqs.intx_unmask_fd, -1);
}

void
irq_reset(struct device *dev)
{
	unsigned int i;

	dev->irqs.level = false;
	dev->irqs.intx.pending = dev->irqs.msi.pending = false;
	for (i = 0; i < TINYNF_MODEL_VECTORS; i++)
		dev->irqs.msix[i].pending = false;
}

/* Unlike the others, these two have one descriptor and nothing to mask. */
static int
set_notifier(struct device *dev, const struct vfu_set_irqs *set, struct message *msg)
{
	int *fd = set->index == VFU_IRQ_ERR ? &dev->irqs.err_fd : &dev->irqs.req_fd;

	if (!(set->flags & VFU_SET_TRIGGER))
		return -EINVAL;
	replace_fd(fd, set->flags & VFU_SET_EVENTFD ? message_take_fd(msg, 0) : -1);
	return 0;
}

static int
check(const struct vfu_set_irqs *set, const struct message *msg)
{
	const uint32_t data = set->flags & VFU_SET_DATA;
	const uint32_t action = set->flags & VFU_SET_ACTION;
	struct vfu_irq_info info;

	if (set->index >= VFU_IRQS || (set->flags & ~(VFU_SET_DATA | VFU_SET_ACTION)) != 0)
		return -EINVAL;
	if (data == 0 || (data & (data - 1)) != 0 || action == 0 || (action & (action - 1)) != 0)
		return -EINVAL;
	irq_info(set->index, &info);
	if (set->start > info.count || set->count > info.count - set->start)
		return -EINVAL;
	if (action != VFU_SET_TRIGGER && !(info.flags & VFU_IRQ_MASKABLE))
		return -EINVAL;
	if (set->count == 0 && (data != VFU_SET_NONE || set->start != 0 ||
			action != VFU_SET_TRIGGER))
		return -EINVAL;
	if (data == VFU_SET_BOOL && msg->size < sizeof(*set) + set->count)
		return -EINVAL;
	/* A descriptor for each, or none at all to disarm. */
	if (data == VFU_SET_EVENTFD && msg->n_fds != 0 && msg->n_fds != set->count)
		return -EINVAL;
	if (data != VFU_SET_EVENTFD && msg->n_fds != 0)
		return -EINVAL;
	/* Only INTx can be unmasked by an event. */
	if (data == VFU_SET_EVENTFD && action != VFU_SET_TRIGGER &&
			!(set->index == VFU_IRQ_INTX && action == VFU_SET_UNMASK))
		return -ENOTSUP;
	return 0;
}

int
irq_set(struct device *dev, const struct vfu_set_irqs *set, struct message *msg)
{
	const uint8_t *bools = msg->payload + sizeof(*set);
	unsigned int i;
	int ret = check(set, msg);

	if (ret != 0)
		return ret;
	if (set->count == 0) {
		if (set->index < VFU_IRQ_ERR)
			disable(dev, set->index);
		else
			ret = set_notifier(dev, set, msg);
		return ret;
	}
	if (set->index >= VFU_IRQ_ERR)
		return set_notifier(dev, set, msg);
	for (i = 0; i < set->count; i++) {
		struct irq_line *line = line_of(&dev->irqs, set->index, set->start + i);

		if ((set->flags & VFU_SET_BOOL) && !bools[i])
			continue;
		if (set->flags & VFU_SET_MASK)
			line->masked = true;
		else if ((set->flags & VFU_SET_UNMASK) && (set->flags & VFU_SET_EVENTFD))
			replace_fd(&dev->irqs.intx_unmask_fd, message_take_fd(msg, i));
		else if (set->flags & VFU_SET_UNMASK)
			unmask(dev, set->index, line);
		else if (set->flags & VFU_SET_EVENTFD)
			arm(dev, set->index, line, message_take_fd(msg, i));
		else
			fire(dev, line);
	}
	return 0;
}

void
irq_release(struct device *dev)
{
	unsigned int i;

	for (i = 0; i < VFU_IRQ_ERR; i++)
		disable(dev, i);
	replace_fd(&dev->irqs.err_fd, -1);
	replace_fd(&dev->irqs.req_fd, -1);
}

uint64_t
irq_pending(const struct device *dev)
{
	uint64_t bits = 0;
	unsigned int i;

	for (i = 0; i < TINYNF_MODEL_VECTORS; i++)
		bits |= (uint64_t)dev->irqs.msix[i].pending << i;
	return bits;
}
