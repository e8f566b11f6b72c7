/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef TINYNF_VDEV_ARGS_H
#define TINYNF_VDEV_ARGS_H

/**
 * @file
 * Device arguments of a vdev net_tinynfN. No DPDK types: the parser is also
 * what the vfio-user server reads its options with.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/tinynf_model.h"
#include "wire/tinynf_gen.h"

#define TINYNF_VDEV_NAME_LEN  64
#define TINYNF_VDEV_ARGS_LEN  1024
#define TINYNF_VDEV_ERROR_LEN 512

/** For pmdinfo: every key that the parser knows. */
#define TINYNF_VDEV_PARAMS \
	"strict=<0|1> " \
	"mac=<xx:xx:xx:xx:xx:xx> " \
	"wire(<sub-vdev>[,<its arguments>]) " \
	"peer=<net_tinynfN> " \
	"size=<64..9728|imix> " \
	"flows=<1..16384> " \
	"rate=<0..1000000000> " \
	"count=<0..2^64-1> " \
	"proto=<udp|tcp> " \
	"dst_mac=<xx:xx:xx:xx:xx:xx> " \
	"ip_src=<a.b.c.d> " \
	"ip_dst=<a.b.c.d> " \
	"sport=<0..65535> " \
	"dport=<0..65535> " \
	"vlan=<0..4095> " \
	"check_vlan=<0|1> " \
	"sfp=<sr|da|other|none> " \
	"cpu=<n> " \
	"flush=<1..32> " \
	"report=<file>"

/** What leads away from the model. */
enum tinynf_vdev_wire {
	TINYNF_VDEV_WIRE_GEN,
	TINYNF_VDEV_WIRE_SUB,
	TINYNF_VDEV_WIRE_PEER,
};

struct tinynf_vdev_args {
	enum tinynf_vdev_wire wire;
	bool gen_chosen;           /**< A generator's key was given: not a mere default. */
	bool strict;
	bool mac_given, dst_mac_given;
	uint8_t mac[6];
	enum tinynf_model_sfp sfp;
	bool sfp_third_party;
	int cpu;                   /**< -1: not pinned. */
	uint32_t flush;
	char sub[TINYNF_VDEV_ARGS_LEN];    /**< "net_tap0,iface=x" */
	char peer[TINYNF_VDEV_NAME_LEN];
	char report[TINYNF_VDEV_ARGS_LEN]; /**< Empty: none. */
	struct tinynf_gen_config gen;      /**< MAC addresses are the caller's. */
};

/** Number of a device from its name: 3 of "net_tinynf3"; 0 if it has none. */
unsigned int tinynf_vdev_number(const char *name);

/**
 * Parse the arguments of device @p name.
 * @param text   "key=value,key(value),...", NULL or empty for all defaults
 * @param error  on failure the reason: key, value and what is allowed
 * @return 0, -EINVAL
 */
int tinynf_vdev_args_parse(struct tinynf_vdev_args *args, const char *name, const char *text,
		char error[TINYNF_VDEV_ERROR_LEN]);

#endif /* TINYNF_VDEV_ARGS_H */
