/* SPDX-License-Identifier: MIT */
/* Picklists as sets of option codes, users and records as ids. */
#include "record/query_leaf.h"

#include "base/text.h"
#include "model/money.h"
#include "model/schema.h"
#include "record/link.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Codes or ids that a leaf compares with. */
typedef struct code_list {
    int64_t *items;
    size_t count;
} code_list;

static int named_option(const c4_leaf *leaf, const c4_literal *literal, code_list *codes)
{
    const c4_option *option = NULL;
    if (literal->kind != C4_LITERAL_TEXT)
        return c4_leaf_refuse(leaf, "type", "the value must be a text in quotes");
    if (c4_text_check(literal->text, literal->length) == CRM4E_OK)
        option = c4_field_option_named(leaf->field, literal->text, literal->length);
    if (option == NULL)
        return c4_leaf_refuse(leaf, "picklist", "the field has no such value");
    codes->items[codes->count++] = option->code;
    return CRM4E_OK;
}

/* 1 when the folded text matches the folded part, 0 when not, or a code. */
static int text_matches(const c4_mem *mem, const char *text, crm4e_operator op,
                        const crm4e_value *part)
{
    crm4e_predicate node = c4_where(op, 0, part, 1);
    /* never asked to fold: both sides are folded already */
    static const crm4e_storage_host host = {.struct_size = sizeof host};
    size_t length = 0;
    char *folded = c4_text_folded(mem, text, strlen(text), &length);
    crm4e_value row = c4_text_value(folded, length);
    int truth = folded == NULL ? CRM4E_E_NO_MEMORY : crm4e_plan_matches(&host, &node, &row, 1);
    c4_free(mem, folded);
    return truth;
}

static int option_matches(const c4_mem *mem, const c4_option *option, crm4e_operator op,
                          const crm4e_value *part)
{
    int truth = text_matches(mem, option->actual, op, part);
    if (truth == 0)
        truth = text_matches(mem, option->display.en, op, part);
    if (truth == 0)
        truth = text_matches(mem, option->display.zh, op, part);
    return truth;
}

/* Values whose actual or shown text matches. */
static int liked_options(const c4_leaf *leaf, const c4_literal *literal, code_list *codes)
{
    const c4_field *field = leaf->field;
    const c4_mem *mem = leaf->compiler->unit->arena->mem;
    c4_like_part like;
    crm4e_value part = {0};
    char *folded;
    int truth = 0;
    if (literal->kind != C4_LITERAL_TEXT ||
        c4_text_check(literal->text, literal->length) != CRM4E_OK ||
        !c4_like_split(literal->text, literal->length, &like))
        return c4_leaf_refuse(leaf, "like", "like takes a text with % only at its ends");
    folded = c4_text_folded(mem, literal->text + like.start, like.length, &part.length);
    if (folded == NULL)
        return c4_leaf_no_memory(leaf);
    part = c4_text_value(folded, part.length);
    for (size_t i = 0; i < field->option_count && truth >= 0; i++) {
        truth = option_matches(mem, &field->options[i], like.op, &part);
        if (truth > 0)
            codes->items[codes->count++] = field->options[i].code;
    }
    c4_free(mem, folded);
    return truth < 0 ? c4_compiler_fail(leaf->compiler, truth) : CRM4E_OK;
}

/* ";17;" inside of ";3;17;20;". */
static int contains(const c4_leaf *leaf, int64_t code, crm4e_predicate *out)
{
    c4_arena *arena = leaf->compiler->unit->arena;
    char text[32];
    int length = snprintf(text, sizeof text, ";%" PRId64 ";", code);
    const char *kept = c4_arena_text(arena, text, (size_t)length);
    crm4e_value *value = c4_arena_array(arena, 1, sizeof *value);
    if (kept == NULL || value == NULL)
        return c4_leaf_no_memory(leaf);
    *value = c4_text_value(kept, (size_t)length);
    *out = c4_where(CRM4E_OP_CONTAINS, leaf->field->column, value, 1);
    return CRM4E_OK;
}

static int any_of(const c4_leaf *leaf, const code_list *codes, bool negative, crm4e_predicate *out)
{
    c4_arena *arena = leaf->compiler->unit->arena;
    crm4e_predicate *nodes = c4_arena_array(arena, codes->count, sizeof *nodes);
    crm4e_predicate any;
    int rc = CRM4E_OK;
    if (nodes == NULL)
        return c4_leaf_no_memory(leaf);
    for (size_t i = 0; i < codes->count && rc == CRM4E_OK; i++)
        rc = contains(leaf, codes->items[i], &nodes[i]);
    any = c4_where_any(nodes, codes->count);
    *out = any;
    if (codes->count == 0)
        *out = c4_leaf_constant(leaf, negative);
    else if (rc == CRM4E_OK && negative && !c4_node_not(arena, &any, out))
        rc = c4_leaf_no_memory(leaf);
    return rc;
}

bool c4_leaf_is_currency(const c4_leaf *leaf)
{
    return leaf->field == leaf->field->module->currency;
}

/* Where nothing is there the currency is the home currency. */
static int with_home(const c4_leaf *leaf, const code_list *codes, bool negative,
                     crm4e_predicate *out)
{
    const int32_t home = c4_currency_code(leaf->compiler->unit->meta->org.currency);
    const crm4e_predicate nothing = c4_where(CRM4E_OP_IS_NULL, leaf->field->column, NULL, 0);
    const crm4e_predicate others = *out;
    bool among = false;
    for (size_t i = 0; i < codes->count; i++)
        among = among || codes->items[i] == home;
    return among == negative ||
                   c4_node_both(leaf->compiler->unit->arena, CRM4E_OP_OR, &others, &nothing, out)
               ? CRM4E_OK
               : c4_leaf_no_memory(leaf);
}

int c4_leaf_option(const c4_leaf *leaf, crm4e_predicate *out)
{
    bool several = c4_type_info_of(leaf->field->type)->stored == C4_STORED_OPTIONS;
    bool like = leaf->comparator == C4_LIKE || leaf->comparator == C4_NOT_LIKE;
    bool negative = c4_comparator_negative(leaf->comparator);
    size_t room = like ? leaf->field->option_count : leaf->count;
    code_list codes = {.items = c4_arena_array(leaf->compiler->unit->arena, room, sizeof(int64_t))};
    int rc = codes.items == NULL ? c4_leaf_no_memory(leaf) : CRM4E_OK;
    for (size_t i = 0; i < leaf->count && rc == CRM4E_OK; i++)
        rc = like ? liked_options(leaf, &leaf->literals[i], &codes)
                  : named_option(leaf, &leaf->literals[i], &codes);
    if (rc == CRM4E_OK)
        rc = several ? any_of(leaf, &codes, negative, out)
                     : c4_leaf_set(leaf, codes.items, codes.count, negative, out);
    if (rc == CRM4E_OK && c4_leaf_is_currency(leaf))
        rc = with_home(leaf, &codes, negative, out);
    return rc;
}

static int put_holders(const c4_leaf *leaf, const c4_literal *literal, c4_literal *literals,
                       size_t *count)
{
    const c4_unit *unit = leaf->compiler->unit;
    const c4_role *role = NULL;
    if (c4_text_check(literal->text, literal->length) == CRM4E_OK)
        role = c4_meta_role_named(unit->meta, literal->text);
    if (role == NULL)
        return c4_leaf_refuse(leaf, "role", "there is no such role");
    for (size_t i = 0; i < unit->meta->user_count; i++) {
        const c4_user *user = &unit->meta->users[i];
        char text[32];
        int length = snprintf(text, sizeof text, "%" PRId64, user->id);
        const char *kept;
        if (user->role != role)
            continue;
        kept = c4_arena_text(unit->arena, text, (size_t)length);
        if (kept == NULL)
            return c4_leaf_no_memory(leaf);
        literals[(*count)++] = (c4_literal){C4_LITERAL_NUMBER, kept, (size_t)length};
    }
    return CRM4E_OK;
}

/* Everybody who holds the role, in the place of it. */
int c4_leaf_expand_roles(const c4_leaf *leaf, c4_leaf *out, bool *expanded)
{
    c4_unit *unit = leaf->compiler->unit;
    size_t most = leaf->count + unit->meta->user_count * leaf->count;
    c4_literal *literals;
    *expanded = false;
    for (size_t i = 0; i < leaf->count && !*expanded; i++)
        *expanded = leaf->literals[i].kind == C4_LITERAL_ROLE;
    *out = *leaf;
    if (!*expanded)
        return CRM4E_OK;
    if (!c4_field_holds_users(leaf->field))
        return c4_leaf_refuse(leaf, "role", "a role stands for users");
    literals = c4_arena_array(unit->arena, most, sizeof *literals);
    if (literals == NULL)
        return c4_leaf_no_memory(leaf);
    out->literals = literals;
    out->count = 0;
    out->comparator = c4_comparator_negative(leaf->comparator) ? C4_NOT_IN : C4_IN;
    for (size_t i = 0; i < leaf->count; i++) {
        int rc = CRM4E_OK;
        if (leaf->literals[i].kind != C4_LITERAL_ROLE)
            literals[out->count++] = leaf->literals[i];
        else
            rc = put_holders(leaf, &leaf->literals[i], literals, &out->count);
        if (rc != CRM4E_OK)
            return rc;
    }
    return CRM4E_OK;
}

static int user_id(const c4_leaf *leaf, const c4_literal *literal, int64_t *id)
{
    const c4_unit *unit = leaf->compiler->unit;
    const c4_user *user = NULL;
    if (literal->kind == C4_LITERAL_CURRENT_USER) {
        user = unit->actor;
    } else if (literal->kind == C4_LITERAL_TEXT &&
               c4_text_check(literal->text, literal->length) == CRM4E_OK) {
        const char *email = c4_arena_text(unit->arena, literal->text, literal->length);
        if (email == NULL)
            return c4_leaf_no_memory(leaf);
        user = c4_meta_user_by_email(unit->meta, email);
    }
    if (user == NULL)
        return c4_leaf_refuse(leaf, "user", "there is no such user");
    *id = user->id;
    return CRM4E_OK;
}

static bool all_digits(const c4_literal *literal)
{
    bool digits = literal->length > 0;
    for (size_t i = 0; i < literal->length && digits; i++)
        digits = literal->text[i] >= '0' && literal->text[i] <= '9';
    return digits;
}

int c4_literal_id(const c4_leaf *leaf, const c4_literal *literal, int64_t *id)
{
    bool users = c4_field_holds_users(leaf->field);
    bool number = literal->kind == C4_LITERAL_NUMBER ||
                  (literal->kind == C4_LITERAL_TEXT && all_digits(literal));
    c4_interval interval;
    if (users && !number)
        return user_id(leaf, literal, id);
    if (!number || !c4_interval_of_number(literal->text, literal->length, 0, &interval))
        return c4_leaf_refuse(leaf, "type",
                              users ? "the value must be a user: id or email"
                                    : "the value must be the id of a record");
    /* 0 is nobody's id */
    *id = interval.beyond == 0 && interval.low == interval.high ? interval.low : 0;
    return CRM4E_OK;
}

static int ids_of(const c4_leaf *leaf, crm4e_predicate *out)
{
    code_list ids = {.items =
                         c4_arena_array(leaf->compiler->unit->arena, leaf->count, sizeof(int64_t))};
    int rc = ids.items == NULL ? c4_leaf_no_memory(leaf) : CRM4E_OK;
    for (size_t i = 0; i < leaf->count && rc == CRM4E_OK; i++)
        rc = c4_literal_id(leaf, &leaf->literals[i], &ids.items[ids.count++]);
    if (rc == CRM4E_OK)
        rc = any_of(leaf, &ids, c4_comparator_negative(leaf->comparator), out);
    return rc;
}

int c4_leaf_ids(const c4_leaf *leaf, crm4e_predicate *out)
{
    return c4_leaf_named(leaf, ids_of, out);
}

int c4_leaf_links(const c4_leaf *leaf, crm4e_predicate *out)
{
    c4_arena *arena = leaf->compiler->unit->arena;
    crm4e_value *ids = c4_arena_array(arena, leaf->count, sizeof *ids);
    crm4e_predicate which;
    int rc = ids == NULL ? c4_leaf_no_memory(leaf) : CRM4E_OK;
    for (size_t i = 0; i < leaf->count && rc == CRM4E_OK; i++) {
        int64_t id = 0;
        rc = c4_literal_id(leaf, &leaf->literals[i], &id);
        ids[i] = c4_integer(id);
    }
    which = c4_where(CRM4E_OP_IN, C4_LINK_TARGET, ids, leaf->count);
    if (rc == CRM4E_OK && !c4_links_where(arena, leaf->field, &which, out))
        rc = c4_leaf_no_memory(leaf);
    return rc;
}
