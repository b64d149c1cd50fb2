/* SPDX-License-Identifier: MIT */
#include "record/bin.h"

#include "api/inside.h"

#define DAY (INT64_C(24) * 60 * 60 * 1000000)
enum {
    MOST_DAYS = 36500
};

int crm4e_bin_options_init(crm4e_bin_options *options)
{
    static const crm4e_bin_options initial = CRM4E_BIN_OPTIONS_INIT;

    if (!options)
        return CRM4E_E_MISUSE;
    *options = initial;
    return CRM4E_OK;
}

static int write_bin(c4_unit *unit, void *object, void *arguments, c4_buffer *out)
{
    crm4e_bin_options copy = CRM4E_BIN_OPTIONS_INIT;
    c4_bin_page page;
    int rc = CRM4E_OK;

    (void)object;
    if (arguments)
        rc = c4_options_read(unit->error, &copy, sizeof copy, sizeof copy, arguments);
    if (rc == CRM4E_OK && (copy.limit < 0 || copy.limit > C4_BIN_MOST || copy.reserved != 0))
        rc = c4_fail(unit->error, CRM4E_E_INVALID, "'limit' is 0 to %d", C4_BIN_MOST);
    page = (c4_bin_page){
        .module = copy.module,
        .after = copy.after,
        .limit = copy.limit > 0 ? (size_t)copy.limit : C4_BIN_LIMIT,
    };
    return rc < 0 ? rc : c4_bin_to_json(unit, &page, out);
}

int crm4e_bin_json(crm4e_text **out, crm4e_session *session, const crm4e_bin_options *options)
{
    return c4_call_text(out, session, C4_KIND_SESSION, write_bin, (void *)options);
}

typedef struct empty_arguments {
    const char *module;
    int32_t days;
    int32_t budget;
    size_t done;
} empty_arguments;

static int empty_bin(c4_unit *unit, void *object, void *arguments)
{
    empty_arguments *a = arguments;

    (void)object;
    if (a->days < 0 || a->days > MOST_DAYS || a->budget < 0)
        return c4_fail(unit->error, CRM4E_E_INVALID, "'days' is 0 to %d, 'budget' not negative",
                       MOST_DAYS);
    return c4_bin_empty(unit, a->module, a->days * DAY, (size_t)a->budget, &a->done);
}

int crm4e_bin_empty(crm4e_session *session, const char *module, int32_t days, int32_t budget,
                    int32_t *done)
{
    empty_arguments arguments = {module, days, budget, 0};
    int rc = c4_call(session, C4_KIND_SESSION, CRM4E_TRANSACTION_WRITE, empty_bin, &arguments);

    if (rc == CRM4E_OK && done)
        *done = (int32_t)arguments.done;
    return rc;
}
