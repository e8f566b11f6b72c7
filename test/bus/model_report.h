/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The net_tinynf developers
 */

#ifndef MODEL_REPORT_H
#define MODEL_REPORT_H

/** @file What a device on the model bus counted: a file at its end, telemetry until then. */

struct model_device;

/** Write a report as JSON; nothing if @p path is empty. */
void model_report_write(struct model_device *dev, const char *path);

#endif /* MODEL_REPORT_H */
