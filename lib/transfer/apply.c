/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "automation/run.h"
#include "base/text.h"
#include "transfer/apply_parts.h"

typedef struct tally {
    int64_t count[C4_CREATED + 1]; /* by outcome */
} tally;

static void count(tally *done, c4_applied outcome)
{
    done->count[outcome]++;
}

static int64_t total(const tally *done)
{
    return done->count[C4_UNCHANGED] + done->count[C4_CHANGED] + done->count[C4_CREATED];
}

/* The failure as it was told, for a message to be built from. */
static crm4e_error told(crm4e_error *error, int rc)
{
    if (error->code != rc)
        (void)c4_fail_plain(error, rc);
    return *error;
}

/* Puts the place in front of a failure's message. `joint` stands between the
 * two: ": ", or "." before a place inside. */
static int at_place(crm4e_error *error, int rc, const char *member, size_t index, const char *joint)
{
    const crm4e_error detail = told(error, rc);

    (void)c4_fail(error, rc, "%s[%zu]%s%s", member, index, joint, detail.message);
    return c4_fail_detail(error, &detail);
}

/* What a put is undone to when it changed nothing, so that applying a document
 * twice leaves not even a new generation. */
typedef struct mark {
    c4_meta *meta;
    c4_state state;
    bool state_dirty;
    bool meta_dirty;
} mark;

static int set_mark(c4_unit *unit, mark *before)
{
    int rc = c4_unit_refresh(unit);

    if (rc == CRM4E_OK)
        rc = c4_db_savepoint(unit->db);
    before->meta = rc == CRM4E_OK ? c4_meta_hold(unit->meta) : NULL;
    before->state = unit->state;
    before->state_dirty = unit->state_dirty;
    before->meta_dirty = unit->meta_dirty;
    return rc;
}

static void undo(c4_unit *unit, mark *before)
{
    crm4e_id actor = unit->actor->id;

    c4_db_rollback_to(unit->db);
    c4_meta_release(unit->meta);
    unit->meta = before->meta;
    unit->actor = c4_meta_user(unit->meta, actor);
    unit->state = before->state;
    unit->state_dirty = before->state_dirty;
    unit->meta_dirty = before->meta_dirty;
}

/* What is stored, to compare with. It may name what is gone and not be told any more: then it is
 * another. */
static int write_before(c4_application *a, const c4_part *what, const c4_json *item)
{
    int rc = what->write(a, item, &a->before);

    if (c4_is_refusal(rc)) {
        c4_failure_clear(a->unit->error);
        c4_buffer_reset(&a->before);
        c4_buffer_char(&a->before, '?');
        rc = a->before.code;
    }
    return rc;
}

/* Puts one thing: CRM4E_ROW when that changed anything. */
static int put_item(c4_application *a, const c4_part *what, const c4_json *item)
{
    bool same;
    mark before;
    int rc = set_mark(a->unit, &before);

    if (rc < 0)
        return rc;
    rc = write_before(a, what, item);
    if (rc == CRM4E_OK)
        rc = what->put(a, item);
    if (rc == CRM4E_OK)
        rc = c4_unit_refresh(a->unit);
    if (rc == CRM4E_OK)
        rc = what->write(a, item, &a->after);
    same = rc == CRM4E_OK && a->before.length == a->after.length && a->before.length > 0 &&
           memcmp(a->before.data, a->after.data, a->before.length) == 0;
    if (rc < 0 || same) {
        undo(a->unit, &before);
        return rc;
    }
    c4_meta_release(before.meta);
    rc = c4_db_release(a->unit->db);
    return rc < 0 ? rc : CRM4E_ROW;
}

static int apply_item(c4_application *a, const c4_part *what, const c4_json *item,
                      c4_applied *outcome)
{
    int rc;

    if (c4_json_kind(item) != C4_JSON_OBJECT)
        return c4_fail(a->unit->error, CRM4E_E_INVALID, "not an object");
    c4_buffer_reset(&a->before);
    c4_buffer_reset(&a->after);
    a->outcome = *outcome;
    rc = put_item(a, what, item);
    if (rc == CRM4E_ROW && a->before.length == 0)
        *outcome = C4_CREATED;
    else if (rc == CRM4E_ROW && *outcome == C4_UNCHANGED)
        *outcome = C4_CHANGED;
    return rc < 0 ? rc : CRM4E_OK;
}

/* `outcomes` has room for every item; NULL: they go into the tally. */
static int apply_list(c4_application *a, const c4_part *what, const c4_json *list,
                      c4_applied *outcomes, tally *done)
{
    if (list && c4_json_kind(list) != C4_JSON_ARRAY)
        return c4_fail(a->unit->error, CRM4E_E_INVALID, "%s is no array", what->member);
    for (size_t i = 0; i < c4_json_count(list); i++) {
        c4_applied own = C4_UNCHANGED;
        int rc = apply_item(a, what, c4_json_item(list, i), outcomes ? &outcomes[i] : &own);

        if (rc < 0)
            return at_place(a->unit->error, rc, what->member, i, ": ");
        if (!outcomes)
            count(done, own);
    }
    return CRM4E_OK;
}

/* A list of each module: fields of all come before members of any, as lookups
 * cross modules. */
static int apply_inside(c4_application *a, const c4_part *what, const c4_json *modules, tally *done)
{
    for (size_t i = 0; i < c4_json_count(modules); i++) {
        const c4_json *module = c4_json_item(modules, i);
        const c4_json *name = c4_json_member(module, "api_name");
        int rc;

        a->module = c4_json_kind(name) == C4_JSON_TEXT ? c4_json_text(name, NULL) : "";
        rc = apply_list(a, what, c4_json_member(module, what->member), NULL, done);
        if (rc < 0)
            return at_place(a->unit->error, rc, "modules", i, ".");
    }
    return CRM4E_OK;
}

static int apply_single(c4_application *a, const c4_part *what, const c4_json *item,
                        c4_applied *outcome)
{
    crm4e_error *error = a->unit->error;
    crm4e_error detail;
    int rc = item ? apply_item(a, what, item, outcome) : CRM4E_OK;

    if (rc >= 0)
        return CRM4E_OK;
    detail = told(error, rc);
    (void)c4_fail(error, rc, "%s: %s", what->member, detail.message);
    return c4_fail_detail(error, &detail);
}

static bool known_member(const char *key)
{
    for (size_t i = 0; i < C4_PARTS; i++) {
        if (!c4_parts[i].inside && c4_text_equal(key, c4_parts[i].member))
            return true;
    }
    return c4_text_equal(key, "crm4e") || c4_text_equal(key, C4_LEFT_OUT);
}

static int check_members(c4_unit *unit, const c4_json *document)
{
    const c4_json *stated = c4_json_member(document, "crm4e");
    int64_t version = 1;

    if (c4_json_kind(document) != C4_JSON_OBJECT)
        return c4_fail(unit->error, CRM4E_E_INVALID, "the document is no JSON object");
    for (size_t i = 0; i < c4_json_count(document); i++) {
        const char *key = NULL;

        (void)c4_json_member_at(document, i, &key);
        if (!known_member(key))
            return c4_fail(unit->error, CRM4E_E_INVALID, "unknown member %s", key);
    }
    if (stated &&
        (c4_json_kind(stated) != C4_JSON_NUMBER || !c4_json_i64(stated, &version) || version != 1))
        return c4_fail(unit->error, CRM4E_E_INVALID, "this release reads documents of version 1");
    return CRM4E_OK;
}

static void report_tally(c4_buffer *report, bool *first, const char *name, const tally *done)
{
    c4_json_put_key(report, first, name);
    c4_buffer_text(report, "{\"created\":");
    c4_buffer_i64(report, done->count[C4_CREATED]);
    c4_buffer_text(report, ",\"changed\":");
    c4_buffer_i64(report, done->count[C4_CHANGED]);
    c4_buffer_text(report, ",\"unchanged\":");
    c4_buffer_i64(report, done->count[C4_UNCHANGED]);
    c4_buffer_char(report, '}');
}

/* What the passes over each list of the document did so far. */
typedef struct progress {
    c4_applied *outcomes[C4_PARTS];
    size_t counts[C4_PARTS];
    tally tallies[C4_PARTS];
} progress;

/* The part that this one completes, or itself. */
static size_t first_of(size_t part)
{
    size_t first = 0;

    while (c4_parts[part].complete && !c4_text_equal(c4_parts[first].member, c4_parts[part].member))
        first++;
    return c4_parts[part].complete ? first : part;
}

static int apply_part(c4_application *a, size_t part, const c4_json *document, progress *done)
{
    const c4_part *what = &c4_parts[part];
    const c4_json *list = c4_json_member(document, what->inside ? "modules" : what->member);
    size_t first = first_of(part);

    if (what->inside)
        return apply_inside(a, what, list, &done->tallies[part]);
    if (first == part) {
        done->counts[part] = what->single ? list != NULL : c4_json_count(list);
        done->outcomes[part] =
            c4_arena_array(a->unit->arena, done->counts[part], sizeof(c4_applied));
        if (!done->outcomes[part])
            return c4_fail_plain(a->unit->error, CRM4E_E_NO_MEMORY);
    }
    return what->single ? apply_single(a, what, list, done->outcomes[first])
                        : apply_list(a, what, list, done->outcomes[first], NULL);
}

static void write_report(progress *done, const c4_json *document, c4_buffer *report)
{
    bool first = true;

    c4_buffer_char(report, '{');
    for (size_t part = 0; part < C4_PARTS; part++) {
        const c4_part *what = &c4_parts[part];

        if (what->complete)
            continue;
        for (size_t i = 0; i < done->counts[part]; i++)
            count(&done->tallies[part], done->outcomes[part][i]);
        if (what->inside ? total(&done->tallies[part]) == 0
                         : !c4_json_member(document, what->member))
            continue;
        report_tally(report, &first, what->member, &done->tallies[part]);
    }
    c4_buffer_char(report, '}');
}

int c4_apply(c4_unit *unit, const c4_json *document, c4_buffer *report)
{
    c4_application a = {.unit = unit};
    progress done = {{NULL}, {0}, {{{0}}}};
    int rc = check_members(unit, document);

    c4_buffer_init(&a.before, &unit->env->mem, C4_APPLY_CEILING);
    c4_buffer_init(&a.after, &unit->env->mem, C4_APPLY_CEILING);
    for (size_t part = 0; rc == CRM4E_OK && part < C4_PARTS; part++)
        rc = apply_part(&a, part, document, &done);
    if (rc == CRM4E_OK)
        write_report(&done, document, report);
    c4_buffer_free(&a.before);
    c4_buffer_free(&a.after);
    return rc < 0 ? rc : report->code;
}
