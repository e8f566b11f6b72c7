/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * What the PCI driver takes and what it leaves to others, without a card: the driver's source is
 * part of this test and is asked to probe made-up devices.
 */

#include <bus_pci_driver.h>
#include <ethdev_driver.h>

#include "tinynf_compat.h"

/* What tools are shown is in the driver that is linked with; from 25.07 on it can't be twice. */
#undef TINYNF_PMD_EXPORT_NAME
#undef RTE_PMD_REGISTER_PCI_TABLE
#undef RTE_PMD_REGISTER_KMOD_DEP
#undef RTE_PMD_REGISTER_PARAM_STRING
#define TINYNF_PMD_EXPORT_NAME(name) struct shown_already
#define RTE_PMD_REGISTER_PCI_TABLE(name, table) struct shown_already
#define RTE_PMD_REGISTER_KMOD_DEP(name, str) struct shown_already
#define RTE_PMD_REGISTER_PARAM_STRING(name, str) struct shown_already

#include "tinynf_pci.c"

#include <rte_eal.h>

#include "check.h"
#include "eal.h"

static uint8_t no_registers[64];

/** Probe a device of such an id with such arguments and a BAR of such a length. */
static int
probe(uint16_t device_id, const char *args, uint64_t bar_len)
{
	char text[256];
	struct rte_devargs devargs = { .args = text };
	struct rte_pci_device dev = {
		.device = { .name = "0000:12:00.0", .driver = &pci_driver.driver,
			.devargs = args != NULL ? &devargs : NULL },
		.driver = &pci_driver,
		.id = { .vendor_id = VENDOR_INTEL, .device_id = device_id },
	};

	dev.mem_resource[0].addr = bar_len != 0 ? no_registers : NULL;
	dev.mem_resource[0].len = bar_len;
	snprintf(text, sizeof(text), "%s", args != NULL ? args : "");
	return pci_probe(&pci_driver, &dev);
}

CHECK_CASE(all_physical_functions_are_listed)
{
	static const uint16_t functions[] = {
		0x10F7, 0x10F8, 0x10F9, 0x10FB, 0x10FC, 0x1507, 0x1514, 0x1517, 0x151C, 0x1529,
		0x152A, 0x154A, 0x154D, 0x1557, 0x1558,
	};
	unsigned int n, i, found;

	for (n = 0; n < RTE_DIM(functions); n++) {
		found = 0;
		for (i = 0; pci_ids[i].vendor_id != 0; i++)
			found += pci_ids[i].vendor_id == 0x8086 &&
				pci_ids[i].device_id == functions[n];
		CHECK_EQ(found, 1);
	}
	for (i = 0; pci_ids[i].vendor_id != 0; i++)
		;
	CHECK_EQ(i, RTE_DIM(functions) + 2);
}

CHECK_CASE(virtual_functions_are_left_to_others)
{
	CHECK_EQ(probe(0x10ED, NULL, BAR_SIZE), 1);
	CHECK_EQ(probe(0x152E, NULL, BAR_SIZE), 1);
}

CHECK_CASE(driver_argument_leaves_a_device_to_others)
{
	CHECK_EQ(probe(0x10FB, "driver=ixgbe", BAR_SIZE), 1);
	CHECK_EQ(probe(0x10FB, "driver=net_ixgbe,pflink_fullchk=1", BAR_SIZE), 1);
	CHECK_EQ(probe(0x10FB, "anything=1,driver=ixgbe", BAR_SIZE), 1);
	/* Ours: goes on, to find that there is no BAR. */
	CHECK(probe(0x10FB, "driver=net_tinynf", 0) < 0);
	CHECK(probe(0x10FB, "driver=tinynf,flush=4", 0) < 0);
	CHECK_EQ(rte_eth_dev_count_total(), 0);
}

CHECK_CASE(bad_arguments_and_bars_are_refused)
{
	static const char * const bad[] = {
		"flush=0", "flush=33", "flush=x", "flush=", "flush=-1", "flush=8x", "unknown=1",
		"flush=8,size=64",
	};
	unsigned int n;

	for (n = 0; n < RTE_DIM(bad); n++)
		if (probe(0x10FB, bad[n], BAR_SIZE) != -EINVAL)
			CHECK_FAIL("%s was not refused", bad[n]);
	CHECK(probe(0x10FB, NULL, 0) < 0);
	CHECK(probe(0x10FB, NULL, sizeof(no_registers)) < 0);
	CHECK_EQ(rte_eth_dev_count_total(), 0);
}

CHECK_CASE(media_are_known)
{
	CHECK(!has_no_sfp(0x10FB));
	CHECK(!has_no_sfp(0x154D));
	CHECK(has_no_sfp(0x10F7));
	CHECK(has_no_sfp(0x151C));
}

int
main(int argc, char **argv)
{
	static const char *const eal[] = { "test_pci", "-m", "64", "-l", "0" };

	check_init(argc, argv);
	if (!check_ctx.list && !test_eal_init(RTE_DIM(eal), eal))
		return 1;
	CHECK_RUN(all_physical_functions_are_listed);
	CHECK_RUN(virtual_functions_are_left_to_others);
	CHECK_RUN(driver_argument_leaves_a_device_to_others);
	CHECK_RUN(bad_arguments_and_bars_are_refused);
	CHECK_RUN(media_are_known);
	return check_done();
}
