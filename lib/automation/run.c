/* SPDX-License-Identifier: MIT */
/* Rules at work: which fit a change, in order, in its transaction. */
#include "automation/run.h"

#include "automation/chain.h"
#include "automation/dry_run.h"
#include "automation/schedule.h"

#include <stdio.h>
#include <string.h>

#include "model/limits.h"
#include "model/manage_rules.h"
#include "model/standard.h"

enum {
    /* Those that look at what was changed. */
    WAITING = 1u << C4_ON_FIELD_UPDATE | 1u << C4_ON_TAG_ADDED | 1u << C4_ON_TAG_REMOVED
};

/* By what happened: bits 1 << c4_trigger of the rules it wakes. */
static const uint32_t woken_by[C4_RECORD_ACTION_END] = {
    [C4_RECORD_ADDED] = 1u << C4_ON_CREATE | 1u << C4_ON_CREATE_OR_EDIT,
    [C4_RECORD_UPDATED] = 1u << C4_ON_EDIT | 1u << C4_ON_CREATE_OR_EDIT | WAITING,
    [C4_RECORD_DELETED] = 1u << C4_ON_DELETE,
    [C4_RECORD_RESTORED] = 0,
    [C4_RECORD_OWNER_CHANGED] = 1u << C4_ON_EDIT | 1u << C4_ON_CREATE_OR_EDIT | WAITING,
};

/* Records of which modules tell what they hang on that they were added. */
static const struct {
    int32_t module;
    c4_trigger on;
} additions[] = {
    {C4_NOTES, C4_ON_NOTE_ADDED},
};

static const int refusals[] = {
    CRM4E_E_INVALID, CRM4E_E_NOT_FOUND, CRM4E_E_DENIED,      CRM4E_E_INACTIVE, CRM4E_E_LIMIT,
    CRM4E_E_CYCLE,   CRM4E_E_CONFLICT,  CRM4E_E_DEPTH,       CRM4E_E_TOO_BIG,  CRM4E_E_LOOP,
    CRM4E_E_LOCKED,  CRM4E_E_USER,      CRM4E_E_UNSUPPORTED,
};

bool c4_is_refusal(int code)
{
    bool is = false;

    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        is = is || refusals[i] == code;
    }
    return is;
}

c4_unit c4_unit_as(const c4_unit *unit, const c4_user *user)
{
    c4_unit other = *unit;

    other.actor = user;
    other.asked = NULL;
    return other;
}

void c4_run_skip(c4_run *run, const c4_rule_action *action, const char *why)
{
    size_t used = strlen(run->notes);
    int wanted = snprintf(run->notes + used, sizeof run->notes - used, "%s%s: %s",
                          used > 0 ? "; " : "", action->type->name, why);

    run->skipped = true;
    if (run->dry != NULL) {
        c4_dry_run_skip(run, why);
    }
    if (wanted < 0 || (size_t)wanted >= sizeof run->notes - used) {
        run->notes[used] = '\0';
    }
}

int64_t c4_run_version(const c4_run *run)
{
    return run->row[C4_COLUMN_VERSION].integer + (run->change->after == NULL ? 1 : 0);
}

/* By the rule's policy the write fails with it, or goes on without it. */
static int give_up(c4_run *run, int code)
{
    crm4e_error *error = run->unit->error;
    char text[sizeof error->message];
    int rc;

    if (c4_chain_breaks(run->unit)) {
        return code;
    }
    memcpy(text, error->message, sizeof text);
    if (run->dry != NULL) {
        run->dry->stopped = run->rule->stops_change;
    } else if (run->rule->stops_change && run->pending == NULL) {
        (void)c4_fail(error, code, "workflow rule \"%s\": %s", run->definition->name, text);
        return c4_fail_field(error, run->change->module->api_name, NULL, "workflow");
    }
    rc = c4_run_log(run, C4_RUN_FAILED, text);
    if (rc == CRM4E_OK) {
        c4_failure_clear(error);
    }
    return rc;
}

/* One condition asked of a row. */
typedef struct asking {
    c4_unit *unit;
    c4_run *run; /* or NULL */
    const c4_definition *definition;
    const c4_rule *rule;
} asking;

/* `*predicate` is there already where it is always the same. */
static int compile(const asking *a, const c4_criteria *criteria, const crm4e_predicate **predicate)
{
    c4_unit author;

    if (*predicate != NULL) {
        return CRM4E_OK;
    }
    author = c4_unit_as(a->unit, c4_meta_user(a->unit->meta, a->definition->author));
    return c4_criteria_compile_rule(a->unit, &author, a->rule->module, criteria, predicate);
}

/* CRM4E_ROW when a row meets them, or there are none; a row that is not there meets none.
 * A way over other records may lead back to that of the run. */
static int meets(const asking *a, const c4_criteria *criteria, size_t test, const crm4e_value *row)
{
    const crm4e_predicate *predicate = a->rule->tests != NULL ? a->rule->tests[test] : NULL;
    int rc;

    if (criteria == NULL || row == NULL) {
        return criteria == NULL ? CRM4E_ROW : CRM4E_OK;
    }
    rc = compile(a, criteria, &predicate);
    if (rc == CRM4E_OK && a->run != NULL && c4_predicate_selects(predicate)) {
        rc = c4_run_flush(a->run);
    }
    return rc == CRM4E_OK ? c4_predicate_matches(a->unit, predicate, a->rule->module, row) : rc;
}

/* What a record was before a change is not asked again when a group is done `later`. */
static int find_condition(const asking *a, const crm4e_value *before, const crm4e_value *row,
                          bool later, const c4_rule_condition **found)
{
    int rc = CRM4E_OK;

    for (size_t i = 0; i < a->rule->condition_count && rc == CRM4E_OK; i++) {
        const c4_rule_condition *condition = &a->rule->conditions[i];
        *found = condition;
        rc = meets(a, condition->criteria, 2 * i, row);
        if (rc == CRM4E_ROW && !later) {
            rc = meets(a, condition->was_criteria, 2 * i + 1, before);
        }
    }
    return rc;
}

int c4_rule_find_condition(c4_unit *unit, const c4_definition *definition, const c4_rule *rule,
                           const crm4e_value *row, const c4_rule_condition **found)
{
    return find_condition(&(asking){unit, NULL, definition, rule}, NULL, row, false, found);
}

int c4_rule_check_author(c4_unit *unit, const c4_definition *definition, const c4_rule *rule)
{
    const c4_user *author = c4_meta_user(unit->meta, definition->author);
    c4_unit asked;

    if (author == NULL || !c4_user_works(author)) {
        return c4_refuse_denied(unit, "author",
                                "the author of the rule is not active or has no licence");
    }
    asked = c4_unit_as(unit, author);
    if (!c4_actor_automates(&asked, rule->module)) {
        return c4_refuse_denied(unit, "author",
                                "the author of the rule may no longer set up automation");
    }
    return c4_rule_check_rights(&asked, rule);
}

static int act(c4_run *run, const c4_rule_condition *condition)
{
    int rc = CRM4E_OK;

    for (size_t i = 0; i < condition->action_count && rc == CRM4E_OK; i++) {
        const c4_rule_action *action = &condition->actions[i];
        if (run->dry != NULL) {
            run->dry->doing = action->type->name;
        }
        rc = c4_chain_act(run->unit);
        if (rc == CRM4E_OK && !action->type->gathers) {
            rc = c4_run_leave(run);
        }
        rc = rc == CRM4E_OK ? action->type->run(run, action) : rc;
    }
    return rc;
}

/* Groups wait from when the record is as its rule leaves it; what the clock did is written. */
static int act_and_wait(c4_run *run, const c4_rule_condition *condition,
                        const c4_rule_condition *part)
{
    const bool groups = part == condition && condition->group_count > 0;
    int rc = act(run, part);

    if (rc == CRM4E_OK && (groups || run->pending != NULL)) {
        rc = c4_run_leave(run);
    }
    return rc == CRM4E_OK && groups ? c4_schedule_groups(run, condition) : rc;
}

/* All actions or none. */
static int act_within_mark(c4_run *run, const c4_rule_condition *condition,
                           const c4_rule_condition *part)
{
    const c4_run before = *run;
    c4_db *db = run->unit->db;
    int rc = c4_rule_check_author(run->unit, run->definition, run->rule);

    if (rc != CRM4E_OK) {
        return rc;
    }
    rc = act_and_wait(run, condition, part);
    if (rc == CRM4E_OK && run->marked) {
        rc = c4_stored(run->unit, c4_db_release(db));
        run->marked = false;
        return rc;
    }
    if (rc != CRM4E_OK && run->marked) {
        c4_db_rollback_to(db);
    }
    if (rc != CRM4E_OK) {
        *run = before;
    }
    return rc;
}

int c4_run_rule(c4_run *run)
{
    /* A group waits since the rule met the record as it was by then. */
    const bool later = run->pending != NULL && run->pending->part != 0;
    const c4_rule_condition *condition = NULL;
    const c4_rule_condition *part;
    int rc;

    run->notes[0] = '\0';
    run->skipped = false;
    run->condition = NULL;
    if (run->rule->problem != NULL) {
        return give_up(run, c4_fail(run->unit->error, CRM4E_E_INVALID, "%s", run->rule->problem));
    }
    rc = find_condition(&(asking){run->unit, run, run->definition, run->rule}, run->change->before,
                        run->row, later, &condition);
    if (rc == CRM4E_ROW && run->rule->once && !later) {
        bool has = false;
        int failed = c4_run_find(run->unit, run->change->record, run->definition->id, &has);
        rc = failed < 0 ? failed : has ? CRM4E_OK : CRM4E_ROW;
    }
    if (rc == CRM4E_OK && run->dry != NULL) {
        return c4_dry_run_result(run, "no_match", NULL);
    }
    if (rc == CRM4E_ROW) {
        run->condition = condition;
        part = c4_schedule_part(run, condition);
        if (part == NULL) {
            return CRM4E_OK;
        }
        rc = act_within_mark(run, condition, part);
        if (rc == CRM4E_OK) {
            return c4_run_log(run, run->skipped ? C4_RUN_PARTLY : C4_RUN_DONE, run->notes);
        }
    }
    return c4_is_refusal(rc) ? give_up(run, rc) : rc;
}

/* A rule of which not even the trigger can be read goes with every change. */
bool c4_rule_is_woken(const c4_rule *rule, c4_record_action action)
{
    return rule->on == 0 || (woken_by[action] & 1u << rule->on) != 0;
}

static int is_woken(const c4_run *run, bool *woken)
{
    const c4_change *change = run->change;
    const c4_rule *rule = run->rule;

    if (change->happened != 0 || rule->on == 0) {
        *woken = rule->on == 0 || rule->on == (c4_trigger)change->happened;
        return *woken && change->interaction != NULL && rule->problem == NULL
                   ? c4_trigger_meets_interaction(run->unit, run->definition->author, rule,
                                                  change->interaction, woken)
                   : CRM4E_OK;
    }
    *woken = c4_rule_is_woken(rule, change->action);
    return *woken && (WAITING & 1u << rule->on) != 0 && rule->problem == NULL
               ? c4_trigger_meets(run->unit, rule, change->before, change->after, woken)
               : CRM4E_OK;
}

/* Runs the rule where it is woken. */
static int take_rule(c4_run *run)
{
    bool woken = false;
    int rc = is_woken(run, &woken);

    if (c4_is_refusal(rc)) {
        woken = true;
        run->condition = NULL;
    }
    if (rc < 0 && !woken) {
        return rc;
    }
    if (run->dry != NULL ? !c4_dry_run_takes(run, woken) : !woken) {
        return CRM4E_OK;
    }
    if (rc < 0) {
        return give_up(run, rc);
    }
    rc = c4_chain_set_off(run->unit);
    return rc == CRM4E_OK ? c4_run_rule(run) : rc;
}

static bool goes_on(const c4_run *run)
{
    return run->dry == NULL || !run->dry->stopped;
}

static int run_rules(c4_run *run, size_t first)
{
    const c4_meta *meta = run->unit->meta;
    int32_t module = run->change->module->number;
    int rc = CRM4E_OK;

    for (size_t i = first; i < meta->workflow_count && meta->workflows[i].module == module &&
                           rc == CRM4E_OK && goes_on(run);
         i++) {
        run->definition = &meta->workflows[i];
        if (!run->definition->active && run->dry == NULL) {
            continue;
        }
        rc = c4_rule_of(run->unit, i, &run->rule);
        if (rc == CRM4E_OK) {
            rc = take_rule(run);
        }
    }
    return rc;
}

/* The first rule of the module, or where it would stand. */
size_t c4_rules_start(const c4_meta *meta, int32_t module)
{
    size_t low = 0;
    size_t high = meta->workflow_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (meta->workflows[middle].module < module) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static bool has_rules(const c4_meta *meta, const c4_module *module, size_t first)
{
    return first < meta->workflow_count && meta->workflows[first].module == module->number;
}

/* Conditions look at the record as the change left it: what one rule does makes
 * no other rule fit. */
static int look_at(c4_unit *unit, const c4_change *change)
{
    const size_t first = c4_rules_start(unit->meta, change->module->number);
    uint32_t source = unit->source;
    c4_run *outer;
    c4_run run = {.unit = unit, .change = change, .dry = unit->dry_run};
    int rc;

    if (!has_rules(unit->meta, change->module, first)) {
        return CRM4E_OK;
    }
    rc = c4_schedule_note(unit, change);
    if (rc != CRM4E_OK || !c4_chain_takes(unit) || woken_by[change->action] == 0 ||
        (run.dry != NULL && change->record != run.dry->record)) {
        return rc;
    }
    if (run.dry != NULL) {
        run.dry->met = true;
    }
    run.row = change->after != NULL ? change->after : change->before;
    run.owner = run.row[C4_COLUMN_OWNER].integer;
    run.hand.known = change->after != NULL;
    c4_chain_enter(unit);
    outer = unit->chain.run;
    unit->chain.run = &run;
    unit->source = C4_SOURCE_WORKFLOW;
    /* its lines are before those of what it set off, which may go by them */
    rc = outer != NULL ? c4_run_store(outer) : CRM4E_OK;
    rc = rc == CRM4E_OK ? run_rules(&run, first) : rc;
    rc = rc == CRM4E_OK ? c4_run_flush(&run) : rc;
    rc = rc == CRM4E_OK ? c4_run_store(&run) : rc;
    unit->source = source;
    unit->chain.run = outer;
    c4_chain_leave(unit);
    if (rc == CRM4E_OK && change->left != NULL && run.hand.stored != NULL) {
        *change->left = (c4_left){run.hand.stored, unit->state.next_change};
    }
    return rc;
}

/* Whether a rule waits for it: many come of records that no rule is about. */
static int any_waits(c4_unit *unit, const c4_module *module, c4_trigger on, bool *waits)
{
    const c4_meta *meta = unit->meta;
    const c4_rule *rule = NULL;
    int rc = CRM4E_OK;

    *waits = false;
    for (size_t i = c4_rules_start(meta, module->number);
         has_rules(meta, module, i) && rc == CRM4E_OK && !*waits; i++) {
        rc = c4_rule_of(unit, i, &rule);
        *waits = rc == CRM4E_OK && (rule->on == on || rule->on == 0);
    }
    return rc;
}

/* Something happened to a record without a change of it, once for each cause: rules that wait for
 * it run on the record as it is. What was made by a rule wakes none, unless it was made to. */
static int happened(c4_unit *unit, c4_change *change)
{
    const bool wakes = unit->chain.wakes;
    crm4e_value *row = NULL;
    bool waits = false;
    int rc = CRM4E_OK;

    change->action = C4_RECORD_UPDATED;
    if ((unit->rule_depth == 0 || wakes) &&
        (unit->dry_run == NULL || c4_dry_run_asks(unit, change))) {
        rc = any_waits(unit, change->module, (c4_trigger)change->happened, &waits);
    }
    if (rc != CRM4E_OK || !waits) {
        return rc;
    }
    rc = c4_record_load(unit, change->module, change->record, &row);
    if (rc == CRM4E_E_NOT_FOUND) { /* it is in the bin */
        c4_failure_clear(unit->error);
        return CRM4E_OK;
    }
    change->before = row;
    change->after = row;
    rc = rc == CRM4E_OK ? look_at(unit, change) : rc;
    c4_chain_wake(unit, wakes);
    return rc;
}

/* What hangs on a record and was added tells it so. */
static int tell_parent(c4_unit *unit, const c4_change *change)
{
    const c4_module *module = change->module;
    const c4_module *parent;
    size_t told = 0;

    while (told < sizeof additions / sizeof additions[0] &&
           additions[told].module != module->number) {
        told++;
    }
    if (change->action != C4_RECORD_ADDED || told == sizeof additions / sizeof additions[0]) {
        return CRM4E_OK;
    }
    for (size_t i = 0; i < module->field_count; i++) {
        const c4_field *field = &module->fields[i];
        if (field->type == CRM4E_TYPE_MULTI_MODULE_LOOKUP &&
            change->after[field->column].type != CRM4E_VALUE_NULL) {
            parent = c4_meta_module(unit->meta, (int32_t)change->after[field->key_column].integer);
            c4_change told_of = {.module = parent,
                                 .record = change->after[field->column].integer,
                                 .happened = additions[told].on,
                                 .cause = change->record};
            return parent == NULL ? CRM4E_OK : happened(unit, &told_of);
        }
    }
    return CRM4E_OK;
}

/* What comes of a record that was made to wake rules wakes rules. */
static int changed(c4_unit *unit, const c4_change *change)
{
    const bool wakes = unit->chain.wakes;
    int rc = look_at(unit, change);

    c4_chain_wake(unit, wakes);
    return rc == CRM4E_OK ? tell_parent(unit, change) : rc;
}

/* One that is made by a rule and wakes none is as it was made. */
static bool changes_new(const c4_unit *unit, const c4_module *module)
{
    const c4_meta *meta = unit->meta;
    bool found = false;

    if (unit->rule_depth > 0 && !unit->chain.wakes) {
        return false;
    }
    for (size_t i = c4_rules_start(meta, module->number); has_rules(meta, module, i) && !found;
         i++) {
        found = meta->workflows[i].active;
    }
    return found;
}

/* In an edition without interactions rules that wait for them rest. */
static int interaction(c4_unit *unit, const c4_interaction_came *came)
{
    c4_change change = {.module = c4_meta_module(unit->meta, came->module),
                        .record = came->record,
                        .happened = C4_ON_INTERACTION_ADDED,
                        .cause = came->cause,
                        .interaction = came};
    bool granted = false;
    int rc = c4_feature_of(unit, C4_FEATURE_INTERACTIONS, &granted);

    return rc == CRM4E_OK && granted ? happened(unit, &change) : rc;
}

const c4_hooks c4_automation_hooks = {c4_choose_owner, changed, changes_new, interaction};
