/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shell.h"

enum {
    FILE_CEILING = 64 * 1024 * 1024
};

void print_json_text(const char *text)
{
    putchar('"');
    for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
        if (*c == '"' || *c == '\\')
            printf("\\%c", *c);
        else if (*c < 0x20)
            printf("\\u%04x", *c);
        else
            putchar(*c);
    }
    putchar('"');
}

int print_text(const shell *self, crm4e_text *text)
{
    size_t length = crm4e_text_length(text);
    bool written = fwrite(crm4e_text_data(text), 1, length, stdout) == length;

    putchar('\n');
    crm4e_text_free(text);
    return written ? EXIT_DONE : refused(self, CRM4E_E_IO, "standard output cannot be written");
}

/* Cells a code point takes in a terminal: 2 for East Asian wide ones, 0 for
 * combining marks. */
static int cells(unsigned long point)
{
    if (point >= 0x300 && point <= 0x36f)
        return 0;
    if ((point >= 0x1100 && point <= 0x115f) || (point >= 0x2e80 && point <= 0xa4cf) ||
        (point >= 0xac00 && point <= 0xd7a3) || (point >= 0xf900 && point <= 0xfaff) ||
        (point >= 0xfe30 && point <= 0xfe6f) || (point >= 0xff00 && point <= 0xff60) ||
        (point >= 0xffe0 && point <= 0xffe6) || (point >= 0x1f300 && point <= 0x1faff) ||
        (point >= 0x20000 && point <= 0x3fffd))
        return 2;
    return 1;
}

int display_width(const char *text)
{
    const unsigned char *c = (const unsigned char *)text;
    int width = 0;

    while (*c) {
        unsigned long point = *c;
        int more = *c < 0x80 ? 0 : *c < 0xe0 ? 1 : *c < 0xf0 ? 2 : 3;

        if (more > 0)
            point = *c & (0x3fu >> more);
        for (c++; more > 0 && *c; more--, c++)
            point = point << 6 | (*c & 0x3fu);
        width += cells(point);
    }
    return width;
}

void print_padded(const char *text, int width, bool right)
{
    int pad = width - display_width(text);

    if (right)
        printf("%*s", pad > 0 ? pad : 0, "");
    fputs(text, stdout);
    if (!right)
        printf("%*s", pad > 0 ? pad : 0, "");
}

char *read_file(const char *path, size_t *length)
{
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
    char *text = NULL;
    size_t room = 0;

    *length = 0;
    if (!file)
        return NULL;
    for (;;) {
        size_t got;

        if (room - *length < 2) {
            char *larger;

            room = room ? room * 2 : 64 * 1024;
            larger = room <= FILE_CEILING * 2u ? realloc(text, room) : NULL;
            if (!larger)
                break;
            text = larger;
        }
        got = fread(text + *length, 1, room - *length - 1, file);
        *length += got;
        if (got == 0) {
            bool failed = ferror(file) != 0;

            if (file != stdin)
                (void)fclose(file);
            if (failed)
                break;
            text[*length] = '\0';
            return text;
        }
    }
    free(text);
    return NULL;
}

bool whole_number(const char *text, int64_t *number)
{
    int64_t value = 0;

    if (!*text)
        return false;
    for (; *text; text++) {
        if (*text < '0' || *text > '9' || value > (INT64_MAX - 9) / 10)
            return false;
        value = value * 10 + (*text - '0');
    }
    *number = value;
    return true;
}
