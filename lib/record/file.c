/* SPDX-License-Identifier: MIT */
#include "record/file.h"

#include <string.h>

#include "base/siphash.h"
#include "record/search_run.h"

/* The checksum is told piece by piece: each is keyed with what came before it. It
 * finds damage, nobody's malice. */
static uint64_t add_to_sum(uint64_t sum, const void *bytes, size_t length)
{
    unsigned char key[C4_SIPHASH_KEY] = "crm4efil";

    for (size_t i = 0; i < 8; i++) {
        key[8 + i] = (unsigned char)(sum >> (8 * i));
    }
    return c4_siphash(key, bytes, length);
}

static int stored(c4_unit *unit, int rc)
{
    return rc == CRM4E_OK ? CRM4E_OK : c4_fail_plain(unit->error, rc);
}

static int check_interrupted(c4_unit *unit)
{
    const c4_db *db = unit->db;

    return db->interrupted != NULL && db->interrupted(db->interrupted_user) != 0
               ? c4_fail_plain(unit->error, CRM4E_E_ABORTED)
               : CRM4E_OK;
}

static int refuse(c4_unit *unit, int code, const char *rule, const char *text)
{
    (void)c4_fail(unit->error, code, "%s", text);
    return c4_fail_field(unit->error, "Attachments", NULL, rule);
}

int c4_file_check_path(c4_unit *unit, const c4_field *field, const crm4e_value *name)
{
    const char *text = name->data;
    bool leads = false;

    for (size_t i = 0; i < name->length; i++) {
        leads = leads || text[i] == '/' || text[i] == '\\';
    }
    leads = leads || (name->length == 1 && text[0] == '.') ||
            (name->length == 2 && text[0] == '.' && text[1] == '.');
    return leads ? c4_field_refuse(unit, field, CRM4E_E_INVALID, "file_name",
                                   "takes the name of a file, without a path")
                 : CRM4E_OK;
}

int c4_file_check_name(c4_unit *unit, const c4_field *field, const crm4e_value *name)
{
    return field->number == C4_ATTACHMENT_NAME && name->type == CRM4E_VALUE_TEXT
               ? c4_file_check_path(unit, field, name)
               : CRM4E_OK;
}

int64_t c4_file_pieces(int64_t size)
{
    return size > 0 ? (size - 1) / C4_FILE_PIECE + 1 : 0;
}

int64_t c4_file_piece_id(crm4e_id file, int64_t place)
{
    return c4_search_number(file) << C4_FILE_PLACE_BITS | place;
}

/* ------------------------------------------------------------------ putting */

/* The one guard of how long a file may be. */
int c4_file_check_size(c4_unit *unit, int64_t size)
{
    if (size < 0) {
        return refuse(unit, CRM4E_E_INVALID, "size", "a file has no size below 0");
    }
    return size > CRM4E_FILE_MAX
               ? refuse(unit, CRM4E_E_TOO_BIG, "size", "a file has at most 100 MiB")
               : CRM4E_OK;
}

typedef struct putting {
    c4_unit *unit;
    const c4_content *content;
    char *piece;
    size_t length; /* of it */
    bool ended;
    int64_t size;
    uint64_t sum;
} putting;

/* What the reader gives next, to the end of the piece at most. */
static int read_some(putting *p)
{
    const size_t room = C4_FILE_PIECE - p->length;
    size_t got = 0;
    int32_t answer = p->content->read(p->content->user, p->piece + p->length, room, &got);
    int rc;

    if (answer == CRM4E_DENY) {
        return c4_fail(p->unit->error, CRM4E_E_ABORTED, "reading the file was stopped");
    }
    if (answer != CRM4E_CONTINUE || got > room) {
        return c4_fail(p->unit->error, CRM4E_E_CALLBACK, "the reader of the file failed");
    }
    p->ended = got == 0;
    p->length += got;
    p->size += (int64_t)got;
    rc = c4_file_check_size(p->unit, p->size);
    return rc == CRM4E_OK ? check_interrupted(p->unit) : rc;
}

static int put_piece(putting *p, crm4e_id id)
{
    const int64_t place = c4_file_pieces(p->size) - 1;
    const crm4e_value row[C4_FILE_PIECE_COLUMNS] = {
        [0] = c4_integer(c4_file_piece_id(id, place)),
        [C4_FILE_PIECE_BYTES] = c4_blob(p->piece, p->length),
    };

    p->sum = add_to_sum(p->sum, p->piece, p->length);
    p->length = 0;
    return stored(p->unit, c4_db_insert(p->unit->db, &c4_tables[C4_TABLE_FILE_PIECE], row));
}

static int put_pieces(putting *p, crm4e_id id)
{
    int rc = CRM4E_OK;

    while (rc == CRM4E_OK && !p->ended) {
        rc = read_some(p);
        if (rc == CRM4E_OK && p->length > 0 && (p->ended || p->length == C4_FILE_PIECE)) {
            rc = put_piece(p, id);
        }
    }
    if (rc == CRM4E_OK && p->content->size != 0 && p->content->size != p->size) {
        rc = refuse(p->unit, CRM4E_E_INVALID, "size", "the file has not as many bytes as it says");
    }
    return rc;
}

int c4_file_store(c4_unit *unit, crm4e_id id, const c4_file_place *place, const c4_content *content,
                  int64_t *size)
{
    const c4_mem *mem = unit->arena->mem;
    putting p = {.unit = unit, .content = content, .piece = c4_alloc(mem, C4_FILE_PIECE)};
    int rc = p.piece != NULL ? put_pieces(&p, id) : c4_record_no_memory(unit);

    c4_free(mem, p.piece);
    if (rc == CRM4E_OK) {
        const crm4e_value row[C4_FILE_COLUMNS] = {
            [0] = c4_integer(id),
            [C4_FILE_SIZE] = c4_integer(p.size),
            [C4_FILE_SUM] = c4_integer((int64_t)p.sum),
            [C4_FILE_RECORD] = place != NULL ? c4_integer(place->record) : c4_null(),
            [C4_FILE_FIELD] = place != NULL ? c4_integer(place->field) : c4_null(),
        };
        rc = stored(unit, c4_db_insert(unit->db, &c4_tables[C4_TABLE_FILE], row));
    }
    *size = p.size;
    return rc;
}

/* The parent as the field of several modules takes it, after it was seen. */
static int set_parent(c4_unit *unit, c4_draft *draft, const c4_field *field, const char *module,
                      crm4e_id record)
{
    c4_buffer text;
    c4_scope scope;
    const crm4e_value *row = NULL;
    const bool *readable = NULL;
    int rc = c4_access_module(unit, module, CRM4E_ACTION_VIEW, &scope);

    if (rc == CRM4E_OK) {
        rc = c4_record_read(unit, &scope, record, &row, &readable);
    }
    if (rc != CRM4E_OK) {
        return rc;
    }
    c4_buffer_init(&text, unit->arena->mem, C4_TEXT_MAX);
    c4_buffer_text(&text, scope.module->api_name);
    c4_buffer_char(&text, ':');
    c4_buffer_i64(&text, record);
    rc = text.code == CRM4E_OK ? c4_draft_set_text(unit, draft, field, text.data, text.length)
                               : c4_record_no_memory(unit);
    c4_buffer_free(&text);
    return rc;
}

int c4_file_put(c4_unit *unit, const char *module, crm4e_id record, const char *name,
                const c4_content *content, crm4e_id *id)
{
    c4_draft draft;
    c4_scope scope;
    const c4_field *name_field = NULL;
    const c4_field *parent = NULL;
    int rc = c4_file_check_size(unit, content->size);

    if (rc == CRM4E_OK) {
        rc = c4_access_module_number(unit, C4_ATTACHMENTS, CRM4E_ACTION_CREATE, &scope);
    }
    if (rc == CRM4E_OK && c4_draft_init(&draft, unit->arena, scope.module) != CRM4E_OK) {
        rc = c4_record_no_memory(unit);
    }
    if (rc != CRM4E_OK) {
        return rc;
    }
    name_field = c4_module_field(scope.module, C4_ATTACHMENT_NAME);
    parent = c4_module_field(scope.module, C4_ATTACHMENT_PARENT);
    if (name_field == NULL || parent == NULL) {
        return c4_fail(unit->error, CRM4E_E_INTERNAL, "the module of attachments lacks fields");
    }
    draft.content = content;
    rc = set_parent(unit, &draft, parent, module, record);
    if (rc == CRM4E_OK) {
        rc = c4_draft_set_text(unit, &draft, name_field, name, CRM4E_NUL_TERMINATED);
    }
    return rc == CRM4E_OK ? c4_record_create(unit, &draft, id) : rc;
}

/* ------------------------------------------------------------------ getting */

static const uint32_t file_columns[C4_FILE_COLUMNS] = {0, C4_FILE_SIZE, C4_FILE_SUM, C4_FILE_RECORD,
                                                       C4_FILE_FIELD};

static int damaged(c4_unit *unit)
{
    return c4_fail(unit->error, CRM4E_E_CORRUPT, "the content of a file is damaged");
}

/* One piece, borrowed until the next call on the storage. */
static int get_piece(c4_unit *unit, const crm4e_value *file, int64_t place, crm4e_value *bytes)
{
    static const uint32_t column = C4_FILE_PIECE_BYTES;
    const int64_t size = file[C4_FILE_SIZE].integer;
    const int64_t rest = size - place * C4_FILE_PIECE;
    const size_t wanted = rest < C4_FILE_PIECE ? (size_t)rest : C4_FILE_PIECE;
    int rc = c4_db_get(unit->db, &c4_tables[C4_TABLE_FILE_PIECE],
                       c4_file_piece_id(file[0].integer, place), &column, bytes, 1);

    if (rc == CRM4E_E_NOT_FOUND || (rc == CRM4E_OK && bytes->length != wanted)) {
        return damaged(unit);
    }
    return stored(unit, rc);
}

/* Where pieces go; NULL: only the sum is wanted. */
typedef struct taker {
    crm4e_writer write;
    void *user;
} taker;

static int hand_out(c4_unit *unit, const taker *to, const crm4e_value *bytes)
{
    int32_t answer = to->write(to->user, bytes->data, bytes->length);

    if (answer == CRM4E_DENY) {
        return c4_fail(unit->error, CRM4E_E_ABORTED, "writing the file was stopped");
    }
    return answer == CRM4E_CONTINUE
               ? CRM4E_OK
               : c4_fail(unit->error, CRM4E_E_CALLBACK, "the writer of the file failed");
}

static int read_pieces(c4_unit *unit, const crm4e_value *file, const taker *to)
{
    const int64_t size = file[C4_FILE_SIZE].integer;
    uint64_t sum = 0;
    int rc = size >= 0 && size <= CRM4E_FILE_MAX ? CRM4E_OK : damaged(unit);

    for (int64_t i = 0; rc == CRM4E_OK && i < c4_file_pieces(size); i++) {
        crm4e_value bytes;
        rc = check_interrupted(unit);
        if (rc == CRM4E_OK) {
            rc = get_piece(unit, file, i, &bytes);
        }
        if (rc == CRM4E_OK) {
            sum = add_to_sum(sum, bytes.data, bytes.length);
            rc = to != NULL ? hand_out(unit, to, &bytes) : CRM4E_OK;
        }
    }
    return rc == CRM4E_OK && sum != (uint64_t)file[C4_FILE_SUM].integer ? damaged(unit) : rc;
}

static int get_file(c4_unit *unit, crm4e_id id, crm4e_value *file)
{
    return c4_db_get(unit->db, &c4_tables[C4_TABLE_FILE], id, file_columns, file, C4_FILE_COLUMNS);
}

static bool is_at(const crm4e_value *file, const c4_file_place *place)
{
    return place == NULL || (file[C4_FILE_RECORD].integer == place->record &&
                             file[C4_FILE_FIELD].integer == place->field);
}

int c4_file_hand_out(c4_unit *unit, crm4e_id id, const c4_file_place *place, crm4e_writer write,
                     void *user)
{
    const taker to = {write, user};
    crm4e_value file[C4_FILE_COLUMNS];
    int rc = get_file(unit, id, file);

    if (rc == CRM4E_E_NOT_FOUND && place == NULL) {
        return c4_fail(unit->error, rc, "the attachment has no content");
    }
    if (rc == CRM4E_E_NOT_FOUND || (rc == CRM4E_OK && !is_at(file, place))) {
        return damaged(unit);
    }
    return rc == CRM4E_OK ? read_pieces(unit, file, &to) : stored(unit, rc);
}

int c4_file_get(c4_unit *unit, crm4e_id id, crm4e_writer write, void *user)
{
    const crm4e_value *row = NULL;
    const bool *readable = NULL;
    c4_scope scope;
    int rc = c4_access_module_number(unit, C4_ATTACHMENTS, CRM4E_ACTION_VIEW, &scope);

    if (rc == CRM4E_OK) {
        rc = c4_record_read(unit, &scope, id, &row, &readable);
    }
    return rc == CRM4E_OK ? c4_file_hand_out(unit, id, NULL, write, user) : rc;
}

int c4_file_verify(c4_unit *unit, const crm4e_value *row, const char **problem)
{
    int rc = read_pieces(unit, row, NULL);

    *problem = NULL;
    if (rc == CRM4E_E_CORRUPT) {
        *problem = "is not what was put";
        c4_failure_clear(unit->error);
        rc = CRM4E_OK;
    }
    return rc;
}

/* What is damaged goes too. */
int c4_file_drop(c4_unit *unit, crm4e_id id)
{
    crm4e_value file[C4_FILE_COLUMNS];
    int64_t pieces;
    int rc = get_file(unit, id, file);

    if (rc == CRM4E_E_NOT_FOUND) {
        return CRM4E_OK;
    }
    pieces = rc == CRM4E_OK && file[C4_FILE_SIZE].integer <= CRM4E_FILE_MAX
                 ? c4_file_pieces(file[C4_FILE_SIZE].integer)
                 : 0;
    for (int64_t i = 0; rc == CRM4E_OK && i < pieces; i++) {
        rc = c4_db_remove(unit->db, &c4_tables[C4_TABLE_FILE_PIECE], c4_file_piece_id(id, i));
        rc = rc == CRM4E_E_NOT_FOUND ? CRM4E_OK : rc;
    }
    if (rc == CRM4E_OK) {
        rc = c4_db_remove(unit->db, &c4_tables[C4_TABLE_FILE], id);
    }
    return stored(unit, rc);
}
