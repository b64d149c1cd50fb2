#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""list-texts.py OUTPUT: every place where a text enters the library or leaves it.

TEXT_IN("function.parameter") for each text a function takes, also inside a struct of options
("struct.member"); TEXT_OUT("function") for each function that hands out text.
"""

import re
import sys

import public_api
import source

_STRUCT = re.compile(r"typedef struct (crm4e_\w+_options) \{(.*?)\} \1;", re.DOTALL)
_MEMBER = re.compile(r"const char\s*\*\s*(\w+)\s*;")
_HANDS_OUT = ("crm4e_text **", "const char **")


def members():
    """"struct.member" of the texts in structs of options."""
    for path in public_api.headers():
        for name, body in _STRUCT.findall(source.without_comments(source.read(path))):
            yield from (f"{name}.{member}" for member in _MEMBER.findall(body))


def taken():
    for function in public_api.functions():
        for text, name in function.parameters:
            if text.startswith("const char *") and not text.startswith("const char **"):
                yield f"{function.name}.{name}"
    yield from members()


def handed_out():
    for function in public_api.functions():
        through = any(text.startswith(_HANDS_OUT) for text, _ in function.parameters)
        if through or function.result == "const char *":
            yield function.name


with open(sys.argv[1], "w", encoding="utf-8") as stream:
    stream.write("/* Written by list-texts.py. */\n")
    stream.writelines(f'TEXT_IN("{place}")\n' for place in sorted(set(taken())))
    stream.writelines(f'TEXT_OUT("{place}")\n' for place in sorted(set(handed_out())))
