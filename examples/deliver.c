/* SPDX-License-Identifier: MIT */
/* Webhooks over plain sockets: a rule calls a receiver in this program, which fails the
 * first time. The host decides whom it calls: this one only itself. */
#define _POSIX_C_SOURCE 200809L

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <crm4e.h>

enum {
    ROOM = 8192
};

typedef struct receiver {
    int socket;
    int port;
    int calls;
    char heard[ROOM]; /* the last request */
} receiver;

static int open_receiver(receiver *r)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof address;

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    r->socket = socket(AF_INET, SOCK_STREAM, 0);
    if (r->socket < 0 || bind(r->socket, (struct sockaddr *)&address, size) != 0 ||
        listen(r->socket, 4) != 0 ||
        getsockname(r->socket, (struct sockaddr *)&address, &size) != 0)
        return -1;
    r->port = ntohs(address.sin_port);
    return 0;
}

/* Takes one request, refuses the first. */
static void receive(receiver *r)
{
    static const char busy[] = "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n";
    static const char fine[] = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    const char *answer = r->calls++ == 0 ? busy : fine;
    int client = accept(r->socket, NULL, NULL);
    ssize_t got = client < 0 ? 0 : recv(client, r->heard, ROOM - 1, 0);

    r->heard[got > 0 ? got : 0] = '\0';
    if (client >= 0) {
        (void)send(client, answer, strlen(answer), MSG_NOSIGNAL);
        (void)close(client);
    }
}

/* The text of a member of a JSON object that is as flat as a message; escapes of quotation
 * marks and backslashes alone, which is all that is in these. */
static int member_text(const char *json, const char *name, char *out, size_t room)
{
    char key[40];
    const char *at;
    size_t length = 0;

    (void)snprintf(key, sizeof key, "\"%s\":\"", name);
    at = strstr(json, key);
    if (!at)
        return -1;
    for (at += strlen(key); *at != '"' && *at && length + 1 < room; at++) {
        at += *at == '\\';
        out[length++] = *at;
    }
    out[length] = '\0';
    return 0;
}

/* "http://127.0.0.1:PORT/path": no other host and no other scheme. */
static const char *own_path(const receiver *r, const char *url)
{
    char own[40];

    (void)snprintf(own, sizeof own, "http://127.0.0.1:%d/", r->port);
    return strncmp(url, own, strlen(own)) == 0 ? url + strlen(own) - 1 : NULL;
}

static int32_t call(receiver *r, const crm4e_message *message, const char *path, const char *body)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)r->port)};
    char request[ROOM], answer[64] = "";
    int server = socket(AF_INET, SOCK_STREAM, 0);
    int length = snprintf(request, sizeof request,
                          "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nIdempotency-Key: %s\r\n"
                          "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
                          path, message->key, strlen(body), body);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (server < 0 || length < 0 || length >= ROOM ||
        connect(server, (struct sockaddr *)&address, sizeof address) != 0 ||
        send(server, request, (size_t)length, MSG_NOSIGNAL) != length) {
        if (server >= 0)
            (void)close(server);
        return CRM4E_E_BUSY;
    }
    receive(r); /* a receiver elsewhere would not need this */
    if (recv(server, answer, sizeof answer - 1, 0) <= 0)
        answer[0] = '\0';
    (void)close(server);
    printf("attempt %d: %.12s\n", message->attempt, answer);
    return strncmp(answer, "HTTP/1.1 2", 10) == 0 ? CRM4E_CONTINUE : CRM4E_E_BUSY;
}

static int32_t deliver(void *user, const crm4e_message *message)
{
    receiver *r = user;
    char url[1024], body[2048];
    const char *path;

    if (strcmp(message->kind, "webhook") != 0 ||
        member_text(message->payload, "url", url, sizeof url) != 0 ||
        member_text(message->payload, "body", body, sizeof body) != 0)
        return CRM4E_DENY;
    path = own_path(r, url);
    return path ? call(r, message, path, body) : CRM4E_DENY;
}

static int set_up(crm4e_session *session, int port)
{
    crm4e_webhook_options hook = CRM4E_WEBHOOK_OPTIONS_INIT;
    crm4e_module *leads = NULL;
    crm4e_workflow *rule = NULL;
    char url[100];
    int rc = crm4e_module_open(&leads, session, "Leads");

    (void)snprintf(url, sizeof url, "http://127.0.0.1:%d/leads?company=${Leads.Company}", port);
    hook.url = url;
    hook.body = "{\"name\": \"${Leads.Last_Name}\"}";
    if (rc == CRM4E_OK)
        rc = crm4e_workflow_new(&rule, leads, "Tell");
    if (rc == CRM4E_OK)
        rc = crm4e_workflow_on(rule, CRM4E_ON_CREATE);
    if (rc == CRM4E_OK)
        rc = crm4e_workflow_then_webhook(rule, &hook);
    if (rc == CRM4E_OK)
        rc = crm4e_workflow_save(rule);
    crm4e_workflow_free(rule);
    crm4e_module_free(leads);
    return rc;
}

static int add_lead(crm4e_session *session)
{
    crm4e_record *lead = NULL;
    int rc = crm4e_record_new(&lead, session, "Leads");

    if (rc == CRM4E_OK)
        rc = crm4e_record_set_text(lead, "Last_Name", "O\"Hara", CRM4E_NUL_TERMINATED);
    if (rc == CRM4E_OK)
        rc = crm4e_record_set_text(lead, "Company", "Sun & Sea", CRM4E_NUL_TERMINATED);
    if (rc == CRM4E_OK)
        rc = crm4e_record_save(lead);
    crm4e_record_free(lead);
    return rc;
}

/* The first try fails; the second is due a minute later. */
static int run(receiver *r, crm4e_session *session)
{
    crm4e_time later = ((crm4e_time)time(NULL) + 120) * 1000000;
    int32_t first = 0, second = 0;
    int rc = set_up(session, r->port);

    if (rc == CRM4E_OK)
        rc = add_lead(session);
    if (rc == CRM4E_OK)
        rc = crm4e_run_due(session, 0, 10, &first);
    if (rc == CRM4E_OK)
        rc = crm4e_run_due(session, later, 10, &second);
    if (rc < 0)
        return rc;
    return first == 1 && second == 1 && r->calls == 2 &&
                   strstr(r->heard, "POST /leads?company=Sun%20%26%20Sea HTTP/1.1") &&
                   strstr(r->heard, "{\"name\":\"O\\\"Hara\"}")
               ? CRM4E_OK
               : CRM4E_E_INTERNAL;
}

int main(int argc, char **argv)
{
    receiver r = {.socket = -1};
    crm4e_delivery delivery = {sizeof delivery, &r, deliver};
    crm4e_engine_options options = CRM4E_ENGINE_OPTIONS_INIT;
    crm4e_org_options org_options = CRM4E_ORG_OPTIONS_INIT;
    crm4e_engine *engine = NULL;
    crm4e_org *org = NULL;
    crm4e_session *session = NULL;
    int rc;

    options.path = argc > 1 ? argv[1] : "deliver.db";
    options.delivery = &delivery;
    org_options.name = "Acme";
    org_options.edition = CRM4E_EDITION_ENTERPRISE;
    org_options.admin_email = "ana@acme.example";
    org_options.crm_licences = 5;
    if (open_receiver(&r) != 0)
        return 1;
    rc = crm4e_engine_open(&engine, &options);
    if (rc == CRM4E_OK)
        rc = crm4e_org_create(&org, engine, &org_options);
    if (rc == CRM4E_OK)
        rc = crm4e_session_open(&session, org, "ana@acme.example");
    if (rc == CRM4E_OK)
        rc = run(&r, session);
    if (rc < 0)
        fprintf(stderr, "%s: %s\n%s\n", crm4e_code_name(rc),
                crm4e_error_message(crm4e_session_error(session)), r.heard);
    crm4e_engine_close(engine);
    (void)close(r.socket);
    return rc < 0;
}
