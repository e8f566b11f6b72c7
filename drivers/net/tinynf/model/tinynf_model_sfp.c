/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* The SFP+ module: its pages (SFF-8472) and its two-wire bus (SFF-8431, section 4). */

#include <string.h>

#include "model/tinynf_model_priv.h"

#define SLAVE_A0 0xa0
#define SLAVE_A2 0xa2

static uint8_t
sum_of(const uint8_t *page, unsigned int from, unsigned int to)
{
	uint8_t sum = 0;

	while (from <= to)
		sum = (uint8_t)(sum + page[from++]);
	return sum;
}

static void
text(uint8_t *to, size_t room, const char *from)
{
	memset(to, ' ', room);
	memcpy(to, from, strlen(from));
}

static void
put16(uint8_t *to, uint16_t value)
{
	to[0] = (uint8_t)(value >> 8);
	to[1] = (uint8_t)value;
}

/** Serial ID, SFF-8472 table 4-1. */
static void
page_a0(struct tinynf_model *m)
{
	static const uint8_t intel[3] = { 0x00, 0x1b, 0x21 };
	static const uint8_t other[3] = { 0x00, 0x90, 0x65 };
	const bool copper = m->config.sfp == TINYNF_SFP_DA;
	uint8_t *p = m->sfp_a0;

	p[0] = 0x03;                        /* SFP or SFP+ */
	p[1] = 0x04;
	p[2] = copper ? 0x21 : 0x07;        /* copper pigtail, LC */
	p[3] = copper ? 0x00 : 0x10;        /* 10GBASE-SR */
	p[8] = copper ? 0x04 : 0x00;        /* passive cable */
	p[11] = 0x06;                       /* 64B/66B */
	p[12] = 103;                        /* 10.3 Gb/s */
	p[16] = copper ? 0 : 8;             /* 80 m of OM2, */
	p[18] = copper ? 3 : 3;             /* 3 m of cable, 30 m of OM1 */
	p[19] = copper ? 0 : 30;            /* 300 m of OM3 */
	text(&p[20], 16, m->config.sfp_third_party ? "ACME Optics" : "Intel Corp");
	memcpy(&p[37], m->config.sfp_third_party ? other : intel, 3);
	text(&p[40], 16, copper ? "TINYNF-DA3" : "TINYNF-SR");
	text(&p[56], 4, "A");
	put16(&p[60], copper ? 0 : 850);    /* nm */
	p[63] = sum_of(p, 0, 62);
	text(&p[68], 16, "SOFTWARE82599");
	text(&p[84], 8, "260101");
	p[92] = copper ? 0x00 : 0x68;       /* diagnostics, internally calibrated */
	p[94] = copper ? 0x00 : 0x05;
	p[95] = sum_of(p, 64, 94);
}

/** Diagnostics, SFF-8472 section 9: thresholds and plausible readings. */
static void
page_a2(struct tinynf_model *m)
{
	uint8_t *p = m->sfp_a2;
	static const uint16_t limits[20] = {
		0x5000, 0xf600, 0x4b00, 0xfb00,  /* temperature, 1/256 C */
		0x8ca0, 0x7530, 0x88b8, 0x7918,  /* supply, 100 uV */
		0x1d4c, 0x01f4, 0x1b58, 0x03e8,  /* bias, 2 uA */
		0x3de9, 0x04eb, 0x312d, 0x0630,  /* transmit power, 0.1 uW */
		0x3de9, 0x0064, 0x312d, 0x00c8,  /* receive power */
	};
	unsigned int i;

	for (i = 0; i < 20; i++)
		put16(&p[2 * i], limits[i]);
	put16(&p[68], 0x3f80);
	put16(&p[72], 0x3f80);
	p[95] = sum_of(p, 0, 94);
	put16(&p[96], 0x2300);   /* 35 C */
	put16(&p[98], 0x80e8);   /* 3.3 V */
	put16(&p[100], 0x0bb8);  /* 6 mA */
	put16(&p[102], 0x1388);  /* 0.5 mW */
	put16(&p[104], 0x1194);  /* 0.45 mW */
}

void
tinynf_model_sfp_create(struct tinynf_model *m)
{
	memset(m->sfp_a0, 0, sizeof(m->sfp_a0));
	memset(m->sfp_a2, 0, sizeof(m->sfp_a2));
	if (m->config.sfp == TINYNF_SFP_NONE)
		return;
	page_a0(m);
	if (m->config.sfp == TINYNF_SFP_SR)
		page_a2(m);
}

/** Eight bits have come: is the next clock an acknowledgement of ours? */
static bool
byte_taken(struct tinynf_model *m)
{
	struct tinynf_model_i2c *s = &m->i2c;

	switch (s->state) {
	case TINYNF_I2C_ADDRESS:
		if ((s->shift & 0xfe) != SLAVE_A0 && ((s->shift & 0xfe) != SLAVE_A2 ||
				m->config.sfp != TINYNF_SFP_SR))
			return false;
		s->page_a2 = (s->shift & 0xfe) == SLAVE_A2;
		s->state = s->shift & 1 ? TINYNF_I2C_READ : TINYNF_I2C_OFFSET;
		return true;
	case TINYNF_I2C_OFFSET:
		s->offset = s->shift;
		s->state = TINYNF_I2C_WRITE;
		return true;
	case TINYNF_I2C_WRITE:
		s->offset++; /* write-protected: taken, not stored */
		return true;
	default:
		return false;
	}
}

/** The clock rose: the receiver samples. */
static void
clock_rise(struct tinynf_model *m)
{
	struct tinynf_model_i2c *s = &m->i2c;

	if (s->state == TINYNF_I2C_IDLE)
		return;
	if (s->bits < 8 && s->state != TINYNF_I2C_READ)
		s->shift = (uint8_t)(s->shift << 1 | s->sda);
	else if (s->bits == 8 && s->state == TINYNF_I2C_READ && !s->acking && s->sda)
		s->state = TINYNF_I2C_IDLE; /* the host has read enough */
}

/** The clock fell: the sender may change the data line. */
static void
clock_fall(struct tinynf_model *m)
{
	struct tinynf_model_i2c *s = &m->i2c;
	const uint8_t *page = s->page_a2 ? m->sfp_a2 : m->sfp_a0;

	s->drive_low = false;
	if (s->state == TINYNF_I2C_IDLE)
		return;
	if (s->bits == 9) { /* behind the acknowledgement */
		s->bits = 0;
		s->acking = false;
	}
	if (s->bits == 8 && !s->acking && s->state != TINYNF_I2C_READ) {
		s->acking = byte_taken(m);
		s->drive_low = s->acking;
		if (!s->acking)
			s->state = TINYNF_I2C_IDLE;
	} else if (s->state == TINYNF_I2C_READ && s->bits < 8) {
		if (s->bits == 0)
			s->shift = page[s->offset++];
		s->drive_low = !((s->shift >> (7 - s->bits)) & 1);
	}
}

void
tinynf_model_i2c_write(struct tinynf_model *m, uint32_t value)
{
	struct tinynf_model_i2c *s = &m->i2c;
	const bool scl = value & TINYNF_I2CCTL_CLK_OUT;
	const bool sda = value & TINYNF_I2CCTL_DATA_OUT;
	const bool present = m->config.sfp != TINYNF_SFP_NONE;

	if (present && scl && s->scl && sda != s->sda) {
		/* Start or stop: data changes while the clock is high. */
		s->state = sda ? TINYNF_I2C_IDLE : TINYNF_I2C_ADDRESS;
		s->bits = 0;
		s->acking = false;
		s->drive_low = false;
		s->sda = sda;
	} else {
		s->sda = sda;
		if (present && scl && !s->scl) {
			clock_rise(m);
			if (s->bits < 9)
				s->bits++;
		} else if (present && !scl && s->scl && s->bits > 0) {
			clock_fall(m);
		} else if (present && !scl && s->scl) {
			s->drive_low = false; /* the clock falls for the first time after a start */
		}
	}
	s->scl = scl;
	m->reg[TINYNF_REG_I2CCTL / 4] = (scl ? TINYNF_I2CCTL_CLK_OUT | TINYNF_I2CCTL_CLK_IN : 0) |
		(sda ? TINYNF_I2CCTL_DATA_OUT : 0) |
		(sda && !s->drive_low ? TINYNF_I2CCTL_DATA_IN : 0);
}
