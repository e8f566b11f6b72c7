/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef TINYNF_DESC_H
#define TINYNF_DESC_H

/**
 * @file
 * Legacy descriptors of the 82599, as the driver uses them, and the bits of the
 * advanced formats that the software 82599 also serves. Little endian in memory.
 * Manual sections: 7.1.5 (legacy receive), 7.1.6 (advanced receive),
 * 7.2.3.2.2 (legacy transmit), 7.2.3.2.3-4 (advanced transmit).
 */

#include <stdint.h>

/** A 16-byte descriptor of any format; both words little endian. */
struct tinynf_desc {
	uint64_t addr;  /**< Buffer address; legacy formats keep it for ever. */
	uint64_t meta;  /**< Length, command, status, ... by format. */
};

/* Legacy receive write-back, 7.1.5: fields of meta. */
#define TINYNF_RXD_LEN_SHIFT     0
#define TINYNF_RXD_CSUM_SHIFT    16
#define TINYNF_RXD_STATUS_SHIFT  32
#define TINYNF_RXD_ERRORS_SHIFT  40
#define TINYNF_RXD_VLAN_SHIFT    48

#define TINYNF_RXD_DD     (UINT64_C(1) << 32) /* descriptor done */
#define TINYNF_RXD_EOP    (UINT64_C(1) << 33) /* end of packet */
#define TINYNF_RXD_VP     (UINT64_C(1) << 35) /* VLAN packet, tag in VLAN field */
#define TINYNF_RXD_UDPCS  (UINT64_C(1) << 36) /* UDP checksum checked */
#define TINYNF_RXD_L4CS   (UINT64_C(1) << 37) /* TCP or UDP checksum checked */
#define TINYNF_RXD_IPCS   (UINT64_C(1) << 38) /* IPv4 header checksum checked */
#define TINYNF_RXD_PIF    (UINT64_C(1) << 39) /* passed an inexact filter */
#define TINYNF_RXD_RXE    (UINT64_C(1) << 40) /* MAC error: CRC, symbol, length */
#define TINYNF_RXD_TCPE   (UINT64_C(1) << 46) /* TCP or UDP checksum wrong */
#define TINYNF_RXD_IPE    (UINT64_C(1) << 47) /* IPv4 header checksum wrong */

/* Legacy transmit, 7.2.3.2.2: fields of meta. */
#define TINYNF_TXD_LEN_SHIFT     0
#define TINYNF_TXD_CSO_SHIFT     16
#define TINYNF_TXD_CSS_SHIFT     40
#define TINYNF_TXD_VLAN_SHIFT    48

#define TINYNF_TXD_EOP    (UINT64_C(1) << 24) /* end of packet */
#define TINYNF_TXD_IFCS   (UINT64_C(1) << 25) /* insert the frame check sequence */
#define TINYNF_TXD_IC     (UINT64_C(1) << 26) /* insert checksum at CSO over CSS.. */
#define TINYNF_TXD_RS     (UINT64_C(1) << 27) /* report status (head or DD) */
#define TINYNF_TXD_DEXT   (UINT64_C(1) << 29) /* advanced format if set */
#define TINYNF_TXD_VLE    (UINT64_C(1) << 30) /* insert the VLAN field */
#define TINYNF_TXD_DD     (UINT64_C(1) << 32) /* done, if written back */

#endif /* TINYNF_DESC_H */
