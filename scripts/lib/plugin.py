# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""Where EAL will load a plugin from: it refuses paths below a world-writable directory."""

import hashlib
import os
import shutil
import stat


def _refused(path):
    while True:
        if os.stat(path).st_mode & stat.S_IWOTH:
            return True
        parent = os.path.dirname(path)
        if parent == path:
            return False
        path = parent


def loadable_place(path):
    """The path itself, or one under the user's home for what EAL would refuse there."""
    path = os.path.realpath(path)
    parent = os.path.dirname(path)
    while not os.path.exists(parent):
        parent = os.path.dirname(parent)
    if not _refused(parent):
        return path
    name = hashlib.sha256(path.encode()).hexdigest()[:12]
    return os.path.join(os.path.expanduser("~"), ".cache", "net_tinynf", name,
                        os.path.basename(path))


def loadable(plugin):
    """The plugin itself, or a copy of it under the user's home where EAL takes it."""
    plugin = os.path.realpath(plugin)
    copy = os.path.join(os.path.dirname(loadable_place(plugin)), "librte_net_tinynf.so")
    if os.path.dirname(copy) == os.path.dirname(plugin):
        return plugin
    os.makedirs(os.path.dirname(copy), mode=0o755, exist_ok=True)
    if not os.path.exists(copy) or os.stat(copy).st_mtime < os.stat(plugin).st_mtime:
        shutil.copy(plugin, copy + ".new")
        os.chmod(copy + ".new", 0o755)
        os.replace(copy + ".new", copy)
    return copy
