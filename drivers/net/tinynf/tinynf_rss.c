/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * Spreading flows over receive queues: hash key, hashed fields, redirection table.
 */

#include <errno.h>
#include <string.h>

#include "tinynf_control.h"

/* The key of the RSS specification's verification suite. */
static const uint8_t default_key[TINYNF_RSS_KEY_LEN] = {
	0x6D, 0x5A, 0x56, 0xDA, 0x25, 0x5B, 0x0E, 0xC2, 0x41, 0x67,
	0x25, 0x3D, 0x43, 0xA3, 0x8F, 0xB0, 0xD0, 0xCA, 0x2B, 0xCB,
	0xAE, 0x7B, 0x30, 0xB4, 0x77, 0xCB, 0x2D, 0xA3, 0x80, 0x30,
	0xF2, 0x0C, 0x6A, 0x42, 0xB7, 0x3B, 0xBE, 0xAC, 0x01, 0xFA,
};

static const struct {
	uint64_t rte;
	uint32_t field;
} rss_fields[] = {
	{ RTE_ETH_RSS_IPV4, TINYNF_RSS_IP4 },
	{ RTE_ETH_RSS_NONFRAG_IPV4_TCP, TINYNF_RSS_TCP4 },
	{ RTE_ETH_RSS_NONFRAG_IPV4_UDP, TINYNF_RSS_UDP4 },
	{ RTE_ETH_RSS_IPV6, TINYNF_RSS_IP6 },
	{ RTE_ETH_RSS_NONFRAG_IPV6_TCP, TINYNF_RSS_TCP6 },
	{ RTE_ETH_RSS_NONFRAG_IPV6_UDP, TINYNF_RSS_UDP6 },
};

static uint32_t
fields_of(uint64_t rss_hf)
{
	uint32_t fields = 0;
	unsigned int n;

	for (n = 0; n < RTE_DIM(rss_fields); n++)
		if (rss_hf & rss_fields[n].rte)
			fields |= rss_fields[n].field;
	return fields;
}

static bool
rss_wanted(struct rte_eth_dev *dev)
{
	return (dev->data->dev_conf.rxmode.mq_mode & RTE_ETH_MQ_RX_RSS_FLAG) != 0;
}

static int
key_take(struct tinynf_adapter *adapter, const struct rte_eth_rss_conf *conf)
{
	if (conf->rss_key == NULL)
		return 0;
	/* Applications of old say 0 for the usual length. */
	if (conf->rss_key_len != 0 && conf->rss_key_len != TINYNF_RSS_KEY_LEN) {
		TINYNF_LOG(ERR, "%s: RSS key has %u bytes, not %u", adapter->hw.name,
				conf->rss_key_len, TINYNF_RSS_KEY_LEN);
		return -EINVAL;
	}
	memcpy(adapter->rss_key, conf->rss_key, TINYNF_RSS_KEY_LEN);
	return 0;
}

int
tinynf_rss_configure(struct rte_eth_dev *dev)
{
	struct tinynf_adapter *adapter = tinynf_adapter(dev);
	const struct rte_eth_rss_conf *conf = &dev->data->dev_conf.rx_adv_conf.rss_conf;
	unsigned int n;

	memcpy(adapter->rss_key, default_key, sizeof(default_key));
	adapter->rss_fields = 0;
	for (n = 0; n < TINYNF_RETA_ENTRIES; n++)
		adapter->rss_table[n] = dev->data->nb_rx_queues == 0 ? 0 :
				n % dev->data->nb_rx_queues;
	if (!rss_wanted(dev))
		return 0;
	adapter->rss_fields = fields_of(conf->rss_hf);
	return key_take(adapter, conf);
}

void
tinynf_rss_restore(struct rte_eth_dev *dev)
{
	struct tinynf_adapter *adapter = tinynf_adapter(dev);

	tinynf_rss_key_set(&adapter->hw, adapter->rss_key);
	tinynf_rss_table_set(&adapter->hw, adapter->rss_table);
	tinynf_rss_set(&adapter->hw, adapter->rss_fields != 0, adapter->rss_fields);
}

int
tinynf_rss_hash_update(struct rte_eth_dev *dev, struct rte_eth_rss_conf *conf)
{
	struct tinynf_adapter *adapter = tinynf_adapter(dev);
	uint32_t fields = fields_of(conf->rss_hf);
	int ret;

	/* 8.2.3.7.12: MRQE itself can't change while frames are received. */
	if (adapter->started && (fields != 0) != (adapter->rss_fields != 0)) {
		TINYNF_LOG(ERR, "%s: RSS can't be switched %s while the port is started",
				adapter->hw.name, fields != 0 ? "on" : "off");
		return -EINVAL;
	}
	ret = key_take(adapter, conf);
	if (ret != 0)
		return ret;
	adapter->rss_fields = fields;
	if (adapter->started)
		tinynf_rss_restore(dev);
	return 0;
}

int
tinynf_rss_hash_conf_get(struct rte_eth_dev *dev, struct rte_eth_rss_conf *conf)
{
	struct tinynf_adapter *adapter = tinynf_adapter(dev);
	unsigned int n;

	conf->rss_hf = 0;
	for (n = 0; n < RTE_DIM(rss_fields); n++)
		if (adapter->rss_fields & rss_fields[n].field)
			conf->rss_hf |= rss_fields[n].rte;
	if (conf->rss_key != NULL && conf->rss_key_len >= TINYNF_RSS_KEY_LEN)
		memcpy(conf->rss_key, adapter->rss_key, TINYNF_RSS_KEY_LEN);
	conf->rss_key_len = TINYNF_RSS_KEY_LEN;
	return 0;
}

static int
reta_size_check(struct tinynf_adapter *adapter, uint16_t size)
{
	if (size == TINYNF_RETA_ENTRIES)
		return 0;
	TINYNF_LOG(ERR, "%s: redirection table has %u entries, not %u", adapter->hw.name,
			TINYNF_RETA_ENTRIES, size);
	return -EINVAL;
}

int
tinynf_reta_update(struct rte_eth_dev *dev, struct rte_eth_rss_reta_entry64 *reta,
		uint16_t size)
{
	struct tinynf_adapter *adapter = tinynf_adapter(dev);
	uint8_t table[TINYNF_RETA_ENTRIES];
	unsigned int n;
	int ret;

	ret = reta_size_check(adapter, size);
	if (ret != 0)
		return ret;
	memcpy(table, adapter->rss_table, sizeof(table));
	for (n = 0; n < TINYNF_RETA_ENTRIES; n++) {
		const struct rte_eth_rss_reta_entry64 *group = &reta[n / RTE_ETH_RETA_GROUP_SIZE];
		unsigned int at = n % RTE_ETH_RETA_GROUP_SIZE;

		if (!(group->mask & UINT64_C(1) << at))
			continue;
		if (group->reta[at] >= dev->data->nb_rx_queues) {
			TINYNF_LOG(ERR, "%s: redirection entry %u names queue %u of %u",
					adapter->hw.name, n, group->reta[at],
					dev->data->nb_rx_queues);
			return -EINVAL;
		}
		table[n] = group->reta[at];
	}
	memcpy(adapter->rss_table, table, sizeof(table));
	/* 8.2.3.7.13: the table may change while frames are received. */
	if (adapter->started)
		tinynf_rss_table_set(&adapter->hw, table);
	return 0;
}

int
tinynf_reta_query(struct rte_eth_dev *dev, struct rte_eth_rss_reta_entry64 *reta,
		uint16_t size)
{
	struct tinynf_adapter *adapter = tinynf_adapter(dev);
	unsigned int n;
	int ret;

	ret = reta_size_check(adapter, size);
	if (ret != 0)
		return ret;
	for (n = 0; n < TINYNF_RETA_ENTRIES; n++)
		if (reta[n / RTE_ETH_RETA_GROUP_SIZE].mask &
				UINT64_C(1) << n % RTE_ETH_RETA_GROUP_SIZE)
			reta[n / RTE_ETH_RETA_GROUP_SIZE].reta[n % RTE_ETH_RETA_GROUP_SIZE] =
					adapter->rss_table[n];
	return 0;
}
