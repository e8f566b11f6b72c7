/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* Just enough JSON to read the capabilities that a client sends. */

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "device.h"

#define JSON_DEPTH  16
#define JSON_KEY    32

struct json {
	const char *at, *end;
	unsigned int depth;
	char path[JSON_DEPTH][JSON_KEY];  /* keys that lead to the value */
	struct version_capabilities *caps;
};

static int value(struct json *j);

static void
space(struct json *j)
{
	while (j->at < j->end && strchr(" \t\r\n", *j->at) != NULL && *j->at != '\0')
		j->at++;
}

static bool
take(struct json *j, char c)
{
	space(j);
	if (j->at == j->end || *j->at != c)
		return false;
	j->at++;
	return true;
}

/* Keys that matter have no escapes, so an escape is merely skipped. */
static int
string(struct json *j, char *to, size_t room)
{
	size_t n = 0;

	if (!take(j, '"'))
		return -EINVAL;
	while (j->at < j->end && *j->at != '"') {
		if ((unsigned char)*j->at < 0x20)
			return -EINVAL;
		if (*j->at == '\\' && ++j->at == j->end)
			return -EINVAL;
		if (to != NULL && n + 1 < room)
			to[n++] = *j->at;
		j->at++;
	}
	if (to != NULL)
		to[n] = '\0';
	return take(j, '"') ? 0 : -EINVAL;
}

static bool
is_capability(const struct json *j, const char *name)
{
	return j->depth == 2 && strcmp(j->path[0], "capabilities") == 0 &&
		strcmp(j->path[1], name) == 0;
}

static int
number(struct json *j)
{
	uint64_t n = 0;
	const char *start;
	bool whole = true;

	if (j->at < j->end && *j->at == '-') {
		j->at++;
		whole = false;
	}
	start = j->at;
	for (; j->at < j->end && strchr("0123456789.eE+-", *j->at) != NULL && *j->at != '\0';
			j->at++) {
		if (!isdigit((unsigned char)*j->at))
			whole = false;
		else if (n < UINT64_MAX / 16)
			n = n * 10 + (uint64_t)(*j->at - '0');
	}
	if (j->at == start)
		return -EINVAL;
	if (is_capability(j, "max_data_xfer_size")) {
		if (!whole || n == 0)
			return -EINVAL;
		j->caps->max_transfer = n;
	} else if (is_capability(j, "max_msg_fds") && !whole) {
		return -EINVAL;
	}
	return 0;
}

static int
word(struct json *j, const char *text, bool truth)
{
	const size_t n = strlen(text);

	if ((size_t)(j->end - j->at) < n || memcmp(j->at, text, n) != 0)
		return -EINVAL;
	j->at += n;
	if (j->depth == 3 && strcmp(j->path[0], "capabilities") == 0 &&
			strcmp(j->path[1], "twin_socket") == 0 &&
			strcmp(j->path[2], "supported") == 0)
		j->caps->twin_socket = truth;
	return 0;
}

static int
object(struct json *j)
{
	if (j->depth == JSON_DEPTH || !take(j, '{'))
		return -EINVAL;
	if (take(j, '}'))
		return 0;
	do {
		if (string(j, j->path[j->depth], JSON_KEY) != 0 || !take(j, ':'))
			return -EINVAL;
		j->depth++;
		if (value(j) != 0)
			return -EINVAL;
		j->depth--;
	} while (take(j, ','));
	return take(j, '}') ? 0 : -EINVAL;
}

static int
array(struct json *j)
{
	if (j->depth == JSON_DEPTH || !take(j, '['))
		return -EINVAL;
	if (take(j, ']'))
		return 0;
	j->path[j->depth][0] = '\0';
	j->depth++;
	do {
		if (value(j) != 0)
			return -EINVAL;
	} while (take(j, ','));
	j->depth--;
	return take(j, ']') ? 0 : -EINVAL;
}

static int
value(struct json *j)
{
	space(j);
	if (j->at == j->end)
		return -EINVAL;
	/* These have to be objects. */
	if (*j->at != '{' && ((j->depth == 1 && strcmp(j->path[0], "capabilities") == 0) ||
			is_capability(j, "twin_socket")))
		return -EINVAL;
	switch (*j->at) {
	case '{':
		return object(j);
	case '[':
		return array(j);
	case '"':
		return string(j, NULL, 0);
	case 't':
		return word(j, "true", true);
	case 'f':
		return word(j, "false", false);
	case 'n':
		return word(j, "null", false);
	default:
		return number(j);
	}
}

int
version_parse(const char *text, size_t size, struct version_capabilities *caps)
{
	struct json j = { .at = text, .end = text + size, .caps = caps };

	caps->max_transfer = 1024 * 1024;
	caps->twin_socket = false;
	if (size == 0)
		return 0;
	if (text[size - 1] != '\0' || memchr(text, '\0', size) != text + size - 1)
		return -EINVAL;
	j.end--;
	space(&j);
	if (j.at == j.end || *j.at != '{' || object(&j) != 0)
		return -EINVAL;
	space(&j);
	return j.at == j.end ? 0 : -EINVAL;
}
