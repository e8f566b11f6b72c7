# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""Line charts as SVG, without any library."""

import os
import textwrap

LICENCE = ("<!-- SPDX-License-Identifier: BSD-3-Clause -->\n"
           "<!-- Copyright(c) 2026 The net_tinynf developers -->")
WIDTH, HEIGHT = 640, 360
LEFT, RIGHT, TOP, BOTTOM = 60, 150, 40, 50
COLOURS = ("#c0392b", "#1f4e79", "#2e86c1", "#85929e", "#b7950b")


def nice_top(value):
    """A round number not below value, and a step."""
    step = 1
    while value / step > 8:
        step *= {1: 2, 2: 2.5, 5: 2}[int(str(step)[0])] if step >= 1 else 2
        step = int(step)
    return step * -(-value // step), step


def tag(name, content="", **attributes):
    text = " ".join(f'{key.replace("_", "-")}="{value}"' for key, value in attributes.items())
    return f"<{name} {text}>{content}</{name}>"


def label(x, y, content, anchor="middle", size=12, **more):
    return tag("text", content, x=f"{x:.1f}", y=f"{y:.1f}", text_anchor=anchor, font_size=size,
               font_family="sans-serif", **more)


def chart(title, unit, categories, series):
    """@param series: (name, values by category; None where there is none)
    @return the SVG"""
    top = max(value for _, values in series for value in values if value is not None)
    top, step = nice_top(top)
    width, height = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM

    def x_of(i):
        return LEFT + width * (i + 0.5) / len(categories)

    def y_of(value):
        return TOP + height * (1 - value / top)
    parts = [tag("rect", width=WIDTH, height=HEIGHT, fill="white"),
             label(LEFT, 22, title, "start", 15, font_weight="bold")]
    for n in range(int(top / step) + 1):
        y = y_of(n * step)
        parts += [tag("line", x1=LEFT, x2=LEFT + width, y1=f"{y:.1f}", y2=f"{y:.1f}",
                      stroke="#dddddd"), label(LEFT - 8, y + 4, f"{n * step:g}", "end")]
    for i, category in enumerate(categories):
        parts.append(label(x_of(i), TOP + height + 20, category))
    parts.append(label(LEFT + width / 2, HEIGHT - 10, unit))
    # Names at the end of the lines, kept apart.
    ends, last = [], None
    for n, (name, values) in enumerate(series):
        points = [(x_of(i), y_of(v)) for i, v in enumerate(values) if v is not None]
        if not points:
            continue
        colour = COLOURS[n % len(COLOURS)]
        parts.append(tag("polyline", points=" ".join(f"{x:.1f},{y:.1f}" for x, y in points),
                         fill="none", stroke=colour, stroke_width=3 if n == 0 else 1.5))
        parts += [tag("circle", cx=f"{x:.1f}", cy=f"{y:.1f}", r=3, fill=colour)
                  for x, y in points]
        ends.append((points[-1][1], name, colour))
    for y, name, colour in sorted(ends):
        y = y if last is None else max(y, last + 15)
        last = y
        parts.append(label(LEFT + width + 6, y + 4, name, "start", 12, fill=colour))
    body = "\n".join(line for part in parts for line in textwrap.wrap(
        part, 98, break_long_words=False, break_on_hyphens=False))
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
            f'viewBox="0 0 {WIDTH} {HEIGHT}">\n{LICENCE}\n<title>{title}</title>\n{body}\n</svg>\n')


def write(directory, name, title, unit, categories, series):
    """Write a chart() to a file. @return the file's name"""
    with open(os.path.join(directory, name), "w") as f:
        f.write(chart(title, unit, categories, series))
    return name
