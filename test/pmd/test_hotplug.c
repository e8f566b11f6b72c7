/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* Software 82599s that come and go in a running process. */

#include <dirent.h>
#include <errno.h>
#include <malloc.h>
#include <unistd.h>

#include <rte_bus.h>
#include <rte_eal.h>
#include <rte_malloc.h>

#include "pmd.h"

#define MBUFS 2048
#define RING  256

static unsigned int
open_files(void)
{
	DIR *d = opendir("/proc/self/fd");
	unsigned int n = 0;

	while (d != NULL && readdir(d) != NULL)
		n++;
	if (d != NULL)
		closedir(d);
	return n;
}

/*
 * EAL's interrupt thread makes its epoll file anew whenever a device came or went, on its own
 * time: in between there is one less.
 */
static unsigned int
most_open_files(void)
{
	unsigned int most = 0, i;

	for (i = 0; i < 100; i++) {
		most = RTE_MAX(most, open_files());
		usleep(1000);
	}
	return most;
}

static bool
no_more_files_than(unsigned int files)
{
	const uint64_t end = deadline();

	while (open_files() > files) {
		if (late(end))
			return false;
		usleep(1000);
	}
	return true;
}

static size_t
heap_used(void)
{
	struct rte_malloc_socket_stats stats;

	rte_malloc_get_socket_stats(0, &stats);
	return stats.heap_allocsz_bytes;
}

static int
plug(const char *name, const char *args, uint16_t *port)
{
	int ret = rte_eal_hotplug_add("vdev", name, args);

	if (ret != 0)
		return ret;
	return rte_eth_dev_get_port_by_name(name, port);
}

/* What a failed case left. */
static void
unplug_all(void)
{
	static const char *const names[] = { "net_tinynf5", "net_tinynf6", "net_tinynf7" };
	unsigned int i;

	for (i = 0; i < RTE_DIM(names); i++)
		port_leave(names[i]);
}

static bool
start(uint16_t port)
{
	static const struct rte_eth_conf conf;

	CHECK_RET(rte_eth_dev_configure(port, 1, 1, &conf) == 0, false);
	CHECK_RET(rte_eth_rx_queue_setup(port, 0, RING, 0, NULL, pool) == 0, false);
	CHECK_RET(rte_eth_tx_queue_setup(port, 0, RING, 0, NULL) == 0, false);
	CHECK_RET(rte_eth_dev_start(port) == 0, false);
	return true;
}

/* Detached while it runs, without stop or close: what is left must be nothing. */
CHECK_CASE(plug_and_unplug_100_times)
{
	size_t heap = 0, libc = 0;
	unsigned int files = 0, i;
	uint16_t port;

	for (i = 0; i < (check_quick() ? 10 : 100); i++) {
		CHECK_EQ(plug("net_tinynf5", "", &port), 0);
		CHECK(start(port));
		CHECK(forward(port, port, 100));
		CHECK_EQ(xstat(port, "wire_violations"), 0);
		CHECK_EQ(xstat(port, "wire_lost"), 0);
		CHECK_EQ(rte_eal_hotplug_remove("vdev", "net_tinynf5"), 0);
		CHECK_EQ(rte_eth_dev_is_valid_port(port), 0);
		CHECK_EQ(rte_mempool_avail_count(pool), MBUFS);
		if (i == 4) {
			files = most_open_files();
			heap = heap_used();
			libc = mallinfo2().uordblks;
		}
	}
	CHECK(no_more_files_than(files));
	CHECK_EQ(heap_used(), heap);
	/* Lists of other libraries may grow a little; a device has megabytes. */
	CHECK((size_t)mallinfo2().uordblks < libc + 100000);
}

/* The other port feeds it while it goes. */
CHECK_CASE(unplug_an_output)
{
	uint16_t a, b;
	unsigned int i;

	CHECK_EQ(plug("net_tinynf5", "", &a), 0);
	CHECK(start(a));
	for (i = 0; i < 10; i++) {
		CHECK_EQ(plug("net_tinynf6", "", &b), 0);
		CHECK(start(b));
		CHECK(forward(a, b, 1000));
		CHECK_EQ(rte_eal_hotplug_remove("vdev", "net_tinynf6"), 0);
		CHECK(forward(a, a, 1000));
	}
	CHECK_EQ(xstat(a, "wire_violations"), 0);
	CHECK_EQ(rte_eal_hotplug_remove("vdev", "net_tinynf5"), 0);
	CHECK_EQ(rte_mempool_avail_count(pool), MBUFS);
}

/* Link follows the far end of a cable, in whatever order the ends come. */
CHECK_CASE(cable_ends_come_and_go)
{
	uint16_t a, b;
	unsigned int i;

	CHECK_EQ(plug("net_tinynf5", "peer=net_tinynf6", &a), 0);
	CHECK(start(a));
	CHECK(link_wait(a, false));
	for (i = 0; i < 3; i++) {
		CHECK_EQ(plug("net_tinynf6", i == 1 ? "peer=net_tinynf5" : "", &b), 0);
		CHECK(start(b));
		CHECK(link_wait(a, true));
		CHECK(link_wait(b, true));
		CHECK_EQ(rte_eth_dev_set_link_down(b), 0);
		CHECK(link_wait(a, false));
		CHECK_EQ(rte_eth_dev_set_link_up(b), 0);
		CHECK(link_wait(a, true));
		CHECK_EQ(rte_eal_hotplug_remove("vdev", "net_tinynf6"), 0);
		CHECK(link_wait(a, false));
	}
	CHECK_EQ(rte_eal_hotplug_remove("vdev", "net_tinynf5"), 0);
}

CHECK_CASE(cables_have_two_ends)
{
	uint16_t a, b;

	CHECK_EQ(plug("net_tinynf5", "peer=net_tinynf6", &a), 0);
	CHECK(plug("net_tinynf6", "size=64", &b) != 0);
	CHECK(plug("net_tinynf6", "peer=net_tinynf7", &b) != 0);
	CHECK(plug("net_tinynf7", "peer=net_tinynf6", &b) != 0);
	CHECK(plug("net_tinynf7", "peer=net_tinynf5", &b) != 0);
	CHECK_EQ(plug("net_tinynf6", "", &b), 0);
	CHECK_EQ(rte_eal_hotplug_remove("vdev", "net_tinynf6"), 0);
	CHECK_EQ(rte_eal_hotplug_remove("vdev", "net_tinynf5"), 0);
}

/* What leaves through a ring comes back, and the sub-device goes with its owner. */
CHECK_CASE(sub_device_is_owned_and_goes_along)
{
	struct rte_eth_dev_owner owner;
	uint16_t a, sub, port;
	unsigned int i, ours = 0;

	for (i = 0; i < 5; i++) {
		CHECK_EQ(plug("net_tinynf5", "wire(net_null7,size=64)", &a), 0);
		CHECK_EQ(rte_eth_dev_get_port_by_name("net_null7", &sub), 0);
		CHECK_EQ(rte_eth_dev_owner_get(sub, &owner), 0);
		CHECK_STR(owner.name, "net_tinynf5");
		RTE_ETH_FOREACH_DEV(port)
			ours += port == sub;
		CHECK_EQ(ours, 0);
		CHECK(start(a));
		CHECK_EQ(rte_eth_promiscuous_enable(a), 0);
		CHECK(forward(a, a, 1000));
		/* By the bus the first times, by the application the last. */
		if (i == 4) {
			CHECK_EQ(rte_eth_dev_stop(a), 0);
			CHECK_EQ(rte_eth_dev_close(a), 0);
		}
		CHECK_EQ(rte_eal_hotplug_remove("vdev", "net_tinynf5"), 0);
		CHECK(rte_eth_dev_get_port_by_name("net_null7", &sub) != 0);
	}
	CHECK_EQ(rte_mempool_avail_count(pool), MBUFS);
}

CHECK_CASE(bad_arguments_leave_nothing)
{
	static const char *const bad[] = {
		"foo=1", "size=63", "wire(net_nosuch0)", "wire(net_null7", "peer=net_tinynf5",
		"flows=0", "mac=ff:ff:ff:ff:ff:ff", "strict=2", "cpu=-1", "wire=net_null7",
	};
	const unsigned int files = most_open_files(), ports = rte_eth_dev_count_total();
	const size_t heap = heap_used();
	uint16_t port;
	unsigned int i;

	for (i = 0; i < RTE_DIM(bad); i++)
		if (plug("net_tinynf5", bad[i], &port) == 0)
			CHECK_FAIL("%s was taken", bad[i]);
	CHECK(no_more_files_than(files));
	CHECK_EQ(rte_eth_dev_count_total(), ports);
	CHECK_EQ(heap_used(), heap);
}

static unsigned int asked;

/* What telemetry's thread may do while the port is closed, at the last moment. */
static int
ask_while_closing(uint16_t port, enum rte_eth_event_type event __rte_unused, void *arg __rte_unused,
		void *ret __rte_unused)
{
	struct rte_eth_xstat values[256];
	struct rte_eth_dev_info info;
	struct rte_eth_stats stats;
	struct rte_eth_link link;

	asked += rte_eth_stats_get(port, &stats) < 0;
	asked += rte_eth_xstats_get(port, values, RTE_DIM(values)) < 0;
	asked += rte_eth_dev_info_get(port, &info) < 0;
	asked += rte_eth_link_get_nowait(port, &link) < 0;
	return 0;
}

CHECK_CASE(a_port_that_closes_can_be_asked)
{
	uint16_t port;
	int ret;

	asked = 0;
	CHECK_EQ(plug("net_tinynf5", "", &port), 0);
	CHECK(start(port));
	CHECK_EQ(rte_eth_dev_callback_register(port, RTE_ETH_EVENT_DESTROY, ask_while_closing,
			NULL), 0);
	ret = rte_eth_dev_stop(port);
	if (ret == 0)
		ret = rte_eth_dev_close(port);
	rte_eth_dev_callback_unregister(RTE_ETH_ALL, RTE_ETH_EVENT_DESTROY, ask_while_closing,
			NULL);
	CHECK_EQ(ret, 0);
	CHECK_EQ(asked, 4);
	CHECK_EQ(rte_eal_hotplug_remove("vdev", "net_tinynf5"), 0);
}

int
main(int argc, char **argv)
{
	if (!pmd_init(argc, argv, "256", MBUFS))
		return 1;
	check_ctx.after = unplug_all;
	CHECK_RUN(plug_and_unplug_100_times);
	CHECK_RUN(unplug_an_output);
	CHECK_RUN(cable_ends_come_and_go);
	CHECK_RUN(cables_have_two_ends);
	CHECK_RUN(sub_device_is_owned_and_goes_along);
	CHECK_RUN(a_port_that_closes_can_be_asked);
	CHECK_RUN(bad_arguments_leave_nothing);
	return check_done();
}
