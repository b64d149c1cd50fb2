/* SPDX-License-Identifier: MIT */
#include "file_steps.h"

#include <stdlib.h>
#include <string.h>

static char byte_at(int64_t place)
{
    return (char)(unsigned char)((place * 31 + place / 251) & 0xff);
}

int32_t contents_read(void *user, char *bytes, size_t size, size_t *read)
{
    source *s = user;
    size_t count = s->step < size ? s->step : size;

    s->calls++;
    if (s->stop >= 0 && s->at >= s->stop)
        return s->answer;
    if ((int64_t)count > s->size - s->at)
        count = (size_t)(s->size - s->at);
    for (size_t i = 0; i < count; i++)
        bytes[i] = byte_at(s->at++);
    *read = count;
    if (s->interrupts)
        crm4e_interrupt(s->interrupts);
    return CRM4E_CONTINUE;
}

int32_t contents_write(void *user, const char *bytes, size_t length)
{
    target *t = user;

    if (t->answer != CRM4E_CONTINUE && t->at >= t->stop)
        return t->answer;
    for (size_t i = 0; i < length; i++)
        t->wrong = t->wrong || bytes[i] != byte_at(t->at + (int64_t)i);
    t->at += (int64_t)length;
    return CRM4E_CONTINUE;
}

source contents_of(int64_t size)
{
    return (source){.size = size, .step = 10007, .stop = -1};
}

crm4e_id add(crm4e_session *session, const char *module, const char *json)
{
    char *real = host_json(json);
    crm4e_record *record = NULL;
    crm4e_id id;

    host_ok(session, crm4e_record_new(&record, session, module));
    host_ok(session, crm4e_record_set_json(record, real, CRM4E_NUL_TERMINATED));
    host_ok(session, crm4e_record_save(record));
    id = crm4e_record_id(record);
    crm4e_record_free(record);
    free(real);
    return id;
}

void refused(crm4e_session *session, int rc, int code, const char *part)
{
    const char *message = crm4e_error_message(crm4e_session_error(session));

    if (rc != code || strstr(message, part) == NULL)
        fail_msg("%s, %s", crm4e_code_name(rc), message);
}

void assert_sound(host *h)
{
    crm4e_text *text = NULL;

    assert_int_equal(crm4e_check(&text, h->org), CRM4E_OK);
    assert_string_equal(crm4e_text_data(text), "[]");
    crm4e_text_free(text);
}

void digest_of(host *h, char digest[33])
{
    crm4e_text *text = NULL;

    host_ok(h->admin, crm4e_org_digest(&text, h->admin));
    memcpy(digest, crm4e_text_data(text), 33);
    crm4e_text_free(text);
}
