/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * A bench for single frames: a software 82599 in strict mode whose wire sends what a case puts
 * there and records what the port sends. Frames are built and judged by DPDK's own helpers.
 */

#ifndef TINYNF_TEST_FRAMES_H
#define TINYNF_TEST_FRAMES_H

#include <errno.h>
#include <netinet/in.h>

#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_ip.h>
#include <rte_tcp.h>
#include <rte_udp.h>

#include "pmd.h"
#include "tinynf_vdev.h"

#define MBUFS      8192
#define RING       256
#define DEVICE     "net_tinynf8"
#define FRAME_ROOM 16384
#define IN_MAX     1024
#define OUT_MAX    64

struct frame {
	uint32_t len;
	uint8_t data[FRAME_ROOM];
};

/** The wire; under the host's lock, except for what the case reads when all is quiet. */
static struct {
	const struct tinynf_wire_ops *real;
	struct tinynf_wire_ops ops;
	struct frame in[IN_MAX];        /* to the port, in order */
	unsigned int n_in, next_in;
	bool hold;                      /* wait for room in the port, so that nothing is missed */
	struct frame out[OUT_MAX];      /* from the port */
	unsigned int n_out;
} script;

static unsigned int pool_was;   /* at the case's start: a failed case may have left some out */

static bool
script_send(struct tinynf_wire *wire, const uint8_t *frame, uint32_t len)
{
	tinynf_wire_count(&wire->counters.arrived, 1);
	if (script.n_out < OUT_MAX && len <= FRAME_ROOM) {
		memcpy(script.out[script.n_out].data, frame, len);
		script.out[script.n_out].len = len;
	}
	__atomic_store_n(&script.n_out, script.n_out + 1, __ATOMIC_RELEASE);
	return true;
}

static unsigned int
script_poll(struct tinynf_wire *wire, uint64_t now_ns __rte_unused, unsigned int budget)
{
	unsigned int n = 0;

	if (!tinynf_model_rx_enabled(wire->model))
		return 0;
	while (script.next_in < script.n_in && n < budget) {
		const struct frame *f = &script.in[script.next_in];

		if (tinynf_wire_offer(wire, f->data, f->len, script.hold) == TINYNF_RX_HELD)
			break;
		script.next_in++;
		n++;
	}
	return n;
}

/** Put a frame on the wire. */
static inline void
wire_put(const void *frame, uint32_t len)
{
	tinynf_vdev_host_lock();
	RTE_VERIFY(script.n_in < IN_MAX && len <= FRAME_ROOM);
	memcpy(script.in[script.n_in].data, frame, len);
	script.in[script.n_in].len = len;
	script.n_in++;
	tinynf_vdev_host_unlock();
}

/** Forget what was sent in both directions; nothing may be under way. */
static inline void
wire_clear(void)
{
	tinynf_vdev_host_lock();
	script.n_in = script.next_in = script.n_out = 0;
	script.hold = true;
	tinynf_vdev_host_unlock();
}

/** Wait until all that was put has met its end in the device: received or filtered. */
static inline bool
wire_wait(uint16_t port)
{
	const uint64_t end = deadline();
	bool done;

	do {
		CHECK_RET(!late(end), false);
		tinynf_vdev_host_lock();
		done = script.next_in == script.n_in;
		tinynf_vdev_host_unlock();
		rte_delay_us_sleep(20);
	} while (!done);
	/* What the device took is in the ring once its buffer is empty. */
	while (xstat(port, "wire_taken") != xstat(port, "wire_rx")) {
		CHECK_RET(!late(end), false);
		rte_delay_us_sleep(20);
	}
	return true;
}

/** Next packet of a queue. NULL with the case failed if none comes. */
static inline struct rte_mbuf *
next_packet(uint16_t port, uint16_t queue)
{
	const uint64_t end = deadline();
	struct rte_mbuf *m;

	while (rte_eth_rx_burst(port, queue, &m, 1) == 0) {
		CHECK_RET(!late(end), NULL);
		rte_delay_us_sleep(20);
	}
	return m;
}

/** Put a frame and have it received. */
static inline struct rte_mbuf *
through(uint16_t port, const void *frame, uint32_t len)
{
	wire_put(frame, len);
	return next_packet(port, 0);
}

/** Send a packet and wait for the frame that leaves, at most one being under way. */
static inline const struct frame *
sent_as(uint16_t port, struct rte_mbuf *m)
{
	const uint64_t end = deadline();
	const unsigned int before = __atomic_load_n(&script.n_out, __ATOMIC_ACQUIRE);
	struct rte_mbuf *none;

	CHECK_RET(before < OUT_MAX, NULL);
	CHECK_RET(rte_eth_tx_burst(port, 0, &m, 1) == 1, NULL);
	while (__atomic_load_n(&script.n_out, __ATOMIC_ACQUIRE) == before) {
		CHECK_RET(!late(end), NULL);
		/* A poll that finds nothing flushes. */
		CHECK_RET(rte_eth_rx_burst(port, 0, &none, 1) == 0, NULL);
		rte_delay_us_sleep(20);
	}
	return &script.out[before];
}

/** A port on the scripted wire: plugged, not configured. */
static inline int
script_plug(const char *args)
{
	struct tinynf_vdev *vdev;
	char all[128];
	uint16_t port;

	port_leave(DEVICE);
	snprintf(all, sizeof(all), "strict=1%s%s", args[0] != '\0' ? "," : "", args);
	CHECK_RET(rte_eal_hotplug_add("vdev", DEVICE, all) == 0, -1);
	CHECK_RET(rte_eth_dev_get_port_by_name(DEVICE, &port) == 0, -1);
	pool_was = rte_mempool_avail_count(pool);
	wire_clear();
	tinynf_vdev_host_lock();
	vdev = tinynf_vdev_host_find(DEVICE);
	script.real = vdev->wire->ops;
	script.ops = *script.real;
	script.ops.send = script_send;
	script.ops.poll = script_poll;
	vdev->wire->ops = &script.ops;
	tinynf_vdev_host_unlock();
	return port;
}

/** Configured and started, with link. */
static inline int
script_open_pool(uint16_t queues, const struct rte_eth_conf *conf, struct rte_mempool *mp)
{
	static const struct rte_eth_conf plain;
	int port = script_plug("");
	uint16_t q;

	CHECK_RET(port >= 0, -1);
	CHECK_RET(rte_eth_dev_configure(port, queues, 1, conf != NULL ? conf : &plain) == 0, -1);
	for (q = 0; q < queues; q++)
		CHECK_RET(rte_eth_rx_queue_setup(port, q, RING, 0, NULL, mp) == 0, -1);
	CHECK_RET(rte_eth_tx_queue_setup(port, 0, RING, 0, NULL) == 0, -1);
	CHECK_RET(rte_eth_dev_start(port) == 0, -1);
	CHECK_RET(link_wait(port, true), -1);
	return port;
}

static inline int
script_open(uint16_t queues, const struct rte_eth_conf *conf)
{
	return script_open_pool(queues, conf, pool);
}

/** Nothing was done against the manual, and no mbuf is missing. */
static inline bool
script_close(int port)
{
	CHECK_RET(xstat(port, "wire_violations") == 0, false);
	CHECK_RET(xstat(port, "wire_dma_errors") == 0, false);
	CHECK_RET(xstat(port, "wire_access_unknown") == 0, false);
	CHECK_RET(rte_eal_hotplug_remove("vdev", DEVICE) == 0, false);
	CHECK_RET(rte_mempool_avail_count(pool) == pool_was, false);
	return true;
}

/* Frames. */

/** What is not said is 0: an IPv4 frame of no known transport. */
struct frame_spec {
	const uint8_t *dst;       /* MAC; the port's if NULL */
	uint16_t ether_type;      /* if not IP */
	bool ip6;
	uint8_t proto;            /* IPPROTO_UDP, _TCP or other */
	bool tagged;
	uint16_t tci;
	uint16_t payload;         /* bytes behind the transport header */
	uint32_t src, dst_ip;     /* low bits of the addresses, if not 0 */
	uint16_t sport, dport;
	uint8_t options;          /* 32-bit words of IPv4 options */
	uint16_t fragment;        /* IPv4 fragment field */
	bool ip_bad, l4_bad, l4_none;
};

static inline uint32_t
frame_l4(const struct frame_spec *s, uint8_t *l4)
{
	struct rte_udp_hdr *udp = (struct rte_udp_hdr *)l4;
	struct rte_tcp_hdr *tcp = (struct rte_tcp_hdr *)l4;
	uint32_t header = 8, i;

	if (s->proto == IPPROTO_TCP) {
		header = sizeof(*tcp);
		memset(tcp, 0, header);
		tcp->data_off = 5 << 4;
		tcp->src_port = rte_cpu_to_be_16(s->sport);
		tcp->dst_port = rte_cpu_to_be_16(s->dport);
	} else {
		memset(udp, 0, header);
		udp->src_port = rte_cpu_to_be_16(s->sport);
		udp->dst_port = rte_cpu_to_be_16(s->dport);
		udp->dgram_len = rte_cpu_to_be_16(header + s->payload);
	}
	for (i = 0; i < s->payload; i++)
		l4[header + i] = (uint8_t)(i * 7 + 3);
	return header + s->payload;
}

/** Where a transport's checksum is. */
static inline uint16_t *
frame_l4_sum(uint8_t proto, void *l4)
{
	if (proto == IPPROTO_TCP)
		return &((struct rte_tcp_hdr *)l4)->cksum;
	return &((struct rte_udp_hdr *)l4)->dgram_cksum;
}

static inline uint32_t
frame_ip4(const struct frame_spec *s, uint8_t *at)
{
	struct rte_ipv4_hdr *ip = (struct rte_ipv4_hdr *)at;
	const uint32_t header = sizeof(*ip) + 4 * s->options;
	uint32_t l4 = frame_l4(s, at + header);

	memset(at, 0, sizeof(*ip));
	memset(at + sizeof(*ip), 1, 4 * s->options);   /* no operation */
	ip->version_ihl = 0x40 | header / 4;
	ip->total_length = rte_cpu_to_be_16(header + l4);
	ip->fragment_offset = rte_cpu_to_be_16(s->fragment);
	ip->time_to_live = 64;
	ip->next_proto_id = s->proto;
	ip->src_addr = rte_cpu_to_be_32(0xc6120000 + s->src);
	ip->dst_addr = rte_cpu_to_be_32(0xc6130000 + s->dst_ip);
	ip->hdr_checksum = rte_ipv4_cksum(ip);
	if (!s->l4_none && (s->proto == IPPROTO_UDP || s->proto == IPPROTO_TCP))
		*frame_l4_sum(s->proto, at + header) = rte_ipv4_udptcp_cksum(ip, at + header) ^
			(s->l4_bad ? 0x0101 : 0);
	if (s->ip_bad)
		ip->hdr_checksum ^= 0x0101;
	return header + l4;
}

static inline uint32_t
frame_ip6(const struct frame_spec *s, uint8_t *at)
{
	struct rte_ipv6_hdr *ip = (struct rte_ipv6_hdr *)at;
	uint32_t l4 = frame_l4(s, at + sizeof(*ip));
	uint8_t n;

	memset(ip, 0, sizeof(*ip));
	ip->vtc_flow = rte_cpu_to_be_32(6u << 28);
	ip->payload_len = rte_cpu_to_be_16(l4);
	ip->proto = s->proto;
	ip->hop_limits = 64;
	for (n = 0; n < 4; n++) {
		((uint8_t *)&ip->src_addr)[15 - n] = s->src >> 8 * n;
		((uint8_t *)&ip->dst_addr)[15 - n] = s->dst_ip >> 8 * n;
	}
	((uint8_t *)&ip->src_addr)[0] = ((uint8_t *)&ip->dst_addr)[0] = 0xfd;
	if (!s->l4_none && (s->proto == IPPROTO_UDP || s->proto == IPPROTO_TCP))
		*frame_l4_sum(s->proto, at + sizeof(*ip)) =
			rte_ipv6_udptcp_cksum(ip, at + sizeof(*ip)) ^ (s->l4_bad ? 0x0101 : 0);
	return sizeof(*ip) + l4;
}

/** Offset of layer 3. */
static inline uint32_t
frame_l3_at(const struct frame_spec *s)
{
	return RTE_ETHER_HDR_LEN + (s->tagged ? RTE_VLAN_HLEN : 0);
}

/** Build a frame, padded to the shortest. @return its length without FCS. */
static inline uint32_t
frame_build(uint16_t port, const struct frame_spec *s, uint8_t *out)
{
	struct rte_ether_hdr *eth = (struct rte_ether_hdr *)out;
	uint16_t type = s->ether_type != 0 ? s->ether_type :
		s->ip6 ? RTE_ETHER_TYPE_IPV6 : RTE_ETHER_TYPE_IPV4;
	uint8_t *at = (uint8_t *)(eth + 1);
	uint32_t len;

	memset(out, 0, 64);
	if (s->dst != NULL)
		memcpy(&eth->dst_addr, s->dst, RTE_ETHER_ADDR_LEN);
	else
		rte_eth_macaddr_get(port, &eth->dst_addr);
	eth->src_addr.addr_bytes[0] = 2;
	eth->ether_type = rte_cpu_to_be_16(s->tagged ? RTE_ETHER_TYPE_VLAN : type);
	if (s->tagged) {
		struct rte_vlan_hdr *vlan = (struct rte_vlan_hdr *)at;

		vlan->vlan_tci = rte_cpu_to_be_16(s->tci);
		vlan->eth_proto = rte_cpu_to_be_16(type);
		at += sizeof(*vlan);
	}
	if (s->ether_type != 0)
		len = s->payload;
	else
		len = s->ip6 ? frame_ip6(s, at) : frame_ip4(s, at);
	return RTE_MAX(frame_l3_at(s) + len, 60u);
}

/** Put what is described and have it received. */
static inline struct rte_mbuf *
receive(uint16_t port, const struct frame_spec *s)
{
	static uint8_t data[FRAME_ROOM];

	return through(port, data, frame_build(port, s, data));
}

static inline bool
frames_init(int argc, char **argv)
{
	return pmd_init(argc, argv, "512", MBUFS);
}

#endif /* TINYNF_TEST_FRAMES_H */
