/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* What a software 82599 reports: that its verdicts are bad when something is bad. */

#include <errno.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <rte_cycles.h>
#include <rte_dev.h>
#include <rte_eal.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <rte_memory.h>
#include <rte_ring.h>

#include "base/tinynf_regs.h"
#include "pmd.h"
#include "tinynf_adapter.h"
#include "tinynf_vdev.h"

#define MBUFS  2048
#define RING   256
#define NAME   "net_tinynf9"
#define PERIOD 100

static char report[64];
static char text[65536];

static bool
start(const char *args, uint16_t *port)
{
	static const struct rte_eth_conf conf;
	char all[256];

	snprintf(all, sizeof(all), "report=%s%s%s", report, args[0] != '\0' ? "," : "", args);
	unlink(report);
	CHECK_RET(rte_eal_hotplug_add("vdev", NAME, all) == 0, false);
	CHECK_RET(rte_eth_dev_get_port_by_name(NAME, port) == 0, false);
	CHECK_RET(rte_eth_dev_configure(*port, 1, 1, &conf) == 0, false);
	CHECK_RET(rte_eth_rx_queue_setup(*port, 0, RING, 0, NULL, pool) == 0, false);
	CHECK_RET(rte_eth_tx_queue_setup(*port, 0, RING, 0, NULL) == 0, false);
	CHECK_RET(rte_eth_dev_start(*port) == 0, false);
	return true;
}

/* Wait until the device has counted so much; polls flush what was sent, and write tails. */
static bool
reaches(uint16_t port, const char *name, uint64_t value, bool poll)
{
	const uint64_t end = deadline();
	struct rte_mbuf *m;

	while (xstat(port, name) < value) {
		CHECK_RET(!late(end), false);
		if (poll && rte_eth_rx_burst(port, 0, &m, 1) == 1)
			rte_pktmbuf_free(m);
		rte_delay_us_sleep(100);
	}
	CHECK_RET(xstat(port, name) != UINT64_MAX, false);
	return true;
}

static bool
finish(void)
{
	FILE *f;
	size_t n;

	CHECK_RET(rte_eal_hotplug_remove("vdev", NAME) == 0, false);
	f = fopen(report, "r");
	CHECK_RET(f != NULL, false);
	n = fread(text, 1, sizeof(text) - 1, f);
	text[n] = '\0';
	fclose(f);
	unlink(report);
	return true;
}

/* Number of this name in the report. */
static uint64_t
reported(const char *name)
{
	char key[64];
	const char *at;

	snprintf(key, sizeof(key), "\"%s\": ", name);
	at = strstr(text, key);
	return at != NULL ? strtoull(at + strlen(key), NULL, 10) : UINT64_MAX;
}

static bool
says(const char *what)
{
	return strstr(text, what) != NULL;
}

CHECK_CASE(clean_run_passes)
{
	uint16_t port;

	CHECK(start("count=5000", &port));
	CHECK(forward(port, port, 5000));
	CHECK(finish());
	CHECK(says("\"verdict\": \"PASS\""));
	CHECK(says("\"final\": true"));
	CHECK(says("\"name\": \"" NAME "\""));
	CHECK_EQ(reported("sent"), 5000);
	CHECK_EQ(reported("rx"), 5000);
	CHECK_EQ(reported("tx"), 5000);
	CHECK_EQ(reported("returned"), 5000);
	CHECK_EQ(reported("lost"), 0);
	CHECK_EQ(rte_mempool_avail_count(pool), MBUFS);
}

/* A wire that mistreats one frame in PERIOD. */
static struct {
	enum { LOSE, DELAY, REPEAT, SPOIL } how;
	const struct tinynf_wire_ops *real;
	struct tinynf_wire_ops ops;
	unsigned int n;
	uint8_t frame[2048];
	uint32_t len;
} bad;

static bool
bad_send(struct tinynf_wire *wire, const uint8_t *frame, uint32_t len)
{
	const bool now = ++bad.n % PERIOD == 0;

	if (now && bad.how == LOSE)
		return true;
	if (now) {
		memcpy(bad.frame, frame, len);
		bad.len = len;
		if (bad.how == SPOIL) {
			bad.frame[len - 1] ^= 1;
			return bad.real->send(wire, bad.frame, len);
		}
		if (bad.how == DELAY)
			return true;
	}
	/* One later: next in the same flow, as there is one flow. */
	if (bad.n % PERIOD == 1 && bad.n > 1 && (bad.how == DELAY || bad.how == REPEAT)) {
		bad.real->send(wire, frame, len);
		return bad.real->send(wire, bad.frame, bad.len);
	}
	return bad.real->send(wire, frame, len);
}

static void
bad_wire_fails(const void *arg)
{
	const unsigned int how = *(const unsigned int *)arg;
	static const char *const counters[] = { "lost", "reordered", "duplicated", "corrupted" };
	struct tinynf_vdev *vdev;
	unsigned int i;
	uint16_t port;

	memset(&bad, 0, sizeof(bad));
	bad.how = how;
	CHECK(start("flows=1,count=5050,rate=100000", &port));
	tinynf_vdev_host_lock();
	vdev = tinynf_vdev_host_find(NAME);
	bad.real = vdev->wire->ops;
	bad.ops = *bad.real;
	bad.ops.send = bad_send;
	vdev->wire->ops = &bad.ops;
	tinynf_vdev_host_unlock();
	CHECK(forward(port, port, 5050));
	CHECK(finish());
	CHECK_EQ(bad.n, 5050);
	CHECK(says("\"verdict\": \"FAIL\""));
	for (i = 0; i < RTE_DIM(counters); i++)
		if (reported(counters[i]) != (i == how ? 50 : 0))
			CHECK_FAIL("%s: %" PRIu64, counters[i], reported(counters[i]));
}

/* A tail past the ring: in strict mode the verdict is bad, in lenient mode it only tells. */
static void
violation_is_reported(const void *arg)
{
	const bool strict = *(const bool *)arg;
	uint16_t port;

	CHECK(start(strict ? "strict=1" : "strict=0", &port));
	CHECK(forward(port, port, 100));
	tinynf_hw_write(&tinynf_adapter(&rte_eth_devices[port])->hw, TINYNF_REG(RDT, 0), RING + 5);
	CHECK(reaches(port, "wire_violations", 1, false));
	CHECK(finish());
	CHECK(reported("violations") >= 1);
	CHECK(says(strict ? "\"verdict\": \"FAIL\"" : "\"verdict\": \"PASS\""));
	CHECK(says("\"register\": \"RDT"));
	CHECK(says("\"section\": \""));
}

static bool
telemetry(const char *command)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	struct timeval wait = { .tv_sec = 5 };
	int s = socket(AF_UNIX, SOCK_SEQPACKET, 0);
	ssize_t n = -1;

	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s/dpdk_telemetry.v2",
		rte_eal_get_runtime_dir());
	setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
	if (connect(s, (struct sockaddr *)&addr, sizeof(addr)) == 0 &&
			recv(s, text, sizeof(text), 0) > 0 &&
			send(s, command, strlen(command), 0) > 0)
		n = recv(s, text, sizeof(text) - 1, 0);
	close(s);
	text[n > 0 ? n : 0] = '\0';
	return n > 0;
}

CHECK_CASE(telemetry_says_the_same)
{
	char command[64];
	uint16_t port;

	CHECK(start("count=3000", &port));
	CHECK(forward(port, port, 3000));
	CHECK(reaches(port, "wire_returned", 3000, true));
	snprintf(command, sizeof(command), "/tinynf/wire,%u", port);
	if (!telemetry(command))
		CHECK_SKIP("no telemetry socket in %s", rte_eal_get_runtime_dir());
	CHECK(says("\"sent\":3000"));
	CHECK(says("\"lost\":0"));
	CHECK(says("\"violations\":0"));
	tinynf_hw_write(&tinynf_adapter(&rte_eth_devices[port])->hw, TINYNF_REG(RDT, 0), RING + 5);
	CHECK(reaches(port, "wire_violations", 1, false));
	snprintf(command, sizeof(command), "/tinynf/model,%u", port);
	CHECK(telemetry(command));
	CHECK(says("\"register\":\"RDT"));
	CHECK(says("\"rx_frames\":3000"));
	CHECK(telemetry("/tinynf/wire,31"));
	CHECK(says("null"));
	CHECK(finish());
}

CHECK_CASE(memory_that_devices_reach)
{
	const size_t len = 1 << 20;
	struct rte_mbuf *m;
	void *page;
	uint16_t port;

	CHECK(start("", &port));
	m = rte_pktmbuf_alloc(pool);
	CHECK(m != NULL);
	CHECK(tinynf_vdev_memory_reachable(m->buf_addr, m->buf_len));
	rte_pktmbuf_free(m);
	CHECK(!tinynf_vdev_memory_reachable(&port, sizeof(port)));
	page = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(page != MAP_FAILED);
	CHECK(!tinynf_vdev_memory_reachable(page, len));
	CHECK_EQ(rte_extmem_register(page, len, NULL, 0, 4096), 0);
	CHECK(tinynf_vdev_memory_reachable(page, len));
	CHECK(!tinynf_vdev_memory_reachable(page, len + 1));
	CHECK_EQ(rte_extmem_unregister(page, len), 0);
	munmap(page, len);
	CHECK(finish());
}

CHECK_CASE(xstats_can_be_reset_and_the_verdict_not)
{
	uint64_t id, value = 1;
	uint16_t port;

	CHECK(start("count=1000", &port));
	CHECK(forward(port, port, 1000));
	CHECK_EQ(rte_eth_xstats_get_id_by_name(port, "wire_sent", &id), 0);
	CHECK_EQ(rte_eth_xstats_get_by_id(port, &id, &value, 1), 1);
	CHECK_EQ(value, 1000);
	CHECK_EQ(rte_eth_xstats_reset(port), 0);
	CHECK_EQ(rte_eth_xstats_get_by_id(port, &id, &value, 1), 1);
	CHECK_EQ(value, 0);
	CHECK(finish());
	CHECK_EQ(reported("sent"), 1000);
}

static void *
no_dma(void *ctx, uint64_t addr, size_t len, bool to_memory)
{
	RTE_SET_USED(ctx);
	RTE_SET_USED(addr);
	RTE_SET_USED(len);
	RTE_SET_USED(to_memory);
	return NULL;
}

static bool
no_wire(void *ctx, const uint8_t *frame, uint32_t len)
{
	RTE_SET_USED(ctx);
	RTE_SET_USED(frame);
	RTE_SET_USED(len);
	return true;
}

static void
no_irq(void *ctx, uint32_t vector, bool level)
{
	RTE_SET_USED(ctx);
	RTE_SET_USED(vector);
	RTE_SET_USED(level);
}

static void
no_violation(void *ctx, const struct tinynf_model_violation *v)
{
	RTE_SET_USED(ctx);
	RTE_SET_USED(v);
}

/* Whoever reads the far end may not have the CPU for tens of ms: nothing is lost meanwhile. */
static bool
far_end_is_slow(struct tinynf_wire *wire, struct rte_ring *ring)
{
	static const uint8_t frame[60] = { 0x02 };
	uint64_t sent = 0, read = 0;
	void *m;

	while (wire->ops->send(wire, frame, sizeof(frame)))
		sent++;
	CHECK_RET(sent > rte_ring_get_capacity(ring), false);
	wire->ops->poll(wire, 1000000, 0);
	wire->ops->poll(wire, 91000000, 0);
	CHECK_RET(wire->counters.overflow == 0, false);
	while (rte_ring_dequeue(ring, &m) == 0) {
		rte_pktmbuf_free(m);
		read++;
		wire->ops->poll(wire, 92000000, 0);
	}
	CHECK_RET(read == sent, false);
	/* But nobody waits for ever. */
	while (wire->ops->send(wire, frame, sizeof(frame)))
		;
	wire->ops->poll(wire, 1000000000, 0);
	wire->ops->poll(wire, 1200000000, 0);
	CHECK_RET(wire->counters.overflow > 0, false);
	CHECK_RET(wire->ops->send(wire, frame, sizeof(frame)), false);
	return true;
}

CHECK_CASE(far_end_may_be_slow)
{
	static const struct tinynf_model_ops ops = { no_dma, no_wire, no_irq, no_violation };
	static const struct tinynf_model_config config = { .mac = { 0x02 } };
	struct tinynf_vdev owner = { .name = "net_tinynf8" };
	struct tinynf_wire *wire;
	struct rte_ring *ring;
	bool ok = false;
	void *m;

	owner.model = tinynf_model_create(&config, &ops, NULL);
	CHECK(owner.model != NULL);
	wire = tinynf_subdev_create("net_ring8", &owner);
	ring = wire == NULL ? NULL : rte_ring_lookup("ETH_RXTX0_net_ring8");
	if (ring != NULL) {
		ok = far_end_is_slow(wire, ring);
		while (rte_ring_dequeue(ring, &m) == 0)
			rte_pktmbuf_free(m);
	}
	if (wire != NULL)
		wire->ops->close(wire);
	tinynf_model_destroy(owner.model);
	CHECK(ring != NULL);
	CHECK(ok);
}

int
main(int argc, char **argv)
{
	static char *eal[] = { "test_vdev", "--no-huge", "-m", "256", "--no-pci", "-l", "0",
		"--log-level=lib.eal:4", NULL };
	static char prefix[64];
	static const char *const names[] = { "loses", "reorders", "duplicates", "corrupts" };
	const bool strict = true, lenient = false;
	unsigned int how;
	char name[64];

	check_init(argc, argv);
	snprintf(prefix, sizeof(prefix), "--file-prefix=tinynf-vdev-%d", getpid());
	snprintf(report, sizeof(report), "/tmp/tinynf-vdev-%d.json", getpid());
	eal[RTE_DIM(eal) - 1] = prefix;
	if (!check_ctx.list && (rte_eal_init(RTE_DIM(eal), eal) < 0 || !pool_create(MBUFS))) {
		fprintf(stderr, "EAL does not start\n");
		return 1;
	}
	CHECK_RUN(clean_run_passes);
	for (how = LOSE; how <= SPOIL; how++) {
		snprintf(name, sizeof(name), "bad_wire_fails/%s", names[how]);
		check_run(name, bad_wire_fails, &how);
	}
	check_run("violation_is_reported/strict", violation_is_reported, &strict);
	check_run("violation_is_reported/lenient", violation_is_reported, &lenient);
	CHECK_RUN(telemetry_says_the_same);
	CHECK_RUN(memory_that_devices_reach);
	CHECK_RUN(xstats_can_be_reset_and_the_verdict_not);
	CHECK_RUN(far_end_may_be_slow);
	if (!check_ctx.list)
		rte_eal_cleanup();
	return check_done();
}
