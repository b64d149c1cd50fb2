/* SPDX-License-Identifier: MIT */
/* Lookups to several records: what they hold, what is shown of it, how it is asked for, and what
 * becomes of it with the records at either end. */
#include "link_steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MOST = 100 /* links of one field */
};

static void id_text(char text[24], crm4e_id id)
{
    (void)snprintf(text, 24, "%lld", (long long)id);
}

static void the_order_is_kept(void **state)
{
    host *h = *state;
    crm4e_session *s = h->admin;
    crm4e_text *text = NULL;
    crm4e_record *record = NULL;
    char json[256];

    crm4e_id a = firm(s, "A"), b = firm(s, "B"), c = firm(s, "C");
    const crm4e_id twice[] = {c, a, c, b, a};
    crm4e_id id = paper(s, "P", twice, 5);
    leads_to(s, id, "C;A;B");
    host_ok(s, crm4e_record_open(&record, s, "Papers", id));
    (void)snprintf(json, sizeof json, "%lld;%lld;%lld", (long long)c, (long long)a, (long long)b);
    life_field(s, record, "Firms", json);
    (void)snprintf(json, sizeof json,
                   "\"Firms\":[{\"id\":%lld,\"name\":\"C\"},{\"id\":%lld,\"name\":\"A\"},"
                   "{\"id\":%lld,\"name\":\"B\"}]",
                   (long long)c, (long long)a, (long long)b);
    host_ok(s, crm4e_record_json(&text, record));
    assert_non_null(strstr(crm4e_text_data(text), json));
    crm4e_text_free(text);
    crm4e_record_free(record);
    /* another order is a change */
    host_ok(s, relink(s, id, (const crm4e_id[]){b, c, a}, 3));
    leads_to(s, id, "B;C;A");
    life_row(s, "Version__s", "Papers", id, "2\n");
    host_ok(s, relink(s, id, (const crm4e_id[]){b, c, a}, 3));
    life_row(s, "Version__s", "Papers", id, "2\n");
    host_ok(s, relink(s, id, NULL, 0));
    leads_to(s, id, "-");
    assert_sound(h);
}

static void forms_of_one_value(void **state)
{
    static const char *const forms[][3] = {{"[", ", ", "]"},
                                           {"['", "', '", "']"},
                                           {"'", ";", "'"},
                                           {"[{'id': ", "}, {'name': 'x', 'id': ", "}]"},
                                           {"' ", " ; ", " ; '"}};
    host *h = *state;
    crm4e_session *s = h->admin;
    crm4e_id b = firm(s, "B"), a = firm(s, "A");

    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        char json[160];
        (void)snprintf(json, sizeof json, "{'Name': 'P', 'Firms': %s%lld%s%lld%s}", forms[i][0],
                       (long long)a, forms[i][1], (long long)b, forms[i][2]);
        leads_to(s, life_add(s, "Papers", json), "A;B");
    }
    assert_sound(h);
}

static void what_is_refused(void **state)
{
    static const struct {
        const char *value;
        const char *rule;
    } cases[] = {{"[0]", "lookup"},  {"[-1]", "lookup"}, {"['x']", "lookup"},  {"[1.5]", "lookup"},
                 {"[true]", "type"}, {"17", "type"},     {"[[17]]", "type"},   {"[17]", "lookup"},
                 {"[null]", "type"}, {"'x'", "lookup"},  {"{'id': 1}", "type"}};
    host *h = *state;
    crm4e_session *s = h->admin;
    crm4e_id a = firm(s, "A"), id = paper(s, "P", &a, 1);
    char json[128];

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        (void)snprintf(json, sizeof json, "{'Firms': %s}", cases[i].value);
        int rc = life_change(s, "Papers", id, json);
        if (rc != CRM4E_E_INVALID)
            fail_msg("%s: %s", cases[i].value, crm4e_code_name(rc));
        life_refused(s, rc, CRM4E_E_INVALID, "Firms", cases[i].rule);
    }
    /* a record of another module is none of this one's */
    (void)snprintf(json, sizeof json, "{'Firms': [%lld]}", (long long)id);
    life_refused(s, life_change(s, "Papers", id, json), CRM4E_E_INVALID, "Firms", "lookup");
    leads_to(s, id, "A");
    life_row(s, "Version__s", "Papers", id, "1\n");
}

static void so_many_and_no_more(void **state)
{
    host *h = *state;
    crm4e_session *s = h->admin;
    crm4e_id firms[MOST + 1];
    crm4e_id id;

    host_ok(s, crm4e_session_begin(s));
    for (size_t i = 0; i <= MOST; i++)
        firms[i] = firm(s, "F");
    host_ok(s, crm4e_session_commit(s));
    id = paper(s, "P", firms, MOST);
    life_refused(s, relink(s, id, firms, MOST + 1), CRM4E_E_TOO_BIG, "Firms", "length");
    host_ok(s, relink(s, id, firms + 1, MOST));
    assert_sound(h);
    host_ok(s, crm4e_record_delete(s, "Papers", id, 0));
    assert_sound(h);
}

/* As with a lookup to one: the id of what is closed shows, not its name, and nobody points to
 * what he does not see, unless it is there already. */
static void what_is_closed_has_no_name(void **state)
{
    host *h = *state;
    crm4e_session *s = h->admin, *sue = host_session(h, SUE);
    crm4e_id hers = firm(sue, "Hers"), closed = firm(s, "Closed"), other = firm(s, "Other");
    crm4e_id id = paper(s, "P", (const crm4e_id[]){closed, hers}, 2);
    crm4e_record *record = NULL;
    crm4e_text *text = NULL;
    char names[64], json[160];

    (void)snprintf(names, sizeof names, "%lld;Hers", (long long)closed);
    leads_to(sue, id, names);
    host_ok(sue, crm4e_record_open(&record, sue, "Papers", id));
    host_ok(sue, crm4e_record_json(&text, record));
    (void)snprintf(json, sizeof json, "\"Firms\":[{\"id\":%lld},{\"id\":%lld,\"name\":\"Hers\"}]",
                   (long long)closed, (long long)hers);
    assert_non_null(strstr(crm4e_text_data(text), json));
    crm4e_text_free(text);
    crm4e_record_free(record);
    life_refused(sue, relink(sue, id, (const crm4e_id[]){closed, other, hers}, 3), CRM4E_E_INVALID,
                 "Firms", "lookup");
    host_ok(sue, relink(sue, id, (const crm4e_id[]){hers, closed}, 2));
    leads_to(s, id, "Hers;Closed");
    host_ok(sue, relink(sue, id, &hers, 1));
    life_refused(sue, relink(sue, id, (const crm4e_id[]){hers, closed}, 2), CRM4E_E_INVALID,
                 "Firms", "lookup");
    leads_to(s, id, "Hers");
    assert_sound(h);
    crm4e_session_close(sue);
}

static char *related(crm4e_session *session, crm4e_id id, const char *relation, const char *after)
{
    crm4e_text *text = NULL;
    char *copy;

    host_ok(session, crm4e_related_json(&text, session, "Firms", id, relation, 2, after));
    copy = strdup(crm4e_text_data(text));
    crm4e_text_free(text);
    return copy;
}

static void the_other_side_lists_them(void **state)
{
    host *h = *state;
    crm4e_session *s = h->admin, *sue = host_session(h, SUE);
    crm4e_id hers = firm(sue, "Hers"), closed = firm(s, "Closed");
    crm4e_text *text = NULL;
    char *page;

    (void)paper(s, "One", (const crm4e_id[]){closed, hers}, 2);
    (void)paper(s, "Two", &closed, 1);
    (void)paper(s, "Three", &hers, 1);
    (void)paper(s, "Four", (const crm4e_id[]){hers, closed}, 2);
    host_ok(sue, crm4e_relations_json(&text, sue, "Firms"));
    assert_non_null(strstr(crm4e_text_data(text), "\"relation\":\"Papers.Firms\""));
    assert_null(strstr(crm4e_text_data(text), "Papers.Others"));
    crm4e_text_free(text);
    page = related(sue, hers, "Papers.Firms", NULL);
    assert_non_null(strstr(page, "\"Four\""));
    assert_non_null(strstr(page, "\"Three\""));
    assert_null(strstr(page, "\"One\""));
    assert_null(strstr(page, "\"Two\""));
    assert_null(strstr(page, "Closed"));
    assert_null(strstr(page, "\"after\":null"));
    free(page);
    host_refused(sue, crm4e_related_json(&text, sue, "Firms", closed, "Papers.Firms", 2, NULL),
                 CRM4E_E_NOT_FOUND, NULL);
    host_refused(sue, crm4e_related_json(&text, sue, "Firms", hers, "Papers.Others", 2, NULL),
                 CRM4E_E_NOT_FOUND, "no such related list");
    crm4e_session_close(sue);
}

static void asked_by_name_and_id(void **state)
{
    host *h = *state;
    crm4e_session *s = h->admin;
    crm4e_id acme = firm(s, "Acme"), beta = firm(s, "B\xc3\xa9ta"), ark = firm(s, "Ark");
    char where[128], a[24], b[24];

    (void)paper(s, "1", &acme, 1);
    (void)paper(s, "2", (const crm4e_id[]){acme, beta}, 2);
    (void)paper(s, "3", (const crm4e_id[]){beta, ark}, 2);
    (void)paper(s, "4", NULL, 0);
    id_text(a, acme);
    id_text(b, beta);
    papers_where(s, "Firms = 'acme'", "1 2");
    papers_where(s, "Firms = 'beta'", "2 3");
    papers_where(s, "Firms != 'acme'", "3");
    papers_where(s, "not Firms = 'acme'", "3");
    papers_where(s, "Firms in ('acme', 'ark')", "1 2 3");
    papers_where(s, "Firms not in ('acme', 'ark')", "");
    papers_where(s, "Firms not in ('ark')", "1 2");
    papers_where(s, "Firms like 'a%'", "1 2 3");
    papers_where(s, "Firms like '%rk'", "3");
    papers_where(s, "Firms like '%'", "1 2 3");
    papers_where(s, "Firms not like 'b%'", "1");
    papers_where(s, "Firms = 'none'", "");
    papers_where(s, "Firms is null", "4");
    papers_where(s, "Firms is not null", "1 2 3");
    papers_where(s, "Firms = 'acme' and Firms = 'beta'", "2");
    (void)snprintf(where, sizeof where, "Firms = %s", a);
    papers_where(s, where, "1 2");
    (void)snprintf(where, sizeof where, "Firms != %s", a);
    papers_where(s, where, "3");
    (void)snprintf(where, sizeof where, "Firms in (%s, 'ark')", a);
    papers_where(s, where, "1 2 3");
    (void)snprintf(where, sizeof where, "Firms not in (%s, 'ark')", a);
    papers_where(s, where, "");
    (void)snprintf(where, sizeof where, "Firms = %s and Firms = %s", a, b);
    papers_where(s, where, "2");
    (void)snprintf(where, sizeof where, "Firms in (%s, %s) and Name != '1'", a, b);
    papers_where(s, where, "2 3");
    (void)snprintf(where, sizeof where, "Firms = %s or Firms is null", b);
    papers_where(s, where, "2 3 4");
}

/* A name that he may not see is nobody's: neither is a record found by it nor left out. */
static void names_of_what_is_closed_are_not_asked_for(void **state)
{
    host *h = *state;
    crm4e_session *s = h->admin, *sue = host_session(h, SUE);
    crm4e_id hers = firm(sue, "Hers"), closed = firm(s, "Closed");
    char where[64];

    (void)paper(s, "1", &hers, 1);
    (void)paper(s, "2", (const crm4e_id[]){hers, closed}, 2);
    (void)paper(s, "3", &closed, 1);
    papers_where(s, "Firms = 'closed'", "2 3");
    papers_where(sue, "Firms = 'closed'", "");
    papers_where(sue, "Firms like '%'", "1 2");
    papers_where(sue, "Firms != 'closed'", "1 2");
    papers_where(sue, "Firms != 'hers'", "");
    papers_where(sue, "Firms not like 'x%'", "1 2");
    /* the id shows, as it does of a lookup to one */
    (void)snprintf(where, sizeof where, "Firms = %lld", (long long)closed);
    papers_where(sue, where, "2 3");
    crm4e_session_close(sue);
}

/* All that a user hears, one thing behind the other. */
typedef struct heard {
    char *text;
    size_t length;
} heard;

static int32_t hear(void *user, const char *bytes, size_t length)
{
    heard *h = user;
    char *larger = realloc(h->text, h->length + length + 1);

    assert_non_null(larger);
    memcpy(larger + h->length, bytes, length);
    h->text = larger;
    h->length += length;
    larger[h->length] = '\0';
    return CRM4E_CONTINUE;
}

static void hear_text(heard *h, crm4e_session *session, int rc, crm4e_text **text)
{
    host_ok(session, rc);
    (void)hear(h, crm4e_text_data(*text), strlen(crm4e_text_data(*text)));
    crm4e_text_free(*text);
    *text = NULL;
}

static void hear_export(heard *h, crm4e_session *session, crm4e_export_format format)
{
    crm4e_export_options options = CRM4E_EXPORT_OPTIONS_INIT;

    options.module = "Papers";
    options.format = format;
    options.write = hear;
    options.write_user = h;
    host_ok(session, crm4e_export_records(session, &options, NULL));
}

static void hear_criteria(heard *h, crm4e_session *session)
{
    static const char *const where[] = {"Firms = 'Closed'",
                                        "Firms != 'Closed'",
                                        "Firms = 'Hers'",
                                        "Firms != 'Hers'",
                                        "Firms in ('Closed', 'Hers')",
                                        "Firms not in ('Closed', 'x')",
                                        "Firms like '%'",
                                        "Firms like 'C%'",
                                        "Firms not like 'C%'",
                                        "Firms like '%r%'",
                                        "Firms not like '%r%'",
                                        "Firms is null",
                                        "not (Firms = 'Closed')"};

    for (size_t i = 0; i < sizeof where / sizeof where[0]; i++) {
        char text[96];
        char *rows;
        (void)snprintf(text, sizeof text, "select Name, Firms from Papers where %s order by Name",
                       where[i]);
        rows = host_query(session, text);
        (void)hear(h, rows, strlen(rows));
        free(rows);
    }
}

static heard all_of(crm4e_session *session, crm4e_id hers, const crm4e_id *of, size_t count)
{
    heard h = {NULL, 0};
    crm4e_text *text = NULL;

    for (size_t i = 0; i < count; i++) {
        crm4e_record *record = NULL;
        host_ok(session, crm4e_record_open(&record, session, "Papers", of[i]));
        hear_text(&h, session, crm4e_record_json(&text, record), &text);
        crm4e_record_free(record);
        hear_text(&h, session, crm4e_record_history_json(&text, session, "Papers", of[i], NULL),
                  &text);
    }
    hear_text(&h, session,
              crm4e_related_json(&text, session, "Firms", hers, "Papers.Firms", 50, NULL), &text);
    hear_criteria(&h, session);
    hear_export(&h, session, CRM4E_EXPORT_CSV);
    hear_export(&h, session, CRM4E_EXPORT_JSON_LINES);
    return h;
}

/* Whatever a record is called that she does not see: what she hears is the same, byte by byte. */
static void names_of_what_is_closed_change_nothing(void **state)
{
    static const char *const called[] = {"Closed", "Hers", "x", "\xe7\x8e\x8b", "Cr%r"};
    host *h = *state;
    crm4e_session *s = h->admin, *sue = host_session(h, SUE);
    crm4e_id hers = firm(sue, "Hers"), closed = firm(s, "first");
    const crm4e_id of[] = {paper(s, "1", (const crm4e_id[]){closed, hers}, 2),
                           paper(s, "2", &closed, 1), paper(s, "3", &hers, 1),
                           paper(s, "4", NULL, 0)};
    heard first = all_of(sue, hers, of, 4);

    for (size_t i = 0; i < sizeof called / sizeof called[0]; i++) {
        char json[64];
        heard now;
        (void)snprintf(json, sizeof json, "{'Name': '%s'}", called[i]);
        host_ok(s, life_change(s, "Firms", closed, json));
        now = all_of(sue, hers, of, 4);
        assert_string_equal(now.text, first.text);
        free(now.text);
    }
    /* she would hear it, if she saw it */
    host_ok(s, life_change(s, "Firms", closed, "{'Owner': 'sue@x.example'}"));
    heard now = all_of(sue, hers, of, 4);
    assert_string_not_equal(now.text, first.text);
    free(now.text);
    free(first.text);
    crm4e_session_close(sue);
}

/* As a lookup to one: what is in the bin or gone keeps its place, without a name. */
static void the_target_goes_and_comes_back(void **state)
{
    host *h = *state;
    crm4e_session *s = h->admin;
    crm4e_id a = firm(s, "A"), b = firm(s, "B");
    crm4e_id id = paper(s, "P", (const crm4e_id[]){a, b}, 2);
    char names[48], where[48];

    (void)snprintf(names, sizeof names, "%lld;B", (long long)a);
    (void)snprintf(where, sizeof where, "Firms = %lld", (long long)a);
    host_ok(s, crm4e_record_delete(s, "Firms", a, 0));
    leads_to(s, id, names);
    papers_where(s, where, "P");
    papers_where(s, "Firms = 'A'", "");
    host_ok(s, life_change(s, "Papers", id, "{'Text': 'new'}"));
    host_ok(s, crm4e_record_restore(s, "Firms", a));
    leads_to(s, id, "A;B");
    host_ok(s, crm4e_record_delete(s, "Firms", a, 0));
    host_ok(s, crm4e_record_purge(s, "Firms", a));
    leads_to(s, id, names);
    life_refused(s, life_change(s, "Papers", paper(s, "Q", &b, 1), "{'Firms': [1]}"),
                 CRM4E_E_INVALID, "Firms", "lookup");
    assert_sound(h);
    host_ok(s, relink(s, id, &b, 1));
    life_refused(s, relink(s, id, (const crm4e_id[]){b, a}, 2), CRM4E_E_INVALID, "Firms", "lookup");
    assert_sound(h);
}

static void the_record_goes_and_comes_back(void **state)
{
    host *h = *state;
    crm4e_session *s = h->admin;
    crm4e_id b = firm(s, "B"), a = firm(s, "A");
    crm4e_id id = paper(s, "P", (const crm4e_id[]){a, b}, 2);

    host_ok(s, crm4e_record_delete(s, "Papers", id, 0));
    papers_where(s, "Firms = 'A'", "");
    assert_sound(h);
    host_ok(s, crm4e_record_restore(s, "Papers", id));
    papers_where(s, "Firms = 'A'", "P");
    leads_to(s, id, "A;B");
    assert_sound(h);
    host_ok(s, crm4e_record_delete(s, "Papers", id, 0));
    host_ok(s, crm4e_record_purge(s, "Papers", id));
    assert_sound(h);
}

static void what_is_undone_leaves_no_link(void **state)
{
    host *h = *state;
    crm4e_session *s = h->admin;
    crm4e_id a = firm(s, "A"), b = firm(s, "B"), id = paper(s, "P", &a, 1);

    host_ok(s, crm4e_session_begin(s));
    host_ok(s, relink(s, id, (const crm4e_id[]){b, a}, 2));
    papers_where(s, "Firms = 'B'", "P");
    host_ok(s, crm4e_session_rollback(s));
    papers_where(s, "Firms = 'B'", "");
    leads_to(s, id, "A");
    assert_sound(h);
}

static void merged_targets_become_one(void **state)
{
    host *h = *state;
    crm4e_session *s = h->admin;
    crm4e_id a = firm(s, "A"), b = firm(s, "B"), c = firm(s, "C"), d = firm(s, "D");
    crm4e_id one = paper(s, "1", (const crm4e_id[]){d, b, c}, 3);
    crm4e_id two = paper(s, "2", (const crm4e_id[]){b, a, d}, 3);
    crm4e_id three = paper(s, "3", (const crm4e_id[]){c, b}, 2);
    crm4e_id binned = paper(s, "4", &b, 1);
    const crm4e_id others[] = {b, c};
    char names[32];

    host_ok(s, crm4e_record_delete(s, "Papers", binned, 0));
    host_ok(s, crm4e_records_merge(s, "Firms", a, others, 2, NULL));
    leads_to(s, one, "D;A");
    leads_to(s, two, "A;D");
    leads_to(s, three, "A");
    papers_where(s, "Firms = 'A'", "1 2 3");
    assert_sound(h);
    /* what lay in the bin comes back as it was */
    host_ok(s, crm4e_record_restore(s, "Papers", binned));
    id_text(names, b);
    leads_to(s, binned, names);
    assert_sound(h);
}

/* The master takes over what it has not got, and does not lead to itself. */
static void merged_records_take_links_over(void **state)
{
    host *h = *state;
    crm4e_session *s = h->admin;
    crm4e_id a = firm(s, "A"), b = firm(s, "B");
    crm4e_id master = paper(s, "M", NULL, 0), other = paper(s, "O", (const crm4e_id[]){b, a}, 2);
    char json[64];

    (void)snprintf(json, sizeof json, "{'Others': [%lld]}", (long long)other);
    host_ok(s, life_change(s, "Papers", master, json));
    host_ok(s, crm4e_records_merge(s, "Papers", master, &other, 1, NULL));
    leads_to(s, master, "B;A");
    life_row(s, "Others", "Papers", master, "-\n");
    assert_sound(h);
}

static void copies_and_upserts(void **state)
{
    host *h = *state;
    crm4e_session *s = h->admin, *sue = host_session(h, SUE);
    crm4e_id hers = firm(sue, "Hers"), closed = firm(s, "Closed");
    crm4e_id id = paper(s, "P", (const crm4e_id[]){closed, hers}, 2);
    crm4e_record *copy = NULL;
    char json[128];
    char *real;

    host_ok(s, crm4e_record_clone(&copy, s, "Papers", id));
    host_ok(s, crm4e_record_save(copy));
    leads_to(s, crm4e_record_id(copy), "Closed;Hers");
    crm4e_record_free(copy);
    /* what she could not set she does not copy */
    host_ok(sue, crm4e_record_clone(&copy, sue, "Papers", id));
    life_field(sue, copy, "Firms", NULL);
    crm4e_record_free(copy);
    (void)snprintf(json, sizeof json, "{'Name': 'U', 'Key': 'k', 'Firms': [%lld]}",
                   (long long)hers);
    for (int i = 0; i < 2; i++) {
        int32_t created = 7;
        real = host_json(json);
        host_ok(sue, crm4e_record_upsert(&id, &created, sue, "Papers", NULL, real,
                                         CRM4E_NUL_TERMINATED));
        free(real);
        assert_int_equal(created, i == 0);
        leads_to(sue, id, "Hers");
    }
    assert_sound(h);
    crm4e_session_close(sue);
}

static void history_tells_both(void **state)
{
    host *h = *state;
    crm4e_session *s = h->admin, *sue = host_session(h, SUE);
    crm4e_id hers = firm(sue, "Hers"), closed = firm(s, "Closed"), id = paper(s, "P", &hers, 1);
    crm4e_text *text = NULL;
    char change[160];

    host_ok(s, relink(s, id, (const crm4e_id[]){closed, hers}, 2));
    (void)snprintf(change, sizeof change,
                   "\"changes\":[{\"field\":\"Firms\",\"old\":\"%lld\",\"new\":\"%lld;%lld\"}]",
                   (long long)hers, (long long)closed, (long long)hers);
    host_ok(sue, crm4e_record_history_json(&text, sue, "Papers", id, NULL));
    assert_non_null(strstr(crm4e_text_data(text), change));
    crm4e_text_free(text);
    crm4e_session_close(sue);
}

/* Rules ask of the record as it was and as it is, whatever is stored by then. */
static void rules_ask_of_links(void **state)
{
    host *h = *state;
    crm4e_session *s = h->admin;
    crm4e_id acme = firm(s, "Acme"), beta = firm(s, "Beta"), one, two;

    host_apply(
        h,
        "{'workflows': [{'name': 'W', 'module': 'Papers', 'active': true, 'on':"
        " 'create_or_edit', 'conditions': [{'when': 'Firms = `Acme`', 'then':"
        " [{'update_field': {'field': 'Text', 'value': 'seen'}}]}, {'when':"
        " 'Firms != `Acme`', 'then': [{'update_field': {'field': 'Text', 'value': 'not'}}]}]}]}");
    one = paper(s, "1", (const crm4e_id[]){beta, acme}, 2);
    two = paper(s, "2", &beta, 1);
    life_row(s, "Text", "Papers", one, "seen\n");
    life_row(s, "Text", "Papers", two, "not\n");
    life_row(s, "Text", "Papers", paper(s, "3", NULL, 0), "-\n");
    host_ok(s, relink(s, one, &beta, 1));
    life_row(s, "Text", "Papers", one, "not\n");
    assert_sound(h);
}

static int share_where(host *h, const char *where)
{
    char document[512];
    char *real;
    int rc;

    (void)snprintf(document, sizeof document,
                   "{'sharing_rules': [{'module': 'Bits', 'name': 'R', 'level': 'read_only',"
                   " 'when': '%s', 'to': [{'role': 'Sales'}]}]}",
                   where);
    real = host_json(document);
    rc = crm4e_org_apply(NULL, h->admin, real, CRM4E_NUL_TERMINATED);
    free(real);
    return rc;
}

/* Sharing rules ask by id: what is behind a link is none of their record. */
static void sharing_rules_ask_of_links(void **state)
{
    host *h = *state;
    crm4e_session *s = h->admin, *sue = host_session(h, SUE);
    crm4e_id a = firm(s, "A"), b = firm(s, "B"), id;
    char json[96];

    host_apply(h, "{'modules': [{'api_name': 'Bits', 'org_default': 'private', 'fields': ["
                  " {'api_name': 'Firm', 'type': 'lookup', 'target': 'Firms'},"
                  " {'api_name': 'Firms', 'type': 'multiselectlookup', 'target': 'Firms'}]}]}");
    host_refused(s, share_where(h, "Firms = `A`"), CRM4E_E_INVALID, NULL);
    assert_string_equal(crm4e_error_rule(crm4e_session_error(s)), "path");
    host_refused(s, share_where(h, "Firm in (17, `A`)"), CRM4E_E_INVALID, NULL);
    (void)snprintf(json, sizeof json, "Firms = %lld", (long long)a);
    host_ok(s, share_where(h, json));
    (void)snprintf(json, sizeof json, "{'Name': 'x', 'Firms': [%lld, %lld]}", (long long)b,
                   (long long)a);
    id = life_add(s, "Bits", json);
    assert_int_equal(host_count(sue, "Bits", NULL), 1);
    (void)snprintf(json, sizeof json, "{'Firms': [%lld]}", (long long)b);
    host_ok(s, life_change(s, "Bits", id, json));
    assert_int_equal(host_count(sue, "Bits", NULL), 0);
    crm4e_session_close(sue);
}

static void fields_and_modules_go_with_their_links(void **state)
{
    host *h = *state;
    crm4e_session *s = h->admin;
    crm4e_id a = firm(s, "A"), id = paper(s, "P", &a, 1);
    crm4e_module *papers = NULL, *firms = NULL;
    char json[64];

    (void)snprintf(json, sizeof json, "{'Others': [%lld]}", (long long)id);
    host_ok(s, life_change(s, "Papers", id, json));
    host_ok(s, crm4e_module_open(&papers, s, "Papers"));
    host_ok(s, crm4e_module_open(&firms, s, "Firms"));
    host_refused(s, crm4e_module_remove(firms), CRM4E_E_CONFLICT, NULL);
    host_ok(s, crm4e_module_remove_field(papers, "Firms"));
    assert_sound(h);
    host_ok(s, crm4e_module_remove(firms));
    host_apply(h, "{'modules': [{'api_name': 'Papers', 'fields': [{'api_name': 'Firms',"
                  " 'type': 'multiselectlookup', 'target': 'Papers'}]}]}");
    leads_to(s, id, "-");
    assert_sound(h);
    host_ok(s, crm4e_module_remove(papers));
    assert_sound(h);
    crm4e_module_free(firms);
    crm4e_module_free(papers);
}

static crm4e_id starved[3]; /* a paper, and two firms */

static int relink_starved(host *h)
{
    return relink(h->admin, starved[0], (const crm4e_id[]){starved[2], starved[1]}, 2);
}

static void nothing_is_half_linked(host *h)
{
    leads_to(h->admin, starved[0], "A");
    papers_where(h->admin, "Firms = 'B'", "");
    assert_sound(h);
}

static void memory_runs_out(void **state)
{
    host *h = *state;

    starved[1] = firm(h->admin, "A");
    starved[2] = firm(h->admin, "B");
    starved[0] = paper(h->admin, "P", &starved[1], 1);
    host_starve(h, relink_starved, nothing_is_half_linked);
    leads_to(h->admin, starved[0], "B;A");
    assert_sound(h);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
#define LINK_TEST(name) cmocka_unit_test_setup_teardown(name, links_setup, host_teardown)
        LINK_TEST(the_order_is_kept),
        LINK_TEST(forms_of_one_value),
        LINK_TEST(what_is_refused),
        LINK_TEST(so_many_and_no_more),
        LINK_TEST(what_is_closed_has_no_name),
        LINK_TEST(the_other_side_lists_them),
        LINK_TEST(asked_by_name_and_id),
        LINK_TEST(names_of_what_is_closed_are_not_asked_for),
        LINK_TEST(names_of_what_is_closed_change_nothing),
        LINK_TEST(the_target_goes_and_comes_back),
        LINK_TEST(the_record_goes_and_comes_back),
        LINK_TEST(what_is_undone_leaves_no_link),
        LINK_TEST(merged_targets_become_one),
        LINK_TEST(merged_records_take_links_over),
        LINK_TEST(copies_and_upserts),
        LINK_TEST(history_tells_both),
        LINK_TEST(rules_ask_of_links),
        LINK_TEST(sharing_rules_ask_of_links),
        LINK_TEST(fields_and_modules_go_with_their_links),
        LINK_TEST(memory_runs_out),
    };

    return host_run("links", tests, sizeof tests / sizeof tests[0]);
}
