/* SPDX-License-Identifier: MIT */
/*
 * A search walks the postings of its rarest term and looks at each record they
 * lead to: through the gate, at what may be read, as it is now. What the index
 * says opens nothing.
 */
#include "record/search.h"

#include "base/text.h"
#include "record/convert.h"
#include "record/search_run.h"
#include "record/search_text.h"

#include <string.h>

enum {
    COUNTED = 5000, /* postings, to find out which term is rare */
    RUN_TERMS = 16, /* of one run of characters */
    TERMS = C4_SEARCH_WORDS * RUN_TERMS
};

/* A module as far as it was asked about. */
typedef struct looked_at {
    const c4_module *module;
    c4_scope scope;
    bool known; /* whether it is open */
    bool open;
    const c4_field **fields; /* that are searched and may be read, with their columns */
    uint32_t *columns;
    crm4e_value *values; /* room for those of a record */
    size_t field_count;
    bool hides_converted; /* then one more column says when it was */
} looked_at;

typedef struct searching {
    c4_unit *unit;
    c4_search_text text;
    looked_at *modules; /* one for each of the metadata */
    bool chosen;        /* only those that are known already */
    c4_search_hit *hits;
    size_t count;
    size_t most;
    c4_buffer fold;
    c4_run *runs;
    size_t run_count;
    /* what the last posting was of */
    int32_t field_number;
    const c4_field *field; /* NULL: not to be looked into */
    looked_at *field_module;
} searching;

/* A term of the index that leads to all records with an atom. */
typedef struct search_lead {
    const char *text;
    size_t length;
    bool begins; /* also those that begin with it */
    bool part;   /* of a run of characters: any part counts as whole */
} search_lead;

static looked_at *find_module(const searching *s, int32_t number)
{
    const c4_meta *meta = s->unit->meta;
    size_t low = 0;
    size_t high = meta->module_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (meta->modules[middle]->number < number) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < meta->module_count && meta->modules[low]->number == number ? &s->modules[low]
                                                                            : NULL;
}

static int list_fields(searching *s, looked_at *m)
{
    c4_arena *arena = s->unit->arena;
    const size_t count = m->module->field_count;
    const c4_field *converted = c4_conversion_time(m->module);
    int rc = CRM4E_OK;

    m->fields = c4_arena_array(arena, count, sizeof *m->fields);
    m->columns = c4_arena_array(arena, count, sizeof *m->columns);
    m->values = c4_arena_array(arena, count, sizeof *m->values);
    if (m->fields == NULL || m->columns == NULL || m->values == NULL) {
        return c4_fail_plain(s->unit->error, CRM4E_E_NO_MEMORY);
    }
    for (size_t i = 0; i < count && rc == CRM4E_OK; i++) {
        const c4_field *field = &m->module->fields[i];
        bool open = false;
        if (c4_field_is_searched(field)) {
            rc = c4_access_can_read(&m->scope, field, &open);
        }
        if (open) {
            m->columns[m->field_count] = field->column;
            m->fields[m->field_count++] = field;
        }
    }
    m->open = m->field_count > 0;
    if (converted != NULL) {
        m->columns[m->field_count] = converted->column; /* nobody searches times: there is room */
        m->hides_converted = true;
    }
    return rc;
}

/* A module that is closed to the actor is none, nor one without a field to look into. */
static int open_module(searching *s, looked_at *m)
{
    int rc = CRM4E_OK;

    if (m->known || s->chosen) {
        return CRM4E_OK;
    }
    m->known = true;
    rc = c4_access_module_number(s->unit, m->module->number, CRM4E_ACTION_VIEW, &m->scope);
    if (rc == CRM4E_E_NOT_FOUND || rc == CRM4E_E_DENIED) {
        c4_failure_clear(s->unit->error);
        return CRM4E_OK;
    }
    return rc == CRM4E_OK ? list_fields(s, m) : rc;
}

static int open_chosen(searching *s, const c4_search_request *request)
{
    c4_unit *unit = s->unit;
    c4_json_document names;
    int rc =
        c4_json_parse(&names, &unit->env->mem, request->modules, CRM4E_NUL_TERMINATED, C4_TEXT_MAX);

    if (rc == CRM4E_E_NO_MEMORY) {
        return c4_fail_plain(unit->error, rc);
    }
    if (rc != CRM4E_OK || c4_json_kind(names.root) != C4_JSON_ARRAY) {
        c4_json_free(&names);
        return c4_fail(unit->error, CRM4E_E_INVALID, "'modules' is a JSON array of names");
    }
    s->chosen = true;
    for (size_t i = 0; i < c4_json_count(names.root) && rc == CRM4E_OK; i++) {
        const c4_json *name = c4_json_item(names.root, i);
        c4_scope scope;
        rc = c4_json_kind(name) == C4_JSON_TEXT
                 ? c4_access_module(unit, c4_json_text(name, NULL), CRM4E_ACTION_VIEW, &scope)
                 : c4_fail(unit->error, CRM4E_E_INVALID, "a name in 'modules' is no text");
        if (rc == CRM4E_OK) {
            looked_at *m = find_module(s, scope.module->number);
            m->scope = scope;
            rc = m->known ? CRM4E_OK : list_fields(s, m);
            m->known = true;
        }
    }
    c4_json_free(&names);
    return rc;
}

/* Numbers of fields say which module they are of, but for custom fields. */
static const c4_field *find_field(const searching *s, int32_t number, looked_at **module)
{
    const c4_field *field = NULL;
    size_t from = 0;
    size_t to = s->unit->meta->module_count;

    if (number < C4_FIRST_CUSTOM_FIELD) {
        looked_at *m = find_module(s, number / 1000);
        from = m != NULL ? (size_t)(m - s->modules) : 0;
        to = m != NULL ? from + 1 : 0;
    }
    for (size_t i = from; i < to && field == NULL; i++) {
        field = c4_module_field(s->modules[i].module, number);
        *module = &s->modules[i];
    }
    return field;
}

static bool may_look(const looked_at *m, const c4_field *field)
{
    bool may = false;

    for (size_t i = 0; m->open && i < m->field_count && !may; i++) {
        may = m->fields[i] == field;
    }
    return may;
}

/* Postings of fields that may not be read, or are gone, lead nowhere. */
static int turn_to_field(searching *s, int32_t number)
{
    const c4_field *field;
    int rc = CRM4E_OK;

    if (s->field_number == number) {
        return CRM4E_OK;
    }
    field = find_field(s, number, &s->field_module);
    if (field != NULL) {
        rc = open_module(s, s->field_module);
    }
    s->field_number = number;
    s->field = rc == CRM4E_OK && field != NULL && may_look(s->field_module, field) ? field : NULL;
    return rc;
}

/* Whether a hit comes before another. */
static bool before(const c4_search_hit *a, const c4_search_hit *b)
{
    return a->rank != b->rank ? a->rank < b->rank : a->record > b->record;
}

/* Whether there may still be room for one of the rank. */
static bool is_wanted(const searching *s, c4_search_rank rank, crm4e_id record)
{
    const c4_search_hit hit = {.record = record, .rank = rank};

    return s->count < s->most || before(&hit, &s->hits[s->count - 1]);
}

static void keep_hit(searching *s, const c4_search_hit *hit)
{
    size_t low = 0;
    size_t high = s->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (before(&s->hits[middle], hit)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low == s->most || (low < s->count && s->hits[low].record == hit->record)) {
        return;
    }
    s->count += s->count < s->most ? 1 : 0;
    memmove(&s->hits[low + 1], &s->hits[low], (s->count - low - 1) * sizeof *s->hits);
    s->hits[low] = *hit;
}

/* The values are borrowed: nothing else is read while they are looked at. */
static int match_values(searching *s, const looked_at *m, c4_search_hit *hit)
{
    c4_findings findings = {.fields = {NULL, NULL}};

    for (size_t i = 0; i < m->field_count; i++) {
        const crm4e_value *value = &m->values[i];
        if (value->type != CRM4E_VALUE_TEXT) {
            continue;
        }
        c4_buffer_reset(&s->fold);
        c4_text_fold(&s->fold, value->data, value->length);
        if (s->fold.code != CRM4E_OK) {
            return c4_fail_plain(s->unit->error, s->fold.code);
        }
        c4_search_text_match(&s->text, m->fields[i], c4_buffer_c_str(&s->fold), s->fold.length,
                             &findings);
    }
    return c4_search_text_found(&s->text, &findings, hit) ? CRM4E_ROW : CRM4E_OK;
}

/* What the actor may read of a record: CRM4E_ROW when it is a hit. */
static int judge(searching *s, looked_at *m, crm4e_id id, c4_search_hit *hit)
{
    c4_unit *unit = s->unit;
    bool inside = false;
    int rc = c4_access_stored_row(&m->scope, id, &inside);

    if (rc == CRM4E_OK && inside) {
        rc = c4_access_authorise(&m->scope, NULL, id);
    }
    if (rc == CRM4E_OK && inside) {
        rc = c4_db_get(unit->db, &m->module->table, id, m->columns, m->values,
                       m->field_count + (m->hides_converted ? 1 : 0));
        if (rc != CRM4E_OK) {
            rc = c4_fail_plain(unit->error, rc);
        } else if (!m->hides_converted || m->values[m->field_count].type == CRM4E_VALUE_NULL) {
            rc = match_values(s, m, hit);
        }
    }
    if (rc == CRM4E_E_NOT_FOUND || rc == CRM4E_E_DENIED) {
        c4_failure_clear(unit->error);
        rc = CRM4E_OK;
    }
    return rc;
}

/* What a host answers is kept in the unit's scratch: then that stays. */
static int look_at(searching *s, looked_at *module, crm4e_id id)
{
    c4_unit *unit = s->unit;
    c4_search_hit hit = {.record = id};
    c4_aside aside;
    int rc;

    if (unit->env->auth.authorise == NULL) {
        c4_aside_start(&aside, unit);
        rc = judge(s, module, id, &hit);
        c4_aside_end(&aside);
    } else {
        rc = judge(s, module, id, &hit);
    }
    if (rc == CRM4E_ROW) {
        keep_hit(s, &hit);
    }
    return rc < 0 ? rc : CRM4E_OK;
}

/* The best rank of records that this posting alone may lead to: those with a
 * better one have a better posting. */
static c4_search_rank best_rank(const searching *s, const search_lead *lead,
                                const c4_posting *posting)
{
    bool whole = lead->part || posting->length == lead->length;

    if (c4_field_names(s->field)) {
        return whole ? C4_RANK_NAME : C4_RANK_NAME_PREFIX;
    }
    return whole ? C4_RANK_WHOLE : C4_RANK_PREFIX;
}

static int take_posting(searching *s, const search_lead *lead, const c4_posting *posting)
{
    crm4e_id id = c4_search_record(s->unit, posting->record);
    int rc = turn_to_field(s, posting->field);

    return rc == CRM4E_OK && s->field != NULL && is_wanted(s, best_rank(s, lead, posting), id)
               ? look_at(s, s->field_module, id)
               : rc;
}

/* Whether a posting is one of the lead: less than, of it, behind: -1, 0, 1. */
static int compare_lead(const search_lead *lead, const c4_posting *posting)
{
    size_t length = posting->length < lead->length ? posting->length : lead->length;
    int order = memcmp(posting->term, lead->text, length);

    if (order == 0 &&
        (posting->length < lead->length || (posting->length > lead->length && !lead->begins))) {
        order = posting->length < lead->length ? -1 : 1;
    }
    return order;
}

/* Takes the postings of a lead in a run, or counts them. */
static int walk_run(searching *s, const c4_run *run, const search_lead *lead, size_t *counted)
{
    const c4_posting *posting = NULL;
    c4_run_reader reader;
    int order = 0;
    int rc;

    c4_run_start(&reader, s->unit, run);
    rc = c4_run_seek(&reader, lead->text, lead->length);
    while (rc >= 0 && order <= 0 && (rc = c4_run_next(&reader, &posting)) == CRM4E_ROW) {
        order = compare_lead(lead, posting);
        if (order == 0 && counted == NULL) {
            rc = take_posting(s, lead, posting);
        } else if (order == 0 && ++*counted >= COUNTED) {
            break;
        }
    }
    c4_run_end(&reader);
    return rc < 0 ? rc : CRM4E_OK;
}

/* Every two neighbours of a run of characters; one alone begins its terms. */
static size_t add_run_leads(const c4_atom *atom, search_lead *leads)
{
    size_t count = 0;
    size_t at = c4_character_bytes(atom->text);

    if (at >= atom->length) {
        leads[count++] = (search_lead){atom->text, atom->length, true, true};
    }
    for (size_t from = 0; at < atom->length && count < RUN_TERMS; count++) {
        size_t next = at + c4_character_bytes(atom->text + at);
        leads[count] = (search_lead){atom->text + from, next - from, false, true};
        from = at;
        at = next;
    }
    return count;
}

static size_t leads_of(const c4_sought *sought, search_lead *leads)
{
    size_t count = 0;

    for (size_t i = 0; i < sought->count; i++) {
        const c4_atom *atom = &sought->atoms[i];
        if (atom->run) {
            count += add_run_leads(atom, &leads[count]);
        } else {
            leads[count++] = (search_lead){atom->text, atom->length, atom->begun, false};
        }
    }
    return count;
}

/* The lead with the fewest postings; one that has a great many is not counted out. */
static int choose_lead(searching *s, const search_lead *leads, size_t count,
                       const search_lead **chosen)
{
    size_t least = SIZE_MAX;
    int rc = CRM4E_OK;

    *chosen = &leads[0];
    for (size_t i = 0; count > 1 && i < count && least > 0 && rc == CRM4E_OK; i++) {
        size_t counted = 0;
        for (size_t r = 0; r < s->run_count && counted < COUNTED && rc == CRM4E_OK; r++) {
            rc = walk_run(s, &s->runs[r], &leads[i], &counted);
        }
        if (counted < least) {
            least = counted;
            *chosen = &leads[i];
        }
    }
    return rc;
}

static int walk_way(searching *s, const c4_sought *sought)
{
    search_lead leads[TERMS];
    const search_lead *chosen = NULL;
    int rc = choose_lead(s, leads, leads_of(sought, leads), &chosen);

    for (size_t r = s->run_count; r > 0 && rc == CRM4E_OK; r--) {
        rc = walk_run(s, &s->runs[r - 1], chosen, NULL);
    }
    return rc;
}

/* Records whose words no run has yet. */
static int walk_queue(searching *s)
{
    c4_queued *queued = NULL;
    size_t count = 0;
    int rc = c4_search_queue(s->unit, s->unit->arena, &queued, &count);

    for (size_t i = 0; i < count && rc == CRM4E_OK; i++) {
        looked_at *module = find_module(s, queued[i].module);
        rc = module != NULL ? open_module(s, module) : CRM4E_OK;
        if (rc == CRM4E_OK && module != NULL && module->open) {
            rc = look_at(s, module, queued[i].record);
        }
    }
    return rc;
}

static int walk(searching *s)
{
    int rc = walk_queue(s);

    if (rc == CRM4E_OK) {
        rc = c4_search_runs(s->unit, s->unit->arena, &s->runs, &s->run_count);
    }
    for (size_t w = 0; w < s->text.way_count && rc == CRM4E_OK; w++) {
        rc = walk_way(s, &s->text.ways[w]);
    }
    return rc;
}

static int check_request(c4_unit *unit, const c4_search_request *request)
{
    if (c4_text_check(request->text, request->length) != CRM4E_OK) {
        return c4_fail(unit->error, CRM4E_E_INVALID, "the text is not well-formed UTF-8");
    }
    if (request->limit < 1 || request->offset < 0 || request->limit > C4_SEARCH_HITS ||
        request->offset > C4_SEARCH_HITS - request->limit) {
        return c4_fail(unit->error, CRM4E_E_INVALID,
                       "'limit' is at least 1, and with 'offset' at most %d", C4_SEARCH_HITS);
    }
    return CRM4E_OK;
}

static int start(searching *s, const c4_search_request *request, const char **folded)
{
    const c4_meta *meta = s->unit->meta;
    size_t length = s->fold.length;

    s->most = (size_t)request->limit + (size_t)request->offset;
    s->hits = c4_arena_array(s->unit->arena, s->most, sizeof *s->hits);
    s->modules = c4_arena_array(s->unit->arena, meta->module_count, sizeof *s->modules);
    *folded = c4_arena_text(s->unit->arena, c4_buffer_c_str(&s->fold), length);
    if (s->hits == NULL || s->modules == NULL || *folded == NULL) {
        return c4_fail_plain(s->unit->error, CRM4E_E_NO_MEMORY);
    }
    for (size_t i = 0; i < meta->module_count; i++) {
        s->modules[i].module = meta->modules[i];
    }
    return c4_search_text_read(s->unit, *folded, length, &s->text);
}

int c4_search(c4_unit *unit, const c4_search_request *request, c4_search_hit **hits, size_t *count)
{
    searching s = {.unit = unit};
    const char *folded = NULL;
    int rc = c4_access_actor(unit);

    *count = 0;
    c4_buffer_init(&s.fold, &unit->env->mem, SIZE_MAX);
    if (rc == CRM4E_OK) {
        rc = check_request(unit, request);
    }
    if (rc == CRM4E_OK) {
        c4_text_fold(&s.fold, request->text, request->length);
        rc = s.fold.code == CRM4E_OK ? start(&s, request, &folded)
                                     : c4_fail_plain(unit->error, s.fold.code);
    }
    if (rc == CRM4E_OK && request->modules != NULL) {
        rc = open_chosen(&s, request);
    }
    if (rc == CRM4E_OK) {
        rc = walk(&s);
    }
    c4_buffer_free(&s.fold);
    if (rc == CRM4E_OK && s.count > (size_t)request->offset) {
        *hits = s.hits + request->offset;
        *count = s.count - (size_t)request->offset;
    }
    return rc;
}

static void put_text(c4_buffer *out, bool *first, const char *key, const char *text, size_t length)
{
    c4_json_put_key(out, first, key);
    c4_json_put_text(out, text, length);
}

static int put_hit(c4_unit *unit, const c4_search_hit *hit, c4_buffer *name, c4_buffer *out)
{
    const c4_module *module = hit->field->module;
    bool first = true;
    int rc;

    c4_buffer_reset(name);
    rc = c4_record_name(unit, module->number, hit->record, name);
    if (rc == CRM4E_OK && name->code != CRM4E_OK) {
        rc = c4_fail_plain(unit->error, name->code);
    }
    if (rc != CRM4E_OK) {
        return rc;
    }
    c4_buffer_char(out, '{');
    put_text(out, &first, "module", module->api_name, strlen(module->api_name));
    c4_json_put_key(out, &first, "id");
    c4_buffer_i64(out, hit->record);
    put_text(out, &first, "name", c4_buffer_c_str(name), name->length);
    put_text(out, &first, "field", hit->field->api_name, strlen(hit->field->api_name));
    c4_json_put_key(out, &first, "rank");
    c4_buffer_i64(out, hit->rank);
    c4_buffer_char(out, '}');
    return CRM4E_OK;
}

int c4_search_to_json(c4_unit *unit, const c4_search_hit *hits, size_t count, c4_buffer *out)
{
    c4_buffer name;
    int rc = CRM4E_OK;

    c4_buffer_init(&name, &unit->env->mem, out->ceiling);
    c4_buffer_char(out, '[');
    for (size_t i = 0; i < count && rc == CRM4E_OK; i++) {
        if (i > 0) {
            c4_buffer_char(out, ',');
        }
        rc = put_hit(unit, &hits[i], &name, out);
    }
    c4_buffer_char(out, ']');
    c4_buffer_free(&name);
    if (rc == CRM4E_OK && out->code != CRM4E_OK) {
        rc = c4_fail_plain(unit->error, out->code);
    }
    return rc;
}
