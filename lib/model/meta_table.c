/* SPDX-License-Identifier: MIT */
#include "model/table.h"

#include <stdio.h>
#include <string.h>

#include "model/standard.h"

enum {
    NAME_SIZE = 32
}; /* of tables, columns and indexes: "m1073741_x2147483647" */

static const crm4e_column system_columns[C4_SYSTEM_COLUMNS] = {
    [C4_COLUMN_ID] = {"id", CRM4E_COLUMN_INTEGER, CRM4E_COLUMN_REQUIRED},
    [C4_COLUMN_OWNER] = {"owner", CRM4E_COLUMN_INTEGER, CRM4E_COLUMN_REQUIRED},
    [C4_COLUMN_CREATED_BY] = {"created_by", CRM4E_COLUMN_INTEGER, CRM4E_COLUMN_REQUIRED},
    [C4_COLUMN_CREATED_TIME] = {"created_time", CRM4E_COLUMN_TIME, CRM4E_COLUMN_REQUIRED},
    [C4_COLUMN_MODIFIED_BY] = {"modified_by", CRM4E_COLUMN_INTEGER, CRM4E_COLUMN_REQUIRED},
    [C4_COLUMN_MODIFIED_TIME] = {"modified_time", CRM4E_COLUMN_TIME, CRM4E_COLUMN_REQUIRED},
    [C4_COLUMN_VERSION] = {"version", CRM4E_COLUMN_INTEGER, CRM4E_COLUMN_REQUIRED},
    [C4_COLUMN_LOCKED] = {"locked", CRM4E_COLUMN_BOOLEAN, CRM4E_COLUMN_REQUIRED},
    [C4_COLUMN_TAG] = {"tag", CRM4E_COLUMN_TEXT, 0},
};

static const crm4e_column_type column_types[] = {
    [C4_STORED_TEXT] = CRM4E_COLUMN_TEXT,       [C4_STORED_INTEGER] = CRM4E_COLUMN_INTEGER,
    [C4_STORED_DECIMAL] = CRM4E_COLUMN_DECIMAL, [C4_STORED_DATE] = CRM4E_COLUMN_DATE,
    [C4_STORED_TIME] = CRM4E_COLUMN_TIME,       [C4_STORED_BOOLEAN] = CRM4E_COLUMN_BOOLEAN,
    [C4_STORED_OPTION] = CRM4E_COLUMN_INTEGER,  [C4_STORED_OPTIONS] = CRM4E_COLUMN_TEXT,
    [C4_STORED_ID] = CRM4E_COLUMN_INTEGER,      [C4_STORED_IDS] = CRM4E_COLUMN_TEXT,
    [C4_STORED_FILES] = CRM4E_COLUMN_TEXT,      [C4_STORED_ROWS] = CRM4E_COLUMN_TEXT,
};

/* The table while it is made; names that could not be had show in `failed`. */
typedef struct table_maker {
    c4_arena *arena;
    crm4e_table *table;
    crm4e_column *columns;
    crm4e_index *indexes;
    bool failed;
} table_maker;

/* "c4021" of "c" and 4021: by hand, as every snapshot makes thousands of names. */
static const char *numbered(table_maker *maker, const char *prefix, int32_t number)
{
    char name[NAME_SIZE];
    size_t length = strlen(prefix);
    size_t start = sizeof name;
    uint32_t left = (uint32_t)number;
    const char *copy;

    do {
        name[--start] = (char)('0' + left % 10);
        left /= 10;
    } while (left > 0);
    start -= length;
    memcpy(name + start, prefix, length);
    copy = c4_arena_text(maker->arena, name + start, sizeof name - start);
    maker->failed = maker->failed || copy == NULL;
    return copy;
}

static uint32_t add_column(table_maker *maker, const char *prefix, int32_t number,
                           crm4e_column_type type)
{
    size_t position = maker->table->column_count++;

    maker->columns[position] = (crm4e_column){numbered(maker, prefix, number), type, 0};
    return (uint32_t)position;
}

/* Index "m4_x4021" on `column` and, beside it, the owner. */
static void add_index(table_maker *maker, const char *letter, int32_t number, uint32_t column,
                      uint32_t flags)
{
    bool unique = (flags & CRM4E_INDEX_UNIQUE) != 0;
    uint32_t key[2] = {column, C4_COLUMN_OWNER};
    const uint32_t *kept = c4_arena_copy(maker->arena, key, sizeof key);
    char prefix[NAME_SIZE];

    maker->failed = maker->failed || kept == NULL || maker->table->name == NULL;
    if (maker->failed) {
        return;
    }
    (void)snprintf(prefix, sizeof prefix, "%s_%s", maker->table->name, letter);
    maker->indexes[maker->table->index_count++] =
        (crm4e_index){numbered(maker, prefix, number), kept, unique ? 1 : 2, flags};
}

static void add_owner_index(table_maker *maker, int32_t module)
{
    static const uint32_t key[] = {C4_COLUMN_OWNER};

    maker->indexes[maker->table->index_count++] =
        (crm4e_index){numbered(maker, "owner_m", module), key, 1, 0};
}

/* The field's column, and its key column when it has one. */
static void add_field(table_maker *maker, c4_field *field)
{
    const c4_type_info *info = c4_type_info_of(field->type);
    bool keyed = (field->flags & C4_FIELD_KEYED) != 0;

    field->column = add_column(maker, "c", field->number, column_types[info->stored]);
    field->key_column = 0;
    if (field->type == CRM4E_TYPE_MULTI_MODULE_LOOKUP) {
        field->key_column = add_column(maker, "k", field->number, CRM4E_COLUMN_INTEGER);
    } else if (keyed) {
        field->key_column = add_column(maker, "k", field->number, CRM4E_COLUMN_TEXT);
    }
}

/* A unique key is folded beside the column, or case-sensitive in it. Ids are
 * unique over all modules: a multi-module lookup is found by its id. */
static void add_field_indexes(table_maker *maker, const c4_field *field)
{
    bool keyed = (field->flags & C4_FIELD_KEYED) != 0;
    bool folded = keyed && (field->flags & C4_FIELD_FOLDED) != 0;

    if ((field->flags & C4_FIELD_UNIQUE) != 0) {
        add_index(maker, "u", field->number, folded ? field->key_column : field->column,
                  CRM4E_INDEX_UNIQUE);
    }
    if ((field->flags & C4_FIELD_INDEXED) != 0) {
        add_index(maker, "x", field->number, keyed ? field->key_column : field->column, 0);
    }
}

static uint64_t hash_word(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ hash >> 32;
}

/* Eight bytes at a time, the last ones filled up; a name has its length besides. */
static uint64_t hash_name(uint64_t hash, const char *name)
{
    size_t left = strlen(name);

    hash = hash_word(hash, left);
    for (size_t part; left > 0; name += part, left -= part) {
        uint64_t word = 0;
        part = left < sizeof word ? left : sizeof word;
        memcpy(&word, name, part);
        hash = hash_word(hash, word);
    }
    return hash;
}

/* Equal shapes have equal serials, so that statements outlive a snapshot. The
 * top bit keeps them apart from those of c4_tables. */
static uint64_t shape_serial(const crm4e_table *table)
{
    uint64_t hash = hash_name(UINT64_C(0xcbf29ce484222325), table->name);

    for (size_t i = 0; i < table->column_count; i++) {
        const crm4e_column *column = &table->columns[i];
        hash = hash_name(hash, column->name);
        hash = hash_word(hash, (uint64_t)column->type << 32 | column->flags);
    }
    for (size_t i = 0; i < table->index_count; i++) {
        const crm4e_index *index = &table->indexes[i];
        hash = hash_name(hash, index->name);
        for (size_t j = 0; j < index->column_count; j++) {
            hash = hash_word(hash, index->columns[j]);
        }
        hash = hash_word(hash, (uint64_t)index->column_count << 32 | index->flags);
    }
    return hash | UINT64_C(1) << 63;
}

int c4_table_build(c4_arena *arena, c4_module *module, c4_field *fields, const bool *removed,
                   size_t count)
{
    table_maker maker = {.arena = arena, .table = &module->table};

    module->table = (crm4e_table){0};
    maker.columns = c4_arena_array(arena, count * 2 + C4_SYSTEM_COLUMNS, sizeof *maker.columns);
    maker.indexes = c4_arena_array(arena, count * 2 + 1, sizeof *maker.indexes);
    if (maker.columns == NULL || maker.indexes == NULL) {
        return CRM4E_E_NO_MEMORY;
    }
    module->table.columns = maker.columns;
    module->table.indexes = maker.indexes;
    module->table.name = numbered(&maker, "m", module->number);
    memcpy(maker.columns, system_columns, sizeof system_columns);
    module->table.column_count = C4_SYSTEM_COLUMNS;
    add_owner_index(&maker, module->number);
    for (size_t i = 0; i < count; i++) {
        if ((fields[i].flags & C4_FIELD_SYSTEM) != 0) {
            fields[i].column = (uint32_t)i;
            continue;
        }
        add_field(&maker, &fields[i]);
        if (!removed[i]) {
            add_field_indexes(&maker, &fields[i]);
        }
    }
    if (maker.failed) {
        return CRM4E_E_NO_MEMORY;
    }
    module->table.serial = shape_serial(&module->table);
    return CRM4E_OK;
}

static bool same_index(const crm4e_index *a, const crm4e_index *b)
{
    return strcmp(a->name, b->name) == 0 && a->flags == b->flags &&
           a->column_count == b->column_count &&
           memcmp(a->columns, b->columns, a->column_count * sizeof *a->columns) == 0;
}

static bool has_index(const crm4e_table *table, const crm4e_index *index)
{
    for (size_t i = 0; i < table->index_count; i++) {
        if (same_index(&table->indexes[i], index)) {
            return true;
        }
    }
    return false;
}

static bool follows(const crm4e_table *before, const crm4e_table *after)
{
    if (before->column_count > after->column_count || strcmp(before->name, after->name) != 0) {
        return false;
    }
    for (size_t i = 0; i < before->column_count; i++) {
        if (strcmp(before->columns[i].name, after->columns[i].name) != 0 ||
            before->columns[i].type != after->columns[i].type) {
            return false;
        }
    }
    return true;
}

/* The table on its way: new columns one by one, the indexes of before. */
static int add_columns(c4_db *db, const crm4e_table *before, const crm4e_table *after)
{
    int rc = CRM4E_OK;

    for (size_t i = before->column_count; rc == CRM4E_OK && i < after->column_count; i++) {
        crm4e_table step = *before;
        step.columns = after->columns;
        step.column_count = i + 1;
        step.serial = shape_serial(&step);
        rc = c4_db_column_add(db, &step);
    }
    return rc;
}

int c4_table_alter(c4_db *db, const crm4e_table *before, const crm4e_table *after)
{
    int rc = follows(before, after) ? CRM4E_OK : CRM4E_E_INTERNAL;

    for (size_t i = 0; rc == CRM4E_OK && i < before->index_count; i++) {
        if (!has_index(after, &before->indexes[i])) {
            rc = c4_db_index_drop(db, before, i);
        }
    }
    if (rc == CRM4E_OK) {
        rc = add_columns(db, before, after);
    }
    for (size_t i = 0; rc == CRM4E_OK && i < after->index_count; i++) {
        if (!has_index(before, &after->indexes[i])) {
            rc = c4_db_index_create(db, after, i);
        }
    }
    return rc;
}
