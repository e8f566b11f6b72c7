# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""What uses what, by the symbols of the objects: files stand on each other, never in circles."""

import glob
import os
import subprocess

import check

BUILD = os.environ["TINYNF_BUILD_ROOT"]
DRIVER = "drivers_net_tinynf_"


def objects(folder):
    found = sorted(glob.glob(os.path.join(BUILD, folder, "*.o")))
    check.true(found, f"no objects in {folder}")
    return found


def room(path):
    """The source file of an object, as meson names it, without its folders outside the driver."""
    name = os.path.basename(path)[:-len(".c.o")]
    return name.replace(DRIVER, "").lstrip("._")


def uses(paths):
    """@return for each source file, which others it needs, and a symbol of each."""
    home, wanted = {}, {}
    for path in paths:
        done = subprocess.run(["nm", path], capture_output=True, text=True, check=True)
        for *_, kind, symbol in map(str.split, done.stdout.splitlines()):
            if kind == "U":
                wanted.setdefault(room(path), []).append(symbol)
            elif kind in "TDBRVWC":
                home[symbol] = room(path)
    graph = {name: {} for name in map(room, paths)}
    for name, symbols in wanted.items():
        for symbol in symbols:
            if home.get(symbol, name) != name:
                graph[name][home[symbol]] = symbol
    return graph


def circle(graph):
    """@return the names along a circle, or []."""
    done, way = set(), []

    def visit(name):
        if name in way:
            return way[way.index(name):] + [name]
        if name in done:
            return []
        way.append(name)
        for other in graph[name]:
            found = visit(other)
            if found:
                return found
        done.add(way.pop())
        return []

    for name in graph:
        found = visit(name)
        if found:
            return found
    return []


def no_circle(folder):
    graph = uses(objects(folder))
    check.true(sum(map(len, graph.values())), f"nothing in {folder} uses anything")
    around = circle(graph)
    check.true(not around, "a circle: " + ", ".join(
        f"{one} needs {graph[one][other]} of {other}" for one, other in zip(around, around[1:])))


def stands_on(names, allowed):
    graph = uses(objects("librte_net_tinynf.a.p"))
    found = [name for name in graph if name.startswith(names)]
    check.true(found, f"no {names}")
    for name in found:
        for other, symbol in graph[name].items():
            check.true(other.startswith(names + allowed), f"{name} needs {symbol} of {other}")


@check.case("layers/a circle is found")
def _():
    check.equal(circle({"a": {"b": ""}, "b": {"c": ""}, "c": {}}), [], "circle")
    check.equal(circle({"a": {"b": ""}, "b": {"c": ""}, "c": {"b": ""}}), ["b", "c", "b"], "circle")


check.add("layers/driver", no_circle, "librte_net_tinynf.a.p")
check.add("layers/tinynf-device", no_circle, "app/tinynf-device/tinynf-device.p")
for nf in ("bridge", "firewall", "lb", "nat", "policer"):
    check.add(f"layers/nf-{nf}", no_circle, f"app/nf-{nf}.p")
check.add("layers/base stands alone", stands_on, ("base_",), ())
check.add("layers/model stands on base", stands_on, ("model_",), ("base_",))
check.add("layers/wire stands on model and base", stands_on, ("wire_",), ("model_", "base_"))
check.add("layers/the mirrored ring stands alone", stands_on, ("tinynf_agent",), ())
check.main()
