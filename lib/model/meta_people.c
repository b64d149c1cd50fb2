/* SPDX-License-Identifier: MIT */
/* Roles, profiles, users and spaces of a snapshot. */
#include "model/meta_build.h"

#include <stdlib.h>
#include <string.h>

enum {
    ROLE_DEPTH = 64
};

static void read_role(c4_row *row, void *item)
{
    c4_role *role = item;

    role->id = row->source.id;
    role->name = c4_row_text(row, C4_ROLE_NAME);
    role->parent = c4_row_i64(row, C4_ROLE_PARENT, 0, INT64_MAX);
    role->share_with_peers = c4_row_boolean(row, C4_ROLE_SHARE_WITH_PEERS);
}

/* The tree as first child and next sibling, by position; `count` is none. */
typedef struct role_tree {
    c4_role *roles;
    size_t count;
    size_t *child;
    size_t *sibling;
    size_t *parent;
    size_t root; /* the first of the siblings without a parent */
} role_tree;

static size_t *positions(const c4_builder *builder, size_t count)
{
    size_t *list = c4_arena_array(&builder->meta->arena, count + 1, sizeof *list);

    for (size_t i = 0; list != NULL && i <= count; i++) {
        list[i] = count;
    }
    return list;
}

/* From the last to the first, so that siblings come in order of id. */
static int link_roles(const c4_builder *builder, role_tree *tree)
{
    tree->child = positions(builder, tree->count);
    tree->sibling = positions(builder, tree->count);
    tree->parent = positions(builder, tree->count);
    tree->root = tree->count;
    if (tree->child == NULL || tree->sibling == NULL || tree->parent == NULL) {
        return c4_build_no_memory(builder);
    }
    for (size_t i = tree->count; i-- > 0;) {
        const c4_role *role = &tree->roles[i];
        const c4_role *parent = c4_meta_role(builder->meta, role->parent);
        size_t *first = &tree->root;
        if (role->parent != 0 && parent == NULL) {
            return c4_build_corrupt(builder, C4_TABLE_ROLE, role->id, "there is no such parent");
        }
        if (parent != NULL) {
            tree->parent[i] = (size_t)(parent - builder->meta->roles);
            first = &tree->child[tree->parent[i]];
        }
        tree->sibling[i] = *first;
        *first = i;
    }
    return CRM4E_OK;
}

/* The role that is walked after `at`, whose subtree is done: closes it and
 * those above it that are done, too. */
static size_t leave_role(role_tree *tree, size_t at, uint32_t last, size_t *depth)
{
    while (at != tree->count) {
        tree->roles[at].last = last;
        if (tree->sibling[at] != tree->count) {
            return tree->sibling[at];
        }
        at = tree->parent[at];
        *depth -= 1;
    }
    return at;
}

/* Numbers the tree in the order of a walk. Roles that are not reached lie on a
 * cycle. */
static int number_roles(const c4_builder *builder, role_tree *tree)
{
    uint32_t number = 0;
    size_t depth = 1;
    size_t at = tree->root;

    while (at != tree->count) {
        tree->roles[at].first = ++number;
        if (depth > ROLE_DEPTH) {
            return c4_build_corrupt(builder, C4_TABLE_ROLE, tree->roles[at].id,
                                    "the tree of roles is too deep");
        }
        if (tree->child[at] != tree->count) {
            at = tree->child[at];
            depth++;
        } else {
            at = leave_role(tree, at, number, &depth);
        }
    }
    for (size_t i = 0; i < tree->count; i++) {
        if (tree->roles[i].first == 0) {
            return c4_build_corrupt(builder, C4_TABLE_ROLE, tree->roles[i].id,
                                    "the role lies on a cycle");
        }
    }
    return CRM4E_OK;
}

int c4_build_roles(c4_builder *builder)
{
    role_tree tree = {0};
    void *items = NULL;
    int rc = c4_build_list(builder, C4_TABLE_ROLE, sizeof(c4_role), read_role, &items, &tree.count);

    tree.roles = items;
    builder->meta->roles = tree.roles;
    builder->meta->role_count = tree.count;
    if (rc == CRM4E_OK) {
        rc = link_roles(builder, &tree);
    }
    if (rc == CRM4E_OK) {
        rc = number_roles(builder, &tree);
    }
    return rc;
}

/* The built-in profiles are what they are, whatever is stored: only the modules
 * of the Team User are taken from the row. */
static void fix_profile(c4_profile *profile)
{
    c4_profile fixed = {.id = profile->id, .name = profile->name, .kind = profile->kind};

    switch (profile->kind) {
    case C4_PROFILE_ADMINISTRATOR:
        fixed.admin = C4_ADMIN_ALL;
        fixed.actions = C4_ACTIONS_ALL;
        break;
    case C4_PROFILE_STANDARD:
        fixed.actions = C4_ACTIONS_ALL & ~(1u << CRM4E_ACTION_MASS_DELETE);
        break;
    case C4_PROFILE_TEAM_USER:
        fixed.modules = profile->modules;
        fixed.module_count = profile->module_count;
        break;
    case C4_PROFILE_CUSTOM:
    default: fixed = *profile; break;
    }
    *profile = fixed;
}

static void read_profile(c4_row *row, void *item)
{
    c4_profile *profile = item;
    crm4e_value definition = row->values[C4_PROFILE_DEFINITION];

    profile->id = row->source.id;
    profile->name = c4_row_text(row, C4_PROFILE_NAME);
    profile->kind = (c4_profile_kind)c4_row_i64(row, C4_PROFILE_KIND, C4_PROFILE_ADMINISTRATOR,
                                                C4_PROFILE_CUSTOM);
    if (row->rc == CRM4E_OK) {
        row->rc = c4_definition_read_profile(&row->source, &definition, profile);
    }
    fix_profile(profile);
}

int c4_build_profiles(c4_builder *builder)
{
    void *items = NULL;
    int rc = c4_build_list(builder, C4_TABLE_PROFILE, sizeof(c4_profile), read_profile, &items,
                           &builder->meta->profile_count);

    builder->meta->profiles = items;
    return rc;
}

static const c4_role *find_role(c4_row *row)
{
    const c4_role *role = c4_meta_role(row->meta, c4_row_i64(row, C4_USER_ROLE, 1, INT64_MAX));

    if (role == NULL) {
        c4_row_refuse(row, "there is no such role");
    }
    return role;
}

static const c4_profile *find_profile(c4_row *row)
{
    const c4_profile *profile =
        c4_meta_profile(row->meta, c4_row_i64(row, C4_USER_PROFILE, 1, INT64_MAX));

    if (profile == NULL) {
        c4_row_refuse(row, "there is no such profile");
    }
    return profile;
}

static void read_user(c4_row *row, void *item)
{
    c4_user *user = item;

    user->id = row->source.id;
    user->name = c4_row_text(row, C4_USER_NAME);
    user->email = c4_row_text(row, C4_USER_EMAIL);
    user->role = find_role(row);
    user->profile = find_profile(row);
    user->licence = c4_row_word(row, C4_USER_LICENCE, C4_NAMES_LICENCE);
    user->status = c4_row_word(row, C4_USER_STATUS, C4_NAMES_USER_STATUS);
    user->locale = c4_row_text(row, C4_USER_LOCALE);
    user->zone = c4_row_text(row, C4_USER_ZONE);
    user->reporting_to = c4_row_i64(row, C4_USER_REPORTING_TO, 0, INT64_MAX);
    (void)c4_row_word(row, C4_USER_UI_MODE,
                      C4_NAMES_UI_MODE); /* sound; read when it is asked for */
    user->email_key = user->status == CRM4E_USER_DELETED ? "" : c4_row_text(row, C4_USER_EMAIL_KEY);
}

static int compare_emails(const void *a, const void *b)
{
    const c4_user *const *x = a;
    const c4_user *const *y = b;

    return strcmp((*x)->email_key, (*y)->email_key);
}

static int index_emails(c4_builder *builder)
{
    c4_meta *meta = builder->meta;
    const c4_user **list = c4_arena_array(&meta->arena, meta->user_count, sizeof(const c4_user *));
    size_t count = 0;

    if (list == NULL) {
        return c4_build_no_memory(builder);
    }
    for (size_t i = 0; i < meta->user_count; i++) {
        if (meta->users[i].status != CRM4E_USER_DELETED) {
            list[count++] = &meta->users[i];
        }
    }
    qsort(list, count, sizeof *list, compare_emails);
    for (size_t i = 1; i < count; i++) {
        if (compare_emails(&list[i - 1], &list[i]) == 0) {
            return c4_build_corrupt(builder, C4_TABLE_USER, list[i]->id,
                                    "the e-mail address is there twice");
        }
    }
    meta->users_by_email = list;
    meta->users_by_email_count = count;
    return CRM4E_OK;
}

/* Follows each user's superiors until a walk of before, the top, or himself:
 * every user is entered once. */
static int check_superiors(c4_builder *builder)
{
    const c4_meta *meta = builder->meta;
    size_t *walk = c4_arena_array(&builder->meta->arena, meta->user_count, sizeof *walk);

    if (walk == NULL) {
        return c4_build_no_memory(builder);
    }
    for (size_t i = 0; i < meta->user_count; i++) {
        const c4_user *user = &meta->users[i];
        while (walk[user - meta->users] == 0) {
            walk[user - meta->users] = i + 1;
            if (user->reporting_to == 0) {
                break;
            }
            user = c4_meta_user(meta, user->reporting_to);
            if (user == NULL || walk[user - meta->users] == i + 1) {
                return c4_build_corrupt(builder, C4_TABLE_USER, meta->users[i].id,
                                        user == NULL ? "there is no such superior"
                                                     : "the superiors form a cycle");
            }
        }
    }
    return CRM4E_OK;
}

int c4_build_users(c4_builder *builder)
{
    void *items = NULL;
    int rc = c4_build_list(builder, C4_TABLE_USER, sizeof(c4_user), read_user, &items,
                           &builder->meta->user_count);

    builder->meta->users = items;
    if (rc == CRM4E_OK) {
        rc = index_emails(builder);
    }
    if (rc == CRM4E_OK) {
        rc = check_superiors(builder);
    }
    return rc;
}

static void read_space(c4_row *row, void *item)
{
    c4_space *space = item;
    crm4e_value definition = row->values[C4_SPACE_DEFINITION];

    space->id = row->source.id;
    space->name = c4_row_text(row, C4_SPACE_NAME);
    if (row->rc == CRM4E_OK) {
        row->rc = c4_definition_read_space(&row->source, &definition, space);
    }
}

/* A space holds few modules: each is compared with those before it. */
static int check_items(c4_builder *builder, const c4_space *space)
{
    for (size_t i = 0; i < space->item_count; i++) {
        int32_t module = space->items[i].module;
        if (i >= builder->meta->module_count || c4_meta_module(builder->meta, module) == NULL) {
            return c4_build_corrupt(builder, C4_TABLE_SPACE, space->id,
                                    "it holds a module that does not exist");
        }
        for (size_t j = 0; j < i; j++) {
            if (space->items[j].module == module) {
                return c4_build_corrupt(builder, C4_TABLE_SPACE, space->id,
                                        "it holds a module twice");
            }
        }
    }
    return CRM4E_OK;
}

/* Takes the members of one space from the links, which are in the same order. */
static void take_members(c4_space *space, const c4_link *links, c4_space_member *members,
                         size_t count, size_t *at)
{
    size_t first = *at;

    for (; *at < count && links[*at].owner == space->id; *at += 1) {
        members[*at] = (c4_space_member){links[*at].user, links[*at].value != 0};
    }
    space->members = members + first;
    space->member_count = *at - first;
}

static int add_space_members(c4_builder *builder, c4_space *spaces)
{
    c4_space_member *members = NULL;
    c4_link *links = NULL;
    size_t count = 0;
    size_t at = 0;
    int rc = c4_build_links(builder, C4_TABLE_SPACE_MEMBER, &links, &count);

    if (rc != CRM4E_OK) {
        return rc;
    }
    members = c4_arena_array(&builder->meta->arena, count, sizeof *members);
    if (members == NULL) {
        return c4_build_no_memory(builder);
    }
    for (size_t i = 0; i < builder->meta->space_count; i++) {
        take_members(&spaces[i], links, members, count, &at);
    }
    if (at < count) {
        return c4_build_corrupt(builder, C4_TABLE_SPACE_MEMBER, links[at].id,
                                "there is no such space");
    }
    return CRM4E_OK;
}

int c4_build_spaces(c4_builder *builder)
{
    void *items = NULL;
    int rc = c4_build_list(builder, C4_TABLE_SPACE, sizeof(c4_space), read_space, &items,
                           &builder->meta->space_count);

    builder->meta->spaces = items;
    for (size_t i = 0; rc == CRM4E_OK && i < builder->meta->space_count; i++) {
        rc = check_items(builder, &builder->meta->spaces[i]);
    }
    if (rc == CRM4E_OK) {
        rc = add_space_members(builder, items);
    }
    return rc;
}
