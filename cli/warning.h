/* SPDX-License-Identifier: ISC */
/*
 * warning: what a command has to say beside its answer, as data.warnings.
 *
 * A warning stops nothing: it is for what may be meant and may be a mistake.
 */
#pragma once

struct json_object;

/* The same words twice are one warning. */
void warning_add(struct json_object *data, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* All of them on standard error. */
void warning_print(struct json_object *data);
