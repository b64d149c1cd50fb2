#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# demo.sh BUILD_DIRECTORY [DATABASE]: an estate agency, from nothing to a chart.
set -euo pipefail
build=$(cd "$1" && pwd)
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
data=$(mktemp -d)
trap 'rm -rf "$data"' EXIT
db=${2:-$data/willow.crm4e}
rm -f "$db" "$db-wal" "$db-shm"

say() { printf '\n== %s\n' "$1"; }
crm() { "$build/examples/shell/crm4e" "$db" "$@"; }

say "an org in one file"
crm init --org "Willow & Lotus" --edition enterprise --admin ana@willow.example \
    --zone Asia/Shanghai --licences 20
say "its people, teams, modules and rules, as data"
crm --as ana@willow.example apply "$here/demo/org.json"
say "its records"
python3 "$here/demo/generate.py" "$data"
for module in Properties Leads Deals; do
    crm --as ana@willow.example import "$module" "$data/$module.csv"
done

for who in director wei; do
    say "the five dearest properties, as $who"
    crm --as "$who@willow.example" query \
        "select Name, Street, Price, Phase, Owner from Properties where Phase = 'Available' order by Price desc limit 5"
    say "value by phase, as $who"
    crm --as "$who@willow.example" chart Properties --group-by Phase --measure sum:Price,count
done

say "requests: wei and ines ask the legal team, a rule hands them out"
for who in wei ines wei ines; do
    crm --as "$who@willow.example" --json create Legal_Documents \
        '{"Name": "Lease, 武康路 376", "Kind": "Lease", "Fee": 1200.00}' >"$data/request.json"
done
crm --as mei@willow.example query "select Name, Created_By, Owner, Fee from Legal_Documents"
say "wei follows his own, and sees no other"
crm --as wei@willow.example query "select Name, Owner from Legal_Documents"
say "fang is in no way concerned"
if crm --as fang@willow.example query "select Name from Legal_Documents"; then
    echo "fang saw something" >&2
    exit 1
fi
say "what waits to be delivered"
crm --as ana@willow.example run-due
say "everything is sound"
crm check
