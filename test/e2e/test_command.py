# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""scripts/run-testpmd as a new user runs it: right, wrong and impatient."""

import json
import os
import signal
import subprocess
import sys
import tempfile

import check

SCRIPTS = os.path.join(os.environ["TINYNF_SOURCE_ROOT"], "scripts")
sys.path.insert(0, os.path.join(SCRIPTS, "lib"))
import hugepages  # noqa: E402 (needs the path)

COMMAND = os.path.join(SCRIPTS, "run-testpmd")
NOBODY = 65534
LIMIT_S = 300
CLEAN = ("lost", "reordered", "corrupted", "violations")
PORT = CLEAN + ("rx", "tx", "refused", "Mpps")


def command(*options):
    """Run it to its end. @return exit status, standard output, standard error"""
    done = subprocess.run([COMMAND, *options], stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, errors="replace", timeout=LIMIT_S)
    return done.returncode, done.stdout, done.stderr


def right(ports, *options):
    status, output, error = command("--json", "--seconds", "1", *options)
    check.equal(status, 0, f"exit status ({error[-300:]})")
    figures = json.loads(output)
    check.equal(figures["verdict"], "pass", "verdict")
    check.equal(len(figures["ports"]), ports, "number of ports")
    for port in figures["ports"]:
        check.equal([key for key in PORT if key not in port], [], "missing figures")
        check.equal({key: port[key] for key in CLEAN}, dict.fromkeys(CLEAN, 0), "figures")
        check.true(port["rx"] > 0, f"nothing received: {port}")


check.add("command/two ports", right, 2)
check.add("command/one port, bursts of 512", right, 1, "--ports", "1", "--burst", "512")
check.add("command/three ports of two queues, mixed sizes", right, 3, "--ports", "3", "--queues",
          "2", "--size", "imix", "--forward-mode", "mac", "--burst", "7")
check.add("command/a few frames a second", right, 2, "--rate", "200", "--flows", "1")


def wrong(options, *said):
    status, output, error = command(*options)
    check.equal(status, 2, "exit status")
    check.equal(output, "", "standard output")
    for text in said:
        check.true(text in error, f"'{text}' is not said: {error[-300:]}")


for options_, *said_ in (
        (("--ports", "9"), "--ports", "'9'", "1 to 8"),
        (("--queues", "0"), "--queues", "'0'", "1 to 16"),
        (("--ports", "8", "--queues", "16"), "128", "64"),
        (("--size", "63"), "--size", "'63'", "64 to 1518"),
        (("--size", "large"), "--size", "'large'"),
        (("--burst", "513"), "--burst", "'513'", "1 to 512"),
        (("--seconds", "0"), "--seconds", "'0'"),
        (("--forward-mode", "txonly"), "txonly", "macswap"),
        (("--nonsense",), "--nonsense")):
    check.add(f"command/refuses {' '.join(options_)}", wrong, options_, *said_)


def stopped_by(number):
    """Send a signal to it and all that it runs, as a terminal does. @return status, output"""
    def defaults():
        signal.signal(signal.SIGINT, signal.default_int_handler)

    with subprocess.Popen([COMMAND, "--seconds", "3600"], stdin=subprocess.DEVNULL, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          start_new_session=True, preexec_fn=defaults) as process:
        try:
            output = ""
            while "forwarding," not in output:
                line = process.stdout.readline()
                check.true(line != "", f"it ended: {output[-300:]}")
                output += line
            os.killpg(process.pid, number)
            output += process.communicate(timeout=LIMIT_S)[0]
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
        return process.returncode, output


@check.case("command/Ctrl-C ends it early, with a verdict")
def interrupted():
    status, output = stopped_by(signal.SIGINT)
    check.true("Traceback" not in output, output[-300:])
    check.true("verdict: pass" in output, f"no verdict: {output[-300:]}")
    check.equal(status, 0, "exit status")


@check.case("command/SIGTERM leaves nothing behind")
def terminated():
    status, output = stopped_by(signal.SIGTERM)
    check.true("terminated" in output and "Traceback" not in output, output[-300:])
    check.true(status != 0, "exit status is 0")
    folder = os.path.dirname(output.split("report=")[1].split(" ")[0].split(",")[0])
    check.true(folder.startswith("/") and not os.path.exists(folder), f"{folder} is still there")


def free_for_nobody(*files):
    """What hugepages.free() says to somebody who is not root."""
    child = os.fork()
    if child == 0:
        if os.geteuid() == 0:
            os.setuid(NOBODY)
        os._exit(hugepages.free(*files))
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@check.case("command/hugepages are taken where one may")
def hugepages_of():
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        mounts, pages = os.path.join(folder, "mounts"), os.path.join(folder, "pages")
        with open(pages, "w") as f:
            f.write("7\n")
        for options, mode, expected in (("rw", 0o777, 7), ("rw,pagesize=2M", 0o777, 7),
                                        ("rw,pagesize=1024M", 0o777, 0), ("rw", 0o555, 0)):
            place = os.path.join(folder, f"{mode:o}")
            os.makedirs(place, exist_ok=True)
            os.chmod(place, mode)
            with open(mounts, "w") as f:
                f.write(f"proc /proc proc rw 0 0\nhuge {place} hugetlbfs {options} 0 0\n")
            check.equal(free_for_nobody(mounts, pages), expected, f"pages with {options} {mode:o}")


check.main()
