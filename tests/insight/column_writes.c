/* SPDX-License-Identifier: MIT */
#include "column_writes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    JSON = 512,
    RECORDS = 60
};

const char writer_model[] =
    "{'profiles': [{'name': 'Blind', 'clone_of': 'Standard'}],"
    " 'users': [{'email': 'bob@acme.example', 'profile': 'Standard', 'role': 'Manager',"
    "   'time_zone': 'America/New_York'},"
    "  {'email': 'eve@acme.example', 'profile': 'Blind', 'role': 'Manager'}],"
    " 'modules': [{'api_name': 'Things', 'org_default': 'private', 'fields': ["
    "   {'api_name': 'Price', 'type': 'currency', 'scale': 2},"
    "   {'api_name': 'Size', 'type': 'integer'},"
    "   {'api_name': 'Hue', 'type': 'picklist', 'options': ['Red', 'Blue', 'Green']},"
    "   {'api_name': 'Day', 'type': 'date'}, {'api_name': 'At', 'type': 'datetime'},"
    "   {'api_name': 'Good', 'type': 'boolean'}, {'api_name': 'Who', 'type': 'userlookup'},"
    "   {'api_name': 'Twin', 'type': 'lookup', 'target': 'Things'},"
    "   {'api_name': 'Twice', 'type': 'formula', 'settings':"
    "     {'result': 'double', 'expression': 'Size * 2'}}]}]}";

unsigned writer_roll(writer *w, unsigned sides)
{
    w->seed ^= w->seed << 13;
    w->seed ^= w->seed >> 7;
    w->seed ^= w->seed << 17;
    return (unsigned)(w->seed >> 33) % sides;
}

/* Some record of a module; 0: none there. */
static crm4e_id some(writer *w, const char *module)
{
    char text[96];
    crm4e_cursor *rows = NULL;
    crm4e_id id = 0;

    (void)snprintf(text, sizeof text, "select id from %s order by id limit 1 offset %u", module,
                   writer_roll(w, RECORDS));
    if (crm4e_query_text(&rows, w->admin, text) == CRM4E_OK && crm4e_cursor_next(rows) == CRM4E_ROW)
        id = crm4e_cursor_id(rows);
    crm4e_cursor_free(rows);
    return id;
}

/* ---------------------------------------------------------------- records */

static void describe(writer *w, char json[JSON])
{
    static const char *const hues[] = {"'Red'", "'Blue'", "'Green'", "'Black'", "null", "null"};
    static const char *const truths[] = {"true", "false"};
    static const char *const emails[] = {HOST_ADMIN, "bob@acme.example", "eve@acme.example"};
    const crm4e_id twin = writer_roll(w, 3) == 0 ? some(w, "Things") : 0;
    int used = snprintf(json, JSON,
                        "{'Name': 'a', 'Price': %d.%02u, 'Size': %u, 'Hue': %s,"
                        " 'Day': '2026-%02u-%02u', 'At': '2026-03-%02uT%02u:00:00Z', 'Good': %s,"
                        " 'Who': '%s', 'Owner': '%s'",
                        (int)writer_roll(w, 20) - 5, writer_roll(w, 100), writer_roll(w, 12),
                        hues[writer_roll(w, 6)], 1 + writer_roll(w, 12), 1 + writer_roll(w, 28),
                        1 + writer_roll(w, 31), writer_roll(w, 24), truths[writer_roll(w, 2)],
                        emails[writer_roll(w, 3)], emails[writer_roll(w, 3)]);

    if (twin != 0)
        used += snprintf(json + used, JSON - (size_t)used, ", 'Twin': %lld", (long long)twin);
    (void)snprintf(json + used, JSON - (size_t)used, "}");
}

/* Refused where the option is retired or another one writes. */
static void save(writer *w, const char *module, crm4e_id id, const char *values)
{
    crm4e_record *record = NULL;
    char *json = host_json(values);
    int rc = id == 0 ? crm4e_record_new(&record, w->admin, module)
                     : crm4e_record_open(&record, w->admin, module, id);

    rc = rc < 0 ? rc : crm4e_record_set_json(record, json, CRM4E_NUL_TERMINATED);
    rc = rc < 0 ? rc : crm4e_record_save(record);
    (void)rc;
    crm4e_record_free(record);
    free(json);
}

static void write_thing(writer *w)
{
    char json[JSON];

    describe(w, json);
    save(w, "Things", writer_roll(w, 2) == 0 ? some(w, "Things") : 0, json);
}

static void write_lead(writer *w)
{
    char json[JSON];

    (void)snprintf(json, sizeof json,
                   "{'Last_Name': 'Lee', 'Company': 'Acme', 'Annual_Revenue': %u}",
                   writer_roll(w, 30));
    save(w, "Leads", writer_roll(w, 2) == 0 ? some(w, "Leads") : 0, json);
}

static void delete_one(writer *w)
{
    crm4e_id id = some(w, "Things");

    w->gone[writer_roll(w, WRITER_GONE)] = id;
    (void)crm4e_record_delete(w->admin, "Things", id, 0);
}

static void restore_one(writer *w)
{
    (void)crm4e_record_restore(w->admin, "Things", w->gone[writer_roll(w, WRITER_GONE)]);
}

static void purge_one(writer *w)
{
    (void)crm4e_record_purge(w->admin, "Things", w->gone[writer_roll(w, WRITER_GONE)]);
}

static void merge_two(writer *w)
{
    const crm4e_id other = some(w, "Things");

    (void)crm4e_records_merge(w->admin, "Things", some(w, "Things"), &other, 1, NULL);
}

static void convert_one(writer *w)
{
    (void)crm4e_convert_lead(NULL, NULL, NULL, w->admin, some(w, "Leads"), NULL);
}

static void lock_one(writer *w)
{
    (void)crm4e_record_set_locked(w->admin, "Things", some(w, "Things"), writer_roll(w, 4) == 0);
}

static void purge_history(writer *w)
{
    (void)crm4e_history_purge(w->admin, 1000, NULL);
}

void writer_change_records(writer *w)
{
    static void (*const changes[])(writer *) = {
        write_thing, write_thing, write_thing, write_thing,   write_thing, write_lead,  write_lead,
        delete_one,  restore_one, restore_one, purge_one,     merge_two,   convert_one, lock_one,
        write_thing, write_thing, write_lead,  purge_history, write_thing, write_thing};

    changes[writer_roll(w, sizeof changes / sizeof changes[0])](w);
}

/* --------------------------------------------------------- model and rights */

static void apply(writer *w, const char *document)
{
    char *json = host_json(document);

    (void)crm4e_org_apply(NULL, w->admin, json, CRM4E_NUL_TERMINATED);
    free(json);
}

static void change_options(writer *w)
{
    static const char *const options[] = {"'Red', 'Blue', 'Green'", "'Red', 'Green'",
                                          "'Black', 'Red'", "'Green', 'Blue', 'Black', 'Red'"};
    char json[JSON];

    (void)snprintf(json, sizeof json,
                   "{'modules': [{'api_name': 'Things', 'fields': [{'api_name': 'Hue', 'type':"
                   " 'picklist', 'options': [%s]}]}]}",
                   options[writer_roll(w, 4)]);
    apply(w, json);
}

static void change_formula(writer *w)
{
    char json[JSON];

    (void)snprintf(json, sizeof json,
                   "{'modules': [{'api_name': 'Things', 'fields': [{'api_name': 'Twice', 'type':"
                   " 'formula', 'settings': {'result': 'double', 'expression': 'Size * %u'}}]}]}",
                   1 + writer_roll(w, 5));
    apply(w, json);
}

static void rename_field(writer *w)
{
    char json[JSON];

    (void)snprintf(json, sizeof json,
                   "{'modules': [{'api_name': 'Things', 'fields': [{'api_name': 'Size', 'type':"
                   " 'integer', 'label': 'Size %u'}]}]}",
                   writer_roll(w, 9));
    apply(w, json);
}

/* A field of that name comes back as another one, of another type. */
static void remove_and_add(writer *w)
{
    static const char *const types[] = {"'integer'", "'date'", "'boolean'",
                                        "'picklist', 'options': ['x', 'y']"};
    crm4e_module *module = NULL;
    char json[JSON];

    if (crm4e_module_open(&module, w->admin, "Things") == CRM4E_OK)
        (void)crm4e_module_remove_field(module, "Good");
    crm4e_module_free(module);
    (void)snprintf(json, sizeof json,
                   "{'modules': [{'api_name': 'Things', 'fields': [{'api_name': 'Good', 'type':"
                   " %s}]}]}",
                   types[writer_roll(w, 4)]);
    apply(w, json);
}

static void add_field(writer *w)
{
    char json[JSON];

    if (w->fields < 20)
        w->fields++;
    (void)snprintf(json, sizeof json,
                   "{'modules': [{'api_name': 'Things', 'fields': [{'api_name': 'More%d', 'type':"
                   " 'integer'}]}]}",
                   w->fields);
    apply(w, json);
}

static void change_rights(writer *w)
{
    static const char *const documents[] = {
        "{'profiles': [{'name': 'Blind', 'fields': {'Things': {'Price': 'hidden'}}}]}",
        "{'profiles': [{'name': 'Blind', 'fields': {'Things': {'Price': 'read_write'}}}]}",
        "{'modules': [{'api_name': 'Things', 'org_default': 'public_read_only'}]}",
        "{'modules': [{'api_name': 'Things', 'org_default': 'private'}]}",
        "{'users': [{'email': 'eve@acme.example', 'role': 'CEO'}]}",
        "{'users': [{'email': 'eve@acme.example', 'role': 'Manager'}]}",
        ("{'sharing_rules': [{'name': 'Big', 'module': 'Things', 'criteria': 'Size > 6',"
         " 'to': [{'user': 'bob@acme.example'}], 'access': 'read_only'}]}"),
        "{'sharing_rules': [{'name': 'Big', 'module': 'Things', 'active': false}]}",
    };

    apply(w, documents[writer_roll(w, sizeof documents / sizeof documents[0])]);
}

static void change_edition(writer *w)
{
    crm4e_org_update_options options = CRM4E_ORG_UPDATE_OPTIONS_INIT;

    options.edition =
        writer_roll(w, 3) == 0 ? CRM4E_EDITION_PROFESSIONAL : CRM4E_EDITION_ENTERPRISE;
    options.history_days = writer_roll(w, 2) == 0 ? 1 : -1;
    (void)crm4e_org_update(w->admin, &options);
}

/* ------------------------------------------------------------- transactions */

/* With one that is refused in the middle, which is undone alone. */
static void together(writer *w)
{
    const bool commits = writer_roll(w, 2) == 0;

    if (crm4e_session_begin(w->admin) != CRM4E_OK)
        return;
    for (unsigned left = 1 + writer_roll(w, 4); left > 0; left--)
        writer_change_records(w);
    save(w, "Things", 0, "{'Name': 'a', 'Hue': 'no such hue'}");
    if (writer_roll(w, 4) == 0)
        change_rights(w);
    writer_change_records(w);
    if (!commits || crm4e_session_commit(w->admin) != CRM4E_OK)
        (void)crm4e_session_rollback(w->admin);
}

void writer_step(writer *w)
{
    static void (*const steps[])(writer *) = {
        change_options, change_formula, rename_field, remove_and_add, add_field, change_rights,
        change_rights,  change_edition, together,     together,       together};
    const unsigned what = writer_roll(w, 40);

    if (what < sizeof steps / sizeof steps[0])
        steps[what](w);
    else
        writer_change_records(w);
}
