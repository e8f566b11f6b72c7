/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* The EEPROM: its image (6.2 to 6.4), EERD (8.2.3.2.2) and the pins of EEC (8.2.3.2.1). */

#include <string.h>

#include "model/tinynf_model_priv.h"

/* Words of the image, 6.2.1 and 6.4. */
enum {
	WORD_INIT_CONTROL_1 = 0x00,
	WORD_SECTION_FIRST = 0x03,   /* pointers to sections up to 0eh */
	WORD_SECTION_LAST = 0x0e,
	WORD_FIRMWARE = 0x0f,
	WORD_VERSION = 0x29,
	WORD_SAN_MAC = 0x28,
	WORD_ALT_MAC = 0x37,
	WORD_ALT_SAN_MAC = 0x27,
	WORD_SFP_INIT = 0x2b,
	WORD_CAPABILITIES = 0x2c,
	WORD_ETRACK_LOW = 0x2d,
	WORD_ETRACK_HIGH = 0x2e,
	WORD_CHECKSUM = 0x3f,

	AT_FIRMWARE = 0x40,
	AT_PATCH = 0x50,
	AT_SFP_INIT = 0x80,
	AT_SFP_DATA = 0x90,
};

#define CHECKSUM_TOTAL       0xbaba
#define NOT_USED             0xffff
#define CAPS_ANY_SFP         0x0001
#define FIRMWARE_VERSION     9        /* older than 6 is a pre-production part */
#define FIRMWARE_VERSION_AT  7

static void
checksum_set(uint16_t *e)
{
	uint16_t sum = 0;
	unsigned int i;

	/* Sections are marked unused, so only the first 3fh words count, 6.2.1. */
	for (i = 0; i < WORD_CHECKSUM; i++)
		sum = (uint16_t)(sum + e[i]);
	e[WORD_CHECKSUM] = (uint16_t)(CHECKSUM_TOTAL - sum);
}

/** Initialisation of the module's line driver, by module type and port. */
static void
sfp_list(uint16_t *e)
{
	static const uint16_t types[] = { 3, 4, 5, 6 }; /* DA and SR/LR, each port */
	uint16_t *list = &e[AT_SFP_INIT + 1];
	unsigned int i;

	e[AT_SFP_INIT] = 2 * sizeof(types) / sizeof(types[0]);
	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		const uint16_t data = (uint16_t)(AT_SFP_DATA + 4 * i);

		*list++ = types[i];
		*list++ = data;
		e[data] = 2;
		e[data + 1] = 0x0ff0;
		e[data + 2] = 0x1001;
		e[data + 3] = NOT_USED;
	}
	*list = NOT_USED;
}

void
tinynf_model_nvm_create(struct tinynf_model *m)
{
	uint16_t *e = m->eeprom;
	unsigned int i;

	memset(e, 0, sizeof(m->eeprom));
	for (i = 0; i < 3; i++)
		e[i] = (uint16_t)(m->config.mac[2 * i] | m->config.mac[2 * i + 1] << 8);
	for (i = WORD_SECTION_FIRST; i <= WORD_SECTION_LAST; i++)
		e[i] = NOT_USED;
	e[WORD_FIRMWARE] = AT_FIRMWARE;
	e[AT_FIRMWARE + 2] = NOT_USED;    /* no LESM state machine */
	e[AT_FIRMWARE + 4] = AT_PATCH;
	e[AT_PATCH + FIRMWARE_VERSION_AT] = FIRMWARE_VERSION;
	e[WORD_SAN_MAC] = NOT_USED;
	e[WORD_ALT_SAN_MAC] = NOT_USED;
	e[WORD_ALT_MAC] = NOT_USED;
	e[WORD_VERSION] = 0x0101;
	e[WORD_ETRACK_LOW] = 0x2599;
	e[WORD_ETRACK_HIGH] = 0x8000;
	e[WORD_SFP_INIT] = AT_SFP_INIT;
	sfp_list(e);
	e[WORD_CAPABILITIES] = m->config.sfp_intel_only ? 0 : CAPS_ANY_SFP;
	checksum_set(e);
}

void
tinynf_model_eerd_write(struct tinynf_model *m, uint32_t value)
{
	const uint32_t address = (value >> TINYNF_EERD_ADDR_SHIFT) & 0x3fff;
	const uint32_t data = address < TINYNF_MODEL_EEPROM_WORDS ? m->eeprom[address] : NOT_USED;

	value &= 0xfffc;
	if (m->reg[TINYNF_REG_EERD / 4] & TINYNF_EERD_DONE)
		m->reg[TINYNF_REG_EERD / 4] &= ~TINYNF_EERD_DONE;
	m->reg[TINYNF_REG_EERD / 4] = value | TINYNF_EERD_DONE | data << TINYNF_EERD_DATA_SHIFT;
}

enum { SPI_WRITE_STATUS = 1, SPI_WRITE = 2, SPI_READ = 3, SPI_WRITE_DISABLE = 4,
	SPI_READ_STATUS = 5, SPI_WRITE_ENABLE = 6 };

/** The byte that a read sends next; addresses wrap at the end of the part. */
static uint8_t
spi_byte(struct tinynf_model *m)
{
	const uint32_t at = m->spi.address++ % (2 * TINYNF_MODEL_EEPROM_WORDS);

	return (uint8_t)(m->eeprom[at / 2] >> (at & 1 ? 8 : 0));
}

/** A byte comes in for a write; it is lost with the model. */
static void
spi_store(struct tinynf_model *m, uint8_t byte)
{
	const uint32_t at = m->spi.address++ % (2 * TINYNF_MODEL_EEPROM_WORDS);
	const unsigned int shift = at & 1 ? 8 : 0;
	uint16_t *word = &m->eeprom[at / 2];

	*word = (uint16_t)((*word & ~(0xffu << shift)) | (unsigned int)byte << shift);
}

/** A rising clock edge shifts a bit in. */
static void
spi_shift_in(struct tinynf_model *m, bool bit)
{
	struct tinynf_model_spi *s = &m->spi;

	s->bits++;
	if (s->bits <= 8)
		s->command = s->command << 1 | bit;
	else if (s->bits <= 24)
		s->address = (s->address << 1 | bit) & 0xffff;
	if (s->bits == 8 && s->command == SPI_READ_STATUS) {
		s->out = s->write_enabled ? 2 : 0;
		s->out_bits = 8;
	} else if (s->bits == 8 && (s->command == SPI_WRITE_ENABLE ||
			s->command == SPI_WRITE_DISABLE)) {
		s->write_enabled = s->command == SPI_WRITE_ENABLE;
	} else if (s->bits >= 24 && s->command == SPI_READ && s->out_bits == 0) {
		s->out = spi_byte(m);
		s->out_bits = 8;
	} else if (s->bits > 24 && s->command == SPI_WRITE && s->write_enabled) {
		s->in = (uint8_t)(s->in << 1 | bit);
		if (s->bits % 8 == 0)
			spi_store(m, s->in);
	}
}

void
tinynf_model_eec_write(struct tinynf_model *m, uint32_t value)
{
	const uint32_t pins = TINYNF_EEC_SK | TINYNF_EEC_CS | TINYNF_EEC_DI | TINYNF_EEC_REQ;
	struct tinynf_model_spi *s = &m->spi;
	uint32_t *eec = &m->reg[TINYNF_REG_EEC / 4];
	const bool selected = !(value & TINYNF_EEC_CS); /* chip select is active low */
	const bool clock = value & TINYNF_EEC_SK;

	*eec = (*eec & ~(pins | TINYNF_EEC_GNT)) | (value & pins);
	/* Nobody else wants the EEPROM: a request is granted at once. */
	if (!(value & TINYNF_EEC_REQ)) {
		s->selected = false;
		return;
	}
	*eec |= TINYNF_EEC_GNT;
	if (selected != s->selected) {
		/* A write ends the permission to write. */
		const bool enabled = s->write_enabled && s->command != SPI_WRITE;

		memset(s, 0, sizeof(*s));
		s->write_enabled = enabled;
		s->selected = selected;
		s->clock = clock;
		return;
	}
	if (!selected || clock == s->clock)
		return;
	s->clock = clock;
	if (clock) {
		spi_shift_in(m, value & TINYNF_EEC_DI);
	} else if (s->out_bits > 0) {
		/* The part changes its output on the falling edge. */
		*eec &= ~TINYNF_EEC_DO;
		if ((s->out >> --s->out_bits) & 1)
			*eec |= TINYNF_EEC_DO;
	}
}
