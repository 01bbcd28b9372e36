/* SPDX-License-Identifier: ISC */
#include "proxy/first_content.h"

#include <json-c/json.h>
#include <string.h>

#include "common/errors.h"
#include "common/json/json_text.h"
#include "proxy/dialect/upstream_error.h"

#define EVENT_DEPTH 64

/* Events that open a stream and say nothing yet. */
static const char *const openings[] = { "ping", "keepalive", "message_start",
	"response.created", "response.in_progress", "response.queued" };

/* Events that open a part, and where its type stands. */
static const struct { const char *event, *member; } part_openings[] = {
	{ "content_block_start", "content_block" },
	{ "response.output_item.added", "item" },
	{ "response.content_part.added", "part" },
};
/* Parts whose opening says nothing; a tool's has its name. */
static const char *const silent_parts[] = { "text", "thinking", "message",
	"reasoning", "output_text" };

static bool
is_one_of(const char *text, const char *const *words, size_t n)
{
	for (size_t i = 0; text != NULL && i < n; i++)
		if (strcmp(words[i], text) == 0)
			return true;
	return false;
}

/* Would another target have to say the same?  Then it is an answer. */
static enum content_sign
judge_error(struct json_object *error)
{
	struct upstream_error e;

	upstream_error_take(&e, 0, error);
	return e.fault == FAULT_RATE || e.fault == FAULT_SERVER ||
	    e.fault == FAULT_TIMEOUT || e.fault == FAULT_OVERLOADED ?
	    CONTENT_FAULT : CONTENT_SEEN;
}

static bool
says_something(const struct json_object *choice)
{
	struct json_object *delta = json_text_object(choice, "delta");

	if (!json_text_is_absent(choice, "finish_reason") || delta == NULL)
		return true;
	json_object_object_foreach(delta, name, value)
		if (strcmp(name, "role") != 0 && value != NULL &&
		    !(json_object_is_type(value, json_type_string) &&
		    json_object_get_string_len(value) == 0))
			return true;
	return false;
}

/* A chunk of Chat Completions. */
static enum content_sign
judge_chunk(const struct json_object *o)
{
	struct json_object *choices = json_text_array(o, "choices");
	size_t n = choices != NULL ? json_object_array_length(choices) : 0;

	for (size_t i = 0; i < n; i++)
		if (says_something(json_object_array_get_idx(choices, i)))
			return CONTENT_SEEN;
	return choices != NULL ? CONTENT_AWAITED : CONTENT_SEEN;
}

/* The error of an event or a body, or NULL. */
static struct json_object *
error_in(const struct json_object *o)
{
	const struct json_object *holder = json_text_object(o, "response");
	struct json_object *error = NULL;

	if (holder == NULL)
		holder = o;
	if (json_object_object_get_ex(holder, "error", &error) && error != NULL)
		return error;
	return NULL;
}

static enum content_sign
judge_typed(struct json_object *o, const char *type)
{
	struct json_object *error = error_in(o);

	if (strcmp(type, "error") == 0)
		return judge_error(error != NULL ? error : o);
	if (strcmp(type, "response.failed") == 0 && error != NULL)
		return judge_error(error);
	if (is_one_of(type, openings, sizeof openings / sizeof openings[0]))
		return CONTENT_AWAITED;
	for (size_t i = 0; i < sizeof part_openings / sizeof part_openings[0];
	    i++)
		if (strcmp(part_openings[i].event, type) == 0)
			return is_one_of(json_text_string(json_text_object(o,
			    part_openings[i].member), "type"), silent_parts,
			    sizeof silent_parts / sizeof silent_parts[0]) ?
			    CONTENT_AWAITED : CONTENT_SEEN;
	return CONTENT_SEEN;
}

static struct json_object *
parse(const char *text, size_t len)
{
	struct json_object *o;
	struct err err;

	if (!json_text_parse(&(struct json_text) { .text = text, .len = len,
	    .depth = EVENT_DEPTH, .code = ERR_UPSTREAM_BROKEN }, &o, &err))
		return NULL;
	if (json_object_is_type(o, json_type_object))
		return o;
	json_object_put(o);
	return NULL;
}

static bool
on_event(void *arg, const char *name, const struct dialect_output *data,
    struct err *err)
{
	struct first_content *c = arg;
	struct json_object *o = parse(dialect_output_peek(data), data->len);
	const char *type = json_text_string(o, "type");

	(void)name;
	(void)err;
	if (o == NULL)
		c->sign = CONTENT_SEEN;
	else if (type != NULL)
		c->sign = judge_typed(o, type);
	else if (error_in(o) != NULL)
		c->sign = judge_error(error_in(o));
	else
		c->sign = judge_chunk(o);
	json_object_put(o);
	return c->sign == CONTENT_AWAITED;
}

void
first_content_open(struct first_content *c)
{
	*c = (struct first_content) { .sign = CONTENT_AWAITED };
	sse_reader_init(&c->events, CONTENT_HELD_MAX, on_event, c);
}

void
first_content_close(struct first_content *c)
{
	sse_reader_close(&c->events);
}

/* By the first byte that counts, as the translation does it. */
static void
find_form(struct first_content *c, const char **bytes, size_t *len)
{
	while (*len > 0 && **bytes != '\0' &&
	    strchr(" \t\r\n\357\273\277", **bytes) != NULL) {
		++*bytes;
		--*len;
	}
	if (*len == 0)
		return;
	if (**bytes == '{')
		c->form = CONTENT_PLAIN;
	else if (**bytes != '\0' && strchr(":deir", **bytes) != NULL)
		c->form = CONTENT_EVENTS;
	else
		c->sign = CONTENT_SEEN;
}

enum content_sign
first_content_feed(struct first_content *c, const char *bytes, size_t len)
{
	struct err err;

	if (c->sign == CONTENT_AWAITED && c->form == CONTENT_UNKNOWN)
		find_form(c, &bytes, &len);
	if (c->sign == CONTENT_AWAITED && c->form == CONTENT_EVENTS &&
	    !sse_reader_feed(&c->events, bytes, len, &err) &&
	    c->sign == CONTENT_AWAITED)
		c->sign = CONTENT_SEEN;
	return c->sign;
}

enum content_sign
first_content_end(struct first_content *c, const char *body, size_t len)
{
	struct json_object *o, *error;
	struct err err;

	if (c->sign != CONTENT_AWAITED)
		return c->sign;
	if (c->form == CONTENT_EVENTS) {
		sse_reader_end(&c->events, &err);
		return c->sign == CONTENT_FAULT ? CONTENT_FAULT : CONTENT_SEEN;
	}
	o = parse(body, len);
	error = error_in(o);
	c->sign = error != NULL ? judge_error(error) : CONTENT_SEEN;
	json_object_put(o);
	return c->sign;
}
