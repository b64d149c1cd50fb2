/* SPDX-License-Identifier: MIT */
#include "automation/user_criteria.h"

#include <string.h>

#include "base/text.h"
#include "model/manage.h"
#include "model/manage_rules.h"

static const char *name_of(const c4_user *user)
{
    return user->name;
}

static const char *email_of(const c4_user *user)
{
    return user->email;
}

static const char *role_of(const c4_user *user)
{
    return user->role->name;
}

static const char *profile_of(const c4_user *user)
{
    return user->profile->name;
}

static const char *status_of(const c4_user *user)
{
    return c4_text_of(C4_NAMES_USER_STATUS, user->status);
}

typedef struct user_field {
    const char *name;
    const char *(*text)(const c4_user *user); /* NULL: whether he is online */
} user_field;

static const user_field user_fields[] = {
    {"Name", name_of},       {"Email", email_of},   {"Role", role_of},
    {"Profile", profile_of}, {"Status", status_of}, {"Online", NULL},
};

static const user_field *field_named(const char *name)
{
    for (size_t i = 0; i < sizeof user_fields / sizeof user_fields[0]; i++) {
        if (strcmp(user_fields[i].name, name) == 0) {
            return &user_fields[i];
        }
    }
    return NULL;
}

/* ------------------------------------------------------------- reading */

static bool takes(const user_field *field, const c4_criteria *leaf)
{
    const bool equals = leaf->comparator == C4_EQUAL || leaf->comparator == C4_NOT_EQUAL;
    bool fits = leaf->literal_count > 0;

    for (size_t i = 0; i < leaf->literal_count; i++) {
        fits = fits && leaf->literals[i].kind ==
                           (field->text != NULL ? C4_LITERAL_TEXT : C4_LITERAL_BOOLEAN);
    }
    if (field->text == NULL) {
        return fits && equals;
    }
    return fits && (equals || leaf->comparator == C4_IN || leaf->comparator == C4_NOT_IN ||
                    leaf->comparator == C4_LIKE || leaf->comparator == C4_NOT_LIKE);
}

/* Criteria are bounded in depth and width by their parser. */
static void check(c4_rule_reader *reader, const c4_criteria *node)
{
    const user_field *field;

    if (node->kind == C4_CRITERIA_LEAF) {
        field = field_named(node->path);
        if (field == NULL) {
            c4_rule_refuse(reader, CRM4E_E_INVALID, "criteria", "field",
                           "names something other than Name, Email, Role, Profile, Status and "
                           "Online of users");
        } else if (!takes(field, node)) {
            c4_rule_refuse(reader, CRM4E_E_INVALID, "criteria", "comparator",
                           "compares a user with what does not go with it");
        }
    }
    for (size_t i = 0; i < node->child_count && reader->rc == CRM4E_OK; i++) {
        check(reader, node->children[i]);
    }
}

const c4_criteria *c4_user_criteria_read(c4_rule_reader *reader, const char *text)
{
    const c4_criteria *criteria = NULL;

    if (reader->rc == CRM4E_OK) {
        reader->rc = c4_criteria_parse(reader->arena, reader->error, text, strlen(text), &criteria);
    }
    if (reader->rc == CRM4E_OK) {
        check(reader, criteria);
    }
    return reader->rc == CRM4E_OK ? criteria : NULL;
}

/* ------------------------------------------------------------- matching */

typedef struct folded {
    char *text;
    size_t length;
} folded;

static int fold(c4_unit *unit, const char *text, size_t length, folded *out)
{
    out->text = c4_text_folded(&unit->env->mem, text, length, &out->length);
    return out->text != NULL ? CRM4E_OK : c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
}

static bool contains(const folded *text, const folded *part)
{
    bool found = part->length == 0;

    for (size_t i = 0; !found && i + part->length <= text->length; i++) {
        found = memcmp(text->text + i, part->text, part->length) == 0;
    }
    return found;
}

static bool is_like(const folded *text, const folded *part, bool open_start, bool open_end)
{
    const size_t rest = text->length - part->length;

    if (part->length > text->length) {
        return false;
    }
    if (open_start && open_end) {
        return contains(text, part);
    }
    if (!open_start && !open_end && rest > 0) {
        return false;
    }
    return memcmp(text->text + (open_start ? rest : 0), part->text, part->length) == 0;
}

/* A pattern is a text with % at either end. */
static int compare(c4_unit *unit, const folded *text, const c4_literal *literal, bool pattern,
                   bool *same)
{
    const char *start = literal->text;
    size_t length = literal->length;
    const bool open_start = pattern && length > 0 && start[0] == '%';
    bool open_end;
    folded part;
    int rc;

    start += open_start ? 1 : 0;
    length -= open_start ? 1 : 0;
    open_end = pattern && length > 0 && start[length - 1] == '%';
    length -= open_end ? 1 : 0;
    rc = fold(unit, start, length, &part);
    if (rc == CRM4E_OK) {
        *same =
            is_like(text, &part, open_start, open_end || (pattern && open_start && length == 0));
        c4_free(&unit->env->mem, part.text);
    }
    return rc;
}

static int match_text(c4_unit *unit, const c4_criteria *leaf, const char *value, bool *matches)
{
    const bool pattern = leaf->comparator == C4_LIKE || leaf->comparator == C4_NOT_LIKE;
    folded text;
    bool same = false;
    int rc = fold(unit, value, strlen(value), &text);

    if (rc != CRM4E_OK) {
        return rc;
    }
    for (size_t i = 0; i < leaf->literal_count && rc == CRM4E_OK && !same; i++) {
        rc = compare(unit, &text, &leaf->literals[i], pattern, &same);
    }
    c4_free(&unit->env->mem, text.text);
    *matches = same == (leaf->comparator == C4_EQUAL || leaf->comparator == C4_IN ||
                        leaf->comparator == C4_LIKE);
    return rc;
}

static int match_leaf(c4_unit *unit, const c4_criteria *leaf, const c4_user *user, bool *matches)
{
    const user_field *field = field_named(leaf->path);
    const c4_literal *wanted = leaf->literals;
    bool online = false;
    int rc;

    if (field->text != NULL) {
        return match_text(unit, leaf, field->text(user), matches);
    }
    rc = c4_user_online(unit, user->id, &online);
    *matches = (online == (wanted->length == 4)) == (leaf->comparator == C4_EQUAL);
    return rc;
}

int c4_user_criteria_match(c4_unit *unit, const c4_criteria *criteria, const c4_user *user,
                           bool *matches)
{
    const bool any = criteria->kind == C4_CRITERIA_OR;
    int rc = CRM4E_OK;

    if (criteria->kind == C4_CRITERIA_LEAF) {
        return match_leaf(unit, criteria, user, matches);
    }
    *matches = !any;
    for (size_t i = 0; i < criteria->child_count && rc == CRM4E_OK && *matches == !any; i++) {
        rc = c4_user_criteria_match(unit, criteria->children[i], user, matches);
    }
    if (criteria->kind == C4_CRITERIA_NOT) {
        *matches = !*matches;
    }
    return rc;
}
