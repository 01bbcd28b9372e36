/* SPDX-License-Identifier: ISC */
/*
 * script: what the next requests get instead of the ordinary answer.
 *
 * A queue of steps; each is taken by the next requests that it fits and leaves
 * after 'times' of them.  The members of a step:
 *
 *	times N		default 1; -1: until the reset
 *	method M, path P	only requests of this method, whose target (path
 *			and query) contains P
 *	delayMs N	before anything is sent
 *	hang true	never answer; the connection stays open
 *	reset "before"	reset the connection instead of an answer
 *	reset "mid"	reset it after 'after' events (default 1)
 *	truncate true	close it in order there, without the end of the body
 *	hangAfter N	after N events send nothing more; stays open
 *	pingMs N	and there, a ping every N ms instead of nothing
 *	noEnd true	leave out the events that end a stream
 *	status S	from 400 on, without a body: an error of the API's shape
 *	headers {}	further ones, name: value or array of values; they
 *			replace ours of the same name
 *	body, rawBody T	this text instead of ours, plain
 *	contentType T	of such a body
 *	redirect URL	307 with location
 *	bigBytes N	pad a plain body with spaces to N bytes; in a stream,
 *			the first delta by N bytes of text
 *	padBytes N	append N spaces to a plain body
 *	events N	deltas of a stream, words of a plain answer
 *	eventDelayMs N	between two events
 *	echoKey true	the credential received, in the text of the answer
 *	echoHeader true	and in the header x-echo
 *
 * 'after' and 'hangAfter' count every event of the stream, not only deltas.
 * On a plain answer reset "mid", truncate and hangAfter all work in the same
 * way: content-length promises 100 bytes more than are sent.
 */
#pragma once

#include <stdbool.h>

#include "tests/mock/request.h"

struct script;

struct script *script_new(void);
void script_free(struct script *);
void script_reset(struct script *);

/*
 * Appends a step, or each step of an array; takes the object.  NULL if all is
 * well, else what is not understood; then nothing is appended.
 */
const char *script_add(struct script *, struct json_object *);

/* The step for this request, NULL if none; json_object_put() it. */
struct json_object *script_take(struct script *, const struct request *);

/* Members of a step, which may be NULL. */
bool step_has(struct json_object *step, const char *name);
long step_number(struct json_object *step, const char *name, long otherwise);
const char *step_text(struct json_object *step, const char *name);
bool step_is(struct json_object *step, const char *name);
