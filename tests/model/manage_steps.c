/* SPDX-License-Identifier: MIT */
#include "manage_steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "model/schema.h"
#include "record/integrity.h"
#ifdef TEST_SQLITE
#include <crm4e/sys/sqlite.h>
#endif

enum {
    SPEC_BYTES = 1 << 20,
    DUMP_BYTES = 16 << 20
};

static bool on_sqlite;
#ifdef TEST_SQLITE
static crm4e_sqlite_options sqlite_options;
static char sqlite_path[96];

static void use_sqlite(steps *s)
{
    (void)snprintf(s->directory, sizeof s->directory, "/tmp/crm4e-manage-XXXXXX");
    assert_non_null(mkdtemp(s->directory));
    (void)snprintf(sqlite_path, sizeof sqlite_path, "%s/org.crm4e", s->directory);
    sqlite_options = (crm4e_sqlite_options){.struct_size = sizeof sqlite_options,
                                            .path = sqlite_path,
                                            .flags = CRM4E_SQLITE_ROLLBACK_JOURNAL};
    s->org.storage.methods = crm4e_storage_sqlite();
    s->org.storage.user = &sqlite_options;
}
#endif

static int open_org(void **state, c4_edition edition, int64_t licences,
                    const crm4e_storage *storage)
{
    const c4_org_spec spec = {
        .edition = edition, .crm_licences = licences, .team_licences = licences};
    steps *s = calloc(1, sizeof *s);
    *state = s;
    if (s == NULL) {
        return -1;
    }
    org_fixture_init(&s->org);
    if (storage != NULL) {
        s->org.storage = *storage;
    }
#ifdef TEST_SQLITE
    if (on_sqlite && storage == NULL) {
        use_sqlite(s);
    }
#endif
    int rc = org_fixture_create(&s->org, &spec);
    rc = rc == CRM4E_OK ? org_begin(&s->org, CRM4E_TRANSACTION_WRITE) : rc;
    if (rc != CRM4E_OK) {
        print_error("%d: %s\n", rc, s->org.error.message);
    }
    return rc == CRM4E_OK ? 0 : -1;
}

int steps_setup(void **state)
{
    return open_org(state, CRM4E_EDITION_ENTERPRISE, 50, NULL);
}

int steps_other(void **state)
{
    return steps_on(state, (crm4e_storage){sizeof(crm4e_storage), crm4e_storage_memory(), NULL});
}

int steps_on(void **state, crm4e_storage storage)
{
    return open_org(state, CRM4E_EDITION_ENTERPRISE, 50, &storage);
}

int steps_standard(void **state)
{
    return open_org(state, CRM4E_EDITION_STANDARD, 5, NULL);
}

int steps_free(void **state)
{
    return open_org(state, CRM4E_EDITION_FREE, 3, NULL);
}

int steps_teardown(void **state)
{
    steps *s = *state;
    if (s->org.connected) {
        org_rollback(&s->org);
    }
    org_fixture_close(&s->org);
    size_t live = atomic_load(&s->org.alloc.live);
#ifdef TEST_SQLITE
    if (s->directory[0] != '\0') {
        (void)unlink(sqlite_path);
        (void)rmdir(s->directory);
    }
#endif
    free(s);
    return live == 0 ? 0 : -1;
}

int steps_run(const char *name, const struct CMUnitTest *tests, size_t count)
{
    on_sqlite = false;
    int failed = _cmocka_run_group_tests(name, tests, count, NULL, NULL);
#ifdef TEST_SQLITE
    on_sqlite = true;
    failed += _cmocka_run_group_tests(name, tests, count, NULL, NULL);
#endif
    return failed;
}

static void append(c4_buffer *out, const char *title)
{
    c4_buffer_char(out, '\n');
    c4_buffer_text(out, title);
    c4_buffer_char(out, ' ');
}

static void dump(c4_buffer *out, c4_unit *unit)
{
    const c4_meta *meta = unit->meta;
    append(out, "org");
    c4_org_write(out, meta);
    for (size_t i = 0; i < meta->role_count; i++) {
        append(out, "role");
        c4_role_write(out, meta, &meta->roles[i]);
    }
    for (size_t i = 0; i < meta->profile_count; i++) {
        append(out, "profile");
        c4_profile_write(out, meta, &meta->profiles[i]);
    }
    for (size_t i = 0; i < meta->user_count; i++) {
        append(out, "user");
        assert_ok(c4_user_write(out, unit, &meta->users[i]));
    }
    for (size_t i = 0; i < meta->group_count; i++) {
        append(out, "group");
        c4_group_write(out, meta, &meta->groups[i]);
    }
    for (size_t i = 0; i < meta->sharing_rule_count; i++) {
        append(out, "sharing_rule");
        c4_sharing_rule_write(out, meta, &meta->sharing_rules[i]);
    }
    for (size_t i = 0; i < meta->module_count; i++) {
        append(out, "module");
        c4_module_write(out, meta, meta->modules[i]);
    }
    for (size_t i = 0; i < meta->space_count; i++) {
        append(out, "space");
        c4_space_write(out, meta, &meta->spaces[i]);
    }
    for (size_t i = 0; i < meta->tab_group_count; i++) {
        append(out, "tab group");
        c4_tab_group_write(out, meta, &meta->tab_groups[i]);
    }
}

/* Out of storage, whatever the unit believes. */
char *dump_org(steps *s)
{
    c4_unit unit = s->org.unit;
    c4_mem mem;
    c4_meta *meta = NULL;
    c4_buffer out;
    size_t length = 0;
    c4_mem_default(&mem);
    c4_buffer_init(&out, &mem, DUMP_BYTES);
    assert_ok(c4_meta_load(&meta, &s->org.env.mem, &s->org.db, &s->org.error));
    unit.meta = meta;
    dump(&out, &unit);
    c4_meta_release(meta);
    assert_ok(out.code);
    return c4_buffer_take(&out, &length);
}

void free_text(char *text)
{
    c4_mem mem;
    c4_mem_default(&mem);
    c4_free(&mem, text);
}

/* One change: what it is about, and the function that makes it. */
typedef struct change {
    const c4_json *json;
    const char *a;
    const char *b;
    const c4_module *module;
    const c4_space *space;
    int32_t position;
    crm4e_id user;
    c4_team_profile profile;
    bool admin;
    c4_subject subject;
    const c4_profile_grant *grant;
} change;
typedef int (*changer)(c4_unit *unit, const change *what);

static void settle(steps *s, int rc, const char *before)
{
    crm4e_error kept = s->org.error;
    if (rc == CRM4E_OK) {
        assert_ok(c4_db_release(&s->org.db));
    } else {
        char *after = s->late ? NULL : dump_org(s);
        c4_db_rollback_to(&s->org.db);
        if (after != NULL) {
            assert_string_equal(after, before);
        }
        free_text(after);
        c4_unit_meta_changed(&s->org.unit);
    }
    s->late = false;
    assert_ok(c4_unit_refresh(&s->org.unit));
    c4_arena_reset(&s->org.arena);
    s->org.error = kept;
}

static int run(steps *s, changer function, const change *what)
{
    c4_failure_clear(&s->org.error);
    char *before = dump_org(s);
    assert_ok(c4_db_savepoint(&s->org.db));
    int rc = function(&s->org.unit, what);
    assert_int_equal(rc < 0, s->org.error.message[0] != '\0');
    settle(s, rc, before);
    free_text(before);
    return rc;
}

static int run_json(steps *s, changer function, change *what, const char *json)
{
    c4_mem mem;
    c4_json_document document;
    size_t length = strlen(json);
    char *text = malloc(length + 1);
    assert_non_null(text);
    for (size_t i = 0; i <= length; i++) {
        text[i] = json[i] == '\'' ? '"' : json[i];
    }
    c4_mem_default(&mem);
    assert_ok(c4_json_parse(&document, &mem, text, length, SPEC_BYTES));
    what->json = document.root;
    int rc = run(s, function, what);
    c4_json_free(&document);
    free(text);
    return rc;
}

static int change_org(c4_unit *unit, const change *what)
{
    c4_org_change spec;
    int rc = c4_org_change_read(unit, what->json, &spec);
    return rc < 0 ? rc : c4_org_change_put(unit, &spec);
}

static int change_role(c4_unit *unit, const change *what)
{
    c4_role_spec spec;
    crm4e_id id = 0;
    int rc = c4_role_spec_read(unit, what->json, &spec);
    return rc < 0 ? rc : c4_role_put(unit, &spec, &id);
}

static int change_profile(c4_unit *unit, const change *what)
{
    c4_profile_spec spec;
    crm4e_id id = 0;
    int rc = c4_profile_spec_read(unit, what->json, &spec);
    return rc < 0 ? rc : c4_profile_put(unit, &spec, &id);
}

static int change_user(c4_unit *unit, const change *what)
{
    c4_user_spec spec;
    crm4e_id id = 0;
    int rc = c4_user_spec_read(unit, what->json, &spec);
    return rc < 0 ? rc : c4_user_put(unit, &spec, &id);
}

static int change_group(c4_unit *unit, const change *what)
{
    c4_group_spec spec;
    crm4e_id id = 0;
    int rc = c4_group_spec_read(unit, what->json, &spec);
    return rc < 0 ? rc : c4_group_put(unit, &spec, &id);
}

static int change_sharing_rule(c4_unit *unit, const change *what)
{
    c4_sharing_rule_spec spec;
    crm4e_id id = 0;
    int rc = c4_sharing_rule_spec_read(unit, what->json, &spec);
    return rc < 0 ? rc : c4_sharing_rule_put(unit, &spec, &id);
}

static int change_source(c4_unit *unit, const change *what)
{
    return what->admin ? c4_group_add(unit, what->a, what->subject)
                       : c4_group_take(unit, what->a, what->subject);
}

static int change_grant(c4_unit *unit, const change *what)
{
    return c4_profile_allow(unit, what->grant);
}

static int unmake_profile(c4_unit *unit, const change *what)
{
    return c4_profile_remove(unit, what->a);
}

static int unmake_group(c4_unit *unit, const change *what)
{
    return c4_group_remove(unit, what->a);
}

static int unmake_sharing_rule(c4_unit *unit, const change *what)
{
    return c4_sharing_rule_remove(unit, what->a, what->b);
}

static int rename_thing(c4_unit *unit, const change *what)
{
    const c4_role_spec role = {.name = what->a, .new_name = what->b};
    const c4_profile_spec profile = {.name = what->a, .new_name = what->b};
    const c4_group_spec group = {.name = what->a, .new_name = what->b};
    crm4e_id id = 0;
    switch (what->subject.kind) {
    case CRM4E_SUBJECT_ROLE: return c4_role_put(unit, &role, &id);
    case CRM4E_SUBJECT_GROUP: return c4_group_put(unit, &group, &id);
    default: return c4_profile_put(unit, &profile, &id);
    }
}

static int change_space(c4_unit *unit, const change *what)
{
    c4_space_spec spec;
    crm4e_id id = 0;
    int rc = c4_space_spec_read(unit, what->json, &spec);
    return rc < 0 ? rc : c4_space_put(unit, &spec, &id);
}

static int change_module(c4_unit *unit, const change *what)
{
    c4_module_spec spec;
    int32_t number = 0;
    int rc = c4_module_spec_read(unit, what->json, &spec);
    return rc < 0 ? rc : c4_module_put(unit, &spec, &number);
}

static int change_field(c4_unit *unit, const change *what)
{
    c4_field_spec spec;
    int32_t number = 0;
    int rc = c4_field_spec_read(unit, what->json, &spec);
    return rc < 0 ? rc : c4_field_put(unit, what->module, &spec, &number);
}

static int change_member(c4_unit *unit, const change *what)
{
    return c4_member_put(unit, what->module, what->user, what->profile);
}

static int unmake_role(c4_unit *unit, const change *what)
{
    return c4_role_remove(unit, what->a);
}

static int unmake_space(c4_unit *unit, const change *what)
{
    return c4_space_remove(unit, what->a);
}

static int unmake_field(c4_unit *unit, const change *what)
{
    return c4_field_remove(unit, what->module, what->b);
}

static int unmake_member(c4_unit *unit, const change *what)
{
    return c4_member_remove(unit, what->module, what->user);
}

static int change_space_name(c4_unit *unit, const change *what)
{
    const c4_space_spec spec = {.name = what->a, .new_name = what->b};
    crm4e_id id = 0;
    return c4_space_put(unit, &spec, &id);
}

static int change_tab_group(c4_unit *unit, const change *what)
{
    c4_tab_group_spec spec;
    crm4e_id id = 0;
    int rc = c4_tab_group_spec_read(unit, what->json, &spec);
    return rc < 0 ? rc : c4_tab_group_put(unit, &spec, &id);
}

static int change_space_member(c4_unit *unit, const change *what)
{
    return c4_space_member_put(unit, what->space, what->user, what->admin);
}

static int unmake_space_member(c4_unit *unit, const change *what)
{
    return c4_space_member_remove(unit, what->space, what->user);
}

static int change_place(c4_unit *unit, const change *what)
{
    return c4_space_place(unit, what->space, what->a, what->b, what->position);
}

int put_org(steps *s, const char *json)
{
    change what = {.json = NULL};
    return run_json(s, change_org, &what, json);
}

int put_role(steps *s, const char *json)
{
    change what = {.json = NULL};
    return run_json(s, change_role, &what, json);
}

int put_profile(steps *s, const char *json)
{
    change what = {.json = NULL};
    return run_json(s, change_profile, &what, json);
}

int put_user(steps *s, const char *json)
{
    change what = {.json = NULL};
    return run_json(s, change_user, &what, json);
}

int put_group(steps *s, const char *json)
{
    change what = {.json = NULL};
    return run_json(s, change_group, &what, json);
}

int put_sharing_rule(steps *s, const char *json)
{
    change what = {.json = NULL};
    return run_json(s, change_sharing_rule, &what, json);
}

int add_source(steps *s, const char *group, c4_subject_kind kind, crm4e_id id)
{
    const change what = {.a = group, .subject = {kind, id}, .admin = true};
    return run(s, change_source, &what);
}

int take_source(steps *s, const char *group, c4_subject_kind kind, crm4e_id id)
{
    const change what = {.a = group, .subject = {kind, id}};
    return run(s, change_source, &what);
}

int grant(steps *s, const c4_profile_grant *given)
{
    const change what = {.grant = given};
    return run(s, change_grant, &what);
}

int remove_profile(steps *s, const char *name)
{
    const change what = {.a = name};
    return run(s, unmake_profile, &what);
}

int remove_group(steps *s, const char *name)
{
    const change what = {.a = name};
    return run(s, unmake_group, &what);
}

int remove_sharing_rule(steps *s, const char *module, const char *name)
{
    const change what = {.a = module, .b = name};
    return run(s, unmake_sharing_rule, &what);
}

int rename_role(steps *s, const char *name, const char *new_name)
{
    const change what = {.a = name, .b = new_name, .subject = {CRM4E_SUBJECT_ROLE, 0}};
    return run(s, rename_thing, &what);
}

int rename_profile(steps *s, const char *name, const char *new_name)
{
    const change what = {.a = name, .b = new_name};
    return run(s, rename_thing, &what);
}

int rename_group(steps *s, const char *name, const char *new_name)
{
    const change what = {.a = name, .b = new_name, .subject = {CRM4E_SUBJECT_GROUP, 0}};
    return run(s, rename_thing, &what);
}

int put_space(steps *s, const char *json)
{
    change what = {.json = NULL};
    return run_json(s, change_space, &what, json);
}

int put_module(steps *s, const char *json)
{
    change what = {.json = NULL};
    return run_json(s, change_module, &what, json);
}

int put_field(steps *s, const char *module, const char *json)
{
    change what = {.module = module_of(s, module)};
    return run_json(s, change_field, &what, json);
}

int put_member(steps *s, const char *module, const char *email, c4_team_profile profile)
{
    const change what = {
        .module = module_of(s, module), .user = user_of(s, email)->id, .profile = profile};
    return run(s, change_member, &what);
}

int remove_role(steps *s, const char *name)
{
    const change what = {.a = name};
    return run(s, unmake_role, &what);
}

int put_tab_group(steps *s, const char *json)
{
    change what = {.json = NULL};
    return run_json(s, change_tab_group, &what, json);
}

int rename_space(steps *s, const char *name, const char *new_name)
{
    const change what = {.a = name, .b = new_name};
    return run(s, change_space_name, &what);
}

int remove_space(steps *s, const char *name)
{
    const change what = {.a = name};
    return run(s, unmake_space, &what);
}

int remove_field(steps *s, const char *module, const char *name)
{
    const change what = {.module = module_of(s, module), .b = name};
    return run(s, unmake_field, &what);
}

int remove_member(steps *s, const char *module, const char *email)
{
    const change what = {.module = module_of(s, module), .user = user_of(s, email)->id};
    return run(s, unmake_member, &what);
}

int put_space_member(steps *s, const char *space, const char *email, bool admin)
{
    const change what = {
        .space = space_of(s, space), .user = user_of(s, email)->id, .admin = admin};
    return run(s, change_space_member, &what);
}

int remove_space_member(steps *s, const char *space, const char *email)
{
    const change what = {.space = space_of(s, space), .user = user_of(s, email)->id};
    return run(s, unmake_space_member, &what);
}

int place(steps *s, const char *space, const char *module, const char *folder)
{
    const change what = {.space = space_of(s, space), .a = module, .b = folder, .position = -1};
    return run(s, change_place, &what);
}

void act_as(steps *s, const char *email)
{
    assert_true(org_act_as(&s->org, email));
}

void act_as_admin(steps *s)
{
    act_as(s, ORG_ADMIN);
}

const c4_meta *meta_of(steps *s)
{
    return s->org.unit.meta;
}

const c4_user *user_of(steps *s, const char *email)
{
    const c4_user *user = c4_meta_user_by_email(s->org.unit.meta, email);
    assert_non_null(user);
    return user;
}

const c4_module *module_of(steps *s, const char *name)
{
    const c4_module *module = c4_meta_module_named(s->org.unit.meta, name);
    assert_non_null(module);
    return module;
}

const c4_field *field_of(steps *s, const char *module, const char *name)
{
    const c4_field *field = c4_module_field_named(module_of(s, module), name);
    assert_non_null(field);
    return field;
}

const c4_space *space_of(steps *s, const char *name)
{
    const c4_space *space = c4_meta_space_named(s->org.unit.meta, name);
    assert_non_null(space);
    return space;
}

const c4_profile *profile_of(steps *s, const char *name)
{
    const c4_profile *profile = c4_meta_profile_named(s->org.unit.meta, name);
    assert_non_null(profile);
    return profile;
}

int64_t used(steps *s, c4_limit limit, int64_t scope)
{
    static const uint32_t column = C4_COUNTER_USED;
    const crm4e_value keys[] = {c4_integer(limit), c4_integer(scope)};
    const crm4e_predicate parts[] = {c4_where(CRM4E_OP_EQ, C4_COUNTER_LIMIT, &keys[0], 1),
                                     c4_where(CRM4E_OP_EQ, C4_COUNTER_SCOPE, &keys[1], 1)};
    const crm4e_predicate where = c4_where_all(parts, 2);
    const crm4e_value *row = NULL;
    crm4e_plan plan;
    c4_rows *rows = NULL;
    c4_plan_init(&plan, &c4_tables[C4_TABLE_COUNTER]);
    plan.where = &where;
    plan.columns = &column;
    plan.column_count = 1;
    assert_ok(c4_rows_open(&rows, &s->org.db, &plan));
    int64_t count = c4_rows_next(rows, &row) == CRM4E_ROW ? row[0].integer : 0;
    c4_rows_close(rows);
    return count;
}

void assert_refused(steps *s, int rc, int code, const char *rule)
{
    if (rc != code || strcmp(s->org.error.rule, rule) != 0) {
        print_error("%s: %s (%s)\n", crm4e_code_name(rc), s->org.error.message, s->org.error.rule);
    }
    assert_int_equal(rc, code);
    assert_int_equal(s->org.error.code, code);
    assert_string_equal(s->org.error.rule, rule);
}

char steps_found[65536];

const char *steps_check(steps *s)
{
    c4_arena arena;
    c4_unit unit;
    c4_buffer out;

    assert_ok(org_commit(&s->org));
    memset(&unit, 0, sizeof unit);
    c4_arena_init(&arena, &s->org.env.mem);
    unit.db = &s->org.db;
    unit.env = &s->org.env;
    unit.arena = &arena;
    unit.error = &s->org.error;
    c4_buffer_init(&out, &s->org.env.mem, sizeof steps_found - 1);
    assert_ok(c4_check_org(&unit, &out));
    (void)snprintf(steps_found, sizeof steps_found, "%s", c4_buffer_c_str(&out));
    c4_buffer_free(&out);
    c4_meta_release(unit.meta);
    c4_arena_free(&arena);
    assert_ok(org_begin(&s->org, CRM4E_TRANSACTION_WRITE));
    return steps_found;
}
