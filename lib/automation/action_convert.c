/* SPDX-License-Identifier: MIT */
/*
 * The action that converts a lead, with the rights of the rule's author, into new records:
 * {"convert_lead": {"deal": {"Stage": "Qualification", "Deal_Name": "${Leads.Company}"},
 *                   "owner": email}}
 */
#include "automation/dry_run.h"
#include "automation/template.h"
#include "model/manage_rules.h"
#include "record/convert.h"

#include <string.h>

enum {
    DEAL_MAX = 1024 * 1024
};

static const char *const convert_members[] = {"deal", "owner", NULL};

void c4_convert_read(c4_rule_reader *reader, const c4_json *json, c4_rule_action *action)
{
    c4_rule_conversion *conversion = &action->as.conversion;
    const c4_json *owner = c4_json_member(json, "owner");
    const c4_json *deal = c4_json_member(json, "deal");

    *conversion = (c4_rule_conversion){0};
    c4_rule_members(reader, json, "convert_lead", convert_members);
    if (strcmp(reader->module->api_name, "Leads") != 0) {
        c4_rule_refuse(reader, CRM4E_E_INVALID, "convert_lead", "module",
                       "goes with rules of Leads alone");
    }
    if (c4_json_kind(owner) != C4_JSON_NULL) {
        conversion->owner = c4_rule_user(reader, owner, "owner");
    }
    if (c4_json_kind(deal) == C4_JSON_OBJECT) {
        conversion->deal = deal;
        c4_template_read_json(reader, "deal", deal);
    } else if (c4_json_kind(deal) != C4_JSON_NULL) {
        c4_rule_refuse(reader, CRM4E_E_INVALID, "deal", "type", "must be an object");
    }
}

void c4_convert_write(c4_rule_writer *writer, const c4_rule_action *action)
{
    const c4_rule_conversion *conversion = &action->as.conversion;
    bool first = true;

    c4_buffer_char(writer->out, '{');
    if (conversion->deal != NULL) {
        c4_json_put_key(writer->out, &first, "deal");
        c4_json_put_value(writer->out, conversion->deal);
    }
    if (conversion->owner != 0) {
        c4_json_put_key(writer->out, &first, "owner");
        c4_rule_put_user(writer, conversion->owner);
    }
    c4_buffer_char(writer->out, '}');
}

/* Each field of a deal is one that the author could write. */
static int check_deal(c4_unit *author, const c4_json *deal)
{
    c4_scope create;
    int rc = c4_access_module(author, "Deals", CRM4E_ACTION_CREATE, &create);

    for (size_t i = 0; i < c4_json_count(deal) && rc == CRM4E_OK; i++) {
        const char *name = NULL;
        const c4_field *field;
        (void)c4_json_member_at(deal, i, &name);
        field = c4_module_field_named(create.module, name);
        rc = field != NULL
                 ? c4_access_write_field(&create, field)
                 : c4_refuse(author, CRM4E_E_INVALID, name, "field", "is no field of the module");
    }
    return rc;
}

static int check_rights(c4_unit *author, const c4_rule_conversion *conversion)
{
    c4_scope create;
    int rc = c4_access_module(author, "Accounts", CRM4E_ACTION_CREATE, &create);

    if (rc == CRM4E_OK) {
        rc = c4_access_module(author, "Contacts", CRM4E_ACTION_CREATE, &create);
    }
    if (rc == CRM4E_OK && conversion->owner != 0) {
        rc = c4_access_module(author, "Contacts", CRM4E_ACTION_CHANGE_OWNER, &create);
    }
    return rc == CRM4E_OK && conversion->deal != NULL ? check_deal(author, conversion->deal) : rc;
}

int c4_convert_check(const c4_scope *author, const c4_rule_action *action)
{
    const c4_rule_conversion *conversion = &action->as.conversion;
    int rc = check_rights(author->unit, conversion);

    return rc == CRM4E_OK && conversion->deal != NULL
               ? c4_template_check_json(author, conversion->deal)
               : rc;
}

int c4_convert_resolve(c4_unit *unit, const c4_module *module, const c4_rule_action *action)
{
    const c4_rule_conversion *conversion = &action->as.conversion;
    int rc = check_rights(unit, conversion);

    return rc == CRM4E_OK && conversion->deal != NULL
               ? c4_template_resolve_json(unit, module, conversion->deal)
               : rc;
}

/* The deal with its texts filled, as a document of its own. */
static int fill_deal(c4_run *run, const c4_json *deal, c4_json_document *filled)
{
    c4_unit *unit = run->unit;
    c4_template merge;
    c4_buffer out;
    int rc = c4_template_open(&merge, run);

    c4_buffer_init(&out, &unit->env->mem, DEAL_MAX);
    if (rc == CRM4E_OK) {
        rc = c4_template_fill_json(&merge, deal, &out);
    }
    if (rc == CRM4E_OK) {
        rc = c4_stored(unit, out.code);
    }
    if (rc == CRM4E_OK) {
        rc = c4_stored(unit, c4_json_parse(filled, &unit->env->mem, c4_buffer_c_str(&out),
                                           out.length, DEAL_MAX));
    }
    c4_buffer_free(&out);
    return rc;
}

static int tell(c4_run *run, const c4_converted *made)
{
    const struct {
        const char *module;
        crm4e_id record;
    } records[] = {{"Accounts", made->account}, {"Contacts", made->contact}, {"Deals", made->deal}};
    int rc = CRM4E_OK;

    for (size_t i = 0; i < sizeof records / sizeof records[0] && rc == CRM4E_OK; i++) {
        if (records[i].record != 0) {
            rc = c4_dry_run_created(run, c4_meta_module_named(run->unit->meta, records[i].module),
                                    records[i].record);
        }
    }
    return rc;
}

int c4_convert_run(c4_run *run, const c4_rule_action *action)
{
    c4_unit author = c4_unit_as(run->unit, c4_meta_user(run->unit->meta, run->definition->author));
    c4_conversion conversion = {
        .lead = run->change->record, .owner = action->as.conversion.owner, .judge = &author};
    c4_json_document deal = {0};
    c4_converted made;
    int rc = CRM4E_OK;

    if (action->as.conversion.deal != NULL) {
        rc = fill_deal(run, action->as.conversion.deal, &deal);
        conversion.deal = deal.root;
    }
    if (rc == CRM4E_OK) {
        rc = c4_convert_lead(run->unit, &conversion, &made);
    }
    if (rc == CRM4E_OK && run->dry != NULL) {
        rc = tell(run, &made);
    }
    c4_json_free(&deal);
    return rc;
}
