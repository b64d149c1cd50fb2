/* SPDX-License-Identifier: MIT */
/* What the engine has, against what there should be. */
#include "world.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

sights seen;

bool expect(bool holds, const char *format, ...)
{
    va_list more;

    if (!holds && w.difference[0] == '\0') {
        va_start(more, format);
        (void)vsnprintf(w.difference, sizeof w.difference, format, more);
        va_end(more);
    }
    return holds;
}

bool expect_fine(int rc, const char *what)
{
    return expect(rc >= 0, "%s: %s %s", what, rc < 0 ? crm4e_code_name(rc) : "",
                  crm4e_error_message(crm4e_session_error(w.h->admin)));
}

/* ------------------------------------------------------------- leads */

static bool expect_number(crm4e_record *record, const char *field, int64_t wanted, bool is_null)
{
    int64_t number = 0;
    const int rc = crm4e_record_get_integer(record, field, &number, NULL);

    return expect_fine(rc, field) &&
           expect((rc == CRM4E_ROW) != is_null && (is_null || number == wanted),
                  "%s is %lld%s, not %lld%s", field, (long long)number,
                  rc == CRM4E_ROW ? "" : " (null)", (long long)wanted, is_null ? " (null)" : "");
}

static const char *text_of(crm4e_record *record, const char *field)
{
    const char *text = NULL;

    (void)expect_fine(crm4e_record_get_text(record, field, &text, NULL), field);
    return text != NULL ? text : "";
}

static const char *const owners[] = {"u0@", "u1@", "u2@", "ana@", "bo@"};

static bool compare_fields(crm4e_record *record, const lead *l)
{
    bool same = true;

    for (int i = 0; i < FIELDS; i++) {
        char name[4];

        (void)snprintf(name, sizeof name, "F%d", i);
        same = same && expect_number(record, name, l->fields[i], l->fields[i] == NOBODY);
    }
    same = same && expect_number(record, "D", l->day, l->day == NO_VALUE);
    same = same && expect_number(record, "T", l->moment, l->moment == NO_VALUE);
    return same &&
           expect_number(record, "Up", l->up == NOBODY ? 0 : w.bases[l->up], l->up == NOBODY);
}

bool compare_lead(int at)
{
    const lead *l = &now_is.leads[at];
    crm4e_record *record = NULL;
    const char *text;
    bool same;

    if (!expect_fine(crm4e_record_open(&record, w.h->admin, "Leads", l->id), "open"))
        return false;
    same = compare_fields(record, l);
    text = text_of(record, "Tag");
    for (int i = 0; i < TAGS; i++) {
        char tag[4];

        (void)snprintf(tag, sizeof tag, "T%d", i);
        same = same && expect((strstr(text, tag) != NULL) == l->tags[i], "tags are %s", text);
    }
    text = text_of(record, "Owner");
    same = same && expect(strncmp(text, owners[l->owner], strlen(owners[l->owner])) == 0,
                          "lead %d is owned by %s, not %s", at, text, owners[l->owner]);
    text = text_of(record, "Converted__s");
    same = same && expect((strcmp(text, "true") == 0) == l->converted, "converted is %s", text);
    crm4e_record_free(record);
    return same;
}

static bool compare_bases(void)
{
    char *rows = host_query(w.h->admin, "select G from Bases order by id");
    char wanted[64] = "";
    bool same;

    for (int i = 0; i < BASES; i++) {
        const size_t used = strlen(wanted);

        if (now_is.base[i] == NOBODY)
            (void)snprintf(wanted + used, sizeof wanted - used, "-\n");
        else
            (void)snprintf(wanted + used, sizeof wanted - used, "%d\n", now_is.base[i]);
    }
    same = expect(strcmp(rows, wanted) == 0, "bases are\n%s, not\n%s", rows, wanted);
    free(rows);
    return same;
}

/* ------------------------------------------------------------- what was created */

static void put_start(const made *m, char *text, size_t size)
{
    char day[16];

    if (m->start == NO_VALUE) {
        (void)snprintf(text, size, "-");
    } else if (m->module == TASKS) {
        day_text(m->start, day);
        (void)snprintf(text, size, "%s", day);
    } else {
        const int minutes = (int)(m->start % DAY / MINUTE);

        day_text(m->start / DAY, day);
        (void)snprintf(text, size, "%sT%02d:%02d:%02dZ", day, minutes / 60, minutes % 60,
                       (int)(m->start % MINUTE / SECOND));
    }
}

static const char *const own_columns[MADE_MODULES] = {
    [TASKS] = "Due_Date", [MEETINGS] = "Start_DateTime", [CALLS] = "Call_Start_Time"};

static char *query_made(int module)
{
    char text[200];

    (void)snprintf(
        text, sizeof text,
        "select id, Mark, Copy, Owner, %s from %s where id > %lld order by id limit 2000",
        own_columns[module] != NULL ? own_columns[module] : "Of.Last_Name", module_names[module],
        (long long)w.last_made[module]);
    return host_query(w.h->admin, text);
}

static void put_wanted(const made *m, char *text, size_t size)
{
    char more[40] = "-";

    if (m->module >= TASKS)
        put_start(m, more, sizeof more);
    else if (m->lead != NOBODY)
        (void)snprintf(more, sizeof more, "N%d", m->lead);
    (void)snprintf(text, size, "|%d|%s|%sacme.example|%s\n", m->mark, m->copy, owners[m->owner],
                   more);
}

static bool compare_made_of(int module)
{
    char *rows = query_made(module);
    const char *at = rows;
    bool same = true;

    for (int i = 0; i < now_is.made_count && same; i++) {
        char wanted[160];
        const char *found;

        if (made_here[i].module != module)
            continue;
        put_wanted(&made_here[i], wanted, sizeof wanted);
        w.last_made[module] = strtoll(at, NULL, 10);
        w.made[module]++;
        seen.made[module]++;
        found = at + strcspn(at, "|\n");
        same = expect(strncmp(found, wanted, strlen(wanted)) == 0, "in %s is %.100s, not %s",
                      module_names[module], found, wanted);
        at = same ? found + strlen(wanted) : at;
    }
    same = same && expect(*at == '\0', "in %s is more: %.100s", module_names[module], at);
    free(rows);
    return same;
}

static bool compare_made(void)
{
    bool there[MADE_MODULES] = {false};
    bool same = true;

    for (int i = 0; i < now_is.made_count; i++)
        there[made_here[i].module] = true;
    for (int i = 0; i < MADE_MODULES && same; i++)
        same = !there[i] || compare_made_of(i);
    return same;
}

/* ------------------------------------------------------------- run log */

/* The text behind a key of the object that begins there; NULL: there is none. */
static const char *behind(const char *at, const char *key)
{
    const char *found = at != NULL ? strstr(at, key) : NULL;

    return found != NULL ? found + strlen(key) : NULL;
}

/* A line against what it should be; where it goes on. */
static const char *compare_line(const char *at, const line *l)
{
    static const char *const results[] = {"\"done\"", "\"skipped\"", "\"failed\""};
    const char *name = behind(at, "\"rule\":\"R");
    const char *record = behind(at, "\"record\":");
    const char *version = behind(at, "\"version\":");
    const char *came = behind(version, "\"result\":");

    if (!expect(came != NULL, "no line of R%d, %s, in the log", l->rule, results[l->result]))
        return NULL;
    return expect(atoi(name) == l->rule &&
                      strncmp(came, results[l->result], strlen(results[l->result])) == 0 &&
                      (version[0] == 'n') == l->by_clock &&
                      (l->lead == NOBODY || strtoll(record, NULL, 10) == now_is.leads[l->lead].id),
                  "the log has %.160s, not R%d of lead %d, %s", at, l->rule, l->lead,
                  results[l->result])
               ? came
               : NULL;
}

static bool is_of(const line *l, int module)
{
    return the_plan.rules[l->rule].module == module;
}

static bool compare_lines_of(int module, int count)
{
    crm4e_runs_options options = CRM4E_RUNS_OPTIONS_INIT;
    crm4e_text *text = NULL;
    const char *at, *newest;
    int64_t last;

    options.limit = count + 1 < 1000 ? count + 1 : 1000;
    if (!expect_fine(crm4e_runs_json(&text, w.modules[module], &options), "runs"))
        return false;
    at = crm4e_text_data(text);
    newest = behind(at, "{\"id\":");
    last = newest != NULL ? strtoll(newest, NULL, 10) : 0;
    for (int i = now_is.line_count - 1; i >= 0 && at != NULL; i--)
        if (is_of(&lines_here[i], module))
            at = compare_line(at, &lines_here[i]);
    newest = behind(at, "{\"id\":");
    (void)expect(at == NULL || newest == NULL || strtoll(newest, NULL, 10) == w.last_line[module],
                 "the log of %s has more: %.300s", module_names[module], at != NULL ? at : "");
    w.last_line[module] = last;
    crm4e_text_free(text);
    return w.difference[0] == '\0';
}

static bool compare_lines(void)
{
    int counts[MODULES] = {0};
    bool same = true;

    for (int i = 0; i < now_is.line_count; i++) {
        const line *l = &lines_here[i];

        counts[the_plan.rules[l->rule].module]++;
        seen.results[l->result]++;
        seen.by_clock += l->by_clock;
        seen.of_trigger[the_plan.rules[l->rule].on]++;
    }
    for (int i = 0; i < MODULES && same; i++)
        same = (counts[i] == 0 && i != OF_LEADS) || compare_lines_of(i, counts[i]);
    return same;
}

/* ------------------------------------------------------------- what waits */

static void put_pending(const pending *p, char *text, size_t size)
{
    const made time = {.module = CALLS, .start = p->due};
    char due[40], part[48] = "";

    put_start(&time, due, sizeof due);
    if (p->part > 0)
        (void)snprintf(part, sizeof part, ",\"condition\":%d,\"group\":%d",
                       (p->part - 1) / GROUPS + 1, (p->part - 1) % GROUPS + 1);
    (void)snprintf(text, size,
                   "\"due\":\"%s\",\"module\":\"Leads\",\"record\":%lld,\"rule\":\"R%d\"%s}", due,
                   (long long)now_is.leads[p->lead].id, p->rule, part);
}

static bool compare_pending(void)
{
    crm4e_text *text = NULL;
    const char *at;
    bool same = true;

    if (!expect_fine(crm4e_schedule_json(&text, w.h->admin, NULL, 0, 0, 1000), "schedule"))
        return false;
    at = crm4e_text_data(text);
    for (int i = 0; i < now_is.pending_count && same; i++) {
        char wanted[200];

        put_pending(&now_is.pending[i], wanted, sizeof wanted);
        at += strcspn(at, ",");
        at += *at == ',';
        same = expect(strncmp(at, wanted, strlen(wanted)) == 0, "waiting is %.160s, not %s", at,
                      wanted);
        at = same ? at + strlen(wanted) + 1 : at;
    }
    same = same && expect(strchr(at, '{') == NULL, "waiting is more: %.160s", at);
    crm4e_text_free(text);
    return same;
}

bool compare_next(void)
{
    int64_t next = 0;

    return expect_fine(crm4e_next_due(w.h->admin, &next), "next due") &&
           expect(next == next_due(), "next due is %lld, not %lld", (long long)next,
                  (long long)next_due());
}

bool compare_all(void)
{
    return compare_bases() && compare_lines() && compare_made() && compare_pending();
}

bool compare_totals(void)
{
    bool same = expect(host_count(w.h->admin, "Contacts", NULL) == now_is.contacts,
                       "contacts are not %d", now_is.contacts) &&
                expect(host_count(w.h->admin, "Accounts", NULL) == now_is.contacts,
                       "accounts are not %d", now_is.contacts);

    /* activities go to the bin with what they are about */
    for (int i = L1; i < TASKS && same; i++)
        same = expect(host_count(w.h->admin, module_names[i], NULL) == w.made[i],
                      "records of %s are not %d", module_names[i], w.made[i]);
    return same;
}
