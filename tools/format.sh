#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# format.sh [--check]: lays out every C file as .clang-format says, or reports.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
mode=(-i)
if [ "${1:-}" = --check ]; then
    mode=(--dry-run --Werror)
fi
find include lib tests examples -name '*.[ch]' -print0 | xargs -0 -r clang-format "${mode[@]}"
