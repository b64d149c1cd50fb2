/* SPDX-License-Identifier: MIT */
#include "hidden.h"

#include "support/columns.h"

#include <stdlib.h>
#include <string.h>

const char *const place_modules[PLACES] = {
    [PLACE_THINGS] = "Things", [PLACE_LEADS] = "Leads",   [PLACE_DEALS] = "Deals",
    [PLACE_DESK] = "Desk",     [PLACE_BENCH] = "Bench",   [PLACE_GUESTS] = "Guests",
    [PLACE_CLOSED] = "Closed", [PLACE_BARRED] = "Barred",
};

#define PAIR(name)                                                                                 \
    "{'api_name': '" name "', 'type': 'text'},"                                                    \
    "{'api_name': '" name "_No', 'type': 'bigint'}"
#define TEAM_FIELDS                                                                                \
    PAIR("Open")                                                                                   \
    ", " PAIR("Secret") ", " PAIR(                                                                 \
        "Host") ","                                                                                \
                "{'api_name': 'Link', 'type': 'lookup', 'target': 'Firms'}"
#define TEAM(name, members, permissions)                                                           \
    "{'api_name': '" name "', 'team': true, 'fields': [" TEAM_FIELDS "],"                          \
    " 'members': [{'user': '" HOST_ADMIN "', 'profile': 'admin'}" members "],"                     \
    " 'permissions': {" permissions "}}"
#define HIDDEN_PAIR        "{'fields': {'Secret': 'hidden', 'Secret_No': 'hidden'}}"
#define HIDE(module, more) "'" module "': {'Secret': 'hidden', 'Secret_No': 'hidden'" more "}"
#define MEMBER(profile)                                                                            \
    ", {'user': '" READER "', 'profile': '" profile "'}, {'user': '" PLAIN                         \
    "', 'profile': '" profile "'}"

/* What both profiles view, and do not read. */
#define SEES                                                                                       \
    "'modules': {'*': ['view', 'create', 'edit', 'delete', 'import', 'export', 'change_owner',"    \
    "  'mass_update', 'mass_delete', 'share', 'convert', 'manage_views', 'send_mail'],"            \
    " 'Barred': []},"                                                                              \
    "'fields': {" HIDE("Holdings", "") ", " HIDE("Firms", "") "," HIDE(                            \
        "Things", ", 'Due': 'hidden', 'Met': 'hidden', 'Flag': 'hidden', "                         \
                  "'Long': 'hidden',"                                                              \
                  " 'Mail': 'hidden', 'Sum': 'hidden', 'Pick': 'hidden', "                         \
                  "'Multi': 'hidden',"                                                             \
                  " 'Code': 'hidden', 'Boss': 'hidden', 'Team': 'hidden', "                        \
                  "'To_Firm': 'hidden', 'Files': 'hidden',"                                        \
                  " 'Firms': 'hidden', 'Fixed': 'read_only', 'Fixed_No': "                         \
                  "'read_only'") ","                                                               \
                                 " 'Leads': {'First_Name': 'hidden'}, "                            \
                                 "'Deals': {'Amount': 'hidden'}}"

static const char modules_document[] =
    "{'crm4e': 1, 'org': {'crm4e': true},"
    " 'modules': ["
    "  {'api_name': 'Holdings', 'org_default': 'public_read_write', 'fields': [" PAIR(
        "Secret") "]},"
                  "  {'api_name': 'Firms', 'org_default': 'public_read_write', 'fields': "
                  "[" PAIR(
                      "Secret") ","
                                "   {'api_name': 'Parent', 'type': 'lookup', 'target': "
                                "'Holdings'}]},"
                                "  {'api_name': 'Barred', 'org_default': 'public_read_write', "
                                "'fields': ["
                                "   " PAIR("Open") ", " PAIR(
                                    "Secret") "]},"
                                              "  {'api_name': 'Shut', 'hidden': true, "
                                              "'org_default': 'public_read_write', 'fields': ["
                                              "   " PAIR(
                                                  "Secret") "]},"
                                                            "  {'api_name': 'Things', "
                                                            "'org_default': 'private', "
                                                            "'fields': ["
                                                            "   " PAIR("Open") ", " PAIR(
                                                                "Secre"
                                                                "t") ", " PAIR("Host") ", " PAIR("F"
                                                                                                 "i"
                                                                                                 "x"
                                                                                                 "e"
                                                                                                 "d") ","
                                                                                                      "   "
                                                                                                      "{'"
                                                                                                      "api"
                                                                                                      "_na"
                                                                                                      "me'"
                                                                                                      ": "
                                                                                                      "'Du"
                                                                                                      "e',"
                                                                                                      " '"
                                                                                                      "typ"
                                                                                                      "e':"
                                                                                                      " '"
                                                                                                      "dat"
                                                                                                      "e'}"
                                                                                                      ", "
                                                                                                      "{'"
                                                                                                      "api"
                                                                                                      "_na"
                                                                                                      "me'"
                                                                                                      ": "
                                                                                                      "'Me"
                                                                                                      "t',"
                                                                                                      " '"
                                                                                                      "typ"
                                                                                                      "e':"
                                                                                                      " '"
                                                                                                      "dat"
                                                                                                      "eti"
                                                                                                      "me'"
                                                                                                      "},"
                                                                                                      "   "
                                                                                                      "{'"
                                                                                                      "api"
                                                                                                      "_na"
                                                                                                      "me'"
                                                                                                      ": "
                                                                                                      "'Fl"
                                                                                                      "ag'"
                                                                                                      ", "
                                                                                                      "'ty"
                                                                                                      "pe'"
                                                                                                      ": "
                                                                                                      "'bo"
                                                                                                      "ole"
                                                                                                      "an'"
                                                                                                      "}, "
                                                                                                      "{'"
                                                                                                      "api"
                                                                                                      "_na"
                                                                                                      "me'"
                                                                                                      ": "
                                                                                                      "'Lo"
                                                                                                      "ng'"
                                                                                                      ", "
                                                                                                      "'ty"
                                                                                                      "pe'"
                                                                                                      ": "
                                                                                                      "'te"
                                                                                                      "xta"
                                                                                                      "rea"
                                                                                                      "'},"
                                                                                                      "   "
                                                                                                      "{'"
                                                                                                      "api"
                                                                                                      "_na"
                                                                                                      "me'"
                                                                                                      ": "
                                                                                                      "'Ma"
                                                                                                      "il'"
                                                                                                      ", "
                                                                                                      "'ty"
                                                                                                      "pe'"
                                                                                                      ": "
                                                                                                      "'em"
                                                                                                      "ail"
                                                                                                      "'},"
                                                                                                      " {'"
                                                                                                      "api"
                                                                                                      "_na"
                                                                                                      "me'"
                                                                                                      ": "
                                                                                                      "'Su"
                                                                                                      "m',"
                                                                                                      " '"
                                                                                                      "typ"
                                                                                                      "e':"
                                                                                                      " '"
                                                                                                      "cur"
                                                                                                      "ren"
                                                                                                      "cy'"
                                                                                                      "},"
                                                                                                      "   "
                                                                                                      "{'"
                                                                                                      "api"
                                                                                                      "_na"
                                                                                                      "me'"
                                                                                                      ": "
                                                                                                      "'Pi"
                                                                                                      "ck'"
                                                                                                      ", "
                                                                                                      "'ty"
                                                                                                      "pe'"
                                                                                                      ": "
                                                                                                      "'pi"
                                                                                                      "ckl"
                                                                                                      "ist"
                                                                                                      "', "
                                                                                                      "'op"
                                                                                                      "tio"
                                                                                                      "ns'"
                                                                                                      ": "
                                                                                                      "['"
                                                                                                      "A',"
                                                                                                      " '"
                                                                                                      "B']"
                                                                                                      "},"
                                                                                                      "   "
                                                                                                      "{'"
                                                                                                      "api"
                                                                                                      "_na"
                                                                                                      "me'"
                                                                                                      ": "
                                                                                                      "'Mu"
                                                                                                      "lti"
                                                                                                      "', "
                                                                                                      "'ty"
                                                                                                      "pe'"
                                                                                                      ": "
                                                                                                      "'mu"
                                                                                                      "lti"
                                                                                                      "sel"
                                                                                                      "ect"
                                                                                                      "pic"
                                                                                                      "kli"
                                                                                                      "st'"
                                                                                                      ", "
                                                                                                      "'op"
                                                                                                      "tio"
                                                                                                      "ns'"
                                                                                                      ": "
                                                                                                      "['"
                                                                                                      "A',"
                                                                                                      " '"
                                                                                                      "B']"
                                                                                                      "},"
                                                                                                      "   "
                                                                                                      "{'"
                                                                                                      "api"
                                                                                                      "_na"
                                                                                                      "me'"
                                                                                                      ": "
                                                                                                      "'Co"
                                                                                                      "de'"
                                                                                                      ", "
                                                                                                      "'ty"
                                                                                                      "pe'"
                                                                                                      ": "
                                                                                                      "'te"
                                                                                                      "xt'"
                                                                                                      ", "
                                                                                                      "'un"
                                                                                                      "iqu"
                                                                                                      "e':"
                                                                                                      " tr"
                                                                                                      "ue}"
                                                                                                      ","
                                                                                                      "   "
                                                                                                      "{'"
                                                                                                      "api"
                                                                                                      "_na"
                                                                                                      "me'"
                                                                                                      ": "
                                                                                                      "'Bo"
                                                                                                      "ss'"
                                                                                                      ", "
                                                                                                      "'ty"
                                                                                                      "pe'"
                                                                                                      ": "
                                                                                                      "'us"
                                                                                                      "erl"
                                                                                                      "ook"
                                                                                                      "up'"
                                                                                                      "}, "
                                                                                                      "{'"
                                                                                                      "api"
                                                                                                      "_na"
                                                                                                      "me'"
                                                                                                      ": "
                                                                                                      "'Te"
                                                                                                      "am'"
                                                                                                      ", "
                                                                                                      "'ty"
                                                                                                      "pe'"
                                                                                                      ": "
                                                                                                      "'mu"
                                                                                                      "lti"
                                                                                                      "use"
                                                                                                      "rlo"
                                                                                                      "oku"
                                                                                                      "p'}"
                                                                                                      ","
                                                                                                      "   "
                                                                                                      "{'"
                                                                                                      "api"
                                                                                                      "_na"
                                                                                                      "me'"
                                                                                                      ": "
                                                                                                      "'To"
                                                                                                      "_Fi"
                                                                                                      "rm'"
                                                                                                      ", "
                                                                                                      "'ty"
                                                                                                      "pe'"
                                                                                                      ": "
                                                                                                      "'lo"
                                                                                                      "oku"
                                                                                                      "p',"
                                                                                                      " '"
                                                                                                      "tar"
                                                                                                      "get"
                                                                                                      "': "
                                                                                                      "'Fi"
                                                                                                      "rms"
                                                                                                      "'},"
                                                                                                      "   "
                                                                                                      "{'"
                                                                                                      "api"
                                                                                                      "_na"
                                                                                                      "me'"
                                                                                                      ": "
                                                                                                      "'Fi"
                                                                                                      "rms"
                                                                                                      "', "
                                                                                                      "'ty"
                                                                                                      "pe'"
                                                                                                      ": "
                                                                                                      "'mu"
                                                                                                      "lti"
                                                                                                      "sel"
                                                                                                      "ect"
                                                                                                      "loo"
                                                                                                      "kup"
                                                                                                      "', "
                                                                                                      "'ta"
                                                                                                      "rge"
                                                                                                      "t':"
                                                                                                      " '"
                                                                                                      "Fir"
                                                                                                      "ms'"
                                                                                                      "},"
                                                                                                      "   "
                                                                                                      "{'"
                                                                                                      "api"
                                                                                                      "_na"
                                                                                                      "me'"
                                                                                                      ": "
                                                                                                      "'Li"
                                                                                                      "nk'"
                                                                                                      ", "
                                                                                                      "'ty"
                                                                                                      "pe'"
                                                                                                      ": "
                                                                                                      "'lo"
                                                                                                      "oku"
                                                                                                      "p',"
                                                                                                      " '"
                                                                                                      "tar"
                                                                                                      "get"
                                                                                                      "': "
                                                                                                      "'Fi"
                                                                                                      "rms"
                                                                                                      "'},"
                                                                                                      "   "
                                                                                                      "{'"
                                                                                                      "api"
                                                                                                      "_na"
                                                                                                      "me'"
                                                                                                      ": "
                                                                                                      "'To"
                                                                                                      "_Ba"
                                                                                                      "rre"
                                                                                                      "d',"
                                                                                                      " '"
                                                                                                      "typ"
                                                                                                      "e':"
                                                                                                      " '"
                                                                                                      "loo"
                                                                                                      "kup"
                                                                                                      "', "
                                                                                                      "'ta"
                                                                                                      "rge"
                                                                                                      "t':"
                                                                                                      " '"
                                                                                                      "Bar"
                                                                                                      "red"
                                                                                                      "'},"
                                                                                                      "   "
                                                                                                      "{'"
                                                                                                      "api"
                                                                                                      "_na"
                                                                                                      "me'"
                                                                                                      ": "
                                                                                                      "'To"
                                                                                                      "_Sh"
                                                                                                      "ut'"
                                                                                                      ", "
                                                                                                      "'ty"
                                                                                                      "pe'"
                                                                                                      ": "
                                                                                                      "'lo"
                                                                                                      "oku"
                                                                                                      "p',"
                                                                                                      " '"
                                                                                                      "tar"
                                                                                                      "get"
                                                                                                      "': "
                                                                                                      "'Sh"
                                                                                                      "ut'"
                                                                                                      "}]}"
                                                                                                      ","
                                                                                                      "  "
                                                                                                      "{'"
                                                                                                      "api"
                                                                                                      "_na"
                                                                                                      "me'"
                                                                                                      ": "
                                                                                                      "'Le"
                                                                                                      "ads"
                                                                                                      "', "
                                                                                                      "'or"
                                                                                                      "g_"
                                                                                                      "def"
                                                                                                      "aul"
                                                                                                      "t':"
                                                                                                      " '"
                                                                                                      "pri"
                                                                                                      "vat"
                                                                                                      "e'}"
                                                                                                      ","
                                                                                                      "  "
                                                                                                      "{'"
                                                                                                      "api"
                                                                                                      "_na"
                                                                                                      "me'"
                                                                                                      ": "
                                                                                                      "'De"
                                                                                                      "als"
                                                                                                      "', "
                                                                                                      "'or"
                                                                                                      "g_"
                                                                                                      "def"
                                                                                                      "aul"
                                                                                                      "t':"
                                                                                                      " '"
                                                                                                      "pri"
                                                                                                      "vat"
                                                                                                      "e'}"
                                                                                                      "]}";

static const char files_document[] = "{'modules': [{'api_name': 'Things', 'fields': [{'api_name': "
                                     "'Files', 'type': 'fileupload'}]}]}";

static const char people_document[] =
    "{'crm4e': 1, 'roles': [{'name': 'Low', 'parent': 'Manager'}],"
    " 'profiles': ["
    "  {'name': 'Blind', 'clone_of': 'Standard', " SEES ", 'admin': ['manage_users',"
    "   'manage_profiles', 'manage_roles', 'manage_data_sharing', 'manage_automation', 'customise',"
    "   'create_team_module', 'manage_team_spaces', 'import', 'export']},"
    "  {'name': 'Plain', 'clone_of': 'Standard', " SEES ", 'admin': ['import', 'export']}],"
    " 'users': [{'email': '" READER "', 'role': 'Low', 'profile': 'Blind'},"
    "  {'email': '" PLAIN "', 'role': 'Low', 'profile': 'Plain'}]}";

static const char teams_document[] = "{'crm4e': 1, 'modules': [" TEAM(
    "Desk", MEMBER("participant"),
    "'participant': " HIDDEN_PAIR) "," TEAM("Bench", MEMBER("admin"),
                                            "'admin': " HIDDEN_PAIR) "," TEAM("Guests", "",
                                                                              "'requester':"
                                                                              " " HIDDEN_PAIR) "]}";

/* What the empty world never had. */
static const char vanished_document[] =
    "{'crm4e': 1, 'modules': ["
    " {'api_name': 'Closed', 'hidden': true, 'fields': [" PAIR("Open") ", " PAIR(
        "Secret") "]},"
                  " {'api_name': 'Things', 'fields': [" PAIR("Gone") "]}]}";

/* # is 1 or 2, the world; $ is what is hidden, another word in each of them. */
#define PAIRS "'Open': 'a', 'Open_No': 1, 'Secret': '$', 'Secret_No': 918273640#"

static const char *const contents[PLACES] = {
    [PLACE_THINGS] = "{'Name': 'Thing', " PAIRS ", 'Host': '$', 'Host_No': 918273640#,"
                     " 'Fixed': 'f', 'Fixed_No': 3, 'Gone': '$', 'Gone_No': 918273640#,"
                     " 'Due': '2031-07-1#', 'Met': '2031-07-1#T10:00:00Z', 'Long': '$',"
                     " 'Mail': '$@x.example', 'Sum': 918273640#.25, 'Code': '$'}",
    [PLACE_LEADS] = "{'Last_Name': 'Plain', 'Company': 'Tower', 'First_Name': '$'}",
    [PLACE_DEALS] = "{'Deal_Name': 'House', 'Stage': 'Qualification', 'Closing_Date': '2030-01-01',"
                    " 'Amount': 918273640#.00}",
    [PLACE_DESK] = "{'Name': 'Desk', " PAIRS "}",
    [PLACE_BENCH] = "{'Name': 'Bench', " PAIRS ", 'Host': '$', 'Host_No': 918273640#}",
    [PLACE_GUESTS] = "{'Name': 'Guest', " PAIRS "}",
    [PLACE_CLOSED] = "{'Name': '$', " PAIRS "}",
    [PLACE_BARRED] = "{'Name': '$', " PAIRS "}",
};

static int32_t tell_time(void *user, int64_t *microseconds)
{
    (void)user;
    *microseconds = INT64_C(1800000000) * 1000000;
    return CRM4E_CONTINUE;
}

static int32_t fill_random(void *user, void *bytes, size_t size)
{
    (void)user;
    memset(bytes, 7, size);
    return CRM4E_CONTINUE;
}

/* The host hides two fields from everybody but the administrator, who is the first user. */
static int32_t authorise(void *user, const crm4e_question *q)
{
    const crm4e_id *administrator = user;
    bool meant = q->field && (strcmp(q->field, "Host") == 0 || strcmp(q->field, "Host_No") == 0);

    return meant && q->user != *administrator ? CRM4E_DENY : CRM4E_PASSTHROUGH;
}

static void open_org(hidden_world *w)
{
    static crm4e_id administrator;
    const crm4e_storage memory = {sizeof memory, crm4e_storage_memory(), NULL};
    const crm4e_clock clock = {sizeof clock, NULL, tell_time};
    const crm4e_random random = {sizeof random, NULL, fill_random};
    const crm4e_auth auth = {sizeof auth, &administrator, NULL, authorise};
    crm4e_engine_options options = CRM4E_ENGINE_OPTIONS_INIT;
    crm4e_org_options org = CRM4E_ORG_OPTIONS_INIT;
    host *h = &w->host;

    options.clock = &clock;
    options.random = &random;
    options.auth = &auth;
    options.storage = &memory;
    options.column_bytes = test_column_bytes(0);
    assert_int_equal(crm4e_engine_open(&h->engine, &options), CRM4E_OK);
    org.name = "Acme";
    org.edition = CRM4E_EDITION_ENTERPRISE;
    org.admin_email = HOST_ADMIN;
    org.crm_licences = 50;
    assert_int_equal(crm4e_org_create(&h->org, h->engine, &org), CRM4E_OK);
    h->admin = host_session(h, HOST_ADMIN);
    administrator = crm4e_session_user(h->admin);
}

static void fill_in(char *out, size_t size, const char *text, world_name world, const char *secret)
{
    size_t length = 0;

    for (; *text; text++) {
        const char digit[2] = {(char)('0' + (int)world), '\0'};
        const char as_is[2] = {*text, '\0'};
        const char *piece = *text == '$' ? secret : *text == '#' ? digit : as_is;

        length += (size_t)snprintf(out + length, size - length, "%s", piece);
        assert_true(length < size);
    }
}

static crm4e_id create(hidden_world *w, place_kind place, world_name world, const char *secret,
                       const char *owner)
{
    crm4e_session *admin = w->host.admin;
    crm4e_record *record = NULL;
    crm4e_id id, user = 0;
    char fields[1024];
    char *json;

    fill_in(fields, sizeof fields, contents[place], world, secret);
    json = host_json(fields);
    host_ok(admin, crm4e_record_new(&record, admin, place_modules[place]));
    host_ok(admin, crm4e_record_set_json(record, json, CRM4E_NUL_TERMINATED));
    host_ok(admin, crm4e_user_find(admin, owner, &user));
    host_ok(admin, crm4e_record_set_owner(record, user));
    host_ok(admin, crm4e_record_save(record));
    id = crm4e_record_id(record);
    crm4e_record_free(record);
    free(json);
    return id;
}

/* A record behind a lookup. */
static crm4e_id behind(crm4e_session *admin, const char *module, const char *name,
                       const char *secret, const char *lookup, crm4e_id target)
{
    crm4e_record *record = NULL;
    crm4e_id id;

    host_ok(admin, crm4e_record_new(&record, admin, module));
    host_ok(admin, crm4e_record_set_text(record, "Name", name, CRM4E_NUL_TERMINATED));
    host_ok(admin, crm4e_record_set_text(record, "Secret", secret, CRM4E_NUL_TERMINATED));
    host_ok(admin, crm4e_record_set_integer(record, "Secret_No", secret[sizeof SECRET - 1]));
    if (lookup)
        host_ok(admin, crm4e_record_set_integer(record, lookup, target));
    host_ok(admin, crm4e_record_save(record));
    id = crm4e_record_id(record);
    crm4e_record_free(record);
    return id;
}

/* The reader's record gets its lookups, and a line of history about what is hidden. */
static void link_thing(hidden_world *w, const char *secret)
{
    crm4e_session *admin = w->host.admin;
    crm4e_record *thing = NULL;
    crm4e_id firm = behind(admin, "Firms", "Firm", secret, "Parent",
                           behind(admin, "Holdings", "Holding", secret, NULL, 0));
    crm4e_id barred = behind(admin, "Barred", secret, secret, NULL, 0);
    crm4e_id shut = behind(admin, "Shut", secret, secret, NULL, 0);
    char changed[32];

    (void)snprintf(changed, sizeof changed, "%s+", secret);
    host_ok(admin, crm4e_record_open(&thing, admin, "Things", w->record[PLACE_THINGS]));
    host_ok(admin, crm4e_record_set_text(thing, "Secret", changed, CRM4E_NUL_TERMINATED));
    host_ok(admin, crm4e_record_set_text(thing, "Open", "b", CRM4E_NUL_TERMINATED));
    host_ok(admin, crm4e_record_set_integer(thing, "Link", firm));
    host_ok(admin, crm4e_record_set_integer(thing, "To_Firm", firm));
    host_ok(admin, crm4e_record_set_integer(thing, "To_Barred", barred));
    host_ok(admin, crm4e_record_set_integer(thing, "To_Shut", shut));
    host_ok(admin, crm4e_record_save(thing));
    crm4e_record_free(thing);
}

static int32_t read_secret(void *user, char *bytes, size_t size, size_t *read)
{
    const char **left = user;

    (void)size;
    *read = strlen(*left);
    memcpy(bytes, *left, *read);
    *left += *read;
    return CRM4E_CONTINUE;
}

static void put_file(hidden_world *w, const char *secret)
{
    crm4e_file_options options = CRM4E_FILE_OPTIONS_INIT;
    const char *content = secret;

    options.name = secret;
    options.read = read_secret;
    options.read_user = &content;
    host_ok(w->host.admin, crm4e_field_file_put(&w->file, w->host.admin, "Things",
                                                w->record[PLACE_THINGS], "Files", &options));
}

static void fill(hidden_world *w, world_name name)
{
    static const char *const words[WORLDS] = {NULL, SECRET "A", SECRET "B"};
    crm4e_session *admin = w->host.admin;
    crm4e_module *things = NULL;
    crm4e_id role = 0;

    host_apply(&w->host, vanished_document);
    for (place_kind place = 0; place < PLACES; place++)
        w->record[place] =
            create(w, place, name, words[name], place == PLACE_GUESTS ? HOST_ADMIN : READER);
    link_thing(w, words[name]);
    put_file(w, words[name]);
    host_ok(admin, crm4e_role_find(admin, "Low", &role));
    for (place_kind place = 0; place <= PLACE_GUESTS; place++)
        host_ok(admin, crm4e_record_share(admin, place_modules[place], w->record[place],
                                          CRM4E_SUBJECT_ROLE, role, CRM4E_LEVEL_READ_WRITE, 0));
    for (int more = 0; name == SECOND_WORLD && more < 3; more++) {
        char word[32];

        (void)snprintf(word, sizeof word, "%s%d", words[FIRST_WORLD], more);
        for (place_kind place = 0; place < PLACES; place++)
            if (place != PLACE_BENCH) /* which its admin sees */
                (void)create(w, place, name, word, HOST_ADMIN);
    }
    host_ok(admin, crm4e_module_open(&things, admin, "Things"));
    host_ok(admin, crm4e_module_remove_field(things, "Gone"));
    host_ok(admin, crm4e_module_remove_field(things, "Gone_No"));
    crm4e_module_free(things);
}

void hidden_open(hidden_world *w, world_name name)
{
    memset(w, 0, sizeof *w);
    open_org(w);
    host_apply(&w->host, modules_document);
    host_apply(&w->host, files_document);
    host_apply(&w->host, people_document);
    host_apply(&w->host, teams_document);
    w->reader = host_session(&w->host, READER);
    w->plain = host_session(&w->host, PLAIN);
    if (name != EMPTY_WORLD)
        fill(w, name);
    hidden_reset(w);
}

void hidden_close(hidden_world *w)
{
    crm4e_engine_close(w->host.engine);
}

char *hidden_dump(hidden_world *w)
{
    crm4e_session *admin = w->host.admin;
    crm4e_text *text = NULL;
    char *dump = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&dump, &size);

    assert_non_null(out);
    host_ok(admin, crm4e_org_export(&text, admin));
    (void)fputs(crm4e_text_data(text), out);
    crm4e_text_free(text);
    for (place_kind place = 0; place < PLACES; place++) {
        crm4e_record *record = NULL;

        (void)fprintf(out, "\n%s %lld\n", place_modules[place],
                      (long long)(w->record[place] == 0 && place == PLACE_CLOSED
                                      ? 0
                                      : host_count(admin, place_modules[place], NULL)));
        if (w->record[place] == 0)
            continue;
        host_ok(admin, crm4e_record_open(&record, admin, place_modules[place], w->record[place]));
        host_ok(admin, crm4e_record_json(&text, record));
        (void)fputs(crm4e_text_data(text), out);
        crm4e_text_free(text);
        crm4e_record_free(record);
    }
    assert_int_equal(fclose(out), 0);
    return dump;
}
