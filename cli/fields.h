/* SPDX-License-Identifier: ISC */
/*
 * fields: members of the JSON objects that commands answer with.
 *
 * Reading is json_text's; these are the ways to write one.  Memory that json-c
 * cannot get leaves a member out.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct err;
struct json_object;

/* NULL writes null. */
void field_set_text(struct json_object *, const char *name, const char *text);
void field_set_number(struct json_object *, const char *name, int64_t);
void field_set_true(struct json_object *, const char *name);
void field_set_false(struct json_object *, const char *name);
void field_set_null(struct json_object *, const char *name);
/* true unless 'value' is 0. */
void field_set_flag(struct json_object *, const char *name, uint64_t value);
/* UTC text of seconds since 1970, null for 0. */
void field_set_moment(struct json_object *, const char *name, uint64_t s);

/* A new, empty one; it belongs to the object. */
struct json_object *field_set_object(struct json_object *, const char *name);
struct json_object *field_set_array(struct json_object *, const char *name);
/* A new object at the array's end. */
struct json_object *field_append_object(struct json_object *array);

/* Copies the member from one object to another; null when it is not there. */
void field_copy(struct json_object *to, const struct json_object *from,
    const char *name);

/* The same under another name. */
void field_copy_as(struct json_object *to, const char *as,
    const struct json_object *from, const char *name);

/* Writes it for people too, replacing the file as home_replace() does. */
bool field_save(struct json_object *, int folder, const char *name,
    struct err *);
