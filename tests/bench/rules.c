/* SPDX-License-Identifier: MIT */
/* F1: what ten rules that do not match cost a create. F2: ten that match and update a field each.
 * Beside it creates in an org without rules, a thousand in a transaction, by CPU time. */
#include "measure.h"

#include <stdlib.h>
#include <string.h>

enum {
    EACH = 1000,
    RULES = 10,
    RUNS = 15,
    WARM_UP = 2
};

static const char *const written[RULES] = {"Description", "Fax",     "Mobile",  "Street",
                                           "City",        "State",   "Country", "Zip_Code",
                                           "First_Name",  "Skype_ID"};

typedef struct org {
    const char *name;
    bool ruled;
    bool matches;
    world w;
    char path[128];
    int64_t made;
} org;

static void put_rules(FILE *out, bool matches)
{
    (void)fputs("{\"workflows\": [", out);
    for (int i = 0; i < RULES; i++)
        (void)fprintf(out,
                      "%s{\"name\": \"Rule %d\", \"module\": \"Leads\", \"on\": \"create\","
                      " \"conditions\": [{\"when\": \"Company %s 'nobody %d' and"
                      " No_of_Employees >= 0\", \"then\": [{\"update_field\": {\"field\": \"%s\","
                      " \"value\": \"Set %d\"}}]}]}",
                      i > 0 ? "," : "", i, matches ? "!=" : "=", i, written[i], i);
    (void)fputs("]}", out);
}

static void start(bench *b, org *o)
{
    crm4e_engine_options options;
    char *document = NULL;
    size_t length = 0;
    FILE *out;

    (void)snprintf(o->path, sizeof o->path, "%s/%s", b->directory, o->name);
    (void)remove(o->path);
    options = world_options(o->path, 0);
    world_need(world_create(&o->w, &options, 5) == CRM4E_OK, "%s", world_why(&o->w));
    if (!o->ruled)
        return;
    out = open_memstream(&document, &length);
    world_need(out != NULL, "no memory");
    put_rules(out, o->matches);
    (void)fclose(out);
    world_need(world_apply(&o->w, document) == CRM4E_OK, "%s", world_why(&o->w));
    free(document);
}

static double create_some(org *o)
{
    const double before = bench_cpu();

    world_need(crm4e_session_begin(o->w.session) == CRM4E_OK, "%s", world_why(&o->w));
    for (int i = 0; i < EACH; i++) {
        crm4e_record *lead = NULL;
        int rc = bench_lead_new(&lead, &o->w, o->made++);

        if (rc == CRM4E_OK)
            rc = crm4e_record_save(lead);
        crm4e_record_free(lead);
        world_need(rc == CRM4E_OK, "%s", world_why(&o->w));
    }
    world_need(crm4e_session_commit(o->w.session) == CRM4E_OK, "%s", world_why(&o->w));
    return bench_cpu() - before;
}

static void compare(bench *b, const bench_line *line, bool matches)
{
    static org with, without;
    bench_runs runs = {.count = 0};

    with = (org){.name = "ruled", .ruled = true, .matches = matches};
    without = (org){.name = "plain"};
    start(b, &with);
    start(b, &without);
    for (int run = -WARM_UP; run < RUNS; run++) {
        const double first = create_some(run % 2 == 0 ? &with : &without);
        const double second = create_some(run % 2 == 0 ? &without : &with);

        if (run >= 0)
            bench_add(&runs, run % 2 == 0 ? first : second, run % 2 == 0 ? second : first, EACH);
    }
    bench_print(b, line, &runs);
    world_close(&with.w);
    world_close(&without.w);
}

void bench_f1(bench *b)
{
    compare(b,
            &(bench_line){.id = "F1",
                          .work = "create, 10 rules that do not match",
                          .goal = 1.05,
                          .other = "without"},
            false);
}

void bench_f2(bench *b)
{
    compare(b,
            &(bench_line){.id = "F2",
                          .work = "create, 10 rules that update a field",
                          .goal = 1.40,
                          .other = "without"},
            true);
}
