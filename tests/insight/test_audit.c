/* SPDX-License-Identifier: MIT */
/* Who changed what: in order, by kind, user and time, page by page; for
 * administrators alone. */
#include "../model/manage_steps.h"

#include <stdlib.h>
#include <string.h>

#include "insight/audit.h"

#include "insight/audit.h"

#define BOSS "boss@x.example"

/* The answer as text; free it. */
static char *audit(steps *s, c4_audit_request request)
{
    c4_buffer out;
    int rc;

    request.limit = request.limit > 0 ? request.limit : 100;
    c4_buffer_init(&out, s->org.unit.arena->mem, 1 << 20);
    rc = c4_audit_to_json(&s->org.unit, &request, &out);
    assert_ok(rc);
    return c4_buffer_take(&out, NULL);
}

/* How often a text stands in the answer. */
static size_t count(steps *s, c4_audit_request request, const char *text)
{
    char *answer = audit(s, request);
    size_t found = 0;

    for (const char *at = answer; (at = strstr(at, text)) != NULL; at++) {
        found++;
    }
    c4_free(s->org.unit.arena->mem, answer);
    return found;
}

static void make_changes(steps *s)
{
    assert_ok(put_profile(s, "{'name': 'Delegate', 'clone_of': 'Standard',"
                             " 'admin': ['manage_roles']}"));
    assert_ok(put_user(s, "{'email': 'boss@x.example', 'profile': 'Delegate'}"));
    act_as(s, BOSS);
    assert_ok(put_role(s, "{'name': 'Clerk', 'parent': 'Manager'}"));
    act_as_admin(s);
    assert_ok(put_role(s, "{'name': 'Aide', 'parent': 'Manager'}"));
}

static void lines_in_order(void **state)
{
    steps *s = *state;
    char *answer;

    make_changes(s);
    answer = audit(s, (c4_audit_request){.limit = 2});
    assert_non_null(strstr(answer, "\"user\":\"" ORG_ADMIN "\",\"kind\":\"role\""));
    assert_true(strstr(answer, "Aide") < strstr(answer, "Clerk"));
    assert_non_null(strstr(answer, "\"user\":\"" BOSS "\",\"kind\":\"role\""));
    assert_null(strstr(answer, "Delegate"));
    c4_free(s->org.unit.arena->mem, answer);
}

/* Of a member it says of what, who and what he is. */
static void members_in_words(void **state)
{
    steps *s = *state;

    make_changes(s);
    assert_ok(put_module(s, "{'api_name': 'Documents', 'team': true}"));
    assert_ok(put_member(s, "Documents", BOSS, CRM4E_TEAM_MANAGER));
    assert_int_equal(count(s, (c4_audit_request){.kind = "member"},
                           "\"detail\":\"Documents: " BOSS " manager\""),
                     1);
    assert_ok(remove_member(s, "Documents", BOSS));
    assert_int_equal(count(s, (c4_audit_request){.kind = "member_removed"},
                           "\"detail\":\"Documents: " BOSS "\""),
                     1);
    assert_ok(put_space(s, "{'name': 'Legal'}"));
    assert_ok(put_space_member(s, "Legal", BOSS, true));
    assert_int_equal(count(s, (c4_audit_request){.kind = "space_member"},
                           "\"detail\":\"Legal: " BOSS " admin\""),
                     1);
    assert_ok(remove_space_member(s, "Legal", BOSS));
    assert_int_equal(count(s, (c4_audit_request){.kind = "space_member_removed"},
                           "\"detail\":\"Legal: " BOSS "\""),
                     1);
}

static void narrowed(void **state)
{
    steps *s = *state;
    crm4e_id boss;
    int64_t now;

    make_changes(s);
    boss = c4_meta_user_by_email(s->org.unit.meta, BOSS)->id;
    now = s->org.unit.now;
    assert_int_equal(count(s, (c4_audit_request){.kind = "role"}, "\"id\""), 2);
    assert_int_equal(count(s, (c4_audit_request){.kind = "roles"}, "\"id\""), 0);
    assert_int_equal(count(s, (c4_audit_request){.user = boss}, "\"id\""), 1);
    assert_int_equal(count(s, (c4_audit_request){.user = boss, .kind = "user"}, "\"id\""), 0);
    assert_int_equal(count(s, (c4_audit_request){.from = now + 1}, "\"id\""), 0);
    assert_int_equal(count(s, (c4_audit_request){.until = 1}, "\"id\""), 0);
    assert_true(count(s, (c4_audit_request){.until = now + 1}, "\"id\"") >= 4);
}

static void page_by_page(void **state)
{
    steps *s = *state;
    char seen[4096] = "[";
    crm4e_id before = 0;
    char *whole;

    make_changes(s);
    whole = audit(s, (c4_audit_request){.kind = NULL});
    for (;;) {
        char *line = audit(s, (c4_audit_request){.before = before, .limit = 1});
        size_t length = strlen(line);

        if (length > 2) {
            before = strtoll(line + strlen("[{\"id\":"), NULL, 10);
            line[length - 1] = '\0';
            strcat(seen, seen[1] != '\0' ? "," : "");
            strcat(seen, line + 1);
        }
        c4_free(s->org.unit.arena->mem, line);
        if (length == 2) {
            break;
        }
    }
    strcat(seen, "]");
    assert_string_equal(seen, whole);
    c4_free(s->org.unit.arena->mem, whole);
}

static void refusals(void **state)
{
    c4_audit_request request = {.limit = 10};
    steps *s = *state;
    c4_buffer out;

    make_changes(s);
    c4_buffer_init(&out, s->org.unit.arena->mem, 1 << 20);
    act_as(s, BOSS);
    assert_refused(s, c4_audit_to_json(&s->org.unit, &request, &out), CRM4E_E_DENIED,
                   "system_administrator");
    act_as_admin(s);
    request.user = 1;
    assert_refused(s, c4_audit_to_json(&s->org.unit, &request, &out), CRM4E_E_NOT_FOUND, "user");
    c4_buffer_free(&out);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
#define AUDIT_TEST(name) cmocka_unit_test_setup_teardown(name, steps_setup, steps_teardown)
        AUDIT_TEST(lines_in_order), AUDIT_TEST(members_in_words), AUDIT_TEST(narrowed),
        AUDIT_TEST(page_by_page),   AUDIT_TEST(refusals),
    };
    return steps_run("audit", tests, sizeof tests / sizeof tests[0]);
}
