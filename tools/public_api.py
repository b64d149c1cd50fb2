# SPDX-License-Identifier: MIT
"""The functions that the public headers declare with CRM4E_API."""

import re
from collections import namedtuple

import source

# `parameters` is a list of (declaration text, name); `comment` is the doc
# comment that stands directly before, or "".
Function = namedtuple("Function", "name result parameters comment path line")

_START = re.compile(r"^CRM4E_API\s+([^;(]*?)\b(crm4e_\w+)\s*\(", re.MULTILINE)
_COMMENT = re.compile(r"/\*\*(?:[^*]|\*(?!/))*\*/\s*\Z")


def headers():
    return source.files("include", suffixes=(".h",))


def _closing(text, opening):
    depth = 0
    for offset in range(opening, len(text)):
        depth += {"(": 1, ")": -1}.get(text[offset], 0)
        if depth == 0:
            return offset
    raise ValueError("unbalanced parentheses")


def split_parameters(text):
    """The parts between commas that stand outside of parentheses."""
    parts, depth, start = [], 0, 0
    for offset, char in enumerate(text):
        depth += {"(": 1, ")": -1}.get(char, 0)
        if char == "," and depth == 0:
            parts.append(text[start:offset])
            start = offset + 1
    parts = [" ".join(part.split()) for part in parts + [text[start:]]]
    return [] if parts in (["void"], [""]) else parts


def _parameter(text):
    pointer = re.search(r"\(\s*\*\s*(\w+)\s*\)", text)
    plain = re.search(r"(\w+)\s*(?:\[[^\]]*\]\s*)*$", text)
    found = pointer or plain
    return text, found.group(1) if found else text


def functions_of(path):
    original = source.read(path)
    text = source.without_comments(original)
    found = []
    for match in _START.finditer(text):
        opening = match.end() - 1
        closing = _closing(text, opening)
        comment = _COMMENT.search(original[: match.start()])
        found.append(
            Function(
                name=match.group(2),
                result=" ".join(match.group(1).split()),
                parameters=[_parameter(p) for p in split_parameters(text[opening + 1 : closing])],
                comment=comment.group(0) if comment else "",
                path=path,
                line=source.line_of(text, match.start()),
            )
        )
    return found


def functions():
    return [function for path in headers() for function in functions_of(path)]


def macro(name):
    """The value of a numeric macro in version.h."""
    text = source.read("include/crm4e/version.h")
    return int(re.search(rf"^#define {name}\s+(\d+)", text, re.MULTILINE).group(1))
