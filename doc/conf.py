# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""Sphinx: all pages, as HTML. test/docs/test_docs.py and meson's option docs run it."""

import os
import re
import sys

_top = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
with open(os.path.join(_top, "meson.build"), encoding="utf-8") as _file:
    release = re.search(r"version: '([^']+)'", _file.read()).group(1)

project = "net_tinynf"
author = "The net_tinynf developers"
copyright = "2026 The net_tinynf developers"  # pylint: disable=redefined-builtin
version = release

sys.path.insert(0, os.path.join(_top, "doc", "extensions"))
extensions = ["interpretations"]

# Literal blocks are commands and drawings, not Python.
highlight_language = "none"
# A reference to something that isn't there is a warning.
nitpicky = True
html_theme = "alabaster"
html_show_sourcelink = False
