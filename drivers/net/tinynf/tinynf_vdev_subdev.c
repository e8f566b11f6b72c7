/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <ethdev_driver.h>
#include <rte_dev.h>
#include <rte_errno.h>
#include <rte_mbuf.h>
#include <rte_string_fns.h>

#include "tinynf_vdev.h"

#define SHORTEST_FRAME 60u /* without FCS, IEEE 802.3 */
#define BURST       32u
#define POOL_SIZE   2047
#define POOL_CACHE  0
/* One segment holds any frame that the device takes. */
#define DATA_ROOM   (RTE_PKTMBUF_HEADROOM + TINYNF_GEN_MAX_SIZE)
#define DESCRIPTORS 256
/* Ports of wires are numbered from here: applications number theirs from 0 and may want no gaps. */
#define FIRST_PORT  (RTE_MAX_ETHPORTS / 2)
/* A full device gets this long to make room: its reader may not have had the CPU for a while. */
#define STUCK_NS    UINT64_C(100000000)

struct subdev {
	struct tinynf_wire wire;
	char name[RTE_ETH_NAME_MAX_LEN];
	uint16_t port_id;
	bool probed;                  /* by us: ours to remove */
	bool leave;
	struct rte_eth_dev_owner owner;
	struct rte_mempool *pool;
	struct rte_mbuf *rx[BURST];   /* received, not yet taken: [rx_next, rx_n) */
	uint16_t rx_next, rx_n;
	struct rte_mbuf *tx[BURST];
	uint16_t tx_n;
	uint64_t stuck_ns;            /* since when it takes nothing; 0: it does */
};

/* Pass on what was sent; what the device doesn't take now may be taken soon. */
static void
subdev_flush(struct subdev *sub)
{
	uint16_t n;

	if (sub->tx_n == 0)
		return;
	n = rte_eth_tx_burst(sub->port_id, 0, sub->tx, sub->tx_n);
	if (n != 0) {
		sub->stuck_ns = 0;
		sub->tx_n -= n;
		memmove(sub->tx, &sub->tx[n], sub->tx_n * sizeof(sub->tx[0]));
	}
}

static void
subdev_drop(struct subdev *sub)
{
	tinynf_wire_count(&sub->wire.counters.overflow, sub->tx_n);
	rte_pktmbuf_free_bulk(sub->tx, sub->tx_n);
	sub->tx_n = 0;
}

/* Nobody reads a full device: a wire does not wait for that, and from then on drops at once. */
static void
subdev_expire(struct subdev *sub, uint64_t now_ns)
{
	if (sub->tx_n == 0)
		return;
	if (sub->stuck_ns == 0)
		sub->stuck_ns = now_ns;
	else if (now_ns - sub->stuck_ns > STUCK_NS)
		subdev_drop(sub);
}

static bool
subdev_send(struct tinynf_wire *wire, const uint8_t *frame, uint32_t len)
{
	struct subdev *sub = (struct subdev *)wire;
	struct rte_mbuf *m;
	char *data;

	if (sub->tx_n == BURST)
		subdev_flush(sub);
	if (sub->tx_n == BURST)
		return false;
	tinynf_wire_count(&wire->counters.arrived, 1);
	m = rte_pktmbuf_alloc(sub->pool);
	if (m == NULL) {
		tinynf_wire_count(&wire->counters.overflow, 1);
		return true;
	}
	data = rte_pktmbuf_append(m, (uint16_t)len);
	if (data == NULL) {
		rte_pktmbuf_free(m);
		tinynf_wire_count(&wire->counters.overflow, 1);
		return true;
	}
	memcpy(data, frame, len);
	sub->tx[sub->tx_n++] = m;
	return true;
}

/* Offer one packet; false if it must wait. */
static bool
subdev_offer(struct subdev *sub, struct rte_mbuf *m)
{
	uint8_t copy[TINYNF_MODEL_MAX_FRAME];
	uint32_t len = rte_pktmbuf_pkt_len(m);
	const uint8_t *frame;

	if (len > sizeof(copy)) {
		tinynf_wire_count(&sub->wire.counters.sent, 1);
		tinynf_wire_count(&sub->wire.counters.filtered, 1);
		return true;
	}
	frame = rte_pktmbuf_read(m, 0, len, copy);
	if (len < SHORTEST_FRAME) {
		/* Kernel devices (tap, veth) leave to hardware to pad; a cable has no runts. */
		if (frame != copy)
			memcpy(copy, frame, len);
		memset(copy + len, 0, SHORTEST_FRAME - len);
		frame = copy;
		len = SHORTEST_FRAME;
	}
	return tinynf_wire_offer(&sub->wire, frame, len, true) != TINYNF_RX_HELD;
}

static unsigned int
subdev_poll(struct tinynf_wire *wire, uint64_t now_ns, unsigned int budget)
{
	struct subdev *sub = (struct subdev *)wire;
	unsigned int n = 0;

	subdev_flush(sub);
	subdev_expire(sub, now_ns);
	/* While nobody listens, packets stay where they are: a capture is not wasted. */
	if (!tinynf_model_rx_enabled(wire->model))
		return 0;
	if (sub->rx_next == sub->rx_n) {
		sub->rx_next = 0;
		sub->rx_n = rte_eth_rx_burst(sub->port_id, 0, sub->rx, RTE_MIN(BURST, budget));
	}
	while (sub->rx_next < sub->rx_n && n < budget) {
		if (!subdev_offer(sub, sub->rx[sub->rx_next]))
			break;
		rte_pktmbuf_free(sub->rx[sub->rx_next++]);
		n++;
	}
	return n;
}

static bool
subdev_signal(const struct tinynf_wire *wire)
{
	/* A tap that was moved to another namespace reports no link and works. */
	RTE_SET_USED(wire);
	return true;
}

static void
subdev_stop(struct subdev *sub)
{
	subdev_flush(sub);
	subdev_drop(sub);
	rte_pktmbuf_free_bulk(&sub->rx[sub->rx_next], sub->rx_n - sub->rx_next);
	sub->rx_next = sub->rx_n = 0;
	rte_eth_dev_stop(sub->port_id);
}

/* Give up the port; the device itself too if we brought it and may. */
static void
subdev_release(struct subdev *sub)
{
	rte_eth_dev_owner_unset(sub->port_id, sub->owner.id);
	rte_eth_dev_close(sub->port_id);
	if (sub->probed && !sub->leave)
		rte_eal_hotplug_remove("vdev", sub->name);
}

static void
subdev_close(struct tinynf_wire *wire)
{
	struct subdev *sub = (struct subdev *)wire;

	subdev_stop(sub);
	subdev_release(sub);
	rte_mempool_free(sub->pool);
	free(sub);
}

static const struct tinynf_wire_ops subdev_ops = {
	.kind = "device",
	.send = subdev_send,
	.poll = subdev_poll,
	.signal = subdev_signal,
	.close = subdev_close,
};

void
tinynf_subdev_leave(struct tinynf_wire *wire)
{
	if (wire->ops == &subdev_ops)
		((struct subdev *)wire)->leave = true;
}

/*
 * ethdev gives out the lowest free number. Hold those of the application's ports meanwhile, so
 * that "net_tinynf0,net_tinynf1" are ports 0 and 1 whatever their wires are: l2fwd's portmask
 * and the like know consecutive ports only.
 */
static int
subdev_plug(const struct subdev *sub, const char *args)
{
	char name[RTE_ETH_NAME_MAX_LEN];
	struct rte_eth_dev *held[FIRST_PORT];
	unsigned int n = 0;
	int ret;

	while (n < RTE_DIM(held)) {
		snprintf(name, sizeof(name), "%.40s_hold%u", sub->name, n);
		held[n] = rte_eth_dev_allocate(name);
		if (held[n] == NULL)
			break;
		n++;
		if (held[n - 1]->data->port_id >= FIRST_PORT)
			break;
	}
	if (n > 0 && held[n - 1]->data->port_id >= FIRST_PORT)
		rte_eth_dev_release_port(held[--n]);
	ret = rte_eal_hotplug_add("vdev", sub->name, args);
	while (n > 0)
		rte_eth_dev_release_port(held[--n]);
	return ret;
}

/* Plug the vdev in, unless there is a port of this name already. */
static int
subdev_probe(struct subdev *sub, const char *args, const char *owner)
{
	int ret;

	if (rte_eth_dev_get_port_by_name(sub->name, &sub->port_id) == 0)
		return 0;
	ret = subdev_plug(sub, args);
	if (ret == 0 && rte_eth_dev_get_port_by_name(sub->name, &sub->port_id) != 0) {
		/* Left over without a port since its owner was unplugged: taken for probed. */
		rte_eal_hotplug_remove("vdev", sub->name);
		ret = subdev_plug(sub, args);
	}
	if (ret != 0) {
		TINYNF_LOG(ERR, "%s: wire(%s%s%s): the device can't be created: "
			"is its driver loaded, and are its arguments right?",
			owner, sub->name, args[0] != '\0' ? "," : "", args);
		return ret < 0 ? ret : -EIO;
	}
	ret = rte_eth_dev_get_port_by_name(sub->name, &sub->port_id);
	if (ret != 0) {
		TINYNF_LOG(ERR, "%s: wire(%s): is no ethernet device", owner, sub->name);
		rte_eal_hotplug_remove("vdev", sub->name);
		return -ENODEV;
	}
	sub->probed = true;
	return 0;
}

static int
subdev_own(struct subdev *sub, const char *owner)
{
	int ret = rte_eth_dev_owner_new(&sub->owner.id);

	if (ret == 0) {
		snprintf(sub->owner.name, sizeof(sub->owner.name), "%s", owner);
		ret = rte_eth_dev_owner_set(sub->port_id, &sub->owner);
	}
	if (ret != 0)
		TINYNF_LOG(ERR, "%s: wire(%s): port %u is somebody else's", owner, sub->name,
			sub->port_id);
	return ret;
}

static int
subdev_setup(struct subdev *sub, int socket)
{
	static const struct rte_eth_conf conf;
	uint16_t rx_desc = DESCRIPTORS, tx_desc = DESCRIPTORS;
	int ret;

	ret = rte_eth_dev_configure(sub->port_id, 1, 1, &conf);
	if (ret != 0)
		return ret;
	ret = rte_eth_dev_adjust_nb_rx_tx_desc(sub->port_id, &rx_desc, &tx_desc);
	if (ret != 0)
		return ret;
	ret = rte_eth_rx_queue_setup(sub->port_id, 0, rx_desc, (unsigned int)socket, NULL,
			sub->pool);
	if (ret != 0)
		return ret;
	ret = rte_eth_tx_queue_setup(sub->port_id, 0, tx_desc, (unsigned int)socket, NULL);
	if (ret != 0)
		return ret;
	ret = rte_eth_dev_start(sub->port_id);
	if (ret != 0)
		return ret;
	/* Filtering is the 82599's; devices that can't do otherwise take all anyway. */
	rte_eth_promiscuous_enable(sub->port_id);
	return 0;
}

struct tinynf_wire *
tinynf_subdev_create(const char *text, const struct tinynf_vdev *owner)
{
	char pool_name[RTE_MEMPOOL_NAMESIZE];
	const char *args = strchr(text, ',');
	const size_t len = args != NULL ? (size_t)(args - text) : strlen(text);
	struct subdev *sub;
	int socket, ret;

	if (len >= sizeof(sub->name)) {
		TINYNF_LOG(ERR, "%s: wire(%s): name longer than %zu", owner->name, text,
			sizeof(sub->name) - 1);
		rte_errno = EINVAL;
		return NULL;
	}
	sub = calloc(1, sizeof(*sub));
	if (sub == NULL) {
		rte_errno = ENOMEM;
		return NULL;
	}
	sub->wire.ops = &subdev_ops;
	sub->wire.model = owner->model;
	memcpy(sub->name, text, len);
	ret = subdev_probe(sub, args != NULL ? args + 1 : "", owner->name);
	if (ret != 0)
		goto fail_probe;
	ret = subdev_own(sub, owner->name);
	if (ret != 0)
		goto fail_own;
	socket = rte_eth_dev_socket_id(sub->port_id);
	snprintf(pool_name, sizeof(pool_name), "tinynf_wire_%u", sub->port_id);
	sub->pool = rte_pktmbuf_pool_create(pool_name, POOL_SIZE, POOL_CACHE, 0, DATA_ROOM, socket);
	if (sub->pool == NULL) {
		ret = -rte_errno;
		TINYNF_LOG(ERR, "%s: wire(%s): no memory for %u buffers", owner->name, text, POOL_SIZE);
		goto fail_pool;
	}
	ret = subdev_setup(sub, socket);
	if (ret != 0) {
		TINYNF_LOG(ERR, "%s: wire(%s): can't be started: %s", owner->name, text,
			strerror(-ret));
		goto fail_setup;
	}
	return &sub->wire;

fail_setup:
	rte_mempool_free(sub->pool);
fail_pool:
	rte_eth_dev_owner_unset(sub->port_id, sub->owner.id);
fail_own:
	if (sub->probed) {
		rte_eth_dev_close(sub->port_id);
		rte_eal_hotplug_remove("vdev", sub->name);
	}
fail_probe:
	free(sub);
	rte_errno = abs(ret);
	return NULL;
}
