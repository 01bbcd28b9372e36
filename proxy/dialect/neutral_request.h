/* SPDX-License-Identifier: ISC */
/*
 * neutral_request: what a client asks for, in no dialect's words.
 *
 * Readers fill it, conversation.h puts it in order, writers say it.  Everything
 * belongs to the translation's arena; lists are linked.  Numbers that are only
 * passed on stay JSON values, so that they keep their spelling; NULL or an
 * absent text is "the client did not say".
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "proxy/dialect/neutral_message.h"
#include "proxy/dialect/reasoning_effort.h"

/*
 * What an entry of the list says: tools may change during a conversation.  Only
 * readers make the last three; request_fit() leaves what is offered in the end.
 */
enum tool_change { TOOL_DECLARED, TOOL_REDEFINED, TOOL_ADDED, TOOL_REMOVED };

struct tool {
	struct tool *next;
	const struct tool_name *name;
	struct text description;
	struct json_object *schema;	/* of a function; may be NULL */
	struct json_object *strict;	/* a boolean */
	struct json_object *grammar;	/* "format" of a custom tool */
	struct json_object *search;	/* web search: its own members */
	enum cache_mark cache;
	enum tool_change change;
	bool is_withdrawn;		/* in the end */
};

struct tools {
	struct tool *first, *last;
};

enum choice_kind { CHOICE_UNSAID, CHOICE_AUTO, CHOICE_REQUIRED, CHOICE_NONE,
	CHOICE_TOOL };

struct allowed_tool {
	struct allowed_tool *next;
	const struct tool_name *name;
};

struct tool_choice {
	enum choice_kind kind;
	const struct tool_name *tool;	/* CHOICE_TOOL */
	struct allowed_tool *allowed;	/* NULL: all */
};

enum said { SAID_NOTHING, SAID_NO, SAID_YES };

enum format_kind { FORMAT_UNSAID, FORMAT_JSON, FORMAT_SCHEMA };

struct output_format {
	enum format_kind kind;
	struct text name, description;
	struct json_object *schema, *strict;
};

enum service_tier { TIER_UNSAID, TIER_AUTO, TIER_DEFAULT, TIER_FLEX,
	TIER_PRIORITY };

struct neutral_request {
	struct text model;
	bool is_stream, wants_usage;
	struct messages messages;	/* the system prompt's come first */
	struct tools tools;
	struct tool_choice choice;
	enum said parallel;		/* several calls in one turn */
	struct output_format format;
	struct text *stops;
	size_t n_stops;
	int64_t max_tokens;		/* 0: unsaid */
	struct json_object *temperature, *top_p, *top_k;
	/* Chat and Responses alone, between themselves. */
	struct json_object *top_logprobs, *metadata, *cache_options;
	struct text verbosity, cache_key, cache_retention;
	enum service_tier tier;
	struct reasoning_wish reasoning;
	struct text user_id;		/* never sent as it is */
	enum cache_mark cache;		/* automatic, for all of it */
	struct json_object *unknown;	/* members to be forwarded, or NULL */
};

struct tool *tools_add(struct arena *, struct tools *,
    const struct tool_name *);
/* One that is in no list any more. */
void tools_append(struct tools *, struct tool *);
