/* SPDX-License-Identifier: MIT */
/* The processes that are killed. */
#include "fault/crash.h"

#include "fault/child.h"
#include "fault/world.h"
#include "model/migrate.h"

#include <crm4e/sys/sqlite.h>

#include <stdlib.h>
#include <string.h>

enum {
    HELD = 400
};

typedef struct writer {
    world w;
    world_random random;
    crm4e_id pair[2];
    crm4e_id held[HELD]; /* records it may change */
    size_t held_count;
    int64_t next_role;
    int64_t next_field;
} writer;

static int64_t number_of(const char *text)
{
    return (int64_t)strtoll(text, NULL, 10);
}

static void about_to(crash_work work, crm4e_id id, int64_t count)
{
    crash_message message = {.work = (int32_t)work, .count = count, .id = id};

    child_say(&message, sizeof message);
}

static void did(crash_work work, crm4e_id id, int64_t count, int64_t version)
{
    crash_message message = {(int32_t)work, 1, count, id, version};

    child_say(&message, sizeof message);
}

static void needed(writer *r, int rc, const char *what)
{
    world_need(rc == CRM4E_OK, "%s: %s %s", what, crm4e_code_name(rc), world_why(&r->w));
}

static void hold(writer *r, crm4e_id id)
{
    if (id == r->pair[0] || id == r->pair[1])
        return;
    if (r->held_count < HELD)
        r->held[r->held_count++] = id;
    else
        r->held[world_below(&r->random, HELD)] = id;
}

static void create_one(writer *r)
{
    crm4e_id id = 0;

    about_to(CRASH_CREATE, 0, 0);
    needed(r, world_lead_create(&r->w, "one", &id), "create");
    did(CRASH_CREATE, id, 0, 1);
    hold(r, id);
}

static void update_one(writer *r)
{
    crm4e_id id = r->held[world_below(&r->random, r->held_count)];
    int64_t version = 0;

    about_to(CRASH_UPDATE, id, 0);
    needed(r, world_lead_change(&r->w, id, &version), "update");
    did(CRASH_UPDATE, id, 0, version);
}

static void delete_one(writer *r)
{
    size_t at = (size_t)world_below(&r->random, r->held_count);
    crm4e_id id = r->held[at];

    about_to(CRASH_DELETE, id, 0);
    needed(r, crm4e_record_delete(r->w.session, "Leads", id, 0), "delete");
    did(CRASH_DELETE, id, 0, 0);
    r->held[at] = r->held[--r->held_count];
}

static void write_group(writer *r)
{
    crash_message told[CRASH_GROUP_MOST + 1] = {{.work = CRASH_GROUP, .done = 1}};
    size_t count = 2 + (size_t)world_below(&r->random, CRASH_GROUP_MOST - 1);

    about_to(CRASH_GROUP, 0, (int64_t)count);
    needed(r, crm4e_session_begin(r->w.session), "begin");
    needed(r, world_lead_change(&r->w, r->pair[0], &told[0].version), "first of the pair");
    for (size_t i = 1; i <= count; i++) {
        told[i] = (crash_message){.work = CRASH_MEMBER, .done = 1, .version = 1};
        needed(r, world_lead_create(&r->w, "group", &told[i].id), "member");
    }
    needed(r, world_lead_change(&r->w, r->pair[1], &told[0].version), "second of the pair");
    needed(r, crm4e_session_commit(r->w.session), "commit");
    told[0].count = (int64_t)count;
    child_say(told, (count + 1) * sizeof *told);
    for (size_t i = 1; i <= count; i++)
        hold(r, told[i].id);
}

/* A long run makes more roles than may stand below one: the later ones stand
 * below the earlier. */
static void apply_role(writer *r)
{
    char parent[64] = "CEO";
    char text[128];

    if (r->next_role >= 400)
        (void)snprintf(parent, sizeof parent, "Role %lld", (long long)(r->next_role / 400));
    (void)snprintf(text, sizeof text,
                   "{\"roles\": [{\"name\": \"Role %lld\", \"parent\": \"%s\"}]}",
                   (long long)r->next_role, parent);
    about_to(CRASH_ROLE, 0, r->next_role);
    needed(r, world_apply(&r->w, text), "role");
    did(CRASH_ROLE, 0, r->next_role++, 0);
}

static void apply_field(writer *r)
{
    char text[160];

    (void)snprintf(
        text, sizeof text,
        "{\"modules\": [{\"api_name\": \"Leads\", \"fields\": [{\"api_name\": \"F_%lld\", "
        "\"type\": \"text\", \"indexed\": true}]}]}",
        (long long)r->next_field);
    about_to(CRASH_FIELD, 0, r->next_field);
    needed(r, world_apply(&r->w, text), "field");
    did(CRASH_FIELD, 0, r->next_field++, 0);
}

static void work_once(writer *r)
{
    uint64_t dice = world_below(&r->random, 100);

    if (r->held_count == 0 || dice < 25)
        create_one(r);
    else if (dice < 65)
        update_one(r);
    else if (dice < 80)
        delete_one(r);
    else if (dice < 96)
        write_group(r);
    else if (dice < 99 || r->next_field > CRASH_FIELDS_MOST)
        apply_role(r);
    else
        apply_field(r);
}

static void hold_existing(writer *r)
{
    crm4e_cursor *rows = NULL;

    needed(r,
           crm4e_query_text(&rows, r->w.session,
                            "select Company from Leads order by Created_Time desc limit 200"),
           "query");
    while (crm4e_cursor_next(rows) == CRM4E_ROW)
        hold(r, crm4e_cursor_id(rows));
    crm4e_cursor_free(rows);
}

/* FILE FLAGS SEED PAIR PAIR ROLE FIELD; works until it is killed. */
static void write_for_ever(char **argv)
{
    writer r = {.random = {(uint64_t)number_of(argv[2])}};
    crm4e_engine_options options = world_options(argv[0], (uint32_t)number_of(argv[1]));

    r.pair[0] = number_of(argv[3]);
    r.pair[1] = number_of(argv[4]);
    r.next_role = number_of(argv[5]);
    r.next_field = number_of(argv[6]);
    needed(&r, world_open(&r.w, &options), "open");
    hold_existing(&r);
    for (;;)
        work_once(&r);
}

/* FILE COPY; copies until it is killed. */
static void back_up_for_ever(char **argv)
{
    crm4e_engine_options options = world_options(argv[0], 0);
    char path[256];
    world w;

    world_need(world_open(&w, &options) == CRM4E_OK, "open: %s", world_why(&w));
    child_say("!", 1);
    for (int i = 0;; i++) {
        (void)snprintf(path, sizeof path, "%s.%d", argv[1], i);
        world_need(crm4e_org_backup(w.org, path) == CRM4E_OK, "backup: %s", world_why(&w));
    }
}

/* PLACE; makes one org. */
static void create_org(char **argv)
{
    crm4e_engine_options options = world_options(argv[0], 0);
    world w;

    child_say("!", 1);
    world_need(world_create(&w, &options, 5) == CRM4E_OK, "create: %s", world_why(&w));
    world_close(&w);
}

static const crm4e_column step_columns[] = {
    {"id", CRM4E_COLUMN_INTEGER, CRM4E_COLUMN_REQUIRED},
    {"number", CRM4E_COLUMN_INTEGER, 0},
};
static const crm4e_table step_table = {"step", step_columns, 2, NULL, 0, UINT64_C(0x5354455031)};

enum {
    STEP_ROWS = 400
};

static int step_run(c4_unit *unit)
{
    int rc = c4_db_table_create(unit->db, &step_table);

    for (int64_t i = 1; i <= STEP_ROWS && rc == CRM4E_OK; i++) {
        const crm4e_value row[] = {c4_integer(i), c4_integer(i * i)};
        rc = c4_db_insert(unit->db, &step_table, row);
        world_pause(i % 40 == 0 ? 500 : 0);
    }
    return rc;
}

/* FILE; brings it from version 1 to 2 by a step of its own. */
static void migrate(char **argv)
{
    static const c4_migration steps[] = {{1, step_run}};
    crm4e_sqlite_options options = {.struct_size = sizeof options, .path = argv[0]};
    crm4e_storage storage = {sizeof storage, crm4e_storage_sqlite(), &options};
    c4_mem mem;
    crm4e_error error = {0};
    c4_store store;
    c4_db db;
    c4_unit unit = {.db = &db, .error = &error};
    crm4e_id org = 0;

    c4_mem_default(&mem);
    world_need(c4_store_open(&store, &mem, &storage, 5000) == CRM4E_OK, "no store");
    world_need(c4_store_org_find(&store, NULL, &org) == CRM4E_OK, "no org");
    world_need(c4_db_connect(&db, &store, org, 0, NULL, NULL) == CRM4E_OK, "no connection");
    child_say("!", 1);
    world_need(c4_schema_open_with(&unit, true, 2, steps, 1) == CRM4E_OK, "no migration");
    c4_db_disconnect(&db);
    c4_store_close(&store);
}

int crash_role(int argc, char **argv)
{
    static const struct {
        const char *name;
        int arguments;
        void (*run)(char **argv);
    } roles[] = {
        {"writer", 7, write_for_ever},
        {"backup", 2, back_up_for_ever},
        {"create", 1, create_org},
        {"migrate", 1, migrate},
    };
    size_t found = 0;

    while (found < 4 && (argc < 2 || strcmp(argv[1], roles[found].name) != 0))
        found++;
    if (found == 4 || argc - 2 != roles[found].arguments)
        return 0;
    roles[found].run(argv + 2);
    return 1;
}
