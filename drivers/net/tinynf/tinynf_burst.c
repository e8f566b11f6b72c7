/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* Which variant of the bursts runs: the widest that processor and EAL options allow. */

#include <errno.h>
#include <stdio.h>

#include <rte_common.h>
#include <rte_vect.h>
#if defined(RTE_ARCH_X86)
#include <rte_cpuflags.h>
#endif

#include "tinynf_burst.h"
#include "tinynf_control.h"
#include "tinynf_switch.h"

struct variant {
	eth_rx_burst_t rx;
	eth_tx_burst_t tx;
	const struct tinynf_burst_parts *parts;
	uint16_t bits;
	const char *name;
};

static const struct variant variants[] = {
#if defined(RTE_ARCH_X86)
	{ tinynf_rx_burst_avx2, tinynf_tx_burst_avx2, &tinynf_parts_burst_avx2, RTE_VECT_SIMD_256,
		"Vector AVX2" },
	{ tinynf_rx_burst_sse, tinynf_tx_burst_sse, &tinynf_parts_burst_sse, RTE_VECT_SIMD_128,
		"Vector SSE" },
#endif
	{ tinynf_rx_burst_c, tinynf_tx_burst_c, &tinynf_parts_burst_c, 0,
		"Scalar" },
};

static bool
variant_works(const struct variant *v)
{
	if (v->bits > rte_vect_get_max_simd_bitwidth())
		return false;
#if defined(RTE_ARCH_X86)
	if (v->bits == RTE_VECT_SIMD_256)
		return rte_cpu_get_flag_enabled(RTE_CPUFLAG_AVX2) > 0;
	if (v->bits == RTE_VECT_SIMD_128)
		return rte_cpu_get_flag_enabled(RTE_CPUFLAG_SSE4_1) > 0;
#endif
	return true;
}

void
tinynf_burst_select(struct rte_eth_dev *dev)
{
	const struct variant *v = variants;

	/* The last one always works. */
	while (!variant_works(v))
		v++;
	rte_pmd_tinynf_switch.parts = *v->parts;
	rte_pmd_tinynf_switch.rx_burst = v->rx;
	rte_pmd_tinynf_switch.tx_burst = v->tx;
	dev->rx_pkt_burst = v->rx;
	dev->tx_pkt_burst = v->tx;
}

static int
burst_mode(bool found, const struct variant *v, struct rte_eth_burst_mode *mode)
{
	if (!found)
		return -ENOTSUP;
	mode->flags = 0;
	snprintf(mode->info, sizeof(mode->info), "%s Mirrored Ring", v->name);
	return 0;
}

int
tinynf_rx_burst_mode_get(struct rte_eth_dev *dev, uint16_t queue __rte_unused,
		struct rte_eth_burst_mode *mode)
{
	unsigned int i;

	for (i = 0; i < RTE_DIM(variants) - 1 && dev->rx_pkt_burst != variants[i].rx; i++)
		;
	return burst_mode(dev->rx_pkt_burst == variants[i].rx, &variants[i], mode);
}

int
tinynf_tx_burst_mode_get(struct rte_eth_dev *dev, uint16_t queue __rte_unused,
		struct rte_eth_burst_mode *mode)
{
	unsigned int i;

	for (i = 0; i < RTE_DIM(variants) - 1 && dev->tx_pkt_burst != variants[i].tx; i++)
		;
	return burst_mode(dev->tx_pkt_burst == variants[i].tx, &variants[i], mode);
}
