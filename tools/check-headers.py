#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""check-headers.py HEADER...: each installed header stands alone in C99 and C++17.

The arguments are the headers that get installed; one that is in include/ but
not among them, or that crm4e.h leaves out, is a failure. Prints TAP.
"""

import os
import re
import shutil
import subprocess
import sys

import public_api
import source

STRICT = ["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-pedantic-errors", "-fsyntax-only"]
LANGUAGES = {
    "C99": (["-x", "c", "-std=c99"], ["gcc", "clang"]),
    "C++17": (["-x", "c++", "-std=c++17"], ["g++", "clang++"]),
}

# What is optional, and so not part of the umbrella: a host's own parts.
_OUTSIDE_UMBRELLA = re.compile(r"^(crm4e\.h|crm4e/sys/)")


def compile_problem(compiler, arguments, header):
    """The compiler's complaint about a file that includes `header` twice."""
    text = f"#include <{header}>\n#include <{header}>\nextern int crm4e_probe;\n"
    command = [compiler, *arguments, *STRICT, f"-I{source.ROOT}/include", "-"]
    return subprocess.run(command, input=text, capture_output=True, text=True).stderr


def probes(installed):
    """(name of the probe, what is wrong or "")."""
    umbrella = source.read("include/crm4e.h")
    for path in public_api.headers():
        header = os.path.relpath(path, "include")
        missing = os.path.join(source.ROOT, path) not in installed
        yield f"{header} is installed", "add it to include/meson.build" if missing else ""
        if not _OUTSIDE_UMBRELLA.match(header):
            left_out = f"#include <{header}>" not in umbrella
            yield f"{header} is in crm4e.h", "include it there" if left_out else ""
        for language, (arguments, compilers) in LANGUAGES.items():
            for compiler in filter(shutil.which, compilers):
                name = f"{header} as {language} with {compiler}"
                yield name, compile_problem(compiler, arguments, header)


def main(installed):
    count = 0
    for count, (name, problem) in enumerate(probes(installed), start=1):
        print(f"{'not ok' if problem else 'ok'} {count} - {name}")
        for line in problem.splitlines():
            print(f"# {line}")
    print(f"1..{count}")


main({os.path.realpath(path) for path in sys.argv[1:]})
