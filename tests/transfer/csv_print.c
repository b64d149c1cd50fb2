/* SPDX-License-Identifier: MIT */
/* Standard input as CSV, for comparison with another reader: each row a line
 * of JSON, "refused" after one that cannot be read. */
#include <stdio.h>

#include "base/json.h"
#include "transfer/transfer.h"

static int32_t read_input(void *user, char *bytes, size_t size, size_t *read)
{
    (void)user;
    *read = fread(bytes, 1, size, stdin);
    return ferror(stdin) ? 0 : CRM4E_CONTINUE;
}

int main(void)
{
    const char *const *cells = NULL;
    const size_t *lengths = NULL;
    size_t count = 0;
    crm4e_error error = {0};
    c4_csv *csv = NULL;
    c4_buffer out;
    c4_mem mem;
    int rc;

    c4_mem_default(&mem);
    c4_buffer_init(&out, &mem, SIZE_MAX / 2);
    rc = c4_csv_open(&csv, &mem, read_input, NULL);
    while (rc >= 0 && (rc = c4_csv_next(csv, &error, &cells, &lengths, &count)) == CRM4E_ROW) {
        c4_buffer_char(&out, '[');
        for (size_t i = 0; i < count; i++) {
            c4_buffer_text(&out, i > 0 ? "," : "");
            c4_json_put_text(&out, cells[i], lengths[i]);
        }
        c4_buffer_text(&out, "]\n");
    }
    c4_buffer_text(&out, rc < 0 ? "refused\n" : "");
    if (fwrite(out.data ? out.data : "", 1, out.length, stdout) != out.length)
        rc = CRM4E_E_IO;
    c4_csv_close(csv);
    c4_buffer_free(&out);
    return rc < 0 && rc != CRM4E_E_INVALID;
}
