#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# check-install.sh BUILD_DIRECTORY: a program outside of the tree builds against
# the installed library through pkg-config, shared and static, and runs.
set -euo pipefail

build=$1
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT

DESTDIR=$stage meson install -C "$build" --no-rebuild --quiet
pc=$(find "$stage" -name crm4e.pc)
prefix=$stage$(pkg-config --variable=prefix "$pc")
export PKG_CONFIG_PATH=${pc%/*}

cat >"$stage/host.c" <<'C'
#include <stdio.h>
#include <crm4e.h>

int main(void)
{
    printf("%s\n", crm4e_version_text());
    return crm4e_abi_version() == CRM4E_ABI_VERSION ? 0 : 1;
}
C

flags() {
    pkg-config --define-variable="prefix=$prefix" "$@" crm4e
}

library=$(flags --variable=libdir)
# Flags are words of their own.
# shellcheck disable=SC2046
{
    cc -o "$stage/shared" "$stage/host.c" $(flags --cflags --libs)
    cc -o "$stage/static" "$stage/host.c" $(flags --cflags) \
        $(flags --static --libs | sed "s|-lcrm4e|$library/libcrm4e.a|")
}

wanted=$(flags --modversion)
for kind in shared static; do
    found=$(LD_LIBRARY_PATH=$library "$stage/$kind")
    if [ "$found" != "$wanted" ]; then
        echo "$kind: the library says $found, crm4e.pc says $wanted"
        exit 1
    fi
done
if ldd "$stage/static" | grep libcrm4e >/dev/null; then
    echo "the static program loads the shared library"
    exit 1
fi
