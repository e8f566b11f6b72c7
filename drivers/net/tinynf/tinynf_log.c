/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#include <errno.h>
#include <string.h>

#include <rte_common.h>
#include <rte_log.h>
#include <rte_version.h>

#include "base/tinynf_base.h"
#include "tinynf_control.h"

RTE_LOG_REGISTER_DEFAULT(tinynf_logtype, NOTICE);

static void
base_log(const struct tinynf_hw *hw, enum tinynf_base_level level, const char *text)
{
	static const uint32_t levels[] = {
		[TINYNF_BASE_ERROR] = RTE_LOG_ERR,
		[TINYNF_BASE_WARNING] = RTE_LOG_WARNING,
		[TINYNF_BASE_INFO] = RTE_LOG_INFO,
	};

	rte_log(levels[level], tinynf_logtype, "net_tinynf: %s: %s\n",
			hw->name != NULL ? hw->name : "?", text);
}

RTE_INIT(tinynf_log_init)
{
	tinynf_base_log_hook = base_log;
}

/*
 * Structures between ethdev and its drivers are no part of DPDK's stable ABI: the soname
 * does not tell that they changed.
 */
int
tinynf_version_check(void)
{
	static const char built[] = RTE_VER_PREFIX;
	static bool told;

	if (RTE_VERSION_NUM(rte_version_year(), rte_version_month(), rte_version_minor(),
			rte_version_release()) == RTE_VERSION)
		return 0;
	if (told)
		return -ENOTSUP;
	told = true;
	TINYNF_LOG(ERR, "built for %s %u.%02u.%u, but this is %s: not used; build it again for the installed DPDK",
			built, RTE_VER_YEAR, RTE_VER_MONTH, RTE_VER_MINOR, rte_version());
	return -ENOTSUP;
}
