/* SPDX-License-Identifier: ISC */
/*
 * json_members: where the members of an object stand in its text.
 *
 * One pass over the whole text, no tree, no copy: bodies are passed on as they
 * came, but for the few bytes that are spliced, so only positions are needed.
 * Structure, strings and escapes are checked in full; of numbers only the
 * characters.  Whether a string is UTF-8 is left to the provider.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct err;

#define JSON_DEPTH_MAX 256
#define JSON_TEXT_ROOM 256	/* bytes of a short string, with the NUL */

/* Offsets into the text.  'end' is behind the last byte of the value. */
struct json_member {
	const char *name;	/* set by the caller */
	bool is_found;
	size_t name_at, at, end;
	size_t comma_before, comma_after;	/* 0: there is none */
};

/* The object itself. */
struct json_object_text {
	size_t open, close;	/* offsets of its braces */
	bool is_empty;
};

/*
 * Finds 'n' members of the outermost object of 'text', which holds nothing else
 * but blanks around it.  ERR_INVALID_REQUEST names the byte that is wrong, or
 * the member that stands there twice.
 */
bool json_members_find(const char *text, size_t len,
    struct json_object_text *, struct json_member *members, size_t n,
    struct err *);

/*
 * The string value that stands from 'at' to 'end', unescaped.  false when it is
 * no string, does not fit or holds a NUL; then "" is in 'out'.
 */
bool json_string_value(const char *text, const struct json_member *,
    char out[JSON_TEXT_ROOM]);

/* Does the value consist of these characters? */
bool json_value_is(const char *text, const struct json_member *,
    const char *literal);
