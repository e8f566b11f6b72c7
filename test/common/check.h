/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * Named test cases with one result line each: see test/README.rst for the protocol.
 * One translation unit of a test program includes this header; no library is needed.
 */

#ifndef TINYNF_TEST_CHECK_H
#define TINYNF_TEST_CHECK_H

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum check_state { CHECK_STATE_PASS, CHECK_STATE_FAIL, CHECK_STATE_SKIP };

static struct {
	int argc;
	char **argv;
	bool list;
	unsigned int run;
	unsigned int failed;
	void (*after)(void);  /* each case: clear up what a failed one left */
	enum check_state state;
	char why[1024];
} check_ctx;

/** Record the outcome of the running case; the first failure stays. */
static void __attribute__((unused, format(printf, 2, 3)))
check_note(enum check_state state, const char *format, ...)
{
	__builtin_va_list args;
	char *c;

	if (check_ctx.state == CHECK_STATE_FAIL)
		return;
	check_ctx.state = state;
	__builtin_va_start(args, format);
	vsnprintf(check_ctx.why, sizeof(check_ctx.why), format, args);
	__builtin_va_end(args);
	for (c = check_ctx.why; *c != '\0'; c++)
		if (*c == '\n' || *c == '\r')
			*c = ' ';
}

/** True in the short form of a run (scripts/run-tests --quick). */
static inline bool __attribute__((unused))
check_quick(void)
{
	return getenv("TINYNF_QUICK") != NULL;
}

/** Take `--list` or parts of the names of the cases to run. An EAL program strips its own arguments first. */
static inline void
check_init(int argc, char **argv)
{
	check_ctx.argc = argc;
	check_ctx.argv = argv;
	check_ctx.list = argc > 1 && strcmp(argv[1], "--list") == 0;
	setvbuf(stdout, NULL, _IOLBF, 0);
}

static inline bool
check_wanted(const char *name)
{
	int i;

	for (i = 1; i < check_ctx.argc; i++)
		if (strstr(name, check_ctx.argv[i]) != NULL)
			return true;
	return check_ctx.argc < 2;
}

/** Run one case, a function with an argument: for loops over parameters. */
static inline void __attribute__((unused))
check_run(const char *name, void (*fn)(const void *), const void *arg)
{
	if (check_ctx.list) {
		printf("%s\n", name);
		check_ctx.run++;
		return;
	}
	if (!check_wanted(name))
		return;
	check_ctx.state = CHECK_STATE_PASS;
	check_ctx.why[0] = '\0';
	fn(arg);
	if (check_ctx.after != NULL)
		check_ctx.after();
	check_ctx.run++;
	switch (check_ctx.state) {
	case CHECK_STATE_PASS:
		printf("PASS %s\n", name);
		break;
	case CHECK_STATE_FAIL:
		check_ctx.failed++;
		printf("FAIL %s: %s\n", name, check_ctx.why);
		break;
	case CHECK_STATE_SKIP:
		printf("SKIP %s: %s\n", name, check_ctx.why);
		break;
	}
	fflush(stdout);
}

/** The exit status: failed cases and an empty run are failures. */
static inline int
check_done(void)
{
	if (check_ctx.run == 0)
		fprintf(stderr, "no case ran\n");
	return check_ctx.failed != 0 || check_ctx.run == 0;
}

/** Run a case for each row, its argument, of a list of structures with a name. */
#define CHECK_RUN_EACH(prefix, fn, rows) do { \
	char check_name_[128]; \
	size_t check_row_; \
	for (check_row_ = 0; check_row_ < sizeof(rows) / sizeof((rows)[0]); check_row_++) { \
		snprintf(check_name_, sizeof(check_name_), "%s%s", prefix, (rows)[check_row_].name); \
		check_run(check_name_, fn, &(rows)[check_row_]); \
	} \
} while (0)

#define CHECK_CASE(fn) static void fn(const void *arg __attribute__((unused)))
#define CHECK_RUN(fn) check_run(#fn, fn, NULL)

#define CHECK_FAIL(...) do { \
	char check_msg_[768]; \
	snprintf(check_msg_, sizeof(check_msg_), __VA_ARGS__); \
	check_note(CHECK_STATE_FAIL, "%s:%d: %s", __FILE__, __LINE__, check_msg_); \
	return; \
} while (0)

#define CHECK_SKIP(...) do { \
	check_note(CHECK_STATE_SKIP, __VA_ARGS__); \
	return; \
} while (0)

/* In helper functions with a result. */
#define CHECK_RET(cond, value) do { \
	if (!(cond)) { \
		check_note(CHECK_STATE_FAIL, "%s:%d: %s", __FILE__, __LINE__, #cond); \
		return (value); \
	} \
} while (0)

#define CHECK(cond) do { \
	if (!(cond)) { \
		check_note(CHECK_STATE_FAIL, "%s:%d: %s", __FILE__, __LINE__, #cond); \
		return; \
	} \
} while (0)

/* Integers and pointers; both values are shown. */
#define CHECK_EQ(a, b) do { \
	const uint64_t check_a_ = (uint64_t)(a); \
	const uint64_t check_b_ = (uint64_t)(b); \
	if (check_a_ != check_b_) { \
		check_note(CHECK_STATE_FAIL, \
			"%s:%d: %s is %" PRIu64 " (0x%" PRIx64 "), %s is %" PRIu64 " (0x%" PRIx64 ")", \
			__FILE__, __LINE__, #a, check_a_, check_a_, #b, check_b_, check_b_); \
		return; \
	} \
} while (0)

#define CHECK_STR(a, b) do { \
	const char *check_a_ = (a); \
	const char *check_b_ = (b); \
	if (strcmp(check_a_, check_b_) != 0) { \
		check_note(CHECK_STATE_FAIL, "%s:%d: %s is \"%s\", not \"%s\"", \
			__FILE__, __LINE__, #a, check_a_, check_b_); \
		return; \
	} \
} while (0)

#define CHECK_MEM(a, b, len) do { \
	const uint8_t *check_a_ = (const uint8_t *)(a); \
	const uint8_t *check_b_ = (const uint8_t *)(b); \
	size_t check_i_; \
	for (check_i_ = 0; check_i_ < (size_t)(len); check_i_++) { \
		if (check_a_[check_i_] != check_b_[check_i_]) { \
			check_note(CHECK_STATE_FAIL, \
				"%s:%d: %s and %s differ at byte %zu: 0x%02x, 0x%02x", __FILE__, \
				__LINE__, #a, #b, check_i_, check_a_[check_i_], check_b_[check_i_]); \
			return; \
		} \
	} \
} while (0)

#endif /* TINYNF_TEST_CHECK_H */
