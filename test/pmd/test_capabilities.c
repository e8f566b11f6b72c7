/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * Capabilities advertised are exactly those that work: whatever the driver offers, by an
 * operation, a bit or a limit, has a probe here that sees it work; whatever it does not offer is
 * refused by the API. An operation or bit that is added without a probe fails the test.
 */

#include <ethdev_driver.h>
#include <rte_flow.h>

#include "base/tinynf_regs.h"
#include "frames.h"
#include "probes.h"
#include "tinynf_adapter.h"

CHECK_CASE(every_operation_offered_works)
{
	bool (*done)(uint16_t) = NULL;
	int port = script_open(1, &with_rss);
	unsigned int offered = 0;
	const void *pointer;
	const struct op *op;
	size_t at;

	CHECK(port >= 0);
	for (at = 0; at < sizeof(struct eth_dev_ops); at += sizeof(void *)) {
		memcpy(&pointer, (const char *)rte_eth_devices[port].dev_ops + at, sizeof(pointer));
		op = op_at(at);
		if (pointer == NULL && op != NULL)
			CHECK_FAIL("%s is gone", op->name);
		if (pointer == NULL)
			continue;
		if (op == NULL)
			CHECK_FAIL("operation %zu of struct eth_dev_ops has no probe here",
				at / sizeof(void *));
		offered++;
		if (op->probe == done)
			continue;
		done = op->probe;
		if (!op->probe(port)) {
			fprintf(stderr, "operation %s\n", op->name);
			return;
		}
		wire_clear();
	}
	CHECK_EQ(offered, RTE_DIM(ops));
	CHECK(script_close(port));
}

/* What isn't offered says so, while the port runs, and changes nothing. */
CHECK_CASE(every_other_operation_is_refused)
{
	struct rte_ether_addr addr = { { 2, 0, 0, 0, 0, 9 } };
	struct rte_eth_udp_tunnel tunnel = { .prot_type = RTE_ETH_TUNNEL_TYPE_VXLAN };
	struct rte_eth_pfc_conf pfc = { .priority = 1 };
	struct rte_eth_hairpin_conf hairpin = { .peer_count = 1 };
	struct rte_eth_hairpin_cap hairpin_cap;
	struct rte_eth_fec_capa fec;
	struct rte_dev_eeprom_info eeprom = { .data = &addr, .length = 2 };
	struct rte_flow_error error;
	struct timespec time;
	int port = script_open(1, NULL);
	uint64_t u64;

	CHECK(port >= 0);
	/* Not asked for when the port was configured. */
	CHECK_EQ(rte_eth_dev_rx_intr_enable(port, 0), -EINVAL);
	CHECK_EQ(rte_eth_dev_rx_intr_disable(port, 0), -EINVAL);
	CHECK_EQ(rte_eth_tx_done_cleanup(port, 0, 1), -ENOTSUP);
	/* Deprecated from 25.11 on. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
	CHECK_EQ(rte_eth_dev_set_rx_queue_stats_mapping(port, 0, 0), -ENOTSUP);
#pragma GCC diagnostic pop
	CHECK_EQ(rte_eth_dev_set_vlan_ether_type(port, RTE_ETH_VLAN_TYPE_OUTER, 0x88a8), -ENOTSUP);
	CHECK_EQ(rte_eth_dev_set_vlan_pvid(port, 5, 1), -ENOTSUP);
	CHECK_EQ(rte_eth_dev_priority_flow_ctrl_set(port, &pfc), -ENOTSUP);
	CHECK(rte_eth_dev_uc_hash_table_set(port, &addr, 1) < 0);
	CHECK_EQ(rte_eth_dev_uc_all_hash_table_set(port, 1), -ENOTSUP);
	CHECK_EQ(rte_eth_dev_udp_tunnel_port_add(port, &tunnel), -ENOTSUP);
	CHECK_EQ(rte_eth_set_queue_rate_limit(port, 0, 100), -ENOTSUP);
	CHECK_EQ(rte_eth_dev_set_eeprom(port, &eeprom), -ENOTSUP);
	CHECK_EQ(rte_eth_timesync_enable(port), -ENOTSUP);
	CHECK_EQ(rte_eth_timesync_read_time(port, &time), -ENOTSUP);
	CHECK_EQ(rte_eth_read_clock(port, &u64), -ENOTSUP);
	CHECK_EQ(rte_eth_dev_hairpin_capability_get(port, &hairpin_cap), -ENOTSUP);
	CHECK_EQ(rte_eth_rx_hairpin_queue_setup(port, 0, RING, &hairpin), -ENOTSUP);
	CHECK_EQ(rte_eth_fec_get_capability(port, &fec, 1), -ENOTSUP);
	CHECK_EQ(rte_eth_rx_avail_thresh_set(port, 0, 50), -ENOTSUP);
	CHECK_EQ(rte_flow_flush(port, &error), -ENOSYS);
	CHECK(receives(port));
	CHECK(script_close(port));
}

/* Bits: each offload that is offered makes a difference, with the port set up for it alone. */

struct bit {
	uint64_t bit;
	bool (*probe)(uint16_t port, bool on);
};

static bool
rx_ip_sum(uint16_t port, bool on)
{
	const uint64_t flags = flags_of(port, &bad_udp);

	return (flags & RTE_MBUF_F_RX_IP_CKSUM_MASK) == (on ? RTE_MBUF_F_RX_IP_CKSUM_BAD : 0);
}

static bool
rx_udp_sum(uint16_t port, bool on)
{
	const uint64_t flags = flags_of(port, &bad_udp);

	return (flags & RTE_MBUF_F_RX_L4_CKSUM_MASK) == (on ? RTE_MBUF_F_RX_L4_CKSUM_BAD : 0);
}

static bool
rx_tcp_sum(uint16_t port, bool on)
{
	const uint64_t flags = flags_of(port, &bad_tcp);

	return (flags & RTE_MBUF_F_RX_L4_CKSUM_MASK) == (on ? RTE_MBUF_F_RX_L4_CKSUM_BAD : 0);
}

static bool
rx_strip(uint16_t port, bool on)
{
	return !!(flags_of(port, &tagged_udp) & RTE_MBUF_F_RX_VLAN_STRIPPED) == on;
}

static bool
rx_vlan_filter(uint16_t port, bool on)
{
	return hears(port, NULL, &tagged_udp) != on;
}

static const struct bit rx_bits[] = {
	{ RTE_ETH_RX_OFFLOAD_IPV4_CKSUM, rx_ip_sum },
	{ RTE_ETH_RX_OFFLOAD_UDP_CKSUM, rx_udp_sum },
	{ RTE_ETH_RX_OFFLOAD_TCP_CKSUM, rx_tcp_sum },
	{ RTE_ETH_RX_OFFLOAD_VLAN_STRIP, rx_strip },
	{ RTE_ETH_RX_OFFLOAD_VLAN_FILTER, rx_vlan_filter },
};

/* Send a packet with flags; it leaves with this much more and, if it is IP, right sums. */
static bool
leaves(uint16_t port, const struct frame_spec *s, uint64_t ol_flags, uint32_t more)
{
	struct rte_mbuf *m = receive(port, s);
	const struct frame *f;
	const uint8_t *ip;

	CHECK_RET(m != NULL, false);
	m->ol_flags = ol_flags;
	m->vlan_tci = 5;
	m->l2_len = frame_l3_at(s);
	m->l3_len = 20;
	CHECK_RET(rte_eth_tx_prepare(port, 0, &m, 1) == 1, false);
	f = sent_as(port, m);
	CHECK_RET(f != NULL, false);
	CHECK_RET(f->len == frame_l3_at(s) + 20 + (s->proto == IPPROTO_TCP ? 20u : 8u) +
			s->payload + more, false);
	ip = f->data + frame_l3_at(s) + more;
	CHECK_RET(rte_ipv4_udptcp_cksum_verify((const void *)ip, ip + 20) == 0, false);
	return true;
}

static bool
tx_vlan(uint16_t port, bool on __rte_unused)
{
	return leaves(port, &udp, RTE_MBUF_F_TX_VLAN, 4);
}

static bool
tx_udp_sum(uint16_t port, bool on __rte_unused)
{
	return leaves(port, &bad_udp, RTE_MBUF_F_TX_IPV4 | RTE_MBUF_F_TX_UDP_CKSUM, 0);
}

static bool
tx_tcp_sum(uint16_t port, bool on __rte_unused)
{
	return leaves(port, &bad_tcp, RTE_MBUF_F_TX_IPV4 | RTE_MBUF_F_TX_TCP_CKSUM, 0);
}

static const struct bit tx_bits[] = {
	{ RTE_ETH_TX_OFFLOAD_VLAN_INSERT, tx_vlan },
	{ RTE_ETH_TX_OFFLOAD_UDP_CKSUM, tx_udp_sum },
	{ RTE_ETH_TX_OFFLOAD_TCP_CKSUM, tx_tcp_sum },
};

static bool
bits_work(uint64_t offered, const struct bit *bits, unsigned int n, bool tx)
{
	struct rte_eth_conf conf;
	uint64_t known = 0;
	unsigned int i, on;
	int port;

	for (i = 0; i < n; i++)
		known |= bits[i].bit;
	CHECK_RET(offered == known, false);
	for (i = 0; i < n; i++) {
		for (on = 0; on < 2; on++) {
			memset(&conf, 0, sizeof(conf));
			if (tx)
				conf.txmode.offloads = bits[i].bit;
			else if (on)
				conf.rxmode.offloads = bits[i].bit;
			else
				conf.rxmode.offloads = known & ~bits[i].bit &
					~(uint64_t)RTE_ETH_RX_OFFLOAD_VLAN_FILTER;
			port = script_open(1, &conf);
			CHECK_RET(port >= 0, false);
			CHECK_RET(bits[i].probe(port, on), false);
			CHECK_RET(script_close(port), false);
		}
	}
	return true;
}

CHECK_CASE(every_offload_offered_works)
{
	struct rte_eth_dev_info info;
	int port = script_open(1, NULL);

	CHECK(port >= 0);
	CHECK_EQ(rte_eth_dev_info_get(port, &info), 0);
	CHECK(script_close(port));
	CHECK(bits_work(info.rx_offload_capa, rx_bits, RTE_DIM(rx_bits), false));
	CHECK(bits_work(info.tx_offload_capa, tx_bits, RTE_DIM(tx_bits), true));
	/* Of these, a queue may differ from its port in one. */
	CHECK_EQ(info.rx_queue_offload_capa, RTE_ETH_RX_OFFLOAD_VLAN_STRIP);
	CHECK_EQ(info.tx_queue_offload_capa, 0);
}

CHECK_CASE(offload_of_a_queue_alone)
{
	static const struct rte_eth_conf plain;
	const struct rte_eth_rxconf strip = { .offloads = RTE_ETH_RX_OFFLOAD_VLAN_STRIP };
	const struct rte_eth_rxconf sum = { .offloads = RTE_ETH_RX_OFFLOAD_UDP_CKSUM };
	const struct rte_eth_txconf vlan = { .offloads = RTE_ETH_TX_OFFLOAD_VLAN_INSERT };
	int port = script_plug("");

	CHECK(port >= 0);
	CHECK_EQ(rte_eth_dev_configure(port, 1, 1, &plain), 0);
	CHECK(rte_eth_rx_queue_setup(port, 0, RING, 0, &sum, pool) < 0);
	CHECK(rte_eth_tx_queue_setup(port, 0, RING, 0, &vlan) < 0);
	CHECK_EQ(rte_eth_rx_queue_setup(port, 0, RING, 0, &strip, pool), 0);
	CHECK_EQ(rte_eth_tx_queue_setup(port, 0, RING, 0, NULL), 0);
	CHECK_EQ(rte_eth_dev_start(port), 0);
	CHECK(link_wait(port, true));
	CHECK(rx_strip(port, true));
	CHECK(script_close(port));
}

/* Limits: what is just within works, what is just beyond is refused. */

CHECK_CASE(rings_up_to_their_limits)
{
	static const struct rte_eth_conf plain;
	struct rte_eth_dev_info info;
	unsigned int n;
	int port = script_plug("");

	CHECK(port >= 0);
	CHECK_EQ(rte_eth_dev_info_get(port, &info), 0);
	CHECK_EQ(rte_eth_dev_configure(port, 1, 1, &plain), 0);
	CHECK_EQ(info.rx_desc_lim.nb_min, 64);
	CHECK_EQ(info.rx_desc_lim.nb_max, 4096);
	for (n = info.rx_desc_lim.nb_min; n <= info.rx_desc_lim.nb_max; n *= 2) {
		CHECK_EQ(rte_eth_rx_queue_setup(port, 0, n, 0, NULL, pool), 0);
		CHECK_EQ(rte_eth_tx_queue_setup(port, 0, n, 0, NULL), 0);
		CHECK_EQ(rte_eth_dev_start(port), 0);
		CHECK_EQ(rte_mempool_avail_count(pool), pool_was - n);
		CHECK(link_wait(port, true));
		CHECK(receives(port));
		CHECK_EQ(rte_eth_dev_stop(port), 0);
	}
	CHECK(rte_eth_rx_queue_setup(port, 0, info.rx_desc_lim.nb_min / 2, 0, NULL, pool) < 0);
	CHECK(rte_eth_rx_queue_setup(port, 0, info.rx_desc_lim.nb_max * 2, 0, NULL, pool) < 0);
	CHECK(rte_eth_rx_queue_setup(port, 0, 320, 0, NULL, pool) < 0);
	CHECK(rte_eth_tx_queue_setup(port, 0, info.tx_desc_lim.nb_min / 2, 0, NULL) < 0);
	CHECK(rte_eth_tx_queue_setup(port, 0, info.tx_desc_lim.nb_max * 2, 0, NULL) < 0);
	CHECK(script_close(port));
}

CHECK_CASE(numbers_up_to_their_limits)
{
	static const struct rte_eth_conf plain;
	struct rte_eth_dev_info info;
	int port = script_plug("");
	uint16_t q;

	CHECK(port >= 0);
	CHECK_EQ(rte_eth_dev_info_get(port, &info), 0);
	CHECK_EQ(rte_eth_dev_configure(port, info.max_rx_queues, info.max_tx_queues, &plain), 0);
	for (q = 0; q < info.max_rx_queues; q++)
		CHECK_EQ(rte_eth_rx_queue_setup(port, q, RING, 0, NULL, pool), 0);
	for (q = 0; q < info.max_tx_queues; q++)
		CHECK_EQ(rte_eth_tx_queue_setup(port, q, RING, 0, NULL), 0);
	CHECK_EQ(rte_eth_dev_start(port), 0);
	CHECK(link_wait(port, true));
	CHECK(receives(port));
	CHECK_EQ(rte_eth_dev_stop(port), 0);
	CHECK(rte_eth_dev_configure(port, info.max_rx_queues + 1, 1, &plain) < 0);
	CHECK(rte_eth_dev_configure(port, 1, info.max_tx_queues + 1, &plain) < 0);
	CHECK_EQ(info.max_mac_addrs, 128);        /* all used in test_frames_rx */
	CHECK_EQ(info.max_hash_mac_addrs, 0);
	CHECK_EQ(info.max_vfs + info.max_vmdq_pools, 0);
	CHECK_EQ(info.hash_key_size, 40);
	CHECK_EQ(info.reta_size, 128);
	CHECK_EQ(info.rx_desc_lim.nb_seg_max, 1);
	CHECK_EQ(info.tx_desc_lim.nb_seg_max, 1);
	CHECK(script_close(port));
}

CHECK_CASE(mtu_and_buffers_up_to_their_limits)
{
	struct rte_eth_conf conf = { 0 };
	struct rte_eth_dev_info info;
	struct rte_mempool *exact, *less;
	int port = script_plug("");

	CHECK(port >= 0);
	CHECK_EQ(rte_eth_dev_info_get(port, &info), 0);
	exact = rte_pktmbuf_pool_create("exact", 511, 0, 0,
			RTE_PKTMBUF_HEADROOM + info.min_rx_bufsize, 0);
	less = rte_pktmbuf_pool_create("less", 511, 0, 0,
			RTE_PKTMBUF_HEADROOM + info.min_rx_bufsize - 1, 0);
	CHECK(exact != NULL && less != NULL);
	conf.rxmode.mtu = info.min_mtu;
	CHECK_EQ(rte_eth_dev_configure(port, 1, 1, &conf), 0);
	CHECK(rte_eth_rx_queue_setup(port, 0, RING, 0, NULL, less) < 0);
	CHECK_EQ(rte_eth_rx_queue_setup(port, 0, RING, 0, NULL, exact), 0);
	CHECK_EQ(rte_eth_tx_queue_setup(port, 0, RING, 0, NULL), 0);
	CHECK_EQ(rte_eth_dev_start(port), 0);
	CHECK_EQ(rte_eth_dev_stop(port), 0);
	conf.rxmode.mtu = info.min_mtu - 1;
	CHECK(rte_eth_dev_configure(port, 1, 1, &conf) < 0);
	conf.rxmode.mtu = info.max_mtu;           /* received in test_frames_rx */
	CHECK_EQ(rte_eth_dev_configure(port, 1, 1, &conf), 0);
	CHECK(rte_eth_rx_queue_setup(port, 0, RING, 0, NULL, pool) < 0);
	conf.rxmode.mtu = info.max_mtu + 1;
	CHECK(rte_eth_dev_configure(port, 1, 1, &conf) < 0);
	CHECK_EQ(info.max_rx_pktlen, info.max_mtu + 18u);
	CHECK(script_close(port));
	CHECK_EQ(rte_mempool_avail_count(exact), 511);
	rte_mempool_free(exact);
	rte_mempool_free(less);
}

CHECK_CASE(other_bits)
{
	struct rte_eth_conf conf;
	struct rte_eth_dev_info info;
	unsigned int bit;
	int port = script_plug("");

	CHECK(port >= 0);
	CHECK_EQ(rte_eth_dev_info_get(port, &info), 0);
	/* Both seen at work by op_queues. */
	CHECK_EQ(info.dev_capa, RTE_ETH_DEV_CAPA_RUNTIME_RX_QUEUE_SETUP |
			RTE_ETH_DEV_CAPA_RUNTIME_TX_QUEUE_SETUP);
	CHECK_EQ(info.speed_capa, RTE_ETH_LINK_SPEED_10G);
	for (bit = 0; bit < 32; bit++) {
		memset(&conf, 0, sizeof(conf));
		conf.link_speeds = RTE_BIT32(bit) | RTE_ETH_LINK_SPEED_FIXED;
		CHECK_EQ(rte_eth_dev_configure(port, 1, 1, &conf) == 0,
				(info.speed_capa & RTE_BIT32(bit)) != 0);
	}
	/* Each at work in test_frames_rx. */
	CHECK_EQ(info.flow_type_rss_offloads, RTE_ETH_RSS_IPV4 | RTE_ETH_RSS_NONFRAG_IPV4_TCP |
			RTE_ETH_RSS_NONFRAG_IPV4_UDP | RTE_ETH_RSS_IPV6 |
			RTE_ETH_RSS_NONFRAG_IPV6_TCP | RTE_ETH_RSS_NONFRAG_IPV6_UDP);
	for (bit = 0; bit < 64; bit++) {
		memset(&conf, 0, sizeof(conf));
		conf.rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
		conf.rx_adv_conf.rss_conf.rss_hf = RTE_BIT64(bit);
		CHECK_EQ(rte_eth_dev_configure(port, 1, 1, &conf) == 0,
				(info.flow_type_rss_offloads & RTE_BIT64(bit)) != 0);
	}
	CHECK(script_close(port));
}

int
main(int argc, char **argv)
{
	if (!frames_init(argc, argv))
		return 1;
	CHECK_RUN(every_operation_offered_works);
	CHECK_RUN(every_other_operation_is_refused);
	CHECK_RUN(every_offload_offered_works);
	CHECK_RUN(offload_of_a_queue_alone);
	CHECK_RUN(rings_up_to_their_limits);
	CHECK_RUN(numbers_up_to_their_limits);
	CHECK_RUN(mtu_and_buffers_up_to_their_limits);
	CHECK_RUN(other_bits);
	return check_done();
}
