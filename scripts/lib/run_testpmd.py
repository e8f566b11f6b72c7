# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""Run the distribution's unmodified dpdk-testpmd on software 82599s and check every frame."""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time

import hugepages
from plugin import loadable

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.join(TOP, "build")
PLUGIN = os.path.join(BUILD, "librte_net_tinynf.so")
MODES = ("io", "mac", "macswap", "5tswap", "csum", "rxonly", "icmpecho")
# Must be 0 for the verdict "pass".
BAD = ("lost", "reordered", "duplicated", "corrupted", "foreign", "violations")
MBUFS_A_QUEUE = 8192
MAX_QUEUES = 64  # of all ports: each may need a hardware transmit queue on every port

os.environ["PATH"] = "/usr/bin:/usr/sbin:/sbin:" + os.environ.get("PATH", "")


def say(text):
    print(text, file=sys.stderr, flush=True)


def number(low, high):
    def parse(text):
        try:
            value = int(text)
        except ValueError:
            value = None
        if value is None or not low <= value <= high:
            raise argparse.ArgumentTypeError(f"'{text}': a number from {low} to {high} is needed")
        return value
    return parse


def frame_size(text):
    return text if text == "imix" else number(64, 1518)(text)


def arguments():
    parser = argparse.ArgumentParser(
        prog="scripts/run-testpmd", description=__doc__,
        formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--forward-mode", choices=MODES, default="io", help="testpmd's mode")
    parser.add_argument("--burst", type=number(1, 512), default=32, help="packets a burst")
    parser.add_argument("--seconds", type=number(1, 3600), default=10, help="time to forward")
    parser.add_argument("--size", type=frame_size, default=64,
                        help="frame size with FCS, 64 to 1518, or imix")
    parser.add_argument("--ports", type=number(1, 8), default=2, help="software 82599s")
    parser.add_argument("--queues", type=number(1, 16), default=1, help="receive queues a port")
    parser.add_argument("--flows", type=number(1, 4096), default=64, help="flows a port")
    parser.add_argument("--rate", type=number(0, 20000000), default=0,
                        help="frames per second a port; 0 is as fast as nothing is missed")
    parser.add_argument("--json", action="store_true", help="figures as JSON on standard output")
    args = parser.parse_args()
    if args.ports * args.queues > MAX_QUEUES:
        parser.error(f"--ports {args.ports} --queues {args.queues}: {args.ports * args.queues} "
                     f"receive queues in all, at most {MAX_QUEUES} work")
    return args


def build():
    """Compile what changed. Quick when nothing did."""
    if not os.path.isfile(os.path.join(BUILD, "build.ninja")):
        say("configuring ...")
        run = subprocess.run(["meson", "setup", BUILD, TOP], capture_output=True, text=True)
        if run.returncode != 0:
            sys.exit(f"run-testpmd: meson failed\n{run.stdout[-3000:]}{run.stderr}")
    say("building the plugin (nothing to do if it is up to date) ...")
    # The link leads to ninja's target from the moment that the build is configured.
    target = os.path.relpath(os.path.realpath(PLUGIN), BUILD)
    run = subprocess.run(["ninja", "-C", BUILD, target], capture_output=True, text=True)
    if run.returncode != 0:
        sys.exit(f"run-testpmd: ninja failed\n{run.stdout[-3000:]}{run.stderr}")


def command(args, folder):
    """The command line, as a user could type it."""
    mbufs = args.ports * args.queues * MBUFS_A_QUEUE
    # Containers may have some of the machine's processors only, not necessarily the first.
    cpus = sorted(os.sched_getaffinity(0))
    words = ["stdbuf", "-oL", "dpdk-testpmd", "--lcores", f"0@{cpus[0]},1@{cpus[-1]}",
             "-d", loadable(PLUGIN), "--no-pci", "--file-prefix", f"tinynf-run-{os.getpid()}"]
    if hugepages.free() < 512:
        words += ["--no-huge", "-m", "1024"]
    for port in range(args.ports):
        words += ["--vdev", f"net_tinynf{port},size={args.size},flows={args.flows},"
                  f"rate={args.rate},strict=1,report={folder}/{port}.json"]
    return words + ["--", f"--forward-mode={args.forward_mode}", f"--burst={args.burst}",
                    f"--rxq={args.queues}", f"--txq={args.queues}",
                    f"--total-num-mbufs={mbufs}", "--auto-start",
                    "--port-topology=" + ("loop" if args.ports % 2 else "paired")]


def wait(process, seconds):
    """Let testpmd forward, for less if somebody presses Ctrl-C. @return the time that it did."""
    begin = time.monotonic()
    try:
        while time.monotonic() < begin + seconds and process.poll() is None:
            time.sleep(min(1, max(0, begin + seconds - time.monotonic())))
            say(f"forwarding, {time.monotonic() - begin:3.0f} of {seconds} s")
    except KeyboardInterrupt:
        say("interrupted: this is what there is so far")
    return time.monotonic() - begin


def forward(args, folder):
    """Run testpmd for the time asked for. @return its output and the seconds it forwarded."""
    words = command(args, folder)
    say("running: " + " ".join(words).replace(TOP + "/", ""))
    log_path = os.path.join(folder, "log")
    with open(log_path, "wb") as log:
        # Ctrl-C is for this script, which lets testpmd come to its end.
        process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=log,
                                   stderr=subprocess.STDOUT, start_new_session=True)
    try:
        ready = time.monotonic() + 60
        while b"Press enter to exit" not in open(log_path, "rb").read():
            if process.poll() is not None or time.monotonic() > ready:
                process.kill()
                sys.exit("run-testpmd: testpmd did not start:\n" + open(log_path).read()[-3000:])
            time.sleep(0.05)
        elapsed = wait(process, args.seconds)
        try:
            process.communicate(b"\n", timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            sys.exit("run-testpmd: testpmd did not end:\n" + open(log_path).read()[-3000:])
    finally:
        if process.poll() is None:
            process.kill()
    output = open(log_path, errors="replace").read()
    if process.returncode != 0:
        sys.exit(f"run-testpmd: testpmd ended with {process.returncode}:\n{output[-3000:]}")
    return output, elapsed


def result(args, folder, output, elapsed):
    ports = []
    for port in range(args.ports):
        try:
            with open(os.path.join(folder, f"{port}.json")) as f:
                report = json.load(f)
        except (OSError, ValueError) as error:
            sys.exit(f"run-testpmd: no report of port {port} ({error}):\n{output[-3000:]}")
        figures = {"port": port, **report}
        figures["Mpps"] = round(figures["rx"] / elapsed / 1e6, 3)
        ports.append(figures)
    keys = [k for k, v in ports[0].items()
            if isinstance(v, (int, float)) and not isinstance(v, bool) and k != "port"]
    total = {key: round(sum(p.get(key, 0) for p in ports), 3) for key in keys}
    total["device_Mpps"] = round((total["rx"] + total["tx"]) / elapsed / 1e6, 3)
    moved = total["rx"] > 0 and (args.forward_mode in ("rxonly", "icmpecho") or total["tx"] > 0)
    clean = all(total.get(key, 0) == 0 for key in BAD)
    settings = {k.replace("_", "-"): v for k, v in vars(args).items() if k != "json"}
    return {"ports": ports, "total": total, "settings": settings,
            "seconds": round(elapsed, 3), "verdict": "pass" if clean and moved else "fail"}


def table(figures):
    columns = ("rx", "tx", "missed", "dropped", "lost", "reordered", "corrupted", "refused",
               "violations", "Mpps")
    print("port  " + "".join(f"{c:>12}" for c in columns))
    for row in figures["ports"] + [dict(figures["total"], port="all")]:
        print(f"{row['port']!s:<6}" + "".join(f"{row.get(c, 0):>12}" for c in columns))
    print(f"The devices moved {figures['total']['device_Mpps']} million frames a second "
          f"(received and transmitted).")
    print(f"verdict: {figures['verdict']}")


def main():
    args = arguments()
    # Leave neither testpmd nor files behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("run-testpmd: terminated"))
    build()
    with tempfile.TemporaryDirectory(prefix="tinynf-") as folder:
        output, elapsed = forward(args, folder)
        figures = result(args, folder, output, elapsed)
    if args.json:
        print(json.dumps(figures, indent=1))
    else:
        table(figures)
    sys.exit(0 if figures["verdict"] == "pass" else 1)


try:
    main()
except KeyboardInterrupt:
    sys.exit("run-testpmd: interrupted")
