/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef TINYNF_CXX_H
#define TINYNF_CXX_H

/**
 * @file
 * The driver's headers are C11; this makes them C++ where a program inlines bursts. Atomic objects
 * become plain ones of the same size and alignment, and what is done to them the compilers'
 * builtins, with the same memory orders. (That C and C++ see the same structures is checked when
 * the program starts.) tinynf_cxx_end.h undoes it: a program may have these names itself.
 */

/* Whatever the driver's headers include: none of it may see the macros below. */
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__SSE4_1__)
#include <immintrin.h>
#endif

#include <rte_common.h>
#include <rte_config.h>
#include <rte_interrupts.h>
#include <rte_io.h>
#include <rte_lcore.h>
#include <rte_log.h>
#include <rte_mbuf.h>
#include <rte_memzone.h>
#include <rte_spinlock.h>

#include "rte_pmd_tinynf.h"

#pragma push_macro("_Atomic")
#pragma push_macro("_Alignas")
#pragma push_macro("atomic_load_explicit")
#pragma push_macro("atomic_store_explicit")
#pragma push_macro("atomic_thread_fence")
#pragma push_macro("atomic_signal_fence")
#undef _Atomic
#undef _Alignas
#undef atomic_load_explicit
#undef atomic_store_explicit
#undef atomic_thread_fence
#undef atomic_signal_fence

#define TINYNF_CXX_memory_order_relaxed  __ATOMIC_RELAXED
#define TINYNF_CXX_memory_order_acquire  __ATOMIC_ACQUIRE
#define TINYNF_CXX_memory_order_release  __ATOMIC_RELEASE
#define TINYNF_CXX_memory_order_seq_cst  __ATOMIC_SEQ_CST

#define _Atomic
#define _Alignas  alignas
#define atomic_load_explicit(p, order)  __atomic_load_n(p, TINYNF_CXX_ ## order)
#define atomic_store_explicit(p, value, order) \
	__atomic_store_n(p, value, TINYNF_CXX_ ## order)
#define atomic_thread_fence(order)  __atomic_thread_fence(TINYNF_CXX_ ## order)
#define atomic_signal_fence(order)  __atomic_signal_fence(TINYNF_CXX_ ## order)

#endif /* TINYNF_CXX_H */
