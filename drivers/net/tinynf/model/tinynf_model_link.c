/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* Link, pins and MDIO: AUTOC, LINKS, ESDP, MSCA; 3.7.4 and 8.2.3.22. */

#include "model/tinynf_model_priv.h"

#define LINK_TRAINING_NS UINT64_C(1000000) /* a serial link locks within about 1 ms */
#define MDIO_ABSENT      0xffff0000u       /* no PHY answers: the bus floats high */

bool
tinynf_model_laser_on(const struct tinynf_model *m)
{
	const uint32_t esdp = m->reg[TINYNF_REG_ESDP / 4];

	return !(esdp & TINYNF_ESDP_SDP3) || !(esdp & TINYNF_ESDP_SDP3_DIR);
}

/** The link trains anew from now on. */
static void
retrain(struct tinynf_model *m)
{
	m->link_at = m->now + LINK_TRAINING_NS;
}

static void
link_set(struct tinynf_model *m, bool up)
{
	if (up == m->link_up)
		return;
	m->link_up = up;
	m->reg[TINYNF_REG_LINKS / 4] = up ? TINYNF_LINKS_UP | TINYNF_LINKS_SPEED_10G : 0;
	tinynf_model_cause(m, TINYNF_EICR_LSC);
}

void
tinynf_model_link_update(struct tinynf_model *m)
{
	/* "Force link up" needs no partner, 8.2.3.22.19: loopback tests set it. */
	const bool possible = (m->reg[TINYNF_REG_AUTOC / 4] & TINYNF_AUTOC_FLU) ||
		(m->signal && m->config.sfp != TINYNF_SFP_NONE && tinynf_model_laser_on(m));

	if (!possible)
		retrain(m);
	link_set(m, possible && m->now >= m->link_at);
}

void
tinynf_model_link_reset(struct tinynf_model *m)
{
	retrain(m);
	link_set(m, false);
}

void
tinynf_model_set_signal(struct tinynf_model *m, bool present)
{
	m->signal = present;
	tinynf_model_link_update(m);
}

void
tinynf_model_autoc_write(struct tinynf_model *m, uint32_t value)
{
	const uint32_t old = m->reg[TINYNF_REG_AUTOC / 4];

	/* AN_RESTART clears itself, 8.2.3.22.19. */
	m->reg[TINYNF_REG_AUTOC / 4] = value & ~TINYNF_AUTOC_AN_RESTART;
	if (value & TINYNF_AUTOC_AN_RESTART || (value ^ old) & TINYNF_AUTOC_LMS) {
		/* The negotiation state machine has left its idle state, 8.2.3.22.23. */
		m->reg[TINYNF_REG_ANLP1 / 4] = (value & TINYNF_AUTOC_LMS) >> TINYNF_AUTOC_LMS_SHIFT
			>= 4 ? UINT32_C(1) << 16 : m->reg[TINYNF_REG_ANLP1 / 4];
		retrain(m);
	}
	tinynf_model_link_update(m);
}

void
tinynf_model_esdp_write(struct tinynf_model *m, uint32_t value)
{
	/* Pins that are inputs read what the board drives: SDP2 is "module present". */
	const uint32_t outputs = (value >> TINYNF_ESDP_DIR_SHIFT) & 0xff;
	uint32_t pins = value & outputs;

	if (m->config.sfp != TINYNF_SFP_NONE)
		pins |= TINYNF_ESDP_SDP2 & ~outputs;
	/*
	 * INTERPRETATION-MISSING: software writes SDP3 without setting its direction, as
	 * the EEPROM made it an output: keep data and direction of SDP3 and SDP5.
	 */
	pins |= value & (TINYNF_ESDP_SDP3 | TINYNF_ESDP_SDP5);
	m->reg[TINYNF_REG_ESDP / 4] = (value & ~UINT32_C(0xff)) | pins | TINYNF_ESDP_SDP3_DIR;
	tinynf_model_link_update(m);
}

void
tinynf_model_msca_write(struct tinynf_model *m, uint32_t value)
{
	/* The command is over at once; nobody answers on the MDIO bus of an SFP+ card. */
	m->reg[TINYNF_REG_MSCA / 4] = value & ~TINYNF_MSCA_MDICMD;
	m->reg[TINYNF_REG_MSRWD / 4] = MDIO_ABSENT | (m->reg[TINYNF_REG_MSRWD / 4] & 0xffff);
}
