/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * The driver's bring-up on the software 82599, in strict mode, and with hardware that fails.
 */

#include <errno.h>

#include "base/tinynf_base.h"
#include "base/tinynf_queue_hw.h"
#include "base/tinynf_regs.h"
#include "model/tinynf_model.h"

#include "check.h"

#define RING_SIZE  64u
#define MAX_FRAME  1518u
#define US_PER_S   1000000u

/** Bits of a register that read as something else than the model says. */
struct fault {
	uint32_t reg, set, clear;
	bool on;
};

struct bench {
	struct tinynf_hw hw;
	struct tinynf_model *model;
	struct fault fault;
	unsigned int accesses, gone_at;   /* accesses that work before the device is gone; 0: all */
	uint64_t now_us;
	unsigned int irqs, errors, warnings;
	char violation[160], error[256];
};

static _Alignas(128) uint8_t ring[RING_SIZE * 16];
static const uint8_t bench_mac[6] = { 0x02, 0x11, 0x22, 0x33, 0x44, 0x55 };

static void *
bench_dma(void *ctx, uint64_t addr, size_t len, bool to_memory)
{
	const uint64_t start = (uintptr_t)ring;

	(void)ctx;
	(void)to_memory;
	if (addr < start || len > sizeof(ring) || addr - start > sizeof(ring) - len)
		return NULL;
	return ring + (addr - start);
}

static bool
bench_wire_tx(void *ctx, const uint8_t *frame, uint32_t len)
{
	(void)ctx;
	(void)frame;
	(void)len;
	return true;
}

static void
bench_irq(void *ctx, uint32_t vector, bool level)
{
	struct bench *b = ctx;

	(void)vector;
	if (level)
		b->irqs++;
}

static void
bench_violation(void *ctx, const struct tinynf_model_violation *v)
{
	struct bench *b = ctx;

	snprintf(b->violation, sizeof(b->violation), "%s (0x%05x) = 0x%" PRIx64 ": %s, %s",
			v->reg_name, v->reg, v->value, v->reason, v->section);
}

static uint32_t
hw_read(struct tinynf_hw *hw, uint32_t reg)
{
	struct bench *b = hw->ctx;
	uint64_t value;

	if (b->accesses++ >= b->gone_at && b->gone_at != 0)
		return UINT32_MAX;
	tinynf_model_read(b->model, reg, 4, &value);
	if (b->fault.on && (reg == b->fault.reg || b->fault.reg == UINT32_MAX))
		value = (value | b->fault.set) & ~(uint64_t)b->fault.clear;
	return (uint32_t)value;
}

static void
hw_write(struct tinynf_hw *hw, uint32_t reg, uint32_t value)
{
	struct bench *b = hw->ctx;

	if (b->accesses++ < b->gone_at || b->gone_at == 0)
		tinynf_model_write(b->model, reg, 4, value);
}

static volatile uint32_t *
hw_tail_addr(struct tinynf_hw *hw, uint32_t reg)
{
	struct bench *b = hw->ctx;

	return tinynf_model_doorbell(b->model, reg);
}

static uint64_t
hw_dma_addr(struct tinynf_hw *hw, const void *va, uint64_t iova)
{
	(void)hw;
	(void)iova;
	return (uintptr_t)va;
}

static void
hw_delay_us(struct tinynf_hw *hw, uint32_t us)
{
	struct bench *b = hw->ctx;

	b->now_us += us;
	tinynf_model_tick(b->model, b->now_us * 1000);
}

static const struct tinynf_hw_ops bench_hw_ops = {
	.read = hw_read,
	.write = hw_write,
	.tail_addr = hw_tail_addr,
	.dma_addr = hw_dma_addr,
	.delay_us = hw_delay_us,
};

static const struct tinynf_model_ops bench_model_ops = {
	.dma = bench_dma,
	.wire_tx = bench_wire_tx,
	.irq = bench_irq,
	.violation = bench_violation,
};

static struct bench *log_bench;

static void
bench_log(const struct tinynf_hw *hw, enum tinynf_base_level level, const char *text)
{
	(void)hw;
	if (level == TINYNF_BASE_ERROR) {
		log_bench->errors++;
		snprintf(log_bench->error, sizeof(log_bench->error), "%s", text);
	} else if (level == TINYNF_BASE_WARNING) {
		log_bench->warnings++;
	}
}

/** Build a device; with @p conf NULL a usual one. */
static bool
bench_init(struct bench *b, const struct tinynf_model_config *conf)
{
	struct tinynf_model_config config = { .sfp = TINYNF_SFP_SR };

	if (conf != NULL)
		config = *conf;
	memcpy(config.mac, bench_mac, sizeof(config.mac));
	memset(b, 0, sizeof(*b));
	b->hw.ops = &bench_hw_ops;
	b->hw.ctx = b;
	b->hw.name = "bench";
	b->model = tinynf_model_create(&config, &bench_model_ops, b);
	log_bench = b;
	tinynf_base_log_hook = bench_log;
	if (b->model != NULL)
		tinynf_model_tick(b->model, 0);
	return b->model != NULL;
}

/** Take it down: nothing the driver did may have been against the manual. */
static bool
bench_done(struct bench *b)
{
	const struct tinynf_model_counters *c = tinynf_model_counters(b->model);
	bool ok = true;

	if (c->violations != 0) {
		check_note(CHECK_STATE_FAIL, "%" PRIu64 " violations, the last: %s", c->violations,
				b->violation);
		ok = false;
	}
	if (c->access_unknown + c->access_read_only + c->access_bad_size != 0) {
		check_note(CHECK_STATE_FAIL, "accesses: %" PRIu64 " unknown, %" PRIu64
				" to read-only registers, %" PRIu64 " of a bad size",
				c->access_unknown, c->access_read_only, c->access_bad_size);
		ok = false;
	}
	tinynf_model_destroy(b->model);
	return ok;
}

static int
bench_rx_queue(struct bench *b)
{
	const struct tinynf_hw_rxq_conf conf = {
		.ring = (uintptr_t)ring, .nb_desc = RING_SIZE, .buffer_kib = 2,
	};

	return tinynf_hw_rxq_start(&b->hw, 0, &conf);
}

/** Everything up to a device that receives and whose link comes up. */
static int
bench_start(struct bench *b)
{
	struct tinynf_sfp sfp;
	int ret;

	ret = tinynf_hw_reset(&b->hw);
	if (ret != 0)
		return ret;
	tinynf_hw_set_driver_loaded(&b->hw, true);
	tinynf_sfp_identify(&b->hw, &sfp);
	ret = tinynf_hw_init(&b->hw, MAX_FRAME);
	if (ret != 0)
		return ret;
	ret = bench_rx_queue(b);
	if (ret != 0)
		return ret;
	ret = tinynf_hw_rx_enable(&b->hw);
	if (ret != 0)
		return ret;
	ret = tinynf_link_setup(&b->hw, &sfp);
	if (ret != 0)
		return ret;
	tinynf_laser_set(&b->hw, true);
	return tinynf_hw_check_present(&b->hw);
}

static bool
bench_link_wait(struct bench *b, bool up)
{
	struct tinynf_link link;
	unsigned int n;

	for (n = 0; n < 100; n++) {
		tinynf_link_get(&b->hw, &link);
		if (link.up == up)
			return true;
		hw_delay_us(&b->hw, 10000);
	}
	return false;
}

CHECK_CASE(reset_and_identify)
{
	const struct tinynf_model_config config = { .lan_id = 1, .sfp = TINYNF_SFP_SR };
	struct bench b;
	uint8_t mac[6];

	CHECK(bench_init(&b, &config));
	CHECK_EQ(tinynf_hw_reset(&b.hw), 0);
	CHECK_EQ(b.hw.lan_id, 1);
	CHECK_EQ(tinynf_eeprom_check(&b.hw), 0);
	CHECK(tinynf_rar_get(&b.hw, 0, mac));
	CHECK_MEM(mac, bench_mac, sizeof(mac));
	CHECK_EQ(hw_read(&b.hw, TINYNF_REG_EIMS), 0);
	CHECK(!tinynf_model_rx_enabled(b.model));
	tinynf_hw_set_driver_loaded(&b.hw, true);
	CHECK(hw_read(&b.hw, TINYNF_REG_CTRL_EXT) & TINYNF_CTRL_EXT_DRV_LOAD);
	tinynf_hw_set_driver_loaded(&b.hw, false);
	CHECK(!(hw_read(&b.hw, TINYNF_REG_CTRL_EXT) & TINYNF_CTRL_EXT_DRV_LOAD));
	CHECK_EQ(b.errors, 0);
	CHECK_EQ(b.warnings, 0);
	CHECK(bench_done(&b));
}

CHECK_CASE(start_receives_and_links)
{
	struct tinynf_link link;
	struct bench b;

	CHECK(bench_init(&b, NULL));
	CHECK_EQ(bench_start(&b), 0);
	CHECK(b.now_us < US_PER_S);
	CHECK(bench_link_wait(&b, true));
	tinynf_link_get(&b.hw, &link);
	CHECK_EQ(link.speed_mbps, 10000);
	CHECK(tinynf_model_rx_enabled(b.model));
	CHECK(tinynf_model_laser_on(b.model));
	tinynf_laser_set(&b.hw, false);
	tinynf_link_get(&b.hw, &link);
	CHECK(!link.up);
	CHECK(!tinynf_model_laser_on(b.model));
	CHECK_EQ(b.errors, 0);
	CHECK_EQ(b.warnings, 0);
	CHECK(bench_done(&b));
}

CHECK_CASE(init_leaves_what_the_manual_asks_for)
{
	static const struct {
		uint32_t reg, mask, value;
	} want[] = {
		{ TINYNF_REG_HLREG0, 0x8407, 0x0407 },
		{ TINYNF_REG_RDRXCTL, 0x063E0002, 0x06000002 },
		{ TINYNF_REG_RFCTL, 0x20, 0x20 },
		{ TINYNF_REG_RXCSUM, 0x2000, 0x2000 },
		{ TINYNF_REG_FCTRL, 0x700, 0x400 },
		{ TINYNF_REG_MAXFRS, 0xFFFF0000, MAX_FRAME << 16 },
		{ TINYNF_REG_RXPBSIZE, UINT32_MAX, 0x80000 },
		{ TINYNF_REG_RXPBSIZE + 4, UINT32_MAX, 0 },
		{ TINYNF_REG_FCRTH, 0x7FFFFFFF, 0x80000 - 0x6000 },
		{ TINYNF_REG_TXPBSIZE, UINT32_MAX, 0x28000 },
		{ TINYNF_REG_TXPBSIZE + 28, UINT32_MAX, 0 },
		{ TINYNF_REG_TXPBTHRESH, UINT32_MAX, 0xA0 - 2 },
		{ TINYNF_REG_DTXMXSZRQ, 0xFFF, 0xFFF },
		{ TINYNF_REG_MTQC, UINT32_MAX, 0 },
		{ TINYNF_REG_RTTDCS, TINYNF_RTTDCS_ARBDIS, 0 },
		{ TINYNF_REG_DMATXCTL, TINYNF_DMATXCTL_TE, TINYNF_DMATXCTL_TE },
		{ TINYNF_REG_CTRL_EXT, 0x14000, 0x14000 },
		{ TINYNF_REG_RXCTRL, 1, 0 },
	};
	struct bench b;
	unsigned int n;

	CHECK(bench_init(&b, NULL));
	CHECK_EQ(tinynf_hw_reset(&b.hw), 0);
	/* Left over from somebody else. */
	hw_write(&b.hw, TINYNF_REG(VFTA, 5), 0xFFFF);
	hw_write(&b.hw, TINYNF_REG(MTA, 127), 1);
	hw_write(&b.hw, TINYNF_REG(RAH, 100), 0x80000001);
	CHECK_EQ(tinynf_hw_init(&b.hw, MAX_FRAME), 0);
	for (n = 0; n < sizeof(want) / sizeof(want[0]); n++)
		if ((hw_read(&b.hw, want[n].reg) & want[n].mask) != want[n].value)
			CHECK_FAIL("register 0x%05x is 0x%08x, not 0x%08x under 0x%08x",
					want[n].reg, hw_read(&b.hw, want[n].reg),
					want[n].value, want[n].mask);
	CHECK_EQ(hw_read(&b.hw, TINYNF_REG(VFTA, 5)), 0);
	CHECK_EQ(hw_read(&b.hw, TINYNF_REG(MTA, 127)), 0);
	CHECK_EQ(hw_read(&b.hw, TINYNF_REG(RAH, 100)), 0);
	CHECK(hw_read(&b.hw, TINYNF_REG(RAH, 0)) & TINYNF_RAH_AV);
	CHECK_EQ(tinynf_hw_init(&b.hw, 63), (uint64_t)-EINVAL);
	CHECK_EQ(tinynf_hw_init(&b.hw, 15873), (uint64_t)-EINVAL);
	CHECK_EQ(tinynf_hw_init(&b.hw, 15872), 0);
	CHECK(bench_done(&b));
}

CHECK_CASE(starts_a_hundred_times)
{
	struct bench b;
	unsigned int n;

	CHECK(bench_init(&b, NULL));
	for (n = 0; n < 100; n++)
		CHECK_EQ(bench_start(&b), 0);
	CHECK(bench_link_wait(&b, true));
	CHECK_EQ(b.errors, 0);
	CHECK(bench_done(&b));
}

/* What may break, and what reset or start must say then. */
static const struct broken {
	const char *name;
	struct fault fault;
	int ret;
	const char *says;
} broken[] = {
	{ "absent", { UINT32_MAX, UINT32_MAX, 0, true }, -ENODEV, "not on the bus" },
	{ "reset_never_done", { TINYNF_REG_CTRL, TINYNF_CTRL_RST, 0, true }, -ETIMEDOUT,
		"reset not done" },
	{ "no_auto_read", { TINYNF_REG_EEC, 0, TINYNF_EEC_AUTO_RD, true }, -ETIMEDOUT,
		"EEPROM automatic read" },
	{ "no_dma_init", { TINYNF_REG_RDRXCTL, 0, TINYNF_RDRXCTL_DMAIDONE, true }, -ETIMEDOUT,
		"DMA initialisation" },
	{ "rx_path_not_empty", { TINYNF_REG_SECRXSTAT, 0, TINYNF_SECRXSTAT_RDY, true },
		-ETIMEDOUT, "receive path not empty" },
	{ "mac_csr_locked", { TINYNF_REG_SW_FW_SYNC, TINYNF_SYNC_MAC_CSR << 5, 0, true },
		-EBUSY, "shared resource 0x8" },
	{ "firmware_semaphore", { TINYNF_REG_SWSM, 0, TINYNF_SWSM_SWESMBI, true },
		-ETIMEDOUT, "firmware semaphore" },
	/* 5.2.5.3.2 has a way out: flush and reset twice. */
	{ "master_busy", { TINYNF_REG_STATUS, TINYNF_STATUS_GIO, 0, true }, 0, NULL },
	{ "software_semaphore", { TINYNF_REG_SWSM, TINYNF_SWSM_SMBI, 0, true }, 0, NULL },
};

static void
hardware_fails(const void *arg)
{
	const struct broken *broken_case = arg;
	struct bench b;
	int ret;

	CHECK(bench_init(&b, NULL));
	b.fault = broken_case->fault;
	ret = bench_start(&b);
	CHECK_EQ((int64_t)ret, (int64_t)broken_case->ret);
	/* Bounded: whatever breaks, no one waits longer than this. */
	CHECK(b.now_us < 20u * US_PER_S);
	if (broken_case->says != NULL) {
		CHECK(b.errors != 0);
		if (strstr(b.error, broken_case->says) == NULL)
			CHECK_FAIL("\"%s\" doesn't say \"%s\"", b.error, broken_case->says);
	} else {
		CHECK_EQ(b.errors, 0);
		CHECK(b.warnings != 0);
	}
	/* Repaired, it works again; bits that were read as 1 may have been written back. */
	b.fault.on = false;
	hw_write(&b.hw, TINYNF_REG_SW_FW_SYNC, 0);
	CHECK_EQ(bench_start(&b), 0);
	tinynf_model_destroy(b.model);
}

/* Pulled out at any moment: that is noticed, told and over soon, and a new one works. */
CHECK_CASE(device_goes_while_it_starts)
{
	unsigned int at, total;
	struct bench b;
	int ret;

	CHECK(bench_init(&b, NULL));
	CHECK_EQ(bench_start(&b), 0);
	total = b.accesses;
	for (at = 1; at < total; at += 53) {
		b.gone_at = at;
		b.accesses = b.errors = b.warnings = 0;
		b.now_us = 0;
		ret = bench_start(&b);
		if ((ret != -ENODEV && ret != -ETIMEDOUT) || b.errors + b.warnings > 5 ||
				b.now_us > 5u * US_PER_S)
			CHECK_FAIL("gone after %u accesses: %d, %u errors, %u warnings, %" PRIu64
					" us", at, ret, b.errors, b.warnings, b.now_us);
		tinynf_model_destroy(b.model);
		CHECK(bench_init(&b, NULL));
	}
	CHECK_EQ(bench_start(&b), 0);
	CHECK(bench_done(&b));
}

CHECK_CASE(eeprom_is_checked)
{
	uint16_t words[2];
	char text[64];
	struct bench b;

	CHECK(bench_init(&b, NULL));
	CHECK_EQ(tinynf_hw_reset(&b.hw), 0);
	CHECK(tinynf_eeprom_words(&b.hw) >= 0x40);
	CHECK_EQ(tinynf_eeprom_read(&b.hw, tinynf_eeprom_words(&b.hw) - 1, words, 2),
			(uint64_t)-EINVAL);
	CHECK(tinynf_eeprom_version(&b.hw, text, sizeof(text)) > 0);
	CHECK(strncmp(text, "0x", 2) == 0 && strstr(text, "firmware") != NULL);
	CHECK_EQ(hw_read(&b.hw, TINYNF_REG_SW_FW_SYNC), 0);
	CHECK_EQ(b.errors, 1);

	b.fault = (struct fault){ TINYNF_REG_EERD, UINT32_C(1) << TINYNF_EERD_DATA_SHIFT, 0,
		true };
	CHECK_EQ(tinynf_eeprom_check(&b.hw), (uint64_t)-EIO);
	CHECK(strstr(b.error, "checksum") != NULL);
	b.fault = (struct fault){ TINYNF_REG_EERD, 0, TINYNF_EERD_DONE, true };
	CHECK_EQ(tinynf_eeprom_check(&b.hw), (uint64_t)-ETIMEDOUT);
	b.fault = (struct fault){ TINYNF_REG_EEC, 0, TINYNF_EEC_PRES, true };
	CHECK_EQ(tinynf_eeprom_check(&b.hw), (uint64_t)-ENODEV);
	b.fault.on = false;
	CHECK_EQ(tinynf_eeprom_check(&b.hw), 0);
	CHECK(bench_done(&b));
}

static const struct module {
	const char *name;
	struct tinynf_model_config config;
	bool present, copper, diag;
	unsigned int warnings;
} modules[] = {
	{ "optical", { .sfp = TINYNF_SFP_SR }, true, false, true, 0 },
	{ "direct_attach", { .sfp = TINYNF_SFP_DA }, true, true, false, 0 },
	{ "none", { .sfp = TINYNF_SFP_NONE }, false, false, false, 0 },
	{ "third_party", { .sfp = TINYNF_SFP_SR, .sfp_third_party = true }, true, false, true, 0 },
	{ "third_party_unwanted", { .sfp = TINYNF_SFP_SR, .sfp_third_party = true,
		.sfp_intel_only = true }, true, false, true, 1 },
	{ "second_port", { .sfp = TINYNF_SFP_DA, .lan_id = 1 }, true, true, false, 0 },
};

static void
module_is_identified(const void *arg)
{
	const struct module *module = arg;
	uint8_t page[256];
	struct tinynf_sfp sfp;
	struct bench b;

	CHECK(bench_init(&b, &module->config));
	CHECK_EQ(tinynf_hw_reset(&b.hw), 0);
	tinynf_sfp_identify(&b.hw, &sfp);
	CHECK_EQ(sfp.present, module->present);
	CHECK_EQ(sfp.copper, module->copper);
	CHECK_EQ(sfp.has_diag, module->diag);
	CHECK_EQ(b.warnings, module->warnings);
	CHECK_EQ(b.errors, 0);
	if (module->present) {
		CHECK(sfp.vendor_name[0] != '\0');
		CHECK_EQ(sfp.identifier, 3);
		CHECK_EQ(tinynf_i2c_read(&b.hw, TINYNF_I2C_SFP_ID, 0, page, sizeof(page)), 0);
		CHECK_MEM(&page[20], sfp.vendor_name, strlen(sfp.vendor_name));
	} else {
		CHECK_EQ(tinynf_i2c_read(&b.hw, TINYNF_I2C_SFP_ID, 0, page, 1),
				(uint64_t)-ENODEV);
	}
	CHECK_EQ(tinynf_i2c_read(&b.hw, TINYNF_I2C_SFP_DIAG, 0, page, 1),
			module->diag ? 0 : (uint64_t)-ENODEV);
	/* Whatever is plugged in, the port starts. */
	b.fault.on = false;
	CHECK_EQ(bench_start(&b), 0);
	CHECK_EQ(bench_link_wait(&b, true), module->present);
	CHECK(bench_done(&b));
}

/* A wire that is stuck is a warning, not a reason to give up, and takes bounded time. */
CHECK_CASE(module_bus_stuck)
{
	struct tinynf_sfp sfp;
	struct bench b;

	CHECK(bench_init(&b, NULL));
	CHECK_EQ(tinynf_hw_reset(&b.hw), 0);
	b.fault = (struct fault){ TINYNF_REG_I2CCTL, 0, TINYNF_I2CCTL_CLK_IN, true };
	tinynf_sfp_identify(&b.hw, &sfp);
	CHECK(!sfp.present);
	CHECK_EQ(b.warnings, 1);
	CHECK_EQ(b.errors, 0);
	CHECK(b.now_us < 2u * US_PER_S);
	CHECK_EQ(bench_start(&b), 0);
	CHECK(bench_done(&b));
}

CHECK_CASE(filters_reach_registers)
{
	static const uint8_t mac[6] = { 0x00, 0x1B, 0x21, 0xAA, 0xBB, 0xCC };
	static const uint8_t multicast[6] = { 0x01, 0x00, 0x5E, 0x00, 0x12, 0x34 };
	uint32_t table[128] = { 0 };
	uint8_t back[6];
	struct bench b;

	CHECK(bench_init(&b, NULL));
	CHECK_EQ(bench_start(&b), 0);
	CHECK(bench_link_wait(&b, true));
	tinynf_rar_set(&b.hw, 127, mac);
	CHECK(tinynf_rar_get(&b.hw, 127, back));
	CHECK_MEM(back, mac, 6);
	CHECK_EQ(hw_read(&b.hw, TINYNF_REG(MPSAR_LO, 127)), 1);
	tinynf_rar_set(&b.hw, 127, NULL);
	CHECK(!tinynf_rar_get(&b.hw, 127, back));

	tinynf_mta_add(table, multicast);
	tinynf_mta_set(&b.hw, table, true);
	/* Bits 47:36 of 34:12:00:5E:00:01 are 341h. */
	CHECK_EQ(hw_read(&b.hw, TINYNF_REG(MTA, 0x341 / 32)), UINT32_C(1) << 0x341 % 32);
	CHECK(hw_read(&b.hw, TINYNF_REG_MCSTCTRL) & TINYNF_MCSTCTRL_MFE);

	tinynf_vlan_set(&b.hw, 4095, true);
	tinynf_vlan_set(&b.hw, 4094, true);
	tinynf_vlan_set(&b.hw, 4094, false);
	CHECK_EQ(hw_read(&b.hw, TINYNF_REG(VFTA, 127)), UINT32_C(1) << 31);
	tinynf_vlan_filter_enable(&b.hw, true);
	CHECK(hw_read(&b.hw, TINYNF_REG_VLNCTRL) & TINYNF_VLNCTRL_VFE);
	tinynf_vlan_strip_set(&b.hw, 0, true);
	CHECK(hw_read(&b.hw, TINYNF_REG(RXDCTL, 0)) & TINYNF_RXDCTL_VME);

	CHECK_EQ(tinynf_promiscuous_set(&b.hw, true, true), 0);
	CHECK_EQ(hw_read(&b.hw, TINYNF_REG_FCTRL) & 0x700, 0x700);
	CHECK(tinynf_model_rx_enabled(b.model));
	CHECK_EQ(tinynf_promiscuous_set(&b.hw, false, true), 0);
	CHECK_EQ(hw_read(&b.hw, TINYNF_REG_FCTRL) & 0x700, 0x500);
	CHECK(tinynf_model_rx_enabled(b.model));
	CHECK(bench_done(&b));
}

CHECK_CASE(rss_reaches_registers)
{
	uint8_t key[TINYNF_RSS_KEY_LEN], table[TINYNF_RETA_ENTRIES];
	struct bench b;
	unsigned int n;

	for (n = 0; n < sizeof(key); n++)
		key[n] = (uint8_t)(n + 1);
	for (n = 0; n < sizeof(table); n++)
		table[n] = n % 16;
	CHECK(bench_init(&b, NULL));
	CHECK_EQ(tinynf_hw_reset(&b.hw), 0);
	CHECK_EQ(tinynf_hw_init(&b.hw, MAX_FRAME), 0);
	tinynf_rss_key_set(&b.hw, key);
	tinynf_rss_table_set(&b.hw, table);
	tinynf_rss_set(&b.hw, true, TINYNF_RSS_IP4 | TINYNF_RSS_UDP6);
	CHECK_EQ(hw_read(&b.hw, TINYNF_REG(RSSRK, 0)), 0x04030201);
	CHECK_EQ(hw_read(&b.hw, TINYNF_REG(RSSRK, 9)), 0x28272625);
	CHECK_EQ(hw_read(&b.hw, TINYNF_REG(RETA, 1)), 0x07060504);
	CHECK_EQ(hw_read(&b.hw, TINYNF_REG(RETA, 31)), 0x0F0E0D0C);
	CHECK_EQ(hw_read(&b.hw, TINYNF_REG_MRQC), 1 | 1u << 17 | 1u << 23);
	tinynf_rss_set(&b.hw, false, TINYNF_RSS_ALL);
	CHECK_EQ(hw_read(&b.hw, TINYNF_REG_MRQC), 0);
	CHECK(bench_done(&b));
}

CHECK_CASE(link_change_interrupts)
{
	struct bench b;

	CHECK(bench_init(&b, NULL));
	CHECK_EQ(bench_start(&b), 0);
	CHECK(bench_link_wait(&b, true));
	CHECK_EQ(b.irqs, 0);
	tinynf_irq_setup(&b.hw, 0, false);
	tinynf_lsc_enable(&b.hw);
	CHECK_EQ(b.irqs, 0);
	tinynf_model_set_signal(b.model, false);
	CHECK(bench_link_wait(&b, false));
	CHECK_EQ(b.irqs, 1);
	CHECK(tinynf_lsc_fetch(&b.hw));
	CHECK(!tinynf_lsc_fetch(&b.hw));
	tinynf_model_set_signal(b.model, true);
	CHECK(bench_link_wait(&b, true));
	CHECK_EQ(b.irqs, 2);
	CHECK(tinynf_lsc_fetch(&b.hw));
	tinynf_hw_mask_interrupts(&b.hw);
	tinynf_model_set_signal(b.model, false);
	CHECK(bench_link_wait(&b, false));
	CHECK_EQ(b.irqs, 2);
	CHECK(bench_done(&b));
}

CHECK_CASE(flow_control_is_checked_and_set)
{
	struct tinynf_flow_control fc = {
		.high_kb = 384, .low_kb = 256, .pause_time = 0x680, .rx = true, .tx = true,
		.send_xon = true,
	};
	struct bench b;

	CHECK(bench_init(&b, NULL));
	CHECK_EQ(bench_start(&b), 0);
	CHECK_EQ(tinynf_flow_control_check(&b.hw, &fc), 0);
	tinynf_flow_control_set(&b.hw, &fc);
	CHECK_EQ(hw_read(&b.hw, TINYNF_REG_MFLCN) & 0xF, TINYNF_MFLCN_RFCE | TINYNF_MFLCN_DPF);
	CHECK_EQ(hw_read(&b.hw, TINYNF_REG_FCCFG), TINYNF_FCCFG_TFCE_802_3X);
	CHECK_EQ(hw_read(&b.hw, TINYNF_REG(FCRTH, 0)), (384u << 10) | UINT32_C(1) << 31);
	CHECK_EQ(hw_read(&b.hw, TINYNF_REG(FCRTL, 0)), (256u << 10) | UINT32_C(1) << 31);
	CHECK_EQ(hw_read(&b.hw, TINYNF_REG(FCTTV, 0)), 0x06800680);
	CHECK_EQ(hw_read(&b.hw, TINYNF_REG_FCRTV), 0x340);
	fc.low_kb = 384;
	CHECK_EQ(tinynf_flow_control_check(&b.hw, &fc), (uint64_t)-EINVAL);
	fc.low_kb = 0;
	fc.high_kb = 489;
	CHECK_EQ(tinynf_flow_control_check(&b.hw, &fc), (uint64_t)-EINVAL);
	fc.high_kb = 488;
	CHECK_EQ(tinynf_flow_control_check(&b.hw, &fc), 0);
	fc.pause_time = 0;
	CHECK_EQ(tinynf_flow_control_check(&b.hw, &fc), (uint64_t)-EINVAL);
	fc.tx = fc.rx = false;
	fc.forward = true;
	CHECK_EQ(tinynf_flow_control_check(&b.hw, &fc), 0);
	tinynf_flow_control_set(&b.hw, &fc);
	CHECK_EQ(hw_read(&b.hw, TINYNF_REG_MFLCN) & 0xF, TINYNF_MFLCN_PMCF);
	CHECK_EQ(hw_read(&b.hw, TINYNF_REG_FCCFG), 0);
	/* Needed even without flow control, 4.6.3. */
	CHECK_EQ(hw_read(&b.hw, TINYNF_REG(FCRTH, 0)), 0x80000 - 0x6000);
	CHECK(bench_done(&b));
}

CHECK_CASE(led_is_taken_and_given_back)
{
	uint32_t before;
	struct bench b;

	CHECK(bench_init(&b, NULL));
	CHECK_EQ(tinynf_hw_reset(&b.hw), 0);
	before = tinynf_led_set(&b.hw, true);
	CHECK_EQ(hw_read(&b.hw, TINYNF_REG_LEDCTL), (before & ~UINT32_C(0xFF0000)) | 0x0E0000);
	tinynf_led_set(&b.hw, false);
	CHECK_EQ(hw_read(&b.hw, TINYNF_REG_LEDCTL), (before & ~UINT32_C(0xFF0000)) | 0x0F0000);
	tinynf_led_restore(&b.hw, before);
	CHECK_EQ(hw_read(&b.hw, TINYNF_REG_LEDCTL), before);
	CHECK(bench_done(&b));
}

int
main(int argc, char **argv)
{
	check_init(argc, argv);
	CHECK_RUN(reset_and_identify);
	CHECK_RUN(start_receives_and_links);
	CHECK_RUN(init_leaves_what_the_manual_asks_for);
	CHECK_RUN(starts_a_hundred_times);
	CHECK_RUN_EACH("hardware_fails_", hardware_fails, broken);
	CHECK_RUN(device_goes_while_it_starts);
	CHECK_RUN(eeprom_is_checked);
	CHECK_RUN_EACH("module_", module_is_identified, modules);
	CHECK_RUN(module_bus_stuck);
	CHECK_RUN(filters_reach_registers);
	CHECK_RUN(rss_reaches_registers);
	CHECK_RUN(link_change_interrupts);
	CHECK_RUN(flow_control_is_checked_and_set);
	CHECK_RUN(led_is_taken_and_given_back);
	return check_done();
}
