/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef TINYNF_MODEL_H
#define TINYNF_MODEL_H

/**
 * @file
 * A software Intel 82599 (one PCI function, one port). No DPDK in it.
 *
 * Downwards the host calls register access, time and poll; upwards the model
 * calls DMA, wire and interrupt. The model keeps no thread and no lock: the
 * host serialises all calls on one model. The only memory touched concurrently
 * is guest memory (through dma) and the doorbell cells (tails), which software
 * may store to directly and the model polls.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TINYNF_MODEL_BAR_SIZE     0x20000u /**< BAR0: 128 KiB of registers. */
#define TINYNF_MODEL_MAX_FRAME    15872u   /**< 15.5 KiB with FCS, 8.2.3.22.8 (MAXFRS). */
#define TINYNF_MODEL_QUEUES       128u
#define TINYNF_MODEL_VECTORS      64u      /**< MSI-X table size. */

struct tinynf_model;

/** How an access to a register went. */
enum tinynf_model_access {
	TINYNF_ACCESS_OK,
	TINYNF_ACCESS_UNKNOWN,     /**< No such register: reads 0, writes ignored. */
	TINYNF_ACCESS_READ_ONLY,   /**< Write to a read-only register: ignored. */
	TINYNF_ACCESS_BAD_SIZE,    /**< Not 32 (or 64) bits or not aligned. */
};

/** A driver's protocol error, as strict mode reports it. */
struct tinynf_model_violation {
	uint32_t reg;          /**< BAR0 offset concerned, UINT32_MAX if none. */
	const char *reg_name;  /**< Its name in the manual, "" if none. */
	int queue;             /**< Queue, -1 if none. */
	int index;             /**< Descriptor index, -1 if none. */
	uint64_t value;        /**< Offending value. */
	const char *reason;    /**< What the manual says, in a few words, static. */
	const char *section;   /**< Manual section, static. */
};

/** What became of a frame offered by the wire. */
enum tinynf_model_rx {
	TINYNF_RX_TAKEN,    /**< In the device or in host memory. */
	TINYNF_RX_MISSED,   /**< No room or no descriptor: counted in MPC or QPRDC. */
	TINYNF_RX_FILTERED, /**< Not for us, receive off, or malformed: counted. */
	TINYNF_RX_HELD,     /**< Only with hold: would have been missed; nothing counted. */
};

/** Services the host provides. All pointers needed; ctx is passed back. */
struct tinynf_model_ops {
	/**
	 * Host address of [addr, addr + len), NULL if any byte of it is not
	 * mapped (for writing, if to_memory). Valid until the call that the
	 * model is in returns: it keeps none.
	 */
	void *(*dma)(void *ctx, uint64_t addr, size_t len, bool to_memory);
	/**
	 * A frame (without FCS) leaves on the wire; must be copied if kept.
	 * False: the wire is busy, the model offers the same frame again later.
	 */
	bool (*wire_tx)(void *ctx, const uint8_t *frame, uint32_t len);
	/**
	 * Interrupt output. MSI-X mode: vector n fires (level true, edge).
	 * Otherwise vector 0 follows the level of the legacy/MSI line.
	 */
	void (*irq)(void *ctx, uint32_t vector, bool level);
	/** A driver broke a rule. Strict or not, called for each. */
	void (*violation)(void *ctx, const struct tinynf_model_violation *v);
};

/** What plugs into the SFP+ cage. */
enum tinynf_model_sfp {
	TINYNF_SFP_SR,      /**< 10GBASE-SR, vendor Intel. */
	TINYNF_SFP_DA,      /**< Passive direct-attach copper. */
	TINYNF_SFP_NONE,
};

/** How to build a model. Zero is a sensible default for all but mac. */
struct tinynf_model_config {
	uint8_t mac[6];
	uint8_t lan_id;             /**< 0 or 1: STATUS.LAN_ID. */
	enum tinynf_model_sfp sfp;
	bool sfp_third_party;       /**< Module's vendor is not Intel. */
	bool sfp_intel_only;        /**< EEPROM forbids other vendors' modules. */
	/**
	 * Page-aligned memory of TINYNF_MODEL_BAR_SIZE for the register file, so
	 * that the host can map its doorbell pages elsewhere; NULL: the model
	 * allocates it. Registers may be read and written there only if they
	 * are tails.
	 */
	void *bar;
};

#define TINYNF_MODEL_DEPARTURES 10u /**< Entries of tinynf_model_departures(). */

/** Something that stock drivers do against the manual: strict mode counts it only. */
struct tinynf_model_departure {
	const char *reg;       /**< Register, "" if several. */
	const char *what;
	const char *section;   /**< Manual section. */
	const char *drivers;   /**< Which drivers are known to do it. */
};

/** Totals beside the statistics registers; never reset by software. */
struct tinynf_model_counters {
	uint64_t violations;
	uint64_t access_unknown;
	uint64_t access_read_only;
	uint64_t access_bad_size;
	uint64_t dma_errors;        /**< DMA to unmapped addresses. */
	uint64_t rx_doorbells;      /**< RDT changes seen. */
	uint64_t tx_doorbells;      /**< TDT changes seen. */
	uint64_t rx_desc_fetched, rx_desc_written;
	uint64_t tx_desc_fetched, tx_desc_written, tx_head_written;
	uint64_t tx_nulls;          /**< Null descriptors consumed. */
	uint64_t rx_frames, tx_frames; /**< Frames to host memory and onto the wire. */
	uint64_t departures[TINYNF_MODEL_DEPARTURES]; /**< By tinynf_model_departures(). */
};

/**
 * Build a model in its power-on state (EEPROM loaded).
 * @return the model, NULL with errno set (EINVAL, ENOMEM).
 */
struct tinynf_model *tinynf_model_create(const struct tinynf_model_config *config,
		const struct tinynf_model_ops *ops, void *ctx);
void tinynf_model_destroy(struct tinynf_model *model);
/** PCIe reset: back to power-on state; counters survive. */
void tinynf_model_reset(struct tinynf_model *model);

/**
 * Register access as the bus makes it. @p size in bytes.
 * Always sets *value on reads (0 if refused).
 */
enum tinynf_model_access tinynf_model_read(struct tinynf_model *model,
		uint32_t offset, unsigned int size, uint64_t *value);
enum tinynf_model_access tinynf_model_write(struct tinynf_model *model,
		uint32_t offset, unsigned int size, uint64_t value);
/** Cell of a tail register that software may store to; NULL if not a tail. */
uint32_t *tinynf_model_doorbell(struct tinynf_model *model, uint32_t offset);

/** Let time pass up to @p now_ns (monotonic, any origin; first call sets it). */
void tinynf_model_tick(struct tinynf_model *model, uint64_t now_ns);
/**
 * Serve the queues: look at tails, deliver waiting frames, transmit at most
 * @p budget descriptors in all, round robin; segments of a large send count as well.
 * @return descriptors and segments processed; 0 means idle.
 */
unsigned int tinynf_model_poll(struct tinynf_model *model, unsigned int budget);

/**
 * A frame (without FCS) arrives from the wire. With @p hold, a frame that would
 * be missed is refused instead (a link partner that honours flow control
 * instantly), so that nothing is lost.
 */
enum tinynf_model_rx tinynf_model_receive(struct tinynf_model *model,
		const uint8_t *frame, uint32_t len, bool hold);
/**
 * While on, receive descriptors are written back in whole cache lines, and what is left when it
 * is put off: more frames are about to come. For tinynf_model_receive() only. Off at first.
 *
 * INTERPRETATION-MISSING: 7.1.8 doesn't say how long hardware gathers descriptors for a line;
 * here, for as long as frames come one right after the other.
 */
void tinynf_model_pack(struct tinynf_model *model, bool pack);
/** Receiving would work now: RXEN on, link up, at least one queue enabled. */
bool tinynf_model_rx_enabled(const struct tinynf_model *model);
/** Cable: signal present or not (far end's laser). Present after create. */
void tinynf_model_set_signal(struct tinynf_model *model, bool present);
/** Our own laser is on (ESDP.SDP3 low) and the MAC not in reset. */
bool tinynf_model_laser_on(const struct tinynf_model *model);

/** The exceptions that strict mode makes; *n is set to their number. Static. */
const struct tinynf_model_departure *tinynf_model_departures(unsigned int *n);

const struct tinynf_model_counters *tinynf_model_counters(const struct tinynf_model *model);

#endif /* TINYNF_MODEL_H */
