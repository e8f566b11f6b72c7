/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

/*
 * Lcores that poll, send and drop, threads that are none, and control, around one gate. This
 * file and the driver's code in it are instrumented, see weave.h.
 */

#include "gate_cases.h"
#include "gate_driver.h"

#define GATE  1u

/* Who is inside, by those who are: beside the gate's own words. Part of the state. */
static struct {
	uint32_t owners, sharers, controls;
	uint32_t lcore[WEAVE_ACTORS];
	uint64_t ring;          /* what only owner and control may touch */
	uint32_t unused;
	_Atomic uint32_t handed_over;
} w;

static struct tinynf_rxq rxq;
static struct tinynf_gate *const gate = &tinynf_gates[GATE];
static struct tinynf_txq *const txq = &tinynf_txqs[0][0];

/* --- inside --- */

static void
owner_begins(void)
{
	if (w.owners != 0)
		weave_broken("two owners are inside");
	if (w.controls != 0)
		weave_broken("an owner is inside beside control");
	w.owners++;
	w.ring++;
	weave_reached(w.sharers != 0 ? BOTH : OWN);
}

static void
owner_ends(void)
{
	w.ring++;
	w.owners--;
}

static void
sharer_begins(void)
{
	if (w.controls != 0)
		weave_broken("a sharer is inside beside control");
	w.sharers++;
	weave_reached(w.owners != 0 ? BOTH : SHARED);
}

static void
sharer_ends(void)
{
	w.sharers--;
}

/* --- what actors do --- */

/* As tinynf_burst_template.h and tinynf_rx_general() enter and leave. */
static void
poll_burst(void)
{
	const unsigned int lcore = w.lcore[weave_self()];
	enum tinynf_pass pass;

	atomic_store_explicit(&gate->polling, 1, memory_order_relaxed);
	if (tinynf_gate_is_fast(gate)) {
		owner_begins();
		weave_reached(FAST);
		owner_ends();
		atomic_store_explicit(&gate->polling, 0, memory_order_release);
		return;
	}
	atomic_store_explicit(&gate->polling, 0, memory_order_release);
	pass = tinynf_gate_own(GATE, lcore);
	if (pass == TINYNF_PASS_REFUSED) {
		weave_reached(REFUSED);
		return;
	}
	owner_begins();
	if (gate->rxq != NULL && lcore < LCORES && gate->fast == 0)
		tinynf_gate_open(GATE, lcore);
	owner_ends();
	tinynf_gate_leave(GATE, lcore, pass);
}

/* As tinynf_burst_template.h and tinynf_tx_general() do. */
static void
send_burst(void)
{
	const unsigned int lcore = w.lcore[weave_self()];
	enum tinynf_pass pass;

	atomic_store_explicit(&txq->busy, gate, memory_order_relaxed);
	if (tinynf_gate_is_fast(gate)) {
		owner_begins();
		weave_reached(FAST);
		owner_ends();
		atomic_store_explicit(&txq->busy, NULL, memory_order_release);
		return;
	}
	atomic_store_explicit(&txq->busy, NULL, memory_order_release);
	if (lcore < LCORES && tinynf_gate_try_own(GATE, lcore)) {
		owner_begins();
		owner_ends();
		tinynf_gate_leave_word(lcore);
		return;
	}
	pass = tinynf_gate_share(GATE, lcore);
	if (pass == TINYNF_PASS_REFUSED) {
		weave_reached(REFUSED);
		return;
	}
	sharer_begins();
	if (gate->rxq != NULL)
		tinynf_gate_close(gate);
	sharer_ends();
	tinynf_gate_leave(GATE, lcore, pass);
}

/* As tinynf_slots.c does. */
static void
drop_packet(void)
{
	const unsigned int lcore = w.lcore[weave_self()];
	const bool own = lcore < LCORES && tinynf_gate_try_own(GATE, lcore);
	enum tinynf_pass pass = own ? TINYNF_PASS_WORD : tinynf_gate_share(GATE, lcore);

	while (pass == TINYNF_PASS_REFUSED) {
		weave_reached(REFUSED);
		weave_pause();
		pass = tinynf_gate_share(GATE, lcore);
	}
	if (own)
		owner_begins();
	else
		sharer_begins();
	if (gate->rxq != NULL)
		tinynf_gate_close(gate);
	if (own)
		owner_ends();
	else
		sharer_ends();
	tinynf_gate_leave(GATE, lcore, pass);
}

/* Stop and start the queue. */
static void
control(void)
{
	if (tinynf_gate_exclude(GATE) < 0) {
		if (gate_patient)
			weave_broken("control gives up though nobody stays inside");
		weave_reached(GIVEN_UP);
		return;
	}
	if (w.owners != 0 || w.sharers != 0)
		weave_broken("control believes that it is alone");
	w.controls++;
	weave_reached(CONTROL);
	gate->rxq = NULL;
	w.ring++;
	weave_moment();
	gate->rxq = &rxq;
	w.controls--;
	tinynf_gate_include(GATE);
}

static void
poll_twice(void)
{
	poll_burst();
	poll_burst();
}

/* Once the first one has polled: ethdev lets only one do so at a time. */
static void
poll_other(void)
{
	while (atomic_load_explicit(&w.handed_over, memory_order_acquire) == 0)
		weave_pause();
	poll_burst();
}

static void
poll_other_twice(void)
{
	poll_other();
	poll_burst();
}

static void
poll_and_send(void)
{
	poll_burst();
	atomic_store_explicit(&w.handed_over, 1, memory_order_release);
	send_burst();
}

static void
control_twice(void)
{
	control();
	control();
}

/* --- beginning and end --- */

static void
init(unsigned int variant)
{
	static const char * const words[] = { "word 0", "word 1", "word 2" };
	unsigned int i;

	memset(&w, 0, sizeof(w));
	memset(gate, 0, sizeof(*gate));
	memset(tinynf_lcores, 0, sizeof(tinynf_lcores));
	memset(txq, 0, sizeof(*txq));
	tinynf_txq_count[0] = 1;
	gate->rxq = &rxq;
	gate->owner = TINYNF_OWNER_NONE;
	for (i = 0; i < WEAVE_ACTORS; i++)
		w.lcore[i] = variant & GATE_NO_LCORE << i ? NO_LCORE : i;
	gate_patient = !(variant & GATE_IMPATIENT);
	tinynf_gate_needs_fence = variant & GATE_FENCES;
	memset(gate_clock, 0, sizeof(gate_clock));
	weave_state(&w, sizeof(w));
	weave_state(gate_clock, sizeof(gate_clock));
	weave_state(gate, sizeof(*gate));
	weave_state(tinynf_lcores, sizeof(tinynf_lcores));
	weave_state(txq, sizeof(*txq));
	weave_plain(&w.ring, sizeof(w.ring), "the ring");
	weave_plain(&gate->rxq, sizeof(gate->rxq), "the queue");
	NAME(&gate->owner, "owner");
	NAME(&gate->lock, "lock");
	NAME(&gate->fast, "fast");
	NAME(&gate->polling, "polling");
	NAME(&txq->busy, "sending");
	NAME(&w.handed_over, "handed over");
	NAME(&tinynf_txq_count[0], "number of transmit queues");
	for (i = 0; i < LCORES; i++)
		NAME(&tinynf_lcores[i].busy, words[i]);
}

/* Whoever comes now gets in: nothing was left behind. */
static void
rest(void)
{
	unsigned int i;

	for (i = 0; i < LCORES; i++)
		if (tinynf_lcores[i].busy != TINYNF_GATE_NONE)
			weave_broken("a word says that somebody is inside");
	if (gate->polling != 0 || txq->busy != NULL || gate->lock != 0 ||
			gate->owner == TINYNF_OWNER_EXCLUDED)
		weave_broken("the gate stays closed");
}

const struct weave_case gate_cases[] = {
	{ "polls, drops", 0,
		FAST | OWN | SHARED | BOTH,
		init, { poll_twice, drop_packet }, rest },
	{ "polls and sends, control", 0,
		FAST | OWN | SHARED | REFUSED | CONTROL,
		init, { poll_and_send, control }, rest },
	{ "drops, control twice", 0,
		SHARED | CONTROL,
		init, { drop_packet, control_twice }, rest },
	{ "sends, other polls", 0,
		FAST | OWN | SHARED | BOTH,
		init, { poll_and_send, poll_other }, rest },
	{ "sends, thread polls", GATE_NO_LCORE << 1,
		FAST | OWN | SHARED | BOTH,
		init, { poll_and_send, poll_other }, rest },
	{ "thread drops, control", GATE_NO_LCORE,
		SHARED | CONTROL,
		init, { drop_packet, control }, rest },
	{ "impatient/sends, other polls twice", GATE_IMPATIENT,
		FAST | OWN | SHARED | BOTH | REFUSED,
		init, { poll_and_send, poll_other_twice }, rest },
	{ "impatient/drops, control twice", GATE_IMPATIENT,
		SHARED | REFUSED | CONTROL | GIVEN_UP,
		init, { drop_packet, control_twice }, rest },
	{ "fences/polls and sends, control", GATE_FENCES,
		OWN | SHARED | REFUSED | CONTROL,
		init, { poll_and_send, control }, rest },
	{ "fences/sends, other polls", GATE_FENCES,
		OWN | SHARED | BOTH,
		init, { poll_and_send, poll_other }, rest },
	{ "polls, drops, control", 0,
		FAST | OWN | SHARED | BOTH | REFUSED | CONTROL,
		init, { poll_twice, drop_packet, control }, rest },
	{ "polls, sends, control", 0,
		OWN | SHARED | BOTH | REFUSED | CONTROL,
		init, { poll_burst, send_burst, control }, rest },
	{ "drops, drops, control", 0,
		SHARED | CONTROL,
		init, { drop_packet, drop_packet, control }, rest },
	{ "thread polls, thread drops, control", GATE_NO_LCORE | GATE_NO_LCORE << 1,
		OWN | SHARED | REFUSED | CONTROL,
		init, { poll_burst, drop_packet, control }, rest },
	{ "sends, other polls, control", 0,
		FAST | OWN | SHARED | BOTH | REFUSED | CONTROL,
		init, { poll_and_send, poll_other, control }, rest },
	{ "impatient/sends, other polls, control", GATE_IMPATIENT,
		FAST | OWN | SHARED | BOTH | REFUSED | CONTROL | GIVEN_UP,
		init, { poll_and_send, poll_other, control }, rest },
	{ NULL },
};
