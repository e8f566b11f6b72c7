#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The net_tinynf developers
"""Write the C file whose strings tell dpdk-pmdinfo.py what a driver is.

usage: pmdinfo.py DRIVER.so OUTPUT.c

DPDK's registration macros leave symbols in the symbol table:
    this_pmd_name<n>               the driver's name, as a string
    this_pmd_name<name>            the same, from DPDK 25.07 on
    __<name>_pci_tbl_export        the name of its table of PCI ids
    __<name>_param_string_export   its devargs
    __<name>_kmod_dep_export       kernel modules it can use
The tool that users run looks for strings "PMD_INFO_STRING= " followed by JSON.
"""

import json
import re
import struct
import sys

try:
    from elftools.elf.elffile import ELFFile
except ImportError:
    sys.exit("pmdinfo.py: the Python module elftools is missing "
             "(Debian: python3-pyelftools; scripts/setup installs it)")

# struct rte_pci_id: class, vendor, device, subsystem vendor, subsystem device
PCI_ID = "IHHHH"


class Image:
    """The data behind the symbols of an ELF file."""

    def __init__(self, file):
        self._elf = ELFFile(file)
        table = self._elf.get_section_by_name(".symtab")
        if table is None:
            raise ValueError("no symbol table")
        self.symbols = {}
        for symbol in table.iter_symbols():
            if symbol["st_info"]["type"] == "STT_OBJECT":
                self.symbols.setdefault(symbol.name, []).append(symbol)
        self.order = "<" if self._elf.little_endian else ">"

    def data(self, symbol):
        section = self._elf.get_section(symbol["st_shndx"])
        start = symbol["st_value"] - section["sh_addr"]
        return section.data()[start:start + symbol["st_size"]]

    def strings(self, name):
        return [self.data(symbol).split(b"\0")[0].decode() for symbol in self.symbols.get(name, [])]


def pci_ids(image, table):
    ids = []
    for symbol in image.symbols.get(table, []):
        data = image.data(symbol)
        size = struct.calcsize(PCI_ID)
        for at in range(0, len(data) - size + 1, size):
            _, *fields = struct.unpack_from(image.order + PCI_ID, data, at)
            if fields[1] == 0:
                break
            ids.append(fields)
    return ids


def drivers(image):
    names = []
    for symbol in sorted(image.symbols):
        if re.fullmatch(r"this_pmd_name\w+", symbol):
            names += image.strings(symbol)
    for name in sorted(set(names)):
        info = {"name": name}
        for key, suffix in (("params", "param_string"), ("kmod", "kmod_dep")):
            values = image.strings(f"__{name}_{suffix}_export")
            if values:
                info[key] = " ".join(values)
        info["pci_ids"] = [
            ids
            for table in image.strings(f"__{name}_pci_tbl_export")
            for ids in pci_ids(image, table)
        ]
        yield info


def main():
    source, output = sys.argv[1:]
    with open(source, "rb") as file:
        found = list(drivers(Image(file)))
    with open(output, "w", encoding="ascii") as file:
        file.write("/* Generated from the symbols of the driver. */\n")
        # An empty C file is an error with -pedantic.
        file.write("typedef int tinynf_pmdinfo;\n")
        for info in found:
            text = json.dumps(json.dumps(info))[1:-1]
            file.write(f"const char {info['name']}_pmd_info[] __attribute__((used)) =\n"
                       f"\t\"PMD_INFO_STRING= {text}\";\n")


main()
