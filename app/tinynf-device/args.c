/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* The command line. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "device.h"

static const char usage[] =
"usage: tinynf-device [options] --device KEY=VALUE,... [--device ...]\n"
"\n"
"Hosts software Intel 82599 network cards and serves each on a UNIX socket by the vfio-user\n"
"protocol, as QEMU's -device vfio-user-pci uses it. Runs until SIGTERM or SIGINT.\n"
"\n"
"  --device ...   one card, with these keys:\n"
"      socket=PATH    the socket (required); mode 0600\n"
"      name=NAME      for messages and statistics (default: dev0, dev1, ...)\n"
"      mac=ADDRESS    its MAC address (default: 02:74:6e:66:00:00 + number)\n"
"      sfp=sr|da|none what is in its cage: optics, copper, nothing (default: sr)\n"
"      wire=gen|tap|cable|pcap|none\n"
"                     what it is connected to (default: gen, a generator and checker)\n"
"      peer=NAME      wire=cable: the card at the other end; one end is enough\n"
"      tap=NAME       wire=tap: network interface to make or to attach to\n"
"      rx=FILE tx=FILE wire=pcap: frames to replay, file to record into\n"
"      rate=N count=N size=N|imix flows=N dst=ADDRESS\n"
"                     wire=gen: frames per second (0: as many as are taken), frames in all\n"
"                     (0: endless), bytes with FCS, flows, destination address\n"
"  --json FILE    statistics: written each second and at the end; - writes them to standard\n"
"                 output at the end\n"
"  --trace FILE   every register access by name, mappings, interrupts; - is standard output\n"
"  --strict       exit with 3 if software has broken a rule of the manual\n"
"  --help         this text\n"
"\n"
"SIGUSR1 makes all generators start over, SIGUSR2 makes them wait for SIGUSR1. Broken rules are\n"
"told on standard error, each kind once.\n"
"example: tinynf-device --device socket=/tmp/a.sock,wire=cable,peer=dev1 \\\n"
"             --device socket=/tmp/b.sock,wire=cable\n";

static int
refuse(const char *key, const char *value, const char *why)
{
	say(NULL, "%s=%s: %s", key, value, why);
	return -EINVAL;
}

static int
get_number(const char *key, const char *value, uint64_t min, uint64_t max, uint64_t *n)
{
	char why[80];
	char *end;

	errno = 0;
	*n = strtoull(value, &end, 10);
	if (value[0] >= '0' && value[0] <= '9' && *end == '\0' && errno == 0 &&
			*n >= min && *n <= max)
		return 0;
	snprintf(why, sizeof(why), "must be a number from %llu to %llu",
		(unsigned long long)min, (unsigned long long)max);
	return refuse(key, value, why);
}

static int
get_text(const char *key, const char *value, char *to, size_t room)
{
	if (value[0] == '\0' || strlen(value) >= room)
		return refuse(key, value, value[0] == '\0' ? "is empty" : "is too long");
	memcpy(to, value, strlen(value) + 1);
	return 0;
}

static int
get_mac(const char *key, const char *value, uint8_t mac[6])
{
	unsigned int b[6], i;
	int end = 0;

	if (sscanf(value, "%2x:%2x:%2x:%2x:%2x:%2x%n", &b[0], &b[1], &b[2], &b[3], &b[4], &b[5],
			&end) != 6 || value[end] != '\0')
		return refuse(key, value, "must be an address like 02:00:00:00:00:01");
	for (i = 0; i < 6; i++)
		mac[i] = (uint8_t)b[i];
	if (mac[0] & 1)
		return refuse(key, value, "must be a unicast address");
	return 0;
}

static int
get_choice(const char *key, const char *value, const char *const *choices, unsigned int *choice)
{
	char why[80] = "must be one of";
	unsigned int i;

	for (i = 0; choices[i] != NULL; i++) {
		if (strcmp(value, choices[i]) == 0) {
			*choice = i;
			return 0;
		}
		snprintf(why + strlen(why), sizeof(why) - strlen(why), " %s", choices[i]);
	}
	return refuse(key, value, why);
}

static int
gen_key(struct tinynf_gen_config *gen, const char *key, const char *value)
{
	uint64_t n = 0;
	int ret;

	if (strcmp(key, "rate") == 0)
		return get_number(key, value, 0, 1000000000, &gen->rate);
	if (strcmp(key, "count") == 0)
		return get_number(key, value, 0, UINT64_MAX, &gen->count);
	if (strcmp(key, "dst") == 0)
		return get_mac(key, value, gen->dst_mac);
	if (strcmp(key, "flows") == 0) {
		ret = get_number(key, value, 1, TINYNF_GEN_MAX_FLOWS, &n);
		gen->flows = (uint32_t)n;
		return ret;
	}
	if (strcmp(key, "size") != 0)
		return -ENOENT;
	if (strcmp(value, "imix") == 0) {
		gen->size = TINYNF_GEN_IMIX;
		return 0;
	}
	ret = get_number(key, value, TINYNF_GEN_MIN_SIZE, TINYNF_GEN_MAX_SIZE, &n);
	gen->size = (uint32_t)n;
	return ret;
}

static int
device_key(struct device_args *args, const char *key, const char *value)
{
	static const char *const wires[] = { "gen", "tap", "cable", "pcap", "none", NULL };
	static const char *const sfps[] = { "sr", "da", "none", NULL };
	unsigned int choice;
	int ret;

	if (strcmp(key, "socket") == 0)
		return get_text(key, value, args->socket, sizeof(args->socket));
	if (strcmp(key, "name") == 0)
		return get_text(key, value, args->name, sizeof(args->name));
	if (strcmp(key, "peer") == 0)
		return get_text(key, value, args->peer, sizeof(args->peer));
	if (strcmp(key, "tap") == 0)
		return get_text(key, value, args->tap, sizeof(args->tap));
	if (strcmp(key, "rx") == 0)
		return get_text(key, value, args->pcap_rx, sizeof(args->pcap_rx));
	if (strcmp(key, "tx") == 0)
		return get_text(key, value, args->pcap_tx, sizeof(args->pcap_tx));
	if (strcmp(key, "mac") == 0)
		return get_mac(key, value, args->mac);
	if (strcmp(key, "wire") == 0) {
		ret = get_choice(key, value, wires, &choice);
		if (ret == 0)
			args->wire = (enum wire_kind)choice;
		return ret;
	}
	if (strcmp(key, "sfp") == 0) {
		ret = get_choice(key, value, sfps, &choice);
		if (ret == 0)
			args->sfp = (enum tinynf_model_sfp)choice;
		return ret;
	}
	ret = gen_key(&args->gen, key, value);
	return ret == -ENOENT ? refuse(key, value, "there is no such key; see --help") : ret;
}

static void
defaults(struct device_args *args, unsigned int number)
{
	static const uint8_t mac[6] = { 0x02, 0x74, 0x6e, 0x66, 0x00, 0x00 };

	snprintf(args->name, sizeof(args->name), "dev%u", number);
	memcpy(args->mac, mac, sizeof(mac));
	args->mac[4] = (uint8_t)(number >> 8);
	args->mac[5] = (uint8_t)number;
	tinynf_gen_defaults(&args->gen, number);
}

static int
check(const struct options *options, const struct device_args *args)
{
	const struct device *other;

	if (args->socket[0] == '\0') {
		say(NULL, "--device: socket=PATH is missing");
		return -EINVAL;
	}
	if (args->wire == WIRE_TAP && args->tap[0] == '\0')
		return refuse("wire", "tap", "needs tap=NAME");
	if (args->wire == WIRE_PCAP && args->pcap_rx[0] == '\0' && args->pcap_tx[0] == '\0')
		return refuse("wire", "pcap", "needs rx=FILE, tx=FILE or both");
	if (strcmp(args->peer, args->name) == 0)
		return refuse("peer", args->peer, "is the device itself");
	TAILQ_FOREACH(other, &options->devices, next) {
		if (strcmp(other->args.name, args->name) == 0)
			return refuse("name", args->name, "another device has it");
		if (strcmp(other->args.socket, args->socket) == 0)
			return refuse("socket", args->socket, "another device has it");
	}
	return 0;
}

static int
add_device(struct options *options, const char *text, unsigned int number)
{
	struct device *dev = calloc(1, sizeof(*dev));
	char *copy = strdup(text), *rest = copy, *item;
	int ret = dev == NULL || copy == NULL ? -ENOMEM : 0;

	if (ret == 0) {
		device_init(dev);
		defaults(&dev->args, number);
	}
	while (ret == 0 && (item = strsep(&rest, ",")) != NULL) {
		char *value = strchr(item, '=');

		if (value == NULL) {
			say(NULL, "--device: '%s' must be KEY=VALUE", item);
			ret = -EINVAL;
			break;
		}
		*value++ = '\0';
		ret = device_key(&dev->args, item, value);
	}
	if (ret == 0)
		ret = check(options, &dev->args);
	free(copy);
	if (ret != 0) {
		free(dev);
		return ret;
	}
	TAILQ_INSERT_TAIL(&options->devices, dev, next);
	return 0;
}

/* Cables have two ends, and those have names. */
static int
check_peers(const struct options *options)
{
	const struct device *dev, *other;

	TAILQ_FOREACH(dev, &options->devices, next) {
		unsigned int ends = 0;

		TAILQ_FOREACH(other, &options->devices, next)
			if (other != dev && other->args.wire == WIRE_CABLE &&
					(strcmp(other->args.peer, dev->args.name) == 0 ||
					strcmp(dev->args.peer, other->args.name) == 0))
				ends++;
		if (dev->args.wire == WIRE_CABLE && ends != 1) {
			say(dev, "wire=cable: %s", ends == 0 ?
				"no other device with wire=cable is its peer" :
				"several devices claim to be its peer");
			return -EINVAL;
		}
		if (dev->args.wire != WIRE_CABLE && dev->args.peer[0] != '\0') {
			say(dev, "peer=%s needs wire=cable", dev->args.peer);
			return -EINVAL;
		}
	}
	return 0;
}

int
args_parse(int argc, char **argv, struct options *options)
{
	unsigned int devices = 0;
	int i, ret = 0;

	memset(options, 0, sizeof(*options));
	TAILQ_INIT(&options->devices);
	for (i = 1; i < argc && ret == 0; i++) {
		const char *value = i + 1 < argc ? argv[i + 1] : NULL;

		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
			fputs(usage, stdout);
			return 0;
		}
		if (strcmp(argv[i], "--strict") == 0) {
			options->strict = true;
			continue;
		}
		if (value == NULL) {
			say(NULL, "'%s' is no option, or its value is missing; see --help", argv[i]);
			return 2;
		}
		i++;
		if (strcmp(argv[i - 1], "--device") == 0) {
			ret = add_device(options, value, devices++);
		} else if (strcmp(argv[i - 1], "--json") == 0) {
			ret = get_text("json", value, options->json, sizeof(options->json));
		} else if (strcmp(argv[i - 1], "--trace") == 0) {
			ret = get_text("trace", value, options->trace, sizeof(options->trace));
		} else {
			say(NULL, "there is no option '%s'; see --help", argv[i - 1]);
			return 2;
		}
	}
	if (ret == 0 && devices == 0) {
		say(NULL, "no --device; see --help");
		return 2;
	}
	if (ret == 0)
		ret = check_peers(options);
	return ret == 0 ? -1 : 2;
}
