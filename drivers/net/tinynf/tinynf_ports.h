/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef TINYNF_PORTS_H
#define TINYNF_PORTS_H

/**
 * @file
 * What there is once for all ports: locks, and the transmit queues that agents of any port feed.
 */

#include <pthread.h>

#include "tinynf_queue.h"

/**
 * Ports and their queues exist as long as this is held: for threads that are neither the
 * application's nor EAL's interrupt thread. Taken before the control lock.
 */
extern pthread_mutex_t tinynf_ports;

/**
 * Serialises everything that starts, stops, attaches or detaches, of all ports: agents of one
 * port have outputs on the others.
 */
extern pthread_mutex_t tinynf_control;

/** A port is one of ours from now on, or is not any more. */
void tinynf_ports_add(uint16_t port_id);
void tinynf_ports_remove(uint16_t port_id);
/** Is this port one of ours (any bus)? Any thread. */
bool tinynf_ports_ours(uint16_t port_id);

/** All transmit queues: never freed, as others look whether they are busy. */
extern struct tinynf_txq tinynf_txqs[RTE_MAX_ETHPORTS][TINYNF_MAX_TX_QUEUES];
/** How many a port has had at most. */
extern _Atomic uint16_t tinynf_txq_count[RTE_MAX_ETHPORTS];
/** Takes no packet. */
extern struct tinynf_output tinynf_no_output;

#endif /* TINYNF_PORTS_H */
