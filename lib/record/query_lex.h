/* SPDX-License-Identifier: MIT */
/* Words of the query text. Shared by query_lex.c and query_parse.c only. */
#ifndef C4_QUERY_LEX_H
#define C4_QUERY_LEX_H

#include "record/query.h"

typedef enum c4_token_kind {
    C4_TOKEN_END,
    C4_TOKEN_NAME,   /* a keyword, a module, a path "A.B.C" */
    C4_TOKEN_TEXT,   /* '..', unquoted into the arena */
    C4_TOKEN_NUMBER, /* as written */
    C4_TOKEN_USER,   /* ${CURRENTUSER} */
    C4_TOKEN_ROLE,   /* ${ROLE:'..'}, unquoted */
    C4_TOKEN_PERIOD, /* ${LASTDAYS:7}, what is in the braces */
    C4_TOKEN_COMMA,
    C4_TOKEN_OPEN,
    C4_TOKEN_CLOSE,
    C4_TOKEN_COMPARE /* `comparator` says which */
} c4_token_kind;

typedef struct c4_token {
    c4_token_kind kind;
    size_t start; /* byte where it stands */
    const char *text;
    size_t length;
    c4_comparator comparator;
} c4_token;

typedef struct c4_lexer {
    c4_arena *arena;
    crm4e_error *error;
    const char *text;
    size_t length;
    size_t at; /* first byte after the token in hand */
} c4_lexer;

/* INVALID: what stands at `position` (a byte of the text) is not `expected`. */
int c4_lex_expected(const c4_lexer *lexer, size_t position, const char *expected);
int c4_lex_next(c4_lexer *lexer, c4_token *token);
/* Compares a name with a keyword in any case. */
bool c4_token_is(const c4_token *token, const char *keyword);

#endif
