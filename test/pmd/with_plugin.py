# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""Run a program with TINYNF_PLUGIN where EAL will load it from."""

import os
import sys

sys.path.insert(0, os.path.join(os.environ["TINYNF_SOURCE_ROOT"], "scripts", "lib"))
import plugin  # noqa: E402 (needs the path)

os.environ["TINYNF_PLUGIN"] = plugin.loadable(os.environ["TINYNF_PLUGIN"])
os.execv(sys.argv[1], sys.argv[1:])
