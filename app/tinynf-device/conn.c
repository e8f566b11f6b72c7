/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* Whole messages out of a stream and back, never waiting for anybody. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "device.h"

/* What a client may leave unread before it is not served any more. */
#define OUT_LIMIT (4u * 1024 * 1024)

union control {
	struct cmsghdr header;
	char room[CMSG_SPACE(sizeof(int) * VFU_MAX_FDS)];
};

void
conn_init(struct conn *conn, int fd, uint64_t now)
{
	memset(conn, 0, sizeof(*conn));
	conn->fd = fd;
	conn->since = now;
	conn->last_input = now;
	STAILQ_INIT(&conn->early);
}

static void
close_fds(int *fds, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

void
message_free(struct message *msg)
{
	if (msg == NULL)
		return;
	close_fds(msg->fds, msg->n_fds);
	free(msg);
}

int
message_take_fd(struct message *msg, unsigned int n)
{
	int fd;

	if (n >= msg->n_fds)
		return -1;
	fd = msg->fds[n];
	msg->fds[n] = -1;
	return fd;
}

void
conn_close(struct conn *conn)
{
	struct message *msg;

	if (conn->fd < 0)
		return;
	close(conn->fd);
	close_fds(conn->fds, conn->n_fds);
	message_free(conn->in);
	while ((msg = STAILQ_FIRST(&conn->early)) != NULL) {
		STAILQ_REMOVE_HEAD(&conn->early, next);
		message_free(msg);
	}
	free(conn->out);
	conn_init(conn, -1, 0);
}

/* Descriptors come with the first byte of what they were sent with. */
static void
take_control(struct conn *conn, struct msghdr *mh)
{
	int *fds = conn->in != NULL ? conn->in->fds : conn->fds;
	unsigned int *n = conn->in != NULL ? &conn->in->n_fds : &conn->n_fds;
	struct cmsghdr *c;

	for (c = CMSG_FIRSTHDR(mh); c != NULL; c = CMSG_NXTHDR(mh, c)) {
		const unsigned int count =
			(unsigned int)((c->cmsg_len - CMSG_LEN(0)) / sizeof(int));
		unsigned int i;

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		for (i = 0; i < count; i++) {
			int fd;

			memcpy(&fd, CMSG_DATA(c) + i * sizeof(int), sizeof(fd));
			if (*n < VFU_MAX_FDS) {
				fds[(*n)++] = fd;
			} else {
				close(fd);
				conn->too_many_fds = true;
			}
		}
	}
	if (mh->msg_flags & MSG_CTRUNC)
		conn->too_many_fds = true;
}

/* @return bytes, 0 if there are none now; sets bad at the end of the stream. */
static size_t
read_some(struct conn *conn, void *to, size_t size)
{
	union control control;
	struct iovec iov = { .iov_base = to, .iov_len = size };
	struct msghdr mh = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = &control, .msg_controllen = sizeof(control),
	};
	ssize_t got;

	do {
		got = recvmsg(conn->fd, &mh, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	} while (got < 0 && errno == EINTR);
	if (got < 0) {
		if (errno != EAGAIN && errno != EWOULDBLOCK)
			conn->bad = true;
		return 0;
	}
	take_control(conn, &mh);
	if (got == 0)
		conn->bad = true;
	return (size_t)got;
}

static bool
message_start(struct conn *conn)
{
	const struct vfu_header *h = &conn->header;
	struct message *msg;

	/* Where the next message starts cannot be known any more. */
	if (h->size < sizeof(*h) || h->size > VFU_MAX_MESSAGE) {
		struct vfu_header reply = {
			.id = h->id, .command = h->command, .size = sizeof(reply),
			.flags = VFU_TYPE_REPLY | VFU_ERROR,
			.error = h->size < sizeof(*h) ? EINVAL : EMSGSIZE,
		};

		conn_send(conn, &reply, NULL, 0, NULL, 0, -1);
		conn->bad = true;
		return false;
	}
	msg = calloc(1, sizeof(*msg) + h->size - sizeof(*h));
	if (msg == NULL) {
		conn->bad = true;
		return false;
	}
	msg->header = *h;
	msg->size = h->size - sizeof(*h);
	memcpy(msg->fds, conn->fds, sizeof(msg->fds));
	msg->n_fds = conn->n_fds;
	conn->n_fds = 0;
	conn->header_have = 0;
	conn->in = msg;
	conn->in_have = 0;
	return true;
}

struct message *
conn_receive(struct conn *conn, uint64_t now)
{
	struct message *msg;
	size_t got;

	while (!conn->bad) {
		if (conn->in == NULL && conn->header_have < sizeof(conn->header)) {
			got = read_some(conn, (uint8_t *)&conn->header + conn->header_have,
					sizeof(conn->header) - conn->header_have);
			if (got == 0)
				return NULL;
			conn->last_input = now;
			conn->header_have += got;
			continue;
		}
		if (conn->in == NULL && !message_start(conn))
			return NULL;
		msg = conn->in;
		if (conn->in_have == msg->size) {
			msg->too_many_fds = conn->too_many_fds;
			conn->too_many_fds = false;
			conn->in = NULL;
			return msg;
		}
		got = read_some(conn, msg->payload + conn->in_have, msg->size - conn->in_have);
		if (got == 0)
			return NULL;
		conn->last_input = now;
		conn->in_have += got;
	}
	return NULL;
}

static void
queue_rest(struct conn *conn, const struct iovec *iov, int n, size_t skip)
{
	size_t rest = 0;
	uint8_t *grown;
	int i;

	for (i = 0; i < n; i++)
		rest += iov[i].iov_len;
	rest -= skip;
	if (conn->out_sent == conn->out_len)
		conn->out_sent = conn->out_len = 0;
	if (conn->out_len + rest > OUT_LIMIT ||
			(grown = realloc(conn->out, conn->out_len + rest)) == NULL) {
		conn->bad = true;
		return;
	}
	conn->out = grown;
	for (i = 0; i < n; i++) {
		const size_t part = iov[i].iov_len;
		const size_t from = skip < part ? skip : part;

		if (part > from)
			memcpy(conn->out + conn->out_len, (const uint8_t *)iov[i].iov_base + from,
					part - from);
		conn->out_len += part - from;
		skip -= from;
	}
}

void
conn_send(struct conn *conn, const struct vfu_header *header, const void *payload, size_t size,
		const void *more, size_t more_size, int fd)
{
	struct iovec iov[] = {
		{ .iov_base = (void *)(uintptr_t)header, .iov_len = sizeof(*header) },
		{ .iov_base = (void *)(uintptr_t)payload, .iov_len = size },
		{ .iov_base = (void *)(uintptr_t)more, .iov_len = more_size },
	};
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(int))];
	} control;
	struct msghdr mh = { .msg_iov = iov, .msg_iovlen = 3 };
	ssize_t sent = 0;

	if (conn->bad || conn->fd < 0)
		return;
	if (fd >= 0) {
		memset(&control, 0, sizeof(control));
		mh.msg_control = &control;
		mh.msg_controllen = sizeof(control);
		control.header.cmsg_level = SOL_SOCKET;
		control.header.cmsg_type = SCM_RIGHTS;
		control.header.cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(&control.header), &fd, sizeof(fd));
	}
	if (conn->out_len == conn->out_sent) {
		do {
			sent = sendmsg(conn->fd, &mh, MSG_DONTWAIT | MSG_NOSIGNAL);
		} while (sent < 0 && errno == EINTR);
		if (sent < 0 && errno != EAGAIN && errno != EWOULDBLOCK) {
			conn->bad = true;
			return;
		}
		if (sent < 0)
			sent = 0;
	}
	if ((size_t)sent < sizeof(*header) + size + more_size) {
		/* Only negotiation passes a descriptor, when nothing is queued yet. */
		if (fd >= 0 && sent == 0)
			conn->bad = true;
		else
			queue_rest(conn, iov, 3, (size_t)sent);
	}
}

void
conn_flush(struct conn *conn)
{
	ssize_t sent;

	while (conn->fd >= 0 && conn->out_sent < conn->out_len) {
		sent = send(conn->fd, conn->out + conn->out_sent, conn->out_len - conn->out_sent,
				MSG_DONTWAIT | MSG_NOSIGNAL);
		if (sent > 0) {
			conn->out_sent += (size_t)sent;
		} else if (sent < 0 && errno != EINTR) {
			if (errno != EAGAIN && errno != EWOULDBLOCK)
				conn->bad = true;
			return;
		}
	}
}
