/* SPDX-License-Identifier: MIT */
/* Rows that contradict each other: refused with a message, never a crash. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "support/meta_rows.h"

static void insert(org_fixture *f, c4_table_id table, const cell *cells)
{
    assert_int_equal(put_row(f, table, cells), CRM4E_OK);
}

static void begin(org_fixture *f)
{
    assert_int_equal(org_begin(f, CRM4E_TRANSACTION_WRITE), CRM4E_OK);
}

static void refresh(org_fixture *f)
{
    int rc = c4_unit_refresh(&f->unit);

    if (rc != CRM4E_OK) {
        fail_msg("%d: %s", rc, f->error.message);
    }
}

/* Rows that contradict the rest: one more row each, on top of the team module
 * Documents and its field Status. */
typedef struct damage {
    c4_table_id table;
    const char *message; /* its end */
    cell row[MOST_CELLS];
} damage;

static const damage damages[] = {
    {C4_TABLE_ORG,
     "there must be one row",
     {I(77), T("B"), I(1), I(1), I(1), T("en"), T("UTC"), T("USD"), I(1), I(1), I(0), I(1), N, B, N,
      N, N}},
    {C4_TABLE_ORG,
     "half of the trial is missing",
     {I(77), T("B"), I(1), I(1), I(1), T("en"), T("UTC"), T("USD"), I(1), I(1), I(0), I(1), I(5), B,
      N, N, N}},
    {C4_TABLE_ORG,
     "half of the trial is missing",
     {I(77), T("B"), I(1), I(1), I(1), T("en"), T("UTC"), T("USD"), I(1), I(1), I(0), I(1), N, B,
      I(1), N, N}},
    {C4_TABLE_CURRENCY, "three letters", {I(6000), T("euro"), T("X"), T(""), I(2), I(1)}},
    {C4_TABLE_CURRENCY, "three letters", {I(6000), T("EU"), T("X"), T(""), I(2), I(1)}},
    {C4_TABLE_CURRENCY, "out of range", {I(6000), T("EUR"), T("X"), T(""), I(10), I(1)}},
    {C4_TABLE_ROLE, "no such parent", {I(6000), T("X"), I(6999), I(0)}},
    {C4_TABLE_ROLE, "on a cycle", {I(6000), T("X"), I(6000), I(0)}},
    {C4_TABLE_PROFILE, "out of range", {I(6000), T("X"), I(9), N}},
    {C4_TABLE_PROFILE, "no JSON object", {I(6000), T("X"), I(4), T("{")}},
    {C4_TABLE_PROFILE, "no JSON object", {I(6000), T("X"), I(4), T("[]")}},
    {C4_TABLE_PROFILE, "no JSON object", {I(6000), T("X"), I(4), T("{\"a\":1,\"a\":1}")}},
    {C4_TABLE_PROFILE, "is not known", {I(6000), T("X"), I(4), T("{\"admin\":[\"root\"]}")}},
    {C4_TABLE_PROFILE, "is not known", {I(6000), T("X"), I(4), T("{\"actions\":[3]}")}},
    {C4_TABLE_PROFILE, "wrong type", {I(6000), T("X"), I(4), T("{\"actions\":\"view\"}")}},
    {C4_TABLE_PROFILE,
     "does not exist",
     {I(6000), T("X"), I(4), T("{\"modules\":{\"777\":[\"view\"]}}")}},
    {C4_TABLE_PROFILE,
     "no module number",
     {I(6000), T("X"), I(4), T("{\"modules\":{\"04\":[\"view\"]}}")}},
    {C4_TABLE_PROFILE,
     "no module number",
     {I(6000), T("X"), I(4), T("{\"modules\":{\"99999999999\":[]}}")}},
    {C4_TABLE_PROFILE,
     "permission is not valid",
     {I(6000), T("X"), I(4), T("{\"fields\":{\"4021\":\"secret\"}}")}},
    {C4_TABLE_PROFILE,
     "permission is not valid",
     {I(6000), T("X"), I(4), T("{\"fields\":{\"\":\"hidden\"}}")}},
    {C4_TABLE_USER, "no such role", {PERSON(6000, "x@y", I(1), P, I(1), I(1), I(0), I(1))}},
    {C4_TABLE_USER, "no such profile", {PERSON(6000, "x@y", R, I(1), I(1), I(1), I(0), I(1))}},
    {C4_TABLE_USER, "unknown value", {PERSON(6000, "x@y", R, P, I(5), I(1), I(0), I(1))}},
    {C4_TABLE_USER, "unknown value", {PERSON(6000, "x@y", R, P, I(1), I(0), I(0), I(1))}},
    {C4_TABLE_USER, "unknown value", {PERSON(6000, "x@y", R, P, I(1), I(1), I(0), I(3))}},
    {C4_TABLE_USER, "no such superior", {PERSON(6000, "x@y", R, P, I(1), I(1), I(9), I(1))}},
    {C4_TABLE_USER, "form a cycle", {PERSON(6000, "x@y", R, P, I(1), I(1), I(6000), I(1))}},
    {C4_TABLE_USER,
     "is missing",
     {I(6000), T("X"), T("x@y"), N, R, P, I(1), I(1), T("en"), T("UTC"), I(0), I(1)}},
    {C4_TABLE_MODULE, "does not fit the kind", {I(5), T("Tasks"), I(3), I(0), I(0), N, T("{}")}},
    {C4_TABLE_MODULE, "does not fit the kind", {I(1001), T("X"), I(1), I(0), I(0), N, T("{}")}},
    {C4_TABLE_MODULE,
     "does not fit the kind",
     {I(1073741824), T("X"), I(2), I(0), I(0), N, T("{}")}},
    {C4_TABLE_MODULE, "no such standard", {I(999), T("X"), I(1), I(0), I(0), N, T("{}")}},
    {C4_TABLE_MODULE, "out of range", {I(1001), T("X"), I(4), I(0), I(0), N, T("{}")}},
    {C4_TABLE_MODULE, "unknown value", {I(4), T("Deals"), I(1), I(0), I(9), N, T("{}")}},
    {C4_TABLE_MODULE, "no label", {I(1001), T("X"), I(2), I(0), I(0), N, T("{}")}},
    {C4_TABLE_MODULE, "no label", {I(1001), T("X"), I(2), I(0), I(0), N, N}},
    {C4_TABLE_MODULE, "API name is not valid", {I(1001), T("a b"), I(2), I(0), I(0), N, T("{}")}},
    {C4_TABLE_MODULE,
     "have one name",
     {I(1001), T("dEals"), I(2), I(0), I(0), N, T("{\"singular\":\"D\",\"plural\":\"D\"}")}},
    {C4_TABLE_MODULE,
     "default owners are not valid",
     {I(1001), T("X"), I(3), I(0), I(0), N,
      T("{\"singular\":\"D\",\"plural\":\"D\",\"default_owners\":[5]}")}},
    {C4_TABLE_MODULE,
     "is no id",
     {I(1001), T("X"), I(3), I(0), I(0), N,
      T("{\"singular\":\"D\",\"plural\":\"D\",\"default_owners\":[1.5]}")}},
    {C4_TABLE_FIELD,
     "no such module",
     {I(BASE + 9), I(1001), T("X"), I(1), I(0), T("{\"label\":\"X\"}")}},
    {C4_TABLE_FIELD, "not valid", {I(BASE + 9), I(1000), T("X"), I(27), I(0), T("{}")}},
    {C4_TABLE_FIELD,
     "not valid",
     {I(INT64_C(4294967296) + 9), I(1000), T("X"), I(1), I(0), T("{}")}},
    {C4_TABLE_FIELD, "not valid", {I(BASE + 9), I(1000), T("9X"), I(1), I(0), T("{}")}},
    {C4_TABLE_FIELD, "no label", {I(BASE + 9), I(1000), T("X"), I(1), I(0), T("{}")}},
    {C4_TABLE_FIELD,
     "have one name",
     {I(BASE + 9), I(1000), T("EMAIL"), I(3), I(0), T("{\"label\":\"X\"}")}},
    {C4_TABLE_FIELD,
     "no field of its module",
     {I(1000029), I(1000), T("X"), I(1), I(0), T("{\"label\":\"X\"}")}},
    {C4_TABLE_FIELD,
     "no field of its module",
     {I(1000021), I(1000), T("Name"), I(1), I(1), T("{}")}},
    {C4_TABLE_FIELD,
     "no field of its module",
     {I(1000022), I(1000), T("Email"), I(1), I(0), T("{}")}},
    {C4_TABLE_FIELD,
     "no key column",
     {I(1000023), I(1000), T("Secondary_Email"), I(3), I(0), T("{\"unique\":\"folded\"}")}},
    {C4_TABLE_FIELD,
     "length of the field",
     {I(BASE + 9), I(1000), T("X"), I(1), I(0), T("{\"label\":\"X\",\"length\":256}")}},
    {C4_TABLE_FIELD,
     "length of the field",
     {I(BASE + 9), I(1000), T("X"), I(1), I(0), T("{\"label\":\"X\",\"length\":0}")}},
    {C4_TABLE_FIELD,
     "out of range",
     {I(BASE + 9), I(1000), T("X"), I(8), I(0), T("{\"label\":\"X\",\"scale\":10}")}},
    {C4_TABLE_FIELD,
     "uniqueness is not known",
     {I(BASE + 9), I(1000), T("X"), I(1), I(0), T("{\"label\":\"X\",\"unique\":\"x\"}")}},
    {C4_TABLE_FIELD,
     "has no target",
     {I(BASE + 9), I(1000), T("X"), I(16), I(0), T("{\"label\":\"X\"}")}},
    {C4_TABLE_FIELD,
     "does not exist",
     {I(BASE + 9), I(1000), T("X"), I(16), I(0), T("{\"label\":\"X\",\"targets\":[777]}")}},
    {C4_TABLE_FIELD,
     "no module number",
     {I(BASE + 9), I(1000), T("X"), I(16), I(0), T("{\"label\":\"X\",\"targets\":[\"4\"]}")}},
    {C4_TABLE_FIELD,
     "have one code",
     {I(BASE + 9), I(1000), T("X"), I(14), I(0),
      T("{\"label\":\"X\",\"options\":[{\"code\":1,\"value\":\"a\"},{\"code\":1,\"value\":\"b\"}]"
        "}")}},
    {C4_TABLE_FIELD,
     "no code or no value",
     {I(BASE + 9), I(1000), T("X"), I(14), I(0),
      T("{\"label\":\"X\",\"options\":[{\"value\":\"a\"}]}")}},
    {C4_TABLE_FIELD,
     "no code or no value",
     {I(BASE + 9), I(1000), T("X"), I(14), I(0), T("{\"label\":\"X\",\"options\":[7]}")}},
    {C4_TABLE_FIELD,
     "out of range",
     {I(BASE + 9), I(1000), T("X"), I(14), I(0),
      T("{\"label\":\"X\",\"options\":[{\"code\":1,\"value\":\"a\",\"probability\":101}]}")}},
    {C4_TABLE_MEMBER, "does not exist", {I(6000), I(4), U, I(1)}},
    {C4_TABLE_MEMBER, "does not exist", {I(6000), I(1000), U, I(6)}},
    {C4_TABLE_MEMBER, "does not exist", {I(6000), I(1000), U, I(0)}},
    {C4_TABLE_MEMBER, "does not exist", {I(6000), I(1001), U, I(1)}},
    {C4_TABLE_MEMBER, "no such user", {I(6000), I(1000), I(5), I(1)}},
    {C4_TABLE_SPACE, "does not exist", {I(6000), T("X"), T("{\"items\":[{\"module\":777}]}")}},
    {C4_TABLE_SPACE, "twice", {I(6000), T("X"), T("{\"items\":[{\"module\":4},{\"module\":4}]}")}},
    {C4_TABLE_SPACE,
     "out of range",
     {I(6000), T("X"), T("{\"folders\":[\"a\"],\"items\":[{\"module\":4,\"folder\":2}]}")}},
    {C4_TABLE_SPACE, "has no module", {I(6000), T("X"), T("{\"items\":[4]}")}},
    {C4_TABLE_SPACE, "has no name", {I(6000), T("X"), T("{\"folders\":[null]}")}},
    {C4_TABLE_TAB_GROUP, "has no label", {I(6000), T("X"), T("{\"label\":\"A\"}")}},
    {C4_TABLE_TAB_GROUP,
     "is no number",
     {I(6000), T("X"), T("{\"label\":\"A\",\"label_zh\":\"A\",\"modules\":[\"B\"]}")}},
    {C4_TABLE_TAB_GROUP,
     "for nobody there is",
     {I(6000), T("X"), T("{\"label\":\"A\",\"label_zh\":\"A\",\"profiles\":[7]}")}},
    {C4_TABLE_TAB_GROUP,
     "for nobody there is",
     {I(6000), T("X"), T("{\"label\":\"A\",\"label_zh\":\"A\",\"roles\":[7]}")}},
    {C4_TABLE_SPACE_MEMBER, "no such space", {I(6000), I(6001), U, I(1)}},
    {C4_TABLE_SPACE_MEMBER, "no such user", {I(6000), I(6001), I(5), I(1)}},
    {C4_TABLE_WORKFLOW, "no such module", {I(6000), I(777), T("X"), I(1), I(1), U, T("{}")}},
    {C4_TABLE_WORKFLOW, "no such author", {I(6000), I(4), T("X"), I(1), I(1), I(5), T("{}")}},
    {C4_TABLE_CHART, "no such module", {I(6000), I(777), T("X"), U, T("{}")}},
};

static void check_damage(org_fixture *f, const damage *d)
{
    const c4_meta *before;
    int rc;

    begin(f);
    insert(f, C4_TABLE_MODULE, documents_row);
    insert(f, C4_TABLE_FIELD, status_row);
    refresh(f);
    before = f->unit.meta;
    insert(f, d->table, d->row);
    rc = c4_unit_refresh(&f->unit);
    if (rc != CRM4E_E_CORRUPT || strstr(f->error.message, d->message) == NULL ||
        strncmp(f->error.message, c4_tables[d->table].name, strlen(c4_tables[d->table].name)) !=
            0) {
        fail_msg("damage %d: %d %s", (int)(d - damages), rc, f->error.message);
    }
    assert_ptr_equal(f->unit.meta, before);
    org_rollback(f);
}

static void test_contradictions(void **state)
{
    for (size_t i = 0; i < sizeof damages / sizeof damages[0]; i++) {
        check_damage(*state, &damages[i]);
    }
    begin(*state);
    org_rollback(*state);
}

static void test_cycles_of_several(void **state)
{
    static const cell roles[][4] = {{I(6000), T("A"), I(6002), I(0)},
                                    {I(6001), T("B"), I(6000), I(0)},
                                    {I(6002), T("C"), I(6001), I(0)}};
    static const cell users[][12] = {{PERSON(6000, "x@y", R, P, I(1), I(1), I(6002), I(1))},
                                     {PERSON(6001, "x@z", R, P, I(1), I(1), I(6000), I(1))},
                                     {PERSON(6002, "x@w", R, P, I(1), I(1), I(6001), I(1))}};
    org_fixture *f = *state;

    begin(f);
    for (size_t i = 0; i < 3; i++) {
        insert(f, C4_TABLE_ROLE, roles[i]);
    }
    assert_int_equal(c4_unit_refresh(&f->unit), CRM4E_E_CORRUPT);
    org_rollback(f);
    begin(f);
    for (size_t i = 0; i < 3; i++) {
        insert(f, C4_TABLE_USER, users[i]);
    }
    assert_int_equal(c4_unit_refresh(&f->unit), CRM4E_E_CORRUPT);
    org_rollback(f);
}

static int chain_of_roles(org_fixture *f, int64_t count)
{
    int rc;

    begin(f);
    for (int64_t i = 0; i < count; i++) {
        const cell row[] = {I(5000 + i), T("R"), I(i == 0 ? 0 : 4999 + i), I(0)};
        insert(f, C4_TABLE_ROLE, row);
    }
    rc = c4_unit_refresh(&f->unit);
    org_rollback(f);
    return rc;
}

static void test_depth_of_roles(void **state)
{
    assert_int_equal(chain_of_roles(*state, 64), CRM4E_OK);
    assert_int_equal(chain_of_roles(*state, 65), CRM4E_E_CORRUPT);
    assert_int_equal(chain_of_roles(*state, 3000), CRM4E_E_CORRUPT);
}

#define ON_ORG(test) cmocka_unit_test_setup_teardown(test, org_setup, org_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_ORG(test_contradictions),
        ON_ORG(test_cycles_of_several),
        ON_ORG(test_depth_of_roles),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
