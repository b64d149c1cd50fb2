/* SPDX-License-Identifier: MIT */
#include "formula_worth.h"

#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    NODES = 2048,
    KEPT_ROOM = 1 << 16,
    LONGEST = 3000 /* bytes of an expression */
};

struct model_node {
    const struct production *made_by; /* NULL: a leaf */
    const struct model_node *operands[MODEL_OPERANDS];
    size_t count;
    int field; /* a leaf: -1 for a literal */
    model_value literal;
};

const model_field model_fields[MODEL_FIELDS] = {
    {"Amount", 'n', 2, "{'api_name': 'Amount', 'type': 'currency'}"},
    {"Rate", 'n', 4, "{'api_name': 'Rate', 'type': 'double', 'scale': 4}"},
    {"Fine", 'n', 9, "{'api_name': 'Fine', 'type': 'double', 'scale': 9}"},
    {"Share", 'n', 2, "{'api_name': 'Share', 'type': 'percent'}"},
    {"Big", 'n', 0, "{'api_name': 'Big', 'type': 'bigint'}"},
    {"Little", 'n', 0, "{'api_name': 'Little', 'type': 'integer'}"},
    {"Title", 't', 0, "{'api_name': 'Title', 'type': 'text'}"},
    {"Story", 't', 0, "{'api_name': 'Story', 'type': 'textarea'}"},
    {"State", 't', 0, "{'api_name': 'State', 'type': 'picklist', 'options': ['Open', 'Shut']}"},
    {"Begin", 'd', 0, "{'api_name': 'Begin', 'type': 'date'}"},
    {"Finish", 'd', 0, "{'api_name': 'Finish', 'type': 'date'}"},
    {"Seen", 'z', 0, "{'api_name': 'Seen', 'type': 'datetime'}"},
    {"Left_At", 'z', 0, "{'api_name': 'Left_At', 'type': 'datetime'}"},
    {"Sure", 'b', 0, "{'api_name': 'Sure', 'type': 'boolean'}"},
    {"Done", 'b', 0, "{'api_name': 'Done', 'type': 'boolean'}"},
};

/* Chance. */

static uint64_t chance = 1;

void model_seed(uint64_t seed)
{
    chance = seed * UINT64_C(0x9E3779B97F4A7C15) + 1;
}

uint64_t model_random(void)
{
    chance ^= chance << 13;
    chance ^= chance >> 7;
    chance ^= chance << 17;
    return chance;
}

static size_t below(size_t most)
{
    return (size_t)(model_random() >> 11) % most;
}

static char kept_room[KEPT_ROOM];
static size_t kept_used;
static size_t kept_records; /* of it: what records need */

void model_forget(void)
{
    kept_used = 0;
    kept_records = 0;
}

static const char *keep(const char *text, size_t length)
{
    char *copy = kept_room + kept_used;

    assert_true(kept_used + length + 1 <= KEPT_ROOM);
    kept_used += length + 1;
    memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

/* Making them. */

static model_node nodes[NODES];
static size_t node_count;

static int64_t any_number(void)
{
    int64_t number = (int64_t)(model_random() >> 1 >> below(63));

    switch (below(12)) {
    case 0: return INT64_MAX;
    case 1: return INT64_MIN;
    case 2: return 0;
    case 3: return (int64_t)worth_ten_to((unsigned)below(19)) + (int64_t)below(3) - 1;
    default: return below(2) == 0 ? number : -number;
    }
}

static const char *any_text(size_t most)
{
    static const char *const ascii[] = {"a", "A", "b", "s", "S", "x", " ", "-", "'", "1", "\\"};
    char text[128] = "";
    size_t count = below(most + 1);

    for (size_t i = 0; i < count; i++)
        (void)strcat(text, below(2) == 0 ? ascii[below(sizeof ascii / sizeof ascii[0])]
                                         : worth_characters[below(MODEL_CHARACTERS)].text);
    return keep(text, strlen(text));
}

static model_value any_moment(bool time)
{
    static const int64_t edges[] = {-719162, 2932896, 0, -1, 19782, 19783, 10957, -25509};
    int64_t days = below(2) == 0 ? edges[below(8)] : (int64_t)below(3652059) - 719162;
    int64_t tiny = below(2) == 0 ? (int64_t)below(86400) * 1000000
                                 : (int64_t)(model_random() % (uint64_t)DAY_MICROSECONDS);

    return time ? worth_whole_value('z', days * DAY_MICROSECONDS + tiny)
                : worth_whole_value('d', days);
}

static model_value literal_number(bool small)
{
    model_value value = worth_whole_value('n', (int64_t)below(small ? 13 : 200));

    if (small)
        return value;
    value.number = below(2) == 0 ? value.number : any_number();
    if (value.number < 0) /* a minus is an operator */
        value.number = value.number == INT64_MIN ? INT64_MAX : -value.number;
    value.scale = below(2) == 0 ? 0 : (unsigned)below(10);
    return value;
}

static void make_leaf(model_node *node, char kind)
{
    bool small = kind == 's', piece = kind == 'c';

    kind = small ? 'n' : piece ? 't' : kind;
    node->field = -1;
    if (!small && !piece && (below(4) != 0 || kind == 'd' || kind == 'z')) {
        do {
            node->field = (int)below(MODEL_FIELDS);
        } while (model_fields[node->field].kind != kind);
    } else if (below(20) == 0) {
        node->literal = (model_value){0};
    } else if (kind == 'n') {
        node->literal = literal_number(small);
    } else if (kind == 't') {
        const char *text = any_text(piece ? 2 : 8);
        node->literal = worth_text_value(text, strlen(text));
    } else {
        node->literal = worth_whole_value('b', (int64_t)below(2));
    }
}

static const production *any_production(char kind)
{
    const production *found;

    do {
        found = &worth_productions[below(worth_production_count)];
    } while (found->kind != kind);
    return found;
}

static const model_node *make_node(char kind, int depth)
{
    static const char kinds[] = "ntdzb";
    model_node *node = &nodes[node_count++];
    char last = 0;

    assert_true(node_count < NODES);
    *node = (model_node){0};
    if (kind == 's' && below(4) == 0)
        kind = 'n';
    if (depth == 0 || kind == 's' || kind == 'c' || below(5) == 0) {
        make_leaf(node, kind);
        return node;
    }
    node->made_by = any_production(kind);
    node->count = node->made_by->least + below(node->made_by->most - node->made_by->least + 1);
    for (size_t i = 0; i < node->count; i++) {
        size_t length = strlen(node->made_by->operands);
        char wanted = node->made_by->operands[i < length ? i : length - 1];
        if (wanted == 'a' || wanted == 'e')
            wanted = kinds[below(wanted == 'a' ? 5 : 4)];
        last = wanted == 'x' ? last : wanted;
        node->operands[i] = make_node(last, depth - 1);
    }
    return node;
}

/* Writing them down. */

static char written[MODEL_EXPRESSION];
static size_t written_length;

static void put(const char *text, size_t length)
{
    if (written_length + length < sizeof written)
        memcpy(written + written_length, text, length);
    written_length += length;
}

static void put_text(const char *text)
{
    put(text, strlen(text));
}

static void put_space(bool needed)
{
    put_text(needed || below(3) != 0 ? below(9) == 0 ? " \t" : " " : "");
}

/* Letters in any case. */
static void put_word(const char *word)
{
    bool as_is = below(2) == 0;

    for (; *word != '\0'; word++) {
        bool letter = (*word >= 'a' && *word <= 'z') || (*word >= 'A' && *word <= 'Z');
        char c = letter && !as_is && below(2) == 0 ? (char)(*word ^ 0x20) : *word;
        put(&c, 1);
    }
}

static void put_literal(const model_value *literal)
{
    if (literal->kind == 't') {
        put_text("'");
        for (size_t i = 0; i < literal->length; i++)
            put(literal->text[i] == '\'' ? "''" : literal->text + i,
                literal->text[i] == '\'' ? 2 : 1);
        put_text("'");
    } else if (literal->kind == 'n') {
        put_text(worth_number_text(literal->number, literal->scale));
    } else {
        put_word(literal->kind == 0 ? "null" : literal->number != 0 ? "true" : "false");
    }
}

static void put_node(const model_node *node, int least);

static void put_call(const model_node *node)
{
    put_word(node->made_by->name);
    put_space(false);
    put_text("(");
    for (size_t i = 0; i < node->count; i++) {
        put_text(i > 0 ? "," : "");
        put_space(false);
        put_node(node->operands[i], OR);
    }
    put_text(")");
}

/* Chains go to the left; comparisons make none. */
static void put_operator(const model_node *node)
{
    int level = node->made_by->level;
    bool word = node->made_by->name[0] >= 'a';

    if (node->count == 1) {
        put_word(node->made_by->name);
        put_space(word);
        put_node(node->operands[0], level);
        return;
    }
    put_node(node->operands[0], level == COMPARE ? level + 1 : level);
    put_space(word);
    put_word(node->made_by->name);
    put_space(word);
    put_node(node->operands[1], level + 1);
}

static void put_node(const model_node *node, int least)
{
    bool operator= node->made_by != NULL && node->made_by->level != OPERAND;
    bool brackets = (operator&& node->made_by->level<least) || below(9) == 0;

    put_text(brackets ? "(" : "");
    if (operator)
        put_operator(node);
    else if (node->made_by != NULL)
        put_call(node);
    else if (node->field >= 0)
        put_word(model_fields[node->field].name);
    else
        put_literal(&node->literal);
    put_text(brackets ? ")" : "");
}

const model_node *model_make(char kind, const char **expression)
{
    const model_node *node;

    do {
        kept_used = kept_records;
        node_count = 0;
        worth_forget();
        node = make_node(kind, 1 + (int)below(4));
        written_length = 0;
        put_node(node, OR);
    } while (written_length >= LONGEST);
    written[written_length] = '\0';
    *expression = written;
    return node;
}

/* Working them out. */

static model_value worth_of(const model_node *node, const model_value *values)
{
    model_value of[MODEL_OPERANDS] = {{0}};
    bool complete = true;

    if (node->made_by == NULL)
        return node->field >= 0 ? values[node->field] : node->literal;
    for (size_t i = 0; i < node->count; i++) {
        of[i] = worth_of(node->operands[i], values);
        complete = complete && of[i].kind != 0;
    }
    return complete || !node->made_by->strict ? node->made_by->worth(of, node->count)
                                              : (model_value){0};
}

model_value model_worth(const model_node *node, const model_value *values)
{
    worth_forget();
    return worth_of(node, values);
}

model_value model_stored(model_value worth, unsigned scale)
{
    char *text;

    if (worth.kind == 'n') {
        bool fits =
            worth_with_places(worth.number, worth_ten_to(worth.scale), scale, &worth.number);
        worth.scale = scale;
        return fits ? worth : (model_value){0};
    }
    if (worth.kind != 't')
        return worth;
    if (worth.length == 0 || worth_characters_of(&worth) > MODEL_LINE)
        return (model_value){0};
    text = worth_text_of(worth.length);
    for (size_t i = 0; i < worth.length; i++)
        text[i] = worth.text[i] == '\n' || worth.text[i] == '\t' ? ' ' : worth.text[i];
    return worth_text_value(text, worth.length);
}

bool model_same(const model_value *a, const model_value *b)
{
    return a->kind == b->kind &&
           (a->kind != 't' ? a->number == b->number
                           : a->length == b->length && memcmp(a->text, b->text, a->length) == 0);
}

const char *model_shown(const model_value *value, unsigned scale)
{
    return value->kind == 0     ? "-"
           : value->kind == 'n' ? worth_number_text(value->number, scale)
                                : worth_plain_text(value);
}

/* Records. */

static model_value any_value(const model_field *field)
{
    model_value value = {0};

    switch (field->kind) {
    case 'n':
        value = worth_whole_value('n', any_number());
        if (strcmp(field->name, "Little") == 0)
            value.number %= 1000000000;
        value.scale = field->scale;
        return value;
    case 't':
        value.text = strcmp(field->name, "State") == 0 ? below(2) == 0 ? "Open" : "Shut"
                     : strcmp(field->name, "Story") == 0 && below(2) == 0 ? "a\nb\n\xC2\xA0x"
                                                                          : any_text(8);
        value.length = strlen(value.text);
        value.kind = value.length > 0 ? 't' : 0;
        return value;
    case 'b': return worth_whole_value('b', (int64_t)below(2));
    default: return any_moment(field->kind == 'z');
    }
}

void model_record(model_value *values)
{
    for (size_t i = 0; i < MODEL_FIELDS; i++) {
        values[i] = below(6) == 0 && model_fields[i].kind != 'b' ? (model_value){0}
                                                                 : any_value(&model_fields[i]);
    }
    kept_records = kept_used;
}

char *model_json(const model_value *value)
{
    const char *text = worth_plain_text(value);
    char *json = malloc(6 * strlen(text) + 3), *at = json;

    assert_non_null(json);
    if (value->kind == 'n' || value->kind == 'b')
        return strcpy(json, text);
    *at++ = '"';
    for (; *text != '\0'; text++) {
        if (*text == '\n' || *text == '\\' || *text == '\'')
            at += sprintf(at, "\\u%04x", (unsigned)*text);
        else
            *at++ = *text;
    }
    *at++ = '"';
    *at = '\0';
    return json;
}
