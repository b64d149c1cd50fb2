/* SPDX-License-Identifier: MIT */
/* Interactions: what comes by itself, what hosts add, in which order it is read, and where it goes
 * when records become others. */
#include "interaction_steps.h"

static crm4e_id contact_of(host *h)
{
    return make(h->admin, "Contacts", "{'Last_Name': 'Li'}");
}

static crm4e_id call_of(host *h, crm4e_id who, const char *type, const char *time)
{
    char json[256];

    (void)snprintf(json, sizeof json,
                   "{'Subject': 'Talk', 'Call_Type': '%s', 'Call_Start_Time': '%s',"
                   " 'Who_Id': %lld}",
                   type, time, (long long)who);
    return make(h->admin, "Calls", json);
}

static void activities_come_by_themselves(void **state)
{
    host *h = *state;
    crm4e_id who = contact_of(h);
    crm4e_id call = call_of(h, who, "Inbound", "2026-01-02T10:00:00Z");
    char json[512];

    (void)call_of(h, who, "Outbound", "2026-01-03T10:00:00Z");
    (void)call_of(h, who, "Missed", "2026-01-01T10:00:00Z");
    (void)snprintf(json, sizeof json,
                   "{'Event_Title': 'Lunch', 'Start_DateTime': '2026-01-02T12:00:00Z',"
                   " 'End_DateTime': '2026-01-02T13:00:00Z', 'Who_Id': %lld}",
                   (long long)who);
    (void)make(h->admin, "Events", json);
    (void)snprintf(json, sizeof json, "{'Subject': 'Do', 'Who_Id': %lld}", (long long)who);
    (void)make(h->admin, "Tasks", json);
    assert_string_equal(listed(h->admin, "Contacts", who, NULL, "kind"),
                        "call_missed call_in meeting call_out");
    assert_string_equal(listed(h->admin, "Contacts", who, WHICH(.descending = 1), "subject"),
                        "Talk Lunch Talk Talk");
    /* they follow their records */
    host_ok(h->admin, change(h->admin, "Calls", call, "{'Outgoing_Call_Status': 'Scheduled'}"));
    assert_string_equal(listed(h->admin, "Contacts", who, NULL, "kind"),
                        "call_missed call_scheduled meeting call_out");
    host_ok(h->admin,
            change(h->admin, "Calls", call,
                   "{'Outgoing_Call_Status': null, 'Call_Start_Time': '2026-01-05T10:00:00Z'}"));
    assert_string_equal(listed(h->admin, "Contacts", who, NULL, "kind"),
                        "call_missed meeting call_out call_in");
    host_ok(h->admin, crm4e_record_delete(h->admin, "Calls", call, 0));
    assert_string_equal(listed(h->admin, "Contacts", who, NULL, "kind"),
                        "call_missed meeting call_out");
    assert_sound(h);
    host_ok(h->admin, crm4e_record_restore(h->admin, "Calls", call));
    assert_string_equal(listed(h->admin, "Contacts", who, NULL, "kind"),
                        "call_missed meeting call_out call_in");
    host_ok(h->admin, change(h->admin, "Calls", call, "{'Who_Id': null}"));
    assert_string_equal(listed(h->admin, "Contacts", who, NULL, "kind"),
                        "call_missed meeting call_out");
    assert_sound(h);
}

static void cancelled_calls_are_none(void **state)
{
    host *h = *state;
    crm4e_id who = contact_of(h);
    crm4e_id call = call_of(h, who, "Outbound", "2026-01-02T10:00:00Z");

    host_ok(h->admin, change(h->admin, "Calls", call, "{'Outgoing_Call_Status': 'Cancelled'}"));
    assert_string_equal(listed(h->admin, "Contacts", who, NULL, "kind"), "");
    host_ok(h->admin, change(h->admin, "Calls", call, "{'Outgoing_Call_Status': 'Completed'}"));
    assert_string_equal(listed(h->admin, "Contacts", who, NULL, "kind"), "call_out");
    host_ok(h->admin, change(h->admin, "Calls", call, "{'Outgoing_Call_Status': 'Overdue'}"));
    assert_string_equal(listed(h->admin, "Contacts", who, NULL, "kind"), "call_scheduled");
    assert_sound(h);
}

static void notes_and_cases(void **state)
{
    host *h = *state;
    crm4e_id who = contact_of(h);
    char json[256];
    crm4e_id note;

    (void)snprintf(json, sizeof json,
                   "{'Note_Content': 'Said yes', 'Parent_Id': {'module': 'Contacts', 'id': %lld}}",
                   (long long)who);
    note = make(h->admin, "Notes", json);
    assert_string_equal(listed(h->admin, "Contacts", who, NULL, "kind"), "");
    host_ok(h->admin, change(h->admin, "Notes", note, "{'Customer_Contact': true}"));
    assert_string_equal(listed(h->admin, "Contacts", who, NULL, "body"), "Said yes");
    (void)snprintf(json, sizeof json,
                   "{'Subject': 'Broken', 'Status': 'New', 'Case_Origin': 'Phone',"
                   " 'Related_To': %lld}",
                   (long long)who);
    (void)make(h->admin, "Cases", json);
    assert_string_equal(listed(h->admin, "Contacts", who, NULL, "kind"), "note ticket");
    host_ok(h->admin, change(h->admin, "Notes", note, "{'Customer_Contact': false}"));
    assert_string_equal(listed(h->admin, "Contacts", who, NULL, "channel"), "support");
    assert_sound(h);
}

static void requests_of_teams(void **state)
{
    host *h = *state;
    crm4e_id who = contact_of(h);
    crm4e_module *module = NULL;
    char json[256];

    host_apply(h, "{'org': {'crm4e': true}, 'modules': [{'api_name': 'Papers', 'team': true,"
                  " 'singular': 'Paper', 'plural': 'Papers', 'fields': [{'api_name': 'For_Whom',"
                  " 'label': 'For', 'type': 'lookup', 'target': 'Contacts'}],"
                  " 'members': [{'user': '" HOST_ADMIN "', 'profile': 'admin'}]}]}");
    (void)snprintf(json, sizeof json, "{'Name': 'Copy', 'For_Whom': %lld}", (long long)who);
    (void)make(h->admin, "Papers", json);
    assert_string_equal(listed(h->admin, "Contacts", who, NULL, "kind"), "request");
    assert_string_equal(listed(h->admin, "Contacts", who, NULL, "subject"), "Copy");
    assert_sound(h);
    host_ok(h->admin, crm4e_module_open(&module, h->admin, "Papers"));
    host_ok(h->admin, crm4e_module_remove_field(module, "For_Whom"));
    assert_string_equal(listed(h->admin, "Contacts", who, NULL, "kind"), "");
    assert_sound(h);
    host_ok(h->admin, crm4e_module_remove(module));
    crm4e_module_free(module);
    assert_sound(h);
}

static void milestones(void **state)
{
    host *h = *state;
    crm4e_id lead = make(h->admin, "Leads",
                         "{'Last_Name': 'Wu', 'Company': 'W', 'Lead_Status': 'Not Contacted'}");
    crm4e_id account = 0, contact = 0, deal = 0;
    crm4e_convert_options options = CRM4E_CONVERT_OPTIONS_INIT;
    char *page;

    host_ok(h->admin, say(h->admin, "Leads", lead, "form", 0, "First"));
    (void)call_of(h, lead, "Inbound", "2026-01-02T10:00:00Z");
    host_ok(h->admin, change(h->admin, "Leads", lead, "{'Lead_Status': 'Contacted'}"));
    page = paged(h->admin, "Leads", lead, WHICH(.kind = "stage_changed"));
    assert_holds(page, "'change':{'field':'Lead_Status','old':'Not Contacted','new':'Contacted'}");
    free(page);
    options.deal = "{\"Stage\": \"Qualification\"}";
    host_ok(h->admin, crm4e_convert_lead(&account, &contact, &deal, h->admin, lead, &options));
    assert_string_equal(listed(h->admin, "Leads", lead, NULL, "kind"), "");
    assert_string_equal(listed(h->admin, "Contacts", contact, NULL, "kind"),
                        "form call_in stage_changed converted");
    host_ok(h->admin, change(h->admin, "Deals", deal, "{'Stage': 'Closed Won'}"));
    page = paged(h->admin, "Contacts", contact, WHICH(.descending = 1, .limit = 1));
    assert_holds(page, "'old':'Qualification','new':'Closed Won'");
    free(page);
    assert_int_equal(say(h->admin, "Leads", lead, "visit", 9, NULL), CRM4E_E_CONFLICT);
    assert_sound(h);
    host_ok(h->admin, crm4e_record_delete(h->admin, "Deals", deal, 0));
    assert_string_equal(listed(h->admin, "Contacts", contact, NULL, "kind"),
                        "form call_in stage_changed converted");
    assert_sound(h);
    host_ok(h->admin, crm4e_record_purge(h->admin, "Deals", deal));
    assert_sound(h);
}

/* ------------------------------------------------------------- hosts */

static void external_ids_are_idempotent(void **state)
{
    host *h = *state;
    crm4e_id who = contact_of(h), first = 0, again = 0;
    const char *people[] = {"li@x.example", "Ana"};
    crm4e_interaction_options event =
        *EVENT(.module = "Contacts", .record = who, .kind = "email_in", .occurred = START,
               .subject = "Hello", .body = "Long\ntext", .participants = people,
               .participant_count = 2, .external_id = "<1@mail>");
    char *page;

    host_ok(h->admin, crm4e_interaction_add(&first, h->admin, &event));
    host_ok(h->admin, crm4e_interaction_add(&again, h->admin, &event));
    assert_true(first == again);
    event.occurred = 0;
    host_ok(h->admin, crm4e_interaction_add(&again, h->admin, &event));
    assert_true(first == again);
    event.subject = "Other";
    assert_int_equal(crm4e_interaction_add(&again, h->admin, &event), CRM4E_E_CONFLICT);
    assert_string_equal(crm4e_error_rule(crm4e_session_error(h->admin)), "unique");
    event.kind = "email_out"; /* another kind, another event */
    host_ok(h->admin, crm4e_interaction_add(&again, h->admin, &event));
    assert_true(first != again);
    page = paged(h->admin, "Contacts", who, WHICH(.limit = 1));
    assert_holds(page, "'kind':'email_in','channel':'email','direction':'in','user':null,"
                       "'subject':'Hello','body':'Long\\ntext',"
                       "'participants':['li@x.example','Ana'],'external_id':'<1@mail>',"
                       "'source':null,'change':null}");
    free(page);
    assert_sound(h);
}

static void refusals(void **state)
{
    host *h = *state;
    crm4e_id who = contact_of(h);
    char long_text[300];
    const struct {
        int code;
        const char *rule;
        crm4e_interaction_options event;
    } refused[] = {
        {CRM4E_E_NOT_FOUND, "kind", {.kind = "no_such"}},
        {CRM4E_E_INVALID, "kind", {.kind = "meeting"}},
        {CRM4E_E_INVALID, "word", {.kind = "visit", .channel = "pigeon"}},
        {CRM4E_E_INVALID, "word", {.kind = "visit", .direction = "up"}},
        {CRM4E_E_NOT_FOUND, "user", {.kind = "visit", .user = 12345}},
        {CRM4E_E_TOO_BIG, "length", {.kind = "visit", .subject = long_text}},
        {CRM4E_E_INVALID, "utf8", {.kind = "visit", .body = "\xff"}},
        {CRM4E_E_INVALID, "type", {.kind = "visit", .participant_count = 1}},
        {CRM4E_E_TOO_BIG, "count", {.kind = "visit", .participant_count = 101}},
        {CRM4E_E_INVALID, "type", {.kind = "visit", .occurred = INT64_MAX}},
        {CRM4E_E_TOO_BIG, "length", {.kind = "visit", .external_id = long_text}},
        {CRM4E_E_INVALID, "mandatory", {.kind = "visit", .external_id = ""}},
        {CRM4E_E_INVALID, "module", {.kind = "visit", .module = "Deals"}},
        {CRM4E_E_INVALID, "module", {.kind = "visit", .module = "Nothing"}},
        {CRM4E_E_NOT_FOUND, "", {.kind = "visit", .record = 999}},
    };

    memset(long_text, 'x', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = '\0';
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        crm4e_interaction_options event = refused[i].event;
        event.struct_size = sizeof event;
        event.module = event.module ? event.module : "Contacts";
        event.record = event.record != 0 ? event.record : who;
        assert_int_equal(crm4e_interaction_add(NULL, h->admin, &event), refused[i].code);
        if (strcmp(crm4e_error_rule(crm4e_session_error(h->admin)), refused[i].rule) != 0)
            fail_msg("%zu: %s", i, crm4e_error_message(crm4e_session_error(h->admin)));
    }
    assert_string_equal(listed(h->admin, "Contacts", who, NULL, "kind"), "");
}

static void refused_words_of_readers(void **state)
{
    host *h = *state;
    crm4e_id who = contact_of(h);
    crm4e_text *text = NULL;
    const struct {
        int code;
        crm4e_interactions_options which;
    } refused[] = {
        {CRM4E_E_NOT_FOUND, {.kind = "no_such"}}, {CRM4E_E_INVALID, {.channel = "x"}},
        {CRM4E_E_INVALID, {.direction = "x"}},    {CRM4E_E_NOT_FOUND, {.user = 1}},
        {CRM4E_E_INVALID, {.user = -1}},          {CRM4E_E_INVALID, {.limit = 1001}},
        {CRM4E_E_INVALID, {.limit = -1}},         {CRM4E_E_INVALID, {.descending = 2}},
        {CRM4E_E_INVALID, {.after = "made up"}},  {CRM4E_E_INVALID, {.from = INT64_MAX}},
        {CRM4E_E_INVALID, {.until = INT64_MIN}},
    };

    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        crm4e_interactions_options which = refused[i].which;
        which.struct_size = sizeof which;
        assert_int_equal(crm4e_interactions_json(&text, h->admin, "Contacts", who, &which),
                         refused[i].code);
    }
    assert_int_equal(crm4e_interactions_json(&text, h->admin, "Deals", who, NULL), CRM4E_E_INVALID);
    assert_int_equal(crm4e_interactions_json(&text, h->admin, "Leads", who, NULL),
                     CRM4E_E_NOT_FOUND);
    assert_null(text);
}

static void many_at_once(void **state)
{
    host *h = *state;
    crm4e_id who = contact_of(h);
    crm4e_text *text = NULL;
    char json[1024];
    char *real;

    (void)snprintf(json, sizeof json,
                   "[{'module': 'Contacts', 'record': %lld, 'kind': 'visit', 'occurred_at':"
                   " '2026-01-01T00:00:00Z', 'subject': 'a', 'participants': ['p']},"
                   " {'module': 'Contacts', 'record': %lld, 'kind': 'email_out', 'channel':"
                   " 'social', 'direction': 'in', 'external_id': 'e', 'body': 'b'}]",
                   (long long)who, (long long)who);
    real = host_json(json);
    host_ok(h->admin, crm4e_interactions_add_json(&text, h->admin, real));
    assert_memory_equal(crm4e_text_data(text), "{\"ids\":[", 8);
    crm4e_text_free(text);
    host_ok(h->admin, crm4e_interactions_add_json(&text, h->admin, "[]"));
    crm4e_text_free(text);
    assert_string_equal(listed(h->admin, "Contacts", who, NULL, "channel"), "web social");
    *strstr(real, "email_out") = 'E';
    assert_int_equal(crm4e_interactions_add_json(&text, h->admin, real), CRM4E_E_NOT_FOUND);
    free(real);
    assert_string_equal(listed(h->admin, "Contacts", who, NULL, "channel"), "web social");
    assert_int_equal(crm4e_interactions_add_json(&text, h->admin, "{}"), CRM4E_E_INVALID);
    assert_int_equal(crm4e_interactions_add_json(&text, h->admin, "[{}]"), CRM4E_E_INVALID);
    assert_int_equal(crm4e_interactions_add_json(&text, h->admin, "["), CRM4E_E_INVALID);
    assert_int_equal(crm4e_interactions_add_json(&text, h->admin, NULL), CRM4E_E_MISUSE);
    assert_int_equal(crm4e_interactions_add_json(NULL, h->admin, "[]"), CRM4E_E_MISUSE);
}

/* ------------------------------------------------------------- pages */

/* Everything by pages of `limit`, while others write before and behind the place. */
static size_t walk(host *h, crm4e_id who, int32_t limit, int32_t descending, char *seen,
                   size_t most, bool disturb)
{
    char *after = NULL;
    size_t count = 0;
    int round = 0;

    do {
        crm4e_interactions_options which =
            *WHICH(.limit = limit, .descending = descending, .after = after);
        char *page = paged(h->admin, "Contacts", who, &which);
        char *token = strstr(page, "\"after\":");
        for (const char *at = strstr(page, "\"subject\":\"n"); at;
             at = strstr(at + 1, "\"subject\":\"n")) {
            const size_t number = strtoul(at + 12, NULL, 10);
            assert_true(number < most && !seen[number]);
            seen[number] = 1;
            count++;
        }
        free(after);
        after = token[8] == '"' ? strdup(token + 9) : NULL;
        if (after)
            *strchr(after, '"') = '\0';
        free(page);
        for (int i = 0; disturb && i < 3; i++)
            host_ok(h->admin,
                    say(h->admin, "Contacts", who, "visit", (round * 7 + i * 13) % 40, "later"));
        round++;
    } while (after);
    return count;
}

static void pages_lose_and_double_nothing(void **state)
{
    enum {
        MOST = 60
    };
    host *h = *state;
    crm4e_id who = contact_of(h);
    char seen[MOST];

    for (int i = 0; i < MOST; i++) { /* several at the same time */
        char subject[16];
        (void)snprintf(subject, sizeof subject, "n%d", i);
        host_ok(h->admin, say(h->admin, "Contacts", who, "visit", (i * 17) % 12, subject));
    }
    for (int32_t limit = 1; limit <= 7; limit += 2)
        for (int32_t descending = 0; descending < 2; descending++) {
            memset(seen, 0, sizeof seen);
            assert_int_equal(walk(h, who, limit, descending, seen, MOST, limit > 3), MOST);
        }
}

static void filters(void **state)
{
    host *h = *state;
    crm4e_id who = contact_of(h);
    crm4e_id user = 0;

    host_ok(h->admin, crm4e_user_find(h->admin, HOST_ADMIN, &user));
    host_ok(h->admin, say(h->admin, "Contacts", who, "email_in", 1, "a"));
    host_ok(h->admin, say(h->admin, "Contacts", who, "email_out", 2, "b"));
    host_ok(h->admin, say(h->admin, "Contacts", who, "visit", 3, "c"));
    host_ok(h->admin, crm4e_interaction_add(NULL, h->admin,
                                            EVENT(.module = "Contacts", .record = who,
                                                  .kind = "message_out", .user = user,
                                                  .occurred = START + 4 * SECOND, .subject = "d")));
#define IS(expected, ...)                                                                          \
    assert_string_equal(listed(h->admin, "Contacts", who, WHICH(__VA_ARGS__), "subject"), expected)
    IS("a", .kind = "email_in");
    IS("a b", .channel = "email");
    IS("a c", .direction = "in");
    IS("d b", .direction = "out", .descending = 1);
    IS("d", .user = user);
    IS("", .direction = "none");
    IS("b c", .from = START + 2 * SECOND, .until = START + 4 * SECOND);
    IS("c b", .from = START + 2 * SECOND, .until = START + 4 * SECOND, .descending = 1);
    IS("b", .from = START + 2 * SECOND, .until = START + 4 * SECOND, .channel = "email");
#undef IS
    assert_string_equal(listed(h->admin, "Contacts", who, WHICH(.user = user), "name"), HOST_ADMIN);
}

static void a_token_is_of_its_record(void **state)
{
    host *h = *state;
    crm4e_id who = contact_of(h), other = contact_of(h);
    crm4e_text *text = NULL;
    char *page, *token;

    host_ok(h->admin, say(h->admin, "Contacts", who, "visit", 1, "a"));
    host_ok(h->admin, say(h->admin, "Contacts", who, "visit", 2, "b"));
    page = paged(h->admin, "Contacts", who, WHICH(.limit = 1));
    token = strstr(page, "\"after\":\"") + 9;
    *strchr(token, '"') = '\0';
    assert_string_equal(listed(h->admin, "Contacts", who, WHICH(.after = token), "subject"), "b");
    assert_int_equal(
        crm4e_interactions_json(&text, h->admin, "Contacts", other, WHICH(.after = token)),
        CRM4E_E_INVALID);
    free(page);
}

static void sums(void **state)
{
    host *h = *state;
    crm4e_id who = contact_of(h);
    char *sum = summed(h->admin, "Contacts", who, NULL);

    assert_holds(sum, "{'count':0,'first':null,'last':null,'last_in':null,'last_out':null,"
                      "'silence':null,'channels':[],'answers':{'ours':null,'theirs':null}}");
    free(sum);
    host_ok(h->admin, say(h->admin, "Contacts", who, "email_in", 0, "ask"));
    host_ok(h->admin, say(h->admin, "Contacts", who, "email_in", 10, "ask again"));
    host_ok(h->admin, say(h->admin, "Contacts", who, "email_out", 60, "answer"));
    host_ok(h->admin, say(h->admin, "Contacts", who, "email_opened", 70, "no contact"));
    host_ok(h->admin, say(h->admin, "Contacts", who, "message_in", 160, "thanks"));
    host_ok(h->admin, say(h->admin, "Contacts", who, "email_out", 180, "welcome"));
    sum = summed(h->admin, "Contacts", who, WHICH(.until = START + 200 * SECOND));
    assert_holds(sum, "'count':5,'first':'2023-11-14T22:13:20Z','last':'2023-11-14T22:16:20Z',"
                      "'last_in':'2023-11-14T22:16:00Z'");
    assert_holds(sum, "'silence':{'seconds':100,'from':'2023-11-14T22:14:20Z',"
                      "'to':'2023-11-14T22:16:00Z'}");
    assert_holds(sum, "'channels':[{'channel':'email','count':4,'in':2,'out':2},"
                      "{'channel':'message','count':1,'in':1,'out':0}]");
    assert_holds(sum, "'answers':{'ours':{'count':2,'average':40,'longest':60},"
                      "'theirs':{'count':1,'average':100,'longest':100}}");
    free(sum);
    sum = summed(h->admin, "Contacts", who, NULL); /* years have passed */
    assert_holds(sum, "'from':'2023-11-14T22:16:20Z','to':null}");
    free(sum);
    sum = summed(h->admin, "Contacts", who, WHICH(.channel = "message"));
    assert_holds(sum, "{'count':1,");
    free(sum);
}

/* ------------------------------------------------------------- kinds */

static void kinds_of_the_org(void **state)
{
    host *h = *state;
    crm4e_id who = contact_of(h), id = 0;
    crm4e_text *text = NULL;

    host_ok(h->admin, crm4e_interaction_kind_create(&id, h->admin,
                                                    KIND(.name = "wechat", .label = "WeChat",
                                                         .label_zh = "微信", .channel = "message",
                                                         .direction = "in")));
    assert_true(id > 100);
    assert_int_equal(crm4e_interaction_kind_create(&id, h->admin, KIND(.name = "wechat")),
                     CRM4E_E_CONFLICT);
    assert_int_equal(crm4e_interaction_kind_create(&id, h->admin, KIND(.name = "meeting")),
                     CRM4E_E_CONFLICT);
    assert_int_equal(crm4e_interaction_kind_update(h->admin, KIND(.name = "fax")),
                     CRM4E_E_NOT_FOUND);
    assert_int_equal(crm4e_interaction_kind_create(&id, h->admin, KIND(.name = "")),
                     CRM4E_E_INVALID);
    assert_int_equal(
        crm4e_interaction_kind_create(&id, h->admin, KIND(.name = "fax", .channel = "x")),
        CRM4E_E_INVALID);
    assert_int_equal(
        crm4e_interaction_kind_create(&id, h->admin, KIND(.name = "fax", .direction = "x")),
        CRM4E_E_INVALID);
    assert_int_equal(
        crm4e_interaction_kind_create(&id, h->admin, KIND(.name = "fax", .contact = 3)),
        CRM4E_E_INVALID);
    assert_int_equal(
        crm4e_interaction_kind_create(&id, h->admin, KIND(.name = "fax", .is_active = -1)),
        CRM4E_E_INVALID);
    assert_int_equal(
        crm4e_interaction_kind_create(&id, h->admin, KIND(.name = "fax", .label = "\n")),
        CRM4E_E_INVALID);
    assert_int_equal(
        crm4e_interaction_kind_create(&id, h->admin, KIND(.name = "fax", .label_zh = "")),
        CRM4E_E_INVALID);
    host_ok(h->admin, say(h->admin, "Contacts", who, "wechat", 1, "hi"));
    assert_string_equal(listed(h->admin, "Contacts", who, WHICH(.kind = "wechat"), "channel"),
                        "message");
    host_ok(h->admin, crm4e_interaction_kind_update(
                          h->admin, KIND(.name = "wechat", .direction = "out", .contact = 2,
                                         .channel = "social", .is_active = 2)));
    assert_int_equal(say(h->admin, "Contacts", who, "wechat", 2, "hi"), CRM4E_E_NOT_FOUND);
    assert_string_equal(listed(h->admin, "Contacts", who, NULL, "channel"), "message");
    host_ok(h->admin, crm4e_interaction_kinds_json(&text, h->admin));
    assert_holds(crm4e_text_data(text),
                 "{'name':'wechat','label':'WeChat','label_zh':'微信','channel':'social',"
                 "'direction':'out','contact':false,'is_active':false,'added_by':'own'}]");
    assert_holds(crm4e_text_data(text), "'added_by':'library'");
    assert_holds(crm4e_text_data(text), "'added_by':'host'");
    crm4e_text_free(text);
    host_apply(h, "{'interaction_kinds': [{'name': 'wechat', 'is_active': true},"
                  " {'name': 'letter', 'channel': 'other'}]}");
    host_ok(h->admin, say(h->admin, "Contacts", who, "letter", 2, "dear"));
    host_ok(h->admin, crm4e_org_export(&text, h->admin));
    assert_holds(crm4e_text_data(text), "'interaction_kinds':[{'name':'wechat',");
    crm4e_text_free(text);
    assert_sound(h);
}

/* ------------------------------------------------------------- the life of records */

static void they_follow_their_record(void **state)
{
    host *h = *state;
    crm4e_id who = contact_of(h);
    crm4e_text *text = NULL;

    host_ok(h->admin, say(h->admin, "Contacts", who, "visit", 1, "a"));
    (void)call_of(h, who, "Inbound", "2026-01-02T10:00:00Z");
    host_ok(h->admin, crm4e_record_delete(h->admin, "Contacts", who, 0));
    assert_int_equal(crm4e_interactions_json(&text, h->admin, "Contacts", who, NULL),
                     CRM4E_E_NOT_FOUND);
    assert_int_equal(say(h->admin, "Contacts", who, "visit", 1, "a"), CRM4E_E_NOT_FOUND);
    assert_sound(h);
    host_ok(h->admin, crm4e_record_restore(h->admin, "Contacts", who));
    assert_string_equal(listed(h->admin, "Contacts", who, NULL, "kind"), "visit call_in");
    host_ok(h->admin, crm4e_record_delete(h->admin, "Contacts", who, 0));
    host_ok(h->admin, crm4e_record_purge(h->admin, "Contacts", who));
    assert_sound(h);
}

static void merged_records_keep_them(void **state)
{
    host *h = *state;
    crm4e_id master = make(h->admin, "Leads", "{'Last_Name': 'A', 'Company': 'C'}");
    crm4e_id other = make(h->admin, "Leads",
                          "{'Last_Name': 'B', 'Company': 'C', 'Lead_Status': 'Not Contacted'}");
    crm4e_interaction_options event = *EVENT(.module = "Leads", .kind = "email_in",
                                             .occurred = START + 5 * SECOND, .external_id = "e");

    host_ok(h->admin, change(h->admin, "Leads", other, "{'Lead_Status': 'Contacted'}"));
    host_ok(h->admin, say(h->admin, "Leads", master, "visit", 1, "a"));
    host_ok(h->admin, say(h->admin, "Leads", other, "form", 2, "b"));
    (void)call_of(h, other, "Inbound", "2024-01-02T10:00:00Z");
    event.record = master;
    host_ok(h->admin, crm4e_interaction_add(NULL, h->admin, &event));
    event.record = other;
    host_ok(h->admin, crm4e_interaction_add(NULL, h->admin, &event));
    host_ok(h->admin, crm4e_records_merge(h->admin, "Leads", master, &other, 1, NULL));
    assert_string_equal(
        listed(h->admin, "Leads", master, WHICH(.until = START + 9000 * DAY), "kind"),
        "visit form email_in call_in stage_changed stage_changed");
    assert_sound(h);
}

static crm4e_id starving;

/* Each of these once more is as good as once. */
static int all_calls(host *h)
{
    static const char more[] = "[{\"module\":\"Contacts\",\"record\":%lld,\"kind\":\"visit\","
                               "\"external_id\":\"y\",\"participants\":[\"p\"]}]";
    crm4e_text *text = NULL;
    crm4e_id id = 0;
    char json[256];
    int rc = crm4e_interaction_add(&id, h->admin,
                                   EVENT(.module = "Contacts", .record = starving, .kind = "visit",
                                         .subject = "s", .external_id = "x"));

    (void)snprintf(json, sizeof json, more, (long long)starving);
    if (rc == CRM4E_OK)
        rc = crm4e_interactions_add_json(&text, h->admin, json);
    crm4e_text_free(text);
    text = NULL;
    if (rc == CRM4E_OK)
        rc = crm4e_interactions_json(&text, h->admin, "Contacts", starving, WHICH(.limit = 2));
    crm4e_text_free(text);
    text = NULL;
    if (rc == CRM4E_OK)
        rc = crm4e_interactions_summary_json(&text, h->admin, "Contacts", starving, NULL);
    crm4e_text_free(text);
    text = NULL;
    if (rc == CRM4E_OK)
        rc = crm4e_interaction_kinds_json(&text, h->admin);
    crm4e_text_free(text);
    return rc;
}

static void nothing_twice(host *h)
{
    const char *kinds = listed(h->admin, "Contacts", starving, NULL, "external_id");

    assert_true(strlen(kinds) <= strlen("null null x y"));
}

static void out_of_memory(void **state)
{
    host *h = *state;
    crm4e_id deal;
    char json[128];

    starving = contact_of(h);
    (void)call_of(h, starving, "Inbound", "2026-01-02T10:00:00Z");
    (void)snprintf(json, sizeof json,
                   "{'Deal_Name': 'D', 'Stage': 'Qualification', 'Contact_Name': %lld}",
                   (long long)starving);
    deal = make(h->admin, "Deals", json);
    host_ok(h->admin, change(h->admin, "Deals", deal, "{'Stage': 'Closed Won'}"));
    host_starve(h, all_calls, nothing_twice);
    assert_sound(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, host_setup, host_teardown)
        TEST(activities_come_by_themselves),
        TEST(cancelled_calls_are_none),
        TEST(notes_and_cases),
        TEST(requests_of_teams),
        TEST(milestones),
        TEST(external_ids_are_idempotent),
        TEST(refusals),
        TEST(refused_words_of_readers),
        TEST(many_at_once),
        TEST(pages_lose_and_double_nothing),
        TEST(filters),
        TEST(a_token_is_of_its_record),
        TEST(sums),
        TEST(kinds_of_the_org),
        TEST(they_follow_their_record),
        TEST(merged_records_keep_them),
        TEST(out_of_memory),
    };

    return host_run("interactions", tests, sizeof tests / sizeof tests[0]);
}
