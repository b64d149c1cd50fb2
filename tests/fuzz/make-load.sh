#!/bin/sh
# SPDX-License-Identifier: MIT
# Makes the corpus of fuzz_load anew, after tables or columns have changed: two dumps without
# their last line, which the target writes itself. Ids and times are other ones each time.
# usage: tests/fuzz/make-load.sh BUILD/examples/shell/crm4e
set -eu

crm4e=$1
corpus=$(dirname "$0")/corpus/load
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

start() {
    db=$work/$1.crm4e
    "$crm4e" "$db" init --org Acme --edition enterprise --admin ana@acme.example --licences 5
}

ana() {
    "$crm4e" "$db" --as ana@acme.example "$@" >/dev/null
}

finish() {
    ana dump "$work/dump"
    sed '$d' "$work/dump" >"$corpus/$1"
}

start leads
ana create Leads '{"Last_Name": "Li", "Company": "T"}'
finish leads

start papers
cat >"$work/papers.json" <<'END'
{"roles": [{"name": "Agent", "parent": "CEO"}],
 "users": [{"email": "bob@acme.example", "role": "Agent"}],
 "groups": [{"name": "G", "sources": [{"user": "bob@acme.example"}]}],
 "currencies": [{"iso_code": "EUR", "rates": [{"valid_from": "2020-01-01", "exchange_rate": "2"}]}],
 "interaction_kinds": [{"name": "stamp"}],
 "modules": [{"api_name": "Papers", "team": true,
   "fields": [{"api_name": "Price", "type": "currency"}],
   "members": [{"user": "bob@acme.example", "profile": "admin"}]}],
 "spaces": [{"name": "Sales", "modules": ["Papers"], "members": ["bob@acme.example"]}],
 "sharing_rules": [{"module": "Leads", "name": "S", "from": [{"role": "CEO"}],
   "to": [{"group": "G"}]}],
 "charts": [{"name": "C", "module": "Leads", "group_by": ["Company"]}],
 "views": [{"name": "V", "module": "Leads", "sharing": "public"}],
 "workflows": [{"name": "W", "module": "Papers", "on": "create", "conditions": [
   {"then": [{"notify": {"to": "owner", "subject": "New", "body": "Look"}}],
    "scheduled": [{"after": {"days": 1},
     "then": [{"notify": {"to": "owner", "subject": "Old"}}]}]}]}]}
END
ana apply "$work/papers.json"
ana create Papers '{"Name": "x", "Price": 1.5}'
ana create Leads '{"Last_Name": "Li", "Company": "T"}'
finish papers
