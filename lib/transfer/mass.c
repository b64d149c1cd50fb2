/* SPDX-License-Identifier: MIT */
#include "transfer/mass.h"

#include <stdlib.h>
#include <string.h>

#include "model/manage_rules.h"
#include "record/inside.h"
#include "transfer/transfer.h"

/* A call in progress. */
typedef struct running {
    c4_unit *unit;
    const c4_mass *mass;
    c4_scope many;       /* the right to change many */
    c4_scope one;        /* that to change each; for criteria */
    const crm4e_id *ids; /* NULL: new ones */
    size_t count;
    c4_draft draft; /* of an update, for all rows */
    c4_arena row;   /* scratch of one row */
    c4_buffer *out;
    size_t at;          /* the row in progress */
    crm4e_id id;        /* its record; 0: none yet */
    int64_t activities; /* that went with it */
    int64_t changed;
    bool any;
} running;

/* What is done with one row. */
typedef int (*row_work)(running *r);

static const c4_module *module_of(const running *r)
{
    return r->many.module;
}

/* ------------------------------------------------------------- the kinds */

static int create_row(running *r)
{
    c4_draft draft;

    if (c4_draft_init(&draft, r->unit->arena, module_of(r)) != CRM4E_OK)
        return c4_record_no_memory(r->unit);
    int rc = c4_draft_set_object(r->unit, &draft, c4_json_item(r->mass->values, r->at));

    return rc == CRM4E_OK ? c4_record_create(r->unit, &draft, &r->id) : rc;
}

static int update_row(running *r)
{
    c4_draft draft = r->draft;

    draft.id = r->id;
    return c4_record_update(r->unit, &draft);
}

static int delete_row(running *r)
{
    return c4_record_delete(r->unit, module_of(r)->api_name, r->id, 0);
}

static int restore_row(running *r)
{
    return c4_record_restore(r->unit, module_of(r)->api_name, r->id);
}

static int give_activity(c4_unit *unit, const c4_module *module, crm4e_id activity, crm4e_id owner)
{
    return c4_record_change_owner(unit, module->api_name, activity, owner);
}

/* Activities go along with a record that changes hands. */
static int change_owner_row(running *r)
{
    static const c4_handing as_he_may = {.give = give_activity, .rights = true};
    const c4_mass *mass = r->mass;
    const int64_t before = r->unit->state.next_change;
    int rc = c4_record_change_owner(r->unit, module_of(r)->api_name, r->id, mass->owner);

    if (rc != CRM4E_OK || r->unit->state.next_change == before)
        return rc;
    return c4_hand_activities(r->unit, module_of(r), r->id, mass->transfer, mass->owner, &as_he_may,
                              &r->activities);
}

/* By kind: the right to do it with many and with one, how, and whether criteria choose. */
static const struct {
    crm4e_action many;
    crm4e_action one;
    row_work work;
} kinds[C4_MASS_KINDS] = {
    [C4_MASS_CREATE] = {CRM4E_ACTION_CREATE, CRM4E_ACTION_CREATE, create_row},
    [C4_MASS_UPDATE] = {CRM4E_ACTION_MASS_UPDATE, CRM4E_ACTION_EDIT, update_row},
    [C4_MASS_DELETE] = {CRM4E_ACTION_MASS_DELETE, CRM4E_ACTION_DELETE, delete_row},
    [C4_MASS_RESTORE] = {CRM4E_ACTION_MASS_DELETE, CRM4E_ACTION_DELETE, restore_row},
    [C4_MASS_CHANGE_OWNER] = {CRM4E_ACTION_CHANGE_OWNER, CRM4E_ACTION_CHANGE_OWNER,
                              change_owner_row},
};

/* ------------------------------------------------------------- which rows */

static int check_count(running *r, size_t count)
{
    if (count <= C4_MASS_MOST)
        return CRM4E_OK;
    (void)c4_fail(r->unit->error, CRM4E_E_TOO_BIG, "more than %d records in one call",
                  C4_MASS_MOST);
    return c4_fail_limit(r->unit->error, "records", C4_MASS_MOST, (int64_t)count);
}

static int compare_ids(const void *a, const void *b)
{
    crm4e_id x = *(const crm4e_id *)a;
    crm4e_id y = *(const crm4e_id *)b;

    return x < y ? -1 : x > y;
}

/* The same record twice is a mistake of who asks. */
static int take_ids(running *r)
{
    const c4_mass *mass = r->mass;
    int rc = check_count(r, mass->count);
    crm4e_id *sorted;

    if (rc < 0)
        return rc;
    r->ids = mass->ids;
    r->count = mass->count;
    sorted = c4_arena_array(r->unit->arena, mass->count, sizeof *sorted);
    if (!sorted)
        return c4_record_no_memory(r->unit);
    if (mass->count > 0) {
        memcpy(sorted, mass->ids, mass->count * sizeof *sorted);
        qsort(sorted, mass->count, sizeof *sorted, compare_ids);
    }
    for (size_t i = 1; i < mass->count; i++) {
        if (sorted[i] == sorted[i - 1]) {
            (void)c4_fail(r->unit->error, CRM4E_E_CONFLICT, "a record is named twice");
            return c4_fail_field(r->unit->error, module_of(r)->api_name, "", "duplicate");
        }
    }
    return CRM4E_OK;
}

/* What a query of his gives, in order of id. */
static int find_rows(running *r, const c4_criteria *where)
{
    static const char *const column = "id";
    const c4_query_tree tree = {
        .module = module_of(r)->api_name,
        .columns = &column,
        .column_count = 1,
        .where = where,
        .limit = C4_MASS_MOST + 1,
    };
    const c4_mem *mem = &r->unit->env->mem;
    c4_result *result = NULL;
    int rc = c4_query_run(r->unit, &tree, &result, mem);

    if (rc < 0)
        return rc;
    rc = check_count(r, result->row_count);
    r->count = result->row_count;
    r->ids = c4_arena_array(r->unit->arena, r->count, sizeof *r->ids);
    if (rc == CRM4E_OK && !r->ids)
        rc = c4_record_no_memory(r->unit);
    if (rc == CRM4E_OK && r->count > 0)
        memcpy((crm4e_id *)r->ids, result->ids, r->count * sizeof *r->ids);
    c4_result_free(result, mem);
    return rc;
}

static int take_criteria(running *r)
{
    const char *text = r->mass->criteria;
    const c4_criteria *where = NULL;
    int rc = c4_criteria_parse(r->unit->arena, r->unit->error, text, strlen(text), &where);

    if (rc == CRM4E_OK)
        rc = c4_access_module_number(r->unit, module_of(r)->number, kinds[r->mass->kind].one,
                                     &r->one);
    return rc == CRM4E_OK ? find_rows(r, where) : rc;
}

static int take_objects(running *r)
{
    if (c4_json_kind(r->mass->values) != C4_JSON_ARRAY) {
        (void)c4_fail(r->unit->error, CRM4E_E_INVALID, "the records are a JSON array of objects");
        return c4_fail_field(r->unit->error, module_of(r)->api_name, "", "type");
    }
    r->count = c4_json_count(r->mass->values);
    return check_count(r, r->count);
}

static int take_rows(running *r)
{
    if (r->mass->kind == C4_MASS_CREATE)
        return take_objects(r);
    return r->mass->criteria ? take_criteria(r) : take_ids(r);
}

/* ------------------------------------------------------------- what is asked once */

/* Values are read, and the right to write them is asked for, whatever rows there are. */
static int prepare_update(running *r)
{
    const c4_module *module = module_of(r);
    int rc;

    if (c4_draft_init(&r->draft, r->unit->arena, module) != CRM4E_OK)
        return c4_record_no_memory(r->unit);
    rc = c4_draft_set_object(r->unit, &r->draft, r->mass->values);
    for (size_t i = 0; i < module->field_count && rc == CRM4E_OK; i++) {
        if (r->draft.set[i])
            rc = c4_access_write_field(&r->many, &module->fields[i]);
    }
    return rc;
}

static int prepare(running *r)
{
    crm4e_id owner = r->mass->owner;
    int rc = r->mass->kind == C4_MASS_UPDATE ? prepare_update(r) : CRM4E_OK;

    if (r->mass->kind == C4_MASS_UPDATE)
        owner = r->draft.owner;
    return rc == CRM4E_OK && (owner != 0 || r->mass->kind == C4_MASS_CHANGE_OWNER)
               ? c4_owner_check(r->unit, module_of(r), owner)
               : rc;
}

/* ------------------------------------------------------------- one row */

static void put_text(c4_buffer *out, bool *first, const char *key, const char *text)
{
    if (text[0] == '\0')
        return;
    c4_json_put_key(out, first, key);
    c4_json_put_text(out, text, strlen(text));
}

static void put_row(running *r, int rc)
{
    const crm4e_error error = c4_failure_told(r->unit->error, rc);
    c4_buffer *out = r->out;
    bool first = true;

    c4_buffer_text(out, r->any ? ",{" : "{");
    r->any = true;
    c4_json_put_key(out, &first, "id");
    if (r->id != 0)
        c4_buffer_i64(out, r->id);
    else
        c4_buffer_text(out, "null");
    put_text(out, &first, "code", crm4e_code_name(rc));
    if (rc < 0) {
        put_text(out, &first, "field", error.field);
        put_text(out, &first, "rule", error.rule);
        put_text(out, &first, "message", error.message);
    } else if (r->mass->transfer != 0) {
        c4_json_put_key(out, &first, "activities");
        c4_buffer_i64(out, r->activities);
    }
    c4_buffer_char(out, '}');
}

/* Of what criteria give, what he may not change is left alone. */
static int may_change(running *r, bool *may)
{
    int rc = c4_access_stored_row(&r->one, r->id, may);

    if (rc == CRM4E_OK && *may) {
        rc = c4_access_authorise(&r->one, NULL, r->id);
        *may = rc == CRM4E_OK;
    }
    if (rc == CRM4E_E_DENIED) {
        c4_failure_clear(r->unit->error);
        rc = CRM4E_OK;
    }
    return rc;
}

static int do_row(c4_unit *unit, void *context)
{
    running *r = context;

    (void)unit;
    return kinds[r->mass->kind].work(r);
}

static int run_row(running *r)
{
    const int64_t before = r->unit->state.next_change;
    bool may = true;
    int rc = r->mass->criteria ? may_change(r, &may) : CRM4E_OK;

    if (rc < 0 || !may)
        return rc;
    rc = r->mass->partial ? c4_unit_apart(r->unit, do_row, r) : do_row(r->unit, r);
    if (rc < 0 && r->mass->kind == C4_MASS_CREATE)
        r->id = 0;
    if (rc < 0 && !(r->mass->partial && c4_of_the_row(rc)))
        return c4_of_the_row(rc) ? c4_fail_at_row(r->unit->error, rc, (int64_t)r->at + 1, NULL)
                                 : rc;
    r->changed += rc == CRM4E_OK && r->unit->state.next_change != before ? 1 : 0;
    put_row(r, rc);
    c4_failure_clear(r->unit->error);
    return CRM4E_OK;
}

/* Each row has scratch of its own, so that many need no more memory than one. */
static int run_rows(running *r)
{
    c4_unit *unit = r->unit;
    c4_arena *scratch = unit->arena;
    int rc = CRM4E_OK;

    c4_arena_init(&r->row, &unit->env->mem);
    for (r->at = 0; r->at < r->count && rc == CRM4E_OK && r->out->code == CRM4E_OK; r->at++) {
        r->id = r->ids ? r->ids[r->at] : 0;
        r->activities = 0;
        unit->arena = &r->row;
        unit->asked = NULL;
        rc = run_row(r);
        c4_arena_reset(&r->row);
    }
    unit->arena = scratch;
    unit->asked = NULL;
    c4_arena_free(&r->row);
    return rc;
}

int c4_mass_run(c4_unit *unit, const c4_mass *mass, c4_buffer *out)
{
    running r = {.unit = unit, .mass = mass, .out = out};
    int rc = c4_access_module(unit, mass->module, kinds[mass->kind].many, &r.many);

    if (rc == CRM4E_OK)
        rc = prepare(&r);
    if (rc == CRM4E_OK)
        rc = take_rows(&r);
    c4_buffer_text(out, "{\"rows\":[");
    if (rc == CRM4E_OK)
        rc = run_rows(&r);
    c4_buffer_text(out, "],\"changed\":");
    c4_buffer_i64(out, r.changed);
    c4_buffer_char(out, '}');
    return rc == CRM4E_OK && out->code != CRM4E_OK ? c4_fail_plain(unit->error, out->code) : rc;
}
