/* SPDX-License-Identifier: MIT */
/* Every exported function as data: tools/generate-interface-test.py writes the
 * table from the headers. */
#ifndef TEST_API_INTERFACE_H
#define TEST_API_INTERFACE_H

#include "fixture.h"

typedef enum parameter_kind {
    PARAMETER_VALUE,   /* a number */
    PARAMETER_ID,      /* a crm4e_id */
    PARAMETER_TEXT,    /* a text or other memory that is read */
    PARAMETER_OPTIONS, /* a struct that starts with its size */
    PARAMETER_OUT,     /* memory that is written */
    PARAMETER_HANDLE
} parameter_kind;

typedef enum handle_kind {
    HANDLE_NONE,
    HANDLE_ENGINE,
    HANDLE_ORG,
    HANDLE_SESSION,
    HANDLE_TEXT,
    HANDLE_RECORD,
    HANDLE_QUERY,
    HANDLE_CURSOR,
    HANDLE_CHART,
    HANDLE_MODULE,
    HANDLE_SPACE,
    HANDLE_WORKFLOW,
    HANDLE_VERDICT,
    HANDLE_SHARING_RULE,
    HANDLE_KINDS
} handle_kind;

typedef struct parameter {
    const char *name;
    parameter_kind kind;
    handle_kind handle;
    bool nullable; /* the documentation says what NULL, or the id 0, means */
    bool text;     /* NUL-terminated */
} parameter;

/* A pointer member of an options struct. */
typedef struct member {
    const char *name;
    size_t offset;
    bool nullable;
    bool text; /* NUL-terminated */
} member;

typedef enum result_kind {
    RESULT_CODE,
    RESULT_NUMBER,
    RESULT_POINTER,
    RESULT_NONE
} result_kind;

/* How the size of an options struct is given. */
typedef enum size_case {
    SIZE_RIGHT,
    SIZE_ZERO,
    SIZE_SMALL,
    SIZE_ZERO_TAIL,
    SIZE_OTHER_TAIL
} size_case;

/* One call: valid arguments but for those named here. */
typedef struct probe {
    fixture *f;
    int replaced;        /* parameter whose argument is replaced; -1: none */
    const void *pointer; /* by what */
    crm4e_id id;
    const member *cleared; /* member of the options that is NULL */
    const member *named;   /* member of the options that is `pointer` */
    size_case size;
    out_room outs;
    uint64_t options[40]; /* the options as given */
    int code;             /* what came back, by kind of result */
    int64_t number;
    const void *answer;
} probe;

typedef struct function {
    const char *name;
    void (*call)(probe *p);
    result_kind result;
    const parameter *parameters;
    size_t parameter_count;
    const member *members; /* of its options */
    size_t member_count;
    const char *null_gives; /* documented answer to NULL, "" when not spelled out */
    bool frees;
} function;

extern const function interface_functions[];
extern const size_t interface_count;

/* Arguments of the generated calls. */
const void *probe_pointer(const probe *p, int place, const void *valid);
crm4e_id probe_id(const probe *p, int place, crm4e_id valid);
void *probe_options(probe *p, int place, const void *valid, size_t size);

void probe_init(probe *p, fixture *f);
/* Calls with poisoned out parameters. */
void probe_run(const function *called, probe *p);
/* Gives back what a successful call handed out. */
void probe_release(const function *called, probe *p);
/* Brings the fixture to where the call can succeed, and back. */
void probe_prepare(const function *called, fixture *f);
void probe_settle(const function *called, fixture *f);

/* A live handle of the kind, of Ana or of Eve. */
void *live_handle(fixture *f, const handle_set *set, handle_kind kind);
/* The code of the error on the handle that the function's first handle
 * parameter belongs to; NULL when there is none. */
const crm4e_error *owner_error(const function *called, const fixture *f);
/* Whether a failing call may leave a message to its caller, who cannot give it back without what
 * failed: for as long as the lease runs. */
bool interface_keeps_lease(const function *called);
int find_parameter(const function *called, parameter_kind kind);

/* Makes the call, which must be refused with a code that is expected, and have
 * changed nothing. */
void interface_refused(const function *called, probe *p, const char *where,
                       bool (*expected)(int code));

/* Runs `check` once for each exported function, each as a test of its own with
 * a probe's function in *state. */
int interface_run(const char *group, void (*check)(void **state));
/* A sanitizer shows what a failure leaves in memory, at a tenth of the speed: with one, places
 * far into a call are tried more rarely than the test asks for. */
size_t interface_next(size_t n);
size_t interface_stride(size_t stride);

/* Fails the running test, naming function, argument and problem. */
void interface_fail(const function *called, const char *where, const char *problem);

#endif
