/* SPDX-License-Identifier: MIT */
/* Random rules, and how a document says them. */
#include "model.h"

plan the_plan;
uint64_t chance;

const char *const module_names[MODULES] = {"L1",    "L2",     "L3",    "L4",   "L5",
                                           "Tasks", "Events", "Calls", "Leads"};
static const char *const trigger_names[TRIGGERS] = {
    "create",    "edit",        "create_or_edit", "delete",          "field_update",
    "tag_added", "tag_removed", "note_added",     "date_or_datetime"};

int roll(int below)
{
    chance ^= chance >> 12;
    chance ^= chance << 25;
    chance ^= chance >> 27;
    return (int)((chance * UINT64_C(2685821657736338717) >> 33) % (uint64_t)below);
}

static bool one_in(int count)
{
    return roll(count) == 0;
}

/* ------------------------------------------------------------- making */

static const struct {
    unit unit;
    int most;
} spans[] = {
    {UNIT_MINUTES, 3000}, {UNIT_HOURS, 60}, {UNIT_DAYS, 20}, {UNIT_BUSINESS_DAYS, 12},
    {UNIT_WEEKS, 4},      {UNIT_MONTHS, 3}, {UNIT_YEARS, 1},
};

static span make_span(int first)
{
    const int kind = first + roll((int)(sizeof spans / sizeof spans[0]) - first);

    return (span){spans[kind].unit, 1 + roll(spans[kind].most)};
}

static int make_time_of_day(void)
{
    return one_in(3) ? 60 + 15 * roll(9) : 30 * roll(48); /* often when clocks are moved */
}

static void make_date_trigger(date_trigger *t)
{
    static const int repeats[] = {0, 0, 1, 12};

    *t = (date_trigger){.by_day = roll(2) == 0, .at = NOBODY, .repeat = repeats[roll(4)]};
    if (roll(2) == 0)
        t->at = make_time_of_day();
    if (roll(3) > 0) {
        t->offset = make_span(t->at != NOBODY ? 2 : 0); /* minutes go with no time of day */
        t->offset.count = roll(2) ? t->offset.count : -t->offset.count;
    }
}

static void make_creation(action *a, int first_module)
{
    const bool next = the_plan.deep && roll(3) > 0;

    a->what = first_module;
    if (!next)
        a->what += roll(first_module > L1 ? L5 - first_module + 1 : MADE_MODULES);
    a->value = roll(VALUES);
    a->wakes = next || roll(3) > 0;
    a->of_record = roll(2) == 0;
    a->day = roll(5) - 1;
    a->at = a->what != TASKS && roll(2) ? make_time_of_day() : NOBODY;
}

static void make_lead_action(action *a, const rule *r)
{
    *a = (action){.kind = (action_kind)roll(NOTIFY + 1), .value = roll(VALUES + 1) - 1};
    if (r->on == ON_DELETE)
        a->kind = NOTIFY;
    if (a->kind == CONVERT && (r->by_bo || roll(3) > 0))
        a->kind = CREATE;
    if (a->kind == SET_DAY && roll(2))
        a->kind = SET_FIELD;
    switch (a->kind) {
    case SET_FIELD: a->what = roll(FIELDS); break;
    case SET_DAY: a->day = day_of(2024, 1, 1) + roll(500); break;
    case ADD_TAG:
    case REMOVE_TAG: a->what = roll(TAGS); break;
    case ASSIGN_USERS: a->turn = the_plan.turns++; break;
    case CREATE: make_creation(a, L1); break;
    default: break;
    }
}

static void make_action(action *a, const rule *r)
{
    if (r->module == OF_LEADS) {
        make_lead_action(a, r);
        return;
    }
    *a = (action){.kind = r->module < L5 && roll(3) ? CREATE : SET_FIELD, .value = roll(VALUES)};
    if (a->kind == CREATE) {
        make_creation(a, r->module + 1);
        a->of_record = false;
    }
}

static bool waits_for_change(trigger on)
{
    return on == ON_EDIT || (on >= ON_FIELD_UPDATE && on <= ON_TAG_REMOVED);
}

static void make_groups(rule *r, condition *c)
{
    c->group_count =
        r->module == OF_LEADS && r->on != ON_DELETE && one_in(3) ? 1 + roll(GROUPS) : 0;
    for (int i = 0; i < c->group_count; i++) {
        group *g = &c->groups[i];

        g->after = make_span(0);
        g->action_count = 1 + roll(2);
        for (int k = 0; k < g->action_count; k++)
            make_action(&g->actions[k], r);
    }
}

static void make_conditions(rule *r)
{
    r->condition_count = 1 + roll(CONDITIONS);
    for (int i = 0; i < r->condition_count; i++) {
        condition *c = &r->conditions[i];

        make_criteria(&c->when, r->module == OF_LEADS ? INPUTS : 1);
        c->asks_was = waits_for_change(r->on) && r->module == OF_LEADS && one_in(4);
        do
            make_criteria(&c->was, FIELDS);
        while (c->asks_was && c->was.count == 0);
        /* What has no criteria is the last. */
        if (c->when.count == 0 && !c->asks_was)
            r->condition_count = i + 1;
        make_groups(r, c);
        c->action_count = 1 + roll(ACTIONS);
        for (int k = 0; k < c->action_count; k++)
            make_action(&c->actions[k], r);
    }
}

static void make_rule(rule *r, int number)
{
    const bool of_lead = number < LEAD_RULES;

    *r = (rule){.module = of_lead ? OF_LEADS : (number - LEAD_RULES) / MADE_RULES,
                .number = number,
                .on = (trigger)roll(TRIGGERS),
                .once = one_in(5),
                .stops = one_in(3),
                .by_bo = of_lead && one_in(4),
                .all = one_in(3),
                .tag = roll(TAGS + 1)};
    if (!of_lead) {
        r->on = roll(3) ? ON_CREATE : ON_CREATE_OR_EDIT;
        r->once = false;
    }
    for (int i = 0; i < FIELDS; i++) {
        r->fields[i] = roll(2) == 0;
        r->becomes[i] = one_in(3) ? roll(VALUES) : NOBODY;
    }
    r->fields[roll(FIELDS)] = true;
    make_date_trigger(&r->date);
    make_conditions(r);
}

/* Many actions on each of three levels: more than there may be in one save. */
static void make_wide(rule *r, int module)
{
    condition *c = &r->conditions[0];

    r->on = ON_CREATE_OR_EDIT;
    r->condition_count = 1;
    c->when.count = 0;
    c->asks_was = false;
    c->group_count = 0;
    c->action_count = MOST_ACTIONS - roll(5);
    for (int i = 0; i < c->action_count; i++)
        c->actions[i] = (action){.kind = CREATE,
                                 .what = module,
                                 .value = roll(VALUES),
                                 .at = NOBODY,
                                 .wakes = module < L3 && roll(8) > 0};
}

void make_plan(bool wide)
{
    plan *p = &the_plan;

    *p = (plan){.zone = roll(ZONES), .wide = wide, .deep = one_in(4), .turns = ENTRIES};
    for (int i = 0; i < ENTRIES; i++) {
        do
            make_criteria(&p->assignment.when[i], INPUTS);
        while (i + 1 < ENTRIES && p->assignment.when[i].count == 0);
        for (int k = 0; k < USERS; k++)
            p->assignment.users[i][k] = roll(2) == 0;
        p->assignment.users[i][roll(USERS)] = true;
    }
    for (int i = 0; i < RULES; i++)
        make_rule(&p->rules[i], i);
    if (p->wide) {
        make_wide(&p->rules[0], L1);
        make_wide(&p->rules[LEAD_RULES], L2);
        make_wide(&p->rules[LEAD_RULES + MADE_RULES], L3);
    }
}

static bool list_names_mark(const action *actions, int count)
{
    bool names = false;

    for (int i = 0; i < count; i++)
        names = names || (actions[i].kind == CREATE && actions[i].what == L1);
    return names;
}

bool names_mark_of_l1(const rule *r)
{
    bool names = false;

    for (int i = 0; i < r->condition_count; i++) {
        const condition *c = &r->conditions[i];

        names = names || list_names_mark(c->actions, c->action_count);
        for (int k = 0; k < c->group_count; k++)
            names = names || list_names_mark(c->groups[k].actions, c->groups[k].action_count);
    }
    return names;
}

/* ------------------------------------------------------------- writing */

static void put_creation(FILE *out, const action *a, bool by_lead, const char *module)
{
    static const char *const kinds[] = {[TASKS] = "task", [MEETINGS] = "meeting", [CALLS] = "call"};

    if (a->what < TASKS) {
        (void)fprintf(out, "{'create_record': {'module': '%s', ", module_names[a->what]);
        if (by_lead)
            (void)fputs("'links': ['Of'], ", out);
    } else {
        (void)fprintf(out, "{'create_%s': {'subject': 'S', ", kinds[a->what]);
        if (a->day >= 0)
            (void)fprintf(out, "'due_in_days': %d, ", (int)a->day);
        if (a->at != NOBODY)
            (void)fprintf(out, "'at': '%02d:%02d', ", a->at / 60, a->at % 60);
    }
    (void)fprintf(out, "'fields': {%s'Mark': %d, 'Copy': '", a->what < TASKS ? "'Name': 'N', " : "",
                  a->value);
    if (by_lead)
        (void)fputs("${Leads.F1}|${Leads.Up.G}'}", out);
    else
        (void)fprintf(out, "${%s.Mark}|'}", module);
    (void)fprintf(out, "%s%s}}", a->of_record ? ", 'owner': 'record'" : "",
                  a->wakes ? ", 'triggers': true" : "");
}

static void put_value(FILE *out, int value)
{
    if (value == NOBODY)
        (void)fputs("null", out);
    else
        (void)fprintf(out, "%d", value);
}

static void put_update(FILE *out, const action *a, const rule *r)
{
    (void)fputs("{'update_field': {'field': '", out);
    if (r->module != OF_LEADS)
        (void)fputs("Mark", out);
    else if (a->kind == SET_BEHIND)
        (void)fputs("Up.G", out);
    else
        (void)fprintf(out, "F%d", a->what);
    (void)fputs("', 'value': ", out);
    put_value(out, a->value);
    (void)fputs("}}", out);
}

static void put_action(FILE *out, const action *a, const rule *r)
{
    char day[16];

    switch (a->kind) {
    case SET_FIELD:
    case SET_BEHIND: put_update(out, a, r); break;
    case SET_DAY:
        day_text(a->day, day);
        (void)fprintf(out, "{'update_field': {'field': 'D', 'value': '%s'}}", day);
        break;
    case ADD_TAG: (void)fprintf(out, "{'add_tags': {'tags': ['T%d']}}", a->what); break;
    case REMOVE_TAG: (void)fprintf(out, "{'remove_tags': {'tags': ['T%d']}}", a->what); break;
    case ASSIGN_USERS:
        (void)fputs("{'assign_owner': {'target': 'users', 'users': ['u0@acme.example',"
                    " 'u1@acme.example', 'u2@acme.example']}}",
                    out);
        break;
    case ASSIGN_RULE:
        (void)fputs("{'assign_owner': {'target': 'assignment_rule', 'assignment_rule': 'AR'}}",
                    out);
        break;
    case CREATE: put_creation(out, a, r->module == OF_LEADS, module_names[r->module]); break;
    case CONVERT: (void)fputs("{'convert_lead': {}}", out); break;
    default: (void)fputs("{'notify': {'to': 'creator', 'subject': 'S'}}", out); break;
    }
}

static void put_actions(FILE *out, const action *actions, int count, const rule *r)
{
    (void)fputs("'then': [", out);
    for (int i = 0; i < count; i++) {
        (void)fputs(i > 0 ? ", " : "", out);
        put_action(out, &actions[i], r);
    }
    (void)fputc(']', out);
}

static void put_span(FILE *out, const span *s)
{
    (void)fprintf(out, "{'%s': %d}", unit_names[s->unit], s->count < 0 ? -s->count : s->count);
}

static void put_condition(FILE *out, const rule *r, const condition *c)
{
    const bool by_lead = r->module == OF_LEADS;

    (void)fputc('{', out);
    if (c->when.count > 0) {
        (void)fputs("'when': '", out);
        put_criteria(out, &c->when, by_lead);
        (void)fputs("', ", out);
    }
    if (c->asks_was) {
        (void)fputs("'was': '", out);
        put_criteria(out, &c->was, by_lead);
        (void)fputs("', ", out);
    }
    put_actions(out, c->actions, c->action_count, r);
    for (int i = 0; i < c->group_count; i++) {
        (void)fputs(i == 0 ? ", 'scheduled': [{'after': " : ", {'after': ", out);
        put_span(out, &c->groups[i].after);
        (void)fputs(", ", out);
        put_actions(out, c->groups[i].actions, c->groups[i].action_count, r);
        (void)fputs(i + 1 == c->group_count ? "}]" : "}", out);
    }
    (void)fputc('}', out);
}

static void put_awaited(FILE *out, const rule *r)
{
    const char *comma = "";

    (void)fputs(", 'fields': [", out);
    for (int i = 0; i < FIELDS; i++) {
        if (!r->fields[i])
            continue;
        if (r->becomes[i] == NOBODY)
            (void)fprintf(out, "%s'F%d'", comma, i);
        else
            (void)fprintf(out, "%s{'field': 'F%d', 'value': %d}", comma, i, r->becomes[i]);
        comma = ", ";
    }
    (void)fprintf(out, "], 'match': '%s'", r->all ? "all" : "any");
}

static void put_date_trigger(FILE *out, const date_trigger *t)
{
    (void)fprintf(out, ", 'date': {'field': '%s'", t->by_day ? "D" : "T");
    if (t->offset.unit != NO_UNIT) {
        (void)fprintf(out, ", '%s': ", t->offset.count < 0 ? "before" : "after");
        put_span(out, &t->offset);
    }
    if (t->at != NOBODY)
        (void)fprintf(out, ", 'at': '%02d:%02d'", t->at / 60, t->at % 60);
    if (t->repeat > 0)
        (void)fprintf(out, ", 'repeat': '%s'", t->repeat == 1 ? "monthly" : "yearly");
    (void)fputc('}', out);
}

void put_rule(FILE *out, const rule *r, bool is_active)
{
    (void)fprintf(out, "{'name': 'R%d', 'module': '%s', 'on': '%s', 'active': %s", r->number,
                  module_names[r->module], trigger_names[r->on], is_active ? "true" : "false");
    if (r->once)
        (void)fputs(", 'repeat': false", out);
    if (r->stops)
        (void)fputs(", 'on_failure': 'fail'", out);
    if (r->on == ON_FIELD_UPDATE)
        put_awaited(out, r);
    if ((r->on == ON_TAG_ADDED || r->on == ON_TAG_REMOVED) && r->tag < TAGS)
        (void)fprintf(out, ", 'tags': ['T%d']", r->tag);
    if (r->on == ON_DATE)
        put_date_trigger(out, &r->date);
    (void)fputs(", 'conditions': [", out);
    for (int i = 0; i < r->condition_count; i++) {
        (void)fputs(i > 0 ? ", " : "", out);
        put_condition(out, r, &r->conditions[i]);
    }
    (void)fputs("]}", out);
}

static void put_assignment(FILE *out)
{
    const assignment *a = &the_plan.assignment;

    (void)fputs("], 'assignment_rules': [{'name': 'AR', 'module': 'Leads', 'entries': [", out);
    for (int i = 0; i < ENTRIES; i++) {
        const char *comma = "";

        (void)fputs(i > 0 ? ", {" : "{", out);
        if (a->when[i].count > 0) {
            (void)fputs("'when': '", out);
            put_criteria(out, &a->when[i], true);
            (void)fputs("', ", out);
        }
        (void)fputs("'to': {'target': 'users', 'users': [", out);
        for (int k = USERS - 1; k >= 0; k--) {
            if (a->users[i][k]) {
                (void)fprintf(out, "%s'u%d@acme.example'", comma, k);
                comma = ", ";
            }
        }
        (void)fputs("]}}", out);
    }
    (void)fputs("]}]}", out);
}

void put_org(FILE *out)
{
    static const char marked[] = "{'api_name': 'Mark', 'type': 'integer'},"
                                 " {'api_name': 'Copy', 'type': 'text'}";

    (void)fprintf(out,
                  "{'org': {'time_zone': '%s'}, 'profiles': [{'name': 'Builder', 'clone_of':"
                  " 'Standard', 'admin': ['manage_automation']}], 'users': [",
                  zone_name(the_plan.zone));
    for (int i = 0; i < USERS; i++)
        (void)fprintf(out, "{'email': 'u%d@acme.example', 'profile': 'Standard'}, ", i);
    (void)fputs("{'email': 'bo@acme.example', 'profile': 'Builder'}], 'modules': ["
                "{'api_name': 'Bases', 'org_default': 'public_read_only', 'fields': [{'api_name':"
                " 'G', 'type': 'integer'}]}, {'api_name': 'Leads', 'fields': ["
                "{'api_name': 'Up', 'type': 'lookup', 'target': 'Bases'},"
                "{'api_name': 'D', 'type': 'date'}, {'api_name': 'T', 'type': 'datetime'}",
                out);
    for (int i = 0; i < FIELDS; i++)
        (void)fprintf(out, ", {'api_name': 'F%d', 'type': 'integer'}", i);
    (void)fputs("], 'tags': [{'name': 'T0'}, {'name': 'T1'}, {'name': 'T2'}]}", out);
    for (int i = 0; i < MADE_MODULES; i++) {
        (void)fprintf(out, ", {'api_name': '%s', 'fields': [%s%s]}", module_names[i], marked,
                      i < TASKS ? ", {'api_name': 'Of', 'type': 'lookup', 'target': 'Leads'}" : "");
    }
    put_assignment(out);
}
