/* SPDX-License-Identifier: MIT */
/* The org of a walk, and what is written into its records. */
#include "record_walk.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

const char *const walk_names[WALK_MODULES] = {"Firms",    "Trips",      "Leads",    "Accounts",
                                              "Contacts", "Deals",      "Products", "Quotes",
                                              "Notes",    "Attachments"};
const char *const walk_emails[WALK_ACTORS] = {"ana@acme.example", "sue@acme.example",
                                              "tom@acme.example"};

const char walk_start[] =
    "{'roles': [{'name': 'Rep', 'parent': 'Manager'}],"
    " 'modules': [{'api_name': 'Firms', 'plural': 'Firms', 'org_default': 'public_read_only',"
    "   'fields': [{'api_name': 'Key', 'type': 'text', 'unique': true},"
    "    {'api_name': 'Up', 'type': 'lookup', 'target': 'Firms'},"
    "    {'api_name': 'Rank', 'type': 'integer', 'indexed': true}]},"
    "  {'api_name': 'Trips', 'plural': 'Trips', 'org_default': 'private', 'fields': ["
    "   {'api_name': 'Firm', 'type': 'lookup', 'target': 'Firms'},"
    "   {'api_name': 'Code', 'type': 'text', 'unique': 'folded'},"
    "   {'api_name': 'Cost', 'type': 'currency'},"
    "   {'api_name': 'Twice', 'type': 'formula', 'settings': {'result': 'currency',"
    "     'expression': 'Cost * 2'}},"
    "   {'api_name': 'No', 'type': 'autonumber', 'settings': {'prefix': 'T-'}},"
    "   {'api_name': 'Kind', 'type': 'picklist', 'options': ['Bus', 'Train']},"
    "   {'api_name': 'Seen', 'type': 'text'},"
    "   {'api_name': 'Papers', 'type': 'fileupload'},"
    "   {'api_name': 'Stops', 'type': 'subform', 'settings': {'columns': ["
    "     {'api_name': 'City', 'type': 'text', 'mandatory': true},"
    "     {'api_name': 'Price', 'type': 'currency'},"
    "     {'api_name': 'Good', 'type': 'lookup', 'target': 'Products'}]}}]},"
    "  {'api_name': 'Firms', 'fields': ["
    "   {'api_name': 'Count', 'type': 'rollup_summary', 'settings': {'function': 'count',"
    "     'module': 'Trips', 'lookup': 'Firm'}},"
    "   {'api_name': 'Spent', 'type': 'rollup_summary', 'settings': {'function': 'sum',"
    "     'module': 'Trips', 'lookup': 'Firm', 'field': 'Cost', 'when': 'Kind is not null'}},"
    "   {'api_name': 'Most', 'type': 'rollup_summary', 'settings': {'function': 'max',"
    "     'module': 'Trips', 'lookup': 'Firm', 'field': 'Cost'}}]},"
    "  {'api_name': 'Leads', 'org_default': 'private'},"
    "  {'api_name': 'Quotes', 'org_default': 'public_read_write'}],"
    " 'profiles': [{'name': 'Writer', 'clone_of': 'Standard', 'admin': ['import'], 'modules': {'*':"
    "   ['view', 'create', 'edit', 'delete', 'mass_update', 'mass_delete', 'change_owner',"
    "    'import', 'share', 'convert']}, 'fields': {'Trips': {'Seen': 'hidden'}}}],"
    " 'users': [{'email': 'sue@acme.example', 'role': 'Manager', 'profile': 'Standard'},"
    "  {'email': 'tom@acme.example', 'role': 'Rep', 'profile': 'Writer'}],"
    " 'workflows': [{'module': 'Trips', 'name': 'Seen', 'on': 'create_or_edit', 'conditions': ["
    "   {'when': 'Cost > 50', 'then': [{'update_field': {'field': 'Seen', 'value': 'dear'}}]}]}]}";

uint32_t walk_below(walk_pool *pool, uint32_t end)
{
    uint64_t z = (pool->random += UINT64_C(0x9e3779b97f4a7c15)); /* splitmix64 */

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (uint32_t)((z ^ (z >> 31)) % end);
}

/* Half of the time one of a few, so that what one step does the next may undo; now and then one
 * that never was. */
crm4e_id walk_some(walk_pool *pool, walk_module module)
{
    uint32_t count = (uint32_t)pool->counts[module];

    if (count > WALK_FEW && walk_below(pool, 2) == 0)
        count = WALK_FEW;
    return count == 0 || walk_below(pool, 40) == 0 ? 1000000
                                                   : pool->ids[module][walk_below(pool, count)];
}

typedef enum kind {
    WORD,
    UNIQUE,
    MAIL,
    MONEY,
    NUMBER,
    PICK,
    STAGE,
    LINK,
    ROWS,
    ITEMS,
    PARENT,
    FILES
} kind;

static const struct {
    walk_module module;
    const char *name;
    kind kind;
    bool needed;
    walk_module target;
} fields[] = {
    {FIRMS, "Name", WORD, true, 0},
    {FIRMS, "Key", UNIQUE, false, 0},
    {FIRMS, "Up", LINK, false, FIRMS},
    {FIRMS, "Rank", NUMBER, false, 0},
    {TRIPS, "Name", WORD, true, 0},
    {TRIPS, "Firm", LINK, false, FIRMS},
    {TRIPS, "Code", UNIQUE, false, 0},
    {TRIPS, "Cost", MONEY, false, 0},
    {TRIPS, "Kind", PICK, false, 0},
    {TRIPS, "Stops", ROWS, false, 0},
    {TRIPS, "Papers", FILES, false, 0},
    {LEADS, "Last_Name", WORD, true, 0},
    {LEADS, "Company", WORD, true, 0},
    {LEADS, "Email", MAIL, false, 0},
    {LEADS, "Annual_Revenue", MONEY, false, 0},
    {ACCOUNTS, "Account_Name", WORD, true, 0},
    {ACCOUNTS, "Parent_Account", LINK, false, ACCOUNTS},
    {ACCOUNTS, "Annual_Revenue", MONEY, false, 0},
    {CONTACTS, "Last_Name", WORD, true, 0},
    {CONTACTS, "Account_Name", LINK, false, ACCOUNTS},
    {CONTACTS, "Email", MAIL, false, 0},
    {DEALS, "Deal_Name", WORD, true, 0},
    {DEALS, "Stage", STAGE, true, 0},
    {DEALS, "Amount", MONEY, false, 0},
    {DEALS, "Account_Name", LINK, false, ACCOUNTS},
    {PRODUCTS, "Product_Name", WORD, true, 0},
    {PRODUCTS, "Unit_Price", MONEY, false, 0},
    {QUOTES, "Subject", WORD, true, 0},
    {QUOTES, "Discount", MONEY, false, 0},
    {QUOTES, "Quoted_Items", ITEMS, false, 0},
    {NOTES, "Note_Content", WORD, true, 0},
    {NOTES, "Parent_Id", PARENT, true, 0},
};

static const char *word(walk_pool *pool)
{
    static const char *const list[] = {"'alpha'", "'Beta'", "'\\u00c4ther'", "'gamma ray'", "'b'"};

    return list[walk_below(pool, 5)];
}

/* Rows of a subform or of line items; never more than three. */
static void put_rows(walk_pool *pool, kind of, char *out, size_t size)
{
    const uint32_t count = walk_below(pool, 4);
    size_t used = (size_t)snprintf(out, size, "[");

    for (uint32_t i = 0; i < count; i++) {
        const long long product = (long long)walk_some(pool, PRODUCTS);
        const unsigned number = walk_below(pool, 50);
        if (of == ITEMS)
            used += (size_t)snprintf(out + used, size - used,
                                     "%s{'Product_Name': %lld, 'Quantity': %u}", i > 0 ? "," : "",
                                     product, number);
        else
            used += (size_t)snprintf(out + used, size - used,
                                     number % 4 == 0 ? "%s{'City': %s, 'Good': %lld}"
                                                     : "%s{'City': %s}",
                                     i > 0 ? "," : "", word(pool), product);
    }
    (void)snprintf(out + used, size - used, "]");
}

static void put_value(walk_pool *pool, size_t field, char *out, size_t size)
{
    static const char *const stages[] = {"'Qualification'", "'Closed Won'", "'Closed Lost'"};
    static const walk_module parents[] = {LEADS, ACCOUNTS, TRIPS};
    const walk_module parent = parents[walk_below(pool, 3)];
    const unsigned number = walk_below(pool, 40);

    switch (fields[field].kind) {
    case UNIQUE: (void)snprintf(out, size, number % 2 == 0 ? "'k%u'" : "'K%u'", number / 2); break;
    case MAIL: (void)snprintf(out, size, "'m%u@x.example'", number / 2); break;
    case MONEY: (void)snprintf(out, size, "%u.%02u", number * 3, number); break;
    case NUMBER: (void)snprintf(out, size, "%d", (int)number - 20); break;
    case PICK: (void)snprintf(out, size, "%s", number % 2 == 0 ? "'Bus'" : "'Train'"); break;
    case STAGE: (void)snprintf(out, size, "%s", stages[number % 3]); break;
    case LINK: (void)snprintf(out, size, "%" PRId64, walk_some(pool, fields[field].target)); break;
    case ROWS:
    case ITEMS: put_rows(pool, fields[field].kind, out, size); break;
    case PARENT:
        (void)snprintf(out, size, "'%s:%" PRId64 "'", walk_names[parent], walk_some(pool, parent));
        break;
    case FILES: (void)snprintf(out, size, "%s", number % 4 == 0 ? "[]" : "null"); break;
    default: (void)snprintf(out, size, "%s", word(pool)); break;
    }
}

/* What no field takes, or no module has. */
static const char *bad_value(walk_pool *pool)
{
    static const char *const list[] = {"'Nope': 1", "'Owner': 'nobody@acme.example'", "'id': 7",
                                       "'Created_Time': '2024-01-01T00:00:00Z'", "'Tag': 5"};

    return list[walk_below(pool, 5)];
}

static void put_object(walk_pool *pool, walk_module module, bool full, char *out)
{
    size_t used = (size_t)snprintf(out, WALK_JSON, "{");
    const char *before = "";

    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        char value[320];
        if (fields[i].module != module || (!(full && fields[i].needed) && walk_below(pool, 5) > 1))
            continue;
        if (walk_below(pool, full && fields[i].needed ? 60 : 8) == 0)
            (void)snprintf(value, sizeof value, "null");
        else
            put_value(pool, i, value, sizeof value);
        used += (size_t)snprintf(out + used, WALK_JSON - used, "%s'%s': %s", before, fields[i].name,
                                 value);
        before = ", ";
    }
    if (walk_below(pool, 25) == 0)
        used += (size_t)snprintf(out + used, WALK_JSON - used, "%s%s", before, bad_value(pool));
    (void)snprintf(out + used, WALK_JSON - used, "}");
    for (char *at = out; *at != '\0'; at++)
        *at = *at == '\'' ? '"' : *at;
}

static const walk_operation *some_operation(walk_pool *pool)
{
    const walk_operation *what = walk_operations;
    uint32_t sum = 0, at;

    for (size_t i = 0; i < walk_operation_count; i++)
        sum += walk_operations[i].weight;
    for (at = walk_below(pool, sum); at >= what->weight; what++)
        at -= what->weight;
    return what;
}

void walk_roll(walk_pool *pool, walk_step *step)
{
    const unsigned usual = (1u << ATTACHMENTS) - 1;
    unsigned modules;

    step->what = some_operation(pool);
    modules = step->what->modules != 0 ? step->what->modules : usual;
    step->actor = (int)(walk_below(pool, WALK_ACTORS + 1) % WALK_ACTORS);
    do
        step->module = (walk_module)walk_below(pool, WALK_MODULES);
    while ((modules >> step->module & 1) == 0);
    step->id = walk_some(pool, step->module);
    step->other = walk_some(pool, step->module);
    step->third = walk_some(pool, step->module);
    step->roll = walk_below(pool, 1u << 30);
    put_object(pool, step->module, step->roll % 4 != 0, step->json);
}
