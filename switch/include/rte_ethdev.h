/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * DPDK's rte_ethdev.h, with the bursts of net_tinynf ports inlined where it is included: the
 * compile-time switch puts this directory before DPDK's. The code is the driver's own, as are
 * all but the usual cases. Ports of other drivers are served by ethdev as ever, or, with
 * TINYNF_ONLY, refused.
 */

#include_next <rte_ethdev.h>

#if !defined(TINYNF_SWITCH_ETHDEV_H) && !defined(RTE_ETHDEV_DEBUG_RX) && \
	!defined(RTE_ETHDEV_DEBUG_TX)
#define TINYNF_SWITCH_ETHDEV_H

/* An application's warnings are about its own code. */
#pragma GCC system_header

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <rte_version.h>

#define TINYNF_SWITCH 1
#include "tinynf_switch.h"

#ifdef __cplusplus
#include "tinynf_cxx.h"
#endif

#if defined(__SSE4_1__)
#include "tinynf_burst_x86.h"
#else
#include "tinynf_burst_c.h"
#endif

/*
 * What is inlined: each burst's beginning, and a single packet. The rest is the driver's, which
 * knows what this processor can do, not only what all can. Short names must not get in the way of
 * an application's.
 */
#define tinynf_rx_general(...)  rte_pmd_tinynf_switch.rx_general(__VA_ARGS__)
#define tinynf_tx_general(...)  rte_pmd_tinynf_switch.tx_general(__VA_ARGS__)
#define tinynf_tx_duties(...)   rte_pmd_tinynf_switch.tx_duties(__VA_ARGS__)
#define rx_more(...)  rte_pmd_tinynf_switch.parts.rx_more(__VA_ARGS__)
#define rx_few(...)   rte_pmd_tinynf_switch.parts.rx_few(__VA_ARGS__)
#define rx_four(...)  rte_pmd_tinynf_switch.parts.rx_four(__VA_ARGS__)
#define rx_wide(...)  rte_pmd_tinynf_switch.parts.rx_wide(__VA_ARGS__)
#define tx_more(...)  rte_pmd_tinynf_switch.parts.tx_more(__VA_ARGS__)
#define tx_few(...)   rte_pmd_tinynf_switch.parts.tx_few(__VA_ARGS__)
#define tx_four(...)  rte_pmd_tinynf_switch.parts.tx_four(__VA_ARGS__)
#define tx_wide(...)  rte_pmd_tinynf_switch.parts.tx_wide(__VA_ARGS__)
#define rx_end  tinynf_inline_rx_end
#define tx_end  tinynf_inline_tx_end
#define TINYNF_BURST(name)  tinynf_inline_ ## name

static inline uint16_t TINYNF_BURST(rx)(void *queue, struct rte_mbuf **pkts, uint16_t nb_pkts)
	__attribute__((always_inline));
static inline uint16_t TINYNF_BURST(tx)(void *queue, struct rte_mbuf **pkts, uint16_t nb_pkts)
	__attribute__((always_inline));

#include "tinynf_burst_inline.h"

#undef tinynf_rx_general
#undef tinynf_tx_general
#undef tinynf_tx_duties
#undef rx_more
#undef rx_few
#undef rx_four
#undef rx_wide
#undef tx_more
#undef tx_few
#undef tx_four
#undef tx_wide
#undef rx_end
#undef tx_end

/** Refuse to run with a driver that this was not compiled for. */
static void __attribute__((constructor, used))
tinynf_switch_start(void)
{
	if (rte_pmd_tinynf_switch.layout == TINYNF_SWITCH_LAYOUT)
		return;
	fprintf(stderr, "net_tinynf: this program was compiled for another version of the driver "
		"(layout %#llx) than the one it runs with (%#llx): compile it again\n",
		(unsigned long long)TINYNF_SWITCH_LAYOUT,
		(unsigned long long)rte_pmd_tinynf_switch.layout);
	exit(EXIT_FAILURE);
}

#ifdef __cplusplus
#include "tinynf_cxx_end.h"
#endif

#ifdef TINYNF_ONLY
/** A port of another driver, or a stopped one, for which there is no code. */
static inline uint16_t __attribute__((cold, noinline))
tinynf_switch_refuse(uint16_t port_id)
{
	static bool told[RTE_MAX_ETHPORTS];

	if (!told[port_id] && rte_eth_dev_is_valid_port(port_id)) {
		told[port_id] = true;
		fprintf(stderr, "net_tinynf: port %u is not started or not of net_tinynf, and "
			"this program was compiled with TINYNF_ONLY\n", port_id);
	}
	return 0;
}
#define TINYNF_SWITCH_REFUSED(port_id, member) \
	(rte_eth_fp_ops[port_id].member ## _pkt_burst != rte_pmd_tinynf_switch.member ## _burst)
#else
#define tinynf_switch_refuse(port_id)           0
#define TINYNF_SWITCH_REFUSED(port_id, member)  false
#endif

/** Ports of other drivers, stopped ones, queues with callbacks: ethdev's own bursts. */
static uint16_t __attribute__((noinline, unused))
tinynf_switch_rx_other(uint16_t port_id, uint16_t queue_id, struct rte_mbuf **rx_pkts,
		uint16_t nb_pkts)
{
	if (TINYNF_SWITCH_REFUSED(port_id, rx))
		return tinynf_switch_refuse(port_id);
	return rte_eth_rx_burst(port_id, queue_id, rx_pkts, nb_pkts);
}

static uint16_t __attribute__((noinline, unused))
tinynf_switch_tx_other(uint16_t port_id, uint16_t queue_id, struct rte_mbuf **tx_pkts,
		uint16_t nb_pkts)
{
	if (TINYNF_SWITCH_REFUSED(port_id, tx))
		return tinynf_switch_refuse(port_id);
	return rte_eth_tx_burst(port_id, queue_id, tx_pkts, nb_pkts);
}

static inline uint16_t __attribute__((always_inline))
tinynf_switch_rx_burst(uint16_t port_id, uint16_t queue_id, struct rte_mbuf **rx_pkts,
		const uint16_t nb_pkts)
{
	const struct tinynf_switch *s = &rte_pmd_tinynf_switch;

	if (unlikely(s->rx_callbacks[port_id][queue_id] != NULL))
		return tinynf_switch_rx_other(port_id, queue_id, rx_pkts, nb_pkts);
	return tinynf_inline_rx(s->rx_queues[port_id][queue_id], rx_pkts, nb_pkts);
}

static inline uint16_t __attribute__((always_inline))
tinynf_switch_tx_burst(uint16_t port_id, uint16_t queue_id, struct rte_mbuf **tx_pkts,
		uint16_t nb_pkts)
{
	const struct tinynf_switch *s = &rte_pmd_tinynf_switch;

	if (unlikely(s->tx_callbacks[port_id][queue_id] != NULL))
		return tinynf_switch_tx_other(port_id, queue_id, tx_pkts, nb_pkts);
	return tinynf_inline_tx(s->tx_queues[port_id][queue_id], tx_pkts, nb_pkts);
}

static inline uint16_t
tinynf_switch_tx_prepare(uint16_t port_id, uint16_t queue_id, struct rte_mbuf **tx_pkts,
		uint16_t nb_pkts)
{
	if (unlikely(port_id >= RTE_MAX_ETHPORTS ||
			rte_eth_fp_ops[port_id].tx_pkt_burst != rte_pmd_tinynf_switch.tx_burst))
		return rte_eth_tx_prepare(port_id, queue_id, tx_pkts, nb_pkts);
	return rte_pmd_tinynf_switch.tx_prepare(rte_eth_fp_ops[port_id].txq.data[queue_id],
			tx_pkts, nb_pkts);
}

/* Those of ethdev's inline functions that call bursts. */
static inline uint16_t
tinynf_switch_tx_buffer_flush(uint16_t port_id, uint16_t queue_id,
		struct rte_eth_dev_tx_buffer *buffer)
{
	const uint16_t n = buffer->length;
	uint16_t sent;

	if (n == 0)
		return 0;
	sent = tinynf_switch_tx_burst(port_id, queue_id, buffer->pkts, n);
	buffer->length = 0;
	if (unlikely(sent < n))
		buffer->error_callback(buffer->pkts + sent, n - sent, buffer->error_userdata);
	return sent;
}

static inline uint16_t
tinynf_switch_tx_buffer(uint16_t port_id, uint16_t queue_id, struct rte_eth_dev_tx_buffer *buffer,
		struct rte_mbuf *m)
{
	buffer->pkts[buffer->length] = m;
	if (++buffer->length < buffer->size)
		return 0;
	return tinynf_switch_tx_buffer_flush(port_id, queue_id, buffer);
}

#define rte_eth_rx_burst         tinynf_switch_rx_burst
#define rte_eth_tx_burst         tinynf_switch_tx_burst
#define rte_eth_tx_prepare       tinynf_switch_tx_prepare
#define rte_eth_tx_buffer        tinynf_switch_tx_buffer
#define rte_eth_tx_buffer_flush  tinynf_switch_tx_buffer_flush

#endif /* TINYNF_SWITCH_ETHDEV_H */
