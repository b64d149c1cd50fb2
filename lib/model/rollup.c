/* SPDX-License-Identifier: MIT */
/* What a roll-up goes over: its settings, read, checked and written. */
#include "model/rollup.h"

#include <stdio.h>
#include <string.h>

#include "model/computed_inside.h"
#include "model/formula.h"

static const char *const function_names[C4_ROLLUP_FUNCTION_END] = {
    [C4_ROLLUP_COUNT] = "count", [C4_ROLLUP_SUM] = "sum", [C4_ROLLUP_AVG] = "avg",
    [C4_ROLLUP_MIN] = "min",     [C4_ROLLUP_MAX] = "max",
};

static c4_rollup_function function_named(const char *name)
{
    c4_rollup_function found = 0;

    for (c4_rollup_function i = C4_ROLLUP_COUNT; name != NULL && i < C4_ROLLUP_FUNCTION_END; i++) {
        found = strcmp(function_names[i], name) == 0 ? i : found;
    }
    return found;
}

bool c4_rollup_converts(const c4_rollup *rollup)
{
    return c4_rollup_of_amounts(rollup) && rollup->module->currency != NULL;
}

const c4_field *c4_rollup_input(const c4_rollup *rollup, size_t at)
{
    const bool converts = c4_rollup_converts(rollup);
    const c4_field *const own[] = {rollup->lookup, rollup->source,
                                   converts ? rollup->module->currency : NULL,
                                   converts ? rollup->module->exchange_rate : NULL};
    const size_t first = converts ? 4 : rollup->source != NULL ? 2 : 1;

    if (at < first) {
        return own[at];
    }
    return at - first < rollup->named_count
               ? c4_module_field(rollup->module, rollup->named[at - first])
               : NULL;
}

c4_field_type c4_rollup_type(const c4_rollup *rollup)
{
    bool whole = rollup->source != NULL && (rollup->source->type == CRM4E_TYPE_INTEGER ||
                                            rollup->source->type == CRM4E_TYPE_BIGINT);
    c4_field_type type = rollup->source != NULL ? rollup->source->type : CRM4E_TYPE_BIGINT;

    if (rollup->function == C4_ROLLUP_COUNT || (whole && rollup->function == C4_ROLLUP_SUM)) {
        type = CRM4E_TYPE_BIGINT;
    } else if (whole && rollup->function == C4_ROLLUP_AVG) {
        type = CRM4E_TYPE_DOUBLE;
    }
    return type;
}

static bool leads_to(const c4_field *lookup, const c4_module *module)
{
    bool leads = false;

    if (lookup->type == CRM4E_TYPE_LOOKUP || lookup->type == CRM4E_TYPE_MULTI_MODULE_LOOKUP) {
        for (size_t i = 0; i < lookup->target_count && !leads; i++) {
            leads = lookup->targets[i] == module->number;
        }
    }
    return leads;
}

/* Whatever has a value can be counted. */
static bool takes(c4_rollup_function function, c4_field_type type)
{
    bool number = type >= CRM4E_TYPE_INTEGER && type <= CRM4E_TYPE_PERCENT;
    bool time = type == CRM4E_TYPE_DATE || type == CRM4E_TYPE_DATETIME;
    bool extreme = function == C4_ROLLUP_MIN || function == C4_ROLLUP_MAX;

    return function == C4_ROLLUP_COUNT || number || (extreme && time);
}

const char *c4_rollup_resolve(const c4_meta *meta, const c4_field *field, c4_rollup *rollup)
{
    rollup->module = c4_meta_module_named(meta, rollup->module_name);
    if (rollup->module == NULL) {
        return "names no module";
    }
    rollup->lookup = c4_module_field_named(rollup->module, rollup->lookup_name);
    if (rollup->lookup == NULL || !leads_to(rollup->lookup, field->module)) {
        return "names no lookup to the module of the field";
    }
    rollup->source = rollup->field_name != NULL
                         ? c4_module_field_named(rollup->module, rollup->field_name)
                         : NULL;
    if (rollup->source == NULL && rollup->field_name != NULL) {
        return "names no field";
    }
    if (rollup->source == NULL && rollup->function != C4_ROLLUP_COUNT) {
        return "is missing";
    }
    return rollup->source == NULL || takes(rollup->function, rollup->source->type)
               ? NULL
               : "is of a type the function does not take";
}

bool c4_rollup_changed(const c4_rollup *old, const c4_rollup *rollup)
{
    return (old->when == NULL) != (rollup->when == NULL) ||
           (old->when != NULL && strcmp(old->when, rollup->when) != 0);
}

/* Which member what c4_rollup_resolve() says is about. */
static const char *member_at_fault(const c4_rollup *rollup, const c4_field *field)
{
    if (rollup->module == NULL) {
        return "module";
    }
    return rollup->lookup == NULL || !leads_to(rollup->lookup, field->module) ? "lookup" : "field";
}

/* What stays as it was made. */
static void read_fixed(c4_settings *s, const char *member, bool made, const char **out)
{
    const char *before = *out;

    c4_settings_word(s, member, out);
    if (made && *out != before && (before == NULL || strcmp(*out, before) != 0)) {
        c4_settings_refuse(s, member, "fixed", "cannot change");
    }
}

static void read_when(c4_settings *s, const char **when)
{
    c4_settings_word(s, "when", when);
    if (*when != NULL && **when == '\0') {
        *when = NULL;
    }
    if (s->rc == CRM4E_OK && *when != NULL) {
        s->rc = c4_check_note(s->unit, "when", *when, C4_ROLLUP_WHEN_MAX);
    }
}

static int read_rollup(c4_unit *unit, const c4_json *json, bool made, c4_rollup *rollup)
{
    static const char *const known[] = {"function", "module", "lookup", "field", "when"};
    c4_settings s = {unit, json, CRM4E_OK};
    const char *function = function_names[rollup->function];

    c4_settings_known(&s, known, sizeof known / sizeof known[0]);
    read_fixed(&s, "function", made, &function);
    read_fixed(&s, "module", made, &rollup->module_name);
    read_fixed(&s, "lookup", made, &rollup->lookup_name);
    read_fixed(&s, "field", made, &rollup->field_name);
    read_when(&s, &rollup->when);
    rollup->function = function_named(function);
    if (rollup->function == 0) {
        c4_settings_refuse(&s, "function", function == NULL ? "mandatory" : "word",
                           function == NULL ? "is missing" : "is none that a roll-up knows");
    }
    if (rollup->module_name == NULL || rollup->lookup_name == NULL) {
        c4_settings_refuse(&s, rollup->module_name == NULL ? "module" : "lookup", "mandatory",
                           "is missing");
    }
    return s.rc;
}

/* Its totals tell of every record of the other module, so whoever makes one answers for
 * both modules, and reads what it comes from. */
static int check_author(c4_unit *unit, const c4_rollup *rollup)
{
    int rc = CRM4E_OK;

    if (C4_REFUSES(ROLLUP_CONFIGURE, !c4_actor_configures(unit, rollup->module))) {
        return c4_refuse_denied(unit, "configure",
                                "only who configures both modules makes a roll-up");
    }
    const bool converts = c4_rollup_converts(rollup);
    const c4_field *const inputs[] = {rollup->lookup, rollup->source,
                                      converts ? rollup->module->currency : NULL,
                                      converts ? rollup->module->exchange_rate : NULL};
    for (size_t i = 0; i < 4 && rc == CRM4E_OK && unit->may_read != NULL; i++) {
        rc = inputs[i] != NULL ? unit->may_read(unit, inputs[i]) : CRM4E_OK;
        rc = C4_REFUSES(ROLLUP_AUTHOR, rc != CRM4E_OK) ? rc : CRM4E_OK;
    }
    return rc;
}

static int check_criteria(c4_unit *unit, c4_rollup *rollup)
{
    rollup->named = NULL;
    rollup->named_count = 0;
    if (unit->computing != NULL) {
        return unit->computing->check_rollup(unit, rollup->module, rollup->when, &rollup->named,
                                             &rollup->named_count);
    }
    return rollup->when == NULL ? CRM4E_OK
                                : c4_refuse(unit, CRM4E_E_UNSUPPORTED, "when", "unsupported",
                                            "cannot be checked here");
}

bool c4_rollup_of_amounts(const c4_rollup *rollup)
{
    return rollup->function > C4_ROLLUP_COUNT && rollup->source != NULL &&
           rollup->source->type == CRM4E_TYPE_CURRENCY;
}

static int resolve(c4_unit *unit, c4_rollup *rollup, const c4_field *field)
{
    const c4_module *module = c4_meta_module_named(unit->meta, rollup->module_name);
    const char *problem = c4_rollup_resolve(unit->meta, field, rollup);
    const char *member;

    if (module == NULL || C4_REFUSES(ROLLUP_CLOSED, !c4_actor_sees(unit, module))) {
        return c4_refuse(unit, CRM4E_E_NOT_FOUND, "module", "module", "names no module");
    }
    member = member_at_fault(rollup, field);
    if (problem != NULL) {
        return c4_refuse(unit, CRM4E_E_INVALID, member, member, problem);
    }
    return check_author(unit, rollup);
}

/* An average may have more places than its source, nothing has fewer. */
static int shape(c4_unit *unit, const c4_field_spec *spec, c4_field *field)
{
    const c4_rollup *rollup = field->rollup;
    uint32_t least = rollup->source != NULL ? rollup->source->scale : 0;
    bool average = rollup->function == C4_ROLLUP_AVG;
    const c4_type_info *info;

    field->computed = CRM4E_TYPE_ROLLUP_SUMMARY;
    field->type = c4_rollup_type(rollup);
    field->flags |= C4_FIELD_READ_ONLY;
    info = c4_type_info_of(field->type);
    field->scale = info->stored != C4_STORED_DECIMAL ? 0 : average && least < 2 ? 2 : least;
    if (info->stored == C4_STORED_DECIMAL && spec->scale >= 0 &&
        (average ? spec->scale < (int32_t)least : spec->scale != (int32_t)least)) {
        return c4_refuse(unit, CRM4E_E_INVALID, "scale", "range",
                         average ? "is less than that of the field it comes from"
                                 : "is not that of the field it comes from");
    }
    return CRM4E_OK;
}

/* Inputs that are there already may come from the field when its criteria change. */
static int check_circle(c4_unit *unit, const c4_field *field)
{
    const c4_field *input = NULL;
    int rc = CRM4E_OK;

    for (size_t i = 0; rc == CRM4E_OK && (input = c4_rollup_input(field->rollup, i)) != NULL; i++) {
        rc = c4_rollup_check_cycle(unit, field, "when", &input, 1);
    }
    return rc;
}

int c4_rollup_put(c4_unit *unit, const c4_field_spec *spec, const c4_field *old, c4_field *field)
{
    c4_rollup *rollup = c4_arena_alloc(unit->arena, sizeof *rollup);
    int rc;

    if (rollup == NULL) {
        return c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
    }
    *rollup = old != NULL ? *old->rollup : (c4_rollup){0};
    field->rollup = rollup;
    rc = read_rollup(unit, spec->settings, old != NULL, rollup);
    if (rc != CRM4E_OK || (old != NULL && !c4_rollup_changed(old->rollup, rollup))) {
        return rc;
    }
    rc = resolve(unit, rollup, field);
    if (rc == CRM4E_OK) {
        rc = check_criteria(unit, rollup);
    }
    if (rc == CRM4E_OK) {
        rc = old == NULL ? shape(unit, spec, field) : check_circle(unit, field);
    }
    return rc;
}

/* Fields that were reached, each once. */
typedef struct reached {
    c4_arena *arena;
    const c4_field **fields;
    size_t count;
    size_t room;
    int rc;
} reached;

static void reach(reached *r, const c4_field *field)
{
    bool known = field == NULL || r->rc != CRM4E_OK;

    for (size_t i = 0; i < r->count && !known; i++) {
        known = r->fields[i] == field;
    }
    if (known) {
        return;
    }
    if (r->count == r->room) {
        size_t room = r->room == 0 ? 16 : r->room * 2;
        const c4_field **more = c4_arena_array(r->arena, room, sizeof(const c4_field *));
        if (more == NULL) {
            r->rc = CRM4E_E_NO_MEMORY;
            return;
        }
        if (r->count > 0) {
            memcpy(more, r->fields, r->count * sizeof(const c4_field *));
        }
        r->fields = more;
        r->room = room;
    }
    r->fields[r->count++] = field;
}

static void reach_inputs(reached *r, const c4_field *field)
{
    const c4_field *input;

    for (size_t i = 0; field->formula != NULL && i < field->formula->input_count; i++) {
        reach(r, field->formula->inputs[i]);
    }
    for (size_t i = 0; field->rollup != NULL && (input = c4_rollup_input(field->rollup, i)) != NULL;
         i++) {
        reach(r, input);
    }
}

int c4_rollup_reaches(c4_arena *arena, const c4_field *from, const c4_field *field)
{
    reached r = {.arena = arena};
    bool found = false;

    reach_inputs(&r, from);
    for (size_t i = 0; i < r.count && r.rc == CRM4E_OK && !found; i++) {
        found = r.fields[i]->number == field->number;
        reach_inputs(&r, r.fields[i]);
    }
    return found ? CRM4E_ROW : r.rc;
}

int c4_rollup_check_cycle(c4_unit *unit, const c4_field *field, const char *member,
                          const c4_field *const *inputs, size_t count)
{
    int rc = CRM4E_OK;

    for (size_t i = 0; i < count && rc == CRM4E_OK && field->number != 0; i++) {
        rc = inputs[i]->number == field->number ? CRM4E_ROW
                                                : c4_rollup_reaches(unit->arena, inputs[i], field);
    }
    return rc == CRM4E_ROW  ? c4_refuse(unit, CRM4E_E_CYCLE, member, "cycle",
                                        "makes the field come from itself by a roll-up")
           : rc == CRM4E_OK ? CRM4E_OK
                            : c4_fail_plain(unit->error, rc);
}

/* Who may not read the roll-up is not told which one it is. */
int c4_rollup_check_unused(c4_unit *unit, const c4_module *module, const c4_field *field)
{
    char text[160];

    for (size_t i = 0; i < module->rolled_count; i++) {
        const c4_field *user = module->rolled[i];
        const c4_field *input;
        for (size_t j = 0; (input = c4_rollup_input(user->rollup, j)) != NULL; j++) {
            if (input->number == field->number && user->number != field->number) {
                bool told = unit->may_read == NULL || unit->may_read(unit, user) == CRM4E_OK;
                c4_failure_clear(unit->error);
                (void)snprintf(text, sizeof text, "is named by the roll-up %s%s%s",
                               told ? user->module->api_name : "", told ? "." : "",
                               told ? user->api_name : "of another field");
                return c4_refuse(unit, CRM4E_E_CONFLICT, "api_name", "in_use", text);
            }
        }
    }
    return CRM4E_OK;
}

static void take_named(c4_definition_reader *r, const c4_json *rolled, c4_rollup *rollup)
{
    const c4_json *list = c4_take_member(r, rolled, "fields", C4_JSON_ARRAY);
    size_t count = c4_json_count(list);
    int32_t *named = count > 0 ? c4_take_room(r, count, sizeof *named) : NULL;

    for (size_t i = 0; i < count && named != NULL; i++) {
        int64_t number = 0;
        if (!c4_json_i64(c4_json_item(list, i), &number) || number < 1 || number > INT32_MAX) {
            c4_take_refuse(r, "the fields of the roll-up are not valid");
            return;
        }
        named[i] = (int32_t)number;
    }
    rollup->named = named;
    rollup->named_count = named != NULL ? count : 0;
}

void c4_rollup_take(c4_definition_reader *r, const c4_json *settings, const c4_json *rolled,
                    c4_field *field)
{
    c4_rollup *rollup = c4_take_room(r, 1, sizeof *rollup);
    const char *function = NULL;
    const char *result = NULL;
    const c4_type_info *info;

    if (rollup == NULL) {
        return;
    }
    c4_take_text(r, settings, "function", &function);
    c4_take_text(r, settings, "module", &rollup->module_name);
    c4_take_text(r, settings, "lookup", &rollup->lookup_name);
    c4_take_text(r, settings, "field", &rollup->field_name);
    c4_take_text(r, settings, "when", &rollup->when);
    c4_take_text(r, rolled, "result", &result);
    take_named(r, rolled, rollup);
    rollup->function = function_named(function);
    info = c4_type_info_named(result);
    if (rollup->function == 0 || rollup->module_name == NULL || rollup->lookup_name == NULL ||
        info == NULL || !takes(C4_ROLLUP_MAX, info->type)) {
        c4_take_refuse(r, "the settings of the roll-up are not valid");
        return;
    }
    field->type = info->type;
    field->rollup = rollup;
}

void c4_rollup_write(c4_buffer *out, const c4_rollup *rollup)
{
    bool first = true;

    c4_json_put_member(out, &first, "function", function_names[rollup->function]);
    c4_json_put_member(out, &first, "module", rollup->module_name);
    c4_json_put_member(out, &first, "lookup", rollup->lookup_name);
    if (rollup->field_name != NULL) {
        c4_json_put_member(out, &first, "field", rollup->field_name);
    }
    if (rollup->when != NULL) {
        c4_json_put_member(out, &first, "when", rollup->when);
    }
}

void c4_rollup_write_rolled(c4_buffer *out, const c4_field *field)
{
    bool first = true;

    c4_buffer_char(out, '{');
    c4_json_put_member(out, &first, "result", c4_type_info_of(field->type)->name);
    c4_json_put_key(out, &first, "fields");
    c4_buffer_char(out, '[');
    for (size_t i = 0; i < field->rollup->named_count; i++) {
        if (i > 0) {
            c4_buffer_char(out, ',');
        }
        c4_buffer_i64(out, field->rollup->named[i]);
    }
    c4_buffer_text(out, "]}");
}

bool c4_rollup_names(const c4_field *field, const c4_field *input)
{
    const c4_field *named;
    bool found = false;

    for (size_t i = 0; field->formula != NULL && i < field->formula->input_count && !found; i++) {
        found = field->formula->inputs[i] == input;
    }
    for (size_t i = 0;
         field->rollup != NULL && !found && (named = c4_rollup_input(field->rollup, i)) != NULL;
         i++) {
        found = named == input;
    }
    return found;
}

bool c4_rollup_is_late(const c4_field *field)
{
    bool late = field->rollup != NULL;

    for (size_t i = 0; field->formula != NULL && i < field->formula->source_count && !late; i++) {
        const c4_field *source = c4_module_field(field->module, field->formula->sources[i]);
        late = source != NULL && source->rollup != NULL;
    }
    return late;
}
