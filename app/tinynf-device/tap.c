/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* A wire into a network interface of this machine. */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/if.h>
#include <linux/if_tun.h>

#include "device.h"

struct tap {
	struct tinynf_wire wire;
	int fd;
	int control;                 /* socket for questions about the interface */
	char name[IFNAMSIZ];
	uint32_t len;                /* of a frame that the device could not take yet */
	uint8_t frame[TINYNF_MODEL_MAX_FRAME];
};

static bool
tap_send(struct tinynf_wire *wire, const uint8_t *frame, uint32_t len)
{
	const struct tap *tap = (const struct tap *)wire;
	const ssize_t n = write(tap->fd, frame, len);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	tinynf_wire_count(&wire->counters.arrived, 1);
	/* An interface that is down takes nothing. */
	if (n < 0)
		tinynf_wire_count(&wire->counters.overflow, 1);
	return true;
}

static unsigned int
tap_poll(struct tinynf_wire *wire, uint64_t now, unsigned int budget)
{
	struct tap *tap = (struct tap *)wire;
	unsigned int n;

	(void)now;
	for (n = 0; n < budget; n++) {
		if (tap->len == 0) {
			const ssize_t got = read(tap->fd, tap->frame, sizeof(tap->frame));

			if (got <= 0)
				break;
			tap->len = (uint32_t)got;
			/* The kernel leaves the padding of short frames to the hardware. */
			if (tap->len < TINYNF_GEN_MIN_SIZE - 4) {
				memset(tap->frame + tap->len, 0,
					TINYNF_GEN_MIN_SIZE - 4 - tap->len);
				tap->len = TINYNF_GEN_MIN_SIZE - 4;
			}
		}
		if (tinynf_wire_offer(wire, tap->frame, tap->len, true) == TINYNF_RX_HELD)
			break;
		tap->len = 0;
	}
	return n;
}

/* The far end has its laser on while the interface is up. */
static bool
tap_signal(const struct tinynf_wire *wire)
{
	const struct tap *tap = (const struct tap *)wire;
	struct ifreq request = { .ifr_flags = 0 };

	memcpy(request.ifr_name, tap->name, sizeof(request.ifr_name));
	/* Whoever has moved or renamed it wants to use it. */
	return ioctl(tap->control, SIOCGIFFLAGS, &request) != 0 || (request.ifr_flags & IFF_UP);
}

static void
tap_close(struct tinynf_wire *wire)
{
	struct tap *tap = (struct tap *)wire;

	close(tap->control);
	close(tap->fd);
	free(tap);
}

static const struct tinynf_wire_ops tap_ops = {
	.kind = "tap",
	.send = tap_send,
	.poll = tap_poll,
	.signal = tap_signal,
	.close = tap_close,
};

struct tinynf_wire *
tap_create(const char *ifname, struct tinynf_model *model)
{
	struct ifreq request = { .ifr_flags = IFF_TAP | IFF_NO_PI };
	struct tap *tap = calloc(1, sizeof(*tap));
	int error;

	if (tap == NULL)
		return NULL;
	memcpy(request.ifr_name, ifname, sizeof(request.ifr_name));
	tap->fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (tap->fd < 0)
		goto fail_open;
	if (ioctl(tap->fd, TUNSETIFF, &request) != 0)
		goto fail_interface;
	memcpy(tap->name, request.ifr_name, sizeof(tap->name));
	tap->control = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (tap->control < 0)
		goto fail_interface;
	tap->wire.ops = &tap_ops;
	tap->wire.model = model;
	return &tap->wire;

fail_interface:
	error = errno;
	close(tap->fd);
	errno = error;
fail_open:
	free(tap);
	return NULL;
}

int
tap_fd(const struct tinynf_wire *wire)
{
	/* A frame that waits for room is no reason to wake up. */
	if (wire->ops != &tap_ops || ((const struct tap *)wire)->len != 0)
		return -1;
	return ((const struct tap *)wire)->fd;
}
