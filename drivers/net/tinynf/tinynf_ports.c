/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#include <stdatomic.h>

#include "tinynf_ports.h"

pthread_mutex_t tinynf_ports = PTHREAD_MUTEX_INITIALIZER;
pthread_mutex_t tinynf_control = PTHREAD_MUTEX_INITIALIZER;
struct tinynf_txq tinynf_txqs[RTE_MAX_ETHPORTS][TINYNF_MAX_TX_QUEUES];
_Atomic uint16_t tinynf_txq_count[RTE_MAX_ETHPORTS];
struct tinynf_output tinynf_no_output;

static atomic_bool ours[RTE_MAX_ETHPORTS];

void
tinynf_ports_add(uint16_t port_id)
{
	atomic_store(&ours[port_id], true);
}

void
tinynf_ports_remove(uint16_t port_id)
{
	atomic_store(&ours[port_id], false);
}

bool
tinynf_ports_ours(uint16_t port_id)
{
	return atomic_load(&ours[port_id]);
}
