/* SPDX-License-Identifier: MIT */
/* A sanitizer shows what happens in memory, at a tenth of the speed: what goes the same ways with
 * other data is done less often with one. Other builds do all of it. */
#ifndef TEST_EFFORT_H
#define TEST_EFFORT_H

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define TEST_SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define TEST_SANITIZED 1
#endif
#ifndef TEST_SANITIZED
#define TEST_SANITIZED 0
#endif

/* A quarter of `n`, at least one, with a sanitizer; `n` without. A constant. */
#define TEST_FEWER(n) (TEST_SANITIZED ? ((n) + 3) / 4 : (n))

#endif
