/* SPDX-License-Identifier: MIT */
/*
 * Waiting for locks, and the checkpoints of the write-ahead log.
 *
 * SQLite 3.7.0 to 3.51.2 (but 3.44.6 and 3.50.7 and what follows them on their
 * branches) can lose commits: a checkpoint that runs without the write lock
 * reads the log's header, a writer then starts the log anew, and the checkpoint
 * marks frames of the new log as copied that it never saw. On these versions
 * SQLite never checkpoints by itself on our connections (our hook takes the
 * place of its automatic one). We do, right after a commit that left the log
 * longer than CHECKPOINT_PAGES, and in TRUNCATE mode, which holds the write lock
 * before it reads the header, so that nobody can start the log anew.
 *
 * One gap remains: when the busy handler gives up while SQLite waits for the
 * write lock, SQLite goes on without it. It must give up at some time, for the
 * same handler waits for readers, and a reader may be another session of the
 * very thread that waits. So before it gives up it interrupts the connection:
 * SQLite looks at that before it copies each page, and counts frames as copied
 * only after all were. Nothing is copied then; the next commit tries again.
 * The checkpoint when the last connection closes holds the exclusive lock.
 */
#include "storage/sqlite/inside.h"

#include <time.h>

enum {
    CHECKPOINT_PAGES = 1000,
    CHECKPOINT_WAIT = 100, /* milliseconds */
    POLL_MOST = 25         /* milliseconds between two looks at a lock */
};

bool c4_wal_needs_guard(int version)
{
    bool repaired = version >= 3051003 || (version >= 3050007 && version < 3051000) ||
                    (version >= 3044006 && version < 3045000);
    return !repaired;
}

static int64_t milliseconds(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void pause_for(int64_t time)
{
    struct timespec pause = {time / 1000, (long)(time % 1000) * 1000000};
    (void)nanosleep(&pause, NULL);
}

int c4_sqlite_wait(void *connection, int count)
{
    c4_connection *c = connection;
    int64_t most = c->checkpointing ? CHECKPOINT_WAIT : c->storage->host->busy_timeout;
    int64_t now = milliseconds();
    int64_t left;
    int64_t poll = count < POLL_MOST ? count + 1 : POLL_MOST;
    if (count == 0)
        c->waiting_since = now;
    left = most - (now - c->waiting_since);
    if (c->ask_interrupted != NULL && c->ask_interrupted(c->interrupted_user) != 0) {
        c->interrupted = true;
        left = 0;
    }
    if (left > 0)
        pause_for(poll < left ? poll : left);
    else if (c->checkpointing)
        sqlite3_interrupt(c->db);
    return left > 0;
}

static int after_commit(void *connection, sqlite3 *db, const char *schema, int pages)
{
    c4_connection *c = connection;
    (void)db;
    (void)schema;
    c->wal_pages = pages;
    return SQLITE_OK;
}

void c4_wal_attach(c4_connection *connection)
{
    if (!c4_wal_needs_guard(sqlite3_libversion_number()))
        return;
    connection->guarded = true;
    connection->next_checkpoint = CHECKPOINT_PAGES;
    (void)sqlite3_wal_hook(connection->db, after_commit, connection);
}

/* Failing is no failure: the log only stays longer, and others may be reading. */
void c4_wal_after_commit(c4_connection *connection)
{
    int rc;
    if (!connection->guarded || connection->wal_pages < connection->next_checkpoint)
        return;
    connection->checkpointing = true;
    rc = sqlite3_wal_checkpoint_v2(connection->db, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    connection->checkpointing = false;
    connection->interrupted = false;
    connection->next_checkpoint =
        rc == SQLITE_OK ? CHECKPOINT_PAGES : connection->wal_pages + CHECKPOINT_PAGES;
    connection->wal_pages = 0;
}
