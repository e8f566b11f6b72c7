/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef TINYNF_COMPAT_H
#define TINYNF_COMPAT_H

/**
 * @file
 * Every guard that one DPDK version needs and another doesn't (22.11 .. 25.11).
 */

#include <stdint.h>

#include <rte_version.h>

#if RTE_VERSION < RTE_VERSION_NUM(22, 11, 0, 0)
#error "net_tinynf needs DPDK 22.11 or newer"
#endif

/* 24.03: the driver tells how many packet types there are instead of ending the list. */
#if RTE_VERSION >= RTE_VERSION_NUM(24, 3, 0, 0)
#define TINYNF_PTYPES_GET(name) \
	const uint32_t *name(struct rte_eth_dev *dev, size_t *count)
#define TINYNF_PTYPES_COUNT(n) (*count = (n))
#else
#define TINYNF_PTYPES_GET(name) \
	const uint32_t *name(struct rte_eth_dev *dev)
#define TINYNF_PTYPES_COUNT(n) ((void)(n))
#endif

/* 23.03: "uint" instead of "u64". */
#if RTE_VERSION >= RTE_VERSION_NUM(23, 3, 0, 0)
#define TINYNF_TEL_ADD_UINT(d, name, value) rte_tel_data_add_dict_uint(d, name, value)
#else
#define TINYNF_TEL_ADD_UINT(d, name, value) rte_tel_data_add_dict_u64(d, name, value)
#endif

/* 25.07: names are exported without a number. */
#if RTE_VERSION >= RTE_VERSION_NUM(25, 7, 0, 0)
#define TINYNF_PMD_EXPORT_NAME(name) RTE_PMD_EXPORT_NAME(name)
#else
#define TINYNF_PMD_EXPORT_NAME(name) RTE_PMD_EXPORT_NAME(name, __COUNTER__)
#endif

/* 25.11: statistics of queues are a structure of their own, which may be missing. */
#if RTE_VERSION >= RTE_VERSION_NUM(25, 11, 0, 0)
#define TINYNF_STATS_GET(name) \
	int name(struct rte_eth_dev *dev, struct rte_eth_stats *stats, \
			struct eth_queue_stats *qstats)
#define TINYNF_QSTATS(stats) (qstats)
#define TINYNF_STATS_CALL(get, dev, stats, queues) get(dev, stats, queues)
#define TINYNF_QSTATS_MEMBER(name) struct eth_queue_stats name;
#define TINYNF_QSTATS_VARIABLE(name) struct eth_queue_stats name = { 0 }
#define TINYNF_QSTATS_ASSIGN(to, from) ((to) = (from))
#define TINYNF_QSTATS_GIVE(from) (qstats != NULL ? (void)(*qstats = (from)) : (void)0)
#else
#define TINYNF_STATS_GET(name) \
	int name(struct rte_eth_dev *dev, struct rte_eth_stats *stats)
#define TINYNF_QSTATS(stats) (stats)
#define TINYNF_STATS_CALL(get, dev, stats, queues) get(dev, stats)
#define TINYNF_QSTATS_MEMBER(name)
#define TINYNF_QSTATS_VARIABLE(name)
#define TINYNF_QSTATS_ASSIGN(to, from) ((void)0)
#define TINYNF_QSTATS_GIVE(from) ((void)0)
#endif

/* 23.03: control threads are rte_threads. */
#if RTE_VERSION >= RTE_VERSION_NUM(23, 3, 0, 0)
#define TINYNF_THREAD rte_thread_t
#define TINYNF_THREAD_MAIN(name, arg) uint32_t name(void *arg)
#define TINYNF_THREAD_RETURN return 0
#define TINYNF_THREAD_CREATE(id, name, fn) rte_thread_create_control(id, name, fn, NULL)
#define TINYNF_THREAD_JOIN(id) rte_thread_join(id, NULL)
#else
#define TINYNF_THREAD pthread_t
#define TINYNF_THREAD_MAIN(name, arg) void *name(void *arg)
#define TINYNF_THREAD_RETURN return NULL
#define TINYNF_THREAD_CREATE(id, name, fn) rte_ctrl_thread_create(id, name, NULL, fn, NULL)
#define TINYNF_THREAD_JOIN(id) pthread_join(id, NULL)
#endif

/* 25.07: version.map is made from these. */
#if RTE_VERSION >= RTE_VERSION_NUM(25, 7, 0, 0) && __has_include(<eal_export.h>)
#include <eal_export.h>
#endif
#ifndef RTE_EXPORT_EXPERIMENTAL_SYMBOL
#define RTE_EXPORT_EXPERIMENTAL_SYMBOL(symbol, version)
#endif

/* 25.11: counting the packets of a queue may fail. */
#if RTE_VERSION >= RTE_VERSION_NUM(25, 11, 0, 0)
typedef int tinynf_queue_count;
#else
typedef uint32_t tinynf_queue_count;
#endif

#endif /* TINYNF_COMPAT_H */
