/* SPDX-License-Identifier: ISC */
/*
 * neutral_message: a conversation, in no dialect's words.
 *
 * Messages are linked lists of parts; all belong to the translation's arena.
 * A result stands in a turn of the user's, as in Messages.
 */
#pragma once

#include <stdbool.h>

#include "proxy/dialect/text.h"
#include "proxy/dialect/tool_names.h"

enum speaker { SPEAKER_NONE, SPEAKER_SYSTEM, SPEAKER_DEVELOPER, SPEAKER_USER,
	SPEAKER_ASSISTANT };

enum part_kind { PART_NONE, PART_TEXT, PART_REFUSAL, PART_IMAGE,
	PART_DOCUMENT, PART_AUDIO, PART_THOUGHT, PART_CALL, PART_RESULT };

enum media_source { MEDIA_NONE, MEDIA_BASE64, MEDIA_URL, MEDIA_TEXT };

enum cache_mark { CACHE_UNMARKED, CACHE_SHORT, CACHE_LONG };

struct media {
	enum media_source source;
	struct text type;	/* "image/png"; of audio: its format */
	struct text data;	/* base64, a URL, or the text itself */
	struct text name;	/* title or file name */
	struct text detail;	/* of an image, as OpenAI says it */
};

struct part;

struct call {
	enum tool_kind kind;
	struct text id;		/* pairs it with its result */
	struct text item_id;	/* a Responses item's own */
	const struct tool_name *tool;
	struct text input;	/* arguments as JSON text; free when custom */
	struct json_object *tree;	/* arguments, if they came as an object */
	struct part *result;	/* that answers it: conversation_calls.c */
	struct part *same;	/* the next call with the same id */
};

struct parts {
	struct part *first, *last;
};

struct result {
	struct text id;		/* of the call */
	enum tool_kind kind;	/* of the call; TOOL_NONE until paired */
	bool is_error;
	struct parts parts;	/* text, images, documents */
};

struct thought {
	struct text text;
	struct text sealed;	/* as the client sent it, then as unwrapped */
	struct text item_id;
	bool is_redacted;
	bool is_details;	/* 'sealed' is a reasoning_details list */
	bool is_ours;		/* the target itself thought it: may go back */
};

struct part {
	struct part *next;
	enum part_kind kind;
	enum cache_mark cache;
	struct text text;	/* of a text or a refusal */
	union {
		struct media media;
		struct call call;
		struct result result;
		struct thought thought;
	};
};

struct message {
	struct message *next;
	enum speaker speaker;
	struct parts parts;
};

struct messages {
	struct message *first, *last;
};

struct part *parts_add(struct arena *, struct parts *, enum part_kind);
struct part *parts_add_text(struct arena *, struct parts *, struct text);
void parts_append(struct parts *, struct parts *from);
struct message *messages_add(struct arena *, struct messages *, enum speaker);
bool parts_have(const struct parts *, enum part_kind);
