/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* What is at the other end of a device's cable. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "device.h"
#include "wire/tinynf_cable.h"

/* A cable that was never plugged in. */
static bool
none_send(struct tinynf_wire *wire, const uint8_t *frame, uint32_t len)
{
	(void)frame;
	(void)len;
	tinynf_wire_count(&wire->counters.arrived, 1);
	tinynf_wire_count(&wire->counters.overflow, 1);
	return true;
}

static unsigned int
none_poll(struct tinynf_wire *wire, uint64_t now, unsigned int budget)
{
	(void)wire;
	(void)now;
	(void)budget;
	return 0;
}

static bool
none_signal(const struct tinynf_wire *wire)
{
	(void)wire;
	return false;
}

static void
none_close(struct tinynf_wire *wire)
{
	free(wire);
}

static struct tinynf_wire *
none_create(struct tinynf_model *model)
{
	static const struct tinynf_wire_ops ops = {
		.kind = "none", .send = none_send, .poll = none_poll,
		.signal = none_signal, .close = none_close,
	};
	struct tinynf_wire *wire = calloc(1, sizeof(*wire));

	if (wire != NULL) {
		wire->ops = &ops;
		wire->model = model;
	}
	return wire;
}

static struct tinynf_wire *
gen_create(struct device *dev)
{
	static const uint8_t zero[6];
	struct tinynf_gen_config config = dev->args.gen;

	tinynf_gen_face(&config, dev->args.mac, memcmp(config.dst_mac, zero, sizeof(zero)) != 0);
	return tinynf_gen_create(&config, dev->model);
}

/* The end that comes second joins them. */
static struct tinynf_wire *
cable_create(struct device *dev, struct device_list *all)
{
	struct tinynf_wire *wire = tinynf_cable_create(dev->model);
	struct device *peer;
	int ret = 0;

	if (wire == NULL)
		return NULL;
	TAILQ_FOREACH(peer, all, next)
		if (peer != dev && peer->wire != NULL && (strcmp(peer->args.name,
				dev->args.peer) == 0 || strcmp(peer->args.peer,
				dev->args.name) == 0))
			ret = tinynf_cable_join(wire, peer->wire);
	if (ret != 0) {
		wire->ops->close(wire);
		errno = -ret;
		return NULL;
	}
	return wire;
}

struct tinynf_wire *
wires_create(struct device *dev, struct device_list *all)
{
	const struct device_args *args = &dev->args;
	struct tinynf_wire *wire;

	switch (args->wire) {
	case WIRE_GEN:
		wire = gen_create(dev);
		break;
	case WIRE_TAP:
		wire = tap_create(args->tap, dev->model);
		break;
	case WIRE_CABLE:
		wire = cable_create(dev, all);
		break;
	case WIRE_PCAP:
		wire = pcap_create(args->pcap_rx, args->pcap_tx, dev->model);
		break;
	default:
		wire = none_create(dev->model);
	}
	if (wire == NULL)
		say(dev, "its wire cannot be made: %s", strerror(errno));
	return wire;
}

void
wires_again(struct device *dev, bool held)
{
	struct tinynf_wire *wire;

	if (dev->args.wire != WIRE_GEN)
		return;
	/* There are more numbers for generators than devices are served. */
	wire = gen_create(dev);
	if (wire == NULL) {
		say(dev, "its generator cannot start over: %s", strerror(errno));
		return;
	}
	dev->wire->ops->close(dev->wire);
	dev->wire = wire;
	dev->held = held;
	dev->restarts++;
}
