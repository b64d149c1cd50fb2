/* SPDX-License-Identifier: MIT */
#include "record/query_lex.h"

#include "base/text.h"

#include <string.h>

typedef bool (*character_class)(char c);

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_name(char c)
{
    return is_letter(c) || is_digit(c) || c == '_';
}

/* NUL beyond the end: it belongs to no class. */
static char peek(const c4_lexer *lexer, size_t ahead)
{
    return lexer->length - lexer->at > ahead ? lexer->text[lexer->at + ahead] : '\0';
}

static size_t skip(c4_lexer *lexer, character_class belongs)
{
    size_t start = lexer->at;
    while (lexer->at < lexer->length && belongs(lexer->text[lexer->at]))
        lexer->at++;
    return lexer->at - start;
}

int c4_lex_expected(const c4_lexer *lexer, size_t position, const char *expected)
{
    size_t character = c4_text_points(lexer->text, position) + 1;
    (void)c4_fail(lexer->error, CRM4E_E_INVALID, "query text at character %zu: expected %s",
                  character, expected);
    (void)c4_fail_field(lexer->error, "", "", "syntax");
    return CRM4E_E_INVALID;
}

bool c4_token_is(const c4_token *token, const char *keyword)
{
    bool same = token->kind == C4_TOKEN_NAME && strlen(keyword) == token->length;
    for (size_t i = 0; i < token->length && same; i++) {
        char c = token->text[i];
        same = (c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c) == keyword[i];
    }
    return same;
}

/* "Stage" or "Account_Name.Industry". */
static int lex_name(c4_lexer *lexer, c4_token *token)
{
    int rc = CRM4E_OK;
    bool more = true;
    while (more && rc == CRM4E_OK) {
        if (!is_letter(peek(lexer, 0)))
            rc = c4_lex_expected(lexer, lexer->at, "a name after the point");
        (void)skip(lexer, is_name);
        more = peek(lexer, 0) == '.';
        if (more)
            lexer->at++;
    }
    token->kind = C4_TOKEN_NAME;
    return rc;
}

/* [+-] digits [. digits] [e [+-] digits] */
static int lex_number(c4_lexer *lexer, c4_token *token)
{
    int rc = CRM4E_OK;
    bool well;
    if (!is_digit(peek(lexer, 0)))
        lexer->at++;
    well = skip(lexer, is_digit) > 0;
    if (well && peek(lexer, 0) == '.') {
        lexer->at++;
        well = skip(lexer, is_digit) > 0;
    }
    if (well && (peek(lexer, 0) == 'e' || peek(lexer, 0) == 'E')) {
        lexer->at++;
        if (peek(lexer, 0) == '+' || peek(lexer, 0) == '-')
            lexer->at++;
        well = skip(lexer, is_digit) > 0;
    }
    if (!well || is_name(peek(lexer, 0)) || peek(lexer, 0) == '.')
        rc = c4_lex_expected(lexer, token->start, "a number");
    token->kind = C4_TOKEN_NUMBER;
    return rc;
}

/* Between single quotes; '' is one quote. */
static int lex_text(c4_lexer *lexer, c4_token *token)
{
    size_t at = lexer->at + 1;
    bool closed = false;
    char *to;
    while (!closed && at < lexer->length) {
        closed =
            lexer->text[at] == '\'' && (at + 1 == lexer->length || lexer->text[at + 1] != '\'');
        at += !closed && lexer->text[at] == '\'' ? 2 : 1;
    }
    if (!closed)
        return c4_lex_expected(lexer, lexer->length, "' at the end of a text");
    to = c4_arena_alloc(lexer->arena, at - lexer->at);
    if (to == NULL)
        return c4_fail_plain(lexer->error, CRM4E_E_NO_MEMORY);
    token->kind = C4_TOKEN_TEXT;
    token->text = to;
    token->length = 0;
    for (size_t from = lexer->at + 1; from < at - 1; from++) {
        to[token->length++] = lexer->text[from];
        from += lexer->text[from] == '\'' ? 1 : 0;
    }
    to[token->length] = '\0';
    lexer->at = at;
    return CRM4E_OK;
}

/* ${ROLE:'Manager'}, with the lexer at the quote. */
static int lex_role(c4_lexer *lexer, c4_token *token)
{
    int rc = lex_text(lexer, token);
    token->kind = C4_TOKEN_ROLE;
    return rc;
}

/* ${CURRENTUSER}, ${TODAY}, ${LASTDAYS:7} */
static int lex_word(c4_lexer *lexer, c4_token *token)
{
    static const char known[] = "${CURRENTUSER}, ${ROLE:'..'}, or days such as ${TODAY}";
    bool well = peek(lexer, 1) == '{';
    c4_token name = {.kind = C4_TOKEN_NAME};
    int rc = CRM4E_OK;
    lexer->at += well ? 2 : 0;
    name.text = lexer->text + lexer->at;
    name.length = well ? skip(lexer, is_name) : 0;
    if (c4_token_is(&name, "currentuser")) {
        token->kind = C4_TOKEN_USER;
    } else if (c4_token_is(&name, "role") && peek(lexer, 0) == ':' && peek(lexer, 1) == '\'') {
        lexer->at++;
        rc = lex_role(lexer, token);
    } else {
        if (peek(lexer, 0) == ':') {
            lexer->at++;
            (void)skip(lexer, is_digit);
        }
        token->kind = C4_TOKEN_PERIOD;
        token->text = name.text;
        token->length = (size_t)(lexer->text + lexer->at - name.text);
        well = well && c4_period_known(token->text, token->length);
    }
    well = well && peek(lexer, 0) == '}';
    if (rc == CRM4E_OK && !well)
        return c4_lex_expected(lexer, token->start, known);
    lexer->at++;
    return rc;
}

typedef struct sign {
    const char *text;
    c4_token_kind kind;
    c4_comparator comparator;
} sign;

/* The longer ones first. */
static const sign signs[] = {
    {"!=", C4_TOKEN_COMPARE, C4_NOT_EQUAL},  {"<>", C4_TOKEN_COMPARE, C4_NOT_EQUAL},
    {"<=", C4_TOKEN_COMPARE, C4_LESS_EQUAL}, {">=", C4_TOKEN_COMPARE, C4_GREATER_EQUAL},
    {"=", C4_TOKEN_COMPARE, C4_EQUAL},       {"<", C4_TOKEN_COMPARE, C4_LESS},
    {">", C4_TOKEN_COMPARE, C4_GREATER},     {",", C4_TOKEN_COMMA, (c4_comparator)0},
    {"(", C4_TOKEN_OPEN, (c4_comparator)0},  {")", C4_TOKEN_CLOSE, (c4_comparator)0},
};

static int lex_sign(c4_lexer *lexer, c4_token *token)
{
    size_t left = lexer->length - lexer->at;
    const sign *found = NULL;
    for (size_t i = 0; i < sizeof signs / sizeof signs[0] && found == NULL; i++) {
        size_t length = strlen(signs[i].text);
        if (length <= left && memcmp(lexer->text + lexer->at, signs[i].text, length) == 0)
            found = &signs[i];
    }
    if (found == NULL)
        return c4_lex_expected(lexer, lexer->at, "a name, a value, a comparator or a bracket");
    lexer->at += strlen(found->text);
    token->kind = found->kind;
    token->comparator = found->comparator;
    return CRM4E_OK;
}

int c4_lex_next(c4_lexer *lexer, c4_token *token)
{
    int rc = CRM4E_OK;
    char c;
    (void)skip(lexer, is_space);
    c = peek(lexer, 0);
    *token = (c4_token){.kind = C4_TOKEN_END, .start = lexer->at, .text = lexer->text + lexer->at};
    if (lexer->at == lexer->length)
        return CRM4E_OK;
    if (is_letter(c))
        rc = lex_name(lexer, token);
    else if (is_digit(c) || c == '-' || c == '+')
        rc = lex_number(lexer, token);
    else if (c == '\'')
        rc = lex_text(lexer, token);
    else if (c == '$')
        rc = lex_word(lexer, token);
    else
        rc = lex_sign(lexer, token);
    if (token->kind != C4_TOKEN_TEXT && token->kind != C4_TOKEN_ROLE &&
        token->kind != C4_TOKEN_PERIOD)
        token->length = lexer->at - token->start;
    return rc;
}
