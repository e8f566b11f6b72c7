/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * Each form of access by which compilers reach registers, done to a trapping window and to
 * ordinary memory: both must leave the same registers, flags and memory behind.
 */

#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "model_decode.h"
#include "model_mmio.h"

#define PATTERN  0x8182838485868788ull
#define BEFORE   0xF1F2F3F4F5F6F7F8ull
#define FLAGS    0x8D5u

struct regs {
	uint64_t a, d, flags;
};

static uint64_t plain[512];
static struct model_mmio *mmio;
static unsigned int reads, writes;

static uint64_t
on_read(void *ctx, uint32_t offset, unsigned int size)
{
	uint64_t value = 0;

	(void)ctx;
	__atomic_fetch_add(&reads, 1, __ATOMIC_RELAXED);
	memcpy(&value, (uint8_t *)model_mmio_file(mmio) + offset, size);
	return value;
}

static void
on_write(void *ctx, uint32_t offset, unsigned int size, uint64_t value)
{
	(void)ctx;
	__atomic_fetch_add(&writes, 1, __ATOMIC_RELAXED);
	memcpy((uint8_t *)model_mmio_file(mmio) + offset, &value, size);
}

static const struct model_mmio_ops ops = { .read = on_read, .write = on_write };

/* rbx: base, rsi: index; the result is in rax and rdx. */
#define FORM(name, text) \
	static void \
	name(struct regs *r, void *base) \
	{ \
		__asm__ volatile("leaq -128(%%rsp), %%rsp\n\t" text \
				"\n\tpushfq\n\tpopq %2\n\tleaq 128(%%rsp), %%rsp" \
				: "+a" (r->a), "+d" (r->d), "=r" (r->flags) \
				: "b" (base), "S" (1ul) : "memory", "cc", "r8", "r13"); \
	}

FORM(load32, "movl 8(%%rbx), %%eax")
FORM(load32_sib, "movl 4(%%rbx,%%rsi,4), %%edx")
FORM(load32_far, "movl 0x100(%%rbx), %%eax")
FORM(load64, "movq 8(%%rbx), %%rax")
FORM(load16, "movw 8(%%rbx), %%ax")
FORM(load8, "movb 9(%%rbx), %%al")
FORM(load8_high, "movb 9(%%rbx), %%ah")
FORM(load_r8, "movl 8(%%rbx), %%r8d\n\tmovq %%r8, %%rax")
FORM(load_r13_base, "movq %%rbx, %%r13\n\tmovl (%%r13), %%eax")
FORM(zero8, "movzbl 9(%%rbx), %%eax")
FORM(zero16, "movzwl 10(%%rbx), %%eax")
FORM(sign8, "movsbl 9(%%rbx), %%eax")
FORM(sign16, "movswq 10(%%rbx), %%rax")
FORM(sign32, "movslq 8(%%rbx), %%rax")
FORM(store32, "movl %%eax, 8(%%rbx)")
FORM(store64, "movq %%rdx, 16(%%rbx)")
FORM(store16, "movw %%ax, 10(%%rbx)")
FORM(store8, "movb %%al, 11(%%rbx)")
FORM(store8_high, "movb %%ah, 11(%%rbx)")
FORM(store_r8, "movq %%rax, %%r8\n\tmovl %%r8d, 24(%%rbx)")
FORM(store_imm32, "movl $0x12345678, 8(%%rbx)")
FORM(store_imm64, "movq $-2, 8(%%rbx)")
FORM(store_imm16, "movw $0x1234, 8(%%rbx)")
FORM(store_imm8, "movb $0x12, 8(%%rbx)")
FORM(store_nt, "movntil %%eax, 8(%%rbx)")
FORM(test_imm, "testl $0x80000000, 8(%%rbx)")
FORM(test_imm8, "testb $0x77, 8(%%rbx)")
FORM(test_reg, "testl %%eax, 8(%%rbx)")
FORM(cmp_imm, "cmpl $0x7fffffff, 8(%%rbx)")
FORM(cmp_imm8, "cmpl $-1, 8(%%rbx)")
FORM(cmp_byte, "cmpb $0x7f, 8(%%rbx)")
FORM(cmp_reg, "cmpq %%rax, 8(%%rbx)")

static const struct {
	const char *name;
	void (*run)(struct regs *r, void *base);
} forms[] = {
#define F(name) { #name, name }
	F(load32), F(load32_sib), F(load32_far), F(load64), F(load16), F(load8), F(load8_high),
	F(load_r8), F(load_r13_base), F(zero8), F(zero16), F(sign8), F(sign16), F(sign32),
	F(store32), F(store64), F(store16), F(store8), F(store8_high), F(store_r8),
	F(store_imm32), F(store_imm64), F(store_imm16), F(store_imm8), F(store_nt),
	F(test_imm), F(test_imm8), F(test_reg), F(cmp_imm), F(cmp_imm8), F(cmp_byte), F(cmp_reg),
#undef F
};

static void
fill(void *memory)
{
	uint64_t *p = memory;
	unsigned int i;

	for (i = 0; i < 512; i++)
		p[i] = PATTERN * (i + 1);
}

static void
form_is_as_on_memory(const void *arg)
{
	const unsigned int i = *(const unsigned int *)arg;
	struct regs want = { BEFORE, ~BEFORE, 0 }, got = want;
	const uint64_t traps = model_mmio_traps(mmio);

	fill(plain);
	fill(model_mmio_file(mmio));
	forms[i].run(&want, plain);
	forms[i].run(&got, model_mmio_window(mmio));
	CHECK_EQ(model_mmio_traps(mmio), traps + 1);
	CHECK_EQ(got.a, want.a);
	CHECK_EQ(got.d, want.d);
	/* test leaves AF undefined. */
	CHECK_EQ(got.flags & FLAGS & ~0x10u, want.flags & FLAGS & ~0x10u);
	CHECK_MEM(model_mmio_file(mmio), plain, sizeof(plain));
}

/* Not every machine that runs the tests has the instruction: decode only. */
CHECK_CASE(movdiri_is_a_store)
{
	static const uint8_t code[][8] = {
		{ 0x0F, 0x38, 0xF9, 0x02 },              /* movdiri %eax, (%rdx) */
		{ 0x4C, 0x0F, 0x38, 0xF9, 0x6F, 0x10 },  /* movdiri %r13, 16(%rdi) */
	};
	struct model_instruction in;

	CHECK(model_decode(code[0], &in));
	CHECK_EQ(in.action, MODEL_STORE);
	CHECK_EQ(in.operand, MODEL_OPERAND_REGISTER);
	CHECK_EQ(in.size, 4);
	CHECK_EQ(in.reg, 0);
	CHECK_EQ(in.length, 4);
	CHECK(model_decode(code[1], &in));
	CHECK_EQ(in.size, 8);
	CHECK_EQ(in.reg, 13);
	CHECK_EQ(in.length, 6);
}

CHECK_CASE(open_pages_do_not_trap)
{
	volatile uint32_t *window = model_mmio_window(mmio);
	const uint64_t traps = model_mmio_traps(mmio);
	uint32_t *file = model_mmio_file(mmio);

	CHECK_EQ(model_mmio_open_page(mmio, 4096 + 24, true), 0);
	window[1024 + 6] = 77;
	CHECK_EQ(file[1024 + 6], 77);
	CHECK_EQ(model_mmio_traps(mmio), traps);
	CHECK_EQ(model_mmio_open_page(mmio, 4096, false), 0);
	CHECK_EQ(window[1024 + 6], 77);
	CHECK_EQ(model_mmio_traps(mmio), traps + 1);
}

static void *
hammer(void *arg)
{
	volatile uint32_t *cell = (volatile uint32_t *)model_mmio_window(mmio) + (uintptr_t)arg;
	uint32_t i;

	for (i = 0; i < 20000; i++) {
		*cell = i;
		if (*cell != i)
			return "read another value than it wrote";
	}
	return NULL;
}

CHECK_CASE(threads_do_not_disturb_each_other)
{
	pthread_t threads[4];
	void *why[4];
	uintptr_t i;

	reads = writes = 0;
	for (i = 0; i < 4; i++)
		CHECK_EQ(pthread_create(&threads[i], NULL, hammer, (void *)(16 * i)), 0);
	for (i = 0; i < 4; i++)
		pthread_join(threads[i], &why[i]);
	for (i = 0; i < 4; i++)
		if (why[i] != NULL)
			CHECK_FAIL("thread %u: %s", (unsigned int)i, (const char *)why[i]);
	CHECK_EQ(reads, 80000);
	CHECK_EQ(writes, 80000);
}

static int
child_dies_of(void (*run)(void))
{
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		fclose(stderr);
		run();
		_exit(0);
	}
	waitpid(pid, &status, 0);
	/* Sanitizers turn a fault into an exit. */
	return WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status) != 0 ? SIGSEGV : 0;
}

static void
unknown(void)
{
	__asm__ volatile("lock incl (%0)" : : "r" (model_mmio_window(mmio)) : "memory");
}

static void
elsewhere(void)
{
	__asm__ volatile("movl $1, 16" : : : "memory");
}

CHECK_CASE(unknown_instructions_abort)
{
	CHECK_EQ(child_dies_of(unknown), SIGABRT);
}

CHECK_CASE(other_faults_stay_faults)
{
	CHECK_EQ(child_dies_of(elsewhere), SIGSEGV);
}

int
main(int argc, char **argv)
{
	char name[64];
	unsigned int i;

	check_init(argc, argv);
	mmio = model_mmio_create(2 * 4096, &ops, NULL);
	if (mmio == NULL) {
		perror("window");
		return 1;
	}
	for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		snprintf(name, sizeof(name), "form %s", forms[i].name);
		check_run(name, form_is_as_on_memory, &i);
	}
	CHECK_RUN(movdiri_is_a_store);
	CHECK_RUN(open_pages_do_not_trap);
	CHECK_RUN(threads_do_not_disturb_each_other);
	CHECK_RUN(unknown_instructions_abort);
	CHECK_RUN(other_faults_stay_faults);
	model_mmio_destroy(mmio);
	return check_done();
}
