/* SPDX-License-Identifier: MIT */
#include "model/convert_mapping.h"

#include <string.h>

#include "base/text.h"
#include "model/manage_rules.h"
#include "model/meta_build.h"
#include "model/standard.h"

const char *const c4_convert_modules[C4_CONVERT_PARTS] = {"Accounts", "Contacts", "Deals"};

const c4_convert_row c4_convert_standard[] = {
    {"Company", {"Account_Name", NULL, NULL}},
    {"Salutation", {NULL, "Salutation", NULL}},
    {"First_Name", {NULL, "First_Name", NULL}},
    {"Last_Name", {NULL, "Last_Name", NULL}},
    {"Designation", {NULL, "Title", NULL}},
    {"Email", {NULL, "Email", NULL}},
    {"Secondary_Email", {NULL, "Secondary_Email", NULL}},
    {"Email_Opt_Out", {NULL, "Email_Opt_Out", NULL}},
    {"Phone", {"Phone", "Phone", NULL}},
    {"Mobile", {NULL, "Mobile", NULL}},
    {"Fax", {"Fax", "Fax", NULL}},
    {"Skype_ID", {NULL, "Skype_ID", NULL}},
    {"Twitter", {NULL, "Twitter", NULL}},
    {"Website", {"Website", NULL, NULL}},
    {"Industry", {"Industry", NULL, NULL}},
    {"Currency", {"Currency", "Currency", "Currency"}}, /* where there are several */
    {"Annual_Revenue", {"Annual_Revenue", NULL, NULL}},
    {"No_of_Employees", {"Employees", NULL, NULL}},
    {"Lead_Source", {NULL, "Lead_Source", "Lead_Source"}},
    {"Street", {"Billing_Street", "Mailing_Street", NULL}},
    {"City", {"Billing_City", "Mailing_City", NULL}},
    {"State", {"Billing_State", "Mailing_State", NULL}},
    {"Zip_Code", {"Billing_Code", "Mailing_Zip", NULL}},
    {"Country", {"Billing_Country", "Mailing_Country", NULL}},
    {"Description", {NULL, "Description", NULL}},
};
const size_t c4_convert_standard_count = sizeof c4_convert_standard / sizeof c4_convert_standard[0];

/* What conversion fills by itself. */
static const struct {
    c4_convert_part part;
    const char *field;
} filled[] = {{C4_TO_CONTACT, "Account_Name"},  {C4_TO_DEAL, "Account_Name"},
              {C4_TO_DEAL, "Contact_Name"},     {C4_TO_ACCOUNT, "Exchange_Rate"},
              {C4_TO_CONTACT, "Exchange_Rate"}, {C4_TO_DEAL, "Exchange_Rate"}};

/* Beside the same type, which has to be one of these. */
static const struct {
    c4_field_type from;
    c4_field_type to[3]; /* 0: none */
} takes[] = {
    {CRM4E_TYPE_TEXT, {CRM4E_TYPE_TEXT, CRM4E_TYPE_TEXTAREA, 0}},
    {CRM4E_TYPE_TEXTAREA, {CRM4E_TYPE_TEXTAREA, 0, 0}},
    {CRM4E_TYPE_EMAIL, {CRM4E_TYPE_EMAIL, CRM4E_TYPE_TEXT, CRM4E_TYPE_TEXTAREA}},
    {CRM4E_TYPE_PHONE, {CRM4E_TYPE_PHONE, CRM4E_TYPE_TEXT, CRM4E_TYPE_TEXTAREA}},
    {CRM4E_TYPE_WEBSITE, {CRM4E_TYPE_WEBSITE, CRM4E_TYPE_TEXT, CRM4E_TYPE_TEXTAREA}},
    {CRM4E_TYPE_INTEGER, {CRM4E_TYPE_INTEGER, CRM4E_TYPE_BIGINT, 0}},
    {CRM4E_TYPE_BIGINT, {CRM4E_TYPE_BIGINT, 0, 0}},
    {CRM4E_TYPE_DOUBLE, {CRM4E_TYPE_DOUBLE, 0, 0}},
    {CRM4E_TYPE_CURRENCY, {CRM4E_TYPE_CURRENCY, 0, 0}},
    {CRM4E_TYPE_PERCENT, {CRM4E_TYPE_PERCENT, 0, 0}},
    {CRM4E_TYPE_DATE, {CRM4E_TYPE_DATE, 0, 0}},
    {CRM4E_TYPE_DATETIME, {CRM4E_TYPE_DATETIME, 0, 0}},
    {CRM4E_TYPE_BOOLEAN, {CRM4E_TYPE_BOOLEAN, 0, 0}},
    {CRM4E_TYPE_PICKLIST, {CRM4E_TYPE_PICKLIST, CRM4E_TYPE_TEXT, CRM4E_TYPE_TEXTAREA}},
    {CRM4E_TYPE_MULTISELECTPICKLIST, {CRM4E_TYPE_MULTISELECTPICKLIST, 0, 0}},
    {CRM4E_TYPE_LOOKUP, {CRM4E_TYPE_LOOKUP, 0, 0}},
    {CRM4E_TYPE_USERLOOKUP, {CRM4E_TYPE_USERLOOKUP, 0, 0}},
};

int c4_convert_part_named(const char *module)
{
    int found = -1;

    for (int part = 0; part < C4_CONVERT_PARTS && found < 0; part++) {
        found = c4_api_name_order(module, c4_convert_modules[part]) == 0 ? part : -1;
    }
    return found;
}

const c4_field *c4_convert_target(const c4_meta *meta, const c4_field *lead, c4_convert_part part)
{
    const c4_module *module = c4_meta_module_named(meta, c4_convert_modules[part]);

    return lead->converts[part] != 0 && module != NULL
               ? c4_module_field(module, lead->converts[part])
               : NULL;
}

bool c4_convert_maps(const c4_meta *meta, const c4_field *lead)
{
    bool maps = false;

    for (int part = 0; part < C4_CONVERT_PARTS && !maps; part++) {
        maps = c4_convert_target(meta, lead, (c4_convert_part)part) != NULL;
    }
    return maps;
}

/* ------------------------------------------------------------------ what fits */

static bool type_fits(const c4_field *from, const c4_field *to)
{
    bool fits = false;

    for (size_t i = 0; i < sizeof takes / sizeof takes[0]; i++) {
        for (size_t k = 0; takes[i].from == from->type && k < 3; k++) {
            fits = fits || (takes[i].to[k] == to->type && takes[i].to[k] != 0);
        }
    }
    return fits;
}

/* Whether each value that can be chosen can be chosen there, or is short enough. */
static bool options_fit(const c4_field *from, const c4_field *to)
{
    bool fit = true;

    for (size_t i = 0; i < from->option_count && fit; i++) {
        const c4_option *option = &from->options[i];
        const size_t length = strlen(option->actual);
        const c4_option *there = c4_field_option_named(to, option->actual, length);
        if (option->active) {
            fit = to->option_count > 0
                      ? there != NULL && there->active
                      : c4_text_points(option->actual, length) <= (size_t)to->length;
        }
    }
    return fit;
}

/* Why a field takes no values of another; NULL: it does. */
static const char *mismatch(const c4_field *from, const c4_field *to)
{
    const bool lookups = from->type == CRM4E_TYPE_LOOKUP;

    if (!type_fits(from, to)) {
        return "is of a type that takes no such values";
    }
    if (from->length > 0 && to->length > 0 && from->length > to->length) {
        return "is too short for the values";
    }
    if (from->scale > to->scale) {
        return "has fewer decimal places than the values";
    }
    if (lookups &&
        (from->target_count != 1 || to->target_count != 1 || from->targets[0] != to->targets[0])) {
        return "points to records of another module";
    }
    return from->option_count > 0 && !options_fit(from, to) ? "lacks some of the values" : NULL;
}

/* Of the field's own values, not of a place in the system. */
static bool is_given(const c4_field *field)
{
    return (field->flags & (C4_FIELD_SYSTEM | C4_FIELD_READ_ONLY)) == 0 && field->computed == 0;
}

static bool is_filled(const c4_field *field, c4_convert_part part)
{
    bool found = false;

    for (size_t i = 0; i < sizeof filled / sizeof filled[0] && !found; i++) {
        found = filled[i].part == part && c4_api_name_order(filled[i].field, field->api_name) == 0;
    }
    return found;
}

/* Whether the standard has something to say: about where a value goes, or comes from. */
static bool is_standard(const c4_field *lead, const c4_field *to, c4_convert_part part)
{
    bool found = false;

    for (size_t i = 0; i < c4_convert_standard_count && !found; i++) {
        const c4_convert_row *row = &c4_convert_standard[i];
        found = row->to[part] != NULL && (c4_api_name_order(row->lead, lead->api_name) == 0 ||
                                          c4_api_name_order(row->to[part], to->api_name) == 0);
    }
    return found;
}

static const c4_field *other_source(const c4_field *lead, const c4_field *to, c4_convert_part part)
{
    const c4_module *leads = lead->module;
    const c4_field *found = NULL;

    for (size_t i = 0; i < leads->field_count && found == NULL; i++) {
        const c4_field *field = &leads->fields[i];
        found = field->number != lead->number && field->converts[part] == to->number ? field : NULL;
    }
    return found;
}

/* ------------------------------------------------------------------ putting */

static int refuse(c4_unit *unit, c4_convert_part part, int code, const char *rule, const char *text)
{
    return c4_refuse(unit, code, c4_convert_modules[part], rule, text);
}

static int check_target(c4_unit *unit, const c4_field *lead, const c4_field *to,
                        c4_convert_part part)
{
    const char *why = mismatch(lead, to);

    if (!is_given(to) || is_filled(to, part)) {
        return refuse(unit, part, CRM4E_E_INVALID, "read_only",
                      "names a field that the library writes");
    }
    if (is_standard(lead, to, part)) {
        return refuse(unit, part, CRM4E_E_CONFLICT, "standard",
                      "is where the standard says what goes");
    }
    if (other_source(lead, to, part) != NULL) {
        return refuse(unit, part, CRM4E_E_CONFLICT, "unique",
                      "names a field that gets the values of another");
    }
    return why != NULL ? refuse(unit, part, CRM4E_E_INVALID, "type", why) : CRM4E_OK;
}

static int take_target(c4_unit *unit, c4_field *lead, const char *name, c4_convert_part part)
{
    const c4_module *module = c4_meta_module_named(unit->meta, c4_convert_modules[part]);
    const c4_field *to = NULL;
    int rc = CRM4E_OK;

    if (name == NULL) {
        return CRM4E_OK;
    }
    if (name[0] != '\0') {
        to = module != NULL ? c4_module_field_named(module, name) : NULL;
        rc = to != NULL ? check_target(unit, lead, to, part)
                        : refuse(unit, part, CRM4E_E_NOT_FOUND, "field", "names no field");
    }
    lead->converts[part] = to != NULL ? to->number : 0;
    return rc;
}

int c4_convert_mapping_put(c4_unit *unit, const c4_convert_mapping_spec *spec)
{
    const c4_module *leads = NULL;
    const c4_field *old;
    c4_field field;
    int rc = c4_fields_open(unit, C4_LEADS, &leads);

    if (rc < 0) {
        return rc;
    }
    old = c4_module_field_named(leads, spec->lead);
    if (old == NULL) {
        return c4_refuse(unit, CRM4E_E_NOT_FOUND, "lead", "field", "names no field");
    }
    if ((old->flags & (C4_FIELD_SYSTEM | C4_FIELD_READ_ONLY)) != 0 && old->computed == 0) {
        return c4_refuse(unit, CRM4E_E_INVALID, "lead", "read_only",
                         "names a field that stays with the lead");
    }
    /* else values would come to him by the conversions of others */
    rc = unit->may_read != NULL ? unit->may_read(unit, old) : CRM4E_OK;
    field = *old;
    for (int part = 0; part < C4_CONVERT_PARTS && rc == CRM4E_OK; part++) {
        rc = take_target(unit, &field, spec->to[part], (c4_convert_part)part);
    }
    return rc == CRM4E_OK ? c4_field_store(unit, leads, old, &field, "field", field.api_name) : rc;
}

/* ------------------------------------------------------------------ telling */

void c4_convert_mapping_write(c4_buffer *out, const c4_meta *meta, const c4_field *lead)
{
    bool first = true;

    c4_buffer_char(out, '{');
    c4_json_put_member(out, &first, "lead", lead->api_name);
    for (int part = 0; part < C4_CONVERT_PARTS; part++) {
        const c4_field *to = c4_convert_target(meta, lead, (c4_convert_part)part);
        c4_json_put_member(out, &first, c4_convert_modules[part], to != NULL ? to->api_name : NULL);
    }
    c4_buffer_char(out, '}');
}

void c4_convert_mapping_list(c4_buffer *out, const c4_meta *meta)
{
    const c4_module *leads = c4_meta_module(meta, C4_LEADS);
    bool first = true;

    c4_buffer_char(out, '[');
    for (size_t i = 0; leads != NULL && i < leads->field_count; i++) {
        if (c4_convert_maps(meta, &leads->fields[i])) {
            c4_buffer_text(out, first ? "" : ",");
            c4_convert_mapping_write(out, meta, &leads->fields[i]);
            first = false;
        }
    }
    c4_buffer_char(out, ']');
}
