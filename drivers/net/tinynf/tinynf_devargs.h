/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef TINYNF_DEVARGS_H
#define TINYNF_DEVARGS_H

/**
 * @file
 * Options that every bus takes.
 */

#include <stdint.h>

#include <rte_kvargs.h>

#include "tinynf_adapter.h"

#define TINYNF_ARG_FLUSH   "flush"   /* packets per transmit tail write */
#define TINYNF_ARG_DRIVER  "driver"  /* PCI: who shall have the device */

#define TINYNF_FLUSH_DEFAULT 8u
#define TINYNF_FLUSH_MAX     32u

/** The defaults. */
void tinynf_options_default(struct tinynf_options *options);
/**
 * Take the common options from a parsed list; others are not looked at.
 * @param name device, for messages
 * @return 0, or -EINVAL with what is allowed in the log.
 */
int tinynf_options_parse(const char *name, const struct rte_kvargs *kvlist,
		struct tinynf_options *options);
/**
 * Parse an unsigned number in full.
 * @return 0, or -EINVAL with key, value and limits in the log.
 */
int tinynf_arg_number(const char *name, const char *key, const char *value, uint64_t min,
		uint64_t max, uint64_t *number);

#endif /* TINYNF_DEVARGS_H */
