#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""doc-filter.py HEADER: the header as Doxygen should read it.

Inside an enum, `LIST(ITEM)` with `#define LIST(X) X(NAME, 1, "text") ...` and
`#define ITEM(name, number, text) PREFIX_##name = number,` becomes enumerators,
each documented by the last string of its row. A header without @file gets one,
without which Doxygen leaves out its macros.
"""

import re
import sys

_ROW = re.compile(r'X\(((?:"(?:\\.|[^"\\])*"|[^()"])*)\)')
_PART = re.compile(r'"(?:\\.|[^"\\])*"|[^,"]+')


def rows(body):
    """The arguments of each X(...) of a list."""
    return [[part.strip() for part in _PART.findall(row) if part.strip()] for row in _ROW.findall(body)]


def expand(row, parameters, pattern):
    values = dict(zip(parameters, row))
    text = re.sub(r"(?:\s*##\s*)?\b(\w+)\b", lambda m: values.get(m.group(1), m.group(0)), pattern)
    texts = [value.strip('"') for value in row if value.startswith('"')]
    return f"    {text.strip()}" + (f" /**< {texts[-1]} */" if texts else "")


def main(path):
    with open(path, encoding="utf-8") as stream:
        text = stream.read()
    joined = text.replace("\\\n", " ")
    lists = dict(re.findall(r"^#define (\w+)\(X\)\s+(X\(.*)$", joined, re.MULTILINE))
    items = re.findall(r"^#define (\w+)\(([\w, ]+)\)\s+(\w*##.*)$", joined, re.MULTILINE)
    for name, parameters, pattern in items:
        parameters = [parameter.strip() for parameter in parameters.split(",")]
        for list_name, body in lists.items():
            lines = [expand(row, parameters, pattern) for row in rows(body)]
            replacement = "\n".join(lines)
            text = re.sub(
                rf"^[ \t]*{list_name}\({name}\)[ \t]*$", lambda _: replacement, text, flags=re.MULTILINE
            )
        text = re.sub(rf"^#(?:define {name}\(|undef {name}\b).*$", "", text, flags=re.MULTILINE)
    if "@file" not in text:
        text = "/** @file */ " + text
    sys.stdout.write(text)


main(sys.argv[1])
