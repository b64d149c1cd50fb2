/* SPDX-License-Identifier: MIT */
#include "two_calls.h"

#include <stdlib.h>
#include <string.h>

/* All that a failure tells. */
static int tell(side *s, int rc, FILE *out)
{
    const crm4e_error *error = crm4e_session_error(s->session);

    (void)fprintf(out, "%s", crm4e_code_name(rc));
    if (rc < 0) {
        (void)fprintf(out, " [%s|%s|%s|%s|%lld|%lld]", crm4e_error_message(error),
                      crm4e_error_module(error), crm4e_error_field(error), crm4e_error_rule(error),
                      (long long)crm4e_error_limit(error), (long long)crm4e_error_current(error));
    }
    (void)fputs("\n", out);
    return rc;
}

/* By address: the call that gives the text may stand beside it among the arguments. */
static void tell_text(side *s, int rc, crm4e_text **text, FILE *out)
{
    if (tell(s, rc, out) >= 0 && *text != NULL) {
        (void)fprintf(out, "%s\n", crm4e_text_data(*text));
    }
    crm4e_text_free(*text);
}

typedef struct target {
    int module;
    crm4e_id id;
} target;

/* A record: mostly of the module it is in, at times one of nothing. */
static target some_target(const side *s, uint64_t *r)
{
    int at = world_below(r, s->w->record_count);
    target t = {(int)s->w->records[at].module, s->w->records[at].id};
    int kind = world_below(r, 20);
    int module = world_below(r, WORLD_MODULES);
    int made = world_below(r, SIDE_MADE);

    if (kind == 0) {
        t.module = module;
    } else if (kind == 1) {
        t.id += 100000;
    } else if (kind < 6 && made < s->made_count) {
        t = (target){s->made_modules[made], s->made[made]};
    }
    return t;
}

/* What was asked, for who reads a difference. */
static void tell_target(const char *what, target t, FILE *out)
{
    (void)fprintf(out, "%s %s %lld: ", what, world_modules[t.module].api_name, (long long)t.id);
}

static const char *name_of(int module)
{
    return world_modules[module].api_name;
}

static const world_field *some_field(int module, uint64_t *r)
{
    return &world_modules[module].fields[world_below(r, world_modules[module].field_count)];
}

/* A field, or a path over one of its lookups. */
static void write_path(int module, uint64_t *r, FILE *out)
{
    static const char *const system[] = {"id", "Created_By", "Modified_Time", "Version__s"};
    const world_field *field = some_field(module, r);
    int beyond = world_below(r, WORLD_MODULES);
    int kind = world_below(r, 12);
    int named = world_below(r, 4);
    const world_field *further = some_field(beyond, r);

    if (kind == 0) {
        (void)fputs(system[named], out);
        return;
    }
    (void)fputs(field->api_name, out);
    if (field->type != WORLD_LOOKUP || kind < 4) {
        return;
    }
    for (int m = 0; m < WORLD_MODULES; m++) {
        if (field->targets == 1u << m) {
            further = some_field(m, r);
        }
    }
    (void)fprintf(out, ".%s", further->api_name);
}

static void write_operand(const side *s, uint64_t *r, FILE *out)
{
    int kind = world_below(r, 5);
    int number = world_below(r, 10);
    target t = some_target(s, r);

    switch (kind) {
    case 0: (void)fprintf(out, "%d", number); break;
    case 1: (void)fprintf(out, "%lld", (long long)t.id); break;
    case 2: (void)fprintf(out, "'%s'", s->w->users[number % s->w->user_count].email); break;
    case 3: (void)fputs("'High'", out); break;
    default: (void)fprintf(out, "'%s'", world_words[number % WORLD_WORDS]); break;
    }
}

/* A comparison that fits its field more often than not. */
static void write_comparison(const side *s, int module, uint64_t *r, FILE *out)
{
    static const char *const signs[] = {" = ", " != ", " < ", " >= "};
    const world_field *field = some_field(module, r);
    int kind = world_below(r, 10);
    int sign = world_below(r, 4);
    int value = world_below(r, WORLD_OPTIONS);
    target t = some_target(s, r);

    if (kind < 3) {
        write_path(module, r, out);
        (void)fputs(kind == 0 ? " is null" : " is not null", out);
        return;
    }
    if (kind == 3) {
        write_path(module, r, out);
        (void)fputs(signs[sign], out);
        write_operand(s, r, out);
        return;
    }
    (void)fprintf(out, "%s%s", field->api_name,
                  signs[field->type == WORLD_NUMBER ? sign : sign % 2]);
    if (field->type == WORLD_LOOKUP && kind < 7) {
        (void)fprintf(out, "%lld", (long long)t.id);
    } else if (field->type == WORLD_LOOKUP) {
        /* by name: a common one, or that of a record which one world has */
        (void)fprintf(out, "'%s'", kind < 9 ? world_words[value] : "secret A");
    } else {
        (void)fputs("'", out);
        world_write_value(s->w, field, value, out);
        (void)fputs("'", out);
    }
}

static void write_criteria(const side *s, int module, uint64_t *r, FILE *out)
{
    static const char *const joints[] = {"", " and ", " or "};
    int joint = world_below(r, 3);
    int negated = world_below(r, 4);

    (void)fputs(negated == 0 ? "not (" : "(", out);
    write_comparison(s, module, r, out);
    (void)fputs(")", out);
    if (joint > 0) {
        (void)fputs(joints[joint], out);
        write_comparison(s, module, r, out);
    }
}

/* A text being written. */
typedef struct sheet {
    FILE *out;
    char *text;
    size_t length;
} sheet;

static FILE *sheet_open(sheet *p)
{
    p->text = NULL;
    p->out = open_memstream(&p->text, &p->length);
    if (p->out == NULL) {
        abort();
    }
    return p->out;
}

static char *sheet_close(sheet *p)
{
    (void)fclose(p->out);
    return p->text;
}

static void call_get(side *s, uint64_t *r, FILE *out)
{
    target t = some_target(s, r);
    crm4e_record *record = NULL;
    crm4e_text *text = NULL;
    const world_field *field = some_field(t.module, r);

    tell_target("get", t, out);
    if (tell(s, crm4e_record_open(&record, s->session, name_of(t.module), t.id), out) < 0) {
        return;
    }
    const char *value = NULL;
    if (tell(s, crm4e_record_get_text(record, field->api_name, &value, NULL), out) >= 0) {
        (void)fprintf(out, "%s=%s\n", field->api_name, value != NULL ? value : "(empty)");
    }
    tell_text(s, crm4e_record_json(&text, record), &text, out);
    crm4e_record_free(record);
}

static void tell_rows(side *s, int rc, crm4e_cursor *rows, FILE *out)
{
    crm4e_text *text = NULL;

    if (tell(s, rc, out) >= 0) {
        tell_text(s, crm4e_cursor_json(&text, rows), &text, out);
    }
    crm4e_cursor_free(rows);
}

static void call_query(side *s, uint64_t *r, FILE *out)
{
    int module = world_below(r, WORLD_MODULES);
    int columns = 1 + world_below(r, 4);
    int parts = world_below(r, 8);
    crm4e_cursor *rows = NULL;
    sheet p;
    FILE *query = sheet_open(&p);

    (void)fputs("select id", query);
    for (int i = 1; i < columns; i++) {
        (void)fputs(", ", query);
        write_path(module, r, query);
    }
    (void)fprintf(query, " from %s", name_of(module));
    if ((parts & 1) != 0) {
        (void)fputs(" where ", query);
        write_criteria(s, module, r, query);
    }
    if ((parts & 2) != 0) {
        (void)fprintf(query, " order by %s%s", some_field(module, r)->api_name,
                      (parts & 4) != 0 ? " desc" : "");
    }
    (void)fprintf(query, " limit %d offset %d", 1 + world_below(r, 9), world_below(r, 3));
    char *text = sheet_close(&p);
    (void)fprintf(out, "%s\n", text);
    tell_rows(s, crm4e_query_text(&rows, s->session, text), rows, out);
    free(text);
}

/* Pages of a builder, and the token of one used for another. */
static void call_pages(side *s, uint64_t *r, FILE *out)
{
    int module = world_below(r, WORLD_MODULES);
    int stale = world_below(r, 4);
    crm4e_query *query = NULL;
    crm4e_cursor *rows = NULL;
    int64_t count = 0;
    int rc = crm4e_query_new(&query, s->session, name_of(module));

    rc = rc < 0 ? rc : crm4e_query_select(query, some_field(module, r)->api_name);
    rc = rc < 0 ? rc : crm4e_query_order(query, some_field(module, r)->api_name, stale % 2);
    rc = rc < 0 || world_below(r, 3) > 0 ? rc : crm4e_query_collate(query, "de");
    rc = rc < 0 ? rc : crm4e_query_limit(query, 2);
    if (rc >= 0 && tell(s, crm4e_query_count(query, &count), out) >= 0) {
        (void)fprintf(out, "%lld\n", (long long)count);
    }
    if (rc >= 0 && stale == 0 && s->token[0] != '\0') {
        rc = crm4e_query_after(query, s->token);
    }
    rc = rc < 0 ? rc : crm4e_query_run(&rows, query);
    while (tell(s, rc, out) >= 0 && (rc = crm4e_cursor_next(rows)) == CRM4E_ROW) {
        const char *value = crm4e_cursor_text(rows, 0);
        (void)fprintf(out, "%lld %s\n", (long long)crm4e_cursor_id(rows),
                      value != NULL ? value : "(empty)");
    }
    if (rows != NULL && crm4e_cursor_token(rows) != NULL) {
        (void)snprintf(s->token, sizeof s->token, "%s", crm4e_cursor_token(rows));
        (void)fprintf(out, "%s\n", s->token);
    }
    crm4e_cursor_free(rows);
    crm4e_query_free(query);
}

static void call_chart(side *s, uint64_t *r, FILE *out)
{
    static const crm4e_measure measures[] = {CRM4E_COUNT, CRM4E_SUM, CRM4E_AVG, CRM4E_MIN,
                                             CRM4E_MAX};
    int module = world_below(r, WORLD_MODULES);
    int keys = world_below(r, 3);
    int wanted = world_below(r, 3);
    crm4e_chart *chart = NULL;
    crm4e_text *text = NULL;
    sheet p;
    int rc = crm4e_chart_new(&chart, s->session, name_of(module));

    for (int i = 0; rc >= 0 && i < keys; i++) {
        rc = crm4e_chart_group_by(chart, some_field(module, r)->api_name, 0);
    }
    for (int i = 0; rc >= 0 && i < wanted; i++) {
        crm4e_measure measure = measures[world_below(r, 5)];
        const char *field = some_field(module, r)->api_name;
        rc = crm4e_chart_measure(chart, measure, measure == CRM4E_COUNT ? NULL : field);
    }
    write_criteria(s, module, r, sheet_open(&p));
    char *criteria = sheet_close(&p);
    if (rc >= 0 && world_below(r, 2) == 0) {
        rc = crm4e_chart_where(chart, criteria);
    }
    free(criteria);
    rc = rc < 0 ? rc : crm4e_chart_run(chart);
    if (tell(s, rc, out) >= 0) {
        tell_text(s, crm4e_chart_json(&text, chart), &text, out);
    }
    crm4e_chart_free(chart);
}

static void call_timeline(side *s, uint64_t *r, FILE *out)
{
    target t = some_target(s, r);
    crm4e_text *text = NULL;
    int descending = world_below(r, 2);
    int rc = crm4e_timeline_json(&text, s->session, name_of(t.module), t.id, 0, descending,
                                 1 + world_below(r, 20));

    tell_target("timeline", t, out);
    tell_text(s, rc, &text, out);
    rc = crm4e_record_history_json(&text, s->session, name_of(t.module), t.id, NULL);
    tell_text(s, rc, &text, out);
    rc = crm4e_record_as_of(&text, s->session, name_of(t.module), t.id, INT64_MAX);
    tell_text(s, rc, &text, out);
}

/* With what comes from calls and cases that are hidden from him, and without. */
static void call_interactions(side *s, uint64_t *r, FILE *out)
{
    static const char *const channels[] = {NULL, "phone", "web"};
    target t = some_target(s, r);
    crm4e_interactions_options which = CRM4E_INTERACTIONS_OPTIONS_INIT;
    crm4e_interaction_options visit = CRM4E_INTERACTION_OPTIONS_INIT;
    crm4e_text *text = NULL;
    const int adds = world_below(r, 3);
    const bool removes = world_below(r, 2) == 0;
    crm4e_id removed = some_target(s, r).id; /* what comes from a record has its id */
    int rc;

    which.descending = world_below(r, 2);
    which.limit = 1 + world_below(r, 20);
    which.channel = channels[world_below(r, 3)];
    which.user = world_below(r, 3) == 0 ? s->w->users[world_below(r, s->w->user_count)].id : 0;
    visit.module = name_of(t.module);
    visit.record = t.id;
    visit.kind = "visit";
    tell_target("interactions", t, out);
    if (adds == 0) {
        (void)tell(s, crm4e_interaction_add(&removed, s->session, &visit), out);
    }
    if (removes) {
        (void)tell(s, crm4e_interaction_remove(s->session, visit.module, t.id, removed), out);
    }
    rc = crm4e_interactions_json(&text, s->session, name_of(t.module), t.id, &which);
    tell_text(s, rc, &text, out);
    rc = crm4e_interactions_summary_json(&text, s->session, name_of(t.module), t.id, &which);
    tell_text(s, rc, &text, out);
}

/* From some position, of some modules and kinds. */
static void call_feed(side *s, uint64_t *r, FILE *out)
{
    crm4e_feed_options options = CRM4E_FEED_OPTIONS_INIT;
    crm4e_text *text = NULL;
    int64_t end = 0;
    char modules[64];
    int module = world_below(r, WORLD_MODULES);
    int rc = crm4e_feed_position(s->session, &end);

    (void)snprintf(modules, sizeof modules, "[\"%s\"]", name_of(module));
    options.modules = world_below(r, 4) == 0 ? modules : NULL;
    options.kinds = world_below(r, 4) == 0 ? 1u << world_below(r, 9) : 0;
    options.limit = 1 + world_below(r, 60);
    (void)fprintf(out, "feed of %s: ", options.modules != NULL ? modules : "all");
    if (tell(s, rc, out) >= 0) {
        rc = crm4e_feed_json(&text, s->session, world_below(r, (int)end + 2), &options);
        tell_text(s, rc, &text, out);
    }
}

/* Words that values have, or begin, and one that none has. */
static void call_search(side *s, uint64_t *r, FILE *out)
{
    static const char *const begun[] = {"al", "b", "gam", "nothing"};
    crm4e_search_options options = CRM4E_SEARCH_OPTIONS_INIT;
    crm4e_text *found = NULL;
    char text[64], modules[64];
    int first = world_below(r, WORLD_WORDS);
    int last = world_below(r, 4 + WORLD_WORDS);
    int module = world_below(r, WORLD_MODULES);

    (void)snprintf(modules, sizeof modules, "[\"%s\"]", name_of(module));
    (void)snprintf(text, sizeof text, "%s %s", world_below(r, 3) == 0 ? world_words[first] : "",
                   last < 4 ? begun[last] : world_words[last - 4]);
    options.modules = world_below(r, 4) == 0 ? modules : NULL;
    options.limit = 1 + world_below(r, 30);
    options.offset = world_below(r, 5);
    (void)fprintf(out, "search %s in %s: ", text, options.modules != NULL ? modules : "all");
    int rc = crm4e_search_json(&found, s->session, text, CRM4E_NUL_TERMINATED, &options);
    tell_text(s, rc, &found, out);
}

static void call_settings(side *s, uint64_t *r, FILE *out)
{
    int module = world_below(r, WORLD_MODULES);
    int kind = world_below(r, 8);
    crm4e_module *handle = NULL;
    crm4e_text *text = NULL;

    if (kind == 0) {
        tell_text(s, crm4e_navigation_json(&text, s->session), &text, out);
    } else if (kind == 2) {
        tell_text(s, crm4e_modules_json(&text, s->session), &text, out);
    } else if (kind == 7) {
        tell_text(s, crm4e_bin_json(&text, s->session, NULL), &text, out);
    } else if (kind == 6) {
        tell_text(s, crm4e_requests_json(&text, s->session, NULL), &text, out);
    } else if (kind == 1) {
        tell_text(s, crm4e_org_export(&text, s->session), &text, out);
    } else if (tell(s, crm4e_module_open(&handle, s->session, name_of(module)), out) >= 0) {
        tell_text(s,
                  kind == 3 ? crm4e_module_members_json(&text, handle)
                            : crm4e_module_json(&text, handle),
                  &text, out);
    }
    crm4e_module_free(handle);
}

static void call_ask(side *s, uint64_t *r, FILE *out)
{
    target t = some_target(s, r);
    crm4e_action action = (crm4e_action)(1 + world_below(r, CRM4E_ACTION_SEND_MAIL));
    int kind = world_below(r, 4);
    const char *field = kind == 1 ? some_field(t.module, r)->api_name : NULL;
    crm4e_verdict *verdict = NULL;
    crm4e_text *text = NULL;

    tell_target("ask", t, out);
    (void)fprintf(out, "action %u: ", action);
    if (kind < 2) {
        (void)tell(s, crm4e_may(s->session, action, name_of(t.module), t.id, field), out);
    } else if (kind == 2) {
        tell_text(s, crm4e_who_can(&text, s->session, action, name_of(t.module), t.id), &text, out);
    } else if (tell(s,
                    crm4e_explain(&verdict, s->session, 0, action, name_of(t.module), t.id, NULL),
                    out) >= 0) {
        tell_text(s, crm4e_verdict_json(&text, verdict), &text, out);
    }
    crm4e_verdict_free(verdict);
}

/* Sets a field to a value of its kind; lookups to any record whatsoever. */
static int set_field(side *s, crm4e_record *record, const world_field *field, uint64_t *r)
{
    int value = world_below(r, WORLD_OPTIONS);
    int empty = world_below(r, 8);
    target t = some_target(s, r);
    sheet p;
    FILE *text = sheet_open(&p);
    int rc;

    if (empty == 0 && !field->must) {
        (void)fputs("", text);
    } else if (field->type == WORLD_LOOKUP) {
        (void)fprintf(text, "%lld", (long long)t.id);
    } else {
        world_write_value(s->w, field, value, text);
    }
    char *written = sheet_close(&p);
    rc = crm4e_record_set_text(record, field->api_name, written, p.length);
    free(written);
    return rc;
}

static void remember(side *s, int module, crm4e_id id)
{
    int at = s->made_count % SIDE_MADE;

    s->made[at] = id;
    s->made_modules[at] = module;
    s->made_count += s->made_count < SIDE_MADE ? 1 : 0;
}

static void tell_record(side *s, crm4e_record *record, FILE *out)
{
    crm4e_text *text = NULL;

    tell_text(s, crm4e_record_json(&text, record), &text, out);
}

static void call_create(side *s, uint64_t *r, FILE *out)
{
    int module = world_below(r, WORLD_MODULES);
    const world_module *m = &world_modules[module];
    crm4e_record *record = NULL;
    int rc = crm4e_record_new(&record, s->session, name_of(module));

    for (int i = 0; rc >= 0 && i < m->field_count; i++) {
        const world_field *field = &m->fields[i];
        bool wanted = field->must || world_below(r, 4) == 0;
        if (wanted && field->type != WORLD_MADE && field->type != WORLD_OWNER) {
            rc = set_field(s, record, field, r);
        }
    }
    rc = rc < 0 ? rc : crm4e_record_save(record);
    if (tell(s, rc, out) >= 0) {
        remember(s, module, crm4e_record_id(record));
        tell_record(s, record, out);
    }
    crm4e_record_free(record);
}

static void call_update(side *s, uint64_t *r, FILE *out)
{
    target t = some_target(s, r);
    int count = 1 + world_below(r, 2);
    crm4e_record *record = NULL;
    int rc = crm4e_record_open(&record, s->session, name_of(t.module), t.id);

    tell_target("update", t, out);
    for (int i = 0; rc >= 0 && i < count; i++) {
        rc = set_field(s, record, some_field(t.module, r), r);
    }
    rc = rc < 0 ? rc : crm4e_record_save(record);
    if (tell(s, rc, out) >= 0) {
        tell_record(s, record, out);
    }
    crm4e_record_free(record);
}

/* At times undone: what a transaction showed must be the same as well. */
static void call_delete(side *s, uint64_t *r, FILE *out)
{
    target t = some_target(s, r);
    int kind = world_below(r, 6);

    tell_target("delete", t, out);
    if (kind == 0) {
        (void)tell(s, crm4e_record_restore(s->session, name_of(t.module), t.id), out);
        return;
    }
    if (kind == 1) {
        (void)tell(s, crm4e_record_delete(s->session, name_of(t.module), t.id, kind), out);
        return;
    }
    (void)tell(s, crm4e_session_begin(s->session), out);
    (void)tell(s, crm4e_record_delete(s->session, name_of(t.module), t.id, 0), out);
    call_query(s, r, out);
    (void)tell(s, crm4e_session_rollback(s->session), out);
}

static void call_owner(side *s, uint64_t *r, FILE *out)
{
    target t = some_target(s, r);
    int user = world_below(r, s->w->user_count);
    crm4e_record *record = NULL;
    int rc = crm4e_record_open(&record, s->session, name_of(t.module), t.id);

    tell_target("owner", t, out);
    rc = rc < 0 ? rc : crm4e_record_set_owner(record, s->w->users[user].id);
    rc = rc < 0 ? rc : crm4e_record_save(record);
    (void)tell(s, rc, out);
    crm4e_record_free(record);
}

typedef struct csv {
    char text[256];
    size_t at;
} csv;

static int32_t read_csv(void *user, char *bytes, size_t size, size_t *read)
{
    csv *c = user;
    size_t left = strlen(c->text) - c->at;

    *read = left < size ? left : size;
    memcpy(bytes, c->text + c->at, *read);
    c->at += *read;
    return CRM4E_CONTINUE;
}

static int32_t write_out(void *user, const char *bytes, size_t length)
{
    return fwrite(bytes, 1, length, user) == length ? CRM4E_CONTINUE : 0;
}

/* Lookups by name: that of a record he may not see is nobody's. */
static void call_import(side *s, uint64_t *r, FILE *out)
{
    crm4e_import_options options = CRM4E_IMPORT_OPTIONS_INIT;
    crm4e_text *text = NULL;
    csv c = {.at = 0};
    int kind = world_below(r, 2);

    const char *first = world_words[world_below(r, WORLD_WORDS)];
    const char *second = world_words[world_below(r, WORLD_WORDS)];
    (void)snprintf(c.text, sizeof c.text,
                   "%s,Account_Name\r\nalpha%s,%s\r\nBeta%s,%s\r\nGamma%s,secret A\r\n",
                   kind == 0 ? "Last_Name" : "Deal_Name,Stage", kind == 0 ? "" : ",Closed Won",
                   first, kind == 0 ? "" : ",Closed Won", second, kind == 0 ? "" : ",Closed Won");
    options.module = kind == 0 ? "Contacts" : "Deals";
    options.read = read_csv;
    options.read_user = &c;
    options.reject = write_out;
    options.reject_user = out;
    options.dry_run = 1;
    options.partial = world_below(r, 2);
    tell_text(s, crm4e_import_records(&text, s->session, &options), &text, out);
}

/* Whom to share with; at times himself, or nobody. */
static crm4e_id some_subject(side *s, uint64_t *r, crm4e_subject *kind, FILE *out)
{
    const world *w = s->w;
    int user = world_below(r, w->user_count);
    int role = world_below(r, w->role_count);
    int group = world_below(r, w->group_count);
    crm4e_id id = 1;

    *kind = (crm4e_subject)(1 + world_below(r, 4));
    const char *name = *kind == CRM4E_SUBJECT_USER    ? w->users[user].email
                       : *kind != CRM4E_SUBJECT_GROUP ? w->roles[role].name
                       : w->group_count > 0           ? w->groups[group].name
                                                      : "no group";
    (void)tell(s, world_find(s->session, *kind, name, &id), out);
    return id;
}

static void call_share(side *s, uint64_t *r, FILE *out)
{
    target t = some_target(s, r);
    int kind = world_below(r, 5);
    crm4e_level level = (crm4e_level)(1 + world_below(r, 4));
    crm4e_subject whom = 0;
    crm4e_text *text = NULL;

    tell_target("share", t, out);
    crm4e_id subject = some_subject(s, r, &whom, out);
    if (kind == 0) {
        (void)tell(s, crm4e_record_unshare(s->session, name_of(t.module), t.id, whom, subject),
                   out);
    } else if (kind == 1) {
        tell_text(s, crm4e_record_shares(&text, s->session, name_of(t.module), t.id), &text, out);
    } else if (kind == 2) {
        int locked = world_below(r, 2);
        (void)tell(s, crm4e_record_set_locked(s->session, name_of(t.module), t.id, locked), out);
    } else {
        int related = world_below(r, 2);
        (void)tell(
            s,
            crm4e_record_share(s->session, name_of(t.module), t.id, whom, subject, level, related),
            out);
    }
}

static void call_export(side *s, uint64_t *r, FILE *out)
{
    crm4e_export_options options = CRM4E_EXPORT_OPTIONS_INIT;
    int64_t rows = 0;
    sheet p;
    int module = world_below(r, WORLD_MODULES);
    int filtered = world_below(r, 3);

    write_criteria(s, module, r, sheet_open(&p));
    char *criteria = sheet_close(&p);
    options.module = name_of(module);
    options.criteria = filtered == 0 ? criteria : NULL;
    options.format = world_below(r, 2) == 0 ? CRM4E_EXPORT_CSV : CRM4E_EXPORT_JSON_LINES;
    options.write = write_out;
    options.write_user = out;
    if (tell(s, crm4e_export_records(s->session, &options, &rows), out) >= 0) {
        (void)fprintf(out, "%lld rows\n", (long long)rows);
    }
    free(criteria);
}

typedef struct named_call {
    const char *name;
    void (*call)(side *s, uint64_t *r, FILE *out);
} named_call;

static const named_call calls[] = {
    {"get", call_get},       {"query", call_query},       {"pages", call_pages},
    {"chart", call_chart},   {"timeline", call_timeline}, {"settings", call_settings},
    {"ask", call_ask},       {"create", call_create},     {"update", call_update},
    {"delete", call_delete}, {"owner", call_owner},       {"import", call_import},
    {"share", call_share},   {"export", call_export},     {"get", call_get},
    {"query", call_query},   {"query", call_query},       {"chart", call_chart},
    {"search", call_search}, {"search", call_search},     {"interactions", call_interactions},
    {"feed", call_feed},
};
const size_t two_call_count = sizeof calls / sizeof calls[0];

const char *two_call_name(size_t index)
{
    return calls[index].name;
}

void two_call(side *s, size_t index, uint64_t *random, FILE *out)
{
    calls[index].call(s, random, out);
}
