/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/* Packet types and checksum validation, 7.1.6.2 and 7.1.11. */

#include "model/tinynf_model_checksum.h"
#include "model/tinynf_model_queue.h"

#define ETHERTYPE_IPV4 0x0800
#define ETHERTYPE_IPV6 0x86dd
#define PROTO_TCP  6
#define PROTO_UDP  17
#define PROTO_SCTP 132

enum { PTYPE_IPV4 = 0x01, PTYPE_IPV4EX = 0x02, PTYPE_IPV6 = 0x04, PTYPE_IPV6EX = 0x08,
	PTYPE_TCP = 0x10, PTYPE_UDP = 0x20, PTYPE_SCTP = 0x40 };
enum { STATUS_UDPCS = 0x10, STATUS_L4CS = 0x20, STATUS_IPCS = 0x40 };
enum { ERROR_L4E = 0x40, ERROR_IPE = 0x80 };

/** The CRC32c of an SCTP packet, over its header with a CRC of zero. */
static bool
sctp_right(const uint8_t *l4, uint32_t bytes)
{
	static const uint8_t zero[4];
	uint32_t crc = tinynf_crc32c_add(UINT32_MAX, l4, 8);

	crc = tinynf_crc32c_add(crc, zero, 4);
	crc = ~tinynf_crc32c_add(crc, l4 + 12, bytes - 12);
	return __builtin_bswap32(crc) == tinynf_model_be32(l4 + 8);
}

/** Ports are there; the checksum is judged if the transport part is whole. */
static void
parse_l4(const uint8_t *data, uint32_t l4_bytes, uint64_t pseudo, struct tinynf_model_frame *f)
{
	const uint8_t *l4 = data + f->l4_off;
	uint32_t sum_bytes = l4_bytes;
	const uint32_t header = f->proto == PROTO_TCP ? 20 : f->proto == PROTO_UDP ? 8 : 12;

	if (l4_bytes < header)
		return;
	f->l4 = true;
	f->l4_len = (uint16_t)header;
	if (f->proto == PROTO_SCTP) {
		f->ptype |= PTYPE_SCTP;
		f->status |= STATUS_L4CS;
		if (!sctp_right(l4, l4_bytes))
			f->errors |= ERROR_L4E;
		return;
	}
	f->ptype |= f->proto == PROTO_TCP ? PTYPE_TCP : PTYPE_UDP;
	if (f->proto == PROTO_TCP && (l4[12] >> 4) * 4u >= header && (l4[12] >> 4) * 4u <= l4_bytes)
		f->l4_len = (uint16_t)((l4[12] >> 4) * 4u);
	if (f->proto == PROTO_UDP) {
		/* A UDP checksum of zero is none, 7.1.11. */
		if (tinynf_model_be16(l4 + 6) == 0 && f->ip4)
			return;
		sum_bytes = tinynf_model_be16(l4 + 4);
		if (sum_bytes < header || sum_bytes > l4_bytes)
			return;
		f->status |= STATUS_UDPCS;
	}
	pseudo += (uint64_t)f->proto + sum_bytes;
	f->status |= STATUS_L4CS;
	if (tinynf_csum_fold(tinynf_csum_add(pseudo, l4, sum_bytes)) != 0xffff)
		f->errors |= ERROR_L4E;
}

static void
parse_ipv4(const struct tinynf_model_rx_config *c, const uint8_t *data,
		struct tinynf_model_frame *f)
{
	const uint8_t *ip = data + f->l3_off;
	const uint32_t room = f->len - f->l3_off;
	uint32_t header;
	uint32_t total;

	if (room < 20 || ip[0] >> 4 != 4)
		return;
	header = (ip[0] & 0xfu) * 4;
	total = tinynf_model_be16(ip + 2);
	if (header < 20 || header > room)
		return;
	f->ip4 = true;
	f->l3_len = (uint16_t)header;
	f->ip_id = tinynf_model_be16(ip + 4);
	f->proto = ip[9];
	f->ptype = header > 20 ? PTYPE_IPV4 | PTYPE_IPV4EX : PTYPE_IPV4;
	f->status |= STATUS_IPCS;
	if (tinynf_csum_fold(tinynf_csum_add(0, ip, header)) != 0xffff)
		f->errors |= ERROR_IPE;
	f->fragment = tinynf_model_be16(ip + 6) & 0x3fff;
	f->l4_off = (uint16_t)(f->l3_off + header);
	if (total < header || total > room)
		return;
	if (f->fragment) {
		/* RXCSUM.IPPCSE without PCSD: the sum of a UDP fragment's payload, 7.1.11. */
		f->udp_fragment = f->proto == PROTO_UDP && c->payload_csum && !c->packet_csum_off;
		if (f->udp_fragment)
			f->csum = tinynf_csum_fold(tinynf_csum_add(0, ip + header,
					total - header));
		return;
	}
	if (f->proto == PROTO_TCP || f->proto == PROTO_UDP || f->proto == PROTO_SCTP)
		parse_l4(data, total - header, tinynf_csum_add(0, ip + 12, 8), f);
}

/** Skip IPv6 extension headers. @return the transport protocol, 0 if there is none. */
static uint8_t
skip_extensions(const uint8_t *data, uint8_t next, uint32_t end, struct tinynf_model_frame *f)
{
	uint32_t at = f->l4_off;

	for (;;) {
		/* Hop-by-hop, routing and destination options have one form, RFC 8200. */
		if (next == 0 || next == 43 || next == 60) {
			f->ptype |= PTYPE_IPV6EX;
			if (at + 8 > end)
				return 0;
			next = data[at];
			at += (data[at + 1] + 1u) * 8;
		} else if (next == 44) {
			f->fragment = true;
			return 0;
		} else {
			break;
		}
	}
	if (at > end)
		return 0;
	f->l4_off = (uint16_t)at;
	return next;
}

static void
parse_ipv6(const uint8_t *data, struct tinynf_model_frame *f)
{
	const uint8_t *ip = data + f->l3_off;
	const uint32_t room = f->len - f->l3_off;
	uint32_t end;

	if (room < 40 || ip[0] >> 4 != 6)
		return;
	f->ip6 = true;
	f->ptype = PTYPE_IPV6;
	f->l4_off = (uint16_t)(f->l3_off + 40);
	end = f->l4_off + (uint32_t)tinynf_model_be16(ip + 4);
	if (end > f->len)
		return;
	f->proto = skip_extensions(data, ip[6], end, f);
	f->l3_len = (uint16_t)(f->l4_off - f->l3_off);
	if (f->proto == PROTO_TCP || f->proto == PROTO_UDP || f->proto == PROTO_SCTP)
		parse_l4(data, end - f->l4_off, tinynf_csum_add(0, ip + 8, 32), f);
}

void
tinynf_model_parse(const struct tinynf_model_rx_config *c, const uint8_t *data,
		struct tinynf_model_frame *f)
{
	if (f->ethertype == ETHERTYPE_IPV4)
		parse_ipv4(c, data, f);
	else if (f->ethertype == ETHERTYPE_IPV6)
		parse_ipv6(data, f);
}
