/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef RTE_PMD_TINYNF_H
#define RTE_PMD_TINYNF_H

/**
 * @file
 * The native interface of net_tinynf: packets one at a time, through a handler that is inlined
 * into the loop, without mbufs.
 *
 * An @e agent is one receive queue of a port and the ports that its packets can be sent to, its
 * @e outputs. The handler gets a packet and says how many bytes of it go to each output;
 * none to any is a drop. The packet is changed in place and cannot be kept: when the
 * handler returns, it is decided.
 *
 * Ports are configured and started through ethdev, so that queues, RSS, filters, MTU and
 * statistics are the usual ones. Once an agent uses a port, at either end, bursts of ethdev on
 * it are refused (rte_errno EBUSY, counters rx_refused_native and tx_refused_native), and an
 * agent is refused on a port on which ethdev already received or sent since it started.
 *
 * A program that forwards everything between two ports:
 *
 * @code
 * #include <stdlib.h>
 * #include <rte_eal.h>
 * #include <rte_ethdev.h>
 * #include <rte_mbuf.h>
 * #include <rte_pmd_tinynf.h>
 *
 * static void
 * forward(void *packet, uint16_t length, uint16_t *lengths, void *state)
 * {
 *         lengths[0] = length;
 * }
 *
 * int
 * main(int argc, char **argv)
 * {
 *         struct rte_pmd_tinynf_agent *agents[2];
 *         struct rte_eth_conf conf = { 0 };
 *         const volatile bool quit = false;
 *         struct rte_mempool *pool;
 *         uint16_t port, other;
 *
 *         if (rte_eal_init(argc, argv) < 0)
 *                 return 1;
 *         pool = rte_pktmbuf_pool_create("pool", 2048, 0, 0, RTE_MBUF_DEFAULT_BUF_SIZE, 0);
 *         for (port = 0; port < 2; port++)
 *                 if (pool == NULL || rte_eth_dev_configure(port, 1, 1, &conf) != 0 ||
 *                                 rte_eth_rx_queue_setup(port, 0, 512, 0, NULL, pool) != 0 ||
 *                                 rte_eth_tx_queue_setup(port, 0, 512, 0, NULL) != 0 ||
 *                                 rte_eth_dev_start(port) != 0)
 *                         return 1;
 *         for (port = 0; port < 2; port++) {
 *                 other = !port;
 *                 if (rte_pmd_tinynf_agent_open(port, 0, &other, 1, NULL, &agents[port]) != 0)
 *                         return 1;
 *         }
 *         return rte_pmd_tinynf_run(agents, 2, forward, 1, &quit) != 0;
 * }
 * @endcode
 */

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>

#include <rte_atomic.h>
#include <rte_branch_prediction.h>
#include <rte_common.h>
#include <rte_compat.h>
#include <rte_prefetch.h>

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "descriptors are little endian"
#endif

#ifdef __cplusplus
extern "C" {
#endif

/** Ports that one agent can send to. */
#define RTE_PMD_TINYNF_MAX_OUTPUTS  16
/** Changes whenever what this header inlines and what the driver does no longer agree. */
#define RTE_PMD_TINYNF_LAYOUT       2u

/** What an agent has done since it was opened. */
struct rte_pmd_tinynf_stats {
	uint64_t packets;    /**< Given to the handler. */
	uint64_t dropped;    /**< Of these, sent nowhere. */
	uint64_t bad;        /**< Not given to it: frame errors, frames longer than a buffer. */
	uint64_t too_long;   /**< Transmissions refused: more bytes than MTU or buffer allow. */
	uint64_t bad_heads;  /**< Reports of the hardware that cannot be true. */
};

/** @internal A descriptor. */
struct rte_pmd_tinynf_desc {
	uint64_t addr;
	uint64_t meta;
};

/** @internal One transmit ring. */
struct rte_pmd_tinynf_output {
	volatile struct rte_pmd_tinynf_desc *ring;
	volatile uint32_t *tail;
	const volatile uint32_t *head;  /**< Where the hardware reports it. */
	uint32_t done;                  /**< Position up to which it said that it has sent. */
};

/**
 * An agent. For the functions below only.
 *
 * Positions run freely. All rings move in lockstep: a slot is received, then handled,
 * which fills its descriptor in each transmit ring (a null one where it is not sent), then,
 * when all transmit rings have passed it, received into again. Output 0's ring is the
 * receive ring: its descriptors are turned from received ones into ones to be sent.
 */
struct rte_pmd_tinynf_agent {
	volatile struct rte_pmd_tinynf_desc *ring;
	void *const *packet;                     /**< By slot. */
	void *state;
	uint32_t pos;                            /**< Next packet. */
	uint32_t mask;
	uint32_t flush_mask;                     /**< Bytes of ring per tail write, less 1. */
	uint32_t group_mask;                     /**< Bytes of ring per head report, less 1. */
	uint32_t mirrored;                       /**< Given back to receive, exclusive. */
	uint32_t expect;                         /**< Status bits of a good descriptor. */
	uint32_t inside;                         /**< A thread is polling. */
	uint32_t attend;                         /**< RTE_PMD_TINYNF_*_: what to see to first. */
	uint32_t group;                          /**< Slots per head report. */
	uint16_t max_length;
	uint16_t nb_outputs;
	volatile uint32_t *rx_tail;
	struct rte_pmd_tinynf_stats *stats;
	struct rte_pmd_tinynf_output output[RTE_PMD_TINYNF_MAX_OUTPUTS];
} __rte_cache_aligned;

/**
 * What is done with a packet: inlined if it is a function known where the loop is compiled.
 *
 * @param packet
 *   Its first byte; to be changed in place.
 * @param length
 *   Bytes received, without FCS.
 * @param lengths
 *   For each output, bytes to send: 0 at first. More than MTU and buffer allow are counted and not
 *   sent. There is room for RTE_PMD_TINYNF_MAX_OUTPUTS; what is behind the agent's outputs is not
 *   looked at.
 * @param state
 *   The agent's.
 */
typedef void (*rte_pmd_tinynf_handler)(void *packet, uint16_t length, uint16_t *lengths,
		void *state);

/** @internal */
__rte_experimental
int rte_pmd_tinynf_agent_open_layout(uint16_t port_id, uint16_t queue_id,
		const uint16_t *outputs, uint16_t nb_outputs, void *state, uint32_t layout,
		struct rte_pmd_tinynf_agent **agent);

/**
 * Use a receive queue of a started port natively.
 *
 * @param port_id
 *   The port that receives.
 * @param queue_id
 *   Its receive queue; started, and nothing received from it by ethdev since.
 * @param outputs
 *   Ports to send to, each once; started, and not used by ethdev since. The port that receives
 *   can be among them.
 * @param nb_outputs
 *   How many: 1 to RTE_PMD_TINYNF_MAX_OUTPUTS.
 * @param state
 *   Given to the handler with each packet.
 * @param agent
 *   The agent, to be polled by one thread at a time.
 * @return
 *   0; or, with the reason in the log, -EINVAL (argument, not a net_tinynf port, VLAN stripping
 *   is on), -ENODEV (not started), -EBUSY (used by ethdev or by another agent), -ENOSPC (no
 *   hardware queue left), -ENOMEM, -EXDEV (ports reach memory by different addresses),
 *   -EPROTONOSUPPORT (program and driver are of different versions), -ETIMEDOUT (hardware).
 */
__rte_experimental
static inline int
rte_pmd_tinynf_agent_open(uint16_t port_id, uint16_t queue_id, const uint16_t *outputs,
		uint16_t nb_outputs, void *state, struct rte_pmd_tinynf_agent **agent)
{
	return rte_pmd_tinynf_agent_open_layout(port_id, queue_id, outputs, nb_outputs, state,
			RTE_PMD_TINYNF_LAYOUT, agent);
}

/**
 * Close an agent: what it has sent is transmitted, its receive queue is stopped and can be
 * started again by rte_eth_dev_rx_queue_start(), for either way of use. No thread may poll the
 * agent any more.
 *
 * Stopping one of an agent's ports also ends it, but for its memory: polls of any thread then
 * return -ENODEV.
 *
 * @return
 *   0, or -EBUSY if a thread is still polling: nothing is freed then.
 */
__rte_experimental
int rte_pmd_tinynf_agent_close(struct rte_pmd_tinynf_agent *agent);

/** Statistics of an agent; any thread. Packets and bytes of its ports are ethdev's. */
__rte_experimental
void rte_pmd_tinynf_agent_stats(const struct rte_pmd_tinynf_agent *agent,
		struct rte_pmd_tinynf_stats *stats);

/* Descriptors: legacy receive, 7.1.5, from bit 32 on; legacy transmit, 7.2.3.2.2. */
#define RTE_PMD_TINYNF_RX_DD_   (UINT32_C(1) << 0)
#define RTE_PMD_TINYNF_RX_EOP_  (UINT32_C(1) << 1)
#define RTE_PMD_TINYNF_RX_RXE_  (UINT32_C(1) << 8)
#define RTE_PMD_TINYNF_RX_GOOD_ (RTE_PMD_TINYNF_RX_DD_ | RTE_PMD_TINYNF_RX_EOP_)
#define RTE_PMD_TINYNF_RX_BITS_ (RTE_PMD_TINYNF_RX_GOOD_ | RTE_PMD_TINYNF_RX_RXE_)
#define RTE_PMD_TINYNF_TX_SEND_ (UINT64_C(3) << 24) /* EOP, IFCS */
#define RTE_PMD_TINYNF_TX_RS_   (UINT64_C(1) << 27)

/* What a poll has to see to before it begins. */
#define RTE_PMD_TINYNF_CLOSED_  1u  /* the agent is closed */
#define RTE_PMD_TINYNF_FENCE_   2u  /* whoever closes it can't fence for all threads */

/* Times that a loop for small handlers has the handler in it: the usual flush period. */
#define RTE_PMD_TINYNF_COPIES_  8u

#if defined(__clang__)
#define RTE_PMD_TINYNF_UNROLL_ _Pragma("clang loop unroll(full)")
#else
#define RTE_PMD_TINYNF_UNROLL_ _Pragma("GCC unroll 16")
#endif

/** @internal Say that polling has begun. @return false if the agent is closed. */
static __rte_always_inline bool
rte_pmd_tinynf_enter_(struct rte_pmd_tinynf_agent *a)
{
	__atomic_store_n(&a->inside, 1, __ATOMIC_RELAXED);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	if (likely(__atomic_load_n(&a->attend, __ATOMIC_ACQUIRE) == 0))
		return true;
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if ((__atomic_load_n(&a->attend, __ATOMIC_ACQUIRE) & RTE_PMD_TINYNF_CLOSED_) == 0)
		return true;
	__atomic_store_n(&a->inside, 0, __ATOMIC_RELEASE);
	return false;
}

/** @internal Learn heads, and give back to receive what all outputs have passed. */
static __rte_always_inline void
rte_pmd_tinynf_mirror_(struct rte_pmd_tinynf_agent *a, uint32_t pos, unsigned int nb_outputs)
{
	const uint32_t mask = a->mask;
	uint32_t most = 0, mirrored;
	unsigned int o;

	RTE_PMD_TINYNF_UNROLL_
	for (o = 0; o < nb_outputs; o++) {
		struct rte_pmd_tinynf_output *out = &a->output[o];
		const uint32_t head = *out->head;
		uint32_t left = (pos - head) & mask;
		const uint32_t before = pos - out->done;

		/* Less than a ring is under way, so a head is never ambiguous. */
		if (likely(head <= mask && left <= before)) {
			out->done = pos - left;
		} else {
			a->stats->bad_heads++;
			left = before;
		}
		most = left > most ? left : most;
	}
	/* What the heads say comes before whatever the hardware then does with the slots. */
	rte_io_rmb();
	mirrored = pos - most + mask + 1;
	if (mirrored - a->mirrored >= a->group) {
		a->mirrored = mirrored;
		rte_io_wmb();
		*a->rx_tail = (mirrored - 1) & mask;
	}
}

/** @internal Parts of a descriptor. */
typedef uint16_t rte_pmd_tinynf_u16_ __attribute__((__may_alias__));
typedef uint32_t rte_pmd_tinynf_u32_ __attribute__((__may_alias__));

/** @internal The descriptor that begins so many bytes into a ring. */
static __rte_always_inline volatile struct rte_pmd_tinynf_desc *
rte_pmd_tinynf_desc_(volatile struct rte_pmd_tinynf_desc *ring, size_t at)
{
	return (volatile struct rte_pmd_tinynf_desc *)((volatile uint8_t *)ring + at);
}

/** @internal Status and errors of a received packet. */
static __rte_always_inline uint32_t
rte_pmd_tinynf_status_(const volatile struct rte_pmd_tinynf_desc *desc)
{
	return ((const volatile rte_pmd_tinynf_u32_ *)&desc->meta)[1];
}

/**
 * @internal Null descriptors for one that is not of a good packet. A frame longer than a buffer
 * comes in several, of which the last looks good: all up to it are bad. @return false if there
 * is none.
 */
static inline bool
rte_pmd_tinynf_bad_(struct rte_pmd_tinynf_agent *a, size_t at)
{
	const uint32_t status = rte_pmd_tinynf_status_(rte_pmd_tinynf_desc_(a->ring, at));
	unsigned int o;

	/* Nothing, or what came only now, which is for the next poll. */
	if (likely((status & RTE_PMD_TINYNF_RX_DD_) == 0) ||
			(status & RTE_PMD_TINYNF_RX_BITS_) == a->expect)
		return false;
	if (status & RTE_PMD_TINYNF_RX_EOP_) {
		a->expect = RTE_PMD_TINYNF_RX_GOOD_;
		a->stats->bad++;
	} else {
		a->expect = UINT32_MAX;
	}
	/* Output 0 comes last: its ring has what was received. */
	for (o = a->nb_outputs; o-- != 0;)
		rte_pmd_tinynf_desc_(a->output[o].ring, at)->meta = RTE_PMD_TINYNF_TX_SEND_;
	return true;
}

/** @internal More bytes than can be sent: none are. */
static inline uint32_t
rte_pmd_tinynf_too_long_(struct rte_pmd_tinynf_agent *a)
{
	a->stats->too_long++;
	return 0;
}

/** @internal Fill a slot's descriptor in each ring. @return whether it is sent anywhere. */
static __rte_always_inline bool
rte_pmd_tinynf_send_(struct rte_pmd_tinynf_agent *a, volatile struct rte_pmd_tinynf_desc *desc,
		size_t at, const uint16_t *lengths, const unsigned int nb_outputs, uint32_t max)
{
	uint32_t length = lengths[0], any = 0;
	unsigned int o;

	RTE_PMD_TINYNF_UNROLL_
	for (o = 1; o < nb_outputs; o++) {
		uint32_t other = lengths[o];

		if (unlikely(other > max))
			other = rte_pmd_tinynf_too_long_(a);
		any |= other;
		rte_pmd_tinynf_desc_(a->output[o].ring, at)->meta = RTE_PMD_TINYNF_TX_SEND_ | other;
	}
	/* Nothing and too much in one comparison. */
	if (nb_outputs == 1 && likely(length - 1 < max))
		any = 1;
	else if (unlikely(length > max))
		length = rte_pmd_tinynf_too_long_(a);
	/* Output 0 comes last: its ring has what was received. */
	desc->meta = RTE_PMD_TINYNF_TX_SEND_ | length;
	return nb_outputs == 1 ? any != 0 : (any | length) != 0;
}

/** @internal Give a packet to the handler. @return false if there is none, or a bad one. */
static __rte_always_inline bool
rte_pmd_tinynf_one_(struct rte_pmd_tinynf_agent *a, volatile struct rte_pmd_tinynf_desc *desc,
		size_t at, void *packet, rte_pmd_tinynf_handler handler,
		const unsigned int nb_outputs, uint32_t expect, uint32_t max)
{
	uint16_t lengths[RTE_PMD_TINYNF_MAX_OUTPUTS];
	unsigned int o;

	if (unlikely((rte_pmd_tinynf_status_(desc) & RTE_PMD_TINYNF_RX_BITS_) != expect))
		return false;
	/* What the status tells of was written before. */
	rte_io_rmb();
	RTE_PMD_TINYNF_UNROLL_
	for (o = 0; o < nb_outputs; o++)
		lengths[o] = 0;
	handler(packet, *(const volatile rte_pmd_tinynf_u16_ *)&desc->meta, lengths, a->state);
	if (!rte_pmd_tinynf_send_(a, desc, at, lengths, nb_outputs, max))
		a->stats->dropped++;
	return true;
}

/**
 * @internal Handle packets from one place in the ring to another.
 * @return the place of the first that isn't a good one.
 */
static __rte_always_inline size_t
rte_pmd_tinynf_handle_(struct rte_pmd_tinynf_agent *a,
		volatile struct rte_pmd_tinynf_desc *ring, size_t at, const size_t end,
		rte_pmd_tinynf_handler handler, const unsigned int nb_outputs, const bool small)
{
	volatile struct rte_pmd_tinynf_desc *desc = rte_pmd_tinynf_desc_(ring, at);
	const uint32_t max = __atomic_load_n(&a->max_length, __ATOMIC_RELAXED);
	const uint32_t expect = a->expect;
	const size_t size = sizeof(*ring);
	void *const *packet = a->packet + at / size;
	unsigned int i;

	/* One address for all: compilers would rather add ring and place for each. */
	__asm__ ("" : "+r" (desc));
	if (small && likely(at + RTE_PMD_TINYNF_COPIES_ * size == end)) {
		RTE_PMD_TINYNF_UNROLL_
		for (i = 0; i < RTE_PMD_TINYNF_COPIES_; i++)
			if (unlikely(!rte_pmd_tinynf_one_(a, desc + i, at + i * size, packet[i],
					handler, nb_outputs, expect, max)))
				return at + i * size;
		return end;
	}
	do {
		if (unlikely(!rte_pmd_tinynf_one_(a, desc, at, *packet, handler, nb_outputs,
				expect, max)))
			return at;
		desc++;
		packet++;
		at += size;
	} while (at != end);
	return end;
}

/** @internal Ask for a report at the end of a group, and write the tails. */
static __rte_always_inline void
rte_pmd_tinynf_flush_(struct rte_pmd_tinynf_agent *a, size_t at, const bool group_end,
		const unsigned int nb_outputs)
{
	const uint32_t tail = (uint32_t)(at / sizeof(*a->ring)) & a->mask;
	unsigned int o;

	if (group_end) {
		RTE_PMD_TINYNF_UNROLL_
		for (o = 0; o < nb_outputs; o++) {
			volatile uint64_t *meta =
				&rte_pmd_tinynf_desc_(a->output[o].ring, at)[-1].meta;

			*meta = *meta | RTE_PMD_TINYNF_TX_RS_;
		}
	}
	rte_io_wmb();
	RTE_PMD_TINYNF_UNROLL_
	for (o = 0; o < nb_outputs; o++)
		*a->output[o].tail = tail;
}

/**
 * @internal The packets that are there, up to the end of a group, where heads are reported; so
 * this neither wraps nor asks in its middle. @return how many.
 */
static __rte_always_inline uint32_t
rte_pmd_tinynf_burst_(struct rte_pmd_tinynf_agent *a, rte_pmd_tinynf_handler handler,
		const unsigned int nb_outputs, const bool small)
{
	volatile struct rte_pmd_tinynf_desc *const ring = a->ring;
	const uint32_t pos = a->pos;
	/* In bytes, as instructions want it. */
	const size_t first = (size_t)(pos & a->mask) * sizeof(*ring);
	size_t at = first, end;
	uint32_t bad = 0, n;

	for (;;) {
		end = (at | a->flush_mask) + 1;
		at = rte_pmd_tinynf_handle_(a, ring, at, end, handler, nb_outputs, small);
		if (unlikely(at != end)) {
			if (!rte_pmd_tinynf_bad_(a, at))
				break;
			bad++;
			at += sizeof(*ring);
			if (at != end)
				continue;
		}
		if ((at & a->group_mask) == 0)
			break;
		rte_pmd_tinynf_flush_(a, at, false, nb_outputs);
	}
	n = (uint32_t)((at - first) / sizeof(*ring));
	a->stats->packets += n - bad;
	a->pos = pos + n;
	if (likely(at == end)) {
		rte_pmd_tinynf_flush_(a, at, true, nb_outputs);
		rte_pmd_tinynf_mirror_(a, pos + n, nb_outputs);
	} else if (n == 0) {
		if (pos + a->mask + 1 - a->mirrored >= a->group)
			rte_pmd_tinynf_mirror_(a, pos, nb_outputs);
	} else if ((at & a->flush_mask) != 0) {
		rte_pmd_tinynf_flush_(a, at, false, nb_outputs);
	}
	return n;
}

/** @internal */
static __rte_always_inline int
rte_pmd_tinynf_poll_(struct rte_pmd_tinynf_agent *agent, rte_pmd_tinynf_handler handler,
		const unsigned int nb_outputs, const bool small)
{
	uint32_t n;

	if (unlikely(!rte_pmd_tinynf_enter_(agent)))
		return -ENODEV;
	n = rte_pmd_tinynf_burst_(agent, handler, nb_outputs, small);
	__atomic_store_n(&agent->inside, 0, __ATOMIC_RELEASE);
	return (int)n;
}

/** @internal */
static __rte_always_inline int
rte_pmd_tinynf_run_(struct rte_pmd_tinynf_agent *const *agents, unsigned int nb_agents,
		rte_pmd_tinynf_handler handler, const unsigned int nb_outputs,
		const volatile bool *quit, const bool small)
{
	unsigned int i;

	for (i = 0; i < nb_agents; i++)
		if (agents[i]->nb_outputs != nb_outputs)
			return -EINVAL;
	while (!*quit) {
		for (i = 0; i < nb_agents; i++)
			if (unlikely(rte_pmd_tinynf_poll_(agents[i], handler, nb_outputs,
					small) < 0))
				return -ENODEV;
	}
	return 0;
}

/**
 * Handle the packets that an agent has, up to 32. Those handled are given to the hardware each
 * flush period (device argument @c flush), and when there are no more.
 *
 * @param agent
 *   The agent.
 * @param handler
 *   What to do with each.
 * @param nb_outputs
 *   As many as the agent was opened with: a constant makes the loop shorter.
 * @return
 *   How many were there; -EINVAL if the agent has another number of outputs; -ENODEV if it was
 *   closed by a stop of one of its ports.
 */
__rte_experimental
static __rte_always_inline int
rte_pmd_tinynf_poll(struct rte_pmd_tinynf_agent *agent, rte_pmd_tinynf_handler handler,
		const unsigned int nb_outputs)
{
	if (unlikely(agent->nb_outputs != nb_outputs))
		return -EINVAL;
	return rte_pmd_tinynf_poll_(agent, handler, nb_outputs, false);
}

/**
 * The same for a handler of a few instructions: the loop has it eight times, one after the other.
 */
__rte_experimental
static __rte_always_inline int
rte_pmd_tinynf_poll_small(struct rte_pmd_tinynf_agent *agent, rte_pmd_tinynf_handler handler,
		const unsigned int nb_outputs)
{
	if (unlikely(agent->nb_outputs != nb_outputs))
		return -EINVAL;
	return rte_pmd_tinynf_poll_(agent, handler, nb_outputs, true);
}

/**
 * Poll several agents in turns until told to quit.
 *
 * @param agents
 *   The agents, all with the same number of outputs.
 * @param nb_agents
 *   How many.
 * @param handler
 *   What to do with each packet.
 * @param nb_outputs
 *   Outputs of each agent: a constant makes the loop shorter.
 * @param quit
 *   The loop ends when it is true; a handler, a signal or another thread may set it.
 * @return
 *   0; -EINVAL if an agent has another number of outputs; -ENODEV if one was closed by a stop of
 *   one of its ports.
 */
__rte_experimental
static __rte_always_inline int
rte_pmd_tinynf_run(struct rte_pmd_tinynf_agent *const *agents, unsigned int nb_agents,
		rte_pmd_tinynf_handler handler, const unsigned int nb_outputs,
		const volatile bool *quit)
{
	return rte_pmd_tinynf_run_(agents, nb_agents, handler, nb_outputs, quit, false);
}

/** The same for a handler of a few instructions, as rte_pmd_tinynf_poll_small(). */
__rte_experimental
static __rte_always_inline int
rte_pmd_tinynf_run_small(struct rte_pmd_tinynf_agent *const *agents, unsigned int nb_agents,
		rte_pmd_tinynf_handler handler, const unsigned int nb_outputs,
		const volatile bool *quit)
{
	return rte_pmd_tinynf_run_(agents, nb_agents, handler, nb_outputs, quit, true);
}

#ifdef __cplusplus
}
#endif

#endif /* RTE_PMD_TINYNF_H */
