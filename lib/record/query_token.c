/* SPDX-License-Identifier: MIT */
/*
 * Page tokens: base64url of version, hash of query and actor, the time that today is
 * counted from (0 where nothing speaks of it), id, the values of the order's terms, and a keyed hash (SipHash-2-4) of all that. Everything
 * in it the reader has seen; the keyed hash keeps him from asking for other places.
 */
#include "record/query_page.h"

#include "base/seal.h"
#include "base/text.h"

#include <string.h>

enum {
    VERSION = 1
};

static void put_bytes(c4_buffer *out, const void *bytes, size_t length)
{
    c4_word_put(out, length);
    c4_buffer_put(out, bytes, length);
}

static void put_criteria(c4_buffer *out, const c4_criteria *node)
{
    c4_word_put(out, (uint64_t)node->kind);
    c4_word_put(out, node->child_count);
    for (size_t i = 0; i < node->child_count && node->kind != C4_CRITERIA_LEAF; i++)
        put_criteria(out, node->children[i]);
    if (node->kind != C4_CRITERIA_LEAF)
        return;
    put_bytes(out, node->path, strlen(node->path));
    c4_word_put(out, (uint64_t)node->comparator);
    c4_word_put(out, node->literal_count);
    for (size_t i = 0; i < node->literal_count; i++) {
        c4_word_put(out, (uint64_t)node->literals[i].kind);
        put_bytes(out, node->literals[i].text, node->literals[i].length);
    }
}

static void put_path(c4_buffer *out, const c4_path *path)
{
    c4_word_put(out, path->hop_count);
    for (size_t i = 0; i < path->hop_count; i++)
        c4_word_put(out, (uint64_t)path->hops[i]->number);
    c4_word_put(out, (uint64_t)path->field->number);
}

/* What groups are of and what is measured: averages with their decimals, which the
 * values of the position have. */
static void put_terms(c4_buffer *out, const c4_grouping *grouping, size_t columns)
{
    c4_word_put(out, grouping->key_count);
    c4_word_put(out, grouping->count);
    for (size_t i = 0; i < grouping->count; i++) {
        const c4_term *term = &grouping->terms[i];
        c4_word_put(out, (uint64_t)term->function << 1 | (term->distinct ? 1 : 0));
        c4_word_put(out, (uint64_t)term->by << 32 | term->scale);
        put_path(out, &term->path);
    }
    for (size_t i = 0; i < columns; i++)
        c4_word_put(out, grouping->columns[i]);
}

/* What a token is bound to: who asks, and all of the query but its page. */
static int query_hash(const c4_prepared *p, uint64_t *hash)
{
    const c4_query_tree *tree = p->tree;
    c4_buffer out;
    int rc;
    c4_buffer_init(&out, p->unit->arena->mem, SIZE_MAX / 2);
    c4_word_put(&out, (uint64_t)p->unit->actor->id);
    c4_word_put(&out, (uint64_t)p->scope.module->number);
    c4_word_put(&out, p->column_count);
    for (size_t i = 0; i < p->column_count && p->grouping == NULL; i++)
        put_path(&out, &p->columns[i]);
    if (p->grouping != NULL)
        put_terms(&out, p->grouping, p->column_count);
    for (size_t i = 0; i < p->order_count; i++)
        c4_word_put(&out, (uint64_t)p->order[i].column << 1 | p->order[i].descending);
    if (p->collated)
        put_bytes(&out, tree->locale, strlen(tree->locale));
    c4_word_put(&out, tree->ids != NULL);
    for (size_t i = 0; tree->ids != NULL && i < tree->id_count; i++)
        c4_word_put(&out, (uint64_t)tree->ids[i]);
    if (tree->where != NULL)
        put_criteria(&out, tree->where);
    rc = out.code;
    *hash = rc == CRM4E_OK ? c4_siphash(p->unit->meta->org.key, out.data, out.length) : 0;
    c4_buffer_free(&out);
    return rc == CRM4E_OK ? rc : c4_compiler_fail(&p->compiler, rc);
}

int c4_token_write(const c4_prepared *p, const c4_position *position, c4_arena *arena,
                   const char **token)
{
    uint64_t hash = 0;
    c4_buffer out;
    int rc = query_hash(p, &hash);
    if (rc != CRM4E_OK)
        return rc;
    c4_buffer_init(&out, p->unit->arena->mem, C4_TOKEN_CEILING / 4 * 3);
    c4_buffer_char(&out, VERSION);
    c4_word_put(&out, hash);
    c4_word_put(&out, p->compiler.relative ? (uint64_t)p->compiler.now : 0);
    c4_word_put(&out, (uint64_t)position->id);
    for (size_t i = 0; i < p->sort_count; i++) {
        const crm4e_value *value = &position->values[i];
        c4_buffer_char(&out, (char)value->type);
        if (value->type == CRM4E_VALUE_INTEGER)
            c4_word_put(&out, (uint64_t)value->integer);
        else if (value->type == CRM4E_VALUE_TEXT)
            put_bytes(&out, value->data, value->length);
    }
    rc = out.code;
    *token = rc == CRM4E_OK ? c4_seal(arena, p->unit->meta->org.key, out.data, out.length) : NULL;
    if (rc == CRM4E_OK && *token == NULL)
        rc = CRM4E_E_NO_MEMORY;
    c4_buffer_free(&out);
    return rc == CRM4E_OK ? rc : c4_compiler_fail(&p->compiler, rc);
}

/* What is left of a token's bytes; after a failure `well` stays false. */
typedef struct reader {
    const unsigned char *at;
    size_t left;
    bool well;
} reader;

static const unsigned char *take(reader *r, size_t length)
{
    const unsigned char *at = r->at;
    r->well = r->well && length <= r->left;
    if (!r->well)
        return NULL;
    r->at += length;
    r->left -= length;
    return at;
}

static uint64_t take_word(reader *r)
{
    const unsigned char *bytes = take(r, 8);
    return bytes != NULL ? c4_word_at(bytes) : 0;
}

static crm4e_value take_value(reader *r, bool text)
{
    const unsigned char *type = take(r, 1);
    crm4e_value value = c4_null();
    if (type == NULL || *type == CRM4E_VALUE_NULL)
        return value;
    r->well = *type == (text ? CRM4E_VALUE_TEXT : CRM4E_VALUE_INTEGER);
    if (text) {
        size_t length = (size_t)take_word(r);
        const char *bytes = (const char *)take(r, length);
        value = c4_text_value(bytes, length);
        r->well = r->well && c4_text_check(bytes, length) == CRM4E_OK;
    } else {
        value = c4_integer((int64_t)take_word(r));
    }
    return value;
}

static bool read_position(const c4_prepared *p, reader *r, uint64_t hash, c4_position *position)
{
    const unsigned char *version = take(r, 1);
    r->well = version != NULL && *version == VERSION;
    r->well = take_word(r) == hash && r->well;
    (void)take_word(r); /* c4_token_now() had it */
    position->id = (crm4e_id)take_word(r);
    for (size_t i = 0; i < p->sort_count && r->well; i++)
        position->values[i] = take_value(r, p->sorts[i].text);
    return r->well && r->left == 0;
}

int c4_token_now(c4_unit *unit, const c4_query_tree *tree, int64_t *now)
{
    reader r = {.well = true};
    int64_t time = 0;
    int rc = CRM4E_E_INVALID;
    if (tree->after != NULL && tree->after_length <= C4_TOKEN_CEILING)
        rc = c4_unseal(unit->arena, unit->meta->org.key, tree->after, tree->after_length, &r.at,
                       &r.left);
    if (rc == CRM4E_E_NO_MEMORY)
        return c4_fail_plain(unit->error, rc);
    if (rc != CRM4E_OK)
        return CRM4E_OK; /* c4_token_read() refuses it */
    (void)take(&r, 1);
    (void)take_word(&r);
    time = (int64_t)take_word(&r);
    if (r.well && time > 0)
        *now = time;
    return CRM4E_OK;
}

int c4_token_read(const c4_prepared *p, c4_position *position)
{
    const c4_query_tree *tree = p->tree;
    reader r = {.well = true};
    uint64_t hash = 0;
    int rc = query_hash(p, &hash);
    if (rc != CRM4E_OK)
        return rc;
    rc = tree->after_length <= C4_TOKEN_CEILING
             ? c4_unseal(p->unit->arena, p->unit->meta->org.key, tree->after, tree->after_length,
                         &r.at, &r.left)
             : CRM4E_E_INVALID;
    if (rc == CRM4E_E_NO_MEMORY)
        return c4_compiler_fail(&p->compiler, rc);
    if (rc != CRM4E_OK || !read_position(p, &r, hash, position)) {
        (void)c4_fail(p->unit->error, CRM4E_E_INVALID,
                      "the page token was altered or belongs to another query");
        (void)c4_fail_field(p->unit->error, p->scope.module->api_name, "", "token");
        rc = CRM4E_E_INVALID;
    }
    return rc;
}

/* Rows level with the position in one term. */
static crm4e_predicate level(const c4_sort *sort, const crm4e_value *value)
{
    bool null = value->type == CRM4E_VALUE_NULL;
    crm4e_predicate node = c4_where(null ? CRM4E_OP_IS_NULL : CRM4E_OP_EQ, sort->column,
                                    null ? NULL : value, null ? 0 : 1);
    node.flags = null ? 0 : sort->flags;
    return node;
}

/* Rows behind the position in one term. NULL comes first ascending, last
 * descending: nothing is behind it then. */
static bool behind(c4_arena *arena, const c4_sort *sort, const crm4e_value *value,
                   crm4e_predicate *out)
{
    bool null = value->type == CRM4E_VALUE_NULL;
    crm4e_predicate empty = c4_where(CRM4E_OP_IS_NULL, sort->column, NULL, 0);
    crm4e_predicate node =
        c4_where(sort->descending ? CRM4E_OP_LT : CRM4E_OP_GT, sort->column, value, 1);
    bool made = true;
    node.flags = sort->flags;
    if (null)
        *out = c4_where(sort->descending ? CRM4E_OP_FALSE : CRM4E_OP_IS_NOT_NULL, sort->column,
                        NULL, 0);
    else if (sort->descending)
        made = c4_node_both(arena, CRM4E_OP_OR, &node, &empty, out);
    else
        *out = node;
    return made;
}

/* "level in all terms before this one, and behind in it" */
static bool behind_in_term(const c4_prepared *p, const c4_position *position, size_t term,
                           const crm4e_value *id, crm4e_predicate *out)
{
    c4_arena *arena = p->unit->arena;
    crm4e_predicate *nodes = c4_arena_array(arena, term + 1, sizeof *nodes);
    bool down = p->order[p->order_count - 1].descending != 0;
    if (nodes == NULL)
        return false;
    for (size_t i = 0; i < term; i++)
        nodes[i] = level(&p->sorts[i], &position->values[i]);
    *out = c4_where_all(nodes, term + 1);
    if (term == p->sort_count)
        nodes[term] = c4_where(down ? CRM4E_OP_LT : CRM4E_OP_GT, 0, id, 1);
    return term == p->sort_count ||
           behind(arena, &p->sorts[term], &position->values[term], &nodes[term]);
}

/* The first term alone, for a walk of its index to start there. */
static bool start_there(const c4_prepared *p, const c4_position *position, crm4e_predicate *out)
{
    const c4_sort *sort = &p->sorts[0];
    crm4e_predicate all = *out;
    crm4e_predicate from = c4_where(CRM4E_OP_GE, sort->column, &position->values[0], 1);
    from.flags = sort->flags;
    return p->sort_count == 0 || sort->descending || position->values[0].type == CRM4E_VALUE_NULL ||
           c4_node_both(p->unit->arena, CRM4E_OP_AND, &from, &all, out);
}

int c4_position_compile(const c4_prepared *p, const c4_position *position, crm4e_predicate *out)
{
    c4_arena *arena = p->unit->arena;
    crm4e_predicate *nodes = c4_arena_array(arena, p->sort_count + 1, sizeof *nodes);
    c4_position *kept = c4_arena_copy(arena, position, sizeof *position);
    crm4e_value *id = c4_arena_array(arena, 1, sizeof *id);
    bool made = nodes != NULL && kept != NULL && id != NULL;
    if (made)
        *id = c4_integer(position->id);
    for (size_t i = 0; made && i <= p->sort_count; i++)
        made = behind_in_term(p, kept, i, id, &nodes[i]);
    *out = c4_where_any(nodes, p->sort_count + 1);
    if (!made || !start_there(p, kept, out))
        return c4_compiler_fail(&p->compiler, CRM4E_E_NO_MEMORY);
    return CRM4E_OK;
}
