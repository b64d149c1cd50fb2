/* SPDX-License-Identifier: MIT */
/* The standard modules as data: one line per fact, no code. Field lists, enums
 * and limits follow Zoho CRM's API v8 names. */
#ifndef C4_STANDARD_H
#define C4_STANDARD_H

#include "model/meta.h"

typedef struct c4_standard_field {
    int32_t offset; /* field number = module number * 1000 + offset; never reused */
    const char *api_name;
    c4_label label;
    c4_field_type type;
    uint32_t flags;
    int32_t length; /* 0: the type's greatest */
    uint32_t scale;
    const c4_option *options;
    size_t option_count;
    const char *targets; /* lookups: "Accounts", "Leads Contacts *"; the star, last, stands for
                            every custom and team module; NULL: none */
    const struct c4_standard_field *columns; /* of a subform, named "Quoted_Items.Quantity" */
    size_t column_count;
} c4_standard_field;

typedef struct c4_standard_module {
    int32_t number;
    const char *api_name;
    c4_label singular;
    c4_label plural;
    uint32_t flags;
    const c4_standard_field *fields;
    size_t field_count;
} c4_standard_module;

extern const c4_standard_module c4_standard_modules[];
extern const size_t c4_standard_module_count;

/* What every module has: its columns come first, in this order, and their
 * positions are C4_COLUMN_*. */
/* Numbers of those that code knows by name; their tables have the same. */
enum {
    C4_LEADS = 1,
    C4_CONTACTS = 2,
    C4_DEALS = 4,
    C4_EVENTS = 6,
    C4_CALLS = 7,
    C4_PRODUCTS = 8,
    C4_PRICE_BOOKS = 15,
    C4_CASES = 16,
    C4_NOTES = 18,
    C4_ATTACHMENTS = 19
};

enum {
    C4_COLUMN_ID = 0,
    C4_COLUMN_OWNER = 1,
    C4_COLUMN_CREATED_BY = 2,
    C4_COLUMN_CREATED_TIME = 3,
    C4_COLUMN_MODIFIED_BY = 4,
    C4_COLUMN_MODIFIED_TIME = 5,
    C4_COLUMN_VERSION = 6,
    C4_COLUMN_LOCKED = 7,
    C4_COLUMN_TAG = 8,
    C4_SYSTEM_COLUMNS = 9
};
extern const c4_standard_field c4_system_fields[C4_SYSTEM_COLUMNS];
/* What a custom or team module starts with: Name, Email, Secondary_Email. */
extern const c4_standard_field c4_custom_module_fields[];
extern const size_t c4_custom_module_field_count;

enum {
    C4_FIRST_CUSTOM_MODULE = 1000,
    C4_FIRST_OWN_OFFSET = 21, /* offsets 1..20 are system fields */
    C4_FIRST_CUSTOM_FIELD = 1 << 30
};

#endif
