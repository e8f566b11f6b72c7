/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef TINYNF_FUZZ_GUARDED_MAP_H
#define TINYNF_FUZZ_GUARDED_MAP_H

/*
 * Mappings with forbidden pages on both sides, for targets that are linked with --wrap=mmap and
 * --wrap=munmap. The kernel puts mappings side by side: who reaches past the end of one would meet
 * another, and nothing would be seen.
 */

#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "fuzz.h"

/* As far as a driver's largest frame. */
#define GUARD_SIZE 0x10000u

void *__real_mmap(void *addr, size_t size, int prot, int flags, int fd, off_t offset);
int __real_munmap(void *addr, size_t size);
void *__wrap_mmap(void *addr, size_t size, int prot, int flags, int fd, off_t offset);
int __wrap_munmap(void *addr, size_t size);

static size_t
guard_whole_pages(size_t size)
{
	return (size + 0xfff) & ~(size_t)0xfff;
}

void *
__wrap_mmap(void *addr, size_t size, int prot, int flags, int fd, off_t offset)
{
	const size_t whole = guard_whole_pages(size) + 2 * GUARD_SIZE;
	struct stat file;
	uint8_t *room;
	void *map;

	if (fd >= 0) {
		/* Beyond the end there is only SIGBUS, which is for what is cut off later. */
		FUZZ_MUST(fstat(fd, &file) == 0);
		FUZZ_MUST(size <= (uint64_t)file.st_size &&
			(uint64_t)offset <= (uint64_t)file.st_size - size);
	}
	/* A fault's page goes where it is told. A size that overflows is the kernel's to refuse. */
	if (addr != NULL || size == 0 || whole < size)
		return __real_mmap(addr, size, prot, flags, fd, offset);
	room = __real_mmap(NULL, whole, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (room == MAP_FAILED)
		return MAP_FAILED;
	map = __real_mmap(room + GUARD_SIZE, size, prot, flags | MAP_FIXED, fd, offset);
	if (map == MAP_FAILED)
		__real_munmap(room, whole);
	return map;
}

int
__wrap_munmap(void *addr, size_t size)
{
	return __real_munmap((uint8_t *)addr - GUARD_SIZE,
		guard_whole_pages(size) + 2 * GUARD_SIZE);
}

#endif /* TINYNF_FUZZ_GUARDED_MAP_H */
