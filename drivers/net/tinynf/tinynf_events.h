/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef TINYNF_EVENTS_H
#define TINYNF_EVENTS_H

/**
 * @file
 * Counters of slow events, by port. Static, so that a packet that comes back after its
 * port was closed counts without harm.
 */

#include <stdint.h>

#include "tinynf_ethdev.h"

/** Count @p n events of a port; any thread. */
void tinynf_event_add(uint16_t port_id, enum tinynf_event event, uint64_t n);
/**
 * Count a refused packet and log the first refusal of each kind of a port.
 * @p err becomes rte_errno.
 */
void tinynf_event_refuse(uint16_t port_id, enum tinynf_event event, int err);

/** A new port uses this number: nothing counted, nothing logged yet. */
void tinynf_event_forget(uint16_t port_id);

#endif /* TINYNF_EVENTS_H */
