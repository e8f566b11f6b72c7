/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* A device's socket: one client at a time, the others are told so. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "device.h"

/* Commands of one turn, so that no client keeps the device from its other work. */
#define COMMANDS_PER_TURN  64
/* Clients that may wait to be accepted. */
#define BACKLOG            32
/* A client that is refused has this long to say what it wants. */
#define REFUSAL_NS         UINT64_C(5000000000)
/* A message that has begun must be complete by then. */
#define STALL_NS           UINT64_C(10000000000)

static bool
in_use(const struct sockaddr_un *addr)
{
	const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool used;

	if (fd < 0)
		return true;
	used = connect(fd, (const struct sockaddr *)addr, sizeof(*addr)) == 0 ||
		errno != ECONNREFUSED;
	close(fd);
	return used;
}

int
server_listen(struct device *dev)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	struct stat st;
	mode_t mask;
	int ret;

	memcpy(addr.sun_path, dev->args.socket, sizeof(addr.sun_path));
	if (lstat(addr.sun_path, &st) == 0) {
		if (!S_ISSOCK(st.st_mode)) {
			say(dev, "socket %s: there is a file of this name", addr.sun_path);
			return -EEXIST;
		}
		if (in_use(&addr)) {
			say(dev, "socket %s: another server listens there", addr.sun_path);
			return -EADDRINUSE;
		}
		unlink(addr.sun_path);  /* left over from a server that was killed */
	}
	dev->listen_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (dev->listen_fd < 0)
		goto fail;
	mask = umask(0177);
	ret = bind(dev->listen_fd, (const struct sockaddr *)&addr, sizeof(addr));
	umask(mask);
	if (ret != 0)
		goto fail;
	dev->bound = true;
	if (listen(dev->listen_fd, BACKLOG) != 0)
		goto fail;
	return 0;

fail:
	ret = -errno;
	say(dev, "socket %s: %s", addr.sun_path, strerror(errno));
	return ret;
}

void
server_disconnect(struct device *dev, const char *why)
{
	if (dev->client.fd < 0)
		return;
	say(dev, "client gone: %s", why);
	conn_close(&dev->client);
	conn_close(&dev->twin);
	dev->negotiated = false;
	/* The device keeps its state; it has no memory and no interrupts until somebody comes. */
	dma_unmap_all(dev);
	irq_release(dev);
}

static void
refuse(struct device *dev, int fd, uint64_t now)
{
	unsigned int i;

	dev->refusals++;
	say(dev, "another client refused: there is one already");
	for (i = 0; i < DEVICE_REFUSED; i++) {
		if (dev->refused[i].fd < 0) {
			conn_init(&dev->refused[i], fd, now);
			return;
		}
	}
	close(fd);
}

/* Has it closed its end, with nothing left to read? */
static bool
gone(const struct conn *conn)
{
	uint8_t byte;

	return recv(conn->fd, &byte, sizeof(byte), MSG_PEEK | MSG_DONTWAIT) == 0;
}

static void
accept_clients(struct device *dev, uint64_t now)
{
	int fd, n;

	for (n = 0; n < DEVICE_REFUSED; n++) {
		fd = accept4(dev->listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (fd < 0)
			return;
		if (dev->client.fd >= 0 && gone(&dev->client))
			server_disconnect(dev, "it closed the connection");
		if (dev->client.fd >= 0) {
			refuse(dev, fd, now);
			continue;
		}
		dev->connections++;
		conn_init(&dev->client, fd, now);
		trace_note(dev, "client connected");
	}
}

/* Who is refused gets a reply to its first message: busy. */
static void
refused_turn(struct device *dev, struct conn *conn, uint64_t now)
{
	struct message *msg = conn_receive(conn, now);

	if (msg != NULL) {
		const struct vfu_header header = {
			.id = msg->header.id, .command = msg->header.command,
			.size = sizeof(header), .flags = VFU_TYPE_REPLY | VFU_ERROR,
			.error = EBUSY,
		};

		conn_send(conn, &header, NULL, 0, NULL, 0, -1);
		trace_note(dev, "refused client told so");
		message_free(msg);
		conn_close(conn);
	} else if (conn->bad || now - conn->since > REFUSAL_NS) {
		conn_close(conn);
	}
}

static struct message *
next_message(struct device *dev, uint64_t now)
{
	struct conn *conn = &dev->client;
	struct message *msg = STAILQ_FIRST(&conn->early);

	if (msg == NULL)
		return conn_receive(conn, now);
	STAILQ_REMOVE_HEAD(&conn->early, next);
	conn->n_early--;
	return msg;
}

static const char *
stalled(const struct conn *conn, uint64_t now)
{
	if ((conn->header_have > 0 || conn->in != NULL) && now - conn->last_input > STALL_NS)
		return "it began a message and did not end it";
	return NULL;
}

unsigned int
server_turn(struct device *dev, uint64_t now)
{
	struct conn *conn = &dev->client;
	const char *why = "it closed the connection or broke the protocol";
	struct message *msg;
	unsigned int n = 0, i;

	accept_clients(dev, now);
	for (i = 0; i < DEVICE_REFUSED; i++)
		if (dev->refused[i].fd >= 0)
			refused_turn(dev, &dev->refused[i], now);
	if (conn->fd < 0)
		return 0;
	conn_flush(conn);
	/* Who does not read our replies is not listened to. */
	while (n < COMMANDS_PER_TURN && !conn->bad && conn->out_len == conn->out_sent) {
		msg = next_message(dev, now);
		if (msg == NULL)
			break;
		command_handle(dev, msg);
		message_free(msg);
		n++;
	}
	if (!conn->bad && stalled(conn, now) != NULL) {
		why = stalled(conn, now);
		conn->bad = true;
	}
	if (conn->bad)
		server_disconnect(dev, why);
	return n;
}

void
server_close(struct device *dev)
{
	unsigned int i;

	server_disconnect(dev, "the server ends");
	for (i = 0; i < DEVICE_REFUSED; i++)
		conn_close(&dev->refused[i]);
	if (dev->listen_fd >= 0)
		close(dev->listen_fd);
	dev->listen_fd = -1;
	if (dev->bound)
		unlink(dev->args.socket);
	dev->bound = false;
}
