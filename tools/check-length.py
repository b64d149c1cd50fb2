#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""No function over 80 lines, no file over 800: a long one hides a concept.

Relies on clang-format: braces of a function, and of nothing else, stand alone
in the first column.
"""

import source

FUNCTION_LINES = 80
FILE_LINES = 800


def _signature_start(lines, brace):
    """The first line of the signature whose body opens at line `brace`."""
    start = brace
    while start > 0:
        above = lines[start - 1].strip()
        if not above or above.startswith("#") or above.endswith((";", "}")):
            break
        start -= 1
    return start


def functions(text):
    """(first line, count of lines, signature) of each function."""
    lines = source.without_comments(text, strings=False).split("\n")
    opened = None
    for number, line in enumerate(lines):
        if line == "{":
            opened = _signature_start(lines, number)
        elif line == "}" and opened is not None:
            yield opened + 1, number - opened + 1, lines[opened].strip()
            opened = None


def problems_of(path):
    text = source.read(path)
    count = text.count("\n")
    problems = [f"{path}: {count} lines, {FILE_LINES} at most"] if count > FILE_LINES else []
    for line, length, signature in functions(text):
        if length > FUNCTION_LINES:
            problems.append(f"{path}:{line}: {length} lines, {FUNCTION_LINES} at most: {signature}")
    return problems


source.finish(
    [p for path in source.files("include", "lib", "examples", "tests") for p in problems_of(path)]
)
