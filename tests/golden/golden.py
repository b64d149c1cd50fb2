#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""golden.py [--update] PROGRAM DIRECTORY

Runs PROGRAM, which writes files into the directory it is given, and compares them
with those of DIRECTORY; with --update it replaces them. Files ending in .svg are
read as XML besides, and must refer to nothing outside. It runs twice, in two
locales: the bytes are the same.
"""

import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as tree

SVG = "{http://www.w3.org/2000/svg}"


def files_of(directory):
    found = {}
    for name in sorted(os.listdir(directory)):
        with open(os.path.join(directory, name), "rb") as file:
            found[name] = file.read()
    return found


def made_by(program, locale):
    with tempfile.TemporaryDirectory() as directory:
        environment = dict(os.environ, LC_ALL=locale, LANG=locale)
        subprocess.run([program, directory], check=True, env=environment)
        return files_of(directory)


def problems_of_svg(name, text):
    try:
        root = tree.fromstring(text)
    except tree.ParseError as error:
        return [f"{name}: no XML: {error}"]
    problems = []
    if root.tag != SVG + "svg" or root.get("role") != "img":
        problems.append(f"{name}: no picture")
    if [child.tag for child in root][:2] != [SVG + "title", SVG + "desc"]:
        problems.append(f"{name}: neither title nor description comes first")
    for element in root.iter():
        if any(key.endswith("href") or key.startswith("on") for key in element.keys()):
            problems.append(f"{name}: {element.tag} refers to something or runs something")
        if any(value.startswith("-") for key, value in element.items()
               if key in ("width", "height", "r", "rx")):
            problems.append(f"{name}: {element.tag} has a size below zero")
    return problems


def main():
    arguments = [a for a in sys.argv[1:] if a != "--update"]
    program, directory = arguments
    made = made_by(program, "C")
    problems = []
    if made != made_by(program, "de_DE.UTF-8"):
        problems.append("the locale changes what is drawn")
    for name, text in made.items():
        if name.endswith(".svg"):
            problems += problems_of_svg(name, text)
    if "--update" in sys.argv:
        for name in set(files_of(directory)) - set(made):
            os.remove(os.path.join(directory, name))
        for name, text in made.items():
            with open(os.path.join(directory, name), "wb") as file:
                file.write(text)
    kept = files_of(directory)
    for name in sorted(set(kept) | set(made)):
        if kept.get(name) != made.get(name):
            problems.append(f"{name}: differs; golden.py --update writes it anew")
    for problem in problems:
        print(problem)
    print(f"{len(made)} files, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
