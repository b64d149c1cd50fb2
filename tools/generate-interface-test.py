#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""generate-interface-test.py CLANG INCLUDE_DIRECTORY OUTPUT.c

Writes the table of tests/api/interface.h: a call of every function that
<crm4e.h> exports, with valid arguments that a test replaces one by one. A
function with a parameter that has no valid argument below is an error, so none
is forgotten.
"""

import json
import re
import subprocess
import sys

HANDLES = "engine org session text record query cursor chart module space workflow verdict sharing_rule".split()

# Valid arguments, by "function.parameter" or "*.parameter"; functions without
# their prefix. Handles, out parameters and options are known by type.
ARGUMENTS = {
    "code_name.code": "CRM4E_E_LIMIT",
    "code_text.code": "CRM4E_E_LIMIT",
    "*.error": "crm4e_session_error(f->own.session)",
    "org_open.name": '"Other"',
    "org_backup.path": "f->backup",
    "session_open.email": "BOB",
    "session_authenticate.email": "BOB",
    "session_authenticate.credentials": '"secret"',
    "session_authenticate.length": "6",
    "session_set_online.until": "f->time + 1000000",
    "user_find.email": "BOB",
    "user_json.id": "f->own.user",
    "module_open.api_name": '"Leads"',
    "module_remove_field.api_name": '"Title"',
    "*.user": "f->own.user",
    "module_add_member.profile": "CRM4E_TEAM_MEMBER",
    "space_open.name": '"Office"',
    "space_add_member.admin": "1",
    "space_rename.name": '"Yard"',
    "space_add_folder.name": '"Cases"',
    "space_rename_folder.name": '"Sales"',
    "space_rename_folder.new_name": '"Trade"',
    "space_move_folder.name": '"Sales"',
    "space_remove_folder.name": '"Sales"',
    "*.position": "0",
    "*.shown": "1",
    "session_set_ui_mode.mode": "CRM4E_UI_CLASSIC",
    "tab_group_remove.name": '"Spare"',
    "tab_group_json.name": '"Spare"',
    "tab_group_place.module": '"Deals"',
    "tab_group_show_role.role": '"Spare"',
    "feed_json.position": "0",
    "feedback_send.text": '"Where is the bin?"',
    "feedback_send.place": '"navigation"',
    "feedback_json.after": "0",
    "feedback_json.limit": "10",
    "space_place.module": '"Leads"',
    "space_place.folder": '"Sales"',
    "*.module": '"Leads"',
    "record_open.id": "f->own.lead",
    "record_clone.id": "f->own.lead",
    "*.field": '"Last_Name"',
    "record_set_text.text": '"Li"',
    "*.length": "CRM4E_NUL_TERMINATED",
    "record_set_integer.field": '"No_of_Employees"',
    "record_set_integer.number": "7",
    "record_set_decimal.field": '"Annual_Revenue"',
    "record_set_decimal.text": '"12.50"',
    "record_set_date.field": '"Visit_Date"',
    "record_set_date.date": "20000",
    "record_set_time.field": '"Visit_Time"',
    "record_set_time.time": "f->time",
    "record_set_null.field": '"Phone"',
    "record_set_json.json": '"{\\"First_Name\\": \\"Li\\", \\"No_of_Employees\\": 5}"',
    "record_set_owner.owner": "f->own.user",
    "record_expect.version": "1",
    "record_delete.id": "f->own.lead",
    "record_delete.version": "0",
    "record_restore.id": "f->own.deleted_lead",
    "record_purge.id": "f->own.deleted_lead",
    "bin_empty.days": "0",
    "bin_empty.budget": "10",
    "record_upsert.fields": '"[\\"Code\\"]"',
    "record_upsert.json": '"{\\"Code\\": \\"7\\", \\"Last_Name\\": \\"Li\\", \\"Company\\": \\"Tower\\"}"',
    "records_merge.master": "f->own.lead",
    "records_merge.others": "&f->own.second_lead",
    "records_merge.count": "1",
    "records_merge.values": '"{\\"Phone\\": \\"1\\"}"',
    "record_get_integer.field": '"No_of_Employees"',
    "mass_create.json": '"[{\\"Last_Name\\": \\"Li\\", \\"Company\\": \\"Tower\\"}]"',
    "mass_update.json": '"{\\"Phone\\": \\"1\\"}"',
    "*.partial": "0",
    "mass_change_owner.owner": "f->own.user",
    "query_where.criteria": '"Company = \'Tower\'"',
    "query_collate.locale": '"de"',
    "query_where_ids.ids": "&f->own.lead",
    "query_where_ids.count": "1",
    "*.descending": "1",
    "query_group_by.field": '"Company"',
    "query_limit.limit": "10",
    "query_after.token": '"abc"',
    "query_plan.text": '"select Last_Name from Leads order by Company limit 1"',
    "query_text.text": '"select Last_Name from Leads order by Company limit 1"',
    "*.column": "2",
    "*.kind": "CRM4E_SUBJECT_USER",
    "record_share.subject": "f->own.user",
    "record_share.level": "CRM4E_LEVEL_READ_WRITE",
    "record_share.related": "1",
    "record_share.record": "f->own.lead",
    "record_unshare.record": "f->own.lead",
    "record_unshare.kind": "CRM4E_SUBJECT_ROLE",
    "record_unshare.subject": "f->own.role",
    "record_shares.record": "f->own.lead",
    "record_set_locked.record": "f->own.lead",
    "record_set_locked.locked": "1",
    "module_set_default_owners.users": "&f->own.self",
    "module_set_default_owners.count": "1",
    "module_set_assignment_rule.name": "NULL",
    "assignment_put.json": '"{\\"name\\": \\"Turn\\", \\"entries\\": [{\\"to\\": {\\"target\\": \\"users\\", \\"users\\": [\\"ana@acme.example\\"]}}]}"',
    "assignment_remove.name": '"Spare"',
    "workflow_activate.name": '"Spare"',
    "workflow_activate.active": "0",
    "workflow_remove.name": '"Spare"',
    "module_set_hidden.hidden": "1",
    "module_set_archived.archived": "1",
    "view_put.json": '"{\\"module\\": \\"Leads\\", \\"name\\": \\"Mine\\", \\"columns\\": [\\"Company\\"]}"',
    "view_find.name": '"Towers"',
    "*.view": "f->own.view",
    "view_run.limit": "10",
    "view_run.after": "NULL",
    "chart_open.name": '"By company"',
    "chart_group_by.field": '"Visit_Date"',
    "chart_group_by.by": "CRM4E_BY_MONTH",
    "chart_measure.function": "CRM4E_SUM",
    "chart_measure.field": '"No_of_Employees"',
    "chart_set_type.type": "CRM4E_CHART_COLUMN",
    "chart_set_top.count": "3",
    "chart_set_fill.fill": "1",
    "chart_label_in.locale": '"zh-CN"',
    "chart_where.criteria": '"Company = \'Tower\'"',
    "*.bucket": "0",
    "*.key": "0",
    "*.measure": "0",
    "timeline_json.record": "f->own.lead",
    "history_purge.budget": "100",
    "record_history_json.record": "f->own.lead",
    "record_as_of.record": "f->own.lead",
    "record_as_of.time": "f->time",
    "timeline_json.after": "0",
    "timeline_json.limit": "10",
    "convert_lead.lead": "f->own.lead",
    "convert_mapping_put.lead_field": '"Rating"',
    "convert_mapping_put.module": '"Accounts"',
    "convert_mapping_put.field": '"Rating"',
    "search_json.text": '"li"',
    "schedule_run.now": "INT64_C(4102444800000000)",
    "schedule_run.budget": "1",
    "schedule_json.record": "0",
    "schedule_json.after": "0",
    "schedule_json.limit": "10",
    "workflow_later.count": "2",
    "workflow_later.unit": "CRM4E_DAYS",
    "run_due.now": "0",
    "run_due.budget": "1",
    "outbox_settle.id": "f->own.message",
    "outbox_take.seconds": "60",
    "outbox_answer.id": "f->own.taken",
    "outbox_answer.lease": "f->own.lease",
    "outbox_answer.result": "CRM4E_OUTBOX_FAILED",
    "outbox_answer.reason": '"busy"',
    "outbox_json.state": "CRM4E_OUTBOX_IS_WAITING",
    "outbox_json.after": "0",
    "outbox_json.limit": "10",
    "outbox_retry.id": "f->own.dead",
    "outbox_discard.id": "f->own.dead",
    "outbox_purge.before": "f->time",
    "outbox_purge.budget": "100",
    "dry_run_json.module": "f->own.leads",
    "dry_run_json.record": "f->own.lead",
    "runs_purge.before": "f->time",
    "runs_purge.budget": "100",
    "workflow_then_add_tags.tags": '"[\\"Loose\\"]"',
    "workflow_then_remove_tags.tags": '"[\\"Loose\\"]"',
    "workflow_then_convert_lead.deal": '"{\\"Stage\\": \\"Qualification\\"}"',
    "workflow_then_convert_lead.owner": "NULL",
    "workflow_then_call_function.name": '"sync"',
    "workflow_then_call_function.arguments": '"{\\"who\\": \\"${Leads.Last_Name}\\"}"',
    "outbox_settle.result": "CRM4E_OUTBOX_DELIVERED",
    "workflow_new.name": '"Later"',
    "workflow_on.trigger": "CRM4E_ON_CREATE",
    "workflow_on_fields.fields": '"[\\"Spare\\"]"',
    "workflow_on_fields.all": "1",
    "workflow_on_interactions.kinds": '"[\\"form\\"]"',
    "workflow_on_interactions.channels": '"[\\"web\\"]"',
    "workflow_repeat.repeat": "1",
    "workflow_on_tags.trigger": "CRM4E_ON_TAG_ADDED",
    "workflow_on_tags.tags": '"[\\"Loose\\"]"',
    "workflow_when_was.criteria": '"Company = \'Tower\'"',
    "workflow_when_was.was": '"Company = \'Bank\'"',
    "workflow_when.criteria": '"Company = \'Tower\'"',
    "workflow_then_update_field.field": '"Spare"',
    "workflow_then_update_field.value": '"seen"',
    "workflow_then_notify.to": '"owner"',
    "workflow_then_notify.subject": '"Look"',
    "workflow_then_notify.body": '"Here"',
    "*.action": "CRM4E_ACTION_EDIT",
    "may.record": "f->own.lead",
    "explain.record": "f->own.lead",
    "who_can.record": "f->own.lead",
    "verdict_sentence.locale": '"zh-CN"',
    "what_if.json": '"{\\"roles\\": [{\\"name\\": \\"Scout\\", \\"parent\\": \\"CEO\\"}]}"',
    "*.index": "0",
    "org_apply.json": '"{\\"roles\\": [{\\"name\\": \\"Scout\\", \\"parent\\": \\"CEO\\"}]}"',
    "module_set_org_default.module": "f->own.leads",
    "module_set_org_default.org_default": "CRM4E_SHARE_READ_ONLY",
    "module_allow_action.profile": "CRM4E_TEAM_MEMBER",
    "module_allow_action.action": "CRM4E_ACTION_DELETE",
    "*.allowed": "0",
    "module_set_field.profile": "CRM4E_TEAM_MEMBER",
    "module_set_field.field": '"Title"',
    "module_set_field.permission": "CRM4E_PERMISSION_HIDDEN",
    "org_start_trial.edition": "CRM4E_EDITION_CRM_PLUS",
    "org_start_trial.days": "0",
    "role_remove.name": '"Spare"',
    "role_find.name": '"Spare"',
    "role_json.name": '"Spare"',
    "*.profile": '"Spare"',
    "profile_create.name": '"Fresh"',
    "profile_create.clone_of": '"Standard"',
    "profile_rename.name": '"Spare"',
    "profile_rename.new_name": '"Named"',
    "profile_allow.permission": "CRM4E_ADMIN_IMPORT",
    "profile_allow.allowed": "1",
    "profile_allow_action.action": "CRM4E_ACTION_DELETE",
    "profile_set_field.permission": "CRM4E_PERMISSION_HIDDEN",
    "profile_remove.name": '"Spare"',
    "profile_json.name": '"Spare"',
    "*.group": '"Spare"',
    "*.kind": "CRM4E_SUBJECT_USER",
    "*.subject": "f->own.user",
    "group_take.group": '"Bobs"',
    "group_remove.name": '"Spare"',
    "group_find.name": '"Spare"',
    "*.iso_code": '"EUR"',
    "currency_set_rate.valid_from": '"2026-01-31"',
    "currency_set_rate.exchange_rate": '"0.92"',
    "currency_rate.day": '"2026-01-31"',
    "interactions_add_json.json": '"[]"',
    "interaction_remove.record": "f->own.lead",
    "interaction_remove.interaction": "f->own.visit",
    "interactions_json.record": "f->own.lead",
    "interactions_summary_json.record": "f->own.lead",
    "group_json.name": '"Spare"',
    "sharing_rule_new.module": "f->own.leads",
    "sharing_rule_new.name": '"Later"',
    "sharing_rule_from.kind": "CRM4E_SUBJECT_USER",
    "sharing_rule_when.rule": "f->own.criteria_rule",
    "sharing_rule_when.criteria": '"Company = \'Tower\'"',
    "sharing_rule_permission.level": "CRM4E_LEVEL_READ_WRITE",
    "sharing_rule_replace.rule": "f->own.criteria_rule",
    "sharing_rule_activate.module": "f->own.leads",
    "sharing_rule_activate.name": '"Spare"',
    "sharing_rule_activate.active": "0",
    "sharing_rule_remove.module": "f->own.leads",
    "sharing_rule_remove.name": '"Spare"',
    "sharing_rules_json.module": "f->own.leads",
    "field_file_put.record": "f->own.lead",
    "field_file_put.field": '"Papers"',
    "field_file_get.record": "f->own.lead",
    "field_file_get.field": '"Papers"',
    "field_file_get.file": "f->own.paper",
    "field_file_get.write": "fixture_write_nowhere",
    "field_file_remove.record": "f->own.lead",
    "field_file_remove.field": '"Papers"',
    "field_file_remove.file": "f->own.paper",
    "file_put.record": "f->own.lead",
    "file_get.attachment": "f->own.attachment",
    "file_get.write": "fixture_write_nowhere",
    "record_tag.record": "f->own.lead",
    "record_tag.name": '"Loose"',
    "record_untag.record": "f->own.lead",
    "record_untag.name": '"Spare"',
    "tag_put.name": '"VIP"',
    "tag_put.colour": '"#ff0000"',
    "tag_rename.name": '"Spare"',
    "tag_rename.new_name": '"Named"',
    "tag_remove.name": '"Spare"',
    "related_json.record": "f->own.lead",
    "related_json.relation": '"Notes.Parent_Id"',
    "related_json.limit": "10",
    "related_json.after": "NULL",
    "plan_matches.host": "&f->raw.host",
    "plan_matches.where": "NULL",
    "plan_matches.row": "&(const crm4e_value){CRM4E_VALUE_INTEGER, 0, 7, NULL, 0}",
    "plan_matches.count": "1",
}

OPTIONS = {
    "crm4e_engine_options": "engine_options",
    "crm4e_org_options": "org_options",
    "crm4e_edition_needs": "needs",
    "crm4e_org_update_options": "org_update",
    "crm4e_user_options": "user_options",
    "crm4e_role_options": "role_options",
    "crm4e_group_options": "group_options",
    "crm4e_currency_options": "currency_options",
    "crm4e_interaction_kind_options": "interaction_kind",
    "crm4e_interaction_options": "interaction",
    "crm4e_interactions_options": "interactions",
    "crm4e_module_options": "module_options",
    "crm4e_field_options": "field_options",
    "crm4e_space_options": "space_options",
    "crm4e_tab_group_options": "tab_group_options",
    "crm4e_assign_options": "assign_options",
    "crm4e_webhook_options": "webhook_options",
    "crm4e_create_options": "create_options",
    "crm4e_activity_options": "activity_options",
    "crm4e_date_trigger_options": "date_trigger_options",
    "crm4e_import_options": "import_options",
    "crm4e_export_options": "export_options",
    "crm4e_dump_options": "dump_options",
    "crm4e_load_options": "load_options",
    "crm4e_search_options": "search_options",
    "crm4e_audit_options": "audit_options",
    "crm4e_feed_options": "feed_options",
    "crm4e_runs_options": "runs_options",
    "crm4e_dry_run_options": "dry_run_options",
    "crm4e_history_options": "history_options",
    "crm4e_convert_options": "convert_options",
    "crm4e_requests_options": "requests_options",
    "crm4e_file_options": "file_options",
    "crm4e_mass_options": "mass_options",
    "crm4e_bin_options": "bin_options",
    "crm4e_duplicates_options": "duplicates_options",
    "crm4e_picture_options": "picture_options",
}
OPTIONS_OF = {
    "crm4e_user_update": "update_options",
    "crm4e_role_update": "role_update",
    "crm4e_group_update": "group_update",
    "crm4e_currency_update": "currency_update",
    "crm4e_interaction_kind_update": "interaction_kind_update",
    "crm4e_mass_restore": "mass_restore",
    "crm4e_tab_group_update": "tab_group_update",
}

# "NULL keeps what is there" stands above the struct, this member is its key.
REQUIRED_MEMBERS = {
    ("crm4e_user_options", "email"),
    ("crm4e_role_options", "name"),
    ("crm4e_group_options", "name"),
    ("crm4e_currency_options", "iso_code"),
    ("crm4e_interaction_kind_options", "name"),
    ("crm4e_tab_group_options", "name"),
}
# One of these is given, which one is the host's choice; what is handed to a
# callback is his own.
FREE_MEMBERS = {"path", "storage", "sqlite", "read_user", "write_user", "reject_user", "progress_user"}

# Structs of options that hold no pointer, found on the way.
WITHOUT_POINTERS = set()

NUMBERS = {"crm4e_abi_version", "crm4e_error_code"}
# "NULL gives" a code here, which is no failure of the call itself.
VALUES = {"#CRM4E_E_MISUSE": "MISUSE", '""': "TEXT", "0": "ZERO"}

# What an out parameter receives may be NULL too; that says nothing of itself.
_NULLABLE_OUT = re.compile(r"may be NULL(?! when)")
_NULLABLE = re.compile(r"may be NULL(?! when)|NULL:|; NULL|or NULL")
_OPTIONAL_ID = re.compile(r"\b0: ")


def words(node):
    """All text below a comment node, in one line."""
    text = node.get("text", "")
    return " ".join((text + " " + " ".join(words(child) for child in node.get("inner", []))).split())


def comment_of(node):
    for child in node.get("inner", []):
        if child.get("kind") == "FullComment":
            return child
    return {}


def parameter_docs(node):
    return {
        part["param"]: words(part)
        for part in comment_of(node).get("inner", [])
        if part.get("kind") == "ParamCommandComment"
    }


def canonical(type_):
    return type_.get("desugaredQualType", type_["qualType"])


def classify(type_):
    """(kind, handle) of a parameter."""
    name = type_["qualType"]
    if name in ("crm4e_id",):
        return "ID", None
    if not name.endswith("*"):
        return "VALUE", None
    target = name[:-1].strip()
    if target.endswith("*"):
        opaque = re.fullmatch(r"crm4e_(\w+) \*", target)
        return "OUT", opaque.group(1) if opaque and opaque.group(1) in HANDLES else None
    plain = target.removeprefix("const ").removeprefix("struct ")
    if plain.removeprefix("crm4e_") in HANDLES and plain.startswith("crm4e_"):
        return "HANDLE", plain.removeprefix("crm4e_")
    if not target.startswith("const "):
        return "OUT", None
    return ("OPTIONS" if plain in OPTIONS else "TEXT"), None


class Parameter:
    def __init__(self, node, docs):
        self.name = node["name"]
        self.type = node["type"]["qualType"]
        self.kind, self.handle = classify(node["type"])
        self.doc = docs.get(self.name, "")
        phrase = {"OUT": _NULLABLE_OUT, "ID": _OPTIONAL_ID}.get(self.kind, _NULLABLE)
        self.nullable = phrase.search(self.doc) is not None


class Function:
    def __init__(self, node):
        docs = parameter_docs(node)
        self.name = node["name"]
        self.result = node["type"]["qualType"].split("(")[0].strip()
        self.parameters = [
            Parameter(child, docs)
            for child in node.get("inner", [])
            if child["kind"] == "ParmVarDecl"
        ]
        handles = [p for p in self.parameters if p.kind == "HANDLE"]
        if len(handles) > 1:
            sys.exit(f"{self.name}: two handles; test that they may not be mixed")

    def result_kind(self):
        if self.result == "void":
            return "NONE"
        if self.result.endswith("*"):
            return "POINTER"
        return "CODE" if self.result == "int" and self.name not in NUMBERS else "NUMBER"

    def options(self):
        for parameter in self.parameters:
            if parameter.kind == "OPTIONS":
                return parameter.type.removeprefix("const ").rstrip(" *")
        return None

    def null_gives(self):
        for parameter in self.parameters:
            match = re.search(r"NULL gives (\S+)", parameter.doc)
            if match:
                return VALUES[match.group(1)]
        return ""

    def argument(self, position, parameter):
        short = self.name.removeprefix("crm4e_")
        if parameter.kind == "HANDLE":
            valid = "f->engine" if parameter.handle == "engine" else f"f->own.{parameter.handle}"
            valid = ARGUMENTS.get(f"{short}.{parameter.name}", valid)
            return f"(void *)probe_pointer(p, {position}, {valid})"
        if parameter.kind == "OUT":
            if parameter.type.removesuffix(" *") in OPTIONS:
                return f"(void *)probe_pointer(p, {position}, p->options)"
            return f"(void *)probe_pointer(p, {position}, &p->outs.words[{position}])"
        if parameter.kind == "OPTIONS":
            member = OPTIONS_OF.get(self.name, OPTIONS[self.options()])
            return f"probe_options(p, {position}, &f->{member}, sizeof f->{member})"
        valid = ARGUMENTS.get(f"{short}.{parameter.name}", ARGUMENTS.get(f"*.{parameter.name}"))
        if valid is None:
            sys.exit(f"{self.name}: no valid argument for '{parameter.name}'")
        if parameter.kind == "ID":
            return f"probe_id(p, {position}, {valid})"
        return valid if parameter.kind == "VALUE" else f"probe_pointer(p, {position}, {valid})"

    def write_call(self, out):
        arguments = ",\n        ".join(
            self.argument(i, parameter) for i, parameter in enumerate(self.parameters)
        )
        call = f"{self.name}({arguments})"
        kept = {
            "NONE": f"{call};",
            "POINTER": f"p->answer = {call};",
            "CODE": f"p->code = {call};",
            "NUMBER": f"p->number = (int64_t){call};",
        }[self.result_kind()]
        fixture = "    const fixture *f = p->f;\n\n    (void)f;\n"
        out.append(f"static void call_{self.name}(probe *p)\n{{\n{fixture}    {kept}\n}}\n")

    def write_parameters(self, out):
        if not self.parameters:
            return
        rows = "".join(
            f'    {{"{p.name}", PARAMETER_{p.kind}, '
            f"HANDLE_{(p.handle or 'none').upper()}, {'true' if p.nullable else 'false'}, "
            f"{'true' if p.type == 'const char *' else 'false'}}},\n"
            for p in self.parameters
        )
        out.append(f"static const parameter parameters_{self.name}[] = {{\n{rows}}};\n")

    def row(self):
        count = len(self.parameters)
        options = self.options()
        members = f"members_{options}, sizeof members_{options} / sizeof *members_{options}"
        return (
            f'    {{"{self.name}", call_{self.name}, RESULT_{self.result_kind()},\n'
            f"     {f'parameters_{self.name}' if count else 'NULL'}, {count},\n"
            f'     {members if options and options not in WITHOUT_POINTERS else "NULL, 0"}, "{self.null_gives()}", '
            f"{'true' if self.name.endswith(('_free', '_close')) else 'false'}}},\n"
        )


def write_members(name, node, comment, out):
    """The pointer members of an options struct."""
    rows = ""
    keeps = re.search(r"\bNULL\b", comment) is not None
    for field in node.get("inner", []):
        if field.get("kind") != "FieldDecl" or field["name"] in FREE_MEMBERS:
            continue
        type_ = canonical(field["type"])
        if not type_.endswith("*") and "(*)" not in type_:
            continue
        doc = words(comment_of(field))
        nullable = keeps or "NULL" in doc
        if (name, field["name"]) in REQUIRED_MEMBERS:
            nullable = False
        rows += (
            f'    {{"{field["name"]}", offsetof({name}, {field["name"]}), '
            f"{'true' if nullable else 'false'}, {'true' if type_ == 'const char *' else 'false'}}},\n"
        )
    if rows:
        out.append(f"static const member members_{name}[] = {{\n{rows}}};\n")
    else:
        WITHOUT_POINTERS.add(name)


def structs(declarations):
    """name of an options struct -> (its node, the comment above it)."""
    nodes = {n["name"]: n for n in declarations if n.get("completeDefinition") and "name" in n}
    found = {}
    for node in declarations:
        if node["kind"] == "TypedefDecl" and node["name"] in OPTIONS:
            found[node["name"]] = (nodes[node["name"]], words(comment_of(node)))
    return found


def main(clang, include, output):
    dump = subprocess.run(
        [clang, "-Xclang", "-ast-dump=json", "-fsyntax-only", f"-I{include}", f"{include}/crm4e.h"],
        stdout=subprocess.PIPE,
        check=True,
    )
    declarations = json.loads(dump.stdout)["inner"]
    functions = [
        Function(node)
        for node in declarations
        if node["kind"] == "FunctionDecl" and node["name"].startswith("crm4e_")
    ]
    out = ["/* Written by generate-interface-test.py. */\n#include \"interface.h\"\n"]
    for name, (node, comment) in structs(declarations).items():
        write_members(name, node, comment, out)
    for function in functions:
        function.write_call(out)
        function.write_parameters(out)
    rows = "".join(function.row() for function in functions)
    out.append(f"const function interface_functions[] = {{\n{rows}}};\n")
    out.append("const size_t interface_count = sizeof interface_functions / sizeof *interface_functions;\n")
    with open(output, "w", encoding="utf-8") as stream:
        stream.write("\n".join(out))


main(*sys.argv[1:])
