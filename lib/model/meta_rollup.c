/* SPDX-License-Identifier: MIT */
/* Roll-ups of a snapshot: what they name, and which module they go over. */
#include "model/meta_build.h"

#include "model/rollup.h"

static size_t count_rollups(const c4_module *module)
{
    size_t count = 0;

    for (size_t i = 0; i < module->field_count; i++) {
        count += module->fields[i].rollup != NULL ? 1 : 0;
    }
    return count;
}

static bool is_whole(const c4_rollup *rollup)
{
    bool whole = true;

    for (size_t i = 0; i < rollup->named_count && whole; i++) {
        whole = c4_module_field(rollup->module, rollup->named[i]) != NULL;
    }
    return whole;
}

static int resolve(c4_builder *builder, const c4_field *field)
{
    const char *problem = c4_rollup_resolve(builder->meta, field, field->rollup);
    uint32_t least;

    if (problem == NULL) {
        least = field->rollup->source != NULL ? field->rollup->source->scale : 0;
        if (c4_rollup_type(field->rollup) != field->type || !is_whole(field->rollup) ||
            (field->rollup->function == C4_ROLLUP_AVG && field->scale < least)) {
            problem = "the roll-up does not fit what it goes over";
        }
    }
    return problem == NULL ? CRM4E_OK
                           : c4_build_corrupt(builder, C4_TABLE_FIELD, field->number, problem);
}

/* All roll-ups of the org, by the modules that they are of. */
static int collect(c4_builder *builder, c4_module *modules, size_t count)
{
    int rc = CRM4E_OK;

    for (size_t m = 0; m < count && rc == CRM4E_OK; m++) {
        c4_module *module = &modules[m];
        size_t found = count_rollups(module);
        if (found == 0) {
            continue;
        }
        module->rollups = c4_arena_array(&builder->meta->arena, found, sizeof(const c4_field *));
        if (module->rollups == NULL) {
            return c4_build_no_memory(builder);
        }
        for (size_t i = 0; i < module->field_count && rc == CRM4E_OK; i++) {
            if (module->fields[i].rollup != NULL) {
                module->rollups[module->rollup_count++] = &module->fields[i];
                rc = resolve(builder, &module->fields[i]);
            }
        }
    }
    return rc;
}

/* Those that go over the module; a circle among them would have no end. */
static int gather(c4_builder *builder, const c4_module *modules, size_t count, size_t all,
                  c4_module *over)
{
    int rc = CRM4E_OK;

    for (size_t m = 0; m < count && rc == CRM4E_OK; m++) {
        for (size_t i = 0; i < modules[m].rollup_count && rc == CRM4E_OK; i++) {
            const c4_field *field = modules[m].rollups[i];
            if (field->rollup->module != over) {
                continue;
            }
            if (over->rolled == NULL) {
                over->rolled = c4_arena_array(&builder->meta->arena, all, sizeof(const c4_field *));
            }
            if (over->rolled == NULL) {
                return c4_build_no_memory(builder);
            }
            over->rolled[over->rolled_count++] = field;
            rc = c4_rollup_reaches(&builder->meta->arena, field, field);
        }
    }
    return rc == CRM4E_ROW           ? c4_build_corrupt(builder, C4_TABLE_FIELD,
                                                        over->rolled[over->rolled_count - 1]->number,
                                                        "the roll-up is computed from itself")
           : rc == CRM4E_E_NO_MEMORY ? c4_build_no_memory(builder)
                                     : rc;
}

int c4_build_rollups(c4_builder *builder, c4_module *modules, size_t count)
{
    size_t all = 0;
    int rc = collect(builder, modules, count);

    for (size_t m = 0; m < count; m++) {
        all += modules[m].rollup_count;
    }
    for (size_t m = 0; m < count && all > 0 && rc == CRM4E_OK; m++) {
        rc = gather(builder, modules, count, all, &modules[m]);
    }
    return rc;
}
