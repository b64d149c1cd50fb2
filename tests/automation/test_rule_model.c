/* SPDX-License-Identifier: MIT */
/*
 * Rules against a second implementation of what docs and headers say of them, made for nothing
 * but this: generated rules of a module, random changes of its records, and after each change
 * the record as the rules have to leave it; after each world how often each rule acted.
 */
#include "host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    WORLDS = 50,
    STEPS = 1000, /* of a world: with both storages 100,000 changes */
    RULES = 8,
    FIELDS = 4,
    VALUES = 4,
    TAGS = 3,
    USERS = 3,
    NOBODY = -1, /* a field without a value */
    RECORDS = 12,
    CONDITIONS = 3,
    ACTIONS = 3,
    NODES = 7, /* of criteria */
    TEXT = 4096
};

static uint64_t seed;

static int roll(int below)
{
    seed ^= seed >> 12;
    seed ^= seed << 25;
    seed ^= seed >> 27;
    return (int)((seed * UINT64_C(2685821657736338717) >> 33) % (uint64_t)below);
}

/* ------------------------------------------------------------- criteria */

typedef enum node_kind {
    NODE_COMPARE,
    NODE_NULL,
    NODE_AND,
    NODE_OR,
    NODE_NOT
} node_kind;

/* In prefix order: a node's parts stand behind it. */
typedef struct node {
    node_kind kind;
    int field;
    const char *op;
    int value;
    bool negative; /* is not null */
} node;

typedef struct criteria {
    node nodes[NODES];
    int count; /* 0: all records */
} criteria;

static const char *const operators[] = {"=", "!=", "<", "<=", ">", ">="};

static void make_leaf(node *n)
{
    *n = (node){.kind = roll(5) == 0 ? NODE_NULL : NODE_COMPARE,
                .field = roll(FIELDS),
                .op = operators[roll(6)],
                .value = roll(VALUES),
                .negative = roll(2) == 0};
}

static void make_criteria(criteria *c)
{
    const int form = roll(6);

    c->count = 0;
    if (form == 0)
        return;
    if (form >= 3)
        c->nodes[c->count++] = (node){.kind = form == 5 ? NODE_NOT : roll(2) ? NODE_AND : NODE_OR};
    make_leaf(&c->nodes[c->count++]);
    if (form == 3 || form == 4)
        make_leaf(&c->nodes[c->count++]);
}

static int put_node(FILE *out, const criteria *c, int at)
{
    const node *n = &c->nodes[at];

    switch (n->kind) {
    case NODE_COMPARE: (void)fprintf(out, "F%d %s %d", n->field, n->op, n->value); return at + 1;
    case NODE_NULL:
        (void)fprintf(out, "F%d is %snull", n->field, n->negative ? "not " : "");
        return at + 1;
    case NODE_NOT:
        (void)fputs("not (", out);
        at = put_node(out, c, at + 1);
        break;
    default:
        (void)fputc('(', out);
        at = put_node(out, c, at + 1);
        (void)fputs(n->kind == NODE_AND ? " and " : " or ", out);
        at = put_node(out, c, at);
        break;
    }
    (void)fputc(')', out);
    return at;
}

typedef enum truth {
    NO,
    UNKNOWN,
    YES
} truth;

static truth compare(int left, const char *op, int right)
{
    bool holds;

    if (left == NOBODY)
        return UNKNOWN;
    switch (op[0]) {
    case '=': holds = left == right; break;
    case '!': holds = left != right; break;
    case '<': holds = op[1] ? left <= right : left < right; break;
    default: holds = op[1] ? left >= right : left > right; break;
    }
    return holds ? YES : NO;
}

static truth judge(const criteria *c, int *at, const int *fields)
{
    const node *n = &c->nodes[(*at)++];
    truth first, second;

    if (n->kind == NODE_COMPARE)
        return compare(fields[n->field], n->op, n->value);
    if (n->kind == NODE_NULL)
        return (fields[n->field] == NOBODY) != n->negative ? YES : NO;
    first = judge(c, at, fields);
    if (n->kind == NODE_NOT)
        return (truth)(YES - first);
    second = judge(c, at, fields);
    if (n->kind == NODE_AND)
        return first < second ? first : second;
    return first > second ? first : second;
}

static bool holds(const criteria *c, const int *fields)
{
    int at = 0;

    return c->count == 0 || judge(c, &at, fields) == YES;
}

/* ------------------------------------------------------------- rules */

typedef enum trigger {
    ON_CREATE,
    ON_EDIT,
    ON_CREATE_OR_EDIT,
    ON_DELETE,
    ON_FIELD_UPDATE,
    ON_TAG_ADDED,
    ON_TAG_REMOVED,
    TRIGGERS
} trigger;

static const char *const trigger_names[] = {"create",       "edit",      "create_or_edit", "delete",
                                            "field_update", "tag_added", "tag_removed"};

typedef enum action_kind {
    SET_FIELD,
    ADD_TAG,
    REMOVE_TAG,
    ASSIGN,
    ACTION_KINDS
} action_kind;

typedef struct action {
    action_kind kind;
    int what; /* the field or tag */
    int value;
    int turn; /* of ASSIGN: who is next */
} action;

typedef struct condition {
    criteria when;
    criteria was;
    bool asks_was;
    action actions[ACTIONS];
    int action_count;
} condition;

typedef struct rule {
    trigger on;
    bool active;
    bool once;
    bool fields[FIELDS]; /* of ON_FIELD_UPDATE */
    int becomes[FIELDS]; /* NOBODY: any value */
    bool all;
    int tag; /* of ON_TAG_*; TAGS: any */
    condition conditions[CONDITIONS];
    int condition_count;
    int acted;         /* lines of the run log */
    bool had[RECORDS]; /* of `once` */
} rule;

static rule rules[RULES];

static bool waits_for_change(trigger on)
{
    return on == ON_EDIT || on >= ON_FIELD_UPDATE;
}

static void make_action(action *a)
{
    *a = (action){.kind = (action_kind)roll(ACTION_KINDS), .value = roll(VALUES + 1) - 1};
    a->what = roll(a->kind == SET_FIELD ? FIELDS : TAGS);
}

static void make_conditions(rule *r)
{
    r->condition_count = 1 + roll(CONDITIONS);
    for (int i = 0; i < r->condition_count; i++) {
        condition *c = &r->conditions[i];

        make_criteria(&c->when);
        c->asks_was = waits_for_change(r->on) && roll(4) == 0;
        do
            make_criteria(&c->was);
        while (c->asks_was && c->was.count == 0);
        /* What has no criteria is the last. */
        if (c->when.count == 0 && !c->asks_was)
            r->condition_count = i + 1;
        c->action_count = r->on == ON_DELETE ? 0 : 1 + roll(ACTIONS);
        for (int k = 0; k < c->action_count; k++)
            make_action(&c->actions[k]);
    }
}

static void make_rule(rule *r)
{
    *r = (rule){.on = (trigger)roll(TRIGGERS),
                .active = true,
                .once = roll(5) == 0,
                .all = roll(3) == 0,
                .tag = roll(TAGS + 1)};
    for (int i = 0; i < FIELDS; i++) {
        r->fields[i] = roll(2) == 0;
        r->becomes[i] = roll(3) == 0 ? roll(VALUES) : NOBODY;
    }
    r->fields[roll(FIELDS)] = true;
    make_conditions(r);
}

static void put_action(FILE *out, const action *a)
{
    switch (a->kind) {
    case SET_FIELD:
        (void)fprintf(out, "{'update_field': {'field': 'F%d', 'value': ", a->what);
        (void)(a->value == NOBODY ? fputs("null}}", out) : fprintf(out, "%d}}", a->value));
        break;
    case ADD_TAG: (void)fprintf(out, "{'add_tags': {'tags': ['T%d']}}", a->what); break;
    case REMOVE_TAG: (void)fprintf(out, "{'remove_tags': {'tags': ['T%d']}}", a->what); break;
    default:
        (void)fputs("{'assign_owner': {'target': 'users', 'users': ['u0@acme.example',"
                    " 'u1@acme.example', 'u2@acme.example']}}",
                    out);
        break;
    }
}

static void put_condition(FILE *out, const rule *r, const condition *c)
{
    (void)fputc('{', out);
    if (c->when.count > 0) {
        (void)fputs("'when': '", out);
        (void)put_node(out, &c->when, 0);
        (void)fputs("', ", out);
    }
    if (c->asks_was) {
        (void)fputs("'was': '", out);
        (void)put_node(out, &c->was, 0);
        (void)fputs("', ", out);
    }
    (void)fputs("'then': [", out);
    if (r->on == ON_DELETE)
        (void)fputs("{'notify': {'to': 'owner', 'subject': 'Gone'}}", out);
    for (int i = 0; i < c->action_count; i++) {
        (void)fputs(i > 0 ? ", " : "", out);
        put_action(out, &c->actions[i]);
    }
    (void)fputs("]}", out);
}

static void put_awaited(FILE *out, const rule *r)
{
    const char *comma = "";

    (void)fputs(", 'fields': [", out);
    for (int i = 0; i < FIELDS; i++) {
        if (!r->fields[i])
            continue;
        if (r->becomes[i] == NOBODY)
            (void)fprintf(out, "%s'F%d'", comma, i);
        else
            (void)fprintf(out, "%s{'field': 'F%d', 'value': %d}", comma, i, r->becomes[i]);
        comma = ", ";
    }
    (void)fprintf(out, "], 'match': '%s'", r->all ? "all" : "any");
}

static void put_rule(FILE *out, int world, int number)
{
    const rule *r = &rules[number];

    (void)fprintf(out, "{'name': 'R%d', 'module': 'W%d', 'on': '%s', 'active': %s", number, world,
                  trigger_names[r->on], r->active ? "true" : "false");
    if (r->once)
        (void)fputs(", 'repeat': false", out);
    if (r->on == ON_FIELD_UPDATE)
        put_awaited(out, r);
    if ((r->on == ON_TAG_ADDED || r->on == ON_TAG_REMOVED) && r->tag < TAGS)
        (void)fprintf(out, ", 'tags': ['T%d']", r->tag);
    (void)fputs(", 'conditions': [", out);
    for (int i = 0; i < r->condition_count; i++) {
        (void)fputs(i > 0 ? ", " : "", out);
        put_condition(out, r, &r->conditions[i]);
    }
    (void)fputs("]}", out);
}

/* ------------------------------------------------------------- records */

typedef struct thing {
    crm4e_id id; /* 0: there is none */
    int fields[FIELDS];
    bool tags[TAGS];
    int owner; /* USERS: the administrator */
} thing;

static thing things[RECORDS];

static bool meets_fields(const rule *r, const thing *before, const thing *after)
{
    bool any = false, all = true;

    for (int i = 0; i < FIELDS; i++) {
        bool changed = before->fields[i] != after->fields[i] &&
                       (r->becomes[i] == NOBODY || after->fields[i] == r->becomes[i]);

        if (!r->fields[i])
            continue;
        any = any || changed;
        all = all && changed;
    }
    return r->all ? all : any;
}

static bool has_more_tags(const rule *r, const thing *with, const thing *without)
{
    bool more = false;

    for (int i = 0; i < TAGS; i++)
        more = more || (with->tags[i] && !without->tags[i] && (r->tag == TAGS || r->tag == i));
    return more;
}

/* `before` is NULL for a new record, `after` for one that is deleted. */
static bool is_woken(const rule *r, const thing *before, const thing *after)
{
    const bool edit = before != NULL && after != NULL;

    switch (r->on) {
    case ON_CREATE: return before == NULL;
    case ON_EDIT: return edit;
    case ON_CREATE_OR_EDIT: return after != NULL;
    case ON_DELETE: return after == NULL;
    case ON_FIELD_UPDATE: return edit && meets_fields(r, before, after);
    case ON_TAG_ADDED: return edit && has_more_tags(r, after, before);
    default: return edit && has_more_tags(r, before, after);
    }
}

/* The first that holds for the record as the change left it. */
static condition *find_condition(rule *r, const thing *before, const thing *row)
{
    for (int i = 0; i < r->condition_count; i++) {
        condition *c = &r->conditions[i];

        if (holds(&c->when, row->fields) &&
            (!c->asks_was || (before != NULL && holds(&c->was, before->fields))))
            return c;
    }
    return NULL;
}

static void act(condition *c, thing *t, bool *assigned)
{
    for (int i = 0; i < c->action_count; i++) {
        action *a = &c->actions[i];

        switch (a->kind) {
        case SET_FIELD: t->fields[a->what] = a->value; break;
        case ADD_TAG: t->tags[a->what] = true; break;
        case REMOVE_TAG: t->tags[a->what] = false; break;
        default:
            if (!*assigned) {
                t->owner = a->turn;
                a->turn = (a->turn + 1) % USERS;
            }
            *assigned = true;
            break;
        }
    }
}

static void run_rules(int at, const thing *before, const thing *after)
{
    const thing row = after != NULL ? *after : *before;
    bool assigned = false;

    for (int i = 0; i < RULES; i++) {
        rule *r = &rules[i];
        condition *c =
            r->active && is_woken(r, before, after) ? find_condition(r, before, &row) : NULL;

        if (c == NULL || (r->once && r->had[at]))
            continue;
        r->had[at] = true;
        r->acted++;
        act(c, &things[at], &assigned);
    }
}

/* ------------------------------------------------------------- the engine */

static host *h;
static int world;
static char module_name[16];

static void apply(FILE *out, char **document)
{
    assert_int_equal(fclose(out), 0);
    host_apply(h, *document);
    free(*document);
}

static void make_world(void)
{
    char *document = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&document, &length);

    assert_non_null(out);
    (void)snprintf(module_name, sizeof module_name, "W%d", world);
    (void)fputs("{'users': [", out);
    for (int i = 0; i < USERS; i++)
        (void)fprintf(out, "%s{'email': 'u%d@acme.example', 'profile': 'Standard'}",
                      i > 0 ? ", " : "", i);
    (void)fprintf(out, "], 'modules': [{'api_name': '%s', 'fields': [", module_name);
    for (int i = 0; i < FIELDS; i++)
        (void)fprintf(out, "%s{'api_name': 'F%d', 'type': 'integer'}", i > 0 ? ", " : "", i);
    (void)fputs("], 'tags': [{'name': 'T0'}, {'name': 'T1'}, {'name': 'T2'}]}], 'workflows': [",
                out);
    for (int i = 0; i < RULES; i++) {
        make_rule(&rules[i]);
        (void)fputs(i > 0 ? ", " : "", out);
        put_rule(out, world, i);
    }
    (void)fputs("]}", out);
    memset(things, 0, sizeof things);
    apply(out, &document);
}

static void switch_rule(void)
{
    const int number = roll(RULES);
    char *document = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&document, &length);

    assert_non_null(out);
    rules[number].active = !rules[number].active;
    (void)fputs("{'workflows': [", out);
    put_rule(out, world, number);
    (void)fputs("]}", out);
    apply(out, &document);
}

static void set_fields(crm4e_record *record, const thing *t)
{
    for (int i = 0; i < FIELDS; i++) {
        char name[4];

        (void)snprintf(name, sizeof name, "F%d", i);
        host_ok(h->admin, t->fields[i] == NOBODY
                              ? crm4e_record_set_null(record, name)
                              : crm4e_record_set_integer(record, name, t->fields[i]));
    }
}

static const char *text_of(crm4e_record *record, const char *field)
{
    const char *text = NULL;
    int rc = crm4e_record_get_text(record, field, &text, NULL);

    if (rc < 0)
        host_ok(h->admin, rc);
    return text != NULL ? text : "";
}

static void check(const thing *t)
{
    crm4e_record *record = NULL;
    char expected[8];
    const char *text;

    host_ok(h->admin, crm4e_record_open(&record, h->admin, module_name, t->id));
    for (int i = 0; i < FIELDS; i++) {
        char name[4];

        (void)snprintf(name, sizeof name, "F%d", i);
        (void)snprintf(expected, sizeof expected, "%d", t->fields[i]);
        assert_string_equal(text_of(record, name), t->fields[i] == NOBODY ? "" : expected);
    }
    text = text_of(record, "Tag");
    for (int i = 0; i < TAGS; i++) {
        (void)snprintf(expected, sizeof expected, "T%d", i);
        assert_int_equal(strstr(text, expected) != NULL, t->tags[i]);
    }
    text = text_of(record, "Owner");
    assert_int_equal(text[0] == 'u' ? text[1] - '0' : USERS, t->owner);
    crm4e_record_free(record);
}

static void create(int at)
{
    thing *t = &things[at];
    crm4e_record *record = NULL;
    thing after = {.owner = USERS};

    for (int i = 0; i < FIELDS; i++)
        after.fields[i] = roll(VALUES + 1) - 1;
    host_ok(h->admin, crm4e_record_new(&record, h->admin, module_name));
    host_ok(h->admin, crm4e_record_set_text(record, "Name", "N", CRM4E_NUL_TERMINATED));
    set_fields(record, &after);
    host_ok(h->admin, crm4e_record_save(record));
    after.id = crm4e_record_id(record);
    crm4e_record_free(record);
    *t = after;
    for (int i = 0; i < RULES; i++)
        rules[i].had[at] = false;
    run_rules(at, NULL, &after);
    check(t);
}

static void edit(int at)
{
    thing *t = &things[at];
    const thing before = *t;
    crm4e_record *record = NULL;
    thing after = before;

    for (int i = 0; i < FIELDS; i++)
        after.fields[i] = roll(2) == 0 ? roll(VALUES + 1) - 1 : after.fields[i];
    host_ok(h->admin, crm4e_record_open(&record, h->admin, module_name, t->id));
    set_fields(record, &after);
    host_ok(h->admin, crm4e_record_save(record));
    crm4e_record_free(record);
    *t = after;
    /* What changes nothing is no change. */
    if (memcmp(before.fields, after.fields, sizeof before.fields) != 0)
        run_rules(at, &before, &after);
    check(t);
}

static void tag(int at)
{
    thing *t = &things[at];
    const thing before = *t;
    const int which = roll(TAGS);
    const bool add = !before.tags[which] || roll(3) == 0;
    char name[4];
    thing after = before;

    (void)snprintf(name, sizeof name, "T%d", which);
    after.tags[which] = add;
    host_ok(h->admin, add ? crm4e_record_tag(h->admin, module_name, t->id, name)
                          : crm4e_record_untag(h->admin, module_name, t->id, name));
    *t = after;
    if (before.tags[which] != add)
        run_rules(at, &before, &after);
    check(t);
}

static void delete_thing(int at)
{
    const thing before = things[at];

    host_ok(h->admin, crm4e_record_delete(h->admin, module_name, before.id, 0));
    run_rules(at, &before, NULL);
    things[at].id = 0;
}

static void step(void)
{
    const int at = roll(RECORDS);
    const int what = roll(100);

    if (what == 0)
        switch_rule();
    if (things[at].id == 0)
        create(at);
    else if (what < 8)
        delete_thing(at);
    else if (what < 35)
        tag(at);
    else
        edit(at);
}

/* Lines of the run log that are no failures. */
static int count_runs(int number)
{
    crm4e_runs_options options = CRM4E_RUNS_OPTIONS_INIT;
    crm4e_module *module = NULL;
    char name[8];
    int count = 0;

    host_ok(h->admin, crm4e_module_open(&module, h->admin, module_name));
    (void)snprintf(name, sizeof name, "R%d", number);
    options.rule = name;
    options.limit = 1000;
    do {
        crm4e_text *text = NULL;
        const char *line, *end;

        host_ok(h->admin, crm4e_runs_json(&text, module, &options));
        for (line = crm4e_text_data(text); (line = strstr(line, "\"result\":\"")) != NULL; line++)
            count += strncmp(line + strlen("\"result\":\""), "failed", 6) != 0;
        end = strstr(crm4e_text_data(text), "\"before\":");
        assert_non_null(end);
        options.before = strtoll(end + strlen("\"before\":"), NULL, 10);
        crm4e_text_free(text);
    } while (options.before != 0);
    crm4e_module_free(module);
    return count;
}

static void the_engine_does_what_the_model_does(void **state)
{
    int64_t acted = 0;

    (void)state;
    for (world = 0; world < WORLDS; world++) {
        void *place = NULL;

        assert_int_equal(host_setup(&place), 0);
        h = place;
        seed = 0x9e3779b97f4a7c15u + (uint64_t)world;
        make_world();
        host_ok(h->admin, crm4e_session_begin(h->admin));
        for (int i = 0; i < STEPS; i++)
            step();
        host_ok(h->admin, crm4e_session_commit(h->admin));
        for (int i = 0; i < RULES; i++) {
            assert_int_equal(count_runs(i), rules[i].acted);
            acted += rules[i].acted;
        }
        assert_int_equal(host_teardown(&place), 0);
    }
    assert_true(acted > WORLDS * STEPS / 4); /* there was something to compare */
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_engine_does_what_the_model_does),
    };

    return host_run("rule model", tests, sizeof tests / sizeof tests[0]);
}
