/* SPDX-License-Identifier: MIT */
#include "automation/chain.h"

#include "model/manage_rules.h"

bool c4_chain_takes(c4_unit *unit)
{
    const bool wakes = unit->chain.wakes;

    unit->chain.wakes = false;
    return unit->rule_depth == 0 || wakes;
}

void c4_chain_wake(c4_unit *unit, bool wakes)
{
    unit->chain.wakes = wakes;
}

void c4_chain_enter(c4_unit *unit)
{
    if (unit->rule_depth == 0) {
        unit->chain = (c4_chain){0};
    }
    unit->rule_depth++;
}

int c4_chain_set_off(c4_unit *unit)
{
    if (unit->rule_depth <= C4_CHAIN_DEPTH) {
        return CRM4E_OK;
    }
    unit->chain.broken = true;
    return c4_refuse(unit, CRM4E_E_LOOP, "workflow", "rule_depth",
                     "rules set one another off over more than 5 levels");
}

void c4_chain_leave(c4_unit *unit)
{
    unit->rule_depth--;
}

int c4_chain_act(c4_unit *unit)
{
    if (unit->rule_depth <= 1 || unit->chain.actions++ < C4_CHAIN_ACTIONS) {
        return CRM4E_OK;
    }
    unit->chain.broken = true;
    return c4_refuse(unit, CRM4E_E_TOO_BIG, "workflow", "rule_actions",
                     "rules that rules set off do more than 1000 actions in one save");
}

bool c4_chain_breaks(c4_unit *unit)
{
    const bool breaks = unit->chain.broken && unit->rule_depth > 1;

    unit->chain.broken = breaks;
    return breaks;
}

/* ------------------------------------------------------------- at save */

/* A way through the rules, breadth first: each is met once. */
typedef struct walk {
    c4_unit *unit;
    const c4_rule *rule; /* that is saved */
    const c4_definition *old;
    size_t *queue; /* places of rules in the snapshot */
    size_t *from;  /* by place: the rule before it, or START */
    bool *met;     /* by place */
    size_t first;
    size_t last;
} walk;

#define START SIZE_MAX

static void put_rule(const walk *w, size_t place, c4_buffer *out)
{
    const c4_meta *meta = w->unit->meta;
    const c4_definition *rule = &meta->workflows[place];
    const c4_module *module = c4_meta_module(meta, rule->module);

    c4_buffer_text(out, " > ");
    if (!c4_actor_automates(w->unit, module)) {
        c4_buffer_text(out, "a rule of another module");
        return;
    }
    c4_buffer_text(out, module->api_name);
    c4_buffer_text(out, " \"");
    c4_buffer_text(out, rule->name);
    c4_buffer_char(out, '"');
}

/* From the rule that is saved to the last one before it comes again. The queue is not needed
 * any more: it holds the way. */
static void put_way(const walk *w, size_t end, c4_buffer *out)
{
    size_t first = w->unit->meta->workflow_count;

    for (size_t place = end; place != START; place = w->from[place]) {
        w->queue[--first] = place;
    }
    c4_buffer_char(out, '"');
    c4_buffer_text(out, w->rule->name);
    c4_buffer_char(out, '"');
    while (first < w->unit->meta->workflow_count) {
        put_rule(w, w->queue[first++], out);
    }
}

static int refuse(const walk *w, size_t end)
{
    c4_unit *unit = w->unit;
    c4_buffer way;
    int rc;

    c4_buffer_init(&way, &unit->env->mem, C4_RULE_CEILING);
    put_way(w, end, &way);
    rc = way.code == CRM4E_OK
             ? c4_fail(unit->error, CRM4E_E_LOOP, "the rule may set itself off: %s > \"%s\"",
                       c4_buffer_c_str(&way), w->rule->name)
             : c4_fail_plain(unit->error, way.code);
    c4_buffer_free(&way);
    return rc == CRM4E_E_LOOP ? c4_fail_field(unit->error, w->rule->module->api_name, NULL, "loop")
                              : rc;
}

/* Puts the rules down that a new record of the module wakes, of whichever module they are. */
static int wake(walk *w, const c4_module *module, size_t from)
{
    const c4_meta *meta = w->unit->meta;
    const c4_rule *rule = NULL;
    int rc = CRM4E_OK;

    if (c4_trigger_follows(w->rule, module)) {
        return refuse(w, from);
    }
    for (size_t i = 0; i < meta->workflow_count && rc == CRM4E_OK; i++) {
        if (&meta->workflows[i] == w->old || w->met[i]) {
            continue;
        }
        rc = c4_rule_of(w->unit, i, &rule);
        if (rc == CRM4E_OK && c4_trigger_follows(rule, module)) {
            w->met[i] = true;
            w->from[i] = from;
            w->queue[w->last++] = i;
        }
    }
    return rc;
}

static int follow_actions(walk *w, const c4_rule_condition *condition, size_t place)
{
    int rc = CRM4E_OK;

    for (size_t i = 0; i < condition->action_count && rc == CRM4E_OK; i++) {
        const c4_module *module = c4_create_wakes(&condition->actions[i]);
        rc = module != NULL ? wake(w, module, place) : CRM4E_OK;
    }
    return rc;
}

/* What is done later counts as well: such a rule would go on for ever, if slowly. */
static int follow(walk *w, const c4_rule *rule, size_t place)
{
    int rc = CRM4E_OK;

    for (size_t i = 0; i < rule->condition_count && rc == CRM4E_OK; i++) {
        const c4_rule_condition *condition = &rule->conditions[i];
        rc = follow_actions(w, condition, place);
        for (size_t k = 0; k < condition->group_count && rc == CRM4E_OK; k++) {
            rc = follow_actions(w, &condition->groups[k].part, place);
        }
    }
    return rc;
}

/* Rules that are not active count: one could be made so at any time. */
int c4_chain_check(c4_unit *unit, const c4_rule *rule, const c4_definition *old)
{
    const size_t count = unit->meta->workflow_count;
    walk w = {.unit = unit, .rule = rule, .old = old};
    int rc;

    w.queue = c4_arena_array(unit->arena, count, sizeof *w.queue);
    w.from = c4_arena_array(unit->arena, count, sizeof *w.from);
    w.met = c4_arena_array(unit->arena, count, sizeof *w.met);
    if (w.queue == NULL || w.from == NULL || w.met == NULL) {
        return c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
    }
    rc = follow(&w, rule, START);
    while (rc == CRM4E_OK && w.first < w.last) {
        const size_t place = w.queue[w.first++];
        rc = c4_rule_of(unit, place, &rule);
        rc = rc == CRM4E_OK ? follow(&w, rule, place) : rc;
    }
    return rc;
}
