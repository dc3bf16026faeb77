/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Checks of the C tests on the host: each failure is a line, and the end says whether there was one. */
#ifndef CORAL_CHECK_H
#define CORAL_CHECK_H

#define CORAL_HOST_TEST
#include <stdio.h>
#include <string.h>

static int failures;

#define CHECK(condition, ...)                                                                      \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            failures++;                                                                            \
            printf("line %d: %s", __LINE__, #condition);                                           \
            printf(" [" __VA_ARGS__);                                                              \
            printf("]\n");                                                                         \
        }                                                                                          \
    } while (0)

/* Exit status of the test. */
static int verdict_of_checks(void)
{
    if (failures)
        printf("%d failures\n", failures);
    return failures != 0;
}

#endif
