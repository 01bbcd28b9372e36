/* SPDX-License-Identifier: ISC */
/*
 * flat_line: a record's line as the broker writes nearly all of them, read
 * without building an object: one flat JSON object of printable ASCII, its
 * strings without escapes, its numbers whole.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* 'value' without quotes; 'is_text' tells a string from a number or a word. */
struct flat_member {
	const char *name, *value;
	size_t name_len, value_len;
	bool is_text;
};

typedef void flat_line_member(const struct flat_member *, void *arg);

/*
 * Calls 'each' (or nobody, for NULL) with each member.  true only if the line
 * is such an object, which makes it valid JSON; of any other one nothing is
 * known, also when 'each' was called: look at it with json_text_parse().
 */
bool flat_line_parse(const char *line, size_t len, flat_line_member *each,
    void *arg);
