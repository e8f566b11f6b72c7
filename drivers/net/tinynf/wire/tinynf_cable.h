/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef TINYNF_CABLE_H
#define TINYNF_CABLE_H

/**
 * @file
 * A cable between two models of one process. Each end is a wire of its own and
 * may come and go; while the other is away, there is no light.
 */

#include "wire/tinynf_wire.h"

/** An end that leads nowhere yet. @return the wire, NULL with errno set (ENOMEM). */
struct tinynf_wire *tinynf_cable_create(struct tinynf_model *model);
/** Join two free ends. @return 0, -EBUSY if one is joined already, -EINVAL if one is no cable. */
int tinynf_cable_join(struct tinynf_wire *a, struct tinynf_wire *b);

#endif /* TINYNF_CABLE_H */
