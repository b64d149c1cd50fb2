/* SPDX-License-Identifier: MIT */
#include "automation/run_log.h"

#include "automation/assignment.h"
#include "base/civil.h"
#include "model/gates.h"
#include "model/manage_rules.h"
#include "model/standard.h"

static const uint32_t columns[] = {
    0, C4_RUN_WORKFLOW, C4_RUN_RECORD, C4_RUN_VERSION, C4_RUN_TIME, C4_RUN_RESULT, C4_RUN_TEXT,
};
enum {
    AT_ID,
    AT_RULE,
    AT_RECORD,
    AT_VERSION,
    AT_TIME,
    AT_RESULT,
    AT_TEXT,
    COLUMN_COUNT,
    MOST_PARTS = 5,
    AT_ONCE = 100,    /* lines read before they are looked at */
    MOST_LOOKS = 5000 /* lines of one call */
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
    crm4e_id before;    /* the last line that was looked at; 0: none yet */
    telling *workflows; /* by place in the snapshot */
    size_t looks;
    size_t count; /* lines written */
    c4_buffer *out;
} page;

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

/* Which lines are asked for, and what their predicate compares with. */
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
        {CRM4E_OP_EQ, C4_RUN_WORKFLOW, p->rule},
        {CRM4E_OP_EQ, C4_RUN_RECORD, p->request->record},
        {CRM4E_OP_EQ, C4_RUN_RESULT, p->request->result},
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

static int copy_line(c4_arena *arena, const crm4e_value *row, crm4e_value *line)
{
    bool copied = true;

    for (size_t i = 0; i < COLUMN_COUNT && copied; i++) {
        line[i] = row[i];
        copied = c4_value_copy(arena, &line[i]);
    }
    return copied ? CRM4E_OK : CRM4E_E_NO_MEMORY;
}

/* The next lines, copied: what is asked about them reads from the storage too. */
static int read_lines(const page *p, crm4e_value *lines, size_t *count)
{
    static const crm4e_order newest[] = {{0, 0, 1}};
    const crm4e_value *row = NULL;
    c4_rows *rows = NULL;
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
    if (p->request->record != 0 || p->rule != 0) {
        plan.index = p->request->record != 0 ? C4_RUN_ONCE : C4_RUN_BY_RULE;
    }
    *count = 0;
    rc = c4_rows_open(&rows, p->unit->db, &plan);
    while (rc == CRM4E_OK && *count < AT_ONCE && (rc = c4_rows_next(rows, &row)) == CRM4E_ROW) {
        rc = copy_line(p->unit->arena, row, &lines[COLUMN_COUNT * (*count)++]);
    }
    c4_rows_close(rows);
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

/* A line without a record is about the module; of a record that is not there nobody can be
 * asked whether he sees it. */
static int is_seen(const page *p, const crm4e_value *line, bool *seen)
{
    const crm4e_id record = number_of(&line[AT_RECORD]);
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
static int is_told(const page *p, const crm4e_value *line, size_t place, bool *told)
{
    const bool failed = line[AT_RESULT].integer == C4_RUN_FAILED;
    const bool known = place < p->unit->meta->workflow_count;
    int rc = CRM4E_OK;

    if (failed && known && p->workflows[place] == NOT_ASKED) {
        rc = ask_telling(p, place);
    }
    *told = !failed || (known ? p->workflows[place] == TOLD
                              : c4_actor_is_administrator(p->unit) ||
                                    c4_assignment_of(p->unit->meta, line[AT_RULE].integer) != NULL);
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

static void put_rule(const page *p, const crm4e_value *line, size_t place, bool *first)
{
    const c4_meta *meta = p->unit->meta;
    const c4_definition *assignment = c4_assignment_of(meta, line[AT_RULE].integer);
    const bool known = place < meta->workflow_count;
    const crm4e_value name = known                ? c4_c_text(meta->workflows[place].name)
                             : assignment != NULL ? c4_c_text(assignment->name)
                                                  : c4_null();

    put_text(p->out, first, assignment != NULL ? "assignment_rule" : "rule", &name);
}

static int put_line(page *p, const crm4e_value *line)
{
    static const char *const results[] = {"", "done", "skipped", "failed"};
    const size_t place = place_of(p->unit->meta, line[AT_RULE].integer);
    const int64_t result = line[AT_RESULT].integer;
    const crm4e_value nothing = c4_null();
    char time[C4_TIME_TEXT];
    bool first = true;
    bool told = false;
    int rc = is_told(p, line, place, &told);

    if (rc != CRM4E_OK) {
        return rc;
    }
    c4_time_format(line[AT_TIME].integer, time);
    c4_buffer_text(p->out, p->count++ > 0 ? ",{" : "{");
    put_number(p->out, &first, "id", &line[AT_ID]);
    c4_json_put_member(p->out, &first, "time", time);
    put_rule(p, line, place, &first);
    put_number(p->out, &first, "record", &line[AT_RECORD]);
    put_number(p->out, &first, "version", &line[AT_VERSION]);
    c4_json_put_member(p->out, &first, "result", result > 0 && result < 4 ? results[result] : "");
    put_text(p->out, &first, "message", told ? &line[AT_TEXT] : &nothing);
    c4_buffer_char(p->out, '}');
    return CRM4E_OK;
}

/* `*more`: the page is full, or enough was looked at, before the end was seen. */
static int put_lines(page *p, bool *more)
{
    crm4e_value *lines =
        c4_arena_array(p->unit->arena, (size_t)AT_ONCE * COLUMN_COUNT, sizeof *lines);
    size_t count = AT_ONCE;
    int rc = lines != NULL ? CRM4E_OK : c4_fail_plain(p->unit->error, CRM4E_E_NO_MEMORY);

    *more = true;
    while (rc == CRM4E_OK && *more) {
        rc = read_lines(p, lines, &count);
        for (size_t i = 0; rc == CRM4E_OK && i < count && p->count < p->request->limit; i++) {
            const crm4e_value *line = &lines[i * COLUMN_COUNT];
            bool seen = false;
            p->before = line[AT_ID].integer;
            p->looks++;
            rc = is_seen(p, line, &seen);
            rc = rc == CRM4E_OK && seen ? put_line(p, line) : rc;
            *more = i + 1 < count;
        }
        if (p->count == p->request->limit || p->looks >= MOST_LOOKS) {
            *more = *more || count == AT_ONCE;
            break;
        }
        *more = count == AT_ONCE;
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
    bool more = false;
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
    rc = put_lines(&p, &more);
    c4_buffer_char(out, ']');
    last = c4_integer(p.before);
    put_number(out, &first, "before", more ? &last : &none);
    c4_buffer_char(out, '}');
    return rc == CRM4E_OK ? c4_stored(unit, out->code) : rc;
}

/* Rules that run once for a record go by their lines. */
static int list_once(c4_unit *unit, crm4e_id **rules, size_t *count)
{
    const c4_rule *rule = NULL;
    int rc = CRM4E_OK;

    *rules = c4_arena_array(unit->arena, unit->meta->workflow_count + 1, sizeof **rules);
    if (*rules == NULL) {
        return c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
    }
    for (size_t i = 0; i < unit->meta->workflow_count && rc == CRM4E_OK; i++) {
        rc = c4_rule_of(unit, i, &rule);
        if (rc == CRM4E_OK && (rule->once || rule->problem != NULL)) {
            (*rules)[(*count)++] = unit->meta->workflows[i].id;
        }
    }
    return rc;
}

static bool is_kept(const crm4e_id *rules, size_t count, const crm4e_value *rule,
                    const crm4e_value *result)
{
    bool kept = false;

    for (size_t i = 0; i < count && !kept; i++) {
        kept = rules[i] == rule->integer && result->integer != C4_RUN_FAILED;
    }
    return kept;
}

/* Ids and times grow together: the first that is too young ends it. */
static int list_old(c4_unit *unit, int64_t before, size_t most, crm4e_id *ids, size_t *count)
{
    static const uint32_t wanted[] = {0, C4_RUN_TIME, C4_RUN_WORKFLOW, C4_RUN_RESULT};
    static const crm4e_order oldest[] = {{0, 0, 0}};
    const crm4e_value *row = NULL;
    crm4e_id *once = NULL;
    size_t once_count = 0;
    c4_rows *rows = NULL;
    crm4e_plan plan;
    int rc = list_once(unit, &once, &once_count);

    if (rc != CRM4E_OK) {
        return rc;
    }
    c4_plan_init(&plan, &c4_tables[C4_TABLE_RUN]);
    plan.columns = wanted;
    plan.column_count = 4;
    plan.order = oldest;
    plan.order_count = 1;
    rc = c4_rows_open(&rows, unit->db, &plan);
    while (rc == CRM4E_OK && *count < most && (rc = c4_rows_next(rows, &row)) == CRM4E_ROW &&
           row[1].integer < before) {
        if (!is_kept(once, once_count, &row[2], &row[3])) {
            ids[(*count)++] = row[0].integer;
        }
        rc = CRM4E_OK;
    }
    c4_rows_close(rows);
    return rc < 0 ? c4_stored(unit, rc) : CRM4E_OK;
}

int c4_runs_purge(c4_unit *unit, int64_t before, size_t budget, size_t *done)
{
    crm4e_id *ids = NULL;
    int rc = c4_access_actor(unit);

    *done = 0;
    if (rc == CRM4E_OK) {
        rc = c4_need_administrator(unit, "the run log is cut by system administrators");
    }
    if (rc != CRM4E_OK) {
        return rc;
    }
    ids = c4_arena_array(unit->arena, budget, sizeof *ids);
    if (ids == NULL) {
        return c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
    }
    rc = list_old(unit, before, budget, ids, done);
    for (size_t i = 0; i < *done && rc == CRM4E_OK; i++) {
        rc = c4_stored(unit, c4_db_remove(unit->db, &c4_tables[C4_TABLE_RUN], ids[i]));
    }
    return rc;
}
