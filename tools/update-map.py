#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the node of the coming release in lib/crm4e.map from the headers.

Nodes of earlier releases stay as they are: what they export is a promise.
"""

import os
import sys

import public_api
import source
import version_map


def main():
    node = version_map.current_node()
    if version_map.is_released(node):
        source.finish([f"{node} is released; raise the version before adding functions"])
    table = version_map.nodes()
    table.pop(node, None)
    promised = {name for functions in table.values() for name in functions}
    declared = {function.name for function in public_api.functions()}
    if promised - declared:
        source.finish([f"{name}: released, but declared no more" for name in sorted(promised - declared)])
    table[node] = declared - promised
    with open(os.path.join(source.ROOT, version_map.PATH), "w", encoding="utf-8") as stream:
        stream.write(version_map.render(table))


sys.exit(main())
