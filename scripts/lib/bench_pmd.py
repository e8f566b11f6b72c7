# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""Two cores: the distribution's testpmd on one, the software 82599 on the other."""

import os
import re
import statistics
import subprocess
import tempfile
import time

from bench_run import BUS, PLUGIN, PRELOAD, PRIORITY, Error, hugepages
from plugin import loadable

# EAL's and testpmd's options for each path.
PATHS = {
    "tinynf": ("net_tinynf", [], []),
    "vector": ("net_ixgbe", [], []),
    "bulk": ("net_ixgbe", ["--force-max-simd-bitwidth=64"], []),
    "full": ("net_ixgbe", ["--force-max-simd-bitwidth=64"],
             ["--rxfreet=16", "--tx-offloads=0x8000"]),
}
PROMPT = "testpmd>"


class Testpmd:
    """One testpmd, one port, forwarding only while asked to."""

    def __init__(self, path, size="64", ring=512):
        driver, eal, options = PATHS[path]
        self.log = tempfile.NamedTemporaryFile()
        self.seen = 0
        args = PRIORITY + [
            "stdbuf", "-oL", "dpdk-testpmd", "--lcores", "0@0,1@1", "--no-pci", "-m", "512",
            "--file-prefix", f"tinynf-bench-{os.getpid()}-{path}",
            "--in-memory" if hugepages() else "--no-huge", "--no-telemetry",
            "-d", loadable(PLUGIN), "-d", loadable(BUS),
            "-a", f"model0,driver={driver},doorbells=open,size={size},cpu=0"] + eal + [
            "--", "-i", "--port-topology=loop", "--nb-cores=1", "--record-core-cycles",
            f"--rxd={ring}", f"--txd={ring}", "--total-num-mbufs=8192"] + options
        env = dict(os.environ, LD_PRELOAD=PRELOAD)
        self.command = " ".join(args)
        self.process = subprocess.Popen(args, stdin=subprocess.PIPE, stdout=self.log,
                                        stderr=subprocess.STDOUT, text=True, env=env,
                                        start_new_session=True)
        self.expect(PROMPT)

    def text(self):
        # Opened anew: to read from testpmd's own open file moves where it writes.
        with open(self.log.name, errors="replace") as log:
            return log.read()

    def type(self, line):
        try:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            raise Error(f"testpmd ended: {self.text()[-600:]}")

    def expect(self, pattern, seconds=60):
        """Wait for text after what was seen before. @return the match."""
        end = time.monotonic() + seconds
        while True:
            text = self.text()
            match = re.search(pattern, text[self.seen:])
            if match:
                self.seen += match.end()
                return match
            if self.process.poll() is not None or time.monotonic() > end:
                raise Error(f"testpmd: no '{pattern}': {text[-600:]}")
            time.sleep(0.05)

    def forward(self, mode, burst, seconds):
        """@return cycles per packet and millions of packets per second."""
        self.type(f"set fwd {mode}")
        self.type(f"set burst {burst}")
        self.type("start")
        self.expect("Logical Core .* forwards packets|packet forwarding - ports")
        begin = time.monotonic()
        time.sleep(seconds)
        self.type("stop")
        accumulated = self.expect(r"Accumulated forward statistics[^\n]*\n\s*RX-packets: (\d+)")
        packets = int(accumulated[1])
        elapsed = time.monotonic() - begin
        if packets == 0:
            raise Error(f"testpmd {mode}: nothing received: {self.command}")
        cycles = float(self.expect(r"CPU cycles/packet=([0-9.]+)")[1])
        self.expect("Done")
        return cycles, packets / elapsed / 1e6

    def close(self):
        if self.process.poll() is None:
            try:
                self.type("quit")
                self.process.wait(20)
            except (Error, subprocess.TimeoutExpired):
                self.process.kill()
                self.process.wait()
        self.log.close()


def two_cores(paths, modes, bursts, repeats, seconds, say):
    """Paths take turns. @return results like bench's."""
    figures, programs = {}, {}
    try:
        for path in paths:
            programs[path] = Testpmd(path)
        for burst in bursts:
            for mode in modes:
                say(f"two cores: {mode}, burst {burst} ...")
                for _ in range(repeats):
                    for path, program in programs.items():
                        if path == "vector" and burst < 4:
                            continue
                        figures.setdefault((path, mode, burst), []).append(
                            program.forward(mode, burst, seconds))
        commands = {path: program.command for path, program in programs.items()}
    finally:
        for program in programs.values():
            program.close()
    return [{"kind": "two_cores", "driver": PATHS[path][0], "path": path, "mode": mode,
             "burst": burst, "cycles": statistics.median(c for c, _ in values),
             "mpps": statistics.median(m for _, m in values),
             "cycles_all": [c for c, _ in values]}
            for (path, mode, burst), values in figures.items()], commands
