/* SPDX-License-Identifier: MIT */
/* What rules do later: next-due, schedule. */
#include <stdio.h>
#include <time.h>

#include "shell.h"

int run_next_due(shell *self)
{
    crm4e_time next = 0;
    struct tm *utc;
    time_t seconds;
    char text[32];
    int rc = crm4e_next_due(self->session, &next);

    if (rc < 0)
        return refused_by_session(self, rc);
    seconds = (time_t)(next / 1000000);
    utc = gmtime(&seconds);
    if (rc == CRM4E_ROW && utc && strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", utc) > 0)
        (void)printf("%s\n", text);
    return EXIT_DONE;
}

int run_schedule(shell *self)
{
    int64_t record = 0, limit = 100, after = 0;
    crm4e_text *text = NULL;
    const char *module = self->word_count > 1 ? self->words[1] : NULL;
    int rc;

    if (self->word_count > 2 && !whole_number(self->words[2], &record))
        return usage_error("not an id", self->words[2]);
    if (self->limit && (!whole_number(self->limit, &limit) || limit < 1 || limit > 1000))
        return usage_error("not a number from 1 to 1000", self->limit);
    if (self->after && !whole_number(self->after, &after))
        return usage_error("not an id", self->after);
    rc = crm4e_schedule_json(&text, self->session, module, record, after, (int32_t)limit);
    return rc < 0 ? refused_by_session(self, rc) : print_text(self, text);
}
