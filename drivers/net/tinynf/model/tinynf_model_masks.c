/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * Bits that registers keep when software writes them; reserved ones read as zero. A register
 * that is not listed keeps all of them: those that are tables, and those whose reserved bits
 * the manual wants written back as they were read.
 */

#include "model/tinynf_model_priv.h"

#define MASKS(M) \
	M(CTRL_EXT, 0x14034000) \
	M(EIAC, TINYNF_EIMC_ALL) \
	M(EIAM, TINYNF_EIMC_ALL) \
	M(GPIE, 0xc000ffff) \
	M(IVAR, 0xbfbfbfbf) \
	M(IVAR_MISC, 0x0000bfbf) \
	/* Bits 6:0 are read as zero, 8.2.3.8.1 and 8.2.3.9.5; lengths have 20 bits. */ \
	M(RDBAL, 0xffffff80) \
	M(TDBAL, 0xffffff80) \
	M(RDLEN, 0x000fff80) \
	M(TDLEN, 0x000fff80) \
	M(RDH, 0x0000ffff) \
	M(RDT, 0x0000ffff) \
	M(TDH, 0x0000ffff) \
	M(TDT, 0x0000ffff) \
	M(SRRCTL, 0x1fc03f1f) \
	M(RXDCTL, ~TINYNF_RXDCTL_SWFLSH) \
	M(TXDCTL, ~TINYNF_TXDCTL_SWFLSH) \
	M(TDWBAL, 0xfffffffd) \
	M(RSCCTL, 0x0000000d) \
	M(RQSMR, 0x0f0f0f0f) \
	M(TQSM, 0x0f0f0f0f) \
	M(RXCTRL, TINYNF_RXCTRL_RXEN) \
	M(RXPBSIZE, 0x000ffc00) \
	M(TXPBSIZE, 0x000ffc00) \
	M(TXPBTHRESH, 0x000003ff) \
	/* \
	 * INTERPRETATION-CONTRADICTION: 8.2.3.3.3 and 8.2.3.3.4 count RTL and RTH in units of \
	 * 32 bytes (bits 18:5), yet cards keep bit 4, which the vendor's own test checks. \
	 */ \
	M(FCRTL, 0x8007fff0) \
	M(FCRTH, 0x8007fff0) \
	M(FCRTV, 0x0000ffff) \
	M(FCCFG, TINYNF_FCCFG_TFCE) \
	M(MFLCN, 0x0000000f) \
	M(FCTRL, 0x00000702) \
	M(VLNCTRL, 0x7000ffff) \
	M(MCSTCTRL, 0x00000007) \
	M(RXCSUM, 0x00003000) \
	M(RAH, 0x8000ffff) \
	M(ETQF, 0xcfffffff) \
	M(ETQS, 0xa07f0000) \
	M(SYNQF, 0x800000ff) \
	M(FTQF, 0xfe003f1f) \
	M(RETA, 0x0f0f0f0f) \
	M(MRQC, 0xffff000f) \
	M(MTQC, 0x0000000f) \
	M(DTXMXSZRQ, 0x00000fff) \
	M(DTXTCPFLGL, 0x0fff0fff) \
	M(DTXTCPFLGH, 0x00000fff) \
	M(MAXFRS, 0xffff0000)

uint32_t
tinynf_model_mask(uint32_t first_offset)
{
	switch (first_offset) {
#define M(name, mask) case TINYNF_REG_ ## name: return (mask);
	MASKS(M)
#undef M
	default:
		return UINT32_MAX;
	}
}
