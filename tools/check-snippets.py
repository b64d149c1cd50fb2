#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every C snippet of the documentation compiles. A snippet without main() is the
inside of a function with the usual variables."""

import os
import re
import subprocess
import sys
import tempfile

PRELUDE = """
#include <stdio.h>
#include <crm4e.h>
int snippet(void);
int snippet(void)
{
    crm4e_engine *engine = NULL;
    crm4e_org *org = NULL;
    crm4e_session *session = NULL;
    crm4e_record *record = NULL;
    crm4e_module *module = NULL;
    crm4e_id user_id = 0;
    int rc = 0;
    (void)engine; (void)org; (void)session; (void)record; (void)module; (void)user_id;
    {
"""
HOST = "const crm4e_storage_methods *my_methods(void);\nvoid *my_configuration(void);\n"
HOST += "int32_t write_piece(void *user, const char *bytes, size_t length);\n"
HOST += "int32_t show_rows(void *user, int64_t rows);\n"
HOST += "int32_t read_piece(void *user, char *bytes, size_t size, size_t *read);\n"


def snippets(path):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    for match in re.finditer(r"^```c\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        yield text.count("\n", 0, match.start()) + 2, match.group(1)


def program(code):
    if "int main(" in code:
        return code
    start = PRELUDE.replace("int snippet(void);", HOST + "int snippet(void);", 1)
    return start + code + "    }\n    return rc;\n}\n"


def main(root, compiler):
    failed = 0
    documents = [os.path.join(root, "README.md")]
    documents += sorted(os.path.join(root, "docs", name) for name in os.listdir(os.path.join(root, "docs"))
                        if name.endswith(".md"))
    for path in documents:
        for line, code in snippets(path):
            with tempfile.NamedTemporaryFile("w", suffix=".c", encoding="utf-8") as file:
                file.write(program(code))
                file.flush()
                run = subprocess.run(compiler + ["-std=c11", "-Wall", "-Wextra", "-Werror", "-fsyntax-only",
                                                 "-I", os.path.join(root, "include"), file.name],
                                     capture_output=True, text=True, check=False)
            if run.returncode != 0:
                failed += 1
                print(f"{os.path.relpath(path, root)}:{line}:\n{run.stderr}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:] or ["cc"]))
