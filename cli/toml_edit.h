/* SPDX-License-Identifier: ISC */
/*
 * toml_edit: where in a TOML text a key of the top stands, and whether a table
 * is there.  Pure.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct toml_edit_place {
	bool is_there;
	size_t value, end;	/* the key's value, comment not included */
};

/* false: not understood, such as a string or list that does not end. */
bool toml_edit_find(const char *text, const char *key,
    struct toml_edit_place *);

/* Is there a line "[name]"? */
bool toml_edit_has_table(const char *text, const char *name);
