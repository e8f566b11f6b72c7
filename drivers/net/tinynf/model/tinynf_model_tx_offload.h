/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef TINYNF_MODEL_TX_OFFLOAD_H
#define TINYNF_MODEL_TX_OFFLOAD_H

/** @file What advanced transmit descriptors ask for: fields, and what carries it out. */

#include "model/tinynf_model_queue.h"

/* Advanced data descriptor, second word, 7.2.3.2.4. */
#define ADV_DTYP(meta)    ((unsigned int)((meta) >> 20) & 0xf)
#define ADV_DTYP_CONTEXT  2u
#define ADV_DTYP_DATA     3u
#define ADV_TSE           (UINT64_C(1) << 31)
#define ADV_IDX(meta)     ((unsigned int)((meta) >> 36) & 1)
#define ADV_POPTS_IXSM    (UINT64_C(1) << 40)
#define ADV_POPTS_TXSM    (UINT64_C(1) << 41)
#define ADV_POPTS_IPSEC   (UINT64_C(1) << 42)
#define ADV_PAYLEN(meta)  ((uint32_t)((meta) >> 46))

/* Context descriptor, 7.2.3.2.3. */
#define CTX_IPLEN(c)      ((uint32_t)(c)->lens & 0x1ff)
#define CTX_MACLEN(c)     ((uint32_t)((c)->lens >> 9) & 0x7f)
#define CTX_VLAN(c)       ((uint16_t)((c)->lens >> 16))
#define CTX_SNAP(c)       (((c)->cmd >> 9) & 1)
#define CTX_IPV4(c)       (((c)->cmd >> 10) & 1)
#define CTX_L4T(c)        ((unsigned int)((c)->cmd >> 11) & 3)
#define CTX_SECURITY(c)   ((c)->cmd & UINT64_C(0xe000)) /* IPsec and FCoE */
#define CTX_L4LEN(c)      ((uint32_t)((c)->cmd >> 40) & 0xff)
#define CTX_MSS(c)        ((uint32_t)((c)->cmd >> 48))

enum { TINYNF_L4T_UDP, TINYNF_L4T_TCP, TINYNF_L4T_SCTP };

/** A large send that is being cut, 7.2.4. All of it was checked against the data. */
struct tinynf_model_tso {
	const uint8_t *data;    /* prototype header and payload */
	uint32_t ip, l4;        /* where these headers start */
	uint32_t header;        /* length of all headers */
	uint32_t payload;
	uint32_t mss;
	uint32_t segments;      /* at least one */
	bool ip4, tcp, snap, vlan;
	uint16_t tag;
	uint16_t seed;          /* pseudo header's sum as software left it */
};

/** Report what is wrong with a packet's descriptors. @return false */
bool tinynf_model_tx_refuse(struct tinynf_model *m, unsigned int n, uint32_t index,
		uint64_t value, const char *why, const char *section);

/**
 * Apply what the first descriptor of a packet asks for, in place.
 * @return false if the packet must be dropped (reported).
 */
bool tinynf_model_tx_offload(struct tinynf_model *m, unsigned int n, uint32_t index,
		const struct tinynf_desc *d, uint8_t *data, uint32_t *len, uint32_t room);
void tinynf_model_vlan_insert(const struct tinynf_model *m, uint8_t *data, uint32_t *len,
		uint16_t tag);

/**
 * Check a packet whose first descriptor has TSE.
 * @return false if it must be dropped (reported).
 */
bool tinynf_model_tso_start(struct tinynf_model *m, unsigned int n, uint32_t index,
		const struct tinynf_desc *d, const uint8_t *data, uint32_t len,
		struct tinynf_model_tso *tso);
/**
 * Build segment @p i, smaller than tso->segments.
 * @param out room for TINYNF_MODEL_MAX_FRAME bytes
 * @return its length
 */
uint32_t tinynf_model_tso_segment(const struct tinynf_model *m,
		const struct tinynf_model_tso *tso, uint32_t i, uint8_t *out);

#endif /* TINYNF_MODEL_TX_OFFLOAD_H */
