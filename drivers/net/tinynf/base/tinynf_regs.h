/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef TINYNF_REGS_H
#define TINYNF_REGS_H

/**
 * @file
 * The register table of the 82599 (physical function): one source for the driver,
 * the software 82599 and the register dump. Names and sections are the manual's.
 *
 * A row: R(name, offset, stride, count, offset64, access, reset, section). With
 * offset64 the instances from 64 on live there; count includes them.
 */

#include <stdint.h>

#include "base/tinynf_regs_fields.h"

/** What software may do to a register. */
enum tinynf_reg_access {
	TINYNF_REG_NONE,  /**< Not a register. */
	TINYNF_REG_RW,
	TINYNF_REG_RO,
	TINYNF_REG_WO,    /**< Reads as zero. */
	TINYNF_REG_RC,    /**< Read-only, cleared by reading. */
	TINYNF_REG_RS,    /**< Reading or writing has a further effect. */
};

/* General control, 8.2.3.1 to 8.2.3.4, and interrupts, 8.2.3.5. */
#define TINYNF_REGS_GENERAL(R) \
	R(CTRL, 0x00000, 0, 1, 0, RS, 0x00000000, "8.2.3.1.1") \
	R(STATUS, 0x00008, 0, 1, 0, RS, 0x00080000, "8.2.3.1.2") \
	R(CTRL_EXT, 0x00018, 0, 1, 0, RW, 0x00000000, "8.2.3.1.3") \
	R(ESDP, 0x00020, 0, 1, 0, RS, 0x00000000, "8.2.3.1.4") \
	R(I2CCTL, 0x00028, 0, 1, 0, RS, 0x0000000f, "8.2.3.1.5") \
	R(FRTIMER, 0x00048, 0, 1, 0, RS, 0, "8.2.3.24") \
	R(TCPTIMER, 0x0004c, 0, 1, 0, RS, 0, "8.2.3.24.13") \
	R(LEDCTL, 0x00200, 0, 1, 0, RW, 0x05040100, "8.2.3.1.6") \
	R(EICR, 0x00800, 0, 1, 0, RS, 0, "8.2.3.5.1") \
	R(EICS, 0x00808, 0, 1, 0, RS, 0, "8.2.3.5.2") \
	R(EIAC, 0x00810, 0, 1, 0, RW, 0, "8.2.3.5.5") \
	R(EITR, 0x00820, 4, 24, 0, RS, 0, "8.2.3.5.12") \
	R(EIMS, 0x00880, 0, 1, 0, RS, 0, "8.2.3.5.3") \
	R(EIMC, 0x00888, 0, 1, 0, RS, 0, "8.2.3.5.4") \
	R(EIAM, 0x00890, 0, 1, 0, RW, 0, "8.2.3.5.6") \
	R(EITRSEL, 0x00894, 0, 1, 0, RW, 0, "8.2.3.5.11") \
	R(GPIE, 0x00898, 0, 1, 0, RW, 0, "8.2.3.5.18") \
	R(IVAR, 0x00900, 4, 64, 0, RW, 0, "8.2.3.5.16") \
	R(IVAR_MISC, 0x00a00, 0, 1, 0, RW, 0, "8.2.3.5.17") \
	R(EICS_EX, 0x00a90, 4, 2, 0, RS, 0, "8.2.3.5.7") \
	R(EIMS_EX, 0x00aa0, 4, 2, 0, RS, 0, "8.2.3.5.8") \
	R(EIMC_EX, 0x00ab0, 4, 2, 0, RS, 0, "8.2.3.5.9") \
	R(EIAM_EX, 0x00ad0, 4, 2, 0, RW, 0, "8.2.3.5.10") \
	R(EITR_HIGH, 0x12300, 4, 104, 0, RS, 0, "8.2.3.5.12") \
	R(PBACL, 0x110c0, 4, 8, 0, RW, 0, "8.2.3.5.15") \
	R(PFVTCTL, 0x051b0, 0, 1, 0, RW, 0, "8.2.3.27.1") \
	R(FWSM, 0x10148, 0, 1, 0, RO, 0x00008000, "8.2.3.4.11") \
	R(EEC, 0x10010, 0, 1, 0, RS, 0, "8.2.3.2.1") \
	R(EERD, 0x10014, 0, 1, 0, RS, 0, "8.2.3.2.2") \
	R(FLA, 0x1001c, 0, 1, 0, RW, 0, "8.2.3.2.3") \
	R(EEMNGCTL, 0x10110, 0, 1, 0, RO, 0x00040000, "8.2.3.2.4") \
	R(EEMNGDATA, 0x10114, 0, 1, 0, RO, 0, "8.2.3.2.5") \
	R(FLMNGCTL, 0x10118, 0, 1, 0, RO, 0, "8.2.3.2.6") \
	R(FLMNGDATA, 0x1011c, 0, 1, 0, RO, 0, "8.2.3.2.7") \
	R(FLMNGCNT, 0x10120, 0, 1, 0, RO, 0, "8.2.3.2.8") \
	R(FLOP, 0x1013c, 0, 1, 0, RW, 0, "8.2.3.2.9") \
	R(GRC, 0x10200, 0, 1, 0, RW, 0x00000002, "8.2.3.2.10") \
	R(SWSM, 0x10140, 0, 1, 0, RS, 0, "8.2.3.4.10") \
	R(SW_FW_SYNC, 0x10160, 0, 1, 0, RW, 0, "8.2.3.4.12") \
	R(FACTPS, 0x10150, 0, 1, 0, RO, 0x00000004, "8.2.3.4.9") \
	R(GCR, 0x11000, 0, 1, 0, RW, 0, "8.2.3.4.1") \
	R(GSCL_1, 0x11010, 0, 1, 0, RW, 0, "8.2.3.4.2") \
	R(GSCL_2, 0x11014, 0, 1, 0, RW, 0, "8.2.3.4.2") \
	R(GSCL_3, 0x11018, 0, 1, 0, RW, 0, "8.2.3.4.2") \
	R(GSCL_4, 0x1101c, 0, 1, 0, RW, 0, "8.2.3.4.2") \
	R(GSCN_0, 0x11020, 4, 4, 0, RW, 0, "8.2.3.4.3") \
	R(FUNCTAG, 0x11008, 0, 1, 0, RW, 0, "8.2.3.4.4") \
	R(GSCL_5, 0x11030, 4, 4, 0, RW, 0, "8.2.3.4.2") \
	R(GCR_EXT, 0x11050, 0, 1, 0, RW, 0, "8.2.3.4.13") \
	R(PHYADR, 0x11040, 0, 1, 0, RW, 0, "8.2.3.4.5") \
	R(PHYDAT, 0x11044, 0, 1, 0, RW, 0, "8.2.3.4.6") \
	R(SOFT_RESET, 0x11048, 0, 1, 0, RW, 0, "8.2.3.4.7") \
	R(MIRRORED, 0x110b0, 4, 4, 0, RO, 0, "8.2.3.4.8") \
	R(DCA_ID, 0x11070, 0, 1, 0, RO, 0, "8.2.3.11.3") \
	R(DCA_CTRL, 0x11074, 0, 1, 0, RW, 0x00000001, "8.2.3.11.4") \
	R(CIAA, 0x11088, 0, 1, 0, RW, 0, "8.2.3.4.14") \
	R(CIAD, 0x1108c, 0, 1, 0, RW, 0, "8.2.3.4.15")

/* Receive: filters (8.2.3.7), DMA (8.2.3.8), flow control (8.2.3.3), packet buffers. */
#define TINYNF_REGS_RX(R) \
	R(RDBAL, 0x01000, 0x40, 128, 0x0d000, RW, 0, "8.2.3.8.1") \
	R(RDBAH, 0x01004, 0x40, 128, 0x0d004, RW, 0, "8.2.3.8.2") \
	R(RDLEN, 0x01008, 0x40, 128, 0x0d008, RW, 0, "8.2.3.8.3") \
	R(DCA_RXCTRL, 0x0100c, 0x40, 128, 0x0d00c, RW, 0x0000a200, "8.2.3.11.1") \
	R(RDH, 0x01010, 0x40, 128, 0x0d010, RW, 0, "8.2.3.8.4") \
	R(SRRCTL, 0x01014, 0x40, 128, 0x0d014, RW, 0x00000402, "8.2.3.8.7") \
	R(RDT, 0x01018, 0x40, 128, 0x0d018, RW, 0, "8.2.3.8.5") \
	R(RXDCTL, 0x01028, 0x40, 128, 0x0d028, RS, 0, "8.2.3.8.6") \
	R(RSCCTL, 0x0102c, 0x40, 128, 0x0d02c, RW, 0, "8.2.3.8.13") \
	R(QPRC, 0x01030, 0x40, 16, 0, RC, 0, "8.2.3.23.76") \
	R(QBRC_L, 0x01034, 0x40, 16, 0, RC, 0, "8.2.3.23.78") \
	R(QBRC_H, 0x01038, 0x40, 16, 0, RC, 0, "8.2.3.23.79") \
	R(QPRDC, 0x01430, 0x40, 16, 0, RC, 0, "8.2.3.23.82") \
	R(RQSMR, 0x02300, 4, 32, 0, RW, 0, "8.2.3.23.71") \
	R(RDRXCTL, 0x02f00, 0, 1, 0, RS, 0x00108808, "8.2.3.8.8") \
	R(RXCTRL, 0x03000, 0, 1, 0, RW, 0, "8.2.3.8.10") \
	R(RDMAM, 0x02f30, 0, 1, 0, RW, 0, "8.2.3.28") \
	R(RDMAD, 0x02f34, 0, 1, 0, RO, 0, "8.2.3.28") \
	R(PFCTOP, 0x03008, 0, 1, 0, RW, 0x01018808, "8.2.3.3.1") \
	R(FCTTV, 0x03200, 4, 4, 0, RW, 0, "8.2.3.3.2") \
	R(FCRTL, 0x03220, 4, 8, 0, RW, 0, "8.2.3.3.3") \
	R(FCRTH, 0x03260, 4, 8, 0, RW, 0, "8.2.3.3.4") \
	R(FCRTV, 0x032a0, 0, 1, 0, RW, 0, "8.2.3.3.5") \
	R(TFCS, 0x0ce00, 0, 1, 0, RO, 1, "8.2.3.3.6") \
	R(RXPBSIZE, 0x03c00, 4, 8, 0, RW, 0x00080000, "8.2.3.8.9") \
	R(FCCFG, 0x03d00, 0, 1, 0, RW, 0, "8.2.3.3.7") \
	R(RXCSUM, 0x05000, 0, 1, 0, RW, 0, "8.2.3.7.5") \
	R(RFCTL, 0x05008, 0, 1, 0, RW, 0, "8.2.3.7.6") \
	R(FCTRL, 0x05080, 0, 1, 0, RW, 0, "8.2.3.7.1") \
	R(VLNCTRL, 0x05088, 0, 1, 0, RW, 0x00008100, "8.2.3.7.2") \
	R(MCSTCTRL, 0x05090, 0, 1, 0, RW, 0, "8.2.3.7.3") \
	R(ETQF, 0x05128, 4, 8, 0, RW, 0, "8.2.3.7.18") \
	R(ETQS, 0x0ec00, 4, 8, 0, RW, 0, "8.2.3.7.19") \
	R(SYNQF, 0x0ec30, 0, 1, 0, RW, 0, "8.2.3.7.16") \
	R(RSCDBU, 0x03028, 0, 1, 0, RW, 0, "8.2.3.8.12") \
	R(MTA, 0x05200, 4, 128, 0, RW, 0, "8.2.3.7.7") \
	R(PSRTYPE, 0x0ea00, 4, 64, 0, RW, 0, "8.2.3.7.4") \
	R(VFTA, 0x0a000, 4, 128, 0, RW, 0, "8.2.3.7.11") \
	R(RAL, 0x0a200, 8, 128, 0, RW, 0, "8.2.3.7.8") \
	R(RAH, 0x0a204, 8, 128, 0, RW, 0, "8.2.3.7.9") \
	R(MPSAR_LO, 0x0a600, 8, 128, 0, RW, 0, "8.2.3.7.10") \
	R(MPSAR_HI, 0x0a604, 8, 128, 0, RW, 0, "8.2.3.7.10") \
	R(FTQF, 0x0e600, 4, 128, 0, RW, 0, "8.2.3.7.15") \
	R(SAQF, 0x0e000, 4, 128, 0, RW, 0, "8.2.3.7.12") \
	R(DAQF, 0x0e200, 4, 128, 0, RW, 0, "8.2.3.7.13") \
	R(SDPQF, 0x0e400, 4, 128, 0, RW, 0, "8.2.3.7.14") \
	R(L34TIMIR, 0x0e800, 4, 128, 0, RW, 0, "8.2.3.7.17") \
	R(RETA, 0x0eb00, 4, 32, 0, RW, 0, "8.2.3.7.13") \
	R(RSSRK, 0x0eb80, 4, 10, 0, RW, 0, "8.2.3.7.14") \
	R(MRQC, 0x0ec80, 0, 1, 0, RW, 0, "8.2.3.7.12") \
	R(IMIR, 0x05a80, 4, 8, 0, RW, 0, "8.2.3.7") \
	R(IMIRVP, 0x05ac0, 0, 1, 0, RW, 0, "8.2.3.7") \
	R(FDIRCTRL, 0x0ee00, 0, 1, 0, RS, 0, "8.2.3.7.21") \
	R(FDIRHKEY, 0x0ee68, 0, 1, 0, RW, 0, "8.2.3.7.22") \
	R(FDIRSKEY, 0x0ee6c, 0, 1, 0, RW, 0, "8.2.3.7.23") \
	R(FDIRDIP4M, 0x0ee3c, 4, 2, 0, RW, 0, "8.2.3.7.24") \
	R(FDIRTCPM, 0x0ee44, 4, 2, 0, RW, 0, "8.2.3.7.24") \
	R(FDIRIP6M, 0x0ee74, 0, 1, 0, RW, 0, "8.2.3.7.24") \
	R(FDIRM, 0x0ee70, 0, 1, 0, RW, 0, "8.2.3.7.24") \
	R(FDIRFREE, 0x0ee38, 0, 1, 0, RW, 0, "8.2.3.7.25") \
	R(FDIRLEN, 0x0ee4c, 0, 1, 0, RO, 0, "8.2.3.7.26") \
	R(FDIRUSTAT, 0x0ee50, 0, 1, 0, RC, 0, "8.2.3.7.27") \
	R(FDIRFSTAT, 0x0ee54, 0, 1, 0, RC, 0, "8.2.3.7.28") \
	R(FDIRMATCH, 0x0ee58, 0, 1, 0, RC, 0, "8.2.3.7.29") \
	R(FDIRMISS, 0x0ee5c, 0, 1, 0, RC, 0, "8.2.3.7.30") \
	R(FDIRSIP, 0x0ee0c, 4, 7, 0, RW, 0, "8.2.3.7.31") \
	R(FDIRHASH, 0x0ee28, 0, 1, 0, RW, 0, "8.2.3.7.32") \
	R(FDIRCMD, 0x0ee2c, 0, 1, 0, RS, 0, "8.2.3.7.33") \
	R(FCRXCTL, 0x05100, 0, 1, 0, RW, 0, "8.2.3.21.5") \
	R(FCFLT, 0x05108, 0, 1, 0, RW, 0, "8.2.3.21.6") \
	R(FCFLTRW, 0x05110, 0, 1, 0, RW, 0, "8.2.3.21.7") \
	R(FCPARAM, 0x051d8, 0, 1, 0, RW, 0, "8.2.3.21.8") \
	R(FCPTRL, 0x02410, 0, 1, 0, RW, 0, "8.2.3.21.1") \
	R(FCPTRH, 0x02414, 0, 1, 0, RW, 0, "8.2.3.21.2") \
	R(FCBUFF, 0x02418, 0, 1, 0, RW, 0, "8.2.3.21.3") \
	R(FCDMARW, 0x02420, 0, 1, 0, RW, 0, "8.2.3.21.4") \
	R(FCRECTL, 0x0ed00, 4, 9, 0, RW, 0, "8.2.3.21") \
	R(VXLANCTRL, 0x0507c, 0, 1, 0, RW, 0, "8.2.3.7") \
	R(PFUTA, 0x0f400, 4, 128, 0, RW, 0, "8.2.3.27.17") \
	R(PFVLVF, 0x0f100, 4, 64, 0, RW, 0, "8.2.3.27.15") \
	R(PFVLVFB, 0x0f200, 4, 128, 0, RW, 0, "8.2.3.27.16") \
	R(PFVML2FLT, 0x0f000, 4, 64, 0, RW, 0, "8.2.3.27.14") \
	R(PFMRCTL, 0x0f600, 4, 4, 0, RW, 0, "8.2.3.27.18") \
	R(PFMRVLAN, 0x0f610, 4, 8, 0, RW, 0, "8.2.3.27.19") \
	R(PFMRVM, 0x0f630, 4, 8, 0, RW, 0, "8.2.3.27.20") \
	R(PFVFRE, 0x051e0, 4, 2, 0, RW, 0, "8.2.3.27.10") \
	R(PFQDE, 0x02f04, 0, 1, 0, RW, 0, "8.2.3.27.13") \
	R(PFMBICR, 0x00710, 4, 4, 0, RW, 0, "8.2.3.27.2") \
	R(PFMBIMR, 0x00720, 4, 2, 0, RW, 0xffffffff, "8.2.3.27.3") \
	R(PFVFLRE, 0x00600, 0, 1, 0, RO, 0, "8.2.3.27.5") \
	R(PFVFLRE_1, 0x001c0, 0, 1, 0, RO, 0, "8.2.3.27.5") \
	R(PFVFLREC, 0x00700, 4, 2, 0, WO, 0, "8.2.3.27.6") \
	R(PFMAILBOX, 0x04b00, 4, 64, 0, RW, 0, "8.2.3.27.4") \
	R(PFMBMEM, 0x13000, 4, 1024, 0, RW, 0, "8.2.3.27.7")

/* Transmit (8.2.3.9), DCB (8.2.3.10), timers and security. */
#define TINYNF_REGS_TX(R) \
	R(TDBAL, 0x06000, 0x40, 128, 0, RW, 0, "8.2.3.9.5") \
	R(TDBAH, 0x06004, 0x40, 128, 0, RW, 0, "8.2.3.9.6") \
	R(TDLEN, 0x06008, 0x40, 128, 0, RW, 0, "8.2.3.9.7") \
	R(DCA_TXCTRL, 0x0600c, 0x40, 128, 0, RW, 0x00002a00, "8.2.3.11.2") \
	R(TDH, 0x06010, 0x40, 128, 0, RW, 0, "8.2.3.9.8") \
	R(TDT, 0x06018, 0x40, 128, 0, RW, 0, "8.2.3.9.9") \
	R(TXDCTL, 0x06028, 0x40, 128, 0, RS, 0, "8.2.3.9.10") \
	R(TDWBAL, 0x06038, 0x40, 128, 0, RW, 0, "8.2.3.9.11") \
	R(TDWBAH, 0x0603c, 0x40, 128, 0, RW, 0, "8.2.3.9.12") \
	R(DTXMXSZRQ, 0x08100, 0, 1, 0, RW, 0x00000010, "8.2.3.9.1") \
	R(MTQC, 0x08120, 0, 1, 0, RW, 0, "8.2.3.9.15") \
	R(PFVFTE, 0x08110, 4, 2, 0, RW, 0, "8.2.3.27.11") \
	R(PFVMTXSW, 0x05180, 4, 2, 0, RW, 0, "8.2.3.27.8") \
	R(PFVFSPOOF, 0x08200, 4, 8, 0, RW, 0, "8.2.3.27.9") \
	R(PFDTXGSWC, 0x08220, 0, 1, 0, RW, 0, "8.2.3.27.12") \
	R(PFVMVIR, 0x08000, 4, 64, 0, RW, 0, "8.2.3.27.21") \
	R(TQSM, 0x08600, 4, 32, 0, RW, 0, "8.2.3.23.73") \
	R(QPTC, 0x08680, 4, 16, 0, RC, 0, "8.2.3.23.77") \
	R(QBTC_L, 0x08700, 8, 16, 0, RC, 0, "8.2.3.23.80") \
	R(QBTC_H, 0x08704, 8, 16, 0, RC, 0, "8.2.3.23.81") \
	R(SECTXCTRL, 0x08800, 0, 1, 0, RW, 0x00000001, "8.2.3.12.1") \
	R(SECTXSTAT, 0x08804, 0, 1, 0, RS, 0x00000001, "8.2.3.12.2") \
	R(SECTXBUFFAF, 0x08808, 0, 1, 0, RW, 0x00000250, "8.2.3.12.3") \
	R(SECTXMINIFG, 0x08810, 0, 1, 0, RW, 0x00000001, "8.2.3.12.4") \
	R(SECRXCTRL, 0x08d00, 0, 1, 0, RW, 0x00000001, "8.2.3.12.5") \
	R(SECRXSTAT, 0x08d04, 0, 1, 0, RS, 0x00000001, "8.2.3.12.6") \
	R(LSECTXCAP, 0x08a00, 0, 1, 0, RW, 0, "8.2.3.13.1") \
	R(LSECRXCAP, 0x08f00, 0, 1, 0, RW, 0, "8.2.3.13.2") \
	R(LSECTXCTRL, 0x08a04, 0, 1, 0, RW, 0, "8.2.3.13.3") \
	R(LSECTXSTATS, 0x08a3c, 4, 5, 0, RC, 0, "8.2.3.13.8") \
	R(LSECRXCTRL, 0x08f04, 0, 1, 0, RW, 0, "8.2.3.13.12") \
	R(LSECRXSTATS, 0x08f40, 4, 17, 0, RC, 0, "8.2.3.13.17") \
	R(IPSTXIDX, 0x08900, 0, 1, 0, RW, 0, "8.2.3.14.1") \
	R(IPSTXKEY, 0x08908, 4, 4, 0, RW, 0, "8.2.3.14.2") \
	R(IPSTXSALT, 0x08904, 0, 1, 0, RW, 0, "8.2.3.14.3") \
	R(IPSRXIDX, 0x08e00, 0, 1, 0, RW, 0, "8.2.3.14.4") \
	R(IPSRXIPADDR, 0x08e04, 4, 10, 0, RW, 0, "8.2.3.14.5") \
	R(DMATXCTL, 0x04a80, 0, 1, 0, RW, 0x81000004, "8.2.3.9.2") \
	R(DMATXPBT, 0x04a84, 0, 1, 0, RW, 0, "8.2.3.9") \
	R(DTXTCPFLGL, 0x04a88, 0, 1, 0, RW, 0x0ff60ff6, "8.2.3.9.3") \
	R(DTXTCPFLGH, 0x04a8c, 0, 1, 0, RW, 0x00000f7f, "8.2.3.9.4") \
	R(TXPBSIZE, 0x0cc00, 4, 8, 0, RW, 0x00028000, "8.2.3.9.13") \
	R(TXPBTHRESH, 0x04950, 4, 8, 0, RW, 0x00000096, "8.2.3.9.16") \
	R(RTTDCS, 0x04900, 0, 1, 0, RW, 0x00c00000, "8.2.3.10.2") \
	R(RTTDQSEL, 0x04904, 0, 1, 0, RW, 0, "8.2.3.10.13") \
	R(RTTDT1C, 0x04908, 0, 1, 0, RW, 0, "8.2.3.10.14") \
	R(RTTDT2C, 0x04910, 4, 8, 0, RW, 0, "8.2.3.10.9") \
	R(RTTDTECC, 0x04990, 0, 1, 0, RW, 0, "8.2.3.10.15") \
	R(RTTBCNRC, 0x04984, 0, 1, 0, RW, 0, "8.2.3.10.16") \
	R(RTTBCNRM, 0x04980, 0, 1, 0, RW, 0, "8.2.3.10.17") \
	R(RTTDT2S, 0x04930, 4, 8, 0, RO, 0, "8.2.3.10.10") \
	R(RTRPCS, 0x02430, 0, 1, 0, RW, 0, "8.2.3.10.1") \
	R(RTRPT4C, 0x02140, 4, 8, 0, RW, 0, "8.2.3.10.7") \
	R(RTRPT4S, 0x02160, 4, 8, 0, RO, 0, "8.2.3.10.8") \
	R(RTRUP2TC, 0x03020, 0, 1, 0, RW, 0, "8.2.3.10.4") \
	R(RTTUP2TC, 0x0c800, 0, 1, 0, RW, 0, "8.2.3.10.5") \
	R(RTTPCS, 0x0cd00, 0, 1, 0, RW, 0, "8.2.3.10.3") \
	R(RTTPT2C, 0x0cd20, 4, 8, 0, RW, 0, "8.2.3.10.11") \
	R(RTTPT2S, 0x0cd40, 4, 8, 0, RO, 0, "8.2.3.10.12") \
	R(TSYNCTXCTL, 0x08c00, 0, 1, 0, RW, 0, "8.2.3.15.10") \
	R(TXSTMPL, 0x08c04, 0, 1, 0, RO, 0, "8.2.3.15.8") \
	R(TXSTMPH, 0x08c08, 0, 1, 0, RO, 0, "8.2.3.15.9") \
	R(SYSTIML, 0x08c0c, 0, 1, 0, RW, 0, "8.2.3.15.11") \
	R(SYSTIMH, 0x08c10, 0, 1, 0, RW, 0, "8.2.3.15.12") \
	R(TIMINCA, 0x08c14, 0, 1, 0, RW, 0, "8.2.3.15.13") \
	R(TIMADJL, 0x08c18, 0, 1, 0, RW, 0, "8.2.3.15.14") \
	R(TIMADJH, 0x08c1c, 0, 1, 0, RW, 0, "8.2.3.15.15") \
	R(TSAUXC, 0x08c20, 0, 1, 0, RW, 0, "8.2.3.15.16") \
	R(TRGTTIM, 0x08c24, 4, 4, 0, RW, 0, "8.2.3.15.17") \
	R(AUXSTMP, 0x08c3c, 4, 4, 0, RO, 0, "8.2.3.15.21") \
	R(TSYNCRXCTL, 0x05188, 0, 1, 0, RW, 0, "8.2.3.15.5") \
	R(RXSTMPL, 0x051e8, 0, 1, 0, RO, 0, "8.2.3.15.1") \
	R(RXSTMPH, 0x051a4, 0, 1, 0, RO, 0, "8.2.3.15.2") \
	R(RXSATRL, 0x051a0, 0, 1, 0, RO, 0, "8.2.3.15.3") \
	R(RXSATRH, 0x051a8, 0, 1, 0, RO, 0, "8.2.3.15.4") \
	R(RXMTRL, 0x05120, 0, 1, 0, RW, 0, "8.2.3.15.6")

/* MAC and link, 8.2.3.22; wake-up, 8.2.3.16; management, 8.2.3.17. */
#define TINYNF_REGS_MAC(R) \
	R(PCS1GCFIG, 0x04200, 0, 1, 0, RW, 0, "8.2.3.22.1") \
	R(PCS1GLCTL, 0x04208, 0, 1, 0, RW, 0x02040000, "8.2.3.22.2") \
	R(PCS1GLSTA, 0x0420c, 0, 1, 0, RO, 0, "8.2.3.22.3") \
	R(PCS1GDBG0, 0x04210, 4, 2, 0, RO, 0, "8.2.3.22") \
	R(PCS1GANA, 0x04218, 0, 1, 0, RW, 0x000001a0, "8.2.3.22.4") \
	R(PCS1GANLP, 0x0421c, 0, 1, 0, RO, 0, "8.2.3.22.5") \
	R(PCS1GANNP, 0x04220, 0, 1, 0, RW, 0, "8.2.3.22.6") \
	R(PCS1GANLPNP, 0x04224, 0, 1, 0, RO, 0, "8.2.3.22.7") \
	R(HLREG0, 0x04240, 0, 1, 0, RW, 0x08012c0b, "8.2.3.22.8") \
	R(HLREG1, 0x04244, 0, 1, 0, RO, 0x0000003c, "8.2.3.22.9") \
	R(PAP, 0x04248, 0, 1, 0, RW, 0x0000ffff, "8.2.3.22.10") \
	R(MACA, 0x0424c, 0, 1, 0, RW, 0, "8.2.3.22.11") \
	R(APAE, 0x04250, 0, 1, 0, RW, 0, "8.2.3.22") \
	R(ARD, 0x04254, 0, 1, 0, RW, 0, "8.2.3.22") \
	R(AIS, 0x04258, 0, 1, 0, RW, 0, "8.2.3.22") \
	R(MSCA, 0x0425c, 0, 1, 0, RS, 0, "8.2.3.22.11") \
	R(MSRWD, 0x04260, 0, 1, 0, RS, 0, "8.2.3.22.12") \
	R(MLADD, 0x04264, 0, 1, 0, RW, 0, "8.2.3.22") \
	R(MAXFRS, 0x04268, 0, 1, 0, RW, 0x05ee0000, "8.2.3.22.13") \
	R(TREG, 0x0426c, 0, 1, 0, RW, 0, "8.2.3.22") \
	R(PCSS1, 0x04288, 0, 1, 0, RO, 0, "8.2.3.22.14") \
	R(PCSS2, 0x0428c, 0, 1, 0, RO, 0, "8.2.3.22.15") \
	R(XPCSS, 0x04290, 0, 1, 0, RO, 0x0000100f, "8.2.3.22.16") \
	R(MFLCN, 0x04294, 0, 1, 0, RW, 0, "8.2.3.22.34") \
	R(SERDESC, 0x04298, 0, 1, 0, RW, 0, "8.2.3.22.17") \
	R(MACS, 0x0429c, 0, 1, 0, RO, 0, "8.2.3.22.18") \
	R(AUTOC, 0x042a0, 0, 1, 0, RS, 0xc19d8284, "8.2.3.22.19") \
	R(LINKS, 0x042a4, 0, 1, 0, RS, 0, "8.2.3.22.20") \
	R(AUTOC2, 0x042a8, 0, 1, 0, RW, 0, "8.2.3.22.22") \
	R(ANLP1, 0x042b0, 0, 1, 0, RS, 0, "8.2.3.22.23") \
	R(ANLP2, 0x042b4, 0, 1, 0, RO, 0, "8.2.3.22.24") \
	R(MACC, 0x04330, 0, 1, 0, RW, 0, "8.2.3.22.32") \
	R(ATLASCTL, 0x04800, 0, 1, 0, RW, 0, "8.2.3.22") \
	R(MMNGC, 0x042d0, 0, 1, 0, RO, 0, "8.2.3.22.25") \
	R(ANLPNP, 0x042d4, 4, 2, 0, RO, 0, "8.2.3.22.26") \
	R(KRPCSFC, 0x042e0, 0, 1, 0, RW, 0, "8.2.3.22.28") \
	R(KRPCSS, 0x042e4, 0, 1, 0, RO, 0, "8.2.3.22.29") \
	R(FECS1, 0x042e8, 0, 1, 0, RC, 0, "8.2.3.22.30") \
	R(FECS2, 0x042ec, 0, 1, 0, RC, 0, "8.2.3.22.31") \
	R(CORECTL, 0x14f00, 0, 1, 0, WO, 0, "8.2.3.22.33") \
	R(LINKS2, 0x04324, 0, 1, 0, RO, 0, "8.2.3.22.21") \
	R(WUC, 0x05800, 0, 1, 0, RW, 0, "8.2.3.16.1") \
	R(WUFC, 0x05808, 0, 1, 0, RW, 0, "8.2.3.16.2") \
	R(WUS, 0x05810, 0, 1, 0, RW, 0, "8.2.3.16.3") \
	R(IPAV, 0x05838, 0, 1, 0, RW, 0, "8.2.3.16.4") \
	R(IP4AT, 0x05840, 4, 7, 0, RW, 0, "8.2.3.16.5") \
	R(IP6AT, 0x05880, 4, 4, 0, RW, 0, "8.2.3.16.6") \
	R(WUPL, 0x05900, 0, 1, 0, RO, 0, "8.2.3.16.7") \
	R(WUPM, 0x05a00, 4, 32, 0, RO, 0, "8.2.3.16.8") \
	R(FHFT, 0x09000, 4, 512, 0, RW, 0, "8.2.3.16.9") \
	R(MAVTV, 0x05010, 4, 8, 0, RO, 0, "8.2.3.17.1") \
	R(MFUTP, 0x05030, 4, 8, 0, RO, 0, "8.2.3.17.2") \
	R(MANC, 0x05820, 0, 1, 0, RO, 0, "8.2.3.17.3") \
	R(MFVAL, 0x05824, 0, 1, 0, RO, 0, "8.2.3.17.4") \
	R(MANC2H, 0x05860, 0, 1, 0, RO, 0, "8.2.3.17.5") \
	R(MDEF, 0x05890, 4, 8, 0, RO, 0, "8.2.3.17.6") \
	R(HICR, 0x15f00, 0, 1, 0, RO, 0, "10.8") \
	R(FWSTS, 0x15f0c, 0, 1, 0, RW, 0, "10.8") \
	R(FLEX_MNG, 0x15800, 4, 448, 0, RW, 0, "10.8") \
	R(PBRXECC, 0x03300, 0, 1, 0, RW, 0, "8.2.3.28") \
	R(PBTXECC, 0x0c300, 0, 1, 0, RW, 0, "8.2.3.28")

/* Statistics, 8.2.3.23: all clear on read. */
#define TINYNF_REGS_STATS(R) \
	R(CRCERRS, 0x04000, 0, 1, 0, RC, 0, "8.2.3.23.1") \
	R(ILLERRC, 0x04004, 0, 1, 0, RC, 0, "8.2.3.23.2") \
	R(ERRBC, 0x04008, 0, 1, 0, RC, 0, "8.2.3.23.3") \
	R(MSPDC, 0x04010, 0, 1, 0, RC, 0, "8.2.3.23") \
	R(RXMPC, 0x03fa0, 4, 8, 0, RC, 0, "8.2.3.23.4") \
	R(MLFC, 0x04034, 0, 1, 0, RC, 0, "8.2.3.23.5") \
	R(MRFC, 0x04038, 0, 1, 0, RC, 0, "8.2.3.23.6") \
	R(RLEC, 0x04040, 0, 1, 0, RC, 0, "8.2.3.23.7") \
	R(LXONTXC, 0x03f60, 0, 1, 0, RC, 0, "8.2.3.23.8") \
	R(LXOFFTXC, 0x03f68, 0, 1, 0, RC, 0, "8.2.3.23.10") \
	R(LXONRXCNT, 0x041a4, 0, 1, 0, RC, 0, "8.2.3.23.9") \
	R(LXOFFRXCNT, 0x041a8, 0, 1, 0, RC, 0, "8.2.3.23.11") \
	R(PXONTXC, 0x03f00, 4, 8, 0, RC, 0, "8.2.3.23.12") \
	R(PXOFFTXC, 0x03f20, 4, 8, 0, RC, 0, "8.2.3.23.14") \
	R(PXONRXCNT, 0x04140, 4, 8, 0, RC, 0, "8.2.3.23.13") \
	R(PXOFFRXCNT, 0x04160, 4, 8, 0, RC, 0, "8.2.3.23.15") \
	R(PXON2OFFCNT, 0x03240, 4, 8, 0, RC, 0, "8.2.3.23.16") \
	R(PRC64, 0x0405c, 0, 1, 0, RC, 0, "8.2.3.23.17") \
	R(PRC127, 0x04060, 0, 1, 0, RC, 0, "8.2.3.23.18") \
	R(PRC255, 0x04064, 0, 1, 0, RC, 0, "8.2.3.23.19") \
	R(PRC511, 0x04068, 0, 1, 0, RC, 0, "8.2.3.23.20") \
	R(PRC1023, 0x0406c, 0, 1, 0, RC, 0, "8.2.3.23.21") \
	R(PRC1522, 0x04070, 0, 1, 0, RC, 0, "8.2.3.23.22") \
	R(GPRC, 0x04074, 0, 1, 0, RC, 0, "8.2.3.23.26") \
	R(BPRC, 0x04078, 0, 1, 0, RC, 0, "8.2.3.23.23") \
	R(MPRC, 0x0407c, 0, 1, 0, RC, 0, "8.2.3.23.24") \
	R(GPTC, 0x04080, 0, 1, 0, RC, 0, "8.2.3.23.27") \
	R(GORCL, 0x04088, 0, 1, 0, RC, 0, "8.2.3.23.28") \
	R(GORCH, 0x0408c, 0, 1, 0, RC, 0, "8.2.3.23.29") \
	R(GOTCL, 0x04090, 0, 1, 0, RC, 0, "8.2.3.23.30") \
	R(GOTCH, 0x04094, 0, 1, 0, RC, 0, "8.2.3.23.31") \
	R(RNBC, 0x03fc0, 4, 8, 0, RC, 0, "8.2.3.23") \
	R(RUC, 0x040a4, 0, 1, 0, RC, 0, "8.2.3.23.32") \
	R(RFC, 0x040a8, 0, 1, 0, RC, 0, "8.2.3.23.33") \
	R(ROC, 0x040ac, 0, 1, 0, RC, 0, "8.2.3.23.34") \
	R(RJC, 0x040b0, 0, 1, 0, RC, 0, "8.2.3.23.35") \
	R(MNGPRC, 0x040b4, 0, 1, 0, RC, 0, "8.2.3.23.36") \
	R(MNGPDC, 0x040b8, 0, 1, 0, RC, 0, "8.2.3.23.37") \
	R(MNGPTC, 0x0cf90, 0, 1, 0, RC, 0, "8.2.3.23.38") \
	R(TORL, 0x040c0, 0, 1, 0, RC, 0, "8.2.3.23.39") \
	R(TORH, 0x040c4, 0, 1, 0, RC, 0, "8.2.3.23.40") \
	R(TPR, 0x040d0, 0, 1, 0, RC, 0, "8.2.3.23.41") \
	R(TPT, 0x040d4, 0, 1, 0, RC, 0, "8.2.3.23.42") \
	R(PTC64, 0x040d8, 0, 1, 0, RC, 0, "8.2.3.23.43") \
	R(PTC127, 0x040dc, 0, 1, 0, RC, 0, "8.2.3.23.44") \
	R(PTC255, 0x040e0, 0, 1, 0, RC, 0, "8.2.3.23.45") \
	R(PTC511, 0x040e4, 0, 1, 0, RC, 0, "8.2.3.23.46") \
	R(PTC1023, 0x040e8, 0, 1, 0, RC, 0, "8.2.3.23.47") \
	R(PTC1522, 0x040ec, 0, 1, 0, RC, 0, "8.2.3.23.48") \
	R(MPTC, 0x040f0, 0, 1, 0, RC, 0, "8.2.3.23.49") \
	R(BPTC, 0x040f4, 0, 1, 0, RC, 0, "8.2.3.23.50") \
	R(XEC, 0x04120, 0, 1, 0, RC, 0, "8.2.3.23.51") \
	R(FCCRC, 0x05118, 0, 1, 0, RC, 0, "8.2.3.23.52") \
	R(FCOERPDC, 0x0241c, 0, 1, 0, RC, 0, "8.2.3.23.53") \
	R(FCLAST, 0x02424, 0, 1, 0, RC, 0, "8.2.3.23.54") \
	R(FCOEPRC, 0x02428, 0, 1, 0, RC, 0, "8.2.3.23.55") \
	R(FCOEDWRC, 0x0242c, 0, 1, 0, RC, 0, "8.2.3.23.56") \
	R(FCOEPTC, 0x08784, 0, 1, 0, RC, 0, "8.2.3.23.57") \
	R(FCOEDWTC, 0x08788, 0, 1, 0, RC, 0, "8.2.3.23.58") \
	R(RXNFGPC, 0x041b0, 0, 1, 0, RC, 0, "8.2.3.23.59") \
	R(RXDGPC, 0x02f50, 0, 1, 0, RC, 0, "8.2.3.23.62") \
	R(TXDGPC, 0x087a0, 0, 1, 0, RC, 0, "8.2.3.23.65") \
	R(B2OSPC, 0x041c0, 0, 1, 0, RC, 0, "8.2.3.23") \
	R(O2BGPTC, 0x041c4, 0, 1, 0, RC, 0, "8.2.3.23")

/* 82598 addresses that the 82599 still decodes: A(of, offset, stride, count). */
#define TINYNF_REGS_ALIASES(A) \
	A(CTRL, 0x00004, 0, 1) \
	A(PBACL, 0x11068, 0, 1) \
	A(SRRCTL, 0x02100, 4, 16) \
	A(DCA_RXCTRL, 0x02200, 4, 16) \
	A(RAL, 0x05400, 8, 16) \
	A(RAH, 0x05404, 8, 16) \
	A(PSRTYPE, 0x05480, 4, 16) \
	A(RETA, 0x05c00, 4, 32) \
	A(RSSRK, 0x05c80, 4, 10) \
	A(QPTC, 0x06030, 0x40, 16) \
	A(MRQC, 0x05818, 0, 1)

#define TINYNF_REGS(R) \
	TINYNF_REGS_GENERAL(R) TINYNF_REGS_RX(R) TINYNF_REGS_TX(R) \
	TINYNF_REGS_MAC(R) TINYNF_REGS_STATS(R)

enum tinynf_reg_offset {
#define R(name, offset, stride, count, offset64, access, reset, section) \
	TINYNF_REG_ ## name = (offset), \
	TINYNF_STRIDE_ ## name = (stride), \
	TINYNF_COUNT_ ## name = (count), \
	TINYNF_HIGH_ ## name = (offset64),
	TINYNF_REGS(R)
#undef R
};

static inline uint32_t
tinynf_reg_instance(uint32_t offset, uint32_t stride, uint32_t high, uint32_t n)
{
	return high != 0 && n >= 64 ? high + stride * (n - 64) : offset + stride * n;
}

/** Offset of instance @p n of a register. */
#define TINYNF_REG(name, n) tinynf_reg_instance(TINYNF_REG_ ## name, \
	TINYNF_STRIDE_ ## name, TINYNF_HIGH_ ## name, (n))

/** A row of the table, for those who walk it. */
struct tinynf_reg_row {
	const char *name;
	const char *section;
	uint32_t offset, stride, count, high;
	uint32_t reset;
	enum tinynf_reg_access access;
};

/** The table; *n is set to its length. Static. */
const struct tinynf_reg_row *tinynf_reg_table(unsigned int *n);

#endif /* TINYNF_REGS_H */
