/* SPDX-License-Identifier: MIT */
/* A sharing rule in hand is what its row will say; the model checks it whole
 * when it is saved. */
#include <string.h>

#include "api/inside.h"
#include "base/json.h"
#include "base/text.h"
#include "model/definition.h"
#include "model/manage.h"
#include "record/query.h"

enum {
    NAME_CEILING = 1024
};

typedef struct side {
    c4_subject subjects[C4_SUBJECTS_MAX + 1]; /* one more, to be refused */
    size_t count;
} side;

typedef struct held_rule {
    c4_object object;
    const c4_mem *mem;
    int32_t module;
    char *name;
    char *when; /* NULL: by owner, or not decided */
    side from;
    side to;
    crm4e_level level;
    bool superiors;
} held_rule;

static void destroy(c4_object *object)
{
    held_rule *self = (held_rule *)object;

    if (!self->mem)
        return;
    c4_free(self->mem, self->name);
    c4_free(self->mem, self->when);
}

/* A copy in *out in place of what was there. */
static int keep_text(c4_unit *unit, const char *text, const char *name, size_t ceiling,
                     const c4_mem *mem, char **out)
{
    size_t length = 0;
    char *copy;
    int rc = c4_text_length(text, CRM4E_NUL_TERMINATED, ceiling, &length);

    if (rc == CRM4E_OK)
        rc = c4_text_check(text, length);
    if (rc < 0)
        return c4_fail(unit->error, rc, "argument '%s' is too long or no UTF-8", name);
    copy = c4_copy_text(mem, text, length);
    if (!copy)
        return c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
    c4_free(mem, *out);
    *out = copy;
    return CRM4E_OK;
}

static int need_sharing(c4_unit *unit)
{
    return c4_actor_has(unit, C4_ADMIN_MANAGE_DATA_SHARING)
               ? CRM4E_OK
               : c4_fail(unit->error, CRM4E_E_DENIED,
                         "only who manages data sharing may see or change sharing rules");
}

typedef struct new_arguments {
    int32_t module;
    const char *name;
} new_arguments;

static int start(c4_unit *unit, void *object, void *arguments)
{
    const new_arguments *a = arguments;
    held_rule *self = object;
    int rc = c4_need(unit->error, a->name, "name");

    self->mem = &unit->env->mem;
    self->module = a->module;
    self->level = CRM4E_LEVEL_READ_ONLY;
    if (rc == CRM4E_OK)
        rc = need_sharing(unit);
    if (rc == CRM4E_OK)
        rc = c4_sharing_check_module(unit, c4_meta_module(unit->meta, a->module));
    return rc < 0 ? rc : keep_text(unit, a->name, "name", NAME_CEILING, self->mem, &self->name);
}

int crm4e_sharing_rule_new(crm4e_sharing_rule **out, crm4e_module *module, const char *name)
{
    new_arguments arguments = {0, name};

    return c4_call_module_object(out, module, &arguments.module, C4_KIND_SHARING_RULE,
                                 sizeof(held_rule), destroy, start, &arguments);
}

void crm4e_sharing_rule_free(crm4e_sharing_rule *rule)
{
    c4_object_free(rule, C4_KIND_SHARING_RULE);
}

static int read_call(crm4e_sharing_rule *rule, c4_work work, void *arguments)
{
    return c4_call(rule, C4_KIND_SHARING_RULE, CRM4E_TRANSACTION_READ, work, arguments);
}

static int add_subject(c4_unit *unit, side *to, c4_subject subject, const char *name)
{
    const c4_subject_list none = {NULL, 0};
    const c4_subject_list list = {to->subjects, to->count + 1};
    int rc;

    to->subjects[to->count] = subject;
    rc = c4_subjects_check(unit, name, &list, &none);
    to->count += rc == CRM4E_OK;
    return rc;
}

static int add_from(c4_unit *unit, void *object, void *arguments)
{
    held_rule *self = object;
    const c4_subject *subject = arguments;

    if (self->when)
        return c4_fail(unit->error, CRM4E_E_INVALID, "a rule with criteria is from nobody");
    return add_subject(unit, &self->from, *subject, "from");
}

int crm4e_sharing_rule_from(crm4e_sharing_rule *rule, crm4e_subject kind, crm4e_id subject)
{
    c4_subject who = {kind, subject};

    return read_call(rule, add_from, &who);
}

static int add_to(c4_unit *unit, void *object, void *arguments)
{
    held_rule *self = object;
    const c4_subject *subject = arguments;

    return add_subject(unit, &self->to, *subject, "to");
}

int crm4e_sharing_rule_to(crm4e_sharing_rule *rule, crm4e_subject kind, crm4e_id subject)
{
    c4_subject who = {kind, subject};

    return read_call(rule, add_to, &who);
}

static int set_criteria(c4_unit *unit, void *object, void *arguments)
{
    held_rule *self = object;
    const char *criteria = arguments;
    const c4_criteria *parsed = NULL;
    size_t length = 0;
    int rc = c4_need(unit->error, criteria, "criteria");

    if (rc == CRM4E_OK && self->from.count > 0)
        rc = c4_fail(unit->error, CRM4E_E_INVALID, "a rule that is from somebody has no criteria");
    if (rc == CRM4E_OK) {
        rc = c4_text_length(criteria, CRM4E_NUL_TERMINATED, C4_QUERY_CEILING, &length);
        if (rc < 0)
            rc = c4_fail(unit->error, rc, "argument 'criteria' is too long");
    }
    if (rc == CRM4E_OK)
        rc = c4_criteria_parse(unit->arena, unit->error, criteria, length, &parsed);
    return rc < 0 ? rc
                  : keep_text(unit, criteria, "criteria", C4_QUERY_CEILING, self->mem, &self->when);
}

int crm4e_sharing_rule_when(crm4e_sharing_rule *rule, const char *criteria)
{
    return read_call(rule, set_criteria, (void *)criteria);
}

int crm4e_sharing_rule_permission(crm4e_sharing_rule *token, crm4e_level level)
{
    c4_entry entry;
    int rc = c4_enter(&entry, token, C4_KIND_SHARING_RULE);

    if (rc < 0)
        return rc;
    if (level < CRM4E_LEVEL_READ_ONLY || level > CRM4E_LEVEL_READ_WRITE_DELETE)
        rc = c4_fail(&entry.session->error, CRM4E_E_INVALID, "no level of sharing rules");
    else
        ((held_rule *)entry.object)->level = level;
    return c4_leave(&entry, rc);
}

int crm4e_sharing_rule_superiors(crm4e_sharing_rule *token, int32_t allowed)
{
    c4_entry entry;
    int rc = c4_enter(&entry, token, C4_KIND_SHARING_RULE);

    if (rc < 0)
        return rc;
    rc = c4_need_truth(&entry.session->error, allowed, "allowed");
    if (rc == CRM4E_OK)
        ((held_rule *)entry.object)->superiors = allowed == 1;
    return c4_leave(&entry, rc);
}

static c4_subject_list list_of(const side *from)
{
    return (c4_subject_list){from->subjects, from->count};
}

/* What is not said takes its default, also where a rule is replaced. */
static int put(c4_unit *unit, void *object, void *arguments)
{
    const held_rule *self = object;
    const bool *create = arguments;
    const c4_module *module = c4_meta_module(unit->meta, self->module);
    c4_sharing_rule_spec spec = {.name = self->name, .when = self->when};
    crm4e_id id = 0;

    if (!module)
        return c4_fail(unit->error, CRM4E_E_NOT_FOUND, "no such module");
    spec.module = module->api_name;
    if (!self->when)
        spec.from = list_of(&self->from);
    spec.to = list_of(&self->to);
    spec.level = self->level;
    spec.superiors = self->superiors ? 1 : 2;
    spec.create_only = *create;
    spec.change_only = !*create;
    return c4_sharing_rule_put(unit, &spec, &id);
}

int crm4e_sharing_rule_save(crm4e_sharing_rule *rule)
{
    bool create = true;

    return c4_call(rule, C4_KIND_SHARING_RULE, CRM4E_TRANSACTION_WRITE, put, &create);
}

int crm4e_sharing_rule_replace(crm4e_sharing_rule *rule)
{
    bool create = false;

    return c4_call(rule, C4_KIND_SHARING_RULE, CRM4E_TRANSACTION_WRITE, put, &create);
}

typedef struct rule_arguments {
    const char *name;
    int32_t active;
} rule_arguments;

static int activate(c4_unit *unit, void *object, void *arguments)
{
    const rule_arguments *a = arguments;
    const c4_module *module = NULL;
    c4_sharing_rule_spec spec = {.name = a->name, .change_only = true};
    crm4e_id id = 0;
    int rc = c4_held_module(unit, object, &module);

    if (rc == CRM4E_OK)
        rc = c4_need(unit->error, a->name, "name");
    if (rc == CRM4E_OK)
        rc = c4_need_truth(unit->error, a->active, "active");
    if (rc < 0)
        return rc;
    spec.module = module->api_name;
    spec.active = a->active == 1 ? 1 : 2;
    return c4_sharing_rule_put(unit, &spec, &id);
}

int crm4e_sharing_rule_activate(crm4e_module *module, const char *name, int32_t active)
{
    rule_arguments arguments = {name, active};

    return c4_call(module, C4_KIND_MODULE, CRM4E_TRANSACTION_WRITE, activate, &arguments);
}

static int remove_rule(c4_unit *unit, void *object, void *arguments)
{
    const rule_arguments *a = arguments;
    const c4_module *module = NULL;
    int rc = c4_held_module(unit, object, &module);

    if (rc == CRM4E_OK)
        rc = c4_need(unit->error, a->name, "name");
    return rc < 0 ? rc : c4_sharing_rule_remove(unit, module->api_name, a->name);
}

int crm4e_sharing_rule_remove(crm4e_module *module, const char *name)
{
    rule_arguments arguments = {.name = name};

    return c4_call(module, C4_KIND_MODULE, CRM4E_TRANSACTION_WRITE, remove_rule, &arguments);
}

static int write_rules(c4_unit *unit, void *object, void *arguments, c4_buffer *out)
{
    const c4_sharing_rule *rules;
    const c4_module *module = NULL;
    size_t count = 0;
    int rc = c4_held_module(unit, object, &module);

    (void)arguments;
    if (rc == CRM4E_OK)
        rc = need_sharing(unit);
    if (rc < 0)
        return rc;
    rules = c4_meta_sharing_rules(unit->meta, module->number, &count);
    c4_buffer_char(out, '[');
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            c4_buffer_char(out, ',');
        c4_sharing_rule_write(out, unit->meta, &rules[i]);
    }
    c4_buffer_char(out, ']');
    return out->code;
}

int crm4e_sharing_rules_json(crm4e_text **out, crm4e_module *module)
{
    return c4_call_text(out, module, C4_KIND_MODULE, write_rules, NULL);
}
