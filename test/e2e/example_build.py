# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""Builds the distribution's examples from the source that scripts/setup keeps, and own programs."""

import glob
import os
import shutil
import subprocess

import check
from e2e import BUILD_ROOT, SOURCE_ROOT

# Folder: program, or its path within the folder.
PROGRAMS = {
    "l2fwd": "l2fwd", "l3fwd": "l3fwd", "skeleton": "basicfwd",
    "rxtx_callbacks": "rxtx_callbacks", "l2fwd-jobstats": "l2fwd-jobstats",
    "link_status_interrupt": "link_status_interrupt", "packet_ordering": "packet_ordering",
    "l3fwd-power": "l3fwd-power", "distributor": "distributor_app", "ip_reassembly": "ip_reassembly",
    "ip_fragmentation": "ip_fragmentation", "ipv4_multicast": "ipv4_multicast",
    "l2fwd-event": "l2fwd-event", "l2fwd-keepalive": "l2fwd-keepalive",
    "l3fwd-graph": "l3fwd-graph", "qos_meter": "qos_meter",
    "ethtool": "ethtool-app/build/ethtool",
    "multi_process/client_server_mp": "mp_server/build/mp_server",
}


def run(*words, **kwargs):
    """@return what a command prints; it must succeed."""
    done = subprocess.run(words, capture_output=True, text=True, timeout=600, **kwargs)
    check.equal(done.returncode, 0, f"{' '.join(words)[:200]}: {done.stderr[-400:]}")
    return done.stdout


def compile_quietly(compiler, source, made, *flags, **kwargs):
    """Compile one source, in the compiler's own language, without a warning."""
    if shutil.which(compiler) is None:
        check.skip(f"{compiler} is not installed")
    run(compiler, "-x", "c++" if compiler.endswith("++") else "c", *flags, "-O2", "-Wall", "-Wextra",
        "-Werror", "-DALLOW_EXPERIMENTAL_API", "-c", source, "-o", made, **kwargs)


def compile_object(compiler, source, made, pkg_config, *flags):
    """@return made: a program of this folder, or a part of it, compiled without a warning."""
    os.makedirs(os.path.dirname(made), exist_ok=True)
    compile_quietly(compiler, os.path.join(os.path.dirname(os.path.abspath(__file__)), source), made,
                    *run(pkg_config, "--cflags", "libdpdk").split(), *flags)
    return made


def link_program(compiler, objects, program, pkg_config, *libraries):
    """@return program"""
    run(compiler, *objects, "-o", program, *libraries, *run(pkg_config, "--libs", "libdpdk").split())
    return program


def examples_source():
    """Folder of the examples: the distribution's source that scripts/setup keeps."""
    given = os.environ.get("TINYNF_DPDK_SOURCE")
    places = [given] if given else glob.glob(os.path.join(SOURCE_ROOT, ".cache", "dpdk-*")) + \
        glob.glob(os.path.join(SOURCE_ROOT, ".cache", "*", "dpdk-*"))
    for place in places:
        if place and os.path.isdir(os.path.join(place, "examples", "l2fwd")):
            return os.path.join(place, "examples")
    return None


def build(folder):
    """Build one example out of the source tree. @return its path."""
    source = examples_source()
    if source is None:
        check.fail("no DPDK source: run scripts/setup")
    top = os.path.join(BUILD_ROOT, "examples")
    name = PROGRAMS[folder]
    program = os.path.join(top, folder, name if "/" in name else f"build/{name}") + "-shared"
    if os.path.exists(program):
        return program
    os.makedirs(top, exist_ok=True)
    for name in (folder, "common"):
        shutil.copytree(os.path.join(source, name), os.path.join(top, name), dirs_exist_ok=True)
    made = subprocess.run(["make", "-s", "-C", os.path.join(top, folder), "shared"],
                          capture_output=True, text=True, timeout=300)
    check.equal(made.returncode, 0, f"make of {folder}: {made.stderr[-300:]}")
    return program
