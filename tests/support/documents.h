/* SPDX-License-Identifier: MIT */
#ifndef TEST_DOCUMENTS_H
#define TEST_DOCUMENTS_H

/* An org with something of every part, JSON with ' for ". */
extern const char rich_document[];

#endif
