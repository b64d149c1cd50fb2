#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""freeze-abi.py: keeps the interface of the release in include/crm4e/version.h.

Copies the headers to tests/abi/frozen-MAJOR.MINOR and writes where every member
of every public struct stands to tests/abi/test_layout.c. Run once when a
release is made; what was written for an earlier one stays as it is.
"""

import json
import os
import shutil
import subprocess
import tempfile

import public_api
import source

INCLUDES = "#include <stddef.h>\n\n#include <crm4e.h>\n#include <crm4e/sys/sqlite.h>\n"
HEAD = """/* SPDX-License-Identifier: MIT */
/*
 * Where every member of every public struct stands, as released: a compiled
 * program relies on it. Members only ever come at the end, so sizes only grow;
 * a line here never changes.
 */
"""
MACROS = r"""
#define MEMBER(type, member, offset)                                                               \
    _Static_assert(offsetof(type, member) == (offset), #type "." #member " has moved")
#define SIZE(type, size) _Static_assert(sizeof(type) >= (size), #type " has become smaller")

#if UINTPTR_MAX == UINT64_MAX
"""
TAIL = """
#endif

int main(void)
{
    return 0;
}
"""


def compiled(directory, text, command):
    path = os.path.join(directory, "structs.c")
    with open(path, "w", encoding="utf-8") as stream:
        stream.write(text)
    include = os.path.join(source.ROOT, "include")
    result = subprocess.run([*command, f"-I{include}", path], stdout=subprocess.PIPE, check=True)
    return result.stdout


def structs(directory):
    """(name, members) of every public struct."""
    tree = compiled(directory, INCLUDES, ["clang", "-Xclang", "-ast-dump=json", "-fsyntax-only"])
    for node in json.loads(tree)["inner"]:
        if node["kind"] == "RecordDecl" and node.get("completeDefinition"):
            members = [f["name"] for f in node.get("inner", []) if f["kind"] == "FieldDecl"]
            if node.get("name", "").startswith("crm4e_"):
                yield node["name"], members


def layout(directory):
    """The lines that state it, made by a program that is compiled and run."""
    body = ""
    for name, members in structs(directory):
        for member in members:
            body += f'    printf("MEMBER({name}, {member}, %zu);\\n", offsetof({name}, {member}));\n'
        body += f'    printf("SIZE({name}, %zu);\\n\\n", sizeof({name}));\n'
    program = os.path.join(directory, "structs")
    text = f"{INCLUDES}#include <stdio.h>\n\nint main(void)\n{{\n{body}    return 0;\n}}\n"
    compiled(directory, text, ["cc", "-o", program])
    return subprocess.run([program], stdout=subprocess.PIPE, check=True, text=True).stdout.rstrip()


def main():
    version = f"{public_api.macro('CRM4E_VERSION_MAJOR')}.{public_api.macro('CRM4E_VERSION_MINOR')}"
    frozen = os.path.join(source.ROOT, "tests", "abi", f"frozen-{version}")
    shutil.rmtree(frozen, ignore_errors=True)
    for header in public_api.headers():
        target = os.path.join(frozen, os.path.relpath(header, "include"))
        os.makedirs(os.path.dirname(target), exist_ok=True)
        shutil.copy(os.path.join(source.ROOT, header), target)
    with tempfile.TemporaryDirectory() as directory:
        text = HEAD + INCLUDES + MACROS + layout(directory) + "\n" + TAIL
    path = os.path.join(source.ROOT, "tests", "abi", "test_layout.c")
    with open(path, "w", encoding="utf-8") as stream:
        stream.write(text)
    subprocess.run(["clang-format", "-i", path], check=True)


main()
