/* SPDX-License-Identifier: MIT */
#include "query_steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    IDS_MOST = 100000,
    JOINED = 16384
};

c4_result *page;
int64_t page_ids[IDS_MOST];
size_t page_id_count;

static void make_people(steps *s)
{
    assert_ok(put_role(s, "{'name': 'Rep', 'parent': 'Manager'}"));
    assert_ok(put_user(s, "{'email': 'ben@x.example', 'name': 'Ben', 'role': 'Manager',"
                          " 'profile': 'Standard'}"));
    assert_ok(put_user(s, "{'email': 'ana@x.example', 'name': 'Ana', 'role': 'Rep',"
                          " 'profile': 'Standard', 'time_zone': 'Asia/Shanghai'}"));
    assert_ok(put_user(s, "{'email': 'cid@x.example', 'name': 'Cid', 'role': 'Rep',"
                          " 'profile': 'Standard'}"));
}

void make_query_world(steps *s)
{
    static const char *const fields[] = {
        "{'api_name': 'Word', 'type': 'text'}",
        "{'api_name': 'Code', 'type': 'text', 'indexed': true}",
        "{'api_name': 'Area', 'type': 'textarea'}",
        "{'api_name': 'Int', 'type': 'integer', 'indexed': true}",
        "{'api_name': 'Big', 'type': 'bigint'}",
        "{'api_name': 'Dec', 'type': 'double', 'scale': 2}",
        "{'api_name': 'Day', 'type': 'date'}",
        "{'api_name': 'Time', 'type': 'datetime'}",
        "{'api_name': 'Flag', 'type': 'boolean'}",
        ("{'api_name': 'Pick', 'type': 'picklist', 'options': ['Red', {'value': 'Green',"
         " 'label_zh': '绿'}, 'Blue', {'value': 'Grey', 'active': false}]}"),
        "{'api_name': 'Picks', 'type': 'multiselectpicklist', 'options': ['A', 'B', 'C', 'D']}",
        "{'api_name': 'Link', 'type': 'lookup', 'target': 'Accounts', 'indexed': true}",
        "{'api_name': 'Links', 'type': 'multiselectlookup', 'target': 'Accounts'}",
        "{'api_name': 'Agent', 'type': 'userlookup'}",
        "{'api_name': 'Agents', 'type': 'multiuserlookup'}",
        "{'api_name': 'Secret', 'type': 'text'}",
    };
    make_people(s);
    assert_ok(put_module(s, "{'api_name': 'Things', 'org_default': 'private'}"));
    assert_ok(put_module(s, "{'api_name': 'Accounts', 'org_default': 'private'}"));
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        if (put_field(s, "Things", fields[i]) != CRM4E_OK)
            fail_msg("%s: %s", fields[i], s->org.error.message);
    }
    assert_ok(put_profile(s,
                          "{'name': 'Blind', 'clone_of': 'Standard', 'modules': {'Contacts': []},"
                          " 'fields': {'Things': {'Secret': 'hidden'},"
                          " 'Accounts': {'Industry': 'hidden'}}}"));
    assert_ok(put_user(s, "{'email': 'dan@x.example', 'name': 'Dan', 'role': 'Rep',"
                          " 'profile': 'Blind'}"));
}

void free_page(steps *s)
{
    c4_result_free(page, &s->org.env.mem);
    page = NULL;
}

void parse_query(steps *s, const char *text, c4_query_tree *tree)
{
    int rc = c4_query_parse(s->org.unit.arena, &s->org.error, text, strlen(text), tree);
    if (rc != CRM4E_OK)
        fail_msg("%s: %s", text, s->org.error.message);
}

int run_tree(steps *s, const c4_query_tree *tree)
{
    int rc;
    free_page(s);
    c4_failure_clear(&s->org.error);
    rc = c4_query_run(&s->org.unit, tree, &page, &s->org.env.mem);
    assert_true((rc == CRM4E_OK) == (page != NULL));
    assert_true((rc == CRM4E_OK) == (s->org.error.message[0] == '\0'));
    return rc;
}

int query(steps *s, const char *text)
{
    c4_query_tree tree;
    parse_query(s, text, &tree);
    return run_tree(s, &tree);
}

int query_paged(steps *s, const char *text, int64_t limit)
{
    char *token = NULL;
    bool more = true;
    int rc = CRM4E_OK;
    page_id_count = 0;
    while (rc == CRM4E_OK && more) {
        c4_query_tree tree;
        parse_query(s, text, &tree);
        tree.limit = limit;
        tree.after = token;
        tree.after_length = token == NULL ? 0 : strlen(token);
        rc = run_tree(s, &tree);
        free(token);
        token = NULL;
        more = rc == CRM4E_OK && page->more;
        if (rc != CRM4E_OK)
            break;
        assert_true((page->token != NULL) == more);
        assert_true(page->row_count <= (size_t)limit &&
                    (!more || page->row_count == (size_t)limit));
        memcpy(page_ids + page_id_count, page->ids, page->row_count * sizeof *page_ids);
        page_id_count += page->row_count;
        token = more ? strdup(page->token) : NULL;
    }
    return rc;
}

int count_of(steps *s, const char *text, int64_t *count)
{
    c4_query_tree tree;
    parse_query(s, text, &tree);
    return c4_query_count(&s->org.unit, &tree, count);
}

const char *column_text(size_t column)
{
    static char joined[JOINED];
    size_t used = 0;
    joined[0] = '\0';
    for (size_t row = 0; row < page->row_count; row++) {
        const char *text = page->texts[row * page->column_count + column];
        int length = snprintf(joined + used, sizeof joined - used, "%s%s", row > 0 ? "|" : "",
                              text != NULL ? text : "-");
        used += (size_t)length;
        assert_true(used < sizeof joined);
    }
    return joined;
}

const char *names_where(steps *s, const char *criteria)
{
    char text[2048];
    (void)snprintf(text, sizeof text, "select Name from Things where %s", criteria);
    if (query(s, text) != CRM4E_OK)
        fail_msg("%s: %s", text, s->org.error.message);
    return column_text(0);
}

int run_after(steps *s, const char *text, const char *token)
{
    c4_query_tree tree;
    parse_query(s, text, &tree);
    tree.after = token;
    tree.after_length = strlen(token);
    return run_tree(s, &tree);
}
