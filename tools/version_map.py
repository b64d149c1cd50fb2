# SPDX-License-Identifier: MIT
"""lib/crm4e.map: which release exports which function."""

import re

import public_api
import source

PATH = "lib/crm4e.map"

_NODE = re.compile(r"^(CRM4E_[\d.]+) \{(.*?)^\}([^;]*);", re.MULTILINE | re.DOTALL)


def current_node():
    major = public_api.macro("CRM4E_VERSION_MAJOR")
    minor = public_api.macro("CRM4E_VERSION_MINOR")
    return f"CRM4E_{major}.{minor}"


def is_released(node):
    """A release has a date in the change log; "unreleased" may still change."""
    version = re.escape(node[len("CRM4E_") :])
    heading = re.search(rf"^## \[{version}\.0\] - (.*)$", source.read("CHANGELOG.md"), re.MULTILINE)
    return heading is not None and heading.group(1).strip() != "unreleased"


def nodes():
    """Node name -> functions, in the order of the file."""
    text = re.sub(r"#[^\n]*", "", source.read(PATH))
    return {name: re.findall(r"\bcrm4e_\w+", body) for name, body, _ in _NODE.findall(text)}


def render(table):
    blocks, previous = [], ""
    for name, functions in table.items():
        lines = [f"{name} {{", "global:"] + [f"    {f};" for f in sorted(functions)]
        if not previous:
            lines += ["local:", "    *;"]
        blocks.append("\n".join(lines + [f"}}{previous};"]) + "\n")
        previous = f" {name}"
    return "\n".join(blocks)
