/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * What a doorbell costs who rings it and how late it is heard: by messages to tinynf-device, as
 * they are, and by a page of memory that both ends share, as the protocol would allow.
 * usage: doorbell_cost PATH-OF-TINYNF-DEVICE [ROUNDS]
 */

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "vfu.h"

#define RDT0           0x01018u
#define CONNECT_TRIES  6000
#define NAPS           200u    /* rounds with an observer that sleeps take long */

static uint64_t
now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static void
die(const char *what)
{
	fprintf(stderr, "doorbell_cost: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int
by_size(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static void
print(const char *name, uint64_t *ns, unsigned int n, uint64_t total)
{
	qsort(ns, n, sizeof(*ns), by_size);
	printf("%-44s median %9.2f us   99%% %9.2f us   %9.0f a second\n", name,
		(double)ns[n / 2] / 1000, (double)ns[n - 1 - n / 100] / 1000,
		n * 1e9 / (double)total);
}

static void
take(int fd, void *data, size_t len)
{
	uint8_t *p = data;

	while (len > 0) {
		const ssize_t n = recv(fd, p, len, 0);

		if (n <= 0)
			die("the server does not answer");
		p += n;
		len -= (size_t)n;
	}
}

/** One message; with its reply, unless that is not wanted. */
static void
say(int fd, uint16_t command, uint32_t flags, const void *data, size_t len)
{
	static uint16_t id;
	uint8_t message[512];
	struct vfu_header header = { .id = id++, .command = command, .flags = flags,
		.size = (uint32_t)(sizeof(header) + len) };

	memcpy(message, &header, sizeof(header));
	memcpy(message + sizeof(header), data, len);
	if (send(fd, message, header.size, 0) != (ssize_t)header.size)
		die("sending a message");
	if (flags & VFU_NO_REPLY)
		return;
	take(fd, &header, sizeof(header));
	if ((header.flags & VFU_ERROR) || header.size > sizeof(message))
		die("the server refuses");
	take(fd, message, header.size - sizeof(header));
}

static int
connect_to(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	const struct vfu_version version = { VFU_MAJOR, VFU_MINOR };
	unsigned int i;
	int fd;

	strncpy(address.sun_path, path, sizeof(address.sun_path) - 1);
	for (i = 0; i < CONNECT_TRIES; i++) {
		fd = socket(AF_UNIX, SOCK_STREAM, 0);
		if (fd < 0)
			die("socket");
		if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0) {
			say(fd, VFU_VERSION, 0, &version, sizeof(version));
			return fd;
		}
		close(fd);
		usleep(10000);
	}
	die("the server does not serve");
	return -1;
}

/** Rounds of one kind of message. */
static void
messages(int fd, const char *name, uint16_t command, uint32_t flags, uint64_t *ns,
		unsigned int rounds)
{
	struct {
		struct vfu_region_access access;
		uint32_t value;
	} __attribute__((packed)) ring = { .access = { RDT0, VFU_REGION_BAR0, 4 } };
	const size_t len = command == VFU_REGION_READ ? sizeof(ring.access) : sizeof(ring);
	const uint64_t begin = now_ns();
	unsigned int i;

	for (i = 0; i < rounds; i++) {
		const uint64_t at = now_ns();

		say(fd, command, flags, &ring, len);
		ns[i] = now_ns() - at;
	}
	/* What was posted counts when it has been heard. */
	if (flags & VFU_NO_REPLY)
		say(fd, VFU_REGION_READ, 0, &ring.access, sizeof(ring.access));
	print(name, ns, rounds, now_ns() - begin);
}

struct page {
	_Atomic uint64_t bell, heard;
};

/** The other end of a shared page: looks at it always, or between naps of a millisecond. */
static void
observe(struct page *page, bool naps, unsigned int rounds)
{
	uint64_t seen = 0;

	while (seen != rounds) {
		const uint64_t bell = atomic_load_explicit(&page->bell, memory_order_acquire);

		if (bell != seen) {
			seen = bell;
			atomic_store_explicit(&page->heard, bell, memory_order_release);
		} else if (naps) {
			poll(NULL, 0, 1);
		}
	}
	_exit(0);
}

static void
shared(const char *name, bool naps, uint64_t *ns, unsigned int rounds)
{
	struct page *page = mmap(NULL, VFU_PAGE, PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	uint64_t begin;
	unsigned int i;
	pid_t child;

	if (page == MAP_FAILED)
		die("a shared page");
	child = fork();
	if (child < 0)
		die("fork");
	if (child == 0)
		observe(page, naps, rounds);
	begin = now_ns();
	for (i = 0; i < rounds; i++) {
		const uint64_t at = now_ns();

		atomic_store_explicit(&page->bell, i + 1, memory_order_release);
		while (atomic_load_explicit(&page->heard, memory_order_acquire) != i + 1)
			if (naps)
				poll(NULL, 0, 0);
		ns[i] = now_ns() - at;
	}
	print(name, ns, rounds, now_ns() - begin);
	waitpid(child, NULL, 0);
	munmap(page, VFU_PAGE);
}

int
main(int argc, char **argv)
{
	const unsigned int rounds = argc > 2 ? (unsigned int)strtoul(argv[2], NULL, 0) : 20000;
	uint64_t *ns = calloc(rounds > NAPS ? rounds : NAPS, sizeof(*ns));
	char path[64], device[96];
	pid_t server;
	int fd;

	if (argc < 2 || rounds < 100 || ns == NULL) {
		fprintf(stderr, "usage: doorbell_cost PATH-OF-TINYNF-DEVICE [ROUNDS, 100 or more]\n");
		return 2;
	}
	snprintf(path, sizeof(path), "/tmp/doorbell_cost.%d.sock", (int)getpid());
	snprintf(device, sizeof(device), "socket=%s,wire=none", path);
	server = fork();
	if (server < 0)
		die("fork");
	if (server == 0) {
		execl(argv[1], argv[1], "--device", device, (char *)NULL);
		die(argv[1]);
	}
	fd = connect_to(path);
	messages(fd, "read, a message and its reply", VFU_REGION_READ, 0, ns, rounds);
	messages(fd, "write, a message and its reply", VFU_REGION_WRITE, 0, ns, rounds);
	messages(fd, "write, a message without reply", VFU_REGION_WRITE, VFU_NO_REPLY, ns, rounds);
	shared("shared page, the device looks all the time", false, ns, rounds);
	shared("shared page, the device looks each ms", true, ns, NAPS);
	close(fd);
	kill(server, SIGTERM);
	waitpid(server, NULL, 0);
	unlink(path);
	free(ns);
	return 0;
}
