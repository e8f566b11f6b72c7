/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * The device's set-up after reset: receive (4.6.7) and transmit (4.6.8), for neither DCB nor
 * virtualisation (4.6.11.3.4).
 */

#include <errno.h>

#include "base/tinynf_base.h"
#include "base/tinynf_regs.h"

#define FWSM_EXT_ERR_IND_SHIFT 19
#define COUNT_BUFFERS   8u
#define COUNT_TX_QUEUES 128u

/* 4.6.7: filter memories survive resets and hold anything after power-on. */
static void
filters_clear(struct tinynf_hw *hw)
{
	static const uint32_t no_multicast[TINYNF_COUNT_MTA];
	uint32_t n;

	/* Address 0 is the EEPROM's and belongs to pool 0, 8.2.3.7.10. */
	tinynf_hw_write(hw, TINYNF_REG(MPSAR_LO, 0), 1);
	tinynf_hw_write(hw, TINYNF_REG(MPSAR_HI, 0), 0);
	for (n = 1; n < TINYNF_RAR_COUNT; n++)
		tinynf_rar_set(hw, n, NULL);
	tinynf_mta_set(hw, no_multicast, false);
	for (n = 0; n < TINYNF_COUNT_PFUTA; n++)
		tinynf_hw_write(hw, TINYNF_REG(PFUTA, n), 0);
	for (n = 0; n < TINYNF_COUNT_VFTA; n++)
		tinynf_hw_write(hw, TINYNF_REG(VFTA, n), 0);
	for (n = 0; n < TINYNF_COUNT_PFVLVF; n++)
		tinynf_hw_write(hw, TINYNF_REG(PFVLVF, n), 0);
	for (n = 0; n < TINYNF_COUNT_PFVLVFB; n++)
		tinynf_hw_write(hw, TINYNF_REG(PFVLVFB, n), 0);
	/* 7.1.2.5 and 7.1.2.3: no five-tuple, EtherType or SYN filter steers anything. */
	for (n = 0; n < TINYNF_COUNT_FTQF; n++)
		tinynf_hw_write(hw, TINYNF_REG(FTQF, n), 0);
	for (n = 0; n < TINYNF_COUNT_ETQF; n++) {
		tinynf_hw_write(hw, TINYNF_REG(ETQF, n), 0);
		tinynf_hw_write(hw, TINYNF_REG(ETQS, n), 0);
	}
	tinynf_hw_write(hw, TINYNF_REG_SYNQF, 0);
	/* 8.2.3.7.2: filter by VFTA is off until somebody asks for it. */
	tinynf_hw_clear(hw, TINYNF_REG_VLNCTRL, TINYNF_VLNCTRL_VFE);
}

static void
rx_init(struct tinynf_hw *hw)
{
	uint32_t n;

	/* 8.2.3.7.1: broadcasts are wanted. RXEN is off. */
	tinynf_hw_write(hw, TINYNF_REG_FCTRL, TINYNF_FCTRL_BAM);

	/* 8.2.3.7.5: RSS and the packet checksum exclude each other. */
	tinynf_hw_write(hw, TINYNF_REG_RXCSUM, TINYNF_RXCSUM_PCSD);

	/* 8.2.3.7.6: no receive side coalescing and no NFS header parsing. */
	tinynf_hw_write(hw, TINYNF_REG_RFCTL, TINYNF_RFCTL_RSC_DIS |
			TINYNF_RFCTL_NFSW_DIS | TINYNF_RFCTL_NFSR_DIS);

	/*
	 * 8.2.3.8.8: CRC strip as in HLREG0, RSCFRSTSIZE is to be 0.
	 * INTERPRETATION-CONTRADICTION: RSCACKC and FCOE_WRFIX are "reserved" and reset to 0,
	 * yet software must set them. 4.6.7 says so too: they are set.
	 */
	n = tinynf_hw_read(hw, TINYNF_REG_RDRXCTL);
	n &= ~TINYNF_RDRXCTL_RSCFRSTSIZE;
	n |= TINYNF_RDRXCTL_CRC_STRIP | TINYNF_RDRXCTL_RSCACKC | TINYNF_RDRXCTL_FCOE_WRFIX;
	tinynf_hw_write(hw, TINYNF_REG_RDRXCTL, n);

	/* 4.6.11.3.4: one packet buffer takes everything. */
	tinynf_hw_write(hw, TINYNF_REG(RXPBSIZE, 0), TINYNF_RX_PACKET_BUFFER_KB * 1024);
	for (n = 1; n < COUNT_BUFFERS; n++)
		tinynf_hw_write(hw, TINYNF_REG(RXPBSIZE, n), 0);
	/*
	 * 4.6.3: the high watermark is needed even without flow control, for the switch
	 * from transmit to receive packet buffer. The unit of RTH is 32 bytes and the field
	 * starts at bit 5: the register takes bytes.
	 */
	for (n = 0; n < COUNT_BUFFERS; n++) {
		tinynf_hw_write(hw, TINYNF_REG(FCRTL, n), 0);
		tinynf_hw_write(hw, TINYNF_REG(FCRTH, n), n != 0 ? 0 :
				TINYNF_RX_PACKET_BUFFER_KB * 1024 - TINYNF_RX_WATERMARK_ROOM);
	}
	/* One traffic class: all user priorities map to it, 8.2.3.10.4. */
	tinynf_hw_write(hw, TINYNF_REG_RTRUP2TC, 0);

	/*
	 * 4.6.7: NS_DIS goes with legacy descriptors, as bit 12 of each queue's DCA_RXCTRL
	 * does, which is cleared with the queue's set-up.
	 */
	tinynf_hw_set(hw, TINYNF_REG_CTRL_EXT, TINYNF_CTRL_EXT_NS_DIS);
}

static void
tx_init(struct tinynf_hw *hw)
{
	uint32_t n;

	/* 4.6.11.3.4: no rate limit on any queue. */
	for (n = 0; n < COUNT_TX_QUEUES; n++) {
		tinynf_hw_write(hw, TINYNF_REG_RTTDQSEL, n);
		tinynf_hw_write(hw, TINYNF_REG_RTTDT1C, 0);
	}
	/* 8.2.3.10.2: sizes and MTQC change only while the arbiter is off. */
	tinynf_hw_set(hw, TINYNF_REG_RTTDCS, TINYNF_RTTDCS_ARBDIS);
	tinynf_hw_write(hw, TINYNF_REG(TXPBSIZE, 0), TINYNF_TX_PACKET_BUFFER_KB * 1024);
	for (n = 1; n < COUNT_BUFFERS; n++) {
		tinynf_hw_write(hw, TINYNF_REG(TXPBSIZE, n), 0);
		tinynf_hw_write(hw, TINYNF_REG(TXPBTHRESH, n), 0);
	}
	/* 4.6.11.3.4: maximum of outstanding data requests without DCB, in 256 bytes. */
	tinynf_hw_write(hw, TINYNF_REG_DTXMXSZRQ, 0xFFF);
	tinynf_hw_write(hw, TINYNF_REG_MTQC, 0);
	tinynf_hw_clear(hw, TINYNF_REG_RTTDCS, TINYNF_RTTDCS_ARBDIS);

	/* 4.6.8: queues may be enabled once this is set. */
	tinynf_hw_set(hw, TINYNF_REG_DMATXCTL, TINYNF_DMATXCTL_TE);
}

void
tinynf_hw_set_max_frame(struct tinynf_hw *hw, uint32_t max_frame)
{
	/*
	 * 8.2.3.22.13: with CRC; a VLAN tag comes on top by itself. Without JUMBOEN the limit
	 * would be 1518 whatever MAXFRS says.
	 */
	tinynf_hw_write(hw, TINYNF_REG_MAXFRS, max_frame << TINYNF_MAXFRS_MFS_SHIFT);
	/*
	 * 8.2.3.9.16 and 4.6.11.3.4: the threshold leaves room for one frame, in KiB.
	 */
	tinynf_hw_write(hw, TINYNF_REG(TXPBTHRESH, 0),
			TINYNF_TX_PACKET_BUFFER_KB - (max_frame + 4 + 1023) / 1024);
}

int
tinynf_hw_init(struct tinynf_hw *hw, uint32_t max_frame)
{
	uint32_t fwsm;

	if (max_frame < 64 || max_frame > TINYNF_MAX_FRAME_SIZE) {
		tinynf_base_log(hw, TINYNF_BASE_ERROR,
				"frame size %u with CRC is outside 64..%u",
				max_frame, TINYNF_MAX_FRAME_SIZE);
		return -EINVAL;
	}
	/* 8.2.3.4.11: firmware that failed to start leaves the MAC unusable. */
	fwsm = tinynf_hw_read(hw, TINYNF_REG_FWSM);
	if (fwsm & TINYNF_FWSM_EXT_ERR_IND)
		tinynf_base_log(hw, TINYNF_BASE_WARNING,
				"firmware reports error 0x%x (FWSM 0x%08x)",
				(fwsm & TINYNF_FWSM_EXT_ERR_IND) >>
				FWSM_EXT_ERR_IND_SHIFT, fwsm);

	/* 8.2.3.1.3 PFRSTD: without virtual functions nobody waits for this; it's the PF's duty. */
	tinynf_hw_set(hw, TINYNF_REG_CTRL_EXT, TINYNF_CTRL_EXT_PFRSTD);

	/*
	 * 8.2.3.22.8: the MAC strips and adds CRCs, pads short frames and takes jumbo frames;
	 * no loopback.
	 */
	tinynf_hw_write(hw, TINYNF_REG_HLREG0,
			(tinynf_hw_read(hw, TINYNF_REG_HLREG0) & ~TINYNF_HLREG0_LPBK) |
			TINYNF_HLREG0_TXCRCEN | TINYNF_HLREG0_RXCRCSTRP |
			TINYNF_HLREG0_JUMBOEN | TINYNF_HLREG0_TXPADEN);
	filters_clear(hw);
	rx_init(hw);
	tx_init(hw);
	tinynf_hw_set_max_frame(hw, max_frame);
	return 0;
}
