/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * What the board says about itself: EEPROM, firmware, SFP+ module, LEDs.
 */

#include <errno.h>
#include <string.h>

#include "tinynf_control.h"

#define VENDOR_INTEL   0x8086u
#define DEVICE_82599   0x10FBu

int
tinynf_fw_version_get(struct rte_eth_dev *dev, char *version, size_t size)
{
	struct tinynf_adapter *adapter = tinynf_adapter(dev);
	int len;

	len = tinynf_eeprom_version(&adapter->hw, version, size);
	if (len < 0)
		return len;
	/* ethdev wants to hear how much was needed, with the final NUL, if it was too little. */
	return (size_t)len < size ? 0 : len + 1;
}

int
tinynf_get_eeprom_length(struct rte_eth_dev *dev)
{
	return tinynf_eeprom_words(&tinynf_adapter(dev)->hw) * sizeof(uint16_t);
}

int
tinynf_get_eeprom(struct rte_eth_dev *dev, struct rte_dev_eeprom_info *info)
{
	struct tinynf_adapter *adapter = tinynf_adapter(dev);
	const uint32_t size = tinynf_get_eeprom_length(dev);
	uint8_t *data = info->data;
	uint16_t word;
	uint32_t n;
	int ret;

	if (data == NULL || info->offset > size || info->length > size - info->offset) {
		TINYNF_LOG(ERR, "%s: EEPROM bytes %u..%u are beyond its size of %u",
				adapter->hw.name, info->offset, info->offset + info->length,
				size);
		return -EINVAL;
	}
	info->magic = VENDOR_INTEL | DEVICE_82599 << 16;
	for (n = 0; n < info->length; n++) {
		uint32_t at = info->offset + n;

		if (n == 0 || at % 2 == 0) {
			ret = tinynf_eeprom_read(&adapter->hw, at / 2, &word, 1);
			if (ret != 0)
				return ret;
		}
		data[n] = at % 2 == 0 ? word & 0xFF : word >> 8;
	}
	return 0;
}

int
tinynf_get_module_info(struct rte_eth_dev *dev, struct rte_eth_dev_module_info *info)
{
	struct tinynf_adapter *adapter = tinynf_adapter(dev);

	if (adapter->hw.no_sfp)
		return -ENOTSUP;
	/* A module may have come or gone since the port was probed. */
	tinynf_sfp_identify(&adapter->hw, &adapter->sfp);
	if (!adapter->sfp.present)
		return -ENODEV;
	if (adapter->sfp.has_diag) {
		info->type = RTE_ETH_MODULE_SFF_8472;
		info->eeprom_len = RTE_ETH_MODULE_SFF_8472_LEN;
	} else {
		info->type = RTE_ETH_MODULE_SFF_8079;
		info->eeprom_len = RTE_ETH_MODULE_SFF_8079_LEN;
	}
	return 0;
}

int
tinynf_get_module_eeprom(struct rte_eth_dev *dev, struct rte_dev_eeprom_info *info)
{
	struct tinynf_adapter *adapter = tinynf_adapter(dev);
	const uint32_t page = RTE_ETH_MODULE_SFF_8079_LEN;
	uint8_t *data = info->data;
	uint32_t end, at, len;
	int ret;

	if (adapter->hw.no_sfp)
		return -ENOTSUP;
	if (data == NULL || info->length == 0 || info->offset > RTE_ETH_MODULE_SFF_8472_LEN ||
			info->length > RTE_ETH_MODULE_SFF_8472_LEN - info->offset)
		return -EINVAL;
	end = info->offset + info->length;
	for (at = info->offset; at < end; at += len) {
		/* Page A0h is bytes 0..255, page A2h follows. */
		len = at < page ? RTE_MIN(end, page) - at : end - at;
		ret = tinynf_i2c_read(&adapter->hw,
				at < page ? TINYNF_I2C_SFP_ID : TINYNF_I2C_SFP_DIAG,
				at % page, &data[at - info->offset], len);
		if (ret != 0) {
			TINYNF_LOG(ERR, "%s: SFP+ module page %s not read: %s",
					adapter->hw.name, at < page ? "A0h" : "A2h",
					strerror(-ret));
			return ret;
		}
	}
	return 0;
}

static int
led_switch(struct rte_eth_dev *dev, bool on)
{
	struct tinynf_adapter *adapter = tinynf_adapter(dev);
	uint32_t before = tinynf_led_set(&adapter->hw, on);

	if (!adapter->led_taken) {
		adapter->ledctl = before;
		adapter->led_taken = true;
	}
	return 0;
}

int
tinynf_led_on(struct rte_eth_dev *dev)
{
	return led_switch(dev, true);
}

int
tinynf_led_off(struct rte_eth_dev *dev)
{
	return led_switch(dev, false);
}

void
tinynf_led_release(struct rte_eth_dev *dev)
{
	struct tinynf_adapter *adapter = tinynf_adapter(dev);

	if (!adapter->led_taken)
		return;
	tinynf_led_restore(&adapter->hw, adapter->ledctl);
	adapter->led_taken = false;
}
