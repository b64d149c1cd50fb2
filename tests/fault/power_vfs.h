/* SPDX-License-Identifier: MIT */
/*
 * Files in memory for SQLite, on a machine whose power can be cut: what was not
 * synced is then there in any mixture of sectors old and new. For one thread.
 */
#ifndef TEST_FAULT_POWER_VFS_H
#define TEST_FAULT_POWER_VFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Becomes SQLite's default. */
void power_register(void);
/* The machine anew, with one synced file. */
void power_install(const char *name, const void *bytes, size_t size);
void power_forget(void);

/* The power goes at the n-th write, truncation, sync or deletion from now on; 0: never. */
void power_cut_at(int64_t operation);
bool power_is_off(void);
int64_t power_operations(void); /* since the last power_cut_at() */
/* A disk that answers syncs without doing them. */
void power_lie(bool lies);

typedef enum power_loss {
    POWER_LOSE_ALL, /* everything unsynced is gone */
    POWER_KEEP_ALL,
    POWER_TEAR /* each sector by lot */
} power_loss;
/* Power again. May be called several times for one cut: each starts from what
 * was there at the cut. No file may be open. */
void power_restore(power_loss loss, uint64_t seed);

#endif
