/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* Bursts in groups of four packets, for any processor that DPDK runs on among x86's. */

#include <rte_config.h>

#if defined(RTE_ARCH_X86)

#include "tinynf_burst_x86.h"

#ifndef TINYNF_BURST /* a program that inlines them has names of its own */
#define TINYNF_BURST(name)  tinynf_ ## name ## _burst_sse
#endif
#define TINYNF_BURST_GROUP  4u
#define TINYNF_BURST_WIDE   8u

#define tinynf_rx_wide  tinynf_rx_group
#define tinynf_tx_wide  tinynf_tx_group

#include "tinynf_burst_template.h"

#endif /* RTE_ARCH_X86 */
