/* SPDX-License-Identifier: MIT */
/* Which rules act after a change, and by the clock. */
#include "model.h"

#include <string.h>

enum {
    LEVELS = 5,
    MOST_FURTHER_DOWN = 1000
};

model_state now_is;
made made_here[MOST_MADE];
line lines_here[MOST_LINES];
bool active[RULES];
bool mark_is_closed;
int64_t clock_time;
int actor;
int refused_depth, refused_actions;

/* ------------------------------------------------------------- triggers */

static bool meets_fields(const rule *r, const lead *before, const lead *after)
{
    bool any = false, all = true;

    for (int i = 0; i < FIELDS; i++) {
        bool changed = before->fields[i] != after->fields[i] &&
                       (r->becomes[i] == NOBODY || after->fields[i] == r->becomes[i]);

        if (!r->fields[i])
            continue;
        any = any || changed;
        all = all && changed;
    }
    return r->all ? all : any;
}

static bool has_more_tags(const rule *r, const lead *with, const lead *without)
{
    bool more = false;

    for (int i = 0; i < TAGS; i++)
        more = more || (with->tags[i] && !without->tags[i] && (r->tag == TAGS || r->tag == i));
    return more;
}

/* `before` is NULL for a new record, `after` for one that is deleted. */
static bool is_woken(const rule *r, const lead *before, const lead *after)
{
    const bool edit = before != NULL && after != NULL;

    switch (r->on) {
    case ON_CREATE: return before == NULL;
    case ON_EDIT: return edit;
    case ON_CREATE_OR_EDIT: return after != NULL;
    case ON_DELETE: return after == NULL;
    case ON_FIELD_UPDATE: return edit && meets_fields(r, before, after);
    case ON_TAG_ADDED: return edit && has_more_tags(r, after, before);
    case ON_TAG_REMOVED: return edit && has_more_tags(r, before, after);
    default: return false;
    }
}

/* ------------------------------------------------------------- what waits */

static void remove_pending(int at)
{
    memmove(&now_is.pending[at], &now_is.pending[at + 1],
            (size_t)(now_is.pending_count - at - 1) * sizeof now_is.pending[0]);
    now_is.pending_count--;
}

void drop_pending(int at)
{
    for (int i = now_is.pending_count - 1; i >= 0; i--)
        if (now_is.pending[i].lead == at)
            remove_pending(i);
}

static void drop_of_rule(int number, int at, bool dates)
{
    for (int i = now_is.pending_count - 1; i >= 0; i--) {
        const pending *p = &now_is.pending[i];

        if (p->rule == number && (at == NOBODY || p->lead == at) && (dates || p->part > 0))
            remove_pending(i);
    }
}

/* In place of the one there is, or at the end; NEVER: there is none. */
static void put_pending(int number, int of, int part, int64_t due, int64_t since)
{
    int at = 0;

    while (at < now_is.pending_count &&
           (now_is.pending[at].rule != number || now_is.pending[at].lead != of ||
            now_is.pending[at].part != part))
        at++;
    if (due == NEVER) {
        if (at < now_is.pending_count)
            remove_pending(at);
        return;
    }
    if (at == now_is.pending_count) {
        now_is.pending[at] = (pending){.order = ++now_is.order};
        now_is.pending_count++;
    }
    now_is.pending[at] = (pending){number, of, part, due, since, now_is.pending[at].order};
}

static int64_t date_of(const rule *r, const lead *l)
{
    return r->date.by_day ? l->day : l->moment;
}

static void plan_date(const rule *r, int at, int64_t not_before)
{
    const int64_t due =
        next_moment(the_plan.zone, &r->date, date_of(r, &now_is.leads[at]), not_before);

    put_pending(r->number, at, 0, due, clock_time);
}

void follow_dates(int at, const lead *before)
{
    for (int i = 0; i < LEAD_RULES; i++) {
        const rule *r = &the_plan.rules[i];

        if (!active[i] || r->on != ON_DATE ||
            (before != NULL && date_of(r, before) == date_of(r, &now_is.leads[at])))
            continue;
        plan_date(r, at, clock_time);
        drop_of_rule(i, at, false);
    }
}

static void plan_groups(const run *r, const condition *c, int64_t since)
{
    const int number = (int)(c - r->rule->conditions);

    for (int i = 0; i < c->group_count; i++)
        put_pending(r->rule->number, r->lead, 1 + number * GROUPS + i,
                    after_span(the_plan.zone, since, &c->groups[i].after), since);
}

/* On again: dates of all that are there wait, those of the past not. */
void switch_rule(int number, bool on)
{
    const rule *r = &the_plan.rules[number];
    int64_t last = 0;

    active[number] = on;
    drop_of_rule(number, NOBODY, true);
    while (on && r->on == ON_DATE && r->module == OF_LEADS) {
        int next = NOBODY;

        for (int i = 0; i < LEADS; i++) {
            const lead *l = &now_is.leads[i];

            if (l->id > last && !l->binned && (next == NOBODY || l->id < now_is.leads[next].id))
                next = i;
        }
        if (next == NOBODY)
            return;
        last = now_is.leads[next].id;
        plan_date(r, next, clock_time + 1);
    }
}

/* ------------------------------------------------------------- one rule */

static void log_line(const run *r, result what, bool by_clock)
{
    lines_here[now_is.line_count++] = (line){r->rule->number, r->lead, what, by_clock};
    if (r->lead != NOBODY && what != FAILED)
        now_is.had[r->rule->number][r->lead] = true;
}

/* The first that holds for the record as the change left it. */
static const condition *find_condition(const run *r, const lead *before, bool later)
{
    int inputs[INPUTS];

    if (r->lead == NOBODY)
        inputs[0] = r->mark;
    else
        inputs_of_lead(r->row, inputs);
    for (int i = 0; i < r->rule->condition_count; i++) {
        const condition *c = &r->rule->conditions[i];

        if (criteria_hold(&c->when, inputs) &&
            (!c->asks_was || later || (before != NULL && criteria_hold(&c->was, before->fields))))
            return c;
    }
    return NULL;
}

static outcome act_all(run *r, const action *actions, int count, int *spent)
{
    outcome came = WENT_WELL;

    if (r->rule->by_bo && mark_is_closed && names_mark_of_l1(r->rule))
        return WAS_REFUSED;
    for (int i = 0; i < count && came == WENT_WELL; i++) {
        if (r->depth > 1 && ++*spent > MOST_FURTHER_DOWN) {
            refused_actions++;
            return CHAIN_BROKE;
        }
        came = act(r, &actions[i], spent);
    }
    return came;
}

/* By its policy the rule fails alone, or what set it off; a chain that broke fails with the rule
 * at its head. */
static outcome give_up(const run *r, outcome came, bool by_clock)
{
    if (came == CHAIN_BROKE && r->depth > 1)
        return CHAIN_BROKE;
    if (r->rule->stops && !by_clock)
        return WAS_REFUSED;
    log_line(r, FAILED, by_clock);
    return WENT_WELL;
}

static outcome run_rule(run *r, const lead *before, const pending *due, int *spent)
{
    static model_state kept[LEVELS + 1];
    const bool later = due != NULL && due->part > 0;
    const condition *c = find_condition(r, before, later);
    const run as_it_was = *r;
    const int mark = r->lead == NOBODY ? made_here[r->made].mark : NOBODY;
    outcome came;

    if (c == NULL || (r->rule->once && !later && now_is.had[r->rule->number][r->lead]))
        return WENT_WELL;
    kept[r->depth] = now_is;
    r->skipped = false;
    if (later) {
        const int number = (due->part - 1) / GROUPS, group_number = (due->part - 1) % GROUPS;
        const group *g = &c->groups[group_number];

        if (c != &r->rule->conditions[number])
            return WENT_WELL;
        came = act_all(r, g->actions, g->action_count, spent);
    } else {
        came = act_all(r, c->actions, c->action_count, spent);
        if (came == WENT_WELL)
            plan_groups(r, c, due != NULL ? due->due : clock_time);
    }
    if (came == WENT_WELL) {
        log_line(r, r->skipped ? SKIPPED : DONE, due != NULL);
        return WENT_WELL;
    }
    now_is = kept[r->depth];
    *r = as_it_was;
    if (r->lead == NOBODY)
        made_here[r->made].mark = mark;
    return give_up(r, came, due != NULL);
}

/* ------------------------------------------------------------- changes */

static bool run_rules(int at, const lead *before, const lead *after, bool note)
{
    const lead row = after != NULL ? *after : *before;
    run r = {.lead = at, .row = &row, .depth = 1};
    outcome came = WENT_WELL;
    int spent = 0;

    for (int i = 0; i < LEAD_RULES && came == WENT_WELL; i++) {
        r.rule = &the_plan.rules[i];
        if (active[i] && (note ? r.rule->on == ON_NOTE_ADDED
                               : is_woken(r.rule, before, after != NULL ? &row : NULL)))
            came = run_rule(&r, before, NULL, &spent);
    }
    return came == WENT_WELL;
}

bool change_lead(int at, const lead *before, const lead *after)
{
    if (after == NULL)
        drop_pending(at);
    else
        follow_dates(at, before);
    return run_rules(at, before, after, false);
}

bool note_lead(int at)
{
    const lead row = now_is.leads[at];

    return run_rules(at, &row, &row, true);
}

outcome wake_rules_of_made(int place, int depth, int *spent)
{
    run r = {.lead = NOBODY, .made = place, .mark = made_here[place].mark, .depth = depth};
    outcome came = WENT_WELL;

    for (int i = LEAD_RULES; i < RULES && came == WENT_WELL; i++) {
        r.rule = &the_plan.rules[i];
        if (!active[i] || r.rule->module != made_here[place].module)
            continue;
        if (depth > LEVELS) {
            refused_depth++;
            return CHAIN_BROKE;
        }
        came = run_rule(&r, NULL, NULL, spent);
    }
    return came;
}

/* ------------------------------------------------------------- the clock */

static int first_due(void)
{
    int first = NOBODY;

    for (int i = 0; i < now_is.pending_count; i++) {
        const pending *p = &now_is.pending[i];

        if (first == NOBODY || p->due < now_is.pending[first].due ||
            (p->due == now_is.pending[first].due && p->order < now_is.pending[first].order))
            first = i;
    }
    return first;
}

int64_t next_due(void)
{
    const int first = first_due();
    int64_t next = first == NOBODY ? 0 : now_is.pending[first].due;

    if (now_is.message_since != 0 && (next == 0 || now_is.message_since < next))
        next = now_is.message_since;
    return next;
}

/* By who wrote the rule; a date that repeats waits for its next time from now on. */
static void run_one(const pending *p)
{
    const rule *by = &the_plan.rules[p->rule];
    const lead row = now_is.leads[p->lead];
    run r = {.rule = by, .lead = p->lead, .row = &row, .depth = 1};
    int spent = 0;

    actor = by->by_bo ? BO : ADMIN;
    (void)run_rule(&r, &row, p, &spent);
    actor = ADMIN;
    if (p->part == 0)
        plan_date(by, p->lead, (clock_time > p->due ? clock_time : p->due) + 1);
}

int run_due(int budget)
{
    int ran = 0;

    while (ran < budget && first_due() != NOBODY) {
        const int first = first_due();
        const pending p = now_is.pending[first];

        if (p.due > clock_time)
            break;
        remove_pending(first);
        run_one(&p);
        ran++;
    }
    return ran;
}
