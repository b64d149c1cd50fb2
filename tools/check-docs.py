#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every exported function says what it does, takes and gives back; every struct,
enum and callback type says what it is."""

import re

import public_api
import source


def problems_of(function):
    comment = function.comment
    if not comment:
        return ["has no doc comment"]
    wanted = [name for _, name in function.parameters]
    found = re.findall(r"@param(?:\s*\[[^\]]*\])?\s+(\w+)\s+\S", comment)
    problems = [f"@param {name} is missing" for name in wanted if name not in found]
    problems += [f"@param {name} is no parameter" for name in found if name not in wanted]
    if not problems and found != wanted:
        problems.append("@param order differs from the parameters")
    has_return = re.search(r"@returns?\s+\S", comment) is not None
    if has_return != (function.result != "void"):
        problems.append("@return of a void function" if has_return else "@return is missing")
    return problems


# The constants of an integer type follow its documented typedef.
_TYPE = re.compile(
    r"(\*/[ \t]*\n|^typedef u?int\d+_t \w+;.*\n)?^(typedef struct \w+ \{|struct \w+ \{|enum(?: \w+)? \{|typedef [^;{]*\(\*\w+\)\()",
    re.MULTILINE,
)


def undocumented_types(path):
    text = source.read(path)
    for match in _TYPE.finditer(text):
        if not match.group(1):
            line = source.line_of(text, match.start(2))
            yield f"{path}:{line}: {match.group(2).rstrip(' {(')} has no doc comment"


source.finish(
    [problem for path in public_api.headers() for problem in undocumented_types(path)]
    + [
        f"{function.path}:{function.line}: {function.name}: {problem}"
        for function in public_api.functions()
        for problem in problems_of(function)
    ]
)
