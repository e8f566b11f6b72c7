/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * On ordinary memory MOVDIRI, which DPDK writes doorbells with where the CPU has it, throws the
 * cache line out. A real doorbell is in no cache: this is an artefact of the software device, and
 * nobody shall suffer from it. This definition comes before EAL's own, for all drivers alike.
 */

#include <dlfcn.h>
#include <stddef.h>

#include <rte_cpuflags.h>

int
rte_cpu_get_flag_enabled(enum rte_cpu_flag_t feature)
{
	static int (*original)(enum rte_cpu_flag_t feature);

	if (feature == RTE_CPUFLAG_MOVDIRI)
		return 0;
	if (original == NULL)
		*(void **)&original = dlsym(RTLD_NEXT, "rte_cpu_get_flag_enabled");
	return original != NULL ? original(feature) : -1;
}
