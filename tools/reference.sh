#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# reference.sh DIRECTORY: the reference of the public headers, in DIRECTORY/html;
# any warning fails.
set -euo pipefail

mkdir -p "$1"
directory=$(cd "$1" && pwd)
cd "$(dirname "${BASH_SOURCE[0]}")/.."
{
    cat docs/Doxyfile
    echo "OUTPUT_DIRECTORY = \"$directory\""
    echo "PROJECT_NUMBER = $(sed -n "s/^  version: '\(.*\)',/\1/p" meson.build)"
} | doxygen -
