/* SPDX-License-Identifier: MIT */
#include <stddef.h>
#include <string.h>

#include "api/inside.h"
#include "base/json.h"
#include "model/manage.h"

enum {
    VALUE_CEILING = 1024 * 1024
};

int crm4e_module_options_init(crm4e_module_options *options)
{
    static const crm4e_module_options initial = CRM4E_MODULE_OPTIONS_INIT;

    if (!options)
        return CRM4E_E_MISUSE;
    *options = initial;
    return CRM4E_OK;
}

int crm4e_field_options_init(crm4e_field_options *options)
{
    static const crm4e_field_options initial = CRM4E_FIELD_OPTIONS_INIT;

    if (!options)
        return CRM4E_E_MISUSE;
    *options = initial;
    return CRM4E_OK;
}

static void destroy(c4_object *object)
{
    (void)object;
}

/* Who opens its records to others need not see them. */
static bool shares(const c4_unit *unit, const c4_module *module)
{
    return module->kind != C4_MODULE_TEAM && c4_actor_has(unit, C4_ADMIN_MANAGE_DATA_SHARING);
}

static bool opens(c4_unit *unit, const c4_module *module)
{
    return c4_access_module_visible(unit, module) || c4_actor_configures(unit, module) ||
           shares(unit, module);
}

int c4_check_open(c4_unit *unit, const c4_module *module)
{
    return module && opens(unit, module)
               ? CRM4E_OK
               : c4_fail(unit->error, CRM4E_E_NOT_FOUND, "no such module");
}

/* A handle outlives the right to open the module, and opens nothing then. */
int c4_held_module(c4_unit *unit, const void *object, const c4_module **module)
{
    *module = c4_meta_module(unit->meta, ((const c4_held_module_object *)object)->number);
    return c4_check_open(unit, *module);
}

static int create_module(c4_unit *unit, void *object, void *arguments)
{
    c4_held_module_object *self = object;
    crm4e_module_options copy;
    c4_module_spec spec;
    int rc = c4_options_read(unit->error, &copy, sizeof copy, sizeof copy, arguments);

    if (rc < 0)
        return rc;
    memset(&spec, 0, sizeof spec);
    spec.api_name = copy.api_name;
    spec.singular = copy.singular;
    spec.plural = copy.plural;
    spec.singular_zh = copy.singular_zh;
    spec.plural_zh = copy.plural_zh;
    spec.space = copy.space;
    spec.team = copy.access == CRM4E_ACCESS_TEAM;
    spec.org_default = copy.org_default;
    spec.create_only = true;
    if (copy.access > CRM4E_ACCESS_TEAM)
        return c4_fail(unit->error, CRM4E_E_INVALID, "'access' is not a CRM4E_ACCESS value");
    rc = c4_need(unit->error, spec.api_name, "api_name");
    return rc < 0 ? rc : c4_module_put(unit, &spec, &self->number);
}

int crm4e_module_create(crm4e_module **out, crm4e_session *session,
                        const crm4e_module_options *options)
{
    return c4_call_object(out, session, C4_KIND_MODULE, sizeof(c4_held_module_object), destroy,
                          CRM4E_TRANSACTION_WRITE, create_module, (void *)options);
}

static int open_module(c4_unit *unit, void *object, void *arguments)
{
    c4_held_module_object *self = object;
    const char *name = arguments;
    const c4_module *module;
    int rc = c4_need(unit->error, name, "api_name");

    if (rc < 0)
        return rc;
    module = c4_meta_module_named(unit->meta, name);
    rc = c4_check_open(unit, module);
    if (rc == CRM4E_OK)
        self->number = module->number;
    return rc;
}

int crm4e_module_open(crm4e_module **out, crm4e_session *session, const char *api_name)
{
    return c4_call_object(out, session, C4_KIND_MODULE, sizeof(c4_held_module_object), destroy,
                          CRM4E_TRANSACTION_READ, open_module, (void *)api_name);
}

void crm4e_module_free(crm4e_module *module)
{
    c4_object_free(module, C4_KIND_MODULE);
}

static void field_spec_of(const crm4e_field_options *options, c4_field_spec *spec)
{
    memset(spec, 0, sizeof *spec);
    spec->api_name = options->api_name;
    spec->label = options->label;
    spec->label_zh = options->label_zh;
    spec->type = options->type;
    spec->mandatory = options->mandatory;
    spec->unique = options->unique;
    spec->indexed = options->indexed;
    spec->length = options->length;
    spec->scale = options->decimals;
    spec->target = options->target;
    spec->tooltip = options->tooltip;
    spec->create_only = true;
}

/* Options and default come as JSON text; both documents outlive the call. */
static int parse_value(c4_unit *unit, c4_json_document *document, const char *text,
                       const char *name, const c4_json **value)
{
    int rc;

    if (!text)
        return CRM4E_OK;
    rc = c4_json_parse(document, &unit->env->mem, text, CRM4E_NUL_TERMINATED, VALUE_CEILING);
    if (rc < 0)
        return c4_fail(unit->error, rc, "'%s' is refused: %s", name, document->problem);
    *value = document->root;
    return CRM4E_OK;
}

static int add_field(c4_unit *unit, void *object, void *arguments)
{
    c4_json_document options = {0}, fallback = {0}, settings = {0};
    crm4e_field_options copy;
    const c4_module *module = NULL;
    c4_field_spec spec;
    int32_t number;
    int rc = c4_held_module(unit, object, &module);

    if (rc == CRM4E_OK)
        rc = c4_options_read(unit->error, &copy, sizeof copy,
                             offsetof(crm4e_field_options, settings), arguments);
    if (rc < 0)
        return rc;
    field_spec_of(&copy, &spec);
    rc = c4_need(unit->error, spec.api_name, "api_name");
    if (rc == CRM4E_OK && (copy.mandatory < 0 || copy.mandatory > 1 || copy.unique < 0 ||
                           copy.unique > 2 || copy.indexed < 0 || copy.indexed > 1))
        rc = c4_fail(unit->error, CRM4E_E_INVALID,
                     "'mandatory' and 'indexed' are 0 or 1, 'unique' 0 to 2");
    if (rc == CRM4E_OK)
        rc = parse_value(unit, &options, copy.options, "options", &spec.options);
    if (rc == CRM4E_OK)
        rc = parse_value(unit, &fallback, copy.default_value, "default_value", &spec.default_value);
    if (rc == CRM4E_OK)
        rc = parse_value(unit, &settings, copy.settings, "settings", &spec.settings);
    if (rc == CRM4E_OK && copy.settings && c4_json_kind(spec.settings) != C4_JSON_OBJECT)
        rc = c4_fail(unit->error, CRM4E_E_INVALID, "'settings' is no JSON object");
    if (rc == CRM4E_OK)
        rc = c4_field_put(unit, module, &spec, &number);
    c4_json_free(&settings);
    c4_json_free(&options);
    c4_json_free(&fallback);
    return rc;
}

int crm4e_module_add_field(crm4e_module *module, const crm4e_field_options *options)
{
    return c4_call(module, C4_KIND_MODULE, CRM4E_TRANSACTION_WRITE, add_field, (void *)options);
}

static int remove_field(c4_unit *unit, void *object, void *arguments)
{
    const char *name = arguments;
    const c4_module *module = NULL;
    int rc = c4_held_module(unit, object, &module);

    if (rc == CRM4E_OK)
        rc = c4_need(unit->error, name, "api_name");
    return rc < 0 ? rc : c4_field_remove(unit, module, name);
}

int crm4e_module_remove_field(crm4e_module *module, const char *api_name)
{
    return c4_call(module, C4_KIND_MODULE, CRM4E_TRANSACTION_WRITE, remove_field, (void *)api_name);
}

typedef struct member_arguments {
    crm4e_id user;
    crm4e_team_profile profile;
} member_arguments;

static int check_team_profile(c4_unit *unit, crm4e_team_profile profile)
{
    return profile >= CRM4E_TEAM_ADMIN && profile <= CRM4E_TEAM_REQUESTER
               ? CRM4E_OK
               : c4_fail(unit->error, CRM4E_E_INVALID, "no such team profile");
}

static int add_member(c4_unit *unit, void *object, void *arguments)
{
    const member_arguments *a = arguments;
    const c4_module *module = NULL;
    int rc = c4_held_module(unit, object, &module);

    if (rc == CRM4E_OK)
        rc = check_team_profile(unit, a->profile);
    return rc < 0 ? rc : c4_member_put(unit, module, a->user, a->profile);
}

int crm4e_module_add_member(crm4e_module *module, crm4e_id user, crm4e_team_profile profile)
{
    member_arguments arguments = {user, profile};

    return c4_call(module, C4_KIND_MODULE, CRM4E_TRANSACTION_WRITE, add_member, &arguments);
}

static int remove_member(c4_unit *unit, void *object, void *arguments)
{
    const member_arguments *a = arguments;
    const c4_module *module = NULL;
    int rc = c4_held_module(unit, object, &module);

    return rc < 0 ? rc : c4_member_remove(unit, module, a->user);
}

int crm4e_module_remove_member(crm4e_module *module, crm4e_id user)
{
    member_arguments arguments = {user, 0};

    return c4_call(module, C4_KIND_MODULE, CRM4E_TRANSACTION_WRITE, remove_member, &arguments);
}

typedef struct flag_arguments {
    int32_t value;
    const char *name;
    size_t member; /* of the spec */
} flag_arguments;

static int set_flag(c4_unit *unit, void *object, void *arguments)
{
    const flag_arguments *a = arguments;
    const c4_module *module = NULL;
    c4_module_spec spec = {.api_name = NULL};
    const int wanted = a->value == 1 ? 1 : 2;
    int32_t number;
    int rc = c4_held_module(unit, object, &module);

    if (rc == CRM4E_OK)
        rc = c4_need_truth(unit->error, a->value, a->name);
    if (rc < 0)
        return rc;
    spec.api_name = module->api_name;
    memcpy((char *)&spec + a->member, &wanted, sizeof wanted);
    return c4_module_put(unit, &spec, &number);
}

int crm4e_module_set_hidden(crm4e_module *module, int32_t hidden)
{
    flag_arguments arguments = {hidden, "hidden", offsetof(c4_module_spec, hidden)};

    return c4_call(module, C4_KIND_MODULE, CRM4E_TRANSACTION_WRITE, set_flag, &arguments);
}

int crm4e_module_set_archived(crm4e_module *module, int32_t archived)
{
    flag_arguments arguments = {archived, "archived", offsetof(c4_module_spec, archived)};

    return c4_call(module, C4_KIND_MODULE, CRM4E_TRANSACTION_WRITE, set_flag, &arguments);
}

static int remove_module(c4_unit *unit, void *object, void *arguments)
{
    const c4_module *module = NULL;
    int rc = c4_held_module(unit, object, &module);

    (void)arguments;
    return rc < 0 ? rc : c4_module_remove(unit, module->number);
}

int crm4e_module_remove(crm4e_module *module)
{
    return c4_call(module, C4_KIND_MODULE, CRM4E_TRANSACTION_WRITE, remove_module, NULL);
}

typedef struct permission_arguments {
    crm4e_share org_default;
    crm4e_team_profile profile;
    crm4e_action action;
    int32_t allowed;
    const char *field;
    crm4e_permission permission;
} permission_arguments;

static int set_org_default(c4_unit *unit, void *object, void *arguments)
{
    const permission_arguments *a = arguments;
    const c4_module *module = NULL;
    c4_module_spec spec = {.org_default = a->org_default};
    int32_t number;
    int rc = c4_held_module(unit, object, &module);

    if (rc == CRM4E_OK &&
        (a->org_default < CRM4E_SHARE_PRIVATE || a->org_default > CRM4E_SHARE_READ_WRITE_DELETE))
        rc = c4_fail(unit->error, CRM4E_E_INVALID, "no such org-wide default");
    if (rc < 0)
        return rc;
    spec.api_name = module->api_name;
    return c4_module_put(unit, &spec, &number);
}

int crm4e_module_set_org_default(crm4e_module *module, crm4e_share org_default)
{
    permission_arguments arguments = {.org_default = org_default};

    return c4_call(module, C4_KIND_MODULE, CRM4E_TRANSACTION_WRITE, set_org_default, &arguments);
}

static int allow_action(c4_unit *unit, void *object, void *arguments)
{
    const permission_arguments *a = arguments;
    const c4_module *module = NULL;
    int rc = c4_held_module(unit, object, &module);

    if (rc == CRM4E_OK)
        rc = check_team_profile(unit, a->profile);
    if (rc == CRM4E_OK)
        rc = c4_need_action(unit->error, a->action);
    if (rc == CRM4E_OK)
        rc = c4_need_truth(unit->error, a->allowed, "allowed");
    return rc < 0 ? rc
                  : c4_module_allow_action(unit, module, a->profile, a->action, a->allowed == 1);
}

int crm4e_module_allow_action(crm4e_module *module, crm4e_team_profile profile, crm4e_action action,
                              int32_t allowed)
{
    permission_arguments arguments = {.profile = profile, .action = action, .allowed = allowed};

    return c4_call(module, C4_KIND_MODULE, CRM4E_TRANSACTION_WRITE, allow_action, &arguments);
}

static int set_field(c4_unit *unit, void *object, void *arguments)
{
    const permission_arguments *a = arguments;
    const c4_module *module = NULL;
    int rc = c4_held_module(unit, object, &module);

    if (rc == CRM4E_OK)
        rc = c4_need(unit->error, a->field, "field");
    if (rc == CRM4E_OK)
        rc = check_team_profile(unit, a->profile);
    if (rc == CRM4E_OK)
        rc = c4_need_field_permission(unit->error, a->permission);
    return rc < 0 ? rc : c4_module_set_field(unit, module, a->profile, a->field, a->permission);
}

int crm4e_module_set_field(crm4e_module *module, crm4e_team_profile profile, const char *field,
                           crm4e_permission permission)
{
    permission_arguments arguments = {.profile = profile, .field = field, .permission = permission};

    return c4_call(module, C4_KIND_MODULE, CRM4E_TRANSACTION_WRITE, set_field, &arguments);
}

/* Which of its fields this user may read. */
static int find_shown(c4_unit *unit, const c4_scope *scope, bool **shown)
{
    c4_part_walk walk = {0};
    const c4_field *part;
    size_t count = 0;
    int rc = CRM4E_OK;

    while (c4_module_next_part(scope->module, &walk) != NULL)
        count++;
    *shown = c4_arena_array(unit->arena, count, sizeof **shown);
    if (*shown == NULL)
        return c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
    walk = (c4_part_walk){0};
    for (size_t i = 0; rc == CRM4E_OK && (part = c4_module_next_part(scope->module, &walk)) != NULL;
         i++)
        rc = c4_access_can_read(scope, part, &(*shown)[i]);
    return rc;
}

/* The module's own members with the fields this user may read. Who configures it chooses
 * what others may do with any of them. */
/* A field with the columns that are shown of it; `shown` begins with the field itself. */
static int narrow(c4_unit *unit, const c4_field *field, const bool *shown, c4_field *out)
{
    c4_field *columns;

    *out = *field;
    if (field->column_count == 0)
        return CRM4E_OK;
    columns = c4_arena_array(unit->arena, field->column_count, sizeof *columns);
    if (columns == NULL)
        return c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
    out->columns = columns;
    out->column_count = 0;
    for (size_t i = 0; i < field->column_count; i++) {
        if (shown[1 + i])
            columns[out->column_count++] = field->columns[i];
    }
    return CRM4E_OK;
}

static int write_fields(c4_unit *unit, const c4_module *module, const bool *shown, c4_buffer *out)
{
    bool first = true;
    int rc = CRM4E_OK;

    for (size_t i = 0; i < module->field_count && rc == CRM4E_OK; i++) {
        const c4_field *field = &module->fields[i];
        c4_field told;

        if (*shown)
            rc = narrow(unit, field, shown, &told);
        if (*shown && rc == CRM4E_OK) {
            if (!first)
                c4_buffer_char(out, ',');
            first = false;
            c4_field_write(out, unit->meta, &told);
        }
        shown += 1 + field->column_count;
    }
    return rc;
}

static int write_json(c4_unit *unit, void *object, void *arguments, c4_buffer *out)
{
    const c4_module *module = NULL;
    bool *shown = NULL;
    c4_scope scope;
    int rc = c4_held_module(unit, object, &module);

    (void)arguments;
    if (rc == CRM4E_OK)
        rc = c4_access_module_number(unit, module->number, CRM4E_ACTION_VIEW, &scope);
    if (rc == CRM4E_OK)
        rc = find_shown(unit, &scope, &shown);
    if (rc < 0)
        return rc;
    c4_buffer_text(out, "{\"module\":");
    c4_module_write_head(out, unit->meta, module, c4_actor_configures(unit, module) ? NULL : shown);
    c4_buffer_text(out, ",\"fields\":[");
    rc = write_fields(unit, module, shown, out);
    c4_buffer_text(out, "]}");
    return rc < 0 ? rc : out->code;
}

int crm4e_module_json(crm4e_text **out, crm4e_module *module)
{
    return c4_call_text(out, module, C4_KIND_MODULE, write_json, NULL);
}

static int write_members(c4_unit *unit, void *object, void *arguments, c4_buffer *out)
{
    const c4_module *module = NULL;
    int rc = c4_held_module(unit, object, &module);

    (void)arguments;
    if (rc == CRM4E_OK && module->kind != C4_MODULE_TEAM)
        rc = c4_fail(unit->error, CRM4E_E_UNSUPPORTED, "%s is no team module", module->api_name);
    if (rc < 0)
        return rc;
    c4_module_write_members(out, unit->meta, module);
    return out->code;
}

int crm4e_module_members_json(crm4e_text **out, crm4e_module *module)
{
    return c4_call_text(out, module, C4_KIND_MODULE, write_members, NULL);
}

static int write_modules(c4_unit *unit, void *object, void *arguments, c4_buffer *out)
{
    bool first = true;
    int rc = c4_access_actor(unit);

    (void)object;
    (void)arguments;
    c4_buffer_char(out, '[');
    for (size_t i = 0; rc == CRM4E_OK && i < unit->meta->module_count; i++) {
        const c4_module *module = unit->meta->modules[i];

        if (!opens(unit, module))
            continue;
        if (!first)
            c4_buffer_char(out, ',');
        first = false;
        c4_module_write_line(out, unit, module);
    }
    c4_buffer_char(out, ']');
    return rc < 0 ? rc : out->code;
}

int crm4e_modules_json(crm4e_text **out, crm4e_session *session)
{
    return c4_call_text(out, session, C4_KIND_SESSION, write_modules, NULL);
}
