/* SPDX-License-Identifier: MIT */
/* The modules and fields that worlds use. */
#include "world.h"

#include <string.h>

#define BIT(module) (1u << WORLD_##module)
#define TEXT(name)                                                                                 \
    {                                                                                              \
        .api_name = name, .type = WORLD_TEXT                                                       \
    }
#define NAME(name)                                                                                 \
    {                                                                                              \
        .api_name = name, .type = WORLD_TEXT, .must = true                                         \
    }
#define NUMBER(name)                                                                               \
    {                                                                                              \
        .api_name = name, .type = WORLD_NUMBER                                                     \
    }
#define TIME(name)                                                                                 \
    {                                                                                              \
        .api_name = name, .type = WORLD_TIME, .must = true                                         \
    }
#define PICK(name, ...)                                                                            \
    {                                                                                              \
        .api_name = name, .type = WORLD_PICK, .options = { __VA_ARGS__ }                           \
    }
#define LOOKUP(name, bits)                                                                         \
    {                                                                                              \
        .api_name = name, .type = WORLD_LOOKUP, .targets = (bits)                                  \
    }
#define OWNER                                                                                      \
    {                                                                                              \
        .api_name = "Owner", .type = WORLD_OWNER                                                   \
    }
#define MADE(name, a, b)                                                                           \
    {                                                                                              \
        .api_name = name, .type = WORLD_MADE, .inputs = { a, b }                                   \
    }
#define OWN_NUMBER(name)                                                                           \
    {                                                                                              \
        .api_name = name, .type = WORLD_NUMBER, .custom = true                                     \
    }
#define OWN_LOOKUP(name, bits)                                                                     \
    {                                                                                              \
        .api_name = name, .type = WORLD_LOOKUP, .custom = true, .targets = (bits)                  \
    }
#define OWN_PICK(name)                                                                             \
    {                                                                                              \
        .api_name = name, .type = WORLD_PICK, .custom = true, .options = { "Low", "Mid", "High" }  \
    }

#define WHO (BIT(LEADS) | BIT(CONTACTS))
#define WHAT                                                                                       \
    (BIT(ACCOUNTS) | BIT(DEALS) | BIT(DOCUMENTS) | BIT(PROJECTS) | BIT(VAULT) | BIT(REQUESTS))
#define PARENT (WHO | WHAT | BIT(TASKS) | BIT(EVENTS) | BIT(CALLS))

const char *const world_words[] = {"alpha", "Beta", "gamma", "Delta", "alps", "beyond"};

const world_module world_modules[WORLD_MODULES] = {
    [WORLD_ACCOUNTS] = {"Accounts",
                        WORLD_ORG,
                        false,
                        6,
                        {NAME("Account_Name"), NUMBER("Employees"),
                         PICK("Industry", "Education", "Energy", "Media"),
                         LOOKUP("Parent_Account", BIT(ACCOUNTS)), TEXT("Ticker_Symbol"), OWNER}},
    [WORLD_LEADS] = {"Leads",
                     WORLD_ORG,
                     false,
                     8,
                     {NAME("Last_Name"), NAME("Company"), TEXT("First_Name"),
                      MADE("Full_Name", 0, 2), NUMBER("No_of_Employees"),
                      PICK("Rating", "Hot", "Warm", "Cold"), TEXT("City"), OWNER}},
    [WORLD_CONTACTS] = {"Contacts",
                        WORLD_ORG,
                        false,
                        7,
                        {NAME("Last_Name"), TEXT("First_Name"), MADE("Full_Name", 0, 1),
                         TEXT("Department"), LOOKUP("Account_Name", BIT(ACCOUNTS)),
                         LOOKUP("Reporting_To", BIT(CONTACTS)), OWNER}},
    [WORLD_DEALS] = {"Deals",
                     WORLD_ORG,
                     false,
                     9,
                     {NAME("Deal_Name"),
                      {.api_name = "Stage",
                       .type = WORLD_PICK,
                       .must = true,
                       .options = {"Qualification", "Closed Won", "Closed Lost"}},
                      NUMBER("Amount"),
                      /* without one it is the stage's */
                      {.api_name = "Probability", .type = WORLD_NUMBER, .must = true},
                      MADE("Expected_Revenue", 2, 3),
                      LOOKUP("Account_Name", BIT(ACCOUNTS)),
                      LOOKUP("Contact_Name", BIT(CONTACTS)),
                      TEXT("Next_Step"),
                      OWNER}},
    [WORLD_DOCUMENTS] = {"Documents",
                         WORLD_TEAM,
                         true,
                         5,
                         {NAME("Name"), OWN_NUMBER("Pages"), OWN_LOOKUP("Client", BIT(ACCOUNTS)),
                          OWN_PICK("Grade"), OWNER}},
    [WORLD_PROJECTS] = {"Projects",
                        WORLD_ORG,
                        true,
                        7,
                        {NAME("Name"), OWN_NUMBER("Size"), OWN_PICK("Phase"),
                         OWN_LOOKUP("Client", BIT(ACCOUNTS)), OWN_LOOKUP("Origin", BIT(LEADS)),
                         OWN_LOOKUP("Paper", BIT(DOCUMENTS)), OWNER}},
    [WORLD_VAULT] = {"Vault",
                     WORLD_ORG,
                     true,
                     4,
                     {NAME("Name"), OWN_NUMBER("Shelf"), OWN_LOOKUP("Project", BIT(PROJECTS)),
                      OWNER}},
    [WORLD_REQUESTS] = {"Requests",
                        WORLD_TEAM,
                        true,
                        6,
                        {NAME("Name"), OWN_NUMBER("Weight"), OWN_PICK("Urgency"),
                         OWN_LOOKUP("Document", BIT(DOCUMENTS)), OWN_LOOKUP("Deal", BIT(DEALS)),
                         OWNER}},
    [WORLD_TASKS] = {"Tasks",
                     WORLD_ACTIVITY,
                     false,
                     5,
                     {NAME("Subject"), PICK("Priority", "High", "Low", "Normal"),
                      LOOKUP("Who_Id", WHO), LOOKUP("What_Id", WHAT), OWNER}},
    [WORLD_EVENTS] = {"Events",
                      WORLD_ACTIVITY,
                      false,
                      7,
                      {NAME("Event_Title"), TIME("Start_DateTime"), TIME("End_DateTime"),
                       TEXT("Venue"), LOOKUP("Who_Id", WHO), LOOKUP("What_Id", WHAT), OWNER}},
    [WORLD_CALLS] = {"Calls",
                     WORLD_ACTIVITY,
                     false,
                     7,
                     {NAME("Subject"),
                      {.api_name = "Call_Type",
                       .type = WORLD_PICK,
                       .must = true,
                       .options = {"Inbound", "Outbound", "Missed"}},
                      TIME("Call_Start_Time"),
                      TEXT("Call_Agenda"),
                      LOOKUP("Who_Id", WHO),
                      LOOKUP("What_Id", WHAT),
                      OWNER}},
    [WORLD_NOTES] =
        {"Notes",
         WORLD_CHILD,
         false,
         4,
         {TEXT("Note_Title"),
          NAME("Note_Content"),
          {.api_name = "Parent_Id", .type = WORLD_LOOKUP, .must = true, .targets = PARENT},
          OWNER}},
    [WORLD_ATTACHMENTS] =
        {"Attachments",
         WORLD_CHILD,
         false,
         3,
         {NAME("File_Name"),
          {.api_name = "Parent_Id", .type = WORLD_LOOKUP, .must = true, .targets = PARENT},
          OWNER}},
};

int world_field_named(world_module_id module, const char *api_name)
{
    for (int i = 0; i < world_modules[module].field_count; i++) {
        if (strcmp(world_modules[module].fields[i].api_name, api_name) == 0) {
            return i;
        }
    }
    return -1;
}

void world_write_value(const world *w, const world_field *field, int value, FILE *out)
{
    switch (field->type) {
    case WORLD_TEXT: (void)fputs(world_words[value], out); return;
    case WORLD_PICK: (void)fputs(field->options[value], out); return;
    case WORLD_LOOKUP: (void)fprintf(out, "%lld", (long long)w->records[value].id); return;
    case WORLD_OWNER: (void)fputs(w->users[value].email, out); return;
    case WORLD_TIME: (void)fputs("2027-02-01T09:00:00Z", out); return;
    default: (void)fprintf(out, "%d", value); return;
    }
}

static void write_operand(const world *w, const world_field *field, int value, FILE *out)
{
    bool quoted = field->type != WORLD_NUMBER && field->type != WORLD_LOOKUP;

    (void)fputs(quoted ? "'" : "", out);
    world_write_value(w, field, value, out);
    (void)fputs(quoted ? "'" : "", out);
}

static void write_comparison(const world *w, const world_rule *rule, const world_node *node,
                             FILE *out)
{
    static const char *const signs[] = {
        [WORLD_EQ] = " = ",
        [WORLD_NE] = " != ",
        [WORLD_LT] = " < ",
        [WORLD_GE] = " >= ",
        [WORLD_IN] = " in (",
        [WORLD_NOT_IN] = " not in (",
        [WORLD_BETWEEN] = " between ",
        [WORLD_LIKE] = " like '",
        [WORLD_IS_NULL] = " is null",
        [WORLD_IS_NOT_NULL] = " is not null",
    };
    const world_field *field = &world_modules[rule->module].fields[node->field];

    (void)fprintf(out, "%s%s", field->api_name, signs[node->op]);
    if (node->op == WORLD_LIKE) {
        (void)fprintf(out, "%c%%'", world_words[node->values[0]][0]);
    } else if (node->op != WORLD_IS_NULL && node->op != WORLD_IS_NOT_NULL) {
        write_operand(w, field, node->values[0], out);
    }
    if (node->op == WORLD_BETWEEN || node->op == WORLD_IN || node->op == WORLD_NOT_IN) {
        (void)fputs(node->op == WORLD_BETWEEN ? " and " : ", ", out);
        write_operand(w, field, node->values[1], out);
        (void)fputs(node->op == WORLD_BETWEEN ? "" : ")", out);
    }
}

static void write_node(const world *w, const world_rule *rule, int at, FILE *out)
{
    const world_node *node = &rule->nodes[at];

    if (node->op > WORLD_NOT) {
        write_comparison(w, rule, node, out);
        return;
    }
    (void)fputs(node->op == WORLD_NOT ? "not (" : "(", out);
    write_node(w, rule, node->left, out);
    if (node->op != WORLD_NOT) {
        (void)fputs(node->op == WORLD_AND ? " and " : " or ", out);
        write_node(w, rule, node->right, out);
    }
    (void)fputs(")", out);
}

void world_write_criteria(const world *w, const world_rule *rule, FILE *out)
{
    write_node(w, rule, 0, out);
}

void world_write_record(const world *w, int record, FILE *out)
{
    const world_record *r = &w->records[record];
    const world_module *module = &world_modules[r->module];

    (void)fprintf(out, "record %d (%s %lld) of %s, made by %s%s%s:", record, module->api_name,
                  (long long)r->id, w->users[r->owner].email, w->users[r->creator].email,
                  r->deleted ? ", deleted" : "", r->locked ? ", locked" : "");
    for (int i = 0; i < module->field_count; i++) {
        if (r->values[i] >= 0 && module->fields[i].type == WORLD_LOOKUP) {
            (void)fprintf(out, " %s=record %d", module->fields[i].api_name, r->values[i]);
        } else if (r->values[i] >= 0) {
            (void)fprintf(out, " %s=", module->fields[i].api_name);
            world_write_value(w, &module->fields[i], r->values[i], out);
        }
    }
    (void)fputs("\n", out);
}
