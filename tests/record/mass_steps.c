/* SPDX-License-Identifier: MIT */
#include "mass_steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"

static void put_row(FILE *out, const c4_json *row, const crm4e_id *ids, size_t count)
{
    const char *code = c4_json_text(c4_json_member(row, "code"), NULL);
    const char *rule = c4_json_text(c4_json_member(row, "rule"), NULL);
    int64_t id = 0;
    size_t at = count;

    if (!c4_json_i64(c4_json_member(row, "id"), &id)) {
        (void)fputs("-", out);
    } else {
        for (size_t i = 0; i < count && at == count; i++)
            at = ids[i] == id ? i : count;
        if (at < count)
            (void)fprintf(out, "%zu", at);
        else
            (void)fputs("+", out);
    }
    assert_non_null(code);
    (void)fprintf(out, ":%s%s%s ",
                  strncmp(code, "CRM4E_E_", 8) == 0 ? code + 8 : code + strlen("CRM4E_"),
                  rule ? "." : "", rule ? rule : "");
    assert_true((strcmp(code, "CRM4E_OK") == 0) == (c4_json_member(row, "message") == NULL));
}

char *mass_summary(const crm4e_text *text, const crm4e_id *ids, size_t count)
{
    c4_json_document document;
    c4_mem mem;
    int64_t changed = -1;
    char *summary = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&summary, &size);

    assert_non_null(out);
    c4_mem_default(&mem);
    assert_int_equal(c4_json_parse(&document, &mem, crm4e_text_data(text),
                                   strlen(crm4e_text_data(text)), SIZE_MAX / 2),
                     CRM4E_OK);
    const c4_json *rows = c4_json_member(document.root, "rows");
    for (size_t i = 0; i < c4_json_count(rows); i++)
        put_row(out, c4_json_item(rows, i), ids, count);
    assert_true(c4_json_i64(c4_json_member(document.root, "changed"), &changed));
    (void)fprintf(out, "| %lld", (long long)changed);
    assert_int_equal(fclose(out), 0);
    c4_json_free(&document);
    return summary;
}

void mass_answer(crm4e_session *session, int rc, crm4e_text **text, const crm4e_id *ids,
                 size_t count, const char *summary)
{
    char *found;

    host_ok(session, rc);
    found = mass_summary(*text, ids, count);
    assert_string_equal(found, summary);
    free(found);
    crm4e_text_free(*text);
    *text = NULL;
}

crm4e_mass_options mass_of(const char *module, const crm4e_id *ids, size_t count, bool partial)
{
    crm4e_mass_options options = CRM4E_MASS_OPTIONS_INIT;

    options.module = module;
    options.ids = ids;
    options.count = count;
    options.partial = partial;
    return options;
}

crm4e_mass_options mass_where(const char *module, const char *criteria, bool partial)
{
    crm4e_mass_options options = CRM4E_MASS_OPTIONS_INIT;

    options.module = module;
    options.criteria = criteria;
    options.partial = partial;
    return options;
}

int mass_create(crm4e_text **out, crm4e_session *session, const char *module, const char *json,
                bool partial)
{
    char *real = host_json(json);
    int rc = crm4e_mass_create(out, session, module, real, CRM4E_NUL_TERMINATED, partial);

    free(real);
    return rc;
}

int mass_update(crm4e_text **out, crm4e_session *session, const crm4e_mass_options *options,
                const char *json)
{
    char *real = host_json(json);
    int rc = crm4e_mass_update(out, session, options, real, CRM4E_NUL_TERMINATED);

    free(real);
    return rc;
}
