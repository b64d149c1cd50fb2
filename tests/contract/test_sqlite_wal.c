/* SPDX-License-Identifier: MIT */
/* The write-ahead log: who may copy it into the database and when; several
 * processes; processes that die. */
#include "contract/sqlite_place.h"
#include "storage/sqlite/inside.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    SHM_WRITE = 1U << 0, /* SQLite's lock of the one writer */
    SHM_CHECKPOINT = 1U << 1,
    MEGABYTE = 1000000
};

/* A file system that watches: pages of a database in WAL mode may be written only
 * by who holds the write lock, or the database exclusively. */
typedef struct watched_file {
    sqlite3_file base;
    sqlite3_file *real;
    bool database;
    bool shared_memory;
    unsigned held; /* locks held exclusively, by bit */
    int lock;
} watched_file;

static struct watch {
    sqlite3_vfs vfs;
    sqlite3_vfs *real;
    sqlite3_io_methods methods;
    size_t copied;    /* pages written with the right lock */
    size_t unguarded; /* and without */
    void (*on_checkpoint)(void);
    size_t fail_at; /* the call that fails, counted down; 0: none */
} watch;

static bool fails(void)
{
    return watch.fail_at > 0 && --watch.fail_at == 0;
}

static sqlite3_file *real(sqlite3_file *file)
{
    return ((watched_file *)(void *)file)->real;
}

static int watch_close(sqlite3_file *file)
{
    return real(file)->pMethods == NULL ? SQLITE_OK : real(file)->pMethods->xClose(real(file));
}

static int watch_read(sqlite3_file *file, void *bytes, int count, sqlite3_int64 at)
{
    return fails() ? SQLITE_IOERR_READ : real(file)->pMethods->xRead(real(file), bytes, count, at);
}

static int watch_write(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 at)
{
    watched_file *f = (watched_file *)(void *)file;
    if (f->database && f->shared_memory) {
        if ((f->held & SHM_WRITE) != 0 || f->lock == SQLITE_LOCK_EXCLUSIVE)
            watch.copied++;
        else
            watch.unguarded++;
    }
    return fails() ? SQLITE_IOERR_WRITE : f->real->pMethods->xWrite(f->real, bytes, count, at);
}

static int watch_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    return fails() ? SQLITE_IOERR_TRUNCATE : real(file)->pMethods->xTruncate(real(file), size);
}

static int watch_sync(sqlite3_file *file, int flags)
{
    return fails() ? SQLITE_IOERR_FSYNC : real(file)->pMethods->xSync(real(file), flags);
}

static int watch_size(sqlite3_file *file, sqlite3_int64 *size)
{
    return fails() ? SQLITE_IOERR_FSTAT : real(file)->pMethods->xFileSize(real(file), size);
}

static int watch_lock(sqlite3_file *file, int level)
{
    watched_file *f = (watched_file *)(void *)file;
    int rc = fails() ? SQLITE_IOERR_LOCK : f->real->pMethods->xLock(f->real, level);
    if (rc == SQLITE_OK && level > f->lock)
        f->lock = level;
    return rc;
}

static int watch_unlock(sqlite3_file *file, int level)
{
    watched_file *f = (watched_file *)(void *)file;
    f->lock = level < f->lock ? level : f->lock;
    return f->real->pMethods->xUnlock(f->real, level);
}

static int watch_reserved(sqlite3_file *file, int *held)
{
    return real(file)->pMethods->xCheckReservedLock(real(file), held);
}

static int watch_control(sqlite3_file *file, int what, void *argument)
{
    return real(file)->pMethods->xFileControl(real(file), what, argument);
}

static int watch_sector(sqlite3_file *file)
{
    return real(file)->pMethods->xSectorSize(real(file));
}

static int watch_device(sqlite3_file *file)
{
    return real(file)->pMethods->xDeviceCharacteristics(real(file));
}

static int watch_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **out)
{
    ((watched_file *)(void *)file)->shared_memory = true;
    return real(file)->pMethods->xShmMap(real(file), page, size, extend, out);
}

static int watch_shm_lock(sqlite3_file *file, int offset, int count, int flags)
{
    watched_file *f = (watched_file *)(void *)file;
    unsigned bits = ((1U << count) - 1U) << offset;
    bool takes = (flags & SQLITE_SHM_LOCK) != 0;
    int rc = takes && fails() ? SQLITE_IOERR_SHMLOCK
                              : f->real->pMethods->xShmLock(f->real, offset, count, flags);
    if ((flags & SQLITE_SHM_EXCLUSIVE) == 0 || rc != SQLITE_OK)
        return rc;
    f->held = takes ? f->held | bits : f->held & ~bits;
    if (takes && (bits & SHM_CHECKPOINT) != 0 && watch.on_checkpoint != NULL)
        watch.on_checkpoint();
    return rc;
}

static void watch_shm_barrier(sqlite3_file *file)
{
    real(file)->pMethods->xShmBarrier(real(file));
}

static int watch_shm_unmap(sqlite3_file *file, int remove)
{
    ((watched_file *)(void *)file)->shared_memory = false;
    return real(file)->pMethods->xShmUnmap(real(file), remove);
}

static int watch_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out)
{
    watched_file *f = (watched_file *)(void *)file;
    int rc;
    (void)vfs;
    memset(f, 0, sizeof(*f));
    f->real = (sqlite3_file *)(void *)(f + 1);
    f->real->pMethods = NULL;
    f->database = (flags & SQLITE_OPEN_MAIN_DB) != 0;
    if (fails())
        return SQLITE_CANTOPEN;
    rc = watch.real->xOpen(watch.real, name, f->real, flags, out);
    f->base.pMethods = f->real->pMethods == NULL ? NULL : &watch.methods;
    return rc;
}

static int start_watching(void **state)
{
    watch.real = sqlite3_vfs_find(NULL);
    watch.vfs = *watch.real;
    watch.vfs.zName = "watch";
    watch.vfs.szOsFile = (int)sizeof(watched_file) + watch.real->szOsFile;
    watch.vfs.xOpen = watch_open;
    watch.methods = (sqlite3_io_methods){
        2,
        watch_close,
        watch_read,
        watch_write,
        watch_truncate,
        watch_sync,
        watch_size,
        watch_lock,
        watch_unlock,
        watch_reserved,
        watch_control,
        watch_sector,
        watch_device,
        watch_shm_map,
        watch_shm_lock,
        watch_shm_barrier,
        watch_shm_unmap,
        NULL,
        NULL,
    };
    watch.copied = 0;
    watch.unguarded = 0;
    watch.on_checkpoint = NULL;
    watch.fail_at = 0;
    return sqlite3_vfs_register(&watch.vfs, 1) == SQLITE_OK ? place_setup(state) : -1;
}

static int stop_watching(void **state)
{
    sqlite3_vfs_unregister(&watch.vfs);
    return place_teardown(state);
}

/* Versions without the defect checkpoint as they like. */
static void skip_if_unguarded(void)
{
    if (!c4_wal_needs_guard(sqlite3_libversion_number()))
        skip();
}

static void write_megabytes(c4_db *db, crm4e_id first, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        assert_ok(place_write(db, first + (crm4e_id)i, MEGABYTE));
}

static void test_versions(void **state)
{
    static const int bad[] = {3007000, 3040001, 3044005, 3045000, 3050006, 3051000, 3051002};
    static const int good[] = {3044006, 3044099, 3050007, 3051003, 3053000};
    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_true(c4_wal_needs_guard(bad[i]));
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        assert_false(c4_wal_needs_guard(good[i]));
}

static void test_the_watch_sees_a_passive_checkpoint(void **state)
{
    place *p = *state;
    sqlite3 *db;
    assert_int_equal(sqlite3_open(p->path, &db), SQLITE_OK);
    place_run(db, "PRAGMA journal_mode = WAL; CREATE TABLE t (a)");
    assert_int_equal(watch.unguarded, 0);
    place_run(db, "PRAGMA wal_checkpoint(PASSIVE)");
    assert_int_not_equal(watch.unguarded, 0);
    sqlite3_close(db);
}

static void test_checkpoints_hold_the_write_lock(void **state)
{
    place *p = *state;
    skip_if_unguarded();
    place_create(p, CRM4E_SQLITE_NORMAL_SYNC);
    place_create_table(&p->db);
    write_megabytes(&p->db, 1, 12);
    assert_true(watch.copied > 2000);
    place_close(p);
    assert_true(watch.copied > 2900);
    assert_int_equal(watch.unguarded, 0);
}

static void test_a_reader_delays_a_checkpoint(void **state)
{
    place *p = *state;
    c4_db reader;
    skip_if_unguarded();
    place_create(p, CRM4E_SQLITE_NORMAL_SYNC);
    place_create_table(&p->db);
    assert_ok(c4_db_connect(&reader, &p->store, CONTRACT_ORG, 0, NULL, NULL));
    assert_ok(c4_db_begin(&reader, CRM4E_TRANSACTION_READ));
    write_megabytes(&p->db, 1, 12);
    assert_int_equal(watch.unguarded, 0);
    assert_ok(c4_db_commit(&reader));
    watch.copied = 0;
    write_megabytes(&p->db, 101, 8);
    assert_true(watch.copied > 2900);
    assert_int_equal(place_count(&reader), 20);
    c4_db_disconnect(&reader);
    place_close(p);
    assert_int_equal(watch.unguarded, 0);
}

static struct sudden_writer {
    const char *path;
    sqlite3 *db; /* holds the write lock */
} sudden;

/* Comes between our commit and our checkpoint. */
static void take_write_lock(void)
{
    watch.on_checkpoint = NULL;
    assert_int_equal(sqlite3_open(sudden.path, &sudden.db), SQLITE_OK);
    place_run(sudden.db, "PRAGMA wal_autocheckpoint = 0; BEGIN IMMEDIATE");
}

static void test_a_writer_stops_a_checkpoint(void **state)
{
    place *p = *state;
    skip_if_unguarded();
    place_create(p, CRM4E_SQLITE_NORMAL_SYNC);
    place_create_table(&p->db);
    sudden.path = p->path;
    watch.copied = 0;
    watch.on_checkpoint = take_write_lock;
    write_megabytes(&p->db, 1, 3);
    assert_null(sudden.db);
    write_megabytes(&p->db, 4, 2);
    assert_non_null(sudden.db);
    assert_int_equal(watch.copied, 0);
    assert_int_equal(watch.unguarded, 0);
    assert_int_equal(place_count(&p->db), 5);
    assert_code(place_write(&p->db, 6, 10), CRM4E_E_BUSY);
    place_run(sudden.db, "COMMIT");
    sqlite3_close(sudden.db);
    sudden.db = NULL;
    write_megabytes(&p->db, 6, 5);
    assert_true(watch.copied > 2000);
    place_close(p);
    assert_int_equal(watch.unguarded, 0);
}

static bool may_be(int rc)
{
    static const int codes[] = {CRM4E_OK, CRM4E_E_IO, CRM4E_E_COMMIT_UNKNOWN, CRM4E_E_CORRUPT,
                                CRM4E_E_READ_ONLY};
    bool found = false;
    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
        found = found || codes[i] == rc;
    return found;
}

/* Each call of the file system failing once: what was answered is what a new
 * connection finds. */
static void fail_each_call(place *p, uint32_t flags)
{
    int64_t rows = 0;
    size_t unknown = 0;
    bool reached = true;
    place_create(p, flags);
    place_create_table(&p->db);
    place_close(p);
    for (size_t n = 1; reached; n++) {
        int64_t found;
        int rc;
        watch.fail_at = n;
        rc = place_connect(p, flags);
        if (rc == CRM4E_OK) {
            rc = place_write(&p->db, (crm4e_id)n, 20000);
            place_close(p);
        }
        reached = watch.fail_at == 0;
        watch.fail_at = 0;
        assert_true(may_be(rc));
        assert_int_equal(p->allocations.live, 0);
        assert_ok(place_connect(p, flags));
        found = place_count(&p->db);
        if (rc == CRM4E_E_COMMIT_UNKNOWN)
            assert_true(found == rows || found == rows + 1);
        else
            assert_int_equal(found, rows + (rc == CRM4E_OK));
        unknown += rc == CRM4E_E_COMMIT_UNKNOWN;
        rows = found;
        place_close(p);
        assert_true(n < 2000);
    }
    assert_true(unknown > 0);
    assert_true(rows > 0);
}

static void test_each_call_fails_with_log(void **state)
{
    fail_each_call(*state, 0);
}

static void test_each_call_fails_with_rollback_journal(void **state)
{
    fail_each_call(*state, CRM4E_SQLITE_ROLLBACK_JOURNAL);
}

static int32_t no_problem(void *user, const char *text)
{
    (void)user;
    fail_msg("%s", text);
    return CRM4E_CONTINUE;
}

/* Ends with 0 when all its rows are in; others write, too. */
static void write_in_child(place *p, crm4e_id first, unsigned count)
{
    int rc = place_connect(p, CRM4E_SQLITE_NORMAL_SYNC);
    for (unsigned i = 0; i < count && rc == CRM4E_OK; i++) {
        do
            rc = place_write(&p->db, first + (crm4e_id)i, 100000);
        while (rc == CRM4E_E_BUSY);
    }
    if (rc == CRM4E_OK)
        place_close(p);
    _exit(rc == CRM4E_OK ? 0 : 1);
}

static void test_two_processes_write(void **state)
{
    enum {
        ROWS = 100
    };
    place *p = *state;
    pid_t children[2];
    int status;
    place_create(p, CRM4E_SQLITE_NORMAL_SYNC);
    place_create_table(&p->db);
    place_close(p);
    for (int i = 0; i < 2; i++) {
        children[i] = fork();
        assert_int_not_equal(children[i], -1);
        if (children[i] == 0)
            write_in_child(p, 1 + i * ROWS, ROWS);
    }
    for (int i = 0; i < 2; i++) {
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
    assert_ok(place_connect(p, 0));
    assert_int_equal(place_count(&p->db), 2 * ROWS);
    assert_ok(c4_db_check(&p->db, no_problem, NULL));
    place_close(p);
}

static int write_pair(c4_db *db, crm4e_id id)
{
    crm4e_value row[COL_COUNT];
    int rc = c4_db_begin(db, CRM4E_TRANSACTION_WRITE);
    for (crm4e_id i = id; i < id + 2 && rc == CRM4E_OK; i++) {
        contract_blank(row, i);
        rc = c4_db_insert(db, &contract_table, row);
    }
    return rc == CRM4E_OK ? c4_db_commit(db) : rc;
}

/* Writes pairs of rows until it is killed, a byte for each that is durable. */
static void write_until_killed(place *p, uint32_t flags, crm4e_id first, int report)
{
    int rc = place_connect(p, flags);
    while (rc == CRM4E_OK) {
        rc = write_pair(&p->db, first);
        first += 2;
        if (rc == CRM4E_OK && write(report, "x", 1) != 1)
            break;
    }
    _exit(1);
}

static int64_t kill_writer(place *p, uint32_t flags, crm4e_id first, int64_t after)
{
    int ends[2];
    int64_t pairs = 0;
    char byte;
    pid_t child;
    assert_int_equal(pipe(ends), 0);
    child = fork();
    assert_int_not_equal(child, -1);
    if (child == 0) {
        close(ends[0]);
        write_until_killed(p, flags, first, ends[1]);
    }
    close(ends[1]);
    while (pairs < after && read(ends[0], &byte, 1) == 1)
        pairs++;
    assert_int_equal(kill(child, SIGKILL), 0);
    while (read(ends[0], &byte, 1) == 1)
        pairs++;
    assert_int_equal(waitpid(child, NULL, 0), child);
    close(ends[0]);
    return pairs;
}

static void killed(place *p, uint32_t flags)
{
    int64_t rows = 0;
    place_create(p, flags);
    place_create_table(&p->db);
    place_close(p);
    for (int round = 0; round < 8; round++) {
        int64_t pairs = kill_writer(p, flags, rows + 1, 1 + round * 7);
        int64_t found;
        assert_ok(place_connect(p, flags));
        found = place_count(&p->db);
        assert_int_equal(found % 2, 0);
        assert_true(found == rows + 2 * pairs || found == rows + 2 * pairs + 2);
        assert_ok(c4_db_check(&p->db, no_problem, NULL));
        place_close(p);
        rows = found;
    }
}

static void test_killed_with_log(void **state)
{
    killed(*state, 0);
}

static void test_killed_with_rollback_journal(void **state)
{
    killed(*state, CRM4E_SQLITE_ROLLBACK_JOURNAL);
}

#define watched(test)  cmocka_unit_test_setup_teardown(test, start_watching, stop_watching)
#define in_place(test) cmocka_unit_test_setup_teardown(test, place_setup, place_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_versions),
        watched(test_the_watch_sees_a_passive_checkpoint),
        watched(test_checkpoints_hold_the_write_lock),
        watched(test_a_reader_delays_a_checkpoint),
        watched(test_a_writer_stops_a_checkpoint),
        watched(test_each_call_fails_with_log),
        watched(test_each_call_fails_with_rollback_journal),
        in_place(test_two_processes_write),
        in_place(test_killed_with_log),
        in_place(test_killed_with_rollback_journal),
    };
    return cmocka_run_group_tests_name("SQLite's log", tests, NULL, NULL);
}
