/* SPDX-License-Identifier: MIT */
/* Runs a target on every file of a directory. Those that are named have to be valid inputs: what
 * is refused at its first line tests nothing behind it. usage: PROGRAM DIRECTORY [FILE ...] */
#include "fuzz/fuzz.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    PATH_MOST = 1024,
    SIZE_MOST = 1 << 20
};

static bool replay(const char *path)
{
    static uint8_t bytes[SIZE_MOST];
    FILE *file = fopen(path, "rb");
    size_t size;

    if (file == NULL)
        return false;
    size = fread(bytes, 1, sizeof bytes, file);
    (void)fclose(file);
    fprintf(stderr, "%s\n", path);
    (void)LLVMFuzzerTestOneInput(bytes, size);
    return true;
}

static bool is_accepted(const char *directory, const char *name)
{
    char path[PATH_MOST];

    (void)snprintf(path, sizeof path, "%s/%s", directory, name);
    fuzz_accepted = false;
    if (replay(path) && fuzz_accepted)
        return true;
    fprintf(stderr, "%s is no valid input any more: see tests/fuzz/meson.build\n", path);
    return false;
}

int main(int argc, char **argv)
{
    DIR *directory = argc >= 2 ? opendir(argv[1]) : NULL;
    const struct dirent *entry;
    char path[PATH_MOST];
    int count = 0;

    if (directory == NULL)
        return 2;
    while ((entry = readdir(directory)) != NULL) {
        if (entry->d_name[0] == '.')
            continue;
        (void)snprintf(path, sizeof path, "%s/%s", argv[1], entry->d_name);
        count += replay(path) ? 1 : 0;
    }
    (void)closedir(directory);
    printf("%d inputs\n", count);
    for (int i = 2; i < argc; i++) {
        if (!is_accepted(argv[1], argv[i]))
            return 1;
    }
    return count > 0 ? 0 : 1;
}
