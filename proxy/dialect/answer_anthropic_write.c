/* SPDX-License-Identifier: ISC */
/* Neutral events, as Anthropic Messages. */
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "common/errors.h"
#include "common/json/json_text.h"
#include "proxy/dialect/answer_writer.h"
#include "proxy/dialect/stop_words.h"
#include "proxy/dialect/upstream_error.h"

static void
begin_event(struct answer_writer *w, const char *type)
{
	dialect_output_form(w->out, "event: %s\ndata: {\"type\":\"%s\"", type,
	    type);
}

static void
begin_block_event(struct answer_writer *w, const char *type)
{
	begin_event(w, type);
	dialect_output_form(w->out, ",\"index\":%d", (int)w->n_blocks - 1);
}

static void
end_event(struct answer_writer *w)
{
	dialect_output_text(w->out, "}\n\n");
}

static void
write_usage(struct answer_writer *w, const struct neutral_usage *u)
{
	dialect_output_form(w->out, "\"usage\":{\"input_tokens\":%u,"
	    "\"cache_creation_input_tokens\":%u,"
	    "\"cache_read_input_tokens\":%u,\"output_tokens\":%u}",
	    u->input, u->cache_write, u->cache_read, u->output);
}

/* The message up to its content. */
static void
write_message(struct answer_writer *w)
{
	dialect_output_form(w->out, "{\"id\":%j,\"type\":\"message\","
	    "\"role\":\"assistant\",\"model\":%j,\"content\":[", w->id,
	    w->options->model);
}

static void
write_start(struct answer_writer *w, const struct neutral_event *e)
{
	answer_writer_make_id(w, "msg_", w->id);
	if (answer_writer_is_plain(w))
		return;
	begin_event(w, "message_start");
	dialect_output_text(w->out, ",\"message\":");
	write_message(w);
	dialect_output_text(w->out, "],\"stop_reason\":null,"
	    "\"stop_sequence\":null,");
	write_usage(w, e->usage);
	dialect_output_text(w->out, "}");
	end_event(w);
}

/* --- blocks --- */

static void
write_block(struct answer_writer *w, const struct neutral_event *e)
{
	answer_writer_begin(w, e);
	/* What a redacted block holds is known at its end alone. */
	if (answer_writer_is_plain(w) || e->block == BLOCK_REDACTED)
		return;
	begin_block_event(w, "content_block_start");
	if (e->block == BLOCK_TOOL)
		dialect_output_form(w->out, ",\"content_block\":"
		    "{\"type\":\"tool_use\",\"id\":%j,\"name\":%j,"
		    "\"input\":{}}", w->call_id, w->name);
	else if (e->block == BLOCK_REASONING)
		dialect_output_text(w->out, ",\"content_block\":"
		    "{\"type\":\"thinking\",\"thinking\":\"\","
		    "\"signature\":\"\"}");
	else
		dialect_output_text(w->out, ",\"content_block\":"
		    "{\"type\":\"text\",\"text\":\"\"}");
	end_event(w);
}

static void
write_text(struct answer_writer *w, const struct neutral_event *e)
{
	static const char *const deltas[BLOCK_KINDS] = {
		[BLOCK_TEXT] = "{\"type\":\"text_delta\",\"text\":\"",
		[BLOCK_REFUSAL] = "{\"type\":\"text_delta\",\"text\":\"",
		[BLOCK_REASONING] =
		    "{\"type\":\"thinking_delta\",\"thinking\":\"",
		[BLOCK_TOOL] =
		    "{\"type\":\"input_json_delta\",\"partial_json\":\"",
	};

	if (answer_writer_is_plain(w)) {
		dialect_output_add(&w->text, e->text, e->len);
		return;
	}
	begin_block_event(w, "content_block_delta");
	dialect_output_form(w->out, ",\"delta\":%s", deltas[e->block]);
	dialect_output_escaped(w->out, e->text, e->len);
	dialect_output_text(w->out, "\"}");
	end_event(w);
}

static void
write_seal(struct answer_writer *w, const struct neutral_event *e,
    const char *seal)
{
	if (e->block == BLOCK_REDACTED) {
		begin_block_event(w, "content_block_start");
		dialect_output_form(w->out, ",\"content_block\":"
		    "{\"type\":\"redacted_thinking\",\"data\":%j}",
		    seal != NULL ? seal : "");
		end_event(w);
	} else if (seal != NULL) {
		begin_block_event(w, "content_block_delta");
		dialect_output_form(w->out, ",\"delta\":"
		    "{\"type\":\"signature_delta\",\"signature\":%j}", seal);
		end_event(w);
	}
}

/*
 * Arguments stand there as an object.  What is none stays a text, in one, as in
 * a request: no tool is to run without what it was called with.
 */
static void
fold_input(struct answer_writer *w)
{
	struct json_text t = { dialect_output_peek(&w->text), w->text.len,
	    JSON_TEXT_DEPTH_MAX, ERR_UPSTREAM_BROKEN };
	struct json_object *value = NULL;
	struct err err;

	if (json_text_parse(&t, &value, &err) &&
	    json_object_is_type(value, json_type_object))
		dialect_output_add(&w->items, t.text, t.len);
	else if (w->text.len > 0)
		dialect_output_form(&w->items, "{\"arguments\":%j}", t.text);
	else
		dialect_output_text(&w->items, "{}");
	json_object_put(value);
}

static void
fold_block(struct answer_writer *w, const struct neutral_event *e,
    const char *seal)
{
	struct dialect_output *items = &w->items;

	answer_writer_comma(items);
	if (e->block == BLOCK_TOOL) {
		dialect_output_form(items, "{\"type\":\"tool_use\",\"id\":%j,"
		    "\"name\":%j,\"input\":", w->call_id, w->name);
		fold_input(w);
		dialect_output_text(items, "}");
		return;
	}
	if (e->block == BLOCK_REDACTED) {
		dialect_output_form(items, "{\"type\":\"redacted_thinking\","
		    "\"data\":%j}", seal != NULL ? seal : "");
		return;
	}
	dialect_output_text(items, e->block == BLOCK_REASONING
	    ? "{\"type\":\"thinking\",\"thinking\":\""
	    : "{\"type\":\"text\",\"text\":\"");
	dialect_output_escaped(items, dialect_output_peek(&w->text),
	    w->text.len);
	dialect_output_text(items, "\"");
	if (e->block == BLOCK_REASONING)
		dialect_output_form(items, ",\"signature\":%j",
		    seal != NULL ? seal : "");
	dialect_output_text(items, "}");
}

static void
write_block_stop(struct answer_writer *w, const struct neutral_event *e)
{
	char *seal = answer_writer_wrap(w, e);

	if (answer_writer_is_plain(w)) {
		fold_block(w, e, seal);
	} else {
		write_seal(w, e, seal);
		begin_block_event(w, "content_block_stop");
		end_event(w);
	}
	free(seal);
}

/* --- the end --- */

static void
write_stop(struct answer_writer *w, const struct neutral_event *e)
{
	dialect_output_form(w->out, "\"stop_reason\":%j,\"stop_sequence\":%j",
	    stop_words_write(DIALECT_ANTHROPIC, e->stop), e->stop_sequence);
}

static void
write_finish(struct answer_writer *w, const struct neutral_event *e)
{
	if (answer_writer_is_plain(w)) {
		write_message(w);
		dialect_output_form(w->out, "%s],",
		    dialect_output_peek(&w->items));
		write_stop(w, e);
		dialect_output_text(w->out, ",");
		write_usage(w, e->usage);
		dialect_output_text(w->out, "}");
		return;
	}
	begin_event(w, "message_delta");
	dialect_output_text(w->out, ",\"delta\":{");
	write_stop(w, e);
	dialect_output_text(w->out, "},");
	write_usage(w, e->usage);
	end_event(w);
	begin_event(w, "message_stop");
	end_event(w);
}

static void
write_error(struct answer_writer *w, const struct neutral_event *e)
{
	struct dialect_output message = { .max = 2 * UPSTREAM_ERROR_TEXT };

	upstream_error_message(e->error, DIALECT_ANTHROPIC, &message);
	begin_event(w, "error");
	dialect_output_form(w->out, ",\"error\":{\"type\":%j,\"message\":%j}",
	    upstream_error_type(e->error, DIALECT_ANTHROPIC),
	    dialect_output_peek(&message));
	end_event(w);
	dialect_output_free(&message);
}

void
answer_anthropic_write(struct answer_writer *w, const struct neutral_event *e)
{
	static void (*const writers[])(struct answer_writer *,
	    const struct neutral_event *) = {
		[NEUTRAL_START] = write_start,
		[NEUTRAL_BLOCK] = write_block,
		[NEUTRAL_TEXT] = write_text,
		[NEUTRAL_BLOCK_STOP] = write_block_stop,
		[NEUTRAL_FINISH] = write_finish,
		[NEUTRAL_ERROR] = write_error,
	};

	writers[e->kind](w, e);
}
