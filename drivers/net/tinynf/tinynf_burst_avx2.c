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
#define TINYNF_BURST_GROUPS
#define TINYNF_BURST_EIGHT

#include "tinynf_burst_template.h"

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

#endif /* RTE_ARCH_X86 */
