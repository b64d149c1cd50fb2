# SPDX-License-Identifier: MIT
"""The source tree as the checks see it: files, and C text without comments."""

import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

_TOKEN = re.compile(
    r"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'", re.DOTALL
)


def files(*directories, suffixes=(".c", ".h")):
    """Paths relative to the root, sorted; a directory that is absent has none."""
    found = []
    for directory in directories:
        for parent, children, names in os.walk(os.path.join(ROOT, directory)):
            children[:] = [c for c in children if not c.startswith((".", "build"))]
            found += [os.path.join(parent, n) for n in names if n.endswith(suffixes)]
    return sorted(os.path.relpath(path, ROOT) for path in found)


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as stream:
        return stream.read()


def _spaces(text):
    return re.sub(r"[^\n]", " ", text)


def without_comments(text, strings=True):
    """Comments become spaces, so that offsets and lines stay; string and
    character literals keep their quotes and, unless `strings`, lose their text."""

    def replace(match):
        token = match.group(0)
        if token[0] == "/":
            return _spaces(token)
        return token if strings else token[0] + _spaces(token[1:-1]) + token[-1]

    return _TOKEN.sub(replace, text)


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def finish(problems):
    """Ends a check: prints what is wrong, answers through the exit code."""
    for problem in problems:
        print(problem)
    sys.exit(1 if problems else 0)
