/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tinynf_vdev_args.h"

#define PREFIX          "net_tinynf"

/** One key=value while it is parsed. */
struct item {
	const char *device;
	const char *key;
	const char *value;
	char *error;
};

static int __attribute__((format(printf, 2, 3)))
refuse(const struct item *item, const char *format, ...)
{
	va_list ap;
	int n;

	n = snprintf(item->error, TINYNF_VDEV_ERROR_LEN, "%s: argument %s", item->device, item->key);
	if (n >= 0 && n < TINYNF_VDEV_ERROR_LEN) {
		va_start(ap, format);
		vsnprintf(item->error + n, (size_t)(TINYNF_VDEV_ERROR_LEN - n), format, ap);
		va_end(ap);
	}
	return -EINVAL;
}

static int
get_number(const struct item *item, uint64_t min, uint64_t max, uint64_t *number)
{
	const bool hex = item->value[0] == '0' && (item->value[1] | 0x20) == 'x';
	char *end;

	errno = 0;
	*number = strtoull(item->value, &end, hex ? 16 : 10);
	if (!isdigit((unsigned char)item->value[0]) || *end != '\0' || errno != 0 ||
			*number < min || *number > max)
		return refuse(item, "=%s: not a number from %llu to %llu", item->value,
			(unsigned long long)min, (unsigned long long)max);
	return 0;
}

static int
get_mac(const struct item *item, uint8_t mac[6])
{
	unsigned int byte[6], i;
	int end = 0;

	if (sscanf(item->value, "%2x:%2x:%2x:%2x:%2x:%2x%n", &byte[0], &byte[1], &byte[2], &byte[3],
			&byte[4], &byte[5], &end) != 6 || item->value[end] != '\0' || end != 17)
		return refuse(item, "=%s: not a MAC address like 02:00:00:00:00:01", item->value);
	for (i = 0; i < 6; i++)
		mac[i] = (uint8_t)byte[i];
	return 0;
}

static int
get_ip(const struct item *item, uint32_t *ip)
{
	unsigned int byte[4];
	int end = 0;

	if (sscanf(item->value, "%3u.%3u.%3u.%3u%n", &byte[0], &byte[1], &byte[2], &byte[3],
			&end) != 4 || item->value[end] != '\0' || byte[0] > 255 || byte[1] > 255 ||
			byte[2] > 255 || byte[3] > 255)
		return refuse(item, "=%s: not an IPv4 address like 198.18.0.1", item->value);
	*ip = byte[0] << 24 | byte[1] << 16 | byte[2] << 8 | byte[3];
	return 0;
}

/* Index of the value in a list; the message shows the list. */
static int
get_choice(const struct item *item, const char *const *choices, unsigned int n,
		unsigned int *choice)
{
	char list[128] = "";
	unsigned int i;

	for (i = 0; i < n; i++) {
		if (strcmp(item->value, choices[i]) == 0) {
			*choice = i;
			return 0;
		}
		snprintf(list + strlen(list), sizeof(list) - strlen(list), "%s%s",
			i == 0 ? "" : i + 1 == n ? " or " : ", ", choices[i]);
	}
	return refuse(item, "=%s: must be %s", item->value, list);
}

static int
get_flag(const struct item *item, bool *flag)
{
	static const char *const choices[] = { "0", "1" };
	unsigned int choice = 0;
	int ret = get_choice(item, choices, 2, &choice);

	if (ret == 0)
		*flag = choice;
	return ret;
}

static int
set_strict(struct tinynf_vdev_args *args, const struct item *item)
{
	return get_flag(item, &args->strict);
}

static int
set_mac(struct tinynf_vdev_args *args, const struct item *item)
{
	static const uint8_t zero[6];
	int ret = get_mac(item, args->mac);

	if (ret != 0)
		return ret;
	if ((args->mac[0] & 1) || memcmp(args->mac, zero, 6) == 0)
		return refuse(item, "=%s: must be a unicast address that is not zero", item->value);
	args->mac_given = true;
	return 0;
}

static int
set_dst_mac(struct tinynf_vdev_args *args, const struct item *item)
{
	args->dst_mac_given = true;
	return get_mac(item, args->gen.dst_mac);
}

static int
set_wire(struct tinynf_vdev_args *args, const struct item *item)
{
	if (item->value[0] == '\0' || item->value[0] == ',')
		return refuse(item, "(%s): names no vdev, like wire(net_tap0,iface=tap0)",
			item->value);
	if (strncmp(item->value, PREFIX, strlen(PREFIX)) == 0)
		return refuse(item, "(%s): two of our own are cabled with peer=, not wire()",
			item->value);
	if (strlen(item->value) >= sizeof(args->sub))
		return refuse(item, "(...): longer than %zu characters", sizeof(args->sub) - 1);
	strcpy(args->sub, item->value);
	args->wire = TINYNF_VDEV_WIRE_SUB;
	return 0;
}

static int
set_peer(struct tinynf_vdev_args *args, const struct item *item)
{
	if (strncmp(item->value, PREFIX, strlen(PREFIX)) != 0)
		return refuse(item, "=%s: must be another %sN", item->value, PREFIX);
	if (strcmp(item->value, item->device) == 0)
		return refuse(item, "=%s: a device can't be its own peer", item->value);
	if (strlen(item->value) >= sizeof(args->peer))
		return refuse(item, "=%s: longer than %zu characters", item->value,
			sizeof(args->peer) - 1);
	strcpy(args->peer, item->value);
	args->wire = TINYNF_VDEV_WIRE_PEER;
	return 0;
}

static int
set_size(struct tinynf_vdev_args *args, const struct item *item)
{
	char *end;
	unsigned long size;

	args->gen.size = TINYNF_GEN_IMIX;
	if (strcmp(item->value, "imix") == 0)
		return 0;
	size = strtoul(item->value, &end, 10);
	if (!isdigit((unsigned char)item->value[0]) || *end != '\0' ||
			size < TINYNF_GEN_MIN_SIZE || size > TINYNF_GEN_MAX_SIZE)
		return refuse(item, "=%s: must be imix or a number of bytes with FCS from %u to %u",
			item->value, TINYNF_GEN_MIN_SIZE, TINYNF_GEN_MAX_SIZE);
	args->gen.size = (uint32_t)size;
	return 0;
}

static int
set_flows(struct tinynf_vdev_args *args, const struct item *item)
{
	uint64_t n;
	int ret = get_number(item, 1, TINYNF_GEN_MAX_FLOWS, &n);

	if (ret == 0)
		args->gen.flows = (uint32_t)n;
	return ret;
}

static int
set_rate(struct tinynf_vdev_args *args, const struct item *item)
{
	return get_number(item, 0, 1000000000, &args->gen.rate);
}

static int
set_count(struct tinynf_vdev_args *args, const struct item *item)
{
	return get_number(item, 0, UINT64_MAX, &args->gen.count);
}

static int
set_proto(struct tinynf_vdev_args *args, const struct item *item)
{
	static const char *const choices[] = { "udp", "tcp" };
	unsigned int choice = 0;
	int ret = get_choice(item, choices, 2, &choice);

	args->gen.tcp = choice == 1;
	return ret;
}

static int
set_ip_src(struct tinynf_vdev_args *args, const struct item *item)
{
	args->gen.vary_ip_src = false;
	return get_ip(item, &args->gen.ip_src);
}

static int
set_ip_dst(struct tinynf_vdev_args *args, const struct item *item)
{
	return get_ip(item, &args->gen.ip_dst);
}

static int
set_port(const struct item *item, uint16_t *port)
{
	uint64_t n;
	int ret = get_number(item, 0, UINT16_MAX, &n);

	if (ret == 0)
		*port = (uint16_t)n;
	return ret;
}

static int
set_sport(struct tinynf_vdev_args *args, const struct item *item)
{
	return set_port(item, &args->gen.sport);
}

static int
set_dport(struct tinynf_vdev_args *args, const struct item *item)
{
	return set_port(item, &args->gen.dport);
}

static int
set_vlan(struct tinynf_vdev_args *args, const struct item *item)
{
	uint64_t n;
	int ret = get_number(item, 0, 4095, &n);

	if (ret == 0) {
		args->gen.vlan = (uint16_t)n;
		args->gen.tagged = true;
	}
	return ret;
}

static int
set_check_vlan(struct tinynf_vdev_args *args, const struct item *item)
{
	return get_flag(item, &args->gen.tags_matter);
}

static int
set_sfp(struct tinynf_vdev_args *args, const struct item *item)
{
	static const char *const choices[] = { "sr", "da", "other", "none" };
	static const enum tinynf_model_sfp kinds[] = {
		TINYNF_SFP_SR, TINYNF_SFP_DA, TINYNF_SFP_SR, TINYNF_SFP_NONE };
	unsigned int choice = 0;
	int ret = get_choice(item, choices, 4, &choice);

	args->sfp = kinds[choice];
	args->sfp_third_party = choice == 2;
	return ret;
}

static int
set_cpu(struct tinynf_vdev_args *args, const struct item *item)
{
	uint64_t n;
	int ret = get_number(item, 0, 1023, &n);

	if (ret == 0)
		args->cpu = (int)n;
	return ret;
}

static int
set_flush(struct tinynf_vdev_args *args, const struct item *item)
{
	uint64_t n;
	int ret = get_number(item, 1, 32, &n);

	if (ret == 0)
		args->flush = (uint32_t)n;
	return ret;
}

static int
set_report(struct tinynf_vdev_args *args, const struct item *item)
{
	if (item->value[0] == '\0' || strlen(item->value) >= sizeof(args->report) - 8)
		return refuse(item, "=%s: not a file name", item->value);
	strcpy(args->report, item->value);
	return 0;
}

static const struct key {
	const char *name;
	int (*set)(struct tinynf_vdev_args *args, const struct item *item);
	bool gen;      /* Makes sense with a generator only. */
} keys[] = {
	{ "strict", set_strict, false },
	{ "mac", set_mac, false },
	{ "wire", set_wire, false },
	{ "peer", set_peer, false },
	{ "size", set_size, true },
	{ "flows", set_flows, true },
	{ "rate", set_rate, true },
	{ "count", set_count, true },
	{ "proto", set_proto, true },
	{ "dst_mac", set_dst_mac, true },
	{ "ip_src", set_ip_src, true },
	{ "ip_dst", set_ip_dst, true },
	{ "sport", set_sport, true },
	{ "dport", set_dport, true },
	{ "vlan", set_vlan, true },
	{ "check_vlan", set_check_vlan, true },
	{ "sfp", set_sfp, false },
	{ "cpu", set_cpu, false },
	{ "flush", set_flush, false },
	{ "report", set_report, false },
};

#define N_KEYS (sizeof(keys) / sizeof(keys[0]))

/** What a parse has seen. */
struct parse {
	uint32_t seen;             /* bit n: keys[n] */
	const char *gen_key;
};

static int
unknown_key(const struct item *item)
{
	char list[256] = "";
	size_t i;

	for (i = 0; i < N_KEYS; i++)
		snprintf(list + strlen(list), sizeof(list) - strlen(list), "%s%s",
			i == 0 ? "" : " ", keys[i].name);
	return refuse(item, ": unknown; known are %s", list);
}

static int
set_item(struct tinynf_vdev_args *args, struct parse *parse, const struct item *item, bool nested)
{
	size_t i;

	for (i = 0; i < N_KEYS; i++)
		if (strcmp(item->key, keys[i].name) == 0)
			break;
	if (i == N_KEYS)
		return unknown_key(item);
	if (parse->seen & (1u << i))
		return refuse(item, ": given twice");
	if (item->value == NULL)
		return refuse(item, ": needs a value");
	if (nested != (keys[i].set == set_wire))
		return nested ? refuse(item, "(...): must be written %s=<value>", item->key) :
			refuse(item, "=...: must be written wire(<vdev>,<its arguments>)");
	if (keys[i].gen)
		parse->gen_key = keys[i].name;
	parse->seen |= 1u << i;
	return keys[i].set(args, item);
}

/* Cut one item off the text: its end, or NULL if parentheses don't match. */
static char *
item_end(char *text)
{
	unsigned int depth = 0;

	for (; *text != '\0'; text++) {
		if (*text == '(')
			depth++;
		else if (*text == ')' && depth-- == 0)
			return NULL;
		else if (*text == ',' && depth == 0)
			break;
	}
	return depth == 0 ? text : NULL;
}

/* Split "key=value" or "key(value)" in place. */
static bool
split(char *text, struct item *item)
{
	const size_t len = strlen(text);
	char *at = strpbrk(text, "=(");

	item->key = text;
	item->value = NULL;
	if (at == NULL)
		return false;
	item->value = at + 1;
	if (*at == '(' && text[len - 1] == ')') {
		text[len - 1] = '\0';
		*at = '\0';
		return true;
	}
	*at = '\0';
	return false;
}

static int
parse_items(struct tinynf_vdev_args *args, struct item *item, struct parse *parse, char *text)
{
	while (*text != '\0') {
		char *end = item_end(text);
		bool more, nested;
		int ret;

		if (end == NULL) {
			item->key = text;
			return refuse(item, ": parentheses don't match");
		}
		more = *end == ',';
		*end = '\0';
		if (end != text) {
			nested = split(text, item);
			ret = set_item(args, parse, item, nested);
			if (ret != 0)
				return ret;
		}
		text = more ? end + 1 : end;
	}
	return 0;
}

unsigned int
tinynf_vdev_number(const char *name)
{
	const size_t n = strlen(PREFIX);

	if (strncmp(name, PREFIX, n) != 0)
		return 0;
	return (unsigned int)strtoul(name + n, NULL, 10);
}

static void
set_defaults(struct tinynf_vdev_args *args, unsigned int number)
{
	memset(args, 0, sizeof(*args));
	args->strict = true;
	args->cpu = -1;
	args->flush = 8;
	args->sfp = TINYNF_SFP_SR;
	tinynf_gen_defaults(&args->gen, number);
}

static int
check_together(struct tinynf_vdev_args *args, const struct item *item, const struct parse *parse)
{
	if (args->sub[0] != '\0' && args->peer[0] != '\0') {
		snprintf(item->error, TINYNF_VDEV_ERROR_LEN,
			"%s: arguments wire and peer exclude each other", item->device);
		return -EINVAL;
	}
	if (args->wire != TINYNF_VDEV_WIRE_GEN && parse->gen_key != NULL) {
		snprintf(item->error, TINYNF_VDEV_ERROR_LEN,
			"%s: argument %s is for the generator, which %s replaces", item->device,
			parse->gen_key, args->sub[0] != '\0' ? "wire" : "peer");
		return -EINVAL;
	}
	args->gen_chosen = parse->gen_key != NULL;
	return 0;
}

int
tinynf_vdev_args_parse(struct tinynf_vdev_args *args, const char *name, const char *text,
		char error[TINYNF_VDEV_ERROR_LEN])
{
	struct item item = { .device = name, .error = error };
	struct parse parse = { 0 };
	char *copy;
	int ret;

	set_defaults(args, tinynf_vdev_number(name));
	error[0] = '\0';
	copy = strdup(text != NULL ? text : "");
	if (copy == NULL) {
		snprintf(error, TINYNF_VDEV_ERROR_LEN, "%s: no memory to parse arguments", name);
		return -ENOMEM;
	}
	ret = parse_items(args, &item, &parse, copy);
	if (ret == 0)
		ret = check_together(args, &item, &parse);
	free(copy);
	return ret;
}
