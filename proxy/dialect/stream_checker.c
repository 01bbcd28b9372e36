/* SPDX-License-Identifier: ISC */
#include "proxy/dialect/stream_checker.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "common/errors.h"
#include "common/json/json_text.h"
#include "proxy/dialect/sse_reader.h"
#include "proxy/dialect/stream_rules.h"

#define EVENT_LONGEST (SIZE_MAX / 4)	/* what was made here has its limit */

struct stream_checker {
	enum dialect dialect;
	struct sse_reader events;
	struct checked_stream stream;
	size_t n_events;
};

void
checked_text_add(struct checked_text *t, const char *bytes, size_t len)
{
	/* source: FNV-1a; the texts are no adversary's choice against it. */
	if (t->len == 0)
		t->sum = UINT64_C(0xcbf29ce484222325);
	for (size_t i = 0; i < len; i++)
		t->sum = (t->sum ^ (unsigned char)bytes[i]) *
		    UINT64_C(0x100000001b3);
	t->len += len;
}

bool
checked_text_is(const struct checked_text *t, struct json_object *holder,
    const char *name)
{
	struct checked_text whole = { 0, 0 };
	struct json_object *value;

	if (!json_object_is_type(holder, json_type_object) ||
	    !json_object_object_get_ex(holder, name, &value) ||
	    !json_object_is_type(value, json_type_string))
		return false;
	checked_text_add(&whole, json_object_get_string(value),
	    (size_t)json_object_get_string_len(value));
	return whole.len == t->len && (t->len == 0 || whole.sum == t->sum);
}

static const char *
check_data(struct stream_checker *c, const char *name,
    const struct dialect_output *data)
{
	static stream_rule *const rules[DIALECTS] = {
		[DIALECT_ANTHROPIC] = stream_check_anthropic,
		[DIALECT_CHAT] = stream_check_chat,
		[DIALECT_RESPONSES] = stream_check_responses,
	};
	struct json_text t = { dialect_output_peek(data), data->len,
	    JSON_TEXT_DEPTH_MAX, ERR_INTERNAL };
	struct json_object *event;
	const char *broken;
	struct err err;

	if (c->stream.is_over)
		return "an event after the end";
	if (c->dialect == DIALECT_CHAT && strcmp(t.text, "[DONE]") == 0)
		return stream_check_chat_done(&c->stream);
	if (!json_text_parse(&t, &event, &err))
		return "data is no JSON";
	broken = json_object_is_type(event, json_type_object)
	    ? rules[c->dialect](&c->stream, name, event)
	    : "data is no object";
	json_object_put(event);
	return broken;
}

static bool
on_event(void *arg, const char *name, const struct dialect_output *data,
    struct err *err)
{
	struct stream_checker *c = arg;
	const char *broken = check_data(c, name, data);

	c->n_events++;
	return broken == NULL || err_set(err, ERR_INTERNAL,
	    "event %zu: %s", c->n_events, broken);
}

struct stream_checker *
stream_checker_new(enum dialect dialect, struct err *err)
{
	struct stream_checker *c = calloc(1, sizeof *c);

	if (c == NULL) {
		err_set(err, ERR_OVERLOADED, "an answer: no memory");
		return NULL;
	}
	c->dialect = dialect;
	c->stream.sequence = -1;
	sse_reader_init(&c->events, EVENT_LONGEST, on_event, c);
	return c;
}

void
stream_checker_free(struct stream_checker *c)
{
	if (c == NULL)
		return;
	sse_reader_close(&c->events);
	free(c);
}

bool
stream_checker_feed(struct stream_checker *c, const char *text, size_t len,
    size_t *good, struct err *err)
{
	/* Event by event, to know where the good ones end. */
	for (*good = 0; *good < len;) {
		const char *end = memmem(text + *good, len - *good, "\n\n", 2);
		size_t n = end != NULL ? (size_t)(end - text) + 2 - *good
		    : len - *good;

		if (!sse_reader_feed(&c->events, text + *good, n, err))
			return false;
		*good += n;
	}
	return sse_reader_is_between(&c->events) ||
	    err_set(err, ERR_INTERNAL, "half an event");
}

bool
stream_checker_end(const struct stream_checker *c, struct err *err)
{
	return c->stream.is_over ||
	    err_set(err, ERR_INTERNAL, "the stream has no end");
}
