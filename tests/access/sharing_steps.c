/* SPDX-License-Identifier: MIT */
#include "sharing_steps.h"

#include <string.h>

#include "access/explain.h"
#include "model/definition.h"
#include "model/schema.h"

enum {
    SUBJECTS = 16,
    DEFINITION_BYTES = 1 << 16
};

static c4_subject one_subject(steps *s, const char *kind, const char *name)
{
    c4_subject subject = {CRM4E_SUBJECT_USER, 0};

    if (strcmp(kind, "user") == 0) {
        subject.id = user_of(s, name)->id;
    } else if (strcmp(kind, "group") == 0) {
        subject.kind = CRM4E_SUBJECT_GROUP;
        assert_non_null(c4_meta_group_named(meta_of(s), name));
        subject.id = c4_meta_group_named(meta_of(s), name)->id;
    } else {
        subject.kind =
            strcmp(kind, "role") == 0 ? CRM4E_SUBJECT_ROLE : CRM4E_SUBJECT_ROLE_AND_SUBORDINATES;
        assert_non_null(c4_meta_role_named(meta_of(s), name));
        subject.id = c4_meta_role_named(meta_of(s), name)->id;
    }
    return subject;
}

static size_t read_subjects(steps *s, const char *text, c4_subject *subjects)
{
    char room[512];
    char *rest = NULL;
    size_t count = 0;

    assert_true(text == NULL || strlen(text) < sizeof room);
    strcpy(room, text != NULL ? text : "");
    for (char *item = strtok_r(room, ",", &rest); item != NULL; item = strtok_r(NULL, ",", &rest)) {
        char *name = strchr(item, ':');
        assert_non_null(name);
        assert_true(count < SUBJECTS);
        *name = '\0';
        subjects[count++] = one_subject(s, item, name + 1);
    }
    return count;
}

static void settled(steps *s)
{
    c4_unit_meta_changed(&s->org.unit);
    assert_ok(c4_unit_refresh(&s->org.unit));
    s->org.unit.asked = NULL;
    c4_arena_reset(&s->org.arena);
}

/* A new row, or the same one with its last columns written anew. */
static void put_row(steps *s, c4_table_id table, crm4e_id id, const crm4e_value *values,
                    size_t count)
{
    uint32_t columns[8];
    const crm4e_table *t = &c4_tables[table];

    if (id == 0) {
        assert_ok(c4_db_insert(&s->org.db, t, values));
        return;
    }
    for (uint32_t i = 1; i < count; i++) {
        columns[i - 1] = i;
    }
    assert_ok(c4_db_update(&s->org.db, t, id, columns, values + 1, count - 1));
}

void store_group(steps *s, const char *name, const char *sources)
{
    const c4_user_group *old = c4_meta_group_named(meta_of(s), name);
    crm4e_id id = old != NULL ? old->id : 0;
    c4_subject subjects[SUBJECTS];
    const c4_user_group group = {
        .name = name, .sources = subjects, .source_count = read_subjects(s, sources, subjects)};
    c4_buffer text;

    c4_buffer_init(&text, &s->org.env.mem, DEFINITION_BYTES);
    c4_definition_write_group(&text, &group);
    const crm4e_value values[C4_GROUP_COLUMNS] = {
        [0] = c4_integer(id != 0 ? id : c4_unit_new_id(&s->org.unit)),
        [C4_GROUP_NAME] = c4_c_text(name),
        [C4_GROUP_DEFINITION] = c4_c_text(c4_buffer_c_str(&text)),
    };
    put_row(s, C4_TABLE_GROUP, id, values, C4_GROUP_COLUMNS);
    c4_buffer_free(&text);
    settled(s);
}

void store_rule(steps *s, const rule_text *rule)
{
    const c4_module *module = module_of(s, rule->module);
    const c4_sharing_rule *old = c4_meta_sharing_rule_named(meta_of(s), module->number, rule->name);
    crm4e_id id = old != NULL ? old->id : 0;
    c4_subject from[SUBJECTS];
    c4_subject to[SUBJECTS];
    c4_sharing_rule full = {.from = from,
                            .from_count = read_subjects(s, rule->from, from),
                            .when = rule->when,
                            .to = to,
                            .to_count = read_subjects(s, rule->to, to),
                            .level = rule->level,
                            .superiors = rule->superiors};
    c4_buffer text;

    if (rule->when != NULL) {
        assert_ok(s->org.unit.criteria->check(&s->org.unit, module, rule->when, &full.fields,
                                              &full.field_count));
    }
    c4_buffer_init(&text, &s->org.env.mem, DEFINITION_BYTES);
    c4_definition_write_sharing_rule(&text, &full);
    const crm4e_value values[C4_SHARING_RULE_COLUMNS] = {
        [0] = c4_integer(id != 0 ? id : c4_unit_new_id(&s->org.unit)),
        [C4_SHARING_RULE_MODULE] = c4_integer(module->number),
        [C4_SHARING_RULE_NAME] = c4_c_text(rule->name),
        [C4_SHARING_RULE_ACTIVE] = c4_integer(!rule->inactive),
        [C4_SHARING_RULE_DEFINITION] = c4_c_text(c4_buffer_c_str(&text)),
    };
    put_row(s, C4_TABLE_SHARING_RULE, id, values, C4_SHARING_RULE_COLUMNS);
    c4_buffer_free(&text);
    settled(s);
}

void drop_rule(steps *s, const char *module, const char *name)
{
    const c4_sharing_rule *rule =
        c4_meta_sharing_rule_named(meta_of(s), module_of(s, module)->number, name);

    assert_non_null(rule);
    assert_ok(c4_db_remove(&s->org.db, &c4_tables[C4_TABLE_SHARING_RULE], rule->id));
    settled(s);
}

crm4e_id store_share(steps *s, const char *module, crm4e_id record, const char *with,
                     c4_level level, bool related)
{
    crm4e_id id = c4_unit_new_id(&s->org.unit);
    c4_subject subjects[SUBJECTS];

    assert_int_equal(read_subjects(s, with, subjects), 1);
    const crm4e_value values[C4_SHARE_COLUMNS] = {
        [0] = c4_integer(id),
        [C4_SHARE_MODULE] = c4_integer(module_of(s, module)->number),
        [C4_SHARE_RECORD] = c4_integer(record),
        [C4_SHARE_KIND] = c4_integer(subjects[0].kind),
        [C4_SHARE_SUBJECT] = c4_integer(subjects[0].id),
        [C4_SHARE_LEVEL] = c4_integer(level),
        [C4_SHARE_RELATED] = c4_integer(related),
        [C4_SHARE_BY] = c4_integer(s->org.unit.actor->id),
        [C4_SHARE_RESTING] = c4_integer(0),
        [C4_SHARE_TIME] = c4_integer(s->org.unit.now),
    };
    assert_ok(c4_db_insert(&s->org.db, &c4_tables[C4_TABLE_SHARE], values));
    c4_unit_shares_changed(&s->org.unit);
    return id;
}

void drop_share(steps *s, crm4e_id share)
{
    assert_ok(c4_db_remove(&s->org.db, &c4_tables[C4_TABLE_SHARE], share));
    c4_unit_shares_changed(&s->org.unit);
}

/* The letter that each of these needs, and what they are. */
static const char letters_of_levels[] = "-rwdf";
static const crm4e_action asked[] = {CRM4E_ACTION_VIEW, CRM4E_ACTION_EDIT, CRM4E_ACTION_DELETE,
                                     CRM4E_ACTION_SHARE};

static size_t level_of(char letter)
{
    const char *at = strchr(letters_of_levels, letter);

    assert_non_null(at);
    return (size_t)(at - letters_of_levels);
}

/* By the id alone, and the whole question with its explanation. */
static void assert_answer(steps *s, const char *module, crm4e_action action, crm4e_id id,
                          int expected)
{
    c4_unit *unit = &s->org.unit;
    const c4_question question = {action, module, id, NULL};
    c4_verdict verdict = {0};
    c4_scope scope;
    bool inside = false;

    int entered = c4_access_module(unit, module, action, &scope);
    if (entered == CRM4E_OK) {
        assert_ok(c4_access_stored_row(&scope, id, &inside));
    }
    assert_int_equal(inside, expected == CRM4E_OK);
    expected = entered == CRM4E_OK ? expected : entered;
    c4_failure_clear(unit->error);
    assert_int_equal(c4_access_check(unit, &question, NULL), expected);
    c4_failure_clear(unit->error);
    assert_ok(c4_access_explain(unit, unit->arena, 0, &question, &verdict));
    assert_int_equal(verdict.code, expected);
    /* what gives the action, and what opens the record */
    assert_true(verdict.count >= (expected == CRM4E_OK ? 2 : 1));
    unit->asked = NULL;
    c4_arena_reset(unit->arena);
}

void assert_reach(steps *s, const char *email, const char *module, const crm4e_id *ids,
                  const char *letters)
{
    const size_t count = strlen(letters);

    act_as(s, email);
    for (size_t level = 1; level <= sizeof asked / sizeof asked[0]; level++) {
        crm4e_action action = asked[level - 1];
        int64_t open = 0;
        for (size_t i = 0; i < count; i++) {
            bool inside = level_of(letters[i]) >= level;
            int closed = letters[i] == '-' ? CRM4E_E_NOT_FOUND : CRM4E_E_DENIED;
            if ((may(s, module, action, ids[i]) == CRM4E_OK) != inside) {
                print_error("%s, %s, action %u, record %zu\n", email, module, action, i + 1);
            }
            assert_int_equal(may(s, module, action, ids[i]) == CRM4E_OK, inside);
            assert_answer(s, module, action, ids[i], inside ? CRM4E_OK : closed);
            open += inside ? 1 : 0;
        }
        int64_t listed = count_rows(s, module, action);
        assert_int_equal(listed < 0 ? 0 : listed, open);
    }
    c4_failure_clear(&s->org.error);
    act_as_admin(s);
}

bool can_read(const c4_scope *scope, const c4_field *field)
{
    bool can = false;

    assert_ok(c4_access_can_read(scope, field, &can));
    return can;
}
