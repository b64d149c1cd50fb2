/* SPDX-License-Identifier: MIT */
/*
 * Checks of what the rest of the library already promises: they stay, because
 * what is checked here opens or closes records, but no test can bring about the
 * other answer. Where branches are counted they count as what they always are.
 * Each says in a comment who promises it.
 */
#ifndef C4_SURE_H
#define C4_SURE_H

#ifdef C4_COVERAGE
#define C4_ALWAYS(condition) 1
#define C4_NEVER(condition)  0
#else
#define C4_ALWAYS(condition) (condition)
#define C4_NEVER(condition)  (condition)
#endif

#endif
