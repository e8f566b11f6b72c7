# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""Directive ``interpretations``: a table of the comments INTERPRETATION-<kind> below a folder."""

import glob
import os
import re

from docutils import nodes
from docutils.parsers.rst import Directive

_COMMENT = re.compile(r"INTERPRETATION-([A-Z]+):(.*?)\*/", re.S)


def find(top, folder):
    """List of (kind, file relative to the folder, text) in the order of files and lines."""
    root = os.path.join(top, folder)
    found = []
    for path in sorted(glob.glob(os.path.join(root, "**", "*.[ch]"), recursive=True)):
        with open(path, encoding="utf-8") as file:
            for kind, text in _COMMENT.findall(file.read()):
                # Without the comment's stars and a macro's line ends.
                text = " ".join(re.sub(r"(?m)\\?$\n\s*\*? ?", " ", text).split())
                found.append((kind, os.path.relpath(path, root), text[:1].upper() + text[1:]))
    return found


class Interpretations(Directive):
    """The argument is the folder, relative to the top of the repository."""
    required_arguments = 1

    def run(self):
        env = self.state.document.settings.env
        top = os.path.dirname(str(env.srcdir))
        env.note_reread()
        table, group, body = nodes.table(), nodes.tgroup(cols=3), nodes.tbody()
        for width in (14, 26, 60):
            group += nodes.colspec(colwidth=width)
        head = nodes.thead()
        head += self.row("Kind", "File", "Interpretation")
        group += head
        for kind, path, text in find(top, self.arguments[0]):
            body += self.row(kind, nodes.literal(text=path), text)
        group += body
        table += group
        return [table]

    @staticmethod
    def row(*cells):
        row = nodes.row()
        for cell in cells:
            paragraph = nodes.paragraph()
            paragraph += cell if isinstance(cell, nodes.Node) else nodes.Text(cell)
            entry = nodes.entry()
            entry += paragraph
            row += entry
        return row


def setup(app):
    app.add_directive("interpretations", Interpretations)
    return {"parallel_read_safe": True}
