/* SPDX-License-Identifier: ISC */
/*
 * tool_names: what a tool is called by the client and by the target.
 *
 * Targets take A-Z a-z 0-9 _ - and 64 characters; a name beyond that is
 * shortened by a rule that depends on the name alone, so that it is the same
 * in each turn (prompt caches), and two names never meet in one.  The answer
 * side asks for the way back: a freeform tool was offered as a function with
 * one member "input", a tool of a namespace under a joined name.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define TOOL_NAME_MAX 64	/* characters, at any target */

enum tool_kind {
	TOOL_NONE,
	TOOL_FUNCTION,
	TOOL_CUSTOM,		/* freeform: its input is a text */
	TOOL_WEB_SEARCH,	/* the provider's own */
};

struct tool_name {
	const char *name;	/* the client's */
	const char *space;	/* the client's namespace; NULL: none */
	const char *sent;	/* the target's */
	enum tool_kind kind;	/* as the client declared it */
	bool is_wrapped;	/* custom, sent as a function {input} */
};

struct tool_names;

struct tool_names *tool_names_new(void);
void tool_names_free(struct tool_names *);

/*
 * The list is searched from its start, so that many names would take minutes.
 * It grows to one more than this, and then has that one for all others: who
 * counts more refuses the request.  Clients send up to some hundreds.
 */
#define TOOL_NAMES_MAX 1024

/*
 * The entry of that tool, made when there is none yet; it belongs to the list
 * and does not move.  'space' may be NULL.  'wanted' fills a new entry's kind.
 */
const struct tool_name *tool_names_add(struct tool_names *,
    const struct tool_name *wanted);

/* NULL when there is none. */
const struct tool_name *tool_names_find(const struct tool_names *,
    const char *name, const char *space);
/* By what the target calls it: the way back. */
const struct tool_name *tool_names_find_sent(const struct tool_names *,
    const char *sent);

size_t tool_names_count(const struct tool_names *);
const struct tool_name *tool_names_at(const struct tool_names *, size_t);
