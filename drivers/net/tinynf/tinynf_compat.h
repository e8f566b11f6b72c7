/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef TINYNF_COMPAT_H
#define TINYNF_COMPAT_H

/**
 * @file
 * Every guard that one DPDK version needs and another doesn't (22.11 .. 25.11).
 */

#include <rte_version.h>

#if RTE_VERSION < RTE_VERSION_NUM(22, 11, 0, 0)
#error "net_tinynf needs DPDK 22.11 or newer"
#endif

#endif /* TINYNF_COMPAT_H */
