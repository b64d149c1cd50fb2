/* SPDX-License-Identifier: MIT */
/* History against records: every record has a history that leads to its
 * version, and what history left alive is there. */
#include <string.h>

#include "record/integrity_inside.h"
#include "record/link.h"
#include "record/request.h"

typedef struct life {
    int64_t version;
    int32_t module;
    int32_t action; /* the last one */
    bool met;
} life;

static life *life_of(const c4_checking *c, int64_t record)
{
    return c4_map_get_i64(&c->lives, record);
}

static life *begin(c4_checking *c, int64_t record)
{
    static const life empty = {0};
    life *begun = c4_arena_copy(&c->kept, &empty, sizeof empty);
    int rc = begun != NULL ? c4_map_put_i64(&c->lives, record, begun) : CRM4E_E_NO_MEMORY;

    if (rc < 0)
        c->rc = rc;
    return rc < 0 ? NULL : begun;
}

/* Of what hung on a record that was purged the end alone is told. */
static bool lost_before(const c4_checking *c, const crm4e_value *line)
{
    const c4_meta *meta = c->unit->meta;
    const c4_module *module = c4_meta_module(meta, (int32_t)line[C4_HISTORY_MODULE].integer);

    return c->unit->state.history_from > 0 ||
           (module != NULL && (module->flags & C4_MODULE_CHILD) != 0 &&
            line[C4_HISTORY_ACTION].integer == C4_RECORD_DELETED &&
            line[C4_HISTORY_CHANGES].type == CRM4E_VALUE_NULL);
}

void c4_check_follow(c4_checking *c, const crm4e_value *line)
{
    int64_t record = line[C4_HISTORY_RECORD].integer;
    int64_t version = line[C4_HISTORY_VERSION].integer;
    int64_t module = line[C4_HISTORY_MODULE].integer;
    int64_t action = line[C4_HISTORY_ACTION].integer;
    life *known = life_of(c, record);
    bool first = known == NULL;
    bool purged = first && lost_before(c, line); /* the lines before may be gone */

    if (first)
        known = begin(c, record);
    if (known == NULL)
        return;
    if (action < C4_RECORD_ADDED || action >= C4_RECORD_ACTION_END)
        c4_check_report(c, "history", line[0].integer, "action", "is not known");
    else if (!purged && first != (action == C4_RECORD_ADDED))
        c4_check_report(c, "history", line[0].integer, "", "does not follow what was before");
    else if (version < known->version || (!purged && version > known->version + 1))
        c4_check_report(c, "history", line[0].integer, "version", "is out of order");
    else if (!first && module != known->module)
        c4_check_report(c, "history", line[0].integer, "module", "is another than before");
    *known = (life){.version = version, .module = (int32_t)module, .action = (int32_t)action};
}

void c4_check_life(c4_checking *c, const c4_module *module, const crm4e_value *row)
{
    life *known = life_of(c, row[C4_COLUMN_ID].integer);
    const char *problem = NULL;

    if (known == NULL || known->module != module->number)
        problem = "has no history";
    else if (known->action == C4_RECORD_DELETED)
        problem = "was deleted by its history";
    else if (known->version != row[C4_COLUMN_VERSION].integer)
        problem = "does not agree with its history";
    if (problem != NULL)
        c4_check_report(c, module->api_name, row[C4_COLUMN_ID].integer, "", problem);
    if (known != NULL)
        known->met = true;
}

void c4_check_binned(c4_checking *c, const crm4e_value *row)
{
    life *known = life_of(c, row[0].integer);

    if (known == NULL || known->action != C4_RECORD_DELETED ||
        known->module != row[C4_BIN_MODULE].integer)
        c4_check_report(c, "bin", row[0].integer, "", "was not deleted by its history");
    if (known != NULL)
        known->met = true;
}

bool c4_check_is_kept(const c4_checking *c, int32_t module, int64_t record)
{
    const life *known = life_of(c, record);

    return known != NULL && known->met && known->module == module;
}

/* A share rests while its record is in the bin, and goes when that is purged. */
void c4_check_shared(c4_checking *c, const void *about, const crm4e_value *row)
{
    const life *known = life_of(c, row[C4_SHARE_RECORD].integer);

    (void)about;
    if (known == NULL || !known->met || known->module != row[C4_SHARE_MODULE].integer)
        c4_check_report(c, "share", row[0].integer, "", "is of a record that is gone");
    else if ((row[C4_SHARE_RESTING].integer != 0) != (known->action == C4_RECORD_DELETED))
        c4_check_report(c, "share", row[0].integer, "", "rests, or does not, against its record");
}

static const uint32_t request_columns[C4_REQUEST_COLUMNS] = {
    0,
    C4_REQUEST_MODULE,
    C4_REQUEST_CREATOR,
    C4_REQUEST_OWNER,
    C4_REQUEST_CREATOR_ASKS,
    C4_REQUEST_OWNER_ASKS,
};

/* Each record of a team module has its row there. */
void c4_check_request(c4_checking *c, const c4_module *module, const crm4e_value *record)
{
    crm4e_value wanted[C4_REQUEST_COLUMNS];
    crm4e_value kept[C4_REQUEST_COLUMNS];
    bool same = true;
    int rc;

    if (module->kind != C4_MODULE_TEAM)
        return;
    c4_request_row(module, record, wanted);
    rc = c4_db_get(c->unit->db, &c4_tables[C4_TABLE_REQUEST], wanted[0].integer, request_columns,
                   kept, C4_REQUEST_COLUMNS);
    for (size_t i = 0; rc == CRM4E_OK && i < C4_REQUEST_COLUMNS; i++)
        same = same && c4_value_equal(&kept[i], &wanted[i]);
    if (rc == CRM4E_E_NOT_FOUND || (rc == CRM4E_OK && !same))
        c4_check_report(c, module->api_name, wanted[0].integer, "",
                        "is not what the requests say of it");
    else if (rc != CRM4E_OK)
        c->rc = rc;
}

/* And each row its record; after all records. */
void c4_check_requested(c4_checking *c, const void *about, const crm4e_value *row)
{
    const life *known = life_of(c, row[0].integer);

    (void)about;
    if (known == NULL || known->action == C4_RECORD_DELETED ||
        known->module != row[C4_REQUEST_MODULE].integer)
        c4_check_report(c, "request", row[0].integer, "", "is of a record that is gone");
}

/* What the table of links says of a field of a record is what the record says. */
static void check_field_links(c4_checking *c, const c4_field *field, const crm4e_value *record)
{
    crm4e_id lines[C4_LIST_MAX], targets[C4_LIST_MAX];
    size_t count = 0, at = 0, named = 0;
    bool same = true;
    int64_t target;
    int rc = c4_links_of(c->unit, record[0].integer, field, lines, targets, &count);

    while (rc == CRM4E_OK && c4_list_next(&record[field->column], &at, &target)) {
        bool found = false;

        for (size_t i = 0; i < count && !found; i++)
            found = targets[i] == target;
        same = same && found;
        named++;
    }
    if (rc < 0)
        c->rc = rc;
    else if (!same || named != count)
        c4_check_report(c, field->module->api_name, record[0].integer, field->api_name,
                        "is not what the links say of it");
}

void c4_check_links(c4_checking *c, const c4_module *module, const crm4e_value *record)
{
    for (size_t i = 0; i < module->field_count; i++) {
        if (module->fields[i].type == CRM4E_TYPE_MULTISELECTLOOKUP)
            check_field_links(c, &module->fields[i], record);
    }
}

/* And each line is of a record that is there, in a field of its module; after all records. */
void c4_check_linked(c4_checking *c, const void *about, const crm4e_value *row)
{
    const life *known = life_of(c, row[C4_LINK_RECORD].integer);
    const c4_module *module = known != NULL ? c4_meta_module(c->unit->meta, known->module) : NULL;
    const c4_field *field =
        module != NULL ? c4_module_field(module, (int32_t)row[C4_LINK_FIELD].integer) : NULL;

    (void)about;
    if (known == NULL || known->action == C4_RECORD_DELETED)
        c4_check_report(c, "link", row[0].integer, "", "is of a record that is gone");
    else if (field == NULL || field->type != CRM4E_TYPE_MULTISELECTLOOKUP)
        c4_check_report(c, "link", row[0].integer, "field", "is none that holds links");
}

/* What was deleted may have been purged from the bin. */
void c4_check_lost(c4_checking *c)
{
    size_t position = 0;
    const void *key;
    size_t key_length;
    void *value;

    while (c4_map_next(&c->lives, &position, &key, &key_length, &value)) {
        const life *known = value;
        int64_t id;

        if (known->met || known->action == C4_RECORD_DELETED)
            continue;
        memcpy(&id, key, sizeof id);
        c4_check_report(c, "history", id, "", "is of a record that is gone");
    }
}

typedef struct counter_key {
    int64_t limit;
    int64_t scope;
} counter_key;

void c4_check_counter_seen(c4_checking *c, int64_t limit, int64_t scope)
{
    const counter_key key = {limit, scope};

    if (c4_map_put(&c->counters, &key, sizeof key, c) < 0)
        c->rc = CRM4E_E_NO_MEMORY;
}

bool c4_check_counter_was_seen(const c4_checking *c, int64_t limit, int64_t scope)
{
    const counter_key key = {limit, scope};

    return c4_map_get(&c->counters, &key, sizeof key) != NULL;
}
