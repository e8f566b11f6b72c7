/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#include <rte_version.h>

#include "tinynf_burst.h"
#include "tinynf_compat.h"
#include "tinynf_switch.h"

RTE_EXPORT_EXPERIMENTAL_SYMBOL(rte_pmd_tinynf_switch, 26.11)
struct tinynf_switch rte_pmd_tinynf_switch = {
	.layout = TINYNF_SWITCH_LAYOUT,
	.rx_burst = tinynf_rx_burst_c,
	.tx_burst = tinynf_tx_burst_c,
	.tx_prepare = tinynf_tx_prepare,
	.rx_unusual = tinynf_rx_unusual,
	.rx_general = tinynf_rx_general,
	.tx_general = tinynf_tx_general,
	.tx_duties = tinynf_tx_duties,
	.tx_reconsider = tinynf_tx_reconsider,
	.agent_clear_others = tinynf_agent_clear_others,
};
