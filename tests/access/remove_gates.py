#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""remove_gates.py GATES_H LIBRARY PROGRAM...: takes the checks of access control
away one by one; each time some program must fail.

The programs are linked against a build in which the environment names the check
that is missing. TAP: first that all pass with every check in place and that the
real LIBRARY knows nothing of it, then a line for each check. With a check's name
in ONLY_GATE just that one, with the output of the program that failed.
"""

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

VARIABLE = "CRM4E_REMOVED_GATE"
SYMBOL = "c4_gate_stands"
UNKNOWN_GATE = 99
SECONDS = 60


def gates(header):
    with open(header, encoding="utf-8") as stream:
        return re.findall(r"^    X\((\w+), ", stream.read(), re.MULTILINE)


def run(program, gate=None):
    """(exit code, output); a program that hangs has noticed."""
    environment = {k: v for k, v in os.environ.items() if k != VARIABLE}
    if gate:
        environment[VARIABLE] = gate
    try:
        result = subprocess.run(
            [program],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=SECONDS,
        )
    except subprocess.TimeoutExpired:
        return -1, b""
    if result.returncode == UNKNOWN_GATE:
        sys.exit(f"{program} knows no gate {gate}")
    return result.returncode, result.stdout


def first_to_fail(programs, gate):
    for program in programs:
        code, output = run(program, gate)
        if code:
            return program, output
    return None, b""


def main():
    header, library, *programs = sys.argv[1:]
    only = os.environ.get("ONLY_GATE")
    names = [only] if only else gates(header)
    with open(library, "rb") as stream:
        image = stream.read()
    lines = []
    with ThreadPoolExecutor(min(2, os.cpu_count() or 1)) as pool:
        for program, (code, _) in zip(programs, pool.map(run, programs)):
            title = f"{os.path.basename(program)} with every check in place"
            lines.append((code == 0, title))
        for text in (VARIABLE, SYMBOL):
            lines.append((text.encode() not in image, f"the library does not hold {text}"))
        found = pool.map(lambda gate: first_to_fail(programs, gate), names)
        for gate, (program, output) in zip(names, found):
            noticed = os.path.basename(program) if program else "no program"
            lines.append((program is not None, f"{gate} is missed by {noticed}"))
            if only:
                sys.stderr.write(output.decode(errors="replace"))
    print(f"1..{len(lines)}")
    for number, (good, title) in enumerate(lines, 1):
        print(f"{'ok' if good else 'not ok'} {number} - {title}")
    sys.exit(0 if all(good for good, _ in lines) else 1)


main()
