/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef TINYNF_QUEUE_H
#define TINYNF_QUEUE_H

/**
 * @file
 * Receive and transmit queues as the bursts see them, ordered by who uses what when.
 *
 * A receive queue contains its agent. A transmit queue is only the application's name for a
 * port: packets go out by the output that their own agent has on that port.
 */

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <rte_io.h>
#include <rte_mbuf.h>
#include <rte_memzone.h>

#include "tinynf_agent.h"
#include "tinynf_adapter.h"
#include "tinynf_gate.h"
#include "rte_pmd_tinynf.h"

#define TINYNF_NO_OUTPUT     UINT8_MAX
/** Ethernet header and two VLAN tags: what a frame without FCS may have beyond the MTU. */
#define TINYNF_L2_OVERHEAD   (RTE_ETHER_HDR_LEN + 2 * RTE_VLAN_HLEN)

struct tinynf_native;
struct tinynf_pool;
struct tinynf_slots;

/** What a stop may wait in all for packets on their way out; a port without link sends none. */
#define TINYNF_DRAIN_TIMEOUT_US  200000

/** Where one of an agent's outputs ends: a hardware transmit queue of a port. */
struct tinynf_output_hw {
	struct tinynf_adapter *adapter;   /**< NULL if this output is not attached. */
	const struct rte_memzone *memory; /**< Ring, a line for the head, wanted. */
	uint16_t hw_queue;
	uint16_t tx_queue;                /**< The application's queue that attached it. */
};

/** When the packets from pos on were received. */
struct tinynf_stamp {
	uint32_t pos;
	uint32_t tsc;    /**< Time stamp counter >> TINYNF_STAMP_SHIFT. */
};
#define TINYNF_STAMP_SHIFT  16

/** ol_flags that depend on five bits of a descriptor, the checksum results. */
#define TINYNF_RX_RESULTS  32

/**
 * A receive queue. All but the first word and the last group is valid inside the gate only.
 *
 * Between bursts every mbuf has data_off, refcnt, nb_segs, port and (unless any_flags)
 * ol_flags as it is handed out: who sends or drops it restores them. So bursts need not write
 * them.
 */
struct tinynf_rxq {
	/* Every burst. */
	_Alignas(RTE_CACHE_LINE_SIZE)
	struct tinynf_gate *_Atomic door; /**< The gate; that of nobody when stopped. */
	struct rte_mbuf **mbuf;          /**< By slot. */
	struct tinynf_agent agent;
	/** rearm, 0 and what of an mbuf's 16 bytes from data_off on has to be like that. */
	_Alignas(16) uint64_t usual[2];
	_Alignas(16) uint64_t usual_mask[2];
	/** Status bits: done, whole, nothing special; never so if any_flags. */
	uint32_t rx_mask;
	uint32_t rx_mask_flags;          /**< The same where the burst sees to ol_flags. */
	/** rx_mask and rx_mask_flags where they are in a descriptor's second word, repeated. */
	_Alignas(32) uint64_t rx_masks[4];
	_Alignas(32) uint64_t rx_masks_flags[4];
	/** What rx_masks_flags shall find, and what it never finds if any_flags. */
	_Alignas(16) uint64_t rx_usual[2];
	bool any_flags;                  /**< Packets may have ol_flags: written at reception. */
	bool in_bad;                     /**< Rest of a frame without EOP is to come. */
	bool held_logged;
	_Alignas(16) uint8_t ptype_bytes[16];  /**< By bits 4 to 6 of the status: low, then high. */
	uint32_t ptype[256];             /**< By the status; only bits 4 to 6 matter, 7.1.5. */
	uint64_t ol_flags[TINYNF_RX_RESULTS];
	uint64_t vlan_flags;             /**< ol_flags of a packet with a VLAN tag. */
	/* Polls that find nothing, mirroring. */
	volatile uint32_t *rdt;
	struct tinynf_stamp *stamp;      /**< By first slot of a burst. */
	uint32_t stamped;                /**< Packets from here on have no stamp. */
	uint64_t nb_bad, nb_ring_held, nb_dropped;
	/* Every transmission that is unusual. */
	_Atomic uint8_t output_of[RTE_MAX_ETHPORTS]; /**< By port, or TINYNF_NO_OUTPUT. */
	uint32_t room;                   /**< From default data_off to the end of a buffer. */
	/* Control, under the control lock. */
	_Atomic uint32_t gate;           /**< Gate's number; TINYNF_GATE_NONE when stopped. */
	struct tinynf_output_hw hw[TINYNF_MAX_OUTPUTS];
	struct tinynf_slots *slots;      /**< NULL when stopped. */
	uint32_t hidden;                 /**< Gate, while the port is used natively. */
	struct tinynf_native *native;    /**< The queue's native agent, or NULL. */
	struct rte_pmd_tinynf_stats native_stats;  /**< Of native. */
	struct rte_pmd_tinynf_stats native_before; /**< Of agents before it: dropped, bad. */
	struct tinynf_pool *pool;
	void *arrays;                    /**< The agent's arrays, stamps and held. */
	bool *held;                      /**< By slot: in the application's hands at stop. */
	const struct rte_memzone *memory; /**< The receive ring. */
	struct rte_eth_dev_data *data;
	struct tinynf_adapter *adapter;
	struct rte_eth_rxconf conf;
	uint32_t size;
	uint16_t queue;
	uint8_t buffer_kib;
	bool vlan_strip;
	bool old;                        /**< Set up before the port was configured again. */
	int socket;
};

/** A transmit queue. */
struct tinynf_txq {
	_Alignas(RTE_CACHE_LINE_SIZE)
	struct tinynf_gate *gate;        /**< Of the agent that sent here last. Never NULL. */
	struct tinynf_gate *_Atomic busy; /**< Gate that a burst has the fast pass of. */
	struct tinynf_output *_Atomic output; /**< The port's, of that agent; or one for none. */
	uint16_t port_id;
	_Atomic bool stopped;
	bool attach_logged;
	const uint16_t *mtu;             /**< The port's. */
	uint64_t nb_slow;
	struct tinynf_adapter *adapter;
	uint16_t queue;
	uint16_t size;
	struct rte_eth_txconf conf;
};

/**
 * The gate of a queue, or TINYNF_GATE_NONE: tells bursts where to enter. Inside, they look
 * again at what the gate guards.
 */
static inline uint32_t
tinynf_rxq_gate(const struct tinynf_rxq *rxq)
{
	return atomic_load_explicit(&rxq->gate, memory_order_acquire);
}

/** Let bursts in at a gate, or at none. */
static inline void
tinynf_rxq_set_gate(struct tinynf_rxq *rxq, uint32_t gate)
{
	atomic_store_explicit(&rxq->gate, gate, memory_order_release);
	atomic_store_explicit(&rxq->door, &tinynf_gates[gate], memory_order_release);
}

/** Tell the hardware a tail, after all stores to the ring. */
static inline void
tinynf_tail_write(volatile uint32_t *tail, uint32_t value)
{
	rte_io_wmb();
	*tail = rte_cpu_to_le_32(value);
}

/** data_off, refcnt, nb_segs and port of an mbuf, which lie in one word in this order. */
static inline uint64_t
tinynf_rearm_get(const struct rte_mbuf *m)
{
	uint64_t word;

	memcpy(&word, (const uint8_t *)m + offsetof(struct rte_mbuf, data_off), sizeof(word));
	return word;
}

static inline void
tinynf_rearm_set(struct rte_mbuf *m, uint64_t word)
{
	memcpy((uint8_t *)m + offsetof(struct rte_mbuf, data_off), &word, sizeof(word));
}

/** Make an mbuf as it is between bursts, before its slot is released. */
static inline void
tinynf_mbuf_restore(const struct tinynf_rxq *rxq, struct rte_mbuf *m)
{
	tinynf_rearm_set(m, rxq->usual[0]);
	m->ol_flags = 0;
}

/** Write the tails of the outputs that are due. Owner or control. */
static inline void
tinynf_rxq_ring(struct tinynf_rxq *rxq, bool idle)
{
	uint32_t due = tinynf_agent_doorbells(&rxq->agent, idle);

	while (due != 0) {
		unsigned int o = __builtin_ctz(due);

		due &= due - 1;
		tinynf_tail_write(rxq->agent.output[o].tail, tinynf_agent_tail(&rxq->agent, o));
	}
}

/** Learn heads and tell the receive tail. Owner. */
static inline void
tinynf_rxq_mirror(struct tinynf_rxq *rxq, bool idle)
{
	if (tinynf_agent_mirror(&rxq->agent, idle))
		tinynf_tail_write(rxq->rdt, tinynf_agent_rdt(&rxq->agent));
}

#endif /* TINYNF_QUEUE_H */
