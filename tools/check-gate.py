#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Rows of records are touched where the gate has been asked, and nowhere else.

Every function of lib/ that hands the table of a module, or one of the tables
that keep what was in records, to the storage stands below with the reason why
nobody learns or changes through it what he may not. A new one is an error until
somebody has thought about it; so is a line below that nothing needs any more.
"""

import re

import source

# Tables of the library that hold values of records.
KEPT = "BIN HISTORY OUTBOX SEARCH_BLOCK FILE FILE_PIECE LINK INTERACTION"

_TABLE = re.compile(
    r"\bmodule->table\b(?!\s*\.)|&\s*[\w.>\-]*\b(?:module|target)->table\b(?!\s*\.)"
    rf"|\bC4_TABLE_(?:{'|'.join(KEPT.split())})\b"
    r"|\bc4_record_load\s*\("
)
# The storage takes any table, and the model makes them.
OUTSIDE = ("lib/storage/", "lib/model/schema", "lib/model/meta_table", "lib/model/migrate")

# By file, "*" for all of it.
ALLOWED = {
    "lib/access/access.c": {
        "c4_access_read_row": "the gate itself: reads what its own question needs",
        "c4_access_stored_row": "the gate itself: the owner decides",
    },
    "lib/access/check.c": {"check_lock": "the gate itself, after the record was found open"},
    "lib/access/compare.c": {"count_rows": "counts per scope, for system administrators"},
    "lib/access/estimate.c": {"count_rows": "counts for the choice of a plan, told to nobody"},
    "lib/access/explain.c": {"why_not_record": "only when the asker may hear that there is one"},
    "lib/access/follow.c": {"add_select": "the gate itself: a sub-select of the parent's scope"},
    "lib/automation/outbox.c": {
        "c4_outbox_put": "what a rule says, as the rule",
        "first_of": "ids, told to nobody; outbox calls are for system administrators",
        "set_state": "which of a record's messages is next, told to nobody",
        "find_due": "outbox calls are for system administrators",
        "read_row": "outbox calls are for system administrators",
        "list_ids": "outbox calls are for system administrators",
        "c4_outbox_discard": "outbox calls are for system administrators",
        "c4_outbox_purge": "outbox calls are for system administrators",
        "write_entry": "outbox calls are for system administrators",
    },
    "lib/automation/action_update.c": {
        "look": "a field that the rule's author may write, told to him and to administrators",
        "take_behind": "asks the scope of the rule's author for the row",
    },
    "lib/automation/schedule.c": {
        "fill": "dates that the rule's author may read, told to nobody",
        "rezone_visited": "the same",
    },
    "lib/automation/due.c": {"load_row": "for rules, as a change would be"},
    "lib/automation/gather.c": {"c4_run_take": "the record of the change, for rules whose author may write what they set"},
    "lib/automation/dry_run.c": {"pretend": "after the record was read through the gate; for rules, as a change would be"},
    "lib/automation/run.c": {"happened": "for rules, as a change of the record would be"},
    "lib/automation/run_log.c": {
        "is_gone": "whether there is a record, for system administrators",
    },
    "lib/automation/template.c": {"c4_template_open": "what a rule says of its record, whose fields its author may read"},
    "lib/automation/transfer.c": {"find": "ids of open activities, told to nobody: each is moved by a rule, or as the actor may"},
    "lib/columns/fill.c": {
        "c4_can_fill": "no row is read: the types of columns",
        "add_columns": "a sheet knows no rights: who reads it asks its scope for each row",
        "read_change": "as add_columns",
        "list_changed": "ids alone, of the records that a sheet is to read again",
    },
    "lib/columns/kept_read.c": {"fits": "no row is read: which values a column may have"},
    "lib/insight/chart_axis.c": {"read_name": "after c4_access_stored_row() in the target's scope"},
    "lib/insight/chart_cached.c": {
        "c4_chart_read_cached": "the condition has the scope's, as the plan of the storage",
    },
    "lib/insight/chart_read.c": {
        "read_columns": "asks its scope for each row, or all rows are open",
        "start_plan": "the plan takes the scope's predicate",
        "owner_index": "no row is read: looks for an index",
    },
    "lib/insight/interaction_list.c": {"*": "after the record was read through its scope; what an entry comes from is read through its own"},
    "lib/insight/interaction_remove.c": {"take_out": "an entry that was found in the list of a record that he may edit"},
    "lib/insight/interactions.c": {"put_added": "what a host added to a record that was read through its scope"},
    "lib/insight/feed.c": {
        "read_changes": "of a line that is told, or not, by what show() finds open",
        "show": "shows the row it loaded through its scope, and says nothing without",
        "read_lines": "which records changed; told through show() alone",
    },
    "lib/insight/past.c": {"open_past": "shows the row it loaded through its scope before anything is said"},
    "lib/insight/timeline.c": {"plan_lines": "after the record was read through its scope"},
    "lib/transfer/dump.c": {"c4_dump_derives": "names tables that a dump, of system administrators, leaves out"},
    "lib/transfer/import_bulk.c": {"c4_import_bulk_begin": "no row is read: says that many will come"},
    "lib/transfer/load.c": {"adjust": "fills an org that nobody is in yet"},
    "lib/model/manage_org.c": {"find_amounts": "whether there is an amount, for system administrators"},
    "lib/model/manage_currency.c": {
        "give": "no row is read: tables get columns",
        "count_rows": "whether records hold another currency, for system administrators",
    },
    "lib/record/bin.c": {
        "put_in_bin": "a row that was read in the scope of delete",
        "remove_row": "a row that was read in the scope of delete",
        "c4_bin_find": "its caller asks the gate with the row that was found",
        "take_out_of_bin": "a row the gate was asked about",
        "check_in_bin": "whether it is there, without its values",
        "exists": "whether there is such a record, for who may restore what hangs on it",
        "purge": "for administrators, who see all",
    },
    "lib/record/bin_list.c": {
        "add_lines": "who asks judges each line, or is an administrator who empties the bin",
        "put_name": "after the line was judged and the name found readable",
    },
    "lib/record/check.c": {"find_target": "of rules: whether there is a record, not what is in it"},
    "lib/record/compute.c": {
        "change_record": "writes what the library computes, or links that follow a record, and tells nobody",
        "c4_records_recompute": "ids of the records that follow a new field",
    },
    "lib/record/convert.c": {
        "move_followers": "ids alone, of what hangs on a lead that he may convert: all of it moves"
    },
    "lib/record/link.c": {"links": "keeps and reads ids of what records hold; merges and the check of the org read them"},
    "lib/record/query_plan.c": {"add_links": "no row is read: whether the storage does a condition"},
    "lib/record/query_match.c": {"settle": "no row is read: which condition goes by the row's own links"},
    "lib/model/manage_field.c": {"c4_field_remove": "the links of a field go, by whoever may remove the field"},
    "lib/record/merge.c": {
        "find_links": "ids alone, of what points to records that he deletes and that become another: all of it follows"
    },
    "lib/record/merge_rows.c": {"find_records": "the same of rows of subforms"},
    "lib/record/interaction.c": {"*": "adds to a record that was read in the scope of edit; reads what was added to it by the same id"},
    "lib/record/interaction_source.c": {"*": "writes what the library derives of a change, moves it with its record, and tells nobody"},
    "lib/record/history_purge.c": {"*": "for administrators, who see all: tells how many"},
    "lib/record/file.c": {
        "put_piece": "of a file that is being made",
        "c4_file_store": "of a file that is being made",
        "get_piece": "after the file's record was read through its scope, or for the host's check",
        "get_file": "after the file's record was read through its scope, or when it is gone for good",
        "c4_file_drop": "of a file that is gone for good",
    },
    "lib/record/file_field.c": {
        "drop_all": "of a field or a record that is gone for good",
    },
    "lib/record/history.c": {"c4_write_history": "writes what the change wrote"},
    "lib/record/integrity.c": {"*": "the host's check, which tells ids and columns"},
    "lib/record/integrity_file.c": {"*": "the host's check, which tells ids and columns"},
    "lib/record/integrity_reference.c": {"*": "the host's check, which tells ids and columns"},
    "lib/record/integrity_rollup.c": {"*": "the host's check, which tells ids and columns"},
    "lib/record/integrity_rule.c": {"*": "the host's check, which tells ids and columns"},
    "lib/record/integrity_search.c": {"*": "the host's check, which tells ids and columns"},
    "lib/record/digest.c": {"*": "for administrators, who see all: tells one number"},
    "lib/record/keys.c": {"c4_unique_holder": "unique means unique among all records; who is told asks the gate"},
    "lib/record/query_cached.c": {"read_rows": "ids that the plan's condition left, with the scope's"},
    "lib/record/query_hop.c": {"read_child": "with the rows of the target's scope"},
    "lib/record/query_leaf.c": {"c4_hop_compile": "a sub-select with the rows of the target's scope"},
    "lib/record/query_way.c": {
        "tells_apart": "no row is read: looks for an index",
        "c4_prepared_plan": "the plan takes the scope's predicate, its owners, or asks it row by row",
    },
    "lib/record/line_item.c": {"read_product": "the price of a product for a rule, which reads all; others go through c4_record_read()"},
    "lib/record/lock.c": {"store": "a row that was read in the scope of edit, or stripped of a tag"},
    "lib/record/module_remove.c": {
        "note_dropped": "writes that what hung on a record is gone, and nothing of what it was",
        "check_unlocked": "counts; whoever may remove the module asks",
        "drop_child": "what hangs on records of a module that whoever may remove it removes",
        "empty_link": "takes away what points to such a record, and tells nobody",
        "leave_field": "ids of what does",
        "outside of functions": "what is kept of such records",
    },
    "lib/model/manage_module_drop.c": {"c4_module_drop": "the table goes, by whoever may remove the module"},
    "lib/record/read.c": {
        "c4_record_load": "for what a write takes, see write.c",
        "load": "the one loader; those who call it stand here",
        "look": "after c4_access_stored_row() in the scope",
    },
    "lib/record/request.c": {"take": "asks its scope with the row it loaded, before anything is shown"},
    "lib/record/search.c": {"judge": "after c4_access_stored_row() in the scope, of fields that may be read"},
    "lib/record/price_book.c": {"read_row": "a price book for a rule, which reads all; others go through c4_record_read()"},
    "lib/record/rollup.c": {
        "index_of": "the names of indexes alone",
        "roll_up": "a total over all records, whose readers the gate of fields decides",
        "settle_parent": "whether a parent is there, told to nobody",
        "read_totals": "totals over all records, as roll_up",
        "read_places": "currencies of the records that the totals are of; nothing of it is told",
    },
    "lib/record/rollup_step.c": {
        "count_child": "what a record counts for in a total over all, as roll_up",
    },
    "lib/record/search_merge.c": {
        "collect_record": "copies words to the index, which tells nobody: hits are read through the gate",
        "keep_block": "writes the index",
        "drop_run": "writes the index",
    },
    "lib/record/search_run.c": {"get_block": "whoever finds a record by it reads that through the gate"},
    "lib/record/tag.c": {
        "strip": "takes a removed tag away, and tells nobody",
        "strip_all": "ids of what has a tag that whoever may remove it removes",
    },
    "lib/record/write.c": {
        "c4_write_take": "asks the gate with the row it loaded before anything is done",
        "insert_row": "a new row",
        "c4_write_store": "a row that was read in the scope of edit, or that the library computes",
    },
}


def functions_of(text):
    """(first line, last line, name), lines from 1; relies on clang-format."""
    lines = source.without_comments(text, strings=False).split("\n")
    opened = None
    for number, line in enumerate(lines):
        if line == "{":
            start = number
            while start > 0 and lines[start - 1].strip() and not lines[start - 1].startswith(("}", "#")):
                start -= 1
            name = re.search(r"(\w+)\s*\(", " ".join(lines[start:number]))
            opened = (start + 1, name.group(1)) if name else None
        elif line == "}" and opened:
            yield opened[0], number + 1, opened[1]
            opened = None


def uses_of(path):
    """(function, line) of each place that names such a table."""
    text = source.read(path)
    code = source.without_comments(text, strings=False)
    spans = list(functions_of(text))
    for match in _TABLE.finditer(code):
        line = source.line_of(code, match.start())
        name = next((n for first, last, n in spans if first <= line <= last), "outside of functions")
        yield name, line


def problems():
    found, needed = [], set()
    for path in source.files("lib", suffixes=(".c",)):
        if path.startswith(OUTSIDE):
            continue
        for name, line in uses_of(path):
            needed.add((path, name))
            needed.add((path, "*"))
            if not {name, "*"} & ALLOWED.get(path, {}).keys():
                found.append(f"{path}:{line}: {name}() touches rows of records; say in tools/check-gate.py why it may")
    for path, names in ALLOWED.items():
        for name in names:
            if (path, name) not in needed:
                found.append(f"{path}: {name}() touches no rows of records any more")
    return found


if __name__ == "__main__":
    source.finish(problems())
