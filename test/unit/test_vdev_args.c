/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* Arguments of a vdev, and the map of memory that it may reach. */

#include "check.h"
#include "tinynf_dma_map.h"
#include "tinynf_vdev_args.h"

static struct tinynf_vdev_args args;
static char error[TINYNF_VDEV_ERROR_LEN];

static bool
takes(const char *text)
{
	return tinynf_vdev_args_parse(&args, "net_tinynf3", text, error) == 0;
}

CHECK_CASE(defaults)
{
	CHECK(takes(NULL));
	CHECK(takes(""));
	CHECK_EQ(args.wire, TINYNF_VDEV_WIRE_GEN);
	CHECK(!args.gen_chosen);
	CHECK(args.strict);
	CHECK_EQ(args.cpu, (uint64_t)-1);
	CHECK_EQ(args.flush, 8);
	CHECK_EQ(args.gen.size, 64);
	CHECK_EQ(args.gen.rate, 0);
	CHECK_EQ(args.gen.ip_src, 0xc6120301);
	CHECK_EQ(args.gen.ip_dst, 0xc6120201);
	CHECK_EQ(tinynf_vdev_number("net_tinynf12"), 12);
	CHECK_EQ(tinynf_vdev_number("net_tinynf"), 0);
}

CHECK_CASE(every_key_is_taken)
{
	CHECK(takes("strict=0,mac=02:aa:bb:cc:dd:0e,size=1518,flows=16384,rate=1000000000,"
		"count=18446744073709551615,proto=tcp,dst_mac=ff:ff:ff:ff:ff:ff,ip_src=10.0.0.1,"
		"ip_dst=255.255.255.255,sport=0,dport=65535,vlan=4095,check_vlan=1,sfp=other,cpu=1,"
		"flush=32,report=/x/y.json"));
	CHECK(!args.strict);
	CHECK_MEM(args.mac, "\x02\xaa\xbb\xcc\xdd\x0e", 6);
	CHECK_EQ(args.gen.size, 1518);
	CHECK_EQ(args.gen.flows, 16384);
	CHECK_EQ(args.gen.rate, 1000000000);
	CHECK_EQ(args.gen.count, UINT64_MAX);
	CHECK(args.gen.tcp);
	CHECK(args.dst_mac_given);
	CHECK_EQ(args.gen.ip_src, 0x0a000001);
	CHECK(!args.gen.vary_ip_src);
	CHECK_EQ(args.gen.ip_dst, 0xffffffff);
	CHECK_EQ(args.gen.sport, 0);
	CHECK_EQ(args.gen.dport, 65535);
	CHECK(args.gen.tagged && args.gen.tags_matter);
	CHECK_EQ(args.gen.vlan, 4095);
	CHECK(args.sfp_third_party);
	CHECK_EQ(args.cpu, 1);
	CHECK_EQ(args.flush, 32);
	CHECK_STR(args.report, "/x/y.json");
	CHECK(takes("size=imix"));
	CHECK_EQ(args.gen.size, TINYNF_GEN_IMIX);
	CHECK(takes("peer=net_tinynf4"));
	CHECK_EQ(args.wire, TINYNF_VDEV_WIRE_PEER);
	CHECK_STR(args.peer, "net_tinynf4");
}

CHECK_CASE(sub_devices_keep_their_commas)
{
	CHECK(takes("strict=1,wire(net_tap0,iface=foo,remote=eth(0),mac=fixed),flush=1"));
	CHECK_EQ(args.wire, TINYNF_VDEV_WIRE_SUB);
	CHECK_STR(args.sub, "net_tap0,iface=foo,remote=eth(0),mac=fixed");
	CHECK_EQ(args.flush, 1);
	CHECK(takes("wire(net_null0)"));
	CHECK_STR(args.sub, "net_null0");
}

/* Each message names the device, the key, what was given and what is allowed. */
CHECK_CASE(errors_are_clear)
{
	static const struct {
		const char *text, *says[3];
	} bad[] = {
		{ "foo=1", { "foo", "unknown", "strict" } },
		{ "foo", { "foo", "unknown", "report" } },
		{ "strict", { "strict", "needs a value", "" } },
		{ "strict=yes", { "strict=yes", "0 or 1", "" } },
		{ "strict=1,strict=1", { "strict", "twice", "" } },
		{ "size=63", { "size=63", "64", "9728" } },
		{ "size=9729", { "size=9729", "imix", "9728" } },
		{ "size=64x", { "size=64x", "64", "9728" } },
		{ "size=", { "size=", "64", "9728" } },
		{ "flows=0", { "flows=0", "1", "16384" } },
		{ "flows=-1", { "flows=-1", "1", "16384" } },
		{ "rate=1000000001", { "rate=1000000001", "0", "1000000000" } },
		{ "count=18446744073709551616", { "count=18446744073709551616", "0", "" } },
		{ "proto=sctp", { "proto=sctp", "udp", "tcp" } },
		{ "mac=1:2:3", { "mac=1:2:3", "02:00:00:00:00:01", "" } },
		{ "mac=02:00:00:00:00:011", { "mac=02:00:00:00:00:011", "MAC", "" } },
		{ "mac=01:00:00:00:00:00", { "mac=01", "unicast", "" } },
		{ "mac=00:00:00:00:00:00", { "mac=00", "zero", "" } },
		{ "ip_src=1.2.3", { "ip_src=1.2.3", "198.18.0.1", "" } },
		{ "ip_dst=1.2.3.256", { "ip_dst=1.2.3.256", "198.18.0.1", "" } },
		{ "ip_dst=1.2.3.4x", { "ip_dst=1.2.3.4x", "198.18.0.1", "" } },
		{ "sport=65536", { "sport=65536", "65535", "" } },
		{ "vlan=4096", { "vlan=4096", "4095", "" } },
		{ "cpu=-1", { "cpu=-1", "1023", "" } },
		{ "flush=0", { "flush=0", "1", "32" } },
		{ "flush=33", { "flush=33", "1", "32" } },
		{ "sfp=lr", { "sfp=lr", "sr, da, other or none", "" } },
		{ "report=", { "report=", "file", "" } },
		{ "wire=net_tap0", { "wire", "wire(<vdev>", "" } },
		{ "size(64)", { "size", "size=<value>", "" } },
		{ "wire()", { "wire", "net_tap0,iface=tap0", "" } },
		{ "wire(net_tap0", { "wire(net_tap0", "parentheses", "" } },
		{ "wire net_tap0)", { "wire net_tap0)", "parentheses", "" } },
		{ "wire(net_tinynf1)", { "net_tinynf1", "peer=", "" } },
		{ "peer=net_tap0", { "peer=net_tap0", "net_tinynfN", "" } },
		{ "peer=net_tinynf3", { "peer=net_tinynf3", "own peer", "" } },
		{ "wire(net_tap0),peer=net_tinynf1", { "wire", "peer", "exclude" } },
		{ "wire(net_tap0),rate=1", { "rate", "generator", "wire" } },
		{ "size=64,peer=net_tinynf1", { "size", "generator", "peer" } },
	};
	size_t i, k;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (takes(bad[i].text))
			CHECK_FAIL("%s was taken", bad[i].text);
		if (strstr(error, "net_tinynf3") == NULL)
			CHECK_FAIL("%s: %s", bad[i].text, error);
		for (k = 0; k < 3; k++)
			if (strstr(error, bad[i].says[k]) == NULL)
				CHECK_FAIL("%s: \"%s\" doesn't say %s", bad[i].text, error,
					bad[i].says[k]);
	}
}

/* Overlong values don't overflow anything (run with AddressSanitizer). */
CHECK_CASE(long_values_are_refused)
{
	static const char *const keys[] = { "peer=net_tinynf", "report=", "mac=", "size=", "foo" };
	static char text[4096];
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		memset(text, 'a', sizeof(text) - 1);
		memcpy(text, keys[i], strlen(keys[i]));
		CHECK(!takes(text));
		CHECK(strlen(error) < sizeof(error));
	}
	memset(text, 'a', sizeof(text) - 1);
	memcpy(text, "wire(", 5);
	text[sizeof(text) - 2] = ')';
	CHECK(!takes(text));
}

CHECK_CASE(map_joins_and_splits)
{
	struct tinynf_dma_map map = { 0 };

	CHECK(!tinynf_dma_map_has(&map, 0, 1));
	CHECK_EQ(tinynf_dma_map_add(&map, 1000, 100), 0);
	CHECK_EQ(tinynf_dma_map_add(&map, 1200, 100), 0);
	CHECK_EQ(map.n, 2);
	CHECK(!tinynf_dma_map_has(&map, 1050, 200));
	CHECK_EQ(tinynf_dma_map_add(&map, 1100, 100), 0);
	CHECK_EQ(map.n, 1);
	CHECK(tinynf_dma_map_has(&map, 1050, 200));
	CHECK(tinynf_dma_map_has(&map, 1000, 300));
	CHECK(!tinynf_dma_map_has(&map, 1000, 301));
	CHECK(!tinynf_dma_map_has(&map, 999, 2));
	CHECK(!tinynf_dma_map_has(&map, 1250, UINT64_MAX));
	CHECK(!tinynf_dma_map_has(&map, UINT64_MAX, 1));
	CHECK_EQ(tinynf_dma_map_remove(&map, 1100, 100), 0);
	CHECK_EQ(map.n, 2);
	CHECK(!tinynf_dma_map_has(&map, 1150, 1));
	CHECK(tinynf_dma_map_has(&map, 1099, 1));
	CHECK(tinynf_dma_map_has(&map, 1200, 1));
	CHECK(tinynf_dma_map_add(&map, 5, 0) != 0);
	CHECK(tinynf_dma_map_add(&map, UINT64_MAX, 2) != 0);
	tinynf_dma_map_free(&map);
	CHECK(!tinynf_dma_map_has(&map, 1200, 1));
}

/* Against one flag for each byte. */
CHECK_CASE(map_against_bytes)
{
	struct tinynf_dma_map map = { 0 };
	static bool byte[512];
	unsigned int i, k, x = 3;

	memset(byte, 0, sizeof(byte));
	for (i = 0; i < 50000; i++) {
		unsigned int start, len;
		bool all = true;

		x = x * 1664525 + 1013904223;
		start = (x >> 8) % 500;
		len = 1 + (x >> 20) % 12;
		for (k = start; k < start + len; k++)
			all &= byte[k];
		CHECK_EQ(tinynf_dma_map_has(&map, start, len), all);
		if (x >> 31)
			CHECK_EQ(tinynf_dma_map_add(&map, start, len), 0);
		else
			CHECK_EQ(tinynf_dma_map_remove(&map, start, len), 0);
		memset(&byte[start], x >> 31, len);
	}
	for (i = 1; i < map.n; i++)
		CHECK(map.ranges[i].start > map.ranges[i - 1].end);
	tinynf_dma_map_free(&map);
}

int
main(int argc, char **argv)
{
	check_init(argc, argv);
	CHECK_RUN(defaults);
	CHECK_RUN(every_key_is_taken);
	CHECK_RUN(sub_devices_keep_their_commas);
	CHECK_RUN(errors_are_clear);
	CHECK_RUN(long_values_are_refused);
	CHECK_RUN(map_joins_and_splits);
	CHECK_RUN(map_against_bytes);
	return check_done();
}
