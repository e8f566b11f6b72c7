/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef TINYNF_AWAY_H
#define TINYNF_AWAY_H

/**
 * @file
 * Packets that another process frees: slots are the primary's, which gets them back by a ring
 * in shared memory and is told by a message that there are some.
 */

#include <rte_mempool.h>

/** Drop packets of a driver's pool here, in the primary. */
typedef int (*tinynf_away_drop)(struct rte_mempool *mp, void * const *objs, unsigned int n);

/** Give a driver's pool its ring. Without one, other processes can't free. Primary. */
void tinynf_away_create(struct rte_mempool *mp);
void tinynf_away_destroy(struct rte_mempool *mp);
/** Drop what other processes freed. Primary, under the control lock. */
void tinynf_away_take(struct rte_mempool *mp, tinynf_away_drop drop);
/** This process is a secondary one: what it frees to pools of these operations is away. */
void tinynf_away_here(const char *ops_name);
/**
 * Call @p take_back, with the control lock, when other processes have freed something: in the
 * thread that serves them. @return 0, -1.
 */
int tinynf_away_listen(void (*take_back)(void));

#endif /* TINYNF_AWAY_H */
