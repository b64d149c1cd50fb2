#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""list-public.py OUTPUT: PUBLIC("name") for each function the headers export."""

import sys

import public_api

with open(sys.argv[1], "w", encoding="utf-8") as stream:
    stream.write("/* Written by list-public.py. */\n")
    stream.writelines(f'PUBLIC("{f.name}")\n' for f in sorted(public_api.functions()))
