/* SPDX-License-Identifier: MIT */
/* The actions that call a program outside: a web address, or a function of the host.
 * Both are messages of the outbox; who makes the call is the host. */
#include <string.h>

#include "automation/template.h"
#include "base/text.h"
#include "model/manage_rules.h"

enum {
    HEADER_NAME_MAX = 100, /* code points, as those that follow */
    HEADER_MAX = 1000,
    FUNCTION_NAME_MAX = 100,
    URL_MAX_BYTES = 8 * 1024, /* with its values */
};

typedef enum method {
    METHOD_GET = 1,
    METHOD_POST,
    METHOD_PUT,
    METHOD_PATCH,
    METHOD_DELETE
} method;

static const c4_name methods[] = {
    {METHOD_GET, "GET"},     {METHOD_POST, "POST"},     {METHOD_PUT, "PUT"},
    {METHOD_PATCH, "PATCH"}, {METHOD_DELETE, "DELETE"}, {0, NULL},
};
static const char *const webhook_members[] = {
    "method", "url", "headers", "body", "form", "text", NULL,
};
static const char *const function_members[] = {"name", "arguments", NULL};

/* What says where a message ends and what is in it is for who sends it to say. */
static const char *const senders_headers[] = {
    "host", "connection", "content-length", "content-type", "transfer-encoding",
    "te",   "trailer",    "upgrade",
};

static bool takes_body(uint32_t way)
{
    return way == METHOD_POST || way == METHOD_PUT || way == METHOD_PATCH;
}

static size_t scheme_length(const char *url)
{
    return strncmp(url, "https://", 8) == 0 ? 8 : strncmp(url, "http://", 7) == 0 ? 7 : 0;
}

/* No value of a record decides where a call goes: the host is as written. */
static bool is_address(const char *url)
{
    size_t scheme = scheme_length(url);
    size_t host = strcspn(url + scheme, "/?#");

    return scheme > 0 && host > 0 && memchr(url + scheme, '$', host) == NULL &&
           !c4_text_has_control(url, strlen(url)) && strpbrk(url, " \\") == NULL;
}

static bool is_token(const char *name)
{
    static const char others[] = "!#$%&'*+-.^_`|~";
    size_t length = 0;

    for (; name[length] != '\0'; length++) {
        char c = name[length];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              strchr(others, c) != NULL)) {
            return false;
        }
    }
    return length > 0 && length <= HEADER_NAME_MAX;
}

static bool same_ignoring_case(const char *a, const char *lower)
{
    while (*a != '\0' && (*a >= 'A' && *a <= 'Z' ? *a - 'A' + 'a' : *a) == *lower) {
        a++;
        lower++;
    }
    return *a == *lower;
}

static bool is_senders(const char *name)
{
    bool is = false;

    for (size_t i = 0; i < sizeof senders_headers / sizeof senders_headers[0]; i++) {
        is = is || same_ignoring_case(name, senders_headers[i]);
    }
    return is;
}

static const c4_json *read_object(c4_rule_reader *reader, const c4_json *json, const char *member)
{
    const c4_json *value = c4_json_member(json, member);

    if (c4_json_kind(value) == C4_JSON_NULL) {
        return NULL;
    }
    if (c4_json_kind(value) != C4_JSON_OBJECT) {
        c4_rule_refuse(reader, CRM4E_E_INVALID, member, "type", "must be an object");
    }
    c4_template_read_json(reader, member, value);
    return value;
}

/* An object of texts without control characters. */
static void check_texts(c4_rule_reader *reader, const c4_json *object, const char *member,
                        size_t maximum)
{
    for (size_t i = 0; i < c4_json_count(object); i++) {
        const char *key = "";
        const c4_json *value = c4_json_member_at(object, i, &key);
        size_t length = 0;
        const char *text = c4_json_text(value, &length);
        if (c4_json_kind(value) != C4_JSON_TEXT) {
            c4_rule_refuse(reader, CRM4E_E_INVALID, member, "type", "must hold texts");
        } else if (c4_text_points(text, length) > maximum) {
            c4_rule_refuse(reader, CRM4E_E_TOO_BIG, member, "max_length",
                           "holds a text that is too long");
        }
    }
}

static void read_headers(c4_rule_reader *reader, const c4_json *json, c4_webhook *webhook)
{
    const c4_json *headers = read_object(reader, json, "headers");

    check_texts(reader, headers, "headers", HEADER_MAX);
    if (c4_json_count(headers) > C4_RULE_HEADERS) {
        c4_rule_refuse(reader, CRM4E_E_TOO_BIG, "headers", "headers_per_webhook",
                       "holds more than 20 headers");
    }
    for (size_t i = 0; i < c4_json_count(headers) && reader->rc == CRM4E_OK; i++) {
        const char *name = "";
        const c4_json *value = c4_json_member_at(headers, i, &name);
        size_t length = 0;
        const char *text = c4_json_text(value, &length);
        if (!is_token(name) || is_senders(name)) {
            c4_rule_refuse(reader, CRM4E_E_INVALID, "headers", "header",
                           "names one that no rule sets");
        } else if (c4_text_has_control(text, length)) {
            c4_rule_refuse(reader, CRM4E_E_INVALID, "headers", "control",
                           "holds control characters");
        }
    }
    webhook->headers = headers;
}

static void read_bodies(c4_rule_reader *reader, const c4_json *json, c4_webhook *webhook)
{
    const c4_json *body = c4_json_member(json, "body");
    int bodies;

    webhook->form = read_object(reader, json, "form");
    check_texts(reader, webhook->form, "form", C4_RULE_BODY_MAX);
    webhook->text = c4_rule_text(reader, json, "text", false, C4_RULE_BODY_MAX);
    c4_template_read(reader, "text", webhook->text);
    if (c4_json_kind(body) != C4_JSON_NULL) {
        webhook->body = body;
        c4_template_read_json(reader, "body", body);
    }
    bodies = (webhook->body != NULL) + (webhook->form != NULL) + (webhook->text != NULL);
    if (bodies > 1) {
        c4_rule_refuse(reader, CRM4E_E_INVALID, "body", "one_body",
                       "form and text go without one another");
    } else if (bodies > 0 && !takes_body(webhook->method)) {
        c4_rule_refuse(reader, CRM4E_E_INVALID, "method", "one_body", "takes no body");
    }
}

void c4_webhook_read(c4_rule_reader *reader, const c4_json *json, c4_rule_action *action)
{
    c4_webhook *webhook = &action->as.webhook;

    *webhook = (c4_webhook){.method = METHOD_POST};
    c4_rule_members(reader, json, "webhook", webhook_members);
    webhook->url = c4_rule_text(reader, json, "url", true, C4_RULE_URL_MAX);
    if (webhook->url != NULL && !is_address(webhook->url)) {
        c4_rule_refuse(reader, CRM4E_E_INVALID, "url", "url",
                       "is no http or https address of a host that is written out");
    }
    c4_template_read(reader, "url", webhook->url);
    if (c4_json_member(json, "method") != NULL) {
        webhook->method = c4_rule_word(reader, json, "method", methods, true);
    }
    read_headers(reader, json, webhook);
    read_bodies(reader, json, webhook);
}

static void write_json(c4_buffer *out, bool *first, const char *member, const c4_json *value)
{
    if (value != NULL) {
        c4_json_put_key(out, first, member);
        c4_json_put_value(out, value);
    }
}

void c4_webhook_write(c4_rule_writer *writer, const c4_rule_action *action)
{
    const c4_webhook *webhook = &action->as.webhook;
    c4_buffer *out = writer->out;
    bool first = true;

    c4_buffer_char(out, '{');
    if (webhook->method != METHOD_POST) {
        c4_json_put_member(out, &first, "method", c4_rule_word_text(methods, webhook->method));
    }
    c4_json_put_member(out, &first, "url", webhook->url);
    write_json(out, &first, "headers", webhook->headers);
    write_json(out, &first, "body", webhook->body);
    write_json(out, &first, "form", webhook->form);
    c4_json_put_member(out, &first, "text", webhook->text);
    c4_buffer_char(out, '}');
}

int c4_webhook_check(const c4_scope *author, const c4_rule_action *action)
{
    const c4_webhook *webhook = &action->as.webhook;
    const c4_json *const values[] = {webhook->headers, webhook->body, webhook->form};
    int rc = c4_template_check(author, webhook->url);

    for (size_t i = 0; i < 3 && rc == CRM4E_OK; i++) {
        rc = c4_template_check_json(author, values[i]);
    }
    return rc == CRM4E_OK ? c4_template_check(author, webhook->text) : rc;
}

int c4_webhook_resolve(c4_unit *unit, const c4_module *module, const c4_rule_action *action)
{
    const c4_webhook *webhook = &action->as.webhook;
    const c4_json *const values[] = {webhook->headers, webhook->body, webhook->form};
    int rc = c4_template_resolve(unit, module, webhook->url);

    for (size_t i = 0; i < 3 && rc == CRM4E_OK; i++) {
        rc = c4_template_resolve_json(unit, module, values[i]);
    }
    return rc == CRM4E_OK ? c4_template_resolve(unit, module, webhook->text) : rc;
}

/* A text with its values as a member of the payload, within a ceiling. */
static int put_filled(c4_template *merge, const char *member, const char *text,
                      c4_template_place place, size_t ceiling, c4_buffer *out, bool *first)
{
    c4_buffer filled;
    int rc;

    c4_buffer_init(&filled, &merge->run->unit->env->mem, ceiling);
    rc = c4_template_fill(merge, text, place, &filled);
    if (rc == CRM4E_OK && filled.code != CRM4E_OK) {
        rc = c4_fail_plain(merge->run->unit->error, filled.code);
    }
    if (rc == CRM4E_OK) {
        c4_json_put_member(out, first, member, c4_buffer_c_str(&filled));
    }
    c4_buffer_free(&filled);
    return rc;
}

static int put_headers(c4_template *merge, const c4_json *headers, c4_buffer *out, bool *first)
{
    bool inside = true;
    int rc = CRM4E_OK;

    c4_json_put_key(out, first, "headers");
    c4_buffer_char(out, '{');
    for (size_t i = 0; i < c4_json_count(headers) && rc == CRM4E_OK; i++) {
        const char *name = "";
        const char *text = c4_json_text(c4_json_member_at(headers, i, &name), NULL);
        rc = put_filled(merge, name, text, C4_TEMPLATE_HEADER, URL_MAX_BYTES, out, &inside);
    }
    c4_buffer_char(out, '}');
    return rc;
}

/* name=value&name=value, both as in an address. */
static int fill_form(c4_template *merge, const c4_json *form, c4_buffer *body)
{
    int rc = CRM4E_OK;

    for (size_t i = 0; i < c4_json_count(form) && rc == CRM4E_OK; i++) {
        const char *name = "";
        const char *text = c4_json_text(c4_json_member_at(form, i, &name), NULL);
        c4_buffer value;
        c4_buffer_init(&value, &merge->run->unit->env->mem, C4_PAYLOAD_MAX);
        rc = c4_template_fill(merge, text, C4_FILL_TEXT, &value);
        rc = rc == CRM4E_OK && value.code != CRM4E_OK
                 ? c4_fail_plain(merge->run->unit->error, value.code)
                 : rc;
        c4_buffer_text(body, i > 0 ? "&" : "");
        c4_template_encode(name, strlen(name), C4_FILL_URL, body);
        c4_buffer_char(body, '=');
        c4_template_encode(value.data, value.length, C4_FILL_URL, body);
        c4_buffer_free(&value);
    }
    return rc;
}

/* Without one in the rule it tells what happened to which record. */
static int fill_body(c4_template *merge, const c4_webhook *webhook, const char **type,
                     c4_buffer *body)
{
    bool first = true;

    *type = "application/json";
    if (webhook->body != NULL) {
        return c4_template_fill_json(merge, webhook->body, body);
    }
    if (webhook->form != NULL) {
        *type = "application/x-www-form-urlencoded";
        return fill_form(merge, webhook->form, body);
    }
    if (webhook->text != NULL) {
        *type = "text/plain; charset=utf-8";
        return c4_template_fill(merge, webhook->text, C4_FILL_TEXT, body);
    }
    c4_payload_say(merge->run, body, &first);
    c4_buffer_char(body, '}');
    return CRM4E_OK;
}

static int put_body(c4_template *merge, const c4_webhook *webhook, c4_buffer *out, bool *first)
{
    const char *type = "";
    c4_buffer body;
    int rc;

    if (!takes_body(webhook->method)) {
        return CRM4E_OK;
    }
    c4_buffer_init(&body, &merge->run->unit->env->mem, C4_PAYLOAD_MAX);
    rc = fill_body(merge, webhook, &type, &body);
    if (rc == CRM4E_OK && body.code != CRM4E_OK) {
        rc = c4_fail_plain(merge->run->unit->error, body.code);
    }
    if (rc == CRM4E_OK) {
        c4_json_put_member(out, first, "content_type", type);
        c4_json_put_member(out, first, "body", c4_buffer_c_str(&body));
    }
    c4_buffer_free(&body);
    return rc;
}

int c4_webhook_run(c4_run *run, const c4_rule_action *action)
{
    const c4_webhook *webhook = &action->as.webhook;
    c4_template merge;
    c4_buffer out;
    bool first = true;
    int rc = c4_template_open(&merge, run);

    c4_payload_open(run, &out, &first);
    c4_json_put_member(&out, &first, "method", c4_rule_word_text(methods, webhook->method));
    if (rc == CRM4E_OK) {
        rc = put_filled(&merge, "url", webhook->url, C4_FILL_URL, URL_MAX_BYTES, &out, &first);
    }
    if (rc == CRM4E_OK) {
        rc = put_headers(&merge, webhook->headers, &out, &first);
    }
    if (rc == CRM4E_OK) {
        rc = put_body(&merge, webhook, &out, &first);
    }
    if (rc == CRM4E_OK) {
        rc = c4_payload_put(run, action, "webhook", 0, &out);
    }
    c4_buffer_free(&out);
    return rc;
}

static bool is_function_name(const char *name)
{
    for (const char *c = name; *c != '\0'; c++) {
        bool letter = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || *c == '_';
        if (!letter && (c == name || !((*c >= '0' && *c <= '9') || *c == '.' || *c == '-'))) {
            return false;
        }
    }
    return true;
}

void c4_function_read(c4_rule_reader *reader, const c4_json *json, c4_rule_action *action)
{
    c4_function *function = &action->as.function;

    *function = (c4_function){0};
    c4_rule_members(reader, json, "function", function_members);
    function->name = c4_rule_text(reader, json, "name", true, FUNCTION_NAME_MAX);
    if (function->name != NULL && !is_function_name(function->name)) {
        c4_rule_refuse(reader, CRM4E_E_INVALID, "name", "function",
                       "is no name of letters, digits, _, . and -");
    }
    function->arguments = read_object(reader, json, "arguments");
}

void c4_function_write(c4_rule_writer *writer, const c4_rule_action *action)
{
    const c4_function *function = &action->as.function;
    bool first = true;

    c4_buffer_char(writer->out, '{');
    c4_json_put_member(writer->out, &first, "name", function->name);
    write_json(writer->out, &first, "arguments", function->arguments);
    c4_buffer_char(writer->out, '}');
}

int c4_function_check(const c4_scope *author, const c4_rule_action *action)
{
    return c4_template_check_json(author, action->as.function.arguments);
}

int c4_function_resolve(c4_unit *unit, const c4_module *module, const c4_rule_action *action)
{
    return c4_template_resolve_json(unit, module, action->as.function.arguments);
}

int c4_function_run(c4_run *run, const c4_rule_action *action)
{
    const c4_function *function = &action->as.function;
    c4_template merge;
    c4_buffer out;
    bool first = true;
    int rc = c4_template_open(&merge, run);

    c4_payload_open(run, &out, &first);
    c4_json_put_member(&out, &first, "function", function->name);
    c4_json_put_key(&out, &first, "arguments");
    if (rc == CRM4E_OK && function->arguments != NULL) {
        rc = c4_template_fill_json(&merge, function->arguments, &out);
    } else {
        c4_buffer_text(&out, "{}");
    }
    if (rc == CRM4E_OK) {
        rc = c4_payload_put(run, action, "function", 0, &out);
    }
    c4_buffer_free(&out);
    return rc;
}
