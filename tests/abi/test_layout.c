/* SPDX-License-Identifier: MIT */
/*
 * Where every member of every public struct stands, as released: a compiled
 * program relies on it. Members only ever come at the end, so sizes only grow;
 * a line here never changes.
 */
#include <stddef.h>

#include <crm4e.h>
#include <crm4e/sys/sqlite.h>

#define MEMBER(type, member, offset)                                                               \
    _Static_assert(offsetof(type, member) == (offset), #type "." #member " has moved")
#define SIZE(type, size) _Static_assert(sizeof(type) >= (size), #type " has become smaller")

#if UINTPTR_MAX == UINT64_MAX
MEMBER(crm4e_allocator, struct_size, 0);
MEMBER(crm4e_allocator, user, 8);
MEMBER(crm4e_allocator, allocate, 16);
MEMBER(crm4e_allocator, reallocate, 24);
MEMBER(crm4e_allocator, release, 32);
SIZE(crm4e_allocator, 40);

MEMBER(crm4e_value, type, 0);
MEMBER(crm4e_value, reserved, 4);
MEMBER(crm4e_value, integer, 8);
MEMBER(crm4e_value, data, 16);
MEMBER(crm4e_value, length, 24);
SIZE(crm4e_value, 32);

MEMBER(crm4e_column, name, 0);
MEMBER(crm4e_column, type, 8);
MEMBER(crm4e_column, flags, 12);
SIZE(crm4e_column, 16);

MEMBER(crm4e_index, name, 0);
MEMBER(crm4e_index, columns, 8);
MEMBER(crm4e_index, column_count, 16);
MEMBER(crm4e_index, flags, 24);
SIZE(crm4e_index, 32);

MEMBER(crm4e_table, name, 0);
MEMBER(crm4e_table, columns, 8);
MEMBER(crm4e_table, column_count, 16);
MEMBER(crm4e_table, indexes, 24);
MEMBER(crm4e_table, index_count, 32);
MEMBER(crm4e_table, serial, 40);
SIZE(crm4e_table, 48);

MEMBER(crm4e_predicate, op, 0);
MEMBER(crm4e_predicate, column, 4);
MEMBER(crm4e_predicate, flags, 8);
MEMBER(crm4e_predicate, select_column, 12);
MEMBER(crm4e_predicate, children, 16);
MEMBER(crm4e_predicate, child_count, 24);
MEMBER(crm4e_predicate, values, 32);
MEMBER(crm4e_predicate, value_count, 40);
MEMBER(crm4e_predicate, set, 48);
MEMBER(crm4e_predicate, set_count, 56);
MEMBER(crm4e_predicate, select_table, 64);
SIZE(crm4e_predicate, 72);

MEMBER(crm4e_order, column, 0);
MEMBER(crm4e_order, flags, 4);
MEMBER(crm4e_order, descending, 8);
SIZE(crm4e_order, 12);

MEMBER(crm4e_plan, struct_size, 0);
MEMBER(crm4e_plan, table, 8);
MEMBER(crm4e_plan, where, 16);
MEMBER(crm4e_plan, columns, 24);
MEMBER(crm4e_plan, column_count, 32);
MEMBER(crm4e_plan, order, 40);
MEMBER(crm4e_plan, order_count, 48);
MEMBER(crm4e_plan, limit, 56);
MEMBER(crm4e_plan, offset, 64);
MEMBER(crm4e_plan, index, 72);
MEMBER(crm4e_plan, keep_column_count, 76);
MEMBER(crm4e_plan, ranges, 80);
MEMBER(crm4e_plan, range_count, 88);
MEMBER(crm4e_plan, keep, 96);
MEMBER(crm4e_plan, keep_user, 104);
MEMBER(crm4e_plan, keep_columns, 112);
MEMBER(crm4e_plan, first, 120);
SIZE(crm4e_plan, 128);

MEMBER(crm4e_storage_host, struct_size, 0);
MEMBER(crm4e_storage_host, allocator, 8);
MEMBER(crm4e_storage_host, busy_timeout, 16);
MEMBER(crm4e_storage_host, fold_user, 24);
MEMBER(crm4e_storage_host, fold, 32);
SIZE(crm4e_storage_host, 40);

MEMBER(crm4e_connect_request, struct_size, 0);
MEMBER(crm4e_connect_request, org, 8);
MEMBER(crm4e_connect_request, flags, 16);
MEMBER(crm4e_connect_request, reserved, 20);
MEMBER(crm4e_connect_request, interrupted_user, 24);
MEMBER(crm4e_connect_request, interrupted, 32);
SIZE(crm4e_connect_request, 40);

MEMBER(crm4e_storage_methods, struct_size, 0);
MEMBER(crm4e_storage_methods, open, 8);
MEMBER(crm4e_storage_methods, close, 16);
MEMBER(crm4e_storage_methods, org_create, 24);
MEMBER(crm4e_storage_methods, org_publish, 32);
MEMBER(crm4e_storage_methods, org_find, 40);
MEMBER(crm4e_storage_methods, org_list, 48);
MEMBER(crm4e_storage_methods, connect, 56);
MEMBER(crm4e_storage_methods, disconnect, 64);
MEMBER(crm4e_storage_methods, begin, 72);
MEMBER(crm4e_storage_methods, commit, 80);
MEMBER(crm4e_storage_methods, rollback, 88);
MEMBER(crm4e_storage_methods, savepoint, 96);
MEMBER(crm4e_storage_methods, release, 104);
MEMBER(crm4e_storage_methods, rollback_to, 112);
MEMBER(crm4e_storage_methods, get_version, 120);
MEMBER(crm4e_storage_methods, set_version, 128);
MEMBER(crm4e_storage_methods, table_create, 136);
MEMBER(crm4e_storage_methods, column_add, 144);
MEMBER(crm4e_storage_methods, table_drop, 152);
MEMBER(crm4e_storage_methods, index_create, 160);
MEMBER(crm4e_storage_methods, index_drop, 168);
MEMBER(crm4e_storage_methods, insert, 176);
MEMBER(crm4e_storage_methods, update, 184);
MEMBER(crm4e_storage_methods, remove, 192);
MEMBER(crm4e_storage_methods, get, 200);
MEMBER(crm4e_storage_methods, handles, 208);
MEMBER(crm4e_storage_methods, select, 216);
MEMBER(crm4e_storage_methods, next, 224);
MEMBER(crm4e_storage_methods, finish, 232);
MEMBER(crm4e_storage_methods, scan, 240);
MEMBER(crm4e_storage_methods, backup, 248);
MEMBER(crm4e_storage_methods, check, 256);
MEMBER(crm4e_storage_methods, explain, 264);
MEMBER(crm4e_storage_methods, storage_size, 272);
MEMBER(crm4e_storage_methods, connection_size, 280);
MEMBER(crm4e_storage_methods, cursor_size, 288);
MEMBER(crm4e_storage_methods, stamp, 296);
SIZE(crm4e_storage_methods, 296);

MEMBER(crm4e_storage, struct_size, 0);
MEMBER(crm4e_storage, methods, 8);
MEMBER(crm4e_storage, user, 16);
SIZE(crm4e_storage, 24);

MEMBER(crm4e_question, struct_size, 0);
MEMBER(crm4e_question, org, 8);
MEMBER(crm4e_question, user, 16);
MEMBER(crm4e_question, action, 24);
MEMBER(crm4e_question, reserved, 28);
MEMBER(crm4e_question, module, 32);
MEMBER(crm4e_question, field, 40);
MEMBER(crm4e_question, record, 48);
SIZE(crm4e_question, 56);

MEMBER(crm4e_auth, struct_size, 0);
MEMBER(crm4e_auth, user, 8);
MEMBER(crm4e_auth, authenticate, 16);
MEMBER(crm4e_auth, authorise, 24);
SIZE(crm4e_auth, 32);

MEMBER(crm4e_license, struct_size, 0);
MEMBER(crm4e_license, user, 8);
MEMBER(crm4e_license, limit, 16);
SIZE(crm4e_license, 24);

MEMBER(crm4e_message, struct_size, 0);
MEMBER(crm4e_message, id, 8);
MEMBER(crm4e_message, kind, 16);
MEMBER(crm4e_message, key, 24);
MEMBER(crm4e_message, module, 32);
MEMBER(crm4e_message, record, 40);
MEMBER(crm4e_message, recipient, 48);
MEMBER(crm4e_message, created, 56);
MEMBER(crm4e_message, attempt, 64);
MEMBER(crm4e_message, reserved, 68);
MEMBER(crm4e_message, payload, 72);
MEMBER(crm4e_message, payload_length, 80);
SIZE(crm4e_message, 88);

MEMBER(crm4e_delivery, struct_size, 0);
MEMBER(crm4e_delivery, user, 8);
MEMBER(crm4e_delivery, deliver, 16);
SIZE(crm4e_delivery, 24);

MEMBER(crm4e_clock, struct_size, 0);
MEMBER(crm4e_clock, user, 8);
MEMBER(crm4e_clock, now, 16);
SIZE(crm4e_clock, 24);

MEMBER(crm4e_random, struct_size, 0);
MEMBER(crm4e_random, user, 8);
MEMBER(crm4e_random, fill, 16);
SIZE(crm4e_random, 24);

MEMBER(crm4e_engine_options, struct_size, 0);
MEMBER(crm4e_engine_options, path, 8);
MEMBER(crm4e_engine_options, storage, 16);
MEMBER(crm4e_engine_options, sqlite, 24);
MEMBER(crm4e_engine_options, allocator, 32);
MEMBER(crm4e_engine_options, clock, 40);
MEMBER(crm4e_engine_options, random, 48);
MEMBER(crm4e_engine_options, auth, 56);
MEMBER(crm4e_engine_options, license, 64);
MEMBER(crm4e_engine_options, delivery, 72);
MEMBER(crm4e_engine_options, busy_timeout, 80);
MEMBER(crm4e_engine_options, flags, 88);
MEMBER(crm4e_engine_options, reserved, 92);
MEMBER(crm4e_engine_options, column_bytes, 96);
SIZE(crm4e_engine_options, 104);

MEMBER(crm4e_org_options, struct_size, 0);
MEMBER(crm4e_org_options, name, 8);
MEMBER(crm4e_org_options, edition, 16);
MEMBER(crm4e_org_options, ui_mode, 20);
MEMBER(crm4e_org_options, crm_licences, 24);
MEMBER(crm4e_org_options, team_licences, 32);
MEMBER(crm4e_org_options, locale, 40);
MEMBER(crm4e_org_options, time_zone, 48);
MEMBER(crm4e_org_options, currency, 56);
MEMBER(crm4e_org_options, admin_email, 64);
MEMBER(crm4e_org_options, admin_name, 72);
MEMBER(crm4e_org_options, fiscal_month, 80);
MEMBER(crm4e_org_options, reserved, 84);
SIZE(crm4e_org_options, 88);

MEMBER(crm4e_module_options, struct_size, 0);
MEMBER(crm4e_module_options, api_name, 8);
MEMBER(crm4e_module_options, singular, 16);
MEMBER(crm4e_module_options, plural, 24);
MEMBER(crm4e_module_options, singular_zh, 32);
MEMBER(crm4e_module_options, plural_zh, 40);
MEMBER(crm4e_module_options, space, 48);
MEMBER(crm4e_module_options, access, 56);
MEMBER(crm4e_module_options, org_default, 60);
SIZE(crm4e_module_options, 64);

MEMBER(crm4e_field_options, struct_size, 0);
MEMBER(crm4e_field_options, api_name, 8);
MEMBER(crm4e_field_options, label, 16);
MEMBER(crm4e_field_options, label_zh, 24);
MEMBER(crm4e_field_options, target, 32);
MEMBER(crm4e_field_options, options, 40);
MEMBER(crm4e_field_options, default_value, 48);
MEMBER(crm4e_field_options, tooltip, 56);
MEMBER(crm4e_field_options, type, 64);
MEMBER(crm4e_field_options, length, 68);
MEMBER(crm4e_field_options, decimals, 72);
MEMBER(crm4e_field_options, mandatory, 76);
MEMBER(crm4e_field_options, unique, 80);
MEMBER(crm4e_field_options, indexed, 84);
MEMBER(crm4e_field_options, settings, 88);
SIZE(crm4e_field_options, 96);

MEMBER(crm4e_role_options, struct_size, 0);
MEMBER(crm4e_role_options, name, 8);
MEMBER(crm4e_role_options, new_name, 16);
MEMBER(crm4e_role_options, parent, 24);
MEMBER(crm4e_role_options, share_with_peers, 32);
MEMBER(crm4e_role_options, reserved, 36);
SIZE(crm4e_role_options, 40);

MEMBER(crm4e_group_options, struct_size, 0);
MEMBER(crm4e_group_options, name, 8);
MEMBER(crm4e_group_options, new_name, 16);
MEMBER(crm4e_group_options, description, 24);
SIZE(crm4e_group_options, 32);

MEMBER(crm4e_space_options, struct_size, 0);
MEMBER(crm4e_space_options, name, 8);
SIZE(crm4e_space_options, 16);

MEMBER(crm4e_import_options, struct_size, 0);
MEMBER(crm4e_import_options, module, 8);
MEMBER(crm4e_import_options, map, 16);
MEMBER(crm4e_import_options, date_format, 24);
MEMBER(crm4e_import_options, read, 32);
MEMBER(crm4e_import_options, read_user, 40);
MEMBER(crm4e_import_options, reject, 48);
MEMBER(crm4e_import_options, reject_user, 56);
MEMBER(crm4e_import_options, progress, 64);
MEMBER(crm4e_import_options, progress_user, 72);
MEMBER(crm4e_import_options, dry_run, 80);
MEMBER(crm4e_import_options, partial, 84);
MEMBER(crm4e_import_options, guarded, 88);
MEMBER(crm4e_import_options, format, 92);
SIZE(crm4e_import_options, 96);

MEMBER(crm4e_export_options, struct_size, 0);
MEMBER(crm4e_export_options, module, 8);
MEMBER(crm4e_export_options, columns, 16);
MEMBER(crm4e_export_options, criteria, 24);
MEMBER(crm4e_export_options, write, 32);
MEMBER(crm4e_export_options, write_user, 40);
MEMBER(crm4e_export_options, progress, 48);
MEMBER(crm4e_export_options, progress_user, 56);
MEMBER(crm4e_export_options, format, 64);
MEMBER(crm4e_export_options, flags, 68);
SIZE(crm4e_export_options, 72);

MEMBER(crm4e_user_options, struct_size, 0);
MEMBER(crm4e_user_options, email, 8);
MEMBER(crm4e_user_options, name, 16);
MEMBER(crm4e_user_options, role, 24);
MEMBER(crm4e_user_options, profile, 32);
MEMBER(crm4e_user_options, locale, 40);
MEMBER(crm4e_user_options, time_zone, 48);
MEMBER(crm4e_user_options, reporting_to, 56);
MEMBER(crm4e_user_options, licence, 64);
MEMBER(crm4e_user_options, status, 68);
MEMBER(crm4e_user_options, ui_mode, 72);
MEMBER(crm4e_user_options, reserved, 76);
SIZE(crm4e_user_options, 80);

MEMBER(crm4e_assign_options, struct_size, 0);
MEMBER(crm4e_assign_options, target, 8);
MEMBER(crm4e_assign_options, transfer, 12);
MEMBER(crm4e_assign_options, users, 16);
MEMBER(crm4e_assign_options, user_count, 24);
MEMBER(crm4e_assign_options, role, 32);
MEMBER(crm4e_assign_options, online_only, 40);
MEMBER(crm4e_assign_options, notify, 44);
SIZE(crm4e_assign_options, 48);

MEMBER(crm4e_sqlite_options, struct_size, 0);
MEMBER(crm4e_sqlite_options, path, 8);
MEMBER(crm4e_sqlite_options, database, 16);
MEMBER(crm4e_sqlite_options, flags, 24);
MEMBER(crm4e_sqlite_options, reserved, 28);
SIZE(crm4e_sqlite_options, 32);

#endif

int main(void)
{
    return 0;
}
