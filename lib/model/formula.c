/* SPDX-License-Identifier: MIT */
/* Expressions taken apart and given their types. */
#include "model/formula.h"

#include <stdio.h>
#include <string.h>

#include "base/decimal.h"
#include "base/text.h"
#include "model/gates.h"
#include "model/standard.h"

/* What an operator or function takes and gives. */
typedef struct operation {
    const char *name;
    size_t least;
    size_t most;
    const char *signature;
} operation;

static const operation operations[C4_FORMULA_OP_COUNT] = {
#define ROW(name, text, least, most, signature) {text, least, most, signature},
    C4_FORMULA_OPS(ROW)
#undef ROW
};

static const char *const type_names[] = {
    [C4_FORMULA_NONE] = "null", [C4_FORMULA_TEXT] = "text",     [C4_FORMULA_NUMBER] = "number",
    [C4_FORMULA_DATE] = "date", [C4_FORMULA_TIME] = "datetime", [C4_FORMULA_BOOLEAN] = "boolean",
};

/* Values of a clock: what is stored would not follow it. */
static const char *const of_the_clock[] = {"now", "today", "current_date", "random", "rand"};

typedef enum token_kind {
    TOKEN_END,
    TOKEN_NAME,
    TOKEN_NUMBER,
    TOKEN_TEXT,
    TOKEN_MARK /* an operator, a bracket or a comma */
} token_kind;

typedef struct token {
    token_kind kind;
    size_t start;
    size_t length;
} token;

typedef struct parser {
    c4_formula_source *source;
    size_t length;
    token next;
    unsigned depth;
    size_t nodes;
    const c4_field **inputs;
    size_t input_count;
    int rc;
} parser;

static c4_formula_node *parse_level(parser *p, int level);

static void refuse_at(parser *p, size_t at, int code, const char *what, const char *about)
{
    if (p->rc != CRM4E_OK) {
        return;
    }
    p->rc = code;
    (void)snprintf(p->source->problem, sizeof p->source->problem, "at character %zu: %.60s%s%.80s",
                   c4_text_points(p->source->text, at) + 1, about, about[0] != '\0' ? " " : "",
                   what);
}

static void refuse(parser *p, const char *what)
{
    refuse_at(p, p->next.start, CRM4E_E_INVALID, what, "");
}

/* The text of a token for a message or a look-up. */
static void spell(const parser *p, const token *t, char *text, size_t size)
{
    size_t length = t->length < size - 1 ? t->length : size - 1;

    memcpy(text, p->source->text + t->start, length);
    text[length] = '\0';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* To the end of a text in single quotes; two of them are one of it. */
static size_t text_end(parser *p, size_t at)
{
    const char *text = p->source->text;

    for (at++; at < p->length; at++) {
        if (text[at] == '\'' && text[at + 1] != '\'') {
            return at + 1;
        }
        at += text[at] == '\'' ? 1 : 0;
    }
    refuse(p, "a text has no end");
    return p->length;
}

static size_t number_end(const parser *p, size_t at)
{
    const char *text = p->source->text;

    while (is_digit(text[at])) {
        at++;
    }
    if (text[at] == '.' && is_digit(text[at + 1])) {
        at++;
        while (is_digit(text[at])) {
            at++;
        }
    }
    return at;
}

static size_t mark_length(const char *text)
{
    static const char *const marks[] = {"<=", ">=", "!=", "<>"};

    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        if (strncmp(text, marks[i], 2) == 0) {
            return 2;
        }
    }
    return strchr("+-*/%=<>(),", text[0]) != NULL ? 1 : 0;
}

static void advance(parser *p)
{
    const char *text = p->source->text;
    size_t at = p->next.start + p->next.length;
    size_t end;

    while (at < p->length && strchr(" \t\r\n", text[at]) != NULL) {
        at++;
    }
    end = at;
    p->next = (token){TOKEN_END, at, 0};
    if (at == p->length) {
        return;
    }
    if (is_letter(text[at])) {
        p->next.kind = TOKEN_NAME;
        while (is_letter(text[end]) || is_digit(text[end]) || text[end] == '_') {
            end++;
        }
    } else if (is_digit(text[at])) {
        p->next.kind = TOKEN_NUMBER;
        end = number_end(p, at);
    } else if (text[at] == '\'') {
        p->next.kind = TOKEN_TEXT;
        end = text_end(p, at);
    } else {
        p->next.kind = TOKEN_MARK;
        end = at + mark_length(text + at);
        if (end == at) {
            refuse(p, "a character has no meaning here");
        }
    }
    p->next.length = end - at;
}

static bool is_mark(const parser *p, const char *mark)
{
    return p->rc == CRM4E_OK && p->next.kind == TOKEN_MARK && p->next.length == strlen(mark) &&
           memcmp(p->source->text + p->next.start, mark, p->next.length) == 0;
}

/* Words are read in any case. */
static bool is_word(const parser *p, const token *t, const char *word)
{
    bool same = t->kind == TOKEN_NAME && t->length == strlen(word);

    for (size_t i = 0; same && i < t->length; i++) {
        char c = p->source->text[t->start + i];
        same = (c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c) == word[i];
    }
    return same;
}

static void expect(parser *p, const char *mark, const char *what)
{
    if (is_mark(p, mark)) {
        advance(p);
    } else {
        refuse(p, what);
    }
}

static void *room(parser *p, size_t count, size_t size)
{
    void *items = p->rc == CRM4E_OK ? c4_arena_array(p->source->arena, count, size) : NULL;

    if (items == NULL && p->rc == CRM4E_OK) {
        p->rc = CRM4E_E_NO_MEMORY;
    }
    return items;
}

static c4_formula_node *new_node(parser *p, c4_formula_op op, c4_formula_type type)
{
    c4_formula_node *node = room(p, 1, sizeof *node);

    if (node == NULL) {
        return NULL;
    }
    if (++p->nodes > C4_FORMULA_NODES) {
        refuse_at(p, p->next.start, CRM4E_E_TOO_BIG, "the expression has too many parts", "");
        return NULL;
    }
    *node = (c4_formula_node){.op = op, .type = type, .literal = c4_null()};
    return node;
}

static bool may_be(char kind, c4_formula_type type)
{
    bool ordered = type == C4_FORMULA_NUMBER || type == C4_FORMULA_DATE || type == C4_FORMULA_TIME;

    switch (kind) {
    case 'n': return type == C4_FORMULA_NUMBER;
    case 't': return type == C4_FORMULA_TEXT;
    case 'd': return type == C4_FORMULA_DATE;
    case 'z': return type == C4_FORMULA_TIME;
    case 'b': return type == C4_FORMULA_BOOLEAN;
    case 'D': return type == C4_FORMULA_DATE || type == C4_FORMULA_TIME;
    case 'o': return ordered;
    case 'e': return ordered || type == C4_FORMULA_TEXT;
    default: return true;
    }
}

static c4_formula_type fixed_type(char kind)
{
    static const struct {
        char kind;
        c4_formula_type type;
    } kinds[] = {{'n', C4_FORMULA_NUMBER},
                 {'t', C4_FORMULA_TEXT},
                 {'d', C4_FORMULA_DATE},
                 {'z', C4_FORMULA_TIME},
                 {'b', C4_FORMULA_BOOLEAN}};

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (kinds[i].kind == kind) {
            return kinds[i].type;
        }
    }
    return C4_FORMULA_NONE;
}

/* What stands for one type in all operands that are written with it. */
static bool is_shared(char kind)
{
    return kind == 'a' || kind == 'D' || kind == 'o' || kind == 'e';
}

static void refuse_type(parser *p, size_t at, const c4_formula_node *operand)
{
    refuse_at(p, at, CRM4E_E_INVALID, "cannot stand here", type_names[operand->type]);
}

/* The type of the whole from those of its operands. */
static void give_type(parser *p, c4_formula_node *node, size_t at)
{
    const char *signature = operations[node->op].signature;
    size_t last = strlen(signature) - 1;
    c4_formula_type shared = C4_FORMULA_NONE;

    for (size_t i = 0; i < node->count && p->rc == CRM4E_OK; i++) {
        const c4_formula_node *operand = node->operands[i];
        char kind = signature[i + 1 < last ? i + 1 : last];
        if (operand->type == C4_FORMULA_NONE) {
            continue;
        }
        if (!may_be(kind, operand->type) ||
            (is_shared(kind) && shared != C4_FORMULA_NONE && shared != operand->type)) {
            refuse_type(p, at, operand);
        }
        shared = is_shared(kind) ? operand->type : shared;
    }
    node->type = is_shared(signature[0]) ? shared : fixed_type(signature[0]);
}

static c4_formula_node *with_operands(parser *p, c4_formula_op op, c4_formula_node *const *operands,
                                      size_t count, size_t at)
{
    c4_formula_node *node = new_node(p, op, C4_FORMULA_NONE);

    if (node != NULL) {
        node->operands =
            c4_arena_copy(p->source->arena, operands, count * sizeof(c4_formula_node *));
        node->count = count;
        if (node->operands == NULL) {
            p->rc = CRM4E_E_NO_MEMORY;
            return NULL;
        }
        give_type(p, node, at);
    }
    return p->rc == CRM4E_OK ? node : NULL;
}

static c4_formula_node *parse_number(parser *p)
{
    c4_formula_node *node = new_node(p, C4_FORMULA_OP_LITERAL, C4_FORMULA_NUMBER);
    const char *text = p->source->text + p->next.start;
    const char *point = memchr(text, '.', p->next.length);
    size_t places = point != NULL ? p->next.length - (size_t)(point - text) - 1 : 0;
    int64_t number = 0;

    if (node == NULL) {
        return NULL;
    }
    if (places > C4_DECIMAL_PLACES_MAX ||
        c4_decimal_parse(text, p->next.length, (unsigned)places, &number) != CRM4E_OK) {
        refuse(p, "a number has too many digits");
        return NULL;
    }
    node->literal = c4_integer(number);
    node->scale = (unsigned)places;
    advance(p);
    return node;
}

static c4_formula_node *parse_text(parser *p)
{
    c4_formula_node *node = new_node(p, C4_FORMULA_OP_LITERAL, C4_FORMULA_TEXT);
    char *copy = room(p, p->next.length, 1);
    size_t length = 0;

    if (node == NULL || copy == NULL) {
        return NULL;
    }
    for (size_t i = 1; i + 1 < p->next.length; i++) {
        char c = p->source->text[p->next.start + i];
        copy[length++] = c;
        i += c == '\'' ? 1 : 0;
    }
    node->literal = c4_text_value(copy, length);
    advance(p);
    return node;
}

c4_formula_type c4_formula_type_of(const c4_field *field)
{
    static const c4_formula_type types[] = {
        [C4_STORED_TEXT] = C4_FORMULA_TEXT,      [C4_STORED_INTEGER] = C4_FORMULA_NUMBER,
        [C4_STORED_DECIMAL] = C4_FORMULA_NUMBER, [C4_STORED_DATE] = C4_FORMULA_DATE,
        [C4_STORED_TIME] = C4_FORMULA_TIME,      [C4_STORED_BOOLEAN] = C4_FORMULA_BOOLEAN,
        [C4_STORED_OPTION] = C4_FORMULA_TEXT,    [C4_STORED_OPTIONS] = C4_FORMULA_NONE,
        [C4_STORED_ID] = C4_FORMULA_NONE,        [C4_STORED_IDS] = C4_FORMULA_NONE,
        [C4_STORED_FILES] = C4_FORMULA_NONE,     [C4_STORED_ROWS] = C4_FORMULA_NONE,
    };
    bool system = (field->flags & C4_FIELD_SYSTEM) != 0;

    return system && field->column != C4_COLUMN_CREATED_TIME
               ? C4_FORMULA_NONE
               : types[c4_type_info_of(field->type)->stored];
}

static void note_input(parser *p, const c4_field *field)
{
    for (size_t i = 0; i < p->input_count; i++) {
        if (p->inputs[i] == field) {
            return;
        }
    }
    p->inputs[p->input_count++] = field;
}

/* Whether there is such a field is told to who may read it. */
static c4_formula_node *parse_field(parser *p, const token *name)
{
    char text[64];
    c4_formula_node *node = new_node(p, C4_FORMULA_OP_FIELD, C4_FORMULA_NONE);
    c4_unit *unit = p->source->unit;
    const c4_field *field;

    spell(p, name, text, sizeof text);
    field = c4_module_field_named(p->source->module, text);
    if (node == NULL) {
        return NULL;
    }
    if (field != NULL && unit != NULL && unit->may_read != NULL) {
        int rc = unit->may_read(unit, field);
        p->rc = C4_REFUSES(FORMULA_AUTHOR, rc != CRM4E_OK) ? rc : CRM4E_OK;
    }
    if (field == NULL) {
        refuse_at(p, name->start, CRM4E_E_INVALID, "names no field", text);
    } else if (c4_formula_type_of(field) == C4_FORMULA_NONE) {
        refuse_at(p, name->start, CRM4E_E_INVALID, "is of a type no formula takes", text);
    }
    if (p->rc != CRM4E_OK) {
        return NULL;
    }
    node->field = field;
    node->type = c4_formula_type_of(field);
    note_input(p, field);
    return node;
}

static c4_formula_op function_named(const parser *p, const token *name)
{
    for (c4_formula_op op = 0; op < C4_FORMULA_OP_COUNT; op++) {
        if (operations[op].name != NULL && is_word(p, name, operations[op].name)) {
            return op;
        }
    }
    return C4_FORMULA_OP_COUNT;
}

static void refuse_function(parser *p, const token *name)
{
    char text[64];

    spell(p, name, text, sizeof text);
    for (size_t i = 0; i < sizeof of_the_clock / sizeof of_the_clock[0]; i++) {
        if (is_word(p, name, of_the_clock[i])) {
            refuse_at(p, name->start, CRM4E_E_INVALID,
                      "is refused: what is stored would not change with it", text);
        }
    }
    refuse_at(p, name->start, CRM4E_E_INVALID, "is no function", text);
}

static void refuse_operands(parser *p, c4_formula_op op, const token *name)
{
    refuse_at(p, name->start, CRM4E_E_INVALID, "takes another number of operands",
              operations[op].name);
}

/* From the bracket on. */
static c4_formula_node *parse_call(parser *p, const token *name)
{
    c4_formula_op op = function_named(p, name);
    c4_formula_node **operands = room(p, 100, sizeof(c4_formula_node *));
    size_t count = 0;

    if (op == C4_FORMULA_OP_COUNT) {
        refuse_function(p, name);
    }
    advance(p);
    while (p->rc == CRM4E_OK && !is_mark(p, ")")) {
        if (count > 0) {
            expect(p, ",", "a comma or ) is missing");
        }
        if (count == operations[op].most) {
            refuse_operands(p, op, name);
            break;
        }
        operands[count++] = parse_level(p, 0);
    }
    if (p->rc == CRM4E_OK && (count < operations[op].least || !is_mark(p, ")"))) {
        refuse_operands(p, op, name);
    }
    expect(p, ")", "a ) is missing");
    return p->rc == CRM4E_OK ? with_operands(p, op, operands, count, name->start) : NULL;
}

static c4_formula_node *parse_name(parser *p)
{
    static const struct {
        const char *word;
        c4_formula_type type;
        int64_t value;
    } constants[] = {{"true", C4_FORMULA_BOOLEAN, 1},
                     {"false", C4_FORMULA_BOOLEAN, 0},
                     {"null", C4_FORMULA_NONE, 0}};
    token name = p->next;
    c4_formula_node *node;

    advance(p);
    if (is_mark(p, "(")) {
        return parse_call(p, &name);
    }
    for (size_t i = 0; i < sizeof constants / sizeof constants[0]; i++) {
        if (is_word(p, &name, constants[i].word)) {
            node = new_node(p, C4_FORMULA_OP_LITERAL, constants[i].type);
            if (node != NULL && constants[i].type != C4_FORMULA_NONE) {
                node->literal = c4_integer(constants[i].value);
            }
            return node;
        }
    }
    return parse_field(p, &name);
}

static c4_formula_node *parse_operand(parser *p)
{
    c4_formula_node *node = NULL;

    if (p->rc != CRM4E_OK) {
        return NULL;
    }
    switch (p->next.kind) {
    case TOKEN_NUMBER: return parse_number(p);
    case TOKEN_TEXT: return parse_text(p);
    case TOKEN_NAME: return parse_name(p);
    default: break;
    }
    if (is_mark(p, "(")) {
        advance(p);
        node = parse_level(p, 0);
        expect(p, ")", "a ) is missing");
    } else {
        refuse(p, "a value is missing");
    }
    return p->rc == CRM4E_OK ? node : NULL;
}

/* Operators from the loosest to the tightest. One in front of its operand comes
 * between those that stand between two. */
enum {
    LEVEL_OR,
    LEVEL_AND,
    LEVEL_NOT,
    LEVEL_COMPARE,
    LEVEL_ADD,
    LEVEL_MULTIPLY,
    LEVEL_NEGATE,
    LEVEL_OPERAND
};

static const struct {
    int level;
    const char *mark;
    c4_formula_op op;
} between[] = {
    {LEVEL_OR, "or", C4_FORMULA_OP_OR},
    {LEVEL_AND, "and", C4_FORMULA_OP_AND},
    {LEVEL_COMPARE, "=", C4_FORMULA_OP_EQUAL},
    {LEVEL_COMPARE, "!=", C4_FORMULA_OP_UNEQUAL},
    {LEVEL_COMPARE, "<>", C4_FORMULA_OP_UNEQUAL},
    {LEVEL_COMPARE, "<", C4_FORMULA_OP_LESS},
    {LEVEL_COMPARE, "<=", C4_FORMULA_OP_LESS_EQUAL},
    {LEVEL_COMPARE, ">", C4_FORMULA_OP_GREATER},
    {LEVEL_COMPARE, ">=", C4_FORMULA_OP_GREATER_EQUAL},
    {LEVEL_ADD, "+", C4_FORMULA_OP_ADD},
    {LEVEL_ADD, "-", C4_FORMULA_OP_SUBTRACT},
    {LEVEL_MULTIPLY, "*", C4_FORMULA_OP_MULTIPLY},
    {LEVEL_MULTIPLY, "/", C4_FORMULA_OP_DIVIDE},
    {LEVEL_MULTIPLY, "%", C4_FORMULA_OP_MOD},
};

static c4_formula_op operator_at(const parser *p, int level)
{
    for (size_t i = 0; p->rc == CRM4E_OK && i < sizeof between / sizeof between[0]; i++) {
        if (between[i].level == level &&
            (is_mark(p, between[i].mark) || is_word(p, &p->next, between[i].mark))) {
            return between[i].op;
        }
    }
    return C4_FORMULA_OP_COUNT;
}

/* An operator in front of what is on its own level. */
static c4_formula_node *parse_prefix(parser *p, int level, c4_formula_op op)
{
    size_t at = p->next.start;
    c4_formula_node *operand;

    advance(p);
    operand = parse_level(p, level);
    return p->rc == CRM4E_OK ? with_operands(p, op, &operand, 1, at) : NULL;
}

/* Chains go to the left; a comparison of comparisons takes brackets. */
static c4_formula_node *parse_between(parser *p, int level)
{
    c4_formula_node *node = parse_level(p, level + 1);
    c4_formula_op op = operator_at(p, level);

    for (unsigned links = 0; op != C4_FORMULA_OP_COUNT; links++) {
        c4_formula_node *pair[2] = {node, NULL};
        size_t at = p->next.start;
        if (links > 0 && level == LEVEL_COMPARE) {
            refuse(p, "brackets are missing");
            return NULL;
        }
        advance(p);
        pair[1] = parse_level(p, level + 1);
        node = p->rc == CRM4E_OK ? with_operands(p, op, pair, 2, at) : NULL;
        op = operator_at(p, level);
    }
    return node;
}

static c4_formula_node *parse_level(parser *p, int level)
{
    c4_formula_node *node = NULL;

    if (p->rc != CRM4E_OK) {
        return NULL;
    }
    if (++p->depth > C4_FORMULA_DEPTH * LEVEL_OPERAND) {
        refuse_at(p, p->next.start, CRM4E_E_TOO_BIG, "the expression is too deep", "");
    } else if (level == LEVEL_NOT && is_word(p, &p->next, "not")) {
        node = parse_prefix(p, level, C4_FORMULA_OP_NOT);
    } else if (level == LEVEL_NEGATE && is_mark(p, "-")) {
        node = parse_prefix(p, level, C4_FORMULA_OP_NEGATE);
    } else if (level == LEVEL_OPERAND) {
        node = parse_operand(p);
    } else if (level == LEVEL_NOT || level == LEVEL_NEGATE) {
        node = parse_level(p, level + 1);
    } else {
        node = parse_between(p, level);
    }
    p->depth--;
    return node;
}

static const struct {
    c4_field_type field;
    c4_formula_type type;
} results[] = {
    {CRM4E_TYPE_TEXT, C4_FORMULA_TEXT},       {CRM4E_TYPE_DOUBLE, C4_FORMULA_NUMBER},
    {CRM4E_TYPE_CURRENCY, C4_FORMULA_NUMBER}, {CRM4E_TYPE_PERCENT, C4_FORMULA_NUMBER},
    {CRM4E_TYPE_DATE, C4_FORMULA_DATE},       {CRM4E_TYPE_DATETIME, C4_FORMULA_TIME},
    {CRM4E_TYPE_BOOLEAN, C4_FORMULA_BOOLEAN},
};

bool c4_formula_result(c4_field_type type)
{
    for (size_t i = 0; i < sizeof results / sizeof results[0]; i++) {
        if (results[i].field == type) {
            return true;
        }
    }
    return false;
}

static void check_result(parser *p, const c4_formula_node *root)
{
    char text[64];

    for (size_t i = 0; p->rc == CRM4E_OK && i < sizeof results / sizeof results[0]; i++) {
        if (results[i].field == p->source->result && root->type != C4_FORMULA_NONE &&
            results[i].type != root->type) {
            (void)snprintf(text, sizeof text, "is the result, not %s", type_names[results[i].type]);
            refuse_at(p, 0, CRM4E_E_INVALID, text, type_names[root->type]);
        }
    }
}

int c4_formula_compile(c4_formula_source *source, c4_formula **formula)
{
    parser p = {.source = source, .length = strlen(source->text), .rc = CRM4E_OK};
    c4_formula *made = room(&p, 1, sizeof *made);
    c4_formula_node *root = NULL;

    source->problem[0] = '\0';
    p.inputs = room(&p, C4_FORMULA_NODES, sizeof *p.inputs);
    if (p.rc == CRM4E_OK && c4_text_points(source->text, p.length) > C4_FORMULA_MAX) {
        refuse_at(&p, 0, CRM4E_E_TOO_BIG, "the expression is too long", "");
    }
    if (p.rc == CRM4E_OK) {
        advance(&p);
        root = parse_level(&p, 0);
    }
    if (p.rc == CRM4E_OK && p.next.kind != TOKEN_END) {
        refuse(&p, "an operator is missing");
    }
    if (p.rc == CRM4E_OK) {
        check_result(&p, root);
    }
    if (p.rc == CRM4E_OK) {
        *made = (c4_formula){.root = root, .inputs = p.inputs, .input_count = p.input_count};
        *formula = made;
    }
    return p.rc;
}
