/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef TINYNF_TEST_PROBES_H
#define TINYNF_TEST_PROBES_H

/**
 * @file
 * A probe for each operation that the driver offers: it sees the operation work.
 */

#include <ethdev_driver.h>

#include "base/tinynf_regs.h"
#include "frames.h"
#include "queue_stats.h"
#include "tinynf_adapter.h"

static const struct frame_spec udp = { .proto = IPPROTO_UDP, .payload = 60 };
static const struct frame_spec tagged_udp = { .proto = IPPROTO_UDP, .payload = 60,
	.tagged = true, .tci = 7 };
static const struct frame_spec bad_udp = { .proto = IPPROTO_UDP, .payload = 60, .l4_bad = true,
	.ip_bad = true };
static const struct frame_spec bad_tcp = { .proto = IPPROTO_TCP, .payload = 60, .l4_bad = true };

/* Receive this one. Returns its flags; UINT64_MAX with the case failed. */
static uint64_t
flags_of(uint16_t port, const struct frame_spec *s)
{
	struct rte_mbuf *m = receive(port, s);
	uint64_t flags;

	CHECK_RET(m != NULL, UINT64_MAX);
	flags = m->ol_flags;
	rte_pktmbuf_free(m);
	return flags;
}

static bool
receives(uint16_t port)
{
	return flags_of(port, &udp) != UINT64_MAX;
}

/* Is a frame to this address received? One to the port's own follows it. */
static bool
hears(uint16_t port, const uint8_t *dst, const struct frame_spec *like)
{
	static uint8_t data[FRAME_ROOM];
	const struct frame_spec mark = { .ether_type = 0x88b6, .payload = 46 };
	struct frame_spec s = *like;
	struct rte_mbuf *m;
	bool heard = false;
	uint16_t type;

	s.dst = dst;
	wire_put(data, frame_build(port, &s, data));
	wire_put(data, frame_build(port, &mark, data));
	do {
		m = next_packet(port, 0);
		CHECK_RET(m != NULL, false);
		type = rte_be_to_cpu_16(rte_pktmbuf_mtod(m, struct rte_ether_hdr *)->ether_type);
		heard |= type != mark.ether_type;
		rte_pktmbuf_free(m);
	} while (type != mark.ether_type);
	return heard;
}

/* Operations: a started port with one queue is given, and taken back as such. */

static const uint8_t other[] = { 0x02, 0, 0, 0, 0x55, 0x66 };
static const uint8_t group[] = { 0x01, 0, 0x5e, 0, 0, 9 };

static const struct rte_eth_conf with_rss = {
	.rxmode.mq_mode = RTE_ETH_MQ_RX_RSS,
	.rx_adv_conf.rss_conf.rss_hf = RTE_ETH_RSS_IPV4,
	.intr_conf.rxq = 1,
};

static bool
restart(uint16_t port)
{
	CHECK_RET(rte_eth_dev_configure(port, 1, 1, &with_rss) == 0, false);
	CHECK_RET(rte_eth_rx_queue_setup(port, 0, RING, 0, NULL, pool) == 0, false);
	CHECK_RET(rte_eth_tx_queue_setup(port, 0, RING, 0, NULL) == 0, false);
	CHECK_RET(rte_eth_dev_start(port) == 0, false);
	return link_wait(port, true);
}

static bool
op_start_stop(uint16_t port)
{
	CHECK_RET(rte_eth_dev_stop(port) == 0, false);
	CHECK_RET(rte_mempool_avail_count(pool) == pool_was, false);
	return restart(port) && receives(port);
}

static bool
op_reset(uint16_t port)
{
	CHECK_RET(rte_eth_dev_reset(port) == 0, false);
	return restart(port) && receives(port);
}

static bool
op_link(uint16_t port)
{
	CHECK_RET(rte_eth_dev_set_link_down(port) == 0, false);
	CHECK_RET(link_wait(port, false), false);
	CHECK_RET(rte_eth_dev_set_link_up(port) == 0, false);
	return link_wait(port, true) && receives(port);
}

static bool
op_is_removed(uint16_t port)
{
	CHECK_RET(rte_eth_dev_is_removed(port) == 0, false);
	return true;
}

static bool
op_promiscuous(uint16_t port)
{
	CHECK_RET(!hears(port, other, &udp), false);
	CHECK_RET(rte_eth_promiscuous_enable(port) == 0, false);
	CHECK_RET(hears(port, other, &udp), false);
	CHECK_RET(rte_eth_promiscuous_disable(port) == 0, false);
	CHECK_RET(!hears(port, other, &udp), false);
	return true;
}

static bool
op_allmulticast(uint16_t port)
{
	CHECK_RET(!hears(port, group, &udp), false);
	CHECK_RET(rte_eth_allmulticast_enable(port) == 0, false);
	CHECK_RET(hears(port, group, &udp), false);
	CHECK_RET(rte_eth_allmulticast_disable(port) == 0, false);
	CHECK_RET(!hears(port, group, &udp), false);
	return true;
}

static bool
op_mac_addr(uint16_t port)
{
	struct rte_ether_addr addr, perm;

	memcpy(&addr, other, sizeof(addr));
	CHECK_RET(rte_eth_macaddr_get(port, &perm) == 0, false);
	CHECK_RET(rte_eth_dev_mac_addr_add(port, &addr, 0) == 0, false);
	CHECK_RET(hears(port, other, &udp), false);
	CHECK_RET(rte_eth_dev_mac_addr_remove(port, &addr) == 0, false);
	CHECK_RET(!hears(port, other, &udp), false);
	CHECK_RET(rte_eth_dev_default_mac_addr_set(port, &addr) == 0, false);
	CHECK_RET(hears(port, other, &udp), false);
	CHECK_RET(!hears(port, perm.addr_bytes, &udp), false);
	CHECK_RET(rte_eth_dev_default_mac_addr_set(port, &perm) == 0, false);
	return true;
}

static bool
op_mc_list(uint16_t port)
{
	struct rte_ether_addr addr;

	memcpy(&addr, group, sizeof(addr));
	CHECK_RET(rte_eth_dev_set_mc_addr_list(port, &addr, 1) == 0, false);
	CHECK_RET(hears(port, group, &udp), false);
	CHECK_RET(rte_eth_dev_set_mc_addr_list(port, NULL, 0) == 0, false);
	CHECK_RET(!hears(port, group, &udp), false);
	return true;
}

static bool
op_mtu(uint16_t port)
{
	const struct frame_spec longer = { .proto = IPPROTO_UDP, .payload = 1500 };

	CHECK_RET(!hears(port, NULL, &longer), false);
	CHECK_RET(rte_eth_dev_set_mtu(port, 1528) == 0, false);
	CHECK_RET(hears(port, NULL, &longer), false);
	CHECK_RET(rte_eth_dev_set_mtu(port, 1500) == 0, false);
	CHECK_RET(!hears(port, NULL, &longer), false);
	return true;
}

static bool
op_stats(uint16_t port)
{
	struct rte_eth_stats stats;

	CHECK_RET(rte_eth_stats_reset(port) == 0, false);
	CHECK_RET(receives(port) && receives(port), false);
	CHECK_RET(rte_eth_stats_get(port, &stats) == 0, false);
	CHECK_RET(stats.ipackets == 2 && stats.ibytes == 2 * (14 + 28 + 60), false);
	CHECK_RET(queue_stat(port, "rx", 0, "packets") == 2, false);
	return true;
}

static bool
op_xstats(uint16_t port)
{
	CHECK_RET(rte_eth_xstats_reset(port) == 0, false);
	CHECK_RET(receives(port), false);
	CHECK_RET(xstat(port, "rx_mac_good_packets") == 1, false);
	CHECK_RET(xstat(port, "dropped") == 1, false);
	return true;
}

static bool
op_infos(uint16_t port)
{
	struct rte_eth_rxq_info rx;
	struct rte_eth_txq_info tx;
	struct rte_eth_burst_mode mode;
	struct rte_eth_dev_info info;

	CHECK_RET(rte_eth_dev_info_get(port, &info) == 0, false);
	CHECK_RET(strcmp(info.driver_name, "net_tinynf") == 0, false);
	CHECK_RET(rte_eth_rx_queue_info_get(port, 0, &rx) == 0 && rx.nb_desc == RING, false);
	CHECK_RET(rte_eth_tx_queue_info_get(port, 0, &tx) == 0 && tx.nb_desc == RING, false);
	CHECK_RET(rte_eth_rx_burst_mode_get(port, 0, &mode) == 0, false);
	CHECK_RET(rte_eth_tx_burst_mode_get(port, 0, &mode) == 0, false);
	return true;
}

static bool
op_fw_version(uint16_t port)
{
	char version[64] = "";

	CHECK_RET(rte_eth_dev_fw_version_get(port, version, sizeof(version)) == 0, false);
	CHECK_RET(version[0] != '\0', false);
	return true;
}

static bool
op_ptypes(uint16_t port)
{
	uint32_t ptypes[8];

	CHECK_RET(rte_eth_dev_get_supported_ptypes(port, RTE_PTYPE_L4_MASK, ptypes, 8) == 1,
			false);
	return true;
}

static bool
op_vlan(uint16_t port)
{
	CHECK_RET(rte_eth_dev_set_vlan_strip_on_queue(port, 0, 1) == 0, false);
	CHECK_RET(flags_of(port, &tagged_udp) & RTE_MBUF_F_RX_VLAN_STRIPPED, false);
	CHECK_RET(rte_eth_dev_set_vlan_offload(port, RTE_ETH_VLAN_FILTER_OFFLOAD) == 0, false);
	CHECK_RET(!hears(port, NULL, &tagged_udp), false);
	CHECK_RET(rte_eth_dev_vlan_filter(port, 7, 1) == 0, false);
	CHECK_RET(hears(port, NULL, &tagged_udp), false);
	CHECK_RET(rte_eth_dev_vlan_filter(port, 7, 0) == 0, false);
	CHECK_RET(rte_eth_dev_set_vlan_offload(port, 0) == 0, false);
	CHECK_RET(rte_eth_dev_set_vlan_strip_on_queue(port, 0, 0) == 0, false);
	return true;
}

static bool
op_queues(uint16_t port)
{
	CHECK_RET(rte_eth_dev_rx_queue_stop(port, 0) == 0, false);
	CHECK_RET(rte_mempool_avail_count(pool) == pool_was, false);
	CHECK_RET(rte_eth_rx_queue_setup(port, 0, 2 * RING, 0, NULL, pool) == 0, false);
	CHECK_RET(rte_eth_dev_rx_queue_start(port, 0) == 0, false);
	CHECK_RET(rte_mempool_avail_count(pool) == pool_was - 2 * RING, false);
	CHECK_RET(rte_eth_dev_tx_queue_stop(port, 0) == 0, false);
	CHECK_RET(rte_eth_tx_queue_setup(port, 0, 2 * RING, 0, NULL) == 0, false);
	CHECK_RET(rte_eth_dev_tx_queue_start(port, 0) == 0, false);
	CHECK_RET(receives(port), false);
	return op_start_stop(port);
}

static bool
op_led(uint16_t port)
{
	uint32_t before, on;
	struct tinynf_hw *hw = &tinynf_adapter(&rte_eth_devices[port])->hw;

	before = tinynf_hw_read(hw, TINYNF_REG_LEDCTL);
	CHECK_RET(rte_eth_led_on(port) == 0, false);
	on = tinynf_hw_read(hw, TINYNF_REG_LEDCTL);
	CHECK_RET(on != before, false);
	CHECK_RET(rte_eth_led_off(port) == 0, false);
	CHECK_RET(tinynf_hw_read(hw, TINYNF_REG_LEDCTL) != on, false);
	/* Given back at stop. */
	CHECK_RET(op_start_stop(port), false);
	CHECK_RET(tinynf_hw_read(hw, TINYNF_REG_LEDCTL) == before, false);
	return true;
}

static bool
op_flow_ctrl(uint16_t port)
{
	struct rte_eth_fc_conf fc, back;

	CHECK_RET(rte_eth_dev_flow_ctrl_get(port, &fc) == 0, false);
	fc.mode = RTE_ETH_FC_RX_PAUSE;
	CHECK_RET(rte_eth_dev_flow_ctrl_set(port, &fc) == 0, false);
	CHECK_RET(rte_eth_dev_flow_ctrl_get(port, &back) == 0, false);
	CHECK_RET(back.mode == RTE_ETH_FC_RX_PAUSE && back.high_water == fc.high_water, false);
	return receives(port);
}

static bool
op_rss(uint16_t port)
{
	struct rte_eth_rss_reta_entry64 reta[2] = { { .mask = 1 } };
	uint8_t key[40];
	struct rte_eth_rss_conf conf = { .rss_key = key, .rss_key_len = sizeof(key) };

	/* That frames go where this says is test_frames_rx's. */
	CHECK_RET(rte_eth_dev_rss_hash_conf_get(port, &conf) == 0, false);
	key[0] ^= 1;
	CHECK_RET(rte_eth_dev_rss_hash_update(port, &conf) == 0, false);
	key[0] ^= 1;
	CHECK_RET(rte_eth_dev_rss_hash_conf_get(port, &conf) == 0 && key[0] == (0x6d ^ 1), false);
	CHECK_RET(rte_eth_dev_rss_reta_update(port, reta, 128) == 0, false);
	CHECK_RET(rte_eth_dev_rss_reta_query(port, reta, 128) == 0, false);
	return receives(port);
}

/* Silence does not wake, a frame does; one that comes while it is off waits for the next wish. */
static bool
op_interrupts(uint16_t port)
{
	static uint8_t data[FRAME_ROOM];
	const uint32_t len = frame_build(port, &udp, data);
	struct rte_epoll_event event;
	unsigned int turn;

	CHECK_RET(rte_eth_dev_rx_intr_ctl_q(port, 0, RTE_EPOLL_PER_THREAD, RTE_INTR_EVENT_ADD,
			NULL) == 0, false);
	CHECK_RET(rte_eth_dev_rx_intr_enable(port, 0) == 0, false);
	CHECK_RET(rte_epoll_wait(RTE_EPOLL_PER_THREAD, &event, 1, 50) == 0, false);
	for (turn = 0; turn < 3; turn++) {
		wire_put(data, len);
		CHECK_RET(rte_epoll_wait(RTE_EPOLL_PER_THREAD, &event, 1, 60000) == 1, false);
		CHECK_RET(rte_eth_dev_rx_intr_disable(port, 0) == 0, false);
		rte_pktmbuf_free(next_packet(port, 0));
		wire_put(data, len);
		CHECK_RET(wire_wait(port), false);
		CHECK_RET(rte_epoll_wait(RTE_EPOLL_PER_THREAD, &event, 1, 50) == 0, false);
		CHECK_RET(rte_eth_dev_rx_intr_enable(port, 0) == 0, false);
		CHECK_RET(rte_epoll_wait(RTE_EPOLL_PER_THREAD, &event, 1, 60000) == 1, false);
		rte_pktmbuf_free(next_packet(port, 0));
		CHECK_RET(rte_eth_dev_rx_intr_enable(port, 0) == 0, false);
	}
	CHECK_RET(rte_eth_dev_rx_intr_disable(port, 0) == 0, false);
	CHECK_RET(rte_eth_dev_rx_intr_ctl_q(port, 0, RTE_EPOLL_PER_THREAD, RTE_INTR_EVENT_DEL,
			NULL) == 0, false);
	return true;
}

static bool
op_dumps(uint16_t port)
{
	struct rte_eth_dev_module_info module;
	struct rte_dev_eeprom_info eeprom;
	struct rte_dev_reg_info regs;
	uint8_t bytes[512];

	memset(&regs, 0, sizeof(regs));
	CHECK_RET(rte_eth_dev_get_reg_info(port, &regs) == 0 && regs.length > 0, false);
	CHECK_RET(rte_eth_dev_get_eeprom_length(port) > 0, false);
	eeprom = (struct rte_dev_eeprom_info){ .data = bytes, .length = 64 };
	CHECK_RET(rte_eth_dev_get_eeprom(port, &eeprom) == 0, false);
	CHECK_RET(rte_eth_dev_get_module_info(port, &module) == 0, false);
	eeprom = (struct rte_dev_eeprom_info){ .data = bytes, .length = module.eeprom_len };
	CHECK_RET(rte_eth_dev_get_module_eeprom(port, &eeprom) == 0, false);
	return true;
}

struct op {
	const char *name;
	size_t at;
	bool (*probe)(uint16_t port);
};

#define OP(op, probe) { #op, offsetof(struct eth_dev_ops, op), probe }
static const struct op ops[] = {
	OP(dev_configure, op_start_stop), OP(dev_start, op_start_stop),
	OP(dev_stop, op_start_stop), OP(dev_close, op_start_stop), OP(dev_reset, op_reset),
	OP(dev_set_link_up, op_link), OP(dev_set_link_down, op_link), OP(link_update, op_link),
	OP(is_removed, op_is_removed),
	OP(promiscuous_enable, op_promiscuous), OP(promiscuous_disable, op_promiscuous),
	OP(allmulticast_enable, op_allmulticast), OP(allmulticast_disable, op_allmulticast),
	OP(mac_addr_add, op_mac_addr), OP(mac_addr_remove, op_mac_addr),
	OP(mac_addr_set, op_mac_addr), OP(set_mc_addr_list, op_mc_list), OP(mtu_set, op_mtu),
	OP(stats_get, op_stats), OP(stats_reset, op_stats),
	OP(xstats_get, op_xstats), OP(xstats_reset, op_xstats), OP(xstats_get_names, op_xstats),
	OP(dev_infos_get, op_infos), OP(rxq_info_get, op_infos), OP(txq_info_get, op_infos),
	OP(rx_burst_mode_get, op_infos), OP(tx_burst_mode_get, op_infos),
	OP(fw_version_get, op_fw_version), OP(dev_supported_ptypes_get, op_ptypes),
	OP(vlan_filter_set, op_vlan), OP(vlan_strip_queue_set, op_vlan),
	OP(vlan_offload_set, op_vlan),
	OP(rx_queue_start, op_queues), OP(rx_queue_stop, op_queues),
	OP(tx_queue_start, op_queues), OP(tx_queue_stop, op_queues),
	OP(rx_queue_setup, op_queues), OP(rx_queue_release, op_queues),
	OP(tx_queue_setup, op_queues), OP(tx_queue_release, op_queues),
	OP(dev_led_on, op_led), OP(dev_led_off, op_led),
	OP(flow_ctrl_get, op_flow_ctrl), OP(flow_ctrl_set, op_flow_ctrl),
	OP(rss_hash_update, op_rss), OP(rss_hash_conf_get, op_rss), OP(reta_update, op_rss),
	OP(reta_query, op_rss),
	OP(get_reg, op_dumps), OP(get_eeprom_length, op_dumps), OP(get_eeprom, op_dumps),
	OP(get_module_info, op_dumps), OP(get_module_eeprom, op_dumps),
	OP(rx_queue_intr_enable, op_interrupts), OP(rx_queue_intr_disable, op_interrupts),
};

static const struct op *
op_at(size_t at)
{
	unsigned int i;

	for (i = 0; i < RTE_DIM(ops); i++)
		if (ops[i].at == at)
			return &ops[i];
	return NULL;
}

#endif /* TINYNF_TEST_PROBES_H */
