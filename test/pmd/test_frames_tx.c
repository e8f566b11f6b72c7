/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * What leaves for each transmitted packet and what queues tell of themselves meanwhile, through
 * the ethdev API.
 */

#include "frames.h"

static uint8_t data[FRAME_ROOM];

/* Offloads: a received packet with its checksum spoilt is sent, and comes out right. */

struct offload_case {
	const char *name;
	struct frame_spec frame;
	uint64_t ol_flags;
	uint16_t tci;
	bool prepare;      /* by rte_eth_tx_prepare(), not by hand */
};

#define IP4_TCP (RTE_MBUF_F_TX_IPV4 | RTE_MBUF_F_TX_TCP_CKSUM)
#define IP4_UDP (RTE_MBUF_F_TX_IPV4 | RTE_MBUF_F_TX_UDP_CKSUM)
#define IP6_TCP (RTE_MBUF_F_TX_IPV6 | RTE_MBUF_F_TX_TCP_CKSUM)
#define IP6_UDP (RTE_MBUF_F_TX_IPV6 | RTE_MBUF_F_TX_UDP_CKSUM)

static const struct offload_case offload_cases[] = {
	{ "csum/tcp", { .proto = IPPROTO_TCP, .payload = 100 }, IP4_TCP, 0, true },
	{ "csum/tcp_by_hand", { .proto = IPPROTO_TCP, .payload = 100 }, IP4_TCP, 0, false },
	{ "csum/tcp_odd", { .proto = IPPROTO_TCP, .payload = 333 }, IP4_TCP, 0, true },
	{ "csum/tcp_empty", { .proto = IPPROTO_TCP }, IP4_TCP, 0, true },
	{ "csum/tcp_long", { .proto = IPPROTO_TCP, .payload = 1460 }, IP4_TCP, 0, true },
	{ "csum/tcp_options", { .proto = IPPROTO_TCP, .options = 10, .payload = 9 }, IP4_TCP, 0,
		true },
	{ "csum/tcp_ipv6", { .ip6 = true, .proto = IPPROTO_TCP, .payload = 57 }, IP6_TCP, 0,
		true },
	{ "csum/tcp_tagged", { .proto = IPPROTO_TCP, .payload = 57, .tagged = true, .tci = 4 },
		IP4_TCP, 0, true },
	{ "csum/udp", { .proto = IPPROTO_UDP, .payload = 100 }, IP4_UDP, 0, true },
	{ "csum/udp_by_hand", { .proto = IPPROTO_UDP, .payload = 101 }, IP4_UDP, 0, false },
	{ "csum/udp_padded", { .proto = IPPROTO_UDP, .payload = 1 }, IP4_UDP, 0, true },
	{ "csum/udp_ipv6", { .ip6 = true, .proto = IPPROTO_UDP, .payload = 40 }, IP6_UDP, 0,
		true },
	{ "vlan/insert", { .proto = IPPROTO_UDP, .payload = 50 }, RTE_MBUF_F_TX_VLAN, 0x0005,
		true },
	{ "vlan/insert_with_priority", { .proto = IPPROTO_UDP, .payload = 50 },
		RTE_MBUF_F_TX_VLAN, 0xfabc, true },
	{ "vlan/insert_a_second", { .proto = IPPROTO_UDP, .payload = 50, .tagged = true,
		.tci = 9 }, RTE_MBUF_F_TX_VLAN, 8, true },
	{ "vlan/insert_and_tcp", { .proto = IPPROTO_TCP, .payload = 77 },
		IP4_TCP | RTE_MBUF_F_TX_VLAN, 100, true },
	{ "vlan/insert_and_udp_ipv6", { .ip6 = true, .proto = IPPROTO_UDP, .payload = 77 },
		IP6_UDP | RTE_MBUF_F_TX_VLAN, 100, true },
	{ "plain/all_as_it_came", { .proto = IPPROTO_TCP, .payload = 200, .l4_bad = true,
		.ip_bad = true }, 0, 0, true },
};

/* The sum of the pseudo header, as tx_prepare would put it. */
static void
pseudo_sum(const struct frame_spec *s, uint8_t *ip, uint8_t *l4, uint64_t ol_flags)
{
	*frame_l4_sum(s->proto, l4) = s->ip6 ?
		rte_ipv6_phdr_cksum((struct rte_ipv6_hdr *)ip, ol_flags) :
		rte_ipv4_phdr_cksum((struct rte_ipv4_hdr *)ip, ol_flags);
}

static void
offload(const void *arg)
{
	const struct offload_case *c = arg;
	const struct frame_spec *s = &c->frame;
	const uint64_t l4 = c->ol_flags & RTE_MBUF_F_TX_L4_MASK;
	const uint32_t tag = c->ol_flags & RTE_MBUF_F_TX_VLAN ? RTE_VLAN_HLEN : 0;
	const uint32_t l3_at = frame_l3_at(s);
	const uint32_t l3_len = s->ip6 ? 40 : 20 + 4 * s->options;
	const struct frame *f;
	struct rte_mbuf *m;
	uint32_t len;
	uint8_t *ip;
	int port = script_open(1, NULL);

	CHECK(port >= 0);
	len = frame_build(port, s, data);
	m = through(port, data, len);
	CHECK(m != NULL);
	ip = rte_pktmbuf_mtod_offset(m, uint8_t *, l3_at);
	m->ol_flags = c->ol_flags;
	m->vlan_tci = c->tci;
	m->l2_len = l3_at;
	m->l3_len = l3_len;
	if (l4 != 0)
		*frame_l4_sum(s->proto, ip + l3_len) = 0xdead;
	if (!c->prepare)
		pseudo_sum(s, ip, ip + l3_len, c->ol_flags);
	else
		CHECK_EQ(rte_eth_tx_prepare(port, 0, &m, 1), 1);
	f = sent_as(port, m);
	CHECK(f != NULL);
	CHECK_EQ(f->len, len + tag);
	/* Built with right checksums: what leaves is what came, tag apart. */
	CHECK_MEM(f->data, data, 12);
	CHECK_MEM(f->data + 12 + tag, data + 12, len - 12);
	if (tag != 0) {
		CHECK_EQ(f->data[12] << 8 | f->data[13], RTE_ETHER_TYPE_VLAN);
		CHECK_EQ(f->data[14] << 8 | f->data[15], c->tci);
	}
	CHECK_EQ(xstat(port, "wire_refused"), 0);
	CHECK(script_close(port));
}

/* A sum that happens to be 0 is sent as 0xffff, since 0 means that there is none. */
CHECK_CASE(csum_udp_zero_is_ffff)
{
	struct frame_spec s = { .proto = IPPROTO_UDP, .payload = 32 };
	int port = script_open(1, NULL);
	const struct frame *f;
	struct rte_mbuf *m;
	uint16_t *last, sum;
	uint32_t len;

	CHECK(port >= 0);
	len = frame_build(port, &s, data);
	/* Whatever the sum lacks goes into the payload. */
	memcpy(&sum, data + 34 + 6, sizeof(sum));
	last = (uint16_t *)(data + len - 2);
	*last = rte_raw_cksum(&(uint16_t [2]){ sum, *last }, 4);
	m = through(port, data, len);
	CHECK(m != NULL);
	m->ol_flags = IP4_UDP;
	m->l2_len = 14;
	m->l3_len = 20;
	CHECK_EQ(rte_eth_tx_prepare(port, 0, &m, 1), 1);
	f = sent_as(port, m);
	CHECK(f != NULL);
	memcpy(&sum, f->data + 34 + 6, sizeof(sum));
	CHECK_EQ(sum, 0xffff);
	CHECK_EQ(rte_ipv4_udptcp_cksum_verify((const void *)(f->data + 14), f->data + 34), 0);
	CHECK(script_close(port));
}

/* Refused by prepare and by burst alike, still the application's, and sendable without. */
struct refuse_case {
	const char *name;
	uint64_t ol_flags;
	uint8_t l2_len;
	uint16_t l3_len;
};

static const struct refuse_case refuse_cases[] = {
	{ "refused/ip_checksum", RTE_MBUF_F_TX_IPV4 | RTE_MBUF_F_TX_IP_CKSUM, 14, 20 },
	{ "refused/outer_ip_checksum", RTE_MBUF_F_TX_OUTER_IPV4 | RTE_MBUF_F_TX_OUTER_IP_CKSUM,
		14, 20 },
	{ "refused/sctp_checksum", RTE_MBUF_F_TX_IPV4 | RTE_MBUF_F_TX_SCTP_CKSUM, 14, 20 },
	{ "refused/tcp_segmentation", IP4_TCP | RTE_MBUF_F_TX_TCP_SEG, 14, 20 },
	{ "refused/udp_segmentation", IP4_UDP | RTE_MBUF_F_TX_UDP_SEG, 14, 20 },
	{ "refused/two_tags", RTE_MBUF_F_TX_VLAN | RTE_MBUF_F_TX_QINQ, 14, 20 },
	{ "refused/timestamp", RTE_MBUF_F_TX_IEEE1588_TMST, 14, 20 },
	{ "refused/security", RTE_MBUF_F_TX_SEC_OFFLOAD, 14, 20 },
	{ "refused/macsec", RTE_MBUF_F_TX_MACSEC, 14, 20 },
	{ "refused/tunnel", RTE_MBUF_F_TX_TUNNEL_VXLAN, 14, 20 },
	{ "refused/checksum_beyond_256_bytes", IP4_TCP, 14, 240 },
	{ "refused/checksum_beyond_the_packet", IP4_TCP, 60, 200 },
	{ "refused/checksum_without_lengths", IP4_TCP, 0, 0 },
};

static void
refused(const void *arg)
{
	const struct refuse_case *c = arg;
	const struct frame_spec s = { .proto = IPPROTO_TCP, .payload = 180 };
	int port = script_open(1, NULL);
	const struct frame *f;
	struct rte_mbuf *m;
	uint32_t len;

	CHECK(port >= 0);
	len = frame_build(port, &s, data);
	m = through(port, data, len);
	CHECK(m != NULL);
	m->ol_flags = c->ol_flags;
	m->l2_len = c->l2_len;
	m->l3_len = c->l3_len;
	rte_errno = 0;
	CHECK_EQ(rte_eth_tx_prepare(port, 0, &m, 1), 0);
	CHECK_EQ(rte_errno, ENOTSUP);
	CHECK_EQ(xstat(port, "tx_refused_offload"), 0);
	rte_errno = 0;
	CHECK_EQ(rte_eth_tx_burst(port, 0, &m, 1), 0);
	CHECK_EQ(rte_errno, ENOTSUP);
	CHECK_EQ(xstat(port, "tx_refused_offload"), 1);
	CHECK_EQ(rte_mbuf_refcnt_read(m), 1);
	m->ol_flags = 0;
	f = sent_as(port, m);
	CHECK(f != NULL);
	CHECK_EQ(f->len, len);
	CHECK_MEM(f->data, data, len);
	CHECK(script_close(port));
}

/* Every length: short ones are padded on the wire, long ones go up to the MTU, tag and all. */
CHECK_CASE(lengths)
{
	static const uint16_t some[] = { 14, 15, 33, 59, 60, 61, 255, 256, 1023, 1024, 1513, 1514,
		1515, 1518 };
	const struct frame_spec s = { .ether_type = 0x88b5, .payload = 1500 };
	int port = script_open(1, NULL);
	const struct frame *f;
	struct rte_mbuf *m;
	unsigned int i;

	CHECK(port >= 0);
	for (i = 0; i < RTE_DIM(some); i++) {
		m = receive(port, &s);
		CHECK(m != NULL);
		m->data_len = m->pkt_len = some[i];
		memset(rte_pktmbuf_mtod(m, uint8_t *) + 14, 0x5a, some[i] - 14);
		f = sent_as(port, m);
		CHECK(f != NULL);
		CHECK_EQ(f->len, RTE_MAX(some[i], 60));
		CHECK_MEM(f->data, rte_pktmbuf_mtod(m, uint8_t *), some[i]);
	}
	wire_clear();
	/* The slots that were changed receive whole frames again. */
	for (i = 0; i < RING; i++) {
		m = receive(port, &s);
		CHECK(m != NULL);
		CHECK_EQ(m->pkt_len, 1514);
		rte_pktmbuf_free(m);
	}
	CHECK(script_close(port));
}

/* A packet moved within its buffer leaves from where it is: the whole headroom, byte by byte. */
CHECK_CASE(data_offsets)
{
	const struct frame_spec s = { .ether_type = 0x88b5, .payload = 100 };
	int port = script_open(1, NULL);
	const struct frame *f;
	struct rte_mbuf *m;
	unsigned int grow;
	uint32_t len;
	char *head;

	CHECK(port >= 0);
	for (grow = 1; grow <= RTE_PKTMBUF_HEADROOM; grow++) {
		if (script.n_out == OUT_MAX)
			wire_clear();
		len = frame_build(port, &s, data);
		m = through(port, data, len);
		CHECK(m != NULL);
		head = rte_pktmbuf_prepend(m, grow);
		CHECK(head != NULL);
		memset(head, grow, grow);
		f = sent_as(port, m);
		CHECK(f != NULL);
		CHECK_EQ(f->len, len + grow);
		CHECK_EQ(f->data[0], (uint8_t)grow);
		CHECK_MEM(f->data + grow, data, len);
	}
	CHECK(script_close(port));
}

/* What queues tell of themselves. */

static void
put_many(uint16_t port, unsigned int n)
{
	const struct frame_spec s = { .ether_type = 0x88b5, .payload = 46 };
	uint32_t len = frame_build(port, &s, data);

	wire_clear();
	while (n-- > 0)
		wire_put(data, len);
}

/* Exact at rest: what is received, what may be, and what is with the application. */
CHECK_CASE(receive_status_and_count)
{
	struct rte_mbuf *m[RING];
	unsigned int i, n;
	int port = script_open(1, NULL);

	CHECK(port >= 0);
	CHECK_EQ(rte_eth_rx_queue_count(port, 0), 0);
	CHECK_EQ(rte_eth_rx_descriptor_status(port, 0, 0), RTE_ETH_RX_DESC_AVAIL);
	CHECK_EQ(rte_eth_rx_descriptor_status(port, 0, RING - 2), RTE_ETH_RX_DESC_AVAIL);
	CHECK_EQ(rte_eth_rx_descriptor_status(port, 0, RING - 1), RTE_ETH_RX_DESC_UNAVAIL);
	CHECK_EQ(rte_eth_rx_descriptor_status(port, 0, RING), -EINVAL);
	put_many(port, 100);
	CHECK(wire_wait(port));
	CHECK_EQ(rte_eth_rx_queue_count(port, 0), 100);
	CHECK_EQ(rte_eth_rx_descriptor_status(port, 0, 0), RTE_ETH_RX_DESC_DONE);
	CHECK_EQ(rte_eth_rx_descriptor_status(port, 0, 99), RTE_ETH_RX_DESC_DONE);
	CHECK_EQ(rte_eth_rx_descriptor_status(port, 0, 100), RTE_ETH_RX_DESC_AVAIL);
	n = rte_eth_rx_burst(port, 0, m, 40);
	CHECK_EQ(n, 40);
	CHECK_EQ(rte_eth_rx_queue_count(port, 0), 60);
	CHECK_EQ(rte_eth_rx_descriptor_status(port, 0, 59), RTE_ETH_RX_DESC_DONE);
	CHECK_EQ(rte_eth_rx_descriptor_status(port, 0, 60), RTE_ETH_RX_DESC_AVAIL);
	/* 40 are the application's. */
	CHECK_EQ(rte_eth_rx_descriptor_status(port, 0, RING - 42), RTE_ETH_RX_DESC_AVAIL);
	CHECK_EQ(rte_eth_rx_descriptor_status(port, 0, RING - 41), RTE_ETH_RX_DESC_UNAVAIL);
	put_many(port, RING - 1 - 100);
	CHECK(wire_wait(port));
	CHECK_EQ(rte_eth_rx_queue_count(port, 0), RING - 1 - 40);
	while (n < RING - 1)
		n += rte_eth_rx_burst(port, 0, &m[n], RING - 1 - n);
	CHECK_EQ(rte_eth_rx_queue_count(port, 0), 0);
	CHECK_EQ(rte_eth_rx_descriptor_status(port, 0, 0), RTE_ETH_RX_DESC_UNAVAIL);
	for (i = 0; i < n; i++)
		rte_pktmbuf_free(m[i]);
	CHECK_EQ(rte_eth_rx_burst(port, 0, m, 1), 0);
	CHECK_EQ(rte_eth_rx_descriptor_status(port, 0, 0), RTE_ETH_RX_DESC_AVAIL);
	CHECK(script_close(port));
}

/* Full while packets are on their way, done when they have left. */
CHECK_CASE(transmit_status)
{
	const uint64_t end = deadline();
	struct rte_mbuf *m[100], *none;
	unsigned int n = 0;
	int port = script_open(1, NULL);

	CHECK(port >= 0);
	CHECK_EQ(rte_eth_tx_descriptor_status(port, 0, 0), RTE_ETH_TX_DESC_DONE);
	CHECK_EQ(rte_eth_tx_descriptor_status(port, 0, RING - 1), RTE_ETH_TX_DESC_DONE);
	CHECK_EQ(rte_eth_tx_descriptor_status(port, 0, RING), -EINVAL);
	put_many(port, 100);
	CHECK(wire_wait(port));
	while (n < 100)
		n += rte_eth_rx_burst(port, 0, &m[n], 100 - n);
	/* The last 4 wait for the next doorbell. */
	CHECK_EQ(rte_eth_tx_burst(port, 0, m, 100), 100);
	CHECK_EQ(rte_eth_tx_descriptor_status(port, 0, RING - 1), RTE_ETH_TX_DESC_FULL);
	while (rte_eth_tx_descriptor_status(port, 0, RING - 1) != RTE_ETH_TX_DESC_DONE) {
		CHECK(!late(end));
		CHECK_EQ(rte_eth_rx_burst(port, 0, &none, 1), 0);
	}
	CHECK(script_close(port));
}

CHECK_CASE(queues_tell_how_they_are_set_up)
{
	const struct rte_eth_conf conf = { .rxmode.offloads = RTE_ETH_RX_OFFLOAD_VLAN_STRIP };
	struct rte_eth_rxconf rxconf = { .rx_drop_en = 1, .rx_deferred_start = 1 };
	struct rte_eth_burst_mode mode;
	struct rte_eth_rxq_info rx;
	struct rte_eth_txq_info tx;
	int port = script_open(1, &conf);

	CHECK(port >= 0);
	CHECK_EQ(rte_eth_rx_queue_info_get(port, 0, &rx), 0);
	CHECK(rx.mp == pool);
	CHECK_EQ(rx.nb_desc, RING);
	CHECK_EQ(rx.rx_buf_size, 2048);
	CHECK_EQ(rx.scattered_rx, 0);
	CHECK_EQ(rx.queue_state, RTE_ETH_QUEUE_STATE_STARTED);
	CHECK_EQ(rte_eth_tx_queue_info_get(port, 0, &tx), 0);
	CHECK_EQ(tx.nb_desc, RING);
	CHECK_EQ(tx.queue_state, RTE_ETH_QUEUE_STATE_STARTED);
	CHECK_EQ(rte_eth_rx_burst_mode_get(port, 0, &mode), 0);
	CHECK(mode.info[0] != '\0');
	CHECK_EQ(rte_eth_tx_burst_mode_get(port, 0, &mode), 0);
	CHECK(mode.info[0] != '\0');
	CHECK(rte_eth_rx_queue_info_get(port, 1, &rx) < 0);
	CHECK(rte_eth_rx_burst_mode_get(port, 1, &mode) < 0);
	CHECK_EQ(rte_eth_dev_stop(port), 0);
	CHECK_EQ(rte_eth_rx_queue_setup(port, 0, 2 * RING, 0, &rxconf, pool), 0);
	CHECK_EQ(rte_eth_dev_start(port), 0);
	CHECK_EQ(rte_eth_rx_queue_info_get(port, 0, &rx), 0);
	CHECK_EQ(rx.nb_desc, 2 * RING);
	CHECK_EQ(rx.conf.rx_drop_en, 1);
	CHECK_EQ(rx.queue_state, RTE_ETH_QUEUE_STATE_STOPPED);
	CHECK(script_close(port));
}

/* Sends nothing until it is started, and nothing once it is stopped. */
CHECK_CASE(deferred_transmit_queue)
{
	const struct rte_eth_txconf deferred = { .tx_deferred_start = 1 };
	const struct frame_spec s = { .ether_type = 0x88b5, .payload = 46 };
	struct rte_eth_txq_info info;
	struct rte_mbuf *m;
	unsigned int round;
	int port = script_open(1, NULL);

	CHECK(port >= 0);
	CHECK_EQ(rte_eth_dev_stop(port), 0);
	CHECK_EQ(rte_eth_tx_queue_setup(port, 0, RING, 0, &deferred), 0);
	CHECK_EQ(rte_eth_dev_start(port), 0);
	CHECK(link_wait(port, true));
	for (round = 0; round < 3; round++) {
		m = receive(port, &s);
		CHECK(m != NULL);
		CHECK_EQ(rte_eth_tx_queue_info_get(port, 0, &info), 0);
		CHECK_EQ(info.queue_state, RTE_ETH_QUEUE_STATE_STOPPED);
		rte_errno = 0;
		CHECK_EQ(rte_eth_tx_burst(port, 0, &m, 1), 0);
		CHECK_EQ(rte_errno, ENODEV);
		CHECK_EQ(rte_eth_dev_tx_queue_start(port, 0), 0);
		CHECK(sent_as(port, m) != NULL);
		CHECK_EQ(rte_eth_dev_tx_queue_stop(port, 0), 0);
	}
	CHECK_EQ(xstat(port, "tx_refused_stopped"), 3);
	CHECK(script_close(port));
}

int
main(int argc, char **argv)
{
	if (!frames_init(argc, argv))
		return 1;
	CHECK_RUN_EACH("", offload, offload_cases);
	CHECK_RUN(csum_udp_zero_is_ffff);
	CHECK_RUN_EACH("", refused, refuse_cases);
	CHECK_RUN(lengths);
	CHECK_RUN(data_offsets);
	CHECK_RUN(receive_status_and_count);
	CHECK_RUN(transmit_status);
	CHECK_RUN(queues_tell_how_they_are_set_up);
	CHECK_RUN(deferred_transmit_queue);
	return check_done();
}
