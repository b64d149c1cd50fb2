#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# abi.sh LIBRARY.so WORK_DIRECTORY [--update]
# Compares the binary interface with the committed baseline, or replaces the
# baseline. Both sides are written by abidw: comparing with the library itself
# would miss changed return types. Without debug information in the library
# everything would pass, so that is refused.
set -euo pipefail

library=$1
work=$2
mode=${3:-}
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
abi_version=$(sed -n 's/^#define CRM4E_ABI_VERSION *\([0-9]*\).*/\1/p' "$root/include/crm4e/version.h")
baseline=$root/tests/abi/crm4e-$abi_version.abi
current=$work/crm4e.abi

if ! readelf --sections "$library" | grep '\.debug_info' >/dev/null; then
    echo "$library: built without debug information" >&2
    exit 1
fi

abidw --headers-dir "$root/include" --drop-private-types --no-corpus-path --no-comp-dir-path \
    --short-locs --out-file "$current" "$library"

if [ "$mode" = --update ]; then
    cp "$current" "$baseline"
    echo "wrote ${baseline#"$root"/}"
elif [ -e "$baseline" ]; then
    abidiff "$baseline" "$current"
else
    echo "no baseline yet: ./run abi --update"
fi
