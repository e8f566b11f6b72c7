/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* Advanced transmit descriptors as the manual has them, 7.2.3.2.3 and 7.2.3.2.4. */

#ifndef TINYNF_TEST_ADVANCED_H
#define TINYNF_TEST_ADVANCED_H

#include "mini.h"
#include "reference.h"

#define ADV_CONTEXT (UINT64_C(2) << 20 | UINT64_C(1) << 29)
#define ADV_DATA    (UINT64_C(3) << 20 | UINT64_C(1) << 29)
#define ADV_EOP     (UINT64_C(1) << 24)
#define ADV_IFCS    (UINT64_C(1) << 25)
#define ADV_RS      (UINT64_C(1) << 27)
#define ADV_VLE     (UINT64_C(1) << 30)
#define ADV_TSE     (UINT64_C(1) << 31)
#define ADV_DD      (UINT64_C(1) << 32)
#define ADV_IXSM    (UINT64_C(1) << 40)
#define ADV_TXSM    (UINT64_C(1) << 41)
#define ADV_IPSEC   (UINT64_C(1) << 42)
#define ADV_PAYLEN(n) ((uint64_t)(n) << 46)
#define CTX_IPV4    (UINT64_C(1) << 10)
#define CTX_L4T(n)  ((uint64_t)(n) << 11)
#define CTX_L4LEN(n) ((uint64_t)(n) << 40)
#define CTX_MSS(n)  ((uint64_t)(n) << 48)

/** Put the context of a flow into a slot of queue 0. */
static inline void
adv_context(struct mini *mini, unsigned int slot, const struct ref_flow *f, uint32_t mss,
		uint16_t vlan)
{
	const uint64_t l4t = f->protocol == REF_UDP ? 0 : f->protocol == REF_TCP ? 1 : 2;
	struct tinynf_desc *d = &mini_tx(mini, 0)[slot];

	d->addr = ref_ip_len(f) | REF_ETHERNET << 9 | (uint64_t)vlan << 16;
	d->meta = ADV_CONTEXT | (f->ip6 ? 0 : CTX_IPV4) | CTX_L4T(l4t) |
		CTX_L4LEN(ref_l4_len(f)) | CTX_MSS(mss);
}

/** The offloads that go with a flow's checksums. */
static inline uint64_t
adv_checksums(const struct ref_flow *f)
{
	return ADV_TXSM | (f->ip6 ? 0 : ADV_IXSM);
}

static inline void
adv_data(struct mini *mini, unsigned int slot, uint64_t addr, uint32_t len, uint64_t flags)
{
	mini_tx(mini, 0)[slot].addr = addr;
	mini_tx(mini, 0)[slot].meta = ADV_DATA | len | flags;
}

static inline void
adv_send(struct mini *mini, unsigned int tail)
{
	mini_write(mini, TINYNF_REG(TDT, 0), tail % MINI_RING);
	tinynf_model_poll(mini->model, 1024);
}

#endif /* TINYNF_TEST_ADVANCED_H */
