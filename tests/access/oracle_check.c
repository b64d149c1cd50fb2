/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "oracle_check.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    SHOWN_DIFFERENCES = 25
};

static const char *code_text(int code)
{
    return code > CRM4E_OK ? "a count" : crm4e_code_name(code);
}

void differ(check *c, const char *what, const char *detail, int expected, int found)
{
    const world_user *user = &c->w->users[c->user];

    if (c->differences++ >= SHOWN_DIFFERENCES) {
        return;
    }
    print_error("seed %llu, %s: %s %s of %s, %s (%s, role %d): expected %d %s, found %d %s\n",
                (unsigned long long)c->w->seed, c->storage, what, detail,
                world_modules[c->module].api_name, user->email, c->w->profiles[user->profile].name,
                user->role, expected, code_text(expected), found, code_text(found));
    if (c->record >= 0) {
        world_write_record(c->w, c->record, stderr);
    }
}

void same(check *c, const char *what, const char *detail, int expected, int found)
{
    c->questions++;
    if (expected != found) {
        differ(c, what, detail, expected, found);
    }
}

const char *module_name(const check *c)
{
    return world_modules[c->module].api_name;
}

crm4e_session *session_of(const check *c)
{
    return c->stage.sessions[c->user];
}

/* The one module a lookup points to; -1: it may point to several. */
static int only_target(const world_field *field)
{
    for (int m = 0; m < WORLD_MODULES; m++) {
        if (field->targets == 1u << m) {
            return m;
        }
    }
    return -1;
}

static bool readable(const check *c, int module, int field)
{
    return oracle_field(c->o, c->user, module, field) != CRM4E_PERMISSION_HIDDEN;
}

static bool visible(const check *c, int record)
{
    return oracle_may(c->o, c->user, CRM4E_ACTION_VIEW, (int)c->w->records[record].module,
                      record) == CRM4E_OK;
}

/* What a list shows of a lookup: the name where record and name may be read, which
 * is the first field of each module that is pointed to; else the id. */
static void expect_lookup(const check *c, int value, char *out, size_t size)
{
    const world_record *target = &c->w->records[value < 0 ? 0 : value];

    out[0] = '\0';
    if (value >= 0 && visible(c, value) && readable(c, (int)target->module, 0)) {
        (void)snprintf(out, size, "%s", world_words[target->values[0]]);
    } else if (value >= 0) {
        (void)snprintf(out, size, "%lld", (long long)target->id);
    }
}

/* A path over a lookup is empty where the record behind it may not be seen. */
static void expect_path(const check *c, int value, int module, int field, char *out, size_t size)
{
    int beyond = value >= 0 && visible(c, value) ? c->w->records[value].values[field] : -1;

    out[0] = '\0';
    if (beyond >= 0) {
        const world_field *f = &world_modules[module].fields[field];
        (void)snprintf(out, size, "%s",
                       f->type == WORLD_PICK ? f->options[beyond] : world_words[beyond]);
    }
}

static void same_text(check *c, const char *what, const char *detail, const char *expected,
                      const char *found)
{
    c->questions++;
    if (strcmp(expected, found != NULL ? found : "") != 0) {
        differ(c, what, detail, 0, 1);
        print_error("  expected '%s', found '%s'\n", expected, found != NULL ? found : "");
    }
}

/* Columns: the lookup, and over it a word of the record behind, if one may be read. */
static void check_lookup(check *c, int field, const int *records, int count)
{
    const world_field *f = &world_modules[c->module].fields[field];
    int target = only_target(f);
    int beyond = 0;
    char path[96];
    crm4e_query *query = NULL;
    crm4e_cursor *rows = NULL;

    while (target >= 0 && beyond < world_modules[target].field_count &&
           !((world_modules[target].fields[beyond].type == WORLD_TEXT ||
              world_modules[target].fields[beyond].type == WORLD_PICK) &&
             readable(c, target, beyond))) {
        beyond++;
    }
    bool over = target >= 0 && beyond < world_modules[target].field_count &&
                oracle_may(c->o, c->user, CRM4E_ACTION_VIEW, target, -1) == CRM4E_OK;
    (void)snprintf(path, sizeof path, "%s.%s", f->api_name,
                   over ? world_modules[target].fields[beyond].api_name : "");
    assert_fine(session_of(c), crm4e_query_new(&query, session_of(c), module_name(c)));
    assert_fine(session_of(c), crm4e_query_select(query, f->api_name));
    if (over) {
        assert_fine(session_of(c), crm4e_query_select(query, path));
    }
    assert_fine(session_of(c), crm4e_query_limit(query, -1));
    assert_fine(session_of(c), crm4e_query_run(&rows, query));
    for (int i = 0; i < count && crm4e_cursor_next(rows) == CRM4E_ROW; i++) {
        char expected[64];
        int value = c->w->records[records[i]].values[field];
        c->record = records[i];
        expect_lookup(c, value, expected, sizeof expected);
        same_text(c, "lookup", f->api_name, expected, crm4e_cursor_text(rows, 0));
        if (over) {
            expect_path(c, value, target, beyond, expected, sizeof expected);
            same_text(c, "path", path, expected, crm4e_cursor_text(rows, 1));
        }
    }
    c->record = -1;
    crm4e_cursor_free(rows);
    crm4e_query_free(query);
}

void check_lookups(check *c, const int *records, int count)
{
    const world_module *module = &world_modules[c->module];

    for (int i = 0; i < module->field_count; i++) {
        if (module->fields[i].type == WORLD_LOOKUP && readable(c, c->module, i)) {
            check_lookup(c, i, records, count);
        }
    }
}

/* Words as search takes them: whole, the last one also begun. */
typedef struct words {
    const char *text;
    int count;
    const char *words[2];
} words;

static bool has_word(const check *c, int record, const char *word, bool begun)
{
    const world_record *r = &c->w->records[record];
    const world_module *module = &world_modules[r->module];
    bool found = false;

    for (int i = 0; i < module->field_count && !found; i++) {
        if (module->fields[i].type == WORLD_TEXT && r->values[i] >= 0 &&
            readable(c, (int)r->module, i)) {
            const char *value = world_words[r->values[i]];
            found =
                begun ? strncasecmp(value, word, strlen(word)) == 0 : strcasecmp(value, word) == 0;
        }
    }
    return found;
}

static bool has_all(const check *c, int record, const words *wanted)
{
    bool all = true;

    for (int i = 0; i < wanted->count && all; i++) {
        all = has_word(c, record, wanted->words[i], i == wanted->count - 1);
    }
    return all;
}

/* Marks what the answer holds; how many that are no records of the world. */
static int mark_found(const check *c, const char *json, bool *found)
{
    static const char key[] = "\"id\":";
    int strange = 0;

    for (const char *at = strstr(json, key); at != NULL; at = strstr(at, key)) {
        crm4e_id id = strtoll(at += strlen(key), NULL, 10);
        int i = 0;
        while (i < c->w->record_count && c->w->records[i].id != id) {
            i++;
        }
        strange += i == c->w->record_count || found[i];
        found[i < c->w->record_count ? i : 0] = true;
    }
    return strange;
}

static void check_words(check *c, const words *wanted, bool *found)
{
    crm4e_search_options options = CRM4E_SEARCH_OPTIONS_INIT;
    crm4e_text *text = NULL;

    options.limit = 1000;
    memset(found, 0, (size_t)c->w->record_count * sizeof *found);
    assert_true(c->w->record_count <= options.limit);
    assert_fine(session_of(c), crm4e_search_json(&text, session_of(c), wanted->text,
                                                 CRM4E_NUL_TERMINATED, &options));
    same(c, "search", wanted->text, 0, mark_found(c, crm4e_text_data(text), found));
    crm4e_text_free(text);
    for (int i = 0; i < c->w->record_count; i++) {
        c->record = i;
        c->module = (int)c->w->records[i].module;
        same(c, "search", wanted->text,
             !c->w->records[i].deleted && visible(c, i) && has_all(c, i, wanted), found[i]);
    }
}

void check_search(check *c)
{
    static const words all[] = {
        {"alpha", 1, {"alpha"}},        {"AL", 1, {"al"}},
        {"beta ga", 2, {"beta", "ga"}}, {"alps delta", 2, {"alps", "delta"}},
        {"beyon", 1, {"beyon"}},
    };
    int module = c->module;
    bool *found = calloc((size_t)c->w->record_count + 1, sizeof *found);

    assert_non_null(found);
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        check_words(c, &all[i], found);
    }
    c->record = -1;
    c->module = module;
    free(found);
}
