/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef TINYNF_BASE_H
#define TINYNF_BASE_H

/**
 * @file
 * Bring-up and control of an 82599 through struct tinynf_hw. Plain C11.
 *
 * Unless said otherwise, functions return 0 or a negative errno with the reason
 * logged through tinynf_base_log; none may be called by two threads at a time for
 * one device. Section numbers are those of the 82599 datasheet.
 */

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/tinynf_hw.h"

/* Times in microseconds. Each wait of the bring-up is one of these. */
#define TINYNF_WAIT_RESET_US          1000    /* 8.2.3.1.1 RST: before looking at the bit */
#define TINYNF_WAIT_AFTER_RESET_US    10000   /* 4.6.3.2, 8.2.3.1.1: before using the device */
#define TINYNF_WAIT_FLUSH_US          20      /* 5.2.5.3.2 */
#define TINYNF_LIMIT_RESET_US         50000
#define TINYNF_LIMIT_MASTER_US        100000  /* 5.2.5.3.2 */
#define TINYNF_LIMIT_AUTO_READ_US     1000000 /* 4.6.3 */
#define TINYNF_LIMIT_DMA_INIT_US      1000000 /* 4.6.3 */
#define TINYNF_LIMIT_SECRX_US         1000000 /* 4.6.7 */
#define TINYNF_LIMIT_EERD_US          500000  /* 8.2.3.2.2 */
#define TINYNF_LIMIT_SMBI_US          10000   /* 10.5.4 */
#define TINYNF_LIMIT_SWESMBI_US       1000000 /* 10.5.4 allows 3 s; a start must not take that */
#define TINYNF_LIMIT_SW_FW_SYNC_US    1000000 /* 10.5.4 */
#define TINYNF_LIMIT_I2C_STRETCH_US   500
#define TINYNF_POLL_US                10

/* Receive packet buffer without flow director and DCB, 4.6.11.3.4. */
#define TINYNF_RX_PACKET_BUFFER_KB    512u
#define TINYNF_TX_PACKET_BUFFER_KB    160u
/* Headroom above the high watermark that 4.6.3 asks for in this set-up. */
#define TINYNF_RX_WATERMARK_ROOM      0x6000u

#define TINYNF_MAC_LEN                6
#define TINYNF_RAR_COUNT              128u /* 8.2.3.7.8-9 */
#define TINYNF_MAX_FRAME_SIZE         15872u /* 15.5 KiB with CRC, 8.2.3.22.13 */
#define TINYNF_RETA_ENTRIES           128u
#define TINYNF_RSS_KEY_LEN            40u
#define TINYNF_I2C_SFP_ID             0xA0u /* SFF-8472: identification */
#define TINYNF_I2C_SFP_DIAG           0xA2u /* SFF-8472: diagnostics */

/*
 * tinynf_hw.c
 */

enum tinynf_base_level {
	TINYNF_BASE_ERROR,
	TINYNF_BASE_WARNING,
	TINYNF_BASE_INFO,
};

/**
 * Where messages go; NULL: nowhere. Set once before any device is used.
 * @p text is one line without an end of line.
 */
extern void (*tinynf_base_log_hook)(const struct tinynf_hw *hw, enum tinynf_base_level level,
		const char *text);
void tinynf_base_log(const struct tinynf_hw *hw, enum tinynf_base_level level,
		const char *format, ...) __attribute__((format(printf, 3, 4)));

/**
 * Wait until (register & mask) == value; the ones that a device reads as that is gone never count.
 * @param limit_us bound of the wait
 * @return true if it became so.
 */
bool tinynf_hw_poll(struct tinynf_hw *hw, uint32_t reg, uint32_t mask, uint32_t value,
		uint32_t limit_us);
/** Make earlier writes reach the device, by a read without side effects. */
void tinynf_hw_flush(struct tinynf_hw *hw);
/** Is the device gone from the bus? All of its registers then read as all ones. */
bool tinynf_hw_removed(struct tinynf_hw *hw);
/** @return -ENODEV, logged, if the device is gone; else 0. */
int tinynf_hw_check_present(struct tinynf_hw *hw);

/*
 * tinynf_rx_path.c
 */

/** Start to receive (4.6.7); the queues have been enabled. */
int tinynf_hw_rx_enable(struct tinynf_hw *hw);
/** Stop to receive at a frame's end. */
void tinynf_hw_rx_disable(struct tinynf_hw *hw);

/*
 * tinynf_reset.c
 */

/**
 * Reset the device: queues and interrupts off, bus mastering quiet, reset, EEPROM reloaded
 * and DMA ready. Afterwards nothing is received, transmitted or signalled.
 */
int tinynf_hw_reset(struct tinynf_hw *hw);
/** Tell firmware whether a driver is in charge (CTRL_EXT.DRV_LOAD). */
void tinynf_hw_set_driver_loaded(struct tinynf_hw *hw, bool loaded);
/** All interrupt causes off and those pending forgotten. */
void tinynf_hw_mask_interrupts(struct tinynf_hw *hw);

/*
 * tinynf_init.c
 */

/**
 * Everything between reset and the first queue: filters cleared but for address 0, packet
 * buffers, receive and transmit units. The transmit path is on, the receive path off
 * afterwards; queues are enabled by whoever owns them.
 * @param max_frame longest frame with CRC, without VLAN tag: 64..15872 bytes
 */
int tinynf_hw_init(struct tinynf_hw *hw, uint32_t max_frame);
/** Set the longest frame (with CRC, without VLAN tag) that is received and sent. */
void tinynf_hw_set_max_frame(struct tinynf_hw *hw, uint32_t max_frame);

/*
 * tinynf_eeprom.c
 */

/* Resources that software and firmware share, 10.5.4: masks of SW_FW_SYNC. */
#define TINYNF_SYNC_EEPROM  (1u << 0)
#define TINYNF_SYNC_PHY0    (1u << 1)
#define TINYNF_SYNC_PHY1    (1u << 2)
#define TINYNF_SYNC_MAC_CSR (1u << 3)
#define TINYNF_SYNC_FLASH   (1u << 4)
/* Firmware's bits are the same, this much higher. */
#define TINYNF_SYNC_FW_SHIFT 5

/** Take shared resources. Not recursive. */
int tinynf_hw_acquire(struct tinynf_hw *hw, uint32_t mask);
void tinynf_hw_release(struct tinynf_hw *hw, uint32_t mask);
/** Take over what a driver that died may have left locked. For probe time only. */
void tinynf_hw_release_stale(struct tinynf_hw *hw);

/** EEPROM size in 16-bit words, 0 if there is none. */
uint32_t tinynf_eeprom_words(struct tinynf_hw *hw);
/** Read @p count words from word @p first; locks the EEPROM itself. */
int tinynf_eeprom_read(struct tinynf_hw *hw, uint32_t first, uint16_t *words, uint32_t count);
/** Check presence and checksum. */
int tinynf_eeprom_check(struct tinynf_hw *hw);
/** EEPROM image and firmware version as text, truncated to @p size. Length as snprintf. */
int tinynf_eeprom_version(struct tinynf_hw *hw, char *text, size_t size);

/*
 * tinynf_i2c.c
 */

/**
 * Read from the module in the SFP+ cage.
 * @param dev TINYNF_I2C_SFP_ID or TINYNF_I2C_SFP_DIAG
 * @return 0, -ENODEV if nobody answers (not logged), or another negative errno.
 */
int tinynf_i2c_read(struct tinynf_hw *hw, uint8_t dev, uint8_t offset, uint8_t *data,
		uint32_t len);

/*
 * tinynf_link.c
 */

/** What is in the cage. */
struct tinynf_sfp {
	bool present;      /**< Answers by I2C. */
	bool copper;       /**< Direct-attach cable. */
	bool has_diag;     /**< SFF-8472 diagnostics at 0xA2 without address change. */
	uint8_t identifier;
	uint8_t vendor[3]; /**< IEEE OUI. */
	char vendor_name[17];
	char part[17];
};

/** Identify the module; what can't be read or is unknown is a warning at most. */
void tinynf_sfp_identify(struct tinynf_hw *hw, struct tinynf_sfp *sfp);
/** Start the link as the EEPROM says, tuned for the module. Does not wait for link. */
int tinynf_link_setup(struct tinynf_hw *hw, const struct tinynf_sfp *sfp);
/** Switch the laser on or off (SFP+ only; other media ignore it). */
void tinynf_laser_set(struct tinynf_hw *hw, bool on);

struct tinynf_link {
	bool up;
	uint32_t speed_mbps; /**< 10000, 1000, 100; 0 if unknown or down. */
};
/** Look at the link once; no wait. Any thread. */
void tinynf_link_get(struct tinynf_hw *hw, struct tinynf_link *link);

/** Take the link LED from hardware: on or off. @return LEDCTL as it was before. */
uint32_t tinynf_led_set(struct tinynf_hw *hw, bool on);
/** Give the LEDs back to hardware: LEDCTL as it was. */
void tinynf_led_restore(struct tinynf_hw *hw, uint32_t ledctl);

/** IEEE 802.3x flow control; watermarks in KiB of the 512 KiB packet buffer. */
struct tinynf_flow_control {
	uint32_t high_kb;
	uint32_t low_kb;
	uint16_t pause_time;   /**< In units of 512 bit times. */
	bool rx;               /**< Obey received pause frames. */
	bool tx;               /**< Send pause frames. */
	bool send_xon;         /**< Tell when it's over. */
	bool forward;          /**< MAC control frames go to the host too. */
};
/** Is this possible? Touches nothing. */
int tinynf_flow_control_check(struct tinynf_hw *hw, const struct tinynf_flow_control *fc);
void tinynf_flow_control_set(struct tinynf_hw *hw, const struct tinynf_flow_control *fc);

/*
 * tinynf_filter_hw.c
 */

/** Read an exact-match address. @return false if the entry is not valid. */
bool tinynf_rar_get(struct tinynf_hw *hw, uint32_t index, uint8_t mac[TINYNF_MAC_LEN]);
/** Set an exact-match address; NULL makes the entry invalid. */
void tinynf_rar_set(struct tinynf_hw *hw, uint32_t index, const uint8_t *mac);
/** Replace the multicast hash table. @p table has 128 words of 32 bits. */
void tinynf_mta_set(struct tinynf_hw *hw, const uint32_t *table, bool enable);
/** Add an address to a table for tinynf_mta_set. */
void tinynf_mta_add(uint32_t *table, const uint8_t mac[TINYNF_MAC_LEN]);
/** All unicast, all multicast. Receiving pauses for it if it is on (8.2.3.7.1). */
int tinynf_promiscuous_set(struct tinynf_hw *hw, bool unicast, bool multicast);
/** Pass a VLAN or not when filtering is on. */
void tinynf_vlan_set(struct tinynf_hw *hw, uint16_t vlan, bool pass);
void tinynf_vlan_filter_enable(struct tinynf_hw *hw, bool enable);
/** Strip tags on a receive queue. */
void tinynf_vlan_strip_set(struct tinynf_hw *hw, uint16_t queue, bool strip);

/* Fields over which RSS hashes. */
#define TINYNF_RSS_TCP4  (1u << 0)
#define TINYNF_RSS_IP4   (1u << 1)
#define TINYNF_RSS_IP6   (1u << 2)
#define TINYNF_RSS_TCP6  (1u << 3)
#define TINYNF_RSS_UDP4  (1u << 4)
#define TINYNF_RSS_UDP6  (1u << 5)
#define TINYNF_RSS_ALL   0x3Fu
/** Hash over @p fields. With @p enable false there is one queue only. */
void tinynf_rss_set(struct tinynf_hw *hw, bool enable, uint32_t fields);
void tinynf_rss_key_set(struct tinynf_hw *hw, const uint8_t key[TINYNF_RSS_KEY_LEN]);
/** The whole redirection table: queues 0..15. */
void tinynf_rss_table_set(struct tinynf_hw *hw, const uint8_t table[TINYNF_RETA_ENTRIES]);

/*
 * tinynf_irq.c. With @p msix each receive queue has a vector of its own, 1 + its number, and
 * the link has vector 0; without, all share the line.
 */

/** After a reset: lead causes to vectors. Nothing is unmasked. */
void tinynf_irq_setup(struct tinynf_hw *hw, unsigned int nb_queues, bool msix);
void tinynf_irq_queue_unmask(struct tinynf_hw *hw, unsigned int queue, bool msix);
void tinynf_irq_queue_mask(struct tinynf_hw *hw, unsigned int queue, bool msix);
/** Interrupt as if the queue had received something. */
void tinynf_irq_queue_raise(struct tinynf_hw *hw, unsigned int queue, bool msix);
/** Let a link status change interrupt. */
void tinynf_lsc_enable(struct tinynf_hw *hw);
/** Causes that interrupted, forgotten by reading. @return true if link status changed. */
bool tinynf_lsc_fetch(struct tinynf_hw *hw);

#endif /* TINYNF_BASE_H */
