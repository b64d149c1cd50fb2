#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Everything the headers declare can be called through a foreign function interface.

Reads clang's syntax tree of all public headers. A defect is: a function with
variable arguments, a struct or enum by value, an inline function, exported
data, a bit-field, an anonymous struct or union, a function without CRM4E_API.
"""

import json
import os
import re
import subprocess

import public_api
import source

INCLUDE = os.path.join(source.ROOT, "include") + os.sep


def syntax_tree():
    includes = [os.path.relpath(path, "include") for path in public_api.headers()]
    text = "".join(f"#include <{header}>\n" for header in includes)
    command = ["clang", "-x", "c", "-std=c11", f"-I{INCLUDE}", "-fsyntax-only"]
    command += ["-Xclang", "-ast-dump=json", "-"]
    result = subprocess.run(command, input=text, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(result.stdout)


class Places:
    """clang writes the file of a location only where it differs from the one
    before, in the order of the text; this carries it along."""

    def __init__(self):
        self.file = ""
        self.line = 0

    def fill(self, node):
        if isinstance(node, list):
            for item in node:
                self.fill(item)
        elif isinstance(node, dict):
            self.file = node.get("file", self.file)
            self.line = node.get("line", self.line)
            if "offset" in node:
                node["file"], node["line"] = self.file, self.line
            for key, item in node.items():
                if key != "includedFrom":
                    self.fill(item)


def place(node):
    """(file, line) of a declaration."""
    location = node.get("loc", {})
    location = location.get("expansionLoc", location)
    return location.get("file", ""), location.get("line", 0)


def type_text(node):
    kinds = node.get("type", {})
    return kinds.get("desugaredQualType", kinds.get("qualType", ""))


class Checker:
    def __init__(self, tree):
        declarations = tree["inner"]
        self.typedefs = {
            node["name"]: type_text(node) for node in declarations if node["kind"] == "TypedefDecl"
        }
        self.problems = []
        for node in declarations:
            if place(node)[0].startswith(INCLUDE):
                self.declaration(node)

    def report(self, node, message):
        file, line = place(node)
        path = os.path.relpath(file, source.ROOT)
        self.problems.append(f"{path}:{line}: {node.get('name', '(anonymous)')}: {message}")

    def by_value(self, text):
        """'struct x' or 'enum x' when the type is passed as such, else ''."""
        text = re.sub(r"\b(const|volatile|restrict)\b", "", text).strip()
        while text in self.typedefs and self.typedefs[text] != text:
            text = re.sub(r"\b(const|volatile)\b", "", self.typedefs[text]).strip()
        return text if re.fullmatch(r"(struct|union|enum)\b[^*(\[]*", text) else ""

    def callback(self, node):
        """A function pointer anywhere in the type follows the rules of functions."""
        text = type_text(node)
        found = re.match(r"(.*?)\(\*(?:const)?\)\((.*)\)$", text)
        if not found:
            return
        for part in [found.group(1)] + public_api.split_parameters(found.group(2)):
            if part == "...":
                self.report(node, "callback with variable arguments")
            elif self.by_value(part):
                self.report(node, f"callback passes {self.by_value(part)} by value")

    def function(self, node):
        if node.get("variadic"):
            self.report(node, "variable arguments")
        if node.get("inline") or node.get("storageClass") == "static":
            self.report(node, "inline function")
        children = node.get("inner", [])
        if not any(child["kind"] == "VisibilityAttr" for child in children):
            self.report(node, "not marked CRM4E_API")
        returned = self.by_value(node["type"]["qualType"].split("(")[0])
        if returned:
            self.report(node, f"returns {returned} by value")
        for child in children:
            if child["kind"] == "ParmVarDecl":
                if self.by_value(type_text(child)):
                    self.report(node, f"takes {self.by_value(type_text(child))} by value")
                self.callback(child)

    def record(self, node):
        if "name" not in node:
            self.report(node, "anonymous struct or union")
        for child in node.get("inner", []):
            if child["kind"] == "RecordDecl":
                self.record(child)
            elif child["kind"] == "FieldDecl":
                if child.get("isBitfield"):
                    self.report(child, "bit-field")
                if re.match(r"enum\b", self.by_value(type_text(child))):
                    self.report(child, "an enum has no fixed width; use int32_t or uint32_t")
                self.callback(child)

    def declaration(self, node):
        if node["kind"] == "FunctionDecl":
            self.function(node)
        elif node["kind"] == "RecordDecl":
            self.record(node)
        elif node["kind"] == "TypedefDecl":
            self.callback(node)
        elif node["kind"] == "VarDecl":
            self.report(node, "exported data")


def main():
    tree = syntax_tree()
    Places().fill(tree)
    source.finish(Checker(tree).problems)


main()
