/* SPDX-License-Identifier: MIT */
/* Where a grouped query names fields. */
#include "hidden.h"

#include <stdlib.h>

int hidden_query_group(cell *c)
{
    crm4e_query *query = NULL;
    int rc = crm4e_query_new(&query, c->session, c->module);

    rc = rc < 0 ? rc : crm4e_query_group_by(query, c->field);
    return hidden_run_query(c, query, rc);
}

int hidden_query_second_group(cell *c)
{
    crm4e_query *query = NULL;
    int rc = crm4e_query_new(&query, c->session, c->module);

    rc = rc < 0 ? rc : crm4e_query_group_by(query, "id");
    rc = rc < 0 ? rc : crm4e_query_group_by(query, c->field);
    rc = rc < 0 ? rc : crm4e_query_select(query, "id");
    rc = rc < 0 ? rc : crm4e_query_where_ids(query, NULL, 0);
    return hidden_run_query(c, query, rc);
}

static int query_measure(cell *c, const char *form, bool order)
{
    crm4e_query *query = NULL;
    char *text = cell_text(c, form);
    int rc = crm4e_query_new(&query, c->session, c->module);

    rc = rc < 0 ? rc : crm4e_query_select(query, "count(id)");
    rc =
        rc < 0 ? rc : (order ? crm4e_query_order(query, text, 1) : crm4e_query_select(query, text));
    free(text);
    return hidden_run_query(c, query, rc);
}

int hidden_query_count_of(cell *c)
{
    return query_measure(c, "count(@)", false);
}

int hidden_query_distinct(cell *c)
{
    return query_measure(c, "count(distinct @)", false);
}

int hidden_query_greatest(cell *c)
{
    return query_measure(c, "max(@)", false);
}

int hidden_query_order_by_sum(cell *c)
{
    return query_measure(c, "sum(@)", true);
}

int hidden_text_group(cell *c)
{
    return hidden_query_text(c, "select count(id) from # group by @ limit 0");
}

int hidden_text_group_of_days(cell *c)
{
    return hidden_query_text(c, "select month(@) from # where id is null group by month(@)");
}

int hidden_text_measure(cell *c)
{
    return hidden_query_text(c, "select id, avg(@) from # group by id order by min(@)");
}

static int plan(cell *c, const char *form)
{
    crm4e_text *json = NULL;
    char *text = cell_text(c, form);
    int rc = crm4e_query_plan(&json, c->session, text);

    free(text);
    return cell_hear(c, rc, json);
}

int hidden_plan_column(cell *c)
{
    return plan(c, "select @ from # where id is null");
}

int hidden_plan_order(cell *c)
{
    return plan(c, "select id from # order by @");
}
