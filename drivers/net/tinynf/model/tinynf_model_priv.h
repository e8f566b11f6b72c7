/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef TINYNF_MODEL_PRIV_H
#define TINYNF_MODEL_PRIV_H

/** @file The software 82599's state, shared by its rooms. */

#include "base/tinynf_regs.h"
#include "model/tinynf_model.h"

#define TINYNF_MODEL_EEPROM_WORDS 2048u  /* EEC.SIZE 5: 32 Kbit, as on the X520 */
#define TINYNF_MODEL_SFP_PAGE     256u

struct tinynf_model_queues;

/** The SPI EEPROM as EEC's pins reach it: a 25-series part. */
struct tinynf_model_spi {
	bool selected, clock;
	unsigned int bits;      /* received since chip select */
	uint32_t command, address;
	uint8_t in;             /* byte of a write that is coming in */
	uint32_t out;           /* bits still to be shifted out */
	unsigned int out_bits;
	bool write_enabled;
};

/** The SFP+ module's two-wire interface, SFF-8431 section 4. */
struct tinynf_model_i2c {
	enum { TINYNF_I2C_IDLE, TINYNF_I2C_ADDRESS, TINYNF_I2C_OFFSET, TINYNF_I2C_WRITE,
		TINYNF_I2C_READ } state;
	bool scl, sda;          /* as the host drives them */
	bool drive_low;         /* the module pulls SDA low */
	bool acking, page_a2;
	unsigned int bits;
	uint8_t shift, offset;
};

/** Interrupts, a bit or an entry a vector. */
struct tinynf_model_irq {
	uint64_t enabled;       /* EIMS_EX, whose first 16 bits are EIMS's */
	uint64_t waiting;       /* events to report: of queues */
	uint64_t waiting_other; /* and of other causes */
	uint64_t next[TINYNF_MODEL_VECTORS]; /* not before, by EITR */
	uint64_t timer_left, timer_at; /* TCPTIMER */
	bool line;              /* level last given to ops->irq */
};

struct tinynf_model {
	uint32_t *reg;          /* flat register file, TINYNF_MODEL_BAR_SIZE bytes */
	bool own_bar;
	struct tinynf_model_ops ops;
	void *ctx;
	struct tinynf_model_config config;
	struct tinynf_model_counters counters;
	struct tinynf_model_queues *queues;

	uint64_t now;           /* ns */
	bool now_known;
	uint64_t link_at;       /* when the link comes up; 0: not training */
	bool signal, link_up;

	struct tinynf_model_irq irq;

	uint16_t eeprom[TINYNF_MODEL_EEPROM_WORDS];
	uint8_t sfp_a0[TINYNF_MODEL_SFP_PAGE], sfp_a2[TINYNF_MODEL_SFP_PAGE];
	struct tinynf_model_spi spi;
	struct tinynf_model_i2c i2c;
};

/* tinynf_model_address.c, for dwords inside the BAR. */
/** The register at an address; NULL if there is none. */
const struct tinynf_reg_row *tinynf_model_row(uint32_t offset);
/** The address of the storage behind an address: not the same for those of the 82598. */
uint32_t tinynf_model_alias(uint32_t offset);
/** Bits that the register at an address keeps. There has to be one. */
uint32_t tinynf_model_kept(uint32_t offset);

/* tinynf_model_stats.c: counters clear on read and stick at their maximum. */
void tinynf_model_count(struct tinynf_model *m, uint32_t reg, uint64_t n);
/** The same for a 36-bit pair that starts at @p low. */
void tinynf_model_count64(struct tinynf_model *m, uint32_t low, uint64_t n);

/* tinynf_model_irq.c */
void tinynf_model_cause(struct tinynf_model *m, uint32_t eicr_bits);
void tinynf_model_rx_cause(struct tinynf_model *m, unsigned int queue);
void tinynf_model_tx_cause(struct tinynf_model *m, unsigned int queue);
void tinynf_model_irq_update(struct tinynf_model *m);
/** Time has passed: intervals may be over. */
void tinynf_model_irq_tick(struct tinynf_model *m);
void tinynf_model_irq_reset(struct tinynf_model *m);
uint32_t tinynf_model_irq_read(struct tinynf_model *m, uint32_t reg);
/** @return true if the register was one of the interrupt unit's. */
bool tinynf_model_irq_write(struct tinynf_model *m, uint32_t reg, uint32_t value);

/* tinynf_model_nvm.c: EEPROM image, EERD, EEC's pins. */
void tinynf_model_nvm_create(struct tinynf_model *m);
void tinynf_model_eerd_write(struct tinynf_model *m, uint32_t value);
void tinynf_model_eec_write(struct tinynf_model *m, uint32_t value);

/* tinynf_model_sfp.c: the module and its two-wire bus. */
void tinynf_model_sfp_create(struct tinynf_model *m);
void tinynf_model_i2c_write(struct tinynf_model *m, uint32_t value);

/* tinynf_model_link.c: AUTOC, LINKS, ESDP, MDIO. */
void tinynf_model_link_reset(struct tinynf_model *m);
void tinynf_model_link_update(struct tinynf_model *m);
void tinynf_model_autoc_write(struct tinynf_model *m, uint32_t value);
void tinynf_model_esdp_write(struct tinynf_model *m, uint32_t value);
void tinynf_model_msca_write(struct tinynf_model *m, uint32_t value);

/** Bits that a register keeps, by its first instance's offset, tinynf_model_masks.c. */
uint32_t tinynf_model_mask(uint32_t first_offset);

/* tinynf_model_departure.c: what is tolerated; before the access has its effect. */
void tinynf_model_departure_write(struct tinynf_model *m, uint32_t reg, uint32_t value,
		bool alias);
void tinynf_model_departure_read(struct tinynf_model *m, uint32_t reg, bool alias);

/** Tell what a driver did wrong, and which section says so, tinynf_model_violation.c. */
void tinynf_model_violate(struct tinynf_model *m, uint32_t reg, int queue, int index,
		uint64_t value, const char *reason, const char *section);

/** Software (CTRL.RST) or link (CTRL.LNK_RST) reset, tinynf_model_reset.c. */
void tinynf_model_software_reset(struct tinynf_model *m);
void tinynf_model_power_on(struct tinynf_model *m);

/* The data path, tinynf_model_queue.c. */
int tinynf_model_queues_create(struct tinynf_model *m);
void tinynf_model_queues_destroy(struct tinynf_model *m);
void tinynf_model_queues_reset(struct tinynf_model *m);
void tinynf_model_queues_sync(struct tinynf_model *m);
void tinynf_model_queue_written(struct tinynf_model *m, uint32_t offset, uint32_t old);
unsigned int tinynf_model_queues_poll(struct tinynf_model *m, unsigned int budget);
enum tinynf_model_rx tinynf_model_queues_receive(struct tinynf_model *m,
		const uint8_t *frame, uint32_t len, bool hold);

#endif /* TINYNF_MODEL_PRIV_H */
