/* SPDX-License-Identifier: MIT */
/* Random changes, done in both: a step that goes with nothing there is does nothing. */
#include "world.h"

#include <stdlib.h>
#include <string.h>

world w;

enum {
    UP = FIELDS,
    AT_DAY,
    AT_MOMENT,
    BUDGET = 20
};

/* ------------------------------------------------------------- making */

static step_kind make_kind(void)
{
    static const struct {
        int below;
        step_kind kind;
    } kinds[] = {{50, STEP_SAVE}, {54, STEP_DELETE}, {59, STEP_RESTORE}, {69, STEP_TAG},
                 {75, STEP_NOTE}, {80, STEP_OWNER},  {83, STEP_SWITCH},  {87, STEP_CLOSE},
                 {90, STEP_BASE}, {100, STEP_WAIT}};
    const int rolled = roll(100);
    int i = 0;

    while (rolled >= kinds[i].below)
        i++;
    return kinds[i].kind;
}

/* Often the last of a month, or when the clocks of the org are moved. */
static int64_t make_day(void)
{
    static const int turns[ZONES][2][2] = {{{2, 29}, {12, 31}},
                                           {{2, 29}, {12, 31}},
                                           {{3, 31}, {10, 27}},
                                           {{3, 10}, {11, 3}},
                                           {{4, 7}, {10, 6}}};
    const int64_t day = day_of(2024, 1, 1) + roll(450);
    const int *turn = turns[the_plan.zone][roll(2)];

    switch (roll(4)) {
    case 0: return last_of_month(day);
    case 1: return day_of(2024, turn[0], turn[1]);
    default: return day;
    }
}

static int64_t make_wait(step_kind kind)
{
    if (kind != STEP_WAIT)
        return roll(8) ? 0 : SECOND * roll(1000);
    switch (roll(12)) {
    case 0: return DAY * (20 + roll(60));
    case 1: return roll(4) ? MINUTE : 366 * DAY;
    default: return MINUTE * roll(5 * 24 * 60);
    }
}

void make_step(step *s)
{
    *s = (step){.kind = make_kind(), .at = roll(LEADS), .value = roll(1 << 20)};
    for (int i = 0; i < FIELDS; i++) {
        s->sets[i] = roll(3) == 0;
        s->fields[i] = roll(VALUES + 1) - 1;
    }
    s->sets[UP] = roll(3) == 0;
    s->up = roll(BASES + 1) - 1;
    s->sets[AT_DAY] = roll(4) == 0;
    s->day = roll(8) ? make_day() : NO_VALUE;
    s->sets[AT_MOMENT] = roll(4) == 0;
    s->moment = roll(8) ? make_day() * DAY + roll(24 * 60) * MINUTE : NO_VALUE;
    s->wait = make_wait(s->kind);
}

void put_step(FILE *out, const step *s)
{
    static const char *const kinds[] = {"save",  "delete", "restore", "tag",  "note",
                                        "owner", "switch", "close",   "base", "wait"};
    char day[16];

    (void)fprintf(out, "  %s %d (%d), %llds later", kinds[s->kind], s->at, s->value,
                  (long long)(s->wait / SECOND));
    for (int i = 0; i < FIELDS && s->kind == STEP_SAVE; i++)
        if (s->sets[i])
            (void)fprintf(out, ", F%d = %d", i, s->fields[i]);
    if (s->kind == STEP_SAVE && s->sets[UP])
        (void)fprintf(out, ", Up = %d", s->up);
    if (s->kind == STEP_SAVE && s->sets[AT_DAY]) {
        day_text(s->day == NO_VALUE ? 0 : s->day, day);
        (void)fprintf(out, ", D = %s", s->day == NO_VALUE ? "null" : day);
    }
    if (s->kind == STEP_SAVE && s->sets[AT_MOMENT]) {
        day_text(s->moment == NO_VALUE ? 0 : s->moment / DAY, day);
        (void)fprintf(out, ", T = %s %d min", s->moment == NO_VALUE ? "null" : day,
                      (int)(s->moment % DAY / MINUTE));
    }
    (void)fputc('\n', out);
}

/* ------------------------------------------------------------- the engine's clock */

static int32_t tell_time(void *user, int64_t *microseconds)
{
    (void)user;
    *microseconds = clock_time;
    return CRM4E_CONTINUE;
}

static int32_t deliver(void *user, const crm4e_message *message)
{
    (void)user;
    (void)message;
    return CRM4E_CONTINUE;
}

/* Only one session at a time writes. */
static void enter(void)
{
    if (!w.in_transaction)
        host_ok(w.h->admin, crm4e_session_begin(w.h->admin));
    w.in_transaction = true;
}

static void leave(void)
{
    if (w.in_transaction)
        host_ok(w.h->admin, crm4e_session_commit(w.h->admin));
    w.in_transaction = false;
}

/* ------------------------------------------------------------- steps */

static bool set_number(crm4e_record *record, const char *field, int64_t number, bool is_null)
{
    return expect_fine(is_null ? crm4e_record_set_null(record, field)
                               : crm4e_record_set_integer(record, field, number),
                       field);
}

static bool set_fields(crm4e_record *record, const step *s)
{
    bool fine = true;

    for (int i = 0; i < FIELDS; i++) {
        char name[4];

        (void)snprintf(name, sizeof name, "F%d", i);
        if (s->sets[i])
            fine = fine && set_number(record, name, s->fields[i], s->fields[i] == NOBODY);
    }
    if (s->sets[UP])
        fine =
            fine && set_number(record, "Up", s->up == NOBODY ? 0 : w.bases[s->up], s->up == NOBODY);
    if (s->sets[AT_DAY])
        fine = fine && expect_fine(s->day == NO_VALUE
                                       ? crm4e_record_set_null(record, "D")
                                       : crm4e_record_set_date(record, "D", (crm4e_date)s->day),
                                   "D");
    if (s->sets[AT_MOMENT])
        fine = fine &&
               expect_fine(s->moment == NO_VALUE ? crm4e_record_set_null(record, "T")
                                                 : crm4e_record_set_time(record, "T", s->moment),
                           "T");
    return fine;
}

static void change_fields(lead *l, const step *s)
{
    for (int i = 0; i < FIELDS; i++)
        l->fields[i] = s->sets[i] ? s->fields[i] : l->fields[i];
    l->up = s->sets[UP] ? s->up : l->up;
    l->day = s->sets[AT_DAY] ? s->day : l->day;
    l->moment = s->sets[AT_MOMENT] ? s->moment : l->moment;
}

/* The engine refuses what the model does. */
static bool expect_code(int rc, bool accepted)
{
    return expect((rc >= 0) == accepted, "the engine answers %s %s",
                  rc < 0 ? crm4e_code_name(rc) : "CRM4E_OK",
                  rc < 0 ? crm4e_error_message(crm4e_session_error(w.sessions[actor])) : "");
}

static bool create_lead(const step *s)
{
    const model_state before = now_is;
    lead *l = &now_is.leads[s->at];
    crm4e_record *record = NULL;
    crm4e_session *session;
    char name[8];
    bool accepted;
    int rc;

    actor = s->value % 4 == 0 ? 0 : ADMIN;
    session = w.sessions[actor];
    if (actor != ADMIN)
        leave();
    (void)snprintf(name, sizeof name, "N%d", s->at);
    rc = crm4e_record_new(&record, session, "Leads");
    rc = rc < 0 ? rc : crm4e_record_set_text(record, "Last_Name", name, CRM4E_NUL_TERMINATED);
    rc = rc < 0 ? rc : crm4e_record_set_text(record, "Company", "C", CRM4E_NUL_TERMINATED);
    if (rc >= 0 && set_fields(record, s))
        rc = crm4e_record_save(record);
    *l = (lead){.up = NOBODY, .day = NO_VALUE, .moment = NO_VALUE, .owner = actor};
    for (int i = 0; i < FIELDS; i++)
        l->fields[i] = NOBODY;
    change_fields(l, s);
    l->id = crm4e_record_id(record);
    for (int i = 0; i < LEAD_RULES; i++)
        now_is.had[i][s->at] = false;
    accepted = change_lead(s->at, NULL, l);
    if (!accepted)
        now_is = before;
    crm4e_record_free(record);
    (void)expect_code(rc, accepted);
    actor = ADMIN;
    return !accepted || compare_lead(s->at);
}

/* What the change came to in the engine, and in the model what `after` comes to. */
static bool settle_change(int at, const lead *after, bool is_change, int rc)
{
    const model_state before = now_is;
    bool accepted = true;

    now_is.leads[at] = *after;
    if (is_change)
        accepted = change_lead(at, &before.leads[at], &now_is.leads[at]);
    if (!accepted)
        now_is = before;
    return expect_code(rc, accepted) && compare_lead(at);
}

static bool edit_lead(const step *s)
{
    lead after = now_is.leads[s->at];
    crm4e_record *record = NULL;
    const int64_t id = after.id;
    bool is_change = false;
    int rc;

    change_fields(&after, s);
    is_change = memcmp(&after, &now_is.leads[s->at], sizeof after) != 0;
    rc = crm4e_record_open(&record, w.h->admin, "Leads", id);
    if (rc >= 0 && set_fields(record, s))
        rc = crm4e_record_save(record);
    crm4e_record_free(record);
    return settle_change(s->at, &after, is_change, rc);
}

static bool give_lead(const step *s)
{
    lead after = now_is.leads[s->at];
    crm4e_record *record = NULL;
    int rc = crm4e_record_open(&record, w.h->admin, "Leads", after.id);

    after.owner = s->value % (USERS + 1);
    rc = rc < 0 ? rc : crm4e_record_set_owner(record, crm4e_session_user(w.sessions[after.owner]));
    rc = rc < 0 ? rc : crm4e_record_save(record);
    crm4e_record_free(record);
    return settle_change(s->at, &after, after.owner != now_is.leads[s->at].owner, rc);
}

static bool tag_lead(const step *s)
{
    lead after = now_is.leads[s->at];
    const int which = s->value % TAGS;
    const bool add = !after.tags[which] || s->value % 7 == 0;
    const bool is_change = after.tags[which] != add;
    char name[4];
    int rc;

    (void)snprintf(name, sizeof name, "T%d", which);
    after.tags[which] = add;
    rc = add ? crm4e_record_tag(w.h->admin, "Leads", after.id, name)
             : crm4e_record_untag(w.h->admin, "Leads", after.id, name);
    return settle_change(s->at, &after, is_change, rc);
}

static bool add_note(const step *s)
{
    const model_state before = now_is;
    crm4e_record *record = NULL;
    char json[100];
    bool accepted;
    int rc = crm4e_record_new(&record, w.h->admin, "Notes");

    (void)snprintf(json, sizeof json, "{\"Note_Content\": \"n\", \"Parent_Id\": \"Leads:%lld\"}",
                   (long long)now_is.leads[s->at].id);
    rc = rc < 0 ? rc : crm4e_record_set_json(record, json, CRM4E_NUL_TERMINATED);
    rc = rc < 0 ? rc : crm4e_record_save(record);
    crm4e_record_free(record);
    accepted = note_lead(s->at);
    if (!accepted)
        now_is = before;
    return expect_code(rc, accepted) && compare_lead(s->at);
}

static bool delete_lead(int at)
{
    const lead before = now_is.leads[at];

    now_is.leads[at].binned = true;
    return expect_code(crm4e_record_delete(w.h->admin, "Leads", before.id, 0),
                       change_lead(at, &before, NULL));
}

static bool restore_lead(int at)
{
    lead *l = &now_is.leads[at];

    l->binned = false;
    follow_dates(at, NULL);
    return expect_fine(crm4e_record_restore(w.h->admin, "Leads", l->id), "restore") &&
           compare_lead(at);
}

/* Some rules of one author. */
static bool apply_rules(int first, int count)
{
    const bool by_bo = the_plan.rules[first].by_bo;
    crm4e_session *session = w.sessions[by_bo ? BO : ADMIN];
    crm4e_text *report = NULL;
    char *document = NULL, *json;
    size_t length = 0;
    FILE *out = open_memstream(&document, &length);
    int rc;

    assert_non_null(out);
    (void)fputs("{'workflows': [", out);
    for (int i = first; i < first + count; i++) {
        (void)fputs(i > first ? ", " : "", out);
        put_rule(out, &the_plan.rules[i], active[i]);
    }
    (void)fputs("]}", out);
    assert_int_equal(fclose(out), 0);
    json = host_json(document);
    if (by_bo)
        leave();
    rc = crm4e_org_apply(&report, session, json, CRM4E_NUL_TERMINATED);
    (void)expect(rc >= 0, "%s for %s",
                 rc < 0 ? crm4e_error_message(crm4e_session_error(session)) : "", json);
    crm4e_text_free(report);
    free(json);
    free(document);
    return rc >= 0;
}

/* Bo changes no rule that he could not write today. */
static bool switch_one(int number)
{
    const rule *r = &the_plan.rules[number];

    if (r->by_bo && mark_is_closed && names_mark_of_l1(r))
        return true;
    switch_rule(number, !active[number]);
    return apply_rules(number, 1);
}

static bool close_mark(void)
{
    mark_is_closed = !mark_is_closed;
    return expect_fine(crm4e_profile_set_field(w.h->admin, "Builder", "L1", "Mark",
                                               mark_is_closed ? CRM4E_PERMISSION_READ_ONLY
                                                              : CRM4E_PERMISSION_READ_WRITE),
                       "profile");
}

static bool change_base(const step *s)
{
    const int base = s->at % BASES;
    crm4e_record *record = NULL;
    bool fine = expect_fine(crm4e_record_open(&record, w.h->admin, "Bases", w.bases[base]), "base");

    now_is.base[base] = s->fields[0];
    fine = fine && set_number(record, "G", s->fields[0], s->fields[0] == NOBODY) &&
           expect_fine(crm4e_record_save(record), "save base");
    crm4e_record_free(record);
    return fine;
}

static bool wait_and_run(void)
{
    int32_t done = 0;
    bool same = true;

    leave();
    do {
        now_is.made_count = now_is.line_count = 0;
        same = expect_fine(crm4e_run_due(w.h->admin, 0, BUDGET, &done), "run due");
        (void)run_due(BUDGET);
        if (done == 0)
            now_is.message_since = 0;
        same = same && (done == 0 || compare_all());
    } while (same && done > 0);
    for (int i = 0; i < LEADS && same; i++)
        same = now_is.leads[i].id == 0 || now_is.leads[i].binned || compare_lead(i);
    return same;
}

static bool do_kind(const step *s)
{
    const lead *l = &now_is.leads[s->at];

    switch (s->kind) {
    case STEP_SWITCH: return switch_one(s->value % RULES);
    case STEP_CLOSE: return close_mark();
    case STEP_BASE: return change_base(s);
    case STEP_WAIT: return wait_and_run();
    case STEP_RESTORE: return !l->binned || restore_lead(s->at);
    default: break;
    }
    if (l->id == 0)
        return create_lead(s);
    if (l->binned)
        return true;
    switch (s->kind) {
    case STEP_DELETE: return delete_lead(s->at);
    case STEP_TAG: return tag_lead(s);
    case STEP_NOTE: return add_note(s);
    case STEP_OWNER: return give_lead(s);
    default: return edit_lead(s);
    }
}

bool do_step(const step *s)
{
    if (s->wait > 0) /* a transaction has one time */
        leave();
    clock_time += s->wait;
    now_is.made_count = now_is.line_count = 0;
    enter();
    return do_kind(s) && compare_all() && compare_next() && w.difference[0] == '\0';
}

/* ------------------------------------------------------------- worlds */

static void make_bases(void)
{
    for (int i = 0; i < BASES; i++) {
        crm4e_record *record = NULL;

        now_is.base[i] = i;
        w.bases[i] = host_create(w.h->admin, "Bases",
                                 i == 0   ? "{'Name': 'B', 'G': 0}"
                                 : i == 1 ? "{'Name': 'B', 'G': 1}"
                                          : "{'Name': 'B', 'G': 2}");
        if (i > 0)
            continue;
        host_ok(w.h->admin, crm4e_record_open(&record, w.h->admin, "Bases", w.bases[i]));
        host_ok(w.h->admin, crm4e_record_set_owner(record, crm4e_session_user(w.sessions[BO])));
        host_ok(w.h->admin, crm4e_record_save(record));
        crm4e_record_free(record);
    }
}

static void open_sessions(void)
{
    static const char *const emails[] = {"u0@acme.example", "u1@acme.example", "u2@acme.example",
                                         HOST_ADMIN, "bo@acme.example"};

    for (int i = 0; i < USERS + 2; i++)
        w.sessions[i] = i == ADMIN ? w.h->admin : host_session(w.h, emails[i]);
    for (int i = 0; i < MODULES; i++)
        host_ok(w.h->admin, crm4e_module_open(&w.modules[i], w.h->admin, module_names[i]));
}

/* In order, as few at a time as there are changes of the author. */
static void apply_all_rules(void)
{
    int first = 0;

    for (int i = 1; i <= RULES; i++) {
        if (i < RULES && the_plan.rules[i].by_bo == the_plan.rules[first].by_bo)
            continue;
        (void)apply_rules(first, i - first);
        first = i;
    }
}

/* Of the_plan and `active`. */
void world_open(void)
{
    static const crm4e_clock clock = {sizeof clock, NULL, tell_time};
    static const crm4e_delivery delivery = {sizeof delivery, NULL, deliver};
    void *place = NULL;
    char *document = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&document, &length);

    w = (world){.h = NULL};
    memset(&now_is, 0, sizeof now_is);
    memset(now_is.turns, 0xff, sizeof now_is.turns);
    mark_is_closed = false;
    clock_time = day_of(2023, 12, 20) * DAY + 9 * 60 * MINUTE;
    actor = ADMIN;
    host_clock = &clock;
    host_delivery = &delivery;
    assert_int_equal(host_setup(&place), 0);
    w.h = place;
    assert_non_null(out);
    put_org(out);
    assert_int_equal(fclose(out), 0);
    host_apply(w.h, document);
    free(document);
    open_sessions();
    make_bases();
    apply_all_rules();
}

void world_close(void)
{
    void *place = w.h;

    leave();
    for (int i = 0; i < MODULES; i++)
        crm4e_module_free(w.modules[i]);
    for (int i = 0; i < USERS + 2; i++)
        if (i != ADMIN)
            crm4e_session_close(w.sessions[i]);
    assert_int_equal(host_teardown(&place), 0);
}
