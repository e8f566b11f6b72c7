/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * The client's memory: mapped where it shares it, by messages where it does not. What is in
 * several ranges is copied for as long as a turn lasts, as what is reached by messages.
 */

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "device.h"

/* A client that does not answer within this is treated as having no such memory. */
#define DMA_TIMEOUT_MS  2000
#define DMA_EARLY_MAX   64u
/* Nothing larger is read by message: no ring is. */
#define BOUNCE_MAX      (2u * 1024 * 1024)
/* A descriptor's, which the model reads and writes as numbers of 64 bits. */
#define BOUNCE_ALIGN    16u

static volatile sig_atomic_t faults;

void
dma_init(struct dma *dma)
{
	memset(dma, 0, sizeof(*dma));
	TAILQ_INIT(&dma->bounces);
}

/*
 * The client can take back what it shares by truncating the file. Our thread then meets
 * SIGBUS in the middle of a copy; it gets a page of nothing and the client is sent away.
 */
static void
on_fault(int sig, siginfo_t *info, void *context)
{
	const uintptr_t page = (uintptr_t)info->si_addr & ~((uintptr_t)VFU_PAGE - 1);

	(void)context;
	if (info->si_code != BUS_ADRERR || mmap((void *)page, VFU_PAGE, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED) {
		signal(sig, SIG_DFL);
		return;
	}
	faults = 1;
}

void
dma_catch_faults(void)
{
	struct sigaction action = { .sa_sigaction = on_fault, .sa_flags = SA_SIGINFO };

	sigemptyset(&action.sa_mask);
	sigaction(SIGBUS, &action, NULL);
}

bool
dma_faulted(void)
{
	const bool now = faults;

	faults = 0;
	return now;
}

/* First range that ends after addr. */
static unsigned int
search(const struct dma *dma, uint64_t addr)
{
	unsigned int low = 0, high = dma->n;

	while (low < high) {
		const unsigned int mid = (low + high) / 2;

		if (dma->ranges[mid].addr + (dma->ranges[mid].size - 1) < addr)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static int
map_file(struct dma_range *range, const struct vfu_dma_map *map, int fd)
{
	const uint64_t skip = map->offset % (uint64_t)sysconf(_SC_PAGESIZE);
	int prot = 0;
	struct stat st;

	if (fstat(fd, &st) != 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	/* Beyond its end there is only SIGBUS. */
	if (map->offset + map->size < map->size || st.st_size < 0 ||
			map->offset + map->size > (uint64_t)st.st_size)
		return -EINVAL;
	if (map->flags & VFU_DMA_READABLE)
		prot |= PROT_READ;
	/* Memory to write is read, too: to find out who owns a descriptor. */
	if (map->flags & VFU_DMA_WRITABLE)
		prot |= PROT_READ | PROT_WRITE;
	range->map_size = map->size + skip;
	range->map = mmap(NULL, range->map_size, prot, MAP_SHARED, fd, (off_t)(map->offset - skip));
	if (range->map == MAP_FAILED) {
		range->map = NULL;
		return -errno;
	}
	range->host = (uint8_t *)range->map + skip;
	return 0;
}

int
dma_map(struct device *dev, const struct vfu_dma_map *map, int fd)
{
	struct dma *dma = &dev->dma;
	struct dma_range range = { .addr = map->addr, .size = map->size, .flags = map->flags };
	unsigned int at;
	int ret;

	if (map->size == 0 || map->addr + (map->size - 1) < map->addr ||
			(map->flags & ~(VFU_DMA_READABLE | VFU_DMA_WRITABLE)) != 0)
		return -EINVAL;
	if (map->addr % VFU_PAGE != 0 || map->size % VFU_PAGE != 0 ||
			(fd >= 0 && map->offset % VFU_PAGE != 0))
		return -EINVAL;
	at = search(dma, map->addr);
	if (at < dma->n && dma->ranges[at].addr <= map->addr + (map->size - 1))
		return -EEXIST;
	if (dma->n == VFU_MAX_DMA_MAPS)
		return -ENOSPC;
	if (dma->n == dma->room) {
		const unsigned int room = dma->room == 0 ? 16 : 2 * dma->room;
		struct dma_range *grown = realloc(dma->ranges, room * sizeof(*grown));

		if (grown == NULL)
			return -ENOMEM;
		dma->ranges = grown;
		dma->room = room;
	}
	if (fd >= 0) {
		ret = map_file(&range, map, fd);
		if (ret != 0)
			return ret;
	}
	memmove(&dma->ranges[at + 1], &dma->ranges[at], (dma->n - at) * sizeof(range));
	dma->ranges[at] = range;
	dma->n++;
	return 0;
}

static void
ranges_drop(struct dma *dma, unsigned int first, unsigned int end)
{
	unsigned int i;

	if (first == end)
		return;
	for (i = first; i < end; i++)
		if (dma->ranges[i].map != NULL)
			munmap(dma->ranges[i].map, dma->ranges[i].map_size);
	memmove(&dma->ranges[first], &dma->ranges[end], (dma->n - end) * sizeof(*dma->ranges));
	dma->n -= end - first;
}

/*
 * The protocol has one range unmapped as it was mapped. A client with an IOMMU of its own takes
 * away address spaces, as VFIO itself has it: all that was mapped in them, nothing in part.
 */
int
dma_unmap(struct device *dev, uint64_t addr, uint64_t size)
{
	struct dma *dma = &dev->dma;
	const unsigned int first = search(dma, addr);
	const uint64_t last = addr + (size - 1);
	unsigned int end = first;

	if (size == 0 || last < addr)
		return -EINVAL;
	while (end < dma->n && dma->ranges[end].addr <= last)
		end++;
	if (end == first || dma->ranges[first].addr < addr ||
			dma->ranges[end - 1].addr + (dma->ranges[end - 1].size - 1) > last)
		return -ENOENT;
	ranges_drop(dma, first, end);
	return 0;
}

void
dma_unmap_all(struct device *dev)
{
	ranges_drop(&dev->dma, 0, dev->dma.n);
	free(dev->dma.ranges);
	dev->dma.ranges = NULL;
	dev->dma.room = 0;
}

/*
 * By messages.
 */

/* The reply to the request just sent. Commands that come meanwhile are for later. */
static struct message *
reply_to(struct conn *conn, const struct vfu_header *request)
{
	const uint64_t until = now_ns() + DMA_TIMEOUT_MS * UINT64_C(1000000);
	struct message *msg;

	for (;;) {
		conn_flush(conn);
		msg = conn_receive(conn, now_ns());
		if (msg == NULL) {
			if (conn->bad || !wait_for_input(conn->fd, until))
				return NULL;
			continue;
		}
		if ((msg->header.flags & VFU_TYPE_MASK) == VFU_TYPE_REPLY) {
			if (msg->header.id == request->id &&
					msg->header.command == request->command)
				return msg;
			message_free(msg);
		} else if (conn->n_early < DMA_EARLY_MAX) {
			STAILQ_INSERT_TAIL(&conn->early, msg, next);
			conn->n_early++;
		} else {
			message_free(msg);
			conn->bad = true;
			return NULL;
		}
	}
}

static bool
transfer(struct device *dev, enum vfu_command command, uint64_t addr, uint8_t *data, size_t len)
{
	struct conn *conn = dev->twin.fd >= 0 ? &dev->twin : &dev->client;
	const struct vfu_dma_access access = { .addr = addr, .count = len };
	const size_t out = command == VFU_DMA_WRITE ? len : 0;
	struct vfu_header header = {
		.id = dev->dma.next_id++, .command = (uint16_t)command,
		.size = (uint32_t)(sizeof(header) + sizeof(access) + out),
	};
	struct message *reply;
	bool ok;

	if (conn->fd < 0 || conn->bad)
		return false;
	dev->dma.messages++;
	conn_send(conn, &header, &access, sizeof(access), data, out, -1);
	reply = reply_to(conn, &header);
	if (reply == NULL) {
		/* Late replies could be taken for those to come. */
		dev->client.bad = true;
		say(dev, "the client does not answer requests for its memory");
		return false;
	}
	ok = !(reply->header.flags & VFU_ERROR);
	if (ok && command == VFU_DMA_READ) {
		ok = reply->size == sizeof(access) + len;
		if (ok)
			memcpy(data, reply->payload + sizeof(access), len);
	}
	message_free(reply);
	return ok;
}

/*
 * Mapped memory that the client's driver may be reading: word by word, upwards, as what says that
 * a descriptor is done is in its second half.
 */
static void
host_write(uint8_t *to, const uint8_t *from, size_t len)
{
	const size_t word = sizeof(uint64_t);
	uint64_t value;

	for (; len >= word && (uintptr_t)to % word == 0; to += word, from += word, len -= word) {
		memcpy(&value, from, word);
		__atomic_store_n((uint64_t *)to, value, __ATOMIC_RELEASE);
	}
	memcpy(to, from, len);
}

/** As much as lies in one range, and in one message if it isn't mapped. @return how much. */
static size_t
transfer_part(struct device *dev, enum vfu_command command, uint64_t addr, uint8_t *data,
		size_t len)
{
	const struct dma *dma = &dev->dma;
	const unsigned int at = search(dma, addr);
	const struct dma_range *range;
	uint64_t offset;

	if (at == dma->n || addr < dma->ranges[at].addr)
		return 0;
	range = &dma->ranges[at];
	offset = addr - range->addr;
	if (len > range->size - offset)
		len = (size_t)(range->size - offset);
	if (range->host == NULL) {
		if (len > dev->client_max_transfer)
			len = dev->client_max_transfer;
		return transfer(dev, command, addr, data, len) ? len : 0;
	}
	if (command == VFU_DMA_READ)
		memcpy(data, range->host + offset, len);
	else
		host_write(range->host + offset, data, len);
	return len;
}

static bool
transfer_all(struct device *dev, enum vfu_command command, uint64_t addr, uint8_t *data,
		size_t len)
{
	while (len > 0) {
		const size_t part = transfer_part(dev, command, addr, data, len);

		if (part == 0)
			return false;
		addr += part;
		data += part;
		len -= part;
	}
	return true;
}

/*
 * A bounce's data twice: as the model sees it, and as it was read. Each address keeps its
 * alignment: a strange client's ring may lie within one of its packets' buffers.
 */
static void *
bounce(struct device *dev, uint64_t addr, size_t len, bool to_memory)
{
	struct dma_bounce *b;

	TAILQ_FOREACH(b, &dev->dma.bounces, next) {
		const uint64_t at = addr - b->addr;

		if (addr >= b->addr && at <= b->len && len <= b->len - at) {
			b->dirty |= to_memory;
			return b->data + at;
		}
	}
	if (len > BOUNCE_MAX)
		return NULL;
	b = malloc(sizeof(*b) + BOUNCE_ALIGN + 2 * len + 1);
	if (b == NULL)
		return NULL;
	b->data = b->room + (addr - (uintptr_t)b->room) % BOUNCE_ALIGN;
	b->addr = addr;
	b->len = len;
	b->dirty = to_memory;
	if (!transfer_all(dev, VFU_DMA_READ, addr, b->data, len)) {
		free(b);
		return NULL;
	}
	memcpy(b->data + len, b->data, len);
	TAILQ_INSERT_TAIL(&dev->dma.bounces, b, next);
	return b->data;
}

/* Only what the model has changed: the rest may be the driver's by now. */
static bool
write_changes(struct device *dev, struct dma_bounce *b)
{
	const uint8_t *was = b->data + b->len;
	size_t at = 0, end;

	while (at < b->len) {
		if (b->data[at] == was[at]) {
			at++;
			continue;
		}
		/* Whole words, and across short stretches of equal bytes. */
		at &= ~(size_t)7;
		for (end = at; end < b->len && memcmp(b->data + end, was + end,
				b->len - end < 8 ? b->len - end : 8) != 0; end += 8)
			;
		if (end > b->len)
			end = b->len;
		if (!transfer_all(dev, VFU_DMA_WRITE, b->addr + at, b->data + at, end - at))
			return false;
		at = end;
	}
	return true;
}

/* Packets before the descriptors that announce them: rings are reached first in a turn. */
void
dma_settle(struct device *dev)
{
	struct dma_bounce *b;

	while ((b = TAILQ_LAST(&dev->dma.bounces, dma_bounces)) != NULL) {
		if (b->dirty && !write_changes(dev, b))
			say(dev, "%zu bytes at 0x%llx could not be written to the client's memory",
				b->len, (unsigned long long)b->addr);
		TAILQ_REMOVE(&dev->dma.bounces, b, next);
		free(b);
	}
}

/** Is all of it in ranges that allow this, one after the other from @p at on? */
static bool
covered(const struct dma *dma, unsigned int at, uint64_t addr, size_t len, uint32_t need)
{
	for (; at < dma->n; at++) {
		const struct dma_range *range = &dma->ranges[at];
		const uint64_t left = range->size - (addr - range->addr);

		if (addr < range->addr || !(range->flags & need))
			return false;
		if (len <= left)
			return true;
		len -= left;
		addr += left;
	}
	return false;
}

void *
dma_reach(struct device *dev, uint64_t addr, size_t len, bool to_memory)
{
	const struct dma *dma = &dev->dma;
	const uint32_t need = to_memory ? VFU_DMA_WRITABLE : VFU_DMA_READABLE;
	const unsigned int at = search(dma, addr);
	const struct dma_range *range;

	if (!covered(dma, at, addr, len, need))
		return NULL;
	range = &dma->ranges[at];
	/* With an IOMMU, what is one piece to the device may be many to its client. */
	if (range->host != NULL && len <= range->size - (addr - range->addr))
		return range->host + (addr - range->addr);
	return bounce(dev, addr, len, to_memory);
}
