/* SPDX-License-Identifier: MIT */
/* Columns in a file beside the database: when it serves, when it does not, when it goes. */
#include "column_file_steps.h"

#include "api/inside.h"
#include "columns/cache.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define FILE_NAME  "acme.crm4e-columns"
#define FRESH_NAME "acme.crm4e-columns-new"

/* Makes the file, of all columns that charts ask for. */
static void make_file(host *h)
{
    char path[128];
    cold c;

    steps_open(&c, h);
    steps_compare(h, &c);
    steps_close(&c);
    steps_path(h, FILE_NAME, path);
    assert_true(steps_exists(path));
    steps_path(h, FRESH_NAME, path);
    assert_false(steps_exists(path));
}

static int setup(void **state)
{
    int rc;

    host_on_sqlite = true;
    rc = host_setup(state);
    if (rc == 0)
        steps_fill(*state);
    return rc;
}

static void serves_the_next(void **state)
{
    host *h = *state;
    struct stat found;
    char path[128];
    cold c;

    make_file(h);
    steps_path(h, FILE_NAME, path);
    assert_int_equal(stat(path, &found), 0);
    assert_int_equal(found.st_mode & 07777, 0600);
    assert_int_equal(steps_look(h), 0);
    steps_scans = 0;
    steps_open(&c, h);
    steps_compare(h, &c);
    assert_int_equal(steps_scans, 0);
    steps_close(&c);
    assert_int_equal(unlink(path), 0); /* always safe */
    assert_true(steps_look(h) > 0);
}

/* Whoever wrote what since: it is followed by the lines of history. */
static void follows_changes(void **state)
{
    host *h = *state;
    crm4e_id one;

    make_file(h);
    for (unsigned i = 0; i < 12; i++) {
        one = steps_save(h->admin, 0, 900 + i);
        if (i % 3 == 0)
            (void)steps_save(h->admin, one, 5 + i);
        if (i % 4 == 0)
            host_ok(h->admin, crm4e_record_delete(h->admin, "Things", one, 0));
        assert_int_equal(steps_look(h), 0);
    }
    make_file(h);
    assert_int_equal(steps_look(h), 0);
}

static void save_many(host *h, unsigned from, unsigned count)
{
    host_ok(h->admin, crm4e_session_begin(h->admin));
    for (unsigned i = 0; i < count; i++)
        (void)steps_save(h->admin, 0, from + i);
    host_ok(h->admin, crm4e_session_commit(h->admin));
}

static ino_t inode_of(const host *h)
{
    struct stat found;
    char path[128];

    steps_path(h, FILE_NAME, path);
    assert_int_equal(stat(path, &found), 0);
    return found.st_ino;
}

/* A file that serves stays; new columns, or many changes, make a new one. */
static void writes_when_it_is_worth(void **state)
{
    host *h = *state;
    ino_t before;
    cold c;
    int code;

    steps_open(&c, h);
    free(steps_chart(c.session, 5, &code));
    steps_close(&c);
    before = inode_of(h);
    steps_open(&c, h);
    free(steps_chart(c.session, 5, &code));
    (void)steps_save(h->admin, 0, 77);
    host_ok(c.session, crm4e_org_save_columns(c.org));
    assert_int_equal(inode_of(h), before);
    steps_compare(h, &c);
    host_ok(c.session, crm4e_org_save_columns(c.org));
    assert_int_not_equal(inode_of(h), before);
    before = inode_of(h);
    save_many(h, 0, 300);
    steps_close(&c);
    assert_int_not_equal(inode_of(h), before);
    assert_int_equal(steps_look(h), 0);
}

static void copy_file(const char *from, const char *to)
{
    file_bytes bytes = steps_read(from);

    steps_write(to, bytes.data, bytes.size);
    free(bytes.data);
}

/* The host's own engine must be closed while its file is replaced. */
static void reopen(host *h)
{
    assert_int_equal(crm4e_org_open(&h->org, h->engine, NULL), CRM4E_OK);
    assert_int_equal(crm4e_session_open(&h->admin, h->org, HOST_ADMIN), CRM4E_OK);
}

/* A database as it was, which then goes another way for as many changes: the file of
 * the first way is not its. */
static void knows_another_way(void **state, bool kept_before)
{
    host *h = *state;
    char database[128];
    char copy[128];

    steps_path(h, "acme.crm4e", database);
    steps_path(h, "copy.crm4e", copy);
    if (kept_before)
        make_file(h);
    host_ok(h->admin, crm4e_org_backup(h->org, copy));
    save_many(h, 1000, 400);
    make_file(h);
    crm4e_org_close(h->org);
    copy_file(copy, database);
    reopen(h);
    assert_true(steps_look(h) > 0); /* the database is before the file */
    save_many(h, 5000, 399);
    assert_true(steps_look(h) > 0);
    (void)steps_save(h->admin, 0, 5999);
    assert_true(steps_look(h) > 0); /* at the same number of changes */
    (void)steps_save(h->admin, 0, 6000);
    assert_true(steps_look(h) > 0); /* behind it */
    make_file(h);
    assert_int_equal(steps_look(h), 0);
    (void)unlink(copy);
}

static void knows_a_restored_database(void **state)
{
    knows_another_way(state, false);
}

static void knows_a_restored_database_with_a_mark(void **state)
{
    knows_another_way(state, true);
}

/* One that was copied behind the file is what the file says, and what came after. */
static void serves_a_database_of_its_line(void **state)
{
    host *h = *state;
    char database[128];
    char copy[128];

    make_file(h);
    (void)steps_save(h->admin, 0, 1);
    steps_path(h, "acme.crm4e", database);
    steps_path(h, "copy.crm4e", copy);
    host_ok(h->admin, crm4e_org_backup(h->org, copy));
    for (unsigned i = 0; i < 5; i++)
        (void)steps_save(h->admin, 0, 40 + i);
    crm4e_org_close(h->org);
    copy_file(copy, database);
    reopen(h);
    for (unsigned i = 0; i < 5; i++)
        (void)steps_save(h->admin, 0, 80 + i);
    assert_int_equal(steps_look(h), 0);
    (void)unlink(copy);
}

static void expect_gone(const host *h)
{
    char path[128];

    steps_path(h, FILE_NAME, path);
    assert_false(steps_exists(path));
    steps_path(h, FRESH_NAME, path);
    assert_false(steps_exists(path));
    assert_true(steps_look(h) > 0);
}

static void make_rest(const host *h)
{
    char path[128];

    steps_path(h, FRESH_NAME, path);
    steps_write(path, (const unsigned char *)"left by a crash", 15);
}

/* What is removed for good is in no file any more, nor in what a crash left. */
static void goes_with_what_is_purged(void **state)
{
    host *h = *state;
    crm4e_id one = steps_save(h->admin, 0, 1);
    crm4e_id two = steps_save(h->admin, 0, 2);
    int32_t done = 0;

    make_file(h);
    make_rest(h);
    host_ok(h->admin, crm4e_record_delete(h->admin, "Things", one, 0));
    host_ok(h->admin, crm4e_record_purge(h->admin, "Things", one));
    expect_gone(h);
    make_file(h);
    host_ok(h->admin, crm4e_record_delete(h->admin, "Things", two, 0));
    host_ok(h->admin, crm4e_bin_empty(h->admin, "Things", 0, 100, &done));
    assert_int_equal(done, 1);
    expect_gone(h);
}

/* In ten years. */
static int32_t much_later(void *user, int64_t *microseconds)
{
    (void)user;
    *microseconds = INT64_C(2100000000) * 1000000;
    return CRM4E_CONTINUE;
}

/* Values of times whose history is gone. */
static void goes_with_purged_history(void **state)
{
    host *h = *state;
    const crm4e_clock clock = {.struct_size = sizeof clock, .now = much_later};
    crm4e_engine_options options = CRM4E_ENGINE_OPTIONS_INIT;
    crm4e_org_update_options update = CRM4E_ORG_UPDATE_OPTIONS_INIT;
    crm4e_engine *engine = NULL;
    crm4e_org *org = NULL;
    crm4e_session *session = NULL;
    int32_t done = 0;
    char path[128];

    update.history_days = 1;
    host_ok(h->admin, crm4e_org_update(h->admin, &update));
    make_file(h);
    steps_path(h, "acme.crm4e", path);
    options.path = path;
    options.clock = &clock;
    options.flags = CRM4E_ENGINE_ROLLBACK_JOURNAL | CRM4E_ENGINE_NORMAL_SYNC;
    assert_int_equal(crm4e_engine_open(&engine, &options), CRM4E_OK);
    assert_int_equal(crm4e_org_open(&org, engine, NULL), CRM4E_OK);
    assert_int_equal(crm4e_session_open(&session, org, HOST_ADMIN), CRM4E_OK);
    assert_int_equal(steps_look(h), 0);
    host_ok(session, crm4e_history_purge(session, 10, &done));
    assert_int_equal(done, 10);
    crm4e_engine_close(engine);
    expect_gone(h);
    make_file(h);
    assert_int_equal(steps_look(h), 0);
}

static void goes_with_fields_and_modules(void **state)
{
    host *h = *state;
    crm4e_module *module = NULL;

    make_file(h);
    make_rest(h);
    host_apply(h, "{'modules': [{'api_name': 'Things', 'fields': [{'api_name': 'More', 'type':"
                  " 'integer'}]}]}");
    expect_gone(h);
    make_file(h);
    host_ok(h->admin, crm4e_module_open(&module, h->admin, "Things"));
    host_ok(h->admin, crm4e_module_remove_field(module, "More"));
    expect_gone(h);
    make_file(h);
    host_ok(h->admin, crm4e_module_remove(module));
    crm4e_module_free(module);
    {
        char path[128];
        steps_path(h, FILE_NAME, path);
        assert_false(steps_exists(path));
    }
}

/* Links and other things at our places: none is followed, none is harmed, none waited for. */
static void follows_no_links(void **state)
{
    host *h = *state;
    char path[128];
    char fresh[128];
    char aside[128];
    file_bytes bytes;
    cold c;

    make_file(h);
    steps_path(h, FILE_NAME, path);
    steps_path(h, FRESH_NAME, fresh);
    steps_path(h, "aside", aside);
    assert_int_equal(rename(path, aside), 0);
    assert_int_equal(symlink(aside, path), 0);
    assert_true(steps_look(h) > 0);
    make_file(h); /* takes the place of the link */
    assert_int_equal(steps_look(h), 0);
    steps_write(aside, (const unsigned char *)"theirs", 6);
    for (int hard = 0; hard < 2; hard++) {
        assert_int_equal(unlink(path), 0);
        assert_int_equal(hard != 0 ? link(aside, fresh) : symlink(aside, fresh), 0);
        steps_open(&c, h);
        steps_compare(h, &c);
        assert_int_equal(crm4e_org_save_columns(c.org), CRM4E_E_ENVIRONMENT);
        steps_close(&c);
        bytes = steps_read(aside);
        assert_int_equal(bytes.size, 6);
        free(bytes.data);
        assert_int_equal(unlink(fresh), 0);
        make_file(h);
    }
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_true(steps_look(h) > 0);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_true(steps_look(h) > 0);
    steps_open(&c, h);
    steps_compare(h, &c);
    assert_int_equal(crm4e_org_save_columns(c.org), CRM4E_E_ENVIRONMENT);
    steps_close(&c);
    assert_false(steps_exists(fresh));
    assert_int_equal(rmdir(path), 0);
    (void)unlink(aside);
}

/* A disk that is full: nothing is harmed, the file that was there stays. */
static void survives_a_full_disk(void **state)
{
    host *h = *state;
    struct rlimit most;
    struct rlimit little;
    cold c;
    ino_t before;
    int code;

    make_file(h);
    before = inode_of(h);
    steps_open(&c, h);
    steps_compare(h, &c);
    free(steps_chart(c.session, 0, &code));
    save_many(h, 0, 300);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &most), 0);
    little = most;
    little.rlim_cur = 1000;
    (void)signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &little), 0);
    code = crm4e_org_save_columns(c.org);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &most), 0);
    assert_int_equal(code, CRM4E_E_FULL);
    assert_int_equal(inode_of(h), before);
    steps_compare(h, &c);
    (void)steps_look(h);
    host_ok(c.session, crm4e_org_save_columns(c.org));
    steps_close(&c);
    assert_int_equal(steps_look(h), 0);
}

/* Another writer: closing does not wait, saving says so. */
static void waits_for_nobody_on_closing(void **state)
{
    host *h = *state;
    char path[128];
    cold c;

    steps_open(&c, h);
    steps_compare(h, &c);
    host_ok(h->admin, crm4e_session_begin(h->admin));
    assert_int_equal(crm4e_org_save_columns(c.org), CRM4E_E_BUSY);
    steps_close(&c);
    host_ok(h->admin, crm4e_session_rollback(h->admin));
    steps_path(h, FILE_NAME, path);
    assert_false(steps_exists(path));
    steps_path(h, FRESH_NAME, path);
    assert_false(steps_exists(path));
}

/* What another process does: charts, changes, closing. */
static int work_and_close(const host *h, unsigned seed)
{
    int rc = 0;

    for (unsigned i = 0; i < 12 && rc == 0; i++) {
        cold c;
        int code = CRM4E_OK;
        char *told = NULL;
        rc = steps_open_with(&c, h, -1, 0, NULL) == CRM4E_OK ? 0 : 1;
        if (rc == 0)
            told = steps_chart(c.session, (int)(i % STEP_CHARTS), &code);
        rc = rc == 0 && code != CRM4E_OK && code != CRM4E_E_BUSY ? 2 : rc;
        free(told);
        if (rc == 0 && seed % 2 == 0) {
            crm4e_record *record = NULL;
            if (crm4e_record_new(&record, c.session, "Things") == CRM4E_OK &&
                crm4e_record_set_json(record, "{\"Name\": \"p\", \"Size\": 3}",
                                      CRM4E_NUL_TERMINATED) == CRM4E_OK)
                (void)crm4e_record_save(record); /* BUSY is fine */
            crm4e_record_free(record);
        }
        (void)crm4e_org_save_columns(c.org);
        steps_close(&c);
    }
    return rc;
}

static void closes_in_two_processes(void **state)
{
    host *h = *state;
    char path[128];
    pid_t children[3];
    cold c;

    for (unsigned i = 0; i < 3; i++) {
        children[i] = fork();
        assert_true(children[i] >= 0);
        if (children[i] == 0)
            _exit(work_and_close(h, i));
    }
    for (unsigned i = 0; i < 3; i++) {
        int status = -1;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_true(WIFEXITED(status));
        assert_in_range(WEXITSTATUS(status), 0, 1); /* 1: the file was busy */
    }
    (void)steps_look(h);
    steps_open(&c, h);
    steps_compare(h, &c);
    host_ok(c.session, crm4e_org_save_columns(c.org));
    steps_close(&c);
    assert_int_equal(steps_look(h), 0);
    steps_path(h, FRESH_NAME, path);
    assert_false(steps_exists(path));
}

static void stays_in_the_budget(void **state)
{
    static const int64_t budgets[] = {1000, 20000, 60000, 200000};
    host *h = *state;

    make_file(h);
    for (size_t i = 0; i < sizeof budgets / sizeof budgets[0]; i++) {
        cold c;
        assert_int_equal(steps_open_with(&c, h, budgets[i], 0, NULL), CRM4E_OK);
        steps_compare(h, &c);
        steps_close(&c);
        (void)steps_look(h);
    }
}

/* Bytes of columns that a new engine has after the charts. */
static size_t used_with(host *h, uint32_t flags)
{
    c4_engine *inside;
    size_t used;
    cold c;

    assert_int_equal(steps_open_with(&c, h, -1, flags, NULL), CRM4E_OK);
    steps_compare(h, &c);
    inside = c4_handle_enter(c.engine, C4_KIND_ENGINE, NULL);
    used = c4_cache_used(inside->env.columns);
    c4_handle_leave(c.engine);
    steps_close(&c);
    return used;
}

/* Blocks out of the file take what those out of the table do: both are held short. */
static void takes_no_more_than_the_table(void **state)
{
    const size_t few = 1024; /* places of blocks, which are made room for otherwise */
    host *h = *state;
    const size_t table = used_with(h, CRM4E_ENGINE_NO_COLUMN_FILE);
    size_t file;

    make_file(h);
    steps_scans = 0;
    file = used_with(h, 0);
    assert_int_equal(steps_scans, 0);
    assert_in_range(file, 1, table + few);
}

static void keeps_to_the_options(void **state)
{
    host *h = *state;
    char path[128];
    cold c;

    steps_path(h, FILE_NAME, path);
    assert_int_equal(crm4e_org_save_columns(NULL), CRM4E_E_MISUSE);
    assert_int_equal(crm4e_org_save_columns(h->org), CRM4E_E_UNSUPPORTED); /* no columns */
    assert_int_equal(steps_open_with(&c, h, -1, CRM4E_ENGINE_NO_COLUMN_FILE, NULL), CRM4E_OK);
    steps_compare(h, &c);
    assert_int_equal(crm4e_org_save_columns(c.org), CRM4E_E_UNSUPPORTED);
    steps_close(&c);
    assert_false(steps_exists(path));
    steps_open(&c, h);
    host_ok(c.session, crm4e_org_save_columns(c.org)); /* nothing in memory */
    steps_close(&c);
    assert_false(steps_exists(path));
    assert_int_equal(steps_open_with(&c, h, -1, CRM4E_ENGINE_READ_ONLY, NULL), CRM4E_OK);
    steps_compare(h, &c);
    assert_int_equal(crm4e_org_save_columns(c.org), CRM4E_E_READ_ONLY);
    steps_close(&c);
    assert_false(steps_exists(path));
    make_file(h);
    steps_scans = 0;
    assert_int_equal(steps_open_with(&c, h, -1, CRM4E_ENGINE_NO_COLUMN_FILE, NULL), CRM4E_OK);
    steps_compare(h, &c);
    assert_true(steps_scans > 0); /* nor is it read */
    steps_close(&c);
}

/* In memory there is nothing beside the database. */
static void needs_a_place(void **state)
{
    const crm4e_storage storage = {sizeof storage, crm4e_storage_memory(), NULL};
    crm4e_engine_options options = CRM4E_ENGINE_OPTIONS_INIT;
    crm4e_org_options org_options = CRM4E_ORG_OPTIONS_INIT;
    crm4e_engine *engine = NULL;
    crm4e_org *org = NULL;

    (void)state;
    options.storage = &storage;
    options.column_bytes = -1;
    org_options.name = "Acme";
    org_options.admin_email = HOST_ADMIN;
    org_options.edition = CRM4E_EDITION_ENTERPRISE;
    assert_int_equal(crm4e_engine_open(&engine, &options), CRM4E_OK);
    assert_int_equal(crm4e_org_create(&org, engine, &org_options), CRM4E_OK);
    assert_int_equal(crm4e_org_save_columns(org), CRM4E_E_UNSUPPORTED);
    crm4e_engine_close(engine);
}

static void passes_the_check(const host *h)
{
    crm4e_text *text = NULL;

    host_ok(h->admin, crm4e_check(&text, h->org));
    assert_string_equal(crm4e_text_data(text), "[]");
    crm4e_text_free(text);
}

static void is_nothing_to_the_check(void **state)
{
    host *h = *state;
    char path[128];

    make_file(h);
    passes_the_check(h);
    steps_path(h, FILE_NAME, path);
    steps_write(path, (const unsigned char *)"damaged", 7);
    passes_the_check(h);
    assert_true(steps_look(h) > 0);
}

/* Opening, a chart out of the file, saving: each allocation fails in turn. */
static void survives_no_memory(void **state)
{
    host *h = *state;
    fail_alloc faults;
    crm4e_allocator allocator;
    int code = CRM4E_E_NO_MEMORY;

    make_file(h);
    fail_alloc_init(&faults);
    allocator = fail_alloc_host(&faults);
    for (size_t n = 1; code != CRM4E_OK; n++) {
        char path[128];
        cold c;
        assert_true(n < 3000);
        assert_int_equal(steps_open_with(&c, h, -1, 0, &allocator), CRM4E_OK);
        fail_alloc_arm(&faults, n, n % 2 == 0);
        free(steps_chart(c.session, (int)(n % STEP_CHARTS), &code));
        if (code == CRM4E_OK) {
            steps_path(h, FILE_NAME, path);
            (void)unlink(path);
            code = crm4e_org_save_columns(c.org);
        }
        if (code == CRM4E_OK && fail_alloc_hit(&faults))
            code = CRM4E_E_NO_MEMORY; /* nobody had to be told */
        fail_alloc_arm(&faults, 0, false);
        assert_true(code == CRM4E_OK || code == CRM4E_E_NO_MEMORY);
        steps_compare(h, &c);
        steps_close(&c);
        if (n % 8 == 0)
            (void)steps_look(h);
    }
    assert_int_equal(atomic_load(&faults.live), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, host_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(serves_the_next),
        TEST(follows_changes),
        TEST(writes_when_it_is_worth),
        TEST(knows_a_restored_database),
        TEST(knows_a_restored_database_with_a_mark),
        TEST(serves_a_database_of_its_line),
        TEST(goes_with_what_is_purged),
        TEST(goes_with_purged_history),
        TEST(goes_with_fields_and_modules),
        TEST(follows_no_links),
        TEST(survives_a_full_disk),
        TEST(waits_for_nobody_on_closing),
        TEST(closes_in_two_processes),
        TEST(stays_in_the_budget),
        TEST(takes_no_more_than_the_table),
        TEST(keeps_to_the_options),
        TEST(needs_a_place),
        TEST(is_nothing_to_the_check),
        TEST(survives_no_memory),
    };

    return cmocka_run_group_tests_name("column file", tests, NULL, NULL);
}
