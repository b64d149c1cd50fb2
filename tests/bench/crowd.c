/* SPDX-License-Identifier: MIT */
#include "crowd.h"

#include "bulk.h"

#include <string.h>
#include <unistd.h>

/* Ids are counted from a base: the first number the org had not given out. */
enum {
    ROLES = 0,
    READERS = 3000,
    SALESPEOPLE = 10000,
    GROUPS = 30000,
    RULES = 40000,
    SHARES = 100000,
    LEADS = BULK_FIRST_LEAD,
    SALESPERSON_COUNT = 10000
};

static const struct {
    const char *percent;
    int64_t owners;
    int role; /* of who sees so much; -1: a salesperson */
} fractions[CROWD_FRACTIONS] = {
    {"0.01", 1, -1},
    {"1", 100, 100},
    {"50", 5000, 1},
    {"100", 10000, 0},
};

crowd_reader crowd_reader_of(int fraction, bool shares)
{
    crowd_reader reader = {.percent = fractions[fraction].percent,
                           .owners = {0, fractions[fraction].owners},
                           .shares = shares ? CROWD_SHARES : 0};

    if (fractions[fraction].role < 0) {
        reader.owners[0] = shares;
        reader.owners[1] = shares + 1;
        (void)snprintf(reader.email, sizeof reader.email, "user%d@acme.example", shares);
    } else {
        (void)snprintf(reader.email, sizeof reader.email, "reader%d@acme.example",
                       fraction * 2 + shares);
    }
    return reader;
}

int64_t crowd_owner(int64_t base, int64_t number)
{
    return base + SALESPEOPLE + number;
}

int64_t crowd_lead(int64_t base, int64_t number)
{
    return base + LEADS + number;
}

static int64_t kind_of(const crowd_reader *reader)
{
    int64_t kind = 0;

    while (strcmp(fractions[kind].percent, reader->percent) != 0)
        kind++;
    return kind;
}

/* Every reader has leads of his own, spread over all. */
int64_t crowd_shared(const bench *b, int64_t base, const crowd_reader *reader, int64_t number)
{
    return crowd_lead(base, b->records / CROWD_SHARES * number + kind_of(reader));
}

int64_t crowd_base(sqlite3 *db)
{
    sqlite3_stmt *stmt = native_prepare(db, "SELECT min(record) FROM crm4e_share");
    int64_t base;

    world_need(sqlite3_step(stmt) == SQLITE_ROW, "no shares");
    base = sqlite3_column_int64(stmt, 0) - LEADS;
    (void)sqlite3_finalize(stmt);
    return base;
}

/* One role above all, 2 below it, 5 below each, then 10 and 10. */
static void fill_roles(const bulk *f)
{
    bulk_insert(
        f,
        "crm4e_role SELECT ?2, 'All', (SELECT id FROM crm4e_role WHERE parent IS NULL), 0 FROM "
        "n",
        1, 0);
    bulk_insert(f, "crm4e_role SELECT ?2 + 1 + i, 'Half ' || i, ?2, 0 FROM n", 2, 0);
    bulk_insert(f, "crm4e_role SELECT ?2 + 10 + i, 'Region ' || i, ?2 + 1 + i / 5, 0 FROM n", 10,
                0);
    bulk_insert(f, "crm4e_role SELECT ?2 + 100 + i, 'Office ' || i, ?2 + 10 + i / 10, 0 FROM n",
                100, 0);
    bulk_insert(f, "crm4e_role SELECT ?2 + 1000 + i, 'Team ' || i, ?2 + 100 + i / 10, 0 FROM n",
                1000, 0);
}

#define USER(name, role)                                                                           \
    name ", " name " || '@acme.example', " name " || '@acme.example', " role ", "                  \
         "(SELECT id FROM crm4e_profile WHERE name = 'Standard'), licence, status, locale, zone, " \
         "reporting_to, ui_mode FROM n JOIN crm4e_crm_user "                                       \
         "ON id = (SELECT min(id) FROM crm4e_crm_user)"

static void fill_users(const bulk *f)
{
    for (int i = 1; i < CROWD_FRACTIONS; i++) {
        bulk_insert(f,
                    "crm4e_crm_user SELECT ?2 + 3000 + ?3 / 10000 * 2 + i, " USER(
                        "'reader' || (?3 / 10000 * 2 + i)", "?2 + ?3 % 10000"),
                    2, i * 10000 + fractions[i].role);
    }
    bulk_insert(f,
                "crm4e_crm_user SELECT ?2 + 10000 + i, " USER("'user' || i", "?2 + 1000 + i / 10"),
                SALESPERSON_COUNT, 0);
}

/* Groups of two teams, and every tenth of two groups before it; rules from a
 * team to a group. None of them adds to what the readers see; the first says
 * once more that half of the tree is open to who leads it. */
static void fill_sharing(const bulk *f)
{
    bulk_insert(
        f,
        "crm4e_user_group SELECT ?2 + 30000 + i, 'Group ' || i, CASE WHEN i % 10 = 9 THEN "
        "json_object('sources', json_array(json_object('kind', 4, 'id', ?2 + 30000 + i - 1), "
        "json_object('kind', 4, 'id', ?2 + 30000 + i - 2))) ELSE "
        "json_object('sources', json_array(json_object('kind', 2, 'id', ?2 + 1001 + i * 2 % "
        "999), json_object('kind', 3, 'id', ?2 + 1001 + (i * 2 + 1) % 999))) END FROM n",
        500, 0);
    bulk_insert(
        f,
        "crm4e_sharing_rule SELECT ?2 + 40000 + i, 1, 'Rule ' || i, 1, json_object('from', "
        "json_array(json_object('kind', 3, 'id', ?2 + 1000 + i)), 'fields', json_array(), 'to', "
        "json_array(CASE WHEN i = 0 THEN json_object('kind', 2, 'id', ?2 + 1) ELSE "
        "json_object('kind', 4, 'id', ?2 + 30000 + i % 500) END), 'level', 1) FROM n",
        1000, 0);
}

static void fill_shares(const bench *b, const bulk *f)
{
    for (int i = 0; i < CROWD_FRACTIONS; i++) {
        crowd_reader reader = crowd_reader_of(i, true);
        char sql[600];

        (void)snprintf(
            sql, sizeof sql,
            "crm4e_share (id, module, record, kind, subject, level, related, resting, shared_by, "
            "share_time) SELECT ?2 + %d + i, 1, ?2 + %lld + i * ?3, 1, (SELECT id FROM "
            "crm4e_crm_user WHERE email = '%s'), 1, 0, 0, (SELECT min(id) FROM "
            "crm4e_crm_user), 1700000000000000 FROM n",
            SHARES + i * CROWD_SHARES, (long long)crowd_shared(b, 0, &reader, 0), reader.email);
        bulk_insert(f, sql, CROWD_SHARES, b->records / CROWD_SHARES);
    }
}

static void fill(const bench *b, const char *path)
{
    static const bulk_source sources[] = {
        {"id", "?2 + 1000000 + i"},
        {"owner", "?2 + 10000 + i * 48271 % 2147483647 % 10000"},
        {"c1021", "'Lead Number ' || (i * 7919 % 1000003)"},
        {"k1021", "'lead number ' || (i * 7919 % 1000003)"},
    };
    bulk f;

    bulk_begin(&f, path);
    fill_roles(&f);
    fill_users(&f);
    fill_sharing(&f);
    fill_shares(b, &f);
    bulk_leads(&f, sources, sizeof sources / sizeof *sources, "i % 1000", b->records, 0);
    bulk_end(&f, crowd_lead(f.base, b->records), true);
}

void crowd_place(bench *b, char *path, size_t size)
{
    char unfinished[140];

    (void)snprintf(path, size, "%s/crowd-%lld", b->directory, (long long)b->records);
    (void)snprintf(unfinished, sizeof unfinished, "%s.making", path);
    if (access(path, R_OK) == 0)
        return;
    (void)remove(unfinished);
    bulk_sample(unfinished, 2 * SALESPERSON_COUNT);
    fill(b, unfinished);
    world_need(rename(unfinished, path) == 0, "%s stays", unfinished);
}
