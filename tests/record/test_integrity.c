/* SPDX-License-Identifier: MIT */
/* What the check finds in rows that were changed past the library. */
#include "record_steps.h"

#include <stdio.h>
#include <string.h>

#include "model/schema.h"
#include "model/standard.h"
#include "record/file.h"
#include "record/integrity.h"
#include "record/search_run.h"

static crm4e_value text_of(const char *text)
{
    return c4_text_value(text, strlen(text));
}

static const crm4e_table *own_table(c4_table_id table)
{
    return &c4_tables[table];
}

static const crm4e_table *module_table(steps *s, const char *module)
{
    return &c4_meta_module_named(meta_of(s), module)->table;
}

/* Puts a value into one column, asks, and puts back what was there. */
static void assert_noticed(steps *s, const crm4e_table *table, crm4e_id id, uint32_t column,
                           crm4e_value value)
{
    crm4e_value was[80];
    uint32_t columns[80];
    char text[4096];
    c4_db *db = &s->org.db;

    assert_true(table->column_count <= 80);
    for (uint32_t i = 0; i < table->column_count; i++)
        columns[i] = i;
    assert_ok(c4_db_get(db, table, id, columns, was, table->column_count));
    if (was[column].type == CRM4E_VALUE_TEXT) {
        assert_true(was[column].length < sizeof text);
        memcpy(text, was[column].data, was[column].length);
        was[column].data = text;
    }
    crm4e_value kept = was[column];
    assert_ok(c4_db_update(db, table, id, &column, &value, 1));
    if (strcmp(steps_check(s), "[]") == 0)
        fail_msg("%s.%s: nothing found", table->name, table->columns[column].name);
    assert_ok(c4_db_update(db, table, id, &column, &kept, 1));
}

static void assert_loss_noticed(steps *s, const crm4e_table *table, crm4e_id id)
{
    c4_db *db = &s->org.db;

    assert_ok(c4_db_remove(db, table, id));
    assert_string_not_equal(steps_check(s), "[]");
}

static crm4e_id first_id(steps *s, c4_table_id table)
{
    static const uint32_t id_column[] = {0};
    const crm4e_value *row = NULL;
    crm4e_plan plan;
    c4_rows *rows = NULL;
    crm4e_id id;

    c4_plan_init(&plan, own_table(table));
    plan.columns = id_column;
    plan.column_count = 1;
    assert_ok(c4_rows_open(&rows, &s->org.db, &plan));
    assert_int_equal(c4_rows_next(rows, &row), CRM4E_ROW);
    id = row[0].integer;
    c4_rows_close(rows);
    return id;
}

static crm4e_id lead(steps *s, const char *name)
{
    char json[128];
    crm4e_id id = 0;

    (void)snprintf(json, sizeof json, "{'Last_Name': '%s', 'Company': 'X'}", name);
    assert_ok(create(s, "Leads", json, &id));
    return id;
}

static void records_agree_with_their_history(void **state)
{
    steps *s = *state;
    crm4e_id kept = lead(s, "A");
    crm4e_id binned = lead(s, "B");
    const crm4e_table *leads = module_table(s, "Leads");
    crm4e_id line;

    assert_ok(update(s, "Leads", kept, 0, "{'Company': 'Y'}"));
    assert_ok(remove_record(s, "Leads", binned, 0));
    assert_string_equal(steps_check(s), "[]");
    assert_ok(restore(s, "Leads", binned));
    assert_ok(remove_record(s, "Leads", binned, 0));
    assert_ok(change_owner(s, "Leads", kept, ORG_ADMIN));
    assert_string_equal(steps_check(s), "[]");
    leads = module_table(s, "Leads");
    line = first_id(s, C4_TABLE_HISTORY);
    assert_noticed(s, leads, kept, C4_COLUMN_VERSION, c4_integer(1));
    assert_noticed(s, leads, kept, C4_COLUMN_MODIFIED_TIME, c4_integer(0));
    assert_noticed(s, leads, kept, C4_COLUMN_CREATED_TIME, c4_integer(INT64_MAX / 2));
    assert_noticed(s, own_table(C4_TABLE_HISTORY), line, C4_HISTORY_VERSION, c4_integer(7));
    assert_noticed(s, own_table(C4_TABLE_HISTORY), line, C4_HISTORY_ACTION, c4_integer(2));
    assert_noticed(s, own_table(C4_TABLE_HISTORY), line, C4_HISTORY_MODULE, c4_integer(2));
    assert_noticed(s, own_table(C4_TABLE_HISTORY), line, C4_HISTORY_TIME,
                   c4_integer(INT64_MAX / 2));
    assert_noticed(s, own_table(C4_TABLE_BIN), binned, C4_BIN_MODULE, c4_integer(2));
    assert_noticed(s, own_table(C4_TABLE_BIN), binned, C4_BIN_DELETED_BY, c4_integer(17));
    assert_string_equal(steps_check(s), "[]");
    assert_loss_noticed(s, leads, kept);
    assert_non_null(strstr(steps_found, "is of a record that is gone"));
}

static void history_is_not_cut(void **state)
{
    steps *s = *state;

    (void)lead(s, "A");
    assert_string_equal(steps_check(s), "[]");
    assert_loss_noticed(s, own_table(C4_TABLE_HISTORY), first_id(s, C4_TABLE_HISTORY));
    assert_non_null(strstr(steps_found, "has no history"));
}

static void purged_records_are_no_loss(void **state)
{
    steps *s = *state;
    crm4e_id id = lead(s, "A");

    assert_ok(remove_record(s, "Leads", id, 0));
    assert_ok(purge(s, "Leads", id));
    assert_string_equal(steps_check(s), "[]");
}

static void own_rows_refer_to_what_is_there(void **state)
{
    steps *s = *state;
    crm4e_id user;
    crm4e_id counter;

    assert_ok(put_user(s, "{'email': 'li@x.example', 'profile': 'Standard'}"));
    assert_ok(put_user(s, "{'email': 'gone@x.example', 'profile': 'Standard'}"));
    assert_ok(put_user(s, "{'email': 'gone@x.example', 'status': 'deleted'}"));
    assert_string_equal(steps_check(s), "[]");
    user = c4_meta_user_by_email(meta_of(s), "li@x.example")->id;
    counter = first_id(s, C4_TABLE_COUNTER);
    assert_noticed(s, own_table(C4_TABLE_USER), user, C4_USER_EMAIL_KEY, c4_text_value("zz", 2));
    assert_noticed(s, own_table(C4_TABLE_USER), user, C4_USER_ZONE, c4_text_value("zz", 2));
    assert_noticed(s, own_table(C4_TABLE_COUNTER), counter, C4_COUNTER_USED, c4_integer(77));
    assert_noticed(s, own_table(C4_TABLE_AUDIT), first_id(s, C4_TABLE_AUDIT), C4_AUDIT_USER,
                   c4_integer(17));
    assert_string_equal(steps_check(s), "[]");
    assert_loss_noticed(s, own_table(C4_TABLE_COUNTER), counter);
    assert_non_null(strstr(steps_found, "is missing"));
}

/* A line of the audit log that somebody edits, or takes out, wherever it stands. */
static void audit_lines_hang_together(void **state)
{
    steps *s = *state;
    const crm4e_table *audit = own_table(C4_TABLE_AUDIT);
    crm4e_id first, last;

    assert_ok(put_user(s, "{'email': 'li@x.example', 'profile': 'Standard'}"));
    last = s->org.unit.state.next_id - 1;
    assert_ok(put_user(s, "{'email': 'li@x.example', 'role': 'Manager'}"));
    assert_ok(put_user(s, "{'email': 'li@x.example', 'role': 'CEO'}"));
    first = first_id(s, C4_TABLE_AUDIT);
    assert_true(first < last);
    last = s->org.unit.state.next_id - 1;
    for (int i = 0; i < 2; i++) {
        const crm4e_id line = i == 0 ? first : last;
        assert_noticed(s, audit, line, C4_AUDIT_DETAIL, c4_text_value("other", 5));
        assert_noticed(s, audit, line, C4_AUDIT_KIND, c4_text_value("other", 5));
        assert_noticed(s, audit, line, C4_AUDIT_OBJECT, c4_integer(5));
        assert_noticed(s, audit, line, C4_AUDIT_TIME, c4_integer(5));
        assert_noticed(s, audit, line, C4_AUDIT_CHAIN, c4_integer(5));
    }
    assert_string_equal(steps_check(s), "[]");
    assert_loss_noticed(s, audit, last);
    assert_non_null(strstr(steps_found, "audit_chain"));
    assert_loss_noticed(s, audit, first);
    assert_non_null(strstr(steps_found, "one before"));
}

/* The value in the row, and the table of links, say the same. */
static void links_agree_with_their_records(void **state)
{
    steps *s = *state;
    const crm4e_table *links = own_table(C4_TABLE_LINK);
    crm4e_id one = lead(s, "A"), two = lead(s, "B"), id = 0, line;
    char json[128], list[96];

    assert_ok(put_field(s, "Accounts",
                        "{'api_name': 'All', 'type': 'multiselectlookup',"
                        " 'target': 'Leads'}"));
    (void)snprintf(json, sizeof json, "{'Account_Name': 'X', 'All': [%lld, %lld]}", (long long)two,
                   (long long)one);
    assert_ok(create(s, "Accounts", json, &id));
    assert_string_equal(steps_check(s), "[]");
    const uint32_t all = c4_module_field_named(module_of(s, "Accounts"), "All")->column;
    line = first_id(s, C4_TABLE_LINK);
    assert_noticed(s, links, line, C4_LINK_FIELD, c4_integer(17));
    assert_noticed(s, links, line, C4_LINK_RECORD, c4_integer(one));
    assert_noticed(s, links, line, C4_LINK_RECORD, c4_integer(17));
    assert_noticed(s, links, line, C4_LINK_TARGET, c4_integer(id));
    assert_noticed(s, links, line, C4_LINK_TARGET, c4_integer(-1));
    const crm4e_table *accounts = module_table(s, "Accounts");
    (void)snprintf(list, sizeof list, ";%lld;", (long long)one);
    assert_noticed(s, accounts, id, all, text_of(list));
    (void)snprintf(list, sizeof list, ";%lld;%lld;%lld;", (long long)one, (long long)two,
                   (long long)two);
    assert_noticed(s, accounts, id, all, text_of(list));
    assert_noticed(s, accounts, id, all, text_of(";x;"));
    assert_noticed(s, accounts, id, all, c4_null());
    assert_string_equal(steps_check(s), "[]");
    assert_loss_noticed(s, links, line);
    assert_non_null(strstr(steps_found, "All is not what the links say of it"));
}

static crm4e_id add_share(steps *s, crm4e_id record, crm4e_subject kind, crm4e_id subject)
{
    crm4e_id id = c4_unit_new_id(&s->org.unit);
    const crm4e_value values[C4_SHARE_COLUMNS] = {
        [0] = c4_integer(id),
        [C4_SHARE_MODULE] = c4_integer(module_of(s, "Leads")->number),
        [C4_SHARE_RECORD] = c4_integer(record),
        [C4_SHARE_KIND] = c4_integer(kind),
        [C4_SHARE_SUBJECT] = c4_integer(subject),
        [C4_SHARE_LEVEL] = c4_integer(CRM4E_LEVEL_READ_ONLY),
        [C4_SHARE_RELATED] = c4_integer(0),
        [C4_SHARE_RESTING] = c4_integer(0),
        [C4_SHARE_BY] = c4_integer(s->org.unit.actor->id),
        [C4_SHARE_TIME] = c4_integer(s->org.unit.now),
    };

    assert_ok(c4_db_insert(&s->org.db, own_table(C4_TABLE_SHARE), values));
    return id;
}

#define NOBODY "[{\"kind\":2,\"id\":17}]"

static void what_shares_speaks_of_somebody(void **state)
{
    static const char group[] = "{\"sources\":" NOBODY "}";
    static const char rule[] = "{\"from\":" NOBODY ",\"fields\":[],\"to\":" NOBODY ",\"level\":1}";
    steps *s = *state;
    const crm4e_table *shares = own_table(C4_TABLE_SHARE);
    crm4e_id id, user;

    assert_ok(put_user(s, "{'email': 'li@x.example'}"));
    assert_ok(put_group(s, "{'name': 'G', 'sources': [{'role': 'CEO'}]}"));
    assert_ok(put_sharing_rule(s, "{'module': 'Leads', 'name': 'R', 'from': [{'role': 'CEO'}],"
                                  " 'to': [{'group': 'G'}]}"));
    user = user_of(s, "li@x.example")->id;
    id = add_share(s, lead(s, "One"), CRM4E_SUBJECT_USER, user);
    (void)add_share(s, lead(s, "Two"), CRM4E_SUBJECT_GROUP, first_id(s, C4_TABLE_GROUP));
    (void)add_share(s, lead(s, "Two"), CRM4E_SUBJECT_ROLE_AND_SUBORDINATES,
                    c4_meta_role_named(meta_of(s), "CEO")->id);
    assert_string_equal(steps_check(s), "[]");
    assert_noticed(s, shares, id, C4_SHARE_SUBJECT, c4_integer(17));
    assert_noticed(s, shares, id, C4_SHARE_KIND, c4_integer(CRM4E_SUBJECT_ROLE));
    assert_noticed(s, shares, id, C4_SHARE_KIND, c4_integer(9));
    assert_noticed(s, shares, id, C4_SHARE_RECORD, c4_integer(17));
    assert_noticed(s, shares, id, C4_SHARE_MODULE, c4_integer(999));
    assert_noticed(s, shares, id, C4_SHARE_LEVEL, c4_integer(0));
    assert_noticed(s, shares, id, C4_SHARE_BY, c4_integer(17));
    assert_noticed(s, own_table(C4_TABLE_GROUP), first_id(s, C4_TABLE_GROUP), C4_GROUP_DEFINITION,
                   c4_text_value(group, sizeof group - 1));
    assert_noticed(s, own_table(C4_TABLE_SHARING_RULE), first_id(s, C4_TABLE_SHARING_RULE),
                   C4_SHARING_RULE_DEFINITION, c4_text_value(rule, sizeof rule - 1));
    assert_string_equal(steps_check(s), "[]");
    assert_loss_noticed(s, own_table(C4_TABLE_GROUP), first_id(s, C4_TABLE_GROUP));
}

static void search_finds_what_is_there(void **state)
{
    static const uint32_t columns[] = {C4_SEARCH_BLOCK_LAST, C4_SEARCH_BLOCK_BYTES};
    const crm4e_table *blocks = own_table(C4_TABLE_SEARCH_BLOCK);
    const crm4e_table *queue = own_table(C4_TABLE_SEARCH_QUEUE);
    steps *s = *state;
    crm4e_value block[2];
    crm4e_id id = lead(s, "First");
    char bytes[4096];

    assert_ok(update(s, "Leads", id, 0, "{'Phone': '+41 44 555', 'Description': '北京'}"));
    assert_string_equal(steps_check(s), "[]");
    assert_noticed(s, queue, id, C4_SEARCH_QUEUE_MODULE, c4_integer(999));
    for (int i = 1; i < C4_QUEUE_RECORDS; i++)
        (void)lead(s, "More");
    assert_string_equal(steps_check(s), "[]");
    assert_int_equal(s->org.unit.state.unmerged, 0);
    id = first_id(s, C4_TABLE_SEARCH_BLOCK);
    assert_noticed(s, module_table(s, "Leads"), lead(s, "Queued") - 1,
                   field_of(s, "Leads", "City")->column, c4_c_text("unheard"));
    assert_noticed(s, blocks, id, C4_SEARCH_BLOCK_LAST, c4_c_text("zz"));
    assert_ok(c4_db_get(&s->org.db, blocks, id, columns, block, 2));
    assert_in_range(block[1].length, 3, sizeof bytes);
    memcpy(bytes, block[1].data, block[1].length);
    size_t length = block[1].length;
    crm4e_value damaged = c4_blob(bytes, length - 1);
    assert_ok(c4_db_update(&s->org.db, blocks, id, &columns[1], &damaged, 1));
    assert_string_not_equal(steps_check(s), "[]");
    damaged = c4_blob(bytes, length);
    assert_ok(c4_db_update(&s->org.db, blocks, id, &columns[1], &damaged, 1));
    assert_string_equal(steps_check(s), "[]");
    assert_loss_noticed(s, queue, first_id(s, C4_TABLE_SEARCH_QUEUE));
    assert_loss_noticed(s, blocks, id);
}

static int share_it(c4_unit *unit, void *context)
{
    const c4_share share = {.subject = {CRM4E_SUBJECT_USER, unit->actor->id},
                            .level = CRM4E_LEVEL_READ_ONLY};
    return c4_record_share(unit, "Leads", *(crm4e_id *)context, &share);
}

static void shares_have_a_record(void **state)
{
    static const uint32_t columns[] = {C4_SHARE_MODULE, C4_SHARE_RECORD, C4_SHARE_KIND,
                                       C4_SHARE_LEVEL,  C4_SHARE_BY,     C4_SHARE_TIME,
                                       C4_SHARE_RESTING};
    static const int64_t values[] = {2, 17, 5, 0, 17, INT64_C(9000000000000000), 1};
    steps *s = *state;
    crm4e_id id = lead(s, "A");
    crm4e_id row;

    assert_ok(run_step(s, share_it, &id));
    row = first_id(s, C4_TABLE_SHARE);
    assert_string_equal(steps_check(s), "[]");
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++)
        assert_noticed(s, own_table(C4_TABLE_SHARE), row, columns[i], c4_integer(values[i]));
    assert_ok(remove_record(s, "Leads", id, 0));
    assert_string_equal(steps_check(s), "[]");
    assert_ok(c4_db_remove(&s->org.db, own_table(C4_TABLE_BIN), id)); /* past the purge */
    assert_non_null(strstr(steps_check(s), "is of a record that is gone"));
}

static void contents_are_what_was_put(void **state)
{
    const crm4e_table *files = own_table(C4_TABLE_FILE);
    const crm4e_table *pieces = own_table(C4_TABLE_FILE_PIECE);
    steps *s = *state;
    crm4e_id id = 0;
    crm4e_id piece;

    assert_ok(put_file(s, "Leads", lead(s, "A"), C4_FILE_PIECE + 9, &id));
    assert_string_equal(steps_check(s), "[]");
    piece = c4_file_piece_id(id, 1);
    assert_noticed(s, files, id, C4_FILE_SIZE, c4_integer(C4_FILE_PIECE + 8));
    assert_noticed(s, files, id, C4_FILE_SIZE, c4_integer(-1));
    assert_noticed(s, files, id, C4_FILE_SIZE, c4_integer(INT64_MAX));
    assert_noticed(s, files, id, C4_FILE_SUM, c4_integer(5));
    assert_noticed(s, module_table(s, "Attachments"), id,
                   field_of(s, "Attachments", "Size")->column, c4_integer(5));
    assert_noticed(s, module_table(s, "Attachments"), id,
                   field_of(s, "Attachments", "Size")->column, c4_null());
    assert_int_equal(c4_db_update(&s->org.db, pieces, piece, (const uint32_t[]){1},
                                  (const crm4e_value[]){c4_blob("xxxxxxxxy", 9)}, 1),
                     CRM4E_OK);
    assert_non_null(strstr(steps_check(s), "is not what was put"));
    assert_int_equal(c4_db_update(&s->org.db, pieces, piece, (const uint32_t[]){1},
                                  (const crm4e_value[]){c4_blob("xxxxxxxxx", 9)}, 1),
                     CRM4E_OK);
    assert_string_equal(steps_check(s), "[]");
    assert_ok(c4_db_insert(&s->org.db, pieces,
                           (const crm4e_value[]){c4_integer(piece + 1), c4_blob("x", 1)}));
    assert_non_null(strstr(steps_check(s), "is of no file"));
    assert_ok(c4_db_remove(&s->org.db, pieces, piece + 1));
    assert_ok(remove_record(s, "Attachments", id, 0));
    assert_string_equal(steps_check(s), "[]");
    assert_ok(c4_db_remove(&s->org.db, own_table(C4_TABLE_BIN), id)); /* past the purge */
    assert_non_null(strstr(steps_check(s), "is of an attachment that is gone"));
    assert_loss_noticed(s, files, id);
    assert_non_null(strstr(steps_found, "is of no file"));
}

/* The field names the file, and the file its field. */
static void fields_and_their_files_agree(void **state)
{
    const crm4e_table *files = own_table(C4_TABLE_FILE);
    steps *s = *state;
    crm4e_id record = lead(s, "A");
    crm4e_id id = 0;
    const c4_field *field = NULL;

    assert_ok(put_field(s, "Leads", "{'api_name': 'Papers', 'type': 'fileupload'}"));
    assert_ok(put_in_field(s, "Leads", record, "Papers", 9, &id));
    assert_string_equal(steps_check(s), "[]");
    field = field_of(s, "Leads", "Papers");
    assert_noticed(s, files, id, C4_FILE_SIZE, c4_integer(8));
    assert_noticed(s, files, id, C4_FILE_RECORD, c4_integer(record + 1));
    assert_noticed(s, files, id, C4_FILE_FIELD, c4_integer(field->number + 1));
    assert_noticed(s, files, id, C4_FILE_FIELD, c4_null());
    assert_noticed(s, module_table(s, "Leads"), record, field->column, c4_null());
    assert_noticed(s, module_table(s, "Leads"), record, field->column, text_of("[]"));
    assert_noticed(s, module_table(s, "Leads"), record, field->column, text_of("x"));
    assert_noticed(s, module_table(s, "Leads"), record, field->column,
                   text_of("[{\"id\":999999,\"name\":\"x\",\"size\":9}]"));
    assert_ok(remove_record(s, "Leads", record, 0));
    assert_string_equal(steps_check(s), "[]");
    assert_noticed(s, files, id, C4_FILE_RECORD, c4_integer(record + 1));
    assert_ok(c4_db_remove(&s->org.db, own_table(C4_TABLE_BIN), record)); /* past the purge */
    assert_non_null(strstr(steps_check(s), "is in no field"));
}

static void a_lost_piece_is_noticed(void **state)
{
    steps *s = *state;
    crm4e_id id = 0;

    assert_ok(put_file(s, "Leads", lead(s, "A"), 9, &id));
    assert_loss_noticed(s, own_table(C4_TABLE_FILE_PIECE), c4_file_piece_id(id, 0));
    assert_loss_noticed(s, own_table(C4_TABLE_FILE), id);
}

static void a_wrong_total_is_noticed(void **state)
{
    steps *s = *state;
    crm4e_id account = 0, contact = 0;
    char json[96];

    s->org.unit.computing = &c4_computing;
    assert_ok(create(s, "Accounts", "{'Account_Name': 'A'}", &account));
    (void)snprintf(json, sizeof json, "{'Last_Name': 'L', 'Account_Name': %lld}",
                   (long long)account);
    assert_ok(create(s, "Contacts", json, &contact));
    assert_ok(put_field(s, "Accounts",
                        "{'api_name': 'People', 'type': 'rollup_summary', 'settings': {'function':"
                        " 'count', 'module': 'Contacts', 'lookup': 'Account_Name'}}"));
    assert_string_equal(steps_check(s), "[]");
    assert_noticed(s, module_table(s, "Accounts"), account,
                   field_of(s, "Accounts", "People")->column, c4_integer(2));
    assert_non_null(strstr(steps_check(s), "[]"));
}

static bool says(steps *s, const char *part)
{
    return strstr(steps_check(s), part) != NULL;
}

/* The formula itself, and what it is made of. */
static void a_wrong_formula_is_noticed(void **state)
{
    static const char told[] = "is not what the other values of the record make";
    steps *s = *state;
    crm4e_id lead = 0;
    uint32_t column;
    crm4e_value value = c4_integer(7);

    s->org.unit.computing = &c4_computing;
    assert_ok(put_field(s, "Leads",
                        "{'api_name': 'Twice', 'type': 'formula', 'settings': {"
                        "'result': 'double', 'expression':"
                        " 'No_of_Employees * 2'}}"));
    assert_ok(
        create(s, "Leads", "{'Last_Name': 'L', 'Company': 'X', 'No_of_Employees': 21}", &lead));
    assert_string_equal(steps_check(s), "[]");
    column = field_of(s, "Leads", "Twice")->column;
    assert_ok(c4_db_update(&s->org.db, module_table(s, "Leads"), lead, &column, &value, 1));
    assert_true(says(s, told));
    value = c4_integer(4200);
    assert_ok(c4_db_update(&s->org.db, module_table(s, "Leads"), lead, &column, &value, 1));
    assert_false(says(s, told));
    column = field_of(s, "Leads", "No_of_Employees")->column;
    assert_ok(c4_db_update(&s->org.db, module_table(s, "Leads"), lead, &column, &value, 1));
    assert_true(says(s, told));
}

/* # is an id that is known, @ the number of a column. */
static size_t fill(char *text, const char *pattern, crm4e_id id, int32_t column)
{
    char *out = text;

    for (; *pattern != '\0'; pattern++) {
        if (*pattern == '#')
            out += sprintf(out, "%lld", (long long)id);
        else if (*pattern == '@')
            out += sprintf(out, "%d", (int)column);
        else
            *out++ = *pattern == '\'' ? '"' : *pattern;
    }
    return (size_t)(out - text);
}

/* Rows that no write makes. */
static void rows_are_what_was_given(void **state)
{
    static const char *const damages[] = {
        "no json",
        "{}",
        "[]",
        "[1]",
        "[{}]",
        "[{'id':0}]",
        "[{'id':'a'}]",
        "[{'id':4711000}]",
        "[{'id':#,'x':1}]",
        "[{'id':#,'-1':1}]",
        "[{'id':#},{'id':#}]",
        "[{'id':#,'@':'x'}]",
        "[{'id':#,'@':99}]",
    };
    steps *s = *state;
    crm4e_id id = 0;
    char text[256];

    assert_ok(put_field(s, "Leads",
                        "{'api_name': 'Items', 'type': 'subform', 'settings': {"
                        "'columns': [{'api_name': 'Kind', 'type': 'picklist',"
                        " 'options': ['A']}]}}"));
    assert_ok(
        create(s, "Leads", "{'Last_Name': 'L', 'Company': 'X', 'Items': [{'Kind': 'A'}]}", &id));
    assert_string_equal(steps_check(s), "[]");
    const c4_field *items =
        c4_module_field_named(c4_meta_module_named(meta_of(s), "Leads"), "Items");
    for (size_t i = 0; i < sizeof damages / sizeof damages[0]; i++) {
        size_t length = fill(text, damages[i], id, items->columns[0].number);
        assert_noticed(s, module_table(s, "Leads"), id, items->column, c4_text_value(text, length));
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, steps_setup, steps_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(records_agree_with_their_history),
        TEST(history_is_not_cut),
        TEST(purged_records_are_no_loss),
        TEST(own_rows_refer_to_what_is_there),
        TEST(shares_have_a_record),
        TEST(contents_are_what_was_put),
        TEST(fields_and_their_files_agree),
        TEST(a_lost_piece_is_noticed),
        TEST(rows_are_what_was_given),
        TEST(search_finds_what_is_there),
        TEST(a_wrong_total_is_noticed),
        TEST(a_wrong_formula_is_noticed),
        TEST(what_shares_speaks_of_somebody),
        TEST(audit_lines_hang_together),
        TEST(links_agree_with_their_records),
    };

    return steps_run("integrity", tests, sizeof tests / sizeof tests[0]);
}
