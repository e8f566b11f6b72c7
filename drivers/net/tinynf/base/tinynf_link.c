/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * The module in the cage, the link, LEDs and flow control: 3.7 and 4.6.4.
 */

#include <errno.h>
#include <string.h>

#include "base/tinynf_base.h"
#include "base/tinynf_regs.h"

/* EEPROM: where the modules' analog settings are listed. */
#define EEPROM_SFP_LIST      0x2Bu
#define EEPROM_CAPS          0x2Cu
#define EEPROM_CAPS_ANY_SFP  0x0001u
#define SFP_LIST_MAX         16u
#define SFP_SETTINGS_MAX     64u
/* Kinds in that list; the odd port's number is one higher. */
#define SFP_LIST_DA          3u
#define SFP_LIST_FIBRE       5u

/* SFF-8472 page A0h. */
#define SFP_IDENTIFIER       0u
#define SFP_IDENTIFIER_SFP   3u
#define SFP_COPPER           8u
#define SFP_COPPER_PASSIVE   0x04u
#define SFP_COPPER_ACTIVE    0x08u
#define SFP_VENDOR_NAME      20u
#define SFP_VENDOR_OUI       37u
#define SFP_PART             40u
#define SFP_DIAG             92u
#define SFP_DIAG_THERE       0x40u
#define SFP_DIAG_ADDR_CHANGE 0x04u
#define SFP_NAME_LEN         16u
#define SFP_PAGE_HEAD        96u

#define LED_SHIFT(n)         (8u * (n))
#define LED_COUNT            4u
#define LED_LINK_ACTIVITY    4u  /* 8.2.3.1.6: mode of the LED that people look at */

static const uint8_t oui_intel[3] = { 0x00, 0x1B, 0x21 };

/* Space-padded text of the module; what can't be shown becomes a dot. */
static void
sfp_text(char *text, const uint8_t *bytes)
{
	uint32_t n, len;

	for (len = SFP_NAME_LEN; len > 0; len--)
		if (bytes[len - 1] != ' ' && bytes[len - 1] != 0)
			break;
	for (n = 0; n < len; n++)
		text[n] = bytes[n] >= ' ' && bytes[n] <= '~' ? (char)bytes[n] : '.';
	text[len] = '\0';
}

static bool
link_is_sfi(struct tinynf_hw *hw)
{
	uint32_t autoc = tinynf_hw_read(hw, TINYNF_REG_AUTOC);

	return !hw->no_sfp && (autoc & TINYNF_AUTOC_LMS) == TINYNF_AUTOC_LMS_10G_SERIAL;
}

void
tinynf_sfp_identify(struct tinynf_hw *hw, struct tinynf_sfp *sfp)
{
	uint8_t page[SFP_PAGE_HEAD];
	uint16_t caps;
	int ret;

	memset(sfp, 0, sizeof(*sfp));
	if (hw->no_sfp)
		return;
	/* 4.6.4: SDP2 tells whether something is plugged in, but not on every board. */
	ret = tinynf_i2c_read(hw, TINYNF_I2C_SFP_ID, 0, page, sizeof(page));
	if (ret == -ENODEV) {
		tinynf_base_log(hw, TINYNF_BASE_INFO, "no SFP+ module answers");
		return;
	}
	if (ret != 0) {
		tinynf_base_log(hw, TINYNF_BASE_WARNING,
				"SFP+ module can't be read (%s), used as it is",
				strerror(-ret));
		return;
	}
	sfp->present = true;
	sfp->identifier = page[SFP_IDENTIFIER];
	sfp->copper = (page[SFP_COPPER] & (SFP_COPPER_PASSIVE | SFP_COPPER_ACTIVE)) != 0;
	sfp->has_diag = (page[SFP_DIAG] & SFP_DIAG_THERE) != 0 &&
			(page[SFP_DIAG] & SFP_DIAG_ADDR_CHANGE) == 0;
	memcpy(sfp->vendor, &page[SFP_VENDOR_OUI], sizeof(sfp->vendor));
	sfp_text(sfp->vendor_name, &page[SFP_VENDOR_NAME]);
	sfp_text(sfp->part, &page[SFP_PART]);
	if (sfp->identifier != SFP_IDENTIFIER_SFP)
		tinynf_base_log(hw, TINYNF_BASE_WARNING,
				"module \"%s %s\" has identifier 0x%02x, not SFP's 0x%02x; used as it is",
				sfp->vendor_name, sfp->part, sfp->identifier, SFP_IDENTIFIER_SFP);
	if (memcmp(sfp->vendor, oui_intel, sizeof(oui_intel)) != 0 &&
			tinynf_eeprom_read(hw, EEPROM_CAPS, &caps, 1) == 0 &&
			!(caps & EEPROM_CAPS_ANY_SFP))
		tinynf_base_log(hw, TINYNF_BASE_WARNING,
				"module \"%s %s\" is not Intel's and the EEPROM asks for those; used all the same",
				sfp->vendor_name, sfp->part);
}

/* Find the analog settings for a kind of module. 0: none. */
static uint16_t
sfp_settings_find(struct tinynf_hw *hw, uint16_t kind)
{
	uint16_t list, entry[2];
	uint32_t n;

	if (tinynf_eeprom_read(hw, EEPROM_SFP_LIST, &list, 1) != 0 || list == 0 ||
			list == 0xFFFF)
		return 0;
	/* The word at the list's start is its length; pairs of kind and address follow. */
	for (n = 0; n < SFP_LIST_MAX; n++) {
		if (tinynf_eeprom_read(hw, list + 1 + 2 * n, entry, 2) != 0 ||
				entry[0] == 0xFFFF)
			return 0;
		if (entry[0] == kind)
			return entry[1] == 0xFFFF ? 0 : entry[1];
	}
	return 0;
}

/* 4.6.4: load the analog settings for the module into the core. */
static int
sfp_settings_load(struct tinynf_hw *hw, const struct tinynf_sfp *sfp)
{
	uint16_t kind = (sfp->copper ? SFP_LIST_DA : SFP_LIST_FIBRE) + (hw->lan_id & 1);
	uint16_t values[SFP_SETTINGS_MAX];
	uint16_t at = sfp_settings_find(hw, kind);
	uint32_t count, n;
	int ret;

	if (at == 0) {
		tinynf_base_log(hw, TINYNF_BASE_WARNING,
				"EEPROM has no settings for %s modules, its defaults stay",
				sfp->copper ? "direct-attach" : "optical");
		return 0;
	}
	for (count = 0; count < SFP_SETTINGS_MAX; count++) {
		ret = tinynf_eeprom_read(hw, at + 1 + count, &values[count], 1);
		if (ret != 0)
			return ret;
		if (values[count] == 0xFFFF)
			break;
	}
	ret = tinynf_hw_acquire(hw, TINYNF_SYNC_MAC_CSR);
	if (ret != 0)
		return ret;
	for (n = 0; n < count; n++)
		tinynf_hw_write(hw, TINYNF_REG_CORECTL, values[n]);
	tinynf_hw_flush(hw);
	tinynf_hw_release(hw, TINYNF_SYNC_MAC_CSR);
	return 0;
}

int
tinynf_link_setup(struct tinynf_hw *hw, const struct tinynf_sfp *sfp)
{
	int ret;

	if (link_is_sfi(hw) && sfp->present) {
		ret = sfp_settings_load(hw, sfp);
		if (ret != 0)
			return ret;
	}
	/* The mode is the EEPROM's; the link starts over with it, 4.6.4 and 8.2.3.22.19. */
	ret = tinynf_hw_acquire(hw, TINYNF_SYNC_MAC_CSR);
	if (ret != 0)
		return ret;
	tinynf_hw_write(hw, TINYNF_REG_AUTOC,
			(tinynf_hw_read(hw, TINYNF_REG_AUTOC) & ~TINYNF_AUTOC_FLU) |
			TINYNF_AUTOC_AN_RESTART);
	tinynf_hw_flush(hw);
	tinynf_hw_release(hw, TINYNF_SYNC_MAC_CSR);
	return 0;
}

void
tinynf_laser_set(struct tinynf_hw *hw, bool on)
{
	if (hw->no_sfp)
		return;
	/*
	 * INTERPRETATION-MISSING: 8.2.3.1.4 leaves the meaning of SDP3 to the board; SFP+
	 * adapters drive the module's TX_DISABLE with it, high for off.
	 */
	if (on)
		tinynf_hw_clear(hw, TINYNF_REG_ESDP, TINYNF_ESDP_SDP3);
	else
		tinynf_hw_set(hw, TINYNF_REG_ESDP, TINYNF_ESDP_SDP3);
	tinynf_hw_flush(hw);
}

void
tinynf_link_get(struct tinynf_hw *hw, struct tinynf_link *link)
{
	uint32_t links;

	memset(link, 0, sizeof(*link));
	/* 8.2.3.22.20: a change is latched until read; the second read is the state. */
	(void)tinynf_hw_read(hw, TINYNF_REG_LINKS);
	links = tinynf_hw_read(hw, TINYNF_REG_LINKS);
	if (!(links & TINYNF_LINKS_UP) || links == UINT32_MAX)
		return;
	/* With our own laser off the far end sees nothing: no link, whatever we receive. */
	if (!hw->no_sfp && (tinynf_hw_read(hw, TINYNF_REG_ESDP) & TINYNF_ESDP_SDP3))
		return;
	link->up = true;
	switch (links & TINYNF_LINKS_SPEED) {
	case TINYNF_LINKS_SPEED_10G:
		link->speed_mbps = 10000;
		break;
	case TINYNF_LINKS_SPEED_1G:
		link->speed_mbps = 1000;
		break;
	case UINT32_C(1) << 28: /* 8.2.3.22.20: 100 Mb/s */
		link->speed_mbps = 100;
		break;
	}
}

uint32_t
tinynf_led_set(struct tinynf_hw *hw, bool on)
{
	uint32_t before = tinynf_hw_read(hw, TINYNF_REG_LEDCTL);
	uint32_t led, ledctl;

	for (led = 0; led < LED_COUNT - 1; led++)
		if ((before >> LED_SHIFT(led) & TINYNF_LEDCTL_MODE) == LED_LINK_ACTIVITY ||
				(before >> LED_SHIFT(led) & TINYNF_LEDCTL_MODE) >=
				TINYNF_LEDCTL_MODE_ON)
			break;
	ledctl = before & ~((TINYNF_LEDCTL_MODE | TINYNF_LEDCTL_BLINK) << LED_SHIFT(led));
	ledctl |= (on ? TINYNF_LEDCTL_MODE_ON : TINYNF_LEDCTL_MODE_OFF) << LED_SHIFT(led);
	tinynf_hw_write(hw, TINYNF_REG_LEDCTL, ledctl);
	tinynf_hw_flush(hw);
	return before;
}

void
tinynf_led_restore(struct tinynf_hw *hw, uint32_t ledctl)
{
	tinynf_hw_write(hw, TINYNF_REG_LEDCTL, ledctl);
}

int
tinynf_flow_control_check(struct tinynf_hw *hw, const struct tinynf_flow_control *fc)
{
	const uint32_t max_kb = TINYNF_RX_PACKET_BUFFER_KB - TINYNF_RX_WATERMARK_ROOM / 1024;

	if (!fc->tx)
		return 0;
	if (fc->high_kb == 0 || fc->high_kb > max_kb || fc->low_kb >= fc->high_kb) {
		tinynf_base_log(hw, TINYNF_BASE_ERROR,
				"flow control watermarks (high %u, low %u KiB) are not 0 <= low < high <= %u",
				fc->high_kb, fc->low_kb, max_kb);
		return -EINVAL;
	}
	if (fc->pause_time == 0) {
		tinynf_base_log(hw, TINYNF_BASE_ERROR, "flow control with a pause time of 0");
		return -EINVAL;
	}
	return 0;
}

void
tinynf_flow_control_set(struct tinynf_hw *hw, const struct tinynf_flow_control *fc)
{
	uint32_t mflcn, fccfg, n;

	/* 8.2.3.22.34 */
	mflcn = tinynf_hw_read(hw, TINYNF_REG_MFLCN);
	mflcn &= ~(TINYNF_MFLCN_PMCF | TINYNF_MFLCN_DPF | TINYNF_MFLCN_RPFCE |
			TINYNF_MFLCN_RFCE);
	mflcn |= fc->forward ? TINYNF_MFLCN_PMCF : TINYNF_MFLCN_DPF;
	if (fc->rx)
		mflcn |= TINYNF_MFLCN_RFCE;
	/* 8.2.3.3.7 */
	fccfg = tinynf_hw_read(hw, TINYNF_REG_FCCFG) & ~TINYNF_FCCFG_TFCE;
	if (fc->tx)
		fccfg |= TINYNF_FCCFG_TFCE_802_3X;

	/* 8.2.3.3.3-4: watermarks before the switch. The high one is needed anyhow (4.6.3). */
	if (fc->tx) {
		tinynf_hw_write(hw, TINYNF_REG(FCRTL, 0), fc->low_kb * 1024 |
				(fc->send_xon ? TINYNF_FCRTL_XONE : 0));
		tinynf_hw_write(hw, TINYNF_REG(FCRTH, 0),
				fc->high_kb * 1024 | TINYNF_FCRTH_FCEN);
	} else {
		tinynf_hw_write(hw, TINYNF_REG(FCRTL, 0), 0);
		tinynf_hw_write(hw, TINYNF_REG(FCRTH, 0),
				TINYNF_RX_PACKET_BUFFER_KB * 1024 - TINYNF_RX_WATERMARK_ROOM);
	}
	/* 8.2.3.3.2: two times a register; 8.2.3.3.5: repeat a pause at half of its time. */
	for (n = 0; n < TINYNF_COUNT_FCTTV; n++)
		tinynf_hw_write(hw, TINYNF_REG(FCTTV, n),
				fc->pause_time | (uint32_t)fc->pause_time << 16);
	tinynf_hw_write(hw, TINYNF_REG_FCRTV, fc->pause_time / 2);
	tinynf_hw_write(hw, TINYNF_REG_FCCFG, fccfg);
	tinynf_hw_write(hw, TINYNF_REG_MFLCN, mflcn);
}
