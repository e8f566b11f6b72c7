/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#include "model_decode.h"
#include "model_mmio.h"

#define PAGE  4096u

#define FLAG_CARRY     0x001
#define FLAG_PARITY    0x004
#define FLAG_ADJUST    0x010
#define FLAG_ZERO      0x040
#define FLAG_SIGN      0x080
#define FLAG_OVERFLOW  0x800
#define FLAGS (FLAG_CARRY | FLAG_PARITY | FLAG_ADJUST | FLAG_ZERO | FLAG_SIGN | FLAG_OVERFLOW)

struct model_mmio {
	struct model_mmio_ops ops;
	void *ctx;
	size_t size;
	uint8_t *file, *window;
	atomic_ullong traps;
};

/* Read by handlers of any thread: entries are set and cleared as a whole. */
static _Atomic(struct model_mmio *) windows[MODEL_MMIO_WINDOWS];
static pthread_mutex_t install_lock = PTHREAD_MUTEX_INITIALIZER;
static struct sigaction previous;
static bool installed;

static struct model_mmio *
window_at(const uint8_t *addr)
{
	unsigned int i;

	for (i = 0; i < MODEL_MMIO_WINDOWS; i++) {
		struct model_mmio *m = atomic_load_explicit(&windows[i], memory_order_acquire);

		if (m != NULL && addr >= m->window && addr < m->window + m->size)
			return m;
	}
	return NULL;
}

static greg_t *
greg(mcontext_t *mc, unsigned int reg)
{
	static const int order[] = {
		REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI, REG_RDI,
		REG_R8, REG_R9, REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15,
	};

	return &mc->gregs[order[reg]];
}

static uint64_t
mask(unsigned int size)
{
	return size == 8 ? UINT64_MAX : (UINT64_C(1) << (8 * size)) - 1;
}

static uint64_t
operand(mcontext_t *mc, const struct model_instruction *in)
{
	if (in->operand == MODEL_OPERAND_IMMEDIATE)
		return (uint64_t)in->immediate & mask(in->size);
	if (in->high_byte)
		return ((uint64_t)*greg(mc, in->reg - 4) >> 8) & 0xFF;
	return (uint64_t)*greg(mc, in->reg) & mask(in->size);
}

/* A 32-bit result clears the upper half of the register, shorter ones leave the rest alone. */
static void
set_register(mcontext_t *mc, const struct model_instruction *in, uint64_t value)
{
	greg_t *r = greg(mc, in->high_byte ? in->reg - 4 : in->reg);

	if (in->action == MODEL_LOAD_SIGN && (value >> (8 * in->size - 1)) & 1)
		value |= ~mask(in->size);
	if (in->high_byte)
		*r = (greg_t)(((uint64_t)*r & ~UINT64_C(0xFF00)) | ((value & 0xFF) << 8));
	else if (in->extended >= 4)
		*r = (greg_t)(value & mask(in->extended));
	else
		*r = (greg_t)(((uint64_t)*r & ~mask(in->extended)) | (value & mask(in->extended)));
}

static void
set_flags(mcontext_t *mc, const struct model_instruction *in, uint64_t memory, uint64_t other)
{
	const bool minus = in->action == MODEL_COMPARE;
	const uint64_t result = (minus ? memory - other : memory & other) & mask(in->size);
	const uint64_t sign = UINT64_C(1) << (8 * in->size - 1);
	uint64_t flags = 0;

	if (minus && memory < other)
		flags |= FLAG_CARRY;
	if (minus && ((memory ^ other) & (memory ^ result) & sign) != 0)
		flags |= FLAG_OVERFLOW;
	if (minus && ((memory ^ other ^ result) & 0x10) != 0)
		flags |= FLAG_ADJUST;
	if (result == 0)
		flags |= FLAG_ZERO;
	if (result & sign)
		flags |= FLAG_SIGN;
	if (__builtin_parityll(result & 0xFF) == 0)
		flags |= FLAG_PARITY;
	mc->gregs[REG_EFL] = (greg_t)(((uint64_t)mc->gregs[REG_EFL] & ~(uint64_t)FLAGS) | flags);
}

static void __attribute__((noreturn))
give_up(const uint8_t *code, const uint8_t *addr, const struct model_mmio *m)
{
	char text[256];
	unsigned int i;
	int n;

	n = snprintf(text, sizeof(text), "model bus: register 0x%05tx is accessed by an instruction "
			"at %p that is not known:", addr - m->window, (const void *)code);
	for (i = 0; i < MODEL_DECODE_MAX && n < (int)sizeof(text) - 4; i++)
		n += snprintf(text + n, sizeof(text) - (size_t)n, " %02x", code[i]);
	text[n++] = '\n';
	/* Not stdio: the thread may hold its locks. Unheard or not, this is the end. */
	while (write(STDERR_FILENO, text, (size_t)n) < 0 && errno == EINTR)
		;
	abort();
}

static void
pass_on(int sig, siginfo_t *info, void *uc)
{
	if (previous.sa_flags & SA_SIGINFO) {
		previous.sa_sigaction(sig, info, uc);
	} else if (previous.sa_handler != SIG_DFL && previous.sa_handler != SIG_IGN) {
		previous.sa_handler(sig);
	} else {
		/* The instruction faults again, and then as if nobody had listened. */
		signal(sig, SIG_DFL);
	}
}

static void
handle(int sig, siginfo_t *info, void *uc)
{
	mcontext_t *mc = &((ucontext_t *)uc)->uc_mcontext;
	const uint8_t *code = (const uint8_t *)mc->gregs[REG_RIP];
	const uint8_t *addr = info->si_addr;
	struct model_instruction in;
	const int saved = errno;
	struct model_mmio *m = window_at(addr);
	uint32_t offset;
	uint64_t value;

	if (m == NULL) {
		pass_on(sig, info, uc);
		return;
	}
	if (!model_decode(code, &in))
		give_up(code, addr, m);
	atomic_fetch_add_explicit(&m->traps, 1, memory_order_relaxed);
	offset = (uint32_t)(addr - m->window);
	if (in.action == MODEL_STORE) {
		m->ops.write(m->ctx, offset, in.size, operand(mc, &in));
	} else {
		value = m->ops.read(m->ctx, offset, in.size) & mask(in.size);
		if (in.action == MODEL_LOAD || in.action == MODEL_LOAD_SIGN)
			set_register(mc, &in, value);
		else
			set_flags(mc, &in, value, operand(mc, &in));
	}
	mc->gregs[REG_RIP] += in.length;
	errno = saved;
}

static int
install(struct model_mmio *m)
{
	struct sigaction action = { .sa_sigaction = handle, .sa_flags = SA_SIGINFO };
	int ret = -ENOSPC;
	unsigned int i;

	sigemptyset(&action.sa_mask);
	pthread_mutex_lock(&install_lock);
	if (!installed && sigaction(SIGSEGV, &action, &previous) != 0) {
		ret = -errno;
		goto out;
	}
	installed = true;
	for (i = 0; i < MODEL_MMIO_WINDOWS; i++) {
		if (atomic_load(&windows[i]) == NULL) {
			atomic_store_explicit(&windows[i], m, memory_order_release);
			ret = 0;
			break;
		}
	}
out:
	pthread_mutex_unlock(&install_lock);
	return ret;
}

struct model_mmio *
model_mmio_create(size_t size, const struct model_mmio_ops *ops, void *ctx)
{
	struct model_mmio *m;
	int fd, ret;

	m = calloc(1, sizeof(*m));
	if (m == NULL)
		return NULL;
	m->ops = *ops;
	m->ctx = ctx;
	m->size = size;
	fd = memfd_create("model-bus", MFD_CLOEXEC);
	if (fd < 0) {
		ret = -errno;
		goto fail_fd;
	}
	if (ftruncate(fd, (off_t)size) != 0) {
		ret = -errno;
		goto fail_file;
	}
	m->file = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (m->file == MAP_FAILED) {
		ret = -errno;
		goto fail_file;
	}
	m->window = mmap(NULL, size, PROT_NONE, MAP_SHARED, fd, 0);
	if (m->window == MAP_FAILED) {
		ret = -errno;
		goto fail_window;
	}
	ret = install(m);
	if (ret != 0)
		goto fail_install;
	close(fd);
	return m;

fail_install:
	munmap(m->window, size);
fail_window:
	munmap(m->file, size);
fail_file:
	close(fd);
fail_fd:
	free(m);
	errno = -ret;
	return NULL;
}

void
model_mmio_destroy(struct model_mmio *m)
{
	unsigned int i;

	for (i = 0; i < MODEL_MMIO_WINDOWS; i++)
		if (atomic_load(&windows[i]) == m)
			atomic_store(&windows[i], NULL);
	munmap(m->window, m->size);
	munmap(m->file, m->size);
	free(m);
}

void *
model_mmio_file(const struct model_mmio *m)
{
	return m->file;
}

void *
model_mmio_window(const struct model_mmio *m)
{
	return m->window;
}

int
model_mmio_open_page(struct model_mmio *m, uint32_t offset, bool open)
{
	if (mprotect(m->window + (offset & ~(PAGE - 1)), PAGE,
			open ? PROT_READ | PROT_WRITE : PROT_NONE) != 0)
		return -errno;
	return 0;
}

uint64_t
model_mmio_traps(const struct model_mmio *m)
{
	return atomic_load_explicit(&m->traps, memory_order_relaxed);
}
