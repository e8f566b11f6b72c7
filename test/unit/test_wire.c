/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* The generator, its frames and its checker, with a device that this file plays. */

#include <errno.h>

#include "check.h"
#include "wire/tinynf_cable.h"
#include "wire/tinynf_check.h"
#include "wire/tinynf_frame.h"
#include "wire/tinynf_gen.h"
#include "wire/tinynf_host.h"

#define FRAMES 4096

/* A device: an unbounded queue of what it took, until told otherwise. */
static struct {
	bool enabled;
	unsigned int room;
	unsigned int n;
	uint64_t now;
	bool lit;
	unsigned int told;         /* of light that came or went */
	bool packing;
	unsigned int packed;       /* frames that came while packing */
	uint32_t len[FRAMES];
	uint8_t frame[FRAMES][2048];
} dev;

enum tinynf_model_rx
tinynf_model_receive(struct tinynf_model *model, const uint8_t *frame, uint32_t len, bool hold)
{
	(void)model;
	if (dev.room == 0)
		return hold ? TINYNF_RX_HELD : TINYNF_RX_MISSED;
	dev.room--;
	dev.packed += dev.packing;
	memcpy(dev.frame[dev.n], frame, len);
	dev.len[dev.n++] = len;
	return TINYNF_RX_TAKEN;
}

void
tinynf_model_pack(struct tinynf_model *model, bool pack)
{
	(void)model;
	dev.packing = pack;
}

bool
tinynf_model_rx_enabled(const struct tinynf_model *model)
{
	(void)model;
	return dev.enabled;
}

bool
tinynf_model_laser_on(const struct tinynf_model *model)
{
	(void)model;
	return dev.enabled;
}

void
tinynf_model_tick(struct tinynf_model *model, uint64_t now_ns)
{
	(void)model;
	dev.now = now_ns;
}

void
tinynf_model_set_signal(struct tinynf_model *model, bool present)
{
	(void)model;
	dev.lit = present;
	dev.told++;
}

unsigned int
tinynf_model_poll(struct tinynf_model *model, unsigned int budget)
{
	(void)model;
	return dev.n == 0 || dev.packing ? 0 : budget;
}

static const struct tinynf_gen_config plain = {
	.dst_mac = { 2, 0, 0, 0, 0, 1 }, .src_mac = { 2, 0, 0, 0, 0, 2 },
	.size = 64, .flows = 4, .ip_src = 0xc6120001, .ip_dst = 0xc6120101,
	.sport = 10000, .dport = 20000,
};

static struct tinynf_wire *
start(const struct tinynf_gen_config *config, unsigned int room)
{
	memset(&dev, 0, sizeof(dev));
	dev.enabled = true;
	dev.room = room;
	return tinynf_gen_create(config, NULL);
}

static void
back(struct tinynf_wire *wire, unsigned int i)
{
	wire->ops->send(wire, dev.frame[i], dev.len[i]);
}

/* Internet checksum of a stretch, the slow way. */
static uint32_t
slow_sum(const uint8_t *p, unsigned int len, uint32_t sum)
{
	unsigned int i;

	for (i = 0; i < len; i++)
		sum += i & 1 ? p[i] : (uint32_t)p[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

static bool
checksums_right(const uint8_t *frame, uint32_t len, unsigned int tags)
{
	const uint8_t *ip = frame + 14 + 4 * tags;
	const uint32_t l4_len = len - 14 - 4 * tags - 20;

	return slow_sum(ip, 20, 0) == 0xffff &&
		slow_sum(ip + 20, l4_len, slow_sum(ip + 12, 8, ip[9] + l4_len)) == 0xffff;
}

/* Every form and length carries right checksums and is recognised. */
static void
frames_are_valid(const void *arg)
{
	const unsigned int form = *(const unsigned int *)arg;
	struct tinynf_frame_spec spec = {
		.dst_mac = { 2, 0, 0, 0, 0, 1 }, .ip_src = 0xc6120001, .ip_dst = 0xc6120101,
		.sport = 1, .dport = 2, .tcp = form & 1, .tagged = form & 2, .vlan = 0x2005,
		.generator = 255, .flow = 0xabcd,
	};
	static uint8_t frame[TINYNF_FRAME_MAX + 64];
	struct tinynf_frame_head head;
	struct tinynf_frame_id id;
	unsigned int tags;

	tinynf_frame_init();
	for (spec.len = TINYNF_FRAME_MIN; spec.len <= TINYNF_FRAME_MAX; spec.len++) {
		const uint32_t sequence = spec.len * 2654435761u;

		tinynf_frame_prepare(&head, &spec);
		tinynf_frame_fill(&head, frame, spec.len < 64 ? 64 : spec.len);
		tinynf_frame_stamp(&head, frame, sequence);
		CHECK(checksums_right(frame, spec.len, spec.tagged));
		CHECK_EQ(tinynf_frame_verify(frame, spec.len, &id, &tags), TINYNF_FRAME_OURS);
		CHECK_EQ(id.sequence, sequence);
		CHECK_EQ(id.flow, 0xabcd);
		CHECK_EQ(id.generator, 255);
		CHECK_EQ(tags, spec.tagged);
	}
}

/* No single flipped bit passes, in any form. */
static void
bit_flips_are_seen(const void *arg)
{
	const unsigned int form = *(const unsigned int *)arg;
	struct tinynf_frame_spec spec = {
		.ip_src = 0xc6120001, .ip_dst = 0xc6120101, .sport = 1, .dport = 2,
		.tcp = form & 1, .tagged = form & 2, .len = form & 4 ? 301 : 60,
	};
	const uint32_t l3 = spec.tagged ? 18 : 14;
	static uint8_t frame[2048];
	struct tinynf_frame_head head;
	struct tinynf_frame_id id;
	uint32_t bit;

	tinynf_frame_init();
	tinynf_frame_prepare(&head, &spec);
	tinynf_frame_fill(&head, frame, 320);
	tinynf_frame_stamp(&head, frame, 77);
	/* MAC addresses and the tag's value are a forwarder's to change. */
	for (bit = l3 * 8; bit < spec.len * 8; bit++) {
		frame[bit / 8] ^= 1u << (bit % 8);
		if (tinynf_frame_verify(frame, spec.len, &id, NULL) == TINYNF_FRAME_OURS)
			CHECK_FAIL("bit %u of byte %u", bit % 8, bit / 8);
		frame[bit / 8] ^= 1u << (bit % 8);
	}
	CHECK_EQ(tinynf_frame_verify(frame, spec.len, &id, NULL), TINYNF_FRAME_OURS);
	CHECK(tinynf_frame_verify(frame, spec.len - 1, &id, NULL) != TINYNF_FRAME_OURS);
	CHECK(tinynf_frame_verify(frame, spec.len + 1, &id, NULL) != TINYNF_FRAME_OURS);
}

CHECK_CASE(random_bytes_are_foreign)
{
	uint8_t frame[128];
	struct tinynf_frame_id id;
	unsigned int i, k, x = 1;

	tinynf_frame_init();
	for (i = 0; i < 100000; i++) {
		for (k = 0; k < sizeof(frame); k++)
			frame[k] = (uint8_t)((x = x * 1103515245 + 12345) >> 16);
		CHECK_EQ(tinynf_frame_verify(frame, i % (sizeof(frame) + 1), &id, NULL),
			TINYNF_FRAME_FOREIGN);
	}
}

/* What forwarders do: MACs, swapped addresses and ports, TTL, tag taken off or put on. */
CHECK_CASE(rewrites_are_not_corruption)
{
	struct tinynf_wire *wire = start(&plain, 4);
	uint8_t *ip, saved[4];
	uint32_t sum;

	CHECK(wire != NULL);
	CHECK_EQ(wire->ops->poll(wire, 0, 32), 4);
	memset(dev.frame[0], 0x55, 12);
	back(wire, 0);
	ip = dev.frame[1] + 14;
	memcpy(saved, ip + 12, 4);
	memcpy(ip + 12, ip + 16, 4);
	memcpy(ip + 16, saved, 4);
	memcpy(saved, ip + 20, 2);
	memcpy(ip + 20, ip + 22, 2);
	memcpy(ip + 22, saved, 2);
	back(wire, 1);
	ip = dev.frame[2] + 14;
	ip[8]--;
	sum = ((uint32_t)ip[10] << 8 | ip[11]) + 0x100;
	sum = (sum & 0xffff) + (sum >> 16);
	ip[10] = (uint8_t)(sum >> 8);
	ip[11] = (uint8_t)sum;
	back(wire, 2);
	memmove(dev.frame[3] + 16, dev.frame[3] + 12, 48);
	memcpy(dev.frame[3] + 12, "\x81\x00\x00\x64", 4);
	dev.len[3] += 4;
	back(wire, 3);
	CHECK_EQ(wire->counters.returned, 4);
	CHECK_EQ(wire->counters.corrupted, 0);
	CHECK_EQ(wire->counters.foreign, 0);
	wire->ops->close(wire);
}

/* A tag taken off a minimum frame leaves it short: the device pads it with anything. */
CHECK_CASE(stripped_and_padded)
{
	struct tinynf_gen_config config = plain;
	struct tinynf_wire *wire;

	config.tagged = true;
	config.vlan = 100;
	config.tcp = true;
	wire = start(&config, 2);
	CHECK(wire != NULL);
	CHECK_EQ(wire->ops->poll(wire, 0, 32), 2);
	memmove(dev.frame[0] + 12, dev.frame[0] + 16, 44);
	memset(dev.frame[0] + 56, 0, 4);
	back(wire, 0);
	CHECK_EQ(wire->counters.returned, 1);
	CHECK_EQ(wire->counters.corrupted, 0);
	wire->ops->close(wire);
	config.tags_matter = true;
	wire = start(&config, 2);
	CHECK(wire != NULL);
	CHECK_EQ(wire->ops->poll(wire, 0, 32), 2);
	memmove(dev.frame[0] + 12, dev.frame[0] + 16, 44);
	memset(dev.frame[0] + 56, 0, 4);
	back(wire, 0);
	back(wire, 1);
	CHECK_EQ(wire->counters.corrupted, 1);
	CHECK_EQ(wire->counters.returned, 1);
	wire->ops->close(wire);
}

CHECK_CASE(fates_are_told_apart)
{
	struct tinynf_gen_config config = plain;
	struct tinynf_wire *wire;
	const struct tinynf_wire_counters *c;

	config.flows = 1;
	wire = start(&config, 8);
	CHECK(wire != NULL);
	c = &wire->counters;
	CHECK_EQ(wire->ops->poll(wire, 0, 32), 8);
	CHECK_EQ(c->sent, 8);
	CHECK_EQ(c->waits, 1);
	back(wire, 0);
	back(wire, 3);             /* 1 and 2 overtaken */
	CHECK_EQ(c->gaps, 2);
	back(wire, 2);             /* late */
	CHECK_EQ(c->reordered, 1);
	CHECK_EQ(c->gaps, 1);
	back(wire, 2);             /* twice */
	CHECK_EQ(c->duplicated, 1);
	dev.frame[4][50] ^= 1;
	back(wire, 4);
	CHECK_EQ(c->corrupted, 1);
	memset(dev.frame[5], 0, 60);
	back(wire, 5);
	CHECK_EQ(c->foreign, 1);
	back(wire, 6);
	CHECK_EQ(c->returned, 4);
	CHECK_EQ(c->gaps, 3);      /* 1, 4 and 5 */
	CHECK_EQ(c->arrived, 7);
	wire->ops->close(wire);
}

/* A frame that another generator's wire gets is the sender's. */
CHECK_CASE(credit_goes_to_the_source)
{
	struct tinynf_wire *a = start(&plain, 3), *b;
	struct tinynf_wire_counters counters;

	CHECK(a != NULL);
	b = tinynf_gen_create(&plain, NULL);
	CHECK(b != NULL);
	CHECK_EQ(a->ops->poll(a, 0, 32), 3);
	back(b, 0);
	CHECK_EQ(a->counters.returned, 1);
	CHECK_EQ(b->counters.returned, 0);
	CHECK_EQ(b->counters.arrived, 1);
	a->ops->close(a);
	back(b, 1);
	CHECK_EQ(b->counters.foreign, 1);
	tinynf_wire_counters_get(b, &counters);
	CHECK_EQ(counters.arrived, 2);
	b->ops->close(b);
}

CHECK_CASE(open_loop_counts_missed_and_leaves_no_gap)
{
	struct tinynf_gen_config config = plain;
	struct tinynf_wire *wire;

	config.rate = 1000000;
	config.count = 10;
	config.flows = 1;
	wire = start(&config, 2);
	CHECK(wire != NULL);
	CHECK_EQ(wire->ops->poll(wire, 1000000000, 32), 0);
	CHECK_EQ(wire->ops->poll(wire, 1000005000, 32), 5);
	CHECK_EQ(wire->counters.taken, 2);
	CHECK_EQ(wire->counters.missed, 3);
	dev.room = 100;
	CHECK_EQ(wire->ops->poll(wire, 1000006000, 32), 1);
	CHECK(!tinynf_gen_done(wire));
	CHECK_EQ(wire->ops->poll(wire, 1100000000, 32), 4);
	CHECK_EQ(wire->ops->poll(wire, 1200000000, 32), 0);
	CHECK(tinynf_gen_done(wire));
	CHECK_EQ(wire->counters.sent, 10);
	for (unsigned int i = 0; i < dev.n; i++)
		back(wire, i);
	CHECK_EQ(wire->counters.returned, 7);
	CHECK_EQ(wire->counters.gaps, 0);
	wire->ops->close(wire);
}

CHECK_CASE(nothing_is_sent_while_receive_is_off)
{
	struct tinynf_wire *wire = start(&plain, 8);

	CHECK(wire != NULL);
	dev.enabled = false;
	CHECK_EQ(wire->ops->poll(wire, 0, 32), 0);
	CHECK_EQ(wire->counters.sent, 0);
	dev.enabled = true;
	CHECK_EQ(wire->ops->poll(wire, 0, 32), 8);
	wire->ops->close(wire);
}

CHECK_CASE(imix_and_determinism)
{
	struct tinynf_gen_config config = plain;
	struct tinynf_wire *wire;
	static uint8_t first[12][2048];
	uint32_t sizes[3] = { 0, 0, 0 };
	unsigned int i;

	config.size = TINYNF_GEN_IMIX;
	wire = start(&config, 12);
	CHECK(wire != NULL);
	CHECK_EQ(wire->ops->poll(wire, 0, 32), 12);
	for (i = 0; i < 12; i++) {
		sizes[dev.len[i] == 60 ? 0 : dev.len[i] == 590 ? 1 : 2]++;
		CHECK(checksums_right(dev.frame[i], dev.len[i], 0));
		back(wire, i);
	}
	CHECK_EQ(wire->counters.returned, 12);
	CHECK_EQ(sizes[0], 7);
	CHECK_EQ(sizes[1], 4);
	CHECK_EQ(sizes[2], 1);
	memcpy(first, dev.frame, sizeof(first));
	wire->ops->close(wire);
	wire = start(&config, 12);
	CHECK(wire != NULL);
	CHECK_EQ(wire->ops->poll(wire, 123456789, 5), 5);
	CHECK_EQ(wire->ops->poll(wire, 223456789, 32), 7);
	CHECK_MEM(first, dev.frame, sizeof(first));
	wire->ops->close(wire);
}

/* Against a plain list of flags, over random orders that wrap the sequence numbers and the window. */
CHECK_CASE(sequence_window_against_a_list)
{
	static struct tinynf_check_flow flow;
	static uint8_t seen[65536];
	const uint32_t base = UINT32_MAX - 30000;
	uint32_t i, gap, x = 7, next = 0;

	memset(&flow, 0, sizeof(flow));
	memset(seen, 0, sizeof(seen));
	flow.next = base;
	flow.sent = base + 60000;
	for (i = 0; i < 400000; i++) {
		enum tinynf_check_order got, want;
		uint32_t n;

		x = x * 1664525 + 1013904223;
		n = next + (x >> 16) % 64;
		n = n > 40 ? n - 40 : 0;
		if ((x & 0xfff) == 0)
			n = next + (x >> 13) % 9000;
		if (n >= 60000 || n + TINYNF_CHECK_WINDOW < next)
			continue;
		want = n >= next ? TINYNF_ORDER_NEXT : seen[n] ? TINYNF_ORDER_TWICE :
			TINYNF_ORDER_LATE;
		got = tinynf_check_sequence(&flow, base + n, &gap);
		CHECK_EQ(got, want);
		CHECK_EQ(gap, n > next ? n - next : 0);
		seen[n] = 1;
		if (n >= next)
			next = n + 1;
	}
	CHECK(next > 50000);
	CHECK_EQ(tinynf_check_sequence(&flow, base + 60000, &gap), TINYNF_ORDER_NEVER_SENT);
	/* As far away as numbers get; UBSan watches. */
	flow.sent = flow.next;
	CHECK_EQ(tinynf_check_sequence(&flow, flow.next - (UINT32_C(1) << 31), &gap),
			TINYNF_ORDER_TWICE);
}

CHECK_CASE(bad_configurations_are_refused)
{
	struct tinynf_gen_config config = plain;

	config.flows = 0;
	CHECK(tinynf_gen_create(&config, NULL) == NULL);
	CHECK_EQ(errno, EINVAL);
	config.flows = TINYNF_GEN_MAX_FLOWS + 1;
	CHECK(tinynf_gen_create(&config, NULL) == NULL);
	config = plain;
	config.size = 63;
	CHECK(tinynf_gen_create(&config, NULL) == NULL);
	config.size = 9729;
	CHECK(tinynf_gen_create(&config, NULL) == NULL);
}

CHECK_CASE(cable_carries_holds_and_goes_dark)
{
	struct tinynf_wire *a, *b, *c;
	unsigned int i;

	memset(&dev, 0, sizeof(dev));
	dev.enabled = true;
	a = tinynf_cable_create(NULL);
	b = tinynf_cable_create(NULL);
	c = tinynf_cable_create(NULL);
	CHECK(a != NULL && b != NULL && c != NULL);
	CHECK(!a->ops->signal(a));
	CHECK_EQ(tinynf_cable_join(a, a), (uint64_t)-EINVAL);
	CHECK_EQ(tinynf_cable_join(a, b), 0);
	CHECK_EQ(tinynf_cable_join(c, b), (uint64_t)-EBUSY);
	CHECK(a->ops->signal(a) && b->ops->signal(b));
	for (i = 0; a->ops->send(a, (const uint8_t *)&i, sizeof(i)); i++)
		CHECK(i < 10000);
	CHECK(i > 0);
	CHECK_EQ(b->ops->poll(b, 0, 8), 0);   /* no room: held, not lost */
	dev.room = 8;
	CHECK_EQ(b->ops->poll(b, 0, 100), 8);
	CHECK_EQ(dev.frame[7][0], 7);
	CHECK(a->ops->send(a, (const uint8_t *)&i, sizeof(i)));
	b->ops->close(b);
	CHECK(!a->ops->signal(a));
	CHECK(a->ops->send(a, (const uint8_t *)&i, sizeof(i)));
	CHECK_EQ(a->counters.overflow, 1);
	a->ops->close(a);
	c->ops->close(c);
}

CHECK_CASE(host_serves_a_device)
{
	struct tinynf_wire *a = tinynf_cable_create(NULL), *b = tinynf_cable_create(NULL);
	bool lit = true;

	memset(&dev, 0, sizeof(dev));
	CHECK(a != NULL && b != NULL);
	tinynf_host_tick(a, &lit, 10);
	tinynf_host_tick(a, &lit, 20);
	CHECK_EQ(dev.now, 20);
	CHECK(!lit && !dev.lit && dev.told == 1);
	CHECK_EQ(tinynf_cable_join(a, b), 0);
	dev.enabled = true;
	tinynf_host_tick(a, &lit, 30);
	CHECK(lit && dev.lit && dev.told == 2);
	CHECK(b->ops->send(b, (const uint8_t *)&lit, sizeof(lit)));
	CHECK(b->ops->send(b, (const uint8_t *)&lit, sizeof(lit)));
	dev.room = FRAMES;
	CHECK_EQ(tinynf_host_work(a, 40, 0), 0);
	CHECK_EQ(tinynf_host_work(a, 50, 1), 1 + TINYNF_HOST_DESCRIPTORS);
	CHECK_EQ(dev.n, 1);
	CHECK_EQ(dev.packed, 1);
	CHECK(!dev.packing);
	a->ops->close(a);
	b->ops->close(b);
}

CHECK_CASE(violations_are_told_once_each)
{
	struct tinynf_model_violation v = { .reg = 0x6018, .reason = "past the ring" };
	static struct tinynf_violations known;
	const char again[] = "past the ring";
	unsigned int kinds;

	CHECK(tinynf_host_violation(&known, &v));
	v.index = 5;
	v.value = 7;
	v.reason = again;
	CHECK(!tinynf_host_violation(&known, &v));
	CHECK_EQ(known.kind[0].times, 2);
	CHECK_EQ(known.kind[0].first.index, 0);
	v.reason = "handed over twice";
	CHECK(tinynf_host_violation(&known, &v));
	v.queue = 1;
	CHECK(tinynf_host_violation(&known, &v));
	v.reg = 0x6058;
	CHECK(tinynf_host_violation(&known, &v));
	for (kinds = 4; kinds < TINYNF_HOST_VIOLATIONS; kinds++) {
		CHECK_EQ(known.n, kinds);
		v.queue++;
		CHECK(tinynf_host_violation(&known, &v));
	}
	v.queue++;
	CHECK(!tinynf_host_violation(&known, &v));
	CHECK_EQ(known.n, TINYNF_HOST_VIOLATIONS);
}

int
main(int argc, char **argv)
{
	unsigned int form;
	char name[64];

	check_init(argc, argv);
	for (form = 0; form < 8; form++) {
		static const char *const forms[] = { "udp", "tcp", "udp tagged", "tcp tagged" };

		if (form < 4) {
			snprintf(name, sizeof(name), "frames_are_valid/%s", forms[form]);
			check_run(name, frames_are_valid, &form);
		}
		snprintf(name, sizeof(name), "bit_flips_are_seen/%s %s", forms[form & 3],
			form & 4 ? "long" : "short");
		check_run(name, bit_flips_are_seen, &form);
	}
	CHECK_RUN(random_bytes_are_foreign);
	CHECK_RUN(rewrites_are_not_corruption);
	CHECK_RUN(stripped_and_padded);
	CHECK_RUN(fates_are_told_apart);
	CHECK_RUN(credit_goes_to_the_source);
	CHECK_RUN(open_loop_counts_missed_and_leaves_no_gap);
	CHECK_RUN(nothing_is_sent_while_receive_is_off);
	CHECK_RUN(imix_and_determinism);
	CHECK_RUN(sequence_window_against_a_list);
	CHECK_RUN(bad_configurations_are_refused);
	CHECK_RUN(cable_carries_holds_and_goes_dark);
	CHECK_RUN(host_serves_a_device);
	CHECK_RUN(violations_are_told_once_each);
	return check_done();
}
