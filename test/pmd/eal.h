/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * EAL for the tests. A program that is compiled with TINYNF_TEST_PLUGIN does not contain the
 * driver: it loads the plugin as any program does whose user says -d.
 */

#ifndef TINYNF_TEST_EAL_H
#define TINYNF_TEST_EAL_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include <rte_common.h>
#include <rte_eal.h>

#define TEST_EAL_ARGS 24

/** Start EAL with these arguments, without hugepages or PCI devices. */
static inline bool
test_eal_init(int argc, const char *const *argv)
{
	static const char *const common[] = { "--no-huge", "--no-pci", "--no-shconf",
		"--log-level=lib.eal:4", "--log-level=lib.ethdev:1" };
	static char *all[TEST_EAL_ARGS];
	int n = 0, i;

	for (i = 0; i < argc; i++)
		all[n++] = (char *)(uintptr_t)argv[i];
	for (i = 0; i < (int)RTE_DIM(common); i++)
		all[n++] = (char *)(uintptr_t)common[i];
#ifdef TINYNF_TEST_PLUGIN
	all[n++] = (char *)(uintptr_t)"-d";
	all[n++] = getenv("TINYNF_PLUGIN");
	if (all[n - 1] == NULL) {
		fprintf(stderr, "TINYNF_PLUGIN does not name the plugin\n");
		return false;
	}
#endif
	if (rte_eal_init(n, all) >= 0)
		return true;
	fprintf(stderr, "EAL does not start; there must be two processors\n");
	return false;
}

#endif /* TINYNF_TEST_EAL_H */
