/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* Time, and waiting for it to pass: a file of its own, so that a test can have its own time. */

#include <poll.h>
#include <time.h>

#include "device.h"

uint64_t
now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

bool
wait_for_input(int fd, uint64_t until)
{
	const uint64_t now = now_ns();
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return now < until && poll(&p, 1, (int)((until - now) / 1000000 + 1)) > 0;
}
