/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* Bursts in groups with AVX2. Only this file may use it: who calls has asked the processor. */

#include <rte_config.h>

#if defined(RTE_ARCH_X86)

#include <immintrin.h>

#include <ethdev_driver.h>
#include <rte_io.h>
#include <rte_mbuf.h>
#include <rte_memzone.h>

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#else
#pragma GCC push_options
/* Older processors, the default, want unaligned loads in halves. */
#pragma GCC target("avx2,tune=haswell")
#endif

#define TINYNF_X86_AVX2
#include "tinynf_burst_avx2.h"

#define TINYNF_BURST(name)  tinynf_ ## name ## _burst_avx2
#define TINYNF_BURST_GROUP  4u

/** Packets without ol_flags: where they may have some, none is usual. */
static inline uint32_t
tinynf_rx_group(struct tinynf_rxq *rxq, uint32_t slot, struct rte_mbuf **pkts, uint32_t n)
{
	const uint32_t eights = tinynf_avx2_rx(rxq, slot, pkts, n);

	if (n - eights < 4)
		return eights;
	return eights + tinynf_x86_rx(rxq, slot + eights, &pkts[eights], n - eights,
			rxq->rx_mask, false);
}

static inline uint32_t
tinynf_tx_group(struct tinynf_rxq *rxq, const struct tinynf_output *out, uint32_t slot,
		struct rte_mbuf **pkts, uint32_t n, uint32_t limit)
{
	const uint32_t eights = tinynf_avx2_tx(rxq, out, slot, pkts, n, limit);

	if (n - eights < 4)
		return eights;
	return eights + tinynf_x86_tx(rxq, out, slot + eights, &pkts[eights], n - eights, limit);
}

#include "tinynf_burst_template.h"

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

#endif /* RTE_ARCH_X86 */
