/* SPDX-License-Identifier: MIT */
#include "model/computed.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/text.h"

static const uint32_t team_actions[C4_TEAM_PROFILE_COUNT + 1] = {
    [CRM4E_TEAM_ADMIN] = C4_ACTIONS_ALL & ~(1u << CRM4E_ACTION_CONVERT),
    [CRM4E_TEAM_MANAGER] = C4_ACTIONS_ALL & ~(1u << CRM4E_ACTION_CONVERT),
    [CRM4E_TEAM_MEMBER] = C4_ACTIONS_ALL & ~(1u << CRM4E_ACTION_CONVERT),
    [CRM4E_TEAM_PARTICIPANT] = C4_ACTIONS_ALL & ~(1u << CRM4E_ACTION_CONVERT),
    [CRM4E_TEAM_REQUESTER] = 1u << CRM4E_ACTION_VIEW | 1u << CRM4E_ACTION_CREATE |
                             1u << CRM4E_ACTION_EDIT | 1u << CRM4E_ACTION_DELETE,
};

uint32_t c4_team_actions(c4_team_profile profile)
{
    return profile <= C4_TEAM_PROFILE_COUNT ? team_actions[profile] : 0;
}

int c4_definition_corrupt(const c4_definition_source *source, const char *problem)
{
    return c4_fail(source->error, CRM4E_E_CORRUPT, "%s %" PRId64 ": %s", source->table, source->id,
                   problem);
}

void c4_take_refuse(c4_definition_reader *r, const char *problem)
{
    if (r->rc == CRM4E_OK) {
        r->rc = c4_definition_corrupt(r->source, problem);
    }
}

void *c4_take_room(c4_definition_reader *r, size_t count, size_t size)
{
    void *items = r->rc == CRM4E_OK ? c4_arena_array(r->source->arena, count, size) : NULL;

    if (items == NULL && r->rc == CRM4E_OK) {
        r->rc = c4_fail_plain(r->source->error, CRM4E_E_NO_MEMORY);
    }
    return items;
}

void c4_take_copy(c4_definition_reader *r, const char *text, size_t length, const char **out)
{
    char *copy = c4_take_room(r, 1, length + 1);

    if (copy != NULL) {
        memcpy(copy, text, length);
        *out = copy;
    }
}

const c4_json *c4_take_member(c4_definition_reader *r, const c4_json *object, const char *key,
                              c4_json_type type)
{
    const c4_json *value = c4_json_member(object, key);

    if (r->rc != CRM4E_OK || c4_json_kind(value) == C4_JSON_NULL) {
        return NULL;
    }
    if (c4_json_kind(value) != type) {
        c4_take_refuse(r, "a member of the definition has the wrong type");
        return NULL;
    }
    return value;
}

void c4_take_text(c4_definition_reader *r, const c4_json *object, const char *key, const char **out)
{
    size_t length = 0;
    const char *text = c4_json_text(c4_take_member(r, object, key, C4_JSON_TEXT), &length);

    if (text != NULL) {
        c4_take_copy(r, text, length, out);
    }
}

static void take_label(c4_definition_reader *r, const c4_json *object, const char *en,
                       const char *zh, c4_label *label)
{
    c4_take_text(r, object, en, &label->en);
    c4_take_text(r, object, zh, &label->zh);
}

void c4_take_i32(c4_definition_reader *r, const c4_json *object, const char *key, int32_t least,
                 int32_t most, int32_t *out)
{
    const c4_json *value = c4_take_member(r, object, key, C4_JSON_NUMBER);
    int64_t number = 0;

    if (value == NULL) {
        return;
    }
    if (!c4_json_i64(value, &number) || number < least || number > most) {
        c4_take_refuse(r, "a number of the definition is out of range");
        return;
    }
    *out = (int32_t)number;
}

static void take_flag(c4_definition_reader *r, const c4_json *object, const char *key, uint32_t bit,
                      uint32_t *flags)
{
    const c4_json *value = c4_take_member(r, object, key, C4_JSON_BOOLEAN);

    if (value != NULL) {
        *flags = c4_json_boolean(value, false) ? *flags | bit : *flags & ~bit;
    }
}

/* An array of words as bits: an admin permission is its own bit, an action the
 * place of one. */
static void take_words(c4_definition_reader *r, const c4_json *object, const char *key,
                       c4_names names, uint32_t *bits)
{
    const c4_json *words = c4_take_member(r, object, key, C4_JSON_ARRAY);
    uint32_t found = 0;

    if (words == NULL) {
        return;
    }
    for (size_t i = 0; i < c4_json_count(words); i++) {
        size_t length = 0;
        const c4_json *item = c4_json_item(words, i);
        const char *text = c4_json_text(item, &length);
        uint32_t number = 0;
        if (c4_json_kind(item) == C4_JSON_TEXT) {
            number = c4_number_of(names, text);
        }
        if (number == 0) {
            c4_take_refuse(r, "a permission or action is not known");
            return;
        }
        found |= names == C4_NAMES_ADMIN ? number : 1u << number;
    }
    *bits = found;
}

/* A member's key that is a positive number, written the one way there is. */
static bool key_number(const char *key, int32_t *number)
{
    int64_t sum = 0;

    if (key[0] < '1' || key[0] > '9') {
        return false;
    }
    for (; *key >= '0' && *key <= '9' && sum <= INT32_MAX; key++) {
        sum = sum * 10 + (*key - '0');
    }
    *number = (int32_t)(sum <= INT32_MAX ? sum : 0);
    return *key == '\0' && sum <= INT32_MAX;
}

/* Both lists start with the number they are sorted by. */
static int compare_numbers(const void *a, const void *b)
{
    int32_t x = *(const int32_t *)a;
    int32_t y = *(const int32_t *)b;

    return x < y ? -1 : x > y;
}

static void take_permissions(c4_definition_reader *r, const c4_json *object, const char *key,
                             const c4_field_permission **out, size_t *count)
{
    const c4_json *fields = c4_take_member(r, object, key, C4_JSON_OBJECT);
    size_t total = c4_json_count(fields);
    c4_field_permission *list = fields != NULL ? c4_take_room(r, total, sizeof *list) : NULL;

    if (list == NULL) {
        return;
    }
    for (size_t i = 0; i < total; i++) {
        size_t length = 0;
        const char *name = "";
        const char *word = c4_json_text(c4_json_member_at(fields, i, &name), &length);
        list[i].permission = word != NULL ? c4_number_of(C4_NAMES_PERMISSION, word) : 0;
        if (list[i].permission == 0 || !key_number(name, &list[i].field)) {
            c4_take_refuse(r, "a field permission is not valid");
            return;
        }
    }
    qsort(list, total, sizeof *list, compare_numbers);
    *out = list;
    *count = total;
}

void c4_take_open(c4_definition_reader *r, c4_json_document *document, const crm4e_value *text)
{
    int rc;

    *document = (c4_json_document){0};
    if (text->type == CRM4E_VALUE_NULL) {
        return;
    }
    if (text->type != CRM4E_VALUE_TEXT) {
        c4_take_refuse(r, "the definition is no text");
        return;
    }
    rc = c4_json_parse(document, r->source->mem, text->data, text->length, C4_DEFINITION_MAX);
    if (rc == CRM4E_E_NO_MEMORY) {
        r->rc = c4_fail_plain(r->source->error, rc);
    } else if (rc != CRM4E_OK || c4_json_kind(document->root) != C4_JSON_OBJECT) {
        c4_take_refuse(r, "the definition is no JSON object");
    }
}

static void take_owners(c4_definition_reader *r, const c4_json *object, c4_module *module)
{
    const c4_json *owners = c4_take_member(r, object, "default_owners", C4_JSON_ARRAY);
    size_t count = c4_json_count(owners);
    crm4e_id *ids = owners != NULL ? c4_take_room(r, count, sizeof *ids) : NULL;

    if (ids == NULL) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        if (!c4_json_i64(c4_json_item(owners, i), &ids[i])) {
            c4_take_refuse(r, "a default owner is no id");
            return;
        }
    }
    module->default_owners = ids;
    module->default_owner_count = count;
}

/* The assignment rule of requester settings. */
static void take_assignment(c4_definition_reader *r, const c4_json *object, c4_module *module)
{
    const c4_json *rule = c4_json_member(object, "assignment");

    if (rule != NULL && (!c4_json_i64(rule, &module->assignment) || module->assignment < 1)) {
        c4_take_refuse(r, "the assignment rule is no id");
    }
}

static void take_team(c4_definition_reader *r, const c4_json *permissions, c4_team_profile profile,
                      c4_team_permissions *team)
{
    const c4_json *own =
        c4_take_member(r, permissions, c4_text_of(C4_NAMES_TEAM_PROFILE, profile), C4_JSON_OBJECT);

    take_words(r, own, "actions", C4_NAMES_ACTION, &team->actions);
    team->actions &= c4_team_actions(profile);
    take_permissions(r, own, "fields", &team->fields, &team->field_count);
}

int c4_definition_read_module(const c4_definition_source *source, const crm4e_value *text,
                              c4_module *module)
{
    c4_definition_reader r = {source, CRM4E_OK};
    c4_json_document document;
    const c4_json *permissions;

    c4_take_open(&r, &document, text);
    take_label(&r, document.root, "singular", "singular_zh", &module->singular);
    take_label(&r, document.root, "plural", "plural_zh", &module->plural);
    take_owners(&r, document.root, module);
    take_assignment(&r, document.root, module);
    permissions = c4_take_member(&r, document.root, "permissions", C4_JSON_OBJECT);
    for (c4_team_profile i = 1; permissions != NULL && i <= C4_TEAM_PROFILE_COUNT; i++) {
        take_team(&r, permissions, i, &module->team[i]);
    }
    c4_json_free(&document);
    return r.rc;
}

static const c4_option *option_of(const c4_field *field, int32_t code)
{
    for (size_t i = 0; i < field->option_count; i++) {
        if (field->options[i].code == code) {
            return &field->options[i];
        }
    }
    return NULL;
}

static void take_option(c4_definition_reader *r, const c4_json *object, const c4_field *field,
                        c4_option *option)
{
    uint32_t active;
    int32_t code = 0;
    const c4_option *old;

    c4_take_i32(r, object, "code", 1, INT32_MAX, &code);
    old = option_of(field, code);
    *option = old != NULL ? *old : (c4_option){.active = true, .probability = -1};
    option->code = code;
    active = option->active;
    take_flag(r, object, "active", 1, &active);
    option->active = active != 0;
    c4_take_text(r, object, "value", &option->actual);
    if (code == 0 || option->actual == NULL) {
        c4_take_refuse(r, "a picklist value has no code or no value");
        return;
    }
    take_label(r, object, "label", "label_zh", &option->display);
    option->display.en = option->display.en != NULL ? option->display.en : option->actual;
    option->display.zh = option->display.zh != NULL ? option->display.zh : option->display.en;
    c4_take_i32(r, object, "probability", 0, 100, &option->probability);
    c4_take_text(r, object, "forecast", &option->forecast);
    c4_take_text(r, object, "colour", &option->colour);
}

static void check_codes(c4_definition_reader *r, const c4_option *options, size_t count)
{
    int32_t *codes = c4_take_room(r, count, sizeof *codes);

    if (codes == NULL) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        codes[i] = options[i].code;
    }
    qsort(codes, count, sizeof *codes, compare_numbers);
    for (size_t i = 1; i < count; i++) {
        if (codes[i - 1] == codes[i]) {
            c4_take_refuse(r, "two picklist values have one code");
            return;
        }
    }
}

/* The stored list decides the order; what the standard has beyond it (values of
 * a later release) comes after. */
static void take_options(c4_definition_reader *r, const c4_json *object, c4_field *field)
{
    const c4_json *stored = c4_take_member(r, object, "options", C4_JSON_ARRAY);
    c4_field merged = {0};
    c4_option *list = NULL;

    if (stored == NULL) {
        return;
    }
    if (c4_json_count(stored) > C4_OPTIONS_MAX) {
        c4_take_refuse(r, "too many picklist values");
        return;
    }
    list = c4_take_room(r, c4_json_count(stored) + field->option_count, sizeof *list);
    for (size_t i = 0; r->rc == CRM4E_OK && i < c4_json_count(stored); i++) {
        take_option(r, c4_json_item(stored, i), field, &list[i]);
        merged.option_count++;
    }
    merged.options = list;
    for (size_t i = 0; r->rc == CRM4E_OK && i < field->option_count; i++) {
        if (option_of(&merged, field->options[i].code) == NULL) {
            list[merged.option_count++] = field->options[i];
        }
    }
    check_codes(r, list, r->rc == CRM4E_OK ? merged.option_count : 0);
    if (r->rc == CRM4E_OK) {
        field->options = list;
        field->option_count = merged.option_count;
    }
}

static void take_targets(c4_definition_reader *r, const c4_json *object, c4_field *field)
{
    const c4_json *targets = c4_take_member(r, object, "targets", C4_JSON_ARRAY);
    size_t count = c4_json_count(targets);
    int32_t *numbers = targets != NULL ? c4_take_room(r, count, sizeof *numbers) : NULL;

    if (numbers == NULL) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        int64_t number = 0;
        if (!c4_json_i64(c4_json_item(targets, i), &number) || number < 1 || number > INT32_MAX) {
            c4_take_refuse(r, "a lookup target is no module number");
            return;
        }
        numbers[i] = (int32_t)number;
    }
    field->targets = numbers;
    field->target_count = count;
}

static void take_converts(c4_definition_reader *r, const c4_json *object, c4_field *field)
{
    const c4_json *converts = c4_take_member(r, object, "converts", C4_JSON_ARRAY);

    for (size_t i = 0; i < c4_json_count(converts); i++) {
        int64_t number = 0;
        if (i >= C4_CONVERT_PARTS || !c4_json_i64(c4_json_item(converts, i), &number) ||
            number < 0 || number > INT32_MAX) {
            c4_take_refuse(r, "what a lead becomes has no such field");
            return;
        }
        field->converts[i] = (int32_t)number;
    }
}

static void take_unique(c4_definition_reader *r, const c4_json *object, c4_field *field)
{
    static const struct {
        const char *word;
        uint32_t flags;
    } kinds[] = {{"no", 0},
                 {"case_sensitive", C4_FIELD_UNIQUE},
                 {"folded", C4_FIELD_UNIQUE | C4_FIELD_FOLDED}};
    const char *text = NULL;

    c4_take_text(r, object, "unique", &text);
    if (text == NULL) {
        return;
    }
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (c4_text_equal(text, kinds[i].word)) {
            field->flags &= ~(uint32_t)(C4_FIELD_UNIQUE | C4_FIELD_FOLDED);
            field->flags |= kinds[i].flags;
            return;
        }
    }
    c4_take_refuse(r, "a kind of uniqueness is not known");
}

static void take_default(c4_definition_reader *r, const c4_json *object, c4_field *field)
{
    const c4_json *value = c4_json_member(object, "default");
    c4_buffer text;

    if (r->rc != CRM4E_OK || value == NULL) {
        return;
    }
    field->default_value = NULL;
    if (c4_json_kind(value) == C4_JSON_NULL) {
        return;
    }
    c4_buffer_init(&text, r->source->mem, C4_DEFINITION_MAX);
    c4_json_put_value(&text, value);
    if (text.code == CRM4E_OK) {
        c4_take_copy(r, text.data, text.length, &field->default_value);
    } else {
        r->rc = c4_fail_plain(r->source->error, text.code);
    }
    c4_buffer_free(&text);
}

void c4_take_field(c4_definition_reader *r, const c4_json *object, c4_field *field)
{
    int32_t scale = (int32_t)field->scale;

    take_label(r, object, "label", "label_zh", &field->label);
    take_flag(r, object, "mandatory", C4_FIELD_MANDATORY, &field->flags);
    take_unique(r, object, field);
    take_flag(r, object, "indexed", C4_FIELD_INDEXED, &field->flags);
    take_flag(r, object, "keyed", C4_FIELD_KEYED, &field->flags);
    c4_take_i32(r, object, "length", 0, INT32_MAX, &field->length);
    c4_take_i32(r, object, "scale", 0, C4_DECIMAL_PLACES_MAX, &scale);
    field->scale = (uint32_t)scale;
    take_options(r, object, field);
    take_targets(r, object, field);
    take_converts(r, object, field);
    take_default(r, object, field);
    c4_take_text(r, object, "tooltip", &field->tooltip);
    c4_settings_take(r, object, field);
}

int c4_definition_read_field(const c4_definition_source *source, const crm4e_value *text,
                             c4_field *field)
{
    c4_definition_reader r = {source, CRM4E_OK};
    c4_json_document document;

    c4_take_open(&r, &document, text);
    c4_take_field(&r, document.root, field);
    c4_json_free(&document);
    return r.rc;
}

static void take_modules(c4_definition_reader *r, const c4_json *object, c4_profile *profile)
{
    const c4_json *modules = c4_take_member(r, object, "modules", C4_JSON_OBJECT);
    size_t count = c4_json_count(modules);
    c4_module_permission *list = modules != NULL ? c4_take_room(r, count, sizeof *list) : NULL;

    if (list == NULL) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const char *key = "";
        (void)c4_json_member_at(modules, i, &key);
        take_words(r, modules, key, C4_NAMES_ACTION, &list[i].actions);
        if (!key_number(key, &list[i].module)) {
            c4_take_refuse(r, "a module permission names no module number");
            return;
        }
    }
    qsort(list, count, sizeof *list, compare_numbers);
    profile->modules = list;
    profile->module_count = count;
}

int c4_definition_read_profile(const c4_definition_source *source, const crm4e_value *text,
                               c4_profile *profile)
{
    c4_definition_reader r = {source, CRM4E_OK};
    c4_json_document document;

    c4_take_open(&r, &document, text);
    take_words(&r, document.root, "admin", C4_NAMES_ADMIN, &profile->admin);
    take_words(&r, document.root, "actions", C4_NAMES_ACTION, &profile->actions);
    take_modules(&r, document.root, profile);
    take_permissions(&r, document.root, "fields", &profile->fields, &profile->field_count);
    c4_json_free(&document);
    return r.rc;
}

static void take_folders(c4_definition_reader *r, const c4_json *object, c4_space *space)
{
    const c4_json *folders = c4_take_member(r, object, "folders", C4_JSON_ARRAY);
    size_t count = c4_json_count(folders);
    const char **names = NULL;

    if (folders == NULL) {
        return;
    }
    if (count > C4_FOLDERS_MAX) {
        c4_take_refuse(r, "too many folders");
        return;
    }
    names = c4_take_room(r, count, sizeof *names);
    for (size_t i = 0; r->rc == CRM4E_OK && i < count; i++) {
        size_t length = 0;
        const c4_json *item = c4_json_item(folders, i);
        const char *name = c4_json_text(item, &length);
        if (c4_json_kind(item) != C4_JSON_TEXT) {
            c4_take_refuse(r, "a folder has no name");
            return;
        }
        c4_take_copy(r, name, length, &names[i]);
    }
    space->folders = names;
    space->folder_count = count;
}

static void take_items(c4_definition_reader *r, const c4_json *object, c4_space *space)
{
    const c4_json *items = c4_take_member(r, object, "items", C4_JSON_ARRAY);
    size_t count = c4_json_count(items);
    c4_space_item *list = items != NULL ? c4_take_room(r, count, sizeof *list) : NULL;

    if (list == NULL) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        int32_t folder = 0;
        c4_take_i32(r, c4_json_item(items, i), "module", 1, INT32_MAX, &list[i].module);
        c4_take_i32(r, c4_json_item(items, i), "folder", 0, (int32_t)space->folder_count, &folder);
        list[i].folder = (uint32_t)folder;
        if (list[i].module == 0) {
            c4_take_refuse(r, "a place in the space has no module");
        }
    }
    space->items = list;
    space->item_count = count;
}

int c4_definition_read_space(const c4_definition_source *source, const crm4e_value *text,
                             c4_space *space)
{
    c4_definition_reader r = {source, CRM4E_OK};
    c4_json_document document;

    c4_take_open(&r, &document, text);
    take_folders(&r, document.root, space);
    take_items(&r, document.root, space);
    c4_json_free(&document);
    return r.rc;
}
