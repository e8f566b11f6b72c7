# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""Network functions and other programs of app/ with checked traffic."""

import os

import check
from e2e import BUILD_ROOT, App, generators

FRAMES = 20000 if check.quick() else 200000


def program(name):
    return os.path.join(BUILD_ROOT, "app", name)


def nop(extra):
    """Every frame comes back once, in order, unharmed."""
    with App(program("nf-nop"), generators(2, FRAMES, extra), [], plugin=None) as app:
        app.wait_all(2, FRAMES, 60)
        check.equal(app.stop(60), 0, "exit status")
        app.judge(sent=FRAMES)


for name, extra in (("64 byte frames", ""), ("IMIX", ",size=imix"), ("1518 byte frames", ",size=1518")):
    check.add(f"nf-nop/{name}", nop, extra)


@check.case("nf-nop/ends with the reason when there is one port")
def one_port():
    with App(program("nf-nop"), generators(1, 1), [], plugin=None) as app:
        check.equal(app.join(60), 1, "exit status")
        check.true("two ports are needed" in app.log(), f"no reason: {app.tail()}")


check.main()
