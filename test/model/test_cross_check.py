# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""Compare the register table with the one that DPDK's own driver for the card uses.

That driver's header comes with the source package of the distribution's DPDK, which
scripts/setup has unpacked, or is fetched here. The compiler says what both mean: every address of
every register and every mask must be the same. What the header lacks, or calls otherwise, is
listed in cross_check_names.py; a name in no list must be in the header.
"""

import glob
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile

import check

TOP = os.environ["TINYNF_SOURCE_ROOT"]
DRIVER = os.path.join(TOP, "drivers/net/tinynf")
HEADER = "drivers/net/ixgbe/base/ixgbe_type.h"
sys.path.insert(0, os.path.join(TOP, "scripts", "lib"))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import cross_check_names as names  # noqa: E402 (needs the path)
from debian_root import Root, Unavailable, own_suites  # noqa: E402


def fetch(folder):
    """The header from the source package, for who never ran scripts/setup."""
    root = Root(folder, own_suites(), [])
    try:
        with tarfile.open(root.fetch_source("dpdk")) as packed:
            for member in packed:
                if member.name.endswith("/" + HEADER):
                    return packed.extractfile(member).read().decode(errors="replace")
    except (OSError, tarfile.TarError) as error:
        raise Unavailable(error) from error
    raise Unavailable(f"there is no {HEADER} in the source package")


def header(folder):
    """The text of the other driver's header."""
    trees = [os.environ.get("TINYNF_DPDK_SOURCE", "")]
    trees += sorted(glob.glob(os.path.join(TOP, ".cache/dpdk-*")))
    trees += sorted(glob.glob(os.path.join(TOP, ".cache/versions/*/source")))
    for tree in trees:
        path = os.path.join(tree, HEADER)
        if tree and os.path.exists(path):
            with open(path, errors="replace") as text:
                return text.read()
    try:
        return fetch(folder)
    except Unavailable as why:
        return check.skip(f"the other driver's source is not here and cannot be had: {why}")


def compiler(*args, text=None):
    command = os.environ.get("CC", "cc").split()
    if not shutil.which(command[0]):
        command = ["gcc"]
    done = subprocess.run(command + list(args), input=text, capture_output=True, text=True)
    if done.returncode != 0:
        check.fail(f"the compiler does not take it: {done.stderr[:600]}")
    return done.stdout


class Other:
    """The other header's macros."""

    def __init__(self, folder):
        with open(os.path.join(folder, "type.h"), "w") as copy:
            # What it includes defines types and logging, not registers.
            copy.write(re.sub(r"^#include.*$", "", header(folder), flags=re.M))
        listed = compiler("-E", "-dM", os.path.join(folder, "type.h"))
        self.lines = [line for line in listed.splitlines() if line.startswith("#define IXGBE_")]
        self.functions = set(re.findall(r"^#define (\w+)\(", "\n".join(self.lines), re.M))
        self.all = set(re.findall(r"^#define (\w+)", "\n".join(self.lines), re.M))

    def has(self, name):
        return "IXGBE_" + name in self.all

    def instances(self, name, count):
        """Their expressions for the instances of a register of ours, as many as they have."""
        theirs = names.REGISTERS.get(name, "IXGBE_" + name)
        if isinstance(theirs, list):
            return ["IXGBE_" + one for one in theirs]
        if theirs in self.functions:
            theirs += "({n})"
        # One name for many: only the address of the first is told.
        return [theirs.format(n=n) for n in range(count if "{n}" in theirs else 1)]


def compare(folder, other, pairs):
    """pairs: (what, our expression, theirs). @return those that differ, with their values."""
    program = ["#include <stdint.h>", "#include <stdio.h>", '#include "base/tinynf_regs.h"',
               "#define BIT(n) (1u << (n))", *other.lines, "int main(void)", "{"]
    for number, (_, ours, theirs) in enumerate(pairs):
        program.append(f'printf("%u %x %x\\n", {number}, (uint32_t)({ours}), '
                       f"(uint32_t)({theirs}));")
    program += ["return 0;", "}"]
    binary = os.path.join(folder, "compare")
    compiler("-w", "-O0", "-std=gnu11", "-I", DRIVER, "-x", "c", "-o", binary, "-",
             text="\n".join(program))
    said = subprocess.run([binary], capture_output=True, text=True, check=True).stdout
    lines = said.splitlines()
    check.equal(len(lines), len(pairs), "the number of values compared")
    values = [(int(ours, 16), int(theirs, 16)) for _, ours, theirs in map(str.split, lines)]
    return [(pairs[n][0], *both) for n, both in enumerate(values)]


def rows():
    """The table's rows: name, stride, count. Every row, as the preprocessor counts them."""
    with open(os.path.join(DRIVER, "base/tinynf_regs.h")) as text:
        source = text.read()
    found = re.findall(r"\bR\((\w+), 0x\w+, (\w+), (\d+), \w+, [A-Z]{2}, \w+, \"", source)
    expanded = compiler("-E", "-I", DRIVER, "-x", "c", "-", text='#include "base/tinynf_regs.h"\n'
                        "#define ROW(...) row_of_table\nTINYNF_REGS(ROW)\n")
    check.equal(len(found), expanded.count("row_of_table"), "the number of rows read")
    return [(name, int(stride, 0), int(count)) for name, stride, count in found]


def aliases():
    """Other addresses that the card still decodes, by register: offset, stride, count."""
    with open(os.path.join(DRIVER, "base/tinynf_regs.h")) as text:
        found = re.findall(r"\bA\((\w+), (0x\w+), (\w+), (\d+)\)", text.read())
    return {name: (int(at, 0), int(stride, 0), int(count)) for name, at, stride, count in found}


def alias(table, name, index):
    at, stride, count = table.get(name, (0, 0, 0))
    return at + index * stride if index < count else None


def report(wrong, what):
    if wrong:
        check.fail(f"{len(wrong)} {what}: " + ", ".join(wrong[:12]))


def unlisted(ours, other, lists):
    """Names of ours that are in none of the lists and not in the header."""
    return [name for name in ours
            if not any(name in names_of for names_of in lists) and not other.has(name)]


@check.case("every register is the other driver's too, or known to be ours alone")
def _():
    with tempfile.TemporaryDirectory(prefix="tinynf-") as folder:
        other = Other(folder)
    ours = [name for name, _, _ in rows()]
    report(unlisted(ours, other, (names.REGISTERS, names.REGISTERS_LACKING)),
           "registers have no counterpart")
    report([n for n in names.REGISTERS_LACKING if n not in ours or other.has(n)],
           "registers are wrongly listed as lacking")


@check.case("addresses of all registers are the other driver's")
def _():
    with tempfile.TemporaryDirectory(prefix="tinynf-") as folder:
        other = Other(folder)
        table = aliases()
        pairs = []
        for name, stride, count in rows():
            if name in names.REGISTERS_LACKING:
                continue
            for n, value in enumerate(other.instances(name, count)):
                pairs.append(((name, n), f"TINYNF_REG({name}, {n})", value))
        wrong = {}
        direct = set()
        for (name, n), ours, theirs in compare(folder, other, pairs):
            if theirs == ours:
                direct.add(name)
            elif theirs != alias(table, name, n):
                wrong.setdefault(name, f"{name}({n}) is at {ours:#x}, theirs at {theirs:#x}")
    report(list(wrong.values()), "registers are elsewhere")
    indirect = {name for (name, _), _, _ in pairs} - direct
    check.equal(sorted(indirect), sorted(names.REGISTERS_BY_ALIAS),
                "what is known by another address only")
    check.true(len(pairs) > 3000, f"only {len(pairs)} addresses are compared")
    print(f"{len(pairs)} addresses compared")


def fields():
    with open(os.path.join(DRIVER, "base/tinynf_regs_fields.h")) as text:
        return re.findall(r"^#define TINYNF_([A-Z]\w+)[ \t]+\S", text.read(), re.M)


@check.case("masks of all fields are the other driver's")
def _():
    with tempfile.TemporaryDirectory(prefix="tinynf-") as folder:
        other = Other(folder)
        ours = fields()
        check.true(len(ours) > 100, f"only {len(ours)} fields are read")
        report(unlisted(ours, other, (names.FIELDS, names.FIELDS_LACKING)),
               "fields have no counterpart")
        report([n for n in names.FIELDS_LACKING if n not in ours or other.has(n)],
               "fields are wrongly listed as lacking")
        pairs = [(name, f"TINYNF_{name}", names.FIELDS.get(name, "IXGBE_" + name))
                 for name in ours if name not in names.FIELDS_LACKING]
        wrong = [f"{name} is {mine:#x}, the other driver's {theirs:#x}"
                 for name, mine, theirs in compare(folder, other, pairs) if mine != theirs]
    report(wrong, f"of {len(pairs)} masks differ")
    print(f"{len(pairs)} masks compared")


check.main()
