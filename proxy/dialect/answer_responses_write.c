/* SPDX-License-Identifier: ISC */
/*
 * Neutral events, as Responses.
 *
 * Everything is said twice: as it comes, and whole when it has ended, since
 * clients build their history from whole items alone.
 */
#include <stdlib.h>
#include <string.h>

#include "proxy/dialect/answer_writer.h"
#include "proxy/dialect/stop_words.h"
#include "proxy/dialect/tool_names.h"
#include "proxy/dialect/upstream_error.h"

/* --- the frame of an event --- */

static void
begin_event(struct answer_writer *w, const char *type)
{
	if (answer_writer_is_plain(w))
		return;
	dialect_output_form(w->out, "event: %s\ndata: {\"type\":\"%s\","
	    "\"sequence_number\":%u", type, type, w->sequence++);
}

static void
begin_item_event(struct answer_writer *w, const char *type)
{
	begin_event(w, type);
	dialect_output_form(w->out, ",\"output_index\":%d",
	    (int)w->n_blocks - 1);
}

/* Of a part: 'index' names the member that counts parts. */
static void
begin_part_event(struct answer_writer *w, const char *type, const char *index)
{
	begin_item_event(w, type);
	dialect_output_form(w->out, ",\"item_id\":%j", w->item_id);
	if (index != NULL)
		dialect_output_form(w->out, ",\"%s\":0", index);
}

static void
end_event(struct answer_writer *w)
{
	dialect_output_text(w->out, "}\n\n");
}

static void
add_string(struct dialect_output *o, const struct dialect_output *text)
{
	dialect_output_text(o, "\"");
	dialect_output_escaped(o, dialect_output_peek(text), text->len);
	dialect_output_text(o, "\"");
}

/* --- the response object --- */

static void
write_usage(struct answer_writer *w, const struct neutral_usage *u)
{
	uint64_t input = u->input + u->cache_read + u->cache_write;

	if (!u->is_known) {
		dialect_output_text(w->out, ",\"usage\":null");
		return;
	}
	dialect_output_form(w->out, ",\"usage\":{\"input_tokens\":%u,"
	    "\"input_tokens_details\":{\"cached_tokens\":%u,"
	    "\"cache_write_tokens\":%u},\"output_tokens\":%u,"
	    "\"output_tokens_details\":{\"reasoning_tokens\":%u},"
	    "\"total_tokens\":%u}", input, u->cache_read, u->cache_write,
	    u->output, u->reasoning, input + u->output);
}

/* Up to its usage; 'error' and 'reason' are JSON or NULL. */
static void
write_response(struct answer_writer *w, const char *status, const char *error,
    const char *reason)
{
	dialect_output_form(w->out, "{\"id\":%j,\"object\":\"response\","
	    "\"created_at\":%u,\"status\":\"%s\",\"background\":false,"
	    "\"error\":%s,\"incomplete_details\":", w->id,
	    (uint64_t)w->options->created_s, status,
	    error != NULL ? error : "null");
	if (reason != NULL)
		dialect_output_form(w->out, "{\"reason\":%j}", reason);
	else
		dialect_output_text(w->out, "null");
	dialect_output_form(w->out, ",\"instructions\":null,"
	    "\"max_output_tokens\":null,\"metadata\":{},\"model\":%j,"
	    "\"output\":[%s],\"parallel_tool_calls\":true,"
	    "\"previous_response_id\":null,\"store\":false,"
	    "\"temperature\":null,\"text\":{\"format\":{\"type\":\"text\"}},"
	    "\"tool_choice\":\"auto\",\"tools\":[],\"top_p\":null,"
	    "\"truncation\":\"disabled\"", w->options->model,
	    dialect_output_peek(&w->items));
}

static void
write_start(struct answer_writer *w, const struct neutral_event *e)
{
	static const char *const types[] = { "response.created",
		"response.in_progress" };

	(void)e;
	answer_writer_make_id(w, "resp_", w->id);
	for (size_t i = 0; !answer_writer_is_plain(w) && i < 2; i++) {
		begin_event(w, types[i]);
		dialect_output_text(w->out, ",\"response\":");
		write_response(w, "in_progress", NULL, NULL);
		dialect_output_text(w->out, ",\"usage\":null}");
		end_event(w);
	}
}

/* --- items --- */

enum item_state { ITEM_BEGUN, ITEM_WHOLE };

static void
add_call(struct answer_writer *w, struct dialect_output *o,
    enum item_state state)
{
	bool is_custom = answer_writer_is_custom(w);

	dialect_output_form(o, "{\"id\":%j,\"type\":\"%s\",\"status\":\"%s\","
	    "\"call_id\":%j,\"name\":%j", w->item_id,
	    is_custom ? "custom_tool_call" : "function_call",
	    state == ITEM_WHOLE ? "completed" : "in_progress", w->call_id,
	    w->name);
	if (w->tool != NULL && w->tool->space != NULL)
		dialect_output_form(o, ",\"namespace\":%j", w->tool->space);
	dialect_output_text(o, is_custom ? ",\"input\":" : ",\"arguments\":");
	if (state == ITEM_BEGUN)
		dialect_output_text(o, "\"\"");
	else
		add_string(o, &w->text);
	dialect_output_text(o, "}");
}

static void
add_reasoning(struct answer_writer *w, struct dialect_output *o,
    const char *seal)
{
	dialect_output_form(o, "{\"id\":%j,\"type\":\"reasoning\","
	    "\"summary\":[", w->item_id);
	if (w->text.len > 0) {
		dialect_output_text(o, "{\"type\":\"summary_text\",\"text\":");
		add_string(o, &w->text);
		dialect_output_text(o, "}");
	}
	dialect_output_text(o, "]");
	if (seal != NULL)
		dialect_output_form(o, ",\"encrypted_content\":%j", seal);
	dialect_output_text(o, "}");
}

/* A part of a message, as far as 'text' goes. */
static void
add_part(struct dialect_output *o, enum block_kind kind,
    const struct dialect_output *text)
{
	dialect_output_text(o, kind == BLOCK_REFUSAL
	    ? "{\"type\":\"refusal\",\"refusal\":"
	    : "{\"type\":\"output_text\",\"annotations\":[],"
	    "\"logprobs\":[],\"text\":");
	add_string(o, text);
	dialect_output_text(o, "}");
}

static void
add_message(struct answer_writer *w, struct dialect_output *o,
    enum block_kind kind, enum item_state state)
{
	dialect_output_form(o, "{\"id\":%j,\"type\":\"message\","
	    "\"status\":\"%s\",\"role\":\"assistant\",\"content\":[",
	    w->item_id, state == ITEM_WHOLE ? "completed" : "in_progress");
	if (state == ITEM_WHOLE)
		add_part(o, kind, &w->text);
	dialect_output_text(o, "]}");
}

static bool
is_reasoning(enum block_kind kind)
{
	return kind == BLOCK_REASONING || kind == BLOCK_REDACTED;
}

/* --- blocks --- */

static void
begin_item(struct answer_writer *w, enum block_kind kind)
{
	begin_item_event(w, "response.output_item.added");
	dialect_output_text(w->out, ",\"item\":");
	if (kind == BLOCK_TOOL)
		add_call(w, w->out, ITEM_BEGUN);
	else if (is_reasoning(kind))
		add_reasoning(w, w->out, NULL);
	else
		add_message(w, w->out, kind, ITEM_BEGUN);
	end_event(w);
}

static void
begin_part(struct answer_writer *w, enum block_kind kind)
{
	static const struct dialect_output nothing;

	if (kind == BLOCK_REASONING) {
		begin_part_event(w, "response.reasoning_summary_part.added",
		    "summary_index");
		dialect_output_text(w->out, ",\"part\":"
		    "{\"type\":\"summary_text\",\"text\":\"\"}");
		end_event(w);
	} else if (kind == BLOCK_TEXT || kind == BLOCK_REFUSAL) {
		begin_part_event(w, "response.content_part.added",
		    "content_index");
		dialect_output_text(w->out, ",\"part\":");
		add_part(w->out, kind, &nothing);
		end_event(w);
	}
}

static void
write_block(struct answer_writer *w, const struct neutral_event *e)
{
	answer_writer_begin(w, e);
	answer_writer_make_id(w, is_reasoning(e->block) ? "rs_" :
	    e->block != BLOCK_TOOL ? "msg_" :
	    answer_writer_is_custom(w) ? "ctc_" : "fc_", w->item_id);
	if (!answer_writer_is_plain(w))
		begin_item(w, e->block);
}

static void
write_delta(struct answer_writer *w, enum block_kind kind, const char *text,
    size_t len)
{
	static const struct {
		const char *type, *index;
	} deltas[BLOCK_KINDS] = {
		[BLOCK_TEXT] = { "response.output_text.delta",
		    "content_index" },
		[BLOCK_REFUSAL] = { "response.refusal.delta",
		    "content_index" },
		[BLOCK_REASONING] = { "response.reasoning_summary_text.delta",
		    "summary_index" },
		[BLOCK_TOOL] = { "response.function_call_arguments.delta",
		    NULL },
	};
	const char *type = kind == BLOCK_TOOL && answer_writer_is_custom(w)
	    ? "response.custom_tool_call_input.delta" : deltas[kind].type;

	begin_part_event(w, type, deltas[kind].index);
	dialect_output_text(w->out, ",\"delta\":\"");
	dialect_output_escaped(w->out, text, len);
	dialect_output_text(w->out, kind == BLOCK_TEXT
	    ? "\",\"logprobs\":[]" : "\"");
	end_event(w);
}

static void
write_text(struct answer_writer *w, const struct neutral_event *e)
{
	dialect_output_add(&w->text, e->text, e->len);
	if (answer_writer_is_plain(w))
		return;
	if (!w->has_text)
		begin_part(w, e->block);
	w->has_text = true;
	if (e->block != BLOCK_TOOL || !answer_writer_is_custom(w))
		write_delta(w, e->block, e->text, e->len);
}

/* What was said in pieces, whole. */
static void
write_done(struct answer_writer *w, const char *type, const char *index,
    const char *member)
{
	begin_part_event(w, type, index);
	dialect_output_form(w->out, ",\"%s\":", member);
	add_string(w->out, &w->text);
}

static void
end_prose(struct answer_writer *w, enum block_kind kind)
{
	if (kind == BLOCK_TEXT) {
		write_done(w, "response.output_text.done", "content_index",
		    "text");
		dialect_output_text(w->out, ",\"logprobs\":[]");
	} else {
		write_done(w, "response.refusal.done", "content_index",
		    "refusal");
	}
	end_event(w);
	begin_part_event(w, "response.content_part.done", "content_index");
	dialect_output_text(w->out, ",\"part\":");
	add_part(w->out, kind, &w->text);
	end_event(w);
}

static void
end_summary(struct answer_writer *w)
{
	if (!w->has_text)
		return;
	write_done(w, "response.reasoning_summary_text.done", "summary_index",
	    "text");
	end_event(w);
	begin_part_event(w, "response.reasoning_summary_part.done",
	    "summary_index");
	dialect_output_text(w->out, ",\"part\":{\"type\":\"summary_text\","
	    "\"text\":");
	add_string(w->out, &w->text);
	dialect_output_text(w->out, "}");
	end_event(w);
}

static void
end_call(struct answer_writer *w)
{
	if (answer_writer_is_custom(w)) {
		write_delta(w, BLOCK_TOOL, dialect_output_peek(&w->text),
		    w->text.len);
		write_done(w, "response.custom_tool_call_input.done", NULL,
		    "input");
	} else {
		if (!w->has_text)
			write_delta(w, BLOCK_TOOL, "{}", 2);
		write_done(w, "response.function_call_arguments.done", NULL,
		    "arguments");
		dialect_output_form(w->out, ",\"name\":%j", w->name);
	}
	end_event(w);
}

/* The text of a call, as the client is to have it. */
static void
settle_call(struct answer_writer *w)
{
	struct dialect_output input = { .max = w->options->held_max };

	if (answer_writer_is_custom(w)) {
		answer_writer_input(w, &input);
		dialect_output_cut(&w->text, 0);
		dialect_output_add(&w->text, dialect_output_peek(&input),
		    input.len);
	} else if (w->text.len == 0) {
		dialect_output_text(&w->text, "{}");
	}
	dialect_output_free(&input);
}

static void
add_item(struct answer_writer *w, struct dialect_output *o,
    const struct neutral_event *e)
{
	char *seal = answer_writer_wrap(w, e);

	if (e->block == BLOCK_TOOL)
		add_call(w, o, ITEM_WHOLE);
	else if (is_reasoning(e->block))
		add_reasoning(w, o, seal);
	else
		add_message(w, o, e->block, ITEM_WHOLE);
	free(seal);
}

static void
write_block_stop(struct answer_writer *w, const struct neutral_event *e)
{
	size_t at;

	if (e->block == BLOCK_TOOL)
		settle_call(w);
	answer_writer_comma(&w->items);
	at = w->items.len;
	add_item(w, &w->items, e);
	if (answer_writer_is_plain(w))
		return;
	if (e->block == BLOCK_TOOL)
		end_call(w);
	else if (is_reasoning(e->block))
		end_summary(w);
	else
		end_prose(w, e->block);
	begin_item_event(w, "response.output_item.done");
	dialect_output_form(w->out, ",\"item\":%s",
	    dialect_output_peek(&w->items) + at);
	end_event(w);
}

/* --- the end --- */

static void
write_finish(struct answer_writer *w, const struct neutral_event *e)
{
	const char *reason = stop_words_write(DIALECT_RESPONSES, e->stop);
	const char *status = reason != NULL ? "incomplete" : "completed";
	bool is_plain = answer_writer_is_plain(w);

	if (!is_plain) {
		begin_event(w, reason != NULL ? "response.incomplete"
		    : "response.completed");
		dialect_output_text(w->out, ",\"response\":");
	}
	write_response(w, status, NULL, reason);
	write_usage(w, e->usage);
	dialect_output_text(w->out, "}");
	if (!is_plain)
		end_event(w);
}

/* Codex takes a failure from nothing but this. */
static void
write_error(struct answer_writer *w, const struct neutral_event *e)
{
	struct dialect_output error = { .max = 8 * UPSTREAM_ERROR_TEXT };
	struct dialect_output message = { .max = 2 * UPSTREAM_ERROR_TEXT };

	upstream_error_message(e->error, DIALECT_RESPONSES, &message);
	dialect_output_form(&error, "{\"code\":%j,\"message\":%j}",
	    upstream_error_code(e->error), dialect_output_peek(&message));
	begin_event(w, "response.failed");
	dialect_output_text(w->out, ",\"response\":");
	write_response(w, "failed", dialect_output_peek(&error), NULL);
	dialect_output_text(w->out, ",\"usage\":null}");
	end_event(w);
	dialect_output_free(&message);
	dialect_output_free(&error);
}

void
answer_responses_write(struct answer_writer *w, const struct neutral_event *e)
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
