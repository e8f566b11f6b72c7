/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <rte_errno.h>
#include <rte_malloc.h>
#include <rte_seqcount.h>
#include <rte_string_fns.h>

#include "tinynf_away.h"
#include "tinynf_control.h"
#include "tinynf_ports.h"
#include "tinynf_secondary.h"
#include "tinynf_slots.h"

#define ACTION_NAME  "net_tinynf"
#define MAX_XSTATS   256u
#define TIMEOUT_S    5
#define READ_TRIES   1000

enum question {
	ASK_STATS,
	ASK_XSTATS,
	ASK_STATS_RESET,
	ASK_XSTATS_RESET,
	ASK_LINK,
	ASK_PROMISCUOUS,     /* value: on or off */
	ASK_ALLMULTICAST,
	ASK_COUNT
};

/* Both ways. Checked by the receiver: the other process may be another version's. */
struct message {
	uint16_t port_id;
	uint16_t question;
	int32_t value;       /* of the question; of the answer: 0 or a negative errno */
};

/* The primary's last answers, too large for a message. */
struct tinynf_answers {
	rte_seqcount_t writes;
	struct rte_eth_stats stats;
	TINYNF_QSTATS_MEMBER(qstats)
	int32_t nb_xstats;
	struct rte_eth_xstat_name names[MAX_XSTATS];
	struct rte_eth_xstat values[MAX_XSTATS];
};

/*
 * The primary's side, in the thread that serves other processes.
 */

static int
answer_stats(struct rte_eth_dev *dev, struct tinynf_answers *answers)
{
	struct rte_eth_stats stats = { 0 };
	TINYNF_QSTATS_VARIABLE(qstats);
	int ret;

	ret = TINYNF_STATS_CALL(tinynf_stats_get, dev, &stats, &qstats);
	if (ret != 0)
		return ret;
	rte_seqcount_write_begin(&answers->writes);
	answers->stats = stats;
	TINYNF_QSTATS_ASSIGN(answers->qstats, qstats);
	rte_seqcount_write_end(&answers->writes);
	return 0;
}

static int
answer_xstats(struct rte_eth_dev *dev, struct tinynf_answers *answers)
{
	int ret;

	rte_seqcount_write_begin(&answers->writes);
	ret = tinynf_xstats_get_names(dev, answers->names, MAX_XSTATS);
	if (ret > (int)MAX_XSTATS)
		ret = -ENOSPC;
	if (ret > 0)
		ret = tinynf_xstats_get(dev, answers->values, MAX_XSTATS);
	answers->nb_xstats = RTE_MAX(ret, 0);
	rte_seqcount_write_end(&answers->writes);
	return RTE_MIN(ret, 0);
}

static int
answer(struct rte_eth_dev *dev, const struct message *asked)
{
	struct tinynf_answers *answers = tinynf_adapter(dev)->answers;

	switch (asked->question) {
	case ASK_STATS:
		return answer_stats(dev, answers);
	case ASK_XSTATS:
		return answer_xstats(dev, answers);
	case ASK_STATS_RESET:
		return tinynf_stats_reset(dev);
	case ASK_XSTATS_RESET:
		return tinynf_xstats_reset(dev);
	case ASK_LINK:
		tinynf_link_update(dev, 0);
		return 0;
	case ASK_PROMISCUOUS:
		return asked->value ? tinynf_promiscuous_enable(dev) :
			tinynf_promiscuous_disable(dev);
	case ASK_ALLMULTICAST:
		return asked->value ? tinynf_allmulticast_enable(dev) :
			tinynf_allmulticast_disable(dev);
	default:
		return -ENOTSUP;
	}
}

static int
serve(const struct rte_mp_msg *msg, const void *peer)
{
	const struct message *asked = (const struct message *)msg->param;
	struct message *said;
	struct rte_mp_msg reply;

	memset(&reply, 0, sizeof(reply));
	rte_strscpy(reply.name, ACTION_NAME, sizeof(reply.name));
	reply.len_param = sizeof(*said);
	said = (struct message *)reply.param;
	if (msg->len_param == sizeof(*asked)) {
		*said = *asked;
		pthread_mutex_lock(&tinynf_ports);
		if (asked->port_id < RTE_MAX_ETHPORTS &&
				rte_eth_dev_is_valid_port(asked->port_id) &&
				tinynf_ports_ours(asked->port_id))
			said->value = answer(&rte_eth_devices[asked->port_id], asked);
		else
			said->value = -ENODEV;
		pthread_mutex_unlock(&tinynf_ports);
	} else {
		TINYNF_LOG(ERR, "another process sent a message of %d bytes, not %zu: is it of another version?",
				msg->len_param, sizeof(*asked));
		said->value = -EPROTO;
	}
	return rte_mp_reply(&reply, peer);
}

int
tinynf_secondary_prepare(struct tinynf_adapter *adapter)
{
	adapter->answers = rte_zmalloc("tinynf_answers", sizeof(*adapter->answers), 0);
	if (adapter->answers == NULL) {
		TINYNF_LOG(ERR, "%s: no memory for %zu bytes of answers to other processes",
				adapter->hw.name, sizeof(*adapter->answers));
		return -ENOMEM;
	}
	rte_seqcount_init(&adapter->answers->writes);
	/* There may be no other processes (ENOTSUP), and each port comes here (EEXIST). */
	if ((rte_mp_action_register(ACTION_NAME, serve) < 0 ||
			tinynf_away_listen(tinynf_slots_take_back) < 0) &&
			rte_errno != ENOTSUP && rte_errno != EEXIST)
		TINYNF_LOG(WARNING, "%s: can't answer secondary processes: %s",
				adapter->hw.name, rte_strerror(rte_errno));
	return 0;
}

void
tinynf_secondary_forget(struct tinynf_adapter *adapter)
{
	rte_free(adapter->answers);
	adapter->answers = NULL;
}

/*
 * The secondary's side.
 */

static int
ask(struct rte_eth_dev *dev, enum question question, int32_t value)
{
	const struct timespec timeout = { .tv_sec = TIMEOUT_S };
	struct rte_mp_reply reply = { 0 };
	struct rte_mp_msg msg;
	struct message *asked = (struct message *)msg.param;
	int ret = -EPROTO;

	memset(&msg, 0, sizeof(msg));
	rte_strscpy(msg.name, ACTION_NAME, sizeof(msg.name));
	msg.len_param = sizeof(*asked);
	asked->port_id = dev->data->port_id;
	asked->question = question;
	asked->value = value;
	if (rte_mp_request_sync(&msg, &reply, &timeout) < 0) {
		ret = -rte_errno;
	} else if (reply.nb_received == 1 && reply.msgs[0].len_param == sizeof(*asked)) {
		const struct message *said = (const struct message *)reply.msgs[0].param;

		if (said->port_id == asked->port_id && said->question == asked->question)
			ret = said->value;
	}
	if (ret != 0)
		TINYNF_LOG(ERR, "port %u: the primary process doesn't do it: %s",
				dev->data->port_id, rte_strerror(-ret));
	free(reply.msgs);
	return ret;
}

static TINYNF_STATS_GET(secondary_stats_get)
{
	const struct tinynf_answers *answers = tinynf_adapter(dev)->answers;
	unsigned int tries;
	uint32_t begun;
	int ret;

	ret = ask(dev, ASK_STATS, 0);
	for (tries = 0; ret == 0; tries++) {
		begun = rte_seqcount_read_begin(&answers->writes);
		*stats = answers->stats;
		TINYNF_QSTATS_GIVE(answers->qstats);
		if (!rte_seqcount_read_retry(&answers->writes, begun))
			break;
		if (tries == READ_TRIES)
			ret = -EBUSY;
	}
	return ret;
}

static int
secondary_xstats(struct rte_eth_dev *dev, struct rte_eth_xstat_name *names,
		struct rte_eth_xstat *values, unsigned int size)
{
	const struct tinynf_answers *answers = tinynf_adapter(dev)->answers;
	unsigned int tries;
	uint32_t begun;
	int32_t n;
	int ret;

	ret = ask(dev, ASK_XSTATS, 0);
	if (ret != 0)
		return ret;
	for (tries = 0; tries <= READ_TRIES; tries++) {
		begun = rte_seqcount_read_begin(&answers->writes);
		n = answers->nb_xstats;
		if (n > 0 && n <= (int32_t)MAX_XSTATS && n <= (int32_t)size) {
			if (names != NULL)
				memcpy(names, answers->names, n * sizeof(*names));
			if (values != NULL)
				memcpy(values, answers->values, n * sizeof(*values));
		}
		if (!rte_seqcount_read_retry(&answers->writes, begun))
			return n;
	}
	return -EBUSY;
}

static int
secondary_xstats_get_names(struct rte_eth_dev *dev, struct rte_eth_xstat_name *names,
		unsigned int size)
{
	return secondary_xstats(dev, names, NULL, names == NULL ? 0 : size);
}

static int
secondary_xstats_get(struct rte_eth_dev *dev, struct rte_eth_xstat *xstats, unsigned int size)
{
	return secondary_xstats(dev, NULL, xstats, xstats == NULL ? 0 : size);
}

static int
secondary_stats_reset(struct rte_eth_dev *dev)
{
	return ask(dev, ASK_STATS_RESET, 0);
}

static int
secondary_xstats_reset(struct rte_eth_dev *dev)
{
	return ask(dev, ASK_XSTATS_RESET, 0);
}

/* The primary puts the link into shared memory. */
static int
secondary_link_update(struct rte_eth_dev *dev, int wait_to_complete __rte_unused)
{
	return ask(dev, ASK_LINK, 0);
}

static int
secondary_promiscuous_enable(struct rte_eth_dev *dev)
{
	return ask(dev, ASK_PROMISCUOUS, 1);
}

static int
secondary_promiscuous_disable(struct rte_eth_dev *dev)
{
	return ask(dev, ASK_PROMISCUOUS, 0);
}

static int
secondary_allmulticast_enable(struct rte_eth_dev *dev)
{
	return ask(dev, ASK_ALLMULTICAST, 1);
}

static int
secondary_allmulticast_disable(struct rte_eth_dev *dev)
{
	return ask(dev, ASK_ALLMULTICAST, 0);
}

/* Only this process lets go of the port. */
static int
secondary_close(struct rte_eth_dev *dev __rte_unused)
{
	return 0;
}

static const struct eth_dev_ops secondary_ops = {
	.dev_close = secondary_close,
	.dev_infos_get = tinynf_dev_infos_get,
	.dev_supported_ptypes_get = tinynf_supported_ptypes_get,
	.rx_burst_mode_get = tinynf_rx_burst_mode_get,
	.tx_burst_mode_get = tinynf_tx_burst_mode_get,
	.link_update = secondary_link_update,
	.stats_get = secondary_stats_get,
	.stats_reset = secondary_stats_reset,
	.xstats_get = secondary_xstats_get,
	.xstats_get_names = secondary_xstats_get_names,
	.xstats_reset = secondary_xstats_reset,
	.promiscuous_enable = secondary_promiscuous_enable,
	.promiscuous_disable = secondary_promiscuous_disable,
	.allmulticast_enable = secondary_allmulticast_enable,
	.allmulticast_disable = secondary_allmulticast_disable,
};

void
tinynf_secondary_init(struct rte_eth_dev *dev)
{
	tinynf_away_here(TINYNF_SLOT_OPS);
	dev->dev_ops = &secondary_ops;
	dev->rx_pkt_burst = rte_eth_pkt_burst_dummy;
	dev->tx_pkt_burst = rte_eth_pkt_burst_dummy;
}
