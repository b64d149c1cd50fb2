#!/bin/sh
# SPDX-License-Identifier: MIT
# run_example.sh PROGRAM [ARGUMENT]: runs an example with a database of its own
# as the last argument.
set -eu
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
"$@" "$directory/example.db"
