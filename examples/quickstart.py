#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The quickstart from a language without headers: ctypes alone."""

import ctypes as c
import json
import os
import sys

ROW, NUL_TERMINATED = 1, c.c_size_t(-1)


class EngineOptions(c.Structure):
    _fields_ = [("struct_size", c.c_size_t), ("path", c.c_char_p)] + [
        (name, c.c_void_p)
        for name in ("storage", "sqlite", "allocator", "clock", "random", "auth", "license",
                     "delivery")
    ] + [("busy_timeout", c.c_int64), ("flags", c.c_uint32), ("reserved", c.c_uint32)]


class OrgOptions(c.Structure):
    _fields_ = [
        ("struct_size", c.c_size_t), ("name", c.c_char_p), ("edition", c.c_uint32),
        ("ui_mode", c.c_uint32), ("crm_licences", c.c_int64), ("team_licences", c.c_int64),
        ("locale", c.c_char_p), ("time_zone", c.c_char_p), ("currency", c.c_char_p),
        ("admin_email", c.c_char_p), ("admin_name", c.c_char_p), ("fiscal_month", c.c_int32),
        ("reserved", c.c_uint32),
    ]


library = c.CDLL(os.environ.get("CRM4E_LIBRARY", "libcrm4e.so.0"))
for name in ("crm4e_engine_error", "crm4e_session_error"):
    getattr(library, name).restype = c.c_void_p
    getattr(library, name).argtypes = [c.c_void_p]
library.crm4e_error_message.restype = c.c_char_p
library.crm4e_error_message.argtypes = [c.c_void_p]
library.crm4e_text_data.restype = c.c_char_p
library.crm4e_text_data.argtypes = [c.c_void_p]
library.crm4e_record_set_json.argtypes = [c.c_void_p, c.c_char_p, c.c_size_t]


def check(code, error, handle):
    if code < 0:
        sys.exit(library.crm4e_error_message(error(handle)).decode())


def main(path):
    engine, org, ana = c.c_void_p(), c.c_void_p(), c.c_void_p()
    lead, rows, text = c.c_void_p(), c.c_void_p(), c.c_void_p()
    engine_options, org_options = EngineOptions(), OrgOptions()
    library.crm4e_engine_options_init(c.byref(engine_options))
    library.crm4e_org_options_init(c.byref(org_options))
    engine_options.path = path.encode()
    org_options.name, org_options.edition = b"Acme", 4
    org_options.admin_email = b"ana@acme.example"

    of_engine = (library.crm4e_engine_error, engine)
    check(library.crm4e_engine_open(c.byref(engine), c.byref(engine_options)), *of_engine)
    check(library.crm4e_org_create(c.byref(org), engine, c.byref(org_options)), *of_engine)
    check(library.crm4e_session_open(c.byref(ana), org, b"ana@acme.example"), *of_engine)

    of_ana = (library.crm4e_session_error, ana)
    values = json.dumps({"Last_Name": "李", "Company": "Tower Ltd", "Annual_Revenue": 1200})
    check(library.crm4e_record_new(c.byref(lead), ana, b"Leads"), *of_ana)
    check(library.crm4e_record_set_json(lead, values.encode(), NUL_TERMINATED), *of_ana)
    check(library.crm4e_record_save(lead), *of_ana)
    check(library.crm4e_query_text(c.byref(rows), ana,
                                   b"select Last_Name, Company from Leads"), *of_ana)
    check(library.crm4e_cursor_json(c.byref(text), rows), *of_ana)
    print(json.loads(library.crm4e_text_data(text))["rows"])
    library.crm4e_text_free(text)
    library.crm4e_engine_close(engine)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "acme.crm4e")
