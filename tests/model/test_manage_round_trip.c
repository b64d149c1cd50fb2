/* SPDX-License-Identifier: MIT */
/* What is written reads back: to the same org, and to a new one. */
#include "manage_steps.h"

#include <stdlib.h>
#include <string.h>

static void make_rich_org(steps *s)
{
    assert_ok(put_org(s, "{'locale': 'zh-CN', 'time_zone': 'Asia/Shanghai', 'currency': 'CNY',"
                         " 'fiscal_month': 4, 'team_licences': 20}"));
    assert_ok(put_role(s, "{'name': 'Sales', 'share_with_peers': true}"));
    assert_ok(put_role(s, "{'name': 'North \\\"1\\\"', 'parent': 'Sales'}"));
    assert_ok(put_module(s, "{'api_name': 'Projects', 'singular': 'Project', 'hidden': true,"
                            " 'org_default': 'public_read_write'}"));
    assert_ok(put_field(s, "Projects",
                        "{'api_name': 'Budget', 'type': 'currency', 'scale': 3,"
                        " 'mandatory': true, 'default_value': '1.250'}"));
    assert_ok(put_field(s, "Leads", "{'api_name': 'Company', 'label': 'Firm'}"));
    assert_ok(put_field(s, "Leads",
                        "{'api_name': 'Lead_Source', 'options': ['Fair',"
                        " {'value': 'Cold Call', 'label': 'Phone', 'active': false}]}"));
    assert_ok(put_profile(s, "{'name': 'Clerk', 'clone_of': 'Administrator',"
                             " 'admin': ['import', 'manage_users'], 'modules': {'*': ['view'],"
                             " 'Projects': ['view', 'edit'], 'Deals': []},"
                             " 'fields': {'Projects': {'Budget': 'hidden'},"
                             " 'Leads': {'Email': 'read_only'}}}"));
    assert_ok(put_profile(s, "{'name': 'Helper', 'clone_of': 'Team User',"
                             " 'admin': ['create_team_module']}"));
    assert_ok(put_profile(s, "{'name': 'Team User', 'modules': {'Quotes': ['view']}}"));
    assert_ok(put_user(s, "{'email': 'a@x.example', 'name': 'Ana', 'role': 'Sales',"
                          " 'profile': 'Clerk', 'reporting_to': 'admin@example.com'}"));
    assert_ok(put_user(s, "{'email': 't@x.example', 'licence': 'team', 'profile': 'Helper',"
                          " 'ui_mode': 'classic', 'reporting_to': 'a@x.example'}"));
    assert_ok(put_user(s, "{'email': 'i@x.example', 'status': 'inactive', 'licence': 'none'}"));
    assert_ok(put_module(s, "{'api_name': 'Docs', 'team': true, 'plural_zh': '文件'}"));
    assert_ok(put_field(s, "Docs",
                        "{'api_name': 'Kind', 'type': 'multiselectpicklist',"
                        " 'options': ['A', {'value': 'B', 'label_zh': '乙',"
                        " 'colour': '#0000ff'}, 'C'], 'default_value': ['B']}"));
    assert_ok(put_field(s, "Docs", "{'api_name': 'Kind', 'options': ['B', 'A']}"));
    assert_ok(put_field(s, "Docs",
                        "{'api_name': 'Code', 'type': 'text', 'length': 20,"
                        " 'unique': 'folded', 'indexed': true, 'tooltip': 'Short'}"));
    assert_ok(put_field(s, "Docs",
                        "{'api_name': 'Project', 'type': 'lookup',"
                        " 'target': 'Projects'}"));
    assert_ok(put_field(s, "Docs", "{'api_name': 'Gone', 'type': 'date'}"));
    assert_ok(remove_field(s, "Docs", "Gone"));
    assert_ok(put_member(s, "Docs", "a@x.example", CRM4E_TEAM_MEMBER));
    assert_ok(put_member(s, "Docs", "t@x.example", CRM4E_TEAM_REQUESTER));
    assert_ok(put_module(s, "{'api_name': 'Docs', 'default_owners': ['a@x.example'],"
                            " 'permissions': {'member': {'actions': ['view', 'create', 'edit'],"
                            " 'fields': {'Code': 'read_only', 'Kind': 'hidden'}}}}"));
    assert_ok(put_group(s, "{'name': 'Inner', 'description': 'Who \\\"knows\\\"',"
                           " 'sources': [{'user': 'a@x.example'}, {'role': 'Sales'}]}"));
    assert_ok(put_group(s, "{'name': 'Outer', 'sources': [{'group': 'Inner'},"
                           " {'role_and_subordinates': 'CEO'}]}"));
    assert_ok(put_sharing_rule(s, "{'module': 'Projects', 'name': 'Up', 'level': 'read_write',"
                                  " 'from': [{'role': 'Sales'}], 'to': [{'group': 'Outer'}],"
                                  " 'superiors': true}"));
    assert_ok(put_sharing_rule(s, "{'module': 'Leads', 'name': 'Empty', 'active': false,"
                                  " 'when': 'City is null', 'to': [{'user': 'a@x.example'}]}"));
    assert_ok(put_space(s, "{'name': 'Legal', 'folders': ['Contracts', 'Old'],"
                           " 'modules': ['Deals', {'module': 'Docs', 'folder': 'Old'}],"
                           " 'members': ['a@x.example', {'user': 't@x.example',"
                           " 'admin': true}]}"));
}

static void put_fields(steps *s, const char *module, const c4_json *fields)
{
    c4_unit *unit = &s->org.unit;
    for (size_t i = 0; i < c4_json_count(fields); i++) {
        c4_field_spec spec;
        int32_t number = 0;
        assert_ok(c4_field_spec_read(unit, c4_json_item(fields, i), &spec));
        int rc = c4_field_put(unit, module_of(s, module), &spec, &number);
        if (rc < 0) {
            print_error("%s.%s: %s\n", module, spec.api_name, s->org.error.message);
        }
        assert_ok(rc);
        assert_ok(c4_unit_refresh(unit));
    }
}

static void put_members(steps *s, const char *module, const c4_json *members)
{
    c4_unit *unit = &s->org.unit;
    for (size_t i = 0; i < c4_json_count(members); i++) {
        c4_member_spec spec;
        assert_ok(c4_member_spec_read(unit, c4_json_item(members, i), &spec));
        assert_ok(
            c4_member_put(unit, module_of(s, module), user_of(s, spec.user)->id, spec.profile));
        assert_ok(c4_unit_refresh(unit));
    }
}

typedef enum phase {
    PHASE_MODULES,
    PHASE_FIELDS,
    PHASE_ALL
} phase;

/* Modules come first, so that lookups find their target and profiles their
 * fields; their members and what these are needed for come last. */
static void apply_module(steps *s, const c4_json *json, phase when)
{
    c4_unit *unit = &s->org.unit;
    c4_module_spec spec;
    int32_t number = 0;
    assert_ok(c4_module_spec_read(unit, json, &spec));
    if (when == PHASE_FIELDS) {
        put_fields(s, spec.api_name, c4_json_member(json, "fields"));
        return;
    }
    if (when == PHASE_ALL) {
        put_members(s, spec.api_name, c4_json_member(json, "members"));
    } else {
        spec.permissions = NULL;
        spec.default_owners = NULL;
    }
    assert_ok(c4_module_put(unit, &spec, &number));
    assert_ok(c4_unit_refresh(unit));
}

typedef int (*putter)(steps *, const char *);

static putter putter_of(const char *title)
{
    static const struct {
        const char *title;
        putter put;
    } putters[] = {
        {"org", put_org},     {"role", put_role},   {"profile", put_profile},
        {"user", put_user},   {"group", put_group}, {"sharing_rule", put_sharing_rule},
        {"space", put_space},
    };
    for (size_t i = 0; i < sizeof putters / sizeof putters[0]; i++) {
        if (strcmp(putters[i].title, title) == 0) {
            return putters[i].put;
        }
    }
    return NULL;
}

/* Applies the lines of a dump that are about `title`. */
static void apply(steps *s, const char *dump, const char *title, phase when)
{
    const putter put = putter_of(title);
    size_t length = strlen(title);
    c4_mem mem;
    c4_mem_default(&mem);
    for (const char *line = strchr(dump, '\n'); line != NULL; line = strchr(line + 1, '\n')) {
        const char *end = strchr(line + 1, '\n');
        const char *start = line + length + 2;
        if (strncmp(line + 1, title, length) != 0 || line[length + 1] != ' ') {
            continue;
        }
        size_t size = end != NULL ? (size_t)(end - start) : strlen(start);
        char *json = c4_copy_text(&mem, start, size);
        c4_json_document document;
        assert_ok(c4_json_parse(&document, &mem, json, size, size));
        if (strcmp(title, "module") == 0) {
            apply_module(s, document.root, when);
        } else {
            int rc = put(s, json);
            if (rc < 0) {
                print_error("%s\n%s\n", json, s->org.error.message);
            }
            assert_ok(rc);
        }
        c4_json_free(&document);
        c4_free(&mem, json);
    }
}

static void apply_all(steps *s, const char *dump)
{
    apply(s, dump, "org", PHASE_ALL);
    apply(s, dump, "role", PHASE_ALL);
    apply(s, dump, "module", PHASE_MODULES);
    apply(s, dump, "module", PHASE_FIELDS);
    apply(s, dump, "profile", PHASE_ALL);
    apply(s, dump, "user", PHASE_ALL);
    apply(s, dump, "group", PHASE_ALL);
    apply(s, dump, "sharing_rule", PHASE_ALL);
    apply(s, dump, "module", PHASE_ALL);
    apply(s, dump, "space", PHASE_ALL);
}

static void the_same_org_stays_the_same(void **state)
{
    steps *s = *state;
    make_rich_org(s);
    char *before = dump_org(s);
    apply_all(s, before);
    char *after = dump_org(s);
    assert_string_equal(after, before);
    free_text(before);
    free_text(after);
}

/* Applied to an org, a thing that is as it should be is not written. */
static void nothing_is_written_without_need(void **state)
{
    steps *s = *state;
    make_rich_org(s);
    char *dump = dump_org(s);
    int64_t generation = s->org.unit.state.generation;
    apply(s, dump, "role", PHASE_ALL);
    apply(s, dump, "profile", PHASE_ALL);
    apply(s, dump, "user", PHASE_ALL);
    apply(s, dump, "group", PHASE_ALL);
    apply(s, dump, "sharing_rule", PHASE_ALL);
    apply(s, dump, "module", PHASE_FIELDS);
    assert_true(s->org.unit.state.generation == generation);
    free_text(dump);
}

static void a_new_org_becomes_the_same(void **state)
{
    steps *s = *state;
    steps *other = NULL;
    make_rich_org(s);
    char *before = dump_org(s);
    assert_int_equal(steps_other((void **)&other), 0);
    apply_all(other, before);
    char *after = dump_org(other);
    assert_string_equal(after, before);
    free_text(before);
    free_text(after);
    assert_int_equal(steps_teardown((void **)&other), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, steps_setup, steps_teardown)
    const struct CMUnitTest tests[] = {
        TEST(the_same_org_stays_the_same),
        TEST(nothing_is_written_without_need),
        TEST(a_new_org_becomes_the_same),
    };
    return steps_run("round trip", tests, sizeof tests / sizeof tests[0]);
}
