/* SPDX-License-Identifier: ISC */
/*
 * json_text: JSON from outside, as json-c objects, under limits.
 *
 * Strict: one value and nothing behind it, no comments, no NaN, valid UTF-8, no
 * NUL in names, nested at most 'depth' deep, and no more values than would take
 * some 250 MB, whatever the text's length.  Of a repeated name the last one
 * counts.  The getters believe nothing: a member that is absent and one that
 * has another type are the same to a reader.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/errors.h"

struct json_object;

#define JSON_TEXT_DEPTH 32	/* enough for any file of ours */
#define JSON_TEXT_DEPTH_MAX 512
#define JSON_TEXT_VALUES_MAX (2u << 20)	/* an object counts as eight */

/*
 * Parses 'text' into *value; free with json_object_put().  false with 'code',
 * which is what a fault is to the caller, and "byte 17: ..." as about.  The
 * text "null" is no fault and gives NULL.
 */
struct json_text {
	const char *text;
	size_t len;
	int depth;	/* 1 to JSON_TEXT_DEPTH_MAX; 0: JSON_TEXT_DEPTH */
	enum err_code code;
};
bool json_text_parse(const struct json_text *, struct json_object **value,
    struct err *);

/*
 * A member of an object; 'object' may be NULL or no object.  The result belongs
 * to the object.  A string holds no NUL but the one at its end.
 */
const char *json_text_string(const struct json_object *object,
    const char *name);
struct json_object *json_text_object(const struct json_object *object,
    const char *name);
struct json_object *json_text_array(const struct json_object *object,
    const char *name);

/* false leaves *value alone.  A whole number beyond 64 bits is refused. */
bool json_text_int(const struct json_object *object, const char *name,
    int64_t *value);
bool json_text_number(const struct json_object *object, const char *name,
    double *value);
bool json_text_bool(const struct json_object *object, const char *name,
    bool *value);

/* Absent, or present with the value null. */
bool json_text_is_absent(const struct json_object *object, const char *name);
