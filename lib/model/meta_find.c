/* SPDX-License-Identifier: MIT */
#include "model/meta_build.h"

#include <string.h>

#include "base/text.h"

/*
 * Names are folded where they are compared. That must not fail, so the folding
 * works in room on the stack; text too long for it matches nothing, which no
 * name within the limits of the model is.
 */
enum {
    ROOM = 4096,
    FOLDED_MAX = 1024
};

typedef struct stack_room {
    c4_mem mem;
    size_t used;
    _Alignas(max_align_t) char bytes[ROOM];
} stack_room;

typedef struct folded_name {
    size_t length;
    bool valid;
    char text[FOLDED_MAX];
} folded_name;

static void *room_allocate(void *user, size_t size)
{
    const size_t unit = sizeof(max_align_t);
    stack_room *room = user;
    char *block = room->bytes + room->used;

    if (size > ROOM || (size + unit - 1) / unit * unit > ROOM - room->used) {
        return NULL;
    }
    room->used += (size + unit - 1) / unit * unit;
    return block;
}

/* The old size is not known: copies what can have been in it, up to `size`. */
static void *room_reallocate(void *user, void *block, size_t size)
{
    stack_room *room = user;
    size_t behind = room->used - (size_t)((char *)block - room->bytes);
    char *grown = room_allocate(user, size);

    if (grown != NULL) {
        memcpy(grown, block, behind < size ? behind : size);
    }
    return grown;
}

static void room_release(void *user, void *block)
{
    (void)user;
    (void)block;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static void fold_wide(folded_name *name, const char *text, size_t length)
{
    stack_room room = {.used = 0};
    c4_buffer out;

    room.mem.host = (crm4e_allocator){sizeof(crm4e_allocator), &room, room_allocate,
                                      room_reallocate, room_release};
    c4_buffer_init(&out, &room.mem, FOLDED_MAX);
    c4_text_fold(&out, text, length);
    name->valid = out.code == CRM4E_OK && out.length <= FOLDED_MAX;
    name->length = name->valid ? out.length : 0;
    if (name->length > 0) {
        memcpy(name->text, out.data, name->length);
    }
}

static void fold(folded_name *name, const char *text, size_t length)
{
    unsigned char seen = 0;

    name->valid = text != NULL && length <= FOLDED_MAX;
    name->length = name->valid ? length : 0;
    for (size_t i = 0; i < name->length; i++) {
        name->text[i] = lower(text[i]);
        seen |= (unsigned char)text[i];
    }
    if (seen < 0x80) {
        return;
    }
    name->length = 0;
    name->valid = c4_text_check(text, length) == CRM4E_OK;
    if (name->valid) {
        fold_wide(name, text, length);
    }
}

static void fold_c(folded_name *name, const char *text)
{
    fold(name, text, text != NULL ? c4_text_within(text, FOLDED_MAX) : 0);
}

static bool is_named(const char *text, const folded_name *key)
{
    folded_name name;

    if (!key->valid) {
        return false;
    }
    fold_c(&name, text);
    return name.valid && name.length == key->length &&
           memcmp(name.text, key->text, key->length) == 0;
}

/* Items sorted by an id that is their member at `offset`; NULL when absent. */
static const void *find_id(const void *items, size_t count, size_t size, size_t offset, int64_t id)
{
    size_t low = 0;
    size_t high = count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const char *item = (const char *)items + middle * size;
        int64_t found;
        memcpy(&found, item + offset, sizeof found);
        if (found == id) {
            return item;
        }
        if (found < id) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}

const c4_user *c4_meta_user(const c4_meta *meta, crm4e_id id)
{
    return find_id(meta->users, meta->user_count, sizeof(c4_user), offsetof(c4_user, id), id);
}

const c4_role *c4_meta_role(const c4_meta *meta, crm4e_id id)
{
    return find_id(meta->roles, meta->role_count, sizeof(c4_role), offsetof(c4_role, id), id);
}

const c4_profile *c4_meta_profile(const c4_meta *meta, crm4e_id id)
{
    return find_id(meta->profiles, meta->profile_count, sizeof(c4_profile),
                   offsetof(c4_profile, id), id);
}

const c4_space *c4_meta_space(const c4_meta *meta, crm4e_id id)
{
    return find_id(meta->spaces, meta->space_count, sizeof(c4_space), offsetof(c4_space, id), id);
}

const c4_user_group *c4_meta_group(const c4_meta *meta, crm4e_id id)
{
    return find_id(meta->groups, meta->group_count, sizeof(c4_user_group),
                   offsetof(c4_user_group, id), id);
}

const c4_currency *c4_meta_currency_named(const c4_meta *meta, const char *iso_code)
{
    const c4_currency *found = NULL;

    for (size_t i = 0; i < meta->currency_count && found == NULL; i++) {
        if (strcmp(meta->currencies[i].iso_code, iso_code) == 0) {
            found = &meta->currencies[i];
        }
    }
    return found;
}

const c4_view *c4_meta_view(const c4_meta *meta, crm4e_id id)
{
    return find_id(meta->views, meta->view_count, sizeof(c4_view), offsetof(c4_view, id), id);
}

const char *c4_meta_subject_name(const c4_meta *meta, const c4_subject *subject)
{
    const c4_user *user = NULL;
    const c4_role *role = NULL;
    const c4_user_group *group = NULL;

    switch (subject->kind) {
    case CRM4E_SUBJECT_USER: user = c4_meta_user(meta, subject->id); break;
    case CRM4E_SUBJECT_GROUP: group = c4_meta_group(meta, subject->id); break;
    default: role = c4_meta_role(meta, subject->id); break;
    }
    return user != NULL    ? user->name
           : role != NULL  ? role->name
           : group != NULL ? group->name
                           : NULL;
}

crm4e_id c4_meta_subject_named(const c4_meta *meta, c4_subject_kind kind, const char *name)
{
    const c4_user *user = NULL;
    const c4_role *role = NULL;
    const c4_user_group *group = NULL;

    switch (kind) {
    case CRM4E_SUBJECT_USER: user = c4_meta_user_by_email(meta, name); break;
    case CRM4E_SUBJECT_GROUP: group = c4_meta_group_named(meta, name); break;
    default: role = c4_meta_role_named(meta, name); break;
    }
    return user != NULL ? user->id : role != NULL ? role->id : group != NULL ? group->id : 0;
}

bool c4_meta_subject_stays(const c4_meta *meta, const c4_subject *subject)
{
    const c4_user *user =
        subject->kind == CRM4E_SUBJECT_USER ? c4_meta_user(meta, subject->id) : NULL;

    return c4_meta_subject_name(meta, subject) != NULL &&
           (user == NULL || user->status != CRM4E_USER_DELETED);
}

const c4_sharing_rule *c4_meta_sharing_rules(const c4_meta *meta, int32_t module, size_t *count)
{
    size_t low = 0;
    size_t high = meta->sharing_rule_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (meta->sharing_rules[middle].module < module) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    for (high = low; high < meta->sharing_rule_count; high++) {
        if (meta->sharing_rules[high].module != module) {
            break;
        }
    }
    *count = high - low;
    return *count > 0 ? &meta->sharing_rules[low] : NULL;
}

const c4_member *c4_module_member(const c4_module *module, crm4e_id user)
{
    return find_id(module->members, module->member_count, sizeof(c4_member),
                   offsetof(c4_member, user), user);
}

const c4_space_member *c4_space_member_of(const c4_space *space, crm4e_id user)
{
    return find_id(space->members, space->member_count, sizeof(c4_space_member),
                   offsetof(c4_space_member, user), user);
}

const c4_module *c4_meta_module(const c4_meta *meta, int32_t number)
{
    size_t low = 0;
    size_t high = meta->module_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (meta->modules[middle]->number == number) {
            return meta->modules[middle];
        }
        if (meta->modules[middle]->number < number) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}

/* FNV-1a of folded text. */
static size_t name_hash(const char *text, size_t length)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);

    for (size_t i = 0; i < length; i++) {
        hash = (hash ^ (unsigned char)text[i]) * UINT64_C(0x100000001b3);
    }
    return (size_t)(hash ^ hash >> 32);
}

size_t c4_api_name_hash(const char *api_name)
{
    folded_name key;

    fold_c(&key, api_name);
    return name_hash(key.text, key.length);
}

/* Folded key against an API name, which is ASCII: -1, 0, 1 as in c4_text_order. */
static int order_name(const folded_name *key, const char *api_name)
{
    for (size_t i = 0; i < key->length; i++) {
        unsigned char a = (unsigned char)key->text[i];
        unsigned char b = (unsigned char)lower(api_name[i]);
        if (a != b) {
            return a < b ? -1 : 1;
        }
    }
    return api_name[key->length] == '\0' ? 0 : -1;
}

const c4_module *c4_meta_module_named(const c4_meta *meta, const char *api_name)
{
    folded_name key;
    size_t low = 0;
    size_t high = meta->module_count;

    fold_c(&key, api_name);
    while (key.valid && low < high) {
        size_t middle = low + (high - low) / 2;
        int order = order_name(&key, meta->modules_by_name[middle]->api_name);
        if (order == 0) {
            return meta->modules_by_name[middle];
        }
        if (order > 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}

const c4_field *c4_module_field(const c4_module *module, int32_t number)
{
    for (size_t i = 0; i < module->field_count; i++) {
        if (module->fields[i].number == number) {
            return &module->fields[i];
        }
    }
    return NULL;
}

const c4_field *c4_module_field_named(const c4_module *module, const char *api_name)
{
    size_t last = module->name_places - 1;
    folded_name key;
    size_t at;

    fold_c(&key, api_name);
    if (!key.valid) {
        return NULL;
    }
    at = name_hash(key.text, key.length) & last;
    while (module->by_name[at] != NULL && order_name(&key, module->by_name[at]->api_name) != 0) {
        at = (at + 1) & last;
    }
    return module->by_name[at];
}

const c4_field *c4_module_next_part(const c4_module *module, c4_part_walk *walk)
{
    const c4_field *field = walk->field < module->field_count ? &module->fields[walk->field] : NULL;
    const c4_field *part = field;

    if (field == NULL) {
        return NULL;
    }
    if (walk->column > 0) {
        part = &field->columns[walk->column - 1];
    }
    if (walk->column++ == field->column_count) {
        *walk = (c4_part_walk){walk->field + 1, 0};
    }
    return part;
}

const c4_field *c4_module_part(const c4_module *module, int32_t number)
{
    c4_part_walk walk = {0};
    const c4_field *part;

    while ((part = c4_module_next_part(module, &walk)) != NULL && part->number != number) {
    }
    return part;
}

const char *c4_part_name(const c4_field *part)
{
    const char *dot = strchr(part->api_name, '.');

    return dot != NULL ? dot + 1 : part->api_name;
}

const c4_field *c4_subform_column(const c4_field *subform, const char *name)
{
    folded_name key;

    fold_c(&key, name);
    for (size_t i = 0; key.valid && i < subform->column_count; i++) {
        if (order_name(&key, c4_part_name(&subform->columns[i])) == 0) {
            return &subform->columns[i];
        }
    }
    return NULL;
}

const c4_field *c4_module_part_named(const c4_module *module, const char *name)
{
    const char *dot = memchr(name, '.', c4_text_within(name, 2 * FOLDED_MAX));
    char start[FOLDED_MAX];
    const c4_field *field = NULL;

    if (dot == NULL) {
        return c4_module_field_named(module, name);
    }
    if ((size_t)(dot - name) < sizeof start) {
        memcpy(start, name, (size_t)(dot - name));
        start[dot - name] = '\0';
        field = c4_module_field_named(module, start);
    }
    return field != NULL ? c4_subform_column(field, dot + 1) : NULL;
}

const c4_user *c4_meta_user_by_email(const c4_meta *meta, const char *email)
{
    folded_name key;
    size_t low = 0;
    size_t high = meta->users_by_email_count;

    fold_c(&key, email);
    while (key.valid && low < high) {
        size_t middle = low + (high - low) / 2;
        const c4_user *user = meta->users_by_email[middle];
        int order = c4_text_order(user->email_key, strlen(user->email_key), key.text, key.length);
        if (order == 0) {
            return user;
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}

const c4_role *c4_meta_role_named(const c4_meta *meta, const char *name)
{
    folded_name key;

    fold_c(&key, name);
    for (size_t i = 0; i < meta->role_count; i++) {
        if (is_named(meta->roles[i].name, &key)) {
            return &meta->roles[i];
        }
    }
    return NULL;
}

const c4_profile *c4_meta_profile_named(const c4_meta *meta, const char *name)
{
    folded_name key;

    fold_c(&key, name);
    for (size_t i = 0; i < meta->profile_count; i++) {
        if (is_named(meta->profiles[i].name, &key)) {
            return &meta->profiles[i];
        }
    }
    return NULL;
}

const c4_space *c4_meta_space_named(const c4_meta *meta, const char *name)
{
    folded_name key;

    fold_c(&key, name);
    for (size_t i = 0; i < meta->space_count; i++) {
        if (is_named(meta->spaces[i].name, &key)) {
            return &meta->spaces[i];
        }
    }
    return NULL;
}

const c4_tab_group *c4_meta_tab_group_named(const c4_meta *meta, const char *name)
{
    folded_name key;

    fold_c(&key, name);
    for (size_t i = 0; i < meta->tab_group_count; i++) {
        if (is_named(meta->tab_groups[i].name, &key)) {
            return &meta->tab_groups[i];
        }
    }
    return NULL;
}

const c4_user_group *c4_meta_group_named(const c4_meta *meta, const char *name)
{
    folded_name key;

    fold_c(&key, name);
    for (size_t i = 0; i < meta->group_count; i++) {
        if (is_named(meta->groups[i].name, &key)) {
            return &meta->groups[i];
        }
    }
    return NULL;
}

const c4_sharing_rule *c4_meta_sharing_rule_named(const c4_meta *meta, int32_t module,
                                                  const char *name)
{
    size_t count = 0;
    const c4_sharing_rule *rules = c4_meta_sharing_rules(meta, module, &count);
    folded_name key;

    fold_c(&key, name);
    for (size_t i = 0; i < count; i++) {
        if (is_named(rules[i].name, &key)) {
            return &rules[i];
        }
    }
    return NULL;
}

bool c4_role_below(const c4_role *role, const c4_role *above)
{
    return above->first < role->first && role->first <= above->last;
}

const c4_option *c4_field_option(const c4_field *field, int32_t code)
{
    for (size_t i = 0; i < field->option_count; i++) {
        if (field->options[i].code == code) {
            return &field->options[i];
        }
    }
    return NULL;
}

static bool is_exactly(const char *text, const char *wanted, size_t length)
{
    return strncmp(text, wanted, length) == 0 && text[length] == '\0';
}

/* The plain case first: values come as they are stored. */
const c4_option *c4_field_option_named(const c4_field *field, const char *text, size_t length)
{
    folded_name key;

    if (text == NULL) {
        return NULL;
    }
    for (size_t i = 0; i < field->option_count; i++) {
        if (is_exactly(field->options[i].actual, text, length)) {
            return &field->options[i];
        }
    }
    fold(&key, text, length);
    for (size_t i = 0; i < field->option_count; i++) {
        const c4_option *option = &field->options[i];
        if (is_named(option->actual, &key) || is_named(option->display.en, &key) ||
            is_named(option->display.zh, &key)) {
            return option;
        }
    }
    return NULL;
}
