/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef TINYNF_MODEL_QUEUE_H
#define TINYNF_MODEL_QUEUE_H

/**
 * @file
 * The software 82599's data path: queues, receive filters, offloads.
 *
 * All state here belongs to the thread that serves the model. Guest memory may
 * change under our hands at any time: a descriptor is read once into a local
 * copy, and no length read from guest memory is read twice.
 *
 * Callbacks (wire, interrupt, violation) may call back into the model. Whatever
 * is held across a callback is therefore guarded: `epoch` changes whenever a
 * queue or the whole device is reprogrammed or reset, and the loops give up when
 * it did; `polling` and `receiving` refuse nested service of the queues.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/tinynf_desc.h"
#include "base/tinynf_regs.h"
#include "model/tinynf_model.h"
#include "model/tinynf_model_priv.h"

#define TINYNF_MODEL_DESC_SIZE    16u
#define TINYNF_MODEL_LINE         4u    /* descriptors in 64 bytes */
#define TINYNF_MODEL_FCS          4u
#define TINYNF_MODEL_MIN_FRAME    64u   /* with FCS, IEEE 802.3 */
#define TINYNF_MODEL_SIZES        6u    /* PRC64.. and PTC64.. */
#define TINYNF_MODEL_STAT_QUEUES  16u
#define TINYNF_MODEL_PACKET_MAX   (256u * 1024 + 1024) /* PAYLEN has 18 bits, 7.2.3.2.4 */
#define TINYNF_MODEL_FIFO_SIZE    (512u * 1024)        /* receive packet buffer, 3.3.2 */
/* With what is known of each frame, which is no longer than the shortest one. */
#define TINYNF_MODEL_FIFO_MEMORY  (2 * TINYNF_MODEL_FIFO_SIZE)
#define TINYNF_MODEL_RS_LIMIT     40u   /* descriptors kept on the die per queue, 7.2.3.3 */
#define TINYNF_MODEL_BATCH        32u
#define TINYNF_MODEL_RSS_INPUT    36u   /* IPv6 addresses and ports */

/** An advanced transmit context, 7.2.3.2.3. */
struct tinynf_model_context {
	uint64_t lens;    /* first word: IPLEN, MACLEN, VLAN */
	uint64_t cmd;     /* second word: TUCMD, L4LEN, MSS */
	bool valid;
};

/** A transmit queue; what is programmed is latched when registers change. */
struct tinynf_model_txq {
	uint64_t base;
	uint32_t size;          /* descriptors; 0: cannot be served */
	uint32_t head;
	uint32_t tail;
	uint32_t stuck_tail;    /* no EOP up to this tail: wait for another one */
	bool stuck;
	bool broken;            /* ring is not in memory: reported, not served */
	bool head_wb;
	uint8_t wthresh;
	uint8_t stat;           /* counter of QPTC and QBTC, by TQSM */
	uint16_t since_rs;      /* descriptors since the last one with RS */
	bool rs_reported;       /* since_rs was reported already */
	uint32_t segments_sent; /* of the large send at the head */
	uint32_t head_published; /* TDH as last stored */
	uint64_t head_wb_addr;
	struct tinynf_model_context ctx[2];
};

/** A receive queue. */
struct tinynf_model_rxq {
	uint64_t base;
	uint32_t size;
	uint32_t head;
	uint32_t tail;
	uint32_t buffer;        /* SRRCTL.BSIZEPACKET in bytes */
	uint16_t header;        /* SRRCTL.BSIZEHEADER in bytes */
	uint8_t desc_type;      /* SRRCTL.DESCTYPE */
	bool drop;              /* SRRCTL.DROP_EN */
	bool vlan_strip;        /* RXDCTL.VME */
	bool broken;
	uint8_t stat;           /* counter of QPRC, QBRC and QPRDC, by RQSMR */
	uint8_t n_written;
	uint32_t head_published;
	struct tinynf_desc written[TINYNF_MODEL_LINE]; /* wait for the rest of their line */
};

/** What the receive path knows of a frame besides its bytes. */
struct tinynf_model_frame {
	uint32_t len;           /* without FCS */
	uint16_t l2_len;        /* with VLAN tag and SNAP */
	uint16_t l3_len;        /* with extension headers, 0: not IP */
	uint16_t l4_len;        /* with TCP options, 0: not parsed */
	uint16_t ethertype;     /* behind the VLAN tag */
	uint16_t vlan;          /* tag, host order */
	uint16_t ptype;         /* bits 16:4 of the advanced write-back's first word */
	uint8_t status;         /* bits 7:0 of status: both formats */
	uint8_t errors;         /* legacy errors: IPE (bit 7), TCPE (bit 6), RXE (bit 0) */
	bool udp_fragment;      /* UDPV: csum is that of a UDP fragment's payload */
	bool tagged;
	bool ip4, ip6, fragment, l4;
	uint8_t proto;
	uint8_t rss_type;
	uint32_t rss_hash;
	uint16_t ip_id;
	uint16_t csum;          /* packet or fragment checksum */
	uint8_t l3_off;         /* of the IP header */
	uint16_t l4_off;
	uint8_t queue;
	uint8_t cast;           /* enum tinynf_model_cast */
	bool loopback;
	uint32_t generation;    /* of the configuration that it was classified by */
};

_Static_assert(sizeof(struct tinynf_model_frame) <= TINYNF_MODEL_MIN_FRAME,
		"the packet buffer's memory is made for this");

enum tinynf_model_cast {
	TINYNF_CAST_UNICAST,
	TINYNF_CAST_MULTICAST,
	TINYNF_CAST_BROADCAST,
};

/** MAC statistics since the last flush into the registers. */
struct tinynf_model_mac_stats {
	uint64_t rx_size[TINYNF_MODEL_SIZES], tx_size[TINYNF_MODEL_SIZES];
	uint64_t rx_total, rx_total_bytes;             /* TPR, TOR */
	uint64_t rx_good, rx_good_bytes;               /* GPRC, GORC */
	uint64_t rx_bcast, rx_mcast;
	uint64_t tx_good, tx_good_bytes;               /* GPTC, GOTC */
	uint64_t tx_bcast, tx_mcast;
	uint64_t runts, fragments, oversize, jabber, crc, length;
	uint64_t missed, csum_errors, xon, xoff;
};

struct tinynf_model_queue_stats {
	uint64_t rx_packets, rx_bytes, rx_drops;
	uint64_t tx_packets, tx_bytes;
};

/** Receive configuration, recomputed from registers after they were written. */
struct tinynf_model_rx_config {
	uint32_t generation;    /* changes when any of this does */
	bool on;                /* RXCTRL.RXEN and SECRXCTRL.RX_DIS clear */
	bool halted;            /* SECRXCTRL.RX_DIS */
	bool crc_strip;
	bool jumbo;
	bool upe, mpe, bam;
	bool vlan_filter, cfi_filter, cfi;
	bool multicast_table;
	bool pause;             /* MFLCN.RFCE */
	bool discard_pause;     /* MFLCN.DPF */
	bool packet_csum_off;   /* RXCSUM.PCSD */
	bool payload_csum;      /* RXCSUM.IPPCSE */
	uint8_t mta_shift;
	uint8_t mode;           /* MRQC.MRQE */
	uint16_t vet;
	uint16_t rss_fields;    /* MRQC[31:16] */
	uint32_t max_frame;     /* with FCS, without VLAN tag */
	uint32_t fifo_size;
	uint32_t rar_count;
	uint64_t rar[128];      /* valid entries, network order in the low 48 bits */
	uint8_t reta[128];
	uint32_t split_types;   /* PSRTYPE of pool 0 */
	bool steered;           /* any of the following is in use */
	uint8_t ethertypes;     /* ETQF in use, a bit each */
	uint32_t syn;           /* SYNQF */
	uint64_t tuples[2];     /* FTQF in use, a bit each */
};

struct tinynf_model_queues {
	uint64_t rx_enabled[2], tx_enabled[2]; /* bitmaps */
	uint64_t rx_cause[2], tx_cause[2];     /* interrupts to raise */
	uint64_t rx_unwritten[2];              /* write-backs may wait */
	uint64_t epoch;
	bool polling, receiving, packing, sync_needed, config_dirty, map_dirty;
	bool tx_on;                            /* DMATXCTL.TE */
	bool rss_stale;
	uint64_t tx_paused_until;              /* by the link partner */
	unsigned int tx_next;                  /* round robin */
	uint64_t fifo_head, fifo_tail;         /* bytes, free running */
	uint32_t fifo_used;                    /* bytes of frames, with FCS */
	uint8_t *fifo;
	uint8_t *packet;                       /* a packet being gathered */
	uint8_t *segment;                      /* a frame being built */
	uint8_t *received;                     /* a frame as it goes to memory */
	struct tinynf_model_rx_config config;
	struct tinynf_model_mac_stats mac;
	struct tinynf_model_queue_stats stat[TINYNF_MODEL_STAT_QUEUES];
	struct tinynf_model_txq tx[TINYNF_MODEL_QUEUES];
	struct tinynf_model_rxq rx[TINYNF_MODEL_QUEUES];
	uint32_t toeplitz[TINYNF_MODEL_RSS_INPUT][256];
};

/* Services to the register file (tinynf_model_queue.c). */

/** @return 0, or a negative errno. */
int tinynf_model_queues_create(struct tinynf_model *m);
void tinynf_model_queues_destroy(struct tinynf_model *m);
/** Device reset: all queues off, packet buffer empty, pending statistics kept. */
void tinynf_model_queues_reset(struct tinynf_model *m);
/** A queue, filter or offload register was stored; old is its former value. */
void tinynf_model_queue_written(struct tinynf_model *m, uint32_t offset, uint32_t old);
/** Bring heads, statistics and counters in the register file up to date. */
void tinynf_model_queues_sync(struct tinynf_model *m);
/** Serve transmit rings and waiting frames. @return descriptors processed. */
unsigned int tinynf_model_queues_poll(struct tinynf_model *m, unsigned int budget);
enum tinynf_model_rx tinynf_model_queues_receive(struct tinynf_model *m,
		const uint8_t *frame, uint32_t len, bool hold);

/* Inside the data path. */

unsigned int tinynf_model_tx_serve(struct tinynf_model *m, unsigned int n, unsigned int budget);
/** Descriptors that hardware owns, after a look at the tail. */
uint32_t tinynf_model_rx_look(struct tinynf_model *m, unsigned int n);
unsigned int tinynf_model_rx_drain(struct tinynf_model *m, unsigned int budget);
enum tinynf_model_rx tinynf_model_rx_frame(struct tinynf_model *m, const uint8_t *frame,
		uint32_t len, bool hold, bool loopback);
/* tinynf_model_rx_write.c */
void tinynf_model_rx_write(struct tinynf_model *m, unsigned int n,
		const struct tinynf_model_frame *f, const uint8_t *data);
/** Write back all descriptors that wait for the rest of their line. */
void tinynf_model_rx_flush(struct tinynf_model *m);
/** Descriptors a frame takes; 0 if the queue cannot hold it at all. */
uint32_t tinynf_model_rx_needs(const struct tinynf_model *m, unsigned int n,
		const struct tinynf_model_frame *f);

void tinynf_model_config_build(struct tinynf_model *m);
bool tinynf_model_filter(struct tinynf_model *m, const uint8_t *data,
		struct tinynf_model_frame *f);
/* tinynf_model_steer.c */
void tinynf_model_steer_build(struct tinynf_model *m);
void tinynf_model_assign(struct tinynf_model *m, const uint8_t *data,
		struct tinynf_model_frame *f);
void tinynf_model_rss_build(struct tinynf_model *m);
void tinynf_model_rss(struct tinynf_model *m, const uint8_t *data,
		struct tinynf_model_frame *f);
/** VLAN and Ethertype; needs 14 bytes. */
void tinynf_model_parse_l2(const uint8_t *data, uint16_t vet, struct tinynf_model_frame *f);
/** Everything above: types, checksums, lengths. */
void tinynf_model_parse(const struct tinynf_model_rx_config *c, const uint8_t *data,
		struct tinynf_model_frame *f);

static inline uint32_t
tinynf_model_get(const struct tinynf_model *m, uint32_t offset)
{
	return m->reg[offset >> 2];
}

static inline void
tinynf_model_set(struct tinynf_model *m, uint32_t offset, uint32_t value)
{
	m->reg[offset >> 2] = value;
}

/** Tails are stored to by software at any time. */
static inline uint32_t
tinynf_model_tail(const struct tinynf_model *m, uint32_t offset)
{
	return __atomic_load_n(&m->reg[offset >> 2], __ATOMIC_ACQUIRE) & 0xffff;
}

static inline bool
tinynf_model_bit(const uint64_t map[2], unsigned int n)
{
	return (map[n >> 6] >> (n & 63)) & 1;
}

/** A descriptor as it is now; read once. */
static inline struct tinynf_desc
tinynf_model_fetch(const struct tinynf_desc *d)
{
	const struct tinynf_desc copy = {
		.addr = __atomic_load_n(&d->addr, __ATOMIC_RELAXED),
		.meta = __atomic_load_n(&d->meta, __ATOMIC_RELAXED),
	};

	return copy;
}

/** Index into PRC64.. and PTC64.. by length with FCS. */
static inline unsigned int
tinynf_model_size_class(uint32_t len)
{
	unsigned int bits;

	if (len <= TINYNF_MODEL_MIN_FRAME)
		return 0;
	bits = 32 - (unsigned int)__builtin_clz(len);
	return bits >= 11 ? 5 : bits - 6;
}

static inline uint16_t
tinynf_model_be16(const uint8_t *p)
{
	const volatile uint8_t *v = p;
	const unsigned int high = v[0];

	return (uint16_t)(high << 8 | v[1]);
}

static inline uint32_t
tinynf_model_be32(const uint8_t *p)
{
	return (uint32_t)tinynf_model_be16(p) << 16 | tinynf_model_be16(p + 2);
}

static inline void
tinynf_model_put16(uint8_t *p, uint16_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static inline void
tinynf_model_put32(uint8_t *p, uint32_t v)
{
	tinynf_model_put16(p, (uint16_t)(v >> 16));
	tinynf_model_put16(p + 2, (uint16_t)v);
}

static inline enum tinynf_model_cast
tinynf_model_cast_of(const uint8_t *da)
{
	static const uint8_t ones[6] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

	if ((da[0] & 1) == 0)
		return TINYNF_CAST_UNICAST;
	return memcmp(da, ones, 6) == 0 ? TINYNF_CAST_BROADCAST : TINYNF_CAST_MULTICAST;
}

#endif /* TINYNF_MODEL_QUEUE_H */
