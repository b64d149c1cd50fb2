/* SPDX-License-Identifier: MIT */
/*
 * I1: records out of CSV, with checks, history, words and indexes: leads as every org has them,
 * and a module of ten fields, four of them indexed. Beside it sqlite3's own .import
 * - into the table that the library made, all its columns, its indexes there from the start;
 * - into the same, its indexes made after it;
 * - of the ten fields also into a table of them alone, the four indexes made after it.
 */
#include "measure.h"

#include "native.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum {
    I1_RUNS = 3
};

static const char module[] =
    "{\"modules\": [{\"api_name\": \"Orders\", \"fields\": ["
    " {\"api_name\": \"Code\", \"type\": \"text\", \"length\": 20, \"indexed\": true},"
    " {\"api_name\": \"City\", \"type\": \"text\"}, {\"api_name\": \"Email\", \"type\": \"email\"},"
    " {\"api_name\": \"Phone\", \"type\": \"phone\"},"
    " {\"api_name\": \"Amount\", \"type\": \"currency\", \"indexed\": true},"
    " {\"api_name\": \"Day\", \"type\": \"date\", \"indexed\": true},"
    " {\"api_name\": \"Kind\", \"type\": \"picklist\", \"indexed\": true,"
    "  \"options\": [\"New\", \"Open\", \"Paid\", \"Lost\"]},"
    " {\"api_name\": \"Pieces\", \"type\": \"integer\"},"
    " {\"api_name\": \"Done\", \"type\": \"boolean\"}]}]}";

static void write_leads(FILE *file, int64_t count)
{
    static const char *const states[] = {"Not Contacted", "Contacted", "Lost Lead", "Junk Lead"};
    static const char *const cities[] = {"Lisbon", "\"Rio, RJ\"", "Shanghai", "Oslo", "Lima"};
    world_random random = {4711};

    (void)fputs("Last_Name,First_Name,Company,Email,Phone,City,Lead_Status,Annual_Revenue,"
                "No_of_Employees,Email_Opt_Out\n",
                file);
    for (int64_t i = 0; i < count; i++) {
        const unsigned state = (unsigned)world_below(&random, 4);
        const unsigned city = (unsigned)world_below(&random, 5);

        (void)fprintf(file,
                      "Name %lld,Anna %lld,C-%08llx,buyer%lld@example.com,+351 21 %06llu,%s,%s,"
                      "%llu.%02llu,%llu,%s\n",
                      (long long)i, (long long)(i % 500),
                      (unsigned long long)world_below(&random, 0xffffffff), (long long)(i % 50000),
                      (unsigned long long)world_below(&random, 1000000), cities[city],
                      states[state], (unsigned long long)world_below(&random, 100000),
                      (unsigned long long)world_below(&random, 100),
                      (unsigned long long)world_below(&random, 1000),
                      i % 2 == 0 ? "true" : "false");
    }
}

static void write_orders(FILE *file, int64_t count)
{
    static const char *const kinds[] = {"New", "Open", "Paid", "Lost"};
    static const char *const cities[] = {"Lisbon", "\"Rio, RJ\"", "Shanghai", "Oslo", "Lima"};
    world_random random = {4711};

    (void)fputs("Name,Code,City,Email,Phone,Amount,Day,Kind,Pieces,Done\n", file);
    for (int64_t i = 0; i < count; i++) {
        const unsigned month = (unsigned)world_below(&random, 12) + 1;
        const unsigned day = (unsigned)world_below(&random, 28) + 1;
        const unsigned kind = (unsigned)world_below(&random, 4);
        const unsigned city = (unsigned)world_below(&random, 5);

        (void)fprintf(file,
                      "Order %lld,C-%08llx,%s,buyer%lld@example.com,+351 21 %06llu,%llu.%02llu,"
                      "20%02u-%02u-%02u,%s,%llu,%s\n",
                      (long long)i, (unsigned long long)world_below(&random, 0xffffffff),
                      cities[city], (long long)(i % 50000),
                      (unsigned long long)world_below(&random, 1000000),
                      (unsigned long long)world_below(&random, 100000),
                      (unsigned long long)world_below(&random, 100), 10 + (unsigned)(i % 16), month,
                      day, kinds[kind], (unsigned long long)world_below(&random, 1000),
                      i % 2 == 0 ? "true" : "false");
    }
}

/* What is imported. The table is known by its name, or a column that it alone has. */
typedef struct subject {
    const char *module;
    const char *document; /* NULL: every org has the module */
    const char *table;
    const char *work;
    void (*write)(FILE *file, int64_t count);
    bool plain; /* has a yardstick of its columns alone, too */
} subject;

static const subject subjects[] = {
    {"Leads", NULL, "name = 'crm4e_m1'", "import leads, history, 5 indexes, each", write_leads,
     false},
    {"Orders", module, "sql LIKE '%c1073741824%'", "import orders, history, 7 indexes, each",
     write_orders, true},
};

static void write_rows(const subject *what, const char *path, int64_t count)
{
    FILE *file = fopen(path, "wb");

    world_need(file != NULL, "%s cannot be written", path);
    what->write(file, count);
    world_need(fclose(file) == 0, "%s cannot be written", path);
}

static int32_t read_rows(void *user, char *bytes, size_t size, size_t *got)
{
    *got = fread(bytes, 1, size, user);
    return CRM4E_CONTINUE;
}

/* Microseconds of the processor, of this process and of those that it has waited for: the
 * machine may have other work. */
static double spent(void)
{
    static const int whose[] = {RUSAGE_SELF, RUSAGE_CHILDREN};
    double sum = 0;

    for (size_t i = 0; i < sizeof whose / sizeof *whose; i++) {
        struct rusage used = {0};

        (void)getrusage(whose[i], &used);
        sum += (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1e6 +
               (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
    }
    return sum;
}

static double import_crm4e(const subject *what, const char *directory, const char *rows)
{
    char path[128];
    crm4e_engine_options options;
    crm4e_import_options in = CRM4E_IMPORT_OPTIONS_INIT;
    double before;
    world w;
    int rc;

    (void)snprintf(path, sizeof path, "%s/imported-wal", directory);
    (void)remove(path); /* of a run that was stopped */
    (void)snprintf(path, sizeof path, "%s/imported", directory);
    (void)remove(path);
    options = world_options(path, 0);
    world_need(world_create(&w, &options, 5) == CRM4E_OK, "%s", world_why(&w));
    world_need(what->document == NULL || world_apply(&w, what->document) == CRM4E_OK, "%s",
               world_why(&w));
    in.module = what->module;
    in.read = read_rows;
    in.read_user = fopen(rows, "rb");
    world_need(in.read_user != NULL, "%s cannot be read", rows);
    before = spent();
    rc = crm4e_import_records(NULL, w.session, &in);
    before = spent() - before;
    world_need(rc == CRM4E_OK, "%s", world_why(&w));
    (void)fclose(in.read_user);
    world_close(&w);
    return before;
}

static const char plain_table[] =
    "CREATE TABLE orders (name TEXT, code TEXT, city TEXT, email TEXT, phone TEXT,"
    " amount INTEGER, day TEXT, kind TEXT, pieces INTEGER, done TEXT);\n";
static const char plain_indexes[] =
    "CREATE INDEX i1 ON orders (code);\nCREATE INDEX i2 ON orders (amount);\n"
    "CREATE INDEX i3 ON orders (day);\nCREATE INDEX i4 ON orders (kind);\n";

typedef enum yard {
    INDEXES_FIRST,
    INDEXES_LAST,
    PLAIN,
    YARDS
} yard;

/* What the program sqlite3 is to do, in one file for each yardstick. */
static FILE *open_script(const char *directory, yard which)
{
    char path[128];
    FILE *script;

    (void)snprintf(path, sizeof path, "%s/yard%d.sql", directory, which);
    script = fopen(path, "wb");
    world_need(script != NULL, "%s cannot be written", path);
    (void)fputs("PRAGMA journal_mode = WAL;\nPRAGMA synchronous = FULL;\n", script);
    return script;
}

/* The table of the module, or the indexes of that table. It takes any type in any column, as
 * .import knows no NULL and puts an empty text. */
static void put_schema(FILE *script, sqlite3 *db, const char *table, const char *type)
{
    sqlite3_stmt *stmt = native_prepare(
        db, "SELECT sql FROM sqlite_master WHERE tbl_name = ? AND type = ? AND sql IS NOT NULL");

    (void)sqlite3_bind_text(stmt, 1, table, -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(stmt, 2, type, -1, SQLITE_STATIC);
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        const char *sql = (const char *)sqlite3_column_text(stmt, 0);
        const char *strict = strstr(sql, " STRICT");
        (void)fprintf(script, "%.*s;\n", strict ? (int)(strict - sql) : (int)strlen(sql), sql);
    }
    (void)sqlite3_finalize(stmt);
}

/* All that the library stored of the records, a column for each of the table. */
static void write_all_columns(const char *directory, const char *table)
{
    char command[512];

    (void)snprintf(command, sizeof command,
                   "sqlite3 -csv %s/imported 'SELECT * FROM \"%s\"' > %s/all.csv", directory, table,
                   directory);
    world_need(system(command) == 0, "the program sqlite3 is needed as the yardstick"); /* NOLINT */
}

static void find_table(sqlite3 *db, const subject *what, char *table, size_t size)
{
    char sql[128];
    sqlite3_stmt *stmt;

    (void)snprintf(sql, sizeof sql, "SELECT name FROM sqlite_master WHERE type = 'table' AND %s",
                   what->table);
    stmt = native_prepare(db, sql);
    world_need(sqlite3_step(stmt) == SQLITE_ROW, "the table of %s is not found", what->module);
    (void)snprintf(table, size, "%s", (const char *)sqlite3_column_text(stmt, 0));
    (void)sqlite3_finalize(stmt);
}

static void write_scripts(const subject *what, const char *directory)
{
    char path[128];
    char table[64];
    sqlite3 *db;
    FILE *script;

    (void)snprintf(path, sizeof path, "%s/imported", directory);
    db = native_handle(path);
    find_table(db, what, table, sizeof table);
    write_all_columns(directory, table);
    for (yard which = INDEXES_FIRST; which < PLAIN; which++) {
        script = open_script(directory, which);
        put_schema(script, db, table, "table");
        if (which == INDEXES_FIRST)
            put_schema(script, db, table, "index");
        (void)fprintf(script, ".mode csv\n.import %s/all.csv %s\n", directory, table);
        if (which == INDEXES_LAST)
            put_schema(script, db, table, "index");
        (void)fclose(script);
    }
    script = open_script(directory, PLAIN);
    (void)fprintf(script, "%s.mode csv\n.import --skip 1 %s/rows.csv orders\n%s", plain_table,
                  directory, plain_indexes);
    (void)fclose(script);
    (void)sqlite3_close(db);
}

/* In a process of its own, as it is used. */
static double import_sqlite(const char *directory, yard which)
{
    char command[512];
    double before;

    (void)snprintf(command, sizeof command,
                   "rm -f %s/yard %s/yard-wal && sqlite3 -bail %s/yard < %s/yard%d.sql > /dev/null",
                   directory, directory, directory, directory, which);
    before = spent();
    world_need(system(command) == 0, "the program sqlite3 is needed as the yardstick"); /* NOLINT */
    return spent() - before;
}

static long peak_kilobytes(void)
{
    struct rusage used;

    return getrusage(RUSAGE_SELF, &used) == 0 ? used.ru_maxrss : 0;
}

static void import_one(bench *b, const subject *what)
{
    static const char *const others[YARDS] = {".import, its indexes there",
                                              ".import, its indexes after",
                                              ".import of 10 columns, 4 indexes after"};
    const int yards = what->plain ? YARDS : PLAIN;
    bench_line line = {.id = "I1", .work = what->work, .goal = 0.9, .records = b->records};
    bench_runs runs[YARDS] = {{.count = 0}};
    char rows[128];

    (void)snprintf(rows, sizeof rows, "%s/rows.csv", b->directory);
    write_rows(what, rows, b->records);
    for (int run = 0; run < I1_RUNS; run++) {
        const double crm4e = import_crm4e(what, b->directory, rows);

        if (run == 0)
            write_scripts(what, b->directory);
        for (int which = INDEXES_FIRST; which < yards; which++)
            bench_add(&runs[which], crm4e, import_sqlite(b->directory, (yard)which),
                      (double)b->records);
    }
    for (int which = INDEXES_FIRST; which < yards; which++) {
        line.other = others[which];
        bench_print(b, &line, &runs[which]);
    }
}

void bench_i1(bench *b)
{
    for (size_t i = 0; i < sizeof subjects / sizeof subjects[0]; i++)
        import_one(b, &subjects[i]);
    fprintf(stderr, "I1: at most %ld kB of memory\n", peak_kilobytes());
}
