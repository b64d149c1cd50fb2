/* SPDX-License-Identifier: MIT */
#include "automation/run_log.h"

#include "automation/assignment.h"
#include "base/civil.h"
#include "model/gates.h"
#include "model/manage_rules.h"
#include "model/standard.h"

static const uint32_t columns[] = {
    0, C4_RUN_RECORD, C4_RUN_VERSION, C4_RUN_TIME, C4_RUN_OUTCOMES,
};
enum {
    AT_ID,
    AT_RECORD,
    AT_VERSION,
    AT_TIME,
    AT_OUTCOMES,
    COLUMN_COUNT,
    MOST_PARTS = 4,
    AT_ONCE = 100,       /* rows read before they are looked at */
    MOST_LOOKS = 5000,   /* lines of one call, and rows that have none which is asked for */
    MOST_SKIPPED = 50000 /* rows of the index of one call */
};

/* Whether who asks is told why a rule failed. */
typedef enum telling {
    NOT_ASKED,
    TOLD,
    NOT_TOLD
} telling;

/* A page on its way. */
typedef struct page {
    c4_unit *unit;
    const c4_module *module;
    const c4_runs_request *request;
    crm4e_id rule;      /* 0: all */
    crm4e_id from;      /* the index tells of lines in the stretch that begins there; 0: all */
    crm4e_id before;    /* the last line that was looked at; 0: none yet */
    telling *workflows; /* by place in the snapshot */
    c4_outcome_list outcomes;
    size_t looks;
    size_t skipped;
    size_t count; /* lines written */
    bool full;    /* or enough was looked at: there may be more */
    c4_buffer *out;
} page;

/* One of a row: its place says its id. */
typedef struct line {
    crm4e_id id;
    const crm4e_value *row;
    const c4_outcome *outcome;
} line;

static int64_t number_of(const crm4e_value *value)
{
    return value->type == CRM4E_VALUE_INTEGER ? value->integer : 0;
}

static int find_rule(page *p)
{
    const c4_definition *found = NULL;
    int rc = CRM4E_OK;

    if (p->request->rule == NULL) {
        return CRM4E_OK;
    }
    rc = c4_check_name(p->unit, "rule", p->request->rule, C4_RULE_NAME_MAX);
    if (rc == CRM4E_OK) {
        rc = c4_workflow_named(p->unit, p->module, p->request->rule, &found);
    }
    if (rc == CRM4E_OK && found == NULL) {
        rc = c4_refuse(p->unit, CRM4E_E_NOT_FOUND, "rule", "workflow",
                       "names no rule of the module");
    }
    p->rule = found != NULL ? found->id : 0;
    return rc;
}

/* Which rows may hold lines that are asked for. */
typedef struct narrowing {
    crm4e_value values[MOST_PARTS];
    crm4e_predicate parts[MOST_PARTS];
    crm4e_predicate all;
} narrowing;

static void narrow(const page *p, narrowing *n)
{
    const struct {
        crm4e_operator op;
        uint32_t column;
        int64_t number; /* 0: does not narrow */
    } wanted[MOST_PARTS] = {
        {CRM4E_OP_EQ, C4_RUN_MODULE, p->module->number},
        {CRM4E_OP_EQ, C4_RUN_RECORD, p->request->record},
        {CRM4E_OP_GE, 0, p->from},
        {CRM4E_OP_LT, 0, p->before},
    };
    size_t count = 0;

    for (size_t i = 0; i < MOST_PARTS; i++) {
        if (wanted[i].number != 0) {
            n->values[count] = c4_integer(wanted[i].number);
            n->parts[count] = c4_where(wanted[i].op, wanted[i].column, &n->values[count], 1);
            count++;
        }
    }
    n->all = c4_where_all(n->parts, count);
}

static int copy_row(c4_arena *arena, const crm4e_value *row, crm4e_value *copy)
{
    bool copied = true;

    for (size_t i = 0; i < COLUMN_COUNT && copied; i++) {
        copy[i] = row[i];
        copied = c4_value_copy(arena, &copy[i]);
    }
    return copied ? CRM4E_OK : CRM4E_E_NO_MEMORY;
}

/* The next rows, copied: what is asked about them reads from the storage too. */
static int read_rows(const page *p, crm4e_value *rows, size_t *count)
{
    static const crm4e_order newest[] = {{0, 0, 1}};
    const crm4e_value *row = NULL;
    c4_rows *walk = NULL;
    crm4e_plan plan;
    narrowing n;
    int rc;

    narrow(p, &n);
    c4_plan_init(&plan, &c4_tables[C4_TABLE_RUN]);
    plan.where = &n.all;
    plan.columns = columns;
    plan.column_count = COLUMN_COUNT;
    plan.order = newest;
    plan.order_count = 1;
    plan.limit = AT_ONCE;
    plan.index = p->request->record != 0 ? C4_RUN_ONCE : plan.index;
    *count = 0;
    rc = c4_rows_open(&walk, p->unit->db, &plan);
    while (rc == CRM4E_OK && *count < AT_ONCE && (rc = c4_rows_next(walk, &row)) == CRM4E_ROW) {
        rc = copy_row(p->unit->arena, row, &rows[COLUMN_COUNT * (*count)++]);
    }
    c4_rows_close(walk);
    return c4_stored(p->unit, rc);
}

static bool is_asked_for(const page *p, const c4_outcome *outcome)
{
    return outcome->workflow != 0 && (p->rule == 0 || p->rule == outcome->workflow) &&
           (p->request->result == 0 || p->request->result == (uint32_t)outcome->result);
}

/* Whether a row of the index tells of a line that is asked for. */
static int tells(const page *p, const crm4e_value *bytes, bool *told)
{
    c4_outcomes reader;
    c4_outcome outcome;
    int rc = CRM4E_OK;

    *told = false;
    c4_outcomes_start(&reader, bytes);
    while (!*told && (rc = c4_outcomes_next(&reader, &outcome)) == CRM4E_ROW) {
        *told = is_asked_for(p, &outcome);
    }
    return rc == CRM4E_ROW ? CRM4E_OK : rc;
}

/* The next stretch of ids, downwards, with lines that are asked for. `*end`: there is none. */
static int find_stretch(page *p, bool *end)
{
    static const uint32_t wanted[] = {0, C4_RUN_INDEX_OUTCOMES};
    static const crm4e_order newest[] = {{0, 0, 1}};
    const crm4e_value below = c4_integer(((p->before - 1) >> C4_RUN_INDEX_BITS) + 1);
    const crm4e_predicate where = c4_where(CRM4E_OP_LT, 0, &below, 1);
    const crm4e_value *row = NULL;
    c4_rows *walk = NULL;
    bool told = false;
    crm4e_plan plan;
    int rc;

    c4_plan_init(&plan, &c4_tables[C4_TABLE_RUN_INDEX]);
    plan.where = p->before != 0 ? &where : NULL;
    plan.columns = wanted;
    plan.column_count = 2;
    plan.order = newest;
    plan.order_count = 1;
    rc = c4_rows_open(&walk, p->unit->db, &plan);
    while (rc == CRM4E_OK && !told && !p->full && (rc = c4_rows_next(walk, &row)) == CRM4E_ROW) {
        rc = tells(p, &row[1], &told);
        p->from = row[0].integer << C4_RUN_INDEX_BITS; /* no id has more than 53 bits */
        p->before = told || rc != CRM4E_OK ? p->before : p->from;
        p->full = !told && ++p->skipped >= MOST_SKIPPED;
    }
    c4_rows_close(walk);
    *end = !told && !p->full;
    return c4_stored(p->unit, rc);
}

static int is_gone(const page *p, crm4e_id record, bool *gone)
{
    const uint32_t column = C4_COLUMN_ID;
    crm4e_value value;
    int rc = c4_db_get(p->unit->db, &p->module->table, record, &column, &value, 1);

    *gone = rc == CRM4E_E_NOT_FOUND;
    return *gone ? CRM4E_OK : c4_stored(p->unit, rc);
}

/* A row without a record is about the module; of a record that is not there nobody can be
 * asked whether he sees it. */
static int is_seen(const page *p, const crm4e_value *row, bool *seen)
{
    const crm4e_id record = number_of(&row[AT_RECORD]);
    int rc = CRM4E_OK;

    *seen = true;
    if (record != 0) {
        rc = c4_record_visible(p->unit, p->module->number, record, seen);
    }
    if (rc == CRM4E_OK && !*seen && c4_actor_is_administrator(p->unit)) {
        rc = is_gone(p, record, seen);
    }
    *seen = C4_NARROWS(RUN_ROW, *seen, true);
    return rc;
}

static size_t place_of(const c4_meta *meta, crm4e_id workflow)
{
    size_t place = 0;

    while (place < meta->workflow_count && meta->workflows[place].id != workflow) {
        place++;
    }
    return place;
}

/* An error speaks of what the rule names: it is told to who could name it himself. */
static int ask_telling(const page *p, size_t place)
{
    const c4_rule *rule = NULL;
    int rc = c4_rule_of(p->unit, place, &rule);

    if (rc == CRM4E_OK && rule->problem != NULL) {
        rc = c4_actor_is_administrator(p->unit) ? CRM4E_OK : CRM4E_E_DENIED;
    } else if (rc == CRM4E_OK) {
        rc = c4_rule_check_rights(p->unit, rule);
    }
    if (rc == CRM4E_OK || c4_is_refusal(rc)) {
        p->workflows[place] = rc == CRM4E_OK ? TOLD : NOT_TOLD;
        c4_failure_clear(p->unit->error);
        rc = CRM4E_OK;
    }
    return rc;
}

/* Assignment rules are known to who sets up automation as they are. */
static int is_told(const page *p, const c4_outcome *outcome, size_t place, bool *told)
{
    const bool failed = outcome->result == C4_RUN_FAILED;
    const bool known = place < p->unit->meta->workflow_count;
    int rc = CRM4E_OK;

    if (failed && known && p->workflows[place] == NOT_ASKED) {
        rc = ask_telling(p, place);
    }
    *told = !failed || (known ? p->workflows[place] == TOLD
                              : c4_actor_is_administrator(p->unit) ||
                                    c4_assignment_of(p->unit->meta, outcome->workflow) != NULL);
    *told = C4_NARROWS(RUN_ERROR, *told, true);
    return rc;
}

static void put_number(c4_buffer *out, bool *first, const char *key, const crm4e_value *value)
{
    c4_json_put_key(out, first, key);
    if (value->type == CRM4E_VALUE_INTEGER) {
        c4_buffer_i64(out, value->integer);
    } else {
        c4_buffer_text(out, "null");
    }
}

static void put_text(c4_buffer *out, bool *first, const char *key, const crm4e_value *value)
{
    c4_json_put_key(out, first, key);
    if (value->type == CRM4E_VALUE_TEXT) {
        c4_json_put_text(out, value->data, value->length);
    } else {
        c4_buffer_text(out, "null");
    }
}

static void put_rule(const page *p, crm4e_id rule, size_t place, bool *first)
{
    const c4_meta *meta = p->unit->meta;
    const c4_definition *assignment = c4_assignment_of(meta, rule);
    const bool known = place < meta->workflow_count;
    const crm4e_value name = known                ? c4_c_text(meta->workflows[place].name)
                             : assignment != NULL ? c4_c_text(assignment->name)
                                                  : c4_null();

    put_text(p->out, first, assignment != NULL ? "assignment_rule" : "rule", &name);
}

static int put_line(page *p, const line *l)
{
    static const char *const results[] = {"", "done", "skipped", "failed"};
    const c4_outcome *outcome = l->outcome;
    const size_t place = place_of(p->unit->meta, outcome->workflow);
    const crm4e_value id = c4_integer(l->id);
    crm4e_value message = c4_null();
    char time[C4_TIME_TEXT];
    bool first = true;
    bool told = false;
    int rc = is_told(p, outcome, place, &told);

    if (rc != CRM4E_OK) {
        return rc;
    }
    if (told && outcome->text != NULL) {
        message = c4_text_value(outcome->text, outcome->length);
    }
    c4_time_format(l->row[AT_TIME].integer, time);
    c4_buffer_text(p->out, p->count++ > 0 ? ",{" : "{");
    put_number(p->out, &first, "id", &id);
    c4_json_put_member(p->out, &first, "time", time);
    put_rule(p, outcome->workflow, place, &first);
    put_number(p->out, &first, "record", &l->row[AT_RECORD]);
    put_number(p->out, &first, "version", &l->row[AT_VERSION]);
    c4_json_put_member(p->out, &first, "result", results[outcome->result]);
    put_text(p->out, &first, "message", &message);
    c4_buffer_char(p->out, '}');
    return CRM4E_OK;
}

static int read_outcomes(page *p, const crm4e_value *row)
{
    const size_t place = (size_t)row[AT_ID].integer & (C4_RUN_STRETCH - 1);
    int rc = c4_outcomes_read(p->unit->arena, &row[AT_OUTCOMES], &p->outcomes);

    if (rc == CRM4E_OK && p->outcomes.count > C4_RUN_STRETCH - place) {
        rc = CRM4E_E_CORRUPT;
    }
    return c4_stored(p->unit, rc);
}

/* The lines of a row, the last one first. The page is not full before there is one too many: then
 * it is known that there are more. */
static int put_row(page *p, const crm4e_value *row)
{
    const crm4e_id id = row[AT_ID].integer;
    const size_t looks = p->looks;
    bool asked = false;
    bool seen = false;
    int rc = read_outcomes(p, row);

    for (size_t i = p->outcomes.count; i > 0 && rc == CRM4E_OK && !p->full; i--) {
        const line l = {id + (crm4e_id)i - 1, row, &p->outcomes.items[i - 1]};
        if ((p->before != 0 && l.id >= p->before) || !is_asked_for(p, l.outcome)) {
            continue;
        }
        if (p->count == p->request->limit || p->looks >= MOST_LOOKS) {
            p->full = true;
            return CRM4E_OK;
        }
        p->before = l.id;
        p->looks++;
        rc = asked ? CRM4E_OK : is_seen(p, row, &seen);
        asked = true;
        rc = rc == CRM4E_OK && seen ? put_line(p, &l) : rc;
    }
    p->before = id;
    p->looks += p->looks == looks;
    p->full = p->looks > MOST_LOOKS;
    return rc;
}

/* Downwards until the page is full or the log at its end. */
static int put_rows(page *p)
{
    crm4e_value *rows =
        c4_arena_array(p->unit->arena, (size_t)AT_ONCE * COLUMN_COUNT, sizeof *rows);
    const bool by_index = p->request->record == 0 && (p->rule != 0 || p->request->result != 0);
    size_t count = 0;
    bool end = false;
    int rc = rows != NULL ? CRM4E_OK : c4_fail_plain(p->unit->error, CRM4E_E_NO_MEMORY);

    while (rc == CRM4E_OK && !p->full && !end) {
        if (by_index && count < AT_ONCE) {
            rc = find_stretch(p, &end);
        }
        count = 0;
        if (rc == CRM4E_OK && !p->full && !end) {
            rc = read_rows(p, rows, &count);
        }
        for (size_t i = 0; i < count && rc == CRM4E_OK && !p->full; i++) {
            rc = put_row(p, &rows[i * COLUMN_COUNT]);
        }
        if (by_index && count < AT_ONCE && !p->full) {
            p->before = p->from;
        }
        end = end || (!by_index && count < AT_ONCE);
    }
    return rc;
}

/* Who sets up automation, of a module that he may look into. */
static int check_reader(c4_unit *unit, const c4_module *module)
{
    c4_scope view;
    int rc = c4_rule_check_module(unit, module);

    return rc == CRM4E_OK ? c4_access_module_number(unit, module->number, CRM4E_ACTION_VIEW, &view)
                          : rc;
}

int c4_runs_to_json(c4_unit *unit, const c4_module *module, const c4_runs_request *request,
                    c4_buffer *out)
{
    page p = {
        .unit = unit, .module = module, .request = request, .before = request->before, .out = out};
    const crm4e_value none = c4_null();
    crm4e_value last;
    bool first = true;
    int rc = check_reader(unit, module);

    if (rc == CRM4E_OK) {
        rc = find_rule(&p);
    }
    if (rc != CRM4E_OK) {
        return rc;
    }
    p.workflows = c4_arena_array(unit->arena, unit->meta->workflow_count, sizeof *p.workflows);
    if (p.workflows == NULL) {
        return c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
    }
    c4_buffer_char(out, '{');
    c4_json_put_key(out, &first, "runs");
    c4_buffer_char(out, '[');
    rc = put_rows(&p);
    c4_buffer_char(out, ']');
    last = c4_integer(p.before);
    put_number(out, &first, "before", p.full ? &last : &none);
    c4_buffer_char(out, '}');
    return rc == CRM4E_OK ? c4_stored(unit, out->code) : rc;
}
