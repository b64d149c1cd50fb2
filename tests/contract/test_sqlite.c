/* SPDX-License-Identifier: MIT */
/* SQLite keeps the contract, and answers as the storage in memory does. */
#include "contract/contract.h"

#include <crm4e/sys/sqlite.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct place {
    crm4e_sqlite_options options;
    char directory[64];
    char path[96];
} place;

static void empty(const char *directory)
{
    DIR *entries = opendir(directory);
    struct dirent *entry;
    while (entries != NULL && (entry = readdir(entries)) != NULL) {
        char path[512];
        snprintf(path, sizeof(path), "%s/%s", directory, entry->d_name);
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
            unlink(path) != 0) {
            empty(path);
            rmdir(path);
        }
    }
    if (entries != NULL)
        closedir(entries);
}

static void reset(void *user)
{
    const crm4e_sqlite_options *options = user;
    char directory[96];
    snprintf(directory, sizeof(directory), "%s", options->path);
    *strrchr(directory, '/') = '\0';
    empty(directory);
}

static void make_place(place *p, const char *name, uint32_t flags)
{
    snprintf(p->directory, sizeof(p->directory), "/tmp/crm4e-contract-XXXXXX");
    if (mkdtemp(p->directory) == NULL)
        abort();
    snprintf(p->path, sizeof(p->path), "%s/%s", p->directory, name);
    p->options =
        (crm4e_sqlite_options){.struct_size = sizeof(p->options), .path = p->path, .flags = flags};
}

static void remove_place(const place *p)
{
    empty(p->directory);
    rmdir(p->directory);
}

static contract_target target_of(place *p, const char *name, bool many_orgs)
{
    contract_target target = {name, crm4e_storage_sqlite(), &p->options, reset, true, many_orgs};
    return target;
}

static void walk(uint32_t flags, uint64_t seed)
{
    const contract_target memory = {.name = "memory", .methods = crm4e_storage_memory()};
    contract_target sqlite;
    place p;
    make_place(&p, "org.crm4e", flags);
    sqlite = target_of(&p, "SQLite", false);
    contract_walk(&memory, &sqlite, seed, 10000);
    remove_place(&p);
}

static void test_walk_1(void **state)
{
    (void)state;
    walk(CRM4E_SQLITE_NORMAL_SYNC, 1);
}

static void test_walk_2(void **state)
{
    (void)state;
    walk(0, 2);
}

static void test_walk_with_rollback_journal(void **state)
{
    (void)state;
    walk(CRM4E_SQLITE_ROLLBACK_JOURNAL, 3);
}

/* CRM4E_SEED walks from another seed: to look further, or to see a failure again. */
static void test_walk_from_given_seed(void **state)
{
    const char *seed = getenv("CRM4E_SEED");
    (void)state;
    if (seed == NULL)
        skip();
    walk(CRM4E_SQLITE_NORMAL_SYNC, strtoull(seed, NULL, 10));
}

int main(void)
{
    const struct CMUnitTest walks[] = {
        cmocka_unit_test(test_walk_1),
        cmocka_unit_test(test_walk_2),
        cmocka_unit_test(test_walk_with_rollback_journal),
        cmocka_unit_test(test_walk_from_given_seed),
    };
    contract_target target;
    place file;
    place directory;
    int failures;
    make_place(&file, "org.crm4e", CRM4E_SQLITE_NORMAL_SYNC);
    target = target_of(&file, "SQLite file", false);
    failures = contract_run(&target);
    make_place(&directory, "", CRM4E_SQLITE_NORMAL_SYNC);
    target = target_of(&directory, "SQLite directory", true);
    failures += contract_run(&target);
    remove_place(&file);
    remove_place(&directory);
    return failures + cmocka_run_group_tests_name("SQLite and memory", walks, NULL, NULL);
}
