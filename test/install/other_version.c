/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * Preloaded, makes a DPDK say that it is another patch release of the same ABI.
 */

const char *rte_version(void);
unsigned int rte_version_minor(void);

const char *
rte_version(void)
{
	return "DPDK 22.11.99";
}

unsigned int
rte_version_minor(void)
{
	return 99;
}
