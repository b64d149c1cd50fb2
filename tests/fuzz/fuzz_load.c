/* SPDX-License-Identifier: MIT */
/* Whatever stands in the lines of a dump whose end is right: it is refused and no
 * org is there, or there is one that can be asked and dumped again. */
#include "fuzz/fuzz.h"

#include "base/sha256.h"
#include "transfer/dump.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    END = 160
};

typedef struct source {
    const char *parts[2];
    size_t lengths[2];
    size_t part;
} source;

static int32_t give(void *user, char *bytes, size_t size, size_t *read)
{
    source *s = user;

    while (s->part < 1 && s->lengths[s->part] == 0)
        s->part++;
    *read = s->lengths[s->part] < size ? s->lengths[s->part] : size;
    if (*read > 0)
        memcpy(bytes, s->parts[s->part], *read);
    s->parts[s->part] += *read;
    s->lengths[s->part] -= *read;
    return CRM4E_CONTINUE;
}

static int32_t drop(void *user, const char *bytes, size_t length)
{
    (void)user, (void)bytes, (void)length;
    return CRM4E_CONTINUE;
}

/* The last line that belongs to the others. */
static void write_end(const char *text, size_t size, char end[END])
{
    char checksum[C4_SHA256_TEXT];
    long long rows = 0;
    c4_sha256 hash;

    for (size_t i = 0; i < size; i++)
        rows += text[i] == '[' && (i == 0 || text[i - 1] == '\n');
    c4_sha256_start(&hash);
    c4_sha256_add(&hash, text, size);
    c4_sha256_end(&hash, checksum);
    (void)snprintf(end, END, "{\"rows\":%lld,\"sha256\":\"%s\"}\n", rows, checksum);
}

static void use(crm4e_org *org)
{
    crm4e_dump_options options = CRM4E_DUMP_OPTIONS_INIT;
    crm4e_session *session = NULL;
    crm4e_text *text = NULL;

    FUZZ_CHECK(crm4e_check(&text, org) == CRM4E_OK);
    crm4e_text_free(text);
    options.write = drop;
    if (crm4e_session_open(&session, org, "ana@acme.example") == CRM4E_OK)
        (void)crm4e_org_dump(session, &options, NULL);
    crm4e_session_close(session);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const crm4e_storage storage = {sizeof storage, crm4e_storage_memory(), NULL};
    crm4e_engine_options options = CRM4E_ENGINE_OPTIONS_INIT;
    crm4e_load_options how = CRM4E_LOAD_OPTIONS_INIT;
    crm4e_engine *engine = NULL;
    crm4e_org *org = NULL;
    crm4e_text *names = NULL;
    char *text = fuzz_copy(data, size);
    char end[END];
    source s = {{text, end}, {size, 0}, 0};
    int rc;

    write_end(text, size, end);
    s.lengths[1] = strlen(end);
    options.storage = &storage;
    how.read = give;
    how.read_user = &s;
    FUZZ_CHECK(crm4e_engine_open(&engine, &options) == CRM4E_OK);
    rc = crm4e_org_load(&org, engine, &how);
    fuzz_accepted = rc == CRM4E_OK;
    FUZZ_CHECK(rc == CRM4E_OK || crm4e_error_message(crm4e_engine_error(engine))[0] != '\0');
    FUZZ_CHECK((rc == CRM4E_OK) == (org != NULL));
    if (rc == CRM4E_OK)
        use(org);
    FUZZ_CHECK(crm4e_org_list(&names, engine) == CRM4E_OK);
    FUZZ_CHECK((strcmp(crm4e_text_data(names), "[]") == 0) == (rc != CRM4E_OK));
    crm4e_text_free(names);
    crm4e_engine_close(engine);
    free(text);
    return 0;
}
