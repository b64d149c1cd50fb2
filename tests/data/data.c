/* SPDX-License-Identifier: MIT */
#include "data.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/decimal.h"

enum {
    FILE_CEILING = 16 * 1024 * 1024,
    PLACES = 9
};

static const c4_mem *plain_mem(void)
{
    static c4_mem mem;

    c4_mem_default(&mem);
    return &mem;
}

bool data_present(void)
{
    return access(DATA_DIRECTORY "/expected.json", R_OK) == 0;
}

char *data_file(const char *name)
{
    char path[512];
    FILE *file;
    char *text = malloc(FILE_CEILING);
    size_t length;

    assert_non_null(text);
    (void)snprintf(path, sizeof path, "%s/%s", DATA_DIRECTORY, name);
    file = fopen(path, "rb");
    assert_non_null(file);
    length = fread(text, 1, FILE_CEILING - 1, file);
    assert_true(length < FILE_CEILING - 1 && !ferror(file));
    assert_int_equal(fclose(file), 0);
    text[length] = '\0';
    return text;
}

static data_answers parse(char *text)
{
    data_answers answers = {.text = text};

    assert_int_equal(
        c4_json_parse(&answers.document, plain_mem(), text, strlen(text), FILE_CEILING), CRM4E_OK);
    answers.root = answers.document.root;
    return answers;
}

data_answers data_open(const char *set)
{
    data_answers answers = parse(data_file("expected.json"));

    answers.root = c4_json_member(answers.root, set);
    assert_non_null(answers.root);
    return answers;
}

void data_close(data_answers *answers)
{
    c4_json_free(&answers->document);
    free(answers->text);
}

int64_t data_decimal(const char *text)
{
    int64_t number = 0;

    assert_int_equal(c4_decimal_parse(text, strlen(text), PLACES, &number), CRM4E_OK);
    return number;
}

int64_t data_number(const data_answers *answers, const char *path)
{
    const c4_json *value = answers->root;
    char part[64];

    while (*path) {
        size_t length = strcspn(path, ".");

        (void)snprintf(part, sizeof part, "%.*s", (int)length, path);
        value = c4_json_member(value, part);
        path += path[length] ? length + 1 : length;
    }
    assert_non_null(value);
    return data_decimal(c4_json_text(value, NULL));
}

const data_reference *data_find(const data_references *references, const char *name)
{
    for (size_t i = 0; i < references->count; i++) {
        if (strcmp(references->items[i].name, name) == 0)
            return &references->items[i];
    }
    return NULL;
}

static void set_member(host *h, crm4e_record *record, const char *field, const c4_json *value,
                       const data_references *references)
{
    const char *text = c4_json_text(value, NULL);
    const data_reference *found = text[0] == '@' ? data_find(references, text) : NULL;

    if (text[0] == '@') {
        assert_non_null(found);
        host_ok(h->admin, crm4e_record_set_integer(record, field, found->id));
    } else {
        host_ok(h->admin, crm4e_record_set_text(record, field, text, CRM4E_NUL_TERMINATED));
    }
}

static void keep_reference(crm4e_record *record, const c4_json *source, data_references *references)
{
    const c4_json *name = c4_json_member(c4_json_member(source, "attributes"), "referenceId");
    const c4_json *label = c4_json_member(source, "Name");
    data_reference *item = &references->items[references->count];

    assert_true(references->count < DATA_REFERENCES);
    (void)snprintf(item->name, sizeof item->name, "@%s", c4_json_text(name, NULL));
    (void)snprintf(item->label, sizeof item->label, "%s", label ? c4_json_text(label, NULL) : "");
    item->id = crm4e_record_id(record);
    references->count++;
}

static void load_one(host *h, const char *module, const data_member *members, const c4_json *source,
                     data_references *references)
{
    crm4e_record *record = NULL;

    host_ok(h->admin, crm4e_record_new(&record, h->admin, module));
    for (const data_member *m = members; m->member; m++) {
        const c4_json *value = c4_json_member(source, m->member);

        if (value)
            set_member(h, record, m->field, value, references);
    }
    host_ok(h->admin, crm4e_record_save(record));
    keep_reference(record, source, references);
    crm4e_record_free(record);
}

void data_load(host *h, const char *file, const char *module, const data_member *members,
               data_references *references)
{
    data_answers source = parse(data_file(file));
    const c4_json *records = c4_json_member(source.root, "records");

    host_ok(h->admin, crm4e_session_begin(h->admin));
    for (size_t i = 0; i < c4_json_count(records); i++)
        load_one(h, module, members, c4_json_item(records, i), references);
    host_ok(h->admin, crm4e_session_commit(h->admin));
    data_close(&source);
}

/* Count, sum, least and greatest of the records that match, one by one; only the
 * count without a field. */
typedef struct measured {
    int64_t count;
    int64_t values; /* those that have one */
    int64_t sum;
    int64_t least;
    int64_t most;
} measured;

static measured measure(crm4e_session *session, const char *module, const char *field,
                        const char *where)
{
    measured m = {.least = INT64_MAX, .most = INT64_MIN};
    crm4e_query *query = NULL;
    crm4e_cursor *rows = NULL;
    int rc;

    host_ok(session, crm4e_query_new(&query, session, module));
    host_ok(session, crm4e_query_select(query, field ? field : "id"));
    host_ok(session, crm4e_query_limit(query, -1));
    if (where)
        host_ok(session, crm4e_query_where(query, where));
    host_ok(session, crm4e_query_run(&rows, query));
    while ((rc = crm4e_cursor_next(rows)) == CRM4E_ROW) {
        int64_t number = 0;
        uint32_t scale = 0;

        m.count++;
        if (!field)
            continue;
        rc = crm4e_cursor_integer(rows, 0, &number, &scale);
        if (rc != CRM4E_ROW)
            continue;
        for (; scale < PLACES; scale++)
            number *= 10;
        m.values++;
        m.sum += number;
        m.least = number < m.least ? number : m.least;
        m.most = number > m.most ? number : m.most;
    }
    host_ok(session, rc);
    crm4e_cursor_free(rows);
    crm4e_query_free(query);
    return m;
}

static void check_value(const crm4e_chart *chart, size_t bucket, size_t at, const c4_json *expected,
                        const char *name, int64_t read)
{
    int64_t wanted = data_decimal(c4_json_text(c4_json_member(expected, name), NULL));
    const char *value = crm4e_chart_value(chart, bucket, at);

    assert_non_null(value);
    if (data_decimal(value) != wanted || read != wanted)
        fail_msg("%s, %s: the chart says %s", crm4e_chart_label(chart, bucket, 0), name, value);
}

/* The chart's numbers, and those of the records its criteria list. */
static void check_bucket(crm4e_session *session, const data_chart *what, const crm4e_chart *chart,
                         size_t bucket, const c4_json *expected)
{
    const char *criteria = crm4e_chart_criteria(chart, bucket);
    measured m;

    assert_non_null(criteria);
    m = measure(session, what->module, what->measure, criteria);
    check_value(chart, bucket, 0, expected, "count", m.count * 1000000000);
    assert_int_equal(host_count(session, what->module, criteria), m.count);
    if (what->measure) {
        check_value(chart, bucket, 1, expected, "sum", m.sum);
        check_value(chart, bucket, 2, expected, "min", m.least);
        check_value(chart, bucket, 3, expected, "max", m.most);
    }
}

static size_t find_bucket(const crm4e_chart *chart, const char *label)
{
    size_t count = crm4e_chart_buckets(chart);

    for (size_t i = 0; i < count; i++) {
        if (strcmp(crm4e_chart_label(chart, i, 0), label) == 0)
            return i;
    }
    fail_msg("the chart has no bucket %s", label);
    return count;
}

void data_check_chart(crm4e_session *session, const data_chart *what, const c4_json *expected)
{
    crm4e_chart *chart = NULL;

    assert_non_null(expected);
    host_ok(session, crm4e_chart_new(&chart, session, what->module));
    host_ok(session, crm4e_chart_group_by(chart, what->field, what->by));
    host_ok(session, crm4e_chart_measure(chart, CRM4E_COUNT, NULL));
    if (what->measure) {
        host_ok(session, crm4e_chart_measure(chart, CRM4E_SUM, what->measure));
        host_ok(session, crm4e_chart_measure(chart, CRM4E_MIN, what->measure));
        host_ok(session, crm4e_chart_measure(chart, CRM4E_MAX, what->measure));
    }
    host_ok(session, crm4e_chart_run(chart));
    assert_int_equal(crm4e_chart_buckets(chart), c4_json_count(expected));
    for (size_t i = 0; i < c4_json_count(expected); i++) {
        const char *key = NULL;
        const c4_json *numbers = c4_json_member_at(expected, i, &key);
        const char *label = what->label ? what->label(what->context, key) : key;

        check_bucket(session, what, chart, find_bucket(chart, label), numbers);
    }
    crm4e_chart_free(chart);
}

int64_t data_sum(crm4e_session *session, const char *module, const char *field, const char *where)
{
    int64_t read = measure(session, module, field, where).sum;
    crm4e_chart *chart = NULL;

    host_ok(session, crm4e_chart_new(&chart, session, module));
    host_ok(session, crm4e_chart_measure(chart, CRM4E_SUM, field));
    if (where)
        host_ok(session, crm4e_chart_where(chart, where));
    host_ok(session, crm4e_chart_run(chart));
    assert_int_equal(crm4e_chart_buckets(chart), 1);
    assert_int_equal(data_decimal(crm4e_chart_value(chart, 0, 0)), read);
    crm4e_chart_free(chart);
    return read;
}
