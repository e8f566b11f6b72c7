# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""Build and test the driver with the DPDK of other Debian releases.

Each release's compiler and DPDK are downloaded once into .cache/versions, where programs run with
that folder as their root; nothing of this machine changes. Each case prints a line; the last line
counts them. What cannot be downloaded here is skipped.
"""

import argparse
import json
import os
import subprocess
import sys
import time

from debian_root import Unavailable
from version_root import CONFIGURE, RELEASES, TOP, VersionRoot, alone, source_version

SUITES = ("unit", "model", "pmd")
START = time.monotonic()


class Results:
    def __init__(self):
        self.counts = {"PASS": 0, "FAIL": 0, "SKIP": 0}

    def add(self, kind, name, why=""):
        self.counts[kind] += 1
        text = f": {' '.join(str(why).split())}" if why else ""
        print(f"{kind} {name}{text}", flush=True)
        return kind == "PASS"

    def line(self):
        skipped = f", {self.counts['SKIP']} skipped" if self.counts["SKIP"] else ""
        return f"{self.counts['PASS']} passed, {self.counts['FAIL']} failed{skipped}"


def log(text):
    print(f"[{time.monotonic() - START:5.0f} s] {text}", flush=True)


def read(path):
    with open(path, errors="replace") as text:
        return text.read()


def last_lines(text, count=5):
    return " | ".join(line.strip() for line in text.splitlines()[-count:] if line.strip())


class Version:
    """The cases of one version."""

    def __init__(self, root, results):
        self.root = root
        self.results = results

    def _log(self, name):
        return os.path.join(self.root.folder, "log-" + name.replace(" ", "-"))

    def _name(self, name):
        return f"{self.root.version}/{name}"

    def _run(self, name, command, timeout):
        """@return why it failed, or None; and its output."""
        path = self._log(name)
        log(f"{self.root.version}: {name}")
        status = self.root.run(command, timeout, path)
        output = read(path)
        if status is None:
            return f"not done after {timeout} s; see {path}", output
        if status != 0:
            return f"{last_lines(output)} (exit status {status}; all of it is in {path})", output
        return None, output

    def _case(self, name, command, timeout, judge=None):
        why, output = self._run(name, command, timeout)
        if why is None and judge is not None:
            why = judge(output)
        return self.results.add("FAIL" if why else "PASS", self._name(name), why or "")

    def compile(self):
        if not os.path.exists(os.path.join(self.root.build, "build.ninja")):
            if not self._case("configure", CONFIGURE, 300):
                return False

        def judge(output):
            # meson's options make errors of them: seen here if somebody takes that away.
            warnings = [line for line in output.splitlines() if "warning: " in line]
            return warnings[0] if warnings else None
        return self._case("compile without warnings", ["ninja", "-C", "build"], 1800, judge)

    def shown(self):
        def judge(output):
            try:
                found = {driver["name"]: driver for driver in json.loads(output)}
            except ValueError:
                return f"dpdk-pmdinfo.py says: {last_lines(output)}"
            ids = found.get("net_tinynf", {}).get("pci_ids", [])
            return None if ids else "dpdk-pmdinfo.py shows no net_tinynf with PCI ids"
        self._case("dpdk-pmdinfo shows the driver",
                   ["dpdk-pmdinfo.py", "build/librte_net_tinynf.so"], 60, judge)

    def tests(self):
        """Each test program is a case; its own cases are in meson's log."""
        command = ["meson", "test", "-C", "build", "--no-rebuild"]
        for suite in SUITES:
            command += ["--suite", suite]
        why, _ = self._run("tests", command, 3600)
        try:
            lines = read(os.path.join(self.root.build, "meson-logs/testlog.json")).splitlines()
        except OSError as error:
            lines = []
            why = why or str(error)
        failed = False
        for line in lines:
            test = json.loads(line)
            # e.g. net_tinynf:pmd / control
            name = self._name(test["name"].split(":")[-1].replace(" / ", "/"))
            said = (test.get("stdout") or "").splitlines()
            if test["result"] == "OK":
                self.results.add("PASS", name)
                continue
            failed = True
            reasons = [text for text in said if text.startswith("FAIL ")]
            self.results.add("FAIL", name, "; ".join(reasons) or
                             f"{test['result']}: {last_lines(test.get('stderr') or '')}")
        if why and not failed:
            self.results.add("FAIL", self._name("tests"), why)

    def forward(self):
        def judge(output):
            text = output[output.find("\n{"):]
            try:
                figures = json.JSONDecoder().raw_decode(text.lstrip())[0]
            except ValueError:
                return f"no figures: {last_lines(output)}"
            total = figures["total"]
            if figures["verdict"] != "pass" or not total["rx"]:
                return f"verdict {figures['verdict']}: {json.dumps(total)}"
            return None
        # What scripts/run-testpmd does, except to set the machine up.
        self._case("testpmd forwards", ["python3", "scripts/lib/run_testpmd.py", "--seconds", "2",
                                        "--json"], 180, judge)

    def recycle(self):
        """What the driver cannot do is refused, and testpmd says so; it forwards all the same."""
        # A testpmd that doesn't start is waited for in vain, but then says why.
        script = ("(n=0; until grep -qs 'Press enter' /tmp/out || [ $((n += 1)) -gt 600 ]; "
                  "do sleep 0.2; done; sleep 1; echo) | "
                  "stdbuf -oL dpdk-testpmd -l 0,1 --no-huge -m 512 --no-pci "
                  "--no-telemetry -d build/librte_net_tinynf.so "
                  "--vdev net_tinynf0,strict=1,report=/tmp/0.json "
                  "--vdev net_tinynf1,strict=1,report=/tmp/1.json "
                  "-- --forward-mode=recycle_mbufs --total-num-mbufs=16384 --auto-start "
                  ">/tmp/out 2>&1; status=$?; cat /tmp/out /tmp/*.json; exit $status")

        def judge(output):
            if "Failed to get rx queue mbufs recycle info" not in output:
                return "testpmd does not say that packets' memory cannot be recycled"
            verdicts = output.count('"verdict": "PASS"')
            return None if verdicts == 2 else f"{verdicts} of 2 verdicts: {last_lines(output)}"
        self._case("recycle_mbufs is refused", ["sh", "-c", script], 180, judge)

    def in_tree(self):
        path = self._log("in-tree")
        log(f"{self.root.version}: build-in-tree")
        with open(path, "w") as output:
            done = subprocess.run([os.path.join(TOP, "scripts/build-in-tree"), "--source",
                                   self.root.source, "--work",
                                   os.path.join(self.root.folder, "in-tree")],
                                  stdin=subprocess.DEVNULL, stdout=output,
                                  stderr=subprocess.STDOUT)
        why = f"{last_lines(read(path))}; see {path}" if done.returncode != 0 else ""
        self.results.add("FAIL" if why else "PASS", self._name("build-in-tree"), why)

    def all(self, in_tree):
        if self.compile():
            self.shown()
            self.tests()
            self.forward()
            self.recycle()
        if in_tree:
            self.in_tree()


def parse():
    parser = argparse.ArgumentParser(prog="scripts/version-test", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("version", nargs="*", metavar="version",
                        help=f"{', '.join(RELEASES)} or all (default)")
    parser.add_argument("--source", action="append", default=[], metavar="DIR",
                        help="unpacked DPDK source to take driver headers from, of a version "
                        "tested, instead of the release's source package; may be given for each")
    parser.add_argument("--in-tree", action="store_true",
                        help="also build the driver inside that version's source tree, with "
                        "this machine's compiler (scripts/build-in-tree)")
    parser.add_argument("--fresh", action="store_true", help="download everything anew")
    args = parser.parse_args()
    for version in args.version:
        if version not in (*RELEASES, "all"):
            parser.error(f"no version '{version}'; there are: {', '.join(RELEASES)}, all")
    return args


def sources(directories):
    """The given source trees by version, e.g. 24.11."""
    found = {}
    for directory in directories:
        directory = os.path.abspath(directory)
        found[".".join(source_version(directory).split(".")[:2])] = directory
    for version in set(found) - set(RELEASES):
        raise Unavailable(f"{found[version]} is DPDK {version}; tested are {', '.join(RELEASES)}")
    return found


def main():
    args = parse()
    wanted = [v for v in RELEASES if not args.version or v in args.version or
              "all" in args.version]
    try:
        given = sources(args.source)
    except Unavailable as why:
        sys.exit(f"version-test: {why}")
    results = Results()
    with alone():
        for version in wanted:
            if os.geteuid() != 0:
                results.add("SKIP", version, "only root can run programs with another root")
                continue
            try:
                log(f"{version}: making the folder if it is not there")
                root = VersionRoot(version, given.get(version), args.fresh)
                root.make(args.in_tree)
            except Unavailable as why:
                results.add("SKIP", version, why)
                continue
            log(f"{version}: DPDK {root.dpdk}")
            Version(root, results).all(args.in_tree)
    log("done")
    print(results.line(), flush=True)
    sys.exit(1 if results.counts["FAIL"] else 0)
