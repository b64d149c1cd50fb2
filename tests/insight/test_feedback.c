/* SPDX-License-Identifier: MIT */
/* What users say of the interface. */
#include "host.h"

#include <stdlib.h>
#include <string.h>

static void sent_listed_and_delivered(void **state)
{
    host *h = *state;
    crm4e_session *user;
    crm4e_text *text = NULL;
    const char *first;
    int64_t id = 0;

    host_apply(h, "{'users': [{'email': 'sue@acme.example', 'profile': 'Standard'}]}");
    user = host_session(h, "sue@acme.example");
    host_ok(user, crm4e_feedback_send(user, "Where is\nthe \"bin\"?", "Leads, list"));
    host_ok(h->admin, crm4e_feedback_send(h->admin, "好", NULL));
    host_refused(user, crm4e_feedback_json(&text, user, 0, 10), CRM4E_E_DENIED,
                 "feedback is read by system administrators");
    host_ok(h->admin, crm4e_feedback_json(&text, h->admin, 0, 10));
    first = strstr(crm4e_text_data(text), "sue@acme.example");
    assert_non_null(first);
    assert_non_null(strstr(crm4e_text_data(text), "\"place\":\"Leads, list\",\"text\":\"Where is\\n"
                                                  "the \\\"bin\\\"?\"}"));
    assert_non_null(strstr(first, "\"place\":\"\",\"text\":\"好\"}]"));
    id = strtoll(strstr(crm4e_text_data(text), "\"id\":") + 5, NULL, 10);
    crm4e_text_free(text);
    host_ok(h->admin, crm4e_feedback_json(&text, h->admin, 0, 1));
    assert_null(strstr(crm4e_text_data(text), "好"));
    crm4e_text_free(text);
    host_ok(h->admin, crm4e_feedback_json(&text, h->admin, id, 10));
    assert_null(strstr(crm4e_text_data(text), "sue@"));
    crm4e_text_free(text);
    assert_int_equal(crm4e_outbox_next(&text, h->admin), CRM4E_ROW);
    assert_non_null(strstr(crm4e_text_data(text), "\"kind\":\"feedback\""));
    assert_non_null(strstr(crm4e_text_data(text),
                           "\"email\":\"sue@acme.example\",\"ui\":\"nextgen\""
                           ",\"place\":\"Leads, list\""));
    crm4e_text_free(text);
    crm4e_session_close(user);
}

static void bounds(void **state)
{
    host *h = *state;
    char text[4002], place[252];
    crm4e_text *out = NULL;

    memset(text, 'a', sizeof text);
    memset(place, 'b', sizeof place);
    text[4000] = place[250] = '\0';
    host_ok(h->admin, crm4e_feedback_send(h->admin, text, place));
    text[4000] = place[250] = 'c';
    text[4001] = place[251] = '\0';
    host_refused(h->admin, crm4e_feedback_send(h->admin, text, NULL), CRM4E_E_TOO_BIG,
                 "text is longer than 4000 characters");
    host_refused(h->admin, crm4e_feedback_send(h->admin, "a", place), CRM4E_E_TOO_BIG, NULL);
    host_refused(h->admin, crm4e_feedback_send(h->admin, " \n", NULL), CRM4E_E_INVALID,
                 "text is blank");
    host_refused(h->admin, crm4e_feedback_send(h->admin, "\xff", NULL), CRM4E_E_INVALID,
                 "text is not valid UTF-8");
    host_refused(h->admin, crm4e_feedback_json(&out, h->admin, -1, 1), CRM4E_E_INVALID, NULL);
    host_refused(h->admin, crm4e_feedback_json(&out, h->admin, 0, 0), CRM4E_E_INVALID, NULL);
    host_refused(h->admin, crm4e_feedback_json(&out, h->admin, 0, 1001), CRM4E_E_INVALID, NULL);
}

static int send_one(host *h)
{
    return crm4e_feedback_send(h->admin, "Fine", "menu");
}

static void none_is_there(host *h)
{
    crm4e_text *text = NULL;

    host_ok(h->admin, crm4e_feedback_json(&text, h->admin, 0, 1));
    assert_string_equal(crm4e_text_data(text), "[]");
    crm4e_text_free(text);
    assert_int_equal(crm4e_outbox_next(&text, h->admin), CRM4E_OK);
}

static void without_memory(void **state)
{
    host_starve(*state, send_one, none_is_there);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, host_setup, host_teardown)
    const struct CMUnitTest tests[] = {TEST(sent_listed_and_delivered), TEST(bounds),
                                       TEST(without_memory)};
    return host_run("feedback", tests, sizeof tests / sizeof tests[0]);
}
