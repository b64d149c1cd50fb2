/* SPDX-License-Identifier: MIT */
#define _XOPEN_SOURCE 700 /* nftw */

#include "fault/world.h"

#include <ftw.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

void world_fail(const char *file, int line, const char *format, ...)
{
    va_list arguments;

    fprintf(stderr, "%s:%d: ", file, line);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(1);
}

crm4e_engine_options world_options(const char *path, uint32_t flags)
{
    crm4e_engine_options options = CRM4E_ENGINE_OPTIONS_INIT;

    options.path = path;
    options.flags = flags;
    options.busy_timeout = 60000;
    return options;
}

int world_engine(world *w, const crm4e_engine_options *options)
{
    *w = (world){0};
    return crm4e_engine_open(&w->engine, options);
}

int world_create(world *w, const crm4e_engine_options *options, int64_t licences)
{
    crm4e_org_options org = CRM4E_ORG_OPTIONS_INIT;
    int rc = world_engine(w, options);

    org.name = "Acme";
    org.edition = CRM4E_EDITION_ENTERPRISE;
    org.crm_licences = licences;
    org.admin_email = WORLD_ADMIN;
    if (rc == CRM4E_OK)
        rc = crm4e_org_create(&w->org, w->engine, &org);
    if (rc == CRM4E_OK)
        rc = crm4e_session_open(&w->session, w->org, WORLD_ADMIN);
    return rc;
}

int world_as(world *w, const crm4e_engine_options *options, const char *email)
{
    int rc = world_engine(w, options);

    if (rc == CRM4E_OK)
        rc = crm4e_org_open(&w->org, w->engine, NULL);
    if (rc == CRM4E_OK)
        rc = crm4e_session_open(&w->session, w->org, email);
    return rc;
}

int world_open(world *w, const crm4e_engine_options *options)
{
    return world_as(w, options, WORLD_ADMIN);
}

void world_close(world *w)
{
    crm4e_engine_close(w->engine);
    *w = (world){0};
}

const char *world_why(const world *w)
{
    const crm4e_error *error = crm4e_session_error(w->session);

    if (crm4e_error_code(error) == CRM4E_OK || w->session == NULL)
        error = crm4e_engine_error(w->engine);
    return crm4e_error_message(error);
}

void world_check(const world *w, const char *when)
{
    crm4e_text *problems = NULL;
    int rc = crm4e_check(&problems, w->org);

    world_need(rc == CRM4E_OK, "%s: the check itself: %s %s", when, crm4e_code_name(rc),
               world_why(w));
    world_need(strcmp(crm4e_text_data(problems), "[]") == 0, "%s: %s", when,
               crm4e_text_data(problems));
    crm4e_text_free(problems);
}

int world_apply(world *w, const char *document)
{
    return crm4e_org_apply(NULL, w->session, document, CRM4E_NUL_TERMINATED);
}

/* Two fields that repeat the version show a change that was made by halves. */
static int stamp(crm4e_record *lead, int64_t version)
{
    char text[32];
    int rc = crm4e_record_set_integer(lead, "No_of_Employees", version);

    (void)snprintf(text, sizeof text, "v%lld", (long long)version);
    if (rc == CRM4E_OK)
        rc = crm4e_record_set_text(lead, "First_Name", text, CRM4E_NUL_TERMINATED);
    return rc;
}

int world_lead_create(world *w, const char *company, crm4e_id *id)
{
    crm4e_record *lead = NULL;
    int rc = crm4e_record_new(&lead, w->session, "Leads");

    if (rc == CRM4E_OK)
        rc = crm4e_record_set_text(lead, "Last_Name", "Fault", CRM4E_NUL_TERMINATED);
    if (rc == CRM4E_OK)
        rc = crm4e_record_set_text(lead, "Company", company, CRM4E_NUL_TERMINATED);
    if (rc == CRM4E_OK)
        rc = stamp(lead, 1);
    if (rc == CRM4E_OK)
        rc = crm4e_record_save(lead);
    if (rc == CRM4E_OK)
        *id = crm4e_record_id(lead);
    crm4e_record_free(lead);
    return rc;
}

int world_lead_change(world *w, crm4e_id id, int64_t *version)
{
    crm4e_record *lead = NULL;
    int rc = crm4e_record_open(&lead, w->session, "Leads", id);
    int64_t before = crm4e_record_version(lead);

    if (rc == CRM4E_OK)
        rc = stamp(lead, before + 1);
    if (rc == CRM4E_OK)
        rc = crm4e_record_save(lead);
    if (rc == CRM4E_OK)
        *version = crm4e_record_version(lead);
    crm4e_record_free(lead);
    return rc;
}

int64_t world_lead_version(world *w, crm4e_id id)
{
    crm4e_record *lead = NULL;
    int rc = crm4e_record_open(&lead, w->session, "Leads", id);
    int64_t version = crm4e_record_version(lead);
    int64_t number = 0;
    const char *text = NULL;
    char expected[32];

    if (rc == CRM4E_E_NOT_FOUND)
        return 0;
    world_need(rc == CRM4E_OK, "lead %lld: %s %s", (long long)id, crm4e_code_name(rc),
               world_why(w));
    (void)snprintf(expected, sizeof expected, "v%lld", (long long)version);
    rc = crm4e_record_get_integer(lead, "No_of_Employees", &number, NULL);
    world_need(rc == CRM4E_ROW && number == version, "lead %lld: version %lld, number %lld",
               (long long)id, (long long)version, (long long)number);
    rc = crm4e_record_get_text(lead, "First_Name", &text, NULL);
    world_need(rc == CRM4E_OK && text != NULL && strcmp(text, expected) == 0,
               "lead %lld: the text is not of its version", (long long)id);
    crm4e_record_free(lead);
    return version;
}

void world_place(char *directory, size_t size)
{
    (void)snprintf(directory, size, "/tmp/crm4e-fault-XXXXXX");
    world_need(mkdtemp(directory) != NULL, "no directory");
}

static int remove_one(const char *path, const struct stat *found, int kind, struct FTW *where)
{
    (void)found;
    (void)kind;
    (void)where;
    return remove(path);
}

void world_remove(const char *directory)
{
    (void)nftw(directory, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

unsigned char *world_read_file(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    struct stat found = {0};
    unsigned char *bytes = NULL;

    *size = 0;
    if (file == NULL)
        return NULL;
    world_need(fstat(fileno(file), &found) == 0, "%s: no size", path);
    bytes = malloc((size_t)found.st_size + 1);
    world_need(bytes != NULL, "no memory");
    *size = fread(bytes, 1, (size_t)found.st_size, file);
    (void)fclose(file);
    return bytes;
}

void world_write_file(const char *path, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");

    world_need(file != NULL, "%s: cannot be written", path);
    world_need(fwrite(bytes, 1, size, file) == size, "%s: cannot be written", path);
    world_need(fclose(file) == 0, "%s: cannot be written", path);
}

void world_copy_file(const char *from, const char *to)
{
    size_t size;
    unsigned char *bytes = world_read_file(from, &size);

    world_need(bytes != NULL, "%s: not there", from);
    world_write_file(to, bytes, size);
    free(bytes);
}

int64_t world_integer(const char *path, const char *sql)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *stmt = NULL;
    int64_t number;

    world_need(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK, "%s: %s", path,
               sqlite3_errmsg(db));
    world_need(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) == SQLITE_OK &&
                   sqlite3_step(stmt) == SQLITE_ROW,
               "%s: %s", sql, sqlite3_errmsg(db));
    number = sqlite3_column_int64(stmt, 0);
    (void)sqlite3_finalize(stmt);
    (void)sqlite3_close(db);
    return number;
}

uint64_t world_next(world_random *r)
{
    r->state = r->state != 0 ? r->state : UINT64_C(0x9e3779b97f4a7c15);
    r->state ^= r->state >> 12;
    r->state ^= r->state << 25;
    r->state ^= r->state >> 27;
    return r->state * UINT64_C(0x2545f4914f6cdd1d);
}

uint64_t world_below(world_random *r, uint64_t bound)
{
    return (world_next(r) >> 11) % bound;
}

int64_t world_microseconds(void)
{
    struct timespec now = {0};

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

void world_pause(int64_t microseconds)
{
    struct timespec pause = {microseconds / 1000000, (long)(microseconds % 1000000) * 1000};

    (void)nanosleep(&pause, NULL);
}
