/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * What software shares with firmware and the other port (10.5.4), and the EEPROM (6.x).
 */

#include <errno.h>
#include <stdio.h>

#include "base/tinynf_base.h"
#include "base/tinynf_regs.h"

#define EEPROM_CHECKSUM_WORD  0x3Fu
#define EEPROM_CHECKSUM       0xBABAu
#define EEPROM_FIRST_POINTER  0x03u   /* 6.2: sections that count are pointed to by these */
#define EEPROM_FW_POINTER     0x0Fu   /* not summed */
#define EEPROM_IMAGE_LOW      0x2Du
#define EEPROM_IMAGE_HIGH     0x2Eu
/* Sections are short; a longer one is a sign of garbage. */
#define EEPROM_SECTION_MAX    0x800u

#define SYNC_RETRY_US         5000u
#define SYNC_ALL (TINYNF_SYNC_EEPROM | TINYNF_SYNC_PHY0 | TINYNF_SYNC_PHY1 | \
		TINYNF_SYNC_MAC_CSR | TINYNF_SYNC_FLASH)

/* 10.5.4: the semaphore among drivers, then the one between driver and firmware. */
static int
swsm_lock(struct tinynf_hw *hw)
{
	uint32_t waited;
	int ret;

	/* Reading SMBI takes it, 8.2.3.4.10. */
	if (!tinynf_hw_poll(hw, TINYNF_REG_SWSM, TINYNF_SWSM_SMBI, 0, TINYNF_LIMIT_SMBI_US)) {
		ret = tinynf_hw_check_present(hw);
		if (ret != 0)
			return ret;
		/* 10.5.4: its holder is dead; it is ours now. */
		tinynf_base_log(hw, TINYNF_BASE_WARNING,
				"software semaphore not free after %u us, taken over",
				TINYNF_LIMIT_SMBI_US);
	}
	for (waited = 0; waited < TINYNF_LIMIT_SWESMBI_US; waited += TINYNF_POLL_US) {
		tinynf_hw_set(hw, TINYNF_REG_SWSM, TINYNF_SWSM_SWESMBI);
		if (tinynf_hw_read(hw, TINYNF_REG_SWSM) & TINYNF_SWSM_SWESMBI)
			return 0;
		hw->ops->delay_us(hw, TINYNF_POLL_US);
	}
	tinynf_hw_clear(hw, TINYNF_REG_SWSM, TINYNF_SWSM_SMBI);
	tinynf_base_log(hw, TINYNF_BASE_ERROR, "firmware semaphore not free after %u us",
			TINYNF_LIMIT_SWESMBI_US);
	return -ETIMEDOUT;
}

static void
swsm_unlock(struct tinynf_hw *hw)
{
	tinynf_hw_clear(hw, TINYNF_REG_SWSM, TINYNF_SWSM_SWESMBI | TINYNF_SWSM_SMBI);
	tinynf_hw_flush(hw);
}

int
tinynf_hw_acquire(struct tinynf_hw *hw, uint32_t mask)
{
	const uint32_t busy = mask | mask << TINYNF_SYNC_FW_SHIFT;
	uint32_t sync, waited;
	int ret;

	for (waited = 0; ; waited += SYNC_RETRY_US) {
		ret = swsm_lock(hw);
		if (ret != 0)
			return ret;
		sync = tinynf_hw_read(hw, TINYNF_REG_SW_FW_SYNC);
		if ((sync & busy) == 0) {
			tinynf_hw_write(hw, TINYNF_REG_SW_FW_SYNC, sync | mask);
			swsm_unlock(hw);
			return 0;
		}
		swsm_unlock(hw);
		if (waited >= TINYNF_LIMIT_SW_FW_SYNC_US)
			break;
		hw->ops->delay_us(hw, SYNC_RETRY_US);
	}
	tinynf_base_log(hw, TINYNF_BASE_ERROR,
			"shared resource 0x%x not free after %u us (SW_FW_SYNC 0x%08x)",
			mask, TINYNF_LIMIT_SW_FW_SYNC_US, sync);
	return -EBUSY;
}

void
tinynf_hw_release(struct tinynf_hw *hw, uint32_t mask)
{
	/* A failure is logged; the bits are ours to clear in any case. */
	(void)swsm_lock(hw);
	tinynf_hw_clear(hw, TINYNF_REG_SW_FW_SYNC, mask);
	swsm_unlock(hw);
}

void
tinynf_hw_release_stale(struct tinynf_hw *hw)
{
	const uint32_t phy = hw->lan_id == 0 ? TINYNF_SYNC_PHY0 : TINYNF_SYNC_PHY1;
	uint32_t sync;

	if (swsm_lock(hw) != 0)
		return;
	sync = tinynf_hw_read(hw, TINYNF_REG_SW_FW_SYNC);
	/* Of the shared ones, the other port may hold any right now: only its own PHY's is ours. */
	if (sync & phy) {
		tinynf_base_log(hw, TINYNF_BASE_WARNING,
				"a former driver left SW_FW_SYNC 0x%08x, released", sync);
		tinynf_hw_write(hw, TINYNF_REG_SW_FW_SYNC, sync & ~phy);
	}
	swsm_unlock(hw);
}

uint32_t
tinynf_eeprom_words(struct tinynf_hw *hw)
{
	uint32_t eec = tinynf_hw_read(hw, TINYNF_REG_EEC);

	if (!(eec & TINYNF_EEC_PRES))
		return 0;
	/* 8.2.3.2.1: size in bytes is 128 << EE_SIZE. */
	return 64u << (eec >> TINYNF_EEC_SIZE_SHIFT & 0xF);
}

/* 8.2.3.2.2: a word through EERD. The EEPROM is locked. */
static int
eerd(struct tinynf_hw *hw, uint32_t word, uint16_t *value)
{
	tinynf_hw_write(hw, TINYNF_REG_EERD,
			word << TINYNF_EERD_ADDR_SHIFT | TINYNF_EERD_START);
	if (!tinynf_hw_poll(hw, TINYNF_REG_EERD, TINYNF_EERD_DONE, TINYNF_EERD_DONE,
			TINYNF_LIMIT_EERD_US)) {
		tinynf_base_log(hw, TINYNF_BASE_ERROR,
				"EEPROM word 0x%x not read after %u us", word,
				TINYNF_LIMIT_EERD_US);
		return -ETIMEDOUT;
	}
	*value = tinynf_hw_read(hw, TINYNF_REG_EERD) >> TINYNF_EERD_DATA_SHIFT;
	return 0;
}

int
tinynf_eeprom_read(struct tinynf_hw *hw, uint32_t first, uint16_t *words, uint32_t count)
{
	const uint32_t size = tinynf_eeprom_words(hw);
	uint32_t n;
	int ret;

	if (size == 0) {
		tinynf_base_log(hw, TINYNF_BASE_ERROR, "no EEPROM present");
		return -ENODEV;
	}
	if (first > size || count > size - first) {
		tinynf_base_log(hw, TINYNF_BASE_ERROR,
				"EEPROM words 0x%x..0x%x are beyond its size of 0x%x words",
				first, first + count, size);
		return -EINVAL;
	}
	ret = tinynf_hw_acquire(hw, TINYNF_SYNC_EEPROM);
	if (ret != 0)
		return ret;
	for (n = 0; n < count && ret == 0; n++)
		ret = eerd(hw, first + n, &words[n]);
	tinynf_hw_release(hw, TINYNF_SYNC_EEPROM);
	return ret;
}

static bool
pointer_valid(uint16_t pointer)
{
	return pointer != 0 && pointer != 0xFFFF;
}

/* 6.2.3.1: words 0..0x3F and all sections pointed to, but for firmware's, sum up to 0xBABA. */
static int
checksum(struct tinynf_hw *hw, uint16_t *sum)
{
	const uint32_t size = tinynf_eeprom_words(hw);
	uint16_t word, length, pointers[EEPROM_FW_POINTER];
	uint32_t n, i;
	int ret;

	*sum = 0;
	for (n = 0; n <= EEPROM_CHECKSUM_WORD; n++) {
		ret = eerd(hw, n, &word);
		if (ret != 0)
			return ret;
		*sum += word;
		if (n < EEPROM_FW_POINTER)
			pointers[n] = word;
	}
	for (n = EEPROM_FIRST_POINTER; n < EEPROM_FW_POINTER; n++) {
		if (!pointer_valid(pointers[n]) || pointers[n] >= size)
			continue;
		ret = eerd(hw, pointers[n], &length);
		if (ret != 0)
			return ret;
		if (!pointer_valid(length) || length > EEPROM_SECTION_MAX ||
				pointers[n] + length >= size)
			continue;
		for (i = 1; i <= length; i++) {
			ret = eerd(hw, pointers[n] + i, &word);
			if (ret != 0)
				return ret;
			*sum += word;
		}
	}
	return 0;
}

int
tinynf_eeprom_check(struct tinynf_hw *hw)
{
	uint16_t sum;
	int ret;

	if (tinynf_eeprom_words(hw) == 0) {
		tinynf_base_log(hw, TINYNF_BASE_ERROR, "no EEPROM present (EEC 0x%08x)",
				tinynf_hw_read(hw, TINYNF_REG_EEC));
		return -ENODEV;
	}
	ret = tinynf_hw_acquire(hw, TINYNF_SYNC_EEPROM);
	if (ret != 0)
		return ret;
	ret = checksum(hw, &sum);
	tinynf_hw_release(hw, TINYNF_SYNC_EEPROM);
	if (ret == 0 && sum != EEPROM_CHECKSUM) {
		tinynf_base_log(hw, TINYNF_BASE_ERROR,
				"EEPROM checksum is 0x%04x, not 0x%04x: the image is damaged",
				sum, EEPROM_CHECKSUM);
		return -EIO;
	}
	return ret;
}

int
tinynf_eeprom_version(struct tinynf_hw *hw, char *text, size_t size)
{
	uint16_t image[2], pointer, version;
	int ret;

	ret = tinynf_eeprom_read(hw, EEPROM_IMAGE_LOW, image, 2);
	if (ret != 0)
		return ret;
	/* 6.1: firmware section, its pass-through patch section, its version. */
	version = 0;
	if (tinynf_eeprom_read(hw, EEPROM_FW_POINTER, &pointer, 1) == 0 &&
			pointer_valid(pointer) &&
			tinynf_eeprom_read(hw, pointer + 4u, &pointer, 1) == 0 &&
			pointer_valid(pointer) &&
			tinynf_eeprom_read(hw, pointer + 7u, &version, 1) != 0)
		version = 0;
	return snprintf(text, size, "0x%04x%04x, firmware %u", image[1], image[0], version);
}
