/* SPDX-License-Identifier: MIT */
/* Rules out of the snapshot: each is parsed when it is first asked for and kept
 * with the snapshot. Several sessions may come at once: who comes second throws
 * his own copy away. */
#include <stdatomic.h>
#include <string.h>

#include "automation/rule.h"

typedef struct kept_rule {
    c4_rule rule;
    const c4_mem *mem;
    c4_arena arena;
    c4_json_document document;
} kept_rule;

typedef struct kept_rules {
    c4_meta_part part;
    const c4_mem *mem;
    size_t count;
    _Atomic(kept_rule *) *slots;
} kept_rules;

static void free_rule(kept_rule *kept)
{
    if (kept != NULL) {
        c4_json_free(&kept->document);
        c4_arena_free(&kept->arena);
        c4_free(kept->mem, kept);
    }
}

static void free_rules(c4_meta_part *part)
{
    kept_rules *rules = (kept_rules *)(void *)part;

    for (size_t i = 0; i < rules->count; i++) {
        free_rule(atomic_load_explicit(&rules->slots[i], memory_order_acquire));
    }
    c4_free(rules->mem, rules->slots);
    c4_free(rules->mem, rules);
}

static kept_rules *make_rules(const c4_meta *meta)
{
    kept_rules *rules = c4_alloc_array(meta->mem, 1, sizeof *rules);

    if (rules == NULL) {
        return NULL;
    }
    rules->part.free = free_rules;
    rules->mem = meta->mem;
    rules->slots = c4_alloc_array(meta->mem, meta->workflow_count, sizeof *rules->slots);
    if (rules->slots == NULL) {
        c4_free(meta->mem, rules);
        return NULL;
    }
    rules->count = meta->workflow_count;
    for (size_t i = 0; i < rules->count; i++) {
        atomic_init(&rules->slots[i], NULL);
    }
    return rules;
}

static kept_rules *rules_of(c4_meta *meta)
{
    c4_meta_part *part = atomic_load_explicit(&meta->rules, memory_order_acquire);
    kept_rules *made;

    if (part != NULL) {
        return (kept_rules *)(void *)part;
    }
    made = make_rules(meta);
    if (made != NULL && !atomic_compare_exchange_strong(&meta->rules, &part, &made->part)) {
        free_rules(&made->part);
        made = (kept_rules *)(void *)part;
    }
    return made;
}

/* What cannot be read or fits no trigger that is known runs into its problem at
 * every change, so that the run log shows it. */
static int set_problem(kept_rule *kept, const c4_module *module, c4_trigger on, const char *text)
{
    const char *copy = c4_arena_text(&kept->arena, text, strlen(text));

    kept->rule = (c4_rule){.module = module, .on = on, .problem = copy};
    return copy != NULL ? CRM4E_OK : CRM4E_E_NO_MEMORY;
}

static int read_rule(const c4_meta *meta, const c4_definition *definition, kept_rule *kept)
{
    crm4e_error error = {0};
    c4_rule_reader reader = {
        .meta = meta,
        .module = c4_meta_module(meta, definition->module),
        .arena = &kept->arena,
        .error = &error,
        .stored = true,
    };
    int rc = c4_json_parse(&kept->document, meta->mem, definition->json, definition->json_length,
                           C4_RULE_CEILING);

    if (rc == CRM4E_E_NO_MEMORY) {
        return rc;
    }
    if (rc != CRM4E_OK) {
        return set_problem(kept, reader.module, 0, "the stored rule is no JSON");
    }
    rc = c4_rule_read(&reader, kept->document.root, &kept->rule);
    if (rc == CRM4E_OK || rc == CRM4E_E_NO_MEMORY) {
        return rc;
    }
    return set_problem(kept, reader.module, reader.on, error.message);
}

/* What does not compile says why at each use. */
static int compile(c4_unit *unit, const c4_rule *rule, const c4_criteria *criteria,
                   const crm4e_predicate **test)
{
    int rc = CRM4E_OK;

    if (criteria != NULL && c4_criteria_constant(rule->module, criteria)) {
        rc = c4_criteria_compile_rule(unit, unit, rule->module, criteria, test);
    }
    return rc == CRM4E_E_NO_MEMORY ? rc : CRM4E_OK;
}

static int compile_tests(const c4_unit *unit, kept_rule *kept)
{
    const c4_rule *rule = &kept->rule;
    const crm4e_predicate **tests =
        c4_arena_array(&kept->arena, 2 * rule->condition_count, sizeof *tests);
    crm4e_error error = {0};
    c4_unit aside = *unit;
    int rc = tests != NULL ? CRM4E_OK : CRM4E_E_NO_MEMORY;

    aside.arena = &kept->arena;
    aside.error = &error;
    for (size_t i = 0; i < rule->condition_count && rc == CRM4E_OK; i++) {
        rc = compile(&aside, rule, rule->conditions[i].criteria, &tests[2 * i]);
        if (rc == CRM4E_OK) {
            rc = compile(&aside, rule, rule->conditions[i].was_criteria, &tests[2 * i + 1]);
        }
    }
    kept->rule.tests = tests;
    return rc;
}

static kept_rule *make_rule(const c4_unit *unit, const c4_definition *definition)
{
    const c4_meta *meta = unit->meta;
    kept_rule *kept = c4_alloc_array(meta->mem, 1, sizeof *kept);

    if (kept == NULL) {
        return NULL;
    }
    kept->mem = meta->mem;
    c4_arena_init(&kept->arena, meta->mem);
    if (read_rule(meta, definition, kept) != CRM4E_OK || compile_tests(unit, kept) != CRM4E_OK) {
        free_rule(kept);
        return NULL;
    }
    return kept;
}

int c4_rule_of(c4_unit *unit, size_t index, const c4_rule **rule)
{
    kept_rules *rules = rules_of(unit->meta);
    kept_rule *kept = NULL;
    kept_rule *made;

    if (rules != NULL) {
        kept = atomic_load_explicit(&rules->slots[index], memory_order_acquire);
    }
    if (rules != NULL && kept == NULL) {
        made = make_rule(unit, &unit->meta->workflows[index]);
        if (made != NULL && !atomic_compare_exchange_strong(&rules->slots[index], &kept, made)) {
            free_rule(made);
            made = kept;
        }
        kept = made;
    }
    if (kept == NULL) {
        return c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
    }
    *rule = &kept->rule;
    return CRM4E_OK;
}
