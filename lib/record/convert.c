/* SPDX-License-Identifier: MIT */
/*
 * Leads become accounts, contacts and deals. What goes where is a table, and
 * what the org says of fields that are not in it. The new records are written as a rule would write them, once the gate has agreed
 * to each of their fields: their owner is the lead's, which is no change of
 * owners.
 */
#include "record/convert.h"

#include <string.h>

#include "model/convert_mapping.h"
#include "model/money.h"
#include "record/inside.h"
#include "record/interaction.h"

enum {
    TEXT_CEILING = 4 * 1024 * 1024
};

/* A field of leads and where its values go; NULL: not there. */
typedef struct pair {
    const c4_field *lead;
    const c4_field *to[C4_CONVERT_PARTS];
} pair;

/* Where records that hang on the lead name it. */
static const struct {
    const char *module;
    const char *field;
} followers[] = {{"Notes", "Parent_Id"},
                 {"Attachments", "Parent_Id"},
                 {"Tasks", "Who_Id"},
                 {"Events", "Who_Id"},
                 {"Calls", "Who_Id"}};

/* A conversion in progress. */
typedef struct converting {
    c4_unit *unit;
    c4_unit *judge; /* whose rights are asked: the unit, or the same as somebody else */
    const c4_conversion *asked;
    const c4_module *leads;
    crm4e_value *lead; /* its whole row */
    crm4e_id owner;    /* of what is new */
    c4_buffer text;    /* a value on its way */
    pair *pairs;       /* what the standard says, and the org */
    size_t pair_count;
} converting;

static const c4_field *field_named(const c4_module *module, const char *name)
{
    return module != NULL ? c4_module_field_named(module, name) : NULL;
}

static const crm4e_value *lead_value(const converting *c, const char *name)
{
    const c4_field *field = field_named(c->leads, name);

    return field != NULL ? &c->lead[field->column] : NULL;
}

/* Currency is a field like any other where the org has one. */
static bool is_mapped(const converting *c, const char *lead)
{
    return c->leads->currency != NULL || strcmp(lead, C4_FIELD_CURRENCY) != 0;
}

static void add_standard(converting *c, const c4_convert_row *row)
{
    pair *next = &c->pairs[c->pair_count];

    next->lead = is_mapped(c, row->lead) ? field_named(c->leads, row->lead) : NULL;
    for (int to = 0; to < C4_CONVERT_PARTS; to++) {
        const c4_module *module = c4_meta_module_named(c->unit->meta, c4_convert_modules[to]);
        next->to[to] = row->to[to] != NULL ? field_named(module, row->to[to]) : NULL;
    }
    c->pair_count += next->lead != NULL;
}

static void add_own(converting *c, const c4_field *lead)
{
    pair *next = &c->pairs[c->pair_count];

    next->lead = lead;
    for (int to = 0; to < C4_CONVERT_PARTS; to++) {
        next->to[to] = c4_convert_target(c->unit->meta, lead, (c4_convert_part)to);
    }
    c->pair_count++;
}

static int read_mapping(converting *c)
{
    const size_t most = c4_convert_standard_count + c->leads->field_count;

    c->pairs = c4_arena_array(c->unit->arena, most + 1, sizeof *c->pairs);
    if (c->pairs == NULL) {
        return c4_record_no_memory(c->unit);
    }
    for (size_t i = 0; i < c4_convert_standard_count; i++) {
        add_standard(c, &c4_convert_standard[i]);
    }
    for (size_t i = 0; i < c->leads->field_count; i++) {
        if (c4_convert_maps(c->unit->meta, &c->leads->fields[i])) {
            add_own(c, &c->leads->fields[i]);
        }
    }
    return CRM4E_OK;
}

static bool is_empty(const crm4e_value *value)
{
    return value == NULL || value->type == CRM4E_VALUE_NULL;
}

/* What leaves the lead must be open to him, whether or not there is something. */
static int check_open(converting *c)
{
    c4_scope view;
    int rc = c4_access_module_number(c->judge, c->leads->number, CRM4E_ACTION_VIEW, &view);

    for (size_t i = 0; i < c->pair_count && rc == CRM4E_OK; i++) {
        const c4_field *field = NULL;
        rc = c4_access_read_field(&view, c->pairs[i].lead->api_name, &field);
    }
    return rc;
}

static int take_lead(converting *c)
{
    const char *converted = "Converted__s";
    const crm4e_value *done;
    c4_write write;
    int rc = c4_write_open(&write, c->judge, "Leads", CRM4E_ACTION_CONVERT);

    if (rc == CRM4E_OK) {
        rc = c4_write_take(&write, c->asked->lead, c->asked->expected_version);
    }
    c->leads = write.module;
    c->lead = write.before;
    c4_write_end(&write);
    if (rc != CRM4E_OK) {
        return rc;
    }
    done = lead_value(c, converted);
    if (!is_empty(done) && done->integer != 0) {
        return c4_field_refuse(c->unit, field_named(c->leads, converted), CRM4E_E_CONFLICT,
                               "converted", "says that the lead is converted already");
    }
    rc = read_mapping(c);
    return rc == CRM4E_OK ? check_open(c) : rc;
}

/* The lead's owner, where he may still own; else who converts. */
static int choose_owner(converting *c)
{
    crm4e_id kept = c->lead[C4_COLUMN_OWNER].integer;

    c->owner = c->asked->owner != 0 ? c->asked->owner : kept;
    if (c->asked->owner == 0 && c4_owner_check(c->unit, c->leads, kept) != CRM4E_OK) {
        c4_failure_clear(c->unit->error);
        c->owner = c->judge->actor->id;
    }
    return c4_owner_check(c->unit, c->leads, c->owner);
}

/* Giving what is new to somebody else takes the right to. */
static int check_giving(converting *c, const c4_module *module)
{
    bool own = c->owner == c->judge->actor->id || c->owner == c->lead[C4_COLUMN_OWNER].integer;
    c4_scope scope;

    return own ? CRM4E_OK
               : c4_access_module_number(c->judge, module->number, CRM4E_ACTION_CHANGE_OWNER,
                                         &scope);
}

static int copy_value(converting *c, const c4_field *from, c4_draft *draft, const c4_field *to)
{
    int rc;

    c4_buffer_reset(&c->text);
    rc = c4_field_to_text(c->unit, from, c->lead, &c->text);
    if (rc == CRM4E_OK && c->text.code != CRM4E_OK) {
        rc = c4_fail_plain(c->unit->error, c->text.code);
    }
    return rc == CRM4E_OK
               ? c4_draft_set_text(c->unit, draft, to, c4_buffer_c_str(&c->text), c->text.length)
               : rc;
}

/* A lookup goes along where the same record could be chosen; whether it is gone or closed to
 * him is the same. */
static int copy_pointer(converting *c, const c4_field *from, c4_draft *draft, const c4_field *to)
{
    const crm4e_id id = c->lead[from->column].integer;
    const c4_user *user = c4_meta_user(c->unit->meta, id);
    bool there = user != NULL && c4_user_works(user);
    int rc = CRM4E_OK;

    if (to->type == CRM4E_TYPE_LOOKUP) {
        rc = c4_record_visible(c->judge, to->targets[0], id, &there);
    }
    return rc == CRM4E_OK && there ? c4_draft_set_integer(c->unit, draft, to, id) : rc;
}

static int copy_any(converting *c, const c4_field *from, c4_draft *draft, const c4_field *to)
{
    return to->type == CRM4E_TYPE_LOOKUP || to->type == CRM4E_TYPE_USERLOOKUP
               ? copy_pointer(c, from, draft, to)
               : copy_value(c, from, draft, to);
}

/* Whether a new record will be in the currency of the lead. */
static bool in_its_currency(const converting *c, const c4_draft *draft)
{
    const c4_field *currency = draft->module->currency;
    const crm4e_value *of_lead =
        c->leads->currency != NULL ? &c->lead[c->leads->currency->column] : NULL;
    const int64_t home = c4_currency_code(c->unit->meta->org.currency);
    int64_t codes[2];

    if (currency == NULL || of_lead == NULL || !draft->set[currency - draft->module->fields]) {
        return true;
    }
    codes[0] = is_empty(of_lead) ? home : of_lead->integer;
    codes[1] = draft->values[currency - draft->module->fields].integer;
    codes[1] = is_empty(&draft->values[currency - draft->module->fields]) ? home : codes[1];
    return codes[0] == codes[1];
}

/* Amounts go along into records of the lead's currency; a record that is there keeps its own. */
static bool keeps_amounts(const converting *c, const c4_field *to, const crm4e_value *row,
                          const c4_draft *draft)
{
    if (row != NULL && to == draft->module->currency) {
        return false;
    }
    if (to->type != CRM4E_TYPE_CURRENCY) {
        return true;
    }
    return row != NULL ? c4_money_same(c->unit, c->leads, c->lead, draft->module, row)
                       : in_its_currency(c, draft);
}

/* Everything the lead has for a part, but what is given already; of a record that is there
 * (`row`), what is empty or, when told to, all, as far as he may write it. */
static int fill(converting *c, c4_convert_part to, const c4_scope *scope, const crm4e_value *row,
                c4_draft *draft)
{
    int rc = CRM4E_OK;

    for (size_t i = 0; i < c->pair_count && rc == CRM4E_OK; i++) {
        const c4_field *from = c->pairs[i].lead;
        const c4_field *field = c->pairs[i].to[to];
        bool wanted = field != NULL && !is_empty(&c->lead[from->column]) &&
                      !draft->set[field - draft->module->fields] &&
                      keeps_amounts(c, field, row, draft);

        if (wanted && row != NULL) {
            wanted = (c->asked->overwrite || is_empty(&row[field->column])) &&
                     c4_access_field_permission(scope, field) == CRM4E_PERMISSION_READ_WRITE;
        }
        if (wanted) {
            rc = copy_any(c, from, draft, field);
        }
    }
    return rc;
}

static int set_id(converting *c, c4_draft *draft, const char *name, crm4e_id id)
{
    const c4_field *field = field_named(draft->module, name);

    return id != 0 && field != NULL ? c4_draft_set_integer(c->unit, draft, field, id) : CRM4E_OK;
}

/* The gate is asked about each field as for any new record. */
static int create(converting *c, const c4_scope *scope, c4_draft *draft, crm4e_id *id)
{
    int rc = check_giving(c, draft->module);

    for (size_t i = 0; i < draft->module->field_count && rc == CRM4E_OK; i++) {
        if (draft->set[i]) {
            rc = c4_access_write_field(scope, &draft->module->fields[i]);
        }
    }
    draft->owner = c->owner;
    if (rc == CRM4E_OK) {
        rc = c4_record_write_as_rule(c->unit, draft);
    }
    *id = rc == CRM4E_OK ? draft->id : 0;
    return rc;
}

static int start(converting *c, const char *module, c4_scope *scope, c4_draft *draft)
{
    int rc = c4_access_module(c->judge, module, CRM4E_ACTION_CREATE, scope);

    if (rc == CRM4E_OK && c4_draft_init(draft, c->unit->arena, scope->module) != CRM4E_OK) {
        rc = c4_record_no_memory(c->unit);
    }
    return rc;
}

/* A record there is: he must see it; what he may not edit stays as it is. */
static int fill_old(converting *c, c4_convert_part to, const char *module, crm4e_id id)
{
    const crm4e_value *row = NULL;
    const bool *readable = NULL;
    c4_draft draft;
    c4_scope scope;
    int rc = c4_access_module(c->unit, module, CRM4E_ACTION_VIEW, &scope);

    if (rc == CRM4E_OK) {
        rc = c4_record_read(c->unit, &scope, id, &row, &readable);
    }
    if (rc != CRM4E_OK) {
        return rc;
    }
    rc = c4_access_module(c->unit, module, CRM4E_ACTION_EDIT, &scope);
    if (rc == CRM4E_OK && c4_draft_init(&draft, c->unit->arena, scope.module) != CRM4E_OK) {
        return c4_record_no_memory(c->unit);
    }
    if (rc == CRM4E_OK) {
        draft.id = id;
        rc = fill(c, to, &scope, row, &draft);
    }
    rc = rc == CRM4E_OK ? c4_record_update(c->unit, &draft) : rc;
    if (rc == CRM4E_E_DENIED || rc == CRM4E_E_LOCKED) {
        c4_failure_clear(c->unit->error);
        rc = CRM4E_OK;
    }
    return rc;
}

static int convert_account(converting *c, crm4e_id *id)
{
    c4_draft draft;
    c4_scope scope;
    int rc;

    *id = c->asked->account;
    if (*id != 0) {
        return fill_old(c, C4_TO_ACCOUNT, "Accounts", *id);
    }
    if (is_empty(lead_value(c, "Company"))) {
        return CRM4E_OK;
    }
    rc = start(c, "Accounts", &scope, &draft);
    rc = rc == CRM4E_OK ? fill(c, C4_TO_ACCOUNT, &scope, NULL, &draft) : rc;
    return rc == CRM4E_OK ? create(c, &scope, &draft, id) : rc;
}

static int convert_contact(converting *c, crm4e_id account, crm4e_id *id)
{
    c4_draft draft;
    c4_scope scope;
    int rc;

    *id = c->asked->contact;
    if (*id != 0) {
        return fill_old(c, C4_TO_CONTACT, "Contacts", *id);
    }
    rc = start(c, "Contacts", &scope, &draft);
    rc = rc == CRM4E_OK ? fill(c, C4_TO_CONTACT, &scope, NULL, &draft) : rc;
    rc = rc == CRM4E_OK ? set_id(c, &draft, "Account_Name", account) : rc;
    return rc == CRM4E_OK ? create(c, &scope, &draft, id) : rc;
}

/* Called like the company, or else the lead, when nothing else is said. */
static int name_deal(converting *c, c4_draft *draft)
{
    const c4_field *name = field_named(draft->module, "Deal_Name");
    bool company = !is_empty(lead_value(c, "Company"));
    const c4_field *from = field_named(c->leads, company ? "Company" : "Last_Name");

    return name == NULL || from == NULL || draft->set[name - draft->module->fields]
               ? CRM4E_OK
               : copy_value(c, from, draft, name);
}

static int convert_deal(converting *c, c4_converted *out)
{
    c4_draft draft;
    c4_scope scope;
    int rc;

    if (c->asked->deal == NULL) {
        return CRM4E_OK;
    }
    rc = start(c, "Deals", &scope, &draft);
    rc = rc == CRM4E_OK ? c4_draft_set_object(c->unit, &draft, c->asked->deal) : rc;
    rc = rc == CRM4E_OK ? fill(c, C4_TO_DEAL, &scope, NULL, &draft) : rc;
    rc = rc == CRM4E_OK ? name_deal(c, &draft) : rc;
    rc = rc == CRM4E_OK ? set_id(c, &draft, "Account_Name", out->account) : rc;
    rc = rc == CRM4E_OK ? set_id(c, &draft, "Contact_Name", out->contact) : rc;
    return rc == CRM4E_OK ? create(c, &scope, &draft, &out->deal) : rc;
}

static int move_one(converting *c, const c4_module *module, const c4_field *field, crm4e_id id,
                    crm4e_id contact)
{
    const c4_module *contacts = c4_meta_module_named(c->unit->meta, "Contacts");
    size_t at = (size_t)(field - module->fields);
    c4_draft draft;

    if (c4_draft_init(&draft, c->unit->arena, module) != CRM4E_OK) {
        return c4_record_no_memory(c->unit);
    }
    draft.id = id;
    draft.values[at] = c4_integer(contact);
    draft.values[at].reserved = (uint32_t)contacts->number;
    draft.set[at] = true;
    return c4_record_write_as_rule(c->unit, &draft);
}

static int move_followers(converting *c, crm4e_id contact)
{
    int rc = CRM4E_OK;

    for (size_t i = 0; i < sizeof followers / sizeof followers[0] && rc == CRM4E_OK; i++) {
        const c4_module *module = c4_meta_module_named(c->unit->meta, followers[i].module);
        const c4_field *field = field_named(module, followers[i].field);
        crm4e_id *ids = NULL;
        size_t count = 0;

        if (field !=
            NULL) { /* ids are of one record in the whole org: the module need not be asked */
            rc = c4_rows_with(c->unit, &module->table, field->column, c->asked->lead, &ids, &count);
        }
        for (size_t k = 0; k < count && rc == CRM4E_OK; k++) {
            rc = move_one(c, module, field, ids[k], contact);
        }
    }
    return rc;
}

/* The lead says what it became; the module, that it has such leads. */
static int mark_lead(converting *c, const c4_converted *out)
{
    c4_module module = *c->leads;
    c4_draft draft;
    int rc = c4_draft_init(&draft, c->unit->arena, c->leads);

    if (rc != CRM4E_OK) {
        return c4_record_no_memory(c->unit);
    }
    draft.id = c->asked->lead;
    rc = c4_draft_set_text(c->unit, &draft, field_named(c->leads, "Converted__s"), "true", 4);
    rc = rc == CRM4E_OK
             ? c4_draft_set_integer(c->unit, &draft, field_named(c->leads, "Converted_Date_Time"),
                                    c->unit->now)
             : rc;
    rc = rc == CRM4E_OK ? set_id(c, &draft, "Converted_Account", out->account) : rc;
    rc = rc == CRM4E_OK ? set_id(c, &draft, "Converted_Contact", out->contact) : rc;
    rc = rc == CRM4E_OK ? set_id(c, &draft, "Converted_Deal", out->deal) : rc;
    rc = rc == CRM4E_OK ? c4_record_write_as_rule(c->unit, &draft) : rc;
    if (rc == CRM4E_OK && (module.flags & C4_MODULE_CONVERTED) == 0) {
        module.flags |= C4_MODULE_CONVERTED;
        rc = c4_module_store(c->unit, &module);
        c4_unit_meta_changed(c->unit);
    }
    return rc;
}

int c4_convert_lead(c4_unit *unit, const c4_conversion *conversion, c4_converted *out)
{
    converting c = {.unit = unit,
                    .judge = conversion->judge != NULL ? conversion->judge : unit,
                    .asked = conversion};
    c4_interaction_came came = {0};
    uint32_t source = unit->source;
    int rc;

    *out = (c4_converted){0};
    unit->source = C4_SOURCE_CONVERT;
    c4_buffer_init(&c.text, unit->arena->mem, TEXT_CEILING);
    rc = take_lead(&c);
    rc = rc == CRM4E_OK ? choose_owner(&c) : rc;
    rc = rc == CRM4E_OK ? convert_account(&c, &out->account) : rc;
    rc = rc == CRM4E_OK ? convert_contact(&c, out->account, &out->contact) : rc;
    rc = rc == CRM4E_OK ? convert_deal(&c, out) : rc;
    rc = rc == CRM4E_OK ? move_followers(&c, out->contact) : rc;
    rc = rc == CRM4E_OK ? c4_interactions_convert(unit, conversion->lead, out->contact, &came) : rc;
    rc = rc == CRM4E_OK ? mark_lead(&c, out) : rc;
    rc = rc == CRM4E_OK ? c4_interaction_told(unit, &came) : rc;
    c4_buffer_free(&c.text);
    unit->source = source;
    return rc;
}

const c4_field *c4_conversion_time(const c4_module *module)
{
    return (module->flags & C4_MODULE_CONVERTED) != 0
               ? c4_module_field_named(module, C4_CONVERSION_TIME)
               : NULL;
}

static bool names_conversion(const c4_module *module, const c4_criteria *node)
{
    const c4_field *field;
    bool found = false;

    if (node->kind == C4_CRITERIA_LEAF) {
        field = c4_module_field_named(module, node->path);
        return field != NULL &&
               strncmp(field->api_name, C4_CONVERSION_FIELDS, strlen(C4_CONVERSION_FIELDS)) == 0;
    }
    for (size_t i = 0; i < node->child_count && !found; i++) {
        found = names_conversion(module, node->children[i]);
    }
    return found;
}

bool c4_unconverted_only(const c4_module *module, const c4_criteria *criteria,
                         crm4e_predicate *rows)
{
    const c4_field *time = c4_conversion_time(module);

    if (time == NULL || (criteria != NULL && names_conversion(module, criteria))) {
        return false;
    }
    *rows = c4_where(CRM4E_OP_IS_NULL, time->column, NULL, 0);
    return true;
}
