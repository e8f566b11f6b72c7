/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef TINYNF_CXX_END_H
#define TINYNF_CXX_END_H

/** @file The end of what tinynf_cxx.h began. */

#undef TINYNF_CXX_memory_order_relaxed
#undef TINYNF_CXX_memory_order_acquire
#undef TINYNF_CXX_memory_order_release
#undef TINYNF_CXX_memory_order_seq_cst

#pragma pop_macro("_Atomic")
#pragma pop_macro("_Alignas")
#pragma pop_macro("atomic_load_explicit")
#pragma pop_macro("atomic_store_explicit")
#pragma pop_macro("atomic_thread_fence")
#pragma pop_macro("atomic_signal_fence")

#endif /* TINYNF_CXX_END_H */
