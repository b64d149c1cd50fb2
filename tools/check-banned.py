#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What the library never calls, and the few files that are excepted."""

import re

import source

MEMORY = "lib/base/mem.c"

# (names, why, the files where they are allowed)
BANNED = [
    ("abort exit _exit _Exit quick_exit atexit assert", "a library never ends its host", ()),
    ("printf fprintf vprintf vfprintf puts fputs putchar fputc putc perror", "prints", ()),
    ("strcpy strncpy strcat strncat sprintf vsprintf stpcpy gets", "no bound, or no NUL", ()),
    ("strtok strtok_r", "writes into its input", ()),
    ("atoi atol atoll atof scanf sscanf fscanf", "does not report what it cannot read", ()),
    ("strtod strtof strtold", "depends on the locale; decimals are exact", ()),
    ("setlocale strcoll newlocale uselocale", "the locale belongs to the host", ()),
    ("localtime localtime_r gmtime ctime asctime mktime tzset", "zones go through base/zone.h", ()),
    ("strerror getenv secure_getenv setenv putenv rand srand random", "not thread-safe", ()),
    ("malloc calloc realloc free strdup strndup", "memory goes through base/mem.h", (MEMORY,)),
    ("alloca", "unbounded stack", ()),
    ("signal sigaction raise system popen fork", "belongs to the host", ()),
    ("pthread_create thrd_create", "the library starts no thread", ()),
    ("sqlite3_config sqlite3_shutdown sqlite3_enable_shared_cache", "global to the host", ()),
    ("sqlite3_exec sqlite3_get_table sqlite3_mprintf sqlite3_vmprintf", "bind, never paste", ()),
]

# Statements are text in these two places only, and there from identifiers of
# our own making.
SQL_HOMES = ("lib/storage/sql/", "lib/storage/sqlite/")
_SQL_FORMAT = re.compile(
    r"\bv?snprintf\s*\([^;]*\"\s*(?:SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|DROP|PRAGMA|BEGIN)\s",
    re.IGNORECASE,
)
_THREAD_LOCAL = re.compile(r"\b(?:_Thread_local|__thread|thread_local)\b")


def _use_of(names):
    """A call; for the allocator also its name as a value (`release = free;`)."""
    any_name = "|".join(names.split())
    call = rf"(?<![\w.])(?<!->)({any_name})\s*\("
    value = rf"(?:=|\(|,|&|return)\s*({any_name})\s*[,;)}}]" if "malloc" in names else "(?!)()"
    return re.compile(f"{call}|{value}")


def problems_of(path):
    original = source.read(path)
    code = source.without_comments(original, strings=False)
    problems = []

    def add(match, message):
        problems.append(f"{path}:{source.line_of(code, match.start())}: {message}")

    for names, why, allowed in BANNED:
        if path in allowed:
            continue
        for match in _use_of(names).finditer(code):
            add(match, f"{match.group(1) or match.group(2)}: {why}")
    for match in _THREAD_LOCAL.finditer(code):
        add(match, "thread-local data outlives the call")
    if not path.startswith(SQL_HOMES):
        for match in _SQL_FORMAT.finditer(source.without_comments(original)):
            add(match, "SQL is written in lib/storage/sql and lib/storage/sqlite only")
    return problems


source.finish([p for path in source.files("lib") for p in problems_of(path)])
