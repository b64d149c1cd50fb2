#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""check-globals.py ARCHIVE.a: the library keeps no mutable global or thread-local data
but the registry of handles."""

import re
import subprocess
import sys

import source

# Section of a data object: constants are in .rodata, or in .data.rel.ro when
# they hold addresses; everything else can be written at run time.
_OBJECT = re.compile(r"^[0-9a-f]+ .{7} (\.(?:data|bss|tdata|tbss)\S*|\*COM\*)\s+[0-9a-f]+\s+(.*)$")

# The registry is process-wide by its nature (docs/decisions.md).
_REGISTRY = "api_handle.c.o"


def main(archive):
    output = subprocess.run(
        ["objdump", "--syms", archive], check=True, capture_output=True, text=True
    ).stdout
    problems, member = [], archive
    for line in output.splitlines():
        heading = re.match(r"^(\S+):\s+file format", line)
        if heading:
            member = heading.group(1)
        found = _OBJECT.match(line)
        if not found or found.group(1).startswith(".data.rel.ro") or found.group(2) == found.group(1):
            continue
        if member.endswith(_REGISTRY) and not found.group(1).startswith((".tdata", ".tbss")):
            continue
        problems.append(f"{member}: {found.group(2)} is mutable ({found.group(1)})")
    source.finish(problems)


if len(sys.argv) != 2:
    sys.exit(__doc__)
main(sys.argv[1])
