/* SPDX-License-Identifier: MIT */
/*
 * Every type of field with values that are taken and values that are not, by every way that
 * writes one, on every storage. A refusal has its code and names the field, and nothing changed.
 * JSON with ' for "; @deleted, @hidden, @foreign, @paper and @there stand for ids.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fixture.h"

#define TOM "tom@acme.example"

static const char start[] =
    "{'profiles': [{'name': 'Writer', 'clone_of': 'Standard', 'admin': ['import'], 'modules':"
    "  {'*': ['view', 'create', 'edit', 'delete', 'mass_update', 'mass_delete',"
    "   'import']}}],"
    " 'users': [{'email': 'tom@acme.example', 'name': 'Tom', 'profile': 'Writer', 'role':"
    "  'Manager'}, {'email': 'left@acme.example', 'name': 'Left', 'status': 'inactive'}],"
    " 'modules': [{'api_name': 'Others', 'org_default': 'public_read_write'},"
    "  {'api_name': 'Things', 'org_default': 'private', 'fields': ["
    "  {'api_name': 'Text', 'type': 'text', 'length': 5},"
    "  {'api_name': 'Area', 'type': 'textarea'},"
    "  {'api_name': 'Mail', 'type': 'email'}, {'api_name': 'Call', 'type': 'phone'},"
    "  {'api_name': 'Site', 'type': 'website'}, {'api_name': 'Int', 'type': 'integer'},"
    "  {'api_name': 'Big', 'type': 'bigint'}, {'api_name': 'Dec', 'type': 'double', 'scale': 3},"
    "  {'api_name': 'Money', 'type': 'currency'}, {'api_name': 'Part', 'type': 'percent',"
    "   'scale': 1}, {'api_name': 'Day', 'type': 'date'}, {'api_name': 'Time', 'type':"
    "   'datetime'}, {'api_name': 'Flag', 'type': 'boolean'},"
    "  {'api_name': 'Pick', 'type': 'picklist', 'options': ['Red', {'value': 'Old', 'active':"
    "   false}]}, {'api_name': 'Picks', 'type': 'multiselectpicklist', 'options': ['A', 'B',"
    "   {'value': 'Old', 'active': false}]},"
    "  {'api_name': 'Link', 'type': 'lookup', 'target': 'Things'},"
    "  {'api_name': 'Who', 'type': 'userlookup'},"
    "  {'api_name': 'One', 'type': 'text', 'unique': true},"
    "  {'api_name': 'Fold', 'type': 'text', 'unique': 'folded'},"
    "  {'api_name': 'Papers', 'type': 'fileupload'},"
    "  {'api_name': 'Must', 'type': 'text', 'mandatory': true}]}]}";

enum {
    JSON_ONLY = 1, /* as text the same is another value */
    NOT_JSON = 2,  /* no JSON at all: no field is at fault */
    NO_DEFAULT = 4 /* about records, which a definition is not */
};

typedef struct value_row {
    const char *field;
    const char *json;
    int code;
    const char *kept; /* as a list shows it; NULL with a code of 0: not looked at */
    unsigned flags;
} value_row;

#define INVALID CRM4E_E_INVALID
#define TOO_BIG CRM4E_E_TOO_BIG

static const value_row rows[] = {
    {"Text", "'a'", 0, "a", 0},
    {"Text", "'12345'", 0, "12345", 0},
    {"Text", "'五个字符的'", 0, "五个字符的", 0},
    {"Text", "'123456'", TOO_BIG, NULL, 0},
    {"Text", "5", INVALID, NULL, JSON_ONLY},
    {"Text", "true", INVALID, NULL, JSON_ONLY},
    {"Text", "[]", INVALID, NULL, JSON_ONLY},
    {"Text", "{}", INVALID, NULL, JSON_ONLY},
    {"Text", "''", 0, "-", 0},
    {"Text", "null", 0, "-", 0},
    {"Text", "'a\\u0000b'", INVALID, NULL, NOT_JSON},
    {"Text", "'a\\u0007'", INVALID, NULL, JSON_ONLY},
    {"Text", "'a\\u0085'", INVALID, NULL, JSON_ONLY},
    {"Text", "'\\ud800'", INVALID, NULL, NOT_JSON},
    {"Text", "'\xC3'", INVALID, NULL, NOT_JSON},
    {"Text", "'a\\u202eb'", 0,
     "a\xE2\x80\xAE"
     "b",
     JSON_ONLY},
    {"Area", "'a\\nb\\tc'", 0, "a\nb\tc", JSON_ONLY},
    {"Area", "'a\\u001b'", INVALID, NULL, JSON_ONLY},
    {"Mail", "'li@x.example'", 0, "li@x.example", 0},
    {"Mail", "'li'", INVALID, NULL, 0},
    {"Mail", "'a@b@c'", INVALID, NULL, 0},
    {"Mail", "'a@c\\r\\nBcc:x'", INVALID, NULL, JSON_ONLY},
    {"Mail", "5", INVALID, NULL, 0},
    {"Call", "'+49 30 12'", 0, "+49 30 12", 0},
    {"Call", "'1\\n2'", INVALID, NULL, JSON_ONLY},
    {"Site", "'https://x.example'", 0, "https://x.example", 0},
    {"Site", "'javascript:alert(1)'", INVALID, NULL, 0},
    {"Int", "0", 0, "0", 0},
    {"Int", "2147483647", 0, "2147483647", 0},
    {"Int", "-2147483648", 0, "-2147483648", 0},
    {"Int", "2147483648", INVALID, NULL, 0},
    {"Int", "-2147483649", INVALID, NULL, 0},
    {"Int", "1.5", INVALID, NULL, 0},
    {"Int", "'5'", 0, "5", 0},
    {"Int", "'x'", INVALID, NULL, 0},
    {"Int", "true", INVALID, NULL, 0},
    {"Int", "null", 0, "-", 0},
    {"Big", "9223372036854775807", 0, "9223372036854775807", 0},
    {"Big", "-9223372036854775808", 0, "-9223372036854775808", 0},
    {"Big", "9223372036854775808", INVALID, NULL, 0},
    {"Big", "-9223372036854775809", INVALID, NULL, 0},
    {"Dec", "9223372036854775.807", 0, "9223372036854775.807", 0},
    {"Dec", "-9223372036854775.808", 0, "-9223372036854775.808", 0},
    {"Dec", "9223372036854775.808", INVALID, NULL, 0},
    {"Dec", "0.0005", INVALID, NULL, 0},
    {"Dec", "'NaN'", INVALID, NULL, 0},
    {"Dec", "null", 0, "-", 0},
    {"Money", "-0.01", 0, "-0.01", 0},
    {"Money", "92233720368547758.07", 0, "92233720368547758.07", 0},
    {"Money", "92233720368547758.08", INVALID, NULL, 0},
    {"Money", "0.001", INVALID, NULL, 0},
    {"Part", "99.9", 0, "99.9", 0},
    {"Part", "0.05", INVALID, NULL, 0},
    {"Day", "'0001-01-01'", 0, "0001-01-01", 0},
    {"Day", "'9999-12-31'", 0, "9999-12-31", 0},
    {"Day", "'2000-02-29'", 0, "2000-02-29", 0},
    {"Day", "'1900-02-29'", INVALID, NULL, 0},
    {"Day", "'0000-01-01'", INVALID, NULL, 0},
    {"Day", "'10000-01-01'", INVALID, NULL, 0},
    {"Day", "'2024-13-01'", INVALID, NULL, 0},
    {"Day", "'2024-01-32'", INVALID, NULL, 0},
    {"Day", "'2024-2-3'", INVALID, NULL, 0},
    {"Day", "5", INVALID, NULL, 0},
    {"Day", "null", 0, "-", 0},
    {"Time", "'0001-01-01T00:00:00Z'", 0, "0001-01-01T00:00:00Z", 0},
    {"Time", "'9999-12-31T23:59:59.999999Z'", 0, "9999-12-31T23:59:59.999999Z", 0},
    {"Time", "'2024-01-01T24:00:00Z'", INVALID, NULL, 0},
    {"Time", "'2024-01-01T23:59:60Z'", INVALID, NULL, 0},
    {"Time", "'2024-01-01T00:00:00+15:00'", INVALID, NULL, 0},
    {"Time", "'9999-12-31T23:59:59-14:00'", INVALID, NULL, 0},
    {"Flag", "true", 0, "true", 0},
    {"Flag", "false", 0, "false", 0},
    {"Flag", "1", INVALID, NULL, JSON_ONLY},
    {"Flag", "2", INVALID, NULL, 0},
    {"Flag", "'yes'", INVALID, NULL, JSON_ONLY},
    {"Flag", "[]", INVALID, NULL, JSON_ONLY},
    {"Pick", "'Red'", 0, "Red", 0},
    {"Pick", "'Old'", INVALID, NULL, 0},
    {"Pick", "'Blue'", INVALID, NULL, 0},
    {"Pick", "1", INVALID, NULL, 0},
    {"Pick", "null", 0, "-", 0},
    {"Picks", "['A', 'B']", 0, "A;B", JSON_ONLY},
    {"Picks", "['A', 'Old']", INVALID, NULL, JSON_ONLY},
    {"Picks", "['A', 5]", INVALID, NULL, JSON_ONLY},
    {"Picks", "{}", INVALID, NULL, JSON_ONLY},
    {"Picks", "[]", 0, "-", JSON_ONLY},
    {"Link", "@there", 0, NULL, NO_DEFAULT},
    {"Link", "@hidden", INVALID, NULL, NO_DEFAULT},
    {"Link", "@deleted", INVALID, NULL, NO_DEFAULT},
    {"Link", "@foreign", INVALID, NULL, NO_DEFAULT},
    {"Link", "9007199254740991", INVALID, NULL, NO_DEFAULT},
    {"Link", "0", INVALID, NULL, NO_DEFAULT},
    {"Link", "-1", INVALID, NULL, NO_DEFAULT},
    {"Link", "1.5", INVALID, NULL, NO_DEFAULT},
    {"Link", "true", INVALID, NULL, NO_DEFAULT},
    {"Link", "null", 0, "-", NO_DEFAULT},
    {"Who", "'tom@acme.example'", 0, "Tom", 0},
    {"Who", "'left@acme.example'", INVALID, NULL, 0},
    {"Who", "'nobody@acme.example'", INVALID, NULL, 0},
    {"Who", "'eve@other.example'", INVALID, NULL, 0},
    {"Who", "true", INVALID, NULL, 0},
    {"One", "'taken'", CRM4E_E_CONFLICT, NULL, NO_DEFAULT},
    {"One", "'Taken'", 0, "Taken", NO_DEFAULT},
    {"One", "null", 0, "-", NO_DEFAULT},
    {"Fold", "'tAKEN'", CRM4E_E_CONFLICT, NULL, NO_DEFAULT},
    {"Fold", "'tàken'", CRM4E_E_CONFLICT, NULL, NO_DEFAULT},
    {"Fold", "'takes'", 0, "takes", NO_DEFAULT},
    {"Must", "''", INVALID, NULL, NO_DEFAULT},
    {"Must", "null", INVALID, NULL, NO_DEFAULT},
    {"Must", "' \\u200b'", INVALID, NULL, NO_DEFAULT | JSON_ONLY},
    {"Name", "null", INVALID, NULL, NO_DEFAULT},
    {"Papers", "null", 0, "-", NO_DEFAULT},
    {"Papers", "''", 0, "-", NO_DEFAULT},
    {"Papers", "[]", 0, "-", NO_DEFAULT | JSON_ONLY},
    {"Papers", "'plan.pdf'", INVALID, NULL, 0},
    {"Papers", "5", INVALID, NULL, 0},
    {"Papers", "true", INVALID, NULL, 0},
    {"Papers", "{}", INVALID, NULL, JSON_ONLY},
    {"Papers", "[@paper]", INVALID, NULL, JSON_ONLY | NO_DEFAULT},
    {"Papers", "[{'id': @paper, 'name': 'plan.pdf', 'size': 1}]", INVALID, NULL,
     JSON_ONLY | NO_DEFAULT},
};

static fixture_storage storage;

typedef struct world {
    fixture f;
    crm4e_session *tom;
    crm4e_id target; /* what updates change */
    crm4e_id made;   /* what the operation made or changed */
    crm4e_id paper;  /* a file in its field Papers */
    crm4e_id there, hidden, deleted, foreign;
} world;

/* Real JSON, ids in their places; malloc'd. */
static char *json_of(const world *w, const char *text)
{
    const struct {
        const char *word;
        crm4e_id id;
    } ids[] = {{"@there", w->there},
               {"@hidden", w->hidden},
               {"@deleted", w->deleted},
               {"@paper", w->paper},
               {"@foreign", w->foreign}};
    char *json = malloc(2 * strlen(text) + 64), *at = json;

    assert_non_null(json);
    for (; *text != '\0'; text++) {
        *at++ = *text == '\'' ? '"' : *text;
        for (size_t i = 0; *text == '@' && i < sizeof ids / sizeof ids[0]; i++) {
            if (strncmp(text, ids[i].word, strlen(ids[i].word)) == 0) {
                at += sprintf(at - 1, "%" PRId64, ids[i].id) - 1;
                text += strlen(ids[i].word) - 1;
                break;
            }
        }
    }
    *at = '\0';
    return json;
}

/* An object with what every record needs, and the value; malloc'd. */
static char *object_of(const world *w, const value_row *row, bool full)
{
    static const char *const needed[] = {"Name", "Must"};
    char text[256] = "{";

    for (size_t i = 0; full && i < 2; i++) {
        if (strcmp(row->field, needed[i]) != 0)
            (void)sprintf(text + strlen(text), "'%s': 'x', ", needed[i]);
    }
    (void)sprintf(text + strlen(text), "'%s': %s}", row->field, row->json);
    return json_of(w, text);
}

static int save_new(crm4e_session *session, const char *module, const char *json, crm4e_id *id)
{
    crm4e_record *record = NULL;
    int rc = crm4e_record_new(&record, session, module);

    if (rc == CRM4E_OK)
        rc = crm4e_record_set_json(record, json, CRM4E_NUL_TERMINATED);
    if (rc == CRM4E_OK)
        rc = crm4e_record_save(record);
    if (rc == CRM4E_OK)
        *id = crm4e_record_id(record);
    crm4e_record_free(record);
    return rc;
}

static int by_create(world *w, const value_row *row)
{
    char *json = object_of(w, row, true);
    int rc = save_new(w->tom, "Things", json, &w->made);

    free(json);
    return rc;
}

static int save_over(world *w, const value_row *row, crm4e_record *record)
{
    char *json = object_of(w, row, false);
    int rc = crm4e_record_set_json(record, json, CRM4E_NUL_TERMINATED);

    if (rc == CRM4E_OK)
        rc = crm4e_record_save(record);
    if (rc == CRM4E_OK)
        w->made = crm4e_record_id(record);
    crm4e_record_free(record);
    free(json);
    return rc;
}

static int by_update(world *w, const value_row *row)
{
    crm4e_record *record = NULL;

    assert_int_equal(crm4e_record_open(&record, w->tom, "Things", w->target), CRM4E_OK);
    return save_over(w, row, record);
}

static int by_clone(world *w, const value_row *row)
{
    crm4e_record *record = NULL;

    assert_int_equal(crm4e_record_clone(&record, w->tom, "Things", w->target), CRM4E_OK);
    return save_over(w, row, record);
}

static int by_mass_create(world *w, const value_row *row)
{
    char *object = object_of(w, row, true);
    char *list = malloc(strlen(object) + 80);
    crm4e_text *text = NULL;
    int rc;

    assert_non_null(list);
    (void)sprintf(list, "[{\"Name\":\"first\",\"Must\":\"x\"},%s]", object);
    rc = crm4e_mass_create(&text, w->tom, "Things", list, CRM4E_NUL_TERMINATED, 0);
    if (rc == CRM4E_OK) /* the id of the second */
        w->made =
            strtoll(strstr(strstr(crm4e_text_data(text), "\"id\":") + 5, "\"id\":") + 5, NULL, 10);
    crm4e_text_free(text);
    free(list);
    free(object);
    return rc;
}

static int by_mass_update(world *w, const value_row *row)
{
    const crm4e_id ids[] = {w->target};
    crm4e_mass_options options = CRM4E_MASS_OPTIONS_INIT;
    char *json = object_of(w, row, false);
    int rc;

    options.module = "Things";
    options.ids = ids;
    options.count = 1;
    rc = crm4e_mass_update(NULL, w->tom, &options, json, CRM4E_NUL_TERMINATED);
    w->made = w->target;
    free(json);
    return rc;
}

/* What finds the target beside what is under test; malloc'd object of both. */
static char *keyed(const world *w, const value_row *row, bool full, const char **match)
{
    bool own = strcmp(row->field, "One") == 0;
    char *object = object_of(w, row, full);
    char *json = malloc(strlen(object) + 32);

    assert_non_null(json);
    (void)sprintf(json, "{\"%s\":\"mine\",%s", own ? "Fold" : "One", object + 1);
    *match = own ? "[\"Fold\"]" : "[\"One\"]";
    free(object);
    return json;
}

static int by_upsert(world *w, const value_row *row)
{
    const char *match = NULL;
    char *json = keyed(w, row, true, &match);
    int rc =
        crm4e_record_upsert(&w->made, NULL, w->tom, "Things", match, json, CRM4E_NUL_TERMINATED);

    free(json);
    return rc;
}

typedef struct file_text {
    const char *text;
    size_t left;
} file_text;

static int32_t give(void *user, char *bytes, size_t size, size_t *read)
{
    file_text *from = user;

    *read = from->left < size ? from->left : size;
    memcpy(bytes, from->text, *read);
    from->text += *read;
    from->left -= *read;
    return CRM4E_CONTINUE;
}

static int import_text(world *w, const char *text, crm4e_import_options *options)
{
    file_text from = {text, strlen(text)};

    options->module = "Things";
    options->read = give;
    options->read_user = &from;
    return crm4e_import_records(NULL, w->tom, options);
}

static void take_newest(world *w)
{
    crm4e_cursor *cursor = NULL;

    assert_int_equal(
        crm4e_query_text(&cursor, w->tom, "select id from Things order by id desc limit 1"),
        CRM4E_OK);
    assert_int_equal(crm4e_cursor_next(cursor), CRM4E_ROW);
    w->made = strtoll(crm4e_cursor_text(cursor, 0), NULL, 10);
    crm4e_cursor_free(cursor);
}

/* A cell is text: what is in the quotes, or the number as it is written. */
static int by_import(world *w, const value_row *row)
{
    crm4e_import_options options = CRM4E_IMPORT_OPTIONS_INIT;
    char *value = json_of(w, strcmp(row->json, "null") == 0 ? "" : row->json);
    size_t length = strlen(value), quotes = value[0] == '"' ? 1 : 0;
    char text[256];
    bool needed = strcmp(row->field, "Must") == 0 || strcmp(row->field, "Name") == 0;
    int rc;

    (void)snprintf(text, sizeof text, "%s%s,%s\r\n%s%s,%.*s\r\n",
                   strcmp(row->field, "Must") == 0 ? "Name" : "Must", needed ? "" : ",Name",
                   row->field, "x", needed ? "" : ",x", (int)(length - 2 * quotes), value + quotes);
    free(value);
    rc = import_text(w, text, &options);
    if (rc == CRM4E_OK)
        take_newest(w);
    return rc;
}

static int by_json_lines(world *w, const value_row *row)
{
    crm4e_import_options options = CRM4E_IMPORT_OPTIONS_INIT;
    char *json = object_of(w, row, true);
    int rc;

    options.format = CRM4E_IMPORT_JSON_LINES;
    rc = import_text(w, json, &options);
    if (rc == CRM4E_OK)
        take_newest(w);
    free(json);
    return rc;
}

/* A line that finds the target by its unique field, and changes it. */
static int by_lines_over(world *w, const value_row *row)
{
    crm4e_import_options options = CRM4E_IMPORT_OPTIONS_INIT;
    char *json = keyed(w, row, false, &options.match_fields);
    int rc;

    options.format = CRM4E_IMPORT_JSON_LINES;
    options.match = CRM4E_MATCH_UPDATE;
    rc = import_text(w, json, &options);
    w->made = w->target;
    free(json);
    return rc;
}

/* Out of the bin it comes as it went in. */
static int by_restore(world *w, const value_row *row)
{
    int rc = by_create(w, row);

    if (rc == CRM4E_OK)
        rc = crm4e_record_delete(w->tom, "Things", w->made, 0);
    return rc == CRM4E_OK ? crm4e_record_restore(w->tom, "Things", w->made) : rc;
}

static int apply_with(world *w, const char *const parts[3], const value_row *row)
{
    char text[512];
    char *json;
    int rc;

    (void)snprintf(text, sizeof text, "%s%s%s%s%s", parts[0], row->field, parts[1], row->json,
                   parts[2]);
    json = json_of(w, text);
    rc = crm4e_org_apply(NULL, w->f.own.session, json, CRM4E_NUL_TERMINATED);
    free(json);
    return rc;
}

/* The default of a field by a document, and what a new record has by it. */
static int by_default(world *w, const value_row *row)
{
    static const char *const parts[] = {
        "{'modules': [{'api_name': 'Things', 'fields': [{'api_name': '",
        "', 'default_value': ", "}]}]}"};
    int rc = apply_with(w, parts, row);

    return rc == CRM4E_OK
               ? save_new(w->f.own.session, "Things", "{\"Name\":\"x\",\"Must\":\"x\"}", &w->made)
               : rc;
}

/* What a rule puts there when a record is created. */
static int by_rule(world *w, const value_row *row)
{
    static const char *const parts[] = {
        ("{'workflows': [{'module': 'Things', 'name': 'R', 'on': 'create', 'on_failure': 'fail',"
         " 'conditions': [{'then': [{'update_field': {'field': '"),
        "', 'value': ", "}}]}]}]}"};
    int rc = apply_with(w, parts, row);

    if (rc != CRM4E_OK)
        return rc;
    if (row->code != CRM4E_OK)
        unchanged_mark(&w->f.watch); /* the rule is there; the record it fails is not */
    return save_new(w->f.own.session, "Things", "{\"Name\":\"x\",\"Must\":\"x\"}", &w->made);
}

static const struct {
    const char *name;
    int (*run)(world *w, const value_row *row);
    unsigned except; /* rows with one of these flags are no case */
    bool definition; /* by the administrator, who names a member */
} ways[] = {
    {"create", by_create, 0, false},
    {"update", by_update, 0, false},
    {"clone", by_clone, 0, false},
    {"mass create", by_mass_create, 0, false},
    {"mass update", by_mass_update, 0, false},
    {"upsert", by_upsert, 0, false},
    {"import", by_import, JSON_ONLY | NOT_JSON, false},
    {"json lines", by_json_lines, 0, false},
    {"json lines over", by_lines_over, 0, false},
    {"restore", by_restore, 0, false},
    {"default", by_default, NO_DEFAULT, true},
    {"rule", by_rule, NO_DEFAULT, true},
};

/* A file of one byte in the field of the target. */
static void put_paper(world *w)
{
    crm4e_file_options options = CRM4E_FILE_OPTIONS_INIT;
    file_text from = {"x", 1};

    options.name = "plan.pdf";
    options.read = give;
    options.read_user = &from;
    assert_int_equal(
        crm4e_field_file_put(&w->paper, w->tom, "Things", w->target, "Papers", &options), CRM4E_OK);
}

static void make_world(world *w)
{
    char *json;

    assert_int_equal(fixture_open(&w->f, storage), CRM4E_OK);
    json = json_of(w, start);
    if (crm4e_org_apply(NULL, w->f.own.session, json, CRM4E_NUL_TERMINATED) != CRM4E_OK)
        fail_msg("%s", crm4e_error_message(crm4e_session_error(w->f.own.session)));
    free(json);
    assert_int_equal(crm4e_session_open(&w->tom, w->f.own.org, TOM), CRM4E_OK);
    assert_int_equal(
        save_new(w->f.own.session, "Things", "{\"Name\":\"h\",\"Must\":\"x\"}", &w->hidden),
        CRM4E_OK);
    assert_int_equal(save_new(w->f.own.session, "Others", "{\"Name\":\"f\"}", &w->foreign),
                     CRM4E_OK);
    assert_int_equal(save_new(w->tom, "Things", "{\"Name\":\"d\",\"Must\":\"x\"}", &w->deleted),
                     CRM4E_OK);
    assert_int_equal(crm4e_record_delete(w->tom, "Things", w->deleted, 0), CRM4E_OK);
    assert_int_equal(
        save_new(w->tom, "Things",
                 "{\"Name\":\"t\",\"Must\":\"x\",\"One\":\"taken\",\"Fold\":\"Taken\"}", &w->there),
        CRM4E_OK);
    assert_int_equal(save_new(w->tom, "Things",
                              "{\"Name\":\"u\",\"Must\":\"x\",\"One\":\"mine\",\"Fold\":\"mine\"}",
                              &w->target),
                     CRM4E_OK);
    put_paper(w);
    w->f.watch.memory = NULL;
}

static size_t wrong;

/* Where a way says something else: of a definition the member is at fault; a date may be written
 * without zeros in a file; a rule finds its users itself, and what is retired or inactive, which may
 * change, is refused where the rule runs; a default that came to name nobody counts as none. */
static const struct {
    const char *way;
    const char *field; /* NULL: any */
    const char *json;  /* NULL: any that is refused */
    int code;
    const char *at_fault;
} others[] = {
    {"import", "Day", "'2024-2-3'", CRM4E_OK, ""},
    {"default", "Who", "true", CRM4E_E_INVALID, "default_value"},
    {"default", "Who", NULL, CRM4E_OK, ""},
    {"default", "Text", "'\\ud800'", CRM4E_E_INVALID, ""},
    {"default", "Text", "'\xC3'", CRM4E_E_INVALID, ""},
    {"default", "Text", "'a\\u0000b'", CRM4E_E_INVALID, ""},
    {"default", NULL, NULL, CRM4E_E_INVALID, "default_value"},
    {"rule", "Pick", "'Old'", CRM4E_E_INVALID, ""},
    {"rule", "Picks", "['A', 'Old']", CRM4E_E_INVALID, ""},
    {"rule", "Who", "'left@acme.example'", CRM4E_E_INVALID, ""},
    {"rule", "Who", NULL, CRM4E_E_NOT_FOUND, "value"},
};

typedef struct expectation {
    int code;
    const char *at_fault;
} expectation;

static expectation expected(const char *way, const value_row *row)
{
    expectation result = {row->code, (row->flags & NOT_JSON) == 0 ? row->field : ""};

    for (size_t i = 0; row->code != CRM4E_OK && i < sizeof others / sizeof others[0]; i++) {
        if (strcmp(others[i].way, way) == 0 &&
            (others[i].field == NULL || strcmp(others[i].field, row->field) == 0) &&
            (others[i].json == NULL || strcmp(others[i].json, row->json) == 0))
            return (expectation){others[i].code, others[i].at_fault};
    }
    return result;
}

/* What a list shows of a field of what was made; malloc'd. */
static char *shown(const world *w, crm4e_session *session, const char *field)
{
    crm4e_cursor *cursor = NULL;
    char query[96];
    const char *text;
    char *kept;

    (void)snprintf(query, sizeof query, "select %s from Things where id = %" PRId64, field,
                   w->made);
    assert_int_equal(crm4e_query_text(&cursor, session, query), CRM4E_OK);
    assert_int_equal(crm4e_cursor_next(cursor), CRM4E_ROW);
    text = crm4e_cursor_text(cursor, 0);
    kept = strdup(text != NULL ? text : "-");
    crm4e_cursor_free(cursor);
    assert_non_null(kept);
    return kept;
}

/* The field has its value, and what is not written stays: the target its file, what is new has
 * none. */
static void look(world *w, crm4e_session *session, const value_row *row, const char *way)
{
    char *text = shown(w, session, row->field), *papers = shown(w, session, "Papers");
    bool filled = w->made == w->target && strcmp(row->field, "Papers") != 0;

    if (row->kept != NULL && strcmp(text, row->kept) != 0) {
        print_error("%s %s = %s: %s\n", way, row->field, row->json, text);
        wrong++;
    }
    if ((strcmp(papers, "-") != 0) != filled) {
        print_error("%s %s = %s: the files are %s\n", way, row->field, row->json, papers);
        wrong++;
    }
    free(papers);
    free(text);
}

/* No row is another than it was; on files, where looking takes long, asked once for a way. */
static void rows_are_the_same(world *w, size_t way, const value_row *row)
{
    const char *problem = unchanged_rows_problem(&w->f.watch);

    if (problem != NULL) {
        print_error("%s %s = %s: %s\n", ways[way].name, row->field, row->json, problem);
        wrong++;
        unchanged_mark(&w->f.watch);
    }
}

static void one_case(world *w, size_t way, const value_row *row)
{
    crm4e_session *session = ways[way].definition ? w->f.own.session : w->tom;
    expectation wanted = expected(ways[way].name, row);
    const char *field = "";
    int rc;

    if (wanted.code == CRM4E_OK)
        assert_int_equal(crm4e_session_begin(session), CRM4E_OK);
    rc = ways[way].run(w, row);
    if (rc < 0)
        field = crm4e_error_field(crm4e_session_error(session));
    if (rc != wanted.code || (rc < 0 && strcmp(field, wanted.at_fault) != 0)) {
        print_error("%s %s = %s: %s field '%s' %s\n", ways[way].name, row->field, row->json,
                    crm4e_code_name(rc), field,
                    rc < 0 ? crm4e_error_message(crm4e_session_error(session)) : "");
        wrong++;
    }
    if (wanted.code == CRM4E_OK) {
        if (rc == CRM4E_OK && row->code == CRM4E_OK)
            look(w, session, row, ways[way].name);
        assert_int_equal(crm4e_session_rollback(session), CRM4E_OK);
    }
    if (storage == FIXTURE_MEMORY || ways[way].definition) /* those that mark anew */
        rows_are_the_same(w, way, row);
}

static void every_way_takes_and_refuses_the_same(void **state)
{
    const value_row *last = &rows[sizeof rows / sizeof rows[0] - 1];
    world w = {.tom = NULL};

    (void)state;
    make_world(&w);
    unchanged_mark(&w.f.watch);
    for (size_t way = 0; way < sizeof ways / sizeof ways[0]; way++) {
        for (const value_row *row = rows; row <= last; row++) {
            if ((row->flags & ways[way].except) == 0)
                one_case(&w, way, row);
        }
        rows_are_the_same(&w, way, last);
    }
    assert_int_equal(wrong, 0);
    crm4e_session_close(w.tom);
    assert_true(fixture_close(&w.f));
}

static crm4e_id add_thing(world *w, const char *field, const char *value)
{
    char json[128];
    crm4e_id id = 0;

    (void)snprintf(json, sizeof json, "{\"Name\":\"b\",\"Must\":\"x\",\"%s\":\"%s\"}", field,
                   value);
    assert_int_equal(save_new(w->tom, "Things", json, &id), CRM4E_OK);
    return id;
}

static int restore_one(world *w, crm4e_id id)
{
    return crm4e_record_restore(w->tom, "Things", id);
}

static int restore_many(world *w, crm4e_id id)
{
    crm4e_mass_options options = CRM4E_MASS_OPTIONS_INIT;
    const crm4e_id ids[] = {id};

    options.module = "Things";
    options.ids = ids;
    options.count = 1;
    return crm4e_mass_restore(NULL, w->tom, &options);
}

/* A unique value in the bin is free; who takes it keeps the other in there. */
static void what_was_taken_meanwhile_stays_in_the_bin(void **state)
{
    static const struct {
        const char *field, *gone, *taken;
        int code;
    } cases[] = {{"One", "a", "a", CRM4E_E_CONFLICT},  {"One", "a", "A", CRM4E_OK},
                 {"One", "a", "b", CRM4E_OK},          {"Fold", "a", "a", CRM4E_E_CONFLICT},
                 {"Fold", "a", "À", CRM4E_E_CONFLICT}, {"Fold", "a", "b", CRM4E_OK},
                 {"Text", "a", "a", CRM4E_OK}};
    static int (*const restores[])(world * w, crm4e_id id) = {restore_one, restore_many};
    world w = {.tom = NULL};

    (void)state;
    make_world(&w);
    for (size_t i = 0; i < 2 * (sizeof cases / sizeof cases[0]); i++) {
        const char *field = cases[i / 2].field;
        crm4e_id gone = add_thing(&w, field, cases[i / 2].gone), taken;
        int rc;

        assert_int_equal(crm4e_record_delete(w.tom, "Things", gone, 0), CRM4E_OK);
        taken = add_thing(&w, field, cases[i / 2].taken);
        unchanged_mark(&w.f.watch);
        rc = restores[i % 2](&w, gone);
        assert_int_equal(rc, cases[i / 2].code);
        if (rc < 0) {
            assert_string_equal(crm4e_error_field(crm4e_session_error(w.tom)), field);
            assert_null(unchanged_rows_problem(&w.f.watch));
            assert_int_equal(crm4e_record_delete(w.tom, "Things", taken, 0), CRM4E_OK);
            assert_int_equal(restores[i % 2](&w, gone), CRM4E_OK);
        } else {
            assert_int_equal(crm4e_record_delete(w.tom, "Things", taken, 0), CRM4E_OK);
        }
        assert_int_equal(crm4e_record_delete(w.tom, "Things", gone, 0), CRM4E_OK);
    }
    crm4e_session_close(w.tom);
    assert_true(fixture_close(&w.f));
}

/* "sqlite" as the argument: on files. */
int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_way_takes_and_refuses_the_same),
        cmocka_unit_test(what_was_taken_meanwhile_stays_in_the_bin),
    };

    storage = count > 1 && strcmp(arguments[1], "sqlite") == 0 ? FIXTURE_SQLITE : FIXTURE_MEMORY;
    return cmocka_run_group_tests_name("values by every way", tests, NULL, NULL);
}
