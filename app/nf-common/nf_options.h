/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef NF_OPTIONS_H
#define NF_OPTIONS_H

#include "nf.h"

/**
 * Take a program's options and those that all have.
 * @return 0; 1 if only help was asked for, which is printed; -EINVAL with the reason printed.
 */
int nf_options(const struct nf_program *program, const struct nf_option *common, int argc,
		char **argv);

#endif /* NF_OPTIONS_H */
