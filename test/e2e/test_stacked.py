# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""DPDK's drivers that work on top of others have software 82599s below them.

Bonding by LACP (mode 4) makes packets of its own, which can't be sent: no partner ever answers,
and nothing is forwarded. testpmd does not even try, since it sends only what it received.
"""

import check
from e2e import CLEAN, testpmd

FRAMES = 5000 if check.quick() else 20000
MAC = "02:00:00:00:00:42"


def settled(app, port):
    """Wait until a port's generator has sent all and each frame met its end: ports that
    their driver stops and starts lose what waits in them, which is counted."""
    def done():
        w = app.wire(port)
        return w.get("sent", 0) >= FRAMES and \
            w["returned"] + w["dropped"] + w["missed"] + w["filtered"] + w["unread"] >= w["sent"]
    app.wait(done, f"end of {FRAMES} frames of port {port}", 60, lambda: app.wire(port))
    return app.wire(port)


def bonded(mode, policy, busy, ordered=True):
    """@param busy: the ports whose frames must mostly come back."""
    vdevs = [f"net_tinynf{n},count={FRAMES},rate=20000,flows=16,dst_mac={MAC}" for n in range(2)]
    top = f"net_bonding0,mode={mode},mac={MAC},slave=net_tinynf0,slave=net_tinynf1{policy}"
    with testpmd(vdevs, ["--port-topology=loop", "--portmask=0x4"], eal=["--vdev", top]) as app:
        for port in busy:
            settled(app, port)
        app.type("quit")
        check.equal(app.join(), 0, "exit status of testpmd")
        verdicts = app.verdicts()
        for v in verdicts:
            for key in CLEAN + ("refused",):
                if ordered or key != "reordered":
                    check.equal(v[key], 0, f"{v['name']} {key} (of {v})")
        check.true(sum(v["returned"] for v in verdicts) > FRAMES * len(busy) // 2,
                   f"too few came back: {verdicts}")


check.add("bonding/active backup", bonded, 1, "", [0])
check.add("bonding/balance by address and port", bonded, 2, ",xmit_policy=l34", [0, 1])
# These put packets of one flow on both wires.
check.add("bonding/round robin", bonded, 0, "", [0, 1], False)
check.add("bonding/transmit load balancing", bonded, 5, "", [0], False)


@check.case("failsafe/one device below")
def failsafe():
    top = f"net_failsafe0,mac={MAC},dev(net_tinynf0,count={FRAMES},rate=20000,dst_mac={MAC},strict=1)"
    with testpmd([], ["--port-topology=loop"], eal=["--vdev", top]) as app:
        # The device takes the number behind its owner's.
        w = settled(app, 1)
        check.true(w["returned"] > FRAMES // 2, f"too few came back: {w}")
        for key in ("lost", "reordered", "duplicated", "corrupted", "violations"):
            check.equal(w[key], 0, key)
        app.type("quit")
        check.equal(app.join(), 0, "exit status of testpmd")


check.main()
