/* SPDX-License-Identifier: MIT */
/* What actions do. */
#include "model.h"

#include <string.h>

void inputs_of_lead(const lead *l, int *inputs)
{
    memcpy(inputs, l->fields, sizeof l->fields);
    inputs[BEHIND] = l->up == NOBODY ? NOT_THERE : now_is.base[l->up];
}

/* Behind the lookup as the change left it; Bo may change the first of the bases alone. */
static outcome set_behind(run *r, const action *a)
{
    const int up = r->row->up;

    if (up == NOBODY)
        r->skipped = true;
    else if (r->rule->by_bo && up != 0)
        return WAS_REFUSED;
    else
        now_is.base[up] = a->value;
    return WENT_WELL;
}

static void set_day(const run *r, int64_t day)
{
    const lead before = now_is.leads[r->lead];

    now_is.leads[r->lead].day = day;
    follow_dates(r->lead, &before);
}

/* The next of those who take part. */
static int take_turn(int *last, const bool *users)
{
    do
        *last = (*last + 1) % USERS;
    while (users != NULL && !users[*last]);
    return *last;
}

static void assign(run *r, const action *a)
{
    const assignment *by = &the_plan.assignment;
    int inputs[INPUTS];
    int entry = 0;

    if (r->assigned) {
        r->skipped = true;
        return;
    }
    if (a->kind == ASSIGN_USERS) {
        now_is.leads[r->lead].owner = take_turn(&now_is.turns[a->turn], NULL);
        r->assigned = true;
        return;
    }
    inputs_of_lead(r->row, inputs);
    while (entry < ENTRIES && !criteria_hold(&by->when[entry], inputs))
        entry++;
    if (entry == ENTRIES) {
        r->skipped = true;
        return;
    }
    now_is.leads[r->lead].owner = take_turn(&now_is.turns[entry], by->users[entry]);
    r->assigned = true;
}

static void put_number(char *text, int value)
{
    if (value != NOBODY)
        (void)snprintf(text + strlen(text), COPY - strlen(text), "%d", value);
}

/* What the merge fields say: the record as it is by now. */
static void fill_copy(const run *r, char *copy)
{
    copy[0] = '\0';
    if (r->lead == NOBODY) {
        put_number(copy, made_here[r->made].mark);
        (void)strcat(copy, "|");
        return;
    }
    put_number(copy, now_is.leads[r->lead].fields[1]);
    (void)strcat(copy, "|");
    if (now_is.leads[r->lead].up != NOBODY)
        put_number(copy, now_is.base[now_is.leads[r->lead].up]);
}

/* A task has a day or none, others a time. */
static int64_t find_start(const action *a)
{
    int64_t day, time_of_day;

    if (a->what < TASKS)
        return NO_VALUE;
    to_local(the_plan.zone, clock_time, &day, &time_of_day);
    day += a->day > 0 ? a->day : 0;
    if (a->what == TASKS)
        return a->day < 0 ? NO_VALUE : day;
    return from_local(the_plan.zone, day, a->at == NOBODY ? time_of_day : a->at * MINUTE);
}

static outcome create(run *r, const action *a, int *spent)
{
    const int place = now_is.made_count++;
    made *m = &made_here[place];

    *m = (made){.module = a->what,
                .mark = a->value,
                .owner = a->of_record ? now_is.leads[r->lead].owner : actor,
                .lead = r->lead,
                .start = find_start(a)};
    fill_copy(r, m->copy);
    return a->wakes ? wake_rules_of_made(place, r->depth + 1, spent) : WENT_WELL;
}

static outcome convert(const run *r)
{
    lead *l = &now_is.leads[r->lead];

    if (l->converted)
        return WAS_REFUSED;
    l->converted = true;
    now_is.contacts++;
    return WENT_WELL;
}

static outcome act_on_made(run *r, const action *a, int *spent)
{
    if (a->kind == CREATE)
        return create(r, a, spent);
    made_here[r->made].mark = a->value;
    return WENT_WELL;
}

outcome act(run *r, const action *a, int *spent)
{
    lead *l = r->lead == NOBODY ? NULL : &now_is.leads[r->lead];

    if (l == NULL)
        return act_on_made(r, a, spent);
    switch (a->kind) {
    case SET_FIELD: l->fields[a->what] = a->value; break;
    case SET_BEHIND: return set_behind(r, a);
    case SET_DAY: set_day(r, a->day); break;
    case ADD_TAG: l->tags[a->what] = true; break;
    case REMOVE_TAG: l->tags[a->what] = false; break;
    case ASSIGN_USERS:
    case ASSIGN_RULE: assign(r, a); break;
    case CREATE: return create(r, a, spent);
    case CONVERT: return convert(r);
    default:
        now_is.message_since = now_is.message_since != 0 ? now_is.message_since : clock_time;
        break;
    }
    return WENT_WELL;
}
