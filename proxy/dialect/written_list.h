/* SPDX-License-Identifier: ISC */
/*
 * written_list: a JSON array whose items are written while it is made.
 *
 * json-c gives each object a table of sixteen entries, so that a second tree of
 * a conversation of small messages is some twenty times its text.  An item that
 * is written as soon as it is whole, and freed, leaves its memory to the next
 * one, while the caches still have it.
 */
#pragma once

#include "proxy/dialect/dialect_output.h"

struct json_object;
struct reading;

struct written_list {
	struct json_object *items;	/* an array: made, not yet written */
	struct dialect_output text;	/* of the others, behind a bracket */
};

void written_list_init(struct written_list *);

/* Writes the items that are there, and frees them: they are whole. */
void written_list_write(struct written_list *);

/*
 * The array, which is the caller's; it is there to be put into a body and
 * written: its items cannot be asked for.  Sets r->is_too_long when it is.
 */
struct json_object *written_list_take(struct written_list *,
    struct reading *r);
