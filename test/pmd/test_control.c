/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * The control operations through the ethdev API, on a software 82599 in strict mode: what is
 * set must show in which frames arrive, not only in what is read back.
 */

#include <errno.h>
#include <pthread.h>

#include <rte_eal.h>

#include "base/tinynf_regs.h"
#include "control_port.h"
#include "queue_stats.h"
#include "tinynf_ports.h"

CHECK_CASE(refuses_what_it_cannot_do)
{
	struct rte_eth_dev_info info;
	struct rte_eth_conf conf;
	int port = port_open("", 1, NULL);
	unsigned int bit;

	CHECK(port >= 0);
	CHECK_EQ(rte_eth_dev_info_get(port, &info), 0);
	for (bit = 0; bit < 64; bit++) {
		memset(&conf, 0, sizeof(conf));
		conf.rxmode.offloads = RTE_BIT64(bit);
		CHECK_EQ(rte_eth_dev_configure(port, 1, 1, &conf) == 0,
				(info.rx_offload_capa & RTE_BIT64(bit)) != 0);
		memset(&conf, 0, sizeof(conf));
		conf.txmode.offloads = RTE_BIT64(bit);
		CHECK_EQ(rte_eth_dev_configure(port, 1, 1, &conf) == 0,
				(info.tx_offload_capa & RTE_BIT64(bit)) != 0);
	}
	memset(&conf, 0, sizeof(conf));
	conf.rxmode.mq_mode = RTE_ETH_MQ_RX_DCB;
	CHECK(rte_eth_dev_configure(port, 1, 1, &conf) < 0);
	conf.rxmode.mq_mode = RTE_ETH_MQ_RX_VMDQ_RSS;
	CHECK(rte_eth_dev_configure(port, 1, 1, &conf) < 0);
	memset(&conf, 0, sizeof(conf));
	conf.txmode.mq_mode = RTE_ETH_MQ_TX_DCB;
	CHECK(rte_eth_dev_configure(port, 1, 1, &conf) < 0);
	memset(&conf, 0, sizeof(conf));
	conf.lpbk_mode = 1;
	CHECK(rte_eth_dev_configure(port, 1, 1, &conf) < 0);
	memset(&conf, 0, sizeof(conf));
	conf.intr_conf.rmv = 1;
	CHECK(rte_eth_dev_configure(port, 1, 1, &conf) < 0);
	memset(&conf, 0, sizeof(conf));
	conf.link_speeds = RTE_ETH_LINK_SPEED_1G | RTE_ETH_LINK_SPEED_FIXED;
	CHECK(rte_eth_dev_configure(port, 1, 1, &conf) < 0);
	conf.link_speeds = RTE_ETH_LINK_SPEED_10G | RTE_ETH_LINK_SPEED_FIXED;
	CHECK_EQ(rte_eth_dev_configure(port, 1, 1, &conf), 0);
	memset(&conf, 0, sizeof(conf));
	conf.rx_adv_conf.rss_conf.rss_hf = RTE_ETH_RSS_SCTP;
	conf.rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
	CHECK(rte_eth_dev_configure(port, 1, 1, &conf) < 0);
	CHECK(rte_eth_dev_configure(port, 17, 1, &(struct rte_eth_conf){ 0 }) < 0);
	CHECK(rte_eth_dev_configure(port, 1, 65, &(struct rte_eth_conf){ 0 }) < 0);
	CHECK_EQ(rte_eth_dev_configure(port, 16, 64, &(struct rte_eth_conf){ 0 }), 0);
	CHECK(port_close(port));
}

CHECK_CASE(starts_and_stops_100_times)
{
	int port = port_open("", 2, NULL);
	unsigned int n;

	CHECK(port >= 0);
	for (n = 0; n < (check_quick() ? 10 : 100); n++) {
		CHECK_EQ(rte_eth_dev_start(port), 0);
		CHECK(rte_mempool_avail_count(pool) < MBUFS);
		CHECK_EQ(rte_eth_dev_stop(port), 0);
		CHECK_EQ(rte_mempool_avail_count(pool), MBUFS);
	}
	CHECK_EQ(rte_eth_dev_start(port), 0);
	CHECK(link_wait(port, true));
	CHECK(arrives(port, 0, NULL));
	CHECK(port_close(port));
}

CHECK_CASE(reset_forgets_and_works_again)
{
	static const struct rte_eth_conf conf;
	struct rte_ether_addr perm, other = { { 2, 0, 0, 0, 0, 0x42 } }, now;
	int port = port_open("", 1, NULL);

	CHECK(port >= 0);
	CHECK_EQ(rte_eth_macaddr_get(port, &perm), 0);
	CHECK_EQ(rte_eth_dev_start(port), 0);
	CHECK_EQ(rte_eth_dev_default_mac_addr_set(port, &other), 0);
	CHECK_EQ(rte_eth_dev_reset(port), 0);
	CHECK_EQ(rte_mempool_avail_count(pool), MBUFS);
	CHECK_EQ(rte_eth_macaddr_get(port, &now), 0);
	CHECK_MEM(&now, &perm, sizeof(now));
	CHECK_EQ(rte_eth_dev_configure(port, 1, 1, &conf), 0);
	CHECK_EQ(rte_eth_rx_queue_setup(port, 0, RING, 0, NULL, pool), 0);
	CHECK_EQ(rte_eth_tx_queue_setup(port, 0, RING, 0, NULL), 0);
	CHECK_EQ(rte_eth_dev_start(port), 0);
	CHECK(link_wait(port, true));
	CHECK(arrives(port, 0, NULL));
	CHECK(port_close(port));
}

CHECK_CASE(unicast_filter)
{
	struct rte_ether_addr want = { { 0x02, 0, 0, 0, 0, 0x99 } }, perm, addr;
	int port = port_open(SLOWLY "dst_mac=02:00:00:00:00:99", 1, NULL);
	unsigned int n;

	CHECK(port >= 0);
	CHECK_EQ(rte_eth_macaddr_get(port, &perm), 0);
	CHECK_EQ(rte_eth_dev_start(port), 0);
	CHECK(link_wait(port, true));
	CHECK_EQ(arrivals(port, 0, QUIET_MS, NULL), 0);
	CHECK_EQ(rte_eth_dev_mac_addr_add(port, &want, 0), 0);
	CHECK(arrives(port, 0, NULL));
	CHECK_EQ(rte_eth_dev_mac_addr_remove(port, &want), 0);
	drain(port);
	CHECK_EQ(arrivals(port, 0, QUIET_MS, NULL), 0);
	CHECK_EQ(rte_eth_dev_default_mac_addr_set(port, &want), 0);
	CHECK(arrives(port, 0, NULL));
	/* Still so after a restart. */
	CHECK_EQ(rte_eth_dev_stop(port), 0);
	CHECK_EQ(rte_eth_dev_start(port), 0);
	CHECK(link_wait(port, true));
	CHECK(arrives(port, 0, NULL));
	CHECK_EQ(rte_eth_dev_default_mac_addr_set(port, &perm), 0);
	drain(port);
	CHECK_EQ(arrivals(port, 0, QUIET_MS, NULL), 0);
	CHECK_EQ(rte_eth_promiscuous_enable(port), 0);
	CHECK(arrives(port, 0, NULL));
	CHECK_EQ(rte_eth_promiscuous_disable(port), 0);
	drain(port);
	CHECK_EQ(arrivals(port, 0, QUIET_MS, NULL), 0);
	/* 128 places, the first taken. */
	for (n = 1; n < 128; n++) {
		addr = (struct rte_ether_addr){ { 2, 0, 0, 0, 1, (uint8_t)n } };
		CHECK_EQ(rte_eth_dev_mac_addr_add(port, &addr, 0), 0);
	}
	CHECK(rte_eth_dev_mac_addr_add(port, &want, 0) < 0);
	CHECK(rte_eth_dev_mac_addr_add(port, &want, 1) < 0);
	CHECK(port_close(port));
}

CHECK_CASE(multicast_filter)
{
	struct rte_ether_addr group = { { 0x01, 0x00, 0x5e, 0x00, 0x00, 0x05 } };
	struct rte_ether_addr no_group = { { 0x02, 0, 0, 0, 0, 1 } };
	int port = port_open(SLOWLY "dst_mac=01:00:5e:00:00:05", 1, NULL);

	CHECK(port >= 0);
	CHECK_EQ(rte_eth_dev_start(port), 0);
	CHECK(link_wait(port, true));
	CHECK_EQ(arrivals(port, 0, QUIET_MS, NULL), 0);
	CHECK_EQ(rte_eth_dev_set_mc_addr_list(port, &group, 1), 0);
	CHECK(arrives(port, 0, NULL));
	CHECK_EQ(rte_eth_dev_stop(port), 0);
	CHECK_EQ(rte_eth_dev_start(port), 0);
	CHECK(link_wait(port, true));
	CHECK(arrives(port, 0, NULL));
	CHECK(rte_eth_dev_set_mc_addr_list(port, &no_group, 1) < 0);
	CHECK_EQ(rte_eth_dev_set_mc_addr_list(port, NULL, 0), 0);
	drain(port);
	CHECK_EQ(arrivals(port, 0, QUIET_MS, NULL), 0);
	CHECK_EQ(rte_eth_allmulticast_enable(port), 0);
	CHECK(arrives(port, 0, NULL));
	CHECK_EQ(rte_eth_allmulticast_disable(port), 0);
	drain(port);
	CHECK_EQ(arrivals(port, 0, QUIET_MS, NULL), 0);
	CHECK(port_close(port));
}

CHECK_CASE(vlan_filter_and_strip)
{
	struct rte_eth_conf conf = { .rxmode.offloads = RTE_ETH_RX_OFFLOAD_VLAN_FILTER |
		RTE_ETH_RX_OFFLOAD_VLAN_STRIP };
	static struct rte_mbuf last;
	uint32_t stripped;
	int port = port_open(SLOWLY "vlan=5", 1, &conf);

	CHECK(port >= 0);
	CHECK_EQ(rte_eth_dev_start(port), 0);
	CHECK(link_wait(port, true));
	CHECK_EQ(arrivals(port, 0, QUIET_MS, NULL), 0);
	CHECK_EQ(rte_eth_dev_vlan_filter(port, 6, 1), 0);
	CHECK_EQ(arrivals(port, 0, QUIET_MS, NULL), 0);
	CHECK_EQ(rte_eth_dev_vlan_filter(port, 5, 1), 0);
	CHECK(arrives(port, 0, &last));
	CHECK_EQ(last.vlan_tci & 0xFFF, 5);
	CHECK(last.ol_flags & RTE_MBUF_F_RX_VLAN);
	CHECK(last.ol_flags & RTE_MBUF_F_RX_VLAN_STRIPPED);
	stripped = last.pkt_len;
	/* Both survive a restart. */
	CHECK_EQ(rte_eth_dev_stop(port), 0);
	CHECK_EQ(rte_eth_dev_start(port), 0);
	CHECK(link_wait(port, true));
	CHECK(arrives(port, 0, &last));
	CHECK(last.ol_flags & RTE_MBUF_F_RX_VLAN_STRIPPED);
	CHECK_EQ(rte_eth_dev_set_vlan_strip_on_queue(port, 0, 0), 0);
	drain(port);
	CHECK(arrives(port, 0, &last));
	CHECK(!(last.ol_flags & RTE_MBUF_F_RX_VLAN_STRIPPED));
	CHECK_EQ(last.pkt_len, stripped + 4);
	CHECK_EQ(rte_eth_dev_vlan_filter(port, 5, 0), 0);
	drain(port);
	CHECK_EQ(arrivals(port, 0, QUIET_MS, NULL), 0);
	CHECK_EQ(rte_eth_dev_set_vlan_offload(port, 0), 0);
	CHECK(arrives(port, 0, NULL));
	CHECK(port_close(port));
}

CHECK_CASE(rss_spreads_as_told)
{
	struct rte_eth_conf conf = {
		.rxmode.mq_mode = RTE_ETH_MQ_RX_RSS,
		.rx_adv_conf.rss_conf.rss_hf = RTE_ETH_RSS_NONFRAG_IPV4_UDP,
	};
	struct rte_eth_rss_reta_entry64 reta[2], back[2];
	uint8_t key[40], key_back[40];
	struct rte_eth_rss_conf rss = { .rss_key = key_back, .rss_key_len = sizeof(key_back) };
	int port = port_open(SLOWLY "flows=64", 4, &conf);
	unsigned int q, n;

	CHECK(port >= 0);
	CHECK_EQ(rte_eth_dev_start(port), 0);
	CHECK(link_wait(port, true));
	for (q = 0; q < 4; q++)
		CHECK(arrives(port, q, NULL));
	CHECK_EQ(rte_eth_dev_rss_hash_conf_get(port, &rss), 0);
	CHECK_EQ(rss.rss_hf, RTE_ETH_RSS_NONFRAG_IPV4_UDP);
	/* All to queue 2. */
	memset(reta, 0, sizeof(reta));
	for (n = 0; n < 128; n++) {
		reta[n / 64].mask |= RTE_BIT64(n % 64);
		reta[n / 64].reta[n % 64] = 2;
	}
	CHECK_EQ(rte_eth_dev_rss_reta_update(port, reta, 128), 0);
	memset(back, 0, sizeof(back));
	back[1].mask = 1;
	CHECK_EQ(rte_eth_dev_rss_reta_query(port, back, 128), 0);
	CHECK_EQ(back[1].reta[0], 2);
	for (q = 0; q < 4; q++)
		arrivals(port, q, 20, NULL);
	for (q = 0; q < 4; q++)
		CHECK(q == 2 ? arrives(port, q, NULL) :
				arrivals(port, q, QUIET_MS, NULL) == 0);
	/* Kept over a restart, the key too. */
	for (n = 0; n < sizeof(key); n++)
		key[n] = (uint8_t)(3 * n + 1);
	rss = (struct rte_eth_rss_conf){ .rss_key = key, .rss_key_len = sizeof(key),
		.rss_hf = RTE_ETH_RSS_IPV4 };
	CHECK_EQ(rte_eth_dev_rss_hash_update(port, &rss), 0);
	rss.rss_key_len = 39;
	CHECK(rte_eth_dev_rss_hash_update(port, &rss) < 0);
	CHECK_EQ(rte_eth_dev_stop(port), 0);
	CHECK_EQ(rte_eth_dev_start(port), 0);
	CHECK(link_wait(port, true));
	for (q = 0; q < 4; q++)
		CHECK(q == 2 ? arrives(port, q, NULL) :
				arrivals(port, q, QUIET_MS, NULL) == 0);
	rss = (struct rte_eth_rss_conf){ .rss_key = key_back, .rss_key_len = sizeof(key_back) };
	CHECK_EQ(rte_eth_dev_rss_hash_conf_get(port, &rss), 0);
	CHECK_EQ(rss.rss_hf, RTE_ETH_RSS_IPV4);
	CHECK_MEM(key_back, key, sizeof(key));
	CHECK(port_close(port));
}

CHECK_CASE(statistics_add_up)
{
	struct rte_eth_conf conf = {
		.rxmode.mq_mode = RTE_ETH_MQ_RX_RSS,
		.rx_adv_conf.rss_conf.rss_hf = RTE_ETH_RSS_NONFRAG_IPV4_UDP,
	};
	struct rte_eth_xstat_name names[512];
	struct rte_eth_xstat values[512];
	struct rte_eth_stats stats;
	uint64_t packets = 0, bytes = 0, seen = 0;
	int port = port_open(SLOWLY "flows=64,size=128", 4, &conf), count, n, i;
	unsigned int q, round;

	CHECK(port >= 0);
	CHECK_EQ(rte_eth_dev_start(port), 0);
	CHECK(link_wait(port, true));
	for (round = 0; round < 8; round++)
		for (q = 0; q < 4; q++)
			seen += arrivals(port, q, 20, NULL);
	CHECK_EQ(rte_eth_stats_get(port, &stats), 0);
	CHECK(stats.imissed > 0);
	CHECK_EQ(rte_eth_dev_stop(port), 0);
	/* Stopped, and still there. */
	CHECK_EQ(rte_eth_stats_get(port, &stats), 0);
	for (q = 0; q < 4; q++) {
		CHECK(queue_stat(port, "rx", q, "packets") > 0);
		packets += queue_stat(port, "rx", q, "packets");
		bytes += queue_stat(port, "rx", q, "bytes");
	}
	CHECK_EQ(stats.ipackets, packets);
	CHECK_EQ(stats.ibytes, bytes);
	CHECK_EQ(stats.ibytes, stats.ipackets * 124);
	CHECK_EQ(stats.ipackets, seen + xstat(port, "stop_unread"));
	/* Three of four queues are not polled for a while: some frames are missed. */
	CHECK_EQ(xstat(port, "wire_sent"), stats.ipackets + stats.imissed);
	CHECK_EQ(xstat(port, "rx_mac_good_packets"), stats.ipackets + stats.imissed);
	CHECK_EQ(xstat(port, "rx_size_128_to_255_packets"), stats.ipackets + stats.imissed);
	CHECK_EQ(xstat(port, "rx_mac_good_bytes"), (stats.ipackets + stats.imissed) * 128);
	CHECK_EQ(xstat(port, "dropped"), seen);
	CHECK_EQ(stats.ierrors + stats.oerrors + stats.rx_nombuf + stats.opackets, 0);

	count = rte_eth_xstats_get_names(port, names, RTE_DIM(names));
	CHECK(count > 60 && count <= (int)RTE_DIM(names));
	CHECK_EQ(rte_eth_xstats_get(port, values, RTE_DIM(values)), count);
	for (n = 0; n < count; n++)
		for (i = 0; i < n; i++)
			if (strcmp(names[n].name, names[i].name) == 0)
				CHECK_FAIL("two statistics named %s", names[n].name);
	CHECK_EQ(rte_eth_stats_reset(port), 0);
	CHECK_EQ(rte_eth_stats_get(port, &stats), 0);
	CHECK_EQ(stats.ipackets + stats.ibytes + queue_stat(port, "rx", 1, "packets"), 0);
	CHECK_EQ(rte_eth_xstats_reset(port), 0);
	CHECK_EQ(xstat(port, "rx_mac_good_packets") + xstat(port, "dropped"), 0);
	CHECK(port_close(port));
}

CHECK_CASE(mtu_fits_one_buffer)
{
	int port = port_open("size=1400,rate=1000", 1, NULL);
	unsigned int tries;
	uint16_t mtu = 0;

	CHECK(port >= 0);
	CHECK(rte_eth_dev_set_mtu(port, 9000) < 0);
	CHECK(rte_eth_dev_set_mtu(port, 67) < 0);
	CHECK_EQ(rte_eth_dev_set_mtu(port, 2026), 0);
	CHECK(rte_eth_dev_set_mtu(port, 2027) < 0);
	CHECK_EQ(rte_eth_dev_get_mtu(port, &mtu), 0);
	CHECK_EQ(mtu, 2026);
	CHECK_EQ(rte_eth_dev_start(port), 0);
	CHECK(link_wait(port, true));
	CHECK(arrives(port, 0, NULL));
	/* 1400 bytes with CRC are an MTU of 1382. */
	CHECK_EQ(rte_eth_dev_set_mtu(port, 1381), 0);
	drain(port);
	CHECK_EQ(arrivals(port, 0, QUIET_MS, NULL), 0);
	for (tries = 0; tries < 6000 && xstat(port, "rx_oversize_errors") == 0; tries++)
		rte_delay_us_sleep(10000);
	CHECK(xstat(port, "rx_oversize_errors") > 0);
	CHECK_EQ(rte_eth_dev_set_mtu(port, 1382), 0);
	CHECK(arrives(port, 0, NULL));
	CHECK(port_close(port));
}

/* Queues of before the port was configured again don't bound what the next ones are for. */
CHECK_CASE(mtu_grows_before_queues_do)
{
	static const struct rte_eth_conf plain;
	int port = port_open("size=9000,rate=1000", 1, NULL);
	struct rte_mempool *large = rte_pktmbuf_pool_create("large", 1023, 0, 0,
			RTE_PKTMBUF_HEADROOM + 10240, 0);

	CHECK(port >= 0 && large != NULL);
	CHECK_EQ(rte_eth_dev_start(port), 0);
	CHECK_EQ(rte_eth_dev_stop(port), 0);
	CHECK(rte_eth_dev_set_mtu(port, 9000) < 0);
	CHECK_EQ(rte_eth_dev_configure(port, 1, 1, &plain), 0);
	CHECK_EQ(rte_eth_dev_set_mtu(port, 9000), 0);
	CHECK(rte_eth_dev_start(port) < 0);
	CHECK_EQ(rte_eth_rx_queue_setup(port, 0, RING, 0, NULL, large), 0);
	CHECK(rte_eth_dev_set_mtu(port, 10240) < 0);
	CHECK_EQ(rte_eth_dev_start(port), 0);
	CHECK(link_wait(port, true));
	CHECK(arrives(port, 0, NULL));
	CHECK(port_close(port));
	CHECK_EQ(rte_mempool_avail_count(large), 1023);
	rte_mempool_free(large);
}

static unsigned int lsc_events;

static int
lsc_event(uint16_t port, enum rte_eth_event_type type, void *arg, void *ret)
{
	(void)port;
	(void)type;
	(void)arg;
	(void)ret;
	__atomic_fetch_add(&lsc_events, 1, __ATOMIC_RELAXED);
	return 0;
}

CHECK_CASE(link_is_told)
{
	struct rte_eth_conf conf = { .intr_conf.lsc = 1 };
	struct rte_eth_link link;
	int port = port_open("", 1, &conf);
	unsigned int events;

	CHECK(port >= 0);
	CHECK_EQ(rte_eth_link_get_nowait(port, &link), 0);
	CHECK_EQ(link.link_status, RTE_ETH_LINK_DOWN);
	CHECK_EQ(rte_eth_dev_callback_register(port, RTE_ETH_EVENT_INTR_LSC, lsc_event, NULL), 0);
	CHECK_EQ(rte_eth_dev_start(port), 0);
	CHECK(link_wait(port, true));
	CHECK_EQ(rte_eth_link_get(port, &link), 0);
	CHECK_EQ(link.link_speed, RTE_ETH_SPEED_NUM_10G);
	CHECK_EQ(link.link_duplex, RTE_ETH_LINK_FULL_DUPLEX);
	events = __atomic_load_n(&lsc_events, __ATOMIC_RELAXED);
	CHECK(events > 0);
	CHECK_EQ(rte_eth_dev_set_link_down(port), 0);
	CHECK(link_wait(port, false));
	CHECK_EQ(rte_eth_dev_set_link_up(port), 0);
	CHECK(link_wait(port, true));
	CHECK_EQ(rte_eth_dev_stop(port), 0);
	CHECK_EQ(rte_eth_link_get_nowait(port, &link), 0);
	CHECK_EQ(link.link_status, RTE_ETH_LINK_DOWN);
	CHECK(rte_eth_dev_set_link_up(port) < 0);
	CHECK(port_close(port));
}

CHECK_CASE(eeprom_module_and_version)
{
	struct rte_eth_dev_module_info module;
	struct rte_dev_eeprom_info info;
	uint8_t page[512], bytes[16], all[4096];
	char version[64], little[4];
	int port = port_open("", 1, NULL), length;

	CHECK(port >= 0);
	CHECK_EQ(rte_eth_dev_get_module_info(port, &module), 0);
	CHECK_EQ(module.type, RTE_ETH_MODULE_SFF_8472);
	CHECK_EQ(module.eeprom_len, sizeof(page));
	memset(&info, 0, sizeof(info));
	info.data = page;
	info.length = sizeof(page);
	CHECK_EQ(rte_eth_dev_get_module_eeprom(port, &info), 0);
	CHECK_EQ(page[0], 3);
	/* Across the pages' border, and beyond the end. */
	info.data = bytes;
	info.offset = 250;
	info.length = 12;
	CHECK_EQ(rte_eth_dev_get_module_eeprom(port, &info), 0);
	CHECK_MEM(bytes, &page[250], 12);
	info.offset = 505;
	CHECK(rte_eth_dev_get_module_eeprom(port, &info) < 0);

	length = rte_eth_dev_get_eeprom_length(port);
	CHECK(length >= 128 && length <= (int)sizeof(all));
	memset(&info, 0, sizeof(info));
	info.data = all;
	info.length = length;
	CHECK_EQ(rte_eth_dev_get_eeprom(port, &info), 0);
	info.data = bytes;
	info.offset = 3;
	info.length = 6;
	CHECK_EQ(rte_eth_dev_get_eeprom(port, &info), 0);
	CHECK_MEM(bytes, &all[3], 6);
	info.offset = length - 5;
	CHECK(rte_eth_dev_get_eeprom(port, &info) < 0);

	CHECK_EQ(rte_eth_dev_fw_version_get(port, version, sizeof(version)), 0);
	CHECK_EQ((uint64_t)rte_eth_dev_fw_version_get(port, little, sizeof(little)),
			strlen(version) + 1);
	CHECK_EQ(rte_eth_led_on(port), 0);
	CHECK_EQ(rte_eth_led_off(port), 0);
	CHECK(port_close(port));
}

CHECK_CASE(registers_are_dumped)
{
	struct rte_dev_reg_info info;
	int port = port_open("", 1, NULL);
	uint32_t *data;

	CHECK(port >= 0);
	memset(&info, 0, sizeof(info));
	CHECK_EQ(rte_eth_dev_get_reg_info(port, &info), 0);
	CHECK_EQ(info.width, 4);
	CHECK(info.length > 1000 && info.length < 0x8000);
	data = calloc(info.length, 4);
	CHECK(data != NULL);
	CHECK_EQ(rte_eth_dev_start(port), 0);
	info.data = data;
	CHECK_EQ(rte_eth_dev_get_reg_info(port, &info), 0);
	/* The first are CTRL, STATUS (bus master enabled) and CTRL_EXT (driver loaded). */
	CHECK(data[1] & 1u << 19);
	CHECK(data[2] & 1u << 28);
	/* Reading must not have counted: no statistics, no semaphores, no interrupts. */
	CHECK(link_wait(port, true));
	CHECK(arrives(port, 0, NULL));
	free(data);
	CHECK(port_close(port));
}

CHECK_CASE(flow_control_is_kept)
{
	struct rte_eth_fc_conf fc, back;
	int port = port_open("", 1, NULL);

	CHECK(port >= 0);
	CHECK_EQ(rte_eth_dev_flow_ctrl_get(port, &fc), 0);
	CHECK_EQ(fc.mode, RTE_ETH_FC_NONE);
	fc.mode = RTE_ETH_FC_FULL;
	fc.high_water = 400;
	fc.low_water = 100;
	CHECK_EQ(rte_eth_dev_flow_ctrl_set(port, &fc), 0);
	CHECK_EQ(rte_eth_dev_start(port), 0);
	CHECK_EQ(rte_eth_dev_flow_ctrl_get(port, &back), 0);
	CHECK_EQ(back.mode, RTE_ETH_FC_FULL);
	CHECK_EQ(back.high_water, 400);
	CHECK_EQ(back.low_water, 100);
	fc.high_water = 489;
	CHECK(rte_eth_dev_flow_ctrl_set(port, &fc) < 0);
	fc.high_water = 100;
	CHECK(rte_eth_dev_flow_ctrl_set(port, &fc) < 0);
	fc.high_water = 400;
	fc.mode = RTE_ETH_FC_FULL + 1;
	CHECK_EQ(rte_eth_dev_flow_ctrl_set(port, &fc), -EINVAL);
	fc.mode = RTE_ETH_FC_FULL;
	fc.autoneg = 1;
	CHECK(rte_eth_dev_flow_ctrl_set(port, &fc) < 0);
	CHECK_EQ(rte_eth_dev_flow_ctrl_get(port, &back), 0);
	CHECK_EQ(back.high_water, 400);
	CHECK(port_close(port));
}

CHECK_CASE(queues_change_while_started)
{
	struct rte_eth_rxq_info info;
	int port = port_open(SLOWLY, 2, NULL);

	CHECK(port >= 0);
	CHECK_EQ(rte_eth_dev_start(port), 0);
	CHECK(link_wait(port, true));
	CHECK(arrives(port, 0, NULL));
	/* One that runs can't be replaced. */
	CHECK(rte_eth_rx_queue_setup(port, 0, 2 * RING, 0, NULL, pool) < 0);
	CHECK_EQ(rte_eth_dev_rx_queue_stop(port, 0), 0);
	CHECK_EQ(rte_mempool_avail_count(pool), MBUFS - RING);
	CHECK_EQ(rte_eth_rx_queue_setup(port, 0, 2 * RING, 0, NULL, pool), 0);
	CHECK_EQ(rte_eth_dev_rx_queue_start(port, 0), 0);
	CHECK_EQ(rte_mempool_avail_count(pool), MBUFS - 3 * RING);
	CHECK_EQ(rte_eth_rx_queue_info_get(port, 0, &info), 0);
	CHECK_EQ(info.nb_desc, 2 * RING);
	CHECK(info.mp == pool);
	CHECK(arrives(port, 0, NULL));
	CHECK_EQ(rte_eth_dev_tx_queue_stop(port, 0), 0);
	CHECK_EQ(rte_eth_tx_queue_setup(port, 0, 2 * RING, 0, NULL), 0);
	CHECK_EQ(rte_eth_dev_tx_queue_start(port, 0), 0);
	CHECK(port_close(port));
}

/* Control is busy, as when other lcores send their first packets at this moment. */
static void *
control_busy(void *arg)
{
	pthread_mutex_lock(&tinynf_control);
	__atomic_store_n((bool *)arg, true, __ATOMIC_RELEASE);
	rte_delay_us_sleep(20000);
	pthread_mutex_unlock(&tinynf_control);
	return NULL;
}

/* What a burst doesn't take, most applications drop: the first one waits. */
CHECK_CASE(first_burst_waits_for_control)
{
	int port = port_open(SLOWLY, 1, NULL);
	struct rte_mbuf *m;
	bool busy = false;
	pthread_t thread;
	uint16_t sent;

	CHECK(port >= 0);
	CHECK_EQ(rte_eth_dev_start(port), 0);
	while (rte_eth_rx_burst(port, 0, &m, 1) == 0)
		;
	CHECK_EQ(pthread_create(&thread, NULL, control_busy, &busy), 0);
	while (!__atomic_load_n(&busy, __ATOMIC_ACQUIRE))
		sched_yield();
	sent = rte_eth_tx_burst(port, 0, &m, 1);
	pthread_join(thread, NULL);
	if (sent == 0)
		rte_pktmbuf_free(m);
	CHECK_EQ(sent, 1);
	CHECK(port_close(port));
}

int
main(int argc, char **argv)
{
	if (!pmd_init(argc, argv, "256", MBUFS))
		return 1;
	CHECK_RUN(refuses_what_it_cannot_do);
	CHECK_RUN(starts_and_stops_100_times);
	CHECK_RUN(reset_forgets_and_works_again);
	CHECK_RUN(unicast_filter);
	CHECK_RUN(multicast_filter);
	CHECK_RUN(vlan_filter_and_strip);
	CHECK_RUN(rss_spreads_as_told);
	CHECK_RUN(statistics_add_up);
	CHECK_RUN(mtu_fits_one_buffer);
	CHECK_RUN(mtu_grows_before_queues_do);
	CHECK_RUN(link_is_told);
	CHECK_RUN(eeprom_module_and_version);
	CHECK_RUN(registers_are_dumped);
	CHECK_RUN(flow_control_is_kept);
	CHECK_RUN(queues_change_while_started);
	CHECK_RUN(first_burst_waits_for_control);
	return check_done();
}
