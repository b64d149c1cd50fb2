#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A file of lib/ includes only its own layer and those below."""

import os
import re

import source

# Lowest first. A back end is an island: it knows the contract of its layer,
# and only `api`, which picks the default one, knows a back end.
LAYERS = [
    "base",
    "storage",
    "storage/memory",
    "storage/sql",
    "storage/sqlite",
    "model",
    "access",
    "columns",
    "record",
    "automation",
    "insight",
    "transfer",
    "api",
]
BACK_ENDS = {"storage/memory": {"api"}, "storage/sql": {"storage/sqlite"}, "storage/sqlite": {"api"}}

# Headers of other libraries, and the only layers that may know them.
FOREIGN = [
    (re.compile(r"^unicode/"), {"base"}),
    (re.compile(r"^sqlite3\.h$"), {"storage/sqlite"}),
]

_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)


def _layer(path):
    """The layer of a path relative to lib/; None outside of every layer."""
    directory = os.path.dirname(path)
    return directory if directory in LAYERS else None


def _own_problem(layer, included):
    target = _layer(included)
    if target is None:
        return f'"{included}": name the layer, as in "base/mem.h"'
    if target == layer:
        return None
    if LAYERS.index(target) > LAYERS.index(layer):
        return f'"{included}" is of a higher layer than {layer}'
    if layer not in BACK_ENDS.get(target, {layer}):
        return f'"{included}": {layer} must not know a back end'
    return None


def _foreign_problem(layer, included):
    for pattern, allowed in FOREIGN:
        if pattern.match(included) and layer not in allowed:
            return f"<{included}>: only {', '.join(sorted(allowed))} may know this library"
    return None


def problems_of(path):
    layer = _layer(os.path.relpath(path, "lib"))
    if layer is None:
        return [f"{path}: belongs to no layer"]
    text = source.without_comments(source.read(path))
    problems = []
    for match in _INCLUDE.finditer(text):
        check = _own_problem if match.group(1) == '"' else _foreign_problem
        problem = check(layer, match.group(2))
        if problem:
            problems.append(f"{path}:{source.line_of(text, match.start())}: {problem}")
    return problems


source.finish([p for path in source.files("lib") for p in problems_of(path)])
