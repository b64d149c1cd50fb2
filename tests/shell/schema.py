#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""schema.py SCHEMA DOCUMENT LIB [PROGRAM]: the schema of the apply document
lists what the library reads, accepts DOCUMENT and, with PROGRAM, what an org made
of it exports. Knows the keywords that the schema uses and no others."""

import json
import os
import re
import subprocess
import sys
import tempfile

TYPES = {'object': dict, 'array': list, 'string': str, 'integer': int, 'boolean': bool}
ANNOTATIONS = {'$schema', '$id', '$defs', 'title', 'description'}


def is_type(value, name):
    return isinstance(value, TYPES[name]) and (name != 'integer' or not isinstance(value, bool))


def same(a, b):
    return a == b and isinstance(a, bool) == isinstance(b, bool)


class Checker:
    def __init__(self, schema):
        self.root = schema

    def problems(self, value, schema, place='$'):
        for key in schema:
            if key not in ANNOTATIONS:
                method = getattr(self, 'check_' + key.replace('$', ''), None)
                if method is None:
                    yield f'{place}: the checker does not know {key}'
                else:
                    yield from method(value, schema[key], schema, place)

    def check_ref(self, value, name, _, place):
        yield from self.problems(value, self.root['$defs'][name.rpartition('/')[2]], place)

    def check_type(self, value, name, _, place):
        if not is_type(value, name):
            yield f'{place}: not of type {name}'

    def check_const(self, value, wanted, _, place):
        if not same(value, wanted):
            yield f'{place}: not {wanted!r}'

    def check_enum(self, value, words, _, place):
        if not any(same(value, word) for word in words):
            yield f'{place}: {value!r} is none of {words}'

    def check_anyOf(self, value, schemas, _, place):
        if all(list(self.problems(value, schema, place)) for schema in schemas):
            yield f'{place}: fits none of {len(schemas)}'

    def check_properties(self, value, properties, _, place):
        for name in set(properties) & set(value if isinstance(value, dict) else ()):
            yield from self.problems(value[name], properties[name], f'{place}.{name}')

    def check_additionalProperties(self, value, others, schema, place):
        for name in set(value if isinstance(value, dict) else ()) - set(schema.get('properties', ())):
            if others is False:
                yield f'{place}: unknown member {name}'
            else:
                yield from self.problems(value[name], others, f'{place}.{name}')

    def check_propertyNames(self, value, names, _, place):
        for name in value if isinstance(value, dict) else ():
            yield from self.problems(name, names, f'{place} (name {name})')

    def check_required(self, value, names, _, place):
        for name in names if isinstance(value, dict) else ():
            if name not in value:
                yield f'{place}: lacks {name}'

    def check_items(self, value, items, _, place):
        for i, item in enumerate(value if isinstance(value, list) else ()):
            yield from self.problems(item, items, f'{place}[{i}]')

    def check_pattern(self, value, pattern, _, place):
        if isinstance(value, str) and not re.search(pattern, value):
            yield f'{place}: {value!r} is not like {pattern}'

    def bound(kind, measure, least):  # pylint: disable=no-self-argument
        def check(self, value, limit, _, place):
            if is_type(value, kind) and (measure(value) < limit if least else measure(value) > limit):
                yield f'{place}: {"below" if least else "beyond"} {limit}'
        return check

    check_minimum = bound('integer', lambda value: value, True)
    check_maximum = bound('integer', lambda value: value, False)
    check_minLength = bound('string', len, True)
    check_maxLength = bound('string', len, False)
    check_minItems = bound('array', len, True)
    check_maxItems = bound('array', len, False)
    check_minProperties = bound('object', len, True)
    check_maxProperties = bound('object', len, False)


def source(lib, path):
    with open(os.path.join(lib, path), encoding='utf-8') as file:
        return file.read()


def table(text, name):
    """The body of an array that the C source initialises."""
    return re.search(r'\b' + name + r'\[\w*\] = \{(.*?)\n?\};', text, re.S).group(1)


def words(text, name):
    return set(re.findall(r'"(\w+)"', table(text, name)))


def members(text, name):
    rows = table(text, name)
    found = {'time_zone'} if 'ZONE(' in rows else set()
    found |= set(re.findall(r'(?:TEXT|ARRAY|OBJECT|ANY|SWITCH|BOOLEAN|WORD|INT32|INT64)\(\w+, (\w+)',
                            rows))
    return found | set(re.findall(r'"(\w+)"', rows))


def numbered(lib, name):
    """The words of a list of X(NAME, number, "word")."""
    text = source(lib, 'model/types.h').partition(f'#define {name}(X)')[2]
    return set(re.findall(r'X\(\w+, \d+, "(\w+)"\)', re.split(r'(?<!\\)\n', text)[0]))


def same_words(schema, lib):
    """(what, in the schema, in the library) for every list that both have."""
    defs = schema['$defs']
    reader, types = source(lib, 'model/spec_read.c'), source(lib, 'model/types.c')
    rule, chart = source(lib, 'automation/rule.c'), source(lib, 'insight/chart_saved.c')
    assign = source(lib, 'automation/action_assign.c')
    notify = source(lib, 'automation/action_notify.c')
    webhook = source(lib, 'automation/action_webhook.c')

    def listed(name):
        return set(defs[name]['properties'])

    def enum(name, member):
        return set(defs[name]['properties'][member]['enum'])

    for name in ('org', 'currency', 'interaction_kind', 'role', 'profile', 'user', 'group', 'sharing_rule', 'view', 'space', 'tab_group', 'module', 'field', 'option', 'tag', 'member'):
        yield name, listed(name), members(reader, name + '_members')
    yield 'document', set(schema['properties']) - {'crm4e', 'left_out'}, \
        words(source(lib, 'transfer/apply_parts.c'), 'c4_parts') - {'fields', 'members', 'tags'}
    yield 'workflow', listed('workflow'), words(rule, 'rule_members')
    assignment = source(lib, 'automation/assignment.c')
    yield 'assignment_rule', listed('assignment_rule'), words(assignment, 'rule_members')
    yield 'assignment_entry', listed('assignment_entry'), words(assignment, 'entry_members')
    yield 'assignment_target', listed('assignment_target'), words(assign, 'target_members')
    yield 'condition', listed('condition'), words(rule, 'condition_members')
    yield 'rule_action', listed('rule_action'), words(rule, 'c4_action_types')
    yield 'on', enum('workflow', 'on'), words(rule, 'triggers')
    yield 'on_failure', enum('workflow', 'on_failure'), words(rule, 'policies')
    yield 'assign_owner', listed('assign_owner'), words(assign, 'members')
    yield 'target', enum('assign_owner', 'target'), words(assign, 'targets')
    yield 'notify', listed('notify'), words(notify, 'notice_members')
    yield 'webhook', listed('webhook'), words(webhook, 'webhook_members')
    yield 'function', listed('function'), words(webhook, 'function_members')
    yield 'method', enum('webhook', 'method'), words(webhook, 'methods')
    yield 'update_field', listed('update_field') | {'user', 'through'}, \
        words(source(lib, 'automation/action_update.c'), 'members')
    yield 'convert_lead', listed('convert_lead'), \
        words(source(lib, 'automation/action_convert.c'), 'convert_members')
    create = source(lib, 'automation/action_create.c')
    for name in ('record', 'task', 'meeting', 'call'):
        yield 'create_' + name, listed('create_' + name), words(create, name + '_members')
    yield 'view_sharing', enum('view', 'sharing'), words(types, 'view_sharings')
    yield 'chart', listed('chart'), words(chart, 'members')
    yield 'chart type', enum('chart', 'type'), words(source(lib, 'insight/chart_words.c'), 'types')
    yield 'type', enum('field', 'type'), words(types, 'type_infos')
    yield 'edition', enum('org', 'edition'), words(types, 'editions')
    yield 'ui_mode', enum('org', 'ui_mode'), words(types, 'ui_modes')
    yield 'hierarchy', enum('org', 'hierarchy'), words(types, 'hierarchies')
    yield 'licence', enum('user', 'licence'), words(types, 'licences')
    yield 'status', enum('user', 'status'), words(types, 'user_statuses')
    yield 'level', enum('sharing_rule', 'level') | {'full_access'}, words(types, 'levels')
    yield 'subject', listed('subject'), words(types, 'subjects')
    yield 'org_default', enum('module', 'org_default'), words(types, 'shares')
    yield 'permission', set(defs['permission']['enum']), words(types, 'permissions')
    yield 'team_profile', set(defs['team_profile']['enum']), words(types, 'team_profiles')
    yield 'action', set(defs['action']['enum']), words(types, 'actions')
    yield 'channel', enum('interaction_kind', 'channel'), numbered(lib, 'C4_CHANNELS')
    yield 'direction', enum('interaction_kind', 'direction'), words(types, 'directions')
    yield 'admin_permission', set(defs['admin_permission']['enum']), \
        numbered(lib, 'C4_ADMIN_PERMISSIONS')


def export(program, document):
    with tempfile.TemporaryDirectory() as directory:
        org = os.path.join(directory, 'org.crm4e')
        admin = 'ana@willow.example'

        def crm4e(*arguments):
            return subprocess.run([program, org, *arguments], check=True,
                                  stdout=subprocess.PIPE).stdout
        crm4e('init', '--org', 'O', '--edition', 'enterprise', '--admin', admin, '--licences', '50')
        crm4e('--as', admin, 'apply', document)
        return json.loads(crm4e('--as', admin, 'export'))


def main(schema_path, document_path, lib, program=None):
    with open(schema_path, encoding='utf-8') as file:
        schema = json.load(file)
    with open(document_path, encoding='utf-8') as file:
        document = json.load(file)
    checker, found = Checker(schema), []
    for what, ours, theirs in same_words(schema, lib):
        if ours != theirs:
            found.append(f'{what}: only in the schema {sorted(ours - theirs)}, '
                         f'only in the library {sorted(theirs - ours)}')
    found += checker.problems(document, schema)
    for wrong in ({'role': []}, {'roles': [{}]}, {'crm4e': True}, {'org': {'fiscal_month': 13}},
                  {'charts': [{'name': 'A', 'module': 'B', 'group_by': ['C:minute']}]}):
        if not list(checker.problems(wrong, schema)):
            found.append(f'accepts {wrong}')
    if program:
        found += checker.problems(export(program, document_path), schema)
    print('\n'.join(found))
    return 1 if found else 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
