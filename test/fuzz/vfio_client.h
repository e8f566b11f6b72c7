/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef TINYNF_FUZZ_VFIO_CLIENT_H
#define TINYNF_FUZZ_VFIO_CLIENT_H

/*
 * The client's end of a vfio-user connection whose other end is the server's own code in this
 * process: messages, descriptors, memory, and what the server says. Nothing here waits, and
 * time is what this file says it is.
 */

#include <errno.h>
#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../app/tinynf-device/device.h"
#include "fuzz.h"

#define MEMORY_SIZE   0x20000u
#define MEMORY_IOVA   UINT64_C(0x40000000)
#define MEMORY_PAGES  (MEMORY_SIZE / VFU_PAGE)
#define REQUESTS_MAX  64u

/** A stream from the server, cut into messages. */
struct stream {
	int fd;
	size_t have;
	uint8_t data[4 * VFU_MAX_MESSAGE];
};

enum { FD_EVENT, FD_MEMORY, FD_MEMORY_READ, FD_PIPE_IN, FD_PIPE_OUT, FD_NULL, FDS };

static uint64_t clock_ns;
static struct device *dev;
static struct stream main_stream, twin_stream;
static int given[FDS];              /* what the client may pass on, the same for all inputs */
static unsigned int requests;       /* of the server, in this input */
static struct vfu_header request;   /* the server's last */
static struct vfu_dma_access request_access;
static bool touched[MEMORY_PAGES];  /* pages that may be other than zero */
static bool loose;                  /* messages were cut: who knows what has been mapped */

uint64_t
now_ns(void)
{
	return clock_ns;
}

static void
memory_touch(uint64_t at, uint64_t n)
{
	uint64_t page;

	for (page = at / VFU_PAGE; n > 0 && page < MEMORY_PAGES && page <= (at + n - 1) / VFU_PAGE;
			page++)
		touched[page] = true;
}

static void
memory_write(uint64_t at, const void *data, size_t n)
{
	if (at >= MEMORY_SIZE || n > MEMORY_SIZE - at)
		return;
	memory_touch(at, n);
	FUZZ_MUST(pwrite(given[FD_MEMORY], data, n, (off_t)at) == (ssize_t)n);
}

static void
send_all(int fd, const void *data, size_t n, const int *fds, unsigned int n_fds)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(int) * 32)];
	} control;
	struct iovec iov = { .iov_base = (void *)(uintptr_t)data, .iov_len = n };
	struct msghdr mh = { .msg_iov = &iov, .msg_iovlen = 1 };

	if (fd < 0 || n == 0)
		return;
	if (n_fds > 0) {
		memset(&control, 0, sizeof(control));
		mh.msg_control = &control;
		mh.msg_controllen = CMSG_SPACE(n_fds * sizeof(int));
		control.header.cmsg_level = SOL_SOCKET;
		control.header.cmsg_type = SCM_RIGHTS;
		control.header.cmsg_len = CMSG_LEN(n_fds * sizeof(int));
		memcpy(CMSG_DATA(&control.header), fds, n_fds * sizeof(int));
	}
	/* What does not fit is lost: the server then sees half a message. */
	(void)!sendmsg(fd, &mh, MSG_DONTWAIT | MSG_NOSIGNAL);
}

/* The server must ask for nothing that it was not given. */
static bool
is_given(const struct vfu_dma_access *access, uint32_t need)
{
	const struct dma_range *range;
	unsigned int i;

	for (i = 0; i < dev->dma.n; i++) {
		range = &dev->dma.ranges[i];
		if (access->addr >= range->addr && access->addr - range->addr < range->size &&
				access->count <= range->size - (access->addr - range->addr) &&
				(range->flags & need) && range->host == NULL)
			return true;
	}
	return false;
}

/* What the server says must be the protocol's, whatever it was told. */
static void
check_message(const struct vfu_header *h, const uint8_t *payload)
{
	const uint32_t type = h->flags & VFU_TYPE_MASK;
	const size_t size = h->size - sizeof(*h);

	FUZZ_MUST((h->flags & ~(VFU_TYPE_MASK | VFU_ERROR)) == 0);
	if (type == VFU_TYPE_REPLY) {
		FUZZ_MUST(!(h->flags & VFU_ERROR) == (h->error == 0));
		FUZZ_MUST(!(h->flags & VFU_ERROR) || size == 0);
		return;
	}
	FUZZ_MUST(type == VFU_TYPE_COMMAND && h->error == 0);
	FUZZ_MUST(h->command == VFU_DMA_READ || h->command == VFU_DMA_WRITE);
	FUZZ_MUST(size >= sizeof(request_access));
	request = *h;
	memcpy(&request_access, payload, sizeof(request_access));
	FUZZ_MUST(request_access.count > 0 && request_access.count <= dev->client_max_transfer);
	/* Memory to write is read first, to find out what has changed. */
	FUZZ_MUST(is_given(&request_access, h->command == VFU_DMA_WRITE ?
		VFU_DMA_WRITABLE : VFU_DMA_READABLE | VFU_DMA_WRITABLE));
	FUZZ_MUST(size == sizeof(request_access) +
		(h->command == VFU_DMA_WRITE ? request_access.count : 0));
	if (h->command == VFU_DMA_WRITE && request_access.addr >= MEMORY_IOVA)
		memory_write(request_access.addr - MEMORY_IOVA, payload + sizeof(request_access),
			request_access.count);
}

static void
take_messages(struct stream *s)
{
	struct vfu_header h;
	size_t at = 0;

	while (s->have - at >= sizeof(h)) {
		memcpy(&h, s->data + at, sizeof(h));
		FUZZ_MUST(h.size >= sizeof(h) && h.size <= VFU_MAX_MESSAGE);
		if (s->have - at < h.size)
			break;
		check_message(&h, s->data + at + sizeof(h));
		at += h.size;
	}
	s->have -= at;
	memmove(s->data, s->data + at, s->have);
}

static void
stream_close(struct stream *s)
{
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
	s->have = 0;
}

/* Read all that the server has said. The only descriptor that it passes is its twin socket. */
static void
drain(struct stream *s)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(int))];
	} control;
	ssize_t got;

	while (s->fd >= 0) {
		struct iovec iov = { .iov_base = s->data + s->have,
			.iov_len = sizeof(s->data) - s->have };
		struct msghdr mh = { .msg_iov = &iov, .msg_iovlen = 1,
			.msg_control = &control, .msg_controllen = sizeof(control) };

		got = recvmsg(s->fd, &mh, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
		if (got <= 0) {
			if (got == 0)
				stream_close(s);
			return;
		}
		FUZZ_MUST(!(mh.msg_flags & MSG_CTRUNC));
		if (CMSG_FIRSTHDR(&mh) != NULL) {
			FUZZ_MUST(s == &main_stream);
			stream_close(&twin_stream);
			memcpy(&twin_stream.fd, CMSG_DATA(CMSG_FIRSTHDR(&mh)), sizeof(int));
		}
		s->have += (size_t)got;
		take_messages(s);
	}
}

static void
answer(struct stream *s, uint32_t flags, uint32_t error, size_t size)
{
	static uint8_t reply[sizeof(request) + sizeof(request_access) + VFU_MAX_TRANSFER];
	const struct vfu_header h = {
		.id = request.id, .command = request.command, .flags = flags, .error = error,
		.size = (uint32_t)(sizeof(h) + size),
	};
	const uint64_t at = request_access.addr - MEMORY_IOVA;

	memset(reply, 0, sizeof(h) + size);
	memcpy(reply, &h, sizeof(h));
	if (size > sizeof(request_access) && at < MEMORY_SIZE)
		(void)!pread(given[FD_MEMORY], reply + sizeof(h) + sizeof(request_access),
			size - sizeof(request_access), (off_t)at);
	if (size >= sizeof(request_access))
		memcpy(reply + sizeof(h), &request_access, sizeof(request_access));
	send_all(s->fd, reply, sizeof(h) + size, NULL, 0);
}

/* The server waits for the client: the input says what the client does. */
bool
wait_for_input(int fd, uint64_t until)
{
	struct stream *s = fd == dev->twin.fd ? &twin_stream : &main_stream;
	size_t size = sizeof(request_access);
	static const struct vfu_header other = {
		.id = 7, .command = VFU_DEVICE_RESET, .size = sizeof(other),
	};

	drain(&main_stream);
	drain(&twin_stream);
	if (request.command == VFU_DMA_READ)
		size += request_access.count;
	if (++requests > REQUESTS_MAX) {
		clock_ns = until;
		return false;
	}
	switch (fuzz_take(1) % 16) {
	case 10:
		answer(s, VFU_TYPE_REPLY | VFU_ERROR, EFAULT, 0);
		break;
	case 11:
		answer(s, VFU_TYPE_REPLY, 0, size - 1);
		break;
	case 12:
		request.id++;
		answer(s, VFU_TYPE_REPLY, 0, size);
		request.id--;
		break;
	case 13:
		send_all(s->fd, &other, sizeof(other), NULL, 0);
		break;
	case 14:
		stream_close(s);
		break;
	case 15:
		clock_ns = until;
		return false;
	default:
		answer(s, VFU_TYPE_REPLY, 0, size);
	}
	return true;
}

#endif /* TINYNF_FUZZ_VFIO_CLIENT_H */
