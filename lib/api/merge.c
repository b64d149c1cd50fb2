/* SPDX-License-Identifier: MIT */
#include "record/merge.h"
#include "api/inside.h"
#include <crm4e/merge.h>

#include <string.h>

enum {
    VALUES_CEILING = 16 * 1024 * 1024
};

typedef struct duplicates_arguments {
    const char *module;
    const crm4e_duplicates_options *options;
} duplicates_arguments;

int crm4e_duplicates_options_init(crm4e_duplicates_options *options)
{
    static const crm4e_duplicates_options initial = CRM4E_DUPLICATES_OPTIONS_INIT;

    if (!options)
        return CRM4E_E_MISUSE;
    *options = initial;
    return CRM4E_OK;
}

static int parse(c4_unit *unit, const char *text, const char *name, c4_json_document *document)
{
    int rc = c4_json_parse(document, &unit->env->mem, text, CRM4E_NUL_TERMINATED, VALUES_CEILING);

    return rc < 0 ? c4_fail(unit->error, rc, "'%s' is no JSON", name) : rc;
}

static int write_duplicates(c4_unit *unit, void *object, void *arguments, c4_buffer *out)
{
    const duplicates_arguments *a = arguments;
    crm4e_duplicates_options copy = CRM4E_DUPLICATES_OPTIONS_INIT;
    c4_json_document document = {.root = NULL};
    int rc = c4_need(unit->error, a->module, "module");

    (void)object;
    if (rc == CRM4E_OK && a->options)
        rc = c4_options_read(unit->error, &copy, sizeof copy, sizeof copy, a->options);
    if (rc == CRM4E_OK && (copy.limit < 0 || copy.limit > C4_DUPLICATES_MOST || copy.reserved != 0))
        rc = c4_fail(unit->error, CRM4E_E_INVALID, "'limit' is 0 to %d", C4_DUPLICATES_MOST);
    if (rc == CRM4E_OK && copy.fields)
        rc = parse(unit, copy.fields, "fields", &document);
    if (rc == CRM4E_OK) {
        const c4_duplicates_page page = {
            .module = a->module,
            .fields = document.root,
            .record = copy.record,
            .after = copy.after,
            .limit = copy.limit > 0 ? (size_t)copy.limit : C4_DUPLICATES_LIMIT,
        };
        rc = c4_duplicates_to_json(unit, &page, out);
    }
    c4_json_free(&document);
    return rc;
}

int crm4e_duplicates_json(crm4e_text **out, crm4e_session *session, const char *module,
                          const crm4e_duplicates_options *options)
{
    duplicates_arguments arguments = {module, options};

    return c4_call_text(out, session, C4_KIND_SESSION, write_duplicates, &arguments);
}

typedef struct merge_arguments {
    c4_merge merge;
    const char *values;
} merge_arguments;

static int merge(c4_unit *unit, void *object, void *arguments)
{
    merge_arguments *a = arguments;
    c4_json_document document = {.root = NULL};
    int rc = c4_need(unit->error, a->merge.module, "module");

    (void)object;
    if (rc == CRM4E_OK && a->merge.count > 0)
        rc = c4_need(unit->error, a->merge.others, "others");
    if (rc == CRM4E_OK && a->values)
        rc = parse(unit, a->values, "values", &document);
    a->merge.values = document.root;
    if (rc == CRM4E_OK)
        rc = c4_records_merge(unit, &a->merge);
    c4_json_free(&document);
    return rc;
}

int crm4e_records_merge(crm4e_session *session, const char *module, crm4e_id master,
                        const crm4e_id *others, size_t count, const char *values)
{
    merge_arguments arguments = {
        .merge = {.module = module, .master = master, .others = others, .count = count},
        .values = values,
    };

    return c4_call(session, C4_KIND_SESSION, CRM4E_TRANSACTION_WRITE, merge, &arguments);
}
