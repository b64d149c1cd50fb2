/* SPDX-License-Identifier: MIT */
/* Every field type: what it takes, at its bounds, and what it refuses. */
#include "record_steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void make_things(steps *s)
{
    static const char *const fields[] = {
        "{'api_name': 'Text', 'type': 'text', 'length': 5}",
        "{'api_name': 'Area', 'type': 'textarea'}",
        "{'api_name': 'Mail', 'type': 'email'}",
        "{'api_name': 'Phone', 'type': 'phone'}",
        "{'api_name': 'Site', 'type': 'website'}",
        "{'api_name': 'Int', 'type': 'integer'}",
        "{'api_name': 'Big', 'type': 'bigint'}",
        "{'api_name': 'Dec', 'type': 'double', 'scale': 3}",
        "{'api_name': 'Fine', 'type': 'double', 'scale': 9}",
        "{'api_name': 'Money', 'type': 'currency', 'scale': 2}",
        "{'api_name': 'Part', 'type': 'percent', 'scale': 1}",
        "{'api_name': 'Day', 'type': 'date'}",
        "{'api_name': 'Time', 'type': 'datetime'}",
        "{'api_name': 'Flag', 'type': 'boolean'}",
        ("{'api_name': 'Pick', 'type': 'picklist', 'options': ['Red', {'value': 'Green',"
         " 'label_zh': '绿'}, {'value': 'Old', 'active': false}]}"),
        "{'api_name': 'Picks', 'type': 'multiselectpicklist', 'options': ['A', 'B', 'C', 'D']}",
        "{'api_name': 'Link', 'type': 'lookup', 'target': 'Things'}",
        "{'api_name': 'Links', 'type': 'multiselectlookup', 'target': 'Things'}",
        "{'api_name': 'Who', 'type': 'userlookup'}",
        "{'api_name': 'Team', 'type': 'multiuserlookup'}",
    };
    assert_ok(put_module(s, "{'api_name': 'Things'}"));
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        int rc = put_field(s, "Things", fields[i]);
        if (rc != CRM4E_OK) {
            print_error("%s: %s\n", fields[i], s->org.error.message);
        }
        assert_ok(rc);
    }
    assert_ok(put_user(s, "{'email': 'a@x.example'}"));
    assert_ok(put_user(s, "{'email': 'left@x.example', 'status': 'inactive'}"));
}

typedef struct text_case {
    const char *field;
    const char *given;
    const char *kept; /* NULL with a code of 0: the same */
    int code;
    const char *rule;
} text_case;

#define BAD(field, given, rule)                                                                    \
    {                                                                                              \
        field, given, NULL, CRM4E_E_INVALID, rule                                                  \
    }
#define GOOD(field, given, kept)                                                                   \
    {                                                                                              \
        field, given, kept, CRM4E_OK, NULL                                                         \
    }

static const text_case text_cases[] = {
    GOOD("Text", "  a ", NULL),
    GOOD("Text", "五个字符的", NULL),
    {"Text", "五个字符的了", NULL, CRM4E_E_TOO_BIG, "length"},
    BAD("Text", "a\nb", "control"),
    BAD("Text", "a\x7f", "control"),
    BAD("Text", "a\xC2\x85", "control"),
    BAD("Text", "\xC3", "utf8"),
    BAD("Text", "\xED\xA0\x80", "utf8"),
    GOOD("Area", "a\r\n\tb", NULL),
    BAD("Area", "a\x1b", "control"),
    BAD("Area", "a\xC2\x9F", "control"),
    GOOD("Area", "a\xC2\xA0", NULL),
    GOOD("Mail", "li@x", NULL),
    BAD("Mail", "li", "email"),
    BAD("Mail", "@x", "email"),
    BAD("Mail", "li@", "email"),
    BAD("Mail", "a@b@c", "email"),
    BAD("Mail", "a b@c", "email"),
    BAD("Mail", "<a@c>", "email"),
    BAD("Mail", "a@c\r\nBcc:x", "control"),
    GOOD("Phone", "+49 (0)30 12-34", NULL),
    BAD("Phone", "1\n2", "control"),
    GOOD("Site", "https://x.example/a?b=c:d", NULL),
    GOOD("Site", "HTTP://x.example", NULL),
    GOOD("Site", "www.x.example:8080/a", NULL),
    BAD("Site", "javascript:alert(1)", "website"),
    BAD("Site", "file:///etc/passwd", "website"),
    BAD("Site", "data:text/html", "website"),
    BAD("Site", "a b", "website"),
    GOOD("Int", "2147483647", NULL),
    GOOD("Int", "-2147483648", NULL),
    GOOD("Int", "007", "7"),
    BAD("Int", "2147483648", "range"),
    BAD("Int", "1.0", "type"),
    BAD("Int", "1e3", "type"),
    BAD("Int", "-", "type"),
    BAD("Int", " 1", "type"),
    GOOD("Big", "9223372036854775807", NULL),
    GOOD("Big", "-9223372036854775808", NULL),
    BAD("Big", "9223372036854775808", "range"),
    BAD("Big", "99999999999999999999999999", "range"),
    GOOD("Dec", "12.5", "12.500"),
    GOOD("Dec", "-0.001", NULL),
    GOOD("Dec", "1.5000", "1.500"),
    BAD("Dec", "0.0001", "decimal"),
    BAD("Dec", "0.12345678901", "decimal"),
    BAD("Dec", "1,5", "type"),
    BAD("Dec", "NaN", "type"),
    BAD("Dec", "9223372036854775.808", "range"),
    GOOD("Dec", "9223372036854775.807", NULL),
    GOOD("Fine", "9223372036.854775807", NULL),
    BAD("Fine", "0.0000000001", "decimal"),
    GOOD("Money", "-1200.00", NULL),
    GOOD("Money", "1e3", "1000.00"),
    BAD("Money", "0.005", "decimal"),
    GOOD("Part", "99.9", NULL),
    GOOD("Day", "2024-02-29", NULL),
    GOOD("Day", "0001-01-01", NULL),
    GOOD("Day", "9999-12-31", NULL),
    BAD("Day", "2023-02-29", "type"),
    BAD("Day", "2023-2-9", "type"),
    BAD("Day", "0000-01-01", "type"),
    GOOD("Time", "2026-01-31T09:00:00+08:00", "2026-01-31T01:00:00Z"),
    GOOD("Time", "9999-12-31T23:59:59.999999Z", NULL),
    BAD("Time", "2026-01-31T09:00:00", "type"),
    BAD("Time", "2026-01-31", "type"),
    GOOD("Flag", "true", NULL),
    GOOD("Flag", "false", NULL),
    BAD("Flag", "yes", "type"),
    BAD("Flag", "TRUE", "type"),
    GOOD("Pick", "Red", NULL),
    GOOD("Pick", "绿", "Green"),
    BAD("Pick", "Blue", "picklist"),
    BAD("Pick", "Old", "picklist"),
    GOOD("Picks", "C;A", "A;C"),
    GOOD("Picks", " B ; B ;; D", "B;D"),
    BAD("Picks", "A;E", "picklist"),
    BAD("Link", "x", "type"),
    BAD("Link", "0", "lookup"),
    BAD("Link", "17", "lookup"),
    BAD("Links", "x", "lookup"),
    BAD("Links", "17", "lookup"),
    GOOD("Who", "A@X.example", "a@x.example"),
    BAD("Who", "b@x.example", "user"),
    BAD("Who", "17", "user"),
    BAD("Who", "left@x.example", "user"),
    GOOD("Team", "a@x.example;a@x.example", "a@x.example"),
    BAD("Team", "a@x.example;left@x.example", "user"),
};

static void text_of_every_type(void **state)
{
    steps *s = *state;
    crm4e_id id = 0;
    make_things(s);
    assert_ok(create(s, "Things", "{'Name': 'One'}", &id));
    for (size_t i = 0; i < sizeof text_cases / sizeof text_cases[0]; i++) {
        const text_case *c = &text_cases[i];
        int rc = set_text(s, "Things", id, c->field, c->given, strlen(c->given));
        if (rc != c->code) {
            print_error("%s '%s': %d %s\n", c->field, c->given, rc, s->org.error.message);
        }
        assert_int_equal(rc, c->code);
        if (c->code == CRM4E_OK) {
            assert_field(s, "Things", id, c->field, c->kept != NULL ? c->kept : c->given);
        } else {
            assert_string_equal(s->org.error.rule, c->rule);
            assert_string_equal(s->org.error.field, c->field);
            assert_string_equal(s->org.error.module, "Things");
            assert_null(strstr(s->org.error.message, c->given));
        }
    }
}

static void empty_text_clears_every_type(void **state)
{
    steps *s = *state;
    crm4e_id id = 0;
    make_things(s);
    assert_ok(create(s, "Things",
                     "{'Name': 'One', 'Text': 'a', 'Int': 1, 'Dec': 1.5, 'Flag': true,"
                     " 'Day': '2024-01-01', 'Picks': ['A'], 'Team': ['a@x.example']}",
                     &id));
    static const char *const set[] = {"Text", "Int", "Dec", "Flag", "Day", "Picks", "Team"};
    for (size_t i = 0; i < sizeof set / sizeof set[0]; i++) {
        const char *text = NULL;
        assert_ok(read_text(s, "Things", id, set[i], &text));
        assert_non_null(text);
        assert_ok(set_text(s, "Things", id, set[i], "", 0));
        assert_field(s, "Things", id, set[i], NULL);
    }
    assert_int_equal(set_text(s, "Things", id, "Text", "a\0b", 3), CRM4E_E_INVALID);
    assert_string_equal(s->org.error.rule, "utf8");
}

typedef struct json_case {
    const char *json;
    int code;
    const char *rule;
    const char *field;
    const char *text;
} json_case;

static void json_of_every_type(void **state)
{
    static const json_case cases[] = {
        {"{'Text': 5}", CRM4E_E_INVALID, "type", "Text", NULL},
        {"{'Text': null}", CRM4E_OK, NULL, "Text", NULL},
        {"{'Int': 12}", CRM4E_OK, NULL, "Int", "12"},
        {"{'Int': '13'}", CRM4E_OK, NULL, "Int", "13"},
        {"{'Int': 1.0}", CRM4E_E_INVALID, "type", "Int", NULL},
        {"{'Int': true}", CRM4E_E_INVALID, "type", "Int", NULL},
        {"{'Money': 12.50}", CRM4E_OK, NULL, "Money", "12.50"},
        {"{'Money': 12.505}", CRM4E_E_INVALID, "decimal", "Money", NULL},
        {"{'Money': 1e400}", CRM4E_E_INVALID, "range", "Money", NULL},
        {"{'Flag': true}", CRM4E_OK, NULL, "Flag", "true"},
        {"{'Flag': 'true'}", CRM4E_E_INVALID, "type", "Flag", NULL},
        {"{'Flag': 1}", CRM4E_E_INVALID, "type", "Flag", NULL},
        {"{'Day': 5}", CRM4E_E_INVALID, "type", "Day", NULL},
        {"{'Picks': ['D', 'A']}", CRM4E_OK, NULL, "Picks", "A;D"},
        {"{'Picks': []}", CRM4E_OK, NULL, "Picks", NULL},
        {"{'Picks': ['A', 5]}", CRM4E_E_INVALID, "picklist", "Picks", NULL},
        {"{'Picks': ['A', null]}", CRM4E_E_INVALID, "type", "Picks", NULL},
        {"{'Pick': ['Red']}", CRM4E_E_INVALID, "type", "Pick", NULL},
        {"{'Who': {'email': 'a@x.example'}}", CRM4E_OK, NULL, "Who", "a@x.example"},
        {"{'Who': {'email': 'a@x.example', 'x': 1}}", CRM4E_E_INVALID, "member", "Who", NULL},
        {"{'Who': {}}", CRM4E_E_INVALID, "type", "Who", NULL},
        {"{'Team': [{'email': 'a@x.example'}]}", CRM4E_OK, NULL, "Team", "a@x.example"},
        {"{'Link': {'id': 17}}", CRM4E_E_INVALID, "lookup", "Link", NULL},
        {"{'Link': {'id': 17, 'module': 'Leads'}}", CRM4E_E_INVALID, "member", "Link", NULL},
        {"{'Link': -1}", CRM4E_E_INVALID, "lookup", "Link", NULL},
        {"{'Nothing': 1}", CRM4E_E_INVALID, "field", "Nothing", NULL},
        {"{'Created_By': 1}", CRM4E_E_INVALID, "read_only", "Created_By", NULL},
        {"{'Version__s': 1}", CRM4E_E_INVALID, "read_only", "Version__s", NULL},
        {"{'id': 1}", CRM4E_E_INVALID, "id", "id", NULL},
        {"{'Owner': null}", CRM4E_E_INVALID, "mandatory", "Owner", NULL},
        {"{'Owner': 'nobody@x.example'}", CRM4E_E_INVALID, "user", "Owner", NULL},
    };
    steps *s = *state;
    crm4e_id id = 0;
    make_things(s);
    assert_ok(create(s, "Things", "{'Name': 'One'}", &id));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int rc = update(s, "Things", id, 0, cases[i].json);
        if (rc != cases[i].code) {
            print_error("%s: %d %s\n", cases[i].json, rc, s->org.error.message);
        }
        assert_int_equal(rc, cases[i].code);
        if (rc == CRM4E_OK) {
            assert_field(s, "Things", id, cases[i].field, cases[i].text);
        } else {
            assert_string_equal(s->org.error.rule, cases[i].rule);
            assert_string_equal(s->org.error.field, cases[i].field);
        }
    }
}

static void lookups_point_to_records(void **state)
{
    steps *s = *state;
    crm4e_id one = 0;
    crm4e_id two = 0;
    crm4e_id lead = 0;
    char json[160];
    const char *text = NULL;
    make_things(s);
    assert_ok(create(s, "Things", "{'Name': 'One'}", &one));
    assert_ok(create(s, "Leads", "{'Last_Name': 'Li', 'Company': 'X'}", &lead));
    (void)snprintf(json, sizeof json, "{'Name': 'Two', 'Link': %lld, 'Links': [%lld, %lld]}",
                   (long long)one, (long long)one, (long long)one);
    assert_ok(create(s, "Things", json, &two));
    (void)snprintf(json, sizeof json, "%lld", (long long)one);
    assert_field(s, "Things", two, "Links", json);
    assert_field(s, "Things", two, "Link", json);
    assert_ok(read_json(s, "Things", two, &text));
    (void)snprintf(json, sizeof json, "\"Link\":{\"id\":%lld,\"name\":\"One\"}", (long long)one);
    assert_non_null(strstr(text, json));
    /* a record of another module is none of this one's */
    (void)snprintf(json, sizeof json, "{'Link': %lld}", (long long)lead);
    assert_refused(s, update(s, "Things", two, 0, json), CRM4E_E_INVALID, "lookup");
    /* what is held may dangle, and stays when other fields change */
    assert_ok(remove_record(s, "Things", one, 0));
    assert_ok(update(s, "Things", two, 0, "{'Text': 'new'}"));
    (void)snprintf(json, sizeof json, "{'Link': %lld, 'Links': '%lld', 'Text': 'x'}",
                   (long long)one, (long long)one);
    assert_ok(update(s, "Things", two, 0, json));
    assert_refused(s, update(s, "Things", lead, 0, "{'Text': 'x'}"), CRM4E_E_NOT_FOUND, "");
}

static void parents_keep_their_module(void **state)
{
    steps *s = *state;
    crm4e_id lead = 0;
    crm4e_id note = 0;
    char json[160];
    const char *text = NULL;
    assert_ok(create(s, "Leads", "{'Last_Name': 'Li', 'Company': 'X'}", &lead));
    static const struct {
        const char *before;
        const char *after;
    } forms[] = {{"{'module': 'Leads', 'id': ", "}"}, {"'leads:", "'"}, {"", ""}};
    for (size_t i = 0; i < 3; i++) {
        (void)snprintf(json, sizeof json, "{'Note_Content': 'a', 'Parent_Id': %s%lld%s}",
                       forms[i].before, (long long)lead, forms[i].after);
        assert_ok(create(s, "Notes", json, &note));
        (void)snprintf(json, sizeof json, "Leads:%lld", (long long)lead);
        assert_field(s, "Notes", note, "Parent_Id", json);
        assert_non_null(strstr(history_of(s, note), json));
    }
    assert_ok(read_json(s, "Notes", note, &text));
    (void)snprintf(json, sizeof json,
                   "\"Parent_Id\":{\"module\":\"Leads\",\"id\":%lld,\"name\":\"Li\"}",
                   (long long)lead);
    assert_non_null(strstr(text, json));
    (void)snprintf(json, sizeof json, "{'Parent_Id': 'Deals:%lld'}", (long long)lead);
    assert_refused(s, update(s, "Notes", note, 0, json), CRM4E_E_INVALID, "lookup");
    (void)snprintf(json, sizeof json, "{'Parent_Id': 'Notes:%lld'}", (long long)note);
    assert_refused(s, update(s, "Notes", note, 0, json), CRM4E_E_INVALID, "lookup");
    assert_refused(s, update(s, "Notes", note, 0, "{'Parent_Id': ':5'}"), CRM4E_E_INVALID,
                   "lookup");
    assert_refused(s, update(s, "Notes", note, 0, "{'Parent_Id': 'Leads:'}"), CRM4E_E_INVALID,
                   "lookup");
}

static void integers_of_every_type(void **state)
{
    static const struct {
        const char *field;
        int64_t number;
        int code;
        const char *rule;
    } cases[] = {
        {"Int", INT32_MAX, CRM4E_OK, NULL},
        {"Int", INT64_C(1) << 31, CRM4E_E_INVALID, "range"},
        {"Big", INT64_MIN, CRM4E_OK, NULL},
        {"Flag", 1, CRM4E_OK, NULL},
        {"Flag", 2, CRM4E_E_INVALID, "range"},
        {"Day", -719162, CRM4E_OK, NULL},
        {"Day", -719163, CRM4E_E_INVALID, "range"},
        {"Day", 2932897, CRM4E_E_INVALID, "range"},
        {"Time", INT64_MAX, CRM4E_E_INVALID, "range"},
        {"Text", 1, CRM4E_E_INVALID, "type"},
        {"Money", 1, CRM4E_E_INVALID, "type"},
        {"Pick", 1, CRM4E_E_INVALID, "type"},
        {"Who", 1, CRM4E_E_INVALID, "user"},
        {"Link", 0, CRM4E_E_INVALID, "lookup"},
        {"id", 1, CRM4E_E_INVALID, "read_only"},
    };
    steps *s = *state;
    c4_draft draft;
    make_things(s);
    assert_ok(c4_draft_init(&draft, &s->org.arena, module_of(s, "Things")));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const c4_field *field = field_of(s, "Things", cases[i].field);
        int rc = c4_draft_set_integer(&s->org.unit, &draft, field, cases[i].number);
        assert_int_equal(rc, cases[i].code);
        if (rc < 0) {
            assert_string_equal(s->org.error.rule, cases[i].rule);
        } else {
            assert_true(draft.values[field - draft.module->fields].integer == cases[i].number);
        }
    }
    c4_arena_reset(&s->org.arena);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(text_of_every_type, steps_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(empty_text_clears_every_type, steps_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(json_of_every_type, steps_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(lookups_point_to_records, steps_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(parents_keep_their_module, steps_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(integers_of_every_type, steps_setup, steps_teardown),
    };
    return steps_run("values", tests, sizeof tests / sizeof tests[0]);
}
