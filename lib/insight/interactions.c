/* SPDX-License-Identifier: MIT */
/* A page of the interactions of a record. */
#include "insight/interactions.h"

#include <string.h>

#include "base/civil.h"
#include "base/json.h"
#include "model/gates.h"
#include "record/interaction.h"

enum {
    AT_ONCE = 256, /* entries read before they are looked at */
    CONTENT_CEILING = 1024 * 1024
};

/* A page on its way. */
typedef struct page {
    c4_interactions list;
    c4_unit *unit;
    c4_buffer *out;
    size_t written;
    bool more;
    int64_t last_time; /* of the last entry written */
    crm4e_id last_id;
} page;

static void put_null(page *p, bool *first, const char *key)
{
    c4_json_put_key(p->out, first, key);
    c4_buffer_text(p->out, "null");
}

static void put_word(page *p, bool *first, const char *key, const char *word)
{
    c4_json_put_member(p->out, first, key, word != NULL ? word : "");
}

/* ------------------------------------------------------------- what a host added */

static void put_member(page *p, const c4_json *content, bool *first, const char *key)
{
    const c4_json *value = c4_json_member(content, key);

    if (value == NULL) {
        put_null(p, first, key);
    } else {
        c4_json_put_key(p->out, first, key);
        c4_json_put_value(p->out, value);
    }
}

static int put_added(page *p, crm4e_id id, bool *first)
{
    static const uint32_t columns[] = {C4_INTERACTION_CONTENT, C4_INTERACTION_EXTERNAL};
    crm4e_value values[2];
    c4_json_document document = {.root = NULL};
    int rc = c4_stored(
        p->unit, c4_db_get(p->unit->db, &c4_tables[C4_TABLE_INTERACTION], id, columns, values, 2));

    if (rc == CRM4E_OK && values[0].type != CRM4E_VALUE_NULL) {
        rc = c4_json_parse(&document, &p->unit->env->mem, values[0].data, values[0].length,
                           CONTENT_CEILING);
        rc = rc == CRM4E_OK || rc == CRM4E_E_NO_MEMORY
                 ? c4_stored(p->unit, rc)
                 : c4_fail(p->unit->error, CRM4E_E_CORRUPT, "an interaction is damaged");
    }
    if (rc == CRM4E_OK) {
        put_member(p, document.root, first, "subject");
        put_member(p, document.root, first, "body");
        put_member(p, document.root, first, "participants");
        c4_json_put_key(p->out, first, "external_id");
        if (values[1].type == CRM4E_VALUE_TEXT) {
            c4_json_put_text(p->out, values[1].data, values[1].length);
        } else {
            c4_buffer_text(p->out, "null");
        }
        put_null(p, first, "source");
        put_null(p, first, "change");
    }
    c4_json_free(&document);
    return rc;
}

/* ------------------------------------------------------------- what comes from a record */

/* What he may not read of the row is NULL there. */
static int put_field(page *p, const c4_interaction_seen *seen, const c4_field *field, bool *first,
                     const char *key)
{
    if (field == NULL) {
        put_null(p, first, key);
        return CRM4E_OK;
    }
    c4_json_put_key(p->out, first, key);
    return c4_field_to_json(p->unit, field, seen->row, false, p->out);
}

/* A stage as it is stored, by way of the source's row, which is needed no more. */
static int put_stage(page *p, const c4_interaction_seen *seen, const crm4e_value *value,
                     bool *first, const char *key)
{
    int rc = c4_change_to_row(seen->changed, value, seen->row);

    if (rc != CRM4E_OK) {
        return c4_fail(p->unit->error, rc, "an interaction is damaged");
    }
    c4_json_put_key(p->out, first, key);
    return c4_field_to_json(p->unit, seen->changed, seen->row, false, p->out);
}

static int put_change(page *p, const c4_interaction_seen *seen, bool *first)
{
    bool inner = true;
    int rc;

    if (seen->changed == NULL) {
        put_null(p, first, "change");
        return CRM4E_OK;
    }
    c4_json_put_key(p->out, first, "change");
    c4_buffer_char(p->out, '{');
    c4_json_put_member(p->out, &inner, "field", seen->changed->api_name);
    rc = put_stage(p, seen, &seen->before, &inner, "old");
    rc = rc == CRM4E_OK ? put_stage(p, seen, &seen->after, &inner, "new") : rc;
    c4_buffer_char(p->out, '}');
    return rc;
}

static int put_source(page *p, const c4_interaction_seen *seen, crm4e_id source, bool *first)
{
    const c4_interaction_source *from = c4_interaction_source_of(seen->module);
    const c4_field *body =
        from != NULL && from->body != NULL ? c4_module_field_named(seen->module, from->body) : NULL;
    bool inner = true;
    int rc = put_field(p, seen, seen->module->name_field, first, "subject");

    rc = rc == CRM4E_OK ? put_field(p, seen, body, first, "body") : rc;
    put_null(p, first, "participants");
    put_null(p, first, "external_id");
    c4_json_put_key(p->out, first, "source");
    c4_buffer_char(p->out, '{');
    c4_json_put_member(p->out, &inner, "module", seen->module->api_name);
    c4_json_put_key(p->out, &inner, "id");
    c4_buffer_i64(p->out, source);
    c4_buffer_char(p->out, '}');
    return rc == CRM4E_OK ? put_change(p, seen, first) : rc;
}

/* ------------------------------------------------------------- an entry */

/* Of a record it is the owner, which may be hidden. */
static void put_user(page *p, const c4_interaction_entry *entry, const c4_interaction_seen *seen,
                     bool *first)
{
    const c4_user *user = c4_meta_user(p->unit->meta, entry->user);
    const c4_field *owner = entry->is_link ? c4_module_field_named(seen->module, "Owner") : NULL;
    bool inner = true;

    if (entry->user == 0 ||
        C4_REFUSES(INTERACTION_USER,
                   owner != NULL && !seen->readable[owner - seen->module->fields])) {
        put_null(p, first, "user");
        return;
    }
    c4_json_put_key(p->out, first, "user");
    c4_buffer_char(p->out, '{');
    c4_json_put_key(p->out, &inner, "id");
    c4_buffer_i64(p->out, entry->user);
    c4_json_put_member(p->out, &inner, "name", user != NULL ? user->name : "");
    c4_buffer_char(p->out, '}');
}

static int put_entry(page *p, const c4_interaction_entry *entry, const c4_interaction_seen *seen)
{
    const c4_interaction_kind *kind = c4_interaction_kind_of(p->unit->meta, entry->kind);
    char time[C4_TIME_TEXT];
    bool first = true;
    int rc;

    c4_time_format(entry->time, time);
    c4_buffer_text(p->out, p->written++ > 0 ? ",{" : "{");
    c4_json_put_key(p->out, &first, "id");
    c4_buffer_i64(p->out, entry->id);
    c4_json_put_member(p->out, &first, "time", time);
    put_word(p, &first, "kind", kind != NULL ? kind->name : NULL);
    put_word(p, &first, "channel", c4_text_of(C4_NAMES_CHANNEL, (uint32_t)entry->channel));
    put_word(p, &first, "direction", c4_text_of(C4_NAMES_DIRECTION, (uint32_t)entry->direction));
    put_user(p, entry, seen, &first);
    rc = seen->module != NULL ? put_source(p, seen, entry->source, &first)
                              : put_added(p, entry->id, &first);
    c4_buffer_char(p->out, '}');
    p->last_time = entry->time;
    p->last_id = entry->id;
    return rc;
}

static int put_entries(page *p)
{
    c4_interaction_entry entries[AT_ONCE];
    const size_t limit = p->list.request->limit;
    size_t count = 1;
    int rc = CRM4E_OK;

    while (rc == CRM4E_OK && count > 0 && !p->more) {
        const size_t wanted = limit - p->written + 1;
        rc = c4_interactions_read(&p->list, wanted < AT_ONCE ? wanted : AT_ONCE, entries, &count);
        for (size_t i = 0; i < count && rc == CRM4E_OK && !p->more; i++) {
            c4_interaction_seen seen;
            rc = c4_interaction_look(&p->list, &entries[i], true, &seen);
            p->more = rc == CRM4E_OK && seen.open && p->written == limit;
            rc = rc == CRM4E_OK && seen.open && !p->more ? put_entry(p, &entries[i], &seen) : rc;
        }
    }
    return rc;
}

/* ------------------------------------------------------------- a page */

static int go_on(page *p)
{
    const c4_interactions_request *request = p->list.request;
    c4_list_place place = {{0}};
    int rc = CRM4E_OK;

    if (request->after == NULL) {
        return CRM4E_OK;
    }
    rc = c4_list_place_of(p->unit, C4_TOKEN_INTERACTIONS, request->after, &place);
    if (rc == CRM4E_OK && place.words[0] != request->record) {
        rc = c4_list_refuse(p->unit);
    }
    p->list.time = place.words[1];
    p->list.id = place.words[2];
    return rc;
}

int c4_interactions_to_json(c4_unit *unit, const c4_interactions_request *request, c4_buffer *out)
{
    page p = {.unit = unit, .out = out};
    int rc = c4_interactions_open(&p.list, unit, request);

    rc = rc == CRM4E_OK ? go_on(&p) : rc;
    c4_buffer_text(out, "{\"interactions\":[");
    rc = rc == CRM4E_OK ? put_entries(&p) : rc;
    c4_buffer_text(out, "],\"after\":");
    if (rc == CRM4E_OK && p.more) {
        const c4_list_place place = {{request->record, p.last_time, p.last_id}};
        rc = c4_list_token(unit, C4_TOKEN_INTERACTIONS, &place, out);
    } else {
        c4_buffer_text(out, "null");
    }
    c4_buffer_char(out, '}');
    c4_interactions_close(&p.list);
    return rc == CRM4E_OK ? c4_stored(unit, out->code) : rc;
}
