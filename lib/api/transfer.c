/* SPDX-License-Identifier: MIT */
#include "transfer/transfer.h"
#include <string.h>

#include "api/inside.h"
#include "record/digest.h"
#include "base/json.h"

enum {
    TEXT_CEILING = 256 * 1024 * 1024,
    ROWS_A_REPORT = 1000,
    BATCH_MAX = 1000000
};

/* Ends a write whose report is handed out. The text is made before the commit,
 * after which nothing may fail; `out` NULL: nobody wants it. */
static int end_with_report(c4_session *session, int rc, crm4e_text **out, c4_buffer *report)
{
    crm4e_text *text = NULL;

    if (rc == CRM4E_OK && out)
        rc = c4_text_new(&text, session->engine, report);
    rc = c4_work_end(session, rc);
    if (rc < 0)
        crm4e_text_free(text);
    else if (out)
        *out = text;
    return rc;
}

/* Parses before the write transaction begins, so that nobody waits for it. */
static int apply(crm4e_text **out, c4_session *session, const char *json, size_t length)
{
    c4_json_document document = {0};
    c4_buffer report;
    int rc = c4_json_parse(&document, &session->engine->env.mem, json, length, C4_APPLY_CEILING);

    if (rc < 0)
        return c4_fail(&session->error, rc, "the document is refused: %s", document.problem);
    c4_buffer_init(&report, &session->engine->env.mem, TEXT_CEILING);
    rc = c4_work_begin(session, CRM4E_TRANSACTION_WRITE);
    if (rc == CRM4E_OK)
        rc = end_with_report(session, c4_apply(&session->unit, document.root, &report), out,
                             &report);
    c4_buffer_free(&report);
    c4_json_free(&document);
    return rc;
}

int crm4e_org_apply(crm4e_text **out, crm4e_session *token, const char *json, size_t length)
{
    c4_entry entry;
    int rc = c4_enter(&entry, token, C4_KIND_SESSION);

    if (rc < 0)
        return rc;
    rc = c4_need(&entry.session->error, json, "json");
    if (rc == CRM4E_OK)
        rc = apply(out, entry.session, json, length);
    return c4_leave(&entry, rc);
}

static int digest_org(c4_unit *unit, void *object, void *arguments, c4_buffer *out)
{
    char text[C4_DIGEST_TEXT];
    int rc = c4_digest(unit, text);

    (void)object;
    (void)arguments;
    if (rc == CRM4E_OK)
        c4_buffer_text(out, text);
    return rc < 0 ? rc : out->code;
}

int crm4e_org_digest(crm4e_text **out, crm4e_session *session)
{
    return c4_call_text(out, session, C4_KIND_SESSION, digest_org, NULL);
}

static int export_org(c4_unit *unit, void *object, void *arguments, c4_buffer *out)
{
    int rc = c4_export(unit, out);

    (void)object;
    (void)arguments;
    return rc < 0 ? rc : out->code;
}

int crm4e_org_export(crm4e_text **out, crm4e_session *session)
{
    return c4_call_text(out, session, C4_KIND_SESSION, export_org, NULL);
}

int crm4e_import_options_init(crm4e_import_options *options)
{
    static const crm4e_import_options initial = CRM4E_IMPORT_OPTIONS_INIT;

    if (!options)
        return CRM4E_E_MISUSE;
    *options = initial;
    return CRM4E_OK;
}

typedef struct import_run {
    const crm4e_import_options *options;
    c4_session *session;
    c4_import *import;
    int64_t counts[C4_IMPORT_OUTCOMES];
    c4_import_outcome outcome; /* of the row in hand */
    int32_t in_batch;          /* rows since the last commit */
} import_run;

static int one_row(c4_unit *unit, void *object)
{
    import_run *run = object;

    return c4_import_row(run->import, unit, &run->outcome);
}

/* A refused row leaves nothing. */
static int import_row(import_run *run)
{
    c4_unit *unit = &run->session->unit;
    int rc;

    if (!run->options->partial)
        return one_row(unit, run);
    rc = c4_unit_apart(unit, one_row, run);
    if (rc >= 0 || !c4_import_row_failed(run->import))
        return rc;
    rc = c4_import_reject(run->import, unit->error);
    c4_failure_clear(unit->error);
    run->outcome = C4_IMPORT_REJECTED;
    return rc < 0 ? rc : CRM4E_ROW;
}

static int report_progress(const import_run *run)
{
    const crm4e_import_options *options = run->options;
    int32_t answer;

    if (!options->progress)
        return CRM4E_OK;
    answer = options->progress(options->progress_user, c4_import_rows(run->import));
    if (answer == CRM4E_CONTINUE)
        return CRM4E_OK;
    if (answer == CRM4E_DENY)
        return c4_fail(&run->session->error, CRM4E_E_ABORTED, "the import was stopped");
    return c4_fail(&run->session->error, CRM4E_E_CALLBACK, "the progress callback failed");
}

/* Metadata may have changed between two transactions: what the import knows of it is found out
 * anew. */
static int next_batch(import_run *run)
{
    c4_session *session = run->session;
    int rc = c4_work_end(session, c4_import_settle(run->import, &session->unit));

    run->in_batch = 0;
    if (rc == CRM4E_OK)
        rc = report_progress(run);
    if (rc == CRM4E_OK)
        rc = c4_work_begin(session, CRM4E_TRANSACTION_WRITE);
    session->unit.source = C4_SOURCE_IMPORT;
    return rc == CRM4E_OK ? c4_import_bind(run->import, &session->unit) : rc;
}

static int count_row(import_run *run)
{
    const crm4e_import_options *options = run->options;
    const bool batches = options->batch > 0 && !options->dry_run;

    run->counts[run->outcome]++;
    run->in_batch += run->outcome != C4_IMPORT_PASSED;
    if (batches)
        return run->in_batch == options->batch ? next_batch(run) : CRM4E_OK;
    return c4_import_rows(run->import) % ROWS_A_REPORT == 0 ? report_progress(run) : CRM4E_OK;
}

/* Rows up to the end of the file, in the transaction that is open or the last of several. */
static int import_rows(import_run *run)
{
    int rc = CRM4E_ROW;

    while (rc == CRM4E_ROW) {
        rc = import_row(run);
        if (rc == CRM4E_ROW) {
            rc = c4_import_rest(run->import, &run->session->unit);
            rc = rc == CRM4E_OK ? count_row(run) : rc;
            rc = rc == CRM4E_OK ? CRM4E_ROW : rc;
        }
    }
    return rc;
}

static int import_work(import_run *run)
{
    c4_unit *unit = &run->session->unit;
    int rc;

    unit->source = C4_SOURCE_IMPORT;
    rc = c4_import_open(&run->import, unit, run->options);
    if (rc == CRM4E_OK)
        rc = import_rows(run);
    if (rc == CRM4E_OK && !run->options->dry_run)
        rc = c4_import_settle(run->import, unit);
    c4_import_close(run->import);
    unit->source = C4_SOURCE_API;
    return rc;
}

static void write_report(const import_run *run, c4_buffer *out)
{
    static const char *const names[] = {"created", "updated", "skipped", "rejected"};
    bool first = true;
    int64_t rows = 0;

    for (size_t i = 0; i < C4_IMPORT_PASSED; i++)
        rows += run->counts[i];
    c4_buffer_char(out, '{');
    c4_json_put_key(out, &first, "rows");
    c4_buffer_i64(out, rows);
    for (size_t i = 0; i < C4_IMPORT_PASSED; i++) {
        c4_json_put_key(out, &first, names[i]);
        c4_buffer_i64(out, run->counts[i]);
    }
    c4_buffer_char(out, '}');
}

/* A dry run does everything and takes it back. */
static int import_records(crm4e_text **out, import_run *run)
{
    c4_session *session = run->session;
    crm4e_text *text = NULL;
    c4_buffer report;
    int rc = c4_work_begin(session, CRM4E_TRANSACTION_WRITE);

    if (rc < 0)
        return rc;
    c4_buffer_init(&report, &session->engine->env.mem, TEXT_CEILING);
    rc = import_work(run);
    write_report(run, &report);
    if (rc == CRM4E_OK && run->options->dry_run) {
        rc = out ? c4_text_new(&text, session->engine, &report) : CRM4E_OK;
        (void)c4_work_end(session, CRM4E_E_ABORTED);
        if (rc == CRM4E_OK && out)
            *out = text;
    } else {
        rc = end_with_report(session, rc, out, &report);
    }
    c4_buffer_free(&report);
    return rc;
}

static int check_import(c4_session *session, const crm4e_import_options *options)
{
    crm4e_error *error = &session->error;
    int rc = c4_need(error, options->module, "module");

    if (rc < 0)
        return rc;
    if (!options->read)
        return c4_fail(error, CRM4E_E_MISUSE, "argument 'read' is NULL");
    if (options->guarded < 0 || options->guarded > 1)
        return c4_fail(error, CRM4E_E_INVALID, "'guarded' is 0 or 1");
    if (options->format > CRM4E_IMPORT_JSON_LINES)
        return c4_fail(error, CRM4E_E_INVALID, "there is no such form of file");
    if (options->match > CRM4E_MATCH_UPDATE)
        return c4_fail(error, CRM4E_E_INVALID, "'match' is none of CRM4E_MATCH_*");
    if (options->skip < 0 || options->batch < 0 || options->batch > BATCH_MAX)
        return c4_fail(error, CRM4E_E_INVALID, "'skip' or 'batch' is out of range");
    if (options->batch > 0 && session->transaction)
        return c4_fail(error, CRM4E_E_INVALID, "there are no batches inside of a transaction");
    return CRM4E_OK;
}

int crm4e_import_records(crm4e_text **out, crm4e_session *token,
                         const crm4e_import_options *options)
{
    crm4e_import_options copy;
    import_run run = {.options = &copy};
    c4_entry entry;
    int rc = c4_enter(&entry, token, C4_KIND_SESSION);

    if (rc < 0)
        return rc;
    run.session = entry.session;
    rc = c4_options_read(&entry.session->error, &copy, sizeof copy,
                         offsetof(crm4e_import_options, guarded), options);
    if (rc == CRM4E_OK)
        rc = check_import(entry.session, &copy);
    if (rc == CRM4E_OK)
        rc = import_records(out, &run);
    return c4_leave(&entry, rc);
}

int crm4e_export_options_init(crm4e_export_options *options)
{
    static const crm4e_export_options initial = CRM4E_EXPORT_OPTIONS_INIT;

    if (!options)
        return CRM4E_E_MISUSE;
    *options = initial;
    return CRM4E_OK;
}

typedef struct export_arguments {
    const crm4e_export_options *options;
    int64_t rows;
} export_arguments;

static int check_export(crm4e_error *error, const crm4e_export_options *options)
{
    int rc = c4_need(error, options->module, "module");

    if (rc == CRM4E_OK && !options->write)
        rc = c4_fail(error, CRM4E_E_MISUSE, "argument 'write' is NULL");
    if (rc == CRM4E_OK && options->format > CRM4E_EXPORT_JSON_LINES)
        rc = c4_fail(error, CRM4E_E_INVALID, "no such format of a file");
    if (rc == CRM4E_OK && (options->flags & ~(uint32_t)(CRM4E_EXPORT_RAW | CRM4E_EXPORT_IDS_ONLY)))
        rc = c4_fail(error, CRM4E_E_INVALID, "flags that do not exist");
    return rc;
}

static int export_records(c4_unit *unit, void *object, void *arguments)
{
    export_arguments *a = arguments;
    crm4e_export_options copy;
    int rc = c4_options_read(unit->error, &copy, sizeof copy, sizeof copy, a->options);

    (void)object;
    if (rc == CRM4E_OK)
        rc = check_export(unit->error, &copy);
    return rc < 0 ? rc : c4_export_records(unit, &copy, &a->rows);
}

int crm4e_export_records(crm4e_session *session, const crm4e_export_options *options, int64_t *rows)
{
    export_arguments arguments = {options, 0};
    int rc = c4_call(session, C4_KIND_SESSION, CRM4E_TRANSACTION_READ, export_records, &arguments);

    if (rc == CRM4E_OK && rows)
        *rows = arguments.rows;
    return rc;
}
