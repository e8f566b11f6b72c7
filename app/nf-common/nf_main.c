/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* Start, ports, statistics, end: what all network functions have in common. */

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <string.h>

#include <rte_common.h>
#include <rte_cycles.h>
#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <rte_telemetry.h>
#include <rte_version.h>

#include "nf.h"
#include "nf_options.h"

#define MBUF_CACHE  256
/* Polls that the one for telemetry may be interrupted by. */
#define SNAPSHOT_TRIES  1000

volatile bool nf_quit;
uint16_t nf_burst = 32;
bool nf_software_sums;

static uint16_t descriptors = 512;
static struct nf nf;
static const struct nf_program *running;

static void
on_signal(int number __rte_unused)
{
	nf_quit = true;
}

static bool
parse_burst(const char *text, void *to)
{
	uint32_t n;

	if (!nf_parse_u32(text, &n) || n > NF_MAX_BURST)
		return false;
	*(uint16_t *)to = n;
	return true;
}

static bool
parse_descriptors(const char *text, void *to)
{
	uint32_t n;

	if (!nf_parse_u32(text, &n) || n > 4096)
		return false;
	*(uint16_t *)to = n;
	return true;
}

static const struct nf_option common[] = {
	{ "burst", "N", "packets received at once, 1 to 64; default 32", parse_burst, &nf_burst,
		false },
	{ "descriptors", "N", "of each ring, up to 4096; default 512", parse_descriptors,
		&descriptors, false },
	{ NULL, NULL, NULL, NULL, NULL, false },
};

/* A sum that nobody checked on the way in must not be made good on the way out. */
static int
sums_configure(unsigned int i, struct rte_eth_conf *conf)
{
	const uint64_t rx = RTE_ETH_RX_OFFLOAD_TCP_CKSUM | RTE_ETH_RX_OFFLOAD_UDP_CKSUM;
	const uint64_t tx = RTE_ETH_TX_OFFLOAD_TCP_CKSUM | RTE_ETH_TX_OFFLOAD_UDP_CKSUM;
	struct rte_eth_dev_info info;
	int ret = rte_eth_dev_info_get(nf.port[i], &info);

	if (ret != 0)
		return ret;
	conf->rxmode.offloads = info.rx_offload_capa & rx;
	conf->txmode.offloads = info.tx_offload_capa & tx;
	if (conf->txmode.offloads & RTE_ETH_TX_OFFLOAD_TCP_CKSUM)
		nf.sums.tcp |= 1u << i;
	if (conf->txmode.offloads & RTE_ETH_TX_OFFLOAD_UDP_CKSUM)
		nf.sums.udp |= 1u << i;
	return 0;
}

static int
port_start(unsigned int i, struct rte_mempool *pool, const struct nf_program *program)
{
	const uint16_t port = nf.port[i];
	struct rte_eth_conf conf = { 0 };
	uint16_t rx = descriptors, tx = descriptors;
	int ret = 0;

	if (program->sums && !nf_software_sums)
		ret = sums_configure(i, &conf);
	if (ret == 0)
		ret = rte_eth_dev_configure(port, 1, 1, &conf);
	if (ret == 0)
		ret = rte_eth_dev_adjust_nb_rx_tx_desc(port, &rx, &tx);
	if (ret == 0)
		ret = rte_eth_rx_queue_setup(port, 0, rx, rte_eth_dev_socket_id(port), NULL, pool);
	if (ret == 0)
		ret = rte_eth_tx_queue_setup(port, 0, tx, rte_eth_dev_socket_id(port), NULL);
	if (ret == 0)
		ret = rte_eth_macaddr_get(port, &nf.mac[i]);
	if (ret == 0 && program->promiscuous)
		ret = rte_eth_promiscuous_enable(port);
	if (ret == 0)
		ret = rte_eth_dev_start(port);
	if (ret != 0)
		fprintf(stderr, "port %u does not start: %s\n", port, rte_strerror(-ret));
	return ret;
}

static int
ports_find(const struct nf_program *program)
{
	uint16_t port;

	nf.nb_ports = 0;
	RTE_ETH_FOREACH_DEV(port) {
		if (nf.nb_ports == program->max_ports) {
			fprintf(stderr, "%s takes %u ports; there are %u\n", program->name,
				program->max_ports, rte_eth_dev_count_avail());
			return -EINVAL;
		}
		nf.port[nf.nb_ports++] = port;
	}
	if (nf.nb_ports < program->min_ports) {
		fprintf(stderr, "%s needs at least %u ports; there are %u\n", program->name,
			program->min_ports, nf.nb_ports);
		return -EINVAL;
	}
	return 0;
}

static int
ports_start(const struct nf_program *program)
{
	struct rte_mempool *pool;
	unsigned int i;
	int ret;

	/* Each port's receive ring, what its transmit ring has from all, and what is on the way. */
	pool = rte_pktmbuf_pool_create("nf", nf.nb_ports * (2u * descriptors + NF_MAX_BURST) +
			MBUF_CACHE * 2, MBUF_CACHE, 0, RTE_MBUF_DEFAULT_BUF_SIZE, rte_socket_id());
	if (pool == NULL) {
		fprintf(stderr, "no memory for packets: %s\n", rte_strerror(rte_errno));
		return -rte_errno;
	}
	for (i = 0; i < nf.nb_ports; i++) {
		ret = port_start(i, pool, program);
		if (ret != 0)
			return ret;
	}
	return 0;
}

static void
ports_close(void)
{
	unsigned int i;

	for (i = 0; i < nf.nb_ports; i++)
		rte_eth_dev_stop(nf.port[i]);
	for (i = 0; i < nf.nb_ports; i++)
		rte_eth_dev_close(nf.port[i]);
}

static void
report(void)
{
	unsigned int i;

	printf("%s:", running->name);
	for (i = 0; running->counters[i] != NULL; i++)
		printf(" %s %" PRIu64, running->counters[i],
			*(const volatile uint64_t *)&nf.counters[i]);
	printf("\n");
	fflush(stdout);
}

/* 22.11 calls them u64, later releases uint. */
#if RTE_VERSION >= RTE_VERSION_NUM(23, 3, 0, 0)
#define ADD_UINT rte_tel_data_add_dict_uint
#else
#define ADD_UINT rte_tel_data_add_dict_u64
#endif

static int
on_telemetry(const char *cmd __rte_unused, const char *params __rte_unused,
		struct rte_tel_data *d)
{
	uint64_t values[NF_MAX_COUNTERS], now;
	unsigned int i, tries = 0;

	/*
	 * Counters of one moment, and which: those who measure rates must not depend on who
	 * waits.
	 */
	do {
		now = *(const volatile uint64_t *)&nf.now;
		for (i = 0; running->counters[i] != NULL; i++)
			values[i] = *(const volatile uint64_t *)&nf.counters[i];
	} while (now != *(const volatile uint64_t *)&nf.now && ++tries < SNAPSHOT_TRIES);
	rte_tel_data_start_dict(d);
	for (i = 0; running->counters[i] != NULL; i++)
		ADD_UINT(d, running->counters[i], values[i]);
	ADD_UINT(d, "time_us", nf_microseconds(&nf, now));
	return 0;
}

static int
run(const struct nf_program *program)
{
	int ret;

	ret = ports_find(program);
	if (ret != 0)
		return ret;
	nf.hz = rte_get_tsc_hz();
	ret = ports_start(program);
	if (ret != 0)
		goto fail_ports;
	ret = program->create(&nf);
	if (ret != 0) {
		fprintf(stderr, "%s can't be set up: %s\n", program->name, rte_strerror(-ret));
		goto fail_create;
	}
	running = program;
	rte_telemetry_register_cmd("/nf/stats", on_telemetry, "Counters of the network function.");
	printf("%s runs on %u ports\n", program->name, nf.nb_ports);
	fflush(stdout);
	ret = program->run(&nf, program);
	if (ret != 0)
		fprintf(stderr, "%s ended: %s\n", program->name, rte_strerror(-ret));
	report();
	ports_close();
	program->destroy(&nf);
	return ret;

fail_create:
fail_ports:
	ports_close();
	return ret;
}

int
nf_main(const struct nf_program *program, int argc, char **argv)
{
	int ret;

	ret = rte_eal_init(argc, argv);
	if (ret < 0) {
		fprintf(stderr, "EAL does not start: %s\n", rte_strerror(rte_errno));
		return 1;
	}
	argc -= ret;
	argv += ret;
	ret = nf_options(program, common, argc, argv);
	if (ret == 0) {
		signal(SIGINT, on_signal);
		signal(SIGTERM, on_signal);
		ret = run(program);
	}
	rte_eal_cleanup();
	return ret < 0 ? 1 : 0;
}
