/* SPDX-License-Identifier: ISC */
/*
 * json_edit: where in a JSON text a member stands, comments and all.  Pure.
 *
 * For files that people wrote: comments, commas behind the last member and a
 * byte order mark are passed over and stay.  What goes further (names without
 * quotes, single quotes) is not understood, and said to be so.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define JSON_EDIT_DEPTH 64

enum json_edit_found { JSON_EDIT_BROKEN, JSON_EDIT_ABSENT, JSON_EDIT_FOUND };

/* Offsets into the text. */
struct json_edit_place {
	int n_there;		/* how many names of the path there are */
	size_t object;		/* behind the '{' of the innermost of those */
	size_t first;		/* its first member, or its '}' */
	bool is_empty;		/* it has no member */
	/* JSON_EDIT_FOUND */
	size_t member, value, end;	/* the name; the value; behind it */
	size_t comma_before, comma_behind;	/* 0: none */
};

/*
 * Looks for the member that 'path' (names, NULL at the end) leads to; the last
 * of one name counts.  ABSENT also when something on the way is no object: then
 * 'object' is 0.
 */
enum json_edit_found json_edit_find(const char *text, const char *const path[],
    struct json_edit_place *);

/*
 * The n-th member of the object that 'path' leads to, or element of the array:
 * sets member (of an object), value and end.  An empty path is the whole text.
 */
bool json_edit_nth(const char *text, const char *const path[], size_t n,
    struct json_edit_place *);
