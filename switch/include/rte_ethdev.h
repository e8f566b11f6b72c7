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

#include "tinynf_agent.h"
#define tinynf_agent_clear_others(...) rte_pmd_tinynf_switch.agent_clear_others(__VA_ARGS__)
#include "tinynf_burst.h"
#define tinynf_rx_unusual(...)    rte_pmd_tinynf_switch.rx_unusual(__VA_ARGS__)
#define tinynf_rx_general(...)    rte_pmd_tinynf_switch.rx_general(__VA_ARGS__)
#define tinynf_tx_general(...)    rte_pmd_tinynf_switch.tx_general(__VA_ARGS__)
#define tinynf_tx_duties(...)     rte_pmd_tinynf_switch.tx_duties(__VA_ARGS__)
#define tinynf_tx_reconsider(...) rte_pmd_tinynf_switch.tx_reconsider(__VA_ARGS__)

/*
 * The variant of the bursts that is inlined. Short names of the driver's must not get in the way
 * of an application's.
 */
#define TINYNF_BURST(name)  tinynf_inline_ ## name
#define rx_each  tinynf_inline_rx_each
#define rx_run  tinynf_inline_rx_run
#define rx_end  tinynf_inline_rx_end
#define rx_more  tinynf_inline_rx_more
#define rx_one  tinynf_inline_rx_one
#define rx_last  tinynf_inline_rx_last
#define rx_few  tinynf_inline_rx_few
#define rx_third  tinynf_inline_rx_third
#define rx_tail  tinynf_inline_rx_tail
#define rx_four  tinynf_inline_rx_four
#define rx_wide  tinynf_inline_rx_wide
#define tx_each  tinynf_inline_tx_each
#define tx_run  tinynf_inline_tx_run
#define tx_end  tinynf_inline_tx_end
#define tx_more  tinynf_inline_tx_more
#define tx_one  tinynf_inline_tx_one
#define tx_last  tinynf_inline_tx_last
#define tx_few  tinynf_inline_tx_few
#define tx_third  tinynf_inline_tx_third
#define tx_tail  tinynf_inline_tx_tail
#define tx_four  tinynf_inline_tx_four
#define tx_wide  tinynf_inline_tx_wide
#define tx_rest  tinynf_inline_tx_rest

static inline uint16_t TINYNF_BURST(rx)(void *queue, struct rte_mbuf **pkts, uint16_t nb_pkts)
	__attribute__((always_inline));
static inline uint16_t TINYNF_BURST(tx)(void *queue, struct rte_mbuf **pkts, uint16_t nb_pkts)
	__attribute__((always_inline));

#if defined(__SSE4_1__)
#include "tinynf_burst_sse.c"
#else
#include "tinynf_burst_c.c"
#endif

#undef rx_each
#undef rx_run
#undef rx_end
#undef rx_more
#undef rx_one
#undef rx_last
#undef rx_few
#undef rx_third
#undef rx_tail
#undef rx_four
#undef rx_wide
#undef tx_each
#undef tx_run
#undef tx_end
#undef tx_more
#undef tx_one
#undef tx_last
#undef tx_few
#undef tx_third
#undef tx_tail
#undef tx_four
#undef tx_wide
#undef tx_rest

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
#define TINYNF_SWITCH_OTHER(call, port_id)  tinynf_switch_refuse(port_id)
#else
#define TINYNF_SWITCH_OTHER(call, port_id)  (call)
#endif

static inline uint16_t __attribute__((always_inline))
tinynf_switch_rx_burst(uint16_t port_id, uint16_t queue_id, struct rte_mbuf **rx_pkts,
		const uint16_t nb_pkts)
{
	struct rte_eth_fp_ops *p = &rte_eth_fp_ops[port_id];
	uint16_t n;

	if (unlikely(p->rx_pkt_burst != rte_pmd_tinynf_switch.rx_burst))
		return TINYNF_SWITCH_OTHER(rte_eth_rx_burst(port_id, queue_id, rx_pkts, nb_pkts),
				port_id);
	n = tinynf_inline_rx(p->rxq.data[queue_id], rx_pkts, nb_pkts);
#ifdef RTE_ETHDEV_RXTX_CALLBACKS
	{
		void *cb = (void *)p->rxq.clbk[queue_id];

		if (unlikely(cb != NULL))
			n = rte_eth_call_rx_callbacks(port_id, queue_id, rx_pkts, n, nb_pkts, cb);
	}
#endif
	return n;
}

static inline uint16_t __attribute__((always_inline))
tinynf_switch_tx_burst(uint16_t port_id, uint16_t queue_id, struct rte_mbuf **tx_pkts,
		uint16_t nb_pkts)
{
	struct rte_eth_fp_ops *p = &rte_eth_fp_ops[port_id];

	if (unlikely(p->tx_pkt_burst != rte_pmd_tinynf_switch.tx_burst))
		return TINYNF_SWITCH_OTHER(rte_eth_tx_burst(port_id, queue_id, tx_pkts, nb_pkts),
				port_id);
#ifdef RTE_ETHDEV_RXTX_CALLBACKS
	{
		void *cb = (void *)p->txq.clbk[queue_id];

		if (unlikely(cb != NULL))
			nb_pkts = rte_eth_call_tx_callbacks(port_id, queue_id, tx_pkts, nb_pkts,
					cb);
	}
#endif
	return tinynf_inline_tx(p->txq.data[queue_id], tx_pkts, nb_pkts);
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
