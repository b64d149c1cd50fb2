/* SPDX-License-Identifier: MIT */
/* Several sessions read the rules of one snapshot for the first time at once. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rule_steps.h"

enum {
    THREADS = 4,
    RULES = 20
};

typedef struct reader {
    c4_unit unit;
    crm4e_error error;
    const c4_rule *rules[RULES];
    int rc;
} reader;

static void *read_rules(void *argument)
{
    reader *r = argument;

    for (size_t i = 0; i < RULES && r->rc == CRM4E_OK; i++) {
        r->rc = c4_rule_of(&r->unit, i, &r->rules[i]);
    }
    return NULL;
}

static void test_one_copy_for_all(void **state)
{
    steps *s = *state;
    pthread_t threads[THREADS];
    reader readers[THREADS];
    char json[256];

    for (int i = 0; i < RULES; i++) {
        (void)snprintf(json, sizeof json,
                       "{'name': 'R%d', 'module': 'Documents', 'on': 'create', 'conditions':"
                       " [{'when': 'Amount > %d', 'then': [{'notify': {'to': 'owner', 'subject':"
                       " 'S'}}]}]}",
                       i, i);
        assert_ok(put_rule(s, json));
    }
    memset(readers, 0, sizeof readers);
    for (int i = 0; i < THREADS; i++) {
        readers[i].unit = s->org.unit;
        readers[i].unit.error = &readers[i].error;
        assert_int_equal(pthread_create(&threads[i], NULL, read_rules, &readers[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_ok(readers[i].rc);
        for (size_t j = 0; j < RULES; j++) {
            assert_ptr_equal(readers[i].rules[j], readers[0].rules[j]);
            assert_null(readers[i].rules[j]->problem);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_one_copy_for_all, legal_setup, steps_teardown),
    };

    return cmocka_run_group_tests_name("rules and threads", tests, NULL, NULL);
}
