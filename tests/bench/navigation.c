/* SPDX-License-Identifier: MIT */
/* N1: what opening a session, its menu and the list of his requests cost one of many: an org
 * of 500 team modules with 2,000 members each beside one of 5 with 20. Warm: another session
 * of the org is open. */
#include "measure.h"

#include <stdlib.h>
#include <string.h>

enum {
    N1_RUNS = 21,
    WARM_UP = 3,
    CALLS = 5,
    EACH = 4 /* requests he sent to each module */
};

/* One of the two orgs, opened as a member of all there is. */
typedef struct place {
    const char *name;
    int modules;
    int members;
    int spaces;
    world w;
    crm4e_session *user;
    crm4e_session *requester; /* of all there is */
    double cold;              /* microseconds until the first session is open */
} place;

static void must(const world *w, int rc, const char *what)
{
    world_need(rc == CRM4E_OK, "%s: %s", what, world_why(w));
}

static void put_users(FILE *out, const place *p)
{
    (void)fprintf(out, "{\"org\":{\"edition\":\"ultimate\"},\"users\":[");
    for (int i = 0; i < p->members; i++)
        (void)fprintf(out, "%s{\"email\":\"u%d@acme.example\",\"profile\":\"Standard\"}",
                      i > 0 ? "," : "", i);
    (void)fprintf(out, "]}");
}

static void put_modules(FILE *out, const place *p)
{
    (void)fprintf(out, "{\"modules\":[");
    for (int i = 0; i < p->modules; i++)
        (void)fprintf(out, "%s{\"api_name\":\"Team%d\",\"team\":true}", i > 0 ? "," : "", i);
    (void)fprintf(out, "],\"spaces\":[");
    for (int i = 0; i < p->spaces; i++) {
        (void)fprintf(out, "%s{\"name\":\"Space %d\",\"folders\":[\"A\",\"B\"],\"modules\":[",
                      i > 0 ? "," : "", i);
        for (int k = i; k < p->modules; k += p->spaces)
            (void)fprintf(out, "%s{\"module\":\"Team%d\",\"folder\":\"%s\"}", k > i ? "," : "", k,
                          k % 2 == 0 ? "A" : "B");
        (void)fprintf(out, "]}");
    }
    (void)fprintf(out, "]}");
}

static void apply(place *p, void (*put)(FILE *out, const place *p))
{
    char *document = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&document, &length);

    world_need(out != NULL, "no memory");
    put(out, p);
    (void)fclose(out);
    must(&p->w, world_apply(&p->w, document), "applying");
    free(document);
}

/* A million members, one by one through the library, would take longer than anybody waits. */
static void add_members(const char *path)
{
    static const char sql[] = "begin;"
                              "insert into crm4e_member(id, module, user_id, team_profile)"
                              " select 1000000000 + row_number() over (), m.id, u.id,"
                              "  case u.email when 'u6@acme.example' then 5 else 3 end"
                              "  from crm4e_module m, crm4e_crm_user u where m.api_name like "
                              "'Team%' and u.email like 'u%';"
                              "insert into crm4e_space_member(id, space, user_id, admin)"
                              " select 2000000000 + row_number() over (), s.id, u.id, 0"
                              "  from crm4e_space s, crm4e_crm_user u where u.email like 'u%';"
                              "commit;";
    char *problem = NULL;
    sqlite3 *db = NULL;

    world_need(sqlite3_open(path, &db) == SQLITE_OK, "%s", path);
    world_need(sqlite3_exec(db, sql, NULL, NULL, &problem) == SQLITE_OK, "%s", problem);
    sqlite3_close(db);
}

static void send_requests(place *p)
{
    must(&p->w, crm4e_session_begin(p->requester), "beginning");
    for (int i = 0; i < p->modules * EACH; i++) {
        crm4e_record *record = NULL;
        char text[32];

        (void)snprintf(text, sizeof text, "Team%d", i % p->modules);
        must(&p->w, crm4e_record_new(&record, p->requester, text), "a request");
        (void)snprintf(text, sizeof text, "Request %d", i);
        must(&p->w, crm4e_record_set_text(record, "Name", text, CRM4E_NUL_TERMINATED), "its name");
        must(&p->w, crm4e_record_save(record), "sending it");
        crm4e_record_free(record);
    }
    must(&p->w, crm4e_session_commit(p->requester), "committing");
}

static void start(bench *b, place *p)
{
    char path[128];
    crm4e_engine_options options;
    double before;

    (void)snprintf(path, sizeof path, "%s/%s", b->directory, p->name);
    options = world_options(path, 0);
    (void)remove(path);
    must(&p->w, world_create(&p->w, &options, p->members + 1000), "creating");
    apply(p, put_users);
    apply(p, put_modules);
    world_close(&p->w);
    add_members(path);
    before = bench_wall();
    must(&p->w, world_open(&p->w, &options), "opening");
    p->cold = bench_wall() - before;
    must(&p->w, crm4e_session_open(&p->user, p->w.org, "u7@acme.example"), "a member's session");
    must(&p->w, crm4e_session_open(&p->requester, p->w.org, "u6@acme.example"), "a requester's");
    send_requests(p);
}

static int open_session(place *p)
{
    crm4e_session *session = NULL;
    int rc = crm4e_session_open(&session, p->w.org, "u7@acme.example");

    crm4e_session_close(session);
    return rc;
}

static int list_menu(place *p)
{
    crm4e_text *text = NULL;
    int rc = crm4e_navigation_json(&text, p->user);

    world_need(rc != CRM4E_OK || strstr(crm4e_text_data(text), "Team4\"") != NULL, "no module");
    crm4e_text_free(text);
    return rc;
}

static int list_requests(place *p)
{
    crm4e_text *text = NULL;
    int rc = crm4e_requests_json(&text, p->requester, NULL);

    world_need(rc != CRM4E_OK || strstr(crm4e_text_data(text), "Request 19\"") != NULL ||
                   p->modules > 5,
               "no request");
    crm4e_text_free(text);
    return rc;
}

static double timed(place *p, int (*call)(place *p))
{
    double before = bench_wall();

    for (int i = 0; i < CALLS; i++)
        must(&p->w, call(p), "measuring");
    return bench_wall() - before;
}

static void measure(bench *b, place *many, place *few, const char *work, int (*call)(place *p))
{
    bench_line line = {.id = "N1", .work = work, .most = 5000, .other = "small"};
    bench_runs runs = {.count = 0};

    for (int i = 0; i < N1_RUNS + WARM_UP; i++) {
        double large = timed(many, call);
        double small = timed(few, call);

        if (i >= WARM_UP)
            bench_add(&runs, large, small, CALLS);
    }
    bench_print(b, &line, &runs);
}

void bench_n1(bench *b)
{
    static const bench_line cold = {.id = "N1", .work = "open cold", .other = "small"};
    place many = {.name = "many", .modules = 500, .members = 2000, .spaces = 25};
    place few = {.name = "few", .modules = 5, .members = 20, .spaces = 2};
    bench_runs runs = {.count = 0};

    start(b, &many);
    start(b, &few);
    bench_add(&runs, many.cold, few.cold, 1);
    bench_print(b, &cold, &runs);
    measure(b, &many, &few, "open a session", open_session);
    measure(b, &many, &few, "my requests", list_requests);
    measure(b, &many, &few, "menu nextgen", list_menu);
    must(&many.w, crm4e_session_set_ui_mode(many.user, CRM4E_UI_CLASSIC), "switching");
    must(&few.w, crm4e_session_set_ui_mode(few.user, CRM4E_UI_CLASSIC), "switching");
    measure(b, &many, &few, "menu classic", list_menu);
    world_close(&many.w);
    world_close(&few.w);
}
