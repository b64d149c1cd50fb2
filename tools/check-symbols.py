#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""check-symbols.py LIBRARY.so: headers, version map and binary name the same functions."""

import re
import subprocess
import sys

import public_api
import source
import version_map


def exported(library):
    """Function -> version node, from the dynamic symbol table."""
    output = subprocess.run(
        ["nm", "--dynamic", "--defined-only", library], check=True, capture_output=True, text=True
    ).stdout
    found = {}
    for line in output.splitlines():
        kind, name = line.split()[-2:]
        if kind == "A":  # the version node itself
            continue
        symbol, _, node = name.partition("@@")
        found[symbol] = node if kind == "T" else f"not a function ({kind})"
    return found


def soname_problem(library):
    output = subprocess.run(
        ["readelf", "--dynamic", library], check=True, capture_output=True, text=True
    ).stdout
    wanted = f"libcrm4e.so.{public_api.macro('CRM4E_ABI_VERSION')}"
    found = re.search(r"SONAME\).*\[(.*)\]", output)
    if found and found.group(1) == wanted:
        return []
    return [f"{library}: the soname is not {wanted}"]


def main(library):
    declared = {function.name: function for function in public_api.functions()}
    mapped = {name: node for node, names in version_map.nodes().items() for name in names}
    binary = exported(library)
    problems = soname_problem(library)
    for name in sorted(declared.keys() | mapped.keys() | binary.keys()):
        if name not in declared:
            problems.append(f"{name}: no header declares it")
        if name not in mapped:
            problems.append(f"{name}: missing in {version_map.PATH} (tools/update-map.py)")
        if name not in binary:
            problems.append(f"{name}: the library does not define it")
        elif name in mapped and binary[name] != mapped[name]:
            problems.append(f"{name}: {mapped[name]} in the map, {binary[name]} in the library")
    source.finish(problems)


if len(sys.argv) != 2:
    sys.exit(__doc__)
main(sys.argv[1])
