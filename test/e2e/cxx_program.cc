/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * A C++ application that forwards between ports 0 and 1: by ethdev, compiled with the switch, or
 * with NATIVE by the native interface. It also is what headers in C must not disturb: atomics of
 * the standard library, DPDK's headers between extern "C", names that C has as keywords.
 */

#include <atomic>
#include <csignal>
#include <cstdio>
#include <memory>

extern "C" {
#include <rte_eal.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>
#ifdef NATIVE
#include <rte_pmd_tinynf.h>
#endif
}

#include <array>
#include <mutex>
#include <vector>

namespace {

#ifdef NATIVE
volatile bool quit;
#else
std::atomic<bool> quit{false};
#endif

/* Each of these would not compile if a name of the switch's were still defined. */
struct alignas(16) Padded {
	std::atomic<unsigned int> n{0};

	unsigned int more(unsigned int by)
	{
		std::atomic_store_explicit(&n, std::atomic_load_explicit(&n,
				std::memory_order_acquire) + by, std::memory_order_release);
		std::atomic_thread_fence(std::memory_order_seq_cst);
		std::atomic_signal_fence(std::memory_order_seq_cst);
		return n;
	}
};

class Port {
public:
	explicit Port(uint16_t id, struct rte_mempool *pool) : id(id)
	{
		struct rte_eth_conf conf = {};

		good = rte_eth_dev_configure(id, 1, 1, &conf) == 0 &&
			rte_eth_rx_queue_setup(id, 0, 512, 0, nullptr, pool) == 0 &&
			rte_eth_tx_queue_setup(id, 0, 512, 0, nullptr) == 0 &&
			rte_eth_promiscuous_enable(id) == 0 && rte_eth_dev_start(id) == 0;
	}
	Port(const Port &) = delete;
	Port &operator=(const Port &) = delete;
	~Port()
	{
		rte_eth_dev_stop(id);
		rte_eth_dev_close(id);
	}
	explicit operator bool() const { return good; }

	template <size_t Burst>
	void forward(uint16_t to)
	{
		std::array<struct rte_mbuf *, Burst> m;
		const uint16_t n = ::rte_eth_rx_burst(id, 0, m.data(), Burst);
		uint16_t i = ::rte_eth_tx_burst(to, 0, m.data(), n);

		received.more(n);
		for (; i < n; i++)
			rte_pktmbuf_free(m[i]);
	}

private:
	uint16_t id;
	bool good;
	Padded received;
};

bool
loop(std::vector<std::unique_ptr<Port>> &ports)
{
#ifdef NATIVE
	std::array<struct rte_pmd_tinynf_agent *, 2> agents;
	std::array<uint64_t, 2> bytes = {{ 0, 0 }};
	struct rte_pmd_tinynf_stats stats;
	int ret;

	static_cast<void>(ports);
	for (uint16_t port = 0; port < 2; port++) {
		const uint16_t to = !port;

		if (rte_pmd_tinynf_agent_open(port, 0, &to, 1, &bytes[port], &agents[port]) != 0)
			return false;
	}
	ret = rte_pmd_tinynf_run(agents.data(), 2,
		[](void *, uint16_t length, uint16_t *lengths, void *state) {
			*static_cast<uint64_t *>(state) += length;
			lengths[0] = length;
		}, 1, &quit);
	for (uint16_t port = 0; port < 2; port++) {
		rte_pmd_tinynf_agent_stats(agents[port], &stats);
		std::printf("agent %u: %llu packets, %llu bytes\n", port,
				static_cast<unsigned long long>(stats.packets),
				static_cast<unsigned long long>(bytes[port]));
		if (rte_pmd_tinynf_agent_close(agents[port]) != 0)
			return false;
	}
	return ret == 0;
#else
	while (!quit.load(std::memory_order_relaxed)) {
		ports[0]->forward<1>(1);
		ports[1]->forward<32>(0);
	}
	return true;
#endif
}

} /* namespace */

int
main(int argc, char **argv)
{
	std::vector<std::unique_ptr<Port>> ports;
	struct rte_mempool *pool;
	bool good;

	if (rte_eal_init(argc, argv) < 0)
		return 1;
	std::signal(SIGINT, [](int) { quit = true; });
	pool = rte_pktmbuf_pool_create("pool", 4096, 0, 0, RTE_MBUF_DEFAULT_BUF_SIZE, 0);
	for (uint16_t port = 0; port < 2; port++) {
		ports.emplace_back(new Port(port, pool));
		if (!*ports.back())
			return 2;
	}
	good = loop(ports);
	ports.clear();
	rte_eal_cleanup();
	return good ? 0 : 3;
}
