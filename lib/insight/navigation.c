/* SPDX-License-Identifier: MIT */
#include "insight/navigation.h"

#include <string.h>

#include "base/json.h"
#include "model/manage.h"

/* A list of modules while it is written. */
typedef struct menu {
    c4_unit *unit;
    c4_buffer *out;
} menu;

static bool team_things(const c4_unit *unit)
{
    return unit->meta->org.crm4e_enabled;
}

/* Notes and attachments are opened from the records they belong to. */
static bool opens(const menu *m, const c4_module *module)
{
    return module != NULL && (module->flags & C4_MODULE_CHILD) == 0 &&
           c4_access_module_shown(m->unit, module);
}

static bool requests(const menu *m, const c4_module *module)
{
    return c4_access_requests(m->unit, module);
}

static void put_comma(c4_buffer *out, bool *first)
{
    if (!*first)
        c4_buffer_char(out, ',');
    *first = false;
}

/* Of what is no module. Names that somebody gave are the same in both languages. */
static const c4_label home = {"Home", "主页"};
static const c4_label request_list = {"Requests", "请求"};
static const c4_label default_space = {C4_DEFAULT_SPACE, "CRM 团队空间"};
static const c4_label all_tabs = {C4_ALL_TABS, "所有标签"};

static void put_label(c4_buffer *out, bool *first, const c4_label *label)
{
    c4_json_put_member(out, first, "label", label->en);
    c4_json_put_member(out, first, "label_zh", label->zh);
}

/* "key": {"label", "label_zh"} */
static void put_titled(c4_buffer *out, bool *first, const char *key, const c4_label *label)
{
    bool member = true;

    c4_json_put_key(out, first, key);
    c4_buffer_char(out, '{');
    put_label(out, &member, label);
    c4_buffer_char(out, '}');
}

static void put_module(const menu *m, bool *first, const c4_module *module)
{
    bool member = true;

    put_comma(m->out, first);
    c4_buffer_char(m->out, '{');
    c4_json_put_member(m->out, &member, "api_name", module->api_name);
    put_label(m->out, &member, &module->plural);
    c4_buffer_char(m->out, '}');
}

static void put_modules(const menu *m, bool (*chosen)(const menu *m, const c4_module *module))
{
    const c4_meta *meta = m->unit->meta;
    bool first = true;

    c4_buffer_char(m->out, '[');
    for (size_t i = 0; i < meta->module_count; i++) {
        if (chosen(m, meta->modules[i]))
            put_module(m, &first, meta->modules[i]);
    }
    c4_buffer_char(m->out, ']');
}

/* What stands in a folder, or directly in the space (0). */
static void put_items(const menu *m, const c4_space *space, uint32_t folder, bool *first)
{
    for (size_t i = 0; i < space->item_count; i++) {
        const c4_module *module = c4_meta_module(m->unit->meta, space->items[i].module);
        if (space->items[i].folder == folder && opens(m, module))
            put_module(m, first, module);
    }
}

static void put_space(const menu *m, const c4_space *space)
{
    bool member = true;
    bool first = true;

    c4_buffer_text(m->out, ",{");
    c4_json_put_member(m->out, &member, "name", space->name);
    put_label(m->out, &member, &(c4_label){space->name, space->name});
    c4_json_put_key(m->out, &member, "items");
    c4_buffer_char(m->out, '[');
    put_items(m, space, 0, &first);
    for (size_t i = 0; i < space->folder_count; i++) {
        bool folder_member = true;
        bool folder_first = true;
        put_comma(m->out, &first);
        c4_buffer_char(m->out, '{');
        c4_json_put_member(m->out, &folder_member, "folder", space->folders[i]);
        put_label(m->out, &folder_member, &(c4_label){space->folders[i], space->folders[i]});
        c4_json_put_key(m->out, &folder_member, "items");
        c4_buffer_char(m->out, '[');
        put_items(m, space, (uint32_t)(i + 1), &folder_first);
        c4_buffer_text(m->out, "]}");
    }
    c4_buffer_text(m->out, "]}");
}

static void put_spaces(const menu *m)
{
    const c4_meta *meta = m->unit->meta;
    bool member = true;

    c4_buffer_text(m->out, "[{");
    c4_json_put_member(m->out, &member, "name", C4_DEFAULT_SPACE);
    put_label(m->out, &member, &default_space);
    c4_json_put_key(m->out, &member, "items");
    put_modules(m, opens);
    c4_buffer_char(m->out, '}');
    for (size_t i = 0; i < meta->space_count; i++) {
        if (c4_space_member_of(&meta->spaces[i], m->unit->actor->id) != NULL)
            put_space(m, &meta->spaces[i]);
    }
    c4_buffer_char(m->out, ']');
}

static void put_tab_group(const menu *m, bool *first, const c4_tab_group *group)
{
    bool member = true;
    bool inner = true;

    put_comma(m->out, first);
    c4_buffer_char(m->out, '{');
    c4_json_put_member(m->out, &member, "name", group->name);
    put_label(m->out, &member, &group->label);
    c4_json_put_key(m->out, &member, "modules");
    c4_buffer_char(m->out, '[');
    for (size_t i = 0; i < group->item_count; i++) {
        const c4_module *module = c4_meta_module(m->unit->meta, group->items[i].module);
        if (opens(m, module))
            put_module(m, &inner, module);
    }
    c4_buffer_text(m->out, "]}");
}

/* Those that are shown to him, and behind them all that he may open. */
static void put_tab_groups(const menu *m)
{
    const c4_meta *meta = m->unit->meta;
    bool member = true;
    bool first = true;

    c4_buffer_char(m->out, '[');
    for (size_t i = 0; i < meta->tab_group_count; i++) {
        if (c4_tab_group_shown(m->unit, &meta->tab_groups[i]))
            put_tab_group(m, &first, &meta->tab_groups[i]);
    }
    put_comma(m->out, &first);
    c4_buffer_char(m->out, '{');
    c4_json_put_member(m->out, &member, "name", C4_ALL_TABS);
    put_label(m->out, &member, &all_tabs);
    c4_json_put_key(m->out, &member, "modules");
    put_modules(m, opens);
    c4_buffer_text(m->out, "}]");
}

/* Team spaces are there only while CRM4E is on. */
static int find_mode(c4_unit *unit, c4_ui_mode *mode)
{
    *mode = CRM4E_UI_CLASSIC;
    return team_things(unit) ? c4_user_ui_mode(unit, unit->actor->id, mode) : CRM4E_OK;
}

int c4_navigation_to_json(c4_unit *unit, c4_buffer *out)
{
    const menu m = {unit, out};
    c4_ui_mode mode;
    bool member = true;
    int rc = c4_access_actor(unit);

    rc = rc == CRM4E_OK ? find_mode(unit, &mode) : rc;
    if (rc != CRM4E_OK)
        return rc;
    c4_buffer_char(out, '{');
    c4_json_put_member(out, &member, "ui", c4_text_of(C4_NAMES_UI_MODE, mode));
    put_titled(out, &member, "home", &home);
    if (mode == CRM4E_UI_CLASSIC) {
        c4_json_put_key(out, &member, "tab_groups");
        put_tab_groups(&m);
    } else {
        put_titled(out, &member, "requests_title", &request_list);
        c4_json_put_key(out, &member, "requests");
        put_modules(&m, requests);
        c4_json_put_key(out, &member, "spaces");
        put_spaces(&m);
    }
    c4_buffer_char(out, '}');
    return out->code == CRM4E_OK ? CRM4E_OK : c4_fail_plain(unit->error, out->code);
}
